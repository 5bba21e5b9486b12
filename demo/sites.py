"""Draws doors for invented providers: beside a street where streets are known, in a populated cell elsewhere.

A door lies 5-30 m off a link of the walkable main piece of the network, on a class of road that draws
shops, or anywhere in the inner part of a cell outside the street extent. No real address is used or meant.
"""

from __future__ import annotations

import numpy as np
import shapely
from attrs import frozen
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from common import CELL_M, HIGH_TECH, Floats, Ints, cell_of
from people import People
from streets import ROAD_PULL, Streets

LONGEST_LINK_M = 500  # beyond it the straight line between two nodes leaves the road


@frozen(eq=False)
class Sites:
    """Where a door can be: the inhabited cells, each with its links."""

    people: People
    link_a: Floats  # x, y of the first node, by link, sorted by cell
    link_b: Floats
    pull: Floats  # running sum over links of the road's pull
    first: Ints  # by cell: first link, one past the last
    last: Ints

    def draw(self, rng: np.random.Generator, weight: Floats, n: int) -> tuple[Floats, Floats, Ints]:
        """``n`` doors in cells drawn in proportion to ``weight``: x, y in local metres, and the cell's
        position.
        """
        share = np.cumsum(weight / weight.sum())
        cells = np.minimum(np.searchsorted(share, rng.random(n), side="right"), len(weight) - 1)
        x, y = self._in_cell(rng, cells)
        on_street = self.last[cells] > self.first[cells]
        street_x, street_y = self._by_street(rng, np.where(on_street, cells, self._any_with_links()))
        x, y = np.where(on_street, street_x, x), np.where(on_street, street_y, y)
        # Beyond the city's border the door falls back to the centre of its cell, which lies within.
        outside = ~shapely.contains_xy(self.people.city, x, y)
        return np.where(outside, self.people.x[cells], x), np.where(outside, self.people.y[cells], y), cells

    def _any_with_links(self) -> int:
        return int(np.flatnonzero(self.last > self.first)[0])

    def _in_cell(self, rng: np.random.Generator, cells: Ints) -> tuple[Floats, Floats]:
        spread = CELL_M * 0.45
        dx, dy = rng.uniform(-spread, spread, (2, len(cells)))
        return self.people.x[cells] + dx, self.people.y[cells] + dy

    def _by_street(self, rng: np.random.Generator, cells: Ints) -> tuple[Floats, Floats]:
        before = np.where(self.first[cells] > 0, self.pull[self.first[cells] - 1], 0.0)
        target = before + rng.random(len(cells)) * (self.pull[self.last[cells] - 1] - before)
        link = np.clip(
            np.searchsorted(self.pull, target, side="right"), self.first[cells], self.last[cells] - 1
        )
        a, b = self.link_a[link], self.link_b[link]
        along = a + (b - a) * rng.random((len(cells), 1))
        length = np.maximum(np.hypot(*(b - a).T), 1e-9)
        aside = np.column_stack([-(b - a)[:, 1], (b - a)[:, 0]]) / length[:, None]
        offset = rng.uniform(5, 30, (len(cells), 1)) * np.where(rng.random((len(cells), 1)) < 0.5, -1, 1)
        door = along + aside * offset
        return door[:, 0], door[:, 1]


def prepare(streets: Streets, people: People) -> Sites:
    edges = streets.edges
    u, v = edges["u"].to_numpy(), edges["v"].to_numpy()
    usable = edges["walkable"].to_numpy() & streets.main[u] & (edges["length_m"].to_numpy() <= LONGEST_LINK_M)
    u, v = u[usable], v[usable]
    weight = edges["highway"].map(ROAD_PULL).fillna(0.3).to_numpy()[usable] * np.sqrt(
        edges["length_m"].to_numpy()[usable] + 5
    )
    a, b = np.column_stack([streets.x[u], streets.y[u]]), np.column_stack([streets.x[v], streets.y[v]])
    cell = _position(people, (a + b) / 2)
    kept = np.flatnonzero(cell >= 0)
    kept = kept[np.argsort(cell[kept], kind="stable")]
    at = np.arange(len(people.x))
    return Sites(
        people,
        a[kept],
        b[kept],
        np.cumsum(weight[kept]),
        np.searchsorted(cell[kept], at, side="left"),
        np.searchsorted(cell[kept], at, side="right"),
    )


def _position(people: People, points: Floats) -> Ints:
    """Position of the inhabited cell that holds each point; -1 where nobody lives."""
    rows, cols = cell_of(people.x, people.y)
    known = {(int(r), int(c)): i for i, (r, c) in enumerate(zip(rows, cols))}
    point_rows, point_cols = cell_of(points[:, 0], points[:, 1])
    return np.array([known.get((int(r), int(c)), -1) for r, c in zip(point_rows, point_cols)], dtype=np.int64)


def unit_at(people: People, x: Floats, y: Floats) -> NDArray[np.str_]:
    """The district whose polygon holds each point; within the zone's assumed cells, the zone. Borders: the
    nearest.
    """
    codes = np.array(list(people.local_polygons))
    tree = shapely.STRtree(list(people.local_polygons.values()))
    unit = codes[tree.nearest(shapely.points(x, y))]
    inside = tree.query(shapely.points(x, y), predicate="within")
    unit[inside[0]] = codes[inside[1]]
    rows, cols = cell_of(x, y)
    zone = [(int(r), int(c)) in people.zone_cells for r, c in zip(rows, cols)]
    return np.where(zone, HIGH_TECH, unit)


def thin(x: Floats, y: Floats, least_m: float) -> NDArray[np.bool_]:
    """Which points stay when each must be at least ``least_m`` from every earlier one that stays."""
    keep = np.ones(len(x), dtype=bool)
    pairs = cKDTree(np.column_stack([x, y])).query_pairs(least_m, output_type="ndarray")
    for early, late in pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]:
        if keep[early]:
            keep[late] = False
    return keep
