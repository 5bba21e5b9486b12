"""Need by use: admissions by age with patients who come and go, stay, occupancy; the 1994 form is the same thing said otherwise."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.methods import beds

groups = st.lists(st.tuples(st.integers(0, 10**6), st.fractions(0, 1, max_denominator=1000)), min_size=1, max_size=18)
flows = st.integers(0, 10**5)
stays = st.fractions(1, 60, max_denominator=10)
shares = st.fractions(Fraction(1, 10), 1, max_denominator=100)


def test_the_use_method_is_admissions_times_stay_over_days_and_occupancy():
    needed = beds.need_by_use([100_000, 50_000], [0.1, 0.3], 7.3, 0.8, inflow=5000)
    assert needed == Fraction(30_000 * 73, 10) / 365 / Fraction(8, 10)


def test_patients_who_go_elsewhere_need_no_bed_here():
    """10,000 + 15,000 admitted, 5,000 come, 2,000 go: 28,000 patients of 7.3 days are 204,400 bed-days, 560 beds, 700 at 80 %."""
    assert beds.need_by_use([100_000, 50_000], [0.1, 0.3], 7.3, 0.8, inflow=5000, outflow=2000) == 700


@given(groups, flows, stays, shares)
def test_as_many_who_come_as_go_change_nothing(ages, flow, stay, occupancy):
    people, rates = zip(*ages)
    assert beds.need_by_use(people, rates, stay, occupancy, flow, flow) == beds.need_by_use(people, rates, stay, occupancy)


@given(groups, flows, stays, shares)
def test_a_higher_occupancy_needs_fewer_beds(ages, inflow, stay, occupancy):
    people, rates = zip(*ages)
    assert beds.need_by_use(people, rates, stay, occupancy, inflow) >= beds.need_by_use(people, rates, stay, 1, inflow)


@given(groups, flows, stays, shares)
def test_the_1994_form_at_full_turnover_is_the_use_method(ages, inflow, stay, occupancy):
    people, rates = zip(*ages)
    assert beds.need_by_setting_guideline(people, rates, inflow, 0, occupancy, 365 / stay) == beds.need_by_use(
        people, rates, stay, occupancy, inflow)


def test_the_1994_form_divides_patients_by_use_rate_and_turnover():
    assert beds.need_by_setting_guideline([100_000], [0.1], 2000, 500, 0.92, 25) == Fraction(11_500) / 23


@pytest.mark.parametrize(("outflow", "accepted"), [(10_999, True), (11_000, True), (11_001, False)])
def test_no_more_patients_go_than_there_are(outflow, accepted):
    if accepted:
        assert beds.patients([100_000], [0.1], 1000, outflow) == 11_000 - outflow
    else:
        with pytest.raises(ValueError, match="outflow, 11001, is more than the 11000 patients"):
            beds.patients([100_000], [0.1], 1000, outflow)


@pytest.mark.parametrize(("call", "said"), [
    (lambda: beds.need_by_use([1, 2], [0.1], 7, 0.8), "2 age groups but 1 admission rates"),
    (lambda: beds.need_by_use([], [], 7, 0.8), "0 age groups"),
    (lambda: beds.need_by_use([1], [-0.1], 7, 0.8), "admission rate must be zero or more"),
    (lambda: beds.need_by_use([1], [0.1], 0, 0.8), "average stay must be above zero"),
    (lambda: beds.need_by_use([1], [0.1], 7, 0), "target occupancy must be above zero"),
    (lambda: beds.need_by_use([1], [0.1], 7, 0.8, -1), "inflow must be zero or more"),
    (lambda: beds.need_by_use([1], [0.1], 7, 0.8, 0, -1), "outflow must be zero or more"),
    (lambda: beds.need_by_use([float("nan")], [0.1], 7, 0.8), "population must be finite"),
    (lambda: beds.need_by_bed_days(-1, 0.8), "bed-days must be zero or more"),
    (lambda: beds.need_by_setting_guideline([1], [0.1], 0, 0, 0, 25), "bed use rate must be above zero"),
])
def test_bad_inputs_are_named(call, said):
    with pytest.raises(ValueError, match=said):
        call()
