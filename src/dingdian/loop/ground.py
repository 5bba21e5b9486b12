"""Puts plan, city and date together into what provisions stand on. Computes nothing itself.

The same city and date share one snapshot, so that forty rulings build each index once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from dingdian.city.asof import Snapshot
from dingdian.city.model import City
from dingdian.loop.results import CityNote, PlanNote
from dingdian.plans.model import Plan
from dingdian.problems import BadData, Problem
from dingdian.provisions.case import Case
from dingdian.provisions.ground import Choice, Ground
from dingdian.terms import Text


@lru_cache(maxsize=8)
def snapshot(city: City, on: date) -> Snapshot:
    """The city's facts as known on a day."""
    return Snapshot(city, on)


def ground(city: City, plan: Plan, on: date, admitted: tuple[Case, ...] = ()) -> Ground:
    """Facts, dates and readings for one evaluation of ``plan`` in ``city`` on a day."""
    options = {
        reading: Choice(reading, plan.option(reading).code, plan.option(reading).parameters) for reading in plan.readings
    }
    dates: Mapping[str, date | None] = {
        "valid_from": plan.valid_from, "valid_until": plan.valid_until, **{d.name: d.value for d in plan.dates.values()}
    }
    return Ground(snapshot(city, on), options, dates, plan.provisions, admitted, _memory(city, on, plan.sha256))


@lru_cache(maxsize=8)
def _memory(city: City, on: date, plan: str) -> dict[Any, Any]:
    """Counts are kept per plan: provisions name their own."""
    return {}


def plan_note(plan: Plan) -> PlanNote:
    return PlanNote(id=plan.id, revision=plan.revision, title=plan.title, status=plan.status, sha256=plan.sha256)


def city_note(city: City) -> CityNote:
    return CityNote(id=city.meta.id, name=city.meta.name, as_of=city.meta.as_of, sha256=city.content_hash,
                    synthetic=city.meta.synthetic)


def refuse_other_area(city: City, plan: Plan) -> None:
    """A plan binds one pooling area; a city that is another (and not below it) is an error, not a result."""
    if city.meta.pooling_area.startswith(plan.pooling_area.rstrip("0")):
        return
    raise BadData([Problem(
        code="other_pooling_area", file=city.meta.id, table="city", column="pooling_area", value=city.meta.pooling_area,
        message=Text(f"规划 {plan.id} 适用于统筹区 {plan.pooling_area}，不是本城市",
                     f"plan {plan.id} binds pooling area {plan.pooling_area}, not this city"),
        remedy=Text("换用本统筹区的规划，或核对 city.yaml 的 pooling_area", "use this area's plan, or check pooling_area in city.yaml"),
    )])
