"""Greedy siting keeps the rules, never beats the optimum, and its bound is never below it."""

from itertools import combinations

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from dingdian.space.siting import max_cover


def instance(seed):
    rng = np.random.default_rng(seed)
    n_demand, n_candidates = int(rng.integers(1, 14)), int(rng.integers(1, 9))
    cover = rng.random((n_demand, n_candidates)) < rng.choice([0.1, 0.3, 0.6])
    weight = rng.integers(0, 20, n_demand) if seed % 2 else rng.random(n_demand)
    roles = rng.choice(["free", "fixed", "forbidden"], n_candidates, p=[0.7, 0.15, 0.15])
    caps = [
        (np.flatnonzero(rng.random(n_candidates) < 0.5).tolist(), int(rng.integers(0, 3)))
        for _ in range(int(rng.integers(0, 3)))
    ]
    fixed, forbidden = np.flatnonzero(roles == "fixed"), np.flatnonzero(roles == "forbidden")
    return cover, weight, int(rng.integers(0, 5)), fixed.tolist(), forbidden.tolist(), caps


def covered(cover, weight, chosen):
    return float(weight[cover[:, sorted(chosen)].any(axis=1)].sum())


def brute_force(cover, weight, p, fixed, forbidden, caps):
    """The best value over every allowed choice."""
    free = sorted(set(range(cover.shape[1])) - set(fixed) - set(forbidden))
    best = 0.0
    for k in range(min(p, len(free)) + 1):
        for chosen in combinations(free, k):
            fits = (
                len(set(chosen) & set(members)) <= max(0, room - len(set(fixed) & set(members)))
                for members, room in caps
            )
            if all(fits):
                best = max(best, covered(cover, weight, {*chosen, *fixed}))
    return best


@pytest.mark.parametrize("seed", range(400))
def test_value_is_at_most_the_optimum_and_the_optimum_at_most_the_bound(seed):
    cover, weight, p, fixed, forbidden, caps = instance(seed)
    siting = max_cover(cover, weight, p, fixed=fixed, forbidden=forbidden, at_most=caps)
    optimum = brute_force(cover, weight, p, fixed, forbidden, caps)
    assert siting.value <= optimum + 1e-9
    assert siting.bound >= optimum - 1e-9
    assert siting.bound >= siting.value
    assert siting.value == pytest.approx(covered(cover, weight, {*siting.sites.tolist(), *fixed}))
    assert siting.status in ("optimal", "feasible")
    if siting.status == "optimal":
        assert siting.value == pytest.approx(optimum)
    assert siting.verify()


@pytest.mark.parametrize("seed", range(100))
def test_greedy_without_other_rules_reaches_its_guaranteed_share(seed):
    cover, weight, p, *_ = instance(seed)
    siting = max_cover(cover, weight, p)
    assert siting.value >= (1 - np.exp(-1)) * brute_force(cover, weight, p, [], [], []) - 1e-9


@pytest.mark.parametrize("seed", range(100))
def test_lazy_greedy_chooses_what_plain_greedy_would(seed):
    cover, weight, p, *_ = instance(2 * seed + 1)  # whole weights: gains are exact
    chosen = []
    for _ in range(p):
        now = covered(cover, weight, set(chosen))
        gains = [covered(cover, weight, {*chosen, j}) - now for j in range(cover.shape[1])]
        if max(gains) > 0:
            chosen.append(int(np.argmax(gains)))
    assert max_cover(cover, weight, p).order.tolist() == chosen


@given(st.integers(0, 5000), st.randoms(use_true_random=False))
def test_the_order_of_the_demand_does_not_matter(seed, random):
    cover, weight, p, fixed, forbidden, caps = instance(seed)
    mix = random.sample(range(weight.size), weight.size)
    one = max_cover(cover, weight, p, fixed=fixed, forbidden=forbidden, at_most=caps)
    two = max_cover(cover[mix], weight[mix], p, fixed=fixed, forbidden=forbidden, at_most=caps)
    assert (one.order.tolist(), one.value, one.bound) == (two.order.tolist(), two.value, two.bound)


@given(st.integers(0, 5000))
def test_one_more_place_never_covers_less(seed):
    cover, weight, p, fixed, forbidden, caps = instance(seed)
    rules = {"fixed": fixed, "forbidden": forbidden, "at_most": caps}
    assert max_cover(cover, weight, p + 1, **rules).value >= max_cover(cover, weight, p, **rules).value


@given(st.integers(0, 5000))
def test_sparse_and_dense_covers_give_the_same_answer(seed):
    cover, weight, p, *_ = instance(seed)
    dense = max_cover(cover, weight, p)
    for same in (csr_array(cover), csr_array(cover.astype(np.int64)), cover.astype(np.float64)):
        again = max_cover(same, weight, p)
        assert (again.sites.tolist(), again.value, again.bound) == (
            dense.sites.tolist(),
            dense.value,
            dense.bound,
        )


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


def test_greedy_that_is_not_best_does_not_call_itself_optimal():
    cover = np.array([[1, 1, 0], [1, 1, 0], [0, 1, 1], [0, 1, 1], [1, 0, 0], [0, 0, 1]], dtype=bool)
    weight = [2, 2, 2, 2, 3, 3]
    siting = max_cover(cover, weight, 2)  # takes the middle first; the two outer ones cover all
    assert siting.order.tolist() == [1, 0]
    assert (siting.value, siting.status) == (11.0, "feasible")
    assert siting.bound == 14.0
    assert siting.gap == pytest.approx(3 / 14)


def test_equal_gains_go_to_the_smaller_index():
    assert max_cover(np.eye(4, dtype=bool), [1, 1, 1, 1], 2).sites.tolist() == [0, 1]


def test_fixed_places_count_and_come_beside_p():
    siting = max_cover(LINE, PEOPLE, 1, fixed=[1])
    assert (siting.fixed.tolist(), siting.sites.tolist(), siting.value) == ([1], [0], 40.0)


def test_forbidden_places_are_never_chosen():
    assert max_cover(LINE, PEOPLE, 3, forbidden=[1]).sites.tolist() == [0, 2]


@pytest.mark.parametrize(("cap", "chosen"), [(0, 1), (1, 2), (2, 3), (3, 3)])
def test_no_more_than_the_cap_are_chosen_from_a_group(cap, chosen):
    siting = max_cover(np.eye(3, dtype=bool), [3, 2, 1], 3, at_most=[([0, 1], cap)])
    assert siting.sites.size == chosen
    assert siting.status == "optimal"


@pytest.mark.parametrize(("cap", "added"), [(1, 0), (2, 0), (3, 1), (4, 2)])
def test_fixed_places_use_up_the_cap_and_more_of_them_than_the_cap_only_stop_additions(cap, added):
    siting = max_cover(np.eye(4, dtype=bool), [1] * 4, 4, fixed=[0, 1], at_most=[(range(4), cap)])
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


def test_out_of_time_is_said_so_and_the_answer_still_stands():
    siting = max_cover(LINE, PEOPLE, 3, seconds=1.5, clock=ticking(1.0))
    assert (siting.sites.size, siting.status) == (1, "time_limit")
    assert siting.verify()


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
        ({"assignment": np.array([-1, 1, 1, -1, -1])}, "does not name who is covered"),
        ({"assignment": np.array([-1, 0, 1, 1, -1])}, "not by who covers"),
    ],
)
def test_verify_finds_every_kind_of_fault(change, fault):
    siting = max_cover(LINE, PEOPLE, 1, forbidden=[2])
    assert siting.status == "optimal"
    with pytest.raises(ValueError, match=fault):
        evolve(siting, **change).verify()


def test_verify_finds_a_broken_cap():
    siting = max_cover(LINE, PEOPLE, 1, at_most=[([1], 0)])
    with pytest.raises(ValueError, match="at_most rule"):
        evolve(siting, sites=np.array([1])).verify()


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
        ((LINE, PEOPLE, 1), {"gap": 1.0}, "gap is a share"),
        ((LINE, PEOPLE, 1), {"seconds": -1.0}, "seconds must be zero or more"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        max_cover(*arguments, **options)
