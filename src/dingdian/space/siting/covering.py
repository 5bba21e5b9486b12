"""Can some choice of places serve everybody? The question behind the p-centre, and behind "no choice keeps the limits".

Yes comes with a choice, no with a proof; where the budget ends before either, the answer is "not known".
"""

from __future__ import annotations

from math import inf
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from attrs import field, frozen
from scipy.sparse import csr_array

from dingdian.space.arrays import Floats, Integers, Mask
from dingdian.space.siting.branching import Task, first_answer, narrowed
from dingdian.space.siting.capacities import placed
from dingdian.space.siting.costs import Prices, Rows, within
from dingdian.space.siting.limits import Limits
from dingdian.space.siting.model import Budget, Roles, to_blame
from dingdian.space.siting.multipliers import mutual_sets
from dingdian.space.siting.program import Block, Program, block, limit_rows, minimised

SMALL_ENOUGH = 4_000_000  # rows × candidates up to which rows and candidates are compared pair by pair
HALF = 0.5  # between two whole numbers of places
HAIR = 1e-3  # a bound on a number of places this much above p is above p


@frozen(eq=False)
class Rules:
    """What a choice must keep, whatever it is to be best at."""

    p: int
    roles: Roles
    limits: Limits
    capacity: Floats | None = field(default=None, repr=False)

    def names(self) -> tuple[str, ...]:
        """Everything that can stand in the way, limits by their names."""
        plain = {
            "forbidden": self.roles.forbidden.size > 0,
            "required": self.roles.required.size > 0,
            "capacity": self.capacity is not None,
            "p": True,
        }
        return (*self.limits.names(), *(name for name, there in plain.items() if there))

    def without(self, name: str, n_candidates: int) -> Rules:
        """The rules with one left out."""
        p = n_candidates if name == "p" else self.p
        capacity = None if name == "capacity" else self.capacity
        return Rules(p, self.roles.without(name), self.limits.without(name), capacity)


class Reply(NamedTuple):
    """``opened``: a choice that serves everybody, fixed places included; ``known`` False where the budget ended first."""

    opened: Mask | None
    known: bool


def task_of(rules: Rules, prices: Prices) -> Task | None:
    """The search task under the rules; None where already the required places break a limit."""
    n, roles = prices.n_candidates, rules.roles
    closed = np.zeros(n, dtype=np.bool_)
    closed[roles.forbidden] = True
    rooms, free = rules.limits.rooms(n, roles.fixed, closed)
    if not free[roles.required].all():
        return None
    task = Task(prices, rooms, free, roles.fixed, roles.required, min(rules.p, int(np.count_nonzero(free))))
    if narrowed(rooms, task.fates(), task.p + roles.fixed.size) < 0:
        return None
    return task


def everybody(matrix: csr_array, weight: Floats, radius: float, rules: Rules, budget: Budget, *, exact: bool = True) -> Reply:
    """Whether the rules leave a choice that serves every row with people within ``radius``.

    Parameters
    ----------
    matrix : csr_array, shape (n_demand, n_candidates)
        Costs, missing where a candidate cannot serve.
    weight : float64 array, shape (n_demand,)
        Persons; rows with 0 do not count.
    radius : float
        Included.
    exact : bool
        Otherwise only the greedy choice and the reach of all are looked at.
    """
    task = task_of(rules, within(matrix, weight > 0.0, radius))
    if task is None:
        return Reply(None, True)
    usable = task.free.copy()
    usable[task.fixed] = True
    if not _all_reached(task.prices.rows, usable):
        return Reply(None, True)
    if rules.capacity is not None:
        return _with_capacity(task, weight[weight > 0.0], rules.capacity, budget)
    opened, missed = first_answer(task)
    if missed == 0.0:
        return Reply(opened, True)
    return _by_program(task, budget) if exact else Reply(None, False)


def blocking(matrix: csr_array, weight: Floats, rules: Rules, budget: Budget) -> tuple[str, ...]:
    """Names of rules that together leave no choice that serves everybody at any cost, see `to_blame`; the given ones leave none.

    ``("reach",)`` where no rule is to blame: somebody is out of everybody's reach.
    """

    def without(rules: Rules, name: str) -> Rules:
        return rules.without(name, matrix.shape[1])

    def possible(rules: Rules) -> bool:
        reply = everybody(matrix, weight, inf, rules, budget)
        return reply.opened is not None or not reply.known

    return to_blame(rules, rules.names(), without, possible) or ("reach",)


def _all_reached(rows: Rows, usable: Mask) -> bool:
    there = np.concatenate(([0], np.cumsum(usable[rows.candidate])))
    return bool((there[rows.starts[1:]] > there[rows.starts[:-1]]).all())


def _by_program(task: Task, budget: Budget) -> Reply:
    """As few places as possible that cover all rows, as a mixed-integer program: are they at most p?"""
    n = task.free.size
    cover, names = _core(task)
    covered = Block(cover, np.ones(cover.shape[0]), np.full(cover.shape[0], np.inf))
    kept = np.zeros(n, dtype=np.bool_)
    kept[names] = True
    lower = np.zeros(n)
    lower[task.required] = 1.0
    program = Program(
        np.ones(n), lower, (kept | (lower > 0.0)).astype(np.float64), n,
        (covered, *limit_rows(task.rooms, n, task.p), _mutual_rows(task)),
    )  # fmt: skip
    outcome = minimised(program, seconds=budget.left(), enough=task.p + HALF)
    opened = outcome.chosen(n)
    if opened is not None and np.count_nonzero(opened) <= task.p:
        opened[task.fixed] = True
        if _all_reached(task.prices.rows, opened):
            return Reply(opened, True)
    return Reply(None, outcome.verdict == "infeasible" or outcome.bound > task.p + HAIR)


def _mutual_rows(task: Task) -> Block:
    """Rows that follow from the limits and that a solver would not find: see `mutual_sets`."""
    sets = mutual_sets(task.rooms, task.free.size)
    row = np.repeat(np.arange(len(sets)), [members.size for members, _ in sets])
    column = np.concatenate([np.empty(0, dtype=np.int64), *(members for members, _ in sets)])
    return block(task.free.size, row, column, most=np.array([float(room) for _, room in sets]))


def _core(task: Task) -> tuple[csr_array, Integers]:
    """Rows that no fixed place covers × candidates, and the candidates worth asking; what another implies is left out.

    A row is left out whose candidates include all those of another row. A candidate is left out whose rows are all those of
    another as well, unless limits bind: then the other may not be free to come.
    """
    prices, n = task.prices, task.free.size
    row = np.repeat(np.arange(prices.n_rows), np.diff(prices.rows.starts))
    cover = csr_array((np.ones(row.size), (row, prices.rows.candidate)), shape=(prices.n_rows, n))
    standing = np.zeros(n)
    standing[task.fixed] = 1.0
    cover = cover[np.flatnonzero(cover @ standing == 0.0)]
    names = np.flatnonzero(task.free)
    if cover.shape[0] * names.size > SMALL_ENOUGH:
        return cover, names
    dense = cover[:, names].toarray().astype(np.float32)
    before = (-1, -1)
    while dense.shape != before:
        before = dense.shape
        if not task.rooms.bind:
            worth = ~_implied(dense.T)
            worth |= np.isin(names, task.required)
            dense, names = dense[:, worth], names[worth]
        dense = dense[~_implied(1.0 - dense)]
    rows, columns = np.nonzero(dense)
    return csr_array((np.ones(rows.size), (rows, names[columns])), shape=(dense.shape[0], n)), names


def _implied(sets: npt.NDArray[np.floating[Any]]) -> Mask:
    """True for each row of ``sets`` (0 and 1) that lies inside another row; of equal ones all but the first."""
    size = sets.sum(axis=1)
    inside = (sets @ sets.T) == size[:, None]
    number = np.arange(size.size)
    equal = inside & inside.T
    return np.asarray(((inside & ~equal) | (equal & (number[None, :] < number[:, None]))).any(axis=1))


def _with_capacity(task: Task, people: Floats, capacity: Floats, budget: Budget) -> Reply:
    found = placed(task, people, capacity, np.zeros(task.prices.entries), budget)
    return Reply(found.opened, found.opened is not None or found.impossible)
