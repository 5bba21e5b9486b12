"""Bed formulas are exact; nothing is filled in and nothing is divided by nobody."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.methods import beds

counts = st.integers(0, 10**6)
persons = st.integers(1, 10**8)
norms = st.decimals(0, 20, places=2)


def test_beds_per_1000_is_exact():
    assert beds.per_1000(597, 100_000) == Fraction(597, 100)


@given(norms, persons)
def test_need_and_per_1000_are_inverse(norm, people):
    assert beds.per_1000(beds.need(norm, people), people) == Fraction(norm)


def test_the_need_of_a_decimal_norm_has_no_binary_noise():
    assert beds.need(5.97, 3_000_000) == 17910


@given(norms, persons, persons)
def test_need_adds_up_over_areas(norm, one, two):
    assert beds.need(norm, one) + beds.need(norm, two) == beds.need(norm, one + two)


@pytest.mark.parametrize(("count", "over", "under"), [(6999, 0, 1), (7000, 0, 0), (7001, 1, 0)])
def test_below_at_and_above_the_norm(count, over, under):
    assert beds.beds_over_norm(count, 7, 1_000_000) == over
    assert beds.beds_under_norm(count, 7, 1_000_000) == under
    assert beds.gap(count, beds.need(7, 1_000_000)) == over - under


@pytest.mark.parametrize("bad", [0, -1])
def test_beds_per_nobody_are_refused(bad):
    with pytest.raises(ValueError, match="persons must be above zero"):
        beds.per_1000(10, bad)


def test_negative_counts_are_refused():
    with pytest.raises(ValueError, match="count must be zero or more"):
        beds.per_1000(-1, 1000)
    with pytest.raises(ValueError, match="norm must be zero or more"):
        beds.need(-1, 1000)


@given(st.dictionaries(st.sampled_from("abcd"), counts, min_size=1).filter(lambda d: sum(d.values()) > 0))
def test_tier_shares_add_up_to_one_and_do_not_depend_on_the_scale(by_tier):
    shares = beds.tier_shares(by_tier)
    assert sum(shares.values()) == 1
    assert beds.tier_shares({tier: 3 * count for tier, count in by_tier.items()}) == shares


def test_a_split_without_beds_has_no_shares():
    with pytest.raises(ValueError, match="beds of all tiers together must be above zero"):
        beds.tier_shares({"tertiary": 0, "secondary": 0})


def test_the_gap_of_a_tier_comes_in_points_and_in_beds():
    there = {"tertiary": 620, "secondary": 250, "primary": 130}
    gaps = beds.tier_gaps(there, {"tertiary": 60, "secondary": 25, "primary": 15})
    assert {tier: gap.points for tier, gap in gaps.items()} == {"tertiary": 2, "secondary": 0, "primary": -2}
    assert {tier: gap.surplus for tier, gap in gaps.items()} == {
        "tertiary": 20,
        "secondary": 0,
        "primary": -20,
    }


def test_three_to_one_to_one_is_sixty_twenty_twenty():
    there = {"a": 1, "b": 1, "c": 1}
    assert beds.tier_gaps(there, {"a": 3, "b": 1, "c": 1}) == beds.tier_gaps(
        there, {"a": 60, "b": 20, "c": 20}
    )


def test_a_split_must_name_the_tiers_that_there_are():
    with pytest.raises(ValueError, match=r"tiers differ: beds \['a'\], ratio \['b'\]"):
        beds.tier_gaps({"a": 1}, {"b": 1})


@pytest.mark.parametrize(("average", "counted"), [(114, 114), (115, 115), (116, 115)])
def test_insured_beds_stop_at_the_factor_times_the_approved_ones(average, counted):
    assert beds.insured_beds(average, 100, 1.15) == counted
