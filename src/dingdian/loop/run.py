"""The whole loop once: 测算 → 比对 → 论证 → 确定, and what it says in a few lines. Pure: it writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date

from dingdian.city.model import City
from dingdian.loop.annual import annual_plan
from dingdian.loop.cases import application_ids, case_of
from dingdian.loop.compare import compare
from dingdian.loop.decide import ELIGIBLE, REFUSED, REVIEW, check
from dingdian.loop.ground import city_note, plan_note
from dingdian.loop.justify import justify
from dingdian.loop.measure import measure
from dingdian.loop.results import Gap, Gaps, Options, Ruling, Run
from dingdian.plans.model import Plan
from dingdian.provisions.counting import show
from dingdian.terms import Text

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
        rulings=tuple(rulings), annual_plan=annual, summary=tuple(_summary(gaps, options, tuple(rulings))),
    )


def latest_day(city: City) -> date:
    """The latest of the city's as-of date and its applications' days."""
    if not city.has("applications"):
        return city.meta.as_of
    latest: date = max(city.meta.as_of, city.tables["applications"]["applied_on"].max().date())
    return latest


def _summary(gaps: Gaps, options: Options, rulings: tuple[Ruling, ...]) -> list[Text]:
    lines = [gap.sentence for gap in gaps.rows if _headline(gap)]
    districts = [gap for gap in gaps.rows if gap.measure.measure == "beds_per_1000_insured"][1:]
    for position, zh, en in (("short", "床位不足的区县", "districts short of beds"), ("over", "床位超标的区县", "districts over")):
        names = [gap.measure.unit_name for gap in districts if gap.position == position]
        lines.append(Text(f"{zh}：{'、'.join(names) or '无'}。", f"{en}: {', '.join(names) or 'none'}."))
    lines.append(_siting_line(options))
    counted = Counter(r.outcome for r in rulings)
    fragile = sum(not r.robust for r in rulings)
    lines.append(Text(
        f"申请 {len(rulings)} 份：可进入评估 {counted[ELIGIBLE]}，不予新增 {counted[REFUSED]}，转人工 {counted[REVIEW]}；"
        f"其中 {fragile} 份结论随口径而变，须人工确认。",
        f"{len(rulings)} applications: {counted[ELIGIBLE]} eligible, {counted[REFUSED]} refused, {counted[REVIEW]} to review; "
        f"{fragile} depend on a reading and need confirmation."))
    return lines


def _headline(gap: Gap) -> bool:
    """The rows of the pooling area that a reader wants first."""
    row = gap.measure
    first = row.unit == gap.measure.unit and row.measure in ("beds_per_1000_insured", "fund_balance", "coverage_share", "saturated_providers")
    return first and row.unit.endswith("00") and not row.level


def _siting_line(options: Options) -> Text:
    if options.covered_before is None or not options.considered:
        reason = options.reason or Text("数据不足", "not enough data")
        return Text(f"选址未能测算：{reason.zh}。", f"No siting: {reason.en}.")
    before = round(options.covered_before * 100 / options.considered, 1)
    after = round((options.covered_after or 0) * 100 / options.considered, 1)
    return Text(
        f"在饱和上限内增设 {len(options.places)} 家药店，可使路网可及的 {show(options.considered)} 人中覆盖率由 {before}% 升至 {after}%。",
        f"{len(options.places)} more pharmacies inside the caps raise coverage of the {show(options.considered)} people whom the "
        f"streets reach from {before}% to {after}%.")
