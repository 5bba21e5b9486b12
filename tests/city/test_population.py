"""A GeoTIFF of persons becomes rows at the centres of its cells, in degrees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from affine import Affine

from city.town import FILES, write_town
from dingdian.city.population import read_population_raster
from dingdian.city.read import read_city
from dingdian.problems import BadData, Problem

BASIS = FILES["city.yaml"] + "population_basis: resident\n"


def raster(path: Path, values: Any, *, crs: str | None = "EPSG:4326", step: float = 0.01, west: float = 117.0,
           north: float = 36.7, bands: int = 1) -> Path:
    with rasterio.open(
        path, "w", driver="GTiff", width=values.shape[1], height=values.shape[0], count=bands, dtype="float32", crs=crs,
        transform=Affine(step, 0, west, 0, -step, north), nodata=-9999,
    ) as file:
        for band in range(bands):
            file.write(values.astype("float32"), band + 1)
    return path


VALUES = np.array([[10.0, -9999.0], [0.0, 2.5]])


def test_cells_with_people_become_rows_at_their_centres(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "t", population=None, city__yaml=BASIS)
    raster(folder / "population.tif", VALUES)
    table = read_city(folder).tables["population"]
    assert table["cell"].tolist() == ["r0c0", "r1c1"]
    assert table["persons"].tolist() == [10.0, 2.5]
    assert np.allclose(table["lon"].astype(float), [117.005, 117.015])
    assert np.allclose(table["lat"].astype(float), [36.695, 36.685])
    assert set(table["basis"]) == {"resident"}
    assert set(table["frame"]) == {"wgs84"}


def test_a_projected_raster_is_brought_to_degrees(tmp_path: Path) -> None:
    problems: list[Problem] = []
    path = raster(tmp_path / "p.tif", VALUES, crs="EPSG:32650", step=500, west=500_000, north=4_000_000)
    raw = read_population_raster(path, "insured", problems)
    assert problems == []
    assert raw is not None
    assert raw.columns[1][0] == pytest.approx(117.0028, abs=1e-3)


def test_a_raster_that_does_not_say_whom_it_counts_is_refused(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "t", population=None)
    raster(folder / "population.tif", VALUES)
    with pytest.raises(BadData) as caught:
        read_city(folder)
    assert [p.code for p in caught.value.problems] == ["no_basis"]


def test_a_raster_beside_a_table_is_one_too_many(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "t", city__yaml=BASIS)
    raster(folder / "population.tif", VALUES)
    with pytest.raises(BadData) as caught:
        read_city(folder)
    assert [p.code for p in caught.value.problems] == ["two_files"]


@pytest.mark.parametrize("change", [{"bands": 2}, {"crs": None}])
def test_several_bands_or_no_coordinate_system_are_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    problems: list[Problem] = []
    assert read_population_raster(raster(tmp_path / "p.tif", VALUES, **change), "insured", problems) is None
    assert [p.code for p in problems] == ["bad_raster"]
