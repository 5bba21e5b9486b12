"""Invented providers of a town: hospitals dealt to districts by their size, the rest drawn where people live.

Kinds, words and floor areas are those of the Jinan catalogue (`kinds`). Every name ends in （示例）; nothing is
drawn from a real list of institutions.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pandas as pd
from attrs import evolve
from scipy.spatial import cKDTree

from common import Floats, largest_remainder, random_days
from kinds import LEVELS, OTHERS, Group, hospital_groups
from providers import BRANDS, PHARMACY
from towns.ground import CELL_M, Ground, township_owner
from towns.spec import Sort, Town

CATALOGUE: dict[Sort, Group] = {
    (group.kind, group.provider_class, group.level): group for group in (*OTHERS, *hospital_groups())
} | {("pharmacy", "pharmacy", ""): PHARMACY}
PUBLIC_BY_DUTY = ("psychiatric", "infectious")  # only public institutions carry these tags
BUILDER_COLUMNS = ["x", "y", "word", "held", "district", "role"]
BLOCK_M = 2000.0
EMPTY_BLOCKS = 0.2  # share of blocks that a trade has passed over
RURAL_PERSONS = 1800


def load(ground: Ground) -> pd.DataFrame:
    """All providers, one row each, by code; `BUILDER_COLUMNS` are the builder's own."""
    town = ground.town
    rows = pd.concat([*_hospitals(ground), *_others(ground), *_pharmacies(ground), *_without_place(ground)])
    rows = rows.reset_index(drop=True)
    rows = _with_codes(rows)
    rows = _with_status(rows, ground)
    rows = _with_dates(rows, ground)
    rows = _with_places(rows, ground)
    rows = _with_names(rows, ground)
    if town.adjust is not None:
        rows = town.adjust(town, rows)
    return rows.sort_values("provider", ignore_index=True)


def group_of(sort: Sort) -> Group:
    """A group of the catalogue; of another level where the catalogue lacks this one."""
    if sort in CATALOGUE:
        return CATALOGUE[sort]
    kind, provider_class, level = sort
    near = next(group for (k, c, _), group in CATALOGUE.items() if k == kind and c == provider_class)
    return evolve(near, level=level)


def _rows(group: Group, ground: Ground, x: Floats, y: Floats, status: str = "designated") -> pd.DataFrame:
    district = ground.district_at(x, y)
    unit = ground.township_at(x, y, district) if ground.town.by_township else district
    return pd.DataFrame({
        "kind": group.kind, "level": group.level or None, "provider_class": group.provider_class,
        "specialties": group.specialties or None, "tags": group.tags or None, "x": x, "y": y, "status": status,
        "word": group.word, "public": group.public, "low_area": group.area_m2[0], "high_area": group.area_m2[1],
        "district": district, "unit": unit, "held": status == "designated", "role": "",
    })


def draw(
    ground: Ground, rng: np.random.Generator, weight: Floats, n: int, apart: float = 15.0
) -> tuple[Floats, Floats]:
    """``n`` doors in cells drawn in proportion to ``weight``, each within the district of its cell."""
    share = np.cumsum(weight / weight.sum())
    kept_x, kept_y = np.empty(0), np.empty(0)
    for _ in range(60):
        cell = np.minimum(np.searchsorted(share, rng.random(n * 2 + 10), side="right"), len(weight) - 1)
        x = ground.x[cell] + np.round(rng.uniform(-0.5, 0.5, len(cell)) * CELL_M * 0.96, 2)
        y = ground.y[cell] + np.round(rng.uniform(-0.5, 0.5, len(cell)) * CELL_M * 0.96, 2)
        right = ground.district_at(x, y) == ground.unit[cell]
        kept_x, kept_y = _apart(np.append(kept_x, x[right]), np.append(kept_y, y[right]), apart)
        if len(kept_x) >= n:
            return kept_x[:n], kept_y[:n]
    raise ValueError(f"only {len(kept_x)} of {n} places {apart} m from each other")


def _apart(x: Floats, y: Floats, metres: float) -> tuple[Floats, Floats]:
    """Leaves out every point that is too near to an earlier one."""
    pairs = cKDTree(np.column_stack([x, y])).query_pairs(metres, output_type="ndarray")
    out = np.zeros(len(x), dtype=bool)
    for first, second in pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]:
        out[second] |= not out[first]
    return x[~out], y[~out]


def _hospitals(ground: Ground) -> Iterator[pd.DataFrame]:
    """Hospitals by level, dealt to districts in proportion to the beds that they should have."""
    town = ground.town
    insured = np.array(list(ground.insured_of().values()), dtype=float)
    beds = np.array([float(d.beds) for d in town.districts])
    slots = {
        level: _slots(ground, level, insured * beds**power)
        for level, power in zip(LEVELS, (2.0, 1.0, 0.6, 0.6))
    }
    for sort, count in town.counts.items():
        group = group_of(sort)
        if group.pattern != "hospital":
            continue
        rng = ground.rng(f"hospital {sort}")
        for _ in range(count):
            weight = np.where(ground.unit == slots[group.level].pop(), ground.persons, 0).astype(float)
            weight = np.where(ground.urban, weight, weight * 0.05)
            yield _rows(group, ground, *draw(ground, rng, weight, 1))


def _slots(ground: Ground, level: str, weight: Floats) -> list[str]:
    town = ground.town
    count = sum(n for sort, n in town.counts.items() if sort[2] == level and group_of(sort).pattern == "hospital")
    units = [u for u, n in zip(town.codes, largest_remainder(count, weight)) for _ in range(n)]
    return [units[i] for i in ground.rng(f"slots {level}").permutation(len(units))]


def _others(ground: Ground) -> Iterator[pd.DataFrame]:
    for sort, count in ground.town.counts.items():
        group = group_of(sort)
        if group.pattern == "hospital" or count == 0:
            continue
        apart = {"community_health_centre": 600.0, "township_health_centre": 1500.0}.get(group.kind, 15.0)
        weight = _weight(group, ground) * ground.pull
        yield _rows(group, ground, *draw(ground, ground.rng(f"{sort}"), weight, count, apart))


def _weight(group: Group, ground: Ground) -> Floats:
    persons = ground.persons.astype(float)
    if group.pattern in ("rural", "town"):
        return np.where(ground.urban, 0.0, np.minimum(persons, RURAL_PERSONS))
    if group.pattern == "core_centre":
        return persons
    return persons * blocks(ground, group.kind)


def blocks(ground: Ground, purpose: str) -> Floats:
    """A factor by cell that is alike within a block: trades cluster and pass over some quarters."""
    rng = ground.rng(f"blocks {purpose}")
    factor = np.round(rng.lognormal(0.0, 0.7, 4096), 6)
    factor[rng.random(4096) < EMPTY_BLOCKS] = 0.03
    number = np.floor(ground.x / BLOCK_M).astype(int) * 67 + np.floor(ground.y / BLOCK_M).astype(int) * 131
    return np.asarray(factor[number % 4096])


def _pharmacies(ground: Ground) -> Iterator[pd.DataFrame]:
    town, rng = ground.town, ground.rng("pharmacy")
    weight = ground.persons.astype(float) ** 0.95 * blocks(ground, "pharmacy") * ground.pull
    weight[np.isin(ground.township, sorted(town.without_pharmacy))] = 0.0
    left = town.pharmacies
    if town.township_pharmacies:
        for number, code in enumerate(rural_townships(ground)):
            here = ground.township == code
            wanted = town.township_pharmacies[number % len(town.township_pharmacies)]
            weight[here] = 0.0
            if wanted:
                yield _rows(PHARMACY, ground, *draw(ground, rng, np.where(here, ground.persons, 0.0), wanted))
                left -= wanted
    yield _rows(PHARMACY, ground, *draw(ground, rng, weight, left, 60.0))


def rural_townships(ground: Ground) -> list[str]:
    """Townships of which less than a third live in a main town, by code."""
    persons = pd.Series(ground.persons).groupby(ground.township).sum()
    core = pd.Series(np.where(ground.urban, ground.persons, 0)).groupby(ground.township).sum()
    return [str(code) for code in persons.index[core / persons < 1 / 3]]


def _without_place(ground: Ground) -> Iterator[pd.DataFrame]:
    """On file without a place: never designated, or the agreement ended."""
    persons = ground.persons.astype(float)
    persons[np.isin(ground.township, sorted(ground.town.without_pharmacy))] = 0.0
    for sort, (undesignated, terminated) in ground.town.without_place.items():
        group = group_of(sort)
        x, y = draw(ground, ground.rng(f"without place {sort}"), persons, undesignated + terminated)
        yield _rows(group, ground, x[:undesignated], y[:undesignated], "undesignated")
        yield _rows(group, ground, x[undesignated:], y[undesignated:], "terminated")


def _with_codes(rows: pd.DataFrame) -> pd.DataFrame:
    """Twelve characters: H or P, the district, a running number within it."""
    letter = np.where(rows["provider_class"] == "pharmacy", "P", "H")
    number = rows.groupby([rows["district"], letter]).cumcount() + 1
    return rows.assign(provider=[f"{a}{unit}{n:05d}" for a, unit, n in zip(letter, rows["district"], number)])


def _with_status(rows: pd.DataFrame, ground: Ground) -> pd.DataFrame:
    """Some of those that hold a place are in coaching, on trial or suspended; large hospitals are not."""
    rng = ground.rng("status")
    status = rows["status"].to_numpy(dtype=object)
    small = rows["held"] & ~rows["level"].isin(["tertiary", "secondary"])
    is_pharmacy = rows["provider_class"] == "pharmacy"
    for name, counts in ground.town.status.items():
        for count, part in zip(counts, (is_pharmacy, ~is_pharmacy)):
            can = np.flatnonzero(small & part & (status == "designated"))
            status[np.sort(rng.choice(can, size=count, replace=False))] = name
    return rows.assign(status=status)


def _with_dates(rows: pd.DataFrame, ground: Ground) -> pd.DataFrame:
    """Licence before opening, opening at least three months before designation (Orders 2 and 3)."""
    town, n, rng = ground.town, len(rows), ground.rng("dates")
    recent = rows["status"].isin(["coaching", "trial"]).to_numpy()
    never = rows["status"].eq("undesignated").to_numpy()
    last = town.designated_until - timedelta(days=100)
    opened = _days(rng, date(2002, 1, 10), last, n)
    opened = np.where(never, _days(rng, date(2018, 1, 1), date(2026, 5, 20), n), opened)
    designated = [
        min(day + timedelta(days=int(gap)), town.designated_until)
        for day, gap in zip(opened, rng.integers(95, 500, n))
    ]
    late = _days(rng, *town.recent, n)
    gaps = rng.integers(100, 330, n)
    opened = [b - timedelta(days=int(gap)) if r else a for a, b, r, gap in zip(opened, late, recent, gaps)]
    designated = [
        None if nobody else b if r else a for a, b, r, nobody in zip(designated, late, recent, never)]
    licensed = [day - timedelta(days=int(gap)) for day, gap in zip(opened, rng.integers(10, 200, n))]
    return rows.assign(opened_on=opened, licensed_on=licensed, designated_on=designated)


def _days(rng: np.random.Generator, first: date, last: date, n: int) -> np.ndarray:
    return np.array(random_days(rng, first.isoformat(), last.isoformat(), n), dtype=object)


def _with_places(rows: pd.DataFrame, ground: Ground) -> pd.DataFrame:
    """Coordinates with their error; some without a known error, some badly located, four without coordinates."""
    rng, n = ground.rng("places"), len(rows)
    lon, lat = ground.frame.to_degrees(rows["x"], rows["y"])
    draw_, accuracy = rng.random(n), rng.integers(5, 16, n).astype(float)
    accuracy[draw_ < 0.015] = np.nan
    accuracy[(draw_ >= 0.015) & (draw_ < 0.03)] = 45.0
    candidates = np.flatnonzero(rows["held"] & rows["kind"].isin(["village_clinic", "clinic"]))
    unplaced = np.sort(rng.choice(candidates, size=4, replace=False))
    lon[unplaced], lat[unplaced], accuracy[unplaced] = np.nan, np.nan, np.nan
    area = np.round(rows["low_area"] + (rows["high_area"] - rows["low_area"]) * rng.random(n) ** 1.6)
    return rows.assign(
        lon=lon, lat=lat, accuracy_m=accuracy, frame=np.where(np.isnan(lon), None, "wgs84"), floor_area_m2=area)


def _with_names(rows: pd.DataFrame, ground: Ground) -> pd.DataFrame:
    town, rng, n = ground.town, ground.rng("names"), len(rows)
    short = rows["district"].map(town.by_code("short"))
    brand, chained = rng.integers(0, len(BRANDS), n), rng.random(n) < 0.5
    public = rng.random(n) < rows["public"].to_numpy(dtype=float)
    names = [
        f"{s}{BRANDS[b]}{word}{code[8:]}（示例）"
        for s, b, word, code in zip(short, brand, rows["word"], rows["provider"])
    ]
    is_pharmacy = (rows["kind"] == "pharmacy").to_numpy()
    rows = rows.assign(
        name=names,
        kind=np.where(is_pharmacy & chained, "chain_pharmacy", rows["kind"]),
        ownership=np.where(public & ~is_pharmacy, "public", "private"),
        owner=_owners(rows, ground),
        counts_in=None,
        campus_of=None,
    )
    rows["tags"] = _tags(rows, rng)
    _mark_dual_channel(rows, town)
    return rows.drop(columns=["public", "low_area", "high_area"])


def _owners(rows: pd.DataFrame, ground: Ground) -> list[str]:
    names = ground.units.set_index("unit")["name"]
    owner = ground.town.by_code("owner")
    return [township_owner(names[u], str(owner[d])) for u, d in zip(rows["unit"], rows["district"])]


def _tags(rows: pd.DataFrame, rng: np.random.Generator) -> list[str | None]:
    chance, tags = rng.random(len(rows)), []
    for kind, tag, own, luck in zip(rows["kind"], rows["tags"], rows["ownership"], chance):
        found = set(tag.split(";")) if isinstance(tag, str) else set()
        if kind == "infirmary" and luck < 0.5:
            found.add("internal_only")
        if kind == "village_clinic" and luck < 0.25:
            found.discard("village_integrated")
        found -= set() if own == "public" else set(PUBLIC_BY_DUTY)
        tags.append(";".join(sorted(found)) or None)
    return tags


def _mark_dual_channel(rows: pd.DataFrame, town: Town) -> None:
    """The first designated pharmacies of a district, as many as the town says."""
    for code, count in town.dual_channel.items():
        shops = rows.index[(rows["district"] == code) & (rows["status"] == "designated")
                           & (rows["provider_class"] == "pharmacy")]
        rows.loc[shops[:count], "tags"] = "dual_channel"
