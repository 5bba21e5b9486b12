"""Figures of bed use: their definitions, and the identities that tie them together."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.methods import beds

counts = st.integers(0, 10**7)
above = st.integers(1, 10**7)
periods = st.sampled_from([28, 90, 181, 365, 366])


def test_average_open_beds_take_the_days_of_the_period():
    assert beds.average_open(36_600, 366) == 100


@pytest.mark.parametrize(("occupied", "share"), [(0, 0), (79, Fraction(79, 100)), (100, 1), (110, Fraction(11, 10))])
def test_occupancy_is_a_share_of_open_bed_days(occupied, share):
    assert beds.occupancy(occupied, 100) == share


def test_a_year_of_a_hospital_by_hand():
    """100 beds open all 365 days, 29,200 days occupied by 3,650 discharged: 80 %, 36.5 turns, 8 days, 2 days empty, 292 days at work."""
    found = beds.bed_use(discharges=3650, occupied_bed_days=29_200, open_bed_days=36_500, days=365)
    assert (found.average_open, found.occupancy, found.turnover, found.working_days) == (100, Fraction(4, 5), Fraction(73, 2), 292)
    assert (found.average_stay, found.turnover_interval, found.stay_of) == (8, 2, "occupied")


def test_the_stay_of_those_discharged_goes_before_the_stand_in():
    found = beds.bed_use(discharges=10, occupied_bed_days=90, open_bed_days=100, days=10, discharged_bed_days=120)
    assert (found.average_stay, found.stay_of) == (12, "discharged")


@given(above, counts, above, periods)
def test_occupancy_times_days_is_turnover_times_stay(discharges, occupied, open_days, days):
    found = beds.bed_use(discharges=discharges, occupied_bed_days=occupied, open_bed_days=open_days, days=days)
    assert found.occupancy * days == found.turnover * found.average_stay == found.working_days


@given(above, counts, above, periods)
def test_stay_and_interval_share_the_days_between_two_patients(discharges, occupied, open_days, days):
    found = beds.bed_use(discharges=discharges, occupied_bed_days=occupied, open_bed_days=open_days, days=days)
    assert found.average_stay + found.turnover_interval == days / found.turnover
    assert (found.turnover_interval < 0) is (found.occupancy > 1)


@given(counts, above, periods)
def test_beds_at_the_occupancy_there_was_are_the_beds_there_were(occupied, open_days, days):
    if occupied and days == 365:
        found = beds.bed_use(discharges=1, occupied_bed_days=occupied, open_bed_days=open_days, days=days)
        assert beds.need_by_bed_days(occupied, found.occupancy) == found.average_open


def test_without_a_discharge_there_is_no_stay():
    found = beds.bed_use(discharges=0, occupied_bed_days=30, open_bed_days=365, days=365)
    assert (found.turnover, found.average_stay, found.turnover_interval) == (0, None, None)


@pytest.mark.parametrize(("call", "said"), [
    (lambda: beds.occupancy(0, 0), "open bed-days must be above zero"),
    (lambda: beds.turnover(1, 0), "average open beds must be above zero"),
    (lambda: beds.average_stay(1, 0), "discharges must be above zero"),
    (lambda: beds.turnover_interval(1, 1, 0), "discharges must be above zero"),
    (lambda: beds.working_days(1, 0), "average open beds must be above zero"),
    (lambda: beds.average_open(1, 0), "days must be above zero"),
    (lambda: beds.bed_use(discharges=-1, occupied_bed_days=1, open_bed_days=1, days=1), "discharges must be zero or more"),
    (lambda: beds.bed_use(discharges=1, occupied_bed_days=float("nan"), open_bed_days=1, days=1), "must be finite"),
])
def test_nothing_is_divided_by_nobody(call, said):
    with pytest.raises(ValueError, match=said):
        call()
