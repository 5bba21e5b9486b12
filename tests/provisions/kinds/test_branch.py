"""A new branch fits the bed total of its district: the bound, the reading of the band's end, what is missing."""

from __future__ import annotations

from typing import Any

import pytest

from dingdian.loop.cases import case_of
from provisions.judging import judge, lacking
from small_city import DAY, EAST, WEST, ZONE, beds, for_hospital, hospital, insured, small_city

BRANCH = "branch-total"


def city_with(here: int, asked: int | None = 100, **changes: Any) -> Any:
    """``here`` beds in the east, whose total is 45,000 (9.0) or 42,500 (8.5)."""
    providers = [hospital("H1", "tertiary", WEST), hospital("H2", "secondary", EAST)]
    return small_city(**{
        "providers": providers, "beds": [beds("H1", 1000), beds("H2", here)],
        "applications": [for_hospital(action="branch", provider="H1", unit=EAST, beds=asked)], **changes})


@pytest.mark.parametrize(("here", "status", "margin"), [(44_899, "holds", 1), (44_900, "holds", 0), (44_901, "fails", -1)])
def test_the_branch_may_fill_the_districts_total_and_not_pass_it(here: int, status: str, margin: int) -> None:
    said = judge(city_with(here), BRANCH)
    assert (said.status, said.threshold, said.margin, said.unit_of_measure) == (status, 45_000, margin, "bed")


@pytest.mark.parametrize(("here", "status"), [(42_400, "holds"), (42_401, "fails")])
def test_another_reading_takes_the_lower_end_of_the_band(here: int, status: str) -> None:
    said = judge(city_with(here), BRANCH, readings={"REGION-TOTAL": "lower_bound"})
    assert (said.status, said.threshold, said.readings["REGION-TOTAL"]) == (status, 42_500, "lower_bound")


def test_the_district_is_where_the_branch_stands_not_its_main_hospital() -> None:
    assert judge(city_with(1000), BRANCH).evidence["district"] == EAST


def test_a_branch_that_states_no_district_does_not_take_that_of_its_main_hospital() -> None:
    city = city_with(1000, applications=[for_hospital(action="branch", provider="H1", unit=None)])
    assert lacking(judge(city, BRANCH)) == {("applications", "unit")}


def test_its_beds_must_be_stated() -> None:
    assert lacking(judge(city_with(1000, None), BRANCH)) == {("applications", "beds")}


def test_without_the_districts_insured_there_is_no_total() -> None:
    people = [*insured(WEST, 1_000_000), *insured(ZONE, 1)]
    assert lacking(judge(city_with(1000, insured=people), BRANCH)) == {("insured", "persons")}


def test_without_anothers_insured_no_year_fixes_the_date_of_the_beds() -> None:
    said = judge(city_with(1000, insured=insured(EAST, 5_000_000)), BRANCH)
    assert lacking(said) == {("insured", "persons")}


@pytest.mark.parametrize(("here", "status"), [(1000, "undetermined"), (44_901, "fails")])
def test_a_hospital_without_beds_in_the_district_matters_unless_it_is_full_already(here: int, status: str) -> None:
    providers = [hospital("H1", "tertiary", WEST), hospital("H2", "secondary", EAST), hospital("H3", "primary", EAST)]
    said = judge(city_with(here, providers=providers), BRANCH)
    assert said.status == status


def test_a_hospital_without_beds_elsewhere_does_not_matter() -> None:
    assert judge(city_with(1000, beds=[beds("H2", 1000)]), BRANCH).status == "holds"


def test_a_functional_zone_has_a_total_of_its_own() -> None:
    city = city_with(1000, applications=[for_hospital(action="branch", provider="H1", unit=ZONE, beds=9000)])
    assert judge(city, BRANCH).status == "holds"
    more = city_with(1000, applications=[for_hospital(action="branch", provider="H1", unit=ZONE, beds=9001)])
    assert judge(more, BRANCH).status == "fails"


def test_a_branch_admitted_before_fills_the_same_district_only() -> None:
    apps = [for_hospital(action="branch", provider="H1", unit=EAST, beds=50),
            for_hospital("A2", None, action="branch", provider="H1", unit=EAST, beds=60),
            for_hospital("A3", None, action="branch", provider="H1", unit=WEST, beds=60)]
    city = city_with(44_900, applications=apps)
    assert judge(city, BRANCH, admitted=(case_of(city, "A2", DAY),)).status == "fails"
    assert judge(city, BRANCH, admitted=(case_of(city, "A3", DAY),)).status == "holds"


@pytest.mark.parametrize("action", ["designate", "add_beds", "relocate", "convert"])
def test_only_branches_are_meant(action: str) -> None:
    city = city_with(50_000, applications=[for_hospital(action=action, provider="H1", unit=EAST)])
    assert judge(city, BRANCH).status == "not_applicable"
