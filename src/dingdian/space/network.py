"""A street network on plain arrays: nearest site, catchments, counts and people within reach along streets.

Lengths are whole decimetres inside, so every sum of lengths is exact and "within the limit" includes it
whatever the order of nodes and edges. Distances run from the source outward, along one-way edges in their
direction. The pictures drawn here (`service_area`) are never the source of a number.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from math import inf
from typing import overload

import numpy as np
from attrs import field, frozen
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from shapely.geometry.base import BaseGeometry

from dingdian.space import decimetres
from dingdian.space.arrays import (
    Floats,
    Integers,
    Mask,
    Numbers,
    column,
    flags,
    indices,
    locked_or_none,
    plane_points,
    points,
    read_only,
    refuse,
    weights,
)
from dingdian.space.neighbours import GROUND, PLANE, Sites
from dingdian.space.pairs import Pairs
from dingdian.space.picture import street_area, unprojected
from dingdian.space.plane import LocalPlane

EXACT = 2.0**53  # float64 holds every whole number below this one
CELLS = 4_000_000  # entries of one block of the dense distance table: 32 MB


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

    Attributes
    ----------
    component_of : int64 array, shape (n_nodes,)
        Part of the network that each node belongs to: within a part one can get from everywhere to
        everywhere. Numbered from the largest part, which is 0; equal parts by their smallest node.
    main_component : int
        The number of the largest part, 0.

    Raises
    ------
    ValueError
        No nodes; nodes without coordinates; ends out of range; a length that is negative, missing or
        infinite.
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
    _graph: csr_array = field(init=False, repr=False)

    @n_nodes.default
    def _size(self) -> int:
        return _common_size(_both("lon", self.lon, "lat", self.lat), _both("x", self.x, "y", self.y))

    @_graph.default
    def _edges(self) -> csr_array:
        return _graph(self._u, self._v, self._length, self._oneway, self.n_nodes)

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

        Notes
        -----
        One search from an extra node that leads to every source. Each label is distance × n + position, so
        the smallest label is the smallest distance and, among equals, the smallest position: ties are
        exact.
        """
        nodes = indices("sources", sources, self.n_nodes)
        base = max(nodes.size, 1)
        self._refuse_overflow(base)
        bound = decimetres.limit(limit) * base + (base - 1)
        label = dijkstra(self._with_root(nodes, base), indices=[self.n_nodes], limit=bound)
        return _read_labels(label[0, : self.n_nodes], base)

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
        distinct = np.unique(nodes)
        wanted = None if targets is None else indices("targets", targets, self.n_nodes)
        row, node, metres = self._reached(distinct, wanted, limit)
        entry, source = _members(distinct[row], nodes)
        target, metres = node[entry], metres[entry]
        if wanted is not None:
            entry, position = _members(target, wanted)
            source, target, metres = source[entry], position, metres[entry]
        n_target = self.n_nodes if wanted is None else wanted.size
        return Pairs.ordered(source, target, metres, nodes.size, n_target, decimetres.limit(limit) / 10.0)

    def counts(self, sources: Numbers, targets: Numbers, limit: float) -> Integers:
        """Number of targets within ``limit`` metres of each source: int64, shape (n_sources,).

        A target on the source's own node counts, at 0 m; of several targets on one node each counts.
        """
        places = indices("targets", targets, self.n_nodes)
        at_node = np.bincount(places, minlength=self.n_nodes).astype(np.float64)
        return self._summed(sources, places, at_node, limit).astype(np.int64)

    def people(self, sources: Numbers, weight: Numbers, limit: float) -> Floats:
        """Weight (persons) on nodes within ``limit`` metres of each source: float64, shape (n_sources,).

        ``weight`` has one entry per node, finite, zero or more. Sums run in the order of the nodes.
        """
        at_node = weights("weight", weight, self.n_nodes)
        return self._summed(sources, np.flatnonzero(at_node), at_node, limit)

    def service_area(self, source: int, limit: float, *, width: float = 30.0) -> BaseGeometry:
        """The streets within ``limit`` metres of node ``source``, drawn ``width`` metres to either side.

        A picture for maps, never a source of numbers: count with `people` or `counts`. In degrees, or in
        the plane of ``x``, ``y`` when the network has no degrees.
        """
        metres, _ = self.nearest([source], limit)
        plane = None if self.lon is None or self.lat is None else LocalPlane.around(self.lon, self.lat)
        x, y = self._plane_nodes(plane)
        edges = self._graph.tocoo()
        reached = np.isfinite(metres[edges.row])
        tail, head, length = edges.row[reached], edges.col[reached], edges.data[reached] / 10.0
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
        _, label = connected_components(self._graph, directed=True, connection="strong")
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

    def _with_root(self, nodes: Integers, base: int) -> csr_array:
        """The graph with lengths × base, and one more node: to each source at the cost of its position."""
        heads, position = np.unique(nodes, return_index=True)  # the first, hence smallest, position on a node
        starts = np.append(self._graph.indptr, self._graph.indptr[-1] + heads.size)
        ends = np.append(self._graph.indices, heads.astype(self._graph.indices.dtype))
        costs = np.append(self._graph.data * base, position.astype(np.float64))
        return csr_array((costs, ends, starts), shape=(self.n_nodes + 1, self.n_nodes + 1))

    def _refuse_overflow(self, base: int) -> None:
        if (float(self._graph.data.sum()) + 1.0) * base >= EXACT:
            raise ValueError(f"the network is too long for exact arithmetic with {base} sources: split it")

    def _reached(
        self, sources: Integers, wanted: Integers | None, limit: float
    ) -> tuple[Integers, Integers, Floats]:
        """Row of ``sources``, node and metres of everything within the limit, by row, then node.

        ``sources`` are distinct nodes. Searched block by block, since a search fills a dense table.
        """
        bound = decimetres.limit(limit)
        columns = np.arange(self.n_nodes) if wanted is None else np.unique(wanted)
        found = [_none_reached(), *self._blocks(sources, columns, bound)]
        row, node, metres = zip(*found)
        return np.concatenate(row), np.concatenate(node), np.concatenate(metres)

    def _blocks(
        self, sources: Integers, columns: Integers, bound: float
    ) -> Iterator[tuple[Integers, Integers, Floats]]:
        size = max(1, CELLS // self.n_nodes)
        for start in range(0, sources.size, size):
            table = dijkstra(self._graph, indices=sources[start : start + size], limit=bound)[:, columns]
            row, place = np.nonzero(np.isfinite(table))
            yield row + start, columns[place], decimetres.to_metres(table[row, place])

    def _summed(self, sources: Numbers, wanted: Integers, at_node: Floats, limit: float) -> Floats:
        """Sum of ``at_node`` over the nodes within the limit, per source."""
        nodes = indices("sources", sources, self.n_nodes)
        distinct, which = np.unique(nodes, return_inverse=True)
        row, node, _ = self._reached(distinct, wanted, limit)
        sums: Floats = np.bincount(row, weights=at_node[node], minlength=distinct.size).astype(np.float64)
        return sums[which]


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


def _graph(u: Numbers, v: Numbers, length: Numbers, oneway: Numbers | None, n_nodes: int) -> csr_array:
    """Directed edges in decimetres, no loops, of parallel edges the shortest.

    Built by hand: scipy would add parallel edges up, and an edge of length zero must stay an edge.
    """
    tail = indices("u", u, n_nodes)
    head = indices("v", v, n_nodes, tail.size)
    metres = column("length", length, tail.size)
    refuse(~(np.isfinite(metres) & (metres >= 0.0)), "length must be finite metres, zero or more")
    cost = np.rint(metres * 10.0)
    back = np.ones(tail.size, np.bool_) if oneway is None else ~flags("oneway", oneway, tail.size)
    start, end = np.concatenate((tail, head[back])), np.concatenate((head, tail[back]))
    both = np.concatenate((cost, cost[back]))
    order = np.lexsort((both, end, start))
    order = order[_shortest(start[order], end[order])]
    starts = np.concatenate(([0], np.cumsum(np.bincount(start[order], minlength=n_nodes))))
    return csr_array(
        (both[order], end[order].astype(np.int32), starts.astype(np.int32)), shape=(n_nodes, n_nodes)
    )


def _shortest(start: Integers, end: Integers) -> Mask:
    """Of edges sorted by start, end, length: the first of each start and end that is not a loop."""
    keep: Mask = start != end
    keep[1:] &= (start[1:] != start[:-1]) | (end[1:] != end[:-1])
    return keep


def _read_labels(label: Floats, base: int) -> tuple[Floats, Integers]:
    """Labels distance × base + position back into metres and positions."""
    reached = np.isfinite(label)
    whole = np.where(reached, label, 0.0).astype(np.int64)
    metres = np.where(reached, decimetres.to_metres(whole // base), np.inf)
    return metres, np.where(reached, whole % base, -1).astype(np.int64)


def _members(keys: Integers, group_of: Integers) -> tuple[Integers, Integers]:
    """For every entry of ``keys`` all positions p with ``group_of[p] == key``: flat entries and positions."""
    order = np.argsort(group_of, kind="stable")
    lowest = np.searchsorted(group_of[order], keys, side="left")
    sizes = np.searchsorted(group_of[order], keys, side="right") - lowest
    entry = np.repeat(np.arange(keys.size), sizes)
    step = np.arange(entry.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return entry, order[lowest[entry] + step]


def _renumbered(label: Integers) -> Integers:
    """Component labels numbered from the largest component, equal ones by their smallest node."""
    _, first, sizes = np.unique(label, return_index=True, return_counts=True)
    rank = np.empty(sizes.size, dtype=np.int64)
    rank[np.lexsort((first, -sizes))] = np.arange(sizes.size)
    return rank[label]


def _none_reached() -> tuple[Integers, Integers, Floats]:
    return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float64)
