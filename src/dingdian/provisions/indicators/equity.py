"""Equity: how unevenly a resource is spread over the districts, by heads and by area, and how much of it lies between zones.

Gini and Theil of levels (resource per head, or per km²) weighted by heads (or km²); by people and by area are two questions with two answers.
Districts are compared, not persons: what is uneven inside a district is not seen. A district without its number leaves the figure open.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from attrs import frozen

from dingdian.methods.inequality import gini, theil
from dingdian.provisions.counting import Count, persons_of
from dingdian.provisions.finding import Input, Measure, Missing
from dingdian.provisions.ground import Ground
from dingdian.provisions.indicators.agglomeration import RESOURCES, Resource
from dingdian.provisions.indicators.family import CITY, UNIT, ZONE, Family, Group, groups
from dingdian.provisions.indicators.rows import information
from dingdian.provisions.land import area_km2, no_area
from dingdian.terms import Text

BASES = {
    "insured": Text("按参保人", "by insured persons"), "resident": Text("按常住人口", "by residents"), "land": Text("按土地面积", "by land area"),
}
UNEVEN = Text("区县之间的差异，不含区县内部", "between districts; what is uneven inside them is not seen")
PLACES = 4


@frozen(kw_only=True)
class Spread:
    """Levels of the districts with their weights, or what is missing to them."""

    levels: tuple[float, ...]
    weights: tuple[float, ...]
    zones: tuple[str, ...]
    inputs: tuple[Input, ...]
    count: Count
    missing: tuple[Missing, ...] = ()

    @property
    def known(self) -> bool:
        """Whether there is a spread at all: every number is there, and something is held by somebody."""
        return not self.missing and len(self.levels) > 0 and sum(self.levels) > 0


def rows(ground: Ground, by: str) -> Iterator[Measure]:
    """Gini and Theil over the districts of the city, for each base and each resource."""
    city = next(iter(groups(ground, CITY)))
    for base in BASES:
        for resource, spread in spreads(ground, base):
            yield from _figures(ground, city, resource, base, spread)


def spreads(ground: Ground, base: str) -> Iterator[tuple[Resource, Spread]]:
    """Each resource with its levels by district, held against ``base``: a key of `BASES`."""
    places = list(groups(ground, UNIT))
    zone_of = {district: group.code for group in groups(ground, ZONE) for district in group.districts}
    weights = [_weight(ground, place, base) for place in places]
    for resource in RESOURCES:
        yield resource, _spread(places, [resource.count(ground, place) for place in places], weights, zone_of)


def _weight(ground: Ground, place: Group, base: str) -> tuple[Fraction | None, tuple[Missing, ...]]:
    """What a place weighs by a base, or what is missing to tell."""
    if base == "land":
        area = area_km2(ground, place.districts, base)
        return area, (no_area(place.districts, place.name, base),) if area is None else ()
    people = persons_of(ground, place.code, base)
    return None if people.value is None else Fraction(people.value), people.missing


def _spread(
    places: list[Group], held: list[Count], weights: list[tuple[Fraction | None, tuple[Missing, ...]]], zone_of: dict[str, str]
) -> Spread:
    missing = tuple(dict.fromkeys(item for items in (*(h.missing for h in held), *(items for _, items in weights)) for item in items))
    known = [(place, h.value, weight) for place, h, (weight, _) in zip(places, held, weights) if h.value is not None and weight]
    dated = Count(value=None if missing else sum(h.value or 0 for h in held), as_of=max((h.as_of for h in held if h.as_of), default=None),
                  source=held[0].source if held else "")
    return Spread(
        levels=tuple(float(value / weight) for _, value, weight in known), weights=tuple(float(weight) for _, _, weight in known), count=dated,
        missing=missing, zones=tuple(zone_of[place.code] for place, _, _ in known if place.code in zone_of),
        inputs=(dated.as_input("resource", ""), Input(name="districts", value=len(places), unit_of_measure="place", source="units")))


def _figures(ground: Ground, city: Group, resource: Resource, base: str, spread: Spread) -> Iterator[Measure]:
    subject, nothing = f"{resource.code}/{base}", None if spread.missing else Text("没有可比较的资源", "there is nothing to compare")

    def said(measure: str, zh: str, en: str, formula: str, value: float | None, unit: str = "ratio") -> Measure:
        return information(
            ground, city, measure, Text(f"{zh}：{resource.name.zh}、{BASES[base].zh}", f"{en}: {resource.name.en}, {BASES[base].en}"), formula, unit,
            None if value is None else Fraction(value), places=PLACES if unit == "ratio" else 2, inputs=spread.inputs, as_of=spread.count.as_of,
            missing=spread.missing, reason=nothing, note=UNEVEN, provider_class=resource.provider_class, subject=subject)

    yield said("gini", "基尼系数", "Gini", "1 − Σ (P_i − P_{i−1})(L_i + L_{i−1}), districts in order of their level",
               gini(spread.levels, spread.weights) if spread.known else None)
    grouped = len(spread.zones) == len(spread.levels)
    found = theil(spread.levels, spread.weights, groups=spread.zones if grouped else None) if spread.known else None
    yield said("theil", "泰尔指数", "Theil", "Σ y_i ln(y_i / p_i); y share of the resource, p share of the base", None if found is None else found.total)
    if grouped and spread.zones:
        yield said("theil_between_zones", "泰尔指数中区域之间的部分", "part of Theil between zones", "Σ Y_g ln(Y_g / P_g) / T × 100",
                   None if found is None else found.between_percent if found.total else 0.0, "percent")


FAMILY = Family(code="equity", title=Text("配置公平性", "equity of the spread"), by=(CITY,), rows=rows)
