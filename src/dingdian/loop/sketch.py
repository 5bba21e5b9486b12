"""Cities sketched in a few rows, for tests and probes: a place is metres and bearing from an origin, a street is straight.

A sketch goes through the same validation as every city. It invents nothing but coordinates and node names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from pyproj import Geod
from shapely.geometry import Point, box

from dingdian.city.build import build_city
from dingdian.city.model import City, CityMeta
from dingdian.city.raw import from_mappings

ORIGIN = (117.0, 36.65)
_EARTH = Geod(ellps="WGS84")
Rows = Mapping[str, Iterable[Mapping[str, Any]]]


def sketched(
    tables: Rows, *, as_of: date, pooling_area: str, streets: Iterable[Mapping[str, Any]] = (), unit_around_origin: str = "",
    population_cell_m: int | None = None, extent_degrees: Any = "0.05", known_empty: Iterable[str] = (), file: str = "tests.yaml",
) -> City:
    """The city that the rows describe.

    Parameters
    ----------
    streets
        ``{bearing, metres}`` of straight streets from the origin.
    unit_around_origin
        Unit whose polygon is a disc of 0.2 degrees around the origin.
    """
    found = {name: rows_of(rows) for name, rows in tables.items()}
    laid = list(streets)
    for number, street in enumerate(laid):
        _add_street(found, street, number)
    lon, lat = place({"metres": 0, "bearing": 0})
    reach = float(Decimal(str(extent_degrees)))
    extent = box(lon - reach, lat - reach, lon + reach, lat + reach) if laid else None
    meta = CityMeta(
        id="pack-tests", name="测试统筹区", pooling_area=pooling_area, as_of=as_of, frame="wgs84",
        population_cell_m=population_cell_m, synthetic=tuple(found), known_empty=tuple(known_empty),
    )
    polygons = {unit_around_origin: Point(lon, lat).buffer(0.2)} if unit_around_origin else {}
    return build_city(meta, {n: from_mappings(n, rows, file) for n, rows in found.items()}, polygons, extent)


def rows_of(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows with ``at`` (metres, bearing) turned into coordinates and ``times`` into so many copies."""
    found = []
    for row in rows:
        copies = int(row.get("times", 1))
        for copy in range(copies):
            plain = {k: _cell(v) for k, v in row.items() if k not in ("at", "times", "from")}
            if "at" in row:
                plain["lon"], plain["lat"] = place(row["at"])
            if "from" in row:
                plain["from_lon"], plain["from_lat"] = place(row["from"])
            if copies > 1:
                plain["provider"] = f"{plain['provider']}{copy + 1}"
            found.append(plain)
    return found


def _cell(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else ";".join(value) if isinstance(value, list) else value


def place(at: Mapping[str, Any]) -> tuple[float, float]:
    """Degrees of a place so many metres from the origin; due east where no bearing is stated."""
    lon, lat, _ = _EARTH.fwd(*ORIGIN, float(at.get("bearing", 90)), float(at["metres"]))
    return lon, lat


def _add_street(tables: dict[str, list[dict[str, Any]]], street: Mapping[str, Any], number: int) -> None:
    """A straight street through the origin: a node every 50 m, each link 50 m long."""
    nodes, edges = tables.setdefault("network_nodes", []), tables.setdefault("network_edges", [])
    steps = int(street["metres"]) // 50
    for step in range(steps + 1):
        lon, lat = place({"metres": step * 50, "bearing": street["bearing"]})
        nodes.append({"node": f"s{number}n{step}", "lon": lon, "lat": lat})
        if step:
            edges.append({"edge": f"s{number}e{step}", "u": f"s{number}n{step - 1}", "v": f"s{number}n{step}", "length_m": 50.0})
