"""No new inpatient institution in an area whose beds stand empty: bed use of the last full year below a floor.

Bed use is occupied bed-days over open bed-days of the area's designated inpatient institutions. One institution without its
bed-days leaves the area's bed use unknown: it is never estimated from the others, nor from an earlier year.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from attrs import evolve, field, frozen

from dingdian.methods.beds import occupancy
from dingdian.methods.rounding import round_down, round_half_even
from dingdian.provisions import fields
from dingdian.provisions.alert import SHORT, Alert, of_row
from dingdian.provisions.base import Provision, Slot, kind_of_provision, missing_column, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.counting import districts_of, show
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
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.kinds.bed_norm import reason_of
from dingdian.provisions.probe import Probe, application_for, provider_row
from dingdian.terms import Text

ALL, NO_PSYCHIATRY = "all_institutions", "without_psychiatric"
EITHER, BOTH = "either", "both"


@frozen(kw_only=True)
class BedUse:
    """Bed-days of some institutions in one year; ``share`` None where rows are missing or no bed was open."""

    year: int
    institutions: int
    occupied: int
    opened: int
    missing: tuple[Missing, ...] = field(default=())

    @property
    def share(self) -> Fraction | None:
        """Per cent of open bed-days that were occupied, exactly."""
        return None if self.missing or not self.opened else occupancy(self.occupied, self.opened) * 100


@kind_of_provision
@frozen(kw_only=True)
class OccupancyGate(Provision):
    """Bed use of the area must not lie below ``floor_percent``.

    As a gate it stops additions. As an exemption it lifts ``excepts`` (a fund gate) where bed use reaches the floor, and only under
    the reading that both conditions must be met: so that "deficit or low use" and "deficit and low use" are both computed.
    """

    kind: ClassVar[str] = "occupancy_gate"
    title: ClassVar[Text] = Text("病床使用率约束", "bed-use gate")
    effects: ClassVar[tuple[str, ...]] = ("gate", "exemption")
    comparison: ClassVar[str] = ">="
    nature: ClassVar[str] = "other"
    needs: ClassVar[tuple[str, ...]] = ("activity",)
    refers_to: ClassVar = {"excepts": "", "fund_gate": "fund_gate"}
    slots: ClassVar = {
        "institutions": Slot(Text("以哪些机构的床日计", "whose bed-days count"), {
            ALL: Text("区域内全部住院定点机构", "all designated inpatient institutions of the area"),
            NO_PSYCHIATRY: Text("不含精神专科医院", "psychiatric hospitals left out"),
        }),
        "joint": Slot(Text("与基金收不抵支是“或”还是“且”", "whether it binds together with the fund or by itself"), {
            EITHER: Text("满足其一即暂停", "either suffices"), BOTH: Text("两项同时满足才暂停", "only both together"),
        }, otherwise=EITHER),
    }

    floor_percent: Decimal = fields.number("病床使用率下限", "floor of bed use", unit="%", minimum="0", maximum="100")
    fund_gate: str = fields.text("同列的基金约束", "the fund gate named beside it", default="")
    excepts: tuple[str, ...] = fields.names("作为例外时免于适用的规定", "provisions lifted, as an exemption")

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        if (self.effect == "exemption") != bool(self.excepts):
            yield (("excepts",), Text("作为例外须写明免除哪些规定，作为门槛则不得写", "an exemption names what it lifts, a gate lifts nothing"),
                   Text("核对 effect 与 excepts", "check effect and excepts"))

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        if not case.district:
            return undetermined([missing_column(case, "unit")])
        choices = ground.choices(self)
        if self.effect == "exemption" and choices["joint"].option == EITHER:
            return Judgement(status=NOT_APPLICABLE, readings=choices.used, sentence=Text(
                "按“或”理解，病床使用率不影响基金约束。", "Either condition suffices: bed use does not lift the fund gate."))
        use = bed_use(ground, (case.district,), choices["institutions"].option)
        if not use.institutions or (not use.missing and not use.opened):
            return Judgement(status=NOT_APPLICABLE, readings=choices.used, sentence=Text(
                f"该区域 {use.year} 年没有开放床位的住院定点机构，无病床使用率可言。",
                f"No designated inpatient institution of the area had open beds in {use.year}: there is no bed use."))
        if use.share is None:
            may = self.excepts if self.effect == "exemption" else ()
            return undetermined(use.missing, readings=choices.used, may_waive=may)
        return self._decide(case, ground, choices, use, use.share)

    def _decide(self, case: Case, ground: Ground, choices: Choices, use: BedUse, share: Fraction) -> Judgement:
        low = share < self.floor_percent
        said = self._judgement(case, ground, choices, use, share)
        if self.effect == "exemption":
            return evolve(said, status=NOT_APPLICABLE if low else HOLDS, waives=() if low else self.excepts, readings=choices.used)
        if low and choices["joint"].option == BOTH and self.fund_gate:
            return self._with_fund(case, ground, choices, said)
        return evolve(said, readings=choices.used)

    def _with_fund(self, case: Case, ground: Ground, choices: Choices, said: Judgement) -> Judgement:
        """Under "both", low bed use alone stops nobody."""
        fund = next(p for p in ground.provisions if p.id == self.fund_gate).judge(case, ground)
        if fund.status == FAILS:
            return evolve(said, readings={**choices.used, **fund.readings})
        if fund.status == UNDETERMINED:
            return undetermined(fund.missing, readings={**choices.used, **fund.readings}, evidence=said.evidence, as_of=said.as_of)
        return Judgement(
            status=HOLDS, readings={**choices.used, **fund.readings}, as_of=said.as_of, evidence=said.evidence, sentence=Text(
                f"{said.sentence.zh.rstrip('。').rsplit('，', 1)[0]}，但基金未收不抵支，两项未同时满足，不暂停。",
                f"{said.sentence.en.rstrip('.').rsplit(':', 1)[0]}; but the fund is not in deficit, so not both conditions are met."))

    def _judgement(self, case: Case, ground: Ground, choices: Choices, use: BedUse, share: Fraction) -> Judgement:
        low, name = share < self.floor_percent, ground.snapshot.unit_name(case.district)
        value = round_down(share, 2)  # a share below the floor is never shown as the floor
        beside = bed_use(ground, (case.district,), NO_PSYCHIATRY)
        return Judgement(
            status=FAILS if low else HOLDS, value=value, operator=">=", threshold=self.floor_percent,
            margin=value - self.floor_percent, unit_of_measure="percent", as_of=date(use.year, 12, 31),
            sentence=Text(
                f"{name} {use.year} 年病床使用率 {show(value)}%，{'低于' if low else '不低于'} {show(self.floor_percent)}%，"
                f"{'暂停新增住院类定点机构' if low else '不因此暂停'}。",
                f"Bed use of {name} in {use.year} was {show(value)}%, {'below' if low else 'not below'} {show(self.floor_percent)}%: "
                f"{'no new inpatient institution for now' if low else 'no stop'}."),
            evidence={"district": case.district, "year": use.year, "bed_days": use.occupied, "open_bed_days": use.opened,
                      "institutions": use.institutions, "source": "activity.bed_days, activity.open_bed_days",
                      "without_psychiatric_percent": None if beside.share is None else round_half_even(beside.share, 2),
                      "formula": "bed_days * 100 / open_bed_days >= floor_percent"},
            would_change=(Text(f"{name}病床使用率达到 {show(self.floor_percent)}%（{use.year} 年相当于再用 {self._short_of(use)} 个床日）",
                               f"bed use of {name} at {show(self.floor_percent)}% ({self._short_of(use)} more bed-days in {use.year})"),) if low else (),
        )

    def _short_of(self, use: BedUse) -> str:
        needed = -(-Fraction(self.floor_percent) * use.opened // 100)
        return show(int(needed) - use.occupied)

    def measure(self, ground: Ground) -> Iterable[Measure]:
        if self.effect == "exemption":
            return
        choices = ground.choices(self)
        chosen = choices["institutions"].option
        for unit in (ground.snapshot.pooling_area, *ground.snapshot.districts):
            yield self._row(ground, choices, unit, chosen, held=True)
            if chosen == ALL:
                yield self._row(ground, choices, unit, NO_PSYCHIATRY, held=False)

    def _row(self, ground: Ground, choices: Choices, unit: str, which: str, held: bool) -> Measure:
        use = bed_use(ground, districts_of(ground, unit), which)
        share = None if use.share is None else round_half_even(use.share, 2)
        floor = self.floor_percent if held else None
        need = None if share is None or floor is None else max(share, floor)
        title = self._title(which, held)
        reason = None if share is not None else reason_of(use.missing) if use.missing else Text(
            "该单元没有开放床位的住院定点机构", "the unit has no designated inpatient institution with open beds")
        return Measure(
            measure="bed_use" if held else "bed_use_without_psychiatric", title=title, unit=unit,
            unit_name=ground.snapshot.unit_name(unit), provider_class="inpatient", unit_of_measure="percent",
            formula="bed_days * 100 / open_bed_days", need=need, need_low=floor, supply=share,
            gap=None if need is None or share is None else share - need, readings=choices.used, as_of=date(use.year, 12, 31),
            status="measured" if share is not None else UNDETERMINED, reason=reason,
            inputs=(Input(name="bed_days", value=use.occupied, unit_of_measure="bed_day", as_of=date(use.year, 12, 31), source="activity.bed_days"),
                    Input(name="open_bed_days", value=use.opened, unit_of_measure="bed_day", as_of=date(use.year, 12, 31), source="activity.open_bed_days")),
        )

    def _title(self, which: str, held: bool) -> Text:
        plain = Text("病床使用率", "bed use")
        return plain if held and which == ALL else Text(f"{plain.zh}（不含精神专科医院）", f"{plain.en} without psychiatric hospitals")

    def alerts(self, ground: Ground, lead_days: int) -> Iterable[Alert]:
        """Each district with open beds; as an exemption it draws no line of its own."""
        choices = ground.choices(self)
        which = choices["institutions"].option
        for unit in () if self.effect == "exemption" else ground.snapshot.districts:
            use = bed_use(ground, (unit,), which)
            if use.missing or use.opened:
                found = of_row(self._held_exactly(self._row(ground, choices, unit, which, held=True), use), {SHORT: None}, ground.on)
                assert found is not None  # a row with a floor is held against it
                yield found

    def _held_exactly(self, row: Measure, use: BedUse) -> Measure:
        """The row with its share rounded down, so that one below the floor is neither shown as the floor nor taken for it."""
        if use.share is None:
            return row
        value = round_down(use.share, 2)
        return evolve(row, supply=value, gap=value - self.floor_percent if use.share < self.floor_percent else Decimal(0))

    def read_back(self) -> Text:
        floor = show(self.floor_percent)
        if self.effect == "exemption":
            return Text(f"若理解为两项同时满足才暂停：病床使用率不低于 {floor}% 的区域，免于适用：{'、'.join(self.excepts)}。",
                        f"Read as “only both together”: where bed use is {floor}% or more, it lifts {', '.join(self.excepts)}.")
        return Text(f"区县上一完整年度病床使用率低于 {floor}% 的，暂停新增（{self.scope.phrase().zh}）；恰为 {floor}% 不暂停。",
                    f"Where a district's bed use in the last full year was below {floor}%, nothing is added for now "
                    f"({self.scope.phrase().en}); exactly {floor}% does not stop.")

    def probes(self, choices: Choices) -> Iterable[Probe]:
        if self.effect == "exemption":
            return
        floor = int(self.floor_percent * 100)  # occupied of 10,000 open bed-days
        fails = FAILS if choices["joint"].option == EITHER else UNDETERMINED  # without the fund's account, "both" stays open
        for position, days, expect in (("below", floor - 1, fails), ("at", floor, HOLDS), ("above", floor + 1, HOLDS)):
            yield Probe(position=position, expect=expect, application=application_for(self), tables={
                "providers": [provider_row()], "activity": [activity_row(days)]})
        yield Probe(position="missing", expect=UNDETERMINED, application=application_for(self), tables={"providers": [provider_row()]})


def activity_row(bed_days: int, open_bed_days: int = 10_000, provider: str = "PROBE", year: int = 2025) -> dict[str, Any]:
    """A probe's bed-days of one year."""
    return {"provider": provider, "year": year, "bed_days": bed_days, "open_bed_days": open_bed_days}


def bed_use(ground: Ground, districts: tuple[str, ...], which: str = ALL) -> BedUse:
    """Bed-days of the designated inpatient institutions of some districts in the last full year before the day."""
    year = ground.on.year - 1
    found: BedUse = ground.remember(("bed_use", districts, which, year), lambda: _bed_use(ground, districts, which, year))
    return found


def _bed_use(ground: Ground, districts: tuple[str, ...], which: str, year: int) -> BedUse:
    stock = ground.stock
    kept = stock[(stock["provider_class"] == "inpatient") & stock["counted_district"].isin(districts)]
    if which == NO_PSYCHIATRY:
        kept = kept[kept["kind"] != "psychiatric_hospital"]
    since = kept["designated_on"].astype(object)
    providers = [str(p) for p, day in zip(kept["provider"], since) if not _after(day, year)]
    days = {row["provider"]: row for row in ground.snapshot.rows("activity") if row["year"] == year}
    known = [(row["bed_days"], row["open_bed_days"]) for p in providers if (row := days.get(p)) is not None
             and row["bed_days"] is not None and row["open_bed_days"] is not None]
    lacking = [p for p in providers if p not in days or days[p]["bed_days"] is None or days[p]["open_bed_days"] is None]
    return BedUse(year=year, institutions=len(providers), occupied=sum(a for a, _ in known), opened=sum(b for _, b in known),
                  missing=_lacking(lacking, year))


def _after(day: Any, year: int) -> bool:
    """Designated after the year: its bed-days of that year are no part of the designated stock."""
    found = getattr(day, "year", None)
    return isinstance(found, int) and found > year


def _lacking(providers: list[str], year: int) -> tuple[Missing, ...]:
    if not providers:
        return ()
    shown = "、".join(providers[:3]) + ("…" if len(providers) > 3 else "")
    return (Missing(table="activity", subject=providers[0], column="open_bed_days", phrase=Text(
        f"{len(providers)} 家住院机构缺少 {year} 年床日（{shown}）", f"{len(providers)} inpatient institutions lack their bed-days of {year} ({shown})")),)
