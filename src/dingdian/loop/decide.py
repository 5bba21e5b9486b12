"""确定: the findings of a case add up to a ruling; rulings add up to an annual plan (see ``annual``).

The law: a gate that fails refuses, unless an exception of that gate holds. A gate that nobody can judge, or an exception that
would help but waits for evidence, sends the case to a person. Two exceptions of equal rank for one gate are an error that
names both clauses. Nothing here knows a particular provision.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import product
from typing import Any

from attrs import evolve

from dingdian.city.model import City
from dingdian.loop.cases import case_of, with_application
from dingdian.loop.ground import ground, notes
from dingdian.loop.receipts import receipt_of
from dingdian.loop.results import Flip, Ruling
from dingdian.plans.model import Plan
from dingdian.problems import BadData, Problem
from dingdian.provisions.case import Case
from dingdian.provisions.finding import FAILS, UNDETERMINED, Finding
from dingdian.terms import OUTCOMES, Text

ELIGIBLE, REFUSED, REVIEW = OUTCOMES
BINDING = ("gate", "condition")
JOINT_LIMIT = 64


def check(
    city: City, plan: Plan, application: str | Mapping[str, Any], *, on: date | None = None,
    readings: Mapping[str, str] | None = None, admitted: tuple[Case, ...] = (),
) -> Ruling:
    """The ruling on one application.

    Parameters
    ----------
    application
        Its id in the city, or a mapping of the columns of `applications`.
    on
        Day of the question; when left out, the later of the application's day and the city's as-of date.
    readings
        Reading id → option, instead of the plan's defaults.
    admitted
        Cases taken as admitted before this one; they count as stock.

    Raises
    ------
    BadData
        Unknown application, reading or option; a mapping that breaks a rule.
    """
    chosen = plan.with_readings(readings or {})
    city, name = with_application(city, application)
    day = on or governing_day(city, name)
    case = case_of(city, name, day)
    findings = find(city, chosen, case, day, admitted)
    flips = flips_of(city, chosen, case, day, findings, admitted)
    return ruling_of(city, chosen, case, day, findings, flips)


def governing_day(city: City, application: str) -> date:
    """The later of the application's day and the city's as-of date."""
    table = city.tables["applications"]
    applied = table.loc[table["application"] == application, "applied_on"].iloc[0]
    later: date = max(city.meta.as_of, applied.date())
    return later


def find(city: City, plan: Plan, case: Case, on: date, admitted: tuple[Case, ...] = ()) -> tuple[Finding, ...]:
    """One finding per provision, in the plan's order, exceptions applied."""
    facts = ground(city, plan, on, admitted)
    findings = tuple(
        Finding(
            provision=p.id, kind=p.kind, effect=p.effect, clause=p.clause, locator=plan.locator(p),
            requirements=p.requirements, normally=p.normally, judgement=p.judge(case, facts),
        )
        for p in plan.provisions
    )
    return except_findings(plan, findings)


def except_findings(plan: Plan, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Each finding with the exception that lifts it, where one does.

    Raises
    ------
    BadData
        When two exceptions of the same rank lift the same finding: both clauses are named.
    """
    rank = {p.id: p.rank for p in plan.provisions}
    lifted = []
    for finding in findings:
        lifting = sorted(
            (other for other in findings if finding.provision in other.judgement.waives),
            key=lambda other: rank[other.provision],
        )
        if len(lifting) > 1 and rank[lifting[0].provision] == rank[lifting[1].provision]:
            raise BadData([_conflict(plan, finding, lifting[0], lifting[1])])
        lifted.append(evolve(finding, excepted_by=lifting[0].provision if lifting else ""))
    return tuple(lifted)


def _conflict(plan: Plan, finding: Finding, first: Finding, second: Finding) -> Problem:
    return Problem(
        code="exception_conflict", file=plan.id, table="plan", column=finding.provision,
        value=f"{first.provision}, {second.provision}",
        message=Text(f"两个同级例外（{first.locator}、{second.locator}）同时适用于“{finding.provision}”",
                     f"two exceptions of equal rank ({first.locator}, {second.locator}) lift “{finding.provision}”"),
        remedy=Text("在规划包中给它们不同的 rank", "give them different ranks in the pack"),
    )


def outcome_of(findings: tuple[Finding, ...]) -> tuple[str, tuple[str, ...]]:
    """(outcome, deciding provisions)."""
    binding = [f for f in findings if f.effect in BINDING and not f.excepted_by]
    pending = {p for f in findings for p in f.judgement.may_waive}
    refusing = [f.provision for f in binding if f.status == FAILS and f.provision not in pending]
    if refusing:
        return REFUSED, tuple(refusing)
    waiting = [f.provision for f in binding if f.status == UNDETERMINED or f.status == FAILS]
    if waiting:
        return REVIEW, tuple(waiting)
    lifting = dict.fromkeys(f.excepted_by for f in findings if f.excepted_by and f.status in (FAILS, UNDETERMINED))
    return ELIGIBLE, tuple(lifting)


# --- readings ----------------------------------------------------------------------------------------------------


def flips_of(
    city: City, plan: Plan, case: Case, on: date, findings: tuple[Finding, ...], admitted: tuple[Case, ...]
) -> tuple[Flip, ...]:
    """Every alternative reading that the case touches and that gives another outcome; jointly where no single one does."""
    outcome, _ = outcome_of(findings)
    touched = sorted({reading for f in findings for reading in f.judgement.readings})
    options = {reading: _others(plan, reading) for reading in touched if reading in plan.readings}
    found = [
        _flip(plan, {reading: option}, other)
        for reading, others in options.items() for option in others
        if (other := _outcome_under(city, plan, case, on, {reading: option}, admitted)) != outcome
    ]
    return tuple(found) or _joint(city, plan, case, on, options, outcome, admitted)


def _others(plan: Plan, reading: str) -> tuple[str, ...]:
    return tuple(code for code in plan.readings[reading].options if code != plan.option(reading).code)


def _outcome_under(
    city: City, plan: Plan, case: Case, on: date, readings: Mapping[str, str], admitted: tuple[Case, ...]
) -> str:
    return outcome_of(find(city, plan.with_readings(readings), case, on, admitted))[0]


def _joint(
    city: City, plan: Plan, case: Case, on: date, options: Mapping[str, tuple[str, ...]], outcome: str,
    admitted: tuple[Case, ...],
) -> tuple[Flip, ...]:
    """The first pair of alternatives that flips, among at most 64 tried; asked only when no single one does."""
    tried = 0
    for first, second in ((a, b) for i, a in enumerate(options) for b in list(options)[i + 1:]):
        for pair in product(options[first], options[second]):
            tried += 1
            if tried > JOINT_LIMIT:
                return ()
            readings = dict(zip((first, second), pair))
            other = _outcome_under(city, plan, case, on, readings, admitted)
            if other != outcome:
                return (_flip(plan, readings, other),)
    return ()


def _flip(plan: Plan, readings: Mapping[str, str], outcome: str) -> Flip:
    zh = "；".join(f"{plan.readings[r].question.zh}：{plan.readings[r].options[o].meaning.zh}" for r, o in readings.items())
    en = "; ".join(f"{plan.readings[r].question.en}: {plan.readings[r].options[o].meaning.en}" for r, o in readings.items())
    return Flip(
        reading="+".join(readings), option="+".join(readings.values()), outcome=outcome,
        sentence=Text(f"若按另一口径（{zh}），结论为“{OUTCOMES.label(outcome)}”。",
                      f"Under another reading ({en}) the outcome would be: {OUTCOMES.label(outcome, 'en')}."),
    )


# --- the ruling --------------------------------------------------------------------------------------------------


def ruling_of(
    city: City, plan: Plan, case: Case, on: date, findings: tuple[Finding, ...], flips: tuple[Flip, ...]
) -> Ruling:
    """Findings and flips as a ruling with its receipt."""
    outcome, deciding = outcome_of(findings)
    names = ground(city, plan, on).snapshot
    ruling = Ruling(
        application=case.application, name=case.name, action=case.action, provider_class=case.provider_class,
        kind=case.kind, level=case.level, district=case.district,
        district_name=names.unit_name(case.district) if case.district else "", lon=case.lon, lat=case.lat, date_on=on,
        outcome=outcome, sentence=summary(plan, outcome, deciding, findings), deciding=deciding, findings=findings,
        robust=not flips, flips=flips, notes=notes(city, plan, on), would_change=changes(outcome, deciding, findings),
        untranslated=tuple(
            plan.clauses[record.clause].locator for record in plan.untranslated
            if not record.scope_class or case.provider_class in record.scope_class
        ),
    )
    return evolve(ruling, receipt=receipt_of(city, plan, case, on, ruling))


def summary(plan: Plan, outcome: str, deciding: tuple[str, ...], findings: tuple[Finding, ...]) -> Text:
    """The outcome and the clauses that made it, in one sentence."""
    said = {f.provision: f for f in findings}
    label = OUTCOMES[outcome].name
    if not deciding:
        return Text(f"{label.zh}：各项规定均符合或不适用。", f"{label.en.capitalize()}: every provision holds or does not apply.")
    zh = "；".join(f"{said[p].sentence.zh.rstrip('。')}（{said[p].locator}）" for p in deciding)
    en = "; ".join(f"{said[p].sentence.en.rstrip('.')} ({said[p].locator})" for p in deciding)
    return Text(f"{label.zh}：{zh}。", f"{label.en.capitalize()}: {en}.")


def changes(outcome: str, deciding: tuple[str, ...], findings: tuple[Finding, ...]) -> tuple[Text, ...]:
    """What would change the outcome: missing evidence and nearest thresholds of what decided it, and exceptions at hand."""
    if outcome == ELIGIBLE:
        return ()
    lines: list[Text] = []
    for finding in findings:
        said = finding.judgement
        if finding.provision in deciding:
            lines += [_supply(item.phrase) for item in said.missing]
            lines += [Text(f"{finding.locator}：{t.zh}", f"{finding.locator}: {t.en}") for t in said.would_change]
        elif finding.effect in ("exemption", "quota"):
            if set(said.may_waive) & set(deciding):
                lines += [_supply(item.phrase) for item in said.missing]
            lines += [Text(f"{finding.locator}：{t.zh}", f"{finding.locator}: {t.en}") for t in said.would_change]
    return tuple(dict.fromkeys(lines))


def _supply(phrase: Text) -> Text:
    return Text(f"补充证据：{phrase.zh}", f"evidence to supply: {phrase.en}")
