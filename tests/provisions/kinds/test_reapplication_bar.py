"""For how long nobody applies again: each bar to the day, the longest of several, causes, principals, and what is not on file."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dingdian.city.model import City
from dingdian.methods.clocks import later
from dingdian.provisions.base import Scope
from dingdian.provisions.fields import specs
from dingdian.provisions.finding import Judgement
from dingdian.provisions.kinds.reapplication_bar import ReapplicationBar
from provisions.judging import judge, lacking, with_provisions
from small_city import META, application, fact, pharmacy, small_city

BREACH = {"id": "breach", "zh": "因严重违约被解除", "en": "ended for serious breach", "source": "令2", "length": 1, "unit": "year",
          "event": "termination", "cause": "serious_breach"}
ILLEGAL = {"id": "illegal", "zh": "因违法被解除", "en": "ended for illegality", "source": "令2", "length": 3, "unit": "year",
           "event": "termination", "cause": "illegality"}
FRAUD = {"id": "fraud", "zh": "骗取定点", "en": "fraud in applying", "source": "令2", "length": 3, "unit": "year", "fact": "application_fraud_on"}
PRINCIPALS = {"id": "principals", "zh": "负责人涉及解除", "en": "principals involved", "source": "令2", "length": 5, "unit": "year",
              "event": "termination", "through_principals": True}
ELSEWHERE = {"id": "elsewhere", "zh": "负责人涉及其他机构解除", "en": "principals of another", "source": "令2", "length": 5, "unit": "year",
             "fact": "principals_involved_on"}
TWICE = {"id": "twice", "zh": "再次评估不合格", "en": "failed twice", "source": "令2", "length": 1, "unit": "year", "fact": "evaluation_failed_twice_on"}
COACHING = {"id": "coaching", "zh": "辅导期内被解除", "en": "ended during coaching", "source": "某市规划", "length": 2, "unit": "year",
            "fact": "coaching_terminated_on", "local": True}
NATIONAL = (BREACH, ILLEGAL, FRAUD, PRINCIPALS, ELSEWHERE, TWICE)
NO_EVENTS = attrs.evolve(META, known_empty=("events",))


def bar(*rows: dict[str, Any], **readings: str) -> ReapplicationBar:
    return ReapplicationBar(id="bar", clause="fund-gate", scope=Scope(), bars=specs(ReapplicationBar)["bars"][0].parse(list(rows or NATIONAL)),
                            readings={slot: {"option": option} for slot, option in readings.items()})


def ended(day: str, cause: str | None = None, *, changed: str | None = "yes", severity: str | None = None, applied: str = "2026-08-01") -> City:
    """P9 was designated and terminated, and applies again."""
    event = {"event": "E1", "provider": "P9", "happened_on": day, "type": "termination", "severity": severity}
    facts = [] if cause is None else [fact("P9", "termination_cause", cause, day)]
    facts += [] if changed is None else [fact("P9", "principals_changed", changed)]
    return small_city(
        applications=[application(provider="P9", applied_on=applied)], more_facts=facts,
        more_providers=[pharmacy("P9", 9000, status="terminated")], events=[{k: v for k, v in event.items() if v is not None}])


def stated(key: str, day: str, *, applied: str = "2026-08-01", **columns: Any) -> City:
    return small_city(meta=NO_EVENTS, applications=[application(applied_on=applied, **columns)], more_facts=[fact("A1", key, day)])


def ask(provision: ReapplicationBar, city: City) -> Judgement:
    return judge(city, "bar", plan=with_provisions(provision))


@pytest.mark.parametrize(("day", "status"), [("2025-08-02", "fails"), ("2025-08-01", "holds"), ("2025-07-31", "holds")])
def test_a_serious_breach_bars_for_one_year_and_the_day_it_ends_is_free(day: str, status: str) -> None:
    assert ask(bar(), ended(day, "serious_breach")).status == status


@pytest.mark.parametrize(("day", "status"), [("2023-08-02", "fails"), ("2023-08-01", "holds"), ("2023-07-31", "holds")])
def test_illegality_bars_for_three_years(day: str, status: str) -> None:
    assert ask(bar(), ended(day, "illegality")).status == status


@pytest.mark.parametrize(("day", "status"), [("2023-08-02", "fails"), ("2023-08-01", "holds"), ("2023-07-31", "holds")])
def test_fraud_in_applying_bars_for_three_years(day: str, status: str) -> None:
    assert ask(bar(), stated("application_fraud_on", day)).status == status


@pytest.mark.parametrize(("day", "status"), [("2021-08-02", "fails"), ("2021-08-01", "holds"), ("2021-07-31", "holds")])
def test_principals_bar_for_five_years_while_they_are_the_same(day: str, status: str) -> None:
    assert ask(bar(), ended(day, "illegality", changed="no")).status == status
    assert ask(bar(), stated("principals_involved_on", day)).status == status


@pytest.mark.parametrize(("day", "status"), [("2025-08-02", "fails"), ("2025-08-01", "holds"), ("2025-07-31", "holds")])
def test_a_second_failure_bars_for_one_year(day: str, status: str) -> None:
    assert ask(bar(), stated("evaluation_failed_twice_on", day)).status == status


def test_the_margin_is_in_days_and_the_end_is_stated() -> None:
    said = ask(bar(), ended("2026-01-01", "serious_breach"))
    assert (said.value, said.operator, said.threshold, said.margin, said.unit_of_measure) == ("2026-08-01", ">=", "2027-01-01", -153, "day")
    assert "2027-01-01" in said.would_change[0].zh


def test_of_several_bars_the_longest_counts_and_every_source_is_named() -> None:
    city = ended("2025-12-01", "illegality", changed="no").with_rows("facts", [fact("A1", "evaluation_failed_twice_on", "2026-07-01")])
    said = ask(bar(), city)
    assert said.threshold == "2030-12-01"
    assert {row["bar"] for row in said.evidence["bars"]} == {"illegal", "principals", "twice"}
    assert said.sentence.zh.count("令2") == 3


def test_a_cause_that_nobody_stated_is_asked_for_while_it_could_bar() -> None:
    assert ("facts", "termination_cause") in lacking(ask(bar(), ended("2026-01-01")))
    assert ("facts", "termination_cause") in lacking(ask(bar(BREACH, ILLEGAL), ended("2024-01-01")))
    assert ask(bar(BREACH, ILLEGAL), ended("2020-01-01")).status == "holds"


def test_a_crime_is_illegal_whatever_is_entered() -> None:
    assert ask(bar(ILLEGAL), ended("2025-01-01", severity="criminal")).status == "fails"


def test_another_cause_bars_nobody() -> None:
    assert ask(bar(), ended("2026-07-01", "other")).status == "holds"


def test_whether_the_principals_changed_is_asked_only_while_it_could_bar() -> None:
    assert lacking(ask(bar(), ended("2022-08-02", "illegality", changed=None))) == {("facts", "principals_changed")}
    assert ask(bar(), ended("2021-08-01", "illegality", changed=None)).status == "holds"


def test_any_termination_bars_through_the_principals_under_the_other_reading() -> None:
    city = ended("2026-07-01", "other", changed="no")
    assert ask(bar(), city).status == "holds"
    assert ask(bar(principals="any_termination"), city).status == "fails"


def test_a_cause_belongs_to_the_termination_that_it_follows() -> None:
    """Ended for illegality in 2018 and on its own request in 2026: only the first was a ground, and its bar is over."""
    events = [{"event": f"E{n}", "provider": "P9", "happened_on": day, "type": "termination"} for n, day in enumerate(("2018-01-01", "2026-01-01"))]
    facts = [fact("P9", "termination_cause", "illegality", "2018-01-05"), fact("P9", "termination_cause", "other", "2026-01-05")]
    city = small_city(applications=[application(provider="P9")], events=events, more_facts=facts, more_providers=[pharmacy("P9", 9000, status="terminated")])
    assert ask(bar(BREACH, ILLEGAL), city).status == "holds"


def test_a_local_bar_and_the_orders_stand_side_by_side_the_longest_counts() -> None:
    city = ended("2025-12-01", "illegality").with_rows("facts", [fact("P9", "coaching_terminated_on", "2025-12-01")])
    both = bar(ILLEGAL, COACHING)
    said = ask(both, city)
    assert said.threshold == "2028-12-01"
    assert "法制审核" in said.sentence.zh
    assert ask(bar(ILLEGAL, COACHING, which="local"), city).threshold == "2027-12-01"


def test_the_local_reading_leaves_the_orders_where_no_local_bar_is_triggered() -> None:
    assert ask(bar(ILLEGAL, COACHING, which="local"), ended("2025-12-01", "illegality")).threshold == "2028-12-01"


def test_without_events_a_provider_with_a_history_cannot_be_cleared() -> None:
    city = small_city(applications=[application(provider="P9")], more_providers=[pharmacy("P9", 9000, status="terminated")])
    assert lacking(ask(bar(), city)) == {("events", "type")}
    assert ask(bar(FRAUD), city).status == "holds"


def test_that_there_were_no_events_is_evidence() -> None:
    city = small_city(meta=NO_EVENTS, applications=[application(provider="P9")], more_providers=[pharmacy("P9", 9000, status="terminated")])
    assert ask(bar(), city).status == "holds"


def test_a_provider_that_never_had_an_agreement_has_no_history() -> None:
    city = small_city(applications=[application(provider="P9")], more_providers=[pharmacy("P9", 9000, status="undesignated", designated_on=None)])
    assert ask(bar(), city).status == "holds"


def test_who_is_not_on_file_has_nothing_to_be_cleared_of() -> None:
    assert ask(bar(), small_city()).status == "not_applicable"


def test_a_stated_day_that_cannot_be_read_is_asked_for() -> None:
    assert lacking(ask(bar(), stated("application_fraud_on", "去年"))) == {("facts", "application_fraud_on")}


def test_an_event_of_tomorrow_bars_nobody_today() -> None:
    assert ask(bar(), ended("2026-09-02", "illegality")).status == "holds"


@pytest.mark.parametrize(("rows", "field"), [
    ([{**FRAUD, "event": "termination"}], "event"), ([{k: v for k, v in FRAUD.items() if k != "fact"}], "event"),
    ([FRAUD, FRAUD], "id"), ([{**FRAUD, "cause": "illegality"}], "cause"),
])
def test_a_bar_that_cannot_begin_is_refused(rows: list[dict[str, Any]], field: str) -> None:
    assert {where[-1] for where, _, _ in bar(*rows).problems()} == {field}


def test_a_list_without_bars_is_refused() -> None:
    empty = attrs.evolve(bar(), bars=())
    assert {where[-1] for where, _, _ in empty.problems()} == {"bars"}


def test_it_reads_itself_back_with_its_numbers_and_sources() -> None:
    said = bar().read_back()
    for phrase in ("1 年", "3 年", "5 年", "令2"):
        assert phrase in said.zh


@given(st.dates(date(2019, 1, 1), date(2026, 8, 31)), st.sampled_from(["illegality", "serious_breach", "other"]), st.sampled_from(["yes", "no"]))
@settings(max_examples=20, deadline=None)
def test_a_further_bar_never_frees_anybody(day: date, cause: str, changed: str) -> None:
    city = ended(day.isoformat(), cause, changed=changed)
    one, more = ask(bar(BREACH), city).status, ask(bar(*NATIONAL), city).status
    assert not (one == "fails" and more == "holds")


@given(st.dates(date(2019, 1, 1), date(2026, 8, 31)))
@settings(max_examples=20, deadline=None)
def test_the_bar_is_half_open(day: date) -> None:
    end = later(day, 1, "year")
    assert (ask(bar(TWICE), stated("evaluation_failed_twice_on", day.isoformat())).status == "fails") == (date(2026, 8, 1) < end)
