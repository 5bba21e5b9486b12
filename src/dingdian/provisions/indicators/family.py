"""What a family of indicators is, and who is looked at together: the city, a unit, a zone, a class, a level, one provider.

Groups are of providers that hold a place and count. A provider whose unit or level nobody stated belongs to no group by unit or level:
the group that it might belong to says so by being one short of what the city has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from attrs import frozen

from dingdian.provisions.zoning import Zone, zones
from dingdian.terms import LEVELS, PROVIDER_CLASSES, Text

if TYPE_CHECKING:
    import pandas as pd

    from dingdian.provisions.finding import Measure
    from dingdian.provisions.ground import Ground

CITY, UNIT, ZONE, CLASS, LEVEL, PROVIDER = BY = ("city", "unit", "zone", "class", "level", "provider")
BY_NAMES = {
    CITY: Text("统筹区", "pooling area"), UNIT: Text("规划单元", "unit"), ZONE: Text("医保定点区域", "zone"),
    CLASS: Text("规划类别", "provider class"), LEVEL: Text("等级", "level"), PROVIDER: Text("机构", "provider"),
}


@frozen(kw_only=True)
class Group:
    """Who is looked at together.

    ``unit`` is where the row stands (the pooling area where the group is no place); ``districts`` are those whose people it serves, empty
    for a group that is not a place; ``code`` tells groups of one kind apart.
    """

    by: str
    code: str
    name: Text
    unit: str
    zone: str = ""
    districts: tuple[str, ...] = ()
    provider_class: str = ""
    level: str = ""
    members: tuple[str, ...] = ()


@frozen(kw_only=True)
class Family:
    """A family of indicators.

    ``rows`` takes the ground and by what the rows are broken down (one of `BY`); it yields nothing where the breakdown makes no sense.
    """

    code: str
    title: Text
    by: tuple[str, ...]
    rows: Callable[[Ground, str], Iterable[Measure]]


def groups(ground: Ground, by: str, classes: Iterable[str] = ()) -> Iterator[Group]:
    """The groups of a breakdown, in the order of the city's units and of the code lists; members of ``classes`` only, of all when empty."""
    stock, wanted = ground.stock, tuple(classes)
    if wanted:
        stock = stock[stock["provider_class"].isin(wanted)]
    city = ground.snapshot.pooling_area
    if by == CITY:
        yield Group(by=by, code=city, name=_named(ground, city), unit=city, districts=ground.snapshot.districts, members=_codes(stock))
    elif by == UNIT:
        for unit in ground.snapshot.districts:
            yield Group(by=by, code=unit, name=_named(ground, unit), unit=unit, zone=ground.snapshot.zone_of(unit), districts=(unit,),
                        members=_codes(stock[stock["counted_district"] == unit]))
    elif by == ZONE:
        for zone in _grouping(ground):
            yield Group(by=by, code=zone.code, name=zone.name, unit=city, zone=zone.code, districts=zone.districts,
                        members=_codes(stock[stock["counted_district"].isin(zone.districts)]))
    else:
        yield from _without_place(ground, by, stock)


def _grouping(ground: Ground) -> tuple[Zone, ...]:
    """The zones; none where each is a district by itself, since their rows would be the districts' once more."""
    found = zones(ground)
    return found if any(len(zone.districts) > 1 for zone in found) else ()


def _without_place(ground: Ground, by: str, stock: pd.DataFrame) -> Iterator[Group]:
    city = ground.snapshot.pooling_area
    if by == CLASS:
        for code in PROVIDER_CLASSES:
            if (mine := _codes(stock[stock["provider_class"] == code])):
                yield Group(by=by, code=code, name=PROVIDER_CLASSES[code].name, unit=city, provider_class=code, members=mine)
    elif by == LEVEL:
        for code in LEVELS:
            if (mine := _codes(stock[stock["level"] == code])):
                yield Group(by=by, code=code, name=LEVELS[code].name, unit=city, level=code, members=mine)
    elif by == PROVIDER:
        for code, unit, provider_class, level in zip(*(stock[c].astype(object) for c in ("provider", "counted_district", "provider_class", "level"))):
            name = ground.snapshot.provider_names.get(code, code)
            yield Group(by=by, code=code, name=Text(name, name), unit=unit if isinstance(unit, str) else city,
                        provider_class=provider_class if isinstance(provider_class, str) else "",
                        level=level if isinstance(level, str) else "", members=(code,))
    else:
        raise ValueError(f"by must be one of {', '.join(BY)}, not {by}")


def _named(ground: Ground, unit: str) -> Text:
    name = ground.snapshot.unit_name(unit)
    return Text(name, name)


def _codes(stock: pd.DataFrame) -> tuple[str, ...]:
    return tuple(sorted(str(code) for code in stock["provider"]))
