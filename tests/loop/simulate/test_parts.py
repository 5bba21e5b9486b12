"""The parts of a simulation: trends, rates, and who is let in."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.loop.simulate.history import Applicants
from dingdian.loop.simulate.rates import Rate
from dingdian.loop.simulate.rooms import Left, NoLimit, admit, spread
from dingdian.loop.simulate.trends import trends
from dingdian.provisions.forward import Room, Year, YearRule
from dingdian.provisions.forward_rules import Ceiling, Exchange

pytestmark = pytest.mark.slow


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


def test_the_area_has_the_doubt_of_its_events_and_zones_are_drawn_towards_it() -> None:
    rate = Rate(events=np.array([8, 0]), exposure=np.array([200.0, 200.0]), sizes=np.array([10, 20]))
    assert rate.overall == 0.02
    source = rng()
    drawn = np.array([rate.draw(source) for _ in range(6000)])
    events = drawn @ rate.exposure
    assert events.mean() == pytest.approx(8.5, rel=0.03)
    assert events.std() == pytest.approx(math.sqrt(8.5), rel=0.04)
    assert drawn.mean(axis=0)[1] / drawn.mean(axis=0)[0] == pytest.approx(2 / 10, rel=0.1)  # (0 + 2) against (8 + 2)
    assert (drawn > 0).all()


@pytest.mark.parametrize("uneven", [0.0, 0.4, 0.8])
def test_bands_cover_what_they_say(uneven: float) -> None:
    """Cities with a true rate in each zone, of which twenty months are on file; ten years of exits to come against the runs' bands."""
    providers, years, ahead, source = np.array([229, 62, 17, 20, 12, 36]), 1.67, 10, rng()
    inside = np.zeros(3)
    cities = 300
    for _ in range(cities):
        true = 0.02 * (source.gamma(1 / uneven**2, uneven**2, 6) if uneven else np.ones(6))
        events = source.poisson(true * providers * years)
        if not events.sum():
            continue
        rate = Rate(events=events, exposure=providers * years, sizes=np.zeros(0, dtype=np.int64))
        rates = np.array([rate.draw(source) for _ in range(200)])
        runs = source.binomial(providers, -np.expm1(-rates * ahead))
        came = source.binomial(providers, -np.expm1(-true * ahead))
        low, high, lowest, highest = np.quantile(runs.sum(axis=1), [0.1, 0.9, 0.025, 0.975], method="inverted_cdf")
        first_low, first_high = np.quantile(runs[:, 0], [0.1, 0.9], method="inverted_cdf")
        inside += [low <= came.sum() <= high, lowest <= came.sum() <= highest, first_low <= came[0] <= first_high]
    eighty, ninety_five, zone = inside / cities
    assert 0.74 <= eighty <= 0.88
    assert 0.91 <= ninety_five <= 0.985
    assert 0.72 <= zone <= 0.88


def test_sizes_are_those_on_file_and_nothing_has_none() -> None:
    rate = Rate(events=np.array([1, 1, 1]), exposure=np.ones(3), sizes=np.array([10, 30]))
    sized = rate.sized(np.array([0, 2, 1]), np.array([0.5, 1.0]), rng())
    assert sized[0] == 0
    assert sized[1] in (20, 40, 60)
    assert sized[2] in (10, 30)
    assert rate.sized(np.array([1000, 0, 0]), np.array([1.0, 1.0]), rng()).tolist() == [10_000, 0, 0]


def test_few_sizes_leave_doubt_about_their_mean() -> None:
    rate, source = Rate(events=np.array([2]), exposure=np.ones(1), sizes=np.array([10, 30])), rng()
    means = [rate.sized(np.array([400]), rate.weigh(source), source)[0] / 400 for _ in range(800)]
    assert np.mean(means) == pytest.approx(20, abs=0.7)
    assert np.std(means) == pytest.approx(20 / math.sqrt(12), rel=0.1)  # the share of the larger one is uniform


def test_arrivals_follow_the_file_and_the_people() -> None:
    shares = np.array([0.75, 0.25])
    come = Applicants(on_file=Rate(events=np.array([6, 0]), exposure=0.5 * shares, sizes=np.array([100])), shares=shares)
    source = rng()
    drawn = np.array([come.draw(source) for _ in range(6000)])
    assert drawn.sum(axis=1).mean() == pytest.approx(6.5 / 0.5, rel=0.03)
    assert drawn[:, 0].mean() > 6 * drawn[:, 1].mean()
    assert Applicants(stated=8, shares=shares).draw(source).tolist() == [6, 2]


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
