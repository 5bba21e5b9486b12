"""Searches the built city for places with a wanted property, such as exactly three pharmacies within 800 m.

Pure functions on local metres. A place that is meant to be clear keeps a margin on both sides of every
limit, so that neither another projection nor the error of a coordinate can turn the case; a place that does
not exist is an error.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix, vstack
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from common import Floats, Ints
from streets import Streets

Flags = NDArray[np.bool_]

RADIUS_M = 800.0
MARGIN_M = 80.0
CIRCLE_M = 1035.0  # 15 minutes at 1.15 m/s


@frozen(eq=False)
class Candidates:
    """Places that an applicant might choose, in the order in which they are tried."""

    x: Floats
    y: Floats
    unit: NDArray[np.str_]
    density: Floats  # residents per km2 of the cell
    inside_cell: Flags  # well inside its cell
    inland: Flags  # well inside its district, and in no doubtful zone
    streets: Flags  # within the street extent

    @property
    def xy(self) -> Floats:
        return np.column_stack([self.x, self.y])

    def take(self, positions: Ints) -> Candidates:
        return Candidates(
            *(
                getattr(self, name)[positions]
                for name in ("x", "y", "unit", "density", "inside_cell", "inland", "streets")
            )
        )


def counts_within(points: Floats, others: Floats, radius: float) -> Ints:
    """How many of ``others`` lie within ``radius`` of each point."""
    return np.asarray(cKDTree(others).query_ball_point(points, radius, return_length=True), dtype=np.int64)


def exactly(
    points: Floats, others: Floats, wanted: int, radius: float = RADIUS_M, margin: float = MARGIN_M
) -> Flags:
    """Exactly ``wanted`` within the radius, and none in the band about it."""
    near = counts_within(points, others, radius - margin)
    return np.asarray((near == wanted) & (counts_within(points, others, radius + margin) == wanted))


def at_the_limit(points: Floats, others: Floats, certain: int, band: float) -> Flags:
    """``certain`` clearly inside, exactly one on the limit itself (within ``band``), none else in doubt."""
    inside = counts_within(points, others, RADIUS_M - MARGIN_M)
    to_limit = counts_within(points, others, RADIUS_M + band) - counts_within(points, others, RADIUS_M - band)
    outside = counts_within(points, others, RADIUS_M + MARGIN_M)
    return np.asarray((inside == certain) & (to_limit == 1) & (outside == certain + 1))


def nearest(points: Floats, others: Floats) -> Floats:
    """Straight distance to the nearest of ``others``; infinite when there is none."""
    if len(others) == 0:
        return np.full(len(points), np.inf)
    return np.asarray(cKDTree(others).query(points)[0])


def walking_distance(streets: Streets, points: Floats, others: Floats, limit: float = 2 * CIRCLE_M) -> Floats:
    """Metres on foot from each point to the nearest of ``others``, the ways to the street at both ends
    included.
    """
    on_foot = np.flatnonzero(streets.main)
    tree = cKDTree(np.column_stack([streets.x[on_foot], streets.y[on_foot]]))
    to_street, at = tree.query(points)
    other_snap, other_at = tree.query(others)
    graph = _with_doors(streets, on_foot[other_at], np.maximum(other_snap, 0.001))
    doors = np.arange(len(streets.x), len(streets.x) + len(others))
    away = dijkstra(graph, directed=True, indices=doors, min_only=True, limit=limit)
    return np.asarray(away[on_foot[at]] + to_street)


def _with_doors(streets: Streets, nodes: Ints, metres: Floats) -> csr_matrix:
    """The walking graph with one more node per door, linked to its street node."""
    n, k = len(streets.x), len(nodes)
    doors = coo_matrix((metres, (np.arange(k), nodes)), shape=(k, n + k)).tocsr()
    wide = streets.walking.copy()
    wide.resize((n, n + k))
    return vstack([wide, doors]).tocsr()


def no_same_type(points: Floats, others: Floats) -> Flags:
    """None within the circle by any way of measuring: not even in a straight line."""
    return nearest(points, others) > CIRCLE_M + MARGIN_M


def same_type_close(streets: Streets, points: Floats, others: Floats) -> Flags:
    """One clearly inside the circle, by straight line and on foot."""
    close = (nearest(points, others) < 450) & (nearest(points, others) > 40)
    flags = np.zeros(len(points), dtype=bool)
    if close.any():
        flags[close] = walking_distance(streets, points[close], others) < CIRCLE_M - 3 * MARGIN_M
    return flags


def first(flags: Flags, points: Floats, taken: list[tuple[float, float]], apart: float, purpose: str) -> int:
    """The first flagged candidate that keeps its distance from those already taken."""
    free = flags & (nearest(points, np.array(taken).reshape(-1, 2)) > apart)
    if not free.any():
        raise ValueError(f"no place for: {purpose} ({int(flags.sum())} fit, all too near to others)")
    return int(np.argmax(free))
