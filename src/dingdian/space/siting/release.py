"""Release: which of the places that stand to give up, so that the fewest people lose their cover, or so that every limit holds again.

Giving up k places is the same as choosing which others stay: a maximal cover among those present, with exactly so many.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from attrs import evolve, frozen

from dingdian.space.arrays import Integers, Mask, Numbers, indices
from dingdian.space.arrays import weights as checked_weights
from dingdian.space.compiled import compiled
from dingdian.space.exact import Whole
from dingdian.space.siting.board import Board, board_of, set_up, start_again
from dingdian.space.siting.core import Core, Cover, Rows, core_of, rows_of
from dingdian.space.siting.cover import first_of
from dingdian.space.siting.limits import Counters, Limits, Rooms, combined, counters, fits
from dingdian.space.siting.maximal import Best, most_covered
from dingdian.space.siting.model import (
    Budget,
    Clock,
    Roles,
    Siting,
    budget,
    roles,
    share_between,
    status_of,
    to_blame,
)
from dingdian.space.siting.problems import CoverProblem, mask
from dingdian.space.siting.search import Tally, add, drop, tally
from dingdian.space.siting.set_cover import leave_out as leave_out_limit


def release(
    cover: Cover,
    weight: Numbers,
    present: Iterable[int],
    leave_out: int | None,
    *,
    fixed: Iterable[int] = (),
    required: Iterable[int] = (),
    forbidden: Iterable[int] = (),
    at_most: Sequence[tuple[Any, ...]] | None = None,
    limits: Limits | None = None,
    gap: float | None = None,
    seconds: float | None = None,
    clock: Clock | None = None,
    exact: bool = True,
) -> Siting:
    """Choose which of the ``present`` places to give up.

    Parameters
    ----------
    cover, weight, gap, seconds, clock, exact
        As in `max_cover`.
    present : candidate indices
        Places that stand and of which some go. Every limit must hold among those of them that stay.
    leave_out : int or None
        How many go. None: as few as must go for every limit to hold, and among these as little weight lost as the search finds.
    fixed : candidate indices
        Others that stand and stay; they break no limit, and use up room.
    required, forbidden : candidate indices, among ``present``
        Always given up; never given up.
    at_most, limits
        As in `max_cover`.

    Returns
    -------
    Siting
        ``sites`` are the places that are given up. ``value`` is the weight still covered and ``bound`` the most that could be; without
        a number to leave out, ``value`` is the number of places given up and ``bound`` the least number. ``order`` gives up first what
        is missed least, ``cumulative`` is the weight covered before and after each. ``infeasible`` where no such choice keeps the
        limits.

    Raises
    ------
    ValueError
        As in `max_cover`; a number to leave out below zero, below the number of required ones or above that of those that may go;
        required or forbidden ones that are not present.
    """
    spent = budget(gap, seconds, clock)
    rows = rows_of(cover)
    given, here = _given(rows.n_candidates, present, fixed, required, forbidden)
    gone = _number(leave_out, here.size, given, rows.n_candidates)
    problem = CoverProblem(
        goal="fewest removals" if leave_out is None else "least lost",
        rows=rows,
        weight=checked_weights("weight", weight, rows.size),
        units=Whole.of("weight", weight, rows.size),
        given=given,
        limits=combined(limits, at_most, rows.n_candidates),
        p=here.size - gone,
        present=here,
    )
    return _released(problem, spent, exact)


def _given(
    size: int, present: Iterable[int], fixed: Iterable[int], required: Iterable[int], forbidden: Iterable[int]
) -> tuple[Roles, Integers]:
    """Roles of the question who stays: never given up = required to stay; given up or not there = may not stay."""
    here = np.unique(indices("present", list(present), size))
    asked = roles(size, fixed, required, forbidden)
    for name, places in (("required", asked.required), ("forbidden", asked.forbidden)):
        outside = np.setdiff1d(places, here)
        if outside.size:
            raise ValueError(f"candidate {outside[0]} is {name} but not present ({outside.size} such)")
    both = np.intersect1d(asked.fixed, here)
    if both.size:
        raise ValueError(f"candidate {both[0]} is both fixed and present ({both.size} such)")
    away = np.setdiff1d(np.arange(size), np.union1d(here, asked.fixed))
    return Roles(asked.fixed, asked.forbidden, np.union1d(asked.required, away)), here


def _number(leave_out: int | None, n_present: int, given: Roles, size: int) -> int:
    """How many go at least; checked."""
    must = int(given.forbidden.size - (size - n_present - given.fixed.size))
    if leave_out is None:
        return must
    if leave_out < 0:
        raise ValueError(f"leave_out must be zero or more, not {leave_out}")
    if leave_out < must:
        raise ValueError(f"leave_out is {leave_out}, but {must} places are required to go")
    may = n_present - int(given.required.size)
    if leave_out > may:
        raise ValueError(f"leave_out is {leave_out}, but only {may} of {n_present} present places may go")
    return int(leave_out)


@frozen(eq=False)
class Stay:
    """The largest number of present places that can stay: a choice, and a bound on the number."""

    sites: Integers
    most: int
    late: bool


def _released(problem: CoverProblem, spent: Budget, exact: bool) -> Siting:
    stay = _most_that_stay(problem, spent, exact)
    if stay is None or (problem.goal == "least lost" and stay.most < problem.p):
        return _nothing(problem, spent, "infeasible", _blockers(problem, spent, exact))
    if problem.goal == "fewest removals":
        problem = evolve(problem, p=int(stay.sites.size))
    board = _starting(problem, stay.sites)
    if board is None:
        return _nothing(problem, spent, "time_limit", ())
    best = most_covered(board, problem.p, spent, problem.units, exactly=True, exact=exact)
    return _answer(problem, best, stay, spent)


def _most_that_stay(problem: CoverProblem, spent: Budget, exact: bool) -> Stay | None:
    """How many can stay within the limits: a maximal cover in which each place covers just itself."""
    assert problem.present is not None
    size = problem.rows.n_candidates
    starts = np.arange(size + 1, dtype=np.int64)
    itself = Rows(starts, np.arange(size, dtype=np.int32), size)
    units = mask(size, problem.present).astype(np.int64)
    board = set_up(itself, units, problem.given, problem.limits)
    if board is None:
        return None
    _pack(board.core, board.rooms, board.state, board.now, board.free, _least_company_first(board.rooms))
    best = most_covered(board, int(board.free.sum() + board.keep.sum()), spent, Whole.of("weight", units, size), exact=exact)
    return Stay(best.board.chosen(), best.bound, best.late)


def _least_company_first(rooms: Rooms) -> Integers:
    """Candidates by how many limits count them, and how many others these count: who stands alone first."""
    sizes = np.diff(rooms.member_starts)
    counted = np.add.reduceat(np.append(sizes[rooms.caps], 0), rooms.cap_starts[:-1]) * (np.diff(rooms.cap_starts) > 0)
    return np.argsort(counted + np.diff(rooms.near_starts), kind="stable")


@compiled
def _pack(core: Core, rooms: Rooms, state: Counters, now: Tally, free: Mask, order: Integers) -> None:
    """As many places as fit, in ``order``; then one out for two or more in, until no such exchange is left."""
    _fill_in(core, rooms, state, now, free, order, -1)
    better = True
    while better:
        better = False
        for out in order:
            if not state.chosen[out] or not free[out]:
                continue
            drop(core, rooms, state, now, out)
            added = _fill_in(core, rooms, state, now, free, order, out)
            better |= added.size > 1
            if added.size < 2:
                for j in added:
                    drop(core, rooms, state, now, j)
                add(core, rooms, state, now, out)


@compiled
def _fill_in(
    core: Core, rooms: Rooms, state: Counters, now: Tally, free: Mask, order: Integers, but: int
) -> Integers:
    """Add whoever fits, in ``order``, ``but`` one; returns who was added."""
    added, size = np.empty(order.size, np.int64), 0
    for j in order:
        if j != but and free[j] and not state.chosen[j] and fits(rooms, state, j):
            add(core, rooms, state, now, j)
            added[size] = j
            size += 1
    return added[:size].copy()


def _starting(problem: CoverProblem, stay: Integers) -> Board | None:
    """A board with exactly ``problem.p`` places: greedy, filled up; where limits end that early, the largest choice thinned out."""
    board = board_of(problem)
    assert board is not None
    board.fill(problem.p, board.base + board.open_units)
    _fill_up(board.core, board.rooms, board.state, board.now, board.free, problem.p)
    if board.chosen().size == problem.p:
        return board
    if stay.size < problem.p:
        return None
    board = start_again(board, stay)
    _thin(board.core, board.rooms, board.state, board.now, board.keep, problem.p)
    return board


@compiled
def _fill_up(core: Core, rooms: Rooms, state: Counters, now: Tally, free: Mask, p: int) -> None:
    """Add candidates that fit, by number, until ``p`` are chosen."""
    chosen = int(state.chosen.sum())
    for j in range(free.size):
        if chosen == p:
            return
        if free[j] and not state.chosen[j] and fits(rooms, state, j):
            add(core, rooms, state, now, j)
            chosen += 1


@compiled
def _thin(core: Core, rooms: Rooms, state: Counters, now: Tally, keep: Mask, p: int) -> None:
    """Drop the place that is missed least, equal ones by number, until ``p`` are chosen."""
    for _ in range(int(state.chosen.sum()) - p):
        least = -1
        for j in range(keep.size):
            if state.chosen[j] and not keep[j] and (least < 0 or now.loss[j] < now.loss[least]):
                least = j
        drop(core, rooms, state, now, least)


def _answer(problem: CoverProblem, best: Best, stay: Stay, spent: Budget) -> Siting:
    assert problem.present is not None
    kept = best.board.chosen()
    gone = np.setdiff1d(problem.present, kept)
    order, covered = _leaving(problem, gone)
    units = problem.units
    if problem.goal == "fewest removals":
        value, bound = float(gone.size), float(problem.present.size - stay.most)
        late = stay.late
    else:
        value, late = units.value(int(covered[-1])), best.late
        bound = units.value(max(int(covered[-1]), best.bound))
    return Siting(
        sites=gone, fixed=problem.given.fixed, value=value, bound=bound, gap=share_between(value, bound),
        status=status_of(value, bound, late), seconds=spent.taken(),
        assignment=first_of(problem, np.union1d(problem.given.fixed, kept)), order=order,
        cumulative=units.values(covered), problem=problem,
    )  # fmt: skip


def _leaving(problem: CoverProblem, gone: Integers) -> tuple[Integers, Integers]:
    """The places that go, least missed first, equal ones by number, and the units covered before and after each."""
    assert problem.present is not None
    size = problem.rows.n_candidates
    free = mask(size, problem.present)
    core, base = core_of(problem.rows, problem.units.units, mask(size, problem.given.fixed), free)
    rooms, _ = Limits().rooms(size, problem.given.fixed, ~free)
    order, covered = _one_after_another(core, rooms, counters(rooms, size), tally(core), problem.present, gone)
    return order, base + covered


@compiled
def _one_after_another(
    core: Core, rooms: Rooms, state: Counters, now: Tally, present: Integers, gone: Integers
) -> tuple[Integers, Integers]:
    for j in present:
        add(core, rooms, state, now, j)
    order, covered = np.empty(gone.size, np.int64), np.empty(gone.size + 1, np.int64)
    covered[0] = now.covered[0]
    for place in range(gone.size):
        least = -1
        for j in gone:
            if state.chosen[j] and (least < 0 or now.loss[j] < now.loss[least]):
                least = j
        drop(core, rooms, state, now, least)
        order[place] = least
        covered[place + 1] = now.covered[0]
    return order, covered


def _nothing(problem: CoverProblem, spent: Budget, status: Any, blocked_by: tuple[str, ...]) -> Siting:
    """No choice: everything stays as it is."""
    assert problem.present is not None
    nobody = np.empty(0, dtype=np.int64)
    _, covered = _leaving(problem, nobody)
    less = problem.goal == "fewest removals"
    value = np.inf if less else problem.units.value(int(covered[0])) if status == "infeasible" else -np.inf
    bound = 0.0 if status != "infeasible" and less else problem.units.value(int(covered[0])) if not less else value
    return Siting(
        sites=nobody, fixed=problem.given.fixed, value=value, bound=bound, gap=0.0 if status == "infeasible" else 1.0, status=status,
        seconds=spent.taken(), assignment=first_of(problem, np.union1d(problem.given.fixed, problem.present)), order=nobody,
        cumulative=problem.units.values(covered), problem=problem, blocked_by=blocked_by,
    )  # fmt: skip


def _blockers(problem: CoverProblem, spent: Budget, exact: bool) -> tuple[str, ...]:
    """Limits that leave no choice of so many, by leaving out one after another; "forbidden" for those that may not go."""

    def possible(asked: CoverProblem) -> bool:
        stay = _most_that_stay(asked, spent, exact)
        return stay is not None and (asked.goal == "fewest removals" or stay.sites.size >= asked.p)

    names = [*problem.limits.names(), *(["required"] if problem.given.required.size else [])]
    blamed = to_blame(problem, names, leave_out_limit, possible)
    return tuple("forbidden" if name == "required" else name for name in blamed)
