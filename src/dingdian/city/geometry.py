"""Polygons and points of a city in its working frame.

Coordinates only ever go forward, WGS84 → GCJ-02 → BD-09; what would have to be decrypted is refused by
validation. GeoJSON is read strictly: a feature that is not a polygon of a known unit is a problem, never
dropped or repaired.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from dingdian.city.raw import RawShape
from dingdian.problems import Problem
from dingdian.space.frames import STAGES, convert
from dingdian.terms import FRAMES, Text

__all__ = ["STAGES", "forward_shapes", "read_geojson", "working_lonlat", "write_geojson"]

Floats = npt.NDArray[np.float64]


def working_lonlat(frame: pd.DataFrame, working: str, lon: str = "lon", lat: str = "lat") -> tuple[Floats, Floats]:
    """Two coordinate columns carried from each row's declared frame to ``working``; NaN where missing."""
    x = frame[lon].to_numpy(dtype=np.float64, na_value=np.nan).copy()
    y = frame[lat].to_numpy(dtype=np.float64, na_value=np.nan).copy()
    if "frame" in frame:
        declared = frame["frame"].fillna(working)
        for source in sorted(set(declared) - {working}):
            rows = declared.eq(source).to_numpy(dtype=bool)
            x[rows], y[rows] = convert(x[rows], y[rows], source, working)
    x.flags.writeable = y.flags.writeable = False
    return x, y


def carried(geometry: BaseGeometry, source: str, target: str) -> BaseGeometry:
    """A geometry with every vertex carried from one frame to another."""
    if STAGES[source] == STAGES[target]:
        return geometry

    def move(points: Floats) -> Floats:
        return np.column_stack(convert(points[:, 0], points[:, 1], source, target))

    moved: BaseGeometry = shapely.transform(geometry, move)
    return moved


def forward_shapes(
    shapes: Iterable[RawShape], working: str, known: set[str] | None, problems: list[Problem]
) -> dict[str, BaseGeometry]:
    """Unit → polygon in the working frame, noting unknown and repeated units and frames that lie ahead.

    ``known`` are the units of the city; None when its table is broken and nothing can be said.
    """
    result: dict[str, BaseGeometry] = {}
    for item in shapes:
        frame = item.frame or working
        if known is not None and item.unit not in known:
            problems.append(_shape_problem(
                item, "orphan_reference", Text("“规划单元”表里没有这个单元", "table units has no such unit"),
                Text("改正 unit 属性，或在单元表补上该行", "correct the property, or add the row to units")))
        elif item.unit in result:
            problems.append(_shape_problem(
                item, "duplicate_key", Text("同一单元有两个图形", "the unit has two features"),
                Text("合并为一个 MultiPolygon", "merge them into one MultiPolygon")))
        elif STAGES[frame] > STAGES[working]:
            problems.append(_shape_problem(
                item, "frame_behind", Text(f"工作坐标系 {working} 落后于图形的 {frame}，不做反向解密",
                                           f"the shape is in {frame}; going back to {working} would decrypt it"),
                Text(f"在 city.yaml 写 frame: {frame}，或用 import --frame 明确转换",
                     f"declare frame: {frame} in city.yaml, or convert on purpose with import --frame")))
        else:
            result[item.unit] = carried(item.geometry, frame, working)
    return result


def _shape_problem(item: RawShape, code: str, message: Text, remedy: Text) -> Problem:
    return Problem(code=code, file=item.file, table="units", row=item.row, column=item.column or "unit",
                   value=item.unit, message=message, remedy=remedy)


# --- GeoJSON -----------------------------------------------------------------------------------------------

def read_geojson(
    text: str, file: str, problems: list[Problem], unit_property: str | None = "unit"
) -> tuple[RawShape, ...]:
    """Polygons of a FeatureCollection (or, without ``unit_property``, of any GeoJSON object)."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        problems.append(_problem(
            file, error.lineno, "", Text(f"不是合法的 JSON（第 {error.colno} 列）",
                                         f"not valid JSON (column {error.colno})"),
            Text("重新导出该文件", "export the file again"), "bad_json", error.msg))
        return ()
    except RecursionError:
        problems.append(_problem(file, None, "", Text("JSON 嵌套过深", "JSON nested too deeply"),
                                 Text("重新导出该文件", "export the file again"), "bad_json"))
        return ()
    features = _features(document, file, problems)
    lines = _feature_lines(text, len(features))
    frame = str(document.get("frame") or "") if isinstance(document, dict) else ""
    found = []
    for number, feature in enumerate(features):
        item = _feature(feature, number, lines[number], file, frame, unit_property, problems)
        if item is not None:
            found.append(item)
    return tuple(found)


def _features(document: Any, file: str, problems: list[Problem]) -> Sequence[Any]:
    if isinstance(document, dict):
        if document.get("type") == "FeatureCollection" and isinstance(document.get("features"), list):
            features: list[Any] = document["features"]
            return features
        if document.get("type") == "Feature":
            return [document]
        if document.get("type") in ("Polygon", "MultiPolygon"):
            return [{"type": "Feature", "properties": {}, "geometry": document}]
    problems.append(_problem(
        file, 1, "", Text("不是 GeoJSON 要素集合", "not a GeoJSON FeatureCollection"),
        Text("导出为 FeatureCollection", "export it as a FeatureCollection"), "bad_geojson"))
    return []


def _feature_lines(text: str, count: int) -> list[int | None]:
    """The line where each feature begins, as far as the text tells."""
    starts = [match.start() for match in re.finditer(r'"type"\s*:\s*"Feature"', text)]
    if len(starts) != count:
        return [None] * count
    lines, line, at = [], 1, 0
    for start in starts:
        line += text.count("\n", at, start)
        at = start
        lines.append(line)
    return [*lines]


def _feature(
    feature: Any, number: int, line: int | None, file: str, frame: str, unit_property: str | None,
    problems: list[Problem],
) -> RawShape | None:
    place = f"features[{number}]"
    stated = feature.get("properties") if isinstance(feature, dict) else None
    properties = stated if isinstance(stated, dict) else {}
    unit = "extent"
    if unit_property is not None:
        value = properties.get(unit_property)
        if not isinstance(value, (str, int)) or isinstance(value, bool) or str(value).strip() == "":
            problems.append(_problem(
                file, line, f"{place}.properties.{unit_property}", Text("图形没有单元代码",
                                                                        "the feature names no unit"),
                Text("加上 unit 属性", "add the property unit"), "missing_value"))
            return None
        unit = str(value).strip()
    declared = str(properties.get("frame") or frame)
    if declared and declared not in FRAMES:
        problems.append(_problem(
            file, line, f"{place}.properties.frame", Text("未知坐标系", "unknown coordinate frame"),
            Text(f"可用：{', '.join(FRAMES)}", f"one of {', '.join(FRAMES)}"), "unknown_code", declared))
        return None
    geometry = _polygon(feature.get("geometry") if isinstance(feature, dict) else None)
    reason = geometry if isinstance(geometry, Text) else invalidity(geometry)
    if isinstance(geometry, Text) or reason is not None:
        assert reason is not None
        problems.append(_problem(
            file, line, f"{place}.geometry", reason,
            Text("用 GIS 软件修复或重新导出该图形",
                 "mend or export the shape again with a GIS"), "bad_geometry", unit))
        return None
    return RawShape(unit=unit, geometry=geometry, frame=declared, file=file, row=line, column=place)


def _polygon(value: Any) -> BaseGeometry | Text:
    if not isinstance(value, dict) or value.get("type") not in ("Polygon", "MultiPolygon"):
        return Text("不是面（Polygon 或 MultiPolygon）", "not a Polygon or MultiPolygon")
    try:
        geometry: BaseGeometry = shapely.force_2d(shape(value))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, shapely.errors.ShapelyError):
        return Text("坐标结构不正确", "the coordinates are not nested as a polygon's are")
    return geometry


def invalidity(geometry: BaseGeometry) -> Text | None:
    """Why a polygon cannot be used: empty, not in degrees, or crossing itself; None when it can."""
    if geometry.is_empty or geometry.geom_type not in ("Polygon", "MultiPolygon"):
        return Text("图形为空或不是面", "the shape is empty or no polygon")
    west, south, east, north = geometry.bounds
    if not all(math.isfinite(value) for value in geometry.bounds):
        return Text("坐标不是数值", "a coordinate is not a number")
    if west < -180 or east > 180 or south < -90 or north > 90:
        return Text("坐标不是经纬度（度）", "the coordinates are not degrees")
    if not geometry.is_valid:
        why = shapely.is_valid_reason(geometry)
        return Text(f"图形不合法（{why}）", f"the shape is not valid ({why})")
    return None


def _problem(
    file: str, row: int | None, column: str, message: Text, remedy: Text, code: str, value: str = ""
) -> Problem:
    return Problem(code=code, file=file, table="units", row=row, column=column, value=value, message=message,
                   remedy=remedy)


def write_geojson(shapes: Mapping[str, BaseGeometry], property_name: str | None = "unit") -> str:
    """A FeatureCollection, one feature a line, in the order of the codes."""
    lines = [
        json.dumps({
            "type": "Feature", "properties": {} if property_name is None else {property_name: unit},
            "geometry": mapping(shapes[unit]),
        }, ensure_ascii=False)
        for unit in sorted(shapes)
    ]
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(lines) + "\n]}\n"
