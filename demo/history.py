"""Invented exits, events and findings of the demo city, and the few reference values it cites.

The reference values are the exception: they are published figures quoted from secondary sources, and each
says so.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from common import BEDS_CURRENT, generator, random_days
from kinds import PHARMACY_TOTAL

UNVERIFIED = "待核实（二手资料，未经官方文本核对）/ to be verified: secondary source"

# Exits that are not of a provider on file: unit, class, level, day, reason, beds, places, exempt.
OFF_FILE: tuple[tuple[str, str, str | None, date, str, int | None, int, bool], ...] = (
    ("370102", "inpatient", "secondary", date(2025, 11, 20), "licensed_bed_cut", 80, 0, False),
    ("370104", "inpatient", "tertiary", date(2026, 1, 15), "licensed_bed_cut", 120, 0, False),
    ("370103", "inpatient", "ungraded", date(2026, 3, 9), "licensed_bed_cut", 30, 0, False),
    ("370116", "inpatient", "primary", date(2026, 6, 1), "licensed_bed_cut", 24, 0, False),
    ("370112", "outpatient_pooling", "ungraded", date(2026, 2, 11), "cancellation", None, 1, True),
    ("370103", "outpatient_pooling", "ungraded", date(2026, 5, 6), "cancellation", None, 1, True),
)
REASONS = ("termination", "cancellation", "non_renewal", "voluntary_exit")


def releases(providers: pd.DataFrame, bed_table: pd.DataFrame) -> pd.DataFrame:
    """Some 35 exits of 2025 and 2026, among them one suspension, which releases nothing, and two exempt
    ones.
    """
    gone = providers[providers["status"] == "terminated"]
    wards = gone[gone["provider_class"] == "inpatient"]
    rng = generator("releases")
    small = gone[gone["provider_class"] != "inpatient"]
    chosen = pd.concat([wards, small.iloc[np.sort(rng.choice(len(small), size=22, replace=False))]])
    days = random_days(rng, "2025-02-10", "2026-08-10", len(chosen))
    insured = bed_table[bed_table["specialty"] == "all"].set_index("provider")["insured_beds"]
    rows = [
        (p, u, c, lv, d, REASONS[int(r)], int(insured[p]) if c == "inpatient" else None, 1, False)
        for p, u, c, lv, d, r in zip(
            chosen["provider"],
            chosen["unit"],
            chosen["provider_class"],
            chosen["level"],
            days,
            rng.integers(0, len(REASONS), len(chosen)),
        )
    ]
    rows += [(None, *row) for row in OFF_FILE]
    rows.append(_suspension(providers))
    table = pd.DataFrame(
        rows,
        columns=[
            "provider",
            "unit",
            "provider_class",
            "level",
            "effective_on",
            "reason",
            "beds",
            "places",
            "exempt",
        ],
    )
    table = table.sort_values(
        ["effective_on", "unit", "provider_class", "provider"], kind="stable"
    ).reset_index(drop=True)
    table["beds"] = table["beds"].astype("Int64")
    return table.assign(release=[f"R{number:03d}" for number in range(1, len(table) + 1)])


def _suspension(providers: pd.DataFrame) -> tuple[object, ...]:
    """The first suspended pharmacy; the row is there so that counting it would show."""
    row = providers[(providers["status"] == "suspended") & (providers["provider_class"] == "pharmacy")].iloc[
        0
    ]
    return (row["provider"], row["unit"], "pharmacy", None, date(2026, 4, 2), "suspension", None, 1, False)


def events(providers: pd.DataFrame) -> pd.DataFrame:
    """Inspections, complaints, breaches, suspensions and moves of 2025 and 2026."""
    rng = generator("events")
    held = providers[providers["held"]]
    kinds = (
        ("inspection", 160),
        ("complaint", 70),
        ("breach", 55),
        ("assessment", 40),
        ("relocation", 22),
        ("change", 30),
    )
    rows = []
    for kind, count in kinds:
        chosen = held.iloc[np.sort(rng.choice(len(held), size=count, replace=False))]
        for provider, happened in zip(
            chosen["provider"], random_days(rng, "2025-01-10", "2026-08-15", count)
        ):
            severity = ("minor", "serious")[int(rng.random() < 0.2)] if kind == "breach" else None
            rows.append(
                (provider, happened, kind, severity, "示例文书（合成）" if kind == "breach" else None)
            )
    for provider in held.loc[held["status"] == "suspended", "provider"]:
        rows.append(
            (
                provider,
                random_days(rng, "2026-03-01", "2026-08-10", 1)[0],
                "suspension",
                None,
                "示例中止通知（合成）",
            )
        )
    table = pd.DataFrame(rows, columns=["provider", "happened_on", "type", "severity", "reference"])
    table = table.sort_values(["happened_on", "provider", "type"], kind="stable").reset_index(drop=True)
    return table.assign(event=[f"E{number:04d}" for number in range(1, len(table) + 1)])


def reference() -> pd.DataFrame:
    return pd.DataFrame(
        [
            ("national_beds_per_1000_residents", 2022, 6.92, "bed per 1000 residents", UNVERIFIED),
            ("national_beds_per_1000_residents", 2023, 7.23, "bed per 1000 residents", UNVERIFIED),
            (
                "national_beds_per_1000_residents_target_high",
                2025,
                7.50,
                "bed per 1000 residents",
                UNVERIFIED,
            ),
            ("national_beds_per_1000_residents_target_low", 2025, 7.40, "bed per 1000 residents", UNVERIFIED),
            (
                "national_psychiatric_beds_per_1000_residents_target",
                2025,
                0.68,
                "bed per 1000 residents",
                UNVERIFIED,
            ),
            (
                "national_rehabilitation_beds_per_1000_residents_target",
                2025,
                0.10,
                "bed per 1000 residents",
                UNVERIFIED,
            ),
        ],
        columns=["key", "year", "value", "unit_of_measure", "source"],
    )


SUPPLY_DEMAND = {
    "psychiatric": "short",
    "paediatric": "short",
    "oncology": "short",
    "rehabilitation": "balanced",
    "tcm": "balanced",
    "general": "balanced",
    "maternity": "surplus",
    "eye": "surplus",
    "dental": "surplus",
    "infectious": "balanced",
    "inpatient": "balanced",
    "outpatient_pooling": "balanced",
    "personal_account": "balanced",
    "pharmacy": "balanced",
}
SUPPLY_SOURCE = "示例供需研判（合成）"
PLAN_SOURCE = "示例年度配置计划（合成）"


def facts(providers: pd.DataFrame) -> pd.DataFrame:
    """Published findings on supply and demand, and plan totals a little above what there is."""
    held = providers[providers["held"]]
    totals = {
        "inpatient": 480,
        "outpatient_pooling": int((held["provider_class"] == "outpatient_pooling").sum()) + 104,
        "personal_account": int((held["provider_class"] == "personal_account").sum()) + 46,
        "pharmacy": PHARMACY_TOTAL + 107,
    }
    rows = [
        (subject, "supply_demand", BEDS_CURRENT, value, SUPPLY_SOURCE)
        for subject, value in SUPPLY_DEMAND.items()
    ]
    rows += [
        (subject, "plan_total", date(2026, 1, 31), str(value), PLAN_SOURCE)
        for subject, value in totals.items()
    ]
    return pd.DataFrame(rows, columns=["subject", "key", "as_of", "value", "source"])
