"""Every plot that a measurement has something for, written into a folder: need against supply, Lorenz curves, efficiency.

What cannot be drawn for want of data is left out; the measurement itself says why those rows are undetermined.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dingdian.city.model import City
from dingdian.loop.curves import lorenz_curves, peer_scores
from dingdian.loop.results import Gap, Gaps
from dingdian.plans.model import Plan
from dingdian.provisions.indicators.equity import BASES
from dingdian.report.plots.efficiency import efficiency_plot
from dingdian.report.plots.lorenz import lorenz_plot
from dingdian.report.plots.need import need_plot
from dingdian.terms import Text

FEWEST = 2  # units in a plot of need


def write_plots(city: City, plan: Plan, gaps: Gaps, directory: Path, lang: str = "zh") -> list[Path]:
    """Write the plots and return their paths, in the order in which they were drawn."""
    directory.mkdir(parents=True, exist_ok=True)
    beside = Text(f"{gaps.city.name} · {gaps.plan.title.zh} · {gaps.date_on}", f"{gaps.city.name} · {gaps.plan.title.en} · {gaps.date_on}")
    written = []
    for name, content in _drawn(city, plan, gaps, beside, lang):
        path = directory / f"{name}.png"
        path.write_bytes(content)
        written.append(path)
    return written


def _drawn(city: City, plan: Plan, gaps: Gaps, beside: Text, lang: str) -> Iterator[tuple[str, bytes]]:
    synthetic = bool(gaps.city.synthetic)
    for name, rows in _needs(gaps, city.meta.pooling_area).items():
        yield f"need-{name}", need_plot(rows, beside, synthetic=synthetic, lang=lang)
    asked = {gap.measure.measure for gap in gaps.rows}
    if "gini" in asked:
        for base, word in BASES.items():
            curves = lorenz_curves(city, plan, base, gaps.date_on)
            if curves:
                title = Text(f"洛伦兹曲线（{word.zh}）", f"Lorenz curves ({word.en})")
                yield f"lorenz-{base}", lorenz_plot(curves, title, beside, synthetic=synthetic, lang=lang)
    if asked & {"dea_mean_score", "clearly_off_peers"}:
        groups = peer_scores(city, plan, gaps.date_on)
        if any(group.variable for group in groups):
            yield "efficiency", efficiency_plot(groups, beside, synthetic=synthetic, lang=lang)


def _needs(gaps: Gaps, city: str) -> dict[str, list[Gap]]:
    """Rows with a need that several units have, by measure; the pooling area's own total stands apart and is not drawn beside its parts."""
    found: dict[str, list[Gap]] = {}
    for gap in gaps.rows:
        row = gap.measure
        if row.unit != city and not row.subject and (row.need_low is not None or row.need_high is not None):
            key = "-".join(part for part in (row.measure, row.provider_class, row.level) if part)
            found.setdefault(key, []).append(gap)
    return {key: rows for key, rows in found.items() if len({gap.measure.unit for gap in rows}) >= FEWEST}
