"""Runs every compiled kernel once on a street of a few houses, so that the first question of the day does not wait for a compiler.

Set-up calls it (``python -m dingdian.loop.warm``); calling it again costs what loading the kept code costs. It computes nothing that anybody reads.
"""

from __future__ import annotations

import numpy as np

from dingdian.methods.access import steps, two_step
from dingdian.space.catchments import Catchments
from dingdian.space.demand import Demand
from dingdian.space.network import Network
from dingdian.space.siting import Cap, Limits, max_cover, p_center, p_median, release, set_cover
from dingdian.space.whatif import StreetCircle, WhatIf

HOUSES = 12
METRES = 50.0
POINTS = 90


def warm() -> None:
    """Compile, or load, the kernels of the space, access and siting rooms."""
    walk = _walks()
    rows = walk.pairs_by_row()
    two_step(np.ones(rows.n_target), np.ones(rows.n_source), rows, decay=steps([(METRES, 1.0), (4 * METRES, 0.5)]))
    two_step(np.ones(rows.n_target), np.ones(rows.n_source), rows, choice="3sfca")
    _choices(walk)


def _walks() -> Catchments:
    """The searches, and what stands on them."""
    houses = np.arange(HOUSES)
    streets = Network(None, None, houses[:-1], houses[1:], np.full(HOUSES - 1, METRES), x=houses * METRES, y=np.zeros(HOUSES))
    people = Demand.at_nodes(streets, np.ones(HOUSES))
    for limit in (METRES, 6 * METRES):  # the heap, and the buckets
        streets.nearest([0, 5], limit)
        streets.counts([0, 5], houses, limit)
        streets.pairs([0, 5], None, limit)
        Catchments.of(streets, [0, 5], limit, people)
    what = WhatIf(streets, [0, 5], limit=2 * METRES, demand=people, circle=StreetCircle(streets, METRES), caps=1)
    site = what.add(7).site
    what.move(site, 9)
    what.remove(site)
    return Catchments.of(streets, houses, 4 * METRES, people)


def _choices(walk: Catchments) -> None:
    """The searches for places, with each kind of limit."""
    cover, ones = walk.cover(2 * METRES), np.ones(HOUSES)
    between = walk.pairs(METRES)
    limits = Limits.saturation(between, np.full(HOUSES, 2)) + Limits.spacing(between, METRES) + Limits.quota([0] * HOUSES, {0: HOUSES})
    for rules in (None, limits):
        max_cover(cover, ones, 2, limits=rules)
        set_cover(cover, ones, share=0.9, limits=rules)
    max_cover(cover, ones, 2, capacity=np.full(HOUSES, 2.0))
    release(cover, ones, [0, 3, 6], 1)
    release(cover, ones, [0, 1, 2, 6], None, limits=limits)
    _scattered()


def _scattered() -> None:
    """Points without any order, so that the first answer is not the last: exchanges, prices and branching have work to do."""
    step = np.arange(POINTS)
    x, y = step * 37 % 101, step * 61 % 97
    metres = np.abs(np.subtract.outer(x, x)) + np.abs(np.subtract.outer(y, y))
    near = metres <= 25
    people = 1 + step * 29 % 23
    pairs = [([i, (i + 1) % POINTS, (i + 7) % POINTS], 1) for i in range(0, POINTS, 3)]
    max_cover(near, people, 7)
    set_cover(near, people, share=0.8, at_most=pairs)
    circles = Limits(tuple(Cap("circle", np.flatnonzero(near[j]), 2, when=j) for j in range(POINTS)))
    for rules in (None, circles):
        p_median(metres, people, 9, at_most=pairs, limits=rules)
        p_center(metres, 9, limits=rules)
    # The heaviest of four excludes the others: whoever is to keep two of them must begin without it.
    star = [([0, other], 1) for other in (1, 2, 3)]
    release(np.eye(4, dtype=bool), [9, 1, 1, 1], range(4), 2, at_most=star)


if __name__ == "__main__":
    warm()
