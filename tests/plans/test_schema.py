"""The schemas of packs: every shipped pack fits them, they meet no union, and they and the loader refuse the same things."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from dingdian import located_yaml
from dingdian.loop import pack_tests
from dingdian.plans import schema, shapes
from dingdian.plans.load import find_pack, load_plan, pack_ids
from dingdian.plans.schema import as_instance, kind_schema, schema_names, schema_of
from dingdian.plans.yaml_text import to_yaml
from dingdian.problems import BadData
from dingdian.provisions.base import kinds

Change = Callable[[dict[str, Any]], Any]


def document(pack: str, name: str = "plan.yaml") -> Any:
    return located_yaml.read((find_pack(pack) / name).read_bytes(), name)[0]


def errors(name: str, value: Any) -> list[str]:
    found = jsonschema.Draft7Validator(schema_of(name), format_checker=jsonschema.FormatChecker()).iter_errors(as_instance(value))
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message}" for error in found]


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from nodes(item)
    if isinstance(value, list):
        for item in value:
            yield from nodes(item)


@pytest.mark.parametrize("name", schema_names())
def test_every_schema_is_draft_07_and_titled_in_chinese(name: str) -> None:
    found = schema_of(name)
    jsonschema.Draft7Validator.check_schema(found)
    assert found["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert any("\u4e00" <= sign <= "\u9fff" for sign in found["title"])


@pytest.mark.parametrize("name", schema_names())
def test_an_editor_never_meets_a_union(name: str) -> None:
    for node in nodes(schema_of(name)):
        assert not {"anyOf", "oneOf"} & node.keys()
        assert not isinstance(node.get("type"), list)


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_every_field_of_a_kind_has_a_title(kind: str) -> None:
    found = kind_schema(kinds()[kind])
    assert found["properties"]["kind"]["const"] == kind
    assert all(one["title"] for one in found["properties"].values())
    assert found["properties"]["readings"]["properties"].keys() == kinds()[kind].slots.keys()


@pytest.mark.parametrize("pack", pack_ids())
def test_every_part_of_a_shipped_pack_fits_its_schema(pack: str) -> None:
    plan = document(pack)
    assert errors("plan", plan) == []
    assert errors("tests", document(pack, "tests.yaml")) == []
    assert {v["id"]: found for v in plan["provisions"] if (found := errors(v["kind"], v))} == {}


def test_every_check_of_the_loader_has_its_schema() -> None:
    parts = [v for v in vars(shapes).values() if isinstance(v, shapes.Shape)]
    checks = {check.__name__ for part in parts for check, _, _ in part.keys.values()}
    assert checks - schema._OF_CHECK.keys() == set()
    assert all(key in schema.TITLES for part in parts for key in part.keys)


def test_the_schema_of_tests_knows_the_keys_that_the_runner_knows() -> None:
    assert schema.TEST.keys() == pack_tests._TEST_KEYS
    assert schema.EXPECT.keys() == pack_tests._EXPECT_KEYS


def test_an_unknown_name_is_refused_with_those_that_exist() -> None:
    with pytest.raises(BadData) as caught:
        schema_of("radius")
    assert "radius_cap" in caught.value.problems[0].remedy.zh


# --- the loader and the schemas refuse the same ------------------------------------------------------------------


def put(*path: str | int, value: Any) -> Change:
    def change(provision: dict[str, Any]) -> None:
        place: Any = provision
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
    return change


def drop(*path: str) -> Change:
    def change(provision: dict[str, Any]) -> None:
        place = provision
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]
    return change


RADIUS = "pharmacy-radius"
MUTATIONS: list[tuple[str, Change, bool]] = [
    (RADIUS, lambda provision: None, True),
    (RADIUS, put("radius", value=800), False),
    (RADIUS, put("radius_m", value="800"), False),
    (RADIUS, put("radius_m", value=True), False),
    (RADIUS, put("radius_m", value=-1), False),
    (RADIUS, put("radius_m", value=0), False),
    (RADIUS, put("radius_m", value=1), True),
    (RADIUS, put("radius_m", value=100_001), False),
    (RADIUS, put("radius_m", value=Decimal("800.5")), True),
    (RADIUS, drop("radius_m"), False),
    (RADIUS, put("caps", value={}), False),
    (RADIUS, put("caps", "sparse", value=1), False),
    (RADIUS, put("counts", value="pharmacy"), False),
    (RADIUS, put("counts", value=["chemist"]), False),
    (RADIUS, put("requirements", value=[1]), False),
    (RADIUS, put("requirements", value=["JN-18", " "]), False),
    (RADIUS, put("rank", value=Decimal("1.5")), False),
    (RADIUS, put("rank", value=-2), True),
    (RADIUS, put("normally", value="yes"), False),
    (RADIUS, put("effect", value="gate"), True),
    (RADIUS, put("effect", value="exemption"), False),
    (RADIUS, put("scope", "action", value=["designate"]), False),
    (RADIUS, put("scope", "actions", value=["open"]), False),
    (RADIUS, put("scope", value=["designate"]), False),
    (RADIUS, drop("scope"), True),
    (RADIUS, drop("readings"), False),
    (RADIUS, drop("readings", "distance"), False),
    (RADIUS, put("readings", "walk", value="AMB-06"), False),
    (RADIUS, put("readings", "distance", value={"option": "walking"}), True),
    (RADIUS, put("readings", "distance", value={"option": "flying"}), False),
    (RADIUS, put("readings", "distance", value={}), False),
    (RADIUS, put("readings", "distance", value=7), False),
    (RADIUS, put("readings", "distance", value={"option": "walking", "percentile": 9}), False),
    (RADIUS, put("readings", "density", value={"option": "percentile"}), False),
    (RADIUS, put("readings", "density", value={"option": "percentile", "percentile": 90}), True),
    (RADIUS, put("readings", "density", value={"option": "percentile", "percentile": "90"}), False),
    (RADIUS, drop("clause"), False),
    (RADIUS, put("id", value=12), False),
    ("key-project", put("document", value=" "), False),
    ("key-project", put("document", value="文件"), True),
    ("key-project", put("excepts", value=["bed-total", 3]), False),
    ("key-project", drop("effect"), False),
    ("key-project", put("kinds_or_tags", value="true"), False),
    ("transition", put("months", value=Decimal("-0.5")), False),
]


def mutated(change: Change, of: str, folder: Path) -> tuple[dict[str, Any], Path]:
    plan = copy.deepcopy(document("jinan-2026"))
    provision = next(p for p in plan["provisions"] if p["id"] == of)
    change(provision)
    folder.mkdir(exist_ok=True)
    (folder / "plan.yaml").write_text(to_yaml(plan), encoding="utf-8")
    return provision, folder


def loads(folder: Path) -> bool:
    try:
        load_plan(folder)
    except BadData:
        return False
    return True


@pytest.mark.slow
@pytest.mark.parametrize(("of", "change", "sound"), MUTATIONS, ids=range(len(MUTATIONS)))
def test_loader_and_schema_agree(of: str, change: Change, sound: bool, tmp_path: Path) -> None:
    provision, folder = mutated(change, of, tmp_path / "pack")
    assert loads(folder) == sound
    assert (errors(provision["kind"], provision) == []) == sound


HEADS: list[tuple[Change, bool]] = [
    (put("revision", value=0), False), (put("revision", value=1), True), (put("status", value="law"), False),
    (put("title", value="济南"), False), (put("title", value={"zh": "济南"}), False), (put("motto", value="x"), False),
    (put("legal_bases", value=[]), True), (put("legal_bases", value=["", "x"]), False), (drop("source"), False),
    (put("dates", "publication", "value", value=3), False), (put("clauses", "balance", "page", value="3"), False),
    (put("readings", "AMB-04", "options", "points", "parameters", "points", value="two"), False),
    (put("records", 0, "type", value="wish"), False), (put("records", 0, "output", value="measures"), True),
]


@pytest.mark.parametrize(("change", "sound"), HEADS, ids=range(len(HEADS)))
def test_loader_and_schema_agree_on_the_head(change: Change, sound: bool, tmp_path: Path) -> None:
    plan = copy.deepcopy(document("jinan-2026"))
    change(plan)
    (tmp_path / "plan.yaml").write_text(to_yaml(plan), encoding="utf-8")
    assert loads(tmp_path) == sound
    assert (errors("plan", plan) == []) == sound
