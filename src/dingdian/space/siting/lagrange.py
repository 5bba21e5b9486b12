"""Bounds on covers by Lagrangian relaxation: prices on demand rows, moved by a deflected subgradient, evaluated exactly.

A price says what covering a row once is worth at most. With prices fixed the best choice falls apart into candidates, so it is found
by sorting; limits are kept as far as they are caps on disjoint groups (`Groups`) and left out otherwise, which can only weaken a
bound, never break it. The search for prices runs in float64. The bound that is reported is computed again in whole numbers from the
best prices found, so it holds whatever the rounding did.

Sources: Galvão and ReVelle (1996) for maximal cover; Beasley (1990) and Caprara, Fischetti and Toth (1999) for set cover; step
lengths after Polyak (1969), directions after Camerini, Fratta and Maffioli (1975).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dingdian.space.arrays import Floats, Integers, Mask
from dingdian.space.compiled import compiled
from dingdian.space.siting.core import Core
from dingdian.space.siting.limits import ALWAYS, Counters, Rooms

PATIENCE = 12  # iterations without a better bound before the step is shortened
SHORTEN = 0.7
DEFLECT = 0.8  # share of the old direction in the new one
FIRST_STEP = 0.5
SPARE = 60  # bits of a sum that must not overflow


class Groups(NamedTuple):
    """Disjoint groups of candidates with at most ``room`` chosen in each; ``of`` is −1 where a candidate is in none."""

    of: Integers
    room: Integers


class Prices(NamedTuple):
    """Where a search for prices stands.

    Attributes
    ----------
    now, best, direction : float64 arrays, shape (n_rows,)
        Prices, those of the best bound so far, and the smoothed direction.
    state : float64 array, shape (3,)
        Best bound, step factor, iterations without improvement.
    """

    now: Floats
    best: Floats
    direction: Floats
    state: Floats


def prices(start: Floats, worst: float) -> Prices:
    """A fresh search from ``start``; ``worst`` is a bound that anything improves."""
    return Prices(start.copy(), start.copy(), np.zeros(start.size), np.array([worst, FIRST_STEP, 0.0]))


def longer_steps(search: Prices) -> None:
    """Begin again with long steps from the best prices: for a search that has settled and has time left."""
    search.state[1] = FIRST_STEP
    search.now[:] = search.best
    search.direction[:] = 0.0


# --- groups ------------------------------------------------------------------------------------------------------


def groups_of(rooms: Rooms, state: Counters, free: Mask) -> Groups:
    """Caps on disjoint groups that every choice keeps beside what ``state`` has chosen already.

    Unconditional caps first, tightest first, each with the members that are in no group yet. Then cliques: candidates that all lie in
    each other's circles (or exclude each other) hold at most the largest room among them, whoever of them is chosen.
    """
    of = np.full(free.size, -1, dtype=np.int64)
    left: list[int] = []
    room = rooms.room - state.used
    binding = np.flatnonzero((rooms.when == ALWAYS) | state.chosen[rooms.when])
    for cap in binding[np.lexsort((binding, room[binding]))].tolist():
        members = rooms.members[rooms.member_starts[cap] : rooms.member_starts[cap + 1]]
        new = members[(of[members] < 0) & free[members]]
        if new.size > room[cap]:
            of[new] = len(left)
            left.append(int(room[cap]))
    clique_room = _cliques(rooms, free, of, len(left))
    return Groups(of, np.concatenate((np.array(left, dtype=np.int64), clique_room)))


@compiled
def _cliques(rooms: Rooms, free: Mask, of: Integers, first: int) -> Integers:
    """Put candidates without a group into cliques, numbered from ``first``; returns their rooms."""
    size = free.size
    own = _own_room(rooms, size)
    clique, found = np.empty(size, np.int64), np.empty(size, np.int64)
    count = 0
    for j in range(size):
        if of[j] >= 0 or not free[j] or own[j] < 0:
            continue
        clique[0], inside, most = j, 1, own[j]
        for k in _company(rooms, j):
            if of[k] < 0 and free[k] and k > j and own[k] >= 0:
                mutual = True
                for m in range(inside):
                    if not _mutual(rooms, clique[m], k):
                        mutual = False
                        break
                if mutual:
                    clique[inside] = k
                    inside += 1
                    most = max(most, own[k])
        if inside > most:
            of[clique[:inside]] = first + count
            found[count] = most
            count += 1
    return found[:count].copy()


@compiled
def _own_room(rooms: Rooms, size: int) -> Integers:
    """How many may be in each candidate's company, itself included: −1 where nothing is said."""
    own = np.full(size, -1, np.int64)
    for j in range(size):
        if rooms.near_starts[j + 1] > rooms.near_starts[j]:
            own[j] = 1
        for k in range(rooms.own_starts[j], rooms.own_starts[j + 1]):
            cap = rooms.own[k]
            if rooms.inside[cap]:
                own[j] = rooms.room[cap]
                break
    return own


@compiled
def _circle(rooms: Rooms, candidate: int) -> int:
    """The cap of the candidate's own circle that `_own_room` speaks of, −1 for none."""
    for k in range(rooms.own_starts[candidate], rooms.own_starts[candidate + 1]):
        if rooms.inside[rooms.own[k]]:
            return int(rooms.own[k])
    return -1


@compiled
def _company(rooms: Rooms, candidate: int) -> Integers:
    """Members of the candidate's circle, and those that it excludes."""
    near = rooms.near[rooms.near_starts[candidate] : rooms.near_starts[candidate + 1]]
    cap = _circle(rooms, candidate)
    if cap < 0:
        return near.copy()
    return np.concatenate((near, rooms.members[rooms.member_starts[cap] : rooms.member_starts[cap + 1]]))


@compiled
def _mutual(rooms: Rooms, one: int, other: int) -> bool:
    """Whether each lies in the other's circle, or they exclude each other."""
    near = rooms.near[rooms.near_starts[one] : rooms.near_starts[one + 1]]
    if _holds(near, other):
        return True
    a, b = _circle(rooms, one), _circle(rooms, other)
    if a < 0 or b < 0:
        return False
    circle_a = rooms.members[rooms.member_starts[a] : rooms.member_starts[a + 1]]
    circle_b = rooms.members[rooms.member_starts[b] : rooms.member_starts[b + 1]]
    return _holds(circle_a, other) and _holds(circle_b, one)


@compiled
def _holds(ascending: Integers, value: int) -> bool:
    place = np.searchsorted(ascending, value)
    return bool(place < ascending.size and ascending[place] == value)


# --- maximal cover: a row's price lies between 0 and its weight; Σ (w − λ) + the p best candidates by Σ λ ---------


@compiled
def worth(core: Core, price: Floats) -> Floats:
    """Sum of prices over the rows of each candidate."""
    size = core.starts.size - 1
    sums = np.zeros(size)
    for j in range(size):
        for k in range(core.starts[j], core.starts[j + 1]):
            sums[j] += price[core.rows[k]]
    return sums


@compiled
def worth_units(core: Core, price: Integers) -> Integers:
    """The same in whole numbers."""
    size = core.starts.size - 1
    sums = np.zeros(size, np.int64)
    for j in range(size):
        for k in range(core.starts[j], core.starts[j + 1]):
            sums[j] += price[core.rows[k]]
    return sums


@compiled
def best_of(order: Integers, groups: Groups, p: int) -> Integers:
    """The first ``p`` of ``order`` that groups let in."""
    left = groups.room.copy()
    taken = np.empty(min(p, order.size), np.int64)
    size = 0
    for j in order:
        if size == taken.size:
            break
        group = groups.of[j]
        if group >= 0:
            if left[group] == 0:
                continue
            left[group] -= 1
        taken[size] = j
        size += 1
    return taken[:size].copy()


@compiled
def descend(core: Core, groups: Groups, p: int, search: Prices, goal: float, iterations: int) -> None:
    """Move the prices of a maximal cover by ``iterations`` steps; ``goal`` is a value that the bound cannot pass."""
    weight = core.weight.astype(np.float64)
    scale = np.sqrt(weight)
    count = np.empty(weight.size, np.int64)
    state = search.state
    for _ in range(iterations):
        value = worth(core, search.now)
        bound = (weight - search.now).sum()
        count[:] = 0
        for j in best_of(np.argsort(-value), groups, p):
            bound += value[j]
            for k in range(core.starts[j], core.starts[j + 1]):
                count[core.rows[k]] += 1
        _note(search, bound < state[0], abs(state[0] - bound) > 1e-5 * bound, bound)
        norm = 0.0
        for i in range(weight.size):
            slope = float(count[i] - 1)
            if (slope < 0.0 and search.now[i] >= weight[i]) or (slope > 0.0 and search.now[i] <= 0.0):
                slope = 0.0
            search.direction[i] = DEFLECT * search.direction[i] + (1.0 - DEFLECT) * slope * scale[i]
            norm += search.direction[i] ** 2
        if norm == 0.0 or bound <= goal:
            return
        step = state[1] * (bound - goal) / norm
        for i in range(weight.size):
            moved = search.now[i] - step * search.direction[i] * scale[i]
            search.now[i] = min(max(moved, 0.0), weight[i])


@compiled
def _note(search: Prices, better: bool, clearly: bool, bound: float) -> None:
    """Keep the best prices; after a while without clear progress go back to them with a shorter step."""
    state = search.state
    state[2] = 0.0 if better and clearly else state[2] + 1.0
    if better:
        state[0] = bound
        search.best[:] = search.now
    if state[2] >= PATIENCE:
        state[1] *= SHORTEN
        state[2] = 0.0
        search.now[:] = search.best


def cover_bounds(core: Core, groups: Groups, most: int, price: Floats) -> tuple[list[int], Integers]:
    """Units that 0, 1, … ``most`` more places can cover at best, exact for these prices; and the order of candidates by worth.

    The list ends early where no further candidate may or need be taken.
    """
    total = int(core.weight.sum())
    shift = max(0, SPARE - max(total, 1).bit_length())
    fine = np.floor(np.ldexp(price, shift)).astype(np.int64)
    fine = np.minimum(np.maximum(fine, 0), core.weight << shift)
    value = worth_units(core, fine)
    order = np.argsort(-value, kind="stable")
    sums = [(total << shift) - int(fine.sum())]
    for j in best_of(order, groups, most).tolist():
        sums.append(sums[-1] + int(value[j]))
    return [min(total, units >> shift) for units in sums], order


# --- set cover: Σ min(0, cost − Σ u) + what the rows that must be covered pay at least ----------------------------


@compiled
def ascend(core: Core, groups: Groups, cost: Floats, need: float, search: Prices, goal: float, iterations: int) -> None:
    """Move the prices of a (partial) set cover by ``iterations`` steps; ``need`` units must be covered, ``goal`` is a known cost."""
    weight = core.weight.astype(np.float64)
    state = search.state
    count = np.empty(weight.size, np.int64)
    for _ in range(iterations):
        reduced = cost - worth(core, search.now)
        bound = 0.0
        count[:] = 0
        order = np.argsort(reduced)
        for j in best_of(order[: np.searchsorted(reduced[order], 0.0)], groups, order.size):
            bound += reduced[j]
            for k in range(core.starts[j], core.starts[j + 1]):
                count[core.rows[k]] += 1
        level = threshold(weight, search.now, need)
        bound += level * need
        norm = 0.0
        for i in range(weight.size):
            over = level * weight[i] - search.now[i]
            bound -= max(0.0, over)
            slope = (1.0 if over > 0.0 else 0.0) - count[i]
            if slope < 0.0 and search.now[i] <= 0.0:
                slope = 0.0
            search.direction[i] = DEFLECT * search.direction[i] + (1.0 - DEFLECT) * slope
            norm += search.direction[i] ** 2
        _note(search, bound > state[0], abs(bound - state[0]) > 1e-5 * abs(bound), bound)
        if norm == 0.0 or bound >= goal:
            return
        step = state[1] * (goal - bound) / norm
        for i in range(weight.size):
            search.now[i] = max(0.0, search.now[i] + step * search.direction[i])


@compiled
def threshold(weight: Floats, price: Floats, need: float) -> float:
    """The price per unit of weight below which rows that weigh ``need`` lie, by bisection."""
    low, high = 0.0, 0.0
    for i in range(weight.size):
        high = max(high, price[i] / weight[i])
    high = high * 1.000001 + 1e-300
    for _ in range(40):
        middle = 0.5 * (low + high)
        below = 0.0
        for i in range(weight.size):
            if price[i] < middle * weight[i]:
                below += weight[i]
        if below >= need:
            high = middle
        else:
            low = middle
    return high


def cost_bound(core: Core, groups: Groups, cost: Integers, need: int, price: Floats) -> tuple[int, Integers]:
    """Cost units that covering ``need`` units takes at least, exact for these prices; and candidates by reduced cost."""
    longest = int(np.diff(core.starts).max(initial=1))
    shift = max(0, SPARE - max(int(cost.sum()), 1).bit_length() - longest.bit_length())
    ceiling = float(max(int(cost.sum()), 1))
    fine = np.floor(np.ldexp(np.minimum(np.maximum(price, 0.0), ceiling), shift)).astype(np.int64)
    reduced = (cost << shift) - worth_units(core, fine)
    order = np.argsort(reduced, kind="stable")
    negative = order[: int(np.searchsorted(reduced[order], 0))]
    gained = sum(int(reduced[j]) for j in best_of(negative, groups, negative.size).tolist())
    return -(-(gained + _payment(core.weight, fine, need)) // 2**shift), order


def _payment(weight: Integers, fine: Integers, need: int) -> int:
    """At least what the cheapest rows that weigh ``need`` pay: rows by price per unit, the last one in part, rounded down."""
    order = np.argsort(fine / np.maximum(weight, 1), kind="stable")
    before = np.concatenate(([0], np.cumsum(weight[order])))
    last = min(int(np.searchsorted(before, need, side="left")) - 1, order.size - 1)
    if last < 0:
        return 0
    unit, per = int(fine[order[last]]), int(weight[order[last]])
    level = unit // per  # any level gives a valid bound: level × need − Σ max(0, level × weight − price)
    over = [level * int(w) - int(f) for w, f in zip(weight[order[: last + 1]].tolist(), fine[order[: last + 1]].tolist())]
    return level * need - sum(x for x in over if x > 0)
