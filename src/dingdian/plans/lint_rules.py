"""The rules that lint holds a pack to, one function each: it yields what breaks the rule, at its line, with the remedy.

A rule looks at one pack and knows no plan by name. Order of the list is order of the report.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from attrs import frozen

from dingdian.located_yaml import Path as YamlPath
from dingdian.located_yaml import Places
from dingdian.plans.model import Plan
from dingdian.problems import Problem
from dingdian.provisions.base import Provision, Scope
from dingdian.terms import BOUNDARY_SIDES, BOUNDARY_WORDS, KINDS, Text

# Limits that are about how many and where: an exemption "in number only" lifts these and no others.
NUMBERS = ("number", "place")
# What a plan cannot lift: the conditions and bars of the national orders.
OF_THE_ORDERS = ("condition", "bar")
SURE_BASIS = "H"
_FIGURE = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
VERIFY = Text("核对", "verify")


@frozen
class Pack:
    """A plan with the lines of its file and the number of tests of each provision."""

    plan: Plan
    places: Places
    document: Mapping[str, Any]
    tests: Mapping[str, int]

    @property
    def own(self) -> Iterator[tuple[YamlPath, Provision]]:
        """(place, provision) of the pack's own provisions and overrides; what stands as the base has it is linted with the base."""
        at: dict[str, YamlPath] = {o.provision: ("overrides", i) for i, o in enumerate(self.plan.overrides)}
        at |= {v["id"]: ("provisions", i) for i, v in enumerate(self.document.get("provisions") or [])
               if isinstance(v, dict) and isinstance(v.get("id"), str)}
        return ((at[p.id], p) for p in self.plan.provisions if p.id in at)

    @property
    def written(self) -> list[Mapping[str, Any]]:
        """Provisions as the file states them, those that could not be read included: what they carry is no gap."""
        return [v for v in self.document.get("provisions") or [] if isinstance(v, dict)]

    def problem(self, path: YamlPath, code: str, value: object, message: Text, remedy: Text) -> Problem:
        return self.places.problem(path, code, message, remedy, value)


Rule = Callable[[Pack], Iterator[Problem]]


# --- the ledger ------------------------------------------------------------------------------------------------------


def gaps(pack: Pack) -> Iterator[Problem]:
    plan = pack.plan
    carried = {r for p in plan.provisions for r in p.requirements} | {r for record in plan.records for r in record.requirements}
    carried |= {str(r) for value in pack.written for r in _list(value.get("requirements"))}
    for index, requirement in enumerate(plan.requirement_ids):
        if requirement not in carried:
            yield pack.problem(("requirement_ids", index), "requirement_gap", requirement,
                               Text("没有规定或记录落实这项要求", "nothing carries this requirement out"),
                               Text("写一条规定，或在 records 中说明原因", "write a provision, or a record with its reason"))


def strangers(pack: Pack) -> Iterator[Problem]:
    """Requirement ids that the pack does not list."""
    known = {*pack.plan.requirement_ids, *(() if pack.plan.base is None else pack.plan.base.requirement_ids)}
    stated: list[tuple[YamlPath, tuple[str, ...]]] = [((*path, "requirements"), p.requirements) for path, p in pack.own]
    records = pack.document.get("records") or []
    stated += [(("records", i, "requirements"), tuple(r.get("requirements") or ())) for i, r in enumerate(records) if isinstance(r, dict)]
    stated += [(("readings", r.id, "touches"), r.touches) for r in pack.plan.readings.values() if r.id in (pack.document.get("readings") or {})]
    for path, requirements in stated:
        for requirement in requirements:
            if known and requirement not in known:
                yield pack.problem(path, "unknown_requirement", requirement,
                                   Text("要求编号不在 requirement_ids 中", "not among requirement_ids"), Text("核对编号", "check the id"))


def untested(pack: Pack) -> Iterator[Problem]:
    for path, provision in pack.own:
        if provision.effect != "information" and not pack.tests.get(provision.id):
            yield pack.problem(path, "untested_provision", provision.id,
                               Text("tests.yaml 没有检验这条规定", "no test in tests.yaml speaks of this provision"),
                               Text("补一个测试", "add a test"))


def unused_readings(pack: Pack) -> Iterator[Problem]:
    used = {str(v) for p in pack.plan.provisions for v in p.readings.values() if not isinstance(v, Mapping)}
    used |= {str(v) for value in pack.written for v in _mapping(value.get("readings")).values()}
    for reading in pack.document.get("readings") or {}:
        if reading not in used:
            yield pack.problem(("readings", reading), "unused_reading", reading,
                               Text("没有规定使用这个口径", "no provision uses this reading"),
                               Text("删去，或在规定的 readings 中引用", "delete it, or fill a slot with it"))


def readings_without_choice(pack: Pack) -> Iterator[Problem]:
    for reading in pack.plan.readings.values():
        if len(reading.options) < 2 and reading.id in (pack.document.get("readings") or {}):
            yield pack.problem(("readings", reading.id, "options"), "no_alternative", reading.id,
                               Text("口径只有一个选项", "a reading with a single option"),
                               Text("写出其他可能的理解；没有歧义的，在规定中直接写明选项",
                                    "state the other answers; where there is no doubt, state the option in the provision"))


def unused_clauses(pack: Pack) -> Iterator[Problem]:
    plan = pack.plan
    used = {c for p in plan.provisions for c in (p.clause, *p.with_clauses)} | {r.clause for r in plan.records}
    used |= {str(c) for value in pack.written for c in (value.get("clause"), *_list(value.get("with_clauses")))}
    for clause in pack.document.get("clauses") or {}:
        if clause not in used:
            yield pack.problem(("clauses", clause), "unused_clause", clause,
                               Text("没有规定或记录依据这个条款", "nothing rests on this clause"),
                               Text("删去，或写一条规定、记录，或列入 with_clauses", "delete it, or let a provision, a record or with_clauses rest on it"))


def unsure_clauses(pack: Pack) -> Iterator[Problem]:
    """A clause whose basis is below H must tell its reader to verify before citing."""
    for clause in pack.plan.clauses.values():
        stated = clause.id in (pack.document.get("clauses") or {})
        if stated and clause.basis and clause.basis != SURE_BASIS and VERIFY.zh not in clause.paraphrase.zh:
            yield pack.problem(("clauses", clause.id, "says"), "unverified_clause", clause.basis,
                               Text("依据低于 H 的条款没有提示引用前核对原文", "a clause with a basis below H does not say: verify before citing"),
                               Text("在大意末尾写明“引用前须核对原文”", "say so at the end of the paraphrase"))


# --- numbers and words -----------------------------------------------------------------------------------------------


def figures_of(text: str) -> frozenset[Decimal]:
    """The numbers that a text states in Arabic digits."""
    return frozenset(Decimal(found.replace(",", "")) for found in _FIGURE.findall(text))


def strange_figures(pack: Pack) -> Iterator[Problem]:
    """A number of a provision that none of its clauses states."""
    for path, provision in pack.own:
        clauses = [pack.plan.clauses[c] for c in (provision.clause, *provision.with_clauses) if c in pack.plan.clauses]
        stated = frozenset().union(*(figures_of(f"{c.paraphrase.zh} {c.paraphrase.en}") for c in clauses))
        for figure in dict.fromkeys(provision.figures()):
            if figure not in stated:
                names = "、".join(c.id for c in clauses)
                yield pack.problem(_place_of(pack, path, figure), "strange_figure", figure,
                                   Text(f"所依据条款（{names}）的大意没有这个数", f"no clause of the provision ({names}) states this number"),
                                   Text("核对数字；条款中确有的写进大意，来自另一条款的列入 with_clauses",
                                        "check it; write it into the paraphrase, or name the clause that states it under with_clauses"))


def _place_of(pack: Pack, path: YamlPath, figure: Decimal) -> YamlPath:
    """Where a number stands under a path; the path itself when it cannot be told."""
    value: Any = pack.document
    for part in path:
        value = value[part]
    return next((where for where, found in _scalars(path, value) if found == figure), path)


def _scalars(path: YamlPath, value: Any) -> Iterator[tuple[YamlPath, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _scalars((*path, key), inner)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _scalars((*path, index), inner)
    elif isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        yield path, value


def boundaries(pack: Pack) -> Iterator[Problem]:
    """The word of the text against the operator of the kind: 不超过 and 以上 include the number, 超过 and 低于 do not."""
    for path, provision in pack.own:
        operator = provision.passes_when()
        if provision.boundary is None:
            if operator:
                yield pack.problem(path, "missing_boundary", provision.id,
                                   Text(f"没有写明划界用语（{operator}）", f"the word that draws the line ({operator}) is not stated"),
                                   Text("补上 boundary: {word: 原文用语, says: allowed 或 stopped}", "add boundary: {word: …, says: allowed or stopped}"))
            continue
        yield from _contradiction(pack, (*path, "boundary"), provision, operator)


def _contradiction(pack: Pack, path: YamlPath, provision: Provision, operator: str) -> Iterator[Problem]:
    boundary = provision.boundary
    assert boundary is not None
    means, word = boundary.passes_when, BOUNDARY_WORDS.label(boundary.word)
    if means == "band":
        return
    if means == "open":
        if not any("boundary" in slot for slot in provision.readings):
            yield pack.problem(path, "open_boundary", word, Text(f"“{word}”是否含本数有两种理解", f"“{word}” is read both ways"),
                               Text("用口径写明（boundary 口径位）", "fill a slot “boundary” with a reading"))
        return
    if means != operator:
        side = BOUNDARY_SIDES.label(boundary.says)
        yield pack.problem(path, "boundary_contradiction", word,
                           Text(f"“{word}……{side}”意为 {means} 才通过，而本条按 {operator or '不比较数字'} 判断",
                                f"“{word}” ({boundary.says}) passes by {means}, but the provision passes by {operator or 'no comparison'}"),
                           Text("核对用语、says 或条款种类", "check the word, says, or the kind"))


# --- exceptions ------------------------------------------------------------------------------------------------------


def lifted(provision: Provision) -> tuple[str, ...]:
    """Provisions that an exception may lift."""
    return (*getattr(provision, "excepts", ()), *getattr(provision, "signed_excepts", ()))


def equal_ranks(pack: Pack) -> Iterator[Problem]:
    """Two exceptions of equal rank for one provision would conflict on the case to which both apply."""
    lifting = [(path, p) for path, p in pack.own if lifted(p)]
    for i, (_, one) in enumerate(lifting):
        for path, two in lifting[i + 1:]:
            both = sorted(set(lifted(one)) & set(lifted(two)))
            if one.rank == two.rank and both:
                yield pack.problem((*path, "rank"), "equal_rank", f"{one.id}, {two.id}",
                                   Text(f"两个例外的 rank 相同，且都可免除 {'、'.join(both)}", f"equal rank, and both lift {', '.join(both)}"),
                                   Text("给它们不同的 rank", "give them different ranks"))


def lifted_orders(pack: Pack) -> Iterator[Problem]:
    """A plan cannot free anybody from the conditions and bars of the national orders."""
    nature = {p.id: p.nature for p in pack.plan.provisions}
    above = frozenset() if pack.plan.base is None else frozenset(p.id for p in pack.plan.base.provisions)
    for path, provision in pack.own:
        for name in lifted(provision):
            if name in above and nature.get(name) in OF_THE_ORDERS:
                yield pack.problem((*path, "excepts"), "lifts_orders", name,
                                   Text("规划的例外不能免除管理办法的条件和禁入", "a plan's exception cannot lift a condition or bar of the orders"),
                                   Text("从 excepts 中删去", "take it out of excepts"))


def overreaching_exemptions(pack: Pack) -> Iterator[Problem]:
    """An exemption from the plan's numbers only lifts limits of number and place."""
    nature = {p.id: p.nature for p in pack.plan.provisions}
    for path, provision in pack.own:
        if getattr(provision, "extent", "") != "numbers":
            continue
        for name in lifted(provision):
            if name in nature and nature[name] not in NUMBERS:
                yield pack.problem((*path, "excepts"), "overreaching_exemption", name,
                                   Text("“不受数量限制”的例外免除了数量以外的限制", "an exemption in number only lifts more than numbers"),
                                   Text("从 excepts 中删去，或改 extent: plan", "take it out, or state extent: plan"))


# --- what cannot be --------------------------------------------------------------------------------------------------


def impossible_periods(pack: Pack) -> Iterator[Problem]:
    whole = [((), pack.plan.valid_from, pack.plan.valid_until)]
    for path, first, last in [*whole, *((path, p.valid_from, p.valid_until) for path, p in pack.own)]:
        if first is not None and last is not None and first > last:
            yield pack.problem((*path, "valid_until"), "impossible_period", last,
                               Text("最后一日早于第一日", "the last day is before the first"), Text("核对日期", "check the dates"))


def impossible_scopes(pack: Pack) -> Iterator[Problem]:
    """A scope that nobody can meet: a pharmacy among hospitals, a kind that is both named and left out."""
    for path, provision in pack.own:
        scope = provision.scope
        if _nobody(scope) and not getattr(provision, "kinds_or_tags", False):
            yield pack.problem((*path, "scope"), "impossible_scope", provision.id,
                               Text("没有机构能同时符合这个适用范围", "no provider can meet this scope"),
                               Text("核对类别、类型、等级", "check class, kinds and levels"))


def _nobody(scope: Scope) -> bool:
    kinds = set(scope.kinds) - set(scope.except_kinds)
    pharmacies = {kind for kind in kinds if KINDS[kind].group == "pharmacy"}
    classes = set(scope.provider_class)
    if scope.kinds and not kinds:
        return True
    if classes == {"pharmacy"}:
        return bool(scope.levels) or (bool(kinds) and not pharmacies)
    return bool(classes) and "pharmacy" not in classes and bool(kinds) and kinds == pharmacies


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


RULES: tuple[Rule, ...] = (
    gaps, strangers, unused_readings, readings_without_choice, unused_clauses, unsure_clauses, strange_figures, boundaries,
    equal_ranks, lifted_orders, overreaching_exemptions, impossible_periods, impossible_scopes, untested,
)
