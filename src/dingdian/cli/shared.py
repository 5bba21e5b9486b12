"""What every verb shares: exit codes, the language of this run, options that several verbs take, and how mistakes are told.

Holds no verb. The user's mistakes become located lines instead of tracebacks; heavy libraries are imported inside functions.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

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


def tell(notes: Iterable[Any], lang: str) -> None:
    """What a reader must know before using a result, once each, on stderr."""
    for note in dict.fromkeys(notes):
        click.echo(note(lang), err=True)
