"""How cheap a choice of places can be at best: multipliers on "each row is served once" (Lagrangian relaxation).

With multiplier λ_i on each row the places fall apart: place j is worth ρ_j = Σ_i min(0, price_ij − λ_i), and

    Σ_i λ_i + (the sum of the best ρ under p and caps on disjoint groups)

is a bound for every λ (Cornuéjols, Fisher and Nemhauser 1977; Beasley 1985). Caps that overlap have multipliers μ_c ≥ 0 of their own:
each member's ρ rises by μ_c, the bound falls by μ_c × room. What else the limits say is left out, which can only lower the bound.
Subgradient steps raise it; the reduced costs ρ then tell which candidates no better choice can hold, or do without.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from dingdian.space.arrays import Floats, Integers, Mask
from dingdian.space.compiled import compiled
from dingdian.space.siting.costs import Rows
from dingdian.space.siting.limits import ALWAYS, Rooms

Fate: TypeAlias = npt.NDArray[np.int8]
Table: TypeAlias = npt.NDArray[np.bool_]
FREE, IN, OUT = 0, 1, -1  # what is settled about a candidate

DENSE = 6000  # candidates up to which pairs are written down in a table
DEFLECTION = 0.6  # share of the last direction that is kept
MEMORY = 0.9  # share of the past in the running mean of inner choices
LEAST_STEP = 1e-3  # the ascent ends when the step factor falls below


class Groups(NamedTuple):
    """Unconditional caps on disjoint groups: the group of each candidate (−1: none) and how many of each may be chosen."""

    of: Integers
    room: Integers


class Overlapping(NamedTuple):
    """Unconditional caps that have a multiplier: cap c holds ``members[starts[c]:starts[c + 1]]``, at most ``room[c]`` of them."""

    starts: Integers
    members: Integers
    room: Integers


class Ascent(NamedTuple):
    """How an ascent goes: at most ``steps``, first step factor ``pace``, halved after ``patience`` steps without a gain."""

    steps: int
    pace: float
    patience: int


def relaxed(rooms: Rooms, n_candidates: int) -> tuple[Groups, Overlapping]:
    """What the bound keeps of the limits.

    Unconditional caps are taken as groups, in order, as long as they share no candidate with an earlier one; the others get a
    multiplier. So do sets of candidates that all lie in each other's circles, or all exclude each other: whichever of them is chosen,
    its own cap holds for all of them.
    """
    of = np.full(n_candidates, -1, dtype=np.int64)
    group_room: list[int] = []
    priced: list[tuple[Integers, int]] = []
    for cap in np.flatnonzero(rooms.when == ALWAYS).tolist():
        members, room = rooms.members[rooms.member_starts[cap] : rooms.member_starts[cap + 1]], int(rooms.room[cap])
        if (of[members] < 0).all():
            of[members] = len(group_room)
            group_room.append(room)
        else:
            priced.append((members, room))
    priced += mutual_sets(rooms, n_candidates)
    starts = np.cumsum([0] + [members.size for members, _ in priced], dtype=np.int64)
    members = np.concatenate([members for members, _ in priced] or [np.empty(0, dtype=np.int64)])
    return (
        Groups(of, np.array(group_room, dtype=np.int64)),
        Overlapping(starts, members, np.array([room for _, room in priced], dtype=np.int64)),
    )


def mutual_sets(rooms: Rooms, n_candidates: int) -> list[tuple[Integers, int]]:
    """Sets of candidates of which each one's own cap counts all, more than its room, and that room (the largest among them)."""
    if n_candidates > DENSE:
        return []
    found = _cliques(_circles(rooms.near_starts, rooms.near, n_candidates), np.ones(n_candidates, dtype=np.int64))
    own = np.diff(rooms.own_starts)
    for rank in range(int(own.max(initial=0))):
        hangs = np.flatnonzero(own > rank)
        cap = rooms.own[rooms.own_starts[hangs] + rank]
        hangs, cap = hangs[rooms.inside[cap] == 1], cap[rooms.inside[cap] == 1]
        if not cap.size:
            continue
        size = np.diff(rooms.member_starts)[cap]
        starts = np.zeros(n_candidates + 1, dtype=np.int64)
        starts[hangs + 1] = size
        members = [rooms.members[rooms.member_starts[c] : rooms.member_starts[c + 1]] for c in cap.tolist()]
        room = np.zeros(n_candidates, dtype=np.int64)
        room[hangs] = rooms.room[cap]
        found += _cliques(_circles(np.cumsum(starts), np.concatenate(members), n_candidates), room)
    return found


def _circles(starts: Integers, members: Integers, n_candidates: int) -> Table:
    """Who counts whom, both ways."""
    counts = np.zeros((n_candidates, n_candidates), dtype=np.bool_)
    counts[np.repeat(np.arange(n_candidates), np.diff(starts)), members] = True
    np.fill_diagonal(counts, False)
    return np.asarray(counts & counts.T)


def _cliques(mutual: Table, room: Integers) -> list[tuple[Integers, int]]:
    """Sets that cover all mutual pairs, each as large as it gets when candidates join in the order of their numbers."""
    left = mutual.copy()
    found = []
    for j in np.flatnonzero(mutual.any(axis=1)).tolist():
        while left[j].any():
            clique = grown(mutual, left, j)
            most = int(room[clique].max())
            if clique.size > most:
                found.append((clique, most))
    return found


@compiled
def grown(mutual: Table, left: Table, first: int) -> Integers:
    """A set of mutual candidates that holds ``first`` and one pair of it that is ``left``; its pairs are left no longer."""
    n = left.shape[0]
    fits = mutual[first].copy()
    inside = np.zeros(n, dtype=np.bool_)
    inside[first] = True
    for old in (True, False):  # pairs that are left first, then whoever still fits
        for j in range(n):
            if fits[j] and (left[first, j] or not old):
                inside[j] = True
                for other in range(n):
                    fits[other] = fits[other] and mutual[j, other]
    clique = np.flatnonzero(inside)
    for a in clique:
        for b in clique:
            left[a, b] = False
    return clique


@compiled
def reduced_costs(rows: Rows, caps: Overlapping, multiplier: Floats, lowering: float, reduced: Floats) -> float:
    """Fill ρ; Σ λ − Σ μ × room, lowered by a share of both sums. ``multiplier``: first those of the rows, then those of the caps."""
    reduced[:] = 0.0
    total = 0.0
    n_rows = rows.starts.size - 1
    for c in range(caps.room.size):
        price = multiplier[n_rows + c]
        if price > 0.0:
            total -= price * caps.room[c] * (1.0 + lowering)
            for e in range(caps.starts[c], caps.starts[c + 1]):
                reduced[caps.members[e]] += price
    for i in range(n_rows):
        total += multiplier[i] * (1.0 - lowering)
        for e in range(rows.starts[i], rows.starts[i + 1]):
            if rows.price[e] >= multiplier[i]:
                break
            reduced[rows.candidate[e]] += rows.price[e] - multiplier[i]
    return total


@compiled
def choose(reduced: Floats, fate: Fate, groups: Groups, k: int, room: Integers, chosen: Mask) -> float:
    """The best choice of at most ``k`` free candidates beside those that are in: mark it, fill the rooms left, return Σ ρ.

    Candidates of smallest ρ below 0 as long as their group has room: with disjoint groups greedy is exact (a matroid).
    """
    room[:] = groups.room
    total = 0.0
    free = np.flatnonzero(fate == FREE)
    for j in range(fate.size):
        chosen[j] = fate[j] == IN
        if chosen[j]:
            total += reduced[j]
            if groups.of[j] >= 0:
                room[groups.of[j]] -= 1
    if groups.room.size == 0 and k < free.size:
        return total + choose_smallest(reduced, free, k, chosen)
    for at in np.argsort(reduced[free], kind="mergesort"):
        j = free[at]
        group = groups.of[j]
        if k > 0 and reduced[j] < 0.0 and (group < 0 or room[group] > 0):
            chosen[j] = True
            total += reduced[j]
            k -= 1
            if group >= 0:
                room[group] -= 1
    return total


@compiled
def choose_smallest(reduced: Floats, free: Integers, k: int, chosen: Mask) -> float:
    """Mark the ``k`` < len(free) free candidates of smallest ρ below 0, equal ones by index; Σ ρ."""
    if k <= 0:
        return 0.0
    edge = np.partition(reduced[free], k - 1)[k - 1]
    total, left = 0.0, k
    for j in free:
        if reduced[j] < edge and reduced[j] < 0.0:
            chosen[j] = True
            total += reduced[j]
            left -= 1
    for j in free:
        if left > 0 and reduced[j] == edge and edge < 0.0:
            chosen[j] = True
            total += edge
            left -= 1
    return total


@compiled
def ascend(
    rows: Rows, fate: Fate, groups: Groups, caps: Overlapping, k: int, miss: float, target: float, enough: float, lowering: float,
    how: Ascent, multiplier: Floats, share: Floats,
) -> tuple[float, float]:
    """Raise the bound by subgradient steps; ``multiplier`` ends at the best point found.

    Parameters
    ----------
    k : int
        Free candidates that may be chosen.
    target : float
        Price aimed at: that of the best choice known.
    enough : float
        Stop once the bound is above.
    lowering : float
        Share of Σ λ taken off the bound for what rounding may have added.
    share : float64 array
        Running mean of how often each candidate was in the inner choice; carried on.

    Returns
    -------
    (bound, pace)
        The bound and the step factor at the end.
    """  # fmt: skip
    best, pace, idle = -np.inf, how.pace, 0
    peak = multiplier.copy()
    direction, slope = np.zeros(multiplier.size), np.empty(multiplier.size)
    reduced, chosen = np.empty(fate.size), np.empty(fate.size, dtype=np.bool_)
    room = groups.room.copy()
    for _ in range(how.steps):
        total = reduced_costs(rows, caps, multiplier, lowering, reduced)
        bound = total + choose(reduced, fate, groups, k, room, chosen)
        for j in range(fate.size):
            share[j] = MEMORY * share[j] + (1.0 - MEMORY) * chosen[j]
        idle += 1
        if bound > best:
            best, idle = bound, 0
            peak[:] = multiplier
        if best > enough:
            break
        if idle >= how.patience:
            pace, idle = 0.5 * pace, 0
            multiplier[:] = peak
            direction[:] = 0.0
            if pace < LEAST_STEP:
                break
        elif not step(rows, caps, chosen, miss, pace * (target - bound), slope, direction, multiplier):
            break
    multiplier[:] = peak
    return best, pace


@compiled
def step(
    rows: Rows, caps: Overlapping, chosen: Mask, miss: float, length: float, slope: Floats, direction: Floats,
    multiplier: Floats,
) -> bool:
    """One step of ``length`` along the deflected slope; False where the slope is zero: the multipliers are best."""  # fmt: skip
    steep = False
    n_rows = rows.starts.size - 1
    for c in range(caps.room.size):
        slope[n_rows + c] = -caps.room[c]
        for e in range(caps.starts[c], caps.starts[c + 1]):
            if chosen[caps.members[e]]:
                slope[n_rows + c] += 1.0
        if slope[n_rows + c] < 0.0 and multiplier[n_rows + c] == 0.0:
            slope[n_rows + c] = 0.0  # it stays at 0
        steep = steep or slope[n_rows + c] != 0.0
    for i in range(n_rows):
        slope[i] = 1.0
        for e in range(rows.starts[i], rows.starts[i + 1]):
            if rows.price[e] >= multiplier[i]:
                break
            if chosen[rows.candidate[e]]:
                slope[i] -= 1.0
        steep = steep or slope[i] != 0.0
    if not steep:
        return False
    norm = 0.0
    for i in range(multiplier.size):
        direction[i] = slope[i] + DEFLECTION * direction[i]
        norm += direction[i] * direction[i]
    if norm > 0.0:
        for c in range(n_rows, multiplier.size):
            multiplier[c] = max(0.0, multiplier[c] + length / norm * direction[c])
        for i in range(n_rows):
            if rows.starts[i] < rows.starts[i + 1]:
                cheapest = rows.price[rows.starts[i]]
                multiplier[i] = min(max(multiplier[i] + length / norm * direction[i], cheapest), miss)
            else:
                multiplier[i] = miss
    return True


@compiled
def settle(
    rows: Rows, groups: Groups, caps: Overlapping, k: int, enough: float, lowering: float, multiplier: Floats, fate: Fate, chosen: Mask,
    reduced: Floats,
) -> int:
    """Fix candidates by reduced costs: OUT where taking one in, IN where leaving one out lifts the bound above ``enough``.

    ``chosen`` and ``reduced`` come out as at ``multiplier``; the number of candidates settled is returned.
    """  # fmt: skip
    room = groups.room.copy()
    total = reduced_costs(rows, caps, multiplier, lowering, reduced)
    bound = total + choose(reduced, fate, groups, k, room, chosen)
    worst, worst_of, count = worst_chosen(reduced, fate, groups, chosen)
    full = count >= k
    settled = 0
    before = fate.copy()
    for j in range(fate.size):
        if before[j] == FREE:
            group = groups.of[j]
            if chosen[j]:
                if bound - reduced[j] + best_instead(reduced, before, groups, room, chosen, group) > enough:
                    fate[j] = IN
                    settled += 1
            else:
                leaves = 0.0
                if group >= 0 and room[group] <= 0:
                    leaves = worst_of[group]
                elif full:
                    leaves = worst
                if bound + reduced[j] - leaves > enough:
                    fate[j] = OUT
                    settled += 1
    return settled


@compiled
def worst_chosen(reduced: Floats, fate: Fate, groups: Groups, chosen: Mask) -> tuple[float, Floats, int]:
    """The largest ρ among free chosen candidates, over all and by group, and how many they are.

    Where a group is full with candidates that are in for good nobody can leave: −∞.
    """
    worst, count = -np.inf, 0
    worst_of = np.full(groups.room.size, -np.inf)
    for j in range(fate.size):
        if fate[j] == FREE and chosen[j]:
            count += 1
            worst = max(worst, reduced[j])
            if groups.of[j] >= 0:
                worst_of[groups.of[j]] = max(worst_of[groups.of[j]], reduced[j])
    return worst, worst_of, count


@compiled
def best_instead(reduced: Floats, fate: Fate, groups: Groups, room: Integers, chosen: Mask, group: int) -> float:
    """The smallest ρ of a free candidate outside the choice that may come when one of ``group`` leaves; 0 for nobody."""
    best = 0.0
    for j in range(fate.size):
        other = groups.of[j]
        if fate[j] == FREE and not chosen[j] and (other < 0 or other == group or room[other] > 0):
            best = min(best, reduced[j])
    return best
