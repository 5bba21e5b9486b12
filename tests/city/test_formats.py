"""A city read from any format is the same city: folder of CSV or Parquet, workbook, GeoPackage."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from city.town import FILES, write_town
from dingdian.city.model import City
from dingdian.city.read import demo_ids, read_city
from dingdian.problems import BadData

pytestmark = pytest.mark.slow

FORMATS = [("csv", None), ("parquet", "parquet"), ("town.xlsx", None), ("town.gpkg", None)]


@pytest.mark.parametrize(("name", "how"), FORMATS)
def test_what_is_written_reads_as_the_same_city(town: City, tmp_path: Path, name: str, how: str | None) -> None:
    town.write(tmp_path / name, how)
    again = read_city(tmp_path / name)
    assert again.content_hash == town.content_hash
    assert again.meta == town.meta
    for table, frame in town.tables.items():
        assert (again.tables[table].dtypes == frame.dtypes).all()


@pytest.mark.parametrize(("name", "how"), FORMATS)
def test_the_same_city_gives_the_same_bytes(town: City, tmp_path: Path, name: str, how: str | None) -> None:
    first, second = tmp_path / "1" / name, tmp_path / "2" / name
    town.write(first, how)
    town.write(second, how)
    files = sorted(p for p in (tmp_path / "1").rglob("*") if p.is_file())
    assert files
    for file in files:
        assert file.read_bytes() == (tmp_path / "2" / file.relative_to(tmp_path / "1")).read_bytes()


@pytest.mark.parametrize("how", ["csv", "parquet", "xlsx", "gpkg"])
def test_the_demo_city_survives_every_format(demo_city: City, tmp_path: Path, how: str) -> None:
    path = tmp_path / (f"demo.{how}" if how in ("xlsx", "gpkg") else how)
    demo_city.write(path, "parquet" if how == "parquet" else None)
    assert read_city(path).content_hash == demo_city.content_hash


def test_the_demo_city_is_named_by_its_id(demo_city: City) -> None:
    assert "jinan-demo" in demo_ids()
    assert demo_city.meta.id == "jinan-demo"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_every_accepted_encoding_is_the_same(town: City, tmp_path: Path, encoding: str) -> None:
    folder = write_town(tmp_path / "t")
    for name, text in FILES.items():
        if name.endswith(".csv"):
            (folder / name).write_bytes(text.encode(encoding))
    assert read_city(folder).content_hash == town.content_hash


def test_windows_line_ends_and_blank_rows_change_nothing(town: City, tmp_path: Path) -> None:
    text = FILES["staff.csv"].replace("\n", "\r\n").replace("P1,2026", "\r\n,,,\r\nP1,2026")
    folder = write_town(tmp_path / "t")
    (folder / "staff.csv").write_bytes(text.encode())
    assert read_city(folder).content_hash == town.content_hash


def test_a_folder_that_holds_something_is_not_overwritten(town: City, tmp_path: Path) -> None:
    (tmp_path / "keep.txt").write_text("mine")
    with pytest.raises(BadData) as caught:
        town.write(tmp_path)
    assert caught.value.problems[0].code == "not_empty"
    assert [p.name for p in tmp_path.iterdir()] == ["keep.txt"]


def test_a_failed_write_leaves_nothing_behind(town: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import dingdian.city.write as write

    def fail(*_: object, **__: object) -> str:
        raise OSError("disk full")

    monkeypatch.setattr(write, "csv_text", fail)
    with pytest.raises(OSError, match="disk full"):
        town.write(tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_format_is_an_error(town: City, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="csv or parquet"):
        town.write(tmp_path / "out", "feather")


def test_the_workbook_speaks_chinese_and_warns_of_invented_rows(town: City, tmp_path: Path) -> None:
    town.write(tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    sheet = book["医药机构"]
    assert sheet["A1"].value == "机构代码"
    assert sheet.freeze_panes == "B2"
    assert sheet["A1"].comment is not None
    assert any("合成" in str(cell.value) for cell in sheet[1])
    assert "医药机构" in str(book["说明"]["A1"].value)
    assert {row[1].value for row in book["代码"].iter_rows()} >= {"general_hospital", "designated"}
    assert "综合医院" in {cell.value for cell in sheet["C"]}
    assert sheet.data_validations.dataValidation


def test_a_text_that_looks_like_a_formula_or_a_number_stays_text(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "t", events=FILES["events.csv"].replace("某医保罚〔2026〕1号", "=1+1")
                        .replace("E1", "007"))
    city = read_city(folder)
    city.write(tmp_path / "t.xlsx")
    again = read_city(tmp_path / "t.xlsx")
    assert again.row("events", "007")["reference"] == "=1+1"
    assert again.content_hash == city.content_hash
