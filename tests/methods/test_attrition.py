"""The closed form of a falling stock, against stepping it year by year."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.methods.attrition import yearly_factor, years_to_reach


def stepped(now: float, years: int, h: float, s: float, g: float, lagged: bool) -> list[float]:
    """The same stock per person, one year after another."""
    stock, freed, persons, path = now, 0.0, 1.0, [now]
    for year in range(years):
        leaves = h * stock
        back = s * (freed if lagged and year else leaves)
        stock, freed, persons = stock - leaves + back, leaves, persons * (1 + g)
        path.append(stock / persons)
    return path


def test_half_of_four_percent_takes_fourteen_years_from_twelve_to_nine() -> None:
    assert years_to_reach(12, 9, 0.04, 0.5) == pytest.approx(math.log(9 / 12) / math.log(0.98))
    assert years_to_reach(12, 9, 0.04, 0.5) == pytest.approx(14.24, abs=0.005)


@given(st.floats(0.005, 0.3), st.floats(0, 0.9), st.floats(-0.02, 0.03))
def test_the_same_as_year_after_year(h: float, s: float, g: float) -> None:
    factor = yearly_factor(h, s, g)
    assert stepped(10, 12, h, s, g, lagged=False)[-1] == pytest.approx(10 * factor**12)
    path = stepped(10, 60, h, s, g, lagged=True)
    assert path[-1] / path[-2] == pytest.approx(yearly_factor(h, s, g, lagged=True), rel=1e-6)


@pytest.mark.parametrize(("target", "years"), [(11, 0), (10, 0), (9.8, 1), (9.604, 2)])
def test_a_target_above_at_and_below(target: float, years: float) -> None:
    assert years_to_reach(10, target, 0.02) == pytest.approx(years)


def test_what_does_not_fall_is_never_there() -> None:
    assert years_to_reach(10, 9, 0.04, 1.0) == math.inf
    assert years_to_reach(10, 9, 0.0) == math.inf
    assert years_to_reach(10, 9, 0.0, growth=0.05) == pytest.approx(math.log(0.9) / math.log(1 / 1.05))
    assert years_to_reach(10, 9, 0.04, 0.0, growth=-0.04) == math.inf


@pytest.mark.parametrize("bad", [
    {"exit_rate": 1}, {"exit_rate": -0.1}, {"exit_rate": math.nan}, {"refill": 1.01}, {"refill": -0.1}, {"growth": -1}, {"growth": math.inf},
    {"now": 0}, {"target": 0}, {"target": math.nan},
])
def test_a_rate_outside_its_range_is_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must lie"):
        years_to_reach(**{"now": 10, "target": 9, "exit_rate": 0.04, **bad})
