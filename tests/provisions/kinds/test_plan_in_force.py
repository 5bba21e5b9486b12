"""No additions without an allocation plan of the pooling area's own; nobody's silence counts as a plan."""

from __future__ import annotations

from typing import Any

import pytest

from dingdian.loop.probing import probe_plan
from dingdian.provisions.kinds.plan_in_force import PlanInForce
from provisions.judging import judge, lacking, with_provisions
from small_city import AREA, EAST, fact, small_city


def gate(**readings: Any) -> PlanInForce:
    return PlanInForce(id="plan", clause="fund-gate", readings={k: {"option": v} for k, v in readings.items()})


def said(*facts: dict[str, Any], **readings: Any) -> Any:
    return judge(small_city(more_facts=list(facts)), "plan", plan=with_provisions(gate(**readings)))


@pytest.mark.parametrize(("value", "status"), [("yes", "holds"), ("是", "holds"), ("no", "fails"), ("否", "fails")])
def test_the_bureau_says_whether_its_plan_is_in_force(value: str, status: str) -> None:
    assert said(fact(AREA, "allocation_plan_in_force", value)).status == status


@pytest.mark.parametrize("facts", [[], [fact(AREA, "allocation_plan_in_force", "soon")], [fact(EAST, "allocation_plan_in_force", "yes")],
                                   [fact(AREA, "allocation_plan_in_force", "yes", day="2026-12-31")]])
def test_silence_vagueness_another_area_and_a_later_statement_are_no_plan(facts: list[dict[str, Any]]) -> None:
    assert lacking(said(*facts)) == {("facts", "allocation_plan_in_force")}


@pytest.mark.parametrize(("filing", "filed", "status"), [
    ("shown", "no", "holds"), ("shown", "yes", "holds"), ("required", "yes", "holds"), ("required", "no", "fails"),
])
def test_whether_filing_is_needed_is_a_reading(filing: str, filed: str, status: str) -> None:
    found = said(fact(AREA, "allocation_plan_in_force", "yes"), fact(AREA, "plan_filed", filed), filing=filing)
    assert found.status == status
    assert ("已报备" if filed == "yes" else "尚未报备") in found.sentence.zh


def test_a_filing_that_is_needed_and_unknown_is_missing() -> None:
    assert lacking(said(fact(AREA, "allocation_plan_in_force", "yes"), filing="required")) == {("facts", "plan_filed")}
    assert said(fact(AREA, "allocation_plan_in_force", "no"), filing="required").status == "fails"


@pytest.mark.slow
@pytest.mark.parametrize("filing", ["shown", "required"])
def test_its_own_probes_come_out_as_said(filing: str) -> None:
    found = [r for r in probe_plan(with_provisions(gate(filing=filing))) if r.name.startswith("plan:")]
    assert len(found) == 4
    assert [r for r in found if r.differences] == []
