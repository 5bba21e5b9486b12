"""Writes a pack as a workbook for officials: frozen headings in Chinese, wrapped text, lists to choose from, notes on a first sheet.

The same pack gives the same bytes. Columns that nobody uses are left out and named in the notes; comments of the YAML are not
carried. Refuses what a cell cannot hold exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from attrs import field, frozen
from xlsxwriter.utility import xl_rowcol_to_cell

from dingdian.plans.workbook import layout
from dingdian.plans.workbook.cells import MOST_SIGNS, exact, is_day, is_number, to_cell
from dingdian.plans.workbook.layout import Column, get
from dingdian.plans.workbook.looks import (
    MIDDLE,
    WIDE,
    WIDEST,
    choices,
    explanation,
    height_of,
    print_legibly,
    width_of,
)
from dingdian.problems import Collector, Problem
from dingdian.provisions.base import kinds
from dingdian.terms import Text

_BASE = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top", "text_wrap": True, "border": 1, "border_color": "#D0D0D0"}


@frozen(eq=False)
class _Book:
    """An open workbook: its formats, what was left out of each sheet, and what a cell could not hold."""

    file: Any
    name: str
    formats: Mapping[str, Any]
    found: Collector = field(factory=Collector)
    left_out: dict[str, list[str]] = field(factory=dict)


def write_pack(document: Mapping[str, Any], tests: Mapping[str, Any] | None, path: Path, more_kinds: Iterable[str] = ()) -> None:
    """The pack in ``document`` (and its tests) as ``path``; ``more_kinds`` get an empty sheet to be filled in.

    Raises
    ------
    BadData
        For values that a cell cannot hold exactly.
    """
    book = _open(path, document)
    notes = book.file.add_worksheet(layout.NOTES)
    _head(book, document)
    for part in ("clauses", "readings"):
        _part(book, part, document)
    _table(book, layout.OPTIONS, layout.option_columns(), _options(document))
    for part in ("dates", "provisions"):
        _part(book, part, document)
    _kinds(book, document["provisions"], set(more_kinds))
    for part in ("overrides", "records"):
        _part(book, part, document)
    if tests is not None:
        _tests(book, tests)
    _notes(book, notes, document)
    book.found.raise_if_any()
    book.file.close()


def _open(path: Path, document: Mapping[str, Any]) -> _Book:
    file = xlsxwriter.Workbook(str(path), {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False})
    created: date = document["valid_from"]
    file.set_properties({"title": document["title"]["zh"], "created": datetime(created.year, created.month, created.day)})
    styles: dict[str, dict[str, Any]] = {
        "heading": {"bold": True, "bg_color": "#DCE6F1", "valign": "vcenter"}, "needed": {"bold": True, "bg_color": "#F8CBAD", "valign": "vcenter"},
        "text": {"num_format": "@"}, "number": {"num_format": "General", "align": "left"}, "day": {"num_format": "yyyy-mm-dd", "align": "left"},
        "key": {"num_format": "@", "bold": True}, "note": {"border": 0}, "big": {"border": 0, "bold": True, "font_size": 14},
    }
    return _Book(file, path.name, {name: file.add_format({**_BASE, **style}) for name, style in styles.items()})


# --- parts -------------------------------------------------------------------------------------------------------


def _head(book: _Book, document: Mapping[str, Any]) -> None:
    """One row for each key; parts with a sheet of their own stand here only when they are there and empty."""
    rows = [(key, columns) for key, columns in layout.head_columns().items()
            if key in document and (key not in layout.SHEET_OF or not document[key])]
    _pairs(book, layout.HEAD, rows, document)


def _pairs(book: _Book, name: str, rows: Sequence[tuple[str, list[Column]]], values: Mapping[str, Any]) -> None:
    """A sheet on which every key is a row: its name, its content, and the English of texts in two languages."""
    sheet = _sheet(book, name, MIDDLE + WIDEST + WIDE)
    for position, (heading, width) in enumerate(zip(layout.HEAD_HEADINGS, (MIDDLE, WIDEST, WIDE))):
        sheet.write_string(0, position, heading, book.formats["heading"])
        sheet.set_column(position, position, width)
    for row, (key, columns) in enumerate(rows, start=1):
        shown = _shown(columns, [values])
        sheet.write_string(row, 0, columns[0].heading, book.formats["key"])
        sheet.write_comment(row, 0, f"{key} · {columns[0].english}")
        sheet.set_row(row, height_of([to_cell(get(values, column.path), column.schema) for column in shown], (WIDEST, WIDE)))
        for position, column in enumerate(shown, start=1):
            _cell(book, sheet, (row, position), get(values, column.path), column)


def _part(book: _Book, part: str, document: Mapping[str, Any]) -> None:
    """A part of plan.yaml that has a sheet of its own."""
    stated: Any = document.get(part) or ()
    rows = list(stated) if isinstance(stated, (list, tuple)) else [{"id": key, **value} for key, value in stated.items()]
    _table(book, layout.SHEET_OF[part], layout.table_columns(part), rows)


def _options(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"reading": reading, "option": code, **option}
            for reading, value in (document.get("readings") or {}).items() for code, option in value["options"].items()]


def _kinds(book: _Book, provisions: Sequence[Mapping[str, Any]], more: set[str]) -> None:
    """A sheet for each kind that is used, with what it has of its own."""
    sheets = layout.kind_sheets()
    for kind in kinds():
        rows = [p for p in provisions if p["kind"] == kind]
        columns = layout.kind_columns(kind)
        if kind in more or (rows and len(_shown(columns, rows)) > 1):
            _table(book, sheets[kind], columns, rows)


def _tests(book: _Book, tests: Mapping[str, Any]) -> None:
    city = tests["city"]
    _pairs(book, layout.TEST_CITY, [(key, columns) for key, columns in layout.city_columns().items() if key in city], city)
    rows = [{"table": table, "row": row} for table, values in city["tables"].items() for row in values or [{}]]
    _table(book, layout.TEST_ROWS, layout.row_columns(), rows)
    _table(book, layout.TESTS, layout.test_columns(), tests["tests"])


# --- a table -----------------------------------------------------------------------------------------------------


def _sheet(book: _Book, name: str, width: int) -> Any:
    sheet = book.file.add_worksheet(name)
    sheet.freeze_panes(1, 1)
    print_legibly(sheet, width)
    sheet.repeat_rows(0)
    sheet.set_footer("&L&A&R&P / &N")
    return sheet


def _table(book: _Book, name: str, columns: list[Column], rows: Sequence[Mapping[str, Any]]) -> None:
    """One sheet with a row for each of ``rows``; a part that is empty but there has its whole in one column."""
    shown = _shown(columns, rows)
    book.left_out[name] = [column.heading for column in columns if column not in shown and not column.whole]
    widths = [width_of(column, rows) for column in shown]
    sheet = _sheet(book, name, sum(widths))
    sheet.set_row(0, 32)
    for position, column in enumerate(shown):
        sheet.write_string(0, position, column.heading, book.formats["needed" if column.required and not column.part else "heading"])
        sheet.write_comment(0, position, explanation(column), {"x_scale": 2})
        sheet.set_column(position, position, widths[position])
        choices(sheet, position, column, len(rows) + 50)
    for number, row in enumerate(rows, start=1):
        values = [_value(row, column, columns) for column in shown]
        sheet.set_row(number, height_of([to_cell(value, column.schema) for value, column in zip(values, shown)], widths))
        for position, column in enumerate(shown):
            _cell(book, sheet, (number, position), values[position], column, key=position == 0)
    sheet.autofilter(0, 0, max(len(rows), 1), len(shown) - 1)


def _shown(columns: list[Column], rows: Sequence[Mapping[str, Any]]) -> list[Column]:
    """Columns that are used; of the others, those that lie in one piece."""
    def used(column: Column) -> bool:
        return any(_value(row, column, columns) is not None for row in rows)

    return [column for column in columns if used(column) or not (column.part or column.whole)]


def _value(row: Mapping[str, Any], column: Column, columns: list[Column]) -> Any:
    """What stands in a column; a part that its columns cannot show (because it is empty) stands in one piece instead."""
    if not column.whole:
        return get(row, column.path)
    stated = get(row, column.path)
    parts = {c.path[1] for c in columns if c.part and c.path[0] == column.path[0]}
    in_parts = isinstance(stated, Mapping) and stated and stated.keys() <= parts
    return None if stated is None or in_parts else stated


def _cell(book: _Book, sheet: Any, place: tuple[int, int], value: Any, column: Column, *, key: bool = False) -> None:
    shown = to_cell(value, column.schema)
    style = book.formats["key" if key else "day" if is_day(column.schema) else "number" if is_number(column.schema) else "text"]
    if shown is None:
        sheet.write_blank(*place, None, style)
    elif isinstance(shown, date):
        sheet.write_datetime(*place, datetime(shown.year, shown.month, shown.day), style)
    elif isinstance(shown, (int, float)):
        _refuse(book, sheet, place, value, exact(value))
        sheet.write_number(*place, float(shown), style)
    else:
        _refuse(book, sheet, place, shown[:20], len(shown) <= MOST_SIGNS)
        sheet.write_string(*place, shown[:MOST_SIGNS], style)


def _refuse(book: _Book, sheet: Any, place: tuple[int, int], value: Any, fits: bool) -> None:
    if not fits:
        book.found.add(Problem(
            code="cell_too_small", file=book.name, table="plan", row=place[0] + 1, column=f"{sheet.name}!{xl_rowcol_to_cell(*place)}",
            value=str(value), message=Text("单元格放不下这个值", "a cell cannot hold this value"),
            remedy=Text("缩短文字，或减少数字位数", "shorten the text, or use fewer digits")))


def _notes(book: _Book, sheet: Any, document: Mapping[str, Any]) -> None:
    sheet.set_column(0, 0, 120)
    sheet.set_row(0, 26)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, f"{document['title']['zh']}（{document['id']}，第 {document['revision']} 版）", book.formats["big"])
    lines = [
        "本工作簿是规划包 plan.yaml 的表格形式，改好后用 dingdian plan import 读回。橙色标题为必填；鼠标停在标题上可看说明和可用的词。",
        "规定的次序即“规定”表的行序。各种类特有的字段在以种类命名的工作表中，用“标识”对应。新增一条规定：先在“规定”表加一行，再在该种类的表加一行。",
        "多个代码或编号用“；”分隔；是否用“是”“否”；数字不加单位；日期写成 2026-07-01；编号、代码须为文本格式。",
        "口径列填写口径编号；没有歧义的写成 {option: 选项, 参数: 数}。内容为空的单元格即没有这一项。",
        "YAML 中的注释不在本工作簿中，读回后也不保留。",
    ]
    lines += [f"“{name}”表还可使用的列：{'、'.join(headings)}" for name, headings in book.left_out.items() if headings]
    for number, line in enumerate(lines, start=2):
        sheet.set_row(number, height_of([line], [120]))
        sheet.write_string(number, 0, line, book.formats["note"])
