"""The run as map layers for a GIS: one GeoPackage, and a GeoJSON file per layer.

Coordinates are WGS84 longitude and latitude (RFC 7946; CGCS2000 differs by less than a metre). A city kept in GCJ-02 or BD-09
is converted, and every feature says from which frame; every feature says whether the city holds invented data.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from attrs import frozen

from dingdian.canonical import plain
from dingdian.loop.results import Place, Ruling
from dingdian.report.imprint import Imprint
from dingdian.report.mapping.scene import Scene
from dingdian.terms import HOLDS_A_PLACE

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

GRID = 1e-7  # degrees, about a centimetre: more digits would claim what no source has


@frozen
class Feature:
    """One shape in WGS84 with its properties, in the order of the layer's columns."""

    shape: BaseGeometry
    properties: Mapping[str, Any]


@frozen
class Layer:
    """Features of one geometry type; ``columns`` maps a property to its type (``str``, ``float``, ``bool``)."""

    name: str
    geometry: str
    columns: Mapping[str, type]
    features: tuple[Feature, ...]


_ORIGIN: Mapping[str, type] = {"synthetic": bool, "frame": str, "source_frame": str, "as_of": str, "plan": str, "plan_status": str}


def layers(scene: Scene, imprint: Imprint) -> tuple[Layer, ...]:
    """Units with gaps, providers, applications with outcome, suggested places, extent of the streets."""
    run, meta = scene.run, scene.city.meta
    origin = {
        "synthetic": bool(imprint.synthetic), "frame": "wgs84", "source_frame": meta.frame,
        "as_of": run.city.as_of.isoformat(), "plan": f"{run.plan.id} r{run.plan.revision}", "plan_status": run.plan.status,
    }
    parts = (
        ("units", "MultiPolygon", _UNIT, _units(scene)), ("providers", "Point", _PROVIDER, _providers(scene)),
        ("applications", "Point", _APPLICATION, _applications(scene)), ("suggested_places", "Point", _PLACE, _places(scene)),
        ("streets_extent", "MultiPolygon", {"name": str}, _extent(scene)),
    )
    return tuple(
        Layer(name, geometry, {**columns, **_ORIGIN}, tuple(Feature(shape, {**said, **origin}) for shape, said in found))
        for name, geometry, columns, found in parts
    )


_UNIT: Mapping[str, type] = {
    "unit": str, "name": str, "measure": str, "supply": float, "need_low": float, "need_high": float, "gap": float,
    "unit_of_measure": str, "position": str, "reason": str, "clause": str, "measured_on": str,
}


def _units(scene: Scene) -> Iterator[tuple[BaseGeometry, dict[str, Any]]]:
    for district in sorted(scene.districts, key=lambda d: d.unit):
        said: dict[str, Any] = dict.fromkeys(_UNIT)
        said.update(unit=district.unit, name=district.name)
        if district.gap is not None:
            row = district.gap.measure
            said.update(
                measure=row.measure, supply=row.supply, need_low=row.need_low, need_high=row.need_high, gap=row.gap,
                unit_of_measure=row.unit_of_measure, position=district.gap.position,
                reason=row.reason.zh if row.reason else None, clause=row.locator, measured_on=row.as_of,
            )
        yield _many(scene.to_wgs84(scene.city.polygons[district.unit])), said


_PROVIDER: Mapping[str, type] = {
    "provider": str, "name": str, "kind": str, "level": str, "provider_class": str, "unit": str, "status": str, "designated": bool,
}


def _providers(scene: Scene) -> Iterator[tuple[BaseGeometry, dict[str, Any]]]:
    if not scene.city.has("providers"):
        return
    table = scene.city.tables["providers"]
    lon, lat = scene.lonlat(*scene.city.located("providers"))
    columns = {name: table[name].tolist() for name in _PROVIDER if name in table.columns}
    for i in np.flatnonzero(np.isfinite(lon) & np.isfinite(lat)):
        said = {name: _known(values[i]) for name, values in columns.items()}
        yield shapely.Point(lon[i], lat[i]), {**said, "designated": said.get("status") in HOLDS_A_PLACE}


_APPLICATION: Mapping[str, type] = {
    "application": str, "name": str, "action": str, "provider_class": str, "kind": str, "level": str, "unit": str,
    "unit_name": str, "outcome": str, "robust": bool, "sentence": str, "clauses": str,
}


def _applications(scene: Scene) -> Iterator[tuple[BaseGeometry, dict[str, Any]]]:
    for dot in scene.applications:
        ruling = dot.what
        assert isinstance(ruling, Ruling)
        clauses = dict.fromkeys(f.locator for f in ruling.findings if f.provision in ruling.deciding)
        yield _point(scene, ruling.lon, ruling.lat), {
            "application": ruling.application, "name": ruling.name, "action": ruling.action,
            "provider_class": ruling.provider_class, "kind": ruling.kind, "level": ruling.level, "unit": ruling.district,
            "unit_name": ruling.district_name, "outcome": ruling.outcome, "robust": ruling.robust,
            "sentence": ruling.sentence.zh, "clauses": ";".join(clauses),
        }


_PLACE: Mapping[str, type] = {
    "rank": float, "provider_class": str, "unit": str, "unit_name": str, "gain": float, "saturation_after": float, "cap": float,
    "sentence": str, "covered_after": float, "candidate": str,
}


def _places(scene: Scene) -> Iterator[tuple[BaseGeometry, dict[str, Any]]]:
    for dot in scene.places:
        place = dot.what
        assert isinstance(place, Place)
        yield _point(scene, place.lon, place.lat), {
            "rank": place.rank, "provider_class": scene.run.options.provider_class, "unit": place.district,
            "unit_name": place.district_name, "gain": place.gain, "saturation_after": place.saturation_after,
            "cap": place.cap, "sentence": place.sentence.zh, "covered_after": place.covered_after, "candidate": place.candidate,
        }


def _extent(scene: Scene) -> Iterator[tuple[BaseGeometry, dict[str, Any]]]:
    if scene.city.streets_extent is not None:
        yield _many(scene.to_wgs84(scene.city.streets_extent)), {"name": "streets"}


def _point(scene: Scene, lon: float | None, lat: float | None) -> BaseGeometry:
    east, north = scene.lonlat(np.array([lon], dtype=float), np.array([lat], dtype=float))
    return shapely.Point(east[0], north[0])


def _many(shape: BaseGeometry) -> BaseGeometry:
    parts: Any = shapely.get_parts(shape)
    return shapely.MultiPolygon(list(parts))


def _known(value: Any) -> Any:
    return value if isinstance(value, str) else None


# --- files -------------------------------------------------------------------------------------------------------------


def geojson_bytes(layer: Layer) -> bytes:
    """RFC 7946: outer rings anticlockwise, seven decimals, one feature a line."""
    lines = [json.dumps(_feature(feature), ensure_ascii=False, allow_nan=False) for feature in layer.features]
    body = ",\n".join(lines)
    return f'{{"type": "FeatureCollection", "name": "{layer.name}", "features": [\n{body}\n]}}\n'.encode()


def _feature(feature: Feature) -> dict[str, Any]:
    shape = shapely.orient_polygons(shapely.set_precision(feature.shape, GRID, mode="pointwise"))
    geometry = json.loads(shapely.to_geojson(shape))
    return {"type": "Feature", "geometry": {**geometry, "coordinates": _digits(geometry["coordinates"])},
            "properties": plain(feature.properties)}


def _digits(coordinates: Any) -> Any:
    return [_digits(c) for c in coordinates] if isinstance(coordinates, list) else round(coordinates, 7)


def write_geopackage(path: Path, found: Iterable[Layer], imprint: Imprint) -> None:
    """All layers into one GeoPackage whose time stamps are the run's date, so that the same run gives the same bytes."""
    import geopandas
    import pyogrio

    with _gdal(OGR_CURRENT_DATE=f"{imprint.run.date_on.isoformat()}T00:00:00.000Z"):
        for layer in found:
            table = geopandas.GeoDataFrame(
                {name: _column(layer, name, kind) for name, kind in layer.columns.items()},
                geometry=[feature.shape for feature in layer.features], crs="EPSG:4326",
            )
            pyogrio.write_dataframe(table, path, layer=layer.name, driver="GPKG", geometry_type=layer.geometry, append=path.exists())


def _column(layer: Layer, name: str, kind: type) -> Any:
    import pandas as pd

    values = [feature.properties.get(name) for feature in layer.features]
    if kind is float:
        return pd.Series([None if v is None else float(v) for v in values], dtype="Float64").astype("float64")
    if kind is bool:
        return pd.Series(values, dtype="bool")
    return pd.Series([None if v is None else str(v) for v in values], dtype="object")


@contextmanager
def _gdal(**options: str) -> Iterator[None]:
    """GDAL configuration for the time of writing."""
    import pyogrio

    pyogrio.set_gdal_config_options(options)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(dict.fromkeys(options))
