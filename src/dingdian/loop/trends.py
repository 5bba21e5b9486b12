"""How the plan's measures have moved: the same rows at earlier year-ends of the same city, or in earlier cities.

A point stands at the date of its data, never at the day on which it was asked. Days left and numbers of events are no series and are
left out; what could not be measured then has no point.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from dingdian.city.model import City
from dingdian.loop.alerts import Point, Trend
from dingdian.loop.compare import position
from dingdian.loop.ground import ground, snapshot
from dingdian.plans.model import Plan
from dingdian.provisions.base import Provision
from dingdian.provisions.finding import Measure

_NO_SERIES = ("day", "event")  # what is counted from the day of the question moves with the clock, not with the city
_YEARLY = ("insured", "residents", "activity", "fund", "scores")


class _Key(NamedTuple):
    """What stays the same about a row from one date to another."""

    provision: str
    measure: str
    unit: str
    zone: str
    provider_class: str
    level: str
    subject: str


def trends(city: City, plan: Plan, on: date, earlier: Sequence[City] = ()) -> tuple[Trend, ...]:
    """Every measured row that has a value at two dates of its data or more, in the plan's order.

    Parameters
    ----------
    earlier
        The same pooling area at earlier dates; each is measured on its own as-of date.
    """
    points: dict[_Key, dict[date, Point]] = {}
    latest: dict[_Key, Measure] = {}
    for town, found in _asked(city, plan, on, earlier):
        for key, row in found:
            latest.setdefault(key, row)
            as_of = row.as_of or town.meta.as_of
            assert row.supply is not None  # a measured row has a number
            # The latest file is asked first: where two files state the same date, the later one stands.
            points.setdefault(key, {}).setdefault(as_of, Point(as_of=as_of, value=row.supply, position=position(row), city=town.content_hash))
    return tuple(_trend(plan, key, latest[key], by_date) for key, by_date in points.items() if len(by_date) > 1)


def _asked(city: City, plan: Plan, on: date, earlier: Sequence[City]) -> Iterator[tuple[City, Iterable[tuple[_Key, Measure]]]]:
    """Cities with their rows, latest first. What is dated by the register alone cannot differ at an earlier year-end of the same file."""
    today = list(_rows(city, plan, on, plan.provisions))
    yield city, today
    dated = {key.provision for key, row in today if row.as_of not in (None, on, city.meta.as_of)}
    asked = [p for p in plan.provisions if p.id in dated]
    yield from ((city, _rows(city, plan, day, asked)) for day in year_ends(city, on))
    yield from ((town, _rows(town, plan, town.meta.as_of, plan.provisions)) for town in sorted(earlier, key=lambda c: c.meta.as_of, reverse=True))


def year_ends(city: City, on: date) -> list[date]:
    """Ends of the years before the day for which a table of years has rows, latest first."""
    facts = snapshot(city, on)
    years = {row["year"] for table in _YEARLY for row in facts.rows(table)} | {row["as_of"].year for row in facts.rows("beds")}
    return sorted((date(year, 12, 31) for year in years if date(year, 12, 31) < on), reverse=True)


def _rows(city: City, plan: Plan, day: date, provisions: Iterable[Provision]) -> Iterator[tuple[_Key, Measure]]:
    facts = ground(city, plan, day)
    for provision in provisions:
        for row in provision.measure(facts):
            if row.supply is not None and row.unit_of_measure not in _NO_SERIES:
                zone = row.zone or facts.snapshot.zone_of(row.unit)
                yield _Key(provision.id, row.measure, row.unit, zone, row.provider_class, row.level, row.subject), row


def _trend(plan: Plan, key: _Key, row: Measure, found: dict[date, Point]) -> Trend:
    return Trend(
        **key._asdict(), locator=plan.locator(plan.provision(key.provision)), title=row.title, unit_name=row.unit_name,
        unit_of_measure=row.unit_of_measure, points=tuple(found[day] for day in sorted(found)))
