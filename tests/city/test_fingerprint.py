"""The content hash counts what is said and nothing else, and the manifest names the row that changed."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import shapely

from city.town import FILES, swapped, write_town
from dingdian.city.fingerprint import (
    canonical_wkb,
    changed_rows,
    content_hash,
    manifest,
    manifest_text,
    table_hashes,
)
from dingdian.city.model import City
from dingdian.city.read import read_city


def test_it_is_64_hex_digits_of_the_manifest(town: City) -> None:
    assert len(town.content_hash) == 64
    assert town.content_hash == content_hash(town)
    lines = manifest_text(town).splitlines()
    assert lines[1:] == sorted(lines[1:])
    assert len(manifest(town)) == len(lines) - 1


def test_the_order_of_rows_and_columns_does_not_count(town: City, tmp_path: Path) -> None:
    head, *rows = FILES["beds.csv"].splitlines()
    turned = [",".join(reversed(line.split(","))) for line in (head, *reversed(rows))]
    assert read_city(write_town(tmp_path / "t", beds="\n".join(turned))).content_hash == town.content_hash


def test_an_empty_optional_column_counts_as_none(town: City, tmp_path: Path) -> None:
    text = "\n".join(line + ("," if at else ",ltc_") for at, line in enumerate(FILES["staff.csv"].splitlines()))
    text = text.replace(",ltc_", ",")
    assert read_city(write_town(tmp_path / "t", staff=text)).content_hash == town.content_hash


@pytest.mark.parametrize(("name", "old", "new", "place"), [
    ("beds.csv", "490,0", "491,0", ("beds", "P1/2025-12-31/all", "changed")),
    ("facts.csv", "公告", "通告", ("facts", "990101/density/2026-01-01", "changed")),
    ("fund.csv", "900000.05", "900000.06", ("fund", "990100/2025/employee", "changed")),
    ("units.geojson", "[117.2, 36.7]", "[117.2, 36.7000002]", ("polygons", "990102", "changed")),
    ("city.yaml", "某某市", "某某某市", ("city", "name", "changed")),
    ("scores.csv", "P4,2025,59,100\n", "", ("scores", "P4/2025", "removed")),
])
def test_one_change_changes_the_hash_and_is_named(
    town: City, tmp_path: Path, name: str, old: str, new: str, place: tuple[str, str, str]
) -> None:
    folder = write_town(tmp_path / "t", **{name.removesuffix(".csv").replace(".", "__"): swapped(name, old, new)})
    other = read_city(folder)
    assert other.content_hash != town.content_hash
    assert changed_rows(town, other) == [place]
    ours, theirs = table_hashes(town), table_hashes(other)
    assert [table for table in ours if ours[table] != theirs[table]] == [place[0]]


def test_rings_may_begin_anywhere_and_turn_either_way() -> None:
    ring = [(117.0, 36.6), (117.1, 36.6), (117.1, 36.7), (117.0, 36.7)]
    shapes = [shapely.Polygon(ring[at:] + ring[:at]) for at in range(4)]
    shapes += [shapely.Polygon(ring[::-1]), shapely.MultiPolygon([shapely.Polygon(ring)])]
    shapes.append(shapely.Polygon([(x + 3e-8, y) for x, y in ring]))
    assert len({canonical_wkb(shape) for shape in shapes}) == 1
    assert canonical_wkb(shapely.Polygon([(x + 2e-7, y) for x, y in ring])) != canonical_wkb(shapes[0])


def test_a_key_that_holds_the_separator_stays_apart(tmp_path: Path) -> None:
    city = read_city(write_town(tmp_path / "t", facts="subject,key,as_of,value,source\na/b,c,2026-01-01,1,s\na,b/c,2026-01-01,1,s\n"))
    keys = manifest(city).query("table == 'facts'")["key"].tolist()
    assert keys == ["a%2Fb/c/2026-01-01", "a/b%2Fc/2026-01-01"]


def test_the_demo_city_is_hashed_in_under_a_second_and_a_half(demo_city: City) -> None:
    start = time.perf_counter()
    content_hash(demo_city)
    assert time.perf_counter() - start < 1.5
