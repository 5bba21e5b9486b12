"""Which sheets a pack has as a workbook, and which columns: made from the schemas, so that a new field needs nothing here.

Provisions lie in two places: what every kind has on one sheet, in the order of evaluation; what a kind has of its own on the
sheet of that kind. So a column means one thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import frozen

from dingdian.plans.schema import (
    BILINGUAL,
    MAP,
    TEXT,
    Schema,
    common_properties,
    kind_schema,
    plan_schema,
    tests_schema,
)
from dingdian.plans.workbook.cells import kind_names
from dingdian.provisions.base import kinds

Path = tuple[str, ...]

NOTES, HEAD, CLAUSES, READINGS, OPTIONS, DATES = "说明", "规划", "条款", "口径", "口径选项", "日期"
PROVISIONS, OVERRIDES, RECORDS = "规定", "覆盖", "记录"
TESTS, TEST_CITY, TEST_ROWS = "检验", "检验城市", "检验数据"
HEAD_HEADINGS = ("项目", "内容", "英文")
# Parts of plan.yaml that have a sheet of their own, and those whose rows are keyed by an id.
SHEET_OF = {"clauses": CLAUSES, "readings": READINGS, "dates": DATES, "provisions": PROVISIONS, "overrides": OVERRIDES, "records": RECORDS}
KEYED = ("clauses", "readings", "dates")
FIXED = (HEAD, CLAUSES, READINGS, OPTIONS, DATES, PROVISIONS, OVERRIDES, RECORDS, TEST_CITY, TEST_ROWS, TESTS)
_FORBIDDEN = set("[]:*?/\\'")
_MOST_PARTS = 60


@frozen
class Column:
    """One column: its heading, the path of the value in its row, what the value must be; ``whole`` holds a value in one piece
    that otherwise lies in several columns.
    """

    heading: str
    path: Path
    schema: Schema
    english: str = ""
    required: bool = False
    whole: bool = False
    part: bool = False

    @property
    def names(self) -> tuple[str, str]:
        """What the heading may be: the Chinese one, or the keys of the pack."""
        return self.heading, ".".join(self.path)


def columns_of(properties: Mapping[str, Schema], required: Iterable[str] = ()) -> list[Column]:
    """A column for each property; texts in two languages get two, a part with fixed keys gets one for each."""
    needed = set(required)
    return [column for key, schema in properties.items() for column in _columns(key, schema, key in needed)]


def _columns(key: str, schema: Schema, required: bool) -> list[Column]:
    title, english = str(schema.get("title", key)), str(schema.get("description", ""))
    if schema.get("properties", {}).keys() == BILINGUAL["properties"].keys():
        return [Column(title, (key, "zh"), TEXT, english, required), Column(f"{title}（英文）", (key, "en"), TEXT, english, required)]
    whole = Column(title, (key,), schema, english, required)
    if not _has_parts(schema):
        return [whole]
    needed = schema.get("required", ())
    parts = [Column(f"{title}·{inner.get('title', name)}", (key, name), inner, str(inner.get("description", "")), name in needed, part=True)
             for name, inner in schema["properties"].items()]
    return [*parts, Column(title, (key,), MAP, english, whole=True)]


def _has_parts(schema: Schema) -> bool:
    """An object with fixed keys, none of which is an object again."""
    inside = schema.get("properties", {})
    fixed = schema.get("type") == "object" and schema.get("additionalProperties") is False and 0 < len(inside) < _MOST_PARTS
    return fixed and not any(inner.get("type") == "object" or inner.get("items", {}).get("type") == "object" for inner in inside.values())


def key_column(heading: str, key: str) -> Column:
    return Column(heading, (key,), TEXT, required=True)


# --- the sheets --------------------------------------------------------------------------------------------------


def head_columns() -> dict[str, list[Column]]:
    """Key of plan.yaml → its columns, for the sheet where each key is a row."""
    parts = plan_schema()
    return {key: columns_of({key: schema}, parts["required"]) if key not in SHEET_OF else [Column(str(schema["title"]), (key,), MAP)]
            for key, schema in parts["properties"].items()}


def table_columns(part: str) -> list[Column]:
    """The columns of a part that has a sheet; the id comes first where rows are keyed by one."""
    parts = plan_schema()["properties"]
    if part == "provisions":
        return common_columns()
    row = parts[part]["additionalProperties"] if part in KEYED else parts[part]["items"]
    own = {key: schema for key, schema in row["properties"].items() if (part, key) != ("readings", "options")}
    return [*([key_column("标识", "id")] if part in KEYED else []), *columns_of(own, row["required"])]


def option_columns() -> list[Column]:
    """Options of readings: which reading, which option, what it means, its numbers."""
    row = plan_schema()["properties"]["readings"]["additionalProperties"]["properties"]["options"]["additionalProperties"]
    return [key_column("口径", "reading"), key_column("选项", "option"), *columns_of(row["properties"], row["required"])]


def common_columns() -> list[Column]:
    """What every provision has, whatever its kind."""
    stated = {key: schema for key, schema in common_properties().items() if key != "readings"}
    first = {key: stated.pop(key) for key in ("id", "kind", "effect", "normally", "clause", "requirements")}
    last = {"scope": stated.pop("scope")}
    return columns_of({**first, **stated, **last}, ("id", "kind", "clause"))


def kind_columns(kind: str) -> list[Column]:
    """What provisions of a kind have of their own; its readings last."""
    schema, common = kind_schema(kinds()[kind]), common_properties()
    own = {key: inner for key, inner in schema["properties"].items() if key not in common}
    slots = schema["properties"]["readings"]
    readings = columns_of({"readings": slots}) if slots["properties"] else [Column("口径", ("readings",), MAP, "readings", whole=True)]
    return [key_column("标识", "id"), *columns_of(own, schema["required"]), *readings]


def kind_sheets() -> dict[str, str]:
    """Kind → name of its sheet: its Chinese name, where a sheet can be called that."""
    found = {}
    for kind, name in kind_names().items():
        usable = len(name) <= 31 and not _FORBIDDEN & set(name) and name not in (*FIXED, NOTES)
        found[kind] = name if usable else kind
    return found


def city_columns() -> dict[str, list[Column]]:
    """Key of the small city of tests.yaml → its columns; its tables lie on a sheet of their own."""
    city = tests_schema()["properties"]["city"]
    return {key: columns_of({key: schema}, city["required"]) for key, schema in city["properties"].items() if key != "tables"}


def row_columns() -> list[Column]:
    """Rows of the small city: the table, and the row in short notation."""
    return [key_column("表", "table"), Column("内容", ("row",), MAP, "the row", required=True)]


def test_columns() -> list[Column]:
    """Tests, one a row."""
    item = tests_schema()["properties"]["tests"]["items"]
    return columns_of(item["properties"], item["required"])


def get(row: Mapping[str, Any], path: Path) -> Any:
    """The value at a path of a row; None where there is none."""
    value: Any = row
    for key in path:
        if not isinstance(value, Mapping) or key not in value:
            return None
        value = value[key]
    return value
