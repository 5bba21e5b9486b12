"""After any edits coverage, saturation and nearest sites equal those computed afresh."""

from math import inf

import numpy as np
import pytest

from dingdian.space.catchments import Catchments
from dingdian.space.demand import Demand
from dingdian.space.neighbours import Sites
from dingdian.space.network import Network
from dingdian.space.whatif import StraightCircle, StreetCircle, WhatIf

from .graphs import random_streets, slow_decimetres

EDITS = 12


def people(rng, network, whole):
    weight = rng.integers(0, 100, network.n_nodes) if whole else rng.random(network.n_nodes) * 100
    offset = rng.choice([0.0, 0.0, 12.3, 80.0], network.n_nodes)
    return Demand.on(np.arange(network.n_nodes), offset, weight)


def covered(network, sites, demand, limit):
    """Persons within the limit, from a fresh search."""
    distance, _ = network.nearest(list(sites.values()), limit)
    inside = demand.metres(distance) <= limit
    return demand.persons.value(int(demand.units[inside].sum()))


def street_counts(streets, sites, radius):
    """Sites within the radius of each node, walking from the node, by a slow search from each."""
    tables = [slow_decimetres(streets, node) for node in range(streets.n_nodes)]
    return [sum(table[node] <= radius * 10 for node in sites.values()) for table in tables]


def straight_counts(network, sites, radius):
    nodes = np.array(list(sites.values()), dtype=np.int64)
    return Sites(network.lon[nodes], network.lat[nodes]).counts(network.lon, network.lat, radius).tolist()


def edited(rng, what, sites, n_nodes):
    """One random edit on both the what-if and a plain dictionary."""
    kind = rng.choice(["add", "remove", "move"])
    node = int(rng.integers(n_nodes))
    if kind == "add" or not sites:
        effect = what.add(node)
        sites[effect.site] = node
        return effect
    site = int(rng.choice(sorted(sites)))
    if kind == "remove":
        del sites[site]
        return what.remove(site)
    sites[site] = node
    return what.move(site, node)


@pytest.mark.parametrize("seed", range(150))
def test_every_number_equals_a_fresh_one_after_each_of_many_edits(seed):
    rng = np.random.default_rng(seed)
    streets = random_streets(seed)
    network = streets.network()
    limit, radius = float(rng.choice([0.0, 100.0, 250.5, 400.0])), float(rng.choice([0.1, 100.0, 300.0]))
    first = rng.integers(0, network.n_nodes, int(rng.integers(0, 5))).tolist()
    demand, caps = people(rng, network, seed % 2), rng.integers(0, 4, network.n_nodes)
    straight = seed % 3 == 0
    circle = StraightCircle(network, radius) if straight else StreetCircle(network, radius)
    what = WhatIf(network, first, limit=limit, demand=demand, circle=circle, caps=caps)
    sites = dict(enumerate(first))
    for _ in range(EDITS):
        before, was_over = what.covered, what.over
        effect = edited(rng, what, sites, network.n_nodes)
        counts = straight_counts(network, sites, radius) if straight else street_counts(streets, sites, radius)
        assert what.reach.sites == dict(sorted(sites.items()))
        assert what.covered == covered(network, sites, demand, limit)
        assert what.counts.tolist() == counts
        assert [what.count_at(node) for node in range(network.n_nodes)] == counts
        assert what.over == sum(counts[node] > caps[node] for node in sites.values())
        assert effect.over == what.over - was_over
        assert before + effect.persons == pytest.approx(what.covered, abs=1e-9)


@pytest.mark.parametrize("seed", range(60))
def test_a_reach_on_a_larger_grid_equals_a_fresh_answer_after_hundreds_of_edits(seed):
    rng = np.random.default_rng(seed)
    side = 12
    number = np.arange(side * side).reshape(side, side)
    u, v = np.concatenate((number[:-1].ravel(), number[:, :-1].ravel())), np.concatenate((number[1:].ravel(), number[:, 1:].ravel()))
    length = rng.choice([0.0, 0.1, 50.0, 60.0, 100.0], u.size)
    x, y = np.divmod(np.arange(side * side), side)
    network = Network(None, None, u, v, length, x=x * 60.0, y=y * 60.0, oneway=rng.random(u.size) < 0.2 * (seed % 2))
    what = WhatIf(network, [0, 0, 5], limit=[150.0, inf][seed % 4 == 3], demand=Demand.at_nodes(network, np.ones(side * side)))
    sites = {0: 0, 1: 0, 2: 5}
    for _ in range(60):
        edited(rng, what, sites, network.n_nodes)
        distance, position = network.nearest([sites[site] for site in sorted(sites)], what.limit)
        ids = np.array([*sorted(sites), -1])
        assert what.reach.distance.tolist() == distance.tolist()
        assert what.reach.owner.tolist() == ids[position].tolist()
        assert what.covered == np.isfinite(distance).sum()


def test_a_removal_without_room_is_computed_afresh_and_still_exact():
    network = random_streets(12).network()
    what = WhatIf(network, [0, 0, 1], limit=300.0, demand=Demand.at_nodes(network, np.ones(network.n_nodes)))
    what.reach._heap = np.empty(0, dtype=np.int64)
    sites = {0: 0, 1: 0, 2: 1}
    for site in (0, 2, 1):
        del sites[site]
        what.remove(site)
        distance, _ = network.nearest(list(sites.values()), 300.0)
        assert what.reach.distance.tolist() == distance.tolist()
        assert what.covered == np.isfinite(distance).sum()


def test_the_effect_of_an_edit_tells_site_nodes_and_persons():
    network = Network([117.0, 117.001, 117.002], [36.6] * 3, [0, 1], [1, 2], [90.0, 90.0])
    what = WhatIf(network, [0], limit=90.0, demand=Demand.at_nodes(network, [5, 7, 11]))
    assert what.covered == 12.0
    effect = what.add(2)
    assert (effect.site, effect.nodes, effect.persons, effect.over) == (1, 1, 11.0, 0)
    assert what.remove(0).persons == -5.0
    assert what.covered == 18.0


@pytest.mark.parametrize(("cap", "over"), [(1, 2), (2, 0), (3, 0)])
def test_a_circle_is_over_only_above_its_cap(cap, over):
    network = Network([117.0, 117.001], [36.6] * 2, [0], [1], [90.0])
    nobody = Demand.at_nodes(network, [0, 0])
    what = WhatIf(network, [0, 1], limit=90.0, demand=nobody, circle=StreetCircle(network, 90.0), caps=cap)
    assert what.over == over


@pytest.mark.parametrize(("radius", "count"), [(89.9, 1), (90.0, 2), (90.1, 2)])
def test_a_site_on_the_radius_is_in_the_circle(radius, count):
    network = Network([117.0, 117.001], [36.6] * 2, [0], [1], [90.0])
    what = WhatIf(network, [0, 1], limit=90.0, demand=Demand.at_nodes(network, [0, 0]), circle=StreetCircle(network, radius))
    assert what.counts.tolist() == [count, count]


def test_the_counts_of_streets_equal_those_of_catchments():
    streets = random_streets(40)
    network = streets.network()
    nodes = list(range(network.n_nodes))
    what = WhatIf(network, nodes, limit=0.0, demand=Demand.at_nodes(network, np.zeros(network.n_nodes)), circle=StreetCircle(network, 250.0))
    assert what.counts.tolist() == Catchments.of(network, nodes, 250.0).sites_within().tolist()


def test_what_does_not_fit_is_refused():
    network = Network([117.0, 117.001], [36.6] * 2, [0], [1], [90.0])
    everybody = Demand.at_nodes(network, [1, 1])
    with pytest.raises(ValueError, match="caps must be whole numbers"):
        WhatIf(network, [0], limit=1.0, demand=everybody, circle=StreetCircle(network, 1.0), caps=-1)
    what = WhatIf(network, [0], limit=1.0, demand=everybody)
    for call in (lambda: what.add(2), lambda: what.move(0, -1)):
        with pytest.raises(ValueError, match="node must lie between 0 and 1"):
            call()
    for call in (lambda: what.remove(7), lambda: what.move(7, 0)):
        with pytest.raises(ValueError, match="no site has the id 7"):
            call()
    with pytest.raises(ValueError, match="need the degrees"):
        StraightCircle(Network(None, None, [0], [1], [1.0], x=[0, 1], y=[0, 0]), 800.0)


@pytest.mark.parametrize("circle", [StreetCircle, StraightCircle])
@pytest.mark.parametrize("radius", [0.0, -1.0, inf])
def test_a_circle_needs_a_radius(circle, radius):
    with pytest.raises(ValueError, match="a radius is metres, more than 0"):
        circle(Network([117.0, 117.001], [36.6] * 2, [0], [1], [90.0]), radius)
