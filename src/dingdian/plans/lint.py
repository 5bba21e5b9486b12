"""What is wrong or unaccounted for in a pack: the ledger clause → provisions → tests, its gaps, and what contradicts itself.

What the loader refuses and what lint objects to come out together, each with its line. It changes nothing and judges no case.
The rules themselves are in ``lint_rules``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from dingdian import located_yaml
from dingdian.plans.lint_rules import RULES, Pack
from dingdian.plans.load import find_pack, read_pack
from dingdian.plans.model import Plan
from dingdian.problems import BadData, Problem


@frozen(kw_only=True)
class LedgerRow:
    """One requirement and what carries it out. ``carried_by`` is empty where nothing does: a gap."""

    requirement: str
    locators: tuple[str, ...]
    carried_by: tuple[str, ...]
    record_types: tuple[str, ...]
    tests: int

    @property
    def is_gap(self) -> bool:
        return not self.carried_by and not self.record_types

    def as_json(self) -> dict[str, Any]:
        return {
            "requirement": self.requirement, "clauses": list(self.locators), "provisions": list(self.carried_by),
            "records": list(self.record_types), "tests": self.tests, "gap": self.is_gap,
        }


@frozen(kw_only=True)
class LintReport:
    """The ledger and everything that is objected to. ``plan`` is None where the head of the pack could not be read."""

    name: str
    plan: Plan | None
    ledger: tuple[LedgerRow, ...]
    problems: tuple[Problem, ...]

    @property
    def gaps(self) -> tuple[LedgerRow, ...]:
        return tuple(row for row in self.ledger if row.is_gap)

    def as_json(self, lang: str = "zh") -> dict[str, Any]:
        return {
            "plan": self.name, "requirements": len(self.ledger), "accounted": len(self.ledger) - len(self.gaps),
            "gaps": len(self.gaps), "ledger": [row.as_json() for row in self.ledger],
            "is_base": self.plan is not None and self.plan.is_base, "untranslated": list(self._untranslated()),
            "problems": [problem.as_json(lang) for problem in self.problems],
        }

    def _untranslated(self) -> Iterator[dict[str, Any]]:
        for record in self.untranslated:
            assert self.plan is not None
            yield {"requirements": list(record.requirements), "clause": self.plan.clauses[record.clause].locator, "reason": record.reason}

    @property
    def untranslated(self) -> tuple[Any, ...]:
        """The pack's own clauses that no kind can express."""
        if self.plan is None:
            return ()
        above = () if self.plan.base is None else self.plan.base.records
        return tuple(record for record in self.plan.untranslated if record not in above)


def lint_pack(name: str | Path) -> LintReport:
    """Everything that is wrong with a pack, what cannot be read included, all at once.

    Raises
    ------
    BadData
        When there is no such pack.
    """
    find_pack(name)
    try:
        reading = read_pack(name)
    except BadData as error:
        return LintReport(name=str(name), plan=None, ledger=(), problems=error.problems)
    if reading.plan is None:
        return LintReport(name=str(name), plan=None, ledger=(), problems=reading.problems)
    unreadable: tuple[Problem, ...] = ()
    try:
        tests = tests_by_provision(reading.plan)
    except BadData as error:  # what the tests cannot say is told; whether anything is tested cannot be
        tests, unreadable = dict.fromkeys((p.id for p in reading.plan.provisions), 1), error.problems
    pack = Pack(reading.plan, reading.places, reading.document, tests)
    found = [problem for rule in RULES for problem in rule(pack)]
    told = {(p.row, p.column) for p in reading.problems}
    return LintReport(
        name=reading.plan.id, plan=reading.plan, ledger=ledger(pack),
        problems=(*reading.problems, *(p for p in found if (p.row, p.column) not in told), *unreadable),
    )


def ledger(pack: Pack) -> tuple[LedgerRow, ...]:
    """One row for each requirement of the pack's own."""
    return tuple(_row(pack.plan, requirement, pack.tests) for requirement in pack.plan.requirement_ids)


def tests_by_provision(plan: Plan) -> Mapping[str, int]:
    """How many tests of ``tests.yaml`` expect something of each provision."""
    path = Path(plan.path) / "tests.yaml"
    if not path.is_file():
        return {}
    document, _ = located_yaml.read(path.read_bytes(), f"{plan.id}/tests.yaml")
    counts: dict[str, int] = {}
    for test in (document or {}).get("tests") or []:
        expected = test.get("expect") or {}
        for provision in {*(expected.get("findings") or {}), *(expected.get("deciding") or []), *(expected.get("measures") or {})}:
            counts[str(provision)] = counts.get(str(provision), 0) + 1
    return counts


def _row(plan: Plan, requirement: str, tests: Mapping[str, int]) -> LedgerRow:
    provisions = [p for p in plan.provisions if requirement in p.requirements]
    records = [r for r in plan.records if requirement in r.requirements]
    known = [c for c in [*(p.clause for p in provisions), *(r.clause for r in records)] if c in plan.clauses]
    return LedgerRow(
        requirement=requirement, locators=tuple(dict.fromkeys(plan.clauses[c].locator for c in known)),
        carried_by=tuple(p.id for p in provisions), record_types=tuple(r.type for r in records),
        tests=sum(tests.get(p.id, 0) for p in provisions),
    )
