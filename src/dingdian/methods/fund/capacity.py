"""Fund capacity: the beds that the fund can carry, and what mixed scopes make of that number.

Refuses money of two kinds in one formula. Results are exact; round them once, when they are shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations

from attrs import frozen

from dingdian.methods.fund.money import Money, money, share_of_one
from dingdian.methods.rounding import Number, exact, not_negative, positive

# The four elements of the annex's formula, each of which may be taken in a scope of its own.
ELEMENTS = ("income", "ratio", "cost_per_bed", "insured")


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
    (received,) = money(income=income)
    kept, ratio = share_of_one(surplus_rate, "surplus_rate"), share_of_one(reimbursement_ratio, "reimbursement_ratio")
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
    _, cost = money(income=income, cost_per_bed=cost_per_bed)
    cost_of_one_each = positive(cost, "cost_per_bed") * positive(insured, "insured")
    return coverable(income, surplus_rate, reimbursement_ratio) * 1000 / cost_of_one_each


def affordable_beds(income: Money, surplus_rate: Number, spending: Money, beds: Number) -> Fraction:
    """Beds affordable at a bed's present draw on the fund: B × I × (1 − s) / S.

    ``spending`` S is what the fund paid for the ``beds`` B that there are; S above zero, in the same kind
    of money as income.
    """
    received, paid = money(income=income, spending=spending)
    offered = not_negative(received, "income") * (1 - share_of_one(surplus_rate, "surplus_rate"))
    return not_negative(beds, "beds") * offered / positive(paid, "spending")


@frozen(kw_only=True)
class FundScope:
    """The formula's four elements in one scope: which services, schemes, settlement and head count.

    Attributes
    ----------
    income : I; ratio : r = S / M; cost_per_bed : c = M / B; insured : N
        Exact; None where nobody knows. Money in the same kind throughout.
    """

    name: str
    income: Fraction | None
    ratio: Fraction | None
    cost_per_bed: Fraction | None
    insured: Fraction | None


def fund_scope(
    name: str, *, income: Number | None, spending: Number | None, cost: Number | None, beds: Number | None,
    insured: Number | None,
) -> FundScope:
    """A scope from its flows: r = S / M and c = M / B, each known when both of its parts are.

    In such a scope the formula is ``affordable_beds`` per 1000 insured, whatever M: the medical cost cancels.
    """
    paid, billed, held = (None if v is None else exact(v) for v in (spending, cost, beds))
    return FundScope(
        name=name, income=None if income is None else exact(income), insured=None if insured is None else exact(insured),
        ratio=None if paid is None or billed is None else paid / positive(billed, "cost"),
        cost_per_bed=None if billed is None or held is None else billed / positive(held, "beds"),
    )


@frozen(kw_only=True)
class ScopeMix:
    """The formula with some elements taken from another scope.

    Attributes
    ----------
    other, taken
        The other scope, and which of `ELEMENTS` come from it; none in the reference row.
    per_1000, beds
        Affordable beds per 1000 insured and in all; None when an element is not known.
    times
        ``per_1000`` against the reference row.
    consistent
        Whether every element that differs between the two scopes comes from one of them.
    """

    other: str
    taken: tuple[str, ...]
    per_1000: Fraction | None
    beds: Fraction | None
    times: Fraction | None
    consistent: bool


def scope_table(scopes: Sequence[FundScope], surplus_rate: Number) -> tuple[ScopeMix, ...]:
    """How the number changes when elements are taken from other scopes; the first scope is the reference.

    One row for the reference, then for each other scope every mixture of the elements in which the two
    differ, its own consistent row last. Elements that the other scope does not know are left with the
    reference, and its consistent row is then None: half a scope is not that scope.

    Notes
    -----
    Shenyang's plan names no scope for any element. One consistent scope reduces to B × I × (1 − s) / S;
    a mixed one does not, and the table says by how much.
    """
    kept = 1 - share_of_one(surplus_rate, "surplus_rate")
    reference, others = scopes[0], scopes[1:]
    base = _affordable(reference, reference, (), kept)
    rows = [ScopeMix(other=reference.name, taken=(), per_1000=base[0], beds=base[1], times=Fraction(1) if base[0] else None,
                     consistent=True)]
    rows += [_mix(reference, other, taken, kept, base[0]) for other in others for taken in _mixtures(reference, other)]
    return tuple(rows)


def _mixtures(reference: FundScope, other: FundScope) -> Iterator[tuple[str, ...]]:
    """Elements to take from ``other``: fewest first, all that differ last."""
    differing = [name for name in ELEMENTS if getattr(other, name) != getattr(reference, name)]
    known = [name for name in differing if getattr(other, name) is not None]
    chosen = (taken for size in range(1, len(known) + 1) for taken in combinations(known, size))
    yield from (taken for taken in chosen if taken != tuple(differing))
    yield tuple(differing)


def _mix(reference: FundScope, other: FundScope, taken: tuple[str, ...], kept: Fraction, base: Fraction | None) -> ScopeMix:
    per_1000, beds = _affordable(reference, other, taken, kept)
    differing = tuple(name for name in ELEMENTS if getattr(other, name) != getattr(reference, name))
    times = per_1000 / base if per_1000 is not None and base else None
    return ScopeMix(other=other.name, taken=taken, per_1000=per_1000, beds=beds, times=times, consistent=taken == differing)


def _affordable(
    reference: FundScope, other: FundScope, taken: tuple[str, ...], kept: Fraction
) -> tuple[Fraction | None, Fraction | None]:
    values = [getattr(other if name in taken else reference, name) for name in ELEMENTS]
    if any(value is None for value in values):
        return None, None
    income, ratio, cost_per_bed, insured = values
    offered = not_negative(income, "income") * kept / positive(share_of_one(ratio, "ratio"), "ratio")
    beds = offered / positive(cost_per_bed, "cost_per_bed")
    return beds * 1000 / positive(insured, "insured"), beds
