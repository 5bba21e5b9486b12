"""Fund: balances by scheme, the beds that the fund can carry, and what mixed scopes make of that number.

Money is integer fen or Decimal, one of the two in a formula: floats are refused, and so is a mixture, which would be fen against yuan.
Results are exact; round them once, when they are shown.
"""

from __future__ import annotations

from dingdian.methods.fund.balances import (
    AMOUNTS,
    DEFICITS,
    Account,
    Balances,
    balance,
    balances,
    break_even_growth,
    cumulative_balance,
    forecast_balance,
    months_of_reserve,
    pooled,
)
from dingdian.methods.fund.capacity import (
    ELEMENTS,
    FundScope,
    ScopeMix,
    affordable_beds,
    affordable_beds_per_1000,
    coverable,
    fund_scope,
    scope_table,
)
from dingdian.methods.fund.money import Money

__all__ = [
    "AMOUNTS", "DEFICITS", "ELEMENTS", "Account", "Balances", "FundScope", "Money", "ScopeMix", "affordable_beds",
    "affordable_beds_per_1000", "balance", "balances", "break_even_growth", "coverable", "cumulative_balance", "forecast_balance",
    "fund_scope", "months_of_reserve", "pooled", "scope_table",
]
