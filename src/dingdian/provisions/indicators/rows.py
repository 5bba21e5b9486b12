"""Rows of information about a group: one figure, its formula, what went into it, or what is missing to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from dingdian.methods.rounding import round_half_even
from dingdian.provisions.finding import Input, Measure, Missing
from dingdian.provisions.ground import Ground
from dingdian.provisions.indicators.family import PROVIDER, Group
from dingdian.terms import Text


def information(
    ground: Ground, group: Group, measure: str, title: Text, formula: Text | str, unit_of_measure: str, value: Fraction | int | None, *,
    places: int = 2, inputs: tuple[Input, ...] = (), as_of: date | None = None, missing: tuple[Missing, ...] = (), reason: Text | None = None,
    note: Text | None = None, provider_class: str = "", subject: str = "",
) -> Measure:
    """A row without a need; undetermined where ``value`` is None, with what is missing or with ``reason``."""
    if value is None and reason is None:
        reason = said_of(missing)
    number = value if value is None or isinstance(value, int) else round_half_even(value, places)
    place = group.by != PROVIDER
    name = group.name.zh if place else ground.snapshot.unit_name(group.unit)
    return Measure(
        measure=measure, title=title if place else Text(f"{title.zh}（{group.name.zh}）", f"{title.en} ({group.name.en})"),
        unit=group.unit, unit_name=name, zone=group.zone, provider_class=provider_class or group.provider_class, level=group.level,
        subject=subject or ("" if place else group.code), unit_of_measure=unit_of_measure, formula=formula, supply=number,
        inputs=inputs, as_of=as_of, status="measured" if value is not None else "undetermined",
        reason=None if value is not None else reason, note=note,
    )


def said_of(missing: tuple[Missing, ...]) -> Text:
    """What is missing, in words."""
    if not missing:
        return Text("没有可用的数据", "there are no data for it")
    return Text("；".join(item.phrase.zh for item in missing[:3]), "; ".join(item.phrase.en for item in missing[:3]))


def lacking(table: str, column: str, codes: Sequence[str], what: Text, size: int | None = None) -> Missing:
    """Some providers lack a figure: how many (of ``size``), what, and the first three of them."""
    shown = "、".join(codes[:3]) + ("…" if len(codes) > 3 else "")
    zh, en = (f"{len(codes)} 家机构", f"{len(codes)} providers") if size is None else (f"{size} 家中有 {len(codes)} 家", f"{len(codes)} of {size} providers")
    return Missing(table=table, subject=codes[0], column=column, phrase=Text(f"{zh}缺少{what.zh}（{shown}）", f"{en} lack {what.en} ({shown})"))
