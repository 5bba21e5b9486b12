"""How a city stands under one plan in what is counted: beds, doctors, providers, places. Sums of gaps over units that are short or over.

Only rows that have a need are looked at; knows no kind of provision.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from attrs import frozen

from dingdian.loop.compare import OVER, SHORT, position
from dingdian.loop.results import Measures
from dingdian.provisions.finding import Measure, Number

COUNTED = ("bed", "doctor", "provider", "place")  # units of measure of which a sum over units says something


@frozen(kw_only=True)
class Standing:
    """How a city stands under one plan in one thing that is counted: the whole, and how many units are short or over, by how much."""

    row: Measure | None
    named: Measure
    short_units: int
    short: Number
    over_units: int
    over: Number

    def as_json(self) -> dict[str, Any]:
        whole = self.row
        return {
            "measure": self.named.measure, "title": self.named.title, "provider_class": self.named.provider_class, "level": self.named.level,
            "unit_of_measure": self.named.unit_of_measure, "clause": self.named.locator, "provision": self.named.provision,
            "need_low": whole and whole.need_low, "need_high": whole and whole.need_high, "supply": whole and whole.supply,
            "gap": whole and whole.gap, "position": "" if whole is None else position(whole),
            "short_units": self.short_units, "short": self.short, "over_units": self.over_units, "over": self.over,
        }


def standings(measures: Measures, area: str) -> tuple[Standing, ...]:
    """What a plan counts and wants in a city, in the plan's order; ``area``: the unit that is the whole."""
    groups: dict[tuple[str, ...], list[Measure]] = {}
    for row in measures.rows:
        if row.unit_of_measure in COUNTED and not row.subject and not (row.need_low is None and row.need_high is None):
            groups.setdefault((row.provision, row.measure, row.provider_class, row.level), []).append(row)
    return tuple(_standing(rows, area) for rows in groups.values())


def _standing(rows: Sequence[Measure], area: str) -> Standing:
    whole = next((row for row in rows if row.unit == area and not row.zone), None)
    parts = [row for row in rows if row.unit != area or row.zone]
    short, over = ([row for row in parts if position(row) == place] for place in (SHORT, OVER))
    return Standing(row=whole, named=rows[0], short_units=len(short), short=-_sum(short), over_units=len(over), over=_sum(over))


def _sum(rows: Iterable[Measure]) -> Number:
    return sum((row.gap for row in rows if row.gap is not None), 0)
