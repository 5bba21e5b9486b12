"""减一增一: bed for bed, class for class, to the same level or a lower one, in short districts, each exit spent once, with consent."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dingdian.plans.model import Plan
from dingdian.provisions.base import Scope
from dingdian.provisions.kinds.swap import Swap
from provisions.judging import judge, lacking, with_provisions
from provisions.kinds.test_district_gap import norm
from small_city import EAST, WEST, beds, fact, for_hospital, release, small_city

ID = "swap"
BOTH = (fact("A1", f"consent_{WEST}", "同意"), fact("A1", f"consent_{EAST}", "同意"))


def plan_with(direction: str = "same_or_lower", **more: Any) -> Plan:
    return with_provisions(norm(), Swap(
        id=ID, clause="exits", effect="quota", bed_norm="norm", excepts=("bed-total",), readings={"direction": {"option": direction}},
        scope=Scope(provider_class=("inpatient",)), **more))


def city(*facts: Any, asked: int = 60, level: str = "secondary", exits: Any = None, stock: int = 10_000, pair: str | None = "R1", **columns: Any) -> Any:
    """An application in the short east, paired with an exit of 60 secondary beds in the east unless told otherwise."""
    exits = [release("R1", 60, unit=EAST)] if exits is None else exits
    paired = [] if pair is None else [fact("A1", "swap_with", pair)]
    return small_city(beds=[beds("H1", 9000), beds("H2", stock), beds("H3", 100)], releases=exits, more_facts=[*paired, *facts],
                      applications=[for_hospital(beds=asked, level=level, **columns)])


@pytest.mark.parametrize(("asked", "status", "margin"), [(59, "holds", 1), (60, "holds", 0), (61, "fails", -1)])
def test_bed_for_bed(asked: int, status: str, margin: int) -> None:
    said = judge(city(asked=asked), ID, plan=plan_with())
    assert (said.status, said.threshold, said.margin) == (status, 60, margin)
    assert said.waives == (("bed-total",) if status == "holds" else ())


@pytest.mark.parametrize(("level", "default", "strict"), [
    ("tertiary", "fails", "fails"), ("secondary", "holds", "holds"), ("primary", "holds", "fails"), ("ungraded", "holds", "fails"),
])
def test_to_the_same_level_or_a_lower_one(level: str, default: str, strict: str) -> None:
    assert judge(city(level=level), ID, plan=plan_with()).status == default
    assert judge(city(level=level), ID, plan=plan_with("same_level")).status == strict


@pytest.mark.parametrize("change", [
    {"provider_class": "outpatient_pooling"}, {"reason": "suspension"}, {"exempt": True}, {"level": None},
    {"effective_on": "2026-09-02"}, {"effective_on": "2025-12-31"},
])
def test_an_exit_of_another_class_or_time_or_one_that_frees_nothing_is_no_pair(change: dict[str, Any]) -> None:
    exits = [release("R1", 60, unit=EAST, **{k: v for k, v in change.items() if k != "effective_on"}, **(
        {"effective_on": change["effective_on"]} if "effective_on" in change else {}))]
    said = judge(city(exits=exits), ID, plan=plan_with())
    assert (said.status, said.waives) == ("fails", ())


@pytest.mark.parametrize(("day", "status"), [("2025-12-30", "fails"), ("2025-12-31", "holds"), ("2026-01-01", "holds")])
def test_exits_count_from_the_day_that_the_plan_states(day: str, status: str) -> None:
    exits = [release("R1", 60, day, unit=EAST)]
    assert judge(city(exits=exits), ID, plan=plan_with(exits_since=date(2025, 12, 31))).status == status


@pytest.mark.parametrize(("stock", "status"), [(29_849, "holds"), (29_850, "fails")])
def test_only_a_short_district_swaps(stock: int, status: str) -> None:
    assert judge(city(stock=stock), ID, plan=plan_with()).status == status


def test_an_application_that_names_no_exit_is_no_swap() -> None:
    said = judge(city(pair=None), ID, plan=plan_with())
    assert (said.status, said.waives, said.may_waive) == ("not_applicable", (), ())
    assert said.would_change


def test_across_districts_both_must_have_consented() -> None:
    far = [release("R1", 60, unit=WEST)]
    for facts in ((), BOTH[:1], BOTH[1:]):
        said = judge(city(*facts, exits=far), ID, plan=plan_with())
        assert lacking(said) == {("facts", "consent_<unit>")}
        assert said.may_waive == ("bed-total",)
        assert len(said.missing) == 2 - len(facts)
    assert judge(city(*BOTH, exits=far), ID, plan=plan_with()).status == "holds"


def test_a_district_that_refuses_ends_it() -> None:
    far, no = [release("R1", 60, unit=WEST)], fact("A1", f"consent_{WEST}", "不同意")
    said = judge(city(no, BOTH[1], exits=far), ID, plan=plan_with())
    assert said.status == "fails"
    assert "西区" in said.sentence.zh


@pytest.mark.parametrize(("taken", "asked", "status"), [("20", 40, "holds"), ("20", 41, "fails"), ("60", 1, "fails"), ("70", 0, "holds")])
def test_an_exit_is_spent_once(taken: str, asked: int, status: str) -> None:
    other = [fact("A9", "swap_with", "R1"), fact("A9", "paired_reduction", taken)]
    assert judge(city(*other, asked=asked), ID, plan=plan_with()).status == status


def test_another_pair_of_unknown_size_leaves_it_open() -> None:
    assert lacking(judge(city(fact("A9", "swap_with", "R1"), asked=1), ID, plan=plan_with())) == {("facts", "paired_reduction")}


def test_an_application_takes_no_more_than_is_set_aside_for_it() -> None:
    assert judge(city(fact("A1", "paired_reduction", "30"), asked=30), ID, plan=plan_with()).status == "holds"
    assert judge(city(fact("A1", "paired_reduction", "30"), asked=31), ID, plan=plan_with()).status == "fails"
    assert lacking(judge(city(fact("A1", "paired_reduction", "多"), asked=31), ID, plan=plan_with())) == {("facts", "paired_reduction")}


def test_what_is_missing_of_the_exit_is_named() -> None:
    assert lacking(judge(city(pair="R7"), ID, plan=plan_with())) == {("releases", "release")}
    assert lacking(judge(city(exits=[release("R1", None, unit=EAST)]), ID, plan=plan_with())) == {("releases", "beds")}
    bare = small_city(releases=None, more_facts=[fact("A1", "swap_with", "R1")], applications=[for_hospital()])
    assert lacking(judge(bare, ID, plan=plan_with())) == {("releases", "release")}


@settings(max_examples=15, deadline=None)
@given(freed=st.integers(0, 100), taken=st.integers(0, 120), asked=st.integers(0, 150))
def test_no_more_beds_come_than_go(freed: int, taken: int, asked: int) -> None:
    other = [fact("A9", "swap_with", "R1"), fact("A9", "paired_reduction", str(taken))]
    said = judge(city(*other, asked=asked, exits=[release("R1", freed, unit=EAST)]), ID, plan=plan_with())
    if said.status == "holds" and asked:
        assert asked + taken <= freed
