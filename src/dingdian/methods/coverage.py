"""Coverage: how many persons, and how many places, have a provider within the limit.

A share is never given without what it was taken of: persons whose distance is unknown are counted apart and
neither covered nor quietly dropped. A few crowded places can carry the share of persons alone, so the share of
places can be had beside it, from the same rows.
"""

from __future__ import annotations

from math import fsum, isnan

import numpy as np
import numpy.typing as npt
from attrs import frozen

from dingdian.space.arrays import Mask
from dingdian.space.decimetres import NOISE


@frozen
class Coverage:
    """Persons (or places) covered, considered, and in total; covered ≤ considered ≤ total.

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


@frozen
class Shares:
    """The same coverage told twice: each person counts once, or each place where anybody is counts once.

    Attributes
    ----------
    persons, places : Coverage
        Of the same rows. A place with nobody in it is no place to serve: it counts in neither.
    """

    persons: Coverage
    places: Coverage


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
    return shares(distance, weight, limit).persons


def shares(distance: npt.ArrayLike, weight: npt.ArrayLike, limit: float) -> Shares:
    """Persons and places within ``limit`` of something, side by side; arguments and errors of `share_within`."""
    metres, persons = np.asarray(distance, dtype=np.float64), np.asarray(weight, dtype=np.float64)
    _check(metres, persons, limit)
    known = ~np.isnan(metres)
    return shares_of(known & (metres <= limit + NOISE), known, persons)


def shares_of(covered: Mask, considered: Mask, persons: npt.NDArray[np.float64]) -> Shares:
    """The shares where it is known already who is covered and who is considered.

    Parameters
    ----------
    covered, considered : bool array, shape (n,)
        Whoever is covered must be considered.
    persons : float64 array, shape (n,)
        Persons at each place, finite, zero or more.

    Raises
    ------
    ValueError
        Shapes that differ, somebody covered who is not considered, a number of persons that is none.
    """
    if not covered.shape == considered.shape == persons.shape or persons.ndim != 1:
        shapes = f"{covered.shape}, {considered.shape} and {persons.shape}"
        raise ValueError(f"covered, considered and persons must be columns of one length, not {shapes}")
    _check_persons(persons)
    if (covered & ~considered).any():
        raise ValueError("covered places must be considered ones")
    groups = (covered, considered, np.ones_like(considered))
    return Shares(
        Coverage(*(fsum(persons[rows].tolist()) for rows in groups)),
        Coverage(*(float(np.count_nonzero(persons[rows])) for rows in groups)),
    )


def _check(metres: npt.NDArray[np.float64], persons: npt.NDArray[np.float64], limit: float) -> None:
    if metres.ndim != 1 or metres.shape != persons.shape:
        shapes = f"{metres.shape} and {persons.shape}"
        raise ValueError(f"distance and weight must be columns of one length, not {shapes}")
    _check_persons(persons)
    if (metres < 0.0).any() or isnan(limit) or limit < 0.0:
        raise ValueError("distance and limit must be zero or more")


def _check_persons(persons: npt.NDArray[np.float64]) -> None:
    if not (np.isfinite(persons) & (persons >= 0.0)).all():
        raise ValueError("weight must be finite and zero or more")
