"""A district's needed beds against its actual ones: where need is above, beds are added within the gap; otherwise the stock is tuned.

Need is the final bed norm times the district's own insured persons. Need that equals actual is not short. It knows nothing of the
pooling area's total, which is the bed norm's own gate.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

from attrs import frozen

from dingdian.provisions import fields
from dingdian.provisions.base import Provision, Slot, kind_of_provision, missing_column, undetermined
from dingdian.provisions.bed_limits import BedCeiling, BedLimits
from dingdian.provisions.case import Case
from dingdian.provisions.counting import Count, bed_stock, beds_allowed, no_persons, persons_of, show
from dingdian.provisions.finding import FAILS, HOLDS, UNDETERMINED, Judgement, Missing
from dingdian.provisions.forward import classes_of
from dingdian.provisions.forward_rules import ZoneGap
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.kinds.bed_norm import BedNorm, adds_none, norm_of
from dingdian.provisions.probe import Probe, application_for, insured_rows
from dingdian.terms import Text

CAPPED, UNCAPPED = "capped_by_gap", "not_capped"
LIMIT = Slot(Text("新增是否以差额为限", "whether additions are limited by the gap"), {
    CAPPED: Text("以所需值与实际值之差为限", "never beyond the gap between need and actual"),
    UNCAPPED: Text("所需值大于实际值即可，不以差额为限", "it suffices that need is above actual"),
})


@frozen(kw_only=True)
class Standing:
    """How a district's beds stand: whole beds needed, and those there are."""

    norm: Decimal
    needed: int | None
    people: Count
    beds: Count
    used: dict[str, str]

    @property
    def missing(self) -> tuple[Missing, ...]:
        return (*self.people.missing, *self.beds.missing)

    @property
    def short(self) -> bool | None:
        """Whether need is above actual; None where neither count tells."""
        if self.needed is None or (self.beds.value is None and self.beds.at_least < self.needed):
            return None
        return self.beds.at_least < self.needed


def standing(ground: Ground, norm: BedNorm, district: str) -> Standing:
    """A district's need by the final value of a bed norm, and its actual beds."""
    choices = ground.choices(norm)
    final = (norm.high if norm.about is None else norm.about) or Decimal(0)
    people, stock = persons_of(ground, district, norm.per), bed_stock(ground, choices["beds"].option, norm.per)
    beds = Count(value=None, missing=(no_persons(ground, ground.snapshot.pooling_area, norm.per),)) if stock is None else stock.count((district,))
    needed = None if people.value is None else beds_allowed(final, people.value)
    return Standing(norm=final, needed=needed, people=people, beds=beds, used=dict(choices.used))


@kind_of_provision
@frozen(kw_only=True)
class DistrictGap(Provision):
    """Beds are added only in a district whose need is above its actual beds."""

    kind: ClassVar[str] = "district_gap"
    title: ClassVar[Text] = Text("区县所需值与实际值", "need and actual of a district")
    comparison: ClassVar[str] = "<="
    nature: ClassVar[str] = "number"
    needs: ClassVar[tuple[str, ...]] = ("beds",)
    refers_to: ClassVar = {"bed_norm": "bed_norm"}
    slots: ClassVar = {"limit": LIMIT}

    bed_norm: str = fields.text("床位标准的标识", "id of the bed norm")

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        lacking = [name for name, known in (("unit", case.district), ("beds", case.beds is not None)) if not known]
        if lacking:
            return undetermined([missing_column(case, name) for name in lacking])
        if case.action == "convert" and not case.beds:
            return adds_none()
        choices = ground.choices(self)
        found = standing(ground, norm_of(ground, self.bed_norm), case.district)
        if found.needed is None:
            return undetermined(found.missing, readings={**found.used, **choices.used})
        capped = choices["limit"].option == CAPPED
        return self._within_gap(case, ground, choices, found, found.needed) if capped else self._short(case, ground, choices, found, found.needed)

    def _within_gap(self, case: Case, ground: Ground, choices: Choices, found: Standing, needed: int) -> Judgement:
        after = found.beds.at_least + (case.beds or 0)
        if after <= needed and found.beds.value is None:
            return undetermined(found.missing, readings={**found.used, **choices.used})
        return self._judgement(case, ground, choices, found, after <= needed, after, "<=", needed)

    def _short(self, case: Case, ground: Ground, choices: Choices, found: Standing, needed: int) -> Judgement:
        if found.short is None:
            return undetermined(found.missing, readings={**found.used, **choices.used})
        return self._judgement(case, ground, choices, found, found.short, found.beds.at_least, "<", needed)

    def _judgement(
        self, case: Case, ground: Ground, choices: Choices, found: Standing, fits: bool, value: int, operator: str, needed: int
    ) -> Judgement:
        name, gap, asked = ground.snapshot.unit_name(case.district), needed - found.beds.at_least, case.beds or 0
        state = Text("所需值大于实际值", "need is above actual") if gap > 0 else Text("所需值不大于实际值，以优化存量为主", "need is not above actual: the stock is tuned")
        verdict = Text("可在差额内新增", "may be added") if fits else Text("不能新增", "not added") if gap <= 0 else Text(
            f"超过差额 {show(gap)} 张，不能新增", f"more than the gap of {show(gap)}, not added")
        return Judgement(
            status=HOLDS if fits else FAILS, value=value, operator=operator, threshold=needed, margin=needed - value,
            unit_of_measure="bed", readings={**found.used, **choices.used}, as_of=found.beds.as_of or found.people.as_of,
            sentence=Text(
                f"{name}所需 {show(needed)} 张、实际 {show(found.beds.at_least)} 张，{state.zh}；申请 {show(asked)} 张，{verdict.zh}。",
                f"{name} needs {show(needed)} beds and has {show(found.beds.at_least)}: {state.en}; {show(asked)} applied for, {verdict.en}."),
            evidence={"district": case.district, "needed": needed, "beds": found.beds.at_least, "beds_as_of": found.beds.as_of,
                      "people": found.people.value, "people_as_of": found.people.as_of, "norm": found.norm, "gap": gap,
                      "beds_applied_for": asked, "source": found.beds.source,
                      "formula": "beds + beds_applied_for <= floor(norm * insured / 1000)" if operator == "<=" else "beds < floor(norm * insured / 1000)"},
            would_change=() if fits else (Text(
                f"申请床位减至 {show(max(0, gap))} 张以内，或该区县床位减少", f"at most {show(max(0, gap))} beds, or fewer beds in the district"),),
        )

    def forward(self, ground: Ground, choices: Choices) -> ZoneGap | None:
        norm = norm_of(ground, self.bed_norm)
        final = norm.high if norm.about is None else norm.about
        if norm.per != "insured" or final is None:
            return None
        return ZoneGap(provision=self.id, classes=tuple(c for c in classes_of(self) if c == "inpatient"), per_1000=Fraction(final),
                       capped=choices["limit"].option == CAPPED, beds=ground.choices(norm)["beds"].option, readings=choices.used)

    def bed_limits(self, ground: Ground, choices: Choices) -> BedLimits | None:
        """A district receives while its need is above its beds; under the reading that the gap is the limit, no further than that."""
        norm, capped = norm_of(ground, self.bed_norm), choices["limit"].option == CAPPED
        ceilings = tuple(BedCeiling(district=district, needed=standing(ground, norm, district).needed, capped=capped)
                         for district in ground.snapshot.districts)
        return BedLimits(ceilings=ceilings, readings=choices.used)

    def read_back(self) -> Text:
        return Text(f"区县所需床位（{self.bed_norm}的终点标准乘以本区县参保人数）大于实际床位的，在差额内新增；不大于的，只优化存量，不新增。",
                    f"Where a district's needed beds (final norm of {self.bed_norm} times its insured persons) are above its actual ones, beds are "
                    "added within the gap; elsewhere the stock is tuned and none are added.")

    def probes(self, choices: Choices) -> Iterable[Probe]:
        """Around the line whatever the norm is: a million persons have room for one bed, nobody has room for none."""
        if choices["limit"].option == CAPPED:
            for position, persons, asked, expect in (("below", 10**6, 1, HOLDS), ("at", 0, 0, HOLDS), ("above", 0, 1, FAILS)):
                yield Probe(position=position, expect=expect, application=application_for(self, beds=asked), tables={"insured": insured_rows(persons)})
        else:
            for position, persons, expect in (("below", 10**6, HOLDS), ("at", 0, FAILS), ("above", 0, FAILS)):
                yield Probe(position=position, expect=expect, application=application_for(self), tables={"insured": insured_rows(persons)})
        yield Probe(position="missing", expect=UNDETERMINED, application=application_for(self))
