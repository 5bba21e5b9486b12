"""Which version of a plan decides on a day, and how many days it has left."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest

from dingdian.plans.model import Plan
from provisions.judging import jinan, judge, measured
from small_city import small_city

ID = "version"
LAST = date(2027, 12, 31)


def final(**changes: object) -> Plan:
    return attrs.evolve(jinan(), status="final", sha256=f"final-{changes}", **changes)


def test_a_draft_has_no_force_unless_it_is_tried_as_if_it_had() -> None:
    said = judge(small_city(), ID)
    assert (said.status, said.value) == ("not_applicable", "draft")
    assert "仅供参考" in said.sentence.zh
    tried = judge(small_city(), ID, readings={"AMB-30": "as_if_final"})
    assert tried.status == "holds"
    assert "试算" in tried.sentence.zh


@pytest.mark.parametrize(("day", "status"), [
    (date(2025, 12, 31), "not_applicable"), (date(2026, 1, 1), "holds"), (LAST, "holds"), (LAST + timedelta(days=1), "not_applicable")])
def test_a_final_plan_decides_from_its_first_to_its_last_day_both_included(day: date, status: str) -> None:
    assert judge(small_city(), ID, on=day, plan=final()).status == status


def test_a_superseded_plan_decides_nothing() -> None:
    plan = attrs.evolve(jinan(), status="superseded", sha256="superseded")
    assert judge(small_city(), ID, plan=plan).status == "not_applicable"


@pytest.mark.parametrize(("day", "left"), [(LAST - timedelta(days=1), 2), (LAST, 1), (LAST + timedelta(days=1), 0), (LAST + timedelta(days=9), 0)])
def test_days_left_count_the_last_day_and_never_go_below_nought(day: date, left: int) -> None:
    (row,) = measured(small_city(), ID, on=day)
    assert (row.measure, row.supply, row.unit_of_measure) == ("plan_days_left", left, "day")


def test_a_plan_without_an_end_has_no_days_left_to_count() -> None:
    plan = final(valid_until=None)
    assert measured(small_city(), ID, plan=plan) == []
    assert judge(small_city(), ID, on=date(2099, 1, 1), plan=plan).status == "holds"
