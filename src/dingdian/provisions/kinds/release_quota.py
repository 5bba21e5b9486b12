"""Additions against exits: what left the plan's counts frees beds or places, and so much may come in.

As an exception it answers a total that is reached, and lifts only what it names; as a gate it holds a fixed total. A district that is
not short of beds gets none where the text serves short districts only. Where no total is reached, no exit is needed; what nobody
stated (exits, beds, what was used) is missing, never nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, ClassVar

from attrs import evolve, frozen

from dingdian.provisions import fields
from dingdian.provisions.alert import ALERT, QUIET, Alert, lacking, quantity, raised, told_by
from dingdian.provisions.base import Provision, Slot, kind_of_provision, missing_column, undetermined
from dingdian.provisions.bed_limits import BedCeiling, BedExits, BedLimits
from dingdian.provisions.case import Case
from dingdian.provisions.counting import Count, bed_stock, no_persons, persons_of, show, whole
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
from dingdian.provisions.forward_rules import Exchange
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.kinds.bed_norm import BedNorm, norm_of, reason_of
from dingdian.provisions.probe import (
    PROVIDER,
    UNIT,
    Probe,
    application_for,
    bed_row,
    insured_rows,
    provider_row,
)
from dingdian.provisions.releases import Left, admitted_for_quota, left_of
from dingdian.terms import PROVIDER_CLASSES, Text

CAPPED, UNCAPPED = "capped_by_gap", "not_capped"
CITY, COUNTY = "city", "county"
REACHED, ALWAYS = "total_reached", "always"


@frozen(kw_only=True)
class Need:
    """Whether exits are needed at all: ``state`` HOLDS (needed), NOT_APPLICABLE (no total is reached) or UNDETERMINED."""

    state: str
    spent: int = 0  # what applications admitted before this one have taken beyond the total
    missing: tuple[Missing, ...] = ()


@kind_of_provision
@frozen(kw_only=True)
class ReleaseQuota(Provision):
    """Beds or places freed by exits, times a ratio, may be added: in districts that are short of beds, or in every district.

    Which total has to be reached before exits are needed stands in ``bed_norm`` (beds) or ``over_target`` (places); with neither the
    total is fixed and every addition needs exits.
    """

    kind: ClassVar[str] = "release_quota"
    title: ClassVar[Text] = Text("以退定增额度", "release quota")
    effects: ClassVar[tuple[str, ...]] = ("quota", "gate")
    section: ClassVar[str] = "quota"
    comparison: ClassVar[str] = "<="
    nature: ClassVar[str] = "number"
    needs: ClassVar[tuple[str, ...]] = ("releases",)
    refers_to: ClassVar = {"excepts": "", "bed_norm": "bed_norm", "over_target": "over_target"}
    fact_keys: ClassVar = {
        "district_computed_beds": Text("区县床位测算值（张），不填则按床位标准下限计算", "computed beds of a district"),
        "quota_used": Text("本规划期已使用的退出额度（张或家），对象为类别；按区县计的写“区县代码/类别”",
                           "what was used of the exits; subject = class, or district/class where districts have their own"),
    }
    slots: ClassVar = {
        "ratio": Slot(Text("退出按多大比例转为新增", "what share of exits may be used"),
                      {"share": Text("按比例", "a share"), "smaller_share": Text("按较低比例", "a smaller share")},
                      {"share": ("ratio",), "smaller_share": ("ratio",)}),
        "limit": Slot(Text("是否以区县差额为限", "whether the district's gap is the limit"),
                      {CAPPED: Text("以差额为限", "limited by the gap"), UNCAPPED: Text("不以差额为限", "not limited")}, otherwise=UNCAPPED),
        "exits_of": Slot(Text("用哪里的退出", "whose exits count"),
                         {CITY: Text("全市的退出", "those of the whole pooling area"), COUNTY: Text("本区县的退出", "those of the district itself")},
                         otherwise=CITY),
        "needed": Slot(Text("何时须以退出换新增", "when exits are needed"), {
            REACHED: Text("达到总量之后", "once the total is reached"), ALWAYS: Text("任何新增", "for every addition")}, otherwise=REACHED),
    }

    provider_class: str = fields.code(PROVIDER_CLASSES, "规划类别", "provider class", default="inpatient")
    bed_norm: str = fields.text("床位标准的标识", "id of the bed norm", default="")
    over_target: str = fields.text("总量门槛的标识", "id of the over-target gate", default="")
    short_only: bool = fields.boolean("仅限低于测算值的区县", "only districts below their computed value", default=True)
    excepts: tuple[str, ...] = fields.names("免于适用的规定", "provisions lifted")

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        if self.is_beds and self.over_target:
            yield (("over_target",), Text("住院机构看床位标准", "beds are held against a bed norm"), Text("改写 bed_norm", "write bed_norm instead"))
        if not self.is_beds and self.bed_norm:
            yield (("bed_norm",), Text("该类别没有床位", "this class has no beds"), Text("改写 over_target", "write over_target instead"))
        if self.short_only and self.is_beds and not self.bed_norm:
            yield (("bed_norm",), Text("没有床位标准就没有区县测算值", "without a norm no district has a computed value"),
                   Text("补 bed_norm，或写 short_only: false", "add bed_norm, or write short_only: false"))

    @property
    def is_beds(self) -> bool:
        return self.provider_class == "inpatient"

    @property
    def unit_of_measure(self) -> str:
        return "bed" if self.is_beds else "place"

    # --- one application -------------------------------------------------------------------------------------------------

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        if case.provider_class not in (None, self.provider_class):
            return Judgement(status=NOT_APPLICABLE, sentence=Text(
                f"本条仅适用于{PROVIDER_CLASSES.label(self.provider_class)}。", f"Applies to {PROVIDER_CLASSES.label(self.provider_class, 'en')} only."))
        asked = self._asked(case)
        lacking = [name for name, value in (("beds", asked), ("unit", case.district or None)) if value is None]
        if lacking:
            return undetermined([missing_column(case, name) for name in lacking])
        choices = ground.choices(self)
        need = self._need(case, ground, choices, asked or 0)
        if need.state == NOT_APPLICABLE:
            return Judgement(status=NOT_APPLICABLE, readings=choices.used, sentence=Text(
                "全市未超过规划目标，无需动用退出额度。", "The total is not reached; no released beds are needed."
                if self.is_beds else "The total is not reached; no released places are needed."))
        if need.state == UNDETERMINED and self.is_beds:
            return undetermined(need.missing, readings=choices.used)
        if self.is_beds and self.short_only:
            return self._in_short_district(case, ground, choices, asked or 0, need)
        left = self._left(ground, choices, case.district, need.spent)
        if left.value is None:
            return undetermined((*left.missing, *need.missing), readings=choices.used)
        return self._against(case, ground, choices, asked or 0, left, None)

    def _asked(self, case: Case) -> int | None:
        if self.is_beds:
            return case.beds
        return 1 if case.action in ("designate", "branch") else 0

    def _need(self, case: Case, ground: Ground, choices: Choices, asked: int) -> Need:
        if choices["needed"].option == ALWAYS or not (self.bed_norm or self.over_target):
            return Need(state=HOLDS, spent=self._admitted(ground, choices, case.district))
        return self._need_of_beds(ground, choices, case, asked) if self.is_beds else self._need_of_places(ground, choices, case)

    def _admitted(self, ground: Ground, choices: Choices, district: str) -> int:
        """Beds or places that applications admitted before this one take from the same exits."""
        cases = admitted_for_quota(ground, self.provider_class, self._districts(choices, district))
        return sum(self._asked(case) or 0 for case in cases)

    def _need_of_beds(self, ground: Ground, choices: Choices, case: Case, asked: int) -> Need:
        norm = norm_of(ground, self.bed_norm)
        normed, area = ground.choices(norm), ground.snapshot.pooling_area
        stock, bounds = bed_stock(ground, normed["beds"].option, norm.per), norm.bounds(normed, ground.on)
        people = persons_of(ground, area, norm.per)
        if stock is None or people.value is None:
            return Need(state=UNDETERMINED, missing=people.missing or (no_persons(ground, area, norm.per),))
        city, allowed = stock.count(ground.snapshot.districts), bounds.allowed(people.value)
        if city.at_least + asked <= allowed and city.value is not None:
            return Need(state=NOT_APPLICABLE)
        before = city.at_least - city.from_admitted
        return Need(state=HOLDS, spent=min(max(0, city.at_least - max(allowed, before)), self._admitted(ground, choices, case.district)))

    def _need_of_places(self, ground: Ground, choices: Choices, case: Case) -> Need:
        """Whether the total of places is reached, as the gate that holds it says."""
        gate = next(p for p in ground.provisions if p.id == self.over_target)
        said = gate.judge(case, ground)
        if said.status == FAILS:
            taken = self._admitted(ground, choices, case.district)
            over = int(said.value or 0) - int(said.threshold or 0) - 1  # beyond the total before this application came
            return Need(state=HOLDS, spent=min(taken, max(0, over)))
        return Need(state=UNDETERMINED if said.status == UNDETERMINED else NOT_APPLICABLE, missing=said.missing)

    # --- beds that change hands ------------------------------------------------------------------------------------------

    def bed_limits(self, ground: Ground, choices: Choices) -> BedLimits | None:
        """So many beds added for those given up, in the district or in the whole area, and only where beds are short if it says so."""
        if not self.is_beds or not self._exits_needed(ground, choices):
            return None
        districts, ratio = ground.snapshot.districts, choices["ratio"]["ratio"]
        groups = [(district,) for district in districts] if choices["exits_of"].option == COUNTY else [districts]
        exits = tuple(BedExits(districts=group, ratio=ratio) for group in groups)
        ceilings: tuple[BedCeiling, ...] = ()
        if self.short_only:
            norm, capped = norm_of(ground, self.bed_norm), choices["limit"].option == CAPPED
            ceilings = tuple(BedCeiling(district=district, needed=self._computed(ground, norm, district).value, capped=capped)
                             for district in districts)
        return BedLimits(exits=exits, ceilings=ceilings, readings=choices.used)

    def _exits_needed(self, ground: Ground, choices: Choices) -> bool:
        """Whether one more bed would need exits: always, or because the total is reached; a total that nobody knows counts as reached."""
        if choices["needed"].option == ALWAYS or not self.bed_norm:
            return True
        norm, area = norm_of(ground, self.bed_norm), ground.snapshot.pooling_area
        normed, people = ground.choices(norm), persons_of(ground, area, norm.per)
        stock = bed_stock(ground, normed["beds"].option, norm.per)
        held = None if stock is None else stock.count(ground.snapshot.districts).value
        return held is None or people.value is None or held >= norm.bounds(normed, ground.on).allowed(people.value)

    # --- what is left ------------------------------------------------------------------------------------------------------

    def _districts(self, choices: Choices, district: str) -> tuple[str, ...] | None:
        return (district,) if choices["exits_of"].option == COUNTY else None

    def _left(self, ground: Ground, choices: Choices, district: str, spent: int) -> Left:
        return left_of(ground, self.provider_class, self._districts(choices, district), choices["ratio"]["ratio"], spent=spent)

    def _in_short_district(self, case: Case, ground: Ground, choices: Choices, asked: int, need: Need) -> Judgement:
        norm = norm_of(ground, self.bed_norm)
        stock = bed_stock(ground, ground.choices(norm)["beds"].option, norm.per)
        beds = Count(value=None, missing=need.missing) if stock is None else stock.count((case.district,))
        computed, left = self._computed(ground, norm, case.district), self._left(ground, choices, case.district, need.spent)
        missing = (*computed.missing, *beds.missing, *left.missing)
        if computed.value is None or beds.value is None or left.value is None:
            return undetermined(missing, readings=choices.used)
        if computed.value <= beds.value:
            return self._not_short(case, ground, choices, computed, beds)
        return self._against(case, ground, choices, asked, left, (computed, beds))

    def _computed(self, ground: Ground, norm: BedNorm, district: str) -> Count:
        """The district's own computed value: stated as a fact, or the norm's lower bound times its persons."""
        fact = ground.snapshot.fact(district, "district_computed_beds")
        if fact is not None and whole(fact.value) is not None:
            return Count(value=whole(fact.value), as_of=fact.as_of, source=fact.source)
        people = persons_of(ground, district, norm.per)
        if people.value is None:
            return people
        bounds = norm.bounds(ground.choices(norm), ground.on)
        return Count(value=bounds.needed(people.value), as_of=people.as_of, source=f"low * {norm.per} / 1000")

    def _against(
        self, case: Case, ground: Ground, choices: Choices, asked: int, left: Left, short: tuple[Count, Count] | None
    ) -> Judgement:
        value = left.value or 0
        gap = None if short is None else (short[0].value or 0) - (short[1].value or 0)
        room = max(0, min(gap, value) if gap is not None and choices["limit"].option == CAPPED else value)
        fits = asked <= room
        return Judgement(
            status=HOLDS if fits else FAILS, value=asked, operator="<=", threshold=room, margin=room - asked,
            unit_of_measure=self.unit_of_measure, readings=choices.used, waives=self.excepts if fits else (),
            as_of=left.freed.until if short is None else short[1].as_of,
            sentence=self._sentence(case, ground, choices, asked, left, short, fits),
            evidence={**self._evidence(case, choices, left), **_of_gap(short, gap)},
            would_change=() if fits else (_what_would_do(self.is_beds, asked, room),),
        )

    def _sentence(
        self, case: Case, ground: Ground, choices: Choices, asked: int, left: Left, short: tuple[Count, Count] | None, fits: bool
    ) -> Text:
        name, unit, noun = ground.snapshot.unit_name(case.district), _UNITS[self.is_beds], _COUNTED[self.is_beds]
        own = choices["exits_of"].option == COUNTY
        verb = Text("可按退出情况准入" if fits else "不能按退出情况准入", "may be admitted" if fits else "may not be admitted")
        offset = "" if not left.offset else f"（已冲抵重点项目床位 {show(left.offset)} 张）"
        offset_en = "" if not left.offset else f" (after {show(left.offset)} beds of key projects)"
        if short is None:
            where = Text(name, name) if own else Text("全市", "The pooling area")
            freed = Text("退出、核减可用床位", "exits and cuts") if self.is_beds else Text("退出可用名额", "exits")
            return Text(f"{where.zh}规划期内{freed.zh} {show(left.value)} {unit}{offset}，申请 {show(asked)} {unit}，{verb.zh}。",
                        f"{where.en}: {freed.en} in the plan period leave {show(left.value)} {noun.en}{offset_en}; {show(asked)} applied for: "
                        f"{verb.en} against exits.")
        where = Text("本区县", "the district's own") if own else Text("全市", "the pooling area's")
        computed, beds = short
        gap = (computed.value or 0) - (beds.value or 0)
        return Text(
            f"{name}测算 {show(computed.value)} 张、现有 {show(beds.value)} 张，差额 {show(gap)} 张；规划期内{where.zh}退出可用 {show(left.value)} 张{offset}；"
            f"申请 {show(asked)} 张，{verb.zh}。",
            f"{name}: computed {show(computed.value)}, in stock {show(beds.value)}, gap {show(gap)}; {where.en} exits leave {show(left.value)} beds"
            f"{offset_en}; {show(asked)} applied for: {verb.en} against exits.")

    def _evidence(self, case: Case, choices: Choices, left: Left) -> Mapping[str, Any]:
        return {
            "district": case.district, "exits_of": choices["exits_of"].option, "released": left.amount, "exits": list(left.freed.exits),
            "released_since": left.freed.since, "released_until": left.freed.until, "ratio": left.ratio, "used": left.used,
            "offset": left.offset, "spent": left.spent, "left": left.value,
            **({"room": (left.value or 0) - (case.beds or 0)} if self.is_beds and self.effect == "gate" else {}),
            "formula": "asked <= floor(released * ratio) - used - offset - spent",
        }

    def _not_short(self, case: Case, ground: Ground, choices: Choices, computed: Count, beds: Count) -> Judgement:
        """Exits serve short districts only."""
        assert computed.value is not None
        assert beds.value is not None
        name = ground.snapshot.unit_name(case.district)
        return Judgement(
            status=FAILS, value=beds.value, operator="<", threshold=computed.value, margin=computed.value - beds.value,
            unit_of_measure="bed", readings=choices.used, as_of=beds.as_of,
            sentence=Text(
                f"{name}现有 {show(beds.value)} 张，不低于测算的 {show(computed.value)} 张，不能按退出情况准入。",
                f"{name}: {show(beds.value)} in stock, not below the computed {show(computed.value)}: nothing is admitted against exits."),
            evidence={"district": case.district, "computed": computed.value, "computed_source": computed.source,
                      "stock": beds.value, "stock_as_of": beds.as_of, "gap": computed.value - beds.value,
                      "formula": "stock < computed"},
        )

    # --- years to come -----------------------------------------------------------------------------------------------------

    def forward(self, ground: Ground, choices: Choices) -> Exchange | None:
        """Exits of the year, times the ratio, beyond a total that is reached; where it is a gate, instead of it."""
        classes = tuple(c for c in classes_of(self) if c == self.provider_class)
        rule = Exchange(provision=self.id, classes=classes, lifts=self.excepts, ratio=Fraction(choices["ratio"]["ratio"]),
                        own_zone=choices["exits_of"].option == COUNTY, readings=choices.used)
        if not self.bed_norm:
            return rule
        norm = norm_of(ground, self.bed_norm)
        if norm.per != "insured":
            return None
        bounds = norm.bounds(ground.choices(norm), norm.by)
        reached = self.effect == "gate" and choices["needed"].option == REACHED
        return evolve(rule, short_of=Fraction(bounds.low) if self.short_only else None, capped=choices["limit"].option == CAPPED,
                      once_above=Fraction(bounds.high) if reached else None, readings=choices.used)

    # --- the whole city ----------------------------------------------------------------------------------------------------

    def measure(self, ground: Ground) -> Iterable[Measure]:
        choices = ground.choices(self)
        by_county = choices["exits_of"].option == COUNTY
        for unit in ground.snapshot.districts if by_county else (ground.snapshot.pooling_area,):
            left = self._left(ground, choices, unit, 0)
            freed, measure = left.freed, f"released_{'beds' if self.is_beds else 'places'}"
            yield Measure(
                measure=measure, title=Text(f"退出可用{'床位' if self.is_beds else '名额'}额度", f"released {_COUNTED[self.is_beds].en} that may be used"),
                unit=unit, unit_name=ground.snapshot.unit_name(unit), provider_class=self.provider_class, unit_of_measure=self.unit_of_measure,
                formula=Text("退出释放 × 比例（向下取整）− 已用 − 冲抵", "floor(released * ratio) - used - offset"), supply=left.value, readings=choices.used, as_of=freed.until,
                status="measured" if left.value is not None else "undetermined",
                reason=None if left.value is not None else reason_of(left.missing), inputs=self._inputs(left),
                note=Text(f"{freed.since} 至 {freed.until} 退出 {len(freed.exits)} 笔，释放 {show(left.amount)} {_UNITS[self.is_beds]}",
                          f"{len(freed.exits)} exits from {freed.since} to {freed.until} freed {show(left.amount)} {_COUNTED[self.is_beds].en}"),
            )

    def alerts(self, ground: Ground, lead_days: int) -> Iterable[Alert]:
        """Quotas of which more was used, or set off, than exits freed."""
        for row in self.measure(ground):
            if row.supply is None:
                yield lacking(told_by(row), [row.reason or row.title])
                continue
            left = quantity(row.supply, row.unit_of_measure)
            note = row.note or row.title
            yield raised(told_by(row), ALERT if row.supply < 0 else QUIET, operator=">=", threshold=0, sentence=Text(
                f"{row.unit_name}{row.title.zh} {left.zh}（{note.zh}）。", f"{row.unit_name}, {row.title.en}: {left.en} ({note.en})."))

    def _inputs(self, left: Left) -> tuple[Input, ...]:
        unit = self.unit_of_measure
        return (
            Input(name="released", value=left.amount, unit_of_measure=unit, as_of=left.freed.until, source="releases"),
            Input(name="ratio", value=left.ratio, unit_of_measure="ratio", source="reading"),
            Input(name="used", value=left.used, unit_of_measure=unit, as_of=left.freed.until, source="facts.quota_used"),
            Input(name="offset", value=left.offset, unit_of_measure=unit, as_of=left.freed.until, source="providers, beds.insured_beds"),
        )

    # --- in words ----------------------------------------------------------------------------------------------------------

    def read_back(self) -> Text:
        if self.is_beds and self.short_only:
            return Text("全市超过床位总量目标时，床位低于本区县测算值的区县，可在规划期内退出释放的额度和本区县差额之内准入。",
                        "When the total is reached, a district below its own computed beds may admit within the beds freed by exits and "
                        "within its own gap.")
        name = PROVIDER_CLASSES[self.provider_class].name
        if not self.is_beds:
            return Text(f"全市{name.zh}数量超过规划总量时，可在规划期内退出的数量之内新增（用全市还是本区县的退出、按多大比例，由口径定）。",
                        f"When the total of {name.en} providers is exceeded, as many may be added as exits in the plan period allow (whose exits, and "
                        "in what share, are readings).")
        return Text("区县床位总量不变：新增医保床位不得超过规划期内退出、核减释放的床位（重点项目新增床位先行冲抵）。",
                    "The district's bed total is fixed: beds are added only within those freed by exits and cuts in the plan period (beds of key "
                    "projects use them up first).")

    # --- generated cases -----------------------------------------------------------------------------------------------------

    def probes(self, choices: Choices) -> Iterable[Probe]:
        """Ten beds or one place asked for, around what exits leave, where the total is reached and the district is short."""
        asked = 10 if self.is_beds else 1
        application, enough = application_for(self), -(-asked // choices["ratio"]["ratio"])
        for position, freed, expect in (("below", enough + 1, HOLDS), ("at", enough, HOLDS), ("above", enough - 1, FAILS)):
            yield Probe(position=position, expect=expect, application=application, tables={**self._town(), "releases": [self._exit(int(freed))]})
        yield Probe(position="missing", expect=UNDETERMINED, application=application, tables=self._town(), note="no ledger of exits")

    def _town(self) -> Mapping[str, list[Mapping[str, Any]]]:
        """One insured person, one hundred beds, a high computed value, a total of none: everything beyond it needs exits."""
        stated: list[Mapping[str, Any]] = [{"subject": subject, "key": key, "as_of": "2026-01-01", "value": value, "source": "检验"}
                  for subject, key, value in ((UNIT, "district_computed_beds", "10000"), (self.provider_class, "plan_total", "0"))]
        activity: list[Mapping[str, Any]] = [{"provider": PROVIDER, "year": 2025, "open_bed_days": 36_500}]
        return {"providers": [provider_row()], "beds": [bed_row(100)], "insured": insured_rows(1), "activity": activity, "facts": stated}

    def _exit(self, freed: int) -> Mapping[str, Any]:
        return {"release": "R1", "unit": UNIT, "provider_class": self.provider_class, "effective_on": "2026-06-01", "reason": "termination",
                "exempt": False, "beds" if self.is_beds else "places": freed}


_UNITS = {True: "张", False: "家"}
_COUNTED = {True: Text("床位", "beds"), False: Text("名额", "places")}


def _what_would_do(is_beds: bool, asked: int, room: int) -> Text:
    """So many more exits; or, where some room is left, fewer beds."""
    more = Text(f"另有 {show(asked - room)} {_UNITS[is_beds]}{'床位' if is_beds else ''}退出", f"{show(asked - room)} more {_COUNTED[is_beds].en} freed by exits")
    if not is_beds or room <= 0:
        return more
    return Text(f"{more.zh}，或申请床位减至 {show(room)} 张以内", f"{more.en}, or at most {show(room)} beds applied for")


def _of_gap(short: tuple[Count, Count] | None, gap: int | None) -> Mapping[str, Any]:
    if short is None:
        return {}
    computed, beds = short
    return {"computed": computed.value, "computed_source": computed.source, "stock": beds.value, "stock_as_of": beds.as_of, "gap": gap,
            "formula": "asked <= min(computed - stock, floor(released * ratio) - used - offset - spent)"}
