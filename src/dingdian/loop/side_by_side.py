"""The same application under several plans: what each says, and by which clauses.

Judges nothing itself and prefers no plan: it asks each one as if it were the only one, and says so where a plan was not made for
the place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from attrs import frozen

from dingdian.city.model import City
from dingdian.loop.decide import check
from dingdian.loop.ground import plan_note
from dingdian.loop.results import PlanNote, Ruling
from dingdian.plans.model import Plan
from dingdian.provisions.finding import Finding
from dingdian.terms import Text


@frozen(kw_only=True)
class Deciding:
    """A provision that made an outcome what it is, with its clause and its own sentence."""

    provision: str
    clause: str
    sentence: Text

    def as_json(self) -> dict[str, Any]:
        return {"provision": self.provision, "clause": self.clause, "sentence": self.sentence}


@frozen(kw_only=True)
class UnderPlan:
    """What one plan says of the application."""

    plan: PlanNote
    ruling: Ruling
    deciding: tuple[Deciding, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "plan": self.plan.id, "title": self.plan.title, "status": self.plan.status, "outcome": self.ruling.outcome,
            "robust": self.ruling.robust, "sentence": self.ruling.sentence, "deciding": [one.as_json() for one in self.deciding],
            "notes": list(self.ruling.notes),
        }


@frozen(kw_only=True)
class SideBySide:
    """One application and what each plan says of it, in the order in which the plans were named."""

    application: str
    name: str
    plans: tuple[UnderPlan, ...]

    @property
    def agree(self) -> bool:
        """Whether all plans give the same outcome."""
        return len({one.ruling.outcome for one in self.plans}) <= 1

    def as_json(self) -> dict[str, Any]:
        return {"application": self.application, "name": self.name, "plans": [one.as_json() for one in self.plans]}


def side_by_side(
    city: City, plans: Sequence[Plan], application: str | Mapping[str, Any], *, on: date | None = None
) -> SideBySide:
    """``application`` under each of ``plans``; dates and readings are those of the plans, see :func:`prepared`.

    Raises
    ------
    BadData
        As ``check`` does.
    """
    found = tuple(_under(city, plan, application, on) for plan in plans)
    first = found[0].ruling
    return SideBySide(application=first.application, name=first.name, plans=found)


def _under(city: City, plan: Plan, application: str | Mapping[str, Any], on: date | None) -> UnderPlan:
    ruling = check(city, plan, application, on=on)
    return UnderPlan(plan=plan_note(plan), ruling=ruling, deciding=decided(ruling.findings, ruling.deciding))


def decided(findings: tuple[Finding, ...], deciding: tuple[str, ...]) -> tuple[Deciding, ...]:
    """The deciding provisions with clause and sentence, in the order given."""
    said = {finding.provision: finding for finding in findings}
    return tuple(Deciding(provision=p, clause=said[p].locator, sentence=said[p].sentence) for p in deciding)


def prepared(plans: Sequence[Plan], dates: Mapping[str, date], readings: Mapping[str, str]) -> tuple[Plan, ...]:
    """Each plan with those of the dates and readings that it has; one that no plan has is an error, as for a single plan.

    Raises
    ------
    BadData
        A date or reading that no plan has, an option that the plan of its reading has not.
    """
    strange = {name: day for name, day in dates.items() if not any(name in plan.dates for plan in plans)}
    plans[0].with_dates(**strange)
    plans[0].with_readings({name: option for name, option in readings.items() if not any(name in plan.readings for plan in plans)})
    return tuple(
        plan.with_dates(**{name: day for name, day in dates.items() if name in plan.dates})
        .with_readings({name: option for name, option in readings.items() if name in plan.readings})
        for plan in plans
    )
