"""The density index is a geometric mean of two densities; the location quotient is HRAD over PAD, whatever the area."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.methods import agglomeration as agg
from dingdian.methods.inequality import hrdi, hrdi_conventions, location_quotient

units = st.lists(st.tuples(st.integers(0, 10**5), st.integers(1, 10**7), st.integers(1, 10**5)), min_size=1, max_size=8).filter(
    lambda rows: any(row[0] for row in rows))


def columns(rows):
    return tuple(list(column) for column in zip(*rows))


@given(units)
def test_it_is_the_geometric_mean_of_two_densities(rows):
    resource, people, area = columns(rows)
    expected = [((r / (p / 1000)) * (r / a)) ** 0.5 for r, p, a in rows]
    assert hrdi(resource, people, area) == pytest.approx(expected, rel=1e-12)


@given(units)
def test_relative_to_the_parent_its_square_is_hrad_times_the_ratio(rows):
    resource, people, area = columns(rows)
    degree = agg.hrad(resource, area)
    expected = degree * agg.ratio(degree, agg.pad(people, area))
    assert hrdi(resource, people, area, convention="relative") ** 2 == pytest.approx([float(v) for v in expected], rel=1e-9)


@given(units, st.integers(2, 1000))
def test_only_the_relative_form_is_free_of_the_unit_of_area(rows, scale):
    resource, people, area = columns(rows)
    larger = [a * scale for a in area]
    assert hrdi(resource, people, larger, convention="relative") == pytest.approx(
        hrdi(resource, people, area, convention="relative"), rel=1e-12)
    assert hrdi(resource, people, larger) == pytest.approx(hrdi(resource, people, area) / np.sqrt(scale), rel=1e-12)


def test_a_small_table():
    # 8 beds for 2000 people on 4 km²: √(4 × 2); 2 beds for 2000 people on 8 km²: √(1 × ¼)
    assert hrdi([8, 2], [2000, 2000], [4, 8]).tolist() == pytest.approx([8**0.5, 0.5])
    whole = ((10 / 4) * (10 / 12)) ** 0.5
    assert hrdi([8, 2], [2000, 2000], [4, 8], convention="relative").tolist() == pytest.approx([8**0.5 / whole, 0.5 / whole])
    assert hrdi([8], [2000], [4], convention="relative", parent=(10, 4000, 12))[0] == pytest.approx(8**0.5 / whole)


def test_one_unit_is_its_own_parent_and_none_of_a_resource_is_zero():
    assert hrdi([3], [700], [11], convention="relative").tolist() == pytest.approx([1])
    assert hrdi([0, 1], [10, 10], [1, 1])[0] == 0


@given(units)
def test_the_quotient_is_hrad_over_pad_exactly(rows):
    resource, people, area = columns(rows)
    assert list(location_quotient(resource, people)) == list(agg.ratio(agg.hrad(resource, area), agg.pad(people, area)))


@given(units)
def test_quotients_weighted_by_people_average_to_exactly_one(rows):
    resource, people, _ = columns(rows)
    assert sum(p * q for p, q in zip(people, location_quotient(resource, people))) == sum(people)


def test_a_quotient_against_a_larger_parent():
    assert list(location_quotient([5], [40], parent=(10, 100))) == [Fraction(5, 4)]


@pytest.mark.parametrize(("resource", "people", "area", "why"), [
    ([1, 2], [1], [1, 1], "one length"), ([1, 2], [1, 1], [1], "one length"), ([], [], [], "at least one unit"),
    ([-1], [1], [1], "resource must be zero or more"), ([1], [0], [1], "people must be above zero"), ([1], [1], [0], "area must be above zero"),
    ([float("nan")], [1], [1], "resource must be finite"), ([1], [None], [1], "people must be finite"),
])
def test_units_without_people_area_or_a_number_are_refused(resource, people, area, why):
    with pytest.raises(ValueError, match=why):
        hrdi(resource, people, area)


@pytest.mark.parametrize(("convention", "parent", "why"), [
    ("absolute", (1, 1, 1), "relative convention"), ("relative", (0, 1, 1), "of the parent"), ("relative", (1, float("nan"), 1), "of the parent"),
    ("relative", (1, 1), "of the parent"), ("ours", None, "absolute, relative"),
])
def test_a_parent_goes_with_the_relative_form(convention, parent, why):
    with pytest.raises(ValueError, match=why):
        hrdi([1], [1], [1], convention=convention, parent=parent)


def test_nobody_having_any_has_no_relative_index_and_no_quotient():
    with pytest.raises(ValueError, match="of the parent"):
        hrdi([0, 0], [1, 1], [1, 1], convention="relative")
    with pytest.raises(ValueError, match="of the parent"):
        location_quotient([0, 0], [1, 1])


@pytest.mark.parametrize(("resource", "people"), [([1, 2], [1]), ([], [])])
def test_columns_of_different_lengths_or_none_have_no_quotient(resource, people):
    with pytest.raises(ValueError, match="one length"):
        location_quotient(resource, people)


def test_a_unit_without_people_has_no_quotient():
    with pytest.raises(ValueError, match="population degree"):
        location_quotient([1, 1], [0, 1])


def test_the_conventions_are_listed():
    assert [convention.id for convention in hrdi_conventions()] == ["absolute", "relative"]
