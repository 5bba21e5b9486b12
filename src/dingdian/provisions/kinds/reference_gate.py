"""Beds per thousand against a published reference value of last year, such as the national average.

The reference is per resident, and so are our beds unless a reading says otherwise; both denominators are shown. Without the
reference value of the very year, without persons, or with one institution's beds missing where it could matter, it is undetermined:
an older value is never taken instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from attrs import frozen

from dingdian.methods.beds import per_1000
from dingdian.methods.rounding import exact, round_down, round_half_even, round_up
from dingdian.provisions import fields
from dingdian.provisions.alert import OVER, Alert, of_rows
from dingdian.provisions.base import Provision, Slot, kind_of_provision, missing_column, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.counting import (
    BED_COLUMNS,
    PERSONS,
    Count,
    bed_stock,
    districts_of,
    no_persons,
    persons_of,
    show,
)
from dingdian.provisions.finding import (
    FAILS,
    HOLDS,
    NOT_APPLICABLE,
    UNDETERMINED,
    Input,
    Judgement,
    Measure,
    Missing,
)
from dingdian.provisions.forward import AREA, beds_at_most, classes_of
from dingdian.provisions.forward_rules import FixedBeds
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.probe import UNIT, Probe, application_for, bed_row, insured_rows, provider_row
from dingdian.provisions.zoning import zones
from dingdian.terms import Text

INPATIENT, EVERY = "inpatient_only", "every_applicant"
POOL, DISTRICT = "pooling_area", "district"
PER_UNIT: Mapping[str, str] = {"insured": "bed_per_1000_insured", "resident": "bed_per_1000_residents"}


@frozen(kw_only=True)
class Reference:
    """A published value of one year; None where nobody entered it."""

    year: int
    value: Decimal | None
    source: str = ""


@frozen(kw_only=True)
class Rate:
    """Beds of an area over its persons; ``beds.value`` None where some are not counted, then ``beds.at_least`` is known."""

    per: str
    unit: str
    beds: Count
    persons: Count

    def of(self, beds: int | None) -> Fraction | None:
        """Beds per thousand exactly; None without beds or persons."""
        return None if beds is None or not self.persons.value else per_1000(beds, self.persons.value)

    @property
    def exact(self) -> Fraction | None:
        return self.of(self.beds.value)


@kind_of_provision
@frozen(kw_only=True)
class ReferenceGate(Provision):
    """Nothing is added where beds per thousand are above the reference value ``key`` of last year."""

    kind: ClassVar[str] = "reference_gate"
    title: ClassVar[Text] = Text("千人床位数与参照值", "beds per thousand against a reference value")
    comparison: ClassVar[str] = "<="
    nature: ClassVar[str] = "number"
    needs: ClassVar[tuple[str, ...]] = ("reference", "beds")
    slots: ClassVar = {
        "beds": Slot(Text("以哪种床位计", "which beds count"), BED_COLUMNS),
        "people": Slot(Text("以哪种人口为分母", "whose thousand"), {
            "resident": Text("常住人口", "residents"), "insured": Text("参保人", "insured persons"),
        }),
        "binds": Slot(Text("约束哪些申请", "which applicants it binds"), {
            INPATIENT: Text("仅住院机构", "inpatient institutions only"), EVERY: Text("全部定点医药机构", "every institution and pharmacy"),
        }),
        "area": Slot(Text("按哪级区域比较", "which area is compared"), {
            POOL: Text("统筹区", "the pooling area"), DISTRICT: Text("区县", "the district"),
        }, otherwise=POOL),
    }

    key: str = fields.text("参照项（reference 表）", "key of the reference value")
    per: str = fields.one_of(PERSONS, "参照值以谁为分母", "whose thousand the reference speaks of")
    by: date = fields.day("自何日起执行", "day by which it is to be met")

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        choices = ground.choices(self)
        if case.provider_class != "inpatient":
            if case.provider_class is None:
                return undetermined([missing_column(case, "provider_class")])
            if choices["binds"].option == INPATIENT:
                return Judgement(status=NOT_APPLICABLE, readings=choices.used, sentence=Text(
                    "床位约束只适用于住院机构。", "The limit of beds binds inpatient institutions only."))
        unit = ground.snapshot.pooling_area if choices["area"].option == POOL else case.district
        if not unit:
            return undetermined([missing_column(case, "unit")], readings=choices.used)
        return self._compared(ground, choices, unit)

    def _compared(self, ground: Ground, choices: Choices, unit: str) -> Judgement:
        reference = self.reference(ground)
        rate = self.rate(ground, choices, unit)
        # What is counted for certain may already be too much.
        known = rate.of(rate.beds.at_least)
        over = None if reference.value is None or known is None else known > exact(reference.value)
        if over or (over is False and rate.beds.value is not None):
            return self._judgement(ground, choices, rate, reference, bool(over), known or Fraction(0))
        missing = [*([] if reference.value is not None else [self._no_reference(reference.year)]), *rate.persons.missing, *rate.beds.missing]
        return undetermined(missing, readings=choices.used)

    def reference(self, ground: Ground) -> Reference:
        """The reference value of the year before the day."""
        year = ground.on.year - 1
        row = next((r for r in ground.snapshot.rows("reference") if r["key"] == self.key and r["year"] == year), None)
        if row is None or row["value"] is None:
            return Reference(year=year, value=None)
        return Reference(year=year, value=Decimal(repr(row["value"])), source=str(row["source"]))

    def rate(self, ground: Ground, choices: Choices, unit: str, per: str = "") -> Rate:
        """Beds and persons of a unit, per the reading's denominator unless ``per`` names another."""
        per = per or choices["people"].option
        stock = bed_stock(ground, choices["beds"].option, per)
        beds = Count(value=None, missing=(no_persons(ground, ground.snapshot.pooling_area, per),)) if stock is None else stock.count(districts_of(ground, unit))
        persons = persons_of(ground, unit, per)
        return Rate(per=per, unit=unit, beds=beds, persons=persons)

    def _judgement(self, ground: Ground, choices: Choices, rate: Rate, reference: Reference, over: bool, found: Fraction) -> Judgement:
        assert reference.value is not None
        # Rounded away from the line: what is above it is never shown as on it.
        value = round_up(found, 4) if over else round_down(found, 4)
        name, per = ground.snapshot.unit_name(rate.unit), PERSONS[rate.per]
        line = Text(f"上年（{reference.year} 年）参照值 {show(reference.value)} 张", f"the reference value of {reference.year}, {show(reference.value)}")
        needed = self._most(rate, reference.value)
        return Judgement(
            status=FAILS if over else HOLDS, value=value, operator="<=", threshold=reference.value, margin=reference.value - value,
            unit_of_measure=PER_UNIT[rate.per], readings=choices.used, as_of=rate.beds.as_of or rate.persons.as_of,
            sentence=Text(
                f"{name}每千名{per.zh}床位 {show(value)} 张，{'超过' if over else '未超过'}{line.zh}"
                f"{'，原则上不再新增' if over and self.normally else '，不再新增' if over else ''}。",
                f"{name} has {show(value)} beds per 1000 {per.en}, {'above' if over else 'not above'} {line.en}"
                f"{': normally nothing is added' if over and self.normally else ': nothing is added' if over else ''}."),
            evidence={
                "unit": rate.unit, "beds": rate.beds.at_least, "beds_as_of": rate.beds.as_of, "beds_source": rate.beds.source,
                "persons": rate.persons.value, "persons_as_of": rate.persons.as_of, "denominator": rate.per,
                "reference": reference.value, "reference_year": reference.year, "reference_source": reference.source,
                "per_1000": self._both(ground, choices, rate.unit), "formula": "beds * 1000 / persons <= reference value of last year",
            },
            would_change=() if not over else (Text(
                f"{name}床位降至 {show(needed)} 张以内（现 {show(rate.beds.at_least)} 张）", f"{name} at {show(needed)} beds or fewer ({show(rate.beds.at_least)} now)"),),
        )

    @staticmethod
    def _most(rate: Rate, reference: Decimal) -> int:
        return int(round_down(exact(reference) * (rate.persons.value or 0) / 1000, 0))

    def _both(self, ground: Ground, choices: Choices, unit: str) -> dict[str, Decimal | None]:
        """Beds per thousand by either denominator: what the other one would say stands beside it."""
        rates = {per: self.rate(ground, choices, unit, per).exact for per in PERSONS}
        return {per: None if found is None else round_half_even(found, 2) for per, found in rates.items()}

    def _no_reference(self, year: int) -> Missing:
        return Missing(table="reference", subject=self.key, column="value", phrase=Text(
            f"缺少 {year} 年参照值（reference 表，{self.key}）", f"the reference value {self.key} of {year} is missing"))

    # --- the whole city ------------------------------------------------------------------------------------------------

    def alerts(self, ground: Ground, lead_days: int) -> Iterable[Alert]:
        """Rates of the denominator and the area in force; the others are shown beside them and held against nothing."""
        choices = ground.choices(self)
        people, all_units = choices["people"].option, choices["area"].option == DISTRICT
        held = (row for row in self.measure(ground) if row.subject == people and (all_units or row.unit == ground.snapshot.pooling_area))
        return of_rows(held, {"beds_per_1000": {OVER: self.by}}, ground.on)

    def measure(self, ground: Ground) -> Iterable[Measure]:
        """Per unit and denominator; only the denominator and the area in force are held against the reference."""
        choices = ground.choices(self)
        chosen = choices["people"].option
        for unit in (ground.snapshot.pooling_area, *ground.snapshot.districts):
            for per in sorted(PERSONS, key=lambda p: p != chosen):
                compared = unit == ground.snapshot.pooling_area or choices["area"].option == DISTRICT
                yield self._row(ground, choices, self.rate(ground, choices, unit, per), held=per == chosen and compared)

    def _row(self, ground: Ground, choices: Choices, rate: Rate, held: bool) -> Measure:
        reference = self.reference(ground)
        supply = None if rate.exact is None else round_half_even(rate.exact, 4)
        line = reference.value if held else None
        missing = [*rate.persons.missing, *rate.beds.missing, *([self._no_reference(reference.year)] if held and line is None else [])]
        known = supply is not None and not missing
        need = min(supply, line) if known and supply is not None and line is not None else None
        return Measure(
            measure="beds_per_1000", unit=rate.unit, unit_name=ground.snapshot.unit_name(rate.unit), subject=rate.per, provider_class="inpatient",
            title=Text(f"每千名{PERSONS[rate.per].zh}床位数", f"beds per 1000 {PERSONS[rate.per].en}"), unit_of_measure=PER_UNIT[rate.per],
            formula="beds * 1000 / persons", need=need, need_high=line if known else None, supply=supply if known else None,
            gap=None if need is None or supply is None else supply - need, readings=choices.used, as_of=rate.beds.as_of or rate.persons.as_of,
            inputs=(rate.beds.as_input("beds", "bed"), rate.persons.as_input("persons", "person"),
                    Input(name="reference", value=reference.value, unit_of_measure=PER_UNIT[self.per], as_of=date(reference.year, 12, 31), source=reference.source)),
            status="measured" if known else UNDETERMINED,
            reason=None if known else Text("；".join(m.phrase.zh for m in missing), "; ".join(m.phrase.en for m in missing)),
        )

    def forward(self, ground: Ground, choices: Choices) -> FixedBeds:
        """As many beds as the reference allows its persons of today, whose number a year to come does not know; other classes are not played."""
        of_area = choices["area"].option == POOL
        units = {AREA: (ground.snapshot.pooling_area,)} if of_area else {zone.code: zone.districts for zone in zones(ground)}
        rates = {code: [self.rate(ground, choices, unit) for unit in members] for code, members in units.items()}
        reference = self.reference(ground)
        missing = [item for found in rates.values() for rate in found for item in rate.persons.missing]
        missing += [] if reference.value is not None else [self._no_reference(reference.year)]
        allowed = {code: beds_at_most(exact(reference.value or 0), sum(rate.persons.value or 0 for rate in found)) for code, found in rates.items()}
        return FixedBeds(provision=self.id, classes=tuple(c for c in classes_of(self) if c == "inpatient"), beds_allowed=allowed,
                         beds=choices["beds"].option, missing=tuple(dict.fromkeys(missing)), readings=choices.used)

    def read_back(self) -> Text:
        normally_zh, normally_en = ("原则上", "normally ") if self.normally else ("", "")
        return Text(
            f"自 {self.by} 起，每千名{PERSONS[self.per].zh}床位数超过上年参照值（{self.key}）的，{normally_zh}不再新增（{self.scope.phrase().zh}）；恰好相等不算超过。",
            f"From {self.by}, where beds per 1000 {PERSONS[self.per].en} are above last year's reference value ({self.key}), {normally_en}nothing is "
            f"added ({self.scope.phrase().en}); equal is not above.")

    def probes(self, choices: Choices) -> Iterable[Probe]:
        """6 per thousand of a hundred thousand: 600 beds are on the line."""
        for position, count, expect in (("below", 599, HOLDS), ("at", 600, HOLDS), ("above", 601, FAILS)):
            yield self._probe(position, expect, count, reference=True)
        yield self._probe("missing", UNDETERMINED, 600, reference=False)

    def _probe(self, position: str, expect: str, beds: int, reference: bool) -> Probe:
        value: dict[str, Any] = {"key": self.key, "year": 2025, "value": 6, "unit_of_measure": PER_UNIT[self.per], "source": "检验"}
        residents = {"unit": UNIT, "year": 2025, "age_band": "all", "persons": 100_000}
        return Probe(
            position=position, expect=expect, application=application_for(self),
            tables={"providers": [provider_row()], "beds": [bed_row(beds)], "insured": insured_rows(100_000), "residents": [residents],
                    **({"reference": [value]} if reference else {})})
