"""``dingdian simulate``: years to come under a plan, with intervals."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    from dingdian.loop.simulate import Forward

UNLIMITED = "unlimited"


class Arrivals(click.ParamType[Any]):
    """A whole number of applicants, or ``unlimited``."""

    name = "arrivals"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        if value == UNLIMITED:
            return UNLIMITED
        if not str(value).isdecimal() or int(value) > 10**6:
            self.fail(say(f"应为每年的申请数或 unlimited，而不是 {value}", f"should be a number of applications a year, or unlimited, not {value}"), param, ctx)
        return int(value)


class ExitRate(click.ParamType[Decimal]):
    """A share from 0 to below 1."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            rate = Decimal(str(value))
        except InvalidOperation:
            rate = Decimal(-1)
        if not (rate.is_finite() and 0 <= rate < 1):
            self.fail(say(f"应为 0 到 1（不含）之间的份额，如 0.03，而不是 {value}", f"should be a share from 0 to below 1, such as 0.03, not {value}"), param, ctx)
        return rate


@click.command(help=say("推演：按规划往后若干年的退出、释放、额度、新增、参保人与基金，给出区间",
                        "years to come under a plan: exits, releases, quotas, additions, insured persons and funds, with intervals"))
@click.argument("city")
@plan_options
@on_option
@reading_option
@click.option("--years", type=click.IntRange(1, 100), default=10, show_default=True, help=say("推演多少年", "how many years"))
@click.option("--runs", type=click.IntRange(1, 100_000), default=500, show_default=True, help=say("运行多少次", "how many runs"))
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help=say("随机种子；同一种子结果相同", "seed of chance; the same seed gives the same result"))
@click.option("--class", "provider_class", help=say("只推演这一规划类别", "one provider class only"))
@click.option("--zone", help=say("只看这一定点区域（区域代码）", "one zone only (its code)"))
@click.option("--exit-rate", type=ExitRate(), help=say("写明每年退出的份额，代替退出台账", "yearly share of the stock that exits take, instead of the exits on file"))
@click.option("--arrivals", type=Arrivals(), metavar="N|unlimited", help=say(
    "写明每类每年的申请数；unlimited 为每份额度都用完；不写则按申请台账", "applications a year and class; unlimited: every quota is used in full; those on file when left out"))
@click.option("--plot", type=click.Path(path_type=Path, dir_okay=False), help=say("把扇形图写入此 PNG 文件", "write a fan chart into this PNG file"))
@common
def simulate(
    city: str, plan_name: str, plan_dates: tuple[str, ...], day: datetime | None, readings: tuple[str, ...], years: int, runs: int, seed: int,
    provider_class: str | None, zone: str | None, exit_rate: Decimal | None, arrivals: int | str | None, plot: Path | None, as_json: bool, lang: str,
) -> int:
    from dingdian.loop.simulate import simulate as play
    from dingdian.problems import Unanswerable

    _known(provider_class)
    plan, facts = load(plan_name, plan_dates, readings), read(city)
    with working(say("推演", "simulating")) as progress:
        try:
            found = play(facts, plan, years, runs=runs, seed=seed, provider_class=provider_class, zone=zone, exit_rate=exit_rate, arrivals=arrivals,
                         on=as_day(day), progress=progress)
        except Unanswerable as error:
            raise click.UsageError(error.said(lang)) from error
    if plot is not None:
        _draw(found, plot, lang)
    if as_json:
        echo_json(found.as_json())
    else:
        from dingdian.report.forward_view import show_forward

        show_forward(found, lang)
        tell(found.notes, lang)
        click.echo(str(plot)) if plot is not None else None
    return FINE


def _known(provider_class: str | None) -> None:
    from dingdian.terms import PROVIDER_CLASSES

    if provider_class is not None and provider_class not in PROVIDER_CLASSES:
        raise click.BadParameter(say(f"没有 {provider_class}；可用：{'、'.join(PROVIDER_CLASSES)}", f"no {provider_class}; one of: {', '.join(PROVIDER_CLASSES)}"),
                                 param_hint="--class")


def _draw(found: Forward, path: Path, lang: str) -> None:
    from dingdian.report.plots.fan import fan_plot

    with working(say("绘图", "drawing")):
        path.write_bytes(fan_plot(found, lang=lang))
