"""``dingdian import``: checks foreign data and, when asked, writes a city folder."""

from __future__ import annotations

from pathlib import Path

import click

from dingdian.cli.shared import BAD_DATA, FINE, common, echo_json, say, working


@click.command("import", help=say("检查并导入数据；默认只检查，--commit 才写入", "check and import data; a dry run unless --commit"))
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
