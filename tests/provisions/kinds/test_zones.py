"""Zones of a plan: which districts count as one, what a zone holds, and campuses that the register counts elsewhere."""

from __future__ import annotations

from typing import Any

from dingdian.provisions.kinds.zones import Zones
from provisions.judging import judge, lacking, measured, with_provisions
from small_city import AREA, EAST, WEST, ZONE, application, hospital, insured, small_city

ROWS = ({"zone": "inner", "zh": "主城区", "en": "inner", "units": (WEST, EAST)}, {"zone": "outer", "zh": "郊区", "en": "outer", "units": (ZONE,)})


def plan(rows: Any = ROWS) -> Any:
    return with_provisions(Zones(id="zones", clause="bed-total", effect="information", zones=rows))


def test_a_place_counts_in_the_zone_of_its_district() -> None:
    said = judge(small_city(), "zones", plan=plan())
    assert (said.status, said.evidence) == ("holds", {"zone": "inner", "districts": [WEST, EAST]})


def test_a_place_in_no_district_has_no_zone() -> None:
    assert lacking(judge(small_city(applications=[application(place=None, unit=AREA)]), "zones", plan=plan())) == {("applications", "unit")}


def test_insured_persons_of_a_zone_are_those_of_its_districts() -> None:
    found = {row.zone: row.supply for row in measured(small_city(), "zones", plan=plan()) if row.measure == "zone_insured"}
    assert found == {"inner": 9_000_000, "outer": 1_000_000}


def test_a_zone_of_which_one_district_is_unknown_is_not_counted() -> None:
    city = small_city(insured=insured(WEST, 100) + insured(ZONE, 50))
    found = {row.zone: row.status for row in measured(city, "zones", plan=plan()) if row.measure == "zone_insured"}
    assert found == {"inner": "undetermined", "outer": "measured"}


def test_a_district_that_the_plan_does_not_name_goes_by_the_table_or_stands_alone() -> None:
    units = [{"unit": AREA, "name": "市", "level": "pooling_area"}, *(
        {"unit": unit, "name": f"{unit}区", "level": "district", "parent": AREA, "zone": zone} for unit, zone in ((WEST, "甲片"), (EAST, "甲片")))]
    units.append({"unit": ZONE, "name": "功能区", "level": "zone", "parent": AREA})
    rows = measured(small_city(units=units), "zones", plan=plan(ROWS[1:]))
    assert [row.zone for row in rows if row.measure == "zone_insured"] == ["甲片", "outer"]
    alone = measured(small_city(), "zones", plan=plan(ROWS[1:]))
    assert [row.zone for row in alone if row.measure == "zone_insured"] == [WEST, EAST, "outer"]


def test_campuses_that_the_register_counts_in_another_zone_are_told() -> None:
    def strays(**columns: Any) -> Any:
        providers = [hospital("H1", "tertiary", WEST), hospital("H1-2", "tertiary", ZONE, **columns)]
        return next(row for row in measured(small_city(providers=providers, beds=None), "zones", plan=plan())
                    if row.measure == "campuses_counted_elsewhere")

    assert strays(campus_of="H1").supply == 0
    assert strays(campus_of="H1", counts_in=ZONE).supply == 0
    assert strays(campus_of="H1", counts_in=EAST).note.zh.endswith("H1-2")
    assert strays(counts_in=EAST).supply == 0


def test_a_district_in_two_zones_a_zone_twice_or_without_districts_is_reported() -> None:
    assert list(plan().provision("zones").problems()) == []
    twice = plan((*ROWS, {"zone": "outer", "zh": "又", "en": "again", "units": (EAST,)})).provision("zones")
    assert len(list(twice.problems())) == 2
    assert len(list(plan(({**ROWS[0], "units": ()},)).provision("zones").problems())) == 1
    assert len(list(plan(()).provision("zones").problems())) == 1
