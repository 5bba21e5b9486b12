"""测算: every row of need and supply that the plan's provisions define, in the plan's order.

Knows no formula: each provision brings its own. A row that cannot be measured stays, with its reason.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from attrs import evolve

from dingdian.city.model import City
from dingdian.loop.ground import city_note, ground, notes, plan_note
from dingdian.loop.results import Measures
from dingdian.plans.model import Plan

Progress = Callable[[str, int, int], None]


def measure(city: City, plan: Plan, on: date | None = None, *, progress: Progress | None = None) -> Measures:
    """Need and supply of everything the plan measures.

    Parameters
    ----------
    on
        The day on which the city is looked at; its as-of date when left out.
    """
    day = on or city.meta.as_of
    facts = ground(city, plan, day)
    rows = []
    for number, provision in enumerate(plan.provisions, start=1):
        if progress:
            progress(provision.id, number, len(plan.provisions))
        for row in provision.measure(facts):
            zone = row.zone or facts.snapshot.zone_of(row.unit)  # a row of a zone says so itself
            rows.append(evolve(
                row, provision=provision.id, clause=provision.clause, locator=plan.locator(provision),
                requirements=provision.requirements, zone=zone, as_of=row.as_of or city.meta.as_of,
            ))
    return Measures(plan=plan_note(plan), city=city_note(city), date_on=day, rows=tuple(rows), notes=notes(city, plan, day))
