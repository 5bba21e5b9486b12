"""A reallocation for people at a terminal: the answer and how well it is proven, norms before and after, transfers, institutions, obstacles.

Adds no number. Names of a city are printed as text: rich's own markup in them is not obeyed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from dingdian.loop.reallocate import Reallocation
from dingdian.provisions.counting import BED_COUNTS
from dingdian.report import formats
from dingdian.report.scenario_view import measures_table, say
from dingdian.terms import LEVELS

_WIDTH = 120  # a file or a pager is not bound to the 80 columns that rich assumes
_WORDS = ("unit", "from", "to", "provider", "level", "clause", "from level", "to level")


def show_reallocation(found: Reallocation, lang: str = "zh", *, measures: bool = False) -> None:
    """Print a reallocation; ``measures``: every indicator that changes too."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, _WIDTH)
    for part in reallocation_lines(found, lang, measures=measures):
        console.print(part)


def reallocation_lines(found: Reallocation, lang: str = "zh", *, measures: bool = False) -> Iterable[Styled | Table]:
    """The parts of a reallocation, in order."""
    yield _plain(f"{found.city.name} · {found.plan.title(lang)} · {formats.iso(found.date_on)}", "bold")
    if found.city.synthetic:
        yield _plain(say("合成数据：不反映任何真实机构。", "SYNTHETIC data: no real provider is described.", lang), "magenta")
    yield _plain(found.sentence(lang), "yellow" if found.reason else "bold")
    if found.reason is None:
        yield from _answer(found, lang, measures)
    yield from (_plain(note(lang), "dim") for note in found.notes)


def _answer(found: Reallocation, lang: str, measures: bool) -> Iterable[Styled | Table]:
    yield _plain(found.certificate(lang), "green" if found.status == "optimal" else "yellow")
    yield _second_look(found, lang)
    if found.seconds is not None:
        yield _plain(say(f"用时 {found.seconds} 秒。", f"It took {found.seconds} s.", lang), "dim")
    yield _plain(_terms(found, lang), "dim")
    yield _targets(found, lang)
    if found.transfers:
        yield _transfers(found, lang)
    if found.moves:
        yield _moves(found, lang)
    yield from _obstacles(found, lang)
    for reason, count in found.left_out:
        yield _plain(say(f"不参与调剂 {count} 家：{reason.zh}。", f"Left out: {count}, {reason.en}.", lang), "dim")
    yield _plain(say("所守条款：", "Clauses kept: ", lang) + ("；" if lang != "en" else "; ").join(found.clauses), "dim")
    if measures and found.measured is not None and found.measured.changed:
        yield measures_table(found.measured.changed, lang)


def _second_look(found: Reallocation, lang: str) -> Styled:
    if not found.faults:
        return _plain(say("已由另一套代码复核：在数据中移动床位、按规划各条重新计数，一致。",
                          "Checked again by other code: beds moved in the data and counted by the plan's own provisions agree.", lang), "dim")
    said = ("；" if lang != "en" else "; ").join(fault(lang) for fault in found.faults)
    return _plain(say(f"复核不一致：{said}", f"The second look does not agree: {said}", lang), "bold red")


def _terms(found: Reallocation, lang: str) -> str:
    stated = {name: formats.number(found.terms[name], lang) for name in ("at_most_share", "bed_use", "keep", "ward")}
    column = BED_COUNTS[found.column](lang)
    consents = (("、" if lang != "en" else ", ").join(found.terms["consents"])) or say("无", "none", lang)
    return say(
        f"条件：以{column}计；每家至多变动 {stated['at_most_share']}；病床使用率目标 {stated['bed_use']}（规划惯例，非规划条文）；"
        f"每家至少保留 {stated['keep']} 张；以 {stated['ward']} 张为单位；已同意跨区县的：{consents}",
        f"Terms: {column}; at most {stated['at_most_share']} of an institution's beds; target of bed use {stated['bed_use']} (a convention, not the "
        f"plan's); at least {stated['keep']} kept; in multiples of {stated['ward']}; districts that consent: {consents}", lang)


def _targets(found: Reallocation, lang: str) -> Table:
    rows = [[one.name(lang), formats.band(one.low, one.high, lang), *(formats.number(n, lang) for n in (one.before, one.after, *one.outside))] for one in found.targets]
    return _table((("单元", "unit"), ("标准", "norm"), ("此前", "before"), ("此后", "after"), ("此前在外", "outside before"), ("此后在外", "outside after")), rows, lang)


def _transfers(found: Reallocation, lang: str) -> Table:
    rows = [[one.from_name, LEVELS.label(one.from_level, lang), one.to_name, LEVELS.label(one.to_level, lang), str(one.beds),
             ("、" if lang != "en" else ", ").join(one.consents) or formats.DASH] for one in found.transfers]
    return _table((("自", "from"), ("等级", "from level"), ("至", "to"), ("等级", "to level"), ("床位", "beds"), ("须同意的区县", "consents")), rows, lang)


def _moves(found: Reallocation, lang: str) -> Table:
    rows = [[f"{one.name} {one.provider}", one.unit_name, LEVELS.label(one.level, lang), f"{one.bed_use}%", formats.number(one.beds_before, lang),
             formats.number(one.beds_after, lang), formats.number(one.by, lang, plus=True)] for one in found.moves]
    return _table((("机构", "provider"), ("区县", "unit"), ("等级", "level"), ("使用率", "bed use"), ("此前", "before"), ("此后", "after"), ("变动", "by")), rows, lang)


def _obstacles(found: Reallocation, lang: str) -> Iterable[Styled]:
    for one in found.obstacles:
        units = f"（{'、'.join(one.units)}）" if one.units and lang != "en" else f" ({', '.join(one.units)})" if one.units else ""
        yield _plain(say(f"受限于：{one.words.zh}{units}；若无此限，标准之外余 {one.without} 张。",
                         f"In the way: {one.words.en}{units}; without it {one.without} beds would lie outside.", lang))
    if found.aims[0].value and not found.obstacles:
        yield _plain(say("没有哪一项限制单独造成余下的差距：几项共同作用。", "No single limit is in the way of the rest: several are together.", lang))


def _table(heads: Sequence[tuple[str, str]], rows: Iterable[Sequence[str]], lang: str) -> Table:
    table = Table(show_lines=False, header_style="bold", pad_edge=False)
    for zh, en in heads:
        table.add_column(say(zh, en, lang), justify="left" if en in _WORDS else "right", overflow="fold")
    for row in rows:
        table.add_row(*(_plain(cell) for cell in row))
    return table


def _plain(text: str, style: str = "") -> Styled:
    return Styled(formats.printable(text), style=style)
