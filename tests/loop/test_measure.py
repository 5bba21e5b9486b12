"""What the engine measures in the demo city is what other means count there."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from dingdian.city.model import City
from dingdian.loop.measure import measure
from dingdian.loop.results import Measures
from dingdian.plans.model import Plan
from dingdian.provisions.finding import Measure
from loop.independent import AREA, Demo, quotient


@pytest.fixture(scope="module")
def demo() -> Demo:
    return Demo()


@pytest.fixture(scope="module")
def measures(demo_city: City, jinan: Plan, judged_on: Any) -> Measures:
    return measure(demo_city, jinan, judged_on)


def rows(measures: Measures, provision: str, name: str = "") -> dict[Any, Measure]:
    """Rows of one provision by unit, level and subject, whichever are stated."""
    found = [r for r in measures.rows if r.provision == provision and name in (r.measure, "")]
    return {tuple(filter(None, (r.unit, r.level, r.subject if r.measure == "fund_balance" else ""))): r for r in found}


def test_beds_of_every_district_and_the_city(measures: Measures, demo: Demo) -> None:
    found = rows(measures, "bed-total", "insured_beds")
    assert len(found) == len(demo.districts) + 1
    for (unit,), row in found.items():
        assert row.supply == demo.bed_count(unit), unit


def test_need_is_85_to_90_tenths_of_a_bed_per_100_insured(measures: Measures, demo: Demo) -> None:
    for (unit,), row in rows(measures, "bed-total", "insured_beds").items():
        persons, beds = demo.insured[unit], demo.bed_count(unit)
        low, high = -(-17 * persons // 2000), 9 * persons // 1000
        assert (row.need_low, row.need_high) == (low, high), unit
        assert row.gap == (beds - low if beds < low else beds - high if beds > high else 0), unit


def test_beds_per_1000_insured(measures: Measures, demo: Demo) -> None:
    for (unit,), row in rows(measures, "bed-total", "beds_per_1000_insured").items():
        assert row.supply == quotient(demo.bed_count(unit) * 1000, demo.insured[unit], 4), unit


def test_shares_of_levels(measures: Measures, demo: Demo) -> None:
    found = rows(measures, "tier-mix")
    assert len(found) == 3 * (len(demo.districts) + 1)
    for (unit, level), row in found.items():
        assert row.supply == quotient(demo.bed_count(unit, level) * 100, demo.bed_count(unit), 2), (unit, level)
    city = {level: row for (unit, level), row in found.items() if unit == AREA}
    assert {level: (row.need_low, row.need_high) for level, row in city.items()} == {
        "tertiary": (58, 62), "secondary": (23, 27), "primary": (13, 17)}
    assert city["tertiary"].gap == city["tertiary"].supply - 62


def test_fund_balances(measures: Measures, demo: Demo) -> None:
    found = rows(measures, "fund-gate")
    assert len(found) == 2 * (len(demo.districts) + 1)
    for (unit, scheme), row in found.items():
        assert row.supply == demo.balance(unit, scheme), (unit, scheme)
        assert row.gap == min(Decimal(0), demo.balance(unit, scheme))
        beside = next(item.value for item in row.inputs if item.name == "last_closed_year_balance")
        assert beside == demo.balance(unit, scheme, 2025)


def test_designated_providers_by_class(measures: Measures, demo: Demo) -> None:
    counted = Counter(demo.held["provider_class"])
    found = {r.provider_class: r.supply for r in measures.rows if r.measure == "designated_providers"}
    assert found == {name: counted[name] for name in ("outpatient_pooling", "personal_account", "pharmacy")}


def test_saturated_pharmacies_of_every_district(measures: Measures, demo: Demo) -> None:
    found = {unit: row.supply for (unit,), row in rows(measures, "pharmacy-radius").items()}
    assert found == {AREA: demo.saturated.total(), **{unit: demo.saturated[unit] for unit in demo.districts}}


@pytest.mark.parametrize(("provision", "provider_class"), [("pharmacy-coverage", "pharmacy"), ("outpatient-coverage", "outpatient_pooling")])
def test_people_within_a_fifteen_minute_walk(provision: str, provider_class: str, measures: Measures, demo: Demo) -> None:
    doors = demo.held[(demo.held["provider_class"] == provider_class) & demo.held["lon"].notna()]
    cells = demo.walkable_cells
    covered = demo.covered(doors["lon"], doors["lat"])
    persons = cells["persons"].to_numpy()
    everyone = demo.tables["population"]
    for (unit, *_), row in rows(measures, provision).items():
        if row.status == "undetermined":
            assert unit not in demo.polygons or not demo.in_unit(unit, cells).any(), unit
            continue
        mine = demo.in_unit(unit, cells)
        stated = {item.name: item.value for item in row.inputs}
        assert stated["considered"] == persons[mine].sum(), unit
        assert stated["covered"] == persons[mine & covered].sum(), unit
        assert stated["people"] == everyone["persons"][demo.in_unit(unit, everyone)].sum(), unit
        assert row.supply == quotient(int(persons[mine & covered].sum()) * 100, int(persons[mine].sum()), 2), unit


def test_released_beds(measures: Measures, demo: Demo) -> None:
    rows = demo.tables["releases"]
    counted = rows[(rows["provider_class"] == "inpatient") & (rows["reason"] != "suspension") & ~rows["exempt"].fillna(False).astype(bool)]
    days = counted["effective_on"].astype(str)
    freed = int(counted["beds"][(days >= "2026-01-01") & (days <= "2026-09-01")].sum())
    assert next(r.supply for r in measures.rows if r.measure == "released_beds") == freed


def test_efficiency_counts_no_more_than_a_group_holds(measures: Measures, demo: Demo) -> None:
    """An independent look at one group: median ± 2 MAD of occupancy, stay and turnover in 2024 and 2025."""
    held = demo.held[(demo.held["provider_class"] == "inpatient") & (demo.held["kind"] == "general_hospital") & (demo.held["level"] == "secondary")]
    activity = demo.tables["activity"].set_index(["provider", "year"])
    off = np.ones(len(held), dtype=bool)
    for year in (2024, 2025):
        part = activity.reindex([(p, year) for p in held["provider"]]).astype({"bed_days": float, "open_bed_days": float, "discharges": float})
        ratios = (part["bed_days"] / part["open_bed_days"], part["bed_days"] / part["discharges"], part["discharges"] / part["open_bed_days"])
        counts = np.zeros(len(held), dtype=int)
        for ratio in ratios:
            middle = ratio.median()
            counts += (np.abs(ratio - middle) > 2 * np.abs(ratio - middle).median() + 1e-15).to_numpy()
        off &= counts >= 2
    row = next(r for r in measures.rows if r.provision == "efficiency" and (r.level, r.subject) == ("secondary", "general"))
    assert row.supply == off.sum()


# --- every row -------------------------------------------------------------------------------------------------------


def test_every_row_names_provision_clause_day_and_formula(measures: Measures, jinan: Plan) -> None:
    assert len(measures.rows) > 100
    for row in measures.rows:
        provision = jinan.provision(row.provision)
        assert row.locator == jinan.locator(provision)
        assert row.requirements == provision.requirements
        assert row.as_of is not None
        assert row.formula


def test_rows_stand_in_the_order_of_the_plan(measures: Measures, jinan: Plan) -> None:
    order = [p.id for p in jinan.provisions]
    assert [order.index(r.provision) for r in measures.rows] == sorted(order.index(r.provision) for r in measures.rows)


def test_a_table_of_measures_has_one_row_each_and_no_nested_values(measures: Measures) -> None:
    table = measures.table
    assert len(table) == len(measures.rows)
    assert not table.map(lambda value: isinstance(value, (dict, list))).any().any()
    assert table["unit"].map(type).eq(str).all()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_row_explains_itself_in_words(measures: Measures, lang: str) -> None:
    number = next(i for i, r in enumerate(measures.rows) if r.measure == "insured_beds")
    text = measures.explain(number, lang)
    assert text == measures.explain(measures.rows[number], lang)
    for part in ("2025-12-31", "insured", "AMB-01", "二(一)1", "bed-total"):
        assert part in text


def test_progress_is_told_for_every_provision(demo_city: City, jinan: Plan, judged_on: Any) -> None:
    told: list[tuple[str, int, int]] = []
    measure(demo_city, jinan, judged_on, progress=lambda *step: told.append(step))
    assert [name for name, _, _ in told] == [p.id for p in jinan.provisions]
    assert [number for _, number, _ in told] == list(range(1, len(told) + 1))


def test_a_wrong_number_would_be_seen(measures: Measures, demo: Demo) -> None:
    """Guards the guard: one bed, one person or one pharmacy more, and the comparison above fails."""
    row = rows(measures, "bed-total", "insured_beds")[AREA,]
    assert row.supply != demo.bed_count(AREA) + 1
    assert row.need_high != 9 * (demo.insured[AREA] + 1000) // 1000
    doors = demo.pharmacies
    fewer = doors.iloc[np.flatnonzero(demo.in_unit("370102", doors))[50:]]
    assert demo.covered(doors["lon"], doors["lat"]).sum() != demo.covered(fewer["lon"], fewer["lat"]).sum()
