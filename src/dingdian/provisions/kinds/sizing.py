"""What the total of a class is to be fixed by, where the text gives grounds but no number: radius, density, designation, visits.

States the grounds as numbers for the bureau that fixes the total; fixes none itself and judges no application. What a register does
not hold is undetermined: a register of designated providers alone says nothing about the share that is designated.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
from attrs import evolve, frozen

from dingdian.methods.rounding import round_half_even
from dingdian.provisions import fields
from dingdian.provisions.base import Provision, kind_of_provision
from dingdian.provisions.counting import show
from dingdian.provisions.finding import Input, Measure
from dingdian.provisions.ground import Ground
from dingdian.terms import PROVIDER_CLASSES, Text

Counted = tuple[Any, Any, Any]  # providers within the radius of each cell, persons of each cell, which cells count


@kind_of_provision
@frozen(kw_only=True)
class Sizing(Provision):
    """Grounds on which the total of ``provider_class`` is fixed: providers within ``radius_m`` of people, share designated, visits."""

    kind: ClassVar[str] = "sizing"
    title: ClassVar[Text] = Text("总量测算依据", "grounds of a total")
    effects: ClassVar[tuple[str, ...]] = ("information",)

    provider_class: str = fields.code(PROVIDER_CLASSES, "规划类别", "provider class")
    radius_m: Decimal | None = fields.number("服务半径", "service radius", unit="米", minimum="1", default=None)
    designation_rate: bool = fields.boolean("是否测算定点率", "whether the share designated is measured", default=False)
    visits: bool = fields.boolean("是否测算服务人次", "whether visits are measured", default=False)

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        if self.radius_m is None and not self.designation_rate and not self.visits:
            yield ((), Text("没有指明任何依据", "no ground is named"), Text("写 radius_m、designation_rate 或 visits", "state radius_m, designation_rate or visits"))

    def measure(self, ground: Ground) -> Iterable[Measure]:
        for unit in (ground.snapshot.pooling_area, *ground.snapshot.districts):
            if self.radius_m is not None:
                yield self._density_row(ground, unit)
            if self.designation_rate:
                yield self._rate_row(ground, unit)
            if self.visits:
                yield from self._visit_rows(ground, unit)

    def _plain(self, ground: Ground, unit: str, measure: str, title: Text, unit_of_measure: str, formula: str) -> Measure:
        snapshot = ground.snapshot
        return Measure(measure=measure, title=title, unit=unit, unit_name=snapshot.unit_name(unit), provider_class=self.provider_class,
                       unit_of_measure=unit_of_measure, formula=formula, as_of=snapshot.city.meta.as_of)

    @property
    def _name(self) -> Text:
        return PROVIDER_CLASSES[self.provider_class].name

    # --- providers within reach of people ------------------------------------------------------------------------------------

    def _density_row(self, ground: Ground, unit: str) -> Measure:
        """Providers in the radius around a person, on average over persons; how many persons have none."""
        row = self._plain(
            ground, unit, "providers_per_radius", Text(f"{show(self.radius_m)} 米内定点{self._name.zh}数（按人平均）",
                                                       f"designated {self._name.en} providers within {show(self.radius_m)} m, average over persons"),
            "provider", "sum(persons of a cell * providers within the radius of its centre) / persons")
        counted = self._around(ground, unit)
        if isinstance(counted, Text):
            return evolve(row, status="undetermined", reason=counted)
        near, persons, lost = counted
        people = Fraction(round(float(persons.sum())))
        if people == 0:
            return evolve(row, status="undetermined", reason=Text("该单元没有人口格网", "the unit has no populated cell"))
        average = sum((Fraction(int(n)) * Fraction(repr(float(p))) for n, p in zip(near, persons)), Fraction(0)) / people
        without = round_half_even(Fraction(round(float(persons[near == 0].sum()))) * 100 / people, 2)
        note = Text(f"半径内没有定点{self._name.zh}的人口占 {without}%，最多的一处有 {int(near.max())} 家",
                    f"{without}% of the persons have none within the radius; the most at one place is {int(near.max())}")
        if lost:
            note = Text(f"{note.zh}；另有 {lost} 家没有坐标，未计入", f"{note.en}; {lost} without coordinates are not counted")
        return evolve(row, supply=round_half_even(average, 2), note=note, inputs=(
            Input(name="persons", value=int(people), unit_of_measure="person", source="population"),
            Input(name="radius", value=self.radius_m, unit_of_measure="m", source="plan")))

    def _around(self, ground: Ground, unit: str) -> Counted | Text:
        cells = ground.places.cells
        if cells is None:
            return Text("缺少人口格网（population 表）", "the population table is missing")
        mine = ground.snapshot.cells_of(unit)
        if mine is None:
            return Text("该单元没有边界，人口格网无法归属", "the unit has no polygon, so no cell can be attributed to it")
        near, lost = ground.remember(("sizing", self.provider_class, self.radius_m), lambda: self._near(ground, cells))
        populated = mine & (cells.persons > 0)
        return near[populated], cells.persons[populated], lost

    def _near(self, ground: Ground, cells: Any) -> tuple[Any, int]:
        from dingdian.city.places import degrees
        from dingdian.space.neighbours import Sites

        stock = ground.stock
        codes = set(stock["provider"][stock["provider_class"] == self.provider_class])
        located = ground.places.located
        own = located[located["provider"].isin(codes)]
        near = Sites(degrees(own["lon"]), degrees(own["lat"])).counts(cells.lon, cells.lat, float(self.radius_m or 0)) if len(own) else np.zeros(
            len(cells.lon), dtype=np.int64)
        return near, len(codes) - len(own)

    # --- the share that is designated ------------------------------------------------------------------------------------------

    def _rate_row(self, ground: Ground, unit: str) -> Measure:
        """Designated providers of all that the register holds; a register of designated ones alone says nothing."""
        row = self._plain(ground, unit, "designation_rate", Text(f"{self._name.zh}定点率", f"share of {self._name.en} providers designated"),
                          "percent", "designated * 100 / all on the register")
        providers = ground.snapshot.providers
        here = providers[providers["provider_class"] == self.provider_class]
        whole = len(here)
        if unit != ground.snapshot.pooling_area:
            here = here[here["counted_district"] == unit]
        held = int(here["provider"].isin(set(ground.stock["provider"])).sum())
        if whole == 0 or not (providers["status"] == "undesignated").any():
            return evolve(row, status="undetermined", reason=Text(
                "机构名录只有定点机构，须补未定点机构（经营许可名录）", "the register holds designated providers only: those that are not are needed (licence register)"))
        inputs = (Input(name="designated", value=held, unit_of_measure="provider", as_of=row.as_of, source="providers"),
                  Input(name="registered", value=len(here), unit_of_measure="provider", as_of=row.as_of, source="providers"))
        if not len(here):
            return evolve(row, status="undetermined", inputs=inputs, reason=Text("该单元没有登记的机构", "the unit has none on the register"))
        return evolve(row, supply=round_half_even(Fraction(held * 100, len(here)), 2), inputs=inputs)

    # --- who comes ----------------------------------------------------------------------------------------------------------------

    def _visit_rows(self, ground: Ground, unit: str) -> Iterable[Measure]:
        """Visits of the last closed year, and the share of those insured elsewhere."""
        year = ground.on.year - 1
        stock = ground.stock
        mine = stock[stock["provider_class"] == self.provider_class]
        if unit != ground.snapshot.pooling_area:
            mine = mine[mine["counted_district"] == unit]
        activity = {row["provider"]: row for row in ground.snapshot.rows("activity") if row["year"] == year}
        rows = [activity.get(str(p)) for p in mine["provider"]]
        lacking = sum(row is None or row["visits"] is None or row["nonlocal_visits"] is None for row in rows)
        visits, away = (sum(row[name] or 0 for row in rows if row is not None) for name in ("visits", "nonlocal_visits"))
        served = evolve(self._plain(ground, unit, "visits", Text(f"{self._name.zh}服务人次", f"visits to {self._name.en} providers"), "visit", "sum(visits)"),
                        as_of=date(year, 12, 31))
        share = evolve(self._plain(ground, unit, "nonlocal_share", Text(f"{self._name.zh}外地就诊占比", f"share of visits from elsewhere, {self._name.en}"),
                                   "percent", "nonlocal_visits * 100 / visits"), as_of=date(year, 12, 31))
        if lacking or not rows:
            reason = Text(f"{lacking} 家机构缺少 {year} 年门诊人次或外地门诊人次" if rows else "该单元没有这类定点机构",
                          f"{lacking} providers lack their visits or visits from elsewhere of {year}" if rows else "the unit has no designated provider of the class")
            yield from (evolve(row, status="undetermined", reason=reason) for row in (served, share))
            return
        inputs = (Input(name="visits", value=visits, unit_of_measure="visit", as_of=date(year, 12, 31), source="activity.visits"),
                  Input(name="nonlocal_visits", value=away, unit_of_measure="visit", as_of=date(year, 12, 31), source="activity.nonlocal_visits"))
        yield evolve(served, supply=visits, inputs=inputs)
        if visits == 0:
            yield evolve(share, status="undetermined", inputs=inputs, reason=Text("没有门诊人次，无占比可言", "no visits, so no share"))
        else:
            yield evolve(share, supply=round_half_even(Fraction(away * 100, visits), 2), inputs=inputs)

    def read_back(self) -> Text:
        parts = [Text(f"{show(self.radius_m)} 米服务半径内的定点数", f"designated providers within {show(self.radius_m)} m")] if self.radius_m is not None else []
        parts += [Text("定点率（定点数占登记机构总数）", "the share of registered providers that is designated")] if self.designation_rate else []
        parts += [Text("上一年服务人次和外地就诊占比", "last year's visits and the share from elsewhere")] if self.visits else []
        return Text(f"测算{self._name.zh}总量的依据：{'、'.join(p.zh for p in parts)}；规划未给出总量数值，由医保部门据此确定。",
                    f"Measured as grounds for the total of {self._name.en} providers: {'; '.join(p.en for p in parts)}. The plan gives no number: the bureau fixes it.")
