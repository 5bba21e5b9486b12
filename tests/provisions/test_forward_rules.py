"""Rules of years to come: the room that each leaves below, at and above its own line."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from dingdian.loop.ground import ground
from dingdian.plans.load import load_plan, pack_ids
from dingdian.provisions.forward import AREA, Account, Year, beds_at_most, classes_of
from dingdian.provisions.forward_rules import (
    Ceiling,
    DoctorStop,
    Exchange,
    FixedBeds,
    FundStop,
    ShareOfReleases,
    Stop,
    Total,
    ZoneGap,
)
from small_city import DAY, small_city

NAME: dict[str, Any] = {"provision": "p", "classes": ("inpatient",)}


def year(**changed: Any) -> Year:
    """Two zones of 100,000 insured with 600 beds each, of which exits freed 11 and 4 last year, 5 and 2 in this one."""
    facts: dict[str, Any] = {
        "year": 2026, "provider_class": "inpatient", "zones": ("a", "b"), "insured": (100_000, 100_000), "providers": (6, 6), "stock": (600, 600),
        "opening": (605, 602), "freed": (5, 2), "freed_before": (11, 4), "kept": {}, **changed}
    return Year(**facts)


@pytest.mark.parametrize(("opening", "room"), [(599, 0), (600, 0), (601, 5)])
def test_a_zone_above_the_norm_gets_half_of_what_was_freed_and_another_its_gap(opening: int, room: int) -> None:
    rule = ShareOfReleases(**NAME, per_1000=Fraction(6), above=Fraction(1, 2))
    assert rule.room(year(opening=(opening, 0), stock=(600, 590))).zones == (room, 10)


def test_exactly_at_the_norm_hangs_on_the_reading_and_so_does_a_limit_by_the_gap() -> None:
    at = year(opening=(600, 599), stock=(595, 594))
    assert ShareOfReleases(**NAME, per_1000=Fraction(6), above=Fraction(1, 2), at_norm_above=True).room(at).zones == (5, 6)
    assert ShareOfReleases(**NAME, per_1000=Fraction(6), above=Fraction(1, 2), capped=False).room(at).zones == (None, None)


def test_what_is_carried_over_is_added_where_the_rule_carries() -> None:
    kept = year(opening=(700, 700), kept={"p": [3, 0]})
    assert ShareOfReleases(**NAME, per_1000=Fraction(6), above=Fraction(1, 2), carries=True).room(kept).zones == (8, 2)
    assert ShareOfReleases(**NAME, per_1000=Fraction(6), above=Fraction(1, 2)).room(kept).zones == (5, 2)


def test_only_what_is_left_of_a_share_is_kept_and_only_where_the_rule_carries() -> None:
    now = year(opening=(700, 500), kept={"p": [3, 4]})
    carries = ShareOfReleases(**NAME, per_1000=Fraction(6), above=Fraction(1, 2), carries=True)
    assert carries.room(now).zones == (8, 0)
    assert carries.keeps(now, [6, 0]) == [2, 0]
    assert carries.keeps(now, [9, 0]) == [0, 0]
    assert ShareOfReleases(**NAME, per_1000=Fraction(6), above=Fraction(1, 2)).keeps(now, [1, 0]) == [0, 0]


@pytest.mark.parametrize(("opening", "slight_is_none", "shares"), [
    ((7, 5), False, (5, 4)), ((6, 6), False, (11, 4)), ((5, 7), False, (11, 2)), ((7, 6), True, (5, 4)), ((21, 20), True, (5, 4)),
])
def test_more_than_the_share_of_the_people_gets_half(opening: tuple[int, int], slight_is_none: bool, shares: tuple[int, int]) -> None:
    rule = ShareOfReleases(**NAME, above=Fraction(1, 2), other=Fraction(1), slight_is_none=slight_is_none)
    assert rule.room(year(opening=opening)).zones == shares


def test_a_difference_worth_less_than_half_an_institution_may_count_as_none() -> None:
    third = year(opening=(6, 5), insured=(104_000, 96_000))  # 6 against 5.72 by the people
    assert ShareOfReleases(**NAME, above=Fraction(1, 2), other=Fraction(1)).room(third).zones == (5, 4)
    assert ShareOfReleases(**NAME, above=Fraction(1, 2), other=Fraction(1), slight_is_none=True).room(third).zones == (11, 4)


@pytest.mark.parametrize(("stock", "included", "room"), [(599, True, 1), (600, True, 0), (601, True, 0), (599, False, 0), (598, False, 1)])
def test_a_ceiling_leaves_what_is_below_it(stock: int, included: bool, room: int) -> None:
    rule = Ceiling(**NAME, highs={2028: Fraction(6)}, included=included)
    assert rule.room(year(insured=(50_000, 50_000), stock=(300, stock - 300))).area == room


def test_a_path_falls_from_year_to_year_and_before_its_end_nothing_is_added_net_where_only_swaps_are() -> None:
    highs = {2025: Fraction(13, 2), 2026: Fraction(25, 4), 2027: Fraction(6)}
    assert [Ceiling(**NAME, highs=highs).high_in(y) for y in (2024, 2025, 2026, 2027, 2040)] == [
        Fraction(13, 2), Fraction(13, 2), Fraction(25, 4), Fraction(6), Fraction(6)]
    full = year(stock=(610, 600))
    assert Ceiling(**NAME, highs=highs).room(full).area == 40
    assert Ceiling(**NAME, highs=highs, swap_only_until=2027).room(full).area == 0


@pytest.mark.parametrize(("stock", "room"), [((570, 629), 101), ((600, 600), 7), ((601, 600), 7)])
def test_inside_the_band_beds_come_only_against_exits(stock: tuple[int, int], room: int) -> None:
    assert Ceiling(**NAME, highs={2026: Fraction(13, 2)}, exits_from=Fraction(6)).room(year(stock=stock)).area == room


@pytest.mark.parametrize(("held", "room"), [(11, 1), (12, 0), (13, 0)])
def test_a_published_total(held: int, room: int) -> None:
    assert Total(**NAME, totals={"inpatient": 12}).room(year(providers=(6, held - 6))).area == room
    assert Total(**NAME, totals={"pharmacy": 12}).room(year()).area is None


@pytest.mark.parametrize(("stock", "capped", "uncapped"), [(599, 1, None), (600, 0, 0), (601, 0, 0)])
def test_a_zone_gets_its_gap(stock: int, capped: int, uncapped: int | None) -> None:
    now = year(stock=(stock, 600))
    assert ZoneGap(**NAME, per_1000=Fraction(6)).room(now).zones[0] == capped
    assert ZoneGap(**NAME, per_1000=Fraction(6), capped=False).room(now).zones[0] == uncapped


def test_exchanges_give_the_exits_of_the_year_to_short_zones() -> None:
    assert Exchange(**NAME, ratio=Fraction(1)).room(year()) == Exchange(**NAME, ratio=Fraction(1)).room(year(freed_before=(0, 0)))
    assert Exchange(**NAME, ratio=Fraction(1)).room(year()).area == 7
    assert Exchange(**NAME, ratio=Fraction(1, 2), own_zone=True).room(year()).zones == (2, 1)
    short = year(stock=(600, 590))
    assert Exchange(**NAME, ratio=Fraction(1), short_of=Fraction(6)).room(short).zones == (0, None)
    assert Exchange(**NAME, ratio=Fraction(1), short_of=Fraction(6), capped=True).room(short).zones == (0, 10)


@pytest.mark.parametrize(("stock", "area"), [((600, 599), None), ((600, 600), 7), ((600, 601), 7)])
def test_an_exchange_that_is_a_gate_binds_from_its_total_on(stock: tuple[int, int], area: int | None) -> None:
    assert Exchange(**NAME, ratio=Fraction(1), once_above=Fraction(6)).room(year(stock=stock)).area == area


@pytest.mark.parametrize(("amount", "room"), [(-1, 0), (0, None), (1, None)])
@pytest.mark.parametrize(("condition", "name"), [
    ("current_deficit", "flow"), ("last_year_deficit", "last_flow"), ("cumulative_deficit", "last_balance"), ("forecast_flow_deficit", "flow"),
    ("forecast_balance_deficit", "balance"),
])
def test_a_deficit_closes_the_zone_and_zero_is_none(condition: str, name: str, amount: int, room: int | None) -> None:
    amounts = {"last_flow": 1, "flow": 1, "last_balance": 1, "balance": 1, name: amount}
    fine = Account(last_flow=1, flow=1, last_balance=1, balance=1)
    accounts = {("a", "employee"): Account(**amounts), ("b", "employee"): fine, (AREA, "employee"): Account(**amounts), (AREA, "resident"): fine}
    own = FundStop(**NAME, schemes=("employee", "resident"), conditions=(condition,), of_area=False)
    assert own.room(year(accounts=accounts)).zones == (room, None)
    del accounts["a", "employee"]
    assert own.room(year(accounts=accounts)).zones == (room, None)  # a zone that keeps no account looks at the area's
    assert FundStop(**NAME, schemes=("employee",), conditions=(condition,), of_area=True).room(year(accounts=accounts)).zones == (room, room)


def test_the_closed_year_decides_where_the_reading_says_so_and_an_unknown_balance_closes_nothing() -> None:
    accounts = {("a", "employee"): Account(last_flow=-1, flow=1, last_balance=None, balance=None), (AREA, "employee"): Account(
        last_flow=1, flow=1, last_balance=1, balance=1)}
    def rule(closed: bool, condition: str) -> FundStop:
        return FundStop(**NAME, schemes=("employee",), conditions=(condition,), of_area=False, closed_year=closed)

    assert rule(True, "current_deficit").room(year(accounts=accounts)).zones == (0, None)
    assert rule(False, "current_deficit").room(year(accounts=accounts)).zones == (None, None)
    assert rule(False, "cumulative_deficit").room(year(accounts=accounts)).zones == (None, None)


@pytest.mark.parametrize(("doctors", "room"), [(299, None), (300, None), (301, 0)])
def test_a_surplus_of_doctors_stops_a_zone(doctors: int, room: int | None) -> None:
    held = {("inpatient", "a"): (doctors - 60, Fraction(10)), ("inpatient", "b"): (0, Fraction(0))}
    assert DoctorStop(**NAME, norm=Fraction(3), doctors=held).room(year()).zones == (room, None)


def test_fixed_beds_and_stops() -> None:
    assert FixedBeds(**NAME, beds_allowed={AREA: 1201}).room(year()).area == 1
    assert FixedBeds(**NAME, beds_allowed={"a": 599, "b": 601}).room(year()).zones == (0, 1)
    assert Stop(**NAME, zones={"inpatient": frozenset({"b"})}).room(year()).zones == (None, 0)


@pytest.mark.parametrize(("persons", "beds"), [(99_999, 596), (100_000, 597), (100_001, 597)])
def test_whole_beds_are_rounded_down(persons: int, beds: int) -> None:
    assert beds_at_most(Fraction("5.97"), persons) == beds


@pytest.mark.slow
@pytest.mark.parametrize("name", pack_ids())
def test_every_provision_of_every_pack_says_what_it_does_to_a_year(name: str) -> None:
    plan, city = load_plan(name), small_city()
    facts = ground(city, plan, DAY)
    for provision in plan.provisions:
        rule = provision.forward(facts, facts.choices(provision))
        if rule is not None:
            assert rule.provision == provision.id
            assert set(rule.classes) <= set(classes_of(provision))
            assert set(rule.readings) <= set(plan.readings)
            assert provision.plays_forward
