"""Numbers are exact inside and rounded once, in a stated direction."""

from decimal import Decimal
from fractions import Fraction
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.methods.rounding import exact, round_down, round_half_even, round_up

fractions = st.fractions(max_denominator=10**6)
places = st.integers(0, 8)


@pytest.mark.parametrize("value", [5.97, Decimal("5.97"), Fraction(597, 100), np.float64(5.97)])
def test_a_norm_is_the_decimal_that_it_prints_as(value):
    assert exact(value) == Fraction(597, 100)


def test_whole_numbers_stay_whole():
    assert exact(7) == exact(np.int64(7)) == exact(Decimal(7)) == 7


@pytest.mark.parametrize("bad", [True, None, "5.97", nan, inf, Decimal("NaN"), Decimal("Infinity")])
def test_what_is_no_finite_number_is_refused_by_name(bad):
    with pytest.raises(ValueError, match="norm must be"):
        exact(bad, "norm")


@pytest.mark.parametrize(
    ("value", "even", "down", "up"),
    [
        ("2.344", "2.34", "2.34", "2.35"),
        ("2.345", "2.34", "2.34", "2.35"),
        ("2.346", "2.35", "2.34", "2.35"),
        ("2.355", "2.36", "2.35", "2.36"),
        ("-2.345", "-2.34", "-2.35", "-2.34"),
        ("2.34", "2.34", "2.34", "2.34"),
    ],
)
def test_below_at_and_above_a_tie(value, even, down, up):
    number = Decimal(value)
    assert [str(rounded(number, 2)) for rounded in (round_half_even, round_down, round_up)] == [
        even,
        down,
        up,
    ]


def test_rounding_shows_the_decimals_that_were_asked_for():
    assert str(round_half_even(7, 2)) == "7.00"
    assert str(round_half_even(Fraction(1, 3), 4)) == "0.3333"
    assert str(round_half_even(Fraction(5, 2), 0)) == "2"


def test_rounding_drops_no_digit_of_a_large_amount():
    fen = 123456789012345678901234567890123
    assert round_half_even(Fraction(fen, 100), 2) * 1 != 0
    assert str(round_half_even(Fraction(fen, 100), 2)) == "1234567890123456789012345678901.23"


@given(fractions, places)
def test_the_three_directions_hold(value, digits):
    down, even, up = (Fraction(f(value, digits)) for f in (round_down, round_half_even, round_up))
    assert down <= value <= up
    assert even in (down, up)
    assert abs(even - value) <= Fraction(1, 2 * 10**digits)


@given(fractions, places)
def test_rounding_twice_is_rounding_once(value, digits):
    once = round_half_even(value, digits)
    assert round_half_even(once, digits) == once


def test_negative_places_are_refused():
    with pytest.raises(ValueError, match="places must be zero or more"):
        round_half_even(5, -1)
