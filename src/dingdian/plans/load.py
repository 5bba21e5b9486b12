"""From a pack folder to a frozen Plan, with every problem of the pack at once.

A pack is ``plan.yaml`` and ``tests.yaml`` in one folder. The loader refuses unknown and duplicate keys, missing clauses,
kinds that do not exist, slots filled with readings that do not exist; it fills in no value of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from difflib import get_close_matches
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from dingdian import canonical, located_yaml
from dingdian.located_yaml import Path as YamlPath
from dingdian.located_yaml import Places
from dingdian.plans.model import Clause, Option, Plan, PlanDate, Reading, Record
from dingdian.plans.shapes import CLAUSE, COMMON_VALUES, DATE, OPTION, PLAN, READING, RECORD, Shape, is_number
from dingdian.problems import BadData, Collector, Problem
from dingdian.provisions.base import Provision, Scope, kinds
from dingdian.provisions.fields import FieldError, Spec, specs
from dingdian.terms import Text

_COMMON = ("id", "kind", "clause", "requirements", "effect", "normally", "rank", "scope", "readings")


def pack_ids() -> tuple[str, ...]:
    """Ids of the shipped packs."""
    root = resources.files("dingdian.plans") / "packs"
    return tuple(sorted(folder.name for folder in root.iterdir() if (folder / "plan.yaml").is_file()))


def find_pack(name: str | Path) -> Path:
    """The folder of a shipped pack, or of a pack at a path."""
    if str(name) in pack_ids():
        return Path(str(resources.files("dingdian.plans") / "packs" / str(name)))
    folder = Path(name)
    folder = folder.parent if folder.name == "plan.yaml" else folder
    if (folder / "plan.yaml").is_file():
        return folder
    known = "、".join(pack_ids())
    raise BadData([Problem(
        code="unknown_plan", file=str(name), table="plan", value=str(name),
        message=Text("没有这个规划", "no such plan"),
        remedy=Text(f"可用：{known}，或含 plan.yaml 的文件夹", f"one of: {known}, or a folder with plan.yaml"),
    )])


def load_plan(name: str | Path) -> Plan:
    """The plan with this id, or in this folder.

    Raises
    ------
    BadData
        With every problem of the pack, located by file and line.
    """
    folder = find_pack(name)
    content = (folder / "plan.yaml").read_bytes()
    document, places = located_yaml.read(content, str(_shown(folder) / "plan.yaml"))
    return _PackReader(document, places, folder, content).plan()


def _shown(folder: Path) -> Path:
    """A path as the user knows it: shipped packs by id, others as given."""
    return Path(folder.name) if folder.name in pack_ids() else folder


class _PackReader:
    """Reads one document; every method collects problems and returns what could be read."""

    def __init__(self, document: Any, places: Places, folder: Path, content: bytes) -> None:
        self.document = document
        self.places = places
        self.folder = folder
        self.content = content
        self.found = Collector()
        self.readings: Mapping[str, Any] = {}
        self.needed: dict[tuple[str, str], set[str]] = {}  # (reading, option) → parameters that the slots it fills ask for

    def report(self, path: YamlPath, code: str, message: Text, remedy: Text, value: object = "") -> None:
        self.found.add(self.places.problem(path, code, message, remedy, value))

    def plan(self) -> Plan:
        head = self.shaped(self.document, (), PLAN)
        self.readings = _mapping(head.get("readings"))
        clauses = {key: self.clause(key, value) for key, value in self.section(head, "clauses").items()}
        readings = {key: self.reading(key, value) for key, value in self.section(head, "readings").items()}
        dates = {key: self.plan_date(key, value) for key, value in self.section(head, "dates").items()}
        made = {i: p for i, value in enumerate(_list(head.get("provisions"))) if (p := self.provision(i, value))}
        records = tuple(self.record(i, value) for i, value in enumerate(_list(head.get("records"))))
        self.cross_references(clauses, made, records)
        self.unused_parameters()
        self.found.raise_if_any()
        provisions = tuple(made.values())
        digests = {f"clauses.{k}": _digest(v) for k, v in self.section(head, "clauses").items()}
        digests |= {f"readings.{k}": _digest(v) for k, v in self.section(head, "readings").items()}
        digests |= {f"provisions.{v['id']}": _digest(v) for v in head["provisions"]}
        digests["records"] = _digest(head.get("records") or [])
        digests["head"] = _digest({
            k: v for k, v in head.items() if k not in ("clauses", "readings", "provisions", "records")
        })
        return Plan(
            id=head["id"], revision=head["revision"], title=_text(head["title"]), pooling_area=head["pooling_area"],
            status=head["status"], valid_from=head["valid_from"], valid_until=head["valid_until"],
            legal_bases=tuple(head["legal_bases"]), source=_text(head["source"]),
            clauses=MappingProxyType(clauses), readings=MappingProxyType(readings), dates=MappingProxyType(dates),
            provisions=provisions, records=records, sha256=hashlib.sha256(_unix(self.content)).hexdigest(),
            path=str(self.folder), digests=MappingProxyType(digests),
            requirement_ids=tuple(head.get("requirement_ids") or ()),
        )

    def section(self, head: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        """A part of the pack that maps ids to contents; what is no mapping has been reported by its shape."""
        return _mapping(head.get(name))

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
        return Clause(id=key, locator=str(got.get("locator", "")), paraphrase=_text(got.get("says")),
                      basis=str(got.get("basis", "")))

    def reading(self, key: str, value: Any) -> Reading:
        path: YamlPath = ("readings", key)
        got = self.shaped(value, path, READING)
        options = {}
        for code, option in _mapping(got.get("options")).items():
            said = self.shaped(option, (*path, "options", code), OPTION)
            numbers = {k: Decimal(v) for k, v in _mapping(said.get("parameters")).items() if is_number(v)}
            options[code] = Option(code=code, meaning=_text(said.get("meaning")), parameters=MappingProxyType(numbers))
        default = str(got.get("default", ""))
        if default not in options:
            self.report((*path, "default"), "unknown_option", Text("默认口径不在可选项中", "the default is not among the options"),
                        Text(f"可用：{'、'.join(options)}", f"one of: {', '.join(options)}"), default)
        return Reading(id=key, question=_text(got.get("question")), options=MappingProxyType(options), default=default,
                       touches=tuple(_list(got.get("touches"))))

    def plan_date(self, key: str, value: Any) -> PlanDate:
        got = self.shaped(value, ("dates", key), DATE)
        note = got.get("note")
        return PlanDate(name=key, title=_text(got.get("title")), value=got.get("value"), note=_text(note) if note else None)

    def record(self, index: int, value: Any) -> Record:
        got = self.shaped(value, ("records", index), RECORD)
        return Record(
            clause=str(got.get("clause", "")), requirements=tuple(_list(got.get("requirements"))), type=str(got.get("type", "")),
            reason=_text(got.get("reason")), output=str(got.get("output", "")),
            scope_class=tuple(_list(got.get("scope_class"))),
        )

    def provision(self, index: int, value: Any) -> Provision | None:
        path: YamlPath = ("provisions", index)
        known = kinds()
        if not isinstance(value, dict):
            self.report(path, "bad_shape", Text("应为若干“键: 值”", "should be a mapping"),
                        Text("检查缩进", "check the indentation"), "" if value is None else value)
            return None
        kind = value.get("kind")
        if not isinstance(kind, str) or kind not in known:
            near = get_close_matches(str(kind), list(known), 1)
            self.report((*path, "kind"), "unknown_kind", Text("没有这种条款", "no such kind of provision"),
                        Text(f"是否应为 {near[0]}？", f"did you mean {near[0]}?") if near else
                        Text(f"可用：{'、'.join(known)}", f"one of: {', '.join(known)}"), kind)
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
        scope = self.fields(_mapping(value.get("scope")), (*path, "scope"), specs(Scope))
        for key in _mapping(value.get("scope")):
            if key not in specs(Scope):
                self.unknown_key((*path, "scope", key), key, specs(Scope))
        self.check_slots(_mapping(value.get("readings")), path, cls)
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
            elif not is_number(value):
                self.report((*here, name), "bad_value", Text("应为数字", "should be a number"),
                            Text("写成数字，不加引号和单位", "write a bare number without unit"), value)

    def slot_options(self, stated: Any, here: YamlPath) -> list[tuple[str, Mapping[str, Any]]]:
        """(option, its numbers) of every option that may come to stand at a slot."""
        if isinstance(stated, dict):
            if "option" not in stated:
                self.report(here, "missing_key", Text("缺少“option”", "“option” is missing"), Text("补上 option", "add option"), "option")
                return []
            return [(str(stated["option"]), {k: v for k, v in stated.items() if k != "option"})]
        if not isinstance(stated, str) or stated not in self.readings:
            near = get_close_matches(str(stated), list(self.readings), 1)
            self.report(here, "unknown_reading", Text("没有这个口径", "no such reading"),
                        Text(f"是否应为 {near[0]}？", f"did you mean {near[0]}?") if near else
                        Text("在 readings 中定义它", "define it under readings"), stated)
            return []
        options = _mapping(_mapping(self.readings[stated]).get("options"))
        return [(code, _mapping(_mapping(option).get("parameters"))) for code, option in options.items()]

    def unused_parameters(self) -> None:
        """A number that no slot asks for changes nothing: it is refused."""
        for (reading, code), needed in self.needed.items():
            option = _mapping(_mapping(_mapping(self.readings[reading]).get("options")).get(code))
            for name in _mapping(option.get("parameters")):
                if name not in needed:
                    self.unknown_key(("readings", reading, "options", code, "parameters", name), name, sorted(needed) or ["—"])

    def cross_references(
        self, clauses: Mapping[str, Clause], provisions: Mapping[int, Provision], records: tuple[Record, ...]
    ) -> None:
        ids: set[str] = set()
        for index, provision in provisions.items():
            path: YamlPath = ("provisions", index)
            if provision.id in ids:
                self.report((*path, "id"), "duplicate_id", Text("标识重复", "the id stands twice"),
                            Text("改用另一个标识", "use another id"), provision.id)
            ids.add(provision.id)
            self.known_clause((*path, "clause"), provision.clause, clauses)
            for further in provision.with_clauses:
                self.known_clause((*path, "with_clauses"), further, clauses)
        self.known_provisions(provisions)
        for index, record in enumerate(records):
            self.known_clause(("records", index, "clause"), record.clause, clauses)

    def known_provisions(self, provisions: Mapping[int, Provision]) -> None:
        """Provisions that others name exist, be they well written or not; a bed norm is one."""
        stated = {v["id"]: v.get("kind") for v in _list(_mapping(self.document).get("provisions"))
                  if isinstance(v, dict) and isinstance(v.get("id"), str)}
        for index, provision in provisions.items():
            for key, wanted in type(provision).refers_to.items():
                names = getattr(provision, key)
                for name in [names] if isinstance(names, str) else names:
                    self.known_provision(("provisions", index, key), name, wanted, stated)

    def known_provision(self, path: YamlPath, name: str, wanted: str, stated: Mapping[str, Any]) -> None:
        if not name:
            return
        if name not in stated:
            near = get_close_matches(name, list(stated), 1)
            self.report(path, "unknown_provision", Text("没有这条规定", "no such provision"),
                        Text(f"是否应为 {near[0]}？", f"did you mean {near[0]}?") if near else
                        Text("写本规划中规定的标识", "write the id of a provision of this plan"), name)
        elif wanted and stated[name] != wanted:
            title = kinds()[wanted].title
            self.report(path, "bad_value", Text(f"不是{title.zh}", f"not a {wanted}"),
                        Text(f"写 {wanted} 类规定的标识", f"write the id of a provision of kind {wanted}"), name)

    def known_clause(self, path: YamlPath, clause: str, clauses: Mapping[str, Clause]) -> None:
        if clause not in clauses:
            near = get_close_matches(clause, list(clauses), 1)
            self.report(path, "unknown_clause", Text("没有这个条款", "no such clause"),
                        Text(f"是否应为 {near[0]}？", f"did you mean {near[0]}?") if near else
                        Text("在 clauses 中写明它的出处与大意", "state its locator and meaning under clauses"), clause)


def _mapping(value: Any) -> dict[str, Any]:
    """``value`` where it is a mapping; what is none has been reported, and reading goes on without it."""
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> Text:
    if isinstance(value, dict):
        return Text(str(value.get("zh", "")), str(value.get("en", "")))
    return Text("", "")


def _digest(value: Any) -> str:
    return canonical.sha256(canonical.dumps(value))[:16]


def _unix(content: bytes) -> bytes:
    """The same text has the same digest whatever line ends a checkout chose."""
    return content.replace(b"\r\n", b"\n")
