"""Set cover: the cheapest choice on small instances inside every kind of limit, valid bounds, and who stands in the way."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from dingdian.space.exact import Whole
from dingdian.space.siting import Cap, Limits, set_cover
from dingdian.space.siting.board import board_of
from dingdian.space.siting.core import rows_of
from dingdian.space.siting.lagrange import ascend, cost_bound, prices
from dingdian.space.siting.model import roles
from dingdian.space.siting.problems import CoverProblem

from .cases import covered, instance, subsets

SHARES = [1.0, 0.9, 0.5, 0.0]


def costs_of(seed, n):
    """None, whole costs, or fractions."""
    rng = np.random.default_rng(seed)
    return [None, rng.integers(0, 6, n), rng.random(n)][seed % 3]


def cheapest_by_force(case, share, cost):
    """The least cost over every choice that covers the share; None where none does."""
    price = np.ones(case.cover.shape[1]) if cost is None else cost
    need = share * case.weight.sum() * (1 - 1e-12)
    paid = [float(price[sorted(chosen)].sum()) for chosen in subsets(case) if covered(case, chosen) >= need]
    return min(paid, default=None)


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("seed", range(150))
def test_small_instances_are_solved_to_the_optimum_inside_all_limits(seed, share):
    case = instance(seed)
    cost = costs_of(seed, case.cover.shape[1])
    siting = set_cover(case.cover, case.weight, share=share, cost=cost, **case.rules)
    optimum = cheapest_by_force(case, share, cost)
    assert siting.verify()
    if optimum is None:
        assert siting.status == "infeasible"
        assert siting.blocked_by
        assert siting.value == siting.bound == np.inf
        return
    assert siting.status == "optimal"
    assert siting.value == pytest.approx(optimum, abs=1e-9)


@pytest.mark.parametrize("seed", range(200))
def test_without_exact_search_the_optimum_lies_between_bound_and_value(seed):
    case = instance(seed)
    cost, share = costs_of(seed, case.cover.shape[1]), SHARES[seed % 4]
    siting = set_cover(case.cover, case.weight, share=share, cost=cost, exact=False, **case.rules)
    optimum = cheapest_by_force(case, share, cost)
    assert siting.verify()
    if optimum is None:
        assert siting.value == np.inf
        assert siting.status in ("infeasible", "time_limit")
        return
    assert siting.bound <= optimum + 1e-9
    assert siting.value >= optimum - 1e-9
    assert siting.status != "infeasible"


@pytest.mark.parametrize("seed", range(150))
def test_any_prices_give_a_bound_that_no_choice_undercuts(seed):
    case = instance(seed)
    rows = rows_of(case.cover)
    units = Whole.of("weight", case.weight, rows.size)
    given = roles(rows.n_candidates, case.fixed, case.required, case.forbidden)
    board = board_of(CoverProblem("least cost", rows, case.weight, units, given, case.limits))
    optimum = cheapest_by_force(case, 0.8, None)
    need = -(-int(units.units.sum()) * 8 // 10)
    if board is None or optimum is None or need <= board.base:
        return
    cost, rng = np.ones(rows.n_candidates, dtype=np.int64), np.random.default_rng(seed)
    search = prices(rng.random(board.core.weight.size), -np.inf)
    for _ in range(3):
        bound, _ = cost_bound(board.core, board.groups, cost, need - board.base, search.best)
        assert bound + len(case.required) <= optimum
        ascend(board.core, board.groups, cost.astype(float), float(need - board.base), search, 100.0, 5)
        assert search.state[0] + len(case.required) <= optimum + 1e-6


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 5000), st.randoms(use_true_random=False))
def test_the_order_of_the_demand_does_not_matter(seed, random):
    case = instance(seed)
    mix = random.sample(range(case.weight.size), case.weight.size)
    one = set_cover(case.cover, case.weight, share=0.8, **case.rules)
    two = set_cover(case.cover[mix], case.weight[mix], share=0.8, **case.rules)
    assert (one.order.tolist(), one.value, one.bound) == (two.order.tolist(), two.value, two.bound)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 5000), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_never_takes_fewer_places(seed, one, other):
    case = instance(seed)
    small, large = sorted((one, other))
    few, many = (set_cover(case.cover, case.weight, share=share, **case.rules) for share in (small, large))
    assert few.value <= many.value


def test_the_share_is_met_exactly_and_not_by_a_hair():
    cover = np.eye(20, dtype=bool)
    assert set_cover(cover, share=0.95).value == 19.0
    assert set_cover(cover, share=Fraction(19, 20)).value == 19.0
    assert set_cover(cover, share=float(Decimal("0.951"))).value == 20.0
    assert set_cover(cover, share=0.9499).value == 19.0


def test_the_running_totals_take_the_largest_gain_first():
    cover = np.array([[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1]], dtype=bool)
    siting = set_cover(cover, [5, 1, 1, 9])
    assert siting.order.tolist() == [2, 0, 1]
    assert siting.cumulative.tolist() == [0.0, 9.0, 14.0, 16.0]
    assert siting.assignment.tolist() == [0, 1, 1, 2]


def test_what_stands_counts_and_costs_nothing_more():
    siting = set_cover(np.eye(3, dtype=bool), [1, 1, 1], share=0.6, fixed=[0], cost=[9, 2, 1])
    assert (siting.sites.tolist(), siting.value, siting.cumulative.tolist()) == ([2], 1.0, [1.0, 2.0])
    assert set_cover(np.eye(3, dtype=bool), share=0.3, fixed=[0]).sites.size == 0


def test_one_dear_place_or_two_cheap_ones():
    cover = np.array([[1, 1, 0], [1, 0, 1]], dtype=bool)
    assert set_cover(cover, cost=[3, 2, 2]).sites.tolist() == [0]
    assert set_cover(cover, cost=[5, 2, 2]).sites.tolist() == [1, 2]


BLOCKED = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]], dtype=bool)


@pytest.mark.parametrize(
    ("rules", "blocked_by"),
    [
        ({"forbidden": [0]}, ("forbidden",)),
        ({"at_most": [([0, 1], 1, "one in the west"), ([2], 1, "one in the east")]}, ("one in the west",)),
        ({"limits": Limits((Cap("circle", [0, 1], 1, when=0),))}, ("circle",)),
        ({"limits": Limits.one_per(["a", "a", None]) + Limits.quota([None, 1, 1], {1: 1})}, ("1",)),
        ({"limits": Limits.one_per(["a", "a", None]), "forbidden": [2]}, ("forbidden",)),
        ({"share": 0.5, "limits": Limits.one_per(["a", "a", None]), "forbidden": [2]}, ("a", "forbidden")),
    ],
)
def test_who_stands_in_the_way_is_named(rules, blocked_by):
    siting = set_cover(BLOCKED, **rules)
    assert (siting.status, siting.value, siting.sites.size) == ("infeasible", np.inf, 0)
    assert siting.blocked_by == blocked_by
    assert siting.verify()


def test_limits_that_would_each_do_are_named_by_one_of_them():
    twice = [([0, 1], 1, "first"), ([0, 1], 1, "second")]
    assert set_cover(BLOCKED, at_most=twice).blocked_by == ("second",)


def test_a_share_that_nobody_could_reach_is_to_blame_itself():
    cover = np.array([[1, 0], [0, 0]], dtype=bool)
    siting = set_cover(cover, [1, 1], share=0.6, at_most=[([0], 0, "quota")])
    assert siting.blocked_by == ("share",)
    assert set_cover(cover, [1, 1], share=0.5).status == "optimal"


def by_milp(cover, weight, need):
    """The least number of places by scipy's own model."""
    n_demand, n = cover.shape
    a = np.hstack([-cover.toarray().astype(float), np.eye(n_demand)])
    served = np.concatenate([np.zeros(n), np.asarray(weight, dtype=float)])
    one = np.concatenate([np.ones(n), np.zeros(n_demand)])
    found = milp(
        one, constraints=[LinearConstraint(a, -np.inf, 0.0), LinearConstraint(served, need, np.inf)],
        integrality=one.astype(int), bounds=Bounds(0, 1),
    )  # fmt: skip
    assert found.status == 0
    return round(found.fun)


@pytest.mark.parametrize(("seed", "share"), [(1, 0.9), (2, 0.95), (3, 0.8), (4, 0.99)])
def test_the_bound_and_the_value_hold_an_independent_optimum(seed, share):
    rng = np.random.default_rng(seed)
    demand, candidates = rng.random((150, 2)), rng.random((70, 2))
    cover = csr_array(np.hypot(*(demand[:, None, :] - candidates[None, :, :]).T).T <= 0.15)
    weight = rng.integers(1, 50, 150)
    siting = set_cover(cover, weight, share=share)
    assert siting.verify()
    if siting.status == "infeasible":
        assert weight[cover.sum(axis=1) > 0].sum() < share * weight.sum()
        return
    assert siting.bound <= by_milp(cover, weight, share * weight.sum()) <= siting.value
    assert siting.value - siting.bound <= 1


def ticking():
    now = [0.0]

    def clock():
        now[0] += 1.0
        return now[0]

    return clock


def test_out_of_time_is_said_so_and_the_first_answer_stands():
    rng = np.random.default_rng(5)
    cover = rng.random((60, 30)) < 0.1
    cover[:, 0] |= ~cover.any(axis=1)
    siting = set_cover(cover, seconds=0.5, clock=ticking())
    assert siting.status == "time_limit"
    assert 0 <= siting.bound < siting.value
    assert siting.verify()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"value": 3.0}, "the value is not the cost"),
        ({"bound": 3.0}, "the bound lies above"),
        ({"bound": 1.0}, "optimal without proof"),
        ({"sites": np.array([1]), "order": np.array([1]), "value": 1.0, "bound": 1.0}, "less is covered than asked"),
        ({"assignment": np.array([0, -1, 2])}, "does not name who is covered"),
    ],
)
def test_verify_finds_every_kind_of_fault(change, fault):
    siting = set_cover(BLOCKED, share=1.0, fixed=[0])
    assert (siting.status, siting.value) == ("optimal", 2.0)
    with pytest.raises(ValueError, match=fault):
        evolve(siting, **change).verify()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"share": 1.1}, "share must lie between 0 and 1, not 1.1"),
        ({"share": -0.1}, "share must lie between 0 and 1"),
        ({"share": float("nan")}, "share must lie between 0 and 1"),
        ({"cost": [1, 1, -1]}, "cost must be finite and zero or more"),
        ({"cost": [1, 1]}, "cost must have 3 entries"),
        ({"weight": [1, 1]}, "weight must have 3 entries"),
        ({"required": [1], "forbidden": [1]}, "both required and forbidden"),
    ],
)
def test_what_does_not_fit_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        set_cover(BLOCKED, **options)
