"""Fund: balances, and the beds that the fund can carry.

Money is integer fen or Decimal, one of the two in a formula: floats are refused, and so is a mixture, which
would be fen against yuan. Results are exact; round them once, when they are shown.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from numbers import Integral
from typing import TypeAlias

from dingdian.methods.rounding import Number, exact, not_negative, positive

Money: TypeAlias = int | Decimal


def balance(income: Money, spending: Money) -> Money:
    """Income − spending, in the kind of money given; below zero is a deficit."""
    received, paid = _money(income=income, spending=spending)
    return received - paid


def cumulative_balance(opening: Money, income: Money, spending: Money) -> Money:
    """Opening balance + income − spending, in the kind of money given."""
    start, received, paid = _money(opening=opening, income=income, spending=spending)
    return start + received - paid


def coverable(income: Money, surplus_rate: Number, reimbursement_ratio: Number) -> Fraction:
    """Medical cost that the fund can help to pay: I × (1 − s) / r, in the money given.

    Parameters
    ----------
    income : I, fund income of the year, zero or more
    surplus_rate : s, share of income to be kept, from 0 to 1
    reimbursement_ratio : r, share of medical cost that the fund pays, above 0, at most 1

    Notes
    -----
    Shenyang's plan, annex (DOMAIN 1.4). The scopes of I and r (inpatient or all, local or all settlement)
    must agree.
    """
    (received,) = _money(income=income)
    kept, ratio = _share(surplus_rate, "surplus_rate"), _share(reimbursement_ratio, "reimbursement_ratio")
    return not_negative(received, "income") * (1 - kept) / positive(ratio, "reimbursement_ratio")


def affordable_beds_per_1000(
    income: Money, surplus_rate: Number, reimbursement_ratio: Number, cost_per_bed: Money, insured: int
) -> Fraction:
    """Beds per 1000 insured that the fund can carry: I × (1 − s) / r × 1000 / (c × N).

    Parameters
    ----------
    income, surplus_rate, reimbursement_ratio
        As in `coverable`.
    cost_per_bed : c, medical cost per bed and year, above zero, in the same kind of money as income
    insured : N, insured persons, above zero

    Notes
    -----
    Shenyang's plan, annex (DOMAIN 1.4). With r = S / M and c = M / B this is `affordable_beds` per 1000
    insured.
    """
    _, cost = _money(income=income, cost_per_bed=cost_per_bed)
    cost_of_one_each = positive(cost, "cost_per_bed") * positive(insured, "insured")
    return coverable(income, surplus_rate, reimbursement_ratio) * 1000 / cost_of_one_each


def affordable_beds(income: Money, surplus_rate: Number, spending: Money, beds: Number) -> Fraction:
    """Beds affordable at a bed's present draw on the fund: B × I × (1 − s) / S.

    ``spending`` S is what the fund paid for the ``beds`` B that there are; S above zero, in the same kind
    of money as income.
    """
    received, paid = _money(income=income, spending=spending)
    offered = not_negative(received, "income") * (1 - _share(surplus_rate, "surplus_rate"))
    return not_negative(beds, "beds") * offered / positive(paid, "spending")


def _share(value: Number, name: str) -> Fraction:
    fraction = not_negative(value, name)
    if fraction > 1:
        raise ValueError(f"{name} is a share from 0 to 1, not {value}: divide percentages by 100")
    return fraction


def _money(**amounts: Money) -> list[Money]:
    """The amounts, all integer or all Decimal, finite."""
    kinds = {_kind(name, amount) for name, amount in amounts.items()}
    if len(kinds) > 1:
        raise ValueError(f"{', '.join(amounts)} must be all integer fen or all Decimal, not a mixture")
    return [amount if isinstance(amount, Decimal) else int(amount) for amount in amounts.values()]


def _kind(name: str, amount: Money) -> str:
    if not isinstance(amount, Integral | Decimal):
        raise ValueError(f"{name} is money: integer fen or Decimal, not {amount!r}")
    exact(amount, name)  # refuses True and Decimal("NaN")
    return "Decimal" if isinstance(amount, Decimal) else "fen"
