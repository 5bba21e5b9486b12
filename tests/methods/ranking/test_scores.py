"""Weighted scores are exact, ranks share ties, a tail never cuts through a tie."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.methods import ranking

MARKS = {"a": {"quality": 90, "price": 60}, "b": {"quality": 70, "price": 90}}
marks = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.fixed_dictionaries(
    {"quality": st.integers(0, 100), "price": st.integers(0, 100)}), min_size=1, max_size=8)
scores = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.integers(0, 20), min_size=1, max_size=60)


def test_a_score_is_the_weighted_mean_mark():
    assert ranking.weighted_scores(MARKS, {"quality": 60, "price": 40}) == {"a": 78, "b": 78}
    assert ranking.weighted_scores(MARKS, {"quality": 2, "price": 1}) == {"a": 80, "b": Fraction(230, 3)}


@given(marks, st.integers(1, 50))
def test_the_scale_of_the_weights_does_not_matter(given_marks, scale):
    assert ranking.weighted_scores(given_marks, {"quality": 3, "price": 2}) == ranking.weighted_scores(
        given_marks, {"quality": 3 * scale, "price": 2 * scale})


@pytest.mark.parametrize("weights", [{"quality": 1}, {"quality": 1, "price": 1, "area": 1}, {"quality": -1, "price": 2}, {"quality": 0, "price": 0}])
def test_marks_and_weights_must_fit(weights):
    with pytest.raises(ValueError, match="weight"):
        ranking.weighted_scores(MARKS, weights)


def test_those_tied_share_the_best_rank():
    assert ranking.ranks({"a": 3, "b": 5, "c": 3, "d": 1}) == {"a": 2, "b": 1, "c": 2, "d": 4}


@pytest.mark.parametrize(("size", "places"), [(19, 0), (20, 1), (39, 1), (40, 2), (41, 2)])
def test_the_tail_is_five_per_cent_rounded_down(size, places):
    found = ranking.tail({f"{i:02}": i for i in range(size)}, Fraction(1, 20))
    assert (found.places, found.members) == (places, tuple(f"{i:02}" for i in range(places)))


@pytest.mark.parametrize(("size", "too_small"), [(19, True), (20, False), (21, False)])
def test_a_group_below_the_smallest_size_has_no_tail(size, too_small):
    found = ranking.tail({f"{i:02}": i for i in range(size)}, Fraction(1, 2), smallest=20)
    assert found.too_small is too_small
    assert bool(found.members) is not too_small


def test_who_is_tied_across_the_edge_is_not_in_the_tail():
    found = ranking.tail({"a": 1, "b": 2, "c": 2, "d": 9}, Fraction(1, 2))
    assert (found.places, found.members, found.tied) == (2, ("a",), ("b", "c"))
    inside = ranking.tail({"a": 2, "b": 2, "c": 3, "d": 9}, Fraction(1, 2))
    assert (inside.members, inside.tied) == (("a", "b"), ())


@given(scores, st.fractions(0, 1, max_denominator=40))
def test_everybody_in_the_tail_is_below_everybody_outside_it(given_scores, share):
    found = ranking.tail(given_scores, share)
    assert len(found.members) <= found.places
    outside = [score for who, score in given_scores.items() if who not in found.members]
    assert all(given_scores[who] < score for who in found.members for score in outside)


def test_percentages_are_refused_as_shares():
    with pytest.raises(ValueError, match="share"):
        ranking.tail({"a": 1}, 5)


def test_tie_breaks_come_after_the_score_and_what_they_leave_stays_tied():
    order = ranking.in_order({"a": 1, "b": 2, "c": 1, "d": 1}, {"a": (1,), "c": (0,), "d": (0,), "b": (9,)})
    assert order == (("b",), ("c", "d"), ("a",))
