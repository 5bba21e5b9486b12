"""Concentration index: whether a resource, a service or ill health gathers among those who rank high.

Says nothing of why, and has no standard error: a bureau's units are all there are, not a sample of them.
"""

from __future__ import annotations

import numpy as np

from dingdian.methods.inequality.conventions import CONCENTRATION, Convention, named
from dingdian.methods.inequality.inputs import Column, Floats, finite, mean, one_length, total, weighted


def concentration_index(
    values: Column,
    rank_by: Column,
    weights: Column,
    *,
    convention: str = "standard",
    bounds: tuple[float, float] | None = None,
) -> float:
    """Concentration index of ``values`` over the order of ``rank_by``.

    Parameters
    ----------
    values : sequence, shape (n,)
        Level of each unit (beds per 1000, admission rate), zero or more.
    rank_by : sequence, shape (n,)
        What units are put in order by (income per head, distance), lowest first; any finite numbers.
    weights : sequence, shape (n,)
        Heads of each unit, zero or more.
    convention : str
        One of `concentration_conventions`.
    bounds : (a, b), optional
        Smallest and largest possible level; needed by ``wagstaff`` and ``erreygers``, and by no other.

    Returns
    -------
    float
        From −1 to 1 in the standard form. Above zero: those who rank high have more; below zero: those who rank low have
        more. 0 where all levels, or all ranks, are equal, and for one unit.

    Raises
    ------
    ValueError
        As `lorenz`; an unknown convention; bounds that are missing, not asked for, in the wrong order or exceeded; a
        mean at one of the bounds under ``wagstaff``.

    Notes
    -----
    C = (2/μ) Σ p (v − μ)(R − ½), R the share of heads that rank lower plus half of those of the same rank (Kakwani,
    Wagstaff & van Doorslaer 1997). It is the slope β of the convenient regression 2σ²_R (v/μ) = α + β R + ε weighted by
    heads, and 1 − 2 × the area under `concentration_curve`. Ranked by itself, a level has its Gini coefficient.
    """
    rule = named(CONCENTRATION, convention)
    level, share = weighted(values, weights)
    rank = finite(rank_by, "rank_by")
    one_length(level, rank, "ranks")
    middle = mean(level, share)
    found = 2.0 * total(share * (level - middle) * (fractional_rank(rank, share) - 0.5)) / middle
    return found * _factor(rule, middle, _range(rule, bounds, level))


def fractional_rank(rank_by: Floats, share: Floats) -> Floats:
    """Share of the weight that ranks lower, plus half of that of the same rank; its weighted mean is ½."""
    place = np.unique(rank_by, return_inverse=True)[1]
    tied = np.bincount(place, weights=share)
    below = np.concatenate(([0.0], np.cumsum(tied)[:-1]))
    found: Floats = (below + tied / 2.0)[place]
    return found


def concentration_conventions() -> tuple[Convention, ...]:
    """The conventions of `concentration_index`, each with formula and where it is met."""
    return tuple(CONCENTRATION.values())


def _range(rule: Convention, bounds: tuple[float, float] | None, level: Floats) -> tuple[float, float] | None:
    if (bounds is not None) != (rule.id in ("wagstaff", "erreygers")):
        raise ValueError("bounds belong to the conventions wagstaff and erreygers, which need them, and to no other")
    if bounds is None:
        return None
    low, high = bounds
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise ValueError(f"bounds must be finite and in order, not {low} and {high}")
    if level.min() < low or level.max() > high:
        raise ValueError(f"values run from {level.min()} to {level.max()}, outside the bounds {low} and {high}")
    return low, high


def _factor(rule: Convention, middle: float, bounds: tuple[float, float] | None) -> float:
    if bounds is None:
        return middle if rule.id == "generalised" else 1.0
    low, high = bounds
    if rule.id == "erreygers":
        return 4.0 * middle / (high - low)
    if not low < middle < high:
        raise ValueError(f"the mean {middle} is at a bound, where wagstaff divides by zero")
    return (high - low) * middle / ((high - middle) * (middle - low))
