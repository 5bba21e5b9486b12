"""Asks one provision of the Jinan plan, or a changed one, about a small city. Nothing here knows a rule."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from itertools import count
from typing import Any

import attrs

from dingdian.city.model import City
from dingdian.loop.cases import case_of
from dingdian.loop.ground import ground
from dingdian.plans.load import load_plan
from dingdian.plans.model import Plan
from dingdian.provisions.base import Provision
from dingdian.provisions.case import Case
from dingdian.provisions.finding import Judgement, Measure
from small_city import DAY

_numbers = count(1)


@lru_cache(maxsize=1)
def jinan() -> Plan:
    return load_plan("jinan-2026")


def changed(id: str, plan: Plan | None = None, **fields: Any) -> Plan:
    """The plan with other fields of one provision. It has a digest of its own: counts are remembered by it."""
    base = plan or jinan()
    provisions = tuple(attrs.evolve(p, **fields) if p.id == id else p for p in base.provisions)
    return attrs.evolve(base, provisions=provisions, sha256=f"changed-{next(_numbers)}")


def with_provisions(*provisions: Provision, plan: Plan | None = None) -> Plan:
    """The plan with provisions added at its end."""
    base = plan or jinan()
    return attrs.evolve(base, provisions=(*base.provisions, *provisions), sha256=f"changed-{next(_numbers)}")


def judge(
    city: City, id: str, application: str = "A1", *, on: date = DAY, plan: Plan | None = None,
    readings: Mapping[str, str] | None = None, dates: Mapping[str, date | None] | None = None, admitted: tuple[Case, ...] = (),
) -> Judgement:
    """What the provision ``id`` says of an application on file."""
    chosen = (plan or jinan()).with_dates(**(dates or {})).with_readings(readings or {})
    return chosen.provision(id).judge(case_of(city, application, on), ground(city, chosen, on, admitted))


def measured(
    city: City, id: str, *, on: date = DAY, plan: Plan | None = None, readings: Mapping[str, str] | None = None
) -> list[Measure]:
    """The rows that the provision ``id`` measures."""
    chosen = (plan or jinan()).with_readings(readings or {})
    return list(chosen.provision(id).measure(ground(city, chosen, on)))


def lacking(said: Judgement) -> set[tuple[str, str]]:
    """(table, column) of everything that a judgement misses."""
    assert said.status == "undetermined", said.status
    assert said.missing, "undetermined without saying what is missing"
    return {(item.table, item.column) for item in said.missing}
