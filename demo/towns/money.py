"""Invented fund accounts of a town: two closed years and the running one with its forecast.

District rows are internal accounts, the pooling area's row is their sum to the fen.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from money import AMOUNTS
from towns.ground import Ground
from towns.spec import District

SPENT = {"employee": 0.945, "resident": 0.965}
RESERVE_MONTHS = {"employee": 9.0, "resident": 5.0}
GROWTH = 1.03


def fund(ground: Ground) -> pd.DataFrame:
    town, rows = ground.town, []
    insured = ground.insured[ground.insured["year"] == 2025].set_index(["unit", "scheme"])["persons"]
    for scheme in ("employee", "resident"):
        habit = np.round(ground.rng(f"fund {scheme}").uniform(-0.015, 0.015, len(town.codes)), 4)
        for district, extra in zip(town.districts, habit):
            income = int(insured[(district.code, scheme)]) * town.income[scheme]
            rows += _years(district, scheme, income, float(extra), town.through)
    table = pd.DataFrame(rows, columns=["unit", "year", "scheme", *AMOUNTS, "through"])
    sums = table.groupby(["year", "scheme", "through"], as_index=False)[list(AMOUNTS)].sum(min_count=1)
    both = pd.concat([sums.assign(unit=town.city), table], ignore_index=True)[table.columns]
    both[list(AMOUNTS)] = both[list(AMOUNTS)].astype("Int64")
    return both


def _years(d: District, scheme: str, income: float, habit: float, through: date) -> list[tuple[object, ...]]:
    share = {year: d.spent.get((scheme, year), SPENT[scheme] + habit) for year in (2024, 2025, 2026)}
    incomes = {2024: income / GROWTH, 2025: income, 2026: income * GROWTH}
    months = d.balance.get(scheme, RESERVE_MONTHS[scheme])
    balance = income * SPENT[scheme] / 12 * months
    before = balance - incomes[2025] * (1 - share[2025])
    so_far = incomes[2026] * through.month / 12
    spent = so_far * share[2026]
    year_spent = incomes[2026] * d.forecast.get(scheme, share[2026])
    return [
        (d.code, 2024, scheme, *_fen(incomes[2024], incomes[2024] * share[2024], before), None, None, None,
         date(2024, 12, 31)),
        (d.code, 2025, scheme, *_fen(incomes[2025], incomes[2025] * share[2025], balance), None, None, None,
         date(2025, 12, 31)),
        (d.code, 2026, scheme, *_fen(so_far, spent, balance + so_far - spent, incomes[2026], year_spent,
                                     balance + incomes[2026] - year_spent), through),
    ]


def _fen(*yuan: float) -> list[int]:
    """Whole thousands of yuan, in fen: accounts of a demo need no more."""
    return [int(value) for value in np.rint(np.array(yuan) / 1000) * 100_000]


def letters(*rows: tuple[str, date, str, date | None]) -> pd.DataFrame:
    """Warning letters: unit, day, reference, day it was lifted."""
    return pd.DataFrame(list(rows), columns=["unit", "issued_on", "reference", "lifted_on"])
