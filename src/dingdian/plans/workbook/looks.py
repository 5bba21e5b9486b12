"""How a sheet of a pack looks: widths, heights, what to choose from, what a heading says when pointed at, how it prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dingdian.plans.workbook.cells import NO, YES, names_of, to_cell
from dingdian.plans.workbook.layout import Column, get

_LIST_LIMIT = 255  # signs that a drop-down list may have when it is written out
NARROW, MIDDLE, WIDE, WIDEST = 12, 22, 44, 70
_PAGE = 230  # columns of signs beyond which a sheet squeezed on one page cannot be read
_LINE = 14  # points


def choices(sheet: Any, position: int, column: Column, last: int) -> None:
    """A drop-down list for a closed list of codes; other writing is warned of, not forbidden: codes are accepted too."""
    words = [YES, NO] if column.schema.get("type") == "boolean" else list(names_of(column.schema).values())
    if words and len(",".join(words)) <= _LIST_LIMIT:
        sheet.data_validation(1, position, last, position, {
            "validate": "list", "source": words, "error_type": "warning", "error_title": column.heading[:32],
            "error_message": "请从下拉列表中选择"})


def width_of(column: Column, rows: Sequence[Mapping[str, Any]]) -> int:
    """A width by what stands in the column: nobody should have to widen it, and no column should push the others out."""
    cells = [str(to_cell(get(row, column.path), column.schema) or "") for row in rows[:200]]
    signs = max(map(_signs, cells), default=0)
    asked = max(signs + 2, min(2 * len(column.heading) + 4, MIDDLE))
    return next((width for width in (NARROW, MIDDLE, WIDE) if asked <= width), WIDEST if signs > 150 else WIDE)


def _signs(text: str) -> int:
    """Width of a text: Chinese signs are twice as wide."""
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in text)


def height_of(cells: Sequence[Any], widths: Sequence[int]) -> int:
    """Points that the longest of a row's texts needs when wrapped: not every program finds that out by itself."""
    lines = [sum(max(1, -(-_signs(line) // (width - 2))) for line in str(cell).split("\n"))
             for cell, width in zip(cells, widths) if cell is not None]
    return min(_LINE * max(lines, default=1) + 4, 400)


def explanation(column: Column) -> str:
    said = [f"{'.'.join(column.path)} · {column.english}".rstrip(" ·")]
    names = names_of(column.schema) or names_of(column.schema.get("items", {}))
    return "\n".join([*said, *(["必填 · required"] if column.required else []), "、".join(names.values())[:400]]).strip()


def print_legibly(sheet: Any, width: int) -> None:
    """One page wide, or, where that would be too small to read, several with the first column on each."""
    sheet.set_landscape()
    sheet.set_paper(9)
    if width <= _PAGE:
        sheet.fit_to_pages(1, 0)
    else:
        sheet.set_print_scale(60)
        sheet.repeat_columns(0)
