"""A second opinion on scores: another algorithm, on the other form of the program, over all units at once.

Only a sample is asked about, because the proof by multipliers already covers every unit; this guards against a mistake in what is proven.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen

from dingdian.methods.efficiency.units import WEIGHT_SUM, Floats, Orientation, Returns, Units

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
    """The score of one unit by the multiplier form, by the interior-point method that comes with scipy.

    Input: max u·y + w subject to v·x = 1 and u·y + w ≤ v·x at every reference unit; output: min v·x − w subject to u·y = 1 and the
    same. w is zero under constant returns, free under variable ones, at most (at least) zero under non-increasing (non-decreasing).
    """
    from scipy.optimize import linprog

    m, k = units.m, units.m + units.s
    figures = units.together() / units.scale()
    own = figures[unit] / figures[unit].mean()
    sign = np.where(np.arange(k) < m, -1.0, 1.0)
    others = np.arange(len(units)) != unit if leave_out else np.ones(len(units), dtype=np.bool_)
    size = figures.mean(axis=1, keepdims=True)
    rows = (np.column_stack((figures * sign, np.ones(len(units)))) / size)[others]
    inward = orientation == "input"
    gain = np.append(np.where((sign > 0.0) == inward, own * sign, 0.0), 1.0 / figures[unit].mean())
    fixed = np.append(np.where((sign < 0.0) == inward, own, 0.0), 0.0)[np.newaxis]
    least, most = WEIGHT_SUM[returns]
    ends = [(0.0, None)] * k + [(None if np.isfinite(most) else 0.0, None if np.isfinite(least) else 0.0)]
    found = linprog(-gain, A_ub=rows, b_ub=np.zeros(len(rows)), A_eq=fixed, b_eq=[1.0], bounds=ends, method="highs-ipm")
    if found.fun is None:
        return float("nan")
    return -float(found.fun) if inward else 1.0 / float(found.fun)
