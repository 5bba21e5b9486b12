"""Weights as whole numbers: sums that do not depend on the order of adding, on threads or on what was added before.

Persons are usually whole already; then nothing changes. Fractions (a raster of modelled people) are put once on a binary grid,
as fine as 62 bits allow for the total, and are exact from there on: an edited sum equals a fresh one to the last bit.
"""

from __future__ import annotations

from math import frexp, fsum, ldexp

import numpy as np
from attrs import field, frozen

from dingdian.space.arrays import Floats, Integers, Numbers, read_only, weights

BITS = 62  # the sum of all rows stays below 2^62, so that a sum of two totals still fits int64
FINEST = 40  # bits after the point: 10⁻¹² of a person; finer grids would tell nothing


@frozen(eq=False)
class Whole:
    """Weights × 2^``bits`` as int64.

    Attributes
    ----------
    units : int64 array, shape (n,)
    bits : int
        Binary places behind the point; 0 when every weight is whole.
    """

    units: Integers = field(repr=False)
    bits: int

    @classmethod
    def of(cls, name: str, values: Numbers, size: int | None = None) -> Whole:
        """Checked weights (finite, zero or more) on their grid.

        Raises
        ------
        ValueError
            A weight that is missing, infinite or negative, or a total of 2^62 and more.
        """
        given = weights(name, values, size)
        total = fsum(given.tolist())
        if total >= ldexp(1.0, BITS):
            raise ValueError(f"{name} adds up to {total:g}: more than can be summed exactly")
        bits = 0 if bool((given == np.rint(given)).all()) else max(0, min(FINEST, BITS - 1 - frexp(total)[1]))
        units = np.rint(np.ldexp(given, bits)).astype(np.int64)
        read_only(units)
        return cls(units, bits)

    def value(self, units: int) -> float:
        """A sum of ``units`` as a weight: the float64 nearest to it."""
        return ldexp(float(units), -self.bits) if abs(units) < 2**53 else units / 2**self.bits

    def values(self, units: Integers) -> Floats:
        """The same for an array of sums."""
        return np.ldexp(units.astype(np.float64), -self.bits)
