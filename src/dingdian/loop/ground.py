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
    return Ground(snapshot(city, on), options, dates, plan.provisions, admitted, _memory(city, on, plan.sha256),
                  plan_status=plan.status)


@lru_cache(maxsize=8)
def _memory(city: City, on: date, plan: str) -> dict[Any, Any]:
    """Counts are kept per plan: provisions name their own."""
    return {}


def plan_note(plan: Plan) -> PlanNote:
    return PlanNote(id=plan.id, revision=plan.revision, title=plan.title, status=plan.status, sha256=plan.sha256)


def city_note(city: City) -> CityNote:
    return CityNote(id=city.meta.id, name=city.meta.name, as_of=city.meta.as_of, sha256=city.content_hash,
                    synthetic=city.meta.synthetic)


def latest_day(city: City) -> date:
    """The latest of the city's as-of date and its applications' days."""
    if not city.has("applications"):
        return city.meta.as_of
    latest: date = max(city.meta.as_of, city.tables["applications"]["applied_on"].max().date())
    return latest


def notes(city: City, plan: Plan, on: date) -> tuple[Text, ...]:
    """What a reader must know before using a result: another pooling area, a day outside the plan's period, a draft, a later register."""
    draft = Text("规划为征求意见稿，结果仅供参考。", "The plan is a draft: the result is for reference only.")
    return (*limits(city, plan, on), *(() if plan.status == "final" else (draft,)), *_later_register(city, on))


def _later_register(city: City, on: date) -> tuple[Text, ...]:
    """Providers are known as they stood on one day only: about an earlier day they tell what was not yet so."""
    as_of = city.meta.as_of
    return () if on >= as_of else (Text(
        f"机构名册是 {as_of} 的状态，晚于判断日期 {on}：其后定点、迁址或退出的机构按名册计，未还原到当日。",
        f"The register of providers is that of {as_of}, later than {on}: whoever joined, moved or left since counts as in the register."),)


def limits(city: City, plan: Plan, on: date) -> tuple[Text, ...]:
    """Where the plan does not reach. It may be tried there to compare; such a result decides nothing, and says so."""
    found = []
    if not binds(city, plan):
        found.append(Text(f"规划 {plan.id} 适用于统筹区 {plan.pooling_area}，本城市为 {city.meta.pooling_area}：结果仅供比较。",
                          f"Plan {plan.id} binds pooling area {plan.pooling_area}; this city is {city.meta.pooling_area}: "
                          "for comparison only."))
    if not plan.in_force(on):
        found.append(Text(f"判断日期 {on} 不在规划期 {plan.period} 内。", f"{on} lies outside the plan's period {plan.period}."))
    return tuple(found)


def binds(city: City, plan: Plan) -> bool:
    """Whether the plan is the city's own: the same pooling area, or one below it (a plan of a province, or of the country)."""
    return plan.is_base or any(city.meta.pooling_area.startswith(_stem(code)) for code in (plan.pooling_area, *plan.also_binds))


def _stem(code: str) -> str:
    """A GB/T 2260 code without its empty pairs: 370100 → 3701, 371000 → 3710."""
    while len(code) > 2 and code.endswith("00"):
        code = code[:-2]
    return code
