"""How firmly a rank stands when weights move: one at a time, and all at once in draws from a given seed.

A rank that a fifth of one weight can turn is not a finding. Nothing here draws without a seed; the same seed gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from attrs import frozen

from dingdian.methods.ranking.columns import Floats, Ints, checked, places, shares
from dingdian.methods.ranking.rsr import Form, Ties, rank_columns, ratios
from dingdian.methods.ranking.scores import ranks, weighted_scores
from dingdian.methods.ranking.topsis import topsis
from dingdian.methods.rounding import Number, exact, not_negative

Placing: TypeAlias = Callable[[Floats], Ints]


@frozen(kw_only=True)
class RankRange:
    """A rank under the weights as they are, and the best and the worst when each weight moves."""

    rank: int
    best: int
    worst: int

    @property
    def stable(self) -> bool:
        return self.best == self.worst


@frozen(kw_only=True, eq=False)
class RankSpread:
    """Ranks of n units over draws of the weights.

    Attributes
    ----------
    rank, best, worst : int array, shape (n,)
        Under the weights as they are; the best and the worst of these and all draws.
    acceptability : float array, shape (n, n)
        Share of the draws in which a unit (row) takes a rank (column 0 is rank 1). Rows sum to 1.
    runs, seed : int
        How many draws, and from which seed.
    """

    rank: Ints
    best: Ints
    worst: Ints
    acceptability: Floats
    runs: int
    seed: int


def rank_stability(
    marks: Mapping[str, Mapping[str, Number]], weights: Mapping[str, Number], change: Number = Fraction(1, 5)
) -> dict[str, RankRange]:
    """Ranks of weighted scores under the weights and under each weight moved by ± ``change`` of itself, one at a time; exact.

    The other weights stay and all are scaled to one sum. ``change`` is a share from 0 to 1; a fifth unless told otherwise.
    """
    share = _share(change)
    base = ranks(weighted_scores(marks, weights))
    runs = [base]
    for name, weight in weights.items():
        for factor in (1 - share, 1 + share):
            moved = {**weights, name: exact(weight) * factor}
            if any(exact(value) for value in moved.values()):
                runs.append(ranks(weighted_scores(marks, moved)))
    return {who: RankRange(rank=base[who], best=min(run[who] for run in runs), worst=max(run[who] for run in runs)) for who in marks}


def ranks_one_at_a_time(placing: Placing, weights: npt.ArrayLike, change: Number = Fraction(1, 5)) -> tuple[RankRange, ...]:
    """Ranks by any method under the weights, and under each of them moved by ± ``change`` of itself.

    Parameters
    ----------
    placing : from weights, shape (m,), to ranks, shape (n,)
        For instance ``lambda w: topsis(values, w, benefit=benefit).place``.
    weights : shape (m,), zero or more
    change : share from 0 to 1

    Notes
    -----
    The other weights stay and all are scaled to sum 1. A change that would leave no weight at all is left out.
    """
    share, given = float(_share(change)), _scaled(weights)
    factors = [np.where(np.arange(len(given)) == j, 1 + sign * share, 1.0) for j in range(len(given)) for sign in (-1, 1)]
    moved = [given * factor for factor in factors if (given * factor).any()]
    base = placing(given)
    seen = np.array([base, *(placing(_scaled(one)) for one in moved)])
    return tuple(RankRange(rank=int(rank), best=int(best), worst=int(worst))
                 for rank, best, worst in zip(base, seen.min(axis=0), seen.max(axis=0)))


def ranks_in_draws(
    placing: Placing, weights: npt.ArrayLike, change: Number = Fraction(1, 5), *, runs: int, seed: int
) -> RankSpread:
    """Ranks by any method when every weight is drawn evenly from ± ``change`` of itself, all independent, then scaled to sum 1.

    Parameters
    ----------
    placing, weights, change : as in `ranks_one_at_a_time`
    runs : draws, at least 1
    seed : whole number of zero or more
        Of NumPy's PCG64.
    """
    if runs < 1 or seed < 0:
        raise ValueError(f"runs must be at least 1 and seed zero or more, not {runs} and {seed}")
    share, given = float(_share(change)), _scaled(weights)
    factors = np.random.Generator(np.random.PCG64(seed)).uniform(1 - share, 1 + share, size=(runs, len(given)))
    base = placing(given)
    drawn = np.array([placing(_scaled(given * factor)) for factor in factors])
    n = len(base)
    taken = np.bincount((np.arange(n) * n + drawn - 1).ravel(), minlength=n * n).reshape(n, n)
    return RankSpread(rank=base, best=np.minimum(base, drawn.min(axis=0)), worst=np.maximum(base, drawn.max(axis=0)),
                      acceptability=taken / runs, runs=runs, seed=seed)


def topsis_stability(
    values: npt.ArrayLike, weights: npt.ArrayLike, change: Number = Fraction(1, 5), *, benefit: npt.ArrayLike, **conventions: Any
) -> tuple[RankRange, ...]:
    """Places by TOPSIS under each weight moved by ± ``change``; ``conventions`` are those of `topsis`."""
    return ranks_one_at_a_time(lambda moved: topsis(values, moved, benefit=benefit, **conventions).place, weights, change)


def rsr_stability(
    values: npt.ArrayLike, weights: npt.ArrayLike, change: Number = Fraction(1, 5), *, benefit: npt.ArrayLike,
    ties: Ties = "average", form: Form = "integer",
) -> tuple[RankRange, ...]:
    """Places by weighted RSR under each weight moved by ± ``change``; the ranks within the columns stay."""
    ranked = rank_columns(*checked(values, benefit), ties, form)
    return ranks_one_at_a_time(lambda moved: places(ratios(ranked, moved)), weights, change)


def _scaled(weights: npt.ArrayLike) -> Floats:
    return shares(weights, np.size(np.asarray(weights, dtype=np.float64)))


def _share(change: Number) -> Fraction:
    share = not_negative(change, "change")
    if share > 1:
        raise ValueError(f"change is a share from 0 to 1, not {change}: divide percentages by 100")
    return share
