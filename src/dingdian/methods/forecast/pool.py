"""Several stated errors as one: the linear opinion pool (Stone 1961), a mixture whose quantiles are the ends of an interval.

Where methods disagree the pool is wider than each of them, so that picking the winner of a backtest is not mistaken for knowing the truth.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from attrs import frozen
from scipy.special import stdtr, stdtrit

from dingdian.methods.forecast.series import Array, exponential

_HALVINGS = 80


@frozen(eq=False)
class Member:
    """One method in the pool: Student's t with ``freedom`` degrees, of the logarithm where ``logged``; its weight, above zero."""

    centre: Array
    scale: Array
    freedom: int
    logged: bool
    weight: float

    def share_below(self, value: Array) -> Array:
        """Probability below ``value``, shape (probabilities, horizon)."""
        if self.logged:
            value = np.where(value > 0, np.log(np.maximum(value, np.finfo(float).tiny)), -np.inf)
        share: Array = stdtr(self.freedom, (value - self.centre) / self.scale)
        return share

    def quantiles(self, probabilities: Array) -> Array:
        """Its own quantiles, shape (probabilities, horizon)."""
        ends: Array = self.centre + stdtrit(self.freedom, probabilities)[:, None] * self.scale
        return exponential(ends) if self.logged else ends


def share_below(members: Sequence[Member], value: Array) -> Array:
    """Probability below ``value`` in the mixture, shape (probabilities, horizon)."""
    whole = sum(member.weight for member in members)
    return sum((member.weight / whole * member.share_below(value) for member in members), np.zeros(value.shape))


def quantiles(members: Sequence[Member], probabilities: npt.ArrayLike) -> Array:
    """Quantiles of the mixture, shape (probabilities, horizon), by halving between the lowest and the highest of its members' own."""
    wanted = np.asarray(probabilities, dtype=np.float64)
    own = np.stack([member.quantiles(wanted) for member in members])
    low, high = own.min(axis=0), own.max(axis=0)
    for _ in range(_HALVINGS if len(members) > 1 else 0):
        middle = (low + high) / 2
        below = share_below(members, middle) < wanted[:, None]
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    ends: Array = (low + high) / 2
    return ends
