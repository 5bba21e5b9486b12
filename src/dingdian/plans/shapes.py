"""Which keys each part of a pack has, and what each must be. Data for the loader; the parts themselves are in ``model``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from attrs import frozen

from dingdian.terms import PROVIDER_CLASSES, Text

Check = Callable[[Any], bool]


@frozen
class Shape:
    """Key → (check, required, what it should be)."""

    keys: Mapping[str, tuple[Check, bool, Text]]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_bilingual(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"zh", "en"} and all(map(_is_text, value.values()))


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_map(value: Any) -> bool:
    return isinstance(value, dict)


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _is_day(value: Any) -> bool:
    return isinstance(value, date)


def _is_day_or_open(value: Any) -> bool:
    return value is None or isinstance(value, date)


def is_amount(value: Any) -> bool:
    """A number of zero or more: no reading has use for less."""
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool) and value >= 0


def _is_numbers(value: Any) -> bool:
    return isinstance(value, dict) and all(map(is_amount, value.values()))


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_status(value: Any) -> bool:
    return value in ("draft", "final", "superseded")


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool)


def _is_classes(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(name, str) and name in PROVIDER_CLASSES for name in value)


def _is_override_type(value: Any) -> bool:
    return value in OVERRIDE_TYPES


OVERRIDE_TYPES: Mapping[str, Text] = {
    "override": Text("改写", "override"),
    "narrow": Text("收窄", "narrowing"),
}


def _is_revision(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


RECORD_TYPES: Mapping[str, Text] = {
    "metadata": Text("规划属性", "metadata of the plan"),
    "output": Text("由系统产出", "an output of the system"),
    "organisational": Text("组织工作", "organisational work"),
    "casework": Text("办理流程", "a casework rule"),
    "untranslated": Text("未能转写", "not translated"),
}


def _is_record_type(value: Any) -> bool:
    return value in RECORD_TYPES


_TEXT = Text("文字", "a text")
_BILINGUAL = Text("{zh: …, en: …}", "{zh: …, en: …}")
_TEXTS = Text("文字列表", "a list of texts")
_MAP = Text("若干“键: 值”", "a mapping")
_LIST = Text("列表", "a list")
_DAY = Text("日期，如 2026-01-01", "a date such as 2026-01-01")

# What provisions of every kind may state beside the fields of their kind.
COMMON_VALUES: Mapping[str, tuple[Check, Text]] = {
    "requirements": (_is_texts, _TEXTS),
    "rank": (_is_whole, Text("整数", "a whole number")),
    "scope": (_is_map, _MAP),
    "readings": (_is_map, _MAP),
}

PLAN = Shape({
    "id": (_is_text, True, _TEXT),
    "revision": (_is_revision, True, Text("正整数", "a positive whole number")),
    "title": (_is_bilingual, True, _BILINGUAL),
    "pooling_area": (_is_text, True, Text("加引号的代码", "a quoted code")),
    "status": (_is_status, True, Text("draft、final 或 superseded", "draft, final or superseded")),
    "valid_from": (_is_day, True, _DAY),
    "valid_until": (_is_day_or_open, True, Text("日期；没有期限的留空", "a date; empty where there is no end")),
    "also_binds": (_is_texts, False, Text("加引号的代码列表", "a list of quoted codes")),
    "classes": (_is_classes, False, Text("规划类别的列表", "a list of provider classes")),
    "is_base": (_is_bool, False, Text("true 或 false", "true or false")),
    "extends": (_is_text, False, Text("上位规划包的编号", "the id of a base pack")),
    "base_before": (_is_text, False, Text("本规划中规定的标识", "the id of a provision of this plan")),
    "overrides": (_is_list, False, _LIST),
    "legal_bases": (_is_texts, True, _TEXTS),
    "source": (_is_bilingual, True, _BILINGUAL),
    "requirement_ids": (_is_texts, False, _TEXTS),
    "dates": (_is_map, False, _MAP),
    "clauses": (_is_map, True, _MAP),
    "readings": (_is_map, False, _MAP),
    "provisions": (_is_list, True, _LIST),
    "records": (_is_list, False, _LIST),
})

CLAUSE = Shape({
    "locator": (_is_text, True, _TEXT),
    "says": (_is_bilingual, True, _BILINGUAL),
    "basis": (_is_text, False, _TEXT),
})

READING = Shape({
    "question": (_is_bilingual, True, _BILINGUAL),
    "default": (_is_text, True, _TEXT),
    "options": (_is_map, True, _MAP),
    "touches": (_is_texts, False, _TEXTS),
})

OPTION = Shape({
    "meaning": (_is_bilingual, True, _BILINGUAL),
    "parameters": (_is_numbers, False, Text("若干“名称: 不小于 0 的数字”", "a mapping of name to a number of zero or more")),
})

DATE = Shape({
    "title": (_is_bilingual, True, _BILINGUAL),
    "value": (_is_day_or_open, True, Text("日期，未定则留空", "a date, or empty while open")),
    "note": (_is_bilingual, False, _BILINGUAL),
})

RECORD = Shape({
    "clause": (_is_text, True, _TEXT),
    "requirements": (_is_texts, True, _TEXTS),
    "type": (_is_record_type, True, Text("、".join(RECORD_TYPES), ", ".join(RECORD_TYPES))),
    "reason": (_is_bilingual, True, _BILINGUAL),
    "output": (_is_text, False, _TEXT),
    "scope_class": (_is_texts, False, _TEXTS),
})

OVERRIDE = Shape({
    "provision": (_is_text, True, _TEXT),
    "type": (_is_override_type, True, Text("、".join(OVERRIDE_TYPES), ", ".join(OVERRIDE_TYPES))),
    "clause": (_is_text, True, _TEXT),
    "requirements": (_is_texts, False, _TEXTS),
    "set": (_is_map, True, _MAP),
})
