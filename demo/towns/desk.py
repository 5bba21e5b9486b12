"""Finds places for the designed applications of a town and writes their rows.

A place is taken only where the wanted number of neighbours holds with a margin of 80 m on both sides of the radius;
a place that does not exist is an error. No rule of any plan is evaluated here.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
from attrs import evolve

from common import Floats
from dingdian.terms import KINDS
from places import MARGIN_M, counts_within, exactly, nearest
from towns.ground import CELL_M, Ground
from towns.registry import BUILDER_COLUMNS, rural_townships
from towns.spec import Ask

TRIES = 60  # points per cell that are tried
ACCURACY_M = 8.0
LIMIT_M = 6.0
APART_M = 1680.0  # two radii of 800 m and a margin: no two applications share a pharmacy's neighbourhood
SIGNED = "示例医保函〔2026〕{}号（合成）"


def applications(ground: Ground, providers: pd.DataFrame) -> tuple[pd.DataFrame, list[tuple[str, str, date, str]]]:
    """The rows, and the facts that go with them."""
    held = providers[providers["held"] & providers["lon"].notna()]
    used: list[str] = []
    taken: list[tuple[float, float]] = []
    rows, facts = [], []
    for number, ask in enumerate(ground.town.asks, start=1):
        code = f"A{number:03d}"
        row = _row(code, number, ask, ground, providers, held, used, taken)
        rows.append(row)
        for key, value in ask.facts:
            facts.append((code, key, date(2026, 8, 20), value or SIGNED.format(number)))
    return pd.DataFrame(rows), facts


def _row(
    code: str, number: int, ask: Ask, ground: Ground, providers: pd.DataFrame, held: pd.DataFrame,
    used: list[str], taken: list[tuple[float, float]],
) -> dict[str, object]:
    ask = _in_township(code, ask, ground, held)
    old = _on_file(code, ask, providers, used)
    new_site = old is None or ask.action in ("relocate", "branch")
    place = _place(code, ask, ground, held, old, taken) if new_site and ask.placed else None
    unit = _unit(ask, ground, place, old)
    row = {
        "application": code, "provider": None if old is None else old["provider"], "action": ask.action,
        "applied_on": ask.applied_on or date(2026, 7, 5) + timedelta(days=number),
        "beds": ask.beds, "grounds": ask.grounds, "documents": ask.documents, "kind": ask.kind, "level": ask.level,
        "provider_class": ask.provider_class, "tags": ask.tags, "unit": unit,
        "specialties": ask.specialties, "owner": ask.owner or _owner(unit, ground),
    }
    if ask.action == "relocate" and old is not None:
        row |= {"from_lon": old["lon"], "from_lat": old["lat"], "from_unit": old["unit"]}
    if old is None:
        row |= {"name": _name(code, ask, ground), "ownership": ask.ownership, **_dates(number, ask)}
    if place is not None:
        lon, lat = ground.frame.to_degrees(*place)
        row |= {"lon": float(lon), "lat": float(lat), "frame": "wgs84", "accuracy_m": ACCURACY_M}
    return row


def _in_township(code: str, ask: Ask, ground: Ground, held: pd.DataFrame) -> Ask:
    """The ask with the township that has the wanted number of pharmacies: the first by code."""
    if ask.township_with is None:
        return ask
    units = ground.units[(ground.units["parent"] == ask.unit) & (ground.units["owner"] == (ask.owner or "local"))]
    counts = held[held["provider_class"] == "pharmacy"]["unit"].value_counts()
    fits = [u for u in units["unit"] if counts.get(u, 0) == ask.township_with and u in rural_townships(ground)]
    if not fits:
        raise ValueError(f"{code}: no township of {ask.unit} has {ask.township_with} pharmacies")
    return evolve(ask, township=fits[0])


def _dates(number: int, ask: Ask) -> dict[str, date]:
    opened = ask.opened_on or date(2026, 3, 1) + timedelta(days=number)
    return {"opened_on": opened, "licensed_on": ask.licensed_on or opened - timedelta(days=25)}


def _name(code: str, ask: Ask, ground: Ground) -> str:
    short = ground.town.by_code("short").get(ask.unit, "")
    return f"{short}申请{KINDS[ask.kind].name.zh}{code}（示例）"


def _owner(unit: str, ground: Ground) -> str:
    return str(ground.units.set_index("unit")["owner"][unit])


def _unit(ask: Ask, ground: Ground, place: tuple[float, float] | None, old: pd.Series | None) -> str:
    if place is not None and ground.town.by_township:
        x, y = np.array([place[0]]), np.array([place[1]])
        return str(ground.township_at(x, y, np.array([ask.unit]))[0])
    if place is None and old is not None and ask.action not in ("relocate", "branch"):
        return str(old["unit"])
    return ask.township or ask.unit


def _on_file(code: str, ask: Ask, providers: pd.DataFrame, used: list[str]) -> pd.Series | None:
    """The first provider on file that fits and has not applied yet."""
    if ask.on_file is None:
        return None
    district = ask.moved_from or ask.unit
    fits = (providers["district"] == district) & providers["lon"].notna() & ~providers["provider"].isin(used)
    for column, value in ask.on_file.items():
        fits &= providers[column] == value
    if not fits.any():
        raise ValueError(f"{code}: nobody on file in {district} with {dict(ask.on_file)}")
    found = providers[fits].iloc[0]
    used.append(str(found["provider"]))
    return found


def _place(
    code: str, ask: Ask, ground: Ground, held: pd.DataFrame, old: pd.Series | None, taken: list[tuple[float, float]]
) -> tuple[float, float]:
    points = _candidates(code, ask, ground)
    others = _others(ask, held, old)
    good = np.ones(len(points), dtype=bool)
    if ask.at_limit:
        good &= _on_the_limit(points, others, ask)
    elif ask.near is not None:
        good &= exactly(points, others, ask.near, ask.radius_m)
    if ask.move_m is not None and old is not None:
        away = np.hypot(points[:, 0] - old["x"], points[:, 1] - old["y"])
        good &= (away >= ask.move_m[0]) & (away <= ask.move_m[1])
    good &= nearest(points, np.array(taken).reshape(-1, 2)) > APART_M
    if not good.any():
        raise ValueError(f"{code}: no place in {ask.unit} with {ask.near} within {ask.radius_m} m")
    x, y = points[int(np.argmax(good))]
    taken.append((float(x), float(y)))
    return float(x), float(y)


def _candidates(code: str, ask: Ask, ground: Ground) -> Floats:
    rng = ground.rng(f"application {code}")
    here = ground.unit == ask.unit
    if ask.urban is not None:
        here = here & (ground.urban == ask.urban)
    if ask.township is not None:
        here = here & (ground.township == ask.township)
    cells = np.repeat(rng.permutation(np.flatnonzero(here)), TRIES)
    x = ground.x[cells] + np.round(rng.uniform(-0.47, 0.47, len(cells)) * CELL_M, 2)
    y = ground.y[cells] + np.round(rng.uniform(-0.47, 0.47, len(cells)) * CELL_M, 2)
    inside = ground.district_at(x, y) == ask.unit
    return np.column_stack([x[inside], y[inside]])


def _others(ask: Ask, held: pd.DataFrame, old: pd.Series | None) -> Floats:
    rows = held[held["provider_class"] == ask.provider_class]
    if ask.alike == "type":
        rows = rows[rows["kind"].map(lambda kind: KINDS[kind].group) == KINDS[ask.kind].group]
    if old is not None:
        rows = rows[rows["provider"] != old["provider"]]
    return rows[["x", "y"]].to_numpy()


def _on_the_limit(points: Floats, others: Floats, ask: Ask) -> np.ndarray:
    """``near`` clearly inside, one within 6 m of the limit, none else in doubt."""
    inside = counts_within(points, others, ask.radius_m - MARGIN_M)
    below = counts_within(points, others, ask.radius_m - LIMIT_M)
    to_limit = counts_within(points, others, ask.radius_m + LIMIT_M)
    outside = counts_within(points, others, ask.radius_m + MARGIN_M)
    near = ask.near or 0
    return np.asarray((inside == near) & (below == near) & (to_limit == near + 1) & (outside == near + 1))


def plain(providers: pd.DataFrame) -> pd.DataFrame:
    """The register without the builder's own columns."""
    return providers.drop(columns=BUILDER_COLUMNS)
