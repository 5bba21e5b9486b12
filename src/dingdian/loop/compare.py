"""比对: each measure held against its need — short, within, over — with the sentence that says so.

Draws no conclusion beyond the numbers of the row.
"""

from __future__ import annotations

from dingdian.loop.results import Gap, Gaps, Measures
from dingdian.provisions.counting import show
from dingdian.provisions.finding import Measure
from dingdian.terms import POSITIONS, Text

SHORT, WITHIN, OVER, UNDETERMINED, INFORMATION = POSITIONS


def compare(measures: Measures) -> Gaps:
    """The gaps of all measures, in their order."""
    rows = tuple(Gap(measure=row, position=position(row), sentence=sentence(row)) for row in measures.rows)
    return Gaps(plan=measures.plan, city=measures.city, date_on=measures.date_on, rows=rows)


def position(row: Measure) -> str:
    """Where the supply lies relative to the band of need."""
    if row.status == UNDETERMINED:
        return UNDETERMINED
    if row.need_low is None and row.need_high is None:
        return INFORMATION
    assert row.supply is not None
    if row.need_low is not None and row.supply < row.need_low:
        return SHORT
    if row.need_high is not None and row.supply > row.need_high:
        return OVER
    return WITHIN


def sentence(row: Measure) -> Text:
    """The row as one sentence."""
    where = row.unit_name or row.unit
    if row.status == UNDETERMINED:
        reason = row.reason or Text("数据不足", "not enough data")
        return Text(f"{where}{row.title.zh}无法判定：{reason.zh}。", f"{where}, {row.title.en}: undetermined ({reason.en}).")
    supply = f"{show(row.supply)} {row.unit_of_measure}"
    place = position(row)
    if place == INFORMATION:
        return Text(f"{where}{row.title.zh}为 {supply}。", f"{where}, {row.title.en}: {supply}.")
    low, high = show(row.need_low), show(row.need_high)
    band = low if row.need_high is None else high if row.need_low is None else low if low == high else f"{low}–{high}"
    label = POSITIONS[place].name
    return Text(f"{where}{row.title.zh}为 {supply}，所需 {band}，差值 {show(row.gap)}，{label.zh}。",
                f"{where}, {row.title.en}: {supply}; need {band}, gap {show(row.gap)}: {label.en}.")
