"""Areas of districts in square kilometres, by land and by what is built on it. A place of which one district has none stated has none."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from dingdian.provisions.finding import Missing
from dingdian.provisions.ground import Ground
from dingdian.terms import Text

AREAS = {"land": ("land_km2", Text("土地面积", "land area")), "built_up": ("built_up_km2", Text("建成区面积", "built-up area"))}


def area_km2(ground: Ground, districts: tuple[str, ...], which: str) -> Fraction | None:
    """Area of some districts together (``which``: a key of `AREAS`), exactly as stated; None where one has none, or none above zero."""
    column = AREAS[which][0]
    stated: Mapping[str, Any] = ground.remember(("area", column), lambda: {row["unit"]: row[column] for row in ground.snapshot.rows("units")})
    areas = [stated.get(district) for district in districts]
    if any(area is None for area in areas):
        return None
    return sum((Fraction(str(area)) for area in areas), Fraction(0)) or None


def no_area(districts: tuple[str, ...], name: Text, which: str) -> Missing:
    """The area of a place is missing."""
    column, what = AREAS[which]
    return Missing(table="units", subject=districts[0], column=column, phrase=Text(
        f"{name.zh}有区县缺少{what.zh}", f"a district of {name.en} lacks its {what.en}") if len(districts) > 1 else Text(
        f"{name.zh}缺少{what.zh}", f"{name.en} lacks its {what.en}"))
