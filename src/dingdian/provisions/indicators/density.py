"""Density: beds, doctors and institutions per head, each count and each kind of head by itself.

Four kinds of beds stay four; insured persons and residents are never put into one figure. Beds and staff are those of the latest date not
after the end of the heads' year.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from dingdian.provisions.counting import PERSONS, Count, basis_year, persons_of
from dingdian.provisions.finding import Measure, Missing
from dingdian.provisions.ground import Ground
from dingdian.provisions.indicators.family import CITY, UNIT, ZONE, Family, Group, groups
from dingdian.provisions.indicators.rows import information, lacking
from dingdian.provisions.zoning import total
from dingdian.terms import PROVIDER_CLASSES, ROLES, Text

BEDS = {"approved": Text("核定床位", "approved beds"), "open": Text("开放床位", "open beds"), "insured_beds": Text("医保床位", "insured beds"),
        "ltc": Text("长护床位", "long-term-care beds")}
ROLES_SHOWN = ("insured_doctor", "physician", "nurse")


def rows(ground: Ground, by: str) -> Iterator[Measure]:
    """Beds and staff per 1000 heads, institutions of each class per 10,000, by place."""
    for whose in PERSONS:
        year = basis_year(ground, whose)
        for group in groups(ground, by):
            people = total([persons_of(ground, district, whose) for district in group.districts]) if group.districts else Count(value=None)
            for column in BEDS:
                yield _beds(ground, group, people, whose, column, year)
            for role in ROLES_SHOWN:
                yield _staff(ground, group, people, whose, role, year)
            for provider_class in PROVIDER_CLASSES:
                yield _institutions(ground, group, people, whose, provider_class)


def beds_in(ground: Ground, members: tuple[str, ...], column: str, year: int | None) -> Count:
    """Beds of some inpatient institutions at the end of a year; one designated later had none."""
    if year is None:
        return Count(value=None, missing=(_undated(ground),))
    counted: Mapping[str, Mapping[str, Any]] = ground.remember(("indicators", "beds", year), lambda: ground.snapshot.beds_for_year(year))
    records = ground.snapshot.provider_records
    inpatient = [m for m in members if records[m].get("provider_class") == "inpatient"]
    known, short, dates = 0, [], []
    for code in inpatient:
        value = counted.get(code, {}).get(column)
        if value is not None:
            known += value
            dates.append(counted[code]["as_of"])
        elif not (code not in counted and _after(records[code].get("designated_on"), year)):
            short.append(code)
    missing = (_lacks("beds", column, short, BEDS[column], year),) if short else ()
    return Count(value=None if short else known, at_least=known, as_of=max(dates, default=None), source=f"beds.{column}", missing=missing)


def staff_in(ground: Ground, members: tuple[str, ...], role: str, year: int | None) -> Count:
    """Staff of a role at some providers at the end of a year; who has no row of that role is missing."""
    if year is None:
        return Count(value=None, missing=(_undated(ground),))
    counted = _staff_of(ground, role, year)
    records = ground.snapshot.provider_records
    wanted = [m for m in members if records[m].get("provider_class") != "pharmacy" and not _after(records[m].get("designated_on"), year)]
    short = [m for m in wanted if m not in counted]
    known, dates = sum(counted[m][0] for m in wanted if m in counted), [counted[m][1] for m in wanted if m in counted]
    missing = (_lacks("staff", "count", short, Text(ROLES.label(role), ROLES.label(role, "en")), year),) if short else ()
    return Count(value=None if short else known, at_least=known, as_of=max(dates, default=None), source=f"staff.{role}", missing=missing)


def _staff_of(ground: Ground, role: str, year: int) -> dict[str, tuple[int, date]]:
    def compute() -> dict[str, tuple[int, date]]:
        table = ground.snapshot.staff_for_year(year)
        mine = table[table["role"] == role]
        return {str(p): (int(n), stamp.date()) for p, n, stamp in zip(mine["provider"], mine["count"], mine["as_of"])}

    found: dict[str, tuple[int, date]] = ground.remember(("indicators", "staff", role, year), compute)
    return found


def _beds(ground: Ground, group: Group, people: Count, whose: str, column: str, year: int | None) -> Measure:
    held, name = beds_in(ground, group.members, column, year), f"{column if column.endswith('beds') else column + '_beds'}_per_1000_{_plural(whose)}"
    title = Text(f"每千名{PERSONS[whose].zh}{BEDS[column].zh}", f"{BEDS[column].en} per 1000 {PERSONS[whose].en}")
    unit = "bed_per_1000_insured" if whose == "insured" else "bed_per_1000_residents"
    return _per(ground, group, name, title, held, people, 1000, unit, "bed", column, whose, "inpatient")


def _staff(ground: Ground, group: Group, people: Count, whose: str, role: str, year: int | None) -> Measure:
    held = staff_in(ground, group.members, role, year)
    title = Text(f"每千名{PERSONS[whose].zh}{ROLES.label(role)}", f"{ROLES.label(role, 'en')}s per 1000 {PERSONS[whose].en}")
    return _per(ground, group, f"{role}s_per_1000_{_plural(whose)}", title, held, people, 1000, f"staff_per_1000_{_plural(whose)}", "person", role, whose, "")


def _institutions(ground: Ground, group: Group, people: Count, whose: str, provider_class: str) -> Measure:
    records = ground.snapshot.provider_records
    mine = sum(records[m].get("provider_class") == provider_class for m in group.members)
    held = Count(value=mine, at_least=mine, as_of=ground.snapshot.city.meta.as_of, source="providers")
    title = Text(f"每万名{PERSONS[whose].zh}{PROVIDER_CLASSES.label(provider_class)}数",
                 f"{PROVIDER_CLASSES.label(provider_class, 'en')} providers per 10,000 {PERSONS[whose].en}")
    unit = f"provider_per_10000_{_plural(whose)}"
    return _per(ground, group, f"providers_per_10000_{_plural(whose)}", title, held, people, 10_000, unit, "provider", "providers", whose, provider_class)


def _per(
    ground: Ground, group: Group, measure: str, title: Text, held: Count, people: Count, times: int, unit: str, unit_of_held: str,
    name: str, whose: str, provider_class: str,
) -> Measure:
    value = None if held.value is None or not people.value else Fraction(held.value * times, people.value)
    reason = Text(f"没有{PERSONS[whose].zh}", f"no {PERSONS[whose].en}") if people.value == 0 else None
    return information(
        ground, group, measure, title, f"{name} × {times} / {whose}", unit, value, places=4, provider_class=provider_class,
        inputs=(held.as_input(name, unit_of_held), people.as_input(whose, "person")), as_of=people.as_of,
        missing=(*held.missing, *people.missing), reason=reason)


def _undated(ground: Ground) -> Missing:
    return Missing(table="insured", subject=ground.snapshot.pooling_area, column="year", phrase=Text(
        "没有人口数，无从确定取哪一天的床位和人员", "without a count of people no day is fixed for beds and staff"))


def _plural(whose: str) -> str:
    return "insured" if whose == "insured" else "residents"


def _after(day: date | None, year: int) -> bool:
    return day is not None and day.year > year


def _lacks(table: str, column: str, codes: list[str], what: Text, year: int) -> Missing:
    return lacking(table, column, codes, Text(f" {year} 年末的{what.zh}", f"{what.en} of the end of {year}"))


FAMILY = Family(code="density", title=Text("人均资源", "resources per head"), by=(CITY, UNIT, ZONE), rows=rows)
