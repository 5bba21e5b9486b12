"""What each kind says of beds that change hands: by hand, at its thresholds, and in agreement with what it measures."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any

import pytest

import dingdian as dd
from dingdian.city.model import City
from dingdian.loop.ground import ground
from dingdian.plans.load import load_plan
from dingdian.plans.model import Plan
from dingdian.provisions.base import Provision, kinds
from dingdian.provisions.bed_limits import SAME_LEVEL, SAME_OR_LOWER, BedLimits
from small_city import DAY, EAST, WEST, ZONE, beds, fact, hospital, small_city

ANSWERING = ("affordable_beds", "bed_norm", "district_gap", "exemption", "insured_bed_rule", "over_target", "release_quota", "swap", "tier_mix")


@lru_cache(maxsize=8)
def pack(name: str) -> Plan:
    return load_plan(name)


def limits(plan: Plan | str, provision: str, city: City | None = None) -> BedLimits | None:
    chosen = pack(plan) if isinstance(plan, str) else plan
    here = ground(city or small_city(), chosen, DAY)
    found = chosen.provision(provision)
    return found.bed_limits(here, here.choices(found))


def given(plan: Plan | str, provision: str, city: City | None = None) -> BedLimits:
    found = limits(plan, provision, city)
    assert found is not None
    return found


def test_these_kinds_answer_and_the_others_say_nothing() -> None:
    answering = [name for name, kind in kinds().items() if "bed_limits" in vars(kind) and name != "weak_area"]
    assert all(kind.bed_limits is Provision.bed_limits for name, kind in kinds().items() if name not in (*ANSWERING, "weak_area"))
    assert tuple(answering) == ANSWERING


def test_a_norm_gives_a_band_for_the_area_and_each_district() -> None:
    found = given("jinan-2026", "bed-total")
    assert [(band.name.zh, band.low, band.high) for band in found.bands] == [
        ("测试市", 85_000, 90_000), ("西区", 34_000, 36_000), ("东区", 42_500, 45_000), ("新区", 8_500, 9_000)]
    assert found.bands[0].districts == (WEST, EAST, ZONE)
    assert (found.column, found.per) == ("insured_beds", "insured")


def test_a_district_without_insured_persons_has_no_band() -> None:
    city = small_city(insured=[row for row in _insured() if row["unit"] != ZONE])
    assert [band.districts for band in given("jinan-2026", "bed-total", city).bands] == [(WEST, EAST, ZONE), (WEST,), (EAST,)]


def _insured() -> list[dict[str, Any]]:
    from small_city import default_tables

    return default_tables()["insured"]


def test_a_split_of_levels_gives_shares() -> None:
    assert [(share.level, share.percent) for share in given("jinan-2026", "tier-mix").shares] == [("tertiary", 60), ("secondary", 25), ("primary", 15)]


def test_the_gap_of_a_district_is_its_ceiling_as_far_as_the_reading_says() -> None:
    capped, free = given("wuhu-2026", "county-gap"), given(pack("wuhu-2026").with_readings({"AMB-11": "not_capped"}), "county-gap")
    assert [(c.district, c.needed, c.capped) for c in capped.ceilings] == [(WEST, 23_880, True), (EAST, 29_850, True), (ZONE, 5_970, True)]
    assert not any(c.capped for c in free.ceilings)


def test_a_swap_says_which_level_beds_may_become() -> None:
    assert given("wuhu-2026", "swap").levels == SAME_OR_LOWER
    assert given(pack("wuhu-2026").with_readings({"AMB-24": "same_level"}), "swap").levels == SAME_LEVEL


def test_the_target_of_the_area_is_an_upper_bound_of_beds() -> None:
    (band,) = given("jinan-2026", "over-target").bands
    assert (band.low, band.high) == (None, 90_000)
    assert limits("shaoxing-2026", "pharmacy-total") is None


@pytest.mark.parametrize(("held", "binds"), [(89_999, False), (90_000, True), (90_001, True)])
def test_exits_are_needed_from_the_total_on(held: int, binds: bool) -> None:
    city = small_city(beds=[beds("H1", 52_000), beds("H2", 22_000), beds("H3", held - 74_000)])
    found = limits("jinan-2026", "released-beds", city)
    assert (found is not None) is binds
    if found is not None:
        assert [(e.districts, e.ratio) for e in found.exits] == [((WEST, EAST, ZONE), 1)]
        assert {c.district: c.needed for c in found.ceilings} == {WEST: 34_000, EAST: 42_500, ZONE: 8_500}


def test_an_unknown_total_counts_as_reached() -> None:
    city = small_city(beds=[beds("H1", 52_000), beds("H2", 22_000)])
    assert limits("jinan-2026", "released-beds", city) is not None


def test_a_smaller_share_of_exits_and_a_stated_value_are_taken_as_they_are() -> None:
    city = small_city(beds=[beds("H1", 52_000), beds("H2", 22_000), beds("H3", 20_000)], facts=[fact(EAST, "district_computed_beds", "30000")])
    found = given(pack("jinan-2026").with_readings({"AMB-12": "smaller_share"}), "released-beds", city)
    assert [e.ratio for e in found.exits] == [Decimal("0.5")]
    assert {c.district: c.needed for c in found.ceilings}[EAST] == 30_000


def test_a_county_total_keeps_exits_in_the_county() -> None:
    found = given("shaoxing-2026", "county-total")
    assert [e.districts for e in found.exits] == [(WEST,), (EAST,), (ZONE,)]
    assert found.ceilings == ()


def test_quotas_of_other_classes_say_nothing() -> None:
    assert limits("shaoxing-2026", "pharmacy-exits") is None


def test_whom_an_exemption_frees_is_left_alone() -> None:
    city = small_city(more_providers=[hospital("H4", "secondary", WEST, kind="psychiatric_hospital"), hospital("H5", "secondary", WEST)])
    found = given("shaoxing-2026", "special-hospitals", city)
    assert list(found.left_alone) == ["H4"]
    assert "精神病医院" in found.left_alone["H4"].zh


@pytest.mark.parametrize(("approved", "alone"), [(869, True), (870, False), (871, False)])
def test_an_institution_whose_count_is_capped_is_left_alone(approved: int, alone: bool) -> None:
    """1,000 beds open on average; 115 % of the licence, rounded down, is 999, 1,000 and 1,001."""
    city = small_city(beds=[beds("H1", 1000, approved=approved)],
                      activity=[{"provider": "H1", "year": 2025, "open_bed_days": 365_000, "bed_days": 300_000}])
    assert ("H1" in given("shaoxing-2026", "insured-beds", city).left_alone) is alone


@pytest.mark.slow
def test_what_the_fund_carries_is_the_upper_bound_that_is_measured() -> None:
    city, plan = dd.read_city("shenyang-demo"), pack("shenyang-2025")
    here = ground(city, plan, city.meta.as_of)
    provision = plan.provision("affordable")
    found = provision.bed_limits(here, here.choices(provision))
    assert found is not None
    measured = {row.unit_name: row.need_high for row in provision.measure(here) if row.measure == "affordable_beds"}
    assert {band.name.zh: band.high for band in found.bands} == measured
    assert all(band.low is None for band in found.bands)


@pytest.mark.slow
@pytest.mark.parametrize(("city", "name"), [("jinan-demo", "jinan-2026"), ("shaoxing-demo", "shaoxing-2026"), ("wuhu-demo", "wuhu-2026")])
def test_bands_are_those_that_the_norm_measures(city: str, name: str) -> None:
    town, plan = dd.read_city(city), pack(name)
    here = ground(town, plan, town.meta.as_of)
    provision = plan.provision("bed-total")
    found = provision.bed_limits(here, here.choices(provision))
    assert found is not None
    measured = {row.unit_name: (row.need_low, row.need_high) for row in provision.measure(here) if row.measure == "insured_beds"}
    assert {band.name.zh: (band.low, band.high) for band in found.bands} == measured
    assert len(found.bands[0].districts) == len(found.bands) - 1
