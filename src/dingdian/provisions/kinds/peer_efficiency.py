"""Institutions clearly more or less efficient than their peers of the same level and type.

Shows who stands out, by which indicators, in which years; it advises, and refuses to judge an application or a group that is too
small to have a middle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
from attrs import evolve, frozen

from dingdian.methods.peers import peer_flags
from dingdian.methods.rounding import round_half_even
from dingdian.provisions import fields
from dingdian.provisions.alert import ALERT, Alert, lacking, raised, told_by
from dingdian.provisions.base import Provision, Slot, kind_of_provision
from dingdian.provisions.finding import Input, Measure
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.peer_groups import peer_groups, peer_name
from dingdian.terms import Text

# Indicator → (numerator, denominator) columns of `activity`. Costs are left out: they are not adjusted for case mix here.
INDICATORS = {
    "occupancy": ("bed_days", "open_bed_days"),
    "average_stay": ("bed_days", "discharges"),
    "turnover": ("discharges", "open_bed_days"),
}
# Which way each indicator goes where an institution is more efficient: beds in use, a short stay, many patients a bed.
BETTER = {"occupancy": 1, "average_stay": -1, "turnover": 1}


@kind_of_provision
@frozen(kw_only=True)
class PeerEfficiency(Provision):
    """Flags institutions outside median ± k·MAD of their peers on several indicators in several years."""

    kind: ClassVar[str] = "peer_efficiency"
    title: ClassVar[Text] = Text("资源配置效率", "efficiency among peers")
    effects: ClassVar[tuple[str, ...]] = ("information",)
    slots: ClassVar = {
        "clearly": Slot(Text("“明显”低于或高于", "what clearly means"),
                        {"mad": Text("超出中位数 ± 若干倍绝对中位差", "outside median ± k MAD"),
                         "wider": Text("同上，倍数更大", "the same, wider")},
                        {"mad": ("deviations", "smallest_group"), "wider": ("deviations", "smallest_group")}),
    }

    indicators_needed: Decimal = fields.number("至少几项指标", "indicators needed", unit="项", minimum="1", figure=False)
    years_needed: Decimal = fields.number("至少几个年度", "years needed", unit="年", minimum="1", figure=False)

    def measure(self, ground: Ground) -> Iterable[Measure]:
        choices = ground.choices(self)
        snapshot = ground.snapshot
        city = snapshot.pooling_area
        title = Text("效率明显偏离同类的机构", "institutions clearly off their peers")
        common: dict[str, Any] = {
            "measure": "clearly_off_peers", "title": title, "unit": city, "unit_name": snapshot.unit_name(city),
            "provider_class": "inpatient", "unit_of_measure": "provider",
            "formula": "count outside median ± k * MAD on enough indicators in enough years",
        }
        if not snapshot.city.has("activity"):
            yield Measure(**common, status="undetermined", reason=Text("缺少服务量（activity 表）", "the activity table is missing"))
            return
        smallest = int(choices["clearly"]["smallest_group"])
        groups = peer_groups(ground)
        small = {key: members for key, members in groups.items() if len(members) < smallest}
        for key in sorted(groups.keys() - small.keys()):
            yield self._row(ground, choices, common, key, groups[key])
        if small:
            size = Input(name="providers", value=sum(map(len, small.values())), unit_of_measure="provider", source="providers")
            yield Measure(**common, subject="small_groups", status="undetermined", inputs=(size,), readings=choices.used, reason=Text(
                f"另有 {len(small)} 个同等级同类型组不足 {smallest} 家，不作比较",
                f"{len(small)} more groups have fewer than {smallest} peers and are not compared"))

    def _row(self, ground: Ground, choices: Choices, common: dict[str, Any], key: tuple[str, str], members: list[str]) -> Measure:
        level, group = key
        label = peer_name(level, group)
        common = {**common, "level": level, "subject": group, "readings": choices.used, "inputs": (
            Input(name="group_size", value=len(members), unit_of_measure="provider", source="providers"),)}
        common["title"] = Text(f"效率明显偏离同类的{label.zh}", f"{label.en}s clearly off their peers")
        flagged, years = self._flagged(ground, choices, members)
        if not years:
            return Measure(**common, status="undetermined", reason=Text("年度数据不足", "not enough years of activity"))
        return Measure(**common, supply=len(flagged), as_of=date(max(years), 12, 31), note=_told(flagged))

    def alerts(self, ground: Ground, lead_days: int) -> Iterable[Alert]:
        """Each institution that is clearly off in every one of the years; groups without one are quiet, small ones undetermined."""
        choices, groups = ground.choices(self), peer_groups(ground)
        for row in self.measure(ground):
            quiet = told_by(row)
            if row.status != "measured":
                yield lacking(quiet, [row.reason or self.title])
                continue
            members = groups[row.level, row.subject]
            flagged, years = self._flagged(ground, choices, members)
            yield from (self._alert(ground, quiet, provider, years) for provider in flagged)
            if not flagged:
                yield evolve(quiet, operator="<=", threshold=0, sentence=Text(f"{row.title.zh}：无。", f"{row.title.en}: none."))

    def _alert(self, ground: Ground, quiet: Alert, provider: str, years: list[int]) -> Alert:
        """One institution under its own name, with its indicators of those years beside the range of its peers."""
        name = ground.snapshot.provider_names.get(provider, provider)
        unit = ground.snapshot.district_of(str(ground.snapshot.provider_records[provider].get("unit") or "")) or quiet.unit
        shown, shown_en = "、".join(map(str, years)), ", ".join(map(str, years))
        needed = self.indicators_needed
        return raised(
            quiet, ALERT, subject=provider, subject_name=name, unit=unit, unit_name=ground.snapshot.unit_name(unit), value=None, unit_of_measure="",
            evidence=(*quiet.evidence, *self._ratios(ground, provider, years)), sentence=Text(
                f"{name}在 {shown} 年各有 {needed} 项以上指标明显偏离同等级同类型机构。",
                f"{name}: clearly off its peers on {needed} or more indicators in each of {shown_en}."))

    def _ratios(self, ground: Ground, provider: str, years: list[int]) -> tuple[Input, ...]:
        filed: Mapping[tuple[str, int], Mapping[str, Any]] = ground.remember("activity_by_provider_and_year", lambda: {
            (row["provider"], row["year"]): row for row in ground.snapshot.rows("activity")})
        asked = [(name, year, filed[provider, year], top, bottom) for year in years for name, (top, bottom) in INDICATORS.items()]
        return tuple(
            Input(name=f"{name}_{year}", value=round_half_even(Fraction(row[top], row[bottom]), 4), unit_of_measure="ratio",
                  as_of=date(year, 12, 31), source=f"activity.{top} / activity.{bottom}")
            for name, year, row, top, bottom in asked if row[top] is not None and row[bottom])

    def _flagged(self, ground: Ground, choices: Choices, members: list[str]) -> tuple[dict[str, int], list[int]]:
        """Members off on enough indicators in each of the latest years, and those years.

        A member stands with −1 where it is off on enough of them towards less efficiency in each year, 1 towards more, 0 both ways.
        """
        activity = ground.snapshot.city.tables["activity"]
        closed = {int(y) for y in activity["year"] if date(int(y), 12, 31) <= ground.on}  # a running year is no year yet
        years = sorted(closed)[-int(self.years_needed):]
        if len(years) < self.years_needed:
            return {}, []
        smallest, wide = int(choices["clearly"]["smallest_group"]), float(choices["clearly"]["deviations"])
        counts, needed = [], int(self.indicators_needed)
        for year in years:
            rows = activity[activity["year"] == year].set_index("provider").reindex(members)
            flags = np.array([BETTER[name] * peer_flags(_ratio(rows[top], rows[bottom]), [""] * len(members), k=wide, minimum=smallest).flag
                              for name, (top, bottom) in INDICATORS.items()])
            counts.append([(flags != 0).sum(axis=0) >= needed, (flags < 0).sum(axis=0) >= needed, (flags > 0).sum(axis=0) >= needed])
        off, less, more = np.all(counts, axis=0)
        return {m: int(up) - int(down) for m, out, down, up in zip(members, off, less, more) if out}, years

    def read_back(self) -> Text:
        return Text(
            f"与同等级同类型机构相比，连续 {self.years_needed} 个年度在 {self.indicators_needed} 项以上指标明显偏离的，引导优化资源配置。",
            f"Institutions clearly off their peers on {self.indicators_needed} or more indicators in {self.years_needed} years are "
            "guided to rebalance.")


SIDES = {-1: Text("效率偏低", "less efficient"), 1: Text("效率偏高", "more efficient"), 0: Text("指标方向不一", "off in both directions")}


def _told(flagged: Mapping[str, int]) -> Text | None:
    """Who is off and which way; None where nobody is."""
    parts = [(SIDES[side], [m for m, way in flagged.items() if way == side]) for side in SIDES]
    shown = [(name, len(codes), "、".join(codes[:5]) + ("…" if len(codes) > 5 else "")) for name, codes in parts if codes]
    return Text("；".join(f"{name.zh} {number} 家：{few}" for name, number, few in shown),
                "; ".join(f"{name.en}, {number}: {few}" for name, number, few in shown)) if shown else None


def _ratio(top: Any, bottom: Any) -> Any:
    """Quotient of two nullable columns; nan where either is missing or the denominator is 0."""
    a, b = (column.to_numpy(dtype=float, na_value=np.nan) for column in (top, bottom))
    return np.divide(a, b, out=np.full(len(a), np.nan), where=(b > 0) & ~np.isnan(b))
