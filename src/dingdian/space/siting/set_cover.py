"""Set cover: the fewest or cheapest places so that at least a share of the people is covered, inside the limits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from attrs import evolve

from dingdian.space.arrays import Floats, Integers, Numbers
from dingdian.space.arrays import weights as checked_weights
from dingdian.space.exact import Whole
from dingdian.space.siting.board import Board, board_of, in_order
from dingdian.space.siting.core import Cover, rows_of
from dingdian.space.siting.cover import first_of, impossible, without_choice
from dingdian.space.siting.limits import Limits, combined
from dingdian.space.siting.maximal import most_covered
from dingdian.space.siting.minimal import Cheapest, cheapest
from dingdian.space.siting.model import (
    Budget,
    Clock,
    Siting,
    budget,
    capacities,
    mostly_by,
    roles,
    share_between,
    status_of,
    to_blame,
)
from dingdian.space.siting.problems import CoverProblem, share_of
from dingdian.space.siting.service import cheapest_served, on_one_grid, served_by
from dingdian.space.siting.service import in_order as service_order

COST_BITS = 40  # fractional costs are rounded once to a grid of 2⁻⁴⁰ of their total; whole ones stay themselves


def set_cover(
    cover: Cover,
    weight: Numbers | None = None,
    *,
    share: float | Fraction = 1.0,
    cost: Numbers | None = None,
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
    """Choose the fewest (or cheapest) candidates that cover at least a share of the weight.

    Parameters
    ----------
    cover, fixed, required, forbidden, at_most, limits, gap, seconds, clock, exact
        As in `max_cover`.
    weight : array, shape (n_demand,), optional
        Persons, finite, zero or more; 1 for each row where None.
    share : float or Fraction
        Of all the weight, whether or not anybody can cover it; what the fixed places cover counts. 0.95 means 95 hundredths. With 1,
        rows without weight need not be covered.
    cost : array, shape (n_candidates,), optional
        Finite, zero or more; 1 for each candidate where None. Fixed places cost nothing more.
    capacity : array, shape (n_candidates,), optional
        Persons that each place serves at most, see `max_cover`; the share is then of persons served.

    Returns
    -------
    Siting
        ``value`` is the cost of ``sites`` (their number where no cost is given), ``bound`` what any choice costs at least. ``order``
        takes the largest gain in weight first, ``cumulative`` is the weight covered before and after each. Where no choice covers
        the share, the status is ``infeasible`` and ``blocked_by`` is ``("share",)`` if nobody could, or else the limits in the way.
        Where time or rounds ended before any choice was found or excluded, ``value`` is ``inf`` and the status ``time_limit``.

    Raises
    ------
    ValueError
        As in `max_cover`; a share outside 0 to 1.

    Notes
    -----
    See `minimal` for the search and `lagrange` for the bound, which is rounded up where costs are whole.
    """
    spent = budget(gap, seconds, clock)
    rows = rows_of(cover)
    persons = np.ones(rows.size) if weight is None else checked_weights("weight", weight, rows.size)
    units = Whole.of("weight", persons, rows.size)
    price = np.ones(rows.n_candidates) if cost is None else checked_weights("cost", cost, rows.n_candidates)
    problem = CoverProblem(
        goal="least cost",
        rows=rows,
        weight=persons,
        units=units,
        given=roles(rows.n_candidates, fixed, required, forbidden),
        limits=combined(limits, at_most, rows.n_candidates),
        need=share_of(units, share),
        cost=price,
        capacity=capacities(capacity, rows.n_candidates),
    )
    prices = Whole.of("cost", price, rows.n_candidates, room=COST_BITS)
    if problem.capacity is not None:
        return _serving(problem, problem.capacity, share, prices, spent, exact)
    board = board_of(problem)
    if board is None:
        return impossible(problem, spent)
    return _answer(problem, prices, _search(board, problem, prices, spent, exact), spent, exact)


def _search(board: Board, problem: CoverProblem, prices: Whole, spent: Budget, exact: bool) -> Cheapest:
    """The cheapest choice; where the search finds none, the most that can be covered decides whether there is one."""
    best = cheapest(board, prices.units, problem.need, spent, exact=exact)
    if best.sites is None and not best.impossible:
        most = _most(problem, spent, exact)
        best.impossible = most is not None and most[1] < problem.need
    return best


def _most(problem: CoverProblem, spent: Budget, exact: bool) -> tuple[int, int] | None:
    """Units that any number of places covers: found, and at best; None where required places break a limit."""
    board = board_of(problem)
    if board is None:
        return None
    best = most_covered(board, int(board.free.sum() + board.keep.sum()), spent, problem.units, exact=exact)
    return best.value, best.bound


def _answer(problem: CoverProblem, prices: Whole, best: Cheapest, spent: Budget, exact: bool) -> Siting:
    if best.impossible:
        return without_choice(problem, spent, blockers(problem, lambda p: _possible(p, spent, exact)))
    if best.sites is None:
        siting = without_choice(problem, spent, ())
        return evolve(siting, status="time_limit", bound=prices.value(best.bound), gap=1.0)
    return _chosen(problem, prices, in_order(problem, best.sites), best.bound, best.late, spent)


def _chosen(
    problem: CoverProblem, prices: Whole, ordered: tuple[Integers, Integers], bound_units: int, late: bool, spent: Budget
) -> Siting:
    """The answer from a choice that covers enough, in order; whoever adds nobody is not in it."""
    assert problem.cost is not None
    order, covered = ordered
    sites = np.sort(order)
    value = float(problem.cost[sites].sum())
    bound = min(value, prices.value(bound_units))
    if int(prices.units[sites].sum()) <= bound_units:
        bound = value
    return Siting(
        sites=sites, fixed=problem.given.fixed, value=value, bound=bound, gap=share_between(value, bound),
        status=status_of(value, bound, late), seconds=spent.taken(),
        assignment=first_of(problem, np.union1d(problem.given.fixed, sites)), order=order,
        cumulative=problem.units.values(covered), problem=problem,
    )  # fmt: skip


def _serving(
    problem: CoverProblem, capacity: Floats, share: float | Fraction, prices: Whole, spent: Budget, exact: bool
) -> Siting:
    """The same with capacities."""
    units, held = on_one_grid(problem.weight, capacity)
    problem = evolve(problem, units=units, need=share_of(units, share))
    service = cheapest_served(problem, held, prices, spent, exact)
    if service is None:
        return impossible(problem, spent)
    if service.impossible:
        return without_choice(problem, spent, blockers(problem, lambda p: _servable(p, held, prices, spent, exact)))
    if service.sites is None:
        siting = without_choice(problem, spent, ())
        return evolve(siting, status="time_limit", bound=prices.value(service.bound), gap=1.0)
    siting = _chosen(problem, prices, service_order(problem, service), service.bound, service.late, spent)
    persons = served_by(problem, service, siting.sites)
    return evolve(siting, assignment=mostly_by(persons), served=persons)


def _servable(problem: CoverProblem, held: Integers, prices: Whole, spent: Budget, exact: bool) -> bool:
    """Whether the share can be shown to be reachable, with capacities where the problem has any."""
    if problem.capacity is None:
        return _possible(problem, spent, exact)
    service = cheapest_served(problem, held, prices, spent, exact)
    return service is not None and service.sites is not None


def _possible(problem: CoverProblem, spent: Budget, exact: bool) -> bool:
    """Whether the share can be shown to be reachable."""
    most = _most(problem, spent, exact)
    return most is not None and most[0] >= problem.need


def blockers(problem: CoverProblem, possible: Callable[[CoverProblem], bool]) -> tuple[str, ...]:
    """Limits that by themselves leave no choice, see `to_blame`; ``("share",)`` where nothing helps."""
    names = [*problem.limits.names(), *(("capacity",) if problem.capacity is not None else ())]
    names += [role for role in ("required", "forbidden") if getattr(problem.given, role).size]
    bare = problem
    for name in names:
        bare = leave_out(bare, name)
    if not possible(bare):
        return ("share",)
    return to_blame(problem, names, leave_out, possible)


def leave_out(problem: CoverProblem, name: str) -> CoverProblem:
    """The problem without one of its limits."""
    if name == "capacity":
        return evolve(problem, capacity=None)
    if name in ("required", "forbidden"):
        return evolve(problem, given=problem.given.without(name))
    return evolve(problem, limits=problem.limits.without(name))
