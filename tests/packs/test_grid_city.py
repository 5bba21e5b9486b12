"""A sixth city, written in YAML alone: it lints, its cases come out as worked out by hand, and it touches no Python."""

from __future__ import annotations

import shutil
from pathlib import Path

from dingdian.loop.pack_tests import run_pack_tests
from dingdian.plans.lint import lint_pack
from dingdian.plans.load import load_plan

FOLDER = Path(__file__).resolve().parent / "grid-city"


def test_the_sixth_pack_is_yaml_and_nothing_else(tmp_path: Path) -> None:
    """It is copied away from the repository first: what it needs is in its folder and in the shipped base."""
    away = tmp_path / "grid-city"
    shutil.copytree(FOLDER, away)
    assert sorted(path.name for path in away.iterdir()) == ["plan.yaml", "tests.yaml"]
    report = lint_pack(away)
    assert report.problems == ()
    assert report.gaps == ()
    results = run_pack_tests(load_plan(away))
    assert [(result.name, result.differences) for result in results if not result.passed] == []
    assert sum(not result.is_generated for result in results) >= 25
    assert sum(result.is_generated for result in results) >= 30


def test_it_overrides_the_base_by_name() -> None:
    plan = load_plan(FOLDER)
    assert [(o.provision, o.type, o.changed) for o in plan.overrides] == [("orders-running", "override", ("scope", "items"))]
    assert plan.provision("orders-running").requirements == ("GC-08", "NO-03")
