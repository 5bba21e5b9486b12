"""Points of demand keep their people, whatever rows they are gathered in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.space.demand import Demand
from dingdian.space.network import Network

LINE = Network([117.0, 117.001, 117.002], [36.6] * 3, [0, 1], [1, 2], [90.0, 90.0])


def test_points_on_one_node_at_one_distance_are_one_row():
    demand = Demand.on(np.array([2, 0, 2, 2]), np.array([5.0, 1.0, 5.0, 5.1]), [3, 4, 5, 6])
    assert demand.node.tolist() == [0, 2, 2]
    assert demand.offset.tolist() == [10, 50, 51]
    assert demand.units.tolist() == [4, 8, 6]
    assert demand.row_of.tolist() == [1, 0, 1, 2]


def test_a_point_off_the_streets_has_no_row_and_is_counted_apart():
    demand = Demand.snapped(LINE, [117.0, 117.0, 118.0], [36.6, 36.601, 36.6], [3, 4, 5], farthest=500.0)
    assert demand.row_of.tolist() == [0, 1, -1]
    assert (demand.total, demand.unplaced, len(demand)) == (12.0, 5.0, 2)
    assert np.isnan(demand.of_points(np.array([1.0, 2.0]))[2])


@pytest.mark.parametrize(("farthest", "rows"), [(110.0, 0), (111.0, 1), (112.0, 1)])
def test_exactly_as_far_as_allowed_is_on_the_streets(farthest, rows):
    metres = np.array([111.0])
    assert len(Demand.on(np.array([0]), metres, [1], reached=metres <= farthest)) == rows


def test_the_walk_is_the_streets_and_the_offset():
    demand = Demand.on(np.array([0, 2]), np.array([1.5, 2.0]), [1, 1])
    assert demand.metres(LINE.nearest([0], 100.0)[0]).tolist() == [1.5, np.inf]
    assert demand.metres(LINE.nearest([0])[0]).tolist() == [1.5, 182.0]


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from([0.0, 1.0, 2.5]), st.floats(0, 1000)), max_size=30))
def test_no_person_is_lost_or_doubled(points):
    node, metres, weight = (np.array([point[i] for point in points]) for i in range(3))
    demand = Demand.on(node.astype(np.int64), metres.astype(np.float64), weight)
    assert demand.units.sum() == demand.persons.units.sum()
    assert demand.total == pytest.approx(weight.sum())


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
def test_people_must_be_countable(bad):
    with pytest.raises(ValueError, match="weight must be finite and zero or more: broken by 1 of 2, first at position 1"):
        Demand.on(np.array([0, 1]), np.zeros(2), [1.0, bad])
