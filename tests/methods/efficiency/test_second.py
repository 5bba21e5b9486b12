"""The second opinion is worth something: it is right by itself, and it disagrees with what is wrong."""

import numpy as np
import pytest

from dingdian.methods.efficiency import check_sample, dea
from dingdian.methods.efficiency.second import multiplier_score
from dingdian.methods.efficiency.units import Units

from . import oracle

CHANCE = np.random.default_rng(11)
X, Y = np.exp(CHANCE.normal(size=(30, 2))), np.exp(CHANCE.normal(size=(30, 3)))


@pytest.mark.parametrize("returns", ["crs", "vrs", "nirs", "ndrs"])
@pytest.mark.parametrize("orientation", ["input", "output"])
@pytest.mark.parametrize("leave_out", [False, True])
def test_the_multiplier_form_has_the_value_of_the_other_form(returns, orientation, leave_out):
    units = Units.of(X, Y)
    found = [multiplier_score(units, unit, returns=returns, orientation=orientation, leave_out=leave_out) for unit in range(8)]
    expected = oracle.scores(X, Y, returns, orientation, leave_out)[:8]
    assert found == pytest.approx(expected, rel=1e-6, nan_ok=True)


@pytest.mark.parametrize(("sample", "asked"), [(0, 0), (1, 1), (5, 5), (29, 29), (30, 30), (31, 30)])
def test_as_many_are_asked_about_as_there_are(sample, asked):
    assert len(dea(X, Y, check=sample).checked.units) == asked


def test_the_lowest_score_and_an_efficient_unit_are_in_the_sample():
    found = dea(X, Y)
    assert int(found.score.argmin()) in found.checked.units
    assert any(found.status[unit] == "efficient" for unit in found.checked.units)


@pytest.mark.parametrize(("wrong", "agrees"), [(0.0, True), (5e-7, True), (2e-6, False)])
def test_a_wrong_score_does_not_agree(wrong, agrees):
    score = dea(X, Y).score - wrong
    checked = check_sample(Units.of(X, Y), score, 5, returns="crs", orientation="input", leave_out=False)
    assert checked.agrees is agrees


def test_who_has_no_score_is_not_asked_about():
    found = dea(X, Y, returns="vrs", super_efficiency=True, check=30)
    missing = np.flatnonzero(np.isnan(found.score)).tolist()
    assert missing
    assert not set(missing) & set(found.checked.units)
    assert found.checked.agrees
