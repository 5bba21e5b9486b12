"""Whatever stands at a path, the answer is a city or located problems, never a traceback."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from city.town import FILES, write_town
from dingdian.city.model import City
from dingdian.city.read import read_city
from dingdian.problems import BadData, Problem


def problems(path: Path | str) -> tuple[Problem, ...]:
    with pytest.raises(BadData) as caught:
        read_city(path)
    for problem in caught.value.problems:
        assert problem.message.zh
        assert problem.remedy.en
        assert problem.line("zh").count("\n") == 0
    return caught.value.problems


def codes(path: Path | str) -> set[str]:
    return {problem.code for problem in problems(path)}


def test_nothing_there() -> None:
    assert codes("/nowhere/at-all") == {"not_found"}


def test_an_empty_folder_names_what_it_lacks(tmp_path: Path) -> None:
    assert {(p.code, p.table) for p in problems(tmp_path)} == {
        ("missing_file", "city"), ("missing_table", "units"), ("missing_table", "providers")}


@pytest.mark.parametrize("name", ["city.csv", "city.xls", "city.shp", "streets.osm.pbf", "population.tif"])
def test_a_file_of_another_kind(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    assert codes(tmp_path / name) == {"unknown_format"}


GARBAGE = {"empty": b"", "text": b"hello", "zip": b"PK\x03\x04" + b"\x00" * 50, "bytes": bytes(range(256)) * 20}


@pytest.mark.parametrize("suffix", ["xlsx", "gpkg"])
@pytest.mark.parametrize("content", GARBAGE.values(), ids=GARBAGE)
def test_a_damaged_file_is_one_problem(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"c.{suffix}"
    path.write_bytes(content)
    assert codes(path) & {"bad_workbook", "bad_geopackage"}


@pytest.mark.parametrize("name", [
    "providers.csv", "units.csv", "units.geojson", "streets_extent.geojson", "city.yaml", "beds.csv",
])
@pytest.mark.parametrize("content", GARBAGE.values(), ids=GARBAGE)
def test_damage_in_one_file_of_a_folder_is_told_at_that_file(tmp_path: Path, name: str, content: bytes) -> None:
    folder = write_town(tmp_path / "t")
    (folder / name).write_bytes(content)
    assert name in {problem.file for problem in problems(folder)}


@pytest.mark.parametrize("content", GARBAGE.values(), ids=GARBAGE)
def test_a_damaged_parquet_raster_or_street_file(tmp_path: Path, content: bytes) -> None:
    folder = write_town(tmp_path / "t", beds=None, population=None, network_nodes=None, network_edges=None,
                        city__yaml=FILES["city.yaml"] + "population_basis: resident\n")
    for name in ("beds.parquet", "population.tif", "streets.osm.pbf"):
        (folder / name).write_bytes(content)
    assert {p.file for p in problems(folder)} == {"beds.parquet", "population.tif", "streets.osm.pbf"}


def test_a_truncated_parquet_is_one_problem(town: City, tmp_path: Path) -> None:
    town.write(tmp_path / "t", "parquet")
    path = tmp_path / "t" / "providers.parquet"
    path.write_bytes(path.read_bytes()[:200])
    assert codes(tmp_path / "t") >= {"bad_parquet"}


def test_utf16_is_refused(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "t")
    (folder / "beds.csv").write_bytes(FILES["beds.csv"].encode("utf-16"))
    assert codes(folder) == {"encoding"}


def test_damaged_utf8_is_not_taken_for_gb18030(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "t")
    content = FILES["providers.csv"].encode().replace("第二医院".encode(), "第二医".encode() + b"\xe9\x99")
    (folder / "providers.csv").write_bytes(content)
    problem = problems(folder)[0]
    assert (problem.code, problem.file, problem.row) == ("encoding", "providers.csv", 3)


def test_rows_of_another_length_are_named(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "t", staff=FILES["staff.csv"] + "P2,2025-12-31,nurse\nP2,2025-12-31,nurse,1,2\n")
    assert [(p.code, p.row) for p in problems(folder)] == [("ragged_row", 5), ("ragged_row", 6)]


def test_an_unclosed_quote_is_named(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "t", staff=FILES["staff.csv"] + '"P2,2025-12-31,nurse,5\n')
    assert [(p.code, p.file) for p in problems(folder)] == [("bad_csv", "staff.csv")]


@pytest.mark.parametrize("sign", [";", "\t"])
def test_another_delimiter_is_named(tmp_path: Path, sign: str) -> None:
    folder = write_town(tmp_path / "t", staff=FILES["staff.csv"].replace(",", sign))
    assert codes(folder) == {"bad_delimiter"}


def test_row_numbers_are_those_that_the_user_sees(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "t", staff="\n\nprovider,as_of,role,count\n\nP1,2025-12-31,nurse,x\n")
    assert [p.row for p in problems(folder)] == [5]


def test_an_unknown_file_is_a_problem_and_notes_are_not(tmp_path: Path, town: City) -> None:
    folder = write_town(tmp_path / "t")
    for name in ("README", "README.txt", "LICENSE-DATA", "notes.md", ".hidden", "mapping.yaml", "template.xlsx"):
        (folder / name).write_text("x")
    assert read_city(folder).content_hash == town.content_hash
    (folder / "benefits.csv").write_text("x")
    (folder / "sub").mkdir()
    assert [(p.code, p.file) for p in problems(folder)] == [("unknown_file", "benefits.csv"), ("unknown_file", "sub")]


def test_two_files_of_one_table_are_a_problem(tmp_path: Path, town: City) -> None:
    town.write(tmp_path / "p", "parquet")
    folder = write_town(tmp_path / "t")
    os.link(tmp_path / "p" / "beds.parquet", folder / "beds.parquet")
    assert [(p.code, p.file) for p in problems(folder)] == [("two_files", "beds.parquet")]


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "t", beds=None)
    (folder / "beds.csv").mkdir()
    assert codes(folder) == {"unknown_file"}


# --- geometry ----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("old", "new", "code"), [
    ('"unit": "990101"', '"unit": "999999"', "orphan_reference"),
    ('"unit": "990101"', '"name": "990101"', "missing_value"),
    ('"unit": "990101"', '"unit": "990102"', "duplicate_key"),
    ('"unit": "990101"', '"unit": "990101", "frame": "gcj02"', "frame_behind"),
    ('"unit": "990101"', '"unit": "990101", "frame": "utm"', "unknown_code"),
    ('"type": "Polygon"', '"type": "Point"', "bad_geometry"),
    ("[117.1, 36.7], [117.0, 36.7]", "[117.0, 36.7], [117.1, 36.7]", "bad_geometry"),
    ("[117.1, 36.6]", '["x", 36.6]', "bad_geometry"),
    ("[117.1, 36.6]", "[500000, 4000000]", "bad_geometry"),
    ('{"type": "FeatureCollection", ', '{"type": "FeatureCollection" ', "bad_json"),
    ('"FeatureCollection"', '"Topology"', "bad_geojson"),
])
def test_a_bad_feature_is_told_at_its_line(tmp_path: Path, old: str, new: str, code: str) -> None:
    text = FILES["units.geojson"]
    assert old in text
    folder = write_town(tmp_path / "t", units__geojson=text.replace(old, new, 1))
    found = problems(folder)
    assert [(p.code, p.file) for p in found] == [(code, "units.geojson")]
    assert found[0].row is not None


@pytest.mark.parametrize("text", [
    "[" * 100_000, "null", '{"type": "FeatureCollection", "features": [1, null, {"properties": 5}]}',
    '{"type": "FeatureCollection", "features": [{"properties": {"unit": ["a"]}, "geometry": 5}]}',
    '{"type": "Feature", "properties": {"unit": "990101"}, "geometry": {"type": "Polygon", "coordinates": [[[NaN, 1]]]}}',
])
def test_other_json_is_a_problem_and_no_traceback(tmp_path: Path, text: str) -> None:
    assert {p.file for p in problems(write_town(tmp_path / "t", units__geojson=text))} == {"units.geojson"}


@pytest.mark.parametrize("text", ["[" * 5000, "{a: " * 3000, "- " * 5000, "&a *a", "!!python/object:x {}"])
def test_hostile_yaml_is_a_problem_and_no_traceback(tmp_path: Path, text: str) -> None:
    assert {p.file for p in problems(write_town(tmp_path / "t", city__yaml=text))} == {"city.yaml"}


# --- workbooks ---------------------------------------------------------------------------------------------------

Edit = Callable[[openpyxl.Workbook], None]


def edited(town: City, path: Path, edit: Edit) -> Path:
    town.write(path)
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)
    return path


def test_a_code_typed_as_a_number_keeps_its_digits_or_is_refused(town: City, tmp_path: Path) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        book["规划单元"]["A3"] = 990101
        column = [cell.value for cell in book["医药机构"][1]].index("统一社会信用代码") + 1
        book["医药机构"].cell(2, column).value = 911100006000373412

    found = problems(edited(town, tmp_path / "t.xlsx", edit))
    assert [(p.code, p.row, p.file) for p in found] == [("digits_lost", 2, "t.xlsx[医药机构]")]


def test_leading_blank_rows_keep_their_numbers(town: City, tmp_path: Path) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        book["人员"].insert_rows(1, 3)
        book["人员"]["D5"] = "x"

    assert [(p.row, p.column) for p in problems(edited(town, tmp_path / "t.xlsx", edit))] == [(5, "人数")]


def test_a_formula_in_error_is_no_empty_cell(town: City, tmp_path: Path) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        cell = book["床位"]["D2"]
        cell.value = "#DIV/0!"
        cell.data_type = "e"

    found = problems(edited(town, tmp_path / "t.xlsx", edit))
    assert [(p.code, p.row, p.column) for p in found] == [("formula_error", 2, "核定床位")]


def test_a_sheet_that_reaches_the_last_cell_is_refused_and_nothing_dies(town: City, tmp_path: Path) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        book["床位"]["XFD1048576"] = 1

    found = problems(edited(town, tmp_path / "t.xlsx", edit))
    assert found[0].code == "sheet_spans_too_much"


def test_an_unknown_sheet_is_a_problem_unless_it_is_blank(town: City, tmp_path: Path) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        book.create_sheet("Sheet1")
        book.create_sheet("草稿")["A1"] = "x"

    found = problems(edited(town, tmp_path / "t.xlsx", edit))
    assert [(p.code, p.file) for p in found] == [("unknown_file", "t.xlsx[草稿]")]


def test_a_workbook_without_metadata_says_so(town: City, tmp_path: Path) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        del book["city"]

    assert codes(edited(town, tmp_path / "t.xlsx", edit)) == {"missing_table"}


def test_metadata_in_a_sheet_is_checked_at_its_row(town: City, tmp_path: Path) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        for row in book["city"].iter_rows(max_col=2):
            if row[0].value == "工作坐标系":
                row[1].value = "wgs48"

    found = problems(edited(town, tmp_path / "t.xlsx", edit))
    assert [(p.code, p.row, p.column) for p in found] == [("unknown_code", 6, "frame")]


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with (zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package,
          package.open("xl/worksheets/sheet1.xml", "w") as part):
        for _ in range(61):
            part.write(bytes(10_000_000))
    assert codes(path) == {"too_large"}


def test_a_child_that_dies_or_hangs_is_a_problem(town: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import dingdian.city.read_workbook as reading

    town.write(tmp_path / "t.xlsx")
    monkeypatch.setattr(reading, "MEMORY", 15_000_000)
    assert codes(tmp_path / "t.xlsx") & {"child_died", "too_large", "bad_workbook"}
    monkeypatch.setattr(reading, "MEMORY", 3_000_000_000)
    monkeypatch.setattr(reading, "SECONDS", 0.001)
    assert codes(tmp_path / "t.xlsx") == {"too_slow"}


# --- GeoPackages -------------------------------------------------------------------------------------------------

def test_a_projected_layer_is_refused(town: City, tmp_path: Path) -> None:
    import geopandas

    town.write(tmp_path / "t.gpkg")
    units = geopandas.read_file(tmp_path / "t.gpkg", layer="units").to_crs(4547)
    units.to_file(tmp_path / "t.gpkg", layer="units", driver="GPKG")
    assert "projected" in codes(tmp_path / "t.gpkg")


def test_points_give_coordinates_where_the_columns_are_absent(town: City, tmp_path: Path) -> None:
    import geopandas

    town.write(tmp_path / "t.gpkg")
    providers = geopandas.read_file(tmp_path / "t.gpkg", layer="providers").drop(columns=["lon", "lat"])
    providers.to_file(tmp_path / "t.gpkg", layer="providers", driver="GPKG")
    assert read_city(tmp_path / "t.gpkg").content_hash == town.content_hash


def test_an_unknown_layer_is_a_problem(town: City, tmp_path: Path) -> None:
    import pyarrow as pa
    from pyogrio import raw

    town.write(tmp_path / "t.gpkg")
    raw.write_arrow(pa.table({"a": [1]}), str(tmp_path / "t.gpkg"), layer="draft", driver="GPKG", append=False)
    assert codes(tmp_path / "t.gpkg") == {"unknown_file"}
