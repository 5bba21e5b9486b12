"""TOPSIS: nearness to the best and distance from the worst values that there are.

The ideal is made of the units at hand: who is added or dropped can turn the order of the others. The normalisation is a choice that moves
closeness and sometimes ranks, so it is always named. Weights are the caller's.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from attrs import frozen

from dingdian.methods.ranking.columns import (
    Floats,
    Ints,
    LowIsGood,
    Signs,
    checked,
    one_of,
    over,
    places,
    reciprocals,
    shares,
)

Normalisation: TypeAlias = Literal["vector", "minmax", "sum", "max"]
WeightsOn: TypeAlias = Literal["values", "squares"]


@frozen(kw_only=True, eq=False)
class Topsis:
    """Closeness of each unit, and what it is made of.

    Attributes
    ----------
    closeness : float array, shape (n,)
        D⁻ / (D⁺ + D⁻), from 0 (the worst in everything) to 1 (the best in everything).
    to_ideal, to_anti_ideal : float array, shape (n,)
        D⁺ and D⁻.
    ideal, anti_ideal : float array, shape (m,)
        Best and worst normalised value of each indicator, weighted where the weights are on values.
    weights : float array, shape (m,)
        As used, with sum 1.
    place : int array, shape (n,)
        1 for the highest closeness; those tied within 12 decimals share the best place.
    """

    closeness: Floats
    to_ideal: Floats
    to_anti_ideal: Floats
    ideal: Floats
    anti_ideal: Floats
    weights: Floats
    place: Ints


def topsis(
    values: npt.ArrayLike, weights: npt.ArrayLike | None, *, benefit: npt.ArrayLike, normalisation: Normalisation = "vector",
    low_is_good: LowIsGood = "as_is", weights_on: WeightsOn = "values",
) -> Topsis:
    """Closeness to the ideal of n units on m indicators.

    Parameters
    ----------
    values : array, shape (n, m)
    weights : shape (m,), zero or more
        Scaled to sum 1; None, said out loud, for equal ones.
    benefit : booleans, shape (m,)
        True where high is good.
    normalisation : "vector", "minmax", "sum" or "max"
        x / √Σx²; (x − min) / (max − min); x / Σx; x / max. The last two need values of zero or more. A column that is all zero, or
        under "minmax" all equal, is 0 throughout and separates nobody.
    low_is_good : "as_is" or "reciprocal"
        Indicators where low is good keep their values and the ideal is their minimum; or they are turned into 1 / x first (倒数法, usual in
        Chinese hospital statistics), which needs values above zero.
    weights_on : "values" or "squares"
        v = w r and D = √Σ(v − v*)²; or D = √Σ w (r − r*)².

    Raises
    ------
    ValueError
        As `columns.checked` and `columns.shares`; values that the normalisation cannot take; units that are alike in every indicator
        with weight (one unit among them), for which best and worst are one point.

    Notes
    -----
    Hwang and Yoon, *Multiple Attribute Decision Making* (1981), with vector normalisation, ``as_is`` and weights on values.
    """
    table, signs = checked(values, benefit)
    one_of(normalisation, ("vector", "minmax", "sum", "max"), "normalisation")
    one_of(low_is_good, ("as_is", "reciprocal"), "low_is_good")
    one_of(weights_on, ("values", "squares"), "weights_on")
    if low_is_good == "reciprocal":
        table, signs = reciprocals(table, signs), np.ones_like(signs)
    share = shares(weights, table.shape[1])
    return _closeness(_normalised(table, normalisation), share, signs, weights_on)


def _normalised(table: Floats, normalisation: Normalisation) -> Floats:
    largest = np.abs(table).max(axis=0)
    scaled = over(table, largest)  # no square of it can overflow
    if normalisation in ("sum", "max") and (table < 0).any():
        raise ValueError(f"normalisation {normalisation!r} needs values of zero or more: use vector or minmax")
    if normalisation == "minmax":
        low = scaled.min(axis=0)
        scaled, length = scaled - low, scaled.max(axis=0) - low
    elif normalisation == "vector":
        length = np.sqrt((scaled * scaled).sum(axis=0))
    else:
        length = scaled.sum(axis=0) if normalisation == "sum" else scaled.max(axis=0)
    return over(scaled, length)


def _closeness(normalised: Floats, share: Floats, signs: Signs, weights_on: WeightsOn) -> Topsis:
    on_values = weights_on == "values"
    weighted = normalised * share if on_values else normalised
    inside = np.ones_like(share) if on_values else share
    top, bottom = weighted.max(axis=0), weighted.min(axis=0)
    ideal, anti_ideal = np.where(signs, top, bottom), np.where(signs, bottom, top)
    to_ideal = np.sqrt((inside * (weighted - ideal) ** 2).sum(axis=1))
    to_anti_ideal = np.sqrt((inside * (weighted - anti_ideal) ** 2).sum(axis=1))
    whole = to_ideal + to_anti_ideal
    if not (whole > 0).all():
        raise ValueError("the units are alike in every indicator that has weight: the best and the worst are one point")
    closeness = np.asarray(to_anti_ideal / whole, dtype=np.float64)
    return Topsis(closeness=closeness, to_ideal=to_ideal, to_anti_ideal=to_anti_ideal, ideal=ideal, anti_ideal=anti_ideal,
                  weights=share, place=places(closeness))
