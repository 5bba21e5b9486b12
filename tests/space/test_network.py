"""Street distances equal a slow search edge by edge, whatever traps the graph holds."""

from math import inf, nan

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from dingdian.space import sweeps
from dingdian.space.network import Network

from .graphs import random_streets, slow_decimetres, slow_nearest

SEEDS = range(300)
LIMITS = (0.0, 0.1, 99.9, 100.0, 250.0, 400.0, inf)
seeds = st.integers(0, 10_000)


def line(*lengths, **options):
    """Nodes 0, 1, 2, … on a parallel, joined one after the other."""
    n = len(lengths)
    return Network(
        117.0 + 0.001 * np.arange(n + 1), [36.65] * (n + 1), range(n), range(1, n + 1), lengths, **options
    )


def sources_of(streets, seed):
    rng = np.random.default_rng(seed)
    return rng.integers(0, streets.n_nodes, int(rng.integers(0, 6))).tolist()


@pytest.mark.parametrize("seed", SEEDS)
def test_nearest_and_owner_equal_the_slow_search(seed):
    streets = random_streets(seed)
    sources, limit = sources_of(streets, seed), LIMITS[seed % len(LIMITS)]
    distance, owner = streets.network().nearest(sources, limit)
    slow = slow_nearest(streets, sources, limit)
    assert (distance.tolist(), owner.tolist()) == slow


@pytest.mark.parametrize("seed", SEEDS)
def test_pairs_counts_and_people_equal_the_slow_search(seed):
    streets = random_streets(seed)
    network, limit = streets.network(), LIMITS[seed % len(LIMITS)]
    sources, targets = sources_of(streets, seed), sources_of(streets, seed + 1)
    weight = np.random.default_rng(seed).integers(0, 100, streets.n_nodes)
    tables = [slow_decimetres(streets, source) for source in sources]
    expected = sorted(
        (at, table[node] / 10, to)
        for at, table in enumerate(tables)
        for to, node in enumerate(targets)
        if table[node] <= limit * 10 and table[node] < inf
    )
    pairs = network.pairs(sources, targets, limit)
    assert list(zip(pairs.source.tolist(), pairs.distance.tolist(), pairs.target.tolist())) == expected
    assert (pairs.n_source, pairs.n_target) == (len(sources), len(targets))
    assert network.counts(sources, targets, limit).tolist() == pairs.counts().tolist()
    people = [sum(w for w, d in zip(weight, table) if d <= limit * 10 and d < inf) for table in tables]
    assert network.people(sources, weight, limit).tolist() == people


@pytest.mark.parametrize("seed", range(50))
def test_pairs_without_targets_list_every_node_once(seed):
    streets = random_streets(seed)
    sources = sources_of(streets, seed)
    free = streets.network().pairs(sources, None, 250.0)
    named = streets.network().pairs(sources, range(streets.n_nodes), 250.0)
    for one, other in (
        (free.source, named.source),
        (free.target, named.target),
        (free.distance, named.distance),
    ):
        assert one.tolist() == other.tolist()
    assert free.n_target == streets.n_nodes


@pytest.mark.parametrize("seed", range(40))
def test_the_number_of_threads_and_parts_changes_nothing(seed, monkeypatch):
    streets = random_streets(seed)
    sources = sources_of(streets, seed) * 3
    one = streets.network().nearest(sources, 300.0), streets.network().pairs(sources, None, 300.0)
    monkeypatch.setattr(sweeps, "SPLIT", (1, 1))
    monkeypatch.setattr(sweeps, "CHUNK", 1)
    monkeypatch.setattr(sweeps, "cores", lambda: 3)
    many = streets.network().nearest(sources, 300.0), streets.network().pairs(sources, None, 300.0)
    assert [column.tolist() for column in one[0]] == [column.tolist() for column in many[0]]
    for name in ("source", "target", "distance"):
        assert getattr(one[1], name).tolist() == getattr(many[1], name).tolist()


@given(seeds, st.randoms(use_true_random=False))
def test_distances_do_not_depend_on_the_order_of_nodes_and_edges(seed, random):
    streets = random_streets(seed)
    n, m = streets.n_nodes, streets.u.size
    rename, mix = np.array(random.sample(range(n), n)), np.array(random.sample(range(m), m), dtype=np.int64)
    other = Network(
        streets.lon[np.argsort(rename)], streets.lat[np.argsort(rename)],
        rename[streets.u[mix]], rename[streets.v[mix]], streets.length[mix], oneway=streets.oneway[mix],
    )  # fmt: skip
    sources = sources_of(streets, seed)
    distance, owner = streets.network().nearest(sources, 300.0)
    again = other.nearest(rename[np.array(sources, dtype=np.int64)], 300.0)
    assert again[0][rename].tolist() == distance.tolist()
    assert again[1][rename].tolist() == owner.tolist()


@given(seeds)
def test_without_one_way_edges_distance_is_symmetric(seed):
    streets = random_streets(seed)
    network = Network(streets.lon, streets.lat, streets.u, streets.v, streets.length)
    table = network.pairs(range(network.n_nodes)).to_csr().toarray()
    assert (table == table.T).all()


@given(seeds, st.floats(0.0, 600.0), st.floats(0.0, 600.0))
def test_people_within_reach_never_fall_as_the_limit_grows(seed, one, two):
    streets = random_streets(seed)
    network, sources = streets.network(), sources_of(streets, seed)
    small, large = (network.people(sources, np.ones(network.n_nodes), limit) for limit in sorted((one, two)))
    assert (small <= large).all()


@given(seeds)
def test_one_more_source_never_lengthens_a_way(seed):
    streets = random_streets(seed)
    sources = sources_of(streets, seed)
    before, _ = streets.network().nearest(sources)
    after, _ = streets.network().nearest([*sources, 0])
    assert (after <= before).all()


@pytest.mark.parametrize(("length", "inside"), [(799.9, True), (800.0, True), (800.04, True), (800.1, False)])
def test_exactly_on_the_limit_is_within_and_the_next_decimetre_is_not(length, inside):
    network = line(length)
    assert np.isfinite(network.nearest([0], 800.0)[0][1]) == inside
    assert network.counts([0], [1], 800.0).tolist() == [int(inside)]


def test_many_short_edges_add_up_exactly():
    network = line(*[0.1] * 8000)
    assert network.nearest([0], 800.0)[0][-1] == 800.0
    assert network.nearest([0], 799.9)[0][-1] == inf


def test_a_limit_computed_in_binary_includes_its_own_decimal():
    assert line(828.0).counts([0], [1], 12 * 60 * 1.15).tolist() == [1]


def test_lengths_are_rounded_once_to_decimetres():
    assert line(100.04, 100.06).nearest([0])[0].tolist() == [0.0, 100.0, 200.1]


def test_of_parallel_edges_the_shortest_counts_and_they_are_not_added_up():
    network = Network([117.0, 117.1], [36.6, 36.6], [0, 1, 0], [1, 0, 1], [70.0, 50.0, 60.0])
    assert network.nearest([0])[0].tolist() == [0.0, 50.0]


def test_an_edge_of_no_length_still_joins():
    assert line(0.0, 0.0).nearest([0])[0].tolist() == [0.0, 0.0, 0.0]


def test_a_loop_changes_nothing():
    network = Network([117.0, 117.1], [36.6, 36.6], [0, 0], [0, 1], [0.0, 5.0])
    assert network.nearest([0])[0].tolist() == [0.0, 5.0]


def test_one_way_edges_lead_one_way():
    network = line(10.0, 10.0, oneway=[True, False])
    assert network.nearest([0])[0].tolist() == [0.0, 10.0, 20.0]
    assert network.nearest([2])[0].tolist() == [inf, 10.0, 0.0]


def test_a_separate_part_is_out_of_reach_and_owned_by_nobody():
    network = Network([117.0, 117.1, 117.2], [36.6] * 3, [0], [1], [5.0])
    distance, owner = network.nearest([0])
    assert (distance.tolist(), owner.tolist()) == ([0.0, 5.0, inf], [0, 0, -1])


def test_ties_go_to_the_smaller_position_whatever_the_nodes_are():
    network = line(100.0, 100.0)
    assert network.nearest([2, 0])[1].tolist() == [1, 0, 0]
    assert network.nearest([0, 2])[1].tolist() == [0, 0, 1]
    assert network.nearest([1, 1, 1])[1].tolist() == [0, 0, 0]


def test_without_sources_nobody_is_reached():
    distance, owner = line(5.0).nearest([])
    assert (distance.tolist(), owner.tolist()) == ([inf, inf], [-1, -1])
    assert len(line(5.0).pairs([], None, 10.0)) == 0
    assert line(5.0).counts([0], [], 10.0).tolist() == [0]


def test_parts_are_numbered_from_the_largest_and_equal_ones_by_their_smallest_node():
    network = Network([117.0] * 7, [36.6] * 7, [1, 3, 4, 5], [6, 4, 2, 0], [1.0] * 4)
    assert network.component_of.tolist() == [1, 2, 0, 0, 0, 1, 2]
    assert network.main_component == 0


def test_a_node_without_a_way_back_is_not_of_the_main_part():
    network = line(10.0, 10.0, oneway=[False, True])
    assert network.component_of.tolist() == [0, 0, 1]


def test_a_point_snaps_to_the_nearest_node_of_the_main_part_however_near_an_islet_is():
    network = Network([117.0, 117.001, 117.002, 117.0095], [36.6] * 4, [0, 1], [1, 2], [90.0, 90.0])
    node, metres = network.snap([117.0005, 117.0095, 117.0], [36.6, 36.6, 36.6])
    assert node.tolist() == [0, 2, 0]
    assert metres[2] == 0.0
    assert 600 < metres[1] < 700


def test_one_point_snaps_to_plain_numbers():
    node, metres = line(90.0).snap(117.001, 36.65)
    assert (node, metres) == (1, 0.0)
    assert isinstance(node, int)
    assert isinstance(metres, float)


def test_snapping_no_points_gives_none():
    node, metres = line(90.0).snap([], [])
    assert (node.size, metres.size) == (0, 0)


def test_a_point_without_coordinates_cannot_be_snapped():
    with pytest.raises(ValueError, match="must have coordinates: broken by 1 of 2, first at position 1"):
        line(90.0).snap([117.0, nan], [36.65, 36.65])


def test_a_network_on_a_plane_snaps_and_draws_in_its_own_metres():
    network = Network(None, None, [0], [1], [100.0], x=[0.0, 100.0], y=[0.0, 0.0])
    assert network.snap(96.0, 3.0) == (1, 5.0)
    assert network.service_area(0, 50.0, width=10.0).bounds == pytest.approx((-10.0, -10.0, 60.0, 10.0))


def test_the_picture_of_a_service_area_ends_where_the_walk_ends():
    network = line(89.4, 89.4)  # about the length of a thousandth of a degree of longitude here
    area = network.service_area(0, 89.4 + 44.7, width=1.0)
    assert area.is_valid
    assert area.covers(shapely.Point(117.0014, 36.65))
    assert not area.intersects(shapely.Point(117.0016, 36.65))


def test_a_site_without_streets_is_drawn_as_a_disc():
    assert Network([117.0], [36.6], [], [], []).service_area(0, 800.0).covers(shapely.Point(117.0, 36.6))


@pytest.mark.parametrize("bad", [-0.1, nan, inf, -inf])
def test_a_length_that_is_no_length_is_refused_and_named(bad):
    with pytest.raises(
        ValueError, match="length must be finite metres, zero or more: broken by 1 of 2, first at posi"
    ):
        line(1.0, bad)


@pytest.mark.parametrize("bad", [-1, 2, 99])
@pytest.mark.parametrize("end", ["u", "v"])
def test_an_end_out_of_range_is_refused_and_named(bad, end):
    ends = {"u": [0, 0], "v": [1, 1]}
    ends[end][1] = bad
    with pytest.raises(
        ValueError, match=f"{end} must lie between 0 and 1: broken by 1 of 2, first at position 1"
    ):
        Network([117.0, 117.1], [36.6, 36.6], **ends, length=[1.0, 1.0])


def test_an_end_that_is_no_index_is_refused():
    with pytest.raises(ValueError, match="u must be whole numbers"):
        Network([117.0, 117.1], [36.6, 36.6], [0.5], [1], [1.0])


def test_nodes_without_coordinates_are_refused_and_named():
    with pytest.raises(ValueError, match="must have coordinates: broken by 1 of 2, first at position 1"):
        Network([117.0, nan], [36.6, 36.6], [0], [1], [1.0])
    with pytest.raises(ValueError, match="needs coordinates"):
        Network(None, None, [0], [1], [1.0])
    with pytest.raises(ValueError, match="lon and lat belong together"):
        Network([117.0], None, [], [], [])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([], [], [], [], []), "at least one node"),
        (([117.0], [36.6, 36.7], [], [], []), "lat must have 1 entries, not 2"),
        (([117.0, 117.1], [36.6, 36.7], [0], [1, 1], [1.0]), "v must have 1 entries, not 2"),
        (([117.0, 117.1], [36.6, 36.7], [0], [1], [1.0, 2.0]), "length must have 1 entries, not 2"),
        (([[117.0, 117.1]], [[36.6, 36.7]], [0], [1], [1.0]), "lon must be one column"),
    ],
)
def test_columns_that_do_not_fit_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Network(*arguments)


def test_two_sets_of_coordinates_must_have_one_length():
    with pytest.raises(ValueError, match=r"one length, not \[1, 2\]"):
        Network([117.0], [36.6], [], [], [], x=[0.0, 1.0], y=[0.0, 1.0])


def test_oneway_must_be_true_or_false():
    with pytest.raises(
        ValueError, match="oneway must be true or false: broken by 1 of 2, first at position 1"
    ):
        line(1.0, 1.0, oneway=[1, -1])


@pytest.mark.parametrize("bad", [-1, 2])
def test_a_source_out_of_range_is_refused(bad):
    network = line(5.0)
    for call in (
        lambda: network.nearest([bad]),
        lambda: network.pairs([bad], None, 1.0),
        lambda: network.pairs([0], [bad], 1.0),
        lambda: network.counts([bad], [0], 1.0),
        lambda: network.people([bad], [1.0, 1.0], 1.0),
        lambda: network.service_area(bad, 1.0),
    ):
        with pytest.raises(ValueError, match="must lie between 0 and 1"):
            call()


@pytest.mark.parametrize("bad", [-1.0, nan])
def test_a_limit_that_is_no_distance_is_refused(bad):
    with pytest.raises(ValueError, match="a limit is a distance"):
        line(5.0).nearest([0], bad)


@pytest.mark.parametrize("bad", [-1.0, nan, inf])
def test_people_must_be_countable(bad):
    with pytest.raises(ValueError, match="weight must be finite and zero or more: broken by 1 of 2"):
        line(5.0).people([0], [1.0, bad], 10.0)


def test_a_network_too_long_for_exact_arithmetic_is_refused():
    with pytest.raises(ValueError, match="too long for exact arithmetic"):
        line(1e15).nearest([0, 1])


@pytest.mark.parametrize("limit", [inf, 2e8])
def test_a_way_longer_than_can_be_counted_is_refused_not_wrapped_round(limit):
    with pytest.raises(ValueError, match="too long for exact arithmetic"):
        line(1e8, 1e8, 1e8).nearest([0], limit)
    assert line(1e8, 1e8, 1e8).nearest([0], 1e8)[0].tolist() == [0.0, 1e8, inf, inf]


def test_a_network_does_not_change_with_the_arrays_it_was_made_from():
    lon, length = np.array([117.0, 117.1]), np.array([5.0])
    network = Network(lon, [36.6, 36.6], [0], [1], length)
    lon[:], length[:] = 0.0, 9.0
    assert network.nearest([0])[0].tolist() == [0.0, 5.0]
    assert network.snap(117.0, 36.6) == (0, 0.0)
