"""Streets laid out for searching: nodes renumbered along a curve, arcs packed, lengths in whole decimetres.

What is prepared here is a matter of speed alone: the same streets in another order give other arrays and the same answers.
It refuses a length that is negative, missing or longer than the Earth allows.
"""

from __future__ import annotations

import numpy as np
from attrs import field, frozen

from dingdian.space.arrays import Floats, Integers, Mask, Numbers, column, flags, indices, read_only, refuse
from dingdian.space.hilbert import curve_order

LONGEST = 2**30  # decimetres, 107,000 km: two and a half times round the Earth
FARTHEST = 2**30 - 2  # decimetres a search may count up to: one arc more still fits the upper half of a label


@frozen(eq=False)
class Arcs:
    """Directed arcs by their first node: node ``i`` owns ``packed[starts[i]:starts[i + 1]]``.

    Attributes
    ----------
    starts : int64 array, shape (n_nodes + 1,)
    packed : int64 array, shape (n_arcs,)
        length × 2^32 + other end: one word to load, and length × 2^32 is what a label grows by.
    """

    starts: Integers = field(repr=False)
    packed: Integers = field(repr=False)

    def __attrs_post_init__(self) -> None:
        read_only(self.starts)
        read_only(self.packed)


@frozen(eq=False)
class Graph:
    """The streets as the searches see them.

    Attributes
    ----------
    out, into : Arcs
        Arcs that leave, and that enter, each node; one object when every street goes both ways.
    old, new : int64 arrays, shape (n_nodes,)
        The caller's number of each node here, and the other way round.
    longest : int
        The longest arc, decimetres.
    total : int
        All arcs together, decimetres: no shortest way is longer.
    """

    out: Arcs
    into: Arcs
    old: Integers = field(repr=False)
    new: Integers = field(repr=False)
    longest: int
    total: int

    def __attrs_post_init__(self) -> None:
        read_only(self.old)
        read_only(self.new)

    @property
    def n_nodes(self) -> int:
        return int(self.old.size)

    @property
    def both_ways(self) -> bool:
        return self.out is self.into

    @property
    def turned(self) -> Graph:
        """The same streets with every arc the other way round."""
        return Graph(self.into, self.out, self.old, self.new, self.longest, self.total)


def checked_edges(
    u: Numbers, v: Numbers, length: Numbers, oneway: Numbers | None, n_nodes: int
) -> tuple[Integers, Integers, Integers, Mask]:
    """Both ends, whole decimetres, and one-way flags of each edge; ValueError with the positions that are wrong."""
    tail = indices("u", u, n_nodes)
    head = indices("v", v, n_nodes, tail.size)
    metres = column("length", length, tail.size)
    refuse(~(np.isfinite(metres) & (metres >= 0.0)), "length must be finite metres, zero or more")
    refuse(metres * 10.0 > LONGEST, f"length is too long for exact arithmetic: at most {LONGEST // 10_000} km")
    single = np.zeros(tail.size, np.bool_) if oneway is None else flags("oneway", oneway, tail.size)
    return tail, head, np.rint(metres * 10.0).astype(np.int64), single


def prepared(
    x: Floats, y: Floats, tail: Integers, head: Integers, length: Integers, single: Mask
) -> Graph:
    """Checked edges (see `checked_edges`) as a graph; ``x``, ``y`` in any unit lay out the nodes."""
    old = curve_order(x, y)
    new = np.empty(old.size, dtype=np.int64)
    new[old] = np.arange(old.size)
    start, end = new[tail], new[head]
    back = ~single
    there = _arcs(np.concatenate((start, end[back])), np.concatenate((end, start[back])), np.concatenate((length, length[back])), old.size)
    into = there if back.all() else _arcs(
        np.concatenate((end, start[back])), np.concatenate((start, end[back])), np.concatenate((length, length[back])), old.size)
    costs = there.packed >> 32
    return Graph(there, into, old, new, int(costs.max(initial=0)), int(costs.sum()))


def _arcs(start: Integers, end: Integers, length: Integers, n_nodes: int) -> Arcs:
    """No loops; of parallel arcs the shortest."""
    order = np.lexsort((length, start * n_nodes + end))
    start, end, length = start[order], end[order], length[order]
    keep = start != end
    keep[1:] &= (start[1:] != start[:-1]) | (end[1:] != end[:-1])
    start, end, length = start[keep], end[keep], length[keep]
    starts = np.concatenate(([0], np.cumsum(np.bincount(start, minlength=n_nodes)))).astype(np.int64)
    return Arcs(starts, (length << 32) | end)
