"""Beds per thousand against last year's reference value: at it is not above it, and an older value is never taken instead."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dingdian.loop.probing import probe_plan
from dingdian.provisions.kinds.reference_gate import ReferenceGate
from provisions.judging import judge, lacking, measured, with_provisions
from small_city import AREA, EAST, WEST, ZONE, application, beds, for_hospital, hospital, insured, small_city

KEY = "national_beds_per_1000_residents"


def gate(**options: str) -> ReferenceGate:
    chosen = {"beds": "open", "people": "resident", "binds": "inpatient_only", **options}
    return ReferenceGate(id="ref", clause="fund-gate", key=KEY, per="resident", by=date(2024, 11, 22),
                         readings={slot: {"option": option} for slot, option in chosen.items()})


def reference(value: float | None = 6, year: int = 2025) -> list[dict[str, Any]]:
    return [] if value is None else [{"key": KEY, "year": year, "value": value, "unit_of_measure": "bed_per_1000_residents", "source": "公报"}]


def residents(unit: str, persons: int) -> dict[str, Any]:
    return {"unit": unit, "year": 2025, "age_band": "all", "persons": persons}


def town(count: int | None = 600, persons: int = 100_000, value: float | None = 6, **more: Any) -> Any:
    base = {"providers": [hospital("H", "secondary", EAST)], "beds": [beds("H", count)] if count is not None else [beds("H", None)],
            "residents": [residents(EAST, persons), residents(WEST, 0), residents(ZONE, 0)], "applications": [for_hospital()],
            "insured": [*insured(EAST, 50_000), *insured(WEST, 0), *insured(ZONE, 0)]}
    if value is not None:
        base["reference"] = reference(value)
    return small_city(**{**base, **more})


def said(city: Any, **options: str) -> Any:
    return judge(city, "ref", plan=with_provisions(gate(**options)))


@pytest.mark.parametrize(("count", "status"), [(599, "holds"), (600, "holds"), (601, "fails")])
def test_above_the_reference_is_above_it_by_one_bed(count: int, status: str) -> None:
    found = said(town(count))
    assert (found.status, found.operator, found.threshold, found.unit_of_measure) == (status, "<=", 6, "bed_per_1000_residents")


def test_what_is_above_by_a_hair_is_never_shown_as_on_the_line() -> None:
    found = said(town(6_000_001, 1_000_000_000))
    assert found.status == "fails"
    assert found.value > found.threshold


@pytest.mark.parametrize(("people", "status"), [("resident", "holds"), ("insured", "fails")])
def test_residents_by_default_insured_persons_by_another_reading(people: str, status: str) -> None:
    found = said(town(600), people=people)
    assert found.status == status
    assert found.evidence["per_1000"] == {"resident": 6, "insured": 12}


def test_an_older_value_is_never_taken_instead() -> None:
    assert lacking(said(town(value=None, reference=reference(6, 2024)))) == {("reference", "value")}
    assert lacking(said(town(value=None))) == {("reference", "value")}


def test_missing_beds_matter_only_where_they_could() -> None:
    more = {"providers": [hospital("H", "secondary", EAST), hospital("K", "secondary", EAST)]}
    assert said(town(601, beds=[beds("H", 601), beds("K", None)], **more)).status == "fails"
    assert lacking(said(town(600, beds=[beds("H", 600), beds("K", None)], **more))) == {("beds", "open")}


def test_missing_residents_are_missing() -> None:
    assert ("residents", "persons") in lacking(said(town(residents=None)))


@pytest.mark.parametrize(("binds", "status"), [("inpatient_only", "not_applicable"), ("every_applicant", "fails")])
def test_whether_pharmacies_are_bound_is_a_reading(binds: str, status: str) -> None:
    assert said(town(601, applications=[application()]), binds=binds).status == status


def test_the_area_compared_is_a_reading() -> None:
    city = town(601, residents=[residents(EAST, 100_000), residents(WEST, 900_000), residents(ZONE, 0)])
    assert said(city).status == "holds"
    assert said(city, area="district").status == "fails"


def test_both_denominators_are_measured_and_one_is_held_against_the_reference() -> None:
    rows = {r.subject: r for r in measured(town(601), "ref", plan=with_provisions(gate())) if r.unit == AREA}
    assert rows["resident"].need_high == 6
    assert rows["resident"].gap > 0
    assert (rows["insured"].need_high, rows["insured"].status) == (None, "measured")


@pytest.mark.parametrize(("area", "line"), [("pooling_area", None), ("district", 6)])
def test_a_district_is_held_against_the_reference_only_where_districts_are_compared(area: str, line: int | None) -> None:
    rows = {(r.unit, r.subject): r for r in measured(town(601), "ref", plan=with_provisions(gate(area=area)))}
    assert rows[AREA, "resident"].need_high == 6
    assert rows[EAST, "resident"].need_high == line


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2000), st.integers(1, 2000))
def test_one_bed_more_never_helps(count: int, persons: int) -> None:
    order = {"holds": 0, "fails": 1}
    assert order[said(town(count, persons)).status] <= order[said(town(count + 1, persons)).status]


@pytest.mark.slow
@pytest.mark.parametrize("options", [{}, {"people": "insured"}, {"binds": "every_applicant", "area": "district"}])
def test_its_own_probes_come_out_as_said(options: dict[str, str]) -> None:
    found = [r for r in probe_plan(with_provisions(gate(**options))) if r.name.startswith("ref:")]
    assert len(found) == 4
    assert [r for r in found if r.differences] == []
