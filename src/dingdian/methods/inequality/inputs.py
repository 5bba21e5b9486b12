"""Columns that inequality is measured on: levels, the weights they stand for, and their mean.

A level is a resource per head or per km²; its weight is the heads or the km². Refuses what is missing,
not finite or below zero, and weights that are all zero: a unit left out silently would change every share.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Column: TypeAlias = Sequence[Any] | npt.NDArray[Any]


def finite(values: Column, name: str) -> Floats:
    """``values`` as a float64 column of one unit or more; what is missing, infinite or not one column is a ValueError."""
    column = np.asarray(values, dtype=np.float64)
    if column.ndim != 1 or column.size == 0:
        raise ValueError(f"{name} must be one column with at least one unit, not of shape {column.shape}")
    bad = np.flatnonzero(~np.isfinite(column))
    if bad.size:
        raise ValueError(f"{name} must be finite: {column[bad[0]]} at position {bad[0]} (a missing number is not zero)")
    return column


def not_negative(values: Column, name: str) -> Floats:
    """As `finite`, and zero or more."""
    column = finite(values, name)
    bad = np.flatnonzero(column < 0)
    if bad.size:
        raise ValueError(f"{name} must be zero or more: {column[bad[0]]} at position {bad[0]}")
    return column


def weighted(values: Column, weights: Column) -> tuple[Floats, Floats]:
    """Levels and the share of the weight that each stands for.

    Returns
    -------
    level, share : float64 arrays, shape (n,)
        Shares add up to 1. A unit of weight 0 keeps its place and counts for nothing.

    Raises
    ------
    ValueError
        Lengths that differ, no unit, what is missing or below zero, weights that are all zero, levels that are zero
        wherever there is weight: where nobody has any there is nothing to be shared out evenly or unevenly.
    """
    level, weight = not_negative(values, "values"), not_negative(weights, "weights")
    one_length(level, weight, "weights")
    if not weight.any():
        raise ValueError("weights are all zero: nobody to share among")
    if not level[weight > 0].any():
        raise ValueError("values are all zero: nobody has any, which is neither even nor uneven")
    # Divided by the largest first: a sum of large weights could leave the range of a float.
    scaled = weight / weight.max()
    return level, scaled / total(scaled)


def one_length(one: npt.NDArray[Any], other: npt.NDArray[Any] | Sequence[Any], name: str) -> None:
    """Refuse columns of different lengths."""
    if len(one) != len(other):
        raise ValueError(f"needs columns of one length: {len(one)} values but {len(other)} {name}")


def total(terms: Iterable[float]) -> float:
    """Sum that does not depend on the order of the units, to the last bit."""
    return math.fsum(terms)


def mean(level: Floats, share: Floats) -> float:
    """Weighted mean of ``level``; ``share`` need not add up to 1.

    Kept between the smallest and the largest level that has weight, so that equal levels have exactly their own mean and
    no inequality is made of rounding.
    """
    inside = level[share > 0]
    found = total(level * share) / total(share)
    return float(min(max(found, inside.min()), inside.max()))
