"""The command line as its users meet it: what is printed where, which exit code, and never a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dingdian.cli import BAD_DATA, FINDINGS, FINE, USAGE, main

pytestmark = pytest.mark.slow

VERBS = ("check", "demo", "import", "init", "measure", "plan", "replay", "run", "site")


def call(*arguments: str) -> Result:
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_help_names_every_verb_in_both_languages() -> None:
    for language in ("zh", "en"):
        shown = subprocess.run(
            [sys.executable, "-m", "dingdian.cli", "--lang", language, "--help"], capture_output=True, text=True, check=True
        ).stdout
        assert all(verb in shown for verb in VERBS)
        assert ("测算" in shown) == (language == "zh")


def test_help_loads_no_heavy_library() -> None:
    heavy = ("numpy", "pandas", "scipy", "shapely", "matplotlib", "rich")
    code = f"import sys, dingdian.cli; print([m for m in {heavy!r} if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"


def test_measure_gives_every_district_and_the_city() -> None:
    result = call("measure", "jinan-demo", "--plan", "jinan-2026", "--indicator", "beds_per_1000_insured", "--json")
    rows = json.loads(result.stdout)["measures"]
    assert result.exit_code == FINE
    assert len(rows) == 14
    assert all({"need", "supply", "gap", "formula", "inputs", "clause", "provision", "reading", "as_of"} <= row.keys() for row in rows)


def test_measure_refuses_an_unknown_indicator_as_wrong_usage() -> None:
    result = call("measure", "jinan-demo", "--plan", "jinan-2026", "--indicator", "beds")
    assert result.exit_code == USAGE
    assert "beds_per_1000_insured" in result.stderr


def test_measure_explains_each_row() -> None:
    result = call("measure", "jinan-demo", "--plan", "jinan-2026", "--indicator", "insured_beds", "--unit", "370100", "--explain")
    assert result.exit_code == FINE
    for word in ("公式", "insured", "beds.insured_beds", "条款", "AMB-01"):
        assert word in result.stdout


def test_a_refusal_is_exit_code_1_and_carries_its_findings() -> None:
    result = call("check", "jinan-demo", "--plan", "jinan-2026", "--application", "A001", "--json")
    ruling = json.loads(result.stdout)["rulings"][0]
    assert result.exit_code == FINDINGS
    assert ruling["outcome"] == "refused"
    assert {f["provision"] for f in ruling["findings"]} >= {"pharmacy-radius", "fund-gate", "transition"}
    assert ruling["receipt"]["digest"]


def test_an_eligible_application_is_exit_code_0() -> None:
    assert call("check", "jinan-demo", "--plan", "jinan-2026", "--application", "A003").exit_code == FINE


def test_a_reading_on_the_command_line_changes_the_ruling() -> None:
    result = call("check", "jinan-demo", "--plan", "jinan-2026", "--application", "A001", "--reading", "AMB-07=walking", "--json")
    assert json.loads(result.stdout)["rulings"][0]["receipt"]["readings"]["AMB-07"] == "walking"


def test_an_application_from_a_file_is_judged(tmp_path: Path) -> None:
    path = tmp_path / "new.json"
    path.write_text(json.dumps({
        "application": "N1", "action": "designate", "applied_on": "2026-08-20", "name": "新药店（示例）", "kind": "pharmacy",
        "provider_class": "pharmacy", "unit": "370102", "lon": 117.05, "lat": 36.66, "accuracy_m": 5,
    }), encoding="utf-8")
    result = call("check", "jinan-demo", "--plan", "jinan-2026", "--file", str(path), "--json")
    assert json.loads(result.stdout)["rulings"][0]["application"] == "N1"


def test_a_bad_application_file_is_bad_data_with_its_column(tmp_path: Path) -> None:
    path = tmp_path / "new.yaml"
    path.write_text('application: "N1"\naction: demolish\napplied_on: 2026-08-20\ncolour: red\n', encoding="utf-8")
    result = call("check", "jinan-demo", "--plan", "jinan-2026", "--file", str(path))
    assert result.exit_code == BAD_DATA
    assert "colour" in result.stderr
    assert "demolish" in result.stderr


@pytest.mark.parametrize(("arguments", "code"), [
    (("measure", "jinan-demo", "--plan", "atlantis-2026"), BAD_DATA),
    (("measure", "no/such/city", "--plan", "jinan-2026"), BAD_DATA),
    (("check", "jinan-demo", "--plan", "jinan-2026", "--application", "Z9"), BAD_DATA),
    (("check", "jinan-demo", "--plan", "jinan-2026", "--reading", "AMB-99=x", "--application", "A001"), BAD_DATA),
    (("check", "jinan-demo", "--plan", "jinan-2026", "--reading", "AMB-06=sprint", "--application", "A001"), BAD_DATA),
    (("check", "jinan-demo", "--plan", "jinan-2026", "--reading", "AMB-06"), USAGE),
    (("check", "jinan-demo", "--plan", "jinan-2026", "--plan-date", "publication=soon"), USAGE),
    (("check", "jinan-demo", "--plan", "jinan-2026", "--plan-date", "birthday=2026-01-01"), BAD_DATA),
    (("replay", "no/such/receipt.json"), BAD_DATA),
    (("measure",), USAGE),
    (("dance",), USAGE),
])
def test_mistakes_are_told_on_stderr_with_their_exit_code(arguments: tuple[str, ...], code: int) -> None:
    result = call(*arguments)
    assert result.exit_code == code
    assert result.stdout == ""
    assert result.stderr
    assert "Traceback" not in result.stderr


def test_errors_as_json_stand_on_stdout() -> None:
    result = call("measure", "no/such/city", "--plan", "jinan-2026", "--json")
    errors = json.loads(result.stdout)["errors"]
    assert result.exit_code == BAD_DATA
    assert {"table", "file", "row", "column", "value", "code", "message", "remedy"} <= errors[0].keys()


def test_the_shipped_packs_pass_lint_and_their_tests() -> None:
    assert call("plan", "lint").exit_code == FINE
    assert call("plan", "test").exit_code == FINE


def test_lint_accounts_for_every_requirement_of_jinan() -> None:
    report = json.loads(call("plan", "lint", "jinan-2026", "--json").stdout)["reports"][0]
    assert (report["requirements"], report["accounted"], report["gaps"]) == (44, 44, 0)
    assert all(row["tests"] for row in report["ledger"] if row["provisions"])


def test_every_provision_reads_itself_back() -> None:
    zh = call("plan", "explain", "jinan-2026").stdout
    en = call("plan", "explain", "jinan-2026", "--lang", "en").stdout
    assert "800 米" in zh
    assert "800 m" in en


def test_list_and_show_name_the_draft() -> None:
    assert "jinan-2026" in call("plan", "list").stdout
    assert "publication" in call("plan", "show", "jinan-2026").stdout
    assert json.loads(call("plan", "show", "jinan-2026", "--json").stdout)["status"] == "draft"


def test_an_unfilled_template_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    assert call("init", str(tmp_path / "new")).exit_code == FINE
    result = call("import", str(tmp_path / "new"), str(tmp_path / "target"), "--commit")
    assert result.exit_code == BAD_DATA
    assert not (tmp_path / "target").exists()


@pytest.mark.slow
def test_import_is_a_dry_run_unless_committed(tmp_path: Path) -> None:
    source, target = str(tmp_path / "demo"), tmp_path / "target"
    assert call("demo", "--export", source).exit_code == FINE
    assert call("import", source, str(target)).exit_code == FINE
    assert not target.exists()
    assert call("import", source, str(target), "--commit").exit_code == FINE
    assert (target / "city.yaml").is_file()


@pytest.mark.slow
def test_the_demo_writes_everything_and_its_receipts_replay(tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = call("demo", "--no-serve", "--out", str(out))
    assert result.exit_code == FINE
    assert len(result.stdout.strip().splitlines()) == 10
    for name in ("report.html", "annual-plan.docx", "map.png", "tables.xlsx", "layers.gpkg", "run.json", "measures.csv",
                 "gaps.parquet", "rulings.json", "city-manifest.csv"):
        assert (out / name).stat().st_size > 0, name
    assert len(list((out / "receipts").iterdir())) == 40
    for application in ("A001", "A023", "A040"):
        assert call("replay", str(out / "receipts" / f"{application}.json")).stdout.strip() == "identical"


def test_a_receipt_replays_and_a_changed_one_does_not(tmp_path: Path) -> None:
    shown = json.loads(call("check", "jinan-demo", "--plan", "jinan-2026", "--application", "A007", "--json").stdout)
    receipt = shown["rulings"][0]["receipt"]
    path = tmp_path / "receipts" / "A007.json"
    path.parent.mkdir()
    path.write_text(json.dumps(receipt, ensure_ascii=False), encoding="utf-8")
    same = call("replay", str(path))
    assert (same.exit_code, same.stdout.strip()) == (FINE, "identical")
    other = call("replay", str(path), "--reading", "AMB-14=last_closed_year")
    assert other.exit_code == FINDINGS
    assert other.stdout.splitlines()[0].startswith("readings.AMB-14")
    path.write_text(json.dumps({**receipt, "date": "2026-09-02"}, ensure_ascii=False), encoding="utf-8")
    assert call("replay", str(path)).exit_code == BAD_DATA
