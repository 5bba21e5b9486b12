"""What a zone may admit in a year: a share of what exits freed there in the year before, by how the zone stands.

A zone above the affordable norm, or with more institutions than its share of the people, gets the smaller share; the others the
larger one or, where the text gives none, their gap. Quota of one year lapses at its end. Places are whole: half of one place is
none, and it is said so. Refuses to guess what is used: a register without dates of designation leaves it open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

import numpy as np
from attrs import evolve, frozen

from dingdian.methods.beds import per_1000
from dingdian.methods.rounding import round_down, round_half_even
from dingdian.provisions import fields
from dingdian.provisions.alert import ALERT, QUIET, Alert, lacking, raised, told_by
from dingdian.provisions.base import Provision, Slot, kind_of_provision, missing_column, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.counting import Count, bed_stock, show, whole
from dingdian.provisions.finding import FAILS, HOLDS, UNDETERMINED, Input, Judgement, Measure, Missing
from dingdian.provisions.forward import Target, classes_of
from dingdian.provisions.forward_rules import ShareOfReleases
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.kinds.affordable_beds import norm_named
from dingdian.provisions.kinds.agglomeration import INPUTS, agglomeration_named
from dingdian.provisions.kinds.agglomeration import MATCHED as SLIGHT_IS_NONE
from dingdian.provisions.kinds.bed_norm import reason_of
from dingdian.provisions.newcomers import Newcomers, SiteLimits, spoken_of
from dingdian.provisions.probe import Probe, application_for
from dingdian.provisions.releases import released_between
from dingdian.provisions.zone_ledger import Ledger
from dingdian.provisions.zone_probes import probes_by_norm, probes_by_people
from dingdian.provisions.zone_standing import MATCHED, OVER, SHORT, SIGNS, Quota, evidence, origin, standing
from dingdian.provisions.zoning import Zone, insured_in, no_zone, zone_of, zones
from dingdian.space.siting.limits import Cap, Limits
from dingdian.terms import PROVIDER_CLASSES, Text

THIS_YEAR, CARRIED = "this_year", "carried_over"
OFFER, SKIP = "offer_fewer", "skip"
AS_BELOW, AS_ABOVE = "as_below", "as_above"
CAPPED, UNCAPPED = "capped_by_gap", "not_capped"
ZERO, TRANSFER = "literal_zero", "transfer"


_NO_ZONE = Text("不在任何定点区域内", "in no zone")
_NO_BEDS = Text("新增机构的床位数未知，无法计入额度", "the beds of the newcomer are not known, so its share of the quota is not")


@kind_of_provision
@frozen(kw_only=True)
class ZoneQuota(Provision):
    """A zone's yearly quota for one class, from the exits of the year before and from how the zone stands."""

    kind: ClassVar[str] = "zone_quota"
    title: ClassVar[Text] = Text("区域年度准入额度", "yearly quota of a zone")
    section: ClassVar[str] = "quota"
    effects: ClassVar[tuple[str, ...]] = ("gate", "quota")
    comparison: ClassVar[str] = "<="
    nature: ClassVar[str] = "number"
    refers_to: ClassVar = {"affordable": "affordable_beds", "agglomeration": "agglomeration", "outside": ""}
    fact_keys: ClassVar = {
        "quota_used": Text("本年度已使用的额度，对象为“区域代码:类别”，不填则按当年定点日期计数",
                           "quota used in the year, subject = “zone:class”; counted by date of designation when not stated"),
        "accepted_beds": Text("申请机构同意按多少张医保床位纳入，对象为申请编号", "insured beds that the applicant agrees to; subject = application"),
        "quota_transfer": Text("市局决定调剂给该区域的名额，对象为“区域代码:类别”", "places that the bureau transfers to the zone; subject = “zone:class”"),
    }
    slots: ClassVar = {
        "period": Slot(Text("额度能否结转", "whether quota is carried over"), {
            THIS_YEAR: Text("只用上一年度的释放量，当年不用即失效", "only last year's releases; unused it lapses"),
            CARRIED: Text("规划期内未用的额度可以结转", "what is unused in the plan's period is carried over"),
        }),
        "indivisible": Slot(Text("申请床位多于剩余额度时", "an applicant larger than what is left"), {
            OFFER: Text("可按剩余床位纳入，由申请机构答复", "may be offered what is left; the applicant answers"),
            SKIP: Text("跳过并记录", "is skipped and recorded"),
        }),
        "at_norm": Slot(Text("恰好等于可承担标准时", "exactly at the affordable norm"), {
            AS_BELOW: Text("按低于处理，以剩余差额（零张）为限", "as below, limited by the remaining gap (none)"),
            AS_ABOVE: Text("按高于处理", "as above"),
        }, otherwise=AS_BELOW),
        "limit": Slot(Text("低于标准的区域是否以差额为限", "whether the gap limits a zone below the norm"), {
            CAPPED: Text("以差额为限", "limited by the gap"), UNCAPPED: Text("不设数量上限", "no limit in number"),
        }, otherwise=CAPPED),
        "no_releases": Slot(Text("不足区域没有释放量时", "a short zone without releases"), {
            ZERO: Text("额度为零，另列调剂建议", "no quota; a transfer is proposed"),
            TRANSFER: Text("可由市局调剂富余区域未用的额度", "the bureau may transfer what zones in surplus leave unused"),
        }, otherwise=ZERO),
    }

    provider_class: str = fields.code(PROVIDER_CLASSES, "规划类别", "provider class")
    affordable: str = fields.text("可承担床位标准的标识", "id of the affordable norm", default="")
    agglomeration: str = fields.text("集聚度的标识", "id of the agglomeration", default="")
    above_percent: Decimal = fields.number("高于标准（正值）时的比例", "share when above", unit="%", minimum="0", maximum="100")
    other_percent: Decimal | None = fields.number(
        "其他情形的比例；不填则以差额为限", "share otherwise; the gap when not stated", unit="%", minimum="0", maximum="100", default=None)
    outside: tuple[str, ...] = fields.names("不占额度的例外", "exemptions whose members use no quota")

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        if bool(self.affordable) == bool(self.agglomeration):
            yield (("affordable",), Text("应写可承担标准或集聚度之一", "state the affordable norm or the agglomeration"),
                   Text("二者只写一个", "one of the two"))
        if self.agglomeration and self.other_percent is None:
            yield (("other_percent",), Text("集聚度没有差额可作上限", "an agglomeration has no gap to serve as limit"),
                   Text("写等值或负值时的比例", "state the share when zero or negative"))
        if self.affordable and self.provider_class != "inpatient":
            yield (("provider_class",), Text("可承担床位标准只适用于住院机构", "the affordable norm is about inpatient institutions"),
                   Text("写 inpatient", "write inpatient"))

    # --- the quota -----------------------------------------------------------------------------------------

    def quota(self, ground: Ground, choices: Choices, zone: Zone, year: int) -> Quota:
        """What ``zone`` may admit in ``year``."""
        stands = self._by_norm(ground, choices, zone) if self.affordable else self._by_people(ground, zone)
        if stands.missing:
            return stands
        below = stands.position == SHORT or (stands.position == MATCHED and choices["at_norm"].option == AS_BELOW)
        share = self.other_percent if below else self.above_percent
        if share is None:
            return self._by_gap(ground, choices, stands, year)
        return self._by_exits(ground, choices, evolve(stands, share=share), year)

    def _by_norm(self, ground: Ground, choices: Choices, zone: Zone) -> Quota:
        """How the zone's beds stand against what the fund carries for its insured."""
        provision = norm_named(ground, self.affordable)
        theirs = ground.choices(provision)
        norm, stock = provision.norm(ground, theirs), bed_stock(ground, theirs["beds"].option)
        people = insured_in(ground, zone)
        beds = Count(value=None) if stock is None else stock.count(zone.districts)
        if norm.per_1000 is None or beds.value is None or not people.value:
            return Quota(zone=zone, readings=theirs.used, missing=(*norm.missing, *beds.missing, *people.missing))
        held = beds.value - beds.from_admitted  # those admitted in this year count as used, not as stock
        ratio = per_1000(held, people.value)
        gap = int(round_down(norm.beds_for(people.value) - held, 0))
        position = SIGNS[(ratio > norm.per_1000) - (ratio < norm.per_1000)]
        return Quota(zone=zone, position=position, readings=theirs.used, figures={
            "beds": held, "beds_as_of": beds.as_of, "insured": people.value, "beds_per_1000_insured": round_half_even(ratio, 4),
            "affordable_per_1000": round_half_even(norm.per_1000, 4), "gap": gap})

    def _by_people(self, ground: Ground, zone: Zone) -> Quota:
        """How the zone's institutions stand against its share of the people."""
        provision = agglomeration_named(ground, self.agglomeration)
        theirs = ground.choices(provision)
        standing = next(s for s in provision.standings(ground, theirs) if s.zone.code == zone.code)
        sign = provision.sign(standing, theirs)
        if sign is None or standing.difference is None or standing.worth is None:
            return Quota(zone=zone, readings=theirs.used, missing=standing.missing)
        return Quota(zone=zone, position=SIGNS[sign], readings=theirs.used, figures={
            "institutions": standing.resource.value, "people": standing.people.value,
            "hrad_minus_pad": round_half_even(standing.difference, 4), "worth": round_half_even(standing.worth, 2), "slight": standing.slight})

    def _by_exits(self, ground: Ground, choices: Choices, quota: Quota, year: int) -> Quota:
        """A share of what exits freed in the year before; with what earlier years of the plan left, where it is carried over."""
        first = ground.dates["valid_from"]
        carried = choices["period"].option == CARRIED and first is not None
        found, kept = quota, 0
        for each in range(min(first.year, year) if carried and first is not None else year, year + 1):
            found = self._of_year(ground, quota, each)
            if found.missing or found.left is None:
                return found
            if each < year:
                kept = max(0, kept + found.left)  # what is used beyond one year's quota takes nothing from the next
        return evolve(found, limit=(found.limit or 0) + kept, figures={**found.figures, **({"carried_over": kept} if carried else {})})

    def _of_year(self, ground: Ground, quota: Quota, year: int) -> Quota:
        """The quota of one year alone, rounded down to whole beds or places once, at the end."""
        assert quota.share is not None
        freed = released_between(ground, self.provider_class, quota.zone.districts, date(year - 1, 1, 1), date(year - 1, 12, 31))
        used, missing = self._ledger(ground, quota.zone).used(year)
        amount = freed.beds if self.provider_class == "inpatient" else freed.places
        lacking = (*freed.missing, *missing)
        if amount is None or lacking:
            return evolve(quota, released=freed, missing=lacking)
        return evolve(quota, released=freed, limit=int(Fraction(quota.share) * amount / 100), used=used,
                      figures={**quota.figures, "released": amount})

    def _by_gap(self, ground: Ground, choices: Choices, quota: Quota, year: int) -> Quota:
        """Below the norm the text gives no share: the zone's gap is the limit, or none is."""
        if choices["limit"].option == UNCAPPED:
            return quota
        used, missing = self._ledger(ground, quota.zone).used(year)
        return evolve(quota, limit=None if missing else max(0, quota.figures["gap"]), used=used, missing=missing)

    # --- one case ------------------------------------------------------------------------------------------

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        asked = case.beds if self.provider_class == "inpatient" else 1
        if asked is None:
            return undetermined([missing_column(case, "beds")])
        zone = zone_of(ground, case.district)
        if zone is None:
            return undetermined([no_zone(case)])
        choices = ground.choices(self)
        quota = self.quota(ground, choices, zone, ground.on.year)
        if quota.missing:
            return undetermined(quota.missing, readings={**choices.used, **quota.readings})
        if quota.left is None:
            return self._unlimited(choices, quota, asked)
        said = self._judgement(ground, quota, asked)
        if said.status == FAILS and quota.left < asked:
            said = self._second_chance(case, ground, choices, quota, said, asked)
        return evolve(said, readings={**choices.used, **quota.readings})

    def _unlimited(self, choices: Choices, quota: Quota, asked: int) -> Judgement:
        return Judgement(status=HOLDS, value=asked, unit_of_measure=self._unit, as_of=quota.figures["beds_as_of"], readings={**choices.used, **quota.readings}, evidence=evidence(quota), sentence=Text(
            f"{standing(quota).zh}，不设数量上限，在不突破前置条件下择优纳入。",
            f"{standing(quota).en}; no limit in number: by merit within the preconditions."))

    def _judgement(self, ground: Ground, quota: Quota, asked: int) -> Judgement:
        assert quota.left is not None
        left, fits = max(0, quota.left), asked <= quota.left
        of = origin(quota)
        noun = "张床位" if self.provider_class == "inpatient" else "家"
        what = "beds" if self.provider_class == "inpatient" else "places"
        return Judgement(
            status=HOLDS if fits else FAILS, value=asked, operator="<=", threshold=left, margin=left - asked,
            unit_of_measure=self._unit, evidence=evidence(quota), as_of=ground.on, sentence=Text(
                f"{standing(quota).zh}；{of.zh}，已用 {show(quota.used)}，余 {show(left)} {noun}；申请 {show(asked)}，"
                f"{'在额度以内' if fits else '超出额度'}。",
                f"{standing(quota).en}; {of.en}, {show(quota.used)} used, {show(left)} {what} left; {show(asked)} applied for: "
                f"{'inside the quota' if fits else 'beyond the quota'}."),
            would_change=() if fits else (self._change(ground, quota, asked - left),),
        )

    def _second_chance(
        self, case: Case, ground: Ground, choices: Choices, quota: Quota, said: Judgement, asked: int
    ) -> Judgement:
        """Fewer beds, where some are left; a transfer, where a zone that is not in surplus lost nobody."""
        left = max(0, quota.left or 0)
        if self.provider_class == "inpatient" and left and choices["indivisible"].option == OFFER:
            return self._fewer(case, ground, said, left)
        if quota.position != OVER and quota.figures.get("released") == 0 and choices["no_releases"].option == TRANSFER:
            return self._transferred(ground, quota, said, asked)
        return said

    def _fewer(self, case: Case, ground: Ground, said: Judgement, left: int) -> Judgement:
        """The applicant may take what is left; only its own answer tells."""
        fact = ground.snapshot.fact(case.application, "accepted_beds")
        number = None if fact is None else whole(fact.value)
        if number is None:
            return undetermined([Missing(table="facts", subject=case.application, column="accepted_beds", phrase=Text(
                f"余 {show(left)} 张，少于申请数；缺少申请机构是否同意按不超过 {show(left)} 张纳入的答复（facts.accepted_beds）",
                f"{show(left)} beds are left, fewer than applied for; whether the applicant agrees to {show(left)} or fewer is not on file"))],
                evidence=said.evidence, would_change=said.would_change)
        fits = number <= left
        return evolve(said, status=HOLDS if fits else FAILS, value=number, margin=left - number, sentence=Text(
            f"余 {show(left)} 张，申请机构同意按 {show(number)} 张纳入，{'在额度以内' if fits else '仍超出额度'}。",
            f"{show(left)} beds are left; the applicant agrees to {show(number)}: {'inside the quota' if fits else 'still beyond it'}."),
            would_change=() if fits else said.would_change)

    def _transferred(self, ground: Ground, quota: Quota, said: Judgement, asked: int) -> Judgement:
        subject = self._ledger(ground, quota.zone).subject
        fact = ground.snapshot.fact(subject, "quota_transfer")
        granted = None if fact is None or fact.as_of.year != ground.on.year else whole(fact.value)
        if granted is None:
            return undetermined([Missing(table="facts", subject=subject, column="quota_transfer", phrase=Text(
                f"{quota.zone.name.zh}没有释放量；缺少市局是否调剂额度的决定（facts.quota_transfer）",
                f"{quota.zone.name.en} lost nobody; the bureau's decision on a transfer is not on file"))], evidence=said.evidence)
        left = max(0, granted - quota.used)
        fits = asked <= left
        return evolve(said, status=HOLDS if fits else FAILS, threshold=left, margin=left - asked, would_change=() if fits else said.would_change,
                      sentence=Text(f"{quota.zone.name.zh}没有释放量，市局调剂 {show(granted)}，余 {show(left)}，{'在额度以内' if fits else '超出额度'}。",
                                    f"{quota.zone.name.en} lost nobody; {show(granted)} transferred, {show(left)} left: "
                                    f"{'inside the quota' if fits else 'beyond the quota'}."))

    # --- siting --------------------------------------------------------------------------------------------

    def site_limits(self, ground: Ground, choices: Choices, newcomers: Newcomers) -> SiteLimits:
        """What is left of the year's quota in each zone, as places; beds cannot be told of a newcomer."""
        speaks, left_out = spoken_of(self, newcomers)
        members: dict[str, list[int]] = {}
        for i in np.flatnonzero(speaks).tolist():
            zone = zone_of(ground, newcomers.cases[i].district)
            if zone is None or self.provider_class == "inpatient":
                left_out[i] = _NO_ZONE if zone is None else _NO_BEDS
            else:
                members.setdefault(zone.code, []).append(i)
        caps = []
        for zone in zones(ground):
            mine = members.get(zone.code, [])
            quota = self.quota(ground, choices, zone, ground.on.year) if mine else Quota(zone=zone)
            left_out |= {i: reason_of(quota.missing) for i in mine if quota.missing}
            if quota.left is not None:
                caps.append(Cap(self.id, mine, max(0, quota.left)))
        return SiteLimits(limits=Limits(tuple(caps)), left_out=left_out, readings=choices.used)

    # --- years to come -------------------------------------------------------------------------------------

    def forward(self, ground: Ground, choices: Choices) -> ShareOfReleases | None:
        carries, offers = choices["period"].option == CARRIED, choices["indivisible"].option == OFFER
        other = None if self.other_percent is None else Fraction(self.other_percent) / 100
        rule = ShareOfReleases(provision=self.id, classes=classes_of(self), above=Fraction(self.above_percent) / 100, other=other, carries=carries, offers=offers)
        return self._forward_by_norm(ground, choices, rule) if self.affordable else self._forward_by_people(ground, choices, rule)

    def _forward_by_norm(self, ground: Ground, choices: Choices, rule: ShareOfReleases) -> ShareOfReleases:
        provision = norm_named(ground, self.affordable)
        theirs = ground.choices(provision)
        norm, beds = provision.norm(ground, theirs), theirs["beds"].option
        target = None if norm.per_1000 is None else Target(per_1000=norm.per_1000, of_zones=True)
        above, capped = choices["at_norm"].option == AS_ABOVE, choices["limit"].option == CAPPED
        return evolve(rule, per_1000=norm.per_1000, target=target, at_norm_above=above, capped=capped, beds=beds, missing=norm.missing,
                      readings={**choices.used, **theirs.used})

    def _forward_by_people(self, ground: Ground, choices: Choices, rule: ShareOfReleases) -> ShareOfReleases | None:
        """None where residents or other resources than institutions decide: a year to come knows insured persons and institutions."""
        provision = agglomeration_named(ground, self.agglomeration)
        theirs = ground.choices(provision)
        whose, _ = INPUTS[theirs["inputs"].option]
        if whose != "insured" or provision.resource != "institutions" or provision.provider_class != self.provider_class:
            return None
        slight = theirs["slight"].option == SLIGHT_IS_NONE
        return evolve(rule, slight_is_none=slight, readings={**choices.used, **theirs.used})

    # --- words ---------------------------------------------------------------------------------------------

    @property
    def _unit(self) -> str:
        return "bed" if self.provider_class == "inpatient" else "place"

    def _ledger(self, ground: Ground, zone: Zone) -> Ledger:
        return Ledger(ground=ground, provider_class=self.provider_class, zone=zone, outside=self.outside)

    def _change(self, ground: Ground, quota: Quota, short: int) -> Text:
        pool = self._unspent(ground) if quota.position != OVER and quota.figures.get("released") == 0 else None
        if pool:
            return Text(f"该区域没有释放量；建议由市局决定，从富余区域未用的 {show(pool)} 中调剂",
                        f"the zone lost nobody; proposal, for the bureau to decide: transfer from the {show(pool)} that zones in surplus leave unused")
        if self.provider_class == "inpatient":
            return Text(f"申请床位减少 {show(short)} 张，或该区域额度另有增加", f"{show(short)} fewer beds, or more quota for the zone")
        return Text("该区域额度另有增加", "more quota for the zone")

    def _unspent(self, ground: Ground) -> int | None:
        """What zones in surplus lost last year and may not admit again: the source of a transfer."""
        choices, pool = ground.choices(self), 0
        for zone in zones(ground):
            quota = self.quota(ground, choices, zone, ground.on.year)
            if quota.missing:
                return None
            if quota.position == OVER:
                pool += quota.figures["released"] - (quota.limit or 0)
        return pool

    # --- rows ----------------------------------------------------------------------------------------------

    def measure(self, ground: Ground) -> Iterable[Measure]:
        choices, year = ground.choices(self), ground.on.year
        for zone in zones(ground):
            for name, title, asked in (
                ("zone_quota", Text(f"{year} 年额度余量", f"quota left in {year}"), year),
                ("zone_quota_next_year", Text(f"{year + 1} 年额度（按本年度至今释放量）", f"quota of {year + 1}, by releases so far"), year + 1),
            ):
                yield self._row(ground, choices, self.quota(ground, choices, zone, asked), name, title)

    def alerts(self, ground: Ground, lead_days: int) -> Iterable[Alert]:
        """Zones that have used more of this year's quota than it holds."""
        choices = ground.choices(self)
        for zone in zones(ground):
            quota = self.quota(ground, choices, zone, ground.on.year)
            quiet = told_by(self._row(ground, choices, quota, "zone_quota", Text("额度使用", "use of the quota")))
            if quota.missing:
                yield lacking(quiet, quota.missing)
            elif quota.limit is not None:
                said = Text(f"{zone.name.zh} {ground.on.year} 年额度 {show(quota.limit)}，已用 {show(quota.used)}。",
                            f"{zone.name.en}: {show(quota.used)} used of the {show(quota.limit)} of {ground.on.year}.")
                yield raised(quiet, ALERT if quota.used > quota.limit else QUIET, value=quota.used, operator="<=", threshold=quota.limit, sentence=said)

    def _row(self, ground: Ground, choices: Choices, quota: Quota, name: str, title: Text) -> Measure:
        zone, snapshot = quota.zone, ground.snapshot
        inputs = [Input(name=key, value=value, source="zone") for key, value in quota.figures.items() if not isinstance(value, (date, bool))]
        inputs += [Input(name="limit", value=quota.limit, unit_of_measure=self._unit), Input(name="used", value=quota.used, unit_of_measure=self._unit)]
        row = Measure(
            measure=name, title=title, unit=snapshot.pooling_area, unit_name=zone.name.zh, zone=zone.code, subject=zone.code,
            provider_class=self.provider_class, unit_of_measure=self._unit, formula=evidence(quota)["formula"],
            supply=None if quota.left is None else max(0, quota.left), inputs=tuple(inputs), readings={**choices.used, **quota.readings}, as_of=ground.on)
        if quota.missing:
            return evolve(row, supply=None, status="undetermined", reason=reason_of(quota.missing))
        said = standing(quota)
        if quota.left is None:
            return evolve(row, note=Text(f"{said.zh}；不设数量上限", f"{said.en}; no limit in number"))
        of, note = origin(quota), self._proposal(ground, quota)
        return evolve(row, note=Text(f"{said.zh}；{of.zh}{note.zh}", f"{said.en}; {of.en}{note.en}"))

    def _proposal(self, ground: Ground, quota: Quota) -> Text:
        if quota.position == OVER or quota.figures.get("released") != 0:
            return Text("", "")
        said = self._change(ground, quota, 0)
        return Text(f"；{said.zh}", f"; {said.en}")

    def read_back(self) -> Text:
        name = PROVIDER_CLASSES[self.provider_class].name
        if self.affordable:
            return Text(
                f"定点区域千名参保人床位数高于筹资可承担标准的，次年新增{name.zh}以当年释放床位的 {show(self.above_percent)}% 为限择优纳入；"
                "低于标准的，在不突破前置条件下择优纳入，以与标准的差额为限。",
                f"In a zone above the affordable norm next year's new {name.en} institutions use {show(self.above_percent)} % of this year's "
                "released beds, by merit; below it, by merit within the preconditions and the zone's gap.")
        return Text(
            f"定点区域集聚度差值为正的，次年新增{name.zh}以当年释放量的 {show(self.above_percent)}% 为限；等值或负值的，以 {show(self.other_percent)}% 为限；"
            "均择优纳入，不足一家的向下取整。",
            f"In a zone with a positive difference next year's new {name.en} institutions use {show(self.above_percent)} % of this year's "
            f"releases, else {show(self.other_percent)} %, by merit, rounded down.")

    def probes(self, choices: Choices) -> Iterator[Probe]:
        application = application_for(self, provider_class=self.provider_class)
        if self.affordable:
            offered = choices["indivisible"].option == OFFER
            return probes_by_norm(self.above_percent, application, UNDETERMINED if offered else FAILS)
        transferred = choices["no_releases"].option == TRANSFER
        return probes_by_people(self.other_percent or Decimal(0), application, UNDETERMINED if transferred else FAILS)
