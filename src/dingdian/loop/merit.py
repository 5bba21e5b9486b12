"""择优: the order among eligible applications, and who still fits after those before.

Uses only what the plan says: a published scoring table where there is one, its priorities, who comes last, the day of the
application. It invents no weight and draws no lots.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from dingdian.city.model import City
from dingdian.loop.findings import ELIGIBLE, find, outcome_of
from dingdian.loop.results import Gap, Gaps, Merit, Ruling
from dingdian.plans.model import Plan
from dingdian.provisions.case import Case
from dingdian.provisions.finding import HOLDS, Finding
from dingdian.provisions.kinds.merit_table import MeritTable
from dingdian.terms import Text

SCORE = "merit_score"
_THEN = Text("先看优先支持的方向，再按申请日期先后，同日按申请编号；依次纳入，后者须与先纳入者一并符合各项上限",
             "priorities first, then earlier application, then its id; each must fit together with those before it")


def merit(
    city: City, plan: Plan, on: date, gaps: Gaps, rulings: tuple[Ruling, ...], cases: tuple[Case, ...]
) -> tuple[Merit, ...]:
    """Eligible applications in order, each admitted if it fits together with those admitted before it."""
    eligible = {r.application: r for r in rulings if r.outcome == ELIGIBLE}
    scores = scores_of(gaps)
    ranked = sorted((c for c in cases if c.application in eligible), key=lambda c: _key(c, eligible[c.application], scores))
    admitted: list[Case] = []
    rows = []
    for rank, case in enumerate(ranked, start=1):
        findings = find(city, plan, case, on, tuple(admitted))
        outcome, deciding = outcome_of(findings)
        if outcome == ELIGIBLE:
            admitted.append(case)
        rows.append(_row(rank, case, findings, deciding, outcome == ELIGIBLE, eligible[case.application], scores.get(case.application)))
    return tuple(rows)


def scores_of(gaps: Gaps) -> dict[str, Gap]:
    """Application → its row of the scoring table; empty where the plan has none or its weights are not published."""
    return {gap.measure.subject: gap for gap in gaps.rows if gap.measure.measure == SCORE and gap.measure.supply is not None}


def _key(case: Case, ruling: Ruling, scores: dict[str, Gap]) -> tuple[Any, ...]:
    row = scores.get(case.application)
    score = None if row is None else row.measure.supply
    return (_comes_last(ruling.findings), score is None, Decimal(0) if score is None else -Decimal(score),
            -len(_priorities(ruling.findings)), case.applied_on or date.max, case.application)


def _comes_last(findings: tuple[Finding, ...]) -> bool:
    """A provision that lets the applicant pass may put it behind everybody else (strictly controlled specialties)."""
    return any(f.status == HOLDS and f.judgement.evidence.get("ranked") == "last" for f in findings)


def _priorities(findings: tuple[Finding, ...]) -> list[Finding]:
    return [f for f in findings if f.effect == "priority" and f.status == HOLDS]


def _row(
    rank: int, case: Case, findings: tuple[Finding, ...], deciding: tuple[str, ...], fits: bool, ruling: Ruling, row: Gap | None
) -> Merit:
    places = {item.name: item.value for item in row.measure.inputs} if row else {}
    return Merit(
        rank=rank, application=case.application, name=case.name, admitted=fits, reason=_reason(findings, deciding, fits, ruling, row),
        score=row.measure.supply if row else None, best=_place(places.get("best")), worst=_place(places.get("worst")),
    )


def _place(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _reason(findings: tuple[Finding, ...], deciding: tuple[str, ...], fits: bool, ruling: Ruling, row: Gap | None) -> Text:
    if not fits:
        said = next(f for f in findings if f.provision == deciding[0])
        return Text(f"在先纳入者之后不再符合：{said.sentence.zh}（{said.locator}）",
                    f"no longer fits after those before it: {said.sentence.en} ({said.locator})")
    if row is not None:
        note = row.measure.note or Text("", "")
        return Text(f"评分 {row.measure.supply}（{row.measure.locator}），{note.zh}", f"score {row.measure.supply} ({row.measure.locator}), {note.en}")
    first = _priorities(ruling.findings)
    if first:
        return Text("；".join(f"优先（{f.locator}）" for f in first), "; ".join(f"priority ({f.locator})" for f in first))
    return Text("按申请先后", "by date of application")


def merit_method(plan: Plan, gaps: Gaps) -> Text:
    """How the order was made, in one sentence."""
    table = next((p for p in plan.provisions if isinstance(p, MeritTable)), None)
    if table is None:
        return Text(f"规划未公布评分权重：{_THEN.zh}。", f"The plan publishes no weights: {_THEN.en}.")
    where = plan.locator(table)
    if not scores_of(gaps):
        return Text(f"评分表的权重或评分尚未公布（{where}），不能按评分排序：{_THEN.zh}。",
                    f"Weights or marks of the scoring table are not published ({where}), so no order by score: {_THEN.en}.")
    return Text(f"同区域同类申请按公布的评分表由高到低（{where}），并给出权重增减后的名次范围；评分不全或同分的，{_THEN.zh}。",
                f"By the published scoring table within a zone and class ({where}), with the range of places when weights move; without all "
                f"marks, or with equal ones: {_THEN.en}.")
