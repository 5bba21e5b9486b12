"""One sheet with a title, a panel and a foot: the frame of every plot. All words go through `say`, which refuses what cannot be drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dingdian.report import formats, palette
from dingdian.report.mapping.furniture import say, watermark
from dingdian.report.mapping.sheet import SYNTHETIC_MARK, axes_at, blank_at, figure_of, png_bytes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDE, DPI = 8.6, 170  # inches; dots an inch
HEAD, LEFT, RIGHT, BELOW = 0.72, 1.0, 0.3, 0.55
COLUMNS = 150  # letters in a line of the foot
LINE = 0.155  # inches of a line of the foot


def sheet(tall: float, title: str, beside: str, foot: str, *, synthetic: bool, left: float = LEFT) -> tuple[Figure, Axes]:
    """A figure with a panel ``tall`` inches high, its title, a line beside it and a foot of as many lines as it takes."""
    lines = formats.wrapped(foot, COLUMNS)
    below = BELOW + LINE * len(lines) + 0.1
    figure = figure_of((WIDE, HEAD + tall + below))
    head = blank_at(figure, 0.3, below + tall, WIDE - 0.6, HEAD)
    say(head, 0, 0.62, title, 15, bold=True, va="center")
    say(head, 0, 0.22, beside, 9, colour=palette.MUTED, va="center")
    base = blank_at(figure, 0.3, 0.08, WIDE - 0.6, LINE * len(lines))
    for i, line in enumerate(lines):
        say(base, 0, 1 - i / len(lines), line, 7.5, colour=palette.MUTED, va="top")
    ax = axes_at(figure, left, below, WIDE - left - RIGHT, tall)
    _plain(ax)
    if synthetic:
        watermark(ax, SYNTHETIC_MARK)
    return figure, ax


def label_axes(ax: Axes, across: str, upward: str) -> None:
    """Names of the two axes."""
    say(ax, 0.5, -0.36 / _inches(ax), across, 9, ha="center", va="top", transform=ax.transAxes)
    say(ax, -0.5 / _inches_wide(ax), 0.5, upward, 9, ha="right", va="center", rotation=90, transform=ax.transAxes)


def written(figure: Figure) -> bytes:
    """The sheet as PNG: the same bytes for the same figures."""
    return png_bytes(figure, DPI)


def _inches_wide(ax: Axes) -> float:
    return float(ax.get_position().width * ax.figure.get_size_inches()[0])  # type: ignore[union-attr]


def _inches(ax: Axes) -> float:
    return float(ax.get_position().height * ax.figure.get_size_inches()[1])  # type: ignore[union-attr]


def _plain(ax: Axes) -> None:
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_color(palette.LINE)
    ax.tick_params(labelsize=8, colors=palette.MUTED, length=3)
    ax.grid(True, color=palette.LINE, lw=0.5, zorder=0)
    ax.set_axisbelow(True)
