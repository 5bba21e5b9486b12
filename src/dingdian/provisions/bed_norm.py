"""Beds per 1000 insured persons held inside a band, for the whole pooling area: the total of beds.

Insured persons, never residents. The band stops nobody inside it; above the upper bound it stops. It does not distribute
beds over districts, except to state each district's own computed value.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import ClassVar

from attrs import evolve, frozen

from dingdian.methods.beds import per_1000
from dingdian.methods.rounding import round_half_even, round_up
from dingdian.provisions import fields
from dingdian.provisions.base import Provision, Slot, kind_of_provision, missing_column, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.counting import (
    WHICH_BEDS,
    Count,
    bed_stock,
    beds_allowed,
    beds_needed,
    districts_of,
    insured,
    no_insured,
    show,
)
from dingdian.provisions.finding import FAILS, HOLDS, Input, Judgement, Measure, nearest_in_band
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.releases import Released, released
from dingdian.terms import Text

FREE, EXITS_ONLY = "band_free", "exits_only"
BAND = Slot(
    Text("区间内能否新增", "whether beds may be added inside the band"),
    {
        FREE: Text("区间内不限制新增，超过上限才限制", "inside the band nobody is stopped"),
        EXITS_ONLY: Text("区间内只能以退出换新增", "inside the band beds are added only against exits"),
    },
)


@kind_of_provision
@frozen(kw_only=True)
class BedNorm(Provision):
    """A band of beds per 1000 insured persons."""

    kind: ClassVar[str] = "bed_norm"
    title: ClassVar[Text] = Text("千名参保人床位数", "beds per 1000 insured")
    comparison: ClassVar[str] = "<="
    nature: ClassVar[str] = "number"
    needs: ClassVar[tuple[str, ...]] = ("insured", "beds")
    slots: ClassVar = {"beds": WHICH_BEDS, "band": BAND}

    low: Decimal = fields.number("下限", "lower bound", unit="张/千名参保人", minimum="0")
    high: Decimal = fields.number("上限", "upper bound", unit="张/千名参保人", minimum="0")

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        if self.low > self.high:
            yield (("low",), Text("下限高于上限", "the lower bound is above the upper one"),
                   Text("核对两个数", "check the two numbers"))

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        if case.beds is None:
            return undetermined([missing_column(case, "beds")])
        choices = ground.choices(self)
        city = ground.snapshot.pooling_area
        people, stock = insured(ground, city), bed_stock(ground, choices["beds"].option)
        if not people.value or stock is None:
            return undetermined(people.missing or (no_insured(ground, city),), readings=choices.used)
        beds = stock.count(ground.snapshot.districts)
        after = beds.at_least + case.beds
        verdict = FAILS if per_1000(after, people.value) > self.high else HOLDS
        if verdict != FAILS and beds.value is None:
            return undetermined(beds.missing, readings=choices.used)
        said = self._judgement(verdict, case, choices, beds, people, after)
        inside = per_1000(beds.at_least, people.value) >= self.low
        if verdict == HOLDS and inside and case.beds and choices["band"].option == EXITS_ONLY:
            return self._against_exits(case, choices, said, released(ground, "inpatient"))
        return evolve(said, readings=choices.used)

    def _against_exits(self, case: Case, choices: Choices, said: Judgement, freed: Released) -> Judgement:
        """Inside the band, where beds are added only against exits: what exits have freed is the limit."""
        if freed.beds is None:
            return undetermined(freed.missing, readings=choices.used, evidence=said.evidence, as_of=said.as_of)
        asked = case.beds or 0
        fits = asked <= freed.beds
        return evolve(
            said, status=HOLDS if fits else FAILS, value=asked, operator="<=", threshold=freed.beds, margin=freed.beds - asked,
            unit_of_measure="bed", readings=choices.used,
            evidence={**said.evidence, "released": freed.beds, "released_since": freed.since, "released_until": freed.until,
                      "formula": "inside the band: beds_applied_for <= beds released by exits"},
            sentence=Text(
                f"全市床位已在 {show(self.low)} 至 {show(self.high)} 张的区间内，只能以退出换新增：规划期内退出 {show(freed.beds)} 张，"
                f"申请 {show(asked)} 张，{'未超过' if fits else '超过'}。",
                f"The pooling area is inside the band of {show(self.low)}–{show(self.high)}, where beds are added only against exits: "
                f"{show(freed.beds)} freed, {show(asked)} applied for, {'not exceeded' if fits else 'exceeded'}."),
            would_change=() if fits else (Text(f"再退出 {show(asked - freed.beds)} 张，或申请床位相应减少",
                                               f"{show(asked - freed.beds)} more beds freed, or so many fewer applied for"),),
        )

    def _judgement(
        self, verdict: str, case: Case, choices: Choices, beds: Count, people: Count, after: int
    ) -> Judgement:
        assert people.value is not None
        # Rounded up: a value above the bound is never shown as the bound.
        value, allowed = round_up(per_1000(after, people.value), 4), beds_allowed(self.high, people.value)
        zh = (f"全市医保床位 {show(beds.at_least)} 张，加上本申请 {show(case.beds)} 张为 {show(after)} 张，"
              f"每千名参保人 {show(value)} 张，上限 {show(self.high)} 张")
        en = (f"{show(beds.at_least)} beds in the pooling area plus {show(case.beds)} applied for make {show(after)}: "
              f"{show(value)} per 1000 insured; the upper bound is {show(self.high)}")
        room = allowed - after
        verb_zh, verb_en = ("，未超过。", ", not exceeded.") if verdict == HOLDS else ("，不符合。", ", not met.")
        change = () if verdict == HOLDS else (Text(
            f"全市需先减少 {show(-room)} 张医保床位，或申请床位相应减少", f"{show(-room)} fewer beds in total would fit",
        ),) if room < 0 else ()
        return Judgement(
            status=verdict, value=value, operator="<=", threshold=self.high, margin=self.high - value,
            unit_of_measure="bed_per_1000_insured", readings=choices.used, sentence=Text(zh + verb_zh, en + verb_en),
            as_of=beds.as_of, would_change=change,
            evidence={
                "beds": beds.at_least, "beds_as_of": beds.as_of, "beds_source": beds.source,
                "beds_applied_for": case.beds, "beds_after": after, "insured": people.value,
                "insured_as_of": people.as_of, "band": [self.low, self.high], "beds_allowed": allowed, "room": room,
                "formula": "(beds + beds_applied_for) * 1000 / insured <= high",
            },
        )

    def measure(self, ground: Ground) -> Iterable[Measure]:
        choices = ground.choices(self)
        stock = bed_stock(ground, choices["beds"].option)
        for unit in (ground.snapshot.pooling_area, *ground.snapshot.districts):
            people = insured(ground, unit)
            missing = people.missing or (no_insured(ground, ground.snapshot.pooling_area),)
            beds = Count(value=None, missing=missing) if stock is None else stock.count(districts_of(ground, unit))
            yield self._beds_row(ground, choices, unit, beds, people)
            yield self._ratio_row(ground, choices, unit, beds, people)

    def _beds_row(self, ground: Ground, choices: Choices, unit: str, beds: Count, people: Count) -> Measure:
        known = people.value is not None
        low = beds_needed(self.low, people.value or 0) if known else None
        high = beds_allowed(self.high, people.value or 0) if known else None
        return self._row(ground, choices, unit, beds, people, Measure(
            measure="insured_beds", title=Text("定点床位数", "designated beds"), unit=unit,
            unit_name=ground.snapshot.unit_name(unit), unit_of_measure="bed",
            formula="need_low = ceil(low * insured / 1000); need_high = floor(high * insured / 1000); gap = supply - need",
            need_low=low, need_high=high, supply=beds.value,
        ))

    def _ratio_row(self, ground: Ground, choices: Choices, unit: str, beds: Count, people: Count) -> Measure:
        known = beds.value is not None and people.value
        ratio = round_half_even(per_1000(beds.value or 0, people.value or 1), 4) if known else None
        return self._row(ground, choices, unit, beds, people, Measure(
            measure="beds_per_1000_insured", title=self.title, unit=unit, unit_name=ground.snapshot.unit_name(unit),
            unit_of_measure="bed_per_1000_insured", formula="beds * 1000 / insured",
            need_low=self.low, need_high=self.high, supply=ratio,
        ))

    def _row(self, ground: Ground, choices: Choices, unit: str, beds: Count, people: Count, row: Measure) -> Measure:
        inputs = (
            beds.as_input("beds", "bed"), people.as_input("insured", "person"),
            Input(name="low", value=self.low, unit_of_measure="bed_per_1000_insured", source="plan"),
            Input(name="high", value=self.high, unit_of_measure="bed_per_1000_insured", source="plan"),
        )
        missing = (*beds.missing, *people.missing)
        row = evolve(row, inputs=inputs, provider_class="inpatient", readings=choices.used, as_of=beds.as_of)
        if row.supply is None or row.need_high is None:
            return evolve(row, status="undetermined", reason=reason_of(missing))
        need = nearest_in_band(row.supply, row.need_low, row.need_high)
        return evolve(row, need=need, gap=row.supply - need)

    def read_back(self) -> Text:
        return Text(
            f"全市每千名参保人医保床位数应在 {self.low} 至 {self.high} 张之间（含两端）；加上申请床位后超过 {self.high} 张的，不再新增。",
            f"Insured beds per 1000 insured persons stay between {self.low} and {self.high} (both included); "
            f"beds that would take the total above {self.high} are not added.",
        )


def reason_of(missing: tuple[object, ...]) -> Text:
    """Why a row is undetermined: the phrases of what is missing, each once."""
    phrases = list(dict.fromkeys(item.phrase for item in missing))  # type: ignore[attr-defined]
    return Text("；".join(p.zh for p in phrases) or "数据不足", "; ".join(p.en for p in phrases) or "not enough data")


def norm_of(ground: Ground, id: str) -> BedNorm:
    """The bed norm that another provision of the plan names; the loader has checked that it is one."""
    norm = next(p for p in ground.provisions if p.id == id)
    assert isinstance(norm, BedNorm)
    return norm
