"""Whole decimetres: the one unit in which this house compares distances, so that "within 800.0 m" is exact.

A distance is rounded once, to the nearest decimetre, and compared as an integer afterwards. No tolerance
hides here but one: a limit that was computed (12 min × 60 s × 1.15 m/s) may miss its decimal by binary
noise.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from dingdian.space.arrays import Floats, Integers

HALF_ROUND = 20_003_931.0  # metres from pole to pole along WGS84
NOISE = 1e-6  # metres; 12 × 60 × 1.15 is 827.9999999999999 in binary and means 828


def from_metres(metres: Floats) -> Integers:
    """Metres, finite, to the nearest whole decimetre (half to even); same shape."""
    return np.asarray(np.rint(metres * 10.0)).astype(np.int64)


def to_metres(decimetres: npt.NDArray[Any]) -> Floats:
    """Whole decimetres to metres: the float64 nearest to the exact tenth; ``inf`` stays; same shape."""
    return np.asarray(decimetres / 10.0, dtype=np.float64)


def limit(metres: float) -> float:
    """The largest whole number of decimetres that is within ``metres``; ``inf`` stays ``inf``.

    Raises
    ------
    ValueError
        When ``metres`` is negative or not a number.
    """
    if math.isnan(metres) or metres < 0.0:
        raise ValueError(f"a limit is a distance in metres, zero or more, not {metres}")
    return metres if math.isinf(metres) else float(math.floor((metres + NOISE) * 10.0))


def radius(metres: float) -> float:
    """The same for the radius of a circle, which is more than nothing and less than half the way round the Earth.

    Raises
    ------
    ValueError
        When ``metres`` is zero, negative, infinite, not a number or 20,003,931 m and more.
    """
    if not 0.0 < metres < HALF_ROUND:
        raise ValueError(f"a radius is metres, more than 0 and less than half the way round the Earth, not {metres}")
    return limit(metres)
