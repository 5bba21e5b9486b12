"""No new designation of a class whose stock exceeds the plan's target: beds against the band, others against a total."""

from __future__ import annotations

from typing import Any

import pytest

from dingdian.loop.cases import case_of
from provisions.judging import judge, lacking, measured
from small_city import (
    DAY,
    EAST,
    WEST,
    application,
    beds,
    clinic,
    fact,
    for_clinic,
    for_hospital,
    hospital,
    insured,
    pharmacy,
    small_city,
)

OVER = "over-target"


def pharmacies(count: int) -> list[Any]:
    return [pharmacy(f"P{i}", 5000 + i) for i in range(count)]


def total(number: str, subject: str = "pharmacy") -> Any:
    return fact(subject, "plan_total", number)


@pytest.mark.parametrize(("published", "status", "margin"), [("2", "fails", -2), ("3", "fails", -1), ("4", "holds", 0), ("5", "holds", 1)])
def test_the_stock_with_the_applicant_may_reach_the_published_total(published: str, status: str, margin: int) -> None:
    said = judge(small_city(more_providers=pharmacies(3), more_facts=[total(published)]), OVER)
    assert (said.status, said.value, said.margin, said.unit_of_measure) == (status, 4, margin, "provider")
    assert said.as_of is not None


def test_a_move_adds_nobody() -> None:
    city = small_city(more_providers=pharmacies(3), more_facts=[total("3")], applications=[application(action="relocate", provider="P1")])
    assert (judge(city, OVER).status, judge(city, OVER).value) == ("holds", 3)


def test_a_stated_stock_goes_before_the_count() -> None:
    city = small_city(more_providers=pharmacies(3), more_facts=[total("9"), fact("pharmacy", "stock", "9")])
    assert judge(city, OVER).value == 10


def test_an_unreadable_stock_is_counted() -> None:
    city = small_city(more_providers=pharmacies(3), more_facts=[total("9"), fact("pharmacy", "stock", "约九家")])
    assert judge(city, OVER).value == 4


def test_without_a_published_total_the_classs_own_standard_stands_for_it() -> None:
    said = judge(small_city(more_providers=pharmacies(3)), OVER)
    assert (said.status, said.readings) == ("not_applicable", {"NO-TOTAL": "own_standard"})


def test_another_reading_asks_for_a_total_first() -> None:
    said = judge(small_city(more_providers=pharmacies(3)), OVER, readings={"NO-TOTAL": "published_total"})
    assert lacking(said) == {("facts", "plan_total")}


@pytest.mark.parametrize("value", ["很多", "3.5", "²", "-1", "1,200"])
def test_a_total_that_is_no_whole_number_is_no_total(value: str) -> None:
    assert lacking(judge(small_city(more_facts=[total(value)]), OVER)) == {("facts", "plan_total")}


def test_a_total_counts_from_its_day() -> None:
    city = small_city(more_providers=pharmacies(3), more_facts=[
        fact("pharmacy", "plan_total", "9", "2026-01-01"), fact("pharmacy", "plan_total", "3", "2026-09-02")])
    assert judge(city, OVER).threshold == 9


@pytest.mark.parametrize(("stock", "status"), [(89_499, "holds"), (89_500, "holds"), (89_501, "fails")])
def test_hospitals_are_held_against_the_upper_bound_of_the_bed_norm_with_the_beds_applied_for(stock: int, status: str) -> None:
    city = small_city(providers=[hospital("H1", "tertiary", WEST)], beds=[beds("H1", stock)], applications=[for_hospital(beds=500)])
    said = judge(city, OVER)
    assert (said.status, said.value, said.threshold, said.unit_of_measure) == (status, stock + 500, 90_000, "bed")


def test_without_the_beds_applied_for_nobody_can_tell() -> None:
    assert lacking(judge(small_city(applications=[for_hospital(beds=None)]), OVER)) == {("applications", "beds")}


def test_a_published_number_of_hospitals_is_no_target_of_beds() -> None:
    city = small_city(applications=[for_hospital()], more_facts=[total("1", "inpatient")])
    assert judge(city, OVER).status == "holds"


@pytest.mark.parametrize(("known", "status"), [(1000, "undetermined"), (90_001, "fails")])
def test_a_hospital_without_beds_matters_unless_the_others_are_over_already(known: int, status: str) -> None:
    city = small_city(providers=[hospital("H1", "tertiary", WEST), hospital("H2", "secondary", EAST)], beds=[beds("H1", known)],
                      applications=[for_hospital()])
    assert judge(city, OVER).status == status


def test_insured_persons_must_be_known() -> None:
    city = small_city(applications=[for_hospital()], insured=insured(WEST, 1))
    assert lacking(judge(city, OVER)) == {("insured", "persons")}


def test_the_class_must_be_known() -> None:
    city = small_city(applications=[application(provider="P1", provider_class=None)],
                      more_providers=[{k: v for k, v in pharmacy("P1", 5000).items() if k != "provider_class"}])
    assert lacking(judge(city, OVER)) == {("applications", "provider_class")}


def test_applications_admitted_before_fill_the_total_unless_they_do_not_count_or_only_move() -> None:
    apps = [for_clinic(), for_clinic("A2", None), for_clinic("A3", None, kind="university_clinic"),
            for_clinic("A4", None, action="relocate", provider="C1"), application("A5", None)]
    city = small_city(more_providers=[clinic("C1", None)], applications=apps, more_facts=[total("9", "outpatient_pooling")])
    case = {code: case_of(city, code, DAY) for code in ("A2", "A3", "A4", "A5")}
    assert judge(city, OVER).value == 2
    assert judge(city, OVER, admitted=(case["A2"],)).value == 3
    assert judge(city, OVER, admitted=(case["A3"], case["A4"], case["A5"])).value == 2


@pytest.mark.parametrize("action", ["add_beds", "convert"])
def test_who_adds_beds_or_converts_is_not_meant(action: str) -> None:
    city = small_city(applications=[for_hospital(action=action, provider="H1")])
    assert judge(city, OVER).status == "not_applicable"


def test_the_measure_counts_designated_providers_by_class() -> None:
    city = small_city(more_providers=[*pharmacies(3), pharmacy("U1", 1, status="undesignated"), clinic("C1", None)], more_facts=[total("2")])
    rows = {r.provider_class: r for r in measured(city, OVER)}
    assert {name: r.supply for name, r in rows.items()} == {"outpatient_pooling": 1, "personal_account": 0, "pharmacy": 3}
    assert (rows["pharmacy"].need, rows["pharmacy"].need_high, rows["pharmacy"].gap) == (2, 2, 1)
    assert (rows["outpatient_pooling"].need, rows["outpatient_pooling"].gap) == (None, None)
    assert rows["outpatient_pooling"].note is not None
