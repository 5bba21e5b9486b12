"""The learned model: its interval covers, it says when it is no better than last year's figure, and it decides nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.methods.forecast import Baseline, Comparison, Learned, Rows, learned, rows
from dingdian.methods.forecast.boosting import conformal_width, split
from dingdian.methods.forecast.panel import LAST_YEAR


def units_by_years(seed: int, units: int = 120, years: int = 6, drift: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Bed-days that follow the beds of the year before, with noise of a tenth; beds wander."""
    rng = np.random.default_rng(seed)
    beds = np.exp(rng.normal(4.5, 1, size=(units, 1)) + np.cumsum(rng.normal(drift, 0.25, size=(units, years)), axis=1))
    days = np.empty_like(beds)
    days[:, 0] = 300 * beds[:, 0]
    days[:, 1:] = 300 * beds[:, :-1] * np.exp(rng.normal(0, 0.1, size=(units, years - 1)))
    return days, beds


def learn(table: Rows, seed: int = 7, **more: Any) -> Learned:
    return learned(table.features, table.target, table.new, names=table.names, seed=seed, groups=table.groups.tolist(),
                   baseline=table.baseline, **more)


@pytest.fixture(scope="module")
def table() -> Rows:
    days, beds = units_by_years(1)
    return rows(days, others={"beds": beds, "noise": np.random.default_rng(2).normal(size=days.shape)})


@pytest.fixture(scope="module")
def found(table: Rows) -> Learned:
    return learn(table)


def test_it_finds_what_drives_the_figure_and_beats_last_years(found: Learned) -> None:
    assert max(found.importance, key=lambda name: found.importance[name]) == "beds"
    assert found.importance["beds"] > 10 * abs(found.importance["noise"])
    assert found.compared_with.better
    assert "小于上年数" in found.notes[-1].zh


def test_it_never_decides(found: Learned) -> None:
    assert found.decides is False
    assert "仅供参考" in found.notes[0].zh
    assert "exchangeability" in found.notes[1].en


def test_parts_are_whole_units_and_make_up_all_rows(found: Learned, table: Rows) -> None:
    assert (found.n_train, found.n_calibration, found.n_holdout) == (72 * 4, 24 * 4, 24 * 4)
    parts = split(table.groups.tolist(), len(table.target), 7)
    owners = [set(table.groups[part].tolist()) for part in parts]
    assert not owners[0] & owners[1] | owners[0] & owners[2] | owners[1] & owners[2]
    assert sorted(row for part in parts for row in part) == list(range(len(table.target)))


@pytest.mark.slow
@pytest.mark.parametrize(("level", "low", "high"), [(0.8, 0.75, 0.85), (0.95, 0.92, 0.98)])
def test_its_interval_covers_what_it_says_on_units_never_seen(level: float, low: float, high: float) -> None:
    held = []
    for seed in range(8):
        days, beds = units_by_years(100 + seed)
        known, unseen = rows(days[:80], others={"beds": beds[:80]}), rows(days[80:], others={"beds": beds[80:]})
        said = learned(known.features, known.target, unseen.features, names=known.names, seed=seed, groups=known.groups.tolist(), level=level)
        held.append(((said.low <= unseen.target) & (unseen.target <= said.high)).mean())
    assert low <= np.mean(held) <= high


@pytest.mark.parametrize("seed", range(4))
def test_it_says_when_it_is_no_better_than_last_years_figure(seed: int) -> None:
    """Figures that take a fresh step every year: nothing can be learned that last year's figure does not say."""
    days = np.exp(9 + np.cumsum(np.random.default_rng(seed).normal(0, 0.1, size=(60, 4)), axis=1))
    said = learn(rows(days))
    assert not said.compared_with.better
    assert "不宜采用" in said.notes[-1].zh


@pytest.mark.parametrize(("model_error", "better"), [(7.9, True), (8.0, False), (8.1, False), (11.0, False)])
def test_better_means_by_more_than_twice_the_doubt(model_error: float, better: bool) -> None:
    assert Comparison(LAST_YEAR, model_error, 10.0, 1.0).better is better


def test_without_a_rival_the_median_stands_in(table: Rows) -> None:
    said = learned(table.features, table.target, table.new, names=table.names, seed=1)
    assert said.compared_with.name.en.startswith("the median")
    assert said.compared_with.better


def test_the_same_seed_gives_the_same_bytes_on_any_number_of_threads(table: Rows, found: Learned) -> None:
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        again = learn(table)
    assert again.prediction.tobytes() == found.prediction.tobytes()
    assert again.high.tobytes() == found.high.tobytes()
    assert again.importance == found.importance


def test_counts_are_never_below_zero() -> None:
    rng = np.random.default_rng(3)
    said = learn(rows(rng.integers(0, 3, size=(40, 4)).astype(float)), level=0.9)
    assert (said.low >= 0).all()
    assert (said.low <= said.prediction).all()
    assert (said.prediction <= said.high).all()


@pytest.mark.parametrize(("size", "level", "place"), [(9, 0.8, 8), (4, 0.8, 4), (19, 0.95, 19), (39, 0.95, 38), (20, 0.95, 20)])
def test_the_conformal_rank(size: int, level: float, place: int) -> None:
    assert conformal_width(np.arange(size, 0, -1.0), level) == place


@pytest.mark.parametrize("size", [17, 18, 19])
def test_nineteen_rows_are_needed_for_95_percent(size: int) -> None:
    if size < 19:
        with pytest.raises(ValueError, match=r"too few for a level of 0\.95"):
            conformal_width(np.ones(size), 0.95)
    else:
        assert conformal_width(np.ones(size), 0.95) == 1


@pytest.mark.parametrize("units", [29, 30, 31])
def test_thirty_units_are_needed(units: int) -> None:
    if units < 30:
        with pytest.raises(ValueError, match="at least 30 units"):
            split(list(range(units)), units, 0)
    else:
        assert sum(len(part) for part in split(list(range(units)), units, 0)) == units


@given(st.integers(1, 3), st.integers(4, 6), st.integers(1, 4))
def test_rows_look_back_and_never_ahead(lags: int, years: int, units: int) -> None:
    figures = 100.0 * np.arange(units)[:, None] + np.arange(years)
    table = rows(figures, lags=lags, others={"beds": figures + 0.5})
    assert len(table.target) == units * (years - lags)
    for feature, target, unit, last in zip(table.features, table.target, table.groups, table.baseline.rows):
        assert feature.tolist() == [*(target - back for back in range(1, lags + 1)), target - 0.5]
        assert target // 100 == unit
        assert last == target - 1
    assert table.new[:, 0].tolist() == np.asarray(table.baseline.new).tolist() == figures[:, -1].tolist()
    assert table.names == (*(f"{back} back" for back in range(1, lags + 1)), "beds")


@pytest.mark.parametrize(("call", "says"), [
    (lambda: rows([[1, 2], [3, float("nan")]], lags=1), "missing or not finite"), (lambda: rows([1, 2, 3]), "units by years"),
    (lambda: rows([[1, 2]], lags=2), "needs more than that"), (lambda: rows([[1, 2]], lags=1, others={"beds": [[1]]}), "beds has shape"),
])
def test_tables_that_are_refused(call: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        call()


GOOD: dict[str, Any] = {"features": np.ones((40, 1)), "target": np.ones(40), "new": np.ones((1, 1)), "names": ["x"], "seed": 0}


@pytest.mark.parametrize(("changed", "says"), [
    ({"target": np.ones(39)}, "do not fit together"), ({"new": np.ones((1, 2))}, "do not fit together"), ({"names": ["x", "y"]}, "2 names for 1"),
    ({"features": np.full((40, 1), np.nan)}, "missing or not finite"), ({"target": -np.ones(40)}, "zero or more, not -1"),
    ({"level": 80}, "divide percentages"), ({"groups": [1] * 40}, "at least 30 units"), ({"groups": [1]}, "1 groups but 40 rows"),
    ({"baseline": Baseline(LAST_YEAR, np.ones(3), np.ones(1))}, "for each row and each new row"),
    ({"baseline": Baseline(LAST_YEAR, np.ones(40), np.ones(2))}, "for each row and each new row"),
    ({"baseline": Baseline(LAST_YEAR, -np.ones(40), np.ones(1))}, "zero or more"),
    ({"level": 0.95}, "too few for a level"),
])
def test_what_it_refuses(changed: dict[str, Any], says: str) -> None:
    given = {**GOOD, **changed}
    with pytest.raises(ValueError, match=says):
        learned(given.pop("features"), given.pop("target"), given.pop("new"), **given)


def test_equal_targets_are_learned_as_they_are() -> None:
    said = learned(GOOD["features"], 5 * GOOD["target"], GOOD["new"], names=["x"], seed=0, level=0.5)
    np.testing.assert_allclose([said.prediction[0], said.low[0], said.high[0]], 5, rtol=1e-12)
    assert not said.compared_with.better
