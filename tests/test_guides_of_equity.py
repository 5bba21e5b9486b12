"""The examples of the guides to inequality and agglomeration print what the guides say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dingdian.methods.inequality import theil_conventions

GUIDES = Path(__file__).resolve().parent.parent / "docs" / "guides"


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", (GUIDES / name).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("name", ["inequality.md", "agglomeration.md"])
def test_the_example_prints_what_the_guide_says(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (example,), (printed,) = blocks(name, "python"), blocks(name, "text")
    exec(compile(example, name, "exec"), {})
    assert capsys.readouterr().out == printed


def test_the_guide_to_inequality_lists_every_convention_of_the_theil_index() -> None:
    guide = (GUIDES / "inequality.md").read_text(encoding="utf-8")
    assert [convention.id for convention in theil_conventions() if f"| `{convention.id}`" not in guide] == []
