"""Coverage: how many persons have a provider within the limit.

A share is never given without what it was taken of: persons whose distance is unknown are counted apart and
neither covered nor quietly dropped.
"""

from __future__ import annotations

from math import fsum, isnan

import numpy as np
import numpy.typing as npt
from attrs import frozen

from dingdian.space.decimetres import NOISE


@frozen
class Coverage:
    """Persons covered, considered, and in total; covered ≤ considered ≤ total.

    Attributes
    ----------
    covered : float
        Within the limit.
    considered : float
        Whose distance is known, be it out of reach.
    total : float
        All.
    """

    covered: float
    considered: float
    total: float

    @property
    def share_of_considered(self) -> float | None:
        """covered / considered; None when nobody was considered."""
        return self.covered / self.considered if self.considered else None

    @property
    def share_of_total(self) -> float | None:
        """covered / total, the cautious share: unknown counts as not covered; None when there is nobody."""
        return self.covered / self.total if self.total else None


def share_within(distance: npt.ArrayLike, weight: npt.ArrayLike, limit: float) -> Coverage:
    """Weight within ``limit`` of something.

    Parameters
    ----------
    distance : array, shape (n,)
        Metres to the nearest provider; ``inf`` = out of reach, NaN = unknown.
    weight : array, shape (n,)
        Persons, finite, zero or more.
    limit : float
        Metres, zero or more; the limit itself is within.

    Returns
    -------
    Coverage
        Sums are correctly rounded, so the order of the rows does not matter.

    Raises
    ------
    ValueError
        Shapes that differ, a negative distance, limit or weight, a missing weight.
    """
    metres, persons = np.asarray(distance, dtype=np.float64), np.asarray(weight, dtype=np.float64)
    _check(metres, persons, limit)
    known = ~np.isnan(metres)
    within = known & (metres <= limit + NOISE)
    return Coverage(*(fsum(persons[rows].tolist()) for rows in (within, known, np.ones_like(known))))


def _check(metres: npt.NDArray[np.float64], persons: npt.NDArray[np.float64], limit: float) -> None:
    if metres.ndim != 1 or metres.shape != persons.shape:
        shapes = f"{metres.shape} and {persons.shape}"
        raise ValueError(f"distance and weight must be columns of one length, not {shapes}")
    if not (np.isfinite(persons) & (persons >= 0.0)).all():
        raise ValueError("weight must be finite and zero or more")
    if (metres < 0.0).any() or isnan(limit) or limit < 0.0:
        raise ValueError("distance and limit must be zero or more")
