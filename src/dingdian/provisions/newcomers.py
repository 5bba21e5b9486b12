"""Places where one more provider might stand, and what a plan allows there: what siting asks of a provision.

A newcomer is a case like any other, so that what is chosen can be judged afterwards by the rules themselves. `SiteLimits` carries
limits that hold for sure: a newcomer of whom a provision cannot say what it allows is left out, with the reason, never let in.
Chooses nothing and counts no people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt
from attrs import field, frozen

from dingdian.city.places import SNAP_LIMIT_M, degrees
from dingdian.provisions.case import Case
from dingdian.provisions.finding import UNDETERMINED, Missing
from dingdian.provisions.ground import Choice, Ground
from dingdian.space.neighbours import Sites
from dingdian.space.pairs import Pairs
from dingdian.space.siting.limits import Limits
from dingdian.terms import Text

if TYPE_CHECKING:
    from dingdian.provisions.base import Provision

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Answer = TypeVar("Answer")


@frozen(eq=False)
class Newcomers:
    """Candidates of a siting, each as the case that it would be.

    Attributes
    ----------
    ground
        The facts on which they are looked at.
    cases
        One for each; its place is known.
    """

    ground: Ground
    cases: tuple[Case, ...]

    def __len__(self) -> int:
        return len(self.cases)

    def only(self, keep: Integers) -> Newcomers:
        """Some of them, by position."""
        return Newcomers(self.ground, tuple(self.cases[i] for i in keep.tolist()))

    @cached_property
    def lon(self) -> Floats:
        return np.array([case.lon for case in self.cases], dtype=np.float64)

    @cached_property
    def lat(self) -> Floats:
        return np.array([case.lat for case in self.cases], dtype=np.float64)

    @cached_property
    def accuracy_m(self) -> Floats:
        """Stated error of each place; nan where none is stated."""
        stated = (case.get("accuracy_m") for case in self.cases)
        return np.array([np.nan if value is None else float(value) for value in stated], dtype=np.float64)

    @cached_property
    def sites(self) -> Sites:
        return Sites(self.lon, self.lat)

    @cached_property
    def _snapped(self) -> tuple[Integers, Floats]:
        node = np.full(len(self), -1, dtype=np.int64)
        metres = np.full(len(self), np.inf)
        inside = np.flatnonzero(self.ground.places.inside_streets(self.lon, self.lat))
        if len(inside):
            node[inside], metres[inside] = self.ground.places.streets.snap(self.lon[inside], self.lat[inside])
        node[metres > SNAP_LIMIT_M] = -1
        return node, metres

    @property
    def node(self) -> Integers:
        """Street node of each; −1 for a place that the streets do not reach."""
        return self._snapped[0]

    @property
    def offset_m(self) -> Floats:
        """Metres from each place to its street node."""
        return self._snapped[1]

    def straight_to(self, rows: Integers, limit_m: float) -> Pairs:
        """Straight lines to providers: ``rows`` of `Places.located`; targets are positions in ``rows``."""
        located = self.ground.places.located
        there = Sites(degrees(located["lon"])[rows], degrees(located["lat"])[rows])
        return there.within(self.lon, self.lat, limit_m)

    def walks_to(self, rows: Integers, limit_m: float) -> Pairs:
        """Walks to providers, door to door; a newcomer that the streets do not reach has none."""
        places = self.ground.places
        on = np.flatnonzero(self.node >= 0)
        found = places.doors.pairs(self.node[on], places.door_nodes(rows), limit_m)
        source, metres = on[found.source], np.round(found.distance + self.offset_m[on[found.source]], 1)
        near = metres <= limit_m + 1e-6
        return Pairs.ordered(source[near], found.target[near], metres[near], len(self), len(rows), limit_m)

    def among_themselves(self, limit_m: float) -> Pairs:
        """Straight lines between newcomers, each with itself at 0 m.

        Straight whatever the reading of the walk, as where rulings weigh applications against each other: a walk is never shorter.
        """
        return self.sites.within(self.lon, self.lat, limit_m)

    def by_facts(self, columns: Iterable[str], answer: Callable[[Case], Answer]) -> list[Answer]:
        """An answer about each case, asked once for each combination of these facts."""
        names, known = tuple(columns), dict[tuple[object, ...], Answer]()
        found = []
        for case in self.cases:
            key = tuple(case.get(name) for name in names)
            if key not in known:
                known[key] = answer(case)
            found.append(known[key])
        return found


@frozen(eq=False)
class SiteLimits:
    """What one provision, or several together, allow of newcomers.

    Attributes
    ----------
    limits
        Over the newcomers' positions; caps bear the id of the provision as their name.
    left_out
        Newcomers of whom it cannot be said what is allowed, with the reason.
    notes
        What a reader must know of how the limits were read.
    readings
        Reading id → option in force, of those that were looked at.
    """

    limits: Limits = field(factory=Limits)
    left_out: Mapping[int, Text] = field(factory=dict)
    notes: tuple[Text, ...] = ()
    readings: Mapping[str, str] = field(factory=dict)

    def __add__(self, other: SiteLimits) -> SiteLimits:
        return SiteLimits(
            limits=self.limits + other.limits, left_out={**other.left_out, **self.left_out},
            notes=tuple(dict.fromkeys(self.notes + other.notes)), readings={**self.readings, **other.readings})


SCOPE_COLUMNS = ("provider_class", "kind", "level", "tags", "ownership", "owner", "specialties")


def spoken_of(provision: Provision, newcomers: Newcomers) -> tuple[Mask, dict[int, Text]]:
    """(newcomers of whom the provision speaks, those of whom nobody can say whether it does, with the reason)."""
    said = newcomers.by_facts(SCOPE_COLUMNS, provision.applies)
    speaks = np.array([answer is None for answer in said], dtype=np.bool_)
    open_still = {i: _lacking(answer.missing) for i, answer in enumerate(said)
                  if answer is not None and answer.status == UNDETERMINED}
    return speaks, open_still


def _lacking(missing: Iterable[Missing]) -> Text:
    """What is missing, without naming the one newcomer of whom it was asked first."""
    columns = dict.fromkeys(item.column for item in missing)
    return Text(f"未说明新增机构的 {'、'.join(columns)}", f"of the newcomer nobody stated: {', '.join(columns)}")


def possibly_within(
    pairs: Pairs, own_m: Floats, other_m: Floats, limit_m: float, doubt: Choice
) -> Pairs:
    """The pairs whose distance may be within a limit, errors taken off; ``own_m`` and ``other_m`` by source and target.

    The same rule as `nearby.error_of`: both stated errors added, or at least the reading's where one is not stated.
    """
    return pairs.where(np.rint((pairs.distance - errors_m(pairs, own_m, other_m, doubt)) * 10) <= round(limit_m * 10))


def errors_m(pairs: Pairs, own_m: Floats, other_m: Floats, doubt: Choice) -> Floats:
    """Metres by which each distance may be wrong."""
    if doubt.option == "exact":
        return np.zeros(len(pairs))
    one, two = own_m[pairs.source], other_m[pairs.target]
    total = np.nan_to_num(one) + np.nan_to_num(two)
    return np.where(np.isnan(one) | np.isnan(two), np.maximum(total, float(doubt["metres"])), total)


def reach_m(limit_m: float, own_m: Floats, other_m: Floats, doubt: Choice) -> float:
    """How far one must look so that no distance within a limit, errors taken off, is missed."""
    if doubt.option == "exact":
        return limit_m
    widest = sum(float(np.nanmax(stated)) if np.isfinite(stated).any() else 0.0 for stated in (own_m, other_m))
    return limit_m + max(widest, float(doubt["metres"]))


def accuracy_of(ground: Ground, rows: Integers) -> Floats:
    """Stated error of providers' coordinates; nan where none is stated."""
    return degrees(ground.places.located["accuracy_m"])[rows]
