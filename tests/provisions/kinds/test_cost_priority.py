"""Low cost and a high share within policy come first: adjusted for case mix, among enough peers, refusing nobody."""

from __future__ import annotations

from typing import Any

import pytest

from dingdian.loop.probing import probe_plan
from dingdian.provisions.base import Scope
from dingdian.provisions.kinds.cost_priority import CostPriority
from provisions.judging import judge, lacking, with_provisions
from small_city import EAST, fact, for_hospital, hospital, small_city


def rule(cost: str = "case_mix", **peers: Any) -> CostPriority:
    return CostPriority(id="cheap", clause="scarce-first", effect="priority", scope=Scope(provider_class=("inpatient",)),
                        readings={"cost": {"option": cost}, "peers": {"option": "median", "smallest_group": 3, **peers}})


def year(code: str, cost: int, rate: float = 0.8, case_mix: float | None = 1, **more: Any) -> dict[str, Any]:
    row = {"provider": code, "year": 2025, "discharges": 10, "inpatient_cost": cost * 10, "in_policy_rate": rate, "case_mix": case_mix, **more}
    return {k: v for k, v in row.items() if v is not None}


PEERS = [hospital(f"Q{i}", "secondary", EAST) for i in range(3)]
YEARS = [year("Q0", 900, 0.7), year("Q1", 1000, 0.8), year("Q2", 1100, 0.9)]


def said(cost: str = "1000", rate: str = "0.8", index: str | None = "1", *, plan: CostPriority | None = None, years: list[Any] | None = None) -> Any:
    facts = [fact("A1", "cost_per_visit", cost), fact("A1", "in_policy_rate", rate), *([fact("A1", "case_mix", index)] if index else [])]
    city = small_city(applications=[for_hospital()], providers=PEERS, beds=None, activity=years or YEARS, more_facts=facts)
    return judge(city, "cheap", plan=with_provisions(plan or rule()))


@pytest.mark.parametrize(("cost", "status"), [("999.99", "holds"), ("1000", "holds"), ("1000.01", "not_applicable")])
def test_cost_not_above_the_middle_of_its_peers(cost: str, status: str) -> None:
    assert said(cost).status == status


@pytest.mark.parametrize(("rate", "status"), [("0.81", "holds"), ("0.8", "holds"), ("0.79", "not_applicable")])
def test_share_within_policy_not_below_the_middle(rate: str, status: str) -> None:
    assert said(rate=rate).status == status


def test_cost_is_compared_after_adjustment_for_case_mix() -> None:
    assert said("1500", index="1.5").status == "holds"
    assert said("1500", index="1.5", plan=rule("unadjusted")).status == "not_applicable"
    assert lacking(said(index=None)) == {("facts", "case_mix")}
    assert said(index=None, plan=rule("unadjusted")).status == "holds"


def test_too_few_peers_have_no_middle() -> None:
    assert said(years=YEARS[:2]).status == "undetermined"
    assert said(years=[*YEARS[:2], year("Q2", 1100, 0.9, None)]).status == "undetermined"


def test_clearly_better_is_another_reading() -> None:
    clearly = rule(option="clearly", deviations=1)
    assert said("900", "0.9", plan=clearly).status == "holds"
    assert said("901", "0.9", plan=clearly).status == "not_applicable"


def test_an_applicant_on_file_is_judged_by_its_last_full_year() -> None:
    city = small_city(applications=[for_hospital(provider="X")], providers=[*PEERS, hospital("X", "secondary", EAST, status="undesignated")], beds=None,
                      activity=[*YEARS, year("X", 950, 0.85)])
    assert judge(city, "cheap", plan=with_provisions(rule())).status == "holds"


def test_nothing_on_file_is_missing_evidence() -> None:
    city = small_city(applications=[for_hospital()], providers=PEERS, beds=None, activity=YEARS)
    assert lacking(judge(city, "cheap", plan=with_provisions(rule()))) == {("facts", "cost_per_visit"), ("facts", "in_policy_rate")}


@pytest.mark.slow
@pytest.mark.parametrize("cost", ["case_mix", "unadjusted"])
def test_its_own_probes_come_out_as_said(cost: str) -> None:
    found = [r for r in probe_plan(with_provisions(rule(cost))) if r.name.startswith("cheap:")]
    assert len(found) == 6
    assert [(r.name, r.differences) for r in found if r.differences] == []
