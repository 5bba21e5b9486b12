"""Time limits: months and working days counted as a notice period is counted, with intervals in which the clock stands still.

The day on which a period begins is not counted, and its last day belongs to it. Working days come from the published arrangement
of public holidays; a year without one is counted Monday to Friday and the deadline says that it is provisional. Nothing here
reads a clock: every day is an argument.

Source of the conventions: Civil Code of the People's Republic of China, part one, chapter ten (periods begin on the next day; a
period of months ends on the same day of the month or, where there is none, on the month's last day). General knowledge: verify
before citing an article.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache

from attrs import field, frozen

from dingdian.terms import Text

UNITS: Mapping[str, Text] = {
    "working_day": Text("个工作日", "working days"),
    "day": Text("日", "days"),
    "month": Text("个月", "months"),
    "year": Text("年", "years"),
}
_ONE_DAY = timedelta(days=1)


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later (earlier when negative), or that month's last day.

    30 November plus three months is 28 February, or the 29th in a leap year.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def later(day: date, length: int, unit: str) -> date:
    """``day`` plus a length in days, months or years, without any pause.

    Raises
    ------
    ValueError
        For working days, which need a calendar: see `deadline`.
    """
    if unit == "day":
        return day + timedelta(days=length)
    if unit == "month":
        return months_after(day, length)
    if unit == "year":
        return months_after(day, 12 * length)
    raise ValueError(f"{unit} cannot be added without a calendar")


@frozen
class WorkYear:
    """One year's published arrangement: Mondays to Fridays that are off, Saturdays and Sundays that are worked."""

    year: int
    off: frozenset[date] = field(default=frozenset(), converter=frozenset)
    worked: frozenset[date] = field(default=frozenset(), converter=frozenset)


@frozen
class WorkCalendar:
    """Working days by year; a year that nobody has published is counted Monday to Friday."""

    years: Mapping[int, WorkYear]

    def is_published(self, day: date) -> bool:
        return day.year in self.years

    def is_working_day(self, day: date) -> bool:
        arranged = self.years.get(day.year)
        if arranged is not None and (day in arranged.off or day in arranged.worked):
            return day in arranged.worked
        return day.weekday() < 5

    def with_years(self, years: Iterable[WorkYear]) -> WorkCalendar:
        """The calendar with further years, which go before those that it has."""
        return WorkCalendar({**self.years, **{year.year: year for year in years}})


@lru_cache(maxsize=1)
def published_calendar() -> WorkCalendar:
    """The State Council's arrangements as far as the package ``chinesecalendar`` holds them."""
    from chinese_calendar.constants import holidays, workdays

    off = [day for day in holidays if day.weekday() < 5]
    return WorkCalendar({year: WorkYear(year, [d for d in off if d.year == year], [d for d in workdays if d.year == year])
                         for year in sorted({day.year for day in holidays})})


@frozen
class Pause:
    """An interval in which the clock stands still: from ``start`` until ``end``, which is counted again; None while it lasts."""

    start: date
    end: date | None = None

    def holds(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


@frozen
class Deadline:
    """The last day of a period.

    Attributes
    ----------
    day
        None while the clock stands still before the period is over.
    unpublished
        Years whose working days were counted Monday to Friday for want of a published arrangement.
    """

    day: date | None
    unpublished: tuple[int, ...] = ()

    @property
    def provisional(self) -> bool:
        return bool(self.unpublished)


def deadline(
    start: date, length: int, unit: str, calendar: WorkCalendar, pauses: Iterable[Pause] = (), *, rolls: bool = False
) -> Deadline:
    """The last day of a period that begins on ``start``.

    Parameters
    ----------
    length, unit
        So many of ``UNITS``. Months and years are first turned into days; a pause then adds the days that it takes away.
    pauses
        Days on which the clock stands still; they may overlap.
    rolls
        Whether a last day that is no working day moves to the next working day.
    """
    stopped = tuple(pauses)
    counts_working_days = unit == "working_day"
    left = length if counts_working_days else (later(start, length, unit) - start).days
    day, unpublished = start, set[int]()
    while left > 0:
        if any(pause.end is None and pause.start <= day + _ONE_DAY for pause in stopped):
            return Deadline(None, tuple(sorted(unpublished)))
        day += _ONE_DAY
        if counts_working_days and not calendar.is_published(day):
            unpublished.add(day.year)
        if not any(pause.holds(day) for pause in stopped) and (not counts_working_days or calendar.is_working_day(day)):
            left -= 1
    return _rolled(day, calendar, unpublished) if rolls else Deadline(day, tuple(sorted(unpublished)))


def _rolled(day: date, calendar: WorkCalendar, unpublished: set[int]) -> Deadline:
    while True:
        if not calendar.is_published(day):
            unpublished.add(day.year)
        if calendar.is_working_day(day):
            return Deadline(day, tuple(sorted(unpublished)))
        day += _ONE_DAY


def latest_start(end: date, length: int, unit: str) -> date:
    """The last day on which something that is due so long before ``end`` may still be done."""
    return later(end, -length, unit)


def working_days_between(start: date, end: date, calendar: WorkCalendar) -> int:
    """Working days after ``start`` up to and including ``end``; 0 when ``end`` is not later."""
    return sum(calendar.is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))
