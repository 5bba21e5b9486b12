"""A comparison of two plans as lines for people. Prints what it is given: each difference with both values, clause beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dingdian.loop.differences import (
    CaseRow,
    CityDiff,
    ExemptionRow,
    FieldChange,
    MeasureRow,
    Pair,
    Part,
    PlanDiff,
    Single,
)
from dingdian.provisions.counting import show
from dingdian.report import formats, words
from dingdian.report.diff_words import apart_lines, summary_lines
from dingdian.terms import CODE_LISTS, Text

_WORDS = {code: codes[code].name for codes in reversed(CODE_LISTS) for code in codes}
_PARTS = {
    "clauses": Text("条款", "Clauses"), "provisions": Text("规定", "Provisions"), "readings": Text("口径", "Readings"),
    "dates": Text("日期", "Dates"),
}


def diff_lines(diff: PlanDiff, lang: str = "zh") -> list[str]:
    """The whole comparison."""
    one, two = diff.plans
    lines = [f"{one.id} r{one.revision} ⇄ {two.id} r{two.revision}"]
    if diff.city is not None:
        lines += summary_lines(diff.city, (one.id, two.id), lang)
    if diff.same:
        lines.append(_say("两个规划的各部分相同。", "The two plans say the same in every part.", lang))
    if diff.head:
        lines += ["", _say("概况", "Head", lang), *(_change(change, lang) for change in diff.head)]
    for name, title in _PARTS.items():
        lines += _part(getattr(diff, name), title(lang), (one.id, two.id), lang)
    lines += list(_exemptions(diff.exemptions, lang))
    return [*lines, *([] if diff.city is None else _city(diff.city, (one.id, two.id), lang))]


def _say(zh: str, en: str, lang: str) -> str:
    return en if lang == "en" else zh


# --- parts -------------------------------------------------------------------------------------------------------


def _part(part: Part, title: str, plans: tuple[str, str], lang: str) -> list[str]:
    if part.same:
        return []
    same = len(part.pairs) - len(part.changed)
    counts = _say(f"{len(part.changed)} 处不同，{same} 处相同", f"{len(part.changed)} differ, {same} agree", lang)
    lines = ["", f"{title}（{counts}）" if lang != "en" else f"{title} ({counts})"]
    for pair in part.changed:
        lines += [f"  ~ {_name(pair)}", *(f"  {_change(change, lang)}" for change in pair.changes)]
    for plan, singles in zip(plans, part.only):
        if singles:
            lines.append("  " + _say(f"仅见于 {plan}：", f"only in {plan}:", lang))
            lines += [f"    {_single(one, lang)}" for one in singles]
    return lines


def _name(pair: Pair) -> str:
    name = pair.ids[0] if pair.ids[0] == pair.ids[1] else " ⇄ ".join(pair.ids)
    return f"{name}  ({' ⇄ '.join(pair.locators)})" if any(pair.locators) else name


def _single(one: Single, lang: str) -> str:
    return " ".join(part for part in (one.id, one.kind and f"[{one.kind}]", one.locator and f"({one.locator})", one.says(lang)) if part)


def _change(change: FieldChange, lang: str) -> str:
    before, after = (_value(value, lang) for value in change.values)
    return f"    {change.title(lang)} `{change.field}`: {before} → {after}"


def _value(value: Any, lang: str) -> str:
    """A value in words: codes by their names, lists parted as each language does."""
    if value is None or value == []:
        return "—"
    if isinstance(value, Text):
        return value(lang)
    if isinstance(value, bool):
        return _say("是" if value else "否", "yes" if value else "no", lang)
    if isinstance(value, (list, tuple)):
        return ("、" if lang != "en" else ", ").join(_value(item, lang) for item in value)
    if isinstance(value, Mapping):
        return "; ".join(f"{key}={_value(item, lang)}" for key, item in value.items())
    return _WORDS[value](lang) if isinstance(value, str) and value in _WORDS else str(value)


def _exemptions(rows: tuple[ExemptionRow, ...], lang: str) -> Iterator[str]:
    """Exemptions that differ in whom they free or from what; the others are counted."""
    differing = [row for row in rows if not row.same]
    if differing:
        same = len(rows) - len(differing)
        yield ""
        yield _say(f"例外及所免除的规定（{len(differing)} 处不同，{same} 处相同）",
                   f"Exemptions and what they lift ({len(differing)} differ, {same} agree)", lang)
    for row in differing:
        yield f"  {' ⇄ '.join(name or '—' for name in row.ids)}"
        for name, locator, scope, lifts in zip(row.ids, row.locators, row.scopes, row.lifts):
            if scope is not None:
                yield f"    {name} ({locator}) {scope(lang)}: {_value(list(lifts or ()), lang)}"


# --- one city ----------------------------------------------------------------------------------------------------


def _city(diff: CityDiff, plans: tuple[str, str], lang: str) -> list[str]:
    total, flips = len(diff.cases), len(diff.flipping)
    lines = ["", f"{diff.city.name}：{total} 件申请，{flips} 件结论不同" if lang != "en" else
             f"{diff.city.name}: {total} applications, {flips} with another outcome"]
    for case in diff.flipping:
        lines += list(_case(case, plans, lang))
    if diff.measures:
        differing = [row for row in diff.measures if row.differs]
        same = len(diff.measures) - len(differing)
        lines += ["", _say(f"两个规划都测算的指标（{len(differing)} 处不同，{same} 处相同）",
                           f"Measures that both plans make ({len(differing)} differ, {same} agree)", lang)]
        lines += [_measure(row, lang) for row in differing]
    return [*lines, *apart_lines(diff.apart, plans, lang)]


def _case(case: CaseRow, plans: tuple[str, str], lang: str) -> Iterator[str]:
    yield f"  {case.application} {case.name}: {' → '.join(words.outcome(outcome, lang) for outcome in case.outcomes)}"
    for plan, side in zip(plans, case.deciding):
        yield from (f"    {plan} {one.clause} {one.provision}: {one.sentence(lang)}" for one in side)


def _measure(row: MeasureRow, lang: str) -> str:
    first = row.rows[0]
    needs = " ⇄ ".join(formats.band(one.need_low, one.need_high, lang) for one in row.rows)
    supplies = " ⇄ ".join(dict.fromkeys(show(one.supply) if one.supply is not None else "—" for one in row.rows))
    detail = words.detail(first, lang)
    name = f"{first.title(lang)} · {detail}" if detail else first.title(lang)
    return f"  {first.unit_name or first.unit} {name}: " + _say(
        f"目标 {needs}；实际 {supplies}", f"need {needs}; supply {supplies}", lang)
