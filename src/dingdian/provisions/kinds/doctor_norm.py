"""Insured doctors per 1000 insured persons: the norm towards which outpatient care grows, and the stop where an area is above it.

Holds the area's own ratio against the norm; the applicant's doctors are no part of it. Counts doctors as the staff table gives
them, one row a provider, less those known to be registered at several sites; it refuses to guess a provider's doctors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from attrs import evolve, frozen

from dingdian.methods.beds import need, per_1000
from dingdian.methods.rounding import round_half_even, round_up
from dingdian.provisions import fields
from dingdian.provisions.alert import OVER, Sides
from dingdian.provisions.base import Provision, Slot, kind_of_provision, missing_column, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.counting import Count, districts_of, insured, insured_year, no_insured, show
from dingdian.provisions.finding import (
    FAILS,
    HOLDS,
    NOT_APPLICABLE,
    UNDETERMINED,
    Input,
    Judgement,
    Measure,
    Missing,
    Number,
)
from dingdian.provisions.forward import classes_of
from dingdian.provisions.forward_rules import DoctorStop
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.kinds.bed_norm import reason_of
from dingdian.provisions.probe import Probe, application_for, insured_rows, provider_row
from dingdian.provisions.zoning import zones
from dingdian.terms import Text

ALL, OUTPATIENT = "all_doctors", "outpatient_only"
OUTPATIENT_CLASSES = ("outpatient_pooling", "personal_account")
ROLE = "insured_doctor"
PER_INSURED = {"insured": Text("参保人", "insured persons")}


@kind_of_provision
@frozen(kw_only=True)
class DoctorNorm(Provision):
    """A norm of insured doctors per 1000 insured persons; an area above it takes no new outpatient institution."""

    kind: ClassVar[str] = "doctor_norm"
    title: ClassVar[Text] = Text("千名参保人医保医师数", "insured doctors per 1000 insured")
    comparison: ClassVar[str] = "<="
    nature: ClassVar[str] = "number"
    needs: ClassVar[tuple[str, ...]] = ("insured", "staff")
    fact_keys: ClassVar = {
        "multi_site_doctors": Text("多点执业而被重复登记的医保医师人次（应扣除，对象为单元）",
                                   "doctors registered once more at a further site, to be deducted; subject = unit"),
    }
    slots: ClassVar = {
        "doctors": Slot(Text("以哪些医保医师计", "which doctors count"), {
            ALL: Text("全部定点医疗机构的医保医师", "those of every designated institution"),
            OUTPATIENT: Text("仅门诊类定点机构的医保医师", "those of outpatient institutions only"),
        }),
    }

    norm: Decimal = fields.number("标准", "norm", unit="名/千名参保人", minimum="0")
    per: str = fields.one_of(PER_INSURED, "分母", "denominator")
    by: date = fields.day("应达到之日", "day by which the norm is to be met")

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        if not case.district:
            return undetermined([missing_column(case, "unit")])
        choices = ground.choices(self)
        which = choices["doctors"].option
        people, doctors = insured(ground, case.district), doctors_in(ground, (case.district,), which)
        if people.value == 0:
            return Judgement(status=NOT_APPLICABLE, readings=choices.used, sentence=Text(
                "该区域没有参保人，无标准可比。", "The area has no insured persons: there is nothing to hold against the norm."))
        if people.value is None:
            return undetermined(people.missing, readings=choices.used)
        surplus = per_1000(doctors.at_least, people.value) > self.norm
        if not surplus and doctors.value is None:
            return undetermined(doctors.missing, readings=choices.used)
        return self._judgement(surplus, case, ground, choices, doctors, people.value, people.as_of)

    def _judgement(
        self, surplus: bool, case: Case, ground: Ground, choices: Choices, doctors: Count, people: int, people_as_of: date | None
    ) -> Judgement:
        # Rounded up: a ratio above the norm is never shown as the norm.
        value, name = round_up(per_1000(doctors.at_least, people), 4), ground.snapshot.unit_name(case.district)
        over = doctors.at_least - int(need(self.norm, people))
        beside = doctors_in(ground, (case.district,), OUTPATIENT)
        shown = None if beside.value is None else round_half_even(per_1000(beside.value, people), 4)
        return Judgement(
            status=FAILS if surplus else HOLDS, value=value, operator="<=", threshold=self.norm, margin=self.norm - value,
            unit_of_measure="doctor_per_1000_insured", readings=choices.used, as_of=doctors.as_of,
            sentence=Text(
                f"{name}医保医师 {show(doctors.at_least)} 名，每千名参保人 {show(value)} 名，标准 {show(self.norm)} 名，"
                f"{'医师已过剩，停止新增' if surplus else '未过剩'}。",
                f"{name}: {show(doctors.at_least)} insured doctors, {show(value)} per 1000 insured; the norm is {show(self.norm)}: "
                f"{'surplus, no additions' if surplus else 'no surplus'}."),
            evidence={"district": case.district, "doctors": doctors.at_least, "doctors_as_of": doctors.as_of,
                      "doctors_source": doctors.source, "insured": people, "insured_as_of": people_as_of, "norm": self.norm,
                      "outpatient_only_per_1000": shown, "formula": "doctors * 1000 / insured <= norm"},
            would_change=(Text(f"{name}医保医师减少 {show(over)} 名", f"{show(over)} fewer insured doctors in {name}"),) if surplus else (),
        )

    def measure(self, ground: Ground) -> Iterable[Measure]:
        choices = ground.choices(self)
        which = choices["doctors"].option
        for unit in (ground.snapshot.pooling_area, *ground.snapshot.districts):
            people, doctors = insured(ground, unit), doctors_in(ground, districts_of(ground, unit), which)
            yield self._ratio_row(ground, choices, unit, doctors, people, norm=self.norm)
            yield self._count_row(ground, choices, unit, doctors, people)
            if which == ALL:
                beside = doctors_in(ground, districts_of(ground, unit), OUTPATIENT)
                yield self._ratio_row(ground, choices, unit, beside, people, norm=None)

    def watched(self) -> Mapping[str, Sides]:
        """Doctors beyond the norm: there nothing is added. Fewer of them are room."""
        return {"insured_doctors": {OVER: None}}

    def _ratio_row(
        self, ground: Ground, choices: Choices, unit: str, doctors: Count, people: Count, norm: Decimal | None
    ) -> Measure:
        """The ratio against the norm; without a norm the ratio of outpatient institutions, shown beside it."""
        title = self.title if norm is not None else Text("其中门诊类机构千名参保人医保医师数", "of which outpatient institutions, per 1000 insured")
        known = doctors.value is not None and bool(people.value)
        ratio = round_half_even(per_1000(doctors.value or 0, people.value or 1), 4) if known else None
        return self._row(ground, choices, unit, doctors, people, norm, Measure(
            measure="doctors_per_1000_insured" if norm is not None else "outpatient_doctors_per_1000_insured", title=title, unit=unit,
            unit_name="", unit_of_measure="doctor_per_1000_insured", formula="doctors * 1000 / insured", supply=ratio,
        ))

    def _count_row(self, ground: Ground, choices: Choices, unit: str, doctors: Count, people: Count) -> Measure:
        wanted = None if people.value is None else int(round_up(need(self.norm, people.value), 0))  # a doctor is whole
        return self._row(ground, choices, unit, doctors, people, wanted, Measure(
            measure="insured_doctors", title=Text("医保医师数", "insured doctors"), unit=unit, unit_name="", unit_of_measure="doctor",
            formula="need = ceil(norm * insured / 1000); gap = supply - need", supply=doctors.value,
        ))

    def _row(
        self, ground: Ground, choices: Choices, unit: str, doctors: Count, people: Count, wanted: Number | None, row: Measure
    ) -> Measure:
        inputs = (doctors.as_input("doctors", "doctor"), people.as_input("insured", "person"),
                  Input(name="norm", value=self.norm, unit_of_measure="doctor_per_1000_insured", source=f"plan, by {self.by}"))
        row = evolve(row, unit_name=ground.snapshot.unit_name(unit), provider_class="outpatient_pooling", inputs=inputs,
                     readings=choices.used, as_of=doctors.as_of)
        if row.supply is None or people.value is None:
            missing = (*doctors.missing, *people.missing) or (no_insured(ground, unit),)
            return evolve(row, supply=None, status=UNDETERMINED, reason=reason_of(missing))
        if wanted is None:
            return row
        return evolve(row, need=wanted, need_low=wanted, need_high=wanted, gap=row.supply - wanted)

    def forward(self, ground: Ground, choices: Choices) -> DoctorStop:
        """The stop in each zone; doctors of other classes stay as they are, those of a class come and go with its institutions."""
        which, classes = choices["doctors"].option, tuple(c for c in classes_of(self) if c in OUTPATIENT_CLASSES)
        counts = {zone.code: doctors_in(ground, zone.districts, which) for zone in zones(ground)}
        held = {(c, zone.code): _of_class(ground, c, zone.districts, which) for c in classes for zone in zones(ground)}
        doctors = {(c, zone): ((counts[zone].value or 0) - own, Fraction(own, max(1, institutions))) for (c, zone), (own, institutions) in held.items()}
        missing = tuple(dict.fromkeys(item for count in counts.values() for item in count.missing))
        return DoctorStop(provision=self.id, classes=classes, norm=Fraction(self.norm), doctors=doctors, missing=missing, readings=choices.used)

    def read_back(self) -> Text:
        return Text(
            f"医保医师逐步向每千名参保人 {show(self.norm)} 名发展（{self.by} 前）；区县高于该数即为过剩，不再新增（{self.scope.phrase().zh}）。",
            f"Insured doctors move towards {show(self.norm)} per 1000 insured persons by {self.by}; where a district is above that, "
            f"nothing is added ({self.scope.phrase().en}).")

    def probes(self, choices: Choices) -> Iterable[Probe]:
        at = int(self.norm * 100)  # doctors among 100,000 insured persons
        kind = {"provider_class": "outpatient_pooling", "kind": "clinic", "level": "ungraded"}
        for position, doctors, expect in (("below", at - 1, HOLDS), ("at", at, HOLDS), ("above", at + 1, FAILS)):
            yield Probe(position=position, expect=expect, application=application_for(self), tables={
                "insured": insured_rows(100_000), "providers": [provider_row(**kind)], "staff": [staff_row(doctors)]})
        yield Probe(position="missing", expect=UNDETERMINED, application=application_for(self), tables={
            "insured": insured_rows(100_000), "providers": [provider_row(**kind)]})


def staff_row(count: int, provider: str = "PROBE", day: date = date(2025, 12, 31)) -> dict[str, Any]:
    """A probe's insured doctors."""
    return {"provider": provider, "as_of": day, "role": ROLE, "count": count}


def doctors_in(ground: Ground, districts: tuple[str, ...], which: str) -> Count:
    """Insured doctors of the designated institutions of some districts, at the end of the insured persons' year.

    An institution without its row leaves the count open; one designated after that year had none then. Double registrations
    that are known (``multi_site_doctors``) are deducted.
    """
    year = insured_year(ground)
    if year is None:
        return Count(value=None, missing=(no_insured(ground, ground.snapshot.pooling_area),))
    rows = ground.remember(("doctors", which, year), lambda: _rows(ground, which, year))
    mine = [row for row in rows if row[1] in districts or (row[1] == "" and set(districts) >= set(ground.snapshot.districts))]
    lacking = tuple(row[0] for row in mine if row[2] is None)
    strays = () if set(districts) >= set(ground.snapshot.districts) else tuple(row[0] for row in rows if row[1] == "" and row[2] != 0)
    known = sum(row[2] for row in mine if row[2] is not None) - _double(ground, districts)
    missing = (*_lacking(lacking, "staff", "count"), *_lacking(strays, "providers", "unit"))
    return Count(value=None if missing else max(0, known), at_least=max(0, known), source="staff.count", missing=missing,
                 as_of=max((row[3] for row in mine if row[3] is not None), default=None))


def _of_class(ground: Ground, provider_class: str, districts: tuple[str, ...], which: str) -> tuple[int, int]:
    """(doctors, institutions) of one class in some districts."""
    stock, year = ground.stock, insured_year(ground)
    codes = set(stock["provider"][(stock["provider_class"] == provider_class) & stock["counted_district"].isin(districts)])
    doctors = [] if year is None else [row[2] or 0 for row in _rows(ground, which, year) if row[0] in codes]
    return sum(doctors), len(codes)


def _rows(ground: Ground, which: str, year: int) -> list[tuple[str, str, int | None, date | None]]:
    """(provider, district, doctors or None, day) of every medical institution that counts."""
    staff = ground.snapshot.staff_for_year(year)
    doctors = staff[staff["role"] == ROLE]
    counted = {str(p): (int(c), stamp.date()) for p, c, stamp in zip(doctors["provider"], doctors["count"], doctors["as_of"])}
    stock = ground.stock
    classes = OUTPATIENT_CLASSES if which == OUTPATIENT else ("inpatient", *OUTPATIENT_CLASSES)
    kept = stock[stock["provider_class"].isin(classes)]
    found = []
    for provider, district, since in zip(kept["provider"], kept["counted_district"].astype(object), kept["designated_on"].astype(object)):
        count, day = counted.get(str(provider), (0 if _later(since, year) else None, None))
        found.append((str(provider), district if isinstance(district, str) else "", count, day))
    return found


def _later(day: Any, year: int) -> bool:
    """Designated after the year: it had no insured doctor then, which is a fact."""
    found = getattr(day, "year", None)
    return isinstance(found, int) and found > year


def _double(ground: Ground, districts: tuple[str, ...]) -> int:
    facts = (ground.snapshot.fact(district, "multi_site_doctors") for district in districts)
    return sum(int(fact.value) for fact in facts if fact is not None and fact.value.isdigit())


def _lacking(providers: tuple[str, ...], table: str, column: str) -> tuple[Missing, ...]:
    if not providers:
        return ()
    shown = "、".join(providers[:3]) + ("…" if len(providers) > 3 else "")
    zh, en = ("医保医师数", "insured doctors") if table == "staff" else ("所属规划单元", "unit")
    return (Missing(table=table, subject=providers[0], column=column, phrase=Text(
        f"{len(providers)} 家医疗机构缺少{zh}（{shown}）", f"{len(providers)} institutions lack their {en} ({shown})")),)


def doctor_norm_of(ground: Ground, id: str) -> DoctorNorm:
    """The doctor norm that another provision of the plan names."""
    norm = next(p for p in ground.provisions if p.id == id)
    assert isinstance(norm, DoctorNorm)
    return norm
