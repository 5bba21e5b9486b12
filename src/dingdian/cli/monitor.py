"""``dingdian monitor``: lines of the plan that are crossed or near, with their clause and the date of the data."""

from __future__ import annotations

from datetime import datetime

import click

from dingdian.cli.shared import (
    FINDINGS,
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


@click.command(help=say("监测预警：越过或临近规划界线的情形，附条款与数据日期", "alerts: lines of the plan that are crossed or near, with clause and date"))
@click.argument("city")
@plan_options
@on_option
@reading_option
@click.option("--earlier", "earlier", multiple=True, metavar="CITY",
              help=say("同一统筹区较早的数据，可多次，用于比较变化", "the same pooling area at an earlier date, repeatable: changes since then"))
@click.option("--trigger", metavar="ID", help=say("只看某一预警条件或某条规定", "one trigger, or one provision, only"))
@click.option("--lead", "lead_days", type=click.IntRange(min=0), default=30, show_default=True, metavar="DAYS",
              help=say("期限前多少天起算临近", "how many days ahead a deadline is near"))
@common
def monitor(
    city: str, plan_name: str, plan_dates: tuple[str, ...], day: datetime | None, readings: tuple[str, ...], earlier: tuple[str, ...],
    trigger: str | None, lead_days: int, as_json: bool, lang: str,
) -> int:
    from attrs import evolve

    from dingdian.loop.monitor import monitor as monitor_all
    from dingdian.problems import Unanswerable

    plan, facts = load(plan_name, plan_dates, readings), read(city)
    towns = [read(name) for name in earlier]
    with working(say("监测", "monitoring")) as progress:
        try:
            found = monitor_all(facts, plan, as_day(day), earlier=towns, lead_days=lead_days, progress=progress)
        except Unanswerable as error:
            raise click.BadParameter(error.said(lang), param_hint="--earlier") from error
    if trigger is not None:
        known = dict.fromkeys([*(row.trigger for row in found.rows), *(p.id for p in plan.provisions)])
        if trigger not in known:
            raise click.BadParameter(say(f"没有这一项；有：{'、'.join(known)}", f"no such trigger; there are: {', '.join(known)}"), param_hint="--trigger")
        found = evolve(found, rows=tuple(row for row in found.rows if trigger in (row.trigger, row.provision)),
                       trends=tuple(trend for trend in found.trends if trigger in (trend.measure, trend.provision)))
    if as_json:
        echo_json(found.as_json())
    else:
        from dingdian.report.alerts_view import show_alerts

        show_alerts(found, lang, whole=trigger is not None)
        tell(found.notes, lang)
    return FINDINGS if found.raised else FINE
