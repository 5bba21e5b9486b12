"""People tied to the streets once: which node each point of demand walks from, how far it is from there, how many they are.

Points on one node at one distance from it become one row, with their persons added up. A point farther from every street than the
given distance has no row: it is neither near nor far, and `unplaced` says how many people that is.
"""

from __future__ import annotations

import numpy as np
from attrs import field, frozen

from dingdian.space import decimetres
from dingdian.space.arrays import Floats, Integers, Numbers, read_only
from dingdian.space.exact import Whole
from dingdian.space.network import Network


@frozen(eq=False)
class Demand:
    """Rows of demand on a network, ascending by node, then by offset.

    Attributes
    ----------
    node : int64 array, shape (n_rows,)
        The street node of each row.
    offset : int64 array, shape (n_rows,)
        Decimetres from the points to that node, in a straight line; part of every walk.
    units : int64 array, shape (n_rows,)
        Persons, as whole units of ``persons`` (see `exact`).
    row_of : int64 array, shape (n_points,)
        Row of each point; −1 for a point that is on no street.
    persons : Whole
        Persons of each point.
    """

    node: Integers = field(repr=False)
    offset: Integers = field(repr=False)
    units: Integers = field(repr=False)
    row_of: Integers = field(repr=False)
    persons: Whole = field(repr=False)

    def __attrs_post_init__(self) -> None:
        for array in (self.node, self.offset, self.units, self.row_of):
            read_only(array)

    def __len__(self) -> int:
        return int(self.node.size)

    @classmethod
    def snapped(cls, network: Network, lon: Numbers, lat: Numbers, weight: Numbers, *, farthest: float) -> Demand:
        """Points in degrees (or the network's plane) with ``weight`` persons each, tied to nodes at most ``farthest`` metres off."""
        node, metres = network.snap(np.atleast_1d(lon), np.atleast_1d(lat))
        return cls.on(node, metres, weight, reached=metres <= farthest)

    @classmethod
    def on(cls, node: Integers, metres: Floats, weight: Numbers, *, reached: Numbers | None = None) -> Demand:
        """Points whose node and metres to it are known; those not ``reached`` get no row."""
        persons = Whole.of("weight", weight, node.size)
        kept = np.arange(node.size) if reached is None else np.flatnonzero(reached)
        offset = decimetres.from_metres(metres[kept])
        keys, back = np.unique(np.column_stack((node[kept], offset)), axis=0, return_inverse=True)
        row_of = np.full(node.size, -1, dtype=np.int64)
        row_of[kept] = back
        units = np.zeros(len(keys), dtype=np.int64)
        np.add.at(units, back, persons.units[kept])
        return cls(np.ascontiguousarray(keys[:, 0]), np.ascontiguousarray(keys[:, 1]), units, row_of, persons)

    @classmethod
    def at_nodes(cls, network: Network, weight: Numbers) -> Demand:
        """``weight`` persons on each node of the network itself."""
        nodes = np.arange(network.n_nodes)
        return cls.on(nodes, np.zeros(network.n_nodes), weight)

    @property
    def total(self) -> float:
        """Persons of all points."""
        return self.persons.value(int(self.persons.units.sum()))

    @property
    def unplaced(self) -> float:
        """Persons of the points that are on no street."""
        return self.persons.value(int(self.persons.units[self.row_of < 0].sum()))

    def metres(self, node_distance: Floats) -> Floats:
        """Metres of each row, from a distance for each node of the network (as `Network.nearest` gives it); ``inf`` stays."""
        walk = node_distance[self.node]
        far = np.isinf(walk)
        sums = decimetres.from_metres(np.where(far, 0.0, walk)) + self.offset
        return np.where(far, np.inf, decimetres.to_metres(sums))

    def of_points(self, rows: Floats) -> Floats:
        """A value of each row at each point; NaN for points without a row."""
        return np.where(self.row_of >= 0, np.append(rows, np.nan)[self.row_of], np.nan)
