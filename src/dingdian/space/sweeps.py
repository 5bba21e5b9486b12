"""Searches over a prepared graph: which queue, how much room, on how many threads; the loops themselves are in `searches`.

Speaks whole decimetres and the graph's own numbers of nodes; metres and the caller's numbers are `network`'s business.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from attrs import field, frozen

from dingdian.space import searches
from dingdian.space.arrays import Floats, Integers
from dingdian.space.graph import FARTHEST, Graph
from dingdian.space.threads import cores, side_by_side

Compact: TypeAlias = npt.NDArray[np.int32]

FEW_ARCS = 4  # a limit below so many mean arcs is searched by the heap: measured, the two cross there
WIDEST_RING = 4096  # buckets; beyond it they are made wider instead
SPLIT = (256, 65_536)  # sources and nodes from which a search is worth splitting among threads
CHUNK = 48  # sources in a chunk at least
FIRST_ROOM = 4096  # entries of a gatherer before it knows how many a source finds


@frozen
class Queue:
    """``ring`` buckets of 2^``shift`` decimetres; ring 0 stands for the heap."""

    shift: int
    ring: int

    @classmethod
    def of(cls, graph: Graph, limit: int) -> Queue:
        """The queue for what lies within ``limit`` of one source."""
        return cls(0, 0) if limit < FEW_ARCS * _mean(graph) else cls.of_buckets(graph)

    @classmethod
    def of_buckets(cls, graph: Graph) -> Queue:
        """Buckets, whatever the limit: a third to a half of the mean arc wide, and together longer than the longest."""
        shift = max(0, (_mean(graph) // 2).bit_length() - 1)
        while graph.longest >> shift > WIDEST_RING // 2:
            shift += 1
        return cls(shift, max(64, 1 << ((graph.longest >> shift) + 1).bit_length()))


def _mean(graph: Graph) -> int:
    return graph.total // max(1, graph.out.packed.size)


@frozen(eq=False)
class Gathered:
    """For source ``s`` the items ``item[ends[s]:ends[s + 1]]``, nearest first, and their decimetres."""

    ends: Integers = field(repr=False)
    item: Compact = field(repr=False)
    distance: Compact = field(repr=False)


def whole_limit(limit: float) -> int:
    """A limit in decimetres (``inf`` allowed) as what a search may count up to."""
    return int(min(limit, FARTHEST))


# --- nearest -------------------------------------------------------------------------------------------------------


def nearest(graph: Graph, nodes: Integers, positions: Integers, limit: float, threads: int | None = None) -> tuple[Floats, Integers]:
    """Metres from the nearest source to each node in the caller's numbering, and its position; ``inf`` and −1 for none.

    ``nodes`` (graph's numbers) are distinct. With many sources and a limit the map is searched in parts, one for each thread, by the
    order of the curve; a node takes the smaller label, so that the parts cannot be told from the whole.

    Raises
    ------
    ValueError
        Without a limit, when a shortest way may be longer than `FARTHEST`.
    """
    label = labels(graph, nodes, positions, limit, threads)
    distance, owner = np.empty(graph.n_nodes), np.empty(graph.n_nodes, dtype=np.int64)
    searches.read_labels(label, graph.new, distance, owner)
    return distance, owner


def labels(graph: Graph, nodes: Integers, positions: Integers, limit: float, threads: int | None = None) -> Integers:
    """The same as labels distance × 2^32 + position, in the graph's numbering; `searches.FAR` for none."""
    order = np.argsort(nodes, kind="stable")
    parts = 1
    if np.isfinite(limit) and nodes.size >= SPLIT[0] and graph.n_nodes >= SPLIT[1]:
        parts = min(4, cores() if threads is None else threads)
    found = side_by_side(lambda part: _labels(graph, nodes[part], positions[part], limit), np.array_split(order, parts), threads)
    for more in found[1:]:
        np.minimum(found[0], more, out=found[0])
    return found[0]


def _labels(graph: Graph, nodes: Integers, positions: Integers, limit: float) -> Integers:
    queue = Queue.of_buckets(graph)
    bound = whole_limit(limit)
    room = max(256, 2 * nodes.size, graph.n_nodes // 32)
    while True:
        label = np.full(graph.n_nodes, searches.FAR)
        store, filled = np.empty(queue.ring * room, dtype=np.int32), np.zeros(queue.ring, dtype=np.int64)
        said = searches.nearest_labels(
            graph.out.starts, graph.out.packed, nodes, positions, bound, queue.shift, queue.ring, label, store, filled)
        if said >= 0:
            break
        room *= 2
    if said and limit > FARTHEST:
        raise ValueError("the network is too long for exact arithmetic: a way is longer than 107,374 km")
    return label


# --- catchments ----------------------------------------------------------------------------------------------------


class Scratch:
    """What one thread searches with, again and again; grows when a kernel says so. ``limit`` in decimetres."""

    def __init__(self, graph: Graph, limit: float, forward: bool = True) -> None:
        self.arcs = graph.out if forward else graph.into
        self.bound = whole_limit(limit)
        self.queue = Queue.of(graph, self.bound)
        self.distance = np.full(graph.n_nodes, self.bound + 1, dtype=np.int32)
        self.filled = np.zeros(max(1, self.queue.ring), dtype=np.int64)
        self.room = 256
        self._make()

    def grow(self) -> None:
        self.room *= 4
        self._make()

    def around(self, source: int) -> Integers:
        """Nodes within the limit of one source (graph's numbers), in no order."""
        while True:
            count = int(searches.around(*self.head, source, *self.tools))
            if count >= 0:
                found = self.found[:count]
                self.distance[found] = self.bound + 1
                return found
            self.grow()

    def _make(self) -> None:
        # A node may wait more than once, so that no room follows from the number of nodes alone.
        self.store = np.empty(max(1, self.queue.ring * self.room), dtype=np.int32)
        self.heap = np.empty(16 * self.room, dtype=np.int64)
        self.found = np.empty(16 * self.room, dtype=np.int64)

    @property
    def head(self) -> tuple[Integers, Integers]:
        return self.arcs.starts, self.arcs.packed

    @property
    def tools(self) -> tuple[int, int, int, Compact, Compact, Integers, Integers, Integers]:
        return (self.bound, self.queue.shift, self.queue.ring, self.distance, self.store, self.heap, self.filled, self.found)


def gathered(
    graph: Graph, sources: Integers, limit: float, item_starts: Integers, items: Integers, *, forward: bool = True,
    threads: int | None = None,
) -> Gathered:
    """Items within ``limit`` decimetres of each source (graph's numbers, repeats allowed), by distance, then by item.

    Node ``i`` (graph's number) carries ``items[item_starts[i]:item_starts[i + 1]]``, or ``items[i]`` where ``item_starts`` is empty.
    With ``forward`` False the way is measured from the items to the source.
    """
    parts, ends = _parts(graph, sources, limit, item_starts, items, forward, threads)
    item, distance = np.empty(int(ends[-1]), dtype=np.int32), np.empty(int(ends[-1]), dtype=np.int32)
    side_by_side(lambda part: searches.place(*part, ends, item, distance), parts, threads)
    return Gathered(ends, item, distance)


def paired(
    graph: Graph, sources: Integers, limit: float, item_starts: Integers, items: Integers, threads: int | None = None
) -> tuple[Integers, Integers, Floats]:
    """The same as three columns: position of the source, item, metres."""
    parts, ends = _parts(graph, sources, limit, item_starts, items, True, threads)
    source, item = np.empty(int(ends[-1]), dtype=np.int64), np.empty(int(ends[-1]), dtype=np.int64)
    metres = np.empty(int(ends[-1]))
    side_by_side(lambda part: searches.place_pairs(*part, ends, source, item, metres), parts, threads)
    return source, item, metres


Part: TypeAlias = tuple[Integers, Integers, Compact, Compact]


def _parts(
    graph: Graph, sources: Integers, limit: float, item_starts: Integers, items: Integers, forward: bool, threads: int | None
) -> tuple[list[Part], Integers]:
    """What each part of the sources found (their positions, ends, items, decimetres), and where each source's entries end in all.

    Sources are searched in the order of the curve, so that one finds in memory what the one before it looked at.
    """
    chunks = _chunks(np.argsort(sources, kind="stable"), threads)
    workers = min(len(chunks), cores() if threads is None else max(1, threads))
    waiting = iter(chunks)  # whoever is done takes the next: where the streets are denser a chunk takes longer

    def work(_: int) -> list[Part]:
        gatherer = _Gatherer(graph, limit, item_starts, items, forward, sources.size // workers)
        return gatherer.gathered((chunk, sources[chunk]) for chunk in waiting)

    parts = [part for found in side_by_side(work, range(workers), threads) for part in found]
    counts = np.zeros(sources.size + 1, dtype=np.int64)
    for chunk, ends, _, _ in parts:
        counts[chunk + 1] = np.diff(ends)
    return parts, np.cumsum(counts)


class _Gatherer:
    """What one thread gathers, chunk after chunk, in two arrays that grow."""

    def __init__(self, graph: Graph, limit: float, item_starts: Integers, items: Integers, forward: bool, expected: int) -> None:
        self.scratch = Scratch(graph, limit, forward)
        self.carried = item_starts, items
        self.expected = expected  # sources in all, roughly
        self.done = 0
        self.used = 0
        self.item, self.distance = np.empty(FIRST_ROOM, dtype=np.int32), np.empty(FIRST_ROOM, dtype=np.int32)

    def gathered(self, chunks: Iterator[tuple[Integers, Integers]]) -> list[Part]:
        ends = [(chunk, self._chunk(sources)) for chunk, sources in chunks]
        return [(chunk, its, self.item, self.distance) for chunk, its in ends]

    def _chunk(self, sources: Integers) -> Integers:
        """Where the entries of each source begin and end."""
        ends = np.full(sources.size + 1, self.used, dtype=np.int64)
        begin = 0
        while begin < sources.size:
            said = searches.gather(
                *self.scratch.head, sources, begin, *self.scratch.tools, *self.carried, self.item, self.distance, ends)
            if said < 0:
                self.scratch.grow()
            elif said < sources.size:
                self._grow(self.done + said, int(ends[said]))
            begin = said if said >= 0 else -1 - said
        self.done += sources.size
        self.used = int(ends[-1])
        return ends

    def _grow(self, done: int, used: int) -> None:
        """Room for all that is expected if the other sources find as much as those done, and twice as much as before at least."""
        wanted = max(2 * self.item.size, int(1.2 * used / max(1, done) * self.expected))
        self.item, self.distance = _longer(self.item, wanted), _longer(self.distance, wanted)


def summed(graph: Graph, sources: Integers, units: Integers, limit: float, threads: int | None = None) -> Integers:
    """Sum of ``units`` (one per node, graph's numbers) over the nodes within ``limit`` decimetres of each source."""
    order = np.argsort(sources, kind="stable")
    found = side_by_side(lambda chunk: _sum(graph, sources[chunk], units, limit), _chunks(order, threads), threads)
    sums = np.empty(sources.size, dtype=np.int64)
    sums[order] = np.concatenate(found)
    return sums


def _sum(graph: Graph, sources: Integers, units: Integers, limit: float) -> Integers:
    scratch = Scratch(graph, limit)
    sums = np.zeros(sources.size, dtype=np.int64)
    begin = 0
    while begin < sources.size:
        said = searches.sum_around(*scratch.head, sources, begin, *scratch.tools, units, sums)
        if said < 0:
            scratch.grow()
        begin = said if said >= 0 else -1 - said
    return sums


def _chunks(sources: Integers, threads: int | None) -> list[Integers]:
    """Sources in many small runs: the last ones even out who began late or drew the denser streets."""
    wanted = cores() if threads is None else max(1, threads)
    parts = 1 if wanted == 1 else min(16 * wanted, max(1, sources.size // CHUNK))
    return np.array_split(sources, parts)


def _longer(values: Compact, wanted: int) -> Compact:
    longer = np.empty(wanted, dtype=np.int32)
    longer[: values.size] = values
    return longer
