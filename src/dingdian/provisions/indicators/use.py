"""Use: bed occupancy, average stay, turnover, workload, cost per case, of the latest closed year.

Every rate is a ratio of two sums over the same institutions and the same year, never a mean of rates. An institution that got its place
after that year has no part in it. Costs are not adjusted for case mix and say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from attrs import frozen

from dingdian.provisions.finding import Input, Measure, Missing
from dingdian.provisions.ground import Ground
from dingdian.provisions.indicators.family import (
    CITY,
    CLASS,
    LEVEL,
    PROVIDER,
    UNIT,
    ZONE,
    Family,
    Group,
    groups,
)
from dingdian.provisions.indicators.rows import information, lacking
from dingdian.terms import Text

INPATIENT, OUTPATIENT = ("inpatient",), ("inpatient", "outpatient_pooling", "personal_account")
MONEY = Text("未按病例组合校正", "not adjusted for case mix")
COLUMNS = {
    "bed_days": ("bed_day", Text("实际住院床日", "occupied bed-days")), "open_bed_days": ("bed_day", Text("实际开放床日", "open bed-days")),
    "discharges": ("person", Text("出院人次", "discharges")), "visits": ("visit", Text("门诊人次", "visits")),
    "nonlocal_visits": ("visit", Text("外地门诊人次", "visits of persons insured elsewhere")),
    "inpatient_cost": ("yuan", Text("住院费用", "inpatient cost")), "inpatient_fund": ("yuan", Text("住院基金支出", "inpatient fund spending")),
    "outpatient_cost": ("yuan", Text("门诊费用", "outpatient cost")), "outpatient_fund": ("yuan", Text("门诊基金支出", "outpatient fund spending")),
}


@frozen(kw_only=True)
class Rate:
    """``top`` ÷ ``bottom`` × ``times``; a plain sum where ``bottom`` is empty. Money comes in fen and leaves in yuan.

    ``bottom_in_days``: the bottom counts days of the year (open bed-days) and stands for its average a day (open beds).
    """

    code: str
    title: Text
    top: str
    bottom: str
    times: Fraction
    unit_of_measure: str
    formula: str
    classes: tuple[str, ...]
    places: int = 2
    note: Text | None = None
    bottom_in_days: bool = False


def _rate(code: str, zh: str, en: str, top: str, bottom: str, times: int | Fraction, unit: str, formula: str,
          classes: tuple[str, ...], **more: Any) -> Rate:
    return Rate(code=code, title=Text(zh, en), top=top, bottom=bottom, times=Fraction(times), unit_of_measure=unit, formula=formula,
                classes=classes, **more)



RATES = (
    _rate("bed_occupancy", "床位使用率", "bed occupancy", "bed_days", "open_bed_days", 100, "percent", "Σ bed_days / Σ open_bed_days × 100", INPATIENT),
    _rate("average_stay", "平均住院日", "average stay", "bed_days", "discharges", 1, "day", "Σ bed_days / Σ discharges", INPATIENT),
    _rate("bed_turnover", "床位周转次数", "bed turnover", "discharges", "open_bed_days", 1, "person_per_bed",
          "Σ discharges / (Σ open_bed_days / days of the year)", INPATIENT, bottom_in_days=True),
    _rate("discharges", "出院人次", "discharges", "discharges", "", 1, "person", "Σ discharges", INPATIENT),
    _rate("occupied_bed_days", "实际住院床日", "occupied bed-days", "bed_days", "", 1, "bed_day", "Σ bed_days", INPATIENT),
    _rate("outpatient_visits", "门诊人次", "outpatient visits", "visits", "", 1, "visit", "Σ visits", OUTPATIENT),
    _rate("nonlocal_visit_share", "外地门诊人次占比", "share of visits from elsewhere", "nonlocal_visits", "visits", 100, "percent",
          "Σ nonlocal_visits / Σ visits × 100", OUTPATIENT),
    _rate("cost_per_discharge", "次均住院费用", "cost per discharge", "inpatient_cost", "discharges", Fraction(1, 100), "yuan",
          "Σ inpatient_cost / Σ discharges", INPATIENT, note=MONEY),
    _rate("cost_per_visit", "次均门诊费用", "cost per visit", "outpatient_cost", "visits", Fraction(1, 100), "yuan",
          "Σ outpatient_cost / Σ visits", OUTPATIENT, note=MONEY),
    _rate("inpatient_fund_share", "住院费用基金支付比例", "share of inpatient cost paid by the fund", "inpatient_fund", "inpatient_cost", 100,
          "percent", "Σ inpatient_fund / Σ inpatient_cost × 100", INPATIENT),
    _rate("outpatient_fund_share", "门诊费用基金支付比例", "share of outpatient cost paid by the fund", "outpatient_fund", "outpatient_cost", 100,
          "percent", "Σ outpatient_fund / Σ outpatient_cost × 100", OUTPATIENT),
)


def rows(ground: Ground, by: str) -> Iterator[Measure]:
    """One row for each rate and group."""
    year = latest_year(ground)
    for rate in RATES:
        for group in groups(ground, by, rate.classes):
            if group.members:
                yield _row(ground, group, rate, year)


def latest_year(ground: Ground) -> int | None:
    """The latest year of `activity` that is over on the day."""
    found: int | None = ground.remember(("indicators", "activity year"), lambda: max(
        (row["year"] for row in ground.snapshot.rows("activity") if date(row["year"], 12, 31) <= ground.on), default=None))
    return found


def activity_of(ground: Ground, year: int) -> Mapping[str, Mapping[str, Any]]:
    """Provider → its row of `activity` of a year."""
    found: Mapping[str, Mapping[str, Any]] = ground.remember(("indicators", "activity", year), lambda: {
        str(row["provider"]): row for row in ground.snapshot.rows("activity") if row["year"] == year})
    return found


def summed(ground: Ground, members: Iterable[str], column: str, year: int) -> tuple[int, list[str]]:
    """Sum of a column over those who held their place in the year, and who of them has none on file."""
    known, without = 0, []
    activity, records = activity_of(ground, year), ground.snapshot.provider_records
    for code in members:
        value = activity.get(code, {}).get(column)
        if value is not None:
            known += value
        elif not _came_later(records.get(code, {}), year):
            without.append(code)
    return known, without


def _came_later(record: Mapping[str, Any], year: int) -> bool:
    signed = record.get("designated_on")
    return signed is not None and signed.year > year


def _row(ground: Ground, group: Group, rate: Rate, year: int | None) -> Measure:
    common: dict[str, Any] = {"note": rate.note, "places": rate.places}
    if year is None:
        return information(ground, group, rate.code, rate.title, rate.formula, rate.unit_of_measure, None,
                           reason=Text("没有已结束年度的服务量（activity 表）", "no closed year in the activity table"), **common)
    as_of = date(year, 12, 31)
    top, without = summed(ground, group.members, rate.top, year)
    bottom, more = summed(ground, group.members, rate.bottom, year) if rate.bottom else (1, [])
    short = tuple(dict.fromkeys((*without, *more)))
    inputs = (_input(rate.top, top, as_of), *((_input(rate.bottom, bottom, as_of),) if rate.bottom else ()),
              Input(name="providers", value=len(group.members) - len(short), unit_of_measure="provider", as_of=as_of, source="activity"))
    value = None if bottom == 0 else Fraction(top, bottom) * rate.times * (_days(year) if rate.bottom_in_days else 1)
    missing = (_missing(short, rate, len(group.members)),) if short else ()
    reason = Text("分母为零", "the denominator is zero") if bottom == 0 and not short else None
    whole = not rate.bottom and rate.times == 1 and value is not None
    return information(
        ground, group, rate.code, rate.title, rate.formula, rate.unit_of_measure, None if short else int(value) if whole and value is not None else value,
        inputs=inputs, as_of=as_of, missing=missing, reason=reason, **common)


def _days(year: int) -> int:
    return (date(year, 12, 31) - date(year, 1, 1)).days + 1


def _input(column: str, value: int, as_of: date) -> Input:
    unit, _ = COLUMNS[column]
    return Input(name=column, value=round(Fraction(value, 100)) if unit == "yuan" else value, unit_of_measure=unit, as_of=as_of, source=f"activity.{column}")


def _missing(short: tuple[str, ...], rate: Rate, size: int) -> Missing:
    names = dict.fromkeys(COLUMNS[column][1] for column in (rate.top, rate.bottom) if column)
    what = Text("、".join(name.zh for name in names), ", ".join(name.en for name in names))
    return lacking("activity", rate.top, short, what, size)


FAMILY = Family(code="use", title=Text("床位与服务使用", "use of beds and services"), by=(CITY, UNIT, ZONE, CLASS, LEVEL, PROVIDER), rows=rows)
