"""How a provision's fields are declared: one declaration serves parsing, the JSON Schema and the reference page.

A field refuses what it does not understand and says where: parsing never stops at the first problem.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeVar

import attrs
from attrs import frozen

from dingdian.terms import CodeList, Text

T = TypeVar("T")
_REQUIRED: Any = object()


class FieldError(ValueError):
    """A value that a field refuses; ``where`` is the path inside the value."""

    def __init__(self, message: Text, remedy: Text, where: tuple[str | int, ...] = ()) -> None:
        super().__init__(message.en)
        self.message = message
        self.remedy = remedy
        self.where = where


@frozen
class Spec:
    """What a field is called, how it is parsed and how it looks in JSON Schema.

    ``figures`` gives the numbers of a parsed value that must stand in the clause's paraphrase: a number of the plan that its
    clause does not state has slipped in from somewhere else.
    """

    title: Text
    parse: Callable[[Any], Any]
    schema: Mapping[str, Any]
    figures: Callable[[Any], Iterable[Decimal]] = lambda value: ()


def _make(spec: Spec, default: Any) -> Any:
    if default is _REQUIRED:
        return attrs.field(metadata={"spec": spec})
    return attrs.field(default=default, metadata={"spec": spec})


def _refuse(zh: str, en: str, remedy_zh: str, remedy_en: str) -> FieldError:
    return FieldError(Text(zh, en), Text(remedy_zh, remedy_en))


def parse_decimal(value: Any) -> Decimal:
    """An exact number; booleans and text are refused."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise _refuse("不是数字", "not a number", "写成数字，不加引号和单位", "write a bare number without unit")
    return Decimal(value)


def number(
    zh: str, en: str, *, unit: str, minimum: str = "", maximum: str = "", default: Any = _REQUIRED, figure: bool = True
) -> Any:
    """An exact decimal with its unit of measure; ``figure=False`` for a convention that no clause states."""

    def parse(value: Any) -> Decimal:
        parsed = parse_decimal(value)
        if minimum and parsed < Decimal(minimum):
            raise _refuse(f"小于 {minimum}", f"below {minimum}", f"不得小于 {minimum}", f"use {minimum} or more")
        if maximum and parsed > Decimal(maximum):
            raise _refuse(f"大于 {maximum}", f"above {maximum}", f"不得大于 {maximum}", f"use {maximum} or less")
        return parsed

    schema: dict[str, Any] = {"type": "number", "title": f"{zh}（{unit}）"}
    schema |= {"minimum": float(minimum)} if minimum else {}
    schema |= {"maximum": float(maximum)} if maximum else {}
    return _make(Spec(Text(zh, en), parse, schema, _one_figure if figure else _no_figures), default)


def whole(
    zh: str, en: str, *, unit: str, minimum: int = 0, default: Any = _REQUIRED, figure: bool = True
) -> Any:
    """A whole number with its unit of measure."""

    def parse(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise _refuse("不是整数", "not a whole number", "写成整数，不加引号和单位", "write a bare whole number")
        if value < minimum:
            raise _refuse(f"小于 {minimum}", f"below {minimum}", f"不得小于 {minimum}", f"use {minimum} or more")
        return value

    schema = {"type": "integer", "title": f"{zh}（{unit}）", "minimum": minimum}
    return _make(Spec(Text(zh, en), parse, schema, _one_figure if figure else _no_figures), default)


def _one_figure(value: Any) -> Iterable[Decimal]:
    return () if value is None else (Decimal(value),)


def _no_figures(value: Any) -> Iterable[Decimal]:
    return ()


def rows(zh: str, en: str, *, columns: Mapping[str, Any], default: Any = _REQUIRED) -> Any:
    """A list of records, each with the same named fields (declared as fields are); unknown and missing keys are refused.

    A parsed record is a read-only mapping that has every key of ``columns``.
    """
    cells = {name: (column.metadata["spec"], column._default) for name, column in columns.items()}

    def parse_row(value: Any) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise _refuse("不是若干“键: 值”", "not a mapping", "写成 {键: 值}", "write {key: value}")
        for key in value:
            if key not in cells:
                error = _refuse(f"未知的键“{key}”", f"unknown key “{key}”", f"可用：{'、'.join(cells)}", f"one of: {', '.join(cells)}")
                raise FieldError(error.message, error.remedy, (key,))
        return MappingProxyType({name: _cell(name, cell, value) for name, cell in cells.items()})

    def figures(value: Any) -> Iterable[Decimal]:
        return [number for row in value for name, (spec, _) in cells.items() for number in spec.figures(row[name])]

    schema = {
        "type": "array", "title": zh,
        "items": {
            "type": "object", "additionalProperties": False,
            "properties": {name: dict(spec.schema) for name, (spec, _) in cells.items()},
            "required": [name for name, (_, fallback) in cells.items() if fallback is attrs.NOTHING],
        },
    }
    return _make(Spec(Text(zh, en), parse_list(parse_row), schema, figures), default)


def _cell(name: str, cell: tuple[Spec, Any], row: Mapping[str, Any]) -> Any:
    spec, fallback = cell
    if name not in row:
        if fallback is attrs.NOTHING:
            raise _refuse(f"缺少“{name}”（{spec.title.zh}）", f"“{name}” is missing", f"补上 {name}", f"add {name}")
        return fallback
    try:
        return spec.parse(row[name])
    except FieldError as error:
        raise FieldError(error.message, error.remedy, (name, *error.where)) from error


def text(zh: str, en: str, *, default: Any = _REQUIRED) -> Any:
    """Free text."""

    def parse(value: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            raise _refuse("不是文字", "not a text", "写成文字", "write a text")
        return value

    return _make(Spec(Text(zh, en), parse, {"type": "string", "pattern": r"\S", "title": zh}), default)


def boolean(zh: str, en: str, *, default: Any = _REQUIRED) -> Any:
    """``true`` or ``false``."""

    def parse(value: Any) -> bool:
        if not isinstance(value, bool):
            raise _refuse("不是 true/false", "not true or false", "写 true 或 false", "write true or false")
        return value

    return _make(Spec(Text(zh, en), parse, {"type": "boolean", "title": zh}), default)


def _parse_code(codes: CodeList) -> Callable[[Any], str]:
    def parse(value: Any) -> str:
        if value not in codes:
            known = "、".join(codes)
            raise _refuse(f"不是“{codes.title.zh}”的代码", f"not a code of {codes.title.en}",
                          f"可用：{known}", f"one of: {', '.join(codes)}")
        return str(value)

    return parse


def code(codes: CodeList, zh: str, en: str, *, default: Any = _REQUIRED) -> Any:
    """One code of a closed list."""
    return _make(Spec(Text(zh, en), _parse_code(codes), {"enum": list(codes), "title": zh}), default)


def one_of(options: Mapping[str, Text], zh: str, en: str, *, default: Any = _REQUIRED) -> Any:
    """One of a few words that belong to this field alone."""

    def parse(value: Any) -> str:
        if value not in options:
            raise _refuse("不是可选值", "not an option", f"可用：{'、'.join(options)}", f"one of: {', '.join(options)}")
        return str(value)

    return _make(Spec(Text(zh, en), parse, {"enum": list(options), "title": zh}), default)


def parse_list(item: Callable[[Any], T]) -> Callable[[Any], tuple[T, ...]]:
    """A parser of lists; it names the position of a bad item."""

    def parse(value: Any) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise _refuse("不是列表", "not a list", "写成 [a, b]", "write [a, b]")
        parsed: list[T] = []
        for index, element in enumerate(value):
            try:
                parsed.append(item(element))
            except FieldError as error:
                raise FieldError(error.message, error.remedy, (index, *error.where)) from error
        return tuple(parsed)

    return parse


def code_list(codes: CodeList, zh: str, en: str, *, default: Any = ()) -> Any:
    """Several codes of a closed list."""
    schema = {"type": "array", "items": {"enum": list(codes)}, "title": zh}
    return _make(Spec(Text(zh, en), parse_list(_parse_code(codes)), schema), default)


def names(zh: str, en: str, *, default: Any = ()) -> Any:
    """Several identifiers, such as provision ids; whether they exist is checked when the plan is whole."""

    def parse_name(value: Any) -> str:
        if not isinstance(value, str):
            raise _refuse("不是标识", "not an identifier", "写成标识", "write an identifier")
        return value

    schema = {"type": "array", "items": {"type": "string"}, "title": zh}
    return _make(Spec(Text(zh, en), parse_list(parse_name), schema), default)


def numbers_by(codes: CodeList, zh: str, en: str, *, unit: str, default: Any = _REQUIRED) -> Any:
    """A number for each of some codes, such as a cap by density class."""
    parse_key = _parse_code(codes)

    def parse(value: Any) -> Mapping[str, Decimal]:
        if not isinstance(value, dict) or not value:
            raise _refuse("不是“代码: 数字”", "not a mapping of code to number", "写成 代码: 数字", "write code: number")
        parsed: dict[str, Decimal] = {}
        for key, element in value.items():
            try:
                parsed[parse_key(key)] = parse_decimal(element)
            except FieldError as error:
                raise FieldError(error.message, error.remedy, (key,)) from error
        return MappingProxyType(parsed)

    schema = {
        "type": "object", "title": f"{zh}（{unit}）", "additionalProperties": False, "minProperties": 1,
        "properties": {key: {"type": "number", "title": codes.label(key)} for key in codes},
    }
    return _make(Spec(Text(zh, en), parse, schema, lambda value: value.values()), default)


def day(zh: str, en: str, *, default: Any = _REQUIRED) -> Any:
    """A calendar day."""

    def parse(value: Any) -> date:
        if not isinstance(value, date):
            raise _refuse("不是日期", "not a date", "写成 2026-07-01", "write 2026-07-01")
        return value

    return _make(Spec(Text(zh, en), parse, {"type": "string", "format": "date", "title": zh}), default)


def days(zh: str, en: str, *, default: Any = ()) -> Any:
    """Several calendar days."""
    parse_one = day(zh, en).metadata["spec"].parse
    schema = {"type": "array", "items": {"type": "string", "format": "date"}, "title": zh}
    return _make(Spec(Text(zh, en), parse_list(parse_one), schema), default)


def code_word(codes: CodeList, zh: str, en: str, *, default: Any = _REQUIRED) -> Any:
    """One code of a closed list, written as the code or as the Chinese word of the text."""

    def parse(value: Any) -> str:
        found = codes.resolve(str(value))
        if found is None:
            known = "、".join(codes.label(code) for code in codes)
            raise _refuse(f"不是“{codes.title.zh}”", f"not a {codes.title.en}", f"可用：{known}", f"one of: {', '.join(codes)}")
        return found

    words = [*codes, *(codes.label(code) for code in codes)]
    return _make(Spec(Text(zh, en), parse, {"enum": words, "title": zh}), default)


def record(cls: type, zh: str, en: str, *, default: Any = _REQUIRED) -> Any:
    """One value with fields of its own, such as a boundary."""

    def parse(value: Any) -> Any:
        inside = specs(cls)
        if not isinstance(value, dict):
            raise _refuse("不是若干“键: 值”", "not a mapping", f"写 {'、'.join(inside)}", f"write {', '.join(inside)}")
        for key in value:
            if key not in inside:
                error = _refuse(f"未知的键“{key}”", f"unknown key “{key}”", f"可用：{'、'.join(inside)}", f"one of: {', '.join(inside)}")
                raise FieldError(error.message, error.remedy, (key,))
        fallback = {attribute.name: attribute.default for attribute in attrs.fields(cls)}
        return cls(**{name: _cell(name, (spec, fallback[name]), value) for name, (spec, _) in inside.items()})

    properties = {name: dict(spec.schema) for name, (spec, _) in specs(cls).items()}
    required = [name for name, (_, needed) in specs(cls).items() if needed]
    schema = {"type": "object", "title": zh, "additionalProperties": False, "properties": properties, "required": required}
    return _make(Spec(Text(zh, en), parse, schema), default)


def specs(kind: type) -> dict[str, tuple[Spec, bool]]:
    """Field name → (spec, required) of an attrs class, in order of declaration."""
    return {
        attribute.name: (attribute.metadata["spec"], attribute.default is attrs.NOTHING)
        for attribute in attrs.fields(kind)
        if "spec" in attribute.metadata
    }
