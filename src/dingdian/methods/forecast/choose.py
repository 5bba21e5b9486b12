"""The forecast of a series: the method that did best at earlier origins, with an interval from all that were tried.

For short yearly series without seasons. It knows only the series: no policy, no reform, no epidemic. An interval says how far such a
method was off on series like this one, never what cannot happen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from attrs import frozen

from dingdian.methods.forecast.methods import METHODS, fit_method
from dingdian.methods.forecast.pool import Member, quantiles, share_below
from dingdian.methods.forecast.result import Forecast
from dingdian.methods.forecast.rolling import Trial, competitors, trials
from dingdian.methods.forecast.series import Array, Series, checked, checked_horizon, checked_levels
from dingdian.terms import Text

SHORTEST = 6
LEVELS = (0.8, 0.95)
# A weight is the error to the power of −6m / (m + 4) with m trials: two trials hardly tell methods apart, twenty do. Both numbers were set on
# seeded series other than those that coverage is measured on.
_STEEPEST, _HALFWAY = 6.0, 4.0
_CLOSE = 0.01  # errors below a hundredth of the usual change weigh no more than that
EXACT = Text("序列可被该方法无误差地重现，看不出误差大小，不给区间", "the method repeats the series without error: nothing tells how far it may be off")
FEW = Text("序列短于 10 期：区间宽，方法之间难分高下", "fewer than 10 values: intervals are wide and methods hard to tell apart")


@frozen
class Candidate:
    """How one method did: its scaled error (MASE), trials made, weight in the interval, and the widening of its own spread."""

    method: str
    model: str
    error: float
    origins: int
    weight: float
    widening: float


@frozen(eq=False, kw_only=True)
class ChosenForecast(Forecast):
    """A forecast by the best of several methods.

    Attributes
    ----------
    model : str
        The model that the method came to, such as ETS(A,A,N).
    candidates : tuple of Candidate
        Best first. Empty where a method repeats the series without error.
    dropped : dict of method to Text
        Methods that could not be tried, and why.
    members : tuple of Member
        What the intervals are quantiles of.
    """

    model: str
    candidates: tuple[Candidate, ...]
    dropped: dict[str, Text]
    members: tuple[Member, ...] = ()

    def probability_below(self, value: float) -> Array:
        """Chance of a figure below ``value`` at each step ahead, such as of a balance below zero; shape (horizon,).

        Raises
        ------
        ValueError
            The forecast states no interval, and so no chance either; ``value`` is not finite.
        """
        if not self.members:
            raise ValueError("no chance can be stated for a series that a method repeats without error")
        if not np.isfinite(value):
            raise ValueError(f"value must be finite, not {value}")
        below: Array = share_below(self.members, np.full((1, self.forecast.size), float(value)))[0]
        return below


def forecast(
    series: Series, horizon: int, *, level: float | Iterable[float] = LEVELS, methods: Sequence[str] | None = None
) -> ChosenForecast:
    """Forecast a short yearly series by the method with the least error in a rolling-origin backtest.

    Parameters
    ----------
    series : sequence, shape (n,), 6 ≤ n ≤ 60
        Equally spaced values, oldest first.
    horizon : int
        Values ahead, 1 to 30.
    level : share or shares between 0 and 1
        Levels of the intervals.
    methods : names in `METHODS`, or None for all
        One name gives that method's own forecast and interval.

    Returns
    -------
    ChosenForecast
        The same bytes for the same input, on any number of threads.

    Raises
    ------
    ValueError
        Series too short or too long, a value that is missing or not finite, an unknown method, a level or a horizon out of range, or no
        method of those named that can be tried.

    Notes
    -----
    Error: MASE, mean |error| of the trials ÷ mean |change| of the series; a tie goes to the simpler method. Interval: quantiles of the
    mixture of all methods tried, weighed by their errors (after Bates & Granger 1969; error^(−6m/(m+4)) with m trials), each method's
    spread multiplied by its `Trial.widening`, which for one method alone is at least 1. A series that a method repeats exactly (no change, a straight
    line; up to a billionth of its values) has no interval.
    """
    names, levels = known(methods), checked_levels(level)
    values, ahead = checked(series, SHORTEST), checked_horizon(horizon)
    perfect = _perfect(values, ahead, names)
    if perfect is not None:
        return perfect
    tried, dropped = trials(values, ahead, names)
    if not tried:
        raise ValueError("no method can be tried: " + "; ".join(f"{name}: {why.en}" for name, why in dropped.items()))
    return chosen(tried, dropped, levels, values.size)


def chosen(tried: dict[str, Trial], dropped: dict[str, Text], levels: Sequence[float], n: int) -> ChosenForecast:
    """The best of the methods ``tried`` on a series of ``n`` values, with intervals of all of them together."""
    candidates = _candidates(tried)
    fit, members = tried[candidates[0].method].fit, _members(tried, candidates)
    return ChosenForecast(
        method=candidates[0].method, model=fit.model, formula=METHODS[candidates[0].method].formula, parameters=fit.parameters,
        fitted=fit.fitted, forecast=fit.forecast, bounds=_bounds(members, fit.forecast, levels), candidates=candidates, dropped=dropped,
        notes=(FEW,) if n < 10 else (), members=members,
    )


def known(methods: Sequence[str] | None) -> tuple[str, ...]:
    """The methods named, or all, the simplest first; a name that is none of them is refused."""
    wanted = tuple(METHODS) if methods is None else (methods,) if isinstance(methods, str) else tuple(methods)
    unknown = [name for name in wanted if name not in METHODS]
    if unknown or not wanted:
        raise ValueError(f"methods are {', '.join(METHODS)}, not {', '.join(unknown) or 'none'}")
    return tuple(name for name in METHODS if name in wanted)  # simplest first, whatever the order given


def _perfect(values: Array, horizon: int, names: Sequence[str]) -> ChosenForecast | None:
    """The simplest method that repeats the whole series without error, if there is one."""
    for name in competitors(values, names)[0]:
        try:
            fit = fit_method(name, values, horizon)
        except ValueError:  # told apart below, with its reason, when the method is tried
            continue
        if fit.exact:
            return ChosenForecast(
                method=name, model=fit.model, formula=METHODS[name].formula, parameters=fit.parameters, fitted=fit.fitted,
                forecast=fit.forecast, notes=(EXACT,), candidates=(), dropped={},
            )
    return None


def _candidates(tried: dict[str, Trial]) -> tuple[Candidate, ...]:
    closeness = {name: max(trial.error, _CLOSE) ** _power(trial.origins) for name, trial in tried.items()}
    whole, floor = sum(closeness.values()), 1.0 if len(tried) == 1 else 0.0
    order = sorted(tried, key=lambda name: (tried[name].error, tuple(METHODS).index(name)))
    return tuple(
        Candidate(name, tried[name].fit.model, tried[name].error, tried[name].origins, closeness[name] / whole,
                  max(tried[name].widening, floor))
        for name in order
    )


def _power(origins: int) -> float:
    return -_STEEPEST * origins / (origins + _HALFWAY)


def _members(tried: dict[str, Trial], candidates: Sequence[Candidate]) -> tuple[Member, ...]:
    return tuple(
        Member(fit.centre, fit.scale * candidate.widening, fit.freedom, fit.logged, candidate.weight)
        for candidate in candidates for fit in (tried[candidate.method].fit,)
    )


def _bounds(members: Sequence[Member], best: Array, levels: Sequence[float]) -> dict[float, tuple[Array, Array]]:
    """Ends of the intervals; the best method's forecast is always inside, even where it stands apart from the others."""
    ends = quantiles(members, [*((1 - level) / 2 for level in levels), *((1 + level) / 2 for level in levels)])
    return {level: (np.minimum(ends[place], best), np.maximum(ends[len(levels) + place], best)) for place, level in enumerate(levels)}
