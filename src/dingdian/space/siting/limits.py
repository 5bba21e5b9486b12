"""Limits of a choice of places: saturation caps, spacing, one per township, quotas of a unit; stated, checked, and fast to ask.

`Limits` is what a caller states, and `Limits.broken` reads it back with plain sets. `Rooms` is the same as arrays, for searches
that ask a million times whether one more place still fits. What stands already breaks no limit: it only uses up room.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from attrs import field, frozen

from dingdian.space import decimetres
from dingdian.space.arrays import Integers, Mask, indices, read_only
from dingdian.space.compiled import compiled
from dingdian.space.pairs import Pairs

ALWAYS = -1  # in `Rooms.when`: the cap binds whatever is chosen


def _members(values: npt.ArrayLike) -> Integers:
    array = np.unique(np.asarray(values, dtype=np.int64))
    read_only(array)
    return array


@frozen(eq=False)
class Cap:
    """Of the candidates ``members`` at most ``most`` may be there, ``already`` others counted.

    Attributes
    ----------
    name : str
        What a reader calls the limit; caps that share a name are one limit in ``Siting.blocked_by``.
    members : int64 array
        Candidate indices, ascending.
    most : int
        The cap. Fixed members and ``already`` are taken off: room = max(0, most − already − fixed members).
    when : int, optional
        The cap binds only if this candidate is chosen: a circle counted from the applicant. A fixed candidate applies for nothing, so
        a cap that hangs on one never binds. None: binds always.
    already : int
        Places inside that are no candidates.
    """

    name: str
    members: Integers = field(converter=_members)
    most: int
    when: int | None = None
    already: int = 0

    def __attrs_post_init__(self) -> None:
        if self.most < 0 or self.already < 0:
            raise ValueError(f"a cap and what it counts already are zero or more, not {self.most} and {self.already}")


@frozen(eq=False)
class Apart:
    """Pairs of candidates of which at most one may be there: (``first[k]``, ``second[k]``)."""

    name: str
    first: Integers
    second: Integers


class Rooms(NamedTuple):
    """Limits as arrays, fixed places taken off, over the candidates that may be chosen at all.

    Attributes
    ----------
    room, when : int64 arrays, shape (n_caps,)
        How many more may be chosen, and the candidate on which the cap hangs (`ALWAYS` for none).
    inside : int64 array, shape (n_caps,)
        1 where ``when`` is itself a member.
    member_starts, members : int64 arrays
        Candidates of each cap.
    cap_starts, caps : int64 arrays
        Caps that count each candidate.
    own_starts, own : int64 arrays
        Caps that hang on each candidate.
    near_starts, near : int64 arrays
        Candidates that each candidate excludes.
    """

    room: Integers
    when: Integers
    inside: Integers
    member_starts: Integers
    members: Integers
    cap_starts: Integers
    caps: Integers
    own_starts: Integers
    own: Integers
    near_starts: Integers
    near: Integers

    @property
    def bind(self) -> bool:
        """Whether any limit is left that can bind."""
        return bool(self.room.size or self.near.size)


class Counters(NamedTuple):
    """Where a choice stands: who is in, how many each cap counts, how many exclude each candidate."""

    chosen: Mask
    used: Integers
    clash: Integers


@frozen(eq=False)
class Limits:
    """Limits that hold together; add two with ``+``."""

    caps: tuple[Cap, ...] = ()
    apart: tuple[Apart, ...] = ()

    def __add__(self, other: Limits) -> Limits:
        return Limits(self.caps + other.caps, self.apart + other.apart)

    @classmethod
    def saturation(cls, pairs: Pairs, room: npt.ArrayLike, name: str = "saturation") -> Limits:
        """Counted from the applicant: the circle of a chosen candidate, itself included, holds at most its room.

        Parameters
        ----------
        pairs : Pairs
            Which candidates lie in each other's circle, from candidates to candidates.
        room : int array, shape (n_candidates,)
            Cap less the existing places that are no candidates; below zero counts as zero.
        name : str
            One name for all the circles.
        """
        size = _square(pairs)
        left = np.maximum(_whole("room", room, size), 0)
        source = np.concatenate((pairs.source, np.arange(size)))
        target = np.concatenate((pairs.target, np.arange(size)))
        starts, circles = _grouped(source, target, size)
        return cls(tuple(Cap(name, circles[starts[j] : starts[j + 1]], int(left[j]), when=j) for j in range(size)))

    @classmethod
    def spacing(cls, pairs: Pairs, metres: float, name: str = "spacing") -> Limits:
        """Any two places at least ``metres`` apart: exactly ``metres`` will do.

        Parameters
        ----------
        pairs : Pairs
            Distances from candidates to candidates, listed up to ``metres`` at least.
        """
        _square(pairs)
        if not metres <= pairs.limit:
            raise ValueError(f"pairs up to {pairs.limit:g} m do not tell who is closer than {metres:g} m")
        close = decimetres.from_metres(pairs.distance) < round(decimetres.limit(metres))
        first, second = pairs.source[close], pairs.target[close]
        two = first != second
        return cls(apart=(Apart(name, first[two], second[two]),))

    @classmethod
    def one_per(cls, groups: Sequence[Hashable], names: Mapping[Hashable, str] | None = None) -> Limits:
        """At most one in each group (township); see `quota`."""
        return cls.quota(groups, {group: 1 for group in groups if group is not None}, names)

    @classmethod
    def quota(
        cls, groups: Sequence[Hashable], most: Mapping[Hashable, int], names: Mapping[Hashable, str] | None = None
    ) -> Limits:
        """At most ``most[group]`` in each group; a group without an entry, and None, has no quota.

        Parameters
        ----------
        groups : sequence, length n_candidates
            The group of each candidate: a unit's code, a number, or None.
        most : mapping from group to int
            Quotas.
        names : mapping from group to str, optional
            What the limit is called; the group itself otherwise.
        """
        inside: dict[Hashable, list[int]] = {}
        for candidate, group in enumerate(groups):
            if group is not None and group in most:
                inside.setdefault(group, []).append(candidate)
        called = names or {}
        return cls(tuple(Cap(called.get(g, str(g)), members, int(most[g])) for g, members in inside.items()))

    def names(self) -> tuple[str, ...]:
        """The different names, in the order in which they were stated."""
        return tuple(dict.fromkeys([cap.name for cap in self.caps] + [apart.name for apart in self.apart]))

    def without(self, name: str) -> Limits:
        """All limits but those of one name."""
        return Limits(
            tuple(cap for cap in self.caps if cap.name != name), tuple(a for a in self.apart if a.name != name)
        )

    def broken(self, chosen: Collection[int], fixed: Collection[int] = ()) -> tuple[str, ...]:
        """Names of the limits that ``chosen`` breaks beside ``fixed``: plain sets, for checking an answer.

        Parameters
        ----------
        chosen, fixed : candidate indices
            What was chosen, and what was there before.

        Returns
        -------
        tuple of str
            Each name once; empty when every limit holds.
        """
        new, there = set(chosen), set(fixed)
        found = [cap.name for cap in self.caps if _cap_broken(cap, new, there)]
        found += [apart.name for apart in self.apart if _apart_broken(apart, new, there)]
        return tuple(dict.fromkeys(found))

    def checked(self, n_candidates: int) -> Limits:
        """Itself, or ValueError where a candidate index is out of range."""
        for cap in self.caps:
            indices(cap.name, cap.members, n_candidates)
            if cap.when is not None:
                indices(cap.name, [cap.when], n_candidates)
        for apart in self.apart:
            indices(apart.name, apart.first, n_candidates)
            indices(apart.name, apart.second, n_candidates, apart.first.size)
        return self

    def rooms(self, n_candidates: int, fixed: Integers, closed: Mask) -> tuple[Rooms, Mask]:
        """The limits as arrays, and which candidates may be chosen at all.

        Parameters
        ----------
        n_candidates : int
            Number of candidates, fixed ones included.
        fixed : int64 array
            Candidates that stand already.
        closed : bool array, shape (n_candidates,)
            Candidates that are not to be chosen anyway (forbidden).

        Returns
        -------
        (Rooms, bool array of shape (n_candidates,))
            The second is True for candidates that are neither fixed nor closed and that the limits let in alone.
        """
        there = np.zeros(n_candidates, dtype=np.bool_)
        there[fixed] = True
        near, excluded = _near(self.apart, n_candidates, there)
        free = ~(there | closed | excluded)
        room, when, cap_of, member = _flat(self.caps, there)
        inside = np.bincount(cap_of[member == when[cap_of]], minlength=room.size)
        free[member[(room[cap_of] == 0) & (when[cap_of] == ALWAYS)]] = False
        free[when[(room < inside) & (when != ALWAYS)]] = False
        return _rooms(room, when, cap_of, member, near, free), free


def combined(limits: Limits | None, at_most: Sequence[tuple[object, ...]] | None, n_candidates: int) -> Limits:
    """``limits`` and the shorthand ``at_most`` ((members, k) or (members, k, name)) as one, indices checked.

    Raises
    ------
    ValueError
        An index out of range or a k below zero.
    """
    caps = tuple(_shorthand(rule, n_candidates) for rule in at_most or ())
    return (Limits(caps) + (limits or Limits())).checked(n_candidates)


def counters(rooms: Rooms, n_candidates: int) -> Counters:
    """Counters of an empty choice."""
    return Counters(
        np.zeros(n_candidates, dtype=np.bool_),
        np.zeros(rooms.room.size, dtype=np.int64),
        np.zeros(n_candidates, dtype=np.int64),
    )


@compiled
def fits(rooms: Rooms, state: Counters, candidate: int) -> bool:
    """Whether ``candidate``, not chosen yet, can be added without breaking a limit."""
    if state.clash[candidate] > 0:
        return False
    for k in range(rooms.cap_starts[candidate], rooms.cap_starts[candidate + 1]):
        cap = rooms.caps[k]
        when = rooms.when[cap]
        if (when < 0 or state.chosen[when]) and state.used[cap] >= rooms.room[cap]:
            return False
    for k in range(rooms.own_starts[candidate], rooms.own_starts[candidate + 1]):
        cap = rooms.own[k]
        if state.used[cap] + rooms.inside[cap] > rooms.room[cap]:
            return False
    return True


@compiled
def put(rooms: Rooms, state: Counters, candidate: int) -> None:
    """Count ``candidate`` as chosen."""
    state.chosen[candidate] = True
    for k in range(rooms.cap_starts[candidate], rooms.cap_starts[candidate + 1]):
        state.used[rooms.caps[k]] += 1
    for k in range(rooms.near_starts[candidate], rooms.near_starts[candidate + 1]):
        state.clash[rooms.near[k]] += 1


@compiled
def take(rooms: Rooms, state: Counters, candidate: int) -> None:
    """Count ``candidate`` as no longer chosen."""
    state.chosen[candidate] = False
    for k in range(rooms.cap_starts[candidate], rooms.cap_starts[candidate + 1]):
        state.used[rooms.caps[k]] -= 1
    for k in range(rooms.near_starts[candidate], rooms.near_starts[candidate + 1]):
        state.clash[rooms.near[k]] -= 1


@compiled
def fits_instead(rooms: Rooms, state: Counters, out: int, candidate: int) -> bool:
    """Whether ``candidate`` can be chosen in the place of ``out``; the counters are left as they were."""
    take(rooms, state, out)
    answer = fits(rooms, state, candidate)
    put(rooms, state, out)
    return answer


def _square(pairs: Pairs) -> int:
    if pairs.n_source != pairs.n_target:
        raise ValueError(f"limits need pairs from candidates to candidates, not {pairs.n_source} to {pairs.n_target}")
    return pairs.n_source


def _whole(name: str, values: npt.ArrayLike, size: int) -> Integers:
    array = np.asarray(values)
    if array.shape != (size,) or array.dtype.kind not in "iu":
        raise ValueError(f"{name} must be {size} whole numbers, not {array.dtype} of shape {array.shape}")
    return array.astype(np.int64)


def _shorthand(rule: tuple[object, ...], n_candidates: int) -> Cap:
    members, most, *name = rule
    if not isinstance(most, (int, np.integer)) or most < 0:
        raise ValueError(f"at_most needs a number that is zero or more, not {most}")
    group = indices("at_most", np.asarray(list(members)), n_candidates)  # type: ignore[call-overload]
    return Cap(str(name[0]) if name else "at_most", group, int(most))


def _cap_broken(cap: Cap, chosen: set[int], fixed: set[int]) -> bool:
    if cap.when is not None and cap.when not in chosen:
        return False
    members = set(cap.members.tolist())
    return len(members & chosen) > max(0, cap.most - cap.already - len(members & fixed))


def _apart_broken(apart: Apart, chosen: set[int], fixed: set[int]) -> bool:
    there = chosen | fixed
    pairs = zip(apart.first.tolist(), apart.second.tolist())
    return any(a in there and b in there and (a in chosen or b in chosen) for a, b in pairs)


def _flat(caps: tuple[Cap, ...], there: Mask) -> tuple[Integers, Integers, Integers, Integers]:
    """Room and condition of each cap, and its members one per line, fixed ones taken off."""
    when = np.array([ALWAYS if cap.when is None else cap.when for cap in caps], dtype=np.int64)
    most = np.array([cap.most - cap.already for cap in caps], dtype=np.int64)
    sizes = np.array([cap.members.size for cap in caps], dtype=np.int64)
    cap_of = np.repeat(np.arange(len(caps), dtype=np.int64), sizes)
    member = np.concatenate([cap.members for cap in caps] or [np.empty(0, dtype=np.int64)])
    stands = there[member]
    room = np.maximum(0, most - np.bincount(cap_of[stands], minlength=len(caps)))
    return room, when, cap_of[~stands], member[~stands]


def _rooms(
    room: Integers, when: Integers, cap_of: Integers, member: Integers, near: tuple[Integers, Integers], free: Mask
) -> Rooms:
    """Only what can still bind: free members, caps with more of them than room."""
    size = free.size
    kept = free[member]
    cap_of, member = cap_of[kept], member[kept]
    binds = np.bincount(cap_of, minlength=room.size) > room
    conditional = np.flatnonzero(when != ALWAYS)
    binds[conditional] &= free[when[conditional]]
    number = np.cumsum(binds) - 1
    kept = binds[cap_of]
    cap_of, member = number[cap_of[kept]], member[kept]
    room, when = room[binds], when[binds]
    inside = np.bincount(cap_of[member == when[cap_of]], minlength=room.size).astype(np.int64)
    conditional = np.flatnonzero(when != ALWAYS)
    both = free[near[0]] & free[near[1]]
    return Rooms(
        room, when, inside,
        *_grouped(cap_of, member, room.size),
        *_grouped(member, cap_of, size),
        *_grouped(when[conditional], conditional, size),
        *_grouped(near[0][both], near[1][both], size),
    )  # fmt: skip


def _near(apart: tuple[Apart, ...], size: int, there: Mask) -> tuple[tuple[Integers, Integers], Mask]:
    """Pairs that exclude each other, both ways and once each, and who is excluded by what stands."""
    empty = [np.empty(0, dtype=np.int64)]
    first = np.concatenate([a.first for a in apart] + [a.second for a in apart] or empty).astype(np.int64)
    second = np.concatenate([a.second for a in apart] + [a.first for a in apart] or empty).astype(np.int64)
    once = np.unique(first * size + second)
    first, second = once // max(size, 1), once % max(size, 1)
    excluded = np.zeros(size, dtype=np.bool_)
    excluded[second[there[first]]] = True
    return (first, second), excluded


def _grouped(key: Integers, value: Integers, size: int) -> tuple[Integers, Integers]:
    """Values by key, as starts and values; values of one key ascending."""
    order = np.lexsort((value, key))
    starts = np.concatenate(([0], np.cumsum(np.bincount(key, minlength=size)))).astype(np.int64)
    return starts, np.ascontiguousarray(value[order], dtype=np.int64)
