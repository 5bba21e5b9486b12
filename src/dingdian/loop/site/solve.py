"""The search: people and candidates as a matrix, the limits beside it, and the answer in the terms of the question.

Chooses nothing by itself: `dingdian.space.siting` does, and says how far from best it may be.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
from attrs import frozen
from scipy.sparse import csr_array, hstack

from dingdian.loop.options import ADD
from dingdian.loop.site.ask import Ask
from dingdian.loop.site.demand import Demand
from dingdian.provisions.ground import Ground
from dingdian.provisions.newcomers import Floats, Integers
from dingdian.space import decimetres
from dingdian.space.pairs import Pairs
from dingdian.space.siting import Limits, max_cover, set_cover
from dingdian.space.siting.model import Siting


@frozen(eq=False)
class Answer:
    """What was chosen.

    Attributes
    ----------
    order
        Positions of the chosen candidates, in the order in which a reader should take them.
    covered
        People within reach before the first of them and after each.
    bound, gap, status, seconds, blocked_by
        As in `Siting`: of what the question counts.
    is_sound
        Whether the search's own check of its answer agrees.
    """

    order: Integers
    covered: Floats
    bound: float
    gap: float
    status: str
    seconds: float | None
    blocked_by: tuple[str, ...] = ()
    is_sound: bool = True

    @classmethod
    def of(cls, siting: Siting, before: float = 0.0) -> Answer:
        """An answer of the search; ``before``: people whom it did not count."""
        return cls(siting.order, before + siting.cumulative, siting.bound, siting.gap, siting.status, siting.seconds, siting.blocked_by,
                   is_sound(siting))


def is_sound(siting: Siting) -> bool:
    """Whether a siting passes its own check by plain sets."""
    try:
        return siting.verify()
    except ValueError:
        return False


def reach(ground: Ground, demand: Demand, node: Integers, offset_m: Floats) -> csr_array:
    """Rows = cells, columns = places tied to street nodes (−1: to none): whether the walk between them is within the limit."""
    tied = np.flatnonzero(node >= 0)
    stops, stop_of = np.unique(demand.node, return_inverse=True)
    doors, door_of = np.unique(node[tied], return_inverse=True)
    pairs = ground.places.streets.pairs(doors, stops, demand.limit_m)
    cells, places = _members(stop_of, len(stops)), _members(door_of, len(doors))
    row, column = _spread(pairs, cells, places)
    walk = np.repeat(pairs.distance, _sizes(pairs, cells, places)) + demand.offset_m[row] + offset_m[tied[column]]
    near = decimetres.from_metres(walk) <= decimetres.limit(demand.limit_m)
    shape = (len(demand.persons), len(node))
    return csr_array((np.ones(int(near.sum()), dtype=np.bool_), (row[near], tied[column[near]])), shape=shape)


def _members(group_of: Integers, n_groups: int) -> tuple[Integers, Integers]:
    """Starts and members of each group."""
    starts = np.concatenate(([0], np.cumsum(np.bincount(group_of, minlength=n_groups)))).astype(np.int64)
    return starts, np.argsort(group_of, kind="stable").astype(np.int64)


def _sizes(pairs: Pairs, cells: tuple[Integers, Integers], places: tuple[Integers, Integers]) -> Integers:
    return np.diff(cells[0])[pairs.target] * np.diff(places[0])[pairs.source]


def _spread(pairs: Pairs, cells: tuple[Integers, Integers], places: tuple[Integers, Integers]) -> tuple[Integers, Integers]:
    """Every cell of the stop with every place of the door, for each pair of nodes."""
    sizes, width = _sizes(pairs, cells, places), np.diff(places[0])[pairs.source]
    step = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    wide = np.repeat(width, sizes)
    row = cells[1][np.repeat(cells[0][pairs.target], sizes) + step // np.maximum(wide, 1)]
    column = places[1][np.repeat(places[0][pairs.source], sizes) + step % np.maximum(wide, 1)]
    return row, column


def choose(ask: Ask, demand: Demand, cover: csr_array, limits: Limits, forbidden: list[int]) -> Answer | None:
    """Additions: as many as asked, or as few as reach the share. None where there is no candidate at all."""
    free = cover.shape[1] - len(forbidden)
    if not free:
        return None
    if ask.mode == ADD:
        rows = demand.wanted
        found = max_cover(
            cover[rows], demand.persons[rows], min(int(ask.asked), free), forbidden=forbidden, limits=limits, gap=ask.gap,
            seconds=ask.seconds, clock=ask.clock)
        return Answer.of(found, float(demand.persons[demand.covered].sum()))
    return _fewest(ask, demand, cover, limits, forbidden)


def _fewest(ask: Ask, demand: Demand, cover: csr_array, limits: Limits, forbidden: list[int]) -> Answer:
    """Who serves today is one more candidate, which stands already: so the share is of all the people."""
    today = csr_array(demand.covered[:, None])
    whole = csr_array(hstack([cover, today], format="csr"))
    found = set_cover(
        whole, demand.persons, share=Fraction(ask.asked), fixed=[cover.shape[1]], forbidden=forbidden, limits=limits, gap=ask.gap,
        seconds=ask.seconds, clock=ask.clock)
    return Answer.of(found)


def is_reached(share: Decimal, covered: int, considered: int) -> bool:
    """Whether ``covered`` of ``considered`` people are the share, in whole numbers."""
    return covered >= share * considered
