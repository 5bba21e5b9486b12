"""确定, for a year: what is open and closed by unit, class and level, and the merit order among eligible applications.

An opening is found by asking the plan's own provisions about a plain new applicant of that class in that unit; what depends on the
exact place is left to the place. The merit order is ``loop.merit``'s.
"""

from __future__ import annotations

from datetime import date

from dingdian.city.model import City
from dingdian.loop.findings import BINDING, find
from dingdian.loop.ground import ground
from dingdian.loop.merit import merit, merit_method
from dingdian.loop.results import AnnualPlan, Gap, Gaps, Opening, Ruling, Section
from dingdian.plans.model import Plan
from dingdian.provisions.case import Case
from dingdian.provisions.finding import FAILS, NOT_APPLICABLE, UNDETERMINED, Finding
from dingdian.terms import ANNUAL_SECTIONS, LEVELS, PROVIDER_CLASSES, Text

# A plain applicant of each class: the commonest kind, and the levels that the plan tells apart.
PLAIN = {
    "inpatient": ("general_hospital", ("tertiary", "secondary", "primary")),
    "outpatient_pooling": ("clinic", ("ungraded",)),
    "personal_account": ("clinic", ("ungraded",)),
    "pharmacy": ("pharmacy", ("",)),
}
AT_THE_DOOR = "place"  # judged at the place applied for, not by unit
ABOUT_THE_APPLICANT = (AT_THE_DOOR, "condition", "bar", "procedure")  # a unit is not closed because nobody has applied yet


def annual_plan(
    city: City, plan: Plan, on: date, gaps: Gaps, rulings: tuple[Ruling, ...], cases: tuple[Case, ...]
) -> AnnualPlan:
    """The annual plan of ``on``'s year."""
    return AnnualPlan(
        year=on.year, targets=targets(plan, gaps), sections=sections(plan, gaps),
        openings=openings(city, plan, on, gaps), merit=merit(city, plan, on, gaps, rulings, cases),
        merit_method=merit_method(plan, gaps),
        priorities=tuple(Text(f"{p.read_back().zh}（{plan.locator(p)}）", f"{p.read_back().en} ({plan.locator(p)})")
                         for p in plan.provisions if p.effect == "priority"),
    )


def targets(plan: Plan, gaps: Gaps) -> tuple[Gap, ...]:
    """Rows that have a need, of the provisions that state targets."""
    return tuple(
        gap for gap in gaps.rows
        if plan.provision(gap.measure.provision).section == "target" and (gap.measure.need is not None or gap.measure.need_high is not None))


def sections(plan: Plan, gaps: Gaps) -> tuple[Section, ...]:
    """The further parts that the plan's kinds fill, in the order of the code list; empty ones are left out."""
    found = [
        Section(code=code, title=ANNUAL_SECTIONS[code].name,
                rows=tuple(gap for gap in gaps.rows if plan.provision(gap.measure.provision).section == code))
        for code in ANNUAL_SECTIONS if code != "target"
    ]
    return tuple(section for section in found if section.rows)


def openings(city: City, plan: Plan, on: date, gaps: Gaps) -> tuple[Opening, ...]:
    """One line per unit, class and level."""
    snapshot = ground(city, plan, on).snapshot
    own = {gap.measure.unit: gap.sentence for gap in gaps.rows if gap.measure.measure == "insured_beds"}
    return tuple(
        _opening(city, plan, on, unit, provider_class, level, own.get(unit) if provider_class == "inpatient" else None)
        for unit in snapshot.districts for provider_class in plan.classes for level in PLAIN[provider_class][1]
    )


def _opening(
    city: City, plan: Plan, on: date, unit: str, provider_class: str, level: str, own: Text | None
) -> Opening:
    kind = PLAIN[provider_class][0]
    facts = {"provider_class": provider_class, "kind": kind, "unit": unit, "ownership": "public", "name": unit}
    if level:
        facts["level"] = level
    if provider_class == "inpatient":
        facts["beds"] = 1  # type: ignore[assignment]  # the smallest addition: is there any room at all?
    case = Case(application=f"{unit}/{provider_class}/{level}", action="designate", applied_on=on, facts=facts, district=unit)
    findings = find(city, plan, case, on)
    about = {p.id: p.nature for p in plan.provisions}
    binding = [f for f in findings if f.effect in BINDING and not f.excepted_by and about[f.provision] not in ABOUT_THE_APPLICANT]
    at_door = [f.locator for f in findings if about[f.provision] == AT_THE_DOOR and f.status != NOT_APPLICABLE]
    failing = [f for f in binding if f.status == FAILS]
    waiting = [f for f in binding if f.status == UNDETERMINED]
    state = "closed" if failing else "undetermined" if waiting else "open"
    room, measure = _room(findings, state)
    snapshot = ground(city, plan, on).snapshot
    return Opening(
        unit=unit, unit_name=snapshot.unit_name(unit), zone=snapshot.zone_of(unit), provider_class=provider_class, level=level, state=state, room=room, unit_of_measure=measure,
        reason=_with(own, _reason(failing or waiting, at_door)), locators=tuple(dict.fromkeys(f.locator for f in failing or waiting)),
    )


def _room(findings: tuple[Finding, ...], state: str) -> tuple[int | None, str]:
    """Beds that the totals still allow, the tightest of them, where the class has a bed total."""
    rooms = [room for f in findings if not f.excepted_by and isinstance(room := f.judgement.evidence.get("room"), int)]
    return (min(rooms) + 1, "bed") if rooms and state == "open" else (None, "")


def _with(own: Text | None, reason: Text) -> Text:
    """The reason, and beside it how the unit's own beds stand: the total is the city's, but short units come first."""
    return reason if own is None else Text(f"{reason.zh.rstrip('。')}。{own.zh}", f"{reason.en.rstrip('.')}. {own.en}")


def _reason(deciding: list[Finding], at_door: list[str]) -> Text:
    if deciding:
        return Text("；".join(f"{f.sentence.zh.rstrip('。')}（{f.locator}）" for f in deciding),
                    "; ".join(f"{f.sentence.en.rstrip('.')} ({f.locator})" for f in deciding))
    if at_door:
        where = "、".join(dict.fromkeys(at_door))
        return Text(f"开放；具体地点按 {where} 审查", f"open; the place is judged under {where}")
    return Text("开放", "open")


def label(opening: Opening, lang: str = "zh") -> str:
    """Class and level of an opening, as a heading."""
    level = LEVELS.label(opening.level, lang) if opening.level else ""
    name = PROVIDER_CLASSES.label(opening.provider_class, lang)
    return f"{level}{name}" if lang == "zh" else f"{level} {name}".strip()
