"""Where one more provider might stand: nodes of the streets, pending applications, or points that somebody names.

A candidate is a case, as an application is. What cannot be a candidate is counted with its reason, never dropped in silence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
from attrs import frozen

from dingdian.city.model import City
from dingdian.loop.cases import application_ids, case_of
from dingdian.loop.findings import BINDING, find
from dingdian.loop.options import LeftOut
from dingdian.loop.site.ask import APPLICATIONS, STREETS, Ask, Point
from dingdian.loop.site.demand import Demand
from dingdian.plans.model import Plan
from dingdian.provisions.case import Case
from dingdian.provisions.finding import FAILS, Finding
from dingdian.provisions.ground import Ground
from dingdian.provisions.newcomers import Newcomers
from dingdian.terms import Text

DESIGNATE = "designate"


@frozen(eq=False)
class Candidates:
    """Newcomers, and those that were not let in before any limit was asked."""

    newcomers: Newcomers
    left_out: tuple[LeftOut, ...] = ()


def candidates(city: City, plan: Plan, ground: Ground, ask: Ask, demand: Demand) -> Candidates:
    """The candidates of a question, in a fixed order."""
    if ask.candidates == STREETS:
        return Candidates(Newcomers(ground, _cases(ground, ask, _nodes(ground, demand))))
    if ask.candidates == APPLICATIONS:
        return _applications(city, plan, ground, ask)
    assert not isinstance(ask.candidates, str)
    return Candidates(Newcomers(ground, _cases(ground, ask, ask.candidates)))


def _nodes(ground: Ground, demand: Demand) -> list[Point]:
    """Nodes from which some cell that nobody serves may be within the walk."""
    streets = ground.places.streets
    assert streets.lon is not None
    assert streets.lat is not None
    stops = np.unique(demand.node[demand.wanted])
    metres, _ = streets.nearest(stops, demand.limit_m)
    near = np.flatnonzero(np.isfinite(metres))
    names = ground.snapshot.city.tables["network_nodes"]["node"].to_numpy(dtype=object)
    return [(str(names[i]), float(streets.lon[i]), float(streets.lat[i])) for i in near]


def _cases(ground: Ground, ask: Ask, points: Iterable[Point]) -> tuple[Case, ...]:
    """Designations at points. The point is what is asked about, so it has no error of its own."""
    named = list(points)
    units = ground.snapshot.units_at(np.array([lon for _, lon, _ in named], dtype=float), np.array([lat for _, _, lat in named], dtype=float))
    stated = {"provider_class": ask.provider_class, "kind": ask.kind, "level": ask.level}
    facts = {"accuracy_m": 0.0, **{name: code for name, code in stated.items() if code}}
    return tuple(
        Case(application=name, action=DESIGNATE, applied_on=ground.on, lon=lon, lat=lat, facts={**facts, **({"unit": unit} if unit else {})},
             district=ground.snapshot.district_of(unit) if unit else "")
        for (name, lon, lat), unit in zip(named, units))


def _applications(city: City, plan: Plan, ground: Ground, ask: Ask) -> Candidates:
    """Applications of the class for designation at a known place, that no gate refuses which is not about places."""
    cases = [case_of(city, code, ground.on) for code in application_ids(city)]
    mine = [case for case in cases if case.provider_class == ask.provider_class]
    refused = {case.application: reason for case in mine if (reason := _unfit(city, plan, ground, case)) is not None}
    reasons = Counter(refused.values())
    kept = tuple(case for case in mine if case.application not in refused)
    return Candidates(Newcomers(ground, kept), tuple(LeftOut(count=n, provision=provision, reason=said) for (provision, said), n in reasons.items()))


def _unfit(city: City, plan: Plan, ground: Ground, case: Case) -> tuple[str, Text] | None:
    if case.action != DESIGNATE:
        return "", Text("不是新增定点的申请", "no application for a new designation")
    if case.lon is None or case.lat is None:
        return "", Text("申请没有坐标", "the application has no coordinates")
    refusing = next((f for f in find(city, plan, case, ground.on) if _refuses(plan, f)), None)
    return None if refusing is None else (refusing.provision, Text(f"不符合 {refusing.locator}", f"refused by {refusing.locator}"))


def _refuses(plan: Plan, finding: Finding) -> bool:
    """Whether a gate refuses that the siting does not keep by itself."""
    return finding.effect in BINDING and finding.status == FAILS and not finding.excepted_by and not plan.provision(finding.provision).limits_sites
