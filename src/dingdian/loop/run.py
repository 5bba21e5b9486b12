"""The whole loop once: 测算 → 比对 → 论证 → 确定, and what it says in a few lines. Pure: it writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date

from dingdian.city.model import City
from dingdian.loop.annual import annual_plan
from dingdian.loop.cases import application_ids, case_of
from dingdian.loop.compare import compare
from dingdian.loop.decide import check
from dingdian.loop.findings import ELIGIBLE, REFUSED, REVIEW
from dingdian.loop.ground import city_note, latest_day, limits, plan_note
from dingdian.loop.justify import justify
from dingdian.loop.measure import measure
from dingdian.loop.monitor import monitor
from dingdian.loop.results import Gap, Gaps, Options, Ruling, Run
from dingdian.plans.model import Plan
from dingdian.provisions.counting import show
from dingdian.terms import SCHEMES, Text

Progress = Callable[[str, int, int], None]


def run(
    city: City, plan: Plan, on: date | None = None, *, readings: Mapping[str, str] | None = None, progress: Progress | None = None
) -> Run:
    """One pass of the loop over a city and all its applications.

    Parameters
    ----------
    on
        Day of the question; when left out, the latest of the city's as-of date and the days of its applications.
    """
    chosen = plan.with_readings(readings or {})
    day = on or latest_day(city)
    step = progress or (lambda stage, done, total: None)
    measures = measure(city, chosen, day, progress=lambda name, i, n: step("measure", i, n))
    gaps = compare(measures)
    ids = application_ids(city)
    rulings = []
    for number, application in enumerate(ids, start=1):
        rulings.append(check(city, chosen, application, on=day))
        step("decide", number, len(ids))
    cases = tuple(case_of(city, r.application, day) for r in rulings)
    eligible = tuple(c for c, r in zip(cases, rulings) if r.outcome == ELIGIBLE)
    step("justify", 0, 1)
    options = justify(city, chosen, day, eligible)
    step("justify", 1, 1)
    annual = annual_plan(city, chosen, day, gaps, tuple(rulings), cases)
    return Run(
        plan=plan_note(plan), city=city_note(city), date_on=day, measures=measures, gaps=gaps, options=options,
        rulings=tuple(rulings), annual_plan=annual, alerts=monitor(city, chosen, day, past=False),
        summary=(*limits(city, chosen, day), *_summary(city, gaps, options, tuple(rulings))),
    )


def _summary(city: City, gaps: Gaps, options: Options, rulings: tuple[Ruling, ...]) -> list[Text]:
    """What a reader wants first: beds, funds, saturation, coverage and where to add, applications."""
    top = city.meta.pooling_area
    lines = _bed_lines(gaps, top)
    lines.append(_fund_line(gaps, top))
    lines += [gap.sentence for gap in _rows(gaps, "saturated_providers") if gap.measure.unit == top]
    lines.append(_siting_line(options))
    counted = Counter(r.outcome for r in rulings)
    fragile = sum(not r.robust for r in rulings)
    lines.append(Text(
        f"申请 {len(rulings)} 份：可进入评估 {counted[ELIGIBLE]}，不予新增 {counted[REFUSED]}，转人工 {counted[REVIEW]}；"
        f"其中 {fragile} 份结论随口径而变，须人工确认。",
        f"{len(rulings)} applications: {counted[ELIGIBLE]} eligible, {counted[REFUSED]} refused, {counted[REVIEW]} to review; "
        f"{fragile} depend on a reading and need confirmation."))
    return lines


BED_RATIOS = ("beds_per_1000_insured", "beds_per_1000", "affordable_beds_per_1000")


def _bed_lines(gaps: Gaps, top: str) -> list[Text]:
    """Beds per thousand of the whole, and the units that are short or over; nothing where the plan sets no such norm."""
    rows = [gap for measure in BED_RATIOS for gap in _rows(gaps, measure) if gap.measure.need_low is not None or gap.measure.need_high is not None]
    lines = [gap.sentence for gap in rows if is_whole(gap, top)]
    below = [gap for gap in rows if not is_whole(gap, top)]
    if below:
        uneven = [_named(below, position, *words) for position, words in _BEDS.items()]
        lines.append(Text("；".join(t.zh for t in uneven) + "。", "; ".join(t.en for t in uneven) + "."))
    return lines


def is_whole(gap: Gap, top: str) -> bool:
    """Whether a row speaks of the pooling area and not of a zone or unit of it."""
    return gap.measure.unit == top and not gap.measure.zone


_BEDS = {"short": ("床位不足", "Short of beds"), "over": ("超标", "over")}


def _rows(gaps: Gaps, measure: str) -> list[Gap]:
    return [gap for gap in gaps.rows if gap.measure.measure == measure]


def _named(gaps: list[Gap], position: str, zh: str, en: str) -> Text:
    """The units in one position, by name, each once."""
    names = list(dict.fromkeys(gap.measure.unit_name for gap in gaps if gap.position == position))
    return Text(f"{zh}：{'、'.join(names) or '无'}", f"{en}: {', '.join(names) or 'none'}")


def _fund_line(gaps: Gaps, top: str) -> Text:
    """The pooling area's funds by scheme, whichever balances the plan looks at, and the units that do not balance."""
    funds = [gap for gap in gaps.rows if gap.measure.measure.startswith("fund_")]
    rows = [gap for gap in funds if gap.measure.unit == top]
    unknown = [gap for gap in rows if gap.measure.supply is None]
    if unknown or not rows:
        return unknown[0].sentence if unknown else Text("规划未定基金约束。", "The plan has no fund gate.")
    short = {gap.measure.subject for gap in rows if gap.position == "short"}
    states = {True: Text("收不抵支", "in deficit"), False: Text("收支有余", "in surplus")}
    schemes = list(dict.fromkeys(gap.measure.subject for gap in rows))
    zh = "、".join(f"{SCHEMES.label(scheme)}{states[scheme in short].zh}" for scheme in schemes)
    en = ", ".join(f"{SCHEMES.label(scheme, 'en')} {states[scheme in short].en}" for scheme in schemes)
    below = _named([gap for gap in funds if gap.measure.unit != top], "short", "收不抵支的核算单元", "units in deficit")
    return Text(f"全市统筹基金：{zh}；{below.zh}。", f"Pooled funds: {en}; {below.en}.")


def _siting_line(options: Options) -> Text:
    if options.covered_before is None or not options.considered:
        reason = options.reason or Text("数据不足", "not enough data")
        return Text(f"选址未能测算：{reason.zh}。", f"No siting: {reason.en}.")
    proof = options.certificate.sentence if options.certificate else Text("", "")
    before = round(options.covered_before * 100 / options.considered, 1)
    after = round((options.covered_after or 0) * 100 / options.considered, 1)
    return Text(
        f"在饱和上限内增设 {len(options.places)} 家药店，可使路网可及的 {show(options.considered)} 人中覆盖率由 {before}% 升至 {after}%。{proof.zh}",
        f"{len(options.places)} more pharmacies inside the caps raise coverage of the {show(options.considered)} people whom the "
        f"streets reach from {before}% to {after}%. {proof.en}".rstrip())
