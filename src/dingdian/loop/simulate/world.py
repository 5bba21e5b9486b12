"""Where a simulation starts: zones, people, accounts, and each class with its stock, its past and the rules that limit it.

Everything is counted at one year's end, that of the latest insured persons: beds on their basis date, providers rolled back from the
register. What cannot be told leaves its class out, with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from dingdian.loop.findings import BINDING
from dingdian.loop.simulate.ask import Ask
from dingdian.loop.simulate.history import (
    Applicants,
    Exits,
    applicants,
    exits,
    freed_in,
    newcomers,
    passing,
    placed_since,
)
from dingdian.loop.simulate.trends import Trends, trends
from dingdian.plans.model import Plan
from dingdian.problems import BadData, Problem
from dingdian.provisions.base import Provision
from dingdian.provisions.case import Case
from dingdian.provisions.counting import bed_stock, insured_year, no_insured
from dingdian.provisions.finding import Missing
from dingdian.provisions.forward import AREA, YearRule
from dingdian.provisions.forward_rules import FundStop, ShareOfReleases
from dingdian.provisions.ground import Ground
from dingdian.provisions.zoning import Zone, insured_in, zones
from dingdian.terms import SCHEMES, Text

Missings = tuple[Missing, ...]


@frozen(kw_only=True, eq=False)
class Start:
    """One class at the start. Sequences have one number for each zone; ``stock`` is beds of inpatient institutions, else providers."""

    provider_class: str
    providers: tuple[int, ...]
    stock: tuple[int, ...]
    freed_before: tuple[int, ...]
    exits: Exits
    applicants: Applicants
    rules: tuple[YearRule, ...]
    passed: int = 0
    judged: int = 0

    @property
    def by_share(self) -> bool:
        """Whether some rule lets only a share of the applicants through."""
        return any(rule.by_share for rule in self.rules)


@frozen(kw_only=True, eq=False)
class Funds:
    """Accounts: income and spending by (zone or AREA, scheme), and the closing balances from which they go on, in fen."""

    keys: tuple[tuple[str, str], ...]
    year: int
    income: Trends
    spending: Trends
    balances: tuple[int | None, ...]


@frozen(kw_only=True, eq=False)
class World:
    """Everything a run starts from.

    ``people_of`` says of each series of ``people`` whose it is: zone (by position), scheme and age band. ``undetermined`` are classes that cannot be played forward, with what is missing; ``rules`` all that limit somebody, by provision.
    """

    zones: tuple[Zone, ...]
    year: int
    people: Trends
    people_of: tuple[tuple[int, str, str], ...]
    insured: tuple[int, ...]
    funds: Funds | None
    starts: tuple[Start, ...]
    undetermined: tuple[tuple[str, Missings], ...]
    rules: Mapping[str, YearRule]
    not_modelled: tuple[Provision, ...]


def world(plan: Plan, ground: Ground, ask: Ask, cases: tuple[Case, ...]) -> World:
    """The start of every run.

    Raises
    ------
    BadData
        Where nobody knows the insured persons of a zone, or no class that was asked about can be played forward.
    """
    year, areas = insured_year(ground), zones(ground)
    counts = [insured_in(ground, zone) for zone in areas]
    lacking = tuple(dict.fromkeys(item for count in counts for item in count.missing))
    if year is None or lacking:
        raise _not_told(plan, lacking or (no_insured(ground, ground.snapshot.pooling_area),))
    persons = tuple(count.value or 0 for count in counts)
    series = _people(ground, areas, year)
    funds, rules = _funds(ground, areas, year), _rules(plan, ground)
    found: dict[str, Start | Missings] = {
        c: _start(plan, ground, ask, c, areas, year, persons, cases, rules, funds) for c in ([ask.provider_class] if ask.provider_class else plan.classes)}
    starts = tuple(start for start in found.values() if isinstance(start, Start))
    left_out = tuple((c, said) for c, said in found.items() if isinstance(said, tuple))
    if not starts:
        raise _not_told(plan, tuple(item for _, said in left_out for item in said))
    named = {rule.provision: rule for start in starts for rule in start.rules}
    return World(zones=areas, year=year, people=trends(list(series.values()), year), people_of=tuple(series), insured=persons, funds=funds, starts=starts,
                 undetermined=left_out, rules=named, not_modelled=_not_modelled(plan, ground, starts, rules))


# --- rules -------------------------------------------------------------------------------------------------------


def _rules(plan: Plan, ground: Ground) -> dict[str, YearRule]:
    """What every provision in force does to a year: gates, and exceptions that widen them."""
    said = {p.id: p.forward(ground, ground.choices(p)) for p in plan.provisions
            if p.in_force(ground.on) and p.effect in (*BINDING, "quota", "exemption")}
    return {id: rule for id, rule in said.items() if rule is not None and rule.classes and (plan.provision(id).effect in BINDING or rule.lifts)}


def _not_modelled(plan: Plan, ground: Ground, starts: Sequence[Start], rules: Mapping[str, YearRule]) -> tuple[Provision, ...]:
    """Gates that may stop a newcomer of the classes, and of which a year to come knows nothing."""
    classes = {start.provider_class for start in starts}
    gates = [p for p in plan.provisions if p.effect in BINDING and p.in_force(ground.on) and p.id not in rules]
    return tuple(p for p in gates if not p.scope.provider_class or classes & set(p.scope.provider_class))


# --- people and accounts -----------------------------------------------------------------------------------------


def _people(ground: Ground, areas: Sequence[Zone], year: int) -> dict[tuple[int, str, str], dict[int, float]]:
    """(zone by position, scheme, age band) → insured persons by year."""
    found: dict[tuple[int, str, str], dict[int, float]] = {}
    place = {district: i for i, zone in enumerate(areas) for district in zone.districts}
    rows = [row for row in ground.snapshot.rows("insured") if row["year"] <= year and row["unit"] in place]
    years = set.intersection(*({row["year"] for row in rows if row["unit"] == unit} for unit in place)) if rows else set()
    for row in rows:
        if row["year"] in years:  # a year that one district lacks is no year of its zone
            values = found.setdefault((place[row["unit"]], row["scheme"], row["age_band"]), {})
            values[row["year"]] = values.get(row["year"], 0) + row["persons"]
    return dict(sorted(found.items()))


def _funds(ground: Ground, areas: Sequence[Zone], year: int) -> Funds | None:
    """Closed accounts until the start, of the area and of the zones whose districts all keep one; None where the area keeps none."""
    units = {AREA: (ground.snapshot.pooling_area,), **{zone.code: zone.districts for zone in areas}}
    income, spending, balances = {}, {}, {}
    for code, members in units.items():
        for scheme in SCHEMES:
            closed = [_closed(ground, unit, scheme, year) for unit in members]
            years = set.intersection(*(set(rows) for rows in closed))
            if not years:
                continue
            income[code, scheme] = {y: float(sum(rows[y]["income"] for rows in closed)) for y in years}
            spending[code, scheme] = {y: float(sum(rows[y]["expenditure"] for rows in closed)) for y in years}
            ends = [rows[max(years)]["closing_balance"] for rows in closed]
            balances[code, scheme] = None if None in ends else sum(ends)
    if not any(code == AREA for code, _ in income):
        return None
    keys = tuple(income)
    return Funds(keys=keys, year=year, income=trends([income[k] for k in keys], year), spending=trends([spending[k] for k in keys], year),
                 balances=tuple(balances[k] for k in keys))


def _closed(ground: Ground, unit: str, scheme: str, until: int) -> dict[int, dict[str, Any]]:
    rows = [row for row in ground.snapshot.fund_rows(unit) if row["scheme"] == scheme and row["year"] <= until]
    return {row["year"]: row for row in rows if row["income"] is not None and row["expenditure"] is not None
            and (row["through"] is None or (row["through"].month, row["through"].day) == (12, 31))}


# --- one class ---------------------------------------------------------------------------------------------------


def _start(
    plan: Plan, ground: Ground, ask: Ask, provider_class: str, areas: Sequence[Zone], year: int, persons: Sequence[int],
    cases: tuple[Case, ...], rules: Mapping[str, YearRule], funds: Funds | None,
) -> Start | Missings:
    """A class with its past and its rules; or what is missing to play it forward."""
    mine = tuple(rule for rule in rules.values() if provider_class in rule.classes)
    lacking = [item for rule in mine for item in rule.missing]
    kept = () if funds is None else funds.keys
    lacking += [_no_account(ground, s) for rule in mine if isinstance(rule, FundStop) for s in rule.schemes if (AREA, s) not in kept]
    before, untold = freed_in(ground, provider_class, areas, year)
    lacking += untold if any(isinstance(rule, ShareOfReleases) for rule in mine) else ()
    providers = tuple(_providers(ground, provider_class, zone, year) for zone in areas)
    stock, more = _stock(ground, provider_class, areas, providers, mine)
    go, come = exits(ground, ask, provider_class, areas, providers), applicants(ground, ask, provider_class, areas, persons, cases)
    lacking += [*more, *(go if isinstance(go, tuple) else ()), *(come if isinstance(come, tuple) else ())]
    by_share = [plan.provision(rule.provision) for rule in mine if rule.by_share]
    thinned = bool(by_share) and isinstance(come, Applicants) and come.any and not come.unlimited
    passed, judged = passing(by_share, ground, newcomers(cases, provider_class)) if thinned else (0, 0)
    lacking += [_none_judged(provider_class)] if thinned and not judged else []
    if lacking or isinstance(go, tuple) or isinstance(come, tuple):
        return tuple(dict.fromkeys(lacking))
    return Start(provider_class=provider_class, providers=providers, stock=stock, freed_before=tuple(before), exits=go, applicants=come, rules=mine,
                 passed=passed, judged=judged)


def _providers(ground: Ground, provider_class: str, zone: Zone, year: int) -> int:
    """Providers of a zone at the year's end: those on file, less who came since, with who left since.

    Inpatient institutions that left since are no part of the beds on the basis date either, and stay out.
    """
    stock = ground.stock
    held = int(((stock["provider_class"] == provider_class) & stock["counted_district"].isin(zone.districts)).sum())
    left, came = placed_since(ground, provider_class, zone, year)
    return held - came + (0 if provider_class == "inpatient" else left)


def _stock(
    ground: Ground, provider_class: str, areas: Sequence[Zone], providers: tuple[int, ...], rules: Sequence[YearRule]
) -> tuple[tuple[int, ...], Missings]:
    if provider_class != "inpatient":
        return providers, ()
    column = next((rule.beds for rule in rules if rule.beds), "insured_beds")
    beds = bed_stock(ground, column)
    counts = [] if beds is None else [beds.count(zone.districts) for zone in areas]
    return tuple(count.value or 0 for count in counts), tuple(dict.fromkeys(item for count in counts for item in count.missing))


def _no_account(ground: Ground, scheme: str) -> Missing:
    name = SCHEMES[scheme].name
    return Missing(table="fund", subject=ground.snapshot.pooling_area, column="income", phrase=Text(
        f"缺少统筹区{name.zh}基金已结账年度的收支（fund 表）", f"no closed year of the pooling area's fund of the {name.en} is on file (fund)"))


def _none_judged(provider_class: str) -> Missing:
    return Missing(table="applications", subject=provider_class, column="lon", phrase=Text(
        "没有一份申请能按服务半径判断，无法估计后来申请的通过比例", "no application can be judged by the radius: nobody can tell what share of later ones pass"))


def _not_told(plan: Plan, missing: Missings) -> BadData:
    return BadData([Problem(code="not_told", file=plan.id, table=item.table, column=item.column, value=item.subject, message=item.phrase,
                            remedy=Text("补充数据，或写明所缺的数", "complete the data, or state the number")) for item in dict.fromkeys(missing)])

