"""Straight-line neighbours equal the brute-force geodesic table, the radius included."""

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.space import decimetres
from dingdian.space.neighbours import PLANE, Sites
from dingdian.space.plane import geodesic_decimetres

GEOD = pyproj.Geod(ellps="WGS84")


def at(length, way=73.0):
    """A point ``length`` metres from 117.0, 36.65."""
    lon, lat, _ = GEOD.fwd(117.0, 36.65, way, length)
    return [lon], [lat]


@pytest.mark.parametrize(
    ("length", "inside"),
    [(799.9, True), (799.94, True), (800.0, True), (800.04, True), (800.06, False), (800.1, False)],
)
def test_exactly_on_the_radius_is_inside_and_the_next_decimetre_is_not(length, inside):
    assert Sites([117.0], [36.65]).counts(*at(length), 800.0).tolist() == [int(inside)]


@pytest.mark.parametrize("way", [0.0, 45.0, 90.0, 200.0])
@pytest.mark.parametrize("radius", [0.1, 2.0, 800.0, 50_000.0])
def test_the_radius_is_exact_in_every_direction_and_size(way, radius):
    sites = Sites([117.0], [36.65])
    assert sites.counts(*at(radius, way), radius).tolist() == [1]
    assert sites.counts(*at(radius + 0.1, way), radius).tolist() == [0]


def cloud(seed, size, spread):
    rng = np.random.default_rng(seed)
    lon, lat = 117.0 + spread * rng.random(size), 36.6 + spread * rng.random(size)
    repeat = rng.random(size) < 0.2
    lon[repeat], lat[repeat] = 117.0 + spread / 2, 36.6 + spread / 2  # several doors at one address
    return lon, lat


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("spread", [0.02, 8.0])
def test_within_equals_the_brute_force_table(seed, spread):
    points, sites = cloud(seed, 15, spread), cloud(seed + 1000, 20, spread)
    table = geodesic_decimetres(points[0][:, None], points[1][:, None], sites[0], sites[1])
    radius = float(np.sort(table.ravel())[seed * 7]) / 10.0  # hits one of the distances exactly
    pairs = Sites(*sites).within(*points, radius)
    source, target = np.nonzero(table <= decimetres.limit(radius))
    order = np.lexsort((target, table[source, target], source))
    assert pairs.source.tolist() == source[order].tolist()
    assert pairs.target.tolist() == target[order].tolist()
    assert pairs.distance.tolist() == (table[source, target][order] / 10.0).tolist()


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("spread", [0.0001, 0.02, 8.0])
def test_nearest_equals_the_brute_force_table_with_ties_to_the_smaller_position(seed, spread):
    points, sites = cloud(seed, 15, spread), cloud(seed + 1000, 20, spread)
    table = geodesic_decimetres(points[0][:, None], points[1][:, None], sites[0], sites[1])
    position, metres = Sites(*sites).nearest(*points)
    assert position.tolist() == table.argmin(axis=1).tolist()
    assert metres.tolist() == (table.min(axis=1) / 10.0).tolist()


coordinates = st.lists(st.tuples(st.floats(116.9, 117.0), st.floats(36.6, 36.7)), min_size=1, max_size=12)


@given(coordinates, st.floats(0.0, 12_000.0), st.floats(0.0, 12_000.0))
def test_counts_never_fall_as_the_radius_grows(points, one, two):
    lon, lat = zip(*points)
    small, large = (Sites(lon, lat).counts(lon, lat, radius) for radius in sorted((one, two)))
    assert (small <= large).all()


@given(coordinates, st.floats(0.0, 12_000.0))
def test_being_neighbours_is_mutual(points, radius):
    lon, lat = zip(*points)
    table = Sites(lon, lat).within(lon, lat, radius).to_csr().toarray()
    assert (table == table.T).all()


@given(coordinates, st.floats(0.0, 12_000.0), st.randoms(use_true_random=False))
def test_counts_do_not_depend_on_the_order_of_the_sites(points, radius, random):
    shuffled = random.sample(points, len(points))
    lon, lat = zip(*points)
    assert (Sites(*zip(*shuffled)).counts(lon, lat, radius) == Sites(lon, lat).counts(lon, lat, radius)).all()


def test_distances_are_exact_multiples_of_a_decimetre():
    lon, lat = cloud(3, 30, 0.02)
    distance = Sites(lon, lat).within(lon, lat, 900.0).distance
    assert (distance == np.rint(distance * 10.0) / 10.0).all()


def test_a_site_is_its_own_neighbour_at_zero():
    pairs = Sites([117.0], [36.65]).within([117.0], [36.65], 0.0)
    assert (pairs.source.tolist(), pairs.target.tolist(), pairs.distance.tolist()) == ([0], [0], [0.0])


def test_no_sites_means_no_neighbours_and_nobody_nearest():
    empty = Sites([], [])
    assert empty.counts([117.0], [36.65], 800.0).tolist() == [0]
    position, metres = empty.nearest([117.0], [36.65])
    assert (position.tolist(), metres.tolist()) == ([-1], [np.inf])


def test_asking_about_no_points_gets_no_answers():
    sites = Sites([117.0], [36.65])
    assert len(sites.within([], [], 800.0)) == 0
    assert sites.nearest([], [])[0].size == 0


def test_without_a_radius_everybody_is_a_neighbour():
    lon, lat = cloud(3, 10, 8.0)
    assert Sites(lon, lat).counts(lon, lat, np.inf).tolist() == [10] * 10


@pytest.mark.parametrize(("x", "inside"), [(799.9, 1), (800.0, 1), (800.1, 0)])
def test_on_a_plane_the_same_rule_holds_in_metres(x, inside):
    assert Sites([0.0], [0.0], metric=PLANE).counts([x], [0.0], 800.0).tolist() == [inside]


def test_a_point_without_coordinates_is_refused_and_named():
    with pytest.raises(ValueError, match="must have coordinates: broken by 2 of 3, first at position 0, 2"):
        Sites([np.nan, 117.0, 117.0], [36.0, 36.0, np.inf])
    with pytest.raises(ValueError, match="must have coordinates"):
        Sites([117.0], [36.0]).counts([np.nan], [36.0], 800.0)


def test_swapped_degrees_are_refused():
    with pytest.raises(ValueError, match="degrees, in that order"):
        Sites([36.65], [117.0])


def test_an_index_does_not_change_with_the_arrays_it_was_made_from():
    lon, lat = np.array([117.0]), np.array([36.65])
    sites = Sites(lon, lat)
    lon[0] = 118.0
    assert sites.nearest([117.0], [36.65])[1].tolist() == [0.0]


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("spread", [0.0001, 0.02, 2.0])
@pytest.mark.parametrize("metric", ["ground", "plane"])
def test_counts_equal_the_pairs_whatever_stands_on_the_radius(seed, spread, metric):
    points, sites = cloud(seed, 40, spread), cloud(seed + 1000, 60, spread)
    if metric == "plane":
        points, sites = (tuple(values * 1e5 for values in two) for two in (points, sites))
        index = Sites(*sites, metric=PLANE)
    else:
        index = Sites(*sites)
    every = np.sort(index.within(*points, 1e6).distance)
    radius = float(every[seed * 7 % every.size])  # hits one of the distances exactly
    for near in (radius, radius + 0.1, max(0.0, radius - 0.1)):
        assert index.counts(*points, near).tolist() == index.within(*points, near).counts().tolist()


def test_counts_beyond_the_reach_of_the_short_cut_are_measured():
    sites = Sites([117.0, 119.0], [36.65, 36.65])
    assert sites.counts([117.0], [36.65], 150_000.0).tolist() == [1]
    assert sites.counts([117.0], [36.65], 180_000.0).tolist() == [2]
