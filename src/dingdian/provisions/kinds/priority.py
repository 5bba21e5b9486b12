"""Who the plan puts first, inside the total: scarce specialties, and institutions wanted where resources are short.

Orders eligible applications; never admits one that a gate refuses, never refuses one that lacks the priority.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from attrs import evolve, frozen

from dingdian.city.asof import Fact
from dingdian.provisions import fields
from dingdian.provisions.base import Provision, Slot, kind_of_provision, missing_column, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.finding import HOLDS, NOT_APPLICABLE, Judgement, Missing
from dingdian.provisions.ground import Ground
from dingdian.provisions.kinds.area_grade import area_grade_of
from dingdian.terms import KINDS, RESOURCE_CLASSES, SPECIALTIES, SUPPLY_DEMAND, Text

QUALITY = "quality_finding"
DEPARTMENTS, INSTITUTIONS = "departments_too", "institutions_only"


@kind_of_provision
@frozen(kw_only=True)
class Priority(Provision):
    """Applicants of listed specialties come first when the specialty is found to be short; with ``or_short`` also those of any other
    specialty that is found to be short. With ``grades`` the applicant's district must have one of them, with ``quality`` its quality
    must be established; a priority without specialties asks for its scope and those alone.
    """

    kind: ClassVar[str] = "priority"
    title: ClassVar[Text] = Text("优先支持的专科", "priority")
    effects: ClassVar[tuple[str, ...]] = ("priority",)

    refers_to: ClassVar = {"area_grade": "area_grade"}
    slots: ClassVar = {
        "departments": Slot(Text("综合医院的专科是否也优先", "whether departments of general hospitals come first too"), {
            DEPARTMENTS: Text("专科医院和综合医院的专科均优先", "specialised institutions and departments alike"),
            INSTITUTIONS: Text("仅专科医院优先", "specialised institutions only"),
        }, otherwise=DEPARTMENTS),
    }
    fact_keys: ClassVar = {QUALITY: Text("优质机构认定（no 为未认定），对象为申请或机构", "whether an institution is found to be of good quality (no: it is not)")}

    specialties: tuple[str, ...] = fields.code_list(SPECIALTIES, "专科", "specialties")
    when_short: bool = fields.boolean("仅限需求大于供给时", "only where demand exceeds supply", default=True)
    or_short: bool = fields.boolean("其他供不应求的专科也优先", "other specialties found to be short as well", default=False)
    area_grade: str = fields.text("资源分类的标识", "id of the grading of areas", default="")
    grades: tuple[str, ...] = fields.code_list(RESOURCE_CLASSES, "区县的资源分类", "grades of the district")
    quality: bool = fields.boolean("须为优质机构", "good quality must be established", default=False)

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        if bool(self.area_grade) != bool(self.grades):
            yield (("grades",), Text("资源分类及其标识须同时写", "grades and the grading go together"), Text("写 area_grade 与 grades", "state area_grade and grades"))

    @property
    def _by_specialty(self) -> bool:
        return bool(self.specialties) or self.or_short or not (self.grades or self.quality)

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        elsewhere = self._area(case, ground) or self._quality(case, ground)
        if elsewhere is not None:
            return elsewhere
        if not self._by_specialty:
            return self._by_place(case, ground)
        choices = ground.choices(self)
        said = self._of_specialty(case, ground, choices["departments"].option == DEPARTMENTS)
        return evolve(said, readings=choices.used, as_of=said.as_of or ground.on)

    def _area(self, case: Case, ground: Ground) -> Judgement | None:
        """Why the district's grade does not give the priority, or None where it does or is not asked for."""
        if not self.grades:
            return None
        if not case.district:
            return undetermined([missing_column(case, "unit")])
        found = area_grade_of(ground, self.area_grade).grade(ground, case.district)
        if found.code is None:
            return undetermined(found.missing)
        name, label = ground.snapshot.unit_name(case.district), RESOURCE_CLASSES[found.code].name
        return None if found.code in self.grades else Judgement(status=NOT_APPLICABLE, sentence=Text(
            f"{name}属资源{label.zh}区域，不享受优先。", f"{name} is a {label.en} area: no priority."))

    def _quality(self, case: Case, ground: Ground) -> Judgement | None:
        """Why quality does not give the priority, or None where it does or is not asked for."""
        if not self.quality:
            return None
        fact = next(filter(None, (ground.snapshot.fact(subject, QUALITY) for subject in case.subjects)), None)
        if fact is None:
            return undetermined([Missing(table="facts", subject=case.application, column=QUALITY, phrase=Text(
                "是否为优质机构未认定（facts.quality_finding）", "whether it is of good quality is not established (facts.quality_finding)"))])
        return None if fact.value != "no" else Judgement(status=NOT_APPLICABLE, as_of=fact.as_of, sentence=Text(
            "未认定为优质机构，不享受优先。", "Not found to be of good quality: no priority."))

    def _by_place(self, case: Case, ground: Ground) -> Judgement:
        name = ground.snapshot.unit_name(case.district)
        return Judgement(
            status=HOLDS, as_of=ground.on, evidence={"district": case.district, "grades": list(self.grades), "quality": self.quality,
                                                     "formula": "in scope, in an area of these grades"},
            sentence=Text(f"{name}资源短缺，所申请机构属优先纳入的机构。", f"{name} is short of resources, and the applicant is one of those put first."))

    def _of_specialty(self, case: Case, ground: Ground, departments: bool) -> Judgement:
        mine = (case.specialties if departments else frozenset()) | {KINDS[str(case.kind)].group if case.kind in KINDS else ""}
        listed = sorted(mine & set(self.specialties))
        own = sorted(mine & set(SPECIALTIES) - {"all", "general"}) if self.or_short else listed
        if not own:
            names = "、".join(SPECIALTIES.label(s) for s in self.specialties)
            return Judgement(status=NOT_APPLICABLE, sentence=Text(
                f"不属于优先支持的专科（{names}）。", f"Not one of the specialties put first ({', '.join(self.specialties)})."))
        if not self.when_short and listed:
            return self._judgement(HOLDS, listed[0], None)
        states = {s: ground.snapshot.fact(s, "supply_demand") for s in own}
        known = {s: fact for s, fact in states.items() if fact is not None and fact.value in SUPPLY_DEMAND}
        short = next((s for s, fact in known.items() if fact.value == "short"), None)
        if short is None and len(known) < len(own):
            lacking = next(s for s in own if s not in known)
            return undetermined([Missing(table="facts", subject=lacking, column="supply_demand", phrase=Text(
                f"缺少{SPECIALTIES.label(lacking)}专科供需研判结果", f"no published balance of {lacking}"))])
        shown = short or own[0]
        return self._judgement(HOLDS if short is not None else NOT_APPLICABLE, shown, known[shown])

    def _judgement(self, status: str, specialty: str, fact: Fact | None) -> Judgement:
        name, first = SPECIALTIES[specialty].name, status == HOLDS
        state_zh = "" if fact is None else f"供需状态“{SUPPLY_DEMAND.label(fact.value)}”（{fact.as_of}）"
        state_en = "named by the plan" if fact is None else f"{SUPPLY_DEMAND.label(fact.value, 'en')} ({fact.as_of})"
        return Judgement(
            status=status, value=specialty, operator="in" if specialty in self.specialties else "", threshold=", ".join(self.specialties),
            as_of=None if fact is None else fact.as_of,
            evidence={"specialty": specialty, "supply_demand": None if fact is None else fact.value,
                      "source": None if fact is None else fact.source, "formula": "specialty is listed and found to be short"},
            sentence=Text(
                f"{name.zh}专科{state_zh}，{'在床位总量内优先纳入' if first else '不享受优先'}。",
                f"{name.en}: {state_en}; {'admitted first inside the total' if first else 'no priority'}."),
        )

    def read_back(self) -> Text:
        names = "、".join(SPECIALTIES.label(s) for s in self.specialties)
        if not self._by_specialty:
            grades = "、".join(RESOURCE_CLASSES.label(code) for code in self.grades)
            good = Text("优质的", "good ") if self.quality else Text("", "")
            return Text(f"在资源{grades}区域，优先纳入{good.zh}机构（{self.scope.phrase().zh}）。",
                        f"In {', '.join(self.grades)} areas {good.en}institutions come first ({self.scope.phrase().en}).")
        when = "需求大于供给的" if self.when_short else ""
        if self.or_short:
            return Text(f"优先支持{when}{names}，以及研判为供不应求的其他专科。", f"{', '.join(self.specialties)} and any other specialty found to be short come first.")
        if self.scope.actions == ("convert",):
            return Text(f"优先支持转型为{when}{names}机构（{self.scope.phrase().zh}）。", f"Turning to {', '.join(self.specialties)} comes first ({self.scope.phrase().en}).")
        return Text(f"在床位总量范围内，优先支持{when}{names}等专业医疗机构纳入。",
                    f"Inside the bed total, {', '.join(self.specialties)} come first{' where short' if self.when_short else ''}.")
