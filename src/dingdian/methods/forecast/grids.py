"""The families of linear models and the grids of their constants.

Each family says how X and L of `linear` look for given constants; `linear` does the rest. Grids are fixed: a step finer than what a
short series can tell apart would only be a false precision.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
from attrs import frozen

from dingdian.methods.forecast.series import Array

_ALPHA = tuple(step / 20 for step in range(21))
_COARSE = tuple(step / 10 for step in range(11))
_TREND = (0.0, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0)  # β*: β = α β*
_DAMPING = (0.8, 0.85, 0.9, 0.95, 0.98)  # nearer to 1 a short series cannot tell it from Holt's
_INSIDE = tuple(step / 20 for step in range(-19, 20))


@frozen(eq=False)
class Family:
    """How a model is built: its label, names and grid of its constants, differences taken, starting values, and X and L for a length."""

    label: str
    constants: tuple[str, ...]
    grid: Array  # (points, constants)
    differences: int
    start_names: tuple[str, ...]
    build: Callable[[Array, int], tuple[Array, Array]]

    @property
    def starts(self) -> int:
        return len(self.start_names)


def _grid(*axes: tuple[float, ...]) -> Array:
    """Every combination; where alpha is 0 the slope never moves, so only beta* 0 is kept: one model counts once."""
    points = [point for point in product(*axes) if len(axes) == 1 or point[0] > 0 or point[1] == 0]
    return np.array(points, dtype=np.float64)


def _toeplitz(weights: Array) -> Array:
    """Lower triangular matrices with a unit diagonal from the weights (points, m − 1) of noise one, two, … steps old."""
    points, m = weights.shape[0], weights.shape[1] + 1
    column = np.concatenate([np.zeros((points, m - 1)), np.ones((points, 1)), weights], axis=1)
    age = np.arange(m)[:, None] - np.arange(m)[None, :]
    matrices: Array = column[:, age + m - 1]
    return matrices


def _smoothing(constants: Array, m: int, *, slope: bool) -> tuple[Array, Array]:
    """Exponential smoothing in innovations form: columns alpha, and with a slope beta* and phi."""
    alpha = constants[:, :1]
    level = np.ones((len(constants), m, 1))
    if not slope:
        return level, _toeplitz(np.repeat(alpha, m - 1, axis=1))
    steps = np.cumsum(constants[:, 2:3] ** np.arange(1, m + 1), axis=1)  # φ + φ² + … + φ^h
    weights = alpha + alpha * constants[:, 1:2] * steps[:, : m - 1]
    return np.concatenate([level, steps[:, :, None]], axis=2), _toeplitz(weights)


def _mean(points: int, m: int, mean: bool) -> Array:
    return np.ones((points, m, 1)) if mean else np.zeros((points, m, 0))


def _independent(constants: Array, m: int, *, mean: bool) -> tuple[Array, Array]:
    return _mean(len(constants), m, mean), np.broadcast_to(np.eye(m), (len(constants), m, m)).copy()


def _autoregressive(constants: Array, m: int, *, mean: bool) -> tuple[Array, Array]:
    """AR(1) from its stationary start: the first value has variance 1 / (1 − φ²)."""
    phi = constants[:, :1]
    factor = _toeplitz(phi ** np.arange(1, m))
    factor[:, :, 0] /= np.sqrt(1 - phi**2)
    return _mean(len(constants), m, mean), factor


def _moving_average(constants: Array, m: int, *, mean: bool) -> tuple[Array, Array]:
    """MA(1): variance 1 + θ², covariance θ between neighbours."""
    theta = constants[:, 0, None, None]
    cover = (1 + theta**2) * np.eye(m) + theta * (np.eye(m, k=1) + np.eye(m, k=-1))
    factor: Array = np.linalg.cholesky(cover).astype(np.float64, copy=False)
    return _mean(len(constants), m, mean), factor


def _holt(constants: Array, m: int) -> tuple[Array, Array]:
    return _smoothing(np.column_stack([constants, np.ones(len(constants))]), m, slope=True)


NOTHING = np.zeros((1, 0))

FAMILIES: dict[str, Family] = {
    "naive": Family("ARIMA(0,1,0)", (), NOTHING, 1, (), lambda grid, m: _independent(grid, m, mean=False)),
    "drift": Family("ARIMA(0,1,0) with drift", (), NOTHING, 1, ("drift",), lambda grid, m: _independent(grid, m, mean=True)),
    "ses": Family("ETS(A,N,N)", ("alpha",), _grid(_ALPHA), 0, ("level",), lambda grid, m: _smoothing(grid, m, slope=False)),
    "holt": Family("ETS(A,A,N)", ("alpha", "beta*"), _grid(_COARSE, _TREND), 0, ("level", "slope"), _holt),
    "damped": Family("ETS(A,Ad,N)", ("alpha", "beta*", "phi"), _grid(_COARSE, _TREND, _DAMPING), 0, ("level", "slope"),
                     lambda grid, m: _smoothing(grid, m, slope=True)),
    "arima100c": Family("ARIMA(1,0,0) with mean", ("ar1",), _grid(_INSIDE), 0, ("mean",), lambda grid, m: _autoregressive(grid, m, mean=True)),
    "arima110": Family("ARIMA(1,1,0)", ("ar1",), _grid(_INSIDE), 1, (), lambda grid, m: _autoregressive(grid, m, mean=False)),
    "arima110c": Family("ARIMA(1,1,0) with drift", ("ar1",), _grid(_INSIDE), 1, ("drift",), lambda grid, m: _autoregressive(grid, m, mean=True)),
    "arima011": Family("ARIMA(0,1,1)", ("ma1",), _grid(_INSIDE), 1, (), lambda grid, m: _moving_average(grid, m, mean=False)),
    "arima011c": Family("ARIMA(0,1,1) with drift", ("ma1",), _grid(_INSIDE), 1, ("drift",), lambda grid, m: _moving_average(grid, m, mean=True)),
}
