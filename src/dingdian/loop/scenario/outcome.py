"""What a scenario hands on: every indicator before and after, applications whose ruling turns, and what was changed, in words.

Frozen, ready for canonical JSON. Nothing in it decides anything: a scenario says what would be so, if.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import frozen

from dingdian.loop.compare import position
from dingdian.loop.differences import CaseRow
from dingdian.loop.results import CityNote, PlanNote
from dingdian.provisions.alert import Alert
from dingdian.provisions.finding import Measure
from dingdian.terms import Text

if TYPE_CHECKING:
    import pandas as pd

Pairing = tuple[Measure | None, Measure | None]


@frozen(kw_only=True)
class BeforeAfter:
    """One indicator before and after; None where only the other side has it."""

    before: Measure | None
    after: Measure | None

    @property
    def row(self) -> Measure:
        """The side that is there, after first: it names the indicator."""
        known = self.after or self.before
        assert known is not None
        return known

    @property
    def sides(self) -> Pairing:
        return self.before, self.after

    @property
    def positions(self) -> tuple[str, str]:
        """short, within, over, undetermined or information, before and after; "" where there is no row."""
        first, second = ("" if side is None else position(side) for side in self.sides)
        return first, second

    @property
    def changed(self) -> bool:
        return _numbers(self.before) != _numbers(self.after)

    @property
    def turned(self) -> bool:
        """Whether it stands elsewhere relative to its need."""
        return self.positions[0] != self.positions[1]

    def as_json(self) -> dict[str, Any]:
        row = self.row
        return {
            "measure": row.measure, "title": row.title, "unit": row.unit, "unit_name": row.unit_name, "zone": row.zone,
            "provider_class": row.provider_class, "level": row.level, "subject": row.subject, "unit_of_measure": row.unit_of_measure,
            "provision": row.provision, "clause": row.locator, "changed": self.changed, "turned": self.turned,
            "before": _side(self.before), "after": _side(self.after),
        }


def _numbers(row: Measure | None) -> tuple[Any, ...]:
    return () if row is None else (row.need_low, row.need_high, row.supply, row.gap, row.status)


def _side(row: Measure | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {"need_low": row.need_low, "need_high": row.need_high, "supply": row.supply, "gap": row.gap, "status": row.status,
            "position": position(row), "reason": row.reason, "reading": dict(row.readings)}


@frozen(kw_only=True)
class AlertTurn:
    """One line that the plan watches, where its state turns; None where only the other side draws it."""

    before: Alert | None
    after: Alert | None

    @property
    def alert(self) -> Alert:
        """The side that is there, after first."""
        known = self.after or self.before
        assert known is not None
        return known

    @property
    def states(self) -> tuple[str, str]:
        first, second = ("" if side is None else side.state for side in (self.before, self.after))
        return first, second

    def as_json(self) -> dict[str, Any]:
        return {"id": self.alert.id, "states": list(self.states), "before": None if self.before is None else self.before.as_json(),
                "after": None if self.after is None else self.after.as_json()}


@frozen(kw_only=True)
class Scenario:
    """A city under its plan, and both as they would be.

    Attributes
    ----------
    plans, cities
        Before and after; the same note twice where nothing of it was changed.
    changes
        What was changed, in words, in the order of the list.
    rows
        Every indicator of either side, in the plan's order.
    cases
        Applications under both, where rulings were asked for; None where they were not.
    alerts
        Lines that the plan watches whose state turns, where alerts were asked for; None where they were not.
    """

    title: str
    plans: tuple[PlanNote, PlanNote]
    cities: tuple[CityNote, CityNote]
    date_on: date
    changes: tuple[Text, ...]
    rows: tuple[BeforeAfter, ...]
    cases: tuple[CaseRow, ...] | None = None
    alerts: tuple[AlertTurn, ...] | None = None
    notes: tuple[Text, ...] = ()

    @property
    def changed(self) -> tuple[BeforeAfter, ...]:
        return tuple(row for row in self.rows if row.changed)

    @property
    def turned(self) -> tuple[BeforeAfter, ...]:
        return tuple(row for row in self.rows if row.turned)

    @property
    def unchanged(self) -> int:
        """How many indicators stay as they are."""
        return len(self.rows) - len(self.changed)

    @property
    def flipping(self) -> tuple[CaseRow, ...]:
        return tuple(case for case in self.cases or () if case.flips)

    @property
    def table(self) -> pd.DataFrame:
        """One row per indicator with numbers before and after, as floats; texts in Chinese."""
        import pandas as pd

        return pd.DataFrame([_flat(row) for row in self.rows])

    def as_json(self) -> dict[str, Any]:
        return {
            "title": self.title, "plans": [note.as_json() for note in self.plans], "cities": [note.as_json() for note in self.cities],
            "as_of": self.date_on, "changes": list(self.changes), "notes": list(self.notes), "changed": len(self.changed),
            "unchanged": self.unchanged, "turned": len(self.turned), "measures": [row.as_json() for row in self.rows],
            "applications": None if self.cases is None else len(self.cases), "flips": [case.as_json() for case in self.flipping],
            "alerts": None if self.alerts is None else [turn.as_json() for turn in self.alerts],
        }


def _flat(row: BeforeAfter) -> dict[str, Any]:
    said = row.row
    flat: dict[str, Any] = {
        "measure": said.measure, "title": said.title.zh, "unit": said.unit, "unit_name": said.unit_name, "provider_class": said.provider_class,
        "level": said.level, "subject": said.subject, "unit_of_measure": said.unit_of_measure, "provision": said.provision}
    for name, side, place in zip(("before", "after"), row.sides, row.positions):
        for key in ("need_low", "need_high", "supply", "gap"):
            value = None if side is None else getattr(side, key)
            flat[f"{key}_{name}"] = None if value is None else float(value)
        flat[f"position_{name}"] = place
    return {**flat, "changed": row.changed, "turned": row.turned}
