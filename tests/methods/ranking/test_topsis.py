"""TOPSIS and entropy weights: a published example, a plain oracle, the laws, and what has no ideal."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.methods.ranking import entropy_weights, topsis

# Hwang & Yoon (1981), choice of a fighter aircraft: speed, range, payload, cost, reliability, manoeuvrability (the last two on a scale
# of 1 to 9). Low is good for the cost.
AIRCRAFT = [
    [2.0, 1500, 20000, 5.5, 5, 9], [2.5, 2700, 18000, 6.5, 3, 5], [1.8, 2000, 21000, 4.5, 7, 7], [2.2, 1800, 20000, 5.0, 5, 5],
]
AIRCRAFT_BENEFIT = [True, True, True, False, True, True]
AIRCRAFT_WEIGHTS = [0.2, 0.1, 0.1, 0.1, 0.2, 0.3]

tables = st.integers(2, 8).flatmap(lambda n: st.integers(1, 4).flatmap(lambda m: st.tuples(
    st.lists(st.lists(st.integers(1, 9), min_size=m, max_size=m), min_size=n, max_size=n), st.lists(st.booleans(), min_size=m, max_size=m),
    st.lists(st.integers(1, 5), min_size=m, max_size=m))))


def differ(values):
    return any(row != values[0] for row in values)


def plain(values, benefit, weights):
    columns = list(zip(*values))
    whole = sum(weights)
    weighted = [[w / whole * x / math.sqrt(sum(v * v for v in column)) for x in column] for column, w in zip(columns, weights)]
    best = [max(c) if good else min(c) for c, good in zip(weighted, benefit)]
    worst = [min(c) if good else max(c) for c, good in zip(weighted, benefit)]
    up, down = ([math.dist(row, end) for row in zip(*weighted)] for end in (best, worst))
    return [d / (u + d) for u, d in zip(up, down)]


# As printed: the book carries four decimals, cut and not rounded, from step to step.
PRINTED_TO_IDEAL, PRINTED_TO_ANTI_IDEAL = [0.0545, 0.1197, 0.0580, 0.1009], [0.0983, 0.0439, 0.0920, 0.0458]
PRINTED_CLOSENESS = [0.643, 0.268, 0.613, 0.312]


def test_the_distances_of_hwang_and_yoon_to_the_digits_that_the_book_carries():
    found = topsis(AIRCRAFT, AIRCRAFT_WEIGHTS, benefit=AIRCRAFT_BENEFIT)
    assert np.abs(found.to_ideal - PRINTED_TO_IDEAL).max() < 0.0001
    assert np.abs(found.to_anti_ideal - PRINTED_TO_ANTI_IDEAL).max() < 0.0001
    assert found.place.tolist() == [1, 4, 2, 3]


def test_the_closeness_of_hwang_and_yoon_and_the_one_that_its_cut_distances_move():
    """Three of four agree to three decimals; the third is 0.6135, and 0.613 only from the distances as printed, 0.0920 / 0.1500."""
    found = topsis(AIRCRAFT, AIRCRAFT_WEIGHTS, benefit=AIRCRAFT_BENEFIT)
    assert np.round(found.closeness, 3).tolist() == [0.643, 0.268, 0.614, 0.312]
    assert found.closeness[2] == pytest.approx(0.61354, abs=5e-6)
    from_printed = [down / (up + down) for up, down in zip(PRINTED_TO_IDEAL, PRINTED_TO_ANTI_IDEAL)]
    assert np.round(from_printed, 3).tolist() == PRINTED_CLOSENESS


def test_entropy_weights_of_the_aircraft_are_those_of_plain_shannon():
    found = entropy_weights(AIRCRAFT, benefit=AIRCRAFT_BENEFIT, normalisation="sum")
    apart = [1 + sum(x / sum(column) * math.log(x / sum(column)) for x in column) / math.log(4) for column in zip(*AIRCRAFT)]
    assert np.allclose(found.entropy, [1 - part for part in apart])
    assert np.allclose(found.weights, [part / sum(apart) for part in apart])


@given(tables)
def test_closeness_is_that_of_the_plain_oracle(table):
    values, benefit, weights = table
    if not differ(values):
        with pytest.raises(ValueError, match="alike in every indicator"):
            topsis(values, weights, benefit=benefit)
        return
    found = topsis(values, weights, benefit=benefit)
    assert np.allclose(found.closeness, plain(values, benefit, weights), atol=1e-12)
    assert ((found.closeness >= 0) & (found.closeness <= 1)).all()


@given(tables, st.sampled_from(["vector", "minmax", "sum", "max"]), st.sampled_from(["values", "squares"]))
def test_the_best_in_everything_is_1_the_worst_is_0_and_scale_does_not_matter(table, normalisation, weights_on):
    values, benefit, weights = table
    best = [10 if good else 0 for good in benefit]
    worst = [0 if good else 10 for good in benefit]
    more = np.array([best, *values, worst], dtype=float)
    conventions = {"normalisation": normalisation, "weights_on": weights_on}
    found = topsis(more, weights, benefit=benefit, **conventions)
    assert (found.closeness[0], found.closeness[-1]) == (1, 0)
    assert (found.place[0], found.place[-1]) == (1, len(more))
    assert np.allclose(found.closeness, topsis(more * 1e200, weights, benefit=benefit, **conventions).closeness)
    assert np.allclose(found.closeness, topsis(more, [7 * w for w in weights], benefit=benefit, **conventions).closeness)


def test_conventions_by_hand():
    values, benefit = [[1.0, 4.0], [3.0, 1.0]], [True, False]
    # minmax: (0, 1) and (1, 0) with low good in the second: the second unit is best in both.
    assert topsis(values, None, benefit=benefit, normalisation="minmax").closeness.tolist() == [0, 1]
    reciprocal = topsis([[1.0, 4.0], [3.0, 1.0], [2.0, 2.0]], None, benefit=benefit, normalisation="max", low_is_good="reciprocal")
    # 1/4, 1, 1/2 over their largest; third unit (2/3, 1/2): D+ = √(1/9 + 1/4)/2, D− = √(1/9 + 1/16)/2
    up, down = math.sqrt(1 / 9 + 1 / 4), math.sqrt(1 / 9 + 1 / 16)
    assert reciprocal.closeness[2] == pytest.approx(down / (up + down))
    three = [[0.0, 0.0], [1.0, 1.0], [1.0, 0.0]]
    on_values = topsis(three, [3, 1], benefit=[True, True], normalisation="minmax")
    on_squares = topsis(three, [3, 1], benefit=[True, True], normalisation="minmax", weights_on="squares")
    assert on_values.closeness[2] == pytest.approx(3 / 4)
    assert on_squares.closeness[2] == pytest.approx(math.sqrt(3) / (math.sqrt(3) + 1))


def test_a_column_that_is_all_equal_or_all_zero_separates_nobody():
    for equal in (0.0, 5.0):
        for normalisation in ("vector", "minmax", "sum", "max"):
            found = topsis([[1.0, equal], [2.0, equal], [4.0, equal]], None, benefit=[True, True], normalisation=normalisation)
            alone = topsis([[1.0], [2.0], [4.0]], None, benefit=[True], normalisation=normalisation)
            assert np.allclose(found.closeness, alone.closeness)


@pytest.mark.parametrize(("values", "weights", "conventions", "said"), [
    ([[1.0, 2.0]], None, {}, "alike"),
    ([[1.0, 2.0], [1.0, 3.0]], [1, 0], {}, "alike"),
    ([[1.0, 2.0], [1.0, math.nan]], None, {}, "missing"),
    ([[1.0, 2.0], [3.0, 0.0]], None, {"low_is_good": "reciprocal"}, "no reciprocal"),
    ([[-1.0, 2.0], [3.0, 4.0]], None, {"normalisation": "sum"}, "zero or more"),
    ([[-1.0, 2.0], [3.0, 4.0]], None, {"normalisation": "max"}, "zero or more"),
    ([[1.0, 2.0], [3.0, 4.0]], [1], {}, "weights must be 2"),
    ([[1.0, 2.0], [3.0, 4.0]], [0, 0], {}, "not all zero"),
    ([[1.0, 2.0], [3.0, 4.0]], None, {"normalisation": "zscore"}, "normalisation"),
    ([[1.0, 2.0], [3.0, 4.0]], None, {"weights_on": "all"}, "weights_on"),
])
def test_what_has_no_ideal_is_refused(values, weights, conventions, said):
    with pytest.raises(ValueError, match=said):
        topsis(values, weights, benefit=[True, False], **conventions)


def test_negative_values_have_a_place_under_vector_and_minmax():
    values = [[-2.0], [0.0], [2.0]]
    for normalisation in ("vector", "minmax"):
        assert topsis(values, None, benefit=[True], normalisation=normalisation).closeness.tolist() == [0, 0.5, 1]


@given(tables)
def test_entropy_weights_sum_to_one_and_an_equal_column_has_none(table):
    values, benefit, _ = table
    if not differ(values):
        return
    for normalisation in ("minmax", "sum"):
        found = entropy_weights(values, benefit=benefit, normalisation=normalisation)
        assert found.weights.sum() == pytest.approx(1)
        for column, weight, entropy in zip(zip(*values), found.weights, found.entropy):
            if len(set(column)) == 1:
                assert (weight, entropy) == (0, 1)
            else:
                assert weight > 0
                assert 0 <= entropy < 1


def test_entropy_by_hand():
    """minmax of (0, 1, 3) is (0, 1/3, 1), so p = (0, 1/4, 3/4); of (2, 1, 0) where low is good (0, 1/2, 1), so p = (0, 1/3, 2/3)."""
    found = entropy_weights([[0.0, 2.0], [1.0, 1.0], [3.0, 0.0]], benefit=[True, False])
    one = -(0.25 * math.log(0.25) + 0.75 * math.log(0.75)) / math.log(3)
    two = -(math.log(1 / 3) / 3 + 2 * math.log(2 / 3) / 3) / math.log(3)
    assert np.allclose(found.entropy, [one, two])
    assert np.allclose(found.weights, [(1 - one) / (2 - one - two), (1 - two) / (2 - one - two)])
    turned = entropy_weights([[1.0, 4.0], [3.0, 2.0], [2.0, 1.0]], benefit=[True, False], normalisation="sum", low_is_good="reciprocal")
    shares = [1 / 7, 2 / 7, 4 / 7]
    assert turned.entropy[1] == pytest.approx(-sum(p * math.log(p) for p in shares) / math.log(3))


@pytest.mark.parametrize("hair", [1e-15, 1e-12, 1e-9, 1e-5, 1e-4, 1e-3])
def test_columns_that_differ_by_a_hair_share_the_weight_as_their_squares(hair):
    """1 − e is t² / (2 ln 2) for values 1 − t and 1 + t, t small: a column with twice the spread has four times the weight."""
    values = [[1 - hair, 1 - 2 * hair, 7.0], [1 + hair, 1 + 2 * hair, 7.0]]
    found = entropy_weights(values, benefit=[True, True, True], normalisation="sum")
    tolerance = 0.5 if hair < 1e-14 else 1e-3  # at 1e-15 the values themselves are a few units of the last place
    assert found.weights[1] / found.weights[0] == pytest.approx(4, rel=tolerance)
    assert found.weights[2] == 0


@pytest.mark.parametrize(("values", "conventions", "said"), [
    ([[1.0, 2.0]], {}, "two units or more"),
    ([[1.0, 2.0], [1.0, 2.0]], {}, "nothing tells them apart"),
    ([[-1.0, 2.0], [1.0, 2.0]], {"normalisation": "sum"}, "zero or more"),
    ([[1.0, 0.0], [1.0, 2.0]], {"normalisation": "sum", "low_is_good": "reciprocal"}, "no reciprocal"),
    ([[1.0, math.inf], [1.0, 2.0]], {}, "missing"),
    ([[1.0, 1.0], [1.0, 2.0]], {"normalisation": "vector"}, "normalisation"),
    ([[1.0, 1.0], [1.0, 2.0]], {"low_is_good": "no"}, "low_is_good"),
])
def test_what_has_no_entropy_is_refused(values, conventions, said):
    with pytest.raises(ValueError, match=said):
        entropy_weights(values, benefit=[True, False], **conventions)
