"""Where the providers of a snapshot are, how far from a place, straight or on foot, and how densely people live there.

Answers in whole decimetres as exact decimals of metres. It refuses to measure a walk outside the extent of the city's
streets: there the answer is None, and whoever asked says why. It knows no radius and no cap.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_CEILING, Decimal
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely
from attrs import frozen

from dingdian.methods.density import percentile_threshold, persons_per_km2
from dingdian.space.doubt import STRETCH
from dingdian.space.neighbours import Sites
from dingdian.space.network import Network
from dingdian.space.plane import geodesic_decimetres
from dingdian.space.radius import (
    SNAP_LIMIT_M as SNAP_LIMIT_M,  # the city's people are tied to its streets by the same limit
)
from dingdian.space.radius import AlongStreets, Ruler, StraightLine

if TYPE_CHECKING:
    import pandas as pd

    from dingdian.city.asof import Snapshot

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

HALF_DIAGONAL = 0.7072  # of a cell, in sides: a place in a cell is no farther from its centre


@frozen
class Neighbour:
    """One provider near a place: its code, the distance and the stated error of its coordinates (None: not stated).

    ``frame_m`` is what the coordinate frame adds: between encrypted coordinates a metre is not quite a metre on the ground.
    """

    provider: str
    distance_m: Decimal
    accuracy_m: Decimal | None
    frame_m: Decimal = Decimal(0)


@frozen(eq=False)
class Cells:
    """People by cell of the population grid, in the working frame."""

    cell: npt.NDArray[np.object_]
    lon: Floats
    lat: Floats
    persons: Floats
    basis: str
    inside: npt.NDArray[np.bool_]  # within the streets' extent


@frozen(eq=False)
class Places:
    """Spatial answers on one snapshot; every index is built once, when first asked for."""

    snapshot: Snapshot

    @cached_property
    def located(self) -> pd.DataFrame:
        """Providers with coordinates, one row each, in the order of their codes."""
        providers = self.snapshot.providers
        known = providers["lon"].notna() & providers["lat"].notna()
        return providers[known].reset_index(drop=True)

    @cached_property
    def _codes(self) -> list[str]:
        return [str(code) for code in self.located["provider"]]

    @cached_property
    def _accuracy(self) -> list[Decimal | None]:
        return [None if value is None else decimal(value) for value in optional(self.located["accuracy_m"])]

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Provider code → row of `located`."""
        return {code: row for row, code in enumerate(self._codes)}

    @cached_property
    def straight_line(self) -> StraightLine:
        """Distances to the rows of `located` along the ellipsoid."""
        return StraightLine(degrees(self.located["lon"]), degrees(self.located["lat"]))

    def straight(self, lon: float, lat: float, limit_m: float) -> tuple[Neighbour, ...]:
        """Providers within ``limit_m`` of a place along the ellipsoid, nearest first, whatever their class and status."""
        return self._neighbours(self.straight_line, lon, lat, limit_m)

    def _neighbours(self, ruler: Ruler, lon: float, lat: float, limit_m: float) -> tuple[Neighbour, ...]:
        """Nearest first, equally near ones by their codes."""
        pairs = ruler.within(np.array([lon]), np.array([lat]), limit_m)
        return tuple(self._neighbour(row, metres) for row, metres in zip(pairs.target, pairs.distance))

    def _neighbour(self, row: int, metres: float) -> Neighbour:
        distance = decimal(metres)
        return Neighbour(self._codes[row], distance, self._accuracy[row], self.frame_m(distance))

    def frame_m(self, distance: Decimal) -> Decimal:
        """Metres by which a distance may be off because of the city's working frame, rounded up to decimetres."""
        added = distance * Decimal(str(STRETCH[self.snapshot.city.meta.frame]))
        return added.quantize(Decimal("0.1"), rounding=ROUND_CEILING) if added else Decimal(0)

    def sought_m(self, limit: Decimal, ends: Decimal) -> Decimal:
        """Metres up to which one must look so that nobody who may be within ``limit`` is missed; ``ends``: the widest stated error."""
        share = 1 - Decimal(str(STRETCH[self.snapshot.city.meta.frame]))
        return limit + ends if share == 1 else (limit + ends) / share + Decimal("0.2")  # doubt is rounded up, and so is this

    def apart(self, lon: float, lat: float, other_lon: float, other_lat: float) -> Decimal:
        """Metres between two places along the ellipsoid."""
        found = geodesic_decimetres(np.array([lon]), np.array([lat]), np.array([other_lon]), np.array([other_lat]))
        return Decimal(int(found[0])) / 10

    # --- on foot -------------------------------------------------------------------------------------------------

    @property
    def has_streets(self) -> bool:
        return self.snapshot.city.has("network_nodes") and self.snapshot.city.has("network_edges")

    def in_streets(self, lon: float, lat: float) -> bool:
        """Whether the place lies inside the area that the city's streets cover."""
        extent = self.snapshot.city.streets_extent
        return self.has_streets and extent is not None and bool(shapely.intersects_xy(extent, lon, lat))

    def extent_margin_m(self, lon: float, lat: float) -> float:
        """Rough metres from the place to the edge of the streets' extent (flat-earth; for warnings, not for verdicts)."""
        extent = self.snapshot.city.streets_extent
        if extent is None:
            return 0.0
        east, north = shapely.get_coordinates(shapely.shortest_line(extent.boundary, shapely.Point(lon, lat)))[0]
        return float(self.apart(lon, lat, float(east), float(north)))

    @cached_property
    def streets(self) -> Network:
        """Walkable streets: every link both ways, whatever the rule for vehicles."""
        lon, lat, u, v, length = self._street_arrays
        return Network(lon, lat, u, v, length)

    @cached_property
    def _street_arrays(self) -> tuple[Floats, Floats, Integers, Integers, Floats]:
        city = self.snapshot.city
        lon, lat = city.located("network_nodes")
        number = {node: i for i, node in enumerate(city.tables["network_nodes"]["node"])}
        edges = city.tables["network_edges"]
        edges = edges[edges["walkable"].fillna(True).astype(bool)]
        u = np.array([number[node] for node in edges["u"]], dtype=np.int64)
        v = np.array([number[node] for node in edges["v"]], dtype=np.int64)
        return lon, lat, u, v, edges["length_m"].to_numpy(dtype=float)

    @cached_property
    def on_foot(self) -> AlongStreets:
        """Walks to the rows of `located`, from door to door; needs streets. Without an extent nobody is known to be on them."""
        lon, lat = degrees(self.located["lon"]), degrees(self.located["lat"])
        extent = self.snapshot.city.streets_extent
        return AlongStreets.tied(self.streets, lon, lat, extent=shapely.Polygon() if extent is None else extent)

    def inside_streets(self, lon: Floats, lat: Floats) -> npt.NDArray[np.bool_]:
        """Whether each place lies inside the area that the city's streets cover."""
        extent = self.snapshot.city.streets_extent
        if extent is None or not self.has_streets:
            return np.zeros(len(lon), dtype=bool)
        shapely.prepare(extent)
        return np.asarray(shapely.intersects_xy(extent, lon, lat), dtype=bool)

    @cached_property
    def doors(self) -> Network:
        """The streets with one more node per located provider, tied to its street node by the metres between them.

        A provider's node is number ``streets.n_nodes + row``; a provider that is not on the streets hangs loose.
        """
        lon, lat, u, v, length = self._street_arrays
        node, metres = self.on_foot.node, self.on_foot.offset
        tied = np.flatnonzero(node >= 0)
        return Network(
            np.concatenate([lon, degrees(self.located["lon"])]), np.concatenate([lat, degrees(self.located["lat"])]),
            np.concatenate([u, node[tied]]), np.concatenate([v, len(lon) + tied]),
            np.concatenate([length, metres[tied]]),
        )

    def door_nodes(self, rows: npt.ArrayLike) -> Integers:
        """Nodes of `doors` for rows of `located`."""
        return self.streets.n_nodes + np.asarray(rows, dtype=np.int64)

    @cached_property
    def is_on_streets(self) -> npt.NDArray[np.bool_]:
        """For each row of `located`, whether walking distances to it exist."""
        return self.on_foot.on_streets if self.has_streets else np.zeros(len(self.located), dtype=bool)

    def walking(self, lon: float, lat: float, limit_m: float) -> tuple[Neighbour, ...] | None:
        """Providers within a walk of ``limit_m``, nearest first; None where the streets do not reach the place.

        The walk counts the metres from each door to its nearest street node.
        """
        if not self.in_streets(lon, lat) or not self.on_foot.measured([lon], [lat])[0]:
            return None
        return self._neighbours(self.on_foot, lon, lat, limit_m)

    # --- people --------------------------------------------------------------------------------------------------

    @cached_property
    def cells(self) -> Cells | None:
        """The population grid, or None where the city has none."""
        city = self.snapshot.city
        if not city.has("population"):
            return None
        table = city.tables["population"]
        lon, lat = city.located("population")
        bases = sorted(set(table["basis"]))
        return Cells(
            table["cell"].to_numpy(dtype=object), lon, lat, table["persons"].to_numpy(dtype=float),
            bases[0] if len(bases) == 1 else "+".join(bases), self.inside_streets(lon, lat),
        )

    @cached_property
    def _cell_sites(self) -> Sites | None:
        return None if self.cells is None else Sites(self.cells.lon, self.cells.lat)

    def density(self, lon: float, lat: float) -> Decimal | None:
        """Persons per km² of the cell that holds the place; None where the grid tells nothing about it.

        A grid leaves empty cells out, so a place without a cell has 0, unless the grid has no cell in its whole district.
        """
        side = self.snapshot.city.meta.population_cell_m
        if self.cells is None or side is None:
            return None
        row = self._cell_row(lon, lat)
        if row is not None:
            return decimal(persons_per_km2(self.cells.persons[[row]], side)[0])
        return None if self.snapshot.district_at(lon, lat) in self._beyond_the_grid else Decimal(0)

    @cached_property
    def _beyond_the_grid(self) -> frozenset[str]:
        """Districts in whose polygon the population grid has no cell."""
        found = {unit: self.snapshot.cells_of(unit) for unit in self.snapshot.districts}
        return frozenset(unit for unit, cells in found.items() if cells is not None and not cells.any())

    def cell_at(self, lon: float, lat: float) -> str | None:
        """The cell of the population grid that holds the place; None where no cell does, or without a grid."""
        row = self._cell_row(lon, lat)
        return None if row is None or self.cells is None else str(self.cells.cell[row])

    def cell_rows(self, lon: Floats, lat: Floats) -> Integers:
        """For each place the row of the cell that holds it; −1 where no cell does, or without a grid."""
        side, rows = self.snapshot.city.meta.population_cell_m, np.full(len(lon), -1, dtype=np.int64)
        if self._cell_sites is not None and side is not None:
            near = self._cell_sites.within(lon, lat, side * HALF_DIAGONAL)
            found, first = np.unique(near.source, return_index=True)
            rows[found] = near.target[first]
        return rows

    @cached_property
    def _cell_row(self) -> Callable[[float, float], int | None]:
        # The density and the published class of a place both ask for its cell, once more for every reading.
        return lru_cache(maxsize=65_536)(self._find_cell)

    def _find_cell(self, lon: float, lat: float) -> int | None:
        side = self.snapshot.city.meta.population_cell_m
        if self._cell_sites is None or side is None:
            return None
        reach = side * HALF_DIAGONAL
        near = self._cell_sites.within(np.array([lon]), np.array([lat]), reach)
        return int(near.target[0]) if len(near.target) else None

    def density_threshold(self, percentile: Decimal) -> Decimal | None:
        """The percentile of persons per km² over populated cells; None without a grid or its cell size."""
        side = self.snapshot.city.meta.population_cell_m
        if self.cells is None or side is None:
            return None
        persons = self.cells.persons[self.cells.persons > 0]
        return decimal(percentile_threshold(persons_per_km2(persons, side), float(percentile))) if len(persons) else None


def decimal(value: float) -> Decimal:
    """A measured number to one decimal place: distances are whole decimetres, densities need no more."""
    return Decimal(repr(round(float(value), 1))).quantize(Decimal("0.1"))


def degrees(column: pd.Series[float]) -> Floats:
    """A coordinate column as plain floats."""
    return np.asarray(column.to_numpy(dtype=float, na_value=np.nan), dtype=np.float64)


def optional(column: pd.Series[float]) -> list[float | None]:
    """A nullable column as floats and None."""
    return [None if not np.isfinite(value) else float(value) for value in degrees(column)]
