"""The page's section on applications: filters, and for each ruling what was found, by which clause, and what would change it."""

from __future__ import annotations

from collections.abc import Mapping

from dingdian.loop.results import Ruling
from dingdian.provisions.finding import NOT_APPLICABLE, Finding
from dingdian.report import formats, words
from dingdian.report.imprint import Imprint
from dingdian.report.markup import Td, chip, esc, more, table, tag, two
from dingdian.terms import (
    ACTIONS,
    EFFECTS,
    FINDING_STATUSES,
    KINDS,
    LEVELS,
    OUTCOMES,
    PROVIDER_CLASSES,
    CodeList,
    Text,
)


def rulings_section(imprint: Imprint) -> str:
    rulings = imprint.run.rulings
    if not rulings:
        return tag("p", two(Text("本期没有待审查的申请。", "There is no application to rule on.")), "lead")
    lead = Text(
        "结论按现行口径得出。标“须确认”的，换一种条款理解就会改变结论，由工作人员说明理由后确认。",
        "Outcomes hold under the readings in force. Those marked “to confirm” would change under another reading and wait for a person.",
    )
    return tag("p", two(lead), "lead") + _filters(rulings) + "\n".join(_ruling(ruling) for ruling in rulings)


def _named(codes: CodeList, code: str) -> Text:
    return Text(codes.label(code), codes.label(code, "en"))


def _filters(rulings: tuple[Ruling, ...]) -> str:
    boxes = "".join(
        f'<label><input type="checkbox" name="outcome" value="{code}" checked> {two(_named(OUTCOMES, code))}</label>' for code in OUTCOMES
    )
    classes = [c for c in PROVIDER_CLASSES if any(r.provider_class == c for r in rulings)]
    options = '<option value="" data-zh="全部类别" data-en="every class">全部类别</option>' + "".join(
        f'<option value="{c}" data-zh="{esc(PROVIDER_CLASSES.label(c))}" data-en="{esc(PROVIDER_CLASSES.label(c, "en"))}">{esc(PROVIDER_CLASSES.label(c))}</option>'
        for c in classes
    )
    return (
        '<form class="filters" onsubmit="return false" aria-label="筛选 / Filter">'
        f'<fieldset><legend>{two(Text("结论", "outcome"))}</legend>{boxes}'
        f'<label><input type="checkbox" name="fragile"> {two(Text("仅看须确认", "only those to confirm"))}</label></fieldset>'
        f'<label>{two(Text("类别", "class"))} <select name="class">{options}</select></label>'
        '<input type="search" aria-label="查找 / Search" placeholder="机构、编号、区县" data-hint-zh="机构、编号、区县" data-hint-en="name, id, unit">'
        f'<button type="button" data-unfold="yes">{two(Text("全部展开", "unfold all"))}</button>'
        f'<button type="button" data-unfold="no">{two(Text("全部收起", "fold all"))}</button>'
        f'<output><span class="count">{len(rulings)}</span> / {len(rulings)}</output></form>'
    )


def _ruling(ruling: Ruling) -> str:
    robust = "yes" if ruling.robust else "no"
    confirm = chip("fragile", Text("须确认", "to confirm")) if ruling.needs_confirmation else ""
    what = formats.both(lambda lang: _what(ruling, lang))
    return (
        f'<details class="ruling" id="ruling-{esc(ruling.application)}" data-outcome="{esc(ruling.outcome)}" data-class="{esc(ruling.provider_class or "")}" data-robust="{robust}">'
        f'<summary><span class="id">{esc(ruling.application)}</span><span class="name"><strong>{esc(ruling.name)}</strong> <span class="what">{two(what)}</span></span>'
        f'<span class="verdict">{chip(ruling.outcome, _named(OUTCOMES, ruling.outcome))} {confirm}</span>'
        f'<span class="why">{two(formats.both(lambda lang: words.reason(ruling, lang)))}</span></summary>\n<div class="body">{_body(ruling)}</div></details>'
    )


def _what(ruling: Ruling, lang: str) -> str:
    """Action, class, kind, level and district, each word once."""
    parts = (
        words.label(ACTIONS, ruling.action, lang), words.label(PROVIDER_CLASSES, ruling.provider_class, lang),
        words.label(KINDS, ruling.kind, lang), words.label(LEVELS, ruling.level, lang), ruling.district_name,
    )
    return " · ".join(dict.fromkeys(part for part in parts if part))


def _body(ruling: Ruling) -> str:
    spoke = [f for f in ruling.findings if f.status != NOT_APPLICABLE]
    silent = [f for f in ruling.findings if f.status == NOT_APPLICABLE]
    parts = [_findings(spoke, ruling)]
    if ruling.flips:
        items = "".join(f"<li>{esc(flip.reading)} → {esc(flip.option)}：{chip(flip.outcome, _named(OUTCOMES, flip.outcome))} {two(flip.sentence)}</li>" for flip in ruling.flips)
        parts.append(f"<h4>{two(Text('换一种口径会怎样', 'Under another reading'))}</h4><ul>{items}</ul>")
    if ruling.would_change:
        items = "".join(tag("li", two(line)) for line in ruling.would_change)
        parts.append(f"<h4>{two(Text('什么会改变结论', 'What would change it'))}</h4><ul>{items}</ul>")
    if silent:
        rows: list[list[str | Td]] = [[esc(f.provision), two(f.sentence), Td(esc(f.locator), "clause")] for f in silent]
        heads = [two(Text("规则", "provision")), two(Text("说明", "in words")), two(Text("条款", "clause"))]
        parts.append(more(two(Text(f"不适用的规则（{len(silent)}）", f"Provisions that do not apply ({len(silent)})")), table(heads, rows)))
    if ruling.untranslated:
        said = "、".join(ruling.untranslated)
        parts.append(tag("p", two(Text(f"未转化为规则、须人工把握的条款：{said}", f"Clauses left to people: {said}")), "note"))
    parts.append(tag("p", _receipt(ruling.receipt, ruling.application), "note"))
    return "".join(parts)


def _findings(findings: list[Finding], ruling: Ruling) -> str:
    heads = [Text("结果", "result"), Text("规则", "provision"), Text("判定", "finding"), Text("实际 / 标准", "value / threshold"), Text("余量", "margin"),
             Text("条款", "clause"), Text("数据日期", "dated")]
    return table([two(h) for h in heads], [_finding(f, f.provision in ruling.deciding) for f in findings], lead=False)


def _finding(finding: Finding, decides: bool) -> list[str | Td]:
    said = finding.judgement
    unit = said.unit_of_measure
    effect = two(_named(EFFECTS, finding.effect))
    name = f"{esc(finding.provision)}<br><small>{effect}{_normally(finding)}{_excepted(finding)}</small>"
    tested = formats.both(lambda lang: _tested(finding, lang))
    sentence = f"<strong>{two(said.sentence)}</strong>" if decides else two(said.sentence)
    readings = f"<br><small>{esc(words.readings(said.readings))}</small>" if said.readings else ""
    margin = formats.both(lambda lang: formats.quantity(said.margin, unit, lang, plus=True))
    return [
        chip(said.status, _named(FINDING_STATUSES, said.status)), name, Td(f"{sentence}{readings}{_evidence(said.evidence)}", "sentence"),
        Td(two(tested), "right"), Td(two(margin), "right"), Td(esc(finding.locator), "clause"), Td(esc(formats.iso(said.as_of)), "clause"),
    ]


def _tested(finding: Finding, lang: str) -> str:
    said = finding.judgement
    shown = formats.comparison(said.value, said.operator, said.threshold, lang)
    unit = words.unit_of_measure(said.unit_of_measure, lang)
    return f"{shown} {unit}" if unit and shown != formats.DASH else shown


def _normally(finding: Finding) -> str:
    return f" · {two(Text('原则上', 'normally'))}" if finding.normally else ""


def _excepted(finding: Finding) -> str:
    by = finding.excepted_by
    return f" · {two(Text(f'因 {by} 而不适用', f'lifted by {by}'))}" if by else ""


def _evidence(evidence: Mapping[str, object]) -> str:
    from dingdian.canonical import dumps

    if not evidence:
        return ""
    return more(two(Text("证据", "evidence")), tag("code", esc(dumps(evidence, indent=None).strip())))


def _receipt(receipt: Mapping[str, object], application: str) -> str:
    digest = receipt.get("digest")
    shown = f' · <span class="hash">{esc(str(digest))}</span>' if digest else ""
    return f"{two(Text('凭证', 'receipt'))} <code>receipts/{esc(receipt_name(application))}</code>{shown}"


def receipt_name(application: str) -> str:
    """The receipt's file name: the application's id, with what no file system takes replaced."""
    safe = "".join(char if char.isalnum() or char in "-_." else "_" for char in application).lstrip(".")
    return f"{safe or '_'}.json"
