"""从严控制: institutions of some specialties whose addition the plan controls strictly, without a ban and without a number.

What "strictly" comes to is a reading: a person decides, or none is added, or they come last. Under none of them does such an
applicant pass unnoticed. General institutions with such a department are meant only where the reading says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from attrs import frozen

from dingdian.provisions import fields
from dingdian.provisions.base import Provision, Slot, kind_of_provision, missing_column, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.finding import FAILS, HOLDS, NOT_APPLICABLE, Judgement, Missing
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.probe import Probe, application_for
from dingdian.terms import KINDS, SPECIALTIES, Text

REVIEW, REFUSE, LAST = "review", "refuse", "last"
INSTITUTIONS, DEPARTMENTS = "institutions", "departments_too"
SIGN_OFF = "restriction_sign_off"
_REFUSED = ("no", "不同意", "refused")


@kind_of_provision
@frozen(kw_only=True)
class Restriction(Provision):
    """Controls additions of ``kinds``, and of ``if_specialised`` kinds that state one of ``specialties``."""

    kind: ClassVar[str] = "restriction"
    title: ClassVar[Text] = Text("从严控制的专科", "strictly controlled specialties")
    nature: ClassVar[str] = "other"
    fact_keys: ClassVar = {SIGN_OFF: Text("从严控制机构的个案审定文件（不同意的写“不同意”），对象为申请",
                                          "the decision on a strictly controlled applicant (“no” for a refusal); subject = application")}
    slots: ClassVar = {
        "strictly": Slot(Text("“从严控制”如何执行", "what strict control comes to"), {
            REVIEW: Text("由人逐件审定，审定后排在最后", "a person decides each one; what is allowed is ranked last"),
            REFUSE: Text("一律不予新增", "none is added"), LAST: Text("其他规定都符合的可以，排在最后", "eligible when nothing else stands in the way, ranked last"),
        }),
        "extent": Slot(Text("综合性机构的该类科室是否在内", "whether such departments of general institutions are meant"), {
            INSTITUTIONS: Text("仅限专科机构", "specialised institutions only"), DEPARTMENTS: Text("综合性机构的该类科室也在内", "such departments of general ones too"),
        }, otherwise=INSTITUTIONS),
    }

    kinds: tuple[str, ...] = fields.code_list(KINDS, "机构类型", "kinds")
    if_specialised: tuple[str, ...] = fields.code_list(KINDS, "载明该专科时也算的机构类型", "kinds that are meant when they state the specialty")
    specialties: tuple[str, ...] = fields.code_list(SPECIALTIES, "专科", "specialties")

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        if not self.kinds or not self.specialties:
            yield (("kinds",), Text("没有指明机构类型或专科", "no kinds, or no specialties"), Text("两项都写", "state both"))

    def meant(self, case: Case, extent: str) -> bool:
        """Whether the applicant, whose kind is known, is one of those controlled."""
        stated = bool(case.specialties & set(self.specialties))
        return case.kind in self.kinds or (stated and (case.kind in self.if_specialised or extent == DEPARTMENTS))

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        if case.kind is None:
            return undetermined([missing_column(case, "kind")])
        choices = ground.choices(self)
        if not self.meant(case, choices["extent"].option):
            return Judgement(status=NOT_APPLICABLE, readings=choices.used, sentence=Text(
                f"不属于从严控制的机构（{_names(self.specialties)}专科）。", f"Not strictly controlled ({', '.join(self.specialties)})."))
        strictly = choices["strictly"].option
        if strictly == REVIEW:
            return self._decided_by_hand(case, ground, choices)
        held = strictly == LAST
        return self._judgement(case, ground, choices, held, None, Text(
            "其他规定均符合的可以纳入，排在最后" if held else "不予新增", "eligible, ranked last" if held else "none is added"))

    def _decided_by_hand(self, case: Case, ground: Ground, choices: Choices) -> Judgement:
        fact = next(filter(None, (ground.snapshot.fact(subject, SIGN_OFF) for subject in case.subjects)), None)
        if fact is None:
            return undetermined([_no_decision(case)], readings=choices.used, evidence={"kind": case.kind, "specialties": sorted(case.specialties)})
        held = fact.value not in _REFUSED
        return self._judgement(case, ground, choices, held, fact.as_of, Text(
            f"已个案审定（{fact.value}，{fact.as_of}），{'排在最后' if held else '不予新增'}",
            f"decided by hand ({fact.value}, {fact.as_of}): {'ranked last' if held else 'none is added'}"))

    def _judgement(self, case: Case, ground: Ground, choices: Choices, held: bool, as_of: date | None, how: Text) -> Judgement:
        what = KINDS[str(case.kind)].name
        evidence: dict[str, Any] = {"kind": case.kind, "specialties": sorted(case.specialties), "strictly": choices["strictly"].option,
                                    "formula": "kind or specialty is strictly controlled"}
        return Judgement(
            status=HOLDS if held else FAILS, value=str(case.kind), operator="in", threshold=", ".join(self.kinds), readings=choices.used,
            as_of=as_of or ground.on, evidence={**evidence, "ranked": "last"} if held else evidence,
            sentence=Text(f"{what.zh}属从严控制的机构：{how.zh}。", f"{what.en}: strictly controlled, {how.en}."),
            would_change=() if held else (Text("改申请不属从严控制的类型，或按另一口径由人审定", "another kind, or a decision by hand under another reading"),),
        )

    def read_back(self) -> Text:
        kinds = "、".join(KINDS.label(kind) for kind in self.kinds)
        more = "、".join(KINDS.label(kind) for kind in self.if_specialised)
        also = f"，以及载明{_names(self.specialties)}专科的{more}" if more else ""
        return Text(f"从严控制新增{kinds}{also}（{self.scope.phrase().zh}）：是由人审定、不予新增还是排在最后，由口径定。",
                    f"Additions of {', '.join([*self.kinds, *self.if_specialised])} in {', '.join(self.specialties)} are strictly controlled "
                    f"({self.scope.phrase().en}); whether a person decides, none is added or they come last is a reading.")

    def probes(self, choices: Choices) -> Iterable[Probe]:
        expect = {REVIEW: "undetermined", REFUSE: FAILS, LAST: HOLDS}[choices["strictly"].option]
        yield Probe(position="other", note=self.kinds[0], expect=expect, application=application_for(self, kind=self.kinds[0]))
        other = next(kind for kind in KINDS if kind not in (*self.kinds, *self.if_specialised) and kind not in self.scope.except_kinds)
        yield Probe(position="other", note=other, expect=NOT_APPLICABLE, application=application_for(self, kind=other))


def _names(specialties: tuple[str, ...]) -> str:
    return "、".join(SPECIALTIES.label(code) for code in specialties)


def _no_decision(case: Case) -> Missing:
    return Missing(table="facts", subject=case.application, column=SIGN_OFF, phrase=Text(
        "属从严控制的机构，须由人审定（facts.restriction_sign_off）", "strictly controlled: a person must decide (facts.restriction_sign_off)"))
