"""Areas of districts: exact sums, and no area where one district has none."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dingdian.loop.ground import ground
from dingdian.provisions.land import area_km2, no_area
from dingdian.terms import Text
from provisions.judging import jinan
from small_city import AREA, DAY, EAST, WEST, ZONE, small_city


def stated(west: float | None, east: float | None) -> list[dict[str, object]]:
    rows = [{"unit": AREA, "name": "市", "level": "pooling_area"}]
    for unit, area in ((WEST, west), (EAST, east), (ZONE, None)):
        rows.append({"unit": unit, "name": unit, "level": "district", "parent": AREA, **({} if area is None else {"land_km2": area})})
    return rows


@pytest.mark.parametrize(("west", "east", "expected"), [
    (0.1, 0.2, Fraction(3, 10)),  # as the decimals say, not as their binary neighbours
    (100.5, None, None), (0.0, 0.0, None), (0.0, 7.0, Fraction(7)),
])
def test_areas_add_up_exactly_or_not_at_all(west: float | None, east: float | None, expected: Fraction | None) -> None:
    city = small_city(units=stated(west, east))
    assert area_km2(ground(city, jinan(), DAY), (WEST, EAST), "land") == expected


@pytest.mark.parametrize(("districts", "words"), [((WEST,), "甲区缺少土地面积"), ((WEST, EAST), "甲区有区县缺少土地面积")])
def test_what_is_missing_names_the_place(districts: tuple[str, ...], words: str) -> None:
    missing = no_area(districts, Text("甲区", "A"), "land")
    assert (missing.table, missing.subject, missing.column, missing.phrase.zh) == ("units", WEST, "land_km2", words)
