"""Places that can serve only so many persons: who is served where is then a question of its own, and people of one row may be split.

The choice and the flows are one mixed-integer program with every limit as a row. Once places are chosen the flows are a
transportation problem, whose corner solutions are whole where persons and capacities are.
"""

from __future__ import annotations

from math import inf
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array, hstack

from dingdian.space.arrays import Floats, Integers, Mask
from dingdian.space.siting.branching import Task
from dingdian.space.siting.costs import Rows
from dingdian.space.siting.model import Budget
from dingdian.space.siting.program import Block, Program, block, limit_rows, minimised, total

WHOLE = 1e-6  # flows this close to whole numbers are whole


class Placement(NamedTuple):
    """Places and flows (persons per entry of the rows); nothing where none was found; ``impossible`` where that is proven."""

    opened: Mask | None
    persons: Floats | None
    bound: float
    impossible: bool


def placed(
    task: Task, people: Floats, capacity: Floats, price: Floats, budget: Budget, *, gap: float = 0.0, margin: float = 0.0
) -> Placement:
    """The cheapest choice of places and flows.

    Parameters
    ----------
    people : float64 array, shape (n_rows,)
        Persons of each row of the task.
    capacity : float64 array, shape (n_candidates,)
        Persons; ``inf`` for no limit.
    price : float64 array, shape (n_entries,)
        Per person, for each entry of the task's rows.
    gap, margin : float
        Relative and absolute difference of value and bound at which the search may stop.
    """
    n, rows = task.free.size, task.prices.rows
    program = Program(
        np.concatenate((np.zeros(n), price)), *_sides(task, people, capacity), n,
        (*_flow_rows(rows, people, capacity, n), total(n + price.size, np.flatnonzero(task.free), most=float(task.p)),
         *limit_rows(task.rooms, n + price.size, task.p)),
    )  # fmt: skip
    outcome = minimised(program, seconds=budget.left(), gap=gap, margin=margin)
    opened = outcome.chosen(n)
    if opened is None:
        return Placement(None, None, outcome.least(), outcome.verdict == "infeasible")
    opened[task.fixed] = True
    persons = flows(rows, people, capacity, price, opened)
    return Placement(opened if persons is not None else None, persons, outcome.least(), False)


def flows(rows: Rows, people: Floats, capacity: Floats, price: Floats, opened: Mask) -> Floats | None:
    """Persons per entry when just the ``opened`` places serve, at least cost; None where they cannot serve all."""
    at = np.flatnonzero(opened[rows.candidate])
    row = _row_of(rows)[at]
    served, room = _sums(row, rows.candidate[at].astype(np.int64), people.size, capacity)
    most = people[row]
    blocks = (Block(served, people, people), room)
    outcome = minimised(Program(price[at], np.zeros(at.size), most, 0, blocks))
    if outcome.x is None:
        return None
    persons = np.zeros(price.size)
    persons[at] = _rounded(outcome.x, people, capacity)
    return persons


def _rounded(persons: Floats, people: Floats, capacity: Floats) -> Floats:
    """Whole persons where people and capacities are whole."""
    whole = np.rint(persons)
    limits = capacity[np.isfinite(capacity)]
    if (people == np.rint(people)).all() and (limits == np.rint(limits)).all() and (abs(persons - whole) < WHOLE).all():
        return np.maximum(whole, 0.0)
    return np.maximum(persons, 0.0)


def _row_of(rows: Rows) -> Integers:
    return np.repeat(np.arange(rows.starts.size - 1), np.diff(rows.starts))


def _sides(task: Task, people: Floats, capacity: Floats) -> tuple[Floats, Floats]:
    """Lower and upper ends of all variables: whether each candidate is there, and persons per entry."""
    lower = np.zeros(task.free.size)
    lower[task.fixed] = lower[task.required] = 1.0
    upper = np.maximum(lower, task.free.astype(np.float64))
    rows = task.prices.rows
    most = np.minimum(people[_row_of(rows)], capacity[rows.candidate])
    return np.concatenate((lower, np.zeros(most.size))), np.concatenate((upper, most))


def _sums(row: Integers, candidate: Integers, n_rows: int, capacity: Floats) -> tuple[csr_array, Block]:
    """Persons by row as a matrix, and persons by candidate with a capacity as a block."""
    entry, one = np.arange(row.size), np.ones(row.size)
    limited = np.flatnonzero(np.isfinite(capacity))
    by_candidate = csr_array((one, (candidate, entry)), shape=(capacity.size, row.size))[limited]
    room = Block(by_candidate, np.full(limited.size, -inf), capacity[limited])
    return csr_array((one, (row, entry)), shape=(n_rows, row.size)), room


def _flow_rows(rows: Rows, people: Floats, capacity: Floats, n: int) -> tuple[Block, ...]:
    """Everybody is served; an entry serves only if its candidate is there, and no more than that one's capacity in all."""
    row, size = _row_of(rows), rows.candidate.size
    served, room = _sums(row, rows.candidate.astype(np.int64), people.size, capacity)
    entry = np.arange(size)
    most = np.minimum(people[row], capacity[rows.candidate])
    both, share = np.concatenate((n + entry, rows.candidate.astype(np.int64))), np.concatenate((np.ones(size), -most))
    limited = np.flatnonzero(np.isfinite(capacity))
    total = _beside(-csr_array((room.most, (np.arange(limited.size), limited)), shape=(limited.size, n)), room.matrix)
    return (
        Block(_beside(csr_array((people.size, n)), served), people, people),
        block(n + size, np.tile(entry, 2), both, share, most=np.zeros(size)),
        Block(total, np.full(limited.size, -inf), np.zeros(limited.size)),
    )


def _beside(left: csr_array, right: csr_array) -> csr_array:
    return csr_array(hstack([left, right], format="csr"))
