"""Random street networks with every trap in them, and a slow Dijkstra in plain Python to compare with."""

from __future__ import annotations

import heapq
from math import inf

import numpy as np
from attrs import frozen

from dingdian.space.network import Network


@frozen(eq=False)
class Streets:
    """Raw edges as handed to Network: loops, parallels, zero lengths, one-way edges, separate parts."""

    lon: np.ndarray
    lat: np.ndarray
    u: np.ndarray
    v: np.ndarray
    length: np.ndarray
    oneway: np.ndarray

    @property
    def n_nodes(self) -> int:
        return self.lon.size

    def network(self) -> Network:
        return Network(self.lon, self.lat, self.u, self.v, self.length, oneway=self.oneway)


def random_streets(seed: int) -> Streets:
    rng = np.random.default_rng(seed)
    n_nodes = int(rng.integers(1, 18))
    n_edges = int(rng.integers(0, 3 * n_nodes))
    u, v = rng.integers(0, n_nodes, n_edges), rng.integers(0, n_nodes, n_edges)
    # Few distinct lengths, so that ties, zero lengths and exact hits of the limit are common.
    length = rng.choice([0.0, 0.0, 0.1, 0.3, 50.0, 100.0, 100.04, 199.96, 250.5], n_edges)
    doubled = rng.random(n_edges) < 0.2
    u, v = np.concatenate((u, u[doubled])), np.concatenate((v, v[doubled]))
    length = np.concatenate((length, rng.permutation(length[doubled])))
    oneway = rng.random(u.size) < rng.choice([0.0, 0.4])
    lon, lat = 117.0 + 0.01 * rng.random(n_nodes), 36.6 + 0.01 * rng.random(n_nodes)
    return Streets(lon, lat, u, v, length, oneway)


def slow_decimetres(streets: Streets, source: int) -> list[float]:
    """Distances from one node, edge by edge, in whole decimetres."""
    ways: dict[int, list[tuple[int, int]]] = {}
    for u, v, length, oneway in zip(streets.u, streets.v, streets.length, streets.oneway):
        cost = round(float(length) * 10)
        ways.setdefault(int(u), []).append((int(v), cost))
        if not oneway:
            ways.setdefault(int(v), []).append((int(u), cost))
    best: list[float] = [inf] * streets.n_nodes
    best[source] = 0
    queue = [(0, source)]
    while queue:
        so_far, node = heapq.heappop(queue)
        if so_far > best[node]:
            continue
        for other, cost in ways.get(node, ()):
            if so_far + cost < best[other]:
                best[other] = so_far + cost
                heapq.heappush(queue, (so_far + cost, other))
    return best


def slow_nearest(streets: Streets, sources: list[int], limit: float) -> tuple[list[float], list[int]]:
    """Per node the smallest (distance, position) within the limit, from one search per source."""
    tables = [slow_decimetres(streets, source) for source in sources]
    distance, owner = [], []
    for node in range(streets.n_nodes):
        within = [(table[node], at) for at, table in enumerate(tables) if table[node] <= limit * 10]
        best = min(within, default=(inf, -1))
        distance.append(best[0] if best[0] < inf else inf)
        owner.append(best[1] if best[0] < inf else -1)
    return [value / 10 for value in distance], owner
