"""``dingdian check``: rulings on applications, under one plan or several, as tables, JSON or renderings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dingdian.cli.shared import (
    FINDINGS,
    FINE,
    as_dates,
    as_day,
    common,
    echo_json,
    load,
    on_option,
    pairs,
    plans_options,
    read,
    reading_option,
    say,
    tell,
    working,
)

if TYPE_CHECKING:
    from dingdian.city.model import City
    from dingdian.plans.model import Plan


@click.command(help=say("审查申请：结论、理由、条款、何以改变", "rulings on applications, with findings, clauses and what would change them"))
@click.argument("city")
@plans_options
@on_option
@reading_option
@click.option("--application", help=say("申请编号；不填则审查全部", "one application; all when left out"))
@click.option("--file", "path", type=click.Path(path_type=Path), help=say("一份申请的 JSON 或 YAML 文件", "an application as JSON or YAML"))
@click.option("--render", type=click.Choice(["clerk", "letter", "audit", "public"]), help=say(
    "改以某种文书给出：经办表、告知书、审计凭证、公示片段", "as the clerk's table, the applicant's letter, the voucher, the public piece"))
@click.option("--out", type=click.Path(path_type=Path), help=say("把文书写入此文件夹", "write the renderings into this folder"))
@common
def check(
    city: str, plan_names: tuple[str, ...], plan_dates: tuple[str, ...], day: datetime | None, readings: tuple[str, ...],
    application: str | None, path: Path | None, render: str | None, out: Path | None, as_json: bool, lang: str,
) -> int:
    from dingdian.loop.cases import application_ids
    from dingdian.loop.decide import check as check_one

    if out and not render:
        raise click.UsageError(say("--out 须与 --render 同用", "--out goes with --render"))
    if application and path:
        raise click.UsageError(say("--application 与 --file 只用其一", "use --application or --file, not both"))
    if len(plan_names) > 1 or plan_names == ("all",):
        if render:
            raise click.UsageError(say("--render 只用于一个规划", "--render takes one plan"))
        return _check_plans(city, plan_names, plan_dates, as_day(day), readings, _application(path) if path else application, as_json, lang)
    plan, facts = load(plan_names[0], plan_dates), read(city)
    wanted: list[Any] = [_application(path)] if path else [application] if application else list(application_ids(facts))
    chosen = pairs(readings, "--reading")
    rulings = []
    with working(say("审查", "checking")) as progress:
        for number, one in enumerate(wanted, start=1):
            rulings.append(check_one(facts, plan, one, on=as_day(day), readings=chosen))
            progress("", number, len(wanted))
    if render:
        _render(rulings, facts, plan, render, out, as_json, lang)
    elif as_json:
        echo_json({"rulings": [ruling.as_json() for ruling in rulings]})
    else:
        from dingdian.report.console import show_rulings

        show_rulings(rulings, lang)
        tell([note for ruling in rulings for note in ruling.notes], lang)
    return FINE if all(ruling.outcome == "eligible" for ruling in rulings) else FINDINGS


def _render(rulings: list[Any], city: City, plan: Plan, render: str, out: Path | None, as_json: bool, lang: str) -> None:
    """Rulings in one of the four renderings: as text, or as files in a folder."""
    from dingdian.report.renderings import rendered, trees, write

    found = trees(rulings, city, plan)
    if out is not None:
        written = write(found, render, out, lang)
        echo_json({"written": written}) if as_json else click.echo("\n".join(str(out / name) for name in written))
    elif as_json:
        echo_json({"renderings": [rendered(tree, render, lang).as_json() for tree in found]})
    else:
        for tree in found:
            click.echo(rendered(tree, render, lang).text, nl=False)


def _check_plans(
    city: str, names: tuple[str, ...], plan_dates: tuple[str, ...], day: date | None, readings: tuple[str, ...],
    application: Any, as_json: bool, lang: str,
) -> int:
    """One application under several plans, side by side."""
    from dingdian.loop.side_by_side import prepared, side_by_side
    from dingdian.plans.load import city_pack_ids, load_plan
    from dingdian.report.side_view import show_side_by_side

    if not application:
        raise click.UsageError(say("多个规划时须指明 --application 或 --file", "several plans need --application or --file"))
    chosen = dict.fromkeys(name for given in names for name in (city_pack_ids() if given == "all" else [given]))
    plans = prepared([load_plan(name) for name in chosen], as_dates(plan_dates), pairs(readings, "--reading"))
    with working(say("审查", "checking")):
        found = side_by_side(read(city), plans, application, on=day)
    if as_json:
        echo_json(found.as_json())
    else:
        show_side_by_side(found, lang)
        tell([note for one in found.plans for note in one.ruling.notes], lang)
    return FINE if all(one.ruling.outcome == "eligible" for one in found.plans) else FINDINGS




def _application(path: Path) -> Mapping[str, Any]:
    """One application from JSON or YAML: the columns of `applications`."""
    from dingdian import located_yaml
    from dingdian.problems import BadData
    from dingdian.terms import Text

    found, places = located_yaml.read(path.read_bytes(), str(path))
    if not isinstance(found, dict):
        raise BadData([places.problem((), "bad_shape", Text("不是一份申请", "not an application"),
                                      Text("写成 列名: 值", "write column: value"), table="applications")])
    return {key: float(value) if type(value).__name__ == "Decimal" else value for key, value in found.items()}
