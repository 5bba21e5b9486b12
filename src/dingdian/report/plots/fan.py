"""A fan chart of a simulation: the median of the runs, and the bands in which 80 and 95 of 100 lie.

Where a class has a norm it shows its stock per 1000 insured against it; else it shows the stock. Adds no number.
"""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from dingdian.loop.simulate import Forward
from dingdian.loop.simulate.forward import ForwardRow
from dingdian.report import formats, palette, words
from dingdian.report.mapping.furniture import say
from dingdian.report.plots.sheet import label_axes, sheet, written
from dingdian.terms import PROVIDER_CLASSES, Text

TALL = 4.0  # inches
WIDEST, WIDE = "#dbe6ee", "#a9c3d8"
FOOT = Text("深色带为八成运行所在，浅色带为九成半；虚线为标准。带宽只含退出、申请和参保人的偶然变动，不含政策变化和未写入模型的条款。",
            "Eight of ten runs lie in the dark band, nineteen of twenty in the pale one; the broken line is the norm. The bands hold the chance of exits, applicants and "
            "persons, no change of policy and no clause outside the model.")


def fan_plot(forward: Forward, *, lang: str = "zh") -> bytes:
    """The class that was asked about, or the first that has a norm, in the one zone that was asked about or in the whole area.

    Raises
    ------
    ValueError
        A simulation without a single row to draw.
    """
    series = _series(forward)
    if not series:
        raise ValueError("the simulation has no row to draw")
    first = series[0]
    unit = words.unit_of_measure(first.unit_of_measure, lang)
    title = f"{PROVIDER_CLASSES.label(first.provider_class, lang)} · {first.zone_name(lang)} · {forward.start_year}–{forward.last_year}"
    ask = forward.ask
    beside = Text(f"{forward.city.name} · {forward.plan.id} · {forward.date_on} · {ask.runs} 次运行，种子 {ask.seed}",
                  f"{forward.city.name} · {forward.plan.id} · {forward.date_on} · {ask.runs} runs, seed {ask.seed}")
    foot = f"{forward.plan.title(lang)}{'。' if lang == 'zh' else '. '}{FOOT(lang)}"
    figure, ax = sheet(TALL, title, beside(lang), foot, synthetic=bool(forward.city.synthetic), left=1.15)
    _fan(ax, series)
    if first.norm is not None:
        _norm(ax, series, lang)
    label_axes(ax, Text("年末", "year end")(lang), unit)
    return written(figure)


def _series(forward: Forward) -> list[ForwardRow]:
    """The rows of one class and zone by year: per 1000 insured where there is a norm, else the stock."""
    rows = [row for row in forward.rows if not row.scheme]
    zone = rows[-1].zone if rows else ""  # the whole area comes last; or the one zone that was asked about
    here = [row for row in rows if row.zone == zone]
    normed = [row for row in here if row.norm is not None]
    chosen = normed[0] if normed else next(iter(here), None)
    if chosen is None:
        return []
    quantity = chosen.quantity if normed else "beds" if chosen.provider_class == "inpatient" else "providers"
    return [row for row in here if row.provider_class == chosen.provider_class and row.quantity == quantity]


def _fan(ax: Axes, series: Sequence[ForwardRow]) -> None:
    years = [row.year for row in series]

    def line(name: str) -> list[float]:
        return [float(getattr(row.runs, name)) for row in series]

    ax.fill_between(years, line("low_95"), line("high_95"), color=WIDEST, lw=0, zorder=2)
    ax.fill_between(years, line("low_80"), line("high_80"), color=WIDE, lw=0, zorder=3)
    ax.plot(years, line("median"), color=palette.ACCENT, lw=1.8, marker="o", ms=3, zorder=5)
    step = max(1, -(-len(years) // 12))
    ax.set_xticks(years[::step])
    ax.set_xticklabels([str(year) for year in years[::step]])
    ax.margins(x=0.02, y=0.12)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}"))


def _norm(ax: Axes, series: Sequence[ForwardRow], lang: str) -> None:
    norm = series[0].norm
    assert norm is not None
    ax.axhline(float(norm), color=palette.SHORT[2], lw=1.4, ls=(0, (5, 3)), zorder=4)
    said = Text(f"标准 {formats.number(norm)}", f"norm {formats.number(norm, 'en')}")
    low, high = ax.get_ylim()
    say(ax, series[-1].year, float(norm) + 0.01 * (high - low), said(lang), 8.5, colour=palette.SHORT[2], ha="right", va="bottom", zorder=6)
