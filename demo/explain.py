"""Prints the tables of docs/explanation/demo-city.md: of each city the designed cases, and its units.

``python demo/explain.py`` reads the shipped folders. It changes nothing; a test holds the page against it.
"""

from __future__ import annotations

import pandas as pd
import shapely

from applications import DRAFTS
from common import BEDS_CURRENT, TARGET
from dingdian.terms import HOLDS_A_PLACE
from towns import TOWNS, explain


def cases() -> str:
    """The designed applications."""
    lines = ["| id | action | class | kind | intended | deciding | why |", "|---|---|---|---|---|---|---|"]
    for d in DRAFTS:
        cells = (d.id, d.action, d.provider_class, d.kind, d.outcome, d.clauses, d.intent)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def units() -> str:
    """Residents, cells, insured persons, beds and the running account of every unit."""
    table = {path.stem: pd.read_parquet(path) for path in TARGET.glob("*.parquet")}
    named = table["units"][table["units"]["level"].isin(["district", "zone"])].set_index("unit")
    columns = pd.concat([_people(table, named), _capacity(table), _money(table)], axis=1).loc[named.index]
    heading = ["unit", "name", *columns.columns]
    lines = ["| " + " | ".join(heading) + " |", "|---" * len(heading) + "|"]
    for unit, row in columns.iterrows():
        lines.append("| " + " | ".join([str(unit), str(named.loc[unit, "name"]), *row.map(_cell)]) + " |")
    return "\n".join(lines)


def _cell(value: object) -> str:
    """Counts as whole numbers: aligning the tables has made them floats."""
    return f"{value:.0f}" if isinstance(value, float) else str(value)


def _people(table: dict[str, pd.DataFrame], named: pd.DataFrame) -> pd.DataFrame:
    cells = table["population"]
    extent = shapely.from_geojson((TARGET / "streets_extent.geojson").read_text(encoding="utf-8"))
    inside = shapely.contains_xy(extent, cells["lon"], cells["lat"])
    unit = _unit_of(cells)
    by_street = cells["persons"].where(inside, 0).groupby(unit).sum()
    residents = table["residents"].query("age_band == 'all'").set_index("unit")["persons"]
    return pd.DataFrame(
        {
            "census 2020": residents.map("{:,}".format),
            "cells": cells.groupby(unit).size(),
            "people in street extent": (by_street / residents).map("{:.0%}".format),
            "densest cell /km²": (cells.groupby(unit)["persons"].max() * 4).map("{:,.0f}".format),
        }
    ).loc[named.index]


def _unit_of(cells: pd.DataFrame) -> pd.Series:
    polygons = shapely.from_geojson((TARGET / "units.geojson").read_text(encoding="utf-8"))
    codes = sorted(pd.read_parquet(TARGET / "units.parquet").query("level == 'district'")["unit"])
    unit = pd.Series("370171", index=cells.index)
    zone = cells["cell"].str.endswith("z")
    for code, polygon in zip(codes, shapely.get_parts(polygons)):
        unit[shapely.contains_xy(polygon, cells["lon"], cells["lat"]) & ~zone] = code
    return unit


def _capacity(table: dict[str, pd.DataFrame]) -> pd.DataFrame:
    insured = table["insured"].query("year == 2025").groupby("unit")["persons"].sum()
    providers, beds = table["providers"].set_index("provider"), table["beds"]
    held = providers[providers["status"].isin(HOLDS_A_PLACE)]
    beds = beds[
        (beds["specialty"] == "all") & (beds["as_of"] == BEDS_CURRENT) & beds["provider"].isin(held.index)
    ]
    at = beds["provider"].map(held["counts_in"].fillna(held["unit"]))
    pharmacy = held["provider_class"] == "pharmacy"
    return pd.DataFrame(
        {
            "insured 2025": insured.map("{:,}".format),
            "insured beds /1000": (beds.groupby(at)["insured_beds"].sum() / insured * 1000).map(
                "{:.2f}".format
            ),
            "medical": held[~pharmacy].groupby("unit").size(),
            "pharmacies": held[pharmacy].groupby("unit").size(),
        }
    )


def _money(table: dict[str, pd.DataFrame]) -> pd.DataFrame:
    running = table["fund"].query("year == 2026")
    running = running.assign(left=(running["income"] - running["expenditure"]).astype(float) / 1e6)
    wide = running.pivot(index="unit", columns="scheme", values="left")
    return pd.DataFrame(
        {f"{scheme} fund 2026 (M yuan)": wide[scheme].map("{:+.1f}".format) for scheme in wide}
    )


if __name__ == "__main__":
    print(cases(), units(), *map(explain.tables, TOWNS.values()), sep="\n\n")
