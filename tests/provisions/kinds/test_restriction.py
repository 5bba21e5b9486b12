"""从严控制: who is meant, and what each reading makes of it; nobody controlled passes unnoticed."""

from __future__ import annotations

from typing import Any

import pytest

from dingdian.plans.model import Plan
from dingdian.provisions.base import Scope
from dingdian.provisions.kinds.restriction import Restriction
from provisions.judging import judge, lacking, with_provisions
from small_city import EAST, application, fact, for_hospital, small_city

ID = "strict"


def plan_with(strictly: str = "review", extent: str = "institutions") -> Plan:
    return with_provisions(Restriction(
        id=ID, clause="scarce-first", kinds=("psychiatric_hospital", "rehabilitation_hospital"), if_specialised=("specialised_hospital",),
        specialties=("psychiatric", "rehabilitation"), scope=Scope(actions=("designate", "branch"), provider_class=("inpatient",)),
        readings={"strictly": {"option": strictly}, "extent": {"option": extent}}))


def applying(kind: str = "psychiatric_hospital", *facts: Any, **columns: Any) -> Any:
    return small_city(applications=[for_hospital(kind=kind, **columns)], more_facts=list(facts))


@pytest.mark.parametrize(("strictly", "status"), [("review", "undetermined"), ("refuse", "fails"), ("last", "holds")])
def test_what_strict_control_comes_to_is_the_reading(strictly: str, status: str) -> None:
    said = judge(applying(), ID, plan=plan_with(strictly))
    assert said.status == status
    assert (said.evidence.get("ranked") == "last") == (status == "holds")


def test_a_person_decides_and_what_is_allowed_comes_last() -> None:
    assert lacking(judge(applying(), ID, plan=plan_with())) == {("facts", "restriction_sign_off")}
    allowed = judge(applying("psychiatric_hospital", fact("A1", "restriction_sign_off", "审定1号")), ID, plan=plan_with())
    assert (allowed.status, allowed.evidence["ranked"]) == ("holds", "last")
    assert judge(applying("psychiatric_hospital", fact("A1", "restriction_sign_off", "不同意")), ID, plan=plan_with()).status == "fails"


@pytest.mark.parametrize(("kind", "specialties", "narrow", "wide"), [
    ("rehabilitation_hospital", None, "fails", "fails"), ("specialised_hospital", "rehabilitation", "fails", "fails"),
    ("specialised_hospital", "eye", "not_applicable", "not_applicable"), ("general_hospital", "psychiatric", "not_applicable", "fails"),
    ("general_hospital", None, "not_applicable", "not_applicable"), ("oncology_hospital", "oncology", "not_applicable", "not_applicable"),
])
def test_specialised_institutions_are_meant_and_departments_where_the_reading_says_so(
    kind: str, specialties: str | None, narrow: str, wide: str
) -> None:
    city = applying(kind, specialties=specialties)
    assert judge(city, ID, plan=plan_with("refuse")).status == narrow
    assert judge(city, ID, plan=plan_with("refuse", "departments_too")).status == wide


def test_other_classes_and_more_beds_of_a_designated_one_are_not_meant() -> None:
    assert judge(small_city(applications=[application()]), ID, plan=plan_with("refuse")).status == "not_applicable"
    more = [for_hospital(kind="psychiatric_hospital", action="add_beds", provider="H2", unit=EAST)]
    assert judge(small_city(applications=more), ID, plan=plan_with("refuse")).status == "not_applicable"


def test_kinds_and_specialties_must_be_stated() -> None:
    assert list(Restriction(id=ID, clause="x").problems())
    assert not list(plan_with().provision(ID).problems())
