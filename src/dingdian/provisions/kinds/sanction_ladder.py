"""A ladder of sanctions: which grounds lead to which step, what each step brings, and what follows if nothing is put right.

It tells the step that the events on file call for; a sanction is imposed by people, after a hearing. Without the table of events
nothing is said of anybody. What an official has established stands in ``facts`` under ``sanction_ground``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, ClassVar

from attrs import evolve, frozen

from dingdian.provisions import fields
from dingdian.provisions.alert import ALERT, QUIET, Alert, lacking, raised, told_by
from dingdian.provisions.base import Provision, kind_of_provision, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.dated import stated_day
from dingdian.provisions.finding import HOLDS, NOT_APPLICABLE, UNDETERMINED, Judgement, Measure, Missing
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.ladder import DONE, ENDED, NOTHING, TO_DO, UNKNOWN, Happening, NextStep, next_step
from dingdian.provisions.probe import PROVIDER, Probe, application_for, provider_row
from dingdian.terms import EVENT_TYPES, SEVERITIES, Text

STEPS: Mapping[str, Text] = {
    "talk": Text("约谈", "talk"), "correct": Text("责令限期改正", "order to correct"), "cut_budget": Text("核减总额指标", "cut of the budget quota"),
    "suspend": Text("中止协议", "suspension"), "terminate": Text("解除协议", "termination"), "transfer": Text("移送有关机关", "transfer to justice"),
}


@kind_of_provision
@frozen(kw_only=True)
class SanctionLadder(Provision):
    """Rungs from the mildest to the severest; each names its grounds, its consequence and the rung that follows uncorrected."""

    kind: ClassVar[str] = "sanction_ladder"
    title: ClassVar[Text] = Text("违约处理阶梯", "sanction ladder")
    section: ClassVar[str] = "coaching"
    effects: ClassVar[tuple[str, ...]] = ("information",)
    nature: ClassVar[str] = "procedure"
    fact_keys: ClassVar = {
        "sanction_ground": Text("已认定的处理情形（阶梯中 grounds 的标识）", "ground established by an official (id of a ground)"),
        "signed_on": Text("现行协议签订日期", "day on which the present agreement was signed"),
        "correction_due_on": Text("限期改正的最后一日", "last day for putting right"),
        "corrected_on": Text("确认改正的日期", "day on which it was confirmed as put right"),
    }

    grounds: tuple[Mapping[str, Any], ...] = fields.rows("情形", "grounds", columns={
        "id": fields.text("标识", "id"),
        "zh": fields.text("中文名称", "name in Chinese"),
        "en": fields.text("英文名称", "name in English"),
        "event": fields.code(EVENT_TYPES, "对应的事件类型", "type of event", default=""),
        "severities": fields.code_list(SEVERITIES, "对应的严重程度", "severities"),
        "times": fields.whole("协议期内累计次数", "times in the term of the agreement", unit="次", minimum=2, default=None),
    })
    rungs: tuple[Mapping[str, Any], ...] = fields.rows("处理，由轻到重", "rungs, from the mildest", columns={
        "id": fields.text("标识", "id"),
        "action": fields.one_of(STEPS, "处理方式", "step"),
        "grounds": fields.names("适用情形", "grounds"),
        "consequence_zh": fields.text("后果（中文）", "consequence in Chinese", default=""),
        "consequence_en": fields.text("后果（英文）", "consequence in English", default=""),
        "then": fields.text("逾期不改的下一步", "rung that follows uncorrected", default=""),
        "ends_elsewhere": fields.boolean("地市级以上经办机构解除的，其他统筹区的协议是否同时终止", "whether agreements elsewhere end too, where an agency of a city or higher takes the step", default=False),
    })

    def next_step(self, events: Iterable[Happening], on: date, **days: date | None) -> NextStep:
        """The step that events call for on a day; ``days`` as in ``ladder.next_step``."""
        return next_step(self.rungs, self.grounds, events, on, **days)

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        if not case.provider:
            return Judgement(status=NOT_APPLICABLE, sentence=Text("申请机构不在册，没有协议可处理。", "Not on file: there is no agreement."))
        if "events" not in ground.snapshot.city.tables:
            return undetermined([_no_events(case.provider)])
        step = self._step(ground, case.provider, _events(ground).get(case.provider, []))
        if step.state == UNKNOWN:
            return undetermined([_unknown(case.provider, what) for what in step.missing])
        said = _in_words(step)
        return Judgement(status=NOT_APPLICABLE if step.state in (NOTHING, ENDED) else HOLDS, sentence=Text(said.zh + "。", said.en + "."),
                         as_of=step.since, evidence=_evidence(step))

    def _step(self, ground: Ground, provider: str, events: list[Happening]) -> NextStep:
        days = {name: stated_day(ground, (provider,), key) for name, key in (
            ("signed", "signed_on"), ("correction_due", "correction_due_on"), ("corrected", "corrected_on"))}
        return self.next_step(events, ground.on, **{name: None if stated is None else stated.day for name, stated in days.items()})

    def measure(self, ground: Ground) -> Iterator[Measure]:
        """One row for each provider in scope with something unsettled: how many events, and the step that they call for."""
        if "events" not in ground.snapshot.city.tables:
            area = ground.snapshot.pooling_area
            yield self._row(ground, "", NextStep(state=UNKNOWN), _no_events(area).phrase)
            return
        records = ground.snapshot.provider_records
        for provider, events in sorted(_events(ground).items()):
            if self.scope.unmet(records.get(provider, {}))[0]:
                continue
            step = self._step(ground, provider, events)
            if step.state not in (NOTHING, ENDED):
                reason = "；".join(_unknown(provider, what).phrase.zh for what in step.missing)
                reason_en = "; ".join(_unknown(provider, what).phrase.en for what in step.missing)
                yield self._row(ground, provider, step, Text(reason, reason_en) if step.missing else None)

    def _row(self, ground: Ground, provider: str, step: NextStep, reason: Text | None) -> Measure:
        snapshot = ground.snapshot
        unit = snapshot.unit_on_file(provider) or snapshot.pooling_area
        return Measure(
            measure="unsettled_events", title=Text("未了结事件", "unsettled events"), subject=provider, unit=unit,
            unit_name=snapshot.unit_name(unit), unit_of_measure="event", formula="count of unsettled events that are grounds",
            supply=None if reason is not None else step.open_events, as_of=step.since, reason=reason,
            status="measured" if reason is None else "undetermined", note=None if reason is not None else _in_words(step))

    def alerts(self, ground: Ground, lead_days: int) -> Iterator[Alert]:
        """Everyone whose unsettled events call for a step that has not been taken."""
        for row in self.measure(ground):
            name = ground.snapshot.provider_names.get(row.subject, row.subject)
            quiet = evolve(told_by(row), subject_name=name)
            if row.reason is not None:
                yield lacking(quiet, [row.reason])
                continue
            step = self._step(ground, row.subject, _events(ground)[row.subject])
            said = _in_words(step)
            yield raised(quiet, ALERT if step.state == TO_DO else QUIET, since=step.since, sentence=Text(f"{name}：{said.zh}。", f"{name}: {said.en}."))

    def read_back(self) -> Text:
        said = [self._rung(rung) for rung in self.rungs]
        return Text("；".join(text.zh for text in said) + "。", "; ".join(text.en for text in said) + ".")

    def _rung(self, rung: Mapping[str, Any]) -> Text:
        named = [_ground(ground) for ground in self.grounds if ground["id"] in rung["grounds"]]
        action, then = STEPS[rung["action"]], next((r for r in self.rungs if r["id"] == rung["then"]), None)
        zh = f"{action.zh}：{'、'.join(text.zh for text in named)}"
        en = f"{action.en}: {', '.join(text.en for text in named)}"
        zh, en = zh + (f"（{rung['consequence_zh']}）" if rung["consequence_zh"] else ""), en + (f" ({rung['consequence_en']})" if rung["consequence_en"] else "")
        if then is not None:
            zh, en = f"{zh}，逾期不改的，{STEPS[then['action']].zh}", f"{en}; uncorrected in time: {STEPS[then['action']].en}"
        return Text(zh + ("；地市级以上经办机构解除的，在其他统筹区的协议同时终止" if rung["ends_elsewhere"] else ""),
                    en + ("; ended by an agency of a city or higher, agreements elsewhere end too" if rung["ends_elsewhere"] else ""))

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        grounds, rungs = [g["id"] for g in self.grounds], [r["id"] for r in self.rungs]
        if not rungs:
            yield ("rungs",), Text("没有列出处理方式", "no rung is listed"), Text("至少写一级", "list one at least")
        for name, ids in (("grounds", grounds), ("rungs", rungs)):
            for index, one in enumerate(ids):
                if one in ids[:index]:
                    yield (name, index, "id"), Text("标识重复", "the id is there twice"), Text("改用另一个标识", "use another id")
        for index, rung in enumerate(self.rungs):
            if not set(rung["grounds"]) <= set(grounds):
                yield ("rungs", index, "grounds"), Text("没有这个情形", "no such ground"), Text("写 grounds 中的标识", "write the id of a ground")
            if rung["then"] and rung["then"] not in rungs[index + 1:]:
                yield ("rungs", index, "then"), Text("下一步须是更重的一级", "what follows must be a severer rung"), Text("写其后某一级的标识", "write the id of a later rung")
        for index, ground in enumerate(self.grounds):
            if ground["id"] not in {g for rung in self.rungs for g in rung["grounds"]}:
                yield ("grounds", index, "id"), Text("没有任何一级适用这个情形", "no rung rests on this ground"), Text("列入某一级，或删去", "name it in a rung, or delete it")

    def probes(self, choices: Choices) -> Iterator[Probe]:
        """Each ground that is an event leads to a step; a clean record to none; without events nothing is said."""
        day, asked = date(2026, 6, 1), application_for(self, provider=PROVIDER)
        register: list[Mapping[str, Any]] = [provider_row(**{name: asked[name] for name in ("kind", "provider_class", "ownership")})]
        yield Probe(position="other", expect=NOT_APPLICABLE, application=asked, tables={"providers": register}, known_empty=("events",), note="没有事件")
        yield Probe(position="missing", expect=UNDETERMINED, application=asked, tables={"providers": register})
        for ground in self.grounds:
            facts: list[Mapping[str, Any]] = [{"subject": PROVIDER, "key": "signed_on", "as_of": day, "value": "2026-01-01", "source": "probe"}]
            if not ground["event"]:
                facts.append({"subject": PROVIDER, "key": "sanction_ground", "as_of": day, "value": ground["id"], "source": "probe"})
            events: list[Mapping[str, Any]] = [{"event": f"E{n}", "provider": PROVIDER, "happened_on": day, "type": ground["event"] or "inspection",
                       **({"severity": ground["severities"][0]} if ground["severities"] else {})} for n in range(ground["times"] or 1)]
            yield Probe(position="other", expect=HOLDS, application=asked, note=ground["id"],
                        tables={"providers": register, "facts": facts, "events": events})


def _events(ground: Ground) -> Mapping[str, list[Happening]]:
    """Provider → what happened to it up to the day, established grounds included."""
    return ground.remember("happenings", lambda: _happenings(ground))


def _happenings(ground: Ground) -> dict[str, list[Happening]]:
    found: dict[str, list[Happening]] = {}
    for row in ground.snapshot.rows("events"):
        if row["happened_on"] <= ground.on:
            found.setdefault(row["provider"], []).append(Happening(day=row["happened_on"], type=row["type"], severity=row["severity"] or ""))
    for row in ground.snapshot.rows("facts"):
        if row["key"] == "sanction_ground" and row["as_of"] <= ground.on:
            found.setdefault(row["subject"], []).append(Happening(day=row["as_of"], ground=row["value"]))
    return found


def _ground(ground: Mapping[str, Any]) -> Text:
    if ground["times"] is None:
        return Text(ground["zh"], ground["en"])
    return Text(f"{ground['zh']}（协议期内 {ground['times']} 次）", f"{ground['en']} ({ground['times']} times in the term)")


def _in_words(step: NextStep) -> Text:
    """The step in one phrase, without its full stop."""
    if step.state == NOTHING:
        return Text("没有未了结的事件", "nothing is unsettled")
    if step.state == ENDED:
        return Text(f"协议已于 {step.since} 解除", f"the agreement was terminated on {step.since}")
    assert step.rung is not None
    assert step.ground is not None
    action, ground = STEPS[step.rung["action"]], _ground(step.ground)
    late = Text("，逾期未改正", ", not put right in time") if step.overdue else Text("", "")
    if step.state == DONE:
        return Text(f"{step.since} {ground.zh}{late.zh}：已{action.zh}", f"{step.since} {ground.en}{late.en}: {action.en} taken")
    return Text(f"{step.since} {ground.zh}{late.zh}：对应的处理为{action.zh}，由经办机构认定", f"{step.since} {ground.en}{late.en}: calls for {action.en}, for the agency to decide")


def _evidence(step: NextStep) -> dict[str, Any]:
    return {
        "state": step.state, "since": step.since, "open_events": step.open_events, "overdue": step.overdue,
        "step": None if step.rung is None else step.rung["action"], "ground": None if step.ground is None else step.ground["id"],
        "ends_elsewhere": step.rung is not None and step.rung["ends_elsewhere"],
    }


def _no_events(subject: str) -> Missing:
    return Missing(table="events", subject=subject, column="type", phrase=Text(
        "缺少机构事件（events 表）；确无事件的须在 city.yaml 中写明 known_empty", "the table of events is missing; that there were none must be stated under known_empty"))


def _unknown(provider: str, what: str) -> Missing:
    if what == "severity":
        return Missing(table="events", subject=provider, column="severity", phrase=Text(
            f"{provider} 有事件未载明严重程度", f"an event of {provider} states no severity"))
    return Missing(table="facts", subject=provider, column=what, phrase=Text(
        f"缺少 {provider} 现行协议的签订日期（facts.{what}），无法计算协议期内次数", f"no day of signing of {provider} (facts.{what}): the times in its term cannot be counted"))
