"""The annual plan of each plan: its own classes, units, quotas and further parts, on its demo city."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

import pytest

from dingdian.city.model import City
from dingdian.city.read import read_city
from dingdian.loop.annual import openings, sections, targets
from dingdian.loop.compare import compare
from dingdian.loop.measure import measure
from dingdian.loop.results import Gap, Gaps, Section
from dingdian.plans.load import load_plan
from dingdian.plans.model import Plan

pytestmark = pytest.mark.slow

CITY_OF = {"jinan-2026": "jinan-demo", "shaoxing-2026": "shaoxing-demo", "wuhu-2026": "wuhu-demo", "shenyang-2025": "shenyang-demo",
           "xinjiang-2024": "xinjiang-demo"}


@lru_cache(maxsize=8)
def looked_at(name: str) -> tuple[City, Plan, Gaps]:
    city, plan = read_city(CITY_OF[name]), load_plan(name)
    return city, plan, compare(measure(city, plan))


def parts(name: str) -> dict[str, Section]:
    _, plan, gaps = looked_at(name)
    return {section.code: section for section in sections(plan, gaps)}


def rows(name: str, code: str, measure_name: str) -> list[Gap]:
    return [gap for gap in parts(name)[code].rows if gap.measure.measure == measure_name]


@pytest.mark.parametrize(("name", "expected"), [
    ("wuhu-2026", ("inpatient", "outpatient_pooling", "pharmacy")),
    ("shenyang-2025", ("inpatient", "outpatient_pooling", "personal_account", "pharmacy"))])
def test_the_classes_are_those_that_the_plan_tells_apart(name: str, expected: tuple[str, ...]) -> None:
    assert load_plan(name).classes == expected
    city, plan, gaps = looked_at(name)
    assert {opening.provider_class for opening in openings(city, plan, city.meta.as_of, gaps)} == set(expected)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "codes"), [
    ("jinan-2026", {"quota", "calendar"}), ("shaoxing-2026", {"quota", "register", "settlement", "coaching", "calendar", "monitor"}),
    ("wuhu-2026", {"coaching", "calendar"}), ("shenyang-2025", {"quota", "assessment", "merit", "coaching"}), ("xinjiang-2024", {"coaching", "calendar", "monitor"})])
def test_each_plan_fills_its_own_parts(name: str, codes: set[str]) -> None:
    assert codes <= set(parts(name))


@pytest.mark.parametrize("name", CITY_OF)
def test_a_row_stands_either_among_the_targets_or_in_one_part(name: str) -> None:
    _, plan, gaps = looked_at(name)
    elsewhere = [id(gap) for section in parts(name).values() for gap in section.rows]
    assert len(elsewhere) == len(set(elsewhere))
    assert not {id(gap) for gap in targets(plan, gaps)} & set(elsewhere)


def test_shaoxing_states_a_deduction_for_each_institution_and_none_below_nought() -> None:
    """Excess bed-days × fund ÷ bed-days: nought for all but those above their insured bed-days."""
    deductions = [gap.measure for gap in parts("shaoxing-2026")["settlement"].rows if gap.measure.unit_of_measure == "yuan"]
    assert len(deductions) > 100
    known = [row.supply for row in deductions if row.supply is not None]
    assert all(amount >= 0 for amount in known)
    assert any(amount > 0 for amount in known)
    assert any(amount == 0 for amount in known)


def test_shenyang_counts_by_six_zones_of_which_main_urban_gets_half_of_its_releases() -> None:
    quotas = [gap.measure for gap in rows("shenyang-2025", "quota", "zone_quota")]
    zones = {row.zone for row in quotas}
    assert zones == {"main_urban", "suburban", "liaozhong", "xinmin", "kangping", "faku"}
    assert {row.unit_of_measure for row in quotas} == {"bed", "place"}
    _, plan, gaps = looked_at("shenyang-2025")
    norm = {gap.measure.zone: gap for gap in targets(plan, gaps) if gap.measure.measure == "affordable_beds_per_1000"}
    assert set(norm) == {"", *zones}
    assert norm["main_urban"].position == "over"
    assert norm["suburban"].position == "short"


def test_wuhu_goes_from_6_51_to_5_97_by_yearly_steps() -> None:
    _, plan, gaps = looked_at("wuhu-2026")
    ratio = next(gap.measure for gap in targets(plan, gaps) if gap.measure.measure == "beds_per_1000_insured" and not gap.measure.zone)
    assert (ratio.need_low, ratio.need_high) == (Decimal("5.97"), Decimal("6.33"))  # 6.51 − (6.51 − 5.97) ÷ 3 at the end of 2026
    assert ratio.supply is not None
    assert ratio.supply > 6


@pytest.mark.parametrize("name", ["shaoxing-2026", "wuhu-2026", "xinjiang-2024"])
def test_a_unit_is_not_closed_because_nobody_has_handed_in_papers_yet(name: str) -> None:
    """Openings ask about a plain applicant: conditions, bars and procedure are about real ones."""
    city, plan, gaps = looked_at(name)
    about = {plan.locator(p) for p in plan.provisions if p.nature in ("condition", "bar", "procedure")}
    limits = {plan.locator(p) for p in plan.provisions if p.nature not in ("condition", "bar", "procedure")}
    found = openings(city, plan, city.meta.as_of, gaps)
    assert {opening.state for opening in found} >= {"open", "closed"} or name == "xinjiang-2024"
    assert not {locator for opening in found for locator in opening.locators} & (about - limits)
