"""Typed tables back to plain Python values: what a person would type, and what rules read.

Money is yuan where a person reads it and whole fen where rules count; missing is None in both.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pandas as pd

from dingdian.city.cells import read_date
from dingdian.city.model import City
from dingdian.city.schema import Column, Type
from dingdian.city.tables import TABLES


def as_typed_in(frame: pd.DataFrame, table: str, key: tuple[object, ...]) -> dict[str, object]:
    """One row of a typed table as it would be typed: yuan, dates, None for missing."""
    definition = TABLES[table]
    found = frame
    for name, value in zip(definition.key, key, strict=True):
        wanted: Any = value
        if definition[name].type == Type.DATE:
            wanted = pd.Timestamp(read_date(value))
        found = found[found[name] == wanted]
    if len(found) == 0:
        raise KeyError(f"{table} has no row {key!r}")
    return {column.name: plain_values(found[column.name], column)[0] for column in definition.columns}


def plain_values(series: pd.Series[Any], column: Column) -> list[Any]:
    """A typed column as Python values: str, int, float, bool, date, Decimal yuan; None where missing."""
    values = series.astype(object).tolist()
    missing = series.isna().tolist()
    convert: Callable[[Any], Any] = _PLAIN[column.type]
    return [None if gone else convert(value) for value, gone in zip(values, missing)]


_PLAIN: dict[Type, Callable[[Any], Any]] = {
    **dict.fromkeys((Type.TEXT, Type.CODE, Type.CODES, Type.REFERENCE), str),
    **dict.fromkeys((Type.INTEGER, Type.YEAR), int),
    Type.REAL: float,
    Type.MONEY: lambda fen: Decimal(int(fen)).scaleb(-2),
    Type.DATE: lambda stamp: stamp.date(),
    Type.BOOLEAN: bool,
}


# --- rows as rules read them -------------------------------------------------------------------------------

def rows(city: City, table: str) -> list[dict[str, Any]]:
    """Rows of a table as plain values, None where missing; money stays whole fen."""
    frame = city.tables.get(table)
    if frame is None:
        return []
    columns = {
        column.name: whole_numbers(frame[column.name]) if column.type == Type.MONEY
        else plain_values(frame[column.name], column)
        for column in TABLES[table].columns
    }
    return [dict(zip(columns, row)) for row in zip(*columns.values())]


def whole_numbers(series: pd.Series[Any]) -> list[int | None]:
    """A column of whole numbers (counts, fen) as integers and None."""
    return [None if gone else int(value) for value, gone in zip(series.fillna(0).tolist(), series.isna().tolist())]


def grouped(city: City, table: str, by: str) -> dict[str, list[dict[str, Any]]]:
    """Rows of a table by the value of one column."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows(city, table):
        groups.setdefault(row[by], []).append(row)
    return groups


def records(city: City, table: str) -> dict[str, dict[str, Any]]:
    """Key → filled columns, with the row's place in the working frame."""
    lon, lat = city.located(table)
    found: dict[str, dict[str, Any]] = {}
    for row, x, y in zip(rows(city, table), lon.tolist(), lat.tolist()):
        filled = {name: value for name, value in row.items() if value is not None}
        if x == x and y == y:
            filled["located_lon"], filled["located_lat"] = x, y
        found[row[TABLES[table].key[0]]] = filled
    return found
