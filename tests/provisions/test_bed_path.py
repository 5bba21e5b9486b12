"""A bed norm that is reached by a yearly path: the value of each year's end, what binds before the end, and how it is read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.plans.model import Plan
from dingdian.provisions.base import Scope
from dingdian.provisions.kinds.bed_norm import BedNorm, at_year_end
from provisions.judging import judge, measured, with_provisions
from small_city import AREA, EAST, beds, for_hospital, hospital, small_city

ID = "norm"


def norm(option: str = "linear_path", **more: Any) -> BedNorm:
    readings = {"beds": {"option": "insured_beds"}, "band": {"option": "band_free"}, "path": {"option": option}}
    stated: dict[str, Any] = {"path_from": Decimal("6.51"), "path_from_on": date(2025, 12, 31), "readings": readings, **more}
    return BedNorm(id=ID, clause="bed-norm", per="insured", by=date(2028, 12, 31), low=Decimal("5.97"), high=Decimal("5.97"),
                   scope=Scope(provider_class=("inpatient",)), **stated)


def plan_with(option: str = "linear_path") -> Plan:
    return with_provisions(norm(option))


def city(stock: int, asked: int = 0) -> Any:
    """Ten million insured persons: 100 beds are 0.01 per 1000."""
    return small_city(providers=[hospital("H1", "tertiary", EAST)], beds=[beds("H1", stock)], applications=[for_hospital(beds=asked)])


@pytest.mark.parametrize(("year", "value"), [(2024, "6.51"), (2025, "6.51"), (2026, "6.33"), (2027, "6.15"), (2028, "5.97"), (2029, "5.97")])
def test_each_year_end_lies_on_the_straight_line(year: int, value: str) -> None:
    assert at_year_end(Decimal("6.51"), 2025, Decimal("5.97"), 2028, year) == Decimal(value)


@pytest.mark.parametrize(("day", "limit"), [("2026-09-01", 63_300), ("2027-01-01", 61_500), ("2028-12-31", 59_700)])
@pytest.mark.parametrize(("above", "status"), [(-1, "holds"), (0, "holds"), (1, "fails")])
def test_the_value_of_the_year_end_binds_that_year(day: str, limit: int, above: int, status: str) -> None:
    said = judge(city(limit - 100 + above, 100), ID, on=date.fromisoformat(day), plan=plan_with())
    assert said.status == status
    assert said.threshold * 10_000 == limit


@pytest.mark.parametrize(("stock", "status"), [(59_599, "holds"), (59_600, "holds"), (59_601, "fails"), (61_000, "fails")])
def test_read_as_swaps_only_nothing_is_added_net_before_the_path_ends(stock: int, status: str) -> None:
    said = judge(city(stock, 100), ID, plan=plan_with("swap_only"))
    assert (said.status, said.threshold) == (status, Decimal("5.97") if status == "fails" else Decimal("6.33"))


def test_the_final_value_may_be_read_to_bind_at_once() -> None:
    assert judge(city(59_700, 1), ID, plan=plan_with("at_once")).status == "fails"
    assert judge(city(59_700, 1), ID, plan=plan_with()).status == "holds"


def test_the_measure_shows_the_band_of_the_year() -> None:
    row = next(r for r in measured(city(65_100), ID, plan=plan_with()) if r.measure == "beds_per_1000_insured" and r.unit == AREA)
    assert (row.need_low, row.need_high, row.gap) == (Decimal("5.97"), Decimal("6.33"), Decimal("0.18"))


@given(st.decimals("0.01", 20, places=2), st.decimals("0.01", 20, places=2), st.integers(1, 12), st.integers(0, 12))
def test_a_path_never_leaves_its_two_ends_and_is_never_above_the_line(start: Decimal, final: Decimal, span: int, step: int) -> None:
    found = at_year_end(start, 2025, final, 2025 + span, 2025 + step)
    assert min(start, final) <= found <= max(start, final)
    line = Fraction(start) + (Fraction(final) - Fraction(start)) * Fraction(min(step, span), span)
    assert 0 <= line - Fraction(found) < Fraction(1, 10**6)


@pytest.mark.parametrize("wrong", [
    {"path_from_on": None}, {"path_from": None}, {"path_from_on": date(2025, 9, 30)}, {"path_from_on": date(2028, 12, 31)},
    {"readings": {"beds": {"option": "insured_beds"}, "band": {"option": "band_free"}}},
])
def test_half_a_path_is_refused(wrong: dict[str, Any]) -> None:
    assert not list(norm().problems())
    assert list(norm(**wrong).problems())


def test_it_reads_back_every_year() -> None:
    said = plan_with().provision(ID).read_back().zh
    assert all(number in said for number in ("6.51", "6.33", "6.15", "5.97"))
