"""A pack that extends a base: the base's provisions, overridden or narrowed where the pack says so by name.

An override names one provision of the base, states its own clause, and must change something; a narrowing may only restrict the
scope. Nothing of the base is dropped in silence: what a pack does not name stays as the base has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from dingdian.located_yaml import Path as YamlPath
from dingdian.plans.model import Override, Plan
from dingdian.plans.provision_reader import ProvisionReader
from dingdian.plans.reader import as_list, as_mapping
from dingdian.plans.shapes import OVERRIDE
from dingdian.provisions.base import Provision
from dingdian.terms import Text

NARROW = "narrow"
_MERGED = ("scope", "readings")  # stated part by part; everything else is replaced whole


@frozen
class Base:
    """The pack that another one extends: as a plan, and as it was written."""

    plan: Plan
    document: Mapping[str, Any]

    @property
    def written(self) -> dict[str, Mapping[str, Any]]:
        """Provision id → what the base's file states of it."""
        return {value["id"]: value for value in self.document["provisions"]}


def inherited(reader: ProvisionReader, base: Base | None) -> tuple[dict[str, Provision], tuple[Override, ...]]:
    """The base's provisions by id, overrides carried out; and the overrides, in the order of the pack."""
    if base is None:
        if as_list(as_mapping(reader.document).get("overrides")):
            reader.report(("overrides",), "no_base", Text("没有 extends，无从覆盖", "there is no base to override"),
                          Text("写 extends: 上位规划包编号", "write extends: id of the base pack"))
        return {}, ()
    found = {provision.id: provision for provision in base.plan.provisions}
    overrides: list[Override] = []
    for index, value in enumerate(as_list(reader.document.get("overrides"))):
        made = _override(reader, base, ("overrides", index), value, {o.provision for o in overrides})
        if made is not None:
            override, provision = made
            found[provision.id] = provision
            overrides.append(override)
    return found, tuple(overrides)


def _override(
    reader: ProvisionReader, base: Base, path: YamlPath, value: Any, before: set[str]
) -> tuple[Override, Provision] | None:
    got = reader.shaped(value, path, OVERRIDE)
    name = got.get("provision")
    if name not in base.written:
        reader.report((*path, "provision"), "unknown_provision", Text("上位规划包没有这条规定", "the base has no such provision"),
                      reader.near(name, base.written, Text("写上位规划包中规定的标识", "write the id of a provision of the base")), name)
        return None
    if name in before:
        reader.report((*path, "provision"), "duplicate_id", Text("同一规定覆盖了两次", "overridden twice"),
                      Text("合并为一处", "write one override"), name)
        return None
    changes, written = as_mapping(got.get("set")), base.written[name]
    problems = len(reader.found.problems)
    _refuse_idle(reader, (*path, "set"), written, changes)
    if got.get("type") == NARROW:
        _refuse_widening(reader, (*path, "set"), written, changes)
    if len(reader.found.problems) > problems:
        return None
    requirements = (*as_list(got.get("requirements")), *as_list(written.get("requirements")))
    stated = {**_merged(written, changes), "clause": got.get("clause"), "requirements": list(dict.fromkeys(requirements))}
    stated["with_clauses"] = [written["clause"], *as_list(written.get("with_clauses")), *as_list(changes.get("with_clauses"))]
    made = reader.provision((*path, "set"), stated)
    override = Override(provision=str(name), type=str(got.get("type")), clause=str(got.get("clause")), changed=tuple(changes))
    return None if made is None else (override, made)


def _merged(written: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    return {**written, **{
        key: {**as_mapping(written.get(key)), **value} if key in _MERGED and isinstance(value, dict) else value
        for key, value in changes.items()
    }}


def _leaves(changes: Mapping[str, Any], written: Mapping[str, Any]) -> Iterator[tuple[YamlPath, Any, Any]]:
    """(path, value of the base, value of the pack) of everything an override states."""
    for key, value in changes.items():
        if key in _MERGED and isinstance(value, dict):
            for part, inner in value.items():
                yield (key, part), as_mapping(written.get(key)).get(part), inner
        else:
            yield (key,), written.get(key), value


def _refuse_idle(reader: ProvisionReader, path: YamlPath, written: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    if not changes:
        reader.report(path, "idle_override", Text("覆盖没有改变任何内容", "the override changes nothing"),
                      Text("写明改变的字段，或删去", "state what it changes, or delete it"))
    for where, before, after in _leaves(changes, written):
        if where[0] in ("id", "kind", "clause", "requirements"):
            reader.report((*path, *where), "bad_override", Text("这个键不能覆盖", "this key cannot be overridden"),
                          Text("条款与要求写在 set 之外", "clause and requirements stand beside set"), after)
        elif before == after:
            reader.report((*path, *where), "idle_override", Text("与上位规划包相同，没有改变任何内容", "the same as in the base: it changes nothing"),
                          Text("删去这个键", "delete this key"), after)


def _refuse_widening(reader: ProvisionReader, path: YamlPath, written: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    """A narrowing restricts the scope and touches nothing else."""
    for where, before, after in _leaves(changes, written):
        if where[0] != "scope":
            reader.report((*path, *where), "not_narrower", Text("收窄只能缩小适用范围", "a narrowing restricts the scope only"),
                          Text("改用 type: override", "use type: override"), after)
        elif before and not set(as_list(after)) <= set(as_list(before)):
            reader.report((*path, *where), "not_narrower", Text("范围比上位规划包更宽", "wider than in the base"),
                          Text("只写上位规划包已有的代码", "state only codes that the base states"), after)
