"""``dingdian run``: the whole loop, written out."""

from __future__ import annotations

from datetime import date, datetime
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
    working,
)

if TYPE_CHECKING:
    from dingdian.city.model import City
    from dingdian.plans.model import Plan


@click.command(help=say("走完整个循环并写出表格、地图、年度计划、凭证与报告", "the whole loop: tables, map, annual plan, receipts, report"))
@click.argument("city")
@plan_options
@on_option
@reading_option
@click.option("--out", type=click.Path(path_type=Path), required=True, help=say("输出文件夹", "output folder"))
@common
def run(
    city: str, plan_name: str, plan_dates: tuple[str, ...], day: datetime | None, readings: tuple[str, ...], out: Path,
    as_json: bool, lang: str,
) -> int:
    return run_and_write(read(city), load(plan_name, plan_dates, readings), out, as_day(day), as_json, lang)


def run_and_write(city: City, plan: Plan, out: Path, day: date | None, as_json: bool, lang: str) -> int:
    from time import perf_counter

    from dingdian.loop.run import run as run_loop
    from dingdian.report.console import ten_lines
    from dingdian.report.output import write_run

    begun = perf_counter()
    with working(say("测算、比对、论证、确定", "measure, compare, argue, decide")) as progress:
        result = run_loop(city, plan, day, progress=progress)
    judged = perf_counter() - begun
    with working(say("写出结果", "writing")) as progress:
        written = write_run(result, city, out, lang=lang, progress=progress, plan=plan, extra={"seconds": {"loop": f"{judged:.1f}"}})
    if as_json:
        echo_json(written.as_json())
    else:
        click.echo("\n".join(ten_lines(result, out, lang)))
    return FINE
