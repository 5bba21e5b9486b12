"""Areas rich, fairly rich or weak in resources: as somebody has stated with reasons, else by thirds of HRAD/PAD.

HRAD/PAD compares an area's resources per person with the whole area's, so that land cancels; beds, doctors and institutions are
averaged. A grade steers others (weak areas, priorities); it judges no application. Where a count is missing there is no grade.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

from attrs import frozen

from dingdian.methods.agglomeration import hrad, pad, ratio
from dingdian.methods.grades import SMALLEST, mean, thirds
from dingdian.methods.rounding import round_half_even
from dingdian.provisions import fields
from dingdian.provisions.base import Provision, Slot, kind_of_provision, missing_column, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.counting import BED_COLUMNS, WHICH_BEDS, Count, bed_stock, insured, no_insured
from dingdian.provisions.finding import HOLDS, UNDETERMINED, Input, Judgement, Measure, Missing
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.kinds.bed_norm import reason_of
from dingdian.provisions.kinds.doctor_norm import ALL, doctors_in
from dingdian.terms import RESOURCE_CLASSES, Text

STATED_FIRST, THIRDS = "stated_first", "terciles"
WEAK, MODERATE, RICH = "weak", "moderate", "rich"
RESOURCES = {
    "beds": Text("床位", "beds"), "doctors": Text("医保医师", "insured doctors"), "institutions": Text("定点机构", "designated institutions"),
}


@frozen(kw_only=True)
class Grade:
    """One area's grade; ``code`` None where nobody stated one and a count is missing."""

    code: str | None
    source: str
    index: Fraction | None = None
    parts: tuple[tuple[str, Fraction], ...] = ()
    missing: tuple[Missing, ...] = ()
    reason: str = ""


@kind_of_provision
@frozen(kw_only=True)
class AreaGrade(Provision):
    """Grades the districts of the pooling area by what they have for their insured persons."""

    kind: ClassVar[str] = "area_grade"
    title: ClassVar[Text] = Text("资源分类", "grades of areas")
    effects: ClassVar[tuple[str, ...]] = ("information",)
    fact_keys: ClassVar = {"resource_class_reason": Text("人工确定资源分类的理由，对象为单元", "reason of a grade set by hand; subject = unit")}
    slots: ClassVar = {
        "grading": Slot(Text("资源富集、较富集、薄弱如何划分", "how areas are graded"), {
            STATED_FIRST: Text("已人工确定的从其确定，其余按集聚度三等分", "as stated by hand, else by thirds"),
            THIRDS: Text("一律按集聚度三等分", "by thirds throughout"),
        }),
        "beds": Slot(WHICH_BEDS.title, BED_COLUMNS, otherwise="insured_beds"),
    }

    resources: tuple[str, ...] = fields.names("计入的资源", "resources that are averaged", default=tuple(RESOURCES))

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        if not self.resources or set(self.resources) - set(RESOURCES):
            yield (("resources",), Text("没有资源或有不认识的资源", "no resource, or an unknown one"),
                   Text(f"可用：{'、'.join(RESOURCES)}", f"one of: {', '.join(RESOURCES)}"))

    def grade(self, ground: Ground, district: str) -> Grade:
        """The grade of one district."""
        return self.grades(ground)[district]

    def grades(self, ground: Ground) -> Mapping[str, Grade]:
        """Every district's grade under the reading in force."""
        choices = ground.choices(self)
        grading, column = choices["grading"].option, choices["beds"].option
        found: Mapping[str, Grade] = ground.remember(
            ("area_grades", self.id, grading, column), lambda: self._grades(ground, grading, column))
        return found

    def _grades(self, ground: Ground, grading: str, column: str) -> Mapping[str, Grade]:
        computed = self._by_thirds(ground, column)
        if grading == THIRDS:
            return computed
        stated = {row["unit"]: row["resource_class"] for row in ground.snapshot.rows("units") if row["resource_class"]}
        return {unit: _stated(ground, unit, stated[unit], grade) if unit in stated else grade for unit, grade in computed.items()}

    def _by_thirds(self, ground: Ground, column: str) -> Mapping[str, Grade]:
        districts = ground.snapshot.districts
        people = {unit: insured(ground, unit) for unit in districts}
        counts = {name: {unit: self._count(ground, name, unit, column) for unit in districts} for name in self.resources}
        missing = tuple(dict.fromkeys(
            item for column_of in (people, *counts.values()) for count in column_of.values() for item in count.missing))
        if missing:
            return {unit: Grade(code=None, source="terciles", missing=missing) for unit in districts}
        heads = {unit: count.value or 0 for unit, count in people.items()}
        totals = {name: sum(count.value or 0 for count in by_unit.values()) for name, by_unit in counts.items()}
        if len(districts) < SMALLEST or not all(heads.values()) or not all(totals.values()):
            return {unit: Grade(code=None, source="terciles", missing=(_too_few(unit),)) for unit in districts}
        parts = {name: _degrees([by_unit[unit].value or 0 for unit in districts], list(heads.values())) for name, by_unit in counts.items()}
        index = [mean([parts[name][i] for name in self.resources]) for i in range(len(districts))]
        return {
            unit: Grade(code=(WEAK, MODERATE, RICH)[third], source="terciles", index=index[i],
                        parts=tuple((name, parts[name][i]) for name in self.resources))
            for i, (unit, third) in enumerate(zip(districts, thirds(index)))
        }

    def _count(self, ground: Ground, resource: str, unit: str, column: str) -> Count:
        if resource == "doctors":
            return doctors_in(ground, (unit,), ALL)
        if resource == "institutions":
            return Count(value=int((ground.stock["counted_district"] == unit).sum()), as_of=ground.snapshot.city.meta.as_of, source="providers")
        stock = bed_stock(ground, column)
        return Count(value=None, missing=(no_insured(ground, ground.snapshot.pooling_area),)) if stock is None else stock.count((unit,))

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        if not case.district:
            return undetermined([missing_column(case, "unit")])
        found, used = self.grade(ground, case.district), ground.choices(self)
        used["grading"]
        if found.code is None:
            return undetermined(found.missing, readings=used.used)
        name, label = ground.snapshot.unit_name(case.district), RESOURCE_CLASSES[found.code].name
        why = _why(found)
        return Judgement(
            status=HOLDS, value=found.code, readings=used.used, as_of=ground.snapshot.city.meta.as_of,
            evidence={"district": case.district, "grade": found.code, "source": found.source, "reason": found.reason,
                      "index": None if found.index is None else round_half_even(found.index, 4),
                      "formula": "thirds of mean(HRAD / PAD)"},
            sentence=Text(f"{name}属资源{label.zh}区域（{why.zh}）。", f"{name} is a {label.en} area ({why.en})."))

    def measure(self, ground: Ground) -> Iterable[Measure]:
        choices = ground.choices(self)
        choices["grading"]
        for unit, found in self.grades(ground).items():
            yield self._row(ground, choices, unit, found)

    def _row(self, ground: Ground, choices: Choices, unit: str, found: Grade) -> Measure:
        label = Text("未分类", "no grade") if found.code is None else RESOURCE_CLASSES[found.code].name
        why = _why(found)
        known = found.index is not None
        reason = None if known else reason_of(found.missing) if found.missing else Text("由人工确定，未计算集聚度", "stated by hand, not computed")
        return Measure(
            measure="area_grade", title=Text("资源集聚指数（HRAD/PAD 均值）", "resources per person against the whole area"), unit=unit,
            unit_name=ground.snapshot.unit_name(unit), unit_of_measure="ratio", formula="mean of HRAD / PAD of beds, doctors, institutions",
            supply=None if found.index is None else round_half_even(found.index, 4), readings=choices.used, as_of=_year_end(ground),
            inputs=tuple(Input(name=f"{name}_ratio", value=round_half_even(part, 4), unit_of_measure="ratio", source="HRAD / PAD") for name, part in found.parts),
            status="measured" if known else UNDETERMINED, reason=reason,
            note=Text(f"资源{label.zh}（{why.zh}）", f"{label.en} ({why.en})"),
        )

    def read_back(self) -> Text:
        names = "、".join(RESOURCES[name].zh for name in self.resources)
        return Text(f"按 HRAD/PAD（{names}取平均）由低到高三等分，各区县分为薄弱、较富集、富集；人工确定并说明理由的从其确定。",
                    f"Districts are weak, fairly rich or rich by thirds of HRAD/PAD, averaged over {', '.join(self.resources)}; a grade set by hand with "
                    "its reason goes before.")


def _degrees(resource: list[int], people: list[int]) -> list[Fraction]:
    """HRAD/PAD of each unit; the area cancels, so that every unit may stand for one square kilometre."""
    area = [1] * len(resource)
    found: list[Fraction] = list(ratio(hrad(resource, area), pad(people, area)))
    return found


def _stated(ground: Ground, unit: str, code: str, computed: Grade) -> Grade:
    reason = ground.snapshot.fact(unit, "resource_class_reason")
    return Grade(code=code, source="units.resource_class", index=computed.index, parts=computed.parts,
                 reason="" if reason is None else reason.value)


def _why(found: Grade) -> Text:
    if found.source == "terciles":
        index = Decimal(0) if found.index is None else round_half_even(found.index, 4)
        return Text(f"集聚指数 {index}，三等分", f"index {index}, by thirds") if found.code else Text("缺少数据", "data missing")
    return Text(f"人工确定{f'：{found.reason}' if found.reason else '，未登记理由'}", f"stated by hand{f': {found.reason}' if found.reason else ', no reason on file'}")


def _year_end(ground: Ground) -> date:
    return insured(ground, ground.snapshot.pooling_area).as_of or ground.snapshot.city.meta.as_of


def _too_few(unit: str) -> Missing:
    return Missing(table="units", subject=unit, column="resource_class", phrase=Text(
        "区县不足三个或没有资源、参保人可比，须人工确定资源分类", "too few districts, resources or persons for thirds: the grade must be stated"))


def area_grade_of(ground: Ground, id: str) -> AreaGrade:
    """The grading that another provision of the plan names."""
    found = next(p for p in ground.provisions if p.id == id)
    assert isinstance(found, AreaGrade)
    return found
