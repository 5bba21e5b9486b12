"""The share of people within a 15-minute walk: who is considered, who is covered, what is not known."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from provisions.judging import changed, judge, measured
from small_city import AREA, EAST, WEST, ZONE, away, box, cell, corner, pharmacy, provider, small_city

COVERAGE = "pharmacy-coverage"


def shares(city: Any, **more: Any) -> dict[str, Any]:
    return {row.unit: row for row in measured(city, COVERAGE, **more)}


def inputs(row: Any) -> dict[str, Any]:
    """What the share of people was taken of."""
    return {item.name: item.value for item in row.inputs if "cells" not in item.name}


def cells_of(row: Any) -> dict[str, Any]:
    """The same by populated cells."""
    return {item.name: item.value for item in row.inputs if "cells" in item.name}


def test_people_by_hand() -> None:
    """A pharmacy at ``ORIGIN`` serves the cells at −500, 0, 500 and −1000, 1000 m; those at ±1500 m are too far.

    Seven cells lie on the streets: 100 persons each, 5000 in the one at 1500 m east; three lie north of them.
    """
    rows = shares(small_city(more_providers=[pharmacy("P1", 0)]))
    assert inputs(rows[AREA]) == {"covered": 500, "considered": 5600, "people": 5900, "walk": 1035}
    assert rows[AREA].supply == Decimal("8.93")
    assert inputs(rows[WEST]) == {"covered": 200, "considered": 300, "people": 400, "walk": 1035}
    assert inputs(rows[EAST]) == {"covered": 300, "considered": 5300, "people": 5500, "walk": 1035}


@pytest.mark.parametrize(("metres", "covered"), [(34.9, 100), (35.0, 100), (35.1, 0)])
def test_the_last_metre_of_the_walk_is_inside(metres: float, covered: int) -> None:
    """One cell at ``ORIGIN``, ten blocks from the corner whose shop stands so many metres off the street."""
    city = small_city(population=[cell("C", corner(0), 100)], more_providers=[provider("P1", away(metres, 0, corner(10)))])
    assert inputs(shares(city)[AREA])["covered"] == covered


@pytest.mark.parametrize(("metres", "covered"), [(34.9, 100), (35.0, 100), (35.1, 0)])
def test_the_metres_from_the_cells_centre_to_its_street_belong_to_the_walk(metres: float, covered: int) -> None:
    city = small_city(population=[cell("C", away(metres, 0, corner(0)), 100)], more_providers=[provider("P1", corner(10))])
    assert inputs(shares(city)[AREA])["covered"] == covered


@pytest.mark.parametrize(("option", "covered"), [("speed", 500), ("slow", 300), ("fast", 500)])
def test_the_speed_is_a_reading(option: str, covered: int) -> None:
    row = shares(small_city(more_providers=[pharmacy("P1", 0)]), readings={"AMB-06": option})[AREA]
    assert (inputs(row)["covered"], row.readings["AMB-06"]) == (covered, option)


def test_people_beyond_the_streets_are_not_considered_unless_a_reading_says_so() -> None:
    """The three cells north lie 1000 m from the shop: 1300 m with the detour factor. One at 700 m is covered: 910 m."""
    north = [cell("N", away(700, 0), 50), cell("F", away(1000, 0), 70), cell("O", corner(0), 100)]
    city = small_city(population=north, more_providers=[pharmacy("P1", 0)])
    default, bent = shares(city)[AREA], shares(city, readings={"WALK-OUTSIDE": "straight_line"})[AREA]
    assert inputs(default) == {"covered": 100, "considered": 100, "people": 220, "walk": 1035}
    assert inputs(bent) == {"covered": 150, "considered": 220, "people": 220, "walk": 1035}


def test_a_cell_inside_the_extent_but_far_from_any_street_is_not_considered() -> None:
    city = small_city(population=[cell("C", corner(0), 10), cell("N", away(701, 0), 90)], extent=box(116.9, 36.6, 117.1, 36.7),
                      more_providers=[pharmacy("P1", 0)])
    assert inputs(shares(city)[AREA])["considered"] == 10


@pytest.mark.parametrize("columns", [{"status": "undesignated"}, {"status": "terminated"}, {"kind": "clinic", "provider_class": "outpatient_pooling"}])
def test_only_designated_providers_of_the_class_serve(columns: Any) -> None:
    row = shares(small_city(more_providers=[provider("P1", corner(0), **columns)]))[AREA]
    assert (row.supply, row.status) == (0, "measured")


def test_a_suspended_pharmacy_still_counts_as_there() -> None:
    assert inputs(shares(small_city(more_providers=[pharmacy("P1", 0, status="suspended")]))[AREA])["covered"] == 500


def test_a_pharmacy_without_coordinates_serves_nobody() -> None:
    assert shares(small_city(more_providers=[provider("P1", None)]))[AREA].supply == 0


def test_two_pharmacies_do_not_count_people_twice() -> None:
    one = shares(small_city(more_providers=[pharmacy("P1", 0)]))[AREA]
    two = shares(small_city(more_providers=[pharmacy("P1", 0), pharmacy("P2", 1)]))[AREA]
    assert inputs(one) == inputs(two)


# --- places beside people --------------------------------------------------------------------------------------------


def test_populated_cells_are_counted_once_each_beside_their_people() -> None:
    """Five of the seven cells on the streets are near the shop: 71.43 % of the cells, and 8.93 % of the people."""
    rows = shares(small_city(more_providers=[pharmacy("P1", 0)]))
    assert cells_of(rows[AREA]) == {"covered_cells": 5, "considered_cells": 7, "cells": 10, "share_of_cells": Decimal("71.43")}
    assert cells_of(rows[WEST]) == {"covered_cells": 2, "considered_cells": 3, "cells": 4, "share_of_cells": Decimal("66.67")}
    assert rows[AREA].supply == Decimal("8.93")
    assert {item.unit_of_measure for item in rows[AREA].inputs if item.name in ("covered_cells", "considered_cells", "cells")} == {"populated_cell"}


@pytest.mark.parametrize(("persons", "counted"), [(0, 0), (0.4, 1), (1, 1)])
def test_a_cell_with_nobody_in_it_is_no_place_to_serve(persons: float, counted: int) -> None:
    people = [cell("A", corner(0), 100), cell("B", corner(1), persons)]
    row = shares(small_city(population=people, more_providers=[pharmacy("P1", 0)]))[AREA]
    assert cells_of(row) == {"covered_cells": 1 + counted, "considered_cells": 1 + counted, "cells": 1 + counted, "share_of_cells": 100}


@pytest.mark.parametrize(("metres", "covered"), [(34.9, 1), (35.0, 1), (35.1, 0)])
def test_a_cell_is_covered_exactly_when_its_people_are(metres: float, covered: int) -> None:
    city = small_city(population=[cell("C", corner(0), 100)], more_providers=[provider("P1", away(metres, 0, corner(10)))])
    assert cells_of(shares(city)[AREA])["covered_cells"] == covered


def test_the_note_says_the_share_of_cells_in_both_languages() -> None:
    note = shares(small_city(more_providers=[pharmacy("P1", 0)]))[AREA].note
    assert note is not None
    assert note.zh.endswith("；按有人口的格网计，每格计一次，为 71.43%（7 格中 5 格）")
    assert note.en.endswith("; each populated cell counted once, the share is 71.43% (5 of 7 cells)")


def test_where_nobody_is_considered_cells_have_no_share_either() -> None:
    row = shares(small_city(population=[cell("N", away(5000, 0), 50)], more_providers=[pharmacy("P1", 0)]))[AREA]
    assert cells_of(row) == {"covered_cells": 0, "considered_cells": 0, "cells": 1}


# --- unknown ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("changes", "word"), [
    ({"population": None}, "population"), ({"network_nodes": None, "network_edges": None, "extent": None}, "network_nodes"),
])
def test_without_people_or_streets_no_share_is_known(changes: Any, word: str) -> None:
    rows = shares(small_city(more_providers=[pharmacy("P1", 0)], **changes))
    assert {row.status for row in rows.values()} == {"undetermined"}
    assert all(row.reason is not None and word in row.reason.zh for row in rows.values())


def test_a_zone_without_a_polygon_has_no_people_of_its_own() -> None:
    row = shares(small_city(more_providers=[pharmacy("P1", 0)]))[ZONE]
    assert (row.status, row.supply) == ("undetermined", None)
    assert row.reason is not None
    assert "边界" in row.reason.zh


def test_where_the_streets_reach_nobody_there_is_no_share() -> None:
    city = small_city(population=[cell("N", away(5000, 0), 50)], more_providers=[pharmacy("P1", 0)])
    assert shares(city)[AREA].status == "undetermined"


def test_the_note_says_of_whom_the_share_speaks() -> None:
    note = shares(small_city(more_providers=[pharmacy("P1", 0)]))[AREA].note
    assert note is not None
    assert "5,600" in note.zh
    assert "94.9%" in note.zh


# --- target and scope ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("target", "need", "gap"), [("8.92", "8.93", "0"), ("8.93", "8.93", "0"), ("8.94", "8.94", "-0.01")])
def test_a_target_is_held_against_the_share(target: str, need: str, gap: str) -> None:
    plan = changed(COVERAGE, target_percent=Decimal(target))
    row = shares(small_city(more_providers=[pharmacy("P1", 0)]), plan=plan)[AREA]
    assert (row.need_low, row.need, row.gap) == (Decimal(target), Decimal(need), Decimal(gap))


def test_without_a_target_the_share_is_information() -> None:
    row = shares(small_city(more_providers=[pharmacy("P1", 0)]))[AREA]
    assert (row.need, row.need_low, row.gap) == (None, None, None)


def test_it_judges_no_application() -> None:
    assert judge(small_city(), COVERAGE).status == "not_applicable"


def test_naming_no_class_is_a_mistake() -> None:
    assert list(changed(COVERAGE, counts=()).provision(COVERAGE).problems())


# --- a target --------------------------------------------------------------------------------------------------------


def with_target(per: str = "resident", people: str = "as_stated", basis: str = "resident") -> list[Any]:
    """Two cells by one shop, nobody elsewhere: everybody is covered."""
    from datetime import date

    from provisions.judging import jinan

    readings = {**jinan().provision(COVERAGE).readings, "people": {"option": people}}
    plan = changed(COVERAGE, target_percent=Decimal(95), per=per, by=date(2026, 12, 31), readings=readings)
    people_here = [cell("A", corner(0), 94, basis=basis), cell("B", corner(15), 6, basis=basis)]
    city = small_city(population=people_here, more_providers=[pharmacy("P1", 0)])
    return [row for row in measured(city, COVERAGE, plan=plan) if row.unit == AREA]


def test_a_share_below_the_target_is_short_by_the_difference() -> None:
    row, = with_target()
    assert (row.supply, row.need_low, row.gap) == (94, 95, -1)


def test_a_target_of_insured_persons_is_not_held_against_a_grid_of_residents() -> None:
    shown, held = with_target(per="insured")
    assert (shown.supply, shown.need_low, shown.gap) == (94, None, None)
    assert (held.measure, held.subject, held.status) == ("coverage_target", "insured", "undetermined")
    assert "不能直接比较" in held.reason.zh


def test_another_reading_holds_it_against_whoever_the_grid_counts() -> None:
    row, = with_target(per="insured", people="any_grid")
    assert (row.need_low, row.gap) == (95, -1)
    same, = with_target(per="insured", basis="insured")
    assert same.gap == -1


def test_a_target_without_whose_share_and_by_when_is_a_problem() -> None:
    assert list(changed(COVERAGE, target_percent=Decimal(95)).provision(COVERAGE).problems())
