"""Need by cohorts: a worked example by hand, laws of conservation, agreement with need by use, and what it refuses."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.methods.beds import need_by_use
from dingdian.methods.forecast import age_cohort_need

COUNTS = st.lists(st.integers(0, 100_000), min_size=2, max_size=8)


def need(population: list[Any], rate: list[Any], survival: list[Any], entrants: list[Any], **more: Any) -> Any:
    return age_cohort_need(population, rate, survival, entrants, **{"average_stay": 10, "target_occupancy": Fraction(4, 5), **more})


def test_three_ages_and_two_years_by_hand() -> None:
    """1000, 800 and 500 persons; survival 1, 0.9 and 0.5; entrants 900 and 950; two more of the middle age move in each year."""
    found = need([1000, 800, 500], [0.1, 0.2, 0.4], [1, 0.9, 0.5], [900, 950], net_migration=[0, 2, 0],
                 average_stay=[5, 8, 12], inflow=[0, 10, 0], outflow=[3, 0, 0])
    assert found.years[1].persons == (900, 1002, 970)  # 800 × 0.9 + 500 × 0.5
    assert found.years[2].persons == (950, 902, Fraction("1386.8"))  # 1002 × 0.9 + 970 × 0.5
    assert found.years[1].patients == (87, Fraction("210.4"), 388)
    assert found.years[1].bed_days == 435 + Fraction("1683.2") + 4656
    assert found.beds[1] == Fraction("6774.2") / 365 / Fraction(4, 5)
    assert round(float(found.beds[1]), 2) == 23.20


@given(COUNTS, st.integers(0, 10))
def test_with_nobody_dying_or_moving_heads_are_only_added_by_entrants(population: list[int], years: int) -> None:
    found = need(population, [0.1] * len(population), [1] * len(population), [7] * years)
    assert [year.population for year in found.years] == [sum(population) + 7 * t for t in range(years + 1)]


@given(COUNTS)
def test_the_first_year_is_need_by_use(population: list[int]) -> None:
    rate = [Fraction(age + 1, 20) for age in range(len(population))]
    inflow = [3] * len(population)
    by_use = need_by_use(population, rate, 10, Fraction(4, 5), inflow=sum(inflow))
    assert need(population, rate, [1] * len(population), [], inflow=inflow).beds == (by_use,)


@given(COUNTS, st.integers(1, 6))
def test_it_equals_powers_of_the_projection_matrix(population: list[int], years: int) -> None:
    ages = len(population)
    alive = [1 - age / 20 for age in range(ages)]
    step = np.diag(alive[:-1], -1)
    step[-1, -1] = alive[-1]
    found = need(population, [0.1] * ages, alive, [0] * years)
    np.testing.assert_allclose([float(one) for one in found.years[-1].persons], np.linalg.matrix_power(step, years) @ population, rtol=1e-9)


@given(COUNTS, st.integers(2, 5))
def test_need_grows_in_proportion(population: list[int], factor: int) -> None:
    rate, alive = [0.2] * len(population), [0.9] * len(population)
    one, many = need(population, rate, alive, [10, 20]), need([count * factor for count in population], rate, alive, [10 * factor, 20 * factor])
    assert many.beds == tuple(beds * factor for beds in one.beds)


def test_rates_may_be_given_year_by_year() -> None:
    found = need([100, 100], [[0.1, 0.1], [0.2, 0.2]], [1, 1], [0])
    assert [sum(year.patients) for year in found.years] == [20, 40]


def test_five_year_groups_move_up_in_five_year_steps() -> None:
    found = need([100, 100, 100], [0.1, 0.1, 0.1], [1, 1, 0.5], [80, 80], step=5)
    assert [year.year for year in found.years] == [0, 5, 10]
    assert found.years[2].persons == (80, 80, 175)


def test_arrays_are_as_good_as_lists() -> None:
    lists = need([100, 90], [[0.1, 0.2], [0.2, 0.3]], [1, 0.5], [5], average_stay=[4, 6])
    arrays = need(np.array([100, 90]), np.array([[0.1, 0.2], [0.2, 0.3]]), np.array([1, 0.5]), np.array([5]), average_stay=np.array([4, 6]))
    assert arrays == lists


def test_one_open_age_keeps_its_own() -> None:
    assert need([100], [0.1], [0.9], [5, 5]).years[-1].persons == (Fraction("90.5"),)


@pytest.mark.parametrize(("changed", "says"), [
    ({"survival": [1]}, "survival has 1 ages, the population 2"), ({"survival": [1, 1.1]}, "share from 0 to 1"),
    ({"rate": [0.1]}, "admission rate has 1 ages"), ({"rate": [[0.1, 0.1]]}, "for 1 points in time, not 2"), ({"rate": [0.1, -0.1]}, "zero or more"),
    ({"population": []}, "at least one age"), ({"population": [1, float("nan")]}, "finite"), ({"entrants": [0] * 51}, "at most 50"), ({"step": 51}, "at most 50"), ({"step": 0}, "steps of a year"),
    ({"entrants": [-1]}, "entrants must be zero or more"), ({"target_occupancy": 85}, "divide percentages"), ({"target_occupancy": 0}, "above zero"),
    ({"average_stay": [1]}, "average stay has 1 ages"), ({"net_migration": [0]}, "net migration has 1 ages"),
    ({"net_migration": [0, -500]}, "more people move away"), ({"outflow": [0, 50]}, "more patients go elsewhere"), ({"inflow": [1]}, "inflow has 1 ages"),
])
def test_what_it_refuses(changed: dict[str, Any], says: str) -> None:
    given = {"population": [100, 100], "rate": [0.1, 0.1], "survival": [1, 1], "entrants": [0], **changed}
    with pytest.raises(ValueError, match=says):
        need(given.pop("population"), given.pop("rate"), given.pop("survival"), given.pop("entrants"), **given)


@pytest.mark.parametrize(("going", "refused"), [(9, False), (10, False), (11, True)])
def test_as_many_patients_as_there_are_may_go_elsewhere(going: int, refused: bool) -> None:
    if refused:
        with pytest.raises(ValueError, match="elsewhere"):
            need([100], [0.1], [1], [], outflow=[going])
    else:
        assert need([100], [0.1], [1], [], outflow=[going]).years[0].patients == (10 - going,)
