"""``dingdian scenario``: what the indicators would be if."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

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


@click.command(help=say("情景：如果新增、退出、迁址、增减或转换床位、人口变化、标准改变，各项指标前后如何",
                        "what the indicators would be if providers, beds, people or a norm were otherwise"))
@click.argument("city")
@plan_options
@on_option
@reading_option
@click.option("--file", "path", required=True, type=click.Path(path_type=Path, dir_okay=False), help=say("变更清单（YAML）", "the changes, as YAML"))
@click.option("--rulings", is_flag=True, help=say("同时比较每件申请的结论", "judge every application before and after too"))
@click.option("--alerts", is_flag=True, help=say("同时比较规划监测的各条界线", "look at every line that the plan watches before and after too"))
@click.option("--all", "everything", is_flag=True, help=say("没有标准的指标也列出", "list changed indicators without a standard too"))
@common
def scenario(
    city: str, plan_name: str, plan_dates: tuple[str, ...], day: datetime | None, readings: tuple[str, ...], path: Path, rulings: bool,
    alerts: bool, everything: bool, as_json: bool, lang: str,
) -> int:
    from dingdian.loop.scenario import scenario as ask

    plan, facts = load(plan_name, plan_dates, readings), read(city)
    with working(say("测算情景", "measuring the scenario")) as progress:
        found = ask(facts, plan, path, as_day(day), rulings=rulings, alerts=alerts, progress=progress)
    if as_json:
        echo_json(found.as_json())
    else:
        from dingdian.report.scenario_view import show_scenario

        show_scenario(found, lang, everything=everything)
    return FINE
