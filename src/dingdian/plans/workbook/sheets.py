"""Reads the sheets of a workbook: headings, rows, cells, every mistake with the cell in which it stands.

Knows no part of a pack; ``read`` puts the rows together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from dingdian.city.read_workbook import Rows
from dingdian.plans.schema import TEXT
from dingdian.plans.workbook.cells import from_cell, is_open_day
from dingdian.plans.workbook.layout import Column
from dingdian.problems import Collector, Problem
from dingdian.provisions.fields import FieldError
from dingdian.terms import Text

Place = tuple[str, int, int]  # sheet, row and column, both from 0


class SheetReader:
    """The sheets of one workbook being read; every method collects problems and returns what could be read."""

    def __init__(self, file: str, tables: Mapping[str, Rows]) -> None:
        self.file = file
        self.tables = tables
        self.found = Collector()
        self.places: dict[str, Place] = {}

    def report(self, place: Place, code: str, message: Text, remedy: Text, value: object = "") -> None:
        self.found.add(problem_at(self.file, place, code, message, remedy, value))

    def pairs(self, name: str, known: Mapping[str, list[Column]], path: str) -> dict[str, Any]:
        """A sheet on which every key is a row."""
        called = {alias: key for key, columns in known.items() for alias in (columns[0].heading, key)}
        found: dict[str, Any] = {}
        for number, row in enumerate(self.tables.get(name, [])[1:], start=1):
            word = "" if not row or row[0] is None else str(row[0]).strip()
            if not word:
                self.stray(name, number, row)
                continue
            place, key = (name, number, 0), called.get(word)
            if key is None:
                self.report(place, "unknown_key", Text(f"没有“{word}”这个项目", f"no such item “{word}”"), near(word, called, Text(
                    f"可用：{'、'.join(c[0].heading for c in known.values())}", f"one of: {', '.join(known)}")), word)
            elif key in found:
                self.report(place, "duplicate_key", Text("项目重复", "the item stands twice"), Text("删去其中一行", "delete one of the two"), word)
            else:
                self.places[join(path, key)] = (name, number, 1)
                found |= self.record(name, number, dict(enumerate(known[key], start=1)), row, path)
        return found

    def stray(self, name: str, number: int, row: list[Any]) -> None:
        for position, cell in enumerate(row):
            if cell is not None:
                self.report((name, number, position), "no_key", Text("这一行没有写项目", "this row has no item"),
                            Text("在第一列写项目，或清空这一行", "write the item in the first column, or clear the row"), cell)

    def rows(self, name: str, columns: list[Column]) -> Iterator[tuple[int, dict[int, Column], list[Any]]]:
        """(row, its columns by position, cells) of every row that has anything in it."""
        rows = self.tables.get(name, [])
        placed = self.headings(name, rows[0] if rows else [], columns)
        for number, row in enumerate(rows[1:], start=1):
            if any(cell is not None for cell in row):
                yield number, placed, row

    def headings(self, name: str, row: list[Any], columns: list[Column]) -> dict[int, Column]:
        called = {alias: column for column in columns for alias in column.names}
        placed: dict[int, Column] = {}
        for position, cell in enumerate(row):
            word = "" if cell is None else str(cell).strip()
            if not word or word.startswith("#"):
                continue
            column = called.get(word)
            if column is None:
                self.report((name, 0, position), "unknown_column", Text(f"没有“{word}”这一列", f"no such column “{word}”"), near(
                    word, called, Text("改名、删去，或在列名前加 # 作为备注", "rename or delete it, or begin it with # as a remark")), word)
            elif column in placed.values():
                self.report((name, 0, position), "duplicate_column", Text("列重复", "the column stands twice"),
                            Text("删去其中一列", "delete one of the two"), word)
            else:
                placed[position] = column
        return placed

    def record(self, name: str, number: int, columns: Mapping[int, Column], row: list[Any], path: str) -> dict[str, Any]:
        """The values of one row, nested as their paths say; a day that is left open stands without value."""
        found: dict[str, Any] = {}
        for position, column in columns.items():
            cell = row[position] if position < len(row) else None
            place, dotted = (name, number, position), join(path, *column.path)
            if cell is None:
                if is_open_day(column.schema) and column.required:
                    self.put(found, column, None, place, dotted)
                continue
            try:
                self.put(found, column, from_cell(cell, column.schema), place, dotted)
            except FieldError as error:
                self.report(place, "bad_cell", error.message, error.remedy, cell)
        return found

    def put(self, found: dict[str, Any], column: Column, value: Any, place: Place, dotted: str) -> None:
        inside = found
        for key in column.path[:-1]:
            inside = inside.setdefault(key, {})
        if column.path[-1] in inside:
            self.report(place, "stated_twice", Text("分列与整列都写了", "stated in parts and as a whole"),
                        Text("只保留一处", "keep one of the two"), value)
            return
        inside[column.path[-1]] = value
        self.places[dotted] = place
        for upper in range(1, len(column.path)):
            self.places.setdefault(dotted.rsplit(".", upper)[0], place)

    def key(self, name: str, number: int, columns: Mapping[int, Column], row: list[Any], key: str, before: Mapping[str, Any] | None) -> str | None:
        """The id of a row, told when it is absent or stands twice."""
        position = next((p for p, column in columns.items() if column.path == (key,)), None)
        cell = row[position] if position is not None and position < len(row) else None
        place = (name, number, position or 0)
        if cell is None:
            self.report(place, "missing_id", Text("这一行没有标识", "this row has no id"), Text("补上标识，或清空这一行", "write the id, or clear the row"))
            return None
        try:
            word = str(from_cell(cell, TEXT))
        except FieldError as error:
            self.report(place, "bad_cell", error.message, error.remedy, cell)
            return None
        if before is not None and word in before:
            self.report(place, "duplicate_id", Text("标识重复", "the id stands twice"), Text("改用另一个标识", "use another id"), word)
            return None
        return word


def problem_at(file: str, place: Place, code: str, message: Text, remedy: Text, value: object = "") -> Problem:
    """A problem in a cell, named as people name cells: sheet!B3."""
    sheet, row, column = place
    return Problem(code=code, file=file, table="plan", row=row + 1, column=f"{sheet}!{xl_rowcol_to_cell(row, column)}", value=str(value),
                   message=message, remedy=remedy)


def without(columns: Mapping[int, Column], *keys: str) -> dict[int, Column]:
    return {position: column for position, column in columns.items() if column.path not in [(key,) for key in keys]}


def join(*parts: str) -> str:
    return ".".join(part for part in parts if part)


def near(word: str, known: Iterable[str], otherwise: Text) -> Text:
    close = get_close_matches(word, [name for name in known if name], 1, 0.5)
    return Text(f"是否应为“{close[0]}”？", f"did you mean “{close[0]}”?") if close else otherwise
