"""Providers operating three months before publication are for now not limited: the day, the open date, what is lifted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.methods.clocks import months_after
from provisions.judging import changed, jinan, judge, lacking
from small_city import application, for_hospital, pharmacy, small_city

CLAUSE = "transition"
PUBLISHED = {"publication": date(2026, 6, 15)}


def opened(day: str | None, **columns: Any) -> Any:
    return small_city(applications=[application(opened_on=day, **columns)])


@pytest.mark.parametrize(("day", "included", "excluded"), [
    ("2026-03-14", "holds", "holds"), ("2026-03-15", "holds", "not_applicable"), ("2026-03-16", "not_applicable", "not_applicable"),
])
def test_three_months_before_publication_the_day_itself_included(day: str, included: str, excluded: str) -> None:
    assert judge(opened(day), CLAUSE, dates=PUBLISHED).status == included
    said = judge(opened(day), CLAUSE, dates=PUBLISHED, readings={"AMB-16": "excluded"})
    assert (said.status, said.readings["AMB-16"]) == (excluded, "excluded")


def test_it_lifts_every_limit_of_the_plan_its_fund_stop_included() -> None:
    said = judge(opened("2026-01-01"), CLAUSE, dates=PUBLISHED)
    assert {"fund-gate", "pharmacy-radius", "bed-total"} <= set(said.waives)


def test_another_reading_leaves_the_fund_stop_in_place() -> None:
    said = judge(opened("2026-01-01"), CLAUSE, dates=PUBLISHED, readings={"AMB-39": "all_but_fund"})
    assert "fund-gate" not in said.waives
    assert "pharmacy-radius" in said.waives


def test_who_opened_too_late_lifts_nothing() -> None:
    assert judge(opened("2026-05-01"), CLAUSE, dates=PUBLISHED).waives == ()


def test_while_the_day_of_publication_is_open_nobody_is_freed() -> None:
    said = judge(opened("2020-01-01"), CLAUSE)
    assert lacking(said) == {("plan", "value")}
    assert (said.waives, said.may_waive) == ((), ())
    assert "publication" in said.missing[0].phrase.zh


def test_a_day_of_opening_that_nobody_stated_waits() -> None:
    said = judge(opened(None), CLAUSE, dates=PUBLISHED)
    assert lacking(said) == {("applications", "opened_on")}
    assert "pharmacy-radius" in said.may_waive


def test_the_day_of_opening_may_stand_on_file() -> None:
    city = small_city(applications=[application(opened_on=None, provider="P1")],
                      more_providers=[pharmacy("P1", 5000, opened_on="2026-02-01")])
    assert judge(city, CLAUSE, dates=PUBLISHED).status == "holds"


@pytest.mark.parametrize("action", ["relocate", "add_beds", "branch", "convert"])
def test_only_designations_are_meant(action: str) -> None:
    city = small_city(applications=[for_hospital(action=action, provider="H1", opened_on="2020-01-01")])
    assert judge(city, CLAUSE, dates=PUBLISHED).status == "not_applicable"


def test_the_margin_is_in_days() -> None:
    said = judge(opened("2026-03-10"), CLAUSE, dates=PUBLISHED)
    assert (said.value, said.operator, said.threshold, said.margin, said.unit_of_measure) == (
        "2026-03-10", "<=", "2026-03-15", 5, "day")


def test_the_months_are_the_plans_own() -> None:
    plan = changed(CLAUSE, months=Decimal(6))
    assert judge(opened("2025-12-15"), CLAUSE, dates=PUBLISHED, plan=plan).status == "holds"
    assert judge(opened("2025-12-16"), CLAUSE, dates=PUBLISHED, plan=plan).status == "not_applicable"


@pytest.mark.parametrize(("day", "months", "expected"), [
    (date(2026, 5, 31), 3, date(2026, 2, 28)), (date(2024, 5, 31), 3, date(2024, 2, 29)), (date(2026, 1, 15), 3, date(2025, 10, 15)),
    (date(2026, 3, 31), 1, date(2026, 2, 28)), (date(2026, 12, 1), 12, date(2025, 12, 1)), (date(2026, 6, 15), 0, date(2026, 6, 15)),
])
def test_a_month_without_that_day_ends_with_its_last(day: date, months: int, expected: date) -> None:
    assert months_after(day, -months) == expected


@given(day=st.dates(date(2000, 1, 1), date(2099, 12, 31)), months=st.integers(0, 48))
def test_months_count_by_the_calendar(day: date, months: int) -> None:
    before = months_after(day, -months)
    assert (day.year - before.year) * 12 + day.month - before.month == months
    assert before.day <= day.day


def test_the_plan_names_the_date_that_it_counts_from() -> None:
    clause = jinan().provision(CLAUSE)
    assert clause.date_name in jinan().dates  # type: ignore[attr-defined]
