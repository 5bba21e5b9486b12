"""Specialties that come first where they are short: they order, they never admit."""

from __future__ import annotations

from typing import Any

import pytest

from dingdian.provisions.base import Scope
from dingdian.provisions.kinds.area_grade import AreaGrade
from dingdian.provisions.kinds.priority import Priority
from provisions.judging import changed, judge, lacking, with_provisions
from small_city import EAST, default_tables, fact, for_clinic, for_hospital, small_city

FIRST = "scarce-first"


def city_with(*states: tuple[str, str], **applicant: Any) -> Any:
    facts = [fact(subject, "supply_demand", state) for subject, state in states] or [fact("eye", "supply_demand", "short")]
    return small_city(facts=facts, applications=[for_hospital(**applicant)])


@pytest.mark.parametrize(("state", "status"), [("short", "holds"), ("balanced", "not_applicable"), ("surplus", "not_applicable")])
def test_a_listed_specialty_comes_first_only_where_it_is_short(state: str, status: str) -> None:
    said = judge(city_with(("psychiatric", state), specialties="psychiatric"), FIRST)
    assert said.status == status
    assert str(said.as_of) == "2026-06-30"
    assert said.evidence["source"] == "测试"


def test_a_specialised_hospital_has_the_specialty_of_its_kind() -> None:
    assert judge(city_with(("oncology", "short"), kind="oncology_hospital"), FIRST).status == "holds"


@pytest.mark.parametrize("specialties", ["eye", "general", None])
def test_an_unlisted_specialty_is_no_matter_of_this_clause(specialties: str | None) -> None:
    assert judge(city_with(("eye", "short"), specialties=specialties), FIRST).status == "not_applicable"


def test_one_short_specialty_of_several_suffices() -> None:
    city = city_with(("paediatric", "balanced"), ("oncology", "short"), specialties="paediatric;oncology")
    assert (judge(city, FIRST).status, judge(city, FIRST).value) == ("holds", "oncology")


@pytest.mark.parametrize("states", [[], [("paediatric", "balanced")], [("paediatric", "balanced"), ("oncology", "不明")]])
def test_a_specialty_nobody_judged_is_missing_unless_another_is_short(states: Any) -> None:
    said = judge(city_with(*states, specialties="paediatric;oncology"), FIRST)
    assert lacking(said) == {("facts", "supply_demand")}


def test_a_plan_may_put_a_specialty_first_whatever_the_balance() -> None:
    said = judge(city_with(specialties="psychiatric"), FIRST, plan=changed(FIRST, when_short=False))
    assert said.status == "holds"
    assert "—" not in said.sentence.zh


def test_clinics_are_not_meant() -> None:
    city = small_city(applications=[for_clinic(specialties="psychiatric")])
    assert judge(city, FIRST).status == "not_applicable"


# --- scarce beside the listed ones, weak areas, good quality ---------------------------------------------------------------


def further(**more: Any) -> Any:
    grading = AreaGrade(id="grades", clause="exits", effect="information", readings={"grading": {"option": "stated_first"}})
    return with_provisions(grading, Priority(id="first", clause="scarce-first", effect="priority", **more))


def graded(grade: str) -> list[dict[str, Any]]:
    return [{**row, "resource_class": grade} if row["unit"] == EAST else row for row in default_tables()["units"]]


@pytest.mark.parametrize(("specialty", "state", "status"), [
    ("oncology", "surplus", "holds"), ("paediatric", "short", "holds"), ("paediatric", "balanced", "not_applicable"), ("paediatric", None, "undetermined"),
])
def test_a_named_specialty_comes_first_outright_and_others_when_found_short(specialty: str, state: str | None, status: str) -> None:
    facts = [] if state is None else [fact(specialty, "supply_demand", state)]
    city = small_city(applications=[for_hospital(kind="specialised_hospital", specialties=specialty)], more_facts=facts)
    plan = further(specialties=("oncology",), when_short=False, or_short=True)
    assert judge(city, "first", plan=plan).status == status


def test_a_general_hospital_waits_for_no_finding_about_general_care() -> None:
    city = small_city(applications=[for_hospital()])
    assert judge(city, "first", plan=further(specialties=("oncology",), when_short=False, or_short=True)).status == "not_applicable"


@pytest.mark.parametrize(("grade", "status"), [("weak", "holds"), ("moderate", "not_applicable"), ("rich", "not_applicable")])
def test_institutions_come_first_where_resources_are_short(grade: str, status: str) -> None:
    city = small_city(units=graded(grade), applications=[for_hospital(level="primary")])
    plan = further(area_grade="grades", grades=("weak",), scope=Scope(levels=("primary", "ungraded")))
    assert judge(city, "first", plan=plan).status == status
    assert judge(small_city(units=graded(grade), applications=[for_hospital()]), "first", plan=plan).status == "not_applicable"


def test_an_area_without_a_grade_gives_no_priority_yet() -> None:
    city = small_city(applications=[for_hospital(level="primary")])
    assert ("staff", "count") in lacking(judge(city, "first", plan=further(area_grade="grades", grades=("weak",))))


@pytest.mark.parametrize(("finding", "status"), [("市级认定〔2026〕1号", "holds"), ("no", "not_applicable"), (None, "undetermined")])
def test_good_quality_must_be_established(finding: str | None, status: str) -> None:
    facts = [] if finding is None else [fact("A1", "quality_finding", finding)]
    city = small_city(units=graded("weak"), applications=[for_hospital()], more_facts=facts)
    plan = further(area_grade="grades", grades=("weak",), quality=True)
    assert judge(city, "first", plan=plan).status == status


def test_grades_and_the_grading_go_together() -> None:
    assert list(further(grades=("weak",)).provision("first").problems())
    assert not list(further(grades=("weak",), area_grade="grades").provision("first").problems())


def test_whether_departments_of_general_hospitals_come_first_is_a_reading() -> None:
    """A general hospital with a psychiatric department, and a psychiatric hospital; psychiatry is listed whatever its balance."""
    department, special = for_hospital(specialties="psychiatric"), for_hospital("A2", None, kind="psychiatric_hospital")
    city = small_city(applications=[department, special])
    for option, statuses in (("departments_too", ("holds", "holds")), ("institutions_only", ("not_applicable", "holds"))):
        plan = changed("scarce-first", when_short=False, readings={"departments": {"option": option}})
        assert tuple(judge(city, "scarce-first", code, plan=plan).status for code in ("A1", "A2")) == statuses
