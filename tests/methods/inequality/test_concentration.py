"""The concentration index by covariance, by the convenient regression and by its curve is one number."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.methods.inequality.columns import REFUSED, columns, rows

from dingdian.methods.inequality import (
    concentration_conventions,
    concentration_curve,
    concentration_index,
    gini,
)

ranked = rows(st.integers(0, 5))


def midranks(ranks, weights):
    whole = sum(weights)
    return [(sum(w for r, w in zip(ranks, weights) if r < mine) + sum(w for r, w in zip(ranks, weights) if r == mine) / 2) / whole
            for mine in ranks]


@given(ranked)
def test_it_is_twice_the_covariance_with_the_mid_rank_over_the_mean(table):
    values, weights, ranks = columns(table)
    place = midranks(ranks, weights)
    middle, centre = np.average(values, weights=weights), np.average(place, weights=weights)
    covariance = np.average((np.array(values) - middle) * (np.array(place) - centre), weights=weights)
    assert concentration_index(values, ranks, weights) == pytest.approx(2 * covariance / middle, abs=1e-12)


@given(ranked)
def test_it_is_the_slope_of_the_convenient_regression(table):
    values, weights, ranks = columns(table)
    place, w = np.array(midranks(ranks, weights)), np.array(weights)
    spread = np.average((place - 0.5) ** 2, weights=w)
    assume(spread > 1e-6)
    left = 2 * spread * np.array(values) / np.average(values, weights=w)
    design = np.column_stack([np.ones(len(w)), place]) * np.sqrt(w)[:, None]
    slope = np.linalg.lstsq(design, left * np.sqrt(w), rcond=None)[0][1]
    assert concentration_index(values, ranks, weights) == pytest.approx(slope, abs=1e-7)


@given(ranked)
def test_it_is_one_less_twice_the_area_under_its_curve(table):
    values, weights, ranks = columns(table)
    curve = concentration_curve(values, ranks, weights)
    area = np.sum(np.diff(curve.weight_share) * (curve.resource_share[1:] + curve.resource_share[:-1])) / 2
    assert concentration_index(values, ranks, weights) == pytest.approx(1 - 2 * area, abs=1e-12)


@given(rows())
def test_ranked_by_itself_a_level_has_its_gini_coefficient(table):
    values, weights = columns(table)
    assert concentration_index(values, values, weights) == pytest.approx(gini(values, weights), abs=1e-12)


@given(ranked)
def test_the_reverse_order_has_the_opposite_sign_and_no_order_exceeds_the_gini_coefficient(table):
    values, weights, ranks = columns(table)
    found = concentration_index(values, ranks, weights)
    assert concentration_index(values, [-r for r in ranks], weights) == pytest.approx(-found, abs=1e-12)
    assert abs(found) <= gini(values, weights) + 1e-12


@given(ranked, st.floats(0.1, 10))
def test_only_the_order_of_the_ranks_counts(table, stretch):
    values, weights, ranks = columns(table)
    found = concentration_index(values, ranks, weights)
    assert concentration_index(values, [stretch * r - 3 for r in ranks], weights) == found


@given(rows())
def test_where_nobody_ranks_before_another_it_is_exactly_zero(table):
    values, weights = columns(table)
    assert concentration_index(values, [1] * len(values), weights) == pytest.approx(0, abs=1e-15)


@given(st.floats(1e-3, 1e6), st.lists(st.tuples(st.floats(1e-2, 1e6), st.integers(0, 9)), min_size=1, max_size=9))
def test_equal_levels_are_exactly_even(level, table):
    weights, ranks = columns(table)
    assert concentration_index([level] * len(weights), ranks, weights) == 0


def test_under_five_deaths_in_india_by_wealth_as_published():
    # O'Donnell, van Doorslaer, Wagstaff & Lindelow (2008), Analyzing Health Equity Using Household Survey Data, World Bank,
    # chapter on the concentration index: births 1982–92 and under-five deaths per 1000 births, poorest fifth first
    births, deaths = [29939, 28776, 26528, 24689, 19739], [154.7, 152.9, 119.5, 86.9, 54.3]
    assert sum(births) == 129671
    assert round(concentration_index(deaths, range(5), births), 4) == -0.1694
    curve = concentration_curve(deaths, range(5), births)
    p, up = curve.weight_share[1:], curve.resource_share[1:]
    assert [round(float(p[t] * up[t + 1] - p[t + 1] * up[t]), 4) for t in range(4)] == [-0.0008, -0.0267, -0.0592, -0.0827]


def test_the_sign_says_who_has_more():
    assert concentration_index([1, 2, 3], [1, 2, 3], [1, 1, 1]) == pytest.approx(2 / 9)   # those who rank high
    assert concentration_index([3, 2, 1], [1, 2, 3], [1, 1, 1]) == pytest.approx(-2 / 9)  # those who rank low


def test_ties_are_one_piece_of_the_curve():
    curve = concentration_curve([1, 3, 2], [1, 1, 2], [1, 1, 2])
    assert curve.weight_share.tolist() == [0, 0.5, 1]
    assert curve.resource_share.tolist() == [0, 0.5, 1]
    assert concentration_index([1, 3, 2], [1, 1, 2], [1, 1, 2]) == 0


def test_normalised_forms_of_a_yes_or_no_variable():
    # two of four are covered, the two who rank high: μ = ½, C = ½
    values, ranks, weights = [0, 0, 1, 1], [1, 2, 3, 4], [1, 1, 1, 1]
    assert concentration_index(values, ranks, weights) == pytest.approx(0.5)
    assert concentration_index(values, ranks, weights, convention="generalised") == pytest.approx(0.25)
    assert concentration_index(values, ranks, weights, convention="wagstaff", bounds=(0, 1)) == pytest.approx(1)
    assert concentration_index(values, ranks, weights, convention="erreygers", bounds=(0, 1)) == pytest.approx(1)


@given(st.lists(st.tuples(st.floats(0.05, 0.95), st.floats(1, 100), st.integers(0, 5)), min_size=2, max_size=8))
def test_corrected_forms_mirror_shares_that_have_and_shares_that_lack(table):
    values, weights, ranks = columns(table)
    for convention in ("wagstaff", "erreygers"):
        having = concentration_index(values, ranks, weights, convention=convention, bounds=(0, 1))
        lacking = concentration_index([1 - v for v in values], ranks, weights, convention=convention, bounds=(0, 1))
        assert having == pytest.approx(-lacking, abs=1e-10)


@pytest.mark.parametrize(("values", "weights", "why"), REFUSED)
def test_columns_that_say_nothing_are_refused(values, weights, why):
    with pytest.raises(ValueError, match=why):
        concentration_index(values, list(range(len(values))), weights)


@pytest.mark.parametrize(("ranks", "why"), [([1], "one length"), ([1, float("nan")], "rank_by must be finite"), ([], "at least one")])
def test_every_unit_has_a_rank(ranks, why):
    for measure in (concentration_index, concentration_curve):
        with pytest.raises(ValueError, match=why):
            measure([1, 2], ranks, [1, 1])


@pytest.mark.parametrize(("convention", "bounds", "why"), [
    ("standard", (0, 1), "to no other"), ("erreygers", None, "need them"), ("wagstaff", (1, 0), "in order"),
    ("erreygers", (0, float("inf")), "finite"), ("erreygers", (0, 0.5), "outside the bounds"),
    ("erreygers", (0.5, 1), "outside the bounds"), ("wagstaff", (0.5, 0.5), "in order"), ("ours", None, "standard, generalised"),
])
def test_bounds_go_with_their_conventions(convention, bounds, why):
    with pytest.raises(ValueError, match=why):
        concentration_index([0.2, 0.8], [1, 2], [1, 1], convention=convention, bounds=bounds)


@pytest.mark.parametrize(("level", "accepted"), [(0.0, False), (0.001, True), (0.999, True), (1.0, False)])
def test_a_mean_at_a_bound_has_no_normalised_index(level, accepted):
    values = [3 + level] * 2  # with all at 0 nobody has any
    if accepted:
        assert concentration_index(values, [1, 2], [1, 1], convention="wagstaff", bounds=(3, 4)) == 0
    else:
        with pytest.raises(ValueError, match="at a bound"):
            concentration_index(values, [1, 2], [1, 1], convention="wagstaff", bounds=(3, 4))


def test_the_conventions_are_listed():
    assert [convention.id for convention in concentration_conventions()] == ["standard", "generalised", "wagstaff", "erreygers"]
