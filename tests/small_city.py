"""Tiny cities whose every distance, bed and yuan can be worked out by hand.

One pooling area with two districts that have polygons and a functional zone that has none; streets on a grid of 100 m
around ``ORIGIN``; three hospitals, ten million insured persons, balanced funds, one application for a pharmacy at
``ORIGIN``. ``small_city`` takes tables to replace (``fund=[…]``), to drop (``fund=None``) or to extend (``more_fund=[…]``),
so that a test states only what matters to it. It goes through ``build_city``, as every real city does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import shapely
from pyproj import Geod

from dingdian.city.build import build_city
from dingdian.city.model import City, CityMeta
from dingdian.city.raw import from_mappings

Row = dict[str, Any]

GEOD = Geod(ellps="WGS84")
ORIGIN = (117.0, 36.65)
DAY = date(2026, 9, 1)
AREA, WEST, EAST, ZONE = "370100", "370102", "370103", "370171"
DISTRICTS = (WEST, EAST, ZONE)
BORDER = 116.997  # degrees east, some 270 m west of ORIGIN: the districts meet there

INSURED = {WEST: 4_000_000, EAST: 5_000_000, ZONE: 1_000_000}
BEDS = {"H1": 52_000, "H2": 22_000, "H3": 13_000}
COLUMNS, ROWS = 16, 2  # the grid has corners from −16 to 16 east and −2 to 2 north


def away(metres: float, azimuth: float = 90.0, start: tuple[float, float] = ORIGIN) -> tuple[float, float]:
    """The place exactly ``metres`` from ``start`` along the ellipsoid."""
    lon, lat, _ = GEOD.fwd(*start, azimuth, metres)
    return float(lon), float(lat)


def corner(east: int, north: int = 0) -> tuple[float, float]:
    """A corner of the street grid: so many hundred metres east, then north, of ``ORIGIN``."""
    return away(100.0 * north, 0.0, away(100.0 * east, 90.0))


def at(place: tuple[float, float] | None) -> Row:
    """Coordinates as columns; nothing for no place."""
    return {} if place is None else {"lon": place[0], "lat": place[1]}


def provider(code: str, place: tuple[float, float] | None = None, **columns: Any) -> Row:
    """A designated pharmacy without any error of its coordinates, unless told otherwise."""
    return filled({
        "provider": code, "name": f"机构{code}", "kind": "pharmacy", "provider_class": "pharmacy", "status": "designated",
        "unit": EAST, "ownership": "private", "accuracy_m": 0, "designated_on": "2020-01-01", "opened_on": "2019-01-01",
        **at(place), **columns,
    })


def pharmacy(code: str, metres: float, azimuth: float = 90.0, **columns: Any) -> Row:
    """A designated pharmacy so many metres from ``ORIGIN`` in a straight line."""
    return provider(code, away(metres, azimuth), **columns)


def clinic(code: str, place: tuple[float, float] | None = None, **columns: Any) -> Row:
    """A designated clinic under outpatient pooling."""
    return provider(code, place, **{"kind": "clinic", "provider_class": "outpatient_pooling", "level": "ungraded", **columns})


def hospital(code: str, level: str, unit: str | None, place: tuple[float, float] | None = None, **columns: Any) -> Row:
    """A designated general hospital, without coordinates unless told otherwise."""
    return provider(code, place, **{
        "kind": "general_hospital", "provider_class": "inpatient", "level": level, "unit": unit, "ownership": "public", **columns})


def application(code: str = "A1", place: tuple[float, float] | None = ORIGIN, **columns: Any) -> Row:
    """A new pharmacy at ``ORIGIN`` that applies for designation; a column set to None is left out."""
    return filled({
        "application": code, "action": "designate", "applied_on": "2026-08-01", "name": f"申请{code}", "kind": "pharmacy",
        "provider_class": "pharmacy", "unit": EAST, "ownership": "private", "accuracy_m": 0, "opened_on": "2026-04-15",
        **at(place), **columns,
    })


def for_clinic(code: str = "A1", place: tuple[float, float] | None = ORIGIN, **columns: Any) -> Row:
    """A new clinic under outpatient pooling that applies for designation."""
    return application(code, place, **{
        "kind": "clinic", "provider_class": "outpatient_pooling", "level": "ungraded", **columns})


def for_hospital(code: str = "A1", place: tuple[float, float] | None = ORIGIN, **columns: Any) -> Row:
    """A new secondary general hospital with 100 beds that applies for designation."""
    return application(code, place, **{
        "kind": "general_hospital", "provider_class": "inpatient", "level": "secondary", "beds": 100, **columns})


def beds(code: str, count: int | None, day: str = "2025-12-31", **columns: Any) -> Row:
    """The bed counts of one provider: insured, open and licensed beds alike."""
    return filled({"provider": code, "as_of": day, "specialty": "all", "insured_beds": count, "open": count,
                   "approved": count, "ltc": 0, **columns})


def insured(unit: str, persons: int, year: int = 2025, schemes: Sequence[str] = ("employee", "resident")) -> list[Row]:
    """Insured persons of a unit: six tenths employees, the rest residents."""
    split = {"employee": persons * 6 // 10}
    split["resident"] = persons - split["employee"]
    return [{"unit": unit, "year": year, "scheme": scheme, "age_band": "all", "persons": split[scheme]} for scheme in schemes]


def account(unit: str, scheme: str, balance: str = "1000000", year: int = 2026, through: str | None = "") -> Row:
    """A fund account whose income exceeds its expenditure by ``balance`` yuan."""
    from decimal import Decimal

    last = f"{year}-12-31" if year < 2026 else f"{year}-07-31"
    return filled({"unit": unit, "year": year, "scheme": scheme, "income": str(Decimal("500000000.00") + Decimal(balance)),
                   "expenditure": "500000000.00", "through": last if through == "" else through})


def accounts(units: Sequence[str] = (AREA, *DISTRICTS), **changed: str) -> list[Row]:
    """Balanced accounts of both schemes for 2025 and 2026; ``EAST_employee="-0.01"`` style keys are not needed: use `account`."""
    return [account(unit, scheme, year=year, **changed) for unit in units for scheme in ("employee", "resident")
            for year in (2025, 2026)]


def fact(subject: str, key: str, value: str, day: str = "2026-06-30") -> Row:
    return {"subject": subject, "key": key, "as_of": day, "value": value, "source": "测试"}


def release(code: str, count: int | None, day: str = "2026-03-01", **columns: Any) -> Row:
    """An inpatient institution that left and freed so many beds."""
    return filled({"release": code, "unit": WEST, "provider_class": "inpatient", "level": "secondary", "effective_on": day,
                   "reason": "termination", "beds": count, "places": 1, "exempt": False, **columns})


def letter(unit: str, day: str = "2026-05-01", lifted: str | None = None) -> Row:
    return filled({"unit": unit, "issued_on": day, "reference": f"预警〔{day}〕", "lifted_on": lifted})


def cell(code: str, place: tuple[float, float], persons: float, **columns: Any) -> Row:
    return {"cell": code, **at(place), "persons": persons, "basis": "resident", **columns}


def filled(row: Mapping[str, Any]) -> Row:
    """A row without its empty cells."""
    return {name: value for name, value in row.items() if value is not None}


def default_cells() -> list[Row]:
    """Seven cells of 500 m along the middle street, three north of the streets; one of the seven is very dense.

    Persons per km² are 400 in nine cells and 20,000 in the one at 1500 m east; the 90th percentile is 2,360.
    """
    row = [cell(f"C{i:+d}", corner(5 * i), 5000 if i == 3 else 100) for i in range(-3, 4)]
    return [*row, *(cell(f"N{i:+d}", corner(5 * i, 10), 100) for i in (-1, 0, 1))]


STREETS = ("network_nodes", "network_edges")


@lru_cache(maxsize=1)
def default_streets() -> dict[str, list[Row]]:
    corners = [(i, j) for i in range(-COLUMNS, COLUMNS + 1) for j in range(-ROWS, ROWS + 1)]
    nodes = [{"node": _node(i, j), **at(corner(i, j))} for i, j in corners]
    links = [((i, j), (i + 1, j)) for i, j in corners if i < COLUMNS] + [((i, j), (i, j + 1)) for i, j in corners if j < ROWS]
    edges = [{"edge": f"{_node(*u)}~{_node(*v)}", "u": _node(*u), "v": _node(*v), "length_m": 100, "walkable": True}
             for u, v in links]
    return {"network_nodes": nodes, "network_edges": edges}


def _node(i: int, j: int) -> str:
    return f"N{i:+03d}{j:+02d}"


def box(west: float, south: float, east: float, north: float) -> Any:
    return shapely.box(west, south, east, north)


@lru_cache(maxsize=1)
def default_extent() -> Any:
    """What the streets cover: 1650 m to the east and west, 250 m to the north and south of ``ORIGIN``."""
    west, east = away(1650, 270)[0], away(1650, 90)[0]
    south, north = away(250, 180)[1], away(250, 0)[1]
    return box(west, south, east, north)


def default_polygons() -> dict[str, Any]:
    return {WEST: box(116.5, 36.4, BORDER, 36.9), EAST: box(BORDER, 36.4, 117.5, 36.9)}


def default_tables() -> dict[str, list[Row]]:
    return {
        "units": [
            {"unit": AREA, "name": "测试市", "level": "pooling_area"},
            {"unit": WEST, "name": "西区", "level": "district", "parent": AREA},
            {"unit": EAST, "name": "东区", "level": "district", "parent": AREA},
            {"unit": ZONE, "name": "新区", "level": "zone", "parent": AREA},
        ],
        "providers": [hospital("H1", "tertiary", WEST), hospital("H2", "secondary", EAST), hospital("H3", "primary", ZONE)],
        "beds": [beds(code, count) for code, count in BEDS.items()],
        "insured": [row for unit, persons in INSURED.items() for row in insured(unit, persons)],
        "population": default_cells(),
        "fund": accounts(),
        "warnings": [letter(WEST, "2024-03-01", "2024-12-01")],
        "releases": [release("R1", 100)],
        "facts": [fact(subject, "supply_demand", "balanced")
                  for subject in ("inpatient", "outpatient_pooling", "personal_account", "pharmacy")],
        "applications": [application()],
        **default_streets(),
    }


META = CityMeta(id="small", name="测试市", pooling_area=AREA, as_of=date(2026, 8, 31), population_cell_m=500)
KEEP: Any = object()


def small_city(
    *, meta: CityMeta = META, extent: Any = KEEP, polygons: Mapping[str, Any] | None = None, **tables: list[Row] | None
) -> City:
    """A tiny city. ``name=[…]`` replaces a table, ``name=None`` drops it, ``more_name=[…]`` adds rows to it."""
    chosen = default_tables()
    for name, rows in tables.items():
        if name.startswith("more_"):
            chosen.setdefault(name.removeprefix("more_"), []).extend(rows or [])
        elif rows is None:
            chosen.pop(name, None)
        else:
            chosen[name] = rows
    streets = {name: _streets_as_built()[name] for name in STREETS if chosen.get(name) is default_streets()[name]}
    raw = {name: from_mappings(name, rows) for name, rows in chosen.items() if name not in streets}
    city = build_city(meta, raw, default_polygons() if polygons is None else polygons,
                      default_extent() if extent is KEEP else extent)
    return city.evolve(tables={**city.tables, **streets}) if streets else city


@lru_cache(maxsize=1)
def _streets_as_built() -> Mapping[str, Any]:
    """The default streets, validated once: every small city shares them."""
    nodes_and_edges = {name: from_mappings(name, rows) for name, rows in default_tables().items()}
    return {name: build_city(META, nodes_and_edges).tables[name] for name in STREETS}
