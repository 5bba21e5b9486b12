"""The search behind `max_cover` and `release`: most units covered by a number of places, and how many it could be at best.

Greedy and swaps, then rounds of prices and forced exchanges in the order that prices suggest, then an exact search on what reduced
costs have left. Rounds are counted, so the answer is the same on every machine where no clock is handed in.
"""

from __future__ import annotations

import numpy as np
from attrs import define

from dingdian.space.arrays import Integers, Mask
from dingdian.space.exact import Whole
from dingdian.space.siting import exact as programs
from dingdian.space.siting.board import Board, start_again
from dingdian.space.siting.lagrange import Prices, best_of, cover_bounds, descend, longer_steps, prices, worth
from dingdian.space.siting.model import Budget

ROUNDS = 12
LONG = 40  # rounds where a time limit ends the search anyway
STEPS = 50  # price steps in a round
SETTLED = 3  # rounds before the order of prices means anything: no forced exchanges until then
WINDOWS = 4  # turns until the same candidates are tried again
SLICE = 4  # forced exchanges between two looks at the clock


@define(eq=False)
class Best:
    """The best choice so far, what bounds it, and whether time ended the search."""

    board: Board
    bound: int
    late: bool = False

    @property
    def value(self) -> int:
        """Units covered in all."""
        return self.board.covered

    def good_enough(self, spent: Budget) -> bool:
        """Whether the certified gap is what was asked for."""
        return self.bound - self.value <= spent.gap * self.bound


def most_covered(
    board: Board, p: int, spent: Budget, units: Whole, *, exactly: bool = False, exact: bool = True
) -> Best:
    """The choice of at most ``p`` places (``exactly`` so many) on the board that covers most, required ones counted.

    With ``exactly`` the board must hold ``p`` places already: exchanges keep their number.
    """
    more = p - int(board.keep.sum())
    best = Best(board, board.base + board.open_units)
    if not exactly:
        board.fill(p, best.bound)
    best.late = spent.passed()
    if best.good_enough(spent) or best.late:
        return _with_first_bound(best, more)
    board.swap(best.bound)
    search = prices(np.multiply(board.core.weight, 0.5, dtype=np.float64), float(board.open_units))
    for number in range(ROUNDS if spent.deadline is None else LONG):
        if spent.passed():
            best.late = True
            return _with_first_bound(best, more)
        if number and number % ROUNDS == 0:
            longer_steps(search)
        order = _price(best, more, search)
        if number >= SETTLED and not best.good_enough(spent):
            _exchange(best, window(order, board.tries(p), number - SETTLED), spent)
        if best.good_enough(spent):
            return best
    return _finish(best, more, search, spent, units, exactly) if exact else best


def _with_first_bound(best: Best, more: int) -> Best:
    """A bound for who has no time: the ``more`` largest weights (prices equal to weights)."""
    bounds, _ = cover_bounds(best.board.core, best.board.groups, more, best.board.core.weight.astype(np.float64))
    best.bound = min(best.bound, best.board.base + bounds[-1])
    return best


def _price(best: Best, more: int, search: Prices) -> Integers:
    """One round of prices: a better bound, and candidates by worth."""
    board = best.board
    descend(board.core, board.groups, more, search, float(board.now.covered[0]), STEPS)
    bounds, order = cover_bounds(board.core, board.groups, more, search.best)
    best.bound = min(best.bound, board.base + bounds[-1])
    return order


def window(order: Integers, width: int, turn: int) -> Integers:
    """``width`` candidates to try: the first ones on the first turn, then the next, and round again."""
    return np.roll(order[: WINDOWS * width], -turn * width)[:width]


def _exchange(best: Best, order: Integers, spent: Budget) -> None:
    """Forced exchanges, a slice at a time."""
    for start in range(0, order.size, SLICE):
        if spent.passed() or best.good_enough(spent):
            return
        best.board.shake(order[start : start + SLICE], best.bound)
    best.board.swap(best.bound)


def _finish(best: Best, more: int, search: Prices, spent: Budget, units: Whole, exactly: bool) -> Best:
    """Exact search among the candidates that a better choice may hold."""
    board = best.board
    among, certain = promising(board, more, search, best.value)
    left = spent.left()
    answer = programs.most_covered(board, more, exactly, best.value, among, certain, units.bits, left)
    if answer is None:
        best.late = spent.passed()
        return best
    sites, bound, proven = answer
    if sites is not None:
        other = start_again(board, sites)
        if other.covered > best.value:
            best.board = other
    best.bound = max(best.value, best.value if proven else min(best.bound, bound))
    best.late = not proven and left is not None
    return best


def promising(board: Board, more: int, search: Prices, value: int) -> tuple[Mask, Mask]:
    """Candidates that a choice better than ``value`` units may hold, and those that it must.

    Putting a candidate in costs the bound at least the difference to the least of the best ``more``; leaving one of these out costs at
    least the difference to the next one.
    """
    price = np.minimum(np.maximum(search.best, 0.0), board.core.weight)
    gain = worth(board.core, price)
    order = np.argsort(-gain, kind="stable")
    taken = best_of(order[board.free[order]], board.groups, more)
    among, certain = board.free.copy(), np.zeros(board.free.size, dtype=np.bool_)
    if taken.size < more or taken.size == 0:
        return among, certain
    bound = board.base + float((board.core.weight - price).sum() + gain[taken].sum())
    spare = bound * (1.0 + 1e-9) - (value + 1)
    among &= gain[taken].min() - gain <= spare
    among[taken] = True
    rest = np.setdiff1d(np.flatnonzero(board.free), taken)
    certain[taken] = gain[taken] - gain[rest].max(initial=0.0) > spare
    return among, certain
