"""What every part of the demo builder shares: seeds, metric frames, rounding of shares to whole persons.

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
DEMO_CITIES = HERE.parent / "src" / "dingdian" / "city" / "demo"
TARGET = DEMO_CITIES / "jinan-demo"

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


class LocalFrame:
    """Metres on a transverse Mercator plane through one place, and degrees back."""

    def __init__(self, lat: float, lon: float, origin_m: int) -> None:
        text = (
            f"+proj=tmerc +lat_0={lat} +lon_0={lon} +k=1 +x_0={origin_m} +y_0={origin_m} "
            "+ellps=GRS80 +units=m +no_defs"
        )
        self._project = Transformer.from_crs("EPSG:4326", text, always_xy=True)

    def to_metres(self, lon: object, lat: object) -> tuple[Floats, Floats]:
        """Local metres of degrees (WGS84)."""
        x, y = self._project.transform(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float))
        return np.asarray(x), np.asarray(y)

    def to_degrees(self, x: object, y: object) -> tuple[Floats, Floats]:
        """Degrees of local metres, rounded to 6 decimals (11 cm), which is what the tables carry."""
        lon, lat = self._project.transform(
            np.asarray(x, dtype=float), np.asarray(y, dtype=float), direction="INVERSE"
        )
        return np.round(lon, 6), np.round(lat, 6)


# Through the middle of Jinan: at most 80 km from its meridian, so a length is wrong by less than 0.01 % and a
# 500 m cell really is 500 m by 500 m.
JINAN = LocalFrame(36.7, 117.1, 100000)
to_metres, to_degrees = JINAN.to_metres, JINAN.to_degrees


def generator(purpose: str, seed: int = SEED) -> np.random.Generator:
    """One stream per purpose, so that a change in one table leaves the others as they are."""
    return np.random.Generator(np.random.PCG64([seed, zlib.crc32(purpose.encode())]))


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


def fit(size: Floats, margins: list[tuple[NDArray[np.str_], dict[str, float]]]) -> Floats:
    """Iterative proportional fitting of sizes to the totals of each label (a district, a tier …)."""
    size = size.copy()
    for _ in range(200):
        for label, goals in margins:
            for code, goal in goals.items():
                size[label == code] *= goal / size[label == code].sum()
    return size


def cell_of(x: Floats, y: Floats, side_m: int = CELL_M) -> tuple[Ints, Ints]:
    """Row and column of the cell that holds a point."""
    return np.floor(y / side_m).astype(np.int64), np.floor(x / side_m).astype(np.int64)


def random_days(rng: np.random.Generator, first: str, last: str, n: int) -> list[date]:
    """``n`` days between two dates, both included."""
    start = date.fromisoformat(first).toordinal()
    stop = date.fromisoformat(last).toordinal()
    return [date.fromordinal(int(value)) for value in rng.integers(start, stop + 1, n)]
