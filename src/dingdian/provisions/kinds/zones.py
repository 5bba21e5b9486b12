"""Which districts a plan counts as one: its zones, with the people and beds of each.

Groups districts and says what a zone holds. It sets no limit, and does not split a district.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from attrs import frozen

from dingdian.provisions import fields
from dingdian.provisions.base import Provision, kind_of_provision, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.finding import HOLDS, Judgement, Measure
from dingdian.provisions.ground import Ground
from dingdian.provisions.kinds.bed_norm import reason_of
from dingdian.provisions.zoning import insured_in, no_zone, zone_of, zones
from dingdian.terms import Text


@kind_of_provision
@frozen(kw_only=True)
class Zones(Provision):
    """Districts grouped into zones, by their codes."""

    kind: ClassVar[str] = "zones"
    title: ClassVar[Text] = Text("定点区域划分", "zones counted as one")
    effects: ClassVar[tuple[str, ...]] = ("information",)

    zones: tuple[Mapping[str, Any], ...] = fields.rows("区域", "zones", columns={
        "zone": fields.text("区域代码", "code of the zone"),
        "zh": fields.text("中文名称", "name in Chinese"),
        "en": fields.text("英文名称", "name in English"),
        "units": fields.names("所辖区县", "districts", default=()),
    })

    def grouping(self) -> Mapping[str, tuple[str, Text]]:
        """District → the zone in which it counts, and that zone's name."""
        return {unit: (row["zone"], Text(row["zh"], row["en"])) for row in self.zones for unit in row["units"]}

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        if not self.zones:
            yield ("zones",), Text("没有列出区域", "no zone is listed"), Text("至少写一个区域", "state one zone at least")
        twice = [unit for unit, n in Counter(unit for row in self.zones for unit in row["units"]).items() if n > 1]
        for unit in twice:
            yield (("zones",), Text(f"区县 {unit} 出现在两个区域", f"district {unit} stands in two zones"),
                   Text("每个区县只写一次", "state each district once"))
        codes = [code for code, n in Counter(row["zone"] for row in self.zones).items() if n > 1]
        for code in codes:
            yield (("zones",), Text(f"区域 {code} 出现两次", f"zone {code} stands twice"), Text("合并两行", "make them one row"))
        for index, row in enumerate(self.zones):
            if not row["units"]:
                yield (("zones", index, "units"), Text("区域没有区县", "the zone has no district"), Text("写所辖区县代码", "state its districts"))

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        zone = zone_of(ground, case.district)
        if zone is None:
            return undetermined([no_zone(case)])
        names = "、".join(ground.snapshot.unit_name(unit) for unit in zone.districts)
        return Judgement(status=HOLDS, as_of=ground.on, evidence={"zone": zone.code, "districts": list(zone.districts)}, sentence=Text(
            f"申请地计入“{zone.name.zh}”（{names}），按该区域统一计算。",
            f"The place counts in the zone “{zone.name.en}” ({', '.join(zone.districts)}), taken as one."))

    def measure(self, ground: Ground) -> Iterable[Measure]:
        snapshot = ground.snapshot
        for zone in zones(ground):
            people = insured_in(ground, zone)
            names = "、".join(snapshot.unit_name(unit) for unit in zone.districts)
            yield Measure(
                measure="zone_insured", title=Text(f"{zone.name.zh}参保人数", f"insured persons, {zone.name.en}"), unit=snapshot.pooling_area,
                unit_name=zone.name.zh, zone=zone.code, subject=zone.code, unit_of_measure="person", formula=Text("区域内各区县之和", "sum of the zone's districts"),
                supply=people.value, as_of=people.as_of, status="measured" if people.value is not None else "undetermined",
                reason=None if people.value is not None else reason_of(people.missing),
                note=Text(f"由 {names} 组成", f"made up of {', '.join(zone.districts)}"),
            )

        yield self._strays(ground)

    def _strays(self, ground: Ground) -> Measure:
        """Campuses that the register counts in another zone than the one in which they stand."""
        snapshot, found = ground.snapshot, []
        for code, row in sorted((c, r) for c, r in snapshot.provider_records.items() if r.get("campus_of")):
            site, counted = (zone_of(ground, snapshot.district_of(str(row.get(name) or ""))) for name in ("unit", "counts_in"))
            if site is not None and counted is not None and site.code != counted.code:
                found.append(code)
        shown = "、".join(found[:3]) + ("…" if len(found) > 3 else "")
        return Measure(
            measure="campuses_counted_elsewhere", title=Text("未按所在区域计入的分院区", "campuses counted in another zone than their own"),
            unit=snapshot.pooling_area, unit_name=snapshot.unit_name(snapshot.pooling_area), unit_of_measure="provider",
            formula=Text("计入单元与所在单元不在同一区域的分院区数", "campuses whose counts_in lies in another zone than their unit"), supply=len(found), as_of=snapshot.city.meta.as_of,
            note=Text(f"分院区按所在地计入，请核对“计入单元”：{shown}", f"a campus counts where it stands; check counts_in of: {shown}") if found else None)

    def read_back(self) -> Text:
        zh = "；".join(f"{row['zh']}（{'、'.join(row['units'])}）" for row in self.zones)
        en = "; ".join(f"{row['en']} ({', '.join(row['units'])})" for row in self.zones)
        return Text(f"以下各组区县各作为一个定点区域统一计算，分院区按所在地计入：{zh}。",
                    f"Each of these groups of districts is counted as one zone, campuses where they stand: {en}.")
