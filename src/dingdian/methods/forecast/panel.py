"""A table of units by years turned into rows for the learned model: what was known at the end of each year, and what came next."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from attrs import frozen

from dingdian.methods.forecast.learned import Baseline
from dingdian.methods.forecast.series import Array
from dingdian.terms import Text

LAST_YEAR = Text("上年数", "last year's figure")


@frozen(eq=False)
class Rows:
    """Rows to learn from, and one new row for each unit.

    Attributes
    ----------
    features : float array, shape (n, p)
        The figure one, two, … years before, then the other columns as they stood a year before.
    target : float array, shape (n,)
    new : float array, shape (units, p)
        For the year after the last.
    groups : int array, shape (n,)
        Unit of each row.
    names : tuple of str
    baseline : Baseline
        Last year's figure: the plain rival.
    """

    features: Array
    target: Array
    new: Array
    groups: npt.NDArray[np.int64]
    names: tuple[str, ...]
    baseline: Baseline


def rows(figures: npt.ArrayLike, *, lags: int = 2, others: Mapping[str, npt.ArrayLike] | None = None) -> Rows:
    """Rows of a table of units by years.

    Parameters
    ----------
    figures : shape (units, years), years oldest first and without gaps
    lags : int
        Years looked back, at least 1; there must be more years than that.
    others : name → table of the same shape (beds, insured persons, share of people aged 60 and over)

    Raises
    ------
    ValueError
        Shapes that differ, too few years, a value that is missing.
    """
    table = _table(figures, "figures")
    units, years = table.shape
    if not 1 <= lags < years:
        raise ValueError(f"looking {lags} years back needs more than that many years; there are {years}")
    columns = {name: _table(values, name) for name, values in (others or {}).items()}
    for name, values in columns.items():
        if values.shape != table.shape:
            raise ValueError(f"{name} has shape {values.shape}, the figures {table.shape}")
    known = [
        np.column_stack([*(table[:, end - back] for back in range(lags)), *(values[:, end] for values in columns.values())])
        for end in range(lags - 1, years)
    ]
    return Rows(
        features=np.concatenate(known[:-1]), target=table[:, lags:].T.ravel().copy(), new=known[-1],
        groups=np.tile(np.arange(units), years - lags), names=(*(f"{back + 1} back" for back in range(lags)), *columns),
        baseline=Baseline(LAST_YEAR, table[:, lags - 1 : -1].T.ravel().copy(), table[:, -1].copy()),
    )


def _table(values: npt.ArrayLike, name: str) -> Array:
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2 or not table.size:
        raise ValueError(f"{name} must be a table of units by years, not of shape {table.shape}")
    if not np.isfinite(table).all():
        raise ValueError(f"{name}: a value is missing or not finite; leave the unit out and say so")
    return table
