"""Inpatient bed-days beyond those that the insured beds allow: the pooled fund of the excess is not settled.

Works out the deduction of every institution for the last closed year, with all its inputs. It looks at bed-days alone, before any
adjustment of payment by case; it judges no application, and a missing input leaves the deduction undetermined, never zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from attrs import evolve, frozen

from dingdian.methods.rounding import round_down, round_half_even
from dingdian.methods.settlement import days_of, excess_bed_days, excess_fund, insured_bed_days, time_weighted
from dingdian.provisions import fields
from dingdian.provisions.alert import OVER, Alert, of_rows
from dingdian.provisions.base import Provision, Slot, kind_of_provision
from dingdian.provisions.case import Case
from dingdian.provisions.counting import BED_COUNTS, RULE, WHICH_BEDS, show
from dingdian.provisions.finding import HOLDS, Input, Judgement, Measure, Missing
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.kinds.bed_norm import reason_of
from dingdian.provisions.kinds.insured_bed_rule import rule_of
from dingdian.terms import Text

LITERAL, CALENDAR = "as_written", "calendar"
WITH, WITHOUT = "included", "left_out"
FORMULA = ("deduction = inpatient_fund / actual_bed_days * max(0, actual_bed_days - insured_beds * days), rounded down to whole fen; "
           "insured_beds weighted by day")


@frozen(kw_only=True)
class Statement:
    """The settlement of one institution and year. Money in yuan; ``deduction`` is exact, None when an input is missing."""

    provider: str
    year: int
    beds: Fraction | None
    allowed: Fraction | None
    bed_days: int | None
    sporadic: int | None
    fund: Decimal | None
    missing: tuple[Missing, ...] = ()
    steps: tuple[tuple[date, int], ...] = ()

    @property
    def actual(self) -> int | None:
        """Actual bed-days, sporadic claims with them where they count."""
        return None if self.bed_days is None or self.sporadic is None else self.bed_days + self.sporadic

    @property
    def excess(self) -> Fraction | None:
        return None if self.actual is None or self.allowed is None else excess_bed_days(self.actual, self.allowed)

    @property
    def deduction(self) -> Fraction | None:
        if self.fund is None or self.actual is None or self.allowed is None:
            return None
        return excess_fund(self.fund, self.actual, self.allowed)


@kind_of_provision
@frozen(kw_only=True)
class SettlementCap(Provision):
    """Bed-days beyond insured beds × ``days`` are not settled from the pooled fund."""

    kind: ClassVar[str] = "settlement_cap"
    title: ClassVar[Text] = Text("医保床位数与费用结算挂钩", "settlement capped by insured beds")
    effects: ClassVar[tuple[str, ...]] = ("information",)
    section: ClassVar[str] = "settlement"
    nature: ClassVar[str] = "fund"
    slots: ClassVar = {
        "beds": WHICH_BEDS,
        "days": Slot(Text("医保床日按多少天计", "by how many days beds are multiplied"), {
            LITERAL: Text("按规划所写天数，闰年亦同", "as the plan writes it, in leap years too"), CALENDAR: Text("按全年实际天数", "the days of the year"),
        }),
        "sporadic": Slot(Text("实际住院总床日是否含零星报销", "whether bed-days of sporadic claims count"), {
            WITH: Text("含零星报销", "they count"), WITHOUT: Text("不含零星报销", "they do not"),
        }),
    }

    days: int = fields.whole("每年天数", "days of a year", unit="天", minimum=1)

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        choices = ground.choices(self)
        _ = choices["days"], choices["sporadic"]
        return Judgement(status=HOLDS, readings=choices.used, as_of=ground.on, evidence={"days": self.days, "formula": FORMULA}, sentence=Text(
            f"纳入定点后，年度实际住院总床日超过医保床位数 × {self.days} 天的，超出部分统筹基金不予结算。",
            f"Once designated, bed-days of a year beyond insured beds × {self.days} are not settled from the pooled fund."))

    # --- one institution ------------------------------------------------------------------------------------------------

    def statement(self, ground: Ground, provider: str, activity: Mapping[str, Any] | None, year: int) -> Statement:
        """The settlement of one institution; ``activity`` is its row of that year, None when there is none."""
        choices = ground.choices(self)
        row: Mapping[str, Any] = activity or {}
        counts_sporadic = choices["sporadic"].option == WITH
        steps = self._steps(ground, choices, provider, year)
        beds = time_weighted(steps, year) if steps and steps[0][0] <= date(year, 1, 1) else None
        days = self.days if choices["days"].option == LITERAL else days_of(year)
        fund = row.get("inpatient_fund")
        sporadic = row.get("sporadic_bed_days") if counts_sporadic else 0
        missing = [*([] if beds is not None else [_no_beds(provider, choices["beds"].option, year)])]
        wanted = ("bed_days", "sporadic_bed_days", "inpatient_fund") if counts_sporadic else ("bed_days", "inpatient_fund")
        missing += [_no_activity(provider, column, year) for column in wanted if row.get(column) is None]
        return Statement(
            provider=provider, year=year, beds=beds, allowed=None if beds is None else insured_bed_days(beds, days),
            bed_days=row.get("bed_days"), sporadic=sporadic, fund=None if fund is None else Decimal(fund).scaleb(-2),
            missing=tuple(missing), steps=tuple(steps),
        )

    def _steps(self, ground: Ground, choices: Choices, provider: str, year: int) -> list[tuple[date, int]]:
        """(first day, beds) of one institution until the end of the year, by first day.

        The count of a date is in force from that date. The beds of the plan's rule are in force until the agreement registers
        others after the rule's year.
        """
        column = choices["beds"].option
        rule = rule_of(ground) if column == RULE else None
        if column == RULE and rule is None:
            return []
        named, after = ("insured_beds", date(rule.year, 12, 31)) if rule is not None else (column, date.min)
        registered = [(row["as_of"], row[named]) for row in self._bed_rows(ground).get(provider, ())
                      if row[named] is not None and after < row["as_of"] <= date(year, 12, 31)]
        own = None if rule is None else rule.ruled(ground).get(provider)
        first = [(date(rule.year, 1, 1), own.beds)] if rule is not None and own is not None and own.beds is not None else []
        if rule is not None and year == rule.year:  # the rule's own year: its average knows already from when on beds were open
            return first
        designated = ground.snapshot.provider_records.get(provider, {}).get("designated_on")
        if designated is not None and designated.year == year:  # before its agreement it had no insured bed
            return [(date(year, 1, 1), 0), *((max(day, designated), beds) for day, beds in registered)] if registered else []
        return [*first, *registered]

    def _bed_rows(self, ground: Ground) -> Mapping[str, list[dict[str, Any]]]:
        """Total rows of `beds` by provider, in order of date."""
        def compute() -> Mapping[str, list[dict[str, Any]]]:
            found: dict[str, list[dict[str, Any]]] = {}
            for row in sorted(ground.snapshot.rows("beds"), key=lambda r: r["as_of"]):
                if row["specialty"] == "all" and row["as_of"] <= ground.on:
                    found.setdefault(row["provider"], []).append(row)
            return found

        rows: Mapping[str, list[dict[str, Any]]] = ground.remember("bed_rows_by_provider", compute)
        return rows

    # --- the whole city -------------------------------------------------------------------------------------------------

    def measure(self, ground: Ground) -> Iterable[Measure]:
        year = ground.on.year - 1
        choices = ground.choices(self)
        _ = choices["beds"], choices["days"], choices["sporadic"]
        activity = {row["provider"]: row for row in ground.snapshot.rows("activity") if row["year"] == year}
        stock = ground.stock[ground.stock["provider_class"] == "inpatient"]
        districts = dict(zip(stock["provider"], stock["counted_district"].fillna("")))
        said = {str(p): self.statement(ground, str(p), activity.get(p), year) for p in sorted(districts)}
        yield self._total(ground, choices, year, said)
        for provider, statement in said.items():
            yield self._row(ground, choices, str(districts[provider]), statement)

    def _row(self, ground: Ground, choices: Choices, unit: str, said: Statement) -> Measure:
        name = ground.snapshot.provider_names.get(said.provider, said.provider)
        row = self._plain(ground, choices, unit, said.year)
        row = evolve(row, subject=said.provider, inputs=self._inputs(choices, said), note=self._note(ground, name, said))
        if said.deduction is None:
            return evolve(row, status="undetermined", reason=reason_of(said.missing))
        return evolve(row, supply=round_down(said.deduction, 2))

    def _plain(self, ground: Ground, choices: Choices, unit: str, year: int) -> Measure:
        return Measure(
            measure="unsettled_fund", title=Text("超出医保床日不予结算的统筹基金", "pooled fund not settled beyond insured bed-days"), unit=unit,
            unit_name=ground.snapshot.unit_name(unit), provider_class="inpatient", unit_of_measure="yuan", formula=FORMULA,
            readings=choices.used, as_of=date(year, 12, 31),
        )

    def _inputs(self, choices: Choices, said: Statement) -> tuple[Input, ...]:
        end, days = date(said.year, 12, 31), self.days if choices["days"].option == LITERAL else days_of(said.year)
        source = "insured_bed_rule" if choices["beds"].option == RULE else f"beds.{choices['beds'].option}"

        def shown(value: Fraction | None, places: int) -> Decimal | None:
            return None if value is None else round_half_even(value, places)

        return (
            Input(name="insured_beds", value=shown(said.beds, 4), unit_of_measure="bed", as_of=end, source=source),
            Input(name="days", value=days, unit_of_measure="day", source="plan" if choices["days"].option == LITERAL else "calendar"),
            Input(name="insured_bed_days", value=shown(said.allowed, 2), unit_of_measure="bed_day", as_of=end, source="insured_beds * days"),
            Input(name="bed_days", value=said.bed_days, unit_of_measure="bed_day", as_of=end, source="activity.bed_days"),
            Input(name="sporadic_bed_days", value=said.sporadic, unit_of_measure="bed_day", as_of=end, source="activity.sporadic_bed_days"),
            Input(name="actual_bed_days", value=said.actual, unit_of_measure="bed_day", as_of=end, source="bed_days + sporadic_bed_days"),
            Input(name="excess_bed_days", value=shown(said.excess, 2), unit_of_measure="bed_day", as_of=end, source="max(0, actual - insured)"),
            Input(name="inpatient_fund", value=said.fund, unit_of_measure="yuan", as_of=end, source="activity.inpatient_fund"),
        )

    def _note(self, ground: Ground, name: str, said: Statement) -> Text:
        """What was compared, and what the number is worth: a year before the plan is a trial."""
        begins = ground.dates["valid_from"]
        trial = begins is not None and said.year < begins.year
        worth = Text(f"{said.year} 年在规划施行之前，仅为试算", f"{said.year} lies before the plan is in force, a trial only") if trial else Text(
            "按病种付费清算之前的数，不看病例轻重", "before payment by case is settled, blind to severity")
        if said.excess is None or said.allowed is None:
            return Text(f"{name}：{worth.zh}", f"{name}: {worth.en}")
        allowed, excess = show(round_half_even(said.allowed, 0)), show(round_half_even(said.excess, 0))
        return Text(f"{name}：实际 {show(said.actual)} 床日，医保 {allowed} 床日，超出 {excess}；{worth.zh}",
                    f"{name}: {show(said.actual)} actual bed-days, {allowed} insured ones, {excess} beyond; {worth.en}")

    def _total(self, ground: Ground, choices: Choices, year: int, said: Mapping[str, Statement]) -> Measure:
        """The pooling area: the sum of what is deducted from each, rounded one by one as it is settled one by one."""
        row = self._plain(ground, choices, ground.snapshot.pooling_area, year)
        open_ones = [s for s in said.values() if s.deduction is None]
        if open_ones or not said:
            missing = tuple(item for s in open_ones for item in s.missing)[:3]
            return evolve(row, status="undetermined", reason=Text(
                f"{len(open_ones)} 家机构数据不全：{reason_of(missing).zh}", f"{len(open_ones)} institutions lack data: {reason_of(missing).en}"))
        total = sum((round_down(s.deduction, 2) for s in said.values() if s.deduction is not None), Decimal(0))
        over = sum(1 for s in said.values() if s.excess)
        begins = ground.dates["valid_from"]
        trial = Text("；规划施行之前的年度，仅为试算", "; a year before the plan, a trial only") if begins is not None and year < begins.year else Text("", "")
        return evolve(row, supply=total, note=Text(f"{over} 家机构超出医保床日{trial.zh}", f"{over} institutions beyond their insured bed-days{trial.en}"))

    def alerts(self, ground: Ground, lead_days: int) -> Iterable[Alert]:
        """Each institution beyond its insured bed-days; on a year before the plan, a trial, from the end of the plan's first year."""
        begins, year = ground.dates["valid_from"], ground.on.year - 1
        binds = None if begins is None or year >= begins.year else date(begins.year, 12, 31)
        rows = (evolve(row, need=0, need_high=0, gap=row.supply) for row in self.measure(ground) if row.subject)
        return of_rows(rows, {"unsettled_fund": {OVER: binds}}, ground.on)

    def read_back(self) -> Text:
        return Text(
            f"年度实际住院总床日（含零星报销）超过医保床日（医保床位数 × {self.days} 天）的，超出床日按“住院统筹基金支出 ÷ 实际住院总床日”折算的统筹基金不予结算（逐家计算，向下取整到分）。",
            f"Where a year's bed-days, sporadic claims included, exceed the insured bed-days (insured beds × {self.days}), the pooled fund of the "
            "excess, at inpatient fund spending ÷ actual bed-days each, is not settled (institution by institution, rounded down to whole fen).")


def _no_beds(provider: str, column: str, year: int) -> Missing:
    return Missing(table="beds", subject=provider, column="insured_beds" if column == RULE else column, phrase=Text(
        f"机构 {provider} 缺少 {year} 年初的{BED_COUNTS[column].zh}", f"{provider} lacks its {BED_COUNTS[column].en} at the start of {year}"))


_NAMES = {
    "bed_days": Text("实际住院床日", "bed-days"), "sporadic_bed_days": Text("零星报销床日", "bed-days of sporadic claims"),
    "inpatient_fund": Text("住院统筹基金支出", "inpatient pooled-fund spending"),
}


def _no_activity(provider: str, column: str, year: int) -> Missing:
    return Missing(table="activity", subject=provider, column=column, phrase=Text(
        f"机构 {provider} 缺少 {year} 年{_NAMES[column].zh}", f"{provider} lacks its {_NAMES[column].en} of {year}"))
