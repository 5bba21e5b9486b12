"""Units, residents, insured persons and the population surface of a town without streets.

Boundaries and census are real. The surface is modelled: the cells of a district sum exactly to its census figure;
where within the district people live follows WorldPop (5 arc-minutes) and a compact town about the seat. Townships
have no polygon in any source at hand: which cell belongs to which is invented.
"""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import shapely
from attrs import frozen
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

from common import SOURCES, Floats, Ints, LocalFrame, cell_of, generator, largest_remainder
from people import AGE_BANDS, age_counts
from towns.spec import Town

CELL_M = 1000
ORIGIN_M = 1_000_000
CORE_DENSITY = 7500  # persons per km² of a main town on average
CORE_SHARE = 0.74  # of the urban residents, in the main town
SMALL_TOWN_PERSONS = 4200
VILLAGE_PERSONS = 1100
STEP = 1 / 12  # of the WorldPop extract, in degrees


@frozen(eq=False)
class Ground:
    """Tables, and the inhabited cells in local metres sorted by row and column."""

    town: Town
    frame: LocalFrame
    polygons: dict[str, BaseGeometry]  # degrees
    local: dict[str, BaseGeometry]
    units: pd.DataFrame
    residents: pd.DataFrame
    insured: pd.DataFrame
    population: pd.DataFrame
    x: Floats
    y: Floats
    persons: Ints
    unit: NDArray[np.str_]
    township: NDArray[np.str_]
    urban: NDArray[np.bool_]

    def insured_of(self, year: int = 2025) -> dict[str, int]:
        rows = self.insured[self.insured["year"] == year].groupby("unit")["persons"].sum()
        return {code: int(rows[code]) for code in self.town.codes}

    @property
    def pull(self) -> Floats:
        """By cell: how strongly clinics and pharmacies gather in its district."""
        by_unit = self.town.by_code("pull")
        return np.array([float(str(by_unit[code])) for code in self.unit])

    def rng(self, purpose: str) -> np.random.Generator:
        return generator(purpose, self.town.seed)

    def district_at(self, x: Floats, y: Floats) -> NDArray[np.str_]:
        """The district whose polygon holds each point; "" outside them all. Asked in degrees, as readers will."""
        found = np.full(len(x), "", dtype="U6")
        lon, lat = self.frame.to_degrees(x, y)
        for code, polygon in self.polygons.items():
            found[shapely.contains_xy(polygon, lon, lat)] = code
        return found

    def township_at(self, x: Floats, y: Floats, district: NDArray[np.str_]) -> NDArray[np.str_]:
        """The invented township of each point: that of the nearest inhabited cell of its district."""
        found = np.full(len(x), "", dtype="U9")
        for code in self.town.codes:
            here, points = self.unit == code, district == code
            if points.any():
                nearest = cKDTree(np.column_stack([self.x[here], self.y[here]])).query(
                    np.column_stack([x[points], y[points]]))[1]
                found[points] = self.township[here][nearest]
        return found


def load(town: Town) -> Ground:
    frame = LocalFrame(town.centre[1], town.centre[0], ORIGIN_M)
    polygons = read_polygons(town)
    local = {code: _local(polygon, frame) for code, polygon in polygons.items()}
    census = read_census(town)
    names = read_townships(town)
    cells = _cells(polygons, local, frame)
    worldpop = _worldpop(town, *frame.to_degrees(cells["x"], cells["y"]))
    cells = _settle(town, census, cells, worldpop, frame)
    cells["township"] = _townships(town, cells, names, frame)
    return Ground(
        town, frame, polygons, local,
        _units(town, names, local),
        _residents(town, census, cells),
        _insured(town, census),
        _population(cells, frame),
        cells["x"].to_numpy(), cells["y"].to_numpy(), cells["persons"].to_numpy(),
        cells["unit"].to_numpy().astype("U6"), cells["township"].to_numpy().astype("U9"), cells["urban"].to_numpy(),
    )


def read_polygons(town: Town) -> dict[str, BaseGeometry]:
    """District polygons as published (CGCS2000, which equals WGS84 to the centimetre)."""
    text = (SOURCES / town.folder / "districts_tianditu.geojson").read_text(encoding="utf-8")
    codes = [str(feature["properties"]["adcode"]) for feature in json.loads(text)["features"]]
    return dict(sorted(zip(codes, shapely.get_parts(shapely.from_geojson(text)))))


def _local(polygon: BaseGeometry, frame: LocalFrame) -> BaseGeometry:
    return shapely.transform(polygon, lambda p: np.column_stack(frame.to_metres(p[:, 0], p[:, 1])))


def read_census(town: Town) -> pd.DataFrame:
    """Counts by district of today: census units that were merged or have no polygon are added to theirs."""
    table = pd.read_csv(SOURCES / town.folder / "census2020.csv", dtype={"adcode": str})
    key = table["adcode"].fillna(table["区县"])
    table = table.assign(district=key.map(lambda code: town.census_parts.get(code, code)))
    table = table[table["district"].isin(town.codes)]
    counted = [name for name in table.columns if name[:2] in ("男_", "女_")]
    return table.groupby("district")[["人口数_合计", "城镇人口", "乡村人口", *counted]].sum().round().astype(np.int64)


def read_townships(town: Town) -> pd.DataFrame:
    table = pd.read_csv(SOURCES / town.folder / "townships_gb2260.csv", dtype=str)
    parent = table["areaCode"].map(lambda code: town.townships_of.get(code, code))
    return table.assign(parent=parent)[parent.isin(town.codes)].sort_values("code", ignore_index=True)


def _units(town: Town, names: pd.DataFrame, local: dict[str, BaseGeometry]) -> pd.DataFrame:
    whole = round(sum(polygon.area for polygon in local.values()) / 1e6, 2)
    rows: list[tuple[object, ...]] = [(town.city, town.city_name, "pooling_area", None, None, None, whole, "local")]
    rows += [
        (d.code, d.name, d.level, town.city, d.zone, d.resource_class, round(local[d.code].area / 1e6, 2), d.owner)
        for d in town.districts
    ]
    owner = town.by_code("owner")
    rows += [
        (code, name, "township", parent, None, None, np.nan, township_owner(name, str(owner[parent])))
        for code, name, parent in zip(names["code"], names["name"], names["parent"])
    ]
    return pd.DataFrame(
        rows, columns=["unit", "name", "level", "parent", "zone", "resource_class", "land_km2", "owner"])


def township_owner(name: str, district_owner: str) -> str:
    """Regiments and farms of the corps say so in their names."""
    return "xpcc" if "兵团" in name else district_owner


def _cells(
    polygons: dict[str, BaseGeometry], local: dict[str, BaseGeometry], frame: LocalFrame
) -> pd.DataFrame:
    """All 1 km cells whose centre lies in a district."""
    parts = []
    for code, polygon in polygons.items():
        west, south, east, north = local[code].bounds
        (low_row, high_row), (low_col, high_col) = cell_of(np.array([west, east]), np.array([south, north]), CELL_M)
        row, col = (grid.ravel() for grid in np.mgrid[low_row : high_row + 1, low_col : high_col + 1])
        x, y = (col + 0.5) * CELL_M, (row + 0.5) * CELL_M
        inside = shapely.contains_xy(polygon, *frame.to_degrees(x, y))
        parts.append(pd.DataFrame({"row": row, "col": col, "x": x, "y": y})[inside].assign(unit=code))
    cells = pd.concat(parts).drop_duplicates(["row", "col"])
    return cells.sort_values(["row", "col"], ignore_index=True)


def _worldpop(town: Town, lon: Floats, lat: Floats) -> Floats:
    """Residents of the nearest 5-arc-minute cell, never less than one: desert without a value has one too."""
    table = pd.read_csv(SOURCES / town.folder / "worldpop2020_10km.csv")
    tree = cKDTree(table[["lon", "lat"]].to_numpy())
    value = table["pop2020"].fillna(1.0).to_numpy()
    return np.asarray(np.maximum(value[tree.query(np.column_stack([lon, lat]))[1]], 1.0))


def _settle(
    town: Town, census: pd.DataFrame, cells: pd.DataFrame, worldpop: Floats, frame: LocalFrame
) -> pd.DataFrame:
    """Persons by cell, the inhabited ones only."""
    persons, urban = np.zeros(len(cells), dtype=np.int64), np.zeros(len(cells), dtype=bool)
    rng = generator("population", town.seed)
    unit = cells["unit"].to_numpy()
    for district in town.districts:
        here = np.flatnonzero(unit == district.code)
        seat = frame.to_metres(*district.seat)
        distance = np.hypot(cells["x"].to_numpy()[here] - seat[0], cells["y"].to_numpy()[here] - seat[1])
        total, city = (int(census.loc[district.code, name]) for name in ("人口数_合计", "城镇人口"))
        weight, core = _weights(distance, worldpop[here], total, city, rng)
        persons[here], urban[here] = largest_remainder(total, weight), core
    cells = cells.assign(persons=persons, urban=urban)
    return cells[persons > 0].reset_index(drop=True)


def _weights(
    distance: Floats, worldpop: Floats, total: int, city: int, rng: np.random.Generator
) -> tuple[Floats, NDArray[np.bool_]]:
    n = len(distance)
    in_core = city * (CORE_SHARE if city < 0.97 * total else 1.0)
    size = int(np.clip(round(in_core / CORE_DENSITY), 3, n))
    nearest = np.argsort(np.round(distance, 3), kind="stable")[:size]
    weight, core = np.zeros(n), np.zeros(n, dtype=bool)
    fall = np.exp(-1.1 * distance[nearest] / max(distance[nearest].max(), 1.0))
    fall *= np.round(rng.lognormal(0.0, 0.35, size), 6)
    weight[nearest] += in_core * fall / fall.sum()
    core[nearest] = True
    for people, each, spread in ((city - in_core, SMALL_TOWN_PERSONS, 0.4), (total - city, VILLAGE_PERSONS, 0.5)):
        if people > 0:
            _scatter(weight, worldpop, people, each, spread, rng)
    return weight, core


def _scatter(
    weight: Floats, worldpop: Floats, people: float, each: int, spread: float, rng: np.random.Generator
) -> None:
    """Settlement cells drawn in proportion to the 5-arc-minute surface; which cells is a model, not a map."""
    size = min(len(weight), max(1, round(people / each)))
    chosen = np.sort(rng.choice(len(weight), size=size, replace=False, p=worldpop / worldpop.sum()))
    share = np.round(rng.lognormal(0.0, spread, size), 6)
    weight[chosen] += people * share / share.sum()


def _townships(town: Town, cells: pd.DataFrame, names: pd.DataFrame, frame: LocalFrame) -> NDArray[np.str_]:
    """Invented: streets have their middle in the main town, the others outside it; cells go to the nearest middle."""
    found = np.full(len(cells), "", dtype="U9")
    xy = cells[["x", "y"]].to_numpy()
    for district in town.districts:
        codes = names.loc[names["parent"] == district.code, "code"].to_numpy()
        here = np.flatnonzero(cells["unit"] == district.code)
        streets = max(sum(code[6] == "0" for code in codes), 1)  # the first town where there is no street
        distance = np.hypot(*(xy[here] - np.array(frame.to_metres(*district.seat))).T)
        middles = _two_parts(cells.iloc[here], streets, len(codes) - streets, np.round(distance, 3))
        found[here] = codes[cKDTree(xy[here][middles]).query(xy[here])[1]]
    return found


def _two_parts(cells: pd.DataFrame, streets: int, others: int, distance: Floats) -> Ints:
    """Middles within the main town and then outside it, each lot from near the seat to far."""
    urban, parts = cells["urban"].to_numpy(), []
    for wanted, inside in ((streets, urban), (others, ~urban)):
        pool = np.flatnonzero(inside) if inside.sum() >= wanted else np.arange(len(cells))
        if wanted:
            rows = cells.iloc[pool]
            chosen = pool[_middles(rows[["x", "y"]].to_numpy(), rows["persons"].to_numpy(), wanted)]
            parts.append(chosen[np.argsort(distance[chosen], kind="stable")])
    return np.concatenate(parts)


def _middles(xy: Floats, persons: Ints, wanted: int) -> Ints:
    """The most populous cells that keep a distance from each other, the distance as wide as it may be."""
    order = np.lexsort((np.arange(len(persons)), -persons))
    apart = 20_000.0
    while True:
        chosen: list[int] = []
        for at in order:
            if len(chosen) < wanted and (not chosen or np.hypot(*(xy[chosen] - xy[at]).T).min() >= apart):
                chosen.append(int(at))
        if len(chosen) == wanted:
            return np.array(chosen)
        apart *= 0.85


def _residents(town: Town, census: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    rows: list[tuple[str, int, str, int]] = []
    for code in town.codes:
        bands = age_counts(census.loc[code])
        assert sum(bands) == int(census.loc[code, "人口数_合计"]), code
        rows.append((code, 2020, "all", sum(bands)))
        rows += [(code, 2020, band, count) for band, count in zip(AGE_BANDS, bands)]
    if town.estimates_residents:
        rows += _estimates(town, census, cells)
    return pd.DataFrame(rows, columns=["unit", "year", "age_band", "persons"])


def _estimates(town: Town, census: pd.DataFrame, cells: pd.DataFrame) -> list[tuple[str, int, str, int]]:
    """Invented residents of 2025 by district, shared among its townships as the cells are."""
    rows = []
    sums = cells.groupby(["unit", "township"])["persons"].sum()
    for district in town.districts:
        persons = round(int(census.loc[district.code, "人口数_合计"]) * district.growth)
        here = sums.loc[district.code]
        rows.append((district.code, 2025, "all", persons))
        shares = largest_remainder(persons, here.to_numpy(dtype=float))
        rows += [(str(code), 2025, "all", int(share)) for code, share in zip(here.index, shares)]
    return rows


def _insured(town: Town, census: pd.DataFrame) -> pd.DataFrame:
    """Invented shares of the residents; the total of 2025 is the town's."""
    wanted = np.array([d.coverage * int(census.loc[d.code, "人口数_合计"]) for d in town.districts])
    rows = []
    for district, insured in zip(town.districts, largest_remainder(town.insured_total, wanted)):
        for year, factor, step in ((2024, 1 / town.growth, 0.0), (2025, 1.0, 0.006)):
            persons = round(int(insured) * factor)
            employees = round(persons * (district.employee + step))
            rows.append((district.code, year, "employee", "all", employees))
            rows.append((district.code, year, "resident", "all", persons - employees))
    return pd.DataFrame(rows, columns=["unit", "year", "scheme", "age_band", "persons"])


def _population(cells: pd.DataFrame, frame: LocalFrame) -> pd.DataFrame:
    lon, lat = frame.to_degrees(cells["x"], cells["y"])
    codes = [f"r{row:04d}c{col:04d}" for row, col in zip(cells["row"], cells["col"])]
    return pd.DataFrame({
        "cell": codes, "lon": lon, "lat": lat, "frame": "wgs84",
        "persons": cells["persons"].astype(float), "basis": "resident",
    })
