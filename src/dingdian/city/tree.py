"""The tree of planning units on one day: who is above, who is below, what counts as a district.

Units that are not valid on the day are left out. It refuses to guess a place for a unit that it does not
know.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property

import pandas as pd
from attrs import field, frozen

# Levels that a plan counts by: a functional zone stands beside the districts.
COUNTED_LEVELS = ("district", "zone")


@frozen(eq=False)
class UnitTree:
    """Units valid on a day."""

    parent: dict[str, str | None]
    level: dict[str, str]
    name: dict[str, str]
    zone: dict[str, str]
    _children: dict[str, tuple[str, ...]] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        children: dict[str, list[str]] = {}
        for unit, parent in self.parent.items():
            if parent is not None:
                children.setdefault(parent, []).append(unit)
        self._children.update({unit: tuple(sorted(below)) for unit, below in children.items()})

    @cached_property
    def top(self) -> str:
        """The pooling area, or "" where no unit is one."""
        return next((unit for unit, level in self.level.items() if level == "pooling_area"), "")

    @cached_property
    def districts(self) -> tuple[str, ...]:
        """Units that a plan counts by: districts, counties and functional zones, by code."""
        return tuple(sorted(unit for unit, level in self.level.items() if level in COUNTED_LEVELS))

    def children(self, unit: str) -> tuple[str, ...]:
        return self._children.get(unit, ())

    def ancestors(self, unit: str) -> tuple[str, ...]:
        """Units above, nearest first."""
        found: list[str] = []
        above = self.parent.get(unit)
        while above is not None and above not in found:
            found.append(above)
            above = self.parent.get(above)
        return tuple(found)

    def descendants(self, unit: str) -> tuple[str, ...]:
        """Units below, without the unit itself, by code."""
        found: set[str] = set()
        open_units = list(self.children(unit))
        while open_units:
            at = open_units.pop()
            found.add(at)
            open_units.extend(self.children(at))
        return tuple(sorted(found))

    def district_of(self, unit: str) -> str:
        """The unit itself or the nearest above it that a plan counts by; "" for the pooling area and the
        unknown.
        """
        return next((u for u in (unit, *self.ancestors(unit)) if self.level.get(u) in COUNTED_LEVELS), "")

    def zone_of(self, unit: str) -> str:
        """The group of units that the unit, or the nearest unit above it, belongs to; "" for none."""
        return next((self.zone[u] for u in (unit, *self.ancestors(unit)) if u in self.zone), "")


def unit_tree(units: pd.DataFrame, on: date) -> UnitTree:
    """The tree of the rows of ``units`` that are valid on a day."""
    day = pd.Timestamp(on)
    begun = units["valid_from"].isna() | (units["valid_from"] <= day)
    ended = units["valid_to"].notna() & (units["valid_to"] < day)
    valid = units[begun & ~ended]
    columns = {
        name: [None if pd.isna(value) else str(value) for value in valid[name]]
        for name in ("unit", "parent", "level", "name", "zone")
    }
    codes = [str(code) for code in columns["unit"]]
    known = set(codes)
    return UnitTree(
        parent={u: p if p in known else None for u, p in zip(codes, columns["parent"])},
        level={u: v for u, v in zip(codes, columns["level"]) if v is not None},
        name={u: v for u, v in zip(codes, columns["name"]) if v is not None},
        zone={u: v for u, v in zip(codes, columns["zone"]) if v is not None},
    )
