"""A share within a limit never travels without its denominators."""

from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.methods.coverage import Coverage, Shares, share_within, shares, shares_of


@pytest.mark.parametrize(("metres", "covered"), [(827.9, 7), (828.0, 7), (828.1, 0)])
@pytest.mark.parametrize("limit", [828.0, 12 * 60 * 1.15])
def test_below_at_and_above_the_limit(metres, covered, limit):
    assert share_within([metres], [7], limit).covered == covered


def test_out_of_reach_is_considered_and_unknown_is_not():
    coverage = share_within([100.0, inf, nan], [3, 5, 11], 800.0)
    assert coverage == Coverage(covered=3, considered=8, total=19)
    assert coverage.share_of_considered == 3 / 8
    assert coverage.share_of_total == 3 / 19


def test_nobody_has_no_share():
    nobody = share_within([], [], 800.0)
    assert nobody == Coverage(0, 0, 0)
    assert nobody.share_of_considered is None
    assert nobody.share_of_total is None
    assert share_within([nan], [5], 800.0).share_of_considered is None


rows = st.lists(st.tuples(st.floats(0, 2000) | st.just(inf) | st.just(nan), st.floats(0, 1e6)), max_size=20)


def columns(table):
    return [row[0] for row in table], [row[1] for row in table]


@given(rows, st.floats(0, 2000), st.floats(0, 2000))
def test_covered_is_within_considered_is_within_total_and_grows_with_the_limit(table, one, two):
    small, large = (share_within(*columns(table), limit) for limit in sorted((one, two)))
    assert small.covered <= large.covered <= large.considered <= large.total


@given(rows, st.floats(0, 2000), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(table, limit, random):
    assert share_within(*columns(table), limit) == share_within(
        *columns(random.sample(table, len(table))), limit
    )


@pytest.mark.parametrize(
    ("distance", "weight", "limit"),
    [
        ([1.0], [1.0, 2.0], 1.0),
        ([[1.0]], [[1.0]], 1.0),
        ([1.0], [-1.0], 1.0),
        ([1.0], [nan], 1.0),
        ([-1.0], [1.0], 1.0),
        ([1.0], [1.0], -1.0),
        ([1.0], [1.0], nan),
    ],
)
def test_what_is_no_distance_weight_or_limit_is_refused(distance, weight, limit):
    with pytest.raises(ValueError, match="must be"):
        share_within(distance, weight, limit)


# --- persons and places side by side ---------------------------------------------------------------------------------


def test_a_crowded_place_carries_the_persons_and_not_the_places():
    found = shares([100.0, 900.0, 1000.0, nan], [970, 10, 20, 500], 800.0)
    assert found.persons == Coverage(covered=970, considered=1000, total=1500)
    assert found.places == Coverage(covered=1, considered=3, total=4)
    assert found.persons.share_of_considered == 0.97
    assert found.places.share_of_considered == 1 / 3


def test_a_place_with_nobody_is_no_place_to_serve():
    assert shares([100.0, 100.0], [5, 0], 800.0).places == Coverage(1, 1, 1)


@pytest.mark.parametrize(("metres", "covered"), [(799.9, 1), (800.0, 1), (800.1, 0)])
def test_places_below_at_and_above_the_limit(metres, covered):
    assert shares([metres], [7], 800.0).places.covered == covered


@given(rows, st.floats(0, 2000))
def test_persons_are_those_of_the_share_alone_and_places_are_bounded_alike(table, limit):
    found = shares(*columns(table), limit)
    assert found.persons == share_within(*columns(table), limit)
    assert 0 <= found.places.covered <= found.places.considered <= found.places.total <= len(table)


@given(st.lists(st.floats(0, 2000) | st.just(inf) | st.just(nan), max_size=20), st.floats(0.5, 1e6), st.floats(0, 2000))
def test_where_everybody_lives_alike_both_shares_are_one(metres, each, limit):
    found = shares(metres, [each] * len(metres), limit)
    if found.persons.share_of_considered is not None:
        assert found.persons.share_of_considered == pytest.approx(found.places.share_of_considered)


def test_masks_do_as_well_where_the_verdict_is_known():
    covered, considered = np.array([True, False, False]), np.array([True, True, False])
    assert shares_of(covered, considered, np.array([3.0, 4.0, 5.0])) == Shares(Coverage(3, 7, 12), Coverage(1, 2, 3))


def test_masks_that_contradict_or_do_not_fit_are_refused():
    yes, no = np.array([True]), np.array([False])
    with pytest.raises(ValueError, match="covered places must be considered ones"):
        shares_of(yes, no, np.array([1.0]))
    with pytest.raises(ValueError, match="columns of one length"):
        shares_of(yes, yes, np.array([1.0, 2.0]))
    with pytest.raises(ValueError, match="must be finite"):
        shares_of(yes, yes, np.array([nan]))
