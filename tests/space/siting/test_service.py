"""Covers with capacities: flows as large as an independent algorithm says, choices as good as brute force finds."""

import numpy as np
import pytest
from attrs import evolve
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from dingdian.space.siting import max_cover, set_cover

from .cases import instance, subsets


def crowded(seed):
    """A small case whose weights and capacities are whole (odd seeds) or quarters, and the capacities."""
    case = instance(seed, most=7)
    rng = np.random.default_rng(seed + 500)
    step = 1.0 if seed % 2 else 0.25
    n_demand, n = case.cover.shape
    return evolve(case, weight=rng.integers(0, 20, n_demand) * step), rng.integers(0, 25, n) * step


def most_persons(case, capacity, chosen):
    """The largest flow from rows to places by scipy, in quarters."""
    sites = sorted(chosen | set(case.fixed))
    n_rows, n_sites = case.cover.shape[0], len(sites)
    size = n_rows + n_sites + 2
    net = np.zeros((size, size), dtype=np.int32)
    net[0, 1 : n_rows + 1] = np.rint(4 * case.weight)
    net[n_rows + 1 : -1, -1] = np.rint(4 * capacity[sites])
    net[1 : n_rows + 1, n_rows + 1 : -1] = case.cover[:, sites] * 10_000
    return maximum_flow(csr_array(net), 0, size - 1).flow_value / 4


@pytest.mark.parametrize("seed", range(150))
def test_the_most_persons_are_served_inside_capacities_and_limits(seed):
    case, capacity = crowded(seed)
    p = max(len(case.required), min(seed % 4, len(case.free)))
    siting = max_cover(case.cover, case.weight, p, capacity=capacity, **case.rules)
    best = max((most_persons(case, capacity, c) for c in subsets(case) if len(c) <= p), default=None)
    assert siting.verify()
    if best is None:
        assert siting.status == "infeasible"
        return
    assert siting.status == "optimal"
    assert siting.value == pytest.approx(best, abs=1e-9)
    assert siting.served.sum() == pytest.approx(best, abs=1e-9)


@pytest.mark.parametrize("seed", range(150))
def test_the_value_lies_below_the_best_and_the_bound_above_without_exact_search(seed):
    case, capacity = crowded(seed)
    p = max(len(case.required), min(seed % 4, len(case.free)))
    siting = max_cover(case.cover, case.weight, p, capacity=capacity, exact=False, **case.rules)
    best = max((most_persons(case, capacity, c) for c in subsets(case) if len(c) <= p), default=None)
    assert siting.verify()
    if best is not None:
        assert siting.value - 1e-9 <= best <= siting.bound + 1e-9


@pytest.mark.parametrize("share", [1.0, 0.7, 0.3])
@pytest.mark.parametrize("seed", range(100))
def test_the_fewest_places_serve_the_share(seed, share):
    case, capacity = crowded(seed)
    need = share * case.weight.sum() - 1e-9
    fewest = min((len(c) for c in subsets(case) if most_persons(case, capacity, c) >= need), default=None)
    siting = set_cover(case.cover, case.weight, share=share, capacity=capacity, **case.rules)
    assert siting.verify()
    if fewest is None:
        assert siting.status == "infeasible"
        assert siting.blocked_by
        return
    assert (siting.status, siting.value) == ("optimal", fewest)
    rough = set_cover(case.cover, case.weight, share=share, capacity=capacity, exact=False, **case.rules)
    assert rough.verify()
    assert rough.bound <= fewest <= rough.value


BOTH = np.array([[1, 0], [1, 1], [0, 1]], dtype=bool)


def test_people_of_one_row_are_split_and_the_row_goes_to_who_serves_most_of_it():
    siting = max_cover(BOTH, [10, 10, 2], 2, capacity=[14, 8])
    assert siting.served.toarray().tolist() == [[10.0, 0.0], [4.0, 6.0], [0.0, 2.0]]
    assert siting.assignment.tolist() == [0, 1, 1]
    assert (siting.value, siting.cumulative.tolist()) == (22.0, [0.0, 14.0, 22.0])


def test_a_place_gives_people_up_to_another_that_can_take_only_them():
    siting = max_cover(np.array([[1, 1], [1, 0]], dtype=bool), [5, 5], 1, fixed=[0], capacity=[5, 5])
    assert (siting.value, siting.sites.tolist(), siting.cumulative.tolist()) == (10.0, [1], [5.0, 10.0])


def test_an_unlimited_capacity_changes_nothing():
    plain, wide = max_cover(BOTH, [10, 10, 2], 1), max_cover(BOTH, [10, 10, 2], 1, capacity=[np.inf, 50.0])
    assert (plain.sites.tolist(), plain.value) == (wide.sites.tolist(), wide.value)


def test_capacities_that_do_not_do_are_named():
    siting = set_cover(BOTH, [10, 10, 2], capacity=[10, 10])
    assert (siting.status, siting.blocked_by) == ("infeasible", ("capacity",))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"served": None, "cumulative": np.empty(0)}, "the value is not the weight covered"),
        ({"served": csr_array(np.array([[10.0, 2.0], [4.0, 6.0], [0.0, 0.0]]))}, "served by who does not cover"),
        ({"served": csr_array(np.array([[12.0, 0.0], [2.0, 6.0], [0.0, 2.0]]))}, "a row is served more"),
        ({"served": csr_array(np.array([[10.0, 0.0], [3.0, 7.0], [0.0, 2.0]]))}, "more than its capacity"),
        ({"assignment": np.array([1, 1, 1])}, "not by who covers"),
    ],
)
def test_verify_finds_every_kind_of_fault(change, fault):
    siting = max_cover(BOTH, [10, 10, 2], 2, capacity=[14, 8])
    with pytest.raises(ValueError, match=fault):
        evolve(siting, **change).verify()


@pytest.mark.parametrize(("capacity", "message"), [([1, -1], "capacity must be"), ([1], "capacity must have 2"), ([1, np.nan], "capacity must be")])
def test_what_does_not_fit_is_refused(capacity, message):
    with pytest.raises(ValueError, match=message):
        max_cover(BOTH, [1, 1, 1], 1, capacity=capacity)
