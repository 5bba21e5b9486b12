"""Fund: income, spending and balances of each scheme, how long the reserve would last, and where the year seems to end.

A scheme stands by itself: balances of two schemes are never added. A stated forecast and one carried on evenly from the closed months are two
rows; neither stands in for the other. Gates on these balances are `fund_gate`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from dingdian.methods.fund import months_of_reserve
from dingdian.methods.outlook import balance_at_year_end
from dingdian.provisions.finding import Input, Measure
from dingdian.provisions.ground import Ground
from dingdian.provisions.indicators.family import CITY, UNIT, Family, Group, groups
from dingdian.provisions.indicators.rows import information
from dingdian.terms import SCHEMES, Text

FEN = 100
CURRENT = Text("当期收入 − 当期支出", "income − expenditure")


def rows(ground: Ground, by: str) -> Iterator[Measure]:
    """Balances of each scheme: of the latest closed year and of the running one, for units that keep an account."""
    for group in groups(ground, by):
        accounts = ground.snapshot.fund_rows(group.code)
        if by == UNIT and not accounts:
            continue  # units without an account of their own share the city's
        for scheme in SCHEMES:
            latest = max((row for row in accounts if row["scheme"] == scheme), key=lambda row: row["year"], default=None)
            if latest is None:
                yield _absent(ground, group, scheme)
            else:
                yield from _scheme(ground, group, scheme, latest)


def _absent(ground: Ground, group: Group, scheme: str) -> Measure:
    name = SCHEMES.label(scheme)
    return information(ground, group, "fund_current_balance", _title("当期结余", "balance of the year", scheme), CURRENT, "yuan", None, subject=scheme,
                       reason=Text(f"缺少{name}基金账（fund 表）", f"no account of the {SCHEMES.label(scheme, 'en')} scheme (fund table)"))


def _scheme(ground: Ground, group: Group, scheme: str, row: Mapping[str, Any]) -> Iterator[Measure]:
    through = row["through"] or date(row["year"], 12, 31)
    income, spending, closing = row["income"], row["expenditure"], row["closing_balance"]

    def said(measure: str, title: tuple[str, str], formula: Text | str, value: int | Fraction | None, names: tuple[str, ...],
             unit: str = "yuan", as_of: date = through, reason: Text | None = None) -> Measure:
        inputs = tuple(Input(name=name, value=None if row[name] is None else round(Fraction(row[name], FEN)), unit_of_measure="yuan", as_of=as_of,
                             source=f"fund.{name}") for name in names)
        return information(ground, group, measure, _title(*title, scheme), formula, unit, None if value is None else Fraction(value), inputs=inputs,
                           as_of=as_of, subject=scheme, reason=reason or Text(f"fund 表未填齐（{row['year']} 年）", f"not all stated in fund ({row['year']})"))

    both = income is not None and spending is not None
    yield said("fund_current_balance", ("当期结余", "balance of the year"), CURRENT, Fraction(income - spending, FEN) if both else None,
               ("income", "expenditure"))
    yield said("fund_cumulative_balance", ("累计结余", "cumulative balance"), "closing_balance", None if closing is None else Fraction(closing, FEN),
               ("closing_balance",))
    months = None if closing is None or not spending else months_of_reserve(closing, spending, through)
    yield said("fund_reserve_months", ("累计结余可支付月数", "months that the reserve would last"), Text(
        "累计结余 ÷ 月均支出", "closing_balance / average monthly expenditure"), months,
        ("closing_balance", "expenditure"), unit="month", reason=Text("支出为零", "no spending") if spending == 0 else None)
    end = date(row["year"], 12, 31)
    yield said("fund_forecast_stated", ("年末累计结余（填报预测）", "balance at the year's end, as stated"), "forecast_closing_balance",
               None if row["forecast_closing_balance"] is None else Fraction(row["forecast_closing_balance"], FEN), ("forecast_closing_balance",), as_of=end,
               reason=None if row["forecast_closing_balance"] is not None else Text("未填报预测", "no forecast is stated"))
    if through < end:
        known = both and closing is not None
        yield said("fund_forecast_even", ("年末累计结余（按已结月份匀速推算）", "balance at the year's end, the closed months carried on evenly"), Text(
            "上年末累计 + (收入 − 支出) × 全年天数 ÷ 已结天数", "opening + (income − expenditure) × days of the year / days closed"),
            balance_at_year_end(closing - income + spending, income, spending, through) / FEN if known else None,
            ("income", "expenditure", "closing_balance"), as_of=end)


def _title(zh: str, en: str, scheme: str) -> Text:
    return Text(f"{SCHEMES.label(scheme)}{zh}", f"{SCHEMES.label(scheme, 'en')}: {en}")


FAMILY = Family(code="fund", title=Text("基金收支", "fund balances"), by=(CITY, UNIT), rows=rows)
