"""The choice among methods: by the backtest, with intervals that widen as they should, and series that it refuses."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from tests.methods.forecast.processes import PROCESSES, growth, random_walk

from dingdian.methods.forecast import METHODS, ChosenForecast, by_year, forecast, gm11
from dingdian.methods.forecast.choose import chosen
from dingdian.methods.forecast.methods import fit_method
from dingdian.methods.forecast.pool import Member, quantiles
from dingdian.methods.forecast.rolling import PRIOR, trials

WALK = random_walk(np.random.default_rng(5), 18)
VALUES = st.lists(st.integers(-10**6, 10**6), min_size=6, max_size=25)


def as_numbers(found: ChosenForecast) -> list[float]:
    return [*found.forecast, *found.fitted, *(value for ends in found.bounds.values() for end in ends for value in end)]


def test_the_errors_are_those_of_forecasting_each_end_from_what_was_known_before_it() -> None:
    tried, _ = trials(WALK, 3, ["naive", "drift"])
    for name in ("naive", "drift"):
        errors = []
        for origin in range(METHODS["drift"].least, WALK.size):
            step = (WALK[origin - 1] - WALK[0]) / (origin - 1) if name == "drift" else 0.0
            ahead = range(1, min(3, WALK.size - origin) + 1)
            errors.append(np.mean([abs(WALK[origin + h - 1] - WALK[origin - 1] - h * step) for h in ahead]))
        assert tried[name].origins == len(errors)
        assert tried[name].error == pytest.approx(np.mean(errors) / np.abs(np.diff(WALK)).mean(), rel=1e-12)


def test_the_widening_is_the_root_mean_square_of_normal_scores_with_the_prior() -> None:
    tried, _ = trials(WALK, 2, ["naive"])
    scores = []
    for origin in range(METHODS["naive"].least, WALK.size):
        known, later = WALK[:origin], WALK[origin : origin + 2]
        size = np.sqrt((np.diff(known) ** 2).mean() * np.arange(1, later.size + 1))
        scores.append(np.mean(stats.norm.ppf(stats.t(origin - 1).cdf((later - known[-1]) / size)) ** 2))
    assert tried["naive"].widening == pytest.approx(np.sqrt((PRIOR + sum(scores)) / (PRIOR + len(scores))), rel=1e-9)


def test_the_best_in_the_backtest_is_chosen_and_the_weights_follow_the_errors() -> None:
    found = forecast(WALK, 3)
    errors = [candidate.error for candidate in found.candidates]
    assert errors == sorted(errors)
    assert found.method == found.candidates[0].method
    assert sum(candidate.weight for candidate in found.candidates) == pytest.approx(1)
    first, last = found.candidates[0], found.candidates[-1]
    assert first.weight / last.weight == pytest.approx((last.error / first.error) ** (6 * first.origins / (first.origins + 4)))
    np.testing.assert_array_equal(found.forecast, fit_method(found.method, WALK, 3).forecast)


def test_a_tie_goes_to_the_simpler_method() -> None:
    trial = trials(WALK, 2, ["naive"])[0]["naive"]
    found = chosen({"ets": trial, "drift": trial, "naive": trial}, {}, (0.8,), WALK.size)
    assert [candidate.method for candidate in found.candidates] == ["naive", "drift", "ets"]


def test_one_method_alone_is_that_method_with_its_own_interval_never_narrowed() -> None:
    found = forecast(WALK, 3, methods=["drift"], level=0.8)
    (candidate,) = found.candidates
    assert candidate.widening >= 1
    fit = fit_method("drift", WALK, 3)
    half = stats.t(WALK.size - 2).ppf(0.9) * fit.scale * candidate.widening
    low, high = found.interval(0.8)
    np.testing.assert_allclose(low, fit.forecast - half, rtol=1e-9)
    np.testing.assert_allclose(high, fit.forecast + half, rtol=1e-9)


def test_gm11_is_the_same_curve_whoever_asks() -> None:
    series = growth(np.random.default_rng(2), 12)
    np.testing.assert_allclose(forecast(series, 4, methods=["gm11"]).forecast, gm11(series, 4).forecast, rtol=1e-12)


def test_growth_is_the_mean_yearly_rate() -> None:
    series = growth(np.random.default_rng(2), 12)
    rate = (series[-1] / series[0]) ** (1 / 11)
    np.testing.assert_allclose(forecast(series, 3, methods=["growth"]).forecast, series[-1] * rate ** np.arange(1, 4), rtol=1e-12)


@settings(deadline=None, max_examples=40)
@given(VALUES, st.integers(1, 6))
def test_whatever_the_series_every_number_is_finite_and_intervals_are_nested(values: list[int], horizon: int) -> None:
    found = forecast(values, horizon)
    assert np.isfinite(as_numbers(found)).all()
    if found.bounds:
        (low, high), (lower, higher) = found.interval(0.8), found.interval(0.95)
        assert (lower <= low).all()
        assert (low <= found.forecast).all()
        assert (found.forecast <= high).all()
        assert (high <= higher).all()
        assert (low < high).all()
    else:
        assert found.notes


@settings(deadline=None, max_examples=25)
@given(st.lists(st.floats(1e-6, 1e9), min_size=6, max_size=14), st.integers(1, 30))
def test_the_wildest_series_above_zero_have_finite_answers(values: list[float], horizon: int) -> None:
    found = forecast(values, horizon)
    assert np.isfinite(as_numbers(found)).all()
    assert (gm11(values, horizon).fitted.size, found.forecast.size) == (len(values), horizon)


@pytest.mark.parametrize("process", PROCESSES)
def test_another_unit_gives_the_same_forecast_in_that_unit(process: object) -> None:
    series = process(np.random.default_rng(11), 14)  # type: ignore[operator]
    one, other = forecast(series, 3), forecast(series * 10000, 3)
    assert one.method == other.method
    np.testing.assert_allclose(np.array(as_numbers(other)), 10000 * np.array(as_numbers(one)), rtol=1e-6)


@pytest.mark.slow
def test_the_same_bytes_on_any_number_of_threads() -> None:
    from threadpoolctl import threadpool_limits

    from dingdian.methods.forecast.linear import _kept

    said = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            _kept.cache_clear()
            said += [np.array(as_numbers(forecast(process(np.random.default_rng(3), 24), 3))).tobytes() for process in PROCESSES]
    assert said[: len(PROCESSES)] == said[len(PROCESSES) :]


@pytest.mark.parametrize("series", [[7] * 8, [3, 5, 7, 9, 11, 13, 15, 17, 19], [0.0] * 6])
def test_a_series_without_errors_has_a_forecast_and_no_interval(series: list[float]) -> None:
    found = forecast(series, 2)
    np.testing.assert_allclose(found.forecast, series[-1] + (series[-1] - series[-2]) * np.arange(1, 3), atol=1e-9)
    assert found.bounds == {}
    assert "不给区间" in found.notes[0].zh
    with pytest.raises(ValueError, match=r"no interval at level 0\.8; there are none"):
        found.interval(0.8)


def test_methods_drop_out_with_their_reason() -> None:
    short = forecast([3, 5, 4, 6, 5, 8], 2)
    assert set(short.dropped) == {"holt", "damped", "gm11"}
    assert short.dropped["holt"].en == "too short: needs 8 values, has 6"
    assert "少于" in short.notes[0].zh or "短于" in short.notes[0].zh
    negative = forecast([3, -5, 4, 6, 5, 8, 2, 1, 4, 3], 2)
    assert set(negative.dropped) == {"growth", "gm11"}


@pytest.mark.parametrize(("size", "note"), [(9, True), (10, False), (11, False)])
def test_fewer_than_ten_values_are_called_few(size: int, note: bool) -> None:
    assert bool(forecast(WALK[:size], 1).notes) is note


@pytest.mark.parametrize("size", [5, 6, 7, 59, 60, 61])
def test_six_to_sixty_values(size: int) -> None:
    series = random_walk(np.random.default_rng(1), size)
    if 6 <= size <= 60:
        assert forecast(series, 1, methods=["naive", "drift"]).bounds
    else:
        with pytest.raises(ValueError, match="6 to 60 values"):
            forecast(series, 1)


@pytest.mark.parametrize(("arguments", "says"), [
    ({"methods": ["arma"]}, "not arma"), ({"methods": []}, "not none"), ({"level": 80}, "divide percentages by 100"), ({"level": 0}, "above 0"),
    ({"horizon": 0}, "horizon"),
])
def test_arguments_out_of_range_are_refused(arguments: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        forecast(WALK, **{"horizon": 1, **arguments})  # type: ignore[arg-type]


def test_nothing_to_try_is_said_with_the_reason() -> None:
    with pytest.raises(ValueError, match="no method can be tried: gm11: the series has values that are not above zero"):
        forecast([3, -5, 4, 6, 5, 8, 2], 1, methods=["gm11"])


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_missing_value_is_never_filled_in(bad: float) -> None:
    with pytest.raises(ValueError, match="value 4 of the series is missing or not finite"):
        forecast([1, 2, 3, bad, 5, 6, 7], 1)


@pytest.mark.parametrize("series", [[1, 2, pd.NA, 4, 5, 6, 7], ["a"] * 7, [[1, 2], [3]]])
def test_what_is_no_row_of_numbers_is_refused_in_one_sentence(series: list[object]) -> None:
    with pytest.raises(ValueError, match="a series is a row of numbers"):
        forecast(series, 1)  # type: ignore[arg-type]


def test_exact_numbers_and_none_are_read_as_what_they_are() -> None:
    np.testing.assert_array_equal(forecast([Fraction(k * k, 2) for k in range(8)], 1).forecast, forecast([k * k / 2 for k in range(8)], 1).forecast)
    with pytest.raises(ValueError, match="value 2 of the series is missing"):
        forecast([1, None, 3, 4, 5, 6, 7], 1)  # type: ignore[list-item]


def test_a_gap_in_the_years_is_refused() -> None:
    assert by_year({2021: 3.0, 2019: 1.0, 2020: 2.0})[0] == (2019, 2020, 2021)
    with pytest.raises(ValueError, match="year 2020 is missing between 2019 and 2021"):
        by_year({2019: 1.0, 2021: 3.0})
    with pytest.raises(ValueError, match="no year"):
        by_year({})


def test_the_chance_of_a_deficit_agrees_with_the_interval() -> None:
    found = forecast(WALK, 3)
    low, high = found.interval(0.8)
    for step in range(3):
        assert found.probability_below(float(low[step]))[step] == pytest.approx(0.1, abs=1e-9)
        assert found.probability_below(float(high[step]))[step] == pytest.approx(0.9, abs=1e-9)
    assert (found.probability_below(-1e9) < 1e-6).all()
    with pytest.raises(ValueError, match="must be finite"):
        found.probability_below(float("nan"))
    with pytest.raises(ValueError, match="no chance can be stated"):
        forecast([5] * 8, 1).probability_below(0)


def test_the_pool_of_one_is_its_member_and_of_two_a_mixture() -> None:
    one = Member(np.array([10.0]), np.array([2.0]), 5, False, 0.5)
    other = Member(np.array([0.0]), np.array([1.0]), 3, True, 1.5)
    wanted = [0.025, 0.1, 0.5, 0.9, 0.975]
    np.testing.assert_allclose(quantiles([one], wanted)[:, 0], stats.t(5, 10, 2).ppf(wanted), rtol=1e-9)
    np.testing.assert_allclose(quantiles([other], wanted)[:, 0], np.exp(stats.t(3).ppf(wanted)), rtol=1e-9)
    for share, value in zip(wanted, quantiles([one, other], wanted)[:, 0]):
        below = 0.25 * stats.t(5, 10, 2).cdf(value) + 0.75 * (stats.t(3).cdf(np.log(value)) if value > 0 else 0)
        assert below == pytest.approx(share, abs=1e-9)
