"""Settlement of inpatient spending against insured beds: how much of it lies beyond the bed-days that the beds allow.

All results are exact fractions; money is rounded once, when it is shown. The formulas look at bed-days alone: they are blind to how
severe the cases were, and know nothing of payment by case. They refuse a year that nobody can count from its first day.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

from dingdian.methods.rounding import Number, not_negative, positive

Steps = Sequence[tuple[date, int]]


def days_of(year: int) -> int:
    """Calendar days of a year."""
    return 366 if isleap(year) else 365


def time_weighted(steps: Steps, year: int) -> Fraction:
    """Beds of a year, weighted by calendar day: Σ beds × days they were in force / days of the year.

    Parameters
    ----------
    steps : (first day, beds)
        Each count is in force from its day until the next one's; of two with one day the later in the list counts.

    Raises
    ------
    ValueError
        When no count is in force on the first day of the year.
    """
    first, end = date(year, 1, 1), date(year + 1, 1, 1)
    ordered = sorted(steps, key=lambda step: step[0])
    if not ordered or ordered[0][0] > first:
        raise ValueError(f"no count of beds is in force on {first}")
    until = [day for day, _ in ordered[1:]] + [end]
    bed_days = sum(
        (not_negative(beds, "beds") * _days(max(since, first), min(stop, end)) for (since, beds), stop in zip(ordered, until)), Fraction(0))
    return bed_days / days_of(year)


def _days(since: date, until: date) -> int:
    return max(0, (until - since) // timedelta(days=1))


def insured_bed_days(beds: Number, days: int) -> Fraction:
    """Bed-days that insured beds allow: beds × days (365 as the plan writes it, or the days of the year)."""
    return not_negative(beds, "beds") * positive(days, "days")


def excess_bed_days(actual: Number, allowed: Number) -> Fraction:
    """Bed-days beyond what is allowed; zero at it or below it."""
    return max(Fraction(0), not_negative(actual, "actual bed-days") - not_negative(allowed, "allowed bed-days"))


def excess_fund(spending: Number, actual: Number, allowed: Number) -> Fraction:
    """Pooled fund that is not settled: spending / actual bed-days × excess bed-days, in the money given.

    Shaoxing's plan, 二(一)2. Never more than the spending; zero when nobody stayed.
    """
    if not_negative(actual, "actual bed-days") == 0:
        return Fraction(0)
    return not_negative(spending, "spending") / positive(actual, "actual bed-days") * excess_bed_days(actual, allowed)
