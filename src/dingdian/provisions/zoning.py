"""Zones: districts that a plan counts as one, and the people and beds of each.

The plan's own list of districts goes before the column `units.zone`; a district that neither names stands alone. Knows no norm
and no quota. Refuses to count a zone of which one district is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from attrs import frozen

from dingdian.provisions.counting import Count, insured
from dingdian.provisions.finding import Missing
from dingdian.terms import Text

if TYPE_CHECKING:
    from dingdian.provisions.case import Case
    from dingdian.provisions.ground import Ground


@frozen(kw_only=True)
class Zone:
    """A group of districts that the plan counts as one."""

    code: str
    name: Text
    districts: tuple[str, ...]


@runtime_checkable
class GroupsDistricts(Protocol):
    """A provision that says which districts are counted together: district → (zone, its name)."""

    id: str

    def grouping(self) -> Mapping[str, tuple[str, Text]]: ...


def zones(ground: Ground) -> tuple[Zone, ...]:
    """Every zone of the city, in the order in which its districts come."""
    stated: dict[str, tuple[str, Text]] = {}
    for provision in ground.provisions:
        if isinstance(provision, GroupsDistricts):
            stated |= provision.grouping()
    found: dict[str, tuple[Text, list[str]]] = {}
    for district in ground.snapshot.districts:
        code, name = stated.get(district) or _on_file(ground, district)
        found.setdefault(code, (name, []))[1].append(district)
    return tuple(Zone(code=code, name=name, districts=tuple(members)) for code, (name, members) in found.items())


def _on_file(ground: Ground, district: str) -> tuple[str, Text]:
    zone = ground.snapshot.zone_of(district)
    name = zone or ground.snapshot.unit_name(district)
    return zone or district, Text(name, name)


def zone_of(ground: Ground, district: str) -> Zone | None:
    """The zone of a district; None for a place in no district."""
    return next((zone for zone in zones(ground) if district in zone.districts), None)


def no_zone(case: Case) -> Missing:
    """The application does not say in which unit its place lies."""
    return Missing(table="applications", subject=case.application, column="unit", phrase=Text(
        f"申请 {case.application} 缺少所属规划单元，无法归入定点区域", f"application {case.application} lacks its unit, and so its zone"))


def insured_in(ground: Ground, zone: Zone) -> Count:
    """Insured persons of a zone: the sum of its districts, known when each of them is."""
    return total([insured(ground, district) for district in zone.districts])


def total(counts: list[Count]) -> Count:
    """Counts added up; missing when one of them is."""
    missing = tuple(dict.fromkeys(item for count in counts for item in count.missing))
    known = sum(count.at_least for count in counts)
    dates = [count.as_of for count in counts if count.as_of is not None]
    whole = all(count.value is not None for count in counts)
    return Count(value=known if whole else None, at_least=known, as_of=max(dates, default=None),
                 source=counts[0].source if counts else "", missing=missing)
