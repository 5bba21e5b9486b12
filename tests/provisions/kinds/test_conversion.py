"""Designated institutions that turn to what is short are supported; whether they are designated must be on file."""

from __future__ import annotations

from typing import Any

import pytest

from provisions.judging import judge, lacking
from small_city import EAST, WEST, beds, fact, for_hospital, hospital, small_city

CONVERSION = "conversion"


def city_with(*states: tuple[str, str], status: str = "designated", **applicant: Any) -> Any:
    facts = [fact(subject, "supply_demand", state) for subject, state in states] or None
    into = {"action": "convert", "provider": "H1", "specialties": "rehabilitation", "kind": "rehabilitation_hospital", **applicant}
    return small_city(facts=facts, providers=[hospital("H1", "secondary", EAST, status=status), hospital("H2", "tertiary", WEST)],
                      beds=[beds("H2", 1)], applications=[for_hospital(**into)])


@pytest.mark.parametrize(("state", "status"), [("short", "holds"), ("balanced", "not_applicable"), ("surplus", "not_applicable")])
def test_turning_to_what_is_short_is_supported(state: str, status: str) -> None:
    assert judge(city_with(("rehabilitation", state)), CONVERSION).status == status


@pytest.mark.parametrize(("held", "status"), [("designated", "holds"), ("trial", "holds"), ("suspended", "holds"),
                                              ("undesignated", "not_applicable"), ("terminated", "not_applicable")])
def test_only_the_designated_convert(held: str, status: str) -> None:
    assert judge(city_with(("rehabilitation", "short"), status=held), CONVERSION).status == status


def test_who_converts_must_be_on_file() -> None:
    said = judge(city_with(("rehabilitation", "short"), provider=None), CONVERSION)
    assert lacking(said) == {("applications", "provider")}


def test_without_a_published_finding_nothing_is_inferred() -> None:
    assert lacking(judge(city_with(), CONVERSION)) == {("facts", "supply_demand")}


@pytest.mark.parametrize("action", ["designate", "add_beds", "branch", "relocate"])
def test_other_applications_are_not_meant(action: str) -> None:
    assert judge(city_with(("rehabilitation", "short"), action=action), CONVERSION).status == "not_applicable"
