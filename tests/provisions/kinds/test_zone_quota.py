"""A zone's quota: its share of last year's exits by how it stands, what is used of it, and what happens at its edge."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dingdian.loop.cases import case_of
from dingdian.provisions.base import Scope
from dingdian.provisions.kinds.affordable_beds import AffordableBeds
from dingdian.provisions.kinds.agglomeration import Agglomeration
from dingdian.provisions.kinds.exemption import Exemption
from dingdian.provisions.kinds.zone_quota import ZoneQuota
from provisions.judging import judge, lacking, measured, with_provisions
from small_city import (
    AREA,
    DAY,
    EAST,
    WEST,
    ZONE,
    beds,
    clinic,
    fact,
    for_clinic,
    for_hospital,
    hospital,
    insured,
    release,
    small_city,
)

PEOPLE = {WEST: 1_000_000, EAST: 500_000, ZONE: 500_000}
# A fund that carries exactly 5 beds per 1000: 10,000 beds on two million at 100,000 a bed and a half paid by the fund.
FIGURES = {"surplus_rate": "0", "pooled_fund_income": "500000000", "reimbursement_ratio": "0.5", "cost_per_bed": "100000"}
OPTIONS = {"period": "this_year", "indivisible": "offer_fewer", "at_norm": "as_below", "limit": "capped_by_gap", "no_releases": "literal_zero"}


def plan(provider_class: str, **options: str) -> Any:
    readings = {slot: {"option": option} for slot, option in {**OPTIONS, **options}.items()}
    norm = AffordableBeds(id="norm", clause="bed-total", effect="information", per="insured", by=date(2027, 12, 31),
                          readings={"scope": {"option": "inpatient"}, "beds": {"option": "insured_beds"}})
    people = Agglomeration(id="agg", clause="bed-total", effect="information", resource="institutions", provider_class="outpatient_pooling",
                           readings={"inputs": {"option": "insured_land"}, "slight": {"option": "literal"}})
    free = Exemption(id="free", clause="bed-total", effect="exemption", scope=Scope(kinds=("university_clinic",)), readings={})
    common: dict[str, Any] = {"id": "quota", "clause": "bed-total", "provider_class": provider_class, "above_percent": 50, "readings": readings,
                              "outside": ("free",), "scope": Scope(actions=("designate", "branch"), provider_class=(provider_class,))}
    quota = ZoneQuota(**common, affordable="norm") if provider_class == "inpatient" else ZoneQuota(**common, agglomeration="agg", other_percent=100)
    return with_provisions(free, norm, people, quota)


def beds_city(here: int, freed: int | None = 100, asked: int | None = 50, **changes: Any) -> Any:
    """The west has a million insured, so 5000 affordable beds, and ``here``; last year it freed ``freed``."""
    rows: dict[str, Any] = {
        "providers": [hospital("H1", "tertiary", WEST, designated_on="2010-01-01")], "beds": [beds("H1", here)],
        "insured": [row for unit, n in PEOPLE.items() for row in insured(unit, n)],
        "facts": [fact(AREA, key, value) for key, value in FIGURES.items()],
        "releases": [release("R1", freed, day="2025-06-30")], "applications": [for_hospital(unit=WEST, beds=asked, place=None)],
    }
    return small_city(**{**rows, **changes})


def inpatient(city: Any, **options: str) -> Any:
    return judge(city, "quota", plan=plan("inpatient", **options))


# --- beds: above the norm, half of last year's exits -----------------------------------------------------------------------


@pytest.mark.parametrize(("asked", "status"), [(49, "holds"), (50, "holds"), (51, "undetermined")])
def test_above_the_norm_half_of_the_beds_that_exits_freed_may_be_used(asked: int, status: str) -> None:
    said = inpatient(beds_city(5001, asked=asked))
    assert said.status == status
    assert said.evidence["limit"] == said.evidence["left"] == 50
    if status == "holds":
        assert (said.value, said.operator, said.threshold, said.margin) == (asked, "<=", 50, 50 - asked)


@pytest.mark.parametrize(("here", "position"), [(4999, "short"), (5000, "matched"), (5001, "over")])
def test_below_at_and_above_the_affordable_norm(here: int, position: str) -> None:
    assert inpatient(beds_city(here)).evidence["position"] == position


def test_exactly_at_the_norm_nothing_fits_and_another_reading_gives_half_of_the_exits() -> None:
    said = inpatient(beds_city(5000, asked=1))
    assert (said.status, said.threshold) == ("fails", 0)
    assert inpatient(beds_city(5000, asked=50), at_norm="as_above").status == "holds"


@pytest.mark.parametrize(("asked", "status"), [(9, "holds"), (10, "holds"), (11, "undetermined")])
def test_below_the_norm_the_gap_is_the_limit_whatever_exits_freed(asked: int, status: str) -> None:
    said = inpatient(beds_city(4990, freed=0, asked=asked))
    assert (said.status, said.evidence["limit"]) == (status, 10)


def test_below_the_norm_another_reading_sets_no_number() -> None:
    said = inpatient(beds_city(4990, asked=500), limit="not_capped")
    assert (said.status, said.threshold) == ("holds", None)


def test_below_the_norm_the_table_of_exits_is_not_needed() -> None:
    assert inpatient(beds_city(4990, asked=5, releases=None)).status == "holds"
    assert lacking(inpatient(beds_city(5001, asked=5, releases=None))) == {("releases", "beds")}


def test_who_wants_more_than_is_left_may_take_what_is_left_if_he_agrees() -> None:
    assert lacking(inpatient(beds_city(5001, asked=51))) == {("facts", "accepted_beds")}
    agreed = [fact(AREA, key, value) for key, value in FIGURES.items()]
    for accepted, status in ((49, "holds"), (50, "holds"), (51, "fails")):
        assert inpatient(beds_city(5001, asked=60, facts=[*agreed, fact("A1", "accepted_beds", str(accepted))])).status == status
    assert inpatient(beds_city(5001, asked=51), indivisible="skip").status == "fails"


def test_half_a_bed_is_not_rounded_up() -> None:
    assert inpatient(beds_city(5001, freed=101, asked=50)).threshold == 50


@pytest.mark.parametrize(("day", "limit"), [("2024-12-31", 0), ("2025-01-01", 50), ("2025-12-31", 50), ("2026-01-01", 0)])
def test_only_exits_of_the_year_before_count(day: str, limit: int) -> None:
    assert inpatient(beds_city(5001, releases=[release("R1", 100, day=day)])).evidence["limit"] == limit


def test_exits_of_another_zone_serve_nobody_here() -> None:
    assert inpatient(beds_city(5001, releases=[release("R1", 100, day="2025-06-30", unit=EAST)])).evidence["limit"] == 0


def test_unused_quota_lapses_and_another_reading_carries_it_over() -> None:
    # the Jinan plan begins in 2026, so carrying over reaches back to the exits of 2025 in 2026, and of both years in 2027
    exits = [release("R1", 100, day="2025-06-30"), release("R2", 60, day="2026-06-30")]
    city = beds_city(5001, releases=exits)
    chosen = plan("inpatient", period="carried_over")
    assert judge(city, "quota", plan=chosen, on=date(2027, 3, 1)).evidence["limit"] == 80
    assert judge(city, "quota", plan=plan("inpatient"), on=date(2027, 3, 1)).evidence["limit"] == 30


def test_an_earlier_years_excess_takes_nothing_from_this_years_quota() -> None:
    exits = [release("R1", 10, day="2025-06-30"), release("R2", 60, day="2026-06-30")]
    grown = {"more_providers": [hospital("H2", "primary", WEST, designated_on="2026-02-01")], "more_beds": [beds("H2", 30, day="2026-03-01")]}
    said = judge(beds_city(5001, releases=exits, **grown), "quota", plan=plan("inpatient", period="carried_over"), on=date(2027, 3, 1))
    assert (said.evidence["limit"], said.evidence["carried_over"]) == (30, 0)


def test_what_was_admitted_this_year_is_used_and_is_no_stock() -> None:
    more = {"more_providers": [hospital("H2", "primary", WEST, designated_on="2026-02-01")], "more_beds": [beds("H2", 30, day="2026-03-01")]}
    said = inpatient(beds_city(5001, asked=20, **more))
    assert (said.status, said.evidence["used"], said.evidence["beds"]) == ("holds", 30, 5001)
    assert inpatient(beds_city(5001, asked=21, **more), indivisible="skip").status == "fails"


def test_a_published_figure_of_this_year_goes_before_the_register() -> None:
    figures = [fact(AREA, key, value) for key, value in FIGURES.items()]
    used = fact(f"{WEST}:inpatient", "quota_used", "45")
    assert inpatient(beds_city(5001, asked=5, facts=[*figures, used])).evidence["used"] == 45
    last_year = fact(f"{WEST}:inpatient", "quota_used", "45", day="2025-12-31")
    assert inpatient(beds_city(5001, asked=5, facts=[*figures, last_year])).evidence["used"] == 0


def test_a_hospital_without_a_date_of_designation_leaves_the_ledger_open() -> None:
    city = beds_city(5001, providers=[hospital("H1", "tertiary", WEST, designated_on=None)])
    assert lacking(inpatient(city)) == {("providers", "designated_on")}


def test_those_admitted_before_in_merit_order_use_the_quota() -> None:
    city = beds_city(5001, applications=[for_hospital("A1", unit=WEST, beds=30, place=None), for_hospital("A2", unit=WEST, beds=30, place=None)])
    first = case_of(city, "A1", DAY)
    said = judge(city, "quota", "A2", plan=plan("inpatient", indivisible="skip"), admitted=(first,))
    assert (said.status, said.threshold, said.evidence["used"]) == ("fails", 20, 30)


@pytest.mark.parametrize("key", FIGURES)
def test_a_norm_that_lacks_a_figure_leaves_the_quota_open(key: str) -> None:
    figures = [fact(AREA, name, value) for name, value in FIGURES.items() if name != key]
    assert inpatient(beds_city(5001, facts=figures)).status == "undetermined"


def test_beds_that_nobody_stated_or_a_place_without_district_are_asked_for() -> None:
    assert lacking(inpatient(beds_city(5001, asked=None))) == {("applications", "beds")}
    assert lacking(inpatient(beds_city(5001, applications=[for_hospital(unit=AREA, place=None)]))) == {("applications", "unit")}


# --- places: by the sign of HRAD − PAD ----------------------------------------------------------------------------------


def clinics_city(west: int, places: int = 2, **changes: Any) -> Any:
    """Half of the people live in the west; eight institutions in all, ``west`` of them there."""
    units = [{"unit": AREA, "name": "示例市", "level": "pooling_area"}, *(
        {"unit": unit, "name": name, "level": level, "parent": AREA, "land_km2": 100}
        for unit, name, level in ((WEST, "西区", "district"), (EAST, "东区", "district"), (ZONE, "功能区", "zone")))]
    where = [WEST] * west + [EAST] * (8 - west)
    rows: dict[str, Any] = {
        "units": units, "providers": [clinic(f"C{i}", unit=unit, designated_on="2010-01-01") for i, unit in enumerate(where)], "beds": None,
        "insured": [row for unit, n in {WEST: 1_000_000, EAST: 1_000_000, ZONE: 0}.items() for row in insured(unit, n)],
        "releases": [release("R1", None, day="2025-06-30", provider_class="outpatient_pooling", places=places)],
        "applications": [for_clinic(unit=WEST, place=None)],
    }
    return small_city(**{**rows, **changes})


def outpatient(city: Any, **options: str) -> Any:
    return judge(city, "quota", plan=plan("outpatient_pooling", **options))


@pytest.mark.parametrize(("west", "limit"), [(3, 2), (4, 2), (5, 1)])
def test_all_of_the_exits_below_and_at_the_peoples_share_half_of_them_above(west: int, limit: int) -> None:
    said = outpatient(clinics_city(west))
    assert (said.status, said.threshold) == ("holds", limit)


def test_half_of_a_single_exit_is_none_and_it_is_said_so() -> None:
    said = outpatient(clinics_city(5, places=1))
    assert (said.status, said.threshold) == ("fails", 0)
    assert "失效" in said.sentence.zh


@pytest.mark.parametrize(("used", "status"), [(0, "holds"), (1, "holds"), (2, "fails"), (3, "fails")])
def test_what_is_used_is_taken_off(used: int, status: str) -> None:
    said = outpatient(clinics_city(3, facts=[fact(f"{WEST}:outpatient_pooling", "quota_used", str(used))]))
    assert (said.status, said.threshold) == (status, max(0, 2 - used))


def test_a_member_of_an_exemption_uses_no_quota() -> None:
    new = clinic("C9", unit=WEST, designated_on="2026-03-01")
    assert outpatient(clinics_city(3, more_providers=[new])).evidence["used"] == 1
    assert outpatient(clinics_city(3, more_providers=[{**new, "kind": "university_clinic"}])).evidence["used"] == 0


def exits(west: int, east: int) -> list[dict[str, Any]]:
    return [release(f"R{unit}", None, day="2025-06-30", unit=unit, provider_class="outpatient_pooling", places=n)
            for unit, n in ((WEST, west), (EAST, east)) if n]


def test_a_short_zone_that_lost_nobody_gets_none_and_a_transfer_is_proposed() -> None:
    said = outpatient(clinics_city(3, releases=exits(0, 4)))
    assert (said.status, said.threshold) == ("fails", 0)
    assert "2" in said.would_change[0].zh  # the east may use two of its four: two are left unused
    assert "调剂" in said.would_change[0].zh


def test_under_the_other_reading_the_bureau_decides_on_the_transfer() -> None:
    city = clinics_city(3, releases=exits(0, 4))
    assert lacking(outpatient(city, no_releases="transfer")) == {("facts", "quota_transfer")}
    for granted, status in ((0, "fails"), (1, "holds"), (2, "holds")):
        told = clinics_city(3, releases=exits(0, 4), facts=[fact(f"{WEST}:outpatient_pooling", "quota_transfer", str(granted))])
        assert outpatient(told, no_releases="transfer").status == status


def test_a_zone_in_surplus_gets_no_transfer() -> None:
    assert outpatient(clinics_city(5, releases=exits(0, 4)), no_releases="transfer").status == "fails"


def test_every_zone_has_a_row_for_this_year_and_one_for_the_next() -> None:
    more = release("R2", None, day="2026-05-01", provider_class="outpatient_pooling", places=3)
    rows = measured(clinics_city(5, more_releases=[more]), "quota", plan=plan("outpatient_pooling"))
    found = {(row.measure, row.zone): row.supply for row in rows}
    assert found[("zone_quota", WEST)] == 1
    assert found[("zone_quota_next_year", WEST)] == 1
    assert len(rows) == 6


# --- fields ----------------------------------------------------------------------------------------------------------------


def test_fields_that_cannot_go_together_are_reported() -> None:
    def wrong(**changes: Any) -> list[Any]:
        given = {"id": "q", "clause": "c", "provider_class": "inpatient", "above_percent": 50, "affordable": "n", **changes}
        return [path for path, _, _ in ZoneQuota(**given).problems()]

    assert wrong() == []
    assert wrong(agglomeration="a", other_percent=100) == [("affordable",)]
    assert wrong(affordable="", agglomeration="a", provider_class="pharmacy") == [("other_percent",)]
    assert wrong(provider_class="pharmacy") == [("provider_class",)]
