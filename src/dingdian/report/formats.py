"""How a number, a date or an absence is shown to people: the only place that says so.

A missing value is shown as “—（原因）”, never as 0 and never as an empty cell. Nothing is rounded here unless the caller
asks for a number of decimals, which only pictures do.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from dingdian.provisions.finding import Value
from dingdian.report import words
from dingdian.terms import Text

DASH = "—"
MINUS = "\u2212"  # a minus sign as wide as a plus, so that columns of figures line up

# Characters that no XML document (Word, Excel, SVG) may hold.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def missing(reason: Text | str | None, lang: str = "zh") -> str:
    """The dash that stands for an absent value, with its reason."""
    said = reason(lang) if isinstance(reason, Text) else reason
    if not said:
        return DASH
    return f"{DASH} ({said})" if lang == "en" else f"{DASH}（{said}）"


def number(value: Value, lang: str = "zh", *, reason: Text | str | None = None, plus: bool = False) -> str:
    """``value`` exactly as it was stated, thousands separated; codes by their name; ``plus`` shows the sign of a gain."""
    if value is None:
        return missing(reason, lang)
    if isinstance(value, bool):
        return {True: "是", False: "否"}[value] if lang == "zh" else {True: "yes", False: "no"}[value]
    if isinstance(value, str):
        return ("、" if lang == "zh" else ", ").join(words.code(part, lang) for part in value.split(", "))
    return _signed(value, f"{abs(_shortest(value)):,f}" if isinstance(value, Decimal) else f"{abs(value):,}", plus)


def rounded(value: int | float | Decimal | None, places: int, *, plus: bool = False) -> str:
    """``value`` to a fixed number of decimals, for pictures; the tables beside them carry it in full."""
    return DASH if value is None else _signed(value, f"{abs(value):,.{places}f}", plus)


def percent(part: int | None, whole: int | None) -> str:
    """A share of people to two decimals, rounded down: nothing short of all is called 100%."""
    if part is None or not whole:
        return DASH
    share = (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), rounding=ROUND_FLOOR)
    return f"{share}%"


def _shortest(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _signed(value: int | float | Decimal, digits: str, plus: bool) -> str:
    return f"{MINUS if value < 0 else '+' if plus and value > 0 else ''}{digits}"


def quantity(
    value: Value, unit_of_measure: str, lang: str = "zh", *, reason: Text | str | None = None, plus: bool = False
) -> str:
    """A number with its unit of measure; the unit is left out where the value is absent or no number."""
    said = number(value, lang, reason=reason, plus=plus)
    if value is None or isinstance(value, (bool, str)) or not unit_of_measure:
        return said
    unit = words.unit_of_measure(unit_of_measure, lang)
    return f"{said}{unit}" if unit == "%" else f"{said} {unit}"


def band(low: Value, high: Value, lang: str = "zh") -> str:
    """A target: ``8.5–9`` for a band, ``≥ 0`` or ``≤ 2`` where one bound is absent, a dash for none."""
    if low is None and high is None:
        return DASH
    if low is None:
        return f"≤ {number(high, lang)}"
    if high is None:
        return f"≥ {number(low, lang)}"
    return number(low, lang) if low == high else f"{number(low, lang)}–{number(high, lang)}"


def comparison(value: Value, operator: str, threshold: Value, lang: str = "zh") -> str:
    """What was tested: ``3 ≤ 2``; a dash where nothing was."""
    if value is None and threshold is None:
        return DASH
    sign = {"<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}.get(operator, operator)
    return " ".join(part for part in (number(value, lang), sign, number(threshold, lang)) if part)


def day(value: date | None, lang: str = "zh") -> str:
    """A date: 2026年6月30日, 2026-06-30."""
    if value is None:
        return DASH
    return value.isoformat() if lang == "en" else f"{value.year}年{value.month}月{value.day}日"


def iso(value: date | None) -> str:
    """A date where room is short: 2026-06-30."""
    return DASH if value is None else value.isoformat()


def days(values: set[date], lang: str = "zh") -> str:
    """The span of several dates."""
    if not values:
        return DASH
    first, last = min(values), max(values)
    if first == last:
        return day(first, lang)
    return f"{day(first, lang)} {'to' if lang == 'en' else '至'} {day(last, lang)}"


def both(make: Callable[[str], str]) -> Text:
    """A text whose two languages come from one formatter."""
    return Text(make("zh"), make("en"))


def width(text: str) -> int:
    """Width of a text in half-width characters."""
    return sum(2 if ord(char) > 0x2E80 else 1 for char in text)


def wrapped(text: str, columns: int) -> list[str]:
    """``text`` in lines of at most ``columns`` half-width characters, broken after punctuation where there is some near."""
    lines: list[str] = []
    while width(text) > columns:
        cut, used = 0, 0
        while used + width(text[cut]) <= columns:
            used += width(text[cut])
            cut += 1
        pause = max(text.rfind(mark, 0, cut) for mark in "；。，、 ;,")
        cut = pause + 1 if pause > cut * 0.6 else cut
        lines.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*lines, text]


def printable(text: str) -> str:
    """``text`` without the control characters that would make a Word, Excel or SVG file unreadable."""
    return _UNPRINTABLE.sub("", text)
