"""Yearly series from a CSV file: what is read, and every fault told with file, row and column at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from dingdian.city.series import read_series
from dingdian.problems import BadData


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "series.csv"
    path.write_bytes(text.encode(encoding))
    return path


def codes(folder: Path, text: str, column: str = "") -> list[tuple[str, int | None, str]]:
    with pytest.raises(BadData) as caught:
        read_series(written(folder, text), column)
    return [(problem.code, problem.row, problem.column) for problem in caught.value.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_years_and_values_in_the_order_of_the_years(tmp_path: Path, encoding: str) -> None:
    name, series = read_series(written(tmp_path, "年份,参保人数\n2021,\"1,200\"\n2020,1100.5\n\n", encoding))
    assert (name, list(series.items())) == ("参保人数", [(2020, 1100.5), (2021, 1200.0)])


def test_one_of_several_columns_is_named(tmp_path: Path) -> None:
    text = "year,income,spending\n2020,5,4\n2021,6,5\n"
    assert read_series(written(tmp_path, text), "spending")[1] == {2020: 4.0, 2021: 5.0}
    assert codes(tmp_path, text) == [("heading", 1, "")]
    assert codes(tmp_path, text, "reserve") == [("heading", 1, "reserve")]


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    assert codes(tmp_path, "year,v\n2020,1\nMMXXI,2\n2022,\n2023,inf\n2023,5\n2023,6\n") == [
        ("year", 3, "year"), ("number", 4, "v"), ("number", 5, "v"), ("duplicate_year", 7, "year"), ("gap", None, "year")]


@pytest.mark.parametrize(("year", "fine"), [("1948", False), ("1949", True), ("2100", True), ("2101", False)])
def test_years_are_those_that_a_register_can_have(tmp_path: Path, year: str, fine: bool) -> None:
    text = f"year,v\n{year},1\n"
    if fine:
        assert read_series(written(tmp_path, text))[1] == {int(year): 1.0}
    else:
        assert codes(tmp_path, text)[0][:2] == ("year", 2)


def test_a_file_without_a_column_of_years_or_text_is_refused(tmp_path: Path) -> None:
    assert codes(tmp_path, "a,b\n1,2\n") == [("heading", 1, "")]
    assert codes(tmp_path, "") == [("heading", 1, "")]
    path = tmp_path / "bytes.csv"
    path.write_bytes(b"\xff\xfe\x00\xd8")
    with pytest.raises(BadData):
        read_series(path)
