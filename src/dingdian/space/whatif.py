"""What if: one site more, one less, one elsewhere, and at once who is nearest, how many people are covered, which circles are full.

Every number after an edit equals the one computed afresh, to the last bit: distances are whole decimetres, persons whole units, counts
whole numbers. Nothing is approximated to be quick.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from attrs import frozen

from dingdian.space import decimetres, edits, sweeps
from dingdian.space.arrays import Integers, Numbers, locked, read_only, refuse
from dingdian.space.demand import Demand
from dingdian.space.neighbours import Sites
from dingdian.space.network import Network
from dingdian.space.reach import Reach


class Circle(Protocol):
    """Which nodes have a site at one node in their circle: along streets or in a straight line."""

    def around(self, node: int) -> Integers:
        """Nodes of the network (graph's numbers) that have ``node`` (caller's number) within their circle."""


class StreetCircle:
    """Circles along the streets: a node's circle holds a site when the way from the node to the site is within the radius."""

    def __init__(self, network: Network, radius: float) -> None:
        self._graph = network.graph
        self._scratch = sweeps.Scratch(network.graph, decimetres.radius(radius), forward=False)

    def around(self, node: int) -> Integers:
        return self._scratch.around(int(self._graph.new[node]))


class StraightCircle:
    """Circles on the ellipsoid, whatever the streets do."""

    def __init__(self, network: Network, radius: float) -> None:
        if network.lon is None or network.lat is None:
            raise ValueError("straight-line circles need the degrees of the nodes")
        decimetres.radius(radius)
        self._lon, self._lat, self._radius, self._new = network.lon, network.lat, radius, network.graph.new
        self._sites = Sites(network.lon, network.lat)

    def around(self, node: int) -> Integers:
        pairs = self._sites.within(self._lon[[node]], self._lat[[node]], self._radius)
        return np.asarray(self._new[pairs.target], dtype=np.int64)


@frozen
class Effect:
    """What one edit did.

    Attributes
    ----------
    site : int
        Id of the site that was added, removed or moved.
    nodes : int
        Nodes whose nearest site or distance changed.
    persons : float
        By how many persons coverage grew (negative: fell).
    over : int
        By how many the sites in a circle above its cap grew in number.
    """

    site: int
    nodes: int
    persons: float
    over: int


class WhatIf:
    """Sites on a network under edits, with coverage and saturation kept up.

    Parameters
    ----------
    network : Network
    sites : int array
        Nodes of the first sites; their ids are 0, 1, 2, … in this order.
    limit : float
        Metres of the walk within which a person is covered, itself included.
    demand : Demand
        Who walks; `Demand.at_nodes` for persons on nodes.
    circle : StreetCircle or StraightCircle, optional
        Whose sites are counted around each node; None where no saturation is asked.
    caps : int array, shape (n_nodes,), or int, optional
        The most sites that a node's circle may hold; without them no circle is ever too full.

    Attributes
    ----------
    reach : Reach
        Nearest site to every node.
    covered : float
        Persons within ``limit`` of a site.
    counts : int64 array, shape (n_nodes,)
        Sites in each node's circle. Locked, and of the moment when it was read.
    over : int
        Sites whose own node's circle, they themselves included, holds more than its cap.
    """

    def __init__(
        self, network: Network, sites: Numbers, *, limit: float, demand: Demand, circle: Circle | None = None,
        caps: Numbers | None = None,
    ) -> None:
        self.reach = Reach(network, sites, limit)
        self.limit = limit
        self._network = network
        self._bound = sweeps.whole_limit(decimetres.limit(limit))
        self._persons = demand.persons
        self._row_starts, rows = network.carried(demand.node)
        self._offset, self._units = demand.offset[rows], demand.units[rows]
        self._circle = circle
        self._caps = _caps(caps, network)
        self._counts = np.zeros(network.n_nodes, dtype=np.int64)
        self._on = np.zeros(network.n_nodes, dtype=np.int64)
        self.over = 0
        self._covered = int(edits.covered_units(self.reach.label, self._row_starts, self._offset, self._units, self._bound))
        for node in self.reach.sites.values():
            self.over += self._more(node)

    @property
    def covered(self) -> float:
        return self._persons.value(self._covered)

    @property
    def counts(self) -> Integers:
        found = self._counts[self._network.graph.new]
        read_only(found)
        return found

    def add(self, node: int) -> Effect:
        """Put a site on ``node``."""
        site = self.reach.add(node)
        return self._effect(site, self._more(node))

    def remove(self, site: int) -> Effect:
        """Take the site with this id away."""
        node = self.reach.node(site)
        self.reach.remove(site)
        return self._effect(site, self._less(node))

    def move(self, site: int, node: int) -> Effect:
        """Put the site with this id on another node; it keeps its id."""
        old = self.reach.node(site)
        self.reach.move(site, node)
        return self._effect(site, self._less(old) + self._more(node))

    def count_at(self, node: int) -> int:
        """Sites in one node's circle."""
        return int(self._counts[self._network.graph.new[node]])

    def _effect(self, site: int, over: int) -> Effect:
        reach = self.reach
        gained = int(edits.covered_change(
            reach.touched, reach.before, reach.count, reach.label, self._row_starts, self._offset, self._units, self._bound))
        self._covered += gained
        self.over += over
        return Effect(site, reach.count, self._persons.value(gained), over)

    def _more(self, node: int) -> int:
        """Count one site more on ``node``; by how much the number of sites in too full circles grows."""
        if self._circle is None:
            return 0
        here, found = int(self._network.graph.new[node]), self._circle.around(node)
        change = int(edits.shift_counts(found, found.size, 1, self._counts, self._caps, self._on))
        self._on[here] += 1
        return change + int(self._counts[here] > self._caps[here])

    def _less(self, node: int) -> int:
        if self._circle is None:
            return 0
        here, found = int(self._network.graph.new[node]), self._circle.around(node)
        self._on[here] -= 1
        full = int(self._counts[here] > self._caps[here])
        return int(edits.shift_counts(found, found.size, -1, self._counts, self._caps, self._on)) - full


def _caps(caps: Numbers | None, network: Network) -> Integers:
    """One cap for each node, in the graph's numbers; without caps more than any count."""
    if caps is None:
        return np.full(network.n_nodes, np.iinfo(np.int64).max)
    given = np.broadcast_to(locked(caps), (network.n_nodes,))
    refuse(~(np.isfinite(given) & (given >= 0) & (given == np.rint(given))), "caps must be whole numbers, zero or more")
    return given.astype(np.int64)[network.graph.old]
