"""The p-median equals the best of all choices under every limit, and a peer on the classic instances; bounds and reasons hold."""

from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array, csr_array

from dingdian.space.siting.limits import Apart, Cap, Limits
from dingdian.space.siting.median import p_median

from .medians import flow_of, graph_costs, instance, median_of, milp_median

quick = settings(deadline=None, max_examples=60)


def best(case, worth=median_of):
    return min((worth(case, there) for there in case.choices()), default=np.inf)


@pytest.mark.parametrize("seed", range(600))
def test_the_answer_is_the_best_of_all_choices_under_all_limits(seed):
    case = instance(seed)
    siting, optimum = p_median(case.cost, case.weight, case.p, **case.rules), best(case)
    assert siting.value == pytest.approx(optimum, rel=1e-12)
    assert siting.status == ("infeasible" if optimum == np.inf else "optimal")
    assert siting.verify()


@pytest.mark.parametrize("seed", range(200))
def test_without_the_exact_search_the_optimum_lies_between_bound_and_value(seed):
    case = instance(seed)
    siting, optimum = p_median(case.cost, case.weight, case.p, **case.rules, exact=False), best(case)
    assert siting.bound <= optimum * (1 + 1e-12)
    assert optimum <= siting.value * (1 + 1e-12)
    assert siting.verify()


@pytest.mark.parametrize("seed", range(120))
def test_with_capacities_people_are_split_at_least_cost(seed):
    case = instance(seed)
    rng = np.random.default_rng(seed)
    n = case.cost.shape[1]
    case = evolve(case, p=min(case.p, len(case.required) + 2))
    capacity = rng.integers(0, 4 + 3 * int(case.weight.sum()) // n, n).astype(float)
    capacity[rng.random(n) < 0.2] = np.inf
    siting = p_median(case.cost, case.weight, case.p, **case.rules, capacity=capacity)
    optimum = best(case, partial(flow_of, capacity=capacity))
    assert siting.value == pytest.approx(optimum, rel=1e-7)
    assert siting.status == ("infeasible" if optimum == np.inf else "optimal")
    assert siting.verify()


@pytest.mark.parametrize(("n", "p"), [(60, 3), (80, 8), (100, 5), (100, 10), (100, 33)])
def test_classic_instances_agree_with_a_peer(n, p):
    cost, weight = graph_costs(n, n + p), np.ones(n)
    siting = p_median(cost, weight, p)
    assert siting.status == "optimal"
    assert siting.value == milp_median(cost, weight, p)
    assert siting.verify()


def circles(kind, cost, radius):
    near, n = cost <= radius, len(cost)
    if kind == "apart":
        return Limits(apart=(Apart("apart", *np.nonzero(np.triu(near, 1))),))
    if kind == "township":
        return Limits.one_per((np.arange(n) % 9).tolist())
    applicants = range(n) if kind == "applicant" else [None] * n
    return Limits(tuple(Cap("circle", np.flatnonzero(near[j]), 2, when=when) for j, when in enumerate(applicants)))


@pytest.mark.parametrize("kind", ["apart", "township", "applicant", "always"])
@pytest.mark.parametrize(("n", "p"), [(40, 4), (55, 6)])
def test_overlapping_limits_agree_with_a_peer(kind, n, p):
    cost, weight = graph_costs(n, n + p), np.arange(n) % 7 + 1.0
    limits = circles(kind, cost, np.quantile(cost, 1.5 / p))
    siting = p_median(cost, weight, p, limits=limits)
    assert siting.status == "optimal"
    assert siting.value == pytest.approx(milp_median(cost, weight, p, limits), rel=1e-9)
    assert siting.verify()


@pytest.mark.parametrize(("n", "p"), [(200, 5), (200, 66), (300, 30), (400, 5), (400, 10), (400, 40), (400, 133)])
def test_larger_classic_instances_are_solved_with_proof(n, p):
    siting = p_median(graph_costs(n, n + p), np.ones(n), p)
    assert (siting.status, siting.bound, siting.gap) == ("optimal", siting.value, 0.0)
    assert siting.sites.size == p


@quick
@given(st.integers(0, 5000))
def test_one_more_place_never_costs_more(seed):
    case = instance(seed)
    free = case.cost.shape[1] - len(case.fixed) - len(case.forbidden)
    values = [p_median(case.cost, case.weight, p, **case.rules).value for p in range(len(case.required), free + 1)]
    assert all(later <= earlier for earlier, later in pairwise(values))


@quick
@given(st.integers(0, 5000), st.randoms(use_true_random=False))
def test_other_names_change_nothing_but_names(seed, random):
    case = instance(seed)
    n_demand, n = case.cost.shape
    rows, mix = random.sample(range(n_demand), n_demand), random.sample(range(n), n)
    new = {old: place for place, old in enumerate(mix)}
    caps = [(np.flatnonzero(np.arange(n) % 2).tolist(), 1)]
    plain = {"fixed": case.fixed, "required": case.required, "forbidden": case.forbidden, "at_most": caps}
    renamed = {name: [new[j] for j in plain[name]] for name in ("fixed", "required", "forbidden")}
    one = p_median(case.cost, case.weight, case.p, **plain)
    two = p_median(
        case.cost[np.ix_(rows, mix)], case.weight[rows], case.p, **renamed, at_most=[([new[j] for j in caps[0][0]], 1)]
    )
    assert two.value == pytest.approx(one.value, rel=1e-12)
    assert (two.status, two.blocked_by) == (one.status, one.blocked_by)


@quick
@given(st.integers(0, 5000))
def test_sparse_and_dense_costs_give_the_same_answer(seed):
    case = instance(seed)
    there = np.isfinite(case.cost)
    sparse = coo_array((case.cost[there], np.nonzero(there)), shape=case.cost.shape)
    dense = p_median(case.cost, case.weight, case.p, **case.rules)
    for same in (sparse, csr_array(sparse)):
        again = p_median(same, case.weight, case.p, **case.rules)
        assert (again.sites.tolist(), again.value, again.bound) == (dense.sites.tolist(), dense.value, dense.bound)


def test_the_same_question_gets_the_same_answer():
    cost = graph_costs(120, 3)
    one, two = (p_median(cost, np.ones(120), 7) for _ in range(2))
    assert (one.sites.tolist(), one.order.tolist(), one.value) == (two.sites.tolist(), two.order.tolist(), two.value)


LINE = np.abs(np.subtract.outer(np.arange(7.0), np.arange(7.0)))  # seven houses in a street, a candidate at each
PEOPLE = [1, 1, 1, 1, 1, 1, 1]


def test_the_result_tells_sites_order_and_who_is_served_by_whom():
    siting = p_median(LINE, PEOPLE, 2)
    assert siting.value == 6.0
    assert siting.cumulative[-1] == siting.value
    assert siting.cumulative[0] == np.inf
    assert set(siting.assignment.tolist()) == set(siting.sites.tolist()) == set(siting.order.tolist())


@pytest.mark.parametrize(("decimetres", "value"), [(7, 3.5), (8, 4.0), (9, 4.5)])
def test_decimetres_are_counted_exactly(decimetres, value):
    siting = p_median(np.array([[decimetres / 10, 9.0]] * 5), np.ones(5), 1)
    assert (siting.value, siting.bound, siting.status) == (value, value, "optimal")


def test_a_zero_that_is_stated_is_a_cost_and_no_gap():
    cost = csr_array((np.array([0.0, 5.0]), (np.array([0, 1]), np.array([0, 0]))), shape=(2, 1))
    assert p_median(cost, [1, 1], 1).value == 5.0


def test_rows_without_people_need_not_be_served():
    cost = np.array([[1.0, np.inf], [np.inf, np.inf]])
    siting = p_median(cost, [3, 0], 1)
    assert (siting.value, siting.assignment.tolist()) == (3.0, [0, -1])


def test_fixed_places_serve_and_do_not_count():
    siting = p_median(LINE, PEOPLE, 1, fixed=[0])
    assert siting.value == 7.0
    assert siting.sites.tolist() == [4]
    assert siting.cumulative.tolist() == [21.0, 7.0]


def test_an_idle_place_is_left_out_unless_it_is_required():
    assert p_median(LINE[:1], [1], 3).sites.tolist() == [0]
    assert p_median(LINE[:1], [1], 3, required=[5]).sites.tolist() == [0, 5]


APART = np.kron(np.eye(2), np.ones((2, 2)))  # two villages without a way between them
APART = np.where(APART > 0, 1.0, np.inf)


@pytest.mark.parametrize(("p", "status"), [(1, "infeasible"), (2, "optimal"), (3, "optimal")])
def test_two_villages_need_two_places(p, status):
    siting = p_median(APART, np.ones(4), p)
    assert siting.status == status
    assert siting.blocked_by == (("p",) if p < 2 else ())
    assert siting.verify()


@pytest.mark.parametrize(
    ("rules", "names"),
    [
        ({"forbidden": [2, 3]}, ("forbidden",)),
        ({"at_most": [([0, 1, 2, 3], 1, "county quota")]}, ("county quota",)),
        ({"limits": Limits((Cap("east", [2, 3], 0), Cap("west", [0], 1)))}, ("east",)),
        ({"limits": Limits((Cap("east", [2], 0),)), "forbidden": [3]}, ("east", "forbidden")),
        ({"required": [0, 1], "limits": Limits((Cap("town", [0, 1], 1),)), "p": 3}, ("town", "required")),
        ({"required": [0, 1]}, ("required", "p")),
        ({"capacity": [2, 2, 1, 0]}, ("capacity",)),
        ({"capacity": [2, 2, 1, 1]}, ("capacity", "p")),
    ],
)
def test_what_stands_in_the_way_is_named(rules, names):
    siting = p_median(APART, np.ones(4), **{"p": 2} | rules)
    assert (siting.status, siting.value, siting.bound) == ("infeasible", np.inf, np.inf)
    assert siting.blocked_by == names
    assert siting.verify()


def test_somebody_out_of_everybodys_reach():
    siting = p_median(np.array([[1.0, 2.0], [np.inf, np.inf]]), [1, 1], 2)
    assert (siting.status, siting.blocked_by) == ("infeasible", ("reach",))


@pytest.mark.parametrize("seed", range(0, 400, 2))
def test_each_name_that_blocks_is_needed(seed):
    case = instance(seed)
    siting = p_median(case.cost, case.weight, case.p, **case.rules)
    for name in set(siting.blocked_by) - {"reach"}:
        kept = case.limits
        for other in kept.names():
            if other == name or other not in siting.blocked_by:
                kept = kept.without(other)
        blamed = {"forbidden": case.forbidden, "required": case.required}
        rules = {plain: blamed[plain] if plain in siting.blocked_by and plain != name else [] for plain in blamed}
        n = case.cost.shape[1]
        free = n - len(case.fixed) - len(rules["forbidden"])
        p = case.p if "p" in siting.blocked_by and name != "p" else free
        assert p_median(case.cost, case.weight, p, fixed=case.fixed, limits=kept, **rules).status == "optimal"


class Steps:
    """A clock that goes on by one second each time it is read."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        self.now += 1.0
        return self.now


@pytest.mark.parametrize("seconds", [0.0, 3.0, 10.0])
def test_a_time_limit_never_says_optimal_without_proof(seconds):
    cost = graph_costs(150, 5)
    optimum = p_median(cost, np.ones(150), 5).value
    siting = p_median(cost, np.ones(150), 5, seconds=seconds, clock=Steps())
    assert siting.bound <= optimum <= siting.value
    assert siting.status in ("time_limit", "optimal")
    assert (siting.status == "optimal") == (siting.bound == siting.value)
    assert siting.seconds is not None
    assert siting.verify()


@pytest.mark.parametrize("gap", [0.001, 0.01, 0.1])
def test_the_gap_that_is_allowed_is_certified(gap):
    cost = graph_costs(200, 205)
    optimum, siting = p_median(cost, np.ones(200), 5).value, p_median(cost, np.ones(200), 5, gap=gap)
    assert siting.bound <= optimum <= siting.value
    assert siting.gap <= gap
    assert siting.verify()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cost": np.array([[np.nan]])}, "costs must be zero or more"),
        ({"cost": np.array([[-1.0]])}, "costs must be zero or more"),
        ({"cost": np.array([1.0])}, "must be a matrix"),
        ({"weight": [1, 2]}, "weight must have 1 entries"),
        ({"weight": [np.nan]}, "weight must be finite"),
        ({"p": -1}, "p must be zero or more"),
        ({"p": 2}, "only 1 of 1"),
        ({"capacity": [-1.0]}, "capacity must be zero or more"),
        ({"capacity": [np.nan]}, "capacity must be zero or more"),
        ({"fixed": [1]}, "fixed must lie between"),
        ({"gap": 1.0}, "gap is a share"),
        ({"seconds": 1.0}, "needs a clock"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(change, words):
    good = {"cost": np.array([[1.0]]), "weight": [1], "p": 1}
    with pytest.raises(ValueError, match=words):
        p_median(**good | change)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"value": 7.0, "bound": 7.0}, "the value is not"),
        ({"bound": 5.0}, "optimal without proof"),
        ({"bound": 7.0}, "the bound lies above"),
        ({"sites": np.array([1, 3, 5])}, "more sites than p"),
        ({"sites": np.array([0, 6])}, "the assignment is not|the value is not"),
        ({"assignment": np.zeros(7, dtype=np.int64)}, "the assignment is not"),
        ({"blocked_by": ("p",)}, "infeasible without a reason"),
    ],
)
def test_a_wrong_answer_does_not_verify(change, words):
    siting = p_median(LINE, PEOPLE, 2)
    with pytest.raises(ValueError, match=words):
        evolve(siting, **change).verify()


def test_wrong_flows_do_not_verify():
    siting = p_median(APART, np.ones(4), 2, capacity=[2, 2, 2, 2])
    assert siting.verify()
    with pytest.raises(ValueError, match="not everybody is served"):
        evolve(siting, served=csr_array(siting.served * 0.5)).verify()
    with pytest.raises(ValueError, match="a capacity is exceeded"):
        evolve(p_median(APART, np.ones(4), 2), served=siting.served, problem=_with_capacity(1.0)).verify()


def _with_capacity(most):
    problem = p_median(APART, np.ones(4), 2, capacity=[2] * 4)._problem
    return evolve(problem, rules=evolve(problem.rules, capacity=np.full(4, most)))
