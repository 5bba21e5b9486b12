"""What a cell may hold, type by type, and what each refusal says."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from dingdian.city.cells import CellError, is_blank, reader
from dingdian.city.schema import Column, Type
from dingdian.terms import KINDS, SPECIALTIES, CodeList, Text


def read(kind: Type, value: Any, codes: CodeList | None = None) -> Any:
    return reader(Column(name="c", zh="列", type=kind, doc=Text("", ""), codes=codes))(value)


def refusal(kind: Type, value: Any, codes: CodeList | None = None) -> str:
    with pytest.raises(CellError) as caught:
        read(kind, value, codes)
    assert caught.value.message.zh
    assert caught.value.message.en
    assert caught.value.remedy.zh
    assert caught.value.remedy.en
    return caught.value.code


@pytest.mark.parametrize("value", [None, "", "  ", "\u3000", "\ufeff", "\xa0\u200b ", float("nan")])
def test_blanks_of_every_sort_are_an_empty_cell(value: Any) -> None:
    assert is_blank(value)


def test_zero_and_false_are_not_empty() -> None:
    assert not is_blank(0)
    assert not is_blank(False)
    assert not is_blank("0")


@pytest.mark.parametrize(("value", "expected"), [
    ("12", 12), (" 12 ", 12), ("-3", -3), ("12.0", 12), (12.0, 12), (12, 12), ("007", 7), (Decimal("5"), 5),
])
def test_whole_numbers_are_read(value: Any, expected: int) -> None:
    assert read(Type.INTEGER, value) == expected


@pytest.mark.parametrize(("value", "code"), [
    ("12.5", "bad_integer"), (12.5, "bad_integer"), ("a", "bad_integer"), (True, "bad_integer"), ("1e3", "bad_integer"),
    ("1,200", "thousands_separator"), ("12%", "percent_sign"), ("１２", "full_width_digits"), ("12张", "bad_integer"),
    (date(2025, 1, 1), "bad_integer"), ("9" * 30, "bad_integer"), ("#N/A", "formula_error"),
])
def test_what_is_no_whole_number_is_refused_with_its_own_remedy(value: Any, code: str) -> None:
    assert refusal(Type.INTEGER, value) == code


@pytest.mark.parametrize(("value", "expected"), [
    ("1.5", 1.5), (".5", 0.5), ("1e3", 1000.0), (2, 2.0), ("-0", 0.0), (Decimal("1.25"), 1.25),
    (0.1 + 0.2, 0.3), ("121.480052123456789", 121.480052123457),
])
def test_reals_are_held_to_fifteen_digits(value: Any, expected: float) -> None:
    assert read(Type.REAL, value) == expected


@pytest.mark.parametrize(("value", "code"), [
    ("nan", "bad_real"), ("inf", "bad_real"), (float("inf"), "bad_real"), ("1,000.5", "thousands_separator"),
    ("85%", "percent_sign"), ("1．5", "full_width_digits"), ("一", "bad_real"), (False, "bad_real"), ("1e999", "bad_real"),
])
def test_what_is_no_number_is_refused(value: Any, code: str) -> None:
    assert refusal(Type.REAL, value) == code


@pytest.mark.parametrize(("value", "fen"), [
    ("0.01", 1), ("1234.5", 123450), ("-5", -500), (1234.56, 123456), (6841804567.61, 684180456761), ("1.500", 150),
    (Decimal("99.99"), 9999), (7, 700),
])
def test_money_is_whole_fen(value: Any, fen: int) -> None:
    assert read(Type.MONEY, value) == fen


@pytest.mark.parametrize(("value", "code"), [
    ("0.001", "money_decimals"), (0.001, "money_decimals"), ("1万", "bad_money"), ("¥5", "bad_money"),
    ("1,000.00", "thousands_separator"), ("1" * 40, "bad_money"), (True, "bad_money"), ("1e3", "bad_money"),
])
def test_money_with_more_than_fen_or_with_signs_is_refused(value: Any, code: str) -> None:
    assert refusal(Type.MONEY, value) == code


@pytest.mark.parametrize("value", [
    "2025-01-05", "2025-1-5", "2025/1/5", "2025年1月5日", "2025-01-05 00:00:00", "2025-01-05T00:00:00",
    date(2025, 1, 5), datetime(2025, 1, 5),
])
def test_days_are_read_in_every_accepted_form(value: Any) -> None:
    assert read(Type.DATE, value) == date(2025, 1, 5)


@pytest.mark.parametrize("value", [
    "25-1-5", "1/5/2025", "2025-02-30", "20250105", 45662.0, datetime(2025, 1, 5, 8), "1899-12-30", "2025年13月1日",
    "2025-01-05 08:00:00", "昨天",
])
def test_two_digit_years_serial_numbers_and_impossible_days_are_refused(value: Any) -> None:
    assert refusal(Type.DATE, value) == "bad_date"


@pytest.mark.parametrize(("value", "expected"), [
    ("是", True), ("否", False), ("TRUE", True), ("false", False), (1, True), (0.0, False), ("1", True), (True, True),
])
def test_booleans_in_both_languages(value: Any, expected: bool) -> None:
    assert read(Type.BOOLEAN, value) is expected


@pytest.mark.parametrize("value", ["yes", "对", "2", 2])
def test_other_words_are_no_booleans(value: Any) -> None:
    assert refusal(Type.BOOLEAN, value) == "bad_boolean"


@pytest.mark.parametrize(("value", "code"), [("25", "bad_year"), (2025.5, "bad_year"), ("2025年", "bad_year"), ("二〇二五", "bad_year")])
def test_a_year_has_four_digits(value: Any, code: str) -> None:
    assert read(Type.YEAR, 2025.0) == 2025
    assert refusal(Type.YEAR, value) == code


def test_a_code_is_itself_or_its_chinese_name() -> None:
    assert read(Type.CODE, "clinic", KINDS) == "clinic"
    assert read(Type.CODE, " 综合医院 ", KINDS) == "general_hospital"


def test_an_unknown_code_lists_the_codes_and_suggests_the_nearest() -> None:
    with pytest.raises(CellError) as caught:
        read(Type.CODE, "general_hopsital", KINDS)
    assert caught.value.code == "unknown_code"
    assert "did you mean general_hospital" in caught.value.remedy.en
    assert "dental_clinic" in caught.value.remedy.zh


def test_codes_in_one_cell_are_sorted_and_told_once() -> None:
    assert read(Type.CODES, "tcm；eye; tcm;", SPECIALTIES) == "eye;tcm"
    assert refusal(Type.CODES, "tcm;xx", SPECIALTIES) == "unknown_code"


@pytest.mark.parametrize(("value", "expected"), [
    (370102.0, "370102"), (370102, "370102"), (" 甲 ", "甲"), (1.5, "1.5"), ("a\r\nb", "a\nb"), (True, "true"),
    (date(2025, 1, 5), "2025-01-05"), ("\u200b 甲\u3000", "甲"), (123456789012345678, "123456789012345678"),
])
def test_text_is_kept_as_a_person_would_write_it(value: Any, expected: str) -> None:
    assert read(Type.TEXT, value) == expected


@pytest.mark.parametrize("value", [1e14, 913701000000000001.0, "9.1E+17", "9.13701e+17"])
def test_a_code_of_fifteen_digits_held_as_a_number_is_lost_and_refused(value: Any) -> None:
    assert refusal(Type.TEXT, value) == "digits_lost"


def test_fourteen_digits_held_as_a_number_are_still_whole() -> None:
    assert read(Type.TEXT, 99999999999999.0) == "99999999999999"


@pytest.mark.parametrize(("value", "code"), [("a\x00b", "control_character"), ("a\x1bb", "control_character"), ("#REF!", "formula_error")])
def test_control_characters_and_formula_errors_are_no_text(value: str, code: str) -> None:
    assert refusal(Type.TEXT, value) == code
