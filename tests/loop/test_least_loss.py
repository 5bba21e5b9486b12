"""Whom to leave out inside limits on those who leave: against every choice of small random cities."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from dingdian.loop.options import RELEASE, Persons
from dingdian.loop.site.ask import Ask
from dingdian.loop.site.demand import Demand
from dingdian.loop.site.least_loss import spare
from dingdian.space.siting import Cap, Limits

NOBODY = np.empty(0, dtype=np.int64)


def people(persons: Any) -> Demand:
    size = len(persons)
    return Demand(
        cell=np.arange(size), persons=np.asarray(persons, dtype=float), node=np.zeros(size, np.int64), offset_m=np.zeros(size),
        covered=np.ones(size, dtype=bool), limit_m=1.0, present=NOBODY, everybody=float(sum(persons)), who=Persons(basis="resident"), readings={})


def asked(number: int) -> Ask:
    return Ask(provider_class="pharmacy", mode=RELEASE, asked=number)


def still_covered(cover: Any, persons: Any, leaving: Any) -> float:
    stay = [j for j in range(cover.shape[1]) if j not in set(leaving)]
    return float(np.asarray(persons)[cover[:, stay].any(axis=1)].sum())


def one_circle(size: int, most: int) -> Limits:
    """Everybody in one circle, from which so many may leave."""
    return Limits(tuple(Cap("circle", list(range(size)), most, when=j) for j in range(size)))


@st.composite
def towns(draw: Any) -> tuple[Any, Any, Limits, list[int], int]:
    size, cells = draw(st.integers(2, 6)), draw(st.integers(1, 6))
    cover = np.array(draw(st.lists(st.lists(st.booleans(), min_size=size, max_size=size), min_size=cells, max_size=cells)), dtype=bool)
    persons = draw(st.lists(st.integers(0, 9), min_size=cells, max_size=cells))
    caps = [Cap(f"c{j}", sorted({j, *draw(st.sets(st.integers(0, size - 1)))}), draw(st.integers(0, 3)), when=j) for j in range(size)]
    kept = sorted(draw(st.sets(st.integers(0, size - 1), max_size=size - 1)))
    return cover, persons, Limits(tuple(caps)), kept, draw(st.integers(1, size - len(kept)))


@given(towns())
def test_against_every_choice(town: tuple[Any, Any, Limits, list[int], int]) -> None:
    cover, persons, limits, kept, number = town
    found = spare(asked(number), people(persons), csr_array(cover), limits, kept)
    may = [j for j in range(cover.shape[1]) if j not in kept]
    worth = [still_covered(cover, persons, c) for c in combinations(may, number) if not limits.broken(c)]
    assert (found.status == "infeasible") == (not worth)
    if not worth:
        assert found.blocked_by == limits.names()
        return
    assert len(found.order) == number
    assert not limits.broken(found.order.tolist())
    assert not set(found.order.tolist()) & set(kept)
    assert found.covered[-1] == still_covered(cover, persons, found.order.tolist())
    assert found.covered[-1] <= max(worth) <= found.bound
    assert found.status != "optimal" or found.covered[-1] == max(worth)


def test_no_more_leave_a_circle_than_it_has_too_many() -> None:
    """Two circles of two that serve the same cells twice over; one may leave each."""
    cover = np.array([[1, 1, 0, 0], [0, 0, 1, 1]], dtype=bool)
    caps = Limits(tuple(Cap("circle", [j // 2 * 2, j // 2 * 2 + 1], 1, when=j) for j in range(4)))
    found = spare(asked(2), people([10, 20]), csr_array(cover), caps, [])
    assert (sorted(j // 2 for j in found.order.tolist()), found.covered.tolist(), found.status) == ([0, 1], [30, 30, 30], "optimal")


def test_a_choice_worse_than_the_bound_is_not_called_best() -> None:
    """Without limits the two of the empty cells would go; the circle lets one of them go, and somebody else must."""
    cover = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]], dtype=bool)
    caps = Limits((Cap("circle", [0, 1], 1, when=0), Cap("circle", [0, 1], 1, when=1), Cap("circle", [2], 1, when=2)))
    found = spare(asked(2), people([0, 0, 7]), csr_array(cover), caps, [])
    assert (sorted(found.order.tolist()), found.covered[-1], found.bound, found.status) == ([0, 2], 0, 7, "feasible")


@pytest.mark.parametrize("number", [2, 3])
def test_what_the_circle_does_not_let_go_is_impossible(number: int) -> None:
    found = spare(asked(number), people([1, 1, 1]), csr_array(np.eye(3, dtype=bool)), one_circle(3, 1), [])
    assert (found.status, found.blocked_by, found.order.size) == ("infeasible", ("circle",), 0)
