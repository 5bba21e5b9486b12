"""What the demo city promises: real totals to the person, published counts, invented names that say so."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
import yaml
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from stdnum.cn import uscc

from dingdian.city.read import read_city
from dingdian.city.schema import Type
from dingdian.city.tables import TABLES
from dingdian.terms import HOLDS_A_PLACE

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]

CENSUS = {
    "370102": 819139,
    "370103": 903714,
    "370104": 675048,
    "370105": 770202,
    "370112": 1316289,
    "370113": 595549,
    "370114": 1075784,
    "370115": 515679,
    "370116": 969632,
    "370117": 286966,
    "370124": 323072,
    "370126": 527311,
    "370171": 424047,
}
MARKED = re.compile("示例|（合成）")


@pytest.fixture(scope="session")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo")
    command = [sys.executable, str(ROOT / "demo" / "build.py"), "--out", str(out)]
    subprocess.run(command, check=True, capture_output=True, cwd=out)
    return out


def test_a_rebuild_gives_the_shipped_folder(rebuilt: Path, folder: Path) -> None:
    assert sorted(path.name for path in rebuilt.iterdir()) == sorted(path.name for path in folder.iterdir())
    for path in sorted(folder.iterdir()):
        other = rebuilt / path.name
        if path.suffix == ".parquet" and _writer(path) != _writer(other):
            # Another pyarrow writes other bytes; the rows must still be the same.
            assert pq.read_table(path).equals(pq.read_table(other)), path.name
        else:
            assert path.read_bytes() == other.read_bytes(), path.name


def _writer(path: Path) -> str:
    return str(pq.ParquetFile(path).metadata.created_by)


def test_the_folder_is_small_and_no_file_is_large(folder: Path) -> None:
    sizes = [path.stat().st_size for path in folder.iterdir()]
    assert max(sizes) < 2_000_000
    assert sum(sizes) < 4_000_000


def test_the_reader_accepts_it_without_a_problem(folder: Path) -> None:
    city = read_city(folder)
    assert city.meta.id == "jinan-demo"
    assert city.streets_extent is not None
    assert len(city.polygons) == 12


def test_columns_are_those_of_the_schema_in_its_order(folder: Path) -> None:
    wanted = {
        Type.DATE: pa.date32(),
        Type.MONEY: pa.decimal128(18, 2),
        Type.INTEGER: pa.int64(),
        Type.YEAR: pa.int64(),
        Type.REAL: pa.float64(),
        Type.BOOLEAN: pa.bool_(),
    }
    for path in folder.glob("*.parquet"):
        schema, table = pq.read_schema(path), TABLES[path.stem]
        assert schema.names == [name for name in table.column_names if name in schema.names]
        for name in schema.names:
            assert schema.field(name).type == wanted.get(table[name].type, pa.string()), (path.name, name)


def test_every_table_says_whether_it_is_synthetic_and_where_it_comes_from(folder: Path) -> None:
    meta = yaml.safe_load((folder / "city.yaml").read_text(encoding="utf-8"))
    tables = {path.stem for path in folder.glob("*.parquet")}
    assert set(meta["synthetic"]) == tables == {note["table"] for note in meta["sources"]}
    real = {name for name, synthetic in meta["synthetic"].items() if not synthetic}
    assert real == {"units", "residents", "population", "network_nodes", "network_edges", "reference"}
    population = next(note for note in meta["sources"] if note["table"] == "population")
    assert "模型" in population["source"]


def test_residents_are_the_census_to_the_person(shipped: dict[str, pd.DataFrame]) -> None:
    rows = shipped["residents"]
    whole = rows[rows["age_band"] == "all"].set_index("unit")["persons"]
    assert whole.to_dict() == CENSUS
    assert whole.sum() == 9_202_432
    bands = rows[rows["age_band"] != "all"].groupby("unit")["persons"].agg(["sum", "size"])
    assert bands["sum"].to_dict() == CENSUS
    assert set(bands["size"]) == {18}


def test_cells_of_each_unit_sum_to_its_census_figure(
    shipped: dict[str, pd.DataFrame], polygons: dict[str, Any]
) -> None:
    cells = shipped["population"]
    zone = cells["cell"].str.endswith("z")
    sums = {"370171": int(cells.loc[zone, "persons"].sum())}
    for unit, polygon in polygons.items():
        inside = shapely.contains_xy(polygon, cells["lon"], cells["lat"]) & ~zone
        sums[unit] = int(cells.loc[inside, "persons"].sum())
    assert sums == CENSUS


def test_no_cell_is_empty_and_people_are_whole(shipped: dict[str, pd.DataFrame]) -> None:
    persons = shipped["population"]["persons"]
    assert (persons >= 1).all()
    assert (persons == persons.round()).all()
    assert set(shipped["population"]["basis"]) == {"resident"}


def test_cells_are_500_metres_apart(shipped: dict[str, pd.DataFrame]) -> None:
    from pyproj import Geod

    cells = shipped["population"].assign(
        row=lambda t: t["cell"].str[1:5].astype(int), col=lambda t: t["cell"].str[6:10].astype(int)
    )
    after = cells.assign(col=cells["col"] - 1)
    pairs = cells.merge(after, on=["row", "col"], suffixes=("", "_next"))
    metres = Geod(ellps="WGS84").inv(pairs["lon"], pairs["lat"], pairs["lon_next"], pairs["lat_next"])[2]
    assert len(metres) > 1000
    assert np.abs(np.asarray(metres) - 500).max() < 0.5


def test_the_zone_is_a_unit_without_a_polygon(
    shipped: dict[str, pd.DataFrame], polygons: dict[str, Any]
) -> None:
    units = shipped["units"].set_index("unit")
    assert units.loc["370171", "level"] == "zone"
    assert "370171" not in polygons
    assert set(units.index[units["parent"] == "370171"]) == {f"37017600{n}" for n in range(1, 6)}
    assert set(polygons) == set(units.index[units["level"] == "district"])


def test_designated_providers_are_as_many_as_published(shipped: dict[str, pd.DataFrame]) -> None:
    rows = shipped["providers"]
    held = rows[rows["status"].isin(HOLDS_A_PLACE)]
    pharmacy = held["provider_class"] == "pharmacy"
    assert (~pharmacy).sum() == 4_940
    assert pharmacy.sum() == 3_393
    assert {"designated", "coaching", "trial", "suspended", "undesignated", "terminated"} == set(
        rows["status"]
    )


def test_every_invented_name_says_so(shipped: dict[str, pd.DataFrame]) -> None:
    for table in ("providers", "applications"):
        assert shipped[table]["name"].dropna().str.contains(MARKED).all()
    for table, column in (
        ("warnings", "reference"),
        ("events", "reference"),
        ("facts", "source"),
        ("applications", "grounds"),
    ):
        assert shipped[table][column].dropna().str.contains(MARKED).all(), table


def test_credit_codes_are_valid_and_belong_to_nobody(shipped: dict[str, pd.DataFrame]) -> None:
    codes = shipped["providers"]["uscc"].dropna()
    assert codes.is_unique
    assert codes.map(uscc.is_valid).all()
    assert (codes.str[8:11] == "DEM").all()


def test_a_provider_lies_in_its_district(shipped: dict[str, pd.DataFrame], polygons: dict[str, Any]) -> None:
    rows = shipped["providers"].dropna(subset=["lon"])
    for unit, polygon in polygons.items():
        here = rows[rows["unit"] == unit]
        inside = shapely.contains_xy(polygon.buffer(1e-5), here["lon"], here["lat"])
        assert inside.all(), unit


def test_core_pharmacies_leave_gaps_and_saturated_spots(
    shipped: dict[str, pd.DataFrame], extent: Any
) -> None:
    from pyproj import Transformer
    from scipy.spatial import cKDTree

    project = Transformer.from_crs("EPSG:4326", "EPSG:32650", always_xy=True)
    rows = shipped["providers"]
    held = rows[rows["status"].isin(HOLDS_A_PLACE) & (rows["provider_class"] == "pharmacy")]
    cells = shipped["population"]
    core = cells[shapely.contains_xy(extent, cells["lon"], cells["lat"])]
    tree = cKDTree(np.column_stack(project.transform(held["lon"], held["lat"])))
    near = tree.query_ball_point(
        np.column_stack(project.transform(core["lon"], core["lat"])), 800, return_length=True
    )
    assert np.mean(near == 0) > 0.1
    assert np.mean((near >= 1) & (near <= 3)) > 0.2
    assert np.mean(near > 3) > 0.3


def test_beds_stand_in_the_band_with_short_and_over_districts(shipped: dict[str, pd.DataFrame]) -> None:
    providers = shipped["providers"].set_index("provider")
    held = providers[providers["status"].isin(HOLDS_A_PLACE)]
    insured = shipped["insured"].query("year == 2025").groupby("unit")["persons"].sum()
    beds = shipped["beds"].query("specialty == 'all'")
    for _, rows in beds[beds["provider"].isin(held.index)].groupby("as_of"):
        unit = rows["provider"].map(held["counts_in"].fillna(held["unit"]))
        per_1000 = rows.groupby(unit)["insured_beds"].sum() / insured * 1000
        assert 8.6 < rows["insured_beds"].sum() / insured.sum() * 1000 < 8.8
        assert per_1000["370171"] < 6
        assert per_1000.min() < 6.5
        assert per_1000.max() > 12
        level = rows["provider"].map(held["level"])
        share = rows.groupby(level)["insured_beds"].sum() / rows["insured_beds"].sum()
        assert share["tertiary"] > 0.62
        assert share["primary"] + share["ungraded"] < 0.15


def test_specialty_beds_never_exceed_the_total(shipped: dict[str, pd.DataFrame]) -> None:
    beds = shipped["beds"]
    whole = beds[beds["specialty"] == "all"].set_index(["provider", "as_of"])
    parts = (
        beds[beds["specialty"] != "all"]
        .groupby(["provider", "as_of"])[["approved", "open", "insured_beds"]]
        .sum()
    )
    assert (parts <= whole.loc[parts.index, parts.columns]).all().all()


def test_the_city_has_a_surplus_and_two_districts_a_deficit(shipped: dict[str, pd.DataFrame]) -> None:
    fund = shipped["fund"]
    amounts = ["income", "expenditure", "closing_balance"]
    city = fund[fund["unit"] == "370100"].set_index(["year", "scheme"])[amounts]
    parts = fund[fund["unit"] != "370100"].groupby(["year", "scheme"])[amounts].sum()
    assert city.equals(parts.loc[city.index])
    assert (city["income"] > city["expenditure"]).all()
    deficit = fund[fund["expenditure"] > fund["income"]]
    assert set(zip(deficit["unit"], deficit["year"], deficit["scheme"])) == {
        ("370117", 2026, "employee"),
        ("370126", 2026, "resident"),
    }


def test_one_warning_letter_is_in_force_and_one_was_lifted(shipped: dict[str, pd.DataFrame]) -> None:
    letters = shipped["warnings"].set_index("unit")["lifted_on"]
    assert list(letters.index[letters.isna()]) == ["370124"]
    assert letters.notna().sum() == 1


def test_the_extent_holds_the_streets(shipped: dict[str, pd.DataFrame], extent: Any) -> None:
    nodes, edges = shipped["network_nodes"], shipped["network_edges"]
    assert extent.is_valid
    number = {node: position for position, node in enumerate(nodes["node"])}
    on_foot = edges[edges["walkable"]]
    links = (on_foot["u"].map(number), on_foot["v"].map(number))
    graph = coo_matrix((np.ones(len(on_foot)), links), shape=(len(nodes), len(nodes)))
    label = connected_components(graph, directed=False)[1]
    main = nodes[label == np.argmax(np.bincount(label))]
    assert shapely.contains_xy(extent, main["lon"], main["lat"]).mean() >= 0.99
    assert not [ring for part in extent.geoms for ring in part.interiors]


def test_streets_are_the_published_extract(shipped: dict[str, pd.DataFrame]) -> None:
    edges = shipped["network_edges"]
    assert len(shipped["network_nodes"]) == 12_766
    assert len(edges) == 18_095
    assert (edges["u"] < edges["v"]).all()
    assert not edges.duplicated(["u", "v"]).any()
    assert not edges["oneway"].any()


def test_a_suspension_stands_among_the_releases(shipped: dict[str, pd.DataFrame]) -> None:
    releases = shipped["releases"]
    assert {"termination", "cancellation", "non_renewal", "licensed_bed_cut", "suspension"} <= set(
        releases["reason"]
    )
    assert releases["exempt"].any()


def test_the_explanation_carries_both_tables_of_the_builder() -> None:
    """docs/explanation/demo-city.md is for people; its tables are what ``demo/explain.py`` prints."""
    command = [sys.executable, str(ROOT / "demo" / "explain.py")]
    printed = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout
    page = (ROOT / "docs" / "explanation" / "demo-city.md").read_text(encoding="utf-8")
    for table in printed.strip().split("\n\n"):
        assert table in page


def test_geojson_names_its_source(folder: Path) -> None:
    extent = json.loads((folder / "streets_extent.geojson").read_text(encoding="utf-8"))
    assert "OpenStreetMap" in extent["features"][0]["properties"]["source"]
