"""Checked columns: what a caller hands over becomes float64 and int64 arrays, or is refused in one sentence.

Nothing is repaired here: a missing coordinate, a negative length or an index out of range is named, with
how many there are and where the first ones stand, and the call ends.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Numbers: TypeAlias = npt.ArrayLike

SHOWN = 5  # positions named in an error: enough to find the pattern, short enough to read


def refuse(bad: Mask, rule: str) -> None:
    """Raise ValueError when any entry of ``bad`` is True: the rule, the count, the first positions.

    Parameters
    ----------
    bad : bool array, shape (n,)
        True where the rule is broken.
    rule : str
        What should have been, as the beginning of a sentence.
    """
    positions = np.flatnonzero(bad)
    if positions.size:
        first = ", ".join(str(position) for position in positions[:SHOWN])
        raise ValueError(f"{rule}: broken by {positions.size} of {bad.size}, first at position {first}")


def column(name: str, values: Numbers, size: int | None = None) -> Floats:
    """``values`` as a one-dimensional float64 array of ``size`` entries (any number when None)."""
    array = np.asarray(values, dtype=np.float64)
    _shape(name, array.shape, size)
    return array


def indices(name: str, values: Numbers, bound: int, size: int | None = None) -> Integers:
    """``values`` as int64 indices from 0 to ``bound`` − 1; anything else is refused, −1 included."""
    array = np.asarray(values)
    _shape(name, array.shape, size)
    if array.size and array.dtype.kind not in "iu":
        raise ValueError(f"{name} must be whole numbers (indices), not {array.dtype}")
    whole = array.astype(np.int64)
    refuse((whole < 0) | (whole >= bound), f"{name} must lie between 0 and {bound - 1}")
    return whole


def flags(name: str, values: Numbers, size: int) -> Mask:
    """``values`` as a boolean array of ``size`` entries; numbers other than 0 and 1 are refused."""
    array = np.asarray(values)
    _shape(name, array.shape, size)
    if array.dtype != np.bool_:
        refuse(~np.isin(array, (0, 1)), f"{name} must be true or false")
    return array.astype(np.bool_)


def points(lon: Numbers, lat: Numbers) -> tuple[Floats, Floats]:
    """Two columns of degrees, of one length, each finite and on the globe."""
    east = column("lon", lon)
    north = column("lat", lat, east.size)
    refuse(~(np.isfinite(east) & np.isfinite(north)), "every point must have coordinates")
    refuse((np.abs(north) > 90.0) | (np.abs(east) > 360.0), "lon, lat must be degrees, in that order")
    return east, north


def plane_points(x: Numbers, y: Numbers) -> tuple[Floats, Floats]:
    """Two columns of projected metres, of one length, each finite."""
    east = column("x", x)
    north = column("y", y, east.size)
    refuse(~(np.isfinite(east) & np.isfinite(north)), "every point must have coordinates")
    return east, north


def weights(name: str, values: Numbers, size: int | None = None) -> Floats:
    """``values`` as float64 weights (persons): finite, zero or more."""
    array = column(name, values, size)
    refuse(~(np.isfinite(array) & (array >= 0.0)), f"{name} must be finite and zero or more")
    return array


def read_only(array: npt.NDArray[Any]) -> None:
    """Lock ``array``: a finished answer is a value, not a scratch pad."""
    array.setflags(write=False)


def locked(values: Numbers) -> Floats:
    """A locked float64 copy of ``values``, unchecked: what an index keeps must not change under it."""
    array = np.array(values, dtype=np.float64)
    read_only(array)
    return array


def locked_or_none(values: Numbers | None) -> Floats | None:
    """The same where None is allowed."""
    return None if values is None else locked(values)


def _shape(name: str, shape: tuple[int, ...], size: int | None) -> None:
    if len(shape) != 1:
        raise ValueError(f"{name} must be one column, not an array of shape {shape}")
    if size is not None and shape[0] != size:
        raise ValueError(f"{name} must have {size} entries, not {shape[0]}")
