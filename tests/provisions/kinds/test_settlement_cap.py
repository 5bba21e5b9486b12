"""What is not settled beyond insured bed-days: by institution, by hand, with every missing input named."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dingdian.provisions.base import Scope
from dingdian.provisions.finding import Measure
from dingdian.provisions.kinds.insured_bed_rule import InsuredBedRule
from dingdian.provisions.kinds.settlement_cap import SettlementCap
from provisions.judging import judge, measured, with_provisions
from small_city import AREA, WEST, beds, for_hospital, hospital, small_city

READS: dict[str, Any] = {slot: {"option": option} for slot, option in (("beds", "insured_beds"), ("days", "as_written"), ("sporadic", "included"))}
CAP = SettlementCap(id="cap", clause="bed-norm", days=365, readings=READS, scope=Scope(provider_class=("inpatient",)), effect="information")
DAY_2027 = date(2027, 6, 1)
DAY_2029 = date(2029, 3, 1)


def reading(**options: str) -> SettlementCap:
    return attrs.evolve(CAP, readings={**READS, **{slot: {"option": option} for slot, option in options.items()}})


def activity(code: str = "H1", year: int = 2026, **columns: Any) -> dict[str, Any]:
    row = {"provider": code, "year": year, "bed_days": 40_000, "sporadic_bed_days": 0, "inpatient_fund": "10000000.00", **columns}
    return {name: value for name, value in row.items() if value is not None}


def town(*rows: dict[str, Any], **changes: Any) -> Any:
    return small_city(**{"providers": [hospital("H1", "secondary", WEST)], "beds": [beds("H1", 100)], "activity": list(rows) or [activity()], **changes})


def row(city: Any, subject: str = "H1", on: date = DAY_2027, cap: SettlementCap = CAP, *more: Any) -> Measure:
    return next(r for r in measured(city, "cap", on=on, plan=with_provisions(cap, *more)) if r.subject == subject)


@pytest.mark.parametrize(("bed_days", "deduction"), [(36_499, "0.00"), (36_500, "0.00"), (36_501, "273.96")])
def test_below_at_and_above_the_insured_bed_days(bed_days: int, deduction: str) -> None:
    """10 million ÷ 36,501 is 273.9651…: rounded down to whole fen."""
    assert row(town(activity(bed_days=bed_days))).supply == Decimal(deduction)


def test_the_deduction_by_hand_with_every_input_and_its_date() -> None:
    found = row(town(activity(bed_days=39_000, sporadic_bed_days=1_000)))
    assert (found.supply, found.unit, str(found.as_of)) == (Decimal("875000.00"), WEST, "2026-12-31")
    assert {i.name: i.value for i in found.inputs} == {
        "insured_beds": 100, "days": 365, "insured_bed_days": 36_500, "bed_days": 39_000, "sporadic_bed_days": 1_000,
        "actual_bed_days": 40_000, "excess_bed_days": 3_500, "inpatient_fund": 10_000_000}


def test_sporadic_claims_may_be_left_out_under_another_reading() -> None:
    city = town(activity(bed_days=36_500, sporadic_bed_days=500))
    assert row(city).supply > 0
    assert row(city, cap=reading(sporadic="left_out")).supply == 0
    assert row(town(activity(bed_days=36_500, sporadic_bed_days=None)), cap=reading(sporadic="left_out")).status == "measured"


def test_a_leap_year_has_one_day_more_under_another_reading_only() -> None:
    """2028: 100 beds × 366 days are 36,600."""
    city = town(activity(year=2028, bed_days=36_600))
    assert row(city, on=DAY_2029).supply > 0
    assert row(city, on=DAY_2029, cap=reading(days="calendar")).supply == 0


def test_beds_that_change_in_july_are_weighted_by_day() -> None:
    """181 days of 100 beds and 184 of 120 make 110.0821…; times 365 that is 40,180 bed-days exactly."""
    rows = [beds("H1", 100), beds("H1", 120, "2026-07-01")]
    for bed_days, over in ((40_180, False), (40_181, True)):
        assert (row(town(activity(bed_days=bed_days), beds=rows)).supply > 0) == over


def test_a_hospital_designated_in_the_year_had_no_bed_before() -> None:
    """From 1 July: 184 days of 100 beds, 18,400 bed-days."""
    providers = [hospital("H1", "secondary", WEST, designated_on="2026-07-01")]
    for bed_days, over in ((18_400, False), (18_401, True)):
        city = town(activity(bed_days=bed_days), providers=providers, beds=[beds("H1", 100, "2026-07-01")])
        assert (row(city).supply > 0) == over


def test_a_hospital_designated_in_the_year_whose_beds_nobody_registered_is_left_open() -> None:
    providers = [hospital("H1", "secondary", WEST, designated_on="2026-07-01")]
    assert row(town(providers=providers, beds=None)).status == "undetermined"


@pytest.mark.parametrize("column", ["bed_days", "sporadic_bed_days", "inpatient_fund"])
def test_a_missing_input_leaves_the_deduction_open_and_the_total_too(column: str) -> None:
    city = town(activity(**{column: None}))
    assert (row(city).status, row(city).supply) == ("undetermined", None)
    assert row(city, "").status == "undetermined"


def test_no_beds_at_the_start_of_the_year_no_deduction() -> None:
    found = row(town(beds=[beds("H1", 100, "2026-02-01")]))
    assert found.status == "undetermined"
    assert found.reason is not None
    assert "2026 年初" in found.reason.zh


def test_a_year_before_the_plan_is_a_trial_and_says_so() -> None:
    found = row(town(activity(year=2025), beds=[beds("H1", 100, "2024-12-31")]), on=date(2026, 9, 1))
    assert found.note is not None
    assert "试算" in found.note.zh


def test_the_total_adds_what_is_settled_one_by_one() -> None:
    providers = [hospital("H1", "secondary", WEST), hospital("H2", "primary", WEST)]
    city = town(activity(bed_days=36_501), activity("H2", bed_days=36_501), providers=providers, beds=[beds("H1", 100), beds("H2", 100)])
    total = row(city, "")
    assert (total.unit, total.supply) == (AREA, Decimal("547.92"))


def test_the_beds_of_the_rule_count_until_the_agreement_registers_others() -> None:
    rule = InsuredBedRule(id="rule", clause="bed-norm", year=2025, max_percent=Decimal(115), readings={"open": {"option": "reported"}})
    rows = [beds("H1", 999, open=130, approved=100), beds("H1", 100, "2026-07-01")]
    found = row(town(beds=rows), "H1", DAY_2027, reading(beds="rule"), rule)
    assert next(i for i in found.inputs if i.name == "insured_beds").value == round(Decimal(181 * 115 + 184 * 100) / 365, 4)


def test_in_the_rules_own_year_its_average_counts_as_it_stands() -> None:
    """Designated in July 2025 with 50 beds open on average over the whole year: 18,250 bed-days."""
    rule = InsuredBedRule(id="rule", clause="bed-norm", year=2025, max_percent=Decimal(115), readings={"open": {"option": "reported"}})
    providers = [hospital("H1", "secondary", WEST, designated_on="2025-07-01")]
    city = town(activity(year=2025, bed_days=18_251), providers=providers, beds=[beds("H1", 100, open=50)])
    found = row(city, "H1", date(2026, 9, 1), reading(beds="rule"), rule)
    assert next(i for i in found.inputs if i.name == "excess_bed_days").value == 1


def test_an_applicant_is_told_and_not_judged() -> None:
    said = judge(small_city(applications=[for_hospital()]), "cap", plan=with_provisions(CAP))
    assert said.status == "holds"
    assert "365" in said.sentence.zh


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bed_days=st.integers(0, 80_000), fund=st.integers(0, 10**9))
def test_the_deduction_lies_between_nothing_and_what_was_spent(bed_days: int, fund: int) -> None:
    spent = Decimal(fund).scaleb(-2)
    found = row(town(activity(bed_days=bed_days, inpatient_fund=str(spent))))
    assert found.supply is not None
    assert 0 <= found.supply <= spent
