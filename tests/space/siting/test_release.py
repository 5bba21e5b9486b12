"""Release: the fewest people lose their cover, every limit holds among those that stay, and both as brute force says."""

from itertools import combinations

import numpy as np
import pytest
from attrs import evolve

from dingdian.space.siting import Cap, Limits, release

from .cases import covered, instance


def roles(case, seed):
    """Of the case's candidates: who is present, must go, may not go; the fixed ones stand beside them."""
    rng = np.random.default_rng(seed + 10_000)
    part = rng.choice(["present", "go", "stay", "away"], case.cover.shape[1], p=[0.7, 0.08, 0.08, 0.14])
    part[case.fixed] = "away"
    return {name: np.flatnonzero(part == name).tolist() for name in ("present", "go", "stay")}


def choices(case, who):
    """Every set that may go, with what stays keeping the limits."""
    present = who["present"] + who["go"] + who["stay"]
    for k in range(len(who["present"]) + 1):
        for some in combinations(who["present"], k):
            gone = {*some, *who["go"]}
            stay = set(present) - gone
            if not case.limits.broken(stay, case.fixed):
                yield gone, covered(case, stay)


def ask(case, who, leave_out, **options):
    return release(
        case.cover, case.weight, who["present"] + who["go"] + who["stay"], leave_out, fixed=case.fixed, required=who["go"],
        forbidden=who["stay"], limits=case.limits, **options,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(300))
def test_as_many_as_asked_go_and_the_least_weight_is_lost(seed):
    case = instance(seed)
    who = roles(case, seed)
    k = len(who["go"]) + seed % (len(who["present"]) + 1)
    best = max((value for gone, value in choices(case, who) if len(gone) == k), default=None)
    siting = ask(case, who, k)
    assert siting.verify()
    if best is None:
        assert siting.status == "infeasible"
        assert siting.blocked_by
        return
    assert siting.status == "optimal"
    assert siting.sites.size == k
    assert siting.value == pytest.approx(best, abs=1e-9)
    assert siting.cumulative[-1] == siting.value
    assert siting.cumulative[0] == pytest.approx(covered(case, {*who["present"], *who["go"], *who["stay"]}), abs=1e-9)


@pytest.mark.parametrize("seed", range(300))
def test_without_a_number_the_fewest_go_that_make_every_limit_hold(seed):
    case = instance(seed)
    who = roles(case, seed)
    fewest = min((len(gone) for gone, _ in choices(case, who)), default=None)
    siting = ask(case, who, None)
    assert siting.verify()
    if fewest is None:
        assert (siting.status, siting.value) == ("infeasible", np.inf)
        assert siting.blocked_by
        return
    assert (siting.status, siting.value, siting.bound) == ("optimal", fewest, fewest)


@pytest.mark.parametrize("seed", range(100))
def test_the_best_lies_between_value_and_bound_without_exact_search(seed):
    case = instance(seed)
    who = roles(case, seed)
    k = len(who["go"]) + seed % (len(who["present"]) + 1)
    best = max((value for gone, value in choices(case, who) if len(gone) == k), default=None)
    siting = ask(case, who, k, exact=False)
    assert siting.verify()
    if best is not None and siting.sites.size == k:
        assert siting.value - 1e-9 <= best <= siting.bound + 1e-9


LINE = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 1, 1], [0, 0, 1]], dtype=bool)
PEOPLE = [10, 20, 5, 20, 10]


def test_what_is_missed_least_goes_first():
    siting = release(LINE, [10, 20, 5, 20, 9], [0, 1, 2], 2)
    assert siting.order.tolist() == [2, 0]
    assert siting.cumulative.tolist() == [64.0, 55.0, 45.0]
    assert siting.assignment.tolist() == [-1, 1, 1, 1, -1]
    assert (siting.value, siting.bound, siting.status) == (45.0, 45.0, "optimal")


def test_limits_that_hold_need_no_removal():
    siting = release(LINE, PEOPLE, [0, 1, 2], None, at_most=[([0, 1, 2], 3)])
    assert (siting.sites.size, siting.value, siting.status) == (0, 0.0, "optimal")


@pytest.mark.parametrize(("most", "gone"), [(3, []), (2, [1]), (1, [0, 2]), (0, [0, 1, 2])])
def test_as_few_go_as_the_cap_asks_and_those_that_are_missed_least(most, gone):
    siting = release(LINE, PEOPLE, [0, 1, 2], None, at_most=[([0, 1, 2], most)])
    assert siting.sites.tolist() == gone


def test_those_that_may_not_go_and_break_a_limit_are_named():
    siting = release(LINE, PEOPLE, [0, 1, 2], None, forbidden=[0, 1], limits=Limits((Cap("circle", [0, 1], 1, when=0),)))
    assert (siting.status, siting.blocked_by) == ("infeasible", ("circle", "forbidden"))
    assert release(LINE, PEOPLE, [1, 2], None, fixed=[0], forbidden=[1], at_most=[([0, 1], 0)]).status == "infeasible"


def test_too_few_removals_for_a_limit_name_the_limit():
    siting = release(LINE, PEOPLE, [0, 1, 2], 1, at_most=[([0, 1, 2], 1, "quota")])
    assert (siting.status, siting.blocked_by, siting.value) == ("infeasible", ("quota",), 65.0)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"sites": np.array([0, 1]), "order": np.array([0, 1])}, "not as many sites"),
        ({"sites": np.array([2]), "order": np.array([2])}, "a required candidate was not chosen"),
        ({"sites": np.array([0]), "order": np.array([0])}, "the value is not the weight covered"),
        ({"value": 61.0, "bound": 61.0}, "the value is not the weight covered"),
        ({"bound": 59.0}, "the bound lies below"),
        ({"bound": 70.0}, "optimal without proof"),
    ],
)
def test_verify_finds_every_kind_of_fault(change, fault):
    siting = release(LINE, PEOPLE, [0, 1, 2], 1, forbidden=[2])
    assert (siting.sites.tolist(), siting.value, siting.status) == ([1], 60.0, "optimal")
    with pytest.raises(ValueError, match=fault):
        evolve(siting, **change).verify()


@pytest.mark.parametrize(
    ("leave_out", "options", "message"),
    [
        (-1, {}, "leave_out must be zero or more"),
        (3, {}, "leave_out is 3, but only 2 of 2 present"),
        (2, {"forbidden": [0]}, "leave_out is 2, but only 1 of 2"),
        (0, {"required": [0]}, "leave_out is 0, but 1 places are required"),
        (1, {"required": [2]}, "candidate 2 is required but not present"),
        (1, {"forbidden": [2]}, "candidate 2 is forbidden but not present"),
        (1, {"fixed": [1]}, "candidate 1 is both fixed and present"),
        (1, {"required": [1], "forbidden": [1]}, "both required and forbidden"),
    ],
)
def test_what_does_not_fit_is_refused(leave_out, options, message):
    with pytest.raises(ValueError, match=message):
        release(LINE, PEOPLE, [0, 1], leave_out, **options)
