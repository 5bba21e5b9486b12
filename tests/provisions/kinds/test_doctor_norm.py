"""Insured doctors per 1000 insured persons: surplus only above the norm, which doctors count, and whose number is missing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dingdian.plans.model import Plan
from dingdian.provisions.base import Scope
from dingdian.provisions.kinds.doctor_norm import DoctorNorm
from provisions.judging import judge, lacking, measured, with_provisions
from small_city import AREA, EAST, WEST, clinic, fact, for_clinic, for_hospital, small_city

ID = "doctors"


def plan_with(option: str = "all_doctors", **more: Any) -> Plan:
    return with_provisions(DoctorNorm(
        id=ID, clause="outpatient-circle", norm=Decimal("3.06"), per="insured", by=date(2028, 12, 31), readings={"doctors": {"option": option}},
        scope=Scope(actions=("designate",), provider_class=("outpatient_pooling",)), **more))


def doctors(provider: str, count: int, day: str = "2025-12-31") -> dict[str, Any]:
    return {"provider": provider, "as_of": day, "role": "insured_doctor", "count": count}


def staffed(east: int, *, west: int = 1000, zone: int = 100, **more: Any) -> Any:
    """H2 stands in the east with five million insured persons: 15,300 doctors are exactly 3.06 per 1000."""
    return small_city(**{"applications": [for_clinic()], "staff": [doctors("H1", west), doctors("H2", east), doctors("H3", zone)], **more})


@pytest.mark.parametrize(("count", "status", "margin"), [(15_299, "holds", "0.0002"), (15_300, "holds", "0"), (15_301, "fails", "-0.0002")])
def test_an_area_is_in_surplus_only_above_the_norm(count: int, status: str, margin: str) -> None:
    said = judge(staffed(count), ID, plan=plan_with())
    assert (said.status, said.threshold, said.margin) == (status, Decimal("3.06"), Decimal(margin))


def test_what_would_open_a_surplus_area_again_is_told_in_doctors() -> None:
    said = judge(staffed(15_350), ID, plan=plan_with())
    assert "50" in said.would_change[0].zh


def test_the_area_decides_and_not_the_city() -> None:
    """The city as a whole is far below 3.06 while the east is above it."""
    assert judge(staffed(16_000), ID, plan=plan_with()).status == "fails"
    assert judge(staffed(16_000, applications=[for_clinic(unit=WEST, place=None)]), ID, plan=plan_with()).status == "holds"


def test_the_variant_of_outpatient_institutions_is_shown_beside_it_and_may_be_chosen() -> None:
    city = staffed(15_301, more_providers=[clinic("C1")], more_staff=[doctors("C1", 500)])
    said = judge(city, ID, plan=plan_with())
    assert said.evidence["outpatient_only_per_1000"] == Decimal("0.1")
    assert judge(city, ID, plan=plan_with("outpatient_only")).status == "holds"


def test_a_doctor_of_several_sites_counts_once() -> None:
    city = staffed(15_310, more_facts=[fact(EAST, "multi_site_doctors", "10")])
    assert judge(city, ID, plan=plan_with()).value == Decimal("3.06")
    assert judge(staffed(15_310), ID, plan=plan_with()).status == "fails"


def test_an_institution_without_its_doctors_leaves_the_ratio_open_unless_it_is_above_already() -> None:
    short = [doctors("H1", 1000), doctors("H3", 100)]
    assert lacking(judge(staffed(0, staff=short), ID, plan=plan_with())) == {("staff", "count")}
    one_more = staffed(15_301, more_providers=[clinic("C1")])
    assert judge(one_more, ID, plan=plan_with()).status == "fails"
    assert lacking(judge(staffed(15_300, more_providers=[clinic("C1")]), ID, plan=plan_with())) == {("staff", "count")}


def test_an_institution_designated_since_had_no_insured_doctor_then() -> None:
    city = staffed(15_300, more_providers=[clinic("C1", designated_on="2026-02-01")])
    assert judge(city, ID, plan=plan_with()).status == "holds"


def test_doctors_of_pharmacies_and_of_undesignated_institutions_do_not_count() -> None:
    city = staffed(15_300, more_providers=[clinic("C1", status="undesignated")], more_staff=[doctors("C1", 99)])
    assert judge(city, ID, plan=plan_with()).status == "holds"


def test_insured_persons_and_place_are_needed() -> None:
    assert lacking(judge(staffed(1, insured=None), ID, plan=plan_with())) == {("insured", "persons")}
    nowhere = for_clinic(place=None, unit=AREA)
    assert lacking(judge(staffed(1, applications=[nowhere]), ID, plan=plan_with())) == {("applications", "unit")}


def test_hospitals_are_not_stopped_by_it() -> None:
    assert judge(staffed(20_000, applications=[for_hospital()]), ID, plan=plan_with()).status == "not_applicable"


@settings(max_examples=15, deadline=None)
@given(st.integers(14_000, 16_000), st.integers(0, 500))
def test_more_doctors_never_open_a_surplus_area(count: int, more: int) -> None:
    plan = plan_with()
    before, after = (judge(staffed(n), ID, plan=plan).status for n in (count, count + more))
    assert (before, after) != ("fails", "holds")


def test_the_measure_gives_ratio_and_doctors_of_city_and_districts() -> None:
    rows = {(r.measure, r.unit): r for r in measured(staffed(15_310), ID, plan=plan_with())}
    east = rows["insured_doctors", EAST]
    assert (east.supply, east.need, east.gap) == (15_310, 15_300, 10)
    city = rows["doctors_per_1000_insured", AREA]
    assert (city.supply, city.need, city.gap) == (Decimal("1.641"), Decimal("3.06"), Decimal("-1.419"))
    assert rows["outpatient_doctors_per_1000_insured", AREA].need is None


def test_a_measure_without_staff_says_what_is_missing() -> None:
    rows = measured(staffed(0, staff=None), ID, plan=plan_with())
    assert {r.status for r in rows if not r.measure.startswith("outpatient")} == {"undetermined"}
    assert all(r.reason is not None and "医保医师数" in r.reason.zh for r in rows if r.status == "undetermined")


def test_it_reads_itself_back_with_its_norm_and_day() -> None:
    said = plan_with().provision(ID).read_back()
    assert "3.06" in said.zh
    assert "2028-12-31" in said.en
