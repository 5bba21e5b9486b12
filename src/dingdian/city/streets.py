"""Streets from an OpenStreetMap extract: every node and every link of the ways that one may walk along.

Links keep the way's own bends, so that a place snaps to the street and not to a far crossing. Motorways and
what is closed to walkers are left out; nothing is simplified or connected that the map does not connect.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from dingdian.city.raw import RawTable
from dingdian.problems import Problem
from dingdian.terms import Text

# highway=* values along which OpenStreetMap expects people on foot in China.
WALKABLE = frozenset((
    "primary", "primary_link", "secondary", "secondary_link", "tertiary", "tertiary_link", "trunk", "trunk_link",
    "unclassified", "residential", "living_street", "service", "pedestrian", "footway", "steps", "path", "track",
    "road", "cycleway", "corridor",
))
_CLOSED = frozenset(("no", "private"))


def read_streets(path: Path, problems: list[Problem]) -> dict[str, RawTable]:
    """`network_nodes` and `network_edges` from an ``.osm.pbf``; empty with the problem added when it is none.

    Nodes keep their OpenStreetMap number and are WGS84; lengths are metres along the ellipsoid, to the
    millimetre.
    """
    ways = _ways(path, problems)
    if ways is None:
        return {}
    places: dict[int, tuple[float, float]] = {}
    links: list[tuple[str, int, int, bool]] = []
    for number, oneway, nodes in ways:
        places.update({node: (lon, lat) for node, lon, lat in nodes})
        pairs = [(a[0], b[0]) for a, b in pairwise(nodes) if a[0] != b[0]]
        links.extend((f"{number}-{at}", u, v, oneway) for at, (u, v) in enumerate(pairs))
    if not links:
        problems.append(_problem(path.name, "no_streets", Text("文件里没有可步行的道路",
                                                               "no street that one may walk"),
                                 Text("换一个覆盖本市的路网提取文件",
                                      "take an extract that covers the city")))
        return {}
    return {"network_nodes": _nodes(path.name, places), "network_edges": _edges(path.name, places, links)}


def _ways(path: Path, problems: list[Problem]) -> list[tuple[int, bool, list[tuple[int, float, float]]]] | None:
    import osmium

    found = []
    try:
        reader = osmium.FileProcessor(str(path)).with_locations().with_filter(osmium.filter.KeyFilter("highway"))
        for item in reader:
            if isinstance(item, osmium.osm.Way) and _may_walk(item.tags):
                nodes = [(n.ref, n.lon, n.lat) for n in item.nodes if n.location.valid()]
                found.append((item.id, item.tags.get("oneway") in ("yes", "1", "true"), nodes))
    except (RuntimeError, OSError, ValueError) as error:
        problems.append(_problem(path.name, "bad_streets", Text("不是完整的 .osm.pbf",
                                                                "not a sound .osm.pbf"),
                                 Text("重新下载该文件",
                                      "download it again"), str(error).splitlines()[0][:120]))
        return None
    return found


def _may_walk(tags: Any) -> bool:
    if tags.get("highway") not in WALKABLE or tags.get("area") == "yes":
        return False
    foot = tags.get("foot")
    return foot not in _CLOSED and (tags.get("access") not in _CLOSED or foot in ("yes", "designated", "permissive"))


def _nodes(file: str, places: dict[int, tuple[float, float]]) -> RawTable:
    numbers = sorted(places)
    return RawTable(
        table="network_nodes", file=file, headings=("node", "lon", "lat", "frame"), rows=range(1, len(numbers) + 1),
        columns=([str(n) for n in numbers], [places[n][0] for n in numbers], [places[n][1] for n in numbers],
                 ["wgs84"] * len(numbers)),
    )


def _edges(
    file: str, places: dict[int, tuple[float, float]], links: list[tuple[str, int, int, bool]]
) -> RawTable:
    import pyproj

    start = np.array([places[u] for _, u, _, _ in links])
    end = np.array([places[v] for _, _, v, _ in links])
    _, _, metres = pyproj.Geod(ellps="WGS84").inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
    return RawTable(
        table="network_edges", file=file, headings=("edge", "u", "v", "length_m", "walkable", "oneway"),
        rows=range(1, len(links) + 1),
        columns=([edge for edge, _, _, _ in links], [str(u) for _, u, _, _ in links], [str(v) for _, _, v, _ in links],
                 np.round(metres, 3).tolist(), [True] * len(links), [oneway for _, _, _, oneway in links]),
    )


def _problem(file: str, code: str, message: Text, remedy: Text, value: str = "") -> Problem:
    return Problem(code=code, file=file, table="network_nodes", message=message, remedy=remedy, value=value)
