"""Whole decimetres make "within the limit" exact."""

from fractions import Fraction
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.space import decimetres


@pytest.mark.parametrize(
    ("limit", "whole"),
    [
        (800.0, 8000),
        (12 * 60 * 1.15, 8280),
        (799.99, 7999),
        (800.05, 8000),
        (800.1, 8001),
        (0.0, 0),
        (0.1, 1),
    ],
)
def test_a_limit_is_the_largest_whole_decimetre_within_it(limit, whole):
    assert decimetres.limit(limit) == whole


@given(st.integers(0, 10**9))
def test_every_tenth_of_a_metre_is_its_own_limit(tenths):
    assert decimetres.limit(tenths / 10) == tenths
    assert decimetres.limit(tenths * 69.0 / 690.0) == tenths


@given(st.integers(0, 10**9))
def test_a_tenth_of_a_metre_goes_there_and_back(tenths):
    metres = decimetres.to_metres(np.array([tenths]))
    assert metres[0] == float(Fraction(tenths, 10))
    assert decimetres.from_metres(metres)[0] == tenths


def test_no_limit_stays_no_limit():
    assert decimetres.limit(inf) == inf


@pytest.mark.parametrize("bad", [-0.1, nan, -inf])
def test_a_limit_that_is_no_distance_is_refused(bad):
    with pytest.raises(ValueError, match="a limit is a distance"):
        decimetres.limit(bad)


@pytest.mark.parametrize("metres", [0.0, -800.0, nan, inf, 20_003_931.0, 8e9])
def test_a_radius_of_nothing_or_round_the_earth_is_refused(metres):
    with pytest.raises(ValueError, match="a radius is metres, more than 0 and less than half the way round the Earth, not"):
        decimetres.radius(metres)


@pytest.mark.parametrize(("metres", "whole"), [(0.1, 1), (800.0, 8000), (20_003_930.9, 200_039_309)])
def test_a_radius_is_a_limit_else(metres, whole):
    assert decimetres.radius(metres) == whole
