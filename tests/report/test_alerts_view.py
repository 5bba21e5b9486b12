"""What a terminal shows of alerts: the most pressing first, a few of a clause, all of one trigger, and names as plain text."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from rich.console import Console

from dingdian.loop.alerts import Alerts, Point, Trend
from dingdian.loop.results import CityNote, PlanNote
from dingdian.provisions.alert import Alert
from dingdian.report.alerts_view import SHOWN, alerts_parts
from dingdian.terms import Text

DAY, BEFORE = date(2026, 6, 30), date(2025, 12, 31)


def alert(number: int, state: str = "alert", **more: Any) -> Alert:
    needs: dict[str, Any] = {"missing": (Text("缺数据", "no data"),)} if state == "undetermined" else {"since": DAY}
    return Alert(**{
        "trigger": "beds", "title": Text("床位", "beds"), "state": state, "unit": str(number), "unit_name": f"区{number}", "provision": "bed-total",
        "locator": "二(一)", "sentence": Text(f"区{number}超标。", f"Unit {number} is over."), **needs, **more})


def shown(*rows: Alert, lang: str = "en", whole: bool = False, trends: tuple[Trend, ...] = (), **city: Any) -> str:
    found = Alerts(
        plan=PlanNote(id="p", revision=1, title=Text("规划", "the plan"), status="final", sha256="0"), date_on=DAY, lead_days=30, rows=rows, trends=trends,
        city=CityNote(**{"id": "c", "name": "测试市", "as_of": DAY, "sha256": "0", **city}))
    console = Console(width=160, record=True, file=None, highlight=False)
    with console.capture() as captured:
        for part in alerts_parts(found, lang, whole=whole):
            console.print(part)
    return captured.get()


def test_alerts_come_before_what_is_near_and_what_nobody_can_tell() -> None:
    said = shown(alert(1, "undetermined"), alert(2, "approaching"), alert(3), alert(4, "quiet"))
    assert said.index("Unit 3") < said.index("Unit 2") < said.index("Unit 1")
    assert "Unit 4" not in said
    assert "alert 1, approaching 1, undetermined 1, quiet 1" in said
    assert "Quiet and not listed: 1." in said


@pytest.mark.parametrize(("number", "more"), [(SHOWN, False), (SHOWN + 1, True)])
def test_a_clause_shows_a_few_and_says_how_many_more(number: int, more: bool) -> None:
    said = shown(*(alert(i) for i in range(number)))
    assert ("1 more: --trigger beds, or --json" in said) is more
    assert f"Unit {SHOWN}" not in said
    assert f"Unit {number - 1} " in shown(*(alert(i) for i in range(number)), whole=True)


def test_what_lacks_the_same_is_told_together_and_what_lacks_other_things_apart() -> None:
    said = shown(*(alert(i, "undetermined") for i in range(9)), alert(10, "undetermined", missing=(Text("缺床位", "no beds"),)))
    assert "beds: undetermined (no data) in 9 cases: 区0, 区1, 区2, 区3, 区4…." in said
    assert "Unit 10 is over." in said
    assert "undetermined 10" in said
    assert "more: --trigger" not in said
    assert "床位无法判定：缺数据（2 处：区1、区2）。" in shown(alert(1, "undetermined"), alert(2, "undetermined"), lang="zh")


def test_what_follows_is_said_once_for_a_clause() -> None:
    rule = Text("不再新增。", "Nothing is added.")
    assert shown(alert(1, follows=rule), alert(2, follows=rule)).count("the plan: Nothing is added.") == 1


def trend(before: int, now: int, positions: tuple[str, str], **more: Any) -> Trend:
    points = tuple(Point(as_of=day, value=value, position=position, city="0") for day, value, position in zip((BEFORE, DAY), (before, now), positions))
    return Trend(**{"provision": "bed-total", "locator": "二(一)", "measure": "beds", "title": Text("床位", "beds"), "unit": "1", "unit_name": "区1",
                    "unit_of_measure": "bed", "points": points, **more})


def test_a_change_stands_beside_its_alert_with_its_date_and_a_crossing_in_a_table_of_its_own() -> None:
    said = shown(alert(1), trends=(trend(80, 95, ("within", "over")),))
    assert "+15 (2025-12-31)" in said
    assert "measures that have crossed their line" in said
    assert "80 beds within target (2025-12-31)" in said
    assert "measures that have crossed" not in shown(alert(1), trends=(trend(95, 99, ("over", "over")),))


def test_parts_of_two_years_are_not_set_against_each_other() -> None:
    assert "2025-12-31" not in shown(alert(1), trends=(trend(80, 95, ("over", "over"), unit_of_measure="yuan"),))


def test_synthetic_tables_are_named_and_names_are_not_obeyed() -> None:
    said = shown(alert(1, sentence=Text("[red]区[/red]。", "[red]unit[/red].")), synthetic=("fund",))
    assert "Synthetic tables: fund" in said
    assert "[red]unit[/red]." in said
    assert "合成数据：fund" in shown(alert(1), lang="zh", synthetic=("fund",))
