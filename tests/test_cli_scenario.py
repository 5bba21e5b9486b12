"""`dingdian scenario`, `reallocate` and `plan diff --other-city` as they are typed: exit codes, JSON, both languages, located mistakes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dingdian.cli import BAD_DATA, FINDINGS, FINE, USAGE, main

pytestmark = pytest.mark.slow

CHANGES = """\
title: 越城区参保人数增加
changes:
  - change: change_insured
    unit: "330602"
    percent: 5
"""


def call(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def changes(tmp_path: Path) -> Path:
    path = tmp_path / "changes.yaml"
    path.write_text(CHANGES, encoding="utf-8")
    return path


SCENARIO = ("scenario", "shaoxing-demo", "--plan", "shaoxing-2026", "--file")


def test_a_scenario_says_what_changed_and_what_turned(changes: Path) -> None:
    result = call(*SCENARIO, changes)
    assert result.exit_code == FINE
    for said in ("越城区参保人数 +5%", "合成数据", "情景是假设", "项数值改变"):
        assert said in result.stdout


def test_a_scenario_in_english_with_all_rows(changes: Path) -> None:
    short, long = call(*SCENARIO, changes, "--lang", "en"), call(*SCENARIO, changes, "--lang", "en", "--all")
    assert "SYNTHETIC" in short.stdout
    assert "A scenario assumes" in short.stdout
    assert "without a standard change too" in " ".join(short.stdout.split())
    assert "7.0605" in short.stdout
    assert len(long.stdout) > len(short.stdout)


def test_a_scenario_says_what_its_changes_leave_open(tmp_path: Path) -> None:
    path = tmp_path / "changes.yaml"
    path.write_text("""\
changes:
  - change: add_provider
    columns: {provider: N1, name: 新院, kind: general_hospital, provider_class: inpatient, level: secondary, unit: "330603", status: designated}
""", encoding="utf-8")
    result = call(*SCENARIO, path)
    assert result.exit_code == FINE
    assert "变为无法判定，因为变更没有写明所需数据" in result.stdout
    assert "N1" in result.stdout


def test_a_scenario_as_json_with_rulings(changes: Path) -> None:
    found = json.loads(call(*SCENARIO, changes, "--rulings", "--json").stdout)
    assert found["changed"] + found["unchanged"] == len(found["measures"])
    assert found["applications"] > 0
    assert found["plans"][0] == found["plans"][1]
    assert found["cities"][0]["sha256"] != found["cities"][1]["sha256"]
    turned = [row for row in found["measures"] if row["turned"]]
    assert len(turned) == found["turned"]


def test_mistakes_of_the_file_are_located(tmp_path: Path) -> None:
    path = tmp_path / "changes.yaml"
    path.write_text("changes:\n  - change: remove_provider\n    provider: NOBODY\n", encoding="utf-8")
    result = call(*SCENARIO, path)
    assert result.exit_code == BAD_DATA
    assert "changes.yaml:3:changes.0.provider: NOBODY: " in result.stderr
    errors = json.loads(call(*SCENARIO, path, "--json").stdout)["errors"]
    assert [error["table"] for error in errors] == ["changes"]


def test_a_missing_file_is_wrong_usage_and_no_traceback(tmp_path: Path) -> None:
    assert call(*SCENARIO, tmp_path / "none.yaml").exit_code in (USAGE, BAD_DATA)
    assert call(*SCENARIO).exit_code == USAGE


REALLOCATE = ("reallocate", "wuhu-demo", "--plan", "wuhu-2026", "--bed-use", "0.75")


def test_a_reallocation_says_how_good_it_is() -> None:
    result = call(*REALLOCATE, "--consent", "all", "--measures")
    assert result.exit_code == FINDINGS  # the area stays above its norm
    for said in ("合成数据", "没有别的调剂", "已由另一套代码复核", "受限于", "须同意的区县", "规划惯例，非规划条文"):
        assert said in result.stdout


def test_a_reallocation_as_json_and_in_english() -> None:
    found = json.loads(call(*REALLOCATE, "--consent", "all", "--json").stdout)
    assert found["verified"] is True
    assert found["status"] == "optimal"
    assert sum(move["by"] for move in found["moves"]) == -found["closed"] == 0
    assert found["aims"][0]["value"] == sum(target["outside_after"] for target in found["targets"])
    assert "Checked again by other code" in call(*REALLOCATE, "--lang", "en").stdout


def test_a_plan_that_knows_no_beds_is_undetermined() -> None:
    result = call("reallocate", "xinjiang-demo", "--plan", "xinjiang-2024")
    assert result.exit_code == FINDINGS
    assert "无法判定" in result.stdout


@pytest.mark.parametrize("wrong", [("--at-most-share", "0"), ("--ward", "0"), ("--keep", "-1"), ("--bed-use", "0"), ("--seconds", "x")])
def test_wrong_usage_of_a_reallocation(wrong: tuple[str, str]) -> None:
    assert call("reallocate", "wuhu-demo", "--plan", "wuhu-2026", *wrong).exit_code == USAGE


def test_an_unknown_district_is_bad_data() -> None:
    result = call(*REALLOCATE, "--consent", "999999")
    assert result.exit_code == BAD_DATA
    assert "999999" in result.stderr


def test_the_rules_of_one_city_on_the_register_of_another() -> None:
    result = call("plan", "diff", "wuhu-2026", "jinan-2026", "--city", "wuhu-demo")
    assert result.exit_code == FINE
    head = "\n".join(result.stdout.splitlines()[:16])
    for said in ("若按 wuhu-2026", "若按 jinan-2026", "定点床位数", "件结论不同", "数据不变", "合成数据"):
        assert said in head
    found = json.loads(call("plan", "diff", "wuhu-2026", "jinan-2026", "--city", "wuhu-demo", "--json").stdout)["city"]
    assert found["rules_and_data"]["data_held_fixed"] is True
    assert sum(found["outcomes"][0].values()) == found["applications"]


def test_another_city_needs_a_city() -> None:
    assert call("plan", "diff", "wuhu-2026", "jinan-2026", "--other-city", "jinan-demo").exit_code == USAGE
