"""A simulation for people at a terminal: answers first, then a table of years, the zones at the end, what was assumed, and what is left out.

Adds no number. Names of a city are printed as text: rich's own markup in them is not obeyed.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from dingdian.loop.simulate import Forward
from dingdian.loop.simulate.forward import QUANTITIES, ForwardRow, Interval
from dingdian.report import formats
from dingdian.terms import PROVIDER_CLASSES, SCHEMES

_WIDTH = 120  # a file or a pager is not bound to the 80 columns that rich assumes
_YEARS = (("年末", "year end"), ("存量", "stock"), ("80% 区间", "80 %"), ("95% 区间", "95 %"), ("人均", "per head"), ("退出", "exits"), ("释放", "freed"),
          ("额度", "room"), ("新增", "added"), ("未用", "unused"), ("已达标", "at norm"))
_PER_HEAD = {True: "per_1000_insured", False: "per_10000_insured"}
_HEADS = {True: ("千人床位", "per 1000"), False: ("万人机构", "per 10,000")}
_ZONES = (("区域", "zone"), ("起点", "start"), ("末年", "end"), ("80% 区间", "80 %"), ("95% 区间", "95 %"), ("人均", "per head"), ("已达标", "at norm"))


def show_forward(forward: Forward, lang: str = "zh") -> None:
    """Print a simulation."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, _WIDTH)
    for part in forward_lines(forward, lang):
        console.print(part)


def forward_lines(forward: Forward, lang: str = "zh") -> Iterable[Styled | Table]:
    """The parts of a simulation, in order."""
    yield _plain(f"{forward.city.name} · {forward.plan.title(lang)} · {formats.iso(forward.date_on)} · {forward.start_year}–{forward.last_year}", "bold")
    if forward.city.synthetic:
        yield _plain(_say("合成数据：不反映任何真实机构。", "SYNTHETIC data: no real provider is described.", lang), "magenta")
    ask = forward.ask
    yield _plain(_say(f"{ask.runs} 次运行，种子 {ask.seed}；表中为中位数，区间由各次运行得出。",
                      f"{ask.runs} runs, seed {ask.seed}; tables show medians, intervals are those of the runs.", lang), "dim")
    for code, reason in forward.undetermined.items():
        yield _plain(_say(f"无法推演{PROVIDER_CLASSES.label(code)}：{reason.zh}。", f"{PROVIDER_CLASSES.label(code, 'en')} cannot be played forward: {reason.en}.", lang), "yellow")
    for sentence in forward.sentences:
        yield _plain(sentence(lang))
    yield from _tables(forward, lang)
    yield from _endings(forward, lang)


def _tables(forward: Forward, lang: str) -> Iterable[Table]:
    known = {(row.provider_class, row.zone, row.year, row.quantity): row for row in forward.rows if not row.scheme}
    zones = list(dict.fromkeys(row.zone for row in forward.rows if not row.scheme))
    for code in dict.fromkeys(row.provider_class for row in forward.rows if not row.scheme):
        yield _by_year(forward, known, code, zones[-1], lang)  # the whole area comes last; or the one zone that was asked about
        if len(zones) > 1:
            yield _by_zone(forward, known, code, zones, lang)
    if any(row.scheme for row in forward.rows):
        yield _schemes(forward, lang)


Known = dict[tuple[str, str, int, str], ForwardRow]


def _by_year(forward: Forward, known: Known, code: str, zone: str, lang: str) -> Table:
    stock = "beds" if code == "inpatient" else "providers"
    name = known[code, zone, forward.start_year, stock].zone_name(lang)
    table = _table(_headed(_YEARS, code), f"{PROVIDER_CLASSES.label(code, lang)} · {name}{_norm(known.get((code, zone, forward.start_year, 'per_1000_insured')), lang)}", lang)
    for year in range(forward.start_year, forward.last_year + 1):
        def cell(quantity: str, year: int = year) -> str:
            row = known.get((code, zone, year, quantity))
            return "" if row is None else formats.number(row.runs.median, lang)

        held = known[code, zone, year, stock].runs
        table.add_row(str(year), formats.number(held.median, lang), *_bands(held, lang), cell(_PER_HEAD[code == "inpatient"]), cell("exits"), cell("released"),
                      cell("quota"), cell("admitted"), cell("unused"), _share(known.get((code, zone, year, "reached"))))
    return table


def _by_zone(forward: Forward, known: Known, code: str, zones: list[str], lang: str) -> Table:
    stock, last = "beds" if code == "inpatient" else "providers", forward.last_year
    table = _table(_headed(_ZONES, code), _say(f"{PROVIDER_CLASSES.label(code)} · 各区域 {last} 年末", f"{PROVIDER_CLASSES.label(code, 'en')} · zones at the end of {last}", lang), lang)
    for zone in zones:
        first, held = known[code, zone, forward.start_year, stock], known[code, zone, last, stock].runs
        ratio = known.get((code, zone, last, _PER_HEAD[code == "inpatient"]))
        table.add_row(_plain(first.zone_name(lang)), formats.number(first.runs.median, lang), formats.number(held.median, lang), *_bands(held, lang),
                      "" if ratio is None else formats.number(ratio.runs.median, lang), _share(known.get((code, zone, last, "reached"))))
    return table


def _schemes(forward: Forward, lang: str) -> Table:
    """Persons and balances of the whole area, a column each."""
    rows = {(row.quantity, row.scheme, row.year): row.runs.median for row in forward.rows if row.scheme}
    columns = list(dict.fromkeys((quantity, scheme) for quantity, scheme, _ in rows))
    heads = [("年末", "year end"), *((f"{QUANTITIES[q].zh} {SCHEMES.label(s)}", f"{QUANTITIES[q].en}, {SCHEMES.label(s, 'en')}") for q, s in columns)]
    table = _table(heads, _say("统筹区参保人与基金（人、元）", "insured persons and fund of the pooling area (persons, yuan)", lang), lang)
    for year in range(forward.start_year, forward.last_year + 1):
        table.add_row(str(year), *(formats.number(rows.get((*column, year)), lang) for column in columns))
    return table


def _endings(forward: Forward, lang: str) -> Iterable[Styled]:
    yield _plain(_say("前提：", "Taken for granted:", lang), "bold")
    for assumption in forward.assumptions:
        yield _plain(f"· {assumption.sentence(lang)}", "dim")
    joint = "、" if lang == "zh" else ", "
    if forward.rules:
        yield _plain(_say("各次运行遵守的条款：", "Clauses that the runs keep: ", lang) + joint.join(dict.fromkeys(n.named(lang) for n in forward.rules)), "dim")
    if forward.not_modelled:
        yield _plain(_say("模型之外、留待审查的条款：", "Clauses outside the model, for the ruling: ", lang)
                     + joint.join(dict.fromkeys(n.named(lang) for n in forward.not_modelled)), "dim")


def _headed(heads: Iterable[tuple[str, str]], code: str) -> list[tuple[str, str]]:
    """Columns with the ratio that goes with the class."""
    return [_HEADS[code == "inpatient"] if en == "per head" else (zh, en) for zh, en in heads]


def _norm(row: ForwardRow | None, lang: str) -> str:
    if row is None or row.norm is None:
        return ""
    return _say(f" · 标准每千参保人 {formats.number(row.norm)}", f" · norm {formats.number(row.norm, 'en')} per 1000 insured", lang)


def _bands(runs: Interval, lang: str) -> tuple[str, str]:
    pairs = ((runs.low_80, runs.high_80), (runs.low_95, runs.high_95))
    wide, widest = (f"{formats.number(low, lang)}–{formats.number(high, lang)}" for low, high in pairs)
    return wide, widest


def _share(row: ForwardRow | None) -> str:
    return "" if row is None or row.runs.median is None else f"{row.runs.median * 100:.0f}%"


def _table(heads: Iterable[tuple[str, str]], title: str, lang: str) -> Table:
    table = Table(show_lines=False, header_style="bold", pad_edge=False, title=_plain(title), title_justify="left")
    for zh, en in heads:
        table.add_column(_say(zh, en, lang), justify="left" if en in ("zone", "year end") else "right", overflow="fold")
    return table


def _say(zh: str, en: str, lang: str) -> str:
    return en if lang == "en" else zh


def _plain(text: str, style: str = "") -> Styled:
    return Styled(formats.printable(text), style=style)
