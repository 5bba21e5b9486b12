"""A plan with some numbers otherwise: marked as a variant, with a digest of its own, so that it is never taken for the real one.

A value is read by the same declaration that reads it in a pack, and the provision is asked what is wrong with it. Nothing beyond
fields and readings can be changed: clauses stay what the text says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from attrs import evolve

from dingdian import canonical
from dingdian.loop.scenario.changes import OF_PLAN, Change, Changes
from dingdian.plans.model import Plan
from dingdian.problems import BadData, Problem
from dingdian.provisions.base import Provision
from dingdian.provisions.fields import FieldError, specs
from dingdian.terms import Text

MARK = "~scenario"


def varied(plan: Plan, changes: Changes) -> tuple[Plan, tuple[Problem, ...]]:
    """The plan under the changes that concern it, and every mistake in them; the plan itself where none does."""
    mine = [change for change in changes.items if change.verb in OF_PLAN]
    if not mine:
        return plan, ()
    problems: list[Problem] = list(_twice(changes, mine))
    altered = _provisions(plan, changes, [c for c in mine if c.verb == "change_plan"], problems)
    under = _readings(plan, changes, [c for c in mine if c.verb == "change_reading"], problems)
    if problems:
        return plan, tuple(problems)
    return _marked(evolve(under, provisions=altered), mine), ()


def _marked(plan: Plan, mine: list[Change]) -> Plan:
    stated = sorted(canonical.dumps({"change": c.verb, **c.values}, indent=None) for c in mine)
    digest = canonical.sha256(plan.sha256 + "".join(stated))
    return evolve(
        plan, id=plan.id + MARK, sha256=digest, path="", digests=MappingProxyType({**plan.digests, "scenario": digest[:16]}),
        title=Text(f"{plan.title.zh}（情景变体，非规划原文）", f"{plan.title.en} (a variant for a scenario, not the plan)"))


def _twice(changes: Changes, mine: list[Change]) -> Iterator[Problem]:
    seen: set[tuple[str, ...]] = set()
    for change in mine:
        what = (change["provision"], change["field"]) if change.verb == "change_plan" else (change["reading"],)
        if what in seen:
            yield changes.problem(change, "", "changed_twice", Text("同一处被变更两次", "the same place is changed twice"),
                                  Text("合并成一项", "make one change of them"), ".".join(what))
        seen.add(what)


def _provisions(plan: Plan, changes: Changes, mine: list[Change], problems: list[Problem]) -> tuple[Provision, ...]:
    by_id = {p.id: p for p in plan.provisions}
    for change in mine:
        old = by_id.get(change["provision"])
        if old is None:
            problems.append(changes.problem(change, "provision", "unknown_provision", Text("没有这条规定", "no such provision"),
                                            Text(f"可用：{'、'.join(by_id)}", f"one of: {', '.join(by_id)}"), change["provision"]))
            continue
        try:
            by_id[old.id] = _altered(old, change["field"], change["value"])
        except FieldError as error:
            problems.append(changes.problem(change, "value", "bad_value", error.message, error.remedy, change["value"]))
    altered = {change["provision"]: change for change in mine}
    for id, change in altered.items():  # several fields of one provision may only be right together
        for _, message, remedy in by_id[id].problems() if id in by_id else ():
            problems.append(changes.problem(change, "value", "bad_provision", message, remedy, change["value"]))
    return tuple(by_id[p.id] for p in plan.provisions)


def _altered(old: Provision, path: str, value: Any) -> Provision:
    name, _, key = path.partition(".")
    known = specs(type(old))
    if name not in known:
        raise FieldError(Text(f"该规定没有字段 {name}", f"the provision has no field {name}"), Text(f"可用：{'、'.join(known)}", f"one of: {', '.join(known)}"))
    now = getattr(old, name)
    if key:
        if not isinstance(now, Mapping) or key not in now:
            raise FieldError(Text(f"字段 {name} 没有 {key}", f"the field {name} has no {key}"), Text("核对字段名", "check the name of the field"))
        value = {**now, key: value}
    new = known[name][0].parse(value)
    if new == now:
        raise FieldError(Text("与现值相同，等于没有变更", "the same as it is: nothing would change"), Text("删去这项，或写另一个值", "leave it out, or state another value"))
    return evolve(old, **{name: new})


def _readings(plan: Plan, changes: Changes, mine: list[Change], problems: list[Problem]) -> Plan:
    for change in mine:
        try:
            under = plan.with_readings({change["reading"]: change["option"]})
        except BadData as error:
            problems += [changes.problem(change, "option", p.code, p.message, p.remedy, p.value) for p in error.problems]
            continue
        if plan.option(change["reading"]) == under.option(change["reading"]):
            problems.append(changes.problem(change, "option", "changes_nothing", Text("与现行口径相同", "the reading in force already"),
                                            Text("删去这项，或写另一个选项", "leave it out, or state another option"), change["option"]))
        plan = under
    return plan
