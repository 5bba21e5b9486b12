"""Pairs: who is within reach of whom, and how far: the answer that counts, coverage, access and siting share.

Only what was within the limit is listed. The arrays are locked: filter them into a new ``Pairs`` instead.
"""

from __future__ import annotations

from math import inf

import numpy as np
from attrs import evolve, frozen
from scipy.sparse import csr_array

from dingdian.space.arrays import Floats, Integers, Mask, read_only


@frozen(eq=False)
class Pairs:
    """Pairs sorted by source, then distance, then target.

    Attributes
    ----------
    source, target : int64 array, shape (n_pairs,)
        Positions in the two lists that were asked about; each pair at most once.
    distance : float64 array, shape (n_pairs,)
        Metres, exact multiples of 0.1.
    n_source, n_target : int
        Lengths of the two lists, those without any partner included.
    limit : float
        Metres up to which pairs were sought; a question beyond it cannot be answered from here.
    """

    source: Integers
    target: Integers
    distance: Floats
    n_source: int
    n_target: int
    limit: float = inf

    def __attrs_post_init__(self) -> None:
        if not self.source.shape == self.target.shape == self.distance.shape:
            raise ValueError("source, target and distance must have one length")
        for array in (self.source, self.target, self.distance):
            read_only(array)

    @classmethod
    def ordered(
        cls,
        source: Integers,
        target: Integers,
        distance: Floats,
        n_source: int,
        n_target: int,
        limit: float = inf,
    ) -> Pairs:
        """Pairs from arrays in any order."""
        order = np.lexsort((target, distance, source))
        return cls(source[order], target[order], distance[order], n_source, n_target, limit)

    def __len__(self) -> int:
        return int(self.source.size)

    def where(self, keep: Mask) -> Pairs:
        """Only the pairs where ``keep`` (shape (n_pairs,)) is True; the lists keep their lengths."""
        return evolve(self, source=self.source[keep], target=self.target[keep], distance=self.distance[keep])

    def counts(self) -> Integers:
        """Number of partners of each source: int64, shape (n_source,)."""
        return np.bincount(self.source, minlength=self.n_source).astype(np.int64)

    def to_csr(self) -> csr_array:
        """Distances as a sparse matrix, rows = sources, columns = targets, columns ascending.

        A distance of 0.0 is stored as an entry: ask whether a pair is there by ``indices``, never by the
        value.
        """
        order = np.lexsort((self.target, self.source))
        return csr_array(
            (self.distance[order], self.target[order], self._starts()), shape=(self.n_source, self.n_target)
        )

    def to_cover(self) -> csr_array:
        """The same as booleans: True where target is within reach of source. The form that siting takes."""
        distances = self.to_csr()
        within = np.ones(len(self), dtype=np.bool_)
        return csr_array((within, distances.indices, distances.indptr), shape=distances.shape)

    def _starts(self) -> Integers:
        return np.concatenate(([0], np.cumsum(self.counts()))).astype(np.int64)
