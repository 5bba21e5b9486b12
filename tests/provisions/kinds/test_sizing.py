"""Grounds of a total: providers within reach of people, the share designated, visits; nothing is invented."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs
import pytest

from dingdian.provisions.kinds.sizing import Sizing
from provisions.judging import judge, measured, with_provisions
from small_city import AREA, EAST, WEST, ZONE, application, cell, clinic, corner, pharmacy, small_city

SHOPS = Sizing(id="shops", clause="pharmacy-radius", effect="information", provider_class="pharmacy", radius_m=Decimal(800), designation_rate=True)
CLINICS = Sizing(id="clinics", clause="outpatient-circle", effect="information", provider_class="outpatient_pooling", visits=True)


def rows(city: Any, plan: Any = SHOPS) -> dict[tuple[str, str], Any]:
    return {(r.measure, r.unit): r for r in measured(city, plan.id, plan=with_provisions(plan))}


# --- within reach ----------------------------------------------------------------------------------------------------------


def test_providers_in_reach_are_averaged_over_persons_by_hand() -> None:
    """300 persons at the origin have two pharmacies within 800 m (one at exactly 800), 100 far east have none: 600 ÷ 400."""
    city = small_city(more_providers=[pharmacy("P1", 400), pharmacy("P2", 800), pharmacy("P3", 800.2)],
                      population=[cell("A", corner(0), 300), cell("B", corner(60), 100)])
    row = rows(city)["providers_per_radius", EAST]
    assert row.supply == Decimal("1.50")
    assert "25.00%" in row.note.zh
    assert "2 家" in row.note.zh


def test_a_pharmacy_without_coordinates_is_named_and_not_counted() -> None:
    city = small_city(more_providers=[pharmacy("P1", 400, lon=None, lat=None)], population=[cell("A", corner(0), 300)])
    row = rows(city)["providers_per_radius", EAST]
    assert (row.supply, "1 家没有坐标" in row.note.zh) == (0, True)


def test_without_cells_or_a_polygon_reach_is_open() -> None:
    assert rows(small_city(population=None))["providers_per_radius", EAST].status == "undetermined"
    assert rows(small_city())["providers_per_radius", ZONE].status == "undetermined"


# --- designated of all -----------------------------------------------------------------------------------------------------


def test_the_share_designated_needs_those_that_are_not() -> None:
    both = [pharmacy("P1", 400), pharmacy("P2", 900), pharmacy("P3", 1200, status="undesignated"), pharmacy("P4", 1300, status="terminated")]
    found = rows(small_city(more_providers=both))
    assert (found["designation_rate", AREA].supply, found["designation_rate", EAST].supply) == (50, 50)
    assert found["designation_rate", WEST].status == "undetermined"
    assert rows(small_city(more_providers=both[:2]))["designation_rate", AREA].status == "undetermined"


# --- visits ------------------------------------------------------------------------------------------------------------------


def activity(code: str, visits: int | None, away: int | None, year: int = 2025) -> dict[str, Any]:
    return {k: v for k, v in {"provider": code, "year": year, "visits": visits, "nonlocal_visits": away}.items() if v is not None}


@pytest.mark.parametrize(("second", "expected"), [((600, 60), (1000, Decimal("8.00"))), ((600, None), None), (None, None)])
def test_visits_add_up_where_everyone_stated_them(second: Any, expected: Any) -> None:
    more = [] if second is None else [activity("C2", *second)]
    city = small_city(more_providers=[clinic("C1", None), clinic("C2", None)], activity=[activity("C1", 400, 20), *more])
    found = rows(city, CLINICS)
    if expected is None:
        assert {found["visits", EAST].status, found["nonlocal_share", EAST].status} == {"undetermined"}
        assert "1 家" in found["visits", EAST].reason.zh
    else:
        assert (found["visits", EAST].supply, found["nonlocal_share", EAST].supply) == expected


def test_nobody_came_no_share() -> None:
    city = small_city(more_providers=[clinic("C1", None)], activity=[activity("C1", 0, 0)])
    found = rows(city, CLINICS)
    assert (found["visits", EAST].supply, found["nonlocal_share", EAST].status) == (0, "undetermined")


def test_it_judges_nobody_and_names_a_ground() -> None:
    assert judge(small_city(applications=[application()]), "shops", plan=with_provisions(SHOPS)).status == "not_applicable"
    assert list(attrs.evolve(SHOPS, radius_m=None, designation_rate=False).problems())
    assert not [*SHOPS.problems(), *CLINICS.problems()]
