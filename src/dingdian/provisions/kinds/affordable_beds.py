"""Beds per 1000 insured that the fund can carry: the formula, its identity, and a table of what mixed scopes make of it.

One number for the pooling area, against which the area and each zone are held. The formula's four elements name no scope in the
text; the reading says which, and the table shows the others. Judges no application: quotas rest on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

from attrs import evolve, frozen

from dingdian.methods.beds import need, per_1000
from dingdian.methods.fund import FundScope, ScopeMix, scope_table
from dingdian.methods.rounding import round_down, round_half_even
from dingdian.provisions import fields
from dingdian.provisions.alert import OVER, Sides
from dingdian.provisions.base import Provision, Slot, kind_of_provision
from dingdian.provisions.bed_limits import BedBand, BedLimits
from dingdian.provisions.counting import WHICH_BEDS, Count, bed_stock, insured, insured_year, no_insured, show
from dingdian.provisions.finding import Input, Measure, Missing
from dingdian.provisions.fund_flows import (
    ALL_SERVICES,
    ALL_SETTLEMENT,
    AVERAGE_INSURED,
    EMPLOYEE,
    FACT_KEYS,
    INPATIENT,
    RESIDENT,
    SCOPES,
    WHOLE_FUND,
    FundFlows,
    fund_flows,
)
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.kinds.bed_norm import reason_of
from dingdian.provisions.zoning import Zone, insured_in, zones
from dingdian.terms import Text

ALL_INCOME = "all_income"
ELEMENT_NAMES = {
    "income": Text("收入", "income"), "ratio": Text("报销比", "ratio"), "cost_per_bed": Text("每床费用", "cost per bed"),
    "insured": Text("参保人数", "insured"),
}
SCOPE = Slot(Text("公式各项取什么口径", "in which scope the formula's elements are taken"), {
    INPATIENT: Text("住院份额的基金收入、住院报销比、每张平均开放床位的住院费用、年末参保人数",
                    "the inpatient share of the income, inpatient ratio, inpatient cost per average open bed, insured at the year's end"),
    ALL_SERVICES: Text("收入、报销比、费用均按住院与门诊合计", "income, ratio and cost of inpatient and outpatient care together"),
    ALL_INCOME: Text("收入取全部统筹基金收入，其余仅住院（字面混用）", "all of the fund's income, the rest inpatient only (mixed, to the letter)"),
    AVERAGE_INSURED: Text("同第一项，参保人数取两个年末的平均", "as the first, with insured persons averaged over two year-ends"),
})
_FORMULA = Text("统筹基金收入 ×（1 − 结余率）÷ 实际报销比 × 1000 ÷（每床位医药费用 × 参保人数）",
                "income * (1 - surplus_rate) / ratio * 1000 / (cost_per_bed * insured)")
_AGAINST = Text(f"所需 = {_FORMULA.zh}；实际 = 床位 × 1000 ÷ 参保人数", f"need = {_FORMULA.en}; supply = beds * 1000 / insured")


@frozen(kw_only=True)
class Affordable:
    """The norm in force, exactly; None with what is missing."""

    per_1000: Fraction | None
    year: int | None
    missing: tuple[Missing, ...] = ()
    inputs: tuple[Input, ...] = ()

    def beds_for(self, persons: int) -> Fraction:
        """Beds that the norm carries for so many insured persons, exactly."""
        assert self.per_1000 is not None
        return need(self.per_1000, persons)


@kind_of_provision
@frozen(kw_only=True)
class AffordableBeds(Provision):
    """A norm of beds that follows from the fund: income kept for care, over what a bed draws on it."""

    kind: ClassVar[str] = "affordable_beds"
    title: ClassVar[Text] = Text("医保筹资可承担的千人床位数", "beds per 1000 insured that the fund can carry")
    effects: ClassVar[tuple[str, ...]] = ("information",)
    nature: ClassVar[str] = "number"
    fact_keys: ClassVar = FACT_KEYS
    slots: ClassVar = {"scope": SCOPE, "beds": WHICH_BEDS}

    per: str = fields.one_of({"insured": Text("参保人", "insured persons")}, "以哪类人口为分母", "whose thousand")
    by: date = fields.day("达标日期", "day by which the norm is to be met")

    # --- the norm ------------------------------------------------------------------------------------------

    def norm(self, ground: Ground, choices: Choices) -> Affordable:
        """The norm under the reading in force, for the whole pooling area."""
        option, year = choices["scope"].option, insured_year(ground)
        if year is None:
            return Affordable(per_1000=None, year=None, missing=(no_insured(ground, ground.snapshot.pooling_area),))
        flows = fund_flows(ground, year)
        scope, kept = self._scope(flows, option), flows["surplus_rate"]
        missing = (*kept.missing, *flows.missing_of(scope))
        (row,) = scope_table([scope], kept.value) if kept.value is not None else (None,)
        return Affordable(per_1000=None if row is None else row.per_1000, year=year, missing=missing, inputs=_inputs(flows, scope))

    def _scope(self, flows: FundFlows, option: str) -> FundScope:
        if option == ALL_INCOME:
            return evolve(flows.scope(INPATIENT), income=flows["income"].value)
        return flows.scope(option)

    # --- rows ----------------------------------------------------------------------------------------------

    def measure(self, ground: Ground) -> Iterable[Measure]:
        choices = ground.choices(self)
        norm, stock = self.norm(ground, choices), bed_stock(ground, choices["beds"].option)
        area = ground.snapshot.pooling_area
        whole = Zone(code="", name=Text(ground.snapshot.unit_name(area), area), districts=ground.snapshot.districts)
        for zone in (whole, *zones(ground)):
            people = insured_in(ground, zone) if zone.code else insured(ground, area)
            beds = Count(value=None) if stock is None else stock.count(zone.districts)
            yield self._ratio_row(ground, choices, norm, zone, beds, people)
            yield self._beds_row(ground, choices, norm, zone, beds, people)
        yield from self._scope_rows(ground, choices)

    def watched(self) -> Mapping[str, Sides]:
        """More beds than the fund can carry, from the day by which the norm is to be met; fewer of them are room."""
        return {"affordable_beds": {OVER: self.by}}

    def _ratio_row(
        self, ground: Ground, choices: Choices, norm: Affordable, zone: Zone, beds: Count, people: Count
    ) -> Measure:
        wanted = None if norm.per_1000 is None else round_half_even(norm.per_1000, 4)
        held = round_half_even(per_1000(beds.value, people.value), 4) if beds.value is not None and people.value else None
        return self._row(ground, choices, norm, zone, beds, people, Measure(
            measure="affordable_beds_per_1000", title=Text("千名参保人床位数（对照筹资可承担）", "beds per 1000 insured against what the fund carries"),
            unit=ground.snapshot.pooling_area, unit_name=zone.name.zh, unit_of_measure="bed_per_1000_insured",
            formula=_AGAINST, need=wanted, supply=held))

    def _beds_row(
        self, ground: Ground, choices: Choices, norm: Affordable, zone: Zone, beds: Count, people: Count
    ) -> Measure:
        known = norm.per_1000 is not None and people.value is not None
        wanted = int(round_down(norm.beds_for(people.value or 0), 0)) if known else None
        return self._row(ground, choices, norm, zone, beds, people, Measure(
            measure="affordable_beds", title=Text("筹资可承担的床位数", "beds that the fund can carry"), unit=ground.snapshot.pooling_area,
            unit_name=zone.name.zh, unit_of_measure="bed", formula="need = floor(norm * insured / 1000); gap = beds - need",
            need=wanted, supply=beds.value))

    def _row(
        self, ground: Ground, choices: Choices, norm: Affordable, zone: Zone, beds: Count, people: Count, row: Measure
    ) -> Measure:
        inputs = (*norm.inputs, beds.as_input("beds", "bed"), people.as_input("insured_here", "person"))
        row = evolve(row, zone=zone.code, subject=zone.code, provider_class="inpatient", inputs=inputs, readings=choices.used,
                     as_of=beds.as_of, need_low=row.need, need_high=row.need)
        if row.need is None or row.supply is None:
            return evolve(row, status="undetermined", reason=reason_of((*norm.missing, *beds.missing, *people.missing)))
        return evolve(row, gap=row.supply - row.need)

    # --- the table of scopes -------------------------------------------------------------------------------

    def _scope_rows(self, ground: Ground, choices: Choices) -> Iterable[Measure]:
        """The formula in its reference scope, its identity, and every mixture with another scope."""
        year, area = insured_year(ground), ground.snapshot.pooling_area
        blank = Measure(measure="affordable_beds_scopes", title=self.title, unit=area, unit_name=ground.snapshot.unit_name(area),
                        provider_class="inpatient", unit_of_measure="bed_per_1000_insured", formula=_FORMULA)
        if year is None:
            yield evolve(blank, status="undetermined", reason=no_insured(ground, area).phrase)
            return
        flows = fund_flows(ground, year)
        kept = flows["surplus_rate"].value
        if kept is None:
            yield evolve(blank, status="undetermined", reason=reason_of(flows["surplus_rate"].missing))
            return
        scopes = [flows.scope(name) for name in (INPATIENT, ALL_SERVICES, WHOLE_FUND, ALL_SETTLEMENT, AVERAGE_INSURED, EMPLOYEE, RESIDENT)]
        table = scope_table(scopes, kept)
        yield _scope_row(blank, flows, scopes, table[0])
        yield _identity_row(blank, flows, kept, table[0].per_1000)
        yield from (_scope_row(blank, flows, scopes, mix) for mix in table[1:])

    def bed_limits(self, ground: Ground, choices: Choices) -> BedLimits | None:
        """What the fund carries, as an upper bound of the pooling area and of each zone."""
        norm, bands = self.norm(ground, choices), []
        area = ground.snapshot.pooling_area
        whole = Zone(code="", name=Text(ground.snapshot.unit_name(area), area), districts=ground.snapshot.districts)
        for zone in (whole, *zones(ground)):
            people = insured_in(ground, zone) if zone.code else insured(ground, area)
            if norm.per_1000 is not None and people.value is not None:
                bands.append(BedBand(name=zone.name, districts=zone.districts, high=int(round_down(norm.beds_for(people.value), 0))))
        return BedLimits(column=choices["beds"].option, per=self.per, bands=tuple(bands), readings=choices.used)

    def read_back(self) -> Text:
        return Text(
            f"医保筹资可覆盖的医药费用＝统筹基金收入×（1－结余率）÷实际报销比；可承担的千人床位数＝可覆盖费用×1000÷（每床位医药费用×参保人数），"
            f"于 {self.by} 前对照。四项同一口径时，化简为：现有开放床位×基金收入×（1－结余率）÷基金支出。",
            f"Cost that the fund can cover = income × (1 − surplus rate) ÷ actual ratio; beds per 1000 insured = that × 1000 ÷ (cost per "
            f"bed × insured), held against the stock by {self.by}. In one consistent scope it reduces to open beds × income × (1 − "
            "surplus rate) ÷ fund spending.")


def _inputs(flows: FundFlows, scope: FundScope) -> tuple[Input, ...]:
    day = date(flows.year, 12, 31)
    shown = {"income": ("yuan", 2), "ratio": ("ratio", 4), "cost_per_bed": ("yuan", 2), "insured": ("person", 1)}
    rows = [Input(name=name, value=None if (value := getattr(scope, name)) is None else _plain(value, places), unit_of_measure=measure,
                  as_of=day, source=f"scope {scope.name}") for name, (measure, places) in shown.items()]
    return (flows["surplus_rate"].as_input("surplus_rate", "ratio"), *rows)


def _plain(value: Fraction, places: int) -> int | Decimal:
    return int(value) if value.denominator == 1 else round_half_even(value, places)


def _scope_row(blank: Measure, flows: FundFlows, scopes: list[FundScope], mix: ScopeMix) -> Measure:
    """One line of the table: which elements come from which scope, the number, and how it compares."""
    other = SCOPES[mix.other]
    taken = Text("、".join(ELEMENT_NAMES[name].zh for name in mix.taken), ", ".join(ELEMENT_NAMES[name].en for name in mix.taken))
    if mix.consistent:
        title = Text(f"口径一致：{other.zh}", f"one scope: {other.en}")
    else:
        title = Text(f"混用：{taken.zh}取“{other.zh}”，其余仅住院", f"mixed: {taken.en} of “{other.en}”, the rest inpatient only")
    subject = mix.other if mix.consistent else f"{','.join(mix.taken)}={mix.other}"
    row = evolve(blank, title=title, subject=subject, as_of=date(flows.year, 12, 31))
    if mix.per_1000 is None or mix.beds is None:
        lacking = [*flows.missing_of(scopes[0]), *flows.missing_of(next(s for s in scopes if s.name == mix.other))]
        return evolve(row, status="undetermined", reason=reason_of(tuple(lacking)))
    times = "" if mix.times is None else f"{round_half_even(mix.times, 4)}"
    beds = show(round_down(mix.beds, 0))
    return evolve(row, supply=round_half_even(mix.per_1000, 4), note=Text(
        f"合 {beds} 张；每千人数为住院一致口径的 {times} 倍", f"{beds} beds; per thousand {times} times the consistent inpatient scope"))


def _identity_row(blank: Measure, flows: FundFlows, kept: Fraction, norm: Fraction | None) -> Measure:
    """B × I × (1 − s) ÷ S per 1000 insured, and whether the formula gives the same."""
    derived = ("income", "expenditure", "inpatient_fund", "open_beds", "insured")
    row = evolve(blank, subject="identity", formula=Text("开放床位 × 统筹基金收入 ×（1 − 结余率）÷ 统筹基金支出 × 1000 ÷ 参保人数", "open_beds * income * (1 - surplus_rate) / spending * 1000 / insured"),
                 title=Text("化简式：开放床位×基金收入×（1－结余率）÷基金支出", "reduced: open beds × income × (1 − surplus rate) ÷ spending"))
    income, spent = flows.scope(INPATIENT).income, flows["inpatient_fund"].value
    beds, people = flows["open_beds"].value, flows["insured"].value
    if income is None or spent is None or beds is None or people is None:
        return evolve(row, status="undetermined", reason=reason_of(flows.missing_amounts(derived)))
    found = beds * income * (1 - kept) / spent * 1000 / people
    row = evolve(row, supply=round_half_even(found, 4), as_of=date(flows.year, 12, 31))
    if norm is None or found == norm:
        return evolve(row, note=Text("与原公式完全相等：医药费用在同一口径下约去", "exactly equal to the formula: the medical cost cancels in one scope"))
    off = round_half_even(norm - found, 4)
    return evolve(row, note=Text(f"原公式多出 {off}：公布的收入、报销比、每床费用经过取整，或与台账不是同一口径",
                                 f"the formula gives {off} more: the published income, ratio or cost per bed is rounded, or of another scope than the books"))


def norm_named(ground: Ground, id: str) -> AffordableBeds:
    """The affordable norm that another provision names; the loader has checked that it is one."""
    found = next(p for p in ground.provisions if p.id == id)
    assert isinstance(found, AffordableBeds)
    return found
