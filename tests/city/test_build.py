"""The one door into a City, and the changes that a what-if makes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs
import numpy as np
import pandas as pd
import pytest
import shapely

from dingdian.city.build import build_city
from dingdian.city.model import City, CityMeta
from dingdian.city.tables import TABLES
from dingdian.problems import BadData

META = CityMeta(id="t", name="某市", pooling_area="9900", as_of=date(2026, 1, 1), frame="wgs84")
UNITS = pd.DataFrame({"unit": ["9900", "9901"], "name": ["市", "区"], "level": ["pooling_area", "district"],
                      "parent": [None, "9900"]})
PROVIDERS = pd.DataFrame({"provider": ["P1"], "status": ["designated"], "unit": ["9901"], "lon": [117.0], "lat": [36.6]})


def test_frames_of_typed_in_cells_become_a_city() -> None:
    fund = pd.DataFrame({"unit": ["9900"], "year": [2025], "scheme": ["employee"], "income": [1.5],
                         "through": [pd.Timestamp("2025-12-31")]})
    city = build_city(META, {"units": UNITS, "providers": PROVIDERS, "fund": fund},
                      {"9901": shapely.box(117, 36, 118, 37)})
    assert city.tables["fund"]["income"].iloc[0] == 150
    assert str(city.tables["fund"]["through"].dtype) == "datetime64[s]"
    assert list(city.tables["units"].columns) == list(TABLES["units"].column_names)


def test_in_memory_every_type_has_its_dtype(town: City) -> None:
    providers, fund = town.tables["providers"], town.tables["fund"]
    assert providers["name"].dtype == "string"
    assert providers["lon"].dtype == "Float64"
    assert providers["licensed_on"].dtype == "datetime64[s]"
    assert fund["income"].dtype == "Int64"
    assert fund["year"].dtype == "Int64"
    assert town.tables["releases"]["exempt"].dtype == "boolean"
    assert providers["uscc"].isna().sum() == 5
    assert providers["tags"].iloc[1] == "key_project"


def test_an_unknown_table_and_a_bad_polygon_are_problems() -> None:
    crossed = shapely.Polygon([(117, 36), (118, 37), (118, 36), (117, 37)])
    with pytest.raises(BadData) as caught:
        build_city(META, {"units": UNITS, "providers": PROVIDERS, "hospitals": UNITS}, {"9901": crossed})
    assert {p.code for p in caught.value.problems} == {"unknown_table", "bad_geometry"}


def test_a_row_is_given_back_as_it_would_be_typed(town: City) -> None:
    row = town.row("fund", "990100", 2025, "employee")
    assert row["income"] == Decimal("1000000.10")
    assert row["through"] is None
    assert town.row("beds", "P1", date(2025, 12, 31), "all")["insured_beds"] == 490
    with pytest.raises(KeyError):
        town.row("fund", "990100", 1999, "employee")


def test_a_row_taken_out_changed_and_put_back_is_replaced(town: City) -> None:
    row = town.row("providers", "P4")
    changed = town.with_rows("providers", [{**row, "status": "terminated"}])
    assert changed.row("providers", "P4")["status"] == "terminated"
    assert len(changed.tables["providers"]) == len(town.tables["providers"])
    assert town.row("providers", "P4")["status"] == "trial"
    assert changed.with_rows("providers", [row]).content_hash == town.content_hash


def test_a_new_row_is_added_in_the_order_of_keys(town: City) -> None:
    city = town.with_rows("providers", [{"provider": "P0", "status": "designated", "unit": "990101"}])
    assert city.tables["providers"]["provider"].iloc[0] == "P0"
    assert city.content_hash != town.content_hash


def test_rows_may_open_a_table_that_was_absent(town: City) -> None:
    less = town.evolve(tables={name: t for name, t in town.tables.items() if name != "warnings"})
    city = less.with_rows("warnings", [{"规划单元": "990101", "发函日期": "2026年1月2日"}])
    assert city.has("warnings")
    assert list(city.tables) == [name for name in TABLES if name in city.tables]


def test_a_row_in_a_table_known_to_be_empty_ends_that(town: City) -> None:
    less = {name: t for name, t in town.tables.items() if name != "warnings"}
    none = town.evolve(meta=attrs.evolve(town.meta, known_empty=("warnings",)), tables=less)
    city = none.with_rows("warnings", [{"unit": "990101", "issued_on": "2026-01-02"}])
    assert city.meta.known_empty == ()
    assert none.with_rows("scores", []).meta.known_empty == ("warnings",)


@pytest.mark.parametrize(("row", "code"), [
    ({"provider": "P9", "as_of": "2026-01-01", "specialty": "all"}, "orphan_reference"),
    ({"provider": "P1", "as_of": "2026-01-01", "specialty": "al"}, "unknown_code"),
    ({"provider": "P1", "as_of": "2026-01-01"}, "missing_column"),
    ({"provider": "P1", "as_of": "2026-01-01", "specialty": "all", "bed": 1}, "unknown_column"),
])
def test_new_rows_are_checked_like_old_ones(town: City, row: dict[str, object], code: str) -> None:
    with pytest.raises(BadData) as caught:
        town.with_rows("beds", [row])
    assert [p.code for p in caught.value.problems] == [code]


def test_a_new_unit_is_checked_against_the_tree(town: City) -> None:
    with pytest.raises(BadData) as caught:
        town.with_rows("units", [{"unit": "990200", "name": "另一市", "level": "pooling_area"}])
    assert [p.code for p in caught.value.problems] == ["two_pooling_areas"]


def test_coordinates_are_carried_forward_row_by_row(town: City) -> None:
    from dingdian.space.frames import convert

    gcj = town.evolve(meta=CityMeta(id="t", name="t", pooling_area="990100", as_of=date(2026, 1, 1), frame="gcj02"))
    city = gcj.with_rows("providers", [
        {"provider": "P7", "status": "designated", "lon": 117.0, "lat": 36.6, "frame": "wgs84"},
        {"provider": "P8", "status": "designated", "lon": 117.0, "lat": 36.6, "frame": "gcj02"},
        {"provider": "P9", "status": "designated"},
    ])
    lon, lat = city.located("providers")
    assert (lon[-3], lat[-3]) == convert(117.0, 36.6, "wgs84", "gcj02")
    assert (lon[-2], lat[-2]) == (117.0, 36.6)
    assert np.isnan(lon[-1])
    assert city.tables["providers"]["frame"].tolist()[-3:-1] == ["wgs84", "gcj02"]
    assert city.located("providers")[0] is lon
    with pytest.raises(ValueError, match="read-only"):
        lon[0] = 0


def test_the_tables_of_a_city_cannot_be_exchanged(town: City) -> None:
    with pytest.raises(TypeError):
        town.tables["units"] = pd.DataFrame()  # type: ignore[index]
