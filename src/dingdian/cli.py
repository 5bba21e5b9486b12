"""The command line. Reads arguments, calls one function of the house, prints: no rule, no formula, no SQL lives here.

Exit codes: 0 fine, 1 findings or alerts (a ruling that is not eligible, a lint problem, a failing pack test, a replay that
differs), 2 wrong usage, 3 bad data. Heavy libraries are imported inside the verbs, so that help appears at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dingdian.version import __version__

if TYPE_CHECKING:
    from dingdian.city.model import City
    from dingdian.plans.model import Plan
    from dingdian.problems import BadData

Verb = Callable[..., Any]

FINE, FINDINGS, USAGE, BAD_DATA = 0, 1, 2, 3


def _asked_language(arguments: Iterable[str]) -> str:
    """``--lang`` as typed, before click runs: help is written in it too."""
    words = list(arguments)
    for here, following in zip(words, [*words[1:], ""]):
        if here.startswith("--lang="):
            return "en" if here == "--lang=en" else "zh"
        if here == "--lang":
            return "en" if following == "en" else "zh"
    return "en" if os.environ.get("DINGDIAN_LANG", "") == "en" else "zh"


LANG = _asked_language(sys.argv[1:])


def say(zh: str, en: str) -> str:
    """One of two texts, in the language of this run."""
    return en if LANG == "en" else zh


# --- what every verb shares --------------------------------------------------------------------------------------


def common(function: Verb) -> Verb:
    """``--json`` and ``--lang``; the user's mistakes as located lines instead of tracebacks."""

    @wraps(function)
    def guarded(*args: Any, as_json: bool, lang: str, **kwargs: Any) -> None:
        from dingdian.problems import BadData

        try:
            code = function(*args, as_json=as_json, lang=lang, **kwargs)
        except BadData as error:
            report_problems(error, as_json, lang)
            code = BAD_DATA
        except OSError as error:
            click.echo(f"{error.filename or ''}: {error.strerror or error}", err=True)
            code = BAD_DATA
        sys.exit(code or FINE)

    with_json = click.option("--json", "as_json", is_flag=True, help=say("以 JSON 输出", "print JSON"))(guarded)
    return click.option(
        "--lang", type=click.Choice(["zh", "en"]), default=LANG, show_default=True, help=say("语言", "language")
    )(with_json)


def report_problems(error: BadData, as_json: bool, lang: str) -> None:
    """Every problem: on stdout as JSON when asked, else one line each on stderr."""
    if as_json:
        echo_json({"errors": [problem.as_json(lang) for problem in error.problems]})
        return
    for problem in error.problems:
        click.echo(problem.line(lang), err=True)


def echo_json(value: Any) -> None:
    from dingdian import canonical

    click.echo(canonical.dumps(value), nl=False)


def json_text(value: Any) -> str:
    """JSON of values that are plain already, such as a schema, whose bounds are floats."""
    from dingdian import canonical

    return canonical.write(value).rstrip("\n")


def on_option(function: Verb) -> Verb:
    return click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help=say("判断日期", "day of the question"))(function)


def plan_options(function: Verb) -> Verb:
    """``--plan`` and the plan's open dates."""
    return click.option("--plan", "plan_name", required=True, metavar="PLAN",
                        help=say("规划包编号或文件夹", "id of a plan, or its folder"))(plan_date_option(function))


def plans_options(function: Verb) -> Verb:
    """``--plan``, once or several times, and the plans' open dates."""
    return click.option("--plan", "plan_names", required=True, multiple=True, metavar="PLAN", help=say(
        "规划包编号或文件夹；可多次，all 为全部内置城市规划", "id of a plan, or its folder; repeatable, all: every shipped city plan",
    ))(plan_date_option(function))


def plan_date_option(function: Verb) -> Verb:
    return click.option("--plan-date", "plan_dates", multiple=True, metavar="NAME=DATE",
                        help=say("设定规划未定的日期，如 publication=2026-06-15", "set a date the plan leaves open"))(function)


def reading_option(function: Verb) -> Verb:
    return click.option("--reading", "readings", multiple=True, metavar="ID=OPTION",
                        help=say("改用某一理解口径，如 AMB-06=slow", "take another reading, such as AMB-06=slow"))(function)


def pairs(words: Iterable[str], option: str) -> dict[str, str]:
    """``NAME=VALUE`` words as a mapping; a word without = is wrong usage."""
    found = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or not name or not value:
            raise click.BadParameter(say(f"应写成 名称=值，而不是 {word}", f"should be NAME=VALUE, not {word}"), param_hint=option)
        found[name.strip()] = value.strip()
    return found


def load(plan_name: str, plan_dates: Iterable[str], readings: Iterable[str] = ()) -> Plan:
    """The plan with dates and readings as asked."""
    from dingdian.plans.load import load_plan

    return load_plan(plan_name).with_dates(**as_dates(plan_dates)).with_readings(pairs(readings, "--reading"))


def as_dates(plan_dates: Iterable[str]) -> dict[str, date]:
    """``NAME=DATE`` words as days."""
    dates = {}
    for name, value in pairs(plan_dates, "--plan-date").items():
        try:
            dates[name] = date.fromisoformat(value)
        except ValueError as error:
            raise click.BadParameter(say(f"{value} 不是日期", f"{value} is not a date"), param_hint="--plan-date") from error
    return dates


def read(name: str) -> City:
    from dingdian.city.read import read_city

    with working(say("读取城市数据", "reading the city")):
        return read_city(name)


def as_day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


@contextmanager
def working(what: str) -> Iterator[Callable[[str, int, int], None]]:
    """A progress line on stderr while something long runs; silent where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda stage, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda stage, done, total: progress.update(task, description=f"{what} · {stage}", completed=done, total=total)


# --- verbs -------------------------------------------------------------------------------------------------------


@click.group(help=say(
    "定点：把统筹区医保定点医药机构资源配置规划变成可执行、可解释、可复核的规则。",
    "dingdian: makes a city's plan for designated medical-insurance providers executable.",
))
@click.version_option(__version__, prog_name="dingdian")
@click.option("--lang", type=click.Choice(["zh", "en"]), default=LANG, show_default=True, help=say("语言", "language"))
def main(lang: str) -> None:
    """Sets the language; the verbs do the work."""


@main.command(help=say("用内置的济南演示城市走一遍测算、比对、论证、确定，写出报告", "run the loop on the shipped demo city and write the report"))
@click.argument("demo_id", default="jinan-demo")
@click.option("--out", type=click.Path(path_type=Path), default=Path("dingdian-demo"), show_default=True,
              help=say("输出文件夹", "output folder"))
@click.option("--export", type=click.Path(path_type=Path), help=say("只导出演示城市数据到此文件夹", "only write the demo city's data here"))
@click.option("--no-serve", is_flag=True, help=say("写完报告即结束（工作台尚未提供，现总是如此）", "end after the report (there is no workbench yet)"))
@click.option("--plan", "plan_name", default="jinan-2026", show_default=True, help=say("规划包", "plan"))
@common
def demo(demo_id: str, out: Path, export: Path | None, no_serve: bool, plan_name: str, as_json: bool, lang: str) -> int:
    if export is not None:
        read(demo_id).write(export)
        click.echo(str(export))
        return FINE
    return _run(read(demo_id), load(plan_name, ()), out, None, as_json, lang)


@main.command(help=say("新建一个城市数据文件夹：CSV 与 Excel 模板", "make an empty city folder with templates"))
@click.argument("directory", type=click.Path(path_type=Path))
@common
def init(directory: Path, as_json: bool, lang: str) -> int:
    from dingdian.city.template import write_template

    write_template(directory)
    written = sorted(str(path) for path in directory.iterdir())
    if as_json:
        echo_json({"written": written})
    else:
        click.echo("\n".join(written))
        click.echo(say(f"填好后运行：dingdian import {directory} 目标文件夹", f"when filled in: dingdian import {directory} TARGET"))
    return FINE


@main.command("import", help=say("检查并导入数据；默认只检查，--commit 才写入", "check and import data; a dry run unless --commit"))
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--commit", is_flag=True, help=say("检查通过后写入", "write when everything is right"))
@click.option("--mapping", type=click.Path(path_type=Path), help=say("外来文件的对照说明 mapping.yaml", "mapping.yaml for foreign files"))
@click.option("--frame", help=say("写入时改用的工作坐标系", "bring everything into this coordinate frame"))
@common
def import_(source: Path, target: Path, commit: bool, mapping: Path | None, frame: str | None, as_json: bool, lang: str) -> int:
    from dingdian.city.importing import import_city
    from dingdian.report.import_view import import_lines

    with working(say("检查数据", "checking")):
        report = import_city(source, target, commit=commit, mapping=mapping, frame=frame)
    if as_json:
        echo_json(report.as_json(lang))
    else:
        click.echo("\n".join(import_lines(report, lang)))
        for problem in report.problems:
            click.echo(problem.line(lang), err=True)
    return FINE if report.ok else BAD_DATA


@main.group("plan", help=say("规划包：列出、查看、新建、核对、读出、检验、比较、导出", "policy packs: list, show, new, lint, explain, test, diff, export"))
def plan_() -> None:
    pass


@plan_.command("list", help=say("列出内置规划包", "the shipped packs"))
@common
def plan_list(as_json: bool, lang: str) -> int:
    from dingdian.plans.load import load_plan, pack_ids

    plans = [load_plan(name) for name in pack_ids()]
    if as_json:
        echo_json({"plans": [{"id": p.id, "title": p.title, "status": p.status, "revision": p.revision, "sha256": p.sha256} for p in plans]})
    else:
        for plan in plans:
            click.echo(f"{plan.id}\t{plan.status}\t{plan.title(lang)}")
    return FINE


@plan_.command("show", help=say("规划包的条款、规定、口径与日期", "clauses, provisions, readings and dates of a pack"))
@click.argument("name")
@common
def plan_show(name: str, as_json: bool, lang: str) -> int:
    from dingdian.report.plan_view import plan_json, plan_lines

    plan = load(name, ())
    if as_json:
        echo_json(plan_json(plan))
    else:
        click.echo("\n".join(plan_lines(plan, lang)))
    return FINE


@plan_.command("lint", help=say("核对规划包：条款→规定→测试的台账与缺口", "hold a pack against itself: the ledger and its gaps"))
@click.argument("name", required=False)
@common
def plan_lint(name: str | None, as_json: bool, lang: str) -> int:
    from dingdian.plans.lint import lint_pack
    from dingdian.plans.load import pack_ids
    from dingdian.report.plan_view import lint_lines, lint_total

    reports = [lint_pack(one) for one in ([name] if name else pack_ids())]
    if as_json:
        echo_json({"reports": [report.as_json(lang) for report in reports]})
    else:
        for report in reports:
            click.echo("\n".join(lint_lines(report, lang)))
        click.echo(lint_total(reports, lang)) if name is None else None
    return FINDINGS if any(report.problems for report in reports) else FINE


@plan_.command("explain", help=say("用一句话读出每条规定，供确认", "read each provision back as one sentence"))
@click.argument("name")
@click.argument("provision", required=False)
@common
def plan_explain(name: str, provision: str | None, as_json: bool, lang: str) -> int:
    from dingdian.plans.explain import explain

    plan = load(name, ())
    known = [p.id for p in plan.provisions]
    if provision is not None and provision not in known:
        raise click.BadParameter(say(f"没有这条规定；可用：{'、'.join(known)}", f"no such provision; one of: {', '.join(known)}"))
    said = [explain(plan, p) for p in plan.provisions if provision in (None, p.id)]
    if as_json:
        echo_json({"plan": plan.id, "provisions": [one.as_json() for one in said]})
    else:
        click.echo("\n".join(line for one in said for line in one.lines(lang)))
    return FINE


@plan_.command("test", help=say("运行规划包旁的测试", "run the tests beside a pack"))
@click.argument("name", required=False)
@common
def plan_test(name: str | None, as_json: bool, lang: str) -> int:
    from dingdian.loop.pack_tests import run_pack_tests
    from dingdian.plans.load import pack_ids

    found = {}
    for one in [name] if name else pack_ids():
        with working(say(f"检验 {one}", f"testing {one}")):
            found[one] = run_pack_tests(load(one, ()))
    if as_json:
        echo_json({"plans": {one: [result.as_json() for result in results] for one, results in found.items()}})
    else:
        for one, results in found.items():
            for result in results:
                if not result.passed:
                    place = f"{one}: {say('生成', 'generated')}" if result.is_generated else f"{one}/tests.yaml:{result.line}"
                    click.echo(f"{place}: {result.name}: {'; '.join(result.differences)}", err=True)
            failed, generated = sum(not result.passed for result in results), sum(result.is_generated for result in results)
            click.echo(say(
                f"{one}：{len(results) - failed} 项通过，{failed} 项未通过（编写 {len(results) - generated}，生成 {generated}）",
                f"{one}: {len(results) - failed} passed, {failed} failed ({len(results) - generated} written, {generated} generated)"))
    return FINDINGS if any(not result.passed for results in found.values() for result in results) else FINE


@plan_.command("new", help=say("由样板或已有规划包新建一个规划包", "a new pack from a template or another pack"))
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--id", "pack_id", default="", help=say("规划包编号；不填则用文件夹名", "id of the pack; the folder's name when left out"))
@click.option("--template", default="pharmacies", show_default=True, help=say("样板：pharmacies 或 full", "template: pharmacies or full"))
@click.option("--from", "base", default="", metavar="PLAN", help=say("复制此规划包而不用样板", "copy this pack instead of a template"))
@common
def plan_new(directory: Path, pack_id: str, template: str, base: str, as_json: bool, lang: str) -> int:
    from dingdian.plans.new import new_pack

    written = [str(path) for path in new_pack(directory, id=pack_id, template=template, base=base)]
    if as_json:
        echo_json({"written": written})
    else:
        click.echo("\n".join(written))
        click.echo(say(f"改好带“←”的地方后运行：dingdian plan lint {directory}", f"change what is marked “←”, then: dingdian plan lint {directory}"))
    return FINE


@plan_.command("schema", help=say("JSON Schema：每种条款一份，另有 plan 与 tests", "JSON Schema: one for each kind, and plan and tests"))
@click.argument("kind", required=False)
@click.option("--out", type=click.Path(path_type=Path), help=say("写入此文件夹，每份一个文件", "write one file for each into this folder"))
@common
def plan_schema(kind: str | None, out: Path | None, as_json: bool, lang: str) -> int:
    from dingdian.plans.schema import schema_names, schema_of, write_schemas

    chosen = {name: schema_of(name) for name in ([kind] if kind else schema_names())}
    if out is not None:
        written = write_schemas(chosen, out)
        echo_json({"written": written}) if as_json else click.echo("\n".join(written))
    elif kind:
        click.echo(json_text(chosen[kind]))
    elif as_json:
        click.echo(json_text({"schemas": chosen}))
    else:
        click.echo("\n".join(f"{name}\t{found['title']}" for name, found in chosen.items()))
    return FINE


@plan_.command("diff", help=say("两个规划逐项比较；给出城市时比较结论与测算", "two plans side by side; on a city, outcomes and measures too"))
@click.argument("first")
@click.argument("second")
@click.option("--city", help=say("在此城市上比较每件申请与测算", "compare every application and measure of this city"))
@on_option
@common
def plan_diff(first: str, second: str, city: str | None, day: datetime | None, as_json: bool, lang: str) -> int:
    from dingdian.loop.differ import diff_plans
    from dingdian.report.diff_view import diff_lines

    one, two = load(first, ()), load(second, ())
    facts = read(city) if city else None
    with working(say("比较", "comparing")):
        found = diff_plans(one, two, facts, on=as_day(day))
    if as_json:
        echo_json(found.as_json())
    else:
        click.echo("\n".join(diff_lines(found, lang)))
    return FINE


@plan_.command("export", help=say("把规划包写成 Excel 工作簿", "a pack as an Excel workbook"))
@click.argument("name")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--kind", "more_kinds", multiple=True, help=say("另加此种类的空表，可多次", "also an empty sheet for this kind; repeatable"))
@common
def plan_export(name: str, path: Path, more_kinds: tuple[str, ...], as_json: bool, lang: str) -> int:
    from dingdian.plans.workbook import export_pack

    export_pack(name, path, more_kinds)
    echo_json({"written": [str(path)]}) if as_json else click.echo(str(path))
    return FINE


@plan_.command("import", help=say("把工作簿读回为规划包", "a workbook back into a pack"))
@click.argument("path", type=click.Path(path_type=Path))
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help=say("覆盖已有的规划包", "replace the pack that is there"))
@common
def plan_import(path: Path, directory: Path, replace: bool, as_json: bool, lang: str) -> int:
    from dingdian.plans.workbook import import_pack

    written = [str(one) for one in import_pack(path, directory, replace=replace)]
    echo_json({"written": written}) if as_json else click.echo("\n".join(written))
    return FINE


@main.command(help=say("测算：各单元、类别、等级的所需与实际", "need, supply and every indicator, by unit, class and level"))
@click.argument("city")
@plan_options
@on_option
@reading_option
@click.option("--indicator", help=say("只看某一指标，如 beds_per_1000_insured", "one indicator only"))
@click.option("--unit", help=say("只看某一单元", "one unit only"))
@click.option("--explain", "explained", is_flag=True, help=say("逐行列出公式、输入、口径、条款", "formula, inputs, reading and clause of each row"))
@common
def measure(
    city: str, plan_name: str, plan_dates: tuple[str, ...], day: datetime | None, readings: tuple[str, ...],
    indicator: str | None, unit: str | None, explained: bool, as_json: bool, lang: str,
) -> int:
    from attrs import evolve

    from dingdian.loop.compare import compare
    from dingdian.loop.measure import measure as measure_all

    plan, facts = load(plan_name, plan_dates, readings), read(city)
    with working(say("测算", "measuring")) as progress:
        found = measure_all(facts, plan, as_day(day), progress=progress)
    rows = tuple(r for r in found.rows if indicator in (None, r.measure) and unit in (None, r.unit))
    if not rows:
        known = ", ".join(dict.fromkeys(r.measure for r in found.rows))
        raise click.BadParameter(say(f"没有符合的指标或单元；指标有：{known}", f"nothing matches; indicators: {known}"))
    found = evolve(found, rows=rows)
    if as_json:
        echo_json(found.as_json())
    elif explained:
        click.echo("\n\n".join(found.explain(row, lang) for row in found.rows))
    else:
        from dingdian.report.console import show_gaps

        show_gaps(compare(found), lang)
        for note in dict.fromkeys(row.note for row in found.rows if row.note is not None) if indicator else ():
            click.echo(note(lang))  # one indicator asked for: what its rows have to say beside their numbers
        _tell(found.notes, lang)
    return FINE


@main.command(help=say("审查申请：结论、理由、条款、何以改变", "rulings on applications, with findings, clauses and what would change them"))
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
        _tell([note for ruling in rulings for note in ruling.notes], lang)
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
        _tell([note for one in found.plans for note in one.ruling.notes], lang)
    return FINE if all(one.ruling.outcome == "eligible" for one in found.plans) else FINDINGS


def _tell(notes: Iterable[Any], lang: str) -> None:
    """What a reader must know before using a result, once each, on stderr."""
    for note in dict.fromkeys(notes):
        click.echo(note(lang), err=True)


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


@main.command(help=say("走完整个循环并写出表格、地图、年度计划、凭证与报告", "the whole loop: tables, map, annual plan, receipts, report"))
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
    return _run(read(city), load(plan_name, plan_dates, readings), out, as_day(day), as_json, lang)


def _run(city: City, plan: Plan, out: Path, day: date | None, as_json: bool, lang: str) -> int:
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


@main.command(help=say("按凭证重演一项审查结论", "the same ruling again, byte for byte, or the first differences"))
@click.argument("receipt", type=click.Path(path_type=Path))
@click.option("--city", help=say("城市数据；内置的可自动找到", "the city; shipped ones are found"))
@click.option("--plan", "plan_name", help=say("规划包；内置的可自动找到", "the plan; shipped ones are found"))
@click.option("--manifest", type=click.Path(path_type=Path), help=say("当时的 city-manifest.csv，用以指明改动的行", "city-manifest.csv of that run, to name changed rows"))
@reading_option
@common
def replay(
    receipt: Path, city: str | None, plan_name: str | None, manifest: Path | None, readings: tuple[str, ...], as_json: bool,
    lang: str,
) -> int:
    from dingdian.loop.replay import replay as replay_one

    said = _receipt(receipt)
    beside = manifest or receipt.resolve().parent.parent / "city-manifest.csv"
    result = replay_one(
        said, read(city) if city else None, _plan_of(said, plan_name, readings),
        manifest=_manifest(beside) if beside.is_file() else None,
    )
    if as_json:
        echo_json(result.as_json())
    elif result.identical:
        click.echo("identical")
    else:
        shown = result.differences[:20]
        click.echo("\n".join(difference.line() for difference in shown))
        if len(result.differences) > len(shown):
            click.echo(say(f"……另有 {len(result.differences) - len(shown)} 处", f"… and {len(result.differences) - len(shown)} more"))
    return FINE if result.identical else FINDINGS


def _plan_of(receipt: Mapping[str, Any], plan_name: str | None, readings: tuple[str, ...]) -> Plan | None:
    """The plan to replay with; None lets the receipt name a shipped one."""
    name = plan_name or (receipt.get("plan") or {}).get("id") if readings else plan_name
    return load(str(name), (), readings) if name else None


def _receipt(path: Path) -> Mapping[str, Any]:
    import json

    from dingdian.problems import BadData, Problem
    from dingdian.terms import Text

    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadData([Problem(
            code="bad_receipt", file=str(path), table="receipt", message=Text("不是 JSON 文件", "not a JSON file"),
            remedy=Text("请使用 run 产出的 receipts/*.json", "use a file from receipts/ of a run"))]) from error
    return found if isinstance(found, dict) else {}


def _manifest(path: Path) -> list[tuple[str, str, str]]:
    import csv

    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [(row["table"], row["key"], row["digest"]) for row in csv.DictReader(lines)]


if __name__ == "__main__":
    main()
