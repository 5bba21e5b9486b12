"""Findings of one case: every provision asked on its governing date, exceptions applied, and what they add up to.

The law: a gate that fails refuses, unless an exception of that gate holds. A gate that nobody can judge, or an exception that
would help but waits for evidence, sends the case to a person. Two exceptions of equal rank for one gate are an error that
names both clauses. Nothing here knows a particular provision.
"""

from __future__ import annotations

from datetime import date

from attrs import evolve, field, frozen

from dingdian.city.model import City
from dingdian.loop.ground import ground, snapshot
from dingdian.plans.model import Plan
from dingdian.problems import BadData, Problem
from dingdian.provisions.base import Provision, missing_column, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.finding import FAILS, NOT_APPLICABLE, UNDETERMINED, Finding, Judgement
from dingdian.provisions.ground import Ground
from dingdian.terms import GOVERNING_DATES, OUTCOMES, Text

ELIGIBLE, REFUSED, REVIEW = OUTCOMES
BINDING = ("gate", "condition")


def find(city: City, plan: Plan, case: Case, on: date, admitted: tuple[Case, ...] = ()) -> tuple[Finding, ...]:
    """One finding per provision, in the plan's order, exceptions applied."""
    desk = Desk(city, plan, case, on, admitted)
    return except_findings(plan, tuple(desk.finding(p) for p in plan.provisions))


def find_one(city: City, plan: Plan, provision: Provision, case: Case, on: date) -> Finding:
    """What one provision says, without the exceptions of others."""
    return Desk(city, plan, case, on, ()).finding(provision)


@frozen
class Desk:
    """One case under one plan: asks provisions, each on the ground of its governing date."""

    city: City
    plan: Plan
    case: Case
    on: date
    admitted: tuple[Case, ...]
    grounds: dict[date, Ground] = field(factory=dict)

    def ground(self, day: date) -> Ground:
        if day not in self.grounds:
            self.grounds[day] = ground(self.city, self.plan, day, self.admitted)
        return self.grounds[day]

    def finding(self, provision: Provision) -> Finding:
        day = governing_date(self.city, provision, self.case, self.on)
        said, looked_at = self.judged(provision, day)
        return Finding(
            provision=provision.id, kind=provision.kind, effect=provision.effect, clause=provision.clause,
            locator=self.plan.locator(provision), requirements=provision.requirements, normally=provision.normally,
            judgement=said, governing_date=provision.governing_date, date_on=day, looked_at=looked_at,
        )

    def judged(self, provision: Provision, day: date | None) -> tuple[Judgement, frozenset[str]]:
        if day is None:
            return undetermined([missing_column(self.case, "applied_on")]), frozenset()
        if not provision.in_force(day):
            return _not_in_force(provision, day), frozenset()
        facts = self.ground(day)
        return facts.watched(lambda: provision.judge(self.case, facts))


def governing_date(city: City, provision: Provision, case: Case, on: date) -> date | None:
    """The day whose facts decide for a provision: of the decision, the application, the agreement, or the end of the last
    assessed year. A provider without an agreement yet would sign on the day of the decision at the earliest.
    """
    if provision.governing_date == "application":
        return case.applied_on
    if provision.governing_date == "agreement":
        signed: date | None = snapshot(city, on).provider_records.get(case.provider, {}).get("designated_on")
        return signed or on
    return date(on.year - 1, 12, 31) if provision.governing_date == "assessment_year" else on


def _not_in_force(provision: Provision, day: date) -> Judgement:
    since, until = provision.valid_from or "", provision.valid_until or ""
    return Judgement(
        status=NOT_APPLICABLE, as_of=day, evidence={"valid_from": provision.valid_from, "valid_until": provision.valid_until, "day": day},
        sentence=Text(f"本条自 {since} 至 {until} 有效，{day}（{GOVERNING_DATES.label(provision.governing_date)}）不适用。",
                      f"In force from {since} to {until}: it does not apply on {day} "
                      f"({GOVERNING_DATES.label(provision.governing_date, 'en')})."))


def except_findings(plan: Plan, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Each finding with the exception that lifts it, where one does.

    Raises
    ------
    BadData
        When two exceptions of the same rank lift the same finding: both clauses are named.
    """
    rank = {p.id: p.rank for p in plan.provisions}
    lifted = []
    for finding in findings:
        lifting = sorted(
            (other for other in findings if finding.provision in other.judgement.waives),
            key=lambda other: rank[other.provision],
        )
        if len(lifting) > 1 and rank[lifting[0].provision] == rank[lifting[1].provision]:
            raise BadData([_conflict(plan, finding, lifting[0], lifting[1])])
        lifted.append(evolve(finding, excepted_by=lifting[0].provision if lifting else ""))
    return tuple(lifted)


def _conflict(plan: Plan, finding: Finding, first: Finding, second: Finding) -> Problem:
    return Problem(
        code="exception_conflict", file=plan.id, table="plan", column=finding.provision,
        value=f"{first.provision}, {second.provision}",
        message=Text(f"两个同级例外（{first.locator}、{second.locator}）同时适用于“{finding.provision}”",
                     f"two exceptions of equal rank ({first.locator}, {second.locator}) lift “{finding.provision}”"),
        remedy=Text("在规划包中给它们不同的 rank", "give them different ranks in the pack"),
    )


def outcome_of(findings: tuple[Finding, ...]) -> tuple[str, tuple[str, ...]]:
    """(outcome, deciding provisions)."""
    binding = [f for f in findings if f.effect in BINDING and not f.excepted_by]
    pending = {p for f in findings for p in f.judgement.may_waive}
    refusing = [f.provision for f in binding if f.status == FAILS and f.provision not in pending]
    if refusing:
        return REFUSED, tuple(refusing)
    waiting = [f.provision for f in binding if f.status == UNDETERMINED or f.status == FAILS]
    if waiting:
        return REVIEW, tuple(waiting)
    lifting = dict.fromkeys(f.excepted_by for f in findings if f.excepted_by and f.status in (FAILS, UNDETERMINED))
    return ELIGIBLE, tuple(lifting)
