"""Within the radius: one way to ask it of straight lines and of walks along streets, and what it says of a cap.

A place that the streets do not reach has no walk: it is undetermined, neither near nor far, and so is a site. Who counts, and
which cap holds where, is the caller's to say.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt
import shapely
from attrs import field, frozen
from shapely.geometry.base import BaseGeometry

from dingdian.space import decimetres
from dingdian.space.arrays import (
    Floats,
    Integers,
    Mask,
    Numbers,
    column,
    flags,
    locked,
    points,
    read_only,
    refuse,
)
from dingdian.space.doubt import Doubt
from dingdian.space.neighbours import Sites
from dingdian.space.network import Network
from dingdian.space.pairs import Pairs
from dingdian.space.saturation import Saturation, saturation

HOLDS, FAILS, UNDETERMINED = "holds", "fails", "undetermined"

# Whoever is farther from the nearest street node than this is not on the streets that are known.
SNAP_LIMIT_M = 500.0


class Ruler(Protocol):
    """One way to measure from places to a fixed list of sites; all points are in one frame, in degrees."""

    def within(self, lon: Numbers, lat: Numbers, radius: float) -> Pairs:
        """All sites within ``radius`` metres of each place, the radius included: source = place, target = site."""
        ...

    def measured(self, lon: Numbers, lat: Numbers) -> Mask:
        """For which places there are distances at all: bool, shape (n_places,)."""
        ...

    def unmeasured_sites(self, lon: Numbers, lat: Numbers, radius: float) -> Integers:
        """How many sites might be within ``radius`` of each place, and no distance to them is known: int64, shape (n_places,)."""
        ...


@frozen(eq=False)
class StraightLine:
    """Along the ellipsoid. Every place is measured, and so is every site.

    Parameters
    ----------
    lon, lat : array, shape (n_sites,)
        Degrees.

    Raises
    ------
    ValueError
        When a site lacks a coordinate.
    """

    lon: Floats = field(converter=locked)
    lat: Floats = field(converter=locked)
    _sites: Sites = field(init=False, repr=False)

    @_sites.default
    def _index(self) -> Sites:
        return Sites(self.lon, self.lat)

    def within(self, lon: Numbers, lat: Numbers, radius: float) -> Pairs:
        return self._sites.within(lon, lat, radius)

    def measured(self, lon: Numbers, lat: Numbers) -> Mask:
        return np.ones(points(lon, lat)[0].size, dtype=np.bool_)

    def unmeasured_sites(self, lon: Numbers, lat: Numbers, radius: float) -> Integers:
        return np.zeros(points(lon, lat)[0].size, dtype=np.int64)


@frozen(eq=False)
class AlongStreets:
    """Metres from the place to its street node, along the streets, and from the site's node to the site, in whole decimetres.

    Parameters
    ----------
    network : Network
    lon, lat : array, shape (n_sites,)
        Degrees.
    node : int array, shape (n_sites,)
        Street node of each site; −1 where a site is not on the streets.
    offset : array, shape (n_sites,)
        Metres from each site to its node; of no account where there is none.
    extent : polygon, optional
        Area that the streets cover. A place outside it has no walk, however near a street may be. None: everywhere.
    snap_limit : float
        Metres; a place farther than that from its nearest node has no walk.

    Raises
    ------
    ValueError
        Columns that do not fit, a node out of range, an offset that is negative, missing or infinite.
    """

    network: Network
    lon: Floats = field(converter=locked)
    lat: Floats = field(converter=locked)
    node: Integers
    offset: Floats
    extent: BaseGeometry | None = None
    snap_limit: float = SNAP_LIMIT_M

    def __attrs_post_init__(self) -> None:
        east, _ = points(self.lon, self.lat)
        metres = column("offset", self.offset, east.size)
        if self.node.shape != east.shape or self.node.dtype.kind not in "iu":
            raise ValueError(f"node must be {east.size} whole numbers, one for each site")
        refuse((self.node < -1) | (self.node >= self.network.n_nodes), f"node must lie between -1 and {self.network.n_nodes - 1}")
        refuse(self.on_streets & ~(np.isfinite(metres) & (metres >= 0.0)), "offset must be finite metres, zero or more")
        read_only(self.node)
        read_only(self.offset)

    @classmethod
    def tied(
        cls, network: Network, lon: Numbers, lat: Numbers, *, extent: BaseGeometry | None = None, snap_limit: float = SNAP_LIMIT_M
    ) -> AlongStreets:
        """Sites tied to the streets like places: by the straight line to the nearest node of the main component."""
        east, north = points(lon, lat)
        node, offset = tie(network, east, north, extent, snap_limit)
        return cls(network, east, north, node, offset, extent, snap_limit)

    @property
    def on_streets(self) -> Mask:
        """Which sites have walks to them: bool, shape (n_sites,)."""
        return np.asarray(self.node >= 0, dtype=np.bool_)

    def within(self, lon: Numbers, lat: Numbers, radius: float) -> Pairs:
        bound = decimetres.limit(radius)
        node, metres = tie(self.network, *points(lon, lat), self.extent, self.snap_limit)
        place, site = np.flatnonzero(node >= 0), np.flatnonzero(self.on_streets)
        before, after = decimetres.from_metres(metres[place]), decimetres.from_metres(self.offset[site])
        left = bound - float(np.min(before, initial=2**62)) - float(np.min(after, initial=2**62))
        if left < 0.0:  # nobody on the streets, or all too far from them
            none = np.empty(0, dtype=np.int64)
            return Pairs(none, none.copy(), np.empty(0), node.size, self.node.size, bound / 10.0)
        walk = self.network.pairs(node[place], self.node[site], left / 10.0)
        total = before[walk.source] + decimetres.from_metres(walk.distance) + after[walk.target]
        near = total <= bound
        source, target = place[walk.source[near]], site[walk.target[near]]
        return Pairs.ordered(source, target, decimetres.to_metres(total[near]), node.size, self.node.size, bound / 10.0)

    def measured(self, lon: Numbers, lat: Numbers) -> Mask:
        return np.asarray(tie(self.network, *points(lon, lat), self.extent, self.snap_limit)[0] >= 0, dtype=np.bool_)

    def unmeasured_sites(self, lon: Numbers, lat: Numbers, radius: float) -> Integers:
        # No walk is shorter than the straight line, so whoever is beyond it in a straight line is beyond it on foot.
        off = ~self.on_streets
        return Sites(self.lon[off], self.lat[off]).counts(lon, lat, radius)


@frozen(eq=False)
class Circles:
    """What is within the radius of each place, by one ruler.

    Attributes
    ----------
    counts : Saturation
        Sites surely, nominally, possibly within the radius; nil where the place is not measured.
    unmeasured_sites : int64 array, shape (n_places,)
        Sites that might be within, and no distance to them is known.
    measured : bool array, shape (n_places,)
        Whether the ruler has distances for the place.
    """

    counts: Saturation
    unmeasured_sites: Integers
    measured: Mask

    def against(self, cap: Numbers) -> npt.NDArray[np.object_]:
        """`verdicts` on "at most ``cap``" with everything that is unknown."""
        return verdicts(self.counts, cap, unknown=self.unmeasured_sites, measured=self.measured)


def circles(ruler: Ruler, lon: Numbers, lat: Numbers, radius: float, doubt: Doubt | None = None) -> Circles:
    """Count the sites within ``radius`` metres of each place, with the doubt of the distances.

    Parameters
    ----------
    ruler : Ruler
        `StraightLine` or `AlongStreets`.
    lon, lat : array, shape (n_places,)
        Degrees.
    radius : float
        Metres, itself included.
    doubt : Doubt, optional
        Accuracy of the ruler's sites and of these places; None takes coordinates as exact.

    Raises
    ------
    ValueError
        A radius of zero, or absurdly large.
    """
    decimetres.radius(radius)
    widest = radius if doubt is None else doubt.reach(radius)
    pairs = ruler.within(lon, lat, widest)
    counts = saturation(pairs, radius, 0.0 if doubt is None else doubt.of(pairs))
    return Circles(counts, ruler.unmeasured_sites(lon, lat, widest), ruler.measured(lon, lat))


def verdicts(
    counts: Saturation, cap: Numbers, *, unknown: Numbers = 0, measured: Numbers | None = None
) -> npt.NDArray[np.object_]:
    """Whether "at most ``cap``" holds at each place; doubt that cannot change the verdict does not count.

    Parameters
    ----------
    counts : Saturation
    cap : int or int array, shape (n_places,)
        Zero or more.
    unknown : int or int array, shape (n_places,)
        Further sites of which nobody can say whether they count: they count possibly.
    measured : bool array, shape (n_places,), optional
        False where there are no distances: undetermined, whatever the counts.

    Returns
    -------
    object array of str, shape (n_places,)
        ``"fails"`` where even the sure count exceeds the cap, ``"holds"`` where even the possible one fits, ``"undetermined"``
        between.

    Raises
    ------
    ValueError
        A cap or an unknown number that is no whole number, zero or more; shapes that do not fit.
    """
    n = counts.sure.size
    most, further = _whole("cap", cap, n), _whole("unknown", unknown, n)
    known = np.ones(n, dtype=np.bool_) if measured is None else flags("measured", measured, n)
    found = np.full(n, UNDETERMINED, dtype=object)
    found[known & (counts.possible + further <= most)] = HOLDS
    found[known & (counts.sure > most)] = FAILS
    return found


def _whole(name: str, values: Numbers, n: int) -> Integers:
    given = np.asarray(values)
    if given.dtype.kind not in "iu" and given.size:
        raise ValueError(f"{name} must be whole numbers, not {given.dtype}")
    if given.ndim and given.shape != (n,):
        raise ValueError(f"{name} must be one number or {n}, not an array of shape {given.shape}")
    whole = np.broadcast_to(given, (n,)).astype(np.int64)
    refuse(whole < 0, f"{name} must be zero or more")
    return whole


def tie(
    network: Network, lon: Floats, lat: Floats, extent: BaseGeometry | None, snap_limit: float
) -> tuple[Integers, Floats]:
    """The nearest node of the main component to each point, and the metres to it in a straight line.

    Parameters
    ----------
    lon, lat : float64 array, shape (n_points,)
        Degrees.
    extent : polygon or None
        Area that the streets cover; None: everywhere.
    snap_limit : float
        Metres, themselves included.

    Returns
    -------
    node : int64 array, shape (n_points,)
        −1 where the point is not on the streets: outside the extent, or farther from any node than ``snap_limit``.
    metres : float64 array, shape (n_points,)
        To the nearest node, be it too far; ``inf`` outside the extent.
    """
    node, metres = np.full(lon.size, -1, dtype=np.int64), np.full(lon.size, np.inf)
    inside = np.ones(lon.size, dtype=np.bool_)
    if extent is not None:
        shapely.prepare(extent)
        inside = np.asarray(shapely.intersects_xy(extent, lon, lat), dtype=np.bool_)
    if inside.any():
        node[inside], metres[inside] = network.snap(lon[inside], lat[inside])
    node[metres > snap_limit] = -1
    return node, metres
