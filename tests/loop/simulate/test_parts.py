"""The parts of a simulation: trends, rates, and who is let in."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.loop.simulate.rates import Rate, Spread
from dingdian.loop.simulate.rooms import Left, NoLimit, admit, spread
from dingdian.loop.simulate.trends import trends
from dingdian.provisions.forward import Room, Year, YearRule
from dingdian.provisions.forward_rules import Ceiling, Exchange


def rng() -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(1))


# --- trends ------------------------------------------------------------------------------------------------------


def test_a_series_goes_on_at_its_mean_rate_and_a_single_year_stays() -> None:
    found = trends([{2023: 100.0, 2025: 121.0}, {2025: 7.0}, {2024: 0.0, 2025: 5.0}], 2025)
    assert found.is_even
    assert found.path(2, rng()).tolist() == pytest.approx(np.array([[121, 7, 5], [133.1, 7, 5], [146.41, 7, 5]]))
    assert found.changes.tolist() == [1, 0, 0]


def test_an_older_series_is_carried_to_the_start() -> None:
    assert trends([{2022: 100.0, 2023: 110.0}], 2025).path(0, rng())[0, 0] == pytest.approx(110 * 1.1**2)


@pytest.mark.parametrize(("years", "even"), [(3, True), (4, False), (5, False)])
def test_scatter_is_told_from_three_changes_on(years: int, even: bool) -> None:
    values = {2020 + i: 100.0 * 1.1**i * (1.05 if i % 2 else 1) for i in range(years)}
    assert trends([values], 2020 + years - 1).is_even is even


def test_scatter_is_that_of_the_past() -> None:
    steps = [0.02, 0.05, -0.01, 0.04]
    values = {2020 + i: 100 * math.exp(sum(steps[:i])) for i in range(5)}
    found = trends([values], 2024)
    assert found.mean[0] == pytest.approx(0.025)
    assert found.scatter[0] == pytest.approx(np.std(steps, ddof=1))
    source = rng()
    drawn = np.array([np.log(found.path(1, source)[1, 0] / values[2024]) for _ in range(4000)])
    assert drawn.mean() == pytest.approx(0.025, abs=0.002)
    assert drawn.std() == pytest.approx(found.scatter[0] * math.sqrt(1 + 1 / 4), rel=0.05)


@pytest.mark.parametrize(("years", "fine"), [(10, True), (11, False)])
def test_a_series_that_would_grow_more_than_a_thousandfold_is_refused(years: int, fine: bool) -> None:
    found = trends([{2024: 1.0, 2025: 1.99}], 2025)  # doubles: 2^10 is just above a thousand
    if fine:
        assert found.path(years, rng())[-1, 0] == pytest.approx(1.99 * 1.99**years)
        return
    with pytest.raises(ValueError, match="more than 1,000-fold in 11 years"):
        found.path(years, rng())


# --- rates -------------------------------------------------------------------------------------------------------


def test_zones_are_drawn_towards_the_area() -> None:
    rate = Rate(events=np.array([8, 0]), exposure=np.array([200.0, 200.0]), sizes=np.array([10, 20]))
    assert rate.overall == 0.02
    assert rate.means.tolist() == pytest.approx([13 / 450, 5 / 450])
    source = rng()
    drawn = np.array([rate.draw(source) for _ in range(4000)])
    assert drawn.mean(axis=0) == pytest.approx(rate.means, rel=0.05)
    assert drawn.std(axis=0) == pytest.approx(np.sqrt([13, 5]) / 450, rel=0.06)


def test_sizes_are_those_on_file_and_nothing_has_none() -> None:
    rate = Rate(events=np.array([1, 1, 1]), exposure=np.ones(3), sizes=np.array([10, 30]))
    sized = rate.sized(np.array([0, 2, 1]), rng())
    assert sized[0] == 0
    assert sized[1] in (20, 40, 60)
    assert sized[2] in (10, 30)


def test_arrivals_follow_the_file_and_the_people() -> None:
    found = Spread(events=np.array([6, 0]), years=0.5, shares=np.array([0.75, 0.25]), sizes=np.array([100]))
    source = rng()
    means = np.array([found.draw(source) for _ in range(4000)]).mean(axis=0)
    assert means == pytest.approx([11 / (0.5 + 5 / 9), 5 / (0.5 + 5 / 3)], rel=0.05)


# --- rooms -------------------------------------------------------------------------------------------------------


class Fixed(YearRule):
    """A rule with a fixed room."""

    def room(self, year: Year) -> Room:
        return ROOMS[self.provision]


ROOMS: dict[str, Room] = {}


def rule(provision: str, zones: tuple[int | None, ...], area: int | None = None, **more: Any) -> YearRule:
    ROOMS[provision] = Room(zones=zones, area=area)
    return Fixed(provision=provision, classes=("inpatient",), **more)


NOW = Year(year=2026, provider_class="inpatient", zones=("a", "b"), insured=(300, 100), providers=(1, 1), stock=(50, 50), opening=(50, 50), freed=(4, 6),
           freed_before=(0, 0), kept={})


@pytest.mark.parametrize(("asked", "offers", "added"), [(9, True, 9), (10, True, 10), (11, True, 10), (11, False, 0)])
def test_an_applicant_gets_what_is_left_or_nothing(asked: int, offers: bool, added: int) -> None:
    found = admit([rule("gate", (10, None), offers=offers)], NOW, [(0, asked)], (1, 1))
    assert found.stock == [added, 0]
    assert found.providers == [int(added > 0), 0]
    assert found.quota == [10, None]
    assert found.quota_area is None


def test_unlimited_demand_uses_every_room_and_shares_the_areas_by_weight() -> None:
    assert admit([rule("gate", (10, 20))], NOW, None, (3, 1)).stock == [10, 20]
    assert admit([rule("gate", (None, None), 8)], NOW, None, (3, 1)).stock == [6, 2]
    assert admit([rule("gate", (4, None), 8)], NOW, None, (3, 1)).stock == [4, 4]
    with pytest.raises(NoLimit):
        admit([rule("gate", (10, None))], NOW, None, (3, 1))


def test_what_an_exit_freed_is_added_once() -> None:
    ceiling = Ceiling(provision="total", classes=("inpatient",), highs={2026: Fraction(260)})  # room for 4
    swap = Exchange(provision="swap", classes=("inpatient",), ratio=Fraction(1), lifts=("total",))
    found = admit([ceiling, swap], NOW, None, (3, 1))
    assert sum(found.stock) == 10  # the year's ten exits, of which four fit under the ceiling as well
    assert found.quota_area == 10
    assert sum(admit([ceiling], NOW, None, (3, 1)).stock) == 4


def test_an_exception_lifts_only_what_it_names() -> None:
    gates = [rule("total", (None, None), 0), rule("gap", (0, None))]
    swap = Exchange(provision="swap", classes=("inpatient",), ratio=Fraction(1), lifts=("total",))
    assert admit([*gates, swap], NOW, [(0, 5), (1, 5)], (1, 1)).stock == [0, 5]


CAPS = st.lists(st.one_of(st.none(), st.integers(0, 30)), min_size=1, max_size=6)


@given(st.integers(0, 100), CAPS, st.data())
def test_sharing_out_loses_nothing_and_passes_no_cap(total: int, caps: list[int | None], data: Any) -> None:
    weights = data.draw(st.lists(st.integers(1, 50), min_size=len(caps), max_size=len(caps)))
    given_out = spread(total, caps, weights)
    room = None if None in caps else sum(cap or 0 for cap in caps)
    assert sum(given_out) == (total if room is None else min(total, room))
    assert all(amount >= 0 and (cap is None or amount <= cap) for amount, cap in zip(given_out, caps))


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(1, 20)), max_size=12), st.integers(0, 40), st.integers(0, 40), st.integers(0, 60))
def test_nobody_gets_in_beyond_a_room(applicants: list[tuple[int, int]], a: int, b: int, area: int) -> None:
    found = admit([rule("zones", (a, b)), rule("area", (None, None), area)], NOW, applicants, (1, 1))
    assert found.stock[0] <= a
    assert found.stock[1] <= b
    assert sum(found.stock) <= area
    assert found.quota_area == min(a + b, area)


def test_room_that_is_taken_is_gone() -> None:
    left = Left([5, None], 8)
    left.take(0, 3)
    assert (left.of(0), left.of(1), left.total) == (2, 5, 5)
