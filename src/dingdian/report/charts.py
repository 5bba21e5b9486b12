"""Charts as inline SVG from rows of the run: one kind, a bar against its target band, so that every chart reads alike.

No script, no outside file. A value that is absent is written in words on its line, never drawn as a bar of length 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from attrs import frozen

from dingdian.loop.results import Gap
from dingdian.provisions.finding import Number
from dingdian.report import formats, palette, words
from dingdian.report.markup import esc, two
from dingdian.terms import Text

WIDTH, LABEL, VALUE, ROW = 460, 112, 58, 25
_BARS = {"short": palette.SHORT[2], "over": palette.OVER[2], "within": "#86a886", "information": "#8fa9bd"}


@frozen
class Bar:
    """One line: its name, value, target band and position; ``reason`` stands where there is no value."""

    name: Text
    value: Number | None
    low: Number | None = None
    high: Number | None = None
    position: str = "information"
    reason: Text | None = None


def bar_of(gap: Gap, name: Text) -> Bar:
    row = gap.measure
    return Bar(name, row.supply, row.need_low, row.need_high, gap.position, row.reason)


def chart(title: Text, beside: Text, bars: Sequence[Bar], *, places: int, whole: float | None = None) -> str:
    """A figure of horizontal bars; ``whole`` fixes the axis (100 for shares), else the largest number does."""
    if not bars:
        return ""
    largest = whole or _axis_end([float(n) for bar in bars for n in (bar.value, bar.low, bar.high) if n is not None])
    lines = [_line(bar, i, largest, places) for i, bar in enumerate(bars)]
    height = len(bars) * ROW + 6
    said = "；".join(f"{bar.name.zh} {formats.number(bar.value, reason=bar.reason)}" for bar in bars)
    return (
        f"<figure><figcaption>{two(title)}<small>{two(beside)}</small></figcaption>"
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{esc(f"{title.zh}：{said}")}">{"".join(lines)}</svg></figure>'
    )


def _axis_end(numbers: Sequence[float]) -> float:
    return max(numbers, default=1.0) * 1.04 or 1.0


def _line(bar: Bar, index: int, largest: float, places: int) -> str:
    top, track = index * ROW + 3, WIDTH - LABEL - VALUE
    middle = top + ROW / 2 + 1
    parts = _spoken(bar.name, LABEL - 8, middle + 4, 'text-anchor="end" font-size="13"', LABEL - 8, 6.5)
    scale = track / largest
    if bar.value is None:
        parts.append(f'<line x1="{LABEL}" x2="{LABEL + track}" y1="{middle:g}" y2="{middle:g}" stroke="{palette.LINE}" stroke-dasharray="3 4"/>')
        said = formats.both(lambda lang: formats.missing(bar.reason, lang))
        parts += _spoken(said, LABEL + 4, middle + 4, 'font-size="11.5"', WIDTH - LABEL - 4, 6.0, "muted ")
        return "".join(parts)
    if bar.low is not None or bar.high is not None:
        left = float(bar.low or 0) * scale
        right = min(float(bar.high), largest) * scale if bar.high is not None else track
        parts.append(f'<rect x="{LABEL + left:.1f}" y="{top:g}" width="{max(right - left, 1.5):.1f}" height="{ROW}" fill="#e3ebe0"/>')
    length = max(0.0, min(float(bar.value), largest)) * scale
    colour = _BARS.get(bar.position, _BARS["information"])
    parts.append(f'<rect x="{LABEL}" y="{top + 6:g}" width="{length:.1f}" height="{ROW - 12}" fill="{colour}" rx="1.5"/>')
    for bound in (bar.low, bar.high):
        if bound is not None and float(bound) <= largest:
            x = LABEL + float(bound) * scale
            parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top:g}" y2="{top + ROW:g}" stroke="#5f7f5f" stroke-width="1"/>')
    parts.append(f'<text x="{WIDTH - VALUE + 6}" y="{middle + 4:g}" font-size="13" font-weight="600">{esc(formats.rounded(bar.value, places))}</text>')
    return "".join(parts)


def _spoken(text: Text, x: float, y: float, look: str, room: float, letter: float, classes: str = "") -> list[str]:
    """``text`` in both languages, each cut to ``room``; what is cut stands in full in its title."""
    languages = ("zh", "en") if text.zh != text.en else ("",)
    return [
        f'<text class="{classes}{lang}" x="{x:g}" y="{y:g}" {look}>{esc(_cut(text(lang), int(room / letter)))}<title>{esc(text(lang))}</title></text>'
        for lang in languages
    ]


def _cut(text: str, columns: int) -> str:
    if formats.width(text) <= columns:
        return text
    while formats.width(text) > columns - 1:
        text = text[:-1]
    return f"{text}…"


def sorted_bars(bars: Sequence[Bar]) -> list[Bar]:
    """Largest first, absent ones last."""
    return sorted(bars, key=lambda bar: (bar.value is None, -(bar.value or Decimal(0))))


def unit_of(gaps: Sequence[Gap]) -> Text:
    return formats.both(lambda lang: words.unit_of_measure(gaps[0].measure.unit_of_measure, lang)) if gaps else Text("", "")
