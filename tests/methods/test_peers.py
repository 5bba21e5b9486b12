"""Peers are flagged outside median ± 2 MAD, in groups large enough, and only when it repeats."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.methods.peers import outside_repeatedly, peer_flags

# Median 10, MAD 1 whatever the ninth value is: the range is 8 to 12.
EIGHT = [9, 9, 9, 10, 10, 11, 11, 11]


@pytest.mark.parametrize(
    ("value", "flag"), [(7.9, -1), (8, 0), (8.1, 0), (10, 0), (11.9, 0), (12, 0), (12.1, 1)]
)
def test_below_at_and_above_each_end_of_the_range(value, flag):
    peers = peer_flags([*EIGHT, value], ["a"] * 9)
    assert peers.groups["a"].mad == 1
    assert (peers.groups["a"].low, peers.groups["a"].high) == (8, 12)
    assert peers.flag.tolist() == [0] * 8 + [flag]


def test_the_edge_is_exact_for_decimals_too():
    tenths = [value / 10 for value in EIGHT]
    assert peer_flags([*tenths, 1.2], ["a"] * 9).flag[-1] == 0
    assert peer_flags([*tenths, 1.2000001], ["a"] * 9).flag[-1] == 1


@pytest.mark.parametrize(("size", "judged"), [(7, False), (8, True), (9, True)])
def test_a_group_needs_eight_members_to_be_judged(size, judged):
    peers = peer_flags([*EIGHT[1:], 50, 10][-size:], ["a"] * size)
    assert peers.groups["a"].judged is judged
    assert peers.judged.tolist() == [judged] * size
    assert bool(peers.flag.any()) is judged


def test_missing_values_do_not_count_and_are_not_judged():
    peers = peer_flags([*EIGHT[1:], None, float("nan")], ["a"] * 9)
    assert peers.groups["a"].size == 7
    assert not peers.judged.any()
    peers = peer_flags([*EIGHT, None], ["a"] * 9)
    assert peers.judged.tolist() == [True] * 8 + [False]


def test_groups_are_judged_apart():
    values = [*EIGHT, 100, *(value * 10 for value in EIGHT), 100]
    peers = peer_flags(values, [("tertiary", "general")] * 9 + [("secondary", "general")] * 9)
    assert peers.flag.tolist() == [0] * 8 + [1] + [0] * 9
    assert peers.groups["secondary", "general"].median == 100


def test_a_group_that_mostly_shares_one_value_shows_its_mad_of_zero():
    peers = peer_flags([5] * 8 + [5.1], ["a"] * 9)
    assert peers.groups["a"].mad == 0
    assert peers.flag[-1] == 1


values = st.lists(st.integers(-1000, 1000), min_size=8, max_size=25)


@given(values, st.randoms(use_true_random=False))
def test_the_order_of_the_members_does_not_matter(members, random):
    order = random.sample(range(len(members)), len(members))
    one = peer_flags(members, ["a"] * len(members)).flag
    two = peer_flags([members[at] for at in order], ["a"] * len(members)).flag
    assert one[order].tolist() == two.tolist()


@given(values, st.fractions(Fraction(1, 100), 100), st.integers(-50, 50))
def test_the_unit_of_measure_does_not_matter(members, scale, shift):
    group = ["a"] * len(members)
    moved = [value * scale + shift for value in members]
    assert peer_flags(members, group).flag.tolist() == peer_flags(moved, group).flag.tolist()


@given(values)
def test_less_than_half_are_ever_flagged_and_a_wider_range_flags_no_more(members):
    group = ["a"] * len(members)
    narrow, wide = peer_flags(members, group), peer_flags(members, group, k=3)
    assert 2 * np.count_nonzero(narrow.flag) <= len(members)
    assert (np.abs(wide.flag) <= np.abs(narrow.flag)).all()


def test_a_row_without_a_group_is_refused():
    with pytest.raises(ValueError, match="2 values but 1 groups"):
        peer_flags([1, 2], ["a"])
    with pytest.raises(ValueError, match="k must be zero or more"):
        peer_flags([1], ["a"], k=-1)


@pytest.mark.parametrize(("raised", "expected"), [(1, False), (2, True), (3, True)])
def test_two_indicators_in_both_periods_are_needed(raised, expected):
    flags = np.zeros((2, 3, 1), dtype=np.int8)
    flags[:, :raised] = [[[1]], [[-1]]]
    assert outside_repeatedly(flags).tolist() == [expected]


@pytest.mark.parametrize(("periods", "expected"), [(1, False), (2, True), (3, True)])
def test_one_period_is_no_repetition(periods, expected):
    assert outside_repeatedly(np.ones((periods, 2, 1))).tolist() == [expected]


def test_only_the_last_periods_count():
    flags = np.ones((3, 2, 2))
    flags[0, :, 0] = 0  # clean in the oldest period
    flags[2, :, 1] = 0  # clean in the latest
    assert outside_repeatedly(flags).tolist() == [True, False]


def test_flags_without_their_three_dimensions_are_refused():
    with pytest.raises(ValueError, match="periods, indicators and rows"):
        outside_repeatedly([1, 0])
    with pytest.raises(ValueError, match="at least 1"):
        outside_repeatedly(np.ones((2, 2, 1)), periods=0)
