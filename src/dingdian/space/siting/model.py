"""What every siting problem shares: the answer, the roles of candidates, and how long a search may take.

An answer carries its problem, so that it can be checked again from the raw input by code that shares nothing with the search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, Protocol, TypeAlias, TypeVar

import numpy as np
from attrs import evolve, field, frozen
from scipy.sparse import csr_array

from dingdian.space.arrays import Floats, Integers, Numbers, column, indices, read_only, refuse

Status: TypeAlias = Literal["optimal", "feasible", "infeasible", "time_limit"]
Clock: TypeAlias = Callable[[], float]
Rules = TypeVar("Rules")

# Sums of float weights differ in their last bits with the order of adding; closer than this share counts as
# equal.
ROUNDING = 1e-12


class Problem(Protocol):
    """A raw problem that can tell what must hold of an answer."""

    def claims(self, siting: Siting) -> Iterable[tuple[bool, str]]:
        """What must hold, each with the sentence that says what is wrong where it does not."""


@frozen(eq=False)
class Siting:
    """A chosen set of places, what it is worth, and how good it may be at best.

    Attributes
    ----------
    sites : int64 array
        Chosen candidates, ascending. For `release`: those that are given up.
    fixed : int64 array
        Candidates that were there from the beginning, ascending.
    value : float
        What the problem counts: weight covered (`max_cover`), cost of the chosen (`set_cover`), … see each.
    bound : float
        No choice inside the limits can be better: at least ``value`` where more is better, at most ``value`` where less is.
    gap : float
        |bound − value| as a share of the larger of both; 0 when that is 0.
    status : {"optimal", "feasible", "infeasible", "time_limit"}
        ``optimal`` only where value and bound meet. ``infeasible``: no choice keeps the limits, see ``blocked_by``; ``sites`` is empty
        then, and ``value`` and ``bound`` are those of the fixed ones alone (more is better) or ``inf`` (less is better).
    seconds : float or None
        Time taken by the clock that was handed in; None without a clock.
    assignment : int64 array, shape (n_demand,)
        The candidate that serves each demand row; −1 for none.
    order : int64 array
        ``sites`` in the order in which a reader should take them.
    cumulative : float64 array, shape (len(order) + 1,)
        For covers: weight covered before the first of ``order`` and after each.
    blocked_by : tuple of str
        Names of limits that by themselves leave no choice, and with any one of them gone would: a minimal set, not every limit that is
        in the way. Empty when feasible.
    served : csr_array or None
        With capacities: persons of each demand row (rows) that each candidate (columns) serves. None without.
    """

    sites: Integers
    fixed: Integers
    value: float
    bound: float
    gap: float
    status: Status
    seconds: float | None
    assignment: Integers = field(repr=False)
    order: Integers = field(repr=False)
    cumulative: Floats = field(repr=False)
    _problem: Problem = field(repr=False, alias="problem")
    blocked_by: tuple[str, ...] = ()
    served: csr_array | None = field(default=None, repr=False)

    def __attrs_post_init__(self) -> None:
        for array in (self.sites, self.fixed, self.assignment, self.order, self.cumulative):
            read_only(array)

    def verify(self) -> bool:
        """Check the answer against the problem by plain sets; True, or ValueError with the fault.

        Raises
        ------
        ValueError
            Naming the first thing that does not hold.
        """
        for holds, claim in self._problem.claims(self):
            if not holds:
                raise ValueError(f"the siting is wrong: {claim}")
        return True


@frozen(eq=False)
class Roles:
    """Which candidates stand, must come, and must not: three disjoint lists, each ascending."""

    fixed: Integers
    required: Integers
    forbidden: Integers

    @property
    def taken(self) -> int:
        """Candidates about which nothing is to be chosen: fixed and forbidden."""
        return int(self.fixed.size + self.forbidden.size)

    def without(self, name: str) -> Roles:
        """Nobody required, or nobody forbidden; as they are for any other name."""
        return evolve(self, **{name: np.empty(0, dtype=np.int64)}) if name in ("required", "forbidden") else self


def roles(n_candidates: int, fixed: Iterable[int], required: Iterable[int], forbidden: Iterable[int]) -> Roles:
    """The three lists, checked.

    Raises
    ------
    ValueError
        An index out of range, or a candidate on two lists.
    """
    found = {
        name: np.unique(indices(name, list(values), n_candidates))
        for name, values in (("fixed", fixed), ("required", required), ("forbidden", forbidden))
    }
    for one, other in (("fixed", "forbidden"), ("required", "forbidden"), ("fixed", "required")):
        both = np.intersect1d(found[one], found[other])
        if both.size:
            raise ValueError(f"candidate {both[0]} is both {one} and {other} ({both.size} such)")
    return Roles(**found)


def places(p: int, n_candidates: int, given: Roles) -> int:
    """The number of places to choose, checked against how many there are.

    Raises
    ------
    ValueError
        p below zero, below the number of required candidates, or above the number of those that may be chosen.
    """
    if p < 0:
        raise ValueError(f"p must be zero or more, not {p}")
    if p < given.required.size:
        raise ValueError(f"p is {p}, but {given.required.size} candidates are required")
    free = n_candidates - given.taken
    if p > free:
        raise ValueError(f"p is {p}, but only {free} of {n_candidates} candidates are neither fixed nor forbidden")
    return int(p)


def capacities(values: Numbers | None, n_candidates: int) -> Floats | None:
    """Checked capacities: zero or more, ``inf`` for no limit, one per candidate."""
    if values is None:
        return None
    given = column("capacity", values, n_candidates)
    refuse(~(given >= 0.0), "capacity must be zero or more")
    return given


@frozen
class Budget:
    """When a search may stop: at a gap, or when its time is over."""

    gap: float
    clock: Clock | None
    start: float
    deadline: float | None

    def passed(self) -> bool:
        """Whether the time is over."""
        return self.clock is not None and self.deadline is not None and self.clock() >= self.deadline

    def left(self) -> float | None:
        """Seconds left; None without a limit."""
        return None if self.clock is None or self.deadline is None else max(0.0, self.deadline - self.clock())

    def taken(self) -> float | None:
        """Seconds since the start; None without a clock."""
        return None if self.clock is None else self.clock() - self.start


def budget(gap: float | None, seconds: float | None, clock: Clock | None) -> Budget:
    """The stopping rule, its clock started.

    Raises
    ------
    ValueError
        A gap outside [0, 1), negative seconds, or a time limit without a clock.
    """
    if gap is not None and not 0.0 <= gap < 1.0:
        raise ValueError(f"gap is a share from 0 up to but not including 1, not {gap}")
    if seconds is not None and not seconds >= 0.0:
        raise ValueError(f"seconds must be zero or more, not {seconds}")
    if seconds is not None and clock is None:
        raise ValueError("a time limit needs a clock: pass clock=time.monotonic")
    start = clock() if clock else 0.0
    return Budget(gap or 0.0, clock, start, None if seconds is None else start + seconds)


def share_between(value: float, bound: float) -> float:
    """The gap: |bound − value| as a share of the larger; 0 when both are infinite or 0."""
    larger = max(abs(value), abs(bound))
    return 0.0 if larger in (0.0, np.inf) else abs(bound - value) / larger


def status_of(value: float, bound: float, out_of_time: bool) -> Status:
    """``optimal`` where value and bound meet, else why the search ended."""
    if abs(bound - value) <= ROUNDING * max(abs(value), abs(bound)):
        return "optimal"
    return "time_limit" if out_of_time else "feasible"


def to_blame(
    rules: Rules, names: Iterable[str], without: Callable[[Rules, str], Rules], possible: Callable[[Rules], bool]
) -> tuple[str, ...]:
    """Names of rules that together leave no choice, and without any one of which there would be one: a minimal set.

    Parameters
    ----------
    rules :
        Leave no choice.
    without :
        The rules without those of one name.
    possible :
        Whether rules leave a choice. Rules are left out for good while the rest leaves none: of two that each would do the later is named.
    """
    kept = []
    for name in names:
        fewer = without(rules, name)
        if possible(fewer):
            kept.append(name)
        else:
            rules = fewer
    return tuple(kept)


def mostly_by(served: csr_array) -> Integers:
    """For each row the place that serves most of it, the smaller index of equals; −1 where nobody is served."""
    by = np.full(served.shape[0], -1, dtype=np.int64)
    row = np.repeat(np.arange(served.shape[0]), np.diff(served.indptr))
    order = np.lexsort((served.indices, -served.data, row))
    found, first = np.unique(row[order], return_index=True)
    by[found] = served.indices[order][first]
    return by
