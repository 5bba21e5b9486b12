"""Tables for people at a terminal, and the lines at the end of a run. Nothing here goes into a file.

Names of a city are printed as text: rich's own markup in them is not obeyed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from dingdian.loop.results import Gap, Gaps, Ruling, Run
from dingdian.provisions.finding import NOT_APPLICABLE, Finding, Measure
from dingdian.report import formats, words
from dingdian.terms import PROVIDER_CLASSES, Text

_STYLES = {
    "eligible": "green", "refused": "red", "review": "yellow", "holds": "green", "fails": "red", "undetermined": "yellow",
    "short": "dark_orange", "over": "blue", "within": "green", "information": "dim", "not_applicable": "dim",
}
_SUMMARY_LINES = 6
_PIPED_WIDTH = 120  # a file or a pager is not bound to the 80 columns that rich assumes


def say(zh: str, en: str, lang: str) -> str:
    return en if lang == "en" else zh


def gaps_tables(gaps: Gaps, lang: str = "zh") -> list[Table]:
    """One table per measure with a line per unit; measures of a single unit share the first."""
    groups: dict[tuple[str, str, str, str], list[Gap]] = {}
    for gap in gaps.rows:
        row = gap.measure
        groups.setdefault((row.measure, row.provider_class, row.level, row.subject), []).append(gap)
    single = [found[0] for found in groups.values() if len(found) == 1]
    first = [_gaps(single, say("单项指标", "single measures", lang), lang, named=True)] if single else []
    return first + [_gaps(found, _heading(found[0].measure, lang), lang) for found in groups.values() if len(found) > 1]


def _heading(row: Measure, lang: str) -> str:
    unit = words.unit_of_measure(row.unit_of_measure, lang)
    return f"{_name(row, lang)}{f'（{unit}）' if unit else ''} · {row.locator}"


def _gaps(found: Sequence[Gap], title: str, lang: str, *, named: bool = False) -> Table:
    first = [("单元", "unit"), ("指标", "measure")] if named else [("单元", "unit")]
    heads = [*first, ("实际", "supply"), ("目标", "need"), ("差值", "gap"), ("比对", "position"), ("数据日期", "dated")]
    table = _table([*heads, *([("条款", "clause")] if named else [])], lang)
    table.title, table.title_justify = _plain(title), "left"
    for gap in found:
        row = gap.measure
        unit = row.unit_of_measure if named else ""
        name = [_plain(_name(row, lang))] if named else []
        clause = [_plain(row.locator)] if named else []
        table.add_row(
            _plain(row.unit_name), *name, _plain(formats.quantity(row.supply, unit, lang, reason=row.reason)),
            _plain(formats.band(row.need_low, row.need_high, lang)), _plain(formats.number(row.gap, lang, plus=True)),
            _code(gap.position, words.position(gap.position, lang)), _plain(formats.iso(row.as_of)), *clause,
        )
    return table


def _name(row: Measure, lang: str) -> str:
    detail = words.detail(row, lang)
    return f"{row.title(lang)} · {detail}" if detail else row.title(lang)


def rulings_table(rulings: Iterable[Ruling], lang: str = "zh") -> Table:
    """Outcomes, one line per application; ※ marks those that a person must confirm."""
    heads = [("编号", "id"), ("机构", "provider"), ("类别", "class"), ("区县", "unit"), ("结论", "outcome"), ("理由", "reason")]
    table = _table(heads, lang)
    for ruling in rulings:
        mark = " ※" if ruling.needs_confirmation else ""
        table.add_row(
            _plain(ruling.application), _plain(ruling.name),
            _plain(words.label(PROVIDER_CLASSES, ruling.provider_class, lang)), _plain(ruling.district_name or formats.DASH),
            _code(ruling.outcome, words.outcome(ruling.outcome, lang) + mark), _plain(words.reason(ruling, lang)),
        )
    return table


def findings_table(ruling: Ruling, lang: str = "zh") -> Table:
    """Every finding that speaks of the case; the deciding ones in bold."""
    heads = [("结果", "result"), ("规则", "provision"), ("判定", "finding"), ("实际/标准", "value/threshold"), ("余量", "margin"), ("条款", "clause")]
    table = _table(heads, lang)
    for finding in ruling.findings:
        if finding.status != NOT_APPLICABLE:
            table.add_row(*_finding(finding, lang), style="bold" if finding.provision in ruling.deciding else "")
    return table


def _finding(finding: Finding, lang: str) -> tuple[Styled, ...]:
    said = finding.judgement
    return (
        _code(said.status, words.finding_status(said.status, lang)), _plain(finding.provision), _plain(said.sentence(lang)),
        _plain(formats.comparison(said.value, said.operator, said.threshold, lang)),
        _plain(formats.quantity(said.margin, said.unit_of_measure, lang, plus=True)), _plain(finding.locator),
    )


def show_gaps(gaps: Gaps, lang: str = "zh") -> None:
    """Print measures against their need."""
    _print([*gaps_tables(gaps, lang), *_marks(gaps, lang)])


def show_rulings(rulings: Sequence[Ruling], lang: str = "zh") -> None:
    """Print rulings; a single one with its findings, what would flip it and what would change it."""
    if len(rulings) != 1:
        _print([rulings_table(rulings, lang), *([_legend(lang)] if any(r.needs_confirmation for r in rulings) else [])])
        return
    _print(ruling_lines(rulings[0], lang))


def ruling_lines(ruling: Ruling, lang: str = "zh") -> list[Table | Styled]:
    """One ruling in full, for a terminal."""
    lines: list[Table | Styled] = [
        Styled(f"{ruling.application} · {ruling.name}", style="bold"), Styled(ruling.sentence(lang), style=_STYLES.get(ruling.outcome, "")),
        findings_table(ruling, lang),
    ]
    lines += [Styled(f"{say('换口径', 'another reading', lang)} {flip.reading}={flip.option}: {flip.sentence(lang)}", style="yellow") for flip in ruling.flips]
    lines += [Styled(f"{say('改变结论', 'would change', lang)}: {text(lang)}") for text in ruling.would_change]
    if ruling.untranslated:
        lines.append(Styled(f"{say('须人工把握的条款', 'clauses left to people', lang)}: {'、'.join(ruling.untranslated)}", style="dim"))
    if ruling.needs_confirmation:
        lines.append(_legend(lang))
    return lines


def ten_lines(run: Run, directory: Path, lang: str = "zh") -> list[str]:
    """What the end of ``dingdian run`` says: marks, the run's own summary, and where to look. At most ten lines."""
    status = words.PLAN_STATUSES.get(run.plan.status, Text(run.plan.status, run.plan.status))
    first = f"{run.city.name} · {run.plan.title(lang)} · {status(lang)} · {formats.iso(run.date_on)}"
    marks = [say("合成数据：不反映任何真实机构。", "SYNTHETIC data: no real provider is described.", lang)] if run.city.synthetic else []
    files = [
        f"{say('报告', 'report', lang)}: {directory / 'report.html'}",
        f"{say('年度计划、表格、地图、图层、凭证', 'plan, tables, map, layers, receipts', lang)}: annual-plan.docx · tables.xlsx · map.png · layers.gpkg · receipts/",
    ]
    # The run's own summary ends with places and applications: when it is long, its end says more than its middle.
    summary = [text(lang) for text in run.summary]
    kept = summary if len(summary) <= _SUMMARY_LINES else [*summary[: _SUMMARY_LINES - 4], *summary[-4:]]
    return [first, *marks, *kept, *files]


def _marks(rows: Gaps, lang: str) -> list[Styled]:
    said = [Styled(say("规划为征求意见稿。", "The plan is a draft for comment.", lang), style="dim")] if rows.plan.status != "final" else []
    if rows.city.synthetic:
        tables = "、".join(rows.city.synthetic)
        said.append(Styled(say(f"合成数据：{tables}", f"Synthetic tables: {tables}", lang), style="magenta"))
    return said


def _legend(lang: str) -> Styled:
    return Styled(say("※ 结论随条款理解口径而变，须人工确认。", "※ hangs on a reading: a person must confirm.", lang), style="dim")


def _table(heads: Iterable[tuple[str, str]], lang: str) -> Table:
    table = Table(show_lines=False, header_style="bold", pad_edge=False)
    for zh, en in heads:
        right = en in ("supply", "need", "gap", "margin", "value/threshold")
        table.add_column(say(zh, en, lang), justify="right" if right else "left", overflow="fold")
    return table


def _plain(text: str) -> Styled:
    return Styled(formats.printable(text))


def _code(code: str, text: str) -> Styled:
    return Styled(text, style=_STYLES.get(code, ""))


def _print(parts: Iterable[Table | Styled]) -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, _PIPED_WIDTH)
    for part in parts:
        console.print(part)
