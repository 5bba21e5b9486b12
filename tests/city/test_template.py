"""Forms: empty they give clear errors, filled they read; the reference page is never stale."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from city.town import FILES
from dingdian.city.model import City
from dingdian.city.read import read_city
from dingdian.city.reference import tables_page
from dingdian.city.tables import TABLES
from dingdian.city.template import WORKBOOK, write_template, write_workbook_template
from dingdian.problems import BadData

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "tables.md"


@pytest.mark.parametrize("place", ["folder", WORKBOOK])
def test_an_empty_form_says_what_it_lacks(tmp_path: Path, place: str) -> None:
    write_template(tmp_path / "t")
    with pytest.raises(BadData) as caught:
        read_city(tmp_path / "t" if place == "folder" else tmp_path / "t" / WORKBOOK)
    found = {(p.code, p.column or p.table) for p in caught.value.problems}
    assert found == {*(("missing_value", key) for key in ("id", "name", "pooling_area", "as_of", "frame")),
                     ("empty_table", "units"), ("empty_table", "providers")}


def test_a_filled_folder_reads(tmp_path: Path, town: City) -> None:
    write_template(tmp_path / "t")
    for name, text in FILES.items():
        (tmp_path / "t" / name).write_text(text, encoding="utf-8")
    assert read_city(tmp_path / "t").content_hash == town.content_hash


def test_a_filled_workbook_reads(tmp_path: Path) -> None:
    write_workbook_template(tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    meta = {"城市标识": "town", "名称": "某市", "统筹区代码": 990100, "数据日期": "2026年8月31日", "工作坐标系": "wgs84"}
    for row in book["city"].iter_rows():
        row[1].value = meta.get(str(row[0].value), row[1].value)
    book["规划单元"].append([990100, "某市", "统筹区"])
    book["规划单元"].append([990101, "甲区", "区县", 990100])
    book["医药机构"].append(["P1", "甲药店", "零售药店", None, "零售药店"])
    column = [cell.value for cell in book["医药机构"][1]].index("定点状态")
    book["医药机构"].cell(2, column + 1).value = "定点"
    book.save(tmp_path / "t.xlsx")
    city = read_city(tmp_path / "t.xlsx")
    assert city.row("providers", "P1")["status"] == "designated"
    assert city.row("units", "990101")["parent"] == "990100"


def test_the_workbook_offers_codes_and_explains_columns(tmp_path: Path) -> None:
    write_workbook_template(tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    for table in TABLES.values():
        sheet = book[table.zh]
        assert [cell.value for cell in sheet[1]] == [column.zh for column in table.columns]
        assert all(cell.comment is not None for cell in sheet[1])
    lists = book["医药机构"].data_validations.dataValidation
    assert any("代码" in str(item.formula1) for item in lists)


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(BadData):
        write_template(tmp_path)


def test_every_heading_names_one_column() -> None:
    for table in TABLES.values():
        headings = [heading for column in table.columns for heading in column.headings]
        assert len(headings) == len(set(headings)), table.name
    names = [name for table in TABLES.values() for name in table.names]
    assert len(names) == len(set(names))


def test_the_reference_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == tables_page(), "write tables_page() to docs/reference/tables.md"


def test_the_reference_page_has_every_column() -> None:
    page = tables_page()
    for table in TABLES.values():
        for column in table.columns:
            assert f"| `{column.name}` |" in page
            assert column.zh in page
