"""The guide says what the code does: its example prints what stands there, its tables are what is measured."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.methods.forecast.processes import mixture

from dingdian.methods.forecast import METHODS, backtest

GUIDE = (Path(__file__).resolve().parents[3] / "docs" / "guides" / "forecast.md").read_text(encoding="utf-8")
HORIZON = 3


def fenced(language: str) -> str:
    (block,) = re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
    return str(block)


@pytest.mark.slow
def test_the_example_prints_what_the_guide_says(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(fenced("python"), "forecast.md", "exec"), {})
    assert capsys.readouterr().out == fenced("text")


@pytest.mark.slow
def test_the_table_of_methods_is_what_is_measured() -> None:
    found = backtest([series for _, series in mixture(20261126, 300, HORIZON)], HORIZON)
    for name in [*METHODS, "chosen"]:
        steps = [found.row(name, step) for step in range(1, HORIZON + 1)]
        shares = [f"{row.coverage[level]:.1%}" for level in (0.8, 0.95) for row in steps]
        shown = f"**{name}**" if name == "chosen" else name
        assert " | ".join([f"| {shown}", str(steps[0].forecasts), *(f"{row.error:.2f}" for row in steps), *shares]) + " |" in GUIDE


def test_every_method_and_function_is_in_the_guide() -> None:
    for name in METHODS:
        assert f"| `{name}` |" in GUIDE
    for name in ("forecast(", "gm11(", "backtest(", "smooth(", "age_cohort_need(", "learned("):
        assert f"`{name}" in GUIDE
