"""Beds by open measuring methods, beside the number that the plan publishes: for comparison, never for the plan's own method.

The national measuring method is not public. What can be defended is a family of open formulas: by the plan's norm, and by actual
use (bed-days ÷ days ÷ target occupancy). Each row is labelled as published or as a model; none claims to be the national method.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from attrs import evolve, frozen

from dingdian.methods.beds import need_by_bed_days
from dingdian.methods.rounding import round_up
from dingdian.provisions import fields
from dingdian.provisions.base import Provision, Slot, kind_of_provision
from dingdian.provisions.counting import bed_stock, insured
from dingdian.provisions.finding import Input, Measure, Missing, nearest_in_band
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.kinds.bed_norm import norm_of, reason_of
from dingdian.terms import Text

PUBLISHED, BY_USE = "published", "use"


@kind_of_provision
@frozen(kw_only=True)
class BedMethod(Provision):
    """The beds that the plan's norm asks for, and those that actual use asks for at a target occupancy, side by side."""

    kind: ClassVar[str] = "bed_method"
    title: ClassVar[Text] = Text("床位测算方法比较", "measuring methods of beds")
    effects: ClassVar[tuple[str, ...]] = ("information",)
    refers_to: ClassVar = {"bed_norm": "bed_norm"}
    slots: ClassVar = {
        "method": Slot(
            Text("国家测算方法未公开，以哪种方法的结果为所需值", "the national method is not public: whose result is the need"),
            {PUBLISHED: Text("以规划公布值为准，使用法结果并列供参考", "the published norm; the result by use stands beside it"),
             BY_USE: Text("以使用法（实际床日÷365÷目标使用率）为所需值", "by use: bed-days ÷ 365 ÷ target occupancy")},
            {PUBLISHED: ("occupancy_percent",), BY_USE: ("occupancy_percent",)},
        ),
    }

    bed_norm: str = fields.text("床位标准的标识", "id of the bed norm")

    def measure(self, ground: Ground) -> Iterable[Measure]:
        choices = ground.choices(self)
        used, missing, year = self._bed_days(ground)
        yield self._by_norm(ground, choices)
        yield self._by_use(ground, choices, used, missing, year)

    def _row(self, ground: Ground, choices: Choices, family: str, title: Text, formula: str) -> Measure:
        unit = ground.snapshot.pooling_area
        return Measure(measure="model_beds", title=title, unit=unit, unit_name=ground.snapshot.unit_name(unit), subject=family,
                       provider_class="inpatient", unit_of_measure="bed", formula=formula, readings=choices.used)

    def _by_norm(self, ground: Ground, choices: Choices) -> Measure:
        norm, people = norm_of(ground, self.bed_norm), insured(ground, ground.snapshot.pooling_area)
        title = Text("所需床位：规划公布值", "beds needed: as published")
        row = self._row(ground, choices, PUBLISHED, title, "ceil(low * insured / 1000) to floor(high * insured / 1000)")
        if people.value is None:
            return evolve(row, status="undetermined", reason=reason_of(people.missing))
        bounds = norm.bounds(ground.choices(norm), ground.on)
        low, high = bounds.needed(people.value), bounds.allowed(people.value)
        inputs = (
            people.as_input("insured", "person"),
            Input(name="low", value=bounds.low, unit_of_measure="bed_per_1000_insured", source="plan"),
            Input(name="high", value=bounds.high, unit_of_measure="bed_per_1000_insured", source="plan"),
        )
        return evolve(self._against_stock(ground, choices, row, low, high, PUBLISHED), inputs=inputs, as_of=people.as_of)

    def _by_use(
        self, ground: Ground, choices: Choices, used: int | None, missing: tuple[Missing, ...], year: int | None
    ) -> Measure:
        occupancy = choices["method"]["occupancy_percent"]
        title = Text("所需床位：使用法（模型）", "beds needed: by use (model)")
        row = self._row(ground, choices, BY_USE, title, "ceil(bed_days / 365 / occupancy)")
        if used is None or year is None:
            return evolve(row, status="undetermined", reason=reason_of(missing))
        beds = int(round_up(need_by_bed_days(used, occupancy / 100), 0))
        inputs = (
            Input(name="bed_days", value=used, unit_of_measure="bed_day", as_of=date(year, 12, 31), source="activity.bed_days"),
            Input(name="occupancy", value=occupancy, unit_of_measure="percent", source="reading"),
        )
        note = Text("模型结果，不是国家测算方法", "a model, not the national method")
        return evolve(self._against_stock(ground, choices, row, beds, beds, BY_USE), inputs=inputs, as_of=date(year, 12, 31), note=note)

    def _against_stock(self, ground: Ground, choices: Choices, row: Measure, low: int, high: int, family: str) -> Measure:
        """The method in force states the need of the stock; the other one is information, with its own number."""
        norm = norm_of(ground, self.bed_norm)
        stock = bed_stock(ground, ground.choices(norm)["beds"].option)
        held = None if stock is None else stock.count(ground.snapshot.districts).value
        if choices["method"].option != family or held is None:
            return evolve(row, supply=high)
        wanted = nearest_in_band(held, low, high)
        return evolve(row, need=wanted, need_low=low, need_high=high, supply=held, gap=int(held - wanted))

    def _bed_days(self, ground: Ground) -> tuple[int | None, tuple[Missing, ...], int | None]:
        """Occupied bed-days of all counted inpatient institutions in the latest full year."""
        snapshot = ground.snapshot
        if not snapshot.city.has("activity"):
            return None, (_no_activity(Text("缺少服务量（activity 表）", "the activity table is missing")),), None
        activity = snapshot.city.tables["activity"]
        closed = [int(y) for y in activity["year"] if date(int(y), 12, 31) <= ground.on]
        stock = ground.stock
        members = sorted(stock["provider"][stock["provider_class"] == "inpatient"])
        if not closed or not members:
            return None, (_no_activity(Text("没有完整年度的住院床日", "no full year of bed-days")),), None
        year = max(closed)
        days = activity[activity["year"] == year].set_index("provider")["bed_days"].reindex(members)
        lacking = [str(code) for code in days.index[days.isna()]]
        if lacking:
            shown = "、".join(lacking[:3])
            return None, (_no_activity(Text(f"{len(lacking)} 家住院机构缺少 {year} 年床日（{shown}）",
                                            f"{len(lacking)} inpatient institutions lack bed-days of {year} ({shown})")),), year
        return int(days.sum()), (), year

    def read_back(self) -> Text:
        return Text(f"所需床位并列两种口径：规划公布的标准（{self.bed_norm}），以及按实际床日和目标使用率推算的模型值；模型值不是国家测算方法。",
                    f"Beds needed are shown two ways: by the published norm ({self.bed_norm}), and by a model from actual bed-days and a target "
                    "occupancy, which is not the national method.")


def _no_activity(phrase: Text) -> Missing:
    return Missing(table="activity", subject="", column="bed_days", phrase=phrase)

