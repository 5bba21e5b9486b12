"""The designed applications stand where their intent says, measured by other means than the builder's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Transformer
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from dingdian.terms import ACTIONS, HOLDS_A_PLACE, KINDS, PROVIDER_CLASSES

UTM = Transformer.from_crs("EPSG:4326", "EPSG:32650", always_xy=True)


def metres(rows: pd.DataFrame) -> np.ndarray:
    return np.column_stack(UTM.transform(rows["lon"].to_numpy(float), rows["lat"].to_numpy(float))) / 0.9997


@pytest.fixture(scope="module")
def counted(shipped: dict[str, pd.DataFrame]) -> pd.DataFrame:
    rows = shipped["providers"]
    inside = rows["tags"].fillna("").str.contains("internal_only") | (rows["kind"] == "university_clinic")
    held = rows[rows["status"].isin(HOLDS_A_PLACE) & rows["lon"].notna() & ~inside]
    return held.assign(group=held["kind"].map(lambda kind: KINDS[kind].group))


@pytest.fixture(scope="module")
def applications(shipped: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return shipped["applications"].set_index("application")


@pytest.fixture(scope="module")
def density(shipped: dict[str, pd.DataFrame], applications: pd.DataFrame) -> pd.Series:
    """Persons per km2 of the nearest cell, over the 90th percentile of all cells."""
    cells = shipped["population"]
    placed = applications[applications["lon"].notna()]
    nearest = cKDTree(metres(cells)).query(metres(placed))[1]
    share = cells["persons"].to_numpy()[nearest] / np.quantile(cells["persons"], 0.9)
    return pd.Series(share, index=placed.index)


def pharmacies_near(counted: pd.DataFrame, row: pd.Series, radius: float) -> int:
    """Counted pharmacies within the radius, the applicant's own entry left out."""
    others = counted[(counted["provider_class"] == "pharmacy") & (counted["provider"] != row["provider"])]
    distance = np.hypot(*(metres(others) - metres(row.to_frame().T)).T)
    return int((distance <= radius).sum())


@pytest.mark.parametrize(
    ("application", "others"),
    [
        ("A001", 3),
        ("A002", 2),
        ("A003", 1),
        ("A004", 2),
        ("A007", 0),
        ("A008", 0),
        ("A009", 3),
        ("A010", 2),
        ("A011", 2),
        ("A012", 1),
        ("A013", 3),
        ("A014", 2),
        ("A016", 2),
    ],
)
def test_a_pharmacy_has_exactly_the_neighbours_it_was_made_for(
    application: str, others: int, counted: pd.DataFrame, applications: pd.DataFrame
) -> None:
    row = applications.loc[application]
    near = [pharmacies_near(counted, row, radius) for radius in (725, 800, 875)]
    assert near == [others] * 3


def test_the_border_case_lies_within_the_error_of_its_neighbour(
    counted: pd.DataFrame, applications: pd.DataFrame
) -> None:
    row = applications.loc["A005"]
    assert [pharmacies_near(counted, row, radius) for radius in (725, 790, 810, 875)] == [1, 1, 2, 2]


@pytest.mark.parametrize("application", ["A001", "A004", "A009", "A010", "A011", "A013", "A014"])
def test_a_dense_place_is_clearly_dense(application: str, density: pd.Series) -> None:
    assert density[application] > 1.05


@pytest.mark.parametrize("application", ["A002", "A003", "A005", "A016"])
def test_another_place_is_clearly_not_dense(application: str, density: pd.Series) -> None:
    assert density[application] < 0.95


def test_the_mover_next_door_would_be_fourth_if_its_old_site_counted(
    counted: pd.DataFrame, applications: pd.DataFrame
) -> None:
    row = applications.loc["A014"].copy()
    old = pd.DataFrame([{"lon": row["from_lon"], "lat": row["from_lat"]}])
    assert np.hypot(*(metres(old) - metres(row.to_frame().T))[0]) < 420
    row["provider"] = None
    assert pharmacies_near(counted, row, 800) == 3


def same_type(counted: pd.DataFrame, row: pd.Series, by_level: bool) -> pd.DataFrame:
    alike = (counted["provider_class"] == row["provider_class"]) & (
        counted["group"] == KINDS[row["kind"]].group
    )
    if by_level:
        alike &= counted["level"] == row["level"]
    return counted[alike & (counted["provider"] != row["provider"])]


@pytest.mark.parametrize(
    "application", ["A015", "A018", "A020", "A028", "A029", "A030", "A033", "A034", "A038", "A039"]
)
def test_a_clear_place_has_none_of_its_type_within_the_circle_however_measured(
    application: str, counted: pd.DataFrame, applications: pd.DataFrame
) -> None:
    row = applications.loc[application]
    others = same_type(counted, row, by_level=False)
    assert np.hypot(*(metres(others) - metres(row.to_frame().T)).T).min() > 1100


def test_the_converted_hospital_has_no_rehabilitation_hospital_in_its_circle(
    shipped: dict[str, pd.DataFrame], counted: pd.DataFrame, applications: pd.DataFrame
) -> None:
    row = applications.loc["A040"]
    site = counted[counted["provider"] == row["provider"]]
    others = same_type(counted, row, by_level=False)
    assert np.hypot(*(metres(others) - metres(site)).T).min() > 1100


@pytest.fixture(scope="module")
def walk(shipped: dict[str, pd.DataFrame]) -> Any:
    """A function (row, others) → metres on foot to the nearest other, over the walkable streets."""
    nodes, edges = shipped["network_nodes"], shipped["network_edges"]
    edges = edges[edges["walkable"]]
    number = {node: position for position, node in enumerate(nodes["node"])}
    u, v = edges["u"].map(number).to_numpy(), edges["v"].map(number).to_numpy()
    n = len(nodes)
    length = np.maximum(edges["length_m"].to_numpy(), 0.001)
    graph = coo_matrix((length, (u, v)), shape=(n, n)).tocsr()
    used = np.unique(np.r_[u, v])
    tree = cKDTree(metres(nodes.iloc[used]))

    def nearest(row: pd.Series, others: pd.DataFrame) -> float:
        to_street, at = tree.query(metres(row.to_frame().T))
        theirs, their_at = tree.query(metres(others))
        away = dijkstra(graph, directed=False, indices=used[at[0]], limit=3000)
        return float((away[used[their_at]] + theirs).min() + to_street[0])

    return nearest


@pytest.mark.parametrize("application", ["A017", "A022", "A025", "A026", "A027", "A031", "A032"])
def test_a_crowded_place_has_one_of_its_type_a_short_walk_away(
    application: str, walk: Any, counted: pd.DataFrame, applications: pd.DataFrame
) -> None:
    row = applications.loc[application]
    others = same_type(counted, row, by_level=row["provider_class"] == "inpatient")
    assert walk(row, others) < 1035 - 150


def test_the_clinic_beyond_the_streets_cannot_be_settled_by_straight_lines(
    shipped: dict[str, pd.DataFrame], extent: Any, counted: pd.DataFrame, applications: pd.DataFrame
) -> None:
    row = applications.loc["A019"]
    assert not extent.intersects(shapely.Point(row["lon"], row["lat"]))
    distance = np.hypot(*(metres(same_type(counted, row, by_level=False)) - metres(row.to_frame().T)).T)
    assert distance.min() < 1000


def test_every_action_and_every_class_is_applied_for(applications: pd.DataFrame) -> None:
    assert len(applications) == 40
    assert set(applications["action"]) == set(ACTIONS)
    assert set(applications["provider_class"]) == set(PROVIDER_CLASSES)


def test_no_provider_applies_twice(applications: pd.DataFrame) -> None:
    assert applications["provider"].dropna().is_unique


def test_only_one_application_lacks_coordinates_that_it_needs(applications: pd.DataFrame) -> None:
    missing = applications[applications["lon"].isna() & applications["provider"].isna()]
    assert list(missing.index) == ["A006"]


def test_the_transition_clause_binds_all_but_one_when_published_in_mid_june(
    applications: pd.DataFrame,
) -> None:
    opened = pd.to_datetime(applications["opened_on"]).dropna()
    assert list(opened.index[opened <= pd.Timestamp("2026-03-15")]) == ["A009"]


def test_beds_leave_room_for_every_case_but_the_one_that_is_too_large(
    shipped: dict[str, pd.DataFrame], applications: pd.DataFrame
) -> None:
    insured = shipped["insured"].query("year == 2025")["persons"].sum()
    beds = shipped["beds"].query("specialty == 'all'")
    held = shipped["providers"].loc[shipped["providers"]["status"].isin(HOLDS_A_PLACE), "provider"]
    for _, rows in beds[beds["provider"].isin(held)].groupby("as_of"):
        room = 9.0 * insured / 1000 - rows["insured_beds"].sum()
        assert 1500 < room < 2500
        asked = applications["beds"].dropna()
        assert list(asked.index[asked > room]) == ["A034"]
