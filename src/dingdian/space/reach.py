"""Reach: a finished nearest-site answer that can be edited: add a site, take one away, move one.

After any edits it equals a fresh ``Network.nearest`` with the sites that are left, to the last bit; an edit looks at the nodes that
change hands only, some microseconds of work. Reading ``distance`` or ``owner`` of the whole city after an edit costs a pass over it;
`at` reads one node.
"""

from __future__ import annotations

from math import inf

import numpy as np

from dingdian.space import decimetres, edits, searches, sweeps
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
        Metres from the nearest site; ``inf`` out of reach. Locked, and of the moment when it was read.
    owner : int64 array, shape (n_nodes,)
        Id of the nearest site, of equally near ones the smallest id; −1 out of reach. Locked likewise.
    sites : dict of int to int
        Node of each site that is there, by ascending id.
    changed : int64 array
        Nodes whose distance or owner the latest edit changed, in no order.
    """

    def __init__(self, network: Network, sources: Numbers = (), limit: float = inf) -> None:
        nodes = indices("sources", sources, network.n_nodes)
        graph = network.graph
        self.network = network
        self.limit = limit
        self._bound = sweeps.whole_limit(decimetres.limit(limit))
        self._node_of: dict[int, int] = dict(enumerate(nodes.tolist()))
        self._next_id = int(nodes.size)
        self._standing = np.full(graph.n_nodes, -1, dtype=np.int64)
        self._others: dict[int, list[int]] = {}  # ids on nodes that bear several sites, ascending
        self._heap = np.empty(graph.out.packed.size + 1, dtype=np.int64)
        self.touched = np.empty(graph.n_nodes, dtype=np.int64)
        self.before = np.empty(graph.n_nodes, dtype=np.int64)
        self.count = 0
        self.label = self._fresh()
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

    @property
    def changed(self) -> Integers:
        return self.network.graph.old[self.touched[: self.count]]

    def at(self, node: int) -> tuple[float, int]:
        """Metres from the nearest site to one node, and its id; ``inf`` and −1 out of reach."""
        label = int(self.label[self.network.graph.new[self._checked(node)]])
        return (inf, -1) if label == searches.FAR else ((label >> 32) / 10.0, label & 0xFFFFFFFF)

    def node(self, site: int) -> int:
        """The node of the site with this id."""
        return self._node_of[self._known(site)]

    def add(self, node: int) -> int:
        """Put a site on ``node``; returns its id, which is never used again."""
        place = self._checked(node)
        site = self._next_id
        self._next_id += 1
        self._put(site, place)
        return site

    def remove(self, site: int) -> None:
        """Take the site with this id away."""
        self._take(self._known(site))

    def move(self, site: int, node: int) -> None:
        """Put the site with this id on another node; it keeps its id."""
        place = self._checked(node)
        self._take(self._known(site))
        left = self.count
        away, were = self.touched[:left].copy(), self.before[:left].copy()
        self._put(site, place)
        self._join(away, were)

    # --- one edit ------------------------------------------------------------------------------------------------

    def _put(self, site: int, node: int) -> None:
        here = int(self.network.graph.new[node])
        self._node_of[site] = node
        self._stand(here, site)
        arcs = self.network.graph.out
        self.count = int(edits.insert_site(
            arcs.starts, arcs.packed, here, site, self._bound, self.label, self._heap, self.touched, self.before))
        self._answer = None

    def _take(self, site: int) -> None:
        here = int(self.network.graph.new[self._node_of.pop(site)])
        self._leave(here, site)
        out, into = self.network.graph.out, self.network.graph.into
        self.count = int(edits.withdraw_site(
            out.starts, out.packed, into.starts, into.packed, here, site, self._bound, self.label, self._standing, self._heap,
            self.touched, self.before))
        self._answer = None
        if self.count < 0:
            self._recompute()

    def _recompute(self) -> None:
        """The answer from nothing, after an edit that ran out of room: every node counts as touched."""
        spoilt = -1 - self.count
        self.label[self.touched[:spoilt]] = self.before[:spoilt]
        self.before[:] = self.label
        self.touched[:] = np.arange(self.network.n_nodes)
        self.label, self.count = self._fresh(), self.network.n_nodes

    def _join(self, away: Integers, were: Integers) -> None:
        """The nodes that a move changed: those that the site left, with their labels of before, and those that it won beside."""
        won = self.touched[: self.count]
        more = ~np.isin(won, away)
        nodes = np.concatenate((away, won[more]))
        labels = np.concatenate((were, self.before[: self.count][more]))
        self.count = nodes.size
        self.touched[: self.count], self.before[: self.count] = nodes, labels

    def _stand(self, here: int, site: int) -> None:
        """Write down that ``site`` stands on a node of the graph; the smallest id there is what counts."""
        there = int(self._standing[here])
        if there < 0:
            self._standing[here] = site
            return
        ids = self._others.setdefault(here, [there])
        ids.append(site)
        ids.sort()
        self._standing[here] = ids[0]

    def _leave(self, here: int, site: int) -> None:
        ids = self._others.get(here)
        if ids is None:
            self._standing[here] = -1
            return
        ids.remove(site)
        self._standing[here] = ids[0]
        if len(ids) == 1:
            del self._others[here]

    # --- the whole -----------------------------------------------------------------------------------------------

    def _fresh(self) -> Integers:
        """Labels of the sites that are there, and who stands where."""
        graph = self.network.graph
        self._standing[:] = -1
        self._others.clear()
        for site, node in self._node_of.items():
            self._stand(int(graph.new[node]), site)
        nodes = np.flatnonzero(self._standing >= 0)
        return sweeps.labels(graph, nodes, self._standing[nodes], decimetres.limit(self.limit))

    def _current(self) -> tuple[Floats, Integers]:
        if self._answer is None:
            n_nodes = self.network.n_nodes
            distance, owner = np.empty(n_nodes), np.empty(n_nodes, dtype=np.int64)
            searches.read_labels(self.label, self.network.graph.new, distance, owner)
            read_only(distance)
            read_only(owner)
            self._answer = distance, owner
        return self._answer

    def _known(self, site: int) -> int:
        if site not in self._node_of:
            raise ValueError(f"no site has the id {site}")
        return site

    def _checked(self, node: int) -> int:
        if type(node) is int and 0 <= node < self.network.n_nodes:
            return node
        return int(indices("node", [node], self.network.n_nodes)[0])
