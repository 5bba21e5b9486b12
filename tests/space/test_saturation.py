"""Counts within the radius come as sure, nominal and possible, exact at each edge."""

from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.space.pairs import Pairs
from dingdian.space.saturation import classify, saturation


@pytest.mark.parametrize(
    ("metres", "sure", "nominal", "possible"),
    [  # radius 800 m, error 20 m
        (779.9, True, True, True), (780.0, True, True, True), (780.1, False, True, True),
        (799.9, False, True, True), (800.0, False, True, True), (800.1, False, False, True),
        (819.9, False, False, True), (820.0, False, False, True), (820.1, False, False, False),
    ],
)  # fmt: skip
def test_each_edge_of_the_band_is_inside_and_the_next_decimetre_is_not(metres, sure, nominal, possible):
    found = classify([round(metres * 10)], 20.0, 800.0)
    assert [bool(part[0]) for part in found] == [sure, nominal, possible]


def pairs_of(metres, limit=inf):
    n = len(metres)
    return Pairs.ordered(np.zeros(n, np.int64), np.arange(n), np.array(metres), 2, n, limit)


def test_counts_are_per_point_and_a_point_without_neighbours_counts_zero():
    counted = saturation(pairs_of([100.0, 780.0, 790.0, 800.0, 810.0, 820.0, 830.0]), 800.0, 20.0)
    assert counted.sure.tolist() == [2, 0]
    assert counted.nominal.tolist() == [4, 0]
    assert counted.possible.tolist() == [6, 0]


def test_every_pair_may_have_its_own_error():
    counted = saturation(pairs_of([790.0, 790.0, 810.0, 810.0]), 800.0, [5.0, 20.0, 5.0, 20.0])
    assert (counted.sure[0], counted.nominal[0], counted.possible[0]) == (1, 2, 3)


def test_without_error_the_three_counts_are_one():
    counted = saturation(pairs_of([799.9, 800.0, 800.1]), 800.0)
    assert counted.sure.tolist() == counted.nominal.tolist() == counted.possible.tolist() == [2, 0]


def test_an_error_is_rounded_up_so_that_doubt_never_shrinks():
    assert not classify([7800], 20.01, 800.0)[0][0]
    assert classify([8201], 20.01, 800.0)[2][0]


@given(
    st.lists(st.integers(0, 20_000), max_size=20),
    st.integers(0, 500),
    st.integers(0, 500),
    st.integers(0, 20_000),
)
def test_sure_is_at_most_nominal_is_at_most_possible_and_doubt_only_widens(distance, one, two, radius):
    small, large = (
        classify(np.array(distance, np.int64), error / 10, radius / 10) for error in sorted((one, two))
    )
    assert (small[0] <= small[1]).all()
    assert (small[1] <= small[2]).all()
    assert (large[0] <= small[0]).all()
    assert (large[2] >= small[2]).all()


@pytest.mark.parametrize(("limit", "enough"), [(819.9, False), (820.0, True), (820.1, True)])
def test_pairs_must_have_been_sought_as_far_as_radius_and_error(limit, enough):
    pairs = pairs_of([100.0], limit)
    if enough:
        assert saturation(pairs, 800.0, 20.0).possible.tolist() == [1, 0]
    else:
        with pytest.raises(ValueError, match=r"sought up to 820.0 m \(radius and error\), not 819.9 m"):
            saturation(pairs, 800.0, 20.0)


def test_one_error_for_all_asks_for_pairs_far_enough_even_when_none_were_found():
    with pytest.raises(ValueError, match=r"sought up to 820.0 m"):
        saturation(pairs_of([], 800.0), 800.0, 20.0)


@pytest.mark.parametrize("bad", [-1.0, nan, inf])
def test_an_error_that_is_no_error_is_refused(bad):
    with pytest.raises(ValueError, match="error must be finite metres"):
        saturation(pairs_of([1.0]), 800.0, bad)


def test_distances_that_are_not_whole_decimetres_are_refused():
    with pytest.raises(ValueError, match="whole decimetres, not float64"):
        classify([800.0], 0.0, 800.0)
