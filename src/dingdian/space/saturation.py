"""Saturation: how many sites lie within the radius of each point, and how sure that is.

A geocoded address is some metres off, so a distance near the radius decides nothing. Each count comes three
times: what is surely inside, what is inside as measured, what may be inside. Who is of the same class, and
whether the applicant counts too, is the caller's to say: here only pairs are counted.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen

from dingdian.space import decimetres
from dingdian.space.arrays import Floats, Integers, Mask, Numbers, read_only, refuse
from dingdian.space.pairs import Pairs


@frozen(eq=False)
class Saturation:
    """Three counts per point, int64, shape (n_points,); always ``sure`` ≤ ``nominal`` ≤ ``possible``."""

    sure: Integers
    nominal: Integers
    possible: Integers

    def __attrs_post_init__(self) -> None:
        for counts in (self.sure, self.nominal, self.possible):
            read_only(counts)


def classify(distance: Numbers, error: Numbers, radius: float) -> tuple[Mask, Mask, Mask]:
    """Which distances are surely, nominally, possibly within the radius.

    Parameters
    ----------
    distance : int array, shape (n_pairs,)
        Whole decimetres.
    error : float or array, shape (n_pairs,)
        Metres by which each distance may be off either way; both ends' errors added. Rounded up to
        decimetres: doubt never shrinks.
    radius : float
        Metres, itself included.

    Returns
    -------
    sure, nominal, possible : bool arrays, shape (n_pairs,)
        distance + error ≤ radius; distance ≤ radius; distance − error ≤ radius.

    Raises
    ------
    ValueError
        A distance that is no whole number, or an error that is negative, missing or infinite.
    """
    measured = np.asarray(distance)
    if measured.size and measured.dtype.kind not in "iu":
        raise ValueError(f"distance must be whole decimetres, not {measured.dtype}")
    bound = decimetres.limit(radius)
    doubt = _error_decimetres(error, measured.shape)
    return measured + doubt <= bound, measured <= bound, measured - doubt <= bound


def saturation(pairs: Pairs, radius: float, error: Numbers = 0.0) -> Saturation:
    """Count each source's targets within ``radius`` metres, with the error band.

    Parameters
    ----------
    pairs : Pairs
        Sought at least as far as ``radius`` + the largest error; without the pairs that shall not count
        (``.where``).
    radius : float
        Metres, itself included.
    error : float or array, shape (n_pairs,)
        Metres by which each distance may be off, e.g. ``site_error[pairs.target] +
        point_error[pairs.source]``.

    Raises
    ------
    ValueError
        When the pairs were not sought far enough to know who may be inside.
    """
    doubt = _error_decimetres(error, (len(pairs),))
    widest = decimetres.limit(radius) + float(np.max(doubt, initial=_widest_scalar(error)))
    if widest > decimetres.limit(pairs.limit):
        sought = f"sought up to {widest / 10.0} m (radius and error), not {pairs.limit} m"
        raise ValueError(f"pairs must be {sought}")
    counted = classify(decimetres.from_metres(pairs.distance), error, radius)
    return Saturation(*(_count(pairs, inside) for inside in counted))


def _count(pairs: Pairs, inside: Mask) -> Integers:
    return np.bincount(pairs.source[inside], minlength=pairs.n_source).astype(np.int64)


def _error_decimetres(error: Numbers, shape: tuple[int, ...]) -> Integers:
    metres: Floats = np.broadcast_to(np.asarray(error, dtype=np.float64), shape)
    refuse(~(np.isfinite(metres) & (metres >= 0.0)), "error must be finite metres, zero or more")
    return np.asarray(np.ceil((metres - decimetres.NOISE) * 10.0)).astype(np.int64)


def _widest_scalar(error: Numbers) -> float:
    """One error for all holds for the pairs that were not found, too."""
    return float(_error_decimetres(error, (1,))[0]) if np.ndim(error) == 0 else 0.0
