"""GM(1,1): textbook tables, a plain-Python oracle, the tests of its fit and the series that it refuses."""

from __future__ import annotations

import math
from itertools import pairwise
from statistics import fmean, pstdev, pvariance

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.methods.forecast import gm11
from dingdian.methods.forecast.grey import GreyForecast

# Deng Julong's series, used again by Liu Sifeng & Lin Yi, Grey Systems: Theory and Applications.
DENG = [2.874, 3.278, 3.337, 3.390, 3.679]
# Liu Sifeng & Lin Yi: output of the township enterprises of Changge county, 1983 to 1986, after their buffer operator.
CHANGGE = [27260, 29547, 32411, 35388]
# Si Shoukui, 数学建模算法与应用: mean traffic noise in Beijing, dB(A), 1986 to 1992.
NOISE = [71.1, 72.4, 72.4, 72.1, 71.4, 72.0, 71.6]


def plain(series: list[float], horizon: int) -> tuple[float, float, list[float]]:
    """The textbook's own steps: running sums, background values, normal equations, response, differences of neighbouring sums."""
    sums = [sum(series[: k + 1]) for k in range(len(series))]
    z = [0.5 * (sums[k] + sums[k - 1]) for k in range(1, len(series))]
    y, m = series[1:], len(series) - 1
    determinant = m * sum(v * v for v in z) - sum(z) ** 2
    a = (sum(z) * sum(y) - m * sum(v * w for v, w in zip(z, y))) / determinant
    b = (sum(v * v for v in z) * sum(y) - sum(z) * sum(v * w for v, w in zip(z, y))) / determinant
    response = [(series[0] - b / a) * math.exp(-a * k) + b / a for k in range(len(series) + horizon)]
    return a, b, [response[0], *(later - before for before, later in pairwise(response))]


def test_the_table_of_deng() -> None:
    found = gm11(DENG, 1)
    assert (round(found.a, 4), round(found.b, 5)) == (-0.0372, 3.06536)
    assert found.applicable


def test_the_table_of_liu_and_lin() -> None:
    found = gm11(CHANGGE, 1)
    assert (round(found.a, 6), round(found.b, 2)) == (-0.089995, 25790.28)
    assert round(pstdev(CHANGGE), 2) == 3051.74
    assert found.posterior_ratio == pytest.approx(0.011, abs=5e-4)
    assert (found.small_error_probability, found.grade) == (1.0, 1)
    # Their mean relative error divides by n and counts the first residual, which is 0 by construction; ours leaves it out.
    assert round(found.mean_relative_error * 3 / 4, 5) == 0.00068


def test_the_printed_deviation_of_the_residuals_comes_from_residuals_rounded_by_hand() -> None:
    """Liu and Lin print S2² = 1066.5: it belongs to residuals of 0, −6, 75 and 7, the last of which is 6.45 by their own a and b."""
    found = gm11(CHANGGE, 1)
    residuals = np.array(CHANGGE) - found.fitted
    assert pvariance([0, -6, 75, 7]) == 1066.5
    assert residuals.round(2).tolist() == [0.0, -6.44, 74.54, 6.45]
    assert round(pvariance(residuals.tolist()), 1) == 1062.5


def test_the_table_of_si_shoukui() -> None:
    found = gm11(NOISE, 1)
    assert (round(found.a, 4), round(found.b, 4)) == (0.0023, 72.6573)
    assert found.fitted.round(4).tolist() == [71.1, 72.4057, 72.2362, 72.0671, 71.8984, 71.7301, 71.5622]
    assert found.stepwise_ratios.round(4).tolist() == [0.982, 1.0, 1.0042, 1.0098, 0.9917, 1.0056]
    assert found.applicable


@pytest.mark.parametrize("series", [DENG, CHANGGE, NOISE])
def test_every_figure_equals_the_plain_calculation(series: list[float]) -> None:
    a, b, curve = plain([float(value) for value in series], 3)
    found = gm11(series, 3)
    assert found.a == pytest.approx(a, rel=1e-9)
    assert found.b == pytest.approx(b, rel=1e-9)
    np.testing.assert_allclose([*found.fitted, *found.forecast], curve, rtol=1e-9)
    residuals = [value - drawn for value, drawn in zip(series, curve)]
    assert found.posterior_ratio == pytest.approx(pstdev(residuals) / pstdev(series), rel=1e-9)
    near = sum(abs(one - fmean(residuals)) < 0.6745 * pstdev(series) for one in residuals)
    assert found.small_error_probability == near / len(series)


@given(st.floats(0.5, 100), st.floats(-0.3, 0.3), st.integers(4, 12))
def test_a_curve_of_its_own_kind_is_drawn_with_an_error_of_third_order(first: float, rate: float, n: int) -> None:
    """On exact growth the discrete a is −2 tanh(r/2), near −r; the background of one half is right to the third order of r."""
    series = first * np.exp(rate * np.arange(n))
    found = gm11(series, 1)
    assert found.a == pytest.approx(-2 * math.tanh(rate / 2), abs=1e-9)


@given(st.lists(st.floats(1, 1000), min_size=4, max_size=12), st.floats(0.01, 100))
def test_the_unit_of_the_series_does_not_matter(series: list[float], factor: float) -> None:
    one, other = gm11(series, 2), gm11([value * factor for value in series], 2)
    assert other.a == pytest.approx(one.a, abs=1e-9)
    np.testing.assert_allclose(other.forecast, one.forecast * factor, rtol=1e-7)


def test_a_series_without_change_has_a_forecast_and_no_grade() -> None:
    found = gm11([8, 8, 8, 8, 8], 2)
    np.testing.assert_allclose(found.forecast, [8, 8], rtol=1e-12)
    assert found.a == pytest.approx(0, abs=1e-12)
    assert (found.posterior_ratio, found.small_error_probability, found.grade) == (None, None, None)
    assert "没有变化" in found.grade_word.zh


def graded(ratio: float, probability: float) -> int | None:
    """The grade of a fit with this C and P."""
    fields = {name: getattr(gm11(DENG, 1), name) for name in (field.name for field in GreyForecast.__attrs_attrs__)}
    return GreyForecast(**{**fields, "posterior_ratio": ratio, "small_error_probability": probability}).grade


@pytest.mark.parametrize(("ratio", "grade"), [(0.3499, 1), (0.35, 2), (0.3501, 2), (0.4999, 2), (0.5, 3), (0.5001, 3), (0.6499, 3), (0.65, 4), (0.66, 4)])
def test_grades_by_the_posterior_ratio(ratio: float, grade: int) -> None:
    assert graded(ratio, 1.0) == grade


@pytest.mark.parametrize(("probability", "grade"), [(0.9501, 1), (0.95, 2), (0.94, 2), (0.8001, 2), (0.8, 3), (0.79, 3), (0.7001, 3), (0.7, 4), (0.69, 4)])
def test_grades_by_the_probability_of_small_errors(probability: float, grade: int) -> None:
    assert graded(0.1, probability) == grade


@pytest.mark.parametrize(("a", "words"), [(-0.3, "中长期预测"), (-0.31, "短期预测，"), (-0.5, "短期预测，"), (-0.51, "也须慎用"), (-0.8, "也须慎用"),
                                          (-0.81, "残差修正"), (-1.0, "残差修正"), (-1.01, "不宜使用")])
def test_how_far_ahead_the_coefficient_allows(a: float, words: str) -> None:
    fields = {name: getattr(gm11(DENG, 1), name) for name in (field.name for field in GreyForecast.__attrs_attrs__)}
    assert words in GreyForecast(**{**fields, "a": a}).reach.zh


@pytest.mark.parametrize(("last", "applicable"), [(10 * math.exp(1 / 3), False), (10 * math.exp(0.333), True), (10 * math.exp(0.334), False)])
def test_the_ratio_test_excludes_its_ends(last: float, applicable: bool) -> None:
    """Five values: λ must lie inside e^(∓1/3)."""
    found = gm11([10, 10, 10, 10, last], 1)
    assert found.applicable is applicable


def test_the_deviation_may_divide_by_one_less() -> None:
    both = gm11(NOISE, 1), gm11(NOISE, 1, deviation="sample")
    assert both[0].posterior_ratio == pytest.approx(both[1].posterior_ratio)


@pytest.mark.parametrize(("series", "says"), [
    ([1, 2, 3], "4 to 60 values, not 3"), ([1, 2, 0, 4], "value 3 is 0"), ([1, -2, 3, 4], "value 2 is -2"),
    ([1, 2, float("nan"), 4], "value 3 of the series is missing"), ([[1, 2], [3, 4]], "one dimension"), ([1, 2, 3, float("inf")], "not finite"),
])
def test_what_it_refuses(series: list[float], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        gm11(series, 1)


@pytest.mark.parametrize("horizon", [0, 31, -1, 1.5, True])
def test_a_horizon_is_a_whole_number_from_1_to_30(horizon: int) -> None:
    with pytest.raises(ValueError, match="horizon"):
        gm11(DENG, horizon)


def test_a_deviation_is_one_of_two() -> None:
    with pytest.raises(ValueError, match="population or sample"):
        gm11(DENG, 1, deviation="n")  # type: ignore[arg-type]
