"""Conditions named in a plan that raise an alert: events that pile up, checks that are overdue, costs that jump, limits that are passed.

An alert says what it saw, of whom and when; it stops nobody, and what follows is a person's to decide. Where the table that a
condition watches is not there, the condition is undetermined: silence of the data is not quiet of the field.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from attrs import evolve, field, frozen

from dingdian.methods.clocks import months_after
from dingdian.methods.rounding import round_half_even
from dingdian.provisions import fields
from dingdian.provisions.alert import ALERT, Alert, lacking, raised, told_by
from dingdian.provisions.base import Provision, kind_of_provision
from dingdian.provisions.counting import show
from dingdian.provisions.finding import Input, Measure
from dingdian.provisions.ground import Ground
from dingdian.terms import EVENT_TYPES, HOLDS_A_PLACE, PROVIDER_CLASSES, SEVERITIES, Text

EVENTS, SILENCE, GROWTH, MEASURED = "events", "silence", "growth", "measured"
WATCHES = {
    EVENTS: Text("一段时间内某类事件达到次数", "events of a type within a period reach a number"),
    SILENCE: Text("一段时间内没有某类事件", "no event of a type within a period"),
    GROWTH: Text("年度数值增幅超过百分比", "a yearly amount grows by more than a percentage"),
    MEASURED: Text("某项规定的测算超标或不足", "a measure of a provision is over or short"),
}
COLUMNS = {
    "inpatient_cost": Text("住院费用", "inpatient cost"), "inpatient_fund": Text("住院基金支出", "inpatient fund spending"),
    "outpatient_cost": Text("门诊费用", "outpatient cost"), "outpatient_fund": Text("门诊基金支出", "outpatient fund spending"),
    "discharges": Text("出院人次", "discharges"), "visits": Text("门诊人次", "visits"), "bed_days": Text("住院床日", "bed-days"),
}
SIDES = {"over": Text("超标", "over"), "short": Text("不足", "short")}


@frozen(kw_only=True)
class Seen:
    """What one trigger saw: of whom, the number that raised it, since when it is known, and in words."""

    subject: str
    unit: str
    number: int | Decimal
    as_of: date | None
    seen: Text
    sources: tuple[str, ...] = field(factory=tuple)
    measure: str = ""  # of the row that was watched, where a trigger watches rows


@kind_of_provision
@frozen(kw_only=True)
class MonitoringTrigger(Provision):
    """Raises an alert for each of ``triggers`` that is met; ``watch`` says what is looked at.

    ``events`` and ``silence`` name an event type and a number of months; ``growth`` a column of `activity` and a percentage above
    which it alerts; ``measured`` a provision of the plan and the side on which its rows alert.
    """

    kind: ClassVar[str] = "monitoring_trigger"
    title: ClassVar[Text] = Text("监测预警条件", "monitoring triggers")
    effects: ClassVar[tuple[str, ...]] = ("information",)
    section: ClassVar[str] = "monitor"
    nature: ClassVar[str] = "procedure"

    triggers: tuple[Mapping[str, Any], ...] = fields.rows("预警条件", "triggers", columns={
        "id": fields.text("标识", "id"),
        "zh": fields.text("中文", "in Chinese"),
        "en": fields.text("英文", "in English"),
        "watch": fields.one_of(WATCHES, "看什么", "what is watched"),
        "event": fields.code(EVENT_TYPES, "事件类型", "event type", default=""),
        "severity": fields.code(SEVERITIES, "严重程度", "severity", default=""),
        "at_least": fields.whole("次数", "times", unit="次", minimum=1, default=1, figure=False),
        "months": fields.whole("时间窗", "window", unit="月", minimum=1, default=12, figure=False),
        "classes": fields.code_list(PROVIDER_CLASSES, "哪些类别", "provider classes"),
        "column": fields.one_of(COLUMNS, "服务量的列", "column of activity", default=""),
        "percent": fields.number("增幅", "growth", unit="%", default=None, figure=False),
        "provision": fields.text("测算的规定", "provision measured", default=""),
        "side": fields.one_of(SIDES, "哪一侧", "side", default="over"),
    })

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        if not self.triggers:
            yield ("triggers",), Text("没有列出预警条件", "no trigger is listed"), Text("至少写一项", "list one at least")
        needed = {EVENTS: "event", SILENCE: "event", GROWTH: "column", MEASURED: "provision"}
        for i, trigger in enumerate(self.triggers):
            name = needed[trigger["watch"]]
            if not trigger[name] or (trigger["watch"] == GROWTH and trigger["percent"] is None):
                yield (("triggers", i), Text(f"{trigger['id']} 没有写明{name if trigger[name] == '' else 'percent'}", f"{trigger['id']} names no {name}"),
                       Text("补上", "state it"))
            if [t["id"] for t in self.triggers].count(trigger["id"]) > 1:
                yield ("triggers", i, "id"), Text("标识重复", "the id occurs twice"), Text("改用不同的标识", "give another id")

    def measure(self, ground: Ground) -> Iterable[Measure]:
        for trigger in self.triggers:
            alerts = self.seen(ground, trigger)
            yield self._summary(ground, trigger, alerts)
            if not isinstance(alerts, Text):
                yield from (self._row(ground, trigger, alert) for alert in alerts)

    def seen(self, ground: Ground, trigger: Mapping[str, Any]) -> tuple[Seen, ...] | Text:
        """What one trigger saw, by subject; or why nobody can tell."""
        find = {EVENTS: _events, SILENCE: _silence, GROWTH: _growth, MEASURED: _measured}[trigger["watch"]]
        return find(ground, trigger)

    def alerts(self, ground: Ground, lead_days: int) -> Iterable[Alert]:
        """Whatever a trigger saw, under the trigger's own id. Events that never happened are dated by the register that lacks them."""
        for trigger in self.triggers:
            seen = self.seen(ground, trigger)
            quiet = evolve(told_by(self._summary(ground, trigger, seen)), trigger=trigger["id"], title=Text(trigger["zh"], trigger["en"]))
            if isinstance(seen, Text):
                yield lacking(quiet, [seen])
            elif not seen:
                condition = _condition(trigger)
                yield evolve(quiet, sentence=Text(f"{condition.zh}：没有。", f"{condition.en}: none."))
            else:
                yield from (self._alert(ground, quiet, trigger, one) for one in seen)

    def _alert(self, ground: Ground, quiet: Alert, trigger: Mapping[str, Any], one: Seen) -> Alert:
        row = told_by(self._row(ground, trigger, one))
        name = ground.snapshot.provider_names.get(one.subject, "")
        who = name or row.unit_name
        subject = ":".join(part for part in (one.subject, one.measure) if part)
        return raised(evolve(row, trigger=quiet.trigger, subject=subject, title=quiet.title, subject_name=name, since=one.as_of or ground.snapshot.city.meta.as_of), ALERT,
                      sentence=Text(f"{who}：{quiet.title.zh}，{one.seen.zh}。", f"{who}: {quiet.title.en}, {one.seen.en}."))

    def _summary(self, ground: Ground, trigger: Mapping[str, Any], alerts: tuple[Seen, ...] | Text) -> Measure:
        area, known = ground.snapshot.pooling_area, not isinstance(alerts, Text)
        return Measure(
            measure=f"alerts_{trigger['id']}", title=Text(f"预警：{trigger['zh']}", f"alerts: {trigger['en']}"), unit=area,
            unit_name=ground.snapshot.unit_name(area), unit_of_measure="event", formula=Text(f"预警数：{_condition(trigger).zh}", f"count of alerts: {_condition(trigger).en}"),
            supply=None if isinstance(alerts, Text) else len(alerts), as_of=ground.on, status="measured" if known else "undetermined",
            reason=alerts if isinstance(alerts, Text) else None)

    def _row(self, ground: Ground, trigger: Mapping[str, Any], alert: Seen) -> Measure:
        snapshot, growth = ground.snapshot, trigger["watch"] == GROWTH
        unit = alert.unit or snapshot.pooling_area
        name = snapshot.provider_names.get(alert.subject, alert.subject)
        return Measure(
            measure=f"alert_{trigger['id']}", title=Text(f"预警：{trigger['zh']}（{name}）", f"alert: {trigger['en']} ({name})"), unit=unit,
            unit_name=snapshot.unit_name(unit), subject=alert.subject, unit_of_measure="percent" if growth else "event",
            formula=_condition(trigger), supply=alert.number, as_of=alert.as_of, note=alert.seen,
            inputs=tuple(Input(name=f"evidence_{i + 1}", value=source, as_of=alert.as_of, source=trigger["watch"]) for i, source in enumerate(alert.sources)))

    def read_back(self) -> Text:
        zh = "；".join(f"{t['zh']}（{_condition(t).zh}）" for t in self.triggers)
        en = "; ".join(f"{t['en']} ({_condition(t).en})" for t in self.triggers)
        return Text(f"出现下列情形时预警，交由人工处理：{zh}。", f"An alert is raised, for a person to look at, on: {en}.")


def _condition(trigger: Mapping[str, Any]) -> Text:
    """The trigger in words."""
    if trigger["watch"] in (EVENTS, SILENCE):
        kind = EVENT_TYPES.terms[trigger["event"]].name if trigger["event"] else Text("事件", "event")
        severity = Text(SEVERITIES.label(trigger["severity"]), SEVERITIES.label(trigger["severity"], "en") + " ") if trigger["severity"] else Text("", "")
        months = trigger["months"]
        if trigger["watch"] == SILENCE:
            return Text(f"{months} 个月内没有{severity.zh}{kind.zh}", f"no {severity.en}{kind.en} within {months} months")
        return Text(f"{months} 个月内{severity.zh}{kind.zh}达 {trigger['at_least']} 次", f"{trigger['at_least']} or more {severity.en}{kind.en} within {months} months")
    if trigger["watch"] == GROWTH:
        name = COLUMNS.get(trigger["column"], Text("", ""))
        return Text(f"{name.zh}年增幅超过 {show(trigger['percent'])}%", f"{name.en} grows by more than {show(trigger['percent'])}% a year")
    side = SIDES[trigger["side"]]
    return Text(f"“{trigger['provision']}”测算{side.zh}", f"rows of {trigger['provision']} are {side.en}")


# --- what is watched -----------------------------------------------------------------------------------------------


def _watched(ground: Ground, trigger: Mapping[str, Any]) -> list[str]:
    """Providers that hold a place, of the trigger's classes."""
    stock = ground.snapshot.providers
    mine = stock["status"].isin(HOLDS_A_PLACE)
    if trigger["classes"]:
        mine &= stock["provider_class"].isin(trigger["classes"])
    return [str(code) for code in stock["provider"][mine.fillna(False)]]


def _recent(ground: Ground, trigger: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]] | Text:
    """Events of the trigger's type in its window, by provider; the first day of the window is inside."""
    if "events" not in ground.snapshot.city.tables:
        return Text("缺少机构事件（events 表；确无事件的，在 city.yaml 的 known_empty 中写明）",
                    "the table of events is missing (when there are none, say so under known_empty in city.yaml)")
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in ground.snapshot.rows("events"):
        inside = row["happened_on"] <= ground.on <= months_after(row["happened_on"], trigger["months"])
        if inside and row["type"] == trigger["event"] and trigger["severity"] in ("", row["severity"]):
            found.setdefault(str(row["provider"]), []).append(row)
    return found


def _events(ground: Ground, trigger: Mapping[str, Any]) -> tuple[Seen, ...] | Text:
    recent = _recent(ground, trigger)
    if isinstance(recent, Text):
        return recent
    return tuple(_piled(ground, provider, recent[provider]) for provider in sorted(_watched(ground, trigger))
                 if len(recent.get(provider, ())) >= trigger["at_least"])


def _piled(ground: Ground, provider: str, rows: list[Mapping[str, Any]]) -> Seen:
    rows = sorted(rows, key=lambda row: (row["happened_on"], row["event"]))
    days = "、".join(str(row["happened_on"]) for row in rows)
    references = tuple(str(row["reference"] or row["event"]) for row in rows)
    return Seen(subject=provider, unit=_district(ground, provider), number=len(rows), as_of=rows[-1]["happened_on"], sources=references,
                 seen=Text(f"{len(rows)} 次：{days}（{'、'.join(references)}）", f"{len(rows)}: {days} ({', '.join(references)})"))


def _silence(ground: Ground, trigger: Mapping[str, Any]) -> tuple[Seen, ...] | Text:
    recent = _recent(ground, trigger)
    if isinstance(recent, Text):
        return recent
    last: dict[str, date] = {}
    for row in ground.snapshot.rows("events"):
        if row["type"] == trigger["event"] and row["happened_on"] <= ground.on:
            last[str(row["provider"])] = max(row["happened_on"], last.get(str(row["provider"]), row["happened_on"]))
    quiet = [p for p in sorted(_watched(ground, trigger)) if p not in recent and _long_enough(ground, p, trigger["months"])]
    by_unit: dict[str, list[str]] = {}
    for provider in quiet:
        by_unit.setdefault(_district(ground, provider), []).append(provider)
    return tuple(_overdue(unit, found, last) for unit, found in sorted(by_unit.items()))


def _overdue(unit: str, found: list[str], last: Mapping[str, date]) -> Seen:
    """One alert for all of a district: those never seen first, then by their last day."""
    ordered = sorted(found, key=lambda p: (last.get(p, date.min), p))
    zh = "、".join(f"{p}（{last.get(p, '没有记录')}）" for p in ordered[:5]) + ("…" if len(ordered) > 5 else "")
    en = ", ".join(f"{p} ({last.get(p, 'none on record')})" for p in ordered[:5]) + ("…" if len(ordered) > 5 else "")
    return Seen(subject=unit, unit=unit, number=len(found), as_of=max((last[p] for p in found if p in last), default=None),
                 seen=Text(f"{len(found)} 家，上一次：{zh}", f"{len(found)}; last: {en}"))


def _long_enough(ground: Ground, provider: str, months: int) -> bool:
    """A provider designated within the window cannot be overdue in it; one of unknown date may be."""
    since = ground.snapshot.provider_records[provider].get("designated_on")
    return since is None or months_after(since, months) < ground.on


def _growth(ground: Ground, trigger: Mapping[str, Any]) -> tuple[Seen, ...] | Text:
    """The last closed year against the one before it, where both are on file and the earlier is above zero."""
    year, column = ground.on.year - 1, trigger["column"]
    amounts = {(row["provider"], row["year"]): row[column] for row in ground.snapshot.rows("activity") if row[column] is not None}
    both = [p for p in sorted(_watched(ground, trigger)) if amounts.get((p, year - 1)) and (p, year) in amounts]
    if not both:
        return Text(f"没有机构同时有 {year - 1} 与 {year} 年的{COLUMNS[column].zh}", f"no provider has its {COLUMNS[column].en} of both {year - 1} and {year}")
    rises = {p: Fraction((amounts[p, year] - amounts[p, year - 1]) * 100, amounts[p, year - 1]) for p in both}
    return tuple(Seen(subject=p, unit=_district(ground, p), number=round_half_even(rise, 2), as_of=date(year, 12, 31), seen=Text(
        f"{year - 1} 年至 {year} 年{COLUMNS[column].zh}增长 {show(round_half_even(rise, 2))}%",
        f"{COLUMNS[column].en} rose by {show(round_half_even(rise, 2))}% from {year - 1} to {year}"))
        for p, rise in rises.items() if rise > Fraction(trigger["percent"]))


def _measured(ground: Ground, trigger: Mapping[str, Any]) -> tuple[Seen, ...] | Text:
    """Rows of a provision that are over, or short; where every row is undetermined nobody can tell."""
    rule = next((p for p in ground.provisions if p.id == trigger["provision"]), None)
    if rule is None or isinstance(rule, MonitoringTrigger):
        return Text(f"没有可供测算的规定 {trigger['provision']}", f"no provision {trigger['provision']} that measures")
    rows = [row for row in rule.measure(ground) if row.gap is not None]
    if not rows:
        return Text("该规定的测算均无法判定", "every row of the provision is undetermined")
    off = [row for row in rows if row.gap is not None and (row.gap > 0 if trigger["side"] == "over" else row.gap < 0)]
    return tuple(Seen(subject=row.subject or row.unit, unit=row.unit, number=1, as_of=row.as_of, measure=row.measure, seen=Text(
        f"{row.unit_name}{row.title.zh}：{show(row.supply)}，差 {show(row.gap)}", f"{row.unit_name}, {row.title.en}: {show(row.supply)}, gap {show(row.gap)}"))
        for row in off)


def _district(ground: Ground, provider: str) -> str:
    return ground.snapshot.district_of(str(ground.snapshot.provider_records[provider].get("unit") or ""))
