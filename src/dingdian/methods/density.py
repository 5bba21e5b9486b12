"""Density: persons per square kilometre in the cells of a grid, and the threshold that a percentile sets.

A cell's size is metres on the ground. The cells of an EPSG:3857 grid are smaller than its own metres say
(0.65 of the area at Jinan): take `dingdian.space.plane.web_mercator_cell_km2` for those. Degrees are
not metres: project them first.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from attrs import frozen

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]
Interpolation: TypeAlias = Literal["linear", "lower", "higher", "inverted_cdf"]
INTERPOLATIONS = ("linear", "lower", "higher", "inverted_cdf")


@frozen(eq=False)
class Grid:
    """Persons gathered in square cells; only cells that hold a point, by row (south to north), then column.

    Attributes
    ----------
    column, row : int64 array, shape (n_cells,)
        Cell number east and north of the plane's origin; the cell holds its west and south edges.
    persons : float64 array, shape (n_cells,)
    density : float64 array, shape (n_cells,)
        Persons per km².
    cell_of : int64 array, shape (n_points,)
        Position of each point's cell in the arrays above.
    """

    column: Integers
    row: Integers
    persons: Floats
    density: Floats
    cell_of: Integers


def persons_per_km2(persons: npt.ArrayLike, cell_size: npt.ArrayLike) -> Floats:
    """Density of cells that are given one by one.

    Parameters
    ----------
    persons : array, shape (n,)
        Finite, zero or more.
    cell_size : float or array, shape (n,)
        Side of the square cell, metres on the ground, above zero.
    """
    counts, size = _persons(persons), np.asarray(cell_size, dtype=np.float64)
    if not (np.isfinite(size) & (size > 0.0)).all():
        raise ValueError("cell_size must be finite metres above zero")
    return np.asarray(counts / (size / 1000.0) ** 2, dtype=np.float64)


def grid_density(x: npt.ArrayLike, y: npt.ArrayLike, persons: npt.ArrayLike, cell_size: float) -> Grid:
    """Gather points (centres of finer cells) in square cells of ``cell_size`` and take the density of each.

    Parameters
    ----------
    x, y : array, shape (n,)
        Metres on one plane, finite. The grid starts at the plane's origin, so its place is part of the
        result: keep the plane with a published threshold.
    persons : array, shape (n,)
    cell_size : float
        Metres, above zero; the readings take 500 to 1000 (AMB-09).
    """
    east, north = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    counts = _persons(persons)
    if east.ndim != 1 or not east.shape == north.shape == counts.shape:
        raise ValueError("x, y and persons must be columns of one length")
    if not np.isfinite(east + north).all():
        raise ValueError("every point must have coordinates")
    if not (np.isfinite(cell_size) and cell_size > 0.0):
        raise ValueError(f"cell_size must be finite metres above zero, not {cell_size}")
    places = np.column_stack((np.floor(north / cell_size), np.floor(east / cell_size))).astype(np.int64)
    cells, cell_of = np.unique(places, axis=0, return_inverse=True)
    cell_of = np.asarray(cell_of, dtype=np.int64).ravel()
    gathered = np.bincount(cell_of, weights=counts, minlength=len(cells)).astype(np.float64)
    return Grid(cells[:, 1], cells[:, 0], gathered, persons_per_km2(gathered, cell_size), cell_of)


def percentile_threshold(
    values: npt.ArrayLike, percent: float, *, interpolation: Interpolation = "linear"
) -> float:
    """The value below which ``percent`` of 100 of the values lie.

    Parameters
    ----------
    values : array, shape (n,)
        Finite, at least one; for densities those of populated cells only. Their order does not matter.
    percent : float
        From 0 to 100.
    interpolation : {"linear", "lower", "higher", "inverted_cdf"}
        ``linear`` (default) is PERCENTILE.INC of spreadsheets, type 7 of Hyndman and Fan (1996): rank 1 +
        (n − 1) × percent / 100, between two values in proportion. ``lower`` and ``higher`` take the
        neighbour of that rank. ``inverted_cdf`` is the smallest value that at least ``percent`` of the
        values do not exceed.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim != 1 or numbers.size == 0 or not np.isfinite(numbers).all():
        raise ValueError("a percentile needs one column of at least one finite value")
    if not 0.0 <= percent <= 100.0:
        raise ValueError(f"percent must lie between 0 and 100, not {percent}")
    if interpolation not in INTERPOLATIONS:
        raise ValueError(f"unknown interpolation {interpolation!r}: use one of {', '.join(INTERPOLATIONS)}")
    return float(np.percentile(np.sort(numbers), percent, method=interpolation))


def _persons(persons: npt.ArrayLike) -> Floats:
    counts = np.asarray(persons, dtype=np.float64)
    if not (np.isfinite(counts) & (counts >= 0.0)).all():
        raise ValueError("persons must be finite and zero or more")
    return counts
