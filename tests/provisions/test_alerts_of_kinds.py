"""What each kind raises of the whole city: below, at and above its own line, on and around its own day, and without its data."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest
from attrs import evolve

from dingdian.loop.ground import ground
from dingdian.plans.model import Plan
from dingdian.provisions.alert import Alert
from dingdian.provisions.base import Provision, Scope
from dingdian.provisions.fields import specs
from dingdian.provisions.kinds.coaching import Coaching
from dingdian.provisions.kinds.dynamic_list import DynamicList
from dingdian.provisions.kinds.filing_deadline import FilingDeadline
from dingdian.provisions.kinds.minimum_presence import MinimumPresence
from dingdian.provisions.kinds.monitoring_trigger import MonitoringTrigger
from dingdian.provisions.kinds.occupancy_gate import OccupancyGate
from dingdian.provisions.kinds.plan_in_force import PlanInForce
from dingdian.provisions.kinds.procedure import Procedure
from dingdian.provisions.kinds.transition_period import TransitionPeriod
from provisions.judging import changed, jinan, with_provisions
from provisions.kinds.test_assessment_tail import city_of as assessed
from provisions.kinds.test_assessment_tail import provision as tail_of
from provisions.kinds.test_doctor_norm import plan_with as with_doctors
from provisions.kinds.test_doctor_norm import staffed
from provisions.kinds.test_insured_bed_rule import RULE
from provisions.kinds.test_insured_bed_rule import city as with_beds
from provisions.kinds.test_peer_efficiency import FAR, group
from provisions.kinds.test_sanction_ladder import ladder
from provisions.kinds.test_settlement_cap import CAP, activity, town
from provisions.kinds.test_zone_quota import beds_city
from provisions.kinds.test_zone_quota import plan as quota_plan
from small_city import (
    AREA,
    DAY,
    EAST,
    META,
    WEST,
    ZONE,
    account,
    accounts,
    application,
    beds,
    corner,
    fact,
    hospital,
    letter,
    pharmacy,
    provider,
    small_city,
)


def told(city: Any, of: Provision | str, *, on: date = DAY, lead: int = 30, plan: Plan | None = None) -> list[Alert]:
    """What a provision of the plan, or one added to it, raises."""
    chosen = plan or (jinan() if isinstance(of, str) else with_provisions(of))
    facts = ground(city, chosen, on)
    return list(chosen.provision(of if isinstance(of, str) else of.id).alerts(facts, lead))


def states(city: Any, of: Provision | str, **more: Any) -> list[str]:
    return [alert.state for alert in told(city, of, **more)]


def of_unit(found: list[Alert], unit: str, subject: str = "") -> Alert:
    return next(alert for alert in found if alert.unit == unit and subject in ("", alert.subject))


# --- the fund ------------------------------------------------------------------------------------------------------


def with_balance(amount: str, **tables: Any) -> Any:
    rest = [row for row in accounts() if (row["unit"], row["scheme"], row["year"]) != (EAST, "employee", 2026)]
    return small_city(fund=[*rest, account(EAST, "employee", amount)], **tables)


@pytest.mark.parametrize(("balance", "state"), [("-0.01", "alert"), ("0.00", "quiet"), ("0.01", "quiet")])
def test_a_current_deficit_of_one_fen_is_an_alert_and_balance_is_none(balance: str, state: str) -> None:
    said = of_unit(told(with_balance(balance), "fund-gate"), EAST, "employee")
    assert (said.state, said.value, said.since) == (state, Decimal(balance), date(2026, 7, 31))


@pytest.mark.parametrize("condition", ["last_year_deficit", "cumulative_deficit", "forecast_flow_deficit", "forecast_balance_deficit"])
@pytest.mark.parametrize(("amount", "state"), [("-0.01", "alert"), ("0.00", "quiet"), ("0.01", "quiet")])
def test_each_deficit_that_a_plan_names_has_its_own_line(condition: str, amount: str, state: str) -> None:
    gate = evolve(jinan().provision("fund-gate"), id="more", conditions=(condition,), schemes=("employee",))
    (probe,) = [p for p in gate.probes(ground(small_city(), with_provisions(gate), DAY).choices(gate))
                if p.note == condition and p.position == {"-0.01": "below", "0.00": "at", "0.01": "above"}[amount]]
    rows = [{**row, "unit": AREA} for row in probe.tables["fund"] if row["scheme"] == "employee"]
    said = of_unit(told(small_city(fund=rows), gate), AREA, "employee")
    assert (said.state, said.value) == (state, Decimal(amount))


def test_a_unit_without_an_account_of_its_own_is_told_by_the_one_above() -> None:
    found = told(small_city(fund=accounts((AREA,))), "fund-gate")
    assert {alert.unit for alert in found} == {AREA}


def test_an_account_that_is_not_on_file_is_undetermined() -> None:
    rest = [row for row in accounts() if (row["unit"], row["scheme"]) != (EAST, "employee")]
    said = of_unit(told(small_city(fund=rest), "fund-gate"), EAST, "employee")
    assert said.state == "undetermined"
    assert said.missing[0].en == "the account of the employee scheme of 东区 is missing"


@pytest.mark.parametrize(("lifted", "state"), [(None, "alert"), ("2026-09-02", "alert"), ("2026-09-01", "quiet")])
def test_a_warning_letter_is_an_alert_of_its_own_unit_until_the_day_it_is_lifted(lifted: str | None, state: str) -> None:
    found = [a for a in told(small_city(warnings=[letter(EAST, "2026-05-01", lifted)]), "fund-gate") if a.trigger == "warning_letter"]
    assert [(a.state, a.unit, a.since) for a in found] == [("alert", EAST, date(2026, 5, 1)) if state == "alert" else ("quiet", AREA, DAY)]


def test_without_the_table_of_letters_nobody_can_tell() -> None:
    found = [a for a in told(small_city(warnings=None), "fund-gate") if a.trigger == "warning_letter"]
    assert [a.state for a in found] == ["undetermined"]


# --- beds ----------------------------------------------------------------------------------------------------------


USE = OccupancyGate(id="use", clause="fund-gate", floor_percent=Decimal(79), fund_gate="fund-gate", scope=Scope(actions=("designate",)),
                    readings={"institutions": {"option": "all_institutions"}, "joint": {"option": "either"}})


def used(east: int | None, opened: int = 10_000) -> Any:
    return small_city(activity=[{"provider": code, "year": 2025, "bed_days": days, "open_bed_days": of} for code, days, of in (
        ("H1", 9000, 10_000), ("H2", east, opened), ("H3", 9000, 10_000)) if days is not None])


@pytest.mark.parametrize(("occupied", "state", "value"), [(7899, "alert", "78.99"), (7900, "quiet", "79"), (7901, "quiet", "79.01")])
def test_bed_use_below_its_floor_is_an_alert_of_the_district(occupied: int, state: str, value: str) -> None:
    found = told(used(occupied), USE)
    said = of_unit(found, EAST)
    assert (said.state, said.value, said.threshold, said.since) == (state, Decimal(value), 79, date(2025, 12, 31))
    assert {alert.unit for alert in found} == {WEST, EAST, ZONE}


def test_a_hair_below_the_floor_is_not_rounded_up_to_it() -> None:
    said = of_unit(told(used(78_999_999, 100_000_000), USE), EAST)
    assert (said.state, said.value) == ("alert", Decimal("78.99"))


def test_bed_days_that_are_missing_leave_the_district_open_and_an_exemption_draws_no_line() -> None:
    assert of_unit(told(used(None), USE), EAST).state == "undetermined"
    assert told(used(7000), attrs.evolve(USE, effect="exemption", excepts=("fund-gate",))) == []


@pytest.mark.parametrize(("count", "state"), [(42_499, "approaching"), (42_500, "quiet"), (45_000, "quiet"), (45_001, "alert")])
def test_beds_outside_the_band_are_over_at_once_and_short_from_the_day_of_the_norm(count: int, state: str) -> None:
    """5,000,000 insured at 8.5 to 9.0 are 42,500 to 45,000 beds."""
    said = of_unit(told(small_city(beds=[beds("H1", 52_000), beds("H2", count), beds("H3", 13_000)]), "bed-total"), EAST)
    assert (said.state, said.due) == (state, date(2027, 12, 31) if state == "approaching" else None)


@pytest.mark.parametrize(("average", "state"), [(114, "quiet"), (115, "quiet"), (116, "alert")])
def test_more_beds_open_than_the_licensed_ones_let_count(average: int, state: str) -> None:
    (said,) = told(with_beds(average=average), RULE)
    assert (said.state, said.value, said.threshold) == (state, Decimal(average), 115)


@pytest.mark.parametrize(("bed_days", "on", "state"), [
    (36_500, date(2027, 6, 1), "quiet"), (36_501, date(2027, 6, 1), "alert"), (36_501, date(2026, 6, 1), "undetermined")])
def test_bed_days_beyond_the_insured_ones(bed_days: int, on: date, state: str) -> None:
    (said,) = told(town(activity(bed_days=bed_days)), CAP, on=on)
    assert said.state == state


def test_a_year_before_the_plan_is_a_trial_and_binds_from_the_end_of_its_first_year() -> None:
    city = town(activity(bed_days=40_000, year=2025), beds=[beds("H1", 100, day="2024-12-31")])
    (said,) = told(city, CAP, on=DAY)
    assert (said.state, said.due) == ("approaching", date(2026, 12, 31))


# --- numbers and places --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("total", "state"), [("4", "quiet"), ("3", "quiet"), ("2", "alert")])
def test_a_class_above_its_published_total(total: str, state: str) -> None:
    city = small_city(more_providers=[pharmacy(f"P{i}", 100 * i) for i in range(1, 4)], more_facts=[fact("pharmacy", "plan_total", total)])
    said = next(a for a in told(city, "over-target") if a.provider_class == "pharmacy")
    assert (said.state, said.value, said.threshold) == (state, 3, int(total))


def test_a_class_without_a_total_is_silent_or_undetermined_as_the_reading_says() -> None:
    assert told(small_city(), "over-target") == []
    asks = jinan().with_readings({"NO-TOTAL": "published_total"})
    assert set(states(small_city(), "over-target", plan=asks)) == {"undetermined"}


@pytest.mark.parametrize(("target", "state"), [("7.13", "quiet"), ("7.14", "quiet"), ("7.15", "alert")])
def test_coverage_below_its_target(target: str, state: str) -> None:
    """400 of 5,600 persons are 7.14 %."""
    plan = changed("pharmacy-coverage", target_percent=Decimal(target), per="resident", by=date(2026, 1, 1))
    said = of_unit(told(small_city(more_providers=[provider("P1", corner(-10))]), "pharmacy-coverage", plan=plan), AREA)
    assert (said.state, said.value) == (state, Decimal("7.14"))


def test_coverage_before_its_day_is_approaching_of_other_people_undetermined_and_without_target_silent() -> None:
    city = small_city(more_providers=[provider("P1", corner(-10))])
    later = changed("pharmacy-coverage", target_percent=Decimal(95), per="resident", by=date(2028, 12, 31))
    assert of_unit(told(city, "pharmacy-coverage", plan=later), AREA).state == "approaching"
    others = changed("pharmacy-coverage", target_percent=Decimal(95), per="insured", by=date(2026, 1, 1))
    said = of_unit(told(city, "pharmacy-coverage", plan=others), AREA)
    assert (said.state, said.trigger) == ("undetermined", "coverage_target")
    assert told(city, "pharmacy-coverage") == []


PRESENT = MinimumPresence(id="present", clause="bed-total", effect="information", unit_level="district", counts=("pharmacy",), minimum=2)


@pytest.mark.parametrize(("held", "state"), [(1, "alert"), (2, "quiet"), (3, "quiet")])
def test_a_unit_with_fewer_than_the_minimum_is_named(held: int, state: str) -> None:
    city = small_city(more_providers=[pharmacy(f"P{i}", 10 * i) for i in range(held)])
    said = of_unit(told(city, PRESENT), EAST)
    assert (said.state, said.value, said.threshold, said.since) == (state, held, 2, META.as_of)


def test_a_provider_that_may_stand_there_leaves_it_open_and_a_city_without_townships_too() -> None:
    vague = small_city(more_providers=[pharmacy("P1", 10), pharmacy("P2", 20, unit=None)])
    assert of_unit(told(vague, PRESENT), EAST).state == "undetermined"
    (said,) = told(small_city(), attrs.evolve(PRESENT, unit_level="township"))
    assert (said.state, said.unit) == ("undetermined", AREA)


@pytest.mark.parametrize(("odd", "found"), [({2024: FAR, 2025: FAR}, ["E8"]), ({2025: FAR}, []), ({2024: FAR}, [])])
def test_an_outlier_is_named_after_two_years_and_not_after_one(odd: Any, found: list[str]) -> None:
    said = [a for a in told(group(odd=odd), "efficiency") if a.level == "secondary" and a.state != "undetermined"]
    assert [a.subject for a in said if a.state == "alert"] == found
    assert [a.state for a in said] == (["alert"] if found else ["quiet"])
    if found:
        assert {i.name for i in said[0].evidence} >= {"occupancy_2024", "occupancy_2025", "turnover_2024", "average_stay_2025"}
        assert said[0].since == date(2025, 12, 31)


@pytest.mark.parametrize(("size", "state"), [(7, "undetermined"), (8, "quiet")])
def test_a_group_that_is_too_small_is_undetermined_and_not_quiet(size: int, state: str) -> None:
    said = told(group(size=size), "efficiency")
    assert (state in {a.state for a in said if a.subject in ("tcm", "small_groups")})
    assert any(a.level == "secondary" for a in said) is (size == 8)


@pytest.mark.parametrize(("count", "state"), [(15_299, "quiet"), (15_300, "quiet"), (15_301, "alert")])
def test_doctors_beyond_the_norm_and_not_those_that_are_fewer(count: int, state: str) -> None:
    said = of_unit(told(staffed(count), "doctors", plan=with_doctors()), EAST)
    assert (said.state, said.value, said.threshold) == (state, count, 15_300)


@pytest.mark.parametrize(("count", "state"), [(49, "quiet"), (50, "quiet"), (51, "alert")])
def test_a_zone_that_has_used_more_than_its_quota(count: int, state: str) -> None:
    """The west stands above its norm, and half of the hundred beds freed last year are its quota."""
    grown = {"more_providers": [hospital("H2", "primary", WEST, designated_on="2026-02-01")], "more_beds": [beds("H2", count, day="2026-03-01")]}
    said = next(a for a in told(beds_city(5001, **grown), "quota", plan=quota_plan("inpatient")) if a.zone == WEST)
    assert (said.state, said.value, said.threshold) == (state, count, 50)


@pytest.mark.parametrize(("used", "state", "left"), [("99", "quiet", 1), ("100", "quiet", 0), ("101", "alert", -1)])
def test_a_quota_of_exits_of_which_more_was_used_than_freed(used: str, state: str, left: int) -> None:
    (said,) = told(small_city(more_facts=[fact("inpatient", "quota_used", used)]), "released-beds")
    assert (said.state, said.value, said.threshold) == (state, left, 0)
    assert states(small_city(releases=None), "released-beds") == ["undetermined"]


def test_a_quota_that_rests_on_a_missing_table_is_undetermined() -> None:
    found = told(beds_city(5001, releases=None), "quota", plan=quota_plan("inpatient"))
    assert next(a for a in found if a.zone == WEST).state == "undetermined"


# --- days ----------------------------------------------------------------------------------------------------------


FILING = FilingDeadline(id="filing", clause="bed-total", effect="information", what="规划", what_en="the plan", month=12, day=20,
                        filers="pooling_area", recipients=("regional_bureau",))
LAST = date(2026, 12, 20)
KNOWN = evolve(META, as_of=date(2027, 3, 1))


@pytest.mark.parametrize(("ahead", "state"), [(31, "quiet"), (30, "approaching"), (0, "approaching"), (-1, "alert")])
def test_a_filing_is_near_within_the_lead_and_overdue_the_day_after(ahead: int, state: str) -> None:
    (said,) = told(small_city(meta=KNOWN), FILING, on=LAST - timedelta(days=ahead))
    assert (said.state, said.value, said.due) == (state, ahead, LAST)


def test_the_lead_is_the_callers() -> None:
    assert states(small_city(meta=KNOWN), FILING, on=date(2026, 10, 1), lead=79) == ["quiet"]
    assert states(small_city(meta=KNOWN), FILING, on=date(2026, 10, 1), lead=80) == ["approaching"]


def test_a_file_that_ends_before_the_last_day_cannot_say_that_nothing_was_filed() -> None:
    (said,) = told(small_city(), FILING, on=date(2026, 12, 21))
    assert said.state == "undetermined"
    assert said.missing[0].en == "the data end on 2026-08-31, before the last day, 2026-12-20"


def test_what_was_filed_is_quiet_and_the_filing_of_next_year_draws_near() -> None:
    january = attrs.evolve(FILING, month=1, day=31)
    filed = small_city(meta=KNOWN, more_facts=[fact(f"{AREA}/filing/regional_bureau", "filed_on", "2026-02-10", "2026-02-10")])
    (quiet,) = told(filed, january, on=date(2026, 12, 31))
    assert (quiet.state, quiet.since) == ("quiet", date(2026, 2, 10))
    this, following = told(filed, january, on=date(2027, 1, 1))[0], told(filed, january, on=date(2026, 12, 31), lead=31)[-1]
    assert (this.state, this.due) == ("approaching", date(2027, 1, 31))
    assert (following.state, following.due, following.value) == ("approaching", date(2027, 1, 31), 31)


COACHED = Coaching(id="coaching", clause="preamble", months=6, extension_months=6, bar_months=12, readings={"extension": {"option": "once"}})


@pytest.mark.parametrize(("on", "found"), [
    (date(2026, 7, 31), ["quiet"]), (date(2026, 8, 1), ["approaching"]), (date(2026, 8, 31), ["approaching"]), (date(2026, 9, 1), [])])
def test_the_end_of_coaching_draws_near(on: date, found: list[str]) -> None:
    """Signed on 1 March, coached until 31 August."""
    city = small_city(providers=[pharmacy("P1", 300, designated_on="2026-03-01")], beds=None)
    assert states(city, COACHED, on=on) == found


@pytest.mark.parametrize(("severity", "state"), [("serious", "alert"), (None, "undetermined"), ("minor", "quiet")])
def test_what_a_breach_does_to_coaching(severity: str | None, state: str) -> None:
    events = [{"event": "E1", "provider": "P1", "happened_on": "2026-05-01", "type": "breach", **({"severity": severity} if severity else {})}]
    city = small_city(providers=[pharmacy("P1", 300, designated_on="2026-03-01")], beds=None, events=events)
    (said,) = told(city, COACHED, on=date(2026, 6, 1))
    assert said.state == state
    assert said.since == {"alert": date(2026, 5, 1), "undetermined": None, "quiet": date(2026, 3, 1)}[state]


@pytest.mark.parametrize(("on", "state"), [
    (date(2027, 11, 30), "quiet"), (date(2027, 12, 1), "approaching"), (date(2027, 12, 31), "approaching"), (date(2028, 1, 1), "alert")])
def test_the_end_of_the_plan(on: date, state: str) -> None:
    (said,) = told(small_city(), "version", on=on)
    assert (said.state, said.due) == (state, date(2027, 12, 31))


@pytest.mark.parametrize(("on", "found"), [
    (date(2026, 8, 31), ["quiet"]), (date(2026, 9, 1), ["approaching"]), (date(2026, 10, 1), ["approaching"]), (date(2026, 10, 2), [])])
def test_the_end_of_the_transition(on: date, found: list[str]) -> None:
    period = TransitionPeriod(id="period", clause="preamble", effect="exemption", licensed_before=date(2026, 7, 1), applied_until=date(2026, 10, 1),
                              excepts=("bed-total",), readings={"fund": {"option": "not_fund_gate"}, "in_time": {"option": "applied_in_time"}})
    assert states(small_city(), period, on=on) == found


@pytest.mark.parametrize(("lead", "found"), [(8, []), (9, ["approaching"]), (200, ["approaching"])])
def test_a_clock_that_ends_within_the_lead(lead: int, found: list[str]) -> None:
    """Accepted on 10 June, three months: until 10 September, nine days after the day of the question."""
    clock = {"id": "evaluation", "zh": "完成评估", "en": "evaluation", "start": "accepted", "length": 3, "unit": "month"}
    clocks = Procedure(id="clocks", clause="fund-gate", effect="information", clocks=specs(Procedure)["clocks"][0].parse([clock]))
    city = small_city(applications=[application()], more_facts=[fact("A1", "accepted_on", "2026-06-10")])
    said = told(city, clocks, lead=lead)
    assert [a.state for a in said] == found
    assert [a.due for a in said] == [date(2026, 9, 10)] * len(found)


def test_a_clock_whose_day_has_passed_is_not_guessed_about() -> None:
    clock = {"id": "evaluation", "zh": "完成评估", "en": "evaluation", "start": "accepted", "length": 3, "unit": "month"}
    clocks = Procedure(id="clocks", clause="fund-gate", effect="information", clocks=specs(Procedure)["clocks"][0].parse([clock]))
    assert states(small_city(more_facts=[fact("A1", "accepted_on", "2026-01-10")]), clocks) == []


# --- people and what they did --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mark", "points", "state"), [
    ("below", 59.99, "alert"), ("below", 60, "quiet"), ("included", 60, "alert"), ("included", 60.01, "quiet")])
def test_below_at_and_above_the_mark_of_the_assessment(mark: str, points: float, state: str) -> None:
    said = told(assessed([points, 90, 91]), tail_of(mark=mark))
    assert [a.state for a in said] == [state]
    if state == "alert":
        assert said[0].follows is not None
        assert said[0].follows.zh == "末位淘汰，解除协议"


def test_without_scores_of_a_year_that_has_ended_the_tail_is_undetermined() -> None:
    assert states(assessed([50, 60], scores=None), tail_of()) == ["undetermined"]


def events(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"event": f"E{i}", "provider": "H1", "happened_on": "2026-06-01", **row} for i, row in enumerate(rows)]


@pytest.mark.parametrize(("rows", "found"), [
    ([{"type": "breach", "severity": "serious"}], ["alert"]), ([{"type": "breach"}], ["undetermined"]),
    ([{"type": "breach", "severity": "serious"}, {"type": "suspension", "happened_on": "2026-06-10"}], ["quiet"]), ([{"type": "inspection"}], [])])
def test_an_event_that_calls_for_a_step_is_an_alert_until_the_step_is_taken(rows: list[dict[str, Any]], found: list[str]) -> None:
    city = small_city(events=events(*rows), more_facts=[fact("H1", "signed_on", "2026-01-01")])
    assert states(city, ladder()) == found


LIST = DynamicList(id="list", clause="monitoring", effect="information", readings={"review": {"option": "yearly", "months": Decimal(12)}})


@pytest.mark.parametrize(("value", "found"), [("met", ["quiet"]), ("unmet", ["alert", "quiet"]), (None, ["undetermined"])])
def test_who_fails_the_standards_is_named_and_who_was_not_reviewed_is_counted(value: str | None, found: list[str]) -> None:
    facts = [fact("P1", "service_standard", value, "2026-07-01")] if value else []
    assert states(small_city(providers=[pharmacy("P1", 300)], beds=None, more_facts=facts), LIST) == found


@pytest.mark.parametrize(("value", "state"), [("yes", "quiet"), ("no", "alert"), ("也许", "undetermined"), (None, "undetermined")])
def test_an_area_without_its_plan(value: str | None, state: str) -> None:
    facts = [fact(AREA, "allocation_plan_in_force", value)] if value else []
    (said,) = told(small_city(more_facts=facts), PlanInForce(id="plan-first", clause="preamble"))
    assert said.state == state


TRIGGERS = specs(MonitoringTrigger)["triggers"][0].parse([
    {"id": "complaints", "zh": "投诉较多", "en": "complaints pile up", "watch": "events", "event": "complaint", "at_least": 2},
    {"id": "overdue", "zh": "逾期未检查", "en": "inspection overdue", "watch": "silence", "event": "inspection"}])
WATCH = MonitoringTrigger(id="watch", clause="monitoring", effect="information", triggers=TRIGGERS)


@pytest.mark.parametrize(("count", "state"), [(1, "quiet"), (2, "alert"), (3, "alert")])
def test_a_trigger_of_the_plan_is_told_under_its_own_name(count: int, state: str) -> None:
    said = next(a for a in told(small_city(events=events(*[{"type": "complaint"}] * count)), WATCH) if a.trigger == "complaints")
    assert (said.state, said.value) == (state, 0 if state == "quiet" else count)
    assert said.since == (DAY if state == "quiet" else date(2026, 6, 1))


def test_what_never_happened_is_dated_by_the_register_and_a_missing_table_is_not_quiet() -> None:
    found = {(a.trigger, a.state, a.since) for a in told(small_city(events=events({"type": "complaint"})), WATCH)}
    assert ("overdue", "alert", META.as_of) in found
    assert set(states(small_city(), WATCH)) == {"undetermined"}


def test_a_kind_without_a_line_of_its_own_raises_nothing_whatever_its_rows_say() -> None:
    assert told(small_city(more_providers=[hospital("H9", "primary", EAST)]), "bed-method") == []
