"""Money and shares as the fund's formulas take them: integer fen or Decimal, and fractions of one.

Floats are refused, and so is a mixture, which would be fen against yuan; a share above 1 is a percentage that nobody divided by 100.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from numbers import Integral
from typing import TypeAlias

from dingdian.methods.rounding import Number, exact, not_negative

Money: TypeAlias = int | Decimal


def money(**amounts: Money) -> list[Money]:
    """The amounts, all integer or all Decimal, finite."""
    kinds = {_kind(name, amount) for name, amount in amounts.items()}
    if len(kinds) > 1:
        raise ValueError(f"{', '.join(amounts)} must be all integer fen or all Decimal, not a mixture")
    return [amount if isinstance(amount, Decimal) else int(amount) for amount in amounts.values()]


def share_of_one(value: Number, name: str) -> Fraction:
    """A share from 0 to 1."""
    fraction = not_negative(value, name)
    if fraction > 1:
        raise ValueError(f"{name} is a share from 0 to 1, not {value}: divide percentages by 100")
    return fraction


def _kind(name: str, amount: Money) -> str:
    if not isinstance(amount, Integral | Decimal):
        raise ValueError(f"{name} is money: integer fen or Decimal, not {amount!r}")
    exact(amount, name)  # refuses True and Decimal("NaN")
    return "Decimal" if isinstance(amount, Decimal) else "fen"
