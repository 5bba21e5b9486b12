"""Alerts for a terminal: how many lines stand in each state, then what was raised, a table for each clause, and what has crossed its line.

Shows what the alerts say and no more; lines that are quiet are counted. Names of a city are printed as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from dingdian.loop.alerts import Alerts, Trend
from dingdian.provisions.alert import QUIET, STATES, Alert
from dingdian.report import formats, words
from dingdian.report.alert_words import gathered
from dingdian.terms import LEVELS, Text

_STYLES = {"alert": "red", "approaching": "dark_orange", "undetermined": "yellow", "quiet": "green"}
_PIPED_WIDTH = 140
SHOWN = 6  # rows of a clause, unless one trigger is asked for


def show_alerts(found: Alerts, lang: str = "zh", *, whole: bool = False) -> None:
    """Print the alerts; ``whole`` shows every row of a clause."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, _PIPED_WIDTH)
    for part in alerts_parts(found, lang, whole=whole):
        console.print(part)


def alerts_parts(found: Alerts, lang: str = "zh", *, whole: bool = False) -> list[Table | Styled]:
    """What `show_alerts` prints: the counts, a table for each clause with something raised, and the lines crossed since."""
    parts: list[Table | Styled] = [_counts(found, lang)]
    by_clause: dict[tuple[str, str], list[Alert]] = {}
    for alert in found.raised:
        by_clause.setdefault((alert.locator, alert.provision), []).append(alert)
    for (locator, provision), alerts in by_clause.items():
        told = gathered(alerts)
        shown = told if whole else told[:SHOWN]
        parts.append(_table(found, f"{locator} · {provision}", shown, lang))
        if len(shown) < len(told):
            parts.append(_more(len(told) - len(shown), told[0][0].trigger, lang))
        parts += _follows((alert for alert, _ in shown), lang)
    crossed = [trend for trend in found.trends if trend.crossed]
    return [*parts, *([_crossed(crossed, lang)] if crossed else []), *_marks(found, lang)]


def _say(zh: str, en: str, lang: str) -> str:
    return en if lang == "en" else zh


def _counts(found: Alerts, lang: str) -> Styled:
    said = "、" if lang == "zh" else ", "
    counts = said.join(f"{STATES[state](lang)} {number}" for state, number in found.counts.items())
    return Styled(f"{found.city.name} · {found.plan.title(lang)} · {formats.iso(found.date_on)}: {counts}", style="bold")


def _table(found: Alerts, title: str, told: Sequence[tuple[Alert, Text]], lang: str) -> Table:
    table = Table(title=Styled(formats.printable(title)), title_justify="left", header_style="bold", pad_edge=False)
    for zh, en in (("状态", "state"), ("情形", "what"), ("数据日期", "dated"), ("期限", "due"), ("较上期", "change")):
        table.add_column(_say(zh, en, lang), overflow="fold", justify="right" if en == "change" else "left")
    for alert, sentence in told:
        table.add_row(
            Styled(STATES[alert.state](lang), style=_STYLES[alert.state]), Styled(formats.printable(sentence(lang))),
            Styled(formats.iso(alert.since)), Styled(formats.iso(alert.due) if alert.due else ""), Styled(_change(found.trend(alert))))
    return table


def _change(trend: Trend | None) -> str:
    """The change and the date that it is from; nothing where parts of two years are not to be compared."""
    if trend is None or trend.of_unlike_spans:
        return ""
    return f"{formats.number(trend.change, plus=True)} ({formats.iso(trend.points[-2].as_of)})"


def _more(number: int, trigger: str, lang: str) -> Styled:
    return Styled(_say(f"另有 {number} 项，见 --trigger {trigger} 或 --json", f"{number} more: --trigger {trigger}, or --json", lang), style="dim")


def _follows(alerts: Iterable[Alert], lang: str) -> list[Styled]:
    """What the plan says follows, once each."""
    said = dict.fromkeys(alert.follows(lang) for alert in alerts if alert.follows is not None)
    return [Styled(formats.printable(f"{_say('规划规定', 'the plan', lang)}: {text}"), style="dim") for text in said]


def _crossed(trends: Sequence[Trend], lang: str) -> Table:
    title = _say("越过界线的指标", "measures that have crossed their line", lang)
    table = Table(title=Styled(title), title_justify="left", header_style="bold", pad_edge=False)
    for zh, en in (("条款", "clause"), ("单元", "unit"), ("指标", "measure"), ("此前", "before"), ("现在", "now")):
        table.add_column(_say(zh, en, lang), overflow="fold")
    for trend in trends:
        before, now = (f"{formats.quantity(p.value, trend.unit_of_measure, lang)} {words.position(p.position, lang)} ({formats.iso(p.as_of)})"
                       for p in trend.points[-2:])
        title = " · ".join(part for part in (trend.title(lang), words.label(LEVELS, trend.level, lang) if trend.level else "") if part)
        table.add_row(*(Styled(formats.printable(cell)) for cell in (trend.locator, trend.unit_name, title, before, now)))
    return table


def _marks(found: Alerts, lang: str) -> list[Styled]:
    quiet = found.counts[QUIET]
    said = [Styled(_say(f"其余 {quiet} 项正常，未列出。", f"Quiet and not listed: {quiet}.", lang), style="dim")] if quiet else []
    if found.city.synthetic:
        tables = "、".join(found.city.synthetic)
        said.append(Styled(_say(f"合成数据：{tables}", f"Synthetic tables: {tables}", lang), style="magenta"))
    return said
