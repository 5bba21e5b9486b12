"""Beds by the published norm and by actual use, side by side: which of them states the need is a reading."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import Any

import pytest

from provisions.judging import measured
from small_city import BEDS, INSURED, small_city

ID = "bed-method"
DAYS = {"H1": 17_000_000, "H2": 6_000_000, "H3": 4_000_000}


def used(**changed: int | None) -> list[dict[str, Any]]:
    days = {**DAYS, **changed}
    return [{"provider": code, "year": 2025, **({} if n is None else {"bed_days": n})} for code, n in days.items()]


def by_family(city: Any, **more: Any) -> dict[str, Any]:
    return {row.subject: row for row in measured(city, ID, **more)}


def test_the_published_norm_is_the_need_and_the_model_stands_beside_it() -> None:
    rows = by_family(small_city(activity=used()))
    persons, held = sum(INSURED.values()), sum(BEDS.values())
    published, model = rows["published"], rows["use"]
    assert (published.need_low, published.need_high, published.supply) == (ceil(Fraction(17, 2) * persons / 1000), 9 * persons // 1000, held)
    assert model.supply == ceil(Fraction(sum(DAYS.values()) * 100, 365 * 85))
    assert model.need is None
    assert "不是国家测算方法" in model.note.zh
    assert [i.name for i in model.inputs] == ["bed_days", "occupancy"]


def test_by_the_other_reading_use_states_the_need() -> None:
    rows = by_family(small_city(activity=used()), readings={"AMB-02": "use"})
    needed = ceil(Fraction(sum(DAYS.values()) * 100, 365 * 85))
    assert (rows["use"].need, rows["use"].supply, rows["use"].gap) == (needed, sum(BEDS.values()), sum(BEDS.values()) - needed)
    assert rows["published"].need is None


@pytest.mark.parametrize(("activity", "part"), [
    (None, "activity"), (used(H2=None), "H2"), ([{"provider": "H1", "year": 2026, "bed_days": 1}], "完整年度")])
def test_without_bed_days_of_everybody_for_a_full_year_the_model_is_undetermined(activity: Any, part: str) -> None:
    rows = by_family(small_city(activity=activity))
    assert rows["use"].status == "undetermined"
    assert part in rows["use"].reason.zh
    assert rows["published"].status == "measured"


def test_without_insured_persons_the_norm_asks_for_nothing_known() -> None:
    assert by_family(small_city(insured=None, activity=used()))["published"].status == "undetermined"
