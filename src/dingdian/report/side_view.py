"""One application under several plans as a table for a terminal: a row for each plan, the deciding clauses beside the outcome."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from dingdian.loop.side_by_side import SideBySide, UnderPlan
from dingdian.report import formats, words

_STYLES = {"eligible": "green", "refused": "red", "review": "yellow"}
_PIPED_WIDTH = 140


def side_table(found: SideBySide, lang: str = "zh") -> Table:
    """Plan, outcome, whether it is robust, and each deciding clause with its sentence."""
    table = Table(title=Styled(formats.printable(f"{found.application} · {found.name}")), title_justify="left", show_lines=True,
                  header_style="bold", pad_edge=False)
    for zh, en in (("规划", "plan"), ("结论", "outcome"), ("是否稳健", "robust"), ("起决定作用的条款", "deciding clauses")):
        table.add_column(en if lang == "en" else zh, overflow="fold")
    for one in found.plans:
        table.add_row(
            Styled(one.plan.id), Styled(words.outcome(one.ruling.outcome, lang), style=_STYLES.get(one.ruling.outcome, "")),
            Styled(_robust(one, lang)), Styled(formats.printable(_deciding(one, lang))),
        )
    return table


def _robust(one: UnderPlan, lang: str) -> str:
    if one.ruling.robust:
        return "yes" if lang == "en" else "稳健"
    return "hangs on a reading" if lang == "en" else "随口径而变"


def _deciding(one: UnderPlan, lang: str) -> str:
    lines = [f"{d.clause} {d.provision}: {d.sentence(lang)}" for d in one.deciding]
    return "\n".join(lines or [one.ruling.sentence(lang)])


def show_side_by_side(found: SideBySide, lang: str = "zh") -> None:
    """Print the table."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, _PIPED_WIDTH)
    console.print(side_table(found, lang))
