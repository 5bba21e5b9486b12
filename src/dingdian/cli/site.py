"""``dingdian site``: where to add, how many are needed, or whom the city can best spare, with a certificate."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from dingdian.city.model import City

NAMED = ("streets", "applications")


class Share(click.ParamType[Decimal]):
    """A share above 0 and at most 1, as it is typed."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            share = Decimal(str(value))
        except InvalidOperation:
            share = Decimal(0)
        if not (share.is_finite() and 0 < share <= 1):
            self.fail(say(f"应为大于 0、不大于 1 的份额，如 0.95，而不是 {value}", f"should be a share above 0 and at most 1, such as 0.95, not {value}"), param, ctx)
        return share


@click.command(help=say("选址：在规划的限制内往哪里增、至少增几家、或哪几家可退出，并给出最优性证明",
                        "where to add, how many at least, or whom to spare, inside the plan's limits, with a proof of how good it is"))
@click.argument("city")
@plan_options
@on_option
@reading_option
@click.option("--class", "provider_class", default="pharmacy", show_default=True, help=say("规划类别", "provider class"))
@click.option("--kind", help=say("拟新增机构的类型，限制按类型计时需要", "kind of the newcomer, where limits ask for its type"))
@click.option("--level", help=say("拟新增机构的等级，限制按等级计时需要", "level of the newcomer, where limits ask for its level"))
@click.option("--add", type=click.IntRange(min=0), help=say("选这么多处，使新增覆盖人口最多；什么都不写时为 10", "so many places that reach most people anew; 10 when nothing is asked"))
@click.option("--cover", type=Share(), help=say("用最少的新增使覆盖率不低于此份额，如 0.95", "the fewest additions that reach this share of the people, such as 0.95"))
@click.option("--release", type=click.IntRange(min=0), help=say("在过剩处选这么多家退出，使失去服务的人最少", "so many to leave out where too many stand, with least loss"))
@click.option("--candidates", default="streets", show_default=True, metavar="streets|applications|FILE", help=say(
    "候选点：路网节点、待审申请，或 CSV 文件（candidate,lon,lat[,frame]）", "candidates: street nodes, pending applications, or a CSV file (candidate,lon,lat[,frame])"))
@click.option("--people", type=click.Choice(["insured", "residents"]), help=say(
    "按参保人或常住人口计；不填则按人口格网的口径", "count insured persons or residents; whoever the grid counts when left out"))
@click.option("--seconds", type=click.FloatRange(min=0), help=say("最多搜索这么多秒；因此提前结束的不称最优", "search so many seconds at most; an answer cut short is not called best"))
@click.option("--gap", type=click.FloatRange(min=0, max=1, max_open=True), help=say("与最优的差距已证明不超过此份额即停止，如 0.01", "stop once the proven gap is at most this share, such as 0.01"))
@click.option("--out", type=click.Path(path_type=Path), help=say("把 sites.csv、sites.geojson、site.json、map.png 写入此文件夹", "write sites.csv, sites.geojson, site.json and map.png into this folder"))
@common
def site(
    city: str, plan_name: str, plan_dates: tuple[str, ...], day: datetime | None, readings: tuple[str, ...], provider_class: str, kind: str | None,
    level: str | None, add: int | None, cover: Decimal | None, release: int | None, candidates: str, people: str | None, seconds: float | None,
    gap: float | None, out: Path | None, as_json: bool, lang: str,
) -> int:
    from time import monotonic

    from dingdian.loop.site import site as find_sites

    if sum(wanted is not None for wanted in (add, cover, release)) > 1:
        raise click.UsageError(say("--add、--cover、--release 只用其一", "use one of --add, --cover and --release"))
    _known(provider_class, kind, level)
    plan, facts = load(plan_name, plan_dates, readings), read(city)
    points = candidates if candidates in NAMED else _points(candidates, facts)
    with working(say("选址", "siting")) as progress:
        found = find_sites(
            facts, plan, provider_class, add=add, cover=cover, release=release, candidates=points, on=as_day(day), people=people, kind=kind,
            level=level, gap=gap, seconds=seconds, clock=monotonic, progress=progress)
    written = _write(found, facts, plan, out, lang) if out else []
    if as_json:
        echo_json(found.as_json())
    else:
        from dingdian.report.site_view import show_site

        show_site(found, lang)
        tell(found.notes, lang)
        click.echo("\n".join(written)) if written else None
    return FINE if found.is_met else FINDINGS


def _known(provider_class: str, kind: str | None, level: str | None) -> None:
    """Codes that no list has are wrong usage, with those that there are."""
    from dingdian.terms import KINDS, LEVELS, PROVIDER_CLASSES

    for codes, option, code in ((PROVIDER_CLASSES, "--class", provider_class), (KINDS, "--kind", kind), (LEVELS, "--level", level)):
        if code is not None and code not in codes:
            raise click.BadParameter(say(f"没有 {code}；可用：{'、'.join(codes)}", f"no {code}; one of: {', '.join(codes)}"), param_hint=option)


def _points(path: str, city: City) -> Any:
    from dingdian.city.points import read_points

    with working(say("读取候选点", "reading the candidates")):
        return read_points(Path(path), city)


def _write(found: Any, city: City, plan: Any, out: Path, lang: str) -> list[str]:
    from dingdian.report.site_files import write_site

    with working(say("写出结果", "writing")):
        return [str(path) for path in write_site(found, city, plan, out, lang=lang)]
