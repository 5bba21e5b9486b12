"""Zones in surplus or short by HRAD − PAD: sign, size, worth, and what is missing to them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from dingdian.provisions.kinds.agglomeration import Agglomeration
from provisions.judging import measured, with_provisions
from small_city import AREA, EAST, WEST, ZONE, beds, clinic, hospital, insured, small_city

NAMES = {WEST: "西区", EAST: "东区", ZONE: "功能区"}


def provision(inputs: str = "insured_land", slight: str = "literal", **changes: Any) -> Agglomeration:
    return Agglomeration(**{
        "id": "agg", "clause": "bed-total", "effect": "information", "resource": "institutions", "provider_class": "outpatient_pooling",
        "readings": {"inputs": {"option": inputs}, "slight": {"option": slight}}, **changes})


def units(land: dict[str, int | None] | None = None) -> list[dict[str, Any]]:
    areas = {WEST: 100, EAST: 300, ZONE: 600} if land is None else land
    rows = [{"unit": AREA, "name": "示例市", "level": "pooling_area"}]
    for unit, level in ((WEST, "district"), (EAST, "district"), (ZONE, "zone")):
        row = {"unit": unit, "name": NAMES[unit], "level": level, "parent": AREA, "built_up_km2": 50}
        rows.append(row if areas[unit] is None else {**row, "land_km2": areas[unit]})
    return rows


def city_of(clinics: dict[str, int], people: dict[str, int], **changes: Any) -> Any:
    providers = [clinic(f"{unit}-{i}", unit=unit) for unit, n in clinics.items() for i in range(n)]
    return small_city(**{"units": units(), "providers": providers, "beds": None,
                         "insured": [row for unit, n in people.items() for row in insured(unit, n)], **changes})


def row(city: Any, zone: str, measure: str = "hrad_minus_pad", **options: Any) -> Any:
    rows = measured(city, "agg", plan=with_provisions(provision(**options)))
    (found,) = [r for r in rows if r.zone == zone and r.measure == measure]
    return found


PEOPLE = {WEST: 5000, EAST: 3000, ZONE: 2000}


@pytest.mark.parametrize(("here", "word"), [(4, "负值"), (5, "等值"), (6, "正值")])
def test_below_at_and_above_the_peoples_share(here: int, word: str) -> None:
    city = city_of({WEST: here, EAST: 10 - here - 2, ZONE: 2}, PEOPLE)  # a half of the people would have five of the ten
    found = row(city, WEST)
    assert found.note.zh.startswith(word)
    # (here/10 − 5/10) ÷ (100/1000)
    assert found.supply == Decimal(here - 5)


def test_hrad_and_pad_and_their_ratio_are_rows_of_their_own() -> None:
    city = city_of({WEST: 6, EAST: 2, ZONE: 2}, PEOPLE)
    assert [row(city, WEST, m).supply for m in ("hrad", "pad", "hrad_over_pad")] == [6, 5, Decimal("1.2000")]


def test_a_difference_worth_less_than_half_an_institution_is_pointed_out_and_still_positive() -> None:
    city = city_of({WEST: 5, EAST: 3, ZONE: 2}, {WEST: 4999, EAST: 3001, ZONE: 2000})  # 5 − 10 × 0.4999 = 0.001
    assert row(city, WEST).note.zh.startswith("正值")
    assert "不足半家" in row(city, WEST).note.zh
    assert row(city, WEST, slight="matched").note.zh.startswith("等值")


@pytest.mark.parametrize(("people", "slight"), [(4501, True), (4500, False), (4499, False)])
def test_just_under_at_and_over_half_an_institution(people: int, slight: bool) -> None:
    city = city_of({WEST: 5, EAST: 3, ZONE: 2}, {WEST: people, EAST: 8000 - people, ZONE: 2000})
    assert ("不足半家" in row(city, WEST).note.zh) is slight


def test_the_area_changes_the_size_and_never_the_sign() -> None:
    city = city_of({WEST: 6, EAST: 2, ZONE: 2}, PEOPLE)
    land, built_up = row(city, WEST), row(city, WEST, inputs="insured_built_up")
    assert (land.supply, built_up.supply) == (1, Decimal("0.3000"))  # a tenth of the land, a third of the built-up area


def test_residents_are_never_taken_for_insured_persons() -> None:
    residents = [{"unit": unit, "year": 2025, "age_band": "all", "persons": n} for unit, n in ((WEST, 8000), (EAST, 1000), (ZONE, 1000))]
    city = city_of({WEST: 6, EAST: 2, ZONE: 2}, PEOPLE, residents=residents)
    assert row(city, WEST).note.zh.startswith("正值")
    assert row(city, WEST, inputs="resident_land").note.zh.startswith("负值")


def test_an_area_nobody_measured_leaves_every_zone_open() -> None:
    city = city_of({WEST: 6, EAST: 2, ZONE: 2}, PEOPLE, units=units({WEST: 100, EAST: None, ZONE: 600}))
    found = row(city, WEST)
    assert (found.status, found.supply) == ("undetermined", None)
    assert "东区" in found.reason.zh
    assert "土地面积" in found.reason.zh


@pytest.mark.parametrize("table", ["insured"])
def test_without_people_nothing_is_measured(table: str) -> None:
    assert row(city_of({WEST: 1}, PEOPLE, **{table: None}), WEST).status == "undetermined"


def test_no_institution_anywhere_is_not_called_even() -> None:
    assert row(city_of({}, PEOPLE, providers=[hospital("H1", "tertiary", WEST)]), WEST).status == "undetermined"


def test_an_institution_without_its_unit_leaves_every_zone_open() -> None:
    city = city_of({WEST: 2}, PEOPLE, more_providers=[clinic("X", unit=None)])
    assert "X" in row(city, WEST).reason.zh


def test_beds_and_doctors_may_be_the_resource() -> None:
    providers = [hospital("H1", "tertiary", WEST), hospital("H2", "secondary", EAST)]
    staff = [{"provider": code, "as_of": "2025-12-31", "role": "insured_doctor", "count": n} for code, n in (("H1", 30), ("H2", 10))]
    city = city_of({}, PEOPLE, providers=providers, beds=[beds("H1", 60), beds("H2", 40)], staff=staff)
    assert row(city, WEST, "hrad", resource="beds", provider_class="inpatient").supply == 6
    assert row(city, WEST, "hrad", resource="doctors", provider_class="inpatient").supply == Decimal("7.5000")
    lacking = city_of({}, PEOPLE, providers=providers, beds=[beds("H1", 60), beds("H2", 40)], staff=staff[:1])
    assert "H2" in row(lacking, WEST, resource="doctors", provider_class="inpatient").reason.zh
