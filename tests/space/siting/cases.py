"""Small random cover problems with every kind of limit, and all their choices."""

from itertools import combinations

import numpy as np
from attrs import frozen

from dingdian.space.siting import Cap, Limits
from dingdian.space.siting.limits import Apart


@frozen(eq=False)
class Case:
    """A cover problem small enough to try every choice."""

    cover: np.ndarray
    weight: np.ndarray
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

    @property
    def free(self):
        """Candidates that may be chosen."""
        return sorted(set(range(self.cover.shape[1])) - set(self.fixed) - set(self.forbidden))


def instance(seed, most=9):
    """Whole weights for odd seeds, fractions for even ones; limits in two of three."""
    rng = np.random.default_rng(seed)
    n_demand, n = int(rng.integers(1, 14)), int(rng.integers(1, most))
    cover = rng.random((n_demand, n)) < rng.choice([0.1, 0.3, 0.6])
    weight = (rng.integers(0, 20, n_demand) if seed % 2 else rng.random(n_demand)).astype(float)
    roles = rng.choice(["free", "fixed", "forbidden", "required"], n, p=[0.7, 0.12, 0.1, 0.08])
    limits = some_limits(rng, n) if seed % 3 else Limits()
    fixed, required, forbidden = (np.flatnonzero(roles == r).tolist() for r in ("fixed", "required", "forbidden"))
    return Case(cover, weight, fixed, required, forbidden, limits)


def some_limits(rng, n):
    """Quotas, circles counted from the applicant, pairs apart, one per group: each with an even chance."""
    limits = Limits()
    if rng.random() < 0.5:
        limits += Limits((Cap("quota", np.flatnonzero(rng.random(n) < 0.5), int(rng.integers(0, 4)), None, int(rng.integers(0, 2))),))
    if rng.random() < 0.5:
        place = rng.random(n)
        circles = [np.flatnonzero(np.abs(place - place[j]) < 0.25) for j in range(n)]
        room = rng.integers(1, 4, n)
        limits += Limits(tuple(Cap("circle", circles[j], int(room[j]), when=j) for j in range(n)))
    if rng.random() < 0.4 and n > 1:
        pairs = np.array([rng.choice(n, 2, replace=False) for _ in range(2)])
        limits += Limits(apart=(Apart("spacing", pairs[:, 0], pairs[:, 1]),))
    if rng.random() < 0.3:
        limits += Limits.one_per([None if g == 2 else f"township {g}" for g in rng.integers(0, 3, n).tolist()])
    return limits


def subsets(case):
    """Every choice that holds the required candidates and keeps the limits."""
    for k in range(len(case.free) + 1):
        for chosen in combinations(case.free, k):
            if set(case.required) <= set(chosen) and not case.limits.broken(chosen, case.fixed):
                yield set(chosen)


def covered(case, chosen):
    """Weight that ``chosen`` and the fixed places cover."""
    return float(case.weight[case.cover[:, sorted(chosen | set(case.fixed))].any(axis=1)].sum())
