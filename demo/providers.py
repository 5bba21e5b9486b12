"""Invented providers of the demo city: hospitals, clinics and pharmacies, designated or not.

Every name carries 示例 and （合成）. Credit codes have a right check digit and an organisation part that
begins with DEM, so that none can be taken for a real firm's. Nothing here is drawn from a real list of
institutions.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np
import pandas as pd
from stdnum.cn import uscc

from common import SHORT_NAMES, Floats, generator, random_days, to_degrees
from kinds import (
    HOSPITALS_BY_UNIT,
    LEVELS,
    MEDICAL_TOTAL,
    OTHERS,
    PHARMACY_TOTAL,
    WITHOUT_PLACE,
    Group,
    hospital_groups,
)
from people import People
from sites import Sites, thin, unit_at

BRANDS = (
    "惠民",
    "康宁",
    "仁和",
    "泉韵",
    "德济",
    "安康",
    "同泽",
    "明湖",
    "舜安",
    "华康",
    "益寿",
    "百姓",
    "瑞康",
    "和顺",
    "清源",
)
CHAINS = ("示例泉城大药房", "示例惠安连锁药店", "示例康桥药房", "示例百信连锁")
PHARMACY = Group("pharmacy", "pharmacy", "", 0, "pharmacy", 0.0, (60, 260), "药店")
SPACING_M = {
    "community_health_station": 320.0,
    "community_health_centre": 700.0,
    "township_health_centre": 2500.0,
}
EMPTY_BLOCKS = 0.24  # share of 1.5 km blocks of the core that grew without shops
BLOCK_CELLS = 3

COACHING = {"pharmacy": 62, "medical": 41}
TRIAL = {"pharmacy": 7, "medical": 6}
SUSPENDED = {"pharmacy": 21, "medical": 24}


def load(people: People, sites: Sites) -> pd.DataFrame:
    """All providers, one row each, sorted by code; columns `x`, `y` (local metres) are the builder's own."""
    rows = pd.concat(
        [
            *hospitals(people, sites),
            *others(sites, people),
            *pharmacies(sites, people),
            *without_place(sites, people),
        ],
        ignore_index=True,
    )
    rows["unit"] = np.where(
        rows["unit"].isna(), unit_at(people, rows["x"].to_numpy(), rows["y"].to_numpy()), rows["unit"]
    )
    rows = with_codes(rows)
    rows = with_status(rows)
    rows = with_dates(rows)
    rows = with_places(rows)
    rows = with_names(rows)
    rows = with_campuses(rows)
    assert (rows["held"] & (rows["provider_class"] == "pharmacy")).sum() == PHARMACY_TOTAL
    assert (rows["held"] & (rows["provider_class"] != "pharmacy")).sum() == MEDICAL_TOTAL
    return rows.sort_values("provider").reset_index(drop=True)


def _rows(group: Group, x: Floats, y: Floats, status: str, unit: str | None = None) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "kind": group.kind,
            "level": group.level or None,
            "provider_class": group.provider_class,
            "specialties": group.specialties or None,
            "tags": group.tags or None,
            "x": x,
            "y": y,
            "status": status,
            "word": group.word,
            "public": group.public,
            "low_area": group.area_m2[0],
            "high_area": group.area_m2[1],
            "unit": unit,
            "held": status == "designated",
        }
    )


def hospitals(people: People, sites: Sites) -> Iterable[pd.DataFrame]:
    """Hospitals, kind by kind, dealt out to the districts' slots of their level."""
    slots = {level: _slots(number) for number, level in enumerate(LEVELS)}
    for group in hospital_groups():
        rng = generator(f"hospital {group.kind} {group.level}")
        for _ in range(group.count):
            unit = slots[group.level].pop()
            x, y = _door_in(rng, unit, people, sites)
            yield _rows(group, np.array([x]), np.array([y]), "designated", unit)


def _slots(level: int) -> list[str]:
    units = [unit for unit, counts in HOSPITALS_BY_UNIT.items() for _ in range(counts[level])]
    return [units[i] for i in generator(f"hospital slots {level}").permutation(len(units))]


def _door_in(rng: np.random.Generator, unit: str, people: People, sites: Sites) -> tuple[float, float]:
    """A door that really lies in ``unit``: links cross borders."""
    weight = np.where(people.cell_unit == unit, people.persons, 0).astype(float)
    x, y, _ = sites.draw(rng, weight, 40)
    here = np.flatnonzero(unit_at(people, x, y) == unit)
    return float(x[here[0]]), float(y[here[0]])


def others(sites: Sites, people: People) -> Iterable[pd.DataFrame]:
    for group in OTHERS:
        rng = generator(f"{group.kind} {group.provider_class}")
        x, y = _draw(group, group.count, rng, sites, people)
        yield _rows(group, x, y, "designated")


def _draw(
    group: Group, n: int, rng: np.random.Generator, sites: Sites, people: People
) -> tuple[Floats, Floats]:
    weight = _weight(group, people)
    spacing = SPACING_M.get(group.kind, 12.0)
    x, y, _ = sites.draw(rng, weight, n * (8 if spacing > 100 else 2) + 20)
    kept = np.flatnonzero(thin(x, y, spacing))[:n]
    if len(kept) < n:
        raise ValueError(f"{group.kind}: only {len(kept)} of {n} places at {spacing} m from each other")
    return x[kept], y[kept]


def _weight(group: Group, people: People) -> Floats:
    persons = people.persons.astype(float)
    if group.pattern in ("core", "core_centre"):
        return np.where(people.in_extent, persons, 0.0) * (
            blocks(group.kind, people) if group.pattern == "core" else 1.0
        )
    if group.pattern in ("rural", "town"):
        return np.where(people.in_extent, 0.0, np.minimum(persons, 1500.0))
    return persons * blocks(group.kind, people)


def blocks(purpose: str, people: People) -> Floats:
    """A factor by cell that is alike within 1.5 km: trades cluster, and a part of the core has grown
    without them.
    """
    rows = np.floor(people.y / 500 / BLOCK_CELLS).astype(int)
    cols = np.floor(people.x / 500 / BLOCK_CELLS).astype(int)
    rng = generator(f"blocks {purpose}")
    factor = np.round(rng.lognormal(0.0, 0.8, (200, 200)), 6)
    factor[rng.random((200, 200)) < EMPTY_BLOCKS] = 0.02
    return np.where(people.in_extent, factor[rows, cols], 1.0)


def pharmacies(sites: Sites, people: People) -> Iterable[pd.DataFrame]:
    """Pharmacies follow people and main streets, thick in some quarters and missing in others."""
    rng = generator("pharmacy")
    weight = people.persons.astype(float) ** 0.9 * blocks("pharmacy", people)
    x, y, _ = sites.draw(rng, weight, PHARMACY_TOTAL * 2)
    kept = np.flatnonzero(thin(x, y, 45.0))[:PHARMACY_TOTAL]
    yield _rows(PHARMACY, x[kept], y[kept], "designated")


def without_place(sites: Sites, people: People) -> Iterable[pd.DataFrame]:
    """Providers that are on file and hold no place: never designated, or their agreement ended."""
    known = {(group.kind, group.provider_class): group for group in (*OTHERS, *_small_hospitals())}
    for kind, provider_class, undesignated, terminated in WITHOUT_PLACE:
        group = PHARMACY if kind == "pharmacy" else known[(kind, provider_class)]
        rng = generator(f"without place {kind} {provider_class}")
        x, y, _ = sites.draw(rng, people.persons.astype(float), undesignated + terminated)
        yield _rows(group, x[:undesignated], y[:undesignated], "undesignated")
        yield _rows(group, x[undesignated:], y[undesignated:], "terminated")


def _small_hospitals() -> list[Group]:
    """Those outside the plan are small: the primary or ungraded group of each kind."""
    return [group for group in hospital_groups() if group.level not in ("tertiary", "secondary")]


def with_codes(rows: pd.DataFrame) -> pd.DataFrame:
    """Twelve characters: H or P, the unit, a running number within it."""
    letter = np.where(rows["provider_class"] == "pharmacy", "P", "H")
    number = rows.groupby([rows["unit"], letter]).cumcount() + 1
    codes = [f"{a}{unit}{n:05d}" for a, unit, n in zip(letter, rows["unit"], number)]
    return rows.assign(provider=codes)


def with_status(rows: pd.DataFrame) -> pd.DataFrame:
    """Some of those that hold a place are in coaching, on trial or suspended; the totals count them."""
    rng = generator("status")
    status = rows["status"].to_numpy(dtype=object)
    small = ~rows["kind"].str.contains("hospital") | (rows["kind"] == "pharmacy")
    for name, counts in (("coaching", COACHING), ("trial", TRIAL), ("suspended", SUSPENDED)):
        for part, count in counts.items():
            is_pharmacy = rows["provider_class"] == "pharmacy"
            can = np.flatnonzero(
                rows["held"] & small & (is_pharmacy == (part == "pharmacy")) & (status == "designated")
            )
            status[np.sort(rng.choice(can, size=count, replace=False))] = name
    return rows.assign(status=status)


def with_dates(rows: pd.DataFrame) -> pd.DataFrame:
    """Licence before opening, opening at least three months before designation (Orders 2 and 3)."""
    rng = generator("dates")
    n = len(rows)
    recent = rows["status"].isin(["coaching", "trial"]).to_numpy()
    old_hospital = (rows["level"].isin(["tertiary", "secondary"]) & (rng.random(n) < 0.6)).to_numpy()
    opened = np.array(random_days(rng, "2001-01-10", "2024-11-30", n), dtype=object)
    opened = np.where(
        old_hospital, np.array(random_days(rng, "1952-03-01", "2000-12-20", n), dtype=object), opened
    )
    opened = np.where(recent, np.array(random_days(rng, "2025-06-01", "2025-11-20", n), dtype=object), opened)
    never = rows["status"].eq("undesignated").to_numpy()
    opened = np.where(never, np.array(random_days(rng, "2018-01-01", "2026-05-20", n), dtype=object), opened)
    licensed = [day - timedelta(days=int(gap)) for day, gap in zip(opened, rng.integers(10, 200, n))]
    wait = rng.integers(95, 420, n)
    designated = [max(day + timedelta(days=int(gap)), date(2001, 3, 1)) for day, gap in zip(opened, wait)]
    late = random_days(rng, "2026-03-06", "2026-08-20", n)
    designated = [b if r else min(a, date(2026, 2, 20)) for a, b, r in zip(designated, late, recent)]
    designated = [None if nobody else day for day, nobody in zip(designated, never)]
    return rows.assign(opened_on=opened, licensed_on=licensed, designated_on=designated)


def with_places(rows: pd.DataFrame) -> pd.DataFrame:
    """Coordinates with their error; a few without a known error, a few badly located, six without
    coordinates.
    """
    rng = generator("places")
    n = len(rows)
    lon, lat = to_degrees(rows["x"], rows["y"])
    accuracy = rng.integers(5, 16, n).astype(float)
    draw = rng.random(n)
    accuracy[draw < 0.02] = np.nan
    accuracy[(draw >= 0.02) & (draw < 0.04)] = rng.integers(25, 61, n)[(draw >= 0.02) & (draw < 0.04)]
    unplaced = np.sort(rng.choice(np.flatnonzero(rows["kind"] == "village_clinic"), size=6, replace=False))
    lon[unplaced], lat[unplaced], accuracy[unplaced] = np.nan, np.nan, np.nan
    frame = np.where(np.isnan(lon), None, "wgs84")
    area = np.round(rows["low_area"] + (rows["high_area"] - rows["low_area"]) * rng.random(n) ** 1.6)
    return rows.assign(lon=lon, lat=lat, accuracy_m=accuracy, frame=frame, floor_area_m2=area)


def with_names(rows: pd.DataFrame) -> pd.DataFrame:
    """Names, ownership, tags, services and credit codes."""
    rng = generator("names")
    n = len(rows)
    brand = rng.integers(0, len(BRANDS), n)
    chain = rng.integers(0, len(CHAINS), n)
    is_pharmacy = (rows["kind"] == "pharmacy").to_numpy()
    chained = is_pharmacy & (rng.random(n) < 0.55)
    public = rng.random(n) < rows["public"].to_numpy()
    serial = [code[7:] for code in rows["provider"]]
    short = rows["unit"].map(SHORT_NAMES)
    names = [
        f"{CHAINS[c]}{s}{number}店（合成）" if is_chain else f"{s}示例{BRANDS[b]}{word}{number}（合成）"
        for c, s, number, is_chain, b, word in zip(chain, short, serial, chained, brand, rows["word"])
    ]
    rows = rows.assign(
        name=names,
        kind=np.where(chained, "chain_pharmacy", rows["kind"]),
        owner="local",
        ownership=np.where(public, "public", "private"),
    )
    rows["tags"] = _tags(rows, rng)
    rows["services"] = rows["kind"].map(
        {"dialysis_centre": "血液透析", "internet_hospital": "复诊、续方", "dental_clinic": "口腔"}
    )
    rows["uscc"] = _credit_codes(rows, rng)
    return rows


def _tags(rows: pd.DataFrame, rng: np.random.Generator) -> list[str | None]:
    """Adds what only a part of a group is: insiders' infirmaries, dual-channel pharmacies, branches."""
    draw = rng.random(len(rows))
    tags = []
    for kind, tag, ownership, chance in zip(rows["kind"], rows["tags"], rows["ownership"], draw):
        found = set(tag.split(";")) if isinstance(tag, str) else set()
        if kind == "infirmary" and chance < 0.62:
            found.add("internal_only")
        if kind in ("pharmacy", "chain_pharmacy") and chance < 0.03:
            found.add("dual_channel")
        if ownership == "private":  # only public-health institutions carry these
            found -= {"psychiatric", "infectious"}
        if kind == "village_clinic" and chance < 0.3:
            found.discard("village_integrated")
        tags.append(";".join(sorted(found)) or None)
    return tags


def _credit_codes(rows: pd.DataFrame, rng: np.random.Generator) -> list[str | None]:
    """Credit codes for seven in eight; village clinics seldom have one of their own."""
    known = rng.random(len(rows)) < np.where(rows["kind"] == "village_clinic", 0.2, 0.95)
    return [
        credit_code("12" if own == "public" else "91", unit, number) if has else None
        for number, (has, own, unit) in enumerate(zip(known, rows["ownership"], rows["unit"]))
    ]


def credit_code(register: str, unit: str, number: int) -> str:
    """A unified social credit code of an organisation that cannot exist: DEM + five digits, both check
    digits right.
    """
    body = f"DEM{number:05d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    values = [int(sign, 36) for sign in body]
    check = (11 - sum(w * v for w, v in zip(weights, values)) % 11) % 11
    code = f"{register}{unit}{body}{'X' if check == 10 else check}"
    return code + str(uscc.calc_check_digit(code))


def with_campuses(rows: pd.DataFrame) -> pd.DataFrame:
    """Eight secondary hospitals are campuses of tertiary ones; three of them count in their main hospital's
    district.
    """
    rows = rows.assign(campus_of=None, counts_in=None)
    kind = rows["kind"].isin(["general_hospital", "tcm_hospital"])
    mains = rows.index[kind & (rows["level"] == "tertiary")]
    campuses = rows.index[kind & (rows["level"] == "secondary")]
    chosen = generator("campuses").permutation(len(campuses))[:8]
    for number, (main, position) in enumerate(zip(mains, np.sort(chosen))):
        campus = campuses[position]
        rows.loc[campus, "campus_of"] = rows.loc[main, "provider"]
        rows.loc[campus, "name"] = rows.loc[main, "name"].replace("（合成）", f"第{number + 2}院区（合成）")
        rows.loc[campus, "kind"] = rows.loc[main, "kind"]
        rows.loc[campus, "ownership"] = rows.loc[main, "ownership"]
        if number < 3:
            rows.loc[campus, "counts_in"] = rows.loc[main, "unit"]
    return rows
