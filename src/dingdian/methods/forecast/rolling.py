"""Rolling-origin trials: each method forecasts the later part of a series from the earlier part alone, again and again.

What comes out is how large its errors were beside those of saying "no change", and whether the spread that it stated was right.
Tashman 2000; Hyndman & Koehler 2006 for the scaled error.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import frozen
from scipy.special import ndtri, stdtr

from dingdian.methods.forecast.fit import Fit
from dingdian.methods.forecast.methods import METHODS, fit_method
from dingdian.methods.forecast.series import Array
from dingdian.terms import Text

ORIGINS = 2  # trials that a method needs to compete
LATEST = 30  # trials at most, the latest: what a method did generations ago says little
PRIOR = 2.0  # trials that the stated spread is worth before any was made; set on other series than those that coverage is measured on
_EDGE = 1e-6  # a miss is not counted as rarer than one in a million


@frozen(eq=False)
class Trial:
    """One method: its fit to the whole series and how it did at earlier origins.

    Attributes
    ----------
    fit : Fit
    error : float
        Mean absolute scaled error: mean |error| over the trials ÷ mean |change| from value to value of the series.
    origins : int
        Trials made.
    widening : float
        What its spread is multiplied by: root mean square of its errors in the trials as normal scores of the stated t, with as many
        perfect ones added as `PRIOR` says. 1 where the spread was right, above 1 where it was too narrow.
    """

    fit: Fit
    error: float
    origins: int
    widening: float


def competitors(series: Array, names: Sequence[str]) -> tuple[tuple[str, ...], dict[str, Text]]:
    """Methods that can be tried at least twice on the series, and why the others cannot."""
    able, dropped = [], {}
    for name in names:
        need = METHODS[name].least + ORIGINS
        if series.size < need:
            dropped[name] = Text(f"序列太短：需要 {need} 期，只有 {series.size} 期", f"too short: needs {need} values, has {series.size}")
        elif (series <= 0).any() and (METHODS[name].logged or not METHODS[name].menu):
            dropped[name] = Text("序列含零或负值", "the series has values that are not above zero")
        else:
            able.append(name)
    return tuple(able), dropped


def trials(series: Array, horizon: int, names: Sequence[str]) -> tuple[dict[str, Trial], dict[str, Text]]:
    """Every method of ``names`` that can be tried, all of them from the same origins, and why the others dropped out.

    Parameters
    ----------
    series : float array, shape (n,)
        Checked before; not constant.
    horizon : int
        A trial looks this far ahead, or as far as the series goes.

    Returns
    -------
    dict of name to Trial, dict of name to Text
    """
    able, dropped = competitors(series, names)
    first = max((METHODS[name].least for name in able), default=0)
    change = float(np.abs(np.diff(series)).mean())
    found: dict[str, Trial] = {}
    for name in able:
        try:
            found[name] = _trial(name, series, horizon, first, change)
        except ValueError as problem:  # one method's own condition, such as a curve above zero
            dropped[name] = Text(f"无法拟合：{problem}", f"cannot be fitted: {problem}")
    return found, dropped


def _trial(name: str, series: Array, horizon: int, first: int, change: float) -> Trial:
    errors, scores = [], []
    for origin in range(max(METHODS[name].least, series.size - LATEST), series.size):
        fit = fit_method(name, series[:origin], horizon)
        later = series[origin : origin + horizon]
        if origin >= first:
            errors.append(float(np.abs(later - fit.forecast[: later.size]).mean()))
        if not fit.exact:
            scores.append(float((normal_scores(fit, later) ** 2).mean()))
    widening = float(np.sqrt((PRIOR + sum(scores)) / (PRIOR + len(scores))))
    return Trial(fit_method(name, series, horizon), float(np.mean(errors)) / change, len(errors), widening)


def normal_scores(fit: Fit, later: Array) -> Array:
    """Where what came lies in the stated distribution, as standard normal deviates; shape of ``later``."""
    came = np.log(np.maximum(later, np.finfo(float).tiny)) if fit.logged else later
    share = stdtr(fit.freedom, (came - fit.centre[: later.size]) / fit.scale[: later.size])
    scores: Array = ndtri(np.clip(share, _EDGE, 1 - _EDGE))
    return scores
