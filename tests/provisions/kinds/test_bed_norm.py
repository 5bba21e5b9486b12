"""Beds per 1000 insured persons: the band's ends, what counts, which day, what is missing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dingdian.loop.cases import case_of
from dingdian.provisions.base import Scope
from dingdian.provisions.kinds.bed_norm import BedNorm, Bounds
from provisions.judging import changed, jinan, judge, lacking, measured, with_provisions
from small_city import (
    AREA,
    DAY,
    EAST,
    WEST,
    ZONE,
    beds,
    for_hospital,
    hospital,
    insured,
    pharmacy,
    release,
    small_city,
)

NORM = "bed-total"


def city_with(stock: int, asked: int | None = 100, **changes: Any) -> Any:
    """Ten million insured persons, ``stock`` beds in the west, ``asked`` beds applied for in the east."""
    providers = [hospital("H1", "tertiary", WEST)]
    return small_city(**{"providers": providers, "beds": [beds("H1", stock)], "applications": [for_hospital(beds=asked)], **changes})


@pytest.mark.parametrize(("after", "value", "status"), [
    (89_999, "8.9999", "holds"), (90_000, "9", "holds"), (90_001, "9.0001", "fails"),
])
def test_beds_with_the_applicants_may_reach_the_upper_bound_and_not_pass_it(after: int, value: str, status: str) -> None:
    said = judge(city_with(after - 100), NORM)
    assert (said.status, said.value, said.threshold) == (status, Decimal(value), 9)
    assert said.evidence["room"] == 90_000 - after


def test_one_bed_too_many_is_never_shown_as_the_bound_itself() -> None:
    """With 40 million insured, one bed is 0.000025 per 1000: rounded to the nearest it would read 9."""
    people = [row for unit, n in {WEST: 20_000_000, EAST: 19_000_000, ZONE: 1_000_000}.items() for row in insured(unit, n)]
    said = judge(city_with(359_901, insured=people), NORM)
    assert said.status == "fails"
    assert said.value > said.threshold


@pytest.mark.parametrize(("stock", "status"), [(84_000, "holds"), (84_999, "holds"), (85_000, "holds"), (89_900, "holds"), (89_901, "fails")])
def test_inside_the_band_nobody_is_stopped(stock: int, status: str) -> None:
    assert judge(city_with(stock), NORM).status == status


@pytest.mark.parametrize(("stock", "freed", "status"), [
    (84_999, 0, "holds"),                       # below the band: not yet inside
    (85_000, 99, "fails"), (85_000, 100, "holds"), (85_000, 101, "holds"),
    (89_901, 100, "fails"),                     # above it exits do not help here
])
def test_another_reading_adds_inside_the_band_only_against_exits(stock: int, freed: int, status: str) -> None:
    said = judge(city_with(stock, releases=[release("R1", freed)]), NORM, readings={"AMB-03": "exits_only"})
    assert said.status == status


def test_under_that_reading_what_was_compared_is_what_is_said() -> None:
    said = judge(city_with(85_000, releases=[release("R1", 60)]), NORM, readings={"AMB-03": "exits_only"})
    assert (said.value, said.operator, said.threshold, said.margin, said.unit_of_measure) == (100, "<=", 60, -40, "bed")
    assert "60" in said.sentence.zh
    assert "40" in said.would_change[0].en


def test_under_that_reading_a_missing_ledger_of_exits_is_missing_evidence() -> None:
    said = judge(city_with(85_000, releases=None), NORM, readings={"AMB-03": "exits_only"})
    assert lacking(said) == {("releases", "beds")}
    assert judge(city_with(85_000, releases=None), NORM).status == "holds"


def test_the_reading_of_the_band_is_recorded_only_where_the_stock_is_inside_it() -> None:
    assert "AMB-03" in judge(city_with(85_000), NORM).readings
    assert "AMB-03" not in judge(city_with(84_000), NORM).readings
    assert "AMB-03" not in judge(city_with(95_000), NORM).readings


@pytest.mark.parametrize(("option", "value"), [("insured_beds", "8.01"), ("open", "8.51"), ("approved", "9.01")])
def test_which_beds_count_is_a_reading(option: str, value: str) -> None:
    rows = [beds("H1", 80_000, open=85_000, approved=90_000)]
    said = judge(city_with(0, beds=rows), NORM, readings={"AMB-01": option})
    assert (said.value, said.readings["AMB-01"]) == (Decimal(value), option)
    assert said.evidence["beds_source"] == f"beds.{option}"


def test_the_beds_are_those_at_the_end_of_the_year_of_the_insured() -> None:
    rows = [beds("H1", 1000, "2024-12-31"), beds("H1", 2000, "2025-12-31"), beds("H1", 3000, "2026-06-30")]
    said = judge(city_with(0, beds=rows), NORM)
    assert said.evidence["beds"] == 2000
    assert str(said.as_of) == "2025-12-31"


def test_specialties_add_up_where_nobody_counted_the_total() -> None:
    rows = [beds("H1", 700, specialty="general"), beds("H1", 300, specialty="psychiatric")]
    assert judge(city_with(0, beds=rows), NORM).evidence["beds"] == 1000
    both = [*rows, beds("H1", 1200)]
    assert judge(city_with(0, beds=both), NORM).evidence["beds"] == 1200


# --- missing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [None, insured(WEST, 4_000_000), insured(WEST, 1, schemes=["employee"])])
def test_without_the_insured_of_both_schemes_and_every_district_there_is_no_norm(rows: Any) -> None:
    assert lacking(judge(city_with(50_000, insured=rows), NORM)) == {("insured", "persons")}


def test_nobody_insured_is_no_base() -> None:
    people = [row for unit in (WEST, EAST, ZONE) for row in insured(unit, 0)]
    assert lacking(judge(city_with(50_000, insured=people), NORM)) == {("insured", "persons")}


@pytest.mark.parametrize(("known", "status"), [(50_000, "undetermined"), (89_901, "fails")])
def test_one_hospital_without_beds_matters_unless_the_others_are_over_already(known: int, status: str) -> None:
    providers = [hospital("H1", "tertiary", WEST), hospital("H2", "secondary", EAST)]
    said = judge(small_city(providers=providers, beds=[beds("H1", known)], applications=[for_hospital()]), NORM)
    assert said.status == status
    if status == "undetermined":
        assert lacking(said) == {("beds", "insured_beds")}
        assert "H2" in said.missing[0].phrase.zh


def test_a_hospital_designated_after_the_year_had_no_insured_bed_then() -> None:
    providers = [hospital("H1", "tertiary", WEST), hospital("H2", "secondary", EAST, designated_on="2026-02-01")]
    said = judge(small_city(providers=providers, beds=[beds("H1", 50_000)], applications=[for_hospital()]), NORM)
    assert said.evidence["beds"] == 50_000


def test_the_beds_applied_for_must_be_stated() -> None:
    assert lacking(judge(city_with(50_000, None), NORM)) == {("applications", "beds")}


def test_a_hospital_of_unknown_district_counts_in_the_city_and_leaves_every_district_open() -> None:
    """Its beds are somewhere: the total is known, no district's count is."""
    providers = [hospital("H1", "tertiary", WEST), hospital("H2", "secondary", None)]
    city = small_city(providers=providers, beds=[beds("H1", 50_000), beds("H2", 40_000)], applications=[for_hospital()])
    assert (judge(city, NORM).status, judge(city, NORM).evidence["beds"]) == ("fails", 90_000)
    rows = {row.unit: row for row in measured(city, NORM) if row.measure == "insured_beds"}
    assert rows[AREA].supply == 90_000
    assert {rows[unit].status for unit in (WEST, EAST, ZONE)} == {"undetermined"}
    assert rows[EAST].reason is not None
    assert "规划单元" in rows[EAST].reason.zh


# --- who counts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("columns", "counted"), [
    ({}, 3000), ({"status": "suspended"}, 3000), ({"status": "terminated"}, 1000), ({"status": "undesignated"}, 1000),
    ({"counts_in": WEST}, 3000), ({"kind": "university_clinic"}, 1000), ({"kind": "infirmary", "tags": "internal_only"}, 1000),
    ({"kind": "infirmary"}, 3000), ({"kind": "psychiatric_hospital"}, 3000),
])
def test_who_holds_a_place_and_is_not_outside_the_plan_counts(columns: Any, counted: int) -> None:
    providers = [hospital("H1", "tertiary", WEST), hospital("H2", "secondary", EAST, **columns)]
    city = small_city(providers=providers, beds=[beds("H1", 1000), beds("H2", 2000)], applications=[for_hospital()])
    assert judge(city, NORM).evidence["beds"] == counted


def test_exempt_hospitals_leave_the_count_under_another_reading() -> None:
    providers = [hospital("H1", "tertiary", WEST), hospital("H2", "secondary", EAST, kind="psychiatric_hospital")]
    city = small_city(providers=providers, beds=[beds("H1", 1000), beds("H2", 2000)], applications=[for_hospital()])
    assert judge(city, NORM).evidence["beds"] == 3000
    assert judge(city, NORM, readings={"AMB-08": "not_counted"}).evidence["beds"] == 1000
    assert judge(city, NORM).evidence["beds"] == 3000  # what was counted under one reading is not remembered for another


def test_beds_count_where_the_provider_counts() -> None:
    providers = [hospital("H1", "tertiary", WEST, counts_in=EAST)]
    rows = {r.unit: r.supply for r in measured(small_city(providers=providers, beds=[beds("H1", 10)]), NORM)
            if r.measure == "insured_beds"}
    assert rows == {AREA: 10, WEST: 0, EAST: 10, ZONE: 0}


def test_a_move_adds_no_bed_and_a_conversion_only_what_it_states() -> None:
    moving = for_hospital(action="relocate", beds=500, provider="H1")
    assert judge(city_with(90_000, applications=[moving]), NORM).evidence["beds_applied_for"] == 0
    converting = for_hospital(action="convert", provider="H1", beds=None)
    assert judge(city_with(90_000, applications=[converting]), NORM).status == "holds"
    assert judge(city_with(90_001, applications=[converting]), NORM).status == "not_applicable"


def test_beds_admitted_before_fill_the_total() -> None:
    city = city_with(89_850, applications=[for_hospital(), for_hospital("A2", None, beds=50)])
    other = case_of(city, "A2", DAY)
    assert judge(city, NORM).status == "holds"
    assert judge(city, NORM, admitted=(other,)).status == "holds"
    assert judge(city, NORM, admitted=(other, case_of(city, "A1", DAY)), application="A2").status == "fails"


def test_an_admitted_in_house_clinic_adds_no_bed_to_the_total() -> None:
    apps = [for_hospital(), for_hospital("A2", None, kind="university_clinic", beds=5000)]
    city = city_with(89_000, applications=apps)
    assert judge(city, NORM, admitted=(case_of(city, "A2", DAY),)).status == "holds"


def test_a_pharmacy_is_no_matter_of_the_bed_total() -> None:
    assert judge(small_city(more_providers=[pharmacy("P1", 100)]), NORM).status == "not_applicable"


# --- the measure -----------------------------------------------------------------------------------------------------


def test_need_and_gap_of_every_district_by_hand() -> None:
    """8.5 and 9.0 times 4, 5 and 1 million persons; 52,000, 22,000 and 13,000 beds."""
    rows = {r.unit: (r.need_low, r.need_high, r.supply, r.gap) for r in measured(small_city(), NORM) if r.measure == "insured_beds"}
    assert rows == {
        AREA: (85_000, 90_000, 87_000, 0), WEST: (34_000, 36_000, 52_000, 16_000),
        EAST: (42_500, 45_000, 22_000, -20_500), ZONE: (8_500, 9_000, 13_000, 4_000),
    }


@pytest.mark.parametrize(("persons", "low", "high"), [(1000, 9, 9), (1111, 10, 9), (2000, 17, 18), (117, 1, 1)])
def test_need_is_rounded_up_below_and_down_above(persons: int, low: int, high: int) -> None:
    people = [*insured(WEST, persons), *insured(EAST, 0), *insured(ZONE, 0)]
    row = measured(small_city(insured=people), NORM)[0]
    assert (row.need_low, row.need_high) == (low, high)


def test_a_row_states_its_inputs_with_their_dates() -> None:
    row = measured(small_city(), NORM)[0]
    assert {i.name: (i.value, str(i.as_of)) for i in row.inputs if i.as_of} == {
        "beds": (87_000, "2025-12-31"), "insured": (10_000_000, "2025-12-31")}


def test_a_district_without_its_insured_is_undetermined_and_the_others_say_why_too() -> None:
    people = [*insured(WEST, 4_000_000), *insured(ZONE, 1_000_000)]
    rows = {r.unit: r for r in measured(small_city(insured=people), NORM) if r.measure == "insured_beds"}
    assert {unit for unit, r in rows.items() if r.status == "undetermined"} == {AREA, WEST, EAST, ZONE}
    assert all(r.reason is not None and "参保人数" in r.reason.zh for r in rows.values())


# --- laws ------------------------------------------------------------------------------------------------------------


def test_more_beds_in_stock_never_help() -> None:
    order = ["holds", "fails"]
    ranks = [order.index(judge(city_with(stock), NORM).status) for stock in (80_000, 85_000, 89_900, 89_901, 95_000)]
    assert all(a <= b for a, b in pairwise(ranks))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stock=st.integers(0, 100_000), asked=st.integers(0, 5000))
def test_the_verdict_is_the_comparison_of_whole_numbers(stock: int, asked: int) -> None:
    said = judge(city_with(stock, asked), NORM)
    assert (said.status == "holds") == ((stock + asked) * 1000 <= 9 * 10_000_000)
    assert (said.value <= said.threshold) == (said.status == "holds")


def test_the_bounds_are_the_plans_own() -> None:
    plan = changed(NORM, high=Decimal("8.8"))
    assert judge(city_with(88_000, 0), NORM, plan=plan).status == "holds"
    assert judge(city_with(88_000, 1), NORM, plan=plan).status == "fails"


# --- a round number, and whose thousand ---------------------------------------------------------------------------------

ABOUT_SEVEN = {**{slot: {"option": option} for slot, option in (("beds", "insured_beds"), ("band", "band_free"))},
               "about": {"option": "rounds_to", "half_width": Decimal("0.5")}}


def about(number: str = "7", **more: Any) -> BedNorm:
    """About so many beds per 1000, under the reading that what rounds to it is inside."""
    return BedNorm(**{"id": "about", "clause": "bed-norm", "per": "insured", "by": date(2028, 12, 31), "about": Decimal(number),
                      "scope": Scope(provider_class=("inpatient",)), "readings": ABOUT_SEVEN, **more})


@pytest.mark.parametrize(("after", "value", "status"), [
    (74_999, "7.4999", "holds"), (75_000, "7.5", "fails"), (75_001, "7.5001", "fails"),
])
def test_about_seven_ends_just_below_seven_and_a_half(after: int, value: str, status: str) -> None:
    said = judge(city_with(after - 100), "about", plan=with_provisions(about()))
    assert (said.status, said.value, said.operator, said.threshold) == (status, Decimal(value), "<", Decimal("7.5"))
    assert said.evidence["room"] == 74_999 - after


def test_a_value_just_below_an_excluded_bound_is_not_shown_as_the_bound() -> None:
    """One bed below 7.5 per 1000 of 40 million persons is 7.499975: rounded up it would read 7.5."""
    people = [row for unit, n in {WEST: 20_000_000, EAST: 19_000_000, ZONE: 1_000_000}.items() for row in insured(unit, n)]
    said = judge(city_with(299_899, insured=people), "about", plan=with_provisions(about()))
    assert said.status == "holds"
    assert said.value < said.threshold


@pytest.mark.parametrize(("stock", "status"), [(64_999, "holds"), (65_000, "fails")])
def test_about_seven_begins_at_six_and_a_half(stock: int, status: str) -> None:
    """Seen where inside the band beds are added only against exits, of which there are none."""
    readings = {**ABOUT_SEVEN, "band": {"option": "exits_only"}}
    city = city_with(stock, 1, releases=[release("R1", 0)])
    assert judge(city, "about", plan=with_provisions(about(readings=readings))).status == status


@pytest.mark.parametrize(("after", "status"), [(70_000, "holds"), (70_001, "fails")])
def test_another_reading_takes_the_number_itself_as_the_bound(after: int, status: str) -> None:
    readings = {**ABOUT_SEVEN, "about": {"option": "at_most", "half_width": Decimal("0.5")}}
    said = judge(city_with(after - 100), "about", plan=with_provisions(about(readings=readings)))
    assert (said.status, said.operator, said.threshold) == (status, "<=", 7)


def test_the_beds_that_about_seven_allows_by_hand() -> None:
    """6.5 times 10 million is 65,000; below 7.5 times 10 million lies 74,999."""
    row = measured(small_city(), "about", plan=with_provisions(about()))[0]
    assert (row.need_low, row.need_high, row.supply, row.gap) == (65_000, 74_999, 87_000, 12_001)


@pytest.mark.parametrize(("stock", "ratio", "gap"), [(74_999, "7.4999", "0"), (75_000, "7.5", "0.0001")])
def test_the_ratio_row_and_the_gate_agree_at_an_excluded_bound(stock: int, ratio: str, gap: str) -> None:
    row = measured(city_with(stock), "about", plan=with_provisions(about()))[1]
    assert (row.supply, row.gap) == (Decimal(ratio), Decimal(gap))
    assert row.note is not None
    assert "不含" in row.note.zh


def test_residents_are_the_denominator_where_the_norm_says_so() -> None:
    people = [{"unit": unit, "year": 2025, "age_band": "all", "persons": n} for unit, n in ((WEST, 5_000_000), (EAST, 6_000_000), (ZONE, 1_000_000))]
    norm = about(per="resident")
    said = judge(city_with(89_900, residents=people), "about", plan=with_provisions(norm))
    assert (said.status, said.value, said.unit_of_measure) == ("fails", Decimal("7.5"), "bed_per_1000_residents")
    assert "常住人口" in said.sentence.zh
    assert lacking(judge(city_with(1), "about", plan=with_provisions(norm))) == {("residents", "persons")}


@pytest.mark.parametrize(("fields", "at"), [
    ({"about": None}, "low"), ({"low": Decimal(6)}, "low"), ({"about": None, "low": Decimal(6)}, "low"),
    ({"low": Decimal(6), "high": Decimal(8)}, "low"), ({"readings": {}}, "about"),
])
def test_a_norm_states_two_bounds_or_a_round_number_with_its_reading(fields: Any, at: str) -> None:
    assert at in {where[0] for where, _, _ in about(**fields).problems()}
    assert not list(about().problems())


def test_passing_is_strict_only_below_an_excluded_bound() -> None:
    assert (about().passes_when(), jinan().provision(NORM).passes_when()) == ("<", "<=")


@settings(max_examples=200, deadline=None)
@given(low=st.integers(0, 20_000), width=st.integers(0, 5_000), beds=st.integers(0, 200_000), persons=st.integers(1, 30_000_000), included=st.booleans())
def test_what_is_allowed_is_the_last_count_not_above_the_band(low: int, width: int, beds: int, persons: int, included: bool) -> None:
    bounds = Bounds(low=Decimal(low) / 1000, high=Decimal(low + width + 1) / 1000, high_included=included)
    assert bounds.exceeded_by(beds, persons) == (beds > bounds.allowed(persons) or (beds == 0 and bounds.exceeded_by(0, persons)))
