"""论证: where one more provider would help most inside the plan's own limits, and which applications compete.

A first siting: greedy over street nodes, honest about its bound; places that the saturation cap forbids are no candidates.
It recommends places, never applicants.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from dingdian.city.model import City
from dingdian.loop.findings import ELIGIBLE, find, outcome_of
from dingdian.loop.ground import ground
from dingdian.loop.results import Competition, Options, Place
from dingdian.plans.model import Plan
from dingdian.provisions.case import Case
from dingdian.provisions.finding import Finding
from dingdian.provisions.ground import Ground
from dingdian.provisions.kinds.coverage import Coverage
from dingdian.provisions.kinds.radius_cap import RadiusCap
from dingdian.provisions.nearby import walk_limit_m
from dingdian.space.neighbours import Sites
from dingdian.space.siting import max_cover
from dingdian.terms import PROVIDER_CLASSES, Text

PLACES = 10
CANDIDATES = 1500  # street nodes kept as candidates, those with the most people still out of reach around them


def justify(
    city: City, plan: Plan, on: Any, cases: tuple[Case, ...] = (), *, provider_class: str = "pharmacy", places: int = PLACES
) -> Options:
    """Where to add ``places`` providers of a class, and which of the eligible ``cases`` compete."""
    facts = ground(city, plan, on)
    competitions = compete(city, plan, on, cases)
    coverage = next((p for p in plan.provisions if isinstance(p, Coverage) and provider_class in p.counts), None)
    cap = next((p for p in plan.provisions if isinstance(p, RadiusCap) and provider_class in p.counts), None)
    reason = _why_not(facts, coverage)
    if reason is not None or coverage is None:
        return Options(provider_class=provider_class, competitions=competitions, reason=reason)
    return _siting(facts, coverage, cap, provider_class, places, competitions)


def _why_not(facts: Ground, coverage: Coverage | None) -> Text | None:
    if coverage is None:
        return Text("本规划未定该类别的覆盖测算", "the plan measures no coverage of this class")
    if facts.places.cells is None:
        return Text("缺少人口格网（population 表）", "the population table is missing")
    if not facts.places.has_streets or facts.snapshot.city.streets_extent is None:
        return Text("缺少路网或其覆盖范围", "the streets or their extent are missing")
    return None


def _siting(
    facts: Ground, coverage: Coverage, cap: RadiusCap | None, provider_class: str, places: int,
    competitions: tuple[Competition, ...],
) -> Options:
    choices = facts.choices(coverage)
    limit = float(walk_limit_m(choices["walk"]))
    considered, covered = coverage.reached(facts, choices)
    cells = facts.places.cells
    assert cells is not None
    walked = considered & cells.inside
    nodes = _candidates(facts, cells.persons, walked & ~covered, limit)
    room, close = _room(facts, cap, nodes)
    nodes, close, room = nodes[room > 0], close[room > 0][:, room > 0], room[room > 0]
    wanted = np.flatnonzero(walked & ~covered)
    cover = _cover(facts, nodes, wanted, limit)
    limits = [(np.flatnonzero(close[[row]].toarray()[0]).tolist(), int(room[row])) for row in range(len(nodes))]
    chosen = max_cover(cover, cells.persons[wanted], min(places, len(nodes)), at_most=limits) if len(nodes) else None
    found = () if chosen is None else _places(facts, cap, cover, cells.persons[wanted], nodes, close, chosen.sites)
    before = _people(cells.persons, covered & walked)
    return Options(
        provider_class=provider_class, places=found, covered_before=before,
        covered_after=before + sum(place.gain for place in found), considered=_people(cells.persons, walked),
        people=_people(cells.persons, np.ones(len(walked), dtype=bool)), basis=cells.basis,
        uncovered=tuple(sorted(str(cell) for cell in cells.cell[walked & ~covered])), competitions=competitions,
        method=_method(chosen, limit, coverage, cap),
    )


def _people(persons: npt.NDArray[np.float64], keep: npt.NDArray[np.bool_]) -> int:
    return round(float(persons[keep].sum()))


def _candidates(
    facts: Ground, persons: npt.NDArray[np.float64], wanted: npt.NDArray[np.bool_], limit: float
) -> npt.NDArray[np.int64]:
    """Street nodes of the main component with the most uncovered people within the walk in a straight line."""
    streets = facts.places.streets
    assert streets.lon is not None
    assert streets.lat is not None
    cells = facts.places.cells
    assert cells is not None
    main = np.flatnonzero(streets.component_of == streets.main_component)
    rows = np.flatnonzero(wanted)
    if not len(rows):
        return np.empty(0, dtype=np.int64)
    pairs = Sites(cells.lon[rows], cells.lat[rows]).within(streets.lon[main], streets.lat[main], limit)
    near = np.bincount(pairs.source, weights=persons[rows][pairs.target], minlength=len(main))
    order = np.lexsort((main, -near))[:CANDIDATES]
    return np.sort(main[order[near[order] > 0]])


def _room(facts: Ground, cap: RadiusCap | None, nodes: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], csr_array]:
    """How many more each candidate's radius may take, and which candidates lie in each other's radius."""
    streets = facts.places.streets
    assert streets.lon is not None
    assert streets.lat is not None
    lon, lat = streets.lon[nodes], streets.lat[nodes]
    if cap is None or not len(nodes):
        return np.full(len(nodes), len(nodes), dtype=np.int64), csr_array(np.eye(len(nodes), dtype=bool))
    radius = float(cap.radius_m)
    located, codes = facts.places.located, cap.counted_codes(facts)
    rows = np.array([r for code, r in facts.places.row_of.items() if code in codes], dtype=np.int64)
    from dingdian.city.places import degrees

    there = Sites(degrees(located["lon"])[rows], degrees(located["lat"])[rows]).counts(lon, lat, radius)
    caps = np.array([cap.cap_at(facts, x, y) or 0 for x, y in zip(lon, lat)])
    return caps - there, Sites(lon, lat).within(lon, lat, radius).to_cover()


def _cover(
    facts: Ground, nodes: npt.NDArray[np.int64], wanted: npt.NDArray[np.int64], limit: float
) -> csr_array:
    """Rows = uncovered cells, columns = candidates: whether the walk from cell to candidate is within the limit."""
    cells, streets = facts.places.cells, facts.places.streets
    assert cells is not None
    node, offset = streets.snap(cells.lon[wanted], cells.lat[wanted])
    stops, stop_of = np.unique(node, return_inverse=True)
    pairs = streets.pairs(nodes, stops, limit)
    by_stop = csr_array(
        (pairs.distance + 1.0, (pairs.target, pairs.source)), shape=(len(stops), len(nodes))
    )  # +1 keeps a distance of zero from vanishing in the sparse matrix
    rows = by_stop[stop_of].tocoo()
    inside = rows.data - 1.0 + offset[rows.coords[0]] <= limit
    return csr_array(
        (np.ones(int(inside.sum()), dtype=bool), (rows.coords[0][inside], rows.coords[1][inside])),
        shape=(len(wanted), len(nodes)),
    )


def _places(
    facts: Ground, cap: RadiusCap | None, cover: csr_array, persons: npt.NDArray[np.float64],
    nodes: npt.NDArray[np.int64], close: csr_array, sites: Any,
) -> tuple[Place, ...]:
    """The chosen places in order of gain, each with what it adds after those before it."""
    columns = cover.tocsc()
    left, reached = list(sites), np.zeros(len(persons), dtype=bool)
    found: list[Place] = []
    taken: list[int] = []
    while left:
        gains = [(-round(float(persons[_rows(columns, s)][~reached[_rows(columns, s)]].sum())), int(s)) for s in left]
        gain, site = min(gains)
        left.remove(site)
        if gain == 0:
            break
        reached[_rows(columns, site)] = True
        taken.append(site)
        found.append(_place(facts, cap, nodes, close, taken, -gain, len(found) + 1))
    return tuple(found)


def _rows(columns: Any, site: int) -> Any:
    return columns.indices[columns.indptr[site]:columns.indptr[site + 1]]


def _place(
    facts: Ground, cap: RadiusCap | None, nodes: npt.NDArray[np.int64], close: csr_array, taken: list[int], gain: int, rank: int
) -> Place:
    streets = facts.places.streets
    assert streets.lon is not None
    assert streets.lat is not None
    site = taken[-1]
    lon, lat = float(streets.lon[nodes[site]]), float(streets.lat[nodes[site]])
    district = facts.snapshot.district_at(lon, lat) or ""
    name = facts.snapshot.unit_name(district) if district else ""
    most, inside = 0, 0
    if cap is not None:
        codes = cap.counted_codes(facts)
        inside = sum(n.provider in codes for n in facts.places.straight(lon, lat, float(cap.radius_m)))
        inside += sum(bool(close[site, other]) for other in taken)
        most = cap.cap_at(facts, lon, lat) or 0
    return Place(
        rank=rank, lon=lon, lat=lat, district=district, district_name=name, gain=gain, saturation_after=inside, cap=most,
        sentence=Text(f"{name or '界外'}：可使 {gain:,} 人新进入服务圈；半径内连同新增共 {inside} 家，上限 {most} 家。",
                      f"{name or 'outside'}: {gain:,} people come within reach; {inside} in the radius, cap {most}."),
    )


def _method(chosen: Any, limit: float, coverage: Coverage, cap: RadiusCap | None) -> Text:
    what = PROVIDER_CLASSES[coverage.counts[0]].name
    capped = f"每个 {cap.radius_m} 米半径不超过上限" if cap else "不设饱和上限"
    capped_en = f"no {cap.radius_m} m radius above its cap" if cap else "no saturation cap"
    gap = "" if chosen is None or chosen.gap is None else f"；与理论上界相差不超过 {round(float(chosen.gap) * 100, 1)}%"
    gap_en = "" if chosen is None or chosen.gap is None else f"; at most {round(float(chosen.gap) * 100, 1)}% below the bound"
    return Text(
        f"在路网节点中逐个选取使步行 {limit:.0f} 米内新增人口最多的地点，{capped}（{what.zh}）{gap}。",
        f"Street nodes taken one by one by the people newly within a walk of {limit:.0f} m; {capped_en} ({what.en}){gap_en}.",
    )


# --- competition -------------------------------------------------------------------------------------------------


def compete(city: City, plan: Plan, on: Any, cases: tuple[Case, ...]) -> tuple[Competition, ...]:
    """Groups of eligible cases that cannot all be admitted, by the provision that stands between them."""
    links: dict[str, list[tuple[str, ...]]] = {}
    for case in cases:
        others = tuple(other for other in cases if other.application != case.application)
        blocked = _blocked(city, plan, on, case, others)
        if blocked is None:
            continue
        rivals = [o for o in others if (b := _blocked(city, plan, on, case, (o,))) and b.provision == blocked.provision]
        group = tuple(sorted({case.application, *(o.application for o in rivals or others if o.provider_class == case.provider_class)}))
        links.setdefault(blocked.provision, []).append(group)
    return tuple(
        _competition(plan, provision, group) for provision, groups in links.items() for group in _merged(groups)
    )


def _blocked(city: City, plan: Plan, on: Any, case: Case, others: tuple[Case, ...]) -> Finding | None:
    """The finding that keeps an otherwise eligible case out when ``others`` are in."""
    if not others:
        return None
    findings = find(city, plan, case, on, others)
    outcome, deciding = outcome_of(findings)
    return None if outcome == ELIGIBLE else next(f for f in findings if f.provision == deciding[0])


def _merged(groups: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Groups that share a member become one."""
    merged: list[set[str]] = []
    for group in groups:
        touching = [m for m in merged if m & set(group)]
        for m in touching:
            merged.remove(m)
        merged.append(set(group).union(*touching))
    return [tuple(sorted(m)) for m in merged]


def _competition(plan: Plan, provision: str, group: tuple[str, ...]) -> Competition:
    locator = plan.locator(plan.provision(provision))
    names = "、".join(group)
    return Competition(applications=group, provision=provision, locator=locator, sentence=Text(
        f"{names} 单独均可通过，但受 {locator} 限制不能全部纳入。",
        f"{', '.join(group)} pass one by one, but {locator} does not let all of them in."))
