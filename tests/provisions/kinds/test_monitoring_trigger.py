"""Alerts of conditions that a plan names: what was seen, of whom and when; a missing table is never quiet."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dingdian.provisions import fields
from dingdian.provisions.kinds.monitoring_trigger import MonitoringTrigger
from provisions.judging import measured, with_provisions
from small_city import AREA, DAY, EAST, WEST, account, accounts, filled, hospital, small_city

PARSE = fields.specs(MonitoringTrigger)["triggers"][0].parse


def rule(**trigger: Any) -> MonitoringTrigger:
    return MonitoringTrigger(id="watch", clause="monitoring", effect="information",
                             triggers=PARSE([{"id": "t", "zh": "情形", "en": "case", **trigger}]))


def event(day: str, kind: str = "complaint", provider: str = "H1", **more: Any) -> dict[str, Any]:
    return filled({"event": f"{provider}-{day}-{kind}", "provider": provider, "happened_on": day, "type": kind, **more})


def rows(city: Any, **trigger: Any) -> list[Any]:
    return measured(city, "watch", on=DAY, plan=with_provisions(rule(**trigger)))


def alerted(city: Any, **trigger: Any) -> list[str]:
    return [r.subject for r in rows(city, **trigger) if r.measure == "alert_t"]


@pytest.mark.parametrize(("count", "raised"), [(1, []), (2, ["H1"]), (3, ["H1"])])
def test_events_that_reach_the_number_raise_an_alert(count: int, raised: list[str]) -> None:
    city = small_city(events=[event(f"2026-0{m}-01") for m in range(1, count + 1)])
    assert alerted(city, watch="events", event="complaint", at_least=2) == raised


@pytest.mark.parametrize(("day", "raised"), [("2025-08-31", []), ("2025-09-01", ["H1"]), ("2026-09-01", ["H1"]), ("2026-09-02", [])])
def test_the_window_includes_its_first_and_last_day(day: str, raised: list[str]) -> None:
    assert alerted(small_city(events=[event(day)]), watch="events", event="complaint") == raised


def test_only_the_named_type_and_severity_count() -> None:
    city = small_city(events=[event("2026-01-01", "breach", severity="minor")])
    assert alerted(city, watch="events", event="breach") == ["H1"]
    assert alerted(city, watch="events", event="breach", severity="serious") == []
    assert alerted(city, watch="events", event="complaint") == []


def test_an_alert_says_when_and_by_what_reference() -> None:
    city = small_city(events=[event("2026-01-05", reference="督〔2026〕7号"), event("2026-02-06")])
    found = next(r for r in rows(city, watch="events", event="complaint") if r.measure == "alert_t")
    assert (found.supply, found.as_of, found.unit) == (2, date(2026, 2, 6), "370102")
    assert "2026-01-05、2026-02-06" in found.note.zh
    assert found.inputs[0].value == "督〔2026〕7号"


def overdue(city: Any) -> dict[str, Any]:
    return {r.unit: r for r in rows(city, watch="silence", event="inspection") if r.measure == "alert_t"}


@pytest.mark.parametrize(("last", "quiet"), [("2025-08-31", True), ("2025-09-01", False)])
def test_silence_is_overdue_after_the_window(last: str, quiet: bool) -> None:
    assert (WEST in overdue(small_city(events=[event(last, "inspection")]))) is quiet


def test_those_overdue_are_told_by_district_with_their_last_day() -> None:
    city = small_city(events=[event("2020-01-01", "inspection", "H2")], more_providers=[hospital("OLD", "primary", EAST)])
    found = overdue(city)[EAST]
    assert (found.supply, found.as_of) == (2, date(2020, 1, 1))
    assert found.note.zh == "2 家，上一次：OLD（没有记录）、H2（2020-01-01）"


def test_one_designated_within_the_window_is_not_overdue() -> None:
    city = small_city(events=[event("2020-01-01", "inspection")], more_providers=[hospital("NEW", "primary", EAST, designated_on="2026-03-01")])
    assert overdue(city)[EAST].supply == 1


@pytest.mark.parametrize(("after", "raised"), [(119, []), (120, []), (121, ["H1"])])
def test_growth_above_the_percentage_raises_an_alert(after: int, raised: list[str]) -> None:
    activity = [{"provider": "H1", "year": 2024, "inpatient_cost": 100}, {"provider": "H1", "year": 2025, "inpatient_cost": after}]
    assert alerted(small_city(activity=activity), watch="growth", column="inpatient_cost", percent=20) == raised


def test_a_measure_that_is_short_raises_an_alert() -> None:
    books = [r for r in accounts() if (r["unit"], r["scheme"], r["year"]) != (EAST, "employee", 2026)]
    city = small_city(fund=[*books, account(EAST, "employee", "-5")])
    assert alerted(city, watch="measured", provision="fund-gate", side="short") == ["employee"]
    assert alerted(small_city(), watch="measured", provision="fund-gate", side="short") == []


@pytest.mark.parametrize("trigger", [
    {"watch": "events", "event": "complaint"}, {"watch": "silence", "event": "inspection"},
    {"watch": "growth", "column": "visits", "percent": 10}, {"watch": "measured", "provision": "nothing"}, {"watch": "measured", "provision": "watch"},
])
def test_without_what_it_watches_a_trigger_is_undetermined(trigger: dict[str, Any]) -> None:
    found = rows(small_city(), **trigger)
    assert [(r.unit, r.status, r.supply) for r in found] == [(AREA, "undetermined", None)]


def test_a_known_absence_of_events_is_quiet() -> None:
    from attrs import evolve

    from small_city import META

    found = rows(small_city(meta=evolve(META, known_empty=("events",))), watch="events", event="complaint")
    assert [(r.status, r.supply) for r in found] == [("measured", 0)]


@pytest.mark.parametrize("trigger", [{"watch": "events"}, {"watch": "growth", "percent": 1}, {"watch": "growth", "column": "visits"}, {"watch": "measured"}])
def test_a_trigger_that_watches_nothing_is_a_problem(trigger: dict[str, Any]) -> None:
    assert list(rule(**trigger).problems())


def test_complete_triggers_are_none_and_double_ids_are_one() -> None:
    assert not list(rule(watch="events", event="breach").problems())
    twice = MonitoringTrigger(id="watch", clause="monitoring", triggers=rule(watch="events", event="breach").triggers * 2)
    assert list(twice.problems())
    assert list(MonitoringTrigger(id="watch", clause="monitoring", triggers=()).problems())


def test_the_read_back_states_numbers_and_windows() -> None:
    assert "6 个月内严重违约达 3 次" in rule(watch="events", event="breach", severity="serious", at_least=3, months=6).read_back().zh
    assert "年增幅超过 15%" in rule(watch="growth", column="visits", percent=15).read_back().zh
