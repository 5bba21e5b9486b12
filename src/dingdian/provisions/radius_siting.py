"""What a cap on a radius allows of newcomers: the circle of each, and under a reading also the circles of those who are there.

Counted from the applicant, a circle limits only whoever is chosen; the circle of a provider on file limits always. Distances that
may be within the radius count as within, so that no place is named on which a ruling would be in doubt. Where the density class is
unknown the strictest cap holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from dingdian.city.places import degrees
from dingdian.provisions.case import Case
from dingdian.provisions.counting import show
from dingdian.provisions.filling import Filling, facts_of
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.newcomers import (
    Integers,
    Mask,
    Newcomers,
    SiteLimits,
    accuracy_of,
    possibly_within,
    reach_m,
    spoken_of,
)
from dingdian.provisions.settlement import area_at, area_of
from dingdian.space.neighbours import Sites
from dingdian.space.pairs import Pairs
from dingdian.space.siting.limits import Cap, Limits
from dingdian.terms import Text

if TYPE_CHECKING:
    from dingdian.provisions.kinds.radius_cap import RadiusCap

STRAIGHT, WALKING = "straight_line", "walking"
APPLICANT, EVERY = "applicant", "every_circle"
OFF_STREETS = Text("路网不及，步行距离无法计量", "off the streets: no walking distance")
TYPE_COLUMNS = ("provider_class", "kind", "level", "owner")


@frozen(eq=False)
class Counted:
    """Newcomers of one sort (class, type, level, owner), who counts against them, and where those stand.

    ``rows`` are rows of `Places.located`; ``rivals`` tells of every newcomer whether it counts against one of this sort.
    """

    members: Integers
    rows: Integers
    rivals: Mask


def site_limits(rule: RadiusCap, ground: Ground, choices: Choices, newcomers: Newcomers) -> SiteLimits:
    """Caps on the circles of those newcomers of whom the rule speaks."""
    speaks, left_out = _bound(rule, ground, choices, newcomers)
    kept = np.flatnonzero(speaks)
    if not len(kept):
        return SiteLimits(left_out=left_out)
    most, unknown = _caps_at(rule, ground, choices, newcomers, kept)
    caps: list[Cap] = []
    for sort in _sorts(rule, ground, choices, newcomers, speaks):
        near = _near_present(rule, choices, newcomers, sort)
        caps += _own_circles(rule, choices, newcomers, sort, near, most)
        if choices["centre"].option == EVERY:
            caps += _other_circles(rule, ground, choices, sort, near)
    return SiteLimits(limits=Limits(tuple(caps)), left_out=left_out, notes=tuple(_notes(rule, ground, choices, unknown)), readings=choices.used)


def _bound(rule: RadiusCap, ground: Ground, choices: Choices, newcomers: Newcomers) -> tuple[Mask, dict[int, Text]]:
    """Whom the cap binds, and of whom nobody can say: scope, area, whether it fills a place, whether there is a walk to measure."""
    speaks, left_out = spoken_of(rule, newcomers)
    walking, filling = choices["distance"].option == WALKING, rule.filling(choices)
    fills = newcomers.by_facts(TYPE_COLUMNS, lambda case: (filling.unknown(case.facts), filling.lacking(case)))
    for i in np.flatnonzero(speaks).tolist():
        elsewhere, reason = _elsewhere(rule, ground, choices, newcomers.cases[i])
        unknown, lacking = fills[i]
        if reason is None and not elsewhere and not filling.is_plain:
            elsewhere, reason = unknown is None, _unstated(unknown, lacking)
        if reason is None and not elsewhere and walking and newcomers.node[i] < 0:
            reason = OFF_STREETS
        if reason is not None:
            left_out[i] = reason
        speaks[i] = not elsewhere and reason is None
    return speaks, left_out


def _elsewhere(rule: RadiusCap, ground: Ground, choices: Choices, case: Case) -> tuple[bool, Text | None]:
    if not rule.within:
        return False, None
    area = area_of(case, ground, choices["area"])
    if area.name:
        return area.name != rule.within, None
    return False, Text("所在区域类别（城市或乡镇）未知", "the class of the area (city or township) is unknown")


def _unstated(unknown: str | None, lacking: tuple[str, ...]) -> Text | None:
    names = tuple(dict.fromkeys((*([unknown] if unknown else []), *(lacking if unknown is not None else ()))))
    return Text(f"未说明新增机构的 {'、'.join(names)}", f"of the newcomer nobody stated: {', '.join(names)}") if names else None


def _caps_at(rule: RadiusCap, ground: Ground, choices: Choices, newcomers: Newcomers, kept: Integers) -> tuple[Mapping[int, int], int]:
    """The cap at each place, asked once for each population cell; how many have no known density class."""
    cells, known = ground.places.cell_rows(newcomers.lon[kept], newcomers.lat[kept]), dict[object, int | None]()
    strictest = min(int(cap) for cap in rule.caps.values())
    caps: dict[int, int] = {}
    unknown = 0
    for i, cell in zip(kept.tolist(), cells.tolist()):
        case = newcomers.cases[i]
        published = any(ground.snapshot.fact(subject, "density") for subject in case.subjects)
        key = case.application if published else cell if cell >= 0 else f"outside {case.district}"
        if key not in known:
            name = rule.density_at(case, ground, choices).name
            known[key] = int(rule.caps[name]) if name else None
        found = known[key]
        unknown += found is None and not rule.uniform
        caps[i] = strictest if found is None else found
    return caps, unknown


def _sorts(
    rule: RadiusCap, ground: Ground, choices: Choices, newcomers: Newcomers, speaks: Mask
) -> Iterable[Counted]:
    """Newcomers by what decides who counts against them; one sort where the class alone decides."""
    filling, codes = rule.filling(choices), rule.counted_codes(ground, choices)
    where = ground.places.row_of
    if filling.is_plain:
        rows = np.array(sorted(where[code] for code in codes if code in where), dtype=np.int64)
        yield Counted(np.flatnonzero(speaks), rows, speaks)
        return
    keys = newcomers.by_facts(TYPE_COLUMNS, lambda case: tuple(case.get(name) for name in TYPE_COLUMNS))
    for key in dict.fromkeys(key for key, is_bound in zip(keys, speaks) if is_bound):
        members = np.array([i for i, (found, is_bound) in enumerate(zip(keys, speaks)) if is_bound and found == key], dtype=np.int64)
        case = newcomers.cases[int(members[0])]
        against = [where[code] for code in codes if code in where and filling.unknown(facts_of(ground, code), case) is not None]
        rivals = newcomers.by_facts(TYPE_COLUMNS, partial(_counts_against, filling, case))
        yield Counted(members, np.array(sorted(against), dtype=np.int64), speaks & np.array(rivals, dtype=np.bool_))


def _counts_against(filling: Filling, case: Case, other: Case) -> bool:
    return filling.unknown(other.facts, case) is not None


def _near_present(rule: RadiusCap, choices: Choices, newcomers: Newcomers, sort: Counted) -> Pairs:
    """Newcomers (all) and the providers on file that may be within the radius of each."""
    limit, doubt = float(rule.limit_m(choices)), choices["doubt"]
    theirs = accuracy_of(newcomers.ground, sort.rows)
    reach = reach_m(limit, newcomers.accuracy_m, theirs, doubt)
    walking = choices["distance"].option == WALKING
    pairs = newcomers.walks_to(sort.rows, reach) if walking else newcomers.straight_to(sort.rows, reach)
    return possibly_within(pairs, newcomers.accuracy_m, theirs, limit, doubt)


def _own_circles(
    rule: RadiusCap, choices: Choices, newcomers: Newcomers, sort: Counted, near: Pairs, most: Mapping[int, int]
) -> Iterable[Cap]:
    """The circle of each newcomer, itself included: it binds only if that newcomer is chosen."""
    limit, own, doubt = float(rule.limit_m(choices)), newcomers.accuracy_m, choices["doubt"]
    pairs = possibly_within(newcomers.among_themselves(reach_m(limit, own, own, doubt)), own, own, limit, doubt)
    pairs = pairs.where(sort.rivals[pairs.target] | (pairs.source == pairs.target))
    present, starts = near.counts(), np.searchsorted(pairs.source, np.arange(len(newcomers) + 1))
    for j in sort.members.tolist():
        yield Cap(rule.id, pairs.target[starts[j]:starts[j + 1]], most[j], when=j, already=int(present[j]))


def _other_circles(rule: RadiusCap, ground: Ground, choices: Choices, sort: Counted, near: Pairs) -> Iterable[Cap]:
    """The circles of those on file: a newcomer that may lie in one counts, whoever else is chosen."""
    located, limit = ground.places.located, float(rule.limit_m(choices))
    lon, lat = degrees(located["lon"])[sort.rows], degrees(located["lat"])[sort.rows]
    held = Sites(lon, lat).counts(lon, lat, limit)
    near = near.where(sort.rivals[near.source])
    order = np.lexsort((near.source, near.target))
    member, circle = near.source[order], near.target[order]
    starts = np.searchsorted(circle, np.arange(len(sort.rows) + 1))
    for k in np.unique(circle).tolist():
        density = rule.density_of(ground, choices, (str(located["provider"].iloc[sort.rows[k]]),), lon[k], lat[k]).name
        most = min(int(rule.caps[name]) for name in ([density] if density else rule.caps))
        yield Cap(rule.id, member[starts[k]:starts[k + 1]], most, already=int(held[k]))


def _notes(rule: RadiusCap, ground: Ground, choices: Choices, unknown: int) -> Iterable[Text]:
    radius = show(rule.limit_m(choices))
    if unknown:
        most = min(int(cap) for cap in rule.caps.values())
        yield Text(f"{unknown} 个候选点的人口密度类别未知，按最严上限 {most} 家计。",
                   f"The density class of {unknown} candidates is unknown: the strictest cap, {most}, is applied.")
    nowhere = rule.unlocated(ground, ground.snapshot.pooling_area)
    if nowhere:
        yield Text(f"{nowhere} 家机构没有坐标，未计入任何 {radius} 米半径。", f"{nowhere} providers have no coordinates: no {radius} m radius counts them.")


# --- too many already --------------------------------------------------------------------------------------------------


def surplus(rule: RadiusCap, ground: Ground, choices: Choices, rows: Integers) -> Limits:
    """How many may leave the circle of each provider that leaves: what its circle holds beyond its cap, itself among them.

    Parameters
    ----------
    rows : int64 array
        Rows of `Places.located`, those that might leave.
    """
    located, limit = ground.places.located, float(rule.limit_m(choices))
    names, groups = located["provider"].astype(str).to_numpy(), _groups(rule, choices, located)
    counted = np.isin(names, sorted(rule.counted_codes(ground, choices)))
    lon, lat = degrees(located["lon"]), degrees(located["lat"])
    held = Sites(lon[counted], lat[counted]).within(lon[rows], lat[rows], limit)
    held = held.where(groups[counted][held.target] == groups[rows][held.source])
    pairs = Sites(lon[rows], lat[rows]).within(lon[rows], lat[rows], limit)
    pairs = pairs.where(groups[rows][pairs.source] == groups[rows][pairs.target])
    present, starts = held.counts(), np.searchsorted(pairs.source, np.arange(len(rows) + 1))
    caps = []
    for j, row in enumerate(rows.tolist()):
        bound = counted[row] and not _outside(rule, ground, choices, located.iloc[row])
        beyond = max(0, int(present[j]) - _loosest(rule, ground, choices, names[row], lon[row], lat[row])) if bound else 0
        caps.append(Cap(rule.id, pairs.target[starts[j]:starts[j + 1]], beyond, when=j))
    return Limits(tuple(caps))


def _groups(rule: RadiusCap, choices: Choices, located: Any) -> Integers:
    """Providers that count against each other have one number: all of them, or those of one type, or of one owner."""
    by = [*(["provider_class", "kind_group"] if rule.same_type else []), *(["owner"] if rule.filling(choices).separate else [])]
    numbers: dict[tuple[object, ...], int] = {}
    keys = zip(*(located[name].astype(object) for name in by)) if by else [()] * len(located)
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)


def _outside(rule: RadiusCap, ground: Ground, choices: Choices, row: Any) -> bool:
    """Whether the clause does not bind where a provider stands, or nobody can say."""
    if not rule.within:
        return False
    unit = row["unit"] if isinstance(row["unit"], str) else ""
    return area_at(ground, choices["area"], (str(row["provider"]),), unit, float(row["lon"]), float(row["lat"])).name != rule.within


def _loosest(rule: RadiusCap, ground: Ground, choices: Choices, code: str, lon: float, lat: float) -> int:
    """The largest cap that may hold where a provider stands: it is over for sure only beyond that."""
    name = rule.density_of(ground, choices, (code,), lon, lat).name
    return max(int(rule.caps[key]) for key in ([name] if name else rule.caps))
