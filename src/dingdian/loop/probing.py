"""Runs the generated cases of a plan: below, at and above each limit, without evidence, and around each date.

A kind states its probes; here they become cities and questions to that one provision. Days before, of and after the first and
the last day of force need no kind: they follow from the dates. A probe that nobody can ask is a failed test, never a skipped one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from dingdian.city.model import City
from dingdian.loop.cases import case_of, with_application
from dingdian.loop.findings import find_one
from dingdian.loop.ground import ground
from dingdian.loop.results import TestResult
from dingdian.loop.sketch import rows_of, sketched
from dingdian.plans.model import Plan
from dingdian.problems import BadData
from dingdian.provisions.base import Provision
from dingdian.provisions.finding import NOT_APPLICABLE, Finding
from dingdian.provisions.probe import AREA, UNIT, Probe, application_for

CELL_M = 500
# A city has a register of providers; this one is not designated and fills nobody's circle.
_BYSTANDER = {"provider": "BYSTANDER", "name": "旁观机构", "kind": "infirmary", "provider_class": "outpatient_pooling", "level": "ungraded",
              "status": "undesignated", "unit": UNIT, "at": {"metres": 15_000}}


def probe_plan(plan: Plan) -> tuple[TestResult, ...]:
    """The generated cases of every provision of the plan's own; what stands as the base has it is probed with the base."""
    own = [p for p in plan.provisions if p.id not in plan.inherited]
    return tuple(result for provision in own for result in (*_probed(plan, provision), *_dated(plan, provision)))


def _probed(plan: Plan, provision: Provision) -> Iterator[TestResult]:
    choices = ground(_town(Probe(position="other", expect="")), plan, date(2026, 6, 30)).choices(provision)
    for probe in provision.probes(choices):
        name = f"{provision.id}: {probe.position}{f' ({probe.note})' if probe.note else ''}"
        yield TestResult(name=name, line=None, differences=tuple(_differences(plan, provision, probe)))


def _differences(plan: Plan, provision: Provision, probe: Probe) -> Iterator[str]:
    try:
        found = ask(plan, provision, probe)
    except BadData as error:
        yield "; ".join(problem.line("zh") for problem in error.problems)
        return
    if found.status != probe.expect:
        yield f"expected {probe.expect}, found {found.status}: {found.sentence.zh}"


def ask(plan: Plan, provision: Provision, probe: Probe) -> Finding:
    """What the provision says of a probe."""
    city = _town(probe)
    row = rows_of([{"application": "A1", "applied_on": probe.on, **(probe.application or application_for(provision))}])[0]
    city, application = with_application(city, row)
    return find_one(city, plan.with_dates(**probe.dates), provision, case_of(city, application, probe.on), probe.on)


def _town(probe: Probe) -> City:
    units: list[Mapping[str, Any]] = [
        {"unit": AREA, "name": "检验统筹区", "level": "pooling_area"},
        {"unit": UNIT, "name": "检验区", "level": "district", "parent": AREA},
    ]
    tables: dict[str, Sequence[Mapping[str, Any]]] = {"units": units, **probe.tables, "providers": [*probe.tables.get("providers", ()), _BYSTANDER]}
    streets = probe.streets and [{"bearing": 90, "metres": probe.streets}]
    return sketched(tables, as_of=probe.on, pooling_area=AREA, unit_around_origin=UNIT, population_cell_m=CELL_M,
                    streets=streets or (), known_empty=probe.known_empty, file="probe")


# --- dates of force --------------------------------------------------------------------------------------------------


def _dated(plan: Plan, provision: Provision) -> Iterator[TestResult]:
    """First and last day of force, both included: the day before, the day itself, the day after."""
    for name, day in (("valid_from", provision.valid_from), ("valid_until", provision.valid_until)):
        for word, offset in (("day_before", -1), ("day_of", 0), ("day_after", 1)):
            if day is not None:
                on = day + timedelta(days=offset)
                yield TestResult(name=f"{provision.id}: {name} {word}", line=None,
                                 differences=tuple(_wrongly_dated(plan, provision, on, _in_force(provision, on))))


def _in_force(provision: Provision, on: date) -> bool:
    return (provision.valid_from or on) <= on <= (provision.valid_until or on)


def _wrongly_dated(plan: Plan, provision: Provision, on: date, expected: bool) -> Iterator[str]:
    application = {**application_for(provision), "applied_on": on}
    found = ask(plan, provision, Probe(position="other", expect="", on=on, application=application))
    silent = found.status == NOT_APPLICABLE and "valid_from" in found.judgement.evidence
    if silent == expected:
        yield f"on {on}: expected {'in force' if expected else 'not in force'}, found the other"
