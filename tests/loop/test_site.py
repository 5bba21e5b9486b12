"""Sitings whose answer is known by hand: seven cells along one street, 500 m apart, one of them crowded, a walk of 1035 m.

A node at 500 m east reaches the five cells from −500 m to 1500 m and so 5,400 of the 5,600 people; whoever stands farther east
reaches fewer cells, farther west not the crowd.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

import attrs
import pytest

from dingdian import canonical
from dingdian.city.model import City
from dingdian.loop.ground import ground
from dingdian.loop.options import ADD
from dingdian.loop.site import Sited, site
from dingdian.loop.site.answer import options
from dingdian.loop.site.ask import Ask
from dingdian.loop.site.demand import demand
from dingdian.plans.model import Plan
from dingdian.provisions.kinds.coverage import Coverage
from loop.asking import changed
from loop.independent import RADIUS_DM, Demo, decimetres
from small_city import (
    DAY,
    EAST,
    WEST,
    application,
    away,
    cell,
    clinic,
    corner,
    default_cells,
    fact,
    pharmacy,
    provider,
    small_city,
)

RADIUS = "pharmacy-radius"


def capped(cap: int, radius: int = 800, **readings: str) -> Plan:
    """The plan with one cap for every density."""
    return changed(RADIUS, radius_m=Decimal(radius), caps={"dense": Decimal(cap), "other": Decimal(cap)}).with_readings(readings)


def asked(city: City, plan: Plan, **more: Any) -> Sited:
    return site(city, plan, on=DAY, **more)


def named(*places: tuple[str, int, int]) -> list[tuple[str, float, float]]:
    """Candidates at corners of the streets, by name."""
    return [(name, *corner(east, north)) for name, east, north in places]


# --- most people --------------------------------------------------------------------------------------------------------


def test_one_place_stands_where_it_reaches_five_of_the_seven_cells(jinan: Plan) -> None:
    found = asked(small_city(), jinan, add=1)
    (place,) = found.places
    assert (place.lon, place.lat) == pytest.approx(corner(5), abs=1e-9)
    assert (place.rank, place.gain, place.covered_after, place.district, place.district_name) == (1, 5400, 5400, EAST, "东区")
    assert (found.options.covered_before, found.options.covered_after, found.options.considered) == (0, 5400, 5600)
    assert (found.options.present_before, found.options.present_after) == (0, 1)
    proof = found.certificate
    assert proof is not None
    assert (proof.status, proof.value, proof.bound, proof.gap, proof.verified, proof.seconds) == ("optimal", 5400, 5400, 0, True, None)


def test_two_places_reach_everybody_and_the_gains_are_marginal(jinan: Plan) -> None:
    found = asked(small_city(), jinan, add=2)
    assert [place.gain for place in found.places] == [5400, 200]
    assert [place.covered_after for place in found.places] == [5400, 5600]


def test_more_than_are_of_use_are_not_named_and_it_is_said(jinan: Plan) -> None:
    found = asked(small_city(), jinan, add=7)
    assert len(found.places) == 2
    assert found.certificate is not None
    assert "with 2: more of them would add nobody" in found.certificate.sentence.en


def test_who_is_there_already_counts_before(jinan: Plan) -> None:
    """One at −1000 m serves the three western cells and the one at 0 m; the east is left."""
    found = asked(small_city(more_providers=[provider("P1", corner(-10))]), jinan, add=1)
    assert (found.options.covered_before, found.places[0].gain) == (400, 5200)
    assert found.options.uncovered == ("C+1", "C+2", "C+3")
    assert found.options.gained == ("C+1", "C+2", "C+3")


def test_no_choice_of_two_is_better_on_every_pair_of_nodes(jinan: Plan) -> None:
    """Every pair of street nodes along the middle street is tried by hand, caps of one within 800 m kept."""
    reach = {east: [i for i in range(-3, 4) if abs(500 * i - 100 * east) <= 1035] for east in range(-16, 17)}
    people = {i: 5000 if i == 3 else 100 for i in range(-3, 4)}
    best = max(sum(people[i] for i in {*reach[a], *reach[b]}) for a, b in combinations(reach, 2) if abs(a - b) * 100 > 800)
    assert asked(small_city(), capped(1), add=2).options.covered_after == best


# --- the fewest places --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("share", "places"), [("0.5", 1), ("0.9642", 1), ("0.9643", 2), ("1", 2)])
def test_the_fewest_places_that_reach_a_share(share: str, places: int, jinan: Plan) -> None:
    """5,400 of 5,600 are 96.428… %: below it one place will do, above it not."""
    found = asked(small_city(), jinan, cover=share)
    proof = found.certificate
    assert proof is not None
    assert (len(found.places), proof.status, proof.bound, proof.verified) == (places, "optimal", places, True)
    assert found.is_met
    assert f"at least {places} additions are needed" in proof.sentence.en


def test_a_share_that_is_reached_already_needs_nothing(jinan: Plan) -> None:
    found = asked(small_city(more_providers=[provider("P1", corner(5))]), jinan, cover=0.95)
    assert (found.places, found.is_met) == ((), True)
    assert found.certificate is not None
    assert "nothing need be added" in found.certificate.sentence.en


def test_where_everybody_is_reached_there_is_nothing_to_add(jinan: Plan) -> None:
    city = small_city(more_providers=[provider("P1", corner(5)), provider("P2", corner(-10))])
    for more in ({"add": 3}, {"cover": 1}):
        found = asked(city, jinan, **more)
        assert (found.places, found.is_met, found.options.candidates) == ((), True, 0)


def test_a_cap_that_stands_in_the_way_is_named() -> None:
    """All streets lie in one radius that may hold one: two would be needed."""
    plan = capped(1, 5000)
    found = asked(small_city(), plan, cover=1)
    proof = found.certificate
    assert proof is not None
    assert (proof.status, proof.blocked_by, found.places, found.is_met) == ("infeasible", (RADIUS,), (), False)
    assert "cannot be met" in proof.sentence.en
    assert plan.locator(plan.provision(RADIUS)) in proof.sentence.en


def test_people_whom_no_candidate_reaches_are_named_as_the_reason(jinan: Plan) -> None:
    found = asked(small_city(), jinan, cover=1, candidates=named(("X", 15, 0)))
    assert found.certificate is not None
    assert (found.certificate.status, found.certificate.blocked_by) == ("infeasible", ("share",))


# --- the plan's own limits ----------------------------------------------------------------------------------------------


def test_a_published_total_is_kept(jinan: Plan) -> None:
    city = small_city(more_facts=[fact("pharmacy", "plan_total", "1")])
    assert len(asked(city, jinan, add=2).places) == 1
    found = asked(city, jinan, cover=1)
    assert found.certificate is not None
    assert found.certificate.blocked_by == ("over-target",)


@pytest.mark.parametrize(("reading", "gain"), [("applicant", 5000), ("every_circle", 0)])
def test_whose_circle_counts_changes_the_answer(reading: str, gain: int) -> None:
    """P1 has P2 in its circle of two. X lies in the circle of P1, P2 not in that of X: counted from X there is room."""
    city = small_city(more_providers=[provider("P1", corner(0)), provider("P2", corner(-7))])
    found = asked(city, capped(2), add=1, candidates=named(("X", 5, 0)), readings={"AMB-10": reading})
    assert sum(place.gain for place in found.places) == gain
    assert found.options.readings["AMB-10"] == reading


@pytest.mark.parametrize(("reading", "gain"), [("straight_line", 0), ("walking", 100)])
def test_how_the_radius_is_measured_changes_the_answer(reading: str, gain: int) -> None:
    """Two stand 640 m and 721 m from X in a straight line, and 900 m and 1000 m on foot; X would serve the cell at −500 m."""
    city = small_city(more_providers=[provider("P1", corner(5, -2)), provider("P2", corner(6, -2))])
    found = asked(city, capped(2), add=1, candidates=named(("X", 0, 2)), readings={"AMB-07": reading})
    assert sum(place.gain for place in found.places) == gain


def test_a_slower_walk_reaches_fewer(jinan: Plan) -> None:
    """900 m: from a node at 600 m the cells at 0, 500, 1000 and 1500 m, no fifth."""
    found = asked(small_city(), jinan, add=1, readings={"AMB-06": "slow"})
    assert (found.options.walk_m, found.places[0].gain) == (900, 5300)


def test_gates_that_the_model_does_not_know_are_named(jinan: Plan) -> None:
    found = asked(small_city(), jinan, add=1).options
    assert {note.provision for note in found.limits} == {RADIUS}
    assert {"fund-gate", "surplus-stop"} <= {note.provision for note in found.not_modelled}
    assert RADIUS not in {note.provision for note in found.not_modelled}


def test_clinics_keep_their_own_distance(jinan: Plan) -> None:
    """One within the walk of another is too many: two new clinics stand more than 1035 m apart."""
    found = site(small_city(), jinan, "outpatient_pooling", add=3, on=DAY, kind="clinic", level="ungraded")
    lon = sorted(place.lon for place in found.places)
    assert len(lon) == 2
    assert lon[1] - lon[0] > away(1035)[0] - 117.0
    assert found.certificate is not None
    assert found.certificate.verified


def test_a_newcomer_of_whom_a_limit_cannot_tell_is_left_out_with_the_reason(jinan: Plan) -> None:
    found = site(small_city(more_providers=[clinic("C1", corner(0))]), jinan, "outpatient_pooling", add=1, on=DAY)
    assert (found.places, found.is_met) == ((), False)
    assert next((item.provision, "kind" in item.reason.en) for item in found.options.left_out) == ("outpatient-radius", True)
    assert sum(item.count for item in found.options.left_out) > 0


# --- whom to spare ------------------------------------------------------------------------------------------------------


def crowded(**more: Any) -> City:
    """Four at 0 m to 300 m in one circle, one alone at 1500 m: with a cap of three one of the four may go."""
    rows = [provider(f"P{i}", corner(i)) for i in range(4)] + [provider("P9", corner(15))]
    return small_city(more_providers=rows, **more)


def test_one_is_spared_where_too_many_stand_and_nobody_loses_his_walk() -> None:
    found = asked(crowded(), capped(3), release=1)
    proof = found.certificate
    assert proof is not None
    assert (proof.status, proof.value, proof.verified, len(found.places)) == ("optimal", 0, True, 1)
    assert found.places[0].candidate in {"P0", "P1", "P2", "P3"}
    assert (found.options.present_before, found.options.present_after) == (5, 4)


def test_no_more_are_spared_than_stand_beyond_the_cap() -> None:
    found = asked(crowded(), capped(3), release=2)
    assert found.certificate is not None
    assert (found.certificate.status, found.certificate.blocked_by, found.is_met) == ("infeasible", (RADIUS,), False)


def test_where_nowhere_too_many_stand_nobody_is_spared() -> None:
    found = asked(crowded(), capped(4), release=1)
    assert (found.places, found.is_met) == ((), False)


def test_what_a_release_costs_is_told() -> None:
    """P1 alone reaches the cell at −1000 m; the other two of the circle do not, and one of them is spared instead."""
    rows = [provider("P1", corner(0)), provider("P2", corner(1)), provider("P3", corner(2))]
    found = asked(small_city(more_providers=rows), capped(2), release=1)
    assert found.places[0].candidate in {"P2", "P3"}
    both = asked(small_city(more_providers=rows), capped(1), release=2)
    assert (both.options.covered_before, both.options.covered_after) == (500, 500)
    assert {place.candidate for place in both.places} == {"P2", "P3"}


# --- candidates ---------------------------------------------------------------------------------------------------------


def test_applications_are_candidates_and_those_that_other_gates_refuse_are_counted(jinan: Plan) -> None:
    apps = [application("B1", corner(5)), application("B2", corner(-12)), application("B3", None), application("B4", corner(6), opened_on="2026-08-15")]
    found = asked(small_city(applications=apps), jinan, add=4, candidates="applications")
    assert [(place.candidate, place.gain) for place in found.places] == [("B1", 5400), ("B2", 200)]
    reasons = {item.reason.en: item.count for item in found.options.left_out}
    assert reasons["the application has no coordinates"] == 1
    assert any("refused by" in reason for reason in reasons)


def test_listed_points_are_candidates_by_their_names(jinan: Plan) -> None:
    found = asked(small_city(), jinan, add=1, candidates=named(("west", -10, 0), ("east", 5, 0), ("edge", 16, 2)))
    assert (found.places[0].candidate, found.options.candidates_from) == ("east", "file")


def test_a_point_that_reaches_nobody_new_is_counted(jinan: Plan) -> None:
    points = [("far", *away(3000, 0)), *named(("east", 5, 0))]
    found = asked(small_city(), jinan, add=2, candidates=points)
    assert [(item.count, item.reason.en) for item in found.options.left_out] == [(1, "nobody without one is within the walk")]


# --- whose number counts ------------------------------------------------------------------------------------------------


def residents(unit: str, persons: int) -> dict[str, Any]:
    return {"unit": unit, "year": 2025, "age_band": "all", "persons": persons}


def test_insured_persons_are_estimated_by_district_and_it_is_said(jinan: Plan) -> None:
    """Five million insured of four million residents in the east, four of eight in the west: ratios 1.25 and 0.5."""
    city = small_city(residents=[residents(EAST, 4_000_000), residents(WEST, 8_000_000)])
    found = asked(city, jinan, add=1, people="insured").options
    assert found.persons is not None
    assert (found.basis, found.persons.is_estimate) == ("insured", True)
    assert {row["unit"]: row["ratio"] for row in found.persons.inputs} == {EAST: Decimal("1.25"), WEST: Decimal("0.5")}
    # Cells −1500, −1000 and −500 m lie in the west: 3 × 50; those from 0 m on in the east: (300 + 5000) × 1.25.
    assert (found.considered, found.places[0].gain) == (150 + 6625, 50 + 6625)


@pytest.mark.parametrize("change", [{"residents": []}, {"insured": None, "residents": [residents(EAST, 1), residents(WEST, 1)]}])
def test_without_either_number_nobody_is_estimated(change: dict[str, Any], jinan: Plan) -> None:
    rows = {name: rows for name, rows in change.items() if rows != []}
    found = asked(small_city(**rows), jinan, add=1, people="insured")
    assert (found.places, found.certificate, found.is_met) == ((), None, False)
    assert found.options.reason is not None


def test_whom_the_grid_counts_needs_no_estimate(jinan: Plan) -> None:
    found = asked(small_city(), jinan, add=1, people="residents").options
    assert found.persons is not None
    assert (found.basis, found.persons.is_estimate, found.places[0].gain) == ("resident", False, 5400)


def test_residents_cannot_be_had_from_a_grid_of_insured_persons(jinan: Plan) -> None:
    city = small_city(population=[{**row, "basis": "insured"} for row in default_cells()])
    assert asked(city, jinan, add=1).options.basis == "insured"
    found = asked(city, jinan, add=1, people="residents")
    assert found.options.reason is not None
    assert "residents" in found.options.reason.en


# --- what is missing, what makes no sense -------------------------------------------------------------------------------


@pytest.mark.parametrize(("changes", "word"), [
    ({"population": None}, "population"), ({"network_nodes": None, "network_edges": None, "extent": None}, "streets"), ({"extent": None}, "extent"),
])
def test_without_people_or_streets_there_is_a_reason_and_no_place(changes: Any, word: str, jinan: Plan) -> None:
    found = asked(small_city(**changes), jinan, cover=0.9)
    assert (found.places, found.certificate, found.is_met) == ((), None, False)
    assert found.options.reason is not None
    assert word in found.options.reason.en


def test_a_class_whose_coverage_the_plan_does_not_measure_is_not_sited(jinan: Plan) -> None:
    assert site(small_city(), jinan, "inpatient", add=1, on=DAY).options.reason is not None


@pytest.mark.parametrize(("question", "said"), [
    ({"add": 1, "cover": 0.9}, "one thing at a time"), ({"add": -1}, "zero or more"), ({"release": -1}, "zero or more"), ({"cover": 0}, "above 0"),
    ({"cover": 1.01}, "at most 1"), ({"cover": "most"}, "at most 1"), ({"people": "all"}, "insured or residents"), ({"kind": "shop"}, "kind shop"),
    ({"level": "top"}, "level top"), ({"candidates": "parks"}, "candidates"), ({"add": 1, "seconds": 1.0}, "clock"), ({"add": 1, "gap": 1.5}, "gap"),
])
def test_a_question_that_makes_no_sense_is_refused_in_a_sentence(question: dict[str, Any], said: str, jinan: Plan) -> None:
    with pytest.raises(ValueError, match=said):
        asked(small_city(), jinan, **question)


def test_an_unknown_class_is_refused(jinan: Plan) -> None:
    with pytest.raises(ValueError, match="provider_class shop"):
        site(small_city(), jinan, "shop", add=1)


def test_ten_places_are_asked_for_when_nothing_is_said(jinan: Plan) -> None:
    assert asked(small_city(), jinan).options.asked == 10


# --- the same every time, and looked at twice ---------------------------------------------------------------------------


def test_the_same_question_gives_the_same_bytes(jinan: Plan) -> None:
    first, second = (canonical.dumps(asked(small_city(), jinan, add=3).as_json()) for _ in range(2))
    assert first == second


def test_the_order_of_rows_does_not_matter(jinan: Plan) -> None:
    rows = [provider("P1", corner(-10)), pharmacy("P2", 1500)]
    there, back = (small_city(more_providers=r, population=c) for r, c in ((rows, default_cells()), (rows[::-1], default_cells()[::-1])))
    assert asked(there, jinan, add=2).places == asked(back, jinan, add=2).places


def test_a_second_look_that_does_not_agree_is_told(monkeypatch: pytest.MonkeyPatch, jinan: Plan) -> None:
    from dingdian.loop.site import verify

    monkeypatch.setattr(verify, "walked", lambda ground, demand, node, offset: demand.covered)
    found = asked(small_city(), jinan, add=1)
    assert found.certificate is not None
    assert (found.certificate.verified, found.is_met) == (False, False)


def test_the_clock_is_the_callers_and_only_then_seconds_are_told(jinan: Plan) -> None:
    ticks = iter(range(1000))
    found = asked(small_city(), jinan, add=1, clock=lambda: float(next(ticks)))
    assert found.certificate is not None
    assert found.certificate.seconds is not None
    assert found.certificate.seconds > 0


def test_the_published_shape(jinan: Plan) -> None:
    said = json.loads(canonical.dumps(asked(small_city(), jinan, add=1).as_json()))
    assert {"plan", "city", "as_of", "notes", "provider_class", "mode", "asked", "places", "covered_before", "covered_after", "considered", "people",
            "basis", "method", "reason", "walk_m", "present_before", "present_after", "candidates", "candidates_from", "left_out", "limits",
            "not_modelled", "certificate", "persons", "readings", "competitions"} == said.keys()
    assert {"counts", "value", "bound", "gap", "status", "seconds", "verified", "blocked_by", "sentence"} == said["certificate"].keys()
    assert {"rank", "lon", "lat", "district", "district_name", "gain", "saturation_after", "cap", "sentence", "covered_after", "candidate",
            "limits"} == said["places"][0].keys()


def test_cells_on_the_limit_of_the_walk_are_within_it(jinan: Plan) -> None:
    """The cell's centre stands on a street node; 1035 m are ten streets and 35 m more."""
    at, beyond = away(1035), away(1035.1)
    for place, covered in ((at, 100), (beyond, 0)):
        city = small_city(population=[cell("A", corner(0), 100), cell("B", corner(16), 1)], more_providers=[provider("P", place)])
        facts = ground(city, jinan, DAY)
        coverage = next(p for p in jinan.provisions if isinstance(p, Coverage) and "pharmacy" in p.counts)
        found = demand(facts, coverage, Ask(provider_class="pharmacy", mode=ADD, asked=1))
        assert not hasattr(found, "zh")
        assert found.people(found.covered) - (1 if found.covered[1] else 0) == covered  # type: ignore[union-attr]


# --- the demo, counted by other means -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo() -> Demo:
    return Demo()


@pytest.fixture(scope="module")
def ninety_five(demo_city: City, jinan: Plan, judged_on: date) -> Sited:
    return site(demo_city, jinan, cover="0.90", on=judged_on, gap=0.02)


def test_the_share_is_reached_by_an_independent_walk(ninety_five: Sited, demo: Demo) -> None:
    cells, doors = demo.walkable_cells, demo.pharmacies
    persons = cells["persons"].to_numpy()
    lon = [*doors["lon"], *(place.lon for place in ninety_five.places)]
    lat = [*doors["lat"], *(place.lat for place in ninety_five.places)]
    import numpy as np

    covered = demo.covered(np.array(lon), np.array(lat))
    assert persons[covered].sum() == ninety_five.options.covered_after
    assert persons[covered].sum() >= 0.90 * persons.sum()


def test_every_circle_of_the_demo_keeps_its_cap(ninety_five: Sited, demo: Demo) -> None:
    for place in ninety_five.places:
        new = sum(bool(decimetres(place.lon, place.lat, o.lon, o.lat) <= RADIUS_DM) for o in ninety_five.places)
        assert int(demo.within(place.lon, place.lat, demo.pharmacies)[0]) + new <= int(demo.cap([place.lon], [place.lat])[0])


def test_the_demo_needs_hardly_fewer_than_are_named(ninety_five: Sited) -> None:
    proof = ninety_five.certificate
    assert proof is not None
    assert proof.verified
    assert proof.value is not None
    assert proof.bound is not None
    assert 0 <= proof.value - proof.bound <= max(2, proof.value * Decimal("0.03"))


def test_a_run_and_a_site_of_ten_ask_the_same_question(demo_city: City, jinan: Plan, judged_on: date) -> None:
    from dingdian.loop.justify import justify

    in_run = justify(demo_city, jinan, judged_on)
    alone = options(demo_city, jinan, judged_on, Ask(provider_class="pharmacy", mode=ADD, asked=10, kind="pharmacy", gap=0.002))
    assert attrs.evolve(in_run, competitions=()) == alone
