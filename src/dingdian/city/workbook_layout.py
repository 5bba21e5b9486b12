"""How a city lies in a workbook: sheet names, the notes that are no data, and cells that hold geometry.

Shared by the writer, the template and the reader, so that what one writes the other finds.
"""

from __future__ import annotations

from dingdian.city.tables import TABLES
from dingdian.terms import CODE_LISTS, CodeList

META_SHEET = ("city", "城市")
GEOMETRY_SHEET = ("geometry", "图形")
NOTES_SHEET = "说明"
CODES_SHEET = "代码"
PASSED_OVER = (NOTES_SHEET, CODES_SHEET)

META_HEADINGS = ("键", "值", "来源", "许可")
GEOMETRY_HEADINGS = ("图形类别", "规划单元", "段", "WKT")
POLYGON, EXTENT = "polygon", "streets_extent"

# A cell holds 32,767 characters; a polygon that is longer goes on in the next row.
CHUNK = 30_000
MOST_ROWS = 1_048_576


def table_of_sheet(name: str) -> str | None:
    """The table that a sheet name means, or None."""
    return next((table.name for table in TABLES.values() if name.strip() in table.names), None)


def used_code_lists() -> tuple[CodeList, ...]:
    """Code lists that a column of some table uses, in the order of the vocabulary."""
    used = {column.codes.name for table in TABLES.values() for column in table.columns if column.codes is not None}
    return tuple(codes for codes in CODE_LISTS if codes.name in used)
