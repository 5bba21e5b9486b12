"""Generated cases around a radius cap: one below, at and above the cap, on the radius and just outside it, and without a place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dingdian.provisions.finding import FAILS, HOLDS, UNDETERMINED
from dingdian.provisions.ground import Choices
from dingdian.provisions.probe import Probe, application_for, provider_row
from dingdian.terms import DENSITIES

if TYPE_CHECKING:
    from dingdian.provisions.kinds.radius_cap import RadiusCap

STREET_M = 3000


def probes(rule: RadiusCap, choices: Choices) -> Iterable[Probe]:
    """For each density class the count, then the distance where it is straight; last an applicant without coordinates."""
    limit, walks = rule.limit_m(choices), choices["distance"].option == "walking"
    for density in ["other"] if rule.uniform else rule.caps:
        most = int(rule.caps[density])
        beyond = UNDETERMINED if density in rule.to_person else FAILS
        if most > 1:
            yield _probe(rule, "below", HOLDS, density, most - 2, limit / 2, walks)
        yield _probe(rule, "at", HOLDS, density, most - 1, limit / 2, walks)
        yield _probe(rule, "above", beyond, density, most, limit / 2, walks)
        if not walks:
            yield _probe(rule, "other", beyond, density, most, limit, walks, note="on the radius")
            yield _probe(rule, "below", HOLDS, density, most, limit + Decimal("0.1"), walks, note="just outside the radius")
    yield Probe(position="missing", expect=UNDETERMINED, tables=_published(rule, "other"), note="no coordinates",
                application={key: value for key, value in _applicant(rule).items() if key != "at"})


def _applicant(rule: RadiusCap) -> dict[str, Any]:
    """One that would fill a place of this cap."""
    level = {"level": rule.counted_levels[0]} if rule.counted_levels else {}
    return application_for(rule, owner=next(iter(rule.scope.owner), "local"), **level)


def _probe(
    rule: RadiusCap, position: str, expect: str, density: str, neighbours: int, metres: Decimal, walks: bool, note: str = ""
) -> Probe:
    asked = _applicant(rule)
    like: dict[str, Any] = {name: asked.get(name) for name in ("kind", "level", "provider_class", "owner")}
    near = [provider_row(f"NEAR{i}", **like, at={"metres": metres}) for i in range(neighbours)]
    return Probe(position=position, expect=expect, application=asked, note=note or DENSITIES.label(density, "en"),
                 tables={**_published(rule, density), **({"providers": near} if near else {})}, streets=STREET_M if walks else 0)


def _published(rule: RadiusCap, density: str) -> dict[str, list[Any]]:
    facts = {"density": density, **({"settlement": rule.within} if rule.within else {})}
    return {"facts": [{"subject": "A1", "key": key, "as_of": date(2026, 1, 1), "value": value, "source": "检验"} for key, value in facts.items()]}
