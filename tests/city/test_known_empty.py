"""That there were no letters, exits or applications is a fact which a city states; a file without rows does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.city.town import write_town

from dingdian.city.read import read_city
from dingdian.problems import BadData

STATED = "known_empty: [warnings, releases]\n"


def folder(tmp_path: Path, *, stated: str = "", keep: bool = False) -> Path:
    """A small town written out, its letters and exits taken away."""
    where = write_town(tmp_path / "town")
    for name in () if keep else ("warnings", "releases"):
        (where / f"{name}.csv").unlink(missing_ok=True)
    meta = where / "city.yaml"
    meta.write_text(meta.read_text(encoding="utf-8") + stated, encoding="utf-8")
    return where


def test_a_stated_empty_table_is_there_and_has_no_rows(tmp_path: Path) -> None:
    city = read_city(folder(tmp_path, stated=STATED))
    assert len(city.tables["warnings"]) == 0
    assert not city.has("warnings")


def test_without_the_statement_the_table_is_absent(tmp_path: Path) -> None:
    assert "warnings" not in read_city(folder(tmp_path)).tables


def test_the_statement_is_part_of_the_content(tmp_path: Path) -> None:
    silent = read_city(folder(tmp_path / "a"))
    assert read_city(folder(tmp_path / "b", stated=STATED)).content_hash != silent.content_hash


@pytest.mark.parametrize("name", ["copy", "copy.xlsx", "copy.gpkg"])
def test_it_survives_every_format(tmp_path: Path, name: str) -> None:
    city = read_city(folder(tmp_path, stated=STATED))
    city.write(tmp_path / name)
    again = read_city(tmp_path / name)
    assert again.content_hash == city.content_hash
    assert again.meta.known_empty == ("warnings", "releases")


def test_a_table_with_rows_cannot_be_declared_empty(tmp_path: Path) -> None:
    with pytest.raises(BadData) as caught:
        read_city(folder(tmp_path, stated="known_empty: [warnings]\n", keep=True))
    assert [problem.code for problem in caught.value.problems] == ["not_empty"]


def test_only_tables_of_happenings_can_be_declared_empty(tmp_path: Path) -> None:
    with pytest.raises(BadData) as caught:
        read_city(folder(tmp_path, stated="known_empty: [insured]\n"))
    assert caught.value.problems[0].code == "unknown_table"
