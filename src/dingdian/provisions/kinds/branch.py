"""A new branch of an inpatient institution must fit the bed total of the region where it stands.

The region is the district; its total is a bound of the bed norm times its insured persons.
The pooling area's total is the bed norm's own gate.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from attrs import frozen

from dingdian.provisions import fields
from dingdian.provisions.base import Provision, Slot, kind_of_provision, missing_column, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.counting import bed_stock, beds_allowed, no_persons, persons_of, show
from dingdian.provisions.finding import FAILS, HOLDS, UNDETERMINED, Judgement, Missing
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.kinds.bed_norm import norm_of
from dingdian.provisions.probe import PROVIDER, Probe, application_for, bed_row, insured_rows, provider_row
from dingdian.terms import Text

UPPER, LOWER = "upper_bound", "lower_bound"


@kind_of_provision
@frozen(kw_only=True)
class Branch(Provision):
    """District beds with the branch must not exceed the district's total."""

    kind: ClassVar[str] = "branch"
    title: ClassVar[Text] = Text("新建分院", "new branch")
    comparison: ClassVar[str] = "<="
    nature: ClassVar[str] = "number"
    refers_to: ClassVar = {"bed_norm": "bed_norm"}
    slots: ClassVar = {
        "region_total": Slot(Text("区域床位总量取区间哪一端", "which end of the band is the region's total"), {
            UPPER: Text("上限", "the upper bound"), LOWER: Text("下限", "the lower bound"),
        }),
    }

    bed_norm: str = fields.text("床位标准的标识", "id of the bed norm")

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        if case.beds is None:
            return undetermined([missing_column(case, "beds")])
        if not case.district:
            return undetermined([Missing(table="applications", subject=case.application, column="unit", phrase=Text(
                f"申请 {case.application} 缺少所属规划单元", f"application {case.application} lacks its unit"))])
        choices = ground.choices(self)
        norm = norm_of(ground, self.bed_norm)
        normed = ground.choices(norm)
        bounds, upper = norm.bounds(normed, ground.on), choices["region_total"].option == UPPER
        people, stock = persons_of(ground, case.district, norm.per), bed_stock(ground, normed["beds"].option, norm.per)
        if people.value is None or stock is None:
            missing = people.missing or (no_persons(ground, ground.snapshot.pooling_area, norm.per),)
            return undetermined(missing, readings=choices.used)
        bound = bounds.high if upper else bounds.low
        beds, allowed = stock.count((case.district,)), bounds.allowed(people.value) if upper else beds_allowed(bound, people.value)
        after = beds.at_least + case.beds
        if after <= allowed and beds.value is None:
            return undetermined(beds.missing, readings=choices.used)
        name, fits = ground.snapshot.unit_name(case.district), after <= allowed
        return Judgement(
            status=HOLDS if fits else FAILS, value=after, operator="<=", threshold=allowed, margin=allowed - after,
            unit_of_measure="bed", readings=choices.used, as_of=beds.as_of,
            sentence=Text(
                f"{name}现有医保床位 {show(beds.at_least)} 张，加上分院 {show(case.beds)} 张为 {show(after)} 张，"
                f"{'未超过' if fits else '超过'}区域床位总量 {show(allowed)} 张。",
                f"{name}: {show(beds.at_least)} beds plus {show(case.beds)} of the branch make {show(after)}, "
                f"{'not above' if fits else 'above'} the region's {show(allowed)}."),
            evidence={"district": case.district, "beds": beds.at_least, "beds_as_of": beds.as_of, "added": case.beds,
                      norm.per: people.value, f"{norm.per}_as_of": people.as_of, "norm": bound, "allowed": allowed,
                      "formula": f"district beds + branch beds <= norm * district {norm.per} / 1000"},
            would_change=() if fits else (Text(f"分院床位减少 {show(after - allowed)} 张，或该区县床位相应减少",
                                               f"{show(after - allowed)} fewer beds in the branch or the district"),),
        )

    def probes(self, choices: Choices) -> Iterable[Probe]:
        """100,000 insured persons in the district; the branch of ten beds just fits, fits to the bed, or is one too many."""
        norm = norm_of(choices, self.bed_norm)
        bounds = norm.bounds(choices.of(norm), date(2026, 6, 30))
        asked = application_for(self, provider=PROVIDER, beds=10)
        at = (bounds.allowed(100_000) if choices["region_total"].option == UPPER else beds_allowed(bounds.low, 100_000)) - 10
        for position, beds, status in (("below", at - 1, HOLDS), ("at", at, HOLDS), ("above", at + 1, FAILS)):
            yield Probe(position=position, expect=status, application=asked, tables={
                "insured": insured_rows(100_000), "beds": [bed_row(beds)], "providers": [provider_row()]})
        yield Probe(position="missing", expect=UNDETERMINED, application=asked, note="no insured persons", tables={
            "beds": [bed_row(at)], "providers": [provider_row()]})

    def read_back(self) -> Text:
        return Text("住院定点机构新建分院，分院床位计入后所在区县床位不得超过该区县床位总量。",
                    "A new branch of an inpatient institution must fit, with its beds, the bed total of its district.")
