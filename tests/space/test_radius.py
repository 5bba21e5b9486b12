"""One question, two rulers: both include the limit, both say where they know nothing, and doubt counts only where it matters."""

from __future__ import annotations

from math import inf, nan

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from dingdian.provisions.nearby import Tally
from dingdian.space.doubt import Doubt
from dingdian.space.network import Network
from dingdian.space.plane import WGS84, geodesic_decimetres
from dingdian.space.radius import AlongStreets, StraightLine, circles, tie, verdicts
from dingdian.space.saturation import Saturation
from space.graphs import random_streets, slow_decimetres

law = settings(deadline=None)  # the first call loads the compiled kernels
HOME = (117.0, 36.65)


def east(*metres):
    """Places so many metres east of home, as two columns."""
    lon, lat, _ = WGS84.fwd([HOME[0]] * len(metres), [HOME[1]] * len(metres), [90.0] * len(metres), metres)
    return np.array(lon), np.array(lat)


def north(metres, start=HOME):
    lon, lat, _ = WGS84.fwd(*start, 0.0, metres)
    return np.array([lon]), np.array([lat])


def street(*metres):
    """One straight street with nodes so many metres east of home, its links as long as the ground is."""
    lon, lat = east(*metres)
    length = geodesic_decimetres(lon[:-1], lat[:-1], lon[1:], lat[1:]) / 10
    return Network(lon, lat, np.arange(len(metres) - 1), np.arange(1, len(metres)), length)


def rulers(*sites):
    """Both rulers over sites so many metres east of home, each with a node of its own; home is a node, too."""
    lon, lat = east(*sites)
    return StraightLine(lon, lat), AlongStreets.tied(street(0.0, *sites), lon, lat)


# --- the limit -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", [0, 1], ids=["straight", "streets"])
@pytest.mark.parametrize(("metres", "inside"), [(799.9, True), (800.0, True), (800.1, False)])
def test_exactly_on_the_radius_is_within_and_a_decimetre_more_is_not(which, metres, inside):
    ruler = rulers(metres)[which]
    pairs = ruler.within([HOME[0]], [HOME[1]], 800.0)
    assert pairs.distance.tolist() == ([metres] if inside else [])
    assert (pairs.n_source, pairs.n_target, pairs.limit) == (1, 1, 800.0)


@pytest.mark.parametrize(("before", "after", "inside"), [(0, 0, True), (50, 50, True), (50.1, 50, False), (50, 50.1, False), (100, 0, True), (0, 100.1, False)])
def test_a_walk_is_the_way_to_the_street_along_it_and_to_the_door(before, after, inside):
    """700 m of street; place and site stand off it, so many metres to the north."""
    network = Network(*east(0.0, 1000.0), [0], [1], [700.0])
    site = north(after, (float(east(1000.0)[0][0]), float(east(1000.0)[1][0])))
    ruler = AlongStreets.tied(network, *site)
    assert ruler.offset.tolist() == [after]
    assert ruler.within(*north(before), 800.0).distance.tolist() == ([700.0 + before + after] if inside else [])


def test_a_computed_limit_means_its_decimal():
    for ruler in rulers(828.0):
        assert len(ruler.within([HOME[0]], [HOME[1]], 12 * 60 * 1.15)) == 1


@given(st.lists(st.integers(1, 30_000), min_size=1, max_size=8, unique=True), st.integers(0, 30_000))
@law
def test_on_one_straight_street_both_rulers_measure_the_same(decimetres, radius):
    straight, streets = rulers(*(d / 10 for d in sorted(decimetres)))
    one, other = (ruler.within([HOME[0]], [HOME[1]], radius / 10) for ruler in (straight, streets))
    found = {int(t): float(d) for t, d in zip(one.target, one.distance)}
    walked = {int(t): float(d) for t, d in zip(other.target, other.distance)}
    # Each link is rounded to a decimetre, so a walk of k links may be k half decimetres off.
    slack = 0.05 * len(decimetres) + 0.06
    assert all(abs(found[t] - walked[t]) <= slack for t in found.keys() & walked.keys())
    edge = found.keys() ^ walked.keys()
    assert all(abs({**found, **walked}[t] - radius / 10) <= slack for t in edge)


@given(st.lists(st.integers(1, 300), min_size=1, max_size=8, unique=True), st.integers(0, 300), st.lists(st.integers(0, 400), max_size=3))
@law
def test_on_a_street_of_whole_decametres_both_rulers_agree_to_the_bit(tens, radius, accuracy):
    """Links of whole tens of metres: nothing is rounded."""
    metres = np.array([0.0, *(10.0 * t for t in sorted(tens))])
    lon, lat = east(*metres)
    network = Network(lon, lat, np.arange(metres.size - 1), np.arange(1, metres.size), np.diff(metres))
    walked = AlongStreets.tied(network, lon[1:], lat[1:]).within(lon[:1], lat[:1], 10.0 * radius)
    straight = StraightLine(lon[1:], lat[1:]).within(lon[:1], lat[:1], 10.0 * radius)
    for column in ("source", "target", "distance"):
        assert getattr(walked, column).tobytes() == getattr(straight, column).tobytes()


@given(st.integers(0, 400), st.integers(0, 8_000))
@law
def test_walks_on_random_streets_equal_a_plain_search(seed, radius):
    streets = random_streets(seed)
    rng = np.random.default_rng(seed)
    node = rng.integers(-1, streets.n_nodes, 4)
    offset = rng.choice([0.0, 0.1, 25.3, 100.0], 4)
    ruler = AlongStreets(streets.network(), streets.lon[node], streets.lat[node], node, offset, snap_limit=inf)
    lon, lat = 117.0 + 0.01 * rng.random(3), 36.6 + 0.01 * rng.random(3)
    start, before = ruler.network.snap(lon, lat)
    expected = set()
    for place in range(3):
        best = slow_decimetres(streets, int(start[place]))
        for site in np.flatnonzero(node >= 0):
            total = best[node[site]] + round(before[place] * 10) + round(offset[site] * 10)
            if total <= radius:
                expected.add((place, int(site), total / 10))
    found = ruler.within(lon, lat, radius / 10)
    assert set(zip(found.source.tolist(), found.target.tolist(), found.distance.tolist())) == expected
    assert len(found) == len(expected)


# --- off the streets -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("metres", "known"), [(499.9, True), (500.0, True), (500.1, False)])
def test_a_place_too_far_from_any_street_is_not_measured_by_walks(metres, known):
    straight, streets = rulers(100.0)
    place = north(metres)
    assert straight.measured(*place).tolist() == [True]
    assert streets.measured(*place).tolist() == [known]
    assert circles(streets, *place, 2000.0).against(0).tolist() == ["fails" if known else "undetermined"]
    assert len(streets.within(*place, 2000.0)) == known


def test_a_place_outside_the_extent_is_not_measured_however_near_a_street_is():
    lon, lat = east(100.0)
    extent = shapely.box(HOME[0] - 0.01, HOME[1] - 0.01, HOME[0] + 0.01, HOME[1] + 0.0001)
    ruler = AlongStreets.tied(street(0.0, 100.0), lon, lat, extent=extent)
    assert ruler.measured([HOME[0], HOME[0]], [HOME[1], HOME[1] + 0.0002]).tolist() == [True, False]
    assert tie(street(0.0, 100.0), *(np.array([x]) for x in (HOME[0], HOME[1] + 0.0002)), extent, 500.0)[1].tolist() == [inf]


@pytest.mark.parametrize(("radius", "count", "verdict"), [(599.9, 0, "holds"), (600.0, 1, "undetermined"), (2000.0, 1, "undetermined")])
def test_a_site_off_the_streets_counts_possibly_once_a_straight_line_would_reach_it(radius, count, verdict):
    lon, lat = north(600.0)
    straight, streets = StraightLine(lon, lat), AlongStreets.tied(street(0.0, 100.0), lon, lat)
    assert streets.on_streets.tolist() == [False]
    found = circles(streets, [HOME[0]], [HOME[1]], radius)
    assert found.unmeasured_sites.tolist() == [count]
    assert found.against(0).tolist() == [verdict]
    assert found.against(1).tolist() == ["holds"]
    assert circles(straight, [HOME[0]], [HOME[1]], radius).unmeasured_sites.tolist() == [0]


def test_without_places_or_sites_there_is_nothing_to_measure():
    for ruler in (StraightLine([], []), AlongStreets.tied(street(0.0, 100.0), [], [])):
        assert len(ruler.within([HOME[0]], [HOME[1]], inf)) == 0
        assert circles(ruler, [HOME[0]], [HOME[1]], 800.0).against(0).tolist() == ["holds"]
        assert circles(ruler, [], [], 800.0).against(0).tolist() == []


# --- doubt and caps --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", [0, 1], ids=["straight", "streets"])
@pytest.mark.parametrize(
    ("metres", "verdict"),
    [(779.9, "fails"), (780.0, "fails"), (780.1, "undetermined"), (800.0, "undetermined"), (800.1, "undetermined"),
     (819.9, "undetermined"), (820.0, "undetermined"), (820.1, "holds")],
)  # fmt: skip
def test_below_at_and_above_the_band_of_twenty_metres(which, metres, verdict):
    found = circles(rulers(metres)[which], [HOME[0]], [HOME[1]], 800.0, Doubt([nan], [nan], 20.0))
    assert found.against(0).tolist() == [verdict]
    assert found.against(1).tolist() == ["holds"]


def test_doubt_that_cannot_change_the_verdict_does_not_count():
    """One surely inside, one in doubt: at most 0 fails, at most 1 is in doubt, at most 2 holds."""
    for ruler in rulers(100.0, 790.0):
        found = circles(ruler, [HOME[0]], [HOME[1]], 800.0, Doubt([nan, nan], [nan], 20.0))
        assert [found.against(cap)[0] for cap in (0, 1, 2)] == ["fails", "undetermined", "holds"]
        assert (found.counts.sure[0], found.counts.nominal[0], found.counts.possible[0]) == (1, 2, 2)


def test_an_encrypted_frame_widens_the_band():
    """795 m with exact ends: surely inside in WGS84, in doubt by 6.4 m in GCJ-02."""
    straight, _ = rulers(795.0)
    found = [circles(straight, [HOME[0]], [HOME[1]], 800.0, Doubt([0], [0], 20.0, frame)).against(0)[0] for frame in ("wgs84", "gcj02", "bd09", None)]
    assert found == ["fails", "undetermined", "undetermined", "undetermined"]


counts = st.lists(st.integers(0, 6), min_size=3, max_size=3).map(sorted)


@given(st.lists(counts, min_size=1, max_size=6), st.integers(0, 6))
def test_verdicts_are_those_of_a_tally_in_a_judgement(rows, cap):
    found = verdicts(Saturation(*(np.array(column) for column in zip(*rows))), cap)
    tallies = [Tally(sure=sure, nominal=nominal, possible=possible, rows=()) for sure, nominal, possible in rows]
    assert found.tolist() == [tally.against(cap) for tally in tallies]


@given(counts, st.integers(0, 6), st.integers(0, 3))
def test_a_verdict_is_undetermined_exactly_where_two_outcomes_are_possible(row, cap, unknown):
    sure, _, possible = row
    outcomes = {"holds" if count <= cap else "fails" for count in range(sure, possible + unknown + 1)}
    found = verdicts(Saturation(*(np.array([n]) for n in row)), cap, unknown=unknown)
    assert found.tolist() == [outcomes.pop() if len(outcomes) == 1 else "undetermined"]


def test_each_place_may_have_its_own_cap():
    three = Saturation(*(np.array([2, 2, 2]) for _ in range(3)))
    assert verdicts(three, [1, 2, 3]).tolist() == ["fails", "holds", "holds"]
    assert verdicts(three, [1, 2, 3], measured=[False, True, False]).tolist() == ["undetermined", "holds", "undetermined"]


# --- bad input -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("more", "said"), [({"cap": -1}, "cap must be zero or more"), ({"cap": 1.5}, "cap must be whole numbers"),
                                            ({"cap": [1, 2]}, "cap must be one number or 1"), ({"cap": 1, "unknown": -1}, "unknown must be zero"),
                                            ({"cap": 1, "measured": [True, True]}, "measured must have 1 entries")])
def test_caps_that_are_none_are_refused(more, said):
    with pytest.raises(ValueError, match=said):
        verdicts(Saturation(*(np.array([1]) for _ in range(3))), **more)


@pytest.mark.parametrize(("node", "offset", "said"), [
    ([2], [0.0], "node must lie between -1 and 1"), ([-2], [0.0], "node must lie between -1 and 1"), ([0.5], [0.0], "whole numbers"),
    ([0, 1], [0.0], "1 whole numbers"), ([0], [0.0, 1.0], "offset must have 1 entries"), ([0], [-1.0], "offset must be finite"),
    ([0], [nan], "offset must be finite"), ([0], [inf], "offset must be finite"),
])  # fmt: skip
def test_sites_that_fit_no_street_are_refused(node, offset, said):
    with pytest.raises(ValueError, match=said):
        AlongStreets(street(0.0, 100.0), *east(100.0), np.array(node), np.array(offset))


def test_places_and_sites_without_coordinates_and_radii_that_are_none_are_refused():
    with pytest.raises(ValueError, match="every point must have coordinates"):
        StraightLine([nan], [36.0])
    with pytest.raises(ValueError, match="every point must have coordinates"):
        AlongStreets.tied(street(0.0, 100.0), [nan], [36.0])
    for ruler in rulers(100.0):
        with pytest.raises(ValueError, match="every point must have coordinates"):
            ruler.within([nan], [36.0], 800.0)
        with pytest.raises(ValueError, match="a limit is a distance"):
            ruler.within([HOME[0]], [HOME[1]], -1.0)
