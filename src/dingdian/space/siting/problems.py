"""Raw cover problems: checked input, and what must hold of an answer, worked out again with plain sets and loops."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import fsum
from typing import Literal, TypeAlias

import numpy as np
from attrs import field, frozen

from dingdian.space.arrays import Floats, Integers, Mask
from dingdian.space.exact import Whole
from dingdian.space.siting.core import Rows
from dingdian.space.siting.limits import Limits
from dingdian.space.siting.model import ROUNDING, Roles, Siting

Goal: TypeAlias = Literal["most covered", "least cost", "least lost", "fewest removals"]
Claim: TypeAlias = tuple[bool, str]


@frozen(eq=False)
class CoverProblem:
    """A checked cover problem.

    Attributes
    ----------
    goal : str
        What is sought: `max_cover`, `set_cover`, and `release` with and without a number.
    rows, weight, units : Rows, float64 array, Whole
        The cover, the weights as given, and on their grid.
    given : Roles
        Candidates that stand, must be chosen, must not. For `release` the choice is who stays.
    limits : Limits
        Kept by ``given.fixed`` and the chosen together.
    p : int
        Places to choose at most (`max_cover`), or exactly (`release`: how many of ``present`` stay).
    need : int
        Units to be covered (`set_cover`).
    cost : float64 array, shape (n_candidates,)
        Of choosing each candidate (`set_cover`).
    capacity : float64 array or None
        Persons that each candidate serves at most.
    present : int64 array
        For `release`: candidates of which some are given up.
    """

    goal: Goal
    rows: Rows
    weight: Floats = field(repr=False)
    units: Whole = field(repr=False)
    given: Roles
    limits: Limits
    p: int = 0
    need: int = 0
    cost: Floats | None = field(default=None, repr=False)
    capacity: Floats | None = field(default=None, repr=False)
    present: Integers | None = None

    def kept(self, sites: Integers) -> set[int]:
        """Which candidates stand beside the fixed ones when ``sites`` is the answer."""
        chosen = set(sites.tolist())
        return set(self.present.tolist()) - chosen if self.present is not None else chosen

    def claims(self, siting: Siting) -> Iterable[Claim]:
        """What must hold of ``siting``, each with the sentence for where it does not."""
        if siting.sites.size == 0 and (siting.status == "infeasible" or np.isinf(siting.value)):
            yield siting.status != "infeasible" or bool(siting.blocked_by), "infeasible without naming a limit"
            yield siting.status != "optimal", "optimal without proof"
            return
        standing = self.kept(siting.sites) | set(self.given.fixed.tolist())
        by_row = self._servers(standing)
        yield from self._claims_of_choice(siting)
        yield from self._claims_of_value(siting, by_row)
        yield from _claims_of_bound(siting, less_is_better=self.goal in ("least cost", "fewest removals"))
        yield from self._claims_of_assignment(siting, by_row)
        if self.capacity is not None:
            yield from self._claims_of_service(siting, by_row, standing)

    def _servers(self, standing: set[int]) -> dict[int, set[int]]:
        """For each demand row that anybody covers, who does."""
        found: dict[int, set[int]] = {}
        starts, candidates = self.rows.starts.tolist(), self.rows.candidates.tolist()
        for row in range(self.rows.size):
            here = standing.intersection(candidates[starts[row] : starts[row + 1]])
            if here:
                found[row] = here
        return found

    def _claims_of_choice(self, siting: Siting) -> Iterator[Claim]:
        sites, fixed = siting.sites.tolist(), set(self.given.fixed.tolist())
        chosen = self.kept(siting.sites)
        yield len(set(sites)) == len(sites), "one site is named twice"
        if self.present is not None:
            yield set(sites) <= set(self.present.tolist()), "a site was given up that is not there"
        yield self.goal != "most covered" or len(chosen) <= self.p, "more sites than p"
        yield self.goal != "least lost" or len(chosen) == self.p, "not as many sites given up as asked"
        yield not chosen & (fixed | set(self.given.forbidden.tolist())), "a fixed or forbidden candidate was chosen"
        yield set(self.given.required.tolist()) <= chosen, "a required candidate was not chosen"
        broken = self.limits.broken(chosen, fixed)
        yield not broken, f"the limit {', '.join(broken)} is broken"
        yield sorted(siting.order.tolist()) == sorted(sites), "the order is not of the sites"

    def _claims_of_value(self, siting: Siting, by_row: dict[int, set[int]]) -> Iterator[Claim]:
        covered = self._served_weight(siting) if self.capacity is not None else fsum(self.weight[i] for i in by_row)
        slack = ROUNDING * max(float(self.weight.sum()), covered)
        if self.goal in ("most covered", "least lost"):
            yield abs(covered - siting.value) <= slack, "the value is not the weight covered"
        elif self.goal == "fewest removals":
            yield siting.value == siting.sites.size, "the value is not the number of removals"
        else:
            assert self.cost is not None
            paid = fsum(self.cost[j] for j in siting.sites.tolist())
            yield abs(paid - siting.value) <= ROUNDING * max(1.0, paid), "the value is not the cost of the sites"
            yield covered >= self.units.value(self.need) - slack, "less is covered than asked"
        if siting.cumulative.size:
            yield abs(float(siting.cumulative[-1]) - covered) <= slack, "the running totals do not end at what is covered"

    def _served_weight(self, siting: Siting) -> float:
        return 0.0 if siting.served is None else fsum(siting.served.data.tolist())

    def _claims_of_assignment(self, siting: Siting, by_row: dict[int, set[int]]) -> Iterator[Claim]:
        claimed = {row: owner for row, owner in enumerate(siting.assignment.tolist()) if owner >= 0}
        if self.capacity is None:
            yield claimed.keys() == by_row.keys(), "the assignment does not name who is covered"
        yield all(owner in by_row.get(row, ()) for row, owner in claimed.items()), "the assignment is not by who covers"

    def _claims_of_service(self, siting: Siting, by_row: dict[int, set[int]], standing: set[int]) -> Iterator[Claim]:
        assert self.capacity is not None
        of_row, of_site = dict.fromkeys(by_row, 0.0), dict.fromkeys(standing, 0.0)
        served = None if siting.served is None else siting.served.tocoo()
        yield served is not None, "with capacities, nobody is said to be served"
        if served is None:
            return
        for row, site, persons in zip(served.coords[0].tolist(), served.coords[1].tolist(), served.data.tolist()):
            yield persons >= 0.0 and site in by_row.get(row, ()), "somebody is served by who does not cover them"
            of_row[row] += persons
            of_site[site] += persons
        slack = ROUNDING * max(1.0, float(self.weight.sum()))
        yield all(x <= self.weight[row] + slack for row, x in of_row.items()), "a row is served more than it weighs"
        yield all(x <= self.capacity[site] + slack for site, x in of_site.items()), "a site serves more than its capacity"


def _claims_of_bound(siting: Siting, less_is_better: bool) -> Iterator[Claim]:
    better = siting.bound > siting.value if less_is_better else siting.bound < siting.value
    yield not better, f"the bound lies {'above' if less_is_better else 'below'} the value"
    larger = max(abs(siting.value), abs(siting.bound))
    meets = abs(siting.bound - siting.value) <= ROUNDING * larger
    yield meets or siting.status != "optimal", "optimal without proof"


def share_of(units: Whole, share: float | Fraction) -> int:
    """Units that are at least ``share`` of all; 0.95 means 95 hundredths, not the nearest binary fraction.

    Raises
    ------
    ValueError
        A share outside 0 to 1.
    """
    exact = share if isinstance(share, Fraction) else Fraction(str(share)) if np.isfinite(share) else Fraction(-1)
    if not 0 <= exact <= 1:
        raise ValueError(f"share must lie between 0 and 1, not {share}")
    product = exact * int(units.units.sum())
    return -(-product.numerator // product.denominator)


def mask(size: int, *lists: Integers) -> Mask:
    """True at the listed places."""
    found = np.zeros(size, dtype=np.bool_)
    for places in lists:
        found[places] = True
    return found
