"""Malmquist indices equal distances worked out one by one, and their parts multiply."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dingdian.methods.efficiency import malmquist

from . import oracle

NAMES = ("efficiency_change", "technical_change", "pure_technical_change", "scale_change", "tfp_change")


def periods(n, m, s, seed=0):
    chance = np.random.default_rng(seed)
    return [np.exp(chance.normal(size=(n, k))) for k in (m, s, m, s)]


panels = st.tuples(st.integers(1, 12), st.integers(1, 3), st.integers(1, 3), st.integers(0, 10**6)).map(lambda told: periods(*told))


@settings(max_examples=30)
@given(panels, st.sampled_from(["input", "output"]))
def test_the_parts_multiply(panel, orientation):
    found = malmquist(*panel, orientation=orientation)
    assert found.status == ("compared",) * len(panel[0])
    assert found.efficiency_change == pytest.approx(found.pure_technical_change * found.scale_change, rel=1e-9)
    assert found.tfp_change == pytest.approx(found.efficiency_change * found.technical_change, rel=1e-9)
    means = found.means
    assert means["efficiency_change"] == pytest.approx(means["pure_technical_change"] * means["scale_change"], rel=1e-9)
    assert means.tfp_change == pytest.approx(means.efficiency_change * means.technical_change, rel=1e-9)


@pytest.mark.parametrize("orientation", ["input", "output"])
def test_distances_equal_whole_programs(orientation):
    x0, y0, x1, y1 = periods(25, 2, 2, seed=9)
    found = malmquist(x0, y0, x1, y1, orientation=orientation)
    d = [[oracle.score(x[u], y[u], px, py, "crs", orientation) for x, y in ((x0, y0), (x1, y1)) for px, py in ((x0, y0), (x1, y1))] for u in range(25)]
    assert found.distances == pytest.approx(np.array(d), rel=1e-6)
    own = [oracle.scores(x, y, "vrs", orientation) for x, y in ((x0, y0), (x1, y1))]
    assert found.pure_technical_change == pytest.approx(own[1] / own[0], rel=1e-6)
    assert found.gap <= 1e-9
    index = [((b / a) * (dd / c)) ** 0.5 for a, c, b, dd in d]
    assert found.tfp_change == pytest.approx(index, rel=1e-6)


@settings(max_examples=15)
@given(panels)
def test_there_and_back_is_no_change(panel):
    there, back = malmquist(*panel), malmquist(*panel[2:], *panel[:2])
    for name in NAMES:
        assert getattr(there, name) * getattr(back, name) == pytest.approx(1.0, rel=1e-8)


@settings(max_examples=15)
@given(panels)
def test_the_same_figures_twice_are_no_change(panel):
    found = malmquist(*panel[:2], *panel[:2])
    for name in NAMES:
        assert getattr(found, name) == pytest.approx(1.0, rel=1e-9)


@settings(max_examples=15)
@given(panels, st.floats(0.5, 2))
def test_everybody_making_more_of_the_same_is_technical_change_alone(panel, more):
    x, y = panel[:2]
    found = malmquist(x, y, x, y * more)
    assert found.technical_change == pytest.approx(more, rel=1e-8)
    assert found.efficiency_change == pytest.approx(1.0, rel=1e-8)


def test_the_side_matters_to_pure_and_scale_change_only():
    panel = periods(20, 2, 2, seed=3)
    one, other = malmquist(*panel), malmquist(*panel, orientation="output")
    assert one.tfp_change == pytest.approx(other.tfp_change, rel=1e-8)
    assert np.abs(one.pure_technical_change - other.pure_technical_change).max() > 1e-3


def test_what_cannot_be_compared_is_told_and_left_out_of_the_means():
    """In the second period unit 0 needs no nurses; nobody in the first period shows that as possible."""
    x0, x1 = np.array([[2.0, 2], [3, 1], [4, 4]]), np.array([[2.0, 0], [3, 1], [4, 4]])
    y = np.array([[1.0], [1], [1]])
    found = malmquist(x0, y, x1, y)
    assert found.status == ("infeasible", "compared", "compared")
    assert np.isnan(found.tfp_change[0])
    assert np.isfinite(found.efficiency_change).all()
    assert np.isfinite(found.means.tfp_change)
    assert "1 units have nothing to be compared with" in found.advice[-1].en


def test_periods_of_different_shape_are_refused():
    with pytest.raises(ValueError, match=r"not 2 × \(1 \+ 1\) and 3 × \(1 \+ 1\)"):
        malmquist([[1], [2]], [[1], [2]], [[1], [2], [3]], [[1], [2], [3]])


def test_errors_name_the_period():
    with pytest.raises(ValueError, match="outputs of period 1: row 0, column 0 is -1"):
        malmquist([[1]], [[1]], [[1]], [[-1]])
    with pytest.raises(ValueError, match="orientation must be one of"):
        malmquist([[1]], [[1]], [[1]], [[1]], orientation="both")


def test_periods_too_far_apart_are_refused():
    with pytest.raises(ValueError, match=r"inputs of both periods: column 0 runs from 1\.0 to 1000000000\.0"):
        malmquist([[1], [2]], [[1], [1]], [[1e9], [1e9]], [[1], [1]])
