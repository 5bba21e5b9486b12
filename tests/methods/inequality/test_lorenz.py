"""Gini coefficients agree with double sums and closed forms, and do not move when nothing about the sharing moves."""

import itertools
import math
import random

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.methods.inequality.columns import REFUSED, columns, rows, shares

from dingdian.methods.inequality import dissimilarity, gini, gini_forms, lorenz


def double_sum(values, weights):
    """Gini's mean difference over twice the mean, pair by pair."""
    whole = sum(weights)
    middle = sum(v * w for v, w in zip(values, weights)) / whole
    pairs = itertools.product(zip(values, weights), repeat=2)
    return sum(w * x * abs(v - u) for (v, w), (u, x) in pairs) / (2 * middle * whole**2)


def trapezoids(values, weights):
    """1 − Σ (P_i − P_{i−1})(L_i + L_{i−1}) over units in order of their level."""
    order = sorted(range(len(values)), key=lambda unit: values[unit])
    people, held = shares(values, weights)
    found, below = 1.0, 0.0
    for unit in order:
        found -= people[unit] * (2 * below + held[unit])
        below += held[unit]
    return found


@given(rows())
def test_the_coefficient_is_that_of_pairs_and_that_of_trapezoids(table):
    values, weights = columns(table)
    found = gini(values, weights)
    assert found == pytest.approx(double_sum(values, weights), abs=1e-12)
    assert found == pytest.approx(trapezoids(values, weights), abs=1e-12)


@given(rows())
def test_it_is_one_less_twice_the_area_under_the_curve(table):
    values, weights = columns(table)
    curve = lorenz(values, weights)
    area = np.sum(np.diff(curve.weight_share) * (curve.resource_share[1:] + curve.resource_share[:-1])) / 2
    assert gini(values, weights) == pytest.approx(1 - 2 * area, abs=1e-12)


@given(rows())
def test_the_curve_runs_from_corner_to_corner_and_bends_upwards(table):
    curve = lorenz(*columns(table))
    across, up = curve.weight_share, curve.resource_share
    assert (across[0], up[0], across[-1], up[-1]) == (0.0, 0.0, 1.0, 1.0)
    assert (np.diff(across) >= 0).all()
    assert (np.diff(up) >= 0).all()
    assert (up <= across + 1e-12).all()


@given(rows(), st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_the_units_of_the_resource_and_of_the_weight_do_not_matter(table, scale, heads):
    values, weights = columns(table)
    assert gini([v * scale for v in values], [w * heads for w in weights]) == pytest.approx(gini(values, weights), abs=1e-12)


@given(rows(), st.integers(2, 4))
def test_a_population_repeated_is_as_uneven_as_once(table, times):
    values, weights = columns(table)
    assert gini(values * times, weights * times) == pytest.approx(gini(values, weights), abs=1e-12)


@given(rows(), st.integers(0, 7))
def test_splitting_a_unit_into_two_of_its_level_changes_nothing(table, place):
    values, weights = columns(table)
    place %= len(values)
    halved = [*weights[:place], weights[place] / 2, *weights[place + 1:], weights[place] / 2]
    assert gini([*values, values[place]], halved) == pytest.approx(gini(values, weights), abs=1e-12)


@given(rows(), st.randoms(use_true_random=False))
def test_the_order_of_the_units_does_not_matter_to_the_last_bit(table, chance):
    shuffled = chance.sample(table, len(table))
    assert gini(*columns(shuffled)) == gini(*columns(table))


@given(rows())
def test_it_lies_between_zero_and_one_less_the_smallest_share(table):
    values, weights = columns(table)
    people, _ = shares(values, weights)
    smallest = min(share for share in people if share > 0)
    assert 0 <= gini(values, weights) <= 1 - smallest + 1e-12
    assert 0 <= dissimilarity(values, weights) <= gini(values, weights) + 1e-12


@given(st.floats(1e-3, 1e6), st.lists(st.floats(1e-2, 1e6), min_size=1, max_size=9))
def test_equal_levels_are_exactly_even(level, weights):
    assert gini([level] * len(weights), weights) == 0
    assert dissimilarity([level] * len(weights), weights) == 0


@given(st.floats(1e-3, 1e6), st.lists(st.floats(1e-2, 1e6), min_size=1, max_size=9), st.sampled_from([0.0, 1e9]))
def test_nor_does_a_unit_of_weight_zero_disturb_exact_evenness(level, weights, elsewhere):
    assert dissimilarity([*[level] * len(weights), elsewhere], [*weights, 0]) == 0


@given(rows())
def test_a_unit_of_weight_zero_counts_for_nothing(table):
    values, weights = columns(table)
    assert gini([*values, 1e9], [*weights, 0]) == pytest.approx(gini(values, weights), abs=1e-12)


@given(rows())
def test_levelling_down_to_the_mean_takes_a_dissimilarity_of_the_resource(table):
    values, weights = columns(table)
    people, held = shares(values, weights)
    moved = sum(max(y - p, 0.0) for p, y in zip(people, held))
    assert dissimilarity(values, weights) == pytest.approx(moved, abs=1e-12)


@given(rows(size=6), st.integers(0, 5), st.integers(0, 5), st.floats(0.01, 0.49))
def test_a_transfer_from_more_to_less_never_makes_it_more_uneven(table, one, other, part):
    values, weights = [v for v, _ in table], [1.0] * len(table)
    low, high = sorted((one % len(values), other % len(values)), key=lambda unit: values[unit])
    assume(any(values) and low != high)
    moved = list(values)
    given_away = (values[high] - values[low]) * part
    moved[low], moved[high] = moved[low] + given_away, moved[high] - given_away
    assert gini(moved, weights) <= gini(values, weights) + 1e-12


# --- values that can be had by hand -----------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [2, 3, 5, 10, 100])
def test_the_first_n_numbers_have_n_less_one_over_three_n(n):
    # Σ Σ |i − j| = n(n² − 1)/3 and the mean is (n + 1)/2, so G = (n − 1)/3n; corrected for n units it is a third
    assert gini(range(1, n + 1), [1] * n) == pytest.approx((n - 1) / (3 * n), rel=1e-14)
    assert gini(range(1, n + 1), [1] * n, form="sample") == pytest.approx(1 / 3, rel=1e-14)


@pytest.mark.parametrize("n", [2, 5, 50])
def test_where_one_of_n_has_all_it_is_one_less_a_share(n):
    assert gini([0] * (n - 1) + [7], [1] * n) == pytest.approx(1 - 1 / n, rel=1e-14)
    assert gini([0] * (n - 1) + [7], [1] * n, form="sample") == pytest.approx(1, rel=1e-14)


def test_two_groups_have_the_difference_of_their_shares():
    # a fifth of the people with half of the beds: G = 0.5 − 0.2, and so is the share to be moved
    assert gini([0.5 / 0.2, 0.5 / 0.8], [20, 80]) == pytest.approx(0.3, rel=1e-14)
    assert dissimilarity([0.5 / 0.2, 0.5 / 0.8], [20, 80]) == pytest.approx(0.3, rel=1e-14)


def test_fine_quantiles_come_near_the_closed_forms():
    n = 200_000
    middle = (np.arange(n) + 0.5) / n
    alike = np.ones(n)
    assert gini(middle, alike) == pytest.approx(1 / 3, abs=1e-9)                       # uniform on 0…1
    assert gini(-np.log1p(-middle), alike) == pytest.approx(1 / 2, abs=1e-4)           # exponential
    assert gini((1 - middle) ** (-1 / 3), alike) == pytest.approx(1 / 5, abs=1e-3)     # Pareto, α = 3: 1/(2α − 1)


def test_lognormal_levels_have_the_error_function_of_half_their_spread():
    from scipy.special import ndtri

    n = 200_000
    levels = np.exp(0.6 * ndtri((np.arange(n) + 0.5) / n))
    assert gini(levels, np.ones(n)) == pytest.approx(math.erf(0.6 / 2), abs=1e-4)


def test_the_curve_of_a_small_table():
    # 4 beds for 2 (thousand) people, 6 for 2, 20 for 4: a half of the people have a third of the beds
    curve = lorenz([2, 3, 5], [2, 2, 4])
    assert curve.weight_share.tolist() == [0, 0.25, 0.5, 1]
    assert curve.resource_share.tolist() == pytest.approx([0, 4 / 30, 10 / 30, 1])
    assert gini([2, 3, 5], [2, 2, 4]) == pytest.approx(11 / 60)  # 1 − ¼·4/30 − ¼·14/30 − ½·40/30


def test_by_people_and_by_area_are_two_answers():
    # the same beds: spread as the people are, and piled up on a tenth of the land
    beds, people, area = np.array([90.0, 10.0]), np.array([9000.0, 1000.0]), np.array([10.0, 90.0])
    assert gini(beds / people, people) == 0
    assert gini(beds / area, area) == pytest.approx(0.8)


# --- bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("values", "weights", "why"), REFUSED)
@pytest.mark.parametrize("measure", [gini, lorenz, dissimilarity])
def test_columns_that_say_nothing_are_refused(measure, values, weights, why):
    with pytest.raises(ValueError, match=why):
        measure(values, weights)


@pytest.mark.parametrize(("units", "accepted"), [(1, False), (2, True), (3, True)])
def test_the_sample_form_needs_two_units(units, accepted):
    values = list(range(1, units + 1))
    assert gini(values, [1] * units) >= 0
    if accepted:
        assert gini(values, [1] * units, form="sample") == pytest.approx(1 / 3)
    else:
        with pytest.raises(ValueError, match="two units"):
            gini(values, [1] * units, form="sample")


def test_units_without_weight_are_no_units_of_the_sample():
    assert gini([1, 2, 3, 9], [1, 1, 1, 0], form="sample") == pytest.approx(1 / 3)


def test_one_unit_is_even_and_its_curve_is_the_diagonal():
    assert gini([4], [10]) == 0
    assert lorenz([4], [10]).resource_share.tolist() == [0, 1]


def test_an_unknown_form_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="population, sample"):
        gini([1, 2], [1, 1], form="unbiased")
    assert [form.id for form in gini_forms()] == ["population", "sample"]


def test_large_numbers_stay_within_range():
    assert gini([1e300, 3e300], [1e308, 1e308]) == pytest.approx(0.25)


def test_many_units_take_no_pairs():
    chance = random.Random(4)
    values, weights = ([chance.random() for _ in range(100_000)] for _ in range(2))
    assert gini(values, weights) == pytest.approx(1 / 3, abs=0.01)
