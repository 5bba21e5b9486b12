"""``dingdian plan …``: the policy packs, listed, shown, checked, read back, tested, compared and carried to and from workbooks."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from dingdian.cli.shared import (
    FINDINGS,
    FINE,
    as_day,
    common,
    echo_json,
    json_text,
    load,
    on_option,
    read,
    say,
    working,
)


@click.group("plan", help=say("规划包：列出、查看、新建、核对、读出、检验、比较、导出", "policy packs: list, show, new, lint, explain, test, diff, export"))
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
@click.option("--other-city", help=say("再取一个城市，把规则的影响与数据的影响分开", "a second city: what comes from the rules and what from the data is told apart"))
@on_option
@common
def plan_diff(first: str, second: str, city: str | None, other_city: str | None, day: datetime | None, as_json: bool, lang: str) -> int:
    from dingdian.loop.differ import diff_plans
    from dingdian.report.diff_view import diff_lines

    one, two = load(first, ()), load(second, ())
    if other_city and not city:
        raise click.UsageError(say("--other-city 须与 --city 同用", "--other-city goes with --city"))
    facts, others = read(city) if city else None, read(other_city) if other_city else None
    with working(say("比较", "comparing")):
        found = diff_plans(one, two, facts, on=as_day(day), other_city=others)
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
