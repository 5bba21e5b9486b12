"""Forecasts for planning: GM(1,1) and the usual competitors on short yearly series, need by cohorts, and a learned model.

Every forecast states how it was chosen and how far it may be off; none of them knows a policy or decides anything by itself.
"""

from dingdian.methods.forecast.backtest import Backtest, BacktestRow, backtest
from dingdian.methods.forecast.choose import Candidate, ChosenForecast, forecast
from dingdian.methods.forecast.cohort import CohortNeed, CohortYear, age_cohort_need
from dingdian.methods.forecast.grey import GreyForecast, gm11
from dingdian.methods.forecast.learned import Baseline, Comparison, Learned, learned
from dingdian.methods.forecast.methods import METHODS
from dingdian.methods.forecast.panel import Rows, rows
from dingdian.methods.forecast.result import Forecast
from dingdian.methods.forecast.series import by_year
from dingdian.methods.forecast.smoothing import smooth

__all__ = [
    "METHODS", "Backtest", "BacktestRow", "Baseline", "Candidate", "ChosenForecast", "CohortNeed", "CohortYear", "Comparison", "Forecast",
    "GreyForecast", "Learned", "Rows", "age_cohort_need", "backtest", "by_year", "forecast", "gm11", "learned", "rows", "smooth",
]
