"""A cover problem set up for searching: what stands and what must come is on the board, the rest is to be chosen."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from dingdian.space.arrays import Integers, Mask
from dingdian.space.compiled import compiled
from dingdian.space.siting.core import Core, Rows, core_of
from dingdian.space.siting.lagrange import Groups, groups_of
from dingdian.space.siting.limits import Counters, Limits, Rooms, counters, fits, put
from dingdian.space.siting.model import Roles
from dingdian.space.siting.problems import CoverProblem, mask
from dingdian.space.siting.search import Tally, add, fill, shake, swap, tally

# How much work one round of forced exchanges may be, in entries touched: keeps a round well below a second on dense covers.
ROUND_WORK = 2_000_000


@frozen(eq=False)
class Board:
    """The searching form of a problem; ``state`` and ``now`` change as places are put and taken.

    Attributes
    ----------
    core, rooms, groups : Core, Rooms, Groups
        Open demand; limits; and the part of the limits that bounds respect.
    state, now : Counters, Tally
        What is chosen, required places included.
    free : bool array, shape (n_candidates,)
        Candidates that may still be put, required ones not among them.
    keep : bool array, shape (n_candidates,)
        Required candidates.
    base : int
        Units that fixed and required places cover.
    """

    core: Core
    rooms: Rooms
    groups: Groups
    state: Counters
    now: Tally
    free: Mask
    keep: Mask
    base: int

    @property
    def covered(self) -> int:
        """Units covered in all."""
        return self.base + int(self.now.covered[0])

    @property
    def open_units(self) -> int:
        """Units that the free candidates together could still add to ``base``."""
        return int(self.core.weight.sum())

    def chosen(self) -> Integers:
        """Chosen candidates, required ones included, ascending."""
        return np.flatnonzero(self.state.chosen)

    def fill(self, p: int, enough: int, among: Mask | None = None) -> Integers:
        """Greedy up to ``p`` places in all or until ``enough`` units in all are covered; what was added, in order."""
        free = self.free if among is None else self.free & among
        return fill(self.core, self.rooms, self.state, self.now, free, p, enough - self.base)

    def swap(self, enough: int) -> None:
        """Exchanges, one for one, until none covers more."""
        self.now.ask[:] = True
        swap(self.core, self.rooms, self.state, self.now, self.free, self.keep, enough - self.base)

    def shake(self, order: Integers, enough: int) -> int:
        """Forced exchanges in ``order``; how many of them covered more."""
        return shake(self.core, self.rooms, self.state, self.now, self.free, self.keep, order, enough - self.base)

    def tries(self, p: int) -> int:
        """How many forced exchanges one round may hold: four for each place, fewer on dense covers."""
        entries, columns, n_rows = self.core.rows.size, max(1, int(self.free.sum())), max(1, self.core.weight.size)
        one = max(1.0, entries / columns * entries / n_rows)
        return int(min(max(100, 4 * p), max(20, ROUND_WORK / one)))


def board_of(problem: CoverProblem) -> Board | None:
    """The problem set up; None where the required candidates break a limit."""
    return set_up(problem.rows, problem.units.units, problem.given, problem.limits)


def set_up(rows: Rows, units: Integers, given: Roles, limits: Limits) -> Board | None:
    """A board from its parts; None where the required candidates break a limit."""
    size = rows.n_candidates
    rooms, free = limits.rooms(size, given.fixed, mask(size, given.forbidden))
    state = counters(rooms, size)
    if not _put_all(rooms, state, free, given.required):
        return None
    free &= _fitting(rooms, state)
    keep = mask(size, given.required)
    groups = groups_of(rooms, state, free)
    core, base = core_of(rows, units, mask(size, given.fixed, given.required), free)
    return Board(core, rooms, groups, state, tally(core), free, keep, base)


def start_again(board: Board, sites: Integers) -> Board:
    """The same board with exactly ``sites`` (and the required ones) chosen."""
    state = counters(board.rooms, board.free.size)
    fresh = Board(board.core, board.rooms, board.groups, state, tally(board.core), board.free, board.keep, board.base)
    for j in np.union1d(np.flatnonzero(board.keep), sites).tolist():
        add(board.core, board.rooms, state, fresh.now, int(j))
    return fresh


def in_order(problem: CoverProblem, chosen: Integers) -> tuple[Integers, Integers]:
    """Chosen places by what each adds beside the fixed ones, most first, equal ones by number; units covered before and after each.

    Places that add nothing after the others are left out, required ones excepted, which then come last.
    """
    size = problem.rows.n_candidates
    fixed, free = mask(size, problem.given.fixed), mask(size, chosen)
    core, base = core_of(problem.rows, problem.units.units, fixed, free)
    rooms, _ = Limits().rooms(size, problem.given.fixed, ~free)
    state, now = counters(rooms, size), tally(core)
    order = fill(core, rooms, state, now, free, int(chosen.size), int(core.weight.sum()) + 1)
    running = _running(core, order)
    late = np.setdiff1d(problem.given.required, order)
    covered = base + np.concatenate((running, np.full(late.size, running[-1])))
    return np.concatenate((order, late)), covered


@compiled
def _running(core: Core, order: Integers) -> Integers:
    """Units covered before the first of ``order`` and after each."""
    covered = np.zeros(core.weight.size, np.bool_)
    totals = np.zeros(order.size + 1, np.int64)
    for place in range(order.size):
        totals[place + 1] = totals[place]
        for k in range(core.starts[order[place]], core.starts[order[place] + 1]):
            if not covered[core.rows[k]]:
                covered[core.rows[k]] = True
                totals[place + 1] += core.weight[core.rows[k]]
    return totals


@compiled
def _put_all(rooms: Rooms, state: Counters, free: Mask, required: Integers) -> bool:
    for j in required:
        if not free[j] or not fits(rooms, state, j):
            return False
        put(rooms, state, j)
    return True


@compiled
def _fitting(rooms: Rooms, state: Counters) -> Mask:
    """Candidates that are not chosen and still fit."""
    found = np.zeros(state.chosen.size, np.bool_)
    for j in range(found.size):
        found[j] = not state.chosen[j] and fits(rooms, state, j)
    return found

