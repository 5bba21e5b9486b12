"""Intervals hold what they promise: measured on seeded series of known making that no constant of the code was fitted to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.methods.forecast.processes import OTHERS, PROCESSES, mixture

from dingdian.methods.forecast import METHODS, Backtest, backtest, forecast

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "guides" / "forecast.md"
SEED, SERIES, HORIZON = 20261201, 250, 3


@pytest.fixture(scope="module")
def measured() -> Backtest:
    return backtest([series for _, series in mixture(SEED, SERIES, HORIZON)], HORIZON)


@pytest.mark.slow
@pytest.mark.parametrize(("level", "low", "high"), [(0.8, 0.75, 0.85), (0.95, 0.92, 0.98)])
def test_intervals_cover_what_they_say(measured: Backtest, level: float, low: float, high: float) -> None:
    assert low <= measured.coverage("chosen", level) <= high
    for step in range(1, HORIZON + 1):
        assert low <= measured.row("chosen", step).coverage[level] <= high
        assert measured.row("chosen", step).forecasts == SERIES


@pytest.mark.slow
@pytest.mark.parametrize("process", [process.__name__ for process in PROCESSES])
def test_no_kind_of_series_is_left_out_of_what_they_cover_and_the_guide_tells_how_far(process: str) -> None:
    found = backtest([series for name, series in mixture(20261127, 300, HORIZON) if name == process], HORIZON)
    nominal, wide = found.coverage("chosen", 0.8), found.coverage("chosen", 0.95)
    assert 0.7 <= nominal <= 0.9
    assert 0.9 <= wide <= 1
    assert f"| {nominal:.1%} | {wide:.1%} |" in GUIDE.read_text(encoding="utf-8")


@pytest.mark.slow
def test_series_of_kinds_that_nothing_was_set_on_are_covered_too() -> None:
    found = backtest([series for _, series in mixture(SEED, SERIES, HORIZON, OTHERS)], HORIZON)
    assert 0.75 <= found.coverage("chosen", 0.8) <= 0.85
    assert 0.92 <= found.coverage("chosen", 0.95) <= 0.98
    assert f"{found.coverage('chosen', 0.8):.1%} and {found.coverage('chosen', 0.95):.1%}" in GUIDE.read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_choice_is_about_as_good_as_the_best_method_and_far_better_than_the_worst(measured: Backtest) -> None:
    error = {name: np.mean([measured.row(name, step).error for step in (1, 2, 3)]) for name in ("naive", "drift", "ets", "arima", "chosen")}
    assert error["chosen"] <= 1.15 * min(error.values())
    assert error["chosen"] <= 0.9 * error["naive"]


def test_a_row_counts_what_forecast_said() -> None:
    values = [series for _, series in mixture(3, 6, 2)]
    table = backtest(values, 2, level=0.8)
    inside, errors = [], []
    for series in values:
        found = forecast(series[:-2], 2, level=0.8)
        low, high = found.interval(0.8)
        inside.append(low[1] <= series[-1] <= high[1])
        errors.append(abs(series[-1] - found.forecast[1]) / np.abs(np.diff(series[:-2])).mean())
    row = table.row("chosen", 2)
    assert row.forecasts == 6
    assert row.coverage == {0.8: np.mean(inside)}
    assert row.error == pytest.approx(np.mean(errors))


def test_several_origins_of_one_series() -> None:
    (_, series), = mixture(4, 1, 9)
    table = backtest([series[:11]], 2, methods=["naive", "drift"], origins=9)
    assert table.row("naive", 1).forecasts == 4  # 9, 8, 7 and 6 values known
    assert [(row.method, row.step) for row in table.rows] == [(name, step) for name in ("naive", "drift", "chosen") for step in (1, 2)]


def test_a_known_part_without_error_is_counted_and_left_out() -> None:
    table = backtest([[1, 2, 3, 4, 5, 6, 7, 9], [4, 4, 4, 4, 4, 4, 4, 5], [1, 3, 2, 5, 4, 6, 8, 7]], 1, methods=["naive", "drift"])
    assert table.skipped == 2
    assert table.row("drift", 1).forecasts == 1


@pytest.mark.parametrize(("series", "origins", "says"), [([], 1, "at least one series"), ([[1, 2, 3, 4, 5, 6, 7]], 1, "8 to 60"), ([[1] * 9], 0, "one origin")])
def test_what_it_refuses(series: list[list[float]], origins: int, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        backtest(series, 2, origins=origins)


def test_rows_that_are_not_there_are_refused() -> None:
    table = backtest([[1, 3, 2, 5, 4, 6, 8, 7]], 1, methods=["naive"])
    with pytest.raises(ValueError, match="no row for drift"):
        table.row("drift", 1)
    with pytest.raises(ValueError, match="no row for holt"):
        table.coverage("holt", 0.8)
    assert set(METHODS) >= {row.method for row in table.rows} - {"chosen"}
