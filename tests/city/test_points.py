"""A file of candidate points: names, degrees, a frame of their own; every mistake with its row and column."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from dingdian.city.points import read_points
from dingdian.problems import BadData
from dingdian.space.frames import convert
from small_city import META, small_city


def points(folder: Path, text: str, frame: str = "wgs84") -> tuple[tuple[str, float, float], ...]:
    path = folder / "points.csv"
    path.write_text(text, encoding="utf-8")
    return read_points(path, small_city(meta=attrs.evolve(META, frame=frame)))


def problems(folder: Path, text: str, frame: str = "wgs84") -> list[tuple[int | None, str, str]]:
    with pytest.raises(BadData) as raised:
        points(folder, text, frame)
    assert all(problem.file == "points.csv" for problem in raised.value.problems)
    return [(problem.row, problem.column, problem.code) for problem in raised.value.problems]


def test_points_come_by_name_in_one_order(tmp_path: Path) -> None:
    assert points(tmp_path, "candidate,lon,lat\nB,117.1,36.6\nA,117.0,36.5\n") == (("A", 117.0, 36.5), ("B", 117.1, 36.6))


def test_chinese_headings_are_understood(tmp_path: Path) -> None:
    assert points(tmp_path, "候选点,经度,纬度\n甲,117.1,36.6\n") == (("甲", 117.1, 36.6),)


def test_a_point_of_an_earlier_frame_is_carried_forward(tmp_path: Path) -> None:
    (point,) = points(tmp_path, "candidate,lon,lat,frame\nA,117.0,36.6,wgs84\n", "gcj02")
    import numpy as np

    lon, lat = convert(np.array([117.0]), np.array([36.6]), "wgs84", "gcj02")
    assert point == ("A", pytest.approx(lon[0]), pytest.approx(lat[0]))


@pytest.mark.parametrize(("text", "found"), [
    ("candidate,lon,lat\nA,east,36.6\n", [(2, "lon", "bad_real")]),
    ("candidate,lon,lat\nA,117,\n", [(2, "lat", "missing_value")]),
    ("candidate,lon,lat\nA,117,36.6\nA,117.1,36.6\n", [(3, "candidate", "duplicate_key")]),
    ("candidate,lon,lat\nA,117,36.6\nA,117.1,36.6\n,117.2,36.6\n", [(3, "candidate", "duplicate_key"), (4, "candidate", "missing_value")]),
    ("candidate,lon,lat\nA,117,136.6\n", [(2, "lat", "out_of_bounds")]),
    ("candidate,lon,lat,frame\nA,117,36.6,gcj02\n", [(2, "frame", "frame_behind")]),
    ("candidate,lon\nA,117\n", [(1, "lat", "missing_column")]),
    ("candidate,lon,lat,colour\nA,117,36.6,red\n", [(1, "colour", "unknown_column")]),
    ("candidate,lon,lat\n", [(None, "", "empty_table")]),
    ("", [(None, "", "empty_file")]),
])
def test_every_mistake_stands_with_its_row_and_column(text: str, found: list[tuple[int | None, str, str]], tmp_path: Path) -> None:
    assert problems(tmp_path, text) == found


def test_a_file_that_is_not_there_is_an_error_of_reading(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"no\.csv"):
        read_points(tmp_path / "no.csv", small_city())
