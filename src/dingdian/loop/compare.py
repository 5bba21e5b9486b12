"""比对: each measure held against its need — short, within, over — with the sentence that says so.

Draws no conclusion beyond the numbers of the row.
"""

from __future__ import annotations

from dingdian.loop.results import Gap, Gaps, Measures
from dingdian.provisions.counting import show
from dingdian.provisions.finding import Measure
from dingdian.terms import POSITIONS, UNITS_OF_MEASURE, Text

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
    supply = Text(*(f"{show(row.supply)} {UNITS_OF_MEASURE.label(row.unit_of_measure, lang)}" for lang in ("zh", "en")))
    place = position(row)
    if place == INFORMATION:
        return Text(f"{where}{row.title.zh}为 {supply.zh}。", f"{where}, {row.title.en}: {supply.en}.")
    band, label = _band(row), POSITIONS[place].name
    return Text(f"{where}{row.title.zh}为 {supply.zh}，应{band.zh}，差值 {show(row.gap)}，{label.zh}。",
                f"{where}, {row.title.en}: {supply.en}; need {band.en}, gap {show(row.gap)}: {label.en}.")


def _band(row: Measure) -> Text:
    low, high = show(row.need_low), show(row.need_high)
    if row.need_high is None:
        return Text(f"不低于 {low}", f"at least {low}")
    if row.need_low is None:
        return Text(f"不超过 {high}", f"at most {high}")
    return Text(f"为 {low}", low) if low == high else Text(f"在 {low} 至 {high} 之间", f"{low}–{high}")
