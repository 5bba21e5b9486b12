"""A government-planned move inside the district needs no fresh application: three conditions, all of them."""

from __future__ import annotations

from typing import Any

import pytest

from provisions.judging import judge, lacking
from small_city import EAST, WEST, application, provider, small_city

MOVE = "relocation"
LIFTED = ("fund-gate", "over-target", "surplus-stop")


def city_with(*, on_file: str | None = EAST, units: Any = (), **columns: Any) -> Any:
    mover = application(**{"action": "relocate", "provider": "P1", "tags": "government_relocation", "grounds": "征收公告1号",
                           "from_unit": EAST, **columns})
    return small_city(more_providers=[provider("P1", None, unit=on_file)], applications=[mover], more_units=list(units))


def test_planned_documented_and_inside_the_district_it_lifts_what_binds_new_ones() -> None:
    said = judge(city_with(), MOVE)
    assert (said.status, said.waives) == ("holds", LIFTED)


@pytest.mark.parametrize("columns", [{"tags": None}, {"tags": "dual_channel"}, {"unit": WEST}, {"from_unit": WEST}])
def test_any_other_move_is_applied_for_afresh(columns: Any) -> None:
    said = judge(city_with(**columns), MOVE)
    assert (said.status, said.waives) == ("not_applicable", ())
    assert "按新增审查" in said.sentence.zh
    assert said.would_change


def test_a_plan_that_is_claimed_without_its_document_waits() -> None:
    said = judge(city_with(grounds=None), MOVE)
    assert lacking(said) == {("applications", "grounds")}
    assert said.may_waive == LIFTED


def test_the_old_district_may_stand_on_file() -> None:
    assert judge(city_with(from_unit=None), MOVE).status == "holds"
    assert judge(city_with(from_unit=None, on_file=WEST), MOVE).status == "not_applicable"


def test_an_old_place_that_nobody_stated_is_missing() -> None:
    said = judge(city_with(from_unit=None, on_file=None), MOVE)
    assert (lacking(said), said.may_waive) == ({("applications", "from_unit")}, LIFTED)


def test_a_new_place_that_nobody_stated_is_missing_not_the_old_one() -> None:
    said = judge(city_with(unit=None), MOVE)
    assert (lacking(said), said.may_waive) == ({("applications", "unit")}, LIFTED)


def test_townships_of_one_district_are_one_district() -> None:
    units = [{"unit": f"37010300{n}", "name": f"街道{n}", "level": "township", "parent": EAST} for n in (1, 2)]
    assert judge(city_with(unit="370103001", from_unit="370103002", units=units), MOVE).status == "holds"


def test_other_applications_are_not_meant() -> None:
    assert judge(small_city(), MOVE).status == "not_applicable"
