"""经办人员审查表: every provision of one ruling in a row: clause, what was compared, margin, finding, evidence, what to do next.

For the person who handles the application: it shows internal ids, readings and evidence, and is not to be handed on.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from attrs import frozen

from dingdian.report import formats, palette, words
from dingdian.report.markup import Td, esc, table, tag
from dingdian.report.renderings.evidence import told
from dingdian.report.renderings.tree import FAILS, HOLDS, LIFTING, PARTS, UNDETERMINED, Node, Tree
from dingdian.terms import ACTIONS, EFFECTS, GOVERNING_DATES, KINDS, LEVELS, PROVIDER_CLASSES, Text

TITLE = Text("经办人员审查表", "Clerk's review table")
NOT_TO_HAND_ON = Text("内部工作用表，含其他机构信息，不对外提供。", "Internal: names other providers; not to be handed on.")
HEADS = (Text("条款", "clause"), Text("比较", "compared"), Text("余量", "margin"), Text("判定", "finding"),
         Text("理由、依据与口径", "reason, evidence, readings"), Text("下一步", "what to do next"))
TEXT_COLUMNS = 140


@frozen(kw_only=True)
class Row:
    """One finding, ready to be set in any medium; ``settled`` when it holds and decides nothing."""

    clause: str
    compared: str
    margin: str
    status: str
    finding: str
    reason: tuple[str, ...]
    evidence: str
    todo: str
    settled: bool

    @property
    def whole(self) -> tuple[str, ...]:
        return (*self.reason, self.evidence) if self.evidence else self.reason


def rows(nodes: Sequence[Node], lang: str = "zh") -> list[Row]:
    return [_row(node, lang) for node in nodes]


def _row(node: Node, lang: str) -> Row:
    said = node.judgement
    effect = EFFECTS.label(node.effect, lang)
    return Row(
        clause=f"{node.locator}\n{node.provision}\n{effect}", compared=_compared(node, lang),
        margin=formats.quantity(said.margin, said.unit_of_measure, lang, plus=True) if said.margin is not None else formats.DASH,
        status=said.status, finding=_finding(node, lang), reason=tuple(_reason(node, lang)), evidence=_evidence(node, lang),
        todo=todo(node)(lang), settled=said.status == HOLDS and not node.decides,
    )


def _compared(node: Node, lang: str) -> str:
    said = node.judgement
    operator = Text("属于", "in")(lang) if said.operator == "in" else said.operator
    shown = formats.comparison(said.value, operator, said.threshold, lang)
    unit = "" if isinstance(said.value, str) else words.unit_of_measure(said.unit_of_measure, lang)
    return f"{shown} {unit}".rstrip() if shown != formats.DASH else shown


def _finding(node: Node, lang: str) -> str:
    said = words.finding_status(node.status, lang)
    if node.excepted_by:
        said += Text(f"\n由 {node.excepted_locator} 免除", f"\nlifted by {node.excepted_locator}")(lang)
    return said + (Text("\n原则上", "\nnormally")(lang) if node.normally and node.status == FAILS else "")


def _reason(node: Node, lang: str) -> Iterator[str]:
    """The sentence; the day that governs and the day of the data; the readings."""
    said = node.judgement
    yield said.sentence(lang)
    if node.part == "silent":
        return
    days = [Text(f"以{GOVERNING_DATES.label(node.governing_date)}（{formats.iso(node.date_on)}）为准",
                 f"governed by the {GOVERNING_DATES.label(node.governing_date, 'en')}, {formats.iso(node.date_on)}")(lang)]
    if said.as_of:
        days.append(Text(f"数据日期 {said.as_of}", f"data of {said.as_of}")(lang))
    yield Text("；", "; ")(lang).join(days)
    if said.readings:
        yield f"{Text('口径：', 'readings: ')(lang)}{words.readings(said.readings)}"


def _evidence(node: Node, lang: str) -> str:
    facts = "" if node.part == "silent" else told(node.judgement.evidence, lang)
    return f"{Text('依据：', 'evidence: ')(lang)}{facts}" if facts else ""


def todo(node: Node) -> Text:
    """What the clerk does about this finding; a dash where there is nothing to do."""
    said = node.judgement
    if node.waits:
        return Text(f"补充：{'；'.join(m.phrase.zh for m in said.missing)}", f"obtain: {'; '.join(m.phrase.en for m in said.missing)}")
    if node.excepted_by:
        return Text(f"核对 {node.excepted_locator} 例外的依据材料", f"verify the documents of the exception {node.excepted_locator}")
    if node.decides and node.effect in LIFTING:
        return Text("核对例外的依据材料并归档", "verify the exception's documents and file them")
    if node.decides and node.status == FAILS:
        change = said.would_change
        return Text("；".join(["核对数据，向申请人说明条款和差距", *(c.zh for c in change)]),
                    "; ".join(["verify the data; explain clause and gap to the applicant", *(c.en for c in change)]))
    if node.decides and node.status == UNDETERMINED:
        return Text("人工研判", "a person judges")
    if node.part == "information" and said.missing:
        return Text(f"评估时核对：{'；'.join(m.phrase.zh for m in said.missing)}",
                    f"check at the assessment: {'; '.join(m.phrase.en for m in said.missing)}")
    if node.effect == "priority" and node.status == HOLDS:
        return Text("排序时作为优先", "counts first in the order")
    return Text(formats.DASH, formats.DASH)


def head(tree: Tree, lang: str = "zh") -> list[tuple[str, str]]:
    """(label, value) of what stands above the table."""
    what = " · ".join(dict.fromkeys(part for part in (
        words.label(ACTIONS, tree.action, lang), words.label(PROVIDER_CLASSES, tree.provider_class, lang),
        words.label(KINDS, tree.kind, lang), words.label(LEVELS, tree.level, lang), tree.district_name) if part))
    place = f"{tree.lon}, {tree.lat}" if tree.lon is not None and tree.lat is not None else formats.DASH
    said = [
        (Text("申请", "application"), f"{tree.application} · {tree.name}"), (Text("事项", "what"), what),
        (Text("申请日期 / 判断日期", "applied / judged"), f"{tree.applied_on or formats.DASH} / {tree.date_on}"),
        (Text("坐标", "place"), place), (Text("规划", "plan"), f"{tree.plan(lang)} · {tree.city}"),
        (Text("结论", "outcome"), tree.sentence(lang)),
    ]
    return [(label(lang), value) for label, value in said]


def remarks(tree: Tree, lang: str = "zh") -> list[tuple[str, list[str]]]:
    """(heading, lines) of what stands below the table; empty ones are left out."""
    tried = Text(f"已试其他口径 {tree.readings_tried} 种，未试的联合口径 {tree.readings_left_out} 种。",
                 f"{tree.readings_tried} other readings tried; {tree.readings_left_out} joint ones left out.")
    found = [
        (Text("换一种口径会怎样", "under another reading"),
         [f"{flip.reading} = {flip.option}{Text('：', ': ')(lang)}{flip.sentence(lang)}" for flip in tree.flips] + [tried(lang)]),
        (Text("什么会改变结论（不构成承诺）", "what would change it (no promise)"), [line(lang) for line in tree.would_change]),
        (Text("须人工把握的条款", "clauses left to people"), ["、".join(tree.untranslated)] if tree.untranslated else []),
        (Text("凭证摘要", "receipt digest"), [str(tree.receipt.get("digest") or formats.DASH)]),
    ]
    return [(heading(lang), lines) for heading, lines in found if lines]


# --- text ----------------------------------------------------------------------------------------------------------


def clerk_text(tree: Tree, lang: str = "zh", columns: int = TEXT_COLUMNS) -> str:
    """The table for a terminal, ``columns`` wide; findings that hold and decide nothing come without their evidence."""
    from rich.console import Console

    console = Console(file=io.StringIO(), width=columns, color_system=None, highlight=False, legacy_windows=False)
    _say(console, f"{TITLE(lang)}　{NOT_TO_HAND_ON(lang)}")
    for notice in tree.notices:
        _say(console, f"※ {notice(lang)}")
    for label, value in head(tree, lang):
        _say(console, f"{label}{Text('：', ': ')(lang)}{value}")
    for part, title in PARTS.items():
        nodes = tree.part(part)
        if nodes:
            _say(console, f"【{title(lang)}】")
            console.print(_grid(rows(nodes, lang), lang, part))
    for heading, lines in remarks(tree, lang):
        _say(console, f"【{heading}】")
        for line in lines:
            _say(console, f"  {line}")
    said: str = console.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in said.splitlines()) + "\n"


def _say(console: Any, text: str) -> None:
    """A line as long as it is: a terminal wraps it, a file need not."""
    from rich.text import Text as Styled

    console.print(Styled(formats.printable(text)), soft_wrap=True)


def _grid(said: list[Row], lang: str, part: str) -> Any:
    from rich.table import Table
    from rich.text import Text as Styled

    grid = Table(show_lines=part != "silent", pad_edge=False, expand=True)
    columns = [(HEADS[0], 5), (HEADS[4], 29)] if part == "silent" else list(zip(HEADS, (5, 4, 4, 3, 12, 6)))
    for heading, share in columns:
        grid.add_column(heading(lang), ratio=share, overflow="fold")
    for row in said:
        first = row.clause.replace("\n", " · ") if part == "silent" else row.clause
        said_of = row.reason if row.settled else row.whole
        cells = (first, row.reason[0]) if part == "silent" else (
            first, row.compared, row.margin, row.finding, "\n".join(said_of), row.todo)
        grid.add_row(*(Styled(formats.printable(cell)) for cell in cells))
    return grid


# --- Word ----------------------------------------------------------------------------------------------------------


def clerk_docx(tree: Tree, lang: str = "zh") -> bytes:
    """The table as a Word document; the same tree gives the same bytes."""
    from dingdian.report.word import Cell, Paper

    paper = Paper.start(title=TITLE(lang), subject=tree.plan(lang), on=tree.date_on,
                        running_head=f"{TITLE(lang)}　{NOT_TO_HAND_ON(lang)}")
    paper.title(TITLE(lang))
    for notice in tree.notices:
        paper.warning(notice(lang))
    label, value = Text("项目", "item")(lang), Text("内容", "content")(lang)
    colours = palette.OUTCOMES[tree.outcome]
    lines = head(tree, lang)
    paper.table([label, value], [*lines[:-1], (lines[-1][0], Cell(lines[-1][1], colours))], [26, 130])
    for part, title in PARTS.items():
        nodes = tree.part(part)
        if nodes:
            paper.caption(title(lang))
            _word_table(paper, rows(nodes, lang), lang, part)
    for heading, said in remarks(tree, lang):
        paper.caption(heading)
        for line in said:
            paper.note(line)
    return paper.data(tree.date_on)


def _word_table(paper: Any, said: list[Row], lang: str, part: str) -> None:
    from dingdian.report.word import Cell

    if part == "silent":
        paper.table([HEADS[0](lang), HEADS[4](lang)], [(row.clause.replace("\n", " · "), row.reason[0]) for row in said], [56, 100])
        return
    cells = [
        [row.clause, Cell(row.compared, right=True), Cell(row.margin, right=True), Cell(row.finding, palette.FINDINGS.get(row.status)),
         "\n".join(row.reason), row.todo] for row in said
    ]
    paper.table([heading(lang) for heading in HEADS], cells, [25, 20, 17, 15, 50, 29])
    # Long evidence in a narrow cell would push its row to a page of its own.
    for row in said:
        if row.evidence and not row.settled:
            paper.note(f"{row.clause.splitlines()[0]} {row.clause.splitlines()[1]} {row.evidence}")


# --- HTML ----------------------------------------------------------------------------------------------------------

_STYLE = f"""
body {{ margin: 0 auto; max-width: 1180px; padding: 20px 24px 40px; color: {palette.INK}; background: {palette.PAPER};
  font: 15px/1.65 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }}
h1 {{ font-size: 1.6rem; margin: 0 0 .2em; }} h2 {{ font-size: 1.08rem; margin: 1.6em 0 .5em; }}
.sub {{ color: {palette.MUTED}; margin: 0 0 1em; }}
.notice {{ border: 1px solid {palette.SYNTHETIC}; color: {palette.SYNTHETIC}; padding: 6px 12px; margin: 0 0 8px; border-radius: 4px; }}
dl {{ display: grid; grid-template-columns: max-content 1fr; gap: 4px 18px; margin: 1em 0; }}
dt {{ color: {palette.MUTED}; }} dd {{ margin: 0; overflow-wrap: anywhere; }}
.scroll {{ overflow-x: auto; }}
table {{ border-collapse: collapse; width: 100%; font-size: .88rem; line-height: 1.5; table-layout: fixed; min-width: 900px; }}
th, td {{ border: 1px solid {palette.LINE}; padding: 6px 8px; text-align: left; vertical-align: top; overflow-wrap: anywhere; }}
thead th {{ background: {palette.WASH}; }} tbody th {{ font-weight: 500; }}
thead th:nth-child(1) {{ width: 13%; }} thead th:nth-child(2) {{ width: 13%; }} thead th:nth-child(3) {{ width: 10%; }}
thead th:nth-child(4) {{ width: 8%; }} thead th:nth-child(6) {{ width: 18%; }}
table.silent thead th:nth-child(1) {{ width: 30%; }} table.silent thead th:nth-child(2) {{ width: 70%; }}
.right {{ text-align: right; font-variant-numeric: tabular-nums; }} .decides td, .decides th {{ font-weight: 600; }}
small {{ color: {palette.MUTED}; font-weight: 400; }}
ul {{ margin: 0; padding-left: 1.3em; }} li {{ overflow-wrap: anywhere; }}
@media print {{ body {{ max-width: none; padding: 0; }} tr {{ break-inside: avoid; }} }}
"""


def clerk_html(tree: Tree, lang: str = "zh") -> str:
    """The table as one page that needs nothing else: no script, no request."""
    code = "en" if lang == "en" else "zh-CN"
    colours = _colours()
    body = [tag("h1", esc(TITLE(lang))), tag("p", esc(NOT_TO_HAND_ON(lang)), "sub")]
    body += [tag("p", esc(notice(lang)), "notice") for notice in tree.notices]
    body.append(tag("dl", "".join(tag("dt", esc(label)) + tag("dd", esc(value)) for label, value in head(tree, lang))))
    for part, title in PARTS.items():
        nodes = tree.part(part)
        if nodes:
            body += [tag("h2", esc(title(lang))), _html_table(rows(nodes, lang), lang, part)]
    for heading, lines in remarks(tree, lang):
        body += [tag("h2", esc(heading)), tag("ul", "".join(tag("li", esc(line)) for line in lines))]
    return (
        f'<!doctype html>\n<html lang="{code}">\n<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{esc(f'{TITLE(lang)} {tree.application}')}</title><style>{_STYLE}{colours}</style></head>\n<body>\n"
        + "\n".join(body) + "\n</body>\n</html>\n"
    )


def _colours() -> str:
    return "".join(f".{status} {{ background: {back}; color: {ink}; }}\n" for status, (back, ink) in palette.FINDINGS.items())


def _html_table(said: list[Row], lang: str, part: str) -> str:
    if part == "silent":
        heads: list[str | Td] = [esc(HEADS[0](lang)), esc(HEADS[4](lang))]
        return table(heads, [[esc(row.clause.replace("\n", " · ")), esc(row.reason[0])] for row in said], classes="silent")
    heads = [esc(heading(lang)) for heading in HEADS]
    return table(heads, [_cells(row) for row in said], classes="decides" if part == "deciding" else "")


def _cells(row: Row) -> list[str | Td]:
    first, *rest = row.whole
    small = "".join(f"<br><small>{esc(line)}</small>" for line in rest)
    return [_lines(row.clause), Td(_lines(row.compared), "right"), Td(_lines(row.margin), "right"), Td(_lines(row.finding), row.status),
            esc(first) + small, esc(row.todo)]


def _lines(text: str) -> str:
    """First line in full ink, the rest small."""
    first, *rest = text.split("\n")
    return esc(first) + "".join(f"<br><small>{esc(line)}</small>" for line in rest)
