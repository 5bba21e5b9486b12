"""The p-median: where to have p places so that all people together have the least to bear, with proof.

Every row with people must be served; where the limits leave no way to do that, the answer is ``infeasible`` and names them. The
answer is never called optimal unless value and bound meet, and `Siting.verify` checks it from the raw matrix without the search.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import ceil, fsum, inf

import numpy as np
from attrs import field, frozen
from scipy.sparse import csr_array

from dingdian.space.arrays import Floats, Integers, Mask, Numbers, weights
from dingdian.space.siting.branching import Task, completed, first_answer, solved
from dingdian.space.siting.capacities import Placement, flows, placed
from dingdian.space.siting.costs import Cost, Prices, entries, prices
from dingdian.space.siting.covering import Rules, blocking, everybody, task_of
from dingdian.space.siting.interchange import greedy, lower, nobody, serve
from dingdian.space.siting.limits import Limits, combined, counters, put
from dingdian.space.siting.model import (
    ROUNDING,
    Budget,
    Clock,
    Problem,
    Siting,
    budget,
    capacities,
    mostly_by,
    places,
    roles,
    share_between,
    status_of,
)
from dingdian.space.siting.program import JUST_UNDER_ONE

SOLVER = 1e-9  # share by which the program solver's own sums may be off
LARGE = 200_000  # entries up to which capacities are searched exactly


@frozen(eq=False)
class MedianProblem:
    """A checked p-median problem: costs by row, missing where a candidate cannot serve."""

    matrix: csr_array = field(repr=False)
    weight: Floats = field(repr=False)
    rules: Rules

    def claims(self, siting: Siting) -> Iterable[tuple[bool, str]]:
        """What must hold of an answer, worked out again with plain sets."""
        yield from rule_claims(self.rules, siting)
        if siting.sites.size or siting.value < inf:
            yield from self._worth(siting)
        yield siting.bound <= siting.value, "the bound lies above the value"
        meets = siting.value - siting.bound <= ROUNDING * siting.value
        yield meets or siting.status != "optimal", "optimal without proof"

    def _worth(self, siting: Siting) -> Iterator[tuple[bool, str]]:
        there = {*siting.sites.tolist(), *siting.fixed.tolist()}
        costs = served_by(self.matrix, there)
        if siting.served is not None:
            yield from flow_claims(self.rules, self.weight, costs, siting)
            value = fsum(n * costs[i][j] for i, j, n in triples(siting.served))
        else:
            people = [i for i in range(self.weight.size) if self.weight[i] > 0.0]
            yield all(costs[i] for i in people), "somebody is not served"
            value = fsum(self.weight[i] * min(costs[i].values()) for i in people)
            yield [nearest(row) for row in costs] == siting.assignment.tolist(), "the assignment is not to the cheapest place"
        yield abs(value - siting.value) <= SOLVER * value, "the value is not the cost of serving everybody"


def p_median(
    cost: Cost,
    weight: Numbers,
    p: int,
    *,
    fixed: Iterable[int] = (),
    required: Iterable[int] = (),
    forbidden: Iterable[int] = (),
    at_most: Sequence[tuple[object, ...]] | None = None,
    limits: Limits | None = None,
    capacity: Numbers | None = None,
    gap: float | None = None,
    seconds: float | None = None,
    clock: Clock | None = None,
    exact: bool = True,
) -> Siting:
    """Choose up to ``p`` places so that Σ weight × cost to the cheapest place is least.

    Parameters
    ----------
    cost : matrix, shape (n_demand, n_candidates)
        Zero or more. Dense (``inf``: cannot serve) or sparse (no entry: cannot serve; an explicit 0 is a cost of 0).
    weight : array, shape (n_demand,)
        Persons. Rows with 0 do not count: they need not be served.
    p : int
        Places to choose beside the fixed ones; fewer are chosen where one more would save nothing.
    fixed, required, forbidden : candidate indices
        There already; must be among the chosen; must not be.
    at_most, limits : optional
        Caps as (members, k) or (members, k, name), and `Limits`.
    capacity : array, shape (n_candidates,), optional
        Persons that each candidate can serve, ``inf`` for any number. People of one row may then be split: see ``served``; the
        assignment names the place that serves most of a row (equal ones: the smaller index).
    gap : float, optional
        Stop at this certified gap.
    seconds, clock : optional
        Time limit by ``clock``. Without one the work is bounded by counts, and the same input gives the same answer.
    exact : bool
        Whether to search until the proof is complete; otherwise one answer and one bound.

    Returns
    -------
    Siting
        ``order``: sites so that each next one saves most; ``cumulative``: the value before and after each (``inf`` while somebody is
        unserved; empty with capacities). Equal savings go to the smaller index.

    Raises
    ------
    ValueError
        Shapes that do not fit, costs that are missing or negative, indices out of range, a candidate on two lists, impossible p.

    Notes
    -----
    Greedy, interchange (Whitaker 1983), multipliers on the assignment (Cornuéjols, Fisher and Nemhauser 1977), candidates settled by
    reduced costs, branch and bound. Without capacities a choice is proven best in the end unless the budget is spent; with them the
    whole problem goes to HiGHS, and the bound without capacities stands where that stops early.
    """
    spent = budget(gap, seconds, clock)
    matrix = entries(cost)
    n_demand, n = matrix.shape
    given = roles(n, fixed, required, forbidden)
    rules = Rules(places(p, n, given), given, combined(limits, at_most, n), capacities(capacity, n))
    problem = MedianProblem(matrix, weights("weight", weight, n_demand), rules)
    task = task_of(rules, prices(matrix, problem.weight))
    if task is None:
        return _none(problem, spent, blocked=True)
    return _split(problem, task, spent, exact) if rules.capacity is not None else _nearest(problem, task, spent, exact)


def rule_claims(rules: Rules, siting: Siting) -> Iterator[tuple[bool, str]]:
    """Claims about the choice alone."""
    chosen, fixed = set(siting.sites.tolist()), set(rules.roles.fixed.tolist())
    yield siting.fixed.tolist() == sorted(fixed), "the fixed places are not those of the problem"
    yield len(chosen) == siting.sites.size <= rules.p, "more sites than p, or one twice"
    yield not chosen & (fixed | set(rules.roles.forbidden.tolist())), "a fixed or forbidden candidate was chosen"
    found = siting.value < inf
    yield not found or set(rules.roles.required.tolist()) <= chosen, "a required candidate was not chosen"
    broken = rules.limits.broken(chosen, fixed)
    yield not broken, f"a limit is broken: {', '.join(broken)}"
    yield found or siting.status != "optimal", "optimal without an answer"
    yield (siting.status == "infeasible") == bool(siting.blocked_by), "infeasible without a reason, or a reason without it"


def served_by(matrix: csr_array, there: set[int]) -> list[dict[int, float]]:
    """For each row the places that are there and can serve it, with their costs."""
    found: list[dict[int, float]] = [{} for _ in range(matrix.shape[0])]
    table = matrix.tocoo()
    for i, j, cost in zip(table.row.tolist(), table.col.tolist(), table.data.tolist()):
        if j in there:
            found[i][j] = cost
    return found


def nearest(costs: dict[int, float]) -> int:
    """The cheapest place, the smaller index among equals; −1 for none."""
    return min(costs, key=lambda j: (costs[j], j), default=-1)


def flow_claims(
    rules: Rules, weight: Floats, costs: list[dict[int, float]], siting: Siting
) -> Iterator[tuple[bool, str]]:
    """Claims about who is served where under capacities."""
    by_row, by_place = [0.0] * weight.size, [0.0] * siting.served.shape[1] if siting.served is not None else []
    allowed = True
    for i, j, persons in triples(siting.served):
        allowed = allowed and j in costs[i] and persons > 0.0
        by_row[i] += persons
        by_place[j] += persons
    yield allowed, "somebody is served by a place that is not there or cannot serve"
    yield all(abs(n - w) <= SOLVER * max(1.0, w) for n, w in zip(by_row, weight.tolist())), "not everybody is served"
    room = rules.capacity.tolist() if rules.capacity is not None else []
    yield all(n <= k + SOLVER * max(1.0, k) for n, k in zip(by_place, room)), "a capacity is exceeded"


def triples(served: csr_array | None) -> Iterator[tuple[int, int, float]]:
    if served is not None:
        table = served.tocoo()
        yield from zip(table.row.tolist(), table.col.tolist(), table.data.tolist())


def _nearest(problem: MedianProblem, task: Task, spent: Budget, exact: bool) -> Siting:
    """Without capacities: everybody goes to the cheapest place."""
    opened, price = first_answer(task)
    if price >= task.prices.miss:
        reply = everybody(problem.matrix, problem.weight, inf, problem.rules, spent)
        if reply.opened is None:
            return _none(problem, spent, blocked=reply.known)
        opened, price = _improved(task, reply.opened)
    search = solved(task, opened, price, spent, exact=exact)
    scale = task.prices.scale
    return _answer(problem, task, search.opened, search.bound() / scale, spent, search.stopped)


def _improved(task: Task, opened: Mask) -> tuple[Mask, float]:
    """Exchanges from a given choice."""
    state = counters(task.rooms, opened.size)
    for j in np.flatnonzero(opened & task.free).tolist():
        put(task.rooms, state, j)
    return completed(task, opened, state)


def _answer(problem: MedianProblem, task: Task, opened: Mask, bound: float, spent: Budget, stopped: bool) -> Siting:
    order, cumulative = _ordered(task, opened)
    value = float(cumulative[-1])
    bound = min(bound, value)
    sites, there = np.sort(order), problem.rules.roles.fixed
    return Siting(
        sites=sites, fixed=there, value=value, bound=bound, gap=share_between(value, bound),
        status=status_of(value, bound, stopped), seconds=spent.taken(),
        assignment=cheapest(problem.matrix, np.concatenate((sites, there))),
        order=order, cumulative=cumulative, problem=problem,
    )  # fmt: skip


def _ordered(task: Task, opened: Mask) -> tuple[Integers, Floats]:
    """The open places so that each next one saves most, idle ones left out, and the value before and after each."""
    asked, n = task.prices, opened.size
    mask, standing = opened & task.free, np.zeros(n, dtype=np.bool_)
    standing[task.fixed] = True
    free_of_limits = Limits().rooms(n, task.fixed, ~mask)[0]
    least = _least(asked, standing)
    values = [_value(asked, least)]
    order = greedy(asked.columns, free_of_limits, counters(free_of_limits, n), mask, standing, n, least.copy())
    order = np.concatenate((order, np.setdiff1d(task.required, order)))
    for j in order.tolist():
        lower(asked.columns, least, j)
        values.append(_value(asked, least))
    return order, np.array(values)


def _least(asked: Prices, opened: Mask) -> Floats:
    served = nobody(asked.n_rows)
    serve(asked.rows, opened, asked.miss, served)
    return served.least


def _value(asked: Prices, least: Floats) -> float:
    """What the rows pay together, in raw units; ``inf`` while one of them is not served."""
    return fsum(least.tolist()) / asked.scale if (least < asked.miss).all() else inf


def cheapest(matrix: csr_array, there: Integers) -> Integers:
    """For each row the cheapest of the places that are there (equal ones: the smaller index); −1 for none."""
    by = np.full(matrix.shape[0], -1, dtype=np.int64)
    least = np.full(matrix.shape[0], np.inf)
    columns = matrix.tocsc()
    for j in np.sort(there).tolist():
        rows = columns.indices[columns.indptr[j] : columns.indptr[j + 1]]
        cost = columns.data[columns.indptr[j] : columns.indptr[j + 1]]
        better = (cost < least[rows]) | (by[rows] < 0)
        by[rows[better]], least[rows[better]] = j, cost[better]
    return by


def nothing(problem: Problem, rules: Rules, n_demand: int, spent: Budget, bound: float, blocked_by: tuple[str, ...]) -> Siting:
    """No answer: because of ``blocked_by``, or because the budget ended before one was found."""
    none = np.empty(0, dtype=np.int64)
    return Siting(
        sites=none, fixed=rules.roles.fixed, value=inf, bound=inf if blocked_by else bound, gap=share_between(inf, bound),
        status="infeasible" if blocked_by else "time_limit", seconds=spent.taken(),
        assignment=np.full(n_demand, -1, dtype=np.int64), order=none.copy(), cumulative=np.empty(0), problem=problem,
        blocked_by=blocked_by,
    )  # fmt: skip


def _none(problem: MedianProblem, spent: Budget, *, blocked: bool) -> Siting:
    matrix, weight = problem.matrix, problem.weight
    names = blocking(matrix, weight, problem.rules, spent) if blocked else ()
    return nothing(problem, problem.rules, weight.size, spent, _row_least(matrix, weight), names)


def _row_least(matrix: csr_array, weight: Floats) -> float:
    """Everybody at the cheapest place of all: no choice costs less."""
    full = np.flatnonzero(np.diff(matrix.indptr))
    return fsum((np.minimum.reduceat(matrix.data, matrix.indptr[full]) * weight[full]).tolist()) if full.size else 0.0


def _split(problem: MedianProblem, task: Task, spent: Budget, exact: bool) -> Siting:
    """With capacities: places and flows together as a program, or the places of the plain problem where that is too large."""
    people, capacity = problem.weight[problem.weight > 0.0], _capacity(problem)
    price = task.prices.rows.price / np.repeat(people, np.diff(task.prices.rows.starts))
    opened, plain = first_answer(task)
    bound = solved(task, opened, plain, spent, exact=False).bound() if plain < task.prices.miss else 0.0
    if exact and task.prices.entries <= LARGE:
        margin = JUST_UNDER_ONE if task.prices.whole else 0.0
        found = placed(task, people, capacity, price, spent, gap=spent.gap, margin=margin)
        bound = max(bound, found.bound)
        if found.impossible:
            return _none(problem, spent, blocked=True)
    else:
        found = Placement(opened, flows(task.prices.rows, people, capacity, price, opened), bound, False)
    if found.opened is None or found.persons is None:
        return _none(problem, spent, blocked=False)
    return _flowing(problem, task, found.opened, found.persons, price, bound, spent)


def _capacity(problem: MedianProblem) -> Floats:
    assert problem.rules.capacity is not None
    return problem.rules.capacity


def _flowing(
    problem: MedianProblem, task: Task, opened: Mask, persons: Floats, price: Floats, bound: float, spent: Budget
) -> Siting:
    asked, scale = task.prices, task.prices.scale
    units = fsum((persons * price).tolist())
    bound = min(float(ceil(bound)) if asked.whole else bound, units)
    if units - bound <= 2.0 * SOLVER * units:
        bound = units
    served = served_matrix(problem.matrix.shape, problem.weight, asked, persons)
    sites, there = np.flatnonzero(opened & task.free), problem.rules.roles.fixed
    return Siting(
        sites=sites, fixed=there, value=units / scale, bound=bound / scale, gap=share_between(units, bound),
        status=status_of(units, bound, spent.passed()), seconds=spent.taken(), assignment=mostly_by(served),
        order=sites.copy(), cumulative=np.empty(0), problem=problem, served=served,
    )  # fmt: skip


def served_matrix(shape: tuple[int, int], weight: Floats, asked: Prices, persons: Floats) -> csr_array:
    """Persons by demand row and candidate, rows without people included."""
    row = np.repeat(np.flatnonzero(weight > 0.0), np.diff(asked.rows.starts))
    some = persons > 0.0
    return csr_array((persons[some], (row[some], asked.rows.candidate[some])), shape=shape)
