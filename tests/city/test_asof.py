"""What was known on a day: people, beds, accounts, letters, facts, and why something is not known."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from city.town import FILES, added, swapped, write_town
from dingdian.city.asof import Snapshot
from dingdian.city.model import City
from dingdian.city.read import read_city

DAY = date(2026, 8, 31)


@pytest.fixture(scope="module")
def snapshot(town: City) -> Snapshot:
    return Snapshot(town, DAY)


def on(folder: Path, day: date = DAY, **replaced: str | None) -> Snapshot:
    return Snapshot(read_city(write_town(folder / "t", **replaced)), day)


# --- units -------------------------------------------------------------------------------------------------------

def test_the_tree_is_walked_up_and_down(snapshot: Snapshot) -> None:
    assert snapshot.pooling_area == "990100"
    assert snapshot.districts == ("990101", "990102", "990190")
    assert snapshot.ancestors("990101001") == ("990101", "990100")
    assert snapshot.descendants("990100") == ("990101", "990101001", "990102", "990190")
    assert snapshot.district_of("990101001") == "990101"
    assert snapshot.district_of("990190") == "990190"
    assert snapshot.district_of("990100") == ""
    assert snapshot.zone_of("990101001") == "主城区"
    assert snapshot.zone_of("990102") == ""
    assert snapshot.unit_name("990102") == "乙县"
    assert snapshot.unit_name("nobody") == "nobody"


@pytest.mark.parametrize(("day", "there"), [
    (date(2000, 12, 31), False), (date(2001, 1, 1), True), (date(2001, 1, 2), True),
])
def test_a_unit_is_there_from_its_first_day(town: City, day: date, there: bool) -> None:
    assert ("990102" in Snapshot(town, day).districts) is there


# --- people ------------------------------------------------------------------------------------------------------

def test_insured_persons_are_both_schemes_of_the_latest_closed_year(snapshot: Snapshot) -> None:
    assert snapshot.insured("990101") == (500_000, 2025)


def test_age_bands_are_added_where_there_is_no_total(snapshot: Snapshot) -> None:
    assert snapshot.insured("990102") == (300_000, 2025)
    assert snapshot.residents("990102") == (310_000, 2020)


def test_a_parent_without_rows_is_the_sum_of_its_districts(snapshot: Snapshot) -> None:
    assert snapshot.insured("990100") == (800_000, 2025)
    assert snapshot.residents("990100") == (830_000, 2020)


@pytest.mark.parametrize(("day", "year"), [
    (date(2025, 12, 30), 2024), (date(2025, 12, 31), 2025), (date(2026, 1, 1), 2025),
])
def test_a_year_is_known_from_its_last_day(town: City, day: date, year: int) -> None:
    found = Snapshot(town, day).insured("990101")
    assert found is not None
    assert found.year == year


def test_a_missing_scheme_is_no_total(tmp_path: Path) -> None:
    snapshot = on(tmp_path, insured=swapped("insured.csv", "990101,2025,resident,all,300000\n", ""))
    assert snapshot.insured("990101") is None
    reason = snapshot.reason("insured", "990101")
    assert reason is not None
    assert "城乡居民" in reason.zh
    assert snapshot.insured("990100") is None
    assert "990101" in (snapshot.reason("insured", "990100") or reason).en


def test_a_missing_district_leaves_the_parent_undetermined(tmp_path: Path) -> None:
    kept = "\n".join(line for line in FILES["insured.csv"].splitlines() if not line.startswith("990102,2025"))
    snapshot = on(tmp_path, insured=kept)
    assert snapshot.insured("990100") is None
    assert snapshot.insured("990100", 2024) == (800_000, 2024)
    assert snapshot.insured("990102") == (300_000, 2024)


def test_a_zone_with_rows_of_its_own_is_added_to_the_districts(tmp_path: Path) -> None:
    text = added("insured.csv", "990190,2025,employee,all,1000", "990190,2025,resident,all,500")
    assert on(tmp_path, insured=text).insured("990100") == (801_500, 2025)


def test_rows_of_the_parent_itself_win_over_the_sum(tmp_path: Path) -> None:
    text = added("insured.csv", "990100,2025,employee,all,5", "990100,2025,resident,all,6")
    assert on(tmp_path, insured=text).insured("990100") == (11, 2025)


def test_a_unit_nobody_counted_is_not_known(snapshot: Snapshot, tmp_path: Path) -> None:
    assert snapshot.insured("990190") is None
    assert snapshot.reason("insured", "990190") is not None
    assert snapshot.reason("insured", "990101") is None
    without = on(tmp_path, insured=None, residents=None)
    assert without.insured("990101") is None
    assert without.reason("residents", "990101") is not None


# --- beds and staff ------------------------------------------------------------------------------------------------

def test_the_latest_beds_are_those_not_after_the_day(town: City, snapshot: Snapshot) -> None:
    assert snapshot.latest_beds().set_index("provider").loc["P1", "insured_beds"] == 500
    assert Snapshot(town, date(2026, 6, 29)).latest_beds().set_index("provider").loc["P1", "insured_beds"] == 490
    assert Snapshot(town, date(2026, 6, 30)).latest_beds().set_index("provider").loc["P1", "insured_beds"] == 500


def test_specialties_are_added_where_there_is_no_total(snapshot: Snapshot) -> None:
    row = snapshot.latest_beds().set_index("provider").loc["P2"]
    assert (row["insured_beds"], row["ltc"]) == (85, 5)


def test_a_sum_with_a_missing_part_is_missing(tmp_path: Path) -> None:
    beds = on(tmp_path, beds=swapped("beds.csv", "40,40,35,5", "40,40,,5")).beds_for_year(2025)
    assert beds["P2"]["insured_beds"] is None
    assert beds["P2"]["open"] == 100


def test_beds_go_with_the_people_of_a_year(snapshot: Snapshot) -> None:
    assert snapshot.beds_for_year(2025)["P1"] == {
        "as_of": date(2025, 12, 31), "approved": 510, "open": 530, "insured_beds": 490, "ltc": 0}
    assert snapshot.beds_for_year(2026)["P1"]["as_of"] == date(2026, 6, 30)
    assert "P2" not in snapshot.beds_for_year(2024)


def test_staff_is_the_latest_of_each_role(snapshot: Snapshot) -> None:
    counts = snapshot.latest_staff().set_index(["provider", "role"])["count"]
    assert counts["P1", "insured_doctor"] == 310
    assert counts["P1", "nurse"] == 600
    assert snapshot.staff_for_year(2025).set_index("role")["count"]["insured_doctor"] == 300


def test_no_table_gives_an_empty_answer_and_no_error(tmp_path: Path) -> None:
    snapshot = on(tmp_path, beds=None, staff=None, fund=None, warnings=None, facts=None, applications=None)
    assert len(snapshot.latest_beds()) == len(snapshot.latest_staff()) == 0
    assert snapshot.beds_for_year(2025) == {}
    assert snapshot.fund_rows("990100") == snapshot.warnings_in_force("990100") == []
    assert snapshot.fact("pharmacy", "supply_demand") is None
    assert snapshot.application_records == {}


# --- fund and facts --------------------------------------------------------------------------------------------------

def test_accounts_are_those_known_on_the_day(town: City, snapshot: Snapshot) -> None:
    assert [(row["year"], row["scheme"]) for row in snapshot.fund_rows("990100")] == [
        (2025, "employee"), (2025, "resident"), (2026, "employee")]
    row = snapshot.fund_rows("990100")[2]
    assert (row["income"], row["closing_balance"], row["forecast_expenditure"]) == (60_000_000, 60_000_000, None)
    assert [row["year"] for row in Snapshot(town, date(2026, 7, 30)).fund_rows("990100")] == [2025, 2025]
    assert [row["year"] for row in Snapshot(town, date(2026, 7, 31)).fund_rows("990100")] == [2025, 2025, 2026]


@pytest.mark.parametrize(("day", "count"), [
    (date(2025, 2, 28), 0), (date(2025, 3, 1), 1), (date(2025, 8, 31), 1), (date(2025, 9, 1), 0),
])
def test_a_letter_is_in_force_from_its_issue_until_it_is_lifted(town: City, day: date, count: int) -> None:
    assert len(Snapshot(town, day).warnings_in_force("990101")) == count


def test_the_latest_fact_not_after_the_day_counts(town: City, snapshot: Snapshot) -> None:
    assert snapshot.fact("pharmacy", "supply_demand") == ("balanced", date(2026, 6, 30), "半年报告")
    earlier = Snapshot(town, date(2026, 6, 29)).fact("pharmacy", "supply_demand")
    assert earlier is not None
    assert earlier.value == "surplus"
    assert snapshot.fact("990102", "density") is None


# --- providers -----------------------------------------------------------------------------------------------------

def test_providers_carry_group_and_counted_unit(snapshot: Snapshot) -> None:
    rows = snapshot.providers.set_index("provider")
    assert rows.loc["P6", "counted_unit"] == "990101"
    assert rows.loc["P6", "counted_district"] == "990101"
    assert rows.loc["P3", "counted_district"] == "990101"
    assert rows.loc["P5", "counted_district"] == "990190"
    assert rows.loc["P4", "kind_group"] == "pharmacy"
    assert rows.loc["P1", "lon"] == 117.01


def test_records_hold_what_is_known_and_nothing_else(snapshot: Snapshot) -> None:
    record = snapshot.provider_records["P5"]
    assert record["located_lon"] == 117.16
    assert "level" not in record
    assert snapshot.provider_names["P5"] == "新城药店"
    assert snapshot.unit_on_file("P5") == "990190"
    assert snapshot.unit_on_file("P9") is None
    assert snapshot.application_places["A1"] == (117.04, 36.63)
    assert snapshot.application_places["A3"] == (None, None)
    assert snapshot.application_records["A2"]["from_lon"] == 117.02


def test_cells_belong_to_the_polygon_that_holds_them(snapshot: Snapshot) -> None:
    cells = snapshot.cells_of("990101")
    assert cells is not None
    assert cells.tolist() == [True, True, False]
    whole = snapshot.cells_of("990100")
    assert whole is not None
    assert whole.all()
    assert snapshot.cells_of("990190") is None
