"""Acceptance: thirty and more different defects at once are all told in one run, each at its place; nothing is written."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from city.town import write_town
from dingdian.city.importing import import_city
from dingdian.city.model import City

Rows = list[list[str]]
Defect = tuple[str, str, Callable[[Rows], None]]


def put(row: int, column: str, value: str) -> Callable[[Rows], None]:
    """Write ``value`` into a row as the user counts it (heading = 1)."""
    def change(rows: Rows) -> None:
        if column not in rows[0]:
            rows[0].append(column)
            for line in rows[1:]:
                line.append("")
        rows[row - 1][rows[0].index(column)] = value
    return change


def again(row: int) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        rows.append(list(rows[row - 1]))
    return change


def heading(old: str, new: str) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        rows[0][rows[0].index(old)] = new
    return change


def short(row: int) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        rows[row - 1].pop()
    return change


# table, code expected, what is done to its rows
DEFECTS: tuple[Defect, ...] = (
    ("units", "unknown_code", put(3, "level", "county")),
    ("units", "orphan_reference", put(4, "parent", "nowhere")),
    ("units", "out_of_bounds", put(3, "land_km2", "-5")),
    ("units", "missing_value", put(5, "name", "")),
    ("providers", "unknown_code", put(2, "kind", "general_hopsital")),
    ("providers", "unknown_code", put(3, "status", "活着")),
    ("providers", "unknown_code", put(4, "tags", "dual_channel;night_shift")),
    ("providers", "orphan_reference", put(5, "unit", "000000")),
    ("providers", "orphan_reference", put(6, "campus_of", "P-none")),
    ("providers", "half_a_place", put(2, "lat", "")),
    ("providers", "out_of_bounds", put(3, "lat", "117.0")),
    ("providers", "bad_real", put(4, "lon", "东经117度")),
    ("providers", "bad_date", put(5, "licensed_on", "20-1-1")),
    ("providers", "bad_date", put(6, "opened_on", "2020-02-30")),
    ("providers", "bad_uscc", put(2, "uscc", "91370100MA3C00000X")),
    ("providers", "digits_lost", put(3, "uscc", "9.137E+17")),
    ("providers", "frame_behind", put(2, "frame", "bd09")),
    ("providers", "duplicate_key", again(7)),
    ("beds", "orphan_reference", put(2, "provider", "P-none")),
    ("beds", "bad_integer", put(3, "open", "12.5")),
    ("beds", "thousands_separator", put(4, "open", "1,250")),
    ("beds", "out_of_bounds", put(5, "insured_beds", "-1")),
    ("beds", "duplicate_key", again(6)),
    ("staff", "full_width_digits", put(2, "count", "３０")),
    ("staff", "missing_value", put(3, "count", "")),
    ("insured", "bad_year", put(2, "year", "25")),
    ("insured", "out_of_bounds", put(3, "year", "1066")),
    ("insured", "missing_value", put(4, "scheme", "")),
    ("residents", "bad_integer", put(2, "persons", "很多")),
    ("fund", "money_decimals", put(2, "income", "1.234")),
    ("fund", "bad_money", put(3, "income", "3万元")),
    ("activity", "out_of_bounds", put(2, "in_policy_rate", "85")),
    ("activity", "percent_sign", put(3, "in_policy_rate", "85%")),
    ("activity", "unknown_column", heading("visits", "visitors")),
    ("releases", "bad_boolean", put(2, "exempt", "maybe")),
    ("scores", "out_of_bounds", put(2, "score", "1000")),
    ("events", "unknown_code", put(2, "type", "gossip")),
    ("warnings", "bad_date", put(2, "issued_on", "去年")),
    ("applications", "no_applicant", put(2, "name", "")),
    ("applications", "unknown_code", put(3, "action", "desginate")),
    ("facts", "missing_column", heading("source", "")),
    ("reference", "duplicate_heading", heading("unit_of_measure", "value")),
    ("network_edges", "orphan_reference", put(2, "u", "n-none")),
    ("network_edges", "ragged_row", short(3)),
    ("population", "out_of_bounds", put(2, "persons", "-3")),
)


def break_folder(folder: Path) -> list[tuple[str, str]]:
    """Do every defect to the CSV tables of a folder; the (file, code) pairs that must be told."""
    for table in dict.fromkeys(table for table, _, _ in DEFECTS):
        path = folder / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        for name, _, change in DEFECTS:
            if name == table:
                change(rows)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    yaml = folder / "city.yaml"
    yaml.write_text(yaml.read_text(encoding="utf-8") + "colour: red\n", encoding="utf-8")
    (folder / "units.geojson").write_text('{"type": "FeatureCollection", "features": [\n{}]}', encoding="utf-8")
    (folder / "benefits.csv").write_text("a\n1\n", encoding="utf-8")
    told = [(f"{table}.csv", code) for table, code, _ in DEFECTS]
    return [*told, ("city.yaml", "unknown_key"), ("units.geojson", "missing_value"), ("benefits.csv", "unknown_file")]


@pytest.mark.slow
@pytest.mark.parametrize("which", ["town", "demo"])
def test_every_defect_is_told_in_one_run_and_nothing_is_written(which: str, tmp_path: Path, demo_city: City) -> None:
    folder = tmp_path / "broken"
    if which == "town":
        write_town(folder)
    else:
        demo_city.write(folder)
    expected = break_folder(folder)
    report = import_city(folder, tmp_path / "out", commit=True)

    found = {(problem.file, problem.code) for problem in report.problems}
    assert [pair for pair in expected if pair not in found] == []
    assert len(expected) >= 30
    located = [p for p in report.problems if p.file and (p.row is not None or p.code == "unknown_file")]
    assert len(located) >= 30
    for problem in report.problems:
        assert problem.message.zh
        assert problem.message.en
        assert problem.remedy.zh
        assert problem.remedy.en
    assert not report.committed
    assert [path.name for path in tmp_path.iterdir()] == ["broken"]
