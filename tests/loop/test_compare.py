"""A measure held against its need: short, within, over, information, undetermined — and the sentence that says so."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.city.model import City
from dingdian.loop.compare import compare, position, sentence
from dingdian.loop.measure import measure
from dingdian.plans.model import Plan
from dingdian.provisions.finding import Measure, nearest_in_band
from dingdian.terms import Text


def row(supply: Any, low: Any = None, high: Any = None, **more: Any) -> Measure:
    need = None if supply is None or (low is None and high is None) else nearest_in_band(supply, low, high)
    return Measure(**{
        "measure": "insured_beds", "title": Text("定点床位数", "designated beds"), "unit": "370102", "unit_name": "西区",
        "unit_of_measure": "bed", "formula": "f", "need": need, "need_low": low, "need_high": high, "supply": supply,
        "gap": None if need is None else supply - need, **more})


@pytest.mark.parametrize(("supply", "place"), [(84, "short"), (85, "within"), (87, "within"), (90, "within"), (91, "over")])
def test_both_ends_of_the_band_are_within(supply: int, place: str) -> None:
    assert position(row(supply, 85, 90)) == place


@pytest.mark.parametrize(("low", "high", "supply", "place"), [
    (None, 2, 2, "within"), (None, 2, 3, "over"), (5, None, 5, "within"), (5, None, 4, "short"), (5, None, 10**9, "within"),
    (0, None, Decimal("-0.01"), "short"), (0, None, Decimal("0.00"), "within"), (3, 3, 3, "within"), (None, None, 7, "information"),
])
def test_an_absent_bound_does_not_bind(low: Any, high: Any, supply: Any, place: str) -> None:
    assert position(row(supply, low, high)) == place


def test_what_was_not_measured_is_undetermined_whatever_its_band() -> None:
    assert position(row(None, 85, 90, status="undetermined")) == "undetermined"


def test_the_sentence_states_supply_need_gap_and_verdict() -> None:
    said = sentence(row(84_000, 85_000, 90_000))
    assert all(part in said.zh for part in ("西区", "84,000 张", "85,000", "90,000", "-1,000", "不足"))
    assert all(part in said.en for part in ("84,000 beds", "85,000–90,000", "-1,000", "short"))


@pytest.mark.parametrize(("low", "high", "zh", "en"), [
    (None, 2, "不超过 2", "at most 2"), (5, None, "不低于 5", "at least 5"), (3, 3, "为 3", "need 3"),
])
def test_one_sided_bands_are_said_one_sided(low: Any, high: Any, zh: str, en: str) -> None:
    said = sentence(row(4, low, high))
    assert zh in said.zh
    assert en in said.en


def test_the_reason_stands_in_the_sentence_of_what_was_not_measured() -> None:
    said = sentence(row(None, status="undetermined", reason=Text("缺少床位", "no beds")))
    assert "缺少床位" in said.zh
    assert "no beds" in said.en


def test_information_is_told_without_a_verdict() -> None:
    said = sentence(row(Decimal("81.25"), unit_of_measure="percent"))
    assert "81.25 %" in said.zh
    assert "达标" not in said.zh


@given(supply=st.integers(-100, 100), low=st.integers(-50, 50), width=st.integers(0, 50))
def test_position_and_sign_of_the_gap_agree(supply: int, low: int, width: int) -> None:
    one = row(supply, low, low + width)
    sign = (one.gap or 0) and (1 if one.gap > 0 else -1)  # type: ignore[operator]
    assert {"short": -1, "within": 0, "over": 1}[position(one)] == sign


def test_gaps_keep_the_order_and_the_rows_of_the_measures(a_small_city: City, jinan: Plan, judged_on: Any) -> None:
    measures = measure(a_small_city, jinan, judged_on)
    gaps = compare(measures)
    assert tuple(gap.measure for gap in gaps.rows) == measures.rows
    assert (gaps.plan, gaps.city, gaps.date_on) == (measures.plan, measures.city, measures.date_on)
    assert {gap.position for gap in gaps.rows} == {"short", "within", "over", "undetermined", "information"}


def test_the_small_city_by_hand(a_small_city: City, jinan: Plan, judged_on: Any) -> None:
    """13, 4.4 and 13 beds per 1000 against 8.5 to 9.0, 8.7 in all."""
    gaps = compare(measure(a_small_city, jinan, judged_on)).rows
    found = {gap.measure.unit: gap.position for gap in gaps if gap.measure.measure == "beds_per_1000_insured"}
    assert found == {"370100": "within", "370102": "over", "370103": "short", "370171": "over"}
