"""Two plans held against each other: what the texts say differently, and on one city, whom that would concern.

Provisions are matched by id, and what is left by kind and scope. Says what differs and where it stands, never which is better.
Reading ids are a pack's own: two slots agree when the same option with the same numbers is in force.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

import attrs

from dingdian.city.model import City
from dingdian.loop.cases import application_ids, case_of
from dingdian.loop.decide import governing_day
from dingdian.loop.differences import (
    Both,
    CaseRow,
    CityDiff,
    ExemptionRow,
    FieldChange,
    MeasureRow,
    Pair,
    Part,
    PlanDiff,
    Single,
)
from dingdian.loop.findings import find, outcome_of
from dingdian.loop.ground import city_note, plan_note
from dingdian.loop.measure import measure
from dingdian.loop.rules_and_data import taken_apart
from dingdian.loop.side_by_side import decided
from dingdian.loop.standing import standings
from dingdian.plans.model import Clause, Plan, PlanDate, Reading
from dingdian.plans.schema import TITLES
from dingdian.provisions.base import Provision, Scope
from dingdian.provisions.fields import specs
from dingdian.provisions.finding import Measure
from dingdian.terms import Text

T = TypeVar("T")


def diff_plans(
    plan: Plan, plan2: Plan, city: City | None = None, *, on: date | None = None, other_city: City | None = None
) -> PlanDiff:
    """Two plans side by side.

    Parameters
    ----------
    city
        When given, every application of the city is judged under both plans, and measures that both make are compared.
    on
        Day of the question; when left out, each application's own day.
    other_city
        A second city: then what comes from the rules and what from the data is told apart; see `rules_and_data`.

    Raises
    ------
    ValueError
        When there is a second city and no first.
    """
    if other_city is not None and city is None:
        raise ValueError("a second city needs a first")
    pairs = _matched(plan.provisions, plan2.provisions)
    return PlanDiff(
        plans=(plan_note(plan), plan_note(plan2)), head=_changes(_head(plan), _head(plan2), _title),
        clauses=_part(plan.clauses, plan2.clauses, _clause, _clause_single),
        provisions=_provisions(plan, plan2, pairs), readings=_part(plan.readings, plan2.readings, _reading, _reading_single),
        dates=_part(plan.dates, plan2.dates, _date, _date_single), exemptions=tuple(_exemptions(plan, plan2, pairs)),
        city=None if city is None else _on_city(city, plan, plan2, on, other_city),
    )


# --- fields ------------------------------------------------------------------------------------------------------


def _plain(value: Any) -> Any:
    """A value of a plan as mappings, lists and simple values; what a record leaves empty is left out."""
    if isinstance(value, Text) or not (attrs.has(type(value)) or isinstance(value, (Mapping, tuple, list))):
        return value
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    items = value.items() if isinstance(value, Mapping) else attrs.asdict(value, recurse=False).items()
    return {str(key): _plain(item) for key, item in items if item not in ((), "", None)}


def _leaves(value: Mapping[str, Any], path: str = "") -> dict[str, Any]:
    """Nested mappings as one, keys joined by dots."""
    found: dict[str, Any] = {}
    for key, item in value.items():
        name = f"{path}.{key}" if path else key
        found |= _leaves(item, name) if isinstance(item, Mapping) and item else {name: item}
    return found


def _changes(one: Mapping[str, Any], two: Mapping[str, Any], title: Any) -> tuple[FieldChange, ...]:
    """Every leaf in which two mappings differ, in the order of the first."""
    first, second = _leaves(one), _leaves(two)
    return tuple(
        FieldChange(field=name, title=title(name), values=(first.get(name), second.get(name)))
        for name in dict.fromkeys([*first, *second]) if first.get(name) != second.get(name)
    )


def _title(name: str) -> Text:
    return TITLES.get(name.partition(".")[0], Text(name, name))


def _head(plan: Plan) -> dict[str, Any]:
    names = ("title", "pooling_area", "status", "valid_from", "valid_until", "legal_bases", "source")
    return {"extends": plan.base.id if plan.base else None, **{name: _plain(getattr(plan, name)) for name in names}}


# --- clauses, readings, dates ------------------------------------------------------------------------------------


def _part(one: Mapping[str, T], two: Mapping[str, T], fields: Any, single: Any) -> Part:
    """Parts that are matched by id alone."""
    return Part(
        only=(tuple(single(v) for k, v in one.items() if k not in two), tuple(single(v) for k, v in two.items() if k not in one)),
        pairs=tuple(Pair(ids=(key, key), changes=_changes(fields(one[key]), fields(two[key]), _title)) for key in one if key in two),
    )


def _clause(clause: Clause) -> dict[str, Any]:
    return {"locator": clause.locator, "says": clause.paraphrase, "basis": clause.basis or None}


def _clause_single(clause: Clause) -> Single:
    return Single(id=clause.id, locator=clause.locator, says=clause.paraphrase)


def _reading(reading: Reading) -> dict[str, Any]:
    options = {code: {"meaning": option.meaning, "parameters": _plain(option.parameters)} for code, option in reading.options.items()}
    return {"question": reading.question, "default": reading.default, "options": options}


def _reading_single(reading: Reading) -> Single:
    return Single(id=reading.id, says=reading.question)


def _date(day: PlanDate) -> dict[str, Any]:
    return {"title": day.title, "value": day.value, "note": day.note}


def _date_single(day: PlanDate) -> Single:
    when = "" if day.value is None else f" {day.value}"
    return Single(id=day.name, says=Text(f"{day.title.zh}{when}", f"{day.title.en}{when}"))


# --- provisions --------------------------------------------------------------------------------------------------


def _matched(one: Iterable[Provision], two: Iterable[Provision]) -> list[tuple[Provision | None, Provision | None]]:
    """Pairs by id; of what is left, pairs by kind and scope; then what only one plan has."""
    left, right = list(one), {p.id: p for p in two}
    by_id = [(p, right.pop(p.id)) for p in left if p.id in right]
    rest = [p for p in left if p.id not in {pair[0].id for pair in by_id}]
    found: list[tuple[Provision | None, Provision | None]] = [*by_id]
    for provision in rest:
        like = next((o for o in right.values() if (o.kind, o.scope) == (provision.kind, provision.scope)), None)
        found.append((provision, right.pop(like.id) if like else None))
    return [*found, *((None, other) for other in right.values())]


def _provisions(plan: Plan, plan2: Plan, pairs: list[tuple[Provision | None, Provision | None]]) -> Part:
    return Part(
        only=(tuple(_single(plan, p) for p, q in pairs if p and not q), tuple(_single(plan2, q) for p, q in pairs if q and not p)),
        pairs=tuple(_pair(plan, plan2, p, q) for p, q in pairs if p and q),
    )


def _single(plan: Plan, provision: Provision) -> Single:
    says = plan.clauses[provision.clause].paraphrase
    return Single(id=provision.id, kind=provision.kind, locator=plan.locator(provision), says=says)


def _pair(plan: Plan, plan2: Plan, p: Provision, q: Provision) -> Pair:
    names = {**_field_titles(type(q)), **_field_titles(type(p))}
    return Pair(
        ids=(p.id, q.id), kinds=(p.kind, q.kind), locators=(plan.locator(p), plan2.locator(q)),
        changes=_changes(_stated(plan, p), _stated(plan2, q), lambda name: _field_title(name, names)),
    )


def _stated(plan: Plan, provision: Provision) -> dict[str, Any]:
    """Every field of a provision but its id, with the option in force at each slot."""
    fields = {a.name: _plain(getattr(provision, a.name)) for a in attrs.fields(type(provision)) if a.name not in ("id", "readings")}
    slots = {slot: _in_force(plan, stated) for slot, stated in provision.readings.items()}
    return {"kind": provision.kind, **{k: v for k, v in fields.items() if v not in ([], {}, "", None)}, "readings": slots}


def _in_force(plan: Plan, stated: Any) -> dict[str, Any]:
    """The option at a slot with its numbers, and whether the plan calls it a reading (of whatever id)."""
    if not isinstance(stated, str):
        return dict(stated)
    option = plan.option(stated)
    return {"option": option.code, **_plain(option.parameters), "is_reading": True}


def _field_titles(cls: type[Provision]) -> dict[str, Text]:
    titles = {name: spec.title for name, (spec, _) in specs(cls).items()}
    titles |= {f"scope.{name}": spec.title for name, (spec, _) in specs(Scope).items()}
    return titles | {f"readings.{slot}": meaning.title for slot, meaning in cls.slots.items()}


def _field_title(name: str, titles: Mapping[str, Text]) -> Text:
    """The title of a field by its own path or the nearest one above."""
    path = name
    while path and path not in titles:
        path = path.rpartition(".")[0]
    return titles[path] if path else _title(name)


# --- exemptions --------------------------------------------------------------------------------------------------


def _exemptions(plan: Plan, plan2: Plan, pairs: list[tuple[Provision | None, Provision | None]]) -> Iterable[ExemptionRow]:
    for p, q in pairs:
        if not any(provision and provision.effect == "exemption" for provision in (p, q)):
            continue
        yield ExemptionRow(
            ids=(p.id if p else "", q.id if q else ""), locators=(plan.locator(p) if p else "", plan2.locator(q) if q else ""),
            scopes=(p.scope.phrase() if p else None, q.scope.phrase() if q else None),
            lifts=(_lifted(p) if p else None, _lifted(q) if q else None),
        )


def _lifted(provision: Provision) -> tuple[str, ...]:
    """The provisions that its fields name."""
    named = (getattr(provision, key) for key in type(provision).refers_to)
    return tuple(dict.fromkeys(name for value in named for name in ([value] if isinstance(value, str) else value) if name))


# --- one city ----------------------------------------------------------------------------------------------------


def _on_city(city: City, plan: Plan, plan2: Plan, on: date | None, other: City | None) -> CityDiff:
    cases = tuple(_case(city, (plan, plan2), application, on) for application in application_ids(city))
    first, second = measure(city, plan, on), measure(city, plan2, on)
    elsewhere = None if other is None else (measure(other, plan, on), measure(other, plan2, on))
    areas = None if other is None else (city.meta.pooling_area, other.meta.pooling_area)
    return CityDiff(
        city=city_note(city), cases=cases, measures=tuple(_measures(first.rows, second.rows)),
        standings=(standings(first, city.meta.pooling_area), standings(second, city.meta.pooling_area)),
        apart=taken_apart(first, second, elsewhere, areas), notes=(first.notes, second.notes))


def _case(city: City, plans: Both[Plan], application: str, on: date | None) -> CaseRow:
    day = on or governing_day(city, application)
    case = case_of(city, application, day)
    found = [find(city, plan, case, day) for plan in plans]
    said = [outcome_of(findings) for findings in found]
    return CaseRow(
        application=application, name=case.name, outcomes=(said[0][0], said[1][0]),
        deciding=(decided(found[0], said[0][1]), decided(found[1], said[1][1])),
    )


def _measures(one: Iterable[Measure], two: Iterable[Measure]) -> Iterable[MeasureRow]:
    """Measures that both plans make; where one makes the same measure twice, they are paired in order."""
    other: dict[Any, list[Measure]] = {}
    for row in two:
        other.setdefault(_same_measure(row), []).append(row)
    for row in one:
        same = other.get(_same_measure(row))
        if same:
            yield MeasureRow(rows=(row, same.pop(0)))


def _same_measure(row: Measure) -> tuple[str, ...]:
    return (row.measure, row.unit, row.provider_class, row.level, row.subject, row.unit_of_measure)
