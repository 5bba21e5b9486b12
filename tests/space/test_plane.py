"""The local plane is true to 0.1 % up to 150 km; geodesic distances are whole decimetres."""

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.space.plane import LocalPlane, geodesic_decimetres, web_mercator_cell_km2

GEOD = pyproj.Geod(ellps="WGS84")
bearing = st.floats(0.0, 360.0)
radius = st.floats(0.0, 150_000.0)


@given(bearing, radius, bearing, st.floats(100.0, 50_000.0), st.sampled_from([18.2, 30.0, 36.65, 43.8, 53.5]))
def test_lengths_within_150_km_of_the_centre_are_true_to_a_thousandth(way, far, turn, length, latitude):
    lon1, lat1, _ = GEOD.fwd(117.0, latitude, way, far)
    lon2, lat2, _ = GEOD.fwd(lon1, lat1, turn, length)
    if GEOD.inv(117.0, latitude, lon2, lat2)[2] > 150_000.0:
        return
    x, y = LocalPlane(117.0, latitude).project([lon1, lon2], [lat1, lat2])
    assert np.hypot(x[1] - x[0], y[1] - y[0]) == pytest.approx(length, rel=0.001)


@given(bearing, radius)
def test_project_and_unproject_are_inverse(way, far):
    lon, lat, _ = GEOD.fwd(117.0, 36.65, way, far)
    plane = LocalPlane(117.0, 36.65)
    back = plane.unproject(*plane.project(lon, lat))
    assert (float(back[0]), float(back[1])) == pytest.approx((lon, lat), abs=1e-9)


def test_the_centre_is_the_middle_of_the_bounding_box_and_missing_points_do_not_count():
    plane = LocalPlane.around([116.0, np.nan, 118.0, 116.1, 117.0], [36.0, 36.5, 37.0, 36.1, np.nan])
    assert plane == LocalPlane(117.0, 36.5)


def test_the_centre_does_not_depend_on_the_order_of_the_points():
    lon, lat = np.array([116.0, 118.0, 116.1]), np.array([36.0, 37.0, 36.1])
    assert LocalPlane.around(lon, lat) == LocalPlane.around(lon[::-1], lat[::-1])


def test_a_plane_around_no_points_is_refused():
    with pytest.raises(ValueError, match="at least one point"):
        LocalPlane.around([np.nan], [36.0])


def test_a_missing_point_is_projected_to_missing_and_shapes_are_kept():
    x, y = LocalPlane(117.0, 36.65).project([[117.0, np.nan]], [[36.65, 36.65]])
    assert x.shape == (1, 2)
    assert (x[0, 0], y[0, 0]) == pytest.approx((0.0, 0.0))
    assert np.isnan([x[0, 1], y[0, 1]]).all()


def test_shapes_that_differ_are_refused():
    with pytest.raises(ValueError, match="one shape"):
        LocalPlane(117.0, 36.65).project([117.0, 117.1], [36.65])


lons, lats = st.floats(73.5, 135.1), st.floats(3.8, 53.6)


@given(lons, lats, lons, lats)
def test_geodesic_distance_is_symmetric_and_the_ellipsoid_s(lon1, lat1, lon2, lat2):
    there = geodesic_decimetres(lon1, lat1, lon2, lat2)
    assert there == geodesic_decimetres(lon2, lat2, lon1, lat1)
    assert float(there) == pytest.approx(GEOD.inv(lon1, lat1, lon2, lat2)[2] * 10.0, abs=0.5001)


def test_geodesic_distance_is_whole_decimetres_and_broadcasts():
    decimetres = geodesic_decimetres(117.0, 36.65, [117.0, 117.01], [[36.65], [36.66]])
    assert decimetres.shape == (2, 2)
    assert decimetres.dtype == np.int64
    assert decimetres[0, 0] == 0


@pytest.mark.parametrize(
    ("length", "expected"), [(799.94, 7999), (800.0, 8000), (800.04, 8000), (800.06, 8001)]
)
def test_geodesic_distance_rounds_to_the_nearest_decimetre(length, expected):
    lon, lat, _ = GEOD.fwd(117.0, 36.65, 73.0, length)
    assert geodesic_decimetres(117.0, 36.65, lon, lat) == expected


def test_a_missing_coordinate_has_no_distance():
    with pytest.raises(ValueError, match="broken by 1 of 2, first at position 1"):
        geodesic_decimetres([117.0, np.nan], 36.65, 117.0, 36.65)


@pytest.mark.parametrize("latitude", [0.0, 20.0, 36.65, 50.0])
def test_a_web_mercator_cell_covers_what_the_ellipsoid_says(latitude):
    to_map = pyproj.Transformer.from_crs(4326, 3857, always_xy=True)
    x, y = to_map.transform(117.0, latitude)
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * 200.0
    lon, lat = to_map.transform(x + corners[:, 0], y + corners[:, 1], direction="INVERSE")
    area = abs(GEOD.polygon_area_perimeter(lon, lat)[0]) / 1e6
    assert float(web_mercator_cell_km2(latitude, 400.0)) == pytest.approx(area, rel=1e-5)


def test_a_nominal_square_kilometre_of_web_mercator_is_two_thirds_of_one_at_jinan():
    assert float(web_mercator_cell_km2(36.65, 1000.0)) == pytest.approx(0.642, abs=0.01)
