"""The table that RSR, TOPSIS and entropy weights read: units in rows, indicators in columns, a sign for each column.

Refuses what has no place in a ranking: missing values, unknown signs, weights that do not fit. Nothing is filled in.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Signs: TypeAlias = npt.NDArray[np.bool_]
LowIsGood: TypeAlias = Literal["as_is", "reciprocal"]

DECIMALS = 12  # scores that differ by less are tied: below that, a float carries noise of the additions


def checked(values: npt.ArrayLike, benefit: npt.ArrayLike) -> tuple[Floats, Signs]:
    """``values`` as float64, shape (n, m), and ``benefit`` as booleans, shape (m,).

    Raises
    ------
    ValueError
        A table that is not rows × columns or is empty, a value that is missing or infinite, signs that do not fit the columns.
    """
    table = np.ascontiguousarray(np.asarray(values, dtype=np.float64))
    signs = np.asarray(benefit)
    if table.ndim != 2 or table.size == 0:
        raise ValueError(f"values must be units in rows and indicators in columns, at least one of each, not of shape {table.shape}")
    if signs.dtype != np.bool_ or signs.shape != (table.shape[1],):
        raise ValueError(f"benefit must say True (high is good) or False (low is good) for each of {table.shape[1]} indicators")
    if not np.isfinite(table).all():
        row, column = (int(i) for i in np.argwhere(~np.isfinite(table))[0])
        raise ValueError(f"values[{row}, {column}] is {table[row, column]}: a unit with a missing value cannot be ranked")
    return table, signs


def shares(weights: npt.ArrayLike | None, columns: int) -> Floats:
    """Weights scaled to sum 1, shape (columns,); equal ones for None.

    Raises
    ------
    ValueError
        Weights that do not fit the columns, are negative, missing or all zero.
    """
    if weights is None:
        return np.full(columns, 1 / columns)
    given = np.asarray(weights, dtype=np.float64)
    if given.shape != (columns,):
        raise ValueError(f"weights must be {columns}, one for each indicator, not of shape {given.shape}")
    if not np.isfinite(given).all() or (given < 0).any() or not given.any():
        raise ValueError(f"weights must be zero or more and not all zero, not {given.tolist()}")
    scaled = given / given.max()
    return np.asarray(scaled / scaled.sum(), dtype=np.float64)


def reciprocals(table: Floats, signs: Signs) -> Floats:
    """Columns where low is good as 1 / x, so that high is good in all; such a column must be above zero."""
    turned = table.copy()
    for column in np.flatnonzero(~signs):
        if (table[:, column] <= 0).any():
            raise ValueError(f"column {int(column)} has values of zero or less, of which there is no reciprocal: use the values as they are")
        turned[:, column] = 1 / table[:, column]
    return turned


def over(above: Floats, below: Floats, otherwise: float = 0.0) -> Floats:
    """``above`` / ``below`` by column, ``otherwise`` where ``below`` is zero."""
    return np.asarray(np.divide(above, below, out=np.full_like(above, otherwise), where=below > 0), dtype=np.float64)


def places(scores: Floats) -> Ints:
    """Rank of each score, 1 for the highest; those tied within 12 decimals share the best rank."""
    rounded = np.round(scores, DECIMALS)
    return np.asarray(1 + len(rounded) - np.searchsorted(np.sort(rounded), rounded, side="right"), dtype=np.int64)


def one_of(given: Any, known: tuple[str, ...], name: str) -> None:
    """Refuses a convention that is not listed."""
    if given not in known:
        raise ValueError(f"{name} must be one of {', '.join(known)}, not {given!r}")
