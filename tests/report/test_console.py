"""What a person at a terminal reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from dingdian.loop.results import Run
from dingdian.report.console import show_gaps, show_rulings, ten_lines
from report import invented


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_summary_of_a_run_fits_ten_lines(a_run: Run, lang: str) -> None:
    lines = ten_lines(a_run, Path("/tmp/out"), lang)
    assert 4 <= len(lines) <= 10
    assert ("合成数据" if lang == "zh" else "SYNTHETIC") in lines[1]
    assert any("/tmp/out/report.html" in line for line in lines)


def test_gaps_show_values_targets_and_reasons(a_run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    show_gaps(a_run.gaps)
    said = capsys.readouterr().out
    for part in ("千名参保人床位数（张/千名参保人）", "7.4874", "8.5–9", "不足", "—（缺少床位数", "合成数据"):
        assert part in said, part


def test_one_ruling_is_shown_in_full_and_several_as_a_list(a_run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    show_rulings(a_run.rulings)
    several = capsys.readouterr().out
    assert "A-008" in several
    assert "※" in several
    show_rulings(a_run.rulings[3:4])
    one = capsys.readouterr().out
    assert "supply-demand" in one
    assert "JN-A1=open_beds" in one


def test_markup_in_names_is_not_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    import attrs

    ruling = attrs.evolve(invented.run().rulings[0], name="[bold]药店[/bold]")
    show_rulings([ruling])
    assert "[bold]药店[/bold]" in capsys.readouterr().out
