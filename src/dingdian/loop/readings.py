"""Robustness: a case under the other readings that the plan allows, one at a time and jointly.

Says which alternatives give another outcome, how many were tried and how many left out. It never changes the outcome itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations

from attrs import evolve, frozen

from dingdian.city.model import City
from dingdian.loop.findings import Desk, except_findings, outcome_of
from dingdian.loop.results import Flip
from dingdian.plans.model import Plan
from dingdian.provisions.base import Provision
from dingdian.provisions.case import Case
from dingdian.provisions.finding import Finding
from dingdian.terms import OUTCOMES, Text

JOINT_LIMIT = 64


@frozen
class Tried:
    """The alternative readings that were tried on a case: those that flip it, how many were tried, how many were left out."""

    flips: tuple[Flip, ...] = ()
    tried: int = 0
    left_out: int = 0


class _Alternatives:
    """Evaluates one case under other readings, and remembers what each provision said under which options.

    A judgement hangs on nothing but the readings that it looked at: where those stand as in an earlier one, it is the same.
    """

    def __init__(
        self, city: City, plan: Plan, case: Case, on: date, findings: tuple[Finding, ...], admitted: tuple[Case, ...]
    ) -> None:
        self.desk = Desk(city, plan, case, on, admitted)
        self.known: list[list[tuple[Mapping[str, str], Finding]]] = [[(_options(plan, f), f)] for f in findings]
        self.touched: set[str] = set()
        self.tried = 0

    def outcome(self, readings: Mapping[str, str]) -> str:
        plan = self.desk.plan.with_readings(readings)
        desk = evolve(self.desk, plan=plan, grounds={})
        findings = tuple(self._finding(desk, plan, index, p) for index, p in enumerate(plan.provisions))
        self.tried += 1
        self.touched |= touched_by(findings)
        return outcome_of(except_findings(plan, findings))[0]

    def _finding(self, desk: Desk, plan: Plan, index: int, provision: Provision) -> Finding:
        for options, finding in self.known[index]:
            if all(plan.option(reading).code == option for reading, option in options.items()):
                return finding
        found = desk.finding(provision)
        self.known[index].append((_options(plan, found), found))
        return found


def _options(plan: Plan, finding: Finding) -> Mapping[str, str]:
    return {reading: plan.option(reading).code for reading in finding.looked_at}


def touched_by(findings: tuple[Finding, ...]) -> set[str]:
    """The readings that some finding rests on."""
    return {reading for f in findings for reading in f.looked_at}


def try_readings(
    city: City, plan: Plan, case: Case, on: date, findings: tuple[Finding, ...], admitted: tuple[Case, ...] = ()
) -> Tried:
    """Every alternative reading that the case touches, singly; then up to 64 joint ones, fewest readings first.

    A joint alternative that contains one that already flips says nothing new and is not tried. Readings that are touched
    only under an alternative are tried together with it.
    """
    outcome, _ = outcome_of(findings)
    asked = _Alternatives(city, plan, case, on, findings, admitted)
    singles = [(r, o) for r in sorted(touched_by(findings)) if r in plan.readings for o in _others(plan, r)]
    found: list[Flip] = []
    flipping: list[frozenset[tuple[str, str]]] = []
    for single in singles:
        _try(plan, asked, (single,), outcome, found, flipping)
    universe = sorted({*singles, *((r, o) for r in asked.touched if r in plan.readings for o in _others(plan, r))})
    joint = [combo for combo in _joint(universe, flipping) if not _told(combo, flipping)]
    for combo in joint[:JOINT_LIMIT]:
        if not _told(combo, flipping):
            _try(plan, asked, combo, outcome, found, flipping)
    return Tried(tuple(found), asked.tried, max(0, len(joint) - JOINT_LIMIT))


def _try(
    plan: Plan, asked: _Alternatives, combo: tuple[tuple[str, str], ...], outcome: str, found: list[Flip],
    flipping: list[frozenset[tuple[str, str]]],
) -> None:
    other = asked.outcome(dict(combo))
    if other != outcome:
        found.append(_flip(plan, dict(combo), other))
        flipping.append(frozenset(combo))


def _joint(universe: list[tuple[str, str]], flipping: list[frozenset[tuple[str, str]]]) -> Iterator[tuple[tuple[str, str], ...]]:
    """Combinations of two and more readings, each with one of its options, smaller ones first; as many as could be needed."""
    count = 0
    for size in range(2, len({reading for reading, _ in universe}) + 1):
        for combo in combinations(universe, size):
            if len({reading for reading, _ in combo}) == size and not _told(combo, flipping):
                yield combo
                count += 1
                if count > JOINT_LIMIT * 16:
                    return


def _told(combo: tuple[tuple[str, str], ...], flipping: list[frozenset[tuple[str, str]]]) -> bool:
    return any(known <= set(combo) for known in flipping)


def _others(plan: Plan, reading: str) -> tuple[str, ...]:
    return tuple(code for code in plan.readings[reading].options if code != plan.option(reading).code)


def _flip(plan: Plan, readings: Mapping[str, str], outcome: str) -> Flip:
    zh = "；".join(f"{plan.readings[r].question.zh}：{plan.readings[r].options[o].meaning.zh}" for r, o in readings.items())
    en = "; ".join(f"{plan.readings[r].question.en}: {plan.readings[r].options[o].meaning.en}" for r, o in readings.items())
    return Flip(
        reading="+".join(readings), option="+".join(readings.values()), outcome=outcome,
        sentence=Text(f"若按另一口径（{zh}），结论为“{OUTCOMES.label(outcome)}”。",
                      f"Under another reading ({en}) the outcome would be: {OUTCOMES.label(outcome, 'en')}."),
    )
