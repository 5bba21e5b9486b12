"""Greedy and swap search on a cover core under limits: plain loops over whole-number weights, so gains are exact.

A `Tally` knows for each open row how many chosen places cover it, for each candidate what it would add (``gain``), and for each
chosen one what would be lost without it (``loss``); adding or taking away a place updates only the rows that it covers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dingdian.space.arrays import Integers, Mask
from dingdian.space.compiled import compiled
from dingdian.space.siting.core import Core
from dingdian.space.siting.limits import Counters, Rooms, fits, fits_instead, put, take


class Tally(NamedTuple):
    """Where a choice stands; see the module.

    Attributes
    ----------
    times : int64 array, shape (n_rows,)
        Chosen places that cover the row.
    owners : int64 array, shape (n_rows,)
        Sum of their numbers: the one that covers the row where ``times`` is 1.
    gain, near : int64 arrays, shape (n_candidates,)
        Units of each candidate's rows that nobody covers, and that exactly one chosen place covers.
    loss : int64 array, shape (n_candidates,)
        Units that only this chosen place covers.
    ask : bool array, shape (n_candidates,)
        Candidates whose ``gain`` or ``near`` changed since they were last tried.
    covered : int64 array, shape (1,)
        Units covered.
    """

    times: Integers
    owners: Integers
    gain: Integers
    near: Integers
    loss: Integers
    ask: Mask
    covered: Integers


@compiled
def tally(core: Core) -> Tally:
    """The tally of an empty choice."""
    size = core.starts.size - 1
    gain = np.zeros(size, np.int64)
    for j in range(size):
        for k in range(core.starts[j], core.starts[j + 1]):
            gain[j] += core.weight[core.rows[k]]
    times, owners = np.zeros(core.weight.size, np.int64), np.zeros(core.weight.size, np.int64)
    near, loss = np.zeros(size, np.int64), np.zeros(size, np.int64)
    return Tally(times, owners, gain, near, loss, np.ones(size, np.bool_), np.zeros(1, np.int64))


@compiled
def add(core: Core, rooms: Rooms, state: Counters, now: Tally, candidate: int) -> None:
    """Choose ``candidate``."""
    put(rooms, state, candidate)
    for k in range(core.starts[candidate], core.starts[candidate + 1]):
        i = core.rows[k]
        units = core.weight[i]
        if now.times[i] == 0:
            _shift(core, now, i, -units, units)
            now.loss[candidate] += units
            now.covered[0] += units
        elif now.times[i] == 1:
            _shift(core, now, i, 0, -units)
            now.loss[now.owners[i]] -= units
        now.times[i] += 1
        now.owners[i] += candidate


@compiled
def drop(core: Core, rooms: Rooms, state: Counters, now: Tally, candidate: int) -> None:
    """Choose ``candidate`` no longer."""
    take(rooms, state, candidate)
    for k in range(core.starts[candidate], core.starts[candidate + 1]):
        i = core.rows[k]
        units = core.weight[i]
        now.times[i] -= 1
        now.owners[i] -= candidate
        if now.times[i] == 0:
            _shift(core, now, i, units, -units)
            now.covered[0] -= units
        elif now.times[i] == 1:
            _shift(core, now, i, 0, units)
            now.loss[now.owners[i]] += units
    now.loss[candidate] = 0


@compiled
def _shift(core: Core, now: Tally, row: int, gain: int, near: int) -> None:
    for k in range(core.row_starts[row], core.row_starts[row + 1]):
        j = core.row_candidates[k]
        now.gain[j] += gain
        now.near[j] += near
        now.ask[j] = True


@compiled
def fill(core: Core, rooms: Rooms, state: Counters, now: Tally, free: Mask, p: int, enough: int) -> Integers:
    """Add the candidate of largest gain that fits, again and again, until ``p`` are chosen, ``enough`` is covered or none adds anything.

    Equal gains go to the smaller number. Returns what was added, in order.
    """
    barred = ~free
    added = np.empty(max(0, p), np.int64)
    size, chosen = 0, int(state.chosen.sum())
    while chosen + size < p and now.covered[0] < enough:
        best, most = -1, 0
        for j in range(free.size):
            if now.gain[j] > most and not barred[j]:
                if fits(rooms, state, j):
                    best, most = j, now.gain[j]
                elif not state.chosen[j]:
                    barred[j] = True  # room never comes back while only adding
        if best < 0:
            break
        add(core, rooms, state, now, best)
        added[size] = best
        size += 1
    return added[:size].copy()


@compiled
def swap(core: Core, rooms: Rooms, state: Counters, now: Tally, free: Mask, keep: Mask, enough: int) -> None:
    """Exchange one chosen place for another while that covers more, among the candidates that ``now.ask`` marks.

    Candidates are tried in the order of their numbers; the chosen place whose leaving costs least gives way. ``keep`` marks places
    that stay. Ends early once ``enough`` is covered.
    """
    chosen = np.flatnonzero(state.chosen & ~keep)
    shared = np.zeros(free.size, np.int64)
    improved = chosen.size > 0
    while improved:
        improved = False
        least = now.loss[chosen].min()
        for j in range(free.size):
            if not now.ask[j]:
                continue
            now.ask[j] = False
            if not free[j] or state.chosen[j] or now.gain[j] == 0 or now.gain[j] + now.near[j] <= least:
                continue  # what it adds beside the one that gives way is at most gain + near
            if now.covered[0] >= enough:
                return
            place = _gives_way(core, rooms, state, now, chosen, shared, j, 0)
            if place >= 0:
                drop(core, rooms, state, now, chosen[place])
                add(core, rooms, state, now, j)
                chosen[place] = j
                improved = True
                least = now.loss[chosen].min()


@compiled
def _gives_way(
    core: Core, rooms: Rooms, state: Counters, now: Tally, chosen: Integers, shared: Integers, candidate: int, floor: int
) -> int:
    """Position in ``chosen`` of the place that ``candidate`` replaces best, more than ``floor`` units better; −1 for none."""
    for k in range(core.starts[candidate], core.starts[candidate + 1]):
        i = core.rows[k]
        if now.times[i] == 1:
            shared[now.owners[i]] += core.weight[i]
    best, most = -1, floor
    for place in range(chosen.size):
        better = now.gain[candidate] - now.loss[chosen[place]] + shared[chosen[place]]
        if better > most and fits_instead(rooms, state, chosen[place], candidate):
            best, most = place, better
    for k in range(core.starts[candidate], core.starts[candidate + 1]):
        i = core.rows[k]
        if now.times[i] == 1:
            shared[now.owners[i]] = 0
    return best


@compiled
def shake(
    core: Core, rooms: Rooms, state: Counters, now: Tally, free: Mask, keep: Mask, order: Integers, enough: int
) -> int:
    """Force each candidate of ``order`` in once, repair by swaps, and keep what covers more; returns how often that was so.

    A forced place stays until the swaps around it are done; what was not better is undone.
    """
    better = 0
    held = keep.copy()
    shared = np.zeros(free.size, np.int64)
    for j in order:
        chosen = np.flatnonzero(state.chosen & ~keep)
        if now.covered[0] >= enough or chosen.size == 0:
            break
        if state.chosen[j] or not free[j]:
            continue
        place = _gives_way(core, rooms, state, now, chosen, shared, j, -now.covered[0] - 1)
        if place < 0:
            continue
        before = now.covered[0]
        now.ask[:] = False
        drop(core, rooms, state, now, chosen[place])
        add(core, rooms, state, now, j)
        held[j] = True
        swap(core, rooms, state, now, free, held, enough)
        held[j] = False
        _ask_around(core, now, j)
        swap(core, rooms, state, now, free, keep, enough)
        if now.covered[0] > before:
            better += 1
        else:
            _back(core, rooms, state, now, keep, chosen)
    return better


@compiled
def _ask_around(core: Core, now: Tally, candidate: int) -> None:
    """Mark every candidate that shares a row with ``candidate``."""
    for k in range(core.starts[candidate], core.starts[candidate + 1]):
        row = core.rows[k]
        for m in range(core.row_starts[row], core.row_starts[row + 1]):
            now.ask[core.row_candidates[m]] = True


@compiled
def _back(core: Core, rooms: Rooms, state: Counters, now: Tally, keep: Mask, chosen: Integers) -> None:
    """Make the choice ``chosen`` again."""
    wanted = np.zeros(keep.size, np.bool_)
    wanted[chosen] = True
    for j in np.flatnonzero(state.chosen & ~keep & ~wanted):
        drop(core, rooms, state, now, int(j))
    for j in chosen:
        if not state.chosen[j]:
            add(core, rooms, state, now, j)
