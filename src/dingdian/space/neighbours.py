"""Straight-line neighbours on the ground: who is within a radius, how many, who is nearest.

Distances are geodesics on the ellipsoid in whole decimetres; exactly on the radius is inside. All points
must be in one frame: this module cannot tell GCJ-02 from WGS84 and does not try.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain

import numpy as np
from attrs import field, frozen
from scipy.spatial import cKDTree

from dingdian.space import decimetres
from dingdian.space.arrays import Floats, Integers, Numbers, locked, plane_points, points
from dingdian.space.pairs import Pairs
from dingdian.space.plane import WGS84, geodesic_decimetres

# What rounds to the radius lies up to 5 cm beyond it; a micrometre more covers the rounding of the tree's
# coordinates.
MARGIN = 0.05 + 1e-6  # metres


@frozen
class Metric:
    """How points are checked, laid out for the search tree, and measured.

    ``embed`` must never put two points farther apart than ``measure`` says: then a search with the radius
    loses nobody, and ``measure`` decides. A chord through the Earth is never longer than the way along its
    surface. ``excess`` is the most by which ``measure`` may be longer than what ``embed`` says, up to a
    distance in metres.
    """

    check: Callable[[Numbers, Numbers], tuple[Floats, Floats]]
    embed: Callable[[Floats, Floats], Floats]
    measure: Callable[[Floats, Floats, Floats, Floats], Integers]
    excess: Callable[[float], float]


def _earth_centred(lon: Floats, lat: Floats) -> Floats:
    """Points on the WGS84 ellipsoid, height 0, as metres from the Earth's centre along three axes, (n, 3)."""
    east, north = np.radians(lon), np.radians(lat)
    normal = WGS84.a / np.sqrt(1.0 - WGS84.es * np.sin(north) ** 2)
    ring = normal * np.cos(north)
    axis = normal * (1.0 - WGS84.es) * np.sin(north)
    return np.column_stack((ring * np.cos(east), ring * np.sin(east), axis))


def _flat(x: Floats, y: Floats) -> Floats:
    return np.column_stack((x, y))


def _flat_decimetres(x1: Floats, y1: Floats, x2: Floats, y2: Floats) -> Integers:
    return decimetres.from_metres(np.asarray(np.hypot(x2 - x1, y2 - y1)))


def _arc_excess(metres: float) -> float:
    """The most by which an arc of the ellipsoid is longer than its chord of up to ``metres``; ``inf`` beyond 100 km.

    arc − chord = arc³ / (24 ρ²) + …, ρ the radius of curvature, 6,335 km at least; twice that covers the other terms.
    """
    return metres**3 / (12.0 * 6.335e6**2) if metres <= 1e5 else np.inf


def _none(metres: float) -> float:
    return 0.0


GROUND = Metric(points, _earth_centred, geodesic_decimetres, _arc_excess)
PLANE = Metric(plane_points, _flat, _flat_decimetres, _none)


@frozen(eq=False)
class Sites:
    """An index of places that answers radius and nearest questions.

    Parameters
    ----------
    lon, lat : array, shape (n_sites,)
        Degrees, one frame; with ``metric=PLANE`` projected metres x, y.
    metric : Metric
        ``GROUND`` (default) or ``PLANE``.

    Raises
    ------
    ValueError
        When a point lacks a coordinate; the first ones are named.
    """

    lon: Floats = field(converter=locked)
    lat: Floats = field(converter=locked)
    metric: Metric = field(default=GROUND, kw_only=True)
    _tree: cKDTree = field(init=False, repr=False)

    @_tree.default
    def _plant(self) -> cKDTree:
        return cKDTree(self.metric.embed(*self.metric.check(self.lon, self.lat)))

    def __len__(self) -> int:
        return int(self.lon.size)

    def within(self, lon: Numbers, lat: Numbers, radius: float) -> Pairs:
        """All sites within ``radius`` metres of each point, the radius itself included.

        Returns
        -------
        Pairs
            ``source`` = position among the points asked about, ``target`` = position among the sites. A
            site asked about itself is its own neighbour at 0.0 m.
        """
        bound = decimetres.limit(radius)
        first, second = self.metric.check(lon, lat)
        asked = cKDTree(self.metric.embed(first, second))
        found = asked.sparse_distance_matrix(self._tree, bound / 10.0 + MARGIN, output_type="ndarray")
        source, target = found["i"].astype(np.int64), found["j"].astype(np.int64)
        distance = self._measure(first, second, source, target)
        keep = distance <= bound
        metres = decimetres.to_metres(distance[keep])
        return Pairs.ordered(source[keep], target[keep], metres, first.size, len(self), bound / 10.0)

    def counts(self, lon: Numbers, lat: Numbers, radius: float) -> Integers:
        """Number of sites within ``radius`` metres of each point: int64, shape (n_points,).

        Only where somebody stands within some centimetres of the radius is anything measured on the ground.
        """
        bound = decimetres.limit(radius)
        metres = bound / 10.0
        inner = metres - MARGIN - self.metric.excess(metres + MARGIN)
        if not 0.0 < inner < np.inf:
            return self.within(lon, lat, radius).counts()
        first, second = self.metric.check(lon, lat)
        laid = self.metric.embed(first, second)
        found = np.asarray(self._tree.query_ball_point(laid, inner, return_length=True), dtype=np.int64)
        widest = self._tree.query_ball_point(laid, metres + MARGIN, return_length=True)
        close = np.flatnonzero(found != widest)
        found[close] = self.within(first[close], second[close], radius).counts()
        return found

    def nearest(self, lon: Numbers, lat: Numbers) -> tuple[Integers, Floats]:
        """Position of the nearest site to each point, and metres to it; ties go to the smaller position.

        Without any site every point gets −1 and ``inf``.
        """
        first, second = self.metric.check(lon, lat)
        if len(self) == 0 or first.size == 0:
            return np.full(first.size, -1, dtype=np.int64), np.full(first.size, np.inf)
        # The tree knows chords only; whoever could be as near on the ground is measured.
        laid = self.metric.embed(first, second)
        some = np.asarray(self._tree.query(laid)[1], dtype=np.int64)
        ceiling = self._measure(first, second, np.arange(first.size), some)
        balls = self._tree.query_ball_point(laid, ceiling / 10.0 + MARGIN)
        source = np.repeat(np.arange(first.size), [len(ball) for ball in balls])
        target = np.fromiter(chain.from_iterable(balls), dtype=np.int64, count=source.size)
        return _first_of_each(source, target, self._measure(first, second, source, target))

    def _measure(self, first: Floats, second: Floats, source: Integers, target: Integers) -> Integers:
        return self.metric.measure(first[source], second[source], self.lon[target], self.lat[target])


def _first_of_each(source: Integers, target: Integers, distance: Integers) -> tuple[Integers, Floats]:
    """Of each source's candidates (every source has one) the nearest, then the smallest position."""
    order = np.lexsort((target, distance, source))
    first = order[np.unique(source[order], return_index=True)[1]]
    return target[first], decimetres.to_metres(distance[first])
