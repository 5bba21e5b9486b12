"""Need against supply: for each unit the supply as a bar and the band of its need, over and short told apart by colour and by word."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from dingdian.loop.results import Gap
from dingdian.report import formats, palette, words
from dingdian.report.mapping.furniture import say
from dingdian.report.plots.sheet import label_axes, sheet, written
from dingdian.terms import POSITIONS, Text

COLOURS = {"short": palette.SHORT[2], "over": palette.OVER[2], "within": "#86a886"}
FOOT = Text("绿带为规划所需的下限至上限（只有一端的以线表示）；无法判定的单元写明原因。", "The green band is the need from its lower to its upper end; where a unit "
            "is undetermined its reason is written.")
ROW = 0.30  # inches


def need_plot(gaps: Sequence[Gap], beside: Text, *, synthetic: bool, lang: str = "zh") -> bytes:
    """One measure over its units, in the order of the rows.

    Raises
    ------
    ValueError
        No row, or rows of several measures or units of measure.
    """
    kinds = {(gap.measure.measure, gap.measure.unit_of_measure) for gap in gaps}
    if len(kinds) != 1:
        raise ValueError(f"a plot of need shows one measure, not {len(kinds)}")
    row = gaps[0].measure
    unit = words.unit_of_measure(row.unit_of_measure, lang)
    locators = "、".join(dict.fromkeys(gap.measure.locator for gap in gaps))
    title = f"{row.title(lang)}{'（' + unit + '）' if lang == 'zh' else ' (' + unit + ')'}"
    figure, ax = sheet(max(1.2, ROW * len(gaps)), title, f"{beside(lang)} · {locators}", FOOT(lang), synthetic=synthetic, left=2.0)
    for place, gap in enumerate(reversed(gaps)):
        _line(ax, place, gap, lang)
    ax.set_yticks([])
    ax.set_ylim(-0.6, len(gaps) - 0.4)
    ax.set_xlim(0, _end(gaps))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}"))
    label_axes(ax, unit, "")
    return written(figure)


def _line(ax: Axes, place: int, gap: Gap, lang: str) -> None:
    row = gap.measure
    say(ax, -0.02, place, row.unit_name, 9, ha="right", va="center", transform=ax.get_yaxis_transform())
    if row.supply is None:
        reason = row.reason(lang) if row.reason else POSITIONS.label("undetermined", lang)
        say(ax, 0.01, place, formats.printable(reason)[:60], 7.5, colour=palette.MUTED, va="center", transform=ax.get_yaxis_transform())
        return
    low, high = (None if value is None else float(value) for value in (row.need_low, row.need_high))
    if low is not None and high is not None and high > low:
        ax.barh(place, high - low, left=low, height=0.86, color="#d7e6d2", zorder=1)
    for bound in (low, high):
        if bound is not None:
            ax.plot([bound, bound], [place - 0.43, place + 0.43], color="#5f7f5f", lw=1.4, zorder=4)
    ax.barh(place, float(row.supply), height=0.46, color=COLOURS.get(gap.position, "#8fa9bd"), zorder=3)
    said = f"{formats.number(row.supply, lang)}  {POSITIONS.label(gap.position, lang)} {formats.number(row.gap, lang, plus=True)}"
    say(ax, max(float(n) for n in (row.supply, row.need_high or row.need_low or 0)), place, f" {said}", 7.5, va="center", zorder=6)


def _end(gaps: Sequence[Gap]) -> float:
    numbers = [float(n) for gap in gaps for n in (gap.measure.supply, gap.measure.need_low, gap.measure.need_high) if n is not None]
    return max(numbers, default=1.0) * 1.32 or 1.0
