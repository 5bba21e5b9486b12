"""The compiled searches agree with scipy on thousands of random graphs, by either queue, whatever traps the graph holds."""

from math import inf

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from dingdian.space import searches, sweeps
from dingdian.space.network import Network

from .graphs import random_streets

GRAPHS, BATCH = 2400, 100
QUEUES = {"heap": sweeps.Queue(0, 0), "buckets": sweeps.Queue(3, 1024), "narrow": sweeps.Queue(0, 8192), "wide": sweeps.Queue(12, 64)}


def raw_graph(streets):
    """The edges as scipy takes them: of parallel edges the shortest, zero lengths kept."""
    shortest = {}
    for u, v, length, oneway in zip(streets.u.tolist(), streets.v.tolist(), streets.length.tolist(), streets.oneway.tolist()):
        for a, b in [(u, v)] if oneway else [(u, v), (v, u)]:
            shortest[a, b] = min(round(length * 10), shortest.get((a, b), inf))
    ends = sorted(shortest)
    starts = np.searchsorted([a for a, _ in ends], np.arange(streets.n_nodes + 1))
    return csr_array(([float(shortest[end]) for end in ends], [b for _, b in ends], starts), shape=(streets.n_nodes,) * 2)


@pytest.mark.parametrize("batch", range(GRAPHS // BATCH))
def test_every_distance_is_scipys(batch, monkeypatch):
    queue = list(QUEUES.values())[batch % len(QUEUES)]
    monkeypatch.setattr(sweeps.Queue, "of", classmethod(lambda cls, graph, limit: queue))
    if queue.ring:
        monkeypatch.setattr(sweeps.Queue, "of_buckets", classmethod(lambda cls, graph: queue))
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        streets = random_streets(seed)
        network, graph = streets.network(), raw_graph(streets)
        limit = [0.0, 100.0, 250.5, 1000.0][seed % 4]
        nodes = np.arange(streets.n_nodes)
        table = dijkstra(graph, indices=nodes, limit=limit * 10) / 10.0
        pairs = network.pairs(nodes, None, limit)
        ours = np.full(table.shape, inf)
        ours[pairs.source, pairs.target] = pairs.distance
        assert (ours == table).all()
        sources = nodes[: 1 + seed % 3]
        assert (network.nearest(sources, limit)[0] == table[sources].min(axis=0)).all()
        assert (network.counts(nodes, nodes, limit) == np.isfinite(table).sum(axis=1)).all()


def town(side, seed, long_edge=0.0):
    """A grid of streets of uneven length; with one very long road across."""
    rng = np.random.default_rng(seed)
    number = np.arange(side * side).reshape(side, side)
    u, v = np.concatenate((number[:-1].ravel(), number[:, :-1].ravel())), np.concatenate((number[1:].ravel(), number[:, 1:].ravel()))
    keep = rng.random(u.size) < 0.8
    u, v, length = np.append(u[keep], 0), np.append(v[keep], side * side - 1), rng.uniform(20, 120, keep.sum() + 1)
    length[-1] = long_edge or 50.0
    x, y = np.divmod(np.arange(side * side), side)
    oneway = rng.random(u.size) < 0.1
    return Network(None, None, u, v, length, x=x * 70.0, y=y * 70.0, oneway=oneway), (u, v, np.rint(length * 10), oneway)


def scipy_of(edges, n):
    u, v, cost, oneway = edges
    tail, head = np.concatenate((u, v[~oneway])), np.concatenate((v, u[~oneway]))
    return csr_array((np.concatenate((cost, cost[~oneway])), (tail, head)), shape=(n, n))


@pytest.mark.parametrize("long_edge", [0.0, 50_000.0, 5_000_000.0])
@pytest.mark.parametrize("limit", [150.0, 1200.0, 4000.0, inf])
def test_on_a_town_of_a_few_thousand_nodes_too(long_edge, limit):
    network, edges = town(60, 3, long_edge)
    graph = scipy_of(edges, network.n_nodes)
    sources = np.random.default_rng(1).choice(network.n_nodes, 40, replace=False)
    table = dijkstra(graph, indices=sources, limit=limit * 10) / 10.0
    distance, owner = network.nearest(sources, limit)
    assert (distance == table.min(axis=0)).all()
    assert (owner == np.where(np.isfinite(distance), table.argmin(axis=0), -1)).all()
    pairs = network.pairs(sources, None, limit)
    assert len(pairs) == np.isfinite(table).sum()
    assert (pairs.distance == table[pairs.source, pairs.target]).all()
    assert (np.diff(pairs.distance)[np.diff(pairs.source) == 0] >= 0).all()


def test_the_queue_is_the_heap_for_short_limits_and_buckets_spanning_the_longest_arc_else():
    network, _ = town(30, 1, 5_000_000.0)
    graph = network.graph
    mean = graph.total // graph.out.packed.size
    assert sweeps.Queue.of(graph, sweeps.FEW_ARCS * mean - 1).ring == 0
    queue = sweeps.Queue.of(graph, sweeps.FEW_ARCS * mean)
    assert queue.ring << queue.shift > graph.longest + (1 << queue.shift)
    assert queue.ring <= 2 * sweeps.WIDEST_RING


@pytest.mark.parametrize("count", [0, 1, searches.SHORT, searches.SHORT + 1, 500, 3000])
@pytest.mark.parametrize("spread", [1, 30, 40_000, 2**31 - 1])
@pytest.mark.parametrize("expected", [0, 20, 50_000, 2**30])
def test_keys_are_put_in_order_however_they_crowd(count, spread, expected):
    rng = np.random.default_rng(count)
    keys = (rng.integers(0, spread, count) << 32) | rng.permutation(count)
    given, spare = keys.copy(), np.empty(count, dtype=np.int64)
    tally, width = np.zeros(1 << searches.MOST_BITS, dtype=np.int32), searches.bin_width(count, np.int64(expected) << 32)
    np.add.at(tally, np.minimum(keys >> width, tally.size - 1), 1)
    moved = searches.sort_by_distance(given, count, given.max(initial=0), width, spare, tally)
    assert (spare if moved else given).tolist() == sorted(keys.tolist())
    assert not tally.any()


@pytest.mark.parametrize("arms", [searches.SHORT - 2, searches.SHORT - 1, searches.SHORT, 500])
def test_many_nodes_at_one_distance_come_once_each_and_in_their_order(arms):
    ends = np.arange(1, arms + 1)
    star = Network(None, None, np.zeros(arms, dtype=np.int64), ends, np.full(arms, 100.0), x=ends.sum() - np.arange(arms + 1.0), y=np.zeros(arms + 1))
    pairs = star.pairs([0], None, 5000.0)
    assert pairs.target.tolist() == [0, *ends.tolist()]
    assert pairs.distance.tolist() == [0.0, *[100.0] * arms]


def test_many_items_on_one_node_come_in_their_order():
    network, _ = town(5, 1)
    targets = np.zeros(40, dtype=np.int64)
    assert network.pairs([0], targets, 0.0).target.tolist() == list(range(40))
    mixed = np.array([3, 3, 0, 3, 0])
    pairs = network.pairs([3, 0], mixed, 0.0)
    assert (pairs.source.tolist(), pairs.target.tolist()) == ([0, 0, 0, 1, 1], [0, 1, 3, 2, 4])
