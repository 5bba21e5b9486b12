"""A share within a limit never travels without its denominators."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.methods.coverage import Coverage, share_within


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
