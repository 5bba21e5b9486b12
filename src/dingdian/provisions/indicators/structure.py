"""Structure: shares of beds by level and ownership, of providers by class, ownership and level.

Shares add up to a hundred per group; a provider whose level or ownership nobody stated leaves the shares of its group open.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from dingdian.provisions.counting import basis_year
from dingdian.provisions.finding import Input, Measure, Missing
from dingdian.provisions.ground import Ground
from dingdian.provisions.indicators.density import beds_in
from dingdian.provisions.indicators.family import CITY, UNIT, ZONE, Family, Group, groups
from dingdian.provisions.indicators.rows import information
from dingdian.terms import LEVELS, OWNERSHIPS, PROVIDER_CLASSES, Text

ATTRIBUTES = {"level": LEVELS, "ownership": OWNERSHIPS}


def rows(ground: Ground, by: str) -> Iterator[Measure]:
    """Shares of insured beds by level and ownership, and of each class's providers by ownership."""
    for group in groups(ground, by):
        for attribute in ATTRIBUTES:
            yield from _beds_by(ground, group, attribute)
        for provider_class in PROVIDER_CLASSES:
            yield from _providers_by(ground, group, provider_class)


def _beds_by(ground: Ground, group: Group, attribute: str) -> Iterator[Measure]:
    records, year = ground.snapshot.provider_records, basis_year(ground)
    mine = tuple(m for m in group.members if records[m].get("provider_class") == "inpatient")
    if not mine:
        return
    whole, unstated = beds_in(ground, mine, "insured_beds", year), [m for m in mine if records[m].get(attribute) is None]
    for code in ATTRIBUTES[attribute]:
        part = beds_in(ground, tuple(m for m in mine if records[m].get(attribute) == code), "insured_beds", year)
        value = None if unstated or part.value is None or not whole.value else Fraction(100 * part.value, whole.value)
        name = ATTRIBUTES[attribute]
        yield information(
            ground, group, f"bed_share_by_{attribute}", Text(f"医保床位占比：{name.label(code)}", f"share of insured beds: {name.label(code, 'en')}"),
            "insured_beds of the part / insured_beds × 100", "percent", value, provider_class="inpatient", subject=code,
            inputs=(part.as_input("insured_beds_of_the_part", "bed"), whole.as_input("insured_beds", "bed")), as_of=whole.as_of,
            missing=(*whole.missing, *(_unstated(unstated, attribute) if unstated else ())),
            reason=Text("没有医保床位", "no insured beds") if whole.value == 0 else None)


def _providers_by(ground: Ground, group: Group, provider_class: str) -> Iterator[Measure]:
    records, as_of = ground.snapshot.provider_records, ground.snapshot.city.meta.as_of
    mine = [m for m in group.members if records[m].get("provider_class") == provider_class]
    if not mine:
        return
    unstated = [m for m in mine if records[m].get("ownership") is None]
    for code in OWNERSHIPS:
        part = sum(records[m].get("ownership") == code for m in mine)
        yield information(
            ground, group, "provider_share_by_ownership", Text(
                f"{PROVIDER_CLASSES.label(provider_class)}机构占比：{OWNERSHIPS.label(code)}",
                f"share of {PROVIDER_CLASSES.label(provider_class, 'en')} providers: {OWNERSHIPS.label(code, 'en')}"),
            "providers of the part / providers × 100", "percent", None if unstated else Fraction(100 * part, len(mine)),
            provider_class=provider_class, subject=code, as_of=as_of, missing=_unstated(unstated, "ownership") if unstated else (),
            inputs=(Input(name="providers_of_the_part", value=part, unit_of_measure="provider", as_of=as_of, source="providers"),
                    Input(name="providers", value=len(mine), unit_of_measure="provider", as_of=as_of, source="providers")))


def _unstated(codes: list[str], attribute: str) -> tuple[Missing, ...]:
    title = ATTRIBUTES[attribute].title
    return (Missing(table="providers", subject=codes[0], column=attribute, phrase=Text(
        f"{len(codes)} 家机构未填{title.zh}（{codes[0]}）", f"{len(codes)} providers lack their {title.en} ({codes[0]})")),)


FAMILY = Family(code="structure", title=Text("资源结构", "structure of resources"), by=(CITY, UNIT, ZONE), rows=rows)
