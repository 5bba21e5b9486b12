"""Reach: a finished nearest-site answer that can be edited: add a site, take one away, move one.

This first version recomputes the whole answer after an edit, when it is next read. It promises the result,
not yet the speed: after any edits it equals a fresh ``Network.nearest`` with the sites that are left.
"""

from __future__ import annotations

from math import inf

import numpy as np

from dingdian.space import decimetres
from dingdian.space.arrays import Floats, Integers, Numbers, indices, read_only
from dingdian.space.network import Network


class Reach:
    """Nearest site to every node, under edits.

    Parameters
    ----------
    network : Network
    sources : int array, shape (n_sources,)
        Nodes of the first sites; their ids are 0, 1, 2, … in this order.
    limit : float
        Metres, itself included.

    Attributes
    ----------
    distance : float64 array, shape (n_nodes,)
        Metres from the nearest site; ``inf`` out of reach. Locked.
    owner : int64 array, shape (n_nodes,)
        Id of the nearest site, of equally near ones the smallest id; −1 out of reach. Locked.
    sites : dict of int to int
        Node of each site that is there, by ascending id.
    """

    def __init__(self, network: Network, sources: Numbers = (), limit: float = inf) -> None:
        decimetres.limit(limit)
        nodes = indices("sources", sources, network.n_nodes)
        self.network = network
        self.limit = limit
        self._node_of: dict[int, int] = dict(enumerate(nodes.tolist()))
        self._next_id = nodes.size
        self._answer: tuple[Floats, Integers] | None = None

    @property
    def distance(self) -> Floats:
        return self._current()[0]

    @property
    def owner(self) -> Integers:
        return self._current()[1]

    @property
    def sites(self) -> dict[int, int]:
        return dict(sorted(self._node_of.items()))

    def add(self, node: int) -> int:
        """Put a site on ``node``; returns its id, which is never used again."""
        place = self._checked(node)
        new = self._next_id
        self._node_of[new] = place
        self._next_id += 1
        self._answer = None
        return new

    def remove(self, site: int) -> None:
        """Take the site with this id away."""
        del self._node_of[self._known(site)]
        self._answer = None

    def move(self, site: int, node: int) -> None:
        """Put the site with this id on another node; it keeps its id."""
        self._node_of[self._known(site)] = self._checked(node)
        self._answer = None

    def _known(self, site: int) -> int:
        if site not in self._node_of:
            raise ValueError(f"no site has the id {site}")
        return site

    def _checked(self, node: int) -> int:
        return int(indices("node", [node], self.network.n_nodes)[0])

    def _current(self) -> tuple[Floats, Integers]:
        if self._answer is None:
            self._answer = self._fresh()
        return self._answer

    def _fresh(self) -> tuple[Floats, Integers]:
        ids = np.array([*self.sites, -1], dtype=np.int64)  # position −1 (nobody) reads the last entry: id −1
        distance, position = self.network.nearest(list(self.sites.values()), self.limit)
        owner = ids[position]
        read_only(distance)
        read_only(owner)
        return distance, owner
