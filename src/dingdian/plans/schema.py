"""JSON Schema (draft-07) of every part of a pack, for editors: one schema for each kind of provision, so none meets a union.

Made from the same declarations as the loader: fields, slots and shapes. What a schema cannot say stays with the loader and
lint: whether a name that is written exists, whether two numbers of one provision agree. Dates are texts in JSON; numbers
stay exact when ``as_instance`` turns a document into what the schemas speak of.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import attrs

from dingdian import canonical
from dingdian.city.schema import Column, Type
from dingdian.city.tables import TABLES
from dingdian.plans.shapes import (
    CLAUSE,
    DATE,
    OPTION,
    OVERRIDE,
    OVERRIDE_TYPES,
    PLAN,
    READING,
    RECORD,
    RECORD_TYPES,
    Check,
    Shape,
)
from dingdian.problems import BadData, Problem
from dingdian.provisions.base import Provision, Scope, Slot, kinds
from dingdian.provisions.fields import Spec, specs
from dingdian.terms import PROVIDER_CLASSES, Text

DRAFT = "http://json-schema.org/draft-07/schema#"
Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "pattern": r"\S"}
TEXTS: Schema = {"type": "array", "items": TEXT}
DAY: Schema = {"type": "string", "format": "date"}
OPEN_DAY: Schema = {"if": {"type": "null"}, "else": DAY}
WHOLE: Schema = {"type": "integer"}
NUMBERS: Schema = {"type": "object", "additionalProperties": {"type": "number", "minimum": 0}}
MAP: Schema = {"type": "object"}
LIST: Schema = {"type": "array"}
BILINGUAL: Schema = {
    "type": "object", "additionalProperties": False, "required": ["zh", "en"],
    "properties": {"zh": {**TEXT, "title": "中文"}, "en": {**TEXT, "title": "英文"}},
}

# What each check of ``shapes`` means, in JSON Schema; a test holds the two against each other.
_OF_CHECK: Mapping[str, Schema] = {
    "_is_text": TEXT, "_is_texts": TEXTS, "_is_bilingual": BILINGUAL, "_is_map": MAP, "_is_list": LIST, "_is_day": DAY,
    "_is_day_or_open": OPEN_DAY, "_is_numbers": NUMBERS, "_is_whole": WHOLE,
    "_is_bool": {"type": "boolean"},
    "_is_classes": {"type": "array", "minItems": 1, "items": {"type": "string", "enum": list(PROVIDER_CLASSES)}},
    "_is_revision": {"type": "integer", "minimum": 1},
    "_is_status": {"type": "string", "enum": ["draft", "final", "superseded"]},
    "_is_record_type": {"type": "string", "enum": list(RECORD_TYPES)},
    "_is_override_type": {"type": "string", "enum": list(OVERRIDE_TYPES)},
}

# Chinese names of keys that are no field of a kind: they have no declaration that could carry one.
TITLES: Mapping[str, Text] = {
    "id": Text("标识", "identifier, unique in the pack"),
    "kind": Text("种类", "kind of provision"),
    "clause": Text("依据条款", "id of the clause that it carries out"),
    "requirements": Text("落实的要求", "requirement ids that it covers"),
    "rank": Text("例外次序", "among exceptions of one provision the lower decides"),
    "scope": Text("适用范围", "which cases it speaks of; an absent key does not restrict"),
    "readings": Text("口径", "readings"),
    "revision": Text("版次", "revision"),
    "title": Text("名称", "title"),
    "pooling_area": Text("统筹区代码", "code of the pooling area, quoted"),
    "status": Text("状态", "status"),
    "valid_from": Text("生效日期", "first day of force"),
    "valid_until": Text("失效前最后一日", "last day of force"),
    "legal_bases": Text("制定依据", "legal bases"),
    "source": Text("来源", "source"),
    "requirement_ids": Text("要求编号", "ids of the requirements to be carried out"),
    "dates": Text("日期", "dates that the rules use"),
    "clauses": Text("条款", "clauses in our own words"),
    "provisions": Text("规定", "provisions"),
    "records": Text("记录", "requirements that are no provision"),
    "extends": Text("所依据的基础规划包", "id of the pack that this one builds on"),
    "classes": Text("规划区分的机构类别", "provider classes that the plan tells apart"),
    "also_binds": Text("同时适用的统筹区", "further pooling areas that it binds"),
    "is_base": Text("是否基础规划包", "whether other packs build on it"),
    "base_before": Text("基础规定排在其前", "the provision before which those of the base are evaluated"),
    "overrides": Text("覆盖", "changes to provisions of the base pack"),
    "locator": Text("出处", "where it stands in the text"),
    "says": Text("大意", "what it says, in our own words"),
    "basis": Text("依据可靠程度", "how firm the basis is"),
    "question": Text("问题", "question"),
    "default": Text("默认选项", "option in force unless told otherwise"),
    "options": Text("选项", "options"),
    "touches": Text("涉及的要求", "requirements that it touches"),
    "meaning": Text("含义", "meaning"),
    "parameters": Text("参数", "numbers that the option needs"),
    "value": Text("日期", "the day; empty while open"),
    "note": Text("说明", "note"),
    "type": Text("类型", "type"),
    "reason": Text("理由", "reason"),
    "output": Text("产出", "output"),
    "scope_class": Text("所涉类别", "classes concerned"),
    "provision": Text("规定", "provision"),
    "set": Text("改为", "fields that it sets"),
}


def schema_names() -> tuple[str, ...]:
    """Names of all schemas: ``plan``, ``tests``, then every kind of provision."""
    return ("plan", "tests", *kinds())


def schema_of(name: str) -> Schema:
    """The schema with this name; raises :class:`BadData` for a name that is none."""
    if name == "plan":
        return plan_schema()
    if name == "tests":
        return tests_schema()
    if name in kinds():
        return kind_schema(kinds()[name])
    known = schema_names()
    raise BadData([Problem(
        code="unknown_kind", file=name, table="plan", column="kind", value=name, message=Text("没有这种条款", "no such kind"),
        remedy=Text(f"可用：{'、'.join(known)}", f"one of: {', '.join(known)}"),
    )])


def write_schemas(schemas: Mapping[str, Schema], folder: Path) -> list[str]:
    """``NAME.schema.json`` for each schema; the paths written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, schema in schemas.items():
        path = folder / f"{name}.schema.json"
        path.write_text(canonical.write(schema), encoding="utf-8")
        written.append(str(path))
    return written


# --- provisions --------------------------------------------------------------------------------------------------


def kind_schema(cls: type[Provision]) -> Schema:
    """One entry of ``provisions`` that is of this kind."""
    properties, required = {**_common(cls), **_fields(specs(cls))}, ["id", "kind", "clause"]
    properties["effect"] = {**properties["effect"], "enum": list(cls.effects)}
    if _default(cls, "effect") not in cls.effects:
        required.append("effect")
    required += [name for name, (_, needed) in specs(cls).items() if needed]
    slots = _slots(cls.slots)
    required += ["readings"] if slots["required"] else []
    return {
        "$schema": DRAFT, **_titled(cls.title), **_object({**properties, "readings": slots}, required),
    }


def common_properties() -> Schema:
    """What provisions of every kind may state: its identity, its scope and the fields that all kinds share."""
    return {**_common(Provision), **_fields(specs(Provision)), "readings": _named("readings", MAP)}


def _common(cls: type[Provision]) -> Schema:
    kind = {"const": cls.kind} if cls is not Provision else {"type": "string", "enum": list(kinds())}
    return {
        "id": _named("id", {"type": "string"}), "kind": _named("kind", kind), "clause": _named("clause", {"type": "string"}),
        "requirements": _named("requirements", TEXTS), "rank": _named("rank", WHOLE),
        "scope": _named("scope", _object(_fields(specs(Scope)), [])),
    }


def _fields(declared: Mapping[str, tuple[Spec, bool]]) -> Schema:
    return {name: _of_spec(spec) for name, (spec, _) in declared.items()}


def _of_spec(spec: Spec) -> Schema:
    """The schema that a field declares, with its English title for a description."""
    found: Schema = copy.deepcopy(dict(spec.schema))
    return {**found, "title": found.get("title", spec.title.zh), "description": spec.title.en}


def _default(cls: type, name: str) -> Any:
    return attrs.fields_dict(cls)[name].default


def _slots(slots: Mapping[str, Slot]) -> Schema:
    required = [name for name, slot in slots.items() if not slot.otherwise]
    return _named("readings", _object({name: _slot(slot) for name, slot in slots.items()}, required))


def _slot(slot: Slot) -> Schema:
    """A text is the id of a reading; anything else is an option stated outright, with the numbers that it needs."""
    numbers = sorted({name for needed in slot.parameters.values() for name in needed})
    option = {"type": "string", "title": "选项", "enum": list(slot.options),
              "description": "; ".join(f"{code}: {meaning.zh}" for code, meaning in slot.options.items())}
    outright = _object({"option": option, **{name: {"type": "number", "minimum": 0, "title": name} for name in numbers}}, ["option"])
    outright["allOf"] = [_needs(code, slot.parameters.get(code, ())) for code in slot.options]
    return {**_titled(slot.title), "if": {"type": "string"}, "then": TEXT, "else": outright}


def _needs(code: str, numbers: tuple[str, ...]) -> Schema:
    """An option states the numbers that it needs, and no others."""
    return {
        "if": {"properties": {"option": {"const": code}}, "required": ["option"]},
        "then": {"required": list(numbers), "propertyNames": {"enum": ["option", *numbers]}},
    }


# --- the head of a pack ------------------------------------------------------------------------------------------


def plan_schema() -> Schema:
    """``plan.yaml``; of its provisions, what every kind has."""
    found = shape_schema(PLAN)
    parts = found["properties"]
    parts["clauses"] = _each(parts["clauses"], shape_schema(CLAUSE))
    parts["dates"] = _each(parts["dates"], shape_schema(DATE))
    reading = shape_schema(READING)
    reading["properties"]["options"] = _each(reading["properties"]["options"], shape_schema(OPTION))
    parts["readings"] = _each(parts["readings"], reading)
    parts["records"] = {**parts["records"], "items": shape_schema(RECORD)}
    parts["overrides"] = {**parts["overrides"], "items": shape_schema(OVERRIDE)}
    one = _object(common_properties(), ["id", "kind", "clause"])
    parts["provisions"] = {**parts["provisions"], "items": {**one, "additionalProperties": True}}
    return {"$schema": DRAFT, "title": "规划包 plan.yaml", "description": "a pack: everything but the fields of each kind", **found}


def shape_schema(shape: Shape) -> Schema:
    """The schema of one part of a pack, with every key named."""
    properties = {key: _named(key, check_schema(check)) for key, (check, _, _) in shape.keys.items()}
    return _object(properties, [key for key, (_, required, _) in shape.keys.items() if required])


def check_schema(check: Check) -> Schema:
    """What a check of ``shapes`` means; a check that is not known here restricts nothing."""
    return copy.deepcopy(dict(_OF_CHECK.get(getattr(check, "__name__", ""), {})))


def _each(part: Schema, inside: Schema) -> Schema:
    return {**part, "type": "object", "additionalProperties": inside}


def _named(key: str, schema: Schema) -> Schema:
    return {**schema, **_titled(TITLES.get(key, Text(key, key)))}


def _titled(title: Text) -> Schema:
    return {"title": title.zh, "description": title.en}


def _object(properties: Schema, required: list[str]) -> Schema:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


# --- tests -------------------------------------------------------------------------------------------------------

_STATUS_OF = {"type": "object", "additionalProperties": {"type": "string"}}
_PLACE = {
    "type": "object", "title": "位置", "description": "metres and bearing from the origin", "additionalProperties": False,
    "properties": {"metres": {"type": "number", "title": "米"}, "bearing": {"type": "number", "title": "方位角"}},
    "required": ["metres"],
}
EXPECT: Mapping[str, Schema] = {
    "outcome": {"type": "string", "title": "结论", "enum": ["eligible", "refused", "review"]},
    "deciding": {**TEXTS, "title": "起决定作用的规定"},
    "findings": {**_STATUS_OF, "title": "规定 → 判定"},
    "missing": {**_STATUS_OF, "title": "规定 → 缺少的列"},
    "robust": {"type": "boolean", "title": "是否稳健"},
    "flips": {**_STATUS_OF, "title": "口径 → 换后的结论"},
    "excepted_by": {**_STATUS_OF, "title": "规定 → 免除它的例外"},
    "measures": {"type": "object", "title": "规定 → 测算行", "additionalProperties": {"type": "array", "items": MAP}},
}
TEST: Mapping[str, Schema] = {
    "name": {**TEXT, "title": "名称"},
    "clause": {**TEXT, "title": "条款"},
    "given": {"title": "加上或替换的行"},
    "without": {**TEXTS, "title": "没有的表"},
    "application": {"title": "申请"},
    "readings": {**_STATUS_OF, "title": "改用的口径"},
    "dates": {"type": "object", "title": "规划未定的日期", "additionalProperties": OPEN_DAY},
    "date": {**DAY, "title": "判断日期"},
    "expect": {"title": "应有的结果"},
}
CITY: Mapping[str, Schema] = {
    "as_of": {**DAY, "title": "数据日期"},
    "pooling_area": {**TEXT, "title": "统筹区代码"},
    "known_empty": {**TEXTS, "title": "已知为空的表"},
    "population_cell_m": {"type": "number", "title": "格网边长（米）"},
    "unit_around_origin": {**TEXT, "title": "原点周围的单元"},
    "extent_degrees": {"type": "number", "title": "路网范围（度）"},
    "streets": {"type": "array", "title": "自原点起的街道", "items": {
        "type": "object", "additionalProperties": False, "required": ["bearing", "metres"],
        "properties": {"bearing": {"type": "number", "title": "方位角"}, "metres": {"type": "number", "title": "长度（米）"}}}},
    "tables": {"title": "数据表"},
}


def tests_schema() -> Schema:
    """``tests.yaml``: a small city and cases with what must come out."""
    tables = _object({name: {"type": "array", "title": table.zh, "items": _row(name)} for name, table in TABLES.items()}, [])
    expect = {**_object(dict(EXPECT), []), "minProperties": 1}
    test = {**TEST, "given": {**tables, "title": "加上或替换的行"}, "application": {**_row("applications"), "title": "申请"},
            "expect": {**expect, "title": "应有的结果"}}
    city = _object({**CITY, "tables": tables}, ["as_of", "tables"])
    tests = {"type": "array", "title": "检验", "minItems": 1, "items": _object(test, ["name", "expect"])}
    return {"$schema": DRAFT, "title": "规划包检验 tests.yaml", "description": "tests beside a pack",
            **_object({"city": {**city, "title": "测试城市"}, "tests": tests}, ["city", "tests"])}


def _row(table: str) -> Schema:
    """A row of a table; a test may leave any column out, and write places and copies in its own way."""
    columns = {column.name: _cell(column) for column in TABLES[table].columns}
    times = {"type": "integer", "minimum": 1, "title": "几家同样的机构"}
    return _object({**columns, "at": _PLACE, "from": _PLACE, "times": times}, [])


_OF_TYPE: Mapping[Type, Schema] = {
    Type.TEXT: {"type": "string"}, Type.REFERENCE: {"type": "string"}, Type.INTEGER: WHOLE, Type.REAL: {"type": "number"},
    Type.MONEY: {"type": "number"}, Type.DATE: DAY, Type.YEAR: WHOLE, Type.BOOLEAN: {"type": "boolean"},
}


def _cell(column: Column) -> Schema:
    named = {"title": column.zh, "description": column.doc.en}
    if column.codes is None:
        return {**_OF_TYPE[column.type], **named}
    words = [*column.codes, *(column.codes.label(code) for code in column.codes)]
    if column.type == Type.CODES:  # one code, or a list of them
        return {**named, "if": {"type": "string"}, "else": {"type": "array", "items": {"type": "string", "enum": words}}}
    return {**named, "type": "string", "enum": words}


# --- documents as the schemas see them ---------------------------------------------------------------------------


def as_instance(value: Any) -> Any:
    """A document as JSON sees it: days become texts; numbers stay as they are, exact."""
    if isinstance(value, Mapping):
        return {str(key): as_instance(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_instance(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
