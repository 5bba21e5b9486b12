"""Grades of areas: thirds of HRAD/PAD, grades set by hand before them, and exemptions that hold in weak areas only."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from dingdian.plans.model import Plan
from dingdian.provisions.base import Scope
from dingdian.provisions.kinds.area_grade import AreaGrade
from dingdian.provisions.kinds.weak_area import WeakArea
from provisions.judging import judge, lacking, measured, with_provisions
from provisions.kinds.test_doctor_norm import doctors
from small_city import (
    AREA,
    EAST,
    WEST,
    ZONE,
    beds,
    default_tables,
    fact,
    for_hospital,
    hospital,
    insured,
    pharmacy,
    small_city,
)

ID, FREE = "grades", "weak-branch"


def plan_with(grading: str = "stated_first", resources: tuple[str, ...] = ("beds", "doctors", "institutions")) -> Plan:
    exempt = {"counting": {"option": "counted"}, "who": {"option": "as_scoped"}, "fund": {"option": "never"}}
    return with_provisions(
        AreaGrade(id=ID, clause="exits", effect="information", readings={"grading": {"option": grading}}, resources=resources),
        WeakArea(id=FREE, clause="branch", effect="exemption", area_grade=ID, excepts=("bed-total", "branch-total"), signed_excepts=("fund-gate",),
                 scope=Scope(actions=("branch",), tags=("tertiary_branch",)), readings=exempt))


def city(unit: str = WEST, **changes: Any) -> Any:
    """A million persons in each district. Beds 3:2:1, doctors 3:2:1, institutions 1:2:1 in west, east and zone."""
    tables: dict[str, Any] = {
        "insured": [row for u in (WEST, EAST, ZONE) for row in insured(u, 1_000_000)],
        "beds": [beds("H1", 3000), beds("H2", 2000), beds("H3", 1000)], "more_providers": [pharmacy("P1", 400)],
        "staff": [doctors("H1", 300), doctors("H2", 200), doctors("H3", 100)],
        "applications": [for_hospital(action="branch", provider="H1", unit=unit, tags="tertiary_branch", place=None)],
    }
    return small_city(**{**tables, **changes})


def stated(unit: str, grade: str) -> list[dict[str, Any]]:
    return [{**row, "resource_class": grade} if row["unit"] == unit else row for row in default_tables()["units"]]


def test_hrad_over_pad_is_resources_per_person_against_the_whole_area() -> None:
    """West: beds 3/2, doctors 3/2 and institutions 3/4 of the mean; together 5/4. East 1, 1, 3/2; zone 1/2, 1/2, 3/4."""
    rows = {r.unit: r for r in measured(city(), ID, plan=plan_with())}
    assert [rows[u].supply for u in (WEST, EAST, ZONE)] == [Decimal("1.25"), Decimal("1.1667"), Decimal("0.5833")]
    assert [i.value for i in rows[WEST].inputs] == [Decimal("1.5"), Decimal("1.5"), Decimal("0.75")]


@pytest.mark.parametrize(("unit", "grade"), [(WEST, "rich"), (EAST, "moderate"), (ZONE, "weak")])
def test_thirds_make_the_grades(unit: str, grade: str) -> None:
    said = judge(city(unit), ID, plan=plan_with())
    assert (said.status, said.value) == ("holds", grade)


def test_a_grade_set_by_hand_goes_before_with_its_reason() -> None:
    reason = [fact(WEST, "resource_class_reason", "集中安置区")]
    changed = city(units=stated(WEST, "weak"), more_facts=reason)
    said = judge(changed, ID, plan=plan_with())
    assert said.value == "weak"
    assert "集中安置区" in said.sentence.zh
    assert judge(changed, ID, plan=plan_with("terciles")).value == "rich"


def test_a_missing_count_leaves_every_area_without_a_grade_unless_it_is_stated() -> None:
    assert lacking(judge(city(staff=[doctors("H1", 1)]), ID, plan=plan_with())) == {("staff", "count")}
    assert lacking(judge(city(insured=None), ID, plan=plan_with())) >= {("insured", "persons")}
    assert judge(city(staff=None, units=stated(WEST, "rich")), ID, plan=plan_with()).value == "rich"
    assert judge(city(staff=None), ID, plan=plan_with(resources=("beds",))).value == "rich"


def test_areas_without_any_of_a_resource_cannot_be_compared() -> None:
    nobody = [doctors(code, 0) for code in ("H1", "H2", "H3")]
    assert lacking(judge(city(staff=nobody), ID, plan=plan_with())) == {("units", "resource_class")}


def test_resources_that_are_not_known_are_refused() -> None:
    grading = plan_with().provision(ID)
    assert not list(grading.problems())
    assert list(plan_with(resources=("beds", "nurses")).provision(ID).problems())
    assert list(plan_with(resources=()).provision(ID).problems())


# --- exemptions in weak areas -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("unit", "status"), [(ZONE, "holds"), (EAST, "not_applicable"), (WEST, "not_applicable")])
def test_the_exemption_holds_in_weak_areas_only(unit: str, status: str) -> None:
    said = judge(city(unit), FREE, plan=plan_with())
    assert (said.status, said.waives) == (status, ("bed-total", "branch-total") if status == "holds" else ())


def test_numbers_are_lifted_and_the_fund_stop_is_not() -> None:
    said = judge(city(ZONE), FREE, plan=plan_with())
    assert "fund-gate" not in (*said.waives, *said.may_waive)


def test_an_area_without_a_grade_is_never_weak() -> None:
    said = judge(city(ZONE, staff=None), FREE, plan=plan_with())
    assert lacking(said) == {("staff", "count")}
    assert set(said.may_waive) == {"bed-total", "branch-total"}


def test_a_branch_without_the_tag_is_not_meant() -> None:
    plain = [for_hospital(action="branch", provider="H1", unit=ZONE, place=None)]
    assert judge(city(applications=plain), FREE, plan=plan_with()).status == "not_applicable"


def test_a_place_in_no_district_has_no_grade() -> None:
    said = judge(city(AREA), FREE, plan=plan_with())
    assert lacking(said) == {("applications", "unit")}


def test_an_institution_more_moves_the_index() -> None:
    more = [pharmacy("P1", 400), hospital("H9", "primary", ZONE, designated_on="2026-03-01")]
    rows = {r.unit: r.supply for r in measured(city(more_providers=more), ID, plan=plan_with())}
    assert rows[ZONE] == Decimal("0.7333")
