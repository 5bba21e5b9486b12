"""What is wrong or unaccounted for in a pack: the ledger clause → provisions → tests, and its gaps.

The loader has already refused what cannot be read; lint holds the pack against itself. It changes nothing and judges no case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from dingdian import located_yaml
from dingdian.plans.model import Plan
from dingdian.problems import Problem
from dingdian.terms import Text


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
    """The ledger and everything lint objects to."""

    plan: Plan
    ledger: tuple[LedgerRow, ...]
    problems: tuple[Problem, ...]

    @property
    def gaps(self) -> tuple[LedgerRow, ...]:
        return tuple(row for row in self.ledger if row.is_gap)

    def as_json(self, lang: str = "zh") -> dict[str, Any]:
        return {
            "plan": self.plan.id, "requirements": len(self.ledger), "accounted": len(self.ledger) - len(self.gaps),
            "gaps": len(self.gaps), "ledger": [row.as_json() for row in self.ledger],
            "untranslated": [
                {"requirements": list(r.requirements), "clause": self.plan.clauses[r.clause].locator, "reason": r.reason}
                for r in self.plan.untranslated
            ],
            "problems": [problem.as_json(lang) for problem in self.problems],
        }


def lint(plan: Plan) -> LintReport:
    """Hold a plan against itself."""
    tests = tests_by_provision(plan)
    ledger = tuple(_row(plan, requirement, tests) for requirement in plan.requirement_ids)
    problems = [*_gaps(plan, ledger), *_strangers(plan), *_unused_readings(plan), *_unused_clauses(plan),
                *_equal_ranks(plan), *_untested(plan, tests)]
    return LintReport(plan=plan, ledger=ledger, problems=tuple(problems))


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
    locators = [plan.locator(p) for p in provisions] + [plan.clauses[r.clause].locator for r in records]
    return LedgerRow(
        requirement=requirement, locators=tuple(dict.fromkeys(locators)), carried_by=tuple(p.id for p in provisions),
        record_types=tuple(r.type for r in records), tests=sum(tests.get(p.id, 0) for p in provisions),
    )


def _problem(plan: Plan, code: str, column: str, value: str, message: Text, remedy: Text) -> Problem:
    return Problem(code=code, file=f"{plan.id}/plan.yaml", table="plan", column=column, value=value, message=message, remedy=remedy)


def _gaps(plan: Plan, ledger: tuple[LedgerRow, ...]) -> Iterator[Problem]:
    for row in ledger:
        if row.is_gap:
            yield _problem(plan, "requirement_gap", "requirement_ids", row.requirement,
                           Text("没有规定或记录落实这项要求", "nothing carries this requirement out"),
                           Text("写一条规定，或在 records 中说明原因", "write a provision, or a record with its reason"))


def _strangers(plan: Plan) -> Iterator[Problem]:
    known = set(plan.requirement_ids)
    for requirements in [p.requirements for p in plan.provisions] + [r.requirements for r in plan.records]:
        for requirement in requirements:
            if known and requirement not in known:
                yield _problem(plan, "unknown_requirement", "requirements", requirement,
                               Text("要求编号不在 requirement_ids 中", "not among requirement_ids"),
                               Text("核对编号", "check the id"))


def used_readings(plan: Plan) -> frozenset[str]:
    """Readings that some provision's slot is filled with."""
    return frozenset(str(v) for p in plan.provisions for v in p.readings.values() if not isinstance(v, Mapping))


def _unused_readings(plan: Plan) -> Iterator[Problem]:
    for reading in plan.readings.keys() - used_readings(plan):
        yield _problem(plan, "unused_reading", "readings", reading,
                       Text("没有规定使用这个口径", "no provision uses this reading"),
                       Text("删去，或在规定的 readings 中引用", "delete it, or fill a slot with it"))


def _unused_clauses(plan: Plan) -> Iterator[Problem]:
    used = {p.clause for p in plan.provisions} | {r.clause for r in plan.records}
    shared = {_key(plan, c) for c in used}
    for clause in plan.clauses:
        if clause not in used and _key(plan, clause) not in shared:
            yield _problem(plan, "unused_clause", "clauses", clause,
                           Text("没有规定或记录依据这个条款", "nothing rests on this clause"),
                           Text("删去，或写一条规定或记录", "delete it, or write a provision or a record"))


def _key(plan: Plan, clause: str) -> str:
    """Sentences of one place in the text are one clause for the ledger."""
    return plan.clauses[clause].locator


def _equal_ranks(plan: Plan) -> Iterator[Problem]:
    """Two exceptions of equal rank for one provision would conflict on the case to which both apply."""
    lifting = [p for p in plan.provisions if getattr(p, "excepts", ())]
    for i, one in enumerate(lifting):
        for two in lifting[i + 1:]:
            both = (set(_lifted(one)) & set(_lifted(two)))
            if one.rank == two.rank and both:
                yield _problem(plan, "equal_rank", "rank", f"{one.id}, {two.id}",
                               Text(f"两个例外的 rank 相同，且都可免除 {'、'.join(sorted(both))}",
                                    f"equal rank, and both lift {', '.join(sorted(both))}"),
                               Text("给它们不同的 rank", "give them different ranks"))


def _lifted(provision: Any) -> tuple[str, ...]:
    return (*provision.excepts, *getattr(provision, "signed_excepts", ()))


def _untested(plan: Plan, tests: Mapping[str, int]) -> Iterator[Problem]:
    for provision in plan.provisions:
        if provision.effect != "information" and not tests.get(provision.id):
            yield _problem(plan, "untested_provision", "provisions", provision.id,
                           Text("tests.yaml 没有检验这条规定", "no test in tests.yaml speaks of this provision"),
                           Text("补一个测试", "add a test"))
