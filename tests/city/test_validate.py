"""Rules of one table and between tables, each seen at file, row and column."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from city.town import FILES, added, swapped, write_town
from dingdian.city.model import City
from dingdian.city.read import read_city
from dingdian.city.validate import SHOWN
from dingdian.problems import Problem

Problems = Callable[..., tuple[Problem, ...]]


def only(problems: tuple[Problem, ...]) -> Problem:
    assert len(problems) == 1, [problem.line("en") for problem in problems]
    return problems[0]


def test_the_town_as_it_is_has_no_problem(town: City) -> None:
    assert set(town.tables) == {name.removesuffix(".csv") for name in FILES if name.endswith(".csv")}
    assert set(town.polygons) == {"990101", "990102"}
    assert town.streets_extent is not None


# (file to break, its text, code, row, column)
CASES = {
    "an unknown code": ("beds", swapped("beds.csv", "P1,2024-12-31,all", "P1,2024-12-31,al"), "unknown_code", 2, "specialty"),
    "an orphan provider": ("beds", added("beds.csv", "P9,2025-12-31,all,1,1,1,1"), "orphan_reference", 7, "provider"),
    "an orphan unit": ("residents", added("residents.csv", "999999,2020,all,5"), "orphan_reference", 5, "unit"),
    "an orphan node": ("network_edges", added("network_edges.csv", "e3,n1,n9,5,,"), "orphan_reference", 4, "v"),
    "a repeated key": ("scores", added("scores.csv", "P4,2025,70,100"), "duplicate_key", 4, "provider"),
    "a missing value": ("staff", added("staff.csv", "P2,2025-12-31,nurse,"), "missing_value", 5, "count"),
    "a missing key value": ("beds", added("beds.csv", "P2,,all,1,1,1,1"), "missing_value", 7, "as_of"),
    "a negative count": ("staff", added("staff.csv", "P2,2025-12-31,nurse,-1"), "out_of_bounds", 5, "count"),
    "a share above one": ("activity", swapped("activity.csv", "0.85", "85"), "out_of_bounds", 2, "in_policy_rate"),
    "a year out of bounds": ("residents", added("residents.csv", "990101,1066,all,5"), "out_of_bounds", 5, "year"),
    "a score above full marks": ("scores", swapped("scores.csv", "88.5,100", "188.5,100"), "out_of_bounds", 2, "score"),
    "an unknown column": ("staff", swapped("staff.csv", "role,count", "role,number"), "unknown_column", 1, "number"),
    "a duplicate heading": ("residents", FILES["residents.csv"].replace("age_band", "unit", 1), "duplicate_heading", 1, "unit"),
    "longitude alone": ("providers", swapped("providers.csv", "117.02,36.62,,5", "117.02,,,5"), "half_a_place", 4, "lat"),
    "latitude alone": ("applications", swapped("applications.csv", "117.04,36.63", ",36.63"), "half_a_place", 2, "lon"),
    "an old place by half": ("applications", swapped("applications.csv", "117.02,36.62,990101001", "117.02,,990101001"),
                             "half_a_place", 3, "from_lat"),
    "a wrong credit code": ("providers", swapped("providers.csv", "91110000600037341L", "91110000600037341A"),
                            "bad_uscc", 2, "uscc"),
    "a campus of itself": ("providers", swapped("providers.csv", "990101,P1,", "990101,P6,"), "own_campus", 7, "campus_of"),
    "an unknown parent": ("units", swapped("units.csv", "township,990101,", "township,990109,"), "orphan_reference", 6, "parent"),
    "no parent": ("units", swapped("units.csv", "township,990101,", "township,,"), "missing_parent", 6, "parent"),
    "a parent above the top": ("units", swapped("units.csv", "pooling_area,,", "pooling_area,990101,"), "parent_of_top", 2, "parent"),
    "two pooling areas": ("units", swapped("units.csv", "乙县,district", "乙县,pooling_area"), "two_pooling_areas", 4, "level"),
    "a validity that ends before it begins": (
        "units", swapped("units.csv", "2001-01-01,\n", "2001-01-01,2000-01-01\n"), "dates_reversed", 4, "valid_to"),
    "a warning lifted before it was issued": (
        "warnings", swapped("warnings.csv", "2025-09-01", "2024-09-01"), "dates_reversed", 3, "lifted_on"),
    "an application by nobody": ("applications", added("applications.csv", "A4,,designate,2026-08-01,,,,,,,,,,,,"),
                                 "no_applicant", 5, "provider"),
    "a frame ahead of the working one": ("population", swapped("population.csv", "36.61,,1000", "36.61,gcj02,1000"),
                                         "frame_behind", 2, "frame"),
    "latitude and longitude exchanged": ("population", swapped("population.csv", "117.01,36.61", "36.61,117.01"),
                                         "out_of_bounds", 2, "lat"),
}


@pytest.mark.parametrize("case", CASES)
def test_each_rule_is_seen_at_its_place(case: str, problems_of: Problems) -> None:
    table, text, code, row, column = CASES[case]
    found = [p for p in problems_of(**{table: text}) if p.code == code]
    problem = found[0]
    assert (problem.file, problem.row, problem.column, problem.table) == (f"{table}.csv", row, column, table)
    assert problem.message.zh
    assert problem.remedy.en


def test_a_missing_required_column_names_both_headings(problems_of: Problems) -> None:
    text = "\n".join(line.rsplit(",", 1)[0] for line in FILES["staff.csv"].splitlines())
    problem = only(problems_of(staff=text))
    assert (problem.code, problem.column) == ("missing_column", "count")
    assert "人数" in problem.remedy.zh


def test_an_optional_column_may_be_absent_and_is_then_all_missing(tmp_path: Path) -> None:
    text = "\n".join(",".join(line.split(",")[:3]) for line in FILES["warnings.csv"].splitlines())
    city = read_city(write_town(tmp_path / "t", warnings=text))
    assert city.tables["warnings"]["lifted_on"].isna().all()


def test_an_unknown_column_suggests_the_nearest_heading(problems_of: Problems) -> None:
    problem = only(problems_of(warnings=swapped("warnings.csv", "reference", "referense")))
    assert "reference" in problem.remedy.en


def test_chinese_headings_and_names_are_accepted(tmp_path: Path, town: City) -> None:
    text = FILES["staff.csv"].replace("provider,as_of,role,count", "机构代码,统计日期,人员类别,人数").replace("nurse", "护士")
    assert read_city(write_town(tmp_path / "t", staff=text)).content_hash == town.content_hash


def test_the_same_column_in_two_languages_is_a_duplicate(problems_of: Problems) -> None:
    problem = only(problems_of(scores="provider,year,score,max_score,得分\nP3,2025,1,2,1\n"))
    assert problem.code == "duplicate_heading"


def test_a_cycle_of_parents_names_every_unit_in_it(problems_of: Problems) -> None:
    text = FILES["units.csv"].replace("990101,甲区,district,990100", "990101,甲区,district,990101001")
    found = [p for p in problems_of(units=text) if p.code == "unit_cycle"]
    assert {p.row for p in found} == {3, 6}


def test_no_pooling_area_at_all(problems_of: Problems) -> None:
    codes = {p.code for p in problems_of(units=swapped("units.csv", "pooling_area", "district"))}
    assert "no_pooling_area" in codes


def test_the_pooling_area_of_the_metadata_is_that_of_the_units(problems_of: Problems) -> None:
    problem = only(problems_of(city__yaml=swapped("city.yaml", '"990100"', '"990101"')))
    assert (problem.code, problem.file, problem.column) == ("pooling_area_mismatch", "city.yaml", "pooling_area")


def test_a_missing_required_table_is_one_problem_and_no_cascade(problems_of: Problems) -> None:
    problem = only(problems_of(providers=None))
    assert (problem.code, problem.table) == ("missing_table", "providers")


def test_an_empty_required_table_is_an_error(problems_of: Problems) -> None:
    found = problems_of(providers=FILES["providers.csv"].splitlines()[0])
    assert [p.code for p in found] == ["empty_table"]


def test_an_empty_optional_table_is_absent(tmp_path: Path) -> None:
    city = read_city(write_town(tmp_path / "t", events=FILES["events.csv"].splitlines()[0]))
    assert not city.has("events")
    assert "events" not in city.tables


def test_of_one_rule_in_one_column_a_hundred_are_shown_and_the_rest_is_counted(problems_of: Problems) -> None:
    rows = "\n".join(f"E{i},P4,not a day,breach,," for i in range(SHOWN + 50))
    found = problems_of(events=f"event,provider,happened_on,type,severity,reference\n{rows}\n")
    assert len(found) == SHOWN + 1
    assert "49" in found[-1].message.en


def test_bounds_hold_below_at_and_above(tmp_path: Path, problems_of: Problems) -> None:
    city = read_city(write_town(tmp_path / "at", activity=swapped("activity.csv", "0.85", "1")))
    assert city.tables["activity"]["in_policy_rate"].iloc[0] == 1
    read_city(write_town(tmp_path / "below", activity=swapped("activity.csv", "0.85", "0")))
    assert only(problems_of(activity=swapped("activity.csv", "0.85", "1.0001"))).code == "out_of_bounds"


def test_an_exchanged_longitude_says_so(problems_of: Problems) -> None:
    problem = problems_of(population=swapped("population.csv", "117.01,36.61", "36.61,117.01"))[0]
    assert "swap" in problem.remedy.en


def test_problems_come_in_the_order_of_tables_and_rows(problems_of: Problems) -> None:
    found = problems_of(
        scores=added("scores.csv", "P9,2025,1,2", "P8,2025,1,2"), units=added("units.csv", "x,x,zone,zz,,,,,,,"),
        city__yaml=FILES["city.yaml"] + "colour: red\n")
    assert [p.table for p in found] == ["city", "units", "scores", "scores"]
    assert [p.row for p in found[-2:]] == [4, 5]
