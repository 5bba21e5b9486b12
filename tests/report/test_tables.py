"""CSV, Parquet, JSON and workbook say the same rows, and run nothing."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

from dingdian.loop.results import Run
from dingdian.report import tables, workbook
from dingdian.report.imprint import Imprint
from report import invented

TABLES = ("measures", "gaps", "rulings")
SHEETS = ["说明", "测算", "比对", "审查结论", "判定明细", "择优排序", "年度计划"]


@pytest.fixture(scope="session")
def book(folder: Path) -> Any:
    return openpyxl.load_workbook(folder / "tables.xlsx")


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    heads = [cell.value for cell in sheet[3]]
    return [dict(zip(heads, (cell.value for cell in row))) for row in sheet.iter_rows(min_row=4)]


@pytest.mark.parametrize("name", TABLES)
def test_csv_opens_in_excel_and_agrees_with_parquet_and_json(folder: Path, name: str) -> None:
    data = (folder / f"{name}.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf"), "Excel in China reads UTF-8 without this mark as GBK"
    flat, columnar = pd.read_csv(folder / f"{name}.csv", encoding="utf-8-sig"), pd.read_parquet(folder / f"{name}.parquet")
    said = json.loads((folder / f"{name}.json").read_text("utf-8"))
    assert list(flat.columns) == list(columnar.columns)
    assert len(flat) == len(columnar) == len(said[name])


def test_absent_numbers_are_empty_and_never_zero(folder: Path) -> None:
    measures = pd.read_parquet(folder / "measures.parquet")
    undetermined = measures[measures["status"] == "undetermined"]
    assert len(undetermined)
    assert undetermined["gap"].isna().all()
    assert (undetermined["reason"] != "").all()


def test_every_row_names_its_plan_city_clause_readings_and_the_invented_tables(folder: Path) -> None:
    for name in TABLES:
        table = pd.read_parquet(folder / f"{name}.parquet")
        assert (table["plan"] == "moumou-2026 r2").all()
        assert (table["plan_status"] == "draft").all()
        assert (table["city_sha256"] == invented.CITY.sha256).all()
        assert (table["synthetic"] == "providers;beds;fund;applications").all()
        assert table["reading"].str.startswith("{").all()
    assert (pd.read_parquet(folder / "measures.parquet")["clause"] != "").all()


def test_parquet_carries_plan_city_and_chinese_headings(folder: Path) -> None:
    schema = pq.read_schema(folder / "measures.parquet")
    about = json.loads(schema.metadata[b"dingdian"])
    assert about["city"]["synthetic"] == list(invented.CITY.synthetic)
    assert schema.field("supply").metadata[b"zh"].decode() == "实际值"


def test_a_name_that_looks_like_a_formula_stays_text_in_csv(folder: Path) -> None:
    with (folder / "rulings.csv").open(encoding="utf-8-sig", newline="") as file:
        names = {row["application"]: row["name"] for row in csv.DictReader(file)}
    assert names["A-007"] == "'" + invented.APPLICATIONS[6][1]
    assert pd.read_parquet(folder / "rulings.parquet").set_index("application").loc["A-007", "name"] == invented.APPLICATIONS[6][1]


def test_the_workbook_has_its_sheets_filters_and_frozen_headings(book: Any) -> None:
    assert book.sheetnames == SHEETS
    for name in SHEETS[1:]:
        sheet = book[name]
        assert sheet.freeze_panes == "C4"
        assert sheet.auto_filter.ref.startswith("A3:")
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.print_title_rows == "$1:$3"


def test_no_cell_of_the_workbook_is_a_formula_or_a_link(book: Any) -> None:
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
    assert invented.APPLICATIONS[6][1] in [cell.value for cell in book["审查结论"]["B"]]


def test_the_workbook_shows_names_numbers_and_reasons(book: Any, a_run: Run) -> None:
    gaps = rows_of(book["比对"])
    assert len(gaps) == len(a_run.gaps.rows)
    short = next(row for row in gaps if row["规划单元"] == "丁县" and row["指标名称"] == "千名参保人床位数")
    assert (short["比对结果"], short["实际值"], short["差值"]) == ("不足", 5.8, -2.7)
    unknown = next(row for row in gaps if row["规划单元"] == "戊县" and row["指标名称"] == "定点床位数")
    assert unknown["实际值"] == "—（缺少床位数（beds 表））"
    findings = rows_of(book["判定明细"])
    assert len(findings) == sum(len(ruling.findings) for ruling in a_run.rulings)
    assert {row["判定结果"] for row in findings} == {"符合", "不符合", "不适用", "无法判定"}


def test_the_first_sheet_says_what_this_is(book: Any) -> None:
    said = "\n".join(str(cell.value) for row in book["说明"].iter_rows() for cell in row if cell.value)
    for part in ("合成数据", "征求意见稿", "二（一）1", "JN-A1", "OpenStreetMap", invented.CITY.sha256, "2026年9月30日"):
        assert part in said


def test_the_same_run_gives_the_same_bytes(imprint: Imprint) -> None:
    assert workbook.workbook_bytes(imprint) == workbook.workbook_bytes(imprint)
    for make in (tables.measures, tables.gaps, tables.rulings, tables.findings):
        assert tables.csv_bytes(make(imprint)) == tables.csv_bytes(make(imprint))
        assert tables.parquet_bytes(make(imprint), imprint) == tables.parquet_bytes(make(imprint), imprint)


def test_a_run_without_applications_still_makes_every_sheet() -> None:
    imprint = Imprint(invented.run(applications=False), invented.city(applications=False))
    assert workbook.workbook_bytes(imprint)
    assert tables.csv_bytes(tables.rulings(imprint)).decode("utf-8-sig").count("\r\n") == 1
