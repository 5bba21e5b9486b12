"""The dynamic list: who keeps meeting the standards, who fails, whom nobody looked at."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dingdian.provisions.kinds.dynamic_list import DynamicList
from provisions.judging import judge, measured, with_provisions
from small_city import AREA, EAST, WEST, application, fact, pharmacy, small_city

LIST = DynamicList(id="list", clause="monitoring", effect="information", readings={"review": {"option": "yearly", "months": Decimal(12)}})
ON = date(2027, 6, 1)


def town(*facts: Any, events: list[dict[str, Any]] | None = None, **columns: Any) -> Any:
    return small_city(providers=[pharmacy("P1", 300, **columns)], beds=None, more_facts=list(facts), events=events,
                      applications=[application(provider="P1", action="relocate")])


def reviewed(value: str, day: str) -> Any:
    return fact("P1", "service_standard", value, day)


def breach(day: str, kind: str = "breach") -> dict[str, Any]:
    return {"event": "E1", "provider": "P1", "happened_on": day, "type": kind}


def state(city: Any) -> str:
    rows = {r.measure.removeprefix("standards_"): r.supply for r in measured(city, "list", on=ON, plan=with_provisions(LIST)) if r.unit == AREA}
    return next(name for name, count in rows.items() if count)


@pytest.mark.parametrize(("value", "day", "expected"), [
    ("met", "2026-06-01", "not_reviewed"), ("met", "2026-06-02", "met"), ("符合", "2027-06-01", "met"), ("unmet", "2027-01-01", "unmet"),
    ("尚可", "2027-01-01", "not_reviewed"), ("met", "2027-06-02", "not_reviewed"),
])
def test_a_review_counts_for_a_year_and_only_in_words_that_it_may_use(value: str, day: str, expected: str) -> None:
    assert state(town(reviewed(value, day))) == expected


@pytest.mark.parametrize(("happened", "kind", "expected"), [
    ("2027-02-01", "breach", "unmet"), ("2027-01-01", "breach", "met"), ("2027-02-01", "suspension", "unmet"), ("2027-02-01", "complaint", "met"),
])
def test_a_breach_since_the_review_counts_against_a_provider(happened: str, kind: str, expected: str) -> None:
    assert state(town(reviewed("met", "2027-01-01"), events=[breach(happened, kind)])) == expected


def test_a_provider_that_nobody_looked_at_is_not_taken_as_meeting_the_standards() -> None:
    assert state(town()) == "not_reviewed"
    assert judge(town(), "list", on=ON, plan=with_provisions(LIST)).status == "not_applicable"


@pytest.mark.parametrize(("value", "status"), [("met", "holds"), ("unmet", "fails")])
def test_a_designated_applicant_is_told_where_it_stands(value: str, status: str) -> None:
    said = judge(town(reviewed(value, "2027-01-01")), "list", on=ON, plan=with_provisions(LIST))
    assert (said.status, str(said.as_of)) == (status, "2027-01-01")


def test_a_new_applicant_is_listed_later() -> None:
    assert "纳入定点后" in judge(small_city(), "list", plan=with_provisions(LIST)).sentence.zh


def test_each_district_has_its_counts_and_each_failing_provider_its_row() -> None:
    city = town(reviewed("unmet", "2027-01-01"), unit=EAST)
    rows = {(r.unit, r.measure, r.subject): r.supply for r in measured(city, "list", on=ON, plan=with_provisions(LIST))}
    assert (rows[EAST, "standards_unmet", ""], rows[WEST, "standards_unmet", ""], rows[EAST, "standards_unmet", "P1"]) == (1, 0, 1)


def test_who_has_left_is_not_on_the_list() -> None:
    rows = measured(town(status="terminated"), "list", on=ON, plan=with_provisions(LIST))
    assert all(r.supply == 0 for r in rows)
