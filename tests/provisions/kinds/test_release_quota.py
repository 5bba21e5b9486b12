"""Exits serve short districts once the total is reached: who is short, what is freed, what is left, what it lifts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs
import pytest

from dingdian.loop.cases import case_of
from dingdian.provisions.base import Scope
from dingdian.provisions.kinds.exemption import Exemption
from dingdian.provisions.kinds.release_quota import ReleaseQuota
from provisions.judging import judge, lacking, measured, with_provisions
from small_city import (
    DAY,
    EAST,
    META,
    WEST,
    ZONE,
    application,
    beds,
    fact,
    for_hospital,
    hospital,
    insured,
    pharmacy,
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


# --- a fixed total of one district: every addition needs exits there -----------------------------------------------------

COUNTY_READS: dict[str, Any] = {"ratio": {"option": "share", "ratio": Decimal(1)}, "exits_of": {"option": "county"}, "needed": {"option": "always"}}
COUNTY = ReleaseQuota(id="county", clause="exits", effect="gate", short_only=False, readings=COUNTY_READS,
                      scope=Scope(actions=("designate", "add_beds", "branch"), provider_class=("inpatient",)))
PROJECT = Exemption(id="project", clause="key-project", effect="exemption", scope=Scope(tags=("key_project",)), excepts=("county",),
                    readings={"counting": {"option": "offset"}, "who": {"option": "as_scoped"}})


def exits(**by_district: int) -> list[dict[str, Any]]:
    codes = {"west": WEST, "east": EAST}
    return [release(f"R-{name}", count, unit=codes[name]) for name, count in by_district.items()]


@pytest.mark.parametrize(("asked", "status"), [(59, "holds"), (60, "holds"), (61, "fails")])
def test_a_fixed_total_takes_what_left_the_district_and_no_more(asked: int, status: str) -> None:
    """The applicant stands in the east; what left in the west helps nobody there."""
    said = judge(city_with(asked, releases=exits(east=60, west=500)), "county", plan=with_provisions(COUNTY))
    assert (said.status, said.threshold, said.evidence["exits"]) == (status, 60, ["R-east"])


def test_another_reading_takes_the_exits_of_the_whole_city() -> None:
    city_wide = attrs.evolve(COUNTY, readings={**COUNTY_READS, "exits_of": {"option": "city"}})
    said = judge(city_with(61, releases=exits(east=60, west=500)), "county", plan=with_provisions(city_wide))
    assert (said.status, said.threshold) == ("holds", 560)


def test_what_a_district_has_used_is_stated_for_the_district() -> None:
    used = [fact(f"{EAST}/inpatient", "quota_used", "20"), fact("inpatient", "quota_used", "999")]
    said = judge(city_with(41, releases=exits(east=60), more_facts=used), "county", plan=with_provisions(COUNTY))
    assert (said.status, said.threshold) == ("fails", 40)


def project(beds_: int | None, day: str = "2026-03-01", **columns: Any) -> dict[str, Any]:
    """A key project that was designated in the plan period with so many beds."""
    extra = [] if beds_ is None else [beds("H9", beds_, day)]
    providers = [hospital("H1", "tertiary", WEST), hospital("H2", "secondary", EAST),
                 hospital("H9", "tertiary", EAST, **{"tags": "key_project", "designated_on": day, **columns})]
    return {"providers": providers, "beds": [beds("H1", 100), beds("H2", 100), *extra]}


@pytest.mark.parametrize(("town", "offset"), [
    (project(50), 50), (project(50, "2025-12-31"), 0), (project(50, "2026-01-01"), 50), (project(50, counts_in=WEST), 0),
    (project(50, tags="elder_care"), 0), (project(50, status="terminated"), 0),
])
def test_beds_of_a_key_project_first_use_up_what_was_freed_in_its_district(town: Any, offset: int) -> None:
    said = judge(city_with(10, releases=exits(east=60), **town), "county", plan=with_provisions(COUNTY, PROJECT))
    assert (said.evidence["offset"], said.threshold) == (offset, 60 - offset)


def test_a_key_project_without_its_beds_leaves_open_what_is_left() -> None:
    said = judge(city_with(10, releases=exits(east=60), **project(None)), "county", plan=with_provisions(COUNTY, PROJECT))
    assert lacking(said) == {("beds", "insured_beds")}


def test_what_was_admitted_before_is_taken_from_the_same_exits() -> None:
    apps = [for_hospital(beds=30), for_hospital("A2", None, beds=31), for_hospital("A3", None, beds=31, unit=WEST)]
    city = city_with(releases=exits(east=60), applications=apps)
    plan = with_provisions(COUNTY)
    others = {code: case_of(city, code, DAY) for code in ("A2", "A3")}
    assert judge(city, "county", plan=plan).status == "holds"
    assert judge(city, "county", plan=plan, admitted=(others["A2"],)).status == "fails"
    assert judge(city, "county", plan=plan, admitted=(others["A3"],)).status == "holds"


def test_a_row_for_every_district_where_each_has_its_own_exits() -> None:
    rows = {r.unit: r.supply for r in measured(city_with(releases=exits(east=60)), "county", plan=with_provisions(COUNTY))}
    assert rows == {WEST: 0, EAST: 60, ZONE: 0}


# --- places --------------------------------------------------------------------------------------------------------------

PLACES = ReleaseQuota(id="places", clause="exits", effect="quota", provider_class="pharmacy", over_target="over-target", excepts=("over-target",),
                      readings={slot: reading for slot, reading in COUNTY_READS.items() if slot != "needed"}, scope=Scope(provider_class=("pharmacy",)))


def pharmacies(total: str | None, *places: int | None, district: str = EAST, count: int = 2, **changes: Any) -> Any:
    """``count`` pharmacies on file, a published total, exits of pharmacies in a district; the applicant is one more."""
    rows = [release(f"R{i}", None, provider_class="pharmacy", unit=district, places=n) for i, n in enumerate(places)]
    stated = [] if total is None else [fact("pharmacy", "plan_total", total)]
    return small_city(**{"more_providers": [pharmacy(f"P{i}", 5000 + i) for i in range(count)],
                         "releases": [{k: v for k, v in row.items() if v is not None} for row in rows] or [release("R", 1)], "more_facts": stated, **changes})


@pytest.mark.parametrize(("total", "freed", "status"), [("3", 1, "not_applicable"), ("2", 1, "holds"), ("2", 0, "fails")])
def test_places_are_admitted_against_exits_once_the_total_is_reached(total: str, freed: int, status: str) -> None:
    said = judge(pharmacies(total, freed), "places", plan=with_provisions(PLACES))
    assert said.status == status
    assert said.waives == (("over-target",) if status == "holds" else ())


def test_exits_elsewhere_help_only_under_the_other_reading() -> None:
    city = pharmacies("2", 1, district=WEST)
    assert judge(city, "places", plan=with_provisions(PLACES)).status == "fails"
    city_wide = attrs.evolve(PLACES, readings={**PLACES.readings, "exits_of": {"option": "city"}})
    assert judge(city, "places", plan=with_provisions(city_wide)).status == "holds"


@pytest.mark.parametrize(("ratio", "freed", "status"), [("0.5", 1, "fails"), ("0.5", 2, "holds")])
def test_half_of_the_exits_is_rounded_down(ratio: str, freed: int, status: str) -> None:
    reads = {**PLACES.readings, "ratio": {"option": "smaller_share", "ratio": Decimal(ratio)}}
    assert judge(pharmacies("2", freed), "places", plan=with_provisions(attrs.evolve(PLACES, readings=reads))).status == status


def test_two_applicants_do_not_share_one_exit() -> None:
    apps = [application(), application("A2", None)]
    city = pharmacies("2", 1, applications=apps)
    plan = with_provisions(PLACES)
    assert judge(city, "places", plan=plan).status == "holds"
    assert judge(city, "places", plan=plan, admitted=(case_of(city, "A2", DAY),)).status == "fails"


def test_one_who_still_fitted_the_total_used_no_exit() -> None:
    """Three places, two filled: the first admitted one fills the total, the second takes the only exit."""
    city = pharmacies("3", 1, applications=[application(), application("A2", None)])
    assert judge(city, "places", plan=with_provisions(PLACES), admitted=(case_of(city, "A2", DAY),)).status == "holds"


def test_a_district_elsewhere_and_a_mover_need_no_place() -> None:
    assert judge(small_city(applications=[for_hospital()]), "places", plan=with_provisions(PLACES)).status == "not_applicable"


def test_an_exit_without_its_places_is_missing_evidence() -> None:
    assert lacking(judge(pharmacies("2", None), "places", plan=with_provisions(PLACES))) == {("releases", "places")}


# --- fields --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("changes", "at"), [
    ({"over_target": "over-target"}, "over_target"), ({"short_only": True}, "bed_norm"),
    ({"provider_class": "pharmacy", "bed_norm": "bed-total"}, "bed_norm"),
])
def test_fields_that_do_not_go_together_are_problems(changes: Any, at: str) -> None:
    assert at in {where[0] for where, _, _ in attrs.evolve(COUNTY, **changes).problems()}
    assert not [*COUNTY.problems(), *PLACES.problems()]
