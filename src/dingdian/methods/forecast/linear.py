"""Forecasts that are linear in the series: naive, drift, exponential smoothing and small ARIMA models, fitted exactly.

With its smoothing constants given, each of these models says w = X s + L e: w the series or its differences, s a starting level,
slope or mean that is not known, e independent normal noise of one size, L lower triangular. Then s, the likelihood, the forecast and
its error have closed forms (generalised least squares; Harvey 1989; Hyndman, Koehler, Ord & Snyder 2008). The constants are taken from a
fixed grid, so that there is no optimiser to fail and the same series gives the same answer everywhere. No season, no outside variable.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from attrs import frozen

from dingdian.methods.forecast.fit import Fit
from dingdian.methods.forecast.grids import FAMILIES
from dingdian.methods.forecast.series import Array, negligible

_SHORT = 40


@frozen(eq=False)
class _Operators:
    """What does not depend on the values: matrices that turn a series into residuals and forecasts, for every point of a grid."""

    residuals: Array  # (points, n, n)
    forecast: Array  # (points, horizon, n)
    starts: Array  # (points, k, n)
    variance: Array  # (points, horizon), in units of the noise
    diagonal: Array  # (points, n), of L
    log_starts: Array  # (points,), half the log determinant of X' V^-1 X


def least(name: str) -> int:
    """Fewest values that the model ``name`` is fitted to: one degree of freedom more than it has numbers to find."""
    family = FAMILIES[name]
    return family.differences + family.starts + len(family.constants) + 2


def fit(name: str, series: Array, horizon: int) -> Fit:
    """The model ``name`` by maximum likelihood on its grid, its forecast, and the size of the error to expect."""
    family = FAMILIES[name]
    values = np.diff(series, family.differences)
    operators = _operators(name, values.size, horizon)
    noise = np.einsum("gij,j->gi", operators.residuals, values)  # einsum and not BLAS: the same sum on any number of threads
    squares = np.einsum("gi,gi->g", noise, noise)
    exact = negligible(float(np.sqrt(squares.min() / values.size)), series)
    best = int(np.argmin(squares)) if exact else int(np.argmax(_log_likelihood(squares, operators)))
    ahead = np.einsum("ghj,j->gh", operators.forecast, values)
    scale = np.zeros(horizon) if exact else _scale(squares, ahead, operators, best, values.size - family.starts)
    known = series[: family.differences]
    return Fit(
        model=family.label,
        fitted=np.concatenate([known, series[known.size :] - operators.diagonal[best] * noise[best]]),
        centre=ahead[best] + (series[-1] if family.differences else 0.0),
        scale=scale,
        freedom=values.size - family.starts,
        aicc=-np.inf if exact else _aicc(noise[best], operators.diagonal[best], family.differences, _numbers(name)),
        parameters=_parameters(name, best, np.einsum("kj,j->k", operators.starts[best], values)),
    )


def _numbers(name: str) -> int:
    """How many numbers the model ``name`` finds: constants, starting values, the size of the noise."""
    return len(FAMILIES[name].constants) + FAMILIES[name].starts + 1


def _parameters(name: str, best: int, starts: Array) -> dict[str, float]:
    family = FAMILIES[name]
    constants = dict(zip(family.constants, (float(value) for value in family.grid[best])))
    return constants | dict(zip(family.start_names, (float(value) for value in starts)))


def _log_likelihood(squares: Array, operators: _Operators) -> Array:
    """Log likelihood with starting values and noise at their best, up to a constant."""
    n = operators.diagonal.shape[1]
    likelihood: Array = -0.5 * n * np.log(squares) - np.log(operators.diagonal).sum(axis=1)
    return likelihood


def _scale(squares: Array, ahead: Array, operators: _Operators, best: int, freedom: int) -> Array:
    """Root of the mean squared error about the best forecast, over the grid by marginal likelihood (flat priors)."""
    evidence = -0.5 * freedom * np.log(squares) - np.log(operators.diagonal).sum(axis=1) - operators.log_starts
    weight = np.exp(evidence - evidence.max())
    weight /= weight.sum()
    spread = (squares / freedom)[:, None] * operators.variance + (ahead - ahead[best]) ** 2
    scale: Array = np.sqrt((weight[:, None] * spread).sum(axis=0))
    return scale


def _aicc(noise: Array, diagonal: Array, differences: int, numbers: int) -> float:
    """AICc of the values after the first; without differences the first one's own density is left out."""
    first = 1 - differences
    kept, n = noise[first:], noise.size - first
    if n - numbers - 1 <= 0:
        return np.inf
    variance = float(kept @ kept) / n
    deviance = n * np.log(variance) + 2 * float(np.log(diagonal[first:]).sum())
    return float(deviance + 2 * numbers + 2 * numbers * (numbers + 1) / (n - numbers - 1))


def _operators(name: str, n: int, horizon: int) -> _Operators:
    """From the cache for short series, which come again and again; long ones would fill it with large matrices."""
    return _kept(name, n, horizon) if n <= _SHORT else _built(name, n, horizon)


@lru_cache(maxsize=400)  # some hundred megabytes when full
def _kept(name: str, n: int, horizon: int) -> _Operators:
    return _built(name, n, horizon)


def _built(name: str, n: int, horizon: int) -> _Operators:
    family = FAMILIES[name]
    regressors, factor = family.build(family.grid, n + horizon)
    whiten = np.linalg.inv(factor[:, :n, :n])
    basis, triangle = np.linalg.qr(whiten @ regressors[:, :n])
    starts = np.linalg.solve(triangle, np.swapaxes(basis, 1, 2) @ whiten)
    residuals = whiten - basis @ (np.swapaxes(basis, 1, 2) @ whiten)
    carried = factor[:, n:, :n]
    unexplained = regressors[:, n:] - carried @ whiten @ regressors[:, :n]
    doubt = np.swapaxes(np.linalg.solve(np.swapaxes(triangle, 1, 2), np.swapaxes(unexplained, 1, 2)), 1, 2)
    sums = np.tril(np.ones((horizon, horizon))) if family.differences else np.eye(horizon)
    noise, doubt = sums @ factor[:, n:, n:], sums @ doubt
    return _Operators(
        residuals=residuals,
        forecast=sums @ (regressors[:, n:] @ starts + carried @ residuals),
        starts=starts,
        variance=(noise**2).sum(axis=2) + (doubt**2).sum(axis=2),
        diagonal=np.diagonal(factor[:, :n, :n], axis1=1, axis2=2).copy(),
        log_starts=np.log(np.abs(np.diagonal(triangle, axis1=1, axis2=2))).sum(axis=1),
    )
