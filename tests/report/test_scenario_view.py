"""Scenarios and reallocations at a terminal: marks, words of both languages, and no markup of names obeyed."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pytest
from rich.console import Console
from rich.table import Table

from dingdian.city.model import City
from dingdian.loop.reallocate import Reallocation, reallocate
from dingdian.loop.scenario import Scenario, scenario
from dingdian.plans.load import load_plan
from dingdian.report.reallocate_view import reallocation_lines
from dingdian.report.scenario_view import scenario_lines
from small_city import EAST, META, WEST, ZONE, beds, for_hospital, hospital, insured, small_city


def printed(parts: Any) -> str:
    console = Console(width=200, force_terminal=False)
    with console.capture() as said:
        for part in parts:
            console.print(part)
    return said.get()


@lru_cache(maxsize=1)
def town() -> City:
    from attrs import evolve

    counted = {"HW": (WEST, 1000, 50), "HE": (EAST, 700, 95), "HZ": (ZONE, 860, 85)}
    return small_city(
        meta=evolve(META, synthetic=("beds",)), applications=[for_hospital(beds=30, unit=EAST)],
        providers=[hospital(code, "secondary", unit, name=f"[red]{code}[/red]") for code, (unit, _, _) in counted.items()],
        beds=[beds(code, count) for code, (_, count, _) in counted.items()],
        activity=[{"provider": code, "year": 2025, "bed_days": percent * count * 365 // 100, "open_bed_days": count * 365}
                  for code, (_, count, percent) in counted.items()],
        insured=[row for unit in (WEST, EAST, ZONE) for row in insured(unit, 100_000)])


@lru_cache(maxsize=1)
def assumed() -> Scenario:
    change = {"change": "change_beds", "provider": "HE", "by": {"insured_beds": 200, "open": 200, "approved": 200}}
    return scenario(town(), load_plan("jinan-2026"), [change], rulings=True, alerts=True)


@lru_cache(maxsize=2)
def moved(consent: str) -> Reallocation:
    return reallocate(town(), load_plan("jinan-2026"), consent=(consent,) if consent else ())


@pytest.mark.parametrize(("lang", "words"), [
    ("zh", ("合成数据", "医保床位 +200 张", "项数值改变", "不足 → 达标", "申请 1 件", "规划监测的界线", "情景是假设")),
    ("en", ("SYNTHETIC", "insured_beds +200", "indicators:", "short → within", "1 applications", "Lines that the plan watches", "A scenario assumes")),
])
def test_a_scenario_in_words(lang: str, words: tuple[str, ...]) -> None:
    said = printed(scenario_lines(assumed(), lang))
    assert [word for word in words if word not in said] == []
    assert "[red]HE[/red]" in said


def test_what_has_no_standard_is_counted_and_listed_when_asked() -> None:
    short, long = (next(part for part in scenario_lines(assumed(), "en", everything=every) if isinstance(part, Table)) for every in (False, True))
    assert short.row_count < long.row_count == len(assumed().changed)


@pytest.mark.parametrize(("lang", "words"), [
    ("zh", ("合成数据", "移动 82 张", "没有别的调剂", "一致", "规划惯例，非规划条文", "−82", "受限于", "所守条款")),
    ("en", ("SYNTHETIC", "Moving 82 beds", "no other reallocation", "agree", "a convention, not the plan's", "−82", "In the way", "Clauses kept")),
])
def test_a_reallocation_in_words(lang: str, words: tuple[str, ...]) -> None:
    said = printed(reallocation_lines(moved("all"), lang, measures=True))
    assert [word for word in words if word not in said] == []
    assert "[red]HW[/red]" in said


def test_without_consents_the_districts_that_would_help_are_named() -> None:
    said = printed(reallocation_lines(moved(""), "en"))
    assert "no bed can move" in said
    assert f"consents to transfers between districts ({WEST}, {EAST})" in said


def test_a_fault_of_the_second_look_is_not_hidden() -> None:
    from attrs import evolve

    from dingdian.terms import Text

    said = printed(reallocation_lines(evolve(moved("all"), faults=(Text("差一张", "one bed is off"),)), "en"))
    assert "The second look does not agree: one bed is off" in said
