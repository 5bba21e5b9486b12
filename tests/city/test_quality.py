"""Each check finds what it is for, counts it, names it, and says why it matters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from city.town import FILES, added, swapped, write_town
from dingdian.city.model import City
from dingdian.city.quality import QualityRow, quality
from dingdian.city.read import read_city
from dingdian.city.reorganisations import outdated, reorganisations
from dingdian.space.frames import convert


def rows(folder: Path, check: str, **replaced: str | None) -> list[QualityRow]:
    return [row for row in quality(read_city(write_town(folder / "t", **replaced))) if row.check == check]


def one(folder: Path, check: str, **replaced: str | None) -> QualityRow:
    found = rows(folder, check, **replaced)
    assert len(found) == 1, found
    return found[0]


def provider(*cells: Any) -> str:
    """A line of providers.csv: code, class, kind, unit, lon, lat, frame."""
    code, of_class, kind, unit, lon, lat, frame = cells
    return f"{code},{code},{kind},,{of_class},,,,{unit},,,{lon},{lat},{frame},,,,designated,,,"


def test_every_row_says_why_and_what_to_do(town: City, demo_city: City) -> None:
    for row in (*quality(town), *quality(demo_city)):
        assert row.why.zh
        assert row.why.en
        assert row.remedy.zh
        assert row.remedy.en
        assert row.message.en
        assert len(row.examples) <= 5
        assert row.as_json("en")["check"] == row.check


def test_it_changes_nothing_and_says_the_same_again(town: City) -> None:
    before = town.content_hash
    assert quality(town) == quality(town)
    assert town.evolve().content_hash == before


# 0.00004 degrees of latitude are 4.4 m, 0.00005 are 5.5 m.
@pytest.mark.parametrize(("lat", "kind", "of_class", "found"), [
    ("36.62004", "pharmacy", "pharmacy", True), ("36.62005", "pharmacy", "pharmacy", False),
    ("36.62", "clinic", "outpatient_pooling", False),
])
def test_two_of_one_class_within_five_metres(
    tmp_path: Path, lat: str, kind: str, of_class: str, found: bool
) -> None:
    text = added("providers.csv", provider("P8", of_class, kind, "990101", "117.03", lat, ""))
    assert [row.examples for row in rows(tmp_path, "same_place", providers=text)] == ([("P4+P8",)] if found else [])


def test_points_outside_their_unit_with_metres(tmp_path: Path) -> None:
    text = added("providers.csv", provider("P8", "pharmacy", "pharmacy", "990101", "117.05", "36.59", ""))
    row = next(r for r in rows(tmp_path, "outside_unit", providers=text) if r.severity == "warning")
    assert row.examples == ("P8 (1110 m)",)


def test_a_unit_without_a_polygon_cannot_be_checked(town: City, tmp_path: Path) -> None:
    row = next(r for r in quality(town) if r.check == "outside_unit")
    assert (row.severity, row.count) == ("undetermined", 1)
    without = rows(tmp_path, "outside_unit", units__geojson=None)
    assert [r.severity for r in without] == ["undetermined"]
    assert rows(tmp_path / "b", "wrong_frame", units__geojson=None)[0].severity == "undetermined"


def test_exchanged_and_zero_coordinates(tmp_path: Path) -> None:
    text = added("providers.csv", provider("P8", "outpatient_pooling", "clinic", "990101", "0", "0", ""),
                 provider("P9", "outpatient_pooling", "clinic", "990101", "43.8", "87.6", ""))
    assert one(tmp_path / "a", "at_zero", providers=text).examples == ("P8",)
    assert one(tmp_path / "b", "lon_lat_swapped", providers=text).examples == ("P9",)


def test_points_that_fit_another_frame_better(tmp_path: Path) -> None:
    """Points just inside the eastern border that were written down in GCJ-02 but declared as WGS84."""
    lines = []
    for at in range(20):
        lon, lat = convert(117.0985, 36.61 + at / 250, "wgs84", "gcj02")
        lines.append(provider(f"Q{at:02d}", "outpatient_pooling", "clinic", "990101", f"{lon:.6f}", f"{lat:.6f}", "wgs84"))
    row = one(tmp_path, "wrong_frame", providers=added("providers.csv", *lines))
    assert row.count == 20
    assert "wgs84 5, gcj02 25" in row.message.en
    assert "look like gcj02" in row.message.en


def test_the_right_frame_is_no_remark(town: City, demo_city: City) -> None:
    assert not [row for row in (*quality(town), *quality(demo_city)) if row.check == "wrong_frame"]


def test_providers_without_coordinates(tmp_path: Path) -> None:
    text = added("providers.csv", provider("P8", "outpatient_pooling", "clinic", "990101", "", "", ""))
    assert one(tmp_path, "no_coordinates", providers=text).examples == ("P8",)


def test_units_without_people(town: City, tmp_path: Path) -> None:
    found = [row for row in quality(town) if row.check == "units_without_people"]
    assert [row.examples for row in found] == [("990190",), ("990190",)]
    assert rows(tmp_path, "units_without_people", insured=None)[-1].severity in ("undetermined", "warning")


@pytest.mark.parametrize(("day", "found"), [("2025-09-29", True), ("2025-09-30", False), ("2025-12-31", False)])
def test_beds_of_another_quarter_than_the_people(tmp_path: Path, day: str, found: bool) -> None:
    beds = f"provider,as_of,specialty,insured_beds\nP1,{day},all,490\n"
    assert bool(rows(tmp_path, "dates_apart", beds=beds)) is found


def test_units_whose_latest_years_differ(tmp_path: Path) -> None:
    row = one(tmp_path, "years_apart", residents=added("residents.csv", "990101,2024,all,530000"))
    assert row.examples == ("990102",)


def test_old_names_and_codes_of_reorganised_districts(tmp_path: Path) -> None:
    units = added("units.csv", "340208,三山区,district,990100,,,,,,,", "340210,芜湖县,district,990100,,,,,,,",
                  "340212,繁昌区,district,990100,,,,,,,", "371202,莱城区,district,990100,,,,,,,2018-12-31")
    found = rows(tmp_path, "reorganised_units", units=units)
    assert [row.examples for row in found] == [("340208",), ("340210",)]
    assert "弋江区" in found[0].message.zh


def test_a_reorganisation_counts_from_its_year() -> None:
    assert outdated("340208", "三山区", 2019) is None
    assert outdated("340208", "三山区", 2020) is not None
    assert outdated("340209", "弋江区", 2026) is None
    assert all(change.source for change in reorganisations())


def test_pharmacies_with_beds(tmp_path: Path) -> None:
    assert one(tmp_path, "beds_of_pharmacies", beds=added("beds.csv", "P4,2025-12-31,all,5,5,5,0")).examples == ("P4",)


@pytest.mark.parametrize(("opened", "found"), [(114, False), (115, False), (116, True)])
def test_many_more_beds_open_than_licensed(tmp_path: Path, opened: int, found: bool) -> None:
    beds = f"provider,as_of,specialty,approved,open\nP1,2025-12-31,all,100,{opened}\n"
    assert [r.severity for r in rows(tmp_path, "open_above_approved", beds=beds)] == (["information"] if found else [])


def test_specialties_above_their_total(tmp_path: Path) -> None:
    beds = added("beds.csv", "P1,2025-12-31,general,500,500,491,0")
    assert one(tmp_path, "beds_do_not_add_up", beds=beds).examples == ("P1",)


def test_a_shared_credit_code(tmp_path: Path) -> None:
    text = FILES["providers.csv"].replace("P2,第二医院", "P2,第二医院").replace(
        "key_project,990102,,,117.11,36.61,,,,,designated,,,", "key_project,990102,,,117.11,36.61,,,,,designated,,,91110000600037341L")
    assert one(tmp_path, "shared_uscc", providers=text).examples == ("P1", "P2")


@pytest.mark.parametrize(("day", "found"), [("2025-08-29", True), ("2025-08-30", False)])
def test_applications_older_than_a_year(tmp_path: Path, day: str, found: bool) -> None:
    text = swapped("applications.csv", "designate,2026-08-01", f"designate,{day}")
    assert bool(rows(tmp_path, "old_applications", applications=text)) is found
