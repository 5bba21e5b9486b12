"""The command line. Reads arguments, calls one function of the house, prints: no rule, no formula, no SQL lives here.

Exit codes: 0 fine, 1 findings or alerts (a ruling that is not eligible, a lint problem, a failing pack test, a replay that
differs), 2 wrong usage, 3 bad data. Heavy libraries are imported inside the verbs, so that help appears at once.
"""

from __future__ import annotations

import click

from dingdian.cli import (
    check,
    demo,
    forecast,
    importing,
    init,
    measure,
    monitor,
    plan,
    reallocate,
    replay,
    run,
    scenario,
    simulate,
    site,
)
from dingdian.cli.shared import BAD_DATA, FINDINGS, FINE, LANG, USAGE, say
from dingdian.version import __version__

__all__ = ["BAD_DATA", "FINDINGS", "FINE", "USAGE", "main"]


@click.group(help=say(
    "定点：把统筹区医保定点医药机构资源配置规划变成可执行、可解释、可复核的规则。",
    "dingdian: makes a city's plan for designated medical-insurance providers executable.",
))
@click.version_option(__version__, prog_name="dingdian")
@click.option("--lang", type=click.Choice(["zh", "en"]), default=LANG, show_default=True, help=say("语言", "language"))
def main(lang: str) -> None:
    """Sets the language; the verbs do the work."""


for verb in (demo.demo, init.init, importing.import_, plan.plan_, measure.measure, monitor.monitor, check.check, site.site, run.run, replay.replay, forecast.forecast,
             scenario.scenario, simulate.simulate, reallocate.reallocate):
    main.add_command(verb)
