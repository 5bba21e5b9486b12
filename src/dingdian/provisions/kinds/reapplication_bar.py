"""For how long nobody applies again after a termination, a fraud or a second failure: the longest bar that the facts trigger.

A bar runs from its event and is half-open: on the day it ends one may apply. Which bars are triggered follows from the events and
facts on file; an event that may or may not be such a ground leaves the question open only while it could still bar. A provider with
a history whose events nobody supplied cannot be cleared; an applicant that is not on file has no history to be cleared of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from attrs import frozen

from dingdian.methods.clocks import UNITS, later
from dingdian.provisions import fields
from dingdian.provisions.bars import (
    ANY_TERMINATION,
    CAUSE,
    CAUSES,
    CHANGED,
    FOR_ILLEGALITY,
    STATED,
    Bar,
    by_event,
    by_fact,
    lacks_history,
)
from dingdian.provisions.base import Provision, Slot, kind_of_provision, missing_column, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.finding import FAILS, HOLDS, NOT_APPLICABLE, UNDETERMINED, Judgement
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.probe import PROVIDER, Probe, application_for, provider_row
from dingdian.terms import EVENT_TYPES, SEVERITIES, Text

LONGEST, LOCAL = "longest", "local"
LENGTHS = {unit: UNITS[unit] for unit in ("day", "month", "year")}


@kind_of_provision
@frozen(kw_only=True)
class ReapplicationBar(Provision):
    """Bars re-application for the longest time that is triggered, each with its source."""

    kind: ClassVar[str] = "reapplication_bar"
    title: ClassVar[Text] = Text("再次申请的限制期", "bar on re-application")
    effects: ClassVar[tuple[str, ...]] = ("gate",)
    nature: ClassVar[str] = "bar"
    comparison: ClassVar[str] = ">="
    fact_keys: ClassVar = {
        **STATED,
        CAUSE: Text("解除协议的原因（illegality/serious_breach/other），截至日期不早于解除之日", "cause of the termination, entered on or after its day"),
        CHANGED: Text("解除后法定代表人、主要负责人、实际控制人是否均已变更（yes/no）", "whether all principals have changed since the termination"),
    }
    slots: ClassVar = {
        "which": Slot(Text("本地期限与上位期限并存时适用哪个", "a local bar beside one of higher rules"), {
            LONGEST: Text("取最长者", "the longest"), LOCAL: Text("有本地期限的只按本地", "the local one where it is triggered"),
        }, otherwise=LONGEST),
        "principals": Slot(Text("负责人涉及的解除指哪些", "which terminations bar through the principals"), {
            FOR_ILLEGALITY: Text("因违法违规被解除的", "those for illegality"), ANY_TERMINATION: Text("任何解除", "any termination"),
        }, otherwise=FOR_ILLEGALITY),
    }

    bars: tuple[Mapping[str, Any], ...] = fields.rows("限制期", "bars", columns={
        "id": fields.text("标识", "id"),
        "zh": fields.text("情形（中文）", "ground in Chinese"),
        "en": fields.text("情形（英文）", "ground in English"),
        "source": fields.text("出处", "source"),
        "length": fields.whole("期限", "length", unit="见单位", minimum=1),
        "unit": fields.one_of(LENGTHS, "单位", "unit"),
        "event": fields.code(EVENT_TYPES, "起算的事件类型", "type of event", default=""),
        "severities": fields.code_list(SEVERITIES, "该事件的严重程度", "severities"),
        "cause": fields.one_of(CAUSES, "解除的原因", "cause of the termination", default=""),
        "fact": fields.one_of(STATED, "起算的事实", "fact from which it runs", default=""),
        "through_principals": fields.boolean("仅在负责人未变更时适用", "only while the principals are the same", default=False),
        "local": fields.boolean("本地规定的期限", "a bar of the city's own", default=False),
    })

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        if case.applied_on is None:
            return undetermined([missing_column(case, "applied_on")])
        choices = ground.choices(self)
        triggered, doubtful = self.triggered(case, ground, choices)
        barring = [bar for bar in triggered if case.applied_on < bar.ends]
        if barring:
            return self._barred(case.applied_on, barring, choices)
        missing = [item for bar in doubtful if case.applied_on < bar.ends for item in bar.missing]
        missing += lacks_history(case, ground) if any(row["event"] for row in self.bars) else []
        if missing:
            return undetermined(dict.fromkeys(missing), readings=choices.used, evidence=_evidence(triggered))
        return self._free(case, triggered, choices)

    def triggered(self, case: Case, ground: Ground, choices: Choices) -> tuple[list[Bar], list[Bar]]:
        """(bars that the facts trigger, bars that they may trigger), over or not."""
        found = [bar for row in self.bars for bar in (*by_fact(row, case, ground), *by_event(row, case, ground, choices))]
        sure, doubtful = [bar for bar in found if not bar.missing], [bar for bar in found if bar.missing]
        mixed = len({bar.row["local"] for bar in found}) == 2
        if mixed and choices["which"].option == LOCAL and any(bar.row["local"] for bar in sure):
            return [bar for bar in sure if bar.row["local"]], [bar for bar in doubtful if bar.row["local"]]
        return sure, doubtful

    def _barred(self, applied: date, barring: list[Bar], choices: Choices) -> Judgement:
        longest = max(barring, key=lambda bar: bar.ends)
        others = [bar for bar in barring if bar is not longest]
        also = Text("；另有：" + "；".join(_phrase(b).zh for b in others) if others else "", "; also: " + "; ".join(_phrase(b).en for b in others) if others else "")
        review = _for_review(barring)
        return Judgement(
            status=FAILS, value=applied.isoformat(), operator=">=", threshold=longest.ends.isoformat(),
            margin=(applied - longest.ends).days, unit_of_measure="day", readings=choices.used, as_of=longest.since,
            evidence=_evidence(barring) | {"for_legal_review": None if review is None else review},
            sentence=Text(f"申请日期 {applied} 仍在限制期内：{_phrase(longest).zh}{also.zh}{'；' + review.zh if review else ''}。",
                          f"Applied on {applied}, while barred: {_phrase(longest).en}{also.en}{'; ' + review.en if review else ''}."),
            would_change=(Text(f"限制期于 {longest.ends} 届满，当日起不受此限", f"the bar ends on {longest.ends}; from that day on it no longer stands"),))

    def _free(self, case: Case, triggered: list[Bar], choices: Choices) -> Judgement:
        assert case.applied_on is not None
        if triggered:
            last = max(triggered, key=lambda bar: bar.ends)
            return Judgement(
                status=HOLDS, value=case.applied_on.isoformat(), operator=">=", threshold=last.ends.isoformat(),
                margin=(case.applied_on - last.ends).days, unit_of_measure="day", readings=choices.used, as_of=last.since,
                evidence=_evidence(triggered), sentence=Text(f"限制期已满：{_phrase(last).zh}。", f"The bar is over: {_phrase(last).en}."))
        if not case.provider:
            return Judgement(status=NOT_APPLICABLE, readings=choices.used, sentence=Text(
                "申请机构不在册，没有定点记录；负责人是否涉及其他机构的解除，受理时核对。",
                "Not on file, hence no record; whether its principals were involved in a termination elsewhere is checked at acceptance."))
        return Judgement(status=HOLDS, readings=choices.used, sentence=Text("在册记录中没有触发限制期的情形。", "Nothing on file triggers a bar."))

    def read_back(self) -> Text:
        zh = [f"{row['zh']}的，{row['length']} {LENGTHS[row['unit']].zh}内不得申请（{row['source']}）" for row in self.bars]
        en = [f"{row['en']}: no application for {row['length']} {LENGTHS[row['unit']].en} ({row['source']})" for row in self.bars]
        return Text(f"{'；'.join(zh)}；期满当日起可以申请，同时触发多项的取最长者。",
                    f"{'; '.join(en)}; on the day a bar ends one may apply, and of several the longest counts.")

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        if not self.bars:
            yield ("bars",), Text("没有列出限制期", "no bar is listed"), Text("至少写一项", "list one at least")
        ids = [row["id"] for row in self.bars]
        for index, row in enumerate(self.bars):
            if row["id"] in ids[:index]:
                yield ("bars", index, "id"), Text("标识重复", "the id is there twice"), Text("改用另一个标识", "use another id")
            if bool(row["event"]) == bool(row["fact"]):
                yield (("bars", index, "event"), Text("须从一种事件或一项事实起算", "must run from an event or from a fact"),
                       Text("event 与 fact 写且只写一个", "state one of event and fact"))
            if row["cause"] and row["event"] != "termination":
                yield ("bars", index, "cause"), Text("只有解除才有原因", "only a termination has a cause"), Text("event 写 termination", "let event be termination")

    def probes(self, choices: Choices) -> Iterator[Probe]:
        """Each bar on the day before it ends, on that day and after; no events, and none known."""
        for index, row in enumerate(self.bars):
            for position, offset in (("day_before", 1), ("day_of", 0), ("day_after", -1)):
                yield _probe(self, row, position, offset)
            if index == 0:
                yield from (_probe(self, row, position, offset) for position, offset in (("below", 1), ("at", 0), ("above", -30)))
        asked = application_for(self, provider=PROVIDER)
        register: dict[str, Any] = {"providers": [provider_row(status="terminated", designated_on=date(2015, 1, 1))]}
        yield Probe(position="other", expect=HOLDS, known_empty=("events",), note="确无事件", application=asked, tables=register)
        if any(row["event"] for row in self.bars):
            yield Probe(position="missing", expect=UNDETERMINED, application=asked, tables=register)


_PROBED_ON = date(2026, 6, 15)


def _probe(provision: ReapplicationBar, row: Mapping[str, Any], position: str, offset: int) -> Probe:
    """An applicant whose bar began so long ago that it ends ``offset`` days after the application."""
    began = later(_PROBED_ON, -row["length"], row["unit"]) + timedelta(days=offset)
    facts = [{"subject": PROVIDER, "key": CHANGED, "as_of": began, "value": "no" if row["through_principals"] else "yes", "source": "probe"}]
    tables: dict[str, Any] = {"facts": facts, "providers": [provider_row(status="terminated", designated_on=date(2015, 1, 1))]}
    if row["fact"]:
        facts.append({"subject": PROVIDER, "key": row["fact"], "as_of": began, "value": began.isoformat(), "source": "probe"})
    else:
        facts.append({"subject": PROVIDER, "key": CAUSE, "as_of": began, "value": row["cause"] or "illegality", "source": "probe"})
        tables["events"] = [{"event": "E1", "provider": PROVIDER, "happened_on": began, "type": row["event"],
                             **({"severity": row["severities"][0]} if row["severities"] else {})}]
    application = application_for(provision, provider=PROVIDER, applied_on=_PROBED_ON)
    return Probe(position=position, expect=FAILS if offset > 0 else HOLDS, tables=tables, application=application, on=_PROBED_ON,
                 known_empty=() if "events" in tables else ("events",), note=str(row["id"]))


def _phrase(bar: Bar) -> Text:
    unit = LENGTHS[bar.row["unit"]]
    return Text(f"{bar.since} {bar.row['zh']}，{bar.row['length']} {unit.zh}内不得申请，至 {bar.ends} 届满（{bar.row['source']}）",
                f"{bar.row['en']} on {bar.since}, no application for {bar.row['length']} {unit.en}, until {bar.ends} ({bar.row['source']})")


def _for_review(barring: list[Bar]) -> Text | None:
    """A local bar that differs from one of higher rules for the same applicant is pointed out to the legal office."""
    ends = {local: {bar.ends for bar in barring if bar.row["local"] is local} for local in (True, False)}
    if not ends[True] or not ends[False] or max(ends[True]) == max(ends[False]):
        return None
    return Text("本地期限与上位规定不同，提请法制审核", "the local bar differs from the higher rules: for legal review")


def _evidence(bars: list[Bar]) -> dict[str, Any]:
    return {"bars": [{"bar": b.row["id"], "source": b.row["source"], "since": b.since, "ends": b.ends} for b in bars],
            "formula": "applied_on >= event + length"}
