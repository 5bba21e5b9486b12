"""Agglomeration for every choice that a study makes: which resource, whose heads, which area; HRAD, PAD, their ratio and difference.

The parent is the pooling area as the sum of its districts. One district without its number leaves the whole choice open: shares need the sum.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from attrs import frozen

from dingdian.methods import agglomeration
from dingdian.provisions.counting import PERSONS, Count, basis_year, persons_of
from dingdian.provisions.finding import Measure
from dingdian.provisions.ground import Ground
from dingdian.provisions.indicators.density import beds_in, staff_in
from dingdian.provisions.indicators.family import UNIT, ZONE, Family, Group, groups
from dingdian.provisions.indicators.rows import information
from dingdian.provisions.land import AREAS, area_km2, no_area
from dingdian.provisions.zoning import total
from dingdian.terms import PROVIDER_CLASSES, Text

DEGREES = {
    "hrad": (Text("资源集聚度 HRAD", "HRAD"), "(HR_i / HR_n) / (A_i / A_n)"), "pad": (Text("人口集聚度 PAD", "PAD"), "(P_i / P_n) / (A_i / A_n)"),
    "hrad_over_pad": (Text("集聚度比值", "HRAD / PAD"), "HRAD / PAD"), "hrad_minus_pad": (Text("集聚度差值", "HRAD − PAD"), "HRAD − PAD"),
}
CONVENTION = Text("比值与 1 比较看人口公平；差值正为富余、负为不足，其大小随密度变化，不用于排名",
                  "compare the ratio with 1 for equity by people; the difference is a surplus above 0 and a shortage below, and its size scales with density: no ranking")


@frozen(kw_only=True)
class Resource:
    """A countable resource of each district: insured beds, insured doctors, or the institutions of a class."""

    code: str
    name: Text
    provider_class: str
    unit_of_measure: str

    def count(self, ground: Ground, group: Group) -> Count:
        year = basis_year(ground)
        if self.code == "beds":
            return beds_in(ground, group.members, "insured_beds", year)
        if self.code == "doctors":
            return staff_in(ground, group.members, "insured_doctor", year)
        records = ground.snapshot.provider_records
        mine = sum(records[m].get("provider_class") == self.provider_class for m in group.members)
        return Count(value=mine, at_least=mine, as_of=ground.snapshot.city.meta.as_of, source="providers")


RESOURCES = (
    Resource(code="beds", name=Text("医保床位", "insured beds"), provider_class="inpatient", unit_of_measure="bed"),
    Resource(code="doctors", name=Text("医保医师", "insured doctors"), provider_class="", unit_of_measure="doctor"),
    *(Resource(code=f"institutions_{code}", name=Text(f"{PROVIDER_CLASSES.label(code)}数", f"{PROVIDER_CLASSES.label(code, 'en')} institutions"),
               provider_class=code, unit_of_measure="provider") for code in PROVIDER_CLASSES),
)


def rows(ground: Ground, by: str) -> Iterator[Measure]:
    """Four degrees for each place and each choice of resource, heads and area."""
    places = list(groups(ground, by))
    for resource in RESOURCES:
        held = [resource.count(ground, place) for place in places]
        for whose in PERSONS:
            people = [total([persons_of(ground, d, whose) for d in place.districts]) for place in places]
            for which in AREAS:
                yield from _choice(ground, places, resource, held, whose, people, which)


def _choice(
    ground: Ground, places: list[Group], resource: Resource, held: list[Count], whose: str, people: list[Count], which: str
) -> Iterator[Measure]:
    areas = [area_km2(ground, place.districts, which) for place in places]
    missing = tuple(dict.fromkeys(item for count in (*held, *people) for item in count.missing))
    without_area = tuple(no_area(place.districts, place.name, which) for place, area in zip(places, areas) if area is None)
    counts = [(h.value or 0, p.value or 0) for h, p in zip(held, people)]
    able = bool(places) and not missing and all(sum(column) > 0 for column in zip(*counts))
    # The area cancels from the ratio: where one is missing, the ratio stands all the same.
    degrees = _degrees(counts, [Fraction(1) if without_area or a is None else a for a in areas]) if able else {}
    for i, place in enumerate(places):
        for name, (title, formula) in DEGREES.items():
            lacking = missing if name == "hrad_over_pad" else (*missing, *without_area)
            value = None if lacking or not able else degrees[name][i]
            yield information(
                ground, place, name, Text(f"{title.zh}：{resource.name.zh}、{PERSONS[whose].zh}、{AREAS[which][1].zh}",
                                          f"{title.en}: {resource.name.en}, {PERSONS[whose].en}, {AREAS[which][1].en}"),
                formula, "ratio", value, places=4, provider_class=resource.provider_class, subject=f"{resource.code}/{whose}/{which}",
                inputs=(held[i].as_input(resource.code, resource.unit_of_measure), people[i].as_input(whose, "person")),
                as_of=people[i].as_of, missing=lacking, note=CONVENTION if name == "hrad_minus_pad" else None,
                reason=None if lacking else Text("没有可计的资源或人口", "no resource or no people to set in proportion"))


def _degrees(counts: list[tuple[int, int]], areas: list[Fraction]) -> dict[str, list[Fraction | None]]:
    held, people = ([row[k] for row in counts] for k in range(2))
    high, low = agglomeration.hrad(held, areas), agglomeration.pad(people, areas)
    return {
        "hrad": list(high), "pad": list(low), "hrad_minus_pad": list(agglomeration.difference(high, low)),
        "hrad_over_pad": [a / b if b else None for a, b in zip(high, low)],
    }


FAMILY = Family(code="agglomeration", title=Text("集聚度", "agglomeration"), by=(UNIT, ZONE), rows=rows)
