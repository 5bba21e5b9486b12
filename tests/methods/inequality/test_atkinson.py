"""Atkinson indices rise with aversion, have closed forms and are defined wherever somebody has any."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.methods.inequality.columns import REFUSED, columns, positive_rows, rows

from dingdian.methods.inequality import atkinson, theil


@given(positive_rows, st.sampled_from([0.25, 0.5, 0.9, 1.5, 2.0, 3.0]))
def test_it_is_its_formula(table, aversion):
    values, weights = columns(table)
    p, middle = np.array(weights) / sum(weights), np.average(values, weights=weights)
    expected = 1 - np.sum(p * (np.array(values) / middle) ** (1 - aversion)) ** (1 / (1 - aversion))
    assert atkinson(values, weights, aversion) == pytest.approx(expected, abs=1e-9)


@given(positive_rows)
def test_at_one_it_is_one_less_the_exponential_of_the_mean_log_deviation(table):
    values, weights = columns(table)
    deviation = theil(values, weights, convention="mean_log_deviation").total
    assert atkinson(values, weights, 1) == pytest.approx(1 - math.exp(-deviation), abs=1e-12)


@given(positive_rows)
def test_close_to_one_it_is_close_to_that_at_one(table):
    values, weights = columns(table)
    assert atkinson(values, weights, 1 + 1e-9) == pytest.approx(atkinson(values, weights, 1), abs=1e-5)
    assert atkinson(values, weights, 1 - 1e-9) == pytest.approx(atkinson(values, weights, 1), abs=1e-5)


@given(rows(), st.floats(0, 4), st.floats(0, 4))
def test_it_lies_from_zero_to_one_and_rises_with_aversion(table, one, other):
    values, weights = columns(table)
    low, high = (atkinson(values, weights, aversion) for aversion in sorted((one, other)))
    assert 0 <= low <= high + 1e-9
    assert high <= 1


@given(st.floats(1e-3, 1e6), st.lists(st.floats(1e-2, 1e6), min_size=1, max_size=9), st.floats(0, 10))
def test_equal_levels_are_exactly_even(level, weights, aversion):
    assert atkinson([level] * len(weights), weights, aversion) == 0


def test_a_small_table():
    # levels 1 and 4: mean 2.5; ε = ½: (1 + 2)²/4 = 2.25; ε = 1: √4 = 2; ε = 2: 2/(1 + ¼) = 1.6
    for aversion, equal in ((0.5, 2.25), (1, 2), (2, 1.6)):
        assert atkinson([1, 4], [1, 1], aversion) == pytest.approx(1 - equal / 2.5)


@pytest.mark.parametrize(("aversion", "found"), [(0.5, 0.5), (0.999999, 1.0), (1, 1), (2, 1), (0, 0)])
def test_somebody_without_any(aversion, found):
    assert atkinson([1, 0], [1, 1], aversion) == pytest.approx(found)


@pytest.mark.parametrize("aversion", [0.5, 1, 2])
def test_nobody_without_any_where_nobody_lives(aversion):
    assert atkinson([1, 4, 0], [1, 1, 0], aversion) == atkinson([1, 4], [1, 1], aversion)


def test_where_next_to_nobody_has_all_of_it_all_is_wasted():
    assert atkinson([0, 1], [1, 1e-20], 0.9) == 1


def test_an_aversion_beyond_the_range_of_a_float_finds_all_of_it_wasted():
    assert atkinson([1e-300, 1], [1, 1], 9) == pytest.approx(1)


@pytest.mark.parametrize(("values", "weights", "why"), REFUSED)
def test_columns_that_say_nothing_are_refused(values, weights, why):
    with pytest.raises(ValueError, match=why):
        atkinson(values, weights, 0.5)


@pytest.mark.parametrize("aversion", [-0.1, float("nan"), float("inf")])
def test_an_aversion_is_zero_or_more(aversion):
    with pytest.raises(ValueError, match="aversion"):
        atkinson([1, 2], [1, 1], aversion)
