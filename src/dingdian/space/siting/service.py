"""Covers with capacities: a place serves at most so many persons, and people of one row may go to several places.

Which persons go where is a flow, kept largest at every step by augmenting paths; the choice of places is greedy, compared with the best
choice without capacities, and proven or bettered by HiGHS where the model is small enough. Bounds: what could be covered without
capacities, what the largest capacities sum to, and HiGHS's own.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from attrs import define, evolve
from scipy.sparse import csr_array

from dingdian.space.arrays import Floats, Integers, Mask
from dingdian.space.compiled import compiled
from dingdian.space.exact import Whole
from dingdian.space.siting import exact as programs
from dingdian.space.siting.board import Board, board_of, start_again
from dingdian.space.siting.core import Core, Rows, turned
from dingdian.space.siting.maximal import most_covered
from dingdian.space.siting.minimal import cheapest, next_cheap
from dingdian.space.siting.model import Budget
from dingdian.space.siting.problems import CoverProblem
from dingdian.space.siting.search import add


class Flow(NamedTuple):
    """Who is served where.

    Attributes
    ----------
    persons : int64 array, shape (n_entries,)
        Units of each row that each of its candidates serves, along the cover's rows.
    open : int64 array, shape (n_rows,)
        Units of each row that nobody serves.
    left : int64 array, shape (n_candidates,)
        Capacity that each place has left; 0 for places that are not there.
    shut : bool array, shape (n_candidates,)
        Places from which no path leads to anybody unserved: one that has none never gets one again.
    """

    persons: Integers
    open: Integers
    left: Integers
    shut: Mask


@define(eq=False)
class Service:
    """A problem with capacities set up, and the best choice so far.

    Attributes
    ----------
    board : Board
        The problem without capacities: limits, roles, and bounds.
    core : Core
        All of the cover, rows as they came.
    capacity : int64 array, shape (n_candidates,)
        Units.
    standing : int64 array
        Fixed and required places.
    sites : int64 array or None
        Chosen places, required ones among them; None while there is none.
    value, bound : int
        Units served, or cost units; and what is best possible.
    impossible, late : bool
        Proven that there is no choice; time ended the search.
    """

    board: Board
    core: Core
    capacity: Integers
    standing: Integers
    sites: Integers | None = None
    value: int = 0
    bound: int = 0
    impossible: bool = False
    late: bool = False


def on_one_grid(weight: Floats, capacity: Floats) -> tuple[Whole, Integers]:
    """Weights and capacities (unlimited ones cut at the total) on the same grid."""
    held = np.minimum(capacity, weight.sum())
    both = Whole.of("weight", np.concatenate((weight, held)))
    return Whole(both.units[: weight.size], both.bits), both.units[weight.size :].copy()


def service_of(problem: CoverProblem, capacity: Integers) -> Service | None:
    """The problem set up; None where the required places break a limit."""
    board = board_of(problem)
    if board is None:
        return None
    rows, weight = problem.rows, problem.units.units
    starts, columns = turned(rows.starts, rows.candidates, rows.n_candidates)
    core = Core(weight, rows.starts, rows.candidates, starts, columns)
    return Service(board, core, capacity, np.union1d(problem.given.fixed, problem.given.required))


# --- flows -------------------------------------------------------------------------------------------------------


def flow_of(service: Service, sites: Integers) -> Flow:
    """The largest flow when ``sites`` serve beside those that stand."""
    core = service.core
    size = service.capacity.size
    persons = np.zeros(core.row_candidates.size, np.int64)
    flow = Flow(persons, core.weight.copy(), np.zeros(size, np.int64), np.zeros(size, np.bool_))
    for j in np.union1d(service.standing, sites).tolist():
        admit(core, flow, int(j), int(service.capacity[j]))
    return flow


def served(service: Service, flow: Flow) -> int:
    """Units served."""
    return int(service.core.weight.sum() - flow.open.sum())


@compiled
def admit(core: Core, flow: Flow, site: int, capacity: int) -> None:
    """Let ``site`` serve as much as it can: who is unserved first, then whoever frees another place for the unserved."""
    flow.left[site] = capacity
    for k in range(core.starts[site], core.starts[site + 1]):
        row = core.rows[k]
        units = min(flow.open[row], flow.left[site])
        if units > 0:
            flow.persons[_entry(core, row, site)] += units
            flow.open[row] -= units
            flow.left[site] -= units
    size = core.starts.size - 1
    queue, before, through = np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size, np.int64)
    while flow.left[site] > 0 and _augment(core, flow, site, queue, before, through):
        pass


@compiled
def _augment(core: Core, flow: Flow, site: int, queue: Integers, before: Integers, through: Integers) -> bool:
    """One more path from ``site`` to an unserved row; False where there is none.

    ``before[t]`` takes over the people of row ``through[t]`` from place t, which then has room for others.
    """
    before[:] = -1
    before[site], queue[0] = site, site
    head, tail = 0, 1
    while head < tail:
        here = queue[head]
        head += 1
        for k in range(core.starts[here], core.starts[here + 1]):
            row = core.rows[k]
            if flow.open[row] > 0:
                _send(core, flow, site, here, row, before, through)
                return True
            for e in range(core.row_starts[row], core.row_starts[row + 1]):
                other = core.row_candidates[e]
                if flow.persons[e] > 0 and before[other] < 0 and not flow.shut[other]:
                    before[other], through[other] = here, row
                    queue[tail] = other
                    tail += 1
    flow.shut[queue[:tail]] = True
    return False


@compiled
def _send(core: Core, flow: Flow, site: int, last: int, row: int, before: Integers, through: Integers) -> None:
    """Send as much as fits along the path that ends with place ``last`` serving ``row``."""
    units = min(flow.left[site], flow.open[row])
    place = last
    while place != site:
        units = min(units, flow.persons[_entry(core, through[place], place)])
        place = before[place]
    flow.persons[_entry(core, row, last)] += units
    flow.open[row] -= units
    place = last
    while place != site:
        flow.persons[_entry(core, through[place], place)] -= units
        flow.persons[_entry(core, through[place], before[place])] += units
        place = before[place]
    flow.left[site] -= units


@compiled
def _entry(core: Core, row: int, candidate: int) -> int:
    """Position of a candidate in the list of a row."""
    low, high = core.row_starts[row], core.row_starts[row + 1]
    while high - low > 1:
        middle = (low + high) // 2
        if core.row_candidates[middle] <= candidate:
            low = middle
        else:
            high = middle
    return int(low)


@compiled
def could_take(core: Core, flow: Flow, capacity: Integers) -> Integers:
    """Units of unserved people that each candidate could take at once."""
    size = core.starts.size - 1
    units = np.zeros(size, np.int64)
    for j in range(size):
        for k in range(core.starts[j], core.starts[j + 1]):
            units[j] += flow.open[core.rows[k]]
        units[j] = min(units[j], capacity[j])
    return units


# --- choices -----------------------------------------------------------------------------------------------------


def greedy(service: Service, p: int, need: int, cost: Integers) -> tuple[Integers, int]:
    """Places one by one, most unserved people for their cost first, until ``p`` are chosen or ``need`` units are served.

    Returns the chosen places (required ones among them) and the units served.
    """
    board = start_again(service.board, np.empty(0, dtype=np.int64))
    flow = flow_of(service, np.empty(0, dtype=np.int64))
    units, free = could_take(service.core, flow, service.capacity), board.free.copy()
    for _ in range(p - int(board.keep.sum())):
        left = need - served(service, flow)
        best = next_cheap(board.rooms, board.state, free, units, cost, left) if left > 0 else -1
        if best < 0:
            break
        add(board.core, board.rooms, board.state, board.now, best)
        admit(service.core, flow, best, int(service.capacity[best]))
        units = could_take(service.core, flow, service.capacity)
    return board.chosen(), served(service, flow)


def most_served(problem: CoverProblem, capacity: Integers, spent: Budget, exact: bool) -> Service | None:
    """At most ``problem.p`` places that serve most; None where the required places break a limit."""
    service = service_of(problem, capacity)
    if service is None:
        return None
    everybody = int(service.core.weight.sum())
    unlimited = most_covered(service.board, problem.p, spent, problem.units, exact=False)
    service.board = unlimited.board
    choices = [greedy(service, problem.p, everybody, np.ones_like(capacity))]
    sites = unlimited.board.chosen()
    choices.append((sites, served(service, flow_of(service, sites))))
    service.sites, service.value = max(choices, key=lambda choice: choice[1])
    more = problem.p - problem.given.required.size
    service.bound = min(unlimited.bound, _largest(service, more), everybody)
    service.late = spent.passed()
    if service.bound > service.value and exact:
        _prove_most(service, problem, more, spent)
    service.bound = max(service.bound, service.value)
    return service


def _holds(service: Service) -> Integers:
    """Units that each place can serve at most: its capacity, or all that it covers."""
    covered = np.zeros(service.capacity.size, dtype=np.int64)
    np.add.at(covered, service.core.row_candidates, np.repeat(service.core.weight, np.diff(service.core.row_starts)))
    return np.minimum(covered, service.capacity)


def _largest(service: Service, more: int) -> int:
    """Units that those that stand and the ``more`` largest others serve at most."""
    units = _holds(service)
    free = np.sort(units[service.board.free])[::-1]
    return int(units[service.standing].sum() + free[:more].sum())


def _prove_most(service: Service, problem: CoverProblem, more: int, spent: Budget) -> None:
    left = spent.left()
    answer = programs.most_served(service.board, service.core, service.capacity, service.standing, more, problem.units.bits, left)
    if answer is None:
        return
    sites, bound, proven = answer
    if sites is not None:
        every = np.union1d(sites, problem.given.required)
        value = served(service, flow_of(service, every))
        if value > service.value:
            service.sites, service.value = every, value
    service.bound = service.value if proven else min(service.bound, bound)
    service.late = not proven and left is not None


def cheapest_served(
    problem: CoverProblem, capacity: Integers, prices: Whole, spent: Budget, exact: bool
) -> Service | None:
    """The cheapest places that serve ``problem.need`` units; None where the required places break a limit."""
    service = service_of(problem, capacity)
    if service is None:
        return None
    cost, need = prices.units, problem.need
    everyone = np.flatnonzero(service.board.free)
    if served(service, flow_of(service, everyone)) < need:
        service.impossible = True
        return service
    unlimited = cheapest(service.board, cost, need, spent, exact=False)
    service.board = start_again(unlimited.board, np.empty(0, dtype=np.int64))
    sites, value = greedy(service, int(capacity.size), need, cost)
    if value >= need:
        service.sites = _thinned(service, sites, problem, cost)
        service.value = int(cost[service.sites].sum())
    service.bound = max(unlimited.bound, _least_cost(service, cost, need))
    service.late = spent.passed()
    if exact and (service.sites is None or service.bound < service.value):
        _prove_cheapest(service, problem, cost, spent)
    if service.sites is not None:
        service.bound = min(service.bound, service.value)
    return service


def _thinned(service: Service, sites: Integers, problem: CoverProblem, cost: Integers) -> Integers:
    """Without the places that are not needed, dearest first."""
    for j in sites[np.lexsort((sites, -cost[sites]))].tolist():
        fewer = sites[sites != j]
        if j not in problem.given.required and served(service, flow_of(service, fewer)) >= problem.need:
            sites = fewer
    return sites


def _least_cost(service: Service, cost: Integers, need: int) -> int:
    """What serving ``need`` units costs at least by capacities alone: most units for their cost first, the last one in part."""
    units = _holds(service)
    kept = int(cost[service.board.keep].sum())
    rest = need - int(units[service.standing].sum())
    free = np.flatnonzero(service.board.free & (units > 0))
    for j in free[np.argsort(cost[free] / units[free], kind="stable")].tolist():
        if rest <= 0:
            break
        kept += -(-int(cost[j]) * min(rest, int(units[j])) // int(units[j])) if rest < units[j] else int(cost[j])
        rest -= int(units[j])
    return kept


def _prove_cheapest(service: Service, problem: CoverProblem, cost: Integers, spent: Budget) -> None:
    left = spent.left()
    answer = programs.least_cost_served(
        service.board, service.core, service.capacity, service.standing, cost, problem.need, problem.units.bits, left
    )
    if answer is None:
        return
    sites, bound, proven = answer
    if sites is not None:
        every = np.union1d(sites, problem.given.required)
        enough = served(service, flow_of(service, every)) >= problem.need
        if enough and (service.sites is None or int(cost[every].sum()) < service.value):
            service.sites, service.value = every, int(cost[every].sum())
    service.impossible = proven and service.sites is None and sites is None
    service.bound = max(service.bound, bound)
    if proven and service.sites is not None:
        service.bound = service.value
    service.late = not proven and left is not None


# --- answers -----------------------------------------------------------------------------------------------------


def in_order(problem: CoverProblem, service: Service) -> tuple[Integers, Integers]:
    """Chosen places, most unserved people first, and the units served before and after each; idle ones only where required."""
    assert service.sites is not None
    flow = flow_of(evolve(service, standing=problem.given.fixed), np.empty(0, dtype=np.int64))
    waiting, order, totals = service.sites.tolist(), [], [served(service, flow)]
    while waiting:
        units = could_take(service.core, flow, service.capacity)
        best = max(waiting, key=lambda j: (units[j], -j))
        waiting.remove(best)
        admit(service.core, flow, best, int(service.capacity[best]))
        total = served(service, flow)
        if total > totals[-1] or best in problem.given.required:
            order.append(best)
            totals.append(total)
    return np.array(order, dtype=np.int64), np.array(totals, dtype=np.int64)


def served_by(problem: CoverProblem, service: Service, sites: Integers) -> csr_array:
    """Persons of each row that each place serves."""
    flow = flow_of(service, sites)
    rows: Rows = problem.rows
    some = np.flatnonzero(flow.persons)
    row = np.repeat(np.arange(rows.size), np.diff(rows.starts))[some]
    persons = problem.units.values(flow.persons[some])
    return csr_array((persons, (row, rows.candidates[some])), shape=(rows.size, rows.n_candidates))
