"""The frontier finds who matters, proves that nothing else does, and says when nothing will do."""

import numpy as np
import pytest

from dingdian.methods.efficiency.frontier import Frontier

NO_HEAD = np.empty((0, 2)), np.empty(0)


def ends(low, high):
    return np.array(low, dtype=float), np.array(high, dtype=float)


def test_a_unit_that_was_not_there_at_the_beginning_joins_when_it_is_cheaper():
    """Buy at least 4 of the second thing: unit 2 gives 2 for 1, the others 1 for 1."""
    columns = np.array([[0.0, 1], [0, 1], [0, 2]])
    frontier = Frontier(columns, np.ones(3), *NO_HEAD, begin=[0])
    frontier.between(*ends([-np.inf, 4], [np.inf, np.inf]))
    found = frontier.solve()
    assert (found.value, found.unit.tolist(), found.weight.tolist()) == (2.0, [2], [2.0])
    assert found.dual.tolist() == pytest.approx([0, 0.5])
    assert found.broken <= 1e-9


def test_without_a_unit_the_next_best_answers_and_afterwards_it_is_back():
    columns = np.array([[0.0, 1], [0, 2]])
    frontier = Frontier(columns, np.ones(2), *NO_HEAD, begin=[1])
    frontier.between(*ends([-np.inf, 4], [np.inf, np.inf]))
    assert [frontier.solve(without).value for without in (None, 1, None, 0)] == [2.0, 4.0, 2.0, 2.0]


def test_what_nobody_can_do_has_no_answer_and_the_next_question_has():
    """At least 4 of the second thing with at most 1 of the first, of which unit 0 needs one each and unit 1 none."""
    columns = np.array([[1.0, 1], [0, 1]])
    frontier = Frontier(columns, np.ones(2), *NO_HEAD, begin=[0])
    frontier.between(*ends([-np.inf, 4], [1, np.inf]))
    assert frontier.solve(without=1) is None
    assert frontier.solve().value == 4.0
    frontier.between(*ends([-np.inf, 1], [-1, np.inf]))
    assert frontier.solve() is None
    frontier.between(*ends([-np.inf, 1], [1, np.inf]))
    assert frontier.solve().value == 1.0


def test_only_those_that_matter_join():
    """A thousand points under a line and two on its ends."""
    chance = np.random.default_rng(0)
    inside = chance.uniform(0.5, 0.99, size=(1000, 1)) * np.column_stack((np.linspace(0, 1, 1000), np.linspace(1, 0, 1000)))
    columns = np.vstack((inside, [[1, 0], [0, 1]]))
    frontier = Frontier(columns, np.ones(1002), *NO_HEAD, begin=[500])
    frontier.between(*ends([3, 4], [np.inf, np.inf]))
    found = frontier.solve()
    assert found.value == pytest.approx(7)
    assert sorted(found.unit.tolist()) == [1000, 1001]
    assert len(frontier._members) <= 10


def test_head_columns_change_from_question_to_question():
    """min θ with unit 0 needing 2 of the first thing for 1 of the second."""
    frontier = Frontier(np.array([[2.0, 1]]), np.zeros(1), np.zeros((1, 2)), np.ones(1), begin=[0])
    for own, theta in ((4.0, 0.5), (2.0, 1.0), (8.0, 0.25)):
        frontier.set(0, 0, -own)
        frontier.between(*ends([-np.inf, 1], [0, np.inf]))
        found = frontier.solve()
        assert found.head.tolist() == pytest.approx([theta])
        assert found.value == pytest.approx(theta)
