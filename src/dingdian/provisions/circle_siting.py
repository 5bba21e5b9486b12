"""What "no further one of the same type within the walk" allows of newcomers: none near those who are there, none near each other.

A newcomer with one surely within the walk is shut out by the limit; one of whom the streets or the stated errors leave doubt is left
out, with the reason. Between newcomers the straight line counts, as where rulings weigh applications against each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from dingdian.provisions.case import Case
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.nearby import STRAIGHT, walk_limit_m
from dingdian.provisions.newcomers import (
    Integers,
    Mask,
    Newcomers,
    SiteLimits,
    accuracy_of,
    errors_m,
    possibly_within,
    reach_m,
    spoken_of,
)
from dingdian.space.pairs import Pairs
from dingdian.space.siting.limits import Apart, Cap, Limits
from dingdian.terms import Text

if TYPE_CHECKING:
    from dingdian.provisions.kinds.service_circle import ServiceCircle

OFF_STREETS = Text("路网不及，步行距离无法计量", "off the streets: no walking distance")
IN_DOUBT = Text("与同类型机构的距离在误差以内，或该机构不在路网上，无法判定", "the distance to one of the same type is within its error, or that one is off the streets")


def site_limits(rule: ServiceCircle, ground: Ground, choices: Choices, newcomers: Newcomers) -> SiteLimits:
    """Who is shut out by those present, and which newcomers exclude each other."""
    speaks, left_out = spoken_of(rule, newcomers)
    columns = ("provider_class", "kind", *(["level"] if rule.same_level else []))
    limits = Limits()
    keys = newcomers.by_facts(columns, lambda case: None if any(case.get(n) is None for n in columns) else _sort(rule, case))
    left_out |= {i: _unstated(columns) for i in np.flatnonzero(speaks).tolist() if keys[i] is None}
    for key in dict.fromkeys(key for key, is_bound in zip(keys, speaks) if is_bound and key is not None):
        members = np.array([i for i, found in enumerate(keys) if speaks[i] and found == key], dtype=np.int64)
        full, doubtful = _by_present(rule, ground, choices, newcomers, members)
        left_out |= doubtful
        limits += Limits(tuple(Cap(rule.id, [j], 0) for j in full), tuple(_apart(rule, choices, newcomers, members)))
    return SiteLimits(limits=limits, left_out=left_out, readings=choices.used)


def _sort(rule: ServiceCircle, case: Case) -> tuple[object, ...]:
    return (case.provider_class, case.group, case.level if rule.same_level else "")


def _unstated(columns: Iterable[str]) -> Text:
    return Text(f"未说明新增机构的 {'、'.join(columns)}", f"of the newcomer nobody stated: {', '.join(columns)}")


def _by_present(
    rule: ServiceCircle, ground: Ground, choices: Choices, newcomers: Newcomers, members: Integers
) -> tuple[list[int], dict[int, Text]]:
    """Members with one of their type surely within the walk, and those of whom it cannot be told."""
    codes, where = rule.same_type(ground, newcomers.cases[int(members[0])]), ground.places.row_of
    rows = np.array(sorted(where[code] for code in codes if code in where), dtype=np.int64)
    limit, doubt = float(walk_limit_m(choices["walk"])), choices["doubt"]
    theirs = accuracy_of(ground, rows)
    reach = reach_m(limit, newcomers.accuracy_m, theirs, doubt)
    straight, on_foot = newcomers.straight_to(rows, reach), newcomers.node >= 0
    bent = choices["outside"].option == STRAIGHT
    near = newcomers.walks_to(rows, reach)
    if bent:
        near = _with_bent(near, straight, on_foot, float(choices["outside"]["detour"]))
    possibly = possibly_within(near, newcomers.accuracy_m, theirs, limit, doubt)
    error = errors_m(possibly, newcomers.accuracy_m, theirs, doubt)
    sure = _any(possibly.source[np.rint((possibly.distance + error) * 10) <= round(limit * 10)], len(newcomers))
    loose = straight.where((straight.distance <= limit) & ~ground.places.is_on_streets[rows][straight.target] & on_foot[straight.source])
    open_still = (_any(possibly.source, len(newcomers)) | _any(loose.source, len(newcomers))) & ~sure
    nowhere = ~on_foot & (not bent)
    doubtful = {i: OFF_STREETS if nowhere[i] else IN_DOUBT for i in members.tolist() if nowhere[i] or open_still[i]}
    return [i for i in members.tolist() if sure[i] and not nowhere[i]], doubtful


def _with_bent(walks: Pairs, straight: Pairs, on_foot: Mask, detour: float) -> Pairs:
    """Walks, and for newcomers off the streets the straight line times a detour factor."""
    bent = straight.where(~on_foot[straight.source])
    return Pairs.ordered(
        np.concatenate((walks.source, bent.source)), np.concatenate((walks.target, bent.target)),
        np.concatenate((walks.distance, bent.distance * detour)), walks.n_source, walks.n_target, walks.limit)


def _any(source: Integers, size: int) -> Mask:
    found = np.zeros(size, dtype=np.bool_)
    found[source] = True
    return found


def _apart(rule: ServiceCircle, choices: Choices, newcomers: Newcomers, members: Integers) -> Iterable[Apart]:
    """Newcomers of one type that may lie in each other's circle."""
    limit, own, doubt = float(walk_limit_m(choices["walk"])), newcomers.accuracy_m, choices["doubt"]
    pairs = possibly_within(newcomers.among_themselves(reach_m(limit, own, own, doubt)), own, own, limit, doubt)
    mine = _any(members, len(newcomers))
    pairs = pairs.where(mine[pairs.source] & mine[pairs.target] & (pairs.source < pairs.target))
    if len(pairs):
        yield Apart(rule.id, pairs.source, pairs.target)
