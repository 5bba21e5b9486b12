"""Entropy weights: an indicator weighs more the more unevenly it is spread over the units.

They measure how much an indicator tells the units apart, not how much it matters: an indicator that everybody meets gets no weight, however
important. Set them beside the weights that somebody answers for, not in their place.
"""

from __future__ import annotations

import math
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from attrs import frozen

from dingdian.methods.ranking.columns import Floats, LowIsGood, Signs, checked, one_of, over, reciprocals

Proportions: TypeAlias = Literal["minmax", "sum"]


@frozen(kw_only=True, eq=False)
class EntropyWeights:
    """Weights by indicator, shape (m,) each.

    Attributes
    ----------
    weights : float array
        (1 − e_j) / Σ (1 − e_j); sum 1.
    entropy : float array
        e_j, from 0 (one unit has it all) to 1 (all equal).
    """

    weights: Floats
    entropy: Floats


def entropy_weights(
    values: npt.ArrayLike, *, benefit: npt.ArrayLike, normalisation: Proportions = "minmax", low_is_good: LowIsGood = "as_is",
) -> EntropyWeights:
    """Weights from the entropy of each indicator over n ≥ 2 units: e = −Σ p ln p / ln n with 0 ln 0 = 0.

    Parameters
    ----------
    values : array, shape (n, m)
    benefit : booleans, shape (m,)
        True where high is good.
    normalisation : "minmax" or "sum"
        p = y / Σy of y = (x − min) / (max − min), or (max − x) / (max − min) where low is good (usual in Chinese papers); or of the values
        themselves, which must be zero or more.
    low_is_good : "as_is" or "reciprocal"
        For "sum" alone: columns where low is good as they are, or as 1 / x.

    Raises
    ------
    ValueError
        As `columns.checked`; fewer than two units; negative values under "sum"; columns that are all equal, every one.

    Notes
    -----
    Shannon's entropy (1948) as a weight: Hwang and Yoon, *Multiple Attribute Decision Making* (1981), which takes the values themselves.
    A column whose values are all equal has e = 1 and weight 0. Zeros need no shift: 0 ln 0 is 0, its limit. With two units "minmax" gives
    every column that is not equal the same weight.
    """
    table, signs = checked(values, benefit)
    one_of(normalisation, ("minmax", "sum"), "normalisation")
    one_of(low_is_good, ("as_is", "reciprocal"), "low_is_good")
    if len(table) < 2:
        raise ValueError("entropy weights need two units or more: one unit has no spread")
    equal = (table == table[0]).all(axis=0)
    if equal.all():
        raise ValueError("every indicator has one value for all units: nothing tells them apart, so nothing has weight")
    parts = _parts(table, signs) if normalisation == "minmax" else _own(table, signs, low_is_good)
    apart = np.array([0.0 if same else _apart(column) for same, column in zip(equal, parts.T)])
    return EntropyWeights(weights=apart / apart.sum(), entropy=1 - apart)


def _parts(table: Floats, signs: Signs) -> Floats:
    """Each value's place between the worst (0) and the best (1) of its column; 0 in columns that are all equal."""
    low, high = table.min(axis=0), table.max(axis=0)
    halves = high / 2 - low / 2
    return over(np.where(signs, table / 2 - low / 2, high / 2 - table / 2), halves)


def _own(table: Floats, signs: Signs, low_is_good: LowIsGood) -> Floats:
    if (table < 0).any():
        raise ValueError("normalisation 'sum' needs values of zero or more: use minmax")
    positive = reciprocals(table, signs) if low_is_good == "reciprocal" else table
    largest = positive.max(axis=0)
    return over(positive, largest)


def _apart(column: Floats) -> float:
    """1 − e of a column that is not all equal, without the loss of digits where e is almost 1.

    With p = (1 + t) / n it is Σ ((1 + t) ln(1 + t) − t) / (n ln n), a sum of terms that are all zero or more.
    """
    t = (column - column.mean()) / column.mean()
    large = np.abs(t) > 1e-4
    series = t * t / 2 - t**3 / 6 + t**4 / 12
    logs = np.log1p(t, out=np.zeros_like(t), where=t > -1)
    terms = np.where(large, (1 + t) * logs - t, series)
    return float(min(1.0, terms.sum() / (len(column) * math.log(len(column)))))
