"""Writes a city as a workbook that people can read, correct and hand back: Chinese headings and code names,
notes, drop-down lists, the frozen heading row, and a notice wherever rows are invented.

The same city gives the same bytes. Codes are shown by their Chinese names, which the reader accepts.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely
import xlsxwriter
from attrs import frozen

from dingdian.city.meta import KEYS, meta_rows
from dingdian.city.model import City
from dingdian.city.plain import plain_values
from dingdian.city.schema import Column, Table, Type
from dingdian.city.tables import TABLES
from dingdian.city.workbook_layout import (
    CHUNK,
    CODES_SHEET,
    EXTENT,
    GEOMETRY_HEADINGS,
    GEOMETRY_SHEET,
    META_HEADINGS,
    META_SHEET,
    MOST_ROWS,
    NOTES_SHEET,
    POLYGON,
    used_code_lists,
)
from dingdian.problems import BadData, Problem
from dingdian.terms import Text

if TYPE_CHECKING:
    import pandas as pd

SYNTHETIC = "本表数据为合成，非真实 · invented rows, not real"
_WHOLE = 10**15  # a larger number would lose digits in a cell: it is written as text


@frozen(eq=False)
class Styles:
    """Cell formats of one workbook."""

    heading: Any
    needed: Any
    day: Any
    text: Any
    notice: Any
    wrap: Any


@frozen(eq=False)
class Book:
    """An open workbook with its styles and, by list name, the range that a drop-down list refers to."""

    file: Any
    styles: Styles
    ranges: dict[str, str]


def open_book(path: Path, created: date) -> Book:
    """A new workbook with its notes and codes still to come."""
    file = xlsxwriter.Workbook(str(path), {"strings_to_numbers": False, "strings_to_formulas": False,
                                           "strings_to_urls": False, "default_date_format": "yyyy-mm-dd"})
    file.set_properties({"title": "定点医药机构资源配置数据", "created": datetime(created.year, created.month, created.day)})
    base = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top"}
    styles = Styles(
        heading=file.add_format({**base, "bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True}),
        needed=file.add_format({**base, "bold": True, "bg_color": "#F8CBAD", "border": 1, "text_wrap": True}),
        day=file.add_format({**base, "num_format": "yyyy-mm-dd"}),
        text=file.add_format({**base, "num_format": "@"}),
        notice=file.add_format({**base, "bold": True, "font_color": "#9C0006", "bg_color": "#FFC7CE"}),
        wrap=file.add_format({**base, "text_wrap": True}),
    )
    return Book(file, styles, _code_ranges())


def write_workbook(city: City, path: Path) -> None:
    """Write ``city`` to an ``.xlsx``."""
    book = open_book(path, city.meta.as_of)
    write_notes(book, city.meta.synthetic)
    write_meta(book, meta_rows(city.meta), synthetic=bool(city.meta.synthetic))
    for name, frame in city.tables.items():
        if not len(frame):
            continue  # known to be empty: the metadata says so
        _table(book, frame, TABLES[name], synthetic=name in city.meta.synthetic)
    if city.polygons or city.streets_extent is not None:
        _geometry(book, city)
    write_codes(book)
    book.file.close()


# --- sheets ------------------------------------------------------------------------------------------------

def write_headings(book: Book, sheet: Any, definition: Table, columns: list[Column]) -> None:
    """The frozen heading row: Chinese headings, what each means as a comment, required ones in another
    colour.
    """
    sheet.freeze_panes(1, 1)
    for position, column in enumerate(columns):
        needed = column.name in definition.must_have
        sheet.write_string(0, position, column.zh, book.styles.needed if needed else book.styles.heading)
        sheet.write_comment(0, position, _explanation(column, needed), {"x_scale": 2, "y_scale": 1.4})
        sheet.set_column(position, position, max(12, 2 * len(column.zh) + 4), _default_style(book, column))


def add_lists(book: Book, sheet: Any, columns: list[Column], last_row: int) -> None:
    """Drop-down lists for columns of one code; columns of several codes and free text stay open."""
    for position, column in enumerate(columns):
        if column.type == Type.CODE and column.codes is not None:
            sheet.data_validation(1, position, last_row, position, {
                "validate": "list", "source": f"={book.ranges[column.codes.name]}",
                # Codes are accepted as well as names: the list helps and does not forbid.
                "error_type": "warning", "error_title": column.zh, "error_message": "请从下拉列表中选择",
            })
        elif column.type == Type.BOOLEAN:
            sheet.data_validation(1, position, last_row, position, {"validate": "list", "source": ["是", "否"]})


def write_meta(book: Book, rows: list[tuple[str, str, str, str]], synthetic: bool) -> None:
    """The sheet of keys and values."""
    sheet = book.file.add_worksheet(META_SHEET[0])
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 3, 40, book.styles.text)
    sheet.freeze_panes(1, 0)
    for position, heading in enumerate(META_HEADINGS):
        sheet.write_string(0, position, heading, book.styles.heading)
    if synthetic:
        sheet.set_tab_color("#C00000")
        rows = [*rows, ("# 提示", "下列“合成数据表”各表的数据行为合成，非真实", "", "")]
    for number, row in enumerate(rows, start=1):
        sheet.write_string(number, 0, KEYS[row[0]].zh if row[0] in KEYS else row[0])
        for position, cell in enumerate(row[1:], start=1):
            sheet.write_string(number, position, cell, book.styles.notice if row[0].startswith("#") else book.styles.text)


def _table(book: Book, frame: pd.DataFrame, definition: Table, synthetic: bool) -> None:
    if len(frame) >= MOST_ROWS:
        raise BadData((_too_long(definition, len(frame)),))
    columns = [c for c in definition.columns if c.name in definition.must_have or frame[c.name].notna().any()]
    sheet = book.file.add_worksheet(definition.zh)
    write_headings(book, sheet, definition, columns)
    add_lists(book, sheet, columns, max(len(frame), 1))
    if synthetic:
        sheet.set_tab_color("#C00000")
        sheet.set_header(f"&C{SYNTHETIC}")
        sheet.write_string(0, len(columns) + 1, f"# {SYNTHETIC}", book.styles.notice)
    sheet.autofilter(0, 0, len(frame), len(columns) - 1)
    for position, column in enumerate(columns):
        _cells(book, sheet, position, column, plain_values(frame[column.name], column))


def _cells(book: Book, sheet: Any, position: int, column: Column, values: list[Any]) -> None:
    for number, value in enumerate(values, start=1):
        if value is None:
            continue
        if column.codes is not None:
            sheet.write_string(number, position, _names(column, value))
        elif column.type == Type.DATE:
            sheet.write_datetime(number, position, datetime(value.year, value.month, value.day), book.styles.day)
        elif column.type == Type.BOOLEAN:
            sheet.write_string(number, position, "是" if value else "否")
        elif isinstance(value, str) or (column.type != Type.REAL and abs(value) * 100 >= _WHOLE):
            sheet.write_string(number, position, str(value), book.styles.text)
        else:
            sheet.write_number(number, position, float(value))


def _names(column: Column, value: str) -> str:
    assert column.codes is not None
    return "；".join(column.codes.label(code) for code in value.split(";"))


def _geometry(book: Book, city: City) -> None:
    sheet = book.file.add_worksheet(GEOMETRY_SHEET[1])
    sheet.freeze_panes(1, 0)
    for position, heading in enumerate(GEOMETRY_HEADINGS):
        sheet.write_string(0, position, heading, book.styles.heading)
    shapes = [(POLYGON, unit, city.polygons[unit]) for unit in sorted(city.polygons)]
    if city.streets_extent is not None:
        shapes.append((EXTENT, "", city.streets_extent))
    number = 1
    for kind, unit, shape in shapes:
        text = shapely.to_wkt(shape, rounding_precision=-1)
        for part, start in enumerate(range(0, len(text), CHUNK)):
            sheet.write_string(number, 0, kind)
            sheet.write_string(number, 1, unit)
            sheet.write_number(number, 2, part)
            sheet.write_string(number, 3, text[start:start + CHUNK])
            number += 1


def write_notes(book: Book, synthetic: tuple[str, ...]) -> None:
    """The sheet of remarks for whoever fills in the workbook."""
    sheet = book.file.add_worksheet(NOTES_SHEET)
    sheet.set_column(0, 0, 110, book.styles.wrap)
    lines = [
        "每个工作表是一张表；第一行是标题，鼠标停在标题上可看说明。橙色标题为必填。",
        "代码列可写中文名称或代码，多个代码用“；”分隔，全部代码见“代码”表。",
        "“城市”表（city）填写标识、统筹区、数据日期与坐标系。金额单位为元；日期写成 2025-12-31。",
        "机构代码、统一社会信用代码等长代码所在列须为文本格式，否则末尾数字会丢失。",
        "本系统只接受汇总数，不接受任何参保人个人信息。",
    ]
    if synthetic:
        names = "、".join(TABLES[name].zh if name in TABLES else name for name in synthetic)
        sheet.write_string(0, 0, f"合成数据提示：{names} 的数据行为合成，非真实，不得用于决策。", book.styles.notice)
    for number, line in enumerate(lines, start=1):
        sheet.write_string(number, 0, line, book.styles.wrap)


def write_codes(book: Book) -> None:
    """The sheet that explains every code."""
    sheet = book.file.add_worksheet(CODES_SHEET)
    sheet.set_column(0, 3, 28)
    sheet.freeze_panes(1, 0)
    for position, heading in enumerate(("代码表", "代码", "名称", "English")):
        sheet.write_string(0, position, heading, book.styles.heading)
    number = 1
    for codes in used_code_lists():
        for code in codes:
            name = codes[code].name
            for position, text in enumerate((codes.title.zh, code, name.zh, name.en)):
                sheet.write_string(number, position, text)
            number += 1


def _code_ranges() -> dict[str, str]:
    ranges, number = {}, 2
    for codes in used_code_lists():
        last = number + len(codes.terms) - 1
        ranges[codes.name] = f"'{CODES_SHEET}'!$C${number}:$C${last}"
        number = last + 1
    return ranges


def _explanation(column: Column, needed: bool) -> str:
    parts = [column.doc.zh, f"{column.name} · {column.doc.en}"]
    if needed:
        parts.append("必填 · required")
    if column.unit_of_measure:
        parts.append(f"单位 unit: {column.unit_of_measure}")
    if column.table:
        parts.append(f"须见于“{TABLES[column.table].zh}”表" if column.table in TABLES else "")
    return "\n".join(part for part in parts if part)


def _default_style(book: Book, column: Column) -> Any:
    if column.type == Type.DATE:
        return book.styles.day
    return book.styles.text if column.type in (Type.TEXT, Type.REFERENCE, Type.CODE, Type.CODES) else None


def _too_long(definition: Table, rows: int) -> Problem:
    return Problem(
        code="too_many_rows", file=definition.name, table=definition.name, value=str(rows),
        message=Text("行数超过工作表上限", "more rows than a sheet can hold"),
        remedy=Text("改写为文件夹（Parquet）或 .gpkg", "write a folder (Parquet) or a .gpkg"),
    )
