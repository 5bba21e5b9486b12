"""Where a fund stands at the year's end if the year goes on as it began.

The simplest outlook that the books allow: income and spending of the days that are closed, carried on at the same daily rate.
It knows no season and no policy; it stands beside a bureau's own forecast and is never taken for it.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from dingdian.methods.rounding import Number, exact


def whole_year(amount: Number, through: date) -> Fraction:
    """An amount of the year up to ``through`` (included), carried on evenly to 31 December; same unit as ``amount``."""
    first, last = date(through.year, 1, 1), date(through.year, 12, 31)
    days, elapsed = (last - first).days + 1, (through - first).days + 1
    return exact(amount) * days / elapsed


def balance_at_year_end(opening: Number, income: Number, expenditure: Number, through: date) -> Fraction:
    """Cumulative balance on 31 December: the opening balance, plus income less spending carried on evenly; in the money of its inputs."""
    return exact(opening) + whole_year(exact(income) - exact(expenditure), through)
