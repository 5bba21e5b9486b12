"""What a comparison of two plans hands on: parts that differ, exemptions, and what both say of one city.

Frozen, ready for canonical JSON; pairs are in the order of the two plans. Whoever prints them adds nothing.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, TypeVar

from attrs import frozen

from dingdian.loop.results import CityNote, PlanNote
from dingdian.loop.rules_and_data import RulesAndData
from dingdian.loop.side_by_side import Deciding
from dingdian.loop.standing import Standing
from dingdian.provisions.finding import Measure
from dingdian.terms import Text

T = TypeVar("T")
Both = tuple[T, T]


@frozen(kw_only=True)
class FieldChange:
    """One field that differs; ``values`` holds what each plan states, None where it states nothing."""

    field: str
    title: Text
    values: Both[Any]

    def as_json(self) -> dict[str, Any]:
        return {"field": self.field, "title": self.title, "values": list(self.values)}


@frozen(kw_only=True)
class Pair:
    """A part that both plans have, and the fields in which it differs (none: it stands unchanged)."""

    ids: Both[str]
    kinds: Both[str] = ("", "")
    locators: Both[str] = ("", "")
    changes: tuple[FieldChange, ...]

    def as_json(self) -> dict[str, Any]:
        more = {"kinds": list(self.kinds), "clauses": list(self.locators)} if any(self.kinds) else {}
        return {"ids": list(self.ids), **more, "changes": [change.as_json() for change in self.changes]}


@frozen(kw_only=True)
class Single:
    """A part that only one of the plans has, and what it says."""

    id: str
    kind: str = ""
    locator: str = ""
    says: Text

    def as_json(self) -> dict[str, Any]:
        more = {"kind": self.kind} if self.kind else {}
        return {"id": self.id, **more, "clause": self.locator, "says": self.says}


@frozen(kw_only=True)
class Part:
    """One sort of part of two plans: what only one has, and what both have."""

    only: Both[tuple[Single, ...]]
    pairs: tuple[Pair, ...]

    @property
    def changed(self) -> tuple[Pair, ...]:
        return tuple(pair for pair in self.pairs if pair.changes)

    @property
    def same(self) -> bool:
        return not (self.only[0] or self.only[1] or self.changed)

    def as_json(self) -> dict[str, Any]:
        return {
            "only_first": [one.as_json() for one in self.only[0]], "only_second": [one.as_json() for one in self.only[1]],
            "changed": [pair.as_json() for pair in self.changed], "unchanged": len(self.pairs) - len(self.changed),
        }


@frozen(kw_only=True)
class ExemptionRow:
    """Whom an exemption frees and from what, under each plan; None where a plan has no such exemption."""

    ids: Both[str]
    locators: Both[str]
    scopes: Both[Text | None]
    lifts: Both[tuple[str, ...] | None]

    @property
    def same(self) -> bool:
        return self.scopes[0] == self.scopes[1] and self.lifts[0] == self.lifts[1]

    def as_json(self) -> dict[str, Any]:
        return {
            "provisions": list(self.ids), "clauses": list(self.locators), "scopes": list(self.scopes), "same": self.same,
            "lifts": [None if lifted is None else list(lifted) for lifted in self.lifts],
        }


@frozen(kw_only=True)
class CaseRow:
    """One application under both plans."""

    application: str
    name: str
    outcomes: Both[str]
    deciding: Both[tuple[Deciding, ...]]

    @property
    def flips(self) -> bool:
        return self.outcomes[0] != self.outcomes[1]

    def as_json(self) -> dict[str, Any]:
        return {
            "application": self.application, "name": self.name, "outcomes": list(self.outcomes), "flips": self.flips,
            "deciding": [[one.as_json() for one in side] for side in self.deciding],
        }


@frozen(kw_only=True)
class MeasureRow:
    """A measure that both plans make, with the need under each."""

    rows: Both[Measure]

    @property
    def differs(self) -> bool:
        one, two = self.rows
        return (one.need_low, one.need_high, one.supply) != (two.need_low, two.need_high, two.supply)

    def as_json(self) -> dict[str, Any]:
        first = self.rows[0]
        return {
            "measure": first.measure, "unit": first.unit, "unit_name": first.unit_name, "title": first.title,
            "provider_class": first.provider_class, "level": first.level, "subject": first.subject,
            "unit_of_measure": first.unit_of_measure, "differs": self.differs,
            "plans": [{"provision": row.provision, "clause": row.locator, "need_low": row.need_low, "need_high": row.need_high,
                       "supply": row.supply, "status": row.status} for row in self.rows],
        }


@frozen(kw_only=True)
class CityDiff:
    """What two plans say of one city: how it stands under each, every application, every measure that both make, and what of the
    difference comes from the rules and (with a second city) from the data.
    """

    city: CityNote
    cases: tuple[CaseRow, ...]
    measures: tuple[MeasureRow, ...]
    standings: Both[tuple[Standing, ...]]
    apart: RulesAndData
    notes: Both[tuple[Text, ...]]

    @property
    def outcomes(self) -> Both[dict[str, int]]:
        """Outcome → how many applications have it, under each plan."""
        first, second = (dict(sorted(Counter(case.outcomes[side] for case in self.cases).items())) for side in (0, 1))
        return first, second

    @property
    def flipping(self) -> tuple[CaseRow, ...]:
        return tuple(case for case in self.cases if case.flips)

    def as_json(self) -> dict[str, Any]:
        return {
            "city": self.city.as_json(), "applications": len(self.cases), "flips": len(self.flipping),
            "outcomes": list(self.outcomes), "standings": [[one.as_json() for one in side] for side in self.standings],
            "rules_and_data": self.apart.as_json(), "notes": [list(side) for side in self.notes],
            "cases": [case.as_json() for case in self.cases], "measures": [row.as_json() for row in self.measures],
        }


@frozen(kw_only=True)
class PlanDiff:
    """Everything in which two plans differ."""

    plans: Both[PlanNote]
    head: tuple[FieldChange, ...]
    clauses: Part
    provisions: Part
    readings: Part
    dates: Part
    exemptions: tuple[ExemptionRow, ...]
    city: CityDiff | None = None

    @property
    def same(self) -> bool:
        """Whether the two plans say the same in every part."""
        return not self.head and all(part.same for part in (self.clauses, self.provisions, self.readings, self.dates))

    def as_json(self) -> dict[str, Any]:
        return {
            "plans": [note.as_json() for note in self.plans], "same": self.same, "head": [change.as_json() for change in self.head],
            "clauses": self.clauses.as_json(), "provisions": self.provisions.as_json(), "readings": self.readings.as_json(),
            "dates": self.dates.as_json(), "exemptions": [row.as_json() for row in self.exemptions],
            "city": None if self.city is None else self.city.as_json(),
        }
