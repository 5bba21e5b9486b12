"""A yearly series from a CSV file: a column of years and a column of values, every fault told with file, row and column.

Refuses gaps, years that stand twice, and what is not a number; it fills nothing in. Headings: year or 年份, and one other column.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from dingdian.problems import BadData, Collector, Problem
from dingdian.terms import Text

YEARS = ("year", "年份", "年度", "年")
FIRST, LAST = 1949, 2100


def read_series(path: Path, column: str = "") -> tuple[str, dict[int, float]]:
    """The name of the value column, and year → value in the order of the years.

    Parameters
    ----------
    column
        Which column has the values, where there are several.

    Raises
    ------
    BadData
        Everything that is wrong with the file at once.
    """
    text = _decoded(path)
    lines = [row for row in csv.reader(text.splitlines()) if any(cell.strip() for cell in row)]
    heads = [cell.strip() for cell in lines[0]] if lines else []
    year_at, value_at = _columns(path, heads, column)
    found, series = Collector(), {}
    for row, cells in enumerate(lines[1:], start=2):
        for key, value in _read(path, row, cells, (year_at, value_at), heads, found):
            if key in series:
                found.add(_problem(path, row, heads[year_at], str(key), "duplicate_year", Text("年份重复", "the year stands twice"), Text("每年一行", "one row a year")))
            series[key] = value
    gaps = sorted(set(range(min(series), max(series) + 1)) - series.keys()) if series else []
    if gaps:
        found.add(_problem(path, None, heads[year_at], ", ".join(map(str, gaps)), "gap", Text("年份不连续", "years are missing"),
                           Text("补齐，或从缺口之后开始", "supply them, or begin after the gap")))
    found.raise_if_any()
    return heads[value_at], dict(sorted(series.items()))


def _decoded(path: Path) -> str:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadData([_problem(path, None, "", "", "encoding", Text("不是 UTF-8 或 GB18030 文本", "neither UTF-8 nor GB18030 text"), Text("另存为 CSV UTF-8", "save as CSV UTF-8"))])


def _columns(path: Path, heads: list[str], column: str) -> tuple[int, int]:
    years = [i for i, head in enumerate(heads) if head.lower() in YEARS]
    others = [i for i, head in enumerate(heads) if head.lower() not in YEARS and (head == column or not column)]
    if len(years) == 1 and len(others) == 1:
        return years[0], others[0]
    if len(years) != 1:
        message, remedy = Text("应有且仅有一列年份", "there must be one column of years"), Text("表头写 year 或 年份", "head it year or 年份")
    elif column:
        message, remedy = Text("没有这一列", "there is no such column"), Text(f"可用：{'、'.join(heads)}", f"one of: {', '.join(heads)}")
    else:
        message, remedy = Text("应只有一列数值，或指明哪一列", "there must be one column of values, or say which"), Text("用 --column 指明", "name it by --column")
    raise BadData([_problem(path, 1, column, ", ".join(heads), "heading", message, remedy)])


def _read(path: Path, row: int, cells: list[str], at: tuple[int, int], heads: list[str], found: Collector) -> Iterator[tuple[int, float]]:
    year, value = (cells[i].strip() if i < len(cells) else "" for i in at)
    key, number = _whole(year), _number(value)
    if key is None:
        found.add(_problem(path, row, heads[at[0]], year, "year", Text(f"不是 {FIRST} 至 {LAST} 的年份", f"no year from {FIRST} to {LAST}"), Text("写四位年份", "write four digits")))
    if number is None:
        found.add(_problem(path, row, heads[at[1]], value, "number", Text("不是有限的数字", "no finite number"), Text("写数字，不加单位", "write a bare number")))
    if key is not None and number is not None:
        yield key, number


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() and FIRST <= int(text) <= LAST else None


def _number(text: str) -> float | None:
    try:
        number = float(text.replace(",", ""))
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


def _problem(path: Path, row: int | None, column: str, value: str, code: str, message: Text, remedy: Text) -> Problem:
    return Problem(code=code, file=str(path), row=row, column=column, value=value, message=message, remedy=remedy)
