"""Periods as they are counted by hand on the calendars of 2026, and the laws of stopping a clock."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.methods.clocks import (
    Pause,
    WorkYear,
    deadline,
    later,
    latest_start,
    months_after,
    published_calendar,
    working_days_between,
)

CALENDAR = published_calendar()
DAYS = st.dates(date(2025, 1, 1), date(2026, 9, 30))


@pytest.mark.parametrize(("day", "months", "expected"), [
    (date(2025, 11, 30), 3, date(2026, 2, 28)),
    (date(2027, 11, 30), 3, date(2028, 2, 29)),
    (date(2025, 11, 28), 3, date(2026, 2, 28)),
    (date(2026, 2, 28), 3, date(2026, 5, 28)),
    (date(2026, 1, 31), 1, date(2026, 2, 28)),
    (date(2026, 3, 15), -3, date(2025, 12, 15)),
    (date(2026, 5, 31), -3, date(2026, 2, 28)),
])
def test_months_end_on_the_same_day_or_the_last_of_the_month(day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected


def test_years_and_days_add_as_they_say() -> None:
    assert later(date(2024, 2, 29), 1, "year") == date(2025, 2, 28)
    assert later(date(2026, 6, 30), 180, "day") == date(2026, 12, 27)


def test_working_days_are_not_added_without_a_calendar() -> None:
    with pytest.raises(ValueError, match="calendar"):
        later(date(2026, 6, 30), 5, "working_day")


@pytest.mark.parametrize(("start", "length", "expected"), [
    (date(2026, 7, 6), 5, date(2026, 7, 13)),      # Monday: Tuesday is the first day, the weekend is left out
    (date(2026, 9, 30), 1, date(2026, 10, 8)),     # the seven days of October
    (date(2026, 9, 30), 3, date(2026, 10, 10)),    # Saturday 10 October is worked
    (date(2026, 2, 13), 1, date(2026, 2, 14)),     # Saturday 14 February is worked before the Spring Festival
    (date(2026, 2, 13), 2, date(2026, 2, 24)),
])
def test_working_days_follow_the_published_holidays(start: date, length: int, expected: date) -> None:
    found = deadline(start, length, "working_day", CALENDAR)
    assert found.day == expected
    assert not found.provisional


def test_a_year_without_a_published_calendar_gives_a_provisional_deadline() -> None:
    found = deadline(date(2031, 9, 30), 1, "working_day", CALENDAR)
    assert (found.day, found.unpublished, found.provisional) == (date(2031, 10, 1), (2031,), True)


def test_a_year_that_is_added_is_published() -> None:
    added = CALENDAR.with_years([WorkYear(2031, [date(2031, 10, d) for d in (1, 2, 3)], [date(2031, 10, 4)])])
    found = deadline(date(2031, 9, 30), 1, "working_day", added)
    assert (found.day, found.provisional) == (date(2031, 10, 4), False)


def test_months_need_no_calendar_unless_the_last_day_rolls() -> None:
    assert deadline(date(2031, 1, 15), 3, "month", CALENDAR) == deadline(date(2031, 1, 15), 3, "month", CALENDAR.with_years([]))
    assert not deadline(date(2031, 1, 15), 3, "month", CALENDAR).provisional
    assert deadline(date(2031, 1, 15), 3, "month", CALENDAR, rolls=True).provisional


def test_a_last_day_off_moves_to_the_next_working_day_when_it_rolls() -> None:
    assert deadline(date(2026, 7, 3), 3, "month", CALENDAR).day == date(2026, 10, 3)
    assert deadline(date(2026, 7, 3), 3, "month", CALENDAR, rolls=True).day == date(2026, 10, 8)


def test_supplements_stop_the_clock_day_for_day() -> None:
    """Ten days of supplements move the end of three months by ten days."""
    pause = Pause(date(2026, 7, 20), date(2026, 7, 30))
    assert deadline(date(2026, 7, 6), 3, "month", CALENDAR, [pause]).day == date(2026, 10, 16)


def test_overlapping_pauses_count_once() -> None:
    pauses = [Pause(date(2026, 7, 20), date(2026, 7, 30)), Pause(date(2026, 7, 25), date(2026, 7, 28))]
    assert deadline(date(2026, 7, 6), 3, "month", CALENDAR, pauses).day == date(2026, 10, 16)


def test_a_pause_that_lasts_leaves_the_deadline_open() -> None:
    assert deadline(date(2026, 7, 6), 3, "month", CALENDAR, [Pause(date(2026, 7, 20))]).day is None


def test_a_pause_after_the_period_changes_nothing() -> None:
    assert deadline(date(2026, 7, 6), 5, "working_day", CALENDAR, [Pause(date(2026, 7, 14))]).day == date(2026, 7, 13)


def test_a_pause_on_the_last_day_leaves_it_open() -> None:
    assert deadline(date(2026, 7, 6), 5, "working_day", CALENDAR, [Pause(date(2026, 7, 13))]).day is None


def test_a_notice_ahead_is_due_on_the_same_day_some_months_earlier() -> None:
    assert latest_start(date(2026, 12, 31), 3, "month") == date(2026, 9, 30)


@given(DAYS, st.integers(0, 40))
def test_as_many_working_days_lie_before_a_deadline_as_it_has(start: date, length: int) -> None:
    end = deadline(start, length, "working_day", CALENDAR).day
    assert end is not None
    assert working_days_between(start, end, CALENDAR) == length


@given(DAYS, st.integers(1, 6), st.integers(0, 60), st.integers(0, 30))
def test_a_pause_never_shortens_a_period(start: date, months: int, after: int, lasting: int) -> None:
    begun = start + timedelta(days=after)
    plain = deadline(start, months, "month", CALENDAR).day
    paused = deadline(start, months, "month", CALENDAR, [Pause(begun, begun + timedelta(days=lasting))]).day
    assert plain is not None
    assert paused is not None
    inside = sum(begun <= start + timedelta(days=n) < begun + timedelta(days=lasting) for n in range(1, (paused - start).days + 1))
    assert paused == plain + timedelta(days=inside)


@given(DAYS, st.integers(-30, 30))
def test_a_month_later_falls_in_the_month_that_is_meant(day: date, months: int) -> None:
    found = months_after(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day <= day.day
