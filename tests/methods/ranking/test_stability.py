"""Ranks when weights move: one at a time and in draws; the rank itself always lies within, and a seed gives the same bytes."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.methods.ranking.test_topsis import AIRCRAFT, AIRCRAFT_BENEFIT, AIRCRAFT_WEIGHTS

from dingdian.methods import ranking

MARKS = {"a": {"quality": 90, "price": 60}, "b": {"quality": 70, "price": 90}}
marks = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.fixed_dictionaries(
    {"quality": st.integers(0, 100), "price": st.integers(0, 100)}), min_size=1, max_size=8)


def test_a_rank_that_a_fifth_of_a_weight_turns_is_not_stable():
    found = ranking.rank_stability(MARKS, {"quality": 65, "price": 35})
    assert (found["a"].rank, found["a"].best, found["a"].worst) == (1, 1, 2)
    assert not found["a"].stable


@given(marks, st.integers(1, 9), st.integers(1, 9))
def test_the_rank_itself_lies_between_the_best_and_the_worst(given_marks, one, two):
    for found in ranking.rank_stability(given_marks, {"quality": one, "price": two}).values():
        assert found.best <= found.rank <= found.worst


@given(marks)
def test_who_is_better_in_everything_ranks_first_whatever_the_weights(given_marks):
    best = {**given_marks, "zz": {"quality": 101, "price": 101}}
    found = ranking.rank_stability(best, {"quality": 1, "price": 7})["zz"]
    assert (found.rank, found.stable) == (1, True)


@given(marks)
def test_without_change_every_rank_is_stable(given_marks):
    assert all(r.stable for r in ranking.rank_stability(given_marks, {"quality": 1, "price": 7}, 0).values())


def placing(weights):
    return ranking.topsis(AIRCRAFT, weights, benefit=AIRCRAFT_BENEFIT).place


def test_topsis_of_the_aircraft_stands_by_hand_made_runs():
    found = ranking.topsis_stability(AIRCRAFT, AIRCRAFT_WEIGHTS, benefit=AIRCRAFT_BENEFIT)
    seen = [placing(AIRCRAFT_WEIGHTS)]
    for j in range(6):
        for factor in (0.8, 1.2):
            seen.append(placing([w * factor if i == j else w for i, w in enumerate(AIRCRAFT_WEIGHTS)]))
    assert [r.best for r in found] == np.min(seen, axis=0).tolist()
    assert [r.worst for r in found] == np.max(seen, axis=0).tolist()
    assert [r.rank for r in found] == [1, 4, 2, 3]


def test_rsr_of_two_opposite_columns_turns_with_either_weight():
    values, benefit = [[3.0, 1.0], [1.0, 3.0], [2.0, 2.0]], [True, True]
    found = ranking.rsr_stability(values, [1, 1], benefit=benefit)
    assert [(r.rank, r.best, r.worst) for r in found] == [(1, 1, 3), (1, 1, 3), (1, 1, 2)]
    firm = ranking.rsr_stability(values, [3, 1], benefit=benefit)
    assert all(r.stable for r in firm)
    assert [r.rank for r in firm] == [1, 3, 2]


@pytest.mark.parametrize(("change", "worst", "best"), [(Fraction(19, 100), 1, 2), (Fraction(20, 100), 1, 1), (Fraction(21, 100), 2, 1)])
def test_below_at_and_above_the_change_that_turns_a_rank(change, worst, best):
    """Weights 5 and 4 on opposite columns: at 4/5 of the 5 the two are tied, below that they change places."""
    one, two = ranking.rsr_stability([[2.0, 1.0], [1.0, 2.0]], [5, 4], change, benefit=[True, True])
    assert (one.best, one.worst) == (1, worst)
    assert (two.best, two.worst) == (best, 2)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 20))
def test_draws_repeat_and_shares_are_shares(seed, runs):
    one = ranking.ranks_in_draws(placing, AIRCRAFT_WEIGHTS, runs=runs, seed=seed)
    two = ranking.ranks_in_draws(placing, AIRCRAFT_WEIGHTS, runs=runs, seed=seed)
    assert one.acceptability.tobytes() == two.acceptability.tobytes()
    assert np.allclose(one.acceptability.sum(axis=1), 1)
    assert ((one.best <= one.rank) & (one.rank <= one.worst)).all()


def test_more_change_moves_more_and_none_moves_nothing():
    still = ranking.ranks_in_draws(placing, AIRCRAFT_WEIGHTS, 0, runs=20, seed=1)
    assert (still.best == still.worst).all()
    assert still.acceptability[0].tolist() == [1, 0, 0, 0]
    wide = ranking.ranks_in_draws(placing, AIRCRAFT_WEIGHTS, 1, runs=200, seed=1)
    assert (wide.worst > wide.best).any()


@pytest.mark.parametrize(("change", "runs", "seed", "said"), [(20, 1, 0, "share"), (-0.1, 1, 0, "zero or more"), (0.2, 0, 0, "runs"), (0.2, 1, -1, "seed")])
def test_percentages_and_bad_draws_are_refused(change, runs, seed, said):
    with pytest.raises(ValueError, match=said):
        ranking.ranks_in_draws(placing, AIRCRAFT_WEIGHTS, change, runs=runs, seed=seed)


def test_percentages_are_refused_as_shares():
    with pytest.raises(ValueError, match="share"):
        ranking.rank_stability(MARKS, {"quality": 1, "price": 1}, 20)
    with pytest.raises(ValueError, match="share"):
        ranking.rsr_stability([[1.0], [2.0]], [1], 20, benefit=[True])


def test_a_single_weight_moved_away_altogether_is_left_out():
    found = ranking.rsr_stability([[1.0], [2.0]], [1], 1, benefit=[True])
    assert [r.rank for r in found] == [2, 1]


@given(marks, st.integers(1, 9), st.integers(1, 9))
def test_floats_move_the_ranks_of_weighted_scores_as_fractions_do(given_marks, one, two):
    table = np.array([[m["quality"], m["price"]] for m in given_marks.values()], dtype=float)
    found = ranking.ranks_one_at_a_time(lambda w: ranking.places(table @ w), [one, two])
    assert found == tuple(ranking.rank_stability(given_marks, {"quality": one, "price": two}).values())
