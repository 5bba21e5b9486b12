"""Insured persons and accounts of years to come: each series goes on at the rate at which it has gone so far.

With three yearly changes or more on file a run scatters around that rate as much as the past did; with fewer nobody can tell the
scatter, and the series goes on evenly. A single year has no rate: it stays.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from attrs import frozen

from dingdian.problems import Unanswerable
from dingdian.terms import Text

Floats = npt.NDArray[np.float64]
GROWS_MOST = math.log(1000)  # beyond it a trend of persons or money is a slip of the data
ENOUGH = 3  # yearly changes from which scatter can be told


@frozen(kw_only=True, eq=False)
class Trends:
    """Series side by side, from their last known year on.

    Attributes
    ----------
    last
        Value of each in its last known year.
    ahead
        Years between that year and the year from which the simulation starts.
    mean, scatter
        Mean yearly change of the logarithm, and its standard deviation (0 where it cannot be told).
    changes
        How many yearly changes each rests on.
    """

    last: Floats
    ahead: Floats
    mean: Floats
    scatter: Floats
    changes: npt.NDArray[np.int64]

    @property
    def is_even(self) -> bool:
        """Whether every run is the same."""
        return not self.scatter.any()

    def path(self, years: int, rng: np.random.Generator) -> Floats:
        """Values by year (from the start on) and series: last × exp(Σ changes); the mean is as uncertain as its few changes make it.

        Raises
        ------
        ValueError
            Where a series would grow more than a thousandfold.
        """
        steps = np.tile(self.mean, (years, 1))
        if not self.is_even:
            off = rng.standard_normal(len(self.mean)) / np.sqrt(np.maximum(self.changes, 1))
            steps = steps + self.scatter * (off + rng.standard_normal((years, len(self.mean))))
        start = self.mean * self.ahead
        logs = np.vstack((start, start + np.cumsum(steps, axis=0)))
        if (logs > GROWS_MOST).any():
            times = f"{math.exp(GROWS_MOST):,.0f}"
            raise Unanswerable(Text(
                f"有的数列 {years} 年后将增至 {times} 倍以上：按现有变化不能推得这么远",
                f"a series on file would grow more than {times}-fold in {years} years: its changes cannot be carried on so far"))
        return np.asarray(self.last * np.exp(logs), dtype=np.float64)


def trends(series: Sequence[Mapping[int, float]], start: int) -> Trends:
    """The trends of series given by year, all of whose years are at most ``start``; a series needs one year at least.

    The mean change is from the first year to the last. A series that is zero or below anywhere has no logarithm, and stays as it is.
    """
    found = [_of(values) for values in series]
    last = [values[max(values)] for values in series]
    return Trends(
        last=np.array(last, dtype=np.float64), ahead=np.array([start - max(values) for values in series], dtype=np.float64),
        mean=np.array([mean for mean, _, _ in found], dtype=np.float64), scatter=np.array([sd for _, sd, _ in found], dtype=np.float64),
        changes=np.array([count for _, _, count in found], dtype=np.int64))


def _of(values: Mapping[int, float]) -> tuple[float, float, int]:
    years = sorted(values)
    if len(years) < 2 or min(values.values()) <= 0:
        return 0.0, 0.0, 0
    steps = [math.log(values[b] / values[a]) / (b - a) for a, b in pairwise(years)]
    mean = math.log(values[years[-1]] / values[years[0]]) / (years[-1] - years[0])
    spread = math.sqrt(sum((step - mean) ** 2 for step in steps) / (len(steps) - 1)) if len(steps) >= ENOUGH else 0.0
    return mean, spread, len(steps)
