"""Fund formulas are exact, in one kind of money, and Shenyang's identity holds."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.methods import fund

fen = st.integers(1, 10**14)
shares = st.fractions(0, 1, max_denominator=1000)


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
        fund.affordable_beds_per_1000(100, 0, 1, Decimal(1), 10)


def test_a_worked_example_of_the_affordable_norm():
    # 9 billion yuan, 5 % kept, 60 % reimbursed, 300,000 yuan a bed, 8 million insured
    beds = fund.affordable_beds_per_1000(900_000_000_000, 0.05, 0.6, 30_000_000, 8_000_000)
    assert beds == Fraction(14_250_000_000, 1) * 1000 / (300_000 * 8_000_000)
    assert float(beds) == 5.9375


@given(fen, shares, fen, fen, st.integers(1, 10**6), st.integers(1, 10**8))
def test_the_identity_of_the_annex_holds(income, kept, spending, more, beds, insured):
    cost = spending + more  # medical cost M above fund spending S, so r = S / M is a share
    per_bed = Fraction(cost, beds)
    if per_bed.denominator != 1:
        return  # cost per bed must be whole fen to be said exactly
    per_1000 = fund.affordable_beds_per_1000(income, kept, Fraction(spending, cost), int(per_bed), insured)
    assert per_1000 == fund.affordable_beds(income, kept, spending, beds) * 1000 / insured


@given(fen, fen, st.integers(1, 1000), shares, shares)
def test_keeping_more_never_affords_more(income, per_bed, insured, one, two):
    small, large = sorted((one, two))
    assert fund.affordable_beds_per_1000(
        income, large, 0.5, per_bed, insured
    ) <= fund.affordable_beds_per_1000(income, small, 0.5, per_bed, insured)


@pytest.mark.parametrize(("rate", "accepted"), [(-0.01, False), (0, True), (1, True), (1.01, False)])
def test_the_surplus_rate_is_a_share(rate, accepted):
    if accepted:
        assert fund.coverable(100, rate, 1) == 100 * (1 - rate)
    else:
        with pytest.raises(ValueError, match="surplus_rate"):
            fund.coverable(100, rate, 1)


@pytest.mark.parametrize(
    ("ratio", "accepted"), [(0, False), (0.01, True), (1, True), (1.01, False), (60, False)]
)
def test_the_reimbursement_ratio_is_a_share_above_zero(ratio, accepted):
    if accepted:
        assert fund.coverable(1, 0, ratio) == 1 / Fraction(str(ratio))
    else:
        with pytest.raises(ValueError, match="reimbursement_ratio"):
            fund.coverable(1, 0, ratio)


@pytest.mark.parametrize(
    ("cost", "insured", "spending", "name"),
    [(0, 1, 1, "cost_per_bed"), (1, 0, 1, "insured"), (1, 1, 0, "spending")],
)
def test_nothing_is_divided_by_nothing(cost, insured, spending, name):
    def both():
        fund.affordable_beds_per_1000(1, 0, 1, cost, insured)
        fund.affordable_beds(1, 0, spending, 1)

    with pytest.raises(ValueError, match=f"{name} must be above zero"):
        both()
