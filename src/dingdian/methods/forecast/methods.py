"""The methods that compete: each by its name, what it needs, and how it is fitted.

ETS and ARIMA are small menus from which the corrected Akaike criterion picks; the others are one model each. A method that cannot be
fitted to a series says why; it is never replaced by another.
"""

from __future__ import annotations

import numpy as np
from attrs import evolve, frozen

from dingdian.methods.forecast import grey, linear
from dingdian.methods.forecast.fit import Fit
from dingdian.methods.forecast.series import Array, negligible
from dingdian.terms import Text


@frozen
class Method:
    """One competitor: its name and formula in words, the linear models it picks from (none for GM(1,1)), whether on logarithms."""

    name: Text
    formula: Text
    menu: tuple[str, ...] = ()
    logged: bool = False

    @property
    def least(self) -> int:
        """Fewest values that it is fitted to and can tell the size of its error from."""
        return min((linear.least(model) for model in self.menu), default=grey.LEAST + 1)


_LAST = Text("ŷ(n+h) = y(n)", "ŷ(n+h) = y(n)")
_DRIFT = Text("ŷ(n+h) = y(n) + h·(y(n) − y(1))/(n − 1)", "ŷ(n+h) = y(n) + h (y(n) − y(1))/(n − 1)")
_GROWTH = Text("ŷ(n+h) = y(n)·(y(n)/y(1))^(h/(n−1))，即年均增长率", "ŷ(n+h) = y(n) (y(n)/y(1))^(h/(n−1)), the mean yearly rate")
_HOLT = Text("ŷ(n+h) = l(n) + h·b(n)；l、b 按 α、β 逐期平滑", "ŷ(n+h) = l(n) + h b(n); l and b smoothed by α and β")
_DAMPED = Text("ŷ(n+h) = l(n) + (φ + … + φʰ)·b(n)", "ŷ(n+h) = l(n) + (φ + … + φʰ) b(n)")
_ETS = Text("误差可加的 ETS(A,N,N)、(A,A,N)、(A,Ad,N)，按 AICc 取一", "additive ETS(A,N,N), (A,A,N), (A,Ad,N), one by AICc")
_ARIMA = Text("ARIMA(p,d,q)，p + q ≤ 1，d ≤ 1，带或不带常数，按 AICc 取一",
              "ARIMA(p,d,q), p + q ≤ 1, d ≤ 1, with or without a constant, one by AICc")

# The simplest first: it wins a tie.
METHODS: dict[str, Method] = {
    "naive": Method(Text("末值法", "naive"), _LAST, ("naive",)),
    "drift": Method(Text("平均增量法", "drift"), _DRIFT, ("drift",)),
    "growth": Method(Text("平均增长率法", "mean growth rate"), _GROWTH, ("drift",), logged=True),
    "holt": Method(Text("Holt 线性趋势", "Holt"), _HOLT, ("holt",)),
    "damped": Method(Text("阻尼趋势", "damped trend"), _DAMPED, ("damped",)),
    "ets": Method(Text("指数平滑 ETS", "ETS"), _ETS, ("ses", "holt", "damped")),
    "arima": Method(Text("ARIMA", "ARIMA"), _ARIMA, ("naive", "drift", "arima100c", "arima110", "arima110c", "arima011", "arima011c")),
    "gm11": Method(Text("灰色模型 GM(1,1)", "GM(1,1)"), grey.FORMULA),
}


def fit_method(name: str, series: Array, horizon: int) -> Fit:
    """The method ``name`` on a series that was checked.

    Raises
    ------
    ValueError
        The series is too short for it, or not above zero where that is needed.
    """
    method = METHODS[name]
    if series.size < method.least:
        raise ValueError(f"{name} needs {method.least} values, not {series.size}")
    if not method.menu:
        return _grey(series, horizon)
    if method.logged:
        return _on_logarithms(method.menu[0], series, horizon)
    fits = [linear.fit(model, series, horizon) for model in method.menu if series.size >= linear.least(model)]
    return fits[min(range(len(fits)), key=lambda place: (fits[place].aicc, place))]


def _on_logarithms(model: str, series: Array, horizon: int) -> Fit:
    if (series <= 0).any():
        raise ValueError(f"a growth rate needs values above zero; value {int(np.argmax(series <= 0)) + 1} is {series.min():g}")
    found = linear.fit(model, np.log(series), horizon)
    return evolve(found, model="log " + found.model, fitted=np.exp(found.fitted), logged=True)


def _grey(series: Array, horizon: int) -> Fit:
    """GM(1,1) with relative errors: its curve is a straight line in logarithms, and the error of that line is known.

    The grey literature states no error; this is ordinary regression of log x on k = 1 … n − 1, with the grey a in the place of the slope.
    """
    n = grey.positive_series(series).size
    a, b = grey.parameters(series)
    curve = grey.response(a, b, float(series[0]), n + horizon)
    if not (curve[1:] > 0).all():
        raise ValueError("the curve of GM(1,1) is not above zero")
    residuals, k = np.log(series[1:] / curve[1:n]), np.arange(1, n + horizon)
    mean, spread = k[: n - 1].mean(), float(((k[: n - 1] - k[: n - 1].mean()) ** 2).sum())
    variance = 1 + 1 / (n - 1) + (k[n - 1 :] - mean) ** 2 / spread
    size = np.sqrt((residuals**2).sum() / (n - 3))
    return Fit(
        model="GM(1,1)", fitted=np.concatenate([series[:1], curve[1:n]]), centre=np.log(curve[n:]), logged=True, freedom=n - 3,
        scale=np.zeros(horizon) if negligible(float(size), np.ones(1)) else size * np.sqrt(variance), parameters={"a": a, "b": b},
    )
