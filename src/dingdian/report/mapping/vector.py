"""The whole city as inline SVG for the page: units by gap, names, suggested places; light enough to embed, sharp at any size."""

from __future__ import annotations

from collections.abc import Callable

import shapely

from dingdian.report import formats, palette
from dingdian.report.mapping.furniture import round_length
from dingdian.report.mapping.panels import Classes, value_label
from dingdian.report.mapping.scene import District, Scene
from dingdian.report.markup import esc

Place = Callable[[float, float], tuple[float, float]]  # metres of the plane to units of the drawing

WIDTH, PAD = 560.0, 10.0
SIMPLIFY_M = 120.0  # finer than a pixel on most screens


def overview_svg(scene: Scene, title: str) -> str:
    """SVG text; empty when the city has no boundaries."""
    if not scene.districts or scene.whole_bounds is None:
        return ""
    west, south, east, north = scene.whole_bounds
    scale = (WIDTH - 2 * PAD) / (east - west)
    height = (north - south) * scale + 2 * PAD

    def place(x: float, y: float) -> tuple[float, float]:
        return PAD + (x - west) * scale, PAD + (north - y) * scale

    classes = Classes.of(scene.gap_of.values())
    shapes = [_shape(d, classes, place) for d in sorted(scene.districts, key=lambda d: d.unit)]
    stars = [_star(*place(dot.x, dot.y), str(dot.what.sentence.zh)) for dot in scene.places]
    hatch = (
        '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="6" height="6" fill="{palette.PAPER}"/><line x1="0" y1="0" x2="0" y2="6" stroke="#c9ced2" stroke-width="1.6"/></pattern></defs>'
    )
    labels = _labels(scene, place)
    return (
        f'<svg viewBox="0 0 {WIDTH:g} {height:.0f}" role="img" aria-label="{esc(title)}">{hatch}{"".join(shapes)}{"".join(stars)}'
        f"{labels}{_scale_bar(scale, height)}</svg>"
    )


def _shape(district: District, classes: Classes, place: Place) -> str:
    unknown = district.gap is None or district.gap.measure.supply is None
    fill = "url(#hatch)" if unknown else classes.colour(district.gap)
    said = district.gap.sentence.zh if district.gap else district.name
    simple = shapely.simplify(district.shape, SIMPLIFY_M)
    rings = [ring for part in shapely.get_parts(simple) for ring in (part.exterior, *part.interiors)]
    path = "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in (place(*xy) for xy in ring.coords[:-1])) + "Z" for ring in rings)
    return f'<path class="district" d="{path}" fill="{fill}" fill-rule="evenodd"><title>{esc(said)}</title></path>'


def _star(x: float, y: float, said: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.2" fill="{palette.PLACE}" stroke="#fff" stroke-width="1"><title>{esc(said)}</title></circle>'


def _labels(scene: Scene, place: Place) -> str:
    """Names and values, small units first, moved aside where they would cover each other."""
    taken: list[tuple[float, float, float, float]] = []
    written = []
    for district in scene.districts:
        x, y = place(*district.middle)
        lines = [district.name, *([value_label(district.gap)] if district.gap else [])]
        wide, tall = max(formats.width(line) for line in lines) * 6.2, 15.0 * len(lines)
        for shift in (0.0, -0.75, 0.75, -1.5, 1.5):
            box = (x - wide / 2, y + shift * tall - tall / 2, x + wide / 2, y + shift * tall + tall / 2)
            if not any(box[0] < t[2] and t[0] < box[2] and box[1] < t[3] and t[1] < box[3] for t in taken) or shift == 1.5:
                taken.append(box)
                written.append(_label(lines, x, box[1]))
                break
    return "".join(written)


def _label(lines: list[str], x: float, top: float) -> str:
    texts = [
        f'<text x="{x:.1f}" y="{top + 12 + 15 * i:.1f}" text-anchor="middle" font-size="{12.5 if i == 0 else 11.5}" '
        f'paint-order="stroke" stroke="#fff" stroke-width="2.6" stroke-linejoin="round"{" font-weight=" + chr(34) + "600" + chr(34) if i == 0 else ""}>{esc(line)}</text>'
        for i, line in enumerate(lines)
    ]
    return "".join(texts)


def _scale_bar(scale: float, height: float) -> str:
    metres = round_length(WIDTH / 5 / scale)
    long = metres * scale
    named = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    return (
        f'<path d="M14 {height - 22:.0f}v6h{long:.1f}v-6" fill="none" stroke="{palette.INK}" stroke-width="1.2"/>'
        f'<text x="{14 + long + 6:.1f}" y="{height - 14:.0f}" font-size="11.5">{named}</text>'
        f'<path d="M{WIDTH - 22:g} 34l-6 -4l6 -18l6 18z" fill="{palette.INK}"/><text x="{WIDTH - 22:g}" y="48" font-size="11.5" text-anchor="middle">N</text>'
    )
