"""Lorenz curve, Gini coefficient and index of dissimilarity of levels that stand for heads or for areas.

A Gini by heads and one by areas answer different questions, so weights are never left out: where every unit is to count
once, say so with ones. Inequality inside a unit is not seen: with few large units the figure is a lower bound.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from attrs import frozen

from dingdian.methods.inequality.conventions import GINI, Convention, named
from dingdian.methods.inequality.inputs import Column, Floats, finite, mean, one_length, total, weighted


@frozen(eq=False)
class Curve:
    """Cumulative shares from (0, 0) to (1, 1), one point after each group of units of one rank.

    Attributes
    ----------
    weight_share, resource_share : float64 arrays, shape (m + 1,)
        Of the heads (or areas), across; of the resource, upwards. Both begin at exactly 0 and end at exactly 1.
    """

    weight_share: Floats
    resource_share: Floats


def lorenz(values: Column, weights: Column) -> Curve:
    """Lorenz curve: what share of the resource the share of heads with the lowest levels has.

    Parameters
    ----------
    values : sequence, shape (n,)
        Resource per head (or per km²) of each unit, zero or more.
    weights : sequence, shape (n,)
        Heads (or km²) of each unit, zero or more.

    Returns
    -------
    Curve
        Units of one level make one straight piece.

    Raises
    ------
    ValueError
        Lengths that differ, no unit, what is missing or below zero, weights all zero, values all zero.
    """
    return concentration_curve(values, values, weights)


def concentration_curve(values: Column, rank_by: Column, weights: Column) -> Curve:
    """The same with units in the order of ``rank_by``, lowest first; units of one rank make one straight piece.

    Above the diagonal: those who rank low have more than their share. Errors as of `lorenz`.
    """
    level, share = weighted(values, weights)
    rank = finite(rank_by, "rank_by")
    one_length(level, rank, "ranks")
    place = np.unique(rank, return_inverse=True)[1]
    return Curve(_cumulative(place, share), _cumulative(place, level * share))


def gini(values: Column, weights: Column, *, form: str = "population") -> float:
    """Gini coefficient: twice the area between the Lorenz curve and the diagonal.

    Parameters
    ----------
    values, weights
        As of `lorenz`.
    form : {"population", "sample"}
        ``population``: the exact area under the broken line, G = 1 − Σ (P_i − P_{i−1})(L_i + L_{i−1}), from 0 to
        1 − (smallest share of the weight). ``sample``: n ÷ (n − 1) times that, n the units that have weight.

    Returns
    -------
    float
        0 where all levels are equal, exactly; one unit is 0 in the population form.

    Raises
    ------
    ValueError
        As `lorenz`; an unknown form; one unit in the sample form, where n − 1 is zero.

    Notes
    -----
    Computed as Σ (v_{k+1} − v_k)·P_k·(1 − P_k) ÷ μ over levels in order: the trapezoids summed by parts (Σ Σ p_i p_j
    |v_i − v_j| ÷ 2μ; Gini 1912), in which no two large numbers are subtracted.
    """
    named(GINI, form)
    level, share = weighted(values, weights)
    order = np.lexsort((share, level))
    below, above = np.cumsum(share[order])[:-1], np.cumsum(share[order][::-1])[::-1][1:]
    found = total(np.diff(level[order]) * below * above) / mean(level, share)
    return found * _correction(int(np.count_nonzero(share))) if form == "sample" else found


def dissimilarity(values: Column, weights: Column) -> float:
    """Index of dissimilarity (差别指数; Hoover index): ½ Σ |y − p|, the share of the resource that would have to move.

    The largest height of the diagonal over the Lorenz curve, from 0 to below 1. Parameters and errors as of `lorenz`.
    """
    level, share = weighted(values, weights)
    return 0.5 * total(share * np.abs(level / mean(level, share) - 1.0))


def gini_forms() -> tuple[Convention, ...]:
    """The forms of the Gini coefficient, each with formula and where it is met."""
    return tuple(GINI.values())


def _correction(units: int) -> float:
    if units == 1:
        raise ValueError("the sample form needs two units with weight: n / (n − 1) has no value for one")
    return units / (units - 1)


def _cumulative(place: npt.NDArray[np.intp], parts: Floats) -> Floats:
    """Cumulative shares of ``parts`` after each place, from 0."""
    reached = np.concatenate(([0.0], np.cumsum(np.bincount(place, weights=parts))))
    shares: Floats = reached / reached[-1]
    return shares
