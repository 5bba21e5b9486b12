"""How many beds of an institution are insured: those open on average in a base year, at most a share of the licensed ones.

Gives every institution its count, so that a bed norm, a county's total and the settlement speak of the same beds. An institution
above the limit that wants more needs more licensed beds first. Beds that the agreement registers after the base year stand in
place of the rule. What is missing stays missing: no institution gets a count from anywhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from attrs import evolve, frozen

from dingdian.methods.beds import average_open, insured_beds
from dingdian.methods.rounding import round_down, round_half_even, round_up
from dingdian.methods.settlement import days_of
from dingdian.provisions import fields
from dingdian.provisions.alert import ALERT, QUIET, Alert, lacking, raised, told_by
from dingdian.provisions.base import Provision, Slot, kind_of_provision, missing_column, undetermined
from dingdian.provisions.bed_limits import BedLimits
from dingdian.provisions.case import Case
from dingdian.provisions.counting import RULE, bed_stock, districts_of, no_insured, show, whole
from dingdian.provisions.finding import FAILS, HOLDS, Input, Judgement, Measure, Missing
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.probe import PROVIDER, Probe, application_for, bed_row, provider_row
from dingdian.terms import Text

AVERAGE, REPORTED = "average", "reported"
SAME_INSTITUTION = ("add_beds", "convert", "relocate")
OPEN = Slot(Text("开放床位按哪种口径", "which open beds"), {
    AVERAGE: Text("全年实际开放总床日除以全年天数", "open bed-days of the year divided by its days"),
    REPORTED: Text("床位表年末以前最近一次的开放床位", "the open beds last reported before the year's end"),
})


@frozen(kw_only=True)
class Ruled:
    """One institution under the rule; ``beds`` None when an input is missing. ``open`` may be a fraction, ``limit`` is whole."""

    provider: str
    open: Fraction | None
    approved: int | None
    limit: int | None
    beds: int | None
    as_of: date | None
    missing: tuple[Missing, ...] = ()

    @property
    def capped(self) -> bool:
        """Whether the institution keeps more beds open than the limit lets count."""
        return self.open is not None and self.limit is not None and self.open > self.limit


@kind_of_provision
@frozen(kw_only=True)
class InsuredBedRule(Provision):
    """Insured beds = min(beds open on average in ``year``, ``max_percent`` of the licensed beds), rounded down to whole beds."""

    kind: ClassVar[str] = "insured_bed_rule"
    title: ClassVar[Text] = Text("医保床位的核定", "insured beds of an institution")
    effects: ClassVar[tuple[str, ...]] = ("gate", "information")
    section: ClassVar[str] = "register"
    comparison: ClassVar[str] = "<="
    nature: ClassVar[str] = "condition"  # the applicant's own licence: it closes no area, and no exemption from numbers lifts it
    needs: ClassVar[tuple[str, ...]] = ("beds",)
    fact_keys: ClassVar = {"approved_beds": Text("核定床位数（张），对象为申请或机构", "licensed beds of an application or a provider")}
    slots: ClassVar = {"open": OPEN}

    year: int = fields.whole("开放床位的年度", "year of the open beds", unit="年", minimum=2000)
    max_percent: Decimal = fields.number("核定床位的上限比例", "share of the licensed beds", unit="%", minimum="0")

    # --- the count -----------------------------------------------------------------------------------------------------

    def limit(self, approved: int) -> int:
        """The most insured beds for so many licensed ones, rounded down."""
        return int(round_down(Fraction(self.max_percent) * approved / 100, 0))

    def licensed_for(self, beds: int) -> int:
        """The fewest licensed beds under which so many may be insured."""
        return int(round_up(Fraction(beds * 100) / Fraction(self.max_percent), 0)) if self.max_percent else 0

    def option(self, ground: Ground) -> str:
        return ground.choices(self)["open"].option

    def ruled(self, ground: Ground) -> Mapping[str, Ruled]:
        """Every institution of the inpatient class that holds a place, by code."""
        option = self.option(ground)
        found: Mapping[str, Ruled] = ground.remember(("ruled", self.id, option), lambda: self._ruled(ground, option))
        return found

    def _ruled(self, ground: Ground, option: str) -> Mapping[str, Ruled]:
        stock = ground.stock
        counted = ground.snapshot.beds_for_year(self.year)
        open_days = {row["provider"]: row["open_bed_days"] for row in ground.snapshot.rows("activity") if row["year"] == self.year}
        providers = [str(p) for p in stock["provider"][stock["provider_class"] == "inpatient"]]
        return {p: self._one(p, counted.get(p), open_days.get(p), option) for p in providers}

    def _one(self, provider: str, row: Mapping[str, Any] | None, open_days: int | None, option: str) -> Ruled:
        approved = None if row is None else row["approved"]
        reported = None if row is None else row["open"]
        if option == AVERAGE:
            opened = None if open_days is None else average_open(open_days, days_of(self.year))
        else:
            opened = None if reported is None else Fraction(reported)
        lacking = [*([] if opened is not None else [self._no_open(provider, option)]), *([] if approved is not None else [self._no_approved(provider)])]
        beds = None if opened is None or approved is None else int(round_down(insured_beds(opened, approved, self.max_percent / 100), 0))
        return Ruled(provider=provider, open=opened, approved=approved, limit=None if approved is None else self.limit(approved),
                     beds=beds, as_of=None if row is None else row["as_of"], missing=tuple(lacking))

    def _no_open(self, provider: str, option: str) -> Missing:
        table, column = ("activity", "open_bed_days") if option == AVERAGE else ("beds", "open")
        return Missing(table=table, subject=provider, column=column, phrase=Text(
            f"机构 {provider} 缺少 {self.year} 年{'实际开放总床日' if option == AVERAGE else '开放床位'}",
            f"{provider} lacks its {'open bed-days' if option == AVERAGE else 'open beds'} of {self.year}"))

    def _no_approved(self, provider: str) -> Missing:
        return Missing(table="beds", subject=provider, column="approved", phrase=Text(
            f"机构 {provider} 缺少核定床位", f"{provider} lacks its licensed beds"))

    def bed_limits(self, ground: Ground, choices: Choices) -> BedLimits | None:
        """Where licensed beds cap the count, a bed that moves would not count as one: such institutions are left alone."""
        reason = Text("医保床位受核定床位上限限制，移动一张不等于增减一张", "its count is capped by licensed beds: a bed that moves would not count as one")
        capped = sorted(provider for provider, own in self.ruled(ground).items() if own.capped)
        return BedLimits(left_alone=dict.fromkeys(capped, reason), readings=choices.used)

    # --- one application -----------------------------------------------------------------------------------------------

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        if case.beds is None:
            return undetermined([missing_column(case, "beds")])
        choices = ground.choices(self)
        held, own = self._held(case, ground)
        approved, source = self._approved(case, ground, own)
        missing = [*(own.missing if own is not None and held is None else ()), *(() if approved is not None else (_no_licence(case),))]
        if held is None or approved is None:
            return undetermined(missing, readings={**choices.used, **self._used(ground)})
        return self._judgement(case, ground, held, approved, source, own)

    def _held(self, case: Case, ground: Ground) -> tuple[int | None, Ruled | None]:
        """Insured beds that the applicant has already; a new institution or branch has none."""
        if case.action not in SAME_INSTITUTION:
            return 0, None
        own = self.ruled(ground).get(case.provider)
        if own is None:
            return 0, None
        stock = bed_stock(ground, RULE)
        later = {} if stock is None else {row.provider: row.beds for row in stock.rows}
        return later.get(case.provider, own.beds), own

    def _approved(self, case: Case, ground: Ground, own: Ruled | None) -> tuple[int | None, str]:
        """Licensed beds: as stated for the application, else as on file for the institution."""
        fact = next(filter(None, (ground.snapshot.fact(s, "approved_beds") for s in case.subjects)), None)
        if fact is not None:
            return whole(fact.value), f"facts.approved_beds ({fact.as_of}, {fact.source})"
        return (None, "") if own is None else (own.approved, f"beds.approved ({own.as_of})")

    def _used(self, ground: Ground) -> Mapping[str, str]:
        choices = ground.choices(self)
        _ = choices["open"]
        return choices.used

    def _judgement(self, case: Case, ground: Ground, held: int, approved: int, source: str, own: Ruled | None) -> Judgement:
        after, limit = held + (case.beds or 0), self.limit(approved)
        fits, percent = after <= limit, show(self.max_percent)
        verb = Text("未超过" if fits else "超过", "not above" if fits else "above")
        capped = own is not None and own.capped
        beside = Text(f"；该机构开放床位已超过核定床位的 {percent}%", f"; it keeps more beds open than {percent}% of the licensed ones") if capped else Text("", "")
        return Judgement(
            status=HOLDS if fits else FAILS, value=after, operator="<=", threshold=limit, margin=limit - after, unit_of_measure="bed",
            readings=self._used(ground) if own is not None else {}, as_of=None if own is None else own.as_of,
            evidence={"held": held, "beds_applied_for": case.beds, "after": after, "approved": approved, "approved_source": source,
                      "open": None if own is None or own.open is None else round_half_even(own.open, 2), "year": self.year,
                      "max_percent": self.max_percent, "formula": "held + beds_applied_for <= floor(approved * max_percent / 100)"},
            sentence=Text(
                f"现有医保床位 {show(held)} 张，加上申请 {show(case.beds)} 张为 {show(after)} 张，{verb.zh}核定床位 {show(approved)} 张的 {percent}%"
                f"（{show(limit)} 张）{beside.zh}。",
                f"{show(held)} insured beds plus {show(case.beds)} applied for make {show(after)}, {verb.en} {percent}% of {show(approved)} "
                f"licensed beds ({show(limit)}){beside.en}."),
            would_change=() if fits else (Text(
                f"经卫健部门批准核定床位达到 {show(self.licensed_for(after))} 张并及时向医保经办机构变更，或申请床位减少 {show(after - limit)} 张",
                f"{show(self.licensed_for(after))} licensed beds, approved by the health department and reported to the agency, or "
                f"{show(after - limit)} fewer beds applied for"),),
        )

    # --- the whole city ------------------------------------------------------------------------------------------------

    def measure(self, ground: Ground) -> Iterable[Measure]:
        choices = ground.choices(self)
        _ = choices["open"]
        stock = bed_stock(ground, RULE)
        for unit in (ground.snapshot.pooling_area, *ground.snapshot.districts):
            count = None if stock is None else stock.count(districts_of(ground, unit))
            missing = (no_insured(ground, ground.snapshot.pooling_area),) if count is None else count.missing
            yield self._row(ground, choices, unit, "", None if count is None else count.value, missing,
                            as_of=None if count is None else count.as_of)
            yield self._ltc_row(ground, unit)
        districts = dict(zip(ground.stock["provider"], ground.stock["counted_district"].fillna("")))
        for provider, own in sorted(self.ruled(ground).items()):
            yield self._provider_row(ground, choices, str(districts.get(provider, "")), own)

    def _ltc_row(self, ground: Ground, unit: str) -> Measure:
        """Long-term-care beds on the latest date: they stand beside the insured beds and never among them."""
        stock = ground.stock[ground.stock["provider_class"] == "inpatient"]
        mine = set(stock["provider"] if unit == ground.snapshot.pooling_area else stock["provider"][stock["counted_district"] == unit])
        table = ground.snapshot.latest_beds()
        here = table[table["provider"].isin(mine)]
        lacking = len(mine - set(here["provider"][here["ltc"].notna()]))
        return Measure(
            measure="ltc_beds", title=Text("长护险床位（不计入医保床位）", "long-term-care beds, not among the insured ones"), unit=unit,
            unit_name=ground.snapshot.unit_name(unit), provider_class="inpatient", unit_of_measure="bed", formula=Text("各机构最近日期长护床位之和", "sum(ltc) on each latest date"),
            supply=None if lacking else int(here["ltc"].sum()), status="undetermined" if lacking else "measured", as_of=ground.on,
            reason=Text(f"{lacking} 家机构缺少长护床位", f"{lacking} institutions lack their long-term-care beds") if lacking else None)

    def _provider_row(self, ground: Ground, choices: Choices, unit: str, own: Ruled) -> Measure:
        name = ground.snapshot.provider_names.get(own.provider, own.provider)
        inputs = (
            Input(name="open", value=None if own.open is None else round_half_even(own.open, 2), unit_of_measure="bed", as_of=date(self.year, 12, 31),
                  source="activity.open_bed_days / days" if choices["open"].option == AVERAGE else "beds.open"),
            Input(name="approved", value=own.approved, unit_of_measure="bed", as_of=own.as_of, source="beds.approved"),
            Input(name="limit", value=own.limit, unit_of_measure="bed", source=f"floor(approved * {self.max_percent} / 100)"),
        )
        note = Text(f"{name}：开放床位超过核定床位的 {show(self.max_percent)}%，按上限计；要增加须先经卫健部门批准核定床位并向医保经办机构变更",
                    f"{name}: more beds open than {show(self.max_percent)}% of the licensed ones, counted at the limit; more need licensed "
                    "beds approved and reported first") if own.capped else Text(name, name)
        return self._row(ground, choices, unit, own.provider, own.beds, own.missing, inputs, note, own.as_of)

    def _row(
        self, ground: Ground, choices: Choices, unit: str, subject: str, beds: int | None, missing: tuple[Missing, ...],
        inputs: tuple[Input, ...] = (), note: Text | None = None, as_of: date | None = None,
    ) -> Measure:
        from dingdian.provisions.kinds.bed_norm import reason_of

        return Measure(
            measure="insured_beds_by_rule", title=self.title, unit=unit, unit_name=ground.snapshot.unit_name(unit), subject=subject,
            provider_class="inpatient", unit_of_measure="bed", formula=Text("取平均开放床位与核定床位 × 上限比例的较小者，向下取整", "floor(min(open on average, approved * max_percent / 100))"),
            supply=beds, inputs=inputs, readings=choices.used, status="undetermined" if beds is None else "measured", as_of=as_of,
            reason=reason_of(missing) if beds is None else None, note=note,
        )

    def alerts(self, ground: Ground, lead_days: int) -> Iterable[Alert]:
        """Institutions that keep more beds open than the limit lets count, or of which nobody can tell."""
        choices, districts = ground.choices(self), dict(zip(ground.stock["provider"], ground.stock["counted_district"].fillna("")))
        for provider, own in sorted(self.ruled(ground).items()):
            unit = str(districts.get(provider, "")) or ground.snapshot.pooling_area
            quiet = evolve(told_by(self._provider_row(ground, choices, unit, own)), trigger="open_beyond_licensed", operator="<=", threshold=own.limit)
            if own.missing or own.open is None:
                yield lacking(quiet, own.missing)
            else:
                yield raised(quiet, ALERT if own.capped else QUIET, value=(round_up if own.capped else round_down)(own.open, 2))

    def read_back(self) -> Text:
        percent = show(self.max_percent)
        return Text(
            f"每家机构的医保床位按 {self.year} 年平均开放床位计，不超过核定床位的 {percent}%（向下取整到整张）；加上申请床位后超过该上限的，"
            "须先经卫健部门批准增加核定床位，并及时向医保经办机构变更。",
            f"An institution's insured beds are those open on average in {self.year}, at most {percent}% of the licensed ones (whole beds, "
            "rounded down); beds beyond that need more licensed beds first, approved by the health department and reported to the agency.")

    def probes(self, choices: Choices) -> Iterable[Probe]:
        """One hundred licensed beds, some of them open, and an application that comes to one below, to, or one above the limit."""
        limit = self.limit(100)
        application = application_for(self, action="add_beds", provider=PROVIDER, beds=10)
        for position, offset, expect in (("below", -1, HOLDS), ("at", 0, HOLDS), ("above", 1, FAILS)):
            open_beds = limit + offset - 10
            yield Probe(position=position, expect=expect, application=application, tables=self._town(open_beds))
        yield Probe(position="missing", expect="undetermined", application=application,
                    tables={"providers": [provider_row()], "activity": [self._activity(50)]}, note="no licensed beds")

    def _town(self, open_beds: int) -> Mapping[str, list[Mapping[str, Any]]]:
        return {"providers": [provider_row()], "beds": [bed_row(open_beds, as_of=date(self.year, 12, 31), approved=100)],
                "activity": [self._activity(open_beds)]}

    def _activity(self, open_beds: int) -> Mapping[str, Any]:
        return {"provider": PROVIDER, "year": self.year, "open_bed_days": open_beds * days_of(self.year)}


def rule_of(ground: Ground) -> InsuredBedRule | None:
    """The plan's rule of insured beds, where it has one."""
    return next((p for p in ground.provisions if isinstance(p, InsuredBedRule)), None)


def _no_licence(case: Case) -> Missing:
    return Missing(table="facts", subject=case.application, column="approved_beds", phrase=Text(
        f"申请 {case.application} 缺少核定床位数（facts.approved_beds）", f"application {case.application} lacks its licensed beds (facts.approved_beds)"))
