"""What a monitoring says of a whole plan: clauses, rules that follow, the date of every alert, and refusals."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

import dingdian as dd
from dingdian import canonical
from dingdian.city.model import City
from dingdian.loop.alerts import Alerts
from dingdian.loop.monitor import monitor
from dingdian.provisions.alert import STATES
from provisions.judging import changed, jinan
from small_city import AREA, DAY, EAST, META, account, accounts, letter, pharmacy, small_city


def in_deficit(**tables: Any) -> City:
    rest = [row for row in accounts() if (row["unit"], row["scheme"], row["year"]) != (EAST, "employee", 2026)]
    return small_city(fund=[*rest, account(EAST, "employee", "-1.00")], **tables)


@pytest.fixture(scope="module")
def found() -> Alerts:
    return monitor(in_deficit(), jinan(), DAY)


def test_every_line_names_its_clause_and_every_alert_its_date(found: Alerts) -> None:
    assert found.rows
    for alert in found.rows:
        provision = jinan().provision(alert.provision)
        assert alert.locator == jinan().locator(provision)
        assert (alert.clause, alert.requirements) == (provision.clause, provision.requirements)
        assert alert.state not in ("alert", "approaching") or alert.since is not None


def test_the_order_is_the_plans(found: Alerts) -> None:
    order = [p.id for p in jinan().provisions]
    told = [order.index(alert.provision) for alert in found.rows]
    assert told == sorted(told)


def test_what_follows_is_the_rule_of_a_gate_that_is_crossed_and_nothing_where_it_is_quiet(found: Alerts) -> None:
    fund = [alert for alert in found.rows if alert.provision == "fund-gate" and alert.trigger == "fund_balance"]
    (crossed,) = [alert for alert in fund if alert.state == "alert"]
    assert crossed.follows == jinan().provision("fund-gate").read_back()
    assert all(alert.follows is None for alert in fund if alert.state == "quiet")


@pytest.mark.parametrize(("on", "told"), [(date(2026, 8, 31), False), (DAY, True), (date(2026, 9, 2), False)])
def test_a_provision_that_is_not_in_force_draws_no_line(on: date, told: bool) -> None:
    plan = changed("fund-gate", valid_from=DAY, valid_until=DAY)
    assert any(alert.provision == "fund-gate" for alert in monitor(in_deficit(), plan, on, past=False).rows) is told


def test_counts_add_up_and_what_is_raised_is_whatever_is_not_quiet(found: Alerts) -> None:
    assert tuple(found.counts) == tuple(STATES)
    assert sum(found.counts.values()) == len(found.rows)
    assert len(found.raised) == len(found.rows) - found.counts["quiet"]


def test_the_json_has_one_canonical_form_and_the_table_a_row_for_each_line(found: Alerts) -> None:
    said = json.loads(canonical.dumps(found.as_json()))
    assert [row["id"] for row in said["alerts"]] == [alert.id for alert in found.rows]
    assert said["counts"]["alert"] == found.counts["alert"]
    table = found.table
    assert len(table) == len(found.rows)
    row = table[(table["provision"] == "fund-gate") & (table["state"] == "alert")].iloc[0]
    assert (row["value"], row["changed_since"], bool(row["crossed"])) == (-1.0, "2025-12-31", True)
    assert row["change"] is None or row["change"] != row["change"]  # seven months are not set against twelve


def test_the_same_city_gives_the_same_bytes(found: Alerts) -> None:
    assert canonical.dumps(monitor(in_deficit(), jinan(), DAY).as_json()) == canonical.dumps(found.as_json())


def test_it_looks_at_the_citys_own_day_unless_told_otherwise() -> None:
    assert monitor(small_city(), jinan()).date_on == META.as_of
    assert dd.monitor is monitor


def test_the_age_of_the_data_is_told_and_without_a_past_there_are_no_trends() -> None:
    told = monitor(small_city(), jinan(), DAY, past=False)
    assert told.trends == ()
    assert told.notes[-1].en == "The data end on 2026-08-31, 1 days before the day of the question: what happened since is not in them."
    assert not [note for note in monitor(small_city(), jinan(), META.as_of, past=False).notes if "The data end" in note.en]


def test_silence_of_the_data_is_not_quiet() -> None:
    bare = small_city(fund=None, beds=None, insured=None, warnings=None, activity=None, population=None)
    told = monitor(bare, jinan(), DAY)
    for provision in ("fund-gate", "bed-total", "efficiency"):
        assert {alert.state for alert in told.rows if alert.provision == provision} == {"undetermined"}, provision


def test_a_city_in_which_no_line_is_crossed_is_quiet_about_its_fund() -> None:
    calm = monitor(small_city(), jinan(), DAY)
    assert {alert.state for alert in calm.rows if alert.provision == "fund-gate"} == {"quiet"}


@pytest.mark.parametrize(("changes", "message"), [
    ({"pooling_area": "370200"}, "is pooling area 370200, not 370100"), ({"as_of": META.as_of}, "is of 2026-08-31, not earlier than 2026-08-31"),
    ({"as_of": date(2026, 9, 30)}, "not earlier than")])
def test_an_earlier_city_must_be_the_same_area_and_earlier(changes: dict[str, Any], message: str) -> None:
    units = [{"unit": changes.get("pooling_area", AREA), "name": "市", "level": "pooling_area"}]
    past = small_city(meta=evolve(META, **{"as_of": date(2025, 1, 1), **changes}), units=units, providers=[pharmacy("P1", 1, unit=None)], polygons={},
                      **dict.fromkeys(("beds", "insured", "fund", "warnings", "releases", "facts", "applications")))
    with pytest.raises(ValueError, match=message):
        monitor(small_city(), jinan(), DAY, earlier=[past])


def test_a_lead_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="the lead must be zero days or more, not -1"):
        monitor(small_city(), jinan(), DAY, lead_days=-1)


@settings(max_examples=15, deadline=None)
@given(issued=st.dates(date(2026, 1, 1), date(2026, 12, 31)), days=st.integers(0, 200))
def test_a_letter_is_told_from_its_day_until_it_is_lifted(issued: date, days: int) -> None:
    lifted = issued + timedelta(days=days + 1)
    city = small_city(warnings=[letter(EAST, issued.isoformat(), lifted.isoformat())])
    gate = jinan().provision("fund-gate")
    from dingdian.loop.ground import ground

    told = [a for a in gate.alerts(ground(city, jinan(), DAY), 30) if a.trigger == "warning_letter"]
    assert [a.state for a in told] == ["alert" if issued <= DAY < lifted else "quiet"]
