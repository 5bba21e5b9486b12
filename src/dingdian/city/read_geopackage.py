"""A GeoPackage: one layer per table, ``units`` with polygons, ``streets_extent``, and ``city`` with keys and
values.

Coordinates are degrees in the city's frame, whatever the layer's label says, because vendors label GCJ-02 as
WGS84; a projected layer is refused rather than converted behind the user's back.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import shapely
from attrs import frozen
from shapely.errors import ShapelyError

from dingdian.city.geometry import invalidity
from dingdian.city.meta import meta_from_rows
from dingdian.city.raw import RawShape, RawTable, Source, blank_notes
from dingdian.city.workbook_layout import META_SHEET, table_of_sheet
from dingdian.problems import BadData, Problem
from dingdian.terms import FRAMES, Text

EXTENT_LAYER = "streets_extent"


@frozen(eq=False)
class _Layer:
    """Columns of one layer as Python values, its geometry apart."""

    name: str
    place: str
    columns: dict[str, list[Any]]
    geometry: list[Any] | None
    crs: str

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), self.geometry or []))


def read_geopackage(path: Path) -> Source:
    """Everything that stands in a GeoPackage; raises :class:`BadData` when it cannot be opened."""
    problems: list[Problem] = []
    tables: dict[str, RawTable] = {}
    shapes: tuple[RawShape, ...] = ()
    extent: tuple[RawShape, ...] = ()
    meta, has_meta = None, False
    for layer in _layers(path):
        table = table_of_sheet(layer.name)
        if layer.name in META_SHEET:
            has_meta = True
            meta, _, found = meta_from_rows(list(zip(*layer.columns.values())), layer.place, 1)
            problems.extend(found)
        elif layer.name == EXTENT_LAYER:
            extent = _shapes(layer, [EXTENT_LAYER] * len(layer), problems)
        elif table is None:
            problems.append(_problem(layer.place, "", "unknown_file", Text("没有这种表",
                                                                           "no table has this name"),
                                     Text("改名或删去该图层", "rename or delete the layer"), layer.name))
        elif table in tables:
            problems.append(_problem(layer.place, table, "two_files", Text("同一张表有两个图层",
                                                                           "two layers of one table"),
                                     Text("只保留一个", "keep one of the two")))
        else:
            if table == "units":
                shapes = _unit_shapes(layer, problems)
            tables[table] = _raw_table(table, layer)
    if not has_meta:
        problems.append(_problem(path.name, "city", "missing_table", Text("缺少 city 表",
                                                                          "the table city is missing"),
                                 Text("加一张名为 city 的属性表，写键和值",
                                      "add an attribute table city of keys and values")))
    return Source(meta=meta, tables=tables, shapes=shapes, extent=extent, problems=tuple(problems), place=path.name,
                  notes=blank_notes(tables), files={name: raw.file for name, raw in tables.items()})


def _layers(path: Path) -> list[_Layer]:
    import pyogrio
    from pyogrio import raw
    from pyogrio.errors import DataLayerError, DataSourceError

    found = []
    try:
        with warnings.catch_warnings(action="ignore"):  # what GDAL murmurs about a damaged file, a problem says
            for name, _ in pyogrio.list_layers(str(path)):
                meta, table = raw.read_arrow(str(path), layer=name)
                columns = {column: table.column(column).to_pylist() for column in table.column_names}
                geometry = columns.pop(meta["geometry_name"] or "wkb_geometry", None)
                found.append(_Layer(str(name), f"{path.name}[{name}]", columns, geometry, str(meta["crs"] or "")))
    except (DataSourceError, DataLayerError, OSError, ValueError, RuntimeError) as error:
        raise BadData((_problem(
            path.name, "city", "bad_geopackage", Text("不是完整的 GeoPackage", "not a sound GeoPackage"),
            Text("重新导出该文件", "export the file again"), str(error).splitlines()[0][:120]),)) from error
    return found


def _raw_table(table: str, layer: _Layer) -> RawTable:
    columns = {name: cells for name, cells in layer.columns.items() if not (table == "units" and name == "frame")}
    if layer.geometry is not None and "lon" not in columns and "lat" not in columns and table != "units":
        points = [None if g is None else shapely.from_wkb(g) for g in layer.geometry]
        if all(point is None or point.geom_type == "Point" for point in points):
            columns["lon"] = [None if point is None else point.x for point in points]
            columns["lat"] = [None if point is None else point.y for point in points]
    return RawTable(table=table, file=layer.place, headings=tuple(columns), columns=tuple(columns.values()),
                    rows=range(1, len(layer) + 1))


def _unit_shapes(layer: _Layer, problems: list[Problem]) -> tuple[RawShape, ...]:
    units = layer.columns.get("unit") or layer.columns.get("单元代码")
    if layer.geometry is None or units is None:
        return ()
    return _shapes(layer, ["" if unit is None else str(unit).strip() for unit in units], problems)


def _shapes(layer: _Layer, units: list[str], problems: list[Problem]) -> tuple[RawShape, ...]:
    if _is_projected(layer.crs):
        problems.append(_problem(
            layer.place, "units", "projected", Text("图层是投影坐标，不是经纬度",
                                                    "the layer is projected, not in degrees"),
            Text("先转换为经纬度再导出", "reproject it to degrees and export it again"), layer.crs[:60]))
        return ()
    frames = layer.columns.get("frame") or [None] * len(units)
    found = []
    for number, (unit, wkb, frame) in enumerate(zip(units, layer.geometry or [], frames), start=1):
        if wkb is None:
            continue
        shape = _from_wkb(wkb)
        reason = Text("图形无法解析", "the shape cannot be read") if shape is None else invalidity(shape)
        if shape is None or reason is not None or (frame and frame not in FRAMES):
            problems.append(Problem(
                code="bad_geometry", file=layer.place, table="units", row=number, column="geometry", value=unit,
                message=reason or Text(f"未知坐标系 {frame}", f"unknown frame {frame}"),
                remedy=Text("用 GIS 软件修复该图形", "mend the shape with a GIS")))
        else:
            found.append(RawShape(unit=unit, geometry=shape, frame=frame or "", file=layer.place, row=number))
    return tuple(found)


def _from_wkb(wkb: bytes) -> Any:
    try:
        return shapely.force_2d(shapely.from_wkb(wkb))
    except (ShapelyError, ValueError):
        return None


def _is_projected(crs: str) -> bool:
    import pyproj

    try:
        return bool(crs) and pyproj.CRS.from_user_input(crs).is_projected
    except pyproj.exceptions.CRSError:
        return False


def _problem(file: str, table: str, code: str, message: Text, remedy: Text, value: str = "") -> Problem:
    return Problem(code=code, file=file, table=table, message=message, remedy=remedy, value=value)
