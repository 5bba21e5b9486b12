"""The demo city counted by other means: plain pandas, numpy, a search tree on another projection, a heap.

Nothing of ``dingdian`` is imported: what stands here agrees with the engine only if both are right. Numbers of the plan (8.5, 9.0,
60:25:15, 800 m, caps 3 and 2, 15 min at 1.15 m/s, 90th percentile) are written out again, from the text.
"""

from __future__ import annotations

import heapq
import json
from collections import Counter, defaultdict
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from pyproj import Geod, Transformer
from scipy.spatial import cKDTree

FOLDER = Path(__file__).resolve().parents[2] / "src" / "dingdian" / "city" / "demo" / "jinan-demo"
GEOD = Geod(ellps="WGS84")
UTM = Transformer.from_crs("EPSG:4326", "EPSG:32650", always_xy=True)

HOLDING = {"designated", "coaching", "trial", "suspended"}
AREA = "370100"
RADIUS_DM, WALK_DM = 8_000, 10_350
SNAP_DM = 5_000


def decimetres(lon1: Any, lat1: Any, lon2: Any, lat2: Any) -> Any:
    return np.rint(np.asarray(GEOD.inv(lon1, lat1, lon2, lat2)[2]) * 10).astype(int)


def flat(lon: Any, lat: Any) -> Any:
    return np.column_stack(UTM.transform(np.asarray(lon, float), np.asarray(lat, float)))


def quotient(top: int, bottom: int, places: int) -> Decimal:
    return (Decimal(top) / Decimal(bottom)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)


class Demo:
    """The shipped tables and what can be counted in them."""

    def __init__(self) -> None:
        self.tables = {path.stem: pd.read_parquet(path) for path in FOLDER.glob("*.parquet")}
        units = self.tables["units"]
        self.level = dict(zip(units["unit"], units["level"]))
        self.parent = dict(zip(units["unit"], units["parent"]))
        self.districts = sorted(u for u, level in self.level.items() if level in ("district", "zone"))
        features = json.loads((FOLDER / "units.geojson").read_text(encoding="utf-8"))["features"]
        self.polygons = {f["properties"]["unit"]: shapely.geometry.shape(f["geometry"]) for f in features}
        parts = json.loads((FOLDER / "streets_extent.geojson").read_text(encoding="utf-8"))["features"]
        self.extent = shapely.union_all([shapely.geometry.shape(f["geometry"]) for f in parts])

    def district(self, unit: str) -> str:
        while self.level[unit] not in ("district", "zone"):
            unit = self.parent[unit]
        return unit

    @cached_property
    def held(self) -> pd.DataFrame:
        """Providers that hold a place and count in the plan."""
        rows = self.tables["providers"]
        assert set(rows["frame"].dropna()) == {"wgs84"}
        insiders = (rows["kind"] == "infirmary") & rows["tags"].fillna("").str.split(";").map(lambda tags: "internal_only" in tags)
        rows = rows[rows["status"].isin(HOLDING) & (rows["kind"] != "university_clinic") & ~insiders]
        return rows.assign(counted=[self.district(a if isinstance(a, str) else b) for a, b in zip(rows["counts_in"], rows["unit"])])

    # --- beds --------------------------------------------------------------------------------------------------------

    @cached_property
    def insured(self) -> dict[str, int]:
        rows = self.tables["insured"].query("year == 2025 and age_band == 'all'")
        found = rows.groupby("unit")["persons"].sum().to_dict()
        return {**found, AREA: sum(found[unit] for unit in self.districts)}

    @cached_property
    def beds(self) -> dict[tuple[str, str], int]:
        """(district, level group) → insured beds at the end of 2025."""
        rows = self.tables["beds"].query("specialty == 'all'")
        rows = rows[pd.to_datetime(rows["as_of"]) <= pd.Timestamp("2025-12-31")].sort_values("as_of")
        latest = rows.groupby("provider").last()["insured_beds"].to_dict()
        found: Counter[tuple[str, str]] = Counter()
        for row in self.held[self.held["provider_class"] == "inpatient"].itertuples():
            group = "primary" if row.level == "ungraded" else row.level
            found[row.counted, group] += int(latest[row.provider])
        return dict(found)

    def bed_count(self, unit: str, group: str = "") -> int:
        return sum(n for (district, level), n in self.beds.items() if unit in (district, AREA) and group in (level, ""))

    # --- fund --------------------------------------------------------------------------------------------------------

    def balance(self, unit: str, scheme: str, year: int = 2026) -> Decimal:
        row = self.tables["fund"].query("unit == @unit and scheme == @scheme and year == @year").iloc[0]
        return Decimal(row["income"]) - Decimal(row["expenditure"])

    # --- pharmacies --------------------------------------------------------------------------------------------------

    @cached_property
    def pharmacies(self) -> pd.DataFrame:
        rows = self.held[(self.held["provider_class"] == "pharmacy") & self.held["lon"].notna()]
        return rows.reset_index(drop=True)

    def within(self, lon: Any, lat: Any, others: pd.DataFrame, limit: int = RADIUS_DM) -> Any:
        """How many of ``others`` lie within the radius of each place."""
        there = flat(others["lon"], others["lat"])
        near = cKDTree(there).query_ball_point(flat(lon, lat), limit / 10 * 1.01)
        x, y = others["lon"].to_numpy(), others["lat"].to_numpy()
        lon, lat = np.atleast_1d(lon), np.atleast_1d(lat)
        return np.array([
            int((decimetres(np.full(len(n), lon[i]), np.full(len(n), lat[i]), x[n], y[n]) <= limit).sum()) if n else 0
            for i, n in enumerate(near)
        ])

    @cached_property
    def dense_from(self) -> float:
        """Persons per km² of the 90th percentile of populated cells of 500 m."""
        persons = self.tables["population"]["persons"].to_numpy(float)
        return round(float(np.percentile(persons[persons > 0] / 0.25, 90)), 1)

    def cap(self, lon: Any, lat: Any) -> Any:
        """3 where the cell that holds a place is dense, else 2."""
        cells = self.tables["population"]
        far, nearest = cKDTree(flat(cells["lon"], cells["lat"])).query(flat(lon, lat))
        density = np.where(far <= 500 * 0.7072, cells["persons"].to_numpy(float)[nearest] / 0.25, 0.0)
        return np.where(np.round(density, 1) >= self.dense_from, 3, 2)

    @cached_property
    def saturated(self) -> Counter[str]:
        """District → pharmacies whose circle holds more than its cap, themselves included."""
        rows = self.pharmacies
        inside = self.within(rows["lon"].to_numpy(), rows["lat"].to_numpy(), rows)
        over = inside > self.cap(rows["lon"].to_numpy(), rows["lat"].to_numpy())
        return Counter(rows["counted"][over])

    # --- walking -----------------------------------------------------------------------------------------------------

    @cached_property
    def graph(self) -> dict[int, list[tuple[int, int]]]:
        edges = self.tables["network_edges"]
        number = {node: i for i, node in enumerate(self.tables["network_nodes"]["node"])}
        graph: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for row in edges[edges["walkable"].fillna(True)].itertuples():
            u, v, length = number[row.u], number[row.v], round(row.length_m * 10)
            graph[u].append((v, length))
            graph[v].append((u, length))
        return graph

    @cached_property
    def main_nodes(self) -> Any:
        """Nodes of the largest connected part."""
        left, best = set(range(len(self.tables["network_nodes"]))), set[int]()
        while left:
            queue, part = [left.pop()], set[int]()
            while queue:
                at = queue.pop()
                part.add(at)
                queue += [n for n, _ in self.graph.get(at, ()) if n in left]
                left -= set(queue)
            best = max(best, part, key=len)
        return np.array(sorted(best))

    def snap(self, lon: Any, lat: Any) -> tuple[Any, Any]:
        """The nearest street node of each place (equally near ones: the first of the table) and the decimetres to it."""
        nodes = self.tables["network_nodes"].iloc[self.main_nodes]
        _, near = cKDTree(flat(nodes["lon"], nodes["lat"])).query(flat(lon, lat), k=8)
        x, y = nodes["lon"].to_numpy(), nodes["lat"].to_numpy()
        away = np.stack([decimetres(lon, lat, x[near[:, k]], y[near[:, k]]) for k in range(8)], axis=1)
        nodes_near = self.main_nodes[near]
        first = np.lexsort((nodes_near, away), axis=1)[:, 0]
        rows = np.arange(len(first))
        return nodes_near[rows, first], away[rows, first]

    def walk_from(self, lon: Any, lat: Any) -> dict[int, int]:
        """Street node → decimetres on foot to the nearest of some doors."""
        inside = shapely.intersects_xy(self.extent, lon, lat)
        node, offset = self.snap(lon[inside], lat[inside])
        queue = [(int(d), int(n)) for n, d in zip(node, offset) if d <= SNAP_DM]
        heapq.heapify(queue)
        best: dict[int, int] = {}
        while queue:
            d, at = heapq.heappop(queue)
            if at in best:
                continue
            best[at] = d
            for other, length in self.graph[at]:
                if other not in best and d + length <= WALK_DM:
                    heapq.heappush(queue, (d + length, other))
        return best

    @cached_property
    def walkable_cells(self) -> pd.DataFrame:
        """Cells that the streets reach, with their street node and the decimetres to it."""
        cells = self.tables["population"]
        cells = cells[shapely.intersects_xy(self.extent, cells["lon"].to_numpy(), cells["lat"].to_numpy())]
        node, offset = self.snap(cells["lon"].to_numpy(), cells["lat"].to_numpy())
        return cells.assign(node=node, offset=offset)[offset <= SNAP_DM]

    def covered(self, lon: Any, lat: Any) -> Any:
        """Which of ``walkable_cells`` have one of some doors within 15 minutes."""
        reach = self.walk_from(np.asarray(lon, float), np.asarray(lat, float))
        cells = self.walkable_cells
        return np.array([reach.get(n, WALK_DM + 1) + o <= WALK_DM for n, o in zip(cells["node"], cells["offset"])])

    def in_unit(self, unit: str, cells: pd.DataFrame) -> Any:
        if unit in self.polygons:
            return shapely.intersects_xy(self.polygons[unit], cells["lon"].to_numpy(), cells["lat"].to_numpy())
        assert unit == AREA
        return np.logical_or.reduce([self.in_unit(u, cells) for u in self.polygons if self.level[u] == "district"])
