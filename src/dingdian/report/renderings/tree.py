"""The one tree from which every rendering of a ruling is made: what was decided, by which clause, and what would change it.

A tree takes everything from the ruling and its receipt, and from the context only what a ruling does not hold: the plan's
title, and the names of other providers, so that a rendering for outsiders can leave them out. It judges nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from attrs import field, frozen

from dingdian.city.model import City
from dingdian.loop.results import Flip, Ruling
from dingdian.plans.model import Plan
from dingdian.provisions.finding import (
    FAILS,
    HOLDS,
    NOT_APPLICABLE,
    UNDETERMINED,
    Finding,
    Judgement,
)
from dingdian.report.imprint import table_name
from dingdian.terms import Text

BINDING = ("gate", "condition")
LIFTING = ("exemption", "quota")

# Groups of findings, in the order in which every rendering names them.
PARTS: Mapping[str, Text] = {
    "deciding": Text("起决定作用的规定", "what decided"),
    "binding": Text("其他门槛和条件", "other gates and conditions"),
    "lifting": Text("例外和额度", "exceptions and quotas"),
    "priority": Text("优先", "priorities"),
    "information": Text("总体指标", "information"),
    "silent": Text("不适用的规定", "what does not apply"),
}


@frozen(kw_only=True)
class Context:
    """What a ruling does not hold: the plan's title, the city's name, and others' ids with their public names."""

    plan: Text
    city: str
    others: Mapping[str, str] = field(factory=dict)


@frozen(kw_only=True)
class Node:
    """One finding: its clause, what was compared, on what evidence, and where it stands in the ruling."""

    part: str
    provision: str
    kind: str
    effect: str
    clause: str
    locator: str
    normally: bool
    judgement: Judgement
    date_on: date | None
    governing_date: str
    excepted_by: str
    excepted_locator: str
    lifts_what_decided: bool

    @property
    def status(self) -> str:
        return self.judgement.status

    @property
    def decides(self) -> bool:
        return self.part == "deciding"

    @property
    def waits(self) -> bool:
        """Whether evidence is missing that matters for the outcome: of a binding finding, or of an exception that would help."""
        binds = self.effect in BINDING and not self.excepted_by and self.status == UNDETERMINED
        return bool(self.judgement.missing) and (self.decides or binds or self.lifts_what_decided)


@frozen(kw_only=True)
class Tree:
    """One ruling, ordered for reading. ``nodes`` stand in the order of ``PARTS``, each part in the plan's order.

    ``others`` are the ids and names of third parties that the ruling's own words or evidence mention.
    """

    application: str
    name: str
    action: str
    provider_class: str | None
    kind: str | None
    level: str | None
    district_name: str
    lon: float | None
    lat: float | None
    date_on: date
    applied_on: str
    plan: Text
    city: str
    is_draft: bool
    synthetic: tuple[str, ...]
    outcome: str
    sentence: Text
    nodes: tuple[Node, ...]
    robust: bool
    flips: tuple[Flip, ...]
    readings_tried: int
    readings_left_out: int
    would_change: tuple[Text, ...]
    untranslated: tuple[str, ...]
    notes: tuple[Text, ...]
    others: Mapping[str, str]
    receipt: Mapping[str, Any]

    @property
    def deciding(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if node.decides)

    def part(self, name: str) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if node.part == name)

    @property
    def own(self) -> Mapping[str, Any]:
        """The columns of the application, as the receipt holds them."""
        case: Mapping[str, Any] = self.receipt.get("case", {})
        return case

    @property
    def notices(self) -> tuple[Text, ...]:
        """What stands on every rendering: invented data, a draft or foreign plan, a person's confirmation to come."""
        return tuple(dict.fromkeys((*self._invented(), *self.notes, *self._to_confirm())))

    def _invented(self) -> Iterator[Text]:
        if self.synthetic:
            zh = "、".join(table_name(table) for table in self.synthetic)
            yield Text(f"合成数据：{zh}为虚构，本结果不反映任何真实机构的情况。",
                       f"Synthetic data: {', '.join(self.synthetic)} are invented; this result describes no real provider.")

    def _to_confirm(self) -> Iterator[Text]:
        if not self.robust:
            yield Text("本结论取决于对条文的理解，尚须由工作人员确认并说明理由。",
                       "The outcome hangs on how the text is read: a person has to confirm it and give the reason.")


def context_of(city: City, plan: Plan) -> Context:
    """The context of rulings made under ``plan`` in ``city``."""
    return Context(plan=plan.title, city=city.meta.name, others=_names(city))


@lru_cache(maxsize=8)
def _names(city: City) -> Mapping[str, str]:
    """Id → name of every provider and every application of the city."""
    found: dict[str, str] = {}
    for table, key in (("providers", "provider"), ("applications", "application")):
        if city.has(table):
            rows = city.tables[table]
            found.update(zip(rows[key].astype(str), rows["name"].fillna("").astype(str)))
    return found


def tree_of(ruling: Ruling, context: Context) -> Tree:
    """The tree of ``ruling``."""
    locators = {f.provision: f.locator for f in ruling.findings}
    nodes = [_node(finding, ruling, locators) for finding in ruling.findings]
    order = list(PARTS)
    receipt = ruling.receipt
    return Tree(
        application=ruling.application, name=ruling.name, action=ruling.action, provider_class=ruling.provider_class,
        kind=ruling.kind, level=ruling.level, district_name=ruling.district_name, lon=ruling.lon, lat=ruling.lat,
        date_on=ruling.date_on, applied_on=str(receipt.get("case", {}).get("applied_on") or ""), plan=context.plan,
        city=context.city, is_draft=receipt.get("plan", {}).get("status") != "final",
        synthetic=tuple(receipt.get("city", {}).get("synthetic", ())), outcome=ruling.outcome, sentence=ruling.sentence,
        nodes=tuple(sorted(nodes, key=lambda node: order.index(node.part))), robust=ruling.robust, flips=ruling.flips,
        readings_tried=ruling.readings_tried, readings_left_out=ruling.readings_left_out, would_change=ruling.would_change,
        untranslated=ruling.untranslated, notes=ruling.notes, others=_others(ruling, context.others), receipt=receipt,
    )


def _node(finding: Finding, ruling: Ruling, locators: Mapping[str, str]) -> Node:
    return Node(
        part=_part(finding, ruling), provision=finding.provision, kind=finding.kind, effect=finding.effect,
        clause=finding.clause, locator=finding.locator, normally=finding.normally, judgement=finding.judgement,
        date_on=finding.date_on, governing_date=finding.governing_date, excepted_by=finding.excepted_by,
        excepted_locator=locators.get(finding.excepted_by, ""),
        lifts_what_decided=bool(set(finding.judgement.may_waive) & set(ruling.deciding)),
    )


def _part(finding: Finding, ruling: Ruling) -> str:
    if finding.provision in ruling.deciding:
        return "deciding"
    if finding.status == NOT_APPLICABLE:
        return "silent"
    if finding.effect in BINDING:
        return "binding"
    return "lifting" if finding.effect in LIFTING else finding.effect


# --- third parties -------------------------------------------------------------------------------------------------


def _others(ruling: Ruling, names: Mapping[str, str]) -> Mapping[str, str]:
    """Those of ``names`` that the ruling's words or evidence mention, and ids that only the evidence knows."""
    own = {ruling.application, str(ruling.receipt.get("case", {}).get("provider") or "")}
    said = "\n".join(_words(ruling))
    named = {code for f in ruling.findings for code in _providers(f.judgement.evidence)}
    found = {code: name for code, name in names.items() if code in named or code in said or (name and name in said)}
    found.update((code, names.get(code, "")) for code in sorted(named))
    return {code: name for code, name in found.items() if code not in own}


def _words(ruling: Ruling) -> Iterator[str]:
    texts = [ruling.sentence, *ruling.would_change, *ruling.notes, *(flip.sentence for flip in ruling.flips)]
    for finding in ruling.findings:
        said = finding.judgement
        texts += [said.sentence, *said.would_change, *(item.phrase for item in said.missing)]
    for text in texts:
        yield text.zh
        yield text.en


def _providers(evidence: Any) -> Iterator[str]:
    """Every id under a key ``provider`` in a finding's evidence, and those of circles that are listed by id."""
    if isinstance(evidence, Mapping):
        for key, value in evidence.items():
            if key == "provider" and isinstance(value, str):
                yield value
            elif key == "circles_over_cap_after":
                yield from (str(code) for code in value)
            else:
                yield from _providers(value)
    elif isinstance(evidence, (list, tuple)):
        for value in evidence:
            yield from _providers(value)


__all__ = ["BINDING", "FAILS", "HOLDS", "LIFTING", "NOT_APPLICABLE", "PARTS", "UNDETERMINED", "Context", "Node", "Tree",
           "context_of", "tree_of"]
