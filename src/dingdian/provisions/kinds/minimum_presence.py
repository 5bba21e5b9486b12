"""Every unit of a level has at least so many providers of a sort: a township its pharmacy, a county its dual-channel pharmacy.

Where a unit has fewer, one that applies there is lifted over the totals that it names, or comes first; the fund gate is lifted only
where it is named. A provider whose unit is stated too coarsely may stand anywhere in it, and leaves the units below open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from attrs import evolve, field, frozen

from dingdian.provisions import fields
from dingdian.provisions.alert import SHORT, Alert, lacking, of_row, told_by
from dingdian.provisions.base import Provision, kind_of_provision, missing_column, undetermined
from dingdian.provisions.case import Case, split_codes
from dingdian.provisions.finding import HOLDS, NOT_APPLICABLE, Input, Judgement, Measure, Missing
from dingdian.provisions.ground import Ground
from dingdian.provisions.kinds.bed_norm import reason_of
from dingdian.provisions.probe import AREA, UNIT, Probe, application_for, provider_row
from dingdian.terms import KINDS, LEVELS, OWNERS, OWNERSHIPS, PROVIDER_CLASSES, TAGS, UNIT_LEVELS, Text

TOWNSHIP = "999901001"  # the township of a probe's city


@frozen(kw_only=True)
class Present:
    """How many stand in a unit for certain, and the providers that may stand there too."""

    sure: int
    doubtful: tuple[str, ...] = ()

    def is_below(self, least: int) -> bool | None:
        """Whether fewer than ``least`` stand there; None where it hangs on those that may."""
        if self.sure >= least:
            return False
        return None if self.sure + len(self.doubtful) >= least else True


@frozen
class Placed:
    """How many stand in each unit, and those whose site is stated too coarsely, by what it states."""

    sure: Counter[str] = field(factory=Counter)
    coarse: dict[str | None, list[str]] = field(factory=dict)


@kind_of_provision
@frozen(kw_only=True)
class MinimumPresence(Provision):
    """Each unit of ``unit_level`` has at least ``minimum`` providers of the sort described by ``counts`` and the fields after it."""

    kind: ClassVar[str] = "minimum_presence"
    title: ClassVar[Text] = Text("基本配置（至少几家）", "minimum presence")
    effects: ClassVar[tuple[str, ...]] = ("exemption", "priority", "information")
    refers_to: ClassVar = {"excepts": ""}

    unit_level: str = fields.code(UNIT_LEVELS, "按哪级单元", "level of the units")
    unit_owner: tuple[str, ...] = fields.code_list(OWNERS, "单元的管理主体", "owner of the units")
    counts: tuple[str, ...] = fields.code_list(PROVIDER_CLASSES, "计数的类别", "classes that count")
    count_kinds: tuple[str, ...] = fields.code_list(KINDS, "计数的机构类型", "kinds that count")
    count_levels: tuple[str, ...] = fields.code_list(LEVELS, "计数的等级", "levels that count")
    count_ownership: tuple[str, ...] = fields.code_list(OWNERSHIPS, "计数的经营性质", "ownership that counts")
    count_tags: tuple[str, ...] = fields.code_list(TAGS, "计数的标签（任一）", "any of these tags counts")
    minimum: int = fields.whole("至少", "at least", unit="家", minimum=1)
    excepts: tuple[str, ...] = fields.names("免于适用的规定", "provisions lifted")

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        if not self.counts:
            yield (("counts",), Text("没有指明计数的类别", "no class that counts is named"), Text("至少写一个类别", "name at least one class"))
        if (self.effect == "exemption") != bool(self.excepts):
            yield (("excepts",), Text("例外须写明免除哪些规定，其他作用不写", "an exemption names what it lifts, other effects do not"),
                   Text("核对 effect 与 excepts", "check effect and excepts"))

    def _matches(self, facts: Mapping[str, Any]) -> bool:
        """Whether a record is of the sort that counts; an attribute that nobody stated is not of it."""
        wanted = (("provider_class", self.counts), ("kind", self.count_kinds), ("level", self.count_levels), ("ownership", self.count_ownership))
        return all(not codes or facts.get(column) in codes for column, codes in wanted) and (
            not self.count_tags or bool(split_codes(facts.get("tags")) & set(self.count_tags)))

    # --- who stands where --------------------------------------------------------------------------------------------------

    def units(self, ground: Ground) -> tuple[str, ...]:
        """Units of the level, by code; districts and functional zones are of one level here."""
        owned = self._owned(ground)
        if self.unit_level == "pooling_area":
            return (ground.snapshot.pooling_area,)
        if self.unit_level in ("district", "zone"):
            return tuple(unit for unit in ground.snapshot.districts if unit in owned)
        return tuple(sorted(unit for unit, level in ground.snapshot.units.level.items() if level == self.unit_level and unit in owned))

    def _owned(self, ground: Ground) -> frozenset[str]:
        """Units of the owners that the clause speaks of; all of them where it speaks of none."""
        if not self.unit_owner:
            return frozenset(ground.snapshot.units.level)
        return frozenset(str(row["unit"]) for row in ground.snapshot.rows("units") if row.get("owner") in self.unit_owner)

    def unit_of(self, ground: Ground, unit: str | None) -> str | None:
        """The unit of the level that holds ``unit``; None where ``unit`` is stated too coarsely, or not at all."""
        if unit is None:
            return None
        wanted: frozenset[str] = ground.remember(("presence_units", self.unit_level, self.unit_owner), lambda: frozenset(self.units(ground)))
        return next((u for u in (unit, *ground.snapshot.ancestors(unit)) if u in wanted), None)

    def present(self, ground: Ground, unit: str) -> Present:
        """Those of the sort that hold a place in a unit, by the unit of their site, admitted applications with them."""
        placed: Placed = ground.remember(("presence", self.id), lambda: self._placed(ground))
        above = (unit, *ground.snapshot.ancestors(unit))
        doubtful = sorted(p for site in (None, *above) for p in placed.coarse.get(site, ()))
        added = sum(self._matches(case.facts) and self.unit_of(ground, case.get("unit")) == unit for case in ground.admitted_counted)
        return Present(sure=placed.sure[unit] + added, doubtful=tuple(doubtful))

    def _placed(self, ground: Ground) -> Placed:
        """Where everyone of the sort stands: each site's unit is looked up once."""
        records, placed = ground.snapshot.provider_records, Placed()
        for provider in ground.stock["provider"]:
            if not self._matches(records[provider]):
                continue
            site = records[provider].get("unit")
            unit = self.unit_of(ground, site)
            if unit is None:
                placed.coarse.setdefault(site, []).append(str(provider))
            else:
                placed.sure[unit] += 1
        return placed

    # --- one application ---------------------------------------------------------------------------------------------------

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        if not self._matches(case.facts):
            return Judgement(status=NOT_APPLICABLE, sentence=Text(f"申请机构不属于本条所指的{self._sort.zh}。", f"The applicant is no {self._sort.en}."))
        unit = self.unit_of(ground, case.get("unit"))
        if unit is None:
            return undetermined([missing_column(case, "unit")], may_waive=self.excepts, sentence=Text(
                f"无法判定：申请 {case.application} 的规划单元须填到{UNIT_LEVELS.label(self.unit_level)}。",
                f"Undetermined: the unit of application {case.application} must be a {UNIT_LEVELS.label(self.unit_level, 'en')}."))
        here = self.present(ground, unit)
        below = here.is_below(self.minimum)
        if below is None:
            return undetermined([self._vague(here)], may_waive=self.excepts)
        return self._judgement(ground, unit, here, below)

    def _judgement(self, ground: Ground, unit: str, here: Present, below: bool) -> Judgement:
        name = ground.snapshot.unit_name(unit)
        least = self.minimum
        then = {"exemption": Text("可根据实际需要增加，不受总量限制", "one may be added as needed, outside the total"),
                "priority": Text("优先纳入", "the applicant comes first")}.get(self.effect, Text("尚未达到基本配置", "the minimum is not reached"))
        zh = f"{name}现有{self._sort.zh} {here.sure} 家，" + (f"少于 {least} 家，{then.zh}。" if below else f"已达 {least} 家，不适用本条。")
        en = f"{name} has {here.sure} {self._sort.en}(s), " + (f"fewer than {least}: {then.en}." if below else f"the minimum of {least} is reached: this does not apply.")
        return Judgement(
            status=HOLDS if below else NOT_APPLICABLE, value=here.sure, operator="<", threshold=least, margin=least - here.sure,
            unit_of_measure="provider", sentence=Text(zh, en), waives=self.excepts if below else (), as_of=ground.snapshot.city.meta.as_of,
            evidence={"unit": unit, "present": here.sure, "minimum": least, "formula": "providers of the sort in the unit < minimum"},
        )

    @property
    def _sort(self) -> Text:
        """The sort of providers in words."""
        codes = ((OWNERSHIPS, self.count_ownership), (LEVELS, self.count_levels), (TAGS, self.count_tags), (KINDS, self.count_kinds))
        zh = "".join("、".join(c.label(code) for code in chosen) for c, chosen in codes if chosen)
        en = ", ".join(", ".join(c.label(code, "en") for code in chosen) for c, chosen in codes if chosen)
        named = bool(self.count_kinds or self.count_tags)
        classes = Text("、".join(PROVIDER_CLASSES.label(c) for c in self.counts), " or ".join(PROVIDER_CLASSES.label(c, "en") for c in self.counts))
        return Text(zh if named else f"{zh}{classes.zh}", f"{en} provider" if named else f"{en} {classes.en} provider".strip())

    def _vague(self, here: Present) -> Missing:
        shown = "、".join(here.doubtful[:3]) + ("…" if len(here.doubtful) > 3 else "")
        level = UNIT_LEVELS[self.unit_level].name
        return Missing(table="providers", subject=here.doubtful[0], column="unit", phrase=Text(
            f"{len(here.doubtful)} 家{self._sort.zh}的规划单元未填到{level.zh}（{shown}）", f"the unit of {len(here.doubtful)} {self._sort.en}(s) is no {level.en} ({shown})"))

    # --- the whole city ----------------------------------------------------------------------------------------------------

    def measure(self, ground: Ground) -> Iterable[Measure]:
        """A row for every unit of the level; for townships, how many of each district have the minimum, and those that have not."""
        here = {unit: self.present(ground, unit) for unit in self.units(ground)}
        if self.unit_level != "township":
            for unit, present in here.items():
                yield self._unit_row(ground, unit, present)
            return
        for unit in (ground.snapshot.pooling_area, *ground.snapshot.districts):
            mine = {u: p for u, p in here.items() if unit in (ground.snapshot.pooling_area, ground.snapshot.district_of(u))}
            yield self._townships_row(ground, unit, mine)
        for unit, present in here.items():
            if present.is_below(self.minimum) is not False:
                yield self._lacking_row(ground, unit, present)

    def alerts(self, ground: Ground, lead_days: int) -> Iterable[Alert]:
        """Every unit of the level by itself: a township by its name, not one more in a number."""
        units = self.units(ground)
        for unit in units:
            found = of_row(self._unit_row(ground, unit, self.present(ground, unit)), {SHORT: None}, ground.on)
            assert found is not None  # a row with a minimum is held against it
            yield found
        if not units:
            level = UNIT_LEVELS[self.unit_level].name
            row = self._plain(ground, ground.snapshot.pooling_area, Text(f"{self._sort.zh}数", f"number of {self._sort.en}s"), "")
            yield lacking(told_by(row), [Text(f"没有划分{level.zh}", f"no {level.en} on file")])

    @property
    def _subject(self) -> str:
        """What tells the rows of two such provisions apart: the first code beside the class."""
        return next(iter((*self.count_tags, *self.count_kinds, *self.count_levels, *self.count_ownership)), "")

    def _plain(self, ground: Ground, unit: str, title: Text, formula: str) -> Measure:
        return Measure(
            measure="minimum_presence", title=title, unit=unit, unit_name=ground.snapshot.unit_name(unit), provider_class=self.counts[0],
            subject=self._subject, unit_of_measure="provider", formula=formula, as_of=ground.snapshot.city.meta.as_of,
            inputs=(Input(name="minimum", value=self.minimum, unit_of_measure="provider", source="plan"),))

    def _unit_row(self, ground: Ground, unit: str, present: Present) -> Measure:
        row = self._plain(ground, unit, Text(f"{self._sort.zh}数", f"number of {self._sort.en}s"), "count of the sort in the unit; need_low = minimum")
        if present.is_below(self.minimum) is None:
            return evolve(row, need_low=self.minimum, status="undetermined", reason=reason_of((self._vague(present),)))
        need = max(present.sure, self.minimum)
        return evolve(row, need_low=self.minimum, need=need, supply=present.sure, gap=present.sure - need)

    def _townships_row(self, ground: Ground, unit: str, mine: Mapping[str, Present]) -> Measure:
        level = UNIT_LEVELS[self.unit_level].name
        row = evolve(self._plain(ground, unit, Text(f"有{self._sort.zh}的{level.zh}数", f"units ({level.en}) with a {self._sort.en}"),
                                 "count of units with at least the minimum; need_low = all of them"), unit_of_measure="township")
        below = {u: p.is_below(self.minimum) for u, p in mine.items()}
        vague = [p for u, p in mine.items() if below[u] is None]
        if vague or not mine:
            reason = reason_of((self._vague(vague[0]),)) if vague else Text(f"没有划分{level.zh}", f"no {level.en} on file")
            return evolve(row, need_low=len(mine) or None, status="undetermined", reason=reason)
        lacking = [ground.snapshot.unit_name(u) for u, short in below.items() if short]
        shown = "、".join(lacking[:8]) + ("…" if len(lacking) > 8 else "")
        note = Text(f"尚无的：{shown}", f"without: {shown}") if lacking else None
        return evolve(row, need_low=len(mine), need=len(mine), supply=len(mine) - len(lacking), gap=-len(lacking), note=note)

    def _lacking_row(self, ground: Ground, unit: str, present: Present) -> Measure:
        """A township without the minimum, or of which nobody can tell, under its district."""
        name, district = ground.snapshot.unit_name(unit), ground.snapshot.district_of(unit) or ground.snapshot.pooling_area
        row = evolve(self._plain(ground, district, Text(f"{name}的{self._sort.zh}数", f"number of {self._sort.en}s in {name}"), "count of the sort in the unit"),
                     measure="presence_lacking", subject=unit)
        if present.is_below(self.minimum) is None:
            return evolve(row, status="undetermined", reason=reason_of((self._vague(present),)))
        return evolve(row, supply=present.sure)

    def read_back(self) -> Text:
        level, sort = UNIT_LEVELS[self.unit_level].name, self._sort
        if self.unit_owner:
            owners = Text("、".join(OWNERS.label(o) for o in self.unit_owner), ", ".join(OWNERS.label(o, "en") for o in self.unit_owner))
            level = Text(f"{owners.zh}{level.zh}", f"{owners.en} {level.en}")
        if self.effect == "exemption":
            lack = Text("尚无", "without a") if self.minimum == 1 else Text(f"不足 {self.minimum} 家", f"with fewer than {self.minimum}")
            return Text(f"{level.zh}{lack.zh}{sort.zh}的，可根据实际需要增加至 {self.minimum} 家，免于适用：{'、'.join(self.excepts)}；其余规定照常适用。",
                        f"A {level.en} {lack.en} {sort.en} may add up to {self.minimum} as needed, free of: {', '.join(self.excepts)}; everything else applies.")
        then = Text("不足的，在当地申请的优先", "where there are fewer, applicants there come first") if self.effect == "priority" else Text(
            "不足的列出", "where there are fewer, it is shown")
        return Text(f"每个{level.zh}至少有 {self.minimum} 家{sort.zh}；{then.zh}。", f"Every {level.en} has at least {self.minimum} {sort.en}(s); {then.en}.")

    def probes(self, choices: Any) -> Iterable[Probe]:
        """A unit with one fewer than the minimum, with the minimum, with one more, and one whose provider stands somewhere in the district."""
        asked = {**application_for(self), **self._columns(), "unit": self._probe_unit}
        for position, held, expect in (("below", self.minimum - 1, HOLDS), ("at", self.minimum, NOT_APPLICABLE), ("above", self.minimum + 1, NOT_APPLICABLE)):
            yield Probe(position=position, expect=expect, application=asked, tables=self._town(held, self._probe_unit))
        if self.unit_level == "township":
            yield Probe(position="missing", expect="undetermined", application=asked, tables=self._town(self.minimum, UNIT), note="units too coarse")

    @property
    def _probe_unit(self) -> str:
        return {"township": TOWNSHIP, "pooling_area": AREA}.get(self.unit_level, UNIT)

    def _columns(self) -> dict[str, Any]:
        columns = {"provider_class": self.counts[:1], "kind": self.count_kinds[:1], "level": self.count_levels[:1],
                   "ownership": self.count_ownership[:1], "tags": self.count_tags[:1]}
        return {name: codes[0] for name, codes in columns.items() if codes}

    def _town(self, held: int, unit: str) -> Mapping[str, list[Mapping[str, Any]]]:
        units: list[Mapping[str, Any]] = [{"unit": AREA, "name": "检验统筹区", "level": "pooling_area"}, {"unit": UNIT, "name": "检验区", "level": "district", "parent": AREA},
                 {"unit": TOWNSHIP, "name": "检验街道", "level": "township", "parent": UNIT}]
        units = [{**unit, "owner": self.unit_owner[0]} for unit in units] if self.unit_owner else units
        kind = "pharmacy" if self.counts[0] == "pharmacy" else "general_hospital"
        own = {"kind": kind, **self._columns(), "unit": unit}
        return {"units": units, "providers": [provider_row(f"P{i}", **own) for i in range(held)]}
