"""Prints the two tables of one town for docs/explanation/demo-city.md: its districts, and its designed applications.

Figures are read from the shipped files, what an application is for from the spec.
"""

from __future__ import annotations

import pandas as pd

from common import DEMO_CITIES
from dingdian.terms import HOLDS_A_PLACE
from towns.spec import Town

DISTRICT_HEAD = (
    "| unit | name | residents 2020 | insured 2025 | insured beds | per 1000 | doctors per 1000 | bed use 2025 | inpatient | "
    "other medical | pharmacies | employee fund 2026 (M yuan) | resident fund 2026 (M yuan) |"
)


def tables(town: Town) -> str:
    return "\n\n".join((districts(town), applications(town)))


def districts(town: Town) -> str:
    """One row per unit that the plan counts by; beds and doctors of those that hold a place, beds where they count."""
    read = {path.stem: pd.read_parquet(path) for path in (DEMO_CITIES / town.id).glob("*.parquet")}
    parent = read["units"].set_index("unit")["parent"]
    above = {unit: unit if unit in town.codes else parent[unit] for unit in parent.index}
    held = read["providers"][read["providers"]["status"].isin(HOLDS_A_PLACE)].set_index("provider")
    site = held["unit"].map(above)
    counted = held["counts_in"].fillna(site) if "counts_in" in held else site
    figures = _figures(town, read, held, site, counted)
    rows = [DISTRICT_HEAD, "|" + "---|" * DISTRICT_HEAD.count(" | ") + "---|"]
    rows += [_row(town, code, figures) for code in sorted(town.codes)]
    return "\n".join(rows)


def _figures(
    town: Town, read: dict[str, pd.DataFrame], held: pd.DataFrame, site: pd.Series, counted: pd.Series
) -> dict[str, pd.Series]:
    beds = read["beds"].query("specialty == 'all'")
    beds = beds[beds["as_of"] == town.bed_dates[0]].set_index("provider")["insured_beds"]
    doctors = read["staff"].query("role == 'insured_doctor'").set_index("provider")["count"]
    used = read["activity"].query("year == 2025").set_index("provider")[["bed_days", "open_bed_days"]]
    used = used.groupby(site).sum()
    fund = read["fund"].query("year == 2026").set_index(["scheme", "unit"])
    balance = (fund["income"] - fund["expenditure"]).astype(float) / 1e6
    of_class = held["provider_class"]
    return {
        "residents": read["residents"].query("year == 2020 and age_band == 'all'").set_index("unit")["persons"],
        "insured": read["insured"].query("year == 2025").groupby("unit")["persons"].sum(),
        "beds": beds.groupby(counted).sum(), "doctors": doctors.groupby(site).sum(),
        "use": used["bed_days"] / used["open_bed_days"],
        "inpatient": site[of_class == "inpatient"].value_counts(),
        "other": site[~of_class.isin(["inpatient", "pharmacy"])].value_counts(),
        "pharmacies": site[of_class == "pharmacy"].value_counts(),
        "employee": balance["employee"], "resident": balance["resident"],
    }


def _row(town: Town, code: str, f: dict[str, pd.Series]) -> str:
    name = town.by_code("name")[code]
    insured = f["insured"][code]
    cells = [
        code, name, f"{f['residents'][code]:,}", f"{insured:,}", f"{f['beds'][code]:,}", f"{f['beds'][code] / insured * 1000:.2f}",
        f"{f['doctors'][code] / insured * 1000:.2f}", f"{f['use'][code]:.1%}", f["inpatient"][code], f["other"][code],
        f["pharmacies"][code], f"{f['employee'][code]:+.1f}", f"{f['resident'][code]:+.1f}",
    ]
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def applications(town: Town) -> str:
    names = town.by_code("name")
    rows = ["| id | action | class | kind | district | made for |", "|---|---|---|---|---|---|"]
    for number, ask in enumerate(town.asks, start=1):
        rows.append(f"| A{number:03d} | {ask.action} | {ask.provider_class} | {ask.kind} | {names[ask.unit]} | {ask.why} |")
    return "\n".join(rows)
