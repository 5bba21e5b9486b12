"""Exits serve short districts once the total is reached: who is short, what is freed, what is left, what it lifts."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from dingdian.loop.cases import case_of
from provisions.judging import judge, lacking, measured
from small_city import (
    DAY,
    EAST,
    META,
    WEST,
    ZONE,
    beds,
    fact,
    for_hospital,
    hospital,
    insured,
    release,
    small_city,
)

QUOTA = "released-beds"


def city_with(asked: int | None = 100, freed: int | None = 100, *, elsewhere: int = 89_000, here: int = 1000, **changes: Any) -> Any:
    """90,000 beds on ten million insured: the total is reached. The east has ``here`` beds and wants 42,500."""
    providers = [hospital("H1", "tertiary", WEST), hospital("H2", "secondary", EAST)]
    return small_city(**{
        "providers": providers, "beds": [beds("H1", elsewhere), beds("H2", here)], "releases": [release("R1", freed)],
        "applications": [for_hospital(beds=asked)], **changes})


@pytest.mark.parametrize(("asked", "status"), [(99, "holds"), (100, "holds"), (101, "fails")])
def test_what_is_asked_may_use_all_that_exits_freed_and_no_more(asked: int, status: str) -> None:
    said = judge(city_with(asked), QUOTA)
    assert (said.status, said.value, said.threshold) == (status, asked, 100)
    assert said.waives == (("bed-total", "over-target") if status == "holds" else ())


@pytest.mark.parametrize(("asked", "status"), [(50, "holds"), (51, "fails")])
def test_the_districts_own_gap_is_a_limit_too(asked: int, status: str) -> None:
    said = judge(city_with(asked, here=42_450, elsewhere=47_551), QUOTA)
    assert (said.status, said.threshold) == (status, 50)


def test_another_reading_does_not_limit_by_the_gap() -> None:
    city = city_with(51, here=42_450, elsewhere=47_551)
    said = judge(city, QUOTA, readings={"AMB-11": "not_capped"})
    assert (said.status, said.threshold, said.readings["AMB-11"]) == ("holds", 100, "not_capped")


@pytest.mark.parametrize(("here", "status"), [(42_499, "holds"), (42_500, "fails"), (42_501, "fails")])
def test_only_a_district_below_its_computed_value_may_use_exits(here: int, status: str) -> None:
    said = judge(city_with(1, here=here, elsewhere=90_000 - here), QUOTA)
    assert said.status == status


def test_a_district_that_is_not_short_is_told_so_under_either_reading() -> None:
    for option in ("capped_by_gap", "not_capped"):
        said = judge(city_with(1, here=42_500, elsewhere=47_500), QUOTA, readings={"AMB-11": option})
        assert (said.status, said.value, said.operator, said.threshold) == ("fails", 42_500, "<", 42_500)
        assert "不低于" in said.sentence.zh


@pytest.mark.parametrize(("stock", "asked", "status"), [(89_900, 100, "not_applicable"), (89_901, 100, "holds"), (90_000, 0, "not_applicable")])
def test_no_exit_is_needed_while_the_total_is_not_reached(stock: int, asked: int, status: str) -> None:
    assert judge(city_with(asked, elsewhere=stock - 1000), QUOTA).status == status


@pytest.mark.parametrize(("option", "freed", "left"), [("share", 101, 101), ("smaller_share", 101, 50), ("smaller_share", 1, 0)])
def test_the_share_of_exits_is_a_reading_and_rounds_down(option: str, freed: int, left: int) -> None:
    said = judge(city_with(60, freed), QUOTA, readings={"AMB-12": option})
    assert said.evidence["left"] == left
    assert (said.status == "holds") == (left >= 60)


@pytest.mark.parametrize(("columns", "left"), [
    ({}, 300), ({"reason": "suspension"}, 100), ({"exempt": True}, 100), ({"provider_class": "pharmacy"}, 100),
    ({"effective_on": "2025-12-31"}, 100), ({"effective_on": "2026-01-01"}, 300), ({"effective_on": "2026-09-01"}, 300),
    ({"effective_on": "2026-09-02"}, 100), ({"unit": ZONE}, 300), ({"reason": "licensed_bed_cut"}, 300),
])
def test_exits_count_from_the_plans_first_day_to_today_but_suspensions_and_uncounted_ones_never(columns: Any, left: int) -> None:
    second = {**release("R2", 200), **columns}
    assert judge(city_with(1, releases=[release("R1", 100), second]), QUOTA).evidence["left"] == left


@pytest.mark.parametrize(("used", "left"), [("0", 100), ("60", 40), ("130", -30)])
def test_what_has_been_used_is_taken_off(used: str, left: int) -> None:
    said = judge(city_with(40, more_facts=[fact("inpatient", "quota_used", used)]), QUOTA)
    assert said.evidence["left"] == left
    assert said.threshold == max(0, left)


def test_a_used_amount_that_cannot_be_read_is_missing_not_nothing() -> None:
    said = judge(city_with(40, more_facts=[fact("inpatient", "quota_used", "约40")]), QUOTA)
    assert lacking(said) == {("facts", "quota_used")}
    row = measured(city_with(40, more_facts=[fact("inpatient", "quota_used", "约40")]), QUOTA)[0]
    assert (row.status, row.supply) == ("undetermined", None)


@pytest.mark.parametrize(("stated", "status"), [("1099", "fails"), ("1100", "holds"), ("1000", "fails")])
def test_a_computed_value_that_is_published_goes_before_the_norm(stated: str, status: str) -> None:
    assert judge(city_with(100, more_facts=[fact(EAST, "district_computed_beds", stated)]), QUOTA).status == status


# --- missing ---------------------------------------------------------------------------------------------------------


def test_without_a_ledger_of_exits_nothing_is_freed_and_nothing_refused() -> None:
    assert ("releases", "beds") in lacking(judge(city_with(releases=None), QUOTA))
    assert measured(city_with(releases=None), QUOTA)[0].status == "undetermined"


def test_a_ledger_stated_to_be_empty_says_that_nobody_left() -> None:
    said = judge(city_with(1, releases=None, meta=attrs.evolve(META, known_empty=("releases",))), QUOTA)
    assert (said.status, said.threshold) == ("fails", 0)


def test_an_exit_without_its_beds_is_missing_evidence() -> None:
    said = judge(city_with(freed=None), QUOTA)
    assert lacking(said) == {("releases", "beds")}
    assert said.missing[0].subject == "R1"


def test_beds_applied_for_and_insured_persons_must_be_known() -> None:
    assert lacking(judge(city_with(None), QUOTA)) == {("applications", "beds")}
    assert lacking(judge(city_with(insured=insured(EAST, 1)), QUOTA)) == {("insured", "persons")}


def test_a_hospital_without_beds_in_the_district_leaves_its_gap_open() -> None:
    providers = [hospital("H1", "tertiary", WEST), hospital("H2", "secondary", EAST), hospital("H3", "primary", EAST)]
    assert ("beds", "insured_beds") in lacking(judge(city_with(providers=providers), QUOTA))


# --- together --------------------------------------------------------------------------------------------------------


def test_beds_admitted_before_count_in_the_districts_stock() -> None:
    apps = [for_hospital(beds=30), for_hospital("A2", None, beds=30)]
    city = city_with(here=42_450, elsewhere=47_551, applications=apps)
    assert judge(city, QUOTA, admitted=(case_of(city, "A2", DAY),)).status == "fails"
    assert judge(city, QUOTA).status == "holds"


def test_the_measure_is_what_is_left() -> None:
    row = measured(city_with(more_facts=[fact("inpatient", "quota_used", "60")]), QUOTA)[0]
    assert (row.measure, row.supply, row.unit_of_measure) == ("released_beds", 40, "bed")
    assert str(row.as_of) == str(DAY)
