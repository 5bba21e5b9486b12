"""Tables of books and programs, to the printed digit.

The output of DEAP 2.1 was compared with its own output files. What Cooper, Seiford & Tone print is taken from how their examples are commonly quoted;
the pages were not at hand.
"""

import numpy as np
import pytest

from dingdian.methods.efficiency import dea, malmquist, sbm, scale


def column(*values):
    return np.array(values, dtype=float)[:, np.newaxis]


def test_branch_stores_of_cooper_seiford_and_tone():
    """Example 1.1 of Cooper, Seiford & Tone, Data Envelopment Analysis, 2nd ed. (Springer 2007): employees and sales of eight stores."""
    employees, sales = column(2, 3, 3, 4, 5, 5, 6, 8), column(1, 3, 2, 3, 4, 2, 3, 5)
    printed = [0.5, 1, 0.667, 0.75, 0.8, 0.4, 0.5, 0.625]
    assert dea(employees, sales).score.round(3).tolist() == printed
    assert dea(employees, sales, orientation="output").score.round(3).tolist() == printed


def test_six_units_with_two_inputs_of_cooper_seiford_and_tone():
    """The two-input, one-output example of the same book: A to F, of which F is efficient in ratio only."""
    x, y = np.array([[4, 3], [7, 3], [8, 1], [4, 2], [2, 4], [10, 1]]), np.ones((6, 1))
    found = dea(x, y)
    assert found.score.round(4).tolist() == [0.8571, 0.6316, 1, 1, 1, 1]
    assert found.status[2:] == ("efficient", "efficient", "efficient", "weakly_efficient")
    assert found.slacks_in[5].tolist() == pytest.approx([2, 0])
    assert found.peers[0] == ((3, pytest.approx(0.7143, abs=5e-5)), (4, pytest.approx(0.2857, abs=5e-5)))
    assert found.peers[1] == ((2, pytest.approx(0.1053, abs=5e-5)), (3, pytest.approx(0.8947, abs=5e-5)))


def test_twelve_hospitals_of_cooper_seiford_and_tone():
    """Doctors and nurses, outpatients and inpatients of the hospitals in chapter 1 of the same book; CCR scores to three digits."""
    x = np.array([[20, 19, 25, 27, 22, 55, 33, 31, 30, 50, 53, 38], [151, 131, 160, 168, 158, 255, 235, 206, 244, 268, 306, 284]]).T
    y = np.array([[100, 150, 160, 180, 94, 230, 220, 152, 190, 250, 260, 250], [90, 50, 55, 72, 66, 90, 88, 80, 100, 100, 147, 120]]).T
    found = dea(x, y)
    assert found.score.round(3).tolist() == [1, 1, 0.883, 1, 0.763, 0.835, 0.902, 0.796, 0.960, 0.871, 0.955, 0.958]
    assert len(found.advice) == 0  # 12 = 3 (2 + 2): just enough


def test_deap_example_1():
    """EG1 of DEAP 2.1 (Coelli, A Guide to DEAP Version 2.1, CEPA working paper 96/08): input orientation, constant returns.

    DEAP finds slacks in several stages; here only firm 1 has any, and both ways agree.
    """
    x, y = np.array([[2, 5], [2, 4], [6, 6], [3, 2], [6, 2]]), column(1, 2, 3, 1, 2)
    found = dea(x, y)
    assert found.score.round(3).tolist() == [0.5, 1, 0.833, 0.714, 1]
    assert found.score.mean().round(3) == 0.810
    assert found.slacks_in.round(3).tolist() == [[0, 0.5], [0, 0], [0, 0], [0, 0], [0, 0]]
    assert not found.slacks_out.any()
    assert found.target_in.round(3).tolist() == [[1, 2], [2, 4], [5, 5], [2.143, 1.429], [6, 2]]
    assert [[(peer + 1, round(weight, 3)) for peer, weight in peers] for peers in found.peers] == [
        [(2, 0.5)], [(2, 1)], [(2, 1), (5, 0.5)], [(2, 0.214), (5, 0.286)], [(5, 1)]]


def test_deap_example_2_by_hand():
    """The five firms of DEAP's example 2, input orientation, variable returns. The scores here are derived by hand, not read from print.

    Constant: y/x over its largest, 1. Variable: x of the frontier at y is 2 up to 1, then along (2, 1)–(3, 3)–(6, 5): 2.5, 3, 4.5, 6.
    """
    found = scale(column(2, 4, 3, 5, 6), column(1, 2, 3, 4, 5))
    assert found.constant == pytest.approx([1 / 2, 2 / 4, 3 / 3, 4 / 5, 5 / 6])
    assert found.variable == pytest.approx([1, 2.5 / 4, 1, 4.5 / 5, 1])
    assert found.returns_to_scale == ("increasing", "increasing", "constant", "decreasing", "decreasing")


YEARS = [(column(2, 4, 3, 5, 6), column(1, 2, 3, 4, 5)), (column(2, 4, 3, 5, 5), column(1, 3, 4, 3, 5)), (column(2, 4, 3, 5, 5), column(1, 3, 4, 3, 5))]


def test_deap_example_4_distances_and_indices():
    """EG4 of DEAP 2.1: output-oriented Malmquist indices of five firms, as its output file prints them."""
    found = malmquist(*YEARS[0], *YEARS[1], orientation="output")
    distances = [[0.500, 0.375, 0.500, 0.375], [0.500, 0.375, 0.750, 0.563], [1.000, 0.750, 1.333, 1.000],
                 [0.800, 0.600, 0.600, 0.450], [0.833, 0.625, 1.000, 0.750]]
    assert found.distances == pytest.approx(np.array(distances), abs=5.01e-4)
    printed = np.array([[0.750, 1.333, 1.000, 0.750, 1.000], [1.125, 1.333, 1.222, 0.920, 1.500], [1.000, 1.333, 1.000, 1.000, 1.333],
                        [0.562, 1.333, 0.650, 0.865, 0.750], [0.900, 1.333, 1.000, 0.900, 1.200]])
    columns = (found.efficiency_change, found.technical_change, found.pure_technical_change, found.scale_change, found.tfp_change)
    assert np.column_stack(columns) == pytest.approx(printed, abs=5.01e-4)
    means = found.means
    assert [round(value, 3) for value in (means.efficiency_change, means.technical_change, means.pure_technical_change,
                                          means.scale_change, means.tfp_change)] == [0.844, 1.333, 0.955, 0.883, 1.125]


def test_deap_example_4_variable_returns_and_the_year_without_change():
    """The vrs column of the same output file, and its third year, which is like the second."""
    assert dea(*YEARS[0], returns="vrs", orientation="output").score.round(3).tolist() == [1, 0.545, 1, 0.923, 1]
    assert dea(*YEARS[1], returns="vrs", orientation="output").score.round(3).tolist() == [1, 0.667, 1, 0.6, 1]
    still = malmquist(*YEARS[1], *YEARS[2], orientation="output")
    assert still.tfp_change == pytest.approx(np.ones(5))
    overall = [(a * b) ** 0.5 for a, b in zip(malmquist(*YEARS[0], *YEARS[1], orientation="output").tfp_change, still.tfp_change)]
    assert np.exp(np.log(overall).mean()).round(3) == 1.061


def test_the_means_of_a_firm_need_unrounded_digits():
    """DEAP prints 0.562 and 0.563 for the same 9/16 in two tables: printed digits of halves may differ by one, so tables are compared to half a unit."""
    found = malmquist(*YEARS[0], *YEARS[1], orientation="output")
    assert (found.efficiency_change[3], found.distances[1, 3]) == (pytest.approx(9 / 16, abs=1e-12), pytest.approx(9 / 16, abs=1e-12))


def test_slack_based_scores_by_hand():
    """Tone's measure on the six units of the book, derived by hand where the frontier is a corner.

    F (10, 1) against C (8, 1): 1 − ½ · 2/10. A (4, 3) against D (4, 2): 1 − ½ · 1/3, and no point between D and E saves more.
    """
    x, y = np.array([[4, 3], [7, 3], [8, 1], [4, 2], [2, 4], [10, 1]]), np.ones((6, 1))
    found = sbm(x, y)
    assert found.score[[2, 3, 4]].tolist() == [1, 1, 1]
    assert found.score[5] == pytest.approx(0.9)
    assert found.score[0] == pytest.approx(1 - 1 / 6)
