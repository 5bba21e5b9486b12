"""Plots for planners and papers, as PNG: need against supply, Lorenz curves, efficiency among peers, forecasts with intervals.

They draw what was worked out elsewhere and add no number. Each names its convention and its dates; invented data are marked across the panel.
"""

from dingdian.report.plots.efficiency import efficiency_plot
from dingdian.report.plots.forecast import forecast_plot
from dingdian.report.plots.lorenz import lorenz_plot
from dingdian.report.plots.need import need_plot

__all__ = ["efficiency_plot", "forecast_plot", "lorenz_plot", "need_plot"]
