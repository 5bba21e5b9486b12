"""Choosing places for least cost by hand: the greedy way, and exchanges of one place for another until none helps.

The exchange evaluates all places that could leave at once for each one that could come (Whitaker 1983; the bookkeeping follows
Resende and Werneck 2007). Limits are asked before every step, so that what is chosen always keeps them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dingdian.space.arrays import Floats, Integers, Mask
from dingdian.space.compiled import compiled
from dingdian.space.siting.costs import Columns, Rows
from dingdian.space.siting.limits import Counters, Rooms, fits, fits_instead, put, take

SMALL = 1e-12  # a gain below this share of the total is rounding


class Served(NamedTuple):
    """Of each row the two cheapest open places and what they ask; −1 and the price of a miss where there is none."""

    first: Integers
    second: Integers
    least: Floats
    next_least: Floats


@compiled
def nobody(n_rows: int) -> Served:
    """Room for the bookkeeping of ``n_rows`` rows."""
    return Served(
        np.full(n_rows, -1, dtype=np.int64),
        np.full(n_rows, -1, dtype=np.int64),
        np.zeros(n_rows, dtype=np.float64),
        np.zeros(n_rows, dtype=np.float64),
    )


@compiled
def serve(rows: Rows, opened: Mask, miss: float, served: Served) -> float:
    """Fill ``served`` for the ``opened`` places; the total price, misses included."""
    total = 0.0
    for i in range(rows.starts.size - 1):
        served.first[i], served.second[i] = -1, -1
        served.least[i], served.next_least[i] = miss, miss
        for e in range(rows.starts[i], rows.starts[i + 1]):
            if opened[rows.candidate[e]]:
                if served.first[i] < 0:
                    served.first[i], served.least[i] = rows.candidate[e], rows.price[e]
                else:
                    served.second[i], served.next_least[i] = rows.candidate[e], rows.price[e]
                    break
        total += served.least[i]
    return total


@compiled
def greedy(columns: Columns, rooms: Rooms, state: Counters, free: Mask, opened: Mask, p: int, least: Floats) -> Integers:
    """Open up to ``p`` more of the ``free`` places, each time the one that saves most; those opened, in order.

    ``opened`` and ``state`` go in as they stand and come out complete; ``least`` is what each row pays now. Savings only
    shrink, so an old saving below the best fresh one need not be looked at again. Equal savings go to the smaller index.
    """
    gain = np.full(free.size, np.inf)
    order = np.empty(max(p, 0), dtype=np.int64)
    for place in range(p):
        best, leader = 0.0, -1
        for j in range(free.size):
            if free[j] and not opened[j] and gain[j] > best and fits(rooms, state, j):
                gain[j] = saving(columns, least, j)
                if gain[j] > best:
                    best, leader = gain[j], j
        if leader < 0:
            return order[:place].copy()
        order[place] = leader
        opened[leader] = True
        put(rooms, state, leader)
        lower(columns, least, leader)
    return order


@compiled
def saving(columns: Columns, least: Floats, candidate: int) -> float:
    """What opening ``candidate`` would save."""
    total = 0.0
    for e in range(columns.starts[candidate], columns.starts[candidate + 1]):
        if columns.price[e] < least[columns.row[e]]:
            total += least[columns.row[e]] - columns.price[e]
    return total


@compiled
def lower(columns: Columns, least: Floats, candidate: int) -> None:
    """Let ``candidate`` serve whom it serves more cheaply."""
    for e in range(columns.starts[candidate], columns.starts[candidate + 1]):
        least[columns.row[e]] = min(least[columns.row[e]], columns.price[e])


@compiled
def interchange(
    rows: Rows, columns: Columns, rooms: Rooms, state: Counters, free: Mask, movable: Mask, opened: Mask, p: int, miss: float
) -> float:
    """Exchange one ``movable`` open place for one ``free`` closed one while the price falls; the price at the end.

    Candidates are tried in index order, round and round; each takes the place of the one whose leaving costs least (equal ones: the
    smaller index). Where fewer than ``p`` movable places are open, a candidate that fits is simply added.
    """
    served = nobody(rows.starts.size - 1)
    total = serve(rows, opened, miss, served)
    loss, extra = np.zeros(free.size), np.zeros(free.size)
    losses(served, loss)
    failed, j, count = 0, 0, 0
    for r in range(free.size):
        count += opened[r] and movable[r]
    while failed < free.size:
        failed += 1
        if free[j] and not opened[j]:
            gain = offers(columns, served, extra, j)
            out = -1
            if count >= p or not fits(rooms, state, j):
                out = who_leaves(rooms, state, opened, movable, gain, loss, extra, j, SMALL * total)
            add = out < 0 and count < p and gain > SMALL * total and fits(rooms, state, j)
            extra[:] = 0.0
            if out >= 0 or add:
                move(rooms, state, opened, out, j)
                fresh = serve(rows, opened, miss, served)
                if fresh < total:
                    total = fresh
                    count += add
                    failed = 0
                else:  # the gain was rounding
                    move_back(rooms, state, opened, out, j)
                    serve(rows, opened, miss, served)
                losses(served, loss)
        j = j + 1 if j + 1 < free.size else 0
    return total


@compiled
def losses(served: Served, loss: Floats) -> None:
    """What each open place's leaving would cost with nobody coming."""
    loss[:] = 0.0
    for i in range(served.first.size):
        if served.first[i] >= 0:
            loss[served.first[i]] += served.next_least[i] - served.least[i]


@compiled
def offers(columns: Columns, served: Served, extra: Floats, candidate: int) -> float:
    """What ``candidate`` saves by coming; ``extra``: what it saves besides when a given open place leaves."""
    gain = 0.0
    for e in range(columns.starts[candidate], columns.starts[candidate + 1]):
        i, price = columns.row[e], columns.price[e]
        if price < served.least[i]:
            gain += served.least[i] - price
            if served.first[i] >= 0:
                extra[served.first[i]] += served.next_least[i] - served.least[i]
        elif price < served.next_least[i]:
            extra[served.first[i]] += served.next_least[i] - price
    return gain


@compiled
def who_leaves(
    rooms: Rooms, state: Counters, opened: Mask, movable: Mask, gain: float, loss: Floats, extra: Floats, j: int, least: float
) -> int:
    """The open place for which ``j`` comes with the largest profit above ``least``; −1 for none."""
    best, out = least, -1
    for r in range(opened.size):
        if opened[r] and movable[r]:
            profit = gain - loss[r] + extra[r]
            if profit > best and fits_instead(rooms, state, r, j):
                best, out = profit, r
    return out


@compiled
def move(rooms: Rooms, state: Counters, opened: Mask, out: int, candidate: int) -> None:
    """``candidate`` comes, ``out`` (−1: nobody) leaves."""
    if out >= 0:
        opened[out] = False
        take(rooms, state, out)
    opened[candidate] = True
    put(rooms, state, candidate)


@compiled
def move_back(rooms: Rooms, state: Counters, opened: Mask, out: int, candidate: int) -> None:
    """Undo `move`."""
    opened[candidate] = False
    take(rooms, state, candidate)
    if out >= 0:
        opened[out] = True
        put(rooms, state, out)
