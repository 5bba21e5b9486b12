"""The guides to scenarios and to reallocating beds: their examples print what they say, their files are ones that can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dingdian as dd
from dingdian.loop.scenario.changes import VERBS, read_changes
from dingdian.provisions.base import Provision, kinds

pytestmark = pytest.mark.slow

GUIDES = Path(__file__).resolve().parent.parent / "docs" / "guides"


def page(name: str) -> str:
    return (GUIDES / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page(name), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("name", ["scenario.md", "reallocate-beds.md"])
def test_the_example_prints_what_the_guide_says(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (example,), (printed,) = blocks(name, "python"), blocks(name, "text")
    exec(compile(example, name, "exec"), {})
    assert capsys.readouterr().out == printed


@pytest.mark.parametrize("which", [0, 1])
def test_the_files_of_the_guide_are_carried_out(which: int, tmp_path: Path) -> None:
    path = tmp_path / "changes.yaml"
    path.write_text(blocks("scenario.md", "yaml")[which], encoding="utf-8")
    found = dd.scenario(dd.read_city("shaoxing-demo"), dd.load_plan("shaoxing-2026"), path)
    assert found.changed
    assert len(found.changes) == len(read_changes(path).items)


def test_the_guide_shows_every_change(tmp_path: Path) -> None:
    path = tmp_path / "changes.yaml"
    path.write_text(blocks("scenario.md", "yaml")[1], encoding="utf-8")
    assert {change.verb for change in read_changes(path).items} == set(VERBS)


def test_the_guide_lists_every_kind_that_speaks_of_beds() -> None:
    guide = page("reallocate-beds.md")
    speaking = [name for name, kind in kinds().items() if kind.bed_limits is not Provision.bed_limits and name != "weak_area"]
    assert [name for name in speaking if f"| `{name}` |" not in guide] == []


def test_the_answer_in_the_comparison_guide_is_the_one_that_is_given() -> None:
    from dingdian.report.diff_view import diff_lines

    found = dd.diff_plans(dd.load_plan("wuhu-2026"), dd.load_plan("jinan-2026"), dd.read_city("wuhu-demo"))
    printed = blocks("compare-plans.md", "text")[0]
    assert [line for line in printed.splitlines() if line.strip() != "…" and line not in diff_lines(found)] == []
