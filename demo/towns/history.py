"""Tables of a town that are lists: exits, events, findings, reference values. Each row is invented except the reference
values, which are published figures quoted from secondary sources and say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import numpy as np
import pandas as pd

from common import random_days
from history import UNVERIFIED
from towns.ground import Ground

SOURCE = "示例文件（合成）"
RELEASE_COLUMNS = ["provider", "unit", "provider_class", "level", "effective_on", "reason", "beds", "places", "exempt"]
REASONS = ("termination", "cancellation", "non_renewal", "voluntary_exit")

# Unit, class, level, day, reason, beds, places, exempt: an exit of somebody who is not on file.
Exit = tuple[str, str, str | None, date, str, int | None, int, bool]


def releases(
    ground: Ground, providers: pd.DataFrame, bed_table: pd.DataFrame, days: Mapping[str, tuple[date, date]],
    off_file: Iterable[Exit] = (), skipped: Iterable[str] = (), fixed: Mapping[str, date] | None = None,
) -> pd.DataFrame:
    """The exits of all terminated providers, on days drawn between two by class, and those of nobody on file.

    Terminated providers in ``skipped`` districts left before the first year that counts and get no row; ``fixed`` sets
    the day of a provider whose agreement was terminated.
    """
    gone = providers[(providers["status"] == "terminated") & ~providers["district"].isin(list(skipped))]
    total = bed_table[bed_table["specialty"] == "all"].set_index("provider")["insured_beds"]
    rng, rows = ground.rng("releases"), []
    for p, u, c, level in gone[["provider", "unit", "provider_class", "level"]].itertuples(index=False):
        first, last = days[c]
        day = random_days(rng, first.isoformat(), last.isoformat(), 1)[0]
        reason = REASONS[int(rng.integers(0, len(REASONS)))]
        day, reason = (fixed[p], "termination") if fixed and p in fixed else (day, reason)
        rows.append((p, u, c, level, day, reason, int(total[p]) if c == "inpatient" else None, 1, False))
    rows += [(None, *row) for row in off_file]
    table = pd.DataFrame(rows, columns=RELEASE_COLUMNS)
    table = table.sort_values(["effective_on", "unit", "provider_class"], kind="stable", ignore_index=True)
    table["beds"] = table["beds"].astype("Int64")
    return table.assign(release=[f"R{number:03d}" for number in range(1, len(table) + 1)])


def events(
    ground: Ground, providers: pd.DataFrame, counts: Mapping[str, int],
    exits: pd.DataFrame, named: Iterable[tuple[str, date, str, str | None]] = (),
) -> pd.DataFrame:
    """So many events of each type among those who hold a place, a suspension for each suspended one, a termination for
    each exit by termination, and ``named``.
    """
    held, rng, rows = providers[providers["held"]], ground.rng("events"), []
    quiet = held[held["status"] == "designated"]["provider"].to_numpy()
    for kind, count in counts.items():
        chosen = quiet[np.sort(rng.choice(len(quiet), size=count, replace=False))]
        for provider, day in zip(chosen, random_days(rng, "2025-01-10", "2026-08-15", count)):
            severity = ("minor", "serious")[int(rng.random() < 0.2)] if kind == "breach" else None
            rows.append((provider, day, kind, severity))
    for provider in held.loc[held["status"] == "suspended", "provider"]:
        rows.append((provider, random_days(rng, "2026-04-01", "2026-08-10", 1)[0], "suspension", None))
    ended = exits[(exits["reason"] == "termination") & exits["provider"].notna()]
    rows += [(p, day, "termination", None) for p, day in zip(ended["provider"], ended["effective_on"])]
    table = pd.DataFrame([*rows, *named], columns=["provider", "happened_on", "type", "severity"])
    table = table.sort_values(["happened_on", "provider", "type"], kind="stable", ignore_index=True)
    return table.assign(reference=SOURCE, event=[f"E{number:04d}" for number in range(1, len(table) + 1)])


def facts(rows: Iterable[tuple[str, str, date, str]]) -> pd.DataFrame:
    table = pd.DataFrame(list(rows), columns=["subject", "key", "as_of", "value"])
    return table.assign(source=SOURCE)


def causes(days: Mapping[str, date], cause: str) -> list[tuple[str, str, date, str]]:
    """Facts about terminated providers that apply again: why it ended, and that the same people run them."""
    return [row for code, day in days.items()
            for row in ((code, "termination_cause", day, cause), (code, "principals_changed", day, "no"))]


def national_beds(*more: tuple[str, int, float, str, str]) -> pd.DataFrame:
    """Beds per 1000 residents in the whole country, and whatever else a town compares with."""
    unit = "bed per 1000 residents"
    rows = [
        ("national_beds_per_1000_residents", 2022, 6.92, unit, UNVERIFIED),
        ("national_beds_per_1000_residents", 2023, 7.23, unit, UNVERIFIED),
        *more,
    ]
    return pd.DataFrame(rows, columns=["key", "year", "value", "unit_of_measure", "source"])


def release_of(exits: pd.DataFrame, unit: str, beds: int) -> str:
    """The number of the exit in a unit that freed so many beds."""
    return str(exits.loc[(exits["unit"] == unit) & (exits["beds"] == beds), "release"].iloc[0])
