"""A provision read back as one plain sentence, for the official to confirm: clause, rule, readings in force.

Adds nothing to what the kind says of itself, except that other provisions are named by their title instead of their id.
"""

from __future__ import annotations

import re
from typing import Any

from attrs import frozen

from dingdian.plans.model import Plan
from dingdian.provisions.base import Provision
from dingdian.terms import EFFECTS, Text


@frozen(kw_only=True)
class Explanation:
    """One provision in words."""

    provision: str
    kind: str
    effect: str
    locator: str
    clause: Text
    rule: Text
    readings: tuple[tuple[str, Text, Text], ...]
    requirements: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "provision": self.provision, "kind": self.kind, "effect": self.effect, "clause": self.locator,
            "paraphrase": self.clause, "rule": self.rule, "requirements": list(self.requirements),
            "readings": [{"reading": r, "question": q, "in_force": o} for r, q, o in self.readings],
        }

    def lines(self, lang: str = "zh") -> list[str]:
        zh = lang != "en"
        head = f"{self.provision}（{EFFECTS.label(self.effect)}，{self.locator}）" if zh else f"{self.provision} ({self.effect}, {self.locator})"
        lines = [head, f"  {'条款' if zh else 'clause'}：{self.clause(lang)}", f"  {'规则' if zh else 'rule'}：{self.rule(lang)}"]
        lines += [f"  {'口径' if zh else 'reading'} {r}：{q(lang)} → {o(lang)}" for r, q, o in self.readings]
        return lines


def explain(plan: Plan, provision: Provision) -> Explanation:
    """``provision`` of ``plan`` in words."""
    used = [str(value) for value in provision.readings.values() if isinstance(value, str)]
    return Explanation(
        provision=provision.id, kind=provision.kind, effect=provision.effect, locator=plan.locator(provision),
        clause=plan.clauses[provision.clause].paraphrase, rule=_named(plan, provision.read_back()),
        readings=tuple((r, plan.readings[r].question, plan.option(r).meaning) for r in dict.fromkeys(used)),
        requirements=provision.requirements,
    )


def _named(plan: Plan, said: Text) -> Text:
    """Provision ids replaced by what their clause is about."""
    def name(lang: str) -> Any:
        return lambda match: f"{match[0]}（{plan.provision(match[0]).title.zh}）" if lang == "zh" else match[0]

    ids = sorted((p.id for p in plan.provisions), key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, ids))})(?![\w-])")
    return Text(pattern.sub(name("zh"), said.zh), pattern.sub(name("en"), said.en))
