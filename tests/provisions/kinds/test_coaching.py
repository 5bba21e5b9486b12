"""Coaching and trial: how long, what extends it, what ends it, how long the bar is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.provisions.base import Scope
from dingdian.provisions.kinds.coaching import Coaching, Incident
from provisions.judging import judge, lacking, measured, with_provisions
from small_city import application, fact, pharmacy, small_city

READS = {"extension": {"option": "once"}}
SIX = Coaching(id="coaching", clause="preamble", months=6, extension_months=6, bar_months=12, readings=READS)
TRIAL = attrs.evolve(SIX, bar_months=24, trial_months=12, failed_trial_months=12, out_of_area=False, scope=Scope(provider_class=("inpatient",)))
SIGNED = date(2026, 3, 1)
MINOR: Incident = (date(2026, 5, 1), "breach", "minor")


def test_six_months_from_the_signature() -> None:
    assert SIX.course(SIGNED).coached_until == date(2026, 9, 1)
    assert SIX.course(SIGNED).trial_until is None


@pytest.mark.parametrize(("day", "until"), [
    (date(2026, 2, 28), date(2026, 9, 1)), (date(2026, 3, 1), date(2027, 3, 1)),
    (date(2026, 8, 31), date(2027, 3, 1)), (date(2026, 9, 1), date(2026, 9, 1)),
])
def test_a_minor_breach_extends_from_the_first_to_the_last_day_of_coaching(day: date, until: date) -> None:
    assert SIX.course(SIGNED, [(day, "breach", "minor")]).coached_until == until


def test_it_is_extended_once_unless_the_reading_says_repeatedly() -> None:
    again: Incident = (date(2026, 10, 1), "breach", "minor")
    assert SIX.course(SIGNED, [MINOR, again]).coached_until == date(2027, 3, 1)
    assert SIX.course(SIGNED, [MINOR, again], again=True).coached_until == date(2027, 9, 1)


@pytest.mark.parametrize("incident", [
    (date(2026, 5, 2), "breach", "serious"), (date(2026, 5, 2), "suspension", ""), (date(2026, 5, 2), "breach", "criminal"),
    (date(2026, 5, 2), "licence_revoked", ""),
])
def test_what_the_orders_list_for_suspension_ends_the_agreement(incident: Incident) -> None:
    assert SIX.course(SIGNED, [incident]).to_terminate == date(2026, 5, 2)


@pytest.mark.parametrize("kind", ["inspection", "complaint", "assessment"])
def test_what_is_no_breach_changes_nothing(kind: str) -> None:
    assert SIX.course(SIGNED, [(date(2026, 5, 2), kind, "serious")]) == SIX.course(SIGNED)


def test_a_breach_of_unknown_severity_is_left_to_the_agency() -> None:
    course = SIX.course(SIGNED, [(date(2026, 5, 2), "breach", "")])
    assert (course.unclear, course.extended_for, course.to_terminate) == ((date(2026, 5, 2),), (), None)


@pytest.mark.parametrize(("incidents", "until"), [((), date(2027, 3, 1)), ((MINOR,), date(2027, 3, 1))])
def test_the_trial_ends_with_the_later_of_a_year_and_the_coaching(incidents: Any, until: date) -> None:
    assert TRIAL.course(SIGNED, incidents).trial_until == until


def test_a_long_coaching_prolongs_the_trial() -> None:
    again: Incident = (date(2027, 1, 1), "breach", "minor")
    assert TRIAL.course(SIGNED, [MINOR, again], again=True).trial_until == date(2027, 9, 1)


def test_bars_run_from_the_termination() -> None:
    assert (SIX.barred_until(date(2026, 5, 2)), TRIAL.barred_until(date(2026, 5, 2))) == (date(2027, 5, 2), date(2028, 5, 2))
    assert (SIX.waits_until(date(2026, 5, 2)), TRIAL.waits_until(date(2026, 5, 2))) == (None, date(2027, 5, 2))


# --- applications ------------------------------------------------------------------------------------------------------


def event(day: str, kind: str = "termination", severity: str | None = "serious", code: str = "E1") -> dict[str, Any]:
    row = {"event": code, "provider": "P1", "happened_on": day, "type": kind, "severity": severity}
    return {name: value for name, value in row.items() if value is not None}


def again(*events: dict[str, Any], signed: str | None = "2026-03-01", **changes: Any) -> Any:
    """A pharmacy that was terminated applies again."""
    providers = [pharmacy("P1", 300, status="terminated", designated_on=signed)]
    return small_city(**{"providers": providers, "beds": None, "events": list(events) or None, "applications": [application(provider="P1")], **changes})


@pytest.mark.parametrize(("on", "status"), [(date(2027, 5, 1), "fails"), (date(2027, 5, 2), "holds"), (date(2027, 5, 3), "holds")])
def test_the_year_after_a_termination_in_coaching_ends_on_its_own_day(on: date, status: str) -> None:
    said = judge(again(event("2026-05-02")), "coaching", on=on, plan=with_provisions(SIX))
    assert said.status == status


def test_the_bar_says_how_many_days_are_left() -> None:
    said = judge(again(event("2026-05-02")), "coaching", on=date(2027, 4, 30), plan=with_provisions(SIX))
    assert (said.margin, said.threshold) == (-2, "2027-05-02")
    assert "还差 2 天" in said.would_change[0].zh


@pytest.mark.parametrize(("ended", "status"), [("2026-08-31", "fails"), ("2026-09-01", "holds")])
def test_only_a_termination_during_coaching_bars_here(ended: str, status: str) -> None:
    assert judge(again(event(ended)), "coaching", on=date(2026, 9, 2), plan=with_provisions(SIX)).status == status


def test_a_termination_in_the_extension_bars_too() -> None:
    events = [event("2026-05-01", "breach", "minor", "E0"), event("2026-12-01")]
    assert judge(again(*events), "coaching", on=date(2027, 2, 1), plan=with_provisions(SIX)).status == "fails"


def test_a_termination_without_its_day_is_missing_evidence() -> None:
    assert lacking(judge(again(), "coaching", plan=with_provisions(SIX))) == {("events", "happened_on")}
    assert lacking(judge(again(event("2026-05-02"), signed=None), "coaching", plan=with_provisions(SIX))) == {("providers", "designated_on")}


def test_a_failed_trial_postpones_the_next_evaluation() -> None:
    rows = [{**fact("P1", "trial_failed", "不合格", "2027-03-01")}]
    plan = with_provisions(attrs.evolve(TRIAL, scope=Scope()))
    for on, status in ((date(2028, 2, 29), "fails"), (date(2028, 3, 1), "holds")):
        assert judge(again(event("2027-03-01"), more_facts=rows), "coaching", on=on, plan=plan).status == status


def test_a_new_applicant_is_told_what_awaits_it() -> None:
    said = judge(small_city(), "coaching", on=date(2026, 9, 1), plan=with_provisions(SIX))
    assert (said.status, said.evidence["coached_until"]) == ("holds", date(2027, 3, 1))
    assert "6 个月" in said.sentence.zh


def test_a_pharmacy_has_no_trial_where_only_institutions_have() -> None:
    assert judge(small_city(), "coaching", plan=with_provisions(TRIAL)).status == "not_applicable"


# --- who is being coached ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("signed", "left"), [("2026-03-01", None), ("2026-03-02", 1), ("2026-09-01", 181), ("2026-09-02", None)])
def test_those_in_coaching_have_a_row_with_the_days_left(signed: str, left: int | None) -> None:
    city = small_city(providers=[pharmacy("P1", 300, designated_on=signed)], beds=None)
    rows = {r.subject: r.supply for r in measured(city, "coaching", on=date(2026, 9, 1), plan=with_provisions(SIX))}
    assert rows == ({"": 0} if left is None else {"": 1, "P1": left})


def test_an_extension_is_named_with_its_day() -> None:
    city = small_city(providers=[pharmacy("P1", 300, designated_on="2026-03-01")], beds=None, events=[event("2026-05-01", "breach", "minor")])
    row = measured(city, "coaching", on=date(2026, 10, 1), plan=with_provisions(SIX))[1]
    assert "2026-05-01" in row.note.zh  # type: ignore[union-attr]
    assert row.supply == (date(2027, 3, 1) - date(2026, 10, 1)).days


def test_a_failed_trial_without_a_trial_is_a_problem() -> None:
    assert [where for where, _, _ in attrs.evolve(SIX, failed_trial_months=12).problems()] == [("failed_trial_months",)]
    assert not list(TRIAL.problems())


# --- laws ----------------------------------------------------------------------------------------------------------------

days = st.dates(date(2026, 1, 1), date(2029, 1, 1))
incidents = st.lists(st.tuples(days, st.sampled_from(("breach", "inspection", "suspension")), st.sampled_from(("minor", "serious", ""))), max_size=6)


@given(signed=days, happened=incidents, twice=st.booleans())
def test_coaching_never_ends_before_its_months_nor_the_trial_before_it(signed: date, happened: list[Incident], twice: bool) -> None:
    course = TRIAL.course(signed, happened, again=twice)
    assert course.coached_until >= SIX.course(signed).coached_until > signed
    assert course.trial_until is not None
    assert course.trial_until >= course.coached_until


@given(signed=days, happened=incidents)
def test_the_order_of_the_incidents_does_not_matter(signed: date, happened: list[Incident]) -> None:
    assert SIX.course(signed, happened) == SIX.course(signed, happened[::-1])


@given(signed=days, offset=st.integers(-400, -1))
def test_what_happened_before_the_signature_does_not_count(signed: date, offset: int) -> None:
    assert SIX.course(signed, [(signed + timedelta(days=offset), "breach", "minor")]) == SIX.course(signed)
