"""``dingdian simulate`` as its users meet it: what is printed, the picture, which exit code, never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dingdian.cli import BAD_DATA, FINE, USAGE, main
from small_city import EAST, provider, release, small_city


def call(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small city on disk with three pharmacies, one of which has left."""
    folder = tmp_path_factory.mktemp("town")
    gone = release("R2", None, "2025-05-01", provider_class="pharmacy", level=None, unit=EAST, places=1)
    small_city(more_providers=[provider("P1"), provider("P2")], more_releases=[gone]).write(folder)
    return folder


def ask(town: Path, *more: object) -> Result:
    return call("simulate", town, "--plan", "jinan-2026", "--years", 3, "--runs", 5, *more)


def test_answers_tables_assumptions_and_limits_are_told(town: Path) -> None:
    result = ask(town, "--exit-rate", "0.1", "--arrivals", 5, "--lang", "en")
    assert result.exit_code == FINE
    for word in ("5 runs, seed 1", "pharmacy in the whole area: 2 providers at the end of 2025", "per 1000 insured at the end of 2025", "beds per", "2028",
                 "zones at the end of 2028", "西区", "Taken for granted", "10 % a year (stated", "Clauses that the runs keep",
                 "Clauses outside the model"):
        assert word in result.stdout.replace("\n", " "), word


def test_json_stands_alone_on_stdout_and_is_the_same_again(town: Path) -> None:
    one, two = (ask(town, "--class", "pharmacy", "--arrivals", 5, "--seed", 7, "--json").stdout for _ in range(2))
    said = json.loads(one)
    assert one == two
    assert said["ask"] == {"years": 3, "runs": 5, "seed": 7, "provider_class": "pharmacy", "exit_rate": None, "arrivals": 5}
    assert {row["provider_class"] for row in said["rows"]} == {"pharmacy", ""}
    assert (said["start_year"], said["last_year"]) == (2025, 2028)


def test_one_zone_only(town: Path) -> None:
    said = json.loads(ask(town, "--class", "pharmacy", "--arrivals", 5, "--zone", EAST, "--json").stdout)
    assert {row["zone"] for row in said["rows"] if not row["scheme"]} == {EAST}
    assert len(said["sentences"]) == 1


def test_what_cannot_be_told_is_said(town: Path) -> None:
    result = ask(town, "--arrivals", 1, "--lang", "en")
    assert result.exit_code == FINE
    assert "outpatient pooling cannot be played forward" in result.stdout


@pytest.mark.slow
def test_a_fan_chart_is_written_and_named(town: Path, tmp_path: Path) -> None:
    for lang, more in (("zh", ("--class", "inpatient")), ("en", ("--class", "pharmacy", "--zone", EAST))):
        path = tmp_path / f"{lang}.png"
        result = ask(town, "--exit-rate", "0.1", "--arrivals", 5, "--plot", path, "--lang", lang, *more)
        assert result.exit_code == FINE
        assert str(path.name) in result.stdout
        assert path.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(("arguments", "code", "word"), [
    (("--years", "0"), USAGE, "--years"), (("--years", "101"), USAGE, "--years"), (("--runs", "0"), USAGE, "--runs"), (("--seed", "-1"), USAGE, "--seed"),
    (("--class", "shop"), USAGE, "pharmacy"), (("--exit-rate", "1"), USAGE, "0.03"), (("--exit-rate", "nan"), USAGE, "0.03"),
    (("--exit-rate", "-0.1"), USAGE, "0.03"), (("--arrivals", "-1"), USAGE, "unlimited"), (("--arrivals", "1.5"), USAGE, "unlimited"),
    (("--zone", "nowhere", "--exit-rate", "0", "--arrivals", "0"), USAGE, "没有定点区域 nowhere"), (("--reading", "AMB-06"), USAGE, "AMB-06"),
    (("--class", "pharmacy", "--exit-rate", "0", "--arrivals", "unlimited"), USAGE, "没有数量限制"),
    (("--reading", "AMB-99=x"), BAD_DATA, "AMB-99"), (("--class", "outpatient_pooling", "--arrivals", "1"), BAD_DATA, "--exit-rate"),
])
def test_mistakes_are_told_with_their_exit_code(town: Path, arguments: tuple[str, ...], code: int, word: str) -> None:
    result = ask(town, *arguments)
    assert result.exit_code == code
    assert word in result.stderr


def test_a_folder_that_is_not_there_is_told(town: Path) -> None:
    result = ask(town, "--exit-rate", "0.1", "--arrivals", 5, "--plot", town / "no" / "such.png")
    assert result.exit_code == BAD_DATA
    assert "such.png" in result.stderr
