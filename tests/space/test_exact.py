"""Whole weights: sums in any order are the same, and as near to the truth as the grid is fine."""

from math import fsum

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.space.exact import Whole


def test_whole_numbers_stay_as_they_are():
    whole = Whole.of("weight", [3, 0, 12])
    assert (whole.units.tolist(), whole.bits) == ([3, 0, 12], 0)


@given(st.lists(st.floats(0, 1e9, allow_subnormal=False), max_size=50))
def test_the_sum_is_the_true_one_to_a_part_of_the_grid(values):
    whole = Whole.of("weight", values)
    assert whole.value(int(whole.units.sum())) == pytest.approx(fsum(values), rel=1e-12, abs=1e-9)
    assert whole.values(whole.units) == pytest.approx(values, rel=1e-12, abs=1e-8)


@given(st.lists(st.floats(0, 1e9, allow_subnormal=False), max_size=50), st.randoms(use_true_random=False))
def test_the_order_does_not_matter(values, random):
    mixed = random.sample(values, len(values))
    one, other = Whole.of("weight", values), Whole.of("weight", mixed)
    assert (one.units.sum(), one.bits) == (other.units.sum(), other.bits)


def test_sums_of_all_rows_fit():
    whole = Whole.of("weight", np.full(1000, 1e15 + 0.5))
    assert 0 < whole.units.sum() < 2**62


def test_what_cannot_be_summed_is_refused():
    with pytest.raises(ValueError, match="more than can be summed exactly"):
        Whole.of("weight", [1e19])
    with pytest.raises(ValueError, match="finite and zero or more"):
        Whole.of("weight", [np.nan])


@pytest.mark.parametrize("scale", [1.0, 1e-12, 1e12, 0.1])
def test_fractions_are_rounded_once_and_sum_alike_in_any_order(scale):
    weight = np.random.default_rng(4).random(1000) * scale
    units = Whole.of("weight", weight, 1000)
    assert abs(units.value(int(units.units.sum())) - weight.sum()) <= 1e-12 * weight.sum()
    mixed = Whole.of("weight", weight[::-1], 1000)
    assert (mixed.bits, mixed.units[::-1].tolist()) == (units.bits, units.units.tolist())


def test_whole_weights_stay_themselves():
    units = Whole.of("weight", [0, 3, 2.0, 7e15], 4)
    assert (units.bits, units.units.tolist()) == (0, [0, 3, 2, 7 * 10**15])
