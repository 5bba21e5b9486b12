"""What the fund took in and paid, what care cost and how many beds were open, in one year, under each scope.

Only sums and their dates. A sum of which one institution's part is missing is missing; a published figure (`facts`) goes before a
derived one. Knows no norm.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from dingdian.methods.fund import FundScope, fund_scope
from dingdian.provisions.finding import Input, Missing
from dingdian.terms import SCHEMES, Text

if TYPE_CHECKING:
    from dingdian.provisions.ground import Ground

INPATIENT, ALL_SERVICES, ALL_SETTLEMENT, WHOLE_FUND = "inpatient", "all_services", "all_settlement", "whole_fund"
AVERAGE_INSURED, EMPLOYEE, RESIDENT = "average_insured", "employee", "resident"
SCOPES: Mapping[str, Text] = {
    INPATIENT: Text("仅住院、两险种、本地机构、年末参保人数", "inpatient only, both schemes, local institutions, insured at the year's end"),
    ALL_SERVICES: Text("住院与门诊合计", "inpatient and outpatient together"),
    WHOLE_FUND: Text("全部统筹基金（含药店、异地等各项支出）", "the whole fund, with pharmacies, care elsewhere and all else"),
    ALL_SETTLEMENT: Text("含异地就医结算", "settlement elsewhere included"),
    AVERAGE_INSURED: Text("平均参保人数", "insured persons on average"),
    EMPLOYEE: Text("仅职工基本医疗保险", "the employee scheme alone"),
    RESIDENT: Text("仅城乡居民基本医疗保险", "the resident scheme alone"),
}
FACT_KEYS = {
    "surplus_rate": Text("结余率（0 至 1 的小数，对象为统筹区）", "surplus rate, a share from 0 to 1; subject = pooling area"),
    "pooled_fund_income": Text("住院统筹基金收入（元，对象为统筹区），不填则按住院支出占基金支出的比例分摊",
                               "income of the fund for inpatient care in yuan; the share of its spending when not stated"),
    "reimbursement_ratio": Text("住院实际报销比（0 至 1 的小数，对象为统筹区或险种）", "actual reimbursement ratio of inpatient care; subject = "
                                "pooling area or scheme"),
    "cost_per_bed": Text("每床位年住院医药费用（元，对象为统筹区或险种）", "inpatient cost per bed and year in yuan; subject = pooling area or scheme"),
    "out_of_area_inpatient_cost": Text("参保人在外地的住院费用（元，对象为统筹区）", "inpatient cost of the insured elsewhere, yuan"),
    "out_of_area_inpatient_fund": Text("参保人在外地住院的统筹基金支出（元，对象为统筹区）", "pooled-fund spending on it, yuan"),
}
_SHARES = ("surplus_rate", "reimbursement_ratio")
_ABOVE_ZERO = ("reimbursement_ratio", "cost_per_bed")
_ACCOUNT = {"income": Text("收入", "income"), "expenditure": Text("支出", "spending")}
_OF_POOLED_FUND = ("inpatient", "outpatient_pooling")


@frozen(kw_only=True)
class Amount:
    """An exact amount with date and source; None with what is missing."""

    value: Fraction | None
    as_of: date | None = None
    source: str = ""
    missing: tuple[Missing, ...] = ()

    def as_input(self, name: str, unit_of_measure: str, places: int = 4) -> Input:
        from dingdian.methods.rounding import round_half_even

        shown = None if self.value is None else round_half_even(self.value, places)
        return Input(name=name, value=shown, unit_of_measure=unit_of_measure, as_of=self.as_of, source=self.source)


@frozen(kw_only=True)
class FundFlows:
    """Every amount of one year that the formula may take in, by name."""

    year: int
    amounts: Mapping[str, Amount]

    def __getitem__(self, name: str) -> Amount:
        return self.amounts[name]

    def missing_of(self, scope: FundScope) -> tuple[Missing, ...]:
        """What is missing to the elements that a scope does not know."""
        names = [name for element, rests_on in RESTS_ON[scope.name].items() if getattr(scope, element) is None for name in rests_on]
        return self.missing_amounts(names)

    def missing_amounts(self, names: Iterable[str]) -> tuple[Missing, ...]:
        return tuple(dict.fromkeys(item for name in names for item in self.amounts[name].missing))

    def scope(self, name: str) -> FundScope:
        """The four elements under one scope of `SCOPES`; a fund that pays more than the cost has no ratio."""
        found = self._scope(name)
        return found if found.ratio is None or found.ratio <= 1 else evolve(found, ratio=None)

    def _scope(self, name: str) -> FundScope:
        build = {INPATIENT: self._inpatient, ALL_SERVICES: self._all_services, ALL_SETTLEMENT: self._all_settlement,
                 WHOLE_FUND: self._whole_fund, AVERAGE_INSURED: self._average, EMPLOYEE: self._scheme, RESIDENT: self._scheme}
        return build[name](name)

    def _inpatient(self, name: str) -> FundScope:
        derived = fund_scope(
            name, income=self._share("income", self["inpatient_fund"].value), spending=self["inpatient_fund"].value,
            cost=self["inpatient_cost"].value, beds=self["open_beds"].value, insured=self["insured"].value)
        return _stated(derived, income=self["pooled_fund_income"], ratio=self["reimbursement_ratio"], cost_per_bed=self["cost_per_bed"])

    def _average(self, name: str) -> FundScope:
        return evolve(self._inpatient(name), insured=self["average_insured"].value)

    def _all_services(self, name: str) -> FundScope:
        spent = self._sum("inpatient_fund", "outpatient_fund")
        return fund_scope(name, income=self._share("income", spent), spending=spent, cost=self._sum("inpatient_cost", "outpatient_cost"),
                          beds=self["open_beds"].value, insured=self["insured"].value)

    def _whole_fund(self, name: str) -> FundScope:
        """The income is known; the medical cost behind all of the fund's spending is on nobody's books."""
        return fund_scope(name, income=self["income"].value, spending=self["expenditure"].value, cost=None,
                          beds=self["open_beds"].value, insured=self["insured"].value)

    def _all_settlement(self, name: str) -> FundScope:
        spent = self._sum("inpatient_fund", "out_of_area_inpatient_fund")
        return fund_scope(name, income=self._share("income", spent), spending=spent, beds=self["open_beds"].value,
                          cost=self._sum("inpatient_cost", "out_of_area_inpatient_cost"), insured=self["insured"].value)

    def _scheme(self, name: str) -> FundScope:
        return FundScope(name=name, income=self._share(f"income_{name}", self["inpatient_fund"].value),
                         ratio=self[f"reimbursement_ratio_{name}"].value, cost_per_bed=self[f"cost_per_bed_{name}"].value,
                         insured=self[f"insured_{name}"].value)

    def _share(self, income: str, spent: Fraction | None) -> Fraction | None:
        """Income × spending of the scope ÷ all spending of the fund: the accounts do not split income by service."""
        whole, everything = self[income].value, self["expenditure"].value
        return None if whole is None or spent is None or not everything else whole * spent / everything

    def _sum(self, *names: str) -> Fraction | None:
        values = [self[name].value for name in names]
        return None if any(value is None for value in values) else sum((v for v in values if v is not None), Fraction(0))


def _stated(derived: FundScope, **stated: Amount) -> FundScope:
    """Published figures go before derived ones."""
    values = {name: amount.value if amount.value is not None else getattr(derived, name) for name, amount in stated.items()}
    return FundScope(name=derived.name, insured=derived.insured, **values)


# The amounts on which each element of each scope rests: where the element is None, they say what is missing.
_SERVICES = ("inpatient_fund", "outpatient_fund")
_CARE = {"income": ("income", "expenditure", "inpatient_fund"), "ratio": ("inpatient_fund", "inpatient_cost"),
         "cost_per_bed": ("inpatient_cost", "open_beds"), "insured": ("insured",)}
RESTS_ON: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    INPATIENT: _CARE,
    AVERAGE_INSURED: {**_CARE, "insured": ("average_insured",)},
    ALL_SERVICES: {"income": ("income", "expenditure", *_SERVICES), "ratio": (*_SERVICES, "inpatient_cost", "outpatient_cost"),
                   "cost_per_bed": ("inpatient_cost", "outpatient_cost", "open_beds"), "insured": ("insured",)},
    WHOLE_FUND: {"income": ("income",), "ratio": ("whole_cost",), "cost_per_bed": ("whole_cost",), "insured": ("insured",)},
    ALL_SETTLEMENT: {
        "income": ("income", "expenditure", "inpatient_fund", "out_of_area_inpatient_fund"),
        "ratio": ("inpatient_fund", "inpatient_cost", "out_of_area_inpatient_fund", "out_of_area_inpatient_cost"),
        "cost_per_bed": ("inpatient_cost", "out_of_area_inpatient_cost", "open_beds"), "insured": ("insured",)},
    **{scheme: {"income": (f"income_{scheme}", "expenditure", "inpatient_fund"), "ratio": (f"reimbursement_ratio_{scheme}",),
                "cost_per_bed": (f"cost_per_bed_{scheme}",), "insured": (f"insured_{scheme}",)} for scheme in (EMPLOYEE, RESIDENT)},
}


def fund_flows(ground: Ground, year: int) -> FundFlows:
    """The amounts of ``year`` for the whole pooling area."""
    found: FundFlows = ground.remember(("fund_flows", year), lambda: _fund_flows(ground, year))
    return found


def _fund_flows(ground: Ground, year: int) -> FundFlows:
    area = ground.snapshot.pooling_area
    amounts = {f"{column}_{scheme}": _account(ground, year, scheme, column) for column in _ACCOUNT for scheme in SCHEMES}
    amounts |= {column: _added(amounts[f"{column}_employee"], amounts[f"{column}_resident"]) for column in _ACCOUNT}
    amounts["whole_cost"] = Amount(value=None, missing=(_no_whole_cost(ground),))
    amounts |= _activity(ground, year)
    amounts |= {f"insured_{scheme}": _insured_of(ground, year, scheme) for scheme in SCHEMES}
    amounts["insured"] = _insured(ground, year)
    amounts["average_insured"] = _average(amounts["insured"], _insured(ground, year - 1))
    for key in FACT_KEYS:
        amounts[key] = _fact(ground, area, key)
    for key in ("reimbursement_ratio", "cost_per_bed"):
        amounts |= {f"{key}_{scheme}": _fact(ground, scheme, key) for scheme in SCHEMES}
    return FundFlows(year=year, amounts=amounts)


def _added(one: Amount, other: Amount) -> Amount:
    value = None if one.value is None or other.value is None else one.value + other.value
    return Amount(value=value, as_of=one.as_of, source=one.source, missing=(*one.missing, *other.missing))


def _average(now: Amount, before: Amount) -> Amount:
    both = _added(before, now)
    return Amount(value=None if both.value is None else both.value / 2, as_of=now.as_of, source=now.source, missing=both.missing)


def _account(ground: Ground, year: int, scheme: str, column: str) -> Amount:
    """The whole year's income or spending of one scheme: the pooling area's own account, else the sum of its districts' accounts."""
    snapshot = ground.snapshot
    here = _own(ground, snapshot.pooling_area, year, scheme, column)
    parts = [here] if here is not None else [_own(ground, unit, year, scheme, column) for unit in snapshot.districts]
    if not parts or any(part is None for part in parts):
        name = snapshot.unit_name(snapshot.pooling_area)
        return Amount(value=None, missing=(Missing(table="fund", subject=snapshot.pooling_area, column=column, phrase=Text(
            f"缺少{name} {year} 年全年{SCHEMES.label(scheme)}统筹基金{_ACCOUNT[column].zh}",
            f"the {_ACCOUNT[column].en} of the {SCHEMES.label(scheme, 'en')} of {name} for the whole of {year} is missing")),))
    return Amount(value=sum((p for p in parts if p is not None), Fraction(0)), as_of=date(year, 12, 31), source=f"fund.{column}")


def _no_whole_cost(ground: Ground) -> Missing:
    return Missing(table="activity", subject=ground.snapshot.pooling_area, column="inpatient_cost", phrase=Text(
        "全部统筹基金支出所对应的医药费用没有台账，报销比和每床费用无从取同一口径",
        "the medical cost behind all of the fund's spending is on no books: ratio and cost per bed cannot be taken in this scope"))


def _own(ground: Ground, unit: str, year: int, scheme: str, column: str) -> Fraction | None:
    for row in ground.snapshot.fund_rows(unit):
        closed = row["through"] is None or row["through"] == date(year, 12, 31)
        if row["year"] == year and row["scheme"] == scheme and closed and row[column] is not None:
            return Fraction(row[column], 100)
    return None


def _activity(ground: Ground, year: int) -> dict[str, Amount]:
    """Cost, fund spending and open beds of the institutions that the pooled fund pays."""
    classes = {code: row.get("provider_class") for code, row in ground.snapshot.provider_records.items()}
    rows = {row["provider"]: row for row in ground.snapshot.rows("activity") if row["year"] == year}
    expected = _on_the_books(ground, year)
    days = 366 if date(year, 12, 31).timetuple().tm_yday == 366 else 365
    found = {}
    for column, wanted, divisor in (
        ("inpatient_fund", ("inpatient",), 100), ("inpatient_cost", ("inpatient",), 100), ("open_bed_days", ("inpatient",), days),
        ("outpatient_fund", _OF_POOLED_FUND, 100), ("outpatient_cost", _OF_POOLED_FUND, 100),
    ):
        name = "open_beds" if column == "open_bed_days" else column
        members = [code for code in {*rows, *expected} if classes.get(code) in wanted]
        found[name] = _column_sum(rows, sorted(members), column, year, divisor)
    return found


def _on_the_books(ground: Ground, year: int) -> list[str]:
    """Providers that count and were designated by the end of the year: each must have reported."""
    last = date(year, 12, 31)
    stock = ground.stock
    return [str(code) for code, day in zip(stock["provider"], stock["designated_on"].astype(object))
            if not (hasattr(day, "year") and day == day and day.date() > last)]


def _column_sum(rows: Mapping[str, Mapping[str, Any]], members: list[str], column: str, year: int, divisor: int) -> Amount:
    lacking = [code for code in members if rows.get(code, {}).get(column) is None]
    total = sum(rows[code][column] for code in members if code not in lacking) if members else 0
    if lacking or not total:  # a fund that pays nothing and beds that nobody opened are gaps in the books
        shown = "、".join(lacking[:3]) + ("…" if len(lacking) > 3 else "")
        return Amount(value=None, missing=(Missing(table="activity", subject=lacking[0] if lacking else "", column=column, phrase=Text(
            f"{len(lacking)} 家机构缺少 {year} 年{_HEADINGS[column].zh}（{shown}）" if lacking else f"没有 {year} 年{_HEADINGS[column].zh}",
            f"{len(lacking)} institutions lack the {_HEADINGS[column].en} of {year} ({shown})" if lacking
            else f"no {_HEADINGS[column].en} of {year}")),))
    return Amount(value=Fraction(total, divisor), as_of=date(year, 12, 31), source=f"activity.{column}")


_HEADINGS = {
    "inpatient_fund": Text("住院基金支出", "inpatient fund spending"), "inpatient_cost": Text("住院费用", "inpatient cost"),
    "outpatient_fund": Text("门诊基金支出", "outpatient fund spending"), "outpatient_cost": Text("门诊费用", "outpatient cost"),
    "open_bed_days": Text("实际开放床日", "open bed-days"),
}


def _insured(ground: Ground, year: int) -> Amount:
    area = ground.snapshot.pooling_area
    counted = ground.snapshot.insured(area, year)
    if counted is None or not counted.persons:
        return Amount(value=None, missing=(_no_insured(ground, year, Text("参保人数", "insured persons")),))
    return Amount(value=Fraction(counted.persons), as_of=date(year, 12, 31), source="insured.persons")


def _insured_of(ground: Ground, year: int, scheme: str) -> Amount:
    """Insured persons of one scheme: the pooling area's own rows, else those of every district."""
    by_unit: dict[str, dict[str, int]] = {}
    for row in ground.snapshot.rows("insured"):
        if row["year"] == year and row["scheme"] == scheme:
            by_unit.setdefault(row["unit"], {})[row["age_band"]] = row["persons"]
    area = ground.snapshot.pooling_area
    units = (area,) if area in by_unit else ground.snapshot.districts
    known = bool(units) and all(unit in by_unit for unit in units)
    persons = sum(by_unit[unit].get("all", sum(by_unit[unit].values())) for unit in units) if known else 0
    if not persons:
        return Amount(value=None, missing=(_no_insured(ground, year, SCHEMES[scheme].name),))
    return Amount(value=Fraction(persons), as_of=date(year, 12, 31), source="insured.persons")


def _no_insured(ground: Ground, year: int, what: Text) -> Missing:
    area = ground.snapshot.pooling_area
    name = ground.snapshot.unit_name(area)
    return Missing(table="insured", subject=area, column="persons",
                   phrase=Text(f"缺少{name} {year} 年末{what.zh}", f"{what.en} of {name} at the end of {year} are missing"))


def _fact(ground: Ground, subject: str, key: str) -> Amount:
    fact = ground.snapshot.fact(subject, key)
    value = None if fact is None else number_of(fact.value)
    if value is not None and ((value > 1 and key in _SHARES) or (value == 0 and key in _ABOVE_ZERO)):
        value = None
    if fact is None or value is None:
        what = FACT_KEYS[key]
        lead = Text("缺少", "missing: ") if fact is None else Text("数值不合要求：", "not a usable number: ")
        return Amount(value=None, missing=(Missing(table="facts", subject=subject, column=key, phrase=Text(
            f"{lead.zh}{what.zh.split('（')[0]}（facts.{key}，对象 {subject}）", f"{lead.en}facts.{key} of {subject}")),))
    return Amount(value=value, as_of=fact.as_of, source=fact.source)


def number_of(text: str) -> Fraction | None:
    """A number of zero or more from a fact's text, exactly; None when it is not one."""
    try:
        parsed = Decimal(text.strip())
    except InvalidOperation:
        return None
    return Fraction(parsed) if parsed.is_finite() and parsed >= 0 else None
