"""The tools for authors of packs on the command line: what is printed where, which exit code, and never a traceback."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import openpyxl
import pytest
from click.testing import CliRunner, Result

from dingdian.cli import BAD_DATA, FINDINGS, FINE, USAGE, main
from dingdian.plans.load import city_pack_ids
from dingdian.plans.schema import schema_names

pytestmark = pytest.mark.slow


def call(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


# --- plan new ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("template", ["pharmacies", "full"])
def test_a_new_pack_lints_clean_explains_itself_and_passes(template: str, tmp_path: Path) -> None:
    folder = tmp_path / "mycity-2027"
    made = call("plan", "new", folder, "--template", template)
    assert made.exit_code == FINE
    assert [Path(line).name for line in made.stdout.splitlines()[:3]] == ["plan.yaml", "tests.yaml", "README.md"]
    for verb in ("lint", "test", "explain", "show"):
        assert call("plan", verb, folder).exit_code == FINE, verb


def test_a_folder_in_use_is_bad_data_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("x")
    result = call("plan", "new", tmp_path, "--json")
    assert result.exit_code == BAD_DATA
    (error,) = json.loads(result.stdout)["errors"]
    assert (error["code"], error["file"]) == ("folder_in_use", str(tmp_path))
    assert call("plan", "new", tmp_path / "x", "--template", "none").exit_code == BAD_DATA


def test_a_copy_of_a_shipped_pack_is_told_as_json(tmp_path: Path) -> None:
    result = call("plan", "new", tmp_path / "copy", "--from", "jinan-2026", "--id", "copy-2027", "--json")
    assert [Path(path).name for path in json.loads(result.stdout)["written"]] == ["plan.yaml", "tests.yaml"]


# --- plan schema -------------------------------------------------------------------------------------------------


def test_the_schemas_are_listed_printed_and_written(tmp_path: Path) -> None:
    assert [line.split("\t")[0] for line in call("plan", "schema").stdout.splitlines()] == list(schema_names())
    printed = json.loads(call("plan", "schema", "radius_cap").stdout)
    jsonschema.Draft7Validator.check_schema(printed)
    assert printed["title"] == "服务半径饱和度"
    result = call("plan", "schema", "--out", tmp_path)
    assert len(result.stdout.splitlines()) == len(schema_names())
    assert json.loads((tmp_path / "radius_cap.schema.json").read_text(encoding="utf-8")) == printed
    assert json.loads(call("plan", "schema", "--json").stdout)["schemas"]["radius_cap"] == printed


def test_an_unknown_schema_is_bad_data() -> None:
    result = call("plan", "schema", "radius")
    assert result.exit_code == BAD_DATA
    assert "radius_cap" in result.stderr


# --- plan diff ---------------------------------------------------------------------------------------------------


@pytest.fixture
def stricter(tmp_path: Path) -> Path:
    folder = tmp_path / "stricter"
    call("plan", "new", folder, "--from", "jinan-2026", "--id", "stricter-2026")
    path = folder / "plan.yaml"
    text = path.read_text(encoding="utf-8")
    assert "radius_m: 800" in text
    path.write_text(text.replace("radius_m: 800", "radius_m: 2000"), encoding="utf-8")
    return folder


def test_a_difference_is_shown_with_both_values(stricter: Path) -> None:
    result = call("plan", "diff", "jinan-2026", stricter)
    assert result.exit_code == FINE
    assert "800 → 2000" in result.stdout
    found = json.loads(call("plan", "diff", "jinan-2026", stricter, "--json").stdout)
    (pair,) = found["provisions"]["changed"]
    assert pair["changes"] == [{"field": "radius_m", "title": {"zh": "半径", "en": "radius"}, "values": [800, 2000]}]
    assert found["city"] is None


def test_on_a_city_it_is_said_who_flips(stricter: Path) -> None:
    found = json.loads(call("plan", "diff", "jinan-2026", stricter, "--city", "jinan-demo", "--json").stdout)["city"]
    assert found["applications"] == len(found["cases"])
    assert 0 < found["flips"] < found["applications"]
    flipped = [case for case in found["cases"] if case["flips"]]
    assert all("pharmacy-radius" in [one["provision"] for one in case["deciding"][1]] for case in flipped)


# --- check under several plans -----------------------------------------------------------------------------------


def test_one_application_under_two_plans(stricter: Path) -> None:
    arguments = ("check", "jinan-demo", "--application", "A003", "--plan", "jinan-2026", "--plan", stricter)
    said = json.loads(call(*arguments, "--json").stdout)
    assert said["application"] == "A003"
    assert [one["plan"] for one in said["plans"]] == ["jinan-2026", "stricter-2026"]
    assert all({"plan", "outcome", "robust", "deciding"} <= one.keys() for one in said["plans"])
    for one, plan in zip(said["plans"], ("jinan-2026", stricter), strict=True):
        alone = json.loads(call("check", "jinan-demo", "--application", "A003", "--plan", plan, "--json").stdout)["rulings"][0]
        assert (alone["outcome"], alone["deciding"]) == (one["outcome"], [d["provision"] for d in one["deciding"]])
    table = call(*arguments)
    assert table.exit_code == FINDINGS
    assert "stricter-2026" in table.stdout
    assert "起决定作用的条款" in table.stdout


def test_all_means_every_shipped_city_plan() -> None:
    said = json.loads(call("check", "jinan-demo", "--application", "A003", "--plan", "all", "--json").stdout)
    assert [one["plan"] for one in said["plans"]] == list(city_pack_ids())


def test_several_plans_need_one_application(stricter: Path) -> None:
    assert call("check", "jinan-demo", "--plan", "jinan-2026", "--plan", stricter).exit_code == USAGE
    assert call("check", "jinan-demo").exit_code == USAGE
    unknown = call("check", "jinan-demo", "--plan", "all", "--application", "A003", "--reading", "AMB-999=x")
    assert unknown.exit_code == BAD_DATA


# --- workbook ----------------------------------------------------------------------------------------------------


def test_a_pack_goes_out_as_a_workbook_and_comes_back(tmp_path: Path) -> None:
    book = tmp_path / "jinan.xlsx"
    assert call("plan", "export", "jinan-2026", book).stdout.strip() == str(book)
    written = json.loads(call("plan", "import", book, tmp_path / "back", "--json").stdout)["written"]
    assert [Path(path).name for path in written] == ["plan.yaml", "tests.yaml"]
    assert call("plan", "lint", tmp_path / "back").exit_code == call("plan", "lint", "jinan-2026").exit_code
    assert "相同" in call("plan", "diff", "jinan-2026", tmp_path / "back").stdout
    assert call("plan", "import", book, tmp_path / "back").exit_code == BAD_DATA
    assert call("plan", "import", book, tmp_path / "back", "--replace").exit_code == FINE


def test_mistakes_in_a_workbook_are_lines_with_sheet_and_cell(tmp_path: Path) -> None:
    book = tmp_path / "jinan.xlsx"
    call("plan", "export", "jinan-2026", book)
    workbook = openpyxl.load_workbook(book)
    workbook["服务半径饱和度"]["B2"] = "800 米"
    workbook["条款"]["B1"] = "页码"
    workbook.save(book)
    result = call("plan", "import", book, tmp_path / "back")
    assert result.exit_code == BAD_DATA
    lines = result.stderr.splitlines()
    assert [line for line in lines if line.startswith("jinan.xlsx:2:服务半径饱和度!B2: 800 米: 数字写成了文本")]
    assert [line for line in lines if line.startswith("jinan.xlsx:1:条款!B1: 页码: ")]
    assert not (tmp_path / "back").exists()


# --- the tutorial ------------------------------------------------------------------------------------------------

TUTORIAL = Path(__file__).resolve().parent.parent / "docs" / "tutorial" / "encode-your-plan.md"
FENCED = re.compile(r"^```(bash|yaml)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
CHANGE = re.compile(r"# (\S+\.yaml)：把 (.+) 改为\n(.+)\n")
ADD = re.compile(r"# (\S+\.yaml)：加到 (\S+) 之下\n(.+)", re.DOTALL)


def edit(folder: Path, block: str) -> None:
    """Do what a block of the tutorial tells its reader to do with a file."""
    change, add = CHANGE.fullmatch(block), ADD.fullmatch(block)
    file, word, text = (change or add or pytest.fail(block)).groups()
    path = folder / file
    before = path.read_text(encoding="utf-8")
    if change:
        assert before.count(word) == 1, word
        after = before.replace(word, text)
    else:
        after = re.sub(rf"(?m)^{word}:.*\n", lambda found: found[0] + text, before, count=1)
    assert after != before, word
    path.write_text(after, encoding="utf-8")


def test_every_step_of_the_tutorial_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = []
    for language, block in FENCED.findall(TUTORIAL.read_text(encoding="utf-8")):
        if language == "yaml":
            edit(tmp_path / "mycity-2027", block)
            continue
        for line in block.splitlines():
            command, _, remark = line.partition("#")
            result = call(*command.split()[1:])
            assert result.exit_code == (FINDINGS if "退出码 1" in remark else FINE), f"{line}\n{result.output}"
            run.append(command.split()[1:3])
    assert {("plan", verb) for verb in ("new", "lint", "explain", "test", "diff", "schema", "export", "import")} <= {tuple(c) for c in run}
    assert "800" not in (tmp_path / "mycity-2027" / "plan.yaml").read_text(encoding="utf-8")
