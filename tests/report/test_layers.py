"""Layers for a GIS, read back by programs that did not write them."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas
import pyogrio
import pytest
import shapely

from dingdian.report.imprint import Imprint
from dingdian.report.layers import geojson_bytes, layers, write_geopackage
from dingdian.report.mapping.scene import Scene
from report import invented

NAMES = ["units", "providers", "applications", "suggested_places", "streets_extent"]


def test_the_geopackage_holds_every_layer_in_wgs84(folder: Path) -> None:
    assert sorted(pyogrio.list_layers(folder / "layers.gpkg")[:, 0]) == sorted(NAMES)
    for name in NAMES:
        table = geopandas.read_file(folder / "layers.gpkg", layer=name)
        assert table.crs.to_epsg() == 4326
        assert table["synthetic"].all()
        assert (table["frame"] == "wgs84").all()
        assert (table["plan_status"] == "draft").all()


@pytest.mark.parametrize("name", NAMES)
def test_geojson_follows_rfc_7946_and_agrees_with_the_geopackage(folder: Path, name: str) -> None:
    said = json.loads((folder / "layers" / f"{name}.geojson").read_text("utf-8"))
    assert said["type"] == "FeatureCollection"
    assert "crs" not in said
    assert len(said["features"]) == len(geopandas.read_file(folder / "layers.gpkg", layer=name))
    for feature in said["features"]:
        assert feature["properties"]["synthetic"] is True
        shape = shapely.geometry.shape(feature["geometry"])
        assert shape.is_valid
        assert all(part.exterior.is_ccw for part in shapely.get_parts(shape) if part.geom_type == "Polygon")


def test_units_carry_their_gap_and_the_reason_of_an_absent_one(folder: Path) -> None:
    units = geopandas.read_file(folder / "layers.gpkg", layer="units").set_index("name")
    assert units.loc["丁县", "gap"] == pytest.approx(-2.7)
    assert units.loc["丁县", "position"] == "short"
    assert str(units.loc["戊县", "gap"]) == "nan"
    assert units.loc["戊县", "reason"] == "缺少床位数（beds 表）"


def test_applications_without_a_place_stay_out_and_outcomes_are_there(folder: Path) -> None:
    found = geopandas.read_file(folder / "layers.gpkg", layer="applications")
    assert "A-008" not in set(found["application"])
    assert set(found["outcome"]) == {"eligible", "refused", "review"}


@pytest.mark.parametrize("frame", ["gcj02", "bd09"])
def test_a_city_in_another_frame_is_converted_and_says_so(frame: str) -> None:
    run, city = invented.run(), invented.city(frame=frame)
    found = {layer.name: layer for layer in layers(Scene(run, city), Imprint(run, city))}
    place = found["suggested_places"].features[0]
    assert place.properties["source_frame"] == frame
    assert place.properties["frame"] == "wgs84"
    shift = place.shape.distance(shapely.Point(117.12, 36.77))
    assert 0.002 < shift < 0.02


def test_the_same_run_gives_the_same_bytes(tmp_path: Path, scene: Scene, imprint: Imprint) -> None:
    found = layers(scene, imprint)
    for name in ("one", "two"):
        write_geopackage(tmp_path / f"{name}.gpkg", found, imprint)
    assert (tmp_path / "one.gpkg").read_bytes() == (tmp_path / "two.gpkg").read_bytes()
    assert [geojson_bytes(layer) for layer in found] == [geojson_bytes(layer) for layer in layers(scene, imprint)]


def test_empty_layers_are_layers_too(tmp_path: Path) -> None:
    run, city = invented.run(applications=False), invented.city(polygons=False, streets=False, applications=False)
    scene, imprint = Scene(run, city), Imprint(run, city)
    found = layers(scene, imprint)
    write_geopackage(tmp_path / "x.gpkg", found, imprint)
    assert len(geopandas.read_file(tmp_path / "x.gpkg", layer="units")) == 0
    assert json.loads(geojson_bytes(found[0]))["features"] == []
