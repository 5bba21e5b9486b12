"""Bed use of the last full year: below, at and above the floor; whose bed-days; either or both with the fund."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dingdian.plans.model import Plan
from dingdian.provisions.base import Scope
from dingdian.provisions.kinds.occupancy_gate import OccupancyGate
from provisions.judging import jinan, judge, lacking, measured, with_provisions
from small_city import AREA, EAST, WEST, account, accounts, application, for_hospital, hospital, small_city

ID, SPARED = "use", "spared"
SCOPE = Scope(actions=("designate", "branch"), provider_class=("inpatient",))


def plan_with(institutions: str = "all_institutions", joint: str = "either") -> Plan:
    readings = {"institutions": {"option": institutions}, "joint": {"option": joint}}
    gate = OccupancyGate(id=ID, clause="fund-gate", floor_percent=Decimal(79), fund_gate="fund-gate", scope=SCOPE, readings=readings)
    spared = attrs.evolve(gate, id=SPARED, effect="exemption", excepts=("fund-gate",))
    return with_provisions(gate, spared)


def days(provider: str, used: int | None, opened: int | None = 10_000, year: int = 2025) -> dict[str, Any]:
    return {"provider": provider, "year": year, "bed_days": used, "open_bed_days": opened}


def used(east: int | None, *more: dict[str, Any], **tables: Any) -> Any:
    """H2 is the one hospital of the east, where the applicant stands."""
    rows = [days("H1", 9000), days("H2", east), days("H3", 9000), *more]
    return small_city(**{"applications": [for_hospital()], "activity": rows, **tables})


def deficit() -> list[dict[str, Any]]:
    rows = [row for row in accounts() if (row["unit"], row["scheme"], row["year"]) != (EAST, "employee", 2026)]
    return [*rows, account(EAST, "employee", "-0.01")]


@pytest.mark.parametrize(("occupied", "status", "value"), [(7899, "fails", "78.99"), (7900, "holds", "79"), (7901, "holds", "79.01")])
def test_bed_use_of_79_per_cent_does_not_stop_and_a_hair_below_does(occupied: int, status: str, value: str) -> None:
    said = judge(used(occupied), ID, plan=plan_with())
    assert (said.status, said.value, said.threshold) == (status, Decimal(value), 79)
    assert said.as_of == date(2025, 12, 31)


def test_a_share_below_the_floor_is_never_shown_as_the_floor() -> None:
    city = used(None, activity=[days("H1", 9000), days("H2", 78_999_999, 100_000_000), days("H3", 9000)])
    said = judge(city, ID, plan=plan_with())
    assert (said.status, said.value) == ("fails", Decimal("78.99"))


def test_what_would_reopen_the_area_is_told_in_bed_days() -> None:
    assert "100" in judge(used(7800), ID, plan=plan_with()).would_change[0].zh


def test_bed_days_of_the_area_are_added_up_before_they_are_divided() -> None:
    """9,000 of 10,000 and 60 of 1,000 are 82.4 %, although the mean of 90 and 6 is 48."""
    city = used(9000, days("H4", 60, 1000), more_providers=[hospital("H4", "primary", EAST)])
    assert judge(city, ID, plan=plan_with()).value == Decimal("82.36")


def test_the_last_full_year_counts_and_no_other() -> None:
    earlier = [days(p, 9000, year=2024) for p in ("H1", "H2", "H3")]
    assert judge(used(7000, *earlier), ID, plan=plan_with()).status == "fails"
    assert lacking(judge(used(None, activity=earlier), ID, plan=plan_with())) == {("activity", "open_bed_days")}


def test_one_institution_without_bed_days_leaves_the_area_open() -> None:
    city = used(9000, more_providers=[hospital("H4", "primary", EAST)])
    assert lacking(judge(city, ID, plan=plan_with())) == {("activity", "open_bed_days")}
    since = used(9000, more_providers=[hospital("H4", "primary", EAST, designated_on="2026-01-15")])
    assert judge(since, ID, plan=plan_with()).status == "holds"


def test_an_area_without_inpatient_institutions_has_no_bed_use() -> None:
    city = used(1, providers=[hospital("H1", "tertiary", WEST)], activity=[days("H1", 1)], beds=None)
    assert judge(city, ID, plan=plan_with()).status == "not_applicable"


def test_psychiatric_hospitals_may_be_left_out_and_the_variant_is_shown() -> None:
    psychiatric = hospital("H4", "secondary", EAST, kind="psychiatric_hospital")
    city = used(7000, days("H4", 9900), more_providers=[psychiatric])
    said = judge(city, ID, plan=plan_with())
    assert (said.status, said.value, said.evidence["without_psychiatric_percent"]) == ("holds", Decimal("84.5"), 70)
    assert judge(city, ID, plan=plan_with("without_psychiatric")).status == "fails"


@pytest.mark.parametrize(("kind", "status"), [("inpatient", "fails"), ("pharmacy", "not_applicable")])
def test_only_inpatient_institutions_are_stopped(kind: str, status: str) -> None:
    city = used(1, applications=[for_hospital() if kind == "inpatient" else application()])
    assert judge(city, ID, plan=plan_with()).status == status


@pytest.mark.parametrize(("occupied", "fund", "gate", "spared"), [
    (7000, "balanced", "holds", "not_applicable"), (7000, "deficit", "fails", "not_applicable"), (9000, "deficit", "holds", "holds"),
])
def test_read_as_both_together_one_condition_alone_stops_nobody(occupied: int, fund: str, gate: str, spared: str) -> None:
    city = used(occupied, fund=deficit() if fund == "deficit" else accounts())
    plan = plan_with(joint="both")
    assert judge(city, ID, plan=plan).status == gate
    said = judge(city, SPARED, plan=plan)
    assert (said.status, said.waives) == (spared, ("fund-gate",) if spared == "holds" else ())


def test_read_as_either_bed_use_never_lifts_the_fund_gate() -> None:
    said = judge(used(9900, fund=deficit()), SPARED, plan=plan_with())
    assert (said.status, said.waives) == ("not_applicable", ())


def test_both_together_waits_for_the_fund_where_its_account_is_missing() -> None:
    assert ("fund", "income") in lacking(judge(used(7000, fund=None), ID, plan=plan_with(joint="both")))
    said = judge(used(None, fund=deficit()), SPARED, plan=plan_with(joint="both"))
    assert (said.status, said.may_waive) == ("undetermined", ("fund-gate",))


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(st.integers(7000, 8500), st.integers(0, 1000))
def test_more_occupied_bed_days_never_close_an_open_area(occupied: int, more: int) -> None:
    plan = plan_with()
    before, after = (judge(used(n), ID, plan=plan).status for n in (occupied, occupied + more))
    assert (before, after) != ("holds", "fails")


def test_the_measure_holds_each_area_against_the_floor_and_shows_the_variant() -> None:
    rows = {(r.measure, r.unit): r for r in measured(used(7899), ID, plan=plan_with())}
    assert (rows["bed_use", EAST].supply, rows["bed_use", EAST].gap) == (Decimal("78.99"), Decimal("-0.01"))
    assert rows["bed_use", AREA].gap == 0
    assert rows["bed_use_without_psychiatric", EAST].need is None
    assert not list(measured(used(7899), SPARED, plan=plan_with()))


def test_an_exemption_names_what_it_lifts_and_a_gate_lifts_nothing() -> None:
    gate = plan_with().provision(ID)
    assert not list(gate.problems())
    assert list(attrs.evolve(gate, excepts=("fund-gate",)).problems())
    assert list(attrs.evolve(gate, effect="exemption").problems())
    assert jinan().provision("fund-gate").kind == "fund_gate"
