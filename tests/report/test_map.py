"""The printed map: its size, its glyphs, its classes, and what it does when parts of a city are missing."""

from __future__ import annotations

import io
import math
import struct
import warnings
from typing import Any

import numpy as np
import pytest
import shapely

from dingdian.report.imprint import Imprint
from dingdian.report.mapping import fonts, furniture, panels, sheet
from dingdian.report.mapping.scene import Scene
from dingdian.report.mapping.vector import overview_svg
from report import invented


def drawn(**parts: Any) -> tuple[Scene, Imprint]:
    city, run = invented.city(**parts), invented.run(applications=parts.get("applications", True))
    return Scene(run, city), Imprint(run, city)


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_the_map_is_a3_at_print_quality_and_light_enough_to_mail(scene: Scene, imprint: Imprint) -> None:
    png = sheet.map_png(scene, imprint)
    width, height = size(png)
    assert width / 16.54 == pytest.approx(sheet.PRINT_DPI, rel=0.01)
    assert width / height == pytest.approx(math.sqrt(2), rel=0.01)
    assert 200 <= sheet.PRINT_DPI <= 300
    assert len(png) < 8_000_000


def test_the_same_run_draws_the_same_bytes_without_date_or_program(scene: Scene, imprint: Imprint) -> None:
    png = sheet.map_png(scene, imprint, dpi=60)
    assert png == sheet.map_png(scene, imprint, dpi=60)
    assert b"tEXt" not in png
    assert b"tIME" not in png


def test_no_text_of_the_map_shows_boxes(scene: Scene, imprint: Imprint) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns “Glyph … missing” when it draws a box
        for draw in (sheet.map_png, sheet.overview_png, sheet.core_png):
            assert draw(scene, imprint, dpi=40)


def test_a_character_that_the_typeface_lacks_is_an_error_that_names_it() -> None:
    assert fonts.drawable("济南市 800米 ≤ ≥ – — ㎡ ² （一）《》【】“”‘’·…①②③") == "济南市 800米 ≤ ≥ – — ㎡ ² （一）《》【】“”‘’·…①②③"
    with pytest.raises(fonts.MissingGlyph, match=r"U\+1F3E5"):
        fonts.drawable("医院\U0001f3e5")


def test_a_missing_typeface_is_an_error_and_not_a_fallback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_PACKAGE", "no_such_package_of_fonts")
    fonts.font_file.cache_clear()
    try:
        with pytest.raises(fonts.MissingFont, match="no_such_package_of_fonts"):
            fonts.properties(8)
    finally:
        monkeypatch.undo()
        fonts.font_file.cache_clear()


@pytest.mark.parametrize("missing", [
    {"polygons": False}, {"streets": False}, {"applications": False}, {"polygons": False, "streets": False, "applications": False},
])
def test_a_map_is_drawn_with_notes_where_the_city_lacks_something(missing: dict[str, bool]) -> None:
    scene, imprint = drawn(**missing)
    assert size(sheet.map_png(scene, imprint, dpi=40))
    said = "".join(note.zh for note in scene.notes)
    assert ("没有区划边界" in said) == (not missing.get("polygons", True))
    assert ("没有街道路网" in said) == (not missing.get("streets", True))


def test_a_city_without_any_place_still_gets_its_sheet() -> None:
    import attrs

    run = invented.run(applications=False)
    run = attrs.evolve(run, options=attrs.evolve(run.options, places=()))
    city = invented.city(polygons=False, streets=False, applications=False)
    city = city.evolve(tables={name: table for name, table in city.tables.items() if name not in ("providers", "population")})
    scene, imprint = Scene(run, city), Imprint(run, city)
    for draw in (sheet.map_png, sheet.overview_png, sheet.core_png):
        assert size(draw(scene, imprint, dpi=40))
    assert overview_svg(scene, "t") == ""


def test_east_and_north_are_drawn_to_one_scale(scene: Scene) -> None:
    """A square of 10 km on the ground must be square on the plane, at 36.65° north as well."""
    lon, lat = np.array([117.0, 117.0 + 10 / 89.4, 117.0]), np.array([36.65, 36.65, 36.65 + 10 / 110.98])
    x, y = scene.flat(lon, lat)
    assert math.hypot(x[1] - x[0], y[1] - y[0]) == pytest.approx(math.hypot(x[2] - x[0], y[2] - y[0]), rel=0.005)


@pytest.mark.parametrize(("gap", "step"), [("2.7", 1.0), ("0.3", 0.1), ("1500", 500.0)])
def test_colour_classes_are_round_numbers(gap: str, step: float) -> None:
    import attrs

    base = next(g for g in invented.run().gaps.rows if g.position == "short")
    gaps = [attrs.evolve(base, measure=attrs.evolve(base.measure, gap=-invented.D(gap)))]
    assert panels.Classes.of(gaps).step == step


def test_positions_have_their_own_colours_and_undetermined_is_hatched() -> None:
    gaps = {g.measure.unit_name: g for g in invented.run().gaps.rows if g.measure.measure == "beds_per_1000_insured"}
    classes = panels.Classes.of(gaps.values())
    colours = {name: classes.colour(gaps[name]) for name in ("甲区", "乙区", "丙区", "丁县", "戊县")}
    assert len(set(colours.values())) == 5
    assert [entry.words.zh for entry in classes.entries() if entry.hatch] == ["无法判定"]


@pytest.mark.parametrize(("metres", "length"), [(1.0, 1.0), (7400, 10_000), (7000, 5000), (30_000, 20_000), (0.3, 0.2)])
def test_scale_bars_are_round(metres: float, length: float) -> None:
    assert furniture.round_length(metres) == length


def test_units_without_a_boundary_are_named_with_their_value(scene: Scene, imprint: Imprint) -> None:
    assert [gap.measure.unit_name for gap in scene.without_boundary] == ["新城功能区"]
    texts = "".join(sheet._foot_texts(scene, imprint))
    assert "新城功能区" in texts
    assert "OpenStreetMap" in texts
    assert "合成" in texts


def test_a_city_in_another_frame_is_drawn_where_it_is() -> None:
    here, _ = drawn()
    there, _ = drawn(frame="gcj02")
    moved = there.to_wgs84(shapely.Point(117.0, 36.65))
    x, y = here.plane.project(np.array([117.0, moved.x]), np.array([36.65, moved.y]))
    assert 300 < math.hypot(x[1] - x[0], y[1] - y[0]) < 900


def test_the_vector_map_is_well_formed_and_escapes_names(scene: Scene) -> None:
    import xml.etree.ElementTree as ET

    root = ET.parse(io.StringIO(overview_svg(scene, "<b>&"))).getroot()
    assert root.attrib["aria-label"] == "<b>&"
    assert len([e for e in root.iter("path") if e.attrib.get("class") == "district"]) == 5
