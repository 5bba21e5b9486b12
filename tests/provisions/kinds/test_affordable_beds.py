"""The affordable norm: its scopes, its identity, the area and each zone held against it, and what is missing to it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dingdian.provisions.base import Provision
from dingdian.provisions.kinds.affordable_beds import AffordableBeds
from dingdian.provisions.kinds.zones import Zones
from provisions.judging import measured, with_provisions
from small_city import AREA, EAST, WEST, ZONE, beds, clinic, fact, filled, hospital, insured, small_city

NORM = "norm"
# 10,000,000 insured. Inpatient: 300,000 beds × 365 days, cost 8e9, fund 4e9; outpatient cost 3e9, fund 1e9; income 6e9.
INSURED = {WEST: 4_000_000, EAST: 5_000_000, ZONE: 1_000_000}
YUAN = {"inpatient_cost": "8000000000", "inpatient_fund": "4000000000", "outpatient_cost": "2000000000", "outpatient_fund": "600000000"}


def provision(**changes: Any) -> AffordableBeds:
    readings = {"scope": {"option": changes.pop("scope", "inpatient")}, "beds": {"option": "insured_beds"}}
    return AffordableBeds(id=NORM, clause="bed-total", per="insured", by=date(2027, 12, 31), effect="information", readings=readings)


def two_zones() -> Zones:
    return Zones(id="zones", clause="bed-total", effect="information", zones=(
        {"zone": "inner", "zh": "主城区", "en": "inner", "units": (WEST, EAST)}, {"zone": "outer", "zh": "郊区", "en": "outer", "units": (ZONE,)}))


def activity(code: str, year: int = 2025, **columns: Any) -> dict[str, Any]:
    return filled({"provider": code, "year": year, **columns})


def fund_row(scheme: str, income: str, spent: str = "3000000000", year: int = 2025) -> dict[str, Any]:
    return {"unit": AREA, "year": year, "scheme": scheme, "income": income, "expenditure": spent, "through": f"{year}-12-31"}


def city_of(**changes: Any) -> Any:
    rows: dict[str, Any] = {
        "providers": [hospital("H1", "tertiary", WEST), hospital("H2", "secondary", ZONE), clinic("C1")],
        "beds": [beds("H1", 36_000), beds("H2", 4_000)],
        "insured": [row for unit, persons in INSURED.items() for row in insured(unit, persons)],
        "fund": [fund_row("employee", "3500000000"), fund_row("resident", "2500000000")],
        "activity": [activity("H1", open_bed_days=365 * 30_000, **YUAN), activity("C1", outpatient_cost="1000000000", outpatient_fund="400000000"),
                     activity("H2", open_bed_days=365 * 10_000, inpatient_cost="2000000000", inpatient_fund="1000000000",
                              outpatient_cost="0", outpatient_fund="0")],
        "facts": [fact(AREA, "surplus_rate", "0.05")],
    }
    return small_city(**{**rows, **changes})


def rows_of(city: Any, *more: Provision, scope: str = "inpatient") -> list[Any]:
    return measured(city, NORM, plan=with_provisions(*more, provision(scope=scope)))


def one(rows: list[Any], measure: str, subject: str = "") -> Any:
    (found,) = [row for row in rows if row.measure == measure and row.subject == subject]
    return found


def test_the_norm_in_one_consistent_scope() -> None:
    # spending 5e9 inpatient + 1e9 outpatient, so 5/6 of the income of 6e9; r = 0.5, c = 10e9 / 40,000 = 250,000
    # 5e9 × 0.95 / 0.5 × 1000 / (250,000 × 1e7) = 3.8
    row = one(rows_of(city_of()), "affordable_beds_per_1000")
    assert (row.need, row.supply, row.gap) == (Decimal("3.8000"), Decimal("4.0000"), Decimal("0.2000"))
    said = {item.name: item.value for item in row.inputs}
    assert (said["income"], said["ratio"], said["cost_per_bed"], said["insured"]) == (5_000_000_000, Decimal("0.5000"), 250_000, 10_000_000)


def test_the_identity_gives_the_same_number_and_says_so() -> None:
    # 40,000 open beds × 5e9 × 0.95 / 5e9 = 38,000 beds on ten million
    row = one(rows_of(city_of()), "affordable_beds_scopes", "identity")
    assert row.supply == Decimal("3.8000")
    assert "完全相等" in row.note.zh


def test_a_published_ratio_of_another_scope_breaks_the_identity_and_is_told() -> None:
    city = city_of(more_facts=[fact(AREA, "reimbursement_ratio", "0.6")])
    rows = rows_of(city)
    assert one(rows, "affordable_beds_per_1000").need == Decimal("3.1667")
    assert "原公式多出 -0.6333" in one(rows, "affordable_beds_scopes", "identity").note.zh


def test_each_zone_is_held_against_the_norm_of_the_whole_area() -> None:
    rows = rows_of(city_of(), two_zones())
    inner, outer = one(rows, "affordable_beds", "inner"), one(rows, "affordable_beds", "outer")
    assert (inner.need, inner.supply, inner.gap) == (34_200, 36_000, 1800)
    assert (outer.need, outer.supply, outer.gap) == (3_800, 4_000, 200)
    assert one(rows, "affordable_beds").need == 38_000


def test_the_table_of_scopes_shows_every_mixture_of_income_ratio_and_cost() -> None:
    rows = {row.subject: row for row in rows_of(city_of()) if row.measure == "affordable_beds_scopes"}
    mixed = {subject for subject in rows if "all_services" in subject}
    assert mixed == {"all_services", "income=all_services", "ratio=all_services", "cost_per_bed=all_services", "income,ratio=all_services",
                     "income,cost_per_bed=all_services", "ratio,cost_per_bed=all_services"}
    # all services: r = 6/13, c = 13e9 / 40,000 = 325,000: 6e9 × 0.95 × 13/6 × 1000 / (325,000 × 1e7) = 3.8 again
    assert rows["all_services"].supply == rows["inpatient"].supply == Decimal("3.8000")
    assert rows["income=all_services"].supply == Decimal("4.5600")
    assert "1.2000 倍" in rows["income=all_services"].note.zh


def test_schemes_and_settlement_elsewhere_are_undetermined_until_their_figures_are_published() -> None:
    rows = {row.subject: row for row in rows_of(city_of()) if row.measure == "affordable_beds_scopes"}
    assert rows["employee"].status == rows["all_settlement"].status == "undetermined"
    assert "employee" in rows["employee"].reason.zh
    assert rows["income=employee"].supply == Decimal("2.2167")  # 3.5e9 × 5/6
    more = [fact("employee", "reimbursement_ratio", "0.7"), fact("employee", "cost_per_bed", "250000"),
            fact(AREA, "out_of_area_inpatient_cost", "1000000000"), fact(AREA, "out_of_area_inpatient_fund", "400000000")]
    told = {row.subject: row for row in rows_of(city_of(more_facts=more)) if row.measure == "affordable_beds_scopes"}
    # 2.9166…e9 × 0.95 / 0.7 × 1000 / (250,000 × 6e6)
    assert told["employee"].supply == Decimal("2.6389")
    # income 6e9 × 5.4/6, spending 5.4e9: 40,000 × 0.95 / 1e7, whatever is added
    assert told["all_settlement"].supply == Decimal("3.8000")


def test_average_insured_needs_the_year_before() -> None:
    rows = rows_of(city_of(), scope="average_insured")
    assert one(rows, "affordable_beds_per_1000").status == "undetermined"
    before = [row for unit, persons in INSURED.items() for row in insured(unit, persons * 9 // 10, year=2024)]
    rows = rows_of(city_of(more_insured=before), scope="average_insured")
    assert one(rows, "affordable_beds_per_1000").need == Decimal("4.0000")  # 3.8 × 10 / 9.5


@pytest.mark.parametrize(("scope", "norm"), [("inpatient", "3.8000"), ("all_services", "3.8000"), ("all_income", "4.5600")])
def test_the_reading_says_which_scope_is_in_force(scope: str, norm: str) -> None:
    assert one(rows_of(city_of(), scope=scope), "affordable_beds_per_1000").need == Decimal(norm)


@pytest.mark.parametrize("table", ["fund", "activity", "insured", "facts"])
def test_without_its_tables_the_norm_is_undetermined_and_names_what_is_missing(table: str) -> None:
    row = one(rows_of(city_of(**{table: None})), "affordable_beds_per_1000")
    assert (row.status, row.need) == ("undetermined", None)
    assert row.reason.zh != "数据不足"


def test_a_hospital_that_reported_nothing_leaves_the_norm_open() -> None:
    city = city_of(more_providers=[hospital("H3", "primary", EAST)], more_beds=[beds("H3", 10)])
    row = one(rows_of(city), "affordable_beds_per_1000")
    assert row.status == "undetermined"
    assert "H3" in row.reason.zh


@pytest.mark.parametrize(("rate", "known"), [("0", True), ("1", True), ("1.01", False), ("5%", False), ("-0.1", False)])
def test_a_surplus_rate_is_a_share_from_zero_to_one(rate: str, known: bool) -> None:
    row = one(rows_of(city_of(facts=[fact(AREA, "surplus_rate", rate)])), "affordable_beds_per_1000")
    assert (row.status == "measured") is known


def test_accounts_of_a_running_year_are_not_taken_for_the_whole_year() -> None:
    half = [{**fund_row(scheme, "3000000000"), "through": "2025-06-30"} for scheme in ("employee", "resident")]
    assert one(rows_of(city_of(fund=half)), "affordable_beds_per_1000").status == "undetermined"


def test_what_the_fund_spends_elsewhere_takes_its_share_of_the_income() -> None:
    # spending 8e9 in all, 5e9 of it for inpatient care: 6e9 × 5/8 = 3.75e9 of income
    city = city_of(fund=[fund_row("employee", "3500000000", "5000000000"), fund_row("resident", "2500000000")])
    rows = rows_of(city)
    assert one(rows, "affordable_beds_per_1000").need == Decimal("2.8500")
    scopes = {row.subject: row for row in rows if row.measure == "affordable_beds_scopes"}
    assert scopes["all_services"].supply == scopes["identity"].supply == Decimal("2.8500")
    assert scopes["income=whole_fund"].supply == Decimal("4.5600")
    assert scopes["whole_fund"].status == "undetermined"
