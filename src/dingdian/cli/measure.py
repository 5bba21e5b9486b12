"""``dingdian measure``: need, supply and every indicator."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dingdian.cli.shared import (
    FINE,
    as_day,
    common,
    echo_json,
    load,
    on_option,
    plan_options,
    read,
    reading_option,
    say,
    tell,
    working,
)

if TYPE_CHECKING:
    from dingdian.loop.results import Measures
    from dingdian.provisions.finding import Measure


def _chosen(found: Measures, indicator: str | None, unit: str | None) -> tuple[Measure, ...]:
    """Rows of one indicator, of one unit, or all."""
    return tuple(r for r in found.rows if indicator in (None, r.measure) and unit in (None, r.unit))


def _beside(row: Measure, lang: str, several: bool) -> str:
    """The note of a row, under the row's title where it is not the only one."""
    note = "" if row.note is None else row.note(lang)
    return f"{row.title(lang)}{'：' if lang == 'zh' else ': '}{note}" if several else note


@click.command(help=say("测算：各单元、类别、等级的所需与实际", "need, supply and every indicator, by unit, class and level"))
@click.argument("city")
@plan_options
@on_option
@reading_option
@click.option("--indicator", help=say("只看某一指标，如 beds_per_1000_insured", "one indicator only"))
@click.option("--unit", help=say("只看某一单元", "one unit only"))
@click.option("--by", "by", multiple=True, type=click.Choice(["unit", "zone", "class", "level", "provider", "all"]), help=say(
    "监测指标按单元、区域、类别、等级或机构展开；可多次", "break the watched indicators down by unit, zone, class, level or provider; repeatable"))
@click.option("--plots", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help=say(
    "把所需与实际、洛伦兹曲线、同类效率的图（PNG）写入此文件夹", "write plots (PNG) of need and supply, Lorenz curves and efficiency into this folder"))
@click.option("--explain", "explained", is_flag=True, help=say("逐行列出公式、输入、口径、条款", "formula, inputs, reading and clause of each row"))
@common
def measure(
    city: str, plan_name: str, plan_dates: tuple[str, ...], day: datetime | None, readings: tuple[str, ...],
    indicator: str | None, unit: str | None, by: tuple[str, ...], plots: Path | None, explained: bool, as_json: bool, lang: str,
) -> int:
    from attrs import evolve

    from dingdian.loop.compare import compare
    from dingdian.loop.measure import measure as measure_all
    from dingdian.provisions.indicators.family import BY

    plan, facts = load(plan_name, plan_dates, readings), read(city)
    with working(say("测算", "measuring")) as progress:
        found = measure_all(facts, plan, as_day(day), by=BY if "all" in by else by, progress=progress)
    rows = _chosen(found, indicator, unit)
    if not rows and indicator and not by:  # it may be one of those that come only broken down
        with working(say("展开监测指标", "breaking the indicators down")) as progress:
            found = measure_all(facts, plan, as_day(day), by=BY, progress=progress)
        rows = _chosen(found, indicator, unit)
    if not rows:
        known = ", ".join(dict.fromkeys(r.measure for r in found.rows))
        raise click.BadParameter(say(f"没有符合的指标或单元；指标有：{known}", f"nothing matches; indicators: {known}"))
    found = evolve(found, rows=rows)
    if plots is not None:
        from dingdian.report.plots.folder import write_plots

        with working(say("绘图", "drawing")):
            for path in write_plots(facts, plan, compare(found), plots, lang):
                click.echo(str(path), err=True)
    if as_json:
        echo_json(found.as_json())
    elif explained:
        click.echo("\n\n".join(found.explain(row, lang) for row in found.rows))
    else:
        from dingdian.report.console import show_gaps

        show_gaps(compare(found), lang)
        for said in dict.fromkeys(_beside(row, lang, len(rows) > 1) for row in found.rows if row.note is not None) if indicator else ():
            click.echo(said)  # one indicator asked for: what its rows have to say beside their numbers
        tell(found.notes, lang)
    return FINE
