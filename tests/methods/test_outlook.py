"""A year carried on evenly: exact, linear, and whole on its last day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.methods.outlook import balance_at_year_end, whole_year

AMOUNTS = st.integers(-10**12, 10**12)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def test_half_a_year_by_days_not_by_months() -> None:
    assert whole_year(181, date(2026, 6, 30)) == 365
    assert whole_year(182, date(2028, 6, 30)) == 366


@given(AMOUNTS, st.integers(2000, 2100))
def test_on_the_last_day_nothing_is_added(amount: int, year: int) -> None:
    assert whole_year(amount, date(year, 12, 31)) == amount


@given(AMOUNTS, AMOUNTS, DAYS)
def test_the_outlook_is_linear(a: int, b: int, through: date) -> None:
    assert whole_year(a + b, through) == whole_year(a, through) + whole_year(b, through)


@given(st.integers(1, 10**12), st.dates(date(2026, 1, 1), date(2026, 12, 30)))
def test_the_later_the_day_the_less_is_carried_on(amount: int, through: date) -> None:
    assert whole_year(amount, through) > whole_year(amount, through + timedelta(days=1))


@given(AMOUNTS, AMOUNTS, AMOUNTS, DAYS)
def test_the_year_end_balance_is_opening_plus_the_year(opening: int, income: int, spending: int, through: date) -> None:
    assert balance_at_year_end(opening, income, spending, through) == opening + whole_year(income, through) - whole_year(spending, through)


def test_money_is_exact() -> None:
    assert balance_at_year_end(Decimal("0.01"), Decimal("0"), Decimal("0.01"), date(2026, 6, 30)) == Fraction(1, 100) - Fraction(365, 18100)


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="must be"):
        whole_year(float("nan"), date(2026, 6, 30))
