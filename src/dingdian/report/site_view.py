"""A siting for people at a terminal: the certificate first, then coverage before and after, the places, and who was left out.

Adds no number. Names of a city are printed as text: rich's own markup in them is not obeyed.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from dingdian.loop.options import RELEASE, Options, Place
from dingdian.loop.site import Sited
from dingdian.report import formats
from dingdian.report.siting_words import coverage, estimate, left_out, verified
from dingdian.terms import PROVIDER_CLASSES

_WIDTH = 120  # a file or a pager is not bound to the 80 columns that rich assumes
_STYLES = {"optimal": "green", "feasible": "green", "time_limit": "yellow", "infeasible": "red"}
_ADDED = (("次序", "rank"), ("候选点", "candidate"), ("区县", "unit"), ("新增覆盖", "newly covered"), ("其后覆盖", "covered then"),
          ("半径内/上限", "in radius/cap"), ("经度", "longitude"), ("纬度", "latitude"))
_LEFT = (("次序", "rank"), ("机构", "provider"), ("区县", "unit"), ("失去服务", "lose their reach"), ("其后覆盖", "covered then"),
         ("经度", "longitude"), ("纬度", "latitude"))


def show_site(sited: Sited, lang: str = "zh") -> None:
    """Print a siting."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, _WIDTH)
    for part in site_lines(sited, lang):
        console.print(part)


def site_lines(sited: Sited, lang: str = "zh") -> Iterable[Styled | Table]:
    """The parts of a siting, in order."""
    options = sited.options
    name = PROVIDER_CLASSES.label(options.provider_class, lang)
    yield _plain(f"{sited.city.name} · {name} · {sited.plan.title(lang)} · {formats.iso(sited.date_on)}", "bold")
    if sited.city.synthetic:
        yield _plain(_say("合成数据：不反映任何真实机构。", "SYNTHETIC data: no real provider is described.", lang), "magenta")
    if options.reason is not None:
        yield _plain(_say(f"无法判定：{options.reason.zh}。", f"Undetermined: {options.reason.en}.", lang), "yellow")
        return
    yield _plain(options.method(lang))
    yield from _certified(options, lang)
    for said in (coverage(options), *estimate(options)):
        yield _plain(said(lang))
    if options.places:
        yield _table(options, lang)
    for item in options.left_out:
        yield _plain(left_out(item)(lang), "dim")
    if options.not_modelled:
        yield _plain(_say("模型之外、留待审查的条款：", "Clauses outside the model, for the ruling: ", lang) + _others(options, lang), "dim")


def _certified(options: Options, lang: str) -> Iterable[Styled]:
    found = options.certificate
    if found is None:
        return
    yield _plain(found.sentence(lang), f"bold {_STYLES[found.status]}")
    if found.verified is not None:
        yield _plain(verified(found.verified)(lang), "dim" if found.verified else "bold red")
    if found.seconds is not None:
        yield _plain(_say(f"搜索用时 {found.seconds} 秒。", f"Searched for {found.seconds} s.", lang), "dim")


def _table(options: Options, lang: str) -> Table:
    heads = _LEFT if options.mode == RELEASE else _ADDED
    table = Table(show_lines=False, header_style="bold", pad_edge=False)
    for zh, en in heads:
        right = en not in ("candidate", "provider", "unit")
        table.add_column(_say(zh, en, lang), justify="right" if right else "left", overflow="fold")
    for place in options.places:
        table.add_row(*(_plain(cell) for cell in _cells(place, options.mode == RELEASE)))
    return table


def _cells(place: Place, leaves: bool) -> list[str]:
    circle = [] if leaves else [f"{place.saturation_after}/{place.cap}" if place.cap else formats.DASH]
    gain = formats.number(-place.gain if leaves else place.gain)
    return [str(place.rank), place.candidate, place.district_name or formats.DASH, gain, formats.number(place.covered_after), *circle,
            f"{place.lon:.5f}", f"{place.lat:.5f}"]


def _others(options: Options, lang: str) -> str:
    return ("、" if lang == "zh" else ", ").join(dict.fromkeys(note.named(lang) for note in options.not_modelled))


def _say(zh: str, en: str, lang: str) -> str:
    return en if lang == "en" else zh


def _plain(text: str, style: str = "") -> Styled:
    return Styled(formats.printable(text), style=style)
