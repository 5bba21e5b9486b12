"""A designated institution may turn its resources to what is scarce: supported, without adding to the total.

Ranks a conversion into a scarce specialty first; whether beds are added is judged by the bed gates, as for everyone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from attrs import frozen

from dingdian.provisions.base import kind_of_provision, missing_column, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.finding import HOLDS, NOT_APPLICABLE, UNDETERMINED, Judgement
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.kinds.supply_demand import SupplyDemand
from dingdian.provisions.probe import PROVIDER, Probe, application_for, provider_row
from dingdian.terms import HOLDS_A_PLACE, Text


@kind_of_provision
@frozen(kw_only=True)
class Conversion(SupplyDemand):
    """Supports conversion of designated institutions into specialties found to be short."""

    kind: ClassVar[str] = "conversion"
    title: ClassVar[Text] = Text("转型补充短缺资源", "conversion")
    effects: ClassVar[tuple[str, ...]] = ("priority",)

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        if not case.provider:
            return undetermined([missing_column(case, "provider")])
        status = ground.snapshot.provider_records.get(case.provider, {}).get("status")
        if status not in HOLDS_A_PLACE:
            return Judgement(status=NOT_APPLICABLE, sentence=Text(
                "申请机构不是定点机构，不适用转型支持。", "The applicant is not designated: conversion does not apply."))
        found = self.states(case, ground)
        if not found:
            return undetermined([self._missing(case)])
        said = self._priority(found)
        verdict = Text("支持转型补充短缺资源", "supported") if said.status == HOLDS else Text("转入方向并不短缺", "not into what is short")
        from attrs import evolve

        return evolve(said, sentence=Text(f"{said.sentence.zh.rstrip('。')}：{verdict.zh}。", f"{said.sentence.en.rstrip('.')}: {verdict.en}."))

    def probes(self, choices: Choices) -> Iterable[Probe]:
        """A designated hospital turns to what is short, balanced or in surplus; one that is not designated gets no support."""
        asked = application_for(self, provider=PROVIDER, specialties="rehabilitation")
        for state, status in (("short", HOLDS), ("balanced", NOT_APPLICABLE), ("surplus", NOT_APPLICABLE)):
            fact = {"subject": "rehabilitation", "key": "supply_demand", "as_of": date(2026, 1, 1), "value": state, "source": "probe"}
            yield Probe(position="other", expect=status, application=asked, note=state,
                        tables={"providers": [provider_row()], "facts": [fact]})
        yield Probe(position="missing", expect=UNDETERMINED, application=asked, note="no finding of balance", tables={"providers": [provider_row()]})

    def read_back(self) -> Text:
        return Text("支持具备资质的定点医疗机构调整院内资源结构，或转型补充短缺资源。",
                    "Designated institutions are supported in turning to what is short.")
