"""Maximal cover: where to add places so that most people are covered, and how far from best that may be.

An answer is called optimal only where value and bound meet, and every answer can be checked again by `Siting.verify`, which shares no
code with the search.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from attrs import evolve

from dingdian.space.arrays import Floats, Integers, Numbers
from dingdian.space.arrays import weights as checked_weights
from dingdian.space.exact import Whole
from dingdian.space.siting.board import board_of, in_order
from dingdian.space.siting.core import Cover, rows_of
from dingdian.space.siting.limits import Limits, combined
from dingdian.space.siting.maximal import most_covered
from dingdian.space.siting.model import (
    Budget,
    Clock,
    Siting,
    budget,
    capacities,
    mostly_by,
    places,
    roles,
    share_between,
    status_of,
)
from dingdian.space.siting.problems import CoverProblem, mask
from dingdian.space.siting.service import in_order as service_order
from dingdian.space.siting.service import most_served, on_one_grid, served_by


def max_cover(
    cover: Cover,
    weight: Numbers,
    p: int,
    *,
    fixed: Iterable[int] = (),
    required: Iterable[int] = (),
    forbidden: Iterable[int] = (),
    at_most: Sequence[tuple[Any, ...]] | None = None,
    limits: Limits | None = None,
    capacity: Numbers | None = None,
    gap: float | None = None,
    seconds: float | None = None,
    clock: Clock | None = None,
    exact: bool = True,
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
        Places to choose beside the fixed ones, required ones counted.
    fixed : candidate indices
        Already there; their cover counts.
    required, forbidden : candidate indices
        Always chosen; never chosen.
    at_most : list of (candidate indices, k) or (candidate indices, k, name)
        Of these candidates at most k may be there, fixed ones counted. Where the fixed ones alone are more,
        none is added: what already stands breaks no rule of the choice.
    limits : Limits, optional
        Caps, circles, spacing and quotas, see `Limits`.
    capacity : array, shape (n_candidates,), optional
        Persons that each place serves at most, fixed ones too; people of one row may go to several places.
        The value then counts persons served, and ``served`` says where.
    gap : float, optional
        Stop as soon as the certified gap is at most this share.
    seconds : float, optional
        Stop after this time by ``clock``; the first answer is always finished. A search that time ended says
        ``time_limit``.
    clock : callable, optional
        Returns seconds, like ``time.monotonic``. Nothing below casework reads a clock of its own.
    exact : bool
        Whether an exact search (HiGHS) may run on what is left: always when ``seconds`` is given, else only where little is left.

    Returns
    -------
    Siting
        Equal gains go to the smaller index. ``assignment`` names the smallest of the places that cover a row (with capacities, the one
        that serves most of it); ``order`` and ``cumulative`` take the largest gain first, so that they tell how many places a target
        share needs; a place that adds nobody is not chosen.

    Raises
    ------
    ValueError
        Shapes that do not fit, numbers that are no booleans, indices out of range, a candidate in two roles, p larger than
        the number of candidates that may be chosen, a time limit without a clock.

    Notes
    -----
    Greedy (Nemhauser, Wolsey and Fisher 1978), swaps, and a Lagrangian bound: see `maximal` and `lagrange`. Whole weights are exact;
    others are rounded once to a grid of 2⁻⁶¹ of their total, so that no result depends on the order of the demand.
    """
    spent = budget(gap, seconds, clock)
    rows = rows_of(cover)
    given = roles(rows.n_candidates, fixed, required, forbidden)
    problem = CoverProblem(
        goal="most covered",
        rows=rows,
        weight=checked_weights("weight", weight, rows.size),
        units=Whole.of("weight", weight, rows.size),
        given=given,
        limits=combined(limits, at_most, rows.n_candidates),
        p=places(p, rows.n_candidates, given),
        capacity=capacities(capacity, rows.n_candidates),
    )
    if problem.capacity is not None:
        return _serving(problem, problem.capacity, spent, exact)
    board = board_of(problem)
    if board is None:
        return impossible(problem, spent)
    best = most_covered(board, problem.p, spent, problem.units, exact=exact)
    return _answer(problem, in_order(problem, best.board.chosen()), best.bound, best.late, spent)


def _answer(
    problem: CoverProblem, ordered: tuple[Integers, Integers], bound_units: int, late: bool, spent: Budget
) -> Siting:
    """The answer from the chosen places in order and the units covered before and after each."""
    order, covered = ordered
    units = problem.units
    value, bound = units.value(int(covered[-1])), units.value(max(int(covered[-1]), bound_units))
    return Siting(
        sites=np.sort(order), fixed=problem.given.fixed, value=value, bound=bound, gap=share_between(value, bound),
        status=status_of(value, bound, late), seconds=spent.taken(),
        assignment=first_of(problem, np.union1d(problem.given.fixed, order)), order=order, cumulative=units.values(covered),
        problem=problem,
    )  # fmt: skip


def _serving(problem: CoverProblem, capacity: Floats, spent: Budget, exact: bool) -> Siting:
    """The same with capacities."""
    units, held = on_one_grid(problem.weight, capacity)
    problem = evolve(problem, units=units)
    service = most_served(problem, held, spent, exact)
    if service is None:
        return impossible(problem, spent)
    siting = _answer(problem, service_order(problem, service), service.bound, service.late, spent)
    persons = served_by(problem, service, siting.sites)
    return evolve(siting, assignment=mostly_by(persons), served=persons)


def impossible(problem: CoverProblem, spent: Budget) -> Siting:
    """The answer where the required candidates break a limit: which one."""
    given = problem.given
    names = problem.limits.broken(given.required.tolist(), given.fixed.tolist())
    return without_choice(problem, spent, ("required", names[-1]))


def without_choice(problem: CoverProblem, spent: Budget, blocked_by: tuple[str, ...]) -> Siting:
    """An infeasible answer: the fixed places alone, and what stands in the way."""
    nothing = np.empty(0, dtype=np.int64)
    _, covered = in_order(problem, nothing)
    value = problem.units.value(int(covered[0])) if problem.goal in ("most covered", "least lost") else np.inf
    return Siting(
        sites=nothing, fixed=problem.given.fixed, value=value, bound=value, gap=0.0, status="infeasible", seconds=spent.taken(),
        assignment=first_of(problem, problem.given.fixed), order=nothing, cumulative=problem.units.values(covered[:1]),
        problem=problem, blocked_by=blocked_by,
    )  # fmt: skip


def first_of(problem: CoverProblem, standing: Integers) -> Integers:
    """The smallest standing candidate that covers each demand row, −1 for none."""
    rows = problem.rows
    stands = mask(rows.n_candidates, standing)[rows.candidates]
    row_of = np.repeat(np.arange(rows.size), np.diff(rows.starts))[stands]
    by = np.full(rows.size, -1, dtype=np.int64)
    found, first = np.unique(row_of, return_index=True)
    by[found] = rows.candidates[stands][first]
    return by
