"""Floating catchments hand all supply out, once; every variant equals plain sums written down from its paper."""

from __future__ import annotations

from math import exp, inf, nan
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dingdian.methods.access import (
    Steps,
    gaussian,
    gaussian_normalised,
    opportunities,
    reached,
    steps,
    two_step,
    unused_supply,
)
from dingdian.space.pairs import Pairs

law = settings(deadline=None)  # the first call loads the compiled kernels

BANDS = [(400, 1.0), (800, 0.68), (1200, 0.22)]


def pairs_of(rows, n_demand, n_supply, limit=inf):
    """Pairs from (place, provider, metres) in any order."""
    table = np.array(rows, dtype=np.float64).reshape(-1, 3)
    source, target = table[:, 0].astype(np.int64), table[:, 1].astype(np.int64)
    return Pairs.ordered(source, target, table[:, 2].copy(), n_demand, n_supply, limit)


# --- by hand ---------------------------------------------------------------------------------------------------------

# Three villages of 100, 200 and 300 persons. Clinic 0 with 6 doctors is near the first two, clinic 1 with 9 near the last two.
SUPPLY, DEMAND = [6.0, 9.0], [100.0, 200.0, 300.0]
TOWN = pairs_of([(0, 0, 300.0), (1, 0, 600.0), (1, 1, 600.0), (2, 1, 1000.0)], 3, 2, 1200.0)


def test_2sfca_by_hand():
    """R0 = 6/300 = 0.02, R1 = 9/500 = 0.018; the village between them gets both."""
    assert two_step(SUPPLY, DEMAND, TOWN).tolist() == pytest.approx([0.02, 0.038, 0.018], rel=1e-15)


def test_e2sfca_by_hand():
    """R0 = 6 / (100 + 0.68 × 200) = 6/236; R1 = 9 / (0.68 × 200 + 0.22 × 300) = 9/202."""
    first, second = 6 / 236, 9 / 202
    expected = [first, 0.68 * (first + second), 0.22 * second]
    assert two_step(SUPPLY, DEMAND, TOWN, decay=steps(BANDS)).tolist() == pytest.approx(expected, rel=1e-15)


def test_gaussian_by_hand():
    f = {metres: (exp(-0.5 * (metres / 1200) ** 2) - exp(-0.5)) / (1 - exp(-0.5)) for metres in (300, 600, 1000)}
    first = 6 / (100 * f[300] + 200 * f[600])
    second = 9 / (200 * f[600] + 300 * f[1000])
    expected = [first * f[300], (first + second) * f[600], second * f[1000]]
    assert two_step(SUPPLY, DEMAND, TOWN, decay=gaussian_normalised(1200)).tolist() == pytest.approx(expected, rel=1e-14)


def test_3sfca_by_hand():
    """The village between two equally near clinics splits itself in half; without a decay its weight is ½ to each.

    R0 = 6 / (100 + 100) = 0.03, R1 = 9 / (100 + 300) = 0.0225.
    """
    expected = [0.03, 0.5 * (0.03 + 0.0225), 0.0225]
    assert two_step(SUPPLY, DEMAND, TOWN, choice="3sfca").tolist() == pytest.approx(expected, rel=1e-15)


def test_3sfca_sends_more_people_to_the_nearer_provider():
    town = pairs_of([(0, 0, 300.0), (0, 1, 700.0)], 1, 2)
    weight = {"near": 1.0, "far": 0.68}
    total = sum(weight.values())
    selected = {name: w * w / total for name, w in weight.items()}
    access = two_step([4.0, 4.0], [10.0], town, decay=steps(BANDS), choice="3sfca")
    assert access[0] == pytest.approx(sum(4 / (10 * g) * g for g in selected.values()), rel=1e-15)
    assert selected["near"] / selected["far"] == pytest.approx(1 / 0.68**2)


def test_opportunities_by_hand():
    assert opportunities(SUPPLY, TOWN).tolist() == [6, 15, 9]
    assert opportunities(SUPPLY, TOWN, steps(BANDS)).tolist() == pytest.approx([6, 0.68 * 15, 0.22 * 9], rel=1e-15)


# --- decays ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("metres", "weight"),
    [(0.0, 1.0), (399.9, 1.0), (400.0, 1.0), (400.1, 0.68), (799.9, 0.68), (800.0, 0.68), (800.1, 0.22),
     (1199.9, 0.22), (1200.0, 0.22), (1200.1, 0.0), (5000.0, 0.0)],
)  # fmt: skip
def test_a_band_holds_its_edge_and_beyond_the_last_there_is_nothing(metres, weight):
    town = pairs_of([(0, 0, metres)], 1, 1)
    assert steps(BANDS)(np.array([metres])).tolist() == [weight]
    assert opportunities([1.0], town, steps(BANDS)).tolist() == [weight]


def test_an_edge_that_was_computed_means_its_decimal():
    assert steps([(12 * 60 * 1.15, 1.0)])(np.array([828.0, 828.1])).tolist() == [1.0, 0.0]


def test_gaussian_is_one_at_the_door_and_e_to_minus_a_half_at_sigma():
    assert gaussian(500)(np.array([0.0, 500.0, 1000.0])).tolist() == pytest.approx([1.0, exp(-0.5), exp(-2)], rel=1e-15)


@pytest.mark.parametrize(
    ("metres", "weight"), [(0.0, 1.0), (799.9, 1.926e-4), (800.0, 0.0), (800.1, 0.0), (4000.0, 0.0)]
)
def test_the_normalised_gaussian_ends_at_its_radius(metres, weight):
    assert gaussian_normalised(800)(np.array([metres]))[0] == pytest.approx(weight, rel=1e-3)


def test_any_callable_is_a_decay():
    assert opportunities(SUPPLY, TOWN, lambda metres: 1 / (1 + metres / 100))[0] == pytest.approx(6 / 4)


# --- conventions -----------------------------------------------------------------------------------------------------


def test_nothing_in_reach_is_zero_and_reached_tells_it_from_supply_of_nil():
    town = pairs_of([(0, 0, 100.0), (1, 1, 100.0), (2, 0, 900.0)], 4, 2)
    assert two_step([5.0, 0.0], [10.0, 10.0, 0.0, 10.0], town, decay=steps([(800, 1.0)])).tolist() == [0.5, 0.0, 0.0, 0.0]
    assert reached(town, 4).tolist() == [True, True, True, False]
    assert reached(town, 4, decay=steps([(800, 1.0)])).tolist() == [True, True, False, False]


def test_supply_whose_catchment_holds_nobody_serves_nobody_and_is_named():
    town = pairs_of([(0, 0, 100.0), (1, 1, 100.0), (0, 2, 900.0)], 2, 5)
    supply, demand = [1.0, 1.0, 1.0, 1.0, 0.0], [10.0, 0.0]
    assert two_step(supply, demand, town, decay=steps([(800, 1.0)])).tolist() == [0.1, 0.0]
    assert unused_supply(supply, demand, town, decay=steps([(800, 1.0)])).tolist() == [1, 2, 3]
    assert unused_supply(supply, demand, town).tolist() == [1, 3]


def test_a_place_with_nobody_still_has_the_access_that_its_neighbours_share():
    town = pairs_of([(0, 0, 100.0), (1, 0, 100.0)], 2, 1)
    assert two_step([5.0], [10.0, 0.0], town).tolist() == [0.5, 0.5]


def test_where_all_weights_are_nil_nothing_is_selected():
    town = pairs_of([(0, 0, 800.0)], 1, 1)
    assert two_step([5.0], [10.0], town, decay=gaussian_normalised(800), choice="3sfca").tolist() == [0.0]


def test_without_any_pair_nobody_has_access():
    assert two_step([1.0], [1.0, 2.0], pairs_of([], 2, 1)).tolist() == [0.0, 0.0]
    assert two_step([], [], pairs_of([], 0, 0), choice="3sfca").tolist() == []


def test_a_duck_with_the_columns_will_do():
    duck = SimpleNamespace(source=np.array([0], np.int32), target=[0], distance=[100], n_source=1, n_target=1)
    assert two_step([3], [6], duck).tolist() == [0.5]


# --- laws ------------------------------------------------------------------------------------------------------------


@st.composite
def towns(draw):
    """Supply, demand (nil often) and distinct pairs; few distances, so that edges are hit exactly."""
    n_demand, n_supply = draw(st.integers(0, 6)), draw(st.integers(0, 5))
    amount = st.just(0.0) | st.floats(0.01, 1e4)
    supply = draw(st.lists(amount, min_size=n_supply, max_size=n_supply))
    demand = draw(st.lists(amount, min_size=n_demand, max_size=n_demand))
    cells = [(i, j) for i in range(n_demand) for j in range(n_supply)]
    chosen = draw(st.lists(st.sampled_from(cells), unique=True)) if cells else []
    metres = st.sampled_from([0.0, 399.9, 400.0, 400.1, 800.0, 800.1, 1200.0, 1200.1]) | st.integers(0, 15_000).map(lambda d: d / 10)
    return supply, demand, pairs_of([(i, j, draw(metres)) for i, j in chosen], n_demand, n_supply)


VARIANTS = {
    "2sfca": (None, None),
    "e2sfca": (steps(BANDS), None),
    "gaussian": (gaussian(450), None),
    "normalised": (gaussian_normalised(1000), None),
    "callable": (lambda metres: 1 / (1 + metres), None),
    "3sfca": (steps(BANDS), "3sfca"),
    "3sfca gaussian": (gaussian_normalised(1000), "3sfca"),
    "3sfca plain": (None, "3sfca"),
}
SLOW_DECAY = {
    "2sfca": lambda d: 1.0,
    "e2sfca": lambda d: 1.0 if d <= 400 else 0.68 if d <= 800 else 0.22 if d <= 1200 else 0.0,
    "gaussian": lambda d: exp(-d * d / (2 * 450 * 450)),
    "normalised": lambda d: max((exp(-0.5 * (d / 1000) ** 2) - exp(-0.5)) / (1 - exp(-0.5)), 0.0),
    "callable": lambda d: 1 / (1 + d),
}
SLOW_DECAY |= {"3sfca": SLOW_DECAY["e2sfca"], "3sfca gaussian": SLOW_DECAY["normalised"], "3sfca plain": SLOW_DECAY["2sfca"]}
every_variant = pytest.mark.parametrize("name", VARIANTS)


def slow(name, supply, demand, pairs):
    """The papers' sums, place by place: access, and who of the supply is used."""
    metres = {(int(i), int(j)): float(d) for i, j, d in zip(pairs.source, pairs.target, pairs.distance)}
    f = {pair: SLOW_DECAY[name](d) for pair, d in metres.items()}
    weight = dict(f)
    if "3sfca" in name:
        for i, j in f:
            total = sum(f[i, k] for k in range(len(supply)) if (i, k) in f)
            weight[i, j] = f[i, j] * f[i, j] / total if total else 0.0
    ratio = {}
    for j, capacity in enumerate(supply):
        held = sum(demand[i] * w for (i, k), w in weight.items() if k == j)
        if held > 0:
            ratio[j] = capacity / held
    access = [sum(ratio.get(j, 0.0) * w for (k, j), w in weight.items() if k == i) for i in range(len(demand))]
    return access, ratio.keys()


def run(name, supply, demand, pairs):
    decay, choice = VARIANTS[name]
    return two_step(supply, demand, pairs, decay=decay, choice=choice)


@every_variant
@law
@given(town=towns())
def test_each_variant_equals_the_plain_sums_of_its_paper(name, town):
    expected, used = slow(name, *town)
    supply, demand, pairs = town
    assert run(name, *town).tolist() == pytest.approx(expected, rel=1e-10, abs=0)
    unused = unused_supply(supply, demand, pairs, decay=VARIANTS[name][0]).tolist()
    assert unused == [j for j, capacity in enumerate(supply) if capacity > 0 and j not in used]


@every_variant
@law
@given(town=towns())
def test_all_supply_that_reaches_anybody_is_handed_out(name, town):
    supply, demand, pairs = town
    unused = set(unused_supply(supply, demand, pairs, decay=VARIANTS[name][0]).tolist())
    handed_out = float(np.dot(demand, run(name, *town)))
    assert handed_out == pytest.approx(sum(s for j, s in enumerate(supply) if j not in unused), rel=1e-10)


@every_variant
@law
@given(town=towns(), factor=st.floats(0.01, 100))
def test_access_scales_with_supply_and_inversely_with_demand(name, town, factor):
    supply, demand, pairs = town
    once = run(name, *town)
    more_supply = run(name, np.array(supply) * factor, demand, pairs)
    more_demand = run(name, supply, np.array(demand) * factor, pairs)
    assert more_supply.tolist() == pytest.approx((once * factor).tolist(), rel=1e-10)
    assert more_demand.tolist() == pytest.approx((once / factor).tolist(), rel=1e-10)


@every_variant
@law
@given(town=towns(), random=st.randoms(use_true_random=False))
def test_the_order_of_pairs_moves_nothing_but_the_rounding(name, town, random):
    supply, demand, pairs = town
    order = np.array(random.sample(range(len(pairs)), len(pairs)), dtype=np.int64)
    shuffled = SimpleNamespace(source=pairs.source[order], target=pairs.target[order], distance=pairs.distance[order],
                               n_source=pairs.n_source, n_target=pairs.n_target)
    assert run(name, supply, demand, shuffled).tolist() == pytest.approx(run(name, *town).tolist(), rel=1e-10)


@every_variant
@law
@given(town=towns())
def test_the_same_pairs_give_the_same_bits(name, town):
    assert run(name, *town).tobytes() == run(name, *town).tobytes()


@law
@given(town=towns(), radius=st.integers(0, 15_000).map(lambda d: d / 10))
def test_2sfca_is_e2sfca_with_one_step(town, radius):
    supply, demand, pairs = town
    near = pairs.where(pairs.distance <= radius)
    one_step = two_step(supply, demand, pairs, decay=steps([(radius, 1.0)]))
    assert one_step.tolist() == two_step(supply, demand, near).tolist()


@law
@given(town=towns(), one=st.floats(0, 1500), two=st.floats(0, 1500))
def test_cumulative_opportunities_never_fall_when_the_radius_grows(town, one, two):
    supply, _, pairs = town
    near, far = (opportunities(supply, pairs, steps([(radius, 1.0)])) for radius in sorted((one, two)))
    assert (near <= far).all()
    assert (far <= opportunities(supply, pairs)).all()


@every_variant
@law
@given(town=towns())
def test_access_is_zero_where_nothing_is_reached(name, town):
    supply, demand, pairs = town
    within = reached(pairs, len(demand), decay=VARIANTS[name][0])
    assert not run(name, *town)[~within].any()
    assert not opportunities(supply, pairs, VARIANTS[name][0])[~within].any()


# --- bad input -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", [-1.0, nan, inf])
def test_amounts_and_distances_that_are_none_are_refused(bad):
    with pytest.raises(ValueError, match="supply must be finite and zero or more: broken by 1 of 2, first at position 1"):
        two_step([1.0, bad], DEMAND, TOWN)
    with pytest.raises(ValueError, match="demand must be finite and zero or more"):
        two_step(SUPPLY, [1.0, bad, 1.0], TOWN)
    broken = pairs_of([(0, 0, 1.0), (1, 0, bad)], 3, 2)
    for ask in (lambda: two_step(SUPPLY, DEMAND, broken, decay=steps(BANDS)), lambda: opportunities(SUPPLY, broken), lambda: reached(broken, 3)):
        with pytest.raises(ValueError, match="distance must be finite metres, zero or more: broken by 1 of 2"):
            ask()


@pytest.mark.parametrize(("row", "name"), [((3, 0), "source"), ((-1, 0), "source"), ((0, 2), "target"), ((0, -1), "target")])
def test_indices_beyond_the_lists_are_refused(row, name):
    with pytest.raises(ValueError, match=f"{name} must lie between 0 and"):
        two_step(SUPPLY, DEMAND, pairs_of([(*row, 100.0)], 3, 2))


def test_lists_that_do_not_fit_the_pairs_are_refused():
    with pytest.raises(ValueError, match="supply must have 2 entries, not 3"):
        two_step([1.0, 2.0, 3.0], DEMAND, TOWN)
    with pytest.raises(ValueError, match="demand must have 3 entries, not 2"):
        two_step(SUPPLY, [1.0, 2.0], TOWN)
    with pytest.raises(ValueError, match="n_demand must be 3 as in the pairs, not 4"):
        reached(TOWN, 4)
    uneven = SimpleNamespace(source=[0, 1], target=[0], distance=[1.0], n_source=3, n_target=2)
    with pytest.raises(ValueError, match="columns of one length"):
        two_step(SUPPLY, DEMAND, uneven)
    halves = SimpleNamespace(source=[0.5], target=[0], distance=[1.0], n_source=3, n_target=2)
    with pytest.raises(ValueError, match="source must be whole numbers"):
        two_step(SUPPLY, DEMAND, halves)


@pytest.mark.parametrize(
    ("bands", "said"),
    [
        ([], "at least one distance"),
        ([(400, 1.1)], "between 0 and 1"),
        ([(400, -0.1)], "between 0 and 1"),
        ([(400, nan)], "between 0 and 1"),
        ([(400, 0.5), (800, 0.6)], "must not rise"),
        ([(800, 1.0), (400, 0.5)], "must rise"),
        ([(400, 1.0), (400, 0.5)], "must rise"),
        ([(-1, 1.0)], "zero or more"),
        ([(nan, 1.0)], "zero or more"),
    ],
)
def test_bands_that_make_no_decay_are_refused(bands, said):
    with pytest.raises(ValueError, match=said):
        steps(bands)


@pytest.mark.parametrize("bad", [0.0, -1.0, nan, inf])
def test_a_width_must_be_above_nil(bad):
    with pytest.raises(ValueError, match="sigma must be finite metres above 0"):
        gaussian(bad)
    with pytest.raises(ValueError, match="radius must be finite metres above 0"):
        gaussian_normalised(bad)


@pytest.mark.parametrize(
    ("decay", "said"),
    [(lambda metres: metres * 0 + 1.1, "between 0 and 1"), (lambda metres: metres * nan, "between 0 and 1"),
     (lambda metres: -metres, "between 0 and 1"), (lambda metres: 1.0, "one weight for each distance")],
)  # fmt: skip
def test_a_callable_that_gives_no_weights_is_refused(decay, said):
    with pytest.raises(ValueError, match=said):
        two_step(SUPPLY, DEMAND, TOWN, decay=decay)


def test_an_unknown_choice_is_refused():
    with pytest.raises(ValueError, match="choice must be None or '3sfca', not '2sfca'"):
        two_step(SUPPLY, DEMAND, TOWN, choice="2sfca")


@pytest.mark.parametrize(("limit", "enough"), [(1199.9, False), (1200.0, True), (1200.1, True)])
@pytest.mark.parametrize("decay", [steps(BANDS), gaussian_normalised(1200)], ids=["steps", "normalised"])
def test_pairs_must_have_been_sought_as_far_as_the_decay_reaches(limit, enough, decay):
    pairs = pairs_of([(0, 0, 100.0)], 1, 1, limit)
    if enough:
        assert two_step([1.0], [1.0], pairs, decay=decay).tolist() == [pytest.approx(1.0)]
    else:
        with pytest.raises(ValueError, match="pairs must be sought up to 1200"):
            two_step([1.0], [1.0], pairs, decay=decay)


def test_what_fits_no_float_is_refused():
    with pytest.raises(ValueError, match="supply per head must fit a float"):
        two_step([1e300], [1e-300], pairs_of([(0, 0, 1.0)], 1, 1))
    with pytest.raises(ValueError, match="demand must add up"):
        two_step([1.0], [1.7e308, 1.7e308], pairs_of([(0, 0, 1.0)], 2, 1))


def test_a_finished_decay_cannot_be_changed():
    finished = steps(BANDS)
    assert isinstance(finished, Steps)
    with pytest.raises(ValueError, match="read-only"):
        finished.weight[0] = 2.0
