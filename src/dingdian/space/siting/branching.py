"""The best choice of places with proof: branch and bound over candidates, bounds by multipliers, depth first.

At each node the multipliers of the parent are improved by a few steps, reduced costs settle most candidates, and limits settle
others; what is left is split on a candidate that the inner choices are of two minds about. All limits are kept exactly: the bound
leaves some of them out, the settling does not. Without a time limit the work is bounded by a count of operations, so that the same
input always gives the same answer.
"""

from __future__ import annotations

from math import ceil, inf
from typing import NamedTuple

import numpy as np
from attrs import define, field, frozen

from dingdian.space.arrays import Floats, Integers, Mask
from dingdian.space.compiled import compiled
from dingdian.space.siting.costs import Prices, Rows
from dingdian.space.siting.interchange import greedy, interchange, nobody, serve
from dingdian.space.siting.limits import Counters, Rooms, counters, fits, put
from dingdian.space.siting.model import ROUNDING, Budget
from dingdian.space.siting.multipliers import (
    FREE,
    IN,
    OUT,
    Ascent,
    Fate,
    Groups,
    Overlapping,
    ascend,
    relaxed,
    settle,
)

ROOT = Ascent(60, 1.5, 20)  # one slice of the first ascent; between slices the inner choice is tried as an answer
ROOT_SLICES = 8
LAST = Ascent(1000, 1.5, 20)  # the last slice runs until the step factor is spent
INNER = Ascent(200, 0.7, 25)  # at each node below
PASSES = 2  # ascents at one node, a second one where the first settles this share of what is free
WORTHWHILE = 0.3
SHRUNK = 0.7  # rows are copied without the candidates that are out once fewer than this share of entries is left
NOW_AND_THEN = 20  # an inner choice is improved by exchanges at least once in so many nodes
PROMISING = 1.01  # inner choices within this factor of the best answer are improved by exchanges
LOWERING = 2e-12  # of Σ λ: more than float64 sums of a bound can be off
EFFORT = 2e11  # steps × entries of ascents, where no clock is given; a minute or two


@frozen(eq=False)
class Task:
    """What is to be chosen: up to ``p`` of the ``free`` candidates, ``required`` ones among them, beside the ``fixed``."""

    prices: Prices = field(repr=False)
    rooms: Rooms = field(repr=False)
    free: Mask = field(repr=False)
    fixed: Integers
    required: Integers
    p: int

    def start(self) -> tuple[Mask, Counters]:
        """Fixed and required places opened, the required ones counted by the limits."""
        opened = np.zeros(self.free.size, dtype=np.bool_)
        state = counters(self.rooms, self.free.size)
        for j in self.required.tolist():
            put(self.rooms, state, j)
        opened[self.fixed] = True
        opened[self.required] = True
        return opened, state

    def movable(self) -> Mask:
        """Candidates that may come and go."""
        mask = self.free.copy()
        mask[self.required] = False
        return mask

    def fates(self) -> Fate:
        """What is settled before any search."""
        fate = np.full(self.free.size, OUT, dtype=np.int8)
        fate[self.free] = FREE
        fate[self.fixed] = IN
        fate[self.required] = IN
        return fate


class Node(NamedTuple):
    """A part of the choices: those that agree with ``fate``; none of them costs less than ``floor``."""

    floor: float
    rows: Rows
    fate: Fate
    multiplier: Floats
    share: Floats
    pace: float


@define(eq=False)
class Search:
    """The state of one search; ``opened`` is the best answer so far, fixed places included."""

    task: Task
    budget: Budget
    below: float  # only answers cheaper than this are wanted
    opened: Mask
    price: float
    kept: tuple[Groups, Overlapping]  # what the bound keeps of the limits
    floor: float = inf  # least floor among parts that were set aside for the gap that is allowed
    open_nodes: list[Node] = field(factory=list)
    effort: float = 0.0
    nodes: int = 0
    stopped: bool = False

    def wanted(self) -> float:
        """The price that an answer must undercut."""
        return min(self.price, self.below)

    def proof(self) -> float:
        """Parts with a floor above this hold no cheaper answer."""
        return self.wanted() - 1.0 if self.task.prices.whole else self.wanted() * (1.0 - ROUNDING)

    def enough(self) -> float:
        """The floor above which a part is set aside, the allowed gap considered."""
        return min(self.proof(), self.wanted() * (1.0 - self.budget.gap)) if self.budget.gap else self.proof()

    def over(self) -> bool:
        """Whether time or effort is spent."""
        if self.budget.deadline is not None:
            self.stopped = self.stopped or self.budget.passed()
        else:
            self.stopped = self.stopped or self.effort > EFFORT
        return self.stopped

    def bound(self) -> float:
        """No answer costs less: the least floor of the parts that are left, or the price itself."""
        floor = min([self.floor, *(node.floor for node in self.open_nodes)])
        if self.task.prices.whole and floor < inf:
            floor = float(ceil(floor))
        return min(floor, self.price)


def solved(task: Task, opened: Mask, price: float, budget: Budget, *, exact: bool, below: float = inf) -> Search:
    """Search from the answer ``opened``; with ``exact`` until the proof is complete or time or effort is spent.

    Parameters
    ----------
    task : Task
        With at least one row and limits that the required candidates keep.
    opened, price :
        An answer that keeps the limits.
    below : float
        Only answers cheaper than this matter; the search ends when there is provably none.
    """
    search = Search(task, budget, below, opened, price, relaxed(task.rooms, task.free.size))
    root = _root(search)
    if root is not None:
        search.open_nodes.append(root)
    while exact and search.open_nodes and not search.over():
        _branch(search, search.open_nodes.pop())
    return search


def first_answer(task: Task) -> tuple[Mask, float]:
    """Greedy, then exchanges: an answer that keeps the limits, and its price (misses included)."""
    opened, state = task.start()
    return completed(task, opened, state)


def completed(task: Task, opened: Mask, state: Counters) -> tuple[Mask, float]:
    """``opened`` filled up greedily to p places and improved by exchanges; its price."""
    prices, movable = task.prices, task.movable()
    served = nobody(prices.n_rows)
    serve(prices.rows, opened, prices.miss, served)
    room = task.p - int(np.count_nonzero(opened)) + task.fixed.size
    greedy(prices.columns, task.rooms, state, movable, opened, room, served.least)
    room = task.p - task.required.size
    price = interchange(
        prices.rows, prices.columns, task.rooms, state, movable, movable, opened, room, prices.miss
    )  # fmt: skip
    return opened, price


def price_of(prices: Prices, opened: Mask) -> float:
    """What the open places cost together, misses included."""
    return serve(prices.rows, opened, prices.miss, nobody(prices.n_rows))


def _root(search: Search) -> Node | None:
    """The first node, its multipliers as good as they get; None where it is closed already."""
    task, prices = search.task, search.task.prices
    served = nobody(prices.n_rows)
    serve(prices.rows, search.opened, prices.miss, served)
    multiplier = np.where(served.next_least < prices.miss, 0.5 * (served.least + served.next_least), served.least)
    multiplier = np.concatenate((multiplier, np.zeros(search.kept[1].room.size)))
    free = max(1, int(np.count_nonzero(task.free)))
    node: Node | None = Node(
        -inf, prices.rows, task.fates(), multiplier, np.full(task.free.size, task.p / free), ROOT.pace
    )
    for turn in range(ROOT_SLICES):
        if node is None or (turn and search.over()):
            break
        node = _pass(search, node, (ROOT if turn < ROOT_SLICES - 1 else LAST)._replace(pace=node.pace), True)[0]
    return node


def _branch(search: Search, node: Node) -> None:
    """Narrow one node down; split what is left of it in two."""
    if node.floor > search.enough():
        _set_aside(search, node.floor)
        return
    search.nodes += 1
    for turn in range(PASSES):
        free = np.count_nonzero(node.fate == FREE)
        eager = turn == 0 and search.nodes % NOW_AND_THEN == 1
        after, settled = _pass(search, node, INNER, eager)
        if after is None:
            return
        node = after
        if settled < WORTHWHILE * free:
            break
    if not (node.fate == FREE).any():
        _pass(search, node, INNER, False)  # one choice is left: it is offered if it keeps the limits
        return
    j = _split_on(node)
    for verdict in (OUT, IN):  # IN is looked at first
        fate = node.fate.copy()
        fate[j] = verdict
        search.open_nodes.append(node._replace(fate=fate, multiplier=node.multiplier.copy(), share=node.share.copy()))


def _split_on(node: Node) -> int:
    """The free candidate that the inner choices took nearest to half the time, the smaller index among equals."""
    free = np.flatnonzero(node.fate == FREE)
    return int(free[np.argmin(np.abs(node.share[free] - 0.5))])


def _pass(search: Search, node: Node, how: Ascent, eager: bool) -> tuple[Node | None, int]:
    """Limits, one ascent, the inner choice tried, reduced costs: the node narrowed (None: closed) and how many were settled."""
    task, fate = search.task, node.fate
    k = narrowed(task.rooms, fate, task.p + task.fixed.size)
    if k < 0:
        return None, 0
    if not (fate == FREE).any():
        offer(search, fate == IN)
        return None, 0
    groups, caps = search.kept
    lowering = LOWERING if task.prices.whole else 0.0
    floor, pace = ascend(
        node.rows, fate, groups, caps, k, task.prices.miss, search.wanted(), search.enough(), lowering, how,
        node.multiplier, node.share,
    )  # fmt: skip
    search.effort += how.steps * node.rows.candidate.size
    floor = max(floor, node.floor)
    if floor > search.enough():
        _set_aside(search, floor)
        return None, 0
    chosen, reduced = np.empty(fate.size, dtype=np.bool_), np.empty(fate.size)
    settled = settle(node.rows, groups, caps, k, search.proof(), lowering, node.multiplier, fate, chosen, reduced)
    _try(search, chosen, reduced, eager)
    if floor > search.enough():
        _set_aside(search, floor)
        return None, 0
    return Node(floor, _shrunk(node.rows, fate), fate, node.multiplier, node.share, pace), settled


def _set_aside(search: Search, floor: float) -> None:
    """Note the floor of a part that is left out, unless it is proven to hold nothing better."""
    if floor <= search.proof():
        search.floor = min(search.floor, floor)


def _try(search: Search, chosen: Mask, reduced: Floats, eager: bool) -> None:
    """Make the inner choice keep the limits and see whether it is cheaper than the best answer."""
    task = search.task
    opened, state = task.start()
    for j in np.flatnonzero(chosen & task.movable())[np.argsort(reduced[chosen & task.movable()], kind="stable")]:
        if fits(task.rooms, state, j):
            opened[j] = True
            put(task.rooms, state, j)
    price = price_of(task.prices, opened)
    if eager or price < search.price * PROMISING:
        opened, price = completed(task, opened, state)
    _keep(search, opened, price)


def offer(search: Search, opened: Mask) -> None:
    """A complete choice that keeps the limits: keep it if it is cheaper."""
    _keep(search, opened, price_of(search.task.prices, opened))


def _keep(search: Search, opened: Mask, price: float) -> None:
    if price < search.price:
        search.opened, search.price = opened.copy(), price


def _shrunk(rows: Rows, fate: Fate) -> Rows:
    """The rows without candidates that are out and without what lies behind one that is in, if that is much shorter."""
    kept = live_entries(rows, fate)
    if np.count_nonzero(kept) >= SHRUNK * kept.size:
        return rows
    starts = np.concatenate(([0], np.cumsum(kept)))[rows.starts]
    return Rows(starts, rows.candidate[kept], rows.price[kept])


@compiled
def live_entries(rows: Rows, fate: Fate) -> Mask:
    """True for entries that an answer within ``fate`` can use."""
    kept = np.zeros(rows.candidate.size, dtype=np.bool_)
    for i in range(rows.starts.size - 1):
        for e in range(rows.starts[i], rows.starts[i + 1]):
            verdict = fate[rows.candidate[e]]
            kept[e] = verdict != OUT
            if verdict == IN:
                break
    return kept


@compiled
def narrowed(rooms: Rooms, fate: Fate, most: int) -> int:
    """Let the limits settle what follows from what is in; how many may still be chosen, or −1 where a limit is broken.

    ``most``: p and the fixed places together.
    """
    again = True
    while again:
        again = False
        for cap in range(rooms.room.size):
            verdict = cap_verdict(rooms, fate, cap)
            if verdict < 0:
                return -1
            again = again or verdict > 0
        for j in range(fate.size):
            if fate[j] == IN:
                for e in range(rooms.near_starts[j], rooms.near_starts[j + 1]):
                    if fate[rooms.near[e]] == IN:
                        return -1
                    if fate[rooms.near[e]] == FREE:
                        fate[rooms.near[e]] = OUT
                        again = True
    left = most
    for j in range(fate.size):
        left -= fate[j] == IN
    if left == 0:
        for j in range(fate.size):
            if fate[j] == FREE:
                fate[j] = OUT
    return left


@compiled
def cap_verdict(rooms: Rooms, fate: Fate, cap: int) -> int:
    """Settle what one cap settles: −1 it is broken, 1 something became out, 0 nothing."""
    when, used, changed = rooms.when[cap], 0, 0
    for e in range(rooms.member_starts[cap], rooms.member_starts[cap + 1]):
        used += fate[rooms.members[e]] == IN
    if when < 0 or fate[when] == IN:
        if used > rooms.room[cap]:
            return -1
        if used == rooms.room[cap]:
            for e in range(rooms.member_starts[cap], rooms.member_starts[cap + 1]):
                if fate[rooms.members[e]] == FREE:
                    fate[rooms.members[e]] = OUT
                    changed = 1
    elif fate[when] == FREE and used + rooms.inside[cap] > rooms.room[cap]:
        fate[when] = OUT
        changed = 1
    return changed
