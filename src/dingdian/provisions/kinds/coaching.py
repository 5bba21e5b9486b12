"""Newly designated providers are coached for some months, some of them on trial: what extends it, what ends it, and the bar after.

Tells an applicant what awaits it, stops one whose bar has not ended, and follows those that are being coached. Whether a breach is
minor or serious is for the official who records it; a termination whose day is not on file is never taken as long past.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar

from attrs import evolve, frozen

from dingdian.methods.clocks import months_after
from dingdian.provisions import fields
from dingdian.provisions.alert import ALERT, Alert, lacking, near, raised, told_by
from dingdian.provisions.base import Provision, Slot, kind_of_provision, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.finding import FAILS, HOLDS, Input, Judgement, Measure, Missing
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.probe import PROVIDER, Probe, application_for, provider_row
from dingdian.terms import PROVIDER_CLASSES, Text

ONCE, AGAIN = "once", "repeatedly"
SERIOUS_TYPES = ("suspension", "termination", "licence_revoked")
Incident = tuple[date, str, str]  # day, type of event, severity ("" when nobody stated it)


@frozen(kw_only=True)
class Course:
    """The coaching of one provider. Days are first days on which something no longer holds; None where it never came to that."""

    signed_on: date
    coached_until: date
    trial_until: date | None
    extended_for: tuple[date, ...] = ()
    to_terminate: date | None = None  # day of the incident that calls for termination
    unclear: tuple[date, ...] = ()  # breaches whose severity nobody stated

    @property
    def until(self) -> date:
        """First day on which neither coaching nor trial goes on."""
        return max(self.coached_until, self.trial_until or self.coached_until)


@kind_of_provision
@frozen(kw_only=True)
class Coaching(Provision):
    """Coaching of ``months``, extended by ``extension_months`` after a minor breach; a serious one ends the agreement and bars."""

    kind: ClassVar[str] = "coaching"
    title: ClassVar[Text] = Text("政策辅导期与试运行", "coaching and trial")
    effects: ClassVar[tuple[str, ...]] = ("gate", "information")
    section: ClassVar[str] = "coaching"
    nature: ClassVar[str] = "bar"
    fact_keys: ClassVar = {"trial_failed": Text("试运行考核不合格的日期，对象为机构", "day on which a provider failed its trial")}
    slots: ClassVar = {
        "extension": Slot(Text("辅导期可以延长几次", "how often coaching may be extended"), {
            ONCE: Text("只延长一次", "once"), AGAIN: Text("每次轻微违规都再延长", "after every minor breach again"),
        }),
    }

    months: int = fields.whole("辅导期", "coaching", unit="个月", minimum=1)
    extension_months: int = fields.whole("每次延长", "each extension", unit="个月", minimum=1)
    bar_months: int = fields.whole("解除后不得再次申请", "bar after termination", unit="个月", minimum=0, figure=False)
    trial_months: int | None = fields.whole("试运行期", "trial", unit="个月", minimum=1, default=None, figure=False)
    failed_trial_months: int | None = fields.whole(
        "试运行不合格后多久可再评估", "wait after a failed trial", unit="个月", minimum=1, default=None, figure=False)
    out_of_area: bool = fields.boolean("辅导期内可否开通异地就医", "out-of-area service during coaching", default=True)

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        if self.trial_months is None and self.failed_trial_months is not None:
            yield (("failed_trial_months",), Text("没有试运行期，却写了不合格的后果", "a failed trial without a trial"),
                   Text("补 trial_months，或删去", "add trial_months, or delete it"))

    # --- dates, with plain arguments -------------------------------------------------------------------------------------

    def course(self, signed_on: date, incidents: Sequence[Incident] = (), *, again: bool = False) -> Course:
        """The coaching that follows a signature, given what happened: (day, type of event, severity) in any order.

        An incident counts while coaching goes on, from the day of the signature to the day before it ends. ``again`` lets every
        minor breach extend it; otherwise only the first does.
        """
        until = months_after(signed_on, self.months)
        extended: list[date] = []
        unclear: list[date] = []
        ended: date | None = None
        for day, kind, severity in sorted(incidents):
            if not signed_on <= day < until or ended is not None:
                continue
            if _is_serious(kind, severity):
                ended = day
            elif kind == "breach" and severity == "minor":
                if again or not extended:
                    extended.append(day)
                    until = months_after(signed_on, self.months + self.extension_months * len(extended))
            elif kind == "breach":
                unclear.append(day)
        trial = None if self.trial_months is None else max(months_after(signed_on, self.trial_months), until)
        return Course(signed_on=signed_on, coached_until=until, trial_until=trial, extended_for=tuple(extended), to_terminate=ended,
                      unclear=tuple(unclear))

    def barred_until(self, terminated_on: date) -> date:
        """First day on which a provider terminated during coaching may apply again."""
        return months_after(terminated_on, self.bar_months)

    def waits_until(self, failed_on: date) -> date | None:
        """First day on which a provider that failed its trial may be evaluated again; None where the plan sets no wait."""
        return None if self.failed_trial_months is None else months_after(failed_on, self.failed_trial_months)

    # --- one application -------------------------------------------------------------------------------------------------

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        choices = ground.choices(self)
        again = choices["extension"].option == AGAIN
        record = ground.snapshot.provider_records.get(case.provider, {})
        if record.get("status") == "terminated":
            missing = self._unknown(case, ground, record)
            if missing:
                return undetermined(missing, readings=choices.used)
            stopped = self._stopped(case, ground, record, again)
            if stopped is not None:
                return self._barred(ground.on, *stopped, dict(choices.used))
        return self._ahead(ground, again, dict(choices.used))

    def _unknown(self, case: Case, ground: Ground, record: Mapping[str, Any]) -> list[Missing]:
        """What must be on file of a terminated provider: when it signed, and when it was terminated."""
        lacking = []
        if record.get("designated_on") is None:
            lacking.append(Missing(table="providers", subject=case.provider, column="designated_on", phrase=Text(
                f"机构 {case.provider} 缺少定点日期", f"{case.provider} lacks its day of designation")))
        if not any(kind == "termination" for _, kind, _ in incidents_of(ground, case.provider)):
            lacking.append(Missing(table="events", subject=case.provider, column="happened_on", phrase=Text(
                f"机构 {case.provider} 已解除协议，但事件表没有解除日期", f"{case.provider} is terminated, but no event states the day")))
        return lacking

    def _stopped(self, case: Case, ground: Ground, record: Mapping[str, Any], again: bool) -> tuple[date, date, Text] | None:
        """(day it ended, first free day, why) where a bar or a wait is still running."""
        signed, incidents = record["designated_on"], incidents_of(ground, case.provider)
        ended = max(day for day, kind, _ in incidents if kind == "termination")
        before = [incident for incident in incidents if incident[0] < ended]
        found = []
        if signed <= ended < self.course(signed, before, again=again).coached_until:
            found.append((ended, self.barred_until(ended), Text("在政策辅导期内被解除协议", "terminated during coaching")))
        fact = ground.snapshot.fact(case.provider, "trial_failed")
        waits = None if fact is None else self.waits_until(fact.as_of)
        if fact is not None and waits is not None:
            found.append((fact.as_of, waits, Text("试运行考核不合格", "failed its trial")))
        running = [item for item in found if ground.on < item[1]]
        return max(running, key=lambda item: item[1], default=None)

    def _barred(self, on: date, ended: date, free: date, why: Text, used: Mapping[str, str]) -> Judgement:
        return Judgement(
            status=FAILS, value=on.isoformat(), operator=">=", threshold=free.isoformat(), margin=(on - free).days, unit_of_measure="day",
            readings=used, as_of=ended,
            evidence={"ended_on": ended, "free_on": free, "bar_months": self.bar_months, "formula": "day of the question >= ended_on + bar"},
            sentence=Text(f"该机构于 {ended} {why.zh}，{free} 以前不得再次申请。", f"{why.en.capitalize()} on {ended}: no new application before {free}."),
            would_change=(Text(f"{free} 起可重新申请（还差 {(free - on).days} 天）", f"from {free} on it may apply again ({(free - on).days} days left)"),),
        )

    def _ahead(self, ground: Ground, again: bool, used: Mapping[str, str]) -> Judgement:
        course = self.course(ground.on, again=again)
        trial = "" if course.trial_until is None else f"试运行至 {_last(course.trial_until)}，其中"
        trial_en = "" if course.trial_until is None else f"on trial until {_last(course.trial_until)}, "
        away = "" if self.out_of_area else "辅导期内原则上不开通异地就医；"
        away_en = "" if self.out_of_area else "; normally no out-of-area service meanwhile"
        return Judgement(
            status=HOLDS, readings=used, as_of=ground.on, evidence={
                "months": self.months, "extension_months": self.extension_months, "bar_months": self.bar_months,
                "trial_months": self.trial_months, "if_signed_on": ground.on, "coached_until": course.coached_until,
                "formula": "coaching = signature + months; a minor breach adds extension_months; a serious one ends the agreement"},
            sentence=Text(
                f"纳入定点后设政策辅导期 {self.months} 个月（如 {ground.on} 签约，{trial}辅导期至 {_last(course.coached_until)}）；{away}"
                f"情节较轻的违规延长 {self.extension_months} 个月，情节严重的解除协议且 {self.bar_months} 个月内不得再次申请。",
                f"Coaching of {self.months} months follows the agreement (signed on {ground.on}: {trial_en}coached until "
                f"{_last(course.coached_until)}){away_en}; a minor breach adds {self.extension_months} months, a serious one ends the agreement and bars "
                f"for {self.bar_months} months."))

    # --- the whole city ----------------------------------------------------------------------------------------------------

    def measure(self, ground: Ground) -> Iterable[Measure]:
        """A row for everyone who is being coached or on trial on the day, and one with their number."""
        choices = ground.choices(self)
        coached, on = list(self._coached(ground, choices)), ground.on
        rows = [self._row(ground, provider, record, course, dict(choices.used)) for provider, record, course in coached]
        area = ground.snapshot.pooling_area
        yield Measure(
            measure="coached_providers", title=Text("辅导期（试运行）内的机构数", "providers in coaching or on trial"), unit=area,
            unit_name=ground.snapshot.unit_name(area), unit_of_measure="provider", formula=Text("处于辅导期或试运行的机构数", "count of providers in coaching or on trial"),
            supply=len(rows), readings=choices.used, as_of=on)
        yield from rows

    def _coached(self, ground: Ground, choices: Choices) -> Iterable[tuple[str, Mapping[str, Any], Course]]:
        """Everyone who is being coached or on trial on the day, by code."""
        again = choices["extension"].option == AGAIN
        for provider, record in sorted(ground.snapshot.provider_records.items()):
            signed = record.get("designated_on")
            if signed is None or record["status"] in ("terminated", "undesignated") or self._out_of_scope(record):
                continue
            course = self.course(signed, incidents_of(ground, provider), again=again)
            if signed <= ground.on < course.until:
                yield provider, record, course

    def alerts(self, ground: Ground, lead_days: int) -> Iterable[Alert]:
        """A breach that ends the agreement, one whose severity nobody stated, and a period that ends within the lead."""
        choices = ground.choices(self)
        for provider, record, course in self._coached(ground, choices):
            name, row = str(record.get("name") or provider), self._row(ground, provider, record, course, dict(choices.used))
            quiet = evolve(told_by(row), subject_name=name, since=course.signed_on, due=_last(course.until), operator=">=", threshold=0)
            if course.to_terminate is not None:
                yield raised(quiet, ALERT, since=course.to_terminate, value=None, operator="", threshold=None, due=None)
            elif course.unclear:
                yield lacking(quiet, [Text(f"{name} {course.unclear[0]} 的违约未写明情节轻重", f"the severity of the breach of {course.unclear[0]} by {name} is not stated")])
            else:
                yield raised(quiet, near((_last(course.until) - ground.on).days, lead_days))

    def _out_of_scope(self, record: Mapping[str, Any]) -> bool:
        excluded, _ = self.scope.unmet({**record, "action": "designate"})
        return excluded

    def _row(self, ground: Ground, provider: str, record: Mapping[str, Any], course: Course, used: Mapping[str, str]) -> Measure:
        unit = ground.snapshot.district_of(record.get("unit") or "") or ground.snapshot.pooling_area
        return Measure(
            measure="coaching_days_left", title=Text("辅导期（试运行）剩余天数", "days of coaching or trial left"), unit=unit,
            unit_name=ground.snapshot.unit_name(unit), subject=provider, provider_class=str(record.get("provider_class") or ""),
            unit_of_measure="day", formula=Text("辅导期、试运行结束次日 − 判断日期", "first day after coaching and trial - day of the question"), supply=(course.until - ground.on).days,
            inputs=(Input(name="signed_on", value=course.signed_on.isoformat(), as_of=course.signed_on, source="providers.designated_on"),
                    Input(name="coached_until", value=course.coached_until.isoformat(), source="signed_on + months + extensions"),
                    *(Input(name="minor_breach", value=day.isoformat(), as_of=day, source="events") for day in course.extended_for)),
            readings=used, as_of=ground.on, note=self._state(str(record.get("name") or provider), course, ground.on),
        )

    def _state(self, name: str, course: Course, on: date) -> Text:
        if course.to_terminate is not None:
            return Text(f"{name}：{course.to_terminate} 发生应解除协议的情形，解除后 {self.bar_months} 个月内不得再次申请",
                        f"{name}: what happened on {course.to_terminate} ends the agreement, with a bar of {self.bar_months} months")
        if course.unclear:
            days = "、".join(str(day) for day in course.unclear)
            return Text(f"{name}：{days} 的违约未写明情节轻重，须由经办机构认定", f"{name}: the severity of the breach of {days} is not stated")
        if course.extended_for:
            return Text(f"{name}：因 {course.extended_for[0]} 情节较轻的违规，辅导期延至 {_last(course.coached_until)}",
                        f"{name}: extended until {_last(course.coached_until)} for the minor breach of {course.extended_for[0]}")
        kind = Text("政策辅导期", "coaching") if on < course.coached_until else Text("试运行期", "trial")
        return Text(f"{name}：{kind.zh}至 {_last(course.until)}", f"{name}: {kind.en} until {_last(course.until)}")

    # --- in words ----------------------------------------------------------------------------------------------------------

    def read_back(self) -> Text:
        who = "、".join(PROVIDER_CLASSES.label(c) for c in self.scope.provider_class) or "定点医药机构"
        who_en = ", ".join(PROVIDER_CLASSES.label(c, "en") for c in self.scope.provider_class) or "providers"
        trial = "" if self.trial_months is None else f" {self.trial_months} 个月试运行期，其中前 "
        trial_en = "" if self.trial_months is None else f"a trial of {self.trial_months} months and "
        away = "" if self.out_of_area else "辅导期内原则上不开通异地就医；"
        away_en = "" if self.out_of_area else "normally no out-of-area service meanwhile; "
        wait = "" if self.failed_trial_months is None else f"；试运行考核不合格的，{self.failed_trial_months} 个月后方可再评估"
        wait_en = "" if self.failed_trial_months is None else f"; after a failed trial, evaluation again after {self.failed_trial_months} months"
        return Text(
            f"新纳入的{who}设{trial or ' '}{self.months} 个月政策辅导期；{away}情节较轻的违规或整改不到位的延长 {self.extension_months} 个月；"
            f"情节严重（办法规定应中止协议）的解除协议，{self.bar_months} 个月内不得再次申请{wait}。",
            f"Newly designated {who_en} have {trial_en}{self.months} months of coaching; {away_en}a minor or badly mended breach adds "
            f"{self.extension_months} months; a serious one (what the Orders list for suspension) ends the agreement, with no new application for {self.bar_months} months{wait_en}.")

    def probes(self, choices: Any) -> Iterable[Probe]:
        """A provider terminated a month after it signed, that applies again around the end of its bar."""
        signed = date(2026, 3, 2)
        ended = months_after(signed, 1)
        free = self.barred_until(ended)
        provider = provider_row(status="terminated", designated_on=signed, **self._columns())
        event = {"event": "E1", "provider": PROVIDER, "happened_on": ended, "type": "termination", "severity": "serious"}
        application = {**application_for(self), "provider": PROVIDER}
        for position, offset, expect in (("day_before", -1, FAILS), ("day_of", 0, HOLDS), ("day_after", 1, HOLDS)):
            if self.bar_months:
                yield Probe(position=position, expect=expect, on=free + timedelta(days=offset), application=application,
                            tables={"providers": [provider], "events": [event]})
        yield Probe(position="missing", expect="undetermined", on=ended, application=application, tables={"providers": [provider]},
                    note="no event states the termination")

    def _columns(self) -> Mapping[str, Any]:
        wanted = application_for(self)
        return {name: wanted.get(name) for name in ("kind", "level", "provider_class") if wanted.get(name)}


def _last(until: date) -> date:
    """The last day of a period that ends before ``until``: what a person writes."""
    return until - timedelta(days=1)


def _is_serious(kind: str, severity: str) -> bool:
    return kind in SERIOUS_TYPES or (kind == "breach" and severity in ("serious", "criminal"))


def incidents_of(ground: Ground, provider: str) -> tuple[Incident, ...]:
    """What is on file about a provider up to the day of the question: (day, type, severity), by day."""
    found: Mapping[str, list[Incident]] = ground.remember("incidents", lambda: _incidents(ground))
    return tuple(found.get(provider, ()))


def _incidents(ground: Ground) -> Mapping[str, list[Incident]]:
    found: dict[str, list[Incident]] = {}
    for row in sorted(ground.snapshot.rows("events"), key=lambda r: (r["happened_on"], r["event"])):
        if row["happened_on"] <= ground.on:
            found.setdefault(row["provider"], []).append((row["happened_on"], row["type"], row["severity"] or ""))
    return found
