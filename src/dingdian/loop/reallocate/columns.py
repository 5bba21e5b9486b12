"""Variables and rows of the program of a reallocation: which column is what, and a place to gather rows one by one."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from attrs import field, frozen

from dingdian.loop.reallocate.board import Board, Cell, Hospital

if TYPE_CHECKING:
    from dingdian.space.siting.program import Block

Entries: TypeAlias = list[tuple[int, float]]
NOWHERE: Cell = ("", "")


@frozen(eq=False)
class Columns:
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


def columns_of(board: Board) -> Columns:
    """The columns of a board: who may give and take, and what may pass between cells."""
    givers = tuple(h for h in board.hospitals if h.give)
    takers = tuple(h for h in board.hospitals if h.take)
    from_cells, to_cells = (tuple(dict.fromkeys(h.cell for h in some)) for some in (givers, takers))
    flows = tuple((a, b) for a in from_cells for b in to_cells if board.may_pass(a, b))
    if board.free_total:
        flows += (*((a, NOWHERE) for a in from_cells), *((NOWHERE, b) for b in to_cells))
    closures = from_cells if any(exits.ratio < 1 for exits in board.limits.exits) else ()
    return Columns(givers, takers, flows, closures, len(board.limits.bands), len(board.limits.shares))


@frozen(eq=False)
class Rows:
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
