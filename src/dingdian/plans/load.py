"""From a pack folder to a frozen Plan, with every problem of the pack at once.

A pack is ``plan.yaml`` and ``tests.yaml`` in one folder; it may extend a base pack. The loader refuses unknown and duplicate
keys, missing clauses, kinds that do not exist, slots filled with readings that do not exist; it fills in no value of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from attrs import frozen

from dingdian import canonical, located_yaml
from dingdian.located_yaml import Path as YamlPath
from dingdian.located_yaml import Places
from dingdian.plans.inherit import Base, inherited
from dingdian.plans.model import Clause, Override, Plan, Record
from dingdian.plans.provision_reader import ProvisionReader
from dingdian.plans.reader import as_list, as_mapping, as_text
from dingdian.plans.shapes import PLAN
from dingdian.problems import BadData, Problem
from dingdian.provisions.base import Provision, kinds
from dingdian.terms import PROVIDER_CLASSES, Text


def pack_ids() -> tuple[str, ...]:
    """Ids of the shipped packs, bases included."""
    root = resources.files("dingdian.plans") / "packs"
    return tuple(sorted(folder.name for folder in root.iterdir() if (folder / "plan.yaml").is_file()))


def city_pack_ids() -> tuple[str, ...]:
    """Ids of the shipped packs that bind a pooling area: all but the bases that others extend."""
    return tuple(name for name in pack_ids() if not load_plan(name).is_base)


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


@frozen(kw_only=True)
class PackReading:
    """What came of reading a pack: the plan as far as it could be read, everything that is wrong, and where it stands."""

    plan: Plan | None
    problems: tuple[Problem, ...]
    places: Places
    document: Mapping[str, Any]


def load_plan(name: str | Path) -> Plan:
    """The plan with this id, or in this folder.

    Raises
    ------
    BadData
        With every problem of the pack, located by file and line.
    """
    reading = read_pack(name)
    if reading.problems or reading.plan is None:
        raise BadData(reading.problems)
    return reading.plan


def read_pack(name: str | Path) -> PackReading:
    """The pack as far as it can be read; a plan with problems is for lint to hold against itself, never to rule by.

    Raises
    ------
    BadData
        When there is no such pack, or it is not YAML, or the base that it extends is not in order.
    """
    folder = find_pack(name)
    return _parsed(folder, (folder / "plan.yaml").read_bytes())


def _parsed(folder: Path, content: bytes) -> PackReading:
    document, places = located_yaml.read(content, str(_shown(folder) / "plan.yaml"))
    base = _base_of(document, folder, places)
    reader = _PackReader(document, places, folder, content, base)
    plan = reader.plan()
    return PackReading(plan=plan, problems=tuple(reader.found.problems), places=places, document=as_mapping(document))


def _base_of(document: Any, folder: Path, places: Places) -> Base | None:
    name = as_mapping(document).get("extends")
    if not isinstance(name, str):
        return None
    beside = folder.parent / name
    at = beside if (beside / "plan.yaml").is_file() else name
    if Path(at).resolve() == folder.resolve() or str(at) == folder.name:
        raise BadData([places.problem(("extends",), "bad_value", Text("规划包不能以自己为上位", "a pack cannot extend itself"),
                                      Text("写另一个规划包的编号", "name another pack"), name)])
    reading = _base_in(find_pack(at))
    if reading.problems or reading.plan is None:
        raise BadData(reading.problems)
    if not reading.plan.is_base:
        raise BadData([places.problem(("extends",), "not_a_base", Text("所扩展的规划包不是上位包（is_base）", "the extended pack is no base (is_base)"),
                                      Text("写上位规划包的编号", "name a base pack"), name)])
    return Base(reading.plan, reading.document)


def _base_in(folder: Path) -> PackReading:
    """A base is read once for all packs on top of it, as long as its text is the same and rests on no other."""
    content = (folder / "plan.yaml").read_bytes()
    return _parsed(folder, content) if b"\nextends:" in content else _parsed_once(folder, content)


@lru_cache(maxsize=4)
def _parsed_once(folder: Path, content: bytes) -> PackReading:
    return _parsed(folder, content)


def _shown(folder: Path) -> Path:
    """A path as the user knows it: shipped packs by id, others as given."""
    return Path(folder.name) if folder.name in pack_ids() else folder


class _PackReader(ProvisionReader):
    """Reads one document on top of its base; every method collects problems and returns what could be read."""

    def __init__(self, document: Any, places: Places, folder: Path, content: bytes, base: Base | None) -> None:
        above = {} if base is None else as_mapping(base.document.get("readings"))
        super().__init__(document, places, {**above, **as_mapping(as_mapping(document).get("readings"))})
        self.folder = folder
        self.content = content
        self.base = base

    def plan(self) -> Plan | None:
        """The plan, as far as it could be read; None when its head is not in order."""
        head = self.shaped(self.document, (), PLAN)
        head_is_sound = not self.found.problems
        clauses = self.section_of("clauses", self.clause)
        readings = self.section_of("readings", self.reading)
        dates = self.section_of("dates", self.plan_date)
        own = {i: p for i, value in enumerate(as_list(head.get("provisions"))) if (p := self.provision(("provisions", i), value))}
        above, overrides = inherited(self, self.base)
        records = tuple(self.record(i, value) for i, value in enumerate(as_list(head.get("records"))))
        self.cross_references(clauses, own, above, overrides, records)
        self.unused_parameters()
        if not head_is_sound:
            return None
        base = None if self.base is None else self.base.plan
        return Plan(
            id=head["id"], revision=head["revision"], title=as_text(head["title"]), pooling_area=head["pooling_area"],
            also_binds=tuple(head.get("also_binds") or ()), is_base=bool(head.get("is_base")),
            classes=tuple(head.get("classes") or PROVIDER_CLASSES),
            status=head["status"], valid_from=head["valid_from"], valid_until=head["valid_until"],
            legal_bases=tuple(head["legal_bases"]), source=as_text(head["source"]),
            clauses=MappingProxyType(clauses), readings=MappingProxyType(readings), dates=MappingProxyType(dates),
            provisions=self.in_order(head, own, above), records=(*(() if base is None else base.records), *records),
            sha256=self.sha256(), path=str(self.folder), digests=MappingProxyType(self.digests(head)),
            requirement_ids=tuple(head.get("requirement_ids") or ()), base=base, overrides=overrides,
        )

    def section_of(self, name: str, read: Any) -> dict[str, Any]:
        """One of the parts that map ids to contents: the base's, then the pack's own, which may not repeat an id of the base."""
        above = {} if self.base is None else dict(getattr(self.base.plan, name))
        own = self.section(as_mapping(self.document), name)
        for key in own:
            if key in above:
                self.report((name, key), "duplicate_id", Text("上位规划包已有这个编号", "the base has this id already"),
                            Text("改用另一个编号；要改规定请写在 overrides 中", "use another id; changes of provisions belong under overrides"), key)
        return {**above, **{key: read(key, value) for key, value in own.items()}}

    def in_order(
        self, head: Mapping[str, Any], own: Mapping[int, Provision], above: Mapping[str, Provision]
    ) -> tuple[Provision, ...]:
        """Order of evaluation: the base's provisions stand before the own one that ``base_before`` names, or first."""
        before = head.get("base_before")
        ids = [p.id for p in own.values()]
        if before is not None and before not in ids:
            self.report(("base_before",), "unknown_provision", Text("没有这条规定", "no such provision"),
                        self.near(before, ids, Text("写本规划中规定的标识", "write the id of a provision of this plan")), before)
        at = ids.index(before) if before in ids else 0
        mine = list(own.values())
        return (*mine[:at], *above.values(), *mine[at:])

    def sha256(self) -> str:
        """Digest of the pack's text, and of its base's."""
        above = b"" if self.base is None else self.base.plan.sha256.encode()
        return hashlib.sha256(_unix(self.content) + above).hexdigest()

    def digests(self, head: Mapping[str, Any]) -> dict[str, str]:
        """Digest of every part, so that a replay can name what changed."""
        found = {} if self.base is None else {f"base.{k}": v for k, v in self.base.plan.digests.items()}
        for part in ("clauses", "readings"):
            found |= {f"{part}.{k}": _digest(v) for k, v in self.section(head, part).items()}
        found |= {f"provisions.{v['id']}": _digest(v) for v in as_list(head.get("provisions")) if isinstance(v, dict) and "id" in v}
        found["records"] = _digest(head.get("records") or [])
        found["head"] = _digest({k: v for k, v in head.items() if k not in ("clauses", "readings", "provisions", "records")})
        return found

    # --- references between the parts ------------------------------------------------------------------------------

    def cross_references(
        self, clauses: Mapping[str, Clause], own: Mapping[int, Provision], above: Mapping[str, Provision],
        overrides: tuple[Override, ...], records: tuple[Record, ...],
    ) -> None:
        placed = [(("provisions", index), p) for index, p in own.items()]
        placed += [(("overrides", index), above[o.provision]) for index, o in enumerate(overrides)]
        ids = set(above)
        for index, provision in own.items():
            if provision.id in ids:
                self.report(("provisions", index, "id"), "duplicate_id", Text("标识重复", "the id stands twice"),
                            Text("改用另一个标识", "use another id"), provision.id)
            ids.add(provision.id)
        self.known_clauses(clauses, placed)
        self.known_provisions(placed, above)
        for index, record in enumerate(records):
            self.known_clause(("records", index, "clause"), record.clause, clauses)

    def known_clauses(self, clauses: Mapping[str, Clause], placed: Iterable[tuple[YamlPath, Provision]]) -> None:
        for path, provision in placed:
            self.known_clause((*path, "clause"), provision.clause, clauses)
            for further in provision.with_clauses:
                self.known_clause((*path, "with_clauses"), further, clauses)

    def known_clause(self, path: YamlPath, clause: str, clauses: Mapping[str, Clause]) -> None:
        if clause not in clauses:
            self.report(path, "unknown_clause", Text("没有这个条款", "no such clause"), self.near(clause, clauses, Text(
                "在 clauses 中写明它的出处与大意", "state its locator and meaning under clauses")), clause)

    def known_provisions(self, placed: Iterable[tuple[YamlPath, Provision]], above: Mapping[str, Provision]) -> None:
        """Provisions that others name exist, be they well written or not, and are of the kind that is wanted."""
        stated = {name: p.kind for name, p in above.items()}
        stated |= {v["id"]: str(v.get("kind")) for v in as_list(as_mapping(self.document).get("provisions"))
                   if isinstance(v, dict) and isinstance(v.get("id"), str)}
        for path, provision in placed:
            for key, wanted in type(provision).refers_to.items():
                names = getattr(provision, key)
                for name in [names] if isinstance(names, str) else names:
                    self.known_provision((*path, key), name, wanted, stated)

    def known_provision(self, path: YamlPath, name: str, wanted: str, stated: Mapping[str, str]) -> None:
        if not name:
            return
        if name not in stated:
            self.report(path, "unknown_provision", Text("没有这条规定", "no such provision"), self.near(name, stated, Text(
                "写本规划中规定的标识", "write the id of a provision of this plan")), name)
        elif wanted and stated[name] != wanted:
            self.report(path, "bad_value", Text(f"不是{kinds()[wanted].title.zh}", f"not a {wanted}"),
                        Text(f"写 {wanted} 类规定的标识", f"write the id of a provision of kind {wanted}"), name)


def _digest(value: Any) -> str:
    return canonical.sha256(canonical.dumps(value))[:16]


def _unix(content: bytes) -> bytes:
    """The same text has the same digest whatever line ends a checkout chose."""
    return content.replace(b"\r\n", b"\n")
