"""Figures of the indicators against plain sums over small cities, and the laws that they must keep."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from dingdian.city.read import read_city
from dingdian.loop.ground import ground
from dingdian.plans.load import load_plan
from dingdian.provisions.finding import Measure
from dingdian.provisions.indicators import families
from provisions.judging import jinan
from small_city import AREA, DAY, EAST, INSURED, WEST, hospital, small_city


def rows_of(city: Any, code: str, by: str, plan: Any = None) -> list[Measure]:
    return list(families()[code].rows(ground(city, plan or jinan(), DAY), by))


def one(rows: list[Measure], measure: str, **where: str) -> Measure:
    found = [row for row in rows if row.measure == measure and all(getattr(row, key) == value for key, value in where.items())]
    assert len(found) == 1, [(row.measure, row.unit, row.subject) for row in found]
    return found[0]


def year(code: str, **columns: int) -> Mapping[str, Any]:
    return {"provider": code, "year": 2025, **columns}


USED = [year("H1", bed_days=800, discharges=80, open_bed_days=1000, visits=10), year("H2", bed_days=300, discharges=60, open_bed_days=500, visits=30),
        year("H3", bed_days=0, discharges=0, open_bed_days=500, visits=0)]


def test_a_rate_is_a_ratio_of_sums_and_no_mean_of_rates() -> None:
    row = one(rows_of(small_city(activity=USED), "use", "city"), "bed_occupancy")
    assert row.supply == Decimal("55.00")  # 1100 of 2000; the mean of 80, 60 and 0 would be 46.67
    assert {item.name: item.value for item in row.inputs} == {"bed_days": 1100, "open_bed_days": 2000, "providers": 3}
    assert str(row.as_of) == "2025-12-31"


def test_occupancy_times_days_is_turnover_times_stay() -> None:
    rows = rows_of(small_city(activity=USED), "use", "city")
    occupancy, stay, turnover = (one(rows, name).supply for name in ("bed_occupancy", "average_stay", "bed_turnover"))
    assert occupancy is not None
    assert stay is not None
    assert turnover is not None
    assert abs(Fraction(occupancy) / 100 * 365 - Fraction(turnover) * Fraction(stay)) < Fraction(1, 2)


def test_one_institution_without_its_row_leaves_the_sum_open_and_is_named() -> None:
    row = one(rows_of(small_city(activity=USED[:2]), "use", "city"), "bed_occupancy")
    assert row.status == "undetermined"
    assert row.reason is not None
    assert "3 家中有 1 家" in row.reason.zh
    assert "H3" in row.reason.zh


def test_who_came_after_the_year_has_no_part_in_it() -> None:
    late = hospital("H9", "secondary", EAST, designated_on="2026-02-01")
    assert one(rows_of(small_city(activity=USED, more_providers=[late]), "use", "city"), "bed_occupancy").supply == Decimal("55.00")


def test_a_zero_denominator_is_said_and_no_number() -> None:
    nothing = [year(code, bed_days=0, discharges=0, open_bed_days=0, visits=0) for code in ("H1", "H2", "H3")]
    row = one(rows_of(small_city(activity=nothing), "use", "city"), "average_stay")
    assert (row.supply, row.status) == (None, "undetermined")
    assert row.reason is not None
    assert row.reason.en == "the denominator is zero"


def test_a_running_year_is_no_year_yet() -> None:
    running = [{**row, "year": 2026, "bed_days": 1} for row in USED]
    assert one(rows_of(small_city(activity=[*USED, *running]), "use", "city"), "bed_occupancy").supply == Decimal("55.00")


def test_sums_of_the_units_are_the_sum_of_the_city() -> None:
    city, plan = read_city("wuhu-demo"), load_plan("wuhu-2026")
    for measure in ("discharges", "occupied_bed_days", "outpatient_visits"):
        whole = one(rows_of(city, "use", "city", plan), measure).supply
        assert sum(row.supply or 0 for row in rows_of(city, "use", "unit", plan) if row.measure == measure) == whole


def test_money_is_shown_in_yuan_and_says_what_it_is_not() -> None:
    costs = [year(code, discharges=10, inpatient_cost=5000) for code in ("H1", "H2", "H3")]
    row = one(rows_of(small_city(activity=costs), "use", "city"), "cost_per_discharge")
    assert row.supply == Decimal("500.00")  # 5000 yuan for ten
    assert row.note is not None
    assert "病例组合" in row.note.zh


def test_beds_per_1000_insured_by_unit_and_the_four_counts_apart() -> None:
    rows = rows_of(small_city(), "density", "unit")
    row = one(rows, "insured_beds_per_1000_insured", unit=WEST)
    assert row.supply is not None
    assert Fraction(row.supply) == round(Fraction(52_000 * 1000, INSURED[WEST]) * 10_000) / Fraction(10_000)
    names = {row.measure for row in rows if "beds" in row.measure}
    assert {f"{bed}_per_1000_{whose}" for bed in ("approved_beds", "open_beds", "insured_beds", "ltc_beds") for whose in ("insured", "residents")} == names


def test_insured_and_residents_never_stand_for_each_other() -> None:
    rows = rows_of(small_city(residents=None), "density", "city")
    assert one(rows, "insured_beds_per_1000_insured").status == "measured"
    assert one(rows, "insured_beds_per_1000_residents").status == "undetermined"


def test_shares_add_up_to_a_hundred() -> None:
    city, plan = read_city("wuhu-demo"), load_plan("wuhu-2026")
    for measure in ("bed_share_by_level", "bed_share_by_ownership"):
        shares = [row.supply for row in rows_of(city, "structure", "city", plan) if row.measure == measure]
        assert abs(sum(Fraction(share) for share in shares if share is not None) - 100) <= Fraction(2, 100)


def test_the_load_of_the_places_averages_to_a_hundred_by_supply() -> None:
    city, plan = read_city("wuhu-demo"), load_plan("wuhu-2026")
    rows = [row for row in rows_of(city, "load", "unit", plan) if row.provider_class == "pharmacy" and row.supply is not None]
    weights = [next(item.value for item in row.inputs if item.name == "pharmacies") for row in rows]
    assert rows
    mean = sum(Fraction(row.supply) * int(weight) for row, weight in zip(rows, weights) if row.supply is not None) / sum(int(w) for w in weights)  # type: ignore[arg-type]
    assert abs(mean - 100) < Fraction(1, 10)


@pytest.mark.parametrize(("pharmacies", "word"), [(1, "高于"), (4, "低于")])
def test_demand_above_and_below_supply_is_told_in_words(pharmacies: int, word: str) -> None:
    from small_city import provider

    stock = [provider(f"P{i}", unit=EAST) for i in range(pharmacies)] + [provider("W1", unit=WEST), provider("W2", unit=WEST)]
    row = one(rows_of(small_city(more_providers=stock), "load", "unit"), "load_index", unit=EAST, provider_class="pharmacy")
    assert row.note is not None
    assert word in row.note.zh


ACCOUNT = {"unit": AREA, "year": 2026, "scheme": "employee", "income": 600, "expenditure": 500, "closing_balance": 1000, "through": "2026-06-30"}


def test_balances_of_a_scheme_stand_alone() -> None:
    rows = rows_of(small_city(fund=[ACCOUNT]), "fund", "city")
    assert one(rows, "fund_current_balance", subject="employee").supply == 100
    assert one(rows, "fund_cumulative_balance", subject="employee").supply == 1000
    assert one(rows, "fund_current_balance", subject="resident").status == "undetermined"
    assert one(rows, "fund_forecast_stated", subject="employee").status == "undetermined"


def test_the_year_carried_on_evenly_and_the_months_that_the_reserve_lasts() -> None:
    rows = rows_of(small_city(fund=[ACCOUNT]), "fund", "city")
    even, months = one(rows, "fund_forecast_even", subject="employee"), one(rows, "fund_reserve_months", subject="employee")
    assert even.supply == round(Decimal(900) + Decimal(100 * 365) / 181, 2)
    assert months.supply == round(Decimal(1000) / (Decimal(500) / (Decimal(181) * 12 / 365)), 2)


def test_degrees_average_to_one_by_area_and_their_ratio_needs_no_area() -> None:
    city, plan = read_city("wuhu-demo"), load_plan("wuhu-2026")
    rows = [row for row in rows_of(city, "agglomeration", "unit", plan) if row.subject == "beds/insured/land"]
    areas = {row["unit"]: Fraction(str(row["land_km2"])) for row in city.tables["units"].to_dict("records") if row["level"] == "district"}
    for degree in ("hrad", "pad"):
        found = {row.unit: Fraction(row.supply) for row in rows if row.measure == degree and row.supply is not None}
        assert abs(sum(found[u] * areas[u] for u in found) / sum(areas[u] for u in found) - 1) < Fraction(1, 1000)
    jinan_rows = rows_of(read_city("jinan-demo"), "agglomeration", "unit")
    zone = [row for row in jinan_rows if row.unit == "370171" and row.subject == "beds/insured/land"]
    assert {row.measure: row.status for row in zone} == {
        "hrad": "undetermined", "pad": "undetermined", "hrad_minus_pad": "undetermined", "hrad_over_pad": "measured"}


def with_doctors(visits: int, size: int = 12) -> Any:
    """Hospitals of one kind and level that differ in beds and discharges."""
    codes = [f"E{i:02}" for i in range(size)]
    used = [year(code, open_bed_days=36_500 + 365 * i, discharges=2_000 + 10 * (i % 5), bed_days=30_000, visits=visits) for i, code in enumerate(codes)]
    doctors = [{"provider": code, "as_of": "2025-12-31", "role": "insured_doctor", "count": 40 + i} for i, code in enumerate(codes)]
    return small_city(more_providers=[hospital(code, "secondary", EAST, kind="tcm_hospital") for code in codes], activity=used, staff=doctors)


def test_peers_are_scored_against_the_best_of_their_group() -> None:
    row = one(rows_of(with_doctors(5_000), "efficiency", "city"), "dea_mean_score", subject="secondary:tcm")
    assert row.supply is not None
    assert 0 < row.supply < 1
    scores = [r for r in rows_of(with_doctors(5_000), "efficiency", "provider") if r.measure == "dea_score_vrs"]
    assert len(scores) == 12
    assert abs(sum(Fraction(r.supply) for r in scores if r.supply is not None) / 12 - Fraction(row.supply)) < Fraction(1, 1000)
    assert one(scores, "dea_score_vrs", subject="E00").supply == 1  # fewest beds and doctors


@pytest.mark.parametrize(("size", "few"), [(11, True), (12, False), (13, False)])
def test_a_group_too_small_for_four_indicators_says_so(size: int, few: bool) -> None:
    row = one(rows_of(with_doctors(5_000, size), "efficiency", "city"), "dea_mean_score", subject="secondary:tcm")
    assert row.note is not None
    assert ("Cooper" in row.note.en) is few


def test_an_indicator_that_nobody_has_leaves_the_group_undetermined_with_the_reason() -> None:
    row = one(rows_of(with_doctors(0), "efficiency", "city"), "dea_mean_score", subject="secondary:tcm")
    assert row.status == "undetermined"
    assert row.reason is not None
    assert row.reason.en.startswith("the figures of the group cannot be compared")
    assert not [r for r in rows_of(with_doctors(0), "efficiency", "provider") if r.measure.startswith("dea")]
