"""A workbook: one sheet per table, named by identifier or in Chinese, and a sheet ``city`` of keys and
values.

The file is opened in a child process with limits on time and memory, because workbooks come from anywhere.
Formulas are never evaluated; hidden sheets are read like any other, and a sheet that is no table is a
problem.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import shapely
from shapely.errors import ShapelyError

from dingdian.city import workbook_child
from dingdian.city.geometry import invalidity
from dingdian.city.meta import meta_from_rows
from dingdian.city.raw import RawShape, RawTable, Source, blank_notes, from_records
from dingdian.city.tables import TABLES
from dingdian.city.workbook_layout import (
    EXTENT,
    GEOMETRY_SHEET,
    META_HEADINGS,
    META_SHEET,
    PASSED_OVER,
    table_of_sheet,
)
from dingdian.problems import BadData, Problem
from dingdian.terms import Text

SECONDS = 120
MEMORY = 3_000_000_000

Rows = list[list[Any]]


def read_workbook(path: Path) -> Source:
    """Everything that stands in a workbook; raises :class:`BadData` when it cannot be opened."""
    problems: list[Problem] = []
    tables: dict[str, RawTable] = {}
    shapes: list[RawShape] = []
    meta = None
    has_meta = False
    for name, rows in sheets(path):
        place = f"{path.name}[{name}]"
        table = table_of_sheet(name)
        if name.strip() in META_SHEET:
            has_meta = True
            meta, _, found = _meta(rows, place)
            problems.extend(found)
        elif name.strip() in GEOMETRY_SHEET:
            shapes.extend(_shapes(rows, place, problems))
        elif table is None:
            if name.strip() not in PASSED_OVER and any(any(row) for row in rows):
                problems.append(_unknown_sheet(place, name))
        elif table in tables:
            problems.append(_problem(place, table, "two_files", Text("同一张表有两个工作表",
                                                                     "two sheets of one table"),
                                     Text("只保留一个", "keep one of the two")))
        else:
            raw = sheet_table(table, rows, place, problems)
            if raw is not None:
                tables[table] = raw
    if not has_meta:
        problems.append(_problem(path.name, "city", "missing_table", Text("缺少“city”工作表",
                                                                          "the sheet city is missing"),
                                 Text("加一个名为 city 的工作表，写键和值",
                                      "add a sheet city of keys and values")))
    return Source(
        meta=meta, tables=tables, problems=tuple(problems), place=path.name, notes=blank_notes(tables), shapes=tuple(s for s in shapes if s.unit != EXTENT),
        extent=tuple(s for s in shapes if s.unit == EXTENT), files={name: raw.file for name, raw in tables.items()},
    )


# --- the child ---------------------------------------------------------------------------------------------

def sheets(path: Path) -> list[tuple[str, Rows]]:
    """(name, rows) of every sheet, cells as Python values, None where empty."""
    answer = _ask_child(path)
    if "error" in answer:
        raise BadData((_bad_workbook(path, str(answer["error"]), str(answer.get("detail", ""))),))
    return [(str(sheet["name"]), [[_value(cell) for cell in row] for row in sheet["rows"]]) for sheet in answer["sheets"]]


def _ask_child(path: Path) -> dict[str, Any]:
    command = [sys.executable, "-I", str(workbook_child.__file__), str(path.resolve()), str(MEMORY)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 - our own file
    except subprocess.TimeoutExpired:
        return {"error": "too_slow"}
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return {"error": "child_died", "detail": f"exit {done.returncode}"}
    return answer


def _value(cell: Any) -> Any:
    if isinstance(cell, dict):
        return date.fromisoformat(cell["d"]) if "d" in cell else datetime.fromisoformat(cell["t"])
    return cell


def _bad_workbook(path: Path, code: str, detail: str) -> Problem:
    large = Text("工作簿过大，或某个工作表的有效范围延伸到极远的单元格",
                 "too large, or a sheet that reaches to a far-off cell")
    damaged = Text("不是完整的 .xlsx 工作簿", "not a sound .xlsx workbook")
    shrink = Text("删去数据区以外的空行空列后另存为 .xlsx",
                  "delete the rows and columns beyond the data, save again")
    again = Text("用 Excel 或 WPS 打开后另存为 .xlsx（不加密码）",
                 "open it and save it again as .xlsx, without a password")
    is_large = code != "bad_workbook"
    return Problem(code=code, file=path.name, table="city", value=detail, message=large if is_large else damaged,
                   remedy=shrink if is_large else again)


# --- sheets ------------------------------------------------------------------------------------------------

def sheet_table(table: str, rows: Rows, place: str, problems: list[Problem]) -> RawTable | None:
    """A table from a sheet: the first row with anything in it is the heading."""
    start = next((number for number, row in enumerate(rows) if any(cell is not None for cell in row)), None)
    if start is None:
        if TABLES[table].required:
            problems.append(_problem(place, table, "empty_file", Text("工作表是空的", "the sheet is empty"),
                                     Text("至少写一行标题", "write at least the row of headings")))
        return None
    headings = ["" if cell is None else str(cell).strip() for cell in rows[start]]
    # A heading that begins with # is a remark beside the table, not a column.
    columns = [position for position, heading in enumerate(headings) if not heading.startswith("#")]
    kept, numbers = [], []
    for number, row in enumerate(rows[start + 1:], start=start + 2):
        cells = [row[position] if position < len(row) else None for position in columns]
        if any(cell is not None for cell in cells):
            kept.append(cells)
            numbers.append(number)
    return from_records(table, place, [headings[position] for position in columns], kept, numbers)


def _meta(rows: Rows, place: str) -> tuple[Any, dict[str, Any], list[Problem]]:
    first = 2 if rows and rows[0] and str(rows[0][0]).strip() in (META_HEADINGS[0], "key") else 1
    body = [["" if str(row[0]).startswith("#") else cell for cell in row] if row else row for row in rows[first - 1:]]
    return meta_from_rows(body, place, first)


def _shapes(rows: Rows, place: str, problems: list[Problem]) -> list[RawShape]:
    texts: dict[tuple[str, str], tuple[int, list[str]]] = {}
    for number, row in enumerate(rows[1:], start=2):
        kind, unit, _, text = ("" if cell is None else cell for cell in (*row, None, None, None, None)[:4])
        if text:
            name = str(int(unit)) if isinstance(unit, float) else str(unit)
            texts.setdefault((str(kind), name), (number, []))[1].append(str(text))
    found = []
    for (kind, unit), (number, parts) in texts.items():
        shape = _from_wkt("".join(parts))
        reason = Text("不是合法的 WKT", "not valid WKT") if shape is None else invalidity(shape)
        if shape is None or reason is not None:
            problems.append(Problem(
                code="bad_geometry", file=place, table="units", row=number, column="WKT", value=unit,
                message=reason or Text("", ""), remedy=Text("重新导出该图形", "export the shape again")))
        else:
            found.append(RawShape(unit=EXTENT if kind == EXTENT else unit, geometry=shape, file=place, row=number))
    return found


def _from_wkt(text: str) -> Any:
    try:
        return shapely.from_wkt(text)
    except (ShapelyError, ValueError):
        return None


def _unknown_sheet(place: str, name: str) -> Problem:
    known = "、".join(f"{table.zh}({table.name})" for table in TABLES.values())
    return _problem(place, "", "unknown_file", Text("没有这种表", "no table has this name"),
                    Text(f"改名或删去；可用：{known}",
                         f"rename or delete it; tables: {', '.join(TABLES)}"), name)


def _problem(file: str, table: str, code: str, message: Text, remedy: Text, value: str = "") -> Problem:
    return Problem(code=code, file=file, table=table, message=message, remedy=remedy, value=value)
