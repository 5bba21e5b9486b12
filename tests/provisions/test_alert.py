"""What a row of need and supply raises: below, at and above each side of its line, and never without a date."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.provisions.alert import (
    ALERT,
    APPROACHING,
    OVER,
    QUIET,
    SHORT,
    STATES,
    UNDETERMINED,
    Alert,
    lacking,
    near,
    of_row,
    of_rows,
    raised,
    told_by,
)
from dingdian.provisions.finding import Input, Measure, nearest_in_band
from dingdian.terms import Text

ON, THEN, LATER = date(2026, 9, 1), date(2025, 12, 31), date(2027, 12, 31)
BOTH = {OVER: None, SHORT: None}


def row(supply: int | Decimal | None, low: Any = 80, high: Any = 90, **more: Any) -> Measure:
    need = None if supply is None or (low is None and high is None) else nearest_in_band(supply, low, high)
    gap = None if need is None or supply is None else supply - need
    return Measure(**{
        "measure": "beds", "title": Text("床位数", "beds"), "unit": "370102", "unit_name": "西区", "unit_of_measure": "bed", "formula": "count",
        "need": need, "need_low": low, "need_high": high, "supply": supply, "gap": gap, "as_of": THEN, **more})


def quiet(**more: Any) -> Alert:
    return Alert(**{"trigger": "beds", "title": Text("床位", "beds"), "state": QUIET, "unit": "1", "unit_name": "西区", "sentence": Text("。", "."), **more})


@pytest.mark.parametrize(("supply", "state", "operator", "threshold"), [
    (79, ALERT, ">=", 80), (80, QUIET, "<=", 90), (81, QUIET, "<=", 90), (89, QUIET, "<=", 90), (90, QUIET, "<=", 90), (91, ALERT, "<=", 90)])
def test_a_band_is_crossed_below_its_lower_and_above_its_upper_bound_and_not_at_them(supply: int, state: str, operator: str, threshold: int) -> None:
    said = of_row(row(supply), BOTH, ON)
    assert said is not None
    assert (said.state, said.operator, said.threshold, said.value, said.since) == (state, operator, threshold, supply, THEN)


@pytest.mark.parametrize(("supply", "state"), [(79, QUIET), (90, QUIET), (91, ALERT)])
def test_a_side_that_does_not_count_is_quiet(supply: int, state: str) -> None:
    said = of_row(row(supply), {OVER: None}, ON)
    assert said is not None
    assert (said.state, said.operator, said.threshold) == (state, "<=", 90)


@pytest.mark.parametrize(("on", "state", "due"), [
    (date(2027, 12, 30), APPROACHING, LATER), (LATER, ALERT, None), (date(2028, 1, 1), ALERT, None)])
def test_a_line_that_binds_from_a_day_is_approaching_until_that_day(on: date, state: str, due: date | None) -> None:
    said = of_row(row(79), {SHORT: LATER}, on)
    assert said is not None
    assert (said.state, said.due) == (state, due)


def test_sentences_name_the_place_the_number_the_line_and_the_day() -> None:
    said = of_row(row(79, level="tertiary", note=Text("注", "note")), {SHORT: LATER}, ON)
    assert said is not None
    assert said.sentence.zh == "西区床位数（三级） 79 张，低于 80 张，自 2027-12-31 起适用（注）。"
    assert said.sentence.en == "西区, beds (tertiary): 79 beds, below 80 beds, binding from 2027-12-31 (note)."
    inside = of_row(row(85), BOTH, ON)
    assert inside is not None
    assert inside.sentence.zh == "西区床位数 85 张，不高于 90 张。"
    only_low = of_row(row(85, high=None), BOTH, ON)
    assert only_low is not None
    assert (only_low.sentence.en, only_low.operator) == ("西区, beds: 85 beds, not below 80 beds.", ">=")


def test_a_note_that_is_a_sentence_does_not_end_twice() -> None:
    noted = row(79, note=Text("句。", "A sentence."))
    said = of_row(noted, BOTH, ON)
    assert said is not None
    assert said.sentence == Text("西区床位数 79 张，低于 80 张（句）。", "西区, beds: 79 beds, below 80 beds (A sentence).")
    assert told_by(noted).sentence == Text("句。", "A sentence.")


def test_a_row_that_is_held_against_nothing_raises_nothing() -> None:
    assert of_row(row(79, low=None, high=None), BOTH, ON) is None
    assert list(of_rows([row(79)], {"other": BOTH}, ON)) == []
    assert [said.state for said in of_rows([row(79), row(85)], {"beds": BOTH}, ON)] == [ALERT, QUIET]


def test_a_row_that_cannot_be_measured_is_undetermined_and_says_why() -> None:
    said = of_row(row(None, status="undetermined", reason=Text("缺少床位", "no beds on file")), BOTH, ON)
    assert said is not None
    assert (said.state, said.missing, said.since) == (UNDETERMINED, (Text("缺少床位", "no beds on file"),), None)
    assert said.sentence.en == "西区, beds: undetermined (no beds on file)."


def test_without_a_date_of_its_data_a_line_is_undetermined_never_raised() -> None:
    said = of_row(row(91, as_of=None), BOTH, ON)
    assert said is not None
    assert said.state == UNDETERMINED
    assert said.missing[0].en == "the date of the data is missing"
    dated = of_row(row(91, as_of=None, inputs=(Input(name="beds", value=91, as_of=THEN), Input(name="limit", value=90))), BOTH, ON)
    assert dated is not None
    assert (dated.state, dated.since) == (ALERT, THEN)


@pytest.mark.parametrize("state", [ALERT, APPROACHING])
def test_nothing_can_be_raised_without_a_date(state: str) -> None:
    with pytest.raises(ValueError, match="without the date of its data"):
        quiet(state=state)
    assert raised(quiet(), state).state == UNDETERMINED
    assert raised(quiet(), state, since=THEN).state == state


def test_undetermined_and_missing_go_together() -> None:
    with pytest.raises(ValueError, match="must name what is missing"):
        quiet(state=UNDETERMINED)
    with pytest.raises(ValueError, match="must name what is missing"):
        quiet(missing=(Text("甲", "a"),))
    with pytest.raises(ValueError, match="'state' must be in"):
        quiet(state="loud")
    assert lacking(quiet(), [Text("甲", "a"), Text("乙", "b")]).sentence.zh == "西区床位无法判定：甲；乙。"


@pytest.mark.parametrize(("left", "state"), [(-1, ALERT), (0, APPROACHING), (29, APPROACHING), (30, APPROACHING), (31, QUIET)])
def test_a_deadline_is_near_within_the_lead_and_passed_the_day_after(left: int, state: str) -> None:
    assert near(left, 30) == state


def test_a_lead_of_no_days_leaves_the_last_day() -> None:
    assert [near(left, 0) for left in (-1, 0, 1)] == [ALERT, APPROACHING, QUIET]


def test_the_id_stays_the_same_when_the_numbers_change() -> None:
    assert told_by(row(79, provider_class="inpatient", level="primary")).id == told_by(row(99, provider_class="inpatient", level="primary")).id
    assert told_by(row(79, level="primary")).id != told_by(row(79, level="tertiary")).id


@given(st.integers(-5, 200), st.integers(0, 100), st.integers(0, 100), st.sampled_from([BOTH, {OVER: None}, {SHORT: None}]))
def test_an_alert_is_exactly_where_a_side_that_counts_is_crossed(supply: int, one: int, other: int, sides: Any) -> None:
    low, high = sorted((one, other))
    said = of_row(row(supply, low, high), sides, ON)
    assert said is not None
    crossed = (supply > high and OVER in sides) or (supply < low and SHORT in sides)
    assert said.state == (ALERT if crossed else QUIET)
    assert isinstance(said.threshold, int)
    holds = supply <= said.threshold if said.operator == "<=" else supply >= said.threshold
    assert holds == (not crossed)
    assert said.state in STATES


@given(st.decimals(-1000, 1000, places=4, allow_nan=False), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_the_state_of_one_row_hangs_on_the_day_only_where_a_day_is_stated(supply: Decimal, on: date) -> None:
    at_once, later = of_row(row(supply), BOTH, on), of_row(row(supply), {OVER: LATER, SHORT: LATER}, on)
    assert at_once is not None
    assert later is not None
    assert later.state == (APPROACHING if at_once.state == ALERT and on < LATER else at_once.state)
