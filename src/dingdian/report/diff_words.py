"""What two plans make of one city, in words first; then what of the difference comes from the rules and what from the data.

Adds no number: sums and effects stand in the comparison.
"""

from __future__ import annotations

from collections.abc import Iterator

from dingdian.loop.differences import CityDiff
from dingdian.loop.rules_and_data import Compared, Effect, RulesAndData
from dingdian.loop.standing import Standing
from dingdian.report import formats, words
from dingdian.terms import POSITIONS, Text

_QUANTITIES = {
    "need_low": Text("标准下限", "lower bound of need"), "need_high": Text("标准上限", "upper bound of need"),
    "supply": Text("实际", "supply"), "gap": Text("差值", "gap"),
}


def _say(zh: str, en: str, lang: str) -> str:
    return en if lang == "en" else zh


# --- the answer in words -----------------------------------------------------------------------------------------------------


def summary_lines(diff: CityDiff, plans: tuple[str, str], lang: str) -> list[str]:
    """How the city stands under each plan, and how many applications turn."""
    lines = [""]
    if any(city.synthetic for city in diff.apart.cities):
        lines.append(_say("合成数据：不反映任何真实机构。", "SYNTHETIC data: no real provider is described.", lang))
    for plan, side, outcomes, notes in zip(plans, diff.standings, diff.outcomes, diff.notes):
        lines.append(_say(f"{diff.city.name}若按 {plan}：", f"{diff.city.name} under {plan}:", lang))
        lines += [f"  {_standing(one, lang)}" for one in side] or [_say("  没有按数量设定的标准。", "  no standard in numbers.", lang)]
        if diff.cases:
            lines.append("  " + _outcomes(outcomes, lang))
        lines += [f"  {note(lang)}" for note in notes]
    total, flips = len(diff.cases), len(diff.flipping)
    if total:
        lines.append(_say(f"{total} 件申请中 {flips} 件结论不同。", f"Of {total} applications {flips} have another outcome.", lang))
    moved, compared = len(diff.apart.moved), len(diff.apart.compared)
    held = len(diff.apart.cities) == 1
    lines.append(_say(f"可比指标 {compared} 项，{moved} 项因规则而不同{'（数据不变）' if held else ''}。",
                      f"Of {compared} comparable measures {moved} differ by the rules{' (the data are held fixed)' if held else ''}.", lang))
    return lines


def _standing(one: Standing, lang: str) -> str:
    parts = [_whole(one, lang), *_parts(one, lang)]
    name = one.named.title(lang) + (f" · {detail}" if (detail := words.detail(one.named, lang)) else "")
    joined = ("；" if lang != "en" else "; ").join(part for part in parts if part)
    return f"{name}（{one.named.locator}）：{joined}" if lang != "en" else f"{name} ({one.named.locator}): {joined}"


def _whole(one: Standing, lang: str) -> str:
    row = one.row
    if row is None:
        return ""
    unit = one.named.unit_of_measure
    if row.supply is None or row.gap is None:
        return _say("全市无法判定", "undetermined for the whole area", lang)
    held, band = formats.quantity(row.supply, unit, lang), formats.band(row.need_low, row.need_high, lang)
    beyond = formats.quantity(-row.gap if row.gap < 0 else row.gap, unit, lang)
    if row.gap > 0:
        return _say(f"全市 {held}，标准 {band}，超 {beyond}", f"{held} in all, standard {band}: {beyond} over", lang)
    if row.gap < 0:
        return _say(f"全市 {held}，标准 {band}，缺 {beyond}", f"{held} in all, standard {band}: {beyond} short", lang)
    return _say(f"全市 {held}，标准 {band}，达标", f"{held} in all, standard {band}: within", lang)


def _parts(one: Standing, lang: str) -> Iterator[str]:
    unit = one.named.unit_of_measure
    for place, units, beyond in (("over", one.over_units, one.over), ("short", one.short_units, one.short)):
        if units:
            name, by = POSITIONS.label(place, lang), formats.quantity(beyond, unit, lang)
            yield _say(f"{units} 个单元{name}，共 {by}", f"{units} units {name}, {by} together", lang)


def _outcomes(outcomes: dict[str, int], lang: str) -> str:
    named = [f"{words.outcome(code, lang)} {count}" for code, count in outcomes.items()]
    return _say("申请：", "Applications: ", lang) + ("，" if lang != "en" else ", ").join(named)


# --- rules and data ----------------------------------------------------------------------------------------------------------


def apart_lines(apart: RulesAndData, plans: tuple[str, str], lang: str) -> list[str]:
    """With two cities each measure taken apart; what cannot be compared, and what only one plan measures, in either case."""
    lines: list[str] = []
    if len(apart.cities) > 1:
        one, two = (city.name for city in apart.cities)
        lines += ["", _say(f"规则与数据：从“{one}按 {plans[0]}”到“{two}按 {plans[1]}”，只比全域指标；规则与数据两项之和恰为总差，取两种先后的平均",
                           f"Rules and data: from {one} under {plans[0]} to {two} under {plans[1]}, whole areas only; rules and data add up to the "
                           "difference exactly, each the mean of both orders", lang)]
        for row in apart.compared:
            lines += list(_taken_apart(row, lang))
    if apart.not_comparable:
        lines += ["", _say("不可比的指标（两边都有，但不能相减）", "Not comparable (both plans have them, but they are not subtracted)", lang)]
        lines += list(dict.fromkeys(f"  {row.row.title(lang)}: {row.reason(lang)}" for row in apart.not_comparable))
    for plan, only in zip(plans, apart.only):
        if only:
            titles = ("、" if lang != "en" else ", ").join(title(lang) for title in only)
            lines += ["", _say(f"仅 {plan} 测算：{titles}", f"Only {plan} measures: {titles}", lang)]
    return lines


def _taken_apart(row: Compared, lang: str) -> Iterator[str]:
    first = row.rows[0]
    detail = words.detail(first, lang)
    moving = [effect for effect in row.effects if effect.rules or effect.data]
    if not moving:
        return
    unit = words.unit_of_measure(first.unit_of_measure, lang)
    yield f"  {first.title(lang)}{f' · {detail}' if detail else ''}{f'（{unit}）' if unit and lang != 'en' else f' ({unit})' if unit else ''}"
    for effect in moving:
        yield f"    {_QUANTITIES[effect.quantity](lang)} {_effect(effect, lang)}"


def _effect(effect: Effect, lang: str) -> str:
    pc, _, _, qd = (formats.number(value, lang) for value in effect.values)
    rules, data, both, whole = (formats.number(value, lang, plus=True) for value in (effect.rules, effect.data, effect.interaction, effect.total))
    return _say(f"{pc} → {qd}：总差 {whole} ＝ 规则 {rules} ＋ 数据 {data}（交互 {both}）",
                f"{pc} → {qd}: {whole} = rules {rules} + data {data} (interaction {both})", lang)
