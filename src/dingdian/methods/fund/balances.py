"""Balances of a scheme: of the current year, cumulative, and at the year's end; how long the reserve lasts, and how fast spending may grow.

Each scheme stands by itself: its surplus covers nobody else's deficit unless two accounts are put together by name (`pooled`). A stated
forecast and one carried on evenly are two numbers, and neither stands in for the other. What an amount lacks makes it None, never zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from attrs import evolve, frozen

from dingdian.methods.fund.money import Money, money
from dingdian.methods.outlook import balance_at_year_end, whole_year
from dingdian.methods.rounding import Number, exact, not_negative, positive

MONTHS = 12
AMOUNTS = ("opening", "income", "spending", "closing", "forecast_income", "forecast_spending", "forecast_closing")
DEFICITS = ("current", "cumulative", "forecast_flow", "forecast_stated", "forecast_even")


def balance(income: Money, spending: Money) -> Money:
    """Income − spending, in the kind of money given; below zero is a deficit."""
    received, paid = money(income=income, spending=spending)
    return received - paid


def cumulative_balance(opening: Money, income: Money, spending: Money) -> Money:
    """Opening balance + income − spending, in the kind of money given."""
    start, received, paid = money(opening=opening, income=income, spending=spending)
    return start + received - paid


def forecast_balance(opening: Money, income: Money, spending: Money, through: date) -> Fraction:
    """Cumulative balance on 31 December if the year goes on as it did up to ``through`` (included).

    opening + (income − spending) × days of the year / days up to ``through``. It knows no season: income that comes in at the start of the
    year makes it too high.
    """
    start, received, paid = money(opening=opening, income=income, spending=spending)
    return balance_at_year_end(start, received, paid, through)


def months_of_reserve(cumulative: Money, spending: Money, through: date) -> Fraction:
    """Months that the reserve pays for: cumulative balance / monthly spending of the year up to ``through``.

    Parameters
    ----------
    cumulative : balance at ``through``; below zero gives months of debt, below zero too
    spending : from 1 January to ``through``, above zero
    through : last closed day
        The months of a part of a year are its days / days of the year × 12.
    """
    held, paid = money(cumulative=cumulative, spending=spending)
    monthly = whole_year(positive(paid, "spending"), through) / MONTHS
    return exact(held) / monthly


def break_even_growth(income: Money, spending: Money, income_growth: Number = 0) -> Fraction:
    """Growth of spending at which next year's income just covers it: I × (1 + g) / S − 1, as a share.

    Parameters
    ----------
    income, spending : of one period, the same for both; spending above zero
    income_growth : g, share by which income is taken to grow; −1 or more

    Notes
    -----
    Below zero: spending must fall by as much. It says nothing of the reserve, which may carry a deficit for a while.
    """
    received, paid = money(income=income, spending=spending)
    grown = not_negative(exact(income_growth, "income_growth") + 1, "1 + income_growth")
    return not_negative(received, "income") * grown / positive(paid, "spending") - 1


@frozen(kw_only=True)
class Account:
    """The books of one scheme for one year up to ``through``, its last closed day; money of one kind, None where unknown.

    Attributes
    ----------
    opening
        Cumulative balance at the end of last year.
    income, spending
        From 1 January to ``through``.
    closing
        Cumulative balance at ``through``, as the books state it.
    forecast_income, forecast_spending, forecast_closing
        Of the whole year, and at its end, as the bureau forecasts.
    """

    scheme: str
    through: date
    opening: Money | None = None
    income: Money | None = None
    spending: Money | None = None
    closing: Money | None = None
    forecast_income: Money | None = None
    forecast_spending: Money | None = None
    forecast_closing: Money | None = None
    source: str = ""


@frozen(kw_only=True)
class Balances:
    """What an account comes to. Amounts in its money, None where something is missing.

    Attributes
    ----------
    current : income − spending up to ``through``
    cumulative : the stated closing balance, else opening + current
    unexplained : stated closing − (opening + current), where both are known: 0 when the books agree
    forecast_flow : forecast income − forecast spending of the whole year
    forecast_stated : the stated forecast of the closing balance, else opening + forecast_flow
    forecast_even : `forecast_balance`; the opening balance is closing − current where it is not stated
    reserve_months : `months_of_reserve`
    break_even_growth : `break_even_growth` at an income that stays as it is
    deficits : tuple of str
        Which of `DEFICITS` are below zero; one that is None is not among them, and is no clean bill.
    missing : tuple of str
        Which of `AMOUNTS` the account does not state.
    """

    scheme: str
    through: date
    current: Money | None
    cumulative: Money | None
    unexplained: Money | None
    forecast_flow: Money | None
    forecast_stated: Money | None
    forecast_even: Fraction | None
    reserve_months: Fraction | None
    break_even_growth: Fraction | None
    missing: tuple[str, ...]
    source: str

    @property
    def deficits(self) -> tuple[str, ...]:
        return tuple(name for name in DEFICITS if (amount := getattr(self, name)) is not None and amount < 0)


def balances(accounts: Sequence[Account]) -> tuple[Balances, ...]:
    """The balances of each account, in their order; nothing is added up across schemes.

    Raises
    ------
    ValueError
        Two accounts of one scheme in one year, amounts that are no money or of two kinds, income or spending below zero.
    """
    seen = [(account.scheme, account.through.year) for account in accounts]
    if len(set(seen)) < len(seen):
        raise ValueError(f"one account for each scheme and year, not {seen}")
    return tuple(_balances(account) for account in accounts)


def pooled(accounts: Sequence[Account]) -> Account:
    """Two or more schemes as if they were one purse, because somebody asked: sums of what all of them state, up to one day.

    The schemes are kept apart by law; their sum is a picture of the region, not of a fund.
    """
    if len(accounts) < 2 or len({account.through for account in accounts}) > 1:
        raise ValueError("accounts to be put together must be two or more, closed on one day")
    if len({account.scheme for account in accounts}) < len(accounts):
        raise ValueError("accounts to be put together must be of different schemes")
    for account in accounts:
        _stated(account)
    sums = {name: _sum([getattr(account, name) for account in accounts], name) for name in AMOUNTS}
    return Account(scheme="+".join(account.scheme for account in accounts), through=accounts[0].through,
                   source="; ".join(dict.fromkeys(account.source for account in accounts if account.source)), **sums)


def _balances(account: Account) -> Balances:
    given = _stated(account)
    account = evolve(account, **given)  # NumPy's integers overflow where Python's do not
    for name in ("income", "spending", "forecast_income", "forecast_spending"):
        not_negative(given.get(name, 0), name)
    current = _less(account.income, account.spending)
    derived = _plus(account.opening, current)
    opening = account.opening if account.opening is not None else _less(account.closing, current)
    cumulative = account.closing if account.closing is not None else derived
    flow = _less(account.forecast_income, account.forecast_spending)
    return Balances(
        scheme=account.scheme, through=account.through, current=current, cumulative=cumulative,
        unexplained=_less(account.closing, derived), forecast_flow=flow,
        forecast_stated=account.forecast_closing if account.forecast_closing is not None else _plus(account.opening, flow),
        forecast_even=None if opening is None or account.income is None or account.spending is None else forecast_balance(
            opening, account.income, account.spending, account.through),
        reserve_months=months_of_reserve(cumulative, account.spending, account.through) if cumulative is not None and account.spending else None,
        break_even_growth=break_even_growth(account.income, account.spending) if account.income is not None and account.spending else None,
        missing=tuple(name for name in AMOUNTS if name not in given), source=account.source,
    )


def _stated(account: Account) -> dict[str, Any]:
    """The amounts that an account states, checked to be money of one kind."""
    given = {name: getattr(account, name) for name in AMOUNTS if getattr(account, name) is not None}
    return dict(zip(given, money(**given)))


def _sum(amounts: Sequence[Money | None], name: str) -> Money | None:
    known = [amount for amount in amounts if amount is not None]
    if len(known) < len(amounts):
        return None
    checked = money(**{f"{name} {i}": amount for i, amount in enumerate(known, 1)})
    total = checked[0]
    for amount in checked[1:]:
        total = total + amount
    return total


def _less(one: Money | None, other: Money | None) -> Money | None:
    return None if one is None or other is None else one - other


def _plus(one: Money | None, other: Money | None) -> Money | None:
    return None if one is None or other is None else one + other
