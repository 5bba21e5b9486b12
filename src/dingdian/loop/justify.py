"""论证: where one more provider would help most inside the plan's own limits, and which applications compete.

Where to add is a siting (`dingdian.loop.site`) with a small budget; this adds who competes with whom. It recommends places, never
applicants.
"""

from __future__ import annotations

from typing import Any

from attrs import evolve

from dingdian.city.model import City
from dingdian.loop.findings import ELIGIBLE, find, outcome_of
from dingdian.loop.options import ADD, Competition, Options
from dingdian.loop.site.answer import options
from dingdian.loop.site.ask import PLACES, Ask
from dingdian.plans.model import Plan
from dingdian.provisions.case import Case
from dingdian.provisions.finding import Finding
from dingdian.terms import KINDS, Text

GOOD_ENOUGH = 0.002  # a report stops searching when no other choice can be better by more than this share


def justify(
    city: City, plan: Plan, on: Any, cases: tuple[Case, ...] = (), *, provider_class: str = "pharmacy", places: int = PLACES
) -> Options:
    """Where to add ``places`` providers of a class, and which of the eligible ``cases`` compete."""
    kind = provider_class if provider_class in KINDS else ""
    ask = Ask(provider_class=provider_class, mode=ADD, asked=places, kind=kind, gap=GOOD_ENOUGH)
    return evolve(options(city, plan, on, ask), competitions=compete(city, plan, on, cases))


# --- competition -------------------------------------------------------------------------------------------------


def compete(city: City, plan: Plan, on: Any, cases: tuple[Case, ...]) -> tuple[Competition, ...]:
    """Groups of eligible cases that cannot all be admitted, by the provision that stands between them."""
    links: dict[str, list[tuple[str, ...]]] = {}
    for case in cases:
        others = tuple(other for other in cases if other.application != case.application)
        blocked = _blocked(city, plan, on, case, others)
        if blocked is None:
            continue
        rivals = [o for o in others if (b := _blocked(city, plan, on, case, (o,))) and b.provision == blocked.provision]
        group = tuple(sorted({case.application, *(o.application for o in rivals or others if o.provider_class == case.provider_class)}))
        links.setdefault(blocked.provision, []).append(group)
    return tuple(
        _competition(plan, provision, group) for provision, groups in links.items() for group in _merged(groups)
    )


def _blocked(city: City, plan: Plan, on: Any, case: Case, others: tuple[Case, ...]) -> Finding | None:
    """The finding that keeps an otherwise eligible case out when ``others`` are in."""
    if not others:
        return None
    findings = find(city, plan, case, on, others)
    outcome, deciding = outcome_of(findings)
    return None if outcome == ELIGIBLE else next(f for f in findings if f.provision == deciding[0])


def _merged(groups: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Groups that share a member become one."""
    merged: list[set[str]] = []
    for group in groups:
        touching = [m for m in merged if m & set(group)]
        for m in touching:
            merged.remove(m)
        merged.append(set(group).union(*touching))
    return [tuple(sorted(m)) for m in merged]


def _competition(plan: Plan, provision: str, group: tuple[str, ...]) -> Competition:
    locator = plan.locator(plan.provision(provision))
    names = "、".join(group)
    return Competition(applications=group, provision=provision, locator=locator, sentence=Text(
        f"{names} 单独均可通过，但受 {locator} 限制不能全部纳入。",
        f"{', '.join(group)} pass one by one, but {locator} does not let all of them in."))
