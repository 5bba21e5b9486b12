"""The reallocation as a mixed-integer program, solved three times: first beds outside the bands, then beds off the wanted split of
levels, then beds that move.

Whole wards leave and enter each institution; what leaves a cell (a district's group of levels) enters cells that the plan and the
consents allow. Nothing gets lost unless the plan re-admits only a part of what is given up. HiGHS solves it on one thread.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from fractions import Fraction
from functools import partial
from math import ceil, floor, isfinite
from typing import Any

import numpy as np
from attrs import frozen

from dingdian.loop.reallocate.aims import off_shares, outside_bands, target_of
from dingdian.loop.reallocate.board import Board, Cell, Hospital
from dingdian.loop.reallocate.columns import Columns, Entries, Rows, columns_of
from dingdian.space.arrays import Floats

Clock = Callable[[], float]
STAGES = ("outside_bands", "off_shares", "moved")
_HAIR = 1e-6


@frozen(kw_only=True)
class Stage:
    """One solve: value and bound in beds, and whether the solver proved them equal."""

    name: str
    value: Fraction
    bound: Fraction
    proven: bool


@frozen(kw_only=True, eq=False)
class Solution:
    """Beds given and taken by institution, beds passed between cells, beds given up and not placed; and how well that is proven."""

    given: dict[str, int]
    taken: dict[str, int]
    passed: dict[tuple[Cell, Cell], int]
    closed: dict[Cell, int]
    stages: tuple[Stage, ...]

    @property
    def proven(self) -> bool:
        return all(stage.proven for stage in self.stages)


def solved(board: Board, *, stages: int = 3, seconds: float | None = None, clock: Clock | None = None) -> Solution:
    """The best reallocation, or the best found when the time ran out.

    Parameters
    ----------
    stages
        How many of the three aims are looked at, in their order.
    seconds, clock
        Time for all of them together; without, the solver's nodes are limited, so that the same board gives the same answer.
    """
    columns = columns_of(board)
    rows = Rows(columns.start["end"])
    _conserve(board, columns, rows)
    _hold_limits(board, columns, rows)
    _deviate(board, columns, rows)
    x, found = np.zeros(columns.start["end"]), []
    until = None if seconds is None or clock is None else clock() + seconds
    for name, cost in zip(STAGES[:stages], (_outside(columns), _off(columns), _moved(columns))):
        left = None if until is None or clock is None else max(0.0, until - clock())
        x, stage = _solve(board, columns, rows, name, cost, left, x)
        found.append(stage)
        rows.add([(int(i), float(cost[i])) for i in np.flatnonzero(cost)], most=float(stage.value) + _HAIR)
    return _read(board, columns, x, tuple(found))


# --- aims ------------------------------------------------------------------------------------------------------------------


def _outside(columns: Columns) -> Floats:
    return _ones(columns, columns.span("short", "off"))


def _off(columns: Columns) -> Floats:
    return _ones(columns, columns.span("off", "end"))


def _moved(columns: Columns) -> Floats:
    return _ones(columns, columns.span("given", "taken"))


def _ones(columns: Columns, at: range) -> Floats:
    cost = np.zeros(columns.start["end"])
    cost[at.start:at.stop] = 1.0
    return cost


# --- rows ------------------------------------------------------------------------------------------------------------------


def _lies_in(districts: Set[str], hospital: Hospital) -> bool:
    return hospital.district in districts


def _is_of(level: str, hospital: Hospital) -> bool:
    return hospital.level == level


def _net(columns: Columns, keep: Callable[[Hospital], bool]) -> Entries:
    """Beds that some institutions take, less those that they give."""
    taken = [(columns.start["taken"] + i, 1.0) for i, h in enumerate(columns.takers) if keep(h)]
    return taken + [(columns.start["given"] + i, -1.0) for i, h in enumerate(columns.givers) if keep(h)]


def _conserve(board: Board, columns: Columns, rows: Rows) -> None:
    """What a cell gives is passed on or closed; what a cell takes has been passed to it."""
    passed = list(enumerate(columns.flows, start=columns.start["passed"]))
    closed = {cell: columns.start["closed"] + i for i, cell in enumerate(columns.closures)}
    for cell in dict.fromkeys(h.cell for h in columns.givers):
        out = [(columns.start["given"] + i, 1.0) for i, h in enumerate(columns.givers) if h.cell == cell]
        on = [(j, -1.0) for j, (giver, _) in passed if giver == cell] + ([(closed[cell], -1.0)] if cell in closed else [])
        rows.add(out + on, least=0.0, most=0.0)
    for cell in dict.fromkeys(h.cell for h in columns.takers):
        into = [(columns.start["taken"] + i, 1.0) for i, h in enumerate(columns.takers) if h.cell == cell]
        rows.add(into + [(j, -1.0) for j, (_, taker) in passed if taker == cell], least=0.0, most=0.0)


def _hold_limits(board: Board, columns: Columns, rows: Rows) -> None:
    """Ceilings of districts, and beds added for beds given up."""
    for ceiling in board.limits.ceilings:
        taken = [(columns.start["taken"] + i, 1.0) for i, h in enumerate(columns.takers) if h.district == ceiling.district]
        room = (ceiling.needed or 0) - board.held((ceiling.district,))
        if ceiling.needed is None or room <= 0:
            rows.add(taken, most=0.0)
        elif ceiling.capped:
            rows.add(_net(columns, partial(_lies_in, {ceiling.district})), most=float(room))
    for exits in board.limits.exits:
        inside = set(exits.districts)
        taken = [(columns.start["taken"] + i, 1.0) for i, h in enumerate(columns.takers) if h.district in inside]
        given = [(columns.start["given"] + i, -float(exits.ratio)) for i, h in enumerate(columns.givers) if h.district in inside]
        rows.add(taken + given, most=0.0)
    if columns.closures:  # no more is closed than the part that is not re-admitted, rounded up to a whole bed
        kept = min(exits.ratio for exits in board.limits.exits)
        closed = [(j, 1.0) for j in columns.span("closed", "short")]
        rows.add(closed + [(j, float(kept) - 1.0) for j in columns.span("given", "taken")], most=1.0 - _HAIR)


def _deviate(board: Board, columns: Columns, rows: Rows) -> None:
    """Beds outside each band, and off each share of the total."""
    for i, band in enumerate(board.limits.bands):
        inside, held = set(band.districts), board.held(band.districts)
        net = _net(columns, partial(_lies_in, inside))
        if band.low is not None:
            rows.add([*net, (columns.start["short"] + i, 1.0)], least=float(band.low - held))
        if band.high is not None:
            rows.add([*net, (columns.start["over"] + i, -1.0)], most=float(band.high - held))
    for i, share in enumerate(board.limits.shares):
        level = share.level
        off = float(target_of(share, board.total) - sum(beds for (_, own), beds in board.beds.items() if own == level))
        net = _net(columns, partial(_is_of, level))
        net += [(j, float(share.percent) / 100.0) for j in columns.span("closed", "short")]  # the total falls with what is closed
        rows.add([*net, (columns.start["off"] + i, 1.0)], least=off)
        rows.add([*net, (columns.start["off"] + i, -1.0)], most=off)


# --- solving ---------------------------------------------------------------------------------------------------------------


def _solve(
    board: Board, columns: Columns, rows: Rows, name: str, cost: Floats, seconds: float | None, x: Floats
) -> tuple[Floats, Stage]:
    from dingdian.space.siting.program import Program, minimised

    ward = float(board.terms.ward)
    lower, upper = np.zeros(cost.size), _most(board, columns)
    # Whole wards: the integers count wards, so every coefficient of theirs is so many beds.
    scale = np.ones(cost.size)
    scale[:columns.start["passed"]] = ward
    scaled = rows.block()
    scaled = type(scaled)(scaled.matrix.multiply(scale[np.newaxis, :]).tocsr(), scaled.least, scaled.most)
    found: Any = minimised(Program(cost * scale, lower, upper / scale, columns.whole, (scaled,)), seconds=seconds)
    best = x if found.x is None else found.x * scale
    best[:columns.whole] = np.rint(best[:columns.whole])
    value = _value(board, columns, best, name)
    proven = found.verdict == "optimal"
    return best, Stage(name=name, value=value, bound=value if proven else _bound(found.bound, name, value), proven=proven)


def _most(board: Board, columns: Columns) -> Floats:
    """An upper bound of every variable, no wider than need be: with bounds far beyond the data HiGHS may stop short of the best."""
    gives, takes = [h.give for h in columns.givers], [h.take for h in columns.takers]
    moving = sum(gives) + sum(takes)
    beyond = board.total + moving + max((band.low or 0 for band in board.limits.bands), default=0)
    upper = np.full(columns.start["end"], float(beyond))
    upper[columns.start["passed"]:columns.whole] = float(moving)
    upper[columns.start["given"]:columns.start["passed"]] = gives + takes
    return upper


def _bound(bound: float, name: str, value: Fraction) -> Fraction:
    """What no reallocation goes below: the solver's bound, a hair less; rounded up where only whole beds are possible."""
    least = Fraction(floor((bound - _HAIR) * 100), 100) if isfinite(bound) else Fraction(0)
    return min(value, max(Fraction(0), least if name == "off_shares" else Fraction(ceil(least))))


def _value(board: Board, columns: Columns, x: Floats, name: str) -> Fraction:
    """The aim's value of whole moves, exactly."""
    at = columns.start
    given = {h.code: round(x[at["given"] + i]) for i, h in enumerate(columns.givers)}
    taken = {h.code: round(x[at["taken"] + i]) for i, h in enumerate(columns.takers)}
    if name == "moved":
        return Fraction(sum(given.values()))
    beds = dict(board.beds)
    for some, moves, sign in ((columns.givers, given, -1), (columns.takers, taken, 1)):
        for h in some:
            beds[h.cell] += sign * moves[h.code]
    return outside_bands(board, beds) if name == "outside_bands" else off_shares(board, beds)


def _read(board: Board, columns: Columns, x: Floats, stages: tuple[Stage, ...]) -> Solution:
    at = columns.start
    whole = [round(value) for value in x[:columns.whole]]
    return Solution(
        given={h.code: n for i, h in enumerate(columns.givers) if (n := whole[at["given"] + i])},
        taken={h.code: n for i, h in enumerate(columns.takers) if (n := whole[at["taken"] + i])},
        passed={flow: n for i, flow in enumerate(columns.flows) if (n := whole[at["passed"] + i])},
        closed={cell: n for i, cell in enumerate(columns.closures) if (n := whole[at["closed"] + i])}, stages=stages)
