"""Small random median problems with every kind of limit, all their choices, the classic recipe for large ones, and a peer."""

from bisect import bisect_left
from itertools import combinations

import numpy as np
from attrs import frozen
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, eye_array, hstack, kron, lil_array, vstack
from scipy.sparse.csgraph import shortest_path

from dingdian.space.siting.limits import Apart, Cap, Limits


@frozen(eq=False)
class Case:
    """A median problem small enough to try every choice."""

    cost: np.ndarray
    weight: np.ndarray
    p: int
    fixed: list
    required: list
    forbidden: list
    limits: Limits

    @property
    def rules(self):
        """Keywords of the problem."""
        return {
            "fixed": self.fixed, "required": self.required, "forbidden": self.forbidden, "limits": self.limits,
        }  # fmt: skip

    def choices(self):
        """Every choice that keeps the rules, fixed places included."""
        free = [j for j in range(self.cost.shape[1]) if j not in self.fixed + self.forbidden]
        for k in range(self.p + 1):
            for chosen in combinations(free, k):
                if set(self.required) <= set(chosen) and not self.limits.broken(chosen, self.fixed):
                    yield [*chosen, *self.fixed]


def instance(seed):
    """Whole costs and weights, fractions, and whole decimetres in turn; about half of the pairs out of reach in some."""
    rng = np.random.default_rng(seed)
    n_demand, n = int(rng.integers(1, 13)), int(rng.integers(1, 10))
    kind = seed % 4
    cost = [
        rng.integers(0, 30, (n_demand, n)).astype(float), rng.integers(0, 30, (n_demand, n)).astype(float),
        rng.random((n_demand, n)) * 10, rng.integers(0, 300, (n_demand, n)) / 10,
    ][kind]  # fmt: skip
    if rng.random() < 0.6:
        cost[rng.random((n_demand, n)) < rng.choice([0.1, 0.3, 0.5])] = np.inf
    weight = rng.random(n_demand) * 3 if kind == 1 else rng.integers(0, 6, n_demand).astype(float)
    roles = rng.choice(["free", "fixed", "forbidden", "required"], n, p=[0.7, 0.1, 0.1, 0.1])
    fixed, required, forbidden = (np.flatnonzero(roles == k).tolist() for k in ("fixed", "required", "forbidden"))
    most = n - len(fixed) - len(forbidden)
    return Case(cost, weight, int(rng.integers(len(required), most + 1)), fixed, required, forbidden, _limits(rng, n))


def _limits(rng, n):
    limits = Limits()
    for name in ("one", "two")[: int(rng.integers(0, 3))]:
        when = None if rng.random() < 0.5 else int(rng.integers(n))
        members = np.flatnonzero(rng.random(n) < 0.5)
        limits = limits + Limits((Cap(name, members, int(rng.integers(0, 3)), when=when),))
    one, other = rng.integers(0, n, 2)
    if one != other and rng.random() < 0.4:
        limits = limits + Limits(apart=(Apart("apart", np.array([one]), np.array([other])),))
    return limits


def median_of(case, there):
    """Cost of serving everybody from the places ``there``."""
    people = case.weight > 0
    if not people.any():
        return 0.0
    return float((case.weight[people] * case.cost[np.ix_(people, there)].min(axis=1, initial=np.inf)).sum())


def radius_of(case, there):
    """The largest cost that anybody bears with the places ``there``."""
    people = case.weight > 0
    return float(case.cost[np.ix_(people, there)].min(axis=1, initial=np.inf).max()) if people.any() else 0.0


def flow_of(case, there, capacity, radius=np.inf):
    """Least cost of serving everybody from ``there`` within capacities, people of a row split at will: scipy's linear program."""
    rows, k = np.flatnonzero(case.weight > 0), len(there)
    if not rows.size or not k:
        return 0.0 if not rows.size else np.inf
    cost = case.cost[np.ix_(rows, there)]
    reach = np.isfinite(cost) & (cost <= radius)
    by_row, by_place = kron(eye_array(rows.size), np.ones((1, k))), kron(np.ones((1, rows.size)), eye_array(k))
    limited = np.flatnonzero(np.isfinite(capacity[there]))
    answer = linprog(
        np.where(reach, cost, 0.0).ravel(),
        A_ub=csr_array(by_place)[limited] if limited.size else None,
        b_ub=capacity[there][limited] if limited.size else None,
        A_eq=by_row, b_eq=case.weight[rows], bounds=[(0, None if there_is else 0) for there_is in reach.ravel()],
    )  # fmt: skip
    return float(answer.fun) if answer.status == 0 else np.inf


def capacitated_radius(case, there, capacity):
    """The smallest cost within which capacities can serve everybody from ``there``."""
    if not (case.weight > 0).any():
        return 0.0
    radii = [*np.unique(case.cost[np.isfinite(case.cost)]).tolist(), np.inf]
    return radii[bisect_left(radii, True, hi=len(radii) - 1, key=lambda r: flow_of(case, there, capacity, r) < np.inf)]


def graph_costs(n, seed):
    """The recipe of the classic p-median instances: n²/50 random streets of length 1 to 100, connected, all shortest paths."""
    rng = np.random.default_rng(seed)
    mixed = rng.permutation(n)
    streets = {tuple(sorted((int(mixed[k]), int(mixed[rng.integers(0, k)])))) for k in range(1, n)}
    while len(streets) < n * n // 50:
        u, v = sorted(rng.integers(0, n, 2).tolist())
        if u != v:
            streets.add((u, v))
    u, v = np.array(sorted(streets)).T
    return shortest_path(csr_array((rng.integers(1, 101, u.size), (u, v)), shape=(n, n)), directed=False)


def milp_median(cost, weight, p, limits=None):
    """The optimum by scipy's mixed-integer solver on the strong formulation (x_ij ≤ y_j), limits as rows."""
    n, m = cost.shape
    serve = hstack([csr_array((n, m)), kron(eye_array(n), np.ones((1, m)))])
    there = hstack([-kron(np.ones((n, 1)), eye_array(m)), eye_array(n * m)])
    count = lil_array((1, m + n * m))
    count[0, :m] = 1
    said, most = _limit_rows(limits or Limits(), m)
    rows = vstack([serve, there, count, hstack([said, csr_array((said.shape[0], n * m))])], format="csc")
    low = np.concatenate((np.ones(n), np.full(n * m + 1 + said.shape[0], -np.inf)))
    high = np.concatenate((np.ones(n), np.zeros(n * m), [p], most))
    answer = milp(
        np.concatenate((np.zeros(m), (weight[:, None] * cost).ravel())),
        constraints=LinearConstraint(rows, low, high), bounds=Bounds(0, 1),
        integrality=np.concatenate((np.ones(m), np.zeros(n * m))), options={"mip_rel_gap": 0.0},
    )  # fmt: skip
    assert answer.status == 0
    return float(answer.fun)


def _limit_rows(limits, m):
    rows, most = [], []
    for cap in limits.caps:
        row = np.zeros(m)
        row[cap.members] = 1.0
        slack = 0.0 if cap.when is None else float(cap.members.size)
        if cap.when is not None:
            row[cap.when] += slack
        rows.append(row)
        most.append(cap.most + slack)
    for apart in limits.apart:
        for one, other in zip(apart.first, apart.second):
            row = np.zeros(m)
            row[[one, other]] = 1.0
            rows.append(row)
            most.append(1.0)
    return csr_array(np.array(rows).reshape(len(rows), m)), most


def milp_cover(cover):
    """The smallest number of columns that cover all rows, by scipy's mixed-integer solver; infinite where none do."""
    n, m = cover.shape
    answer = milp(
        np.ones(m), constraints=LinearConstraint(csr_array(cover.astype(float)), np.ones(n), np.inf),
        bounds=Bounds(0, 1), integrality=np.ones(m), options={"mip_rel_gap": 0.0},
    )  # fmt: skip
    return round(answer.fun) if answer.status == 0 else np.inf
