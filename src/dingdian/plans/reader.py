"""Reads the parts of a pack that are not provisions, and collects every problem with its line.

A wrong part is reported and read as empty, so that reading goes on: nothing is filled in, and a pack with problems never
becomes a plan that rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from dingdian.located_yaml import Path as YamlPath
from dingdian.located_yaml import Places
from dingdian.plans.model import Clause, Option, PlanDate, Reading, Record
from dingdian.plans.shapes import CLAUSE, DATE, OPTION, READING, RECORD, Shape, is_amount
from dingdian.problems import Collector
from dingdian.terms import Text


class Reader:
    """One document being read; every method collects problems and returns what could be read."""

    def __init__(self, document: Any, places: Places) -> None:
        self.document = document
        self.places = places
        self.found = Collector()

    def report(self, path: YamlPath, code: str, message: Text, remedy: Text, value: object = "") -> None:
        self.found.add(self.places.problem(path, code, message, remedy, value))

    def section(self, head: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        """A part of the pack that maps ids to contents; what is no mapping has been reported by its shape."""
        return as_mapping(head.get(name))

    def shaped(self, value: Any, path: YamlPath, shape: Shape) -> dict[str, Any]:
        """``value`` held against ``shape``; wrong parts are reported and replaced so that reading can go on."""
        if not isinstance(value, dict):
            self.report(path, "bad_shape", Text("应为若干“键: 值”", "should be a mapping"),
                        Text("检查缩进", "check the indentation"), "" if value is None else value)
            return {}
        found: dict[str, Any] = value
        for key in found:
            if key not in shape.keys:
                self.unknown_key((*path, key), key, shape.keys)
        for key, (check, required, expected) in shape.keys.items():
            if key not in value:
                if required:
                    self.report(path, "missing_key", Text(f"缺少“{key}”", f"“{key}” is missing"),
                                Text(f"补上 {key}", f"add {key}"), key)
            elif not check(value[key]):
                self.report((*path, key), "bad_value", Text(f"应为{expected.zh}", f"should be {expected.en}"),
                            Text("改成所述形式", "write it so"), value[key])
        return found

    def unknown_key(self, path: YamlPath, key: str, known: Any) -> None:
        near = get_close_matches(key, list(known), 1)
        hint = Text(f"是否应为“{near[0]}”？", f"did you mean “{near[0]}”?") if near else Text(
            f"可用：{'、'.join(known)}", f"one of: {', '.join(known)}"
        )
        self.report(path, "unknown_key", Text(f"未知的键“{key}”", f"unknown key “{key}”"), hint, key)

    def clause(self, key: str, value: Any) -> Clause:
        got = self.shaped(value, ("clauses", key), CLAUSE)
        return Clause(id=key, locator=str(got.get("locator", "")), paraphrase=as_text(got.get("says")),
                      basis=str(got.get("basis", "")))

    def reading(self, key: str, value: Any) -> Reading:
        path: YamlPath = ("readings", key)
        got = self.shaped(value, path, READING)
        options = {}
        for code, option in as_mapping(got.get("options")).items():
            said = self.shaped(option, (*path, "options", code), OPTION)
            numbers = {k: Decimal(v) for k, v in as_mapping(said.get("parameters")).items() if is_amount(v)}
            options[code] = Option(code=code, meaning=as_text(said.get("meaning")), parameters=MappingProxyType(numbers))
        default = str(got.get("default", ""))
        if default not in options:
            self.report((*path, "default"), "unknown_option", Text("默认口径不在可选项中", "the default is not among the options"),
                        Text(f"可用：{'、'.join(options)}", f"one of: {', '.join(options)}"), default)
        return Reading(id=key, question=as_text(got.get("question")), options=MappingProxyType(options), default=default,
                       touches=tuple(as_list(got.get("touches"))))

    def plan_date(self, key: str, value: Any) -> PlanDate:
        got = self.shaped(value, ("dates", key), DATE)
        note = got.get("note")
        return PlanDate(name=key, title=as_text(got.get("title")), value=got.get("value"), note=as_text(note) if note else None)

    def record(self, index: int, value: Any) -> Record:
        got = self.shaped(value, ("records", index), RECORD)
        return Record(
            clause=str(got.get("clause", "")), requirements=tuple(as_list(got.get("requirements"))), type=str(got.get("type", "")),
            reason=as_text(got.get("reason")), output=str(got.get("output", "")),
            scope_class=tuple(as_list(got.get("scope_class"))),
        )

    def near(self, name: Any, known: Iterable[str], otherwise: Text) -> Text:
        """The remedy for a name that is not known: the one that was probably meant."""
        close = get_close_matches(str(name), list(known), 1)
        return Text(f"是否应为 {close[0]}？", f"did you mean {close[0]}?") if close else otherwise


def as_mapping(value: Any) -> dict[str, Any]:
    """``value`` where it is a mapping; what is none has been reported, and reading goes on without it."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def as_text(value: Any) -> Text:
    if isinstance(value, dict):
        return Text(str(value.get("zh", "")), str(value.get("en", "")))
    return Text("", "")
