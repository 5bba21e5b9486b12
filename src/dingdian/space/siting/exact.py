"""Covers as programs: what searches have left undecided is tried exactly, with every limit as a row.

A program has a whole variable for each candidate, in order, and then one for each row that may be covered or served. What the solver
answers is read as a set of candidates and counted again in whole numbers.
"""

from __future__ import annotations

from math import floor
from typing import TypeAlias

import numpy as np

from dingdian.space.arrays import Floats, Integers, Mask
from dingdian.space.siting.board import Board
from dingdian.space.siting.core import Core
from dingdian.space.siting.program import (
    JUST_UNDER_ONE,
    Block,
    Outcome,
    Program,
    block,
    limit_rows,
    total,
    tried,
    worth_a_try,
)

# Chosen candidates (None: none found), the bound in units of weight or of cost, and whether that is the end of the search.
Answer: TypeAlias = tuple[Integers | None, int, bool]


def most_covered(
    board: Board, p: int, exactly: bool, value: int, among: Mask, certain: Mask, bits: int, seconds: float | None
) -> Answer | None:
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
    rows, candidates = _cover_entries(board, among)
    if not worth_a_try(rows.size + board.rooms.members.size, seconds):
        return None
    used, row = np.unique(rows, return_inverse=True)
    column_of, sites = _columns(among), np.flatnonzero(among)
    n = sites.size + used.size
    program = Program(
        np.concatenate((np.zeros(sites.size), -_shares(board.core.weight[used], bits))),
        np.concatenate((certain[sites].astype(np.float64), np.zeros(used.size))), np.ones(n), sites.size,
        (_cover_rows(n, used.size, row, column_of[candidates]),
         total(n, column_of[sites], least=float(p) if exactly else 0.0, most=float(p)),
         *limit_rows(board.rooms, n, p, column_of, board.keep)),
    )  # fmt: skip
    found = tried(program, _known(board, column_of), _margin(bits), seconds)
    if found.verdict == "infeasible":
        return None, value, True
    return _most(found, sites, board.base, board.open_units, bits)


def least_cost(
    board: Board, cost: Integers, need: int, among: Mask, sites: Integers | None, seconds: float | None
) -> Answer | None:
    """The cheapest choice among ``among`` that covers ``need`` units: sites, bound in cost units, whether proven.

    None where the model is too large. Proven without sites means that there is no choice (better than ``sites``).
    """
    row, candidates = _cover_entries(board, among)
    if not worth_a_try(row.size + board.rooms.members.size, seconds):
        return None
    column_of, some = _columns(among), np.flatnonzero(among)
    weight, rest = board.core.weight, need - board.base
    n, whole, scale = some.size + weight.size, rest >= board.open_units, float(weight.max())
    share = () if whole else (total(n, np.arange(some.size, n), weight / scale, least=rest / scale),)
    program = Program(
        np.concatenate((cost[some].astype(np.float64), np.zeros(weight.size))),
        np.concatenate((np.zeros(some.size), np.full(weight.size, float(whole)))), np.ones(n), some.size,
        (_cover_rows(n, weight.size, row, column_of[candidates]), *share,
         *limit_rows(board.rooms, n, some.size, column_of, board.keep)),
    )  # fmt: skip
    start = None if sites is None else _known(board, column_of)
    return _cheapest(tried(program, start, JUST_UNDER_ONE, seconds), board, cost, some)


def most_served(
    board: Board, core: Core, capacity: Integers, standing: Integers, p: int, bits: int, seconds: float | None
) -> Answer | None:
    """The choice of at most ``p`` places beside the required ones that serves most within capacities; see `most_covered`."""
    if not worth_a_try(3 * core.row_candidates.size + board.rooms.members.size, seconds):
        return None
    sites, column_of = np.flatnonzero(board.free), _columns(board.free)
    most, rows = _flows(core, capacity, standing, column_of, bits)
    n = sites.size + most.size
    program = Program(
        np.repeat([0.0, -1.0], [sites.size, most.size]), np.zeros(n), np.concatenate((np.ones(sites.size), most)), sites.size,
        (*rows, total(n, column_of[sites], least=0.0, most=float(p)), *limit_rows(board.rooms, n, p, column_of, board.keep)),
    )  # fmt: skip
    return _most(tried(program, None, _margin(bits), seconds), sites, 0, int(core.weight.sum()), bits)


def least_cost_served(
    board: Board, core: Core, capacity: Integers, standing: Integers, cost: Integers, need: int, bits: int, seconds: float | None
) -> Answer | None:
    """The cheapest choice that serves ``need`` units within capacities; see `least_cost`."""
    if not worth_a_try(3 * core.row_candidates.size + board.rooms.members.size, seconds):
        return None
    sites, column_of = np.flatnonzero(board.free), _columns(board.free)
    most, rows = _flows(core, capacity, standing, column_of, bits)
    n = sites.size + most.size
    program = Program(
        np.concatenate((cost[sites].astype(np.float64), np.zeros(most.size))), np.zeros(n),
        np.concatenate((np.ones(sites.size), most)), sites.size,
        (*rows, total(n, np.arange(sites.size, n), least=float(np.ldexp(float(need), -bits))),
         *limit_rows(board.rooms, n, sites.size, column_of, board.keep)),
    )  # fmt: skip
    return _cheapest(tried(program, None, JUST_UNDER_ONE, seconds), board, cost, sites)


# --- variables and rows ------------------------------------------------------------------------------------------


def _columns(among: Mask) -> Integers:
    """The variable of each candidate of ``among``, −1 for the others."""
    return np.where(among, np.cumsum(among) - 1, -1)


def _shares(units: Integers, bits: int) -> Floats:
    return np.ldexp(units.astype(np.float64), -bits)


def _margin(bits: int) -> float:
    """Whole weights need no closer bound."""
    return JUST_UNDER_ONE if bits == 0 else 0.0


def _known(board: Board, column_of: Integers) -> Integers | None:
    """Variables of what is chosen on the board; None where reduced costs have left one of them out."""
    columns = column_of[np.flatnonzero(board.state.chosen & ~board.keep)]
    return None if (columns < 0).any() else columns


def _cover_entries(board: Board, among: Mask) -> tuple[Integers, Integers]:
    """Rows and candidates of the open cover, candidates of ``among`` only, as pairs by row."""
    rows = np.repeat(np.arange(board.core.weight.size), np.diff(board.core.row_starts))
    candidates = board.core.row_candidates.astype(np.int64)
    kept = among[candidates]
    return rows[kept], candidates[kept]


def _cover_rows(n: int, size: int, row: Integers, column: Integers) -> Block:
    """The last ``size`` variables say what is covered: none without one of its candidates."""
    every = np.arange(size)
    columns = np.concatenate((n - size + every, column))
    return block(n, np.concatenate((every, row)), columns, _ones(size, -np.ones(row.size)), most=np.zeros(size))


def _flows(
    core: Core, capacity: Integers, standing: Integers, column_of: Integers, bits: int
) -> tuple[Floats, tuple[Block, ...]]:
    """A variable for the persons of each row at each place that stands or may be chosen: its most, and the rows that bind it."""
    row = np.repeat(np.arange(core.weight.size), np.diff(core.row_starts))
    place = core.row_candidates.astype(np.int64)
    there = np.isin(place, standing)
    kept = (there | (column_of[place] >= 0)) & (core.weight[row] > 0) & (capacity[place] > 0)
    row, place, there = row[kept], place[kept], there[kept]
    most, held = _shares(np.minimum(core.weight[row], capacity[place]), bits), _shares(capacity, bits)
    first = int(column_of.max(initial=-1)) + 1
    n, flow = first + row.size, np.arange(first, first + row.size)
    new = ~there
    return most, (
        _sums(n, row, flow, _shares(core.weight, bits)),
        _sums(n, place[there], flow[there], held),
        _if_chosen(n, flow[new], column_of[place[new]], most[new]),
        _together(n, place[new], flow[new], column_of, held),
    )


def _sums(n: int, group: Integers, column: Integers, most: Floats) -> Block:
    """Σ of the variables of each group ≤ its ``most``."""
    used, number = np.unique(group, return_inverse=True)
    return block(n, number, column, most=most[used])


def _if_chosen(n: int, flow: Integers, choice: Integers, most: Floats) -> Block:
    """Each flow ≤ its ``most`` where its place is chosen, else 0."""
    columns = np.concatenate((flow, choice))
    return block(n, np.tile(np.arange(flow.size), 2), columns, _ones(flow.size, -most), most=np.zeros(flow.size))


def _together(n: int, place: Integers, flow: Integers, column_of: Integers, held: Floats) -> Block:
    """All flows of a place ≤ what it holds where it is chosen, else 0."""
    used, number = np.unique(place, return_inverse=True)
    row, columns = np.concatenate((number, np.arange(used.size))), np.concatenate((flow, column_of[used]))
    return block(n, row, columns, _ones(number.size, -held[used]), most=np.zeros(used.size))


def _ones(size: int, others: Floats) -> Floats:
    return np.concatenate((np.ones(size), others))


# --- reading back ------------------------------------------------------------------------------------------------


def _sites(found: Outcome, sites: Integers) -> Integers | None:
    chosen = found.chosen(sites.size)
    return None if chosen is None else sites[chosen]


def _most(found: Outcome, sites: Integers, base: int, others: int, bits: int) -> Answer:
    """An answer that adds units to ``base``; at best all ``others``, where the solver knows no bound."""
    most = found.most()
    if most is None:
        return _sites(found, sites), base + others, False
    return _sites(found, sites), base + floor(np.ldexp(most, bits)), found.verdict == "optimal"


def _cheapest(found: Outcome, board: Board, cost: Integers, sites: Integers) -> Answer:
    if found.verdict == "infeasible":
        return None, 0, True
    least = found.least_whole()
    bound = 0 if least is None else int(cost[board.keep].sum()) + least
    return _sites(found, sites), bound, found.verdict == "optimal"
