"""The rank-sum ratio (秩和比, RSR) of Tian Fengtiao, with its distribution, its probit regression and its bands.

Only the order of the units within each indicator counts, so no unit of measure matters and no outlier pulls; for the same reason a hair's
breadth weighs as much as a gulf. The bands come from the normal distribution, not from anybody's standard of what is good enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from attrs import frozen

from dingdian.methods.ranking.columns import (
    DECIMALS,
    Floats,
    Ints,
    Signs,
    checked,
    one_of,
    over,
    places,
    shares,
)

Ties: TypeAlias = Literal["average", "max", "none"]
Form: TypeAlias = Literal["integer", "linear"]

# Probit cut-offs by number of bands: Φ⁻¹ of the usual percentiles, 5 added; 4 and 6 are 15.866 % and 84.134 %.
CUTS: Mapping[int, tuple[float, ...]] = {
    3: (4.0, 6.0), 4: (3.5, 5.0, 6.5), 5: (3.2, 4.4, 5.6, 6.8), 6: (3.0, 4.0, 5.0, 6.0, 7.0),
}


@frozen(kw_only=True, eq=False)
class Rsr:
    """RSR of each unit, its distribution and the regression on it. Arrays of shape (n,) go by unit.

    Attributes
    ----------
    rank : float array, shape (n, m)
        Rank of each unit in each indicator, n for the best.
    rsr : float array, shape (n,)
        Σ wR / n with weights that sum to 1, from 1/n to 1; with equal weights ΣR / (mn).
    frequency, cumulative, mean_rank, share : arrays, shape (k,)
        The distribution, one entry for each different RSR, lowest first: f, Σf, R̄, and R̄/n (the last one 1 − 1/(4n)).
    level : float array, shape (k,)
        The different RSRs themselves.
    probit : float array, shape (n,)
        5 + Φ⁻¹(share) of each unit.
    slope, intercept : float
        RSR = intercept + slope × probit, least squares over the k entries of the distribution, each counted once.
    r_squared : float
        Share of the spread of the k RSRs that the line explains.
    f, p : float or None
        F of the regression with 1 and k − 2 degrees of freedom and its tail probability; None when k is 2 or nothing is left over,
        because a line through all points has no error to be held against.
    fitted : float array, shape (n,)
        intercept + slope × probit.
    band : int array, shape (n,)
        1 for the lowest band.
    cuts : tuple of float
        Probits at which a new band begins: a unit exactly at a cut is in the upper band.
    cut_rsr : float array, shape (len(cuts),)
        The fitted RSR at each cut.
    place : int array, shape (n,)
        1 for the highest RSR; those tied share the best place.
    """

    rank: Floats
    rsr: Floats
    level: Floats
    frequency: Ints
    cumulative: Ints
    mean_rank: Floats
    share: Floats
    probit: Floats
    slope: float
    intercept: float
    r_squared: float
    f: float | None
    p: float | None
    fitted: Floats
    band: Ints
    cuts: tuple[float, ...]
    cut_rsr: Floats
    place: Ints


def rsr(
    values: npt.ArrayLike, *, benefit: npt.ArrayLike, ties: Ties = "average", weights: npt.ArrayLike | None = None,
    form: Form = "integer", bands: int = 3,
) -> Rsr:
    """Rank-sum ratio of n units on m indicators.

    Parameters
    ----------
    values : array, shape (n, m)
    benefit : booleans, shape (m,)
        True where high is good; the best unit of a column gets rank n, the worst 1.
    ties : "average", "max" or "none"
        Units tied in a column share the mean of their ranks, or the highest of them; "none" refuses a table with ties.
    weights : shape (m,), optional
        Turns RSR into the weighted WRSR = Σ wR / n, Σw = 1; equal weights give RSR itself.
    form : "integer" or "linear"
        "linear" is the non-integer form (非整秩次): rank = 1 + (n − 1)(x − min) / (max − min), or (max − x) where low is good, and
        (n + 1) / 2 for all units in a column whose values are all equal. It has no ties to settle; ``ties`` is not used.
    bands : 3, 4, 5 or 6
        Number of bands; their cut-offs are `CUTS`.

    Raises
    ------
    ValueError
        As `columns.checked` and `columns.shares`; ties under "none"; fewer than two different RSRs (one unit, or all alike), through
        which there is no line.

    Notes
    -----
    Tian Fengtiao 田凤调 (1988): ranks by column; RSR = ΣR / (mn); the RSRs in ascending order with their frequencies, cumulative
    frequencies and mean ranks R̄; share R̄/n × 100 %, the last one corrected to (1 − 1/(4n)) × 100 % also where it is shared;
    probit = 5 + Φ⁻¹; regression RSR = a + b × probit; bands by probit. RSRs equal to 12 decimals are one entry. The line rises, so
    bands by probit are those by fitted RSR. The non-integer form is that of Ge and Xu (戈早川, 徐春华, 1999).
    """
    table, signs = checked(values, benefit)
    one_of(ties, ("average", "max", "none"), "ties")
    one_of(form, ("integer", "linear"), "form")
    if bands not in CUTS:
        raise ValueError(f"bands must be one of {', '.join(map(str, CUTS))}, not {bands!r}")
    ranked = rank_columns(table, signs, ties, form)
    return _distribution(ranked, ratios(ranked, weights), CUTS[bands])


def rank_columns(table: Floats, signs: Signs, ties: Ties, form: Form) -> Floats:
    """Ranks by column in the form asked for, shape (n, m)."""
    return _linear(table, signs) if form == "linear" else _ranks(table, signs, ties)


def ratios(ranked: Floats, weights: npt.ArrayLike | None) -> Floats:
    """RSR of ranks, shape (n,): ΣR / (mn), or Σ wR / n when weights are given."""
    n, m = ranked.shape
    if weights is None:
        return np.asarray(ranked.sum(axis=1) / (m * n), dtype=np.float64)
    return np.asarray((ranked * shares(weights, m)).sum(axis=1) / n, dtype=np.float64)


def _ranks(table: Floats, signs: Signs, ties: Ties) -> Floats:
    ranked = np.empty_like(table)
    for column, good in enumerate(signs):
        _, group, count = np.unique(table[:, column] if good else -table[:, column], return_inverse=True, return_counts=True)
        if ties == "none" and (count > 1).any():
            raise ValueError(f"units are tied in column {column}, and ties are not allowed: choose average or max")
        highest = np.cumsum(count)
        ranked[:, column] = (highest if ties == "max" else highest - (count - 1) / 2)[group]
    return ranked


def _linear(table: Floats, signs: Signs) -> Floats:
    n = len(table)
    low, high = table.min(axis=0), table.max(axis=0)
    halves = high / 2 - low / 2  # halved, so that the widest range of floats is a float
    above = np.where(signs, table / 2 - low / 2, high / 2 - table / 2)
    return np.asarray(1 + (n - 1) * over(above, halves, 0.5), dtype=np.float64)


def _distribution(ranked: Floats, ratio: Floats, cuts: tuple[float, ...]) -> Rsr:
    from scipy.special import ndtri

    n = len(ratio)
    _, first, group, count = np.unique(np.round(ratio, DECIMALS), return_index=True, return_inverse=True, return_counts=True)
    if len(count) < 2:
        raise ValueError("all units have one RSR: there is no distribution to draw a line through")
    cumulative = np.cumsum(count)
    mean_rank = cumulative - (count - 1) / 2
    share = mean_rank / n
    share[-1] = 1 - 1 / (4 * n)
    probit = 5 + ndtri(share)
    level = ratio[first]
    slope, intercept, r_squared, f, p = _line(probit, level)
    return Rsr(
        rank=ranked, rsr=ratio, level=level, frequency=count, cumulative=cumulative, mean_rank=mean_rank, share=share,
        probit=probit[group], slope=slope, intercept=intercept, r_squared=r_squared, f=f, p=p,
        fitted=(intercept + slope * probit)[group], band=1 + np.searchsorted(cuts, probit, side="right")[group], cuts=cuts,
        cut_rsr=intercept + slope * np.asarray(cuts), place=places(ratio),
    )


def _line(x: Floats, y: Floats) -> tuple[float, float, float, float | None, float | None]:
    """Slope, intercept, R², F and its tail probability of the least-squares line of y on x."""
    from scipy.special import fdtrc

    across, up = x - x.mean(), y - y.mean()
    slope = float((across * up).sum() / (across * across).sum())
    left = up - slope * across
    spread, rest = float((up * up).sum()), float((left * left).sum())
    freedom = len(x) - 2
    if freedom == 0 or rest <= spread * 1e-24:
        return slope, float(y.mean() - slope * x.mean()), 1.0, None, None
    f = (spread - rest) / (rest / freedom)
    return slope, float(y.mean() - slope * x.mean()), 1 - rest / spread, f, float(fdtrc(1, freedom, f))
