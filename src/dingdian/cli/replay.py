"""``dingdian replay``: a ruling again from its receipt."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dingdian.cli.shared import FINDINGS, FINE, common, echo_json, load, read, reading_option, say

if TYPE_CHECKING:
    from dingdian.plans.model import Plan


@click.command(help=say("按凭证重演一项审查结论", "the same ruling again, byte for byte, or the first differences"))
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
