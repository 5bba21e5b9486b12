"""What a map shows, gathered from run and city and laid on a flat plane in metres.

Everything is first brought to WGS84, so that map and layers agree. What cannot be shown (a zone without a boundary, an
application without a place) becomes a note; nothing is put at a guessed spot.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely
from attrs import frozen

from dingdian.city.model import City
from dingdian.loop.results import Gap, Place, Ruling, Run
from dingdian.loop.run import BED_RATIOS
from dingdian.space.frames import convert
from dingdian.space.plane import LocalPlane
from dingdian.terms import HOLDS_A_PLACE, PROVIDER_CLASSES, Text

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Floats = npt.NDArray[np.float64]

Bounds = tuple[float, float, float, float]  # west, south, east, north, in metres of the plane

# The measure that colours the districts: beds where the plan speaks of them, else the first target with a row per unit.
_PREFERRED = (*BED_RATIOS, "insured_beds")
_OUTLYING = 5  # per cent of street ends left out on each side of the detailed panel
_WIDER = 2.5  # times the town's own area: so much wider the detailed panel may grow to hold every place
_LABEL_M = 200.0  # metres within which a label's place is found
_EXACT_FRAMES = ("wgs84", "cgcs2000")


@frozen(eq=False)
class District:
    """A unit with its boundary on the plane and its gap; ``gap`` is None where the plan measures nothing here."""

    unit: str
    name: str
    shape: BaseGeometry
    gap: Gap | None

    @cached_property
    def middle(self) -> tuple[float, float]:
        """The middle of the largest circle inside: where a label has most room."""
        circles: Any = shapely.maximum_inscribed_circle(np.array([self.shape]), _LABEL_M)
        x, y = circles[0].coords[0]
        return float(x), float(y)


@frozen(eq=False)
class Dot:
    """A ruling or a suggested place on the plane."""

    x: float
    y: float
    what: Ruling | Place


@frozen(eq=False)
class Scene:
    """One run on one plane."""

    run: Run
    city: City
    uncovered_cells: frozenset[str] = frozenset()

    # --- frames ------------------------------------------------------------------------------------------------

    def lonlat(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """Working-frame degrees to WGS84 degrees."""
        frame = self.city.meta.frame
        return (lon, lat) if frame in _EXACT_FRAMES else convert(lon, lat, frame, "wgs84")

    def to_wgs84(self, shape: BaseGeometry) -> BaseGeometry:
        """A working-frame geometry in WGS84."""
        if self.city.meta.frame in _EXACT_FRAMES:
            return shape
        return shapely.transform(shape, lambda xy: np.column_stack(self.lonlat(xy[:, 0].copy(), xy[:, 1].copy())))

    @cached_property
    def plane(self) -> LocalPlane:
        """A plane in the middle of everything that has a place."""
        known = [lonlat for lonlat in self._everything() if np.isfinite(lonlat[0]).any()]
        if not known:
            return LocalPlane(0.0, 0.0)
        return LocalPlane.around(np.concatenate([k[0] for k in known]), np.concatenate([k[1] for k in known]))

    def _everything(self) -> Iterable[tuple[Floats, Floats]]:
        for polygon in self.city.polygons.values():
            west, south, east, north = polygon.bounds
            yield self.lonlat(np.array([west, east]), np.array([south, north]))
        if self.city.has("providers"):
            yield self.lonlat(*self.city.located("providers"))

    def flat(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """Working-frame degrees to metres of the plane."""
        return self.plane.project(*self.lonlat(lon, lat))

    def flat_shape(self, shape: BaseGeometry) -> BaseGeometry:
        """A working-frame geometry in metres of the plane."""
        return shapely.transform(self.to_wgs84(shape), lambda xy: np.column_stack(self.plane.project(xy[:, 0].copy(), xy[:, 1].copy())))

    # --- districts ---------------------------------------------------------------------------------------------

    @cached_property
    def theme(self) -> str:
        """Name of the measure that colours the districts; empty when no measure has a row per unit."""
        by_measure: dict[str, int] = {}
        for gap in self.run.gaps.rows:
            below = gap.measure.zone or gap.measure.unit != self.city.meta.pooling_area
            if below and gap.position != "information":
                by_measure[gap.measure.measure] = by_measure.get(gap.measure.measure, 0) + 1
        wanted = [name for name in (*_PREFERRED, *by_measure) if name in by_measure]
        return wanted[0] if wanted else ""

    @cached_property
    def gap_of(self) -> Mapping[str, Gap]:
        """Unit → its gap in the theme; where the plan counts by zones, that of the zone to which it belongs."""
        rows = [gap for gap in self.run.gaps.rows if gap.measure.measure == self.theme]
        whole = self.city.meta.pooling_area
        by_zone = {gap.measure.zone: gap for gap in rows if gap.measure.zone and gap.measure.unit == whole}
        zones = self._unit_column("zone").items() if by_zone else ()
        named = {gap.measure.unit: gap for gap in rows if not (gap.measure.zone and gap.measure.unit == whole)}
        return {**{unit: by_zone[zone] for unit, zone in zones if zone in by_zone}, **named}

    @property
    def theme_title(self) -> Text:
        gap = next(iter(self.gap_of.values()), None)
        return gap.measure.title if gap else Text("规划单元", "units")

    @cached_property
    def districts(self) -> tuple[District, ...]:
        """Units with a boundary, smallest first; the pooling area and townships inside a district stay out."""
        names, levels = self._unit_column("name"), self._unit_column("level")
        units = [u for u in self.city.polygons if levels.get(u, "district") in ("district", "zone")]
        made = [District(u, names.get(u, u), self.flat_shape(self.city.polygons[u]), self.gap_of.get(u)) for u in units]
        return tuple(sorted(made, key=lambda d: (d.shape.area, d.unit)))

    @cached_property
    def without_boundary(self) -> tuple[Gap, ...]:
        """Gaps of units that the map cannot show, because they have no boundary."""
        return tuple(
            gap for unit, gap in self.gap_of.items()
            if unit not in self.city.polygons and unit != self.city.meta.pooling_area
        )

    def _unit_column(self, column: str) -> dict[str, str]:
        if not self.city.has("units"):
            return {}
        table = self.city.tables["units"]
        return {str(unit): str(value) for unit, value in zip(table["unit"], table[column])}

    # --- points ------------------------------------------------------------------------------------------------

    @cached_property
    def providers(self) -> tuple[Floats, Floats]:
        """Designated providers of the class for which places are suggested."""
        if not self.city.has("providers"):
            return np.empty(0), np.empty(0)
        table = self.city.tables["providers"]
        keep = (table["provider_class"] == self.run.options.provider_class) & table["status"].isin(HOLDS_A_PLACE)
        x, y = self.flat(*self.city.located("providers"))
        shown = keep.fillna(False).to_numpy(dtype=bool) & np.isfinite(x)
        return x[shown], y[shown]

    @property
    def provider_class(self) -> Text:
        wanted = self.run.options.provider_class
        return Text(PROVIDER_CLASSES.label(wanted), PROVIDER_CLASSES.label(wanted, "en"))

    @cached_property
    def places(self) -> tuple[Dot, ...]:
        return tuple(self._dot(place.lon, place.lat, place) for place in self.run.options.places)

    @cached_property
    def applications(self) -> tuple[Dot, ...]:
        return tuple(self._dot(r.lon, r.lat, r) for r in self.run.rulings if r.lon is not None and r.lat is not None)

    def _dot(self, lon: float, lat: float, what: Ruling | Place) -> Dot:
        x, y = self.flat(np.array([lon]), np.array([lat]))
        return Dot(float(x[0]), float(y[0]), what)

    @property
    def unplaced(self) -> int:
        """How many rulings have no coordinates."""
        return len(self.run.rulings) - len(self.applications)

    # --- streets and people ------------------------------------------------------------------------------------

    @property
    def has_streets(self) -> bool:
        return self.city.has("network_nodes") and self.city.has("network_edges")

    @cached_property
    def streets(self) -> Floats:
        """Street links, shape (n, 2, 2)."""
        import pandas as pd

        if not self.has_streets:
            return np.empty((0, 2, 2))
        nodes, edges = self.city.tables["network_nodes"], self.city.tables["network_edges"]
        xy = np.column_stack(self.flat(*self.city.located("network_nodes")))
        number = pd.Index(nodes["node"])
        return np.stack((xy[number.get_indexer(edges["u"])], xy[number.get_indexer(edges["v"])]), axis=1)

    @cached_property
    def uncovered(self) -> Floats:
        """Corners (x, y of south-west) of population cells that stay out of reach, as far as the run says which they are."""
        return self._corners(self.uncovered_cells - frozenset(self.run.options.gained))

    @cached_property
    def gained(self) -> Floats:
        """The same of the cells that the suggested places change."""
        return self._corners(frozenset(self.run.options.gained))

    def _corners(self, wanted: frozenset[str]) -> Floats:
        side = self.city.meta.population_cell_m
        if not wanted or not self.city.has("population") or not side:
            return np.empty((0, 2))
        x, y = self.flat(*self.city.located("population"))
        shown = self.city.tables["population"]["cell"].isin(wanted).to_numpy(dtype=bool) & np.isfinite(x)
        return np.column_stack((x[shown], y[shown])) - side / 2

    @cached_property
    def core_bounds(self) -> Bounds | None:
        """West, south, east, north of the detailed panel: where most streets are, else most providers; all places in it.

        Not the streets' extent: one road out of town would make the town a dot. Where far places would do the same, they are left to
        the map of the whole city.
        """
        x, y = self.streets.reshape(-1, 2).T if len(self.streets) else self.providers
        if len(x) < 10:
            return self.whole_bounds
        beyond = _OUTLYING if len(self.streets) else 10
        west, east = np.percentile(x, (beyond, 100 - beyond))
        south, north = np.percentile(y, (beyond, 100 - beyond))
        town = (float(west), float(south), float(east), float(north))
        xs, ys = [d.x for d in self.places], [d.y for d in self.places]
        wide = (min([town[0], *xs]), min([town[1], *ys]), max([town[2], *xs]), max([town[3], *ys]))
        return town if _area(wide) > _WIDER * _area(town) else wide

    @property
    def far_places(self) -> tuple[Dot, ...]:
        """Places that the detailed panel does not show."""
        bounds = self.core_bounds
        return () if bounds is None else tuple(
            dot for dot in self.places if not (bounds[0] <= dot.x <= bounds[2] and bounds[1] <= dot.y <= bounds[3]))

    @cached_property
    def whole_bounds(self) -> Bounds | None:
        """Bounds of the whole city, or of its points; None when nothing has a place."""
        if self.districts:
            return tuple(shapely.total_bounds([d.shape for d in self.districts]).tolist())
        points = [self.providers, *((np.array([d.x]), np.array([d.y])) for d in (*self.applications, *self.places))]
        x, y = np.concatenate([p[0] for p in points]), np.concatenate([p[1] for p in points])
        return (x.min(), y.min(), x.max(), y.max()) if len(x) else None

    @cached_property
    def notes(self) -> tuple[Text, ...]:
        """What the map cannot show, and why."""
        said: list[Text] = []
        if not self.districts:
            said.append(Text("城市数据没有区划边界，未绘制区县底图。", "The city has no boundaries: districts are not drawn."))
        if not self.has_streets:
            said.append(Text("城市数据没有街道路网，未绘制道路与步行覆盖。", "The city has no streets: none are drawn."))
        if not self.run.options.places:
            why = self.run.options.reason
            said.append(Text("没有建议新增位置" + (f"：{why.zh}" if why else "。"), "No suggested places" + (f": {why.en}" if why else ".")))
        if self.unplaced:
            said.append(Text(f"{self.unplaced} 件申请没有坐标，未上图。", f"{self.unplaced} applications have no place and are not shown."))
        return tuple(said)


def _area(bounds: Bounds) -> float:
    west, south, east, north = bounds
    return (east - west) * (north - south)
