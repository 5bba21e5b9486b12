"""A year to come is limited as rulings limit the present one: the room of a rule against what its own kind says of today's facts."""

from __future__ import annotations

from datetime import date

import pytest

import dingdian as dd
from dingdian.loop.ground import ground
from dingdian.loop.simulate.ask import asked
from dingdian.loop.simulate.world import Start, World, world
from dingdian.plans.model import Plan
from dingdian.provisions.counting import bed_stock, insured
from dingdian.provisions.forward import Year
from dingdian.provisions.ground import Ground
from dingdian.provisions.kinds.bed_norm import BedNorm
from dingdian.provisions.kinds.district_gap import DistrictGap, standing
from dingdian.provisions.kinds.zone_quota import ZoneQuota

pytestmark = pytest.mark.slow


def begun(city: str, plan: str) -> tuple[Plan, Ground, World]:
    town, rules = dd.read_city(city), dd.load_plan(plan)
    facts = ground(town, rules, town.meta.as_of)
    return rules, facts, world(rules, facts, asked(1, 1, 1, None, "0", 0), ())


def first_year(begun: World, provider_class: str, **changed: object) -> tuple[Start, Year]:
    """The year after the start, in which nobody has left yet."""
    start = next(s for s in begun.starts if s.provider_class == provider_class)
    zones = tuple(zone.code for zone in begun.zones)
    facts = {"insured": begun.insured, "providers": start.providers, "stock": start.stock, "opening": start.stock, "freed": (0,) * len(zones),
             "freed_before": start.freed_before, "kept": {}, **changed}
    return start, Year(year=begun.year + 1, provider_class=provider_class, zones=zones, **facts)  # type: ignore[arg-type]


def test_the_quota_of_every_zone_is_that_of_rulings() -> None:
    plan, facts, start = begun("shenyang-demo", "shenyang-2025")
    for id in ("inpatient-quota", "outpatient-quota"):
        provision = plan.provision(id)
        assert isinstance(provision, ZoneQuota)
        ruled = [provision.quota(facts, facts.choices(provision), zone, 2026) for zone in start.zones]
        now = {} if provision.affordable else {"opening": [quota.figures["institutions"] for quota in ruled]}  # rulings count the register of today
        _, year = first_year(start, provision.provider_class, **now)
        assert start.rules[id].room(year).zones == tuple(quota.limit for quota in ruled)
        assert {quota.position for quota in ruled} == {"over", "short"}


def test_the_ceiling_of_a_year_is_that_of_rulings() -> None:
    plan, facts, start = begun("wuhu-demo", "wuhu-2026")
    norm = plan.provision("bed-total")
    assert isinstance(norm, BedNorm)
    choices, stock = facts.choices(norm), bed_stock(facts, "insured_beds")
    assert stock is not None
    held, persons = stock.count(facts.snapshot.districts).value, insured(facts, facts.snapshot.pooling_area).value
    assert held is not None
    assert persons is not None
    for fewer in (0, 600, 700, 2000):  # 6.33 per 1000 at the end of 2026 are 23,282 beds
        _, year = first_year(start, "inpatient", stock=[start.starts[0].stock[0] - fewer, *start.starts[0].stock[1:]])
        allowed = norm.bounds(choices, date(2026, 8, 31)).allowed(persons)
        assert start.rules["bed-total"].room(year).area == max(0, allowed - (held - fewer))


def test_the_gap_of_every_county_is_that_of_rulings() -> None:
    plan, facts, start = begun("wuhu-demo", "wuhu-2026")
    provision, norm = plan.provision("county-gap"), plan.provision("bed-total")
    assert isinstance(provision, DistrictGap)
    assert isinstance(norm, BedNorm)
    _, year = first_year(start, "inpatient")
    found = [standing(facts, norm, zone.districts[0]) for zone in start.zones]
    assert start.rules["county-gap"].room(year).zones == tuple(max(0, (each.needed or 0) - each.beds.at_least) for each in found)
    assert start.rules["swap"].room(year).zones == tuple(None if each.short else 0 for each in found)


def test_the_start_is_what_measures_say() -> None:
    for city, name in (("wuhu-demo", "wuhu-2026"), ("shaoxing-demo", "shaoxing-2026"), ("jinan-demo", "jinan-2026")):
        plan, facts, start = begun(city, name)
        inpatient = next(s for s in start.starts if s.provider_class == "inpatient")
        rows = [row for row in plan.provision("bed-total").measure(facts) if row.measure == "insured_beds"]
        assert [row.supply for row in rows] == [sum(inpatient.stock), *inpatient.stock]
