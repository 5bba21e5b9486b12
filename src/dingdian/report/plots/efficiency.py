"""Efficiency among peers: every institution's score, one line for each group, the mean marked, small groups hollow."""

from __future__ import annotations

from collections.abc import Sequence

from dingdian.provisions.indicators.efficiency import PeerScores
from dingdian.report import palette
from dingdian.report.mapping.furniture import say
from dingdian.report.plots.sheet import label_axes, sheet, written
from dingdian.terms import Text

FOOT = Text("每点为一家机构（投入导向、规模报酬可变；投入：平均开放床位、医保医师；产出：出院人次、门诊人次）；竖线为组内平均。空心组的机构数不足 max(m·s, 3(m+s)) = 12，"
            "不应据此下结论。未按病例组合校正；得分只在组内比较。",
            "A dot is an institution (input-oriented, variable returns; inputs: average open beds, insured doctors; outputs: discharges, visits); the bar is the mean of the "
            "group. Hollow groups have fewer than max(m·s, 3(m+s)) = 12 institutions: nothing should be concluded. Not adjusted for case mix; compare within a group only.")
ENOUGH, ROW = 12, 0.27


def efficiency_plot(groups: Sequence[PeerScores], beside: Text, *, synthetic: bool, lang: str = "zh") -> bytes:
    """Scores of every peer group that has one.

    Raises
    ------
    ValueError
        No group has a score.
    """
    shown = [group for group in groups if group.variable]
    if not shown:
        raise ValueError("no peer group has a score")
    title = Text("同等级同类型机构的效率（DEA）", "Efficiency among peers (DEA)")
    figure, ax = sheet(max(1.5, ROW * len(shown)), title(lang), beside(lang), FOOT(lang), synthetic=synthetic, left=2.6)
    for place, group in enumerate(reversed(shown)):
        enough = len(group.members) >= ENOUGH
        ax.scatter(group.variable, [place] * len(group.variable), s=16, zorder=3, alpha=0.75, linewidths=0.9,
                   facecolors=palette.ACCENT if enough else "none", edgecolors=palette.ACCENT if enough else palette.FAINT)
        mean = sum(group.variable) / len(group.variable)
        ax.plot([mean, mean], [place - 0.36, place + 0.36], color=palette.SHORT[2], lw=2, zorder=4)
        say(ax, -0.02, place, f"{group.name(lang)} ({len(group.members)})", 8, ha="right", va="center", transform=ax.get_yaxis_transform(),
            colour=palette.INK if enough else palette.FAINT)
    ax.set_yticks([])
    ax.set_ylim(-0.7, len(shown) - 0.3)
    ax.set_xlim(max(0.0, min(min(group.variable) for group in shown) - 0.05), 1.03)
    label_axes(ax, Text("效率得分", "score")(lang), "")
    return written(figure)
