"""Finds, in the built city, the places that the designed applications need; one finder per kind of place.

A finder returns a place of which the wanted property is true with a margin, or raises when there is none.
It judges no application and writes no table.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import shapely
from attrs import field, frozen
from scipy.spatial import cKDTree

from applications import Draft
from common import CELL_M, HIGH_TECH, Floats, cell_of, generator, to_degrees, to_metres
from dingdian.terms import KINDS
from people import People
from places import (
    Candidates,
    Flags,
    at_the_limit,
    exactly,
    first,
    nearest,
    no_same_type,
    same_type_close,
)
from sites import unit_at
from streets import Streets

DENSE_QUANTILE = 0.90
APART_M = 1900.0  # more than two radii and their margins: no two applications share a neighbourhood
DOORS_M = ((6.0, 5.0), (-22.0, 17.0), (19.0, -24.0))
INLAND_M = 300.0


@frozen(kw_only=True)
class Place:
    """The place applied for: local metres, the unit stated, and the provider on file, if any."""

    x: float | None
    y: float | None
    unit: str
    provider: str | None = None
    old: pd.Series | None = None


@frozen(eq=False)
class Desk:
    """Finds the places. ``taken`` grows, so that no two applications meet unless they are meant to."""

    streets: Streets
    people: People
    registry: pd.DataFrame
    by_street: Candidates
    by_cell: Candidates
    dense: float
    taken: list[tuple[float, float]] = field(factory=list)
    applicants: list[str] = field(factory=list)

    @property
    def held(self) -> pd.DataFrame:
        return self.registry[self.registry["held"] & self.registry["lon"].notna()]

    def counted(self, provider_class: str, kind: str = "", level: str | None = None) -> Floats:
        """Places of those of a class, type group and level that hold a place and count (JN-17 leaves some
        out).
        """
        rows = self.held[self.held["provider_class"] == provider_class]
        inside = rows["tags"].fillna("").str.contains("internal_only")
        rows = rows[~inside & (rows["kind"] != "university_clinic")]
        if kind:
            rows = rows[rows["kind"].map(lambda code: KINDS[code].group) == KINDS[kind].group]
        if level:
            rows = rows[rows["level"] == level]
        return rows[["x", "y"]].to_numpy()

    @property
    def pharmacies(self) -> Floats:
        return self.counted("pharmacy")

    def sure(self, dense: bool) -> Flags:
        """Street candidates whose density class is beyond doubt."""
        c = self.by_street
        side = c.density > 1.1 * self.dense if dense else c.density < 0.9 * self.dense
        return side & (c.density > 0) & c.inside_cell & c.inland

    def choose(
        self, flags: Flags, purpose: str, pool: Candidates | None = None, apart: float = APART_M
    ) -> Place:
        pool = pool or self.by_street
        position = first(flags, pool.xy, self.taken, apart, purpose)
        x, y = float(pool.x[position]), float(pool.y[position])
        self.taken.append((x, y))
        return Place(x=x, y=y, unit=str(pool.unit[position]))

    def on_file(self, flags: pd.Series, purpose: str) -> pd.Series:
        """The first provider on file, by code, that fits and has no other application pending."""
        free = flags & self.registry["lon"].notna() & ~self.registry["provider"].isin(self.applicants)
        rows = self.registry[free].sort_values("provider")
        if rows.empty:
            raise ValueError(f"no provider for: {purpose}")
        self.applicants.append(str(rows["provider"].iloc[0]))
        return rows.iloc[0]


# One finder per kind of place.
Finder = Callable[[Desk, Draft], Place]


def _with(dense: bool, count: int) -> Finder:
    return lambda desk, draft: desk.choose(
        desk.sure(dense) & exactly(desk.by_street.xy, desk.pharmacies, count), draft.intent
    )


def _at_limit(desk: Desk, draft: Draft) -> Place:
    return desk.choose(
        desk.sure(False) & at_the_limit(desk.by_street.xy, desk.pharmacies, 1, 6.0), draft.intent
    )


def _no_coordinates(desk: Desk, draft: Draft) -> Place:
    return Place(x=None, y=None, unit="370102")


def _free_in(unit: str) -> Finder:
    def find(desk: Desk, draft: Draft) -> Place:
        pool = desk.by_cell
        here = (
            (pool.unit == unit)
            & pool.inland
            & (nearest(pool.xy, desk.pharmacies) > 1200)
            & (pool.density > 1500)
        )
        return desk.choose(here, draft.intent, pool)

    return find


def _zone(count: int) -> Finder:
    def find(desk: Desk, draft: Draft) -> Place:
        c = desk.by_street
        here = (c.unit == HIGH_TECH) & c.inside_cell & (c.density > 0)
        return desk.choose(here & exactly(c.xy, desk.pharmacies, count), draft.intent)

    return find


def _rival_a(desk: Desk, draft: Draft) -> Place:
    """A place with a second one like it a street away; both become the last entries of ``taken``."""
    c = desk.by_street
    fits = np.flatnonzero(
        desk.sure(True) & exactly(c.xy, desk.pharmacies, 2) & (nearest(c.xy, np.array(desk.taken)) > APART_M)
    )
    pairs = cKDTree(c.xy[fits]).query_pairs(200.0, output_type="ndarray")
    pairs = pairs[np.hypot(*(c.xy[fits[pairs[:, 0]]] - c.xy[fits[pairs[:, 1]]]).T) > 70]
    pairs = pairs[c.unit[fits[pairs[:, 0]]] == c.unit[fits[pairs[:, 1]]]]
    if len(pairs) == 0:
        raise ValueError(f"no place for: {draft.intent}")
    a, b = fits[pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))[0]]]
    desk.taken.extend([(float(c.x[b]), float(c.y[b])), (float(c.x[a]), float(c.y[a]))])
    return Place(x=float(c.x[a]), y=float(c.y[a]), unit=str(c.unit[a]))


def _rival_b(desk: Desk, draft: Draft) -> Place:
    x, y = desk.taken[-2]
    return Place(x=x, y=y, unit=str(unit_at(desk.people, np.array([x]), np.array([y]))[0]))


def _moved(desk: Desk, place: Place, row: pd.Series) -> Place:
    return Place(x=place.x, y=place.y, unit=place.unit, provider=str(row["provider"]), old=row)


def _far_pharmacy(desk: Desk, place: Place, same_unit: bool, purpose: str) -> pd.Series:
    """A designated pharmacy at least 2.5 km from the new place."""
    rows = desk.registry
    assert place.x is not None
    assert place.y is not None
    away = np.hypot(rows["x"] - place.x, rows["y"] - place.y) > 2500
    unit = (rows["unit"] == place.unit) == same_unit
    core = rows["unit"].isin(["370102", "370103", "370104", "370105", "370112"])
    plain = (rows["kind"] == "pharmacy") & (rows["status"] == "designated") & rows["accuracy_m"].le(15)
    return desk.on_file(plain & away & unit & core, purpose)


def _move_to_saturated(desk: Desk, draft: Draft) -> Place:
    place = _with(True, 3)(desk, draft)
    return _moved(desk, place, _far_pharmacy(desk, place, True, draft.intent))


def _move_across(desk: Desk, draft: Draft) -> Place:
    place = _with(False, 2)(desk, draft)
    return _moved(desk, place, _far_pharmacy(desk, place, False, draft.intent))


def _move_next_door(desk: Desk, draft: Draft) -> Place:
    """Three within the radius of the new place, one of them the mover, 120 to 400 m away."""
    c = desk.by_street
    held = desk.held[desk.held["provider_class"] == "pharmacy"]
    spots = held[["x", "y"]].to_numpy()
    near = nearest(c.xy, spots)
    place = desk.choose(desk.sure(True) & exactly(c.xy, spots, 3) & (near > 120) & (near < 400), draft.intent)
    mover = held.iloc[int(cKDTree(spots).query([place.x, place.y])[1])]
    return _moved(desk, place, mover)


def _move_clinic(desk: Desk, draft: Draft) -> Place:
    c = desk.by_street
    same = desk.counted("outpatient_pooling", "clinic")
    place = desk.choose(
        no_same_type(c.xy, same) & c.inland & c.inside_cell & (c.density > 2000), draft.intent
    )
    rows = desk.registry
    clinic = (
        (rows["kind"] == "clinic")
        & (rows["provider_class"] == "outpatient_pooling")
        & (rows["status"] == "designated")
    )
    return _moved(desk, place, desk.on_file(clinic & (rows["unit"] == place.unit), draft.intent))


def _near_same(desk: Desk, draft: Draft) -> Place:
    level = draft.level if draft.provider_class == "inpatient" else None
    c = desk.by_street
    same = desk.counted(draft.provider_class, draft.kind, level)
    return desk.choose(
        same_type_close(desk.streets, c.xy, same) & c.inland & c.inside_cell, draft.intent, apart=1200
    )


def _clear(units: tuple[str, ...] = ()) -> Finder:
    def find(desk: Desk, draft: Draft) -> Place:
        c = desk.by_street
        clear = no_same_type(c.xy, desk.counted(draft.provider_class, draft.kind)) & c.inland & c.inside_cell
        here = np.isin(c.unit, units) if units else np.ones(len(c.x), dtype=bool)
        return desk.choose(clear & here & (c.density > 2000), draft.intent, apart=1500)

    return find


def _beyond_streets(desk: Desk, draft: Draft) -> Place:
    c = desk.by_cell
    away = nearest(c.xy, desk.counted(draft.provider_class, draft.kind))
    here = (c.unit == "370114") & ~c.streets & c.inland & (away > 250) & (away < 700)
    return desk.choose(here, draft.intent, c)


def _shanghe_on_file(desk: Desk, draft: Draft) -> Place:
    rows = desk.registry
    known = (
        (rows["kind"] == "clinic")
        & (rows["provider_class"] == "personal_account")
        & (rows["status"] == "undesignated")
    )
    row = desk.on_file(known & (rows["unit"] == "370126"), draft.intent)
    rows.loc[rows["provider"] == row["provider"], ["opened_on", "licensed_on"]] = [
        date(2026, 4, 8),
        date(2026, 3, 20),
    ]
    return Place(x=None, y=None, unit="370126", provider=str(row["provider"]))


def _on_file(unit: str, level: str) -> Finder:
    def find(desk: Desk, draft: Draft) -> Place:
        rows = desk.registry
        fits = (
            (rows["kind"] == "general_hospital") & (rows["level"] == level) & (rows["status"] == "designated")
        )
        row = desk.on_file(fits & (rows["unit"] == unit) & rows["campus_of"].isna(), draft.intent)
        return Place(x=None, y=None, unit=unit, provider=str(row["provider"]))

    return find


def _branch(unit: str) -> Finder:
    def find(desk: Desk, draft: Draft) -> Place:
        main = _on_file("370112", "secondary")(desk, draft)
        place = _clear((unit,))(desk, draft)
        return Place(x=place.x, y=place.y, unit=unit, provider=main.provider)

    return find


def _convert(desk: Desk, draft: Draft) -> Place:
    rows = desk.registry
    fits = (
        (rows["kind"] == "general_hospital")
        & (rows["level"] == "secondary")
        & (rows["status"] == "designated")
    )
    alone = no_same_type(rows[["x", "y"]].to_numpy(), desk.counted("inpatient", "rehabilitation_hospital"))
    inside = shapely.contains_xy(desk.streets.extent, rows["x"], rows["y"])
    core = rows["unit"].isin(["370104", "370105", "370112"]) & rows["campus_of"].isna()
    row = desk.on_file(fits & alone & inside & core, draft.intent)
    return Place(x=None, y=None, unit=str(row["unit"]), provider=str(row["provider"]))


FINDERS: dict[str, Finder] = {
    "dense_with_3": _with(True, 3),
    "other_with_2": _with(False, 2),
    "other_with_1": _with(False, 1),
    "dense_with_2": _with(True, 2),
    "other_at_limit": _at_limit,
    "no_coordinates": _no_coordinates,
    "gangcheng_free": _free_in("370117"),
    "gangcheng_town": _free_in("370117"),
    "gangcheng_town_2": _free_in("370117"),
    "pingyin_free": _free_in("370124"),
    "rival_a": _rival_a,
    "rival_b": _rival_b,
    "zone_with_1": _zone(1),
    "move_to_saturated": _move_to_saturated,
    "move_next_door": _move_next_door,
    "move_clinic_same_unit": _move_clinic,
    "move_across": _move_across,
    "near_same_clinic": _near_same,
    "near_same_hospital": _near_same,
    "clear_of_same": _clear(),
    "beyond_streets": _beyond_streets,
    "shanghe_on_file": _shanghe_on_file,
    "clear_in_licheng": _clear(("370112",)),
    "on_file_shizhong_tertiary": _on_file("370103", "tertiary"),
    "on_file_licheng_primary": _on_file("370112", "primary"),
    "branch_in_jiyang": _branch("370115"),
    "branch_in_shizhong": _branch("370103"),
    "on_file_to_convert": _convert,
}


def street_candidates(streets: Streets, people: People) -> Candidates:
    """Doors a few metres beside the nodes of the walkable main piece, in a fixed shuffled order."""
    nodes = np.flatnonzero(streets.main)
    x = np.concatenate([streets.x[nodes] + east for east, _ in DOORS_M])
    y = np.concatenate([streets.y[nodes] + north for _, north in DOORS_M])
    order = generator("street candidates").permutation(len(x))
    lon, lat = to_degrees(x[order], y[order])
    return _candidates(streets, people, *to_metres(lon, lat))


def cell_candidates(streets: Streets, people: People) -> Candidates:
    """Points near the centre of every inhabited cell."""
    order = generator("cell candidates").permutation(len(people.x))
    lon, lat = to_degrees(people.x[order] + 35.0, people.y[order] - 20.0)
    return _candidates(streets, people, *to_metres(lon, lat))


def _candidates(streets: Streets, people: People, x: Floats, y: Floats) -> Candidates:
    unit = unit_at(people, x, y)
    rows, cols = cell_of(x, y)
    persons = {(int(r), int(c)): int(p) for r, c, p in zip(*cell_of(people.x, people.y), people.persons)}
    density = np.array([persons.get((int(r), int(c)), 0) for r, c in zip(rows, cols)]) / (CELL_M / 1000) ** 2
    off = np.maximum(np.abs(x % CELL_M - CELL_M / 2), np.abs(y % CELL_M - CELL_M / 2))
    points = shapely.points(x, y)
    borders = shapely.union_all([polygon.boundary for polygon in people.local_polygons.values()])
    zone = shapely.union_all(
        [
            shapely.box(c * CELL_M, r * CELL_M, (c + 1) * CELL_M, (r + 1) * CELL_M)
            for r, c in sorted(people.zone_cells)
        ]
    )
    inland = (shapely.distance(points, borders) > INLAND_M) & (shapely.distance(points, zone) > INLAND_M)
    return Candidates(
        x, y, unit, density, off < CELL_M / 2 - 60, inland, shapely.contains_xy(streets.extent, x, y)
    )
