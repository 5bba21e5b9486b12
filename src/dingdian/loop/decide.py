"""确定: the findings of a case add up to a ruling; rulings add up to an annual plan (see ``annual``).

The law: a gate that fails refuses, unless an exception of that gate holds. A gate that nobody can judge, or an exception that
would help but waits for evidence, sends the case to a person. Two exceptions of equal rank for one gate are an error that
names both clauses. Nothing here knows a particular provision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations
from typing import Any

from attrs import evolve, field, frozen

from dingdian.city.model import City
from dingdian.loop.cases import case_of, with_application
from dingdian.loop.ground import ground, notes, snapshot
from dingdian.loop.receipts import receipt_of
from dingdian.loop.results import Flip, Ruling
from dingdian.plans.model import Plan
from dingdian.problems import BadData, Problem
from dingdian.provisions.base import Provision, missing_column, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.counting import show
from dingdian.provisions.finding import FAILS, NOT_APPLICABLE, UNDETERMINED, Finding, Judgement
from dingdian.provisions.ground import Ground
from dingdian.terms import GOVERNING_DATES, OUTCOMES, Text

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
    return ruling_of(city, chosen, case, day, findings, try_readings(city, chosen, case, day, findings, admitted))


def governing_day(city: City, application: str) -> date:
    """The later of the application's day and the city's as-of date."""
    table = city.tables["applications"]
    applied = table.loc[table["application"] == application, "applied_on"].iloc[0]
    later: date = max(city.meta.as_of, applied.date())
    return later


def find(city: City, plan: Plan, case: Case, on: date, admitted: tuple[Case, ...] = ()) -> tuple[Finding, ...]:
    """One finding per provision, in the plan's order, exceptions applied."""
    desk = _Desk(city, plan, case, on, admitted)
    return except_findings(plan, tuple(desk.finding(p) for p in plan.provisions))


def find_one(city: City, plan: Plan, provision: Provision, case: Case, on: date) -> Finding:
    """What one provision says, without the exceptions of others."""
    return _Desk(city, plan, case, on, ()).finding(provision)


@frozen
class _Desk:
    """One case under one plan: asks provisions, each on the ground of its governing date."""

    city: City
    plan: Plan
    case: Case
    on: date
    admitted: tuple[Case, ...]
    grounds: dict[date, Ground] = field(factory=dict)

    def ground(self, day: date) -> Ground:
        if day not in self.grounds:
            self.grounds[day] = ground(self.city, self.plan, day, self.admitted)
        return self.grounds[day]

    def finding(self, provision: Provision) -> Finding:
        day = governing_date(self.city, provision, self.case, self.on)
        said, looked_at = self.judged(provision, day)
        return Finding(
            provision=provision.id, kind=provision.kind, effect=provision.effect, clause=provision.clause,
            locator=self.plan.locator(provision), requirements=provision.requirements, normally=provision.normally,
            judgement=said, governing_date=provision.governing_date, date_on=day, looked_at=looked_at,
        )

    def judged(self, provision: Provision, day: date | None) -> tuple[Judgement, frozenset[str]]:
        if day is None:
            return undetermined([missing_column(self.case, "applied_on")]), frozenset()
        if not provision.in_force(day):
            return _not_in_force(provision, day), frozenset()
        facts = self.ground(day)
        return facts.watched(lambda: provision.judge(self.case, facts))


def governing_date(city: City, provision: Provision, case: Case, on: date) -> date | None:
    """The day whose facts decide for a provision: of the decision, the application, the agreement, or the end of the last
    assessed year. A provider without an agreement yet would sign on the day of the decision at the earliest.
    """
    if provision.governing_date == "application":
        return case.applied_on
    if provision.governing_date == "agreement":
        signed: date | None = snapshot(city, on).provider_records.get(case.provider, {}).get("designated_on")
        return signed or on
    return date(on.year - 1, 12, 31) if provision.governing_date == "assessment_year" else on


def _not_in_force(provision: Provision, day: date) -> Judgement:
    since, until = provision.valid_from or "", provision.valid_until or ""
    return Judgement(
        status=NOT_APPLICABLE, as_of=day, evidence={"valid_from": provision.valid_from, "valid_until": provision.valid_until, "day": day},
        sentence=Text(f"本条自 {since} 至 {until} 有效，{day}（{GOVERNING_DATES.label(provision.governing_date)}）不适用。",
                      f"In force from {since} to {until}: it does not apply on {day} "
                      f"({GOVERNING_DATES.label(provision.governing_date, 'en')})."))


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


@frozen
class Tried:
    """The alternative readings that were tried on a case: those that flip it, how many were tried, how many were left out."""

    flips: tuple[Flip, ...] = ()
    tried: int = 0
    left_out: int = 0


class _Alternatives:
    """Evaluates one case under other readings, and remembers what each provision said under which options.

    A judgement hangs on nothing but the readings that it looked at: where those stand as in an earlier one, it is the same.
    """

    def __init__(
        self, city: City, plan: Plan, case: Case, on: date, findings: tuple[Finding, ...], admitted: tuple[Case, ...]
    ) -> None:
        self.desk = _Desk(city, plan, case, on, admitted)
        self.known: list[list[tuple[Mapping[str, str], Finding]]] = [[(_options(plan, f), f)] for f in findings]
        self.touched: set[str] = set()
        self.tried = 0

    def outcome(self, readings: Mapping[str, str]) -> str:
        plan = self.desk.plan.with_readings(readings)
        desk = evolve(self.desk, plan=plan, grounds={})
        findings = tuple(self._finding(desk, plan, index, p) for index, p in enumerate(plan.provisions))
        self.tried += 1
        self.touched |= touched_by(findings)
        return outcome_of(except_findings(plan, findings))[0]

    def _finding(self, desk: _Desk, plan: Plan, index: int, provision: Provision) -> Finding:
        for options, finding in self.known[index]:
            if all(plan.option(reading).code == option for reading, option in options.items()):
                return finding
        found = desk.finding(provision)
        self.known[index].append((_options(plan, found), found))
        return found


def _options(plan: Plan, finding: Finding) -> Mapping[str, str]:
    return {reading: plan.option(reading).code for reading in finding.looked_at}


def touched_by(findings: tuple[Finding, ...]) -> set[str]:
    """The readings that some finding rests on."""
    return {reading for f in findings for reading in f.looked_at}


def try_readings(
    city: City, plan: Plan, case: Case, on: date, findings: tuple[Finding, ...], admitted: tuple[Case, ...] = ()
) -> Tried:
    """Every alternative reading that the case touches, singly; then up to 64 joint ones, fewest readings first.

    A joint alternative that contains one that already flips says nothing new and is not tried. Readings that are touched
    only under an alternative are tried together with it.
    """
    outcome, _ = outcome_of(findings)
    asked = _Alternatives(city, plan, case, on, findings, admitted)
    singles = [(r, o) for r in sorted(touched_by(findings)) if r in plan.readings for o in _others(plan, r)]
    found: list[Flip] = []
    flipping: list[frozenset[tuple[str, str]]] = []
    for single in singles:
        _try(plan, asked, (single,), outcome, found, flipping)
    universe = sorted({*singles, *((r, o) for r in asked.touched if r in plan.readings for o in _others(plan, r))})
    joint = [combo for combo in _joint(universe, flipping) if not _told(combo, flipping)]
    for combo in joint[:JOINT_LIMIT]:
        if not _told(combo, flipping):
            _try(plan, asked, combo, outcome, found, flipping)
    return Tried(tuple(found), asked.tried, max(0, len(joint) - JOINT_LIMIT))


def _try(
    plan: Plan, asked: _Alternatives, combo: tuple[tuple[str, str], ...], outcome: str, found: list[Flip],
    flipping: list[frozenset[tuple[str, str]]],
) -> None:
    other = asked.outcome(dict(combo))
    if other != outcome:
        found.append(_flip(plan, dict(combo), other))
        flipping.append(frozenset(combo))


def _joint(universe: list[tuple[str, str]], flipping: list[frozenset[tuple[str, str]]]) -> Iterator[tuple[tuple[str, str], ...]]:
    """Combinations of two and more readings, each with one of its options, smaller ones first; as many as could be needed."""
    count = 0
    for size in range(2, len({reading for reading, _ in universe}) + 1):
        for combo in combinations(universe, size):
            if len({reading for reading, _ in combo}) == size and not _told(combo, flipping):
                yield combo
                count += 1
                if count > JOINT_LIMIT * 16:
                    return


def _told(combo: tuple[tuple[str, str], ...], flipping: list[frozenset[tuple[str, str]]]) -> bool:
    return any(known <= set(combo) for known in flipping)


def _others(plan: Plan, reading: str) -> tuple[str, ...]:
    return tuple(code for code in plan.readings[reading].options if code != plan.option(reading).code)


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
