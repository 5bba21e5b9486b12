"""Linear models: the same answers as statsmodels at the same constants, near its optimum, and textbook errors."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.methods.forecast.processes import PROCESSES

from dingdian.methods.forecast.linear import fit, least
from dingdian.methods.forecast.smoothing import smooth

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what another library says while it is imported is not ours
    from statsmodels.tsa.arima.model import ARIMA
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

SERIES = [process(np.random.default_rng(seed), n) for seed, process in enumerate(PROCESSES) for n in (9, 25)]
# Hyndman & Athanasopoulos, Forecasting: Principles and Practice: oil production of Saudi Arabia 1996-2007, million tonnes, and
# air passengers of Australia 1990-2004, millions, as R's fpp package carries them.
OIL = [446.6565, 454.4733, 455.663, 423.6322, 456.2713, 440.5881, 425.3325, 485.1494, 506.0482, 526.792, 514.2689, 494.211]
AIR = [17.5534, 21.8601, 23.8866, 26.9293, 26.8885, 28.8314, 30.0751, 30.9535, 30.1857, 31.5797, 32.5776, 33.4774, 39.0216, 41.3864, 41.5966]


@pytest.mark.parametrize(("alpha", "printed"), [(0.2, 484.80), (0.6, 501.84)])
def test_simple_smoothing_as_printed_in_the_first_edition(alpha: float, printed: float) -> None:
    assert round(float(smooth(OIL, 1, alpha=alpha, level=OIL[0]).forecast[0]), 2) == printed


def test_holt_as_printed_in_the_first_edition() -> None:
    found = smooth(AIR, 5, alpha=0.8, beta=0.2, level=AIR[0], slope=AIR[1] - AIR[0])
    assert found.forecast.round(2).tolist() == [43.76, 45.59, 47.43, 49.27, 51.10]
    assert found.fitted[1:].round(2).tolist() == [22.03, 25.48, 27.54, 30.29, 30.26, 31.58, 32.60, 33.24, 32.27, 33.08, 33.96, 34.78, 40.06, 43.22]


def test_smoothing_by_given_constants_refuses_what_is_no_share() -> None:
    with pytest.raises(ValueError, match="beta is a share"):
        smooth(AIR, 1, alpha=0.5, beta=1.1, level=0)
    with pytest.raises(ValueError, match="must be finite"):
        smooth(AIR, 1, alpha=0.5, level=float("nan"))


@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize("name", ["ses", "holt", "damped"])
def test_exponential_smoothing_equals_statsmodels_and_the_recursion_at_its_constants(name: str, series: np.ndarray) -> None:
    ours = fit(name, series, 4)
    alpha, beta, phi = (ours.parameters.get(key, default) for key, default in (("alpha", 0.0), ("beta*", 0.0), ("phi", 1.0)))
    level, slope = ours.parameters["level"], ours.parameters.get("slope", 0.0)
    by_hand = smooth(series, 4, alpha=alpha, beta=beta, phi=phi, level=level, slope=slope)
    np.testing.assert_allclose(ours.forecast, by_hand.forecast, rtol=1e-8)
    np.testing.assert_allclose(ours.fitted, by_hand.fitted, rtol=1e-8)
    trend = {} if name == "ses" else {"trend": "add", "damped_trend": name == "damped", "initial_trend": slope}
    model = ExponentialSmoothing(series, initialization_method="known", initial_level=level, **trend)
    given = {} if name == "ses" else {"smoothing_trend": beta} | ({"damping_trend": phi} if name == "damped" else {})
    theirs = model.fit(smoothing_level=alpha, **given, optimized=False)
    np.testing.assert_allclose(ours.fitted, theirs.fittedvalues, rtol=1e-8)
    np.testing.assert_allclose(ours.forecast, theirs.forecast(4), rtol=1e-8)


@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize(("name", "trend"), [("ses", None), ("holt", "add"), ("damped", "add")])
def test_no_optimiser_of_statsmodels_finds_a_much_better_fit(name: str, trend: str | None, series: np.ndarray) -> None:
    """Within the grid's step: residuals at most 3 % larger, root mean square."""
    ours = fit(name, series, 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it may say that it did not converge; then it is only less of a rival
        theirs = ETSModel(series, error="add", trend=trend, damped_trend=name == "damped").fit(disp=False)
    own, rival = (float(np.sqrt(np.mean((series - fitted) ** 2))) for fitted in (ours.fitted, np.asarray(theirs.fittedvalues)))
    assert own <= 1.03 * rival


@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize(("name", "order", "trend"), [
    ("arima100c", (1, 0, 0), "c"), ("arima110", (1, 1, 0), "n"), ("arima110c", (1, 1, 0), "t"),
    ("arima011", (0, 1, 1), "n"), ("arima011c", (0, 1, 1), "t"), ("naive", (0, 1, 0), "n"), ("drift", (0, 1, 0), "t"),
])
def test_arima_equals_statsmodels_at_its_constants(name: str, order: tuple[int, int, int], trend: str, series: np.ndarray) -> None:
    ours = fit(name, series, 4)
    model = ARIMA(series, order=order, trend=trend)
    start = [ours.parameters[key] for key in ("mean", "drift", "ar1", "ma1") if key in ours.parameters]
    np.testing.assert_allclose(ours.forecast, model.smooth([*start, 1.0]).forecast(4), rtol=1e-6)


@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize(("name", "order", "trend", "constant"), [
    ("arima100c", (1, 0, 0), "c", "ar1"), ("arima110c", (1, 1, 0), "t", "ar1"), ("arima011c", (0, 1, 1), "t", "ma1"),
])
def test_arima_takes_the_likeliest_point_of_its_grid(name: str, order: tuple[int, int, int], trend: str, constant: str, series: np.ndarray) -> None:
    """By the exact likelihood of statsmodels, with the mean or drift as found and the noise at its best."""
    ours, model = fit(name, series, 1), ARIMA(series, order=order, trend=trend)
    start, own = ours.parameters.get("mean", ours.parameters.get("drift")), ours.parameters[constant]

    def likelihood(share: float) -> float:
        rough = model.smooth([start, share, 1.0])
        errors = rough.standardized_forecasts_error[0] if order[1] == 0 else rough.standardized_forecasts_error[0][1:]
        return float(model.loglike([start, share, float(np.mean(errors**2))]))

    assert likelihood(own) >= max(likelihood(share) for share in np.clip([own - 0.05, own + 0.05], -0.95, 0.95)) - 1e-6


@given(st.lists(st.integers(-1000, 1000), min_size=5, max_size=30).filter(lambda values: len(set(np.diff(values))) > 1), st.integers(1, 6))
def test_errors_of_naive_and_drift_are_the_textbooks(values: list[int], horizon: int) -> None:
    """σ √h with σ² the mean squared change; s √(h(1 + h/(n − 1))) with s² about the mean change, over n − 2."""
    series, h = np.array(values, dtype=float), np.arange(1, horizon + 1)
    change, n = np.diff(series), len(values)
    np.testing.assert_allclose(fit("naive", series, horizon).scale, np.sqrt((change**2).mean() * h), rtol=1e-9)
    np.testing.assert_allclose(fit("drift", series, horizon).scale, change.std(ddof=1) * np.sqrt(h * (1 + h / (n - 1))), rtol=1e-9)
    np.testing.assert_allclose(fit("drift", series, horizon).forecast, series[-1] + h * change.mean(), rtol=1e-9, atol=1e-9)


def test_the_error_of_a_straight_line_with_fixed_constants_is_that_of_regression() -> None:
    """Holt with both constants at zero is a regression on time; where the data say so the stated error is near the textbook's."""
    rng = np.random.default_rng(3)
    series = 50 + 2 * np.arange(40) + rng.normal(size=40)
    found = fit("holt", series, 3)
    t = np.arange(40.0)
    slope, start = np.polyfit(t, series, 1)
    size = np.sqrt(((series - start - slope * t) ** 2).sum() / 38)
    textbook = size * np.sqrt(1 + 1 / 40 + (np.arange(40, 43) - t.mean()) ** 2 / ((t - t.mean()) ** 2).sum())
    assert (found.scale >= 0.95 * textbook).all()
    assert (found.scale <= 1.4 * textbook).all()


@pytest.mark.parametrize("name", ["naive", "drift", "ses", "holt", "damped", "arima100c", "arima110c", "arima011c"])
def test_each_model_fits_the_shortest_series_it_says(name: str) -> None:
    rng = np.random.default_rng(1)
    found = fit(name, 10 + rng.normal(size=least(name)), 2)
    assert found.freedom >= 1
    assert np.isfinite(found.scale).all()
    assert (found.scale > 0).all()


def test_an_exact_series_has_no_error_to_tell() -> None:
    found = fit("holt", 5 + 3.0 * np.arange(8), 2)
    assert found.exact
    np.testing.assert_allclose(found.forecast, [29, 32], rtol=1e-9)
