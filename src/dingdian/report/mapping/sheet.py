"""Sheets of paper: the A3 map with title, legends, sources and marks, and the two panels alone for document and page.

PNG bytes depend on the run only: no date and no program name is stored in the file.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from dingdian.report import formats, palette, words
from dingdian.report.imprint import Imprint
from dingdian.report.mapping import panels
from dingdian.report.mapping.furniture import Entry, blank, chip, legend, say, watermark
from dingdian.report.mapping.scene import Bounds, Scene

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FOOT_LINES, _FOOT_COLUMNS = 8, 316  # seven-point type over the sheet's width
A3 = (16.54, 11.69)  # inches, landscape
PRINT_DPI = 220
MARGIN, HEAD, FOOT, LEGEND, GAP = 0.45, 1.1, 1.02, 1.12, 0.3  # inches
SYNTHETIC_MARK = "合成数据 SYNTHETIC"


def map_png(scene: Scene, imprint: Imprint, *, dpi: int = PRINT_DPI) -> bytes:
    """The A3 sheet: whole city left, core right."""
    figure = figure_of(A3)
    width, height = A3
    panel = height - MARGIN * 2 - HEAD - FOOT - LEGEND
    left = _left_width(scene, panel, width - 2 * MARGIN - GAP)
    right = width - 2 * MARGIN - GAP - left
    low = MARGIN + FOOT + LEGEND
    whole, core = axes_at(figure, MARGIN, low, left, panel), axes_at(figure, MARGIN + left + GAP, low, right, panel)
    panels.overview(whole, scene, detail=panels.core(core, scene))
    mark_synthetic((whole, core), imprint)
    _legends(figure, scene, left, right)
    _head(blank_at(figure, MARGIN, height - MARGIN - HEAD, width - 2 * MARGIN, HEAD), scene, imprint)
    _foot(blank_at(figure, MARGIN, MARGIN * 0.6, width - 2 * MARGIN, FOOT), scene, imprint)
    return png_bytes(figure, dpi)


def overview_png(scene: Scene, imprint: Imprint, *, dpi: int = 220) -> bytes:
    """The whole city alone, with its legend, for a page of text."""
    return _single(scene, imprint, panels.overview, _theme_title(scene), panels.Classes.of(scene.gap_of.values()).entries(),
                   _proportion(scene.whole_bounds), columns=4, tallest=6.3, dpi=dpi)


def core_png(scene: Scene, imprint: Imprint, *, dpi: int = 220) -> bytes:
    """The core alone, with its legend."""
    return _single(scene, imprint, panels.core, "定点机构与申请", panels.core_entries(scene), _proportion(scene.core_bounds), columns=3, tallest=6.3, dpi=dpi)


def _single(
    scene: Scene, imprint: Imprint, draw: Callable[[Axes, Scene], object], title: str, entries: Sequence[Entry], proportion: float,
    *, columns: int, tallest: float, dpi: int,
) -> bytes:
    width, legend_height = 6.9, 0.36 + 0.22 * (-(-len(entries) // columns))
    panel = min(tallest, max(4.2, width / proportion))
    figure = figure_of((width, panel + legend_height + 0.1))
    ax = axes_at(figure, 0.02, legend_height + 0.08, width - 0.04, panel)
    draw(ax, scene)
    mark_synthetic((ax,), imprint)
    legend(blank_at(figure, 0.02, 0.0, width - 0.04, legend_height), title, entries, columns=columns)
    return png_bytes(figure, dpi)


def _head(ax: Axes, scene: Scene, imprint: Imprint) -> None:
    run = scene.run
    say(ax, 0, 0.90, f"{run.city.name}定点医药机构资源配置图", 23, bold=True, va="top")
    say(ax, 0, 0.40, imprint.plan_line.zh, 10.5, colour=palette.MUTED, va="center")
    say(ax, 0, 0.19, imprint.dates_line.zh, 9, colour=palette.MUTED, va="center")
    marks = [(imprint.plan_status.zh, palette.ACCENT)]
    if imprint.synthetic:
        marks.append((SYNTHETIC_MARK, palette.SYNTHETIC))
    for i, (text, colour) in enumerate(marks):
        chip(ax, 1.0, 0.74 - i * 0.34, text, 12, colour=colour, ha="right", va="center")


def _theme_title(scene: Scene) -> str:
    gap = next(iter(scene.gap_of.values()), None)
    if gap is None:
        return "规划单元"
    unit = words.unit_of_measure(gap.measure.unit_of_measure)
    targets = {(g.measure.need_low, g.measure.need_high) for g in scene.gap_of.values()} - {(None, None)}
    target = f" {formats.band(*targets.pop())} " if len(targets) == 1 else ""
    return f"{gap.measure.title.zh}（{unit}）与目标{target}的差值"


def _legends(figure: Figure, scene: Scene, left: float, right: float) -> None:
    height = LEGEND - 0.12
    low = MARGIN + FOOT
    entries = panels.Classes.of(scene.gap_of.values()).entries() if scene.gap_of else []
    legend(blank_at(figure, MARGIN, low, left, height), _theme_title(scene), entries, columns=3)
    legend(blank_at(figure, MARGIN + left + GAP, low, right, height), "定点机构与申请", panels.core_entries(scene), columns=3)


def _foot(ax: Axes, scene: Scene, imprint: Imprint) -> None:
    lines = [line for text in _foot_texts(scene, imprint) for line in formats.wrapped(text, _FOOT_COLUMNS)]
    # Sources are owed by their licences: a long list gets smaller type, never a cut.
    room = max(len(lines), _FOOT_LINES)
    for i, line in enumerate(lines):
        say(ax, 0, 1 - i / room, line, 7 * _FOOT_LINES / room, colour=palette.MUTED, va="top")


def _foot_texts(scene: Scene, imprint: Imprint) -> list[str]:
    shown = "；".join(f"{gap.measure.unit_name} {panels.value_label(gap)}" for gap in scene.without_boundary)
    notes = [f"没有边界、未上图：{shown}。"] if shown else []
    notes += [note.zh for note in scene.notes]
    notes += [scene.run.options.certificate.sentence.zh] if scene.run.options.certificate and scene.places else []
    used = {reading: option for gap in scene.gap_of.values() for reading, option in gap.measure.readings.items()}
    return [
        "".join(["图中数值为实际值，括号内为与目标的差值；左图虚线框为右图范围。", *notes]),
        f"左图口径：{imprint.meanings_of(used).zh}（全部口径见 tables.xlsx“说明”）。条款：{'、'.join(imprint.clauses) or formats.DASH}。",
        *([imprint.synthetic_notice.zh] if imprint.synthetic_notice else []),
        f"数据来源：{imprint.attribution or '未注明'}。{imprint.hashes.zh}",
    ]


def mark_synthetic(axes: Sequence[Axes], imprint: Imprint) -> None:
    """The mark of invented data across each panel, where there is some."""
    if imprint.synthetic:
        for ax in axes:
            watermark(ax, SYNTHETIC_MARK)


# --- paper ---------------------------------------------------------------------------------------------------------


def figure_of(size: tuple[float, float]) -> Figure:
    """A white sheet of so many inches."""
    figure = Figure(figsize=size, facecolor=palette.PAPER)
    FigureCanvasAgg(figure)
    return figure


def axes_at(figure: Figure, left: float, low: float, width: float, height: float) -> Axes:
    """A panel on a sheet, in inches from its lower left corner."""
    whole = figure.get_size_inches()
    return figure.add_axes((left / whole[0], low / whole[1], width / whole[0], height / whole[1]))


def blank_at(figure: Figure, left: float, low: float, width: float, height: float) -> Axes:
    """The same without axes, for words."""
    ax = axes_at(figure, left, low, width, height)
    blank(ax)
    return ax


def _proportion(bounds: Bounds | None) -> float:
    if bounds is None:
        return 1.0
    west, south, east, north = bounds
    return max(east - west, 500.0) / max(north - south, 500.0)


def _left_width(scene: Scene, tall: float, wide: float) -> float:
    """The whole city gets the width that its shape needs, between a third and 55 % of the sheet."""
    return min(0.55 * wide, max(0.34 * wide, tall * _proportion(scene.whole_bounds)))


def png_bytes(figure: Figure, dpi: int) -> bytes:
    """The sheet as PNG without date or program name."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None}, pil_kwargs={"optimize": False})
    return buffer.getvalue()
