"""A second opinion on scores: another algorithm, on the other form of the program, over all units at once.

Only a sample is asked about, because the proof by multipliers already covers every unit; this guards against a mistake in what is proven.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen

from dingdian.methods.efficiency.units import INF, WEIGHT_SUM, Floats, Orientation, Returns, Units

AGREES = 1e-6


@frozen
class Checked:
    """What the second solver said.

    Attributes
    ----------
    units : tuple of int
        Who was asked about.
    difference : float
        The largest difference of scores; relative where the score is above 1.
    """

    units: tuple[int, ...]
    difference: float

    @property
    def agrees(self) -> bool:
        """Whether no score differs by more than 1e-6."""
        return self.difference <= AGREES


def check_sample(
    units: Units, score: Floats, sample: int, *, returns: Returns, orientation: Orientation, leave_out: bool
) -> Checked:
    """Solve the multiplier form anew for some units: evenly spread in order of score, the lowest and the highest among them.

    Parameters
    ----------
    score : float64 array, shape (n,)
        Scores to be checked; NaN is not.
    sample : int
        How many at most.
    leave_out : bool
        Whether a unit is measured against all others only (super-efficiency).
    """
    order = np.argsort(score, kind="stable")
    order = order[np.isfinite(score[order])]
    asked = np.unique(order[np.linspace(0, order.size - 1, min(sample, order.size)).astype(np.int64)])
    difference = 0.0
    for unit in asked:
        other = multiplier_score(units, int(unit), returns=returns, orientation=orientation, leave_out=leave_out)
        difference = max(difference, abs(other - score[unit]) / max(1.0, score[unit]))
    return Checked(tuple(asked.tolist()), float(difference))


def multiplier_score(units: Units, unit: int, *, returns: Returns, orientation: Orientation, leave_out: bool = False) -> float:
    """The score of one unit by the multiplier form, by an interior-point method (of HiGHS, as the simplex method of `dea` is).

    Input: max u·y + w subject to v·x = 1 and u·y + w ≤ v·x at every reference unit; output: min v·x − w subject to u·y = 1 and the
    same. w is zero under constant returns, free under variable ones, at most (at least) zero under non-increasing (non-decreasing).

    Returns
    -------
    float
        NaN where there is none.
    """
    m, k, inward = units.m, units.m + units.s, orientation == "input"
    figures = units.together() / units.scale()
    size = figures.mean(axis=1, keepdims=True)
    sign = np.where(np.arange(k) < m, -1.0, 1.0)
    rows = np.column_stack((figures * sign, np.ones(len(units)))) / size
    others = rows[np.arange(len(units)) != unit] if leave_out else rows
    counts = (sign > 0.0) == inward
    gain = rows[unit] * np.append(counts, 1.0)
    fixed = np.append(np.where(counts, 0.0, figures[unit] / size[unit]), 0.0)
    least, most = WEIGHT_SUM[returns]
    low = np.append(np.zeros(k), -INF if np.isfinite(most) else 0.0)
    high = np.append(np.full(k, INF), INF if np.isfinite(least) else 0.0)
    best = _most(gain, np.vstack((others, fixed)), low, high)
    return best if inward else -1.0 / best


def _most(gain: Floats, rows: Floats, low: Floats, high: Floats) -> float:
    """The largest gain where every row but the last is at most 0 and the last is 1."""
    import highspy

    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = rows.shape
    model.col_cost_, model.col_lower_, model.col_upper_ = -gain, low, high
    model.row_lower_ = np.append(np.full(len(rows) - 1, -INF), 1.0)
    model.row_upper_ = np.append(np.zeros(len(rows) - 1), 1.0)
    model.a_matrix_.start_ = np.arange(0, rows.size + 1, len(rows))
    model.a_matrix_.index_ = np.tile(np.arange(len(rows)), rows.shape[1])
    model.a_matrix_.value_ = rows.T.ravel()
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, setting in (("output_flag", False), ("threads", 1), ("solver", "ipm")):
        solver.setOptionValue(name, setting)
    solver.passModel(model)
    solver.run()
    optimal = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return -float(solver.getInfo().objective_function_value) if optimal else float("nan")
