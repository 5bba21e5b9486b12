"""Import: everything is checked, told and counted; nothing is written unless it is asked for and sound."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from city.town import FILES, swapped, write_town
from dingdian.city.importing import ImportReport, import_city
from dingdian.city.mapping_reader import read_mapping
from dingdian.city.model import City
from dingdian.city.read import read_city
from dingdian.problems import BadData

SHANGHAI = Path(__file__).parents[2] / "examples" / "shanghai" / "mapping.yaml"


def test_a_dry_run_tells_and_writes_nothing(town_folder: Path, tmp_path: Path, town: City) -> None:
    report = import_city(town_folder, tmp_path / "out")
    assert report.ok
    assert not report.committed
    assert not (tmp_path / "out").exists()
    assert {t.table: t.rows for t in report.tables}["providers"] == 6
    assert report.as_json()["content_hash"] == town.content_hash


def test_a_committed_import_is_the_same_city(town_folder: Path, tmp_path: Path, town: City) -> None:
    report = import_city(town_folder, tmp_path / "out", commit=True)
    assert report.committed
    assert read_city(tmp_path / "out").content_hash == town.content_hash
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_bad_data_are_not_written_even_when_asked(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "t", beds=swapped("beds.csv", "P1,2024", "P9,2024"))
    report = import_city(folder, tmp_path / "out", commit=True)
    assert [p.code for p in report.problems] == ["orphan_reference"]
    assert not report.committed
    assert sorted(p.name for p in tmp_path.iterdir()) == ["t"]
    assert report.as_json("en")["errors"][0]["row"] == 2


def test_a_target_in_use_is_refused_before_anything_is_written(town_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("x")
    report = import_city(town_folder, tmp_path / "out", commit=True)
    assert [p.code for p in report.problems] == ["not_empty"]
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["mine"]


def test_another_frame_on_purpose(town_folder: Path, tmp_path: Path) -> None:
    report = import_city(town_folder, tmp_path / "out", commit=True, frame="bd09")
    assert report.committed
    assert read_city(tmp_path / "out").meta.frame == "bd09"


def test_nothing_there_is_a_problem_in_the_report(tmp_path: Path) -> None:
    assert [p.code for p in import_city("/nowhere", tmp_path / "o").problems] == ["not_found"]
    assert [p.code for p in import_city("/nowhere", tmp_path / "o", mapping="/none").problems] == ["not_found"]
    assert [p.code for p in import_city(tmp_path, tmp_path / "o", mapping="/none").problems] == ["not_found"]


def test_empty_tables_are_noted(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "t", events=FILES["events.csv"].splitlines()[0])
    assert "events.csv" in import_city(folder, tmp_path / "o").notes[0].en


# --- foreign files -----------------------------------------------------------------------------------------------

# Invented points with the dirt of real ones: a byte-order mark, several types joined by a bar, "[]" for nothing, two
# district codes, a point entered twice, a department, an animal clinic, and a type that nobody can classify.
POINTS = """\
id,name,type,address,X,Y,adcode
B01,向阳社区卫生服务站,医疗保健服务;医疗保健服务场所;医疗保健服务场所,[],117.0123,36.6123,990101
B02,第一人民医院,医疗保健服务;综合医院;三级甲等医院,一路1号,117.0223,36.6223,990101
B03,美齿口腔,医疗保健服务;专科医院;口腔医院|医疗保健服务;诊所;诊所,[],117.1123,36.6323,990102
B04,同心药房,医疗保健服务;医药保健销售店;药房|医疗保健服务;诊所;诊所,二路2号,117.1223,36.6423,990102
B05,汪汪医院,医疗保健服务;动物医疗场所;宠物诊所,[],117.1,36.6,990102
B02,第一人民医院急诊,医疗保健服务;综合医院;三级甲等医院,一路1号,117.0223,36.6224,990101
B06,神清气爽馆,体育休闲服务;保健;养生,[],117.0323,36.6523,990101
"""
GRID = "FID,SUM,X,Y\n0,1854.9,13025000.5,4385000.5\n1,722.5,13035000.5,4385000.5\n"
CENSUS = '区划,名称,"人口"\n990100,某某市,800000\n9901xx,市辖区,800000\n990101,甲区,500000\n990102,乙县,300000.0\n'
MAPPING = """\
city: {id: elsewhere, name: 某某市, pooling_area: "990100", as_of: 2026-01-01, frame: gcj02}
assumptions: [定点状态为假设]
tables:
  - table: units
    file: census.csv
    encoding: gb18030
    skip_where:
      - {column: 区划, contains: [xx], reason: 汇总行}
    columns:
      unit: 区划
      name: 名称
      level:
        from: 区划
        rules: [{equals: "990100", is: pooling_area}, {otherwise: true, is: district}]
      parent:
        from: 区划
        rules: [{equals: "990100", is: ""}, {otherwise: true, is: "990100"}]
  - table: residents
    file: census.csv
    encoding: gb18030
    skip_where:
      - {column: 区划, contains: [xx], reason: 汇总行}
    columns:
      unit: 区划
      year: {constant: 2020}
      age_band: {constant: all}
      persons: 人口
  - table: population
    file: grid.csv
    epsg: 3857
    easting: X
    northing: "Y"
    columns:
      cell: {number: G, digits: 3}
      persons: SUM
      basis: {constant: resident}
  - table: providers
    file: points.csv
    frame: gcj02
    empty: ["[]"]
    duplicates: first
    skip_where:
      - {column: type, contains: [动物医疗, 宠物], reason: 动物诊疗}
    columns:
      provider: {join: [adcode, id]}
      name: name
      kind:
        from: [name, type]
        report_by: type
        rules:
          - {contains: [社区卫生服务站], is: community_health_station}
          - {contains: [口腔], is: dental_clinic}
          - {in: type, contains: [药房], is: pharmacy}
          - {in: type, contains: [综合医院], is: general_hospital}
      level:
        from: type
        rules:
          - {contains: [三级甲等], is: tertiary}
          - {otherwise: true, is: ""}
      provider_class:
        of: kind
        rules:
          - {equals: [general_hospital], is: inpatient}
          - {equals: [pharmacy], is: pharmacy}
          - {contains: [clinic, station], is: outpatient_pooling}
      unit: adcode
      lon: X
      lat: "Y"
      status: {constant: designated}
polygons: {file: shapes.geojson, unit_property: adcode, frame: cgcs2000, repair: true}
"""


def foreign(folder: Path, mapping: str = MAPPING) -> Path:
    folder.mkdir()
    (folder / "points.csv").write_bytes(b"\xef\xbb\xbf" + POINTS.encode())
    (folder / "grid.csv").write_text(GRID)
    (folder / "census.csv").write_bytes(CENSUS.encode("gb18030"))
    (folder / "shapes.geojson").write_text(FILES["units.geojson"].replace('"unit"', '"adcode"'))
    (folder / "mapping.yaml").write_text(mapping)
    return folder


def imported(folder: Path, mapping: str = MAPPING, commit: bool = False) -> ImportReport:
    source = foreign(folder / "src", mapping)
    return import_city(source, folder / "out", mapping=source / "mapping.yaml", commit=commit)


def test_foreign_files_become_a_city_as_stated(tmp_path: Path) -> None:
    report = imported(tmp_path, commit=True)
    assert report.problems == ()
    city = read_city(tmp_path / "out")
    providers = city.tables["providers"].set_index("provider")
    assert list(providers.index) == ["990101-B01", "990101-B02", "990101-B06", "990102-B03", "990102-B04"]
    assert providers["kind"].fillna("").tolist() == [
        "community_health_station", "general_hospital", "", "dental_clinic", "pharmacy"]
    assert providers["provider_class"].fillna("").tolist() == [
        "outpatient_pooling", "inpatient", "", "outpatient_pooling", "pharmacy"]
    assert providers.loc["990101-B02", "level"] == "tertiary"
    assert set(providers["frame"]) == {"gcj02"}
    assert city.tables["population"]["cell"].tolist() == ["G001", "G002"]
    assert set(city.tables["population"]["frame"]) == {"wgs84"}
    assert city.tables["population"]["lon"].iloc[0] == pytest.approx(117.005, abs=0.01)
    assert city.tables["residents"]["persons"].tolist() == [800_000, 500_000, 300_000]
    assert city.polygons["990101"].bounds[0] != 117.0


def test_whatever_was_left_out_or_unmatched_is_counted(tmp_path: Path) -> None:
    notes = "\n".join(note.en for note in imported(tmp_path).notes)
    for expected in ("points.csv: taken as empty: address 4", "census.csv: 1 rows left out", "points.csv: 1 rows left out",
                     "1 rows match no rule of kind and stay empty: 体育休闲服务;保健;养生 1",
                     "1 later rows of a repeated key left out: 990101/B02".replace("/", "-"), "assumption: 定点状态为假设"):
        assert expected in notes, expected


def test_a_repeated_key_is_a_problem_unless_the_mapping_says_first(tmp_path: Path) -> None:
    report = imported(tmp_path, MAPPING.replace("    duplicates: first\n", ""))
    assert [(p.code, p.file, p.row) for p in report.problems] == [("duplicate_key", "points.csv", 7)]


def test_bad_cells_are_told_at_the_row_of_the_foreign_file(tmp_path: Path) -> None:
    source = foreign(tmp_path / "src")
    (source / "points.csv").write_text(POINTS.replace("36.6323,990102", "36.6323,990109"))
    report = import_city(source, tmp_path / "out", mapping=source / "mapping.yaml")
    assert [(p.code, p.file, p.row, p.column) for p in report.problems] == [("orphan_reference", "points.csv", 4, "unit")]


@pytest.mark.parametrize(("old", "new", "code"), [
    ("table: providers", "table: provider", "unknown_table"),
    ("      status:", "      state:", "unknown_column"),
    ("name: name", "name: nane", "missing_column"),
    ("file: grid.csv", "file: gird.csv", "not_found"),
    ("file: grid.csv", "file: ../src/grid.csv.bak", "not_found"),
    ("    epsg: 3857\n", "", "bad_value"),
    ("duplicates: first", "duplicates: last", "unknown_code"),
    ("frame: gcj02\n    empty", "frame: gcj2\n    empty", "unknown_code"),
    ("report_by: type", "report_by: address", "bad_value"),
    ("of: kind", "of: status", "bad_value"),
    ("- {in: type, contains: [药房]", "- {in: address, contains: [药房]", "bad_value"),
    ("{constant: designated}", "{constant: designated, from: name}", "bad_value"),
    ("{contains: [口腔], is: dental_clinic}", "{contain: [口腔], is: dental_clinic}", "unknown_key"),
    ("{contains: [口腔], is: dental_clinic}", "{contains: [口腔]}", "bad_value"),
    ("reason: 动物诊疗", "why: 动物诊疗", "unknown_key"),
    ("assumptions:", "assumption:", "unknown_key"),
    ("repair: true", "mend: true", "unknown_key"),
    ("as_of: 2026-01-01", "as_of: tomorrow", "bad_date"),
    ("{constant: designated}", "{constant: certified}", "unknown_code"),
    ("table: residents", "table: units", "two_files"),
])
def test_a_mapping_is_strict_and_says_where(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert old in MAPPING
    report = imported(tmp_path, MAPPING.replace(old, new, 1))
    assert code in {p.code for p in report.problems}
    assert all(p.row for p in report.problems if p.file == "mapping.yaml")
    assert report.city is None


@pytest.mark.parametrize("text", ["", "[]", "tables: 5", "city: {}\ntables: [5]", "city: [", "polygons: [a]"])
def test_what_is_no_mapping_is_a_problem(text: str) -> None:
    with pytest.raises(BadData):
        read_mapping(text.encode())


def test_the_example_mapping_is_sound() -> None:
    mapping = read_mapping(SHANGHAI.read_bytes())
    assert mapping.meta.frame == "gcj02"
    assert {table.table for table in mapping.tables} == {"units", "residents", "population", "providers"}
    assert mapping.assumptions


# The real files may not be shipped: examples/shanghai/README.md says how to get them and what the variable names.
REAL_DATA = os.environ.get("DINGDIAN_SHANGHAI_DATA", "")


@pytest.mark.skipif(not REAL_DATA, reason="DINGDIAN_SHANGHAI_DATA names no folder: the data cannot be shipped")
def test_the_example_imports_the_real_files(tmp_path: Path) -> None:
    report = import_city(REAL_DATA, tmp_path / "out", mapping=SHANGHAI)
    assert report.problems == ()
    assert {t.table: t.rows for t in report.tables} == {"units": 17, "residents": 17, "population": 1581, "providers": 8043}
    checks = {row.check: row.count for row in report.quality}
    assert "wrong_frame" not in checks
    wrong = SHANGHAI.read_text().replace("    frame: gcj02\n    empty", "    frame: wgs84\n    empty")
    (tmp_path / "m.yaml").write_text(wrong)
    again = import_city(REAL_DATA, tmp_path / "out", mapping=tmp_path / "m.yaml")
    assert "GCJ-02" in next(row for row in again.quality if row.check == "wrong_frame").message.zh
