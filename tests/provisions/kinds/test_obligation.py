"""Those that are to be designated: free of numbers, never refused by themselves against an absolute gate, never admitted by themselves."""

from __future__ import annotations

from typing import Any

import pytest

from dingdian.loop.decide import check
from dingdian.loop.probing import probe_plan
from dingdian.provisions.base import Scope
from dingdian.provisions.kinds.obligation import Obligation
from provisions.judging import changed, judge, measured, with_provisions
from small_city import AREA, DAY, EAST, account, accounts, clinic, fact, for_clinic, small_city

KINDS = ("township_health_centre", "village_clinic")


def duty(option: str = "bureau_decides", **more: Any) -> Obligation:
    return Obligation(**{"id": "duty", "clause": "primary-care", "effect": "exemption", "scope": Scope(actions=("designate",), kinds=KINDS),
                         "readings": {"absolute": {"option": option}}, "excepts": ("surplus-stop",), "to_bureau": ("fund-gate",), "rank": 9, **more})


def town(balance: str, *facts: dict[str, Any], kind: str = "village_clinic") -> Any:
    books = [r for r in accounts() if (r["unit"], r["scheme"], r["year"]) != (EAST, "employee", 2026)]
    applicant = for_clinic(kind=kind)
    return small_city(fund=[*books, account(EAST, "employee", balance)], applications=[applicant], more_facts=list(facts))


def ruling(city: Any, option: str = "bureau_decides") -> Any:
    plan = changed("primary-care", with_provisions(duty(option)), scope=Scope(kinds=("infirmary",)))
    only = tuple(p for p in plan.provisions if p.id in ("duty", "fund-gate", "surplus-stop"))
    from attrs import evolve

    return check(city, evolve(plan, provisions=only, sha256=f"duty-{option}"), "A1", on=DAY)


@pytest.mark.parametrize(("balance", "outcome"), [("-0.01", "review"), ("0", "eligible"), ("0.01", "eligible")])
def test_against_an_absolute_gate_the_case_goes_to_the_bureau(balance: str, outcome: str) -> None:
    assert ruling(town(balance)).outcome == outcome


@pytest.mark.parametrize(("option", "outcome"), [("bureau_decides", "review"), ("obligation_prevails", "eligible"), ("gate_prevails", "refused")])
def test_what_prevails_is_a_reading(option: str, outcome: str) -> None:
    assert ruling(town("-1"), option).outcome == outcome


@pytest.mark.parametrize(("value", "outcome"), [("approved", "eligible"), ("同意", "eligible"), ("declined", "refused"), ("later", "review")])
def test_the_bureaus_decision_settles_it(value: str, outcome: str) -> None:
    assert ruling(town("-1", fact("A1", "obligation_decision", value))).outcome == outcome


def test_limits_of_number_are_lifted_outright() -> None:
    found = judge(town("0"), "duty", plan=with_provisions(duty()))
    assert found.waives == ("surplus-stop",)
    assert found.may_waive == ("fund-gate",)


def test_others_are_under_no_obligation() -> None:
    assert judge(town("0", kind="clinic"), "duty", plan=with_provisions(duty())).status == "not_applicable"
    assert ruling(town("-1", kind="clinic")).outcome == "refused"


def test_an_unknown_kind_may_be_one_of_them() -> None:
    city = small_city(applications=[for_clinic(kind=None, provider="X")], more_providers=[clinic("X", kind=None, status="undesignated")])
    said = judge(city, "duty", plan=with_provisions(duty()))
    assert (said.status, said.may_waive) == ("undetermined", ("surplus-stop", "fund-gate"))


def test_institutions_that_are_to_be_designated_and_are_not_are_counted() -> None:
    city = small_city(more_providers=[clinic("V1", kind="village_clinic", status="undesignated"), clinic("V2", kind="village_clinic"),
                                      clinic("C1", kind="clinic", status="undesignated")])
    rows = {r.unit: (r.supply, r.need, r.gap) for r in measured(city, "duty", plan=with_provisions(duty()))}
    assert rows[AREA] == rows[EAST] == (1, 2, -1)


def test_it_names_kinds_and_nothing_twice() -> None:
    assert not list(duty().problems())
    assert list(duty(scope=Scope()).problems())
    assert list(duty(excepts=("fund-gate",)).problems())


@pytest.mark.slow
@pytest.mark.parametrize("option", ["bureau_decides", "obligation_prevails", "gate_prevails"])
def test_its_own_probes_come_out_as_said(option: str) -> None:
    found = [r for r in probe_plan(with_provisions(duty(option))) if r.name.startswith("duty:")]
    assert len(found) == 3
    assert [r for r in found if r.differences] == []
