"""Invented fund accounts and warning letters of the demo city.

District rows are internal accounts; the pooling area's row is their sum to the fen. The city has a surplus
in both schemes. 钢城区 runs a deficit in the employee scheme in 2026, 商河县 in the resident scheme; a
warning letter is in force for 平阴县, and one for 长清区 was lifted.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from common import CITY, SHORT_NAMES, Floats, generator
from people import People

INCOME_PER_HEAD = {"employee": 3380.0, "resident": 1085.0}  # pooled fund, yuan per insured and year
SPENT_SHARE = {"employee": 0.945, "resident": 0.962}
# Spending as a share of income where it is not the usual: (unit, scheme, year).
SPENT_APART = {
    ("370117", "employee", 2025): 0.991,
    ("370117", "employee", 2026): 1.034,
    ("370126", "resident", 2025): 0.994,
    ("370126", "resident", 2026): 1.021,
    ("370124", "resident", 2025): 0.989,
    ("370124", "resident", 2026): 0.987,
}
MONTHS_OF_EXPENSE = {"employee": 9.5, "resident": 5.2}
HALF_YEAR = {"income": 0.508, "expenditure": 0.497}
AMOUNTS = (
    "income",
    "expenditure",
    "closing_balance",
    "forecast_income",
    "forecast_expenditure",
    "forecast_closing_balance",
)


def fund(people: People) -> pd.DataFrame:
    """2025 closed; 2026 to the end of June with a forecast of the year. Amounts in whole fen."""
    rows = []
    insured = people.insured[people.insured["year"] == 2025].set_index(["unit", "scheme"])["persons"]
    for scheme in ("employee", "resident"):
        habit = generator(f"fund {scheme}").uniform(-0.018, 0.018, len(SHORT_NAMES))
        for number, unit in enumerate(SHORT_NAMES):
            rows += _two_years(unit, scheme, int(insured[(unit, scheme)]), habit[number])
    table = pd.DataFrame(rows, columns=["unit", "year", "scheme", *AMOUNTS, "through"])
    whole = (
        table.groupby(["year", "scheme", "through"], as_index=False)[list(AMOUNTS)]
        .sum(min_count=1)
        .assign(unit=CITY)
    )
    both = pd.concat([whole, table], ignore_index=True)[table.columns]
    both[list(AMOUNTS)] = both[list(AMOUNTS)].astype("Int64")
    return both.sort_values(["unit", "year", "scheme"]).reset_index(drop=True)


def _two_years(unit: str, scheme: str, insured: int, habit: float) -> list[tuple[object, ...]]:
    year_income = insured * INCOME_PER_HEAD[scheme]
    share = {
        year: SPENT_APART.get((unit, scheme, year), SPENT_SHARE[scheme] + habit) for year in (2025, 2026)
    }
    spent = year_income * share[2025]
    balance = spent / 12 * MONTHS_OF_EXPENSE[scheme]
    income_2026 = year_income * 1.031
    spent_2026 = income_2026 * share[2026]
    so_far = income_2026 * HALF_YEAR["income"]
    # A deficit unit spends evenly: its half-year account shows what its forecast shows.
    spent_so_far = so_far * share[2026] if share[2026] > 1 else spent_2026 * HALF_YEAR["expenditure"]
    closed, running = (date(2025, 12, 31), date(2026, 6, 30))
    return [
        (unit, 2025, scheme, *_fen([year_income, spent, balance]), None, None, None, closed),
        (
            unit,
            2026,
            scheme,
            *_fen(
                [
                    so_far,
                    spent_so_far,
                    balance + so_far - spent_so_far,
                    income_2026,
                    spent_2026,
                    balance + income_2026 - spent_2026,
                ]
            ),
            running,
        ),
    ]


def _fen(yuan: list[float] | Floats) -> list[int]:
    return [int(value) for value in np.rint(np.asarray(yuan) * 100)]


def warnings() -> pd.DataFrame:
    return pd.DataFrame(
        [
            ("370113", date(2024, 9, 12), "示例医保预警〔2024〕3号（合成）", date(2025, 4, 30)),
            ("370124", date(2026, 5, 18), "示例医保预警〔2026〕1号（合成）", None),
        ],
        columns=["unit", "issued_on", "reference", "lifted_on"],
    )
