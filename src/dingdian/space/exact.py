"""Weights as whole numbers: sums that do not depend on the order of adding, on threads or on what was added before.

Persons are usually whole already; then nothing changes. Fractions (a raster of modelled people) are put once on a binary grid,
the finest on which the total fits, and are exact from there on: an edited sum equals a fresh one to the last bit.
"""

from __future__ import annotations

from math import frexp, fsum, ldexp

import numpy as np
from attrs import field, frozen

from dingdian.space.arrays import Floats, Integers, Numbers, read_only, weights

ROOM = 61  # bits of a total, so that a sum of two totals still fits 64


@frozen(eq=False)
class Whole:
    """Weights × 2^``bits`` as int64.

    Whole weights stay themselves (``bits`` 0). Others are rounded once, to the finest grid on which the total is below 2^61: the sum
    of n weights is off by less than n ÷ 2^60 of the total.

    Attributes
    ----------
    units : int64 array, shape (n,)
    bits : int
        Binary places behind the point; negative where the unit is larger than one.
    """

    units: Integers = field(repr=False)
    bits: int

    @classmethod
    def of(cls, name: str, values: Numbers, size: int | None = None, *, room: int = ROOM) -> Whole:
        """Checked weights (finite, zero or more) on their grid, the total below 2^``room``.

        Raises
        ------
        ValueError
            A weight that is missing, infinite or negative, or a total of 2^``room`` and more.
        """
        given = weights(name, values, size)
        with np.errstate(over="ignore"):
            total = float(given.sum())
        whole = bool((given == np.rint(given)).all())
        if not total < 1e300 or (whole and total >= ldexp(1.0, room)):
            raise ValueError(f"{name} adds up to {total:g}: more than can be summed exactly")
        # The grid hangs on the total, so that of fractions is summed exactly too: no order may move it over a power of two.
        bits = 0 if whole else room - 1 - frexp(fsum(given.tolist()))[1]
        units = np.rint(np.ldexp(given, bits)).astype(np.int64)
        read_only(units)
        return cls(units, bits)

    def value(self, units: float) -> float:
        """A sum of ``units`` as a weight."""
        return ldexp(float(units), -self.bits)

    def values(self, units: Integers) -> Floats:
        """The same for an array of sums."""
        return np.ldexp(units.astype(np.float64), -self.bits)
