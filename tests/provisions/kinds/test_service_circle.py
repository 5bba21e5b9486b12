"""No further provider of the same type within 15 minutes on foot: the walk, the type, the level, the edge of the streets."""

from __future__ import annotations

from typing import Any

import pytest

from dingdian.loop.cases import case_of
from provisions.judging import changed, judge, lacking
from small_city import (
    DAY,
    ORIGIN,
    away,
    box,
    clinic,
    corner,
    for_clinic,
    for_hospital,
    hospital,
    provider,
    small_city,
)

CIRCLE, SAME_LEVEL = "outpatient-radius", "same-tier-circle"
WIDE = box(116.9, 36.6, 117.1, 36.7)


def city_with(*others: Any, applicant: Any = None, **changes: Any) -> Any:
    return small_city(more_providers=list(others), applications=[applicant or for_clinic()], **changes)


def at_walk(metres: float) -> Any:
    """A clinic whose door is so many metres from ``ORIGIN`` on foot: ten blocks east, then north of the street."""
    return clinic("P1", away(metres - 1000.0, 0.0, corner(10)))


# --- the walk --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("metres", "status"), [(1034.9, "fails"), (1035.0, "fails"), (1035.1, "holds")])
def test_fifteen_minutes_at_a_brisk_walk_are_1035_metres_the_last_included(metres: float, status: str) -> None:
    said = judge(city_with(at_walk(metres)), CIRCLE)
    assert said.status == status
    assert said.evidence["limit_m"] == 1035


@pytest.mark.parametrize(("option", "limit"), [("speed", 1035), ("slow", 900), ("fast", 1260)])
def test_another_speed_is_another_circle(option: str, limit: int) -> None:
    inside = judge(city_with(clinic("P1", corner(9))), CIRCLE, readings={"AMB-06": option})
    assert (inside.status, inside.evidence["limit_m"]) == ("fails", limit)
    beyond = judge(city_with(clinic("P1", away(1.0, 0.0, corner(9)))), CIRCLE, readings={"AMB-06": option})
    assert beyond.status == ("holds" if option == "slow" else "fails")
    assert inside.readings["AMB-06"] == option


def test_the_walk_goes_round_the_block() -> None:
    """Eight blocks east and two north are 825 m in a straight line and 1000 m on foot; three more east are too many."""
    near, far = clinic("P1", corner(8, 2)), clinic("P1", corner(9, 2))
    assert judge(city_with(near), CIRCLE).status == "fails"
    said = judge(city_with(far), CIRCLE)
    assert (said.status, said.evidence["straight_line_within"]) == ("holds", 1)


# --- the same type ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("other", "status"), [
    ({}, "fails"),
    ({"kind": "tcm_clinic"}, "holds"),
    ({"kind": "dental_clinic"}, "holds"),
    ({"provider_class": "personal_account"}, "holds"),
    ({"status": "undesignated"}, "holds"),
    ({"status": "suspended"}, "fails"),
    ({"level": "primary"}, "fails"),
])
def test_type_is_plan_class_and_kind_group(other: Any, status: str) -> None:
    assert judge(city_with(clinic("P1", corner(2), **other)), CIRCLE).status == status


@pytest.mark.parametrize(("level", "status"), [("secondary", "fails"), ("tertiary", "holds"), ("primary", "holds")])
def test_only_the_same_level_counts_where_the_clause_says_so(level: str, status: str) -> None:
    said = judge(city_with(hospital("P1", level, None, corner(2)), applicant=for_hospital()), SAME_LEVEL)
    assert said.status == status
    assert said.evidence["level"] == "secondary"


def test_a_mover_is_not_counted_against_itself() -> None:
    moving = for_clinic(action="relocate", provider="P1")
    assert judge(city_with(clinic("P1", corner(1)), applicant=moving), CIRCLE).status == "holds"


# --- doubt -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("metres", "status"), [
    (1015.0, "fails"), (1015.1, "undetermined"), (1035.0, "undetermined"), (1049.9, "undetermined"),
])
def test_a_walk_within_its_error_of_the_limit_is_for_a_person(metres: float, status: str) -> None:
    other = {**at_walk(metres), "accuracy_m": 20}
    said = judge(city_with(other), CIRCLE)
    assert said.status == status
    if status == "undetermined":
        assert lacking(said) == {("providers", "accuracy_m")}


def test_a_second_that_is_surely_inside_settles_the_doubt_about_the_first() -> None:
    other = {**at_walk(1030.0), "accuracy_m": 20}
    assert judge(city_with(other, clinic("P2", corner(3))), CIRCLE).status == "fails"


def test_a_large_error_is_looked_for_beyond_the_circle() -> None:
    other = clinic("P1", corner(14), accuracy_m=400)
    assert judge(city_with(other), CIRCLE).status == "undetermined"


def test_points_taken_as_exact_leave_no_doubt() -> None:
    other = {**at_walk(1040.0), "accuracy_m": 20}
    assert judge(city_with(other), CIRCLE, readings={"AMB-10-DOUBT": "exact"}).status == "holds"


# --- the edge of the streets -----------------------------------------------------------------------------------------


def test_an_applicant_beyond_the_streets_cannot_be_walked_to() -> None:
    said = judge(city_with(applicant=for_clinic(place=away(5000, 0))), CIRCLE)
    assert lacking(said) == {("network_edges", "length_m")}
    assert "WALK-OUTSIDE" in said.readings
    assert said.evidence["straight_line_within"] == 0


def test_an_applicant_far_from_any_street_inside_their_extent_cannot_be_walked_to_either() -> None:
    place = away(701, 0)  # 501 m north of the last street
    assert judge(city_with(applicant=for_clinic(place=place), extent=WIDE), CIRCLE).status == "undetermined"


@pytest.mark.parametrize(("change", "kept"), [
    ({"network_nodes": None, "network_edges": None, "extent": None}, "no streets"), ({"extent": None}, "no extent"),
])
def test_without_streets_or_their_extent_nothing_is_walked(change: Any, kept: str) -> None:
    assert lacking(judge(city_with(clinic("P1", corner(2)), **change), CIRCLE)) == {("network_edges", "length_m")}, kept


@pytest.mark.parametrize(("metres", "status"), [(796.1, "fails"), (796.2, "holds"), (796.0, "fails")])
def test_a_reading_may_take_the_straight_line_times_a_detour_factor(metres: float, status: str) -> None:
    """1035 ÷ 1.3 is 796.15… m."""
    place = away(5000, 0)
    other = clinic("P1", away(metres, 77.0, place))
    said = judge(city_with(other, applicant=for_clinic(place=place)), CIRCLE, readings={"WALK-OUTSIDE": "straight_line"})
    assert said.status == status
    assert "绕行系数" in said.sentence.zh
    assert "detour" in said.sentence.en


def test_the_reading_for_outside_is_not_touched_where_one_can_walk() -> None:
    said = judge(city_with(), CIRCLE)
    assert "WALK-OUTSIDE" not in said.readings
    assert "绕行系数" not in said.sentence.zh


def test_one_of_the_same_type_beyond_the_edge_but_near_in_a_straight_line_leaves_doubt() -> None:
    """700 m north of the applicant, where no street goes: the walk cannot be told."""
    said = judge(city_with(clinic("P1", away(700, 0))), CIRCLE)
    assert lacking(said) == {("network_edges", "length_m")}
    assert said.evidence["beyond_streets_nearby"] == 1


def test_one_that_is_surely_inside_settles_the_doubt_about_one_beyond_the_edge() -> None:
    assert judge(city_with(clinic("P1", away(700, 0)), clinic("P2", corner(3))), CIRCLE).status == "fails"


def test_one_beyond_the_edge_and_beyond_the_circle_leaves_no_doubt() -> None:
    assert judge(city_with(clinic("P1", away(1035.1, 0))), CIRCLE).status == "holds"
    assert judge(city_with(clinic("P1", away(1035.0, 0))), CIRCLE).status == "undetermined"


# --- missing facts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["kind", "provider_class", "level"])
def test_what_makes_the_type_must_be_stated(column: str) -> None:
    applicant = for_clinic(provider="P1", **{column: None})
    other = {k: v for k, v in clinic("P1", corner(1)).items() if k != column}
    said = judge(city_with(other, applicant=applicant), SAME_LEVEL)
    assert ("applications", column) in lacking(said)


def test_without_coordinates_nobody_can_tell() -> None:
    assert lacking(judge(city_with(applicant=for_clinic(place=None)), CIRCLE)) == {("applications", "lon")}


# --- admitted before -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("columns", "status"), [
    ({}, "fails"), ({"kind": "tcm_clinic"}, "holds"), ({"provider_class": "personal_account"}, "holds"),
])
def test_an_application_admitted_before_counts_as_one_of_its_type(columns: Any, status: str) -> None:
    city = small_city(applications=[for_clinic(), for_clinic("A2", corner(3), **columns)])
    assert judge(city, CIRCLE, admitted=(case_of(city, "A2", DAY),)).status == status


def test_an_exempt_application_that_does_not_count_stands_in_nobodys_way() -> None:
    """JN-17: in-house clinics of universities are not counted in the plan, on file or newly admitted."""
    apps = [for_clinic("A1", kind="infirmary"), for_clinic("A2", corner(3), kind="university_clinic")]
    city = small_city(applications=apps)
    assert judge(city, CIRCLE, admitted=(case_of(city, "A2", DAY),)).status == "holds"
    on_file = small_city(applications=apps[:1], more_providers=[clinic("P1", corner(3), kind="university_clinic")])
    assert judge(on_file, CIRCLE).status == "holds"


# --- what is said ----------------------------------------------------------------------------------------------------


def test_the_nearest_is_named_whatever_the_order_of_rows() -> None:
    rows = [clinic("P1", corner(5)), clinic("P2", corner(2)), clinic("P3", corner(8))]
    said = judge(city_with(*rows), CIRCLE)
    assert said.value == 3
    assert "200.0" in said.sentence.en
    assert "200.0" in said.would_change[0].en
    assert said == judge(city_with(*rows[::-1]), CIRCLE)


def test_an_admitted_application_nearer_than_all_on_file_is_the_nearest() -> None:
    city = small_city(more_providers=[clinic("P1", corner(5))], applications=[for_clinic(), for_clinic("A2", corner(1))])
    said = judge(city, CIRCLE, admitted=(case_of(city, "A2", DAY),))
    assert "100" in said.would_change[0].en


def test_a_clause_without_level_says_nothing_of_levels() -> None:
    plan = changed(SAME_LEVEL, same_level=False)
    said = judge(city_with(hospital("P1", "tertiary", None, corner(2)), applicant=for_hospital()), SAME_LEVEL, plan=plan)
    assert said.status == "fails"
    assert said.evidence["level"] is None


def test_a_pharmacy_is_no_matter_of_this_clause() -> None:
    assert judge(small_city(), CIRCLE).status == "not_applicable"


def test_a_clinic_at_the_very_door_is_inside() -> None:
    said = judge(city_with(provider("P1", ORIGIN, kind="clinic", provider_class="outpatient_pooling")), CIRCLE)
    assert (said.status, said.evidence["within"][0]["distance_m"]) == ("fails", 0)
