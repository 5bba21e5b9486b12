"""Streets of the demo city from OpenStreetMap: nodes, merged links, and the area that they honestly cover.

The source links are directed and drivable. Both directions become one link with the smaller length, because
walking is free in both. Motorways and trunk roads with their ramps stay in the table and are marked as not
walkable. Nothing is repaired: disconnected pieces stay disconnected, and what lies outside the extent is
"no street data".
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from attrs import frozen
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components
from shapely.geometry.base import BaseGeometry

from common import SOURCES, Floats, Ints, to_degrees, to_metres

NOT_WALKABLE = frozenset({"motorway", "motorway_link", "trunk", "trunk_link"})
REACH_M = 600  # a place further than this from every street node has no street data
CLOSING_M = 300
SIMPLIFY_M = 40
SMALLEST_PART_M2 = 1_000_000

# How much a class of road draws shops: they line the main streets.
ROAD_PULL = {
    "primary": 3.0,
    "secondary": 2.6,
    "tertiary": 1.8,
    "unclassified": 0.8,
    "residential": 0.9,
    "living_street": 0.9,
    "service": 0.3,
    "primary_link": 0.3,
    "secondary_link": 0.3,
    "tertiary_link": 0.3,
}


@frozen(eq=False)
class Streets:
    """Nodes (position = node number), merged links, and what is derived from them in local metres."""

    nodes: pd.DataFrame
    edges: pd.DataFrame
    x: Floats
    y: Floats
    main: NDArray[np.bool_]
    extent: BaseGeometry  # local metres
    walking: csr_matrix


def load() -> Streets:
    nodes = pd.read_csv(SOURCES / "roads_nodes.csv.gz")
    edges = merge_directions(
        pd.read_csv(SOURCES / "roads_edges.csv.gz", usecols=["highway", "u", "v", "length_m"])
    )
    x, y = to_metres(nodes["lon"], nodes["lat"])
    walking = walking_graph(edges, len(nodes))
    main = main_component(walking)
    return Streets(nodes, edges, x, y, main, extent_of(x[main], y[main]), walking)


def merge_directions(links: pd.DataFrame) -> pd.DataFrame:
    """One row per pair of nodes: the smaller length; walkable when any of its links is. Loops lead nowhere
    and go.
    """
    low, high = np.minimum(links["u"], links["v"]), np.maximum(links["u"], links["v"])
    links = links.assign(u=low, v=high, walkable=~links["highway"].isin(NOT_WALKABLE))
    links = links[links["u"] != links["v"]].sort_values(["u", "v", "length_m", "highway"], kind="stable")
    merged = links.groupby(["u", "v"], sort=True)
    return pd.DataFrame(
        {
            "length_m": merged["length_m"].min(),
            "walkable": merged["walkable"].any(),
            "highway": merged["highway"].first(),
        }
    ).reset_index()


def walking_graph(edges: pd.DataFrame, n: int) -> csr_matrix:
    """Symmetric matrix of walkable lengths; a zero length becomes a millimetre, since a stored zero means
    no link.
    """
    on_foot = edges[edges["walkable"]]
    u, v = on_foot["u"].to_numpy(), on_foot["v"].to_numpy()
    length = np.maximum(on_foot["length_m"].to_numpy(), 0.001)
    both = (np.r_[length, length], (np.r_[u, v], np.r_[v, u]))
    return coo_matrix(both, shape=(n, n)).tocsr()


def main_component(walking: csr_matrix) -> NDArray[np.bool_]:
    """Which nodes belong to the largest piece that can be walked through."""
    _, label = connected_components(walking, directed=False)
    return np.asarray(label == np.argmax(np.bincount(label)))


def extent_of(x: Floats, y: Floats) -> BaseGeometry:
    """Union of 600 m discs around the nodes, small gaps closed, holes filled, simplified."""
    discs = shapely.buffer(shapely.points(x, y), REACH_M, quad_segs=4)
    closed = shapely.union_all(discs).buffer(CLOSING_M, quad_segs=4).buffer(-CLOSING_M, quad_segs=4)
    parts = [shapely.Polygon(part.exterior) for part in getattr(closed, "geoms", [closed])]
    whole = shapely.union_all([part for part in parts if part.area >= SMALLEST_PART_M2])
    return shapely.make_valid(shapely.simplify(whole, SIMPLIFY_M))


def degrees_of(geometry: BaseGeometry) -> BaseGeometry:
    """The geometry in longitude and latitude with 5 decimals (1 m)."""
    turned = shapely.transform(
        geometry, lambda points: np.column_stack(to_degrees(points[:, 0], points[:, 1]))
    )
    return shapely.make_valid(shapely.set_precision(turned, 1e-5))


def node_codes(numbers: Ints) -> list[str]:
    return [f"n{number:05d}" for number in numbers]


def tables(streets: Streets) -> dict[str, pd.DataFrame]:
    edges = streets.edges
    return {
        "network_nodes": pd.DataFrame(
            {
                "node": node_codes(streets.nodes["node"].to_numpy()),
                "lon": streets.nodes["lon"].round(7),
                "lat": streets.nodes["lat"].round(7),
                "frame": "wgs84",
            }
        ),
        "network_edges": pd.DataFrame(
            {
                "edge": [f"e{number:05d}" for number in range(len(edges))],
                "u": node_codes(edges["u"].to_numpy()),
                "v": node_codes(edges["v"].to_numpy()),
                "length_m": edges["length_m"].round(2),
                "walkable": edges["walkable"],
                "oneway": False,
            }
        ),
    }
