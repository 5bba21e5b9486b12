"""The split of beds over hospital levels, steered with reference to target shares.

States each level's share, its deviation in points and in beds. Adds nothing to the total: that is `bed_norm`'s work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

from attrs import frozen

from dingdian.methods.rounding import round_half_even, round_up
from dingdian.provisions import fields
from dingdian.provisions.alert import OVER, SHORT, Alert, of_rows
from dingdian.provisions.base import Provision, Slot, kind_of_provision, missing_column, undetermined
from dingdian.provisions.bed_limits import BedLimits, BedShare
from dingdian.provisions.case import Case
from dingdian.provisions.counting import (
    GROUPED_LEVELS,
    WHICH_BEDS,
    BedStock,
    Count,
    bed_stock,
    districts_of,
    no_insured,
    show,
)
from dingdian.provisions.finding import FAILS, HOLDS, UNDETERMINED, Input, Judgement, Measure, nearest_in_band
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.kinds.bed_norm import reason_of
from dingdian.provisions.probe import Probe, application_for, bed_row, insured_rows, provider_row
from dingdian.terms import LEVELS, Text

_LEVEL_NAMES = {
    "tertiary": Text("三级", "tertiary"), "secondary": Text("二级", "secondary"),
    "primary": Text("一级及未定级", "primary and ungraded"),
}


@kind_of_provision
@frozen(kw_only=True)
class TierMix(Provision):
    """Target shares of beds by level, in per cent."""

    kind: ClassVar[str] = "tier_mix"
    title: ClassVar[Text] = Text("床位等级结构", "beds by level")
    effects: ClassVar[tuple[str, ...]] = ("gate", "information")  # a plan may only compare with a split, and bind nobody by it
    comparison: ClassVar[str] = "<="
    nature: ClassVar[str] = "number"
    needs: ClassVar[tuple[str, ...]] = ("beds",)
    slots: ClassVar = {
        "beds": WHICH_BEDS,
        "tolerance": Slot(
            Text("“参照”允许的偏差", "how far “with reference to” lets a share deviate"),
            {"points": Text("允许若干个百分点", "by some percentage points"), "exact": Text("不允许偏差", "not at all")},
            {"points": ("points",)},
        ),
    }

    shares: Mapping[str, Decimal] = fields.numbers_by(LEVELS, "各等级占比", "share by level", unit="%")

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        if set(self.shares) != set(_LEVEL_NAMES):
            yield (("shares",), Text("各等级占比应恰为三级、二级、一级（含未定级）三项", "the shares must be of tertiary, secondary, primary"),
                   Text("写 tertiary、secondary、primary 三项", "state tertiary, secondary and primary"))
        elif sum(self.shares.values()) != 100:
            yield (("shares",), Text("各等级占比合计不是 100", "the shares do not add up to 100"),
                   Text("核对占比", "check the shares"))

    def _tolerance(self, choices: Choices) -> Decimal:
        choice = choices["tolerance"]
        return choice["points"] if choice.option == "points" else Decimal(0)

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        if self.effect == "information":
            return super().judge(case, ground)
        lacking = [name for name in ("level", "beds") if getattr(case, name) is None]
        if lacking:
            return undetermined([missing_column(case, name) for name in lacking])
        choices = ground.choices(self)
        stock = bed_stock(ground, choices["beds"].option)
        total = None if stock is None else stock.count(ground.snapshot.districts)
        if total is None or stock is None:  # without insured persons no year fixes the date of the beds
            return undetermined([no_insured(ground, ground.snapshot.pooling_area)], readings=choices.used)
        if total.value is None:
            return undetermined(total.missing, readings=choices.used)
        here = stock.count(ground.snapshot.districts, GROUPED_LEVELS[str(case.level)])
        said = self._judge_share(case, choices, here, total)
        if said.status != FAILS and here.value is None:  # beds of unknown level can only add to the share
            return undetermined(here.missing, readings=choices.used)
        return said

    def _judge_share(self, case: Case, choices: Choices, here: Count, count: Count) -> Judgement:
        level, total = GROUPED_LEVELS[str(case.level)], count.value or 0
        added = case.beds or 0
        after, whole = here.at_least + added, total + added
        target, tolerance = self.shares[level], self._tolerance(choices)
        limit = target + tolerance
        holds = whole == 0 or Decimal(after) * 100 <= limit * whole
        # Rounded up: a share above the limit is never shown as the limit.
        share = round_up(Fraction(after * 100, whole), 2) if whole else Decimal(0)
        name = _LEVEL_NAMES[level]
        verdict = Text("未超过" if holds else "超过", "not exceeded" if holds else "exceeded")
        return Judgement(
            status=HOLDS if holds else FAILS, value=share, operator="<=", threshold=limit, margin=limit - share,
            unit_of_measure="percent", readings=choices.used, as_of=here.as_of or count.as_of,
            sentence=Text(
                f"加上申请的 {show(added)} 张，{name.zh}床位占全市 {share}%，参照比例 {show(target)}%"
                f"（容许偏差 {show(tolerance)} 个百分点），{verdict.zh}。",
                f"With the {show(added)} beds applied for, {name.en} beds are {share}% of all; the reference is "
                f"{show(target)}% (tolerance {show(tolerance)} points): {verdict.en}.",
            ),
            evidence={"level": level, "beds_of_level": here.at_least, "beds_total": total, "beds_applied_for": added,
                      "as_of": here.as_of or count.as_of, "target": target, "tolerance": tolerance,
                      "formula": "(beds_of_level + added) * 100 / (beds_total + added) <= target + tolerance"},
            would_change=() if holds else (Text(
                f"{name.zh}床位占比降至 {show(limit)}% 以内，或改申请占比不足的等级",
                f"a share of {name.en} beds of at most {show(limit)}%, or an application for a level below its share",
            ),),
        )

    def probes(self, choices: Choices) -> Iterable[Probe]:
        """10,000 beds with the applicant's ten; its level holds just below, at and just above the limit."""
        if self.effect == "information":
            return
        asked = application_for(self, beds=10, **({} if self.scope.levels else {"level": "secondary"}))
        level, other = str(asked["level"]), "primary" if asked["level"] == "tertiary" else "tertiary"
        limit = min(Decimal(100), self.shares[GROUPED_LEVELS[level]] + self._tolerance(choices))
        at = int(limit * 100) - 10
        for position, beds, status in (("below", at - 1, HOLDS), ("at", at, HOLDS), ("above", at + 1, FAILS)):
            yield Probe(position=position, expect=status, application=asked, tables={
                "insured": insured_rows(1_000_000), "beds": [bed_row(beds), bed_row(9990 - beds, "OTHER")],
                "providers": [provider_row(level=level), provider_row("OTHER", level=other)]})
        yield Probe(position="missing", expect=UNDETERMINED, application=asked, note="no beds", tables={
            "insured": insured_rows(1_000_000), "providers": [provider_row(level=level)]})

    def measure(self, ground: Ground) -> Iterable[Measure]:
        choices = ground.choices(self)
        stock = bed_stock(ground, choices["beds"].option)
        for unit in (ground.snapshot.pooling_area, *ground.snapshot.districts):
            for level in self.shares:
                yield self._row(ground, choices, stock, unit, level)

    def alerts(self, ground: Ground, lead_days: int) -> Iterable[Alert]:
        """The split of the pooling area; that of a district is held against nothing."""
        whole = (row for row in self.measure(ground) if row.unit == ground.snapshot.pooling_area)
        return of_rows(whole, {"bed_share_by_level": {OVER: None, SHORT: None}}, ground.on)

    def _row(self, ground: Ground, choices: Choices, stock: BedStock | None, unit: str, level: str) -> Measure:
        tolerance = self._tolerance(choices)
        target = self.shares[level]
        districts = districts_of(ground, unit)
        total = None if stock is None else stock.count(districts)
        here = None if stock is None else stock.count(districts, level)
        known = total is not None and here is not None and total.value and here.value is not None
        share = round_half_even(Fraction((here.value or 0) * 100, total.value), 2) if known else None  # type: ignore[union-attr]
        # The ratio steers the pooling area as one; a district's split is shown, not held against it.
        citywide = unit == ground.snapshot.pooling_area
        low, high = (target - tolerance, target + tolerance) if citywide else (None, None)
        need = None if share is None or not citywide else nearest_in_band(share, low, high)
        inputs = () if total is None or here is None else (
            here.as_input("beds_of_level", "bed"), total.as_input("beds_total", "bed"),
            Input(name="target", value=target, unit_of_measure="percent", source="plan"),
            Input(name="tolerance", value=tolerance, unit_of_measure="percent", source="reading"),
        )
        excess = None
        if known and citywide and here is not None and total is not None:
            beds_off = Decimal(here.value or 0) - target * Decimal(total.value or 0) / 100
            excess = Text(f"与参照比例相差 {show(round_half_even(beds_off, 0))} 张", f"{show(round_half_even(beds_off, 0))} beds off the reference")
        missing = (no_insured(ground, ground.snapshot.pooling_area),) if total is None or here is None else (*total.missing, *here.missing)
        reason = None if known else reason_of(missing)
        if reason and total is not None and total.value == 0:
            reason = Text("该单元没有定点床位，无占比可言", "the unit has no designated beds, so no share")
        return Measure(
            measure="bed_share_by_level", title=Text("床位等级占比", "share of beds by level"), unit=unit,
            unit_name=ground.snapshot.unit_name(unit), provider_class="inpatient", level=level, unit_of_measure="percent",
            formula="beds_of_level * 100 / beds_total", need=need, need_low=low, need_high=high, supply=share,
            gap=None if need is None or share is None else share - need, inputs=inputs, readings=choices.used,
            as_of=None if here is None else here.as_of, status="measured" if known else "undetermined",
            reason=reason, note=excess,
        )

    def bed_limits(self, ground: Ground, choices: Choices) -> BedLimits | None:
        """The split as targets; the tolerance is for rulings."""
        shares = tuple(BedShare(level=level, percent=percent) for level, percent in self.shares.items())
        return BedLimits(column=choices["beds"].option, shares=shares, readings=choices.used)

    def read_back(self) -> Text:
        split = "：".join(str(value) for value in self.shares.values())
        names_zh = "、".join(_LEVEL_NAMES[level].zh for level in self.shares)
        names_en = ", ".join(_LEVEL_NAMES[level].en for level in self.shares)
        if self.effect == "information":
            return Text(f"全市床位结构与 {split}（{names_zh}）对照，差距随测算列出，不限制单个申请。",
                        f"Beds are compared with {split} ({names_en}); the gaps are measured and bind no application.")
        return Text(
            f"全市床位按 {split}（{names_zh}）的比例调控；某等级加上申请床位后占比超过参照比例与容许偏差之和的，原则上不再增加该等级床位。",
            f"Beds are steered towards {split} ({names_en}); beds are normally not added to a level whose share, with them, "
            "would exceed the reference plus the tolerance.",
        )
