"""The reallocation as a mixed-integer program, solved three times: first beds outside the bands, then beds off the wanted split of
levels, then beds that move.

Whole wards leave and enter each institution; what leaves a cell (a district's group of levels) enters cells that the plan and the
consents allow. Nothing gets lost unless the plan re-admits only a part of what is given up. HiGHS solves it on one thread.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil, floor, inf, isfinite
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from attrs import field, frozen

from dingdian.loop.reallocate.board import Board, Cell, Hospital, target_of
from dingdian.space.arrays import Floats

if TYPE_CHECKING:
    from dingdian.space.siting.program import Block

Entries: TypeAlias = list[tuple[int, float]]
Clock = Callable[[], float]
STAGES = ("outside_bands", "off_shares", "moved")
NOWHERE: Cell = ("", "")
_HAIR = 1e-6
_UNLIMITED = 1e9


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


@frozen(eq=False)
class _Columns:
    """Which variable is what: given and taken by institution, flows, closures, then deviations; the first ``whole`` are integers."""

    givers: tuple[Hospital, ...]
    takers: tuple[Hospital, ...]
    flows: tuple[tuple[Cell, Cell], ...]
    closures: tuple[Cell, ...]
    bands: int
    shares: int
    start: dict[str, int] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        at = 0
        sizes = (("given", len(self.givers)), ("taken", len(self.takers)), ("passed", len(self.flows)), ("closed", len(self.closures)),
                 ("short", self.bands), ("over", self.bands), ("off", self.shares))
        for name, size in sizes:
            self.start[name] = at
            at += size
        self.start["end"] = at

    @property
    def whole(self) -> int:
        return self.start["short"]

    def span(self, first: str, until: str) -> range:
        return range(self.start[first], self.start[until])


def solved(board: Board, *, stages: int = 3, seconds: float | None = None, clock: Clock | None = None) -> Solution:
    """The best reallocation, or the best found when the time ran out.

    Parameters
    ----------
    stages
        How many of the three aims are looked at, in their order.
    seconds, clock
        Time for all of them together; without, the solver's nodes are limited, so that the same board gives the same answer.
    """
    columns = _columns(board)
    rows = _Rows(columns.start["end"])
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


# --- variables -------------------------------------------------------------------------------------------------------------


def _columns(board: Board) -> _Columns:
    givers = tuple(h for h in board.hospitals if h.give)
    takers = tuple(h for h in board.hospitals if h.take)
    from_cells, to_cells = (tuple(dict.fromkeys(h.cell for h in some)) for some in (givers, takers))
    flows = tuple((a, b) for a in from_cells for b in to_cells if board.may_pass(a, b))
    if board.free_total:
        flows += (*((a, NOWHERE) for a in from_cells), *((NOWHERE, b) for b in to_cells))
    closures = from_cells if any(exits.ratio < 1 for exits in board.limits.exits) else ()
    return _Columns(givers, takers, flows, closures, len(board.limits.bands), len(board.limits.shares))


def _outside(columns: _Columns) -> Floats:
    return _ones(columns, columns.span("short", "off"))


def _off(columns: _Columns) -> Floats:
    return _ones(columns, columns.span("off", "end"))


def _moved(columns: _Columns) -> Floats:
    return _ones(columns, columns.span("given", "taken"))


def _ones(columns: _Columns, at: range) -> Floats:
    cost = np.zeros(columns.start["end"])
    cost[at.start:at.stop] = 1.0
    return cost


# --- rows ------------------------------------------------------------------------------------------------------------------


@frozen(eq=False)
class _Rows:
    """Rows of the program, one by one."""

    n: int
    entries: list[Entries] = field(factory=list)
    least: list[float] = field(factory=list)
    most: list[float] = field(factory=list)

    def add(self, entries: Entries, *, least: float = -inf, most: float = inf) -> None:
        self.entries.append(entries)
        self.least.append(least)
        self.most.append(most)

    def block(self) -> Block:
        from dingdian.space.siting.program import block

        row = np.array([i for i, entries in enumerate(self.entries) for _ in entries], dtype=np.int64)
        column = np.array([j for entries in self.entries for j, _ in entries], dtype=np.int64)
        value = np.array([v for entries in self.entries for _, v in entries], dtype=np.float64)
        return block(self.n, row, column, value, least=np.array(self.least), most=np.array(self.most))


def _net(board: Board, columns: _Columns, keep: Callable[[Hospital], bool]) -> Entries:
    """Beds that some institutions take, less those that they give."""
    taken = [(columns.start["taken"] + i, 1.0) for i, h in enumerate(columns.takers) if keep(h)]
    return taken + [(columns.start["given"] + i, -1.0) for i, h in enumerate(columns.givers) if keep(h)]


def _conserve(board: Board, columns: _Columns, rows: _Rows) -> None:
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


def _hold_limits(board: Board, columns: _Columns, rows: _Rows) -> None:
    """Ceilings of districts, and beds added for beds given up."""
    for ceiling in board.limits.ceilings:
        taken = [(columns.start["taken"] + i, 1.0) for i, h in enumerate(columns.takers) if h.district == ceiling.district]
        room = (ceiling.needed or 0) - board.held((ceiling.district,))
        if ceiling.needed is None or room <= 0:
            rows.add(taken, most=0.0)
        elif ceiling.capped:
            rows.add(_net(board, columns, lambda h, d=ceiling.district: h.district == d), most=float(room))  # type: ignore[misc]
    for exits in board.limits.exits:
        inside = set(exits.districts)
        taken = [(columns.start["taken"] + i, 1.0) for i, h in enumerate(columns.takers) if h.district in inside]
        given = [(columns.start["given"] + i, -float(exits.ratio)) for i, h in enumerate(columns.givers) if h.district in inside]
        rows.add(taken + given, most=0.0)
    if columns.closures:  # no more is closed than the part that is not re-admitted, rounded up to a whole bed
        kept = min(exits.ratio for exits in board.limits.exits)
        closed = [(j, 1.0) for j in columns.span("closed", "short")]
        rows.add(closed + [(j, float(kept) - 1.0) for j in columns.span("given", "taken")], most=1.0 - _HAIR)


def _deviate(board: Board, columns: _Columns, rows: _Rows) -> None:
    """Beds outside each band, and off each share of the total."""
    for i, band in enumerate(board.limits.bands):
        inside, held = set(band.districts), board.held(band.districts)
        net = _net(board, columns, lambda h, inside=inside: h.district in inside)  # type: ignore[misc]
        if band.low is not None:
            rows.add([*net, (columns.start["short"] + i, 1.0)], least=float(band.low - held))
        if band.high is not None:
            rows.add([*net, (columns.start["over"] + i, -1.0)], most=float(band.high - held))
    for i, share in enumerate(board.limits.shares):
        level = share.level
        off = float(target_of(share, board.total) - sum(beds for (_, own), beds in board.beds.items() if own == level))
        net = _net(board, columns, lambda h, level=level: h.level == level)  # type: ignore[misc]
        net += [(j, float(share.percent) / 100.0) for j in columns.span("closed", "short")]  # the total falls with what is closed
        rows.add([*net, (columns.start["off"] + i, 1.0)], least=off)
        rows.add([*net, (columns.start["off"] + i, -1.0)], most=off)


# --- solving ---------------------------------------------------------------------------------------------------------------


def _solve(
    board: Board, columns: _Columns, rows: _Rows, name: str, cost: Floats, seconds: float | None, x: Floats
) -> tuple[Floats, Stage]:
    from dingdian.space.siting.program import Program, minimised

    ward = float(board.terms.ward)
    lower, upper = np.zeros(cost.size), np.full(cost.size, _UNLIMITED)
    upper[columns.start["given"]:columns.start["passed"]] = [h.give for h in columns.givers] + [h.take for h in columns.takers]
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


def _bound(bound: float, name: str, value: Fraction) -> Fraction:
    """What no reallocation goes below: the solver's bound, a hair less; rounded up where only whole beds are possible."""
    least = Fraction(floor((bound - _HAIR) * 100), 100) if isfinite(bound) else Fraction(0)
    return min(value, max(Fraction(0), least if name == "off_shares" else Fraction(ceil(least))))


def _value(board: Board, columns: _Columns, x: Floats, name: str) -> Fraction:
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


def outside_bands(board: Board, beds: dict[Cell, int]) -> Fraction:
    """Beds below a lower or above an upper bound, over all bands."""
    total = 0
    for band in board.limits.bands:
        held = sum(count for (district, _), count in beds.items() if district in band.districts)
        total += max(0, (band.low or 0) - held) + (0 if band.high is None else max(0, held - band.high))
    return Fraction(total)


def off_shares(board: Board, beds: dict[Cell, int]) -> Fraction:
    """Beds off the wanted share of each group of levels, over all groups."""
    total = sum(beds.values())
    held = {s.level: sum(count for (_, level), count in beds.items() if level == s.level) for s in board.limits.shares}
    return sum((abs(held[s.level] - target_of(s, total)) for s in board.limits.shares), Fraction(0))


def _read(board: Board, columns: _Columns, x: Floats, stages: tuple[Stage, ...]) -> Solution:
    at = columns.start
    whole = [round(value) for value in x[:columns.whole]]
    return Solution(
        given={h.code: n for i, h in enumerate(columns.givers) if (n := whole[at["given"] + i])},
        taken={h.code: n for i, h in enumerate(columns.takers) if (n := whole[at["taken"] + i])},
        passed={flow: n for i, flow in enumerate(columns.flows) if (n := whole[at["passed"] + i])},
        closed={cell: n for i, cell in enumerate(columns.closures) if (n := whole[at["closed"] + i])}, stages=stages)
