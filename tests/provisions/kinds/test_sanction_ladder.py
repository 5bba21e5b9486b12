"""The step that events call for: severity, repetition, correction in time, what is settled, and what nobody knows."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.city.model import City
from dingdian.provisions.base import Scope
from dingdian.provisions.fields import specs
from dingdian.provisions.kinds.sanction_ladder import SanctionLadder
from dingdian.provisions.ladder import DONE, ENDED, NOTHING, TO_DO, UNKNOWN, Happening
from provisions.judging import judge, lacking, measured, with_provisions
from small_city import META, application, fact, small_city

GROUNDS: list[dict[str, Any]] = [
    {"id": "minor", "zh": "轻微违约", "en": "minor breach", "event": "breach", "severities": ["minor"]},
    {"id": "serious", "zh": "严重违约", "en": "serious breach", "event": "breach", "severities": ["serious"]},
    {"id": "twice", "zh": "被中止", "en": "suspended", "event": "suspension", "times": 2},
    {"id": "licence", "zh": "吊销执照", "en": "licence revoked", "event": "licence_revoked"},
    {"id": "crime", "zh": "涉嫌犯罪", "en": "suspected crime", "event": "breach", "severities": ["criminal"]},
    {"id": "closed", "zh": "停业", "en": "closed"},
]
RUNGS: list[dict[str, Any]] = [
    {"id": "talk", "action": "talk", "grounds": ["minor"], "then": "suspend"},
    {"id": "suspend", "action": "suspend", "grounds": ["serious"], "then": "terminate", "consequence_zh": "中止期间不结算", "consequence_en": "no settlement"},
    {"id": "terminate", "action": "terminate", "grounds": ["twice", "licence", "closed"], "ends_elsewhere": True},
    {"id": "transfer", "action": "transfer", "grounds": ["crime"]},
]
ON = date(2026, 9, 1)


def ladder(grounds: list[dict[str, Any]] = GROUNDS, rungs: list[dict[str, Any]] = RUNGS, **more: Any) -> SanctionLadder:
    declared = specs(SanctionLadder)
    return SanctionLadder(id="ladder", clause="fund-gate", effect="information", scope=more.pop("scope", Scope()),
                          grounds=declared["grounds"][0].parse(grounds), rungs=declared["rungs"][0].parse(rungs))


def breach(severity: str, day: date = date(2026, 6, 1)) -> Happening:
    return Happening(day=day, type="breach", severity=severity)


def suspension(day: date) -> Happening:
    return Happening(day=day, type="suspension")


def action(*events: Happening, on: date = ON, **days: date | None) -> tuple[str, str]:
    step = ladder().next_step(events, on, **days)
    return step.state, "" if step.rung is None else step.rung["action"]


@pytest.mark.parametrize(("severity", "expected"), [("minor", "talk"), ("serious", "suspend"), ("criminal", "transfer")])
def test_the_step_follows_the_severity(severity: str, expected: str) -> None:
    assert action(breach(severity)) == (TO_DO, expected)


def test_the_severest_ground_decides() -> None:
    assert action(breach("minor"), breach("serious"), breach("minor", date(2026, 8, 1))) == (TO_DO, "suspend")


def test_nothing_happened_and_what_is_yet_to_happen_ask_for_nothing() -> None:
    assert action() == (NOTHING, "")
    assert action(breach("serious", date(2026, 9, 2))) == (NOTHING, "")
    assert action(Happening(day=date(2026, 6, 1), type="complaint")) == (NOTHING, "")


@pytest.mark.parametrize(("on", "expected"), [
    (date(2026, 7, 31), "suspend"), (date(2026, 8, 1), "suspend"), (date(2026, 8, 2), "terminate"),
])
def test_the_next_rung_follows_the_day_after_the_last_day_for_correction(on: date, expected: str) -> None:
    assert action(breach("serious"), on=on, correction_due=date(2026, 8, 1))[1] == expected


def test_what_is_put_right_is_settled() -> None:
    assert action(breach("serious"), correction_due=date(2026, 8, 1), corrected=date(2026, 7, 15)) == (NOTHING, "")
    assert action(breach("serious"), corrected=date(2026, 9, 2)) == (TO_DO, "suspend")
    assert action(breach("serious"), breach("minor", date(2026, 8, 20)), corrected=date(2026, 7, 15)) == (TO_DO, "talk")


def test_a_resumption_settles_what_came_before() -> None:
    back = Happening(day=date(2026, 7, 1), type="resumption")
    assert action(breach("serious"), suspension(date(2026, 6, 5)), back) == (NOTHING, "")


def test_a_step_that_was_taken_is_done() -> None:
    assert action(breach("serious"), suspension(date(2026, 6, 5))) == (DONE, "suspend")


@pytest.mark.parametrize(("first", "expected"), [
    (date(2025, 12, 31), (NOTHING, "")), (date(2026, 1, 1), (TO_DO, "terminate")), (date(2026, 1, 2), (TO_DO, "terminate")),
])
def test_two_suspensions_in_the_term_end_the_agreement(first: date, expected: tuple[str, str]) -> None:
    back = Happening(day=date(2026, 2, 1), type="resumption")
    found = action(suspension(first), back, suspension(date(2026, 8, 1)), signed=date(2026, 1, 1))
    assert found == expected


def test_without_the_day_of_signing_two_suspensions_cannot_be_told() -> None:
    step = ladder().next_step([suspension(date(2026, 3, 1)), suspension(date(2026, 8, 1))], ON)
    assert (step.state, step.missing) == (UNKNOWN, ("signed_on",))
    assert action(suspension(date(2026, 8, 1))) == (NOTHING, "")


def test_an_unknown_severity_matters_only_where_it_could_lead_higher() -> None:
    assert ladder().next_step([breach("")], ON).missing == ("severity",)
    assert action(breach(""), breach("criminal")) == (TO_DO, "transfer")


def test_a_terminated_agreement_has_no_next_step() -> None:
    over = Happening(day=date(2026, 8, 1), type="termination")
    assert action(breach("serious"), over) == (ENDED, "")
    assert action(over, breach("minor", date(2026, 8, 15))) == (TO_DO, "talk")


def test_a_ground_that_an_official_established_counts_like_an_event() -> None:
    assert action(Happening(day=date(2026, 6, 1), ground="closed")) == (TO_DO, "terminate")


@given(st.lists(st.builds(Happening, day=st.dates(date(2026, 1, 1), date(2026, 8, 31)), type=st.sampled_from(["breach", "complaint"]),
                          severity=st.sampled_from(["minor", "serious", "criminal"])), max_size=6),
       st.sampled_from(["minor", "serious", "criminal"]))
def test_a_further_breach_never_makes_the_step_milder(events: list[Happening], severity: str) -> None:
    order = [rung["action"] for rung in RUNGS]
    before, after = action(*events)[1], action(*events, breach(severity, date(2026, 8, 31)))[1]
    assert before == "" or order.index(after) >= order.index(before)


# --- in a city -------------------------------------------------------------------------------------------------------


def town(*events: dict[str, Any], empty: bool = False, **columns: Any) -> City:
    meta = attrs.evolve(META, known_empty=("events",)) if empty else META
    given_events = {} if empty else {"events": list(events)} if events else {}
    return small_city(meta=meta, applications=[application(provider="H1", **columns)], **given_events)


def event(code: str, type: str = "breach", severity: str | None = "serious", day: str = "2026-06-01", provider: str = "H1") -> dict[str, Any]:
    row = {"event": code, "provider": provider, "happened_on": day, "type": type, "severity": severity}
    return {name: value for name, value in row.items() if value is not None}


PLAN = with_provisions(ladder())


def test_the_step_is_told_in_one_sentence() -> None:
    said = judge(town(event("E1")), "ladder", plan=PLAN)
    assert said.status == "holds"
    assert said.sentence.zh == "2026-06-01 严重违约：对应的处理为中止协议，由经办机构认定。"
    assert said.evidence["step"] == "suspend"


def test_without_a_table_of_events_nothing_is_said_and_a_stated_empty_one_is_evidence() -> None:
    assert lacking(judge(town(), "ladder", plan=PLAN)) == {("events", "type")}
    assert judge(town(empty=True), "ladder", plan=PLAN).status == "not_applicable"


def test_who_is_not_on_file_has_no_agreement_to_sanction() -> None:
    assert judge(small_city(), "ladder", plan=PLAN).status == "not_applicable"


def test_providers_with_something_unsettled_are_measured() -> None:
    rows = measured(town(event("E1"), event("E2", severity="minor", day="2026-07-01"), event("E3", type="complaint", severity=None, provider="H2")),
                    "ladder", plan=PLAN)
    assert [(r.subject, r.supply, r.unit_of_measure, r.status) for r in rows] == [("H1", 2, "event", "measured")]
    assert rows[0].note is not None
    assert "中止协议" in rows[0].note.zh


def test_an_unknown_severity_is_a_row_with_its_reason() -> None:
    row, = measured(town(event("E1", severity=None)), "ladder", plan=PLAN)
    assert (row.status, row.supply) == ("undetermined", None)
    assert row.reason is not None
    assert "严重程度" in row.reason.zh


def test_without_events_the_measure_says_so_once() -> None:
    row, = measured(town(), "ladder", plan=PLAN)
    assert row.status == "undetermined"
    assert measured(town(empty=True), "ladder", plan=PLAN) == []


def test_a_provider_out_of_scope_is_not_measured() -> None:
    plan = with_provisions(ladder(scope=Scope(provider_class=("pharmacy",))))
    assert measured(town(event("E1")), "ladder", plan=plan) == []


def test_the_day_of_signing_is_a_fact() -> None:
    events = [event("E1", "suspension", None, "2026-03-01"), event("E2", "suspension", None, "2026-08-01")]
    assert lacking(judge(town(*events), "ladder", plan=PLAN)) == {("facts", "signed_on")}
    city = town(*events).with_rows("facts", [fact("H1", "signed_on", "2026-01-01")])
    assert judge(city, "ladder", plan=PLAN).evidence["step"] == "terminate"
    assert judge(city, "ladder", plan=PLAN).evidence["ends_elsewhere"] is True


@pytest.mark.parametrize(("grounds", "rungs", "field"), [
    (GROUNDS, [], "rungs"), ([*GROUNDS, GROUNDS[0]], RUNGS, "id"), (GROUNDS[:-1], RUNGS, "grounds"),
    (GROUNDS, [RUNGS[0] | {"then": "talk"}, *RUNGS[1:]], "then"), ([*GROUNDS, {"id": "x", "zh": "某", "en": "some"}], RUNGS, "id"),
])
def test_a_ladder_that_cannot_stand_is_refused(grounds: list[dict[str, Any]], rungs: list[dict[str, Any]], field: str) -> None:
    assert field in {where[-1] for where, _, _ in ladder(grounds, rungs).problems()}


def test_it_reads_itself_back_with_its_numbers_and_consequences() -> None:
    said = ladder().read_back()
    assert "中止协议：严重违约（中止期间不结算），逾期不改的，解除协议" in said.zh
    assert "协议期内 2 次" in said.zh
    assert "2 times" in said.en
