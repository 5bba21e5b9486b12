"""Supply above demand: no new designation of the same class or specialty. Demand above supply: such applicants come first.

A published finding of balance, by class, type or specialty, decides. Only where there is none, and only under a reading that says so,
is the use of the same type compared among the districts. It refuses to call a lack of findings a balance.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from attrs import evolve, frozen

from dingdian.provisions.base import Provision, Slot, kind_of_provision, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.counting import show
from dingdian.provisions.finding import FAILS, HOLDS, NOT_APPLICABLE, UNDETERMINED, Judgement, Missing
from dingdian.provisions.ground import Choice, Choices, Ground
from dingdian.provisions.peer_balance import PeerBalance, balance_by_peers
from dingdian.provisions.probe import Probe, application_for
from dingdian.terms import KINDS, PROVIDER_CLASSES, SPECIALTIES, SUPPLY_DEMAND, Text

PUBLISHED, PEERS = "published", "peers"


@kind_of_provision
@frozen(kw_only=True)
class SupplyDemand(Provision):
    """As a gate, refuses what is in surplus; as a priority, puts first what is short."""

    kind: ClassVar[str] = "supply_demand"
    title: ClassVar[Text] = Text("供需状态", "supply and demand")
    nature: ClassVar[str] = "number"
    needs: ClassVar[tuple[str, ...]] = ("facts",)
    effects: ClassVar[tuple[str, ...]] = ("gate", "priority")
    slots: ClassVar = {
        "balance": Slot(
            Text("没有公布供需研判时如何处理", "what holds where no balance is published"),
            {PUBLISHED: Text("只认公布的研判结果", "only what is published counts"),
             PEERS: Text("与其他区县同类型机构的床位使用比较", "the use of the same type is compared among the districts")},
            {PEERS: ("deviations", "smallest_group", "years")}, otherwise=PUBLISHED),
    }
    fact_keys: ClassVar = {"supply_demand": Text("类别、类型或专科的供需状态（short/balanced/surplus）",
                                                 "balance of a class, type group or specialty")}

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        found = self.states(case, ground)
        if not found:
            return self._unpublished(case, ground)
        return self._gate(found) if self.effect == "gate" else self._priority(found)

    def _unpublished(self, case: Case, ground: Ground) -> Judgement:
        choices = ground.choices(self)
        choice = choices["balance"]
        if choice.option != PEERS:
            return undetermined([self._missing(case)], readings=choices.used)
        peers = balance_by_peers(case, ground, choice)
        if not peers.state:
            return undetermined([self._missing(case), *peers.missing], readings=choices.used)
        found = [{"subject": case.group, "state": peers.state, "as_of": peers.as_of, "source": PEERS, "rows": peers.evidence}]
        said = self._gate(found) if self.effect == "gate" else self._priority(found)
        return evolve(said, readings=choices.used, sentence=_compared(said.sentence, peers, choice))

    def states(self, case: Case, ground: Ground) -> list[dict[str, Any]]:
        """Published states that speak of the case: of its specialties, else its type, else its class — the nearest wins."""
        for subjects in (sorted(case.specialties), [case.group, str(case.kind or "")], [str(case.provider_class or "")]):
            found = []
            for subject in dict.fromkeys(filter(None, subjects)):
                fact = ground.snapshot.fact(subject, "supply_demand")
                if fact is not None and fact.value in SUPPLY_DEMAND:
                    found.append({"subject": subject, "state": fact.value, "as_of": fact.as_of, "source": fact.source})
            if found:
                return found
        return []

    def probes(self, choices: Choices) -> Iterable[Probe]:
        asked = application_for(self, specialties=None)
        answers = {"short": HOLDS, "balanced": HOLDS, "surplus": FAILS} if self.effect == "gate" else {
            "short": HOLDS, "balanced": NOT_APPLICABLE, "surplus": NOT_APPLICABLE}
        for state, status in answers.items():
            fact = {"subject": asked["provider_class"], "key": "supply_demand", "as_of": date(2026, 1, 1), "value": state, "source": "probe"}
            yield Probe(position="other", expect=status, application=asked, tables={"facts": [fact]}, note=state)
        yield Probe(position="missing", expect=UNDETERMINED, application=asked, note="no finding of balance")

    def _missing(self, case: Case) -> Missing:
        subject = next(iter(sorted(case.specialties)), None) or str(case.provider_class or "")
        return Missing(table="facts", subject=subject, column="supply_demand", phrase=Text(
            f"缺少“{_subject(subject).zh}”的供需研判结果（facts.supply_demand）",
            f"no published balance of supply and demand of {_subject(subject).en} (facts.supply_demand)"))

    def _gate(self, found: list[dict[str, Any]]) -> Judgement:
        surplus = [row for row in found if row["state"] == "surplus"]
        shown = (surplus or found)[0]
        return self._judgement(FAILS if surplus else HOLDS, shown, found, "!=", "surplus", Text(
            "供给大于需求，不再新增同类定点" if surplus else "未研判为供给大于需求",
            "supply exceeds demand: none of this kind is added" if surplus else "not found to be in surplus"))

    def _priority(self, found: list[dict[str, Any]]) -> Judgement:
        short = [row for row in found if row["state"] == "short"]
        shown = (short or found)[0]
        return self._judgement(HOLDS if short else NOT_APPLICABLE, shown, found, "==", "short", Text(
            "需求大于供给，优先纳入" if short else "未研判为需求大于供给，不享受优先",
            "demand exceeds supply: admitted first" if short else "not found to be short: no priority"))

    def _judgement(
        self, status: str, shown: dict[str, Any], found: list[dict[str, Any]], operator: str, threshold: str, verdict: Text
    ) -> Judgement:
        name = _subject(shown["subject"])
        return Judgement(
            status=status, value=shown["state"], operator=operator, threshold=threshold, as_of=shown["as_of"],
            evidence={"states": found},
            sentence=Text(f"{name.zh}供需状态为“{SUPPLY_DEMAND.label(shown['state'])}”（{shown['as_of']}），{verdict.zh}。",
                          f"{name.en}: {SUPPLY_DEMAND.label(shown['state'], 'en')} ({shown['as_of']}); {verdict.en}."),
            would_change=() if status != FAILS else (Text("供需研判结果更新为平衡或不足", "a new finding of balance or shortage"),),
        )

    def read_back(self) -> Text:
        if self.effect == "gate":
            return Text("研判为供给大于需求的，原则上不再新增同类定点。",
                        "What is found to be in surplus is normally not added.")
        return Text("研判为需求大于供给的，在床位总量之内优先纳入。", "What is found to be short is admitted first, inside the bed total.")


def _compared(verdict: Text, peers: PeerBalance, choice: Choice) -> Text:
    """The verdict with what it rests on: a comparison is no published finding and says so."""
    wide, years = show(choice["deviations"]), show(choice["years"])
    last = {row["indicator"]: row for row in peers.evidence}
    occupancy, turnover = last["occupancy"], last["turnover"]
    return Text(
        f"没有公布研判结果，按口径与 {occupancy['districts']} 个区县同类型机构比较（中位数 ±{wide} 倍绝对中位差，连续 {years} 年）："
        f"每开放床日占用 {occupancy['value']}（{_span(occupancy)}），出院 {turnover['value']} 人次（{_span(turnover)}）。{verdict.zh}",
        f"no balance is published; by the reading, {occupancy['districts']} districts are compared (median ± {wide} MAD, {years} years): "
        f"occupied {occupancy['value']} per open bed-day ({_span(occupancy)}), discharges {turnover['value']} ({_span(turnover)}). {verdict.en}")


def _span(row: Any) -> str:
    return f"{row['low']}–{row['high']}"


def _subject(code: str) -> Text:
    for codes in (SPECIALTIES, PROVIDER_CLASSES, KINDS):
        if code in codes:
            return codes[code].name
    return Text(code, code)
