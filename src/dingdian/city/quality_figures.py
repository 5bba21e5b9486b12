"""Checks on figures: people by unit, dates that belong together, beds, credit codes, applications."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from dingdian.city.model import City
from dingdian.city.quality_rows import Advice, Check, QualityRow, codes_where
from dingdian.city.reorganisations import outdated
from dingdian.city.tables import TABLES
from dingdian.terms import PROVIDER_CLASSES, Text

OPEN_ABOVE_APPROVED_PERCENT = 115
STALE_DAYS = 366

# --- units and people --------------------------------------------------------------------------------------

_PEOPLE = Advice(
    check="units_without_people", table="units",
    why=Text("没有人口就算不出千人指标，该单元及其上级的测算都无法判定",
             "without people no rate exists: the unit and all above it stay undetermined"),
    remedy=Text("补充该单元的参保人数与常住人口；功能区人口含在区县内的，请在说明中写明",
                "add insured persons and residents; say so where a zone's people are counted in a district"),
)


def _units_without_people(city: City) -> Iterator[QualityRow]:
    units = city.tables["units"]
    counted = units[units["level"].isin(["district", "zone"])]
    for table in ("insured", "residents"):
        zh = TABLES[table].zh
        if not city.has(table):
            yield _PEOPLE.undetermined(Text(f"没有“{zh}”表", f"there is no table {table}"))
            continue
        lacking = codes_where(counted, "unit", ~counted["unit"].isin(city.tables[table]["unit"]))
        if lacking:
            yield _PEOPLE.row(Text(f"{len(lacking)} 个单元没有{zh}",
                                   f"{len(lacking)} units have no {table}"), lacking)


_DATES = Advice(
    check="dates_apart", table="beds",
    why=Text("床位与人数不是同一时点，相除得到的千人床位数没有确定含义",
             "beds and persons counted at different times give a rate that means nothing in particular"),
    remedy=Text("补报同一时点的床位或人数；否则在结果中并列两个日期",
                "count both at one time, or print both dates"),
)


def _dates_apart(city: City) -> Iterator[QualityRow]:
    """Beds whose latest count before an insured year's end is more than a quarter away from it."""
    if not (city.has("beds") and city.has("insured")):
        yield _DATES.undetermined(Text("缺少床位或参保人数", "beds or insured persons are missing"))
        return
    year = int(city.tables["insured"]["year"].max())
    end = pd.Timestamp(year=year, month=12, day=31)
    beds = city.tables["beds"]
    latest = beds[beds["as_of"] <= end].groupby("provider")["as_of"].max()
    apart = [str(provider) for provider in latest.index[latest < end - pd.DateOffset(months=3)]]
    never = sorted(set(beds["provider"].astype(object)) - set(latest.index))
    if apart or never:
        yield _DATES.row(Text(
            f"{len(apart)} 家机构在 {year} 年末前最近一次床位数早于 {year} 年第四季度，{len(never)} 家没有",
            f"the latest beds of {len(apart)} providers before the end of {year} are over a quarter older, "
            f"{len(never)} have none"), [*apart, *never])


_YEARS = Advice(
    check="years_apart", table="insured",
    why=Text("各单元取最近年度，年度不同则单元之间不可比", "units of different years cannot be compared"),
    remedy=Text("补齐缺少年度的单元", "complete the units that lag behind"),
)


def _years_apart(city: City) -> Iterator[QualityRow]:
    for table in ("insured", "residents", "fund"):
        if not city.has(table):
            continue
        latest = city.tables[table].groupby("unit")["year"].max()
        behind = latest[latest < latest.max()]
        if len(behind):
            zh = TABLES[table].zh
            yield _YEARS.row(Text(
                f"“{zh}”表中 {len(behind)} 个单元的最近年度早于 {int(latest.max())} 年",
                f"{len(behind)} units of {table} end before {int(latest.max())}"), [str(u) for u in behind.index])


_REORGANISED = Advice(
    check="reorganised_units", table="units",
    why=Text("旧区划名称或代码与现行边界、名录对不上，人数和床位会落到不同单元",
             "an old code or name does not match today's boundaries: people and beds fall into different units"),
    remedy=Text("改用现行代码和名称，或给旧单元填失效日期并把数据并入新单元",
                "use today's code and name, or end the old unit and move its figures"),
)


def _reorganised(city: City) -> Iterator[QualityRow]:
    units = city.tables["units"]
    ended = units["valid_to"].notna() & (units["valid_to"] < pd.Timestamp(city.meta.as_of))
    now = units[~ended]
    found = [(str(code), change) for code, name in zip(now["unit"], now["name"])
             if (change := outdated(str(code), str(name), city.meta.as_of.year)) is not None]
    for code, change in found:
        yield _REORGANISED.row(Text(
            f"{code} {change.old_name}（{change.city}）已于 {change.year} 年调整为 {change.new_code} {change.new_name}",
            f"{code} {change.old_name} became {change.new_code} {change.new_name} in {change.year}"), [code])


# --- providers ---------------------------------------------------------------------------------------------

_PHARMACY_BEDS = Advice(
    check="beds_of_pharmacies", table="beds",
    why=Text("药店不设床位，可能是类别或代码填错，会使床位总数虚高",
             "a pharmacy has no beds: class or code may be wrong"),
    remedy=Text("核对机构规划类别与床位表的机构代码", "check the class, and the code in the table of beds"),
)


def _pharmacies_with_beds(city: City) -> Iterator[QualityRow]:
    if not city.has("beds"):
        return
    providers, beds = city.tables["providers"], city.tables["beds"]
    counted = beds[["approved", "open", "insured_beds", "ltc"]].fillna(0).gt(0).any(axis=1)
    mask = providers["provider_class"].eq("pharmacy") & providers["provider"].isin(beds["provider"][counted])
    found = codes_where(providers, "provider", mask)
    if found:
        name = PROVIDER_CLASSES["pharmacy"].name
        yield _PHARMACY_BEDS.row(
            Text(f"{len(found)} 家{name.zh}登记了床位", f"{len(found)} pharmacies have beds"), found)


_OPEN = Advice(
    check="open_above_approved", table="beds",
    why=Text("开放床位明显高于核定床位，按哪种床位测算结果差别大",
             "which count of beds is used then changes the result"),
    remedy=Text("核对两种床位的口径与日期；属加床的注明",
                "check what and when each count is; note extra beds"),
)


def _open_above_approved(city: City) -> Iterator[QualityRow]:
    if not city.has("beds"):
        return
    beds = city.tables["beds"]
    latest = beds[beds["as_of"].eq(beds.groupby("provider")["as_of"].transform("max")) & beds["specialty"].eq("all")]
    found = codes_where(latest, "provider", latest["open"] * 100 > latest["approved"] * OPEN_ABOVE_APPROVED_PERCENT)
    if found:
        share = f"{OPEN_ABOVE_APPROVED_PERCENT}%"
        yield _OPEN.row(Text(f"{len(found)} 家机构开放床位高于核定床位的 {share}",
                             f"{len(found)} providers have more than {share} of their licensed beds open"),
                        found, severity="information")


_PARTS = Advice(
    check="beds_do_not_add_up", table="beds",
    why=Text("合计与各专科之和不一致，按专科与按总数的结论会矛盾",
             "by specialty and in total the answers then differ"),
    remedy=Text("更正合计行或专科行", "correct the total or the specialties"),
)


def _beds_add_up(city: City) -> Iterator[QualityRow]:
    if not city.has("beds"):
        return
    beds = city.tables["beds"].dropna(subset=["insured_beds"])
    whole = beds[beds["specialty"] == "all"].set_index(["provider", "as_of"])["insured_beds"]
    parts = beds[beds["specialty"] != "all"].groupby(["provider", "as_of"])["insured_beds"].sum()
    both = whole.to_frame("whole").join(parts.rename("parts"), how="inner")
    # Specialties may name some of the beds only: more than the total is wrong, less is not.
    found = [str(index[0]) for index in both.index[both["parts"] > both["whole"]]]
    if found:
        yield _PARTS.row(Text(f"{len(found)} 行合计小于各专科之和",
                              f"{len(found)} totals are below their parts"), found)


_USCC = Advice(
    check="shared_uscc", table="providers",
    why=Text("不同机构共用统一社会信用代码，可能是重复登记或分院区未注明",
             "duplicates, or campuses that do not say so"),
    remedy=Text("分院区填“主院区”；重复登记合并", "state campus_of for campuses, merge duplicates"),
)


def _shared_uscc(city: City) -> Iterator[QualityRow]:
    providers = city.tables["providers"]
    known = providers[providers["uscc"].notna() & providers["campus_of"].isna()]
    found = codes_where(known, "provider", known.duplicated("uscc", keep=False))
    if found:
        yield _USCC.row(Text(f"{len(found)} 家机构共用信用代码且未注明主院区",
                             f"{len(found)} providers share a credit code and name no main provider"), found)


# --- applications ------------------------------------------------------------------------------------------

_OLD = Advice(
    check="old_applications", table="applications",
    why=Text("久未办结的申请可能已撤回或超过办理时限",
             "an old application may be withdrawn or past its time limit"),
    remedy=Text("核对办理状态，已办结的移出本表", "check its state; take settled ones out"),
)


def _old_applications(city: City) -> Iterator[QualityRow]:
    if not city.has("applications"):
        return
    table = city.tables["applications"]
    limit = pd.Timestamp(city.meta.as_of) - pd.Timedelta(days=STALE_DAYS)
    found = codes_where(table, "application", table["applied_on"] < limit)
    if found:
        yield _OLD.row(Text(f"{len(found)} 份申请早于数据日期一年以上",
                            f"{len(found)} applications are over a year older than the data"), found)


FIGURE_CHECKS: tuple[Check, ...] = (
    _units_without_people, _dates_apart, _years_apart, _reorganised, _pharmacies_with_beds, _open_above_approved,
    _beds_add_up, _shared_uscc, _old_applications,
)
