"""Providers freed of numbers where the area is weak: an exemption that holds only in districts of certain grades.

Who is meant and what is lifted is said as in any exemption; the grade comes from the plan's own grading. An area without a grade
is undetermined, never weak.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from attrs import evolve, frozen

from dingdian.provisions import fields
from dingdian.provisions.base import kind_of_provision, missing_column, undetermined
from dingdian.provisions.bed_limits import BedLimits
from dingdian.provisions.case import Case
from dingdian.provisions.finding import HOLDS, NOT_APPLICABLE, Judgement
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.kinds.area_grade import area_grade_of
from dingdian.provisions.kinds.exemption import Exemption
from dingdian.terms import RESOURCE_CLASSES, Text


@kind_of_provision
@frozen(kw_only=True)
class WeakArea(Exemption):
    """An exemption in districts of the listed grades."""

    kind: ClassVar[str] = "weak_area"
    title: ClassVar[Text] = Text("薄弱地区的例外", "exemption in weak areas")
    refers_to: ClassVar = {**Exemption.refers_to, "area_grade": "area_grade"}

    area_grade: str = fields.text("资源分类的标识", "id of the grading")
    grades: tuple[str, ...] = fields.code_list(RESOURCE_CLASSES, "适用的资源分类", "grades", default=("weak",))

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        yield from Exemption.problems(self)
        if not self.grades:
            yield (("grades",), Text("没有指明资源分类", "no grade is named"), Text("至少写一类", "name at least one"))

    def bed_limits(self, ground: Ground, choices: Choices) -> BedLimits | None:
        """Nothing: it frees whoever comes to a weak area, and leaves those on file where they are to the plan's other exemptions."""
        return None

    def judge(self, case: Case, ground: Ground) -> Judgement:
        said = Exemption.judge(self, case, ground)
        if said.status != HOLDS:
            return said
        lifted = (*said.waives, *said.may_waive)
        if not case.district:
            return undetermined([missing_column(case, "unit")], readings=said.readings, may_waive=lifted)
        grading = area_grade_of(ground, self.area_grade)
        found, choices = grading.grade(ground, case.district), ground.choices(grading)
        choices["grading"]
        used = {**said.readings, **choices.used}
        if found.code is None:
            return undetermined(found.missing, readings=used, may_waive=lifted)
        return self._graded(said, used, found.code, ground.snapshot.unit_name(case.district))

    def _graded(self, said: Judgement, used: dict[str, str], code: str, name: str) -> Judgement:
        label, evidence = RESOURCE_CLASSES[code].name, {**said.evidence, "grade": code}
        if code in self.grades:
            return evolve(said, readings=used, evidence=evidence, sentence=Text(
                f"{said.sentence.zh.rstrip('。')}；{name}属资源{label.zh}区域。", f"{said.sentence.en.rstrip('.')}; {name} is a {label.en} area."))
        return Judgement(
            status=NOT_APPLICABLE, readings=used, evidence=evidence, as_of=said.as_of,
            sentence=Text(f"{name}属资源{label.zh}区域，不适用薄弱地区的例外。", f"{name} is a {label.en} area: the exemption does not apply there."))

    def read_back(self) -> Text:
        names = "、".join(RESOURCE_CLASSES.label(code) for code in self.grades)
        plain = Exemption.read_back(self)
        return Text(f"在资源{names}区域，{plain.zh}", f"In {', '.join(self.grades)} areas: {plain.en}")
