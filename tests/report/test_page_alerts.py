"""Alerts in the folder of a run: a table of every line, and a section of the page with whatever is not quiet."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest

from dingdian.city.model import City
from dingdian.loop.alerts import Alerts
from dingdian.loop.results import Run
from dingdian.provisions.alert import Alert
from dingdian.report import output, tables
from dingdian.report.imprint import Imprint
from dingdian.report.output import write_run
from dingdian.report.page_alerts import SHOWN, alerts_section
from dingdian.terms import Text
from report import invented

DAY = date(2026, 6, 30)


def alert(number: int, state: str = "alert", **more: Any) -> Alert:
    needs: dict[str, Any] = {"missing": (Text("缺数据", "no data"),)} if state == "undetermined" else {"since": DAY}
    return Alert(**{
        "trigger": "beds", "title": Text("床位", "beds"), "state": state, "unit": str(number), "unit_name": f"区{number}", "provision": "bed-total",
        "locator": "二(一)", "sentence": Text(f"区{number}超标。", f"Unit {number} is over."), **needs, **more})


def found(*rows: Alert) -> Alerts:
    return Alerts(plan=invented.PLAN, city=invented.CITY, date_on=DAY, lead_days=30, rows=rows)


def test_what_is_quiet_is_counted_and_not_listed() -> None:
    said = alerts_section(found(alert(1), alert(2, "quiet"), alert(3, "undetermined")))
    assert "Unit 1 is over." in said
    assert "Unit 2" not in said
    assert "3 lines of the plan: alert 1, approaching 0, undetermined 1, quiet 1" in said
    assert said.index("Unit 1") < said.index("Unit 3")


@pytest.mark.parametrize(("number", "folded"), [(SHOWN, False), (SHOWN + 1, True)])
def test_a_long_table_is_folded_with_its_counts(number: int, folded: bool) -> None:
    said = alerts_section(found(*(alert(i) for i in range(number))))
    assert ("<details" in said) is folded
    assert (f"alert {number}</span></span>" in said.split("<table")[0].split("</p>", 1)[1]) is folded


def test_the_rule_is_said_once_and_a_day_that_is_near_has_its_column() -> None:
    rule = Text("不再新增。", "Nothing is added.")
    said = alerts_section(found(alert(1, follows=rule), alert(2, follows=rule, state="approaching", due=date(2026, 7, 15))))
    assert said.count("Nothing is added.") == 1
    assert "2026-07-15" in said
    assert ">due<" in said
    assert ">due<" not in alerts_section(found(alert(1)))


def test_names_are_text() -> None:
    said = alerts_section(found(alert(1, sentence=Text(f"{invented.HOSTILE}。", "x."), locator="<b>")))
    assert invented.HOSTILE not in said
    assert "<b>" not in said


def test_the_table_has_a_row_for_every_line_with_its_clause_and_origin(imprint: Imprint) -> None:
    flat = tables.alerts(imprint, found(alert(1, value=91, operator="<=", threshold=90), alert(2, "quiet"), alert(3, "undetermined")), "en")
    (first, second, third) = csv.DictReader(io.StringIO(tables.csv_bytes(flat).decode("utf-8-sig")))
    assert (first["state"], first["value"], first["operator"], first["threshold"], first["since"]) == ("alert", "91", "<=", "90", "2026-06-30")
    assert (second["state"], third["missing"], third["since"]) == ("quiet", "no data", "")
    assert first["clause"] == "二(一)"
    assert first["city_sha256"] == invented.CITY.sha256


def test_a_run_that_was_monitored_writes_its_alerts_and_another_does_not(
    tmp_path: Path, a_run: Run, a_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = output._parts
    monkeypatch.setattr(output, "_parts", lambda *given: [part for part in whole(*given) if part[0] in ("alerts", "receipts")])
    write_run(a_run, a_city, tmp_path / "without")
    write_run(attrs.evolve(a_run, alerts=found(alert(1))), a_city, tmp_path / "with")
    assert not list((tmp_path / "without").glob("alerts.*"))
    assert {path.suffix for path in (tmp_path / "with").glob("alerts.*")} == {".csv", ".parquet", ".json"}
    assert json.loads((tmp_path / "with" / "alerts.json").read_text("utf-8"))["counts"]["alert"] == 1
