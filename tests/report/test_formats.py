"""How numbers, dates and absences are shown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dingdian.report import formats, words
from dingdian.terms import Text


@pytest.mark.parametrize(("value", "shown"), [
    (0, "0"), (1234567, "1,234,567"), (-12, "−12"), (Decimal("8.7251"), "8.7251"), (Decimal("8.50"), "8.5"), (Decimal("9E+3"), "9,000"),
    (Decimal("-45120000.5"), "−45,120,000.5"), (True, "是"), ("dense", "人口高度密集"), ("some words", "some words"),
])
def test_a_number_is_shown_as_it_was_stated(value: object, shown: str) -> None:
    assert formats.number(value) == shown  # type: ignore[arg-type]


def test_an_absent_value_is_a_dash_with_its_reason_and_never_zero() -> None:
    why = Text("缺少床位数", "beds are missing")
    assert formats.number(None, reason=why) == "—（缺少床位数）"
    assert formats.number(None, "en", reason=why) == "— (beds are missing)"
    assert formats.number(None) == formats.quantity(None, "bed") == "—"
    assert formats.day(None) == formats.iso(None) == "—"


def test_a_gain_shows_its_sign_and_nothing_does_not() -> None:
    assert [formats.number(n, plus=True) for n in (3, 0, -3)] == ["+3", "0", "−3"]


@pytest.mark.parametrize(("low", "high", "shown"), [
    (Decimal("8.5"), Decimal("9.0"), "8.5–9"), (None, 2, "≤ 2"), (0, None, "≥ 0"), (3, 3, "3"), (None, None, "—"),
])
def test_a_band_says_which_bounds_it_has(low: Decimal | None, high: Decimal | None, shown: str) -> None:
    assert formats.band(low, high) == shown


def test_quantities_carry_their_unit_in_either_language() -> None:
    assert formats.quantity(Decimal("8.7"), "bed_per_1000_insured") == "8.7 张/千名参保人"
    assert formats.quantity(Decimal("8.7"), "bed_per_1000_insured", "en") == "8.7 beds per 1000 insured"
    assert formats.quantity(Decimal("62.96"), "percent") == "62.96%"
    assert formats.quantity("dense", "bed") == "人口高度密集"


def test_dates_span_from_first_to_last() -> None:
    assert formats.days({date(2026, 6, 30)}) == "2026年6月30日"
    assert formats.days({date(2026, 6, 30), date(2025, 12, 31)}, "en") == "2025-12-31 to 2026-06-30"


def test_a_formula_is_read_out_whole_or_left_whole() -> None:
    assert words.formula("beds * 1000 / insured") == "床位数 × 1000 ÷ 参保人数"
    assert words.formula("beds * unheard_of") == "beds × unheard_of"


def test_long_lines_break_after_punctuation() -> None:
    lines = formats.wrapped("甲乙丙丁戊，己庚辛壬癸。子丑寅卯", 24)
    assert lines == ["甲乙丙丁戊，己庚辛壬癸。", "子丑寅卯"]
    assert all(formats.width(line) <= 24 for line in lines)


def test_control_characters_never_reach_a_document() -> None:
    assert formats.printable("a\x00b\x0bc\ud800d\n") == "abcd\n"
