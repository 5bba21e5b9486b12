"""Plots: a picture of the right kind for each question, the same bytes each time, marked where data are invented, never with boxes for letters."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dingdian.city.read import read_city
from dingdian.loop.compare import compare
from dingdian.loop.curves import Curve, lorenz_curves, peer_scores
from dingdian.loop.measure import measure
from dingdian.loop.results import Gaps
from dingdian.methods.forecast import forecast
from dingdian.plans.load import load_plan
from dingdian.report.mapping.fonts import MissingGlyph
from dingdian.report.plots import efficiency_plot, forecast_plot, lorenz_plot, need_plot
from dingdian.report.plots.folder import write_plots
from dingdian.terms import Text

TITLE, BESIDE = Text("洛伦兹曲线", "Lorenz curves"), Text("芜湖市", "Wuhu")
HISTORY = {2010 + i: 100.0 + 7 * i + (i % 3) for i in range(12)}


@lru_cache(maxsize=1)
def gaps() -> Gaps:
    return compare(measure(read_city("wuhu-demo"), load_plan("wuhu-2026")))


@lru_cache(maxsize=1)
def curves() -> tuple[Curve, ...]:
    return lorenz_curves(read_city("wuhu-demo"), load_plan("wuhu-2026"), "insured")


def picture(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_same_figures_give_the_same_bytes(lang: str) -> None:
    assert lorenz_plot(curves(), TITLE, BESIDE, synthetic=True, lang=lang) == lorenz_plot(curves(), TITLE, BESIDE, synthetic=True, lang=lang)


def test_invented_data_are_marked_across_the_panel() -> None:
    marked, plain = (picture(lorenz_plot(curves(), TITLE, BESIDE, synthetic=flag)) for flag in (True, False))
    assert marked.shape == plain.shape
    assert (marked != plain).any()


def test_a_curve_runs_from_nothing_to_everything_and_never_above_the_diagonal() -> None:
    assert curves()
    for curve in curves():
        assert (curve.weight_share[0], curve.resource_share[0]) == (0.0, 0.0)
        assert (curve.weight_share[-1], curve.resource_share[-1]) == pytest.approx((1.0, 1.0))
        assert (curve.resource_share <= curve.weight_share + 1e-12).all()
        assert 0.0 <= curve.gini < 1.0


def test_a_base_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="base must be one of"):
        lorenz_curves(read_city("wuhu-demo"), load_plan("wuhu-2026"), "households")


def test_need_shows_one_measure_only() -> None:
    rows = [gap for gap in gaps().rows if gap.measure.need_low is not None or gap.measure.need_high is not None]
    names = {gap.measure.measure for gap in rows}
    assert len(names) > 1
    with pytest.raises(ValueError, match="shows one measure"):
        need_plot(rows, BESIDE, synthetic=True)
    with pytest.raises(ValueError, match="shows one measure"):
        need_plot([], BESIDE, synthetic=True)


def test_efficiency_needs_somebody_with_a_score() -> None:
    groups = peer_scores(read_city("wuhu-demo"), load_plan("wuhu-2026"))
    assert picture(efficiency_plot(groups, BESIDE, synthetic=True)).size
    with pytest.raises(ValueError, match="no peer group"):
        efficiency_plot((), BESIDE, synthetic=True)


def test_a_forecast_with_its_bands_is_drawn_and_a_letter_without_a_shape_is_refused() -> None:
    ahead = forecast(list(HISTORY.values()), 4)
    assert picture(forecast_plot(HISTORY, ahead, "参保人数", "示例")).size
    with pytest.raises(MissingGlyph):
        forecast_plot(HISTORY, ahead, "参保人数\U0001f600", "示例")


def test_a_folder_gets_what_there_is_to_draw(tmp_path: Path) -> None:
    written = write_plots(read_city("wuhu-demo"), load_plan("wuhu-2026"), gaps(), tmp_path / "plots")
    names = {path.stem for path in written}
    assert {"lorenz-insured", "lorenz-resident", "efficiency"} <= names
    assert any(name.startswith("need-") for name in names)
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in written)
