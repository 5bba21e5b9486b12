"""Words of tables: every unit of measure is said in both languages, none by its code."""

from __future__ import annotations

import pytest

from dingdian.report import words
from dingdian.terms import UNITS_OF_MEASURE


@pytest.mark.parametrize("code", list(UNITS_OF_MEASURE))
def test_a_unit_of_measure_is_never_shown_as_its_code(code: str) -> None:
    for lang in ("zh", "en"):
        said = words.unit_of_measure(code, lang)
        assert "_" not in said
    assert words.unit_of_measure(code) == "" or not words.unit_of_measure(code).isascii() or code == "percent"


def test_an_unknown_unit_is_shown_as_it_is() -> None:
    assert words.unit_of_measure("furlong") == "furlong"
