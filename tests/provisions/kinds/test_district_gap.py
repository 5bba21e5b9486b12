"""Need above actual adds within the gap, need equal to actual does not: a district's own beds against its own persons."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dingdian.plans.model import Plan
from dingdian.provisions.base import Scope
from dingdian.provisions.kinds.bed_norm import BedNorm
from dingdian.provisions.kinds.district_gap import DistrictGap
from provisions.judging import judge, lacking, with_provisions
from small_city import AREA, EAST, WEST, beds, for_hospital, hospital, small_city

ID = "gap"


def norm() -> BedNorm:
    return BedNorm(id="norm", clause="bed-norm", per="insured", by=date(2028, 12, 31), low=Decimal("5.97"), high=Decimal("5.97"),
                   readings={"beds": {"option": "insured_beds"}, "band": {"option": "band_free"}})


def plan_with(limit: str = "capped_by_gap") -> Plan:
    return with_provisions(norm(), DistrictGap(id=ID, clause="exits", bed_norm="norm", readings={"limit": {"option": limit}},
                                               scope=Scope(provider_class=("inpatient",))))


def east(stock: int | None, asked: int | None = 100, **tables: Any) -> Any:
    """Five million insured persons in the east need 29,850 beds; the west is full far beyond its need."""
    rows = [beds("H1", 90_000), beds("H3", 1)] + ([] if stock is None else [beds("H2", stock)])
    return small_city(**{"beds": rows, "applications": [for_hospital(beds=asked)], **tables})


@pytest.mark.parametrize(("stock", "status", "margin"), [(29_749, "holds", 1), (29_750, "holds", 0), (29_751, "fails", -1)])
def test_additions_never_go_beyond_the_gap(stock: int, status: str, margin: int) -> None:
    said = judge(east(stock), ID, plan=plan_with())
    assert (said.status, said.threshold, said.margin) == (status, 29_850, margin)


@pytest.mark.parametrize(("stock", "status"), [(29_849, "holds"), (29_850, "fails"), (29_851, "fails")])
def test_need_that_equals_actual_is_not_short(stock: int, status: str) -> None:
    assert judge(east(stock, 1), ID, plan=plan_with()).status == status
    assert judge(east(stock, 500), ID, plan=plan_with("not_capped")).status == status


def test_the_district_decides_and_not_the_city() -> None:
    assert judge(east(10), ID, plan=plan_with()).status == "holds"
    city = east(10, applications=[for_hospital(place=None, unit=WEST)])
    assert judge(city, ID, plan=plan_with()).status == "fails"


@pytest.mark.parametrize("limit", ["capped_by_gap", "not_capped"])
def test_missing_counts_leave_it_open(limit: str) -> None:
    plan = plan_with(limit)
    assert lacking(judge(east(None), ID, plan=plan)) == {("beds", "insured_beds")}
    assert ("insured", "persons") in lacking(judge(east(1, insured=None), ID, plan=plan))
    assert lacking(judge(east(1, None), ID, plan=plan)) == {("applications", "beds")}
    assert lacking(judge(east(1, applications=[for_hospital(place=None, unit=AREA)]), ID, plan=plan)) == {("applications", "unit")}


def test_a_part_that_is_too_much_already_decides() -> None:
    more = [hospital("H4", "primary", EAST)]
    assert judge(east(29_800, more_providers=more), ID, plan=plan_with()).status == "fails"


@settings(max_examples=15, deadline=None)
@given(st.integers(29_000, 30_000), st.integers(0, 300), st.integers(0, 500))
def test_more_beds_in_the_district_never_open_it(stock: int, more: int, asked: int) -> None:
    plan = plan_with()
    before, after = (judge(east(n, asked), ID, plan=plan).status for n in (stock, stock + more))
    assert (before, after) != ("fails", "holds")


def test_a_conversion_of_the_beds_there_are_is_no_addition() -> None:
    plain, growing = (for_hospital(action="convert", provider="H2", beds=n) for n in (None, 1))
    assert judge(east(40_000, applications=[plain]), ID, plan=plan_with()).status == "not_applicable"
    assert judge(east(40_000, applications=[growing]), ID, plan=plan_with()).status == "fails"
