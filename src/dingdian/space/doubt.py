"""Doubt: how many metres a distance between two places may be off, by their stated accuracy and by their coordinate frame.

It measures nothing and decides nothing: `space.radius` and `space.saturation` ask whether the doubt matters. Nothing is made
up here: what the ends do not state is the caller's to say, and a frame that nobody knows is as wide as frames differ.
"""

from __future__ import annotations

from math import isfinite

import numpy as np
from attrs import field, frozen

from dingdian.space.arrays import Floats, Numbers, column, locked, refuse, weights
from dingdian.space.pairs import Pairs

# Metres of ground that one metre between encrypted coordinates may be off. The shifts of GCJ-02 and BD-09 stretch and squeeze
# the map: worst share over China (73.5–135.2° E, 18–53.7° N, every 0.02°), rounded up. At 800 m that is 6.4 m and 19.2 m.
STRETCH = {"wgs84": 0.0, "cgcs2000": 0.0, "gcj02": 0.008, "bd09": 0.024}

# How far a point moves, at most, when one frame is taken for another there (WGS84 for BD-09), rounded up.
UNKNOWN_FRAME_M = 1530.0


def frame_error(distance: Numbers, frame: str | None) -> Floats:
    """Metres that the coordinate frame adds to the doubt of each distance.

    Parameters
    ----------
    distance : array, shape (n_pairs,)
        Metres, as measured between coordinates of this frame taken for degrees on the ground; finite, zero or more.
    frame : {"wgs84", "cgcs2000", "gcj02", "bd09"} or None
        The frame of both ends. None: nobody knows, and the two ends may be in different ones.

    Returns
    -------
    float64 array, shape (n_pairs,)
        Nothing for WGS84 and CGCS2000: what `space.frames.convert` leaves over is below 1 mm, and both are one frame. A share
        of the distance for GCJ-02 and BD-09; `UNKNOWN_FRAME_M` where the frame is unknown.

    Raises
    ------
    ValueError
        An unknown name of a frame, or a distance that is none.
    """
    metres = weights("distance", distance)
    if frame is None:
        return np.full(metres.shape, UNKNOWN_FRAME_M)
    return metres * _stretch(frame)


@frozen(eq=False)
class Doubt:
    """Stated accuracy of the sites and of the points asked about, and what holds where none is stated.

    Parameters
    ----------
    site, point : array, shape (n_sites,) and (n_points,)
        Metres by which each may be off; NaN where it is not stated.
    unstated : float
        Metres, at least, for a distance of which either end states nothing.
    frame : {"wgs84", "cgcs2000", "gcj02", "bd09"} or None
        The frame in which distances are measured; see `frame_error`.

    Raises
    ------
    ValueError
        An accuracy that is negative or infinite, or an unknown frame.
    """

    site: Floats = field(converter=locked)
    point: Floats = field(converter=locked)
    unstated: float
    frame: str | None = "wgs84"

    def __attrs_post_init__(self) -> None:
        for name, stated in (("site", self.site), ("point", self.point)):
            accuracy = column(f"accuracy of {name}", stated)
            refuse((accuracy < 0.0) | np.isinf(accuracy), f"accuracy of {name} must be finite metres, zero or more")
        if not (isfinite(self.unstated) and self.unstated >= 0.0):
            raise ValueError(f"unstated must be finite metres, zero or more, not {self.unstated}")
        if self.frame is not None:
            _stretch(self.frame)

    def of(self, pairs: Pairs) -> Floats:
        """Metres by which the distance of each pair may be off: float64, shape (n_pairs,).

        Both ends' accuracy added; where either states none, at least ``unstated`` (decision 0010); and what the frame adds.
        """
        if (self.point.size, self.site.size) != (pairs.n_source, pairs.n_target):
            raise ValueError(
                f"accuracy must be given for {pairs.n_source} points and {pairs.n_target} sites, "
                f"not for {self.point.size} and {self.site.size}"
            )
        return self._ends(self.point[pairs.source], self.site[pairs.target]) + frame_error(pairs.distance, self.frame)

    def reach(self, radius: float) -> float:
        """Metres up to which pairs must be sought, so that nobody who may be within ``radius`` is missed."""
        ends = max(2.0 * self.unstated, _widest(self.point) + _widest(self.site))
        fixed = radius + ends + (UNKNOWN_FRAME_M if self.frame is None else 0.0)
        return fixed / (1.0 - _stretch(self.frame or "wgs84")) + 0.2  # doubt is rounded up to decimetres, and so is this

    def _ends(self, one: Floats, other: Floats) -> Floats:
        stated = np.nan_to_num(one) + np.nan_to_num(other)
        return np.where(np.isnan(one + other), np.maximum(stated, self.unstated), stated)


def _widest(stated: Floats) -> float:
    return float(np.max(np.nan_to_num(stated), initial=0.0))


def _stretch(frame: str) -> float:
    if frame not in STRETCH:
        raise ValueError(f"unknown coordinate frame {frame!r}: use one of {', '.join(STRETCH)}, or None where nobody knows")
    return STRETCH[frame]
