"""Mixed-integer programs for the rest: covering within a radius and capacities, with every limit as a row, solved by HiGHS.

HiGHS runs on one thread without a random seed of its own, so that the same program gives the same answer. Where no time limit is
given, the number of its nodes is limited.
"""

from __future__ import annotations

from math import inf
from typing import Literal, TypeAlias

import highspy
import numpy as np
from attrs import frozen
from scipy.sparse import coo_array, csr_array, vstack

from dingdian.space.arrays import Floats, Integers, Mask
from dingdian.space.siting.limits import ALWAYS, Rooms

Verdict: TypeAlias = Literal["optimal", "infeasible", "stopped"]

TIGHT = 1e-9  # tolerances of the solver
NODES = 20_000  # where no clock is given


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
    x: Floats | None
    bound: float


def minimised(
    program: Program, *, seconds: float | None = None, gap: float = 0.0, enough: float | None = None, margin: float = 0.0
) -> Outcome:
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
    """
    if not program.cost.size:
        return _without_variables(program)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, setting in _settings(seconds, gap, enough, margin).items():
        solver.setOptionValue(name, setting)
    solver.passModel(_model(program))
    solver.run()
    return _outcome(solver)


def limit_rows(rooms: Rooms, n_variables: int, p: int) -> list[Block]:
    """The limits on the first variables, one per candidate: Σ members ≤ room, or that much only if ``when`` is chosen."""
    blocks = []
    n_caps = rooms.room.size
    if n_caps:
        size = np.diff(rooms.member_starts)
        cap, column = np.repeat(np.arange(n_caps), size), rooms.members
        value = np.ones(column.size)
        hangs = np.flatnonzero(rooms.when != ALWAYS)
        most = np.minimum(size, max(p, 0))
        slack = np.maximum(0, most - rooms.room)[hangs]
        cap, column = np.concatenate((cap, hangs)), np.concatenate((column, rooms.when[hangs]))
        value = np.concatenate((value, slack))
        ceiling = (rooms.room + np.where(rooms.when != ALWAYS, np.maximum(0, most - rooms.room), 0)).astype(np.float64)
        blocks.append(Block(_matrix(value, cap, column, (n_caps, n_variables)), np.full(n_caps, -inf), ceiling))
    one = np.repeat(np.arange(rooms.near_starts.size - 1), np.diff(rooms.near_starts))
    first, second = one[one < rooms.near], rooms.near[one < rooms.near]
    if first.size:
        pair = np.arange(first.size)
        both = _matrix(
            np.ones(2 * first.size), np.tile(pair, 2), np.concatenate((first, second)), (first.size, n_variables)
        )
        blocks.append(Block(both, np.full(first.size, -inf), np.ones(first.size)))
    return blocks


def at_most_places(free: Mask, n_variables: int, p: int) -> Block:
    """Σ of the free candidates ≤ p."""
    members = np.flatnonzero(free)
    row = _matrix(np.ones(members.size), np.zeros(members.size, dtype=np.int64), members, (1, n_variables))
    return Block(row, np.array([-inf]), np.array([float(p)]))


def _matrix(value: Floats, row: Integers, column: Integers, shape: tuple[int, int]) -> csr_array:
    return csr_array(coo_array((value, (row, column)), shape=shape))


def _settings(seconds: float | None, gap: float, enough: float | None, margin: float) -> dict[str, bool | int | float]:
    settings: dict[str, bool | int | float] = {
        "output_flag": False, "threads": 1, "random_seed": 0, "mip_rel_gap": gap, "mip_abs_gap": margin,
        "mip_feasibility_tolerance": TIGHT, "primal_feasibility_tolerance": TIGHT, "dual_feasibility_tolerance": TIGHT,
    }  # fmt: skip
    if seconds is not None:
        settings["time_limit"] = max(0.0, seconds)
    else:
        settings["mip_max_nodes"] = NODES
    if enough is not None:
        settings |= {"objective_target": enough, "objective_bound": enough}
    return settings


def _without_variables(program: Program) -> Outcome:
    """Nothing to decide: every sum is 0."""
    if all((block.least <= 0.0).all() and (block.most >= 0.0).all() for block in program.blocks):
        return Outcome("optimal", np.empty(0), 0.0)
    return Outcome("infeasible", None, inf)


def _model(program: Program) -> highspy.HighsLp:
    rows = csr_array(vstack([block.matrix for block in program.blocks], format="csr"))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = program.cost.size, rows.shape[0]
    model.col_cost_, model.col_lower_, model.col_upper_ = program.cost, program.lower, program.upper
    model.row_lower_ = np.concatenate([block.least for block in program.blocks])
    model.row_upper_ = np.concatenate([block.most for block in program.blocks])
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = rows.indptr, rows.indices
    model.a_matrix_.value_ = rows.data
    kinds = [highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous]
    model.integrality_ = [kinds[0]] * program.n_whole + [kinds[1]] * (program.cost.size - program.n_whole)
    return model


def _outcome(solver: highspy.Highs) -> Outcome:
    status, found = solver.getModelStatus(), solver.getInfo()
    known = highspy.HighsModelStatus
    x = None
    if found.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        x = np.array(solver.getSolution().col_value, dtype=np.float64)
    if status == known.kInfeasible:
        return Outcome("infeasible", None, inf)
    bound = float(found.mip_dual_bound)
    return Outcome("optimal" if status == known.kOptimal else "stopped", x, bound)
