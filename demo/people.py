"""Units, residents, insured persons and the 500 m population surface of the demo city.

Units and residents are real (census of 2020). The surface is modelled from real data: each unit's cells sum
exactly to its census figure, where within the unit people live is a model (docs/explanation/demo-city.md
gives the formula). Insured persons are invented: a share of the residents, split by scheme.
"""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import shapely
from attrs import frozen
from numpy.typing import NDArray
from scipy.ndimage import convolve
from shapely.geometry.base import BaseGeometry

from common import (
    CELL_M,
    CITY,
    HIGH_TECH,
    SHORT_NAMES,
    SOURCES,
    Floats,
    Ints,
    cell_of,
    generator,
    largest_remainder,
    to_degrees,
    to_metres,
)
from streets import Streets

AGE_BANDS = (
    "0-4",
    "5-9",
    "10-14",
    "15-19",
    "20-24",
    "25-29",
    "30-34",
    "35-39",
    "40-44",
    "45-49",
    "50-54",
    "55-59",
    "60-64",
    "65-69",
    "70-74",
    "75-79",
    "80-84",
    "85+",
)

# Approximate places of 济南高新区, which has no polygon in any open source: lon_min, lat_min, lon_max,
# lat_max, share of its people. Inner area 舜华路; middle area 孙村 and 巨野河; northern area 遥墙 and 临港.
# The shares are assumed.
ZONE_AREAS = (
    (117.120, 36.655, 117.158, 36.690, 0.50),
    (117.215, 36.665, 117.300, 36.735, 0.30),
    (117.170, 36.795, 117.250, 36.870, 0.20),
)
SMOOTHING = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16
STREET_POWER = 0.8  # people grow a little slower than streets do
STREET_CLIP = 0.98  # a knot of service roads is not a tower block
VILLAGE_PERSONS = 900  # about the size of a village of the plain
TOWN_PERSONS = 2000  # persons per 500 m cell of a county town on average
TOWN_SHARE = 0.6  # of the urban residents of a district without streets, in its main town
FEWEST_NODES = 100  # a district with fewer street nodes counts as one without streets

# Insured persons as a share of residents, and the employee scheme's share of them (invented).
COVERAGE = {
    "370102": (0.962, 0.640),
    "370103": (0.955, 0.590),
    "370104": (0.951, 0.570),
    "370105": (0.946, 0.550),
    "370112": (0.938, 0.500),
    "370113": (0.934, 0.370),
    "370114": (0.941, 0.380),
    "370115": (0.926, 0.300),
    "370116": (0.944, 0.390),
    "370117": (0.943, 0.470),
    "370124": (0.931, 0.300),
    "370126": (0.918, 0.230),
    "370171": (0.957, 0.680),
}
GROWTH_2024_TO_2025 = 1.0062


@frozen(eq=False)
class People:
    """Tables and the surface in local metres (one entry per populated cell, sorted by row and column)."""

    units: pd.DataFrame
    residents: pd.DataFrame
    insured: pd.DataFrame
    population: pd.DataFrame
    polygons: dict[str, BaseGeometry]  # degrees
    local_polygons: dict[str, BaseGeometry]
    x: Floats
    y: Floats
    persons: Ints
    cell_unit: NDArray[np.str_]
    in_extent: NDArray[np.bool_]
    zone_cells: frozenset[tuple[int, int]]
    city: BaseGeometry  # local metres

    def insured_of(self, year: int) -> dict[str, int]:
        rows = self.insured[self.insured["year"] == year]
        return {str(unit): int(persons) for unit, persons in rows.groupby("unit")["persons"].sum().items()}


def load(streets: Streets) -> People:
    census = pd.read_csv(SOURCES / "census2020_districts.csv", dtype={"adcode": str}).set_index("adcode")
    polygons = read_polygons()
    local = {unit: _local(polygon) for unit, polygon in polygons.items()}
    cells = Cells.of(local, streets)
    persons = distribute(cells, census, streets)
    inhabited = persons > 0
    population = population_table(cells, persons, inhabited)
    zone = frozenset(zip(cells.row[cells.zone].tolist(), cells.col[cells.zone].tolist()))
    return People(
        units_table(local),
        residents_table(census),
        insured_table(census),
        population,
        polygons,
        local,
        cells.x[inhabited],
        cells.y[inhabited],
        persons[inhabited],
        cells.unit[inhabited],
        cells.in_extent[inhabited],
        zone,
        shapely.union_all(list(local.values())),
    )


def read_polygons() -> dict[str, BaseGeometry]:
    """District polygons as published (CGCS2000, which equals WGS84 to the centimetre); the zone has none."""
    text = (SOURCES / "jinan_districts_tianditu.geojson").read_text(encoding="utf-8")
    codes = [str(feature["properties"]["adcode"]) for feature in json.loads(text)["features"]]
    return dict(sorted(zip(codes, shapely.get_parts(shapely.from_geojson(text)))))


def _local(polygon: BaseGeometry) -> BaseGeometry:
    return shapely.transform(polygon, lambda points: np.column_stack(to_metres(points[:, 0], points[:, 1])))


def units_table(local: dict[str, BaseGeometry]) -> pd.DataFrame:
    """The city, its 12 districts and its functional zone, and the townships below them."""
    census = pd.read_csv(SOURCES / "census2020_districts.csv", dtype={"adcode": str})
    rows = []
    for code, name in zip(census["adcode"], census["区县"]):
        level = "pooling_area" if code == CITY else "zone" if code == HIGH_TECH else "district"
        land = (
            sum(p.area for p in local.values())
            if code == CITY
            else local[code].area
            if code in local
            else np.nan
        )
        rows.append((code, name, level, None if code == CITY else CITY, round(land / 1e6, 2)))
    townships = pd.read_csv(SOURCES / "townships_gb2260.csv", dtype=str)
    # GB/T 2260 lists the zone's five streets under 370176; the census gives the zone as 370171.
    parents = townships["areaCode"].replace("370176", HIGH_TECH)
    rows += [(c, n, "township", p, np.nan) for c, n, p in zip(townships["code"], townships["name"], parents)]
    frame = pd.DataFrame(rows, columns=["unit", "name", "level", "parent", "land_km2"])
    return frame.assign(owner="local")


def residents_table(census: pd.DataFrame) -> pd.DataFrame:
    """Residents of 2020 by unit: the total and 18 age bands (both sexes added)."""
    rows = []
    for unit in SHORT_NAMES:
        record = census.loc[unit]
        bands = age_counts(record)
        assert sum(bands) == int(record["人口数_合计"]), unit
        rows.append((unit, 2020, "all", int(record["人口数_合计"])))
        rows += [(unit, 2020, band, count) for band, count in zip(AGE_BANDS, bands)]
    return pd.DataFrame(rows, columns=["unit", "year", "age_band", "persons"])


def age_counts(record: pd.Series) -> list[int]:
    names = [name for name in record.index if name.startswith("男_")]
    values = [int(record[name]) + int(record["女_" + name[2:]]) for name in names]
    return [values[0] + values[1], *values[2:]]  # 0 and 1-4 years make the first band


def insured_table(census: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for unit, (coverage, employee) in COVERAGE.items():
        residents = int(census.loc[unit, "人口数_合计"])
        for year, growth in ((2024, 1.0), (2025, GROWTH_2024_TO_2025)):
            insured = round(residents * coverage * growth)
            employees = round(insured * (employee + (0.006 if year == 2025 else 0.0)))
            rows.append((unit, year, "employee", "all", employees))
            rows.append((unit, year, "resident", "all", insured - employees))
    return pd.DataFrame(rows, columns=["unit", "year", "scheme", "age_band", "persons"])


@frozen(eq=False)
class Cells:
    """All 500 m cells whose centre lies in a district."""

    row: Ints
    col: Ints
    x: Floats
    y: Floats
    unit: NDArray[np.str_]
    in_extent: NDArray[np.bool_]
    zone: NDArray[np.bool_]
    zone_area: Ints
    street_weight: Floats
    worldpop: Floats

    @classmethod
    def of(cls, local: dict[str, BaseGeometry], streets: Streets) -> Cells:
        row, col, unit = _cells_in(local)
        x, y = (col + 0.5) * CELL_M, (row + 0.5) * CELL_M
        in_extent = shapely.contains_xy(streets.extent, x, y)
        lon, lat = to_degrees(x, y)
        area = _zone_area(lon, lat)
        zone = area >= 0
        return cls(
            row,
            col,
            x,
            y,
            np.where(zone, HIGH_TECH, unit),
            in_extent,
            zone,
            area,
            _street_weight(row, col, streets),
            _worldpop_at(lon, lat),
        )


def _cells_in(local: dict[str, BaseGeometry]) -> tuple[Ints, Ints, NDArray[np.str_]]:
    bounds = shapely.total_bounds(list(local.values()))
    (low_row, high_row), (low_col, high_col) = cell_of(bounds[[0, 2]], bounds[[1, 3]])
    row, col = (grid.ravel() for grid in np.mgrid[low_row : high_row + 1, low_col : high_col + 1])
    unit = np.full(len(row), "", dtype="U6")
    for code, polygon in local.items():
        inside = shapely.contains_xy(polygon, (col + 0.5) * CELL_M, (row + 0.5) * CELL_M)
        unit[inside & (unit == "")] = code
    kept = unit != ""
    return row[kept], col[kept], unit[kept]


def _zone_area(lon: Floats, lat: Floats) -> Ints:
    """Which of the zone's assumed areas a point lies in; -1 for none."""
    area = np.full(len(lon), -1, dtype=np.int64)
    for number, (west, south, east, north, _) in enumerate(ZONE_AREAS):
        area[(lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)] = number
    return area


def _street_weight(row: Ints, col: Ints, streets: Streets) -> Floats:
    """Smoothed number of street nodes by cell, to the power 0.8."""
    node_row, node_col = cell_of(streets.x[streets.main], streets.y[streets.main])
    grid = np.zeros((row.max() + 2, col.max() + 2))
    fits = (node_row < grid.shape[0]) & (node_col < grid.shape[1])
    np.add.at(grid, (node_row[fits], node_col[fits]), 1)
    return np.asarray(convolve(grid, SMOOTHING, mode="constant")[row, col] ** STREET_POWER)


def _worldpop_at(lon: Floats, lat: Floats) -> Floats:
    """Value of the 5-arc-minute cell that holds a point."""
    table = pd.read_csv(SOURCES / "worldpop2020_10km.csv")
    step = 1 / 12
    west, south = table["lon"].min(), table["lat"].min()
    grid = np.full((200, 200), np.nan)
    rows = np.rint((table["lat"] - south) / step).astype(int)
    cols = np.rint((table["lon"] - west) / step).astype(int)
    grid[rows, cols] = table["pop2020"]
    # A strip along the border lies beyond the outermost centres by more than half a step: it takes their
    # value.
    at_row = np.clip(np.rint((lat - south) / step).astype(int), 0, rows.max())
    at_col = np.clip(np.rint((lon - west) / step).astype(int), 0, cols.max())
    value = grid[at_row, at_col]
    return np.where(np.isnan(value), np.nanmin(grid), value)


def distribute(cells: Cells, census: pd.DataFrame, streets: Streets) -> Ints:
    """Persons by cell; the cells of a unit sum exactly to its census total."""
    persons = np.zeros(len(cells.row), dtype=np.int64)
    rng = generator("population")
    for unit in SHORT_NAMES:
        here = np.flatnonzero(cells.unit == unit)
        total, urban = int(census.loc[unit, "人口数_合计"]), int(census.loc[unit, "城镇人口"])
        weight = _zone_weight(cells, here) if unit == HIGH_TECH else _weight(cells, here, total, urban, rng)
        persons[here] = largest_remainder(total, weight)
    return persons


def _zone_weight(cells: Cells, here: Ints) -> Floats:
    """Half by street weight, half evenly within each assumed area: streets are on file for a part of it
    only.
    """
    weight = np.zeros(len(here))
    for number, (*_, share) in enumerate(ZONE_AREAS):
        inside = cells.zone_area[here] == number
        street = np.where(cells.in_extent[here], cells.street_weight[here], 0.0)[inside]
        covered = np.count_nonzero(street) / len(street)
        mixed = 0.5 * covered * street / max(street.sum(), 1e-9) + (1 - 0.5 * covered) / len(street)
        weight[inside] = share * mixed / mixed.sum()
    return weight


def _weight(cells: Cells, here: Ints, total: int, urban: int, rng: np.random.Generator) -> Floats:
    inside = cells.in_extent[here] & (cells.street_weight[here] > 0)
    outside = np.flatnonzero(~cells.in_extent[here])
    weight = np.zeros(len(here))
    rural = total - urban
    street = np.where(inside, cells.street_weight[here], 0.0)
    street = np.minimum(street, np.quantile(street[inside], STREET_CLIP)) if inside.any() else street
    if np.count_nonzero(inside) >= FEWEST_NODES:
        weight += urban * street / street.sum()
    else:
        town = round(urban * TOWN_SHARE)
        rural += urban - town
        weight[outside] += _town(cells, here[outside], town)
    if rural:
        weight[outside] += _villages(cells, here[outside], rural, rng)
    return weight


def _town(cells: Cells, here: Ints, persons: int) -> Floats:
    """One compact town about the densest 5-arc-minute cell, thinning out exponentially from its centre."""
    densest = np.isclose(cells.worldpop[here], cells.worldpop[here].max())
    centre = cells.x[here][densest].mean(), cells.y[here][densest].mean()
    distance = np.hypot(cells.x[here] - centre[0], cells.y[here] - centre[1])
    size = min(len(here), max(12, round(persons / TOWN_PERSONS)))
    nearest = np.argsort(np.round(distance, 3), kind="stable")[:size]
    weight = np.zeros(len(here))
    weight[nearest] = np.exp(-1.2 * distance[nearest] / max(distance[nearest].max(), 1.0))
    return np.asarray(persons * weight / weight.sum())


def _villages(cells: Cells, here: Ints, persons: int, rng: np.random.Generator) -> Floats:
    """Settlement cells drawn in proportion to the 5-arc-minute surface; which cells is a model, not a map."""
    chance = cells.worldpop[here] / cells.worldpop[here].sum()
    size = min(len(here), max(1, round(persons / VILLAGE_PERSONS)))
    chosen = np.sort(rng.choice(len(here), size=size, replace=False, p=chance))
    weight = np.zeros(len(here))
    weight[chosen] = np.round(rng.lognormal(0.0, 0.5, size), 6)
    return np.asarray(persons * weight / weight.sum())


def population_table(cells: Cells, persons: Ints, inhabited: NDArray[np.bool_]) -> pd.DataFrame:
    """Inhabited cells; a cell of the zone ends in ``z``, since it belongs to no polygon's census figure."""
    lon, lat = to_degrees(cells.x, cells.y)
    codes = [f"r{r:04d}c{c:04d}{'z' if z else ''}" for r, c, z in zip(cells.row, cells.col, cells.zone)]
    table = pd.DataFrame(
        {
            "cell": codes,
            "lon": lon,
            "lat": lat,
            "frame": "wgs84",
            "persons": persons.astype(float),
            "basis": "resident",
        }
    )
    return table[inhabited].reset_index(drop=True)
