"""Surplus and shortage told by the other districts: both indicators, both years, the edge, and when nobody can tell.

Three districts have one hospital of traditional medicine each. Of 10,000 open bed-days WEST uses 8,000 and ZONE 8,100, so that EAST
may lie from 7,800 (8,000 − 2·100) to 8,300 (8,100 + 2·100) without being clearly apart; discharges are a tenth of that.
"""

from __future__ import annotations

from typing import Any

import pytest

from dingdian.plans.model import Plan
from provisions.judging import changed, judge, lacking
from small_city import EAST, WEST, ZONE, application, fact, for_hospital, hospital, small_city

STOP, FIRST = "surplus-stop", "demand-first"
YEARS = (2024, 2025)


def with_peers(id: str = STOP, **more: Any) -> Plan:
    return changed(id, readings={"balance": {"option": "peers", "deviations": 2, "smallest_group": 3, "years": 2, **more}})


def use(code: str, year: int, bed_days: int, discharges: int | None) -> dict[str, Any]:
    row = {"provider": code, "year": year, "bed_days": bed_days, "open_bed_days": 10_000}
    return row if discharges is None else {**row, "discharges": discharges}


def city(east: dict[int, tuple[int, int | None]], facts: Any = None, drop: tuple[str, int] | None = None, **changes: Any) -> Any:
    hospitals = {"T-WEST": WEST, "T-EAST": EAST, "T-ZONE": ZONE}
    rows = [use(code, year, *pair) for year in YEARS for code, pair in (
        ("T-WEST", (8000, 800)), ("T-ZONE", (8100, 810)), *([("T-EAST", east[year])] if year in east else []))]
    return small_city(**{
        "more_providers": [hospital(code, "secondary", unit, kind="tcm_hospital") for code, unit in hospitals.items()],
        "activity": [row for row in rows if (row["provider"], row["year"]) != drop], "facts": facts,
        "applications": [for_hospital(kind="tcm_hospital")], **changes})


def both_years(bed_days: int, discharges: int | None) -> dict[int, tuple[int, int | None]]:
    return dict.fromkeys(YEARS, (bed_days, discharges))


@pytest.mark.parametrize(("east", "gate", "priority"), [
    ((7799, 779), "fails", "not_applicable"),  # below
    ((7800, 780), "holds", "not_applicable"),  # at: the ends are inside
    ((7801, 781), "holds", "not_applicable"),  # above
    ((8299, 829), "holds", "not_applicable"),
    ((8300, 830), "holds", "not_applicable"),
    ((8301, 831), "holds", "holds"),
])
def test_the_edges_of_surplus_and_of_shortage(east: tuple[int, int], gate: str, priority: str) -> None:
    asked = city(both_years(*east))
    assert judge(asked, STOP, plan=with_peers()).status == gate
    assert judge(asked, FIRST, plan=with_peers(FIRST)).status == priority


@pytest.mark.parametrize("east", [
    {2024: (7000, 700), 2025: (8000, 800)}, {2024: (8000, 800), 2025: (7000, 700)},  # one year
    both_years(7000, 800), both_years(8000, 700),  # one indicator
    {2024: (9000, 900), 2025: (7000, 700)},  # opposite ways
])
def test_one_year_or_one_indicator_is_no_surplus(east: Any) -> None:
    assert judge(city(east), STOP, plan=with_peers()).status == "holds"


def test_the_ruling_shows_what_was_compared_and_that_nothing_is_published() -> None:
    said = judge(city(both_years(7000, 700)), STOP, plan=with_peers())
    rows = said.evidence["states"][0]["rows"]
    assert {(row["indicator"], row["year"], row["districts"]) for row in rows} == {
        (name, year, 3) for name in ("occupancy", "turnover") for year in YEARS}
    assert "没有公布研判结果" in said.sentence.zh
    assert "0.7000（0.7800–0.8200）" in said.sentence.zh
    assert str(said.as_of) == "2025-12-31"


def test_a_published_finding_goes_first() -> None:
    said = judge(city(both_years(7000, 700), facts=[fact("tcm", "supply_demand", "balanced")]), STOP, plan=with_peers())
    assert (said.status, said.evidence["states"][0]["source"]) == ("holds", "测试")


def test_unless_the_reading_says_so_nothing_is_inferred() -> None:
    assert lacking(judge(city(both_years(7000, 700)), STOP)) == {("facts", "supply_demand")}


@pytest.mark.parametrize("asked", [
    city({2025: (7000, 700)}),  # a year of the own district is missing
    city(both_years(7000, None)),  # a figure is missing
    city(both_years(7000, 700), drop=("T-ZONE", 2024)),  # too few peers in one year
    city(both_years(7000, 700), activity=None),
])
def test_without_their_figures_nobody_can_tell(asked: Any) -> None:
    assert lacking(judge(asked, STOP, plan=with_peers())) == {("facts", "supply_demand"), ("activity", "open_bed_days")}


@pytest.mark.parametrize(("smallest", "status"), [(2, "fails"), (3, "fails"), (4, "undetermined")])
def test_the_smallest_group(smallest: int, status: str) -> None:
    assert judge(city(both_years(7000, 700)), STOP, plan=with_peers(smallest_group=smallest)).status == status


@pytest.mark.parametrize(("years", "status"), [(0, "undetermined"), (1, "fails"), (2, "holds")])
def test_as_many_years_are_looked_at_as_the_reading_says(years: int, status: str) -> None:
    asked = city({2024: (8000, 800), 2025: (7000, 700)})
    assert judge(asked, STOP, plan=with_peers(years=years)).status == status


def test_a_hospital_designated_after_the_year_is_no_part_of_its_use() -> None:
    late = hospital("T-NEW", "secondary", EAST, kind="tcm_hospital", designated_on="2026-02-01")
    base = [hospital(f"T-{name}", "secondary", unit, kind="tcm_hospital") for name, unit in (("WEST", WEST), ("EAST", EAST), ("ZONE", ZONE))]
    assert judge(city(both_years(7000, 700), more_providers=[*base, late]), STOP, plan=with_peers()).status == "fails"


def test_what_has_no_beds_is_not_compared() -> None:
    asked = city(both_years(7000, 700), applications=[application()])
    assert lacking(judge(asked, STOP, plan=with_peers())) == {("facts", "supply_demand")}
