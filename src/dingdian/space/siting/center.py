"""The p-centre: the smallest radius within which p places can serve everybody, with proof.

The radius is one of the costs, so the answer is found by halving the list of different costs: at each one the question is whether
some choice covers every row. A radius counts as impossible only where that is proven.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import inf

import numpy as np
from attrs import evolve, field, frozen
from scipy.sparse import csr_array

from dingdian.space.arrays import Floats, Mask, Numbers, weights
from dingdian.space.siting.capacities import flows
from dingdian.space.siting.costs import Cost, entries, within
from dingdian.space.siting.covering import Reply, Rules, blocking, everybody
from dingdian.space.siting.limits import Limits, combined
from dingdian.space.siting.median import (
    cheapest,
    flow_claims,
    nearest,
    nothing,
    rule_claims,
    served_by,
    served_matrix,
    triples,
)
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


@frozen(eq=False)
class CenterProblem:
    """A checked p-centre problem: costs by row, missing where a candidate cannot serve."""

    matrix: csr_array = field(repr=False)
    weight: Floats = field(repr=False)
    rules: Rules

    def claims(self, siting: Siting) -> Iterable[tuple[bool, str]]:
        """What must hold of an answer, worked out again with plain sets."""
        yield from rule_claims(self.rules, siting)
        if siting.value < inf:
            yield from self._worth(siting)
        yield siting.bound <= siting.value, "the bound lies above the value"
        yield siting.value == siting.bound or siting.status != "optimal", "optimal without proof"

    def _worth(self, siting: Siting) -> Iterator[tuple[bool, str]]:
        costs = served_by(self.matrix, {*siting.sites.tolist(), *siting.fixed.tolist()})
        if siting.served is not None:
            yield from flow_claims(self.rules, self.weight, costs, siting)
            farthest = max((costs[i].get(j, inf) for i, j, _ in triples(siting.served)), default=0.0)
            yield farthest == siting.value, "the value is not the largest cost that anybody bears"
            return
        people = [i for i in range(self.weight.size) if self.weight[i] > 0.0]
        yield all(costs[i] for i in people), "somebody is not served"
        farthest = max((min(costs[i].values()) for i in people), default=0.0)
        yield farthest == siting.value, "the value is not the largest cost that anybody bears"
        yield [nearest(row) for row in costs] == siting.assignment.tolist(), "the assignment is not to the cheapest place"


def p_center(
    cost: Cost,
    p: int,
    *,
    weight: Numbers | None = None,
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
    """Choose up to ``p`` places so that the largest cost that any row bears is least.

    Parameters
    ----------
    cost : matrix, shape (n_demand, n_candidates)
        Zero or more. Dense (``inf``: cannot serve) or sparse (no entry: cannot serve; an explicit 0 is a cost of 0).
    p : int
        Places to choose beside the fixed ones.
    weight : array, shape (n_demand,), optional
        Persons: rows with 0 do not count. Nothing else depends on it unless there are capacities. 1 where not given.
    fixed, required, forbidden, at_most, limits, capacity, gap, seconds, clock, exact :
        As in `p_median`; without ``exact`` only greedy answers are looked at and impossibility is shown by the nearest candidates
        alone.

    Returns
    -------
    Siting
        ``value``: the radius; ``bound``: the smallest cost not proven impossible as a radius. ``order`` is by index; ``cumulative`` is
        empty.

    Raises
    ------
    ValueError
        As in `p_median`.

    Notes
    -----
    Minieka (1970): a row of covering problems; each is reduced by implied rows and candidates and left to HiGHS where the greedy
    answer does not cover everybody.
    """
    spent = budget(gap, seconds, clock)
    matrix = entries(cost)
    n_demand, n = matrix.shape
    given = roles(n, fixed, required, forbidden)
    rules = Rules(places(p, n, given), given, combined(limits, at_most, n), capacities(capacity, n))
    persons = np.ones(n_demand) if weight is None else weights("weight", weight, n_demand)
    return _solved(CenterProblem(matrix, persons, rules), spent, exact)


def _solved(problem: CenterProblem, spent: Budget, exact: bool) -> Siting:
    def ask(radius: float, exact: bool = True) -> Reply:
        return everybody(problem.matrix, problem.weight, radius, problem.rules, spent, exact=exact)

    first = ask(inf)
    costs, lowest = _costs(problem)
    if first.opened is None:
        names = blocking(problem.matrix, problem.weight, problem.rules, spent) if first.known else ()
        return nothing(problem, problem.rules, problem.weight.size, spent, lowest, names)
    halving = Halving(costs, int(np.searchsorted(costs, lowest)), first.opened, _radius(problem, first.opened))
    while halving.asks() and halving.gap() > spent.gap:
        radius = halving.next_radius()
        reply = ask(radius, exact)
        halving = halving.after(radius, reply, inf if reply.opened is None else _radius(problem, reply.opened, radius))
    return _answer(problem, halving, spent)


@frozen(eq=False)
class Halving:
    """What is known about the radius: none of ``costs`` before ``proven`` is possible, ``value`` is; the next to ask is half-way.

    ``least``: where asking goes on; above ``proven`` where a question was left open.
    """

    costs: Floats
    proven: int
    opened: Mask
    value: float
    least: int = -1

    def _range(self) -> tuple[int, int]:
        return max(self.proven, self.least), int(np.searchsorted(self.costs, self.value))

    def asks(self) -> bool:
        """Whether a smaller radius is still to be asked about."""
        first, last = self._range()
        return first < last

    def next_radius(self) -> float:
        """The middle one of those that are neither known nor left open."""
        first, last = self._range()
        return float(self.costs[(first + last) // 2])

    def bound(self) -> float:
        """The smallest radius not proven impossible."""
        return min(self.value, float(self.costs[self.proven])) if self.proven < self.costs.size else self.value

    def gap(self) -> float:
        """Share between value and bound."""
        return share_between(self.value, self.bound())

    def after(self, radius: float, reply: Reply, value: float) -> Halving:
        """What is known once ``reply`` is in; ``value`` is the radius that its choice needs."""
        if reply.opened is not None:
            return evolve(self, opened=reply.opened, value=value)
        beyond = int(np.searchsorted(self.costs, radius)) + 1
        if reply.known and self.least <= self.proven:
            return evolve(self, proven=beyond)
        return evolve(self, least=beyond, proven=beyond if reply.known else self.proven)


def _costs(problem: CenterProblem) -> tuple[Floats, float]:
    """Different costs of rows with people, and the largest of their smallest: no radius is below."""
    kept = problem.matrix[np.flatnonzero(problem.weight > 0.0)]
    full = np.flatnonzero(np.diff(kept.indptr))
    lowest = float(np.minimum.reduceat(kept.data, kept.indptr[full]).max()) if full.size else 0.0
    return np.unique(np.append(kept.data, 0.0 if not full.size else lowest)), lowest


def _radius(problem: CenterProblem, opened: Mask, limit: float = inf) -> float:
    """The radius that ``opened`` needs; with capacities the ``limit`` within which it is known to do."""
    kept = problem.matrix[np.flatnonzero(problem.weight > 0.0)]
    if problem.rules.capacity is not None:
        return float(kept.data[kept.data <= limit].max()) if kept.nnz else 0.0
    there = opened[kept.indices]
    row = np.repeat(np.arange(kept.shape[0]), np.diff(kept.indptr))[there]
    least = np.full(kept.shape[0], inf)
    np.minimum.at(least, row, kept.data[there])
    return float(least.max()) if least.size else 0.0


def _answer(problem: CenterProblem, halving: Halving, spent: Budget) -> Siting:
    fixed = problem.rules.roles.fixed
    new = halving.opened.copy()
    new[fixed] = False
    sites, bound = np.flatnonzero(new), halving.bound()
    served = None if problem.rules.capacity is None else _served(problem, halving)
    value = halving.value if served is None else _farthest(problem.matrix, served)
    bound = min(bound, value)
    return Siting(
        sites=sites, fixed=fixed, value=value, bound=bound, gap=share_between(value, bound),
        status=status_of(value, bound, spent.passed()), seconds=spent.taken(),
        assignment=cheapest(problem.matrix, np.flatnonzero(halving.opened)) if served is None else mostly_by(served),
        order=sites.copy(), cumulative=np.empty(0), problem=problem, served=served,
    )  # fmt: skip


def _served(problem: CenterProblem, halving: Halving) -> csr_array:
    """Persons by row and place within the radius."""
    asked = within(problem.matrix, problem.weight > 0.0, halving.value)
    people = problem.weight[problem.weight > 0.0]
    assert problem.rules.capacity is not None
    persons = flows(asked.rows, people, problem.rules.capacity, asked.rows.price, halving.opened)
    assert persons is not None  # the radius was found with such flows
    return served_matrix(problem.matrix.shape, problem.weight, asked, persons)


def _farthest(matrix: csr_array, served: csr_array) -> float:
    return max((float(matrix[i, j]) for i, j, _ in triples(served)), default=0.0)
