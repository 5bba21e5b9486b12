"""Writes a city: a folder of CSV or Parquet, a workbook, or a GeoPackage. Reading it again gives the same
content hash.

Everything is written beside its place and then renamed, so that a failure leaves nothing half-written. It
refuses to write into a folder that holds anything.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dingdian.city.geometry import write_geojson
from dingdian.city.meta import dump_meta
from dingdian.city.model import City
from dingdian.city.plain import plain_values
from dingdian.city.schema import Column, Table, Type
from dingdian.city.tables import TABLES
from dingdian.problems import BadData, Problem
from dingdian.terms import Text

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def write_city(city: City, path: str | Path, *, format: str | None = None) -> None:
    """Write ``city`` to ``path``; the suffix says how (``.xlsx``, ``.gpkg``, otherwise a folder).

    Parameters
    ----------
    format
        ``csv`` (default) or ``parquet``, in a folder.

    Raises
    ------
    BadData
        When the folder exists and is not empty.
    ValueError
        When ``format`` is neither.
    """
    place = Path(path)
    suffix = place.suffix.lower()
    if suffix == ".xlsx":
        from dingdian.city.write_workbook import write_workbook

        replace_file(place, lambda part: write_workbook(city, part))
    elif suffix == ".gpkg":
        from dingdian.city.write_geopackage import write_geopackage

        replace_file(place, lambda part: write_geopackage(city, part))
    elif format not in (None, "csv", "parquet"):
        raise ValueError(f"format is csv or parquet, not {format!r}")
    else:
        replace_folder(place, lambda part: _write_folder(city, part, parquet=format == "parquet"))


def replace_file(place: Path, write: Callable[[Path], None]) -> None:
    """Let ``write`` make a file beside ``place``, then rename it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=f".{place.stem}-") as part:
        made = Path(part) / place.name
        write(made)
        os.replace(made, place)


def replace_folder(place: Path, write: Callable[[Path], None]) -> None:
    """Let ``write`` fill a folder beside ``place``, then rename it; nothing stays where it fails."""
    refuse_non_empty(place)
    place.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=place.parent, prefix=f".{place.name}-"))
    try:
        write(part)
        part.chmod(0o755)
        if place.exists():
            place.rmdir()
        os.replace(part, place)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def refuse_non_empty(place: Path) -> None:
    """Raise :class:`BadData` when ``place`` is a file, or a folder with anything in it."""
    if not place.exists() or (place.is_dir() and not any(place.iterdir())):
        return
    raise BadData((Problem(
        code="not_empty", file=str(place), table="city", value=str(place),
        message=Text("目标已存在且不为空，不覆盖", "the target exists and is not empty: not overwritten"),
        remedy=Text("换一个目录，或先移走原有内容", "choose another folder, or move its content away"),
    ),))


def _write_folder(city: City, folder: Path, *, parquet: bool) -> None:
    present = [*city.tables, *(["polygons"] if city.polygons else [])]
    present += ["streets_extent"] if city.streets_extent is not None else []
    (folder / "city.yaml").write_text(dump_meta(city.meta, present), encoding="utf-8")
    for name, frame in city.tables.items():
        if not len(frame):
            continue  # known to be empty: the metadata says so
        if parquet:
            _write_parquet(frame, TABLES[name], folder / f"{name}.parquet")
        else:
            (folder / f"{name}.csv").write_text(csv_text(frame, TABLES[name]), encoding="utf-8", newline="")
    if city.polygons:
        (folder / "units.geojson").write_text(write_geojson(city.polygons), encoding="utf-8")
    if city.streets_extent is not None:
        text = write_geojson({"": city.streets_extent}, property_name=None)
        (folder / "streets_extent.geojson").write_text(text, encoding="utf-8")


def written_columns(frame: pd.DataFrame, definition: Table) -> list[Column]:
    """The columns worth writing: what must be there, and whatever holds a value."""
    return [c for c in definition.columns if c.name in definition.must_have or bool(frame[c.name].notna().any())]


# --- CSV ---------------------------------------------------------------------------------------------------

def csv_text(frame: pd.DataFrame, definition: Table) -> str:
    """A table as CSV text under identifiers, in canonical order."""
    columns = written_columns(frame, definition)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    writer.writerows(zip(*(cell_texts(frame[column.name], column) for column in columns)))
    return out.getvalue()


def cell_texts(series: pd.Series[Any], column: Column) -> list[str]:
    """Cells as they are typed, empty where missing."""
    return ["" if value is None else _text(value) for value in plain_values(series, column)]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, ".15g") if isinstance(value, float) else str(value)


# --- Parquet -----------------------------------------------------------------------------------------------

def _write_parquet(frame: pd.DataFrame, definition: Table, path: Path) -> None:
    import pyarrow.parquet as pq

    pq.write_table(arrow_table(frame, written_columns(frame, definition)), path, compression="zstd",
                   store_schema=False)


def arrow_table(frame: pd.DataFrame, columns: Sequence[Column], *, decimals: bool = True) -> pa.Table:
    """An Arrow table of plain types; money is yuan, as decimals or (for formats without them) as floats."""
    import pyarrow as pa

    kinds = {
        Type.INTEGER: pa.int64(), Type.YEAR: pa.int64(), Type.REAL: pa.float64(), Type.DATE: pa.date32(),
        Type.BOOLEAN: pa.bool_(), Type.MONEY: pa.decimal128(20, 2) if decimals else pa.float64(),
    }
    arrays = []
    for column in columns:
        values = plain_values(frame[column.name], column)
        if column.type == Type.MONEY and not decimals:
            values = [None if value is None else float(value) for value in values]
        arrays.append(pa.array(values, type=kinds.get(column.type, pa.string())))
    return pa.table(arrays, names=[column.name for column in columns])
