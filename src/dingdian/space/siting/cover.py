"""Siting: where to add places so that most people are covered, and how far from best that may be.

This first version is greedy: it takes the candidate that adds most, again and again. It never calls an
answer optimal unless its own bound proves it, and every answer can be checked again by `Siting.verify`,
which shares no code with the search.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from math import fsum
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from attrs import field, frozen
from scipy.sparse import csc_array, sparray, spmatrix

from dingdian.space.arrays import Floats, Integers, Mask, Numbers, indices, read_only, weights

Cover: TypeAlias = npt.NDArray[Any] | sparray | spmatrix
Status: TypeAlias = Literal["optimal", "feasible", "infeasible", "time_limit"]
Clock: TypeAlias = Callable[[], float]

# Sums of float weights differ in their last bits with the order of adding; closer than this share counts as
# equal.
ROUNDING = 1e-12


@frozen(eq=False)
class AtMost:
    """Of these candidates no more than ``room`` may be chosen (fixed ones already taken off)."""

    members: Integers
    limit: int
    room: int


@frozen(eq=False)
class Problem:
    """A checked maximal-cover problem: ``cover`` by columns, rows ascending within each column."""

    cover: csc_array = field(repr=False)
    weight: Floats = field(repr=False)
    p: int
    fixed: Integers
    forbidden: Integers
    at_most: tuple[AtMost, ...]

    def rows(self, candidate: int) -> Integers:
        """Demand covered by ``candidate``, ascending."""
        start, end = self.cover.indptr[candidate : candidate + 2]
        return np.asarray(self.cover.indices[start:end], dtype=np.int64)


@frozen(eq=False)
class Siting:
    """A chosen set of places, what it is worth, and how good it may be at best.

    Attributes
    ----------
    sites : int64 array
        Chosen candidates, ascending; at most ``p``, fewer when no more of them would add anything.
    fixed : int64 array
        Candidates that were there from the beginning, ascending.
    value : float
        Weight covered by ``sites`` and ``fixed`` together.
    bound : float
        No choice can cover more; never below ``value``.
    gap : float
        (bound − value) / bound as a share; 0 when the bound is 0.
    status : {"optimal", "feasible", "time_limit"}
        ``optimal`` only where value and bound meet.
    seconds : float or None
        Time taken by the clock that was handed in; None without a clock.
    assignment : int64 array, shape (n_demand,)
        The smallest candidate among ``fixed`` and ``sites`` that covers each demand row; −1 for none.
    order : int64 array
        ``sites`` in the order of choosing.
    cumulative : float64 array, shape (len(order) + 1,)
        Weight covered before the first choice and after each: reads off how many places a target share needs.
    """

    sites: Integers
    fixed: Integers
    value: float
    bound: float
    gap: float
    status: Status
    seconds: float | None
    assignment: Integers = field(repr=False)
    order: Integers = field(repr=False)
    cumulative: Floats = field(repr=False)
    _problem: Problem = field(repr=False, alias="problem")

    def __attrs_post_init__(self) -> None:
        for array in (self.sites, self.fixed, self.assignment, self.order, self.cumulative):
            read_only(array)

    def verify(self) -> bool:
        """Check the answer against the problem by plain sets; True, or ValueError with the fault.

        Raises
        ------
        ValueError
            Naming the first thing that does not hold.
        """
        for holds, claim in _claims(self, self._problem):
            if not holds:
                raise ValueError(f"the siting is wrong: {claim}")
        return True


def max_cover(
    cover: Cover,
    weight: Numbers,
    p: int,
    *,
    fixed: Iterable[int] = (),
    forbidden: Iterable[int] = (),
    at_most: Iterable[tuple[Sequence[int], int]] | None = None,
    gap: float | None = None,
    seconds: float | None = None,
    clock: Clock | None = None,
) -> Siting:
    """Choose up to ``p`` candidates that cover the most weight.

    Parameters
    ----------
    cover : boolean matrix, shape (n_demand, n_candidates)
        Sparse or dense, True (or 1) where the candidate covers the demand. Other numbers are refused: a
        matrix of distances is not a cover.
    weight : array, shape (n_demand,)
        Persons, finite, zero or more.
    p : int
        Places to choose beside the fixed ones.
    fixed : candidate indices
        Already there; their cover counts.
    forbidden : candidate indices
        Never chosen.
    at_most : list of (candidate indices, k)
        Of these candidates at most k may be there, fixed ones counted. Where the fixed ones alone are more,
        none is added: what already stands breaks no rule of the choice.
    gap : float, optional
        The gap that would be good enough, as a share. One greedy pass has nothing to stop early: the value is
        checked and otherwise unused in this version; read ``.gap``.
    seconds : float, optional
        Stop choosing after this time by ``clock``; the status is then ``time_limit``.
    clock : callable, optional
        Returns seconds, like ``time.monotonic``. Nothing below casework reads a clock of its own.

    Returns
    -------
    Siting
        Equal gains go to the smaller index.

    Raises
    ------
    ValueError
        Shapes that do not fit, numbers that are no booleans, indices out of range, a candidate both fixed and
        forbidden, a time limit without a clock.

    Notes
    -----
    Lazy greedy (Minoux 1978). Bound: for any set S, the best choice is worth at most value(S) plus the p
    largest gains over S (Nemhauser, Wolsey and Fisher 1978), at_most respected on disjoint parts; the
    smaller one of S = fixed and S = the answer is taken.
    """
    _check_budget(gap, seconds, clock)
    problem = _problem(cover, weight, p, fixed, forbidden, at_most)
    start = clock() if clock else 0.0
    deadline = None if clock is None or seconds is None else start + seconds
    chosen, cumulative, stopped = _greedy(problem, lambda: _passed(clock, deadline))
    value = float(cumulative[-1])
    bound = max(value, min(_bound(problem, []), _bound(problem, chosen)))
    taken = clock() - start if clock else None
    return Siting(
        sites=np.array(sorted(chosen), dtype=np.int64),
        fixed=problem.fixed,
        value=value,
        bound=bound,
        gap=(bound - value) / bound if bound else 0.0,
        status=_status(value, bound, stopped),
        seconds=taken,
        assignment=_assignment(problem, chosen),
        order=np.array(chosen, dtype=np.int64),
        cumulative=cumulative,
        problem=problem,
    )


def _check_budget(gap: float | None, seconds: float | None, clock: Clock | None) -> None:
    if gap is not None and not 0.0 <= gap < 1.0:
        raise ValueError(f"gap is a share from 0 up to but not including 1, not {gap}")
    if seconds is not None and not seconds >= 0.0:
        raise ValueError(f"seconds must be zero or more, not {seconds}")
    if seconds is not None and clock is None:
        raise ValueError("a time limit needs a clock: pass clock=time.monotonic")


def _passed(clock: Clock | None, deadline: float | None) -> bool:
    return clock is not None and deadline is not None and clock() >= deadline


def _status(value: float, bound: float, stopped: bool) -> Status:
    if bound - value <= ROUNDING * bound:
        return "optimal"
    return "time_limit" if stopped else "feasible"


def _problem(
    cover: Cover,
    weight: Numbers,
    p: int,
    fixed: Iterable[int],
    forbidden: Iterable[int],
    at_most: Iterable[tuple[Sequence[int], int]] | None,
) -> Problem:
    columns = _columns(cover)
    n_demand, n_candidates = columns.shape
    if p < 0:
        raise ValueError(f"p must be zero or more, not {p}")
    there = np.unique(indices("fixed", list(fixed), n_candidates))
    never = np.unique(indices("forbidden", list(forbidden), n_candidates))
    both = np.intersect1d(there, never)
    if both.size:
        raise ValueError(f"candidate {both[0]} is both fixed and forbidden ({both.size} such)")
    caps = tuple(_at_most(members, k, n_candidates, there) for members, k in at_most or ())
    return Problem(columns, weights("weight", weight, n_demand), int(p), there, never, caps)


def _columns(cover: Cover) -> csc_array:
    """The cover by columns, Falses dropped."""
    matrix = csc_array(cover)
    if matrix.dtype != np.bool_ and not np.isin(matrix.data, (0, 1)).all():
        raise ValueError("cover must be boolean (or 0 and 1): distances are not a cover")
    truth = csc_array(matrix.astype(np.bool_))
    truth.sum_duplicates()
    truth.eliminate_zeros()
    return truth


def _at_most(members: Sequence[int], limit: int, n_candidates: int, fixed: Integers) -> AtMost:
    if limit < 0:
        raise ValueError(f"at_most needs a number that is zero or more, not {limit}")
    group = np.unique(indices("at_most", list(members), n_candidates))
    return AtMost(group, int(limit), max(0, int(limit) - np.intersect1d(group, fixed).size))


def _greedy(problem: Problem, stop: Callable[[], bool]) -> tuple[list[int], Floats, bool]:
    """Candidates in the order of choosing, the value before and after each, and whether time stopped it."""
    open_rows = _uncovered(problem, [])
    rooms = [cap.room for cap in problem.at_most]
    caps_of = _caps_of(problem)
    gains = _gains(problem, open_rows)
    queue = [(-float(gains[j]), int(j)) for j in np.flatnonzero(_allowed(problem) & (gains > 0.0))]
    heapq.heapify(queue)
    chosen: list[int] = []
    values = [_covered_weight(problem, open_rows)]
    while queue and len(chosen) < problem.p:
        if stop():
            return chosen, np.array(values), True
        best = _pop_best(problem, queue, open_rows, lambda j: all(rooms[c] > 0 for c in caps_of.get(j, ())))
        if best is None:
            break
        for cap in caps_of.get(best, ()):
            rooms[cap] -= 1
        open_rows[problem.rows(best)] = False
        chosen.append(best)
        values.append(_covered_weight(problem, open_rows))
    return chosen, np.array(values), False


def _pop_best(
    problem: Problem, queue: list[tuple[float, int]], open_rows: Mask, has_room: Callable[[int], bool]
) -> int | None:
    """The candidate of largest present gain, smallest index among equals; None when nothing adds anything.

    Gains only shrink, so an old gain is a ceiling: a candidate whose fresh gain still leads the queue is
    the best.
    """
    while queue:
        _, candidate = heapq.heappop(queue)
        if not has_room(candidate):
            continue  # room never comes back
        entry = (-_gain(problem, open_rows, candidate), candidate)
        if entry[0] == 0.0:
            continue
        if not queue or entry <= queue[0]:
            return candidate
        heapq.heappush(queue, entry)
    return None


def _caps_of(problem: Problem) -> dict[int, list[int]]:
    """Which at_most rules each candidate is under."""
    found: dict[int, list[int]] = {}
    for number, cap in enumerate(problem.at_most):
        for member in cap.members.tolist():
            found.setdefault(member, []).append(number)
    return found


def _allowed(problem: Problem) -> Mask:
    """Candidates that may be chosen at all."""
    allowed = np.ones(problem.cover.shape[1], dtype=np.bool_)
    allowed[problem.fixed] = False
    allowed[problem.forbidden] = False
    for cap in problem.at_most:
        if cap.room == 0:
            allowed[cap.members] = False
    return allowed


def _uncovered(problem: Problem, chosen: Sequence[int]) -> Mask:
    open_rows = np.ones(problem.weight.size, dtype=np.bool_)
    for candidate in (*problem.fixed.tolist(), *chosen):
        open_rows[problem.rows(candidate)] = False
    return open_rows


def _covered_weight(problem: Problem, open_rows: Mask) -> float:
    return fsum(problem.weight[~open_rows].tolist())


def _gains(problem: Problem, open_rows: Mask) -> Floats:
    """Weight that each candidate would add."""
    return np.array([_gain(problem, open_rows, j) for j in range(problem.cover.shape[1])], dtype=np.float64)


def _gain(problem: Problem, open_rows: Mask, candidate: int) -> float:
    """Weight that one candidate would add: correctly rounded, so that it never grows as rows are covered."""
    rows = problem.rows(candidate)
    return fsum(problem.weight[rows[open_rows[rows]]].tolist())


def _bound(problem: Problem, chosen: Sequence[int]) -> float:
    """No choice of p allowed candidates covers more than this (see the notes of `max_cover`)."""
    open_rows = _uncovered(problem, chosen)
    allowed = _allowed(problem)
    gains = np.where(allowed, _gains(problem, open_rows), 0.0)
    now = _covered_weight(problem, open_rows)
    return min(now + _largest_gains(problem, gains), _reachable_weight(problem, allowed))


def _largest_gains(problem: Problem, gains: Floats) -> float:
    """Sum of the p largest gains, each candidate held to the first at_most rule that it is under.

    Rules on disjoint parts are a matroid, where taking the largest that still fits is exact; the other
    rules are left out, which can only raise the bound.
    """
    rooms = [cap.room for cap in problem.at_most]
    caps_of = _caps_of(problem)
    taken: list[float] = []
    for candidate in np.argsort(-gains, kind="stable").tolist():
        if len(taken) == problem.p or gains[candidate] == 0.0:
            break
        for cap in caps_of.get(candidate, [])[:1]:
            rooms[cap] -= 1
            if rooms[cap] < 0:
                break
        else:
            taken.append(float(gains[candidate]))
    return fsum(taken)


def _reachable_weight(problem: Problem, allowed: Mask) -> float:
    """Weight that any fixed or allowed candidate covers."""
    some = allowed.copy()
    some[problem.fixed] = True
    return _covered_weight(problem, _uncovered(problem, np.flatnonzero(some).tolist()))


def _assignment(problem: Problem, chosen: Sequence[int]) -> Integers:
    by = np.full(problem.weight.size, -1, dtype=np.int64)
    for candidate in sorted({*problem.fixed.tolist(), *chosen}, reverse=True):
        by[problem.rows(candidate)] = candidate
    return by


def _claims(siting: Siting, problem: Problem) -> Iterable[tuple[bool, str]]:
    """What must hold, each with its sentence; worked out again from the matrix with sets."""
    matrix, chosen, fixed = problem.cover.tocoo(), set(siting.sites.tolist()), set(problem.fixed.tolist())
    by_row: dict[int, set[int]] = {}
    for row, candidate in zip(matrix.row.tolist(), matrix.col.tolist()):
        if candidate in chosen or candidate in fixed:
            by_row.setdefault(row, set()).add(candidate)
    worth = fsum(problem.weight[row] for row in by_row)
    yield len(chosen) == siting.sites.size <= problem.p, "more sites than p, or one twice"
    yield not chosen & (fixed | set(problem.forbidden.tolist())), "a fixed or forbidden candidate was chosen"
    for cap in problem.at_most:
        members = set(cap.members.tolist())
        yield len(chosen & members) <= max(0, cap.limit - len(fixed & members)), "an at_most rule is broken"
    yield abs(worth - siting.value) <= ROUNDING * worth, "the value is not the weight covered"
    yield siting.bound >= siting.value, "the bound lies below the value"
    meets = siting.bound - siting.value <= ROUNDING * siting.bound
    yield meets or siting.status != "optimal", "optimal without proof"
    claimed = {row: {owner} for row, owner in enumerate(siting.assignment.tolist()) if owner >= 0}
    yield claimed.keys() == by_row.keys(), "the assignment does not name who is covered"
    yield all(owner <= by_row[row] for row, owner in claimed.items()), "the assignment is not by who covers"
