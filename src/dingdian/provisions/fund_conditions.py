"""The ways in which a fund can be said to be in deficit, each tested on one scheme's account of one unit.

A test gives one amount that must not lie below zero, with its date and where it comes from, or says what is missing. It is told
whose account to read and decides nothing about an application.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import field, frozen

from dingdian.methods.outlook import balance_at_year_end, whole_year
from dingdian.methods.rounding import round_down
from dingdian.provisions.finding import Missing
from dingdian.provisions.ground import Ground
from dingdian.terms import SCHEMES, Text

CURRENT, LAST_YEAR, CUMULATIVE = "current_deficit", "last_year_deficit", "cumulative_deficit"
FORECAST_FLOW, FORECAST_BALANCE = "forecast_flow_deficit", "forecast_balance_deficit"
STATED, EVEN = "stated", "even_course"

# What a failing test is called in a sentence; ``{year}`` and ``{day}`` are those of the account.
SAID: Mapping[str, Text] = {
    CURRENT: Text("截至 {day} 收不抵支", "in deficit at {day}"),
    LAST_YEAR: Text("{year} 年度收不抵支", "in deficit in {year}"),
    CUMULATIVE: Text("截至 {day} 累计赤字", "in cumulative deficit at {day}"),
    FORECAST_FLOW: Text("预计 {year} 年全年收不抵支", "forecast to spend more than it takes in over {year}"),
    FORECAST_BALANCE: Text("预计 {year} 年末结余赤字", "forecast to close {year} in deficit"),
}
MEASURES: Mapping[str, str] = {
    CURRENT: "fund_balance", LAST_YEAR: "fund_last_year", CUMULATIVE: "fund_cumulative_balance",
    FORECAST_FLOW: "fund_forecast_flow", FORECAST_BALANCE: "fund_forecast_balance",
}
AMOUNTS: Mapping[str, Text] = {
    CURRENT: Text("当期收支差", "current balance"),
    LAST_YEAR: Text("上年度收支差", "balance of last year"),
    CUMULATIVE: Text("累计结余", "cumulative balance"),
    FORECAST_FLOW: Text("预计全年收支差", "forecast balance of the year's income and spending"),
    FORECAST_BALANCE: Text("预计年末累计结余", "forecast cumulative balance at the year's end"),
}


@frozen(kw_only=True)
class Tested:
    """One condition of one scheme: ``amount`` in yuan must be zero or more; None with what is missing.

    ``beside`` are amounts that are shown and do not decide: the even course of the year, and the widest span of all outlooks.
    """

    condition: str
    scheme: str
    unit: str
    amount: Decimal | None
    year: int | None = None
    as_of: date | None = None
    formula: str = ""
    beside: Mapping[str, Decimal | None] = field(factory=dict)
    missing: tuple[Missing, ...] = ()

    @property
    def fails(self) -> bool:
        return self.amount is not None and self.amount < 0

    def as_evidence(self) -> dict[str, Any]:
        return {"condition": self.condition, "scheme": self.scheme, "unit": self.unit, "amount": self.amount, "year": self.year,
                "as_of": self.as_of, "formula": self.formula, **({"beside": dict(self.beside)} if self.beside else {})}

    def phrase(self, lang: str) -> str:
        """What the condition says of the account, with its year or day."""
        return SAID[self.condition](lang).format(year=self.year, day=self.as_of)


def tested(ground: Ground, condition: str, unit: str, scheme: str, outlook: str) -> Tested:
    """One condition (other than the current deficit, which the gate reads by its own slots) on one account."""
    rows = {row["year"]: row for row in ground.snapshot.fund_rows(unit) if row["scheme"] == scheme}
    find = {LAST_YEAR: _last_year, CUMULATIVE: _cumulative, FORECAST_FLOW: _forecast_flow, FORECAST_BALANCE: _forecast_balance}
    return find[condition](ground, rows, unit, scheme, outlook)


Rows = Mapping[int, Mapping[str, Any]]


def _last_year(ground: Ground, rows: Rows, unit: str, scheme: str, outlook: str) -> Tested:
    year = ground.on.year - 1
    row = rows.get(year, {})
    amount = _less(row.get("income"), row.get("expenditure"))
    return Tested(
        condition=LAST_YEAR, scheme=scheme, unit=unit, amount=amount, year=year, as_of=date(year, 12, 31),
        formula="income - expenditure >= 0",
        missing=() if amount is not None else (_lacks(ground, unit, scheme, year, "income", Text("全年收支", "accounts of the whole year")),))


def _cumulative(ground: Ground, rows: Rows, unit: str, scheme: str, outlook: str) -> Tested:
    """The latest cumulative balance on file, of the running year or of a closed one."""
    known = [year for year, row in rows.items() if row["closing_balance"] is not None and _dated(row, year, ground.on)]
    year = max(known, default=None)
    if year is None:
        lacking = _lacks(ground, unit, scheme, ground.on.year, "closing_balance", Text("累计结余", "cumulative balance"))
        return Tested(condition=CUMULATIVE, scheme=scheme, unit=unit, amount=None, missing=(lacking,), formula="closing_balance >= 0")
    return Tested(condition=CUMULATIVE, scheme=scheme, unit=unit, amount=_yuan(rows[year]["closing_balance"]), year=year,
                  as_of=rows[year]["through"] or date(year, 12, 31), formula="closing_balance >= 0")


def _forecast_flow(ground: Ground, rows: Rows, unit: str, scheme: str, outlook: str) -> Tested:
    year = ground.on.year
    row = rows.get(year, {})
    stated = _less(row.get("forecast_income"), row.get("forecast_expenditure"))
    even = _even_flow(row)
    previous = rows.get(year - 1, {})
    return _forecast(
        ground, FORECAST_FLOW, unit, scheme, outlook, row, stated, even, _less(previous.get("income"), previous.get("expenditure")),
        "forecast_income - forecast_expenditure >= 0", "forecast_income", Text("全年收支预测", "forecast income and expenditure"))


def _forecast_balance(ground: Ground, rows: Rows, unit: str, scheme: str, outlook: str) -> Tested:
    """The stated forecast balance, else last year's closing balance plus the stated forecast of income less spending."""
    year = ground.on.year
    row, opening = rows.get(year, {}), rows.get(year - 1, {}).get("closing_balance")
    stated = row.get("forecast_closing_balance")
    flow = _less(row.get("forecast_income"), row.get("forecast_expenditure"))
    derived = None if opening is None or flow is None else _yuan(opening) + flow
    before = _less(rows.get(year - 1, {}).get("income"), rows.get(year - 1, {}).get("expenditure"))
    return _forecast(
        ground, FORECAST_BALANCE, unit, scheme, outlook, row, derived if stated is None else _yuan(stated), _even_balance(row, opening),
        None if opening is None or before is None else _yuan(opening) + before,
        "forecast_closing_balance >= 0" if stated is not None else "closing_balance of last year + forecast_income - forecast_expenditure >= 0",
        "forecast_closing_balance", Text("年末结余预测", "forecast balance at the year's end"))


def _forecast(
    ground: Ground, condition: str, unit: str, scheme: str, outlook: str, row: Mapping[str, Any], stated: Decimal | None,
    even: Decimal | None, as_last_year: Decimal | None, formula: str, column: str, what: Text,
) -> Tested:
    year = ground.on.year
    amount = even if outlook == EVEN else stated
    known = [value for value in (stated, even, as_last_year) if value is not None]
    if outlook == EVEN:
        formula, column, what = _EVEN_FORMULA[condition], "through", Text("本年已结账月份的收支与上年末结余", "closed months and last year's balance")
    return Tested(
        condition=condition, scheme=scheme, unit=unit, amount=amount, year=year, formula=formula,
        as_of=row.get("through") or (None if amount is None else ground.on),
        beside={"stated": stated, "even_course": even, "as_last_year": as_last_year, "lowest": min(known, default=None),
                "highest": max(known, default=None)},
        missing=() if amount is not None else (_lacks(ground, unit, scheme, year, column, what),))


_EVEN_FORMULA = {
    FORECAST_FLOW: "(income - expenditure) * days of the year / days to `through` >= 0",
    FORECAST_BALANCE: "closing_balance of last year + (income - expenditure) * days of the year / days to `through` >= 0",
}


def _even_flow(row: Mapping[str, Any]) -> Decimal | None:
    difference = _less(row.get("income"), row.get("expenditure"))
    return None if difference is None or row["through"] is None else _to_fen(whole_year(difference, row["through"]))


def _even_balance(row: Mapping[str, Any], opening: int | None) -> Decimal | None:
    if opening is None or row.get("income") is None or row.get("expenditure") is None or row["through"] is None:
        return None
    return _to_fen(balance_at_year_end(_yuan(opening), _yuan(row["income"]), _yuan(row["expenditure"]), row["through"]))


def _to_fen(amount: Fraction) -> Decimal:
    return round_down(amount, 2)  # a deficit of less than a fen is never shown as none


def _dated(row: Mapping[str, Any], year: int, on: date) -> bool:
    """A row of the running year speaks from its last closed day on; without that day nobody knows how far it goes."""
    return year < on.year or row["through"] is not None


def _less(income: int | None, expenditure: int | None) -> Decimal | None:
    return None if income is None or expenditure is None else _yuan(income) - _yuan(expenditure)


def _yuan(fen: int) -> Decimal:
    return Decimal(fen) / 100


def _lacks(ground: Ground, unit: str, scheme: str, year: int, column: str, what: Text) -> Missing:
    name = ground.snapshot.unit_name(unit)
    return Missing(table="fund", subject=unit, column=column, phrase=Text(
        f"缺少{name}{SCHEMES.label(scheme)} {year} 年{what.zh}", f"{what.en} of the {SCHEMES.label(scheme, 'en')} of {name} for {year} missing"))
