"""Pictures of reach for maps. Nothing here is a source of numbers: count people on nodes, draw afterwards."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from dingdian.space.arrays import Floats
from dingdian.space.plane import LocalPlane


def street_area(
    starts: tuple[Floats, Floats], ends: tuple[Floats, Floats], centre: tuple[float, float], width: float
) -> BaseGeometry:
    """The union of street pieces, each drawn ``width`` metres to either side, and a disc at ``centre``.

    Parameters
    ----------
    starts, ends : pair of float arrays, shape (n_pieces,)
        x and y of both ends of each piece, metres on a plane.
    centre : pair of float
        x and y of where the walk begins; shown even when no street leaves it.
    width : float
        Half the width of the drawn street, metres.
    """
    corners = np.stack((np.column_stack(starts), np.column_stack(ends)), axis=1)
    corners = corners[(corners[:, 0] != corners[:, 1]).any(axis=1)]
    streets = shapely.multilinestrings(shapely.linestrings(corners))
    area: BaseGeometry = shapely.union(shapely.buffer(streets, width), shapely.Point(centre).buffer(width))
    return area


def unprojected(area: BaseGeometry, plane: LocalPlane) -> BaseGeometry:
    """``area`` from the metres of ``plane`` to WGS84 degrees."""

    def to_degrees(corners: Floats) -> Floats:
        return np.column_stack(plane.unproject(corners[:, 0], corners[:, 1]))

    moved: BaseGeometry = shapely.transform(area, to_degrees)
    return moved
