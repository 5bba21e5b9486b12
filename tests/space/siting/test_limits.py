"""Limits: the fast form says the same as the plain one, and what stands already breaks none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dingdian.space.pairs import Pairs
from dingdian.space.siting import Cap, Limits
from dingdian.space.siting.limits import Apart, combined, counters, fits, fits_instead, put, take


def some_limits(rng, n):
    """Caps of both kinds and pairs that exclude each other."""

    def cap(name, when):
        members = np.flatnonzero(rng.random(n) < 0.5)
        return Cap(name, members, int(rng.integers(0, 4)), when, int(rng.integers(0, 2)))

    always = [cap("quota", None) for _ in range(int(rng.integers(0, 3)))]
    counted = [cap("circle", int(rng.integers(n))) for _ in range(int(rng.integers(0, 4)))]
    pairs = rng.integers(0, n, (int(rng.integers(0, 3)), 2))
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    return Limits(tuple(always + counted), (Apart("spacing", pairs[:, 0], pairs[:, 1]),))


@settings(deadline=None)  # the first call compiles
@given(st.integers(0, 10_000))
def test_the_fast_form_lets_in_exactly_what_the_plain_form_does(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 9))
    limits = some_limits(rng, n)
    fixed = np.flatnonzero(rng.random(n) < 0.2)
    closed = rng.random(n) < 0.1
    closed[fixed] = False
    rooms, free = limits.rooms(n, fixed, closed)
    state, chosen = counters(rooms, n), set()
    for j in range(n):
        alone = j not in fixed and not closed[j] and not limits.broken({j}, fixed)
        assert free[j] == alone
    for _ in range(30):
        j = int(rng.integers(n))
        if j in chosen:
            take(rooms, state, j)
            chosen.remove(j)
        elif free[j]:
            assert fits(rooms, state, j) == (not limits.broken(chosen | {j}, fixed))
            for out in chosen:
                assert fits_instead(rooms, state, out, j) == (not limits.broken(chosen - {out} | {j}, fixed))
            if fits(rooms, state, j):
                put(rooms, state, j)
                chosen.add(j)
    assert set(np.flatnonzero(state.chosen).tolist()) == chosen


def line(*places, limit=10_000.0):
    x = np.array(places, dtype=float)
    source, target = np.nonzero(np.abs(x[:, None] - x[None, :]) <= limit)
    return Pairs.ordered(source, target, np.abs(x[source] - x[target]), x.size, x.size, limit)


def test_a_circle_is_counted_from_who_is_chosen_not_from_the_others():
    limits = Limits.saturation(line(0, 500, 1000, limit=600.0), [1, 5, 5])
    assert limits.broken({1, 2}) == ()
    assert limits.broken({0, 1}) == ("saturation",)
    assert limits.broken({0, 2}) == ()


@pytest.mark.parametrize(("room", "free"), [(-1, False), (0, False), (1, True)])
def test_a_candidate_in_a_full_circle_is_not_free(room, free):
    limits = Limits.saturation(line(0), [room])
    assert limits.rooms(1, np.empty(0, dtype=np.int64), np.zeros(1, dtype=bool))[1].tolist() == [free]


@pytest.mark.parametrize(("metres", "broken"), [(499.9, ()), (500.0, ()), (500.1, ("spacing",))])
def test_spacing_is_kept_by_exactly_so_many_metres(metres, broken):
    assert Limits.spacing(line(0, 500), metres).broken({0, 1}) == broken


def test_two_that_stand_too_close_break_nothing_and_keep_a_third_away():
    limits = Limits.spacing(line(0, 100, 200, 1000), 300.0)
    assert limits.broken({3}, {0, 1}) == ()
    assert limits.broken({2}, {0, 1}) == ("spacing",)


def test_one_per_township_and_a_quota_by_name():
    limits = Limits.one_per(["a", "a", None, None]) + Limits.quota([1, 1, 1, 2], {1: 2}, {1: "quota of unit 1"})
    assert limits.names() == ("a", "quota of unit 1")
    assert limits.broken({0, 1, 2}) == ("a", "quota of unit 1")
    assert limits.broken({1, 2, 3}) == ()
    assert limits.without("a").broken({0, 1}) == ()


@pytest.mark.parametrize(("already", "broken"), [(0, ()), (1, ()), (2, ("cap",)), (3, ("cap",))])
def test_others_inside_use_up_room(already, broken):
    assert Limits((Cap("cap", [0, 1], 2, already=already),)).broken({0}) == broken


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Cap("c", [0], -1), "zero or more, not -1"),
        (lambda: Cap("c", [0], 1, already=-2), "zero or more, not 1 and -2"),
        (lambda: Limits.saturation(line(0, 1), [1]), "room must be 2 whole numbers"),
        (lambda: Limits.saturation(line(0, 1), [1.5, 1.0]), "room must be 2 whole numbers"),
        (lambda: Limits.spacing(line(0, 1, limit=100.0), 101.0), "pairs up to 100 m do not tell"),
        (lambda: combined(Limits((Cap("township", [7], 1),)), None, 3), "township must lie between 0 and 2"),
        (lambda: combined(Limits((Cap("circle", [1], 1, when=3),)), None, 3), "circle must lie between"),
        (lambda: combined(None, [([0], -1)], 3), "at_most needs a number"),
    ],
)
def test_what_does_not_fit_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
