"""Thirds: how many fall into each, that ties stay together, and that order does not matter."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.methods.grades import mean, thirds

some = st.lists(st.integers(0, 9), min_size=3, max_size=12)


@pytest.mark.parametrize(("values", "grades"), [
    ([1, 2, 3], (0, 1, 2)), ([3, 1, 2], (2, 0, 1)), ([1, 2, 3, 4, 5, 6, 7], (0, 0, 0, 1, 1, 2, 2)), ([5, 5, 5], (0, 0, 0)),
    ([1, 1, 2, 2], (0, 0, 1, 1)), ([1, 2, 2, 2], (0, 0, 0, 0)),
])
def test_a_value_is_graded_by_how_many_lie_below_it(values: list[int], grades: tuple[int, ...]) -> None:
    assert thirds(values) == grades


@given(some)
def test_equal_values_share_a_grade_and_larger_ones_are_never_graded_lower(values: list[int]) -> None:
    found = dict(zip(values, thirds(values)))
    assert all(found[value] == grade for value, grade in zip(values, thirds(values)))
    assert [found[value] for value in sorted(found)] == sorted(found[value] for value in found)


@given(some, st.integers(1, 9))
def test_scale_and_order_do_not_matter(values: list[int], scale: int) -> None:
    assert thirds([value * scale for value in values]) == thirds(values)
    assert thirds(values[::-1]) == thirds(values)[::-1]


def test_two_units_have_no_thirds_and_nothing_has_no_mean() -> None:
    with pytest.raises(ValueError, match="at least 3"):
        thirds([1, 2])
    with pytest.raises(ValueError, match="no mean"):
        mean([])
    assert mean([1, 2]) == Fraction(3, 2)
