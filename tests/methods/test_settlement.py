"""Settlement beyond insured bed-days: below, at and above, changes during the year, leap years."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.methods.settlement import days_of, excess_bed_days, excess_fund, insured_bed_days, time_weighted

counts = st.integers(0, 10**6)


@pytest.mark.parametrize(("actual", "excess"), [(36_499, 0), (36_500, 0), (36_501, 1)])
def test_below_at_and_above_the_bed_days_of_a_hundred_beds(actual: int, excess: int) -> None:
    assert excess_bed_days(actual, insured_bed_days(100, 365)) == excess


def test_the_deduction_by_hand() -> None:
    """40,000 bed-days cost 10 million; 3,500 of them lie beyond 36,500: 250 yuan a bed-day, 875,000 in all."""
    assert excess_fund(10_000_000, 40_000, 36_500) == 875_000


def test_the_deduction_is_exact() -> None:
    assert excess_fund(100, 3, 2) == Fraction(100, 3)


def test_nobody_stayed_nothing_is_deducted() -> None:
    assert excess_fund(0, 0, 36_500) == 0


def test_a_change_on_the_first_of_july_weighs_by_days() -> None:
    """181 days of 100 beds and 184 days of 120."""
    steps = [(date(2025, 12, 31), 100), (date(2026, 7, 1), 120)]
    assert time_weighted(steps, 2026) == Fraction(181 * 100 + 184 * 120, 365)


def test_a_leap_year_has_366_days_to_weigh_by() -> None:
    steps = [(date(2028, 1, 1), 100), (date(2028, 7, 1), 120)]
    assert time_weighted(steps, 2028) == Fraction(182 * 100 + 184 * 120, 366)
    assert (days_of(2027), days_of(2028)) == (365, 366)


@pytest.mark.parametrize("steps", [[], [(date(2026, 1, 2), 100)]])
def test_a_year_without_a_count_on_its_first_day_is_refused(steps: list[tuple[date, int]]) -> None:
    with pytest.raises(ValueError, match="in force"):
        time_weighted(steps, 2026)


@pytest.mark.parametrize("step", [(date(2026, 12, 31), 200), (date(2027, 1, 1), 200)])
def test_the_last_day_counts_and_the_next_year_does_not(step: tuple[date, int]) -> None:
    weighted = time_weighted([(date(2026, 1, 1), 100), step], 2026)
    assert weighted == (100 if step[0].year == 2027 else 100 + Fraction(100, 365))


@given(beds=counts, days=st.lists(st.dates(date(2024, 1, 1), date(2029, 1, 1)), max_size=5), year=st.integers(2026, 2028))
def test_a_count_that_never_changes_is_its_own_average(beds: int, days: list[date], year: int) -> None:
    assert time_weighted([(date(2023, 1, 1), beds), *((day, beds) for day in days)], year) == beds


@given(spending=counts, actual=counts, allowed=counts)
def test_never_negative_never_more_than_was_spent(spending: int, actual: int, allowed: int) -> None:
    assert 0 <= excess_fund(spending, actual, allowed) <= spending


@given(spending=counts, actual=counts, allowed=counts, more=counts)
def test_more_insured_beds_never_deduct_more(spending: int, actual: int, allowed: int, more: int) -> None:
    assert excess_fund(spending, actual, allowed + more) <= excess_fund(spending, actual, allowed)
