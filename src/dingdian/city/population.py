"""People by cell from a GeoTIFF: one row per cell that has a value, at the cell's centre in WGS84 degrees.

Values are persons per cell. Cells without data are skipped, cells with nobody are kept out too; a raster of
densities, of several bands or without a stated coordinate system is refused.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np

from dingdian.city.raw import RawTable
from dingdian.problems import Problem
from dingdian.terms import BASES, Text

MOST_CELLS = 50_000_000


def read_population_raster(
    path: Path, basis: str | None, problems: list[Problem], file: str = ""
) -> RawTable | None:
    """Rows of `population` from a GeoTIFF of persons per cell.

    Parameters
    ----------
    basis
        ``insured`` or ``resident``: a raster cannot say it, so ``city.yaml`` (``population_basis``) must.

    Returns
    -------
    RawTable or None
        ``cell`` is ``r<row>c<column>`` counted from the raster's top left; None with the problem added.
    """
    import rasterio
    from rasterio.errors import RasterioError

    name = file or path.name
    if basis is None or basis not in BASES:
        problems.append(_problem(
            name, "no_basis", Text("栅格没有说明人口口径", "the raster does not say whom it counts"),
            Text("在 city.yaml 写 population_basis: insured 或 resident",
                 "state population_basis in city.yaml"), basis or ""))
        return None
    try:
        with warnings.catch_warnings(action="ignore"), rasterio.open(path) as raster:  # a problem says it better
            refused = _refusal(raster)
            if refused is not None:
                problems.append(_problem(name, "bad_raster", refused, _REMEDY))
                return None
            values = raster.read(1, masked=True)
            rows, columns = np.nonzero(~np.ma.getmaskarray(values) & np.isfinite(values.filled(np.nan).astype(float)))
            grid = raster.transform
            x = grid.c + (columns + 0.5) * grid.a + (rows + 0.5) * grid.b
            y = grid.f + (columns + 0.5) * grid.d + (rows + 0.5) * grid.e
            lon, lat = _degrees(raster.crs, x, y)
    except (RasterioError, OSError, ValueError) as error:
        problems.append(_problem(name, "bad_raster", Text("不是完整的 GeoTIFF",
                                                          "not a sound GeoTIFF"), _REMEDY,
                                 str(error).splitlines()[0][:120]))
        return None
    return _table(name, basis, rows, columns, lon, lat, np.asarray(values.data)[rows, columns].astype(float))


_REMEDY = Text("导出为单波段、带坐标系、每格为人数的 GeoTIFF",
               "export one band of persons per cell, with its coordinate system")


def _refusal(raster: Any) -> Text | None:
    if raster.count != 1:
        return Text(f"有 {raster.count} 个波段，应为 1 个", f"{raster.count} bands where one is meant")
    if raster.crs is None or raster.transform.is_identity:
        return Text("没有坐标系或定位信息", "no coordinate system or no position")
    if raster.width * raster.height > MOST_CELLS:
        return Text("格数过多", "too many cells")
    return None


def _degrees(crs: Any, x: Any, y: Any) -> tuple[Any, Any]:
    import pyproj

    to_degrees = pyproj.Transformer.from_crs(pyproj.CRS.from_wkt(crs.to_wkt()), "EPSG:4326", always_xy=True)
    return to_degrees.transform(x, y)


def _table(
    name: str, basis: str, rows: Any, columns: Any, lon: Any, lat: Any, persons: Any
) -> RawTable:
    kept = persons != 0
    cells = [f"r{row}c{column}" for row, column in zip(rows[kept].tolist(), columns[kept].tolist())]
    count = len(cells)
    return RawTable(
        table="population", file=name, headings=("cell", "lon", "lat", "frame", "persons", "basis"),
        columns=(cells, np.round(lon[kept], 9).tolist(), np.round(lat[kept], 9).tolist(), ["wgs84"] * count,
                 persons[kept].tolist(), [basis] * count),
        # A raster has no rows that a user could look up: the cell's name says where it is.
        rows=range(1, count + 1),
    )


def _problem(file: str, code: str, message: Text, remedy: Text, value: str = "") -> Problem:
    return Problem(code=code, file=file, table="population", message=message, remedy=remedy, value=value)
