"""Agglomeration degrees average to exactly 1 over the parent, and their difference has the sign of resource per head."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.methods import agglomeration as agg

counts = st.integers(0, 10**6)
units = st.lists(st.tuples(counts, st.integers(1, 10**7), st.fractions(Fraction(1, 100), 10**4, max_denominator=100)),
                 min_size=1, max_size=8).filter(lambda rows: any(row[0] for row in rows))


def columns(rows):
    return tuple(list(column) for column in zip(*rows))


def test_a_worked_example():
    # a fifth of the area holds half of the institutions and two fifths of the people
    assert list(agg.hrad([5, 5], [20, 80])) == [Fraction(5, 2), Fraction(5, 8)]
    assert list(agg.pad([40, 60], [20, 80])) == [2, Fraction(3, 4)]
    assert list(agg.difference(agg.hrad([5, 5], [20, 80]), agg.pad([40, 60], [20, 80]))) == [Fraction(1, 2), Fraction(-1, 8)]
    assert list(agg.ratio(agg.hrad([5, 5], [20, 80]), agg.pad([40, 60], [20, 80]))) == [Fraction(5, 4), Fraction(5, 6)]
    assert list(agg.worth([5, 5], [40, 60])) == [1, -1]


@given(units)
def test_degrees_weighted_by_area_average_to_exactly_one(rows):
    resource, people, area = columns(rows)
    for degree in (agg.hrad(resource, area), agg.pad(people, area)):
        assert sum(a * d for a, d in zip(area, degree)) == sum(area)


@given(units)
def test_the_difference_has_the_sign_of_its_worth_and_the_worths_add_up_to_zero(rows):
    resource, people, area = columns(rows)
    gap = agg.difference(agg.hrad(resource, area), agg.pad(people, area))
    worth = agg.worth(resource, people)
    assert sum(worth) == 0
    assert [np.sign(float(w)) for w in worth] == [np.sign(float(d)) for d in gap]
    total, whole = sum(resource), sum(area)
    assert [d * total * a / whole for d, a in zip(gap, area)] == list(worth)


@given(units)
def test_the_ratio_is_resource_per_head_against_the_parents(rows):
    resource, people, area = columns(rows)
    found = agg.ratio(agg.hrad(resource, area), agg.pad(people, area))
    per_head = Fraction(sum(resource), sum(people))
    assert list(found) == [Fraction(r, p) / per_head for r, p in zip(resource, people)]


@given(units, st.integers(1, 1000))
def test_the_unit_of_the_area_does_not_matter(rows, scale):
    resource, _, area = columns(rows)
    assert list(agg.hrad(resource, area)) == list(agg.hrad(resource, [a * scale for a in area]))


def test_a_parent_larger_than_its_parts_is_taken_as_given():
    assert list(agg.hrad([5], [20], parent=(10, 100))) == [Fraction(5, 2)]
    assert list(agg.worth([5], [40], parent=(10, 100))) == [1]


@pytest.mark.parametrize(("area", "accepted"), [(-1, False), (0, False), (1, True)])
def test_an_area_is_above_zero(area, accepted):
    if accepted:
        assert list(agg.hrad([1], [area])) == [1]
    else:
        with pytest.raises(ValueError, match="area"):
            agg.hrad([1], [area])


@pytest.mark.parametrize(("resource", "accepted"), [(-1, False), (0, True), (1, True)])
def test_a_resource_is_zero_or_more(resource, accepted):
    if accepted:
        assert agg.hrad([resource, 1], [1, 1])[0] == Fraction(2 * resource, resource + 1)
    else:
        with pytest.raises(ValueError, match="resource"):
            agg.hrad([resource, 1], [1, 1])


def test_nobody_having_any_is_refused_and_not_called_even():
    with pytest.raises(ValueError, match="resource of the parent"):
        agg.hrad([0, 0], [1, 1])


def test_a_parent_smaller_than_its_parts_is_refused():
    with pytest.raises(ValueError, match="less than"):
        agg.hrad([5, 6], [1, 1], parent=(10, 2))


def test_a_unit_without_people_has_no_ratio():
    with pytest.raises(ValueError, match="population degree"):
        agg.ratio(agg.hrad([1, 1], [1, 1]), agg.pad([0, 1], [1, 1]))


@pytest.mark.parametrize(("one", "other"), [([1, 2], [1]), ([], [])])
def test_columns_of_different_lengths_or_none_are_refused(one, other):
    with pytest.raises(ValueError, match="one length"):
        agg.hrad(one, other)
