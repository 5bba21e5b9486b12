"""Reads a workbook back into the document that it shows, with every mistake at once, each located as sheet and cell.

Refuses unknown sheets and columns, codes that are none, numbers written as text, a provision on the sheet of another kind. What
the pack says is for the loader to judge: ``Found.place`` gives the cell from which a part came.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

from dingdian.city.read_workbook import Rows, sheets
from dingdian.plans.workbook import layout
from dingdian.plans.workbook.sheets import Place, SheetReader, join, near, without
from dingdian.terms import Text


@frozen(eq=False)
class Found:
    """What a workbook says: plan.yaml, tests.yaml where it has any, and the cell of every part by its dotted path."""

    file: str
    plan: dict[str, Any] = field(factory=dict)
    tests: dict[str, Any] | None = None
    places: dict[str, Place] = field(factory=dict)

    def place(self, dotted: str) -> Place:
        """The cell of a part, or of the nearest part above it."""
        while dotted and dotted not in self.places:
            dotted = dotted.rpartition(".")[0]
        return self.places.get(dotted, (layout.HEAD, 0, 0))


def read_pack(path: Path) -> Found:
    """The pack in a workbook.

    Raises
    ------
    BadData
        With every mistake of the workbook.
    """
    reader = _PackReader(path.name, {name.strip(): rows for name, rows in sheets(path)})
    found = reader.read()
    reader.found.raise_if_any()
    return found


class _PackReader(SheetReader):
    """Puts the parts of a pack together from their sheets."""

    def __init__(self, file: str, tables: Mapping[str, Rows]) -> None:
        super().__init__(file, tables)
        self.kind_of_sheet = {name: kind for kind, sheet in layout.kind_sheets().items() for name in (sheet, kind)}

    def read(self) -> Found:
        self.unknown_sheets()
        plan = self.pairs(layout.HEAD, layout.head_columns(), "")
        if layout.HEAD not in self.tables:
            self.report((layout.HEAD, 0, 0), "missing_table", Text("缺少这个工作表", "this sheet is missing"),
                        Text("从 dingdian plan export 的工作簿改起", "start from a workbook of dingdian plan export"))
        plan |= {part: rows for part in ("clauses", "readings", "dates") if (rows := self.keyed(part))}
        self.options(plan.get("readings", {}))
        plan |= {part: listed for part in ("overrides", "records") if (listed := self.listed(part))}
        provisions = self.provisions()
        plan |= {"provisions": provisions} if provisions else {}
        return Found(self.file, plan, self.tests(), self.places)

    def unknown_sheets(self) -> None:
        for name, rows in self.tables.items():
            known = (*layout.FIXED, layout.NOTES, *self.kind_of_sheet)
            if name not in known and any(cell is not None for row in rows for cell in row):
                self.report((name, 0, 0), "unknown_sheet", Text(f"没有名为“{name}”的表", f"no sheet is called “{name}”"),
                            near(name, known, Text("改名或删去；种类的表以种类的中文名命名", "rename or delete it; a kind's sheet bears the kind's name")), name)

    def keyed(self, part: str) -> dict[str, Any]:
        """A part whose rows are keyed by an id."""
        name = layout.SHEET_OF[part]
        found: dict[str, Any] = {}
        for number, columns, row in self.rows(name, layout.table_columns(part)):
            key = self.key(name, number, columns, row, "id", found)
            if key is not None:
                path = join(part, key)
                found[key] = self.record(name, number, without(columns, "id"), row, path)
                self.places[path] = (name, number, 0)
        return found

    def options(self, readings: dict[str, Any]) -> None:
        """Options go to their readings."""
        name = layout.OPTIONS
        for number, columns, row in self.rows(name, layout.option_columns()):
            reading, code = self.key(name, number, columns, row, "reading", None), self.key(name, number, columns, row, "option", None)
            if reading is None or code is None:
                continue
            if reading not in readings:
                self.report((name, number, 0), "unknown_reading", Text("“口径”表没有这个口径", "no such reading on its sheet"),
                            near(reading, readings, Text("先在“口径”表写明它", "state it on the sheet of readings first")), reading)
                continue
            options, path = readings[reading].setdefault("options", {}), f"readings.{reading}.options.{code}"
            if code in options:
                self.report((name, number, 1), "duplicate_id", Text("选项重复", "the option stands twice"), Text("删去其中一行", "delete one of the two"), code)
            options[code] = self.record(name, number, without(columns, "reading", "option"), row, path)
            self.places[path] = (name, number, 1)

    def listed(self, part: str) -> list[Any]:
        """A part whose rows have an order and no key."""
        name = layout.SHEET_OF[part]
        found: list[Any] = []
        for number, columns, row in self.rows(name, layout.table_columns(part)):
            path = f"{part}.{len(found)}"
            self.places[path] = (name, number, 0)
            found.append(self.record(name, number, columns, row, path))
        return found

    def provisions(self) -> list[Any]:
        """What all kinds share, from their common sheet, and what each kind has of its own."""
        found = self.listed("provisions")
        index: dict[str, int] = {}
        for number, provision in enumerate(found):
            name = provision.get("id")
            if isinstance(name, str) and name in index:
                self.report(self.places[f"provisions.{number}.id"], "duplicate_id", Text("标识重复", "the id stands twice"),
                            Text("改用另一个标识", "use another id"), name)
            index.setdefault(str(name), number)
        for sheet in self.tables:
            if sheet in self.kind_of_sheet:
                self.kind(sheet, self.kind_of_sheet[sheet], found, index)
        return found

    def kind(self, name: str, kind: str, provisions: list[Any], index: Mapping[str, int]) -> None:
        seen: dict[str, Any] = {}
        for number, columns, row in self.rows(name, layout.kind_columns(kind)):
            key = self.key(name, number, columns, row, "id", seen)
            if key is None:
                continue
            seen[key] = True
            if key not in index:
                self.report((name, number, 0), "unknown_provision", Text("“规定”表没有这条规定", "no such provision on the sheet of provisions"),
                            near(key, index, Text("先在“规定”表加一行", "add a row there first")), key)
                continue
            stated = provisions[index[key]].get("kind", kind)
            if stated != kind:
                names = layout.kind_sheets()
                self.report((name, number, 0), "wrong_kind", Text(f"“规定”表说它是“{names.get(stated, stated)}”", f"the sheet of provisions calls it a {stated}"),
                            Text("移到该种类的表，或改“规定”表的种类", "move it to that kind's sheet, or correct the kind there"), key)
                continue
            path = f"provisions.{index[key]}"
            provisions[index[key]] |= self.record(name, number, without(columns, "id"), row, path)

    def tests(self) -> dict[str, Any] | None:
        """tests.yaml, where the workbook has it."""
        if layout.TESTS not in self.tables:
            return None
        city = self.pairs(layout.TEST_CITY, layout.city_columns(), "city")
        tables: dict[str, list[Any]] = {}
        for number, columns, row in self.rows(layout.TEST_ROWS, layout.row_columns()):
            table = self.key(layout.TEST_ROWS, number, columns, row, "table", None)
            stated = self.record(layout.TEST_ROWS, number, columns, row, f"city.tables.{number}").get("row")
            if table is not None:
                tables.setdefault(table, []).extend([stated] if stated else [])
        found = [self.record(layout.TESTS, number, columns, row, f"tests.{number}")
                 for number, columns, row in self.rows(layout.TESTS, layout.test_columns())]
        return {"city": {**city, "tables": tables}, "tests": found}
