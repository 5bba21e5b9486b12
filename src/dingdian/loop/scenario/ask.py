"""Asks the plan twice: of the city as it is, and of the city and plan as they would be.

The changed city goes through the same validation as an import and is measured by the same code as any other; this module knows no
indicator and no kind of provision.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from dingdian.city.model import City
from dingdian.loop.cases import application_ids, case_of
from dingdian.loop.decide import governing_day
from dingdian.loop.differences import CaseRow
from dingdian.loop.findings import find, outcome_of
from dingdian.loop.ground import city_note, ground, notes, plan_note, snapshot
from dingdian.loop.measure import Progress, measure
from dingdian.loop.monitor import monitor
from dingdian.loop.scenario.booking import changed_city
from dingdian.loop.scenario.changes import Changes, Given, read_changes
from dingdian.loop.scenario.outcome import AlertTurn, BeforeAfter, Scenario
from dingdian.loop.scenario.people import Basis
from dingdian.loop.scenario.vary import varied
from dingdian.loop.scenario.words import said
from dingdian.loop.side_by_side import decided
from dingdian.plans.model import Plan
from dingdian.problems import BadData
from dingdian.provisions.counting import insured_year
from dingdian.provisions.finding import Measure
from dingdian.terms import Text


def scenario(
    city: City, plan: Plan, changes: Given, on: date | None = None, *, rulings: bool = False, alerts: bool = False,
    progress: Progress | None = None,
) -> Scenario:
    """The city's indicators under the plan before and after some changes.

    Parameters
    ----------
    changes
        Path of a YAML file, or a list of mappings that look as they would in one; see the guide.
    on
        The day on which the city is looked at; its as-of date when left out.
    rulings
        Also judge every application on file before and after.
    alerts
        Also look at every line that the plan watches before and after.

    Raises
    ------
    BadData
        With every mistake of the changes, located by line: unknown keys, providers or fields, cells changed twice, changes that
        change nothing, rows that the city's own validation refuses.
    """
    return worked_out(city, plan, read_changes(changes), on, rulings=rulings, alerts=alerts, progress=progress)[0]


def worked_out(
    city: City, plan: Plan, changes: Changes, on: date | None = None, *, rulings: bool = False, alerts: bool = False,
    progress: Progress | None = None,
) -> tuple[Scenario, City]:
    """A scenario of changes that have been read, and the city as it would be; see `scenario`."""
    day = on or city.meta.as_of
    city2, plan2 = altered(city, plan, changes, day)
    before = measure(city, plan, day, progress=progress)
    same = city2 is city and plan2 is plan
    after = before if same else measure(city2, plan2, day, progress=progress)
    found = Scenario(
        title=changes.title, plans=(plan_note(plan), plan_note(plan2)), cities=(city_note(city), city_note(city2)), date_on=day,
        changes=tuple(said(city, plan, change) for change in changes.items), rows=tuple(paired(before.rows, after.rows)),
        cases=tuple(_cases((city, plan), (city2, plan2), on)) if rulings else None,
        alerts=tuple(_alerts((city, plan), (city2, plan2), day)) if alerts else None,
        notes=(*notes(city, plan, day), *(() if same else (_ASSUMED,))))
    return found, city2


_ASSUMED = Text("情景是假设：只回答“如果这样，指标会怎样”，不是决定，也不改动任何数据。",
                "A scenario assumes: it says what the indicators would be, decides nothing and changes no data.")


def altered(city: City, plan: Plan, changes: Changes, on: date) -> tuple[City, Plan]:
    """City and plan under all changes; both sorts of mistakes come together."""
    plan2, problems = varied(plan, changes)
    facts = ground(city, plan, on)
    basis = Basis(snapshot(city, on), insured_year(facts) or on.year - 1)
    edits = changed_city(city, changes, basis)
    edits.problems.extend(problems)
    try:
        return edits.carried_out(), plan2
    except BadData as error:
        raise BadData(sorted(error.problems, key=lambda p: (p.row or 0, p.column, p.code))) from error


def paired(before: tuple[Measure, ...], after: tuple[Measure, ...]) -> Iterator[BeforeAfter]:
    """Rows of the same indicator together, in the order of the first; what only the second has comes last."""
    other: dict[tuple[str, ...], list[Measure]] = {}
    for row in after:
        other.setdefault(indicator(row), []).append(row)
    for row in before:
        same = other.get(indicator(row))
        yield BeforeAfter(before=row, after=same.pop(0) if same else None)
    for rows in other.values():
        yield from (BeforeAfter(before=None, after=row) for row in rows)


def indicator(row: Measure) -> tuple[str, ...]:
    """What makes two rows the same indicator under one plan."""
    return (row.provision, row.measure, row.unit, row.zone, row.provider_class, row.level, row.subject, row.unit_of_measure)


def _alerts(one: tuple[City, Plan], two: tuple[City, Plan], day: date) -> Iterator[AlertTurn]:
    """Lines whose state turns, those of the first side in their order, then those that only the second draws."""
    first, second = ({alert.id: alert for alert in monitor(city, plan, day, past=False).rows} for city, plan in (one, two))
    for id in dict.fromkeys([*first, *second]):
        turn = AlertTurn(before=first.get(id), after=second.get(id))
        if turn.states[0] != turn.states[1]:
            yield turn


def _cases(one: tuple[City, Plan], two: tuple[City, Plan], on: date | None) -> Iterator[CaseRow]:
    for application in application_ids(one[0]):
        found = []
        for city, plan in (one, two):
            day = on or governing_day(city, application)
            case = case_of(city, application, day)
            findings = find(city, plan, case, day)
            outcome, deciding = outcome_of(findings)
            found.append((outcome, decided(findings, deciding), case.name))
        yield CaseRow(application=application, name=found[0][2], outcomes=(found[0][0], found[1][0]), deciding=(found[0][1], found[1][1]))
