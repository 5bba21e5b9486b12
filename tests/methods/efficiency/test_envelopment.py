"""Scores equal whole programs solved one by one, prove themselves, and keep the laws of the method."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dingdian.methods.efficiency import dea, enough_units, scale
from dingdian.methods.efficiency.advice import about_scores

from . import oracle

RETURNS, ORIENTATIONS = ("crs", "vrs", "nirs", "ndrs"), ("input", "output")


def some(n, m, s, seed=0, spread=1.0):
    chance = np.random.default_rng(seed)
    return np.exp(spread * chance.normal(size=(n, m))), np.exp(spread * chance.normal(size=(n, s)))


def whole(n, m, s, seed=0):
    """Small whole numbers, zeros among them: many ties, many weakly efficient units."""
    chance = np.random.default_rng(seed)
    x, y = chance.integers(0, 5, size=(n, m)).astype(float), chance.integers(0, 5, size=(n, s)).astype(float)
    x[:, 0] += 1
    y[:, 0] += 1
    x[0] += 1
    y[0] += 1
    return x, y


tables = st.integers(0, 10**6).flatmap(lambda seed: st.tuples(
    st.sampled_from([some, whole]), st.integers(2, 14), st.integers(1, 3), st.integers(1, 3), st.just(seed)
)).map(lambda told: told[0](*told[1:]))


@pytest.mark.parametrize("returns", RETURNS)
@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("make", [some, whole])
def test_scores_equal_whole_programs(make, returns, orientation):
    x, y = make(40, 2, 2, seed=3)
    found = dea(x, y, returns=returns, orientation=orientation)
    assert np.abs(found.score - oracle.scores(x, y, returns, orientation)).max() <= 1e-6
    assert found.gap <= 1e-9
    assert found.verify() <= 1e-7
    assert found.checked.agrees


@pytest.mark.parametrize("returns", RETURNS)
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_super_efficiency_equals_whole_programs_without_the_unit(returns, orientation):
    x, y = some(40, 2, 2, seed=5)
    found = dea(x, y, returns=returns, orientation=orientation, super_efficiency=True)
    expected = oracle.scores(x, y, returns, orientation, leave_out=True)
    assert np.array_equal(np.isnan(found.score), np.isnan(expected))
    assert np.nanmax(np.abs(found.score - expected) / np.fmax(1.0, expected)) <= 1e-6
    assert [status == "infeasible" for status in found.status] == np.isnan(expected).tolist()
    assert found.verify() <= 1e-7
    plain = dea(x, y, returns=returns, orientation=orientation)
    assert np.allclose(np.fmin(np.where(np.isnan(expected), 1.0, found.score), 1.0), plain.score, atol=1e-9, rtol=0)


def test_who_has_no_super_efficiency_is_told_and_no_other_number_is_missing():
    found = dea([[2], [3.5], [4]], [[1], [2], [5]], returns="vrs", super_efficiency=True)
    assert found.status == ("efficient", "inefficient", "infeasible")
    assert np.isnan(found.score[2])
    assert np.isnan(found.slacks_in[2]).all()
    assert found.peers[2] == ()
    assert "units 2 (from 0) have no super-efficiency" in found.advice[-1].en
    assert np.isfinite(found.score[:2]).all()


@pytest.mark.parametrize("returns", RETURNS)
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_no_second_stage_finds_more_slack(returns, orientation):
    x, y = whole(30, 2, 2, seed=1)
    found = dea(x, y, returns=returns, orientation=orientation)
    assert found.slacks_in.any()
    assert found.slacks_out.any()
    for unit in range(len(x)):
        goal_x = x[unit] * (found.score[unit] if orientation == "input" else 1)
        goal_y = y[unit] / (found.score[unit] if orientation == "output" else 1)
        most = oracle.most_slack(goal_x, goal_y, x, y, returns)
        assert found.slacks_in[unit].sum() + found.slacks_out[unit].sum() == pytest.approx(most, abs=1e-7)


@settings(max_examples=40)
@given(tables, st.sampled_from(RETURNS), st.sampled_from(ORIENTATIONS))
def test_peers_make_the_target(table, returns, orientation):
    x, y = table
    found = dea(x, y, returns=returns, orientation=orientation, check=0)
    assert np.allclose(found.weights @ x, found.target_in, atol=1e-7 * x.max())
    assert np.allclose(found.weights @ y, found.target_out, atol=1e-7 * y.max())
    assert (found.slacks_in >= 0).all()
    assert (found.slacks_out >= 0).all()
    assert (found.score <= 1.0).all()
    assert found.verify() <= 1e-6
    total = np.asarray(found.weights.sum(axis=1)).ravel()
    assert {"crs": True, "vrs": np.allclose(total, 1), "nirs": (total <= 1 + 1e-7).all(), "ndrs": (total >= 1 - 1e-7).all()}[returns]


@settings(max_examples=25)
@given(tables, st.sampled_from(ORIENTATIONS))
def test_a_wider_technology_lowers_scores(table, orientation):
    x, y = table
    by = {returns: dea(x, y, returns=returns, orientation=orientation, check=0).score for returns in RETURNS}
    assert (by["crs"] <= np.minimum(by["nirs"], by["ndrs"]) + 1e-9).all()
    assert (np.maximum(by["nirs"], by["ndrs"]) <= by["vrs"] + 1e-9).all()
    # The best weights under constant returns add up to at most one or to at least one.
    assert np.allclose(np.minimum(by["nirs"], by["ndrs"]), by["crs"], atol=1e-8)


@settings(max_examples=25)
@given(tables, st.sampled_from(RETURNS))
def test_units_of_measure_and_order_do_not_matter(table, returns):
    x, y = table
    found = dea(x, y, returns=returns, check=0)
    other = dea(x[::-1] * 1e6, y[::-1] * np.linspace(1e-3, 1e3, y.shape[1]), returns=returns, check=0)
    assert np.allclose(found.score, other.score[::-1], atol=1e-8, rtol=0)


@settings(max_examples=25)
@given(tables)
def test_under_constant_returns_both_sides_have_the_same_scores(table):
    x, y = table
    assert np.allclose(dea(x, y, check=0).score, dea(x, y, orientation="output", check=0).score, atol=1e-8, rtol=0)


@settings(max_examples=15)
@given(tables)
def test_another_unit_never_raises_a_score(table):
    x, y = table
    assert (dea(x, y, check=0).score[:-1] <= dea(x[:-1], y[:-1], check=0).score + 1e-9).all()


@settings(max_examples=15)
@given(tables, st.sampled_from(RETURNS))
def test_targets_are_efficient(table, returns):
    x, y = table
    found = dea(x, y, returns=returns, check=0)
    again = dea(np.vstack((x, found.target_in)), np.vstack((y, found.target_out)), returns=returns, check=0)
    assert np.allclose(again.score[len(x) :], 1.0, atol=1e-6)


def test_some_unit_is_always_efficient_and_peers_are():
    x, y = some(60, 3, 2, seed=8)
    found = dea(x, y, returns="vrs")
    efficient = {unit for unit, status in enumerate(found.status) if status == "efficient"}
    assert efficient
    assert {peer for peers in found.peers for peer, _ in peers} == efficient


def test_the_same_question_has_the_same_answer_to_the_bit():
    x, y = some(50, 3, 3, seed=2)
    one, other = dea(x, y, returns="vrs"), dea(x, y, returns="vrs")
    assert one.score.tobytes() == other.score.tobytes()
    assert one.peers == other.peers


@pytest.mark.parametrize("spread", [1.0, 2.0])
def test_hospitals_of_very_different_size_are_proven_too(spread):
    x, y = some(120, 3, 3, seed=4, spread=spread)
    size = np.exp(2 * np.random.default_rng(4).normal(size=(120, 1)))
    for returns in RETURNS:
        found = dea(x * size, y * size, returns=returns)
        assert found.gap <= 1e-8
        assert found.checked.agrees
        assert not [text for text in found.advice if "not proven" in text.en]


def test_a_forged_score_is_found_out():
    from attrs import evolve

    x, y = some(30, 2, 2)
    found = dea(x, y)
    assert found.verify() <= 1e-9
    forged = found.score.copy()
    forged[forged.argmin()] *= 1.001
    assert evolve(found, score=forged).verify() > 1e-5


# --- scale -----------------------------------------------------------------------------------------------------------


def test_returns_to_scale_compare_three_scores():
    x, y = np.array([[2.0], [4], [3], [5], [6]]), np.array([[1.0], [2], [3], [4], [5]])
    found = dea(x, y, returns="vrs")
    assert found.returns_to_scale == ("increasing", "increasing", "constant", "decreasing", "decreasing")
    assert found.scale.scale_efficiency == pytest.approx([0.5, 0.8, 1, 8 / 9, 5 / 6])


@settings(max_examples=20)
@given(tables, st.sampled_from(ORIENTATIONS))
def test_scale_efficiency_is_at_most_one(table, orientation):
    found = scale(*table, orientation=orientation)
    assert (found.scale_efficiency <= 1 + 1e-9).all()
    assert (found.scale_efficiency > 0).all()


# --- bad and odd input -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("x", "y", "message"), [
    ([[1, 2], [3, 4]], [[1], [2], [3]], "2 rows of inputs but 3 rows of outputs"),
    ([[1, -2], [3, 4]], [[1], [2]], "inputs: row 0, column 1 is -2.0"),
    ([[1, np.nan], [3, 4]], [[1], [2]], "inputs: row 0, column 1 is nan"),
    ([[1, 2], [3, 4]], [[1], [np.inf]], "outputs: row 1, column 0 is inf"),
    ([[0, 0], [3, 4]], [[1], [2]], "inputs: row 0 is zero throughout"),
    ([[1, 0], [3, 0]], [[1], [2]], "inputs: column 1 is zero throughout"),
    ([[1], [3]], [[1, 0], [0, 0]], "outputs: row 1 is zero throughout"),
    ([1, 2], [[1], [2]], "inputs must have rows"),
    ([[]], [[1]], "at least one unit and one indicator"),
    (np.empty((0, 2)), np.empty((0, 1)), "at least one unit and one indicator"),
])
def test_what_has_no_meaning_is_refused_by_row_and_column(x, y, message):
    with pytest.raises(ValueError, match=message):
        dea(x, y)


@pytest.mark.parametrize("wrong", [{"returns": "ccr"}, {"orientation": "both"}])
def test_unknown_words_are_refused(wrong):
    with pytest.raises(ValueError, match="must be one of"):
        dea([[1]], [[1]], **wrong)


@pytest.mark.parametrize("returns", RETURNS)
def test_one_unit_is_efficient_and_that_says_nothing(returns):
    found = dea([[2, 3]], [[4]], returns=returns)
    assert (found.score[0], found.status) == (1.0, ("efficient",))
    assert "1 units are few" in found.advice[0].en
    assert dea([[2, 3]], [[4]], returns=returns, super_efficiency=True).status == ("infeasible",)


def test_units_that_are_all_alike_are_all_efficient():
    found = dea(np.full((10, 2), 3.0), np.full((10, 1), 2.0))
    assert found.score.tolist() == [1.0] * 10
    assert any("all units have the same figures" in text.en for text in found.advice)


def test_twins_share_their_score_and_support_each_other():
    x, y = [[1, 2], [1, 2], [4, 4]], [[1], [1], [1]]
    assert dea(x, y).score[:2].tolist() == [1.0, 1.0]
    assert dea(x, y, super_efficiency=True).score[:2].tolist() == [1.0, 1.0]


@pytest.mark.parametrize("factor", [1.0, 2.0, 0.1])
def test_a_proportional_indicator_changes_nothing_and_is_told(factor):
    x, y = some(20, 2, 1)
    doubled = np.column_stack((x, x[:, 0] * factor))
    found = dea(doubled, y, returns="vrs")
    assert np.allclose(found.score, dea(x, y, returns="vrs").score, atol=1e-9)
    assert any("inputs 1 and 3 are proportional" in text.en for text in found.advice)


def test_a_sum_of_other_indicators_is_told():
    x, y = some(30, 2, 1)
    found = dea(np.column_stack((x, x.sum(axis=1))), y)
    assert any("the inputs depend on each other" in text.en for text in found.advice)
    assert not any("depend" in text.en for text in dea(x, y).advice)


@pytest.mark.parametrize(("n", "said"), [(11, 2), (12, 1), (17, 1), (18, 0), (19, 0)])
def test_too_few_units_below_at_and_above_both_rules(n, said):
    x, y = some(n, 3, 3)
    told = [text for text in dea(x, y).advice if "3(m+s)" in text.en or "2(m+s)" in text.en]
    assert len(told) == said
    assert all(text.zh for text in told)


def test_the_product_counts_where_it_is_larger_than_three_times_the_sum():
    assert len(enough_units(62, 7, 9)) == 1
    assert enough_units(63, 7, 9) == ()
    assert enough_units(64, 7, 9) == ()


@pytest.mark.parametrize("returns", RETURNS)
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_zeros_and_ties_are_no_trouble_to_super_efficiency(returns, orientation):
    for seed in range(6):
        x, y = whole(12, 2, 3, seed)
        found = dea(x, y, returns=returns, orientation=orientation, super_efficiency=True)
        expected = oracle.scores(x, y, returns, orientation, leave_out=True)
        assert found.score == pytest.approx(expected, abs=1e-7, nan_ok=True)
        assert found.verify() <= 1e-7


def test_who_alone_needs_none_of_an_input_has_no_super_efficiency():
    """Without unit 0 no output at all is possible with its inputs: φ = 0 is no score."""
    x, y = [[1, 0], [1, 1], [2, 1]], [[1], [1], [1]]
    found = dea(x, y, orientation="output", super_efficiency=True)
    assert found.status == ("infeasible", "weakly_efficient", "inefficient")
    assert np.isnan(found.score[0])


@pytest.mark.parametrize(("times", "fine"), [(0.99e8, True), (1e8, True), (1.01e8, False)])
def test_figures_too_far_apart_for_any_solver_are_refused(times, fine):
    x, y = [[1.0], [2.0], [times]], [[1], [1], [1]]
    if fine:
        assert dea(x, y).score == pytest.approx([1, 0.5, 1 / times])
    else:
        with pytest.raises(ValueError, match=r"inputs: column 0 runs from 1.0 to 101000000.0, more than 10\^8 times"):
            dea(x, y)


def test_figures_beyond_all_measure_are_refused():
    with pytest.raises(ValueError, match=r"outputs: column 1 reaches 1e\+101: use a larger unit"):
        dea([[1], [1]], [[1, 1e101], [1, 1e100]])


def test_zeros_do_not_count_as_far_apart():
    assert dea([[0, 1], [1e8, 1]], [[1], [1]]).score.tolist() == [1.0, 1.0]


def test_what_is_not_proven_is_said():
    (text,) = about_scores(np.array([0.5, 0.6]), 0, [1])
    assert "units 1 (from 0)" in text.en
    assert "1e-6" in text.en
    assert about_scores(np.array([0.5, 0.6]), 0, []) == ()


@pytest.mark.parametrize(("efficient", "said"), [(4, 0), (5, 0), (6, 1)])
def test_more_than_half_efficient_is_told(efficient, said):
    assert len(about_scores(np.ones(10), efficient, [])) == said


@pytest.mark.slow
@pytest.mark.parametrize("indicators", [2, 3])
def test_three_hundred_units_equal_three_hundred_whole_programs(indicators):
    x, y = some(300, indicators, indicators, seed=12)
    found = dea(x, y, returns="vrs")
    assert np.abs(found.score - oracle.scores(x, y, "vrs")).max() <= 1e-6
    assert found.gap <= 1e-9
