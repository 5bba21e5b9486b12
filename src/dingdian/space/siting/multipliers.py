"""How cheap a choice of places can be at best: multipliers on "each row is served once" (Lagrangian relaxation).

With multiplier λ_i on each row the places fall apart: place j is worth ρ_j = Σ_i min(0, price_ij − λ_i), and

    Σ_i λ_i + (the sum of the best ρ under p and caps on disjoint groups)

is a bound for every λ (Cornuéjols, Fisher and Nemhauser 1977; Beasley 1985). Other limits are left out, which can only lower it.
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
FREE, IN, OUT = 0, 1, -1  # what is settled about a candidate

DEFLECTION = 0.6  # share of the last direction that is kept
MEMORY = 0.9  # share of the past in the running mean of inner choices
LEAST_STEP = 1e-3  # the ascent ends when the step factor falls below


class Groups(NamedTuple):
    """Unconditional caps on disjoint groups: the group of each candidate (−1: none) and how many of each may be chosen."""

    of: Integers
    room: Integers


class Ascent(NamedTuple):
    """How an ascent goes: at most ``steps``, first step factor ``pace``, halved after ``patience`` steps without a gain."""

    steps: int
    pace: float
    patience: int


def disjoint_groups(rooms: Rooms, n_candidates: int) -> Groups:
    """Unconditional caps, taken in order as long as they share no candidate with an earlier one."""
    of = np.full(n_candidates, -1, dtype=np.int64)
    room: list[int] = []
    for cap in np.flatnonzero(rooms.when == ALWAYS).tolist():
        members = rooms.members[rooms.member_starts[cap] : rooms.member_starts[cap + 1]]
        if (of[members] < 0).all():
            of[members] = len(room)
            room.append(int(rooms.room[cap]))
    return Groups(of, np.array(room, dtype=np.int64))


@compiled
def reduced_costs(rows: Rows, multiplier: Floats, reduced: Floats) -> float:
    """Fill ρ; Σ λ."""
    reduced[:] = 0.0
    total = 0.0
    for i in range(multiplier.size):
        total += multiplier[i]
        for e in range(rows.starts[i], rows.starts[i + 1]):
            if rows.price[e] >= multiplier[i]:
                break
            reduced[rows.candidate[e]] += rows.price[e] - multiplier[i]
    return total


@compiled
def choose(reduced: Floats, fate: Fate, groups: Groups, k: int, room: Integers, chosen: Mask) -> float:
    """The best choice of at most ``k`` free candidates beside those that are in: mark it, fill the rooms left, return Σ ρ.

    Candidates of smallest ρ as long as their group has room: with disjoint groups greedy is exact (a matroid).
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
        if k > 0 and (group < 0 or room[group] > 0):
            chosen[j] = True
            total += reduced[j]
            k -= 1
            if group >= 0:
                room[group] -= 1
    return total


@compiled
def choose_smallest(reduced: Floats, free: Integers, k: int, chosen: Mask) -> float:
    """Mark the ``k`` < len(free) free candidates of smallest ρ, equal ones by index; Σ ρ."""
    if k <= 0:
        return 0.0
    edge = np.partition(reduced[free], k - 1)[k - 1]
    total, left = 0.0, k
    for j in free:
        if reduced[j] < edge:
            chosen[j] = True
            total += reduced[j]
            left -= 1
    for j in free:
        if left > 0 and reduced[j] == edge:
            chosen[j] = True
            total += edge
            left -= 1
    return total


@compiled
def ascend(
    rows: Rows, fate: Fate, groups: Groups, k: int, miss: float, target: float, enough: float, lowering: float,
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
        total = reduced_costs(rows, multiplier, reduced)
        bound = total * (1.0 - lowering) + choose(reduced, fate, groups, k, room, chosen)
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
        elif not step(rows, chosen, miss, pace * (target - bound), slope, direction, multiplier):
            break
    multiplier[:] = peak
    return best, pace


@compiled
def step(
    rows: Rows, chosen: Mask, miss: float, length: float, slope: Floats, direction: Floats, multiplier: Floats
) -> bool:
    """One step of ``length`` along the deflected slope; False where the slope is zero: the multipliers are best."""
    steep = False
    for i in range(multiplier.size):
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
        for i in range(multiplier.size):
            if rows.starts[i] < rows.starts[i + 1]:
                cheapest = rows.price[rows.starts[i]]
                multiplier[i] = min(max(multiplier[i] + length / norm * direction[i], cheapest), miss)
            else:
                multiplier[i] = miss
    return True


@compiled
def settle(
    rows: Rows, groups: Groups, k: int, enough: float, lowering: float, multiplier: Floats, fate: Fate, chosen: Mask,
    reduced: Floats,
) -> int:
    """Fix candidates by reduced costs: OUT where taking one in, IN where leaving one out lifts the bound above ``enough``.

    ``chosen`` and ``reduced`` come out as at ``multiplier``; the number of candidates settled is returned.
    """  # fmt: skip
    room = groups.room.copy()
    total = reduced_costs(rows, multiplier, reduced) * (1.0 - lowering)
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
