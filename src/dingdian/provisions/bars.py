"""Which bars on re-application the events and facts on file trigger, and which they may trigger.

An event is a ground by its type, its severity, the cause of the termination and whether the principals are still the same; what is
not stated leaves the bar in doubt and is named. Whether a bar still stands on a given day is not asked here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from attrs import frozen

from dingdian.methods.clocks import later
from dingdian.provisions.case import Case
from dingdian.provisions.dated import stated_days
from dingdian.provisions.finding import Missing
from dingdian.provisions.ground import Choices, Ground
from dingdian.terms import Text

FOR_ILLEGALITY, ANY_TERMINATION = "for_illegality", "any_termination"
CAUSES: Mapping[str, Text] = {
    "illegality": Text("违法违规", "illegality"), "serious_breach": Text("严重违反协议", "serious breach of the agreement"), "other": Text("其他原因", "another cause"),
}
# Days that an official establishes; each may be about an application or a provider.
STATED: Mapping[str, Text] = {
    "application_fraud_on": Text("查实以欺骗等手段申请定点之日", "day on which fraud in applying was established"),
    "evaluation_failed_twice_on": Text("再次评估不合格之日", "day of the second failed evaluation"),
    "principals_involved_on": Text("法定代表人、主要负责人或实际控制人所涉机构被解除协议之日", "day on which the agreement of another institution of the principals was ended"),
    "coaching_terminated_on": Text("政策辅导期内被解除协议之日", "day on which the agreement was ended during coaching"),
}
CAUSE, CHANGED = "termination_cause", "principals_changed"


@frozen
class Bar:
    """One bar that is, or may be, triggered: its row, the day it began and the day on which one may apply again."""

    row: Mapping[str, Any]
    since: date
    ends: date
    missing: tuple[Missing, ...] = ()


def by_event(row: Mapping[str, Any], case: Case, ground: Ground, choices: Choices) -> Iterator[Bar]:
    """The bars that events of the provider trigger, or may trigger, under one row."""
    if not row["event"] or not case.provider:
        return
    past = [event for event in _history(ground).get(case.provider, ()) if event["type"] == row["event"]]
    for index, event in enumerate(past):
        day, until = event["happened_on"], past[index + 1]["happened_on"] if index + 1 < len(past) else None
        answers = [_severity_fits(row, event), _cause_fits(row, event, until, ground, choices), _principals_fit(row, event, ground)]
        if False not in answers:
            missing = tuple(answer for answer in answers if isinstance(answer, Missing))
            yield Bar(row, day, later(day, row["length"], row["unit"]), missing)


def _cause_fits(
    row: Mapping[str, Any], event: Mapping[str, Any], until: date | None, ground: Ground, choices: Choices
) -> bool | Missing:
    wanted = row["cause"]
    if row["through_principals"] and not wanted:
        wanted = "illegality" if choices["principals"].option == FOR_ILLEGALITY else ""
    if not wanted or event["type"] != "termination":
        return True
    cause = _cause(ground, event, until)
    return cause == wanted if cause else _lacks_cause(event["provider"])


def lacks_history(case: Case, ground: Ground) -> list[Missing]:
    """The events of a provider that once had an agreement are needed; others have none to show."""
    record = ground.snapshot.provider_records.get(case.provider, {})
    had_one = record.get("status") not in (None, "undesignated") or record.get("designated_on") is not None
    if not had_one or "events" in ground.snapshot.city.tables:
        return []
    return [Missing(table="events", subject=case.provider, column="type", phrase=Text(
        f"{case.provider} 曾经定点，缺少机构事件（events 表）；确无事件的须在 city.yaml 中写明 known_empty",
        f"{case.provider} once had an agreement, and the table of events is missing; that there were none must be stated under known_empty"))]


def _history(ground: Ground) -> Mapping[str, list[dict[str, Any]]]:
    """Provider → its events up to the day, earliest first."""
    return ground.remember("history", lambda: _past(ground))


def _past(ground: Ground) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(ground.snapshot.rows("events"), key=lambda row: row["happened_on"]):
        if row["happened_on"] <= ground.on:
            found.setdefault(row["provider"], []).append(row)
    return found


def by_fact(row: Mapping[str, Any], case: Case, ground: Ground) -> Iterator[Bar]:
    """The bars that stated days trigger under one row."""
    for stated in stated_days(ground, case.subjects, row["fact"]) if row["fact"] else ():
        ends = date.max if stated.day is None else later(stated.day, row["length"], row["unit"])
        yield Bar(row, stated.day or date.min, ends, stated.missing)


def _severity_fits(row: Mapping[str, Any], event: Mapping[str, Any]) -> bool | Missing:
    if not row["severities"]:
        return True
    if event["severity"] is None:
        return Missing(table="events", subject=event["provider"], column="severity", phrase=Text(
            f"{event['provider']} {event['happened_on']} 的事件未载明严重程度", f"the event of {event['provider']} on {event['happened_on']} states no severity"))
    return event["severity"] in row["severities"]


def _cause(ground: Ground, event: Mapping[str, Any], until: date | None) -> str:
    """The cause entered for this termination: on or after its day, before the next one; a crime is illegal whatever is entered."""
    if event["severity"] == "criminal":
        return "illegality"
    entered = [row for row in ground.snapshot.rows("facts") if row["subject"] == event["provider"] and row["key"] == CAUSE
               and event["happened_on"] <= row["as_of"] <= ground.on and (until is None or row["as_of"] < until)]
    last = max(entered, key=lambda row: row["as_of"], default=None)
    return str(last["value"]) if last is not None and last["value"] in CAUSES else ""


def _lacks_cause(provider: str) -> Missing:
    return Missing(table="facts", subject=provider, column=CAUSE, phrase=Text(
        f"未载明 {provider} 解除协议的原因（facts.{CAUSE}）", f"the cause of the termination of {provider} is not stated (facts.{CAUSE})"))


def _principals_fit(row: Mapping[str, Any], event: Mapping[str, Any], ground: Ground) -> bool | Missing:
    if not row["through_principals"]:
        return True
    fact = ground.snapshot.fact(event["provider"], CHANGED)
    if fact is not None and fact.value in ("yes", "no"):
        return fact.value == "no"
    return Missing(table="facts", subject=event["provider"], column=CHANGED, phrase=Text(
        f"未载明 {event['provider']} 的负责人是否已变更（facts.{CHANGED}）", f"whether the principals of {event['provider']} have changed is not stated (facts.{CHANGED})"))
