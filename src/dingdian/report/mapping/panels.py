"""The two map panels: the whole city by the gap of its units, and the core with streets, places and applications.

Drawn from a scene on any axes, so that sheet, document and page show the same thing. Colour never decides alone:
undetermined units are hatched, outcomes have their own shapes, places their numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import shapely
from attrs import frozen
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.transforms import Bbox, offset_copy

from dingdian.loop.options import RELEASE
from dingdian.loop.results import Gap, Place, Ruling
from dingdian.report import formats, palette, words
from dingdian.report.mapping.furniture import (
    Entry,
    frame_box,
    north_arrow,
    note_box,
    round_length,
    say,
    scale_bar,
)
from dingdian.report.mapping.scene import Bounds, District, Dot, Scene
from dingdian.terms import Text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from shapely.geometry.base import BaseGeometry

OUTCOME_SHAPES = {"eligible": "o", "refused": "X", "review": "D"}
_STEPS = 3


@frozen
class Classes:
    """Colour classes of a gap: three shades each way, ``step`` apart, and one for inside the target."""

    step: float

    @classmethod
    def of(cls, gaps: Iterable[Gap]) -> Classes:
        """Classes whose step is a round number that spreads these gaps over the shades."""
        sizes = [abs(float(g.measure.gap)) for g in gaps if g.measure.gap is not None]
        largest = max(sizes, default=0.0)
        return cls(round_length(largest / _STEPS) if largest > 0 else 1.0)

    def colour(self, gap: Gap | None) -> str:
        if gap is None or gap.position == "undetermined" or gap.measure.gap is None:
            return palette.UNDETERMINED
        if gap.position not in ("short", "over"):
            return palette.WITHIN
        shade = min(_STEPS - 1, int(abs(float(gap.measure.gap)) / self.step))
        return (palette.SHORT if gap.position == "short" else palette.OVER)[shade]

    def entries(self) -> list[Entry]:
        """The legend, from the worst shortage to the largest excess."""
        step = Decimal(repr(self.step))
        ranges = [f"≤ {formats.number(step)}", f"{formats.number(step)}–{formats.number(step * 2)}", f"> {formats.number(step * 2)}"]
        short = [Entry(Text(f"不足 {said}", f"short {said}"), face) for said, face in zip(ranges, palette.SHORT)]
        over = [Entry(Text(f"超出 {said}", f"over {said}"), face) for said, face in zip(ranges, palette.OVER)]
        within, unknown = Text("达标", "within target"), Text("无法判定", "undetermined")
        return [*reversed(short), Entry(within, palette.WITHIN), *over, Entry(unknown, palette.UNDETERMINED, hatch="////")]


# --- the whole city ----------------------------------------------------------------------------------------------------


def overview(ax: Axes, scene: Scene, *, detail: Bounds | None = None, label_size: float = 8.5) -> None:
    """Units coloured by gap, labelled; the outline of the ``detail`` shown elsewhere, and what lies outside it as small marks."""
    frame_box(ax)
    if scene.whole_bounds is None:
        note_box(ax, "没有可上图的位置")
        return
    fit(ax, scene.whole_bounds, margin=0.03)
    classes = Classes.of(scene.gap_of.values())
    for district in scene.districts:
        unknown = bool(scene.gap_of) and (district.gap is None or district.gap.position == "undetermined")
        hatch = "////" if unknown else None
        face = classes.colour(district.gap) if scene.gap_of else palette.WASH
        ax.add_patch(patch(district.shape, facecolor=face, edgecolor=palette.PAPER, lw=1.2, zorder=2))
        if hatch:
            ax.add_patch(patch(district.shape, facecolor="none", edgecolor=palette.LINE, hatch=hatch, lw=0, zorder=3))
        ax.add_patch(patch(district.shape, facecolor="none", edgecolor=palette.MUTED, lw=0.5, zorder=4))
    if detail is not None:
        west, south, east, north = detail
        ax.add_patch(Rectangle(
            (west, south), east - west, north - south, fill=False, edgecolor=palette.INK, lw=0.9, ls=(0, (4, 2)), zorder=6,
        ))
    _applications(ax, [dot for dot in scene.applications if not _inside(dot, detail)], size=5)
    for dot in scene.places:
        if not _inside(dot, detail):
            _star(ax, dot, 10, scene.places)
    _label_districts(ax, scene, label_size)
    scale_bar(ax, ax.get_xlim()[1] - ax.get_xlim()[0])
    north_arrow(ax)


def _inside(dot: Dot, bounds: Bounds | None) -> bool:
    if bounds is None:
        return False
    west, south, east, north = bounds
    return west <= dot.x <= east and south <= dot.y <= north


def _label_districts(ax: Axes, scene: Scene, size: float) -> None:
    """Name and value of each unit, small units first, each at the first free spot near its middle."""
    taken: list[Bbox] = []
    canvas: Any = ax.figure.canvas
    renderer = canvas.get_renderer()
    for district in scene.districts:
        x, y = district.middle
        for dx, dy in _NEARBY:
            text = say(ax, x, y, _district_label(district), size, halo=True, ha="center", va="center", zorder=20, linespacing=1.15)
            box = text.get_window_extent(renderer)
            move = (dx * box.width, dy * box.height)
            box = box.translated(*move)
            if not any(box.overlaps(other) for other in taken) or (dx, dy) == _NEARBY[-1]:
                moved = ax.transData.inverted().transform(ax.transData.transform((x, y)) + move)
                text.set_position((float(moved[0]), float(moved[1])))
                taken.append(box)
                break
            text.remove()


# Where a label may go, in its own widths and heights from the middle of its unit; the last is taken whatever is there.
_NEARBY = ((0, 0), (0, 0.6), (0, -0.6), (0.55, 0), (-0.55, 0), (0.55, 0.7), (-0.55, 0.7), (0.55, -0.7), (-0.55, -0.7),
           (0, 1.2), (0, -1.2), (0, 0))


def _district_label(district: District) -> str:
    return district.name if district.gap is None else f"{district.name}\n{value_label(district.gap)}"


def value_label(gap: Gap) -> str:
    """Supply and, where it is not 0, the gap: ``7.23（−1.27）``."""
    row = gap.measure
    if row.supply is None:
        return "无法判定"
    places = 2 if isinstance(row.supply, Decimal) else 0
    change = f"（{formats.rounded(row.gap, places, plus=True)}）" if row.gap else ""
    return f"{formats.rounded(row.supply, places)}{change}"


# --- the core ----------------------------------------------------------------------------------------------------------


def core(ax: Axes, scene: Scene, *, star: float = 15.0) -> Bounds | None:
    """Streets, people out of reach (where the run says who), designated providers, numbered places, applications.

    Returns what it shows, None when nothing has a place.
    """
    frame_box(ax)
    if scene.core_bounds is None:
        note_box(ax, "没有可上图的位置")
        return None
    fit(ax, scene.core_bounds, margin=0.07)
    for district in scene.districts:
        ax.add_patch(patch(district.shape, facecolor="#fbfbfa", edgecolor=palette.FAINT, lw=0.9, zorder=2))
    side = float(scene.city.meta.population_cell_m or 0)
    for corners, colour in ((scene.uncovered, palette.UNCOVERED), (scene.gained, palette.GAINED)):
        cells = [Rectangle((x, y), side, side) for x, y in corners]
        ax.add_collection(PatchCollection(cells, facecolor=colour, alpha=0.30, edgecolor="none", zorder=3))
    if len(scene.streets):
        ax.add_collection(LineCollection(list(scene.streets), colors=palette.STREET, linewidths=0.35, zorder=4))
    # Many dots must not grow together, few must not vanish.
    size = min(6.0, max(3.6, 90 / max(len(scene.providers[0]), 1) ** 0.5))
    ax.plot(*scene.providers, ls="", marker=".", ms=size, mec="none", mfc=palette.PHARMACY, zorder=8)
    _applications(ax, scene.applications, size=8)
    for dot in scene.places:
        _star(ax, dot, star, scene.places)
    _name_units_in_core(ax, scene)
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    scale_bar(ax, east - west)
    north_arrow(ax)
    return west, south, east, north


def _star(ax: Axes, dot: Dot, size: float, others: Iterable[Dot]) -> None:
    """A place with its rank, on the side that is farther from the nearest other place."""
    assert isinstance(dot.what, Place)
    near = min((o for o in others if o is not dot), key=lambda o: (o.x - dot.x) ** 2 + (o.y - dot.y) ** 2, default=None)
    right = near is None or near.x <= dot.x
    below = near is not None and near.y > dot.y
    ax.plot([dot.x], [dot.y], marker="*", ms=size, mfc=palette.PLACE, mec=palette.PAPER, mew=0.8, zorder=16)
    figure: Any = ax.figure
    beside = offset_copy(ax.transData, figure, x=size * (0.45 if right else -0.45), y=size * (-0.3 if below else 0.3), units="points")
    say(ax, dot.x, dot.y, str(dot.what.rank), size * 0.56, colour=palette.PLACE, bold=True, halo=True, ha="left" if right else "right",
        va="center", zorder=17, clip_on=True, transform=beside)


def _applications(ax: Axes, shown: Iterable[Dot], size: float) -> None:
    everyone = list(shown)
    for outcome, shape in OUTCOME_SHAPES.items():
        dots = [d for d in everyone if isinstance(d.what, Ruling) and d.what.outcome == outcome]
        ax.plot([d.x for d in dots], [d.y for d in dots], ls="", marker=shape, ms=size, mfc=palette.OUTCOME_MARKS[outcome],
                mec=palette.PAPER, mew=0.7, zorder=14)


def _name_units_in_core(ax: Axes, scene: Scene) -> None:
    west, east, south, north = *ax.get_xlim(), *ax.get_ylim()
    window = shapely.box(west, south, east, north)
    for district in scene.districts:
        part = shapely.intersection(district.shape, window)
        if part.area > window.area * 0.015:
            spot = shapely.point_on_surface(part)
            say(ax, spot.x, spot.y, district.name, 9.5, colour=palette.MUTED, alpha=0.9, halo=True, ha="center", va="center", zorder=9)


_PLACES = {False: Text("建议新增位置（按次序编号）", "suggested places, by rank"), True: Text("可退出的机构（按次序编号）", "those to leave out, by rank")}
_CHANGED = {False: Text("新增后进入服务圈的人口格网", "people whom the places bring within reach"),
            True: Text("退出后失去服务的人口格网", "people who lose their reach")}


def core_entries(scene: Scene) -> list[Entry]:
    """The core's legend: only what the panel shows."""
    counts = {outcome: sum(r.outcome == outcome for r in scene.run.rulings) for outcome in OUTCOME_SHAPES}
    known, name = formats.number(len(scene.providers[0])), scene.provider_class
    designated = Text(f"定点{name.zh}（{known} 家）", f"designated: {name.en} ({known})")
    entries = [Entry(designated, palette.PHARMACY, palette.PHARMACY, marker=".", size=5)]
    if scene.places:
        entries.append(Entry(_PLACES[scene.run.options.mode == RELEASE], palette.PLACE, palette.PAPER, marker="*", size=11))
    for outcome, shape in OUTCOME_SHAPES.items():
        said = Text(f"申请：{words.outcome(outcome)}（{counts[outcome]} 件）", f"applications: {words.outcome(outcome, 'en')} ({counts[outcome]})")
        if counts[outcome]:
            entries.append(Entry(said, palette.OUTCOME_MARKS[outcome], palette.PAPER, marker=shape, size=7))
    if len(scene.uncovered):
        entries.append(Entry(Text("15分钟服务圈外的人口格网", "people outside the 15-minute circle"), palette.UNCOVERED_PALE, palette.UNCOVERED_PALE))
    if len(scene.gained):
        entries.append(Entry(_CHANGED[scene.run.options.mode == RELEASE], palette.GAINED_PALE, palette.GAINED_PALE))
    if scene.has_streets:
        entries.append(Entry(Text("街道", "streets"), palette.STREET, palette.STREET, marker="_", size=11))
    return entries


# --- geometry on axes ----------------------------------------------------------------------------------------------


def fit(ax: Axes, bounds: Bounds, *, margin: float) -> None:
    """Show ``bounds`` with equal scales, widened to the panel's own proportions so that no panel shrinks."""
    west, south, east, north = bounds
    width, height = max(east - west, 500.0) * (1 + 2 * margin), max(north - south, 500.0) * (1 + 2 * margin)
    box, inches = ax.get_position(), ax.figure.get_size_inches()  # type: ignore[union-attr]
    proportion = (box.width * inches[0]) / (box.height * inches[1])
    width, height = max(width, height * proportion), max(height, width / proportion)
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    ax.set_xlim(middle_x - width / 2, middle_x + width / 2)
    ax.set_ylim(middle_y - height / 2, middle_y + height / 2)
    ax.set_aspect("equal", adjustable="box")


def patch(shape: BaseGeometry, **look: object) -> PathPatch:
    """A polygon with its holes as one patch."""
    oriented = shapely.orient_polygons(shape)
    rings = [ring for part in shapely.get_parts(oriented) for ring in (part.exterior, *part.interiors)]
    return PathPatch(Path.make_compound_path(*(Path(shapely.get_coordinates(ring), closed=True) for ring in rings)), **look)
