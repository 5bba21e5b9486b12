"""Specialties that the plan puts first, inside the total, where demand exceeds supply.

Orders eligible applications; never admits one that a gate refuses, never refuses one that lacks the priority.
"""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from dingdian.city.asof import Fact
from dingdian.provisions import fields
from dingdian.provisions.base import Provision, kind_of_provision, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.finding import HOLDS, NOT_APPLICABLE, Judgement, Missing
from dingdian.provisions.ground import Ground
from dingdian.terms import KINDS, SPECIALTIES, SUPPLY_DEMAND, Text


@kind_of_provision
@frozen(kw_only=True)
class Priority(Provision):
    """Applicants of listed specialties come first when the specialty is found to be short."""

    kind: ClassVar[str] = "priority"
    title: ClassVar[Text] = Text("优先支持的专科", "priority")
    effects: ClassVar[tuple[str, ...]] = ("priority",)

    specialties: tuple[str, ...] = fields.code_list(SPECIALTIES, "专科", "specialties")
    when_short: bool = fields.boolean("仅限需求大于供给时", "only where demand exceeds supply", default=True)

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        own = sorted((case.specialties | {KINDS[str(case.kind)].group if case.kind in KINDS else ""}) & set(self.specialties))
        if not own:
            names = "、".join(SPECIALTIES.label(s) for s in self.specialties)
            return Judgement(status=NOT_APPLICABLE, sentence=Text(
                f"不属于优先支持的专科（{names}）。", f"Not one of the specialties put first ({', '.join(self.specialties)})."))
        if not self.when_short:
            return self._judgement(HOLDS, own[0], None)
        states = {s: ground.snapshot.fact(s, "supply_demand") for s in own}
        known = {s: fact for s, fact in states.items() if fact is not None and fact.value in SUPPLY_DEMAND}
        short = next((s for s, fact in known.items() if fact.value == "short"), None)
        if short is None and len(known) < len(own):
            lacking = next(s for s in own if s not in known)
            return undetermined([Missing(table="facts", subject=lacking, column="supply_demand", phrase=Text(
                f"缺少{SPECIALTIES.label(lacking)}专科供需研判结果", f"no published balance of {lacking}"))])
        shown = short or own[0]
        return self._judgement(HOLDS if short is not None else NOT_APPLICABLE, shown, known[shown])

    def _judgement(self, status: str, specialty: str, fact: Fact | None) -> Judgement:
        name, first = SPECIALTIES[specialty].name, status == HOLDS
        state_zh = "" if fact is None else f"供需状态“{SUPPLY_DEMAND.label(fact.value)}”（{fact.as_of}）"
        state_en = "named by the plan" if fact is None else f"{SUPPLY_DEMAND.label(fact.value, 'en')} ({fact.as_of})"
        return Judgement(
            status=status, value=specialty, operator="in", threshold=", ".join(self.specialties),
            as_of=None if fact is None else fact.as_of,
            evidence={"specialty": specialty, "supply_demand": None if fact is None else fact.value,
                      "source": None if fact is None else fact.source, "formula": "specialty is listed and found to be short"},
            sentence=Text(
                f"{name.zh}专科{state_zh}，{'在床位总量内优先纳入' if first else '不享受优先'}。",
                f"{name.en}: {state_en}; {'admitted first inside the total' if first else 'no priority'}."),
        )

    def read_back(self) -> Text:
        names = "、".join(SPECIALTIES.label(s) for s in self.specialties)
        when = "需求大于供给的" if self.when_short else ""
        return Text(f"在床位总量范围内，优先支持{when}{names}等专业医疗机构纳入。",
                    f"Inside the bed total, {', '.join(self.specialties)} come first{' where short' if self.when_short else ''}.")
