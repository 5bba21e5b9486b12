"""How methods did on series whose later values are known: error and coverage by method and years ahead.

The ends of the series are held back, every method forecasts them alone, and so does `forecast` with its choice among all. The table is
what a guide may quote; it holds for series like those that it was measured on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from attrs import frozen

from dingdian.methods.forecast.choose import LEVELS, SHORTEST, chosen, known
from dingdian.methods.forecast.result import Forecast
from dingdian.methods.forecast.rolling import trials
from dingdian.methods.forecast.series import Array, Series, checked, checked_horizon, checked_levels

CHOSEN = "chosen"


@frozen
class BacktestRow:
    """One method, one number of values ahead.

    Attributes
    ----------
    method : str
        As in `METHODS`, or ``chosen``: the choice of `forecast` among them.
    step : int
        Values ahead, from 1.
    forecasts : int
        Forecasts that were made.
    error : float
        MASE: mean over the forecasts of |error| ÷ mean |change| of the part that was known.
    coverage : dict of level to share
        Share of forecasts whose interval held the value, its ends included.
    """

    method: str
    step: int
    forecasts: int
    error: float
    coverage: dict[float, float]


@frozen
class Backtest:
    """Rows by method and step; ``skipped`` counts origins where the known part was repeated exactly or nothing could be tried."""

    rows: tuple[BacktestRow, ...]
    skipped: int

    def row(self, method: str, step: int) -> BacktestRow:
        """The row of one method and step."""
        found = [row for row in self.rows if (row.method, row.step) == (method, step)]
        if not found:
            raise ValueError(f"no row for {method}, {step} ahead")
        return found[0]

    def coverage(self, method: str, level: float) -> float:
        """Share of all forecasts of a method, over all steps, whose interval held the value."""
        rows = [row for row in self.rows if row.method == method]
        if not rows:
            raise ValueError(f"no row for {method}")
        return sum(row.coverage[level] * row.forecasts for row in rows) / sum(row.forecasts for row in rows)


def backtest(
    series: Sequence[Series], horizon: int, *, level: float | Iterable[float] = LEVELS, methods: Sequence[str] | None = None,
    origins: int = 1,
) -> Backtest:
    """Forecast the known ends of many series.

    Parameters
    ----------
    series : sequence of series
        Each with at least 6 + ``horizon`` values; a single series is a list of one.
    horizon : int
        Values held back at each origin.
    origins : int
        Origins of each series: the last that leaves ``horizon`` values, the one before it, and so on, as far as 6 values stay known.

    Raises
    ------
    ValueError
        No series, one that is too short, or as in `forecast`.
    """
    names, levels, ahead = known(methods), checked_levels(level), checked_horizon(horizon)
    if origins < 1 or not len(series):
        raise ValueError("a backtest needs at least one series and one origin")
    collected: dict[tuple[str, int], list[tuple[float, list[bool]]]] = {}
    skipped = 0
    for values in (checked(one, SHORTEST + ahead) for one in series):
        for origin in range(values.size - ahead, max(values.size - ahead - origins, SHORTEST - 1), -1):
            made = _forecasts(values[:origin], ahead, names, levels)
            skipped += not made
            for name, one in made.items():
                for step, result in enumerate(_results(one, values[:origin], values[origin : origin + ahead], levels), 1):
                    collected.setdefault((name, step), []).append(result)
    order = [*names, CHOSEN]
    keys = sorted(collected, key=lambda key: (order.index(key[0]), key[1]))
    return Backtest(tuple(_row(*key, collected[key], levels) for key in keys), skipped)


def _forecasts(known_part: Array, horizon: int, names: Sequence[str], levels: Sequence[float]) -> dict[str, Forecast]:
    """Each method alone, and the choice among them; nothing where a method repeats the known part without error."""
    if not np.diff(known_part).any():
        return {}
    tried, dropped = trials(known_part, horizon, names)
    if not tried or any(trial.fit.exact for trial in tried.values()):
        return {}
    made: dict[str, Forecast] = {name: chosen({name: trial}, {}, levels, known_part.size) for name, trial in tried.items()}
    return made | {CHOSEN: chosen(tried, dropped, levels, known_part.size)}


def _results(made: Forecast, known_part: Array, came: Array, levels: Sequence[float]) -> Iterator[tuple[float, list[bool]]]:
    change = float(np.abs(np.diff(known_part)).mean())
    ends = [made.interval(level) for level in levels]
    for step, value in enumerate(came):
        yield abs(float(value - made.forecast[step])) / change, [bool(low[step] <= value <= high[step]) for low, high in ends]


def _row(name: str, step: int, results: list[tuple[float, list[bool]]], levels: Sequence[float]) -> BacktestRow:
    held = np.array([inside for _, inside in results], dtype=np.float64).reshape(len(results), len(levels))
    return BacktestRow(
        method=name, step=step, forecasts=len(results), error=float(np.mean([error for error, _ in results])),
        coverage={level: float(held[:, place].mean()) for place, level in enumerate(levels)},
    )
