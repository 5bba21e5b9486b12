"""A value of a pack as one cell, and back: what officials read (names of codes, 是 and 否, real numbers and days), losing nothing.

What a cell cannot show plainly stands as the short notation of the pack itself, such as ``{option: percentile, percentile: 90}``.
A number that is text, a code that is none, a day that is no day are refused with a remedy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from dingdian import located_yaml
from dingdian.plans.schema import OPEN_DAY, Schema
from dingdian.plans.shapes import OVERRIDE_TYPES, RECORD_TYPES
from dingdian.plans.yaml_text import flow
from dingdian.problems import BadData
from dingdian.provisions.base import kinds
from dingdian.provisions.fields import FieldError
from dingdian.terms import CODE_LISTS, Text

JOIN = "；"
YES, NO = "是", "否"
MOST_SIGNS = 32_000
_STATUSES = {"draft": "征求意见稿", "final": "正式", "superseded": "已被取代"}
_ERROR = re.compile(r"#[A-Z0-9/]+[!?]?")
_MARKS = ('"', "[", "{", "#")  # what begins so means something else in a cell
_UNSAFE = re.compile(r"[\x00-\x1f]|_x[0-9A-Fa-f]{4}_")

Cell = str | int | float | bool | date | None


def is_open_day(schema: Schema) -> bool:
    """A day that may be left open: then the key stands without a value."""
    return bool(schema.get("if") == OPEN_DAY["if"])


def is_slot(schema: Schema) -> bool:
    """A reading's id, or an option stated outright."""
    return bool(schema.get("if") == {"type": "string"})


def is_number(schema: Schema) -> bool:
    return schema.get("type") in ("number", "integer")


def is_day(schema: Schema) -> bool:
    return schema.get("format") == "date" or is_open_day(schema)


def names_of(schema: Schema) -> dict[str, str]:
    """Code → name for a closed list of codes; empty for anything else."""
    codes = schema.get("enum") or []
    if not codes or not all(isinstance(code, str) for code in codes):
        return {}
    if list(codes) == list(kinds()):
        return kind_names()
    for words in (_STATUSES, *({k: t.zh for k, t in known.items()} for known in (RECORD_TYPES, OVERRIDE_TYPES))):
        if list(codes) == list(words):
            return words
    lists = sorted(CODE_LISTS, key=lambda known: list(known) != list(codes))
    found = next((known for known in lists if all(code in known for code in codes)), None)
    return {code: found.label(code) for code in codes} if found else {code: code for code in codes}


def kind_names() -> dict[str, str]:
    """Kind → its Chinese name; kinds that share one keep their code."""
    titles = {name: cls.title.zh for name, cls in kinds().items()}
    return {name: title if list(titles.values()).count(title) == 1 else name for name, title in titles.items()}


# --- out ---------------------------------------------------------------------------------------------------------


def to_cell(value: Any, schema: Schema) -> Cell:
    """What stands in the cell; None for an empty one."""
    if value is None:
        return None
    if is_slot(schema):
        return _text(value) if isinstance(value, str) else flow(value)
    if isinstance(value, bool):
        return YES if value else NO
    if is_number(schema) and isinstance(value, (int, Decimal)):
        return value if isinstance(value, int) else float(value)
    if is_day(schema) and isinstance(value, date):
        return value
    if isinstance(value, str) and _is_text(schema):
        return names_of(schema).get(value) or _text(value)
    if isinstance(value, list) and _is_texts(schema) and value:
        names = names_of(schema["items"])
        return JOIN.join(names.get(item) or _text(item, in_list=True) for item in value)
    if isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        return "\n".join(f"- {flow(item)}" for item in value)  # one record a line
    return flow(value)


def _is_text(schema: Schema) -> bool:
    return "enum" in schema or "const" in schema or (schema.get("type") == "string" and "format" not in schema)


def _is_texts(schema: Schema) -> bool:
    return schema.get("type") == "array" and _is_text(schema.get("items", {}))


def _text(value: str, *, in_list: bool = False) -> str:
    """Text as it is; quoted where a cell would not give back exactly the same."""
    odd = _UNSAFE.search(value if in_list else value.replace("\n", "")) or (in_list and re.search("[；;]", value))
    if value and value == value.strip() and not value.startswith(_MARKS) and not odd:
        return value
    return json.dumps(value, ensure_ascii=False).replace("_x", r"\u005fx")


# --- in ----------------------------------------------------------------------------------------------------------


def from_cell(cell: Any, schema: Schema) -> Any:
    """The value that a cell means; raises :class:`FieldError`. An empty cell never comes here."""
    if isinstance(cell, str) and _ERROR.fullmatch(cell):
        raise _refuse("单元格有公式错误", "the cell is in error", "改为数值或文字", "write a value")
    if is_number(schema):
        return _number(cell, schema)
    if is_day(schema):
        return _day(cell)
    if schema.get("type") == "boolean":
        return _truth(cell)
    if not isinstance(cell, str):
        return _not_text(cell, schema)
    if is_slot(schema):
        return _short(cell) if cell.lstrip().startswith("{") else _unquoted(cell)
    if _is_text(schema):
        return _word(cell, schema)
    if _is_texts(schema):
        return [_word(item, schema["items"]) for item in _items(cell)]
    return _short(cell)


def _number(cell: Any, schema: Schema) -> int | Decimal:
    if isinstance(cell, str):
        raise _refuse("数字写成了文本", "a number written as text", "把单元格改为数值，不加单位", "make the cell a number, without unit")
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        raise _refuse("不是数字", "not a number", "写成数字", "write a number")
    exact = int(cell) if float(cell).is_integer() else Decimal(repr(float(cell)))
    if schema["type"] == "integer" and not isinstance(exact, int):
        raise _refuse("不是整数", "not a whole number", "写成整数", "write a whole number")
    return exact


def _day(cell: Any) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return date.fromisoformat(str(cell).strip())
    except ValueError:
        raise _refuse("不是日期", "not a date", "写成日期，如 2026-07-01", "write a date such as 2026-07-01") from None


def _truth(cell: Any) -> bool:
    said = {True: True, False: False, YES: True, NO: False, "true": True, "false": False}.get(cell) if isinstance(cell, (bool, str)) else None
    if said is None:
        raise _refuse(f"不是“{YES}”或“{NO}”", "neither yes nor no", f"写“{YES}”或“{NO}”", f"write {YES} or {NO}")
    return said


def _not_text(cell: Any, schema: Schema) -> Any:
    if not (_is_text(schema) or _is_texts(schema) or is_slot(schema)) and isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _number(cell, {"type": "number"})
    raise _refuse("文字写成了数字或日期", "a text written as a number or date", "把单元格设为文本格式后重填，代码开头的 0 才不会丢",
                  "format the cell as text and write it again, so that no leading zero is lost")


def _word(text: str, schema: Schema) -> str:
    """Text, or a code by its own or its Chinese name."""
    said, names = _unquoted(text), names_of(schema)
    if not names or said in names:
        return said
    found = [code for code, name in names.items() if name == said]
    if not found:
        known = "、".join(names.values())
        raise _refuse(f"“{said}”不是可选值", f"“{said}” is not one of the codes", f"可用：{known}", f"one of: {', '.join(names)}")
    return found[0]


def _unquoted(text: str) -> str:
    stripped = text.strip()
    if not stripped.startswith('"'):
        return stripped
    try:
        found = json.loads(stripped)
    except ValueError:
        found = None
    if not isinstance(found, str):
        raise _refuse("引号不成对", "quotes are not paired", "去掉引号，或前后各加一个半角引号", "drop the quotes, or pair them")
    return found


def _items(text: str) -> list[str]:
    """The items of a list, parted by ``；`` or by lines; ``[]`` is the empty one."""
    if text.strip() == "[]":
        return []
    found = re.findall(r'"(?:[^"\\]|\\.)*"|[^；;\n]+', text)
    return [item.strip() for item in found if item.strip()]


def _short(text: str) -> Any:
    """A value in the short notation of a pack."""
    try:
        return located_yaml.load(text, "")[0]
    except BadData as error:
        first = error.problems[0]
        raise FieldError(first.message, first.remedy) from error


def _refuse(zh: str, en: str, remedy_zh: str, remedy_en: str) -> FieldError:
    return FieldError(Text(zh, en), Text(remedy_zh, remedy_en))


def exact(value: Any) -> bool:
    """Whether a cell can hold a number without losing digits."""
    return not isinstance(value, (int, Decimal)) or isinstance(value, bool) or Decimal(repr(float(value))) == value
