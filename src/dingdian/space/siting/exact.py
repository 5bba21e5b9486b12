"""Exact search with HiGHS on what reduced costs have left: a mixed-integer model with every limit as a row.

One thread, one seed and, without a time limit, a fixed number of nodes: the same model gives the same answer. HiGHS proves to its own
tolerance (10⁻⁹ of the value here); a solution is read as a set of candidates and counted again in whole numbers.
"""

from __future__ import annotations

from math import ceil, floor
from typing import Any

import highspy
import numpy as np
from attrs import define, field, frozen

from dingdian.space.arrays import Floats, Integers, Mask
from dingdian.space.siting.board import Board
from dingdian.space.siting.core import Core
from dingdian.space.siting.limits import ALWAYS

SMALL = 6_000  # matrix entries up to which a model is tried without a time limit
PER_SECOND = 20_000  # and for each second where there is one: HiGHS reads and presolves before it looks at the clock
IN_TIME = 0.8  # share of the time that is left which it is told
NODES = 200
TRUST = 1e-9
SETTINGS = {
    "output_flag": False, "threads": 1, "random_seed": 0, "mip_rel_gap": 0.0, "mip_feasibility_tolerance": 1e-9,
    "primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9,
}  # fmt: skip


@frozen(eq=False)
class Found:
    """What HiGHS says: the candidates of its best solution (None without one), its bound, whether it finished, and infeasibility."""

    columns: Floats | None
    bound: float
    complete: bool
    infeasible: bool


@define(eq=False)
class Model:
    """A model under construction: columns with cost and range, rows as sparse lists."""

    cost: list[Floats] = field(factory=list)
    lower: list[Floats] = field(factory=list)
    upper: list[Floats] = field(factory=list)
    whole: list[Mask] = field(factory=list)
    size: int = 0
    row_lower: list[Floats] = field(factory=list)
    row_upper: list[Floats] = field(factory=list)
    row_of: list[Integers] = field(factory=list)
    column: list[Integers] = field(factory=list)
    value: list[Floats] = field(factory=list)
    n_rows: int = 0

    def columns(self, cost: Floats, lower: Floats, upper: Floats, whole: bool) -> Integers:
        """Add columns; returns their numbers."""
        self.cost.append(cost)
        self.lower.append(lower)
        self.upper.append(upper)
        self.whole.append(np.full(cost.size, whole))
        self.size += cost.size
        return np.arange(self.size - cost.size, self.size)

    def rows(self, lower: Floats, upper: Floats, row: Integers, column: Integers, value: Floats) -> None:
        """Add rows by triplets; ``row`` counts from 0 among the new ones."""
        self.row_lower.append(lower)
        self.row_upper.append(upper)
        self.row_of.append(row + self.n_rows)
        self.column.append(column)
        self.value.append(value)
        self.n_rows += lower.size

    def row(self, lower: float, upper: float, column: Integers, value: Floats | float = 1.0) -> None:
        """Add one row."""
        values = np.broadcast_to(np.asarray(value, dtype=np.float64), column.shape)
        self.rows(np.array([lower]), np.array([upper]), np.zeros(column.size, dtype=np.int64), column, values)

    @property
    def entries(self) -> int:
        """Matrix entries so far."""
        return sum(part.size for part in self.column)

    def solve(self, start: Integers | None, slack: float, seconds: float | None) -> Found:
        """Minimise.

        ``start`` lists the whole columns that are 1 in a solution known already; ``slack`` is how much below the best solution a
        bound may stay for the search to end.
        """
        engine: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in SETTINGS.items():
            engine.setOptionValue(name, value)
        engine.setOptionValue("mip_abs_gap", slack)
        if seconds is None:
            engine.setOptionValue("mip_max_nodes", NODES)
        else:
            engine.setOptionValue("time_limit", IN_TIME * seconds)
        engine.passModel(self._lp())
        if start is not None:
            whole = np.flatnonzero(np.concatenate(self.whole))
            engine.setSolution(whole.size, whole.astype(np.int32), np.isin(whole, start).astype(np.float64))
        engine.run()
        return _read(engine)

    def _lp(self) -> Any:
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.size, self.n_rows
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = (np.concatenate(x) for x in (self.cost, self.lower, self.upper))
        lp.row_lower_, lp.row_upper_ = _joined(self.row_lower), _joined(self.row_upper)
        row, column, value = _joined(self.row_of, np.int64), _joined(self.column, np.int64), _joined(self.value)
        order = np.lexsort((column, row))
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = self.size, self.n_rows
        lp.a_matrix_.start_ = np.concatenate(([0], np.cumsum(np.bincount(row, minlength=self.n_rows)))).astype(np.int32)
        lp.a_matrix_.index_ = column[order].astype(np.int32)
        lp.a_matrix_.value_ = value[order]
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(x)] for x in np.concatenate(self.whole)]
        return lp


def _joined(parts: list[Any], kind: type = np.float64) -> Any:
    return np.concatenate(parts) if parts else np.empty(0, dtype=kind)


def _read(engine: Any) -> Found:
    status, info = engine.getModelStatus(), engine.getInfo()
    complete = status == highspy.HighsModelStatus.kOptimal
    infeasible = status == highspy.HighsModelStatus.kInfeasible
    solved = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    columns = np.array(engine.getSolution().col_value) if solved else None
    return Found(columns, float(info.mip_dual_bound), complete, infeasible)


def allowed(entries: int, seconds: float | None) -> bool:
    """Whether a model of this size is worth trying."""
    return entries <= (SMALL if seconds is None else PER_SECOND * seconds)


def choice_columns(model: Model, cost: Floats, among: Mask, certain: Mask) -> Integers:
    """A binary column for each candidate of ``among``; returns the column of each candidate, −1 for none."""
    candidates = np.flatnonzero(among)
    numbers = model.columns(cost[candidates], certain[candidates].astype(np.float64), np.ones(candidates.size), whole=True)
    column_of = np.full(among.size, -1, dtype=np.int64)
    column_of[candidates] = numbers
    return column_of


def limit_rows(model: Model, board: Board, column_of: Integers, most: int) -> None:
    """Every limit as a row over the candidates that have a column; what ``board.keep`` uses is taken off."""
    rooms = board.rooms
    used = np.bincount(
        rooms.caps[np.concatenate([np.arange(rooms.cap_starts[j], rooms.cap_starts[j + 1]) for j in np.flatnonzero(board.keep)]
                                  or [np.empty(0, dtype=np.int64)]).astype(np.int64)],
        minlength=rooms.room.size,
    )  # fmt: skip
    for cap in range(rooms.room.size):
        when, room = int(rooms.when[cap]), int(rooms.room[cap] - used[cap])
        members = column_of[rooms.members[rooms.member_starts[cap] : rooms.member_starts[cap + 1]]]
        members = members[members >= 0]
        if when == ALWAYS or board.keep[when]:
            if members.size > room:
                model.row(-np.inf, float(room), members)
        elif column_of[when] >= 0 and members.size > room:
            _conditional_row(model, members, int(column_of[when]), room, min(members.size, most))
    _pair_rows(model, board, column_of)


def _conditional_row(model: Model, members: Integers, when: int, room: int, most: int) -> None:
    """Σ members + M·x(when) ≤ room + M: binds only where x(when) is 1; M is as small as the number of places allows."""
    big = float(max(0, most - room))
    columns = np.union1d(members, [when])
    value = np.isin(columns, members).astype(np.float64) + big * (columns == when)
    model.row(-np.inf, room + big, columns, value)


def _pair_rows(model: Model, board: Board, column_of: Integers) -> None:
    rooms = board.rooms
    first = column_of[np.repeat(np.arange(column_of.size), np.diff(rooms.near_starts))]
    second = column_of[rooms.near]
    once = (first >= 0) & (second > first)
    size = int(once.sum())
    row = np.repeat(np.arange(size), 2)
    column = np.stack((first[once], second[once]), axis=1).ravel()
    model.rows(np.full(size, -np.inf), np.ones(size), row, column, np.ones(2 * size))


def cover_entries(board: Board, among: Mask) -> tuple[Integers, Integers]:
    """Rows and candidates of the open cover, candidates of ``among`` only, as triplets by row."""
    rows = np.repeat(np.arange(board.core.weight.size), np.diff(board.core.row_starts))
    candidates = board.core.row_candidates.astype(np.int64)
    kept = among[candidates]
    return rows[kept], candidates[kept]


def most_covered(
    board: Board, p: int, exactly: bool, value: int, among: Mask, certain: Mask, bits: int, seconds: float | None
) -> tuple[Integers | None, int, bool] | None:
    """The best choice of ``p`` places among ``among``: sites, bound in units, whether proven; None where the model is too large.

    Parameters
    ----------
    p : int
        Places beside the required ones; exactly so many when ``exactly``.
    value : int
        Units covered in all by the best choice known, which is given as a start.
    among, certain : bool arrays
        Candidates that a better choice may hold, and those that it must.
    bits : int
        Binary places of a unit, see `Units`.
    """
    rows, candidates = cover_entries(board, among)
    if not allowed(rows.size + board.rooms.members.size, seconds):
        return None
    model = Model()
    column_of = choice_columns(model, np.zeros(among.size), among, certain)
    used, number = np.unique(rows, return_inverse=True)
    gain = np.ldexp(board.core.weight[used].astype(np.float64), -bits)
    covered = model.columns(-gain, np.zeros(used.size), np.ones(used.size), whole=False)
    cover_row = np.concatenate((np.arange(used.size), number))
    column = np.concatenate((covered, column_of[candidates]))
    values = np.concatenate((np.ones(used.size), -np.ones(rows.size)))
    model.rows(np.full(used.size, -np.inf), np.zeros(used.size), cover_row, column, values)
    model.row(float(p) if exactly else 0.0, float(p), column_of[column_of >= 0])
    limit_rows(model, board, column_of, p)
    found = model.solve(known(board, column_of), 0.999 if bits == 0 else 0.0, seconds)
    return _choice(found, column_of), *_units(found, board, value, bits)


def least_cost(
    board: Board, cost: Integers, need: int, among: Mask, sites: Integers | None, seconds: float | None
) -> tuple[Integers | None, int, bool] | None:
    """The cheapest choice among ``among`` that covers ``need`` units: sites, bound in cost units, whether proven.

    None where the model is too large. Proven without sites means that there is no choice (better than ``sites``).
    """
    rows, candidates = cover_entries(board, among)
    if not allowed(rows.size + board.rooms.members.size, seconds):
        return None
    model = Model()
    column_of = choice_columns(model, cost.astype(np.float64), among, np.zeros(among.size, dtype=np.bool_))
    weight, rest = board.core.weight, need - board.base
    whole = rest >= board.open_units
    covered = model.columns(np.zeros(weight.size), np.full(weight.size, float(whole)), np.ones(weight.size), whole=False)
    row = np.concatenate((np.arange(weight.size), rows))
    column, values = np.concatenate((covered, column_of[candidates])), np.concatenate((np.ones(weight.size), -np.ones(rows.size)))
    model.rows(np.full(weight.size, -np.inf), np.zeros(weight.size), row, column, values)
    if not whole:
        scale = float(weight.max())
        model.row(rest / scale, np.inf, covered, weight / scale)
    limit_rows(model, board, column_of, int(among.sum()))
    found = model.solve(None if sites is None else known(board, column_of), 0.999, seconds)
    kept = int(cost[board.keep].sum())
    if found.infeasible:
        return None, 0, True
    bound = kept + ceil(found.bound - TRUST * abs(found.bound) - 1e-6) if np.isfinite(found.bound) else 0
    return _choice(found, column_of), bound, found.complete


def _flow_columns(
    model: Model, core: Core, capacity: Integers, standing: Integers, column_of: Integers, bits: int, gain: float
) -> Integers:
    """A column for the persons of each row at each place that stands or may be chosen, with the rows that bind them."""
    row = np.repeat(np.arange(core.weight.size), np.diff(core.row_starts))
    place = core.row_candidates.astype(np.int64)
    there = np.isin(place, standing)
    kept = (there | (column_of[place] >= 0)) & (core.weight[row] > 0) & (capacity[place] > 0)
    row, place, there = row[kept], place[kept], there[kept]
    most = np.ldexp(np.minimum(core.weight[row], capacity[place]).astype(np.float64), -bits)
    flow = model.columns(np.full(row.size, -gain), np.zeros(row.size), most, whole=False)
    _sums(model, row, flow, np.ldexp(core.weight.astype(np.float64), -bits))
    held = np.ldexp(capacity.astype(np.float64), -bits)
    _sums(model, place[there], flow[there], held)
    choice = column_of[place[~there]]
    pair = np.tile(np.arange(choice.size), 2)
    values = np.concatenate((np.ones(choice.size), -most[~there]))
    model.rows(np.full(choice.size, -np.inf), np.zeros(choice.size), pair, np.concatenate((flow[~there], choice)), values)
    used, number = np.unique(place[~there], return_inverse=True)
    total = np.concatenate((number, np.arange(used.size)))
    values = np.concatenate((np.ones(number.size), -held[used]))
    model.rows(np.full(used.size, -np.inf), np.zeros(used.size), total, np.concatenate((flow[~there], column_of[used])), values)
    return flow


def _sums(model: Model, group: Integers, column: Integers, most: Floats) -> None:
    """Σ of the columns of each group ≤ its ``most``."""
    used, number = np.unique(group, return_inverse=True)
    model.rows(np.full(used.size, -np.inf), most[used], number, column, np.ones(column.size))


def most_served(
    board: Board, core: Core, capacity: Integers, standing: Integers, p: int, bits: int, seconds: float | None
) -> tuple[Integers | None, int, bool] | None:
    """The choice of at most ``p`` places beside the required ones that serves most within capacities; see `most_covered`."""
    if not allowed(3 * core.row_candidates.size + board.rooms.members.size, seconds):
        return None
    model = Model()
    column_of = choice_columns(model, np.zeros(board.free.size), board.free, ~board.free)
    _flow_columns(model, core, capacity, standing, column_of, bits, 1.0)
    model.row(0.0, float(p), column_of[column_of >= 0])
    limit_rows(model, board, column_of, p)
    found = model.solve(None, 0.999 if bits == 0 else 0.0, seconds)
    if not np.isfinite(found.bound):
        return _choice(found, column_of), int(core.weight.sum()), False
    most = floor(np.ldexp(-found.bound * (1.0 + TRUST) + TRUST, bits))
    return _choice(found, column_of), most, found.complete


def least_cost_served(
    board: Board, core: Core, capacity: Integers, standing: Integers, cost: Integers, need: int, bits: int, seconds: float | None
) -> tuple[Integers | None, int, bool] | None:
    """The cheapest choice that serves ``need`` units within capacities; see `least_cost`."""
    if not allowed(3 * core.row_candidates.size + board.rooms.members.size, seconds):
        return None
    model = Model()
    column_of = choice_columns(model, cost.astype(np.float64), board.free, ~board.free)
    flow = _flow_columns(model, core, capacity, standing, column_of, bits, 0.0)
    model.row(float(np.ldexp(float(need), -bits)), np.inf, flow)
    limit_rows(model, board, column_of, int(board.free.sum()))
    found = model.solve(None, 0.999, seconds)
    kept = int(cost[board.keep].sum())
    if found.infeasible:
        return None, 0, True
    bound = kept + ceil(found.bound - TRUST * abs(found.bound) - 1e-6) if np.isfinite(found.bound) else 0
    return _choice(found, column_of), bound, found.complete


def known(board: Board, column_of: Integers) -> Integers | None:
    """Columns of what is chosen on the board; None where reduced costs have left one of them out."""
    columns = column_of[np.flatnonzero(board.state.chosen & ~board.keep)]
    return None if (columns < 0).any() else columns


def _choice(found: Found, column_of: Integers) -> Integers | None:
    if found.columns is None:
        return None
    candidates = np.flatnonzero(column_of >= 0)
    return candidates[found.columns[column_of[candidates]] > 0.5]


def _units(found: Found, board: Board, value: int, bits: int) -> tuple[int, bool]:
    """HiGHS's bound on −(weight covered) as units covered in all, and whether its search was finished."""
    if found.infeasible:
        return value, True
    if not np.isfinite(found.bound):
        return board.base + board.open_units, False
    most = -found.bound * (1.0 + TRUST) + TRUST
    return board.base + floor(np.ldexp(most, bits)), found.complete
