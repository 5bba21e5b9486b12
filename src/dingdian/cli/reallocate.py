"""``dingdian reallocate``: which beds could change hands inside the plan's own limits, with a certificate."""

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
    working,
)


@click.command(help=say("床位调剂：在规划的限制内哪些床位可以换地方、换等级，使标准之外的床位最少，并给出最优性证明",
                        "which beds could change hands inside the plan's limits so that fewest lie outside its norms, with a proof of how good it is"))
@click.argument("city")
@plan_options
@on_option
@reading_option
@click.option("--at-most-share", type=click.FloatRange(0, 1, min_open=True), default=0.2, show_default=True, help=say(
    "每家至多减少或增加的床位份额", "the share of its beds that an institution gives or takes at most"))
@click.option("--bed-use", type=click.FloatRange(0, min_open=True), default=0.85, show_default=True, help=say(
    "病床使用率目标：低于它的可减空床，高于它的可增", "target of bed use: below it empty beds may leave, above it beds may come"))
@click.option("--consent", multiple=True, metavar="UNIT", help=say(
    "同意跨界调剂的区县代码，可多次；all 为全部。双方都同意才可跨界", "a district that agrees to transfers across its border; repeatable, all for every one; both sides must agree"))
@click.option("--keep", type=click.IntRange(min=0), default=1, show_default=True, help=say("每家至少保留的床位", "beds that every institution keeps at least"))
@click.option("--ward", type=click.IntRange(min=1), default=1, show_default=True, help=say("以多少张为一个病区整体移动", "beds move in multiples of so many"))
@click.option("--seconds", type=click.FloatRange(min=0), help=say("最多搜索这么多秒；因此提前结束的不称最优", "search so many seconds at most; an answer cut short is not called best"))
@click.option("--measures", is_flag=True, help=say("列出调剂后改变的每项指标", "list every indicator that changes"))
@common
def reallocate(
    city: str, plan_name: str, plan_dates: tuple[str, ...], day: datetime | None, readings: tuple[str, ...], at_most_share: float, bed_use: float,
    consent: tuple[str, ...], keep: int, ward: int, seconds: float | None, measures: bool, as_json: bool, lang: str,
) -> int:
    from time import monotonic

    from dingdian.loop.reallocate import reallocate as ask

    plan, facts = load(plan_name, plan_dates, readings), read(city)
    with working(say("调剂", "reallocating")) as progress:
        found = ask(facts, plan, as_day(day), at_most_share=at_most_share, bed_use=bed_use, consent=consent, keep=keep, ward=ward,
                    seconds=seconds, clock=monotonic, progress=progress)
    if as_json:
        echo_json(found.as_json())
    else:
        from dingdian.report.reallocate_view import show_reallocation

        show_reallocation(found, lang, measures=measures)
    return FINE if found.met else FINDINGS
