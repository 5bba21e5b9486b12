"""Whether a zone has more of a resource than of the people: HRAD minus PAD, with its sign, its size and its worth in institutions.

Any positive difference is positive. One that is worth less than half an institution is pointed out and, under the literal
reading, still counts. Judges no application: quotas rest on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import ClassVar

from attrs import evolve, frozen

from dingdian.methods.agglomeration import hrad, pad, worth
from dingdian.methods.rounding import round_half_even
from dingdian.provisions import fields
from dingdian.provisions.base import Provision, Slot, kind_of_provision
from dingdian.provisions.counting import Count, bed_stock, persons_of
from dingdian.provisions.finding import Input, Measure, Missing
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.kinds.bed_norm import reason_of
from dingdian.provisions.land import area_km2, no_area
from dingdian.provisions.zoning import Zone, total, zones
from dingdian.terms import PROVIDER_CLASSES, Text

RESOURCES = {"institutions": Text("定点机构数", "designated institutions"), "beds": Text("医保床位数", "insured beds"),
             "doctors": Text("医保医师数", "insured doctors")}
MEASURES = {"institutions": "provider", "beds": "bed", "doctors": "doctor"}
INSURED_LAND, RESIDENT_LAND, INSURED_BUILT = "insured_land", "resident_land", "insured_built_up"
# Option → (whose heads, which area).
INPUTS = {INSURED_LAND: ("insured", "land"), RESIDENT_LAND: ("resident", "land"), INSURED_BUILT: ("insured", "built_up")}
LITERAL, MATCHED = "literal", "matched"
HALF = Fraction(1, 2)


@frozen(kw_only=True)
class Standing:
    """One zone: its degrees and their difference, exactly; all None with what is missing."""

    zone: Zone
    resource: Count
    people: Count
    area: Fraction | None
    hrad: Fraction | None = None
    pad: Fraction | None = None
    worth: Fraction | None = None
    missing: tuple[Missing, ...] = ()

    @property
    def difference(self) -> Fraction | None:
        return None if self.hrad is None or self.pad is None else self.hrad - self.pad

    @property
    def slight(self) -> bool:
        """Whether the difference, not zero, is worth less than half an institution (bed, doctor)."""
        return self.worth is not None and 0 < abs(self.worth) < HALF


@kind_of_provision
@frozen(kw_only=True)
class Agglomeration(Provision):
    """Health-resource agglomeration degree against population agglomeration degree, by zone."""

    kind: ClassVar[str] = "agglomeration"
    title: ClassVar[Text] = Text("资源集聚度与人口集聚度", "resource against population agglomeration")
    effects: ClassVar[tuple[str, ...]] = ("information",)
    slots: ClassVar = {
        "inputs": Slot(Text("人口与面积取什么", "whose heads and which area"), {
            INSURED_LAND: Text("参保地参保人数、土地面积", "insured persons by insured place, land area"),
            RESIDENT_LAND: Text("常住人口、土地面积", "residents, land area"),
            INSURED_BUILT: Text("参保地参保人数、建成区面积（不影响正负，只影响大小）", "insured persons, built-up area (changes the size, never the sign)"),
        }),
        "slight": Slot(Text("折合不足半家机构的差值算不算正、负", "whether a difference worth less than half an institution has a sign"), {
            LITERAL: Text("有正负，另行提示", "it has, and is pointed out"), MATCHED: Text("视为等值", "it counts as zero"),
        }),
    }

    resource: str = fields.one_of(RESOURCES, "资源", "resource")
    provider_class: str = fields.code(PROVIDER_CLASSES, "规划类别", "provider class")

    # --- what quotas ask -----------------------------------------------------------------------------------

    def standings(self, ground: Ground, choices: Choices) -> tuple[Standing, ...]:
        """Every zone; when one of them lacks a number, none has a degree: the parent is their sum."""
        whose, which = INPUTS[choices["inputs"].option]
        rows = [self._inputs_of(ground, zone, whose, which) for zone in zones(ground)]
        missing = tuple(dict.fromkeys(item for row in rows for item in row.missing))
        held = [row.resource.value or 0 for row in rows]
        heads = [row.people.value or 0 for row in rows]
        if missing or not rows or not sum(held) or not sum(heads):
            lacking = missing or (self._nothing(ground),)
            return tuple(evolve(row, missing=lacking) for row in rows)
        areas = [row.area or 0 for row in rows]
        degrees = zip(rows, hrad(held, areas), pad(heads, areas), worth(held, heads))
        return tuple(evolve(row, hrad=a, pad=b, worth=w) for row, a, b, w in degrees)

    def sign(self, standing: Standing, choices: Choices) -> int | None:
        """1 in surplus, 0 matched, −1 short; None when nobody knows."""
        gap = standing.difference
        if gap is None:
            return None
        if standing.slight and choices["slight"].option == MATCHED:
            return 0
        return (gap > 0) - (gap < 0)

    # --- counting ------------------------------------------------------------------------------------------

    def _inputs_of(self, ground: Ground, zone: Zone, whose: str, which: str) -> Standing:
        resource, area = self._resource(ground, zone), area_km2(ground, zone.districts, which)
        people = total([persons_of(ground, district, whose) for district in zone.districts])
        lacking = (*resource.missing, *people.missing, *(() if area else (no_area(zone.districts, zone.name, which),)))
        return Standing(zone=zone, resource=resource, people=people, area=area, missing=lacking)

    def _resource(self, ground: Ground, zone: Zone) -> Count:
        if self.resource == "beds":
            stock = bed_stock(ground, "insured_beds")
            return Count(value=None, missing=(self._nothing(ground),)) if stock is None else stock.count(zone.districts)
        held = ground.stock[ground.stock["provider_class"] == self.provider_class]
        homeless = held[held["counted_district"].isna()]
        if len(homeless):
            return Count(value=None, missing=(_no_district(str(homeless["provider"].iloc[0]), len(homeless)),))
        here = held[held["counted_district"].isin(zone.districts)]
        day = ground.snapshot.city.meta.as_of
        if self.resource == "institutions":
            return Count(value=len(here), at_least=len(here), as_of=day, source="providers")
        return _doctors(ground, {str(code) for code in here["provider"]})

    def _nothing(self, ground: Ground) -> Missing:
        what = RESOURCES[self.resource]
        return Missing(table="providers", subject=ground.snapshot.pooling_area, column="provider", phrase=Text(
            f"全市没有可计的{what.zh}或人口，集聚度无从计算", f"no {what.en} or no people at all: nothing to set in proportion"))

    # --- rows ----------------------------------------------------------------------------------------------

    def measure(self, ground: Ground) -> Iterable[Measure]:
        choices = ground.choices(self)
        for standing in self.standings(ground, choices):
            sign = self.sign(standing, choices)
            for name, title, value, formula in (
                ("hrad", Text("资源集聚度", "HRAD"), standing.hrad, "(HR_i / HR_n) / (A_i / A_n)"),
                ("pad", Text("人口集聚度", "PAD"), standing.pad, "(P_i / P_n) / (A_i / A_n)"),
                ("hrad_minus_pad", Text("集聚度差值", "HRAD − PAD"), standing.difference, "HRAD - PAD"),
                ("hrad_over_pad", Text("集聚度比值", "HRAD / PAD"), _ratio(standing), "HRAD / PAD = (HR_i / P_i) / (HR_n / P_n)"),
            ):
                yield self._row(ground, choices, standing, name, title, value, formula, sign)

    def _row(
        self, ground: Ground, choices: Choices, standing: Standing, name: str, title: Text, value: Fraction | None, formula: str,
        sign: int | None,
    ) -> Measure:
        zone, snapshot = standing.zone, ground.snapshot
        area = None if standing.area is None else round_half_even(standing.area, 4)
        return Measure(
            measure=name, title=title, unit=snapshot.pooling_area, unit_name=zone.name.zh, zone=zone.code, subject=zone.code,
            provider_class=self.provider_class, unit_of_measure="ratio", formula=formula,
            supply=None if value is None else round_half_even(value, 4), readings=choices.used,
            as_of=standing.resource.as_of, status="undetermined" if value is None else "measured",
            reason=reason_of(standing.missing) if value is None else None,
            note=self._note(standing, sign) if name == "hrad_minus_pad" and sign is not None else None,
            inputs=(standing.resource.as_input(self.resource, MEASURES[self.resource]), standing.people.as_input("people", "person"),
                    Input(name="area_km2", value=area, unit_of_measure="km²", source="units")),
        )

    def _note(self, standing: Standing, sign: int) -> Text:
        word = {1: Text("正值，资源多于人口应有份额", "positive: more than the people's share"),
                0: Text("等值", "matched"), -1: Text("负值，资源少于人口应有份额", "negative: less than the people's share")}[sign]
        assert standing.worth is not None
        worth_zh, worth_en = f"折合 {round_half_even(standing.worth, 2)} 家", f"worth {round_half_even(standing.worth, 2)} institutions"
        if self.resource != "institutions":
            worth_zh, worth_en = worth_zh.replace("家", "个单位"), worth_en.replace("institutions", "units")
        if standing.slight:
            return Text(f"{word.zh}；{worth_zh}，不足半家，差值很小，请核对", f"{word.en}; {worth_en}, less than half: check it")
        return Text(f"{word.zh}；{worth_zh}", f"{word.en}; {worth_en}")

    def read_back(self) -> Text:
        what, of = RESOURCES[self.resource], PROVIDER_CLASSES[self.provider_class].name
        return Text(
            f"各定点区域以{of.zh}{what.zh}计算资源集聚度，以人口计算人口集聚度，二者相减：正值为资源富余，等值或负值为相称或不足；"
            "差值的正负只取决于人均资源是否高于全市，与面积无关。",
            f"By zone, HRAD of the {what.en} ({of.en}) minus PAD: positive is in surplus, zero or negative is matched or short; "
            "its sign hangs on resource per head against the city's alone, never on the area.")


def _ratio(standing: Standing) -> Fraction | None:
    """HRAD ÷ PAD; a zone without people has none."""
    return None if standing.hrad is None or not standing.pad else standing.hrad / standing.pad


def _no_district(provider: str, count: int) -> Missing:
    return Missing(table="providers", subject=provider, column="unit", phrase=Text(
        f"{count} 家机构未填所属规划单元（{provider}）", f"{count} providers lack their unit ({provider})"))


def _doctors(ground: Ground, codes: set[str]) -> Count:
    staff = ground.snapshot.latest_staff()
    rows = staff[(staff["role"] == "insured_doctor") & staff["provider"].isin(codes)]
    lacking = sorted(codes - {str(code) for code in rows["provider"]})
    known = int(rows["count"].sum())
    missing = (Missing(table="staff", subject=lacking[0], column="count", phrase=Text(
        f"{len(lacking)} 家机构缺少医保医师数（{lacking[0]}）", f"{len(lacking)} providers lack insured doctors ({lacking[0]})")),) if lacking else ()
    dates = [stamp.date() for stamp in rows["as_of"]]
    return Count(value=None if missing else known, at_least=known, as_of=max(dates, default=None), source="staff.count", missing=missing)


def agglomeration_named(ground: Ground, id: str) -> Agglomeration:
    """The agglomeration that another provision names; the loader has checked that it is one."""
    found = next(p for p in ground.provisions if p.id == id)
    assert isinstance(found, Agglomeration)
    return found
