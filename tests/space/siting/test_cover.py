"""Maximal cover: the optimum on small instances, inside every kind of limit, and never a bound below it."""

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from dingdian.space.exact import Whole
from dingdian.space.siting import Cap, Limits, max_cover
from dingdian.space.siting.board import board_of
from dingdian.space.siting.core import rows_of
from dingdian.space.siting.lagrange import cover_bounds, descend, prices
from dingdian.space.siting.model import roles
from dingdian.space.siting.problems import CoverProblem

from .cases import covered, instance, subsets


def best_by_force(case, p):
    """The best value over every choice of at most ``p`` that keeps the limits; None where there is none."""
    values = [covered(case, chosen) for chosen in subsets(case) if len(chosen) <= p]
    return max(values, default=None)


def places(case, wanted):
    """As many places as wanted and possible."""
    free = case.cover.shape[1] - len(case.fixed) - len(case.forbidden)
    return max(len(case.required), min(wanted, free))


@pytest.mark.parametrize("seed", range(500))
def test_small_instances_are_solved_to_the_optimum_inside_all_limits(seed):
    case = instance(seed)
    p = places(case, seed % 5)
    siting = max_cover(case.cover, case.weight, p, **case.rules)
    optimum = best_by_force(case, p)
    assert siting.verify()
    if optimum is None:
        assert siting.status == "infeasible"
        assert siting.blocked_by
        return
    assert siting.status == "optimal"
    assert siting.value == pytest.approx(optimum, abs=1e-9)
    assert siting.bound == pytest.approx(optimum, abs=1e-9)


@pytest.mark.parametrize("seed", range(300))
def test_without_exact_search_the_optimum_lies_between_value_and_bound(seed):
    case = instance(seed)
    p = places(case, seed % 5)
    siting = max_cover(case.cover, case.weight, p, exact=False, **case.rules)
    optimum = best_by_force(case, p)
    if optimum is not None:
        assert siting.value <= optimum + 1e-9
        assert siting.bound >= optimum - 1e-9
        assert siting.status in ("optimal", "feasible")
        if siting.status == "optimal":
            assert siting.value == pytest.approx(optimum, abs=1e-9)
    assert siting.verify()


@pytest.mark.parametrize("seed", range(200))
def test_any_prices_give_a_bound_that_no_choice_passes(seed):
    case = instance(seed)
    rows = rows_of(case.cover)
    given = roles(rows.n_candidates, case.fixed, case.required, case.forbidden)
    units = Whole.of("weight", case.weight, rows.size)
    board = board_of(CoverProblem("most covered", rows, case.weight, units, given, case.limits))
    if board is None:
        return
    price = np.random.default_rng(seed).random(board.core.weight.size) * board.core.weight
    search = prices(price, 1e300)
    most = int(board.free.sum())
    for _ in range(3):
        bounds, _ = cover_bounds(board.core, board.groups, most, search.best)
        for p in range(len(given.required), rows.n_candidates + 1):
            optimum = best_by_force(case, p)
            bound = bounds[min(p - len(given.required), len(bounds) - 1)]
            assert optimum is None or units.value(board.base + bound) >= optimum - 1e-9
        descend(board.core, board.groups, min(2, most), search, 0.0, 5)


@pytest.mark.parametrize("seed", range(100))
def test_the_order_takes_the_largest_gain_first_and_the_smaller_index_among_equals(seed):
    case = instance(2 * seed + 1)  # whole weights: gains are exact
    siting = max_cover(case.cover, case.weight, places(case, 4), fixed=case.fixed, forbidden=case.forbidden)
    left, taken = set(siting.sites.tolist()), set()
    for j in siting.order.tolist():
        gains = {k: covered(case, taken | {k}) for k in left}
        assert j == min(left, key=lambda k: (-gains[k], k))
        left.remove(j)
        taken.add(j)
        assert covered(case, taken) == siting.cumulative[len(taken)]


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 5000), st.randoms(use_true_random=False))
def test_the_order_of_the_demand_does_not_matter(seed, random):
    case = instance(seed)
    mix = random.sample(range(case.weight.size), case.weight.size)
    one = max_cover(case.cover, case.weight, places(case, 3), **case.rules)
    two = max_cover(case.cover[mix], case.weight[mix], places(case, 3), **case.rules)
    assert (one.order.tolist(), one.value, one.bound) == (two.order.tolist(), two.value, two.bound)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 5000))
def test_one_more_place_never_covers_less(seed):
    case = instance(seed)
    fewer = places(case, 2)
    more = places(case, fewer + 1)
    small, large = (max_cover(case.cover, case.weight, p, **case.rules) for p in (fewer, more))
    assert large.value >= small.value - 1e-9
    assert large.bound >= small.bound - 1e-9


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 5000))
def test_sparse_and_dense_covers_give_the_same_answer(seed):
    case = instance(seed)
    p = places(case, 3)
    dense = max_cover(case.cover, case.weight, p, **case.rules)
    for same in (csr_array(case.cover), csr_array(case.cover.astype(np.int64)), case.cover.astype(np.float64)):
        again = max_cover(same, case.weight, p, **case.rules)
        assert (again.sites.tolist(), again.value, again.bound) == (dense.sites.tolist(), dense.value, dense.bound)


def city(seed, n_demand, n_candidates, reach=0.12):
    """Random points in a unit square."""
    rng = np.random.default_rng(seed)
    demand, candidates = rng.random((n_demand, 2)), rng.random((n_candidates, 2))
    near = np.hypot(*(demand[:, None, :] - candidates[None, :, :]).T) <= reach
    return csr_array(near.T), rng.integers(1, 100, n_demand), candidates


def by_milp(cover, weight, p):
    """The optimum by scipy's own model: y ≤ A x, Σ x ≤ p."""
    n_demand, n_candidates = cover.shape
    a = np.hstack([-cover.toarray().astype(float), np.eye(n_demand)])
    one = np.concatenate([np.ones(n_candidates), np.zeros(n_demand)])
    found = milp(
        np.concatenate([np.zeros(n_candidates), -np.asarray(weight, dtype=float)]),
        constraints=[LinearConstraint(a, -np.inf, 0.0), LinearConstraint(one, 0, p)],
        integrality=(one > 0).astype(int), bounds=Bounds(0, 1), options={"mip_rel_gap": 0.0},
    )  # fmt: skip
    assert found.status == 0
    return round(-found.fun)


@pytest.mark.parametrize(("seed", "p"), [(1, 3), (2, 8), (3, 15), (4, 30)])
def test_instances_of_middle_size_are_optimal_as_an_independent_model_says(seed, p):
    cover, weight, _ = city(seed, 400, 120)
    siting = max_cover(cover, weight, p)
    assert siting.verify()
    assert siting.value <= by_milp(cover, weight, p) <= siting.bound
    assert siting.gap <= 0.01


LINE = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 1, 1], [0, 0, 1]], dtype=bool)
PEOPLE = [10, 10, 10, 10, 10]


def test_the_result_tells_sites_value_and_who_is_served_by_whom():
    siting = max_cover(LINE, PEOPLE, 1)
    assert siting.sites.tolist() == [1]
    assert (siting.value, siting.bound, siting.gap, siting.status) == (30.0, 30.0, 0.0, "optimal")
    assert siting.assignment.tolist() == [-1, 1, 1, 1, -1]


def test_who_is_covered_twice_is_assigned_to_the_smaller_candidate():
    siting = max_cover(LINE, PEOPLE, 2, fixed=[2])
    assert siting.sites.tolist() == [0, 1]
    assert siting.assignment.tolist() == [0, 0, 1, 1, 2]


def test_an_entry_stored_as_false_covers_nobody():
    stored = csr_array((np.array([False, True]), np.array([0, 1]), np.array([0, 2])), shape=(1, 2))
    assert max_cover(stored, [5], 1).sites.tolist() == [1]


def test_where_greedy_goes_wrong_the_answer_is_the_best():
    cover = np.array([[1, 1, 0], [1, 1, 0], [0, 1, 1], [0, 1, 1], [1, 0, 0], [0, 0, 1]], dtype=bool)
    weight = [2, 2, 2, 2, 3, 3]
    siting = max_cover(cover, weight, 2)  # greedy takes the middle first and ends at 11
    assert (siting.sites.tolist(), siting.value, siting.bound, siting.status) == ([0, 2], 14.0, 14.0, "optimal")


def test_an_answer_that_is_not_proven_does_not_call_itself_optimal():
    cover, weight, _ = city(7, 300, 80)
    siting = max_cover(cover, weight, 6, seconds=0.0, clock=ticking(1.0))
    assert siting.bound > siting.value
    assert siting.status == "time_limit"
    assert siting.gap == pytest.approx((siting.bound - siting.value) / siting.bound)


@pytest.mark.parametrize(("gap", "status"), [(0.3, "feasible"), (0.1, "feasible"), (0.0, "optimal")])
def test_a_gap_that_is_good_enough_ends_the_search(gap, status):
    cover, weight, _ = city(7, 600, 200, 0.2)
    siting = max_cover(cover, weight, 6, gap=gap)
    assert siting.gap <= gap
    assert siting.status == status


def test_equal_gains_go_to_the_smaller_index():
    assert max_cover(np.eye(4, dtype=bool), [1, 1, 1, 1], 2).sites.tolist() == [0, 1]


def test_fixed_places_count_and_come_beside_p():
    siting = max_cover(LINE, PEOPLE, 1, fixed=[1])
    assert (siting.fixed.tolist(), siting.sites.tolist(), siting.value) == ([1], [0], 40.0)


def test_forbidden_places_are_never_chosen():
    assert max_cover(LINE, PEOPLE, 2, forbidden=[1]).sites.tolist() == [0, 2]


def test_required_places_are_chosen_even_where_they_add_nobody():
    siting = max_cover(LINE, PEOPLE, 2, required=[0], fixed=[1])
    assert (siting.sites.tolist(), siting.order.tolist(), siting.value) == ([0, 2], [0, 2], 50.0)
    alone = max_cover(np.ones((1, 2), dtype=bool), [5], 1, fixed=[0], required=[1])
    assert (alone.sites.tolist(), alone.value, alone.status) == ([1], 5.0, "optimal")


def test_required_places_that_break_a_limit_are_infeasible_and_the_limit_is_named():
    siting = max_cover(LINE, PEOPLE, 2, required=[0, 1], at_most=[([0, 1], 1, "one in the west"), ([2], 0)])
    assert (siting.status, siting.blocked_by) == ("infeasible", ("required", "one in the west"))
    assert (siting.sites.size, siting.value, siting.bound) == (0, 0.0, 0.0)
    assert siting.verify()

@pytest.mark.parametrize(("cap", "chosen"), [(0, 1), (1, 2), (2, 3), (3, 3)])
def test_no_more_than_the_cap_are_chosen_from_a_group(cap, chosen):
    siting = max_cover(np.eye(3, dtype=bool), [3, 2, 1], 3, at_most=[([0, 1], cap)])
    assert siting.sites.size == chosen
    assert siting.status == "optimal"


@pytest.mark.parametrize(("cap", "added"), [(1, 0), (2, 0), (3, 1), (4, 2)])
def test_fixed_places_use_up_the_cap_and_more_of_them_than_the_cap_only_stop_additions(cap, added):
    siting = max_cover(np.eye(4, dtype=bool), [1] * 4, 2, fixed=[0, 1], at_most=[(range(4), cap)])
    assert siting.sites.size == added
    assert siting.verify()


def test_a_place_that_adds_nobody_is_not_chosen():
    cover = np.array([[1, 1], [0, 0]], dtype=bool)
    siting = max_cover(cover, [5, 7], 2)
    assert (siting.sites.tolist(), siting.value, siting.status) == ([0], 5.0, "optimal")


def test_the_value_after_each_choice_tells_how_many_a_share_needs():
    siting = max_cover(LINE, PEOPLE, 3)
    assert siting.cumulative.tolist() == [0.0, 30.0, 40.0, 50.0]


def test_nothing_to_cover_is_covered():
    siting = max_cover(np.zeros((0, 3), dtype=bool), [], 2)
    assert (siting.value, siting.bound, siting.gap, siting.status) == (0.0, 0.0, 0.0, "optimal")


def ticking(step):
    now = [0.0]

    def clock():
        now[0] += step
        return now[0]

    return clock


def test_seconds_are_told_only_by_a_clock_that_was_handed_in():
    assert max_cover(LINE, PEOPLE, 1).seconds is None
    assert max_cover(LINE, PEOPLE, 1, clock=ticking(1.0)).seconds > 0


def test_out_of_time_is_said_so_and_the_first_answer_still_stands():
    cover, weight, _ = city(7, 300, 80)
    siting = max_cover(cover, weight, 6, seconds=1.5, clock=ticking(1.0))
    assert (siting.sites.size, siting.status) == (6, "time_limit")
    assert siting.verify()


def test_out_of_time_with_a_proof_in_hand_is_optimal():
    assert max_cover(LINE, PEOPLE, 1, seconds=0.0, clock=ticking(1.0)).status == "optimal"


def test_a_time_limit_without_a_clock_is_refused():
    with pytest.raises(ValueError, match="needs a clock"):
        max_cover(LINE, PEOPLE, 1, seconds=3.0)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"value": 31.0, "bound": 31.0}, "value is not the weight"),
        ({"bound": 20.0}, "bound lies below"),
        ({"bound": 40.0}, "optimal without proof"),
        ({"sites": np.array([0, 1])}, "more sites than p"),
        ({"sites": np.array([2])}, "a fixed or forbidden"),
        ({"sites": np.array([1, 1])}, "named twice"),
        ({"sites": np.array([], dtype=np.int64)}, "a required candidate was not chosen"),
        ({"order": np.array([0])}, "the order is not of the sites"),
        ({"cumulative": np.array([0.0, 20.0])}, "running totals"),
        ({"assignment": np.array([-1, 1, 1, -1, -1])}, "does not name who is covered"),
        ({"assignment": np.array([-1, 0, 1, 1, -1])}, "not by who covers"),
    ],
)
def test_verify_finds_every_kind_of_fault(change, fault):
    siting = max_cover(LINE, PEOPLE, 1, forbidden=[2], required=[1])
    assert siting.status == "optimal"
    with pytest.raises(ValueError, match=fault):
        evolve(siting, **change).verify()


@pytest.mark.parametrize(
    ("limits", "name"),
    [
        (Limits((Cap("quota", [1], 0),)), "quota"),
        (Limits((Cap("circle", [0, 1], 0, when=1),)), "circle"),
        (Limits.one_per(["a", "a", None]), "a"),
    ],
)
def test_verify_finds_a_broken_limit(limits, name):
    siting = max_cover(LINE, PEOPLE, 1, limits=limits)
    with pytest.raises(ValueError, match=f"the limit {name} is broken"):
        evolve(siting, problem=evolve(siting._problem, p=2), sites=np.array([0, 1])).verify()


def test_verify_finds_infeasible_without_a_reason():
    siting = max_cover(LINE, PEOPLE, 1, required=[0], at_most=[([0], 0)])
    with pytest.raises(ValueError, match="without naming a limit"):
        evolve(siting, blocked_by=()).verify()


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((LINE, PEOPLE, -1), {}, "p must be zero or more"),
        ((LINE, PEOPLE[:3], 1), {}, "weight must have 5 entries, not 3"),
        ((LINE, [1, 1, 1, 1, -1], 1), {}, "weight must be finite and zero or more"),
        ((LINE * 350.0, PEOPLE, 1), {}, "cover must be boolean"),
        ((LINE, PEOPLE, 1), {"fixed": [3]}, "fixed must lie between 0 and 2"),
        ((LINE, PEOPLE, 1), {"forbidden": [-1]}, "forbidden must lie between 0 and 2"),
        ((LINE, PEOPLE, 1), {"at_most": [([9], 1)]}, "at_most must lie between 0 and 2"),
        ((LINE, PEOPLE, 1), {"at_most": [([0], -1)]}, "at_most needs a number"),
        ((LINE, PEOPLE, 1), {"fixed": [0], "forbidden": [0]}, "candidate 0 is both fixed and forbidden"),
        ((LINE, PEOPLE, 4), {}, "p is 4, but only 3 of 3 candidates"),
        ((LINE, PEOPLE, 3), {"forbidden": [1]}, "p is 3, but only 2 of 3 candidates"),
        ((LINE, PEOPLE, 1), {"required": [0, 1]}, "p is 1, but 2 candidates are required"),
        ((LINE, PEOPLE, 1), {"required": [0], "forbidden": [0]}, "both required and forbidden"),
        ((LINE, PEOPLE, 1), {"required": [0], "fixed": [0]}, "both fixed and required"),
        ((LINE, [1, 1, 1, 1, np.nan], 1), {}, "weight must be finite"),
        ((LINE, [1e300] * 5, 1), {}, "more than can be summed exactly"),
        ((LINE, PEOPLE, 1), {"gap": 1.0}, "gap is a share"),
        ((LINE, PEOPLE, 1), {"seconds": -1.0}, "seconds must be zero or more"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        max_cover(*arguments, **options)


def with_circles(cover, weight, p, near, room):
    """The optimum by scipy's own model with one row for each circle: Σ near x ≤ room + n (1 − x_j)."""
    n_demand, n = cover.shape
    one = np.concatenate([np.ones(n), np.zeros(n_demand)])
    circles = np.hstack([near + np.diag(np.full(n, float(n))), np.zeros((n, n_demand))])
    found = milp(
        np.concatenate([np.zeros(n), -np.asarray(weight, dtype=float)]),
        constraints=[
            LinearConstraint(np.hstack([-cover.toarray().astype(float), np.eye(n_demand)]), -np.inf, 0.0),
            LinearConstraint(one, 0, p), LinearConstraint(circles, -np.inf, room + n),
        ],
        integrality=(one > 0).astype(int), bounds=Bounds(0, 1),
    )  # fmt: skip
    assert found.status == 0
    return round(-found.fun)


@pytest.mark.parametrize("seed", range(6))
def test_circles_on_instances_of_middle_size_agree_with_an_independent_model(seed):
    cover, weight, candidates = city(seed, 150, 50, 0.15)
    near = np.hypot(*(candidates[:, None, :] - candidates[None, :, :]).T) <= 0.2
    room = np.random.default_rng(seed).integers(1, 3, 50)
    limits = Limits(tuple(Cap("circle", np.flatnonzero(near[j]), int(room[j]), when=j) for j in range(50)))
    siting = max_cover(cover, weight, 10, limits=limits)
    assert siting.verify()
    assert siting.value <= with_circles(cover, weight, 10, near.astype(float), room) <= siting.bound
    assert siting.gap <= 0.02


def test_a_large_instance_is_certified_closely():
    rng = np.random.default_rng(11)
    demand, candidates = rng.random((6000, 2)), rng.random((600, 2))
    cover = csr_array(np.concatenate([
        np.hypot(*(part[:, None, :] - candidates[None, :, :]).T).T <= 0.04 for part in np.split(demand, 6)
    ]))  # fmt: skip
    siting = max_cover(cover, rng.integers(1, 101, 6000), 25, exact=False)
    assert siting.verify()
    assert siting.gap <= 0.01
