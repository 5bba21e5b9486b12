"""A series and its forecast: the years on file, the chosen method's path, and the bands in which the truth lies at each level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from dingdian.methods.forecast import Forecast
from dingdian.report import palette
from dingdian.report.mapping.furniture import say
from dingdian.report.plots.sheet import label_axes, sheet, written
from dingdian.terms import Text

BANDS = ("#dbe6ee", "#b5cbdc", "#8fb0c8")
FOOT = Text("区间由滚动回测的误差定出，不含政策变化；区间外的结果并非不可能。", "Bands come from errors in a rolling backtest and know no change of policy; what lies outside is not impossible.")


def forecast_plot(
    history: Mapping[int, float], ahead: Forecast, title: str, beside: str, *, synthetic: bool = False, lang: str = "zh"
) -> bytes:
    """``history``: year → value; the forecast goes on from its last year."""
    years = sorted(history)
    later = [years[-1] + 1 + i for i in range(len(ahead.forecast))]
    figure, ax = sheet(4.2, title, beside, FOOT(lang), synthetic=synthetic, left=1.15)
    levels = sorted(ahead.bounds, reverse=True)
    for i, level in enumerate(levels):
        low, high = ahead.interval(level)
        start = [history[years[-1]]]
        ax.fill_between([years[-1], *later], [*start, *low], [*start, *high], color=BANDS[min(i, len(BANDS) - 1)], lw=0, zorder=1 + i)
        say(ax, later[-1], float(high[-1]), f"{level:.0%}", 8, colour=palette.MUTED, va="bottom", ha="right", zorder=9)
    ax.plot(years, [history[year] for year in years], color=palette.INK, lw=1.6, marker="o", ms=3.5, zorder=6)
    ax.plot([years[-1], *later], [history[years[-1]], *ahead.forecast], color=palette.ACCENT, lw=1.8, ls=(0, (5, 2)), marker="o", ms=3.5, zorder=7)
    _ticks(ax, [*years, *later])
    label_axes(ax, Text("年", "year")(lang), "")
    return written(figure)


def _ticks(ax: Axes, years: Sequence[int]) -> None:
    """Whole years, every so many that they do not touch."""
    step = max(1, len(years) // 12)
    ax.set_xticks(list(years)[::step])
    ax.set_xticklabels([str(year) for year in list(years)[::step]])
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}"))
