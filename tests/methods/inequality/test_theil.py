"""Theil indices are the sum of their parts, in every convention, and agree with the formulas written out."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.methods.inequality.columns import REFUSED, columns, positive_rows, rows, shares

from dingdian.methods.inequality import theil, theil_conventions

NAMES = [convention.id for convention in theil_conventions()]
BY_PEOPLE = ["population_log10", "mean_log_deviation"]


def written_out(values, weights, convention):
    """The formula of each convention as `theil_conventions` prints it, term by term."""
    if convention == "unweighted":
        weights = [1] * len(values)
    p, y = shares(values, weights)
    if convention in ("textbook", "unweighted"):
        return sum(b * math.log(b / a) for a, b in zip(p, y) if b)
    logarithm = math.log10 if convention == "population_log10" else math.log
    return sum(a * logarithm(a / b) for a, b in zip(p, y) if a)


@pytest.mark.parametrize("convention", NAMES)
@given(table=positive_rows)
def test_each_convention_is_its_formula(convention, table):
    values, weights = columns(table)
    found = theil(values, weights, convention=convention)
    assert found.total == pytest.approx(written_out(values, weights, convention), abs=1e-12)
    assert math.fsum(found.terms) == pytest.approx(found.total, abs=1e-12)


@pytest.mark.parametrize("convention", NAMES)
@given(table=st.lists(st.tuples(st.floats(1e-3, 1e4), st.floats(1e-2, 1e6), st.sampled_from("abc")), min_size=1, max_size=10),
       base=st.sampled_from([None, 2.0, math.e, 10.0]))
def test_the_total_is_what_lies_between_groups_and_what_lies_within(convention, table, base):
    values, weights, groups = columns(table)
    found = theil(values, weights, groups=groups, base=base, convention=convention)
    assert found.between + found.within == pytest.approx(found.total, rel=1e-12, abs=1e-14)
    assert sum(part.between for part in found.groups) == pytest.approx(found.between, abs=1e-14)
    assert sum(part.within for part in found.groups) == pytest.approx(found.within, abs=1e-14)
    assert [part.group for part in found.groups] == list(dict.fromkeys(groups))
    assert sum(part.weight_share for part in found.groups) == pytest.approx(1)
    assert sum(part.resource_share for part in found.groups) == pytest.approx(1)


@given(rows(st.sampled_from("ab")))
def test_zeros_and_empty_units_keep_the_sum(table):
    values, weights, groups = columns(table)
    found = theil(values, weights, groups=groups)
    assert found.between + found.within == pytest.approx(found.total, rel=1e-12, abs=1e-13)


@given(st.lists(st.tuples(st.floats(1e-3, 1e4), st.floats(1e-2, 1e6), st.sampled_from("ab")), min_size=1, max_size=8))
def test_what_lies_inside_a_group_is_its_own_index(table):
    values, weights, groups = columns(table)
    for convention in ("textbook", *BY_PEOPLE):
        for part in theil(values, weights, groups=groups, convention=convention).groups:
            own = [(v, w) for v, w, name in table if name == part.group]
            assert part.inside == pytest.approx(theil(*columns(own), convention=convention).total, rel=1e-9, abs=1e-14)


@given(positive_rows)
def test_one_group_is_all_within_and_a_group_each_is_all_between(table):
    values, weights = columns(table)
    together = theil(values, weights, groups=["all"] * len(values))
    apart = theil(values, weights, groups=range(len(values)))
    assert (together.between, apart.within) == (0, 0)
    assert together.within == pytest.approx(together.total, rel=1e-12, abs=1e-14)
    assert apart.between == pytest.approx(apart.total, rel=1e-12, abs=1e-14)


@given(rows(), st.floats(1e-3, 1e3))
def test_the_unit_of_the_resource_does_not_matter_and_a_population_repeated_is_as_uneven(table, scale):
    values, weights = columns(table)
    once = theil(values, weights).total
    assert theil([v * scale for v in values], weights).total == pytest.approx(once, abs=1e-12)
    assert theil(values * 3, weights * 3).total == pytest.approx(once, abs=1e-12)


@given(rows())
def test_the_textbook_index_lies_between_zero_and_the_logarithm_of_one_over_the_smallest_share(table):
    values, weights = columns(table)
    smallest = min(share for share in shares(values, weights)[0] if share > 0)
    assert 0 <= theil(values, weights).total <= -math.log(smallest) + 1e-12


@given(positive_rows, st.sampled_from(NAMES))
def test_a_base_only_divides_by_its_logarithm(table, convention):
    values, weights = columns(table)
    natural = theil(values, weights, base=math.e, convention=convention).total
    assert theil(values, weights, base=10, convention=convention).total == pytest.approx(natural / math.log(10), abs=1e-14)


@given(positive_rows)
def test_the_form_of_chinese_papers_is_the_mean_log_deviation_with_common_logarithms(table):
    values, weights = columns(table)
    common = theil(values, weights, convention="population_log10")
    assert common.total == pytest.approx(theil(values, weights, convention="mean_log_deviation").total / math.log(10), abs=1e-14)
    assert common.base == 10


@given(st.floats(1e-3, 1e6), st.lists(st.floats(1e-2, 1e6), min_size=1, max_size=9), st.sampled_from(NAMES))
def test_equal_levels_are_exactly_even_and_nobody_contributes(level, weights, convention):
    found = theil([level] * len(weights), weights, groups=[0] * len(weights), convention=convention)
    assert (found.total, found.between, found.within) == (0, 0, 0)
    assert (found.terms_percent, found.between_percent, found.within_percent) == (None, None, None)
    assert found.groups[0].within_percent is None


@given(st.lists(st.tuples(st.integers(-9, 9), st.floats(1e-2, 1e6), st.sampled_from("ab")), min_size=2, max_size=6), st.sampled_from(NAMES))
def test_rounding_never_makes_it_negative(table, convention):
    steps, weights, groups = columns(table)
    found = theil([1 + step * 2.0**-52 for step in steps], weights, groups=groups, convention=convention)
    assert found.total >= 0
    assert found.between >= 0
    assert found.within >= 0


@given(rows(), st.randoms(use_true_random=False))
def test_the_order_of_the_units_does_not_matter_to_the_last_bit(table, chance):
    shuffled = chance.sample(table, len(table))
    assert theil(*columns(shuffled)).total == theil(*columns(table)).total


# --- values that can be had by hand -----------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [2, 5, 50])
def test_where_one_of_n_has_all_it_is_the_logarithm_of_n(n):
    assert theil([0] * (n - 1) + [7], [1] * n).total == pytest.approx(math.log(n), rel=1e-14)


def test_a_small_table_in_every_convention():
    # a fifth of the people with half of the beds: y/p = 5/2 and 5/8
    values, weights = [5, 1.25], [20, 80]
    assert theil(values, weights).total == pytest.approx(0.5 * math.log(2.5) + 0.5 * math.log(0.625))
    assert theil(values, weights).total == pytest.approx(0.2231435513, abs=1e-10)  # ½ ln 1.5625 = ln 1.25
    assert theil(values, weights, convention="mean_log_deviation").total == pytest.approx(0.8 * math.log(1.6) - 0.2 * math.log(2.5))
    assert theil(values, weights, convention="population_log10").total == pytest.approx(0.8 * math.log10(1.6) - 0.2 * math.log10(2.5))
    assert theil(values, weights, convention="unweighted").total == pytest.approx(0.8 * math.log(1.6) + 0.2 * math.log(0.4))


def test_contributions_in_per_cent():
    found = theil([4, 4, 2, 1], [1, 1, 1, 1], groups=["city", "city", "county", "county"])
    assert found.between_percent + found.within_percent == pytest.approx(100)
    assert sum(found.terms_percent) == pytest.approx(100)
    assert found.groups[0].within_percent == 0
    assert found.groups[1].within_percent == pytest.approx(found.within_percent)
    # between: 8/11 ln(16/11) + 3/11 ln(6/11); within the county: 3/11 × (⅔ ln 4/3 + ⅓ ln ⅔)
    assert found.between == pytest.approx(8 / 11 * math.log(16 / 11) + 3 / 11 * math.log(6 / 11))
    assert found.within == pytest.approx(3 / 11 * (2 / 3 * math.log(4 / 3) + 1 / 3 * math.log(2 / 3)))


@pytest.mark.parametrize(("quantile", "by_resource", "by_people"), [
    (lambda u: u, math.log(2) - 0.5, 1 - math.log(2)),                     # uniform on 0…1
    (lambda u: -np.log1p(-u), 1 - np.euler_gamma, np.euler_gamma),         # exponential
])
def test_fine_quantiles_come_near_the_closed_forms(quantile, by_resource, by_people):
    n = 200_000
    levels, alike = quantile((np.arange(n) + 0.5) / n), np.ones(n)
    assert theil(levels, alike).total == pytest.approx(by_resource, abs=1e-4)
    assert theil(levels, alike, convention="mean_log_deviation").total == pytest.approx(by_people, abs=1e-4)


def test_lognormal_levels_have_half_their_variance_in_both_forms():
    from scipy.special import ndtri

    n = 200_000
    levels, alike = np.exp(0.6 * ndtri((np.arange(n) + 0.5) / n)), np.ones(n)
    for convention in ("textbook", "mean_log_deviation"):
        assert theil(levels, alike, convention=convention).total == pytest.approx(0.18, abs=1e-4)


# --- zeros, one unit, bad input ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("convention", BY_PEOPLE)
def test_a_unit_without_any_has_no_logarithm_by_people(convention):
    with pytest.raises(ValueError, match=r"position 1 is zero.*textbook"):
        theil([1, 0], [1, 1], convention=convention)
    assert theil([1, 0], [1, 0], convention=convention).total == 0  # nobody lives there


def test_a_unit_without_any_has_its_limit_in_the_textbook():
    found = theil([2, 0], [1, 1])
    assert found.terms.tolist() == [pytest.approx(math.log(2)), 0]


def test_a_group_without_any_and_a_group_without_people_have_no_index_of_their_own():
    found = theil([3, 1, 0, 5], [1, 1, 1, 0], groups=["a", "a", "none", "nobody"])
    empty, desert = found.groups[1:]
    assert (empty.inside, empty.within, empty.between) == (None, 0, 0)
    assert (desert.inside, desert.weight_share, desert.resource_share) == (None, 0, 0)
    assert found.between + found.within == pytest.approx(found.total)


def test_counted_units_count_once_even_where_nobody_lives():
    assert theil([1, 4], [1, 0], convention="unweighted").total == pytest.approx(theil([1, 4], [1, 1]).total)


@pytest.mark.parametrize("convention", NAMES)
def test_one_unit_is_even(convention):
    found = theil([4], [10], convention=convention)
    assert (found.total, found.between, found.within, found.groups) == (0, None, None, ())


@pytest.mark.parametrize("convention", NAMES)
@pytest.mark.parametrize(("values", "weights", "why"), REFUSED)
def test_columns_that_say_nothing_are_refused(convention, values, weights, why):
    with pytest.raises(ValueError, match=why):
        theil(values, weights, convention=convention)


@pytest.mark.parametrize(("base", "accepted"), [(0.5, False), (1, False), (1.0001, True), (float("nan"), False), (float("inf"), False), (-2, False)])
def test_a_base_is_above_one(base, accepted):
    if accepted:
        assert theil([1, 2], [1, 1], base=base).base == base
    else:
        with pytest.raises(ValueError, match="above 1"):
            theil([1, 2], [1, 1], base=base)


@pytest.mark.parametrize(("groups", "why"), [(["a"], "one length"), (["a", None], "no group"), (["a", float("nan")], "no group")])
def test_every_unit_has_a_group(groups, why):
    with pytest.raises(ValueError, match=why):
        theil([1, 2], [1, 1], groups=groups)


def test_an_unknown_convention_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="textbook, population_log10"):
        theil([1, 2], [1, 1], convention="ours")


def test_conventions_say_what_they_are_in_both_languages():
    for convention in theil_conventions():
        assert all((convention.name.zh, convention.name.en, convention.met.zh, convention.met.en, convention.zeros.zh, convention.formula))
        assert theil([1, 2], [1, 1], convention=convention.id).convention is convention
