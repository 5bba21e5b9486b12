"""At most so many providers within a radius: the saturation gate of pharmacies and small institutions.

Counts the designated providers within the radius of the applicant's door plus the applicant; a clause may narrow who counts
(levels, same type, same owner) and where it binds (city areas), and may set a floor at a larger radius beside the cap. A place
whose distances are in doubt is judged only where the doubt does not matter. Where the density class of the place is unknown, the
verdict stands only if every class gives the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, ClassVar

from attrs import evolve, frozen

from dingdian.provisions import fields, radius_probes, radius_siting, radius_words
from dingdian.provisions.alert import OVER, SHORT, Sides
from dingdian.provisions.base import Provision, Slot, kind_of_provision, missing_column, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.circles import Circle, by_circle, circles_over
from dingdian.provisions.counting import show
from dingdian.provisions.density_class import DENSITY, Density, density_of
from dingdian.provisions.filling import (
    EVERY_LEVEL,
    LISTED,
    OWNERSHIP_OF_PLACES,
    SEPARATELY,
    WHICH,
    Filling,
    facts_of,
)
from dingdian.provisions.finding import (
    FAILS,
    HOLDS,
    NOT_APPLICABLE,
    UNDETERMINED,
    Judgement,
    Measure,
    Missing,
)
from dingdian.provisions.forward import YearRule, classes_of
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.nearby import (
    DOUBT,
    Tally,
    admitted_near,
    among,
    names_of,
    no_place,
    sought_m,
    tally,
)
from dingdian.provisions.newcomers import Integers, Newcomers, SiteLimits
from dingdian.provisions.probe import Probe
from dingdian.provisions.radius_siting import APPLICANT, EVERY, STRAIGHT, WALKING
from dingdian.provisions.saturation import floor_rows, saturated_rows
from dingdian.provisions.settlement import CITY, FACT_KEYS, NAMES, SETTLEMENT, TOWNSHIP, area_of
from dingdian.space.siting.limits import Limits
from dingdian.terms import DENSITIES, KINDS, LEVELS, PROVIDER_CLASSES, Text

SMALLER, LARGER = "smaller_radius", "larger_radius"
WIDEST_M = "100000"  # a circle wider than any pooling area is a slip of the unit
AREAS = {CITY: NAMES[CITY], TOWNSHIP: NAMES[TOWNSHIP]}
APPROVED, DECLINED = "approved", "declined"


@kind_of_provision
@frozen(kw_only=True)
class RadiusCap(Provision):
    """No more than a cap, by density class, of designated providers within a radius, the applicant included."""

    kind: ClassVar[str] = "radius_cap"
    title: ClassVar[Text] = Text("服务半径饱和度", "saturation within a radius")
    comparison: ClassVar[str] = "<="
    nature: ClassVar[str] = "place"
    fact_keys: ClassVar = {
        "density": Text("申请地或格网的人口密度类别（dense/other）", "published density class of a place or cell"),
        "dense_addition": Text("人口密集区域适当增加的决定（approved 同意、declined 不同意），对象为申请",
                               "decision to add beyond the cap in a dense area: approved or declined; subject = application"),
        **FACT_KEYS,
    }
    slots: ClassVar = {
        "distance": Slot(Text("半径如何量", "how the radius is measured"), {
            STRAIGHT: Text("直线距离", "straight line"), WALKING: Text("沿路网步行距离", "walking along the streets"),
        }),
        "density": DENSITY,
        "centre": Slot(Text("以谁为圆心", "whose circle counts"), {
            APPLICANT: Text("以申请机构为圆心，含其自身", "the applicant's, itself included"),
            EVERY: Text("同时不得使已有药店的圆超过上限", "also no existing provider's circle may come to exceed its cap"),
        }),
        "doubt": DOUBT,
        "limit": Slot(Text("上限按哪个半径检验", "at which radius the cap is tested"), {
            SMALLER: Text("上限按较小半径，下限按较大半径", "the cap at the smaller radius, the floor at the larger one"),
            LARGER: Text("上限也按较大半径", "the cap at the larger radius too"),
        }, otherwise=SMALLER),
        "which": WHICH,
        "owners": OWNERSHIP_OF_PLACES,
        "area": SETTLEMENT,
    }

    radius_m: Decimal = fields.number("半径", "radius", unit="米", minimum="1", maximum=WIDEST_M)
    caps: Mapping[str, Decimal] = fields.numbers_by(DENSITIES, "上限", "caps", unit="家")
    counts: tuple[str, ...] = fields.code_list(PROVIDER_CLASSES, "计数的类别", "classes counted")
    counted_levels: tuple[str, ...] = fields.code_list(LEVELS, "计数的等级", "levels counted")
    counted_elsewhere: tuple[str, ...] = fields.code_list(KINDS, "另行计数、不占名额的类型", "kinds counted elsewhere")
    same_type: bool = fields.boolean("只计同类别同类型", "only the same class and type count", default=False)
    within: str = fields.one_of(AREAS, "适用的区域", "where it binds", default="")
    to_person: tuple[str, ...] = fields.code_list(DENSITIES, "超过上限时转人工的密度类别", "density classes where more than the cap goes to a person")
    floor: int | None = fields.whole("下限", "floor", unit="家", default=None)
    floor_radius_m: Decimal | None = fields.number("检验下限的半径", "radius of the floor", unit="米", minimum="1", maximum=WIDEST_M, default=None)

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        lacking = [name for name in DENSITIES if name not in self.caps]
        if lacking:
            yield (("caps",), Text(f"缺少 {'、'.join(lacking)} 的上限", f"no cap for {', '.join(lacking)}"),
                   Text("每种密度类别各写一个上限", "state one for each density class"))
        if not self.counts:
            yield (("counts",), Text("没有指明计数的类别", "no class is named to be counted"),
                   Text("至少写一个类别", "name at least one class"))
        if (self.floor is None) != (self.floor_radius_m is None):
            yield (("floor",), Text("下限与检验下限的半径须同时写", "a floor and its radius are stated together"),
                   Text("补上 floor 或 floor_radius_m", "add floor or floor_radius_m"))
        elif self.floor_radius_m is not None and self.floor_radius_m < self.radius_m:
            yield (("floor_radius_m",), Text("检验下限的半径小于上限的半径", "the floor's radius is smaller than the cap's"),
                   Text("核对两个半径", "check both radii"))

    # --- one case ------------------------------------------------------------------------------------------------

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        choices = ground.choices(self)
        elsewhere = self._elsewhere(case, ground, choices)
        if elsewhere is not None:
            return elsewhere
        outside = self._fills_none(case, choices)
        if outside is not None:
            return outside
        near = self._near(case, ground, choices)
        if near is None:
            return undetermined([_no_streets(case)], readings=choices.used)
        return self._counted(case, ground, choices, near)

    def _elsewhere(self, case: Case, ground: Ground, choices: Choices) -> Judgement | None:
        """Not where the clause binds, or nobody can say where the place is."""
        nowhere = case.lon is None or case.lat is None
        if not self.within:
            return undetermined([no_place(case)]) if nowhere else None
        area = area_of(case, ground, choices["area"])
        if area.name and area.name != self.within:
            return Judgement(status=NOT_APPLICABLE, readings=choices.used, evidence={"area": dict(area.evidence)}, sentence=Text(
                f"申请地属{NAMES[area.name].zh}，本条只适用于{NAMES[self.within].zh}。",
                f"The place lies in {NAMES[area.name].en}; this binds {NAMES[self.within].en} only."))
        if nowhere:
            return undetermined([no_place(case)], readings=choices.used)
        return undetermined(area.missing, readings=choices.used) if area.missing else None

    def _fills_none(self, case: Case, choices: Choices) -> Judgement | None:
        """The applicant fills no place of this cap (another level, a kind counted elsewhere), or nobody can say whether it does."""
        filling = self.filling(choices)
        if filling.is_plain:
            return None
        unknown = filling.unknown(case.facts)
        if unknown is None:
            return Judgement(status=NOT_APPLICABLE, readings=choices.used, sentence=Text(
                f"申请机构不属于本条计数的机构，不占用{self.what.zh}的名额。", "The applicant is none of those that this cap counts: it fills no place."))
        lacking = tuple(dict.fromkeys((*([unknown] if unknown else []), *filling.lacking(case))))
        return undetermined([missing_column(case, name) for name in lacking], readings=choices.used) if lacking else None

    def _counted(self, case: Case, ground: Ground, choices: Choices, near: list[Any]) -> Judgement:
        unsure = self._unsure(case, ground, choices, near)
        counted = tally(case, near, self.limit_m(choices), choices["doubt"], unsure)
        density = self.density_at(case, ground, choices)
        circles = circles_over(self, case, ground, choices, counted)
        # Whose circle counts is looked at only where another's would be over: elsewhere the answer cannot matter.
        every = bool(circles) and choices["centre"].option == EVERY
        said = self._judgement(case, ground, choices, counted, density, circles)
        if self.floor_radius_m is not None:
            said = self._with_floor(said, tally(case, near, self.floor_radius_m, choices["doubt"], unsure))
        if every and said.status != FAILS:
            return by_circle(self, case, ground, choices, said, circles)
        return said

    def _with_floor(self, said: Judgement, counted: Tally) -> Judgement:
        """What the applicant would do for the floor: it decides nothing, and is said."""
        floor, radius = self.floor or 0, show(self.floor_radius_m)
        short = counted.possible < floor
        zh = f"{radius} 米内现有 {counted.nominal} 家，{'不足' if short else '已达'}下限 {floor} 家"
        en = f"{counted.nominal} within {radius} m, {'short of' if short else 'not short of'} the floor of {floor}"
        return evolve(
            said, sentence=Text(f"{said.sentence.zh.removesuffix('。')}；{zh}。", f"{said.sentence.en.removesuffix('.')}; {en}."),
            evidence={**said.evidence, "floor": {"radius_m": self.floor_radius_m, "floor": floor, "counted": counted.nominal,
                                                 "counted_possibly": counted.possible, "would_fill_it": short}})

    def limit_m(self, choices: Choices) -> Decimal:
        """The radius at which the cap is tested; where there is but one radius, no reading is asked."""
        if self.floor_radius_m is None or self.floor_radius_m == self.radius_m or choices["limit"].option == SMALLER:
            return self.radius_m
        return self.floor_radius_m

    def filling(self, choices: Choices) -> Filling:
        """Who fills a place, under the readings in force."""
        which = choices["which"].option if self.counted_levels or self.counted_elsewhere else LISTED
        return Filling(
            classes=frozenset(self.counts), levels=frozenset(() if which == EVERY_LEVEL else self.counted_levels),
            leaves_out=frozenset(self.counted_elsewhere if which == LISTED else ()), same_type=self.same_type,
            separate=choices["owners"].option == SEPARATELY)

    def _near(self, case: Case, ground: Ground, choices: Choices) -> list[Any] | None:
        assert case.lon is not None
        assert case.lat is not None
        reach = sought_m(case, ground, choices["doubt"], max(self.radius_m, self.floor_radius_m or self.radius_m))
        walking = choices["distance"].option == WALKING
        found = ground.places.walking(case.lon, case.lat, reach) if walking else ground.places.straight(case.lon, case.lat, reach)
        if found is None:
            return None
        near = among(ground, case, found, self.counted_codes(ground, choices))
        near += admitted_near(ground, case, Decimal(str(reach)), frozenset(self.counts))
        filling = self.filling(choices)
        if not filling.is_plain:
            near = [n for n in near if filling.unknown(facts_of(ground, n.provider), case) is not None]
        return sorted(near, key=lambda n: (n.distance_m, n.provider))

    def _unsure(self, case: Case, ground: Ground, choices: Choices, near: list[Any]) -> dict[str, str]:
        """Neighbours of whom nobody can say whether they count, with the column that would tell."""
        filling = self.filling(choices)
        if filling.is_plain:
            return {}
        asked = {n.provider: filling.unknown(facts_of(ground, n.provider), case) for n in near}
        return {provider: column for provider, column in asked.items() if column}

    def counted_codes(self, ground: Ground, choices: Choices | None = None) -> frozenset[str]:
        """Providers that fill a circle, or may: by what hangs on no applicant."""
        filling = self.filling(choices or ground.choices(self))

        def compute() -> frozenset[str]:
            stock = ground.stock
            of_class = stock["provider"][stock["provider_class"].isin(self.counts)]
            if filling.is_plain:
                return frozenset(of_class)
            return frozenset(code for code in of_class if filling.unknown(facts_of(ground, code)) is not None)

        found: frozenset[str] = ground.remember(("counted", self.id, filling), compute)
        return found

    def density_at(self, case: Case, ground: Ground, choices: Choices) -> Density:
        """The published class of the case's place, or the one that the population grid gives."""
        assert case.lon is not None
        assert case.lat is not None
        # What is published of a provider is said of the place where it stands, not of the one that it moves to.
        subjects = (case.application,) if case.action in ("relocate", "branch") else case.subjects
        return self.density_of(ground, choices, subjects, case.lon, case.lat)

    @property
    def uniform(self) -> bool:
        """Whether the density class of a place cannot matter."""
        return len(set(self.caps.values())) == 1 and not self.to_person

    def density_of(self, ground: Ground, choices: Choices, subjects: tuple[str, ...], lon: float, lat: float) -> Density:
        """The density class of a place that some subjects speak of; none is looked for where it cannot matter."""
        return Density(name="", evidence={}) if self.uniform else density_of(ground, choices["density"], subjects, lon, lat)

    def _verdict(self, case: Case, ground: Ground, counted: Tally, density: Density) -> tuple[str, int]:
        names = [density.name] if density.name else list(self.caps)
        verdicts = {self._against(case, ground, counted, name) for name in names}
        verdict = verdicts.pop() if len(verdicts) == 1 else UNDETERMINED
        return verdict, min(int(self.caps[name]) for name in names)

    def _against(self, case: Case, ground: Ground, counted: Tally, density: str) -> str:
        said = counted.against(int(self.caps[density]) - 1)
        return self._decided(case, ground) if said == FAILS and density in self.to_person else said

    def _decided(self, case: Case, ground: Ground) -> str:
        """What the bureau decided on an addition beyond the cap; undetermined before it did."""
        fact = ground.snapshot.fact(case.application, "dense_addition")
        return UNDETERMINED if fact is None else {APPROVED: HOLDS, DECLINED: FAILS}.get(fact.value, UNDETERMINED)

    def _judgement(
        self, case: Case, ground: Ground, choices: Choices, counted: Tally, density: Density, circles: list[Circle]
    ) -> Judgement:
        verdict, cap = self._verdict(case, ground, counted, density)
        value, limit, place = counted.nominal + 1, self.limit_m(choices), radius_words.place_words(self, density.name)
        unlocated = self.unlocated(ground, case.district) if case.district else 0
        aside = Text(f"（该区县另有 {unlocated} 家没有坐标，未计入）", f" ({unlocated} more of the district have no coordinates and are not counted)"
                     ) if unlocated else Text("", "")
        lead = Text(f"{show(limit)} 米半径内已有{self.what.zh} {counted.nominal} 家", f"{counted.nominal} {self.what.en} within {show(limit)} m")
        verb = radius_words.VERBS[verdict]
        said = Judgement(
            status=verdict, value=value, operator="<=", threshold=cap, margin=cap - value, unit_of_measure="provider",
            readings=choices.used, missing=self._doubts(case, counted, density, limit) if verdict == UNDETERMINED else (),
            as_of=ground.snapshot.city.meta.as_of,
            sentence=Text(f"{lead.zh}，加上本申请为 {value} 家，{verb.zh}{place.zh}上限 {cap} 家{aside.zh}。",
                          f"{lead.en} plus this one make {value}, {verb.en} the cap of {cap}{place.en}{aside.en}."),
            evidence={
                "without_coordinates_in_district": unlocated,
                "radius_m": limit, "distance": choices["distance"].option, "centre": choices["centre"].option,
                "counted_surely": counted.sure, "counted": counted.nominal, "counted_possibly": counted.possible,
                "neighbours": list(counted.rows), "density": dict(density.evidence),
                "circles_over_cap_after": [circle.provider for circle in circles], "formula": "designated within radius + applicant <= cap",
            },
            would_change=() if verdict == HOLDS else self._change(ground, counted, cap, limit),
        )
        return self._beyond(said, counted, density, lead)

    def _beyond(self, said: Judgement, counted: Tally, density: Density, lead: Text) -> Judgement:
        """Where the bureau decides, one beyond the cap is neither added nor refused by the number alone."""
        if not self._over_for_sure(counted, density) or said.status == FAILS:
            return said
        sentence = radius_words.beyond_cap(self, density.name, lead, said.value, added=said.status == HOLDS)
        if said.status == HOLDS:  # the decision holds, not a comparison
            return evolve(said, value=None, operator="", threshold=None, margin=None, unit_of_measure="", sentence=sentence)
        return evolve(said, sentence=sentence)

    def _over_for_sure(self, counted: Tally, density: Density) -> bool:
        return density.name in self.to_person and counted.against(int(self.caps[density.name]) - 1) == FAILS

    @property
    def what(self) -> Text:
        """The providers that count, in words."""
        return radius_words.what(self)

    def _doubts(self, case: Case, counted: Tally, density: Density, limit: Decimal) -> tuple[Missing, ...]:
        if self._over_for_sure(counted, density):
            return (radius_words.no_decision(case.application),)
        found = []
        if not density.name and not self.uniform:
            found.append(Missing(table="facts", subject=case.application, column="density", phrase=Text(
                "缺少申请地人口密度类别（facts.density 或人口格网）", "the density class of the place is missing")))
        for row in counted.rows:
            if row.get("unknown"):
                found.append(radius_words.uncounted(row["provider"], row["unknown"]))
            elif row["inside"] == "doubtful":
                found.append(radius_words.doubtful(row, show(limit)))
        return tuple(found)

    def _change(self, ground: Ground, counted: Tally, cap: int, limit: Decimal) -> tuple[Text, ...]:
        """How far the farthest of the surplus neighbours is from being outside."""
        inside = sorted((row for row in counted.rows if row["inside"] == "yes"), key=lambda row: row["distance_m"])
        surplus = counted.nominal + 1 - cap
        if surplus <= 0 or surplus > len(inside):
            return ()
        row = inside[-surplus]
        short = limit - row["distance_m"]
        name = names_of(ground, [row])[0]
        which = "最远的一家" if surplus == 1 else f"由远及近第 {surplus} 家"
        return (Text(
            f"半径内{which}（{name}）相距 {row['distance_m']} 米，还差 {show(short)} 米才在半径之外；或半径内退出 {surplus} 家",
            f"{name} is {row['distance_m']} m away, {show(short)} m short of being outside the radius; or {surplus} exits",
        ),)

    # --- the whole city ------------------------------------------------------------------------------------------

    def watched(self) -> Mapping[str, Sides]:
        """Circles that are over; people without the floor, where the text states one."""
        return {"saturated_providers": {OVER: None}, "people_with_floor": {SHORT: None}}

    def measure(self, ground: Ground) -> Iterable[Measure]:
        choices = ground.choices(self)
        yield from saturated_rows(self, ground, choices)
        if self.floor is not None:
            yield from floor_rows(self, ground, choices)

    def unlocated(self, ground: Ground, unit: str) -> int:
        """Providers of a unit that would count but have no coordinates: no circle can hold them, and results say how many."""
        by_district: Counter[str] = ground.remember(
            ("unlocated", self.id, self.filling(ground.choices(self))), lambda: self._unlocated(ground)
        )
        return by_district.total() if unit == ground.snapshot.pooling_area else by_district[unit]

    def _unlocated(self, ground: Ground) -> Counter[str]:
        stock, counted = ground.stock, self.counted_codes(ground)
        without = stock[stock["lon"].isna() | stock["lat"].isna()]
        districts = without["counted_district"].where(without["counted_district"].notna(), "")
        return Counter(district for code, district in zip(without["provider"], districts, strict=True) if code in counted)

    def cap_at(self, ground: Ground, lon: float, lat: float) -> int | None:
        """The cap at a place, for siting; None where the density class is unknown."""
        if self.uniform:
            return int(next(iter(self.caps.values())))
        name = self.density_of(ground, ground.choices(self), (), lon, lat).name
        return int(self.caps[name]) if name else None

    def site_limits(self, ground: Ground, choices: Choices, newcomers: Newcomers) -> SiteLimits:
        return radius_siting.site_limits(self, ground, choices, newcomers)

    def surplus(self, ground: Ground, choices: Choices, rows: Integers) -> Limits:
        return radius_siting.surplus(self, ground, choices, rows)

    def forward(self, ground: Ground, choices: Choices) -> YearRule:
        """A radius cannot be told of a zone: the share of the applications on file that pass it is that of later ones."""
        return YearRule(provision=self.id, classes=classes_of(self), by_share=True)

    def read_back(self) -> Text:
        return radius_words.read_back(self)

    def probes(self, choices: Choices) -> Iterable[Probe]:
        return radius_probes.probes(self, choices)


def _no_streets(case: Case) -> Missing:
    return Missing(table="network_edges", subject=case.application, column="length_m", phrase=Text(
        "申请地在路网覆盖范围以外，步行距离无法计量", "the place lies outside the extent of the streets: no walking distance"))
