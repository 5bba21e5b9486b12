"""Productivity between two periods: how much of a change is a unit catching up, and how much the frontier moving.

Compares the same units in two periods, in the same indicators. It refuses to say why: prices, case mix and new tasks all look like progress
or decline here.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from attrs import field, frozen

from dingdian.methods.efficiency.advice import about_figures
from dingdian.methods.efficiency.radial import Technology
from dingdian.methods.efficiency.units import Floats, Orientation, Returns, Units, chosen
from dingdian.terms import Text

Comparison: TypeAlias = Literal["compared", "infeasible"]


@frozen
class Means:
    """Geometric means over the units that could be compared; NaN if none could."""

    efficiency_change: float
    technical_change: float
    pure_technical_change: float
    scale_change: float
    tfp_change: float

    def __getitem__(self, name: str) -> float:
        return float(getattr(self, name))


@frozen(eq=False)
class Malmquist:
    """Changes from period 0 to period 1; above 1 is better.

    Attributes
    ----------
    efficiency_change : float64 array, shape (n,)
        EFFCH: catching up with the frontier under constant returns.
    technical_change : float64 array, shape (n,)
        TECHCH: movement of the frontier where the unit stands.
    pure_technical_change : float64 array, shape (n,)
        PECH: catching up with the frontier under variable returns ("pure efficiency change" in some books).
    scale_change : float64 array, shape (n,)
        SECH = EFFCH / PECH.
    tfp_change : float64 array, shape (n,)
        TFPCH = EFFCH · TECHCH: the Malmquist index.
    distances : float64 array, shape (n, 4)
        Scores under constant returns: period 0 against frontier 0, 0 against 1, 1 against 0, 1 against 1.
    status : tuple of str, length n
        ``compared``, or ``infeasible`` where a frontier has nothing to compare the unit with (an input of zero, for instance): TECHCH
        and TFPCH are NaN there, and the unit is left out of the means.
    means : Means
    gap : float
        No score behind these figures can be better by more: the largest gap of all proofs by multipliers.
    advice : tuple of Text
    """

    efficiency_change: Floats
    technical_change: Floats
    pure_technical_change: Floats
    scale_change: Floats
    tfp_change: Floats
    distances: Floats = field(repr=False)
    status: tuple[Comparison, ...] = field(repr=False)
    means: Means
    gap: float
    advice: tuple[Text, ...]


def malmquist(
    inputs_0: npt.ArrayLike, outputs_0: npt.ArrayLike, inputs_1: npt.ArrayLike, outputs_1: npt.ArrayLike, *,
    orientation: Orientation = "input",
) -> Malmquist:  # fmt: skip
    """Malmquist index of total factor productivity and its parts.

    Parameters
    ----------
    inputs_0, outputs_0, inputs_1, outputs_1 : array-like, shape (n, m), (n, s), (n, m), (n, s)
        The same units in the same order, the same indicators; costs in constant prices.
    orientation : {"input", "output"}
        Matters to PECH and SECH only: under constant returns the scores of both sides are the same.

    Raises
    ------
    ValueError
        As `Units.of` says, for each period and both together; periods of different shape.

    Notes
    -----
    With Eᵗ(u) the score of u against the frontier of period t under constant returns (Färe, Grosskopf, Norris & Zhang 1994):
    EFFCH = E¹(1)/E⁰(0); TECHCH = √[E⁰(1)/E¹(1) · E⁰(0)/E¹(0)]; TFPCH = EFFCH · TECHCH; PECH = EFFCH with variable returns; SECH = EFFCH/PECH.
    Both periods are measured with the same scale, so that nothing depends on units of measure.
    """
    chosen(orientation, ("input", "output"), "orientation")
    before, after = Units.of(inputs_0, outputs_0, " of period 0"), Units.of(inputs_1, outputs_1, " of period 1")
    if before.inputs.shape != after.inputs.shape or before.outputs.shape != after.outputs.shape:
        raise ValueError(
            f"the periods must have the same units and indicators, not {len(before)} × ({before.m} + {before.s}) and "
            f"{len(after)} × ({after.m} + {after.s})"
        )
    Units.of(np.vstack((before.inputs, after.inputs)), np.vstack((before.outputs, after.outputs)), " of both periods")
    crs = [_scores(old, new, "crs", orientation) for new in (before, after) for old in (before, after)]
    vrs = [_scores(units, units, "vrs", orientation) for units in (before, after)]
    gap = max(gap for _, gap in crs + vrs)
    return _result(np.column_stack([score for score, _ in crs]), vrs[1][0] / vrs[0][0], gap, about_figures(before))


def _scores(reference: Units, units: Units, returns: Returns, orientation: Orientation) -> tuple[Floats, float]:
    """Scores of units against another set, NaN where there is none; and the largest gap of their proofs."""
    technology = Technology(reference, returns, orientation, reference.scale())
    found = [technology.score(figures) for figures in units.together()]
    factor = np.array([np.nan if one is None else one.factor for one in found])
    gap = np.array([0.0 if one is None else one.gap for one in found])
    return (factor, float(gap.max())) if orientation == "input" else (1.0 / factor, float(np.nanmax(gap / factor**2, initial=0.0)))


def _result(distances: Floats, pure: Floats, gap: float, advice: tuple[Text, ...]) -> Malmquist:
    at_0_by_0, at_0_by_1, at_1_by_0, at_1_by_1 = distances.T
    efficiency = at_1_by_1 / at_0_by_0
    technical = np.sqrt(at_1_by_0 / at_1_by_1 * (at_0_by_0 / at_0_by_1))
    changes = (efficiency, technical, pure, efficiency / pure, efficiency * technical)
    compared = np.asarray(np.isfinite(distances).all(axis=1))
    status: tuple[Comparison, ...] = tuple("compared" if one else "infeasible" for one in compared)
    means = Means(*(_geometric(change[compared]) for change in changes))
    if not compared.all():
        n = int((~compared).sum())
        advice += (Text(f"{n} 个单元在另一时期的前沿上无可比对象，未计入平均", f"{n} units have nothing to be compared with in the other period and are left out of the means"),)
    return Malmquist(*changes, distances=distances, status=status, means=means, gap=gap, advice=advice)


def _geometric(values: Floats) -> float:
    return float(np.exp(np.log(values).mean())) if values.size else float("nan")
