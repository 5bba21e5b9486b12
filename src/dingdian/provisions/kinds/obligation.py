"""Institutions that are to be designated: township hospitals, village clinics that qualify.

An obligation to admit is more than freedom from the plan's numbers: limits of number and place are lifted outright. Against a gate
that the text words absolutely the two commands meet, and neither is taken to win: such a case goes to the bureau, is never refused
by itself, and is never admitted by itself. Conditions and bars of the orders are never lifted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

from attrs import frozen

from dingdian.city.asof import Fact
from dingdian.provisions import fields
from dingdian.provisions.alert import SHORT, Sides
from dingdian.provisions.base import Provision, Slot, kind_of_provision, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.finding import HOLDS, NOT_APPLICABLE, Judgement, Measure, Missing
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.probe import Probe, application_for
from dingdian.terms import KINDS, Text

DECISION = "obligation_decision"
APPROVED, DECLINED = ("approved", "同意"), ("declined", "不同意")
BUREAU, OBLIGATION, GATE = "bureau_decides", "obligation_prevails", "gate_prevails"


@kind_of_provision
@frozen(kw_only=True)
class Obligation(Provision):
    """Those in scope are to be designated: free of ``excepts``; against ``to_bureau`` the bureau decides."""

    kind: ClassVar[str] = "obligation"
    title: ClassVar[Text] = Text("应当纳入定点的机构", "obligation to admit")
    effects: ClassVar[tuple[str, ...]] = ("exemption",)
    nature: ClassVar[str] = "other"
    refers_to: ClassVar = {"excepts": "", "to_bureau": ""}
    fact_keys: ClassVar = {DECISION: Text("应纳入机构与绝对约束相抵时医保部门的决定（approved 同意、declined 不同意），对象为申请",
                                          "the bureau's decision where an obligation meets an absolute gate: approved or declined; subject = application")}
    slots: ClassVar = {
        "absolute": Slot(Text("与绝对约束相抵时", "where it meets a gate that is worded absolutely"), {
            BUREAU: Text("由医保部门决定，不自动拒绝", "the bureau decides; never refused by itself"),
            OBLIGATION: Text("应当纳入优先", "the obligation prevails"),
            GATE: Text("绝对约束优先", "the gate prevails"),
        }),
    }

    excepts: tuple[str, ...] = fields.names("免于适用的规定", "provisions lifted")
    to_bureau: tuple[str, ...] = fields.names("相抵时由医保部门决定的规定", "provisions against which the bureau decides")

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        if not self.scope.kinds:
            yield (("scope", "kinds"), Text("没有写明哪些机构应当纳入", "no kind is named that is to be designated"),
                   Text("在 scope.kinds 中写明机构类型", "name kinds in scope.kinds"))
        both = sorted(set(self.excepts) & set(self.to_bureau))
        if both:
            yield (("to_bureau",), Text(f"{'、'.join(both)} 既直接免除又由医保部门决定", f"{', '.join(both)}: lifted outright and for the bureau"),
                   Text("只写一处", "name it once"))

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            more = {"may_waive": (*self.excepts, *self.to_bureau)} if outside.missing else {}
            return undetermined(outside.missing, **more) if outside.missing else outside
        choices = ground.choices(self)
        fact = ground.snapshot.fact(case.application, DECISION)
        option = choices["absolute"].option if self.to_bureau else GATE
        agreed = option == OBLIGATION or (option == BUREAU and _is(fact, APPROVED))
        open_still = option == BUREAU and not _is(fact, APPROVED) and not _is(fact, DECLINED)
        return Judgement(
            status=HOLDS, readings=choices.used, value=str(case.kind), operator="in", threshold=", ".join(self.scope.kinds),
            waives=(*self.excepts, *(self.to_bureau if agreed else ())), may_waive=self.to_bureau if open_still else (),
            missing=(_undecided(case),) if open_still else (), sentence=self._sentence(case, agreed, open_still),
            evidence={"kind": case.kind, "lifted": list(self.excepts), "for_the_bureau": list(self.to_bureau),
                      "decision": None if fact is None else {"value": fact.value, "as_of": fact.as_of, "source": fact.source}},
        )

    def _sentence(self, case: Case, agreed: bool, open_still: bool) -> Text:
        name = KINDS[str(case.kind)].name
        zh, en = f"{name.zh}应当纳入定点，不受数量和位置限制", f"{name.en}: to be designated, free of limits of number and place"
        if open_still:
            return Text(f"{zh}；如遇绝对约束未通过，由医保部门决定，不自动拒绝。", f"{en}; should an absolute gate fail, the bureau decides.")
        if agreed:
            return Text(f"{zh}，绝对约束也不妨碍。", f"{en}, and absolute gates do not stand in the way.")
        return Text(f"{zh}；绝对约束仍然适用。", f"{en}; absolute gates still bind.")

    def watched(self) -> Mapping[str, Sides]:
        return {"obligated_designated": {SHORT: None}}

    def measure(self, ground: Ground) -> Iterable[Measure]:
        """Per unit: institutions on file that are to be designated, and how many of them are; those that left do not count."""
        snapshot = ground.snapshot
        meant = {code: facts for code, facts in snapshot.provider_records.items()
                 if facts.get("kind") in self.scope.kinds and facts.get("status") != "terminated" and self._of_owner(facts)}
        where = {code: snapshot.district_of(str(facts.get("unit") or "")) for code, facts in meant.items()}
        for unit in (snapshot.pooling_area, *snapshot.districts):
            mine = [code for code in meant if unit in (snapshot.pooling_area, where[code])]
            waiting = sorted(code for code in mine if meant[code].get("status") == "undesignated")
            shown = "、".join(waiting[:5]) + ("…" if len(waiting) > 5 else "")
            yield Measure(
                measure="obligated_designated", unit=unit, unit_name=snapshot.unit_name(unit), unit_of_measure="provider",
                title=Text("应纳入机构中已定点的", "designated among those that are to be"),
                formula=Text("该类型的定点机构数；目标为在册的全部", "count of designated institutions of the kinds; need = all of them on file"), need=len(mine), need_low=len(mine),
                supply=len(mine) - len(waiting), gap=-len(waiting), as_of=snapshot.city.meta.as_of,
                note=Text(f"未定点的：{shown}", f"not designated: {shown}") if waiting else None)

    def _of_owner(self, facts: Any) -> bool:
        return not self.scope.owner or facts.get("owner") in self.scope.owner

    def read_back(self) -> Text:
        kinds, en = "、".join(KINDS.label(k) for k in self.scope.kinds), ", ".join(KINDS.label(k, "en") for k in self.scope.kinds)
        free = f"，免于适用：{'、'.join(self.excepts)}" if self.excepts else ""
        free_en = f", free of: {', '.join(self.excepts)}" if self.excepts else ""
        bureau = f"；遇 {'、'.join(self.to_bureau)} 未通过的，由医保部门决定" if self.to_bureau else ""
        bureau_en = f"; against {', '.join(self.to_bureau)} the bureau decides" if self.to_bureau else ""
        return Text(f"{kinds}应当纳入定点{free}{bureau}。", f"These are to be designated: {en}{free_en}{bureau_en}.")

    def probes(self, choices: Choices) -> Iterable[Probe]:
        yield Probe(position="other", expect=HOLDS, application=application_for(self), note="in scope")
        other = next(kind for kind in KINDS if kind not in self.scope.kinds)
        yield Probe(position="other", expect=NOT_APPLICABLE, application=application_for(self, kind=other), note="another kind")
        decided = {"subject": "A1", "key": DECISION, "as_of": date(2026, 1, 1), "value": DECLINED[0], "source": "检验"}
        yield Probe(position="other", expect=HOLDS, application=application_for(self), tables={"facts": [decided]}, note="declined")


def _is(fact: Fact | None, words: tuple[str, ...]) -> bool:
    return fact is not None and fact.value.strip() in words


def _undecided(case: Case) -> Missing:
    return Missing(table="facts", subject=case.application, column=DECISION, phrase=Text(
        f"如遇绝对约束未通过，需医保部门对应纳入机构的决定（facts.{DECISION}）",
        f"should an absolute gate fail, the bureau's decision on an institution that is to be designated (facts.{DECISION})"))
