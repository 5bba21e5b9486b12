"""Doubt is what both ends state, or at least what is assumed; a frame adds what it was measured to add."""

from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.space.doubt import STRETCH, UNKNOWN_FRAME_M, Doubt, frame_error
from dingdian.space.frames import convert
from dingdian.space.pairs import Pairs
from dingdian.space.plane import WGS84, geodesic_decimetres


def one_pair(metres=800.0):
    return Pairs(np.array([0]), np.array([0]), np.array([metres]), 1, 1)


@pytest.mark.parametrize(
    ("site", "point", "metres"),
    [(5, 8, 13), (0, 0, 0), (nan, nan, 20), (nan, 5, 20), (5, nan, 20), (nan, 19, 20), (nan, 20, 20), (nan, 21, 21), (30, nan, 30)],
)
def test_stated_errors_add_up_and_an_unstated_one_is_at_least_the_assumed(site, point, metres):
    assert Doubt([site], [point], 20.0).of(one_pair()).tolist() == [metres]


@pytest.mark.parametrize(("frame", "metres"), [("wgs84", 13.0), ("cgcs2000", 13.0), ("gcj02", 19.4), ("bd09", 32.2), (None, 1543.0)])
def test_a_frame_adds_to_the_accuracy_of_both_ends(frame, metres):
    assert Doubt([5], [8], 20.0, frame).of(one_pair()).tolist() == pytest.approx([metres])


@pytest.fixture(scope="module")
def china():
    """A lattice over China with a way of 800 m from each of its points."""
    lon, lat = (grid.ravel() for grid in np.meshgrid(np.arange(73.5, 135.2, 0.13), np.arange(18.0, 53.7, 0.13)))
    bearing = np.random.default_rng(1).uniform(0, 360, lon.size)
    east, north, _ = WGS84.fwd(lon, lat, bearing, np.full(lon.size, 800.0))
    return lon, lat, np.asarray(east), np.asarray(north)


@pytest.mark.parametrize("frame", ["gcj02", "bd09"])
def test_no_distance_in_china_is_stretched_by_more_than_the_share(china, frame):
    lon, lat, east, north = china
    seen = geodesic_decimetres(*convert(lon, lat, "wgs84", frame), *convert(east, north, "wgs84", frame)) / 10
    off = np.abs(seen - 800.0)
    assert (off <= frame_error(seen, frame) + 0.05).all()
    assert off.max() > 0.8 * frame_error([800.0], frame)[0]  # the bound is no waste either


def test_no_frame_in_china_is_farther_from_another_than_the_unknown_one(china):
    lon, lat, _, _ = china
    places = {frame: convert(lon, lat, "wgs84", frame) for frame in ("wgs84", "gcj02", "bd09")}
    moved = [geodesic_decimetres(*places[a], *places[b]).max() / 10 for a in places for b in places]
    assert 0.95 * UNKNOWN_FRAME_M < max(moved) <= UNKNOWN_FRAME_M


accuracies = st.lists(st.floats(0, 300) | st.just(nan), min_size=1, max_size=4)


@given(accuracies, accuracies, st.floats(0, 100), st.sampled_from([*STRETCH, None]), st.floats(0, 5000), st.data())
def test_whoever_may_be_inside_is_within_what_must_be_sought(site, point, unstated, frame, radius, data):
    doubt = Doubt(site, point, unstated, frame)
    metres = data.draw(st.integers(0, 120_000)) / 10
    i, j = data.draw(st.integers(0, len(point) - 1)), data.draw(st.integers(0, len(site) - 1))
    pair = Pairs(np.array([i]), np.array([j]), np.array([metres]), len(point), len(site))
    if metres - np.ceil(doubt.of(pair)[0] * 10) / 10 <= radius:
        assert metres <= doubt.reach(radius)


@pytest.mark.parametrize("bad", [-1.0, inf])
def test_an_accuracy_that_is_none_is_refused(bad):
    with pytest.raises(ValueError, match="accuracy of site must be finite"):
        Doubt([bad], [1.0], 20.0)
    with pytest.raises(ValueError, match="accuracy of point must be finite"):
        Doubt([1.0], [bad], 20.0)
    with pytest.raises(ValueError, match="unstated must be finite"):
        Doubt([1.0], [1.0], bad)


def test_frames_and_lists_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="unknown coordinate frame 'utm'"):
        Doubt([1.0], [1.0], 20.0, "utm")
    with pytest.raises(ValueError, match="unknown coordinate frame 'utm'"):
        frame_error([1.0], "utm")
    with pytest.raises(ValueError, match="distance must be finite"):
        frame_error([nan], "gcj02")
    with pytest.raises(ValueError, match="for 1 points and 1 sites, not for 2 and 1"):
        Doubt([1.0], [1.0, 2.0], 20.0).of(one_pair())
