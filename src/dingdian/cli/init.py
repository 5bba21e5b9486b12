"""``dingdian init``: an empty city folder with templates."""

from __future__ import annotations

from pathlib import Path

import click

from dingdian.cli.shared import FINE, common, echo_json, say


@click.command(help=say("新建一个城市数据文件夹：CSV 与 Excel 模板", "make an empty city folder with templates"))
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
