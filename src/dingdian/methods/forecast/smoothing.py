"""Exponential smoothing with constants and starting values that somebody else stated, to follow a published calculation step by step.

It fits nothing: `forecast` does, with starting values and constants by maximum likelihood.
"""

from __future__ import annotations

import numpy as np

from dingdian.methods.forecast.result import Forecast
from dingdian.methods.forecast.series import Series, checked, checked_horizon
from dingdian.terms import Text

FORMULA = Text("l(t) = αy(t) + (1 − α)(l + φb)；b(t) = β(l(t) − l) + (1 − β)φb；ŷ(n+h) = l(n) + (φ + … + φʰ)b(n)",
               "l(t) = αy(t) + (1 − α)(l + φb); b(t) = β(l(t) − l) + (1 − β)φb; ŷ(n+h) = l(n) + (φ + … + φʰ) b(n)")


def smooth(
    series: Series, horizon: int, *, alpha: float, level: float, beta: float = 0.0, slope: float = 0.0, phi: float = 1.0
) -> Forecast:
    """Simple (beta and slope 0), Holt's (phi 1) or damped smoothing in component form.

    Parameters
    ----------
    series : sequence, shape (n,), n ≥ 1
    horizon : int
    alpha, beta, phi : shares from 0 to 1
        Smoothing of the level and of the slope (β* of Hyndman & Athanasopoulos), and damping.
    level, slope : starting values, in the unit of the series

    Raises
    ------
    ValueError
        A constant outside 0 to 1, a starting value that is not finite, a bad series or horizon.

    Notes
    -----
    Holt 1957; Gardner & McKenzie 1985; Hyndman & Athanasopoulos, *Forecasting: Principles and Practice*, chapter on exponential smoothing.
    """
    values, ahead = checked(series, 1), checked_horizon(horizon)
    for name, constant in (("alpha", alpha), ("beta", beta), ("phi", phi)):
        if not 0 <= constant <= 1:
            raise ValueError(f"{name} is a share from 0 to 1, not {constant:g}")
    if not np.isfinite([level, slope]).all():
        raise ValueError("level and slope must be finite")
    fitted, last, trend = np.empty(values.size), level, slope
    for t, value in enumerate(values):
        fitted[t] = last + phi * trend
        fresh = alpha * value + (1 - alpha) * fitted[t]
        last, trend = fresh, beta * (fresh - last) + (1 - beta) * phi * trend
    steps = np.cumsum(phi ** np.arange(1.0, ahead + 1))
    parameters = {"alpha": alpha, "beta*": beta, "phi": phi, "level": float(last), "slope": float(trend)}
    return Forecast(method="smooth", formula=FORMULA, parameters=parameters, fitted=fitted, forecast=last + steps * trend)
