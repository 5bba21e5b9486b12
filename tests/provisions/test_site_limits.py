"""What provisions allow of newcomers agrees with how they judge: whoever the limits let in together passes together.

The law is tried on every set of up to three newcomers of small cities; single facts are worked out by hand.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations
from typing import Any

import attrs
import numpy as np
import pytest

from dingdian.city.model import City
from dingdian.loop.cases import case_of
from dingdian.loop.ground import ground
from dingdian.plans.model import Plan
from dingdian.provisions.base import Provision
from dingdian.provisions.case import Case
from dingdian.provisions.finding import HOLDS, NOT_APPLICABLE
from dingdian.provisions.newcomers import Newcomers, SiteLimits
from provisions.judging import changed, jinan, with_provisions
from provisions.kinds.test_population_cap import BY_NUMBER, OTHER, PERSON, TOWN, cap
from provisions.kinds.test_population_cap import city as townships
from provisions.kinds.test_zone_quota import clinics_city
from provisions.kinds.test_zone_quota import plan as quota_plan
from small_city import (
    AREA,
    DAY,
    EAST,
    WEST,
    application,
    away,
    clinic,
    corner,
    fact,
    for_clinic,
    for_hospital,
    pharmacy,
    provider,
    small_city,
)

pytestmark = pytest.mark.slow

RADIUS = "pharmacy-radius"
TWO = {"dense": Decimal(2), "other": Decimal(2)}


def newcomers(city: City, plan: Plan, *codes: str) -> Newcomers:
    wanted = codes or tuple(city.tables["applications"]["application"])
    return Newcomers(ground(city, plan, DAY), tuple(case_of(city, str(code), DAY) for code in wanted))


def unstated(case: Case, column: str) -> Case:
    """The case without one of its facts: a newcomer of whom nobody stated it."""
    return attrs.evolve(case, facts={name: value for name, value in case.facts.items() if name != column})


def limits_of(city: City, plan: Plan, provision: str, unknown: dict[str, str] | None = None) -> SiteLimits:
    """What a provision allows of the applications on file; ``unknown``: application → the column that nobody stated."""
    asked = newcomers(city, plan)
    lacking = unknown or {}
    asked = Newcomers(asked.ground, tuple(unstated(c, lacking[c.application]) if c.application in lacking else c for c in asked.cases))
    rule = plan.provision(provision)
    found = rule.site_limits(asked.ground, asked.ground.choices(rule), asked)
    assert found is not None
    return found


def passes(city: City, plan: Plan, rule: Provision, case: Case, others: tuple[Case, ...]) -> bool:
    return rule.judge(case, ground(city, plan, DAY, others)).status in (HOLDS, NOT_APPLICABLE)


def holds_for_all_sets(city: City, plan: Plan, provision: str, *, both_ways: bool = True) -> int:
    """Tries every set; how many the limits let in. With ``both_ways`` what passes together is let in together, too."""
    found, rule = limits_of(city, plan, provision), plan.provision(provision)
    cases = newcomers(city, plan).cases
    let_in = 0
    for size in (1, 2, 3):
        for chosen in combinations([i for i in range(len(cases)) if i not in found.left_out], size):
            allowed = not found.limits.broken(chosen)
            judged = all(passes(city, plan, rule, cases[i], tuple(cases[j] for j in chosen if j != i)) for i in chosen)
            assert judged or not allowed, f"{chosen} are let in, but do not pass"
            assert allowed or not both_ways or not judged, f"{chosen} pass, but are not let in"
            let_in += allowed
    return let_in


def row_of_applications(*metres: float, **columns: Any) -> list[dict[str, Any]]:
    return [application(f"B{i}", away(m), **columns) for i, m in enumerate(metres)]


# --- circles: a radius cap ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("readings", [{}, {"AMB-10": "every_circle"}, {"AMB-10-DOUBT": "exact"}, {"AMB-07": "walking"},
                                      {"AMB-07": "walking", "AMB-10": "every_circle"}])
def test_whoever_a_radius_cap_lets_in_together_passes_together(readings: dict[str, str]) -> None:
    rows = [pharmacy("P1", -700), pharmacy("P2", 0), pharmacy("P3", 1500, accuracy_m=15)]
    city = small_city(more_providers=rows, applications=row_of_applications(400, 500, 799, 800, 801, 1310, 2300))
    plan = changed(RADIUS, caps=TWO).with_readings(readings)
    assert 0 < holds_for_all_sets(city, plan, RADIUS) < 63


def test_a_circle_counts_from_the_applicant_and_binds_only_if_it_is_chosen() -> None:
    """B0 has one neighbour on file and room for none more than itself; B1 reaches nobody on file."""
    city = small_city(more_providers=[pharmacy("P1", 0)], applications=row_of_applications(700, 1400))
    caps = {c.when: (c.members.tolist(), c.most, c.already) for c in limits_of(city, changed(RADIUS, caps=TWO), RADIUS).limits.caps}
    assert caps == {0: ([0, 1], 2, 1), 1: ([0, 1], 2, 0)}


@pytest.mark.parametrize(("metres", "present"), [(799.9, 1), (800.0, 1), (800.1, 0)])
def test_the_radius_itself_is_inside(metres: float, present: int) -> None:
    city = small_city(more_providers=[pharmacy("P1", 0)], applications=row_of_applications(metres))
    assert [c.already for c in limits_of(city, changed(RADIUS, caps=TWO), RADIUS).limits.caps] == [present]


@pytest.mark.parametrize(("reading", "present"), [("band", 1), ("exact", 0)])
def test_who_may_be_inside_counts_as_inside(reading: str, present: int) -> None:
    """815 m away, and nobody stated how exactly: 20 m under one reading."""
    city = small_city(more_providers=[pharmacy("P1", 0, accuracy_m=None)], applications=row_of_applications(815))
    plan = changed(RADIUS, caps=TWO).with_readings({"AMB-10-DOUBT": reading})
    assert [c.already for c in limits_of(city, plan, RADIUS).limits.caps] == [present]


@pytest.mark.parametrize(("reading", "circles"), [("applicant", []), ("every_circle", [([0], 2, 2)])])
def test_under_one_reading_the_circles_of_those_on_file_bind_whoever_is_chosen(reading: str, circles: list[Any]) -> None:
    """P1 has P2 in its circle of two; B0 lies in the circle of P1 and not in that of P2."""
    city = small_city(more_providers=[pharmacy("P1", 0), pharmacy("P2", -700)], applications=row_of_applications(500))
    plan = changed(RADIUS, caps=TWO).with_readings({"AMB-10": reading})
    caps = limits_of(city, plan, RADIUS).limits.caps
    assert [(c.members.tolist(), c.most, c.already) for c in caps if c.when is None] == circles


@pytest.mark.parametrize(("reading", "present"), [("straight_line", 1), ("walking", 0)])
def test_the_radius_may_be_walked(reading: str, present: int) -> None:
    """Five streets east and four north: 640 m in a straight line, 900 m on foot."""
    city = small_city(more_providers=[provider("P1", corner(5, -2))], applications=[application("B0", corner(0, 2))])
    plan = changed(RADIUS, caps=TWO).with_readings({"AMB-07": reading})
    assert [c.already for c in limits_of(city, plan, RADIUS).limits.caps] == [present]


def test_off_the_streets_a_walked_radius_cannot_be_told() -> None:
    city = small_city(applications=[application("B0", away(3000, 0)), application("B1", corner(0))])
    found = limits_of(city, changed(RADIUS).with_readings({"AMB-07": "walking"}), RADIUS)
    assert [(i, said.en) for i, said in found.left_out.items()] == [(0, "off the streets: no walking distance")]


def test_where_the_density_is_unknown_the_strictest_cap_holds_and_it_is_said() -> None:
    city = small_city(population=None, applications=row_of_applications(0))
    found = limits_of(city, changed(RADIUS, caps={"dense": Decimal(3), "other": Decimal(2)}), RADIUS)
    assert [c.most for c in found.limits.caps] == [2]
    assert "density class of 1 candidates is unknown" in found.notes[0].en


def test_a_published_density_class_of_the_place_sets_its_cap() -> None:
    city = small_city(applications=row_of_applications(0, 3000), more_facts=[fact("B0", "density", "dense"), fact("B1", "density", "other")])
    found = limits_of(city, changed(RADIUS, caps={"dense": Decimal(3), "other": Decimal(2)}), RADIUS)
    assert [c.most for c in found.limits.caps] == [3, 2]


def test_only_the_same_type_counts_where_the_clause_says_so() -> None:
    plan = changed(RADIUS, same_type=True, caps={"dense": Decimal(1), "other": Decimal(1)}, counts=("pharmacy", "outpatient_pooling"),
                   scope=type(jinan().provision(RADIUS).scope)())
    city = small_city(more_providers=[clinic("C1", away(100))], applications=[
        application("B0", away(0)), for_clinic("B1", away(50)), application("B2", away(200)), for_clinic("B3", away(5000, 0))])
    found = limits_of(city, plan, RADIUS, {"B3": "kind"})
    assert {c.when: (c.members.tolist(), c.already) for c in found.limits.caps} == {0: ([0, 2], 0), 1: ([1], 1), 2: ([0, 2], 0)}
    assert [(i, "kind" in said.en) for i, said in found.left_out.items()] == [(3, True)]


def test_a_class_of_which_the_rule_does_not_speak_has_no_limit() -> None:
    found = limits_of(small_city(applications=[for_clinic("B0")]), jinan(), RADIUS)
    assert (found.limits.caps, found.limits.apart, found.left_out) == ((), (), {})


# --- no further one of the type within the walk -----------------------------------------------------------------------------


def test_whoever_a_service_circle_lets_in_together_passes_together() -> None:
    rows = [clinic("C1", corner(0)), clinic("C2", away(700, 0), accuracy_m=10)]
    apps = [for_clinic(f"B{i}", corner(east), level="ungraded") for i, east in enumerate((5, 10, 11, 15, -11, -16))]
    city = small_city(more_providers=rows, applications=apps)
    assert holds_for_all_sets(city, jinan(), "outpatient-radius") > 0


def test_who_has_one_within_the_walk_is_shut_out_and_two_newcomers_keep_apart() -> None:
    """The walk is 1035 m: ten streets are within it, eleven are not."""
    city = small_city(more_providers=[clinic("C1", corner(0))], applications=[for_clinic(f"B{i}", corner(e)) for i, e in enumerate((10, 11, 16))])
    found = limits_of(city, jinan(), "outpatient-radius")
    assert [(c.members.tolist(), c.most) for c in found.limits.caps] == [([0], 0)]
    assert [list(zip(a.first.tolist(), a.second.tolist())) for a in found.limits.apart] == [[(0, 1), (0, 2), (1, 2)]]


def test_a_newcomer_whose_type_nobody_stated_is_left_out() -> None:
    found = limits_of(small_city(applications=[for_clinic("B0")]), jinan(), "outpatient-radius", {"B0": "kind"})
    assert list(found.left_out) == [0]


def test_in_doubt_about_a_walk_a_newcomer_is_left_out() -> None:
    city = small_city(more_providers=[clinic("C1", corner(0), accuracy_m=80)], applications=[for_clinic("B0", corner(11))])
    found = limits_of(city, jinan(), "outpatient-radius")
    assert (list(found.left_out), found.limits.caps) == ([0], ())


# --- so many in a township, in a zone, in all -------------------------------------------------------------------------------


@pytest.mark.parametrize(("second", "persons", "held", "room"), [
    (PERSON, 50_000, 0, 1), (PERSON, 50_000, 1, 0), (BY_NUMBER, 20_000, 0, 2), (BY_NUMBER, 20_000, 1, 1), (BY_NUMBER, 19_999, 1, 0), (BY_NUMBER, 20_000, 2, 0),
])
def test_a_township_takes_what_needs_nobodys_decision(second: dict[str, Any], persons: int, held: int, room: int) -> None:
    apps = [application(f"B{i}", away(500.0 * i), unit=TOWN) for i in range(3)]
    city = townships(held, persons, area="", applications=apps, facts=[fact(TOWN, "settlement", "township")])
    (found,) = limits_of(city, with_provisions(cap(second)), "towns").limits.caps
    assert (found.members.tolist(), max(0, found.most - found.already)) == ([0, 1, 2], room)
    holds_for_all_sets(city, with_provisions(cap(second)), "towns", both_ways=False)


def test_townships_are_apart_and_a_coarse_unit_is_left_out() -> None:
    apps = [application("B0", away(0), unit=TOWN), application("B1", away(900), unit=OTHER), application("B2", away(1800), unit=EAST)]
    facts = [fact(unit, "settlement", "township") for unit in (TOWN, OTHER, EAST)]
    found = limits_of(townships(0, area="", applications=apps, facts=facts), with_provisions(cap()), "towns")
    assert sorted(c.members.tolist() for c in found.limits.caps) == [[0], [1]]
    assert list(found.left_out) == [2]


@pytest.mark.parametrize(("total", "held", "room"), [(5, 3, 2), (3, 3, 0), (2, 3, 0)])
def test_a_published_total_leaves_what_it_leaves(total: int, held: int, room: int) -> None:
    city = small_city(more_providers=[pharmacy(f"P{i}", 3000 + 900 * i, 0.0) for i in range(held)], applications=row_of_applications(0, 900, 1800),
                      more_facts=[fact("pharmacy", "plan_total", str(total))])
    (found,) = limits_of(city, jinan(), "over-target").limits.caps
    assert (found.members.tolist(), max(0, found.most - found.already)) == ([0, 1, 2], room)
    holds_for_all_sets(city, jinan(), "over-target")


def test_beds_of_a_newcomer_cannot_be_held_against_a_total() -> None:
    found = limits_of(small_city(applications=[for_hospital("B0")]), jinan(), "over-target")
    assert list(found.left_out) == [0]


def test_a_zone_takes_what_is_left_of_its_quota() -> None:
    """Two left last year and the west is short, so it may take both; the zone beside it lost nobody."""
    apps = [for_clinic(f"B{i}", None, unit=WEST) for i in range(3)] + [for_clinic("B3", None, unit=EAST)]
    city, plan = clinics_city(3, applications=apps), quota_plan("outpatient_pooling")
    found = limits_of(city, plan, "quota")
    assert sorted((c.members.tolist(), c.most) for c in found.limits.caps if c.members.size) == [([0, 1, 2], 2), ([3], 0)]
    assert holds_for_all_sets(city, plan, "quota") == 6


def test_without_its_figures_or_without_a_zone_nobody_is_let_in() -> None:
    apps = [for_clinic("B0", None, unit=WEST), for_clinic("B1", None, unit=AREA)]
    found = limits_of(clinics_city(3, applications=apps, insured=None), quota_plan("outpatient_pooling"), "quota")
    assert list(found.left_out) == [1, 0]
    assert found.limits.caps == ()


# --- too many already -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "surplus"), [(2, 0), (3, 1), (4, 2)])
def test_what_a_circle_holds_beyond_its_cap_may_leave(number: int, surplus: int) -> None:
    city = small_city(more_providers=[pharmacy(f"P{i}", 10.0 * i) for i in range(number)])
    plan = changed(RADIUS, caps=TWO)
    facts, rule = ground(city, plan, DAY), plan.provision(RADIUS)
    rows = np.array([facts.places.row_of[f"P{i}"] for i in range(number)])
    limits = rule.surplus(facts, facts.choices(rule), rows)
    assert limits is not None
    assert [(c.when, c.members.size, c.most) for c in limits.caps] == [(i, number, surplus) for i in range(number)]


def test_a_kind_without_limits_of_its_own_says_so() -> None:
    gate = jinan().provision("fund-gate")
    assert not gate.limits_sites
    asked = newcomers(small_city(), jinan())
    assert gate.site_limits(asked.ground, asked.ground.choices(gate), asked) is None
    assert gate.surplus(asked.ground, asked.ground.choices(gate), np.array([0])) is None
