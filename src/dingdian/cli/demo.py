"""``dingdian demo``: the loop on a shipped demo city, or that city's data written out."""

from __future__ import annotations

from pathlib import Path

import click

from dingdian.cli.run import run_and_write
from dingdian.cli.shared import FINE, common, load, read, say


@click.command(help=say("用内置的济南演示城市走一遍测算、比对、论证、确定，写出报告", "run the loop on the shipped demo city and write the report"))
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
    return run_and_write(read(demo_id), load(plan_name, ()), out, None, as_json, lang)
