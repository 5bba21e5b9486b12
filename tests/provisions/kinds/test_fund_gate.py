"""No additions while the fund that would pay runs a deficit or a warning letter is in force."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest

from provisions.judging import changed, judge, lacking, measured
from small_city import (
    AREA,
    EAST,
    META,
    WEST,
    ZONE,
    account,
    accounts,
    application,
    letter,
    provider,
    small_city,
)

GATE = "fund-gate"


def fund(unit: str = EAST, *rows: Any) -> list[Any]:
    """Balanced accounts everywhere, with other rows for some of them."""
    keys = {(row["unit"], row["year"], row["scheme"]) for row in rows}
    return [*(row for row in accounts() if (row["unit"], row["year"], row["scheme"]) not in keys), *rows]


def city_with(*rows: Any, **changes: Any) -> Any:
    return small_city(fund=fund(EAST, *rows), **changes)


# --- the deficit -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("balance", "status"), [("-0.01", "fails"), ("0", "holds"), ("0.01", "holds")])
@pytest.mark.parametrize("scheme", ["employee", "resident"])
def test_one_fen_short_in_either_scheme_is_a_deficit(scheme: str, balance: str, status: str) -> None:
    said = judge(city_with(account(EAST, scheme, balance)), GATE)
    assert (said.status, said.value, said.operator, said.threshold) == (status, Decimal(balance), ">=", 0)
    assert said.unit_of_measure == "yuan"


def test_the_running_year_to_its_last_closed_month_is_current() -> None:
    said = judge(city_with(account(EAST, "employee", "-1", 2025)), GATE)
    assert said.status == "holds"
    assert said.evidence["accounts"][0]["last_closed_year_balance"] == -1
    assert str(said.as_of) == "2026-07-31"


def test_another_reading_looks_at_the_last_closed_year() -> None:
    closed, running = account(EAST, "employee", "-1", 2025), account(EAST, "employee", "-1", 2026)
    assert judge(city_with(closed), GATE, readings={"AMB-14": "last_closed_year"}).status == "fails"
    assert judge(city_with(running), GATE, readings={"AMB-14": "last_closed_year"}).status == "holds"


def test_before_any_month_is_closed_the_last_closed_year_decides() -> None:
    early = date(2026, 1, 20)
    apps = [application(applied_on="2026-01-10")]
    city = city_with(account(EAST, "employee", "-1", 2025), applications=apps)
    said = judge(city, GATE, on=early)
    assert (said.status, said.evidence["accounts"][0]["year"]) == ("fails", 2025)


@pytest.mark.parametrize(("on", "status"), [(date(2026, 7, 30), "holds"), (date(2026, 7, 31), "fails")])
def test_an_account_is_known_from_the_day_that_it_goes_up_to(on: date, status: str) -> None:
    city = city_with(account(EAST, "employee", "-1"), applications=[application(applied_on="2026-07-01")])
    assert judge(city, GATE, on=on).status == status


def test_a_running_account_that_does_not_say_how_far_it_goes_is_not_used() -> None:
    said = judge(city_with(account(EAST, "employee", "-1", 2026, None)), GATE)
    assert (said.status, said.evidence["accounts"][0]["year"]) == ("holds", 2025)


def test_a_deficit_two_years_ago_is_nobodys_concern() -> None:
    assert judge(city_with(account(EAST, "employee", "-1", 2024)), GATE, readings={"AMB-14": "last_closed_year"}).status == "holds"


# --- whose account ---------------------------------------------------------------------------------------------------


def test_the_accounting_unit_of_the_place_decides_unless_a_reading_says_the_pooling_area() -> None:
    here = city_with(account(EAST, "employee", "-1"))
    assert judge(here, GATE).status == "fails"
    assert judge(here, GATE, readings={"AMB-14-AREA": "pooling_area"}).status == "holds"
    city = city_with(account(AREA, "employee", "-1"))
    assert judge(city, GATE).status == "holds"
    assert judge(city, GATE, readings={"AMB-14-AREA": "pooling_area"}).status == "fails"


def test_a_unit_without_an_account_is_paid_for_by_the_one_above() -> None:
    city = small_city(fund=[*accounts([WEST, ZONE]), *accounts([AREA])[:2], *[account(AREA, s, "-1") for s in ("employee", "resident")][:0]])
    assert judge(city, GATE).evidence["accounts"][0]["unit"] == AREA


def test_a_township_is_judged_by_its_district() -> None:
    units = [{"unit": "370103001", "name": "某街道", "level": "township", "parent": EAST}]
    city = city_with(account(EAST, "employee", "-1"), more_units=units, applications=[application(unit="370103001")])
    assert judge(city, GATE).status == "fails"


# --- warning letters -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", [EAST, AREA])
def test_a_letter_to_the_unit_or_to_one_above_it_stops_additions(unit: str) -> None:
    said = judge(small_city(more_warnings=[letter(unit)]), GATE)
    assert said.status == "fails"
    assert (said.value, said.operator, said.threshold) == (1, "<=", 0)
    assert "预警" in said.sentence.zh
    assert "书面解除" in said.would_change[0].zh


def test_a_letter_to_another_district_does_not() -> None:
    assert judge(small_city(more_warnings=[letter(WEST)]), GATE).status == "holds"


@pytest.mark.parametrize(("issued", "lifted", "status"), [
    ("2026-09-01", None, "fails"), ("2026-09-02", None, "holds"),
    ("2026-05-01", "2026-09-01", "holds"), ("2026-05-01", "2026-09-02", "fails"),
])
def test_a_letter_binds_from_its_day_until_the_day_it_is_lifted(issued: str, lifted: str | None, status: str) -> None:
    assert judge(small_city(more_warnings=[letter(EAST, issued, lifted)]), GATE).status == status


def test_a_letter_stops_additions_whosever_account_is_looked_at() -> None:
    city = small_city(more_warnings=[letter(EAST)])
    assert judge(city, GATE, readings={"AMB-14-AREA": "pooling_area"}).status == "fails"


def test_no_table_of_letters_is_missing_evidence_and_one_stated_to_be_empty_says_there_is_none() -> None:
    assert lacking(judge(small_city(warnings=None), GATE)) == {("warnings", "issued_on")}
    stated = small_city(warnings=None, meta=attrs.evolve(META, known_empty=("warnings",)))
    assert judge(stated, GATE).status == "holds"


def test_a_deficit_settles_what_the_missing_letters_leave_open() -> None:
    assert judge(city_with(account(EAST, "employee", "-1"), warnings=None), GATE).status == "fails"


def test_a_plan_that_names_no_letters_does_not_ask_for_them() -> None:
    assert judge(small_city(warnings=None), GATE, plan=changed(GATE, warning_letters=False)).status == "holds"


# --- missing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["employee", "resident"])
def test_a_scheme_without_an_account_is_not_in_balance(scheme: str) -> None:
    rows = [row for row in accounts() if (row["unit"], row["scheme"]) != (EAST, scheme)]
    said = judge(small_city(fund=rows), GATE)
    assert lacking(said) == {("fund", "income")}
    assert ("职工" if scheme == "employee" else "居民") in said.sentence.zh


def test_no_accounts_at_all_are_missing_evidence_for_both_schemes() -> None:
    said = judge(small_city(fund=None), GATE)
    assert len(said.missing) == 2
    assert {row.status for row in measured(small_city(fund=None), GATE)} == {"undetermined"}


@pytest.mark.parametrize("column", ["income", "expenditure"])
def test_half_an_account_is_no_account(column: str) -> None:
    rows = [{**account(EAST, "employee", "-1", year), column: None} for year in (2025, 2026)]
    assert judge(small_city(fund=fund(EAST, *rows)), GATE).status == "undetermined"


def test_a_deficit_of_one_scheme_settles_what_the_other_leaves_open() -> None:
    rows = [row for row in accounts() if (row["unit"], row["scheme"]) != (EAST, "resident")]
    rows = [row if (row["unit"], row["scheme"], row["year"]) != (EAST, "employee", 2026) else account(EAST, "employee", "-5") for row in rows]
    said = judge(small_city(fund=rows), GATE)
    assert (said.status, said.value) == ("fails", -5)


def test_an_applicant_of_unknown_unit_has_no_account() -> None:
    mover = application(provider="P1", action="relocate", unit=None)
    city = small_city(applications=[mover], more_providers=[provider("P1", None)])
    assert lacking(judge(city, GATE)) == {("applications", "unit")}


def test_a_plan_may_stop_for_letters_alone() -> None:
    plan = changed(GATE, schemes=())
    assert judge(small_city(fund=None), GATE, plan=plan).status == "holds"
    assert judge(small_city(more_warnings=[letter(EAST)]), GATE, plan=plan).status == "fails"


# --- scope and words -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("action", "status"), [
    ("designate", "fails"), ("branch", "fails"), ("relocate", "fails"), ("add_beds", "not_applicable"), ("convert", "not_applicable"),
])
def test_additions_and_moves_are_meant(action: str, status: str) -> None:
    city = city_with(account(EAST, "employee", "-1"), applications=[application(action=action, provider="P1")],
                     more_providers=[provider("P1", None)])
    assert judge(city, GATE).status == status


def test_the_deficit_is_told_in_yuan_with_its_day() -> None:
    said = judge(city_with(account(EAST, "employee", "-1234567.8")), GATE)
    assert "1,234,567.8 元" in said.sentence.zh
    assert "2026-07-31" in said.sentence.en
    assert "1,234,567.8" in said.would_change[0].en


# --- the measure -----------------------------------------------------------------------------------------------------


def test_each_scheme_of_each_unit_is_a_row() -> None:
    rows = {(r.unit, r.subject): r for r in measured(city_with(account(EAST, "resident", "-7")), GATE)}
    assert len(rows) == 8
    assert (rows[EAST, "resident"].supply, rows[EAST, "resident"].gap, rows[EAST, "resident"].need) == (-7, -7, 0)
    assert (rows[WEST, "employee"].supply, rows[WEST, "employee"].gap) == (1_000_000, 0)


def test_a_letter_in_force_is_noted_beside_the_balance() -> None:
    rows = measured(small_city(more_warnings=[letter(EAST)]), GATE)
    assert {r.unit for r in rows if r.note is not None} == {EAST}
