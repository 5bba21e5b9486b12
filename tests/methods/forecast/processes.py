"""Yearly series of known making, for measuring how often intervals hold what they promise."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def random_walk(rng: np.random.Generator, m: int) -> Array:
    """A random walk with drift; the drift is up to one and a half times the noise, either way."""
    return 100 + np.cumsum(rng.uniform(-1.5, 1.5) + rng.normal(size=m))


def autoregression(rng: np.random.Generator, m: int) -> Array:
    phi, values = rng.uniform(0, 0.8), np.empty(m)
    values[0] = rng.normal() / np.sqrt(1 - phi**2)
    for t in range(1, m):
        values[t] = phi * values[t - 1] + rng.normal()
    return 50 + values


def trend(rng: np.random.Generator, m: int) -> Array:
    return 100 + rng.uniform(-2, 2) * np.arange(m) + rng.normal(size=m)


def local_level(rng: np.random.Generator, m: int) -> Array:
    """A level that walks, seen through noise."""
    return 100 + np.cumsum(rng.uniform(0.2, 1) * rng.normal(size=m)) + rng.normal(size=m)


def growth(rng: np.random.Generator, m: int) -> Array:
    """Growth by a steady 2 to 12 % a year, disturbed for good by 1 to 4 %."""
    return 100 * np.exp(np.cumsum(rng.uniform(0.02, 0.12) + rng.uniform(0.01, 0.04) * rng.normal(size=m)))


def heavy_tails(rng: np.random.Generator, m: int) -> Array:
    return 100 + np.cumsum(0.5 + rng.standard_t(4, size=m))


def saturation(rng: np.random.Generator, m: int) -> Array:
    """An S-shaped curve with noise: growth that ends."""
    return 50 + 100 / (1 + np.exp(-(np.arange(m) - m / 2) / 4)) + rng.normal(0, 2, size=m)


def rough_growth(rng: np.random.Generator, m: int) -> Array:
    return 200 * np.exp(np.cumsum(rng.normal(0.05, 0.08, size=m)))


def lasting_growth(rng: np.random.Generator, m: int) -> Array:
    """Changes that carry on: six tenths of the last one's departure from the usual."""
    change = np.zeros(m)
    for t in range(1, m):
        change[t] = 0.6 * change[t - 1] + rng.normal()
    return 100 + np.cumsum(1 + change)


def bending_trend(rng: np.random.Generator, m: int) -> Array:
    return 100 + 3 * np.arange(m) + 0.1 * np.cumsum(np.cumsum(rng.normal(size=m))) + rng.normal(size=m)


PROCESSES: tuple[Callable[[np.random.Generator, int], Array], ...] = (random_walk, autoregression, trend, local_level, growth)
OTHERS = (heavy_tails, saturation, rough_growth, lasting_growth, bending_trend)  # nothing was set on these


def mixture(seed: int, count: int, horizon: int, kinds: tuple[Callable[[np.random.Generator, int], Array], ...] = PROCESSES) -> list[tuple[str, Array]]:
    """``count`` series, the processes in turn, each with 6 to 30 values and ``horizon`` more."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(6, 31, size=count)
    return [(kinds[i % 5].__name__, kinds[i % 5](rng, int(n) + horizon)) for i, n in enumerate(lengths)]
