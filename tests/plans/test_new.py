"""A new pack is whole from the first minute: it loads, lint finds nothing, its tests pass; and nothing of the user's is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from dingdian.loop.pack_tests import run_pack_tests
from dingdian.plans.explain import explain
from dingdian.plans.lint import lint_pack
from dingdian.plans.load import load_plan, pack_ids
from dingdian.plans.new import new_pack, template_ids
from dingdian.problems import BadData

MARK = "←"


def test_the_templates_are_these() -> None:
    assert template_ids() == ("full", "pharmacies")


@pytest.mark.slow
@pytest.mark.parametrize("template", template_ids())
def test_a_template_loads_lints_clean_and_passes_its_tests(template: str, tmp_path: Path) -> None:
    written = new_pack(tmp_path / "mycity-2027", template=template)
    assert [path.name for path in written] == ["plan.yaml", "tests.yaml", "README.md"]
    plan = load_plan(tmp_path / "mycity-2027")
    assert plan.id == "mycity-2027"
    assert [problem.line() for problem in lint_pack(plan.path).problems] == []
    assert {result.name: result.differences for result in run_pack_tests(plan) if not result.passed} == {}
    assert all(explain(plan, provision).rule.zh for provision in plan.provisions)


@pytest.mark.parametrize("template", template_ids())
def test_the_places_to_fill_in_are_marked(template: str, tmp_path: Path) -> None:
    new_pack(tmp_path / "x", template=template)
    lines = (tmp_path / "x" / "plan.yaml").read_text(encoding="utf-8").splitlines()
    for key in ("title:", "pooling_area:", "valid_from:", "valid_until:", "requirement_ids:", "clauses:", "readings:"):
        assert any(line.startswith(key) and MARK in line for line in lines), key


def test_every_template_covers_gates_exceptions_and_what_no_rule_can_say(tmp_path: Path) -> None:
    new_pack(tmp_path / "x", template="full")
    plan = load_plan(tmp_path / "x")
    assert {"gate", "exemption", "quota", "priority", "information"} <= {p.effect for p in plan.provisions}
    assert plan.untranslated


@pytest.mark.parametrize("pack", pack_ids())
def test_a_copy_is_the_pack_under_another_id(pack: str, tmp_path: Path) -> None:
    new_pack(tmp_path / "copy", id="other-2027", base=pack)
    one, two = load_plan(pack), load_plan(tmp_path / "copy")
    assert two.id == "other-2027"
    assert (two.provisions, two.clauses, two.readings, two.dates) == (one.provisions, one.clauses, one.readings, one.dates)
    text = (Path(one.path) / "plan.yaml").read_text(encoding="utf-8")
    assert (tmp_path / "copy" / "plan.yaml").read_text(encoding="utf-8").count("#") == text.count("#")


@pytest.mark.parametrize("name", ["2027", "yes", "本市规划", "a.b"])
def test_an_id_stays_a_text(name: str, tmp_path: Path) -> None:
    new_pack(tmp_path / "x", id=name)
    assert load_plan(tmp_path / "x").id == name


def test_an_empty_folder_may_be_used_and_a_full_one_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    new_pack(tmp_path / "empty")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    for place in ("full", "full/letter.txt"):
        with pytest.raises(BadData) as caught:
            new_pack(tmp_path / place)
        (problem,) = caught.value.problems
        assert (problem.code, problem.file) == ("folder_in_use", str(tmp_path / place))
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(("given", "code"), [
    ({"template": "hospital"}, "unknown_template"), ({"base": "atlantis-2026"}, "unknown_plan"), ({"id": "my city"}, "bad_id"),
    ({"id": "a/b"}, "bad_id"),
])
def test_what_does_not_exist_is_refused_and_nothing_is_written(given: dict[str, str], code: str, tmp_path: Path) -> None:
    with pytest.raises(BadData) as caught:
        new_pack(tmp_path / "x", **given)  # type: ignore[arg-type]
    assert [problem.code for problem in caught.value.problems] == [code]
    assert not (tmp_path / "x").exists()
