"""Which way a plan wants each zone, level and type to move: more, fewer, held down. Signs only, no sizes.

As a priority it puts first what the plan wants more of, and shows what runs against it. As a gate it stops nothing unless the
reading says so: the text gives directions, not numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from attrs import evolve, frozen

from dingdian.provisions import fields
from dingdian.provisions.base import Provision, Scope, Slot, kind_of_provision, missing_column, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.counting import Count, bed_stock
from dingdian.provisions.finding import FAILS, HOLDS, NOT_APPLICABLE, Judgement, Measure
from dingdian.provisions.forward import classes_of
from dingdian.provisions.forward_rules import Stop
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.kinds.bed_norm import reason_of
from dingdian.provisions.probe import UNIT, Probe, application_for
from dingdian.provisions.zoning import Zone, no_zone, zone_of, zones
from dingdian.terms import KINDS, LEVELS, PROVIDER_CLASSES, Text

ADD, CUT, PRESS = "add", "cut", "press"
DIRECTIONS = {ADD: Text("适当增加", "more"), CUT: Text("缩减", "fewer"), PRESS: Text("压缩数量", "held down")}
SIGNS = {ADD: 1, CUT: -1, PRESS: -1}
ORDER, STOP = "order_only", "stop"


@kind_of_provision
@frozen(kw_only=True)
class Direction(Provision):
    """Signs by zone, level, class and kind; the first row that fits a case speaks."""

    kind: ClassVar[str] = "direction"
    title: ClassVar[Text] = Text("配置方向", "directions of allocation")
    effects: ClassVar[tuple[str, ...]] = ("priority", "gate")
    nature: ClassVar[str] = "number"
    slots: ClassVar = {
        "use": Slot(Text("没有数量的方向起什么作用", "what a direction without a size does"), {
            ORDER: Text("只作排序和推演的方向约束", "a sign constraint of ranking and simulation only"),
            STOP: Text("与方向相反的新增不予纳入", "additions against it are not admitted"),
        }),
    }

    directions: tuple[Mapping[str, Any], ...] = fields.rows("方向，逐行比对，先合者先用", "directions; the first row that fits", columns={
        "direction": fields.one_of(DIRECTIONS, "方向", "direction"),
        "zones": fields.names("区域代码，不写为全部", "codes of zones; all when left out"),
        "where_zh": fields.text("区域的中文名称", "name of the zones in Chinese", default=""),
        "where_en": fields.text("区域的英文名称", "name of the zones in English", default=""),
        "provider_class": fields.code_list(PROVIDER_CLASSES, "规划类别", "provider classes"),
        "levels": fields.code_list(LEVELS, "等级", "levels"),
        "kinds": fields.code_list(KINDS, "机构类型", "kinds"),
    })

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        if not self.directions:
            yield ("directions",), Text("没有写方向", "no direction is stated"), Text("至少写一行", "state one row at least")

    def row_for(self, facts: Mapping[str, Any], zone: str) -> tuple[Mapping[str, Any] | None, str]:
        """The row that fits a case in a zone, and "" — or None and the column that must be known to tell."""
        for row in self.directions:
            if row["zones"] and zone not in row["zones"]:
                continue
            excluded, unknown = _scope(row).unmet(facts)
            if unknown:
                return None, unknown[0]
            if not excluded:
                return row, ""
        return None, ""

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        zone = zone_of(ground, case.district)
        if zone is None:
            return undetermined([no_zone(case)])
        row, unknown = self.row_for(case.facts, zone.code)
        if unknown:
            return undetermined([missing_column(case, unknown)])
        if row is None:
            return Judgement(status=NOT_APPLICABLE, evidence={"zone": zone.code}, sentence=Text(
                f"规划没有为{zone.name.zh}的这类机构定出增减方向。", f"The plan names no direction for this type in {zone.name.en}."))
        return evolve(self._against(ground.choices(self), zone, row), as_of=ground.on)

    def _against(self, choices: Choices, zone: Zone, row: Mapping[str, Any]) -> Judgement:
        sign, said = SIGNS[row["direction"]], _phrase(row)
        stops = choices["use"].option == STOP
        evidence = {"zone": zone.code, "direction": row["direction"], "sign": sign,
                    "formula": "sign of the first direction that fits zone, class, level and kind"}
        if self.effect == "gate" and not stops:
            return Judgement(status=NOT_APPLICABLE, readings=choices.used, evidence=evidence, sentence=Text(
                f"规划方向为“{said.zh}”，没有数量，只用于排序，不作为门槛。", f"The plan's direction is “{said.en}”, without a size: it orders, it stops nobody."))
        along = sign > 0
        ends = Text("与方向一致", "in line with it") if along else Text("与方向相反", "against it")
        order = Text("，同等条件下靠前" if along else "，同等条件下靠后", ", so it comes first among equals" if along else ", so it comes last among equals")
        tail = order if self.effect == "priority" else Text("，不予新增", ": not admitted") if not along else Text("", "")
        return Judgement(status=HOLDS if along else FAILS, readings=choices.used, evidence=evidence, sentence=Text(
            f"{zone.name.zh}的规划方向为“{said.zh}”，本申请{ends.zh}{tail.zh}。",
            f"The plan's direction in {zone.name.en} is “{said.en}”; the application is {ends.en}{tail.en}."))

    def forward(self, ground: Ground, choices: Choices) -> Stop | None:
        """Stops where a direction of whole classes is against additions, if the reading lets directions stop anybody."""
        if self.effect != "gate" or choices["use"].option != STOP:
            return None
        every = [zone.code for zone in zones(ground)]
        stopped = {c: frozenset(zone for zone in every if self._against_all(c, zone)) for c in classes_of(self)}
        return Stop(provision=self.id, classes=classes_of(self), zones=stopped, readings=choices.used)

    def _against_all(self, provider_class: str, zone: str) -> bool:
        """Whether the first direction that fits any provider of a class is against additions."""
        row, unknown = self.row_for({"provider_class": provider_class}, zone)
        return not unknown and row is not None and SIGNS[row["direction"]] < 0

    # --- rows ----------------------------------------------------------------------------------------------

    def measure(self, ground: Ground) -> Iterable[Measure]:
        """The stock under each sign, zone by zone: beds of the levels named, or institutions of the kinds named."""
        choices, every = ground.choices(self), {zone.code: zone for zone in zones(ground)}
        choices["use"]  # what a sign is for is said beside it
        for row in self.directions:
            for code in row["zones"] or tuple(every):
                yield self._row(ground, choices, row, every.get(code), code)

    def _row(self, ground: Ground, choices: Choices, row: Mapping[str, Any], zone: Zone | None, code: str) -> Measure:
        area, scope, way = ground.snapshot.pooling_area, _scope(row).phrase(), DIRECTIONS[row["direction"]]
        name = Text(code, code) if zone is None else zone.name
        said = Text(f"{name.zh}{scope.zh}：{way.zh}", f"{scope.en} of {name.en}: {way.en}")
        beds, sort = "inpatient" in row["provider_class"], "+".join((*row["kinds"], *row["provider_class"]))
        common: dict[str, Any] = {
            "measure": "direction", "title": said, "unit": area, "unit_name": name.zh, "zone": code, "subject": f"{code}:{sort}",
            "provider_class": row["provider_class"][0] if row["provider_class"] else "", "level": row["levels"][0] if len(row["levels"]) == 1 else "",
            "unit_of_measure": "bed" if beds else "provider", "formula": f"sign {SIGNS[row['direction']]:+d}; stock of the type in the zone",
            "readings": choices.used}
        if zone is None:
            return Measure(**common, status="undetermined", reason=Text(f"没有区域 {code}", f"there is no zone {code}"))
        count = _beds(ground, row, zone) if beds else _institutions(ground, row, zone)
        if count.value is None:
            return Measure(**common, status="undetermined", reason=reason_of(count.missing))
        return Measure(**common, supply=count.value, as_of=count.as_of, note=Text(
            f"方向：{DIRECTIONS[row['direction']].zh}，规划未定数量", f"direction: {DIRECTIONS[row['direction']].en}, no size in the plan"))

    def read_back(self) -> Text:
        zh, en = "；".join(_phrase(row).zh for row in self.directions), "; ".join(_phrase(row).en for row in self.directions)
        use = Text("作为排序的方向约束", "as signs in ranking") if self.effect == "priority" else Text("另一口径下作为门槛", "as a gate under another reading")
        return Text(f"配置方向（{use.zh}，没有数量）：{zh}。", f"Directions ({use.en}, without sizes): {en}.")

    def probes(self, choices: Choices) -> Iterator[Probe]:
        """A case of each row that names no zone: the probe's city has no zone of the plan."""
        for row in self.directions:
            if row["zones"] or (self.effect == "gate" and choices["use"].option != STOP):
                continue
            fits = {name: row[name][0] for name in ("provider_class",) if row[name]}
            fits |= {"kind": row["kinds"][0]} if row["kinds"] else {}
            fits |= {"level": row["levels"][0]} if row["levels"] else {}
            yield Probe(position="other", expect=HOLDS if SIGNS[row["direction"]] > 0 else FAILS,
                        application=application_for(self, unit=UNIT, **fits), note=row["direction"])


def _scope(row: Mapping[str, Any]) -> Scope:
    return Scope(provider_class=row["provider_class"], levels=row["levels"], kinds=row["kinds"])


def _phrase(row: Mapping[str, Any]) -> Text:
    scope = _scope(row).phrase()
    zones_zh, zones_en = row["where_zh"] or "、".join(row["zones"]), row["where_en"] or ", ".join(row["zones"])
    zones_zh, zones_en = (f"{zones_zh}：", f"{zones_en}: ") if row["zones"] else ("", "")
    said = DIRECTIONS[row["direction"]]
    return Text(f"{zones_zh}{said.zh}（{scope.zh}）", f"{zones_en}{said.en} ({scope.en})")


def _beds(ground: Ground, row: Mapping[str, Any], zone: Zone) -> Count:
    """Insured beds of the levels named, or of all; kinds are not told apart."""
    stock = bed_stock(ground, "insured_beds")
    if stock is None:
        return Count(value=None)
    counts = [stock.count(zone.districts, level) for level in row["levels"] or ("",)]
    missing = tuple(item for count in counts for item in count.missing)
    known = sum(count.at_least for count in counts)
    return Count(value=None if missing else known, at_least=known, as_of=counts[0].as_of, missing=missing)


def _institutions(ground: Ground, row: Mapping[str, Any], zone: Zone) -> Count:
    stock = ground.stock
    here = stock[stock["counted_district"].isin(zone.districts)]
    for column, allowed in (("provider_class", row["provider_class"]), ("kind", row["kinds"]), ("level", row["levels"])):
        here = here[here[column].isin(allowed)] if allowed else here
    return Count(value=len(here), at_least=len(here), as_of=ground.snapshot.city.meta.as_of)
