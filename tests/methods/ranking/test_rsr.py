"""RSR by hand, by a plain oracle and by its laws: order alone counts, the best have rank n, bands follow the normal distribution."""

import math
from statistics import NormalDist, linear_regression, mean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dingdian.methods.ranking import CUTS, rsr

# Ten districts' maternal care: antenatal examination (%), maternal deaths (1/100,000), perinatal deaths (‰). The example that
# accounts of the method repeat; the regression printed with it is not at hand, so what follows is worked out here by hand.
CARE = [
    [99.54, 60.27, 16.15], [96.52, 59.67, 20.10], [99.36, 43.91, 15.60], [92.83, 58.99, 17.04], [91.71, 35.40, 15.01],
    [95.35, 44.71, 13.93], [96.09, 49.81, 17.43], [99.27, 31.69, 13.89], [94.76, 22.91, 19.87], [84.80, 81.49, 23.63],
]
CARE_BENEFIT = [True, False, False]
RANK_SUMS = [18, 12, 23, 12, 18, 20, 15, 27, 17, 3]

tables = st.integers(2, 12).flatmap(lambda n: st.integers(1, 4).flatmap(lambda m: st.tuples(
    st.lists(st.lists(st.integers(-5, 5), min_size=m, max_size=m), min_size=n, max_size=n), st.lists(st.booleans(), min_size=m, max_size=m))))


def plain(values, benefit, share=None):
    """The method in plain Python: (rsr, probit, slope, intercept) by unit; None when all are alike."""
    n, m = len(values), len(values[0])
    share = share or [1 / m] * m
    signed = [[x if good else -x for x, good in zip(row, benefit)] for row in values]
    rank = [[sum(o[j] < row[j] for o in signed) + (sum(o[j] == row[j] for o in signed) + 1) / 2 for j in range(m)] for row in signed]
    ratio = [math.fsum(w * r for w, r in zip(share, row)) / n for row in rank]
    key = [round(value, 12) for value in ratio]
    levels = sorted(set(key))
    if len(levels) == 1:
        return None
    probit = {}
    for level in levels:
        below, here = sum(k < level for k in key), key.count(level)
        part = 1 - 1 / (4 * n) if level == levels[-1] else (below + (here + 1) / 2) / n
        probit[level] = 5 + NormalDist().inv_cdf(part)
    exact = dict(zip(key, ratio))  # the keys are rounded to find equals, and are no values to draw a line through
    slope, intercept = linear_regression([probit[level] for level in levels], [exact[level] for level in levels])
    return ratio, [probit[k] for k in key], slope, intercept


def test_the_example_by_hand():
    found = rsr(CARE, benefit=CARE_BENEFIT)
    assert found.rank[:, 0].tolist() == [10, 7, 9, 3, 2, 5, 6, 8, 4, 1]
    assert found.rank[:, 1].tolist() == [2, 3, 7, 4, 8, 6, 5, 9, 10, 1]
    assert found.rsr.tolist() == [total / 30 for total in RANK_SUMS]
    assert found.frequency.tolist() == [1, 2, 1, 1, 2, 1, 1, 1]
    assert found.cumulative.tolist() == [1, 3, 4, 5, 7, 8, 9, 10]
    assert found.mean_rank.tolist() == [1, 2.5, 4, 5, 6.5, 8, 9, 10]
    assert np.round(100 * found.share, 1).tolist() == [10, 25, 40, 50, 65, 80, 90, 97.5]


def test_probits_are_those_of_the_printed_tables():
    """Probit tables print 3.7184 for 10 %, 4.3255 for 25 %, 5 for 50 %, 6.2816 for 90 % and 6.9600 for 97.5 %."""
    found = rsr(CARE, benefit=CARE_BENEFIT)
    by_level = np.round(found.probit[np.argsort(found.rsr, kind="stable")], 4).tolist()
    assert by_level == [3.7184, 4.3255, 4.3255, 4.7467, 5.0, 5.3853, 5.3853, 5.8416, 6.2816, 6.96]
    assert np.allclose(found.probit, 5 + stats.norm.ppf(found.share)[np.searchsorted(found.level, found.rsr - 1e-9)])


def test_the_regression_is_that_of_scipy():
    found = rsr(CARE, benefit=CARE_BENEFIT)
    probit = 5 + stats.norm.ppf([0.1, 0.25, 0.4, 0.5, 0.65, 0.8, 0.9, 0.975])
    line = stats.linregress(probit, [3 / 30, 12 / 30, 15 / 30, 17 / 30, 18 / 30, 20 / 30, 23 / 30, 27 / 30])
    assert (found.slope, found.intercept) == (pytest.approx(line.slope), pytest.approx(line.intercept))
    assert found.r_squared == pytest.approx(line.rvalue**2)
    assert found.f == pytest.approx((line.slope / line.stderr) ** 2)
    assert found.p == pytest.approx(line.pvalue)
    assert np.allclose(found.fitted, found.intercept + found.slope * found.probit)


def test_three_bands_of_the_example():
    found = rsr(CARE, benefit=CARE_BENEFIT)
    assert found.band.tolist() == [2, 2, 3, 2, 2, 2, 2, 3, 2, 1]  # H and C (probit 6.96, 6.28) above 6, J (3.72) below 4
    assert found.place.tolist() == [4, 8, 2, 8, 4, 3, 7, 1, 6, 10]
    assert np.allclose(found.cut_rsr, [found.intercept + 4 * found.slope, found.intercept + 6 * found.slope])


@pytest.mark.parametrize(("bands", "percentiles"), [
    (3, [15.866, 84.134]), (4, [6.681, 50, 93.319]), (5, [3.593, 27.425, 72.575, 96.407]), (6, [2.275, 15.866, 50, 84.134, 97.725])])
def test_the_cuts_are_the_usual_percentiles(bands, percentiles):
    assert np.round(100 * stats.norm.cdf(np.array(CUTS[bands]) - 5), 3).tolist() == percentiles


def test_at_a_cut_the_upper_band_begins():
    """Four units without ties: shares 1/4, 2/4, 3/4, 15/16; the second stands exactly at probit 5, a cut of four bands."""
    found = rsr([[1.0], [2.0], [3.0], [4.0]], benefit=[True], bands=4)
    assert found.probit[1] == 5.0
    assert found.band.tolist() == [2, 3, 3, 4]


@given(tables)
def test_rsr_is_that_of_the_plain_oracle(table):
    values, benefit = table
    expected = plain(values, benefit)
    if expected is None:
        with pytest.raises(ValueError, match="all units have one RSR"):
            rsr(values, benefit=benefit)
        return
    found = rsr(values, benefit=benefit)
    for mine, theirs in zip((found.rsr, found.probit, found.slope, found.intercept), expected):
        assert np.allclose(mine, theirs, rtol=1e-10, atol=1e-12)
    assert found.slope > 0
    assert 0 <= found.r_squared <= 1


@given(tables)
def test_only_the_order_of_the_values_counts(table):
    values, benefit = np.array(table[0], dtype=float), table[1]
    if plain(table[0], benefit) is not None:
        one, two = rsr(values, benefit=benefit), rsr(np.exp(values) * 7 + 1, benefit=benefit)
        assert one.rsr.tobytes() == two.rsr.tobytes()
        assert one.band.tobytes() == two.band.tobytes()


@given(tables)
def test_average_ties_keep_the_sum_of_the_ranks_and_highest_ties_never_lower_it(table):
    values, benefit = table
    if plain(values, benefit) is None:
        return
    n = len(values)
    average = rsr(values, benefit=benefit)
    assert (average.rank.sum(axis=0) == n * (n + 1) / 2).all()
    assert average.rsr.mean() == pytest.approx((n + 1) / (2 * n))
    if len({tuple(row) for row in values}) == n:
        try:
            assert (rsr(values, benefit=benefit, ties="max").rank >= average.rank).all()
        except ValueError as error:
            assert "all units have one RSR" in str(error)  # noqa: PT017


def test_tie_conventions_by_hand():
    values = [[1.0], [2.0], [2.0], [3.0]]
    assert rsr(values, benefit=[True]).rank.ravel().tolist() == [1, 2.5, 2.5, 4]
    assert rsr(values, benefit=[True], ties="max").rank.ravel().tolist() == [1, 3, 3, 4]
    assert rsr(values, benefit=[False], ties="max").rank.ravel().tolist() == [4, 3, 3, 1]
    with pytest.raises(ValueError, match="tied in column 0"):
        rsr(values, benefit=[True], ties="none")
    assert rsr([[1.0], [2.0]], benefit=[True], ties="none").rsr.tolist() == [0.5, 1]


def test_the_last_share_is_corrected_also_where_it_is_shared():
    found = rsr([[1.0], [2.0], [2.0]], benefit=[True])
    assert found.share.tolist() == [1 / 3, 1 - 1 / 12]


def test_weights_turn_rsr_into_wrsr():
    found = rsr(CARE, benefit=CARE_BENEFIT, weights=[2, 1, 1])
    assert found.rsr[0] == pytest.approx((0.5 * 10 + 0.25 * 2 + 0.25 * 6) / 10)
    equal = rsr(CARE, benefit=CARE_BENEFIT, weights=[3, 3, 3])
    assert np.allclose(equal.rsr, rsr(CARE, benefit=CARE_BENEFIT).rsr)
    assert equal.frequency.tolist() == [1, 2, 1, 1, 2, 1, 1, 1]  # float noise does not tear ties apart
    expected = plain(CARE, CARE_BENEFIT, [0.5, 0.25, 0.25])
    assert found.slope == pytest.approx(expected[2])


def test_the_linear_form_keeps_distances():
    found = rsr([[0.0, 5.0], [1.0, 5.0], [4.0, 5.0]], benefit=[True, True], form="linear")
    assert found.rank.tolist() == [[1, 2], [1.5, 2], [3, 2]]
    assert rsr([[0.0], [1.0], [4.0]], benefit=[False], form="linear").rank.ravel().tolist() == [3, 2.5, 1]
    wide = rsr([[-1.7e308], [0.0], [1.7e308]], benefit=[True], form="linear")
    assert wide.rank.ravel().tolist() == [1, 2, 3]


def test_two_units_make_a_line_without_an_error():
    found = rsr([[1.0], [2.0]], benefit=[True])
    assert (found.r_squared, found.f, found.p) == (1.0, None, None)
    assert np.allclose(found.fitted, found.rsr)


@pytest.mark.parametrize(("values", "benefit", "said"), [
    ([[1.0, 2.0]], [True, True], "all units have one RSR"),
    ([[1.0], [1.0]], [True], "all units have one RSR"),
    ([[1.0], [math.nan]], [True], "values\\[1, 0\\] is nan"),
    ([[1.0], [math.inf]], [True], "missing value"),
    ([], [True], "units in rows"),
    ([1.0, 2.0], [True], "units in rows"),
    ([[1.0], [2.0]], [True, False], "benefit"),
    ([[1.0], [2.0]], [1], "benefit"),
])
def test_what_cannot_be_ranked_is_refused(values, benefit, said):
    with pytest.raises(ValueError, match=said):
        rsr(values, benefit=benefit)


@pytest.mark.parametrize("convention", [{"ties": "first"}, {"form": "exact"}, {"bands": 2}, {"bands": 7}, {"weights": [1, 2]}, {"weights": [-1]},
                                        {"weights": [0]}, {"weights": [math.nan]}])
def test_unknown_conventions_are_refused(convention):
    with pytest.raises(ValueError, match="|".join(convention)):
        rsr([[1.0], [2.0]], benefit=[True], **convention)


# A city hospital, 1983 to 1992: cure rate, death rate, turnover, working days per bed, occupancy, average stay, with weights. The example
# of Ge & Xu (戈早川, 徐春华, 1999) for the non-integer form. The table is the copy of a later textbook, where the stay of 1987 is 9.61.
HOSPITAL = [
    [75.2, 3.5, 38.2, 370.1, 101.5, 10.0], [76.1, 3.3, 36.7, 369.6, 101.0, 10.3], [80.4, 2.7, 30.5, 309.7, 84.8, 10.0],
    [77.8, 2.7, 36.3, 370.1, 101.4, 10.2], [75.9, 2.3, 38.9, 369.4, 101.2, 9.6], [74.3, 2.4, 36.7, 335.3, 91.9, 9.2],
    [74.6, 2.2, 37.5, 356.2, 97.6, 9.3], [72.1, 1.8, 40.3, 401.7, 101.1, 10.0], [72.8, 1.9, 37.1, 372.8, 102.1, 10.0],
    [72.1, 1.5, 33.2, 358.1, 97.8, 10.4],
]
HOSPITAL_BENEFIT = [True, False, True, True, True, False]
HOSPITAL_WEIGHTS = [0.093, 0.418, 0.132, 0.100, 0.098, 0.159]


def test_the_published_regressions_of_the_non_integer_form():
    """Printed: RSR = 0.02529 + 0.1085 y, r = 0.9553; weighted −0.1012 + 0.1316 y, r = 0.9434.

    With one decimal in every stay the slopes and the weighted line come out as printed; the unweighted intercept is 0.02525 and r 0.9554:
    ranks of two decimals, as by hand, give r = 0.9553, and no rounding of ranks, RSRs or probits that was tried gives 0.02529.
    """
    plain_form = rsr(HOSPITAL, benefit=HOSPITAL_BENEFIT, form="linear")
    assert (round(plain_form.intercept, 5), round(plain_form.slope, 4), round(plain_form.r_squared**0.5, 4)) == (0.02525, 0.1085, 0.9554)
    weighted = rsr(HOSPITAL, benefit=HOSPITAL_BENEFIT, form="linear", weights=HOSPITAL_WEIGHTS)
    assert weighted.intercept == pytest.approx(-0.1012, abs=0.0001)
    assert (round(weighted.slope, 4), round(weighted.r_squared**0.5, 4)) == (0.1316, 0.9434)


def test_the_published_regressions_do_not_come_from_the_later_copy():
    copy = [list(row) for row in HOSPITAL]
    copy[4][5] = 9.61
    found = rsr(copy, benefit=HOSPITAL_BENEFIT, form="linear")
    assert (round(found.intercept, 4), round(found.slope, 4), round(found.r_squared**0.5, 4)) == (0.0264, 0.1082, 0.9546)


def test_the_mean_of_the_example_is_that_of_ranks():
    assert mean(RANK_SUMS) / 30 == pytest.approx(11 / 20)
