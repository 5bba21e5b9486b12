"""A scenario for people at a terminal: what was changed, which indicators turn, the numbers that move, what nobody can tell any more, and whose ruling turns.

Adds no number. Names of a city are printed as text: rich's own markup in them is not obeyed.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from dingdian.loop.differences import CaseRow
from dingdian.loop.scenario.outcome import AlertTurn, BeforeAfter, Scenario
from dingdian.provisions.alert import STATES
from dingdian.provisions.finding import Measure
from dingdian.report import formats, words
from dingdian.terms import POSITIONS

_WIDTH = 120  # a file or a pager is not bound to the 80 columns that rich assumes
_HEADS = (("单元", "unit"), ("指标", "measure"), ("此前", "before"), ("此后", "after"), ("此前目标", "need before"), ("此后目标", "need after"), ("比对", "position"))
_REASONS = 5  # as many are shown
_RIGHT = ("before", "after", "need before", "need after")
_STYLES = {"short": "dark_orange", "over": "blue", "within": "green"}


def show_scenario(found: Scenario, lang: str = "zh", *, everything: bool = False) -> None:
    """Print a scenario."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, _WIDTH)
    for part in scenario_lines(found, lang, everything=everything):
        console.print(part)


def scenario_lines(found: Scenario, lang: str = "zh", *, everything: bool = False) -> Iterable[Styled | Table]:
    """The parts of a scenario, in order."""
    yield _plain(f"{found.cities[0].name} · {found.plans[1].title(lang)} · {formats.iso(found.date_on)}", "bold")
    if found.title:
        yield _plain(found.title, "bold")
    if found.cities[0].synthetic:
        yield _plain(say("合成数据：不反映任何真实机构。", "SYNTHETIC data: no real provider is described.", lang), "magenta")
    yield from (_plain(f"{number}. {change(lang)}") for number, change in enumerate(found.changes, start=1))
    yield _plain(_summary(found, lang), "bold")
    rows = [row for row in found.changed if everything or has_norm(row)]
    if rows:
        yield measures_table(rows, lang)
    if len(rows) < len(found.changed):
        others = len(found.changed) - len(rows)
        yield _plain(say(f"另有 {others} 项没有标准的指标改变：--all 或 --json 列出。", f"{others} indicators without a standard change too: see --all or --json.", lang), "dim")
    yield from _lost(found, lang)
    if found.cases is not None:
        yield _plain(say(f"申请 {len(found.cases)} 件，结论改变 {len(found.flipping)} 件。",
                         f"{len(found.cases)} applications, {len(found.flipping)} with another outcome.", lang), "bold")
        yield from (line for case in found.flipping for line in flip_lines(case, lang))
    if found.alerts is not None:
        yield _plain(say(f"规划监测的界线：{len(found.alerts)} 条状态改变。", f"Lines that the plan watches: {len(found.alerts)} change their state.", lang), "bold")
        yield from (_alert(turn, lang) for turn in found.alerts)
    yield from (_plain(note(lang), "dim") for note in found.notes)


def _alert(turn: AlertTurn, lang: str) -> Styled:
    states = " → ".join(STATES[state](lang) if state else formats.DASH for state in turn.states)
    return _plain(f"  {states}: {turn.alert.sentence(lang)} ({turn.alert.locator} {turn.alert.provision})")


def has_norm(row: BeforeAfter) -> bool:
    """Whether it is held against a need on either side."""
    return any(side is not None and not (side.need_low is None and side.need_high is None) for side in row.sides)


def _lost(found: Scenario, lang: str) -> Iterable[Styled]:
    """Indicators that nobody can tell any more, because the changes leave something open, with the reasons."""
    lost = [row.after for row in found.turned if row.positions[1] == "undetermined" and row.after is not None]
    if not lost:
        return
    reasons = list(dict.fromkeys(row.reason(lang) for row in lost if row.reason is not None))
    shown, more = reasons[:_REASONS], len(reasons) - _REASONS
    yield _plain(say(f"{len(lost)} 项变为无法判定，因为变更没有写明所需数据：", f"{len(lost)} become undetermined, as the changes leave out what they need:", lang), "yellow")
    yield from (_plain(f"  {reason}", "dim") for reason in shown)
    if more > 0:
        yield _plain(say(f"  另有 {more} 种原因", f"  and {more} more reasons", lang), "dim")


def _summary(found: Scenario, lang: str) -> str:
    total, changed, turned = len(found.rows), len(found.changed), len(found.turned)
    return say(f"指标 {total} 项：{changed} 项数值改变，其中 {turned} 项比对结果改变；{found.unchanged} 项不变。",
               f"{total} indicators: {changed} change, {turned} of them stand elsewhere relative to their need; {found.unchanged} stay.", lang)


def measures_table(rows: Iterable[BeforeAfter], lang: str) -> Table:
    """Indicators before and after; a position that turns is shown as ``short → within``."""
    table = Table(show_lines=False, header_style="bold", pad_edge=False)
    for zh, en in _HEADS:
        table.add_column(say(zh, en, lang), justify="right" if en in _RIGHT else "left", overflow="fold")
    for row in rows:
        before, after = row.sides
        table.add_row(
            _plain(row.row.unit_name), _plain(_name(row.row, lang)), _plain(_supply(before, lang)), _plain(_supply(after, lang)),
            _plain(_need(before, lang)), _plain(_need(after, lang)), _position(row, lang))
    return table


def _name(row: Measure, lang: str) -> str:
    detail = words.detail(row, lang)
    return f"{row.title(lang)} · {detail}" if detail else row.title(lang)


def _supply(row: Measure | None, lang: str) -> str:
    return formats.DASH if row is None else formats.quantity(row.supply, row.unit_of_measure, lang)


def _need(row: Measure | None, lang: str) -> str:
    return formats.DASH if row is None else formats.band(row.need_low, row.need_high, lang)


def _position(row: BeforeAfter, lang: str) -> Styled:
    names = [POSITIONS.label(place, lang) if place else formats.DASH for place in row.positions]
    return _plain(" → ".join(dict.fromkeys(names)), _STYLES.get(row.positions[1], "") if row.turned else "dim")


def flip_lines(case: CaseRow, lang: str) -> Iterable[Styled]:
    """One application whose outcome turns, with what decided either side."""
    outcomes = " → ".join(words.outcome(outcome, lang) for outcome in case.outcomes)
    yield _plain(f"  {case.application} {case.name}: {outcomes}")
    for name, side in zip((say("此前", "before", lang), say("此后", "after", lang)), case.deciding):
        yield from (_plain(f"    {name} {one.clause} {one.provision}: {one.sentence(lang)}", "dim") for one in side)


def say(zh: str, en: str, lang: str) -> str:
    return en if lang == "en" else zh


def _plain(text: str, style: str = "") -> Styled:
    return Styled(formats.printable(text), style=style)
