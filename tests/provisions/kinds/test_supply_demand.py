"""What is published as surplus is not added, what is published as short comes first; nothing is inferred."""

from __future__ import annotations

from typing import Any

import pytest

from provisions.judging import changed, judge, lacking
from small_city import application, fact, for_clinic, for_hospital, small_city

STOP, FIRST = "surplus-stop", "demand-first"


def city_with(*states: tuple[str, str], applicant: Any = None, **changes: Any) -> Any:
    facts = [fact(subject, "supply_demand", state) for subject, state in states]
    return small_city(**{"facts": facts or None, "applications": [applicant or for_clinic(specialties="dental")], **changes})


@pytest.mark.parametrize(("state", "gate", "priority"), [
    ("short", "holds", "holds"), ("balanced", "holds", "not_applicable"), ("surplus", "fails", "not_applicable"),
])
def test_a_surplus_stops_and_a_shortage_comes_first(state: str, gate: str, priority: str) -> None:
    city = city_with(("dental", state))
    assert judge(city, STOP).status == gate
    assert judge(city, FIRST).status == priority


@pytest.mark.parametrize(("states", "status"), [
    ([("dental", "balanced"), ("outpatient_pooling", "surplus")], "holds"),
    ([("clinic", "balanced"), ("outpatient_pooling", "surplus")], "holds"),
    ([("dental", "surplus"), ("clinic", "balanced")], "fails"),
    ([("outpatient_pooling", "surplus")], "fails"),
])
def test_the_nearest_finding_wins_specialty_before_type_before_class(states: Any, status: str) -> None:
    assert judge(city_with(*states), STOP).status == status


@pytest.mark.parametrize(("states", "gate", "first"), [
    ([("dental", "surplus"), ("eye", "short")], "fails", "holds"),
    ([("dental", "balanced"), ("eye", "balanced")], "holds", "not_applicable"),
    ([("dental", "surplus")], "fails", "not_applicable"),
])
def test_of_several_specialties_one_in_surplus_stops_and_one_short_comes_first(states: Any, gate: str, first: str) -> None:
    city = city_with(*states, applicant=for_clinic(specialties="dental;eye"))
    assert (judge(city, STOP).status, judge(city, FIRST).status) == (gate, first)


@pytest.mark.parametrize(("states", "subject"), [([], "dental"), ([("dental", "不明")], "dental"), ([("eye", "surplus")], "dental")])
def test_without_a_published_finding_nothing_is_inferred(states: Any, subject: str) -> None:
    said = judge(city_with(*states), STOP)
    assert lacking(said) == {("facts", "supply_demand")}
    assert said.missing[0].subject == subject


def test_an_applicant_without_specialties_is_asked_about_by_its_class() -> None:
    said = judge(city_with(applicant=application()), STOP)
    assert said.missing[0].subject == "pharmacy"


def test_the_latest_finding_not_after_the_day_counts() -> None:
    facts = [fact("dental", "supply_demand", "surplus", "2026-01-01"), fact("dental", "supply_demand", "balanced", "2026-08-01"),
             fact("dental", "supply_demand", "surplus", "2026-09-02")]
    said = judge(city_with(facts=facts), STOP)
    assert (said.status, str(said.as_of)) == ("holds", "2026-08-01")


def test_the_findings_looked_at_are_the_evidence() -> None:
    said = judge(city_with(("dental", "surplus")), STOP)
    assert said.evidence["states"][0]["source"] == "测试"
    assert "口腔" in said.sentence.zh
    assert said.would_change


@pytest.mark.parametrize(("action", "status"), [("designate", "fails"), ("relocate", "fails"), ("convert", "fails"), ("branch", "not_applicable"),
                                                ("add_beds", "not_applicable")])
def test_what_the_gate_speaks_of(action: str, status: str) -> None:
    city = city_with(("inpatient", "surplus"), applicant=for_hospital(action=action, provider="H1"))
    assert judge(city, STOP).status == status


def test_it_reads_itself_back_as_what_it_does() -> None:
    stop, first = changed(STOP).provision(STOP), changed(FIRST).provision(FIRST)
    assert "不再新增" in stop.read_back().zh
    assert "优先" in first.read_back().zh
