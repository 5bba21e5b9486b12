"""Merit order by a published scoring table: weighted marks, ties broken as the plan says, and how firmly each rank stands.

There is no default weight: without the bureau's table the order is undetermined. Ties that the plan's own rules leave are told, and
nobody draws lots here. Orders applications; admits and refuses none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from attrs import frozen

from dingdian.methods.ranking import RankRange, in_order, rank_stability, weighted_scores
from dingdian.methods.rounding import round_half_even
from dingdian.provisions import fields
from dingdian.provisions.base import Provision, Slot, kind_of_provision, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.counting import show
from dingdian.provisions.finding import HOLDS, Input, Judgement, Measure, Missing
from dingdian.provisions.fund_flows import number_of
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.kinds.area_grade import MODERATE, RICH, WEAK, AreaGrade
from dingdian.provisions.kinds.bed_norm import reason_of
from dingdian.provisions.kinds.preference import Preference
from dingdian.provisions.zoning import zone_of
from dingdian.terms import PROVIDER_CLASSES, Text

PUBLISHED, EQUAL = "published", "equal"
FULL = 100
GRADE_ORDER = {WEAK: 0, MODERATE: 1, RICH: 2}


@frozen(kw_only=True)
class Marked:
    """One application with its marks, and the keys that break a tie (the smaller goes first)."""

    application: str
    provider_class: str
    zone: str
    marks: Mapping[str, Fraction]
    keys: tuple[Any, ...]


@kind_of_provision
@frozen(kw_only=True)
class MeritTable(Provision):
    """Criteria with published weights; marks from 0 to 100."""

    kind: ClassVar[str] = "merit_table"
    title: ClassVar[Text] = Text("择优评分表", "merit table")
    section: ClassVar[str] = "merit"
    effects: ClassVar[tuple[str, ...]] = ("information",)
    refers_to: ClassVar = {"tie_breaks": "preference", "area_grade": "area_grade"}
    fact_keys: ClassVar = {
        "merit_weight": Text("公布的评分权重，对象为评分项代码", "published weight; subject = criterion"),
        "merit_mark": Text("评分（0 至 100），对象为“申请编号:评分项代码”", "mark from 0 to 100; subject = “application:criterion”"),
    }
    slots: ClassVar = {
        "weights": Slot(Text("权重从哪里来", "where the weights come from"), {
            PUBLISHED: Text("医保部门公布的评分表，未公布则无法排序", "the bureau's published table; without one there is no order"),
            EQUAL: Text("各项等权（仅供比较）", "all alike, for comparison only"),
        }),
    }

    criteria: tuple[Mapping[str, Any], ...] = fields.rows("评分项", "criteria", columns={
        "criterion": fields.text("评分项代码", "code"),
        "zh": fields.text("中文名称", "name in Chinese"),
        "en": fields.text("英文名称", "name in English"),
        "weight": fields.number("权重", "weight", unit="分", minimum="0", default=None),
    })
    change_percent: Decimal = fields.number(
        "检验名次稳定时权重的变动幅度", "how far weights move in the stability test", unit="%", minimum="0", maximum="100", default=Decimal(20), figure=False)
    tie_breaks: tuple[str, ...] = fields.names("同分时优先的规定", "priorities that break a tie")
    area_grade: str = fields.text("资源分类的标识", "id of the grades of areas", default="")

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        codes = [row["criterion"] for row in self.criteria]
        if not codes or len(set(codes)) < len(codes):
            yield ("criteria",), Text("没有评分项或评分项重复", "no criterion, or one twice"), Text("每项只写一次", "state each once")
        stated = [row["weight"] is not None for row in self.criteria]
        if any(stated) and not all(stated):
            yield ("criteria",), Text("部分评分项没有权重", "some criteria lack a weight"), Text("全写或全不写", "state all of them or none")

    # --- weights and marks ---------------------------------------------------------------------------------

    def weights(self, ground: Ground, choices: Choices) -> tuple[dict[str, Fraction], tuple[Missing, ...]]:
        """Criterion → weight: of the pack, else as published; and what is missing."""
        codes = [row["criterion"] for row in self.criteria]
        if choices["weights"].option == EQUAL:
            return dict.fromkeys(codes, Fraction(1)), ()
        found: dict[str, Fraction] = {}
        for row in self.criteria:
            fact = ground.snapshot.fact(row["criterion"], "merit_weight")
            stated: Decimal | Fraction | None = row["weight"] if row["weight"] is not None else None if fact is None else number_of(fact.value)
            if stated is not None:
                found[row["criterion"]] = Fraction(stated)
        lacking = [row for row in self.criteria if row["criterion"] not in found]
        if not lacking and not sum(found.values()):
            lacking = list(self.criteria)
        return found, tuple(_no_weight(row) for row in lacking[:1])

    def marks(self, ground: Ground, application: str) -> tuple[dict[str, Fraction], tuple[Missing, ...]]:
        """Criterion → mark of one application; and the marks that are missing or outside 0 to 100."""
        found: dict[str, Fraction] = {}
        for row in self.criteria:
            fact = ground.snapshot.fact(f"{application}:{row['criterion']}", "merit_mark")
            number = None if fact is None else number_of(fact.value)
            if number is not None and number <= FULL:
                found[row["criterion"]] = number
        return found, tuple(_no_mark(application, row) for row in self.criteria if row["criterion"] not in found)

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        choices = ground.choices(self)
        weights, no_weights = self.weights(ground, choices)
        marks, no_marks = self.marks(ground, case.application)
        if no_weights or no_marks:
            return undetermined((*no_weights, *no_marks), readings=choices.used)
        score = round_half_even(weighted_scores({case.application: marks}, weights)[case.application], 2)
        return Judgement(status=HOLDS, value=score, unit_of_measure="point", readings=choices.used, as_of=ground.on, evidence={
            "weights": {name: round_half_even(w, 4) for name, w in weights.items()}, "marks": {name: round_half_even(m, 2) for name, m in marks.items()},
            "formula": Text("Σ（权重 × 评分）÷ Σ 权重", "sum(weight * mark) / sum(weight)")}, sentence=Text(
            f"按公布的评分表得 {score} 分，同区域同类申请由高到低择优。", f"{score} points by the published table; the best of the zone and class come first."))

    # --- the order -----------------------------------------------------------------------------------------

    def _keys(self, ground: Ground, case_facts: Mapping[str, Any], district: str) -> tuple[Any, ...]:
        """What breaks a tie: the plan's priorities, the weaker area, the earlier application."""
        named = [p for p in ground.provisions if p.id in self.tie_breaks and isinstance(p, Preference)]
        first = -sum(p.prefers(case_facts) for p in named)
        grade = next((p for p in ground.provisions if p.id == self.area_grade), None)
        code = grade.grade(ground, district).code if isinstance(grade, AreaGrade) and district else None
        return (first, GRADE_ORDER.get(code or "", len(GRADE_ORDER)), case_facts.get("applied_on") or date.max)

    def _marked(self, ground: Ground) -> Iterable[Marked]:
        for application, row in sorted(ground.snapshot.application_records.items()):
            on_file = ground.snapshot.provider_records.get(str(row.get("provider") or ""), {})
            facts = {**on_file, **{k: v for k, v in row.items() if v is not None}}
            district = ground.snapshot.district_of(str(facts.get("unit") or ""))
            zone = zone_of(ground, district)
            if self.scope.unmet(facts)[0] or zone is None:
                continue
            yield Marked(application=application, provider_class=str(facts.get("provider_class") or ""), zone=zone.code,
                         marks=self.marks(ground, application)[0], keys=self._keys(ground, facts, district))

    def measure(self, ground: Ground) -> Iterable[Measure]:
        choices, area = ground.choices(self), ground.snapshot.pooling_area
        weights, missing = self.weights(ground, choices)
        common: dict[str, Any] = {"measure": "merit_score", "unit": area, "unit_name": ground.snapshot.unit_name(area),
                                  "unit_of_measure": "point", "formula": Text("Σ（权重 × 评分）÷ Σ 权重", "sum(weight * mark) / sum(weight)")}
        if missing:
            yield Measure(title=self.title, status="undetermined", reason=reason_of(missing), readings=choices.used, **common)
            return
        groups: dict[tuple[str, str], list[Marked]] = defaultdict(list)
        for one in self._marked(ground):
            groups[one.zone, one.provider_class].append(one)
        for (zone, provider_class), members in sorted(groups.items()):
            yield from self._group(choices, {**common, "zone": zone, "provider_class": provider_class}, members, weights)

    def _group(
        self, choices: Choices, common: Mapping[str, Any], members: list[Marked], weights: Mapping[str, Fraction]
    ) -> Iterable[Measure]:
        """One zone and class: those with all their marks in order, then those without."""
        whole = {one.application: one for one in members if len(one.marks) == len(self.criteria)}
        marks = {name: one.marks for name, one in whole.items()}
        scores = weighted_scores(marks, weights) if marks else {}
        change = Fraction(self.change_percent) / 100
        stability = rank_stability(marks, weights, change) if marks else {}
        place = 1
        for tied in in_order(scores, {name: one.keys for name, one in whole.items()}):
            for name in tied:
                yield self._row(choices, common, name, scores[name], place, len(tied), stability[name])
            place += len(tied)
        for one in members:
            if one.application not in whole:
                yield Measure(title=self.title, subject=one.application, status="undetermined", readings=choices.used,
                              reason=Text("评分不全", "marks are missing"), **common)

    def _row(
        self, choices: Choices, common: Mapping[str, Any], name: str, score: Fraction, place: int, tied: int, stability: RankRange
    ) -> Measure:
        percent = show(self.change_percent)
        together = Text(f"，与另外 {tied - 1} 家同序，须抽签", f", tied with {tied - 1} more: by lot") if tied > 1 else Text("", "")
        firm = (Text("，权重变动不改变名次", ", whatever the weights") if stability.stable else
                Text(f"，权重各增减 {percent}% 时在第 {stability.best} 至 {stability.worst} 名之间",
                     f", between {stability.best} and {stability.worst} when a weight moves by {percent} %"))
        return Measure(
            title=Text(f"{name} 评分", f"score of {name}"), subject=name, supply=round_half_even(score, 2), readings=choices.used,
            inputs=(Input(name="place", value=place), Input(name="best", value=stability.best), Input(name="worst", value=stability.worst)),
            note=Text(f"第 {place} 位{together.zh}{firm.zh}", f"place {place}{together.en}{firm.en}"), **common)

    def read_back(self) -> Text:
        zh = "、".join(row["zh"] + ("" if row["weight"] is None else f"（{row['weight']}）") for row in self.criteria)
        en = ", ".join(row["en"] + ("" if row["weight"] is None else f" ({row['weight']})") for row in self.criteria)
        classes = "、".join(PROVIDER_CLASSES.label(c) for c in self.scope.provider_class)
        where = f"（{classes}）" if classes else ""
        return Text(f"同区域同类申请{where}按公布的评分表由高到低择优，评分项为{zh}；权重以公布为准，未公布的无法排序；同分时依次看优先情形、区域资源分类、受理先后。",
                    f"Applications of one zone and class are ranked by the published table ({en}); without published weights there is no "
                    "order; ties go by priority, grade of the area, then the earlier application.")


def _no_weight(row: Mapping[str, Any]) -> Missing:
    return Missing(table="facts", subject=row["criterion"], column="merit_weight", phrase=Text(
        f"评分表权重未公布（{row['zh']}，facts.merit_weight）", f"the weights of the table are not published ({row['en']})"))


def _no_mark(application: str, row: Mapping[str, Any]) -> Missing:
    return Missing(table="facts", subject=f"{application}:{row['criterion']}", column="merit_mark", phrase=Text(
        f"缺少“{row['zh']}”的评分（0 至 100）", f"the mark for “{row['en']}” is missing (0 to 100)"))
