"""What a monitoring of one city says: alerts by clause, and how the plan's measures have moved since earlier dates. Frozen values.

Carries every reason with it; whoever prints it adds no number and no rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import frozen

from dingdian.loop.results import CityNote, PlanNote
from dingdian.provisions.alert import QUIET, STATES, Alert
from dingdian.provisions.finding import Number
from dingdian.terms import Text

if TYPE_CHECKING:
    import pandas as pd


@frozen(kw_only=True)
class Point:
    """One measured value at the date of its data; ``position`` as in a comparison of need and supply."""

    as_of: date
    value: Number
    position: str
    city: str  # sha256 of the city that it was measured in

    def as_json(self) -> dict[str, Any]:
        return {"as_of": self.as_of, "value": self.value, "position": self.position, "city": self.city}


@frozen(kw_only=True)
class Trend:
    """One measure of one provision in one place at two or more dates, oldest first."""

    provision: str
    locator: str
    measure: str
    title: Text
    unit: str
    unit_name: str
    unit_of_measure: str
    points: tuple[Point, ...]
    zone: str = ""
    provider_class: str = ""
    level: str = ""
    subject: str = ""

    @property
    def change(self) -> Number:
        """The latest value less the one before it."""
        return self.points[-1].value - self.points[-2].value

    @property
    def direction(self) -> str:
        return "up" if self.change > 0 else "down" if self.change < 0 else "same"

    @property
    def crossed(self) -> bool:
        """Whether the latest value stands on another side of its line than the one before it; False without a line at either date."""
        sides = {point.position for point in self.points[-2:]}
        return len(sides) == 2 and sides <= {"short", "within", "over"}

    @property
    def of_unlike_spans(self) -> bool:
        """Whether an amount of money of part of a year is set beside one of another part: the change is then no comparison."""
        before, now = self.points[-2].as_of, self.points[-1].as_of
        return self.unit_of_measure == "yuan" and (before.month, before.day) != (now.month, now.day)

    def as_json(self) -> dict[str, Any]:
        return {
            "provision": self.provision, "clause": self.locator, "measure": self.measure, "title": self.title, "unit": self.unit,
            "unit_name": self.unit_name, "zone": self.zone, "provider_class": self.provider_class, "level": self.level, "subject": self.subject,
            "unit_of_measure": self.unit_of_measure, "since": self.points[-2].as_of, "change": self.change, "direction": self.direction,
            "crossed": self.crossed, "of_unlike_spans": self.of_unlike_spans, "points": [point.as_json() for point in self.points],
        }


def whom(of: Alert | Trend) -> tuple[str, ...]:
    """Whom an alert or a trend concerns: the two are of the same line where these are the same."""
    return of.unit, of.zone, of.provider_class, of.level, of.subject


@frozen(kw_only=True)
class Alerts:
    """Every line that the plan watches, in the plan's order, on one day; ``trends`` are the measures with a past.

    ``lead_days`` is how many days ahead a deadline counts as near; ``earlier`` the cities that were compared with.
    """

    plan: PlanNote
    city: CityNote
    date_on: date
    lead_days: int
    rows: tuple[Alert, ...]
    trends: tuple[Trend, ...] = ()
    earlier: tuple[CityNote, ...] = ()
    notes: tuple[Text, ...] = ()

    @property
    def raised(self) -> tuple[Alert, ...]:
        """Whatever is not quiet: alerts, what is near, and what nobody can tell."""
        return tuple(row for row in self.rows if row.state != QUIET)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many lines stand in each state."""
        found = Counter(row.state for row in self.rows)
        return {state: found[state] for state in STATES}

    def trend(self, alert: Alert) -> Trend | None:
        """The measure that an alert rests on at its dates; None where it has no past."""
        return self._trends.get((alert.provision, alert.trigger, *whom(alert)))

    @cached_property
    def _trends(self) -> Mapping[tuple[str, ...], Trend]:
        return {(trend.provision, trend.measure, *whom(trend)): trend for trend in self.trends}

    @property
    def table(self) -> pd.DataFrame:
        """One row per line that is watched; nested values as JSON text, numbers as floats, texts in Chinese."""
        from dingdian.loop.tabular import alerts_table

        return alerts_table(self)

    def as_json(self) -> dict[str, Any]:
        return {
            "plan": self.plan.as_json(), "city": self.city.as_json(), "as_of": self.date_on, "lead_days": self.lead_days,
            "earlier": [city.as_json() for city in self.earlier], "notes": list(self.notes), "counts": dict(self.counts),
            "alerts": [{**row.as_json(), **_moved(self.trend(row))} for row in self.rows], "trends": [trend.as_json() for trend in self.trends],
        }


def _moved(trend: Trend | None) -> dict[str, Any]:
    """What an alert says of its past; null where it has none, no change where two parts of years are not to be compared."""
    if trend is None:
        return {"changed_since": None, "change": None, "crossed": None}
    return {"changed_since": trend.points[-2].as_of, "change": None if trend.of_unlike_spans else trend.change, "crossed": trend.crossed}
