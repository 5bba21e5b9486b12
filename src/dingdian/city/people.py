"""Insured persons and residents of a unit in the latest year, or the reason why nobody can say.

A total that lacks a scheme, an age band or a district is not a total: it is missing. Insured persons never
stand in for residents, nor residents for insured persons.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

import pandas as pd
from attrs import field, frozen

from dingdian.city.tree import UnitTree
from dingdian.terms import SCHEMES, Text

ALL = "all"


class Persons(NamedTuple):
    """A head count and the year at whose end it was taken."""

    persons: int
    year: int


@frozen(eq=False)
class HeadCounts:
    """Head counts of one table, answered by unit.

    Attributes
    ----------
    own
        (unit, year) → persons, or the reason why the unit's own rows give none.
    """

    tree: UnitTree
    on: date
    own: dict[tuple[str, int], int | Text]
    _years: dict[str, tuple[int, ...]] = field(factory=dict)
    _answers: dict[tuple[str, int | None], Persons | Text] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        years: dict[str, set[int]] = {}
        for unit, year in self.own:
            # Persons are counted at the year's end: before that day nobody knows them.
            if date(year, 12, 31) <= self.on:
                years.setdefault(unit, set()).add(year)
        self._years.update({unit: tuple(sorted(found, reverse=True)) for unit, found in years.items()})

    def of(self, unit: str, year: int | None = None) -> Persons | Text:
        """Persons of a unit in its latest known year (or in ``year``), or why there is no number."""
        if (unit, year) not in self._answers:
            self._answers[unit, year] = self._find(unit, year)
        return self._answers[unit, year]

    def _find(self, unit: str, year: int | None) -> Persons | Text:
        wanted = self._latest(unit) if year is None else year
        if wanted is None:
            return Text(f"{self._name(unit)}没有数据行", f"{unit} has no rows")
        mine = self.own.get((unit, wanted))
        if mine is not None and wanted in self._years.get(unit, ()):
            return mine if isinstance(mine, Text) else Persons(mine, wanted)
        return self._sum_below(unit, wanted)

    def _latest(self, unit: str) -> int | None:
        """The unit's own latest year; where it has no rows, the latest year of anything directly below."""
        if self._years.get(unit):
            return self._years[unit][0]
        return max((y for child in self.tree.children(unit) if (y := self._latest(child)) is not None), default=None)

    def _sum_below(self, unit: str, year: int) -> Persons | Text:
        """The sum of the units directly below; each district (or each unit, where none is a district) must
        have rows.
        """
        children = self.tree.children(unit)
        districts = [child for child in children if self.tree.level.get(child) == "district"]
        needed = set(districts or children)
        if not children:
            return Text(f"{self._name(unit)}没有 {year} 年数据", f"{unit} has no rows of {year}")
        total = 0
        for child in children:
            found = self.of(child, year)
            if isinstance(found, Persons):
                total += found.persons
            elif child in needed or self._has_rows(child, year):
                return Text(f"{self._name(child)}：{found.zh}", f"{child}: {found.en}")
        return Persons(total, year)

    def _has_rows(self, unit: str, year: int) -> bool:
        return any((u, year) in self.own for u in (unit, *self.tree.descendants(unit)))

    def _name(self, unit: str) -> str:
        return self.tree.name.get(unit, unit)


def insured_counts(table: pd.DataFrame, tree: UnitTree, on: date) -> HeadCounts:
    """Insured persons of both schemes together."""
    return HeadCounts(tree, on, _own(table, _both_schemes))


def resident_counts(table: pd.DataFrame, tree: UnitTree, on: date) -> HeadCounts:
    """Residents."""
    return HeadCounts(tree, on, _own(table, _bands))


def _own(table: pd.DataFrame, total: Callable[[pd.DataFrame], int | Text]) -> dict[tuple[str, int], int | Text]:
    found: dict[tuple[str, int], int | Text] = {}
    key: Any
    for key, rows in table.groupby(["unit", "year"], sort=False):
        found[str(key[0]), int(key[1])] = total(rows)
    return found


def _bands(rows: pd.DataFrame) -> int | Text:
    """The row of all ages, or the sum of the age bands."""
    whole = rows[rows["age_band"] == ALL]
    return int((whole if len(whole) else rows)["persons"].sum())


def _both_schemes(rows: pd.DataFrame) -> int | Text:
    present = set(rows["scheme"])
    lacking = [scheme for scheme in SCHEMES if scheme not in present]
    if lacking:
        names = "、".join(SCHEMES.label(scheme) for scheme in lacking)
        return Text(f"缺少{names}参保人数", f"no rows of the scheme {', '.join(lacking)}")
    total = 0
    for _, of_scheme in rows.groupby("scheme", sort=False):
        found = _bands(of_scheme)
        assert isinstance(found, int)
        total += found
    return total
