"""The part of the page on alerts: how many lines stand in each state, then whatever was raised, clause by clause.

What is quiet is counted, never listed; long tables are folded. Adds no judgement to what the alerts say.
"""

from __future__ import annotations

from collections.abc import Sequence

from dingdian.loop.alerts import Alerts
from dingdian.provisions.alert import STATES, Alert
from dingdian.report import formats
from dingdian.report.alert_words import gathered
from dingdian.report.markup import Td, chip, esc, more, table, tag, two
from dingdian.terms import Text

SHOWN = 8  # rows from which a table is folded


def alerts_section(found: Alerts) -> str:
    """Counts, and a table for each clause of which something is not quiet."""
    by_clause: dict[tuple[str, str], list[Alert]] = {}
    for alert in found.raised:
        by_clause.setdefault((alert.locator, alert.provision), []).append(alert)
    return tag("p", two(_lead(found)), "lead") + "".join(_clause(*key, alerts) for key, alerts in by_clause.items())


def _lead(found: Alerts) -> Text:
    counts = [Text(f"{STATES[state].zh} {number}", f"{STATES[state].en} {number}") for state, number in found.counts.items()]
    return Text(
        f"规划划下的界线共 {len(found.rows)} 条：{'、'.join(text.zh for text in counts)}。期限在 {found.lead_days} 天以内为临近；缺数据的为无法判定，不算正常。预警只提示，不作决定。",
        f"{len(found.rows)} lines of the plan: {', '.join(text.en for text in counts)}. A deadline within {found.lead_days} days is approaching; without data a line "
        "is undetermined, not quiet. Alerts inform and decide nothing.")


def _clause(locator: str, provision: str, alerts: Sequence[Alert]) -> str:
    told = gathered(alerts)
    with_due = any(alert.due for alert in alerts)
    heads = [Text("情形", "what"), Text("状态", "state"), Text("数据日期", "dated"), *([Text("期限", "due")] if with_due else [])]
    found = table([two(head) for head in heads], [_row(alert, sentence, with_due) for alert, sentence in told])
    number = Text(f"{len(alerts)} 项", f"{len(alerts)} of them")
    follows = dict.fromkeys(alert.follows for alert in alerts if alert.follows is not None)
    return "".join([
        tag("h3", f"{esc(locator)} <small>{esc(provision)}</small>"),
        *(tag("p", two(Text(f"规划规定：{text.zh}", f"The plan: {text.en}")), "small") for text in follows),
        more(two(number) + " " + _chips(alerts), found) if len(told) > SHOWN else found,
    ])


def _chips(alerts: Sequence[Alert]) -> str:
    """How many of a folded table are in which state."""
    counts = {state: sum(alert.state == state for alert in alerts) for state in STATES}
    return " ".join(chip(state, Text(f"{STATES[state].zh} {n}", f"{STATES[state].en} {n}")) for state, n in counts.items() if n)


def _row(alert: Alert, sentence: Text, with_due: bool) -> list[str | Td]:
    due = [Td(esc(formats.iso(alert.due) if alert.due else ""), "clause")] if with_due else []
    return [two(sentence), chip(alert.state, STATES[alert.state]), Td(esc(formats.iso(alert.since)), "clause"), *due]
