"""What comes from the rules and what from the data: the 2×2 table by hand, sums that are exact, and what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import dingdian as dd
from dingdian.city.model import City
from dingdian.loop.differences import CityDiff
from dingdian.loop.results import CityNote, Measures, PlanNote
from dingdian.loop.rules_and_data import Effect, taken_apart
from dingdian.loop.standing import standings
from dingdian.plans.load import load_plan
from dingdian.provisions.finding import Measure
from dingdian.report.diff_view import diff_lines
from dingdian.terms import Text
from small_city import AREA, EAST, WEST, ZONE, beds, insured, small_city

numbers = st.decimals(-1000, 1000, places=4, allow_nan=False) | st.integers(-(10**6), 10**6)


# --- effects -----------------------------------------------------------------------------------------------------------------


def test_the_table_of_four_by_hand() -> None:
    effect = Effect(quantity="gap", values=(100, 160, 40, 130))  # P on C, Q on C, P on D, Q on D
    assert effect.rules_first == (60, -30)
    assert effect.data_first == (90, -60)
    assert (effect.rules, effect.data, effect.interaction, effect.total) == (75, -45, 30, 30)


def test_with_one_city_the_rules_are_the_whole_difference() -> None:
    effect = Effect(quantity="gap", values=(667, -7315))
    assert (effect.rules, effect.total) == (-7982, -7982)
    assert effect.data is effect.interaction is effect.rules_first is effect.data_first is None


@given(st.tuples(numbers, numbers, numbers, numbers))
def test_rules_and_data_add_up_exactly(values: tuple[Any, ...]) -> None:
    effect = Effect(quantity="supply", values=values)
    assert effect.data is not None
    assert Fraction(effect.rules) + Fraction(effect.data) == Fraction(effect.total)
    for order in (effect.rules_first, effect.data_first):
        assert order is not None
        assert Fraction(order[0]) + Fraction(order[1]) == Fraction(effect.total)


@given(st.tuples(numbers, numbers, numbers, numbers))
def test_changing_sides_changes_signs(values: tuple[Any, ...]) -> None:
    one, two = Effect(quantity="gap", values=values), Effect(quantity="gap", values=values[::-1])
    assert (one.rules, one.data) == (-two.rules, -(two.data or 0))


# --- what is compared --------------------------------------------------------------------------------------------------------

PLAN = PlanNote(id="p", revision=1, title=Text("甲", "p"), status="final", sha256="0")


def made(*rows: Measure) -> Measures:
    return Measures(plan=PLAN, city=CityNote(id="c", name="城", as_of=date(2026, 1, 1), sha256="0"), date_on=date(2026, 1, 1), rows=rows)


def row(**changes: Any) -> Measure:
    first = Measure(measure="beds", title=Text("床位", "beds"), unit=AREA, unit_name="市", unit_of_measure="bed", formula="norm * insured",
                    provider_class="inpatient", need_low=10, need_high=20, need=20, supply=25, gap=5)
    return evolve(first, **changes)


@pytest.mark.parametrize(("other", "why"), [
    (row(unit_of_measure="bed_per_1000_insured"), "different units of measure"),
    (row(formula="norm * residents"), "worked out differently"),
    (row(need_low=None, need_high=None, supply=None, gap=None, status="undetermined", reason=Text("缺", "persons are missing")), "persons are missing"),
])
def test_what_cannot_be_subtracted_is_listed_with_its_reason(other: Measure, why: str) -> None:
    found = taken_apart(made(row()), made(other))
    assert found.compared == ()
    assert why in found.not_comparable[0].reason.en or (why == "persons are missing" and found.not_comparable)


def test_a_quantity_that_one_side_lacks_is_left_out_alone() -> None:
    (only,) = taken_apart(made(row()), made(row(need_low=None))).compared
    assert [effect.quantity for effect in only.effects] == ["need_high", "supply", "gap"]


def test_levels_classes_and_units_are_never_mixed() -> None:
    found = taken_apart(made(row(level="tertiary"), row(unit=WEST)), made(row(level="primary"), row(unit=EAST), row(measure="doctors", title=Text("医师", "doctors"))))
    assert found.compared == ()
    assert [title.en for title in found.only[1]] == ["doctors"]


def test_two_cities_are_compared_as_wholes() -> None:
    there = row(unit="330600", supply=50, gap=30)
    found = taken_apart(made(row(), row(unit=WEST)), made(row(need_high=15, gap=10), row(unit=WEST)),
                        (made(there), made(evolve(there, need_high=15, gap=35))), (AREA, "330600"))
    (only,) = found.compared
    effects = {effect.quantity: (effect.rules, effect.data, effect.interaction) for effect in only.effects}
    assert effects == {"need_low": (0, 0, 0), "need_high": (-5, 0, 0), "supply": (0, 25, 0), "gap": (5, 25, 0)}


def test_a_measure_that_the_other_city_lacks_is_listed() -> None:
    found = taken_apart(made(row()), made(row()), (made(), made()), (AREA, "330600"))
    assert found.not_comparable[0].reason.en == "the other city has no such measure"


def test_standings_count_units_short_and_over() -> None:
    (found,) = standings(made(row(), row(unit=WEST, supply=5, gap=-5), row(unit=EAST, supply=30, gap=10), row(unit=ZONE, supply=15, gap=0),
                              row(measure="share", unit_of_measure="percent")), AREA)
    assert (found.short_units, found.short, found.over_units, found.over) == (1, 5, 1, 10)
    assert found.row is not None
    assert found.row.unit == AREA


# --- on cities ---------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=2)
def town(west_beds: int) -> City:
    return small_city(beds=[beds("H1", west_beds), beds("H2", 850), beds("H3", 850)],
                      insured=[r for unit in (WEST, EAST, ZONE) for r in insured(unit, 100_000)])


@lru_cache(maxsize=1)
def apart() -> CityDiff:
    found = dd.diff_plans(load_plan("wuhu-2026"), load_plan("jinan-2026"), town(1000), other_city=town(700))
    assert found.city is not None
    return found.city


@pytest.mark.slow
def test_beds_of_two_cities_under_two_plans() -> None:
    compared = next(c for c in apart().apart.compared if c.rows[0].measure == "insured_beds")
    gap = next(effect for effect in compared.effects if effect.quantity == "gap")
    # Needs of 300,000 insured: Wuhu's path 1,899 at most at the end of 2026, Jinan's band 2,550–2,700; stocks of 2,700 and 2,400.
    assert gap.values == (801, 0, 501, -150)
    assert (gap.rules, gap.data, gap.interaction, gap.total) == (-726, -225, 150, -951)


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_answer_begins_in_words(lang: str) -> None:
    found = dd.diff_plans(load_plan("wuhu-2026"), load_plan("jinan-2026"), town(1000))
    lines = diff_lines(found, lang)
    head = "\n".join(lines[:14])
    assert ("测试市若按 wuhu-2026" if lang == "zh" else "测试市 under wuhu-2026") in head
    assert ("超 801 张" if lang == "zh" else "801 beds over") in head
    assert ("数据不变" if lang == "zh" else "the data are held fixed") in head


@pytest.mark.slow
def test_both_cities_are_named_where_there_are_two() -> None:
    found = dd.diff_plans(load_plan("wuhu-2026"), load_plan("jinan-2026"), town(1000), other_city=town(700))
    text = "\n".join(diff_lines(found, "en"))
    assert "-951" in text.replace("\u2212", "-")
    assert "rules -726 + data -225" in text.replace("\u2212", "-")
    assert found.as_json()["city"]["rules_and_data"]["data_held_fixed"] is False


def test_a_second_city_without_a_first_is_refused() -> None:
    plan = load_plan("xinjiang-2024")
    with pytest.raises(ValueError, match="needs a first"):
        dd.diff_plans(plan, plan, other_city=town(700))


def test_halves_are_exact() -> None:
    assert Effect(quantity="gap", values=(0, Decimal("0.0001"), 0, 0)).rules == Decimal("0.00005")
