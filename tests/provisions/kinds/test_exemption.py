"""Who is outside the plan's limits: the five exemptions of Jinan, who is meant, what is lifted, who counts."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from dingdian.loop.ground import ground
from dingdian.provisions.base import Scope
from dingdian.provisions.kinds.exemption import Exemption
from provisions.judging import changed, jinan, judge, lacking, with_provisions
from small_city import DAY, EAST, application, clinic, fact, for_clinic, for_hospital, hospital, small_city

UNIVERSITY, INFIRMARY, PUBLIC_HEALTH = "in-house-university", "in-house-infirmary", "public-health"
PRIMARY, PROJECT = "primary-care", "key-project"
SIGNED = fact("A1", "exemption_sign_off", "函1号")


def asks(id: str, applicant: Any, *facts: Any, readings: Any = None, plan: Any = None) -> Any:
    return judge(small_city(applications=[applicant], more_facts=list(facts)), id, readings=readings, plan=plan)


# --- who is meant ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("id", "columns", "status"), [
    (UNIVERSITY, {"kind": "university_clinic"}, "holds"),
    (UNIVERSITY, {"kind": "infirmary", "tags": "university"}, "not_applicable"),
    (INFIRMARY, {"kind": "infirmary", "tags": "internal_only"}, "holds"),
    (INFIRMARY, {"kind": "infirmary"}, "not_applicable"),
    (INFIRMARY, {"kind": "infirmary", "tags": "enterprise"}, "not_applicable"),
    (INFIRMARY, {"kind": "clinic", "tags": "internal_only"}, "not_applicable"),
    (PUBLIC_HEALTH, {"kind": "psychiatric_hospital"}, "holds"),
    (PUBLIC_HEALTH, {"kind": "infectious_disease_hospital"}, "holds"),
    (PUBLIC_HEALTH, {"kind": "general_hospital", "tags": "psychiatric"}, "holds"),
    (PUBLIC_HEALTH, {"kind": "general_hospital", "specialties": "psychiatric"}, "not_applicable"),
    (PRIMARY, {"kind": "community_health_station", "tags": "public_health_duty"}, "holds"),
    (PRIMARY, {"kind": "village_clinic", "tags": "public_health_duty;village_integrated"}, "holds"),
    (PRIMARY, {"kind": "township_health_centre"}, "not_applicable"),
    (PRIMARY, {"kind": "clinic", "tags": "public_health_duty"}, "not_applicable"),
    (PROJECT, {"kind": "general_hospital", "tags": "key_project", "grounds": "省发改1号"}, "holds"),
    (PROJECT, {"kind": "general_hospital", "grounds": "省发改1号"}, "not_applicable"),
])
def test_an_exemption_takes_in_those_it_names_and_nobody_else(id: str, columns: Any, status: str) -> None:
    said = asks(id, for_clinic(**columns), SIGNED)
    assert said.status == status
    assert bool(said.waives) == (status == "holds")


def test_a_tag_that_is_missing_is_shown_as_the_way_in() -> None:
    said = asks(PRIMARY, for_clinic(kind="township_health_centre"))
    assert "承担基本公共卫生服务" in said.would_change[0].zh


@pytest.mark.parametrize(("ownership", "scoped", "public_only"), [
    ("public", "holds", "holds"), ("private", "holds", "not_applicable"), (None, "holds", "undetermined"),
])
def test_whether_private_ones_are_meant_is_a_reading(ownership: str | None, scoped: str, public_only: str) -> None:
    applicant = for_hospital(kind="psychiatric_hospital", ownership=ownership)
    assert asks(PUBLIC_HEALTH, applicant, SIGNED).status == scoped
    said = asks(PUBLIC_HEALTH, applicant, SIGNED, readings={"AMB-05": "public_only"})
    assert (said.status, said.readings["AMB-05"]) == (public_only, "public_only")
    if public_only == "undetermined":
        assert lacking(said) == {("applications", "ownership")}


def test_an_unknown_kind_is_missing_where_it_decides() -> None:
    applicant = for_hospital(kind=None, provider="H9")
    nameless = {k: v for k, v in hospital("H9", "secondary", EAST).items() if k != "kind"}
    city = small_city(applications=[applicant], more_providers=[nameless])
    said = judge(city, PUBLIC_HEALTH)
    assert lacking(said) == {("applications", "kind")}
    assert said.may_waive == (*jinan().provision(PUBLIC_HEALTH).excepts, "fund-gate")  # type: ignore[attr-defined]
    assert judge(city, PRIMARY).status == "not_applicable"  # without the tag the kind does not matter


@pytest.mark.parametrize(("field", "allowed", "status"), [
    ("provider_class", "inpatient", "holds"), ("provider_class", "pharmacy", "not_applicable"),
    ("levels", "secondary", "holds"), ("levels", "tertiary", "not_applicable"),
    ("ownership", "private", "holds"), ("ownership", "public", "not_applicable"),
])
def test_every_part_of_a_scope_binds(field: str, allowed: str, status: str) -> None:
    scope = attrs.evolve(jinan().provision(PUBLIC_HEALTH).scope, **{field: (allowed,)})
    applicant = for_hospital(kind="psychiatric_hospital")
    assert asks(PUBLIC_HEALTH, applicant, SIGNED, plan=changed(PUBLIC_HEALTH, scope=scope)).status == status


def test_a_part_of_the_scope_that_is_not_known_is_missing() -> None:
    scope = attrs.evolve(jinan().provision(PUBLIC_HEALTH).scope, levels=("secondary",))
    said = asks(PUBLIC_HEALTH, for_hospital(kind="psychiatric_hospital", level=None), plan=changed(PUBLIC_HEALTH, scope=scope))
    assert lacking(said) == {("applications", "level")}


# --- documents and sign-offs -----------------------------------------------------------------------------------------


def test_a_claim_without_its_document_waits() -> None:
    said = asks(PROJECT, for_hospital(tags="key_project"), SIGNED)
    assert lacking(said) == {("applications", "grounds")}
    assert "bed-total" in said.may_waive


def test_the_fund_gate_yields_to_a_sign_off_on_file() -> None:
    signed = asks(PRIMARY, for_clinic(kind="village_clinic", tags="public_health_duty"), SIGNED)
    assert "fund-gate" in signed.waives
    assert signed.may_waive == ()
    assert signed.evidence["sign_off"]["value"] == "函1号"


def test_without_a_sign_off_it_would_yield_to_one() -> None:
    said = asks(PRIMARY, for_clinic(kind="village_clinic", tags="public_health_duty"))
    assert said.status == "holds"
    assert "fund-gate" not in said.waives
    assert said.may_waive == ("fund-gate",)
    assert said.missing[0].column == "exemption_sign_off"


def test_under_another_reading_it_never_yields() -> None:
    said = asks(PRIMARY, for_clinic(kind="village_clinic", tags="public_health_duty"), SIGNED, readings={"AMB-13": "never"})
    assert said.status == "holds"
    assert "fund-gate" not in (*said.waives, *said.may_waive)
    assert said.missing == ()


@pytest.mark.parametrize(("day", "lifted"), [("2026-09-01", True), ("2026-09-02", False)])
def test_a_sign_off_counts_from_its_day(day: str, lifted: bool) -> None:
    said = asks(PRIMARY, for_clinic(kind="village_clinic", tags="public_health_duty"), fact("A1", "exemption_sign_off", "x", day))
    assert ("fund-gate" in said.waives) == lifted


def test_a_sign_off_may_be_filed_under_the_provider() -> None:
    applicant = for_clinic(provider="C1", kind="village_clinic", tags="public_health_duty")
    city = small_city(applications=[applicant], more_providers=[clinic("C1", None)], more_facts=[fact("C1", "exemption_sign_off", "x")])
    assert "fund-gate" in judge(city, PRIMARY).waives


def test_it_lifts_what_it_names_and_nothing_else() -> None:
    said = asks(PRIMARY, for_clinic(kind="village_clinic", tags="public_health_duty"), SIGNED)
    assert set(said.waives) == {"outpatient-radius", "same-tier-circle", "bed-total", "tier-mix", "over-target", "branch-total",
                                "surplus-stop", "fund-gate"}
    assert "pharmacy-radius" not in said.waives


# --- who counts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("columns", "default", "other"), [
    ({"kind": "university_clinic"}, False, False),
    ({"kind": "infirmary", "tags": "internal_only"}, False, False),
    ({"kind": "infirmary"}, True, True),
    ({"kind": "village_clinic", "tags": "public_health_duty"}, True, False),
    ({"kind": "psychiatric_hospital"}, True, False),
    ({"kind": "general_hospital", "tags": "key_project"}, True, False),
    ({"kind": "clinic"}, True, True),
])
def test_the_exempt_count_unless_the_text_or_a_reading_says_not(columns: Any, default: bool, other: bool) -> None:
    city = small_city(more_providers=[clinic("C1", None, **columns)])
    plan = jinan()
    assert ("C1" in set(ground(city, plan, DAY).stock["provider"])) == default
    without = plan.with_readings({"AMB-08": "not_counted"})
    assert ("C1" in set(ground(city, without, DAY).stock["provider"])) == other


def test_whether_one_counts_is_part_of_the_evidence() -> None:
    assert asks(UNIVERSITY, for_clinic(kind="university_clinic")).evidence["counting"] == "not_counted"
    assert "不计入规划" in asks(UNIVERSITY, for_clinic(kind="university_clinic")).sentence.zh


def test_a_pharmacy_is_none_of_them() -> None:
    for id in (UNIVERSITY, INFIRMARY, PUBLIC_HEALTH, PRIMARY, PROJECT):
        assert asks(id, application()).status == "not_applicable"


def test_an_exemption_that_lifts_nothing_is_a_mistake() -> None:
    empty = attrs.evolve(jinan().provision(PRIMARY), excepts=(), signed_excepts=())
    assert list(empty.problems())
    assert not list(jinan().provision(PRIMARY).problems())


# --- from the plan or from its numbers, and what comes of the fund gate ---------------------------------------------------

READS = {"counting": {"option": "counted"}, "who": {"option": "as_scoped"}}
VILLAGE = Exemption(id="village", clause="in-house", effect="exemption", scope=Scope(kinds=("village_clinic",)), readings=READS,
                    excepts=("bed-total", "pharmacy-radius", "outpatient-radius", "over-target", "fund-gate"))


def test_an_exemption_from_numbers_lifts_limits_of_number_and_place_and_nothing_else() -> None:
    applicant = for_clinic(kind="village_clinic")
    whole, numbers = (asks("village", applicant, plan=with_provisions(attrs.evolve(VILLAGE, extent=extent))) for extent in ("plan", "numbers"))
    assert set(whole.waives) == set(VILLAGE.excepts)
    assert set(numbers.waives) == set(VILLAGE.excepts) - {"fund-gate"}
    assert "数量" in numbers.sentence.zh


def test_an_exemption_from_numbers_cannot_be_signed_into_lifting_the_fund_gate() -> None:
    assert "signed_excepts" in {where[0] for where, _, _ in attrs.evolve(VILLAGE, extent="numbers", signed_excepts=("fund-gate",)).problems()}
    assert not list(attrs.evolve(VILLAGE, extent="numbers").problems())


@pytest.mark.parametrize(("option", "signed", "lifted", "pending"), [
    ("outright", False, True, False), ("with_sign_off", False, False, True), ("with_sign_off", True, True, False),
    ("never", True, False, False),
])
def test_what_the_whole_plan_exemption_does_to_the_fund_gate_is_a_reading(option: str, signed: bool, lifted: bool, pending: bool) -> None:
    exemption = attrs.evolve(VILLAGE, excepts=("bed-total",), signed_excepts=("fund-gate",), readings={**READS, "fund": {"option": option}})
    said = asks("village", for_clinic(kind="village_clinic"), *([SIGNED] if signed else []), plan=with_provisions(exemption))
    assert (("fund-gate" in said.waives), ("fund-gate" in said.may_waive)) == (lifted, pending)


def test_beds_that_offset_still_count() -> None:
    exemption = attrs.evolve(VILLAGE, readings={**READS, "counting": {"option": "offset"}})
    city = small_city(more_providers=[clinic("C1", None, kind="village_clinic")], applications=[for_clinic(kind="village_clinic")])
    plan = with_provisions(exemption)
    assert "C1" in set(ground(city, plan, DAY).stock["provider"])
    assert exemption.offsets_releases(ground(city, plan, DAY))
    assert "冲抵" in judge(city, "village", plan=plan).sentence.zh


@pytest.mark.parametrize(("reading", "said"), [
    ({"option": "outright"}, "一并免于"), ({"option": "with_sign_off"}, "凭签批"), ({"option": "never"}, "不免除"), ("SOME-READING", "由口径定"),
])
def test_what_is_read_back_of_the_fund_gate_follows_the_pack(reading: Any, said: str) -> None:
    exemption = attrs.evolve(VILLAGE, signed_excepts=("fund-gate",), readings={**READS, "fund": reading})
    assert said in exemption.read_back().zh
