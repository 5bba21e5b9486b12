"""What the fund can carry is exact, in one kind of money, and Shenyang's identity holds."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.methods import fund

fen = st.integers(1, 10**14)
shares = st.fractions(0, 1, max_denominator=1000)


def test_fen_and_yuan_are_never_mixed():
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


def scope(name, income=900, spending=800, cost=1000, beds=50, insured=10_000):
    return fund.fund_scope(name, income=income, spending=spending, cost=cost, beds=beds, insured=insured)


def test_a_consistent_scope_is_income_kept_over_spending_times_beds():
    (row,) = fund.scope_table([scope("inpatient")], Decimal("0.05"))
    assert row.beds == fund.affordable_beds(900, Decimal("0.05"), 800, 50)
    assert row.per_1000 == row.beds * 1000 / 10_000
    assert (row.times, row.consistent, row.taken) == (1, True, ())


@given(fen, fen, fen, st.integers(1, 10**6), st.integers(1, 10**8), shares, st.integers(1, 100))
def test_the_medical_cost_cancels_from_a_consistent_scope(income, spending, more, beds, insured, kept, scale):
    one = fund.fund_scope("a", income=income, spending=spending, cost=spending + more, beds=beds, insured=insured)
    two = fund.fund_scope("b", income=income, spending=spending, cost=(spending + more) * scale, beds=beds, insured=insured)
    rows = [fund.scope_table([s], kept)[0].per_1000 for s in (one, two)]
    assert rows[0] == rows[1] == fund.affordable_beds(income, kept, spending, beds) * 1000 / insured


def test_income_of_all_services_against_inpatient_spending_affords_too_many():
    # half of the spending is inpatient, so half of the income is; the ratio is the same for both
    inpatient = scope("inpatient")
    everything = scope("all", income=1800, spending=1600, cost=2000)
    rows = {row.taken: row for row in fund.scope_table([inpatient, everything], 0) if row.other == "all"}
    assert rows["income",].times == 2
    assert not rows["income",].consistent
    assert rows["income", "cost_per_bed"].times == 1
    assert rows["income", "cost_per_bed"].consistent
    assert list(rows) == [("income",), ("cost_per_bed",), ("income", "cost_per_bed")]


def test_all_eight_mixtures_when_income_ratio_and_cost_differ():
    rows = fund.scope_table([scope("inpatient"), scope("all", income=2000, spending=1500, cost=2400)], 0)
    assert len(rows) == 8
    assert [row.consistent for row in rows].count(True) == 2
    assert len({row.per_1000 for row in rows}) == 8


def test_average_insured_changes_one_element_alone():
    rows = fund.scope_table([scope("year_end"), scope("average", insured=Fraction(8000))], 0)
    assert [(row.taken, row.times, row.consistent) for row in rows[1:]] == [(("insured",), Fraction(5, 4), True)]


def test_a_scope_half_known_has_no_consistent_number():
    employee = scope("employee", income=500, spending=None, cost=None, beds=None, insured=4000)
    rows = fund.scope_table([scope("both"), employee], 0)
    assert [(row.taken, row.per_1000 is None) for row in rows[1:]] == [
        (("income",), False), (("insured",), False), (("income", "insured"), False), (fund.ELEMENTS, True)]
    assert [row.consistent for row in rows[1:]] == [False, False, False, True]


def test_a_reference_without_income_affords_nothing_known():
    (row,) = fund.scope_table([scope("inpatient", income=None)], 0)
    assert (row.per_1000, row.beds, row.times) == (None, None, None)


@pytest.mark.parametrize(("spending", "accepted"), [(999, True), (1000, True), (1001, False)])
def test_a_fund_that_pays_more_than_the_cost_is_refused(spending, accepted):
    if accepted:
        assert fund.scope_table([scope("a", spending=spending)], 0)[0].per_1000 == Fraction(900 * 50 * 1000, spending * 10_000)
    else:
        with pytest.raises(ValueError, match="ratio"):
            fund.scope_table([scope("a", spending=spending)], 0)
