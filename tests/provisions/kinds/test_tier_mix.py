"""Beds by level steered towards 60:25:15: the tolerance, the two groups of lowest level, what is missing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from provisions.judging import changed, judge, lacking, measured
from small_city import AREA, EAST, WEST, ZONE, beds, for_hospital, hospital, small_city

MIX = "tier-mix"
NONE = {"AMB-04": "exact"}


def city_with(tertiary: int, secondary: int, primary: int, asked: int = 100, level: str = "tertiary", **changes: Any) -> Any:
    providers = [hospital("T", "tertiary", WEST), hospital("S", "secondary", EAST), hospital("P", "primary", ZONE)]
    counted = [beds("T", tertiary), beds("S", secondary), beds("P", primary)]
    return small_city(**{"providers": providers, "beds": counted, "applications": [for_hospital(level=level, beds=asked)], **changes})


@pytest.mark.parametrize(("asked", "status"), [(99, "holds"), (100, "holds"), (101, "fails")])
def test_a_share_of_62_per_cent_is_at_the_limit_and_not_over_it(asked: int, status: str) -> None:
    """6,100 of 9,900 beds and 100 more: 6,200 of 10,000, the reference of 60 and 2 points."""
    said = judge(city_with(6100, 2500, 1300, asked), MIX)
    assert (said.status, said.threshold) == (status, 62)
    assert (said.value <= 62) == (status == "holds")


def test_a_share_a_hair_above_the_limit_is_never_shown_as_the_limit() -> None:
    said = judge(city_with(610_000, 250_000, 130_000, 10_001), MIX)
    assert said.status == "fails"
    assert said.value == Decimal("62.01")


@pytest.mark.parametrize(("asked", "status"), [(0, "holds"), (1, "fails")])
def test_without_tolerance_the_reference_itself_is_the_limit(asked: int, status: str) -> None:
    said = judge(city_with(6000, 2500, 1500, asked), MIX, readings=NONE)
    assert (said.status, said.threshold, said.readings["AMB-04"]) == (status, 60, "exact")


@pytest.mark.parametrize(("level", "limit"), [("tertiary", 62), ("secondary", 27), ("primary", 17), ("ungraded", 17)])
def test_ungraded_hospitals_belong_to_the_last_group(level: str, limit: int) -> None:
    said = judge(city_with(6000, 2500, 1500, 10, level), MIX)
    assert (said.status, said.threshold) == ("holds", limit)


def test_beds_of_ungraded_hospitals_count_with_the_primary_ones() -> None:
    rows = [beds("T", 6000), beds("S", 2500), beds("P", 1000), beds("U", 500)]
    providers = [hospital("T", "tertiary", WEST), hospital("S", "secondary", EAST), hospital("P", "primary", ZONE),
                 hospital("U", "ungraded", ZONE)]
    city = small_city(providers=providers, beds=rows)
    shares = {r.level: r.supply for r in measured(city, MIX) if r.unit == AREA}
    assert shares == {"tertiary": 60, "secondary": 25, "primary": 15}


def test_a_level_below_its_share_may_grow_although_another_is_over() -> None:
    assert judge(city_with(8000, 1500, 500, 100, "secondary"), MIX).status == "holds"


def test_the_beds_applied_for_count_in_the_whole_too() -> None:
    """6,200 of 10,000 and 100 more: 62.38 %, not 63 %."""
    assert judge(city_with(6200, 2500, 1300), MIX).value == Decimal("62.38")


def test_the_first_bed_of_a_city_is_all_of_its_beds() -> None:
    assert judge(city_with(0, 0, 0, 1), MIX).status == "fails"
    assert judge(city_with(0, 0, 0, 0), MIX).status == "holds"


@pytest.mark.parametrize("column", ["level", "beds"])
def test_level_and_beds_must_be_stated(column: str) -> None:
    city = city_with(1, 1, 1, applications=[for_hospital(**{column: None})])
    assert lacking(judge(city, MIX)) == {("applications", column)}


def test_one_hospital_without_beds_leaves_every_share_open() -> None:
    city = city_with(1, 1, 1, beds=[beds("T", 6000), beds("S", 2500)])
    assert lacking(judge(city, MIX)) == {("beds", "insured_beds")}


def test_without_insured_persons_no_year_fixes_the_date_of_the_beds() -> None:
    said = judge(city_with(6000, 2500, 1500, insured=None), MIX)
    assert lacking(said) == {("insured", "persons")}


@pytest.mark.parametrize(("level", "status"), [("tertiary", "fails"), ("secondary", "undetermined")])
def test_beds_of_unknown_level_leave_shares_open_that_are_not_over_already(level: str, status: str) -> None:
    providers = [hospital("T", "tertiary", WEST), hospital("S", "secondary", EAST),
                 {k: v for k, v in hospital("X", "primary", ZONE).items() if k != "level"}]
    city = city_with(0, 0, 0, 100, level, providers=providers, beds=[beds("T", 8000), beds("S", 1000), beds("X", 500)])
    said = judge(city, MIX)
    assert said.status == status
    if status == "undetermined":
        assert lacking(said) == {("providers", "level")}
    assert {r.status for r in measured(city, MIX) if r.unit == AREA} == {"undetermined"}


@pytest.mark.parametrize(("action", "status"), [("add_beds", "fails"), ("branch", "fails"), ("designate", "fails"), ("relocate", "not_applicable"),
                                                ("convert", "not_applicable")])
def test_the_clause_speaks_of_whoever_adds_beds(action: str, status: str) -> None:
    city = city_with(9000, 500, 500, applications=[for_hospital(action=action, level="tertiary", provider="T", unit=WEST)])
    assert judge(city, MIX).status == status


# --- the measure -----------------------------------------------------------------------------------------------------


def test_only_the_pooling_area_is_held_against_the_shares() -> None:
    rows = {(r.unit, r.level): r for r in measured(city_with(7000, 2000, 1000), MIX)}
    assert (rows[AREA, "tertiary"].need_low, rows[AREA, "tertiary"].need_high, rows[AREA, "tertiary"].gap) == (58, 62, 8)
    assert (rows[AREA, "secondary"].gap, rows[AREA, "primary"].gap) == (-3, -3)
    assert (rows[WEST, "tertiary"].need_low, rows[WEST, "tertiary"].supply) == (None, 100)


def test_the_deviation_is_told_in_beds_too() -> None:
    row = measured(city_with(7000, 2000, 1000), MIX)[0]
    assert row.note is not None
    assert "1,000" in row.note.zh


def test_a_district_without_beds_has_no_shares() -> None:
    providers = [hospital("T", "tertiary", WEST)]
    rows = [r for r in measured(small_city(providers=providers, beds=[beds("T", 10)]), MIX) if r.unit == EAST]
    assert {r.status for r in rows} == {"undetermined"}
    assert all(r.reason is not None and "没有定点床位" in r.reason.zh for r in rows)


def test_where_a_plan_only_compares_nobody_is_held_against_the_split() -> None:
    city, plan = city_with(9000, 500, 500), changed(MIX, effect="information")
    assert judge(city, MIX, plan=plan).status == "not_applicable"
    assert measured(city, MIX, plan=plan)[0].gap == 28
    assert "不限制" in plan.provision(MIX).read_back().zh
