"""A plan and its lint report as lines and as JSON, for people and machines. Adds nothing to what the plan says."""

from __future__ import annotations

from typing import Any

from dingdian.plans.explain import explain
from dingdian.plans.lint import LintReport
from dingdian.plans.model import Plan


def plan_json(plan: Plan) -> dict[str, Any]:
    """Everything a pack states, typed."""
    return {
        "id": plan.id, "revision": plan.revision, "title": plan.title, "status": plan.status, "sha256": plan.sha256,
        "pooling_area": plan.pooling_area, "valid_from": plan.valid_from, "valid_until": plan.valid_until,
        "legal_bases": list(plan.legal_bases), "source": plan.source,
        "dates": {d.name: {"title": d.title, "value": d.value, "note": d.note} for d in plan.dates.values()},
        "clauses": {c.id: {"locator": c.locator, "says": c.paraphrase} for c in plan.clauses.values()},
        "readings": {
            r.id: {
                "question": r.question, "in_force": plan.option(r.id).code, "default": r.default, "touches": list(r.touches),
                "options": {o.code: {"meaning": o.meaning, "parameters": dict(o.parameters)} for o in r.options.values()},
            } for r in plan.readings.values()
        },
        "provisions": [explain(plan, p).as_json() for p in plan.provisions],
        "records": [
            {"clause": plan.clauses[r.clause].locator, "requirements": list(r.requirements), "type": r.type, "reason": r.reason,
             "output": r.output} for r in plan.records
        ],
    }


def plan_lines(plan: Plan, lang: str) -> list[str]:
    """The pack at a glance."""
    zh = lang != "en"
    lines = [plan.title(lang), f"{plan.id} r{plan.revision} · {plan.status} · {plan.period}",
             f"sha256 {plan.sha256}", "", "规定" if zh else "Provisions"]
    for provision in plan.provisions:
        lines.append(f"  {provision.id:22} {provision.kind:16} {plan.locator(provision):10} {', '.join(provision.requirements)}")
    lines += ["", "口径" if zh else "Readings"]
    for reading in plan.readings.values():
        lines.append(f"  {reading.id:14} {reading.question(lang)} → {plan.option(reading.id).meaning(lang)}")
    lines += ["", "日期" if zh else "Dates"]
    for day in plan.dates.values():
        lines.append(f"  {day.name:14} {day.title(lang)}: {day.value or ('未定' if zh else 'open')}")
    lines += ["", "未能转写" if zh else "Untranslated"]
    lines += [f"  {plan.clauses[r.clause].locator} ({', '.join(r.requirements)}): {r.reason(lang)}" for r in plan.untranslated]
    return lines


def lint_lines(report: LintReport, lang: str) -> list[str]:
    """The ledger, then what is wrong."""
    zh = lang != "en"
    lines = [report.name]
    for row in report.ledger:
        carried = ", ".join([*row.carried_by, *(f"[{t}]" for t in row.record_types)]) or ("— 缺口" if zh else "— GAP")
        tests = f"{row.tests} 测试" if zh else f"{row.tests} tests"
        lines.append(f"  {row.requirement}  {'、'.join(row.locators) or '—':12}  {carried}  {tests if row.carried_by else ''}".rstrip())
    lines += [f"  {'未能转写' if zh else 'untranslated'} {', '.join(r.requirements)}: {r.reason(lang)}" for r in report.untranslated]
    return [*lines, _counted([report], lang), *(problem.line(lang) for problem in report.problems)]


def lint_total(reports: list[LintReport], lang: str) -> str:
    """All plans together, the bases that they extend left out."""
    bases = [r for r in reports if r.plan is not None and r.plan.is_base]
    plans = [r for r in reports if r not in bases]
    head = f"{len(plans)} 个规划合计：" if lang != "en" else f"{len(plans)} plans together: "
    return head + _counted(plans, lang)


def _counted(reports: list[LintReport], lang: str) -> str:
    zh = lang != "en"
    asked, gaps = sum(len(r.ledger) for r in reports), sum(len(r.gaps) for r in reports)
    return (f"{asked - gaps}/{asked} {'已落实，缺口' if zh else 'accounted, gaps'} {gaps}; "
            f"{'未能转写' if zh else 'untranslated'} {sum(len(r.untranslated) for r in reports)}; "
            f"{'问题' if zh else 'problems'} {sum(len(r.problems) for r in reports)}")
