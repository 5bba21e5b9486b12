"""Load: how much of the demand falls on each unit of supply, and where that is above or below the city's own level.

Demand above supply is read as a load above the city's, by class: bed-days for each open bed, visits for each outpatient institution, insured
persons for each pharmacy. It compares places within the city; it does not say that the city as a whole has enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from attrs import frozen

from dingdian.provisions.counting import insured
from dingdian.provisions.finding import Input, Measure, Missing
from dingdian.provisions.ground import Ground
from dingdian.provisions.indicators.family import CITY, LEVEL, UNIT, ZONE, Family, Group, groups
from dingdian.provisions.indicators.rows import information, lacking
from dingdian.provisions.indicators.use import latest_year, summed
from dingdian.provisions.zoning import total
from dingdian.terms import PROVIDER_CLASSES, Text

INDEX = Text("该组负荷 ÷ 全市负荷 × 100", "load of the group / load of the city × 100")


@frozen(kw_only=True)
class Load:
    """Demand and supply of a group; None with what is missing."""

    demand: int | None
    supply: int
    as_of: date | None
    source: str
    missing: tuple[Missing, ...] = ()

    @property
    def value(self) -> Fraction | None:
        return None if self.demand is None or self.supply == 0 else Fraction(self.demand, self.supply)


TITLES = {
    "inpatient": Text("住院供需负荷（每张开放床日的实际床日）", "inpatient load (occupied per open bed-day)"),
    "outpatient_pooling": Text("门诊供需负荷（每家机构门诊人次）", "outpatient load (visits per institution)"),
    "personal_account": Text("个人账户机构供需负荷（每家机构门诊人次）", "load of personal-account institutions (visits each)"),
    "pharmacy": Text("药店供需负荷（每家药店的参保人）", "pharmacy load (insured persons per pharmacy)"),
}
INPUTS = {"inpatient": ("bed_days", "bed_day", "open_bed_days", "bed_day"), "pharmacy": ("insured", "person", "pharmacies", "provider")}
VISITS = ("visits", "visit", "providers", "provider")


def rows(ground: Ground, by: str) -> Iterator[Measure]:
    """The load of each class and group as an index, 100 being the city's own."""
    for provider_class in PROVIDER_CLASSES:
        if by == LEVEL and provider_class != "inpatient":
            continue
        whole = _load(ground, next(iter(groups(ground, CITY, (provider_class,)))), provider_class)
        for group in groups(ground, by, (provider_class,)):
            yield _row(ground, group, provider_class, whole)


def _row(ground: Ground, group: Group, provider_class: str, whole: Load) -> Measure:
    own = _load(ground, group, provider_class)
    value = None if own.value is None or not whole.value else own.value / whole.value * 100
    top, top_unit, bottom, bottom_unit = INPUTS.get(provider_class, VISITS)
    inputs = tuple(Input(name=f"{name}{suffix}", value=value_, unit_of_measure=unit, as_of=own.as_of, source=own.source)
                   for suffix, load in (("", own), ("_of_the_city", whole))
                   for name, value_, unit in ((top, load.demand, top_unit), (bottom, load.supply, bottom_unit)))
    reason = Text("没有此类定点机构", "there is no such provider") if own.supply == 0 or whole.supply == 0 else None
    return information(ground, group, "load_index", TITLES[provider_class], INDEX, "index", value, places=1, inputs=inputs, as_of=own.as_of,
                       missing=(*own.missing, *whole.missing), reason=reason, provider_class=provider_class, note=_note(value))


def _note(value: Fraction | None) -> Text | None:
    if value is None or value == 100:
        return None
    return Text("需求相对高于供给", "demand above supply, relative to the city") if value > 100 else Text(
        "需求相对低于供给", "demand below supply, relative to the city")


def _load(ground: Ground, group: Group, provider_class: str) -> Load:
    if provider_class == "pharmacy":
        people = total([insured(ground, district) for district in group.districts])
        return Load(demand=people.value, supply=len(group.members), as_of=people.as_of, source="insured.persons", missing=people.missing)
    year = latest_year(ground)
    if year is None:
        return Load(demand=None, supply=len(group.members), as_of=None, source="activity", missing=(_no_year(ground),))
    column = "bed_days" if provider_class == "inpatient" else "visits"
    used, without = summed(ground, group.members, column, year)
    offered, more = summed(ground, group.members, "open_bed_days", year) if provider_class == "inpatient" else (len(group.members), [])
    short = tuple(dict.fromkeys((*without, *more)))
    return Load(demand=None if short else used, supply=offered, as_of=date(year, 12, 31), source=f"activity.{column}",
                missing=(lacking("activity", column, short, Text("服务量", "their activity")),) if short else ())


def _no_year(ground: Ground) -> Missing:
    return Missing(table="activity", subject=ground.snapshot.pooling_area, column="year", phrase=Text(
        "没有已结束年度的服务量（activity 表）", "no closed year in the activity table"))


FAMILY = Family(code="load", title=Text("供需负荷", "load of demand on supply"), by=(UNIT, ZONE, LEVEL), rows=rows)
