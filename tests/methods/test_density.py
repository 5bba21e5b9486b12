"""Densities are persons per km² of ground, and a percentile says how it was taken."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.methods.density import grid_density, percentile_threshold, persons_per_km2


def test_a_half_kilometre_cell_counts_fourfold():
    assert persons_per_km2([100, 0], 500.0).tolist() == [400.0, 0.0]
    assert persons_per_km2([100, 100], [1000.0, 500.0]).tolist() == [100.0, 400.0]


@pytest.mark.parametrize(("x", "cell"), [(499.9, 0), (500.0, 1), (500.1, 1), (-0.1, -1), (0.0, 0)])
def test_a_cell_holds_its_west_edge_and_not_its_east_edge(x, cell):
    assert grid_density([x], [0.0], [1], 500.0).column.tolist() == [cell]
    assert grid_density([0.0], [x], [1], 500.0).row.tolist() == [cell]


def test_finer_cells_are_gathered_and_each_point_knows_its_cell():
    grid = grid_density([50.0, 150.0, 650.0, 50.0], [50.0, 450.0, 50.0, 550.0], [10, 20, 40, 80], 500.0)
    assert (grid.column.tolist(), grid.row.tolist()) == ([0, 1, 0], [0, 0, 1])
    assert grid.persons.tolist() == [30.0, 40.0, 80.0]
    assert grid.density.tolist() == [120.0, 160.0, 320.0]
    assert grid.cell_of.tolist() == [0, 0, 1, 2]


points = st.lists(
    st.tuples(st.floats(-1e5, 1e5), st.floats(-1e5, 1e5), st.integers(0, 10_000)), min_size=1, max_size=20
)


@given(points, st.sampled_from([500.0, 750.0, 1000.0]), st.randoms(use_true_random=False))
def test_nobody_is_lost_and_the_order_of_the_points_does_not_matter(table, size, random):
    grid = grid_density(*zip(*table), size)
    again = grid_density(*zip(*random.sample(table, len(table))), size)
    assert grid.persons.sum() == sum(row[2] for row in table)
    assert (grid.column.tolist(), grid.density.tolist()) == (again.column.tolist(), again.density.tolist())


def test_no_points_make_no_cells():
    assert grid_density([], [], [], 500.0).density.size == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0.0], [0.0], [-1], 500.0), "persons must be finite and zero or more"),
        (([0.0], [0.0], [np.nan], 500.0), "persons must be finite and zero or more"),
        (([0.0], [np.nan], [1], 500.0), "must have coordinates"),
        (([0.0, 1.0], [0.0], [1], 500.0), "columns of one length"),
        (([0.0], [0.0], [1], 0.0), "cell_size must be finite metres above zero"),
        (([0.0], [0.0], [1], np.nan), "cell_size must be finite metres above zero"),
    ],
)
def test_what_does_not_make_a_grid_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        grid_density(*arguments)


@pytest.mark.parametrize("size", [0.0, -500.0, np.inf])
def test_a_cell_without_area_has_no_density(size):
    with pytest.raises(ValueError, match="cell_size"):
        persons_per_km2([1], size)


@pytest.mark.parametrize(
    ("interpolation", "expected"),
    [("linear", 37.0), ("lower", 30.0), ("higher", 40.0), ("inverted_cdf", 40.0)],
)
def test_each_interpolation_gives_its_own_ninetieth_percentile(interpolation, expected):
    found = percentile_threshold([40.0, 10.0, 30.0, 20.0], 90.0, interpolation=interpolation)
    assert found == pytest.approx(expected, abs=1e-12)


def test_the_default_is_what_a_spreadsheet_calls_percentile_inc():
    values = list(range(1, 11))
    assert percentile_threshold(values, 90.0) == pytest.approx(9.1)


numbers = st.lists(st.floats(0, 1e6), min_size=1, max_size=30)


@given(numbers, st.floats(0, 100), st.randoms(use_true_random=False))
def test_a_percentile_does_not_depend_on_the_order(values, percent, random):
    mixed = random.sample(values, len(values))
    assert percentile_threshold(values, percent) == percentile_threshold(mixed, percent)


@given(numbers)
def test_the_ends_are_the_smallest_and_the_largest(values):
    assert percentile_threshold(values, 0.0) == min(values)
    assert percentile_threshold(values, 100.0) == max(values)


@pytest.mark.parametrize(
    ("values", "percent", "interpolation"),
    [([], 90.0, "linear"), ([np.nan], 90.0, "linear"), ([1.0], 100.1, "linear"), ([1.0], -0.1, "linear"),
     ([1.0], np.nan, "linear"), ([1.0], 90.0, "nearest")],
)  # fmt: skip
def test_what_has_no_percentile_is_refused(values, percent, interpolation):
    with pytest.raises(ValueError, match=r"percent|interpolation"):
        percentile_threshold(values, percent, interpolation=interpolation)
