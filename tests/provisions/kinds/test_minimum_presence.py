"""A township without a pharmacy may add one; a county has its dual-channel pharmacy; what stands nobody knows where is open."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.loop.cases import case_of
from dingdian.provisions.base import Scope
from dingdian.provisions.kinds.minimum_presence import MinimumPresence, Present
from provisions.judging import judge, lacking, measured, with_provisions
from small_city import AREA, DAY, EAST, WEST, ZONE, application, hospital, pharmacy, small_city

TOWN, OTHER = "370103001", "370103002"
ONE = MinimumPresence(id="one", clause="pharmacy-radius", effect="exemption", unit_level="township", counts=("pharmacy",), minimum=1,
                      excepts=("over-target",), scope=Scope(actions=("designate",), provider_class=("pharmacy",)))
DUAL = MinimumPresence(id="dual", clause="pharmacy-radius", effect="priority", unit_level="district", counts=("pharmacy",),
                       count_tags=("dual_channel",), minimum=1)
FLOOR = MinimumPresence(id="floor", clause="bed-norm", effect="information", unit_level="district", counts=("inpatient",),
                        count_levels=("tertiary", "secondary"), count_ownership=("public",), minimum=1)


def town(*providers: Any, unit: str | None = TOWN, **changes: Any) -> Any:
    """The east has two townships; the applicant stands in the first."""
    more = [{"unit": code, "name": f"街道{code[-1]}", "level": "township", "parent": EAST} for code in (TOWN, OTHER)]
    return small_city(**{"more_units": more, "more_providers": list(providers), "applications": [application(unit=unit)], **changes})


@pytest.mark.parametrize(("held", "status"), [(0, "holds"), (1, "not_applicable"), (2, "not_applicable")])
def test_a_township_without_a_pharmacy_may_add_one(held: int, status: str) -> None:
    said = judge(town(*(pharmacy(f"P{i}", 3000 + i, unit=TOWN) for i in range(held))), "one", plan=with_provisions(ONE))
    assert (said.status, said.value, said.operator, said.threshold) == (status, held, "<", 1)
    assert said.waives == (("over-target",) if status == "holds" else ())


@pytest.mark.parametrize("columns", [{"unit": OTHER}, {"unit": WEST}, {"status": "terminated"}, {"status": "undesignated"}])
def test_a_pharmacy_elsewhere_or_without_a_place_does_not_serve_the_township(columns: Any) -> None:
    said = judge(town(pharmacy("P1", 3000, **{"unit": TOWN, **columns})), "one", plan=with_provisions(ONE))
    assert said.status == "holds"


def test_a_suspended_pharmacy_still_holds_its_place() -> None:
    assert judge(town(pharmacy("P1", 3000, unit=TOWN, status="suspended")), "one", plan=with_provisions(ONE)).status == "not_applicable"


@pytest.mark.parametrize("unit", [EAST, None])
def test_a_pharmacy_somewhere_in_the_district_leaves_the_township_open(unit: str | None) -> None:
    said = judge(town(pharmacy("P1", 3000, unit=unit)), "one", plan=with_provisions(ONE))
    assert lacking(said) == {("providers", "unit")}
    assert said.may_waive == ("over-target",)


def test_doubt_that_cannot_change_the_answer_is_no_doubt() -> None:
    said = judge(town(pharmacy("P1", 3000, unit=EAST), pharmacy("P2", 3001, unit=TOWN)), "one", plan=with_provisions(ONE))
    assert said.status == "not_applicable"


def test_the_applicants_own_township_must_be_known() -> None:
    said = judge(town(unit=EAST), "one", plan=with_provisions(ONE))
    assert lacking(said) == {("applications", "unit")}


def test_the_second_of_two_applicants_finds_the_first() -> None:
    city = town(applications=[application(unit=TOWN), application("A2", None, unit=TOWN), application("A3", None, unit=OTHER)])
    plan = with_provisions(ONE)
    assert judge(city, "one", plan=plan, admitted=(case_of(city, "A2", DAY),)).status == "not_applicable"
    assert judge(city, "one", plan=plan, admitted=(case_of(city, "A3", DAY),)).status == "holds"


@pytest.mark.parametrize(("tags", "unit", "status"), [
    ("dual_channel", EAST, "holds"), ("dual_channel", WEST, "not_applicable"), (None, EAST, "not_applicable"), ("dual_channel", OTHER, "holds"),
])
def test_a_county_without_a_dual_channel_pharmacy_puts_one_first(tags: str | None, unit: str, status: str) -> None:
    """The west has one; a plain pharmacy in the east is none."""
    providers = [pharmacy("P1", 3000, unit=WEST, tags="dual_channel"), pharmacy("P2", 3100, unit=EAST)]
    city = town(*providers, applications=[application(tags=tags, unit=unit)])
    assert judge(city, "dual", plan=with_provisions(DUAL)).status == status


def test_every_county_has_its_row_by_hand() -> None:
    """H1 tertiary and H2 secondary are public; H3 is primary, so the zone has none of the sort; a private one does not count."""
    city = small_city(more_providers=[hospital("H4", "secondary", ZONE, ownership="private")], beds=None)
    rows = {r.unit: (r.supply, r.need, r.gap) for r in measured(city, "floor", plan=with_provisions(FLOOR))}
    assert rows == {WEST: (1, 1, 0), EAST: (1, 1, 0), ZONE: (0, 1, -1)}


def test_townships_are_counted_by_district_and_those_without_are_named() -> None:
    rows = {(r.measure, r.unit, r.subject): r for r in measured(town(pharmacy("P2", 3100, unit=OTHER)), "one", plan=with_provisions(ONE))}
    east = rows["minimum_presence", EAST, ""]
    assert (east.supply, east.need_low, east.gap) == (1, 2, -1)
    assert east.note is not None
    assert "街道1" in east.note.zh
    assert rows["presence_lacking", EAST, TOWN].supply == 0
    assert ("presence_lacking", EAST, OTHER) not in rows
    assert rows["minimum_presence", WEST, ""].status == "undetermined"  # no township on file there


def test_townships_are_open_where_pharmacies_are_too_coarsely_placed() -> None:
    city = town(pharmacy("P1", 3000, unit=EAST), pharmacy("P2", 3100, unit=OTHER))
    rows = {(r.measure, r.unit, r.subject): r.status for r in measured(city, "one", plan=with_provisions(ONE))}
    assert rows["minimum_presence", EAST, ""] == rows["presence_lacking", EAST, TOWN] == "undetermined"


def test_the_pooling_area_may_be_the_unit() -> None:
    whole = attrs.evolve(DUAL, unit_level="pooling_area")
    row, = measured(town(pharmacy("P1", 3000, tags="dual_channel")), "dual", plan=with_provisions(whole))
    assert (row.unit, row.supply) == (AREA, 1)


@pytest.mark.parametrize(("changes", "at"), [({"counts": ()}, "counts"), ({"excepts": ()}, "excepts"), ({"effect": "priority"}, "excepts")])
def test_fields_that_do_not_go_together_are_problems(changes: Any, at: str) -> None:
    assert at in {where[0] for where, _, _ in attrs.evolve(ONE, **changes).problems()}
    assert not [*ONE.problems(), *DUAL.problems(), *FLOOR.problems()]


@given(sure=st.integers(0, 5), doubtful=st.integers(0, 5), least=st.integers(1, 6))
def test_what_is_certain_stays_so_whoever_the_doubtful_are(sure: int, doubtful: int, least: int) -> None:
    below = Present(sure=sure, doubtful=tuple(str(i) for i in range(doubtful))).is_below(least)
    assert below in (None, *{sure + k < least for k in range(doubtful + 1)})
    assert (below is None) == (len({sure + k < least for k in range(doubtful + 1)}) == 2)


@pytest.mark.parametrize(("owner", "status"), [("xpcc", "holds"), ("local", "undetermined")])
def test_only_units_of_the_named_owner_are_meant(owner: str, status: str) -> None:
    """A regiment is a township of the XPCC: in a township of another owner the clause names no unit."""
    regiments = attrs.evolve(ONE, unit_owner=("xpcc",))
    own = [{"unit": TOWN, "name": "某团场", "level": "township", "parent": EAST, "owner": owner}]
    city = town(more_units=own)
    assert judge(city, "one", plan=with_provisions(regiments)).status == status
    assert "兵团" in regiments.read_back().zh
