"""A synthetic city for benchmarks: streets, sites, demand, all from one seed. No real place, no real person.

Streets are a jittered grid from which a quarter of the edges is deleted; what hangs together most is kept. Node order
is the order of the grid, row by row, as an extract sorted by place would have it; `shuffled` gives the same streets
in random order, which slows every search on them. It draws nothing from the clock or the machine.
"""

from __future__ import annotations

from math import isqrt
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from pyproj import Proj
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Arrays: TypeAlias = dict[str, npt.NDArray[np.generic]]

SPACING = 62.5  # metres between grid lines: with jitter and bends the mean edge is 67 m
JITTER = 0.3  # of the spacing, to either side
KEPT = 0.7485  # share of the grid's edges: 1.5 edges a node, as in street extracts with few dead ends
LOST = 0.0054  # share of the nodes that deletions cut off
BEND = 0.08  # an edge is up to this share longer than the straight line
MIDDLE = (117.0, 36.65)  # degrees; a place to hang the plane on, nothing else
OCCUPIED = 0.774  # share of the nodes where somebody lives


def city(nodes: int, sites: int, points: int, candidates: int, clients: int, seed: int = 1) -> Arrays:
    """Streets of about ``nodes`` nodes with everything that the benchmarks ask about them.

    Returns
    -------
    dict of arrays
        ``x, y`` (metres), ``lon, lat`` (degrees), ``u, v`` (ends of the edges), ``length`` (metres, whole decimetres),
        ``sites`` (distinct nodes), ``demand`` (node of each demand point), ``candidates`` and ``clients`` (distinct
        nodes), ``persons`` (whole numbers, one for each client).
    """
    draw = np.random.default_rng(seed)
    made = _streets(isqrt(round(nodes / (1.0 - LOST))), draw)
    n = made["x"].size
    made["sites"] = draw.choice(n, min(sites, n), replace=False)
    homes = draw.choice(n, round(OCCUPIED * n), replace=False)
    made["demand"] = np.concatenate((homes, draw.choice(homes, max(0, points - homes.size))))[:points]
    made["candidates"] = draw.choice(n, min(candidates, n), replace=False)
    made["clients"] = draw.choice(n, min(clients, n), replace=False)
    made["persons"] = draw.integers(1, 101, made["clients"].size)
    return made


def shuffled(made: Arrays, seed: int = 2) -> Arrays:
    """The same city with its nodes in random order."""
    n = made["x"].size
    new = np.random.default_rng(seed).permutation(n)  # old node → new node
    old = np.argsort(new)
    places = {name: made[name][old] for name in ("x", "y", "lon", "lat")}
    ends = {name: new[made[name]] for name in ("u", "v", "sites", "demand", "candidates", "clients")}
    return {**made, **places, **ends}


def _streets(side: int, draw: np.random.Generator) -> Arrays:
    """The largest connected part of a jittered grid of side × side nodes with a quarter of its edges deleted."""
    row, column = np.divmod(np.arange(side * side), side)
    x, y = ((line + draw.uniform(-JITTER, JITTER, line.size)) * SPACING for line in (column, row))
    u, v = _grid_edges(side)
    kept = draw.random(u.size) < KEPT
    u, v = u[kept], v[kept]
    bends = 1.0 + draw.uniform(0.0, BEND, u.size)
    length = np.rint(np.hypot(x[u] - x[v], y[u] - y[v]) * bends * 10.0) / 10.0
    inside, u, v, length = _largest_part(side * side, u, v, length)
    x, y = x[inside] - x.mean(), y[inside] - y.mean()
    lon, lat = Proj(proj="aeqd", lon_0=MIDDLE[0], lat_0=MIDDLE[1], ellps="WGS84")(x, y, inverse=True)
    return {"x": x, "y": y, "lon": lon, "lat": lat, "u": u, "v": v, "length": length}


def _grid_edges(side: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    node = np.arange(side * side).reshape(side, side)
    return (
        np.concatenate((node[:, :-1].ravel(), node[:-1].ravel())),
        np.concatenate((node[:, 1:].ravel(), node[1:].ravel())),
    )


def _largest_part(
    n: int, u: npt.NDArray[np.int64], v: npt.NDArray[np.int64], length: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Which nodes are in the largest part, and its edges by their new numbers."""
    _, part = connected_components(coo_array((np.ones(u.size), (u, v)), shape=(n, n)), directed=False)
    inside = part == np.argmax(np.bincount(part))
    new = np.cumsum(inside) - 1
    keep = inside[u]
    return inside, new[u[keep]], new[v[keep]], length[keep]
