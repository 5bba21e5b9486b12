"""What every part of the demo builder shares: seeds, the metric frame, rounding of shares to whole persons.

Refuses the clock and any unseeded randomness: the same sources give the same bytes.
"""

from __future__ import annotations

import zlib
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "sources"
TARGET = HERE.parent / "src" / "dingdian" / "city" / "demo" / "jinan-demo"

SEED = 3701
CELL_M = 500
AS_OF = date(2026, 8, 31)
BEDS_CLOSED = date(2025, 12, 31)
BEDS_CURRENT = date(2026, 6, 30)
CITY = "370100"
HIGH_TECH = "370171"

SHORT_NAMES = {
    "370102": "历下",
    "370103": "市中",
    "370104": "槐荫",
    "370105": "天桥",
    "370112": "历城",
    "370113": "长清",
    "370114": "章丘",
    "370115": "济阳",
    "370116": "莱芜",
    "370117": "钢城",
    "370124": "平阴",
    "370126": "商河",
    "370171": "高新",
}

# Transverse Mercator through the middle of the city: at most 80 km from its meridian, so a length is wrong by
# less than 0.01 % and a 500 m cell really is 500 m by 500 m.
_LOCAL = "+proj=tmerc +lat_0=36.7 +lon_0=117.1 +k=1 +x_0=100000 +y_0=100000 +ellps=GRS80 +units=m +no_defs"
_TO_METRES = Transformer.from_crs("EPSG:4326", _LOCAL, always_xy=True)


def to_metres(lon: object, lat: object) -> tuple[Floats, Floats]:
    """Local metres of degrees (WGS84)."""
    x, y = _TO_METRES.transform(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float))
    return np.asarray(x), np.asarray(y)


def to_degrees(x: object, y: object) -> tuple[Floats, Floats]:
    """Degrees of local metres, rounded to 6 decimals (11 cm), which is what the tables carry."""
    lon, lat = _TO_METRES.transform(
        np.asarray(x, dtype=float), np.asarray(y, dtype=float), direction="INVERSE"
    )
    return np.round(lon, 6), np.round(lat, 6)


def generator(purpose: str) -> np.random.Generator:
    """One stream per purpose, so that a change in one table leaves the others as they are."""
    return np.random.Generator(np.random.PCG64([SEED, zlib.crc32(purpose.encode())]))


def largest_remainder(total: int, weights: Floats) -> Ints:
    """Whole numbers in proportion to ``weights`` that sum to ``total`` exactly; ties go to the earlier
    entry.
    """
    exact = np.asarray(weights, dtype=float) * (total / float(np.sum(weights)))
    whole = np.floor(exact).astype(np.int64)
    rest = np.round(exact - whole, 9)
    order = np.lexsort((np.arange(len(rest)), -rest))
    whole[order[: total - int(whole.sum())]] += 1
    return whole


def cell_of(x: Floats, y: Floats) -> tuple[Ints, Ints]:
    """Row and column of the 500 m cell that holds a point."""
    return np.floor(y / CELL_M).astype(np.int64), np.floor(x / CELL_M).astype(np.int64)


def random_days(rng: np.random.Generator, first: str, last: str, n: int) -> list[date]:
    """``n`` days between two dates, both included."""
    start = date.fromisoformat(first).toordinal()
    stop = date.fromisoformat(last).toordinal()
    return [date.fromordinal(int(value)) for value in rng.integers(start, stop + 1, n)]
