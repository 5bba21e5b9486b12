"""公示片段: one ruling as a piece of HTML for a public page, with the record of what it leaves out.

No script, no style sheet, no request to anywhere: it can stand in any page. The exact place, others' identities, a name that may be a
person's, evidence and readings stay inside; each field so withheld is listed in the fragment and handed to the caller.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import frozen

from dingdian.report import formats, palette, words
from dingdian.report.markup import esc, tag
from dingdian.report.renderings.masking import (
    PERSONAL_KINDS,
    Masked,
    is_personal,
    plain_words,
    public_name,
    public_veil,
)
from dingdian.report.renderings.tree import Tree
from dingdian.terms import ACTIONS, FINDING_STATUSES, KINDS, OUTCOMES, PROVIDER_CLASSES, Text

__all__ = ["PERSONAL_KINDS", "PublicFragment", "public"]

NO_DECISION = Text("本公示说明按规划审查的情况，不等于已经定点，不构成承诺；对内容有异议的，可向经办机构反映。",
                   "This tells how the application stands under the plan. It is no designation and no promise; objections go to the office.")
HIDDEN = Text("已隐去", "Left out")
_REASONS = {
    "case.name": Text("名称可能含个人姓名", "the name may be a person's"),
    "case.lon": Text("不公开申请人的精确位置", "the applicant's exact place is not published"),
    "case.lat": Text("不公开申请人的精确位置", "the applicant's exact place is not published"),
    "case.provider": Text("内部编码", "an internal code"),
    "findings.others": Text("其他机构只公开数量和距离", "of other providers only number and distance are published"),
    "findings.evidence": Text("内部证据，供经办和审计使用", "internal evidence, for clerks and auditors"),
    "findings.readings": Text("口径编号，供经办和审计使用", "codes of readings, for clerks and auditors"),
    "receipt": Text("凭证全文供审计使用，此处只公布摘要", "the receipt is for auditors; only its digest is published"),
}
_FIELDS = {
    "case.name": Text("机构名称", "name"), "case.lon": Text("经度", "longitude"), "case.lat": Text("纬度", "latitude"),
    "case.provider": Text("机构编码", "code"), "findings.others": Text("其他机构的名称和编码", "names and codes of other providers"),
    "findings.evidence": Text("证据明细", "evidence"), "findings.readings": Text("理解口径", "readings"), "receipt": Text("凭证全文", "receipt"),
}


@frozen(kw_only=True)
class PublicFragment:
    """The fragment and what it leaves out."""

    html: str
    masked: tuple[Masked, ...]

    def as_json(self) -> dict[str, Any]:
        return {"html": self.html, "masked": [one.as_json() for one in self.masked]}


def public(tree: Tree, lang: str = "zh") -> PublicFragment:
    """The fragment in one language."""
    masked = tuple(Masked(field=field, reason=_REASONS[field]) for field in _left_out(tree))
    return PublicFragment(html=_html(tree, masked, lang), masked=masked)


def _left_out(tree: Tree) -> Iterator[str]:
    """Fields that the tree holds and the fragment does not, in the order of ``_REASONS``."""
    present = {
        "case.name": is_personal(tree), "case.lon": tree.lon is not None or "lon" in tree.own,
        "case.lat": tree.lat is not None or "lat" in tree.own, "case.provider": bool(tree.own.get("provider")),
        "findings.others": bool(tree.others), "findings.evidence": any(node.judgement.evidence for node in tree.nodes),
        "findings.readings": any(node.judgement.readings for node in tree.nodes), "receipt": bool(tree.receipt),
    }
    return (field for field, held in present.items() if held)


# --- the fragment --------------------------------------------------------------------------------------------------


def _html(tree: Tree, masked: tuple[Masked, ...], lang: str) -> str:
    anchor = f"ruling-{''.join(char if char.isalnum() else '-' for char in tree.application)}"
    name = public_name(tree)(lang)
    parts = [
        tag("h2", esc(name), id=anchor, style="margin:0 0 .4em;font-size:1.25em"), *_notices(tree, lang), _facts(tree, lang),
        *_reasons(tree, lang), *_changes(tree, lang), tag("p", esc(NO_DECISION(lang))), _masked(masked, lang),
    ]
    language = "en" if lang == "en" else "zh-CN"
    return (f'<article class="dingdian-ruling" lang="{language}" aria-labelledby="{anchor}" data-outcome="{esc(tree.outcome)}" '
            f'style="max-width:46em;line-height:1.7;color:{palette.INK};overflow-wrap:anywhere">\n' + "\n".join(parts) + "\n</article>\n")


def _notices(tree: Tree, lang: str) -> list[str]:
    style = f"border:1px solid {palette.SYNTHETIC};color:{palette.SYNTHETIC};padding:.3em .7em;margin:0 0 .5em"
    return [tag("p", esc(notice(lang)), role="note", style=style) for notice in tree.notices]


def _facts(tree: Tree, lang: str) -> str:
    back, ink = palette.OUTCOMES[tree.outcome]
    outcome = tag("strong", esc(OUTCOMES.label(tree.outcome, lang)), style=f"background:{back};color:{ink};padding:.1em .5em;border-radius:3px")
    what = " · ".join(dict.fromkeys(part for part in (
        words.label(ACTIONS, tree.action, lang), words.label(PROVIDER_CLASSES, tree.provider_class, lang),
        words.label(KINDS, tree.kind, lang)) if part))
    pairs = [
        (Text("结论", "Outcome"), outcome), (Text("申请编号", "Application"), esc(tree.application)), (Text("申请事项", "For"), esc(what)),
        (Text("所在区域", "Area"), esc(tree.district_name or formats.DASH)), (Text("依据", "Plan"), esc(tree.plan(lang))),
        (Text("判断日期", "Judged as of"), esc(formats.day(tree.date_on, lang))),
        (Text("凭证摘要", "Receipt digest"), tag("code", esc(str(tree.receipt.get("digest") or formats.DASH)))),
    ]
    rows = "".join(tag("dt", esc(label(lang)), style=f"color:{palette.MUTED}") + tag("dd", value, style="margin:0") for label, value in pairs)
    return tag("dl", rows, style="display:grid;grid-template-columns:max-content 1fr;gap:.2em 1.2em;margin:.6em 0")


def _reasons(tree: Tree, lang: str) -> list[str]:
    veil = public_veil(tree)
    items = [
        f"{esc(node.locator)} {tag('span', esc(FINDING_STATUSES.label(node.status, lang)))}{esc(Text('：', ': ')(lang))}"
        f"{esc(plain_words(veil(node.judgement.sentence))(lang))}" for node in tree.deciding
    ] or [esc(Text("各项规定均符合或者不适用。", "Every provision holds or does not apply.")(lang))]
    return [_heading(Text("理由", "Reasons"), lang), _list(items)]


def _changes(tree: Tree, lang: str) -> list[str]:
    if not tree.would_change:
        return []
    veil = public_veil(tree)
    items = [esc(plain_words(veil(line))(lang)) for line in tree.would_change]
    return [_heading(Text("与结论有关的情况", "What the outcome has to do with"), lang), _list(items)]


def _masked(masked: tuple[Masked, ...], lang: str) -> str:
    items = "".join(
        tag("li", esc(f"{_FIELDS[one.field](lang)}{Text('：', ': ')(lang)}{one.reason(lang)}"), data_field=one.field) for one in masked)
    style = f"color:{palette.MUTED};font-size:.9em"
    return tag("section", tag("h3", esc(HIDDEN(lang)), style="font-size:1em;margin:.6em 0 .2em") + tag("ul", items, "dingdian-masked"), style=style)


def _heading(text: Text, lang: str) -> str:
    return tag("h3", esc(text(lang)), style="font-size:1.05em;margin:.8em 0 .2em")


def _list(items: list[str]) -> str:
    return tag("ul", "".join(tag("li", item) for item in items), style="margin:0 0 .6em;padding-left:1.3em")
