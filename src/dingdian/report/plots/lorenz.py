"""Lorenz curves: which share of a resource the worst-off share of the heads, or of the area, has."""

from __future__ import annotations

from collections.abc import Sequence

from dingdian.loop.curves import Curve
from dingdian.report import palette
from dingdian.report.mapping.furniture import say
from dingdian.report.plots.sheet import label_axes, sheet, written
from dingdian.terms import Text

COLOURS = (palette.ACCENT, palette.SHORT[2], "#3b8f8a", palette.PLACE, palette.MUTED, "#86a886")
FOOT = Text("按区县由低到高累计；对角线为完全均等。基尼系数 = 曲线与对角线间面积的两倍（区县之间，不含区县内部）。",
            "Districts in order of their level; the diagonal is perfect equality. Gini = twice the area between curve and diagonal (between districts only).")


def lorenz_plot(curves: Sequence[Curve], title: Text, beside: Text, *, synthetic: bool, lang: str = "zh") -> bytes:
    """One panel with a curve for each resource, labelled with its Gini coefficient."""
    figure, ax = sheet(5.4, title(lang), beside(lang), FOOT(lang), synthetic=synthetic)
    ax.plot([0, 1], [0, 1], color=palette.FAINT, lw=1, ls=(0, (4, 3)), zorder=2)
    for i, curve in enumerate(curves):
        colour = COLOURS[i % len(COLOURS)]
        ax.plot(curve.weight_share, curve.resource_share, color=colour, lw=1.8, marker="o", ms=3, zorder=3)
        say(ax, 0.03, 0.97 - 0.055 * i, f"{curve.name(lang)}  G = {curve.gini:.4f}", 9, colour=colour, bold=True, va="top", transform=ax.transAxes)
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    label_axes(ax, Text("人口（或面积）累计占比", "cumulative share of heads (or area)")(lang), Text("资源累计占比", "cumulative share of the resource")(lang))
    return written(figure)
