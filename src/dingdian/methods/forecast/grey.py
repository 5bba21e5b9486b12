"""GM(1,1), the grey model of the planning literature: formula, tests of its fit, and the checks that say when it must not be used.

It draws one exponential curve through a handful of positive values and knows neither noise nor turns. The tests of its fit (posterior
ratio, small error probability) look at the past only: a good grade is no promise about a forecast. Deng Julong 1982, 1989; Liu Sifeng & Lin Yi,
*Grey Systems: Theory and Applications*.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from attrs import frozen

from dingdian.methods.forecast.result import Forecast
from dingdian.methods.forecast.series import Array, Series, checked, checked_horizon, negligible
from dingdian.terms import Text

Deviation: TypeAlias = Literal["population", "sample"]

LEAST = 4
BACKGROUND = 0.5  # weight of the newer sum in the background value z
SMALL = 0.6745  # a normal error stays within 0.6745 standard deviations half of the time
FORMULA = Text(
    "x̂(k+1) = (1 − eᵃ)(x(1) − b/a)e^(−ak)，x(k) + a·z(k) = b 最小二乘求 a、b，z(k) 为相邻累加值的均值",
    "x̂(k+1) = (1 − eᵃ)(x(1) − b/a)e^(−ak); a and b by least squares on x(k) + a z(k) = b, z(k) the mean of neighbouring sums",
)

GRADES = (Text("一级（好）", "first (good)"), Text("二级（合格）", "second (fair)"), Text("三级（勉强合格）", "third (barely fair)"),
          Text("四级（不合格）", "fourth (failed)"))
_RATIO = (0.35, 0.5, 0.65)
_PROBABILITY = (0.95, 0.8, 0.7)
REACH = ((0.3, Text("可用于中长期预测", "medium and long term")), (0.5, Text("可用于短期预测，中长期慎用", "short term; beyond with care")),
         (0.8, Text("短期预测也须慎用", "short term with care")), (1.0, Text("须用残差修正模型", "only with corrected residuals")))


@frozen(eq=False, kw_only=True)
class GreyForecast(Forecast):
    """A forecast by GM(1,1) and what its tests say of the fit.

    Attributes
    ----------
    a, b : float
        Development coefficient (negative: growth) and grey action quantity.
    posterior_ratio : float or None
        C = S2 / S1, deviation of the residuals over that of the series; None for a series without change, where S1 is zero.
    small_error_probability : float or None
        P, the share of residuals nearer to their mean than 0.6745 S1; None likewise.
    mean_relative_error : float
        Mean of |residual| / value from the second value on, as a share.
    stepwise_ratios : float array, shape (n − 1,)
        λ(k) = x(k − 1) / x(k).
    ratio_range : (float, float)
        e^(−2/(n+1)) to e^(2/(n+1)), the ends excluded: where every λ must lie.
    """

    a: float
    b: float
    posterior_ratio: float | None
    small_error_probability: float | None
    mean_relative_error: float
    stepwise_ratios: Array
    ratio_range: tuple[float, float]

    @property
    def applicable(self) -> bool:
        """Whether every stepwise ratio lies inside the range; where not, the series is no matter for GM(1,1)."""
        low, high = self.ratio_range
        return bool(((self.stepwise_ratios > low) & (self.stepwise_ratios < high)).all())

    @property
    def grade(self) -> int | None:
        """1 (good) to 4 (failed), the worse of the grades by C and by P; None where they cannot be had."""
        if self.posterior_ratio is None or self.small_error_probability is None:
            return None
        by_ratio = sum(self.posterior_ratio >= limit for limit in _RATIO)
        by_probability = sum(self.small_error_probability <= limit for limit in _PROBABILITY)
        return 1 + max(by_ratio, by_probability)

    @property
    def grade_word(self) -> Text:
        return Text("无法评级：序列没有变化", "no grade: the series does not change") if self.grade is None else GRADES[self.grade - 1]

    @property
    def reach(self) -> Text:
        """How far ahead the size of −a allows, by the table of Liu and Lin."""
        return next((words for limit, words in REACH if -self.a <= limit), Text("不宜使用 GM(1,1)", "GM(1,1) is unfit"))


def gm11(series: Series, horizon: int, *, deviation: Deviation = "population") -> GreyForecast:
    """Forecast by GM(1,1).

    Parameters
    ----------
    series : sequence, shape (n,), n ≥ 4
        Equally spaced values above zero, oldest first.
    horizon : int
        Values ahead, 1 to 30.
    deviation : "population" or "sample"
        Whether S1 and S2 divide by n or by n − 1. C is the same; P may differ at an edge.

    Returns
    -------
    GreyForecast
        ``fitted`` keeps the first value, whose residual 0 counts among the n. It states no interval: `forecast` measures one.

    Raises
    ------
    ValueError
        Fewer than 4 values, a value that is missing, zero or negative.

    Notes
    -----
    Background value z(k) = 0.5 x1(k) + 0.5 x1(k − 1), x1 the running sums. Where a is zero, the formula's limit x̂ = b is taken.
    """
    values, ahead = positive_series(series), checked_horizon(horizon)
    if deviation not in ("population", "sample"):
        raise ValueError(f"deviation is population or sample, not {deviation!r}")
    a, b = parameters(values)
    curve = response(a, b, float(values[0]), values.size + ahead)
    fitted, reach = np.concatenate([values[:1], curve[1 : values.size]]), 2 / (values.size + 1)
    ratio, probability = _tests(values, values - fitted, ddof=int(deviation == "sample"))
    return GreyForecast(
        method="gm11", formula=FORMULA, fitted=fitted, forecast=curve[values.size :], a=a, b=b, parameters={"a": a, "b": b},
        posterior_ratio=ratio, small_error_probability=probability,
        mean_relative_error=float((np.abs(values - fitted) / values)[1:].mean()),
        stepwise_ratios=values[:-1] / values[1:], ratio_range=(float(np.exp(-reach)), float(np.exp(reach))),
    )


def positive_series(series: Series) -> Array:
    """A series that GM(1,1) can be fitted to: 4 values or more, all above zero."""
    values = checked(series, LEAST)
    if (values <= 0).any():
        raise ValueError(f"GM(1,1) needs values above zero; value {int(np.argmax(values <= 0)) + 1} is {values.min():g}")
    return values


def parameters(values: Array) -> tuple[float, float]:
    """a and b by least squares on x(k) = −a z(k) + b, k = 2 … n."""
    sums = np.cumsum(values)
    background = BACKGROUND * sums[1:] + (1 - BACKGROUND) * sums[:-1]
    centred = background - background.mean()
    a = -float(centred @ (values[1:] - values[1:].mean()) / (centred @ centred))
    return a, float(values[1:].mean() + a * background.mean())


def response(a: float, b: float, first: float, count: int) -> Array:
    """x̂(1 + k) for k = 0 … count − 1 by the closed form; its value at k = 0 is not the first value and is never shown."""
    slope = np.expm1(a) / a if a else 1.0  # (e^a − 1) / a and its limit, without the cancellation of b/a near zero
    curve: Array = (b * slope - np.expm1(a) * first) * np.exp(-a * np.arange(count))
    return curve


def _tests(values: Array, residuals: Array, ddof: int) -> tuple[float | None, float | None]:
    whole = float(values.std(ddof=ddof))
    if negligible(whole, values):
        return None, None
    near = np.abs(residuals - residuals.mean()) < SMALL * whole
    return float(residuals.std(ddof=ddof)) / whole, float(near.mean())
