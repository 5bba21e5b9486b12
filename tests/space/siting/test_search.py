"""The kernels of the cover search against plain recounting."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dingdian.space.exact import Whole
from dingdian.space.siting import Limits
from dingdian.space.siting.board import board_of, in_order, start_again
from dingdian.space.siting.core import core_of, rows_of
from dingdian.space.siting.model import roles
from dingdian.space.siting.problems import CoverProblem
from dingdian.space.siting.search import add, drop, tally

from .cases import instance

EVERYTHING = 2**60


def board_for(case):
    rows = rows_of(case.cover)
    given = roles(rows.n_candidates, case.fixed, case.required, case.forbidden)
    problem = CoverProblem("most covered", rows, case.weight, Whole.of("weight", case.weight, rows.size), given, case.limits)
    return problem, board_of(problem)


def dense(core):
    """The core's cover as a boolean matrix, rebuilt from its rows."""
    matrix = np.zeros((core.weight.size, core.starts.size - 1), dtype=bool)
    for row in range(core.weight.size):
        matrix[row, core.row_candidates[core.row_starts[row] : core.row_starts[row + 1]]] = True
    return matrix


@settings(deadline=None)
@given(st.integers(0, 5000))
def test_the_core_has_each_set_of_candidates_once_and_all_the_weight(seed):
    case = instance(2 * seed + 1)
    _, board = board_for(case)
    if board is None:
        return
    matrix = dense(board.core)
    assert len({row.tobytes() for row in matrix}) == len(matrix)
    by_columns = np.zeros_like(matrix)
    for j in range(matrix.shape[1]):
        by_columns[board.core.rows[board.core.starts[j] : board.core.starts[j + 1]], j] = True
    assert (by_columns == matrix).all()
    standing = case.cover[:, sorted(case.fixed + case.required)].any(axis=1)
    reachable = case.cover[:, np.flatnonzero(board.free)].any(axis=1)
    assert board.base == case.weight[standing].sum()
    assert board.open_units == case.weight[reachable & ~standing].sum()


@settings(deadline=None)
@given(st.integers(0, 5000))
def test_the_tally_is_what_recounting_says_after_any_adding_and_dropping(seed):
    case = instance(2 * seed + 1)
    _, board = board_for(case)
    if board is None or not board.free.any():
        return
    core, matrix, rng = board.core, dense(board.core), np.random.default_rng(seed)
    now, chosen = tally(core), set()
    for _ in range(12):
        j = int(rng.choice(np.flatnonzero(board.free)))
        (drop if j in chosen else add)(core, board.rooms, board.state, now, j)
        chosen ^= {j}
        times = matrix[:, sorted(chosen)].sum(axis=1)
        assert now.times.tolist() == times.tolist()
        assert now.covered[0] == core.weight[times > 0].sum()
        assert now.gain.tolist() == (core.weight * (times == 0) @ matrix).tolist()
        assert now.near.tolist() == (core.weight * (times == 1) @ matrix).tolist()
        alone = core.weight * (times == 1) @ matrix
        assert [now.loss[k] for k in chosen] == [alone[k] for k in chosen]


@settings(deadline=None)
@given(st.integers(0, 5000), st.integers(1, 4))
def test_swaps_and_forced_exchanges_never_cover_less_and_keep_limits_and_number(seed, p):
    case = instance(2 * seed + 1)
    _, board = board_for(case)
    if board is None:
        return
    board.fill(p + len(case.required), EVERYTHING)
    before, size = board.covered, board.chosen().size
    for step in (lambda: board.swap(EVERYTHING), lambda: board.shake(np.flatnonzero(board.free), EVERYTHING)):
        step()
        chosen = set(board.chosen().tolist())
        assert board.covered >= before
        assert len(chosen) == size
        assert set(case.required) <= chosen
        assert not case.limits.broken(chosen, case.fixed)
        again = start_again(board, board.chosen())
        assert (again.covered, again.now.gain.tolist()) == (board.covered, board.now.gain.tolist())
        before = board.covered


@pytest.mark.parametrize("seed", range(60))
def test_after_swaps_no_exchange_of_two_is_left_that_covers_more(seed):
    case = instance(6 * seed + 3)  # whole weights, no limits
    problem, board = board_for(case)
    board.fill(3, EVERYTHING)
    board.swap(EVERYTHING)
    matrix, chosen = dense(board.core), board.chosen().tolist()
    optional = [j for j in chosen if board.free[j]]
    for out in optional:
        for new in np.flatnonzero(board.free):
            other = sorted({*optional, int(new)} - {out} if new not in optional else set(optional))
            assert board.core.weight[matrix[:, other].any(axis=1)].sum() <= board.now.covered[0]
    order, covered = in_order(problem, board.chosen())
    assert covered[-1] == board.covered
    assert set(order.tolist()) <= set(chosen)


def test_rows_with_equal_keys_but_other_candidates_stay_apart(monkeypatch):
    monkeypatch.setattr("dingdian.space.siting.core._keys", lambda size: np.zeros(size, dtype=np.int64))
    cover = np.array([[1, 0], [0, 1], [1, 0]], dtype=bool)
    nobody = np.zeros(2, dtype=bool)
    core, base = core_of(rows_of(cover), np.array([1, 2, 4]), nobody, ~nobody)
    assert sum(core.weight.tolist()) == 7
    assert dense(core).T @ core.weight @ np.array([1, 1]) == 7
    assert (dense(core).T @ core.weight).tolist() == [5, 2]
    assert base == 0


def test_no_limits_leave_no_rooms():
    rooms, free = Limits().rooms(3, np.array([0]), np.array([False, True, False]))
    assert not rooms.bind
    assert free.tolist() == [False, False, True]
