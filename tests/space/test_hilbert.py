"""The curve visits every square once, from neighbour to neighbour."""

import numpy as np
import pytest

from dingdian.space.hilbert import LEVELS, curve_order


@pytest.mark.parametrize("side", [1, 2, 4, 16, 64])
def test_consecutive_squares_of_a_full_grid_touch(side):
    x, y = (values.ravel().astype(float) for values in np.meshgrid(np.arange(side), np.arange(side)))
    order = curve_order(x, y)
    steps = np.abs(np.diff(x[order])) + np.abs(np.diff(y[order]))
    assert sorted(order.tolist()) == list(range(side * side))
    assert (steps == 1).all()


def test_points_in_one_square_keep_their_order():
    x = np.array([0.0, 1.0, 0.0, 1.0, 0.0])
    order = curve_order(x, np.zeros(5))
    assert order.tolist() == [0, 2, 4, 1, 3]


def test_one_point_and_none():
    assert curve_order(np.array([117.0]), np.array([36.6])).tolist() == [0]
    assert curve_order(np.empty(0), np.empty(0)).tolist() == []
    assert LEVELS == 16
