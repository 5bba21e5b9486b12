"""Data envelopment analysis: each unit against the best that all units together show to be possible.

It says how far a unit is from the frontier of its peers and who they are. It refuses to rank by itself: a score of 1 means that nothing
better was seen, not that nothing is better, and scores of different groups or sets of indicators do not compare.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from dingdian.methods.efficiency.advice import about_figures, about_scores
from dingdian.methods.efficiency.radial import Radial, Target, Technology
from dingdian.methods.efficiency.result import Efficiency, Status
from dingdian.methods.efficiency.second import AGREES, check_sample
from dingdian.methods.efficiency.units import Floats, Orientation, Returns, Units, chosen


def dea(
    inputs: npt.ArrayLike, outputs: npt.ArrayLike, *, returns: Returns = "crs", orientation: Orientation = "input",
    super_efficiency: bool = False, check: int = 5,
) -> Efficiency:  # fmt: skip
    """Radial efficiency with slacks.

    Parameters
    ----------
    inputs, outputs : array-like, shape (n, m) and (n, s)
        Rows are units, columns are indicators; zero or more, in any units of measure: scores do not depend on them. All figures of a
        unit must be of the same period. Indicators are amounts (beds, doctors, discharges), not ratios.
    returns : {"crs", "vrs", "nirs", "ndrs"}
        Constant, variable, non-increasing, non-decreasing returns to scale.
    orientation : {"input", "output"}
    super_efficiency : bool
        Measure each unit against all others only, so that efficient units have scores above 1.
    check : int
        How many units a second solver is asked about; 0 for none.

    Raises
    ------
    ValueError
        As `Units.of` says, or for an unknown word.

    Notes
    -----
    Input: min θ subject to Σ λⱼ xⱼ ≤ θ xₒ, Σ λⱼ yⱼ ≥ yₒ, λ ≥ 0; output: max φ subject to Σ λⱼ xⱼ ≤ xₒ, Σ λⱼ yⱼ ≥ φ yₒ, λ ≥ 0. No condition on
    Σ λ under constant returns (Charnes, Cooper & Rhodes 1978), Σ λ = 1 under variable ones (Banker, Charnes & Cooper 1984), ≤ 1 and ≥ 1
    for the others. Second stage: the largest Σ s⁻ + Σ s⁺, in units of measure as given, with θ or φ held (Cooper, Seiford & Tone 2007);
    unlike scores, which answer has the largest sum depends on the units of measure, so express costs in units that make a saving
    comparable to a bed. Super-efficiency: Andersen & Petersen (1993); under other than constant returns, or with zeros, some units may have none.

    One unit: its score is 1. All units alike: 1. Units with the same figures have the same score, and support each other at 1 in
    super-efficiency. A proportional or dependent indicator changes no score of the others and is told in ``advice``.
    """
    chosen(returns, ("crs", "vrs", "nirs", "ndrs"), "returns")
    chosen(orientation, ("input", "output"), "orientation")
    units = Units.of(inputs, outputs)
    technology = Technology(units, returns, orientation, units.scale())
    first: list[Radial | None] = []
    second: list[Target | None] = []
    for unit, figures in enumerate(units.together()):
        without = unit if super_efficiency else None
        radial = technology.score(figures, without) if super_efficiency else technology.own(figures)
        first.append(radial)
        second.append(None if radial is None else technology.target(figures, radial, without))
    return _result(units, first, second, returns, orientation, super_efficiency, check)


def _result(
    units: Units, first: list[Radial | None], second: list[Target | None], returns: Returns, orientation: Orientation,
    super_efficiency: bool, check: int,
) -> Efficiency:  # fmt: skip
    m, k = units.m, units.m + units.s
    factor = np.array([np.nan if found is None else found.factor for found in first])
    gaps = np.array([np.nan if found is None else found.gap for found in first])
    score = factor if orientation == "input" else 1.0 / factor
    slack = np.array([np.full(k, np.nan) if found is None else found.slack for found in second])
    multipliers = np.array([np.full(k + 1, np.nan) if found is None else found.multipliers for found in first])
    status = tuple(_status(*pair) for pair in zip(score, slack))
    gaps = gaps if orientation == "input" else gaps * score**2
    unproven = [unit for unit, found in enumerate(second) if found is not None and (not found.largest or gaps[unit] > AGREES)]
    return Efficiency(
        score=score, status=status, slacks_in=slack[:, :m], slacks_out=slack[:, m:], weights=_weights(second),
        multipliers_in=multipliers[:, :m], multipliers_out=multipliers[:, m:k], intercept=multipliers[:, k],
        gaps=gaps,
        checked=check_sample(units, score, check, returns=returns, orientation=orientation, leave_out=super_efficiency),
        advice=about_figures(units) + about_scores(score, status.count("efficient"), unproven),
        returns=returns, orientation=orientation, super_efficiency=super_efficiency, units=units,
    )  # fmt: skip


def _status(score: float, slack: Floats) -> Status:
    if np.isnan(score):
        return "infeasible"
    if score < 1.0:
        return "inefficient"
    return "weakly_efficient" if score == 1.0 and slack.any() else "efficient"


def _weights(found: list[Target | None]) -> csr_array:
    """λ by unit, peers in order of position."""
    n = len(found)
    orders = [np.empty(0, dtype=np.int64) if one is None else one.unit.argsort() for one in found]
    peers = [order if one is None else one.unit[order] for one, order in zip(found, orders)]
    weights = [np.empty(0) if one is None else one.weight[order] for one, order in zip(found, orders)]
    starts = np.concatenate(([0], np.cumsum([len(some) for some in peers])))
    return csr_array((np.concatenate(weights), np.concatenate(peers), starts), shape=(n, n))
