"""Which deficit stops additions: of last year, cumulative, or forecast; each tested to the fen for each scheme."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from dingdian.loop.ground import ground
from dingdian.loop.probing import probe_plan
from dingdian.provisions.kinds.fund_gate import FundGate
from provisions.judging import changed, jinan, judge, lacking, measured, with_provisions
from small_city import AREA, DAY, EAST, filled, small_city

GATE = "fund-gate"
XINJIANG = ("current_deficit", "cumulative_deficit", "forecast_balance_deficit")
SHENYANG = ("last_year_deficit", "forecast_flow_deficit")


def row(year: int, scheme: str = "employee", balance: str = "0", unit: str = AREA, **more: Any) -> dict[str, Any]:
    """An account of a whole year, or of 2026 to the end of June; ``balance`` is income less spending."""
    through = "2026-06-30" if year == 2026 else f"{year}-12-31"
    base = {"closing_balance": "100", "forecast_income": "1000", "forecast_expenditure": "1000", "forecast_closing_balance": "100"}
    more = {**base, **more}
    return filled({"unit": unit, "year": year, "scheme": scheme, "income": str(1000 + Decimal(balance)), "expenditure": "1000",
                   "through": through, **more})


def books(*rows: dict[str, Any]) -> Any:
    """Both schemes balanced in 2025 and 2026, with some rows replaced."""
    keys = {(r["year"], r["scheme"]) for r in rows}
    usual = [row(year, scheme) for year in (2025, 2026) for scheme in ("employee", "resident") if (year, scheme) not in keys]
    return small_city(fund=[*usual, *rows])


def said(*rows: dict[str, Any], conditions: tuple[str, ...], **more: Any) -> Any:
    return judge(books(*rows), GATE, plan=changed(GATE, conditions=conditions, warning_letters=False), **more)


LINE = pytest.mark.parametrize(("amount", "status"), [("-0.01", "fails"), ("0.00", "holds"), ("0.01", "holds")])


@LINE
@pytest.mark.parametrize("scheme", ["employee", "resident"])
def test_a_cumulative_balance_below_zero_is_a_deficit(scheme: str, amount: str, status: str) -> None:
    found = said(row(2026, scheme, closing_balance=amount), conditions=("cumulative_deficit",))
    assert (found.status, found.value, found.operator, found.threshold) == (status, Decimal(amount), ">=", 0)


@LINE
def test_the_forecast_balance_of_the_years_end_is_what_counts(amount: str, status: str) -> None:
    assert said(row(2026, forecast_closing_balance=amount), conditions=("forecast_balance_deficit",)).status == status


@LINE
def test_the_forecast_of_income_against_spending_is_another_condition(amount: str, status: str) -> None:
    off = row(2026, forecast_income=str(1000 + Decimal(amount)))
    assert said(off, conditions=("forecast_flow_deficit",)).status == status
    assert said(off, conditions=("forecast_balance_deficit",)).status == "holds"


@LINE
def test_last_years_income_against_spending(amount: str, status: str) -> None:
    assert said(row(2025, balance=amount), conditions=("last_year_deficit",)).status == status
    assert said(row(2025, balance=amount), conditions=("cumulative_deficit", "forecast_flow_deficit")).status == "holds"


def test_without_a_stated_balance_last_years_plus_the_forecast_year_decides() -> None:
    off = row(2026, forecast_closing_balance=None, forecast_income="899.99")
    found = said(off, conditions=("forecast_balance_deficit",))
    assert (found.status, found.value) == ("fails", Decimal("-0.01"))
    assert said({**off, "forecast_income": "900"}, conditions=("forecast_balance_deficit",)).status == "holds"


def test_another_reading_carries_the_closed_months_on() -> None:
    gate = FundGate(id="even", clause="fund-gate", schemes=("employee",), warning_letters=False, conditions=("forecast_balance_deficit",),
                    readings={"area": {"option": "pooling_area"}, "forecast": {"option": "even_course"}})
    plan = with_provisions(gate)
    short = judge(books(row(2026, balance="-49.60")), "even", plan=plan)  # 100 - 49.60 × 365/181 = -0.0220…
    assert (short.status, short.value) == ("fails", Decimal("-0.03"))
    assert judge(books(row(2026, balance="-49.58")), "even", plan=plan).status == "holds"


def test_what_fails_is_named_with_its_amount() -> None:
    found = said(row(2026, "resident", closing_balance="-7"), row(2026, "employee", forecast_closing_balance="-12345.6"), conditions=XINJIANG)
    assert "累计赤字 7 元" in found.sentence.zh
    assert "预计 2026 年末结余赤字 12,345.6 元" in found.sentence.zh
    assert "forecast to close 2026 in deficit (12,345.6 yuan)" in found.sentence.en
    assert "当期" not in found.sentence.zh


def test_a_deficit_settles_what_another_condition_leaves_open() -> None:
    off = row(2026, closing_balance="-1", forecast_closing_balance=None, forecast_income=None)
    assert said(off, conditions=XINJIANG).status == "fails"


@pytest.mark.parametrize(("condition", "rows", "column"), [
    ("cumulative_deficit", [row(y, closing_balance=None) for y in (2025, 2026)], "closing_balance"),
    ("forecast_balance_deficit", [row(2026, forecast_closing_balance=None, forecast_income=None)], "forecast_closing_balance"),
    ("forecast_flow_deficit", [row(2026, forecast_expenditure=None)], "forecast_income"),
    ("last_year_deficit", [{**row(2025), "year": 2024, "through": "2024-12-31"}, row(2025, income=None)], "income"),
])
def test_a_condition_without_its_amount_is_undetermined(condition: str, rows: list[dict[str, Any]], column: str) -> None:
    assert lacking(said(*rows, conditions=(condition,))) == {("fund", column)}


def test_an_older_years_balance_is_the_latest_known_where_the_running_one_is_not() -> None:
    found = said(row(2026, closing_balance=None), row(2025, closing_balance="-1"), conditions=("cumulative_deficit",))
    assert (found.status, found.value) == ("fails", -1)
    assert "截至 2025-12-31 累计赤字 1 元" in found.sentence.zh


def test_the_span_of_outlooks_stands_beside_the_forecast_and_decides_nothing() -> None:
    found = said(row(2026, balance="-90"), conditions=("forecast_balance_deficit",))
    beside = found.evidence["conditions"][0]["beside"]
    assert found.status == "holds"
    assert beside["lowest"] == beside["even_course"] < 0 < beside["highest"]


def test_each_condition_of_each_scheme_of_each_unit_is_a_row() -> None:
    rows = measured(books(row(2026, closing_balance="-5")), GATE, plan=changed(GATE, conditions=XINJIANG))
    mine = {(r.measure, r.subject): r.gap for r in rows if r.unit == AREA}
    assert mine["fund_cumulative_balance", "employee"] == -5
    assert set(mine) == {(m, s) for m in ("fund_balance", "fund_cumulative_balance", "fund_forecast_balance") for s in ("employee", "resident")}
    assert {r.status for r in rows if r.unit == EAST} == {"undetermined"}


def test_the_plans_words_name_the_conditions() -> None:
    back = changed(GATE, conditions=SHENYANG).provision(GATE).read_back()
    assert "上年度收不抵支、预计全年收不抵支任一情形" in back.zh


def test_a_gate_that_names_no_deficit_is_a_problem() -> None:
    gate = jinan().provision(GATE)
    assert not list(gate.problems())
    assert [path for path, *_ in changed(GATE, conditions=()).provision(GATE).problems()] == [("conditions",)]


@pytest.mark.slow
@pytest.mark.parametrize("conditions", [("current_deficit",), XINJIANG, SHENYANG])
@pytest.mark.parametrize("forecast", ["stated", "even_course"])
def test_its_own_probes_come_out_as_said(conditions: tuple[str, ...], forecast: str) -> None:
    gate = jinan().provision(GATE)
    plan = changed(GATE, conditions=conditions, readings={**gate.readings, "forecast": {"option": forecast}})
    found = [r for r in probe_plan(plan) if r.name.startswith(GATE)]
    assert len(found) == 3 * len(conditions) + 2
    assert [r for r in found if r.differences] == []
    assert ground(books(), plan, DAY).choices(plan.provision(GATE))["forecast"].option == forecast
