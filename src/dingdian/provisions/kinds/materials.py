"""Which documents an application must hold, and which of them are still to be handed in.

A document that is not among those handed in can be handed in: it is missing evidence, never a refusal. What a document says is not
judged here; a name that the list does not know is shown, and stands for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from attrs import frozen

from dingdian.provisions import fields
from dingdian.provisions.base import Provision, kind_of_provision, missing_column, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.finding import HOLDS, NOT_APPLICABLE, UNDETERMINED, Judgement, Missing
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.probe import Probe, application_for
from dingdian.terms import KINDS, PROVIDER_CLASSES, Text

_SEPARATORS = re.compile(r"[;；、,，]")


@kind_of_provision
@frozen(kw_only=True)
class Materials(Provision):
    """Lists the documents of an application; each is known by its code, its name, or another name in ``also``."""

    kind: ClassVar[str] = "materials"
    title: ClassVar[Text] = Text("申请材料", "application documents")
    section: ClassVar[str] = "calendar"
    effects: ClassVar[tuple[str, ...]] = ("information", "condition")
    nature: ClassVar[str] = "procedure"

    documents: tuple[Mapping[str, Any], ...] = fields.rows("材料", "documents", columns={
        "id": fields.text("代码", "code"),
        "zh": fields.text("中文名称", "name in Chinese"),
        "en": fields.text("英文名称", "name in English"),
        "also": fields.names("其他名称", "other names"),
        "classes": fields.code_list(PROVIDER_CLASSES, "适用的规划类别", "provider classes"),
        "kinds": fields.code_list(KINDS, "适用的机构类型", "kinds"),
    })

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        asked = [document for document in self.documents if _asked_of(document, case)]
        if not asked:
            return Judgement(status=NOT_APPLICABLE, sentence=Text("清单中没有该机构须交的材料。", "No document of the list is asked of it."))
        if case.get("documents") is None:
            return undetermined([missing_column(case, "documents")], evidence={"asked": [d["id"] for d in asked]})
        given = handed_in(str(case.get("documents")))
        lacking = [document for document in asked if not _among(document, given)]
        evidence = {"asked": [d["id"] for d in asked], "handed_in": [d["id"] for d in asked if d not in lacking],
                    "unknown_names": [name for name in given if not any(_is_named(d, name) for d in self.documents)]}
        if lacking:
            names = Text("、".join(d["zh"] for d in lacking), ", ".join(d["en"] for d in lacking))
            return undetermined([_missing(case, document) for document in lacking], evidence=evidence, as_of=case.applied_on,
                                sentence=Text(f"尚未提交：{names.zh}，须通知补正。", f"Still to be handed in: {names.en}."))
        return Judgement(status=HOLDS, evidence=evidence, as_of=case.applied_on, sentence=Text(
            f"清单所列 {len(asked)} 项材料均已提交。", f"All {len(asked)} documents of the list are handed in."))

    def read_back(self) -> Text:
        zh, en = zip(*(_in_words(document) for document in self.documents))
        return Text(f"申请时提交：{'；'.join(zh)}；缺项的通知补正。", f"To be handed in: {'; '.join(en)}; what is missing is asked for.")

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        if not self.documents:
            yield ("documents",), Text("没有列出材料", "no document is listed"), Text("至少写一项", "list one at least")
        for index, document in enumerate(self.documents):
            for other in self.documents[:index]:
                if _names(document) & _names(other) and _overlap(document, other):
                    yield (("documents", index, "id"), Text(f"与“{other['zh']}”的代码或名称相同", f"shares a code or name with {other['en']}"),
                           Text("改用另一个代码或名称", "use another code or name"))

    def probes(self, choices: Choices) -> Iterator[Probe]:
        """All handed in, each of them left out, and nothing stated."""
        asked = application_for(self)
        case = Case(application="A1", action=asked["action"], applied_on=None, facts=asked)
        ids = [document["id"] for document in self.documents if _asked_of(document, case)]
        if not ids:
            return
        yield Probe(position="other", expect=HOLDS, application={**asked, "documents": ";".join(ids)}, note="材料齐全")
        yield Probe(position="missing", expect=UNDETERMINED, application=asked)
        for left_out in ids:
            rest = ";".join(one for one in ids if one != left_out) or "其他材料"
            yield Probe(position="missing", expect=UNDETERMINED, application={**asked, "documents": rest}, note=f"缺 {left_out}")


def handed_in(cell: str) -> tuple[str, ...]:
    """The names in a cell such as ``申请表;执业许可证``."""
    return tuple(name for part in _SEPARATORS.split(cell) if (name := part.strip()))


def _asked_of(document: Mapping[str, Any], case: Case) -> bool:
    """A document that narrows itself is asked of those that are known to be meant."""
    return ((not document["classes"] or case.provider_class in document["classes"])
            and (not document["kinds"] or case.kind in document["kinds"]))


def _names(document: Mapping[str, Any]) -> set[str]:
    return {document["id"], document["zh"], *document["also"]}


def _is_named(document: Mapping[str, Any], name: str) -> bool:
    return name in _names(document)


def _among(document: Mapping[str, Any], names: Iterable[str]) -> bool:
    return any(_is_named(document, name) for name in names)


def _overlap(one: Mapping[str, Any], two: Mapping[str, Any]) -> bool:
    """Whether both could be asked of one applicant."""
    return all(not one[key] or not two[key] or set(one[key]) & set(two[key]) for key in ("classes", "kinds"))


def _missing(case: Case, document: Mapping[str, Any]) -> Missing:
    return Missing(table="applications", subject=case.application, column="documents", phrase=Text(
        f"申请 {case.application} 未交“{document['zh']}”（{document['id']}）", f"application {case.application} holds no {document['en']} ({document['id']})"))


def _in_words(document: Mapping[str, Any]) -> tuple[str, str]:
    classes = [PROVIDER_CLASSES.label(code) for code in document["classes"]] + [KINDS.label(code) for code in document["kinds"]]
    classes_en = [PROVIDER_CLASSES.label(code, "en") for code in document["classes"]] + [KINDS.label(code, "en") for code in document["kinds"]]
    return (document["zh"] + (f"（{'、'.join(classes)}）" if classes else ""), document["en"] + (f" ({', '.join(classes_en)})" if classes_en else ""))
