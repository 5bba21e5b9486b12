"""A street network on plain arrays: nearest site, catchments, counts and people within reach along streets.

Lengths are whole decimetres inside, so every sum of lengths is exact and "within the limit" includes it
whatever the order of nodes and edges. Distances run from the source outward, along one-way edges in their
direction. The pictures drawn here (`service_area`) are never the source of a number.
"""

from __future__ import annotations

from functools import cached_property
from math import inf
from typing import overload

import numpy as np
from attrs import field, frozen
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from shapely.geometry.base import BaseGeometry

from dingdian.space import decimetres, sweeps
from dingdian.space.arrays import (
    Floats,
    Integers,
    Numbers,
    indices,
    locked_or_none,
    plane_points,
    points,
    read_only,
)
from dingdian.space.exact import Whole
from dingdian.space.graph import Graph, checked_edges, prepared
from dingdian.space.neighbours import GROUND, PLANE, Sites
from dingdian.space.pairs import Pairs
from dingdian.space.picture import street_area, unprojected
from dingdian.space.plane import LocalPlane
from dingdian.space.searches import LOW


@frozen(eq=False)
class Network:
    """Streets as nodes and edges.

    Parameters
    ----------
    lon, lat : array, shape (n_nodes,), or None
        Degrees. None when the nodes are given by ``x`` and ``y`` alone.
    u, v : int array, shape (n_edges,)
        Ends of each edge, as node indices. Loops and parallel edges are allowed: the shortest counts.
    length : array, shape (n_edges,)
        Metres, rounded once to whole decimetres; zero is allowed.
    oneway : bool array, shape (n_edges,), optional
        True where an edge may be taken from ``u`` to ``v`` only.
    x, y : array, shape (n_nodes,), optional
        Projected metres. Without ``lon`` and ``lat``, `snap` and `service_area` speak this plane.
    graph : Graph, optional
        The same edges laid out before (`stored_network.from_bytes` gives it); ``u``, ``v`` and ``length`` are then left empty.

    Attributes
    ----------
    graph : Graph
        The edges laid out for searching.
    component_of : int64 array, shape (n_nodes,)
        Part of the network that each node belongs to: within a part one can get from everywhere to
        everywhere. Numbered from the largest part, which is 0; equal parts by their smallest node.
    main_component : int
        The number of the largest part, 0.

    Raises
    ------
    ValueError
        No nodes; nodes without coordinates; ends out of range; a length that is negative, missing,
        infinite or longer than the Earth allows.
    """

    lon: Floats | None = field(converter=locked_or_none, repr=False)
    lat: Floats | None = field(converter=locked_or_none, repr=False)
    _u: Numbers = field(repr=False)
    _v: Numbers = field(repr=False)
    _length: Numbers = field(repr=False)
    _oneway: Numbers | None = field(default=None, kw_only=True, repr=False)
    x: Floats | None = field(default=None, converter=locked_or_none, kw_only=True, repr=False)
    y: Floats | None = field(default=None, converter=locked_or_none, kw_only=True, repr=False)
    n_nodes: int = field(init=False)
    graph: Graph = field(kw_only=True, repr=False)

    @n_nodes.default
    def _size(self) -> int:
        return _common_size(_both("lon", self.lon, "lat", self.lat), _both("x", self.x, "y", self.y))

    @graph.default
    def _laid_out(self) -> Graph:
        east, north = (self.x, self.y) if self.lon is None or self.lat is None else (self.lon, self.lat)
        assert east is not None
        assert north is not None
        return prepared(east, north, *checked_edges(self._u, self._v, self._length, self._oneway, self.n_nodes))

    def turned(self) -> Network:
        """The same streets with every one-way edge the other way round: its sources are where ways end."""
        return Network(self.lon, self.lat, (), (), (), x=self.x, y=self.y, graph=self.graph.turned)

    def nearest(self, sources: Numbers, limit: float = inf) -> tuple[Floats, Integers]:
        """Distance from the nearest source to every node, and which source that is.

        Parameters
        ----------
        sources : int array, shape (n_sources,)
            Node indices; several sources may stand on one node.
        limit : float
            Metres; nodes farther than this count as out of reach. The limit itself is within.

        Returns
        -------
        distance : float64 array, shape (n_nodes,)
            Metres; ``inf`` out of reach.
        owner : int64 array, shape (n_nodes,)
            Position in ``sources``; of equally near ones the smallest; −1 out of reach.

        Raises
        ------
        ValueError
            Without a limit, where a way may be longer than 107,374 km.

        Notes
        -----
        One search from all sources at once. A label is distance × 2^32 + position, so the smallest label is the smallest
        distance and, among equals, the smallest position: ties are exact.
        """
        nodes = indices("sources", sources, self.n_nodes)
        distinct, position = np.unique(nodes, return_index=True)  # the first, hence smallest, position on a node
        return sweeps.nearest(self.graph, self.graph.new[distinct], position.astype(np.int64), decimetres.limit(limit))

    def pairs(self, sources: Numbers, targets: Numbers | None = None, limit: float = inf) -> Pairs:
        """All targets within ``limit`` metres of each source, along the streets.

        Parameters
        ----------
        sources : int array
            Node indices, repeats allowed.
        targets : int array or None
            Node indices, repeats allowed; None means every node, and ``target`` is then the node index.
        limit : float
            Metres, itself included. Without one, every reachable pair is listed: mind the memory.
        """
        nodes = indices("sources", sources, self.n_nodes)
        wanted = None if targets is None else indices("targets", targets, self.n_nodes)
        bound = decimetres.limit(limit)
        found = sweeps.paired(self.graph, self.graph.new[nodes], bound, *self.carried(wanted))
        n_target = self.n_nodes if wanted is None else wanted.size
        return Pairs(*found, nodes.size, n_target, bound / 10.0)

    def carried(self, targets: Integers | None) -> tuple[Integers, Integers]:
        """What each node of the graph carries, as (starts, items): positions in ``targets``, or its own number when None.

        Without targets ``starts`` is empty: each node carries the one item at its place.
        """
        if targets is None:
            return np.empty(0, dtype=np.int64), self.graph.old
        at = self.graph.new[targets]
        starts = np.concatenate(([0], np.cumsum(np.bincount(at, minlength=self.n_nodes))))
        return starts.astype(np.int64), np.argsort(at, kind="stable").astype(np.int64)

    def counts(self, sources: Numbers, targets: Numbers, limit: float) -> Integers:
        """Number of targets within ``limit`` metres of each source: int64, shape (n_sources,).

        A target on the source's own node counts, at 0 m; of several targets on one node each counts.
        """
        places = indices("targets", targets, self.n_nodes)
        return self._summed(sources, np.bincount(places, minlength=self.n_nodes).astype(np.int64), limit)

    def people(self, sources: Numbers, weight: Numbers, limit: float) -> Floats:
        """Weight (persons) on nodes within ``limit`` metres of each source: float64, shape (n_sources,).

        ``weight`` has one entry per node, finite, zero or more. Sums are exact (see `exact`), so that their order does not matter.
        """
        at_node = Whole.of("weight", weight, self.n_nodes)
        return at_node.values(self._summed(sources, at_node.units, limit))

    def _summed(self, sources: Numbers, units: Integers, limit: float) -> Integers:
        """Sum of whole numbers, one per node, within the limit of each source."""
        nodes = indices("sources", sources, self.n_nodes)
        return sweeps.summed(self.graph, self.graph.new[nodes], units[self.graph.old], decimetres.limit(limit))

    def service_area(self, source: int, limit: float, *, width: float = 30.0) -> BaseGeometry:
        """The streets within ``limit`` metres of node ``source``, drawn ``width`` metres to either side.

        A picture for maps, never a source of numbers: count with `people` or `counts`. In degrees, or in
        the plane of ``x``, ``y`` when the network has no degrees.
        """
        metres, _ = self.nearest([source], limit)
        plane = None if self.lon is None or self.lat is None else LocalPlane.around(self.lon, self.lat)
        x, y = self._plane_nodes(plane)
        tails, heads, lengths = self._arcs
        reached = np.isfinite(metres[tails])
        tail, head, length = tails[reached], heads[reached], lengths[reached] / 10.0
        left = decimetres.limit(limit) / 10.0 - metres[tail]
        share = np.divide(left, length, out=np.ones_like(length), where=length > left)
        ends = x[tail] + share * (x[head] - x[tail]), y[tail] + share * (y[head] - y[tail])
        area = street_area((x[tail], y[tail]), ends, (x[source], y[source]), width)
        return area if plane is None else unprojected(area, plane)

    @overload
    def snap(self, lon: float, lat: float) -> tuple[int, float]: ...
    @overload
    def snap(self, lon: Numbers, lat: Numbers) -> tuple[Integers, Floats]: ...
    def snap(self, lon: Numbers, lat: Numbers) -> tuple[int, float] | tuple[Integers, Floats]:
        """The nearest node of the main component to each point, and the straight line to it in metres.

        Only the main component is considered, however near an islet of the network may be: a shop on a
        courtyard path that the map does not join to the street would otherwise reach nobody. Judge by the
        metres whether a point is too far from any street. Ties go to the smaller node.

        Parameters
        ----------
        lon, lat : float or array, one shape
            Degrees (x, y in metres for a network without degrees).

        Returns
        -------
        node, metres
            int and float for a single point, arrays otherwise.
        """
        nodes, index = self._main_index
        position, metres = index.nearest(np.atleast_1d(lon), np.atleast_1d(lat))
        node = nodes[position]
        return (int(node[0]), float(metres[0])) if np.ndim(lon) == 0 else (node, metres)

    @property
    def main_component(self) -> int:
        return 0

    @cached_property
    def component_of(self) -> Integers:
        # Strong components: with one-way edges a node from which there is no way back is not part of the
        # whole.
        tail, head, _ = self._arcs
        joined = csr_array((np.ones(tail.size, dtype=np.int8), (tail, head)), shape=(self.n_nodes, self.n_nodes))
        _, label = connected_components(joined, directed=not self.graph.both_ways, connection="strong")
        number = _renumbered(np.asarray(label, dtype=np.int64))
        read_only(number)
        return number

    @cached_property
    def _main_index(self) -> tuple[Integers, Sites]:
        """Nodes of the main component, and a search index over them."""
        nodes = np.flatnonzero(self.component_of == self.main_component)
        if self.lon is not None and self.lat is not None:
            return nodes, Sites(self.lon[nodes], self.lat[nodes], metric=GROUND)
        x, y = self._plane_nodes(None)
        return nodes, Sites(x[nodes], y[nodes], metric=PLANE)

    def _plane_nodes(self, plane: LocalPlane | None) -> tuple[Floats, Floats]:
        if plane is not None and self.lon is not None and self.lat is not None:
            return plane.project(self.lon, self.lat)
        assert self.x is not None
        assert self.y is not None
        return self.x, self.y

    @property
    def _arcs(self) -> tuple[Integers, Integers, Integers]:
        """First node, other end and decimetres of every arc, in the caller's numbers."""
        arcs, old = self.graph.out, self.graph.old
        return np.repeat(old, np.diff(arcs.starts)), old[arcs.packed & LOW], arcs.packed >> 32


def _both(first: str, one: Floats | None, second: str, two: Floats | None) -> int | None:
    """Length of two coordinate columns that are both there and complete; None when neither is there."""
    if one is None and two is None:
        return None
    if one is None or two is None:
        raise ValueError(f"{first} and {second} belong together: give both or neither")
    check = points if first == "lon" else plane_points
    return check(one, two)[0].size


def _common_size(*sizes: int | None) -> int:
    """Number of nodes; refuses a network without coordinates or with two different numbers of them."""
    given = {size for size in sizes if size is not None}
    if not given:
        raise ValueError("a network needs coordinates of its nodes: lon and lat, or x and y")
    if len(given) > 1:
        raise ValueError(f"lon, lat and x, y must have one length, not {sorted(given)}")
    if given == {0}:
        raise ValueError("a network needs at least one node")
    return given.pop()


def _renumbered(label: Integers) -> Integers:
    """Component labels numbered from the largest component, equal ones by their smallest node."""
    _, first, sizes = np.unique(label, return_index=True, return_counts=True)
    rank = np.empty(sizes.size, dtype=np.int64)
    rank[np.lexsort((first, -sizes))] = np.arange(sizes.size)
    return rank[label]
