"""The shipped demo city, read as plain files: these tests do not trust the reader or the builder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shapely

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "src" / "dingdian" / "city" / "demo" / "jinan-demo"


@pytest.fixture(scope="session")
def folder() -> Path:
    return SHIPPED


@pytest.fixture(scope="session")
def shipped() -> dict[str, pd.DataFrame]:
    return {path.stem: pd.read_parquet(path) for path in sorted(SHIPPED.glob("*.parquet"))}


def geometries(name: str, key: str) -> dict[str, Any]:
    features = json.loads((SHIPPED / name).read_text(encoding="utf-8"))["features"]
    return {f["properties"].get(key, ""): shapely.geometry.shape(f["geometry"]) for f in features}


@pytest.fixture(scope="session")
def polygons() -> dict[str, Any]:
    return geometries("units.geojson", "unit")


@pytest.fixture(scope="session")
def extent() -> Any:
    return next(iter(geometries("streets_extent.geojson", "source").values()))
