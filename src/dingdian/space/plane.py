"""Metres on the ground: geodesic distances on the WGS84 ellipsoid, and a flat map of one city.

Distances that decide anything come from ``geodesic_decimetres``. The flat map is for areas, grids and
pictures: its error stays below 0.1 % up to 150 km from its centre, and it refuses nothing beyond that, so
centre it on the data.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pyproj
from attrs import frozen

from dingdian.space import decimetres
from dingdian.space.arrays import Floats, Integers, Numbers, refuse

WGS84 = pyproj.Geod(ellps="WGS84")


@frozen
class LocalPlane:
    """Azimuthal equidistant map around one point: x east, y north, metres.

    Directions and distances from the centre are exact; a length across them is stretched by c / sin c, c
    the angle from the centre seen from the middle of the Earth: 0.01 % at 150 km.
    """

    lon: float
    lat: float

    @classmethod
    def around(cls, lon: Numbers, lat: Numbers) -> LocalPlane:
        """The plane centred on the middle of the points' bounding box; missing points (NaN) do not count.

        Raises
        ------
        ValueError
            When no point has coordinates.
        """
        east, north = np.atleast_1d(np.asarray(lon, np.float64)), np.atleast_1d(np.asarray(lat, np.float64))
        known = np.isfinite(east) & np.isfinite(north)
        if not known.any():
            raise ValueError("a plane needs at least one point with coordinates")
        return cls(_middle(east[known]), _middle(north[known]))

    def project(self, lon: Numbers, lat: Numbers) -> tuple[Floats, Floats]:
        """WGS84 degrees to metres, in the shape given; missing points come back NaN."""
        return _carry(self, lon, lat, inverse=False)

    def unproject(self, x: Numbers, y: Numbers) -> tuple[Floats, Floats]:
        """Metres to WGS84 degrees, in the shape given; missing points come back NaN."""
        return _carry(self, x, y, inverse=True)


def geodesic_decimetres(lon1: Numbers, lat1: Numbers, lon2: Numbers, lat2: Numbers) -> Integers:
    """Shortest distance on the WGS84 ellipsoid, to the nearest whole decimetre.

    Parameters
    ----------
    lon1, lat1, lon2, lat2 : float or array
        Degrees; broadcast against each other.

    Returns
    -------
    int64 array
        Decimetres, in the broadcast shape. Symmetric: both directions give the same number.

    Raises
    ------
    ValueError
        When a coordinate is missing or infinite.

    Notes
    -----
    Karney's algorithm (J. Geodesy 87, 2013) as in PROJ; its own error is nanometres.
    """
    degrees = [np.asarray(values, dtype=np.float64) for values in (lon1, lat1, lon2, lat2)]
    shape = np.broadcast_shapes(*(values.shape for values in degrees))
    east1, north1, east2, north2 = (np.broadcast_to(values, shape).ravel() for values in degrees)
    refuse(~np.isfinite(east1 + north1 + east2 + north2), "every point must have coordinates")
    _, _, metres = WGS84.inv(east1, north1, east2, north2)
    return decimetres.from_metres(np.asarray(metres, dtype=np.float64)).reshape(shape)


def web_mercator_cell_km2(lat: Numbers, size: float) -> Floats:
    """Ground area, km², of a square cell of an EPSG:3857 grid whose side is ``size`` of that map's metres.

    The map's metre is a ground metre only at the equator; at Jinan a nominal 1 km² cell covers 0.65 km².

    Parameters
    ----------
    lat : float or array
        WGS84 latitude of the cell's centre, degrees.
    size : float
        Side in the map's metres.

    Notes
    -----
    EPSG:3857 uses the sphere's formula on ellipsoidal latitudes, so east and north are stretched differently
    (IOGP Guidance Note 7-2, 1.3.3); ground = map × N cos φ / a eastward and map × M cos φ / a northward.
    """
    phi = np.radians(np.asarray(lat, dtype=np.float64))
    squared = 1.0 - WGS84.es * np.sin(phi) ** 2
    east = np.cos(phi) / np.sqrt(squared)
    north = np.cos(phi) * (1.0 - WGS84.es) / squared**1.5
    return np.asarray(east * north * (size / 1000.0) ** 2, dtype=np.float64)


def _middle(values: Floats) -> float:
    return float((values.min() + values.max()) / 2.0)


@lru_cache(maxsize=64)
def _projection(lon: float, lat: float) -> pyproj.Proj:
    return pyproj.Proj(proj="aeqd", lon_0=lon, lat_0=lat, ellps="WGS84", units="m")


def _carry(plane: LocalPlane, first: Numbers, second: Numbers, *, inverse: bool) -> tuple[Floats, Floats]:
    one, two = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if one.shape != two.shape:
        raise ValueError(f"both coordinates must have one shape, not {one.shape} and {two.shape}")
    projection = _projection(plane.lon, plane.lat)
    moved = projection(np.ravel(one), np.ravel(two), inverse=inverse)
    a, b = (np.asarray(values, dtype=np.float64) for values in moved)
    known = np.isfinite(a) & np.isfinite(b)
    return np.where(known, a, np.nan).reshape(one.shape), np.where(known, b, np.nan).reshape(one.shape)
