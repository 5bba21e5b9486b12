"""Catchments: for each site everything within a walk of it and how far it is, found once and used by all who ask.

Coverage, saturation along the streets, floating catchments and siting read the same rows, each up to its own distance: rows stand by
distance, so that a smaller radius is the beginning of a larger one. Eight bytes a pair. A question beyond the distance to which
rows were sought is refused.
"""

from __future__ import annotations

from math import inf

import numpy as np
from attrs import field, frozen
from scipy.sparse import csr_array

from dingdian.space import decimetres, sweeps
from dingdian.space.arrays import Floats, Integers, Mask, Numbers, indices, read_only
from dingdian.space.demand import Demand
from dingdian.space.network import Network
from dingdian.space.pairs import Pairs
from dingdian.space.sweeps import Compact


@frozen(eq=False)
class Catchments:
    """Site ``s`` reaches rows ``row[ends[s]:ends[s + 1]]``, nearest first, equal distances by row.

    Attributes
    ----------
    ends : int64 array, shape (n_sites + 1,)
    row : int32 array, shape (n_pairs,)
        Rows of the demand that the catchments were made for.
    distance : int32 array, shape (n_pairs,)
        Decimetres of the whole walk, the row's own offset included.
    n_rows : int
    limit : float
        Metres up to which rows were sought.
    """

    ends: Integers = field(repr=False)
    row: Compact = field(repr=False)
    distance: Compact = field(repr=False)
    n_rows: int
    limit: float

    def __attrs_post_init__(self) -> None:
        for array in (self.ends, self.row, self.distance):
            read_only(array)

    def __len__(self) -> int:
        """Number of pairs."""
        return int(self.row.size)

    @property
    def n_sites(self) -> int:
        return int(self.ends.size - 1)

    @classmethod
    def of(
        cls, network: Network, sites: Numbers, limit: float, demand: Demand | None = None, *, towards: bool = True,
        threads: int | None = None,
    ) -> Catchments:
        """Everything within ``limit`` metres of each of ``sites`` (node indices, repeats allowed).

        Parameters
        ----------
        demand : Demand, optional
            Rows that walk; without it every node of the network is a row of its own.
        towards : bool
            Whether the walk goes from the row to the site (the way of a patient), or from the site to the row; the same where no
            street is one-way.
        threads : int, optional
            How many; the answer is the same.
        """
        nodes = indices("sites", sites, network.n_nodes)
        bound = decimetres.limit(limit)
        where = network.carried(None if demand is None else demand.node)
        found = sweeps.gathered(network.graph, network.graph.new[nodes], bound, *where, forward=not towards, threads=threads)
        n_rows = network.n_nodes if demand is None else len(demand)
        if demand is None or not demand.offset.any():
            return cls(found.ends, found.item, found.distance, n_rows, bound / 10.0)
        return cls(*_lengthened(found, demand.offset, sweeps.whole_limit(bound)), n_rows, bound / 10.0)

    def within(self, radius: float) -> Mask:
        """Which pairs lie within ``radius`` metres, itself included: bool, shape (n_pairs,)."""
        bound = decimetres.limit(radius)
        if bound > decimetres.limit(self.limit):
            raise ValueError(f"rows were sought up to {self.limit} m: nothing can be said of {radius} m")
        return np.asarray(self.distance <= bound)

    def pairs(self, radius: float | None = None) -> Pairs:
        """The same as `Pairs` of sites (source) and rows (target), by site, distance, row."""
        site, row, metres, limit = self._rows(radius)
        return Pairs(site, row, metres, self.n_sites, self.n_rows, limit)

    def pairs_by_row(self, radius: float | None = None) -> Pairs:
        """The same seen from the rows: `Pairs` of rows (source) and sites (target). The form that floating catchments take."""
        site, row, metres, limit = self._rows(radius)
        return Pairs.ordered(row, site, metres, self.n_rows, self.n_sites, limit)

    def cover(self, radius: float | None = None) -> csr_array:
        """Boolean matrix, rows = rows of demand, columns = sites. The form that siting takes."""
        site, row, _, _ = self._rows(radius)
        return csr_array((np.ones(row.size, dtype=np.bool_), (row, site)), shape=(self.n_rows, self.n_sites))

    def counts(self, radius: float | None = None) -> Integers:
        """Rows within ``radius`` of each site: int64, shape (n_sites,)."""
        return np.diff(self.ends) if radius is None else self._summed(self.within(radius).astype(np.int64))

    def sites_within(self, radius: float | None = None) -> Integers:
        """Sites within ``radius`` of each row, the saturation of its circle: int64, shape (n_rows,)."""
        rows = self.row if radius is None else self.row[self.within(radius)]
        return np.bincount(rows, minlength=self.n_rows).astype(np.int64)

    def units(self, units: Integers, radius: float | None = None) -> Integers:
        """Sum of ``units`` (whole numbers, one per row) within ``radius`` of each site: int64, shape (n_sites,)."""
        found = units[self.row]
        return self._summed(found if radius is None else np.where(self.within(radius), found, 0))

    def nearest(self) -> tuple[Floats, Integers]:
        """Metres from each row to its nearest site, and that site (of equally near ones the smallest); ``inf``, −1 for none."""
        site = np.repeat(np.arange(self.n_sites), np.diff(self.ends))
        best = np.full(self.n_rows, np.iinfo(np.int64).max)
        np.minimum.at(best, self.row, (self.distance.astype(np.int64) << 32) | site)
        reached = best < np.iinfo(np.int64).max
        metres = np.where(reached, decimetres.to_metres(best >> 32), inf)
        return metres, np.where(reached, best & 0xFFFFFFFF, -1)

    def _rows(self, radius: float | None) -> tuple[Integers, Integers, Floats, float]:
        site = np.repeat(np.arange(self.n_sites), np.diff(self.ends))
        if radius is None:
            return site, self.row.astype(np.int64), decimetres.to_metres(self.distance), self.limit
        keep = self.within(radius)
        limit = decimetres.limit(radius) / 10.0
        return site[keep], self.row[keep].astype(np.int64), decimetres.to_metres(self.distance[keep]), limit

    def _summed(self, values: Integers) -> Integers:
        before = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(values)))
        return np.asarray(before[self.ends[1:]] - before[self.ends[:-1]])


def _lengthened(found: sweeps.Gathered, offset: Integers, bound: int) -> tuple[Integers, Compact, Compact]:
    """The same with each row's own offset added, cut at the limit and put in order again."""
    site = np.repeat(np.arange(found.ends.size - 1), np.diff(found.ends))
    walk = found.distance.astype(np.int64) + offset[found.item]
    keep = np.flatnonzero(walk <= bound)
    order = keep[np.lexsort((found.item[keep], walk[keep], site[keep]))]
    ends = np.concatenate(([0], np.cumsum(np.bincount(site[order], minlength=found.ends.size - 1))))
    return ends.astype(np.int64), found.item[order], walk[order].astype(np.int32)
