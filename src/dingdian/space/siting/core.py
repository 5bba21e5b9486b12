"""The heart of a cover problem, stripped for searching: open demand only, alike rows merged, rows and columns as plain arrays.

Two demand rows with the same candidates count as one with both weights. Rows that a standing place covers, or nobody can, are left
out. What is left stands in an order of its own, so that no answer depends on the order in which demand was listed.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from attrs import field, frozen
from scipy.sparse import csr_array, sparray, spmatrix

from dingdian.space.arrays import Integers, Mask
from dingdian.space.compiled import compiled

Cover: TypeAlias = npt.NDArray[Any] | sparray | spmatrix
Short: TypeAlias = npt.NDArray[np.int32]



@frozen(eq=False)
class Rows:
    """A checked cover by rows: candidates of each demand row ascending, each once."""

    starts: Integers = field(repr=False)
    candidates: Short = field(repr=False)
    n_candidates: int

    @property
    def size(self) -> int:
        """Number of demand rows."""
        return int(self.starts.size - 1)


class Core(NamedTuple):
    """Open demand: ``weight`` (units, shape (n_rows,)), rows → candidates and candidates → rows as starts and lists.

    Candidates keep their numbers; one that may not be chosen has no rows.
    """

    weight: Integers
    row_starts: Integers
    row_candidates: Short
    starts: Integers
    rows: Short


def rows_of(cover: Cover) -> Rows:
    """The cover by rows, Falses dropped.

    Raises
    ------
    ValueError
        Entries that are neither boolean nor 0 and 1.
    """
    matrix: csr_array[Any, tuple[int, int]] = csr_array(cover)  # type: ignore[arg-type]
    if matrix.dtype != np.bool_ and not np.isin(matrix.data, (0, 1)).all():
        raise ValueError("cover must be boolean (or 0 and 1): distances are not a cover")
    if not matrix.data.all() or not matrix.has_canonical_format:
        matrix = csr_array(matrix.astype(np.bool_), copy=True)
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
    starts, candidates = matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32)
    return Rows(starts, candidates, int(matrix.shape[1]))


def core_of(rows: Rows, units: Integers, standing: Mask, free: Mask) -> tuple[Core, int]:
    """Open demand, and the units that standing places cover.

    Parameters
    ----------
    rows : Rows
        The cover.
    units : int64 array, shape (n_demand,)
        Weights on their grid.
    standing, free : bool arrays, shape (n_candidates,)
        Places that cover already; candidates that may be chosen.
    """
    keys = _keys(rows.n_candidates)
    kind, mix = _kinds(rows.starts, rows.candidates, standing, free, keys)
    opened = np.flatnonzero((kind == OPEN) & (units > 0))
    order = opened[np.argsort(mix[opened], kind="stable")]
    leader, weight = _merged(rows.starts, rows.candidates, free, order, mix, units)
    row_starts, row_candidates = _picked(rows.starts, rows.candidates, free, leader)
    starts, columns = turned(row_starts, row_candidates, rows.n_candidates)
    return Core(weight, row_starts, row_candidates, starts, columns), int(units[kind == COVERED].sum())


OPEN, COVERED, LOST = 0, 1, 2


def _keys(size: int) -> Integers:
    """One fixed 64-bit key for each candidate (splitmix64): their sum tells sets of candidates apart."""
    with np.errstate(over="ignore"):
        z = np.arange(1, size + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (z ^ (z >> np.uint64(31))).view(np.int64)


@compiled
def _kinds(starts: Integers, candidates: Short, standing: Mask, free: Mask, keys: Integers) -> tuple[Integers, Integers]:
    """What each row is, and the sum of its free candidates' keys."""
    size = starts.size - 1
    kind, mix = np.empty(size, np.int64), np.zeros(size, np.int64)
    for i in range(size):
        kind[i] = LOST
        for k in range(starts[i], starts[i + 1]):
            j = candidates[k]
            if standing[j]:
                kind[i] = COVERED
                break
            if free[j]:
                kind[i] = OPEN
                mix[i] += keys[j]
    return kind, mix


@compiled
def _merged(
    starts: Integers, candidates: Short, free: Mask, order: Integers, mix: Integers, units: Integers
) -> tuple[Integers, Integers]:
    """One row for each set of candidates in a run of equal keys, and the weight of all its like."""
    leader, weight = np.empty(order.size, np.int64), np.empty(order.size, np.int64)
    found = 0
    for i in order:
        if found and mix[leader[found - 1]] == mix[i] and _alike(starts, candidates, free, leader[found - 1], i):
            weight[found - 1] += units[i]
        else:
            leader[found], weight[found] = i, units[i]
            found += 1
    return leader[:found].copy(), weight[:found].copy()


@compiled
def _alike(starts: Integers, candidates: Short, free: Mask, one: int, other: int) -> bool:
    """Whether two rows have the same free candidates."""
    a, b = starts[one], starts[other]
    end_a, end_b = starts[one + 1], starts[other + 1]
    while True:
        while a < end_a and not free[candidates[a]]:
            a += 1
        while b < end_b and not free[candidates[b]]:
            b += 1
        if a == end_a or b == end_b:
            return bool(a == end_a and b == end_b)
        if candidates[a] != candidates[b]:
            return False
        a += 1
        b += 1


@compiled
def _picked(starts: Integers, candidates: Short, free: Mask, rows: Integers) -> tuple[Integers, Short]:
    """The free candidates of the given rows."""
    new_starts = np.zeros(rows.size + 1, np.int64)
    size = 0
    for i in rows:
        size += starts[i + 1] - starts[i]
    kept = np.empty(size, np.int32)
    end = 0
    for r in range(rows.size):
        for k in range(starts[rows[r]], starts[rows[r] + 1]):
            if free[candidates[k]]:
                kept[end] = candidates[k]
                end += 1
        new_starts[r + 1] = end
    return new_starts, kept[:end].copy()


@compiled
def turned(starts: Integers, values: Short, size: int) -> tuple[Integers, Short]:
    """Lists of ``size`` values turned inside out: for each value the lists that hold it, ascending."""
    out_starts = np.zeros(size + 1, np.int64)
    for v in values:
        out_starts[v + 1] += 1
    for v in range(size):
        out_starts[v + 1] += out_starts[v]
    end, out = out_starts[:-1].copy(), np.empty(values.size, np.int32)
    for i in range(starts.size - 1):
        for k in range(starts[i], starts[i + 1]):
            v = values[k]
            out[end[v]] = i
            end[v] += 1
    return out_starts, out
