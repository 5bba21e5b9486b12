"""The p-centre's radius is the smallest of all choices under every limit, and what is called impossible is."""

from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from dingdian.space.siting.center import p_center

from .medians import capacitated_radius, graph_costs, instance, milp_cover, radius_of

quick = settings(deadline=None, max_examples=60)


def best(case, worth=radius_of):
    return min((worth(case, there) for there in case.choices()), default=np.inf)


@pytest.mark.parametrize("seed", range(600))
def test_the_radius_is_the_smallest_of_all_choices_under_all_limits(seed):
    case = instance(seed)
    siting, optimum = p_center(case.cost, case.p, weight=case.weight, **case.rules), best(case)
    assert siting.value == optimum
    assert siting.status == ("infeasible" if optimum == np.inf else "optimal")
    assert siting.verify()


@pytest.mark.parametrize("seed", range(200))
def test_without_the_exact_search_the_optimum_lies_between_bound_and_value(seed):
    case = instance(seed)
    siting, optimum = p_center(case.cost, case.p, weight=case.weight, **case.rules, exact=False), best(case)
    assert siting.bound <= optimum <= siting.value
    assert siting.verify()


@pytest.mark.parametrize("seed", range(100))
def test_with_capacities_everybody_finds_room_within_the_radius(seed):
    case = instance(seed)
    rng = np.random.default_rng(seed)
    n = case.cost.shape[1]
    case = evolve(case, p=min(case.p, len(case.required) + 2))
    capacity = rng.integers(0, 4 + 3 * int(case.weight.sum()) // n, n).astype(float)
    siting = p_center(case.cost, case.p, weight=case.weight, **case.rules, capacity=capacity)
    optimum = best(case, partial(capacitated_radius, capacity=capacity))
    assert siting.value == optimum
    assert siting.status == ("infeasible" if optimum == np.inf else "optimal")
    assert siting.verify()


@pytest.mark.parametrize(("n", "p"), [(60, 3), (100, 5), (100, 10), (100, 20), (100, 33), (150, 10)])
def test_one_metre_less_is_impossible_on_classic_instances(n, p):
    cost = graph_costs(n, n + p)
    siting = p_center(cost, p)
    assert siting.status == "optimal"
    assert milp_cover(cost <= siting.value) <= p < milp_cover(cost < siting.value)
    assert siting.verify()


@pytest.mark.parametrize(("n", "p"), [(200, 20), (300, 5), (400, 10), (400, 133)])
def test_larger_classic_instances_are_solved_with_proof(n, p):
    siting = p_center(graph_costs(n, n + p), p)
    assert (siting.status, siting.bound, siting.gap) == ("optimal", siting.value, 0.0)
    assert siting.sites.size <= p


@quick
@given(st.integers(0, 5000))
def test_one_more_place_never_widens_the_radius(seed):
    case = instance(seed)
    free = case.cost.shape[1] - len(case.fixed) - len(case.forbidden)
    ps = range(len(case.required), free + 1)
    values = [p_center(case.cost, p, weight=case.weight, **case.rules).value for p in ps]
    assert all(later <= earlier for earlier, later in pairwise(values))


@quick
@given(st.integers(0, 5000), st.randoms(use_true_random=False))
def test_other_names_change_nothing_but_names(seed, random):
    case = instance(seed)
    n_demand, n = case.cost.shape
    rows, mix = random.sample(range(n_demand), n_demand), random.sample(range(n), n)
    new = {old: place for place, old in enumerate(mix)}
    plain = {"fixed": case.fixed, "required": case.required, "forbidden": case.forbidden}
    renamed = {name: [new[j] for j in plain[name]] for name in plain}
    one = p_center(case.cost, case.p, weight=case.weight, **plain)
    two = p_center(case.cost[np.ix_(rows, mix)], case.p, weight=case.weight[rows], **renamed)
    assert (two.value, two.status, two.blocked_by) == (one.value, one.status, one.blocked_by)


LINE = np.abs(np.subtract.outer(np.arange(7.0), np.arange(7.0)))  # seven houses in a street, a candidate at each


@pytest.mark.parametrize(("p", "radius"), [(1, 3.0), (2, 2.0), (3, 1.0), (6, 1.0), (7, 0.0)])
def test_a_street_of_seven_houses(p, radius):
    siting = p_center(LINE, p)
    assert (siting.value, siting.bound, siting.status) == (radius, radius, "optimal")


def test_rows_without_people_do_not_count():
    assert p_center(LINE, 1, weight=[0, 0, 1, 1, 1, 0, 0]).value == 1.0
    assert p_center(LINE, 1, weight=np.zeros(7)).value == 0.0


def test_fixed_places_serve_and_do_not_count():
    siting = p_center(LINE, 1, fixed=[0])
    assert siting.value == 2.0
    assert siting.fixed.tolist() == [0]
    assert siting.sites.size == 1


@pytest.mark.parametrize(
    ("rules", "names"),
    [
        ({}, ("p",)),
        ({"p": 2, "forbidden": [2, 3]}, ("forbidden",)),
        ({"p": 2, "at_most": [([0, 1, 2, 3], 1, "county quota")]}, ("county quota",)),
        ({"p": 2, "capacity": [2, 2, 1, 0]}, ("capacity",)),
    ],
)
def test_what_stands_in_the_way_is_named(rules, names):
    villages = np.where(np.kron(np.eye(2), np.ones((2, 2))) > 0, 1.0, np.inf)
    siting = p_center(villages, **{"p": 1} | rules)
    assert (siting.status, siting.value, siting.bound, siting.blocked_by) == ("infeasible", np.inf, np.inf, names)
    assert siting.verify()


class Steps:
    """A clock that goes on by one second each time it is read."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        self.now += 1.0
        return self.now


@pytest.mark.parametrize("seconds", [0.0, 4.0, 20.0])
def test_a_time_limit_never_says_optimal_without_proof(seconds):
    cost = graph_costs(100, 5)
    optimum, siting = p_center(cost, 10).value, p_center(cost, 10, seconds=seconds, clock=Steps())
    assert siting.bound <= optimum <= siting.value
    assert (siting.status == "optimal") == (siting.bound == siting.value)
    assert siting.status in ("optimal", "time_limit")
    assert siting.verify()


@pytest.mark.parametrize("gap", [0.05, 0.2])
def test_the_gap_that_is_allowed_is_certified(gap):
    cost = graph_costs(100, 5)
    optimum, siting = p_center(cost, 10).value, p_center(cost, 10, gap=gap)
    assert siting.bound <= optimum <= siting.value
    assert siting.gap <= gap


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cost": np.array([[np.nan]])}, "costs must be zero or more"),
        ({"cost": csr_array(np.array([[-1.0]]))}, "costs must be zero or more"),
        ({"weight": [1, 2]}, "weight must have 1 entries"),
        ({"p": 2}, "only 1 of 1"),
        ({"capacity": [-1.0]}, "capacity must be zero or more"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(change, words):
    with pytest.raises(ValueError, match=words):
        p_center(**{"cost": np.array([[1.0]]), "p": 1} | change)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"value": 3.0, "bound": 3.0}, "the value is not the largest cost"),
        ({"bound": 1.0}, "optimal without proof"),
        ({"bound": 3.0}, "the bound lies above"),
        ({"sites": np.array([0, 1, 2])}, "more sites than p"),
        ({"sites": np.array([0, 1])}, "the value is not the largest cost"),
        ({"assignment": np.zeros(7, dtype=np.int64)}, "the assignment is not"),
    ],
)
def test_a_wrong_answer_does_not_verify(change, words):
    siting = p_center(LINE, 2)
    with pytest.raises(ValueError, match=words):
        evolve(siting, **change).verify()
