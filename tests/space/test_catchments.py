"""Catchments equal a slow search from every row, whoever reads them and up to whatever distance."""

from math import inf

import numpy as np
import pytest

from dingdian.space.catchments import Catchments
from dingdian.space.demand import Demand
from dingdian.space.network import Network

from .graphs import random_streets, slow_decimetres

LIMITS = (0.0, 0.1, 99.9, 100.0, 250.0, 400.0)


def instance(seed):
    rng = np.random.default_rng(seed)
    streets = random_streets(seed)
    sites = rng.integers(0, streets.n_nodes, int(rng.integers(0, 6))).tolist()
    n_points = int(rng.integers(1, 20))
    demand = Demand.on(
        rng.integers(0, streets.n_nodes, n_points), rng.choice([0.0, 0.1, 50.0, 99.96], n_points), rng.integers(0, 9, n_points))
    return streets, sites, demand, LIMITS[seed % len(LIMITS)]


def slow_walks(streets, sites, demand):
    """Decimetres from each row to each site."""
    tables = [slow_decimetres(streets, int(node)) for node in demand.node]
    return np.array([[table[site] + offset for site in sites] for table, offset in zip(tables, demand.offset)]).reshape(len(demand), len(sites))


@pytest.mark.parametrize("seed", range(300))
def test_pairs_cover_counts_and_sums_equal_the_slow_walks(seed):
    streets, sites, demand, limit = instance(seed)
    found = Catchments.of(streets.network(), sites, limit, demand)
    walks = slow_walks(streets, sites, demand)
    inside = walks <= round(limit * 10)
    by_row = found.pairs_by_row()
    expected = sorted((row, walks[row, site] / 10, site) for row, site in np.argwhere(inside))
    assert list(zip(by_row.source.tolist(), by_row.distance.tolist(), by_row.target.tolist())) == expected
    by_site = found.pairs()
    expected = sorted((site, walks[row, site] / 10, row) for row, site in np.argwhere(inside))
    assert list(zip(by_site.source.tolist(), by_site.distance.tolist(), by_site.target.tolist())) == expected
    assert (found.cover().toarray() == inside).all()
    assert found.counts().tolist() == inside.sum(axis=0).tolist()
    assert found.sites_within().tolist() == inside.sum(axis=1).tolist()
    assert found.units(demand.units).tolist() == (demand.units @ inside).tolist()


@pytest.mark.parametrize("seed", range(100))
def test_a_smaller_radius_reads_the_same_as_a_search_up_to_it(seed):
    streets, sites, demand, limit = instance(seed)
    network = streets.network()
    wide, narrow = Catchments.of(network, sites, 500.0, demand), Catchments.of(network, sites, limit, demand)
    for one, other in ((wide.pairs(limit), narrow.pairs()), (wide.pairs_by_row(limit), narrow.pairs_by_row())):
        assert [a.tolist() for a in (one.source, one.target, one.distance)] == [a.tolist() for a in (other.source, other.target, other.distance)]
    assert wide.counts(limit).tolist() == narrow.counts().tolist()
    assert wide.sites_within(limit).tolist() == narrow.sites_within().tolist()
    assert wide.units(demand.units, limit).tolist() == narrow.units(demand.units).tolist()
    assert (wide.cover(limit) != narrow.cover()).nnz == 0


@pytest.mark.parametrize("seed", range(100))
def test_the_nearest_site_is_that_of_the_network(seed):
    streets, sites, demand, limit = instance(seed)
    metres, site = Catchments.of(streets.network(), sites, limit, demand).nearest()
    walks = slow_walks(streets, sites, demand)
    for row in range(len(demand)):
        best = min(((walk, at) for at, walk in enumerate(walks[row]) if walk <= round(limit * 10)), default=(inf, -1))
        assert (metres[row], site[row]) == (best[0] / 10 if best[1] >= 0 else inf, best[1])


@pytest.mark.parametrize("seed", range(60))
def test_without_demand_every_node_is_a_row_and_the_way_may_go_outward(seed):
    streets, sites, _, limit = instance(seed)
    network = streets.network()
    outward = Catchments.of(network, sites, limit, towards=False).pairs()
    pairs = network.pairs(sites, None, limit)
    assert [a.tolist() for a in (outward.source, outward.target, outward.distance)] == [
        a.tolist() for a in (pairs.source, pairs.target, pairs.distance)]
    inward, turned = Catchments.of(network, sites, limit).pairs(), network.turned().pairs(sites, None, limit)
    assert inward.distance.tolist() == turned.distance.tolist()
    assert inward.target.tolist() == turned.target.tolist()


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_the_number_of_threads_changes_nothing(threads):
    streets, sites, demand, _ = instance(9)
    one = Catchments.of(streets.network(), sites * 200, 400.0, demand, threads=1)
    many = Catchments.of(streets.network(), sites * 200, 400.0, demand, threads=threads)
    assert (one.ends.tolist(), one.row.tolist(), one.distance.tolist()) == (many.ends.tolist(), many.row.tolist(), many.distance.tolist())


def test_large_catchments_outgrow_the_first_room():
    side = 100
    number = np.arange(side * side).reshape(side, side)
    u, v = np.concatenate((number[:-1].ravel(), number[:, :-1].ravel())), np.concatenate((number[1:].ravel(), number[:, 1:].ravel()))
    x, y = np.divmod(np.arange(side * side), side)
    network = Network(None, None, u, v, np.full(u.size, 10.0), x=x * 10.0, y=y * 10.0)
    found = Catchments.of(network, [0, 5050], inf)
    assert found.counts().tolist() == [side * side, side * side]
    assert found.pairs().distance[:side * side].max() == 10.0 * (2 * side - 2)
    assert network.counts([0], np.arange(side * side), 1e6).tolist() == [side * side]


def test_the_offset_is_part_of_the_walk_to_the_decimetre():
    network = Network([117.0, 117.001], [36.6] * 2, [0], [1], [790.0])
    near, far = (Catchments.of(network, [1], 800.0, Demand.on(np.array([0]), np.array([metres]), [1])) for metres in (10.0, 10.1))
    assert (len(near), len(far)) == (1, 0)


def test_a_question_beyond_what_was_sought_is_refused():
    found = Catchments.of(random_streets(3).network(), [0], 100.0)
    with pytest.raises(ValueError, match=r"nothing can be said of 100\.1 m"):
        found.pairs(100.1)
    assert found.counts(100.0).tolist() == found.counts().tolist()


@pytest.mark.parametrize(("sites", "limit", "message"), [
    ([99], 10.0, "sites must lie between 0 and"), ([0], -1.0, "a limit is a distance"), ([0], float("nan"), "a limit is a distance"),
])  # fmt: skip
def test_what_does_not_fit_is_refused(sites, limit, message):
    with pytest.raises(ValueError, match=message):
        Catchments.of(random_streets(3).network(), sites, limit)
