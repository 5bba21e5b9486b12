"""Balances by scheme: each amount by hand, nothing added up unasked, nothing made up where an amount is missing."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from dingdian.methods import fund
from dingdian.methods.fund import Account

YEAR_END, JUNE = date(2025, 12, 31), date(2025, 6, 30)
fen = st.integers(0, 10**14)
above = st.integers(1, 10**14)
days = st.dates(date(2024, 1, 1), date(2026, 12, 31))
WHOLE = Account(scheme="employee", through=JUNE, opening=1000, income=724, spending=905, closing=819, forecast_income=1500,
                forecast_spending=1800, forecast_closing=690, source="made up")


@pytest.mark.parametrize(("income", "expected"), [(99, -1), (100, 0), (101, 1)])
def test_below_at_and_above_an_even_balance(income, expected):
    assert fund.balance(income, 100) == expected


def test_money_keeps_its_kind():
    assert isinstance(fund.balance(np.int64(5), 3), int)
    assert fund.balance(Decimal("10.50"), Decimal("0.75")) == Decimal("9.75")
    assert fund.cumulative_balance(100, 50, 170) == -20


@pytest.mark.parametrize("bad", [1.5, "100", None, True, Decimal("NaN")])
def test_what_is_no_money_is_refused(bad):
    with pytest.raises(ValueError, match="spending"):
        fund.balance(100, bad)


def test_fen_and_yuan_are_never_mixed():
    with pytest.raises(ValueError, match="not a mixture"):
        fund.balance(100, Decimal("1.00"))
    with pytest.raises(ValueError, match="not a mixture"):
        fund.balances([evolve(WHOLE, closing=Decimal("8.19"))])


def test_an_account_by_hand():
    """Six months of 181 days: 724 in and 905 out are 4 and 5 a day, −365 over the year; 1,825 a year is 152 1/12 a month."""
    (found,) = fund.balances([WHOLE])
    assert (found.current, found.cumulative, found.unexplained) == (-181, 819, 0)
    assert (found.forecast_flow, found.forecast_stated, found.forecast_even) == (-300, 690, 635)
    assert found.reserve_months == Fraction(819 * 12, 1825)
    assert found.break_even_growth == Fraction(724, 905) - 1 == Fraction(-1, 5)
    assert (found.deficits, found.missing) == (("current", "forecast_flow"), ())


@pytest.mark.parametrize(("name", "lost"), [
    ("opening", {"unexplained"}), ("income", {"current", "unexplained", "forecast_even", "break_even_growth"}),
    ("spending", {"current", "unexplained", "forecast_even", "break_even_growth", "reserve_months"}), ("closing", {"unexplained"}),
    ("forecast_income", {"forecast_flow"}), ("forecast_spending", {"forecast_flow"}), ("forecast_closing", set())])
def test_a_missing_amount_is_named_and_takes_with_it_what_rests_on_it(name, lost):
    (found,) = fund.balances([evolve(WHOLE, **{name: None})])
    figures = ("current", "cumulative", "unexplained", "forecast_flow", "forecast_stated", "forecast_even", "reserve_months", "break_even_growth")
    assert {figure for figure in figures if getattr(found, figure) is None} == lost
    assert found.missing == (name,)


def test_what_is_not_stated_is_derived_where_the_books_allow_it():
    (found,) = fund.balances([evolve(WHOLE, closing=None, forecast_closing=None)])
    assert (found.cumulative, found.forecast_stated) == (819, 700)
    (found,) = fund.balances([evolve(WHOLE, opening=None)])
    assert found.forecast_even == 635
    (found,) = fund.balances([Account(scheme="resident", through=JUNE)])
    assert found.missing == fund.AMOUNTS
    assert found.deficits == ()


@pytest.mark.parametrize(("closing", "months", "deficits"), [(-1, True, ("cumulative",)), (0, False, ()), (1, False, ())])
def test_below_at_and_above_an_empty_reserve(closing, months, deficits):
    (found,) = fund.balances([Account(scheme="employee", through=YEAR_END, income=100, spending=100, closing=closing)])
    assert (found.reserve_months < 0) is months
    assert tuple(name for name in found.deficits if name == "cumulative") == deficits


@given(fen, fen, fen, days)
def test_a_closed_year_forecasts_itself(opening, income, spending, day):
    year_end = date(day.year, 12, 31)
    assert fund.forecast_balance(opening, income, spending, year_end) == fund.cumulative_balance(opening, income, spending)


@given(fen, above, days)
def test_a_reserve_of_twelve_months_is_a_year_of_spending(multiple, spending, day):
    whole = fund.forecast_balance(0, spending, 0, day)
    if whole.denominator == 1:
        assert fund.months_of_reserve(int(whole), spending, day) == 12
    assert fund.months_of_reserve(0, spending, day) == 0
    assert fund.months_of_reserve(-multiple, spending, day) == -fund.months_of_reserve(multiple, spending, day)


@given(fen, above, st.fractions(-1, 2, max_denominator=100))
def test_at_break_even_growth_income_covers_spending_exactly(income, spending, growth):
    assert spending * (1 + fund.break_even_growth(income, spending, growth)) == income * (1 + growth)


@given(fen, fen, fen, days)
def test_the_books_of_one_scheme_do_not_touch_another(opening, income, spending, day):
    one = Account(scheme="employee", through=day, opening=opening, income=income, spending=spending)
    other = Account(scheme="resident", through=day, opening=spending, income=opening, spending=income)
    assert fund.balances([one, other]) == fund.balances([one]) + fund.balances([other])


def test_schemes_are_put_together_only_by_name():
    resident = Account(scheme="resident", through=JUNE, opening=10, income=300, spending=100, source="made up")
    together = fund.pooled([WHOLE, resident])
    assert (together.scheme, together.opening, together.income, together.spending) == ("employee+resident", 1010, 1024, 1005)
    assert (together.closing, together.forecast_closing, together.source) == (None, None, "made up")
    (found,) = fund.balances([together])
    assert (found.current, found.deficits) == (19, ())  # the deficit of the employees is out of sight, which is why nobody adds unasked


@pytest.mark.parametrize("accounts", [
    [WHOLE], [WHOLE, evolve(WHOLE, scheme="resident", through=YEAR_END)], [WHOLE, WHOLE],
    [WHOLE, Account(scheme="resident", through=JUNE, income=Decimal(1))], [WHOLE, Account(scheme="resident", through=JUNE, income=1.5)]])
def test_accounts_that_do_not_fit_are_not_put_together(accounts):
    with pytest.raises(ValueError, match=r"accounts to be put together|not a mixture|is money"):
        fund.pooled(accounts)


@pytest.mark.parametrize(("change", "said"), [
    ({"income": -1}, "income must be zero or more"), ({"spending": -1}, "spending must be zero or more"),
    ({"forecast_spending": -1}, "forecast_spending must be zero or more"), ({"income": 1.5}, "income is money"), ({"opening": True}, "opening")])
def test_bad_amounts_are_named(change, said):
    with pytest.raises(ValueError, match=said):
        fund.balances([evolve(WHOLE, **change)])


def test_two_accounts_of_one_scheme_and_year_are_refused():
    with pytest.raises(ValueError, match="one account for each scheme and year"):
        fund.balances([WHOLE, evolve(WHOLE, through=YEAR_END)])


@pytest.mark.parametrize(("call", "said"), [
    (lambda: fund.months_of_reserve(1, 0, JUNE), "spending must be above zero"),
    (lambda: fund.break_even_growth(1, 0), "spending must be above zero"),
    (lambda: fund.break_even_growth(1, 1, Fraction(-101, 100)), r"1 \+ income_growth must be zero or more"),
    (lambda: fund.break_even_growth(-1, 1), "income must be zero or more"),
])
def test_nothing_is_divided_by_nothing(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_no_spending_has_no_months():
    (found,) = fund.balances([evolve(WHOLE, spending=0)])
    assert (found.reserve_months, found.break_even_growth) == (None, None)


def test_books_that_disagree_say_by_how_much():
    (found,) = fund.balances([evolve(WHOLE, closing=820)])
    assert (found.cumulative, found.unexplained) == (820, 1)  # stated less derived: one more than the flows explain


def test_whole_numbers_of_numpy_do_not_overflow():
    (found,) = fund.balances([Account(scheme="employee", through=JUNE, opening=np.int64(2**62), income=np.int64(2**62), spending=np.int64(1))])
    assert found.cumulative == 2**63 - 1
    assert isinstance(found.cumulative, int)
    (found,) = fund.balances([Account(scheme="employee", through=JUNE, opening=np.int64(2**62), income=np.int64(2**62), spending=np.int64(0))])
    assert found.cumulative == 2**63
