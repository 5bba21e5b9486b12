"""Mixed-integer programs and the solver for them: the one place that speaks to HiGHS, with every limit as a row.

HiGHS runs on one thread with a fixed seed, and where no time limit is given the number of its nodes is limited: the same program gives
the same answer. It proves to its own tolerance, so what is read from its bound leaves room for that.
"""

from __future__ import annotations

from math import ceil, inf, isfinite
from typing import Any, Literal, TypeAlias

import highspy
import numpy as np
from attrs import field, frozen
from scipy.sparse import coo_array, csr_array, vstack

from dingdian.space.arrays import Floats, Integers, Mask
from dingdian.space.siting.limits import ALWAYS, Rooms

Verdict: TypeAlias = Literal["optimal", "infeasible", "stopped"]

TIGHT = 1e-9  # tolerances of the solver
TRUST = 1e-9  # share by which its bound may be off
HAIR = 1e-6  # and what it may be off beside that, where costs are whole
HALF = 0.5  # a whole variable above is 1
JUST_UNDER_ONE = 0.999  # value and bound of whole costs meet once they differ by no more
NODES = 20_000  # where no clock is given
# For a try at what other searches have left:
FEW_NODES = 200
SMALL = 60_000  # matrix entries, limits among them, up to which it is made without a time limit: its first program takes a second or two
PER_SECOND = 20_000  # and for each second where there is one: HiGHS reads and presolves before it looks at the clock
IN_TIME = 0.8  # share of the time that is left which it is told


@frozen(eq=False)
class Block:
    """Some rows of a program: ``least`` ≤ matrix · x ≤ ``most``."""

    matrix: csr_array
    least: Floats
    most: Floats


@frozen(eq=False)
class Program:
    """Minimise cost · x between ``lower`` and ``upper`` under all blocks; the first ``n_whole`` variables are whole numbers."""

    cost: Floats
    lower: Floats
    upper: Floats
    n_whole: int
    blocks: tuple[Block, ...]


@frozen(eq=False)
class Outcome:
    """What the solver found. ``stopped``: neither proven best nor proven impossible; ``x`` is then the best found, if any."""

    verdict: Verdict
    x: Floats | None = field(repr=False)
    bound: float

    def chosen(self, n: int) -> Mask | None:
        """Which of the first ``n`` variables are 1; None without an answer."""
        return None if self.x is None else np.asarray(self.x[:n] > HALF)

    def most(self) -> float | None:
        """Of a program that minimises −value: no value is larger. None where nothing is known."""
        return -self.bound * (1.0 + TRUST) + TRUST if isfinite(self.bound) else None

    def least(self) -> float:
        """Of a program whose costs are zero or more: no answer costs less."""
        return self.bound * (1.0 - TRUST)

    def least_whole(self) -> int | None:
        """Of a program with whole costs: no answer costs less. None where nothing is known."""
        return ceil(self.bound - TRUST * abs(self.bound) - HAIR) if isfinite(self.bound) else None


def minimised(
    program: Program, *, seconds: float | None = None, gap: float = 0.0, enough: float | None = None, margin: float = 0.0,
    start: Integers | None = None, nodes: int = NODES,
) -> Outcome:  # fmt: skip
    """Solve a program.

    Parameters
    ----------
    seconds : float, optional
        Time limit; None limits the nodes instead.
    gap : float
        Stop at this relative gap.
    enough : float, optional
        Any answer of at most this cost will do, and dearer ones are of no use.
    margin : float
        Stop once value and bound differ by no more (just under 1 for whole costs).
    start : int64 array, optional
        The whole variables that are 1 in an answer known already.
    nodes : int
        How many nodes at most without a time limit.
    """
    if not program.cost.size:
        return _without_variables(program)
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, setting in _settings(seconds, gap, enough, margin, nodes).items():
        solver.setOptionValue(name, setting)
    solver.passModel(_model(program))
    if start is not None:
        whole = np.arange(program.n_whole)
        solver.setSolution(whole.size, whole.astype(np.int32), np.isin(whole, start).astype(np.float64))
    solver.run()
    return _outcome(solver)


def worth_a_try(entries: int, seconds: float | None) -> bool:
    """Whether a program with so many matrix entries is small enough for `tried`."""
    return entries <= (SMALL if seconds is None else PER_SECOND * seconds)


def tried(program: Program, start: Integers | None, margin: float, seconds: float | None) -> Outcome:
    """A program solved as far as few nodes lead, or most of the ``seconds`` that are left; see `minimised`."""
    in_time = None if seconds is None else IN_TIME * seconds
    return minimised(program, seconds=in_time, margin=margin, start=start, nodes=FEW_NODES)


def block(
    n_variables: int, row: Integers, column: Integers, value: Floats | float = 1.0, *,
    least: Floats | float = -inf, most: Floats | float = inf,
) -> Block:  # fmt: skip
    """Rows by triplets, those of the same place added; as many rows as ``least`` or ``most`` has ends, one for two numbers."""
    low, high = np.broadcast_arrays(np.atleast_1d(np.asarray(least, dtype=np.float64)), np.asarray(most, dtype=np.float64))
    values = np.broadcast_to(np.asarray(value, dtype=np.float64), column.shape)
    return Block(csr_array(coo_array((values, (row, column)), shape=(low.size, n_variables))), low, high)


def total(
    n_variables: int, column: Integers, value: Floats | float = 1.0, *, least: float = -inf, most: float = inf
) -> Block:
    """One row: the sum of ``value`` times these variables."""
    return block(n_variables, np.zeros_like(column), column, value, least=least, most=most)


def limit_rows(
    rooms: Rooms, n_variables: int, p: int, column_of: Integers | None = None, keep: Mask | None = None
) -> tuple[Block, ...]:
    """The limits as rows.

    Parameters
    ----------
    p : int
        No more than so many candidates with a variable will be chosen.
    column_of : int64 array, shape (n_candidates,), optional
        The variable of each candidate, ascending; −1 for one that is not chosen or that ``keep`` holds. None: the first variables.
    keep : bool array, shape (n_candidates,), optional
        Candidates that are chosen in any case and have no variable; the room that they use is taken off.
    """
    n = rooms.near_starts.size - 1
    column_of = np.arange(n) if column_of is None else column_of
    keep = np.zeros(n, dtype=np.bool_) if keep is None else keep
    return _cap_rows(rooms, n_variables, p, column_of, keep), _pair_rows(rooms, n_variables, column_of)


def _cap_rows(rooms: Rooms, n_variables: int, p: int, column_of: Integers, keep: Mask) -> Block:
    """Σ members ≤ room; Σ members + M·x(when) ≤ room + M where that binds only if x(when) is 1.

    M is as small as the number of places allows. Only caps that can bind have a row.
    """
    cap = np.repeat(np.arange(rooms.room.size), np.diff(rooms.member_starts))
    room = rooms.room - np.bincount(cap[keep[rooms.members]], minlength=rooms.room.size)
    column = column_of[rooms.members]
    cap, column = cap[column >= 0], column[column >= 0]
    size = np.bincount(cap, minlength=room.size)
    hangs = (rooms.when != ALWAYS) & ~keep[rooms.when]
    when = column_of[rooms.when]
    binds = (size > room) & ~(hangs & (when < 0))
    big = np.where(hangs, np.maximum(0, np.minimum(size, max(p, 0)) - room), 0)
    number, kept, on = np.cumsum(binds) - 1, binds[cap], np.flatnonzero(binds & hangs)
    row, column = np.concatenate((number[cap[kept]], number[on])), np.concatenate((column[kept], when[on]))
    return block(n_variables, row, column, np.concatenate((np.ones(row.size - on.size), big[on])), most=(room + big)[binds])


def _pair_rows(rooms: Rooms, n_variables: int, column_of: Integers) -> Block:
    """At most one of two that exclude each other."""
    first = column_of[np.repeat(np.arange(column_of.size), np.diff(rooms.near_starts))]
    second = column_of[rooms.near]
    once = (first >= 0) & (second > first)
    first, second = first[once], second[once]
    row = np.tile(np.arange(first.size), 2)
    return block(n_variables, row, np.concatenate((first, second)), most=np.ones(first.size))


def _settings(
    seconds: float | None, gap: float, enough: float | None, margin: float, nodes: int
) -> dict[str, bool | int | float]:
    settings: dict[str, bool | int | float] = {
        "output_flag": False, "threads": 1, "random_seed": 0, "mip_rel_gap": gap, "mip_abs_gap": margin,
        "mip_feasibility_tolerance": TIGHT, "primal_feasibility_tolerance": TIGHT, "dual_feasibility_tolerance": TIGHT,
    }  # fmt: skip
    if seconds is not None:
        settings["time_limit"] = max(0.0, seconds)
    else:
        settings["mip_max_nodes"] = nodes
    if enough is not None:
        settings |= {"objective_target": enough, "objective_bound": enough}
    return settings


def _without_variables(program: Program) -> Outcome:
    """Nothing to decide: every sum is 0."""
    if all((rows.least <= 0.0).all() and (rows.most >= 0.0).all() for rows in program.blocks):
        return Outcome("optimal", np.empty(0), 0.0)
    return Outcome("infeasible", None, inf)


def _model(program: Program) -> highspy.HighsLp:
    rows = csr_array(vstack([some.matrix for some in program.blocks], format="csr"))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = program.cost.size, rows.shape[0]
    model.col_cost_, model.col_lower_, model.col_upper_ = program.cost, program.lower, program.upper
    model.row_lower_ = np.concatenate([some.least for some in program.blocks])
    model.row_upper_ = np.concatenate([some.most for some in program.blocks])
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = rows.indptr, rows.indices
    model.a_matrix_.value_ = rows.data
    kinds = [highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous]
    model.integrality_ = [kinds[0]] * program.n_whole + [kinds[1]] * (program.cost.size - program.n_whole)
    return model


def _outcome(solver: Any) -> Outcome:
    status, found = solver.getModelStatus(), solver.getInfo()
    known = highspy.HighsModelStatus
    x = None
    if found.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        x = np.array(solver.getSolution().col_value, dtype=np.float64)
    if status == known.kInfeasible:
        return Outcome("infeasible", None, inf)
    bound = float(found.mip_dual_bound)
    return Outcome("optimal" if status == known.kOptimal else "stopped", x, bound)
