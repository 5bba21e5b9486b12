"""申请人告知书: the ruling in plain language for the applicant: outcome, reasons with clauses, what may change it, how to object.

It promises nothing, names no other provider or applicant (only how many and how far), carries no internal code, and says of
itself that it is a draft until the office has checked and sealed it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from attrs import frozen

from dingdian.report import formats, words
from dingdian.report.renderings.masking import letter_veil, plain_words
from dingdian.report.renderings.tree import LIFTING, UNDETERMINED, Node, Tree
from dingdian.terms import ACTIONS, KINDS, OUTCOMES, PROVIDER_CLASSES, Text

TITLE = Text("定点医药机构资源配置审查告知书", "Notice on an application for designation")
DRAFT_LETTER = Text("本告知书为草稿，经办机构核对并加盖印章后方为正式文书。",
                    "This notice is a draft until the office has checked and sealed it.")
NO_PROMISE = Text(
    "以上仅说明哪些情况与本次审查结论有关，不构成承诺：即使情况发生变化，仍须依照届时有效的规定和数据重新审查，结论可能相同，也可能不同。",
    "This only says what the outcome has to do with. It is not a promise: if circumstances change, the application is examined afresh "
    "under the rules and data of that day, and the outcome may or may not be the same.")
MEANINGS = {
    "eligible": Text("这表示申请符合资源配置规划的要求，可以进入下一步评估。这不等于已经取得定点资格，也不构成签订医保协议的承诺。",
                     "The application agrees with the allocation plan and may be assessed. This is not a designation, nor a promise of an agreement."),
    "refused": Text("这表示按现有数据和规定，本次申请不能纳入新增配置。",
                    "Under present data and rules this application cannot be added."),
    "review": Text("这表示现有材料或数据还不足以得出结论，须由工作人员审查。这不是不予新增的决定，也不是同意的决定。",
                   "Present documents or data do not yet give an answer, and a person has to examine the case. It is neither a refusal nor a consent."),
}
REVIEW = (
    Text("对上述结论或者理由有疑问的，可在收到本告知书之日起向经办机构说明情况、补充材料，或者查询审查所依据的本单位信息。",
         "If you doubt the outcome or its reasons you may, from the day you receive this notice, explain, hand in further documents, or ask to "
         "see the information about yourself on which it rests."),
    Text("认为本单位的位置、床位、人员等信息有误，或者对周边距离的测量有异议的，请说明具体事项并附证明材料，经办机构核实后更正并重新审查。",
         "If your place, beds, staff or other facts are wrong, or you contest a measured distance, say which and attach proof: the office verifies, "
         "corrects and examines again."),
    Text("法律、法规对陈述申辩、行政复议或者诉讼另有规定的，依照其规定办理。",
         "Where law provides for a hearing, administrative review or a suit, that law applies."),
)
_NUMERALS = "一二三四五六七八九"


@frozen(kw_only=True)
class Letter:
    """A letter before it is set: notices in frames, a salutation, numbered sections of paragraphs, a closing."""

    title: str
    notices: tuple[str, ...]
    salutation: str
    opening: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    closing: tuple[str, ...]


def letter_of(tree: Tree, lang: str = "zh") -> Letter:
    """The letter in one language."""
    sections = [(heading(lang), tuple(text(lang) for text in texts)) for heading, texts in _sections(tree)]
    return Letter(
        title=TITLE(lang), notices=tuple(text(lang) for text in (*tree.notices, DRAFT_LETTER)),
        salutation=Text(f"{tree.name}：", f"To {tree.name}:")(lang), opening=_opening(tree)(lang), sections=tuple(sections),
        closing=(Text("经办机构（盖章）：", "The office (seal):")(lang), Text("　　　　年　　月　　日", "Date:")(lang)),
    )


def _opening(tree: Tree) -> Text:
    applied = _day(tree.applied_on)
    what = formats.both(lambda lang: _what(tree, lang))
    zh = f"你单位{f'于{applied.zh}' if applied.zh else ''}提出的申请（申请编号 {tree.application}，{what.zh}），已按照{_quoted(tree.plan.zh)}"
    en = f"Your application {tree.application} ({what.en}){f' of {applied.en}' if applied.en else ''} was examined under: {tree.plan.en}"
    return Text(f"{zh}，以{formats.day(tree.date_on)}为判断日期进行审查。现将有关情况告知如下。",
                f"{en}, as things stood on {formats.day(tree.date_on, 'en')}. This is what was found.")


def _what(tree: Tree, lang: str) -> str:
    parts = (words.label(ACTIONS, tree.action, lang), words.label(PROVIDER_CLASSES, tree.provider_class, lang),
             words.label(KINDS, tree.kind, lang), tree.district_name)
    return ("、" if lang == "zh" else ", ").join(dict.fromkeys(part for part in parts if part))


def _day(iso: str) -> Text:
    return formats.both(lambda lang: formats.day(date.fromisoformat(iso), lang)) if iso else Text("", "")


def _quoted(title: str) -> str:
    return title if title.startswith("《") else f"《{title}》"


# --- sections ------------------------------------------------------------------------------------------------------


def _sections(tree: Tree) -> Iterator[tuple[Text, tuple[Text, ...]]]:
    outcome = OUTCOMES[tree.outcome].name
    yield Text("审查结论", "Outcome"), (
        Text(f"{outcome.zh}。{MEANINGS[tree.outcome].zh}", f"{outcome.en.capitalize()}. {MEANINGS[tree.outcome].en}"),)
    yield Text("理由和依据", "Reasons"), tuple(_reasons(tree))
    changes = tuple(_changes(tree))
    if changes:
        yield Text("哪些情况与结论有关", "What the outcome has to do with"), (*changes, NO_PROMISE)
    yield Text("如何说明、补充或者要求更正", "How to explain, add or ask for correction"), REVIEW
    yield Text("需要说明的事项", "Please note"), tuple(_notes(tree))


def _reasons(tree: Tree) -> Iterator[Text]:
    veil = letter_veil(tree)
    if not tree.deciding:
        yield Text("规划中与本申请有关的各项规定均符合，或者不适用于本申请。", "Every provision of the plan holds, or does not apply to this application.")
    for node in tree.deciding:
        yield plain_words(veil(_reason(node, tree.outcome)))
    if tree.outcome == "refused" and len(tree.deciding) > 1:
        yield Text("以上每一条都足以使本次申请不予新增。", "Each of these alone stops the application.")


def _reason(node: Node, outcome: str) -> Text:
    sentence, day = node.judgement.sentence, node.judgement.as_of
    dated = Text(f"（数据日期：{formats.day(day)}）", f" (data of {formats.day(day, 'en')})") if day else Text("", "")
    verb = Text("", "")
    if node.effect in LIFTING:
        verb = Text("适用例外：", "an exception applies: ")
    elif node.status == UNDETERMINED:
        verb = Text("尚不能判定：", "not yet to be told: ")
    elif outcome == "review":
        verb = Text("可能适用例外，暂不作结论：", "an exception may apply, so nothing is concluded yet: ")
    said = sentence.zh.removeprefix("无法判定："), sentence.en.removeprefix("Undetermined: ")
    return Text(f"依据规划{node.locator}，{verb.zh}{said[0].rstrip('。')}{dated.zh}。",
                f"Under {node.locator} of the plan: {verb.en}{said[1].rstrip('.')}{dated.en}.")


def _changes(tree: Tree) -> Iterator[Text]:
    veil = letter_veil(tree)
    for line in tree.would_change:
        said = plain_words(veil(line))
        yield Text(f"{said.zh.rstrip('。')}。", f"{said.en[:1].upper()}{said.en[1:].rstrip('.')}.")


def _notes(tree: Tree) -> Iterator[Text]:
    if tree.is_draft:
        yield Text("所依据的规划为征求意见稿，尚未正式发布，本结果仅供参考，不作为行政决定的依据。",
                   "The plan is a draft for comment, not in force: this result is for reference and no ground for a decision.")
    if not tree.robust:
        yield Text(f"规划有的条文可以有不同理解。换用另一种理解时，结论可能为“{_other_outcomes(tree).zh}”；采用哪一种理解，由工作人员确认并说明理由。",
                   f"Some of the plan's text can be read differently. Under another reading the outcome may be: {_other_outcomes(tree).en}. "
                   "Which reading holds is confirmed by a person, with the reason.")
    if tree.untranslated:
        yield Text(f"规划{'、'.join(tree.untranslated)}的内容由工作人员另行把握，未计入以上结论。",
                   f"Left to the office, and no part of this outcome: {', '.join(tree.untranslated)} of the plan.")
    yield Text("文中“家数”和“距离”按登记数据计算，涉及的其他机构不予列名。",
               "Counts and distances come from the register; other providers are not named.")


def _other_outcomes(tree: Tree) -> Text:
    found = dict.fromkeys(flip.outcome for flip in tree.flips)
    return Text("、".join(OUTCOMES.label(code) for code in found), ", ".join(OUTCOMES.label(code, "en") for code in found))


# --- text and Word -------------------------------------------------------------------------------------------------


def letter_text(tree: Tree, lang: str = "zh") -> str:
    """The letter as plain text, one paragraph on a line."""
    letter = letter_of(tree, lang)
    lines = [letter.title, "", *(f"【{notice}】" for notice in letter.notices), "", letter.salutation, "", letter.opening, ""]
    for number, (heading, paragraphs) in enumerate(letter.sections):
        lines += [_numbered(number, heading, lang), *paragraphs, ""]
    return formats.printable("\n".join([*lines, *letter.closing])) + "\n"


def _numbered(number: int, heading: str, lang: str) -> str:
    return f"{number + 1}. {heading}" if lang == "en" else f"{_NUMERALS[number]}、{heading}"


def letter_docx(tree: Tree, lang: str = "zh") -> bytes:
    """The letter as a Word document; the same tree gives the same bytes."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    from dingdian.report.word import Paper, flush

    letter = letter_of(tree, lang)
    marks = "　".join(dict.fromkeys([*([Text("合成数据", "synthetic data")(lang)] if tree.synthetic else []), Text("草稿", "draft")(lang)]))
    paper = Paper.start(title=letter.title, subject=tree.plan(lang), on=tree.date_on, running_head=f"{letter.title}　{marks}")
    paper.title(letter.title)
    for notice in letter.notices:
        paper.warning(notice)
    paper.text(letter.salutation)
    flush(paper.doc.paragraphs[-1].paragraph_format)
    paper.text(letter.opening)
    for number, (heading, paragraphs) in enumerate(letter.sections):
        paper.heading(_numbered(number, heading, lang))
        for paragraph in paragraphs:
            paper.text(paragraph)
    for line in letter.closing:
        paper.text(line)
        paper.doc.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return paper.data(tree.date_on)
