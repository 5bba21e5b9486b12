"""Clocks of a procedure: deadlines by hand on the calendar of 2026, supplements, notice ahead, and who may not ask."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.methods.clocks import Pause
from dingdian.provisions.base import Scope
from dingdian.provisions.fields import FieldError, specs
from dingdian.provisions.finding import Judgement, Measure
from dingdian.provisions.kinds.procedure import Procedure, pauses_of
from provisions.judging import judge, measured, with_provisions
from small_city import application, fact, for_hospital, small_city

DOCUMENTS = {"id": "documents", "zh": "告知缺件", "en": "missing documents are told", "start": "received", "length": 5, "unit": "working_day"}
EVALUATION = {"id": "evaluation", "zh": "完成评估", "en": "evaluation", "start": "accepted", "length": 3, "unit": "month", "net_of_supplements": True}
NOTICE = {"id": "notice", "zh": "提前申请", "en": "notice", "start": "leaves", "length": 3, "unit": "month", "ahead": True, "closed_to": ["public"]}


def stating(*clocks: dict[str, Any], years: list[dict[str, Any]] | None = None, scope: Scope | None = None, **readings: str) -> Procedure:
    declared = specs(Procedure)
    return Procedure(id="clocks", clause="fund-gate", effect="information", scope=scope or Scope(),
                     clocks=declared["clocks"][0].parse(list(clocks)), years=declared["years"][0].parse(years or []),
                     readings={slot: {"option": option} for slot, option in readings.items()})


def ask(provision: Procedure, *facts: dict[str, Any], **columns: Any) -> Judgement:
    city = small_city(applications=[application(**columns)], more_facts=list(facts))
    return judge(city, "clocks", plan=with_provisions(provision))


def rows(provision: Procedure, *facts: dict[str, Any], **columns: Any) -> list[Measure]:
    city = small_city(applications=[application(**columns)], more_facts=list(facts))
    return measured(city, "clocks", plan=with_provisions(provision))


def test_the_clock_of_documents_runs_from_the_day_of_the_application() -> None:
    said = ask(stating(DOCUMENTS), applied_on="2026-07-06")
    assert said.status == "holds"
    assert said.evidence["deadlines"] == {"documents": date(2026, 7, 13)}
    assert "至 2026-07-13 止" in said.sentence.zh


def test_a_clock_whose_event_has_not_happened_is_told_without_a_day() -> None:
    said = ask(stating(EVALUATION))
    assert said.evidence["deadlines"] == {"evaluation": None}
    assert said.sentence.zh == "完成评估：受理申请起 3 个月（补正时间不计）。"


def test_supplements_stop_the_evaluation() -> None:
    accepted = fact("A1", "accepted_on", "2026-07-06")
    asked, received = fact("A1", "supplement_asked_on", "2026-07-20"), fact("A1", "supplement_received_on", "2026-07-30")
    assert ask(stating(EVALUATION), accepted).evidence["deadlines"]["evaluation"] == date(2026, 10, 6)
    assert ask(stating(EVALUATION), accepted, asked, received).evidence["deadlines"]["evaluation"] == date(2026, 10, 16)
    said = ask(stating(EVALUATION), accepted, asked)
    assert said.evidence["deadlines"]["evaluation"] is None
    assert "停止计时" in said.sentence.zh


def test_supplements_do_not_stop_a_clock_that_does_not_say_so() -> None:
    plain = {**EVALUATION, "net_of_supplements": False}
    said = ask(stating(plain), fact("A1", "accepted_on", "2026-07-06"), fact("A1", "supplement_asked_on", "2026-07-20"))
    assert said.evidence["deadlines"]["evaluation"] == date(2026, 10, 6)


def test_a_last_day_off_moves_only_under_the_reading_that_says_so() -> None:
    accepted = fact("A1", "accepted_on", "2026-07-03")
    assert ask(stating(EVALUATION), accepted).evidence["deadlines"]["evaluation"] == date(2026, 10, 3)
    assert ask(stating(EVALUATION, last_day="rolls"), accepted).evidence["deadlines"]["evaluation"] == date(2026, 10, 8)


def test_notice_is_due_three_months_ahead_and_closed_to_public_institutions() -> None:
    leaves = fact("A1", "leaves_on", "2026-12-31")
    private = ask(stating(NOTICE), leaves)
    assert private.evidence["deadlines"]["notice"] == date(2026, 9, 30)
    assert "不得提出" not in private.sentence.zh
    assert "公立机构不得提出" in ask(stating(NOTICE), leaves, ownership="public").sentence.zh


def test_a_time_to_wait_is_told_as_one() -> None:
    again = {"id": "again", "zh": "再次评估", "en": "re-evaluation", "start": "failure_notice", "length": 3, "unit": "month", "opens": True}
    assert stating(again).read_back().zh == "再次评估：评估不合格通知送达起满 3 个月后方可。"
    said = ask(stating(again), fact("A1", "failure_notice_on", "2026-07-06"))
    assert said.sentence.zh == "再次评估：评估不合格通知送达（2026-07-06）起满 3 个月后方可，即 2026-10-06。"


def test_days_left_are_measured_and_days_overdue_are_negative() -> None:
    found = rows(stating(DOCUMENTS, EVALUATION), fact("A1", "received_on", "2026-08-20"), fact("A1", "accepted_on", "2026-08-24"))
    assert [(r.measure, r.subject, r.supply, r.unit_of_measure) for r in found] == [
        ("deadline_documents", "A1", -5, "day"), ("deadline_evaluation", "A1", 84, "day")]


def test_an_application_without_dates_on_file_is_not_measured() -> None:
    assert rows(stating(DOCUMENTS, EVALUATION)) == []


def test_a_clock_that_stands_still_is_undetermined_and_says_why() -> None:
    row, = rows(stating(EVALUATION), fact("A1", "accepted_on", "2026-07-06"), fact("A1", "supplement_asked_on", "2026-07-20"))
    assert (row.status, row.supply) == ("undetermined", None)
    assert row.reason is not None
    assert "停止计时" in row.reason.zh


def test_applications_out_of_scope_are_not_measured() -> None:
    provision = stating(DOCUMENTS, scope=Scope(actions=("relocate",)))
    assert rows(provision, fact("A1", "received_on", "2026-08-20")) == []
    assert len(rows(provision, fact("A1", "received_on", "2026-08-20"), action="relocate")) == 1


def test_the_agreement_of_a_provider_is_measured_too() -> None:
    renewal = {"id": "renewal", "zh": "续签申请", "en": "renewal", "start": "expires", "length": 3, "unit": "month", "ahead": True}
    row, = rows(stating(renewal), fact("H1", "expires_on", "2026-12-31"))
    assert (row.subject, row.supply) == ("H1", 29)


def test_a_year_without_published_holidays_is_provisional_until_the_pack_adds_it() -> None:
    late = fact("A1", "received_on", "2030-12-31")
    said = judge(small_city(applications=[application(applied_on="2026-08-01")], more_facts=[late]), "clocks",
                 plan=with_provisions(stating(DOCUMENTS)))
    assert "暂定：2031" in said.sentence.zh
    years = [{"year": 2031, "off": [date(2031, 1, 1)], "worked": []}]
    city = small_city(applications=[application(applied_on="2026-08-01")], more_facts=[late])
    said = judge(city, "clocks", plan=with_provisions(stating(DOCUMENTS, years=years)))
    assert "暂定" not in said.sentence.zh
    assert said.evidence["deadlines"]["documents"] == date(2031, 1, 8)


def test_a_day_that_cannot_be_read_starts_no_clock() -> None:
    assert rows(stating(EVALUATION), fact("A1", "accepted_on", "七月")) == []


@pytest.mark.parametrize(("clock", "field"), [
    ({**NOTICE, "unit": "working_day"}, "ahead"), ({**NOTICE, "net_of_supplements": True}, "ahead"),
])
def test_a_clock_that_cannot_run_is_refused(clock: dict[str, Any], field: str) -> None:
    assert {where[-1] for where, _, _ in stating(clock).problems()} == {field}


def test_two_clocks_of_one_name_and_none_at_all_are_refused() -> None:
    assert {where[-1] for where, _, _ in stating(DOCUMENTS, DOCUMENTS).problems()} == {"id"}
    assert {where[-1] for where, _, _ in stating().problems()} == {"clocks"}


@pytest.mark.parametrize(("off", "worked", "field"), [
    ([date(2030, 1, 1)], [], "off"), ([date(2031, 1, 4)], [], "off"), ([], [date(2031, 1, 6)], "worked"),
])
def test_holidays_of_another_year_or_weekday_are_refused(off: list[date], worked: list[date], field: str) -> None:
    found = stating(DOCUMENTS, years=[{"year": 2031, "off": off, "worked": worked}]).problems()
    assert {where[-1] for where, _, _ in found} == {field}


def test_an_unknown_event_is_refused() -> None:
    with pytest.raises(FieldError):
        stating({**DOCUMENTS, "start": "opened"})


def test_it_reads_itself_back_with_its_numbers() -> None:
    said = stating(DOCUMENTS, NOTICE).read_back()
    assert said.zh == "告知缺件：收到申请起 5 个工作日；提前申请：拟中止、解除或不再续签之日之前 3 个月；公立机构不得提出。"
    assert "5 working days from receipt" in said.en


def test_each_request_waits_for_the_receipt_that_follows() -> None:
    days = [date(2026, 7, d) for d in (1, 5, 10, 20)]
    assert pauses_of([days[0], days[2]], [days[1], days[3]]) == (Pause(days[0], days[1]), Pause(days[2], days[3]))
    assert pauses_of([days[2]], [days[1]]) == (Pause(days[2], None),)


def test_hospitals_are_told_too() -> None:
    city = small_city(applications=[for_hospital()])
    assert judge(city, "clocks", plan=with_provisions(stating(DOCUMENTS))).status == "holds"


@given(st.lists(st.dates(), max_size=5), st.lists(st.dates(), max_size=5))
def test_a_pause_never_ends_before_it_starts(asked: list[date], received: list[date]) -> None:
    assert all(pause.end is None or pause.end >= pause.start for pause in pauses_of(asked, received))
