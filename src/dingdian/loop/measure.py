"""测算: every row of need and supply that the plan's provisions define, in the plan's order.

Knows no formula: each provision brings its own. A row that cannot be measured stays, with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from attrs import evolve

from dingdian.city.model import City
from dingdian.loop.ground import city_note, ground, notes, plan_note
from dingdian.loop.results import Measures
from dingdian.plans.model import Plan
from dingdian.provisions.indicators.family import BY, CITY

Progress = Callable[[str, int, int], None]


def measure(
    city: City, plan: Plan, on: date | None = None, *, by: Iterable[str] = (), progress: Progress | None = None
) -> Measures:
    """Need and supply of everything the plan measures.

    Parameters
    ----------
    on
        The day on which the city is looked at; its as-of date when left out.
    by
        Breakdowns of the watched indicators that come with it: unit, zone, class, level, provider (`indicators.family.BY`). Without
        any the indicators are those of the pooling area.

    Raises
    ------
    ValueError
        A breakdown that nobody knows.
    """
    asked = tuple(dict.fromkeys(by))
    if unknown := [word for word in asked if word not in BY]:
        raise ValueError(f"by must be of {', '.join(BY)}, not {', '.join(unknown)}")
    day = on or city.meta.as_of
    facts = ground(city, plan, day)
    rows = []
    for number, provision in enumerate(plan.provisions, start=1):
        if progress:
            progress(provision.id, number, len(plan.provisions))
        for row in (*provision.measure(facts), *(row for word in asked if word != CITY for row in provision.breakdown(facts, word))):
            zone = row.zone or facts.snapshot.zone_of(row.unit)  # a row of a zone says so itself
            rows.append(evolve(
                row, provision=provision.id, clause=provision.clause, locator=plan.locator(provision),
                requirements=provision.requirements, zone=zone, as_of=row.as_of or city.meta.as_of,
            ))
    return Measures(plan=plan_note(plan), city=city_note(city), date_on=day, rows=tuple(rows), notes=notes(city, plan, day))
