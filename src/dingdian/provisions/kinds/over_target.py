"""No new designation of a class whose stock exceeds the plan's target for it.

The bed classes are held against a bed norm of the same plan; other classes against a published total. A class for which
nobody has set a total is treated as the reading says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

import numpy as np
from attrs import frozen

from dingdian.provisions import fields
from dingdian.provisions.alert import OVER, Alert, lacking, of_rows, told_by
from dingdian.provisions.base import Provision, Slot, kind_of_provision, missing_column, undetermined
from dingdian.provisions.bed_limits import BedBand, BedLimits
from dingdian.provisions.case import Case
from dingdian.provisions.counting import bed_stock, no_persons, persons_of, show, whole
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
from dingdian.provisions.forward import classes_of
from dingdian.provisions.forward_rules import Total
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.kinds.bed_norm import norm_of
from dingdian.provisions.newcomers import Newcomers, SiteLimits, spoken_of
from dingdian.provisions.probe import Probe, application_for, provider_row
from dingdian.space.siting.limits import Cap, Limits
from dingdian.terms import PROVIDER_CLASSES, Text

OWN_STANDARD, PUBLISHED = "own_standard", "published_total"


@kind_of_provision
@frozen(kw_only=True)
class OverTarget(Provision):
    """The stock of the class, the applicant included, must not exceed the plan's target."""

    kind: ClassVar[str] = "over_target"
    title: ClassVar[Text] = Text("超过规划目标不再新增", "over-target gate")
    comparison: ClassVar[str] = "<="
    nature: ClassVar[str] = "number"
    refers_to: ClassVar = {"bed_norm": "bed_norm"}
    fact_keys: ClassVar = {
        "plan_total": Text("某类别的规划总量（家）", "published total of a class"),
        "stock": Text("某类别的现有数量（家），不填则按台账计数", "stock of a class; counted when not stated"),
    }
    slots: ClassVar = {
        "no_total": Slot(Text("规划未给出总量的类别以什么为目标", "the target of a class without a published total"), {
            OWN_STANDARD: Text("以该类别自身的配置标准（半径、服务圈）为准，本条不另设限", "the class's own standard; this clause adds none"),
            PUBLISHED: Text("须先公布总量，未公布则无法判定", "a total must be published first"),
        }),
    }

    bed_norm: str = fields.text("床位标准的标识", "id of the bed norm")

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        if case.provider_class is None:
            return undetermined([missing_column(case, "provider_class")])
        if case.provider_class == "inpatient":
            return self._beds(case, ground)
        return self._places(case, ground, str(case.provider_class))

    def _beds(self, case: Case, ground: Ground) -> Judgement:
        """Beds with the applicant's added, against the norm's upper bound: that is how the reading tests "exceeds"."""
        if case.beds is None:
            return undetermined([missing_column(case, "beds")])
        norm = norm_of(ground, self.bed_norm)
        choices = ground.choices(norm)
        city, bounds = ground.snapshot.pooling_area, norm.bounds(choices, ground.on)
        people, stock = persons_of(ground, city, norm.per), bed_stock(ground, choices["beds"].option, norm.per)
        if people.value is None or stock is None:
            return undetermined(people.missing or (no_persons(ground, city, norm.per),), readings=choices.used)
        beds = stock.count(ground.snapshot.districts)
        allowed = bounds.allowed(people.value)
        after = beds.at_least + case.beds
        over = after > allowed
        if not over and beds.value is None:
            return undetermined(beds.missing, readings=choices.used)
        return self._judgement(over, after, allowed, "bed", Text("张医保床位", "insured beds"), choices.used, beds.as_of, {
            "stock": beds.at_least, "added": case.beds, "stock_as_of": beds.as_of, norm.per: people.value, f"{norm.per}_as_of": people.as_of, "bound": bounds.high})

    def _places(self, case: Case, ground: Ground, provider_class: str) -> Judgement:
        choices = ground.choices(self)
        target = ground.snapshot.fact(provider_class, "plan_total")
        name = PROVIDER_CLASSES[provider_class].name
        if target is None:
            if choices["no_total"].option == PUBLISHED:
                return undetermined([_no_total(provider_class)], readings=choices.used)
            return Judgement(status=NOT_APPLICABLE, readings=choices.used, sentence=Text(
                f"规划未给出{name.zh}总量，以其自身配置标准为准，本条不另设限。",
                f"The plan sets no total for {name.en}; the class's own standard stands for it."))
        held, total = self._held(ground, provider_class), whole(target.value)
        if total is None:
            return undetermined([_no_total(provider_class)], readings=choices.used)
        added = 1 if case.action in ("designate", "branch") else 0
        noun, as_of = Text(f"家{name.zh}", f"{name.en} providers"), ground.snapshot.city.meta.as_of
        return self._judgement(held + added > total, held + added, total, "provider", noun, choices.used, as_of, {
            "stock": held, "stock_as_of": as_of, "added": added, "plan_total": total, "plan_total_as_of": target.as_of, "source": target.source})

    def _held(self, ground: Ground, provider_class: str) -> int:
        stated = ground.snapshot.fact(provider_class, "stock")
        number = None if stated is None else whole(stated.value)
        admitted = sum(c.provider_class == provider_class and c.action != "relocate" for c in ground.admitted_counted)
        counted = int((ground.stock["provider_class"] == provider_class).sum())
        return (counted if number is None else number) + admitted

    def _judgement(
        self, over: bool, held: int, total: int, unit_of_measure: str, noun: Text, used: Any, as_of: date | None,
        evidence: dict[str, Any],
    ) -> Judgement:
        verb = Text("超过", "above") if over else Text("未超过", "not above")
        return Judgement(
            status=FAILS if over else HOLDS, value=held, operator="<=", threshold=total, margin=total - held,
            unit_of_measure=unit_of_measure, readings=used, as_of=as_of,
            evidence={**evidence, "formula": "stock + added <= target"},
            sentence=Text(f"连同本申请全市计 {show(held)} {noun.zh}，{verb.zh}规划目标 {show(total)}。",
                          f"{show(held)} {noun.en} in the pooling area with this application, {verb.en} the plan's {show(total)}."),
            would_change=() if not over else (Text(f"存量减少 {show(held - total)}", f"{show(held - total)} fewer in stock"),),
        )

    def site_limits(self, ground: Ground, choices: Choices, newcomers: Newcomers) -> SiteLimits:
        """What the published total leaves of each class; without a total as the reading says. Beds cannot be told of a newcomer."""
        speaks, left_out = spoken_of(self, newcomers)
        members: dict[str, list[int]] = {}
        for i in np.flatnonzero(speaks).tolist():
            members.setdefault(str(newcomers.cases[i].provider_class), []).append(i)
        caps = []
        for provider_class, mine in members.items():
            target = ground.snapshot.fact(provider_class, "plan_total")
            total = None if target is None else whole(target.value)
            if provider_class != "inpatient" and total is not None:
                caps.append(Cap(self.id, mine, total, already=self._held(ground, provider_class)))
            elif provider_class == "inpatient" or target is not None or choices["no_total"].option == PUBLISHED:
                left_out |= dict.fromkeys(mine, _NO_BEDS if provider_class == "inpatient" else _no_total(provider_class).phrase)
        return SiteLimits(limits=Limits(tuple(caps)), left_out=left_out, readings=choices.used)

    def forward(self, ground: Ground, choices: Choices) -> Total:
        """The published totals of classes that have one; beds are the bed norm's."""
        named = {c: ground.snapshot.fact(c, "plan_total") for c in classes_of(self) if c != "inpatient"}
        totals = {c: whole(fact.value) for c, fact in named.items() if fact is not None}
        return Total(provision=self.id, classes=classes_of(self), totals={c: total for c, total in totals.items() if total is not None},
                     missing=tuple(_no_total(c) for c, total in totals.items() if total is None))

    def probes(self, choices: Choices) -> Iterable[Probe]:
        """A published total of three pharmacies and the applicant; or, where only beds are meant, the bed norm's upper bound."""
        wanted = next((c for c in self.scope.provider_class or ("pharmacy",) if c != "inpatient"), None)
        if wanted is None:
            return
        columns = {"provider_class": wanted, **_PROBED[wanted == "pharmacy"]}
        asked = application_for(self, **{"action": "designate", "beds": None, **columns})
        for position, held, status in (("below", 1, HOLDS), ("at", 2, HOLDS), ("above", 3, FAILS)):
            stock: list[Mapping[str, Any]] = [provider_row(f"P{i}", **columns) for i in range(held)]
            yield Probe(position=position, expect=status, application=asked, tables={"providers": stock, "facts": [_total_row(wanted)]})
        if choices["no_total"].option == PUBLISHED:
            yield Probe(position="missing", expect=UNDETERMINED, application=asked, note="no published total")

    def measure(self, ground: Ground) -> Iterable[Measure]:
        snapshot = ground.snapshot
        for provider_class in self.scope.provider_class or tuple(PROVIDER_CLASSES):
            if provider_class == "inpatient":
                continue  # beds are measured by the bed norm
            target = snapshot.fact(provider_class, "plan_total")
            total = None if target is None else whole(target.value)
            held = self._held(ground, provider_class)
            name = PROVIDER_CLASSES[provider_class].name
            yield Measure(
                measure="designated_providers", title=Text(f"定点{name.zh}数", f"designated {name.en}"),
                unit=snapshot.pooling_area, unit_name=snapshot.unit_name(snapshot.pooling_area),
                provider_class=provider_class, unit_of_measure="provider", formula="count of designated providers that count",
                need=None if total is None else min(held, total), need_high=total, supply=held,
                gap=None if total is None else held - min(held, total), as_of=snapshot.city.meta.as_of,
                inputs=(Input(name="plan_total", value=total, unit_of_measure="provider",
                              as_of=None if target is None else target.as_of, source="facts.plan_total"),),
                note=None if total is not None else Text("规划未给出该类别总量", "the plan sets no total for this class"),
            )

    def alerts(self, ground: Ground, lead_days: int) -> Iterable[Alert]:
        """Classes above their published total; one without is undetermined where the reading asks for a total."""
        yield from of_rows(self.measure(ground), {"designated_providers": {OVER: None}}, ground.on)
        if ground.choices(self)["no_total"].option == PUBLISHED:
            yield from (lacking(told_by(row), [_no_total(row.provider_class).phrase]) for row in self.measure(ground) if row.gap is None)

    def bed_limits(self, ground: Ground, choices: Choices) -> BedLimits | None:
        """The norm's upper bound for the pooling area, where it speaks of beds."""
        if self.scope.provider_class and "inpatient" not in self.scope.provider_class:
            return None
        norm, city = norm_of(ground, self.bed_norm), ground.snapshot.pooling_area
        normed, people = ground.choices(norm), persons_of(ground, city, norm.per)
        if people.value is None:
            return None
        name = ground.snapshot.unit_name(city)
        band = BedBand(name=Text(name, name), districts=ground.snapshot.districts, high=norm.bounds(normed, ground.on).allowed(people.value))
        return BedLimits(column=normed["beds"].option, per=norm.per, bands=(band,), readings=normed.used)

    def read_back(self) -> Text:
        classes = self.scope.provider_class
        names = Text("、".join(PROVIDER_CLASSES.label(c) for c in classes) or "某类定点机构",
                     ", ".join(PROVIDER_CLASSES.label(c, "en") for c in classes) or "a class of")
        beds, others = not classes or "inpatient" in classes, not classes or set(classes) != {"inpatient"}
        target = "、".join([*(["住院机构看床位上限"] if beds else []), *(["其他类别看公布的总量"] if beds and others else ["看公布的总量"] if others else [])])
        target_en = ", ".join([*(["beds for inpatient institutions"] if beds else []), *(["a published total for others" if beds else "a published total"] if others else [])])
        usually = Text("原则上", " normally") if self.normally else Text("", "")
        return Text(f"全市{names.zh}连同申请超过规划目标（{target}）的，{usually.zh}不再新增。",
                    f"Where the stock of {names.en} providers, the applicant included, exceeds the plan's target ({target_en}), none is{usually.en} added.")


_NO_BEDS = Text("新增机构的床位数未知，无法与床位上限比较", "the beds of the newcomer are not known and cannot be held against the norm")
_PROBED: dict[bool, dict[str, Any]] = {True: {"kind": "pharmacy", "level": None}, False: {"kind": "clinic", "level": "ungraded"}}


def _total_row(provider_class: str) -> dict[str, Any]:
    return {"subject": provider_class, "key": "plan_total", "as_of": date(2026, 1, 1), "value": "3", "source": "probe"}


def _no_total(provider_class: str) -> Missing:
    name = PROVIDER_CLASSES[provider_class].name
    return Missing(table="facts", subject=provider_class, column="plan_total",
                   phrase=Text(f"缺少{name.zh}规划总量（facts.plan_total）", f"no published total of {name.en} (facts.plan_total)"))
