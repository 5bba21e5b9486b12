"""A city as it was known on a day: the view on which rules stand.

Pure and remembered: the same city and day give the same answers, whatever the order of the questions. It
refuses to look past its day and to fill in what is missing; the answer is then None, and `reason` says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from attrs import frozen

from dingdian.city.model import City
from dingdian.city.people import HeadCounts, Persons, insured_counts, resident_counts
from dingdian.city.places import Places
from dingdian.city.plain import grouped, records, rows, whole_numbers
from dingdian.city.tree import UnitTree, unit_tree
from dingdian.terms import KINDS, Text

BED_COUNTS = ("approved", "open", "insured_beds", "ltc")

_NO_TABLE = {
    "insured": Text("缺少参保人数（insured 表）", "the table of insured persons is missing"),
    "residents": Text("缺少常住人口（residents 表）", "the table of residents is missing"),
}


class Fact(NamedTuple):
    """One row of `facts`."""

    value: str
    as_of: date
    source: str


@frozen(eq=False)
class Snapshot:
    """What is known of ``city`` on the day ``on``."""

    city: City
    on: date

    # --- units ---------------------------------------------------------------------------------------------

    @cached_property
    def units(self) -> UnitTree:
        """The units valid on the day."""
        return unit_tree(self.city.tables["units"], self.on)

    @property
    def pooling_area(self) -> str:
        return self.city.meta.pooling_area

    @property
    def districts(self) -> tuple[str, ...]:
        """Districts, counties and functional zones, by code."""
        return self.units.districts

    def unit_name(self, unit: str) -> str:
        """The unit's name; an unknown unit is shown as it is."""
        return self.units.name.get(unit, unit)

    def ancestors(self, unit: str) -> tuple[str, ...]:
        """Units above, nearest first."""
        return self.units.ancestors(unit)

    def descendants(self, unit: str) -> tuple[str, ...]:
        """Units below, without the unit itself."""
        return self.units.descendants(unit)

    def district_of(self, unit: str) -> str:
        """The district or functional zone that the unit is or lies in; "" where there is none."""
        return self.units.district_of(unit)

    def zone_of(self, unit: str) -> str:
        """The group of units that a plan counts as one; "" for none."""
        return self.units.zone_of(unit)

    # --- people --------------------------------------------------------------------------------------------

    def insured(self, unit: str, year: int | None = None) -> Persons | None:
        """Insured persons of both schemes at the end of the latest year not after the day.

        A unit without rows of its own is the sum of the units below it, if every district below has rows.
        None where a scheme or a district is missing.
        """
        return self._persons("insured", unit, year)

    def residents(self, unit: str, year: int | None = None) -> Persons | None:
        """Residents in the latest year not after the day; sums as `insured` does."""
        return self._persons("residents", unit, year)

    def reason(self, table: str, unit: str, year: int | None = None) -> Text | None:
        """Why `insured` or `residents` (``table``) has no number for a unit; None when it has one."""
        counts = self._counts(table)
        found = _NO_TABLE[table] if counts is None else counts.of(unit, year)
        return found if isinstance(found, Text) else None

    def _persons(self, table: str, unit: str, year: int | None) -> Persons | None:
        counts = self._counts(table)
        found = None if counts is None else counts.of(unit, year)
        return found if isinstance(found, Persons) else None

    def _counts(self, table: str) -> HeadCounts | None:
        return self._insured if table == "insured" else self._residents

    @cached_property
    def _insured(self) -> HeadCounts | None:
        table = self.city.tables.get("insured")
        return None if table is None else insured_counts(table, self.units, self.on)

    @cached_property
    def _residents(self) -> HeadCounts | None:
        table = self.city.tables.get("residents")
        return None if table is None else resident_counts(table, self.units, self.on)

    # --- providers -----------------------------------------------------------------------------------------

    @cached_property
    def providers(self) -> pd.DataFrame:
        """Providers, one row each, by code, with ``lon`` and ``lat`` in the working frame.

        Beside the columns of the table: ``kind_group`` (what "same type" compares), ``counted_unit``
        (``counts_in``, or the unit of the site) and ``counted_district`` (the district or zone of that unit).
        """
        table = self.city.tables["providers"].copy(deep=False)
        lon, lat = self.city.located("providers")
        table["lon"], table["lat"] = lon, lat
        table["frame"] = pd.array([self.city.meta.frame] * len(table), dtype="string")
        groups = {code: KINDS[code].group for code in KINDS}
        table["kind_group"] = table["kind"].map(groups).astype("string")
        table["counted_unit"] = table["counts_in"].fillna(table["unit"])
        districts = {unit: self.district_of(unit) or pd.NA for unit in table["counted_unit"].dropna().unique()}
        table["counted_district"] = table["counted_unit"].map(districts).astype("string")
        return table

    @cached_property
    def provider_records(self) -> Mapping[str, Mapping[str, Any]]:
        """Provider → its filled columns as plain values, with ``located_lon``, ``located_lat`` in the working
        frame.
        """
        return records(self.city, "providers")

    @cached_property
    def provider_names(self) -> Mapping[str, str]:
        """Provider → name, of those that have one."""
        table = self.city.tables["providers"]
        named = table["name"].notna()
        return dict(zip(table["provider"][named].astype(object), table["name"][named].astype(object)))

    def unit_on_file(self, provider: str) -> str | None:
        """The unit of a provider's site, as its row states it."""
        unit: str | None = self.provider_records.get(provider, {}).get("unit")
        return unit

    @cached_property
    def application_records(self) -> Mapping[str, Mapping[str, Any]]:
        """Application → its filled columns as plain values."""
        return records(self.city, "applications") if self.city.has("applications") else {}

    @cached_property
    def application_places(self) -> Mapping[str, tuple[float | None, float | None]]:
        """Application → its (new) place in the working frame, (None, None) where it states none."""
        return {
            code: (row.get("located_lon"), row.get("located_lat")) for code, row in self.application_records.items()
        }

    @cached_property
    def places(self) -> Places:
        """Where everything is, with straight-line and walking distances."""
        return Places(self)

    def cells_of(self, unit: str) -> npt.NDArray[np.bool_] | None:
        """Which rows of `population` have their centre in the unit; None without a polygon for it or for all
        below.

        A unit without a polygon of its own is the union of the units below it, if each of them has one.
        """
        polygon = self._polygon(unit)
        if polygon is None or not self.city.has("population"):
            return None
        lon, lat = self.city.located("population")
        shapely.prepare(polygon)
        return np.asarray(shapely.intersects_xy(polygon, lon, lat), dtype=bool)

    def district_at(self, lon: float, lat: float) -> str | None:
        """The district whose polygon holds a place of the working frame; None outside them all."""
        for unit in self.districts:
            polygon = self.city.polygons.get(unit)
            if polygon is not None and shapely.intersects_xy(polygon, lon, lat):
                return unit
        return None

    def units_at(self, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> list[str]:
        """For each place the lowest unit whose own polygon holds it; "" outside them all."""
        found = np.full(len(lon), "", dtype=object)
        for unit in sorted(self.city.polygons, key=lambda code: (len(self.ancestors(code)), code)):
            shapely.prepare(self.city.polygons[unit])
            found[shapely.intersects_xy(self.city.polygons[unit], lon, lat)] = unit
        return [str(unit) for unit in found]

    def _polygon(self, unit: str) -> Any:
        if unit in self.city.polygons:
            return self.city.polygons[unit]
        below = [self._polygon(child) for child in self.units.children(unit)
                 if child in self.city.polygons or self.units.level.get(child) != "zone"]
        return shapely.union_all(below) if below and all(shape is not None for shape in below) else None

    # --- beds and staff ------------------------------------------------------------------------------------

    def latest_beds(self, until: date | None = None) -> pd.DataFrame:
        """Each provider's beds on the latest date not after ``until`` (and never after the snapshot's day).

        Returns
        -------
        DataFrame
            Columns ``provider``, ``as_of``, ``approved``, ``open``, ``insured_beds``, ``ltc``; one row per
            provider. The total row (specialty ``all``) where that date has one, else the sum of its
            specialties; a sum with a missing part is missing.
        """
        table = self.city.tables.get("beds")
        if table is None:
            return pd.DataFrame({name: [] for name in ("provider", "as_of", *BED_COUNTS)})
        latest = _latest(table, self._day(until), ["provider"])
        whole = latest["specialty"] == "all"
        of_whole = set(latest["provider"][whole])
        parts = latest[~latest["provider"].isin(of_whole)]
        sums = parts.groupby(["provider", "as_of"], as_index=False)[list(BED_COUNTS)].sum(skipna=False)
        kept = latest[whole][["provider", "as_of", *BED_COUNTS]]
        joined = pd.concat([kept, sums], ignore_index=True) if len(sums) else kept
        return joined.sort_values("provider", ignore_index=True)

    def beds_for_year(self, year: int) -> Mapping[str, Mapping[str, Any]]:
        """Provider → ``as_of`` and the four counts on the latest date not after the end of ``year``.

        That is what goes with the insured persons and residents of that year. A count that nobody made is
        None.
        """
        return _by_provider(self.latest_beds(date(year, 12, 31)))

    def latest_staff(self, until: date | None = None) -> pd.DataFrame:
        """Each provider's staff by role on the latest date not after ``until``: ``provider``, ``role``,
        ``as_of``, ``count``.
        """
        table = self.city.tables.get("staff")
        if table is None:
            return pd.DataFrame({name: [] for name in ("provider", "role", "as_of", "count")})
        found = _latest(table, self._day(until), ["provider", "role"])
        return found[["provider", "role", "as_of", "count"]].reset_index(drop=True)

    def staff_for_year(self, year: int) -> pd.DataFrame:
        """`latest_staff` at the end of ``year``."""
        return self.latest_staff(date(year, 12, 31))

    def _day(self, until: date | None) -> pd.Timestamp:
        return pd.Timestamp(self.on if until is None else min(until, self.on))

    # --- fund and facts ------------------------------------------------------------------------------------

    def fund_rows(self, unit: str) -> list[dict[str, Any]]:
        """The unit's own accounts known on the day, by year and scheme; money in whole fen, missing cells
        None.

        A row without ``through`` is taken as known within its year; a row whose ``through`` lies ahead is not
        yet known.
        """
        return [row for row in self._fund.get(unit, ())
                if row["year"] <= self.on.year and (row["through"] is None or row["through"] <= self.on)]

    @cached_property
    def _fund(self) -> Mapping[str, list[dict[str, Any]]]:
        return grouped(self.city, "fund", "unit")

    def warnings_in_force(self, unit: str) -> list[dict[str, Any]]:
        """Warning letters to this very unit that are issued and not lifted on the day, by date of issue."""
        return [row for row in self._warnings.get(unit, ())
                if row["issued_on"] <= self.on and (row["lifted_on"] is None or row["lifted_on"] > self.on)]

    @cached_property
    def _warnings(self) -> Mapping[str, list[dict[str, Any]]]:
        return grouped(self.city, "warnings", "unit")

    def fact(self, subject: str, key: str) -> Fact | None:
        """The latest fact of that key about a subject, not after the day."""
        entered = self._facts.get((subject, key))
        if entered is None:  # most questions: clocks ask a dozen events of every provider
            return None
        return max((fact for fact in entered if fact.as_of <= self.on), key=lambda fact: fact.as_of, default=None)

    @cached_property
    def _facts(self) -> Mapping[tuple[str, str], list[Fact]]:
        facts: dict[tuple[str, str], list[Fact]] = {}
        for row in rows(self.city, "facts"):
            facts.setdefault((row["subject"], row["key"]), []).append(Fact(row["value"], row["as_of"], row["source"]))
        return facts


    def rows(self, table: str) -> list[dict[str, Any]]:
        """Rows of a table as plain values, None where missing; money in whole fen. Empty where the city has
        no such table.
        """
        return rows(self.city, table)


def _latest(table: pd.DataFrame, day: pd.Timestamp, by: list[str]) -> pd.DataFrame:
    """Rows of the latest date not after ``day`` within each group."""
    known = table[table["as_of"] <= day]
    return known[known["as_of"] == known.groupby(by)["as_of"].transform("max")]


def _by_provider(beds: pd.DataFrame) -> dict[str, dict[str, Any]]:
    columns: dict[str, list[Any]] = {"as_of": [stamp.date() for stamp in beds["as_of"]]}
    for name in BED_COUNTS:
        columns[name] = whole_numbers(beds[name])
    return {
        str(provider): dict(zip(columns, row)) for provider, row in zip(beds["provider"], zip(*columns.values()))
    }
