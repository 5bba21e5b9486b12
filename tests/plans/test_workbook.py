"""A pack as a workbook: what is read back is the same pack, and every mistake of a person is located as sheet and cell."""

from __future__ import annotations

import copy
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dingdian import located_yaml
from dingdian.plans.load import find_pack, load_plan, pack_ids
from dingdian.plans.new import new_pack
from dingdian.plans.workbook import export_pack, import_pack, read_pack, write_pack
from dingdian.plans.workbook.cells import from_cell, to_cell
from dingdian.plans.workbook.layout import kind_columns, kind_sheets
from dingdian.plans.yaml_text import flow, to_yaml
from dingdian.problems import BadData, Problem
from dingdian.provisions.base import kinds

pytestmark = pytest.mark.slow


def document(folder: str | Path, name: str = "plan.yaml") -> Any:
    return located_yaml.read((find_pack(folder) / name).read_bytes(), name)[0]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "pack.xlsx"
    export_pack("jinan-2026", path)
    return path


# --- round trips -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pack", pack_ids())
def test_a_shipped_pack_comes_back_equal(pack: str, tmp_path: Path) -> None:
    export_pack(pack, tmp_path / "pack.xlsx")
    found = read_pack(tmp_path / "pack.xlsx")
    assert found.plan == document(pack)
    assert found.tests == document(pack, "tests.yaml")


@pytest.mark.parametrize("pack", pack_ids())
def test_an_imported_pack_is_the_same_plan(pack: str, tmp_path: Path) -> None:
    export_pack(pack, tmp_path / "pack.xlsx")
    written = import_pack(tmp_path / "pack.xlsx", tmp_path / "copy")
    assert [path.name for path in written] == ["plan.yaml", "tests.yaml"]
    one, two = load_plan(pack), load_plan(tmp_path / "copy")
    for part in ("title", "clauses", "readings", "dates", "provisions", "records", "overrides", "requirement_ids", "valid_until"):
        assert getattr(two, part) == getattr(one, part), part


@pytest.mark.parametrize("pack", pack_ids())
def test_the_yaml_of_a_document_reads_back_as_the_document(pack: str) -> None:
    for name in ("plan.yaml", "tests.yaml"):
        stated = document(pack, name)
        assert located_yaml.load(to_yaml(stated), name)[0] == stated


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C"], include_characters="\n"), min_size=1, max_size=30).filter(str.strip)
CODES = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,8}", fullmatch=True)
NUMBERS = st.integers(0, 10**6) | st.decimals(0, 10**6, places=3, allow_nan=False)
BOTH = st.fixed_dictionaries({"zh": WORDS, "en": WORDS})
DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))
PACKS = st.fixed_dictionaries({
    "id": WORDS, "revision": st.integers(1, 99), "title": BOTH, "pooling_area": WORDS, "status": st.sampled_from(["draft", "final"]),
    "valid_from": DAYS, "valid_until": DAYS | st.none(), "legal_bases": st.lists(WORDS, max_size=3), "source": BOTH,
    "clauses": st.dictionaries(CODES, st.fixed_dictionaries({"locator": WORDS, "says": BOTH}, optional={"basis": WORDS}), max_size=3),
    "provisions": st.lists(st.fixed_dictionaries(
        {"id": CODES, "clause": CODES, "kind": st.just("radius_cap")},
        optional={
            "radius_m": NUMBERS, "caps": st.dictionaries(st.sampled_from(["dense", "other"]), NUMBERS),
            "counts": st.lists(st.sampled_from(["pharmacy", "inpatient"]), max_size=2), "normally": st.booleans(),
            "requirements": st.lists(WORDS, max_size=3), "rank": st.integers(-5, 5), "valid_from": DAYS,
            "scope": st.fixed_dictionaries({}, optional={"actions": st.lists(st.sampled_from(["designate", "branch"]), max_size=2)}),
            "readings": st.dictionaries(
                st.sampled_from(["distance", "density"]),
                CODES | st.fixed_dictionaries({"option": CODES}, optional={"percentile": NUMBERS})),
        }), max_size=3, unique_by=lambda provision: provision["id"]),
}, optional={
    "requirement_ids": st.lists(WORDS, max_size=3), "extends": WORDS, "records": st.just([]), "overrides": st.lists(
        st.fixed_dictionaries({"provision": CODES, "type": st.just("narrow"), "clause": CODES,
                               "set": st.dictionaries(CODES, WORDS | NUMBERS | st.booleans() | DAYS)}), max_size=2),
    "dates": st.dictionaries(CODES, st.fixed_dictionaries({"title": BOTH, "value": DAYS | st.none()}), max_size=2),
    "readings": st.dictionaries(CODES, st.fixed_dictionaries({"question": BOTH, "default": CODES, "options": st.dictionaries(
        CODES, st.fixed_dictionaries({"meaning": BOTH}, optional={"parameters": st.dictionaries(CODES, NUMBERS)}), min_size=1, max_size=2)},
        optional={"touches": st.lists(WORDS)}), max_size=2),
})


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(stated=PACKS)
def test_any_pack_comes_back_equal(stated: dict[str, Any], tmp_path: Path) -> None:
    write_pack(stated, None, tmp_path / "any.xlsx")
    assert read_pack(tmp_path / "any.xlsx").plan == stated
    assert located_yaml.load(to_yaml(stated), "any")[0] == stated


@given(text=WORDS | st.sampled_from(["#VALUE!", "_x0041_", "[]", "{a: 1}", '"', '"a"', "=1+1", "true", "是", "1e3", "a；b"]))
def test_any_text_comes_back_from_a_cell_of_text_and_of_texts(text: str) -> None:
    one, many = {"type": "string"}, {"type": "array", "items": {"type": "string"}}
    assert from_cell(to_cell(text, one), one) == text
    assert from_cell(to_cell([text, text], many), many) == [text, text]


@pytest.mark.parametrize("value", [
    {"a": [1, Decimal("9.0"), None, True, date(2026, 1, 1)], "b": "yes", "07": "012"}, {}, [], "12:30", "- x", "a: b", "键：值", "x，y", "",
    [[], {}], "～", "2026-01-01", "0x1f", "1_000", "null", "＃注", "a #b", "中文，有标点。",
])
def test_any_value_comes_back_from_the_short_notation(value: Any) -> None:
    assert located_yaml.load(flow(value), "flow")[0] == value


def test_every_kind_has_a_sheet_of_its_own_and_a_heading_means_one_thing() -> None:
    assert len(set(kind_sheets().values())) == len(kinds())
    for kind in kinds():
        names = [name for column in kind_columns(kind) for name in set(column.names)]
        assert len(names) == len(set(names)), kind


# --- for officials -----------------------------------------------------------------------------------------------


def test_headings_are_chinese_frozen_and_the_text_wraps(book: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    assert workbook.sheetnames[:7] == ["说明", "规划", "条款", "口径", "口径选项", "日期", "规定"]
    for name in workbook.sheetnames[1:]:
        sheet = workbook[name]
        assert sheet.freeze_panes == "B2", name
        assert all(any("\u4e00" <= sign <= "\u9fff" for sign in str(cell.value)) for cell in sheet[1]), name
        assert sheet["A1"].alignment.wrap_text
    row = [cell.value for cell in workbook["服务半径饱和度"][2]]
    assert row[:5] == ["pharmacy-radius", 800, 3, 2, "零售药店"]


def test_the_same_pack_gives_the_same_bytes(book: Path, tmp_path: Path) -> None:
    export_pack("jinan-2026", tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == book.read_bytes()


def test_an_empty_sheet_for_another_kind_can_be_asked_for(tmp_path: Path) -> None:
    export_pack("jinan-2026", tmp_path / "more.xlsx", ["coverage", "peer_efficiency"])
    assert {kind_sheets()["coverage"], kind_sheets()["peer_efficiency"]} <= set(openpyxl.load_workbook(tmp_path / "more.xlsx").sheetnames)
    with pytest.raises(BadData) as caught:
        export_pack("jinan-2026", tmp_path / "more.xlsx", ["radius"])
    assert caught.value.problems[0].code == "unknown_kind"


def test_what_has_no_place_in_a_workbook_is_told_and_not_lost(tmp_path: Path) -> None:
    new_pack(tmp_path / "pack")
    tests = tmp_path / "pack" / "tests.yaml"
    tests.write_text(tests.read_text(encoding="utf-8").replace("  as_of:", "  weather: fine\n  as_of:", 1), encoding="utf-8")
    with pytest.raises(BadData) as caught:
        export_pack(tmp_path / "pack", tmp_path / "pack.xlsx")
    assert [(p.code, p.file, p.column) for p in caught.value.problems] == [("no_place", "tests.yaml", "city")]
    assert not (tmp_path / "pack.xlsx").exists()


def test_tests_without_their_parts_are_told(tmp_path: Path) -> None:
    new_pack(tmp_path / "pack")
    (tmp_path / "pack" / "tests.yaml").write_text("tests: []\n", encoding="utf-8")
    with pytest.raises(BadData) as caught:
        export_pack(tmp_path / "pack", tmp_path / "pack.xlsx")
    assert [(p.code, p.file) for p in caught.value.problems] == [("bad_shape", "tests.yaml")]


def test_records_stand_one_a_line() -> None:
    stated, schema = [{"a": 1, "b": "x；y"}, {"a": None}], {"type": "array", "items": {"type": "object"}}
    shown = to_cell(stated, schema)
    assert str(shown).splitlines() == ['- {a: 1, b: "x；y"}', "- {a: null}"]
    assert from_cell(shown, schema) == stated


def test_a_number_that_a_cell_cannot_hold_is_refused_with_its_cell(tmp_path: Path) -> None:
    stated = copy.deepcopy(document("jinan-2026"))
    next(p for p in stated["provisions"] if p["id"] == "pharmacy-radius")["radius_m"] = Decimal("800.00000000000000001")
    with pytest.raises(BadData) as caught:
        write_pack(stated, None, tmp_path / "deep.xlsx")
    assert [p.column for p in caught.value.problems] == ["服务半径饱和度!B2"]


# --- mistakes ----------------------------------------------------------------------------------------------------


def spoilt(path: Path, changes: dict[str, Any]) -> tuple[Problem, ...]:
    """The problems of importing a workbook in which some cells (``sheet!B3``) have been overwritten."""
    workbook = openpyxl.load_workbook(path)
    for place, value in changes.items():
        name, cell = place.split("!")
        if name not in workbook.sheetnames:
            workbook.create_sheet(name)
        workbook[name][cell] = value
    workbook.save(path)
    with pytest.raises(BadData) as caught:
        import_pack(path, path.parent / "never")
    assert not (path.parent / "never").exists()
    return caught.value.problems


def cell_of(path: Path, sheet: str, key: str, heading: str) -> str:
    """Where the value of a row stands: found by its first cell and the heading."""
    table = openpyxl.load_workbook(path)[sheet]
    row = next(r for r in range(2, table.max_row + 1) if table.cell(r, 1).value == key)
    column = next(c for c in range(1, table.max_column + 1) if table.cell(1, c).value == heading)
    return f"{sheet}!{table.cell(row, column).coordinate}"


def test_all_mistakes_are_told_at_once_each_with_its_cell(book: Path) -> None:
    radius = cell_of(book, "服务半径饱和度", "pharmacy-radius", "半径（米）")
    kind = cell_of(book, "规定", "tier-mix", "种类")
    status = cell_of(book, "规划", "状态", "内容")
    area = cell_of(book, "规划", "统筹区代码", "内容")
    last = openpyxl.load_workbook(book)["基金约束"].max_column + 1
    column = f"基金约束!{openpyxl.utils.get_column_letter(last)}1"
    problems = spoilt(book, {radius: "800", kind: "没有这种", status: "试行", area: 370100, column: "预警函", "附注!A1": "备忘",
                             "基金约束!A3": "no-such"})
    assert {(p.column, p.code) for p in problems} == {
        (radius, "bad_cell"), (kind, "bad_cell"), (status, "bad_cell"), (area, "bad_cell"), (column, "unknown_column"),
        ("附注!A1", "unknown_sheet"), ("基金约束!A3", "unknown_provision"),
    }
    assert all(p.file == "pack.xlsx" and p.message.zh and p.remedy.zh and p.row for p in problems)
    assert next(p for p in problems if p.column == radius).message.zh == "数字写成了文本"


def test_a_provision_on_the_sheet_of_another_kind_is_told(book: Path) -> None:
    (problem,) = spoilt(book, {"新建分院!A3": "pharmacy-radius"})
    assert (problem.column, problem.code) == ("新建分院!A3", "wrong_kind")
    assert "服务半径饱和度" in problem.message.zh


def test_rows_and_columns_that_stand_twice_are_told(book: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    last, wide = workbook["条款"].max_row + 1, openpyxl.utils.get_column_letter(workbook["条款"].max_column + 1)
    problems = spoilt(book, {f"条款!A{last}": "balance", f"条款!{wide}1": "出处", "口径选项!B2": "open", "规划!A4": "标识"})
    assert {p.column: p.code for p in problems} == {
        f"条款!A{last}": "duplicate_id", f"条款!{wide}1": "duplicate_column", "口径选项!B3": "duplicate_id", "规划!A4": "duplicate_key"}


def test_what_the_loader_refuses_is_told_by_its_cell(book: Path) -> None:
    clause = cell_of(book, "规定", "pharmacy-radius", "依据条款")
    reading = cell_of(book, "服务半径饱和度", "pharmacy-radius", "口径·半径如何量")
    problems = spoilt(book, {clause: "pharmacy-radus", reading: "AMB-77", "服务半径饱和度!B2": None})
    assert {(p.column, p.code) for p in problems} >= {(reading, "unknown_reading")}
    assert [p.code for p in problems if p.code == "missing_key"] == ["missing_key"]


def test_an_unknown_clause_is_told_by_its_cell(book: Path) -> None:
    clause = cell_of(book, "规定", "pharmacy-radius", "依据条款")
    problems = spoilt(book, {clause: "pharmacy-radus"})
    assert (problems[0].column, problems[0].code, problems[0].remedy.zh) == (clause, "unknown_clause", "是否应为 pharmacy-radius？")


def test_a_short_notation_that_is_broken_is_told(book: Path) -> None:
    problems = spoilt(book, {"服务半径饱和度!G2": "{option: percentile, percentile"})
    assert [(p.column, p.code) for p in problems] == [("服务半径饱和度!G2", "bad_cell")]


def test_part_and_whole_of_one_value_cannot_both_stand(book: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    wide = openpyxl.utils.get_column_letter(workbook["服务半径饱和度"].max_column + 1)
    problems = spoilt(book, {f"服务半径饱和度!{wide}1": "caps", f"服务半径饱和度!{wide}2": "{dense: 3, other: 2}"})
    assert [p.code for p in problems] == ["stated_twice"]


def test_a_file_that_is_no_workbook_and_a_pack_that_is_there_are_refused(book: Path, tmp_path: Path) -> None:
    (tmp_path / "no.xlsx").write_text("plan")
    with pytest.raises(BadData) as caught:
        import_pack(tmp_path / "no.xlsx", tmp_path / "x")
    assert caught.value.problems[0].code == "bad_workbook"
    import_pack(book, tmp_path / "there")
    with pytest.raises(BadData) as caught:
        import_pack(book, tmp_path / "there")
    assert caught.value.problems[0].code == "pack_exists"
    import_pack(book, tmp_path / "there", replace=True)
    with pytest.raises(BadData) as caught:
        export_pack("jinan-2026", tmp_path / "pack.xls")
    assert caught.value.problems[0].code == "bad_suffix"


def test_a_change_in_a_cell_is_a_change_in_the_plan(book: Path, tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    workbook["服务半径饱和度"]["B2"] = 500
    workbook.save(book)
    import_pack(book, tmp_path / "changed")
    assert getattr(load_plan(tmp_path / "changed").provision("pharmacy-radius"), "radius_m") == 500  # noqa: B009
