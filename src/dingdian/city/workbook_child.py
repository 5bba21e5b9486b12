"""Reads a workbook in a process of its own: run by path, it needs nothing of the house.

A damaged or hostile workbook can make a spreadsheet library ask for half a terabyte and abort; here that ends
this process and not the caller's. Prints one JSON document: sheets with their rows, or why it could not.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

MOST_BYTES = 600_000_000  # unpacked; a sheet of a million rows has about 300 MB
MOST_CELLS = 60_000_000
_CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"([^>]*)>')
_ERROR = re.compile(rb'\bt="e"')


def main() -> None:
    path, memory = sys.argv[1], int(sys.argv[2])
    _limit(memory)
    try:
        answer = _read(path)
    except MemoryError:
        answer = {"error": "too_large"}
    except Exception as error:  # noqa: BLE001 - whatever the file provokes is an answer about the file
        answer = {"error": "bad_workbook", "detail": f"{type(error).__name__}: {error}"[:200]}
    sys.stdout.write(json.dumps(answer, ensure_ascii=True))


def _limit(memory: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows: there the caller's time limit alone holds
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _read(path: str) -> dict[str, Any]:
    from python_calamine import CalamineWorkbook

    errors = _errors_by_part(path)
    if isinstance(errors, dict) and "error" in errors:
        return errors
    book = CalamineWorkbook.from_path(path)
    sheets = []
    parts = _part_of_sheet(path)
    for name in book.sheet_names:
        # skip_empty_area=False: leading blank rows count, or every row number would be wrong.
        rows = [[_plain(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)]
        for row, column in errors.get(parts.get(name, ""), []):
            if row < len(rows) and column < len(rows[row]):
                rows[row][column] = "#VALUE!"  # the library gives an empty cell, which would pass as missing
        sheets.append({"name": name, "rows": rows})
    return {"sheets": sheets}


def _errors_by_part(path: str) -> dict[str, Any]:
    """Cells in error by part of the package; or an error when a sheet spans more cells than it can hold."""
    found: dict[str, Any] = {}
    with zipfile.ZipFile(path) as package:
        if sum(item.file_size for item in package.infolist()) > MOST_BYTES:
            return {"error": "too_large"}
        for name in package.namelist():
            if not name.startswith("xl/worksheets/") or not name.endswith(".xml"):
                continue
            rows, columns, cells = 0, 0, []
            for match in _CELL.finditer(package.read(name)):
                row, column = int(match[2]) - 1, _column(match[1])
                rows, columns = max(rows, row + 1), max(columns, column + 1)
                if _ERROR.search(match[3]):
                    cells.append((row, column))
            if rows * columns > MOST_CELLS:
                return {"error": "sheet_spans_too_much", "detail": f"{rows} x {columns}"}
            found[name] = cells
    return found


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _part_of_sheet(path: str) -> dict[str, str]:
    """Sheet name → part of the package."""
    from xml.etree import ElementTree as Tree

    with zipfile.ZipFile(path) as package:
        try:
            book = Tree.fromstring(package.read("xl/workbook.xml"))  # noqa: S314
            links = Tree.fromstring(package.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
        except KeyError:
            return {}
    target = {link.get("Id"): link.get("Target", "") for link in links}
    found = {}
    for sheet in book.iter():
        if sheet.tag.endswith("}sheet"):
            identity = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
            place = target.get(identity, "")
            found[sheet.get("name", "")] = place.lstrip("/") if place.startswith("/") else f"xl/{place}"
    return found


def _plain(cell: Any) -> Any:
    """A cell as JSON: days as {"d": …}, moments as {"t": …}."""
    if isinstance(cell, datetime):
        return {"t": cell.isoformat()}
    if isinstance(cell, date):
        return {"d": cell.isoformat()}
    if isinstance(cell, (time, timedelta)):
        return str(cell)
    return None if cell == "" else cell


if __name__ == "__main__":
    main()
