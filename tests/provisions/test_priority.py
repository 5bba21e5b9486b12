"""Specialties that come first where they are short: they order, they never admit."""

from __future__ import annotations

from typing import Any

import pytest

from provisions.judging import changed, judge, lacking
from small_city import fact, for_clinic, for_hospital, small_city

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
