"""Series that may be forecast: equally spaced, finite, long enough; whatever is not is refused in one sentence.

Nothing is filled in: a gap in the years or a missing value is the caller's to explain, never to be bridged here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.float64]
Series: TypeAlias = Sequence[float] | npt.NDArray[np.float64]

LONGEST = 60  # years; longer series have turns that none of these methods looks for
FARTHEST = 30  # values ahead
_LARGEST = 700.0


def checked(series: Series, least: int) -> Array:
    """``series`` as a float array of at least ``least`` finite values, oldest first.

    Raises
    ------
    ValueError
        Not one-dimensional, too short, longer than 60 values, a value that is missing, not finite or no number.
    """
    try:
        values = np.array(series, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError("a series is a row of numbers; a value is missing or no number") from None
    if values.ndim != 1:
        raise ValueError(f"a series has one dimension, not {values.ndim}")
    if not least <= values.size <= LONGEST:
        raise ValueError(f"the series must have {least} to {LONGEST} values, not {values.size}")
    if not np.isfinite(values).all():
        raise ValueError(f"value {int(np.argmin(np.isfinite(values))) + 1} of the series is missing or not finite")
    return values


def checked_horizon(horizon: int) -> int:
    """``horizon`` if it is a whole number from 1 to 30."""
    if isinstance(horizon, bool) or not isinstance(horizon, int | np.integer) or not 1 <= horizon <= FARTHEST:
        raise ValueError(f"horizon must be a whole number from 1 to {FARTHEST}, not {horizon!r}")
    return int(horizon)


def checked_levels(level: float | Iterable[float]) -> tuple[float, ...]:
    """Levels of intervals, each above 0 and below 1, in ascending order without repeats."""
    levels = (float(level),) if isinstance(level, int | float) else tuple(sorted({float(one) for one in level}))
    wrong = [one for one in levels if not 0 < one < 1]
    if wrong:
        raise ValueError(f"a level is a share above 0 and below 1, not {wrong[0]:g}: divide percentages by 100")
    return levels


def by_year(values: Mapping[int, float]) -> tuple[tuple[int, ...], Array]:
    """Years and values in the order of the years.

    Raises
    ------
    ValueError
        No year at all, or a year is missing between the first and the last: a gap is not bridged.
    """
    years = sorted(values)
    if not years:
        raise ValueError("no year has a value")
    gaps = sorted(set(range(years[0], years[-1] + 1)) - set(years))
    if gaps:
        raise ValueError(f"year {gaps[0]} is missing between {years[0]} and {years[-1]}")
    return tuple(years), np.array([float(values[year]) for year in years])


def exponential(logarithm: Array) -> Array:
    """e to the power of ``logarithm``, held below 1e304 so that an end that is out of sight stays a number."""
    value: Array = np.exp(np.minimum(logarithm, _LARGEST))
    return value


def negligible(spread: float, values: Array) -> bool:
    """Whether ``spread`` is nothing but rounding beside the size of ``values``."""
    return bool(spread <= 1e-9 * max(float(np.abs(values).max()), np.finfo(float).tiny))
