"""Frames: forward by the public formulas, back by iteration to below a millimetre."""

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian import terms
from dingdian.space.frames import EAST, NORTH, SOUTH, WEST, convert, projected_to_lonlat
from dingdian.space.plane import WGS84

FRAMES = ("wgs84", "cgcs2000", "gcj02", "bd09")
china_lon = st.floats(73.5, 135.1)
china_lat = st.floats(3.8, 53.6)


def metres(a, b):
    return WGS84.inv(a[0], a[1], b[0], b[1])[2]


def test_the_frames_are_those_of_the_shared_vocabulary():
    assert set(FRAMES) == set(terms.FRAMES)
    for frame in terms.FRAMES:
        convert(117.0, 36.65, frame, frame)


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [  # published test values of the eviltransform project
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
)
def test_gcj02_agrees_with_published_points_to_a_centimetre(wgs84, gcj02):
    assert metres(convert(*wgs84, "wgs84", "gcj02"), gcj02) < 0.01


@pytest.mark.parametrize(
    ("gcj02", "bd09"),
    [  # printed by coordtransform (116.404, 39.915) and geotool
        ((116.404, 39.915), (116.41036949371029, 39.92133699351021)),
        ((121.09626935575027, 30.608604331756705), (121.10271732371203, 30.61484572185035)),
    ],
)
def test_bd09_agrees_with_published_points_to_a_millimetre(gcj02, bd09):
    assert metres(convert(*gcj02, "gcj02", "bd09"), bd09) < 0.001
    assert metres(convert(*bd09, "bd09", "gcj02"), gcj02) < 0.001


def test_the_usual_one_step_inverse_of_bd09_is_off_and_ours_is_not():
    usual = (116.39762729119315, 39.90865673957631)  # coordtransform's bd09togcj02(116.404, 39.915)
    ours = convert(116.404, 39.915, "bd09", "gcj02")
    assert 0.01 < metres(usual, ours) < 2.0
    assert metres(convert(*ours, "gcj02", "bd09"), (116.404, 39.915)) < 0.001
    assert metres(convert(*usual, "gcj02", "bd09"), (116.404, 39.915)) > 0.01


@given(china_lon, china_lat, st.sampled_from(FRAMES), st.sampled_from(FRAMES))
def test_there_and_back_in_china_is_below_a_millimetre(lon, lat, source, target):
    there = convert(lon, lat, source, target)
    assert metres(convert(*there, target, source), (lon, lat)) < 0.001


@pytest.mark.parametrize(("source", "target"), [("wgs84", "gcj02"), ("gcj02", "bd09"), ("wgs84", "bd09")])
def test_there_and_back_holds_on_a_dense_grid_of_china(source, target):
    lon, lat = (
        axis.ravel() for axis in np.meshgrid(np.linspace(73.5, 135.1, 300), np.linspace(3.8, 53.6, 300))
    )
    there = convert(lon, lat, source, target)
    back = convert(*there, target, source)
    assert WGS84.inv(lon, lat, *back)[2].max() < 0.001
    assert WGS84.inv(*there, *convert(*back, source, target))[2].max() < 0.001


def test_mixing_frames_moves_a_point_in_jinan_by_more_than_the_error_of_any_address():
    lon, lat = 117.0, 36.65
    assert 250 < metres(convert(lon, lat, "wgs84", "gcj02"), (lon, lat)) < 1400
    assert 250 < metres(convert(lon, lat, "gcj02", "bd09"), (lon, lat)) < 1400


def test_one_step_inverse_would_be_metres_off_and_ours_is_not():
    lon, lat = 121.5272106, 31.1774276
    there = convert(lon, lat, "wgs84", "gcj02")
    again = convert(*there, "wgs84", "gcj02")
    one_step = (2 * there[0] - again[0], 2 * there[1] - again[1])
    assert metres(one_step, (lon, lat)) > 0.5
    assert metres(convert(*there, "gcj02", "wgs84"), (lon, lat)) < 0.001


def test_forward_by_way_of_gcj02_is_the_same_as_at_once():
    by_way = convert(*convert(117.0, 36.65, "wgs84", "gcj02"), "gcj02", "bd09")
    assert by_way == convert(117.0, 36.65, "wgs84", "bd09")


def test_cgcs2000_is_wgs84():
    assert convert(117.0, 36.65, "cgcs2000", "wgs84") == (117.0, 36.65)
    assert convert(117.0, 36.65, "cgcs2000", "bd09") == convert(117.0, 36.65, "wgs84", "bd09")


@pytest.mark.parametrize(
    ("lon", "lat", "moves"),
    [
        (WEST - 0.001, 36.0, False), (WEST, 36.0, True), (WEST + 0.001, 36.0, True),
        (EAST + 0.001, 36.0, False), (EAST, 36.0, True), (EAST - 0.001, 36.0, True),
        (117.0, SOUTH - 0.001, False), (117.0, SOUTH, True), (117.0, SOUTH + 0.001, True),
        (117.0, NORTH + 0.001, False), (117.0, NORTH, True), (117.0, NORTH - 0.001, True),
    ],
)  # fmt: skip
def test_gcj02_moves_points_on_and_inside_its_box_only(lon, lat, moves):
    assert (convert(lon, lat, "wgs84", "gcj02") != (lon, lat)) is moves


@pytest.mark.parametrize(
    ("lon", "lat"), [(2.35, 48.86), (-74.0, 40.7), (151.2, -33.9), (0.0, 90.0), (180.0, -90.0)]
)
def test_gcj02_leaves_the_rest_of_the_world_alone_in_both_directions(lon, lat):
    assert convert(lon, lat, "wgs84", "gcj02") == (lon, lat)
    assert convert(lon, lat, "gcj02", "wgs84") == (lon, lat)


@given(st.floats(WEST, EAST), st.floats(SOUTH, NORTH))
def test_every_point_of_the_box_finds_its_way_back_even_at_the_edge(lon, lat):
    assert metres(convert(*convert(lon, lat, "wgs84", "gcj02"), "gcj02", "wgs84"), (lon, lat)) < 0.001


@pytest.mark.parametrize("source", FRAMES)
@pytest.mark.parametrize("target", FRAMES)
@pytest.mark.parametrize("gap", [np.nan, np.inf, -np.inf])
def test_a_point_with_a_missing_coordinate_stays_missing_and_harms_no_other(source, target, gap):
    lon, lat = convert(np.array([gap, 117.0, 117.0]), np.array([36.0, gap, 36.65]), source, target)
    assert np.isnan(lon[:2]).all()
    assert np.isnan(lat[:2]).all()
    assert (lon[2], lat[2]) == pytest.approx(convert(117.0, 36.65, source, target), abs=1e-13)


def test_arrays_keep_their_shape_and_scalars_stay_floats():
    lon, lat = convert([[117.0, 117.1]], [[36.6, 36.7]], "bd09", "wgs84")
    assert lon.shape == lat.shape == (1, 2)
    assert all(isinstance(value, float) for value in convert(117.0, 36.6, "bd09", "wgs84"))
    assert convert([], [], "wgs84", "bd09")[0].size == 0


@pytest.mark.parametrize(("source", "target"), [("wgs-84", "gcj02"), ("gcj02", "mars"), ("WGS84", "gcj02")])
def test_an_unknown_frame_is_refused_by_name(source, target):
    with pytest.raises(
        ValueError, match=r"unknown coordinate frame '(wgs-84|mars|WGS84)': use one of wgs84, "
    ):
        convert(117.0, 36.65, source, target)


def test_lon_and_lat_of_different_shapes_are_refused():
    with pytest.raises(ValueError, match="one shape"):
        convert([117.0, 118.0], [36.0], "wgs84", "gcj02")


def test_web_mercator_comes_back_as_degrees():
    x, y = pyproj.Transformer.from_crs(4326, 3857, always_xy=True).transform([117.0, 116.5], [36.65, 36.1])
    lon, lat = projected_to_lonlat(x, y, 3857)
    assert lon == pytest.approx([117.0, 116.5], abs=1e-9)
    assert lat == pytest.approx([36.65, 36.1], abs=1e-9)


def test_a_gauss_kruger_zone_of_cgcs2000_comes_back_as_degrees():
    lon, lat = projected_to_lonlat([500000.0], [4056000.0], 4548)  # central meridian 117° E
    assert lon == pytest.approx([117.0], abs=1e-9)
    assert 36.5 < lat[0] < 36.8


def test_points_that_cannot_be_unprojected_come_back_missing():
    lon, lat = projected_to_lonlat([np.nan, 0.0], [0.0, 0.0], 3857)
    assert np.isnan([lon[0], lat[0]]).all()
    assert (lon[1], lat[1]) == pytest.approx((0.0, 0.0))


def test_an_unknown_epsg_code_is_refused():
    with pytest.raises(ValueError, match="EPSG:999999 is not a coordinate system"):
        projected_to_lonlat([0.0], [0.0], 999999)
