"""One raw table → one typed table: headings, cells, required values, bounds, keys.

Everything wrong is collected; a bad cell becomes missing so that the rest can still be checked. What concerns
two tables at once is in ``validate``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from attrs import frozen
from pandas.arrays import BooleanArray, FloatingArray, IntegerArray

from dingdian.city.cells import CellError, is_blank, reader
from dingdian.city.raw import RawTable
from dingdian.city.schema import Column, Table, Type
from dingdian.problems import Problem
from dingdian.terms import Text

_UNSEEN = object()

_NUMERIC: dict[Type, tuple[Any, Any]] = {
    Type.INTEGER: (np.int64, IntegerArray), Type.YEAR: (np.int64, IntegerArray),
    Type.MONEY: (np.int64, IntegerArray), Type.REAL: (np.float64, FloatingArray),
    Type.BOOLEAN: (np.bool_, BooleanArray),
}


@frozen(eq=False, kw_only=True)
class Typed:
    """A typed table with the place of each of its rows.

    Attributes
    ----------
    frame
        Columns in canonical order, rows sorted by key.
    rows
        Row number of each record as the user sees it, in the order of ``frame``.
    headings
        Column name → heading that the user wrote (missing where the file has no such column).
    """

    definition: Table
    file: str
    frame: pd.DataFrame
    rows: npt.NDArray[np.int64]
    headings: dict[str, str]

    def problem(
        self, position: int | None, column: str, code: str, message: Text, remedy: Text, value: object = ""
    ) -> Problem:
        """A problem at a row of ``frame`` (None: the whole table)."""
        row = None if position is None else int(self.rows[position])
        return Problem(
            code=code, file=self.file, table=self.definition.name, row=row, value="" if value is None else str(value),
            column=self.headings.get(column, column), message=message, remedy=remedy,
        )


def read_table(raw: RawTable, definition: Table) -> tuple[Typed, list[Problem]]:
    """Type the cells of ``raw``.

    Returns
    -------
    typed
        With every optional column present (all missing where the file has none).
    problems
        In the order of the file's columns, then rows.
    """
    problems: list[Problem] = []
    places = _headings(raw, definition, problems)
    arrays: dict[str, Any] = {}
    for column in definition.columns:
        if column.name not in places:
            arrays[column.name] = array(column, [None] * len(raw))
            continue
        position = places[column.name]
        arrays[column.name] = _column(raw, raw.headings[position], raw.columns[position], column, definition,
                                      problems)
    headings = {name: raw.headings[position] for name, position in places.items()}
    typed = _typed(definition, raw.file, arrays, np.asarray(raw.rows, dtype=np.int64), headings)
    problems.extend(_duplicates(typed))
    return typed, problems


def _typed(
    definition: Table, file: str, arrays: dict[str, Any], rows: npt.NDArray[np.int64], headings: dict[str, str]
) -> Typed:
    frame = pd.DataFrame(arrays, columns=list(definition.column_names))
    order = key_order(frame, definition)
    return Typed(definition=definition, file=file, rows=rows[order], headings=headings,
                 frame=frame.take(order).reset_index(drop=True))


def key_order(frame: pd.DataFrame, definition: Table) -> npt.NDArray[np.int64]:
    """The order that sorts a table by its key; equal keys keep the order they came in."""
    keys = frame[list(definition.key)].reset_index(drop=True)
    sorted_index = keys.sort_values(list(definition.key), kind="stable").index
    return sorted_index.to_numpy(dtype=np.int64)


# --- headings ----------------------------------------------------------------------------------------------

def _headings(raw: RawTable, definition: Table, problems: list[Problem]) -> dict[str, int]:
    """Column name → position in the file, noting unknown, repeated and missing headings."""
    places: dict[str, int] = {}
    for position, heading in enumerate(raw.headings):
        column = definition.column_called(heading.strip())
        if column is None:
            if heading.strip() or any(not is_blank(cell) for cell in raw.columns[position]):
                problems.append(_unknown_column(raw, definition, heading))
        elif column.name in places:
            problems.append(_problem(
                raw, 1, heading, "duplicate_heading", Text("标题重复，同一列出现两次",
                                                           "the column stands twice"),
                Text("删去其中一列", "delete one of the two"), raw.headings[places[column.name]],
            ))
        else:
            places[column.name] = position
    problems.extend(
        _missing_column(raw, definition[name]) for name in definition.must_have if name not in places
    )
    return places


def _unknown_column(raw: RawTable, definition: Table, heading: str) -> Problem:
    names = [name for column in definition.columns for name in column.headings]
    near = get_close_matches(heading.strip(), names, n=1, cutoff=0.5)
    listed = "、".join(f"{column.zh}({column.name})" for column in definition.columns)
    remedy = (
        Text(f"是否想写“{near[0]}”？否则删去该列",
             f"did you mean “{near[0]}”? Otherwise delete the column") if near
        else Text(f"删去该列；可用列：{listed}",
                  f"delete the column; known: {', '.join(definition.column_names)}")
    )
    message = Text(f"“{definition.zh}”表没有这一列", f"table {definition.name} has no such column")
    return _problem(raw, 1, heading, "unknown_column", message, remedy, heading)


def _missing_column(raw: RawTable, column: Column) -> Problem:
    message = Text(f"缺少必需的列“{column.zh}”（{column.name}）",
                   f"the required column {column.name} is missing")
    remedy = Text(f"加上标题为 {column.name} 或“{column.zh}”的列", f"add a column headed {column.name}")
    return _problem(raw, 1, column.name, "missing_column", message, remedy)


def _problem(
    raw: RawTable, row: int | None, column: str, code: str, message: Text, remedy: Text, value: object = ""
) -> Problem:
    return Problem(code=code, file=raw.file, table=raw.table, row=row, column=column, value=str(value),
                   message=message, remedy=remedy)


# --- cells -------------------------------------------------------------------------------------------------

def _column(
    raw: RawTable, heading: str, cells: Sequence[Any], column: Column, definition: Table, problems: list[Problem]
) -> Any:
    read = reader(column)
    needed = column.name in definition.must_have
    # A column repeats itself: each distinct text is read once.
    known: dict[str, Any] = {}
    values: list[Any] = []
    for number, cell in enumerate(cells):
        seen = known.get(cell, _UNSEEN) if type(cell) is str else _UNSEEN
        if seen is _UNSEEN:
            seen = _read(read, cell, column)
            if type(cell) is str:
                known[cell] = seen
        if isinstance(seen, CellError):
            problems.append(_problem(raw, raw.rows[number], heading, seen.code, seen.message, seen.remedy, cell))
            seen = None
        elif seen is None and needed:
            problems.append(_missing_value(raw, raw.rows[number], heading, column))
        values.append(seen)
    return array(column, values)


def _read(read: Any, cell: Any, column: Column) -> Any:
    """The value, None for an empty cell, or the error (returned, because errors repeat as values do)."""
    if is_blank(cell):
        return None
    try:
        value = read(cell)
    except CellError as error:
        return error
    return _out_of_bounds(value, column) or value if value != "" else None


def _out_of_bounds(value: Any, column: Column) -> CellError | None:
    """The error of a number outside the column's bounds; None for all else (0 is a number like any other)."""
    if column.minimum is None and column.maximum is None:
        return None
    scale = 100 if column.type == Type.MONEY else 1
    low = column.minimum is not None and value < column.minimum * scale
    high = column.maximum is not None and value > column.maximum * scale
    if not low and not high:
        return None
    least = "" if column.minimum is None else f"{column.minimum:g}"
    most = "" if column.maximum is None else f"{column.maximum:g}"
    remedy = Text("核对原始数据；没有数据请留空",
                  "check it against the source; leave it empty where there is none")
    if column.name.endswith("lat") and 73 <= value <= 136:  # the longitudes of China
        remedy = Text("经度和纬度可能填反了，请对调", "longitude and latitude seem exchanged: swap them")
    message = Text(f"超出允许范围 {least}～{most}", f"outside the bounds {least} to {most}")
    return CellError("out_of_bounds", message, remedy)


def _missing_value(raw: RawTable, row: int, heading: str, column: Column) -> Problem:
    return _problem(raw, row, heading, "missing_value", Text(f"必填项“{column.zh}”为空",
                                                             f"{column.name} is required"),
                    Text("补填该值，或删去该行", "fill it in, or delete the row"))


def _duplicates(typed: Typed) -> Iterator[Problem]:
    keys = list(typed.definition.key)
    known = typed.frame[keys].notna().all(axis=1)
    repeated = typed.frame[known].duplicated(keys, keep="first")
    if not repeated.any():
        return
    first = {key: position for position, key in reversed(list(enumerate(_key_texts(typed))))}
    texts = _key_texts(typed)
    for position in repeated.index[repeated]:
        other = int(typed.rows[first[texts[position]]])
        yield typed.problem(
            int(position), keys[0], "duplicate_key", Text(f"主键重复，与第 {other} 行相同",
                                                          f"same key as row {other}"),
            Text(f"{'、'.join(keys)} 的组合必须唯一：合并或删去一行",
                 f"{', '.join(keys)} must be unique: merge or delete"),
            texts[position],
        )


def _key_texts(typed: Typed) -> list[str]:
    columns = [typed.frame[name].astype(str).fillna("").tolist() for name in typed.definition.key]
    return ["/".join(parts) for parts in zip(*columns)]


# --- arrays ------------------------------------------------------------------------------------------------

def array(column: Column, values: Sequence[Any]) -> Any:
    """A pandas array of the column's type from Python values and None (fen for money, dates for days)."""
    if column.type == Type.DATE:
        days = np.array([np.datetime64("NaT") if v is None else np.datetime64(_day(v)) for v in values],
                        dtype="datetime64[s]")
        return pd.array(days, dtype="datetime64[s]")
    if column.type in _NUMERIC:
        scalar, dtype = _NUMERIC[column.type]
        missing = np.array([v is None for v in values], dtype=bool)
        data = np.array([0 if v is None else v for v in values], dtype=scalar)
        return dtype(data, missing)
    return pd.array(list(values), dtype="string")


def _day(value: Any) -> date:
    return value.date() if hasattr(value, "date") else value  # type: ignore[no-any-return]
