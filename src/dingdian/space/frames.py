"""Coordinate frames of Chinese maps: WGS84, CGCS2000, GCJ-02 and BD-09, forward and back.

Forward is WGS84 → GCJ-02 → BD-09, by the formulas in public use. Backward there is no formula: the usual
one-step inverses are off by up to 4.6 m (GCJ-02) and 0.2 m (BD-09) in China, so both are solved by
iteration. This module refuses to guess a frame: a point's frame is declared where the point is read.
"""

from __future__ import annotations

from functools import lru_cache
from typing import overload

import numpy as np
import pyproj
from pyproj.exceptions import CRSError

from dingdian.space.arrays import Floats, Mask, Numbers

# CGCS2000 and WGS84 differ by plate motion since 2000, well under a metre, far below the ±20 m of a geocoded
# address: they are one frame here, and convert() returns such points untouched.
STAGES = {"wgs84": 0, "cgcs2000": 0, "gcj02": 1, "bd09": 2}

# Outside this box GCJ-02 leaves points as they are. It is the box of every public implementation, not a
# border: it holds much of Mongolia, Korea and South-East Asia too, where the shift is applied as well.
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271
EDGE = 1e-9  # degrees, 0.1 mm: an origin on the edge comes back with rounding

KRASOVSKY_AXIS = 6378245.0  # metres, semi-major axis of the ellipsoid used by the shift
KRASOVSKY_E2 = 0.00669342162296594323  # its squared eccentricity
BD09_FREQUENCY = np.pi * 3000.0 / 180.0  # per degree
BD09_SHIFT = (0.0065, 0.006)  # degrees east, north

# Each step shrinks the error at least 40-fold (the shift's slope is below 0.025), so 12 steps end in the
# last bits. A fixed count keeps a point's answer independent of the points converted with it.
STEPS = 12


@overload
def convert(lon: float, lat: float, source: str, target: str) -> tuple[float, float]: ...
@overload
def convert(lon: Numbers, lat: Numbers, source: str, target: str) -> tuple[Floats, Floats]: ...
def convert(
    lon: Numbers, lat: Numbers, source: str, target: str
) -> tuple[float, float] | tuple[Floats, Floats]:
    """Carry points from one frame to another.

    Parameters
    ----------
    lon, lat : float or array, one shape
        Degrees. Where either is missing (NaN) or infinite, both come back NaN.
    source, target : {"wgs84", "cgcs2000", "gcj02", "bd09"}
        ``cgcs2000`` is taken as identical with ``wgs84``: they differ by less than a metre.

    Returns
    -------
    lon, lat : float or array
        Degrees, in the shape given. Back and forth returns the same point to below 1 mm.

    Raises
    ------
    ValueError
        Unknown frame, or lon and lat of different shapes.

    Notes
    -----
    GCJ-02 leaves points outside the box 72.004–137.8347° E, 0.8293–55.8271° N unchanged. The edge of the
    box is a jump of some hundred metres, so a point within that distance of it (none is in China) may have
    two origins or none: the origin inside the box is taken where there is one, else the point is returned
    as it is. BD-09 shifts GCJ-02 everywhere.

    Source of the formulas: the public reverse-engineered transforms (as in coordtransform, geotool); there
    is no official publication. eviltransform's BD-09 has another frequency and ends up to some tens of
    metres away.
    """
    start, end = _stage(source), _stage(target)
    east, north = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    if east.shape != north.shape:
        raise ValueError(f"lon and lat must have one shape, not {east.shape} and {north.shape}")
    moved = _move(*_missing_together(east, north), start, end)
    return (float(moved[0]), float(moved[1])) if east.ndim == 0 else moved


def projected_to_lonlat(x: Numbers, y: Numbers, epsg: int) -> tuple[Floats, Floats]:
    """Projected coordinates (a grid in EPSG:3857, a Gauss–Krüger zone) to WGS84 degrees.

    Parameters
    ----------
    x, y : array, one shape
        East and north in the units of the projection.
    epsg : int
        Its EPSG code.

    Returns
    -------
    lon, lat : array
        Degrees, in the shape given; NaN where a point is missing or outside the projection's reach.

    Raises
    ------
    ValueError
        When PROJ does not know ``epsg``.
    """
    lon, lat = _transformer(epsg).transform(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64))
    return _missing_together(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))


@lru_cache(maxsize=16)
def _transformer(epsg: int) -> pyproj.Transformer:
    try:
        return pyproj.Transformer.from_crs(f"EPSG:{epsg}", "EPSG:4326", always_xy=True)
    except CRSError as error:
        raise ValueError(f"EPSG:{epsg} is not a coordinate system known to PROJ") from error


def _stage(frame: str) -> int:
    if frame not in STAGES:
        raise ValueError(f"unknown coordinate frame {frame!r}: use one of {', '.join(STAGES)}")
    return STAGES[frame]


def _missing_together(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    known = np.isfinite(lon) & np.isfinite(lat)
    return np.where(known, lon, np.nan), np.where(known, lat, np.nan)


def _move(lon: Floats, lat: Floats, start: int, end: int) -> tuple[Floats, Floats]:
    """Step by step along WGS84 (0) – GCJ-02 (1) – BD-09 (2)."""
    if start < 1 <= end:
        lon, lat = _to_gcj02(lon, lat)
    if start < 2 <= end:
        lon, lat = _to_bd09(lon, lat)
    if end < 2 <= start:
        lon, lat = _from_bd09(lon, lat)
    if end < 1 <= start:
        lon, lat = _from_gcj02(lon, lat)
    return lon, lat


def _inside(lon: Floats, lat: Floats, edge: float = 0.0) -> Mask:
    across = (lon >= WEST - edge) & (lon <= EAST + edge)
    return across & (lat >= SOUTH - edge) & (lat <= NORTH + edge)


def _to_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    inside = _inside(lon, lat)
    east, north = _gcj02_shift(lon, lat)
    return np.where(inside, lon + east, lon), np.where(inside, lat + north, lat)


def _from_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    east, north = lon, lat
    for _ in range(STEPS):
        shift = _gcj02_shift(east, north)
        east, north = lon - shift[0], lat - shift[1]
    inside = _inside(east, north, EDGE)
    return np.where(inside, east, lon), np.where(inside, north, lat)


def _gcj02_shift(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Degrees that GCJ-02 adds, without regard to the box."""
    x, y = lon - 105.0, lat - 35.0
    waves = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + waves
    east += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + waves
    north += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    return _metres_to_degrees(east, north, lat)


def _metres_to_degrees(east: Floats, north: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Metres on the Krasovsky ellipsoid at ``lat`` as degrees of longitude and latitude."""
    # Beyond the pole the cosine turns negative or nil; such points are outside the box and keep their place.
    phi = np.radians(np.clip(lat, -89.0, 89.0))
    root = np.sqrt(1.0 - KRASOVSKY_E2 * np.sin(phi) ** 2)
    parallel = KRASOVSKY_AXIS / root * np.cos(phi)
    meridian = KRASOVSKY_AXIS * (1.0 - KRASOVSKY_E2) / root**3
    return np.degrees(east / parallel), np.degrees(north / meridian)


def _to_bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * BD09_FREQUENCY)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * BD09_FREQUENCY)
    return radius * np.cos(angle) + BD09_SHIFT[0], radius * np.sin(angle) + BD09_SHIFT[1]


def _from_bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    east, north = lon - BD09_SHIFT[0], lat - BD09_SHIFT[1]
    for _ in range(STEPS):
        seen = _to_bd09(east, north)
        east, north = east - (seen[0] - lon), north - (seen[1] - lat)
    return east, north
