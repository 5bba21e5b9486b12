"""Frames go forward, polygons are read strictly, and a conversion back happens only on purpose."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from city.town import FILES, write_town
from dingdian.city.frames import into_frame
from dingdian.city.model import City
from dingdian.city.read import read_city, read_source
from dingdian.problems import BadData
from dingdian.space.frames import convert

GCJ_YAML = FILES["city.yaml"].replace("frame: wgs84", "frame: gcj02")


def test_polygons_of_an_earlier_frame_are_brought_forward(tmp_path: Path) -> None:
    text = FILES["units.geojson"].replace('"features"', '"frame": "cgcs2000", "features"', 1)
    city = read_city(write_town(tmp_path / "t", city__yaml=GCJ_YAML, units__geojson=text))
    expected = convert(117.0, 36.6, "wgs84", "gcj02")
    near = shapely.get_coordinates(city.polygons["990101"])
    assert np.min(np.hypot(*(near - expected).T)) == 0
    # Without a word about it a shape is in the city's frame and stays.
    plain = read_city(write_town(tmp_path / "u", city__yaml=GCJ_YAML))
    assert plain.polygons["990101"].bounds == (117.0, 36.6, 117.1, 36.7)


def test_wgs84_and_cgcs2000_are_one_frame(tmp_path: Path, town: City) -> None:
    text = FILES["population.csv"].replace(",,1000", ",cgcs2000,1000")
    city = read_city(write_town(tmp_path / "t", population=text))
    assert np.array_equal(city.located("population")[0], town.located("population")[0])


@pytest.mark.parametrize(("working", "row", "fine"), [
    ("wgs84", "gcj02", False), ("gcj02", "gcj02", True), ("bd09", "gcj02", True), ("gcj02", "bd09", False),
])
def test_a_row_may_lie_behind_the_working_frame_but_not_ahead(tmp_path: Path, working: str, row: str, fine: bool) -> None:
    folder = write_town(tmp_path / "t", city__yaml=FILES["city.yaml"].replace("frame: wgs84", f"frame: {working}"),
                        population=FILES["population.csv"].replace(",,", f",{row},"))
    if fine:
        read_city(folder)
        return
    with pytest.raises(BadData) as caught:
        read_city(folder)
    problem = caught.value.problems[0]
    assert (problem.code, problem.row) == ("frame_behind", 2)
    assert "3 rows" in problem.message.en
    assert "import --frame" in problem.remedy.en


@pytest.mark.parametrize("frame", ["wgs84", "gcj02", "bd09"])
def test_a_whole_city_is_converted_on_purpose_and_back(tmp_path: Path, frame: str) -> None:
    folder = write_town(tmp_path / "t", city__yaml=GCJ_YAML,
                        population=FILES["population.csv"].replace("36.61,,1000", "36.61,wgs84,1000"))
    before = read_city(folder)
    city = into_frame(read_source(folder), frame)
    assert city.meta.frame == frame
    assert set(city.tables["population"]["frame"]) == {frame}
    for table, pair in (("providers", ("lon", "lat")), ("population", ("lon", "lat")), ("network_nodes", ("lon", "lat")),
                        ("applications", ("from_lon", "from_lat"))):
        expected = convert(*before.located(table, *pair), "gcj02", frame)
        found = city.located(table, *pair)
        assert np.allclose(found, expected, atol=2e-9, rtol=0, equal_nan=True)
    city.write(tmp_path / "out")
    assert read_city(tmp_path / "out").content_hash == city.content_hash
    lon, lat = convert(117.1, 36.7, "gcj02", frame)
    assert np.allclose(city.polygons["990101"].bounds[2:], (lon, lat), atol=5e-4)
    assert city.streets_extent is not None


def test_an_unknown_frame_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadData):
        into_frame(read_source(write_town(tmp_path / "t")), "utm")
