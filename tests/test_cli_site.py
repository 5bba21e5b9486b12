"""``dingdian site`` as its users meet it: what is printed, which files, which exit code, never a traceback."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dingdian.cli import BAD_DATA, FINDINGS, FINE, USAGE, main
from small_city import corner, default_cells, provider, small_city


def call(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small city on disk, with one pharmacy at −1000 m."""
    folder = tmp_path_factory.mktemp("town")
    small_city(more_providers=[provider("P1", corner(-10))], population=default_cells()).write(folder)
    return folder


def ask(town: Path, *more: object) -> Result:
    return call("site", town, "--plan", "jinan-2026", "--on", "2026-09-01", *more)


def test_the_certificate_coverage_and_places_are_told(town: Path) -> None:
    result = ask(town, "--add", 1, "--lang", "en")
    assert result.exit_code == FINE
    for word in ("no choice of 1 can add more than 5,200 people", "Checked again by other code", "400 (7.14%)", "5,600 (100.00%)", "东区", "fund gate"):
        assert word in result.stdout, word


def test_json_stands_alone_on_stdout(town: Path) -> None:
    said = json.loads(ask(town, "--add", 1, "--json").stdout)
    assert said["plan"]["id"] == "jinan-2026"
    assert [place["gain"] for place in said["places"]] == [5200]
    assert said["certificate"]["status"] == "optimal"
    assert said["certificate"]["seconds"] >= 0
    assert said["certificate"]["verified"] is True


def test_a_target_that_cannot_be_met_is_exit_code_1(town: Path) -> None:
    path = town.parent / "one.csv"
    path.write_text("candidate,lon,lat\nX,{},{}\n".format(*corner(16)), encoding="utf-8")
    result = ask(town, "--cover", "1", "--candidates", path, "--lang", "en")
    assert result.exit_code == FINDINGS
    assert "cannot be met in the model" in result.stdout


def test_a_city_without_people_is_exit_code_1_with_the_reason(tmp_path: Path) -> None:
    small_city(population=None).write(tmp_path / "bare")
    result = call("site", tmp_path / "bare", "--plan", "jinan-2026", "--lang", "en")
    assert result.exit_code == FINDINGS
    assert "the population table is missing" in result.stdout


@pytest.mark.parametrize(("arguments", "code", "word"), [
    (("--add", "1", "--cover", "0.9"), USAGE, "--add"), (("--add", "-1"), USAGE, "--add"), (("--cover", "1.5"), USAGE, "1.5"),
    (("--cover", "nan"), USAGE, "nan"), (("--class", "shop"), USAGE, "pharmacy"), (("--kind", "shop"), USAGE, "clinic"),
    (("--level", "top"), USAGE, "tertiary"), (("--people", "all"), USAGE, "insured"), (("--gap", "1"), USAGE, "--gap"),
    (("--seconds", "-1"), USAGE, "--seconds"), (("--reading", "AMB-06"), USAGE, "AMB-06"), (("--reading", "AMB-99=x"), BAD_DATA, "AMB-99"),
    (("--candidates", "no/such.csv"), BAD_DATA, "no/such.csv"),
])
def test_mistakes_are_told_on_stderr_with_their_exit_code(arguments: tuple[str, ...], code: int, word: str, town: Path) -> None:
    result = ask(town, *arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert word in result.stderr
    assert "Traceback" not in result.stderr


def test_a_bad_file_of_candidates_is_told_by_row_and_column(town: Path, tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text("candidate,lon,lat\nA,east,36.6\nB,117,\n", encoding="utf-8")
    result = ask(town, "--candidates", path)
    assert result.exit_code == BAD_DATA
    assert [line.split(":")[:3] for line in result.stderr.splitlines()] == [["points.csv", "2", "lon"], ["points.csv", "3", "lat"]]


def test_the_files_agree_with_what_is_printed(town: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = ask(town, "--add", 2, "--candidates", "streets", "--out", out, "--json")
    said, stored = json.loads(result.stdout), json.loads((out / "site.json").read_text(encoding="utf-8"))
    assert said == stored
    rows = list(csv.DictReader(io.StringIO((out / "sites.csv").read_text(encoding="utf-8-sig"))))
    assert [(int(row["rank"]), int(row["gain"]), row["candidate"]) for row in rows] == [(p["rank"], p["gain"], p["candidate"]) for p in said["places"]]
    features = json.loads((out / "sites.geojson").read_text(encoding="utf-8"))["features"]
    assert [f["geometry"]["coordinates"] for f in features] == [[round(float(p["lon"]), 7), round(float(p["lat"]), 7)] for p in said["places"]]
    assert (out / "map.png").read_bytes().startswith(b"\x89PNG")
    assert sorted(path.name for path in out.iterdir()) == ["map.png", "site.json", "sites.csv", "sites.geojson"]


def test_other_files_of_the_folder_are_left_alone(town: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("kept", encoding="utf-8")
    assert ask(town, "--add", 1, "--out", tmp_path).exit_code == FINE
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "kept"


def test_invented_data_is_called_so_in_every_output(tmp_path: Path) -> None:
    result = call("site", "jinan-demo", "--plan", "jinan-2026", "--add", 1, "--out", tmp_path, "--lang", "en")
    assert "SYNTHETIC data" in result.stdout
    assert json.loads((tmp_path / "site.json").read_text(encoding="utf-8"))["city"]["synthetic"]
    features = json.loads((tmp_path / "sites.geojson").read_text(encoding="utf-8"))["features"]
    assert all(feature["properties"]["synthetic"] is True for feature in features)


@pytest.mark.slow
@pytest.mark.parametrize("people", [(), ("--people", "insured")])
def test_the_demo_city_reaches_its_share_with_proven_fewest_places(people: tuple[str, ...]) -> None:
    said = json.loads(call("site", "jinan-demo", "--plan", "jinan-2026", "--cover", "0.95", "--on", "2026-09-01", *people, "--json").stdout)["certificate"]
    assert (said["status"], said["value"], said["bound"], said["verified"]) == ("optimal", 100, 100, True)


@pytest.mark.slow
def test_pending_applications_alone_do_not_reach_it() -> None:
    result = call("site", "jinan-demo", "--plan", "jinan-2026", "--cover", "0.95", "--on", "2026-09-01", "--candidates", "applications", "--json")
    assert result.exit_code == FINDINGS
    assert json.loads(result.stdout)["certificate"]["status"] == "infeasible"
