"""What every family of indicators owes: rows that explain themselves, in both languages, dated, and open about what is missing."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pytest

from dingdian.city.read import read_city
from dingdian.loop.ground import ground
from dingdian.loop.tabular import explain
from dingdian.plans.load import load_plan
from dingdian.provisions.ground import Ground
from dingdian.provisions.indicators import families
from dingdian.provisions.indicators.family import BY, BY_NAMES, PROVIDER, groups
from dingdian.terms import UNITS_OF_MEASURE
from provisions.judging import jinan
from small_city import DAY, small_city

FAMILIES = families()
CASES = [(code, by) for code, family in FAMILIES.items() for by in family.by]


@lru_cache(maxsize=1)
def wuhu() -> Ground:
    city, plan = read_city("wuhu-demo"), load_plan("wuhu-2026")
    return ground(city, plan, city.meta.as_of)


@pytest.mark.parametrize(("code", "by"), CASES)
def test_every_row_explains_itself(code: str, by: str) -> None:
    rows = list(FAMILIES[code].rows(wuhu(), by))
    for row in rows if by != PROVIDER else rows[::97]:
        assert row.title.zh
        assert row.title.en
        assert row.formula.en
        assert row.unit_of_measure in UNITS_OF_MEASURE
        assert row.need is None  # information, never a verdict
        assert (row.supply is None) == (row.status == "undetermined") == (row.reason is not None)
        assert row.supply is None or row.as_of is not None
        assert explain(row, "en")


@pytest.mark.parametrize(("code", "by"), CASES)
def test_asked_twice_it_says_the_same(code: str, by: str) -> None:
    assert list(FAMILIES[code].rows(wuhu(), by)) == list(FAMILIES[code].rows(wuhu(), by))


@pytest.mark.parametrize("code", sorted(FAMILIES))
def test_a_city_without_optional_tables_gets_reasons_and_no_numbers(code: str) -> None:
    bare = small_city(beds=None, staff=None, insured=None, residents=None, fund=None, activity=None)
    facts = ground(bare, jinan(), DAY)
    for by in FAMILIES[code].by:
        for row in FAMILIES[code].rows(facts, by):
            counted = row.measure in ("provider_share_by_ownership",)  # rests on the register alone
            assert counted or row.status == "undetermined", (row.measure, row.supply)


@pytest.mark.parametrize("by", BY)
def test_groups_of_a_breakdown_share_no_member(by: str) -> None:
    found: list[str] = [member for group in groups(wuhu(), by) for member in group.members]
    assert len(found) == len(set(found))
    assert set(found) <= set(wuhu().stock["provider"])
    assert BY_NAMES[by].zh


def test_a_breakdown_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="by must be one of"):
        list(groups(wuhu(), "colour"))


def test_zones_that_are_districts_are_no_breakdown() -> None:
    assert list(groups(wuhu(), "zone")) == []
    shenyang = read_city("shenyang-demo")
    found: list[Any] = list(groups(ground(shenyang, load_plan("shenyang-2025"), shenyang.meta.as_of), "zone"))
    assert {len(group.districts) for group in found} == {6, 3, 1}
