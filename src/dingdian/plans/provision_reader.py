"""Reads provisions: the fields of their kind, their scope, the readings that fill their slots.

Refuses unknown kinds and keys, unfilled slots, options that the kind does not know, numbers that no slot asks for.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from dingdian.located_yaml import Path as YamlPath
from dingdian.located_yaml import Places
from dingdian.plans.reader import Reader, as_mapping
from dingdian.plans.shapes import COMMON_VALUES, is_amount
from dingdian.provisions.base import Provision, Scope, kinds
from dingdian.provisions.fields import FieldError, Spec, specs
from dingdian.terms import Text

_COMMON = ("id", "kind", "clause", "requirements", "rank", "scope", "readings")


class ProvisionReader(Reader):
    """Reads provisions against the readings that the pack (and its base) defines."""

    def __init__(self, document: Any, places: Places, readings: Mapping[str, Any]) -> None:
        super().__init__(document, places)
        self.readings = readings
        self.needed: dict[tuple[str, str], set[str]] = {}  # (reading, option) → parameters that the slots it fills ask for

    def provision(self, path: YamlPath, value: Any) -> Provision | None:
        known = kinds()
        if not isinstance(value, dict):
            self.report(path, "bad_shape", Text("应为若干“键: 值”", "should be a mapping"),
                        Text("检查缩进", "check the indentation"), "" if value is None else value)
            return None
        kind = value.get("kind")
        if not isinstance(kind, str) or kind not in known:
            self.report((*path, "kind"), "unknown_kind", Text("没有这种条款", "no such kind of provision"),
                        self.near(kind, known, Text(f"可用：{'、'.join(known)}", f"one of: {', '.join(known)}")), kind)
            return None
        cls = known[kind]
        fields = specs(cls)
        before = len(self.found.problems)
        for key in value:
            if key not in _COMMON and key not in fields:
                self.unknown_key((*path, key), key, [*_COMMON, *fields])
        for key in ("id", "clause"):
            if not isinstance(value.get(key), str):
                self.report(path, f"missing_{key}", Text(f"缺少“{key}”", f"“{key}” is missing"),
                            Text("每条规定都要有标识和所依据的条款", "every provision has an id and the clause it rests on"))
        self.common_values(value, path)
        parsed = self.fields(value, path, fields)
        scope = self.fields(as_mapping(value.get("scope")), (*path, "scope"), specs(Scope))
        for key in as_mapping(value.get("scope")):
            if key not in specs(Scope):
                self.unknown_key((*path, "scope", key), key, specs(Scope))
        self.check_slots(as_mapping(value.get("readings")), path, cls)
        if len(self.found.problems) > before:
            return None
        made = cls(
            id=value["id"], clause=value["clause"], requirements=tuple(value.get("requirements") or ()),
            rank=value.get("rank", 0), scope=Scope(**scope), readings=MappingProxyType(value.get("readings") or {}),
            **parsed,
        )
        if made.effect not in cls.effects:
            self.report((*path, "effect"), "bad_effect", Text(f"{cls.title.zh}不能起此作用", f"a {cls.kind} has no such effect"),
                        Text(f"可用：{'、'.join(cls.effects)}", f"one of: {', '.join(cls.effects)}"), made.effect)
        for where, message, remedy in made.problems():
            self.report((*path, *where), "bad_provision", message, remedy, value.get(str(where[0])) if where else "")
        return made

    def common_values(self, value: Mapping[str, Any], path: YamlPath) -> None:
        """What every kind states beside its own fields must be what it should be."""
        for key, (check, expected) in COMMON_VALUES.items():
            if key in value and not check(value[key]):
                self.report((*path, key), "bad_value", Text(f"应为{expected.zh}", f"should be {expected.en}"),
                            Text("改成所述形式", "write it so"), value[key])

    def fields(self, value: Mapping[str, Any], path: YamlPath, fields: Mapping[str, tuple[Spec, bool]]) -> dict[str, Any]:
        parsed: dict[str, Any] = {}
        for name, (spec, required) in fields.items():
            if name not in value:
                if required:
                    self.report(path, "missing_key", Text(f"缺少“{name}”（{spec.title.zh}）", f"“{name}” is missing"),
                                Text(f"补上 {name}", f"add {name}"), name)
                continue
            try:
                parsed[name] = spec.parse(value[name])
            except FieldError as error:
                self.report((*path, name, *error.where), "bad_value", error.message, error.remedy, value[name])
        return parsed

    def check_slots(self, stated: Mapping[str, Any], path: YamlPath, cls: type[Provision]) -> None:
        for slot in stated:
            if slot not in cls.slots:
                self.unknown_key((*path, "readings", slot), slot, cls.slots)
        for slot, meaning in cls.slots.items():
            here: YamlPath = (*path, "readings", slot)
            if slot not in stated and meaning.otherwise:
                continue
            if slot not in stated:
                self.report((*path, "readings"), "missing_reading",
                            Text(f"未说明“{meaning.title.zh}”按哪个口径", f"no reading for “{meaning.title.en}”"),
                            Text(f"填写 {slot}: 口径编号，或 {{option: {next(iter(meaning.options))}}}",
                                 f"write {slot}: a reading's id, or {{option: {next(iter(meaning.options))}}}"))
                continue
            for code, numbers in self.slot_options(stated[slot], here):
                if code not in meaning.options:
                    self.report(here, "unknown_option", Text(f"“{code}”不是此处的选项", f"“{code}” is not an option here"),
                                Text(f"可用：{'、'.join(meaning.options)}", f"one of: {', '.join(meaning.options)}"), code)
                    continue
                self.check_parameters(stated[slot], here, code, numbers, meaning.parameters.get(code, ()))

    def check_parameters(
        self, stated: Any, here: YamlPath, code: str, numbers: Mapping[str, Any], needed: tuple[str, ...]
    ) -> None:
        """The numbers that an option must state, and no others."""
        for name in needed:
            if name not in numbers:
                self.report(here, "missing_parameter", Text(f"选项 {code} 缺少参数 {name}", f"option {code} lacks {name}"),
                            Text(f"补上 {name}", f"add {name}"))
        if not isinstance(stated, dict):  # a reading may fill several slots: what none of them asks for is reported at its end
            self.needed.setdefault((stated, code), set()).update(needed)
            return
        for name, value in numbers.items():
            if name not in needed:
                self.unknown_key((*here, name), name, ["option", *needed])
            elif not is_amount(value):
                self.report((*here, name), "bad_value", Text("应为不小于 0 的数字", "should be a number of zero or more"),
                            Text("写成数字，不加引号和单位", "write a bare number without unit"), value)

    def slot_options(self, stated: Any, here: YamlPath) -> list[tuple[str, Mapping[str, Any]]]:
        """(option, its numbers) of every option that may come to stand at a slot."""
        if isinstance(stated, dict):
            if "option" not in stated:
                self.report(here, "missing_key", Text("缺少“option”", "“option” is missing"), Text("补上 option", "add option"), "option")
                return []
            return [(str(stated["option"]), {k: v for k, v in stated.items() if k != "option"})]
        if not isinstance(stated, str) or stated not in self.readings:
            self.report(here, "unknown_reading", Text("没有这个口径", "no such reading"),
                        self.near(stated, self.readings, Text("在 readings 中定义它", "define it under readings")), stated)
            return []
        options = as_mapping(as_mapping(self.readings[stated]).get("options"))
        return [(code, as_mapping(as_mapping(option).get("parameters"))) for code, option in options.items()]

    def unused_parameters(self) -> None:
        """A number that no slot asks for changes nothing: it is refused."""
        for (reading, code), needed in self.needed.items():
            option = as_mapping(as_mapping(as_mapping(self.readings[reading]).get("options")).get(code))
            for name in as_mapping(option.get("parameters")):
                if name not in needed:
                    self.unknown_key(("readings", reading, "options", code, "parameters", name), name, sorted(needed) or ["—"])

