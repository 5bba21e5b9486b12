"""Insured persons and residents of a scenario, and what all its changes are booked on.

Insured persons and residents change apart. A change is carried to the units above that have rows of their own; a row that is not on
file is named, never taken as zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cached_property
from typing import Any

from attrs import frozen

from dingdian.city.asof import Snapshot
from dingdian.loop.scenario.changes import Change
from dingdian.loop.scenario.edits import Edits, Where
from dingdian.terms import Text

ALL = "all"


@frozen(eq=False)
class Basis:
    """On which day the city is looked at, and the year whose end counts beds."""

    snapshot: Snapshot
    year: int

    @property
    def day(self) -> date:
        return date(self.year, 12, 31)

    @cached_property
    def bed_days(self) -> Mapping[tuple[str, str], list[date]]:
        """Provider and specialty → the dates of their counts, earliest first."""
        found: dict[tuple[str, str], list[date]] = {}
        for row in self.snapshot.rows("beds"):
            found.setdefault((row["provider"], row["specialty"]), []).append(row["as_of"])
        return {key: sorted(days) for key, days in found.items()}


def change_people(basis: Basis, edits: Edits, change: Change, table: str) -> None:
    """Set one row, or move every row that fits by so many per cent; ``table``: insured or residents."""
    rows = list(_of_people(basis, change, table))
    if not rows:
        edits.fault(change, "unit", "no_rows", Text("没有符合的人口行", "no row of the table fits"),
                    Text("核对单元、年度、险种和年龄段", "check unit, year, scheme and age band"), change["unit"])
        return
    if "persons" in change.values and len(rows) > 1:
        edits.fault(change, "persons", "several_rows", Text(f"有 {len(rows)} 行符合，人数不知写给哪一行", f"{len(rows)} rows fit, so a number fits none"),
                    Text("写明险种和年龄段，或改用 percent", "state scheme and age band, or use percent"), change["persons"])
        return
    for row in rows:
        persons = int(row["persons"])
        by = int(change["persons"]) - persons if "persons" in change.values else _percent(persons, change["percent"])
        if not by:
            edits.fault(change, "", "changes_nothing", Text("与现值相同，等于没有变更", "the same as it is: nothing would change"),
                        Text("删去这项，或写另一个值", "leave it out, or state another value"), persons)
            continue
        for where in _with_those_above(basis, edits, table, row):
            edits.step(change, where, "persons", by)


def _of_people(basis: Basis, change: Change, table: str) -> Iterator[Mapping[str, Any]]:
    known = basis.snapshot.rows(table)
    year = change.get("year", max((row["year"] for row in known if row["year"] <= basis.snapshot.on.year), default=0))
    for row in known:
        wanted = (change.get(name) in (None, row.get(name)) for name in ("scheme", "age_band"))
        if row["unit"] == change["unit"] and row["year"] == year and all(wanted) and row["persons"] is not None:
            yield row


def _percent(persons: int, percent: Any) -> int:
    """The step of so many per cent, rounded half to even."""
    return int((Decimal(persons) * Decimal(str(percent)) / 100).to_integral_value(ROUND_HALF_EVEN))


def _with_those_above(basis: Basis, edits: Edits, table: str, row: Mapping[str, Any]) -> Iterator[Where]:
    scheme = (row["scheme"],) if table == "insured" else ()
    for unit in (row["unit"], *basis.snapshot.ancestors(row["unit"])):
        for band in dict.fromkeys((row["age_band"], ALL)):
            where: Where = (table, (unit, row["year"], *scheme, band))
            if edits.row(*where) is not None:
                yield where
                break
