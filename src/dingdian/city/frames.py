"""Converts a whole city to another frame on purpose: what ``import --frame`` asks for, in both directions.

Everywhere else coordinates only go forward. Going back from GCJ-02 or BD-09 has no official formula; the user
who asks for it gets it on every point, with the new frame stated on every row.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from attrs import evolve

from dingdian.city.build import assemble
from dingdian.city.geometry import STAGES, carried
from dingdian.city.model import City, CityMeta
from dingdian.city.raw import RawTable, Source
from dingdian.city.schema import Column, Type
from dingdian.city.tables import TABLES
from dingdian.city.typed import array
from dingdian.problems import BadData, Problem
from dingdian.space.frames import convert
from dingdian.terms import FRAMES, Text

PAIRS = (("lon", "lat"), ("from_lon", "from_lat"))


def into_frame(source: Source, frame: str) -> City:
    """The city of ``source`` with every coordinate converted to ``frame``, which becomes its working frame.

    Raises
    ------
    BadData
        With the problems of the source, or when ``frame`` is unknown.
    """
    if frame not in FRAMES:
        raise BadData((Problem(
            code="unknown_code", file="--frame", table="city", value=frame,
            message=Text("未知坐标系", "unknown coordinate frame"),
            remedy=Text(f"可用：{', '.join(FRAMES)}", f"one of {', '.join(FRAMES)}")),))
    meta: CityMeta | None = source.meta
    if meta is None:
        return assemble(source)
    stated = evolve(
        source, meta=evolve(meta, frame="bd09"),  # the last frame: nothing lies ahead of it
        tables={name: _with_frame(raw, meta.frame) for name, raw in source.tables.items()},
        shapes=tuple(evolve(shape, frame=shape.frame or meta.frame) for shape in source.shapes),
        extent=tuple(evolve(shape, frame=shape.frame or meta.frame) for shape in source.extent),
    )
    return _converted(assemble(stated), stated, evolve(meta, frame=frame))


def _with_frame(raw: RawTable, frame: str) -> RawTable:
    """The frame of every row written out, so that a change of the working frame moves nobody."""
    definition = TABLES[raw.table]
    if "frame" not in definition.column_names:
        return raw
    at = next((n for n, h in enumerate(raw.headings) if h.strip() in definition["frame"].headings), None)
    if at is None:
        return evolve(raw, headings=(*raw.headings, "frame"), columns=(*raw.columns, [frame] * len(raw)))
    filled = [frame if value is None or str(value).strip() == "" else value for value in raw.columns[at]]
    return evolve(raw, columns=tuple(filled if n == at else c for n, c in enumerate(raw.columns)))


def _converted(city: City, source: Source, meta: CityMeta) -> City:
    tables = {
        name: _converted_table(table, meta.frame) if "frame" in table else table
        for name, table in city.tables.items()
    }
    polygons = {
        shape.unit: carried(shape.geometry, shape.frame, meta.frame) for shape in source.shapes
    }
    extent = city.streets_extent
    return city.evolve(
        meta=meta, tables=tables, polygons=polygons,
        streets_extent=None if extent is None else carried(extent, "bd09", meta.frame),
    )


def _converted_table(table: pd.DataFrame, frame: str) -> pd.DataFrame:
    result = table.copy(deep=False)
    declared = table["frame"].astype(object).to_numpy()
    for lon, lat in PAIRS:
        if lon not in table:
            continue
        x = table[lon].to_numpy(dtype=np.float64, na_value=np.nan).copy()
        y = table[lat].to_numpy(dtype=np.float64, na_value=np.nan).copy()
        for source in sorted({str(code) for code in declared if STAGES[str(code)] != STAGES[frame]}):
            rows = declared == source
            x[rows], y[rows] = convert(x[rows], y[rows], source, frame)
        result[lon], result[lat] = _real(x, lon), _real(y, lat)
    result["frame"] = pd.array([frame] * len(table), dtype="string")
    return result


def _real(values: Any, name: str) -> Any:
    """Degrees to nine decimals (0.1 mm), so that every format keeps the same."""
    column = Column(name=name, zh=name, type=Type.REAL, doc=Text("", ""))
    return array(column, [None if np.isnan(value) else round(float(value), 9) for value in values])
