"""Radius caps that a clause narrows: by level, type, owner and area; with a floor beside the cap, and a person in dense areas."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dingdian.loop.probing import probe_plan
from dingdian.provisions.kinds.radius_cap import RadiusCap
from provisions.judging import judge, lacking, measured, with_provisions
from small_city import (
    AREA,
    EAST,
    ORIGIN,
    away,
    box,
    cell,
    clinic,
    fact,
    for_clinic,
    for_hospital,
    hospital,
    pharmacy,
    small_city,
)

OUTRIGHT = {"distance": {"option": "straight_line"}, "centre": {"option": "applicant"}, "doubt": {"option": "exact"},
            "density": {"option": "published"}}
PHARMACY = ("pharmacy",)
MEDICAL = ("inpatient", "outpatient_pooling", "personal_account")


def cap(readings: dict[str, Any] | None = None, **more: Any) -> RadiusCap:
    most = more.pop("most", 2)
    return RadiusCap(**{"id": "cap", "clause": "pharmacy-radius", "radius_m": 800, "caps": {"dense": most, "other": most}, "counts": PHARMACY,
                        "readings": {**OUTRIGHT, **(readings or {})}, **more})


def said(rule: RadiusCap, *providers: dict[str, Any], **tables: Any) -> Any:
    return judge(small_city(more_providers=list(providers), **tables), "cap", plan=with_provisions(rule))


def near(*metres: float, **more: Any) -> list[dict[str, Any]]:
    return [pharmacy(f"N{i}", m, **more) for i, m in enumerate(metres)]


# --- one cap everywhere ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("neighbours", "status"), [(0, "holds"), (1, "holds"), (2, "fails")])
def test_one_cap_everywhere_asks_for_no_density(neighbours: int, status: str) -> None:
    found = said(cap(), *near(*[400.0] * neighbours), population=None)
    assert (found.status, found.value, found.threshold) == (status, neighbours + 1, 2)
    assert "密度" not in found.sentence.zh
    assert "density" not in found.sentence.en


@pytest.mark.parametrize(("metres", "status"), [(799.9, "fails"), (800.0, "fails"), (800.1, "holds")])
def test_none_but_the_applicant_within_the_radius(metres: float, status: str) -> None:
    assert said(cap(most=1), *near(metres)).status == status


# --- who counts ------------------------------------------------------------------------------------------------------


def test_only_the_same_type_counts() -> None:
    rule = cap(most=1, counts=("outpatient_pooling", "pharmacy"), same_type=True)
    place = away(400)
    apply = {"applications": [for_clinic()]}
    assert said(rule, clinic("D", place, kind="dental_clinic"), **apply).status == "holds"
    assert said(rule, pharmacy("P", 400), **apply).status == "holds"
    assert said(rule, clinic("C", place), **apply).status == "fails"
    unknown = said(rule, clinic("U", place, kind=None), **apply)
    assert lacking(unknown) == {("providers", "kind")}


def test_levels_and_kinds_counted_elsewhere_do_not_fill_a_place() -> None:
    rule = cap(counts=MEDICAL, counted_levels=("primary", "ungraded"), counted_elsewhere=("dental_clinic",), most=1)
    place, apply = away(400), {"applications": [for_clinic()]}
    assert said(rule, hospital("H", "tertiary", EAST, place), **apply).status == "holds"
    assert said(rule, clinic("D", place, kind="dental_clinic"), **apply).status == "holds"
    assert said(rule, hospital("L", "primary", EAST, place), **apply).status == "fails"


@pytest.mark.parametrize(("option", "dental", "tertiary"), [
    ("listed", "holds", "holds"), ("with_specialised", "fails", "holds"), ("every_level", "fails", "fails"),
])
def test_which_institutions_fill_a_place_is_a_reading(option: str, dental: str, tertiary: str) -> None:
    rule = cap({"which": {"option": option}}, counts=MEDICAL, counted_levels=("primary", "ungraded"),
               counted_elsewhere=("dental_clinic",), most=1)
    place, apply = away(400), {"applications": [for_clinic()]}
    assert said(rule, clinic("D", place, kind="dental_clinic"), **apply).status == dental
    assert said(rule, hospital("H", "tertiary", EAST, place), **apply).status == tertiary


def test_an_applicant_that_fills_no_place_is_not_bound_by_the_cap() -> None:
    rule = cap(counts=MEDICAL, counted_levels=("primary", "ungraded"), counted_elsewhere=("dental_clinic",), most=1)
    full = clinic("C", away(400))
    assert said(rule, full, applications=[for_clinic(kind="dental_clinic")]).status == "not_applicable"
    assert said(rule, full, applications=[for_hospital()]).status == "not_applicable"
    assert said(rule, full, applications=[for_clinic()]).status == "fails"
    assert lacking(said(rule, full, applications=[for_clinic(level=None)])) == {("applications", "level")}


def test_a_neighbour_of_unknown_level_counts_possibly() -> None:
    rule = cap(counts=MEDICAL, counted_levels=("primary", "ungraded"), most=1)
    unknown, apply = clinic("U", away(400), level=None), {"applications": [for_clinic()]}
    assert lacking(said(rule, unknown, **apply)) == {("providers", "level")}
    assert said(cap(counts=MEDICAL, counted_levels=("primary", "ungraded"), most=2), unknown, **apply).status == "holds"


@pytest.mark.parametrize(("option", "status"), [("jointly", "fails"), ("separately", "holds")])
def test_local_and_xpcc_owners_are_counted_together_or_apart(option: str, status: str) -> None:
    rule = cap({"owners": {"option": option}})
    mine = small_city(more_providers=[*near(300, owner="xpcc"), pharmacy("L", 400, owner="local")],
                      applications=[{**for_pharmacy(), "owner": "local"}])
    assert judge(mine, "cap", plan=with_provisions(rule)).status == status


def for_pharmacy() -> dict[str, Any]:
    from small_city import application

    return application()


def test_apart_an_unknown_owner_is_missing_evidence() -> None:
    rule = cap({"owners": {"option": "separately"}}, most=1)
    assert lacking(said(rule)) == {("applications", "owner")}
    owned = [{**for_pharmacy(), "owner": "xpcc"}]
    assert lacking(said(rule, *near(400), applications=owned)) == {("providers", "owner")}


# --- where it binds --------------------------------------------------------------------------------------------------


def city(*facts: dict[str, Any], **more: Any) -> Any:
    return {"more_facts": list(facts), **more}


@pytest.mark.parametrize(("value", "status"), [("city", "fails"), ("township", "not_applicable"), ("uninhabited", "not_applicable")])
def test_a_cap_of_city_areas_binds_there_only(value: str, status: str) -> None:
    assert said(cap(within="city"), *near(400, 500), **city(fact("A1", "settlement", value))).status == status


def test_the_class_of_the_unit_makes_a_city_area_where_people_live() -> None:
    of_unit = fact(EAST, "settlement", "city")
    assert said(cap(within="city"), *near(400, 500), **city(of_unit)).status == "fails"
    empty = [cell("FAR", away(3000), 50)]
    assert said(cap(within="city"), *near(400, 500), **city(of_unit, population=empty)).status == "not_applicable"
    assert lacking(said(cap(within="city"), *near(400, 500), **city(of_unit, population=None))) == {("population", "persons")}


def test_without_a_published_class_nobody_knows_whether_it_is_a_city_area() -> None:
    assert lacking(said(cap(within="city"), *near(400, 500))) == {("facts", "settlement")}
    whole = fact(AREA, "settlement", "township")
    assert said(cap(within="city"), *near(400, 500), **city(whole)).status == "not_applicable"


@pytest.mark.parametrize(("persons", "status"), [(374, "not_applicable"), (375, "fails"), (376, "fails")])
def test_another_reading_takes_density_for_a_city_area(persons: int, status: str) -> None:
    rule = cap({"area": {"option": "by_density", "persons_per_km2": 1500}}, within="city")
    assert said(rule, *near(400, 500), population=[cell("C", ORIGIN, persons)]).status == status


# --- the floor, and the person ----------------------------------------------------------------------------------------


def test_the_cap_is_tested_at_the_smaller_radius_and_the_floor_at_the_larger() -> None:
    rule = cap(floor=1, floor_radius_m=1000)
    assert said(rule, *near(900, 900)).status == "holds"
    assert said(cap({"limit": {"option": "larger_radius"}}, floor=1, floor_radius_m=1000), *near(900, 900)).status == "fails"
    assert said(rule).evidence["floor"]["would_fill_it"]
    assert not said(rule, *near(1000)).evidence["floor"]["would_fill_it"]
    assert said(rule, *near(1000.1)).evidence["floor"]["would_fill_it"]


def test_people_who_have_the_floor_are_measured_against_all() -> None:
    rule = cap(floor=1, floor_radius_m=1000)
    people = [cell("A", ORIGIN, 40), cell("B", away(5000), 2)]
    town = small_city(more_providers=near(1000), population=people)
    rows = {r.unit: r for r in measured(town, "cap", plan=with_provisions(rule)) if r.measure == "people_with_floor"}
    assert (rows[EAST].supply, rows[EAST].need, rows[EAST].gap) == (40, 42, -2)
    assert {r.status for r in measured(small_city(population=None), "cap", plan=with_provisions(rule))} >= {"undetermined"}


def test_people_of_cells_without_a_published_class_leave_the_floor_open() -> None:
    rule = cap(within="city", floor=1, floor_radius_m=1000)
    people = [cell("A", ORIGIN, 40), cell("B", away(5000), 2)]
    def row(**more: Any) -> Any:
        town = small_city(population=people, polygons={EAST: box(116.9, 36.5, 117.5, 36.9)}, **more)
        return next(r for r in measured(town, "cap", plan=with_provisions(rule)) if r.measure == "people_with_floor" and r.unit == EAST)
    assert row().status == "undetermined"
    assert row(more_facts=[fact("A", "settlement", "city"), fact("B", "settlement", "township")]).gap == -40
    assert row(more_facts=[fact(EAST, "settlement", "city")]).gap == -42


def test_in_dense_areas_the_third_goes_to_a_person() -> None:
    rule = cap(to_person=("dense",))
    dense = fact("A1", "density", "dense")
    found = said(rule, *near(400, 500), **city(dense))
    assert lacking(found) == {("facts", "dense_addition")}
    assert "医保部门决定" in found.sentence.zh
    assert said(rule, *near(400), **city(dense)).status == "holds"
    assert said(rule, *near(400, 500), **city(fact("A1", "density", "other"))).status == "fails"


@pytest.mark.parametrize(("value", "status"), [("approved", "holds"), ("declined", "fails"), ("perhaps", "undetermined")])
def test_the_bureaus_decision_settles_it(value: str, status: str) -> None:
    rule = cap(to_person=("dense",))
    assert said(rule, *near(400, 500), **city(fact("A1", "density", "dense"), fact("A1", "dense_addition", value))).status == status


# --- bad fields, own words, own probes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [{"floor": 1}, {"floor_radius_m": 1000}, {"floor": 1, "floor_radius_m": 700}])
def test_a_floor_has_a_radius_not_smaller_than_the_caps(more: dict[str, Any]) -> None:
    assert list(cap(**more).problems())
    assert not list(cap(floor=1, floor_radius_m=800).problems())


def test_the_read_back_says_every_narrowing() -> None:
    rule = cap(within="city", floor=1, floor_radius_m=1000, to_person=("dense",), counts=MEDICAL, counted_levels=("primary",),
               counted_elsewhere=("eye_hospital",))
    text = rule.read_back()
    for words in ("城市区域内", "800 米", "1,000 米内至少应有 1 家", "由医保部门决定", "只计一级", "眼科医院另行计数"):
        assert words in text.zh


@pytest.mark.slow
@pytest.mark.parametrize("more", [
    {}, {"most": 1, "same_type": True}, {"within": "city", "to_person": ("dense",), "floor": 1, "floor_radius_m": 1000},
    {"counts": MEDICAL, "counted_levels": ("primary", "ungraded"), "counted_elsewhere": ("dental_clinic",)},
])
@pytest.mark.parametrize("readings", [{}, {"limit": {"option": "larger_radius"}, "owners": {"option": "separately"}}, {"distance": {"option": "walking"}}])
def test_its_own_probes_come_out_as_said(more: dict[str, Any], readings: dict[str, Any]) -> None:
    from dingdian.provisions.base import Scope

    scope = Scope(actions=("designate",), provider_class=("outpatient_pooling",) if more.get("counts") else PHARMACY)
    found = [r for r in probe_plan(with_provisions(cap(readings, scope=scope, **more))) if r.name.startswith("cap:")]
    assert len(found) >= 3
    assert [(r.name, r.differences) for r in found if r.differences] == []




# --- another's circle --------------------------------------------------------------------------------------------------

EVERY = {"centre": {"option": "every_circle"}}


def around(*metres: float) -> list[dict[str, Any]]:
    """One pharmacy 700 m to the east, which others stand close to; only it is within 800 m of the applicant."""
    return [pharmacy("EAST", 700), *(pharmacy(f"F{i}", m) for i, m in enumerate(metres))]


def test_another_circle_that_would_come_to_exceed_its_cap_stops_the_applicant() -> None:
    assert said(cap(), *around(1000)).status == "holds"
    found = said(cap(EVERY), *around(1000))
    assert (found.status, found.value, found.threshold) == ("fails", 3, 2)
    assert said(cap(EVERY), *around()).status == "holds"


def test_another_dense_circle_goes_to_the_person_too() -> None:
    facts = [fact("A1", "density", "other"), fact("EAST", "density", "dense")]
    found = said(cap(EVERY, to_person=("dense",)), *around(1000), more_facts=facts)
    assert lacking(found) == {("facts", "dense_addition")}


def test_a_circle_whose_members_nobody_can_tell_is_not_over_for_sure() -> None:
    rule = cap(EVERY, counts=MEDICAL, counted_levels=("primary", "ungraded"))
    near_by, apply = clinic("EAST", away(700)), {"applications": [for_clinic()]}
    assert said(rule, near_by, clinic("F", away(1000)), **apply).status == "fails"
    assert said(rule, near_by, clinic("F", away(1000), level=None), **apply).status == "undetermined"


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from([100.0, 500.0, 800.0, 800.1, 1200.0]), max_size=4), st.sampled_from([100.0, 800.0, 900.0]))
def test_one_neighbour_more_never_helps(metres: list[float], more: float) -> None:
    order = {"holds": 0, "undetermined": 1, "fails": 2}
    rule = cap(EVERY, to_person=("dense",))
    facts = {"more_facts": [fact("A1", "density", "other")]}
    assert order[said(rule, *near(*metres), **facts).status] <= order[said(rule, *near(*metres, more), **facts).status]
