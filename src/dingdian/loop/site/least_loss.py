"""Whom to leave out with the fewest people losing their walk, where limits say how many may leave together.

The search of `dingdian.space.siting.release` knows limits of those who stay. Here they bind those who leave: so it is asked without
limits, which gives a bound that no choice can beat, and its answer stands where it keeps them. Else those who are missed least are
taken one by one inside the limits, and the distance to the bound is told.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array, eye_array

from dingdian.loop.site.ask import Ask
from dingdian.loop.site.demand import Demand
from dingdian.loop.site.solve import Answer, is_sound
from dingdian.provisions.newcomers import Floats, Integers
from dingdian.space.siting import Limits, max_cover, release
from dingdian.space.siting.limits import counters, fits, put
from dingdian.space.siting.model import Siting, share_between, status_of


def spare(ask: Ask, demand: Demand, cover: csr_array, limits: Limits, kept: list[int]) -> Answer:
    """Removals: as many as asked, with the fewest people who lose their reach. ``kept`` are not to leave."""
    size, number = cover.shape[1], int(ask.asked)
    some = max_cover(csr_array(eye_array(size, dtype=np.bool_)), np.ones(size), number, forbidden=kept, limits=limits)
    if some.sites.size < number:
        proven = some.bound < number
        return Answer(np.empty(0, np.int64), np.zeros(1), 0.0, 1.0, "infeasible" if proven else "time_limit", None, limits.names())
    free = release(cover, demand.persons, range(size), number, forbidden=kept, gap=ask.gap, seconds=ask.seconds, clock=ask.clock)
    if not limits.broken(free.sites.tolist()):
        return Answer.of(free)
    may_leave = np.ones(size, dtype=np.bool_)
    may_leave[kept] = False
    order = _least_missed(demand.persons, cover, limits, may_leave, number)
    if order.size < number:
        chosen = np.zeros(size, dtype=np.bool_)
        chosen[some.sites] = True
        order = _least_missed(demand.persons, cover, limits, chosen, number)
    return _inside(demand.persons, cover, order, free)


def _least_missed(persons: Floats, cover: csr_array, limits: Limits, may_leave: np.ndarray, number: int) -> Integers:
    """Candidates one by one by the people who have nobody else then, equal ones by number, inside the limits."""
    size = cover.shape[1]
    rooms, free = limits.rooms(size, np.empty(0, dtype=np.int64), ~may_leave)
    state, serving = counters(rooms, size), cover.sum(axis=1).astype(np.int64)
    order: list[int] = []
    by_candidate = csr_array(cover.T)
    while len(order) < number:
        missed = by_candidate @ np.where(serving == 1, persons, 0.0)
        ranked = [j for j in np.lexsort((np.arange(size), missed)).tolist() if free[j] and not state.chosen[j]]
        leaver = next((j for j in ranked if fits(rooms, state, j)), None)
        if leaver is None:
            break
        put(rooms, state, leaver)
        serving[by_candidate.indices[by_candidate.indptr[leaver]:by_candidate.indptr[leaver + 1]]] -= 1
        order.append(leaver)
    return np.array(order, dtype=np.int64)


def _inside(persons: Floats, cover: csr_array, order: Integers, free: Siting) -> Answer:
    """The answer inside the limits, with the bound of the search that knew none."""
    stay, covered = np.ones(cover.shape[1], dtype=np.bool_), []
    for leaver in [None, *order.tolist()]:
        if leaver is not None:
            stay[leaver] = False
        covered.append(float(persons[cover @ stay.astype(np.int64) > 0].sum()))
    value = covered[-1]
    status = "time_limit" if free.status == "time_limit" else status_of(value, free.bound, False)
    return Answer(order, np.array(covered), free.bound, share_between(value, free.bound), status, free.seconds, (), is_sound(free))
