"""What the past says of exits and of applicants: events on file over the time and the stock in which they could happen.

Exits are counted from 1 January of the first year on file to the day of the question; suspensions, and exits outside the plan's counts,
free nothing and are none. Where the past says nothing, the rate has to be stated: it is never a default.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from attrs import field, frozen

from dingdian.loop.simulate.ask import UNLIMITED, Ask
from dingdian.loop.simulate.rates import Floats, Integers, Rate
from dingdian.provisions.case import Case
from dingdian.provisions.finding import Missing
from dingdian.provisions.ground import Ground
from dingdian.provisions.releases import released_between
from dingdian.provisions.zoning import Zone
from dingdian.terms import PROVIDER_CLASSES, Text

NONE = np.zeros(0, dtype=np.int64)


@frozen(kw_only=True, eq=False)
class Exits:
    """How providers of one class leave, and how beds are cut.

    ``stated`` stands for everything that frees beds or places; else ``leave`` and, where beds were cut, ``cuts`` rest on the file.
    """

    stated: float | None = None
    leave: Rate | None = None
    cuts: Rate | None = None
    since: date | None = None

    def draw(self, zones: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """(probability that a provider leaves in a year, cuts for each provider and year), by zone, for one run."""
        if self.stated is not None:
            return np.full(zones, self.stated), np.zeros(zones)
        leave = np.zeros(zones) if self.leave is None else -np.expm1(-self.leave.draw(rng))
        return leave, np.zeros(zones) if self.cuts is None else self.cuts.draw(rng)


@frozen(kw_only=True, eq=False)
class Applicants:
    """How applicants of one class come: none limit (``unlimited``), so many a year, or as on file."""

    unlimited: bool = False
    stated: int | None = None
    on_file: Rate | None = None
    shares: Floats = field(factory=lambda: np.zeros(0))
    sizes: Integers = field(factory=lambda: NONE)
    since: date | None = None
    until: date | None = None

    @property
    def any(self) -> bool:
        return self.unlimited or self.on_file is not None or bool(self.stated)

    def draw(self, rng: np.random.Generator) -> Floats:
        """Applicants a year in each zone, for one run."""
        return self.shares * (self.stated or 0 if self.on_file is None else self.on_file.draw(rng))


def exit_rows(ground: Ground) -> list[Mapping[str, Any]]:
    """Exits and cuts that freed something the plan counts, until the day of the question."""
    return [row for row in ground.snapshot.rows("releases")
            if row["reason"] != "suspension" and not row["exempt"] and row["effective_on"] <= ground.on]


def exits(ground: Ground, ask: Ask, provider_class: str, zones: Sequence[Zone], providers: Sequence[int]) -> Exits | tuple[Missing, ...]:
    """How a class leaves; or what is missing to tell."""
    if ask.exit_rate is not None:
        return Exits(stated=float(ask.exit_rate))
    rows = exit_rows(ground)
    own = [row for row in rows if row["provider_class"] == provider_class]
    left = [row for row in own if not _is_cut(row)]
    if not left:
        return (_no_exits(provider_class),)
    since = date(min(row["effective_on"] for row in rows).year, 1, 1)
    years = ((ground.on - since).days + 1) / 365.25
    counts = _by_zone(ground, left, zones)
    exposure = np.maximum((np.array(providers, dtype=np.float64) + counts / 2) * years, 1e-9)
    leave = Rate(events=counts, exposure=exposure, sizes=_sizes(left))
    cut = [row for row in own if _is_cut(row) and row["beds"]]
    cuts = Rate(events=_by_zone(ground, cut, zones), exposure=exposure, sizes=_sizes(cut)) if cut else None
    if provider_class == "inpatient" and not len(leave.sizes):
        return (_no_exits(provider_class),)
    return Exits(leave=leave, cuts=cuts if provider_class == "inpatient" else None, since=since)


def applicants(
    ground: Ground, ask: Ask, provider_class: str, zones: Sequence[Zone], insured: Sequence[int], cases: Sequence[Case],
) -> Applicants | tuple[Missing, ...]:
    """How applicants of a class come; or what is missing to tell."""
    shares = np.array(insured, dtype=np.float64) / max(1, sum(insured))
    own = newcomers(cases, provider_class)
    sizes = np.array(sorted(case.beds for case in own if case.beds), dtype=np.int64)
    common: dict[str, Any] = {"shares": shares, "sizes": sizes}
    if ask.arrivals == UNLIMITED:
        return Applicants(unlimited=True, **common)
    if isinstance(ask.arrivals, int):
        return Applicants(stated=ask.arrivals, **common)
    days = [case.applied_on for case in cases if case.applied_on is not None]
    if not own or not days or (provider_class == "inpatient" and not len(sizes)):
        return (_no_applicants(provider_class),)
    years = ((ground.on - min(days)).days + 1) / 365.25
    events = np.array([sum(case.district in zone.districts for case in own) for zone in zones], dtype=np.int64)
    return Applicants(on_file=Rate(events=events, exposure=np.maximum(years * shares, 1e-9), sizes=sizes), since=min(days), until=ground.on, **common)


def newcomers(cases: Sequence[Case], provider_class: str) -> list[Case]:
    """The applications of a class that would add a provider."""
    return [case for case in cases if case.provider_class == provider_class and case.action in ("designate", "branch")]


def freed_in(ground: Ground, provider_class: str, zones: Sequence[Zone], year: int) -> tuple[list[int], tuple[Missing, ...]]:
    """Beds or places that a year's exits freed in each zone, as quotas count them; and what is missing to tell."""
    found = [released_between(ground, provider_class, zone.districts, date(year, 1, 1), date(year, 12, 31)) for zone in zones]
    amounts = [freed.beds if provider_class == "inpatient" else freed.places for freed in found]
    return [amount or 0 for amount in amounts], tuple(dict.fromkeys(item for freed in found for item in freed.missing))


def placed_since(ground: Ground, provider_class: str, zone: Zone, year: int) -> tuple[int, int]:
    """(providers that left, providers that came) in a zone after a year's end, by the registers."""
    gone = [row for row in exit_rows(ground) if row["provider_class"] == provider_class and row["effective_on"].year > year
            and ground.snapshot.district_of(row["unit"]) in zone.districts]
    stock = ground.stock
    here = stock[(stock["provider_class"] == provider_class) & stock["counted_district"].isin(zone.districts)]
    days = here["designated_on"].astype(object)
    return sum(not _is_cut(row) for row in gone), sum(getattr(day, "year", 0) > year for day in days if day == day)


def _is_cut(row: Mapping[str, Any]) -> bool:
    """Whether beds went and the provider stayed."""
    return bool(row["reason"] == "licensed_bed_cut" or row["places"] == 0)


def _by_zone(ground: Ground, rows: Sequence[Mapping[str, Any]], zones: Sequence[Zone]) -> Integers:
    districts = [ground.snapshot.district_of(row["unit"]) for row in rows]
    return np.array([sum(district in zone.districts for district in districts) for zone in zones], dtype=np.int64)


def _sizes(rows: Sequence[Mapping[str, Any]]) -> Integers:
    return np.array(sorted(int(row["beds"]) for row in rows if row["beds"]), dtype=np.int64)


def _no_exits(provider_class: str) -> Missing:
    name = PROVIDER_CLASSES[provider_class].name
    return Missing(table="releases", subject=provider_class, column="effective_on", phrase=Text(
        f"退出台账中没有{name.zh}的退出，退出率须以 --exit-rate 写明", f"no exits of {name.en} on file: state their yearly share with --exit-rate"))


def _no_applicants(provider_class: str) -> Missing:
    name = PROVIDER_CLASSES[provider_class].name
    return Missing(table="applications", subject=provider_class, column="application", phrase=Text(
        f"没有{name.zh}的新增申请，申请数须以 --arrivals 写明", f"no applications of {name.en} on file: state how many come with --arrivals"))


def passing(provisions: Sequence[Any], ground: Ground, cases: Sequence[Case]) -> tuple[int, int]:
    """(applications that pass all of these provisions, applications that can be judged by them)."""
    said = [[provision.judge(case, ground).status for provision in provisions] for case in cases]
    judged = [statuses for statuses in said if "undetermined" not in statuses]
    return sum("fails" not in statuses for statuses in judged), len(judged)


