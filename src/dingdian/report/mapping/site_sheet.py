"""One sheet for a siting: the streets with the places by rank, who is within reach then, and the certificate in words.

PNG bytes depend on the siting only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dingdian.report import formats, palette
from dingdian.report.imprint import Imprint
from dingdian.report.mapping import panels
from dingdian.report.mapping.furniture import chip, legend, say
from dingdian.report.mapping.scene import Scene
from dingdian.report.mapping.sheet import (
    MARGIN,
    SYNTHETIC_MARK,
    axes_at,
    blank_at,
    figure_of,
    mark_synthetic,
    png_bytes,
)
from dingdian.report.siting_words import proof

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

A4 = (11.69, 8.27)  # inches, landscape
HEAD, FOOT, LEGEND = 1.28, 0.72, 0.95
ASIDE, GAP = 0.34, 0.15  # share of the width for the whole city; inches between the panels
DPI = 160
MANY = 20  # places from which on their stars are drawn smaller


def site_png(scene: Scene, imprint: Imprint, *, dpi: int = DPI) -> bytes:
    """The sheet as a picture."""
    width, height = A4
    figure = figure_of(A4)
    mark_synthetic(_panels(figure, scene), imprint)
    legend(blank_at(figure, MARGIN, MARGIN * 0.7 + FOOT, width - 2 * MARGIN, LEGEND - 0.12), "图例", panels.core_entries(scene), columns=3)
    _head(blank_at(figure, MARGIN, height - MARGIN * 0.7 - HEAD, width - 2 * MARGIN, HEAD), scene, imprint)
    _foot(blank_at(figure, MARGIN, MARGIN * 0.5, width - 2 * MARGIN, FOOT), scene, imprint)
    return png_bytes(figure, dpi)


def _panels(figure: Figure, scene: Scene) -> list[Axes]:
    """The town; beside it the whole city, where some places lie out of town."""
    width, height = A4
    low = MARGIN * 0.7 + FOOT + LEGEND
    tall, wide = height - MARGIN * 0.7 - HEAD - low, width - 2 * MARGIN
    left = wide * ASIDE if scene.far_places else 0.0
    town = axes_at(figure, MARGIN + left, low, wide - left, tall)
    shown = panels.core(town, scene, star=13.0 if len(scene.places) < MANY else 8.5)
    if not left:
        return [town]
    whole = axes_at(figure, MARGIN, low, left - GAP, tall)
    panels.overview(whole, scene, detail=shown, label_size=6.5)
    return [whole, town]


def _head(ax: Axes, scene: Scene, imprint: Imprint) -> None:
    run = scene.run
    say(ax, 0, 0.95, f"{run.city.name}{scene.provider_class.zh}选址图", 17, bold=True, va="top")
    lines = [imprint.plan_line.zh, *_proof(scene)]
    room = [line for text in lines for line in formats.wrapped(text, 176)]
    for i, line in enumerate(room[:5]):
        say(ax, 0, 0.60 - i * 0.135, line, 8.2, colour=palette.INK if i else palette.MUTED, va="center")
    if imprint.synthetic:
        chip(ax, 1.0, 0.86, SYNTHETIC_MARK, 10, colour=palette.SYNTHETIC, ha="right", va="center")


def _proof(scene: Scene) -> list[str]:
    """What the siting says of itself, or why there is none."""
    options = scene.run.options
    return [options.reason.zh] if options.reason else [said.zh for said in proof(options)]


def _foot(ax: Axes, scene: Scene, imprint: Imprint) -> None:
    notice = [imprint.synthetic_notice.zh] if imprint.synthetic_notice else []
    texts = ["".join([scene.run.options.method.zh, *(note.zh for note in scene.run.options.notes)]), *notice,
             f"数据来源：{imprint.attribution or '未注明'}。{imprint.hashes.zh}"]
    lines = [line for text in texts for line in formats.wrapped(text, 250)]
    room = max(len(lines), 6)
    for i, line in enumerate(lines):
        say(ax, 0, 1 - i / room, line, 6.2 * 6 / room, colour=palette.MUTED, va="top")
