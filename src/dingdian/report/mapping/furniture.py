"""What stands around a map: texts, scale bar, north arrow, legend, marks. Lengths in inches of the sheet or metres of the plane."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen
from matplotlib import patheffects
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, Polygon, Rectangle

from dingdian.report import palette
from dingdian.report.formats import printable
from dingdian.report.mapping.fonts import drawable, properties
from dingdian.terms import Text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text as Written


def say(
    ax: Axes, x: float, y: float, text: str, size: float, *, colour: str = palette.INK, halo: bool = False,
    bold: bool = False, **more: Any,
) -> Written:
    """Write ``text``; every text of every picture goes through here, so that none can show boxes.

    The typeface comes in one weight: ``bold`` thickens its outline.
    """
    effects: list[Any] = []
    if halo:
        effects.append(patheffects.withStroke(linewidth=size * 0.2, foreground=palette.PAPER))
    if bold:
        effects.append(patheffects.withStroke(linewidth=size * 0.03, foreground=colour))
    written = ax.text(x, y, drawable(printable(text)), fontproperties=properties(size), color=colour, **more)
    if effects:
        written.set_path_effects(effects)
    return written


def chip(ax: Axes, x: float, y: float, text: str, size: float, *, colour: str, **more: Any) -> Written:
    """A text in a filled, rounded box."""
    box = {"boxstyle": "round,pad=0.35,rounding_size=0.25", "facecolor": colour, "edgecolor": "none"}
    return say(ax, x, y, text, size, colour=palette.PAPER, bold=True, bbox=box, **more)


def north_arrow(ax: Axes, inset: float = 0.035) -> None:
    """An arrow to the north in the upper right corner (the plane's y runs north)."""
    x, top = 1 - inset - 0.012, 1 - inset
    width, height = _shares(ax, 0.11, 0.34)
    tip, foot = (x, top - height * 0.5), top - height * 1.5
    for side, fill in ((-1, palette.INK), (1, palette.PAPER)):
        corners = [tip, (x + side * width, foot), (x, foot + height * 0.25)]
        ax.add_patch(Polygon(corners, transform=ax.transAxes, facecolor=fill, edgecolor=palette.INK, lw=0.7, zorder=30))
    say(ax, x, top, "北", 8, ha="center", va="center", transform=ax.transAxes, zorder=30, halo=True)


def scale_bar(ax: Axes, metres_wide: float) -> None:
    """A bar of a round length, about a fifth of the panel, with both ends labelled."""
    length = round_length(metres_wide / 5)
    left, low = ax.transLimits.inverted().transform((0.03, 0.03))
    _, up = _shares(ax, 0.0, 0.06)
    tall = up * (ax.get_ylim()[1] - ax.get_ylim()[0])
    for half, fill in ((0, palette.INK), (1, palette.PAPER)):
        ax.add_patch(Rectangle((left + half * length / 2, low), length / 2, tall, facecolor=fill, edgecolor=palette.INK, lw=0.7, zorder=30))
    named = f"{length / 1000:g} 千米" if length >= 1000 else f"{length:g} 米"
    for at, text in ((0.0, "0"), (1.0, named)):
        say(ax, left + at * length, low + tall * 1.6, text, 7.5, ha="center", va="bottom", zorder=30, halo=True)


def round_length(value: float) -> float:
    """The 1, 2 or 5 × 10ⁿ nearest to ``value`` by ratio; ``value`` above 0."""
    tens = math.floor(math.log10(value))
    steps = [float(f"{digit}e{power}") for power in (tens, tens + 1) for digit in (1, 2, 5)]
    return min(steps, key=lambda step: abs(math.log(step / value)))


def watermark(ax: Axes, text: str) -> None:
    """The mark of invented data across the panel, faint enough to read the map through."""
    say(ax, 0.5, 0.5, text, 34, colour=palette.SYNTHETIC, alpha=0.10, rotation=24, ha="center", va="center",
        transform=ax.transAxes, zorder=25)


def _shares(ax: Axes, inches_wide: float, inches_tall: float) -> tuple[float, float]:
    """Inches as shares of the panel."""
    box = ax.get_position()
    figure = ax.figure.get_size_inches()  # type: ignore[union-attr]
    return inches_wide / (box.width * figure[0]), inches_tall / (box.height * figure[1])


@frozen
class Entry:
    """One line of a legend: a swatch (facecolour, hatch) or a marker, and its words."""

    words: Text
    face: str = palette.PAPER
    edge: str = palette.FAINT
    hatch: str = ""
    marker: str = ""
    size: float = 6.0


def legend(ax: Axes, title: str, entries: Sequence[Entry], *, columns: int) -> None:
    """A legend that fills ``ax``, which must span 0–1 both ways; entries run down the columns."""
    wide, tall = _shares(ax, 1.0, 1.0)
    say(ax, 0, 1 - 0.09 * tall, title, 9, bold=True, va="center")
    rows = -(-len(entries) // columns)
    for i, entry in enumerate(entries):
        column, row = divmod(i, rows)
        x, y = column / columns, 1 - (0.36 + 0.205 * row) * tall
        _swatch(ax, entry, x, y, 0.24 * wide, 0.13 * tall)
        say(ax, x + 0.33 * wide, y, entry.words.zh, 8, va="center")


def _swatch(ax: Axes, entry: Entry, x: float, y: float, width: float, height: float) -> None:
    if entry.marker:
        ax.add_line(Line2D([x + width / 2], [y], marker=entry.marker, markersize=entry.size, color=entry.face, lw=0,
                           markeredgecolor=entry.edge, markeredgewidth=0.6))
        return
    ax.add_patch(Rectangle((x, y - height / 2), width, height, facecolor=entry.face, edgecolor=entry.edge, hatch=entry.hatch, lw=0.6))


def blank(ax: Axes) -> None:
    """A panel without axes that spans 0–1 both ways."""
    ax.set_axis_off()
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)


def frame_box(ax: Axes) -> None:
    """A thin frame around a map panel, no ticks."""
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_color(palette.LINE)
        spine.set_linewidth(0.8)


def note_box(ax: Axes, text: str) -> None:
    """A note in the middle of a panel that has nothing to draw."""
    ax.add_patch(FancyBboxPatch((0.2, 0.44), 0.6, 0.12, transform=ax.transAxes, boxstyle="round,pad=0.02", facecolor=palette.WASH,
                                edgecolor=palette.LINE))
    say(ax, 0.5, 0.5, text, 10, colour=palette.MUTED, ha="center", va="center", transform=ax.transAxes)
