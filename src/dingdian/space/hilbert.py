"""Order of points along a Hilbert curve: neighbours on the map become neighbours in memory.

The order changes how fast a search is, never what it finds.
"""

from __future__ import annotations

import numpy as np

from dingdian.space.arrays import Floats, Integers

LEVELS = 16  # the curve visits 2^16 × 2^16 squares: about a metre in a city 60 km wide


def curve_order(x: Floats, y: Floats) -> Integers:
    """Positions of the points in the order of the curve; points in one square keep their order.

    Parameters
    ----------
    x, y : float64 arrays, shape (n,)
        Finite, in any unit.

    Returns
    -------
    int64 array, shape (n,)

    Notes
    -----
    The usual bit-by-bit walk down the squares, turning and mirroring on the way (J. Skilling, AIP Conf. Proc. 707, 2004, gives it
    for any dimension), over all points at once.
    """
    return np.argsort(_position(_squares(x), _squares(y)), kind="stable")


def _squares(values: Floats) -> Integers:
    """Coordinates as whole squares from 0 to 2^LEVELS − 1."""
    if values.size == 0:
        return np.empty(0, dtype=np.int64)
    low, high = values.min(), values.max()
    width = high - low if high > low else 1.0
    squares = np.minimum((values - low) / width * 2**LEVELS, 2**LEVELS - 1)
    return np.asarray(squares, dtype=np.float64).astype(np.int64)


def _position(x: Integers, y: Integers) -> Integers:
    position = np.zeros(x.size, dtype=np.int64)
    for level in range(LEVELS - 1, -1, -1):
        side = np.int64(1) << level
        right, up = (x & side) > 0, (y & side) > 0
        position += side * side * ((3 * right) ^ up)
        # In the two lower squares the curve runs mirrored along the diagonal, in the lower right one turned too.
        turned = ~up & right
        x, y = x & (side - 1), y & (side - 1)
        x, y = np.where(turned, side - 1 - x, x), np.where(turned, side - 1 - y, y)
        x, y = np.where(up, x, y), np.where(up, y, x)
    return np.asarray(position, dtype=np.int64)
