"""What the four demo cities without streets promise. The shipped files are read as they are, without the reader or the
builder, except where a test says so.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
import yaml

from dingdian.city.read import demo_ids, read_city
from dingdian.city.tables import TABLES
from dingdian.terms import HOLDS_A_PLACE

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "src" / "dingdian" / "city" / "demo"
SOURCES = ROOT / "demo" / "sources"
MARKED = re.compile("（示例）")
INVENTED = {
    "providers", "beds", "staff", "insured", "fund", "activity", "releases", "scores", "events", "applications", "facts",
}
# District → census units of 2020 that lie in it now.
WUHU_CENSUS = {
    "340202": ["340202"], "340207": ["340207", "340271", "安徽芜湖长江大桥经济开发区"], "340209": ["340209", "340208"],
    "340210": ["340210"], "340212": ["340212"], "340223": ["340223"], "340281": ["340281"],
}
JINAN = "91fc2d5b752adffeb40306c79ce2261a656dba08e86569e1a7b3e78725363f78"  # all files, by name
TOWNS = {"wuhu-demo": "wuhu", "shenyang-demo": "shenyang", "shaoxing-demo": "shaoxing", "xinjiang-demo": "xinjiang"}
RESIDENTS = {
    "wuhu-demo": 3_644_420, "shenyang-demo": 9_070_093, "shaoxing-demo": 5_270_977,
    "xinjiang-demo": 1_613_585 + 141_065,  # the prefecture and 五家渠市
}


class Shipped:
    """One city's files."""

    def __init__(self, city: str) -> None:
        self.id, self.folder = city, SHIPPED / city
        self.tables = {path.stem: pd.read_parquet(path) for path in sorted(self.folder.glob("*.parquet"))}
        self.meta: dict[str, Any] = yaml.safe_load((self.folder / "city.yaml").read_text(encoding="utf-8"))
        features = json.loads((self.folder / "units.geojson").read_text(encoding="utf-8"))["features"]
        self.polygons = {f["properties"]["unit"]: shapely.geometry.shape(f["geometry"]) for f in features}
        units = self.tables["units"].set_index("unit")
        self.units = units
        counted = units["level"].isin(["district", "zone"])
        self.districts = sorted(units.index[counted])
        self.district = {u: u if u in self.districts else units.loc[u, "parent"] for u in units.index}

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self.tables[table]

    @property
    def held(self) -> pd.DataFrame:
        rows = self["providers"]
        rows = rows[rows["status"].isin(HOLDS_A_PLACE)]
        return rows.assign(district=rows["unit"].map(self.district))

    def insured(self, year: int = 2025) -> pd.Series:
        rows = self["insured"]
        return rows[rows["year"] == year].groupby("unit")["persons"].sum()

    def beds(self, day: str, column: str = "insured_beds") -> pd.Series:
        """District → beds of those that hold a place, where they count."""
        rows = self["beds"]
        rows = rows[(rows["specialty"] == "all") & (rows["as_of"].astype(str) == day)].set_index("provider")
        held = self.held.set_index("provider")
        place = held["counts_in"].fillna(held["district"]) if "counts_in" in held else held["district"]
        kept = rows.index.intersection(held.index)
        return rows.loc[kept, column].groupby(place.loc[kept]).sum()

    def fund(self) -> pd.Series:
        """Income less expenditure by unit, year and scheme."""
        rows = self["fund"].set_index(["unit", "year", "scheme"])
        return (rows["income"] - rows["expenditure"]).astype(float)


@pytest.fixture(scope="module", params=sorted(TOWNS))
def town(request: pytest.FixtureRequest) -> Shipped:
    return Shipped(request.param)


@pytest.fixture(scope="module")
def wuhu() -> Shipped:
    return Shipped("wuhu-demo")


@pytest.fixture(scope="module")
def shenyang() -> Shipped:
    return Shipped("shenyang-demo")


@pytest.fixture(scope="module")
def shaoxing() -> Shipped:
    return Shipped("shaoxing-demo")


@pytest.fixture(scope="module")
def xinjiang() -> Shipped:
    return Shipped("xinjiang-demo")


def census(folder: str) -> dict[str, int]:
    """Census unit (code, or name where it has none) → residents, from the source as published."""
    text = (SOURCES / folder / "census2020.csv").read_text(encoding="utf-8")
    return {row["adcode"] or row["区县"]: int(row["人口数_合计"]) for row in csv.DictReader(text.splitlines())}


# --- every town --------------------------------------------------------------------------------------------


def test_all_towns_are_shipped_beside_jinan() -> None:
    assert {"jinan-demo", *TOWNS} <= set(demo_ids())


def test_the_reader_accepts_it_without_a_problem(town: Shipped) -> None:
    city = read_city(town.id)
    assert city.meta.id == town.id
    assert set(city.polygons) == set(town.polygons) == set(town.districts)


def test_a_town_is_small(town: Shipped) -> None:
    assert sum(path.stat().st_size for path in town.folder.iterdir()) < 1_000_000


def test_columns_are_those_of_the_schema_in_its_order(town: Shipped) -> None:
    for name, frame in town.tables.items():
        assert list(frame.columns) == [column for column in TABLES[name].column_names if column in frame], name


def test_every_table_says_whether_it_is_invented_and_whence_it_comes(town: Shipped) -> None:
    said = town.meta["synthetic"]
    assert set(said) == {*town.tables, "polygons"} == {note["table"] for note in town.meta["sources"]}
    assert all(said[name] for name in INVENTED & set(said))
    assert not any(said[name] for name in ("units", "polygons", "population"))
    # Xinjiang's residents of 2025 and its last two national values are assumed, so both tables are marked as invented.
    assert said["residents"] == said["reference"] == (town.id == "xinjiang-demo")
    population = next(note for note in town.meta["sources"] if note["table"] == "population")
    assert "模型" in population["source"]


def test_a_town_has_no_streets(town: Shipped) -> None:
    assert not {"network_nodes", "network_edges"} & set(town.tables)


def test_residents_and_cells_are_the_census_to_the_person(town: Shipped) -> None:
    found = census(TOWNS[town.id])
    parts = WUHU_CENSUS if town.id == "wuhu-demo" else {code: [code] for code in town.districts}
    wanted = {code: sum(found[unit] for unit in units) for code, units in parts.items()}
    assert sum(wanted.values()) == RESIDENTS[town.id]
    rows = town["residents"].query("year == 2020")
    assert rows[rows["age_band"] == "all"].set_index("unit")["persons"].to_dict() == wanted
    assert rows[rows["age_band"] != "all"].groupby("unit")["persons"].sum().to_dict() == wanted
    cells = town["population"]
    for code, polygon in town.polygons.items():
        inside = shapely.contains_xy(polygon, cells["lon"], cells["lat"])
        assert int(cells.loc[inside, "persons"].sum()) == wanted[code], code


def test_cells_are_1_km_apart(town: Shipped) -> None:
    from pyproj import Geod

    assert town.meta["population_cell_m"] == 1000
    cells = town["population"].assign(
        row=lambda t: t["cell"].str[1:5].astype(int), col=lambda t: t["cell"].str[6:10].astype(int))
    pairs = cells.merge(cells.assign(col=cells["col"] - 1), on=["row", "col"], suffixes=("", "_next"))
    metres = np.asarray(Geod(ellps="WGS84").inv(pairs["lon"], pairs["lat"], pairs["lon_next"], pairs["lat_next"])[2])
    assert len(pairs) > 100
    assert np.abs(metres - 1000).max() < 1.0


def test_a_place_lies_in_the_polygon_of_its_district(town: Shipped) -> None:
    for table in ("providers", "applications"):
        rows = town[table].dropna(subset=["lon"])
        district = rows["unit"].map(town.district)
        assert set(rows["frame"]) == {"wgs84"}
        for code, polygon in town.polygons.items():
            here = rows[district == code]
            assert shapely.contains_xy(polygon.buffer(1e-5), here["lon"], here["lat"]).all(), (table, code)


def test_every_invented_name_says_so(town: Shipped) -> None:
    for table in ("providers", "applications"):
        assert town[table]["name"].dropna().str.contains(MARKED).all()
    assert town["providers"]["name"].notna().all()
    for table, column in (("events", "reference"), ("facts", "source"), ("applications", "grounds")):
        if column in town[table]:
            assert town[table][column].dropna().str.contains("合成").all(), table


def test_providers_crowd_and_thin_out(town: Shipped) -> None:
    """Some pharmacies have none beside them within 800 m, some have many: rules of distance have something to decide."""
    from pyproj import Transformer
    from scipy.spatial import cKDTree

    lon, lat = town["population"]["lon"].mean(), town["population"]["lat"].mean()
    project = Transformer.from_crs("EPSG:4326", f"+proj=tmerc +lon_0={lon} +lat_0={lat} +ellps=GRS80", always_xy=True)
    shops = town.held[town.held["provider_class"] == "pharmacy"]
    xy = np.column_stack(project.transform(shops["lon"], shops["lat"]))
    near = cKDTree(xy).query_ball_point(xy, 800, return_length=True)
    assert np.mean(near == 1) > 0.03
    assert np.mean(near > 3) > 0.3


def test_the_account_of_the_city_is_the_sum_of_its_districts(town: Shipped) -> None:
    rows, city = town["fund"], town.meta["pooling_area"]
    amounts = ["income", "expenditure", "closing_balance"]  # money as it is written, to the fen
    parts = rows[rows["unit"] != city].groupby(["year", "scheme"])[amounts].sum()
    assert rows[rows["unit"] == city].set_index(["year", "scheme"])[amounts].equals(parts)
    running = rows[rows["year"] == 2026]
    assert running["forecast_closing_balance"].notna().all()


def test_applications_cover_every_action_and_stand_in_2026(town: Shipped) -> None:
    rows = town["applications"]
    assert 25 <= len(rows) <= 40
    assert set(rows["action"]) == {"designate", "relocate", "branch", "add_beds", "convert"}
    assert {"inpatient", "outpatient_pooling", "pharmacy"} <= set(rows["provider_class"])
    assert {str(day)[:4] for day in rows["applied_on"]} == {"2026"}
    assert (rows["lon"].isna() & rows["provider"].isna()).sum() >= 1  # one without a place


def test_specialty_beds_never_exceed_the_total(town: Shipped) -> None:
    beds = town["beds"]
    whole = beds[beds["specialty"] == "all"].set_index(["provider", "as_of"])
    counts = ["approved", "open", "insured_beds"]
    parts = beds[beds["specialty"] != "all"].groupby(["provider", "as_of"])[counts].sum()
    assert (parts <= whole.loc[parts.index, counts]).all().all()


def test_beds_are_counted_on_several_days_and_before_the_end_of_the_insured_year(town: Shipped) -> None:
    days = {str(day) for day in town["beds"]["as_of"]}
    assert len(days) >= 3
    assert any(day.startswith("2025") for day in days)
    assert town["insured"]["year"].max() == 2025


def test_activity_covers_two_years_and_leaves_ward_columns_of_clinics_empty(town: Shipped) -> None:
    rows = town["activity"].merge(town.held[["provider", "provider_class"]], on="provider")
    assert set(rows["year"]) == {2024, 2025}
    clinics = rows[rows["provider_class"] != "inpatient"]
    assert clinics[["bed_days", "discharges", "inpatient_cost"]].isna().all().all()
    assert rows.loc[(rows["provider_class"] == "inpatient"), "bed_days"].notna().all()


def test_a_rebuild_gives_the_shipped_bytes(town: Shipped, tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "demo" / "build.py"), "--city", town.id, "--out", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path)
    shipped = town.folder
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in shipped.iterdir())
    for path in sorted(shipped.iterdir()):
        other = tmp_path / path.name
        if path.suffix == ".parquet":  # another pyarrow writes other bytes; the rows must still be the same
            assert pd.read_parquet(path).equals(pd.read_parquet(other)), path.name
        else:
            assert path.read_bytes() == other.read_bytes(), path.name


def test_jinan_is_what_it_was() -> None:
    """Shared parts of the builder must not move the first demo city: its content hash stands in receipts."""
    digest = hashlib.sha256()
    for path in sorted((SHIPPED / "jinan-demo").iterdir()):
        digest.update(path.name.encode() + path.read_bytes())
    assert digest.hexdigest() == JINAN


# --- Wuhu --------------------------------------------------------------------------------------------------


def test_wuhu_has_the_published_institutions_in_july_2025_and_now(wuhu: Shipped) -> None:
    now = wuhu.held["provider_class"].value_counts().to_dict()
    assert now == {"inpatient": 155, "outpatient_pooling": 695, "pharmacy": 1194}
    gone = wuhu["releases"].dropna(subset=["provider"])
    left_later = gone[gone["effective_on"].astype(str) > "2025-07-31"]
    came_later = wuhu.held[wuhu.held["designated_on"].astype(str) > "2025-07-31"]
    assert len(came_later) == len(left_later) == 8
    assert set(came_later["provider_class"]) == set(left_later["provider_class"]) == {"pharmacy"}


def test_wuhu_has_the_published_beds_and_doctors_of_september_2025(wuhu: Shipped) -> None:
    assert wuhu.beds("2025-09-30").sum() == 23_950
    staff = wuhu["staff"]
    doctors = staff[(staff["role"] == "insured_doctor") & (staff["as_of"].astype(str) == "2025-09-30")]
    assert doctors["count"].sum() == 10_151
    assert set(doctors["provider"]) <= set(wuhu.held["provider"])


def test_wuhu_rounds_to_the_published_ratios(wuhu: Shipped) -> None:
    insured = wuhu.insured().sum()
    assert f"{23_950 / insured * 1000:.2f}" == "6.51"
    assert f"{10_151 / insured * 1000:.2f}" == "2.76"
    assert f"{2_044 / insured * 10_000:.2f}" == "5.56"


def test_wuhu_stands_on_both_sides_of_its_norms(wuhu: Shipped) -> None:
    insured = wuhu.insured()
    per_1000 = wuhu.beds("2025-09-30") / insured * 1000
    assert per_1000.min() < 5.97 - 1 < 5.97 + 1 < per_1000.max()
    level = wuhu.held.set_index("provider")["level"]
    beds = wuhu["beds"].query("specialty == 'all'")
    beds = beds[(beds["as_of"].astype(str) == "2025-09-30") & beds["provider"].isin(level.index)]
    tertiary = beds.groupby(beds["provider"].map(level))["insured_beds"].sum()["tertiary"] / 23_950
    assert 0.55 < tertiary < 0.59
    staff = wuhu["staff"].query("role == 'insured_doctor'").set_index("provider")["count"]
    doctors = staff.groupby(wuhu.held.set_index("provider")["district"]).sum() / insured * 1000
    assert {code for code in wuhu.districts if doctors[code] > 3.06} == {"340202", "340209"}
    activity = wuhu["activity"].query("year == 2025").set_index("provider")
    district = wuhu.held.set_index("provider")["district"]
    days = activity[["bed_days", "open_bed_days"]].groupby(district).sum()
    assert {code for code in wuhu.districts if days.loc[code, "bed_days"] / days.loc[code, "open_bed_days"] < 0.79} == {
        "340212", "340223"}


def test_wuhu_has_one_deficit(wuhu: Shipped) -> None:
    balance = wuhu.fund()
    assert [key for key, value in balance.items() if value < 0] == [("340210", 2026, "resident")]


def test_wuhu_has_the_district_names_of_today(wuhu: Shipped) -> None:
    names = set(wuhu.units.loc[wuhu.districts, "name"])
    assert {"弋江区", "湾沚区", "繁昌区"} <= names
    assert not {"三山区", "芜湖县", "繁昌县"} & set(wuhu.units["name"])
    assert wuhu.units.loc["340272005", "parent"] == "340209"  # 三山街道


def test_wuhu_pairs_swaps_with_exits_of_as_many_beds(wuhu: Shipped) -> None:
    facts = wuhu["facts"]
    releases = wuhu["releases"].set_index("release")
    asked = wuhu["applications"].set_index("application")["beds"]
    pairs = facts[facts["key"] == "swap_with"]
    assert len(pairs) == 3
    for application, release in zip(pairs["subject"], pairs["value"]):
        assert releases.loc[release, "beds"] == asked[application]


# --- Shenyang ----------------------------------------------------------------------------------------------

MAIN_URBAN = {"210102", "210103", "210104", "210105", "210106", "210114"}
SUBURBAN = {"210111", "210112", "210113"}


def test_shenyang_has_six_zones(shenyang: Shipped) -> None:
    zone = shenyang.units.loc[shenyang.districts, "zone"]
    groups = {frozenset(zone.index[zone == name]) for name in zone.unique()}
    assert groups == {frozenset(MAIN_URBAN), frozenset(SUBURBAN), *(frozenset({c}) for c in ("210115", "210123", "210124", "210181"))}
    assert set(shenyang.units.loc[shenyang.districts, "resource_class"]) == {"rich", "moderate", "weak"}


def test_shenyang_states_the_elements_of_the_affordable_norm(shenyang: Shipped) -> None:
    """The plan's formula on the stated facts gives about 6.6 per 1000; the main urban zone is far above, three zones below."""
    stated = shenyang["facts"].query("subject == '210100'").set_index("key")["value"].astype(float)
    insured = shenyang.insured()
    coverable = stated["pooled_fund_income"] * (1 - stated["surplus_rate"]) / stated["reimbursement_ratio"]
    norm = coverable * 1000 / (stated["cost_per_bed"] * insured.sum())
    assert norm == pytest.approx(6.6, abs=0.01)
    zone = shenyang.units.loc[shenyang.districts, "zone"]
    beds = shenyang.beds("2025-12-31").groupby(zone).sum() / insured.groupby(zone).sum() * 1000
    assert beds["main_urban"] > norm + 3
    assert set(beds.index[beds < norm]) == {"suburban", "faku", "liaozhong"}
    assert 8.5 < shenyang.beds("2025-12-31").sum() / insured.sum() * 1000 < 8.9


def test_shenyang_releases_two_years_in_every_zone_but_one(shenyang: Shipped) -> None:
    rows = shenyang["releases"]
    rows = rows[(rows["reason"] != "suspension") & ~rows["exempt"]]
    year = rows["effective_on"].astype(str).str[:4]
    zone = rows["unit"].map(shenyang.units["zone"])
    assert set(year) == {"2025", "2026"}
    assert not (zone == "faku").any()
    beds = rows.groupby([zone, year])["beds"].sum()
    places = rows[rows["provider_class"] == "outpatient_pooling"].groupby([zone, year])["places"].sum()
    assert beds["main_urban", "2025"] > 100 < beds["main_urban", "2026"]
    assert {name for name, _ in places.index} == {"main_urban", "suburban", "liaozhong", "kangping", "xinmin"}


def test_shenyang_gathers_outpatient_institutions_in_the_main_urban_zone(shenyang: Shipped) -> None:
    """More than its share of the insured there, whether or not village and university clinics are counted; fewer in 法库."""
    held = shenyang.held[shenyang.held["provider_class"] == "outpatient_pooling"]
    free = (held["kind"] == "university_clinic") | held["tags"].fillna("").str.contains("village_integrated")
    zone = shenyang.units.loc[shenyang.districts, "zone"]
    people = shenyang.insured().groupby(zone).sum()
    for rows in (held, held[~free]):
        surplus = rows["district"].map(zone).value_counts() / len(rows) - people / people.sum()
        assert surplus["main_urban"] > 0.01
        assert surplus["suburban"] < 0 > surplus["faku"]


def test_shenyang_scores_tie_across_the_edge_of_the_tail_and_at_sixty(shenyang: Shipped) -> None:
    scores = shenyang["scores"].merge(shenyang.held[["provider", "provider_class", "level"]], on="provider")
    tied = 0
    for _, group in scores.groupby(["provider_class", "level"], dropna=False):
        order = group["score"].sort_values().tolist()
        tail = int(0.05 * len(order))
        tied += tail >= 1 and order[tail - 1] == order[tail]
    assert tied >= 5
    assert (scores["score"] < 60).sum() > 20
    assert (scores["score"] == 60).sum() == 2


def test_shenyang_has_a_deficit_last_year_and_another_ahead(shenyang: Shipped) -> None:
    assert [key for key, value in shenyang.fund().items() if value < 0] == [("210123", 2025, "resident")]
    ahead = shenyang["fund"].dropna(subset=["forecast_income"])
    short = ahead[ahead["forecast_income"] < ahead["forecast_expenditure"]]
    assert list(zip(short["unit"], short["scheme"])) == [("210181", "employee")]


def test_shenyang_coaches_medical_institutions_only(shenyang: Shipped) -> None:
    new = shenyang.held[shenyang.held["status"].isin(["coaching", "trial"])]
    assert set(new["status"]) == {"coaching", "trial"}
    assert "pharmacy" not in set(new["provider_class"])
    months = (pd.Timestamp("2026-08-31") - pd.to_datetime(new["designated_on"])).dt.days / 30.44
    assert (months[new["status"] == "coaching"] < 6.1).all()
    assert ((months[new["status"] == "trial"] > 5.9) & (months[new["status"] == "trial"] < 12)).all()
    breaches = shenyang["events"].merge(new[["provider", "status"]], on="provider").query("type == 'breach'")
    assert {"minor", "serious"} <= set(breaches["severity"].dropna())


# --- Shaoxing ----------------------------------------------------------------------------------------------


def test_shaoxing_stands_at_about_seven_with_counties_on_both_sides(shaoxing: Shipped) -> None:
    per_1000 = shaoxing.beds("2025-12-31") / shaoxing.insured() * 1000
    assert 6.9 < shaoxing.beds("2025-12-31").sum() / shaoxing.insured().sum() * 1000 < 7.2
    assert per_1000.min() < 6.3 < 7.2 < per_1000.max()


def test_shaoxing_insured_beds_follow_open_and_licensed_beds(shaoxing: Shipped) -> None:
    beds = shaoxing["beds"].query("specialty == 'all'")
    beds = beds[beds["as_of"].astype(str) == "2025-12-31"]
    most = beds["approved"] * 115 // 100
    assert (beds["insured_beds"] == np.minimum(beds["open"], most)).all()
    bites = (beds["open"] > most).mean()
    assert 0.1 < bites < 0.4


def test_shaoxing_has_institutions_beyond_their_insured_bed_days(shaoxing: Shipped) -> None:
    beds = shaoxing["beds"].query("specialty == 'all'")
    insured = beds[beds["as_of"].astype(str) == "2025-12-31"].set_index("provider")["insured_beds"] * 365
    rows = shaoxing["activity"].query("year == 2025").set_index("provider").dropna(subset=["bed_days"])
    days = rows["bed_days"] + rows["sporadic_bed_days"]
    over = days > insured.loc[rows.index]
    assert 10 < over.sum() < 0.4 * len(rows)
    assert (over & (rows["bed_days"] <= insured.loc[rows.index])).any()  # only the sporadic claims push it over
    assert (rows["inpatient_fund"] > 0).all()


def test_shaoxing_counts_city_hospitals_elsewhere_in_yuecheng(shaoxing: Shipped) -> None:
    away = shaoxing.held.dropna(subset=["counts_in"])
    assert set(away["counts_in"]) == {"330602"}
    assert set(away["district"]) == {"330603", "330604"}
    assert set(away["ownership"]) == {"public"}


def test_shaoxing_has_townships_without_a_pharmacy(shaoxing: Shipped) -> None:
    shops = shaoxing["providers"]
    shops = shops[(shops["provider_class"] == "pharmacy") & shops["status"].isin(HOLDS_A_PLACE)]
    townships = set(shaoxing.units.index[shaoxing.units["level"] == "township"])
    assert set(shops["unit"]) <= townships
    assert {"330604201", "330681112", "330683200", "330624201"} <= townships - set(shops["unit"])


def test_shaoxing_has_one_deficit_and_one_letter_in_force(shaoxing: Shipped) -> None:
    balance = shaoxing.fund()
    assert {key[0] for key, value in balance.items() if value < 0 and key[1] == 2026} == {"330683"}
    letters = shaoxing["warnings"].set_index("unit")["lifted_on"]
    assert list(letters.index[letters.isna()]) == ["330624"]


def test_shaoxing_coaching_ran_into_breaches(shaoxing: Shipped) -> None:
    coached = shaoxing.held[shaoxing.held["status"] == "coaching"]
    breaches = shaoxing["events"].merge(coached[["provider", "designated_on"]], on="provider").query("type == 'breach'")
    assert {"minor", "serious"} <= set(breaches["severity"].dropna())
    assert (breaches["happened_on"] > breaches["designated_on"]).all()
    providers = shaoxing["providers"].set_index("provider")
    applicants = shaoxing["applications"]["provider"].dropna()
    again = applicants[providers.loc[applicants, "status"].to_numpy() == "terminated"]
    ended = shaoxing["events"].query("type == 'termination'").set_index("provider")["happened_on"]
    assert len(again) == 3
    assert set(again) <= set(ended.index)


# --- Xinjiang ----------------------------------------------------------------------------------------------


def test_xinjiang_has_two_owners_on_one_map(xinjiang: Shipped) -> None:
    units = xinjiang.units
    assert units.loc["659004", ["level", "owner"]].tolist() == ["zone", "xpcc"]
    regiments = units[units["name"].str.contains("兵团")]
    assert len(regiments) >= 15
    assert set(regiments["owner"]) == {"xpcc"}
    held = xinjiang.held
    assert (held["owner"] == held["unit"].map(units["owner"])).all()
    assert set(held["owner"]) == {"local", "xpcc"}


def test_xinjiang_townships_have_none_one_two_or_too_many_pharmacies(xinjiang: Shipped) -> None:
    settlement = xinjiang["facts"].query("key == 'settlement'").set_index("subject")["value"]
    townships = xinjiang.units.index[xinjiang.units["level"] == "township"]
    cells = xinjiang["population"]["cell"]
    assert set(settlement.index) == {*townships, *cells}  # every populated cell as the township that it lies in
    settlement = settlement[townships]
    shops = xinjiang.held[xinjiang.held["provider_class"] == "pharmacy"]
    count = shops["unit"].value_counts().reindex(settlement.index[settlement == "township"]).fillna(0)
    assert {0, 1, 2, 3} == set(count)
    people = xinjiang["residents"].query("year == 2025").set_index("unit")["persons"]
    sums = people[townships].groupby(xinjiang.units.loc[townships, "parent"]).sum()
    assert sums.to_dict() == people[xinjiang.districts].to_dict()


def test_xinjiang_stands_below_the_national_average_and_its_largest_city_above(xinjiang: Shipped) -> None:
    reference = xinjiang["reference"].query("key == 'national_beds_per_1000_residents'").set_index("year")
    assert reference.loc[2022, "value"] == 6.92
    assert reference.loc[2023, "value"] == 7.23
    assert reference.loc[[2024, 2025], "source"].str.contains("假设").all()
    residents = xinjiang["residents"].query("year == 2025").set_index("unit")["persons"][xinjiang.districts]
    beds = xinjiang.beds("2025-12-31")
    assert beds.sum() / residents.sum() * 1000 < reference.loc[2025, "value"] < beds["652301"] / residents["652301"] * 1000


def test_xinjiang_has_each_kind_of_deficit(xinjiang: Shipped) -> None:
    rows = xinjiang["fund"].query("year == 2026").set_index(["unit", "scheme"])
    running = rows["income"] - rows["expenditure"]
    assert list(running.index[running < 0]) == [("659004", "employee")]
    assert list(rows.index[rows["closing_balance"] < 0]) == [("652328", "resident")]
    ahead = rows.index[(rows["forecast_closing_balance"] < 0) & (rows["closing_balance"] >= 0)]
    assert list(ahead) == [("652325", "resident")]


def test_xinjiang_lacks_a_dual_channel_pharmacy_in_one_county(xinjiang: Shipped) -> None:
    held = xinjiang.held
    marked = held[held["tags"].fillna("").str.contains("dual_channel")]
    assert set(xinjiang.districts) - set(marked["district"]) == {"652328"}


def test_xinjiang_knows_events_of_every_severity(xinjiang: Shipped) -> None:
    assert {"minor", "serious", "criminal"} == set(xinjiang["events"]["severity"].dropna())


def test_xinjiang_says_that_there_is_no_warning_letter(xinjiang: Shipped) -> None:
    assert xinjiang.meta["known_empty"] == ["warnings"]
    assert "warnings" not in xinjiang.tables
