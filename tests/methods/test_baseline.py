"""Rounded ratios leave an interval of persons: its ends, their openness, what several have in common, what follows at a norm."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dingdian.methods.baseline import (
    ROUNDINGS,
    Interval,
    central,
    change_at_norm,
    implied_persons,
    intersection,
    months_after,
    more_than_months_apart,
)
from dingdian.methods.rounding import round_half_even

counts = st.integers(1, 10**6)
people = st.integers(1, 10**8)

INSTITUTIONS = implied_persons(2044, Decimal("5.56"), 10_000, 2)
BEDS = implied_persons(23_950, Decimal("6.51"), 1000, 2)
DOCTORS = implied_persons(10_151, Decimal("2.76"), 1000, 2)
JOINT = intersection([INSTITUTIONS, BEDS, DOCTORS])


def half_up(value: Fraction, places: int) -> Decimal:
    return Decimal(int(value * 10**places + Fraction(1, 2))).scaleb(-places)


# --- the published numbers of Wuhu, worked out by hand ------------------------------------------------------------------


def test_the_three_published_ratios_leave_one_interval() -> None:
    """20,440,000/5.565 … /5.555; 23,950,000/6.515 … /6.505; 10,151,000/2.765 … /2.755, each divided by hand."""
    assert INSTITUTIONS.whole == (3_672_956, 3_679_567)
    assert BEDS.whole == (3_676_133, 3_681_783)
    assert DOCTORS.whole == (3_671_248, 3_684_573)
    assert JOINT.whole == (3_676_133, 3_679_567)
    assert (JOINT.low, JOINT.high) == (BEDS.low, INSTITUTIONS.high)
    assert (JOINT.low_open, JOINT.high_open, JOINT.empty) == (True, False, False)


def test_the_central_value_is_no_finer_than_the_interval_is_wide() -> None:
    assert central(JOINT) == 3_678_000


def test_the_cut_of_beds_and_the_rise_of_doctors_at_the_norms() -> None:
    cut, rise = (change_at_norm(count, Decimal(norm), JOINT) for count, norm in ((23_950, "5.97"), (10_151, "3.06")))
    assert (round(cut.low), round(cut.high)) == (-2003, -1983)
    assert (round(rise.low), round(rise.high)) == (1098, 1108)
    middle = Interval(low=central(JOINT), high=central(JOINT))
    assert round(change_at_norm(23_950, Decimal("5.97"), middle).low) == -1992
    assert round(change_at_norm(10_151, Decimal("3.06"), middle).low) == 1104


# --- ends ---------------------------------------------------------------------------------------------------------------


def test_rounded_half_up_the_fewer_persons_end_is_open_and_the_other_closed() -> None:
    """1000 per 1000 of 800 persons is 1.25, shown as 1.3; of 20,000/27 it is 1.35, shown as 1.4."""
    found = implied_persons(1, Decimal("1.3"), 1000, 1)
    assert (found.low, found.high, found.low_open, found.high_open) == (Fraction(20_000, 27), 800, True, False)
    assert 800 in found
    assert Fraction(20_000, 27) not in found
    assert found.whole == (741, 800)


@pytest.mark.parametrize(("ratio", "ends_belong"), [("1.2", True), ("1.3", False)])
def test_rounded_half_even_both_ends_belong_to_an_even_last_digit_only(ratio: str, ends_belong: bool) -> None:
    found = implied_persons(1, Decimal(ratio), 1000, 1, "half_even")
    assert (found.low_open, found.high_open) == (not ends_belong, not ends_belong)


@given(counts, people, st.integers(0, 4), st.sampled_from([1000, 10_000]))
def test_the_persons_who_gave_the_ratio_lie_inside(count: int, persons: int, places: int, per: int) -> None:
    exact = Fraction(count * per, persons)
    for rounding, ratio in (("half_up", half_up(exact, places)), ("half_even", round_half_even(exact, places))):
        assume(ratio > Fraction(1, 2 * 10**places))
        assert persons in implied_persons(count, ratio, per, places, rounding)
        assert persons in implied_persons(count, ratio, per, places, "unknown")


@given(counts, people, people)
def test_whoever_lies_inside_gives_the_ratio_and_nobody_outside_does(count: int, persons: int, other: int) -> None:
    ratio = half_up(Fraction(count * 1000, persons), 2)
    assume(ratio > Decimal("0.005"))
    assert (other in implied_persons(count, ratio, 1000, 2)) == (half_up(Fraction(count * 1000, other), 2) == ratio)


@given(counts, st.decimals("0.02", 100, places=2))
def test_not_knowing_how_it_was_rounded_is_never_narrower(count: int, ratio: Decimal) -> None:
    widest = implied_persons(count, ratio, 1000, 2, "unknown")
    for rounding in ROUNDINGS:
        one = implied_persons(count, ratio, 1000, 2, rounding)
        assert (one.low, one.high) == (widest.low, widest.high)
        assert one.low_open >= widest.low_open
        assert one.high_open >= widest.high_open


@pytest.mark.parametrize(("arguments", "said"), [
    ((0, Decimal("5.56"), 1000, 2), "count must be above zero"),
    ((1, Decimal("0.005"), 1000, 2), "has more than 2 decimals"),
    ((1, Decimal(0), 1000, 2), "not above half a unit"),
    ((1, Decimal(1), 0, 2), "per must be above zero"),
    ((1, Decimal(1), 1000, 2, "down"), "rounding must be one of"),
])
def test_what_bounds_no_number_of_persons_is_refused(arguments: tuple[int, Decimal, int, int], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        implied_persons(*arguments)


# --- what several have in common ----------------------------------------------------------------------------------------


intervals = st.builds(
    lambda a, b, lo, ho: Interval(low=min(a, b), high=max(a, b), low_open=lo, high_open=ho),
    st.fractions(0, 50, max_denominator=4), st.fractions(0, 50, max_denominator=4), st.booleans(), st.booleans(),
)


@given(st.lists(intervals, min_size=1, max_size=4), st.fractions(0, 50, max_denominator=4))
def test_a_number_is_in_the_intersection_exactly_if_it_is_in_every_interval(some: list[Interval], number: Fraction) -> None:
    assert (number in intersection(some)) == all(number in one for one in some)


@given(st.lists(intervals, min_size=1, max_size=4))
def test_the_order_of_intervals_does_not_matter(some: list[Interval]) -> None:
    assert intersection(some) == intersection(some[::-1])


def test_ratios_that_contradict_each_other_have_nothing_in_common() -> None:
    assert intersection([BEDS, implied_persons(10_151, Decimal("2.70"), 1000, 2)]).empty
    touching = [Interval(low=Fraction(1), high=Fraction(2)), Interval(low=Fraction(2), high=Fraction(3), low_open=True)]
    assert intersection(touching).empty
    assert intersection(touching).whole is None


def test_no_intervals_have_no_intersection() -> None:
    with pytest.raises(ValueError, match="no intervals"):
        intersection([])


@given(intervals)
def test_the_central_value_lies_between_the_ends(one: Interval) -> None:
    assert one.low <= central(one) <= one.high


@given(intervals, st.decimals("0.01", 20, places=2), st.integers(0, 1000))
def test_the_change_at_a_norm_follows_the_persons(one: Interval, norm: Decimal, count: int) -> None:
    change = change_at_norm(count, norm, one)
    assert change.width == one.width * Fraction(norm) / 1000
    assert (change.low_open, change.high_open) == (one.low_open, one.high_open)
    assert change.low == Fraction(norm) * one.low / 1000 - count


# --- dates --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("later", "more"), [("2025-12-30", False), ("2025-12-31", False), ("2026-01-01", True)])
def test_a_quarter_from_the_end_of_september_ends_with_the_year(later: str, more: bool) -> None:
    day = date.fromisoformat(later)
    assert more_than_months_apart(date(2025, 9, 30), day, 3) is more
    assert more_than_months_apart(day, date(2025, 9, 30), 3) is more


def test_july_and_september_are_less_than_a_quarter_apart() -> None:
    assert not more_than_months_apart(date(2025, 7, 31), date(2025, 9, 30), 3)
    assert more_than_months_apart(date(2025, 7, 31), date(2025, 12, 31), 3)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 40))
def test_months_later_is_so_many_months_later(day: date, months: int) -> None:
    found = months_after(day, months)
    assert (found.year - day.year) * 12 + found.month - day.month == months
    assert found.day == day.day or (found + timedelta(days=1)).day == 1
