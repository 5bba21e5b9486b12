"""Writes a city as one GeoPackage: a layer per table, units with their polygons, providers as points for a
map.

The same city gives the same layers; the stamp of time in the file is the city's own date. GCJ-02 and BD-09
have no registered code, so their layers carry a named frame of their own rather than a wrong number.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from dingdian.city.meta import meta_rows
from dingdian.city.model import City
from dingdian.city.tables import TABLES
from dingdian.city.write import arrow_table, written_columns

if TYPE_CHECKING:
    import pyarrow as pa

META_COLUMNS = ("key", "value", "source", "licence")
_OWN_FRAME = (
    'GEOGCRS["{name}",DATUM["{name}",ELLIPSOID["WGS 84",6378137,298.257223563]],CS[ellipsoidal,2],'
    'AXIS["longitude",east],AXIS["latitude",north],ANGLEUNIT["degree",0.0174532925199433]]'
)
CRS = {
    "wgs84": "EPSG:4326", "cgcs2000": "EPSG:4490", "gcj02": _OWN_FRAME.format(name="GCJ-02"),
    "bd09": _OWN_FRAME.format(name="BD-09"),
}


def write_geopackage(city: City, path: Path) -> None:
    """Write ``city`` to a ``.gpkg`` that does not exist yet."""
    import pyarrow as pa

    with _stamped(city.meta.as_of):
        for name, frame in city.tables.items():
            if not len(frame):
                continue  # known to be empty: the metadata says so
            table = arrow_table(frame, written_columns(frame, TABLES[name]), decimals=False)
            _layer(path, name, table, *_geometry_of(city, name))
        if city.streets_extent is not None:
            _layer(path, "streets_extent", pa.table({"name": ["streets_extent"]}), [city.streets_extent],
                   "MultiPolygon", city.meta.frame)
        rows = list(zip(*meta_rows(city.meta)))
        _layer(path, "city", pa.table({name: list(cells) for name, cells in zip(META_COLUMNS, rows)}), None, "", "")


def _geometry_of(city: City, name: str) -> tuple[list[Any] | None, str, str]:
    """Geometry column of a table's layer, its type and frame."""
    if name == "units" and city.polygons:
        return [city.polygons.get(str(unit)) for unit in city.tables["units"]["unit"]], "MultiPolygon", city.meta.frame
    if name == "providers":
        lon, lat = city.located("providers")
        points = [shapely.Point(x, y) if np.isfinite(x) else None for x, y in zip(lon, lat)]
        return points, "Point", city.meta.frame
    return None, "", ""


def _layer(path: Path, name: str, table: pa.Table, geometry: list[Any] | None, kind: str, frame: str) -> None:
    import pyarrow as pa
    from pyogrio import raw

    if geometry is None:
        raw.write_arrow(table, str(path), layer=name, driver="GPKG", geometry_type=None)
        return
    if kind == "MultiPolygon":
        geometry = [None if g is None else shapely.MultiPolygon(getattr(g, "geoms", [g])) for g in geometry]
    wkb = pa.array([None if g is None else shapely.to_wkb(g) for g in geometry], pa.binary())
    raw.write_arrow(
        table.append_column("geometry", wkb), str(path), layer=name, driver="GPKG", geometry_name="geometry",
        geometry_type=kind, crs=CRS[frame],
    )


@contextmanager
def _stamped(day: date) -> Iterator[None]:
    """Let GDAL stamp the file with the city's date instead of the clock's.

    The file is written beside its place and renamed when it is whole, so waiting for the disk after every layer
    would gain nothing.
    """
    import pyogrio

    wanted = {"OGR_CURRENT_DATE": f"{day.isoformat()}T00:00:00.000Z", "OGR_SQLITE_SYNCHRONOUS": "OFF"}
    before = {name: pyogrio.get_gdal_config_option(name) for name in wanted}
    pyogrio.set_gdal_config_options(wanted)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)
