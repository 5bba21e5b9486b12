"""确定: the findings of a case add up to a ruling; rulings add up to an annual plan (see ``annual``).

The law by which findings add up stands in ``findings``, what other readings would change in ``readings``; here one case becomes a
ruling with its reasons and its receipt.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from attrs import evolve

from dingdian.city.model import City
from dingdian.loop.cases import case_of, with_application
from dingdian.loop.findings import ELIGIBLE, find, outcome_of
from dingdian.loop.ground import ground, notes
from dingdian.loop.readings import Tried, try_readings
from dingdian.loop.receipts import receipt_of
from dingdian.loop.results import Ruling
from dingdian.plans.model import Plan
from dingdian.provisions.case import Case
from dingdian.provisions.counting import show
from dingdian.provisions.finding import Finding, Judgement
from dingdian.terms import OUTCOMES, Text


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
    return ruling_of(city, chosen, case, day, findings, try_readings(city, chosen, case, day, findings, admitted))


def governing_day(city: City, application: str) -> date:
    """The later of the application's day and the city's as-of date."""
    table = city.tables["applications"]
    applied = table.loc[table["application"] == application, "applied_on"].iloc[0]
    later: date = max(city.meta.as_of, applied.date())
    return later


# --- the ruling --------------------------------------------------------------------------------------------------


def ruling_of(
    city: City, plan: Plan, case: Case, on: date, findings: tuple[Finding, ...], alternatives: Tried
) -> Ruling:
    """Findings and tried readings as a ruling with its receipt."""
    outcome, deciding = outcome_of(findings)
    names = ground(city, plan, on).snapshot
    ruling = Ruling(
        application=case.application, name=case.name, action=case.action, provider_class=case.provider_class,
        kind=case.kind, level=case.level, district=case.district,
        district_name=names.unit_name(case.district) if case.district else "", lon=case.lon, lat=case.lat, date_on=on,
        outcome=outcome, sentence=summary(plan, outcome, deciding, findings), deciding=deciding, findings=findings,
        robust=not alternatives.flips, flips=alternatives.flips, readings_tried=alternatives.tried,
        readings_left_out=alternatives.left_out, notes=notes(city, plan, on), would_change=changes(outcome, deciding, findings),
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
            lines += [Text(f"{finding.locator}：{t.zh}", f"{finding.locator}: {t.en}") for t in said.would_change or _short_of(said)]
        elif finding.effect in ("exemption", "quota"):
            if set(said.may_waive) & set(deciding):
                lines += [_supply(item.phrase) for item in said.missing]
            lines += [Text(f"{finding.locator}：{t.zh}", f"{finding.locator}: {t.en}") for t in said.would_change]
    return tuple(dict.fromkeys(lines))


def _short_of(said: Judgement) -> tuple[Text, ...]:
    """How far a value is from its threshold, where the provision names nothing nearer and no evidence is missing."""
    margin = said.margin
    if said.missing or margin is None or isinstance(margin, (str, bool)) or margin >= 0:
        return ()
    value, limit = (v if isinstance(v, str) or v is None else show(v) for v in (said.value, said.threshold))
    sign = said.operator.replace("<=", "≤").replace(">=", "≥")
    return (Text(f"距标准还差 {show(-margin)}（实际 {value}，标准 {sign} {limit}）",
                 f"{show(-margin)} short of the threshold ({value}, to be {sign} {limit})"),)


def _supply(phrase: Text) -> Text:
    return Text(f"补充证据：{phrase.zh}", f"evidence to supply: {phrase.en}")
