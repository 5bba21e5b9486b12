"""Exact numbers and the one rounding at the end.

Inside, counts, norms and rates are fractions; outside, a number is rounded once, in a stated direction. A
float is read as the decimal that it prints as (5.97 is 597/100), never as its binary neighbour.
"""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from numbers import Rational, Real
from typing import TypeAlias

Number: TypeAlias = int | float | Decimal | Fraction


def exact(value: Number, name: str = "value") -> Fraction:
    """``value`` as a fraction, without any rounding.

    Raises
    ------
    ValueError
        When it is not a number (NaN, True) or not finite.
    """
    if isinstance(value, bool) or not isinstance(value, Real | Decimal):
        raise ValueError(f"{name} must be a number, not {value!r}")
    if isinstance(value, Rational):  # int, Fraction, and NumPy's integers
        return Fraction(int(value.numerator), int(value.denominator))
    decimal = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    if not decimal.is_finite():
        raise ValueError(f"{name} must be finite, not {value!r}")
    return Fraction(decimal)


def positive(value: Number, name: str) -> Fraction:
    """``value`` as a fraction above zero: what may stand under a fraction bar."""
    fraction = exact(value, name)
    if fraction <= 0:
        raise ValueError(f"{name} must be above zero, not {value}")
    return fraction


def not_negative(value: Number, name: str) -> Fraction:
    """``value`` as a fraction, zero or more: a count, a norm."""
    fraction = exact(value, name)
    if fraction < 0:
        raise ValueError(f"{name} must be zero or more, not {value}")
    return fraction


def round_half_even(value: Number, places: int) -> Decimal:
    """To the nearest number with ``places`` decimals; a tie goes to the even last digit."""
    return _decimal(round(exact(value) * 10**places), places)


def round_down(value: Number, places: int) -> Decimal:
    """To the next number with ``places`` decimals that is not above ``value`` (towards minus infinity)."""
    return _decimal(math.floor(exact(value) * 10**places), places)


def round_up(value: Number, places: int) -> Decimal:
    """To the next number with ``places`` decimals that is not below ``value`` (towards plus infinity)."""
    return _decimal(math.ceil(exact(value) * 10**places), places)


def _decimal(scaled: int, places: int) -> Decimal:
    """``scaled`` / 10**places with all its digits; arithmetic in a decimal context could drop some."""
    if places < 0:
        raise ValueError(f"places must be zero or more, not {places}")
    digits = tuple(int(digit) for digit in str(abs(scaled)))
    return Decimal((int(scaled < 0), digits, -places))
