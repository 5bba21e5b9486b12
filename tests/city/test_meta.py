"""``city.yaml`` is strict, and says where it is wrong."""

from __future__ import annotations

from datetime import date

import pytest

from city.town import FILES
from dingdian.city.meta import dump_meta, meta_from_rows, meta_rows, read_meta
from dingdian.city.model import City

GOOD = FILES["city.yaml"]


def problems(text: str) -> list[tuple[str, str, int | None]]:
    _, _, found = read_meta(text.encode(), "city.yaml")
    assert all(p.table == "city" for p in found)
    return [(p.code, p.column, p.row) for p in found]


def test_a_good_one_reads() -> None:
    meta, extras, found = read_meta((GOOD + "population_basis: resident\n").encode(), "city.yaml")
    assert found == []
    assert meta is not None
    assert (meta.id, meta.as_of, meta.population_cell_m, meta.synthetic) == ("town", date(2026, 8, 31), 500, ("providers",))
    assert meta.sources[0].licence == "CC0"
    assert extras == {"population_basis": "resident"}


@pytest.mark.parametrize("key", ["id", "name", "pooling_area", "as_of", "frame"])
def test_what_must_be_stated_must_be_stated(key: str) -> None:
    text = "\n".join(line for line in GOOD.splitlines() if not line.startswith(f"{key}:"))
    assert [(code, column) for code, column, _ in problems(text)] == [("missing_value", key)]


@pytest.mark.parametrize(("old", "new", "expected"), [
    ("frame: wgs84", "frame: wgs48", ("unknown_code", "frame", 5)),
    ("as_of: 2026-08-31", "as_of: 2026-13-01", ("bad_date", "as_of", 4)),
    ("id: town", "id: 某市", ("bad_value", "id", 1)),
    ("population_cell_m: 500", "population_cell_m: 0", ("bad_integer", "population_cell_m", 6)),
    ("population_cell_m: 500", "population_cell_m: 12.5", ("bad_integer", "population_cell_m", 6)),
    ("population_cell_m: 500", "cell: 500", ("unknown_key", "cell", 6)),
    ("  providers: true", "  provider: true", ("unknown_table", "synthetic.provider", 8)),
    ("  providers: true", "  providers: 1", ("bad_boolean", "synthetic.providers", 8)),
    ("    licence: CC0", "    license: CC0", ("missing_value", "sources.0.licence", 10)),
    ("table: units", "table: unit", ("unknown_table", "sources.0.table", 10)),
    ("name: 某某市", "name: [a]", ("bad_value", "name", 2)),
    ("id: town", "id: town\nid: village", ("duplicate_key", "id", 2)),
    ("id: town", "id: ：town", ("full_width_syntax", "id", 1)),
])
def test_each_mistake_is_told_at_its_line(old: str, new: str, expected: tuple[str, str, int]) -> None:
    assert old in GOOD
    assert expected in problems(GOOD.replace(old, new, 1))


@pytest.mark.parametrize("text", ["", "just text", "- a\n- b", "synthetic: yes", "synthetic: [a]", "sources: {a: b}"])
def test_other_documents_are_problems_and_no_tracebacks(text: str) -> None:
    assert problems(text)


def test_a_wrong_remark_does_not_hide_the_frame_and_a_missing_frame_does() -> None:
    assert read_meta((GOOD + "colour: red\n").encode(), "x")[0] is not None
    assert read_meta(GOOD.replace("frame: wgs84", "").encode(), "x")[0] is None


def test_it_is_written_as_it_is_read(town: City) -> None:
    text = dump_meta(town.meta, list(town.tables))
    assert read_meta(text.encode(), "x")[0] == town.meta
    assert "  beds: false" in text


def test_rows_of_a_sheet_say_the_same(town: City) -> None:
    meta, _, found = meta_from_rows(meta_rows(town.meta), "x", 1)
    assert found == []
    assert meta == town.meta
    _, _, twice = meta_from_rows([*meta_rows(town.meta), ("id", "other", "", "")], "x", 1)
    assert [(p.code, p.row) for p in twice] == [("duplicate_key", 9)]
