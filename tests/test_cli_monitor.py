"""``dingdian monitor`` as its users meet it: what is printed, which exit code, never a traceback."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from attrs import evolve
from click.testing import CliRunner, Result

from dingdian.cli import BAD_DATA, FINDINGS, FINE, USAGE, main
from small_city import EAST, META, account, accounts, small_city


def call(*arguments: object) -> Result:
    result = CliRunner().invoke(main, ["monitor", *(str(a) for a in arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small city in deficit, and the same a year earlier in balance."""
    folder = tmp_path_factory.mktemp("towns")
    rest = [row for row in accounts() if (row["unit"], row["scheme"], row["year"]) != (EAST, "employee", 2026)]
    small_city(meta=evolve(META, synthetic=("fund",)), fund=[*rest, account(EAST, "employee", "-5.00")]).write(folder / "now")
    small_city(meta=evolve(META, as_of=date(2025, 9, 30), synthetic=("fund",)), fund=[
        account(unit, scheme, year=2024) for unit in (EAST,) for scheme in ("employee", "resident")]).write(folder / "then")
    return folder


def ask(towns: Path, *more: object) -> Result:
    return call(towns / "now", "--plan", "jinan-2026", "--on", "2026-09-01", *more)


def test_alerts_are_told_by_clause_with_their_date_and_what_follows(towns: Path) -> None:
    result = ask(towns, "--trigger", "fund_balance", "--lang", "en")
    assert result.exit_code == FINDINGS
    for word in ("alert 1,", "· fund-gate", "-5 yuan, below 0 yuan", "2026-07-31", "the plan: While the pooled fund", "Quiet and not listed: 7.", "Synthetic tables: fund"):
        assert word in result.stdout, word


def test_chinese_comes_first(towns: Path) -> None:
    result = ask(towns, "--trigger", "fund-gate", "--lang", "zh")
    for word in ("预警 1、", "低于 0 元", "数据日期", "规划规定", "合成数据：fund"):
        assert word in result.stdout, word


def test_lines_that_are_all_quiet_are_exit_code_0(towns: Path) -> None:
    result = ask(towns, "--trigger", "version", "--lang", "en")
    assert result.exit_code == FINE
    assert "Quiet and not listed: 1." in result.stdout


def test_the_lead_makes_a_far_deadline_near(towns: Path) -> None:
    assert ask(towns, "--trigger", "version", "--lead", 485).exit_code == FINE
    assert ask(towns, "--trigger", "version", "--lead", 486).exit_code == FINDINGS


def test_what_nobody_can_tell_is_not_exit_code_0(tmp_path: Path) -> None:
    small_city(activity=None).write(tmp_path)
    result = call(tmp_path, "--plan", "jinan-2026", "--trigger", "efficiency", "--lang", "en")
    assert result.exit_code == FINDINGS
    assert "undetermined (the activity table is missing)" in result.stdout


def test_json_stands_alone_on_stdout(towns: Path) -> None:
    said = json.loads(ask(towns, "--json").stdout)
    assert (said["plan"]["id"], said["city"]["synthetic"], said["lead_days"]) == ("jinan-2026", ["fund"], 30)
    (alert,) = [row for row in said["alerts"] if row["trigger"] == "fund_balance" and row["state"] == "alert"]
    assert (alert["unit"], alert["value"], alert["operator"], alert["threshold"], alert["since"]) == (EAST, -5, ">=", 0, "2026-07-31")
    assert alert["evidence"]["income"]["source"] == "fund.income"
    assert {row["state"] for row in said["alerts"]} <= set(said["counts"])


def test_an_earlier_city_gives_the_change_and_what_has_crossed(towns: Path) -> None:
    result = ask(towns, "--earlier", towns / "then", "--trigger", "fund_balance", "--lang", "en")
    assert "measures that have crossed their line" in result.stdout
    assert "is synthetic: fund" in result.stderr
    said = json.loads(ask(towns, "--earlier", towns / "then", "--json").stdout)
    assert [city["as_of"] for city in said["earlier"]] == ["2025-09-30"]
    (trend,) = [t for t in said["trends"] if (t["measure"], t["unit"], t["subject"]) == ("fund_balance", EAST, "employee")]
    assert [point["as_of"] for point in trend["points"]] == ["2024-12-31", "2025-12-31", "2026-07-31"]


def test_a_trigger_that_is_none_is_wrong_usage_and_the_others_are_named(towns: Path) -> None:
    result = ask(towns, "--trigger", "nothing", "--lang", "en")
    assert result.exit_code == USAGE
    assert "fund_balance" in result.stderr


@pytest.mark.parametrize("more", [("--lead", "-1"), ("--lead", "soon"), ("--on", "today")])
def test_wrong_options_are_wrong_usage(towns: Path, more: tuple[str, str]) -> None:
    assert ask(towns, *more).exit_code == USAGE


def test_an_earlier_city_that_is_not_earlier_is_wrong_usage(towns: Path) -> None:
    result = ask(towns, "--earlier", towns / "now", "--lang", "en")
    assert result.exit_code == USAGE
    assert "not earlier than 2026-08-31" in result.stderr


def test_a_city_that_is_not_there_is_bad_data(tmp_path: Path) -> None:
    assert call(tmp_path / "nowhere", "--plan", "jinan-2026").exit_code == BAD_DATA
