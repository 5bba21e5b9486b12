"""The parts of the learned model: how rows are shared out, the boosted trees, their interval and what they leaned on.

Everything random is drawn from a seed that is handed in. scikit-learn is loaded when it is first needed.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import numpy as np

from dingdian.methods.forecast.series import Array

LEAST_GROUPS = 30
SHARES = (0.6, 0.2)  # of the groups: to learn from, to calibrate on; the rest is held out
REPEATS = 10


class Model(Protocol):
    """What is asked of a fitted model."""

    def predict(self, x: Array, /) -> Array: ...


def split(groups: Sequence[Hashable], n: int, seed: int) -> tuple[list[int], list[int], list[int]]:
    """Rows to learn from, to calibrate on and to hold out; all rows of a group are in one part.

    Raises
    ------
    ValueError
        Labels that are not as many as the rows, or fewer than 30 different ones.
    """
    if len(groups) != n:
        raise ValueError(f"{len(groups)} groups but {n} rows")
    labels = list(dict.fromkeys(groups))
    if len(labels) < LEAST_GROUPS:
        raise ValueError(f"at least {LEAST_GROUPS} units are needed to learn, calibrate and check; there are {len(labels)}")
    order = np.random.default_rng(seed).permutation(len(labels))
    ends = [round(SHARES[0] * len(labels)), round(sum(SHARES) * len(labels))]
    part = {labels[place]: int(rank >= ends[0]) + int(rank >= ends[1]) for rank, place in enumerate(order)}
    rows: tuple[list[int], list[int], list[int]] = ([], [], [])
    for row, label in enumerate(groups):
        rows[part[label]].append(row)
    return rows


def conformal_width(residuals: Array, level: float) -> float:
    """The ⌈(k + 1) level⌉-th smallest of k absolute residuals.

    Raises
    ------
    ValueError
        k is too small for the level: no finite interval would hold it.
    """
    rank = math.ceil(round((residuals.size + 1) * level, 9))  # 10 × 0.8 is 8, whatever the last bit says
    if rank > residuals.size:
        raise ValueError(f"{residuals.size} rows to calibrate on are too few for a level of {level:g}")
    return float(np.sort(residuals)[rank - 1])


def one_thread() -> AbstractContextManager[object]:
    """Small tables: more threads would only wait for each other where the cores are busy."""
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[object] = threadpool_limits(limits=1, user_api="openmp")
    return limits


def boosted(x: Array, y: Array, seed: int) -> Model:
    """Histogram gradient boosting by absolute error, with fixed settings for some hundreds of rows."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    model = HistGradientBoostingRegressor(
        loss="absolute_error", learning_rate=0.05, max_iter=200, max_leaf_nodes=15, min_samples_leaf=10, early_stopping=False, random_state=seed
    )
    fitted: Model = model.fit(x, y)
    return fitted


def importance_of(model: Model, x: Array, y: Array, names: Sequence[str], seed: int) -> dict[str, float]:
    """Rise of the mean absolute error when each feature is shuffled among the rows, mean of ten shuffles."""
    from sklearn.inspection import permutation_importance

    found = permutation_importance(model, x, y, scoring="neg_mean_absolute_error", n_repeats=REPEATS, random_state=seed)
    return {name: float(rise) for name, rise in zip(names, found.importances_mean)}
