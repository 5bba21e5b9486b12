"""Streets of an OpenStreetMap extract: walkable ways only, metres along the ellipsoid, bends kept."""

from __future__ import annotations

from pathlib import Path

import osmium
import pytest
from osmium.osm.mutable import Node, Way
from pyproj import Geod

from city.town import write_town
from dingdian.city.read import read_city
from dingdian.problems import BadData

PLACES = {1: (117.0, 36.6), 2: (117.001, 36.6), 3: (117.001, 36.601), 4: (117.002, 36.601), 5: (117.5, 36.9)}
WAYS = [
    (10, [1, 2, 3], {"highway": "residential", "oneway": "yes"}),
    (11, [3, 4], {"highway": "footway"}),
    (12, [4, 5], {"highway": "motorway"}),
    (13, [1, 4], {"highway": "service", "access": "private"}),
    (14, [2, 4], {"highway": "path", "access": "no", "foot": "yes"}),
    (15, [2, 2, 3], {"highway": "steps", "foot": "no"}),
    (16, [1, 5], {"building": "yes"}),
]


def extract(path: Path, ways: list[tuple[int, list[int], dict[str, str]]]) -> None:
    with osmium.SimpleWriter(str(path)) as writer:
        for number, place in PLACES.items():
            writer.add_node(Node(id=number, version=1, location=place))
        for number, nodes, tags in ways:
            writer.add_way(Way(id=number, version=1, nodes=nodes, tags=tags))


def test_walkable_ways_become_nodes_and_links(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "t", network_nodes=None, network_edges=None)
    extract(folder / "streets.osm.pbf", WAYS)
    city = read_city(folder)
    edges = city.tables["network_edges"].set_index("edge")
    assert list(edges.index) == ["10-0", "10-1", "11-0", "14-0"]
    assert city.tables["network_nodes"]["node"].tolist() == ["1", "2", "3", "4"]
    metres = Geod(ellps="WGS84").inv(*PLACES[1], *PLACES[2])[2]
    assert edges.loc["10-0", "length_m"] == pytest.approx(metres, abs=0.001)
    assert edges.loc["10-0", "oneway"]
    assert not edges.loc["11-0", "oneway"]
    assert edges["walkable"].all()


def test_an_extract_without_streets_is_a_problem(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "t", network_nodes=None, network_edges=None)
    extract(folder / "streets.osm.pbf", WAYS[2:4])
    with pytest.raises(BadData) as caught:
        read_city(folder)
    assert [p.code for p in caught.value.problems] == ["no_streets"]


def test_an_extract_beside_tables_is_one_too_many(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "t")
    extract(folder / "streets.osm.pbf", WAYS)
    with pytest.raises(BadData) as caught:
        read_city(folder)
    assert [p.code for p in caught.value.problems] == ["two_files"]
