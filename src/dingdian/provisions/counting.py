"""Counts that several kinds need: beds in stock, insured persons, each with its date, or with what is missing.

Numbers and dates only; no norm, no verdict. A count that lacks one row is not a count: it is missing, with a lower bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol, cast

from attrs import field, frozen

from dingdian.methods.beds import need
from dingdian.methods.rounding import round_down, round_up
from dingdian.provisions.base import Slot
from dingdian.provisions.finding import Input, Missing, Number
from dingdian.terms import Text

if TYPE_CHECKING:
    from dingdian.provisions.ground import Ground

BED_COLUMNS = {
    "insured_beds": Text("协议登记的医保床位", "insured beds of the agreement"),
    "open": Text("平均开放床位", "beds open on average"),
    "approved": Text("核定床位", "licensed beds"),
}
RULE = "rule"
BED_COUNTS = {**BED_COLUMNS, RULE: Text("按规划规则核定的医保床位", "insured beds by the plan's own rule")}
UNSTATED = {"unit": Text("所属规划单元", "their unit"), "level": Text("等级", "their level")}
WHICH_BEDS = Slot(Text("以哪种床位计", "which beds count"), BED_COUNTS)

# Whose thousand a norm speaks of: insured persons and residents are never taken for each other.
PERSONS = {"insured": Text("参保人", "insured persons"), "resident": Text("常住人口", "residents")}

GROUPED_LEVELS = {"tertiary": "tertiary", "secondary": "secondary", "primary": "primary", "ungraded": "primary"}


@frozen(kw_only=True)
class Count:
    """A whole number with date and source; ``value`` None when rows are missing, then ``at_least`` is what is known."""

    value: int | None
    at_least: int = 0
    as_of: date | None = None
    source: str = ""
    missing: tuple[Missing, ...] = ()
    from_admitted: int = 0

    def as_input(self, name: str, unit_of_measure: str) -> Input:
        return Input(name=name, value=self.value, unit_of_measure=unit_of_measure, as_of=self.as_of, source=self.source)


@frozen(kw_only=True)
class BedRow:
    """The beds of one provider on the basis date; ``beds`` None when nobody counted them, ``district`` and ``level`` empty
    when nobody stated them."""

    provider: str
    district: str
    level: str
    beds: int | None
    as_of: date | None


@frozen(kw_only=True)
class BedStock:
    """Beds of all counted inpatient providers, on the latest date not after the end of the insured persons' year."""

    column: str
    year: int
    districts: tuple[str, ...]
    rows: tuple[BedRow, ...]
    admitted: tuple[BedRow, ...] = ()
    _by_district: dict[str, list[BedRow]] = field(factory=dict, repr=False)

    def __attrs_post_init__(self) -> None:
        for row in self.rows:
            self._by_district.setdefault(row.district, []).append(row)

    def count(self, districts: tuple[str, ...], level: str = "") -> Count:
        """Beds in some districts, of all levels or of one group of levels.

        Beds of a provider whose district nobody stated belong to the pooling area, and leave each district's count open; beds
        of a provider whose level nobody stated leave each level's count open.
        """
        somewhere = self._by_district.get("", [])
        here = [row for district in districts for row in self._by_district.get(district, ())]
        everywhere = set(districts) >= set(self.districts)
        here, strays = ([*here, *somewhere], []) if everywhere else (here, _with_beds(somewhere))
        rows = [row for row in here if not level or GROUPED_LEVELS.get(row.level, "") == level]
        unranked = _with_beds(row for row in here if level and row.level not in GROUPED_LEVELS)
        added = sum(row.beds or 0 for row in self.admitted
                    if row.district in districts and (not level or GROUPED_LEVELS.get(row.level, "") == level))
        lacking = [row for row in rows if row.beds is None]
        total = sum(row.beds or 0 for row in rows) + added
        dates = [row.as_of for row in rows if row.as_of is not None]
        missing = (*_lacking(lacking, self.column), *_unstated(strays, "unit"), *_unstated(unranked, "level"))
        return Count(
            value=None if missing else total, at_least=total, as_of=max(dates, default=None),
            source="insured_bed_rule" if self.column == RULE else f"beds.{self.column}", missing=missing, from_admitted=added,
        )


def _with_beds(rows: Iterable[BedRow]) -> list[BedRow]:
    """Those that have beds, or may have."""
    return [row for row in rows if row.beds != 0]


def _unstated(rows: list[BedRow], column: str) -> tuple[Missing, ...]:
    if not rows:
        return ()
    name, shown = UNSTATED[column], _few(rows)
    return (Missing(
        table="providers", subject=rows[0].provider, column=column,
        phrase=Text(f"{len(rows)} 家有床机构未填{name.zh}（{shown}）", f"{len(rows)} providers with beds lack {name.en} ({shown})"),
    ),)


def _few(rows: list[BedRow]) -> str:
    return "、".join(row.provider for row in rows[:3]) + ("…" if len(rows) > 3 else "")


def _lacking(rows: list[BedRow], column: str) -> tuple[Missing, ...]:
    if not rows:
        return ()
    shown = _few(rows)
    return (Missing(
        table="beds", subject=rows[0].provider, column=column,
        phrase=Text(f"{len(rows)} 家机构缺少{BED_COUNTS[column].zh}（{shown}）",
                    f"{len(rows)} providers lack {BED_COUNTS[column].en} ({shown})"),
    ),)


def insured_year(ground: Ground) -> int | None:
    """The latest year for which the pooling area's insured persons are known."""
    counted = ground.snapshot.insured(ground.snapshot.pooling_area)
    return None if counted is None else counted.year


def insured(ground: Ground, unit: str) -> Count:
    """Insured persons of a unit at the end of the latest year for which the pooling area has them."""
    counted = ground.snapshot.insured(unit)
    if counted is None:
        return Count(value=None, missing=(no_insured(ground, unit),))
    return Count(value=counted.persons, at_least=counted.persons, as_of=date(counted.year, 12, 31), source="insured.persons")


def no_insured(ground: Ground, unit: str) -> Missing:
    name = ground.snapshot.unit_name(unit)
    return Missing(
        table="insured", subject=unit, column="persons",
        phrase=Text(f"缺少{name}参保人数（insured 表，两个险种）", f"insured persons of {unit} are missing (both schemes)"),
    )


def persons_of(ground: Ground, unit: str, per: str) -> Count:
    """Insured persons or residents of a unit (``per``: a key of PERSONS) in the latest year that the pooling area has."""
    if per == "insured":
        return insured(ground, unit)
    counted = ground.snapshot.residents(unit)
    if counted is None:
        return Count(value=None, missing=(no_persons(ground, unit, per),))
    return Count(value=counted.persons, at_least=counted.persons, as_of=date(counted.year, 12, 31), source="residents.persons")


def no_persons(ground: Ground, unit: str, per: str) -> Missing:
    """The insured persons or residents of a unit are missing."""
    if per == "insured":
        return no_insured(ground, unit)
    name = ground.snapshot.unit_name(unit)
    return Missing(table="residents", subject=unit, column="persons", phrase=Text(
        f"缺少{name}常住人口（residents 表）", f"residents of {unit} are missing"))


def basis_year(ground: Ground, per: str = "insured") -> int | None:
    """The year at whose end beds are counted: that of the persons they are held against."""
    if per == "insured":
        return insured_year(ground)
    counted = ground.snapshot.residents(ground.snapshot.pooling_area)
    return None if counted is None else counted.year


def bed_stock(ground: Ground, column: str, per: str = "insured") -> BedStock | None:
    """The stock of beds at the end of the year of the persons, or None when no such year fixes its date."""
    year = basis_year(ground, per)
    if year is None:
        return None
    rule = _rule(ground) if column == RULE else None
    option = "" if rule is None else rule.option(ground)
    found: BedStock = ground.remember(("bed_stock", column, year, option), lambda: _bed_stock(ground, column, year, rule))
    return found


class CountsBeds(Protocol):
    """A provision that gives every inpatient institution its insured beds, from the open beds of one year."""

    year: int

    def option(self, ground: Ground) -> str: ...

    def ruled(self, ground: Ground) -> Mapping[str, Any]: ...


def _rule(ground: Ground) -> CountsBeds | None:
    found: Any = next((p for p in ground.provisions if hasattr(p, "ruled")), None)
    return None if found is None else cast("CountsBeds", found)


def _counted_by_rule(rule: CountsBeds | None, ground: Ground, counted: Mapping[str, Mapping[str, Any]]) -> Mapping[str, int | None]:
    """Provider → beds: what the agreement registered after the rule's year, else what the rule gives; no rule gives nothing."""
    if rule is None:
        return {}
    registered = {p: row["insured_beds"] for p, row in counted.items() if row["as_of"].year > rule.year and row["insured_beds"] is not None}
    return {**{p: own.beds for p, own in rule.ruled(ground).items()}, **registered}


def _bed_stock(ground: Ground, column: str, year: int, rule: CountsBeds | None) -> BedStock:
    counted = ground.snapshot.beds_for_year(year)
    by_rule = _counted_by_rule(rule, ground, counted)
    rows = []
    stock = ground.stock
    inpatient = stock[stock["provider_class"] == "inpatient"]
    columns = [inpatient[name].astype(object) for name in ("provider", "counted_district", "level", "designated_on")]
    for provider, district, level, designated_on in zip(*columns):
        row = counted.get(provider)
        beds = by_rule.get(provider) if column == RULE else None if row is None else row.get(column)
        if row is None and _designated_after(designated_on, year):
            beds = 0  # not yet designated on the basis date: it had no insured bed then, which is a fact
        rows.append(BedRow(
            provider=str(provider), district=_known(district), level=_known(level), beds=beds,
            as_of=None if row is None else row["as_of"],
        ))
    admitted = tuple(
        BedRow(provider=case.application, district=case.district, level=str(case.level), beds=case.beds, as_of=None)
        for case in ground.admitted_counted if case.provider_class == "inpatient"
    )
    return BedStock(column=column, year=year, districts=ground.snapshot.districts, rows=tuple(rows), admitted=admitted)


def _known(value: Any) -> str:
    """A code as text; "" where nobody stated one."""
    return value if isinstance(value, str) else ""


def _designated_after(day: Any, year: int) -> bool:
    try:
        return bool(day.year > year)
    except (AttributeError, TypeError):
        return False


def districts_of(ground: Ground, unit: str) -> tuple[str, ...]:
    """The districts that a unit stands for: itself, or all of the pooling area."""
    return ground.snapshot.districts if unit == ground.snapshot.pooling_area else (unit,)


def beds_allowed(norm_per_1000: Decimal, persons: int) -> int:
    """Whole beds that a norm allows: norm × persons ÷ 1000, rounded down."""
    return int(round_down(need(norm_per_1000, persons), 0))


def beds_below(norm_per_1000: Decimal, persons: int) -> int:
    """The most whole beds that stay below a norm: one less than norm × persons ÷ 1000, rounded up; never below zero."""
    return max(0, int(round_up(need(norm_per_1000, persons), 0)) - 1)


def beds_needed(norm_per_1000: Decimal, persons: int) -> int:
    """Whole beds that a norm asks for: norm × persons ÷ 1000, rounded up."""
    return int(round_up(need(norm_per_1000, persons), 0))


def whole(text: str) -> int | None:
    """A whole number from a fact's text; None when it is not one."""
    return int(text) if text.strip().isdecimal() else None


def show(value: Number | None) -> str:
    """A number for a sentence: thousands separated, no trailing zeros; a dash for what is missing."""
    if value is None:
        return "—"
    if isinstance(value, Decimal) and value != value.to_integral_value():
        return f"{value.normalize():,f}"
    return f"{int(value):,}"
