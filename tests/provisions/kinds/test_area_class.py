"""None, short, saturated: published, or told by the caps of the same plan, which it cannot contradict."""

from __future__ import annotations

from typing import Any

import pytest

from dingdian.loop.probing import probe_plan
from dingdian.provisions.kinds.area_class import AreaClass
from dingdian.provisions.kinds.radius_cap import RadiusCap
from provisions.judging import judge, lacking, measured, with_provisions
from small_city import AREA, ORIGIN, away, cell, fact, pharmacy, small_city

OUTRIGHT = {"distance": {"option": "straight_line"}, "centre": {"option": "applicant"}, "doubt": {"option": "exact"}}
CAP = RadiusCap(id="cap", clause="pharmacy-radius", radius_m=800, caps={"dense": 2, "other": 2}, counts=("pharmacy",), floor=1,
                floor_radius_m=1000, to_person=("dense",), readings=OUTRIGHT)


def plan(**more: Any) -> Any:
    return with_provisions(CAP, AreaClass(**{"id": "class", "clause": "pharmacy-stop", "follows": ("cap",), **more}))


def said(*metres: float, facts: tuple[dict[str, Any], ...] = (fact("A1", "density", "other"),), **more: Any) -> Any:
    near = [pharmacy(f"N{i}", m) for i, m in enumerate(metres)]
    return judge(small_city(more_providers=near, more_facts=list(facts)), "class", plan=plan(**more))


@pytest.mark.parametrize(("metres", "found", "status"), [
    ((), "none", "holds"), ((1000.1, 1000.1), "none", "holds"), ((1000.0,), "short", "holds"), ((900, 900, 900), "short", "holds"),
    ((800,), "short", "holds"), ((800, 800), "saturated", "fails"), ((800.1, 800), "short", "holds"),
])
def test_the_caps_tell_the_class(metres: tuple[float, ...], found: str, status: str) -> None:
    answer = said(*metres)
    assert (answer.status, answer.evidence["class"]) == (status, found)


@pytest.mark.parametrize(("value", "status"), [("none", "holds"), ("short", "holds"), ("saturated", "fails")])
def test_what_is_published_goes_before(value: str, status: str) -> None:
    assert said(400, 400, facts=(fact("A1", "coverage_class", value),)).status == status
    assert said(facts=(fact(AREA, "coverage_class", value),)).status == status


def test_where_the_bureau_decides_on_the_cap_it_decides_here_too() -> None:
    dense = fact("A1", "density", "dense")
    assert lacking(said(400, 400, facts=(dense,))) == {("facts", "dense_addition")}
    assert said(400, 400, facts=(dense, fact("A1", "dense_addition", "approved"))).status == "holds"
    assert said(400, 400, facts=(dense, fact("A1", "dense_addition", "declined"))).status == "fails"


def test_a_saturated_area_may_be_read_as_the_bureaus_to_decide() -> None:
    assert said(400, 400, readings={"saturated": {"option": "bureau"}}).status == "undetermined"


def test_outside_every_cap_there_is_no_class() -> None:
    rule = RadiusCap(id="inner", clause="pharmacy-radius", radius_m=800, caps={"dense": 2, "other": 2}, counts=("pharmacy",), within="city", readings=OUTRIGHT)
    both = with_provisions(rule, AreaClass(id="class", clause="pharmacy-stop", follows=("inner",)))
    assert judge(small_city(more_facts=[fact("A1", "settlement", "township")]), "class", plan=both).status == "not_applicable"
    assert lacking(judge(small_city(), "class", plan=both)) == {("facts", "settlement")}


def test_people_are_counted_by_the_class_of_their_cell() -> None:
    people = [cell("A", ORIGIN, 10), cell("B", away(900), 20), cell("C", away(5000), 40)]
    near = [pharmacy("N0", 0), pharmacy("N1", 10)]
    facts = [fact(c, "density", "other") for c in "ABC"]
    rows = {r.measure: r.supply for r in measured(small_city(population=people, more_providers=near, more_facts=facts), "class", plan=plan()) if r.unit == AREA}
    assert rows == {"people_in_none_area": 40, "people_in_short_area": 20, "people_in_saturated_area": 10}


def test_without_a_grid_nobody_is_counted() -> None:
    assert {r.status for r in measured(small_city(population=None), "class", plan=plan())} == {"undetermined"}


def test_it_follows_something() -> None:
    assert list(AreaClass(id="class", clause="pharmacy-stop").problems())


@pytest.mark.slow
@pytest.mark.parametrize("option", ["refuse", "bureau"])
def test_its_own_probes_come_out_as_said(option: str) -> None:
    found = [r for r in probe_plan(plan(readings={"saturated": {"option": option}})) if r.name.startswith("class:")]
    assert len(found) == 3
    assert [r for r in found if r.differences] == []
