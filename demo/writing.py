"""Writes the demo city: Parquet tables that come out the same every time, GeoJSON, and `city.yaml`.

Column names, order and types are those of `dingdian.city.tables`; a column that the table does not have is
refused.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from shapely.geometry.base import BaseGeometry

from common import AS_OF, CELL_M, CITY
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


# Table → whether its rows are invented, source, licence.
NOTES: dict[str, tuple[bool, str, str]] = {}


def _note(synthetic: bool, source: str, licence: str, *tables: str) -> None:
    NOTES.update(dict.fromkeys(tables, (synthetic, source, licence)))


_note(
    False,
    "区县：第七次全国人口普查分区县数据；乡镇街道：modood/Administrative-divisions-of-China；面积按边界计算",
    "MIT; WTFPL",
    "units",
)
_note(False, "第七次全国人口普查分区县数据（leiii/census）", "MIT", "residents")
_note(
    False,
    "模型推算：普查区县总数（真实）按路网节点密度与 WorldPop 2020 分配到 500 米格网；居住位置非实测",
    "MIT; ODbL 1.0; CC BY 4.0",
    "population",
)
_note(
    False,
    "© OpenStreetMap contributors（经 huiminren/MTrajRec 发布）",
    "ODbL 1.0",
    "network_nodes",
    "network_edges",
)
_note(False, "公开资料引用的全国数值，待核实", "事实数据", "reference")
_note(
    True,
    "合成示例数据，非真实机构",
    "Apache-2.0",
    "beds",
    "staff",
    "activity",
    "scores",
    "events",
    "releases",
)
_note(
    True,
    "合成示例数据，机构总数与官方公布数一致；坐标沿 OpenStreetMap 路网随机生成",
    "Apache-2.0；坐标 ODbL 1.0",
    "providers",
    "applications",
)
_note(True, "合成示例数据：常住人口乘以假设的参保率", "Apache-2.0", "insured")
_note(True, "合成示例数据", "Apache-2.0", "fund", "warnings", "facts")


def write_city_yaml(path: Path, tables: list[str]) -> None:
    ordered = [name for name in TABLES if name in tables]
    lines = [
        "# Written by demo/build.py; do not edit.",
        "id: jinan-demo",
        "name: 济南示例城（部分数据为合成）",
        f'pooling_area: "{CITY}"',
        f"as_of: {AS_OF.isoformat()}",
        "frame: wgs84",
        f"population_cell_m: {CELL_M}",
        "synthetic:",
        *(f"  {name}: {str(NOTES[name][0]).lower()}" for name in ordered),
        "sources:",
    ]
    for name in ordered:
        _, source, licence = NOTES[name]
        lines += [f"  - table: {name}", f'    source: "{source}"', f'    licence: "{licence}"']
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
