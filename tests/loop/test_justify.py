"""Where one more pharmacy helps most: caps kept, gains real, the same every time; and who competes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from dingdian.city.model import City
from dingdian.loop.cases import case_of
from dingdian.loop.decide import check
from dingdian.loop.justify import compete, justify
from dingdian.loop.results import Options
from dingdian.plans.model import Plan
from loop.asking import changed
from loop.independent import RADIUS_DM, WALK_DM, Demo, decimetres
from small_city import (
    DAY,
    ORIGIN,
    application,
    away,
    cell,
    corner,
    fact,
    pharmacy,
    provider,
    small_city,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo() -> Demo:
    return Demo()


@pytest.fixture(scope="module")
def options(demo_city: City, jinan: Plan, judged_on: date) -> Options:
    return justify(demo_city, jinan, judged_on)


def near_each_other(options: Options, place: Any, upto: int) -> int:
    """Chosen places up to a rank that lie within 800 m of one of them, itself included."""
    return sum(bool(decimetres(place.lon, place.lat, other.lon, other.lat) <= RADIUS_DM) for other in options.places[:upto])


# --- the demo --------------------------------------------------------------------------------------------------------


def test_ten_places_are_found_in_order_of_gain(options: Options) -> None:
    assert [place.rank for place in options.places] == list(range(1, 11))
    gains = [place.gain for place in options.places]
    assert gains == sorted(gains, reverse=True)
    assert gains[-1] > 0


def test_no_circle_of_a_new_place_holds_more_than_its_cap(options: Options, demo: Demo) -> None:
    for place in options.places:
        existing = int(demo.within(place.lon, place.lat, demo.pharmacies)[0])
        assert existing + near_each_other(options, place, len(options.places)) <= int(demo.cap([place.lon], [place.lat])[0])
        assert place.cap == int(demo.cap([place.lon], [place.lat])[0])


def test_the_stated_saturation_is_those_on_file_and_the_places_so_far_itself_included(options: Options, demo: Demo) -> None:
    for place in options.places:
        existing = int(demo.within(place.lon, place.lat, demo.pharmacies)[0])
        assert place.saturation_after == existing + near_each_other(options, place, place.rank) >= 1


def test_each_gain_is_the_people_newly_within_a_walk(options: Options, demo: Demo) -> None:
    cells, doors = demo.walkable_cells, demo.pharmacies
    persons = cells["persons"].to_numpy()
    lon, lat = doors["lon"].to_numpy(), doors["lat"].to_numpy()
    before = covered = demo.covered(lon, lat)
    assert options.covered_before == persons[before].sum()
    for place in options.places:
        after = covered | demo.covered(np.array([place.lon]), np.array([place.lat]))
        assert place.gain == persons[after].sum() - persons[covered].sum(), place.rank
        covered = after
    assert options.covered_after == persons[covered].sum()


def test_of_whom_it_speaks_is_stated(options: Options, demo: Demo) -> None:
    assert options.considered == demo.walkable_cells["persons"].sum()
    assert options.people == demo.tables["population"]["persons"].sum()
    assert options.basis == "resident"


def test_cells_without_anyone_in_reach_are_listed(options: Options, demo: Demo) -> None:
    doors = demo.pharmacies
    left = demo.walkable_cells["cell"][~demo.covered(doors["lon"], doors["lat"])]
    assert options.uncovered == tuple(sorted(left))


def test_places_are_street_nodes(options: Options, demo: Demo) -> None:
    nodes = demo.tables["network_nodes"].iloc[demo.main_nodes]
    there = set(zip(nodes["lon"], nodes["lat"]))
    assert all((place.lon, place.lat) in there for place in options.places)


def test_a_place_names_the_district_around_it(options: Options, demo: Demo) -> None:
    import shapely

    for place in options.places:
        if place.district:
            assert shapely.intersects_xy(demo.polygons[place.district], place.lon, place.lat)


def test_asking_again_gives_the_same_places(options: Options, demo_city: City, jinan: Plan, judged_on: date) -> None:
    assert justify(demo_city, jinan, judged_on) == options


def test_fewer_places_are_the_first_of_more(options: Options, demo_city: City, jinan: Plan, judged_on: date) -> None:
    few = justify(demo_city, jinan, judged_on, places=3)
    assert few.places == options.places[:3]


def test_no_street_node_with_room_would_add_more_than_the_first_place(options: Options, demo: Demo) -> None:
    """Every node of the main streets is tried: its room by brute force, its gain by a walk of its own."""
    cells, doors = demo.walkable_cells, demo.pharmacies
    covered = demo.covered(doors["lon"].to_numpy(), doors["lat"].to_numpy())
    nodes = demo.tables["network_nodes"].iloc[demo.main_nodes]
    lon, lat = nodes["lon"].to_numpy(), nodes["lat"].to_numpy()
    room = demo.cap(lon, lat) - demo.within(lon, lat, doors)
    left: dict[int, list[tuple[int, float]]] = {}
    for node, offset, persons, there in zip(cells["node"], cells["offset"], cells["persons"], covered):
        if not there:
            left.setdefault(int(node), []).append((int(offset), float(persons)))
    best = max(_gain(demo, int(n), left) for n, free in zip(demo.main_nodes, room) if free > 0)
    assert options.places[0].gain == best


def _gain(demo: Demo, node: int, left: dict[int, list[tuple[int, float]]]) -> float:
    import heapq

    queue, seen, gain = [(0, node)], set[int](), 0.0
    while queue:
        d, at = heapq.heappop(queue)
        if at in seen:
            continue
        seen.add(at)
        gain += sum(persons for offset, persons in left.get(at, ()) if d + offset <= WALK_DM)
        for other, length in demo.graph[at]:
            if other not in seen and d + length <= WALK_DM:
                heapq.heappush(queue, (d + length, other))
    return gain


# --- the small city --------------------------------------------------------------------------------------------------


def test_without_any_pharmacy_the_first_place_serves_the_most(jinan: Plan) -> None:
    """5000 persons live at 1500 m east; whoever can reach them comes first."""
    found = justify(small_city(), jinan, DAY, places=1)
    place = found.places[0]
    assert place.gain >= 5000
    assert (found.covered_before, found.covered_after, found.considered) == (0, place.gain, 5600)
    assert place.saturation_after == 1


def test_two_places_within_one_radius_of_cap_one_are_one_too_many() -> None:
    """The candidate itself takes the room: a cap of one leaves nothing for a neighbour."""
    plan = changed("pharmacy-radius", radius_m=Decimal(4000), caps={"dense": Decimal(1), "other": Decimal(1)})
    found = justify(small_city(), plan, DAY, places=5)
    assert [place.saturation_after for place in found.places] == [1]


@pytest.mark.parametrize(("existing", "places"), [(0, 2), (1, 1), (2, 0), (3, 0)])
def test_what_is_there_takes_room_too(existing: int, places: int) -> None:
    """All streets lie in one radius of cap two; the shops on file stand off the streets and reach nobody."""
    plan = changed("pharmacy-radius", radius_m=Decimal(5000), caps={"dense": Decimal(2), "other": Decimal(2)})
    rows = [pharmacy(f"P{i}", 1000 + i, 0.0) for i in range(existing)]
    west_and_east = [cell("W", corner(-15), 100), cell("E", corner(15), 100)]
    found = justify(small_city(more_providers=rows, population=west_and_east), plan, DAY, places=5)
    assert len(found.places) == places


def test_a_place_that_would_add_nobody_is_not_named(jinan: Plan) -> None:
    everywhere = [provider(f"P{i}", corner(5 * i)) for i in range(-3, 4)]
    found = justify(small_city(more_providers=everywhere), jinan, DAY)
    assert found.places == ()
    assert found.covered_before == found.covered_after == found.considered


def test_without_a_cap_in_the_plan_any_place_may_be_named(jinan: Plan) -> None:
    import attrs

    plan = attrs.evolve(jinan, provisions=tuple(p for p in jinan.provisions if p.id != "pharmacy-radius"), sha256="no cap")
    found = justify(small_city(), plan, DAY, places=3)
    assert found.covered_after == 5600
    assert found.places[0].cap == 0


@pytest.mark.parametrize(("changes", "word"), [
    ({"population": None}, "population"), ({"network_nodes": None, "network_edges": None, "extent": None}, "路网"), ({"extent": None}, "路网"),
])
def test_without_people_or_streets_no_place_is_named(changes: Any, word: str, jinan: Plan) -> None:
    found = justify(small_city(**changes), jinan, DAY)
    assert (found.places, found.covered_before) == ((), None)
    assert found.reason is not None
    assert word in found.reason.zh


def test_a_class_whose_coverage_the_plan_does_not_measure_is_not_sited(jinan: Plan) -> None:
    found = justify(small_city(), jinan, DAY, provider_class="inpatient")
    assert found.reason is not None


def test_no_places_asked_for_are_no_places(jinan: Plan) -> None:
    assert justify(small_city(), jinan, DAY, places=0).places == ()


# --- competition -----------------------------------------------------------------------------------------------------


def test_rivals_of_the_demo_pass_alone_and_not_together(demo_city: City, jinan: Plan, judged_on: date) -> None:
    cases = tuple(case_of(demo_city, code, judged_on) for code in ("A003", "A010", "A011", "A012"))
    found = compete(demo_city, jinan, judged_on, cases)
    assert [(c.applications, c.provision) for c in found] == [(("A010", "A011"), "pharmacy-radius")]
    by_code = {case.application: case for case in cases}
    for one, other in combinations(by_code, 2):
        together = check(demo_city, jinan, one, on=judged_on, admitted=(by_code[other],)).outcome
        assert (together == "eligible") == ({one, other} != {"A010", "A011"})


def test_three_that_share_one_limit_are_one_group(jinan: Plan) -> None:
    apps = [application(code, away(50.0 * i)) for i, code in enumerate(("B1", "B2", "B3"))]
    city = small_city(applications=apps, more_facts=[fact(code, "density", "other") for code in ("B1", "B2", "B3")])
    cases = tuple(case_of(city, code, DAY) for code in ("B1", "B2", "B3"))
    found = compete(city, jinan, DAY, cases)
    assert [c.applications for c in found] == [("B1", "B2", "B3")]
    assert "B1、B2、B3" in found[0].sentence.zh
    assert found[0].locator == jinan.locator(jinan.provision("pharmacy-radius"))


def test_those_who_fit_together_do_not_compete(jinan: Plan) -> None:
    apps = [application("B1", ORIGIN), application("B2", away(801))]
    city = small_city(applications=apps)
    assert compete(city, jinan, DAY, tuple(case_of(city, code, DAY) for code in ("B1", "B2"))) == ()


def test_one_alone_competes_with_nobody(jinan: Plan) -> None:
    city = small_city()
    assert compete(city, jinan, DAY, (case_of(city, "A1", DAY),)) == ()
