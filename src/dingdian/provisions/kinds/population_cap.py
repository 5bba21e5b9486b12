"""One or two providers in a township by its population: the first always, the second by a reading, a third never.

Counts the designated providers of the township, or regiment, of the application plus the applicant. Where the text names no
population from which a second one is due, a person decides with the population before them, unless the bureau set a threshold.
An application whose unit is stated too coarsely to tell the township is undetermined.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

import numpy as np
from attrs import evolve, frozen

from dingdian.provisions import fields
from dingdian.provisions.alert import SHORT, Sides
from dingdian.provisions.base import Provision, Slot, kind_of_provision, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.counting import PERSONS, Count, show
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
from dingdian.provisions.newcomers import Newcomers, SiteLimits, spoken_of
from dingdian.provisions.probe import AREA, UNIT, Probe, application_for, provider_row
from dingdian.provisions.settlement import FACT_KEYS, NAMES, SETTLEMENT, TOWNSHIP, area_of
from dingdian.space.siting.limits import Cap, Limits
from dingdian.terms import PROVIDER_CLASSES, Text

PERSON, THRESHOLD = "person", "threshold"
DECISION = "second_place"
_DECIDED = {"approved": HOLDS, "同意": HOLDS, "declined": FAILS, "不同意": FAILS}
PROBE_TOWN = f"{UNIT}100"


@frozen(kw_only=True)
class Town:
    """A township: the designated providers in it, those that may be, and its people."""

    unit: str
    held: tuple[str, ...]
    doubtful: tuple[str, ...]
    people: Count


@kind_of_provision
@frozen(kw_only=True)
class PopulationCap(Provision):
    """At most ``most`` providers of ``counts`` in a township; each beyond the ``first`` by its population."""

    kind: ClassVar[str] = "population_cap"
    title: ClassVar[Text] = Text("乡镇按人口配置", "by the population of a township")
    comparison: ClassVar[str] = "<="
    nature: ClassVar[str] = "number"
    fact_keys: ClassVar = {
        DECISION: Text("乡镇按人口再增一家的决定（approved 同意、declined 不同意），对象为申请",
                       "decision on one more in a township by its population: approved or declined; subject = application"),
        **FACT_KEYS,
    }
    slots: ClassVar = {
        "second": Slot(Text("人口多少可有第二家", "from which population on a second one is due"), {
            PERSON: Text("由医保部门结合人口决定", "the bureau decides with the population shown"),
            THRESHOLD: Text("达到给定人口数即可", "from the given population on"),
        }, {THRESHOLD: ("persons",)}),
        "people": Slot(Text("以哪种人口计", "whose number counts"), {
            "resident": Text("常住人口", "residents"), "insured": Text("参保人", "insured persons"),
        }, otherwise="resident"),
        "area": SETTLEMENT,
    }

    counts: tuple[str, ...] = fields.code_list(PROVIDER_CLASSES, "计数的类别", "classes counted")
    first: int = fields.whole("无论人口多少可有", "allowed whatever the population", unit="家", minimum=1)
    most: int = fields.whole("最多", "at most", unit="家", minimum=1)

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        if not self.counts:
            yield (("counts",), Text("没有指明计数的类别", "no class is named to be counted"), Text("至少写一个类别", "name at least one class"))
        if self.most < self.first:
            yield (("most",), Text("上限小于起点", "the most is less than the first"), Text("核对两个数", "check both numbers"))

    # --- one case ------------------------------------------------------------------------------------------------------

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        choices = ground.choices(self)
        area = area_of(case, ground, choices["area"])
        if area.name and area.name != TOWNSHIP:
            return Judgement(status=NOT_APPLICABLE, readings=choices.used, evidence={"area": dict(area.evidence)}, sentence=Text(
                f"申请地属{NAMES[area.name].zh}，本条只适用于{NAMES[TOWNSHIP].zh}。", f"The place lies in {NAMES[area.name].en}; this binds {NAMES[TOWNSHIP].en} only."))
        if area.missing:
            return undetermined(area.missing, readings=choices.used)
        unit = self._township(case, ground)
        if unit is None:
            return undetermined([_no_township(case)], readings=choices.used)
        return self._in_town(case, ground, choices, self.town(ground, unit, choices["people"].option, case.provider))

    def _in_town(self, case: Case, ground: Ground, choices: Choices, town: Town) -> Judgement:
        after = len(town.held) + 1
        if after > self.most:
            return self._judgement(ground, choices, town, FAILS, self.most)
        if town.doubtful and after + len(town.doubtful) > self.first:
            return undetermined([_vague(town)], readings=choices.used)
        if after <= self.first:
            return self._judgement(ground, choices, town, HOLDS, self.first)
        return self._beyond_first(case, ground, choices, town, after)

    def _beyond_first(self, case: Case, ground: Ground, choices: Choices, town: Town, after: int) -> Judgement:
        if choices["second"].option == THRESHOLD:
            persons, line = town.people.value, choices["second"]["persons"]
            if persons is None:
                return undetermined(town.people.missing, readings=choices.used)
            allowed = self.most if persons >= line else self.first
            return self._judgement(ground, choices, town, HOLDS if after <= allowed else FAILS, allowed)
        fact = ground.snapshot.fact(case.application, DECISION)
        decided = UNDETERMINED if fact is None else _DECIDED.get(fact.value, UNDETERMINED)
        if decided == FAILS:
            return self._judgement(ground, choices, town, FAILS, self.first)
        if decided == HOLDS:
            return self._judgement(ground, choices, town, HOLDS, self.most)
        waiting = self._judgement(ground, choices, town, UNDETERMINED, self.most)
        return evolve(waiting, missing=(_undecided(case, town),), sentence=Text(
            f"{ground.snapshot.unit_name(town.unit)}已有 {len(town.held)} 家，人口 {self._persons(town)}；第 {after} 家由医保部门结合人口规模决定。",
            f"{ground.snapshot.unit_name(town.unit)} has {len(town.held)}, population {self._persons(town)}: number {after} is for the bureau to decide."))

    @staticmethod
    def _persons(town: Town) -> str:
        return show(town.people.value)

    def _judgement(self, ground: Ground, choices: Choices, town: Town, status: str, allowed: int) -> Judgement:
        name, held, what = ground.snapshot.unit_name(town.unit), len(town.held), PROVIDER_CLASSES[self.counts[0]].name
        return Judgement(
            status=status, value=held + 1, operator="<=", threshold=allowed, margin=allowed - held - 1, unit_of_measure="provider",
            readings=choices.used, as_of=ground.snapshot.city.meta.as_of,
            sentence=Text(
                f"{name}（人口 {self._persons(town)}）已有定点{what.zh} {held} 家，加上本申请为 {held + 1} 家，"
                f"{'未超过' if status == HOLDS else '超过'} {allowed} 家。",
                f"{name} (population {self._persons(town)}) has {held} designated {what.en} providers; with this one {held + 1}, "
                f"{'not above' if status == HOLDS else 'above'} {allowed}."),
            evidence={"township": town.unit, "providers": list(town.held), "possibly": list(town.doubtful), "persons": town.people.value,
                      "persons_as_of": town.people.as_of, "persons_source": town.people.source,
                      "formula": "designated in the township + applicant <= allowed by population"},
            would_change=() if status == HOLDS else (Text(f"{name}退出 {held + 1 - allowed} 家", f"{held + 1 - allowed} exits in {name}"),),
        )

    def _township(self, case: Case, ground: Ground) -> str | None:
        unit = str(case.get("unit") or "")
        levels = ground.snapshot.units.level
        return next((u for u in (unit, *ground.snapshot.ancestors(unit)) if levels.get(u) == "township"), None) if unit else None

    def town(self, ground: Ground, unit: str, people: str, but: str = "") -> Town:
        """Providers of a township by the unit of their site; those whose unit is coarser may stand in it. ``but``: a mover itself."""
        records, above = ground.snapshot.provider_records, ground.snapshot.ancestors(unit)
        below = {unit, *ground.snapshot.descendants(unit)}
        stock = ground.stock
        counted = [str(code) for code in stock["provider"][stock["provider_class"].isin(self.counts)] if code != but]
        held = [code for code in counted if records[code].get("unit") in below]
        held += [c.application for c in ground.admitted_counted if c.provider_class in self.counts and c.get("unit") in below]
        doubtful = [code for code in counted if records[code].get("unit") is None or records[code].get("unit") in above]
        return Town(unit=unit, held=tuple(sorted(held)), doubtful=tuple(sorted(doubtful)), people=_people(ground, unit, people))

    # --- siting ----------------------------------------------------------------------------------------------------------

    def site_limits(self, ground: Ground, choices: Choices, newcomers: Newcomers) -> SiteLimits:
        """At most so many in each township; beyond the first a person decides, unless a population is set from which on it is due."""
        speaks, left_out = spoken_of(self, newcomers)
        towns: dict[str, list[int]] = {}
        for i in np.flatnonzero(speaks).tolist():
            case = newcomers.cases[i]
            area = area_of(case, ground, choices["area"])
            unit = self._township(case, ground)
            if area.missing or (area.name == TOWNSHIP and unit is None):
                left_out[i] = _NO_AREA if area.missing else _NO_UNIT
            elif area.name == TOWNSHIP:
                towns.setdefault(str(unit), []).append(i)
        caps = []
        for unit, members in towns.items():
            most, already = self._allowed(choices, self.town(ground, unit, choices["people"].option))
            caps.append(Cap(self.id, members, most, already=already))
        return SiteLimits(limits=Limits(tuple(caps)), left_out=left_out, readings=choices.used)

    def _allowed(self, choices: Choices, town: Town) -> tuple[int, int]:
        """How many a township may have without anybody's decision, and how many it has, those that may stand there with them."""
        held = len(town.held) + len(town.doubtful)
        if town.doubtful or choices["second"].option != THRESHOLD or town.people.value is None:
            return self.first, held
        return (self.most if town.people.value >= choices["second"]["persons"] else self.first), held

    # --- the whole city ------------------------------------------------------------------------------------------------

    def watched(self) -> Mapping[str, Sides]:
        return {"townships_with_any": {SHORT: None}}

    def measure(self, ground: Ground) -> Iterable[Measure]:
        """Per district: townships with one at least, among those that have a unit of their own on file."""
        snapshot = ground.snapshot
        towns = [unit for unit, level in sorted(snapshot.units.level.items()) if level == "township"]
        found = {unit: self.town(ground, unit, "resident") for unit in towns}
        for unit in (snapshot.pooling_area, *snapshot.districts):
            mine = [t for t in towns if unit in snapshot.ancestors(t)]
            bare = [t for t in mine if not found[t].held]
            open_still = [t for t in bare if found[t].doubtful]
            known = bool(mine) and not open_still
            shown = "、".join(snapshot.unit_name(t) for t in bare[:5]) + ("…" if len(bare) > 5 else "")
            yield Measure(
                measure="townships_with_any", unit=unit, unit_name=snapshot.unit_name(unit), provider_class=self.counts[0], unit_of_measure="township",
                title=Text(f"有定点{PROVIDER_CLASSES.label(self.counts[0])}的乡镇（团场、街道）", f"townships with a designated {PROVIDER_CLASSES.label(self.counts[0], 'en')}"),
                formula=Text("有定点机构的乡镇数；目标为全部乡镇", "count of townships with a designated provider; need = all of them"), need=len(mine) if known else None,
                need_low=len(mine) if known else None, supply=len(mine) - len(bare) if known else None, gap=-len(bare) if known else None, as_of=snapshot.city.meta.as_of,
                status="measured" if known else UNDETERMINED, note=Text(f"尚无的：{shown}", f"without: {shown}") if known and bare else None,
                reason=None if known else Text("没有乡镇一级单元" if not mine else f"{len(open_still)} 个乡镇可能已有（部分机构的单元只填到区县）",
                                               "no townships on file" if not mine else f"{len(open_still)} townships may have one: some providers state their district only"),
            )

    def read_back(self) -> Text:
        what, en = "、".join(PROVIDER_CLASSES.label(c) for c in self.counts), ", ".join(PROVIDER_CLASSES.label(c, "en") for c in self.counts)
        first, most, more = self.first, self.most, self.most - self.first
        return Text(f"基层、乡镇（团场）按人口规模纳入定点{what} {first} 至 {most} 家：{first} 家不论人口多少都可以，再增 {more} 家须看人口，最多 {most} 家。",
                    f"A township or regiment has {first} to {most} designated {en} by its population: {first} whatever it is, {more} more by the "
                    f"population, never more than {most}.")

    def probes(self, choices: Choices) -> Iterable[Probe]:
        by_threshold = choices["second"].option == THRESHOLD
        yield self._probe("below" if self.first < self.most else "at", HOLDS, self.first - 1, 0, "up to the first")
        yield self._probe("above", FAILS, self.most, 10**9, "beyond the most")
        if self.most > self.first and by_threshold:
            line = int(choices["second"]["persons"])
            for position, persons, expect in (("below", line - 1, FAILS), ("at", line, HOLDS), ("above", line + 1, HOLDS)):
                yield self._probe(position, expect, self.first, persons, "population")
        elif self.most > self.first:
            yield self._probe("other", UNDETERMINED, self.first, 1000, "a person decides")
            yield self._probe("at", HOLDS, self.first, 1000, "decided", {"key": DECISION, "value": "approved"})
        yield Probe(position="missing", expect=UNDETERMINED, application=application_for(self), note="unit too coarse", tables={"facts": [_fact("settlement", TOWNSHIP)]})

    def _probe(self, position: str, expect: str, held: int, persons: int, note: str, decision: dict[str, str] | None = None) -> Probe:
        units: list[Any] = [{"unit": AREA, "name": "检验统筹区", "level": "pooling_area"}, {"unit": UNIT, "name": "检验区", "level": "district", "parent": AREA},
                            {"unit": PROBE_TOWN, "name": "检验镇", "level": "township", "parent": UNIT}]
        facts = [_fact("settlement", TOWNSHIP), *([_fact(**decision)] if decision else [])]
        asked = application_for(self, unit=PROBE_TOWN)
        near = [provider_row(f"IN{i}", level=None, kind=asked["kind"], provider_class=self.counts[0], unit=PROBE_TOWN) for i in range(held)]
        people = [{"unit": PROBE_TOWN, "year": 2025, "age_band": "all", "persons": persons}]
        insured = [{"unit": PROBE_TOWN, "year": 2025, "scheme": s, "age_band": "all", "persons": n} for s, n in (("employee", persons), ("resident", 0))]
        return Probe(position=position, expect=expect, application=asked, note=note,
                     tables={"units": units, "facts": facts, "residents": people, "insured": insured, **({"providers": near} if near else {})})


_NO_AREA = Text("所在区域类别（城市或乡镇）未知", "the class of the area (city or township) is unknown")
_NO_UNIT = Text("不知在哪个乡镇（团场）", "its township or regiment is not known")


def _fact(key: str, value: str) -> dict[str, Any]:
    return {"subject": "A1", "key": key, "as_of": date(2026, 1, 1), "value": value, "source": "检验"}


def _people(ground: Ground, unit: str, per: str) -> Count:
    """People of a township in its own latest year."""
    found = ground.snapshot.residents(unit) if per == "resident" else ground.snapshot.insured(unit)
    table = "residents" if per == "resident" else "insured"
    if found is None:
        name = ground.snapshot.unit_name(unit)
        return Count(value=None, missing=(Missing(table=table, subject=unit, column="persons", phrase=Text(
            f"缺少{name}{PERSONS[per].zh}（{table} 表）", f"{PERSONS[per].en} of {unit} are missing")),))
    return Count(value=found.persons, at_least=found.persons, as_of=date(found.year, 12, 31), source=f"{table}.persons")


def _no_township(case: Case) -> Missing:
    return Missing(table="applications", subject=case.application, column="unit", phrase=Text(
        f"申请 {case.application} 的规划单元须填到乡镇（团场）", f"the unit of application {case.application} must be a township or regiment"))


def _vague(town: Town) -> Missing:
    shown = "、".join(town.doubtful[:3]) + ("…" if len(town.doubtful) > 3 else "")
    return Missing(table="providers", subject=town.doubtful[0], column="unit", phrase=Text(
        f"{len(town.doubtful)} 家机构的单元没有填到乡镇（{shown}），可能就在该乡镇", f"{len(town.doubtful)} providers do not state their township ({shown})"))


def _undecided(case: Case, town: Town) -> Missing:
    return Missing(table="facts", subject=case.application, column=DECISION, phrase=Text(
        f"缺少医保部门关于再增一家的决定（facts.{DECISION}；该乡镇人口 {show(town.people.value)}）",
        f"the bureau's decision on one more is missing (facts.{DECISION}; population {show(town.people.value)})"))
