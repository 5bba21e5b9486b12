"""Writes a demo city: Parquet tables that come out the same every time, GeoJSON, and `city.yaml`.

Column names, order and types are those of `dingdian.city.tables`; a column that the table does not have is
refused.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from attrs import frozen
from shapely.geometry.base import BaseGeometry

from dingdian.city.schema import Column, Type
from dingdian.city.tables import TABLES

ARROW = {
    Type.TEXT: pa.string(),
    Type.CODE: pa.string(),
    Type.CODES: pa.string(),
    Type.REFERENCE: pa.string(),
    Type.INTEGER: pa.int64(),
    Type.REAL: pa.float64(),
    Type.MONEY: pa.decimal128(18, 2),
    Type.DATE: pa.date32(),
    Type.YEAR: pa.int64(),
    Type.BOOLEAN: pa.bool_(),
}


def write_table(folder: Path, name: str, frame: pd.DataFrame) -> None:
    """Sorted by key, canonical column order, columns without any value left out."""
    table = TABLES[name]
    unknown = set(frame.columns) - set(table.column_names)
    if unknown:
        raise ValueError(f"{name}: no such columns: {sorted(unknown)}")
    frame = frame.sort_values(list(table.key), kind="stable")
    columns = [c for c in table.columns if c.name in frame and (frame[c.name].notna().any() or c.required)]
    arrays = [_array(frame[column.name], column) for column in columns]
    arrow = pa.table(arrays, names=[column.name for column in columns])
    pq.write_table(
        arrow,
        folder / f"{name}.parquet",
        compression="zstd",
        compression_level=15,
        store_schema=False,
        row_group_size=1 << 20,
    )


def _array(values: pd.Series, column: Column) -> pa.Array:
    cells = [None if pd.isna(cell) else cell for cell in values.tolist()]
    if column.type in (Type.INTEGER, Type.YEAR):
        cells = [None if cell is None else int(cell) for cell in cells]
    elif column.type is Type.MONEY:
        cells = [None if cell is None else _yuan(cell) for cell in cells]
    elif column.type is Type.CODES:
        cells = [None if cell is None else ";".join(sorted(str(cell).split(";"))) for cell in cells]
    return pa.array(cells, type=ARROW[column.type])


def _yuan(cell: object) -> Decimal:
    """Whole fen (int) or yuan (float) as yuan with two decimals."""
    return Decimal(cell).scaleb(-2) if isinstance(cell, int) else Decimal(f"{cell:.2f}")


def write_geojson(path: Path, features: list[tuple[dict[str, str], BaseGeometry]]) -> None:
    collection = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": properties,
                "geometry": json.loads(shapely.to_geojson(geometry)),
            }
            for properties, geometry in features
        ],
    }
    text = json.dumps(collection, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text + "\n", encoding="utf-8")


# Table (or `polygons`) → whether its rows are invented, source, licence.
Notes = dict[str, tuple[bool, str, str]]


@frozen(kw_only=True)
class Heading:
    """What stands at the head of `city.yaml`."""

    id: str
    name: str
    pooling_area: str
    as_of: date
    population_cell_m: int
    notes: Notes
    known_empty: tuple[str, ...] = ()


def write_city_yaml(path: Path, tables: list[str], heading: Heading) -> None:
    """``tables`` may hold `polygons`; each must have its note."""
    ordered = [name for name in (*TABLES, "polygons") if name in tables]
    lines = [
        "# Written by demo/build.py; do not edit.",
        f"id: {heading.id}",
        f"name: {heading.name}",
        f'pooling_area: "{heading.pooling_area}"',
        f"as_of: {heading.as_of.isoformat()}",
        "frame: wgs84",
        f"population_cell_m: {heading.population_cell_m}",
        "synthetic:",
        *(f"  {name}: {str(heading.notes[name][0]).lower()}" for name in ordered),
    ]
    if heading.known_empty:
        lines.append(f"known_empty: [{', '.join(heading.known_empty)}]")
    lines.append("sources:")
    for name in ordered:
        _, source, licence = heading.notes[name]
        lines += [f"  - table: {name}", f'    source: "{source}"', f'    licence: "{licence}"']
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
