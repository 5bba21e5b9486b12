"""Whether a place lies in a city area, in a township, or on land where nobody lives and nothing is built.

Plans set one norm for city areas and another for townships, and cut uninhabited land out of both. What is published of a place
decides; a density from which land counts as city is a reading of its own. Without either nobody can say: the answer names what
is missing, and never assumes a city.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
from attrs import field, frozen

from dingdian.provisions.base import Slot
from dingdian.provisions.case import Case
from dingdian.provisions.finding import Missing
from dingdian.provisions.ground import Choice, Ground
from dingdian.terms import Text

CITY, TOWNSHIP, UNINHABITED = "city", "township", "uninhabited"
KEY = "settlement"
FACT_KEYS: Mapping[str, Text] = {
    KEY: Text("所在区域类别（city 城市区域、township 乡镇或团场、uninhabited 无人居住的未建设区域），对象为申请、机构、格网或规划单元",
              "class of an area: city, township, uninhabited; subject = application, provider, cell or unit"),
}
NAMES: Mapping[str, Text] = {
    CITY: Text("城市区域", "a city area"), TOWNSHIP: Text("基层、乡镇（团场）地区", "a township or regiment area"),
    UNINHABITED: Text("无人居住的未建设区域", "uninhabited, unbuilt land"),
}
PUBLISHED, BY_DENSITY = "published", "by_density"
SETTLEMENT = Slot(Text("城市区域如何认定", "what a city area is"), {
    PUBLISHED: Text("以公布的区域类别为准", "as published"),
    BY_DENSITY: Text("未公布的按格网人口密度认定", "where nothing is published, by the density of the population grid"),
}, {BY_DENSITY: ("persons_per_km2",)}, otherwise=PUBLISHED)


@frozen(kw_only=True)
class Area:
    """The class of a place; ``name`` empty where nobody can say, then with what is missing."""

    name: str
    evidence: Mapping[str, Any] = field(factory=dict)
    missing: tuple[Missing, ...] = ()


def area_of(case: Case, ground: Ground, choice: Choice) -> Area:
    """The class of the place that a case applies for.

    A fact about the place itself (application, cell) settles it; one about its unit makes it a city area only where people live.
    """
    # What is published of a provider is said of the place where it stands, not of the one that it moves to.
    own = (case.application,) if case.action in ("relocate", "branch") else case.subjects
    return area_at(ground, choice, own, str(case.get("unit") or case.district), case.lon, case.lat)


def area_at(ground: Ground, choice: Choice, subjects: tuple[str, ...], unit: str, lon: float | None, lat: float | None) -> Area:
    """The class of a place that some subjects, a unit and coordinates tell of."""
    cell = None if lon is None or lat is None else ground.places.cell_at(lon, lat)
    here = _published(ground, (*subjects, *(() if cell is None else (cell,))))
    if here is not None:
        return here
    above = _published(ground, (unit, *ground.snapshot.ancestors(unit)) if unit else ())
    if above is not None and above.name != CITY:
        return above
    density = None if lon is None or lat is None else ground.places.density(lon, lat)
    if above is not None:
        return _inhabited(above, density, subjects[0])
    return _modelled(choice, density, subjects[0])


def _published(ground: Ground, subjects: tuple[str, ...]) -> Area | None:
    for subject in subjects:
        fact = ground.snapshot.fact(subject, KEY)
        if fact is not None and fact.value in NAMES:
            return Area(name=fact.value, evidence={"class": fact.value, "subject": subject, "as_of": fact.as_of, "source": fact.source})
    return None


def _inhabited(unit: Area, density: Decimal | None, subject: str) -> Area:
    """A city's unit, unless the place is one of its empty cells."""
    if density is None:
        return Area(name="", evidence=unit.evidence, missing=(_no_people(subject),))
    evidence = {**unit.evidence, "persons_per_km2": density, "people_source": "population"}
    return Area(name=CITY if density > 0 else UNINHABITED, evidence=evidence)


def _modelled(choice: Choice, density: Decimal | None, subject: str) -> Area:
    if choice.option != BY_DENSITY:
        return Area(name="", missing=(_no_class(subject),))
    if density is None:
        return Area(name="", missing=(_no_class(subject), _no_people(subject)))
    threshold = choice["persons_per_km2"]
    name = CITY if density >= threshold else TOWNSHIP if density > 0 else UNINHABITED
    return Area(name=name, evidence={"class": name, "persons_per_km2": density, "threshold_per_km2": threshold, "source": "population"})


def city_cells(ground: Ground, choice: Choice) -> Any:
    """Masks over the population cells: (city, unknown); None without a grid. Cells without people belong to neither."""
    from dingdian.methods.density import persons_per_km2

    cells, side = ground.places.cells, ground.snapshot.city.meta.population_cell_m
    if cells is None:
        return None
    names = [_cell_class(ground, str(code)) for code in cells.cell]
    for unit in ground.snapshot.districts:
        found, mine = _published(ground, (unit, *ground.snapshot.ancestors(unit))), ground.snapshot.cells_of(unit)
        if found is not None and mine is not None:
            names = [name or (found.name if inside else "") for name, inside in zip(names, mine)]
    if choice.option == BY_DENSITY and side is not None:
        dense = persons_per_km2(cells.persons, side) >= float(choice["persons_per_km2"])
        names = [name or (CITY if high else TOWNSHIP) for name, high in zip(names, dense)]
    lived_in = cells.persons > 0
    classes = np.array(names, dtype=object)
    return (classes == CITY) & lived_in, (classes == "") & lived_in


def _cell_class(ground: Ground, cell: str) -> str:
    found = _published(ground, (cell,))
    return "" if found is None else found.name


def _no_class(subject: str) -> Missing:
    return Missing(table="facts", subject=subject, column=KEY, phrase=Text(
        f"缺少 {subject} 所在地的区域类别（facts.{KEY}：city 城市区域、township 乡镇、uninhabited 无人区）",
        f"the class of the place of {subject} is missing (facts.{KEY}: city, township, uninhabited)"))


def _no_people(subject: str) -> Missing:
    return Missing(table="population", subject=subject, column="persons", phrase=Text(
        f"缺少 {subject} 所在地的人口格网，不能排除属于无人居住的未建设区域",
        f"no population grid at the place of {subject}: it may be uninhabited, unbuilt land"))
