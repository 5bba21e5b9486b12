"""How full and how bare a city is under a clause on radii: circles above their cap, people without the floor.

Rows of the whole city only; it judges no application. A circle whose cap hangs on a density or an area that nobody published
speaks only where every answer is the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from dingdian.provisions.finding import Input, Measure
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.settlement import CITY, area_at, city_cells
from dingdian.terms import Text

if TYPE_CHECKING:
    from dingdian.provisions.kinds.radius_cap import RadiusCap


def saturated_rows(rule: RadiusCap, ground: Ground, choices: Choices) -> Iterable[Measure]:
    """Per unit: designated providers whose circle, they themselves included, exceeds its cap."""
    counts = _saturation(rule, ground, choices)
    snapshot = ground.snapshot
    pharmacies = rule.counts == ("pharmacy",)
    title = Text("半径内超过上限的药店", "providers whose circle exceeds its cap") if pharmacies else Text(
        f"半径内超过上限的{rule.what.zh}", f"{rule.what.en} whose circle exceeds its cap")
    for unit in (snapshot.pooling_area, *snapshot.districts):
        mine = [row for row in counts if unit in (row["district"], snapshot.pooling_area)]
        over = sum(1 for row in mine if row["over"])
        unknown = sum(1 for row in mine if row["over"] is None)
        yield Measure(
            measure="saturated_providers", title=title, unit=unit,
            unit_name=snapshot.unit_name(unit), provider_class=rule.counts[0], unit_of_measure="provider",
            formula="count of designated providers with (designated within radius, itself included) > cap",
            need=None if unknown else 0, need_high=None if unknown else 0, supply=None if unknown else over,
            gap=None if unknown else over, readings=choices.used, as_of=snapshot.city.meta.as_of,
            inputs=(
                Input(name="located", value=len(mine), unit_of_measure="provider", source="providers"),
                Input(name="without_coordinates", value=rule.unlocated(ground, unit), unit_of_measure="provider", source="providers"),
                Input(name="radius", value=rule.limit_m(choices), unit_of_measure="m", source="plan"),
                *(Input(name=f"cap_{name}", value=cap, unit_of_measure="provider", source="plan") for name, cap in rule.caps.items()),
            ),
            status="undetermined" if unknown else "measured", reason=_unknown(rule) if unknown else None,
        )


def _unknown(rule: RadiusCap) -> Text:
    if rule.within:
        return Text("缺少区域类别或人口密度类别，不能确定适用哪个上限", "the class of the area or its density is unknown")
    return Text("缺少人口格网，密度类别未知", "no population grid: density classes unknown")


def _saturation(rule: RadiusCap, ground: Ground, choices: Choices) -> list[dict[str, Any]]:
    from dingdian.city.places import degrees

    stock = ground.stock
    codes = rule.counted_codes(ground, choices)
    here = stock[stock["provider"].isin(codes) & stock["lon"].notna() & stock["lat"].notna()]
    if not len(here):
        return []
    lon, lat = degrees(here["lon"]), degrees(here["lat"])
    inside = _counted_together(rule, here, lon, lat, choices)
    rows = []
    for i, (provider, district, unit) in enumerate(zip(here["provider"], here["counted_district"], here["unit"].astype(object))):
        density = rule.density_of(ground, choices, (str(provider),), lon[i], lat[i]).name
        # Where the density is unknown the count speaks only if every cap says the same of it.
        said = {bool(inside[i] > int(rule.caps[name])) for name in ([density] if density else rule.caps)}
        over = said.pop() if len(said) == 1 else None
        if rule.within and over is not False:
            over = _within(rule, ground, choices, str(provider), unit, (lon[i], lat[i]), over)
        rows.append({"district": district, "count": int(inside[i]), "over": over})
    return rows


def _within(
    rule: RadiusCap, ground: Ground, choices: Choices, provider: str, unit: Any, place: tuple[float, float], over: bool | None
) -> bool | None:
    """A circle outside the areas that the clause binds is never over."""
    area = area_at(ground, choices["area"], (provider,), unit if isinstance(unit, str) else "", *place)
    if area.name and area.name != rule.within:
        return False
    return over if area.name else None


def _counted_together(rule: RadiusCap, here: Any, lon: Any, lat: Any, choices: Choices) -> Any:
    """How many each circle holds, itself included: of its own type, or owner, where the clause says so."""
    from dingdian.provisions.filling import SEPARATELY
    from dingdian.space.neighbours import Sites

    names = [*(["provider_class", "kind_group"] if rule.same_type else []), *(["owner"] if choices["owners"].option == SEPARATELY else [])]
    groups = list(zip(*(here[name].astype(object) for name in names))) if names else [()] * len(here)
    inside = np.zeros(len(here), dtype=np.int64)
    for group in dict.fromkeys(groups):
        rows = np.array([i for i, found in enumerate(groups) if found == group], dtype=np.int64)
        inside[rows] = Sites(lon[rows], lat[rows]).counts(lon[rows], lat[rows], float(rule.limit_m(choices)))
    return inside


# --- the floor -----------------------------------------------------------------------------------------------------


def floor_rows(rule: RadiusCap, ground: Ground, choices: Choices) -> Iterable[Measure]:
    """Per unit: people of the populated cells that have the floor within its radius, in a straight line, out of all of them."""
    found = _served(rule, ground, choices)
    for unit in (ground.snapshot.pooling_area, *ground.snapshot.districts):
        people = _people(ground, unit, found)
        served, everybody = people if not isinstance(people, Text) else (None, None)
        yield Measure(
            measure="people_with_floor", unit=unit, unit_name=ground.snapshot.unit_name(unit), provider_class=rule.counts[0],
            title=Text(f"{rule.floor_radius_m} 米内至少有 {rule.floor} 家{rule.what.zh}的人口",
                       f"people with at least {rule.floor} {rule.what.en} within {rule.floor_radius_m} m"),
            unit_of_measure="person", formula=Text("较大半径内（直线）定点机构不少于下限的有人格网人口；目标为全部", "persons of populated cells with (designated within floor radius) >= floor; straight line; need = all"),
            need=everybody, need_low=everybody, supply=served, gap=None if served is None or everybody is None else served - everybody, readings=choices.used, as_of=ground.snapshot.city.meta.as_of,
            inputs=(Input(name="floor", value=rule.floor, unit_of_measure="provider", source="plan"),
                    Input(name="radius", value=rule.floor_radius_m, unit_of_measure="m", source="plan")),
            status="undetermined" if isinstance(people, Text) else "measured", reason=people if isinstance(people, Text) else None,
        )


def _served(rule: RadiusCap, ground: Ground, choices: Choices) -> Any:
    """(served, bound, unknown) masks over the population cells; None without a grid."""
    from dingdian.city.places import degrees
    from dingdian.space.neighbours import Sites

    cells = ground.places.cells
    areas = None if rule.within != CITY else city_cells(ground, choices["area"])
    if cells is None or (rule.within == CITY and areas is None):
        return None
    bound = areas if areas is not None else (cells.persons > 0, np.zeros(len(cells.persons), dtype=bool))
    located, codes = ground.places.located, rule.counted_codes(ground, choices)
    rows = np.array([r for code, r in ground.places.row_of.items() if code in codes], dtype=np.int64)
    there = np.zeros(len(cells.lon), dtype=np.int64)
    if len(rows):
        sites = Sites(degrees(located["lon"])[rows], degrees(located["lat"])[rows])
        there = sites.counts(cells.lon, cells.lat, float(rule.floor_radius_m or 0))
    return bound[0] & (there >= (rule.floor or 0)), bound[0], bound[1]


def _people(ground: Ground, unit: str, found: Any) -> tuple[int, int] | Text:
    """People of a unit that have the floor, and all that the clause speaks of."""
    cells, mine = ground.places.cells, ground.snapshot.cells_of(unit)
    if cells is None or found is None:
        return Text("缺少人口格网（population 表）", "the population table is missing")
    if mine is None:
        return Text("该单元没有边界，人口格网无法归属", "the unit has no polygon, so no cell can be attributed to it")
    served, bound, unknown = found
    if bool((unknown & mine).any()):
        return Text("部分格网的区域类别（facts.settlement）未公布", "the class of some cells (facts.settlement) is not published")
    everybody = round(float(cells.persons[bound & mine].sum()))
    return min(everybody, round(float(cells.persons[served & mine].sum()))), everybody
