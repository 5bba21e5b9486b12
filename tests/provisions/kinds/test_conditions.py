"""A list of conditions: who it speaks of, what shows an item, exactly three months, and what is left to the evaluation."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dingdian.city.model import City
from dingdian.provisions.base import Scope
from dingdian.provisions.checklist import entries
from dingdian.provisions.fields import FieldError, specs
from dingdian.provisions.finding import Judgement
from dingdian.provisions.kinds.conditions import Conditions
from provisions.judging import judge, lacking, with_provisions
from small_city import application, fact, for_clinic, for_hospital, small_city

RUNNING = {"id": "running", "zh": "正式运营满 3 个月", "en": "operating 3 months", "column": "opened_on", "months": 3}
PHYSICIAN = {"id": "physician", "zh": "有第一注册的医师", "en": "a physician first registered here"}
OFFICE = {"id": "office", "zh": "设医保管理科室", "en": "an insurance department", "min_beds": 100}
PHARMACIST = {"id": "pharmacist", "zh": "有药师", "en": "a pharmacist", "classes": ["pharmacy"]}


def parsed(*items: dict[str, Any]) -> Any:
    return specs(Conditions)["items"][0].parse(list(items))


def listed(*items: dict[str, Any], effect: str = "condition", **readings: str) -> Conditions:
    return Conditions(id="list", clause="fund-gate", effect=effect, scope=Scope(), items=parsed(*items),
                      readings={slot: {"option": option} for slot, option in readings.items()})


def ask(provision: Conditions, city: City) -> Judgement:
    return judge(city, "list", plan=with_provisions(provision))


def opened(day: str | None, applied: str = "2026-08-01") -> City:
    return small_city(applications=[application(opened_on=day, applied_on=applied)])


def checked(value: str, **columns: Any) -> City:
    return small_city(applications=[application(**columns)], more_facts=[fact("A1", "checklist", value)])


@pytest.mark.parametrize(("day", "included", "excluded"), [
    ("2026-04-30", "holds", "holds"), ("2026-05-01", "holds", "fails"), ("2026-05-02", "fails", "fails"),
])
def test_three_months_are_full_on_the_day_itself(day: str, included: str, excluded: str) -> None:
    assert ask(listed(RUNNING), opened(day)).status == included
    assert ask(listed(RUNNING, day="excluded"), opened(day)).status == excluded


@pytest.mark.parametrize(("applied", "status"), [("2026-02-27", "fails"), ("2026-02-28", "holds"), ("2026-03-01", "holds")])
def test_three_months_from_the_end_of_november_are_full_on_the_last_of_february(applied: str, status: str) -> None:
    assert ask(listed(RUNNING), opened("2025-11-30", applied)).status == status


def test_the_first_possible_day_is_stated_and_the_margin_is_in_days() -> None:
    said = ask(listed(RUNNING), opened("2026-07-15"))
    assert (said.value, said.operator, said.threshold, said.margin, said.unit_of_measure) == (
        "2026-08-01", ">=", "2026-10-15", -75, "day")
    assert "2026-10-15" in said.would_change[0].zh


def test_a_day_of_opening_that_nobody_stated_is_asked_for() -> None:
    assert lacking(ask(listed(RUNNING), opened(None))) == {("applications", "opened_on")}


def test_left_to_the_evaluation_an_unknown_item_decides_nothing_and_is_named() -> None:
    said = ask(listed(RUNNING, PHYSICIAN, unknown="at_evaluation"), opened("2026-01-01"))
    assert said.status == "not_applicable"
    assert said.evidence["to_be_shown"] == ["physician"]
    assert "有第一注册的医师" in said.sentence.zh


def test_what_is_known_to_be_unmet_fails_although_the_rest_is_left_to_the_evaluation() -> None:
    said = ask(listed(RUNNING, PHYSICIAN, unknown="at_evaluation"), opened("2026-07-15"))
    assert said.status == "fails"


def test_everything_that_is_missing_is_named_at_once() -> None:
    said = ask(listed(RUNNING, PHYSICIAN, PHARMACIST), opened(None))
    assert lacking(said) == {("applications", "opened_on"), ("facts", "checklist")}
    assert [("physician" in m.phrase.zh, "pharmacist" in m.phrase.zh) for m in said.missing[1:]] == [(True, False), (False, True)]


@pytest.mark.parametrize(("value", "status"), [
    ("physician=met;pharmacist=met", "holds"), ("physician=符合；pharmacist=符合", "holds"),
    ("physician=met;pharmacist=unmet", "fails"), ("physician=met", "undetermined"), ("physician=maybe;pharmacist=met", "undetermined"),
])
def test_the_checklist_shows_what_no_column_shows(value: str, status: str) -> None:
    assert ask(listed(PHYSICIAN, PHARMACIST), checked(value)).status == status


def test_the_later_entry_of_the_checklist_stands() -> None:
    rows = [fact("A1", "checklist", "physician=unmet", "2026-06-01"), fact("A1", "checklist", "physician=met", "2026-07-01")]
    assert ask(listed(PHYSICIAN), small_city(more_facts=rows)).status == "holds"
    assert ask(listed(PHYSICIAN), small_city(more_facts=rows[:1])).status == "fails"


def test_an_entry_of_tomorrow_is_not_yet_known() -> None:
    assert ask(listed(PHYSICIAN), small_city(more_facts=[fact("A1", "checklist", "physician=met", "2026-09-02")])).status == "undetermined"


@pytest.mark.parametrize(("beds", "status"), [(99, "not_applicable"), (100, "fails"), (101, "fails")])
def test_a_department_is_asked_for_from_a_hundred_beds_on(beds: int, status: str) -> None:
    city = small_city(applications=[for_hospital(beds=beds)], more_facts=[fact("A1", "checklist", "office=unmet")])
    assert ask(listed(OFFICE), city).status == status


def test_beds_that_nobody_stated_leave_the_item_open() -> None:
    city = small_city(applications=[for_hospital(beds=None)], more_facts=[fact("A1", "checklist", "office=met")])
    assert lacking(ask(listed(OFFICE), city)) == {("applications", "beds")}


def test_an_item_of_another_class_does_not_apply() -> None:
    city = small_city(applications=[for_clinic()])
    assert ask(listed(PHARMACIST), city).status == "not_applicable"


def test_a_value_outside_those_listed_fails_and_is_named() -> None:
    item = {"id": "kind", "zh": "机构类型在范围内", "en": "an eligible kind", "column": "kind", "among": ["clinic"]}
    said = ask(listed(item), opened("2026-01-01"))
    assert said.status == "fails"
    assert "零售药店" in said.sentence.zh
    assert ask(listed(item), small_city(applications=[for_clinic()])).status == "holds"


def test_as_information_it_lists_what_the_evaluation_will_ask_for() -> None:
    said = ask(listed(PHYSICIAN, effect="information"), opened(None))
    assert said.status == "undetermined"
    assert said.sentence.zh.startswith("须在评估时提供证据")


@pytest.mark.parametrize(("items", "field"), [
    ([], "items"), ([PHYSICIAN, PHYSICIAN], "id"), ([{**RUNNING, "column": "opened"}], "column"), ([{**RUNNING, "column": "kind"}], "months"),
    ([{**PHYSICIAN, "months": 3}], "months"), ([{**PHYSICIAN, "among": ["x"]}], "among"),
])
def test_a_list_that_cannot_be_carried_out_is_refused(items: list[dict[str, Any]], field: str) -> None:
    assert {where[-1] for where, _, _ in listed(*items).problems()} == {field}


def test_an_unknown_key_of_an_item_is_refused() -> None:
    with pytest.raises(FieldError):
        parsed({**PHYSICIAN, "month": 3})


def test_it_reads_itself_back_with_its_numbers() -> None:
    said = listed({**RUNNING, "zh": "正式运营"}, OFFICE).read_back()
    assert said.zh == "申请机构须符合：正式运营满 3 个月；设医保管理科室（床位 100 张以上）。"
    assert "100 beds" in said.en


@given(st.dates(date(2025, 1, 1), date(2026, 8, 31)), st.dates(date(2025, 1, 1), date(2026, 8, 31)))
@settings(max_examples=20, deadline=None)
def test_who_opened_earlier_is_never_worse_off(one: date, two: date) -> None:
    early, late = sorted((one, two))
    found = [ask(listed(RUNNING), opened(day.isoformat())).status for day in (early, late)]
    assert found in (["holds", "holds"], ["holds", "fails"], ["fails", "fails"])


@given(st.text(alphabet="ab=;；met un", max_size=40))
def test_a_checklist_says_only_met_or_unmet(value: str) -> None:
    assert {state for _, state in entries(value)} <= {"met", "unmet"}
