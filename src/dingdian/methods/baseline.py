"""What published counts and rounded ratios say about a number that nobody published: how many persons stand behind them.

"2,044 institutions, 5.56 per 10,000 insured" leaves an interval of persons, because 5.56 was rounded; several such pairs leave
the intersection. All arithmetic is in fractions. The module refuses to invent one number where the ratios allow many: the
central value is only as fine as the interval is wide, and an empty intersection is a contradiction, never an average.
"""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from attrs import frozen

from dingdian.methods.rounding import Number, exact, positive

# How the ratio was rounded says which ends of its interval belong to it.
HALF_UP, HALF_EVEN, UNKNOWN = "half_up", "half_even", "unknown"
ROUNDINGS = (HALF_UP, HALF_EVEN, UNKNOWN)
PER = 1000


@frozen(kw_only=True)
class Interval:
    """Numbers from ``low`` to ``high``; an end that is open does not belong to it."""

    low: Fraction
    high: Fraction
    low_open: bool = False
    high_open: bool = False

    @property
    def empty(self) -> bool:
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    @property
    def width(self) -> Fraction:
        return self.high - self.low

    def __contains__(self, value: object) -> bool:
        if not isinstance(value, (int, Decimal, Fraction)):
            return False
        number = exact(value)
        above = number > self.low if self.low_open else number >= self.low
        return above and (number < self.high if self.high_open else number <= self.high)

    @property
    def whole(self) -> tuple[int, int] | None:
        """Smallest and largest whole number inside; None when there is none."""
        first = math.floor(self.low) + 1 if self.low_open else math.ceil(self.low)
        last = math.ceil(self.high) - 1 if self.high_open else math.floor(self.high)
        return (first, last) if first <= last else None


def implied_persons(count: int, ratio: Decimal, per: int, places: int, rounding: str = HALF_UP) -> Interval:
    """Persons for whom ``count`` × ``per`` / persons is published as ``ratio``, by the half-unit rule.

    Parameters
    ----------
    count : institutions, beds or doctors, above zero
    ratio : the published ratio, as rounded; more than half a unit of its last place
    per : persons that the ratio is stated for (1000 or 10,000)
    places : decimals to which it was rounded
    rounding : how ties were rounded
        ``half_up`` (四舍五入): the exact ratio lies in [ratio − ½u, ratio + ½u), so that the persons lie in
        (count·per / (ratio + ½u), count·per / (ratio − ½u)]. ``half_even``: both ends belong to an even last digit and to no odd one.
        ``unknown``: both ends belong, which is the widest.

    Raises
    ------
    ValueError
        A count or ratio that leaves no finite interval, a ratio finer than its ``places``, an unknown rounding.
    """
    if rounding not in ROUNDINGS:
        raise ValueError(f"rounding must be one of {', '.join(ROUNDINGS)}, not {rounding!r}")
    value, whole = exact(ratio, "ratio"), positive(count, "count") * positive(per, "per")
    if (value * 10**places).denominator != 1:
        raise ValueError(f"ratio {ratio} has more than {places} decimals")
    half = Fraction(1, 2 * 10**places)
    if value <= half:
        raise ValueError(f"ratio {ratio} is not above half a unit of its last place: it bounds no number of persons")
    even = int(value * 10**places) % 2 == 0
    takes_lower = rounding in (HALF_UP, UNKNOWN) or even
    takes_upper = rounding == UNKNOWN or (rounding == HALF_EVEN and even)
    return Interval(low=whole / (value + half), high=whole / (value - half), low_open=not takes_upper, high_open=not takes_lower)


def intersection(intervals: Iterable[Interval]) -> Interval:
    """What all intervals have in common; ``empty`` when they contradict each other.

    Raises
    ------
    ValueError
        When there are no intervals: nothing bounds nothing.
    """
    found: Interval | None = None
    for one in intervals:
        found = one if found is None else _both(found, one)
    if found is None:
        raise ValueError("no intervals to intersect")
    return found


def _both(one: Interval, two: Interval) -> Interval:
    low, high = max(one.low, two.low), min(one.high, two.high)
    return Interval(
        low=low, high=high, low_open=any(i.low_open for i in (one, two) if i.low == low),
        high_open=any(i.high_open for i in (one, two) if i.high == high),
    )


def central(interval: Interval) -> Fraction:
    """The middle of an interval, only as fine as the interval is wide: rounded half-even to the largest power of ten not above its width.

    3,676,132 to 3,679,568 is 3,436 wide: 3,678,000, not 3,677,850. A single point is itself.
    """
    middle = (interval.low + interval.high) / 2
    if interval.width <= 0:
        return middle
    unit = _power_of_ten(interval.width)
    return round(middle / unit) * unit


def _power_of_ten(width: Fraction) -> Fraction:
    """The largest power of ten not above ``width``, exactly."""
    power = Fraction(1)
    while power * 10 <= width:
        power *= 10
    while power > width:
        power /= 10
    return power


def change_at_norm(count: int, norm: Number, persons: Interval) -> Interval:
    """What must be added (below zero: taken away) for ``count`` to come to ``norm`` per 1000 of the persons in an interval.

    norm × persons / 1000 − count. It rises with the persons, so that the ends keep their order and their openness.
    """
    each = positive(norm, "norm") / PER
    return Interval(low=each * persons.low - count, high=each * persons.high - count,
                    low_open=persons.low_open, high_open=persons.high_open)


def more_than_months_apart(one: date, two: date, months: int) -> bool:
    """Whether two days lie more than so many months apart; from month's end to month's end is whole months.

    From 30 September to 31 December is one quarter, not more.
    """
    first, second = sorted((one, two))
    return second > months_after(first, months)


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later; the last day of a month goes to the last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last, ends = monthrange(year, month + 1)[1], day.day == monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if ends else min(day.day, last))
