"""Areas without any, short of, or saturated with providers: whether a new one may enter evaluation, by merit, or not at all.

The class comes from what is published of the place, else from the caps of the same plan, which already count who is near: none
within the floor's radius, fewer than the cap, or the cap reached. It sets no number of its own, so that it cannot contradict them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

import numpy as np
from attrs import frozen

from dingdian.provisions import fields
from dingdian.provisions.base import Provision, Slot, kind_of_provision, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.finding import (
    FAILS,
    HOLDS,
    NOT_APPLICABLE,
    UNDETERMINED,
    Judgement,
    Measure,
    Missing,
)
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.kinds.radius_cap import RadiusCap
from dingdian.provisions.probe import Probe, application_for
from dingdian.provisions.settlement import CITY, city_cells
from dingdian.terms import Text

KEY = "coverage_class"
NONE, SHORT, SATURATED = "none", "short", "saturated"
NAMES: Mapping[str, Text] = {
    NONE: Text("目前没有定点的区域", "an area without any"), SHORT: Text("相对不足的区域", "a relatively short area"),
    SATURATED: Text("相对饱和的区域", "a relatively saturated area"),
}
REFUSE, BUREAU = "refuse", "bureau"


@kind_of_provision
@frozen(kw_only=True)
class AreaClass(Provision):
    """None: may enter evaluation. Short: enters by merit. Saturated: the layout is tuned, none is added."""

    kind: ClassVar[str] = "area_class"
    title: ClassVar[Text] = Text("区域供给状况（无、不足、饱和）", "supply of the area: none, short, saturated")
    nature: ClassVar[str] = "place"
    refers_to: ClassVar = {"follows": ""}
    fact_keys: ClassVar = {KEY: Text("区域供给状况（none 无定点、short 相对不足、saturated 相对饱和），对象为申请、格网或规划单元",
                                     "supply of an area: none, short or saturated; subject = application, cell or unit")}
    slots: ClassVar = {
        "saturated": Slot(Text("相对饱和区域能否新增", "whether a saturated area may have more"), {
            REFUSE: Text("不再新增，只优化布局", "none is added; the layout is tuned"),
            BUREAU: Text("由医保部门决定", "the bureau decides"),
        }, otherwise=REFUSE),
    }

    follows: tuple[str, ...] = fields.names("据以判断的上限规定", "caps that tell the class")

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        if not self.follows:
            yield (("follows",), Text("没有写据以判断的上限规定", "no cap is named that tells the class"), Text("写明规定的标识", "name provisions"))

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        choices = ground.choices(self)
        published = self._published(case, ground)
        if published is not None:
            return self._by_class(choices, published.value, {"class": published.value, "source": published.source, "as_of": published.as_of})
        return self._by_caps(case, ground, choices)

    def _published(self, case: Case, ground: Ground) -> Any:
        cell = None if case.lon is None or case.lat is None else ground.places.cell_at(case.lon, case.lat)
        unit = str(case.get("unit") or case.district)
        subjects = (case.application, *([cell] if cell else []), *((unit, *ground.snapshot.ancestors(unit)) if unit else ()))
        facts = (ground.snapshot.fact(subject, KEY) for subject in subjects)
        return next((fact for fact in facts if fact is not None and fact.value in NAMES), None)

    def _by_caps(self, case: Case, ground: Ground, choices: Choices) -> Judgement:
        """The first cap that binds at the place tells the class; where none can be told, what is missing to it is missing here."""
        missing: list[Missing] = []
        for name in self.follows:
            said = next(p for p in ground.provisions if p.id == name).judge(case, ground)
            used = {**said.readings, **choices.used}
            if said.status in (HOLDS, FAILS):
                found = _class_of(said)
                return self._by_class(choices, found, {"class": found, "source": name, "counted": _counted(said)}, said)
            if said.status == UNDETERMINED:
                missing += said.missing
                if said.value is not None:  # it binds here, and waits for evidence
                    return undetermined(said.missing, readings=used, evidence={"source": name, "counted": _counted(said)})
        if missing:
            return undetermined(dict.fromkeys(missing), readings=choices.used)
        return Judgement(status=NOT_APPLICABLE, readings=choices.used, sentence=Text(
            "申请地不在本规划划分供给状况的区域内。", "The place lies outside the areas that the plan classifies."))

    def _by_class(self, choices: Choices, found: str, evidence: Mapping[str, Any], said: Judgement | None = None) -> Judgement:
        status = HOLDS if found != SATURATED else FAILS if choices["saturated"].option == REFUSE else UNDETERMINED
        used = {**(said.readings if said else {}), **choices.used}
        if status == UNDETERMINED:
            return undetermined([_undecided()], readings=used, evidence=dict(evidence))
        return Judgement(
            status=status, readings=used, as_of=evidence.get("as_of") or (said.as_of if said else None),
            evidence={**evidence, "formula": "class of the area is not saturated"},
            sentence=Text(f"申请地属{NAMES[found].zh}，{_THEN[found].zh}。", f"The place is {NAMES[found].en}: {_THEN[found].en}."),
            would_change=() if status == HOLDS else (Text("区域内有机构退出", "exits in the area"),))

    # --- the whole city ------------------------------------------------------------------------------------------------

    def measure(self, ground: Ground) -> Iterable[Measure]:
        """Per unit and class: people of the populated cells, by the first radius cap that is followed."""
        rule = next((p for p in ground.provisions if p.id in self.follows and isinstance(p, RadiusCap)), None)
        if rule is None:
            return
        choices = ground.choices(rule)
        classes = _cells_by_class(rule, ground, choices)
        for unit in (ground.snapshot.pooling_area, *ground.snapshot.districts):
            for name, title in NAMES.items():
                people = _people(ground, unit, classes, name)
                yield Measure(
                    measure=f"people_in_{name}_area", unit=unit, unit_name=ground.snapshot.unit_name(unit), provider_class=rule.counts[0],
                    title=Text(f"居住在{title.zh}的人口", f"people who live in {title.en}"), unit_of_measure="person",
                    formula=Text("按格网中心周围（直线）定点机构数分组的人口", "persons of populated cells by the number of designated providers around their centre; straight line"),
                    supply=people if isinstance(people, int) else None, readings=choices.used, as_of=ground.snapshot.city.meta.as_of,
                    status="measured" if isinstance(people, int) else UNDETERMINED, reason=people if isinstance(people, Text) else None)

    def read_back(self) -> Text:
        return Text(f"按 {'、'.join(self.follows)} 判断：目前没有定点的区域，符合规划的可纳入评估；相对不足的区域，择优纳入评估；相对饱和的区域，逐步优化布局，不再新增。",
                    f"By {', '.join(self.follows)}: where there is none, one that fits may enter evaluation; where few, by merit; where the area is saturated the "
                    "layout is tuned and none is added.")

    def probes(self, choices: Choices) -> Iterable[Probe]:
        saturated = FAILS if choices["saturated"].option == REFUSE else UNDETERMINED
        for name, expect in ((NONE, HOLDS), (SHORT, HOLDS), (SATURATED, saturated)):
            row = {"subject": "A1", "key": KEY, "as_of": date(2026, 1, 1), "value": name, "source": "检验"}
            yield Probe(position="other", expect=expect, application=application_for(self), tables={"facts": [row]}, note=name)


_THEN: Mapping[str, Text] = {
    NONE: Text("符合规划的可纳入评估", "one that fits the plan may enter evaluation"),
    SHORT: Text("符合规划的择优纳入评估", "those that fit the plan enter evaluation by merit"),
    SATURATED: Text("按购药需求逐步优化布局和密度，不再新增", "layout and density are tuned by need, none is added"),
}


def _counted(said: Judgement) -> Any:
    return said.evidence.get("counted", said.evidence.get("providers"))


def _class_of(said: Judgement) -> str:
    """None where nobody stands within the larger radius, or in the township; short below the cap; saturated at the cap."""
    floor = said.evidence.get("floor")
    around = floor["counted_possibly"] if floor else said.evidence.get("counted_possibly", len(said.evidence.get("providers", ())))
    if around == 0:
        return NONE
    return SATURATED if said.status == FAILS else SHORT


def _undecided() -> Missing:
    return Missing(table="facts", subject="", column=KEY, phrase=Text("相对饱和区域的新增由医保部门决定", "in a saturated area the bureau decides"))


def _cells_by_class(rule: RadiusCap, ground: Ground, choices: Choices) -> Any:
    """Class of each population cell, "" for those outside and None without a grid; "?" where the area is not published."""
    from dingdian.city.places import degrees
    from dingdian.space.neighbours import Sites

    cells = ground.places.cells
    if cells is None:
        return None
    bound = city_cells(ground, choices["area"]) if rule.within == CITY else (cells.persons > 0, np.zeros(len(cells.persons), dtype=bool))
    located, codes = ground.places.located, rule.counted_codes(ground, choices)
    rows = np.array([r for code, r in ground.places.row_of.items() if code in codes], dtype=np.int64)
    near = far = np.zeros(len(cells.lon), dtype=np.int64)
    if len(rows):
        sites = Sites(degrees(located["lon"])[rows], degrees(located["lat"])[rows])
        near = sites.counts(cells.lon, cells.lat, float(rule.limit_m(choices)))
        far = sites.counts(cells.lon, cells.lat, float(rule.floor_radius_m or rule.radius_m))
    caps = np.array([rule.cap_at(ground, float(x), float(y)) or min(map(int, rule.caps.values())) for x, y in zip(cells.lon, cells.lat)])
    classes = np.where(far == 0, NONE, np.where(near >= caps, SATURATED, SHORT)).astype(object)
    classes[~(bound[0] | bound[1])] = ""
    classes[bound[1]] = "?"
    return classes


def _people(ground: Ground, unit: str, classes: Any, name: str) -> int | Text:
    cells, mine = ground.places.cells, ground.snapshot.cells_of(unit)
    if cells is None or classes is None:
        return Text("缺少人口格网（population 表）", "the population table is missing")
    if mine is None:
        return Text("该单元没有边界，人口格网无法归属", "the unit has no polygon, so no cell can be attributed to it")
    if bool((mine & (classes == "?")).any()):
        return Text("部分格网的区域类别（facts.settlement）未公布", "the class of some cells (facts.settlement) is not published")
    return round(float(cells.persons[mine & (classes == name)].sum()))
