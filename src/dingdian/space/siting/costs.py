"""What it costs to serve each demand row from each candidate, sorted once so that searches read only the cheap end of each row.

Missing entries (sparse) and infinite ones (dense) mean "cannot serve". NaN and negative costs are refused: a way of unknown length is
not a long way.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from attrs import field, frozen
from scipy.sparse import csr_array, issparse, sparray, spmatrix

from dingdian.space.arrays import Floats, Integers, refuse
from dingdian.space.compiled import compiled

Cost: TypeAlias = npt.NDArray[Any] | sparray | spmatrix
Short: TypeAlias = npt.NDArray[np.int32]

EXACT = 2.0**53  # whole numbers below are exact in float64, sums of them as well
DECIMETRES = 10.0  # costs in metres with one decimal become whole when counted in decimetres


class Rows(NamedTuple):
    """Entries by demand row, cheapest first, equal ones by candidate: row i is ``starts[i]:starts[i + 1]``."""

    starts: Integers
    candidate: Short
    price: Floats


class Columns(NamedTuple):
    """The same entries by candidate, rows ascending."""

    starts: Integers
    row: Short
    price: Floats


@frozen(eq=False)
class Prices:
    """A median problem as the searches see it: only rows with people, each entry weighted.

    Attributes
    ----------
    rows, columns : Rows, Columns
        Weight × cost × ``scale``.
    n_candidates : int
    scale : float
        Units per unit of the raw value: 10 where costs are whole decimetres given in metres.
    whole : bool
        Every price is a whole number and every sum of them exact, so that a bound may be rounded up.
    miss : float
        Price of a row that nobody serves; more than all rows together can cost when each is served.
    """

    rows: Rows = field(repr=False)
    columns: Columns = field(repr=False)
    n_candidates: int
    scale: float
    whole: bool
    miss: float

    @property
    def n_rows(self) -> int:
        """Rows with people."""
        return self.rows.starts.size - 1

    @property
    def entries(self) -> int:
        """Pairs of a row and a candidate that can serve it."""
        return self.rows.candidate.size


def entries(cost: Cost) -> csr_array:
    """``cost`` as a sparse matrix of the pairs that can be served, explicit zeros kept, candidates ascending in each row.

    Raises
    ------
    ValueError
        NaN, negative costs, or no matrix.
    """
    matrix = _sparse(cost) if issparse(cost) else _dense(cost)
    matrix.sum_duplicates()
    refuse(~(matrix.data >= 0.0), "costs must be zero or more (leave out, or give as inf, what cannot be served)")
    if np.isinf(matrix.data).any():
        return _only(matrix, np.isfinite(matrix.data))
    return matrix


def prices(matrix: csr_array, weight: Floats) -> Prices:
    """Weighted prices of the rows with people.

    Parameters
    ----------
    matrix : csr_array, shape (n_demand, n_candidates)
        From `entries`.
    weight : float64 array, shape (n_demand,)
        Persons; rows with 0 are left out.
    """
    kept = matrix[np.flatnonzero(weight > 0.0)]
    scale = 1.0 if _whole(matrix.data) else DECIMETRES
    cost = np.rint(kept.data * scale)
    whole = bool((cost / scale == kept.data).all()) and _whole(weight)
    worth = np.repeat(weight[weight > 0.0], np.diff(kept.indptr))
    price = worth * cost if whole else worth * kept.data
    most = _row_most(kept.indptr, price)
    whole = whole and most < EXACT
    rows = _sorted(kept.indptr.astype(np.int64), kept.indices.astype(np.int32), price)
    return Prices(rows, _columns(rows, matrix.shape[1]), matrix.shape[1], scale if whole else 1.0, whole, 2.0 * most + 1.0)


def within(matrix: csr_array, counts: npt.NDArray[np.bool_], radius: float) -> Prices:
    """A covering question as a median: being served within ``radius`` costs nothing, not being served costs 1 per row."""
    kept = matrix[np.flatnonzero(counts)]
    near = _only(kept, kept.data <= radius)
    rows = Rows(near.indptr.astype(np.int64), near.indices.astype(np.int32), np.zeros(near.nnz))
    return Prices(rows, _columns(rows, kept.shape[1]), kept.shape[1], 1.0, True, 1.0)


def _sparse(cost: Any) -> csr_array:
    """A copy: what the caller holds is left as it is."""
    return csr_array(cost).astype(np.float64)


def _dense(cost: Cost) -> csr_array:
    array = np.asarray(cost, dtype=np.float64)
    if array.ndim != 2:
        raise ValueError(f"cost must be a matrix (demand × candidates), not an array of shape {array.shape}")
    there = array != np.inf
    starts = np.concatenate(([0], np.cumsum(there.sum(axis=1))))
    return csr_array((array[there], np.nonzero(there)[1], starts), shape=array.shape)


def _only(matrix: csr_array, wanted: npt.NDArray[np.bool_]) -> csr_array:
    """The matrix without the entries that are not ``wanted``."""
    starts = np.concatenate(([0], np.cumsum(wanted)))[matrix.indptr]
    return csr_array((matrix.data[wanted], matrix.indices[wanted], starts), shape=matrix.shape)


def _whole(values: Floats) -> bool:
    return bool((values == np.rint(values)).all())


def _row_most(starts: npt.NDArray[Any], price: Floats) -> float:
    """The most that serving every row can cost."""
    full = np.flatnonzero(np.diff(starts))
    return float(np.maximum.reduceat(price, starts[full]).sum()) if full.size else 0.0


def _columns(rows: Rows, n_candidates: int) -> Columns:
    row = np.repeat(np.arange(rows.starts.size - 1, dtype=np.int32), np.diff(rows.starts))
    order = np.argsort(rows.candidate, kind="stable")
    count = np.bincount(rows.candidate, minlength=n_candidates)
    starts = np.concatenate(([0], np.cumsum(count))).astype(np.int64)
    return Columns(starts, row[order], rows.price[order])


@compiled
def _sorted(starts: Integers, candidate: Short, price: Floats) -> Rows:
    """Each row cheapest first; entries come with candidates ascending, so equal ones stay in that order."""
    names, values = np.empty_like(candidate), np.empty_like(price)
    for i in range(starts.size - 1):
        a, b = starts[i], starts[i + 1]
        order = np.argsort(price[a:b], kind="mergesort")
        names[a:b] = candidate[a:b][order]
        values[a:b] = price[a:b][order]
    return Rows(starts, names, values)
