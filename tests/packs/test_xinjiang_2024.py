"""One notice of two bureaus: it binds every pooling area of the region and every division of the XPCC, and nobody else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from attrs import evolve

from dingdian.loop.decide import check
from dingdian.loop.ground import binds, limits
from dingdian.plans.load import load_plan
from small_city import EAST, META, application, fact, pharmacy, small_city

PACK = load_plan("xinjiang-2024")


def city_of(code: str) -> Any:
    """The small city under another pooling area's code."""
    units = [{"unit": code, "name": "某地", "level": "pooling_area"}, {"unit": EAST, "name": "某县", "level": "district", "parent": code}]
    return small_city(meta=evolve(META, pooling_area=code), units=units, polygons={}, **dict.fromkeys(
        ("providers", "beds", "insured", "fund", "warnings", "releases", "applications")), more_providers=[pharmacy("P", 400)],
        more_applications=[application()])


@pytest.mark.parametrize(("code", "bound"), [
    ("650100", True), ("652300", True), ("659004", True), ("660100", True), ("661300", True), ("640100", False), ("370100", False), ("670000", False),
])
def test_it_binds_what_lies_below_either_bureau(code: str, bound: bool) -> None:
    assert binds(city_of(code), PACK) is bound


@pytest.mark.parametrize(("day", "inside"), [(date(2024, 11, 21), False), (date(2024, 11, 22), True), (date(2099, 12, 31), True)])
def test_it_is_in_force_from_issue_and_has_no_end(day: date, inside: bool) -> None:
    assert PACK.in_force(day) is inside
    assert (limits(city_of("652300"), PACK, day) == ()) is inside


@pytest.mark.parametrize("code", ["652300", "660100"])
def test_the_plan_asked_for_is_that_of_the_pooling_area_itself(code: str) -> None:
    """What another area says of its plan does not count; the area's own word does."""
    def said(subject: str) -> str:
        town = small_city_with(code, fact(subject, "allocation_plan_in_force", "no"))
        ruling = check(town, PACK, "A1", on=date(2026, 9, 1))
        return next(f.status for f in ruling.findings if f.provision == "plan-first")
    assert said(code) == "fails"
    assert said("650000") == "undetermined"


def small_city_with(code: str, stated: Any) -> Any:
    town = city_of(code)
    return town.with_rows("facts", [stated])


def test_local_and_xpcc_pharmacies_share_one_map_by_default() -> None:
    assert PACK.option("AMB-27").code == "jointly"
    assert set(PACK.readings["AMB-27"].options) == {"jointly", "separately"}
    assert {p.id for p in PACK.provisions if p.readings.get("owners") == "AMB-27"} == {"institutions-radius", "pharmacy-radius"}


@pytest.mark.parametrize(("reading", "touches", "default"), [
    ("AMB-10", {"XJ-23", "XJ-25"}, "applicant"), ("AMB-13", {"XJ-14", "XJ-15", "XJ-24"}, "bureau_decides"), ("AMB-14", {"XJ-15"}, "running_year"),
    ("AMB-15", {"XJ-32"}, "case_mix"), ("AMB-26", {"XJ-06", "XJ-16"}, "resident"), ("AMB-27", {"XJ-07"}, "jointly"),
    ("AMB-28", {"XJ-23", "XJ-25"}, "smaller_radius"), ("AMB-38", {"XJ-26"}, "person"), ("AMB-41", {"XJ-23"}, "listed"),
    ("AMB-42", {"XJ-16", "XJ-33"}, "inpatient_only"),
])
def test_each_ambiguity_of_the_text_is_a_reading_with_its_default(reading: str, touches: set[str], default: str) -> None:
    found = PACK.readings[reading]
    assert (set(found.touches), found.default) == (touches, default)
    assert found.alternatives
