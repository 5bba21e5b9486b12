"""Published figures, to the printed precision; and one paper whose figures follow no convention, with the reasons.

Yu, Yu, He & Lu (2021), "Equity analysis of Chinese physician allocation based on Gini coefficient and Theil index", BMC
Health Services Research 21 (doi 10.1186/s12913-021-06348-w), prints its inputs (table 1) and every term of its two Theil
indices (table 2). The terms can be rebuilt digit by digit, and so what was done is known.
"""

import math

import numpy as np
import pytest

from dingdian.methods.inequality import atkinson, dissimilarity, gini, gini_forms, theil, theil_conventions

# Province, population (the paper says 10³; it is 10⁴), area in km², physicians, and the printed terms by population and by area.
PHYSICIANS = """
Jiangxi         4648   166947    87304  0.004797  0.007070
Anhui           6324   139600   126824  0.005212  0.002389
Yunnan          4830   394000    99669  0.003612  0.029697
Guangxi         4926   236300   105979  0.003029  0.011548
Gansu           2637   455000    59560  0.001212  0.047712
Guizhou         3600   176100    81475  0.001655  0.008431
Fujian          3941   121400    91110  0.001543  0.003136
Heilongjiang    3773   454000    89489  0.001177  0.038788
Hainan           934    35000    22289  0.000267  0.001154
Tibet            344  1228400     8322  0.000085  0.270896
Guangdong      11346   179800   276361  0.002511 -0.001189
Henan           9605   167000   235649  0.002004 -0.000440
Sichuan         8341   485000   204956  0.001634  0.025210
Chongqing       3102    82400    76379  0.000608  0.001329
Xinjiang        2487  1660000    63312  0.000209  0.262302
Shaanxi         3864   205600    99036  0.000278  0.009449
Hubei           5917   185900   152040  0.000355  0.004054
Hunan           6899   211875   180882  0.000000  0.004277
Shanxi          3718   156000    99490 -0.000262  0.005146
Qinghai          603   722000    16153 -0.000042  0.136653
Liaoning        4359   145700   120431 -0.000706  0.003098
Tianjin         1560    11305    43105 -0.000253 -0.000537
Hebei           7556   190000   211387 -0.001561  0.001549
Ningxia          688    66400    19435 -0.000157  0.004560
Jilin           2704   187400    77108 -0.000708  0.009945
Shandong       10047   157100   290416 -0.003065 -0.002338
Jiangsu         8051   102600   233263 -0.002542 -0.002473
Inner_Mongolia  2534  1183000    73563 -0.000800  0.165300
Shanghai        2424   6340.5    71580 -0.000894 -0.000612
Zhejiang        5737   101800   190782 -0.004278 -0.001564
Beijing         2154  16807.8    99807 -0.003814 -0.001134
"""
TABLE = np.array([[float(cell) for cell in line.split()[1:]] for line in PHYSICIANS.strip().splitlines()])
PEOPLE, AREA, HELD = TABLE[:, 0] * 10_000, TABLE[:, 1], TABLE[:, 2]
# Weights, printed terms, the unit of the printed densities, and the printed "average" of these.
SIDES = {"population": (PEOPLE, TABLE[:, 3], 1000, 2.62), "area": (AREA, TABLE[:, 4], 1, 1.33)}


@pytest.mark.parametrize("side", SIDES)
def test_the_printed_terms_take_densities_rounded_to_two_places_and_their_plain_mean(side):
    weight, printed, per, average = SIDES[side]
    rounded = np.array([round(float(density), 2) for density in per * HELD / weight])
    assert round(float(rounded.mean()), 2) == average
    terms = weight / weight.sum() * np.log10(average / rounded)
    assert np.round(terms, 6) == pytest.approx(printed, abs=1e-12)
    # The Theil index of the same rounded densities has the weighted mean in its place; that is all the difference.
    index = theil(rounded, weight, convention="population_log10")
    shift = math.log10(average / np.average(rounded, weights=weight))
    assert index.terms + shift * weight / weight.sum() == pytest.approx(terms, abs=1e-12)


@pytest.mark.parametrize("side", SIDES)
def test_so_no_convention_reproduces_the_sum_of_the_printed_terms(side):
    # A sum about another mean than the weighted one is not zero where all are equal, and does not split into parts.
    # 31 terms of six places are off by less than 0.00002 together.
    weight, printed, _, _ = SIDES[side]
    totals = [theil(HELD / weight, weight, convention=convention.id).total for convention in theil_conventions()]
    totals += [theil(HELD / weight, weight, base=10, convention=convention.id).total for convention in theil_conventions()]
    assert all(abs(total - printed.sum()) > 0.00002 for total in totals)


def test_the_theil_index_by_population_is_less_than_half_of_the_sum_of_the_printed_terms():
    index = theil(HELD / PEOPLE, PEOPLE, convention="population_log10")
    assert (round(index.total, 4), round(float(SIDES["population"][1].sum()), 4)) == (0.0050, 0.0111)


@pytest.mark.parametrize(("side", "printed"), [("population", 0.003), ("area", 0.88)])
def test_no_form_reproduces_their_gini_coefficients(side, printed):
    # No index of dissimilarity, and so no Gini coefficient, is below the surplus of Beijing alone: 1.2 % of the physicians.
    weight = SIDES[side][0]
    found = [gini(HELD / weight, weights, form=form.id) for form in gini_forms() for weights in (weight, np.ones(31))]
    assert all(abs(value - printed) > 0.05 for value in found)


def test_the_surplus_of_beijing_alone_is_four_times_their_gini_coefficient():
    surplus = HELD[-1] / HELD.sum() - PEOPLE[-1] / PEOPLE.sum()
    assert 0.012 < surplus < dissimilarity(HELD / PEOPLE, PEOPLE) < gini(HELD / PEOPLE, PEOPLE) < 0.081


def test_incomes_of_the_example_of_the_r_package_ineq():
    # Zeileis, ineq: mean incomes of ten classes, USA 1968; its documented results
    incomes, alike = [541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261], [1] * 10
    assert round(gini(incomes, alike), 7) == 0.4620911
    assert round(atkinson(incomes, alike, 0.5), 7) == 0.1796591
    assert round(atkinson(incomes, alike, 1), 7) == 0.3518251


def test_abundances_of_the_example_of_the_r_package_phylotools():
    assert round(gini([1, 3, 2, 1, 1, 1, 4], [1] * 7), 7) == 0.3076923  # 4/13
