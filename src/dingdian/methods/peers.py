"""Peers: who stands clearly apart from comparable institutions (AMB-15: median ± 2 MAD, groups of 8 or more).

The median absolute deviation is taken raw, without the factor 1.4826 that likens it to a standard
deviation, because the reading says "2 MAD". A group that is too small is not judged: nobody in it is
flagged, and that is said.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from fractions import Fraction
from statistics import median
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from attrs import frozen

from dingdian.methods.rounding import Number, exact

Flags: TypeAlias = npt.NDArray[np.int8]
Mask: TypeAlias = npt.NDArray[np.bool_]


@frozen
class PeerGroup:
    """What one group was judged by.

    Attributes
    ----------
    size : int
        Members with a value.
    judged : bool
        Whether the group is large enough.
    median, mad : Fraction or None
        Middle value and median absolute deviation from it; None when not judged.
    low, high : Fraction or None
        Values below ``low`` or above ``high`` are flagged, the ends themselves are not.
    """

    size: int
    judged: bool
    median: Fraction | None = None
    mad: Fraction | None = None
    low: Fraction | None = None
    high: Fraction | None = None


@frozen(eq=False)
class Peers:
    """Flags by row and what each group was judged by.

    Attributes
    ----------
    flag : int8 array, shape (n,)
        1 above the group's range, −1 below it, 0 inside it or not judged.
    judged : bool array, shape (n,)
        False where the group is too small or the value is missing: 0 there is not a clean bill.
    groups : dict of group to PeerGroup
    """

    flag: Flags
    judged: Mask
    groups: dict[Hashable, PeerGroup]


def peer_flags(
    values: Sequence[Number | None] | npt.NDArray[np.float64],
    group: Sequence[Hashable],
    *,
    k: Number = 2,
    minimum: int = 8,
) -> Peers:
    """Flag values outside median ± k × MAD of their group.

    Parameters
    ----------
    values : sequence, shape (n,)
        One indicator; None or NaN where missing. Floats are read as the decimals that they print as, so
        that a value exactly on the edge is on the edge.
    group : sequence, shape (n,)
        Peer group of each row (tier × type).
    k : number
        Width of the range in MADs, zero or more.
    minimum : int
        Members with a value that a group needs to be judged.

    Notes
    -----
    Where more than half of a group share one value the MAD is 0 and every other value is outside: look at
    ``mad`` before drawing conclusions.
    """
    if len(values) != len(group):
        raise ValueError(f"{len(values)} values but {len(group)} groups")
    if exact(k, "k") < 0:
        raise ValueError(f"k must be zero or more, not {k}")
    numbers = [_value(value) for value in values]
    members: dict[Hashable, list[Fraction]] = {name: [] for name in group}
    for number, name in zip(numbers, group):
        if number is not None:
            members[name].append(number)
    groups = {name: _range(found, exact(k), minimum) for name, found in members.items()}
    rows = [(number, groups[name]) for number, name in zip(numbers, group)]
    return Peers(
        flag=np.array([_flag(number, peers) for number, peers in rows], dtype=np.int8),
        judged=np.array([number is not None and peers.judged for number, peers in rows], dtype=np.bool_),
        groups=groups,
    )


def outside_repeatedly(flags: npt.ArrayLike, *, indicators: int = 2, periods: int = 2) -> Mask:
    """Who is flagged on at least ``indicators`` indicators in each of the last ``periods`` periods.

    Parameters
    ----------
    flags : int array, shape (n_periods, n_indicators, n)
        As from `peer_flags`, oldest period first; any flag but 0 counts, high or low.

    Returns
    -------
    bool array, shape (n,)
        All False when there are fewer periods than asked for: nothing has repeated yet.
    """
    raised = np.asarray(flags) != 0
    if raised.ndim != 3:
        raise ValueError(f"flags must have periods, indicators and rows, not {raised.ndim} dimensions")
    if indicators < 1 or periods < 1:
        raise ValueError("indicators and periods must be at least 1")
    enough = raised.sum(axis=1) >= indicators
    repeated: Mask = enough[-periods:].all(axis=0) & (len(enough) >= periods)
    return repeated


def _value(value: Number | None) -> Fraction | None:
    """A fraction, or None for what is missing: None, or NaN, which alone differs from itself."""
    return None if value is None or value != value else exact(value)


def _range(values: list[Fraction], k: Fraction, minimum: int) -> PeerGroup:
    if len(values) < max(minimum, 1):
        return PeerGroup(len(values), judged=False)
    middle = median(values)
    mad = median(abs(value - middle) for value in values)
    return PeerGroup(len(values), True, middle, mad, middle - k * mad, middle + k * mad)


def _flag(value: Fraction | None, peers: PeerGroup) -> int:
    if value is None or peers.low is None or peers.high is None:
        return 0
    return int(value > peers.high) - int(value < peers.low)
