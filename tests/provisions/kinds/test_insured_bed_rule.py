"""Insured beds by rule: open beds on average against a share of the licensed ones, and what more beds need."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.provisions.base import Scope
from dingdian.provisions.kinds.insured_bed_rule import InsuredBedRule
from provisions.judging import changed, judge, lacking, measured, with_provisions
from small_city import AREA, EAST, WEST, ZONE, beds, fact, for_hospital, hospital, insured, small_city

READS = {"open": {"option": "average"}}
RULE = InsuredBedRule(id="rule", clause="bed-norm", year=2025, max_percent=Decimal(115), readings=READS,
                      scope=Scope(actions=("designate", "add_beds", "branch", "convert"), provider_class=("inpatient",)))
BY_RULE = "insured_beds_by_rule"
REPORTED = attrs.evolve(RULE, readings={"open": {"option": "reported"}})


def activity(code: str, open_bed_days: int | None, year: int = 2025) -> dict[str, Any]:
    row = {"provider": code, "year": year, "open_bed_days": open_bed_days}
    return {name: value for name, value in row.items() if value is not None}


def city(approved: int | None = 100, average: int | None = 90, *, rows: Any = None, **changes: Any) -> Any:
    """One hospital in the west that applies for ten beds more."""
    own = [beds("H1", average, approved=approved)] if rows is None else rows
    return small_city(**{
        "providers": [hospital("H1", "secondary", WEST)], "beds": own, "activity": [activity("H1", None if average is None else average * 365)],
        "applications": [for_hospital(action="add_beds", provider="H1", beds=10)], **changes})


@pytest.mark.parametrize(("average", "after", "status"), [(104, 114, "holds"), (105, 115, "holds"), (106, 116, "fails")])
def test_beds_with_those_applied_for_may_reach_the_limit_and_not_pass_it(average: int, after: int, status: str) -> None:
    said = judge(city(100, average), "rule", plan=with_provisions(RULE))
    assert (said.status, said.value, said.operator, said.threshold) == (status, after, "<=", 115)


def test_above_the_limit_the_licence_that_would_do_is_named() -> None:
    """116 beds need 100.87 licensed ones, so 101."""
    said = judge(city(100, 106), "rule", plan=with_provisions(RULE))
    assert "101" in said.would_change[0].zh
    assert "卫健" in said.would_change[0].zh


def test_an_institution_above_the_limit_holds_the_limit_and_may_add_nothing() -> None:
    said = judge(city(100, 130), "rule", plan=with_provisions(RULE))
    assert (said.status, said.evidence["held"], said.value) == ("fails", 115, 125)
    assert "开放床位已超过" in said.sentence.zh


def test_a_new_institution_has_the_beds_it_applies_for_against_its_own_licence() -> None:
    new = {"applications": [for_hospital(beds=58)]}
    plan = with_provisions(RULE)
    assert lacking(judge(city(**new), "rule", plan=plan)) == {("facts", "approved_beds")}
    for licensed, status in ((50, "fails"), (51, "holds")):  # 57.5 and 58.65
        assert judge(city(**new, more_facts=[fact("A1", "approved_beds", str(licensed))]), "rule", plan=plan).status == status


def test_a_new_licence_goes_before_the_one_on_file() -> None:
    said = judge(city(100, 106, more_facts=[fact("A1", "approved_beds", "101")]), "rule", plan=with_provisions(RULE))
    assert (said.status, said.threshold) == ("holds", 116)


@pytest.mark.parametrize(("approved", "average", "column"), [(None, 90, ("beds", "approved")), (100, None, ("activity", "open_bed_days"))])
def test_a_missing_input_is_missing_evidence(approved: int | None, average: int | None, column: tuple[str, str]) -> None:
    assert column in lacking(judge(city(approved, average), "rule", plan=with_provisions(RULE)))


def test_an_unreadable_licence_is_missing_evidence() -> None:
    said = judge(city(more_facts=[fact("A1", "approved_beds", "约一百")]), "rule", plan=with_provisions(RULE))
    assert lacking(said) == {("facts", "approved_beds")}


def test_another_reading_takes_the_reported_open_beds() -> None:
    town = city(100, 90, rows=[beds("H1", 104, approved=100)])
    assert judge(town, "rule", plan=with_provisions(RULE)).evidence["held"] == 90
    assert judge(town, "rule", plan=with_provisions(REPORTED)).evidence["held"] == 104


def test_average_beds_are_rounded_down_once() -> None:
    rows = measured(city(activity=[activity("H1", 90 * 365 + 364)]), "rule", plan=with_provisions(RULE))
    assert {r.subject: r.supply for r in rows if r.unit == WEST and r.measure == BY_RULE} == {"": 90, "H1": 90}


def test_every_institution_and_county_has_its_row_by_hand() -> None:
    """Open 130 of 100 licensed: 115. Open 40 of 50: 40. The county's city-level hospital counts where it is counted in."""
    town = city(
        providers=[hospital("H1", "secondary", WEST), hospital("H2", "tertiary", WEST, counts_in=EAST)],
        rows=[beds("H1", 130, approved=100), beds("H2", 40, approved=50)], activity=[activity("H1", 130 * 365), activity("H2", 40 * 365)])
    rows = {(r.unit, r.subject): r for r in measured(town, "rule", plan=with_provisions(RULE)) if r.measure == BY_RULE}
    assert {key: row.supply for key, row in rows.items() if row.supply} == {
        (AREA, ""): 155, (WEST, ""): 115, (EAST, ""): 40, (WEST, "H1"): 115, (EAST, "H2"): 40}
    assert "卫健" in rows[WEST, "H1"].note.zh
    assert {i.name: i.value for i in rows[WEST, "H1"].inputs} == {"open": 130, "approved": 100, "limit": 115}


def test_one_missing_count_leaves_its_county_and_the_city_open() -> None:
    rows = {(r.unit, r.subject): r for r in measured(city(average=None, rows=[beds("H1", 9)]), "rule", plan=with_provisions(RULE))
            if r.measure == BY_RULE}
    assert {key for key, row in rows.items() if row.status == "undetermined"} == {(AREA, ""), (WEST, ""), (WEST, "H1")}


def test_long_term_care_beds_stand_beside_the_insured_ones() -> None:
    for ltc, supply in ((7, 7), (None, None)):
        rows = measured(city(rows=[beds("H1", 90, approved=100, ltc=ltc)]), "rule", plan=with_provisions(RULE))
        assert {r.supply for r in rows if r.measure == "ltc_beds" and r.unit in (AREA, WEST)} == {supply}


# --- the same beds in the bed norm --------------------------------------------------------------------------------------


def by_rule(*rules: InsuredBedRule) -> Any:
    norm = {"beds": {"option": "rule"}, "band": {"option": "band_free"}}
    return changed("bed-total", with_provisions(*rules), readings=norm)


def test_the_bed_norm_counts_the_beds_of_the_rule() -> None:
    town = city(100, 130, rows=[beds("H1", 500, approved=100)])
    said = judge(town, "bed-total", plan=by_rule(RULE))
    assert (said.evidence["beds"], said.evidence["beds_source"]) == (115, "insured_bed_rule")


def test_what_was_counted_under_one_reading_is_not_remembered_for_another() -> None:
    town = city(100, 90, rows=[beds("H1", 104, approved=100)])
    assert [judge(town, "bed-total", plan=by_rule(rule)).evidence["beds"] for rule in (RULE, REPORTED, RULE)] == [90, 104, 90]


def test_beds_registered_after_the_base_year_stand_in_place_of_the_rule() -> None:
    people = [row for unit in (WEST, EAST, ZONE) for year in (2025, 2026) for row in insured(unit, 1_000_000, year)]
    town = city(100, 90, rows=[beds("H1", 90, approved=100), beds("H1", 70, "2026-12-31", approved=100)], insured=people)
    for day, counted in ((date(2026, 9, 1), 90), (date(2027, 3, 1), 70)):
        assert judge(town, "bed-total", on=day, plan=by_rule(RULE)).evidence["beds"] == counted


def test_a_plan_without_a_rule_cannot_count_by_it() -> None:
    assert lacking(judge(city(), "bed-total", plan=by_rule())) == {("beds", "rule")}


# --- laws ------------------------------------------------------------------------------------------------------------


@given(beds_=st.integers(0, 10**5), percent=st.integers(1, 300))
def test_the_licence_that_is_named_is_the_smallest_that_does(beds_: int, percent: int) -> None:
    rule = attrs.evolve(RULE, max_percent=Decimal(percent))
    licensed = rule.licensed_for(beds_)
    assert rule.limit(licensed) >= beds_
    assert licensed == 0 or rule.limit(licensed - 1) < beds_
