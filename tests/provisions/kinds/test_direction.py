"""Directions without sizes: they order, they stop nobody unless the reading says so."""

from __future__ import annotations

from typing import Any

import pytest

from dingdian.provisions.kinds.direction import Direction
from dingdian.provisions.kinds.zones import Zones
from provisions.judging import judge, lacking, measured, with_provisions
from small_city import AREA, EAST, WEST, ZONE, application, for_hospital, small_city

ROW = {"zones": (), "where_zh": "", "where_en": "", "provider_class": (), "levels": (), "kinds": ()}
ROWS = (
    {**ROW, "direction": "cut", "zones": ("inner",), "provider_class": ("inpatient",)},
    {**ROW, "direction": "add", "zones": ("outer",), "provider_class": ("inpatient",), "levels": ("secondary", "primary")},
    {**ROW, "direction": "press", "provider_class": ("pharmacy",)},
)
ZONES = Zones(id="zones", clause="bed-total", effect="information", zones=(
    {"zone": "inner", "zh": "主城区", "en": "inner", "units": (WEST, EAST)}, {"zone": "outer", "zh": "郊区", "en": "outer", "units": (ZONE,)}))


def plan(effect: str = "priority", use: str = "order_only", rows: Any = ROWS) -> Any:
    return with_provisions(ZONES, Direction(id="way", clause="bed-total", effect=effect, directions=rows, readings={"use": {"option": use}}))


def status(effect: str, use: str, **columns: Any) -> str:
    city = small_city(applications=[for_hospital(place=None, **columns)])
    return judge(city, "way", plan=plan(effect, use)).status


@pytest.mark.parametrize(("unit", "level", "expected"), [
    (WEST, "tertiary", "fails"), (EAST, "primary", "fails"), (ZONE, "secondary", "holds"), (ZONE, "tertiary", "not_applicable")])
def test_as_a_priority_it_goes_with_what_the_plan_wants_more_of(unit: str, level: str, expected: str) -> None:
    assert status("priority", "order_only", unit=unit, level=level) == expected


@pytest.mark.parametrize(("use", "unit", "expected"), [
    ("order_only", WEST, "not_applicable"), ("order_only", ZONE, "not_applicable"), ("stop", WEST, "fails"), ("stop", ZONE, "holds")])
def test_as_a_gate_it_stops_only_under_the_other_reading(use: str, unit: str, expected: str) -> None:
    assert status("gate", use, unit=unit) == expected


def test_a_row_without_zones_speaks_of_all() -> None:
    said = judge(small_city(), "way", plan=plan())
    assert (said.status, said.evidence["sign"]) == ("fails", -1)


def test_what_decides_and_is_not_known_is_asked_for() -> None:
    city = small_city(applications=[for_hospital(place=None, unit=ZONE, level=None)])
    assert lacking(judge(city, "way", plan=plan())) == {("applications", "level")}
    nowhere = small_city(applications=[application(place=None, unit=AREA)])
    assert lacking(judge(nowhere, "way", plan=plan())) == {("applications", "unit")}


def test_the_stock_under_each_sign_is_a_row_and_an_unknown_zone_is_told() -> None:
    odd = ({**ROW, "direction": "cut", "zones": ("nowhere",)},)
    rows = measured(small_city(), "way", plan=plan(rows=(*ROWS, *odd)))
    found = {(row.provider_class, row.zone): row for row in rows}
    assert found["inpatient", "inner"].supply == 74_000  # H1 in the west, H2 in the east
    assert found["", "nowhere"].status == "undetermined"
    assert [row.zone for row in rows if row.provider_class == "pharmacy"] == ["inner", "outer"]


def test_no_row_at_all_is_reported() -> None:
    assert [path for path, _, _ in Direction(id="x", clause="c", directions=()).problems()] == [("directions",)]
