"""The search behind `set_cover`: the cheapest choice that covers enough, and what any such choice costs at least.

Greedy by units for cost, then rounds: prices on demand rows (a bound), greedy among the candidates that prices favour, and the attempt
to do with one place less, repaired by exchanges. At the end an exact search on what reduced costs have left.
"""

from __future__ import annotations

import numpy as np
from attrs import define

from dingdian.space.arrays import Floats, Integers, Mask
from dingdian.space.compiled import compiled
from dingdian.space.siting import exact as programs
from dingdian.space.siting.board import Board, start_again
from dingdian.space.siting.core import Core
from dingdian.space.siting.lagrange import Prices, ascend, cost_bound, longer_steps, prices, worth
from dingdian.space.siting.limits import Counters, Rooms, fits
from dingdian.space.siting.maximal import LONG, ROUNDS, SLICE, STEPS, window
from dingdian.space.siting.model import Budget
from dingdian.space.siting.search import Tally, add, drop

GREEDY_TURNS = 6  # rounds in which greedy tries again
FAVOURED = 4  # candidates for each place of the best choice, among which greedy tries again


@define(eq=False)
class Cheapest:
    """The best choice so far.

    Attributes
    ----------
    board : Board
        Where the search is; it holds the best choice between two steps.
    cost : int64 array, shape (n_candidates,)
        Cost units.
    need : int
        Units to be covered in all.
    sites : int64 array or None
        The best choice that covers enough, required places among it; None while there is none.
    bound : int
        Cost units that any choice costs at least.
    impossible, late : bool
        No choice covers enough: proven. Time ended the search.
    """

    board: Board
    cost: Integers
    need: int
    sites: Integers | None = None
    bound: int = 0
    impossible: bool = False
    late: bool = False

    @property
    def value(self) -> int:
        """Cost units of the best choice; of all candidates while there is none."""
        return int(self.cost.sum() if self.sites is None else self.cost[self.sites].sum())

    @property
    def uneven(self) -> bool:
        """Whether candidates differ in cost."""
        return bool(self.cost.size and self.cost.min() != self.cost.max())

    def good_enough(self, spent: Budget) -> bool:
        """Whether the certified gap is what was asked for."""
        return self.sites is not None and self.value - self.bound <= spent.gap * self.value

    def note(self) -> bool:
        """Keep what is on the board if it covers enough and is cheaper; whether it was."""
        chosen = self.board.chosen()
        better = self.sites is None or int(self.cost[chosen].sum()) < self.value
        if self.board.covered >= self.need and better:
            self.sites = chosen
            return True
        return False


def cheapest(board: Board, cost: Integers, need: int, spent: Budget, *, exact: bool = True) -> Cheapest:
    """The cheapest choice that covers ``need`` units in all, required places counted."""
    best = Cheapest(board, cost, need, bound=int(cost[board.keep].sum()))
    if board.base + board.open_units < need:
        best.impossible = True
        return best
    _first(best)
    search = prices(_first_prices(board.core, cost), -np.inf)
    order = np.flatnonzero(board.free)
    for turn in range(ROUNDS if spent.deadline is None else LONG):
        if best.good_enough(spent) or need <= board.base:
            return best
        if spent.passed():
            best.late = True
            return best
        if turn and turn % ROUNDS == 0:
            longer_steps(search)
        order = _price(best, search)
        if not best.good_enough(spent):
            _again(best, order, turn, spent)
    return _finish(best, search, spent) if exact and not best.good_enough(spent) else best


def _first(best: Cheapest) -> None:
    """Greedy; what is not needed after all is dropped."""
    board = best.board
    _fill_cheap(board, best, board.free)
    if board.covered < best.need:
        board.swap(best.need)
        _fill_cheap(board, best, board.free)
    _prune(board, best)
    best.note()


def _fill_cheap(board: Board, best: Cheapest, among: Mask) -> None:
    fill_cheap(board.core, board.rooms, board.state, board.now, board.free & among, best.cost, best.need - board.base)


def _prune(board: Board, best: Cheapest) -> None:
    if board.covered >= best.need:
        prune(board.core, board.rooms, board.state, board.now, board.keep, best.cost, best.need - board.base)


@compiled
def fill_cheap(
    core: Core, rooms: Rooms, state: Counters, now: Tally, free: Mask, cost: Integers, need: int
) -> None:
    """Add the candidate with the most units for its cost that fits, again and again, until ``need`` are covered or none adds anything."""
    left = free.copy()
    while now.covered[0] < need:
        best = next_cheap(rooms, state, left, now.gain, cost, need - now.covered[0])
        if best < 0:
            return
        add(core, rooms, state, now, best)


@compiled
def next_cheap(rooms: Rooms, state: Counters, free: Mask, units: Integers, cost: Integers, enough: int) -> int:
    """The candidate with the most units for its cost that fits, −1 for none; who does not fit is free no longer.

    Units beyond ``enough`` do not count. Equal candidates go by number.
    """
    best, most = -1, 0.0
    for j in range(free.size):
        if free[j] and units[j] > 0 and not state.chosen[j]:
            ratio = min(units[j], enough) / max(cost[j], 0.5)
            if ratio > most:
                if fits(rooms, state, j):
                    best, most = j, ratio
                else:
                    free[j] = False
    return best


@compiled
def prune(core: Core, rooms: Rooms, state: Counters, now: Tally, keep: Mask, cost: Integers, need: int) -> None:
    """Drop places that are not needed, the dearest first, among equals the one whose leaving costs fewest units."""
    while True:
        worst = -1
        for j in range(keep.size):
            if not state.chosen[j] or keep[j] or now.covered[0] - now.loss[j] < need:
                continue
            if worst < 0 or cost[j] > cost[worst] or (cost[j] == cost[worst] and now.loss[j] < now.loss[worst]):
                worst = j
        if worst < 0:
            return
        drop(core, rooms, state, now, worst)


def _first_prices(core: Core, cost: Integers) -> Floats:
    """Every row pays its part of the candidate that serves it at least cost for each unit."""
    weight = np.maximum(worth(core, core.weight.astype(np.float64)), 1.0)
    per_unit = (cost / weight)[core.row_candidates]
    if not core.weight.size:
        return np.zeros(0)
    least = np.minimum.reduceat(per_unit, core.row_starts[:-1])
    return np.asarray(least * core.weight, dtype=np.float64)


def _price(best: Cheapest, search: Prices) -> Integers:
    """One round of prices: a better bound, and candidates by reduced cost."""
    board, need = best.board, best.need - best.board.base
    kept = int(best.cost[board.keep].sum())
    goal = float(best.value - kept) if best.sites is not None else 1.2 * max(search.state[0], 0.0) + 1.0
    ascend(board.core, board.groups, best.cost.astype(np.float64), float(need), search, goal, STEPS)
    bound, order = cost_bound(board.core, board.groups, best.cost, need, search.best)
    best.bound = max(best.bound, kept + bound)
    return order[board.free[order]]


def _again(best: Cheapest, order: Integers, turn: int, spent: Budget) -> None:
    """Greedy among the favoured candidates; then one place less, and exchanges until that covers enough, again and again."""
    if best.sites is None or turn < GREEDY_TURNS:
        _greedy_among(best, order)
    while not spent.passed() and not best.good_enough(spent) and _mend(best, order, turn, spent):
        pass


def _greedy_among(best: Cheapest, order: Integers) -> None:
    """Greedy among the candidates that prices favour, then among all; kept if it is cheaper."""
    old = best.board
    among = np.zeros(old.free.size, dtype=np.bool_)
    among[order[: FAVOURED * max(1, old.chosen().size)]] = True
    best.board = start_again(old, np.empty(0, dtype=np.int64))
    _fill_cheap(best.board, best, among)
    _fill_cheap(best.board, best, best.board.free)
    _prune(best.board, best)
    if not best.note():
        best.board = old


def _mend(best: Cheapest, order: Integers, turn: int, spent: Budget) -> bool:
    """One place less than the best choice, and exchanges until enough is covered; whether that made a better choice.

    Where it does not, the board stays one place short and the next turn goes on from there with the next candidates.
    """
    board = best.board
    if board.covered >= best.need and not _leave(best):
        return False
    board.swap(best.need)
    tries = window(order, board.tries(board.chosen().size), turn)
    for start in range(0, tries.size, SLICE):
        if board.covered >= best.need or spent.passed():
            break
        board.shake(tries[start : start + SLICE], best.need)
    return _made_better(best)


def _leave(best: Cheapest) -> bool:
    """Take away the place that is missed least for its cost; False where there is none to take."""
    board = best.board
    places = np.flatnonzero(board.state.chosen & ~board.keep)
    if places.size:
        missed = board.now.loss[places] / np.maximum(best.cost[places], 0.5)
        drop(board.core, board.rooms, board.state, board.now, int(places[np.argmin(missed)]))
    return bool(places.size)


def _made_better(best: Cheapest) -> bool:
    """Whether the board, filled up where cheap places can and pruned, is a better choice; dear ones are not kept."""
    board = best.board
    if board.covered < best.need and best.uneven:
        _fill_cheap(board, best, board.free)
    _prune(board, best)
    if best.note():
        return True
    if board.covered >= best.need and best.sites is not None:
        best.board = start_again(board, best.sites)
    return False


def _finish(best: Cheapest, search: Prices, spent: Budget) -> Cheapest:
    """Exact search among the candidates that a cheaper choice may hold."""
    among = promising(best, search)
    left = spent.left()
    answer = programs.least_cost(best.board, best.cost, best.need, among, best.sites, left)
    if answer is None:
        best.late = spent.passed()
        return best
    sites, bound, proven = answer
    if sites is not None:
        best.board = start_again(best.board, sites)
        best.note()
    if best.sites is None:
        best.impossible = proven
    else:
        best.bound = best.value if proven else max(best.bound, min(best.value, bound))
    best.late = not proven and left is not None
    return best


def promising(best: Cheapest, search: Prices) -> Mask:
    """Candidates that a choice cheaper than the best may hold: those whose reduced cost does not lift the bound to its cost."""
    board = best.board
    if best.sites is None:
        return board.free.copy()
    reduced = best.cost - worth(board.core, np.maximum(search.best, 0.0))
    kept = int(best.cost[board.keep].sum())
    lifted = kept + search.state[0] * (1.0 - 1e-9) - 1e-6 + np.maximum(reduced, 0.0)
    return np.asarray(board.free & (lifted <= best.value - 1))
