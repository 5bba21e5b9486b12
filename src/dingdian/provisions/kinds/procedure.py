"""Named clocks of a procedure: from which event, how long, in working days, days or months, and whether supplements stop them.

A clock is told, not enforced: this kind refuses nobody. Where the day of the event is on file the deadline is worked out; a year
whose public holidays are not published gives a provisional deadline that says so, until the year is added under ``years``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from attrs import evolve, frozen

from dingdian.methods.clocks import (
    UNITS,
    Deadline,
    Pause,
    WorkCalendar,
    WorkYear,
    deadline,
    latest_start,
    published_calendar,
)
from dingdian.provisions import fields
from dingdian.provisions.alert import APPROACHING, Alert, near, raised, told_by
from dingdian.provisions.base import Provision, Slot, kind_of_provision
from dingdian.provisions.case import Case
from dingdian.provisions.dated import stated_day, stated_days
from dingdian.provisions.finding import HOLDS, Input, Judgement, Measure
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.probe import Probe, application_for
from dingdian.terms import OWNERSHIPS, Text

# Events from which a clock runs; the day of each is a fact `<event>_on` about the application or the provider.
EVENTS: Mapping[str, Text] = {
    "received": Text("收到申请", "receipt of the application"),
    "accepted": Text("受理申请", "acceptance of the application"),
    "failure_notice": Text("评估不合格通知送达", "service of the notice of failure"),
    "second_failure": Text("再次评估不合格", "the second failure"),
    "signed": Text("签订协议", "signing of the agreement"),
    "changed": Text("变更获得批准", "approval of the change"),
    "expires": Text("协议期满", "expiry of the agreement"),
    "leaves": Text("拟中止、解除或不再续签之日", "the intended suspension, termination or end"),
    "suspended": Text("申请中止之日", "suspension on its own request"),
}
ASKED, HANDED_IN = "supplement_asked_on", "supplement_received_on"
STANDS, ROLLS = "stands", "rolls"


@kind_of_provision
@frozen(kw_only=True)
class Procedure(Provision):
    """States clocks; ``ahead`` clocks end so long before their event, ``opens`` clocks are a time to wait, ``closed_to`` names who may not take the
    step at all.
    """

    kind: ClassVar[str] = "procedure"
    title: ClassVar[Text] = Text("程序与时限", "procedure and clocks")
    section: ClassVar[str] = "calendar"
    effects: ClassVar[tuple[str, ...]] = ("information",)
    nature: ClassVar[str] = "procedure"
    fact_keys: ClassVar = {
        **{f"{event}_on": Text(f"{said.zh}的日期", f"day of {said.en}") for event, said in EVENTS.items()},
        ASKED: Text("通知补正的日期（可多次）", "day on which supplements were asked for, as often as it happened"),
        HANDED_IN: Text("收到补正材料的日期（可多次）", "day on which supplements were received, as often as it happened"),
    }
    slots: ClassVar = {
        "last_day": Slot(Text("最后一日不是工作日的如何计", "a last day that is no working day"), {
            STANDS: Text("当日为止", "ends on that day"), ROLLS: Text("顺延至下一工作日", "moves to the next working day"),
        }, otherwise=STANDS),
    }

    clocks: tuple[Mapping[str, Any], ...] = fields.rows("时限", "clocks", columns={
        "id": fields.text("标识", "id"),
        "zh": fields.text("中文名称", "name in Chinese"),
        "en": fields.text("英文名称", "name in English"),
        "start": fields.one_of(EVENTS, "起算事件", "event from which it runs"),
        "length": fields.whole("长度", "length", unit="见单位", minimum=1),
        "unit": fields.one_of(UNITS, "单位", "unit"),
        "net_of_supplements": fields.boolean("补正时间不计", "supplements stop it", default=False),
        "ahead": fields.boolean("须在事件之前", "due before the event", default=False),
        "opens": fields.boolean("期满后方可进行", "open only when it is over", default=False),
        "closed_to": fields.code_list(OWNERSHIPS, "不得采取此步骤的机构", "who may not take this step"),
    })
    years: tuple[Mapping[str, Any], ...] = fields.rows("补充的放假安排", "further years of public holidays", default=(), columns={
        "year": fields.whole("年份", "year", unit="年", minimum=2000, figure=False),
        "off": fields.days("放假的周一至周五", "Mondays to Fridays that are off"),
        "worked": fields.days("上班的周六、周日", "Saturdays and Sundays that are worked"),
    })

    @property
    def calendar(self) -> WorkCalendar:
        """Published working days, with the years that the pack adds."""
        return published_calendar().with_years(WorkYear(row["year"], row["off"], row["worked"]) for row in self.years)

    def due(self, clock: Mapping[str, Any], event: date, pauses: Iterable[Pause] = (), *, rolls: bool = False) -> Deadline:
        """The last day of one clock whose event falls on ``event``; pauses count only where supplements stop the clock."""
        if clock["ahead"]:
            return Deadline(latest_start(event, clock["length"], clock["unit"]))
        stops = tuple(pauses) if clock["net_of_supplements"] else ()
        return deadline(event, clock["length"], clock["unit"], self.calendar, stops, rolls=rolls)

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        choices = ground.choices(self)
        known = _events(ground, case.subjects)
        if case.applied_on is not None:
            known.setdefault("received", case.applied_on)
        ends = {clock["id"]: self._end(clock, known, ground, case.subjects, choices) for clock in self.clocks}
        said = [_phrase(clock, known.get(clock["start"]), ends[clock["id"]], case.get("ownership")) for clock in self.clocks]
        return Judgement(
            status=HOLDS, readings=choices.used, as_of=case.applied_on,
            sentence=Text("；".join(text.zh for text in said) + "。", "; ".join(text.en for text in said) + "."),
            evidence={"deadlines": {clock: None if end is None else end.day for clock, end in ends.items()},
                      "formula": "deadline = event + length"})

    def _end(
        self, clock: Mapping[str, Any], known: Mapping[str, date], ground: Ground, subjects: Iterable[str], choices: Choices
    ) -> Deadline | None:
        event = known.get(clock["start"])
        if event is None:
            return None
        pauses = _pauses(ground, subjects) if clock["net_of_supplements"] else ()
        return self.due(clock, event, pauses, rolls=not clock["ahead"] and choices["last_day"].option == ROLLS)

    def measure(self, ground: Ground) -> Iterator[Measure]:
        """Days left of every clock whose event is on file; days overdue are negative."""
        for subject in self._subjects(ground):
            known = _events(ground, (subject,))
            for clock in self.clocks:
                if clock["start"] in known:
                    yield self._row(ground, subject, clock, known)

    def _subjects(self, ground: Ground) -> Iterator[str]:
        """Applications and providers in scope; a provider on file applies for nothing, so that actions do not narrow it."""
        of_providers = evolve(self.scope, actions=())
        for scope, records in ((self.scope, ground.snapshot.application_records), (of_providers, ground.snapshot.provider_records)):
            yield from (subject for subject, facts in records.items() if not scope.unmet(facts)[0])

    def _row(self, ground: Ground, subject: str, clock: Mapping[str, Any], known: Mapping[str, date]) -> Measure:
        choices, snapshot = ground.choices(self), ground.snapshot
        end = self._end(clock, known, ground, (subject,), choices)
        assert end is not None
        event = known[clock["start"]]
        stated = [Input(name="event", value=event.isoformat(), as_of=event)]
        stated += [] if end.day is None else [Input(name="deadline", value=end.day.isoformat(), as_of=end.day)]
        return Measure(
            measure=f"deadline_{clock['id']}", title=Text(f"{clock['zh']}剩余天数", f"days left: {clock['en']}"), subject=subject,
            unit=snapshot.pooling_area, unit_name=snapshot.unit_name(snapshot.pooling_area), unit_of_measure="day",
            formula="deadline - on", supply=None if end.day is None else (end.day - ground.on).days, inputs=tuple(stated),
            readings=choices.used, as_of=event, status="undetermined" if end.day is None else "measured",
            reason=_STOPPED if end.day is None else None, note=_phrase(clock, event, end, None))

    def alerts(self, ground: Ground, lead_days: int) -> Iterator[Alert]:
        """Clocks that end within the lead. Whether a step was taken once its day has passed is not on file, and is not guessed."""
        for subject in self._subjects(ground):
            known = _events(ground, (subject,))
            for clock in (c for c in self.clocks if c["start"] in known):
                row = self._row(ground, subject, clock, known)
                if isinstance(row.supply, int) and near(row.supply, lead_days) == APPROACHING:
                    yield raised(told_by(row), APPROACHING, operator=">=", threshold=0, due=ground.on + timedelta(days=row.supply))

    def read_back(self) -> Text:
        said = [_phrase(clock, None, None, None) for clock in self.clocks]
        added = "、".join(str(row["year"]) for row in self.years)
        more = Text(f"；另计入 {added} 年放假安排", f"; with the public holidays of {added}") if added else Text("", "")
        return Text("；".join(text.zh for text in said) + more.zh + "。", "; ".join(text.en for text in said) + more.en + ".")

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        if not self.clocks:
            yield ("clocks",), Text("没有列出时限", "no clock is listed"), Text("至少写一项", "list one at least")
        seen = set[str]()
        for index, clock in enumerate(self.clocks):
            if clock["id"] in seen:
                yield ("clocks", index, "id"), Text("标识重复", "the id is there twice"), Text("改用另一个标识", "use another id")
            seen.add(clock["id"])
            if clock["ahead"] and (clock["unit"] == "working_day" or clock["net_of_supplements"]):
                yield (("clocks", index, "ahead"), Text("事件之前的时限只能按日、月、年计，也不因补正停止", "a clock ahead of its event runs in days, months or years and never stops"),
                       Text("改用 day、month 或 year", "use day, month or year"))
        yield from self._misplaced_days()

    def _misplaced_days(self) -> Iterator[tuple[tuple[str | int, ...], Text, Text]]:
        for index, row in enumerate(self.years):
            for name, weekend in (("off", False), ("worked", True)):
                if any(day.year != row["year"] or (day.weekday() >= 5) != weekend for day in row[name]):
                    yield (("years", index, name), Text("日期不在该年，或与周几不符", "a day of another year, or of the wrong weekday"),
                           Text("off 写周一至周五，worked 写周六、周日", "off: Mondays to Fridays; worked: Saturdays and Sundays"))

    def probes(self, choices: Choices) -> Iterator[Probe]:
        yield Probe(position="other", expect=HOLDS, application=application_for(self), note="时限只告知，不作门槛")


_STOPPED = Text("补正期间停止计时，尚未收到补正材料", "the clock stands still: the supplements have not been received")


def _events(ground: Ground, subjects: Iterable[str]) -> dict[str, date]:
    """Event → its day, as far as it is on file and can be read."""
    known = {}
    for event in EVENTS:
        stated = stated_day(ground, subjects, f"{event}_on")
        if stated is not None and stated.day is not None:
            known[event] = stated.day
    return known


def _pauses(ground: Ground, subjects: Iterable[str]) -> tuple[Pause, ...]:
    asked, received = ([stated.day for stated in stated_days(ground, subjects, key) if stated.day is not None]
                       for key in (ASKED, HANDED_IN))
    return pauses_of(asked, received)


def pauses_of(asked: Iterable[date], received: Iterable[date]) -> tuple[Pause, ...]:
    """Each request for supplements stops the clock until the first receipt that follows it; without one it stands still."""
    receipts = sorted(received)
    return tuple(Pause(day, next((got for got in receipts if got >= day), None)) for day in sorted(asked))


def _phrase(clock: Mapping[str, Any], event: date | None, end: Deadline | None, ownership: str | None) -> Text:
    """One clock in words, with its days where they are known."""
    start, unit = EVENTS[clock["start"]], UNITS[clock["unit"]]
    net = Text("（补正时间不计）", ", supplements not counted") if clock["net_of_supplements"] else Text("", "")
    day = Text(f"（{event}）", f" ({event})") if event else Text("", "")
    side = Text("之前", "before") if clock["ahead"] else Text("起满" if clock["opens"] else "起", "from")
    after = Text("后方可", ", not earlier") if clock["opens"] else Text("", "")
    closed, until = _closed(clock, ownership), _until(clock, end)
    return Text(f"{clock['zh']}：{start.zh}{day.zh}{side.zh} {clock['length']} {unit.zh}{after.zh}{net.zh}{until.zh}{closed.zh}",
                f"{clock['en']}: {clock['length']} {unit.en} {side.en} {start.en}{day.en}{after.en}{net.en}{until.en}{closed.en}")


def _until(clock: Mapping[str, Any], end: Deadline | None) -> Text:
    if end is None:
        return Text("", "")
    if end.day is None:
        return Text("，现停止计时", ", the clock stands still")
    years = "、".join(map(str, end.unpublished))
    doubt = Text(f"（暂定：{years} 年放假安排未公布）", f" (provisional: the holidays of {years} are not published)") if years else Text("", "")
    if clock["opens"]:
        return Text(f"，即 {end.day}{doubt.zh}", f", that is {end.day}{doubt.en}")
    return Text(f"，至 {end.day} 止{doubt.zh}", f", until {end.day}{doubt.en}")


def _closed(clock: Mapping[str, Any], ownership: str | None) -> Text:
    """Who may not take the step; nothing for an applicant that may."""
    if not clock["closed_to"] or (ownership is not None and ownership not in clock["closed_to"]):
        return Text("", "")
    zh = "、".join(OWNERSHIPS.label(code) for code in clock["closed_to"])
    en = ", ".join(OWNERSHIPS.label(code, "en") for code in clock["closed_to"])
    return Text(f"；{zh}机构不得提出", f"; not open to {en} institutions")
