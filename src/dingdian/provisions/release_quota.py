"""A district below its own computed value may admit against exits, although the total is reached.

An exception to the totals it names, no more: it holds only where the district is short, the exits have freed enough, and the
beds applied for do not exceed the district's own gap. Where the total is not reached, no exception is needed.
"""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar

from attrs import frozen

from dingdian.provisions import fields
from dingdian.provisions.base import Provision, Slot, kind_of_provision, missing_column, undetermined
from dingdian.provisions.bed_norm import BedNorm, norm_of
from dingdian.provisions.case import Case
from dingdian.provisions.counting import Count, bed_stock, no_persons, persons_of, show, whole
from dingdian.provisions.finding import FAILS, HOLDS, NOT_APPLICABLE, Judgement, Measure, Missing
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.releases import Released, released
from dingdian.terms import Text

CAPPED, UNCAPPED = "capped_by_gap", "not_capped"


@kind_of_provision
@frozen(kw_only=True)
class ReleaseQuota(Provision):
    """Beds freed by exits, times a ratio, serve districts that are short."""

    kind: ClassVar[str] = "release_quota"
    title: ClassVar[Text] = Text("以退定增额度", "release quota")
    effects: ClassVar[tuple[str, ...]] = ("quota",)
    refers_to: ClassVar = {"excepts": "", "bed_norm": "bed_norm"}
    fact_keys: ClassVar = {
        "district_computed_beds": Text("区县床位测算值（张），不填则按床位标准下限计算", "computed beds of a district"),
        "quota_used": Text("本规划期已使用的退出额度（张），对象为类别", "released beds already used, subject = class"),
    }
    slots: ClassVar = {
        "ratio": Slot(Text("退出按多大比例转为新增", "what share of exits may be used"),
                      {"share": Text("按比例", "a share"), "smaller_share": Text("按较低比例", "a smaller share")},
                      {"share": ("ratio",), "smaller_share": ("ratio",)}),
        "limit": Slot(Text("是否以区县差额为限", "whether the district's gap is the limit"),
                      {CAPPED: Text("以差额为限", "limited by the gap"), UNCAPPED: Text("不以差额为限", "not limited")}),
    }

    bed_norm: str = fields.text("床位标准的标识", "id of the bed norm")
    excepts: tuple[str, ...] = fields.names("免于适用的规定", "provisions lifted")

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        if case.beds is None:
            return undetermined([missing_column(case, "beds")])
        choices, norm = ground.choices(self), norm_of(ground, self.bed_norm)
        normed = ground.choices(norm)
        stock, bounds = bed_stock(ground, normed["beds"].option, norm.per), norm.bounds(normed, ground.on)
        people = persons_of(ground, ground.snapshot.pooling_area, norm.per)
        if stock is None or people.value is None:
            missing = people.missing or (no_persons(ground, ground.snapshot.pooling_area, norm.per),)
            return undetermined(missing, readings=choices.used)
        city = stock.count(ground.snapshot.districts)
        if city.at_least + case.beds <= bounds.allowed(people.value) and city.value is not None:
            return Judgement(status=NOT_APPLICABLE, sentence=Text(
                "全市未超过规划目标，无需动用退出额度。", "The total is not reached; no released beds are needed."))
        return self._against(case, ground, choices, norm, stock.count((case.district,)))

    def _computed(self, ground: Ground, norm: BedNorm, district: str) -> Count:
        """The district's own computed value: stated as a fact, or the norm's lower bound times its insured persons."""
        fact = ground.snapshot.fact(district, "district_computed_beds")
        if fact is not None and whole(fact.value) is not None:
            return Count(value=whole(fact.value), as_of=fact.as_of, source=fact.source)
        people = persons_of(ground, district, norm.per)
        if people.value is None:
            return people
        bounds = norm.bounds(ground.choices(norm), ground.on)
        return Count(value=bounds.needed(people.value), as_of=people.as_of, source=f"low * {norm.per} / 1000")

    def _against(self, case: Case, ground: Ground, choices: Choices, norm: BedNorm, beds: Count) -> Judgement:
        computed, freed = self._computed(ground, norm, case.district), released(ground, "inpatient")
        missing = (*computed.missing, *beds.missing, *freed.missing)
        if computed.value is None or beds.value is None or freed.beds is None:
            return undetermined(missing, readings=choices.used)
        left = self._left(ground, choices, freed)
        if left is None:
            return undetermined([_unreadable_quota()], readings=choices.used)
        gap = computed.value - beds.value
        if gap <= 0:
            return self._not_short(case, ground, choices, computed, beds)
        room = max(0, min(gap, left) if choices["limit"].option == CAPPED else left)
        fits = (case.beds or 0) <= room
        name = ground.snapshot.unit_name(case.district)
        return Judgement(
            status=HOLDS if fits else FAILS, value=case.beds, operator="<=", threshold=room,
            margin=room - (case.beds or 0), unit_of_measure="bed", readings=choices.used,
            waives=self.excepts if fits else (), as_of=beds.as_of,
            sentence=Text(
                f"{name}测算 {show(computed.value)} 张、现有 {show(beds.value)} 张，差额 {show(gap)} 张；"
                f"规划期内全市退出可用 {show(left)} 张；申请 {show(case.beds)} 张，{'可按退出情况准入' if fits else '不能按退出情况准入'}。",
                f"{name}: computed {show(computed.value)}, in stock {show(beds.value)}, gap {show(gap)}; exits leave "
                f"{show(left)} beds; {show(case.beds)} applied for: {'may be admitted' if fits else 'may not be admitted'} "
                "against exits."),
            evidence={
                "district": case.district, "computed": computed.value, "computed_source": computed.source,
                "stock": beds.value, "stock_as_of": beds.as_of, "gap": gap, "released": freed.beds,
                "exits": list(freed.exits), "released_since": freed.since, "released_until": freed.until,
                "ratio": choices["ratio"]["ratio"], "left": left,
                "formula": "beds <= min(computed - stock, floor(released * ratio) - used)"},
            would_change=() if fits else (Text(f"申请床位减至 {show(room)} 张以内，或另有退出", f"at most {show(room)} beds, or more exits"),),
        )

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

    def _left(self, ground: Ground, choices: Choices, freed: Released) -> int | None:
        """Released beds not yet used; None when what is used cannot be read."""
        used = ground.snapshot.fact("inpatient", "quota_used")
        spent = 0 if used is None else whole(used.value)
        if spent is None:
            return None
        ratio = choices["ratio"]["ratio"]
        return int(Fraction(ratio) * (freed.beds or 0)) - spent

    def measure(self, ground: Ground) -> tuple[Measure, ...]:
        choices, freed = ground.choices(self), released(ground, "inpatient")
        left = None if freed.beds is None else self._left(ground, choices, freed)
        missing = freed.missing or (() if left is not None else (_unreadable_quota(),))
        snapshot = ground.snapshot
        from dingdian.provisions.bed_norm import reason_of

        return (Measure(
            measure="released_beds", title=Text("退出可用床位额度", "released beds that may be used"),
            unit=snapshot.pooling_area, unit_name=snapshot.unit_name(snapshot.pooling_area), provider_class="inpatient",
            unit_of_measure="bed", formula="floor(released beds * ratio) - used", supply=left, readings=choices.used,
            as_of=freed.until, status="measured" if left is not None else "undetermined",
            reason=None if left is not None else reason_of(missing),
            note=Text(f"{freed.since} 至 {freed.until} 退出 {len(freed.exits)} 笔，释放 {show(freed.beds)} 张",
                      f"{len(freed.exits)} exits from {freed.since} to {freed.until} freed {show(freed.beds)} beds"),
        ),)

    def read_back(self) -> Text:
        return Text("全市超过床位总量目标时，床位低于本区县测算值的区县，可在规划期内全市退出释放的额度和本区县差额之内准入。",
                    "When the total is reached, a district below its own computed beds may admit within the beds freed by exits and "
                    "within its own gap.")


def _unreadable_quota() -> Missing:
    return Missing(table="facts", subject="inpatient", column="quota_used", phrase=Text(
        "已使用的退出额度（facts.quota_used）不是整数", "the released beds already used (facts.quota_used) are not a whole number"))
