"""At most so many pharmacies within 800 m: the radius, the caps, the density class, doubt, and whose circle counts."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from itertools import pairwise
from typing import Any

import pytest
from attrs import evolve

from dingdian.loop.cases import case_of
from dingdian.provisions.fields import FieldError, specs
from dingdian.provisions.kinds.radius_cap import RadiusCap
from provisions.judging import changed, judge, lacking, measured
from small_city import (
    AREA,
    DAY,
    EAST,
    META,
    ORIGIN,
    WEST,
    ZONE,
    application,
    away,
    box,
    cell,
    corner,
    fact,
    pharmacy,
    provider,
    small_city,
)

RADIUS = "pharmacy-radius"
OTHER, DENSE = fact("A1", "density", "other"), fact("A1", "density", "dense")
EXACT, BAND = {"AMB-10-DOUBT": "exact"}, {"AMB-10-DOUBT": "band"}
EVERY = {"AMB-10": "every_circle"}


def city_with(*metres: float, density: Any = OTHER, **changes: Any) -> Any:
    """A city with pharmacies at these distances from the applicant, in different directions."""
    places = [pharmacy(f"P{i}", distance, 40.0 * i) for i, distance in enumerate(metres)]
    return small_city(more_providers=places, more_facts=[density] if density else [], **changes)


# --- the radius ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("metres", "counted"), [(799.9, 1), (800.0, 1), (800.1, 0), (800.04, 1), (800.06, 0)])
@pytest.mark.parametrize("azimuth", [0.0, 57.0, 90.0, 213.0])
def test_the_radius_itself_is_inside(metres: float, counted: int, azimuth: float) -> None:
    city = small_city(more_providers=[pharmacy("P1", metres, azimuth)], more_facts=[OTHER])
    said = judge(city, RADIUS)
    assert said.evidence["counted"] == counted
    assert said.value == counted + 1


@pytest.mark.parametrize(("metres", "status"), [(799.9, "fails"), (800.0, "fails"), (800.1, "holds")])
def test_the_third_outside_dense_areas_is_refused_only_when_the_second_neighbour_is_inside(metres: float, status: str) -> None:
    assert judge(city_with(300, metres), RADIUS).status == status


@pytest.mark.parametrize("radius", ["799.9", "800", "1000"])
def test_the_radius_is_the_plans_own(radius: str) -> None:
    plan = changed(RADIUS, radius_m=Decimal(radius))
    said = judge(city_with(800.0), RADIUS, plan=plan)
    assert said.evidence["counted"] == (0 if radius == "799.9" else 1)


# --- the caps --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("density", "neighbours", "status"), [
    (OTHER, 0, "holds"), (OTHER, 1, "holds"), (OTHER, 2, "fails"), (OTHER, 3, "fails"),
    (DENSE, 1, "holds"), (DENSE, 2, "holds"), (DENSE, 3, "fails"), (DENSE, 4, "fails"),
])
def test_the_applicant_counts_towards_the_cap_of_its_density_class(density: Any, neighbours: int, status: str) -> None:
    said = judge(city_with(*[500 + i for i in range(neighbours)], density=density), RADIUS)
    assert said.status == status
    assert (said.value, said.threshold) == (neighbours + 1, 3 if density is DENSE else 2)
    assert said.margin == said.threshold - said.value


def test_only_designated_pharmacies_fill_the_circle() -> None:
    others = [
        pharmacy("N1", 100, status="undesignated"), pharmacy("N2", 110, status="terminated"),
        provider("N3", away(120), kind="clinic", provider_class="outpatient_pooling", level="ungraded"),
    ]
    assert judge(small_city(more_providers=others, more_facts=[OTHER]), RADIUS).evidence["counted"] == 0


@pytest.mark.parametrize("status", ["designated", "coaching", "trial", "suspended"])
def test_a_suspended_or_trial_agreement_still_holds_its_place(status: str) -> None:
    assert judge(small_city(more_providers=[pharmacy("P1", 100, status=status)], more_facts=[OTHER]), RADIUS).value == 2


def test_a_mover_is_not_counted_against_itself() -> None:
    moving = application(action="relocate", provider="P1", unit=EAST)
    city = small_city(more_providers=[pharmacy("P1", 300), pharmacy("P2", 400, 200)], more_facts=[OTHER], applications=[moving])
    assert judge(city, RADIUS).value == 2


# --- the density class -----------------------------------------------------------------------------------------------


def test_the_published_class_goes_before_the_modelled_cell() -> None:
    dense_cell = [cell("C0", ORIGIN, 9000), *[cell(f"C{i}", corner(5 * i), 10) for i in range(1, 10)]]
    city = small_city(population=dense_cell, more_facts=[OTHER], more_providers=[pharmacy("P1", 100), pharmacy("P2", 110)])
    said = judge(city, RADIUS)
    assert (said.status, said.threshold) == ("fails", 2)
    assert said.evidence["density"]["source"] == "测试"


@pytest.mark.parametrize(("persons", "name", "cap"), [(279.9, "other", 2), (280, "dense", 3), (280.1, "dense", 3)])
def test_a_cell_on_the_90th_percentile_is_dense(persons: float, name: str, cap: int) -> None:
    """Of 21 cells the third largest is the percentile: 280 persons on a quarter of a km², 1120 per km²."""
    crowded = [1000] if persons > 280 else [1000, 1000]
    others = [280, *crowded, *[10] * (19 - len(crowded))]
    cells = [cell("C0", ORIGIN, persons), *[cell(f"L{i}", corner(5 * i, 10), n) for i, n in enumerate(others)]]
    said = judge(small_city(population=cells), RADIUS)
    assert len(cells) == 21
    assert said.evidence["density"]["threshold_per_km2"] == 1120
    assert (said.evidence["density"]["class"], said.threshold) == (name, cap)


def test_a_higher_percentile_makes_a_dense_place_another_one() -> None:
    """Twenty cells, the two largest 300 and 400: the 90th percentile lies below 300, the 95th above it."""
    cells = [cell("C0", ORIGIN, 300), cell("C1", corner(15), 400), *[cell(f"L{i}", corner(5 * i, 10), 10) for i in range(18)]]
    city = small_city(population=cells, more_providers=[pharmacy("P1", 100), pharmacy("P2", 110)])
    assert judge(city, RADIUS).status == "holds"
    other = judge(city, RADIUS, readings={"AMB-09": "high_percentile"})
    assert (other.status, other.readings["AMB-09"]) == ("fails", "high_percentile")


def test_a_place_outside_every_cell_is_not_dense() -> None:
    said = judge(small_city(applications=[application(place=away(9000, 200))]), RADIUS)
    assert said.evidence["density"]["persons_per_km2"] == 0
    assert said.threshold == 2


@pytest.mark.parametrize(("neighbours", "status"), [(0, "holds"), (1, "holds"), (2, "undetermined"), (3, "fails")])
@pytest.mark.parametrize("without", ["grid", "cell_side"])
def test_an_unknown_density_class_matters_only_between_the_caps(neighbours: int, status: str, without: str) -> None:
    import attrs

    changes: Any = {"population": None} if without == "grid" else {"meta": attrs.evolve(META, population_cell_m=None)}
    said = judge(city_with(*[500 + i for i in range(neighbours)], density=None, **changes), RADIUS)
    assert (said.status, said.threshold) == (status, 2)
    if status == "undetermined":
        assert ("facts", "density") in lacking(said)


def test_what_is_published_of_the_old_place_says_nothing_of_the_new_one() -> None:
    moving = application(action="relocate", provider="P1")
    city = small_city(more_providers=[pharmacy("P1", 5000)], applications=[moving], more_facts=[fact("P1", "density", "dense")])
    assert judge(city, RADIUS).evidence["density"]["source"] == "population"


# --- doubt -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("metres", "status"), [
    (779.9, "fails"), (780.0, "fails"), (780.1, "undetermined"), (800.0, "undetermined"), (820.0, "undetermined"),
    (820.1, "holds"),
])
def test_a_deciding_distance_within_its_error_is_for_a_person(metres: float, status: str) -> None:
    city = small_city(more_providers=[pharmacy("P1", 100), pharmacy("P2", metres, 200, accuracy_m=15)], more_facts=[OTHER],
                      applications=[application(accuracy_m=5)])
    said = judge(city, RADIUS)
    assert said.status == status
    if status == "undetermined":
        assert lacking(said) == {("providers", "accuracy_m")}


def test_doubt_that_cannot_change_the_count_against_the_cap_does_not_count() -> None:
    one = small_city(more_providers=[pharmacy("P1", 800, accuracy_m=50)], more_facts=[OTHER])
    assert judge(one, RADIUS).status == "holds"
    four = small_city(more_providers=[pharmacy("P1", 100), pharmacy("P2", 110), pharmacy("P3", 800, accuracy_m=50)],
                      more_facts=[OTHER])
    assert judge(four, RADIUS).status == "fails"


@pytest.mark.parametrize(("own", "theirs", "error"), [(None, None, 20), (None, 5, 20), (5, None, 20), (None, 30, 30), (3, 4, 7), (0, 0, 0)])
def test_unstated_errors_are_those_of_the_reading(own: Any, theirs: Any, error: int) -> None:
    city = small_city(more_providers=[pharmacy("P1", 790, accuracy_m=theirs)], applications=[application(accuracy_m=own)])
    assert judge(city, RADIUS).evidence["neighbours"][0]["error_m"] == error


def test_points_taken_as_exact_leave_no_doubt() -> None:
    city = small_city(more_providers=[pharmacy("P1", 100), pharmacy("P2", 810, 200, accuracy_m=50)], more_facts=[OTHER])
    assert judge(city, RADIUS).status == "undetermined"
    assert judge(city, RADIUS, readings=EXACT).status == "holds"


@pytest.mark.parametrize("accuracy", [99, 150, 400])
def test_a_large_error_is_looked_for_beyond_the_radius(accuracy: int) -> None:
    """A neighbour far outside may still be inside, when its own coordinates are that uncertain."""
    far = pharmacy("P2", 800 + accuracy - 1, 200, accuracy_m=accuracy)
    said = judge(small_city(more_providers=[pharmacy("P1", 100), far], more_facts=[OTHER]), RADIUS)
    assert said.status == "undetermined"
    assert said.evidence["counted_possibly"] == 2


@pytest.mark.parametrize(("frame", "thousandths"), [("wgs84", 0), ("cgcs2000", 0), ("gcj02", 8), ("bd09", 24)])
@pytest.mark.parametrize("metres", [760.0, 775.0, 795.0, 812.0, 823.0, 840.0])
def test_an_encrypted_frame_adds_its_stretch_to_the_doubt(frame: str, thousandths: int, metres: float) -> None:
    city = small_city(meta=evolve(META, frame=frame), more_facts=[OTHER], applications=[application(accuracy_m=5)],
                      more_providers=[pharmacy("P1", 100), pharmacy("P2", metres, 200, accuracy_m=15)])
    said = judge(city, RADIUS)
    rows = {row["provider"]: row for row in said.evidence["neighbours"]}
    if "P2" in rows:
        distance = rows["P2"]["distance_m"]
        error = 20 + (distance * thousandths / 1000).quantize(Decimal("0.1"), rounding=ROUND_CEILING)
        assert rows["P2"]["error_m"] == error
        assert said.status == ("fails" if distance + error <= 800 else "undetermined")
    else:
        assert said.status == "holds"


def test_what_an_encrypted_frame_may_hide_is_looked_for_beyond_the_error_of_the_points() -> None:
    """825 m and 20 m of stated error: outside on a true map, in doubt on one that may squeeze 800 m by 6 m."""
    city = {frame: small_city(meta=evolve(META, frame=frame), more_facts=[OTHER], applications=[application(accuracy_m=5)],
                              more_providers=[pharmacy("P1", 100), pharmacy("P2", 825, 200, accuracy_m=15)]) for frame in ("wgs84", "bd09")}
    assert judge(city["wgs84"], RADIUS).status == "holds"
    assert judge(city["bd09"], RADIUS).status == "undetermined"


# --- how the radius is measured -------------------------------------------------------------------------------------------


WIDE = box(116.9, 36.6, 117.1, 36.7)


@pytest.mark.parametrize(("north", "inside"), [(49.9, 1), (50.0, 1), (50.1, 0)])
def test_walking_goes_along_the_streets_and_on_to_the_door(north: float, inside: int) -> None:
    """Seven blocks east, two north, then to a door north of the last street: 900 m and so many more against 950."""
    city = small_city(more_providers=[provider("P1", away(north, 0.0, corner(7, 2)))], extent=WIDE)
    said = judge(city, RADIUS, plan=changed(RADIUS, radius_m=Decimal(950)), readings={"AMB-07": "walking"})
    assert (said.evidence["distance"], said.evidence["counted"]) == ("walking", inside)


@pytest.mark.parametrize(("south", "inside"), [(9.9, 1), (10.0, 1), (10.1, 0)])
def test_the_metres_from_the_applicants_door_to_the_street_belong_to_the_walk(south: float, inside: int) -> None:
    """From south of the southernmost street: those metres, four blocks north, seven east, 40 m to the door; 1150 in all."""
    city = small_city(more_providers=[provider("P1", away(40.0, 0.0, corner(7, 2)))], extent=WIDE,
                      applications=[application(place=away(south, 180.0, corner(0, -2)))])
    said = judge(city, RADIUS, plan=changed(RADIUS, radius_m=Decimal(1150)), readings={"AMB-07": "walking"})
    assert said.evidence["counted"] == inside


def test_walking_where_no_street_reaches_is_undetermined() -> None:
    off = small_city(applications=[application(place=away(9000, 0))])
    assert lacking(judge(off, RADIUS, readings={"AMB-07": "walking"})) == {("network_edges", "length_m")}
    none = small_city(network_nodes=None, network_edges=None, extent=None)
    assert lacking(judge(none, RADIUS, readings={"AMB-07": "walking"})) == {("network_edges", "length_m")}
    assert judge(none, RADIUS).status == "holds"  # a straight line needs no street


# --- whose circle ----------------------------------------------------------------------------------------------------


def chain(*metres: float) -> list[Any]:
    """Pharmacies on one line east of the applicant."""
    return [pharmacy(f"P{i}", distance) for i, distance in enumerate(metres)]


def test_an_existing_circle_may_come_to_exceed_its_cap_although_the_applicants_does_not() -> None:
    """P0 at 700 m has P1 at 1400 m: with the applicant three in P0's circle, two in the applicant's."""
    city = small_city(more_providers=chain(700, 1400), more_facts=[OTHER, fact("P0", "density", "other")])
    default = judge(city, RADIUS)
    assert (default.status, default.evidence["circles_over_cap_after"]) == ("holds", ["P0"])
    said = judge(city, RADIUS, readings=EVERY)
    assert (said.status, said.value, said.threshold, said.margin) == ("fails", 3, 2, -1)
    assert "机构P0" in said.sentence.zh
    assert said.readings["AMB-10"] == "every_circle"


@pytest.mark.parametrize(("accuracy", "status"), [(0, "fails"), (150, "undetermined")])
def test_a_neighbour_that_may_be_outside_leaves_its_circle_in_doubt(accuracy: int, status: str) -> None:
    near = pharmacy("P0", 700, accuracy_m=accuracy)
    city = small_city(more_providers=[near, pharmacy("P1", 1400)], more_facts=[OTHER, fact("P0", "density", "other")])
    assert judge(city, RADIUS, readings=EVERY).status == status


def test_applications_admitted_before_fill_circles_too() -> None:
    """One pharmacy between two applications 1400 m apart: its circle holds two, a third is too many."""
    apps = [application(), application("A2", away(1400))]
    city = small_city(more_providers=chain(700), applications=apps, more_facts=[
        OTHER, fact("A2", "density", "other"), fact("P0", "density", "other")])
    first = case_of(city, "A1", DAY)
    assert judge(city, RADIUS, "A2", readings=EVERY).status == "holds"
    assert judge(city, RADIUS, "A2", admitted=(first,)).status == "holds"
    said = judge(city, RADIUS, "A2", readings=EVERY, admitted=(first,))
    assert (said.status, said.value) == ("fails", 3)


def test_the_circle_of_an_admitted_application_counts_like_any_other() -> None:
    apps = [application(), application("A2", away(700))]
    city = small_city(more_providers=[pharmacy("P0", 700, 270)], applications=apps,
                      more_facts=[OTHER, fact("A2", "density", "other")])
    first = case_of(city, "A1", DAY)
    assert judge(city, RADIUS, "A2", admitted=(first,)).status == "holds"
    assert judge(city, RADIUS, "A2", readings=EVERY, admitted=(first,)).status == "fails"


def test_admitted_applications_count_within_the_radius() -> None:
    apps = [application(), application("A2", away(800.0)), application("A3", away(800.1, 10))]
    city = small_city(applications=apps, more_facts=[OTHER])
    others = tuple(case_of(city, code, DAY) for code in ("A2", "A3"))
    assert judge(city, RADIUS, admitted=others).value == 2


# --- missing, and what would change -------------------------------------------------------------------------------------


def test_without_coordinates_nobody_can_tell() -> None:
    said = judge(small_city(applications=[application(place=None)]), RADIUS)
    assert lacking(said) == {("applications", "lon")}


def test_a_pharmacy_near_but_without_coordinates_is_not_invented_a_place() -> None:
    said = judge(small_city(more_providers=[provider("P1", None)], more_facts=[OTHER]), RADIUS)
    assert said.value == 1


def test_what_would_change_names_the_neighbour_whose_leaving_helps() -> None:
    said = judge(city_with(300, 500, 750), RADIUS)  # four in all, two too many
    assert said.margin == -2
    assert "机构P1" in said.would_change[0].zh
    assert "300" in said.would_change[0].en


def test_nothing_would_change_what_holds() -> None:
    assert judge(city_with(300), RADIUS).would_change == ()


def test_the_sentence_states_radius_count_and_cap() -> None:
    said = judge(city_with(300, 400), RADIUS)
    for text in (said.sentence.zh, said.sentence.en):
        assert all(number in text for number in ("800", "3", "2"))


# --- the measure -----------------------------------------------------------------------------------------------------


def test_saturated_circles_are_counted_by_district() -> None:
    """Four within one radius of each other in the east, one alone in the west: four circles over the cap of 2."""
    crowd = [pharmacy(f"P{i}", 5000 + 100 * i) for i in range(4)]
    alone = pharmacy("W1", 8000, 270, unit=WEST)
    rows = {row.unit: row for row in measured(small_city(more_providers=[*crowd, alone]), RADIUS)}
    assert {unit: row.supply for unit, row in rows.items()} == {AREA: 4, WEST: 0, EAST: 4, ZONE: 0}
    assert {row.need_high for row in rows.values()} == {0}
    assert rows[EAST].gap == 4


def test_a_circle_at_its_cap_is_not_saturated() -> None:
    rows = measured(small_city(more_providers=[pharmacy("P1", 5000), pharmacy("P2", 5800)]), RADIUS)
    assert rows[0].supply == 0


def test_without_a_grid_circles_that_fit_every_cap_are_known_to_fit() -> None:
    rows = measured(small_city(more_providers=[pharmacy("P1", 100)], population=None), RADIUS)
    assert (rows[0].status, rows[0].supply) == ("measured", 0)


def test_without_a_grid_the_count_of_saturated_circles_is_unknown_where_the_caps_disagree() -> None:
    three = [pharmacy(f"P{i}", 100 + i) for i in range(3)]
    rows = measured(small_city(more_providers=three, population=None), RADIUS)
    assert rows[0].status == "undetermined"
    assert rows[0].reason is not None


# --- laws ------------------------------------------------------------------------------------------------------------


def test_one_more_pharmacy_inside_never_helps() -> None:
    order = ["holds", "undetermined", "fails"]
    ranks = [order.index(judge(city_with(*[790 - i for i in range(n)], density=None, population=None), RADIUS).status)
             for n in range(5)]
    assert all(a <= b for a, b in pairwise(ranks))


def test_the_order_of_the_rows_changes_nothing() -> None:
    rows = [pharmacy(f"P{i}", 300 + 50 * i, 30 * i) for i in range(6)]
    one = judge(small_city(more_providers=rows, more_facts=[OTHER]), RADIUS)
    two = judge(small_city(more_providers=rows[::-1], more_facts=[OTHER]), RADIUS)
    assert one == two


def test_the_density_published_of_a_cell_holds_for_the_places_in_it() -> None:
    cell = {"cell": "here", "lon": ORIGIN[0], "lat": ORIGIN[1], "persons": 10, "basis": "resident"}
    for published, cap in (("dense", 3), ("other", 2)):
        said = judge(small_city(population=[cell], more_facts=[fact("here", "density", published)]), RADIUS)
        assert said.threshold == cap


def test_pharmacies_without_coordinates_are_not_counted_and_said() -> None:
    said = judge(small_city(more_providers=[{**pharmacy("P9", 100), "lon": None, "lat": None}]), RADIUS)
    assert said.evidence["without_coordinates_in_district"] == 1
    assert "没有坐标" in said.sentence.zh


def test_a_district_that_the_grid_does_not_cover_has_no_density() -> None:
    elsewhere = {"cell": "far", "lon": ORIGIN[0] + 3, "lat": ORIGIN[1], "persons": 9000, "basis": "resident"}
    crowded = [pharmacy(f"P{i}", 100 + i) for i in range(2)]
    said = judge(small_city(population=[elsewhere], more_providers=crowded), RADIUS)
    assert said.status == "undetermined"
    assert said.evidence["density"]["class"] is None


@pytest.mark.parametrize(("radius", "right"), [("0", False), ("0.9", False), ("1", True), ("100000", True), ("100000.1", False)])
def test_a_radius_of_nothing_or_wider_than_any_area_is_refused_when_the_plan_is_read(radius: str, right: bool) -> None:
    parse = specs(RadiusCap)["radius_m"][0].parse
    if right:
        assert parse(Decimal(radius)) == Decimal(radius)
    else:
        with pytest.raises(FieldError, match=r"below 1|above 100000"):
            parse(Decimal(radius))
