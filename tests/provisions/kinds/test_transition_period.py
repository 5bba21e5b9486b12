"""A period of transition: the day of the licence and the day of the application, and what it leaves in place."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dingdian.plans.model import Plan
from dingdian.provisions.kinds.transition_period import TransitionPeriod
from provisions.judging import judge, lacking, with_provisions
from small_city import application, small_city

ID, DAY = "period", date(2026, 8, 1)


def plan_with(fund: str = "everything", in_time: str = "applied_in_time") -> Plan:
    return with_provisions(TransitionPeriod(
        id=ID, clause="transition", effect="exemption", licensed_before=date(2026, 7, 1), applied_until=date(2026, 6, 30),
        excepts=("fund-gate", "pharmacy-radius", "bed-total"), fund_gates=("fund-gate",),
        readings={"fund": {"option": fund}, "in_time": {"option": in_time}}))


def papers(licensed: str | None, applied: str = "2026-06-30") -> Any:
    return small_city(applications=[application(licensed_on=licensed, applied_on=applied)])


@pytest.mark.parametrize(("licensed", "status"), [("2026-06-30", "holds"), ("2026-07-01", "not_applicable"), ("2026-07-02", "not_applicable")])
def test_licensed_before_the_plan_takes_effect(licensed: str, status: str) -> None:
    said = judge(papers(licensed), ID, on=DAY, plan=plan_with())
    assert (said.status, bool(said.waives)) == (status, status == "holds")


@pytest.mark.parametrize(("applied", "status"), [("2026-06-29", "holds"), ("2026-06-30", "holds"), ("2026-07-01", "not_applicable")])
def test_applied_within_the_period_its_last_day_included(applied: str, status: str) -> None:
    assert judge(papers("2025-01-01", applied), ID, on=DAY, plan=plan_with()).status == status


def test_it_lifts_every_limit_named_its_fund_stop_too_unless_the_reading_keeps_it() -> None:
    assert judge(papers("2025-01-01"), ID, on=DAY, plan=plan_with()).waives == ("fund-gate", "pharmacy-radius", "bed-total")
    assert judge(papers("2025-01-01"), ID, on=DAY, plan=plan_with("all_but_fund")).waives == ("pharmacy-radius", "bed-total")


def test_the_decision_may_have_to_fall_within_the_period() -> None:
    plan = plan_with(in_time="decided_in_time")
    assert judge(papers("2025-01-01", "2026-06-01"), ID, on=DAY, plan=plan).status == "not_applicable"
    assert judge(papers("2025-01-01", "2026-06-01"), ID, on=date(2026, 6, 30), plan=plan).status == "holds"


def test_without_the_day_of_the_licence_it_may_apply_only_to_whoever_applied_in_time() -> None:
    said = judge(papers(None), ID, on=DAY, plan=plan_with())
    assert lacking(said) == {("applications", "licensed_on")}
    assert said.may_waive == ("fund-gate", "pharmacy-radius", "bed-total")
    assert judge(papers(None, "2026-07-01"), ID, on=DAY, plan=plan_with()).status == "not_applicable"


def test_what_was_compared_is_what_is_said() -> None:
    late = judge(papers("2025-01-01", "2026-07-03"), ID, on=DAY, plan=plan_with())
    assert (late.value, late.operator, late.threshold, late.margin) == ("2026-07-03", "<=", "2026-06-30", -3)
    fresh = judge(papers("2026-07-05"), ID, on=DAY, plan=plan_with())
    assert (fresh.value, fresh.operator, fresh.threshold, fresh.margin) == ("2026-07-05", "<", "2026-07-01", -4)


def test_it_must_lift_something_and_its_fund_gates_must_be_among_it() -> None:
    period = TransitionPeriod(id=ID, clause="x", effect="exemption", licensed_before=DAY, applied_until=DAY)
    assert list(period.problems())
    assert not list(plan_with().provision(ID).problems())
