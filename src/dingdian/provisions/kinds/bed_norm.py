"""Beds per 1000 persons held inside a band, for the whole pooling area: the total of beds.

The pack says whose thousand it is, insured persons or residents, and by which day the norm is to be met: a norm without either
is refused. The band stops nobody inside it; beyond the upper bound it stops. It does not distribute beds over districts,
except to state each district's own computed value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

from attrs import evolve, frozen

from dingdian.methods.beds import per_1000
from dingdian.methods.rounding import round_down, round_half_even, round_up
from dingdian.provisions import fields
from dingdian.provisions.alert import OVER, SHORT, Sides
from dingdian.provisions.base import Provision, Slot, kind_of_provision, missing_column, undetermined
from dingdian.provisions.bed_limits import BedBand, BedLimits
from dingdian.provisions.case import Case
from dingdian.provisions.counting import (
    PERSONS,
    WHICH_BEDS,
    Count,
    bed_stock,
    beds_allowed,
    beds_below,
    beds_needed,
    districts_of,
    no_persons,
    persons_of,
    show,
)
from dingdian.provisions.finding import (
    FAILS,
    HOLDS,
    NOT_APPLICABLE,
    UNDETERMINED,
    Input,
    Judgement,
    Measure,
    Missing,
    nearest_in_band,
)
from dingdian.provisions.forward import Target, classes_of
from dingdian.provisions.forward_rules import Ceiling
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.probe import (
    PROVIDER,
    UNIT,
    Probe,
    application_for,
    bed_row,
    insured_rows,
    provider_row,
)
from dingdian.provisions.releases import Released, released
from dingdian.terms import Text

FREE, EXITS_ONLY = "band_free", "exits_only"
BAND = Slot(
    Text("区间内能否新增", "whether beds may be added inside the band"),
    {
        FREE: Text("区间内不限制新增，超过上限才限制", "inside the band nobody is stopped"),
        EXITS_ONLY: Text("区间内只能以退出换新增", "inside the band beds are added only against exits"),
    },
)

AS_STATED, ROUNDS_TO, AT_MOST = "as_stated", "rounds_to", "at_most"
ABOUT = Slot(
    Text("“左右”指多大范围", "how far “about” reaches"),
    {
        AS_STATED: Text("原文给出上下限，含两端", "the text states both bounds, both included"),
        ROUNDS_TO: Text("四舍五入等于该数：下限含，上限不含", "what rounds to the number: the lower bound included, the upper one not"),
        AT_MOST: Text("以该数为上限，含该数", "the number itself is the upper bound, included"),
    },
    {ROUNDS_TO: ("half_width",), AT_MOST: ("half_width",)},
    otherwise=AS_STATED,
)
BY_YEAR, BY_SWAP, AT_ONCE = "linear_path", "swap_only", "at_once"
PATH = Slot(
    Text("达标之前按哪个数", "which number binds before the norm is to be met"),
    {
        BY_YEAR: Text("自起点到终点逐年线性过渡，以当年年末值为限", "a straight line from year to year: the value of the year's end binds"),
        BY_SWAP: Text("过渡期内一律不净增，只能以减换增", "until its end no net addition, only swaps"),
        AT_ONCE: Text("终点值即日起适用", "the final value binds at once"),
    },
    otherwise=AT_ONCE,
)
PER: Mapping[str, Text] = PERSONS
RATIO_UNIT = {"insured": "bed_per_1000_insured", "resident": "bed_per_1000_residents"}
RATIO_TITLE = {
    "insured": Text("千名参保人床位数", "beds per 1000 insured"), "resident": Text("千名常住人口床位数", "beds per 1000 residents"),
}


@frozen(kw_only=True)
class Bounds:
    """The band in force on a day, in beds per 1000; the lower bound always belongs to it, the upper one where it says so."""

    low: Decimal
    high: Decimal
    high_included: bool = True

    @property
    def operator(self) -> str:
        """The operator by which a ratio passes the upper bound."""
        return "<=" if self.high_included else "<"

    def exceeded_by(self, beds: int, persons: int) -> bool:
        """Whether so many beds for so many persons lie above the band."""
        ratio = per_1000(beds, persons)
        return ratio > self.high or (ratio == self.high and not self.high_included)

    def allowed(self, persons: int) -> int:
        """The most whole beds that the band allows; never below zero."""
        return beds_allowed(self.high, persons) if self.high_included else beds_below(self.high, persons)

    def needed(self, persons: int) -> int:
        """The fewest whole beds inside the band."""
        return beds_needed(self.low, persons)


@kind_of_provision
@frozen(kw_only=True)
class BedNorm(Provision):
    """A band of beds per 1000 persons, stated by its two bounds (``low``, ``high``) or as a round number (``about``)."""

    kind: ClassVar[str] = "bed_norm"
    title: ClassVar[Text] = Text("千人床位数", "beds per 1000 persons")
    comparison: ClassVar[str] = "<="
    nature: ClassVar[str] = "number"
    needs: ClassVar[tuple[str, ...]] = ("beds",)
    slots: ClassVar = {"beds": WHICH_BEDS, "band": BAND, "about": ABOUT, "path": PATH}

    per: str = fields.one_of(PER, "以哪类人口为分母", "whose thousand")
    by: date = fields.day("达标日期", "day by which the norm is to be met")
    low: Decimal | None = fields.number("下限", "lower bound", unit="张/千人", minimum="0", default=None)
    high: Decimal | None = fields.number("上限", "upper bound", unit="张/千人", minimum="0", default=None)
    about: Decimal | None = fields.number("约数（“左右”）", "round number (“about”)", unit="张/千人", minimum="0", default=None)
    path_from: Decimal | None = fields.number("过渡的起点值", "value at the start of the path", unit="张/千人", minimum="0", default=None)
    path_from_on: date | None = fields.day("过渡的起点（年末）", "start of the path, a year's end", default=None)

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        stated = (self.low is not None) + (self.high is not None)
        if stated == 1 or (stated == 0) == (self.about is None):
            yield (("low",), Text("应写上下限两项，或写约数一项", "state both bounds, or the round number alone"),
                   Text("写 low 和 high，或只写 about", "write low and high, or about alone"))
        elif self.low is not None and self.high is not None and self.low > self.high:
            yield (("low",), Text("下限高于上限", "the lower bound is above the upper one"),
                   Text("核对两个数", "check the two numbers"))
        if (self.about is None) != ("about" not in self.readings):
            yield (("about",), Text("约数与“左右”的口径应同时写或同时不写", "a round number and the reading of “about” go together"),
                   Text("写 about 时在 readings 中填 about", "fill the slot about where the field about is stated"))

        yield from self._path_problems()

    def _path_problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        if (self.path_from is None) != (self.path_from_on is None) or (self.path_from is None) != ("path" not in self.readings):
            yield (("path_from",), Text("过渡的起点值、起点日期与口径应同时写或同时不写", "start, day and reading of a path go together"),
                   Text("写 path_from、path_from_on，并在 readings 中填 path", "state path_from and path_from_on, and fill the slot path"))
        elif self.path_from_on is not None and (self.high is None or not _year_ends(self.path_from_on, self.by)):
            yield (("path_from_on",), Text("过渡须从一个年末到另一个年末，且终点写有上限", "a path runs from one year's end to a later one, to an upper bound"),
                   Text("写成 12 月 31 日，并写 high", "use 31 December, and state high"))

    def passes_when(self) -> str:
        return "<=" if self.about is None else "<"

    def bounds(self, choices: Choices, on: date) -> Bounds:
        """The band in force on a day, under the reading of “about” where the text states a round number."""
        if self.about is None:
            assert self.low is not None
            assert self.high is not None
            return Bounds(low=self.low, high=self._high_on(choices, on, self.high))
        choice = choices["about"]
        if choice.option == AT_MOST:
            return Bounds(low=self.about - choice["half_width"], high=self.about)
        return Bounds(low=self.about - choice["half_width"], high=self.about + choice["half_width"], high_included=False)

    def _high_on(self, choices: Choices, on: date, final: Decimal) -> Decimal:
        """The upper bound on a day: where there is a path, what the path asks for at the end of that year."""
        if self.path_from is None or self.path_from_on is None or choices["path"].option == AT_ONCE:
            return final
        return at_year_end(self.path_from, self.path_from_on.year, final, self.by.year, on.year)

    def _only_by_swap(self, choices: Choices, on: date, beds: int, persons: int) -> bool:
        """Whether nothing is added net, because the path has not ended and the final value is not yet reached."""
        if self.path_from is None or self.high is None or choices["path"].option != BY_SWAP:
            return False
        return on < self.by and per_1000(beds, persons) > self.high

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        if case.beds is None:
            return undetermined([missing_column(case, "beds")])
        choices = ground.choices(self)
        city, bounds = ground.snapshot.pooling_area, self.bounds(choices, ground.on)
        people, stock = persons_of(ground, city, self.per), bed_stock(ground, choices["beds"].option, self.per)
        if not people.value or stock is None:
            return undetermined(people.missing or (no_persons(ground, city, self.per),), readings=choices.used)
        beds = stock.count(ground.snapshot.districts)
        after = beds.at_least + case.beds
        if case.beds and self._only_by_swap(choices, ground.on, after, people.value):
            assert self.high is not None
            bounds = Bounds(low=bounds.low, high=self.high)  # what is above the final value may only be swapped
        verdict = FAILS if bounds.exceeded_by(after, people.value) else HOLDS
        if verdict == FAILS and case.action == "convert" and not case.beds:
            return adds_none()
        if verdict != FAILS and beds.value is None:
            return undetermined(beds.missing, readings=choices.used)
        said = self._judgement(verdict, case, choices, bounds, beds, people, after)
        inside = per_1000(beds.at_least, people.value) >= bounds.low
        if verdict == HOLDS and inside and case.beds and choices["band"].option == EXITS_ONLY:
            return self._against_exits(case, choices, bounds, said, released(ground, "inpatient"))
        return evolve(said, readings=choices.used)

    def _against_exits(self, case: Case, choices: Choices, bounds: Bounds, said: Judgement, freed: Released) -> Judgement:
        """Inside the band, where beds are added only against exits: what exits have freed is the limit."""
        if freed.beds is None:
            return undetermined(freed.missing, readings=choices.used, evidence=said.evidence, as_of=said.as_of)
        asked = case.beds or 0
        fits = asked <= freed.beds
        return evolve(
            said, status=HOLDS if fits else FAILS, value=asked, operator="<=", threshold=freed.beds, margin=freed.beds - asked,
            unit_of_measure="bed", readings=choices.used,
            evidence={**said.evidence, "released": freed.beds, "released_since": freed.since, "released_until": freed.until,
                      "formula": "inside the band: beds_applied_for <= beds released by exits"},
            sentence=Text(
                f"全市床位已在 {show(bounds.low)} 至 {show(bounds.high)} 张的区间内，只能以退出换新增：规划期内退出 {show(freed.beds)} 张，"
                f"申请 {show(asked)} 张，{'未超过' if fits else '超过'}。",
                f"The pooling area is inside the band of {show(bounds.low)}–{show(bounds.high)}, where beds are added only against exits: "
                f"{show(freed.beds)} freed, {show(asked)} applied for, {'not exceeded' if fits else 'exceeded'}."),
            would_change=() if fits else (Text(f"再退出 {show(asked - freed.beds)} 张，或申请床位相应减少",
                                               f"{show(asked - freed.beds)} more beds freed, or so many fewer applied for"),),
        )

    def _judgement(
        self, verdict: str, case: Case, choices: Choices, bounds: Bounds, beds: Count, people: Count, after: int
    ) -> Judgement:
        assert people.value is not None
        ratio, allowed = per_1000(after, people.value), bounds.allowed(people.value)
        # Rounded away from the verdict never: a value above the bound is not shown as the bound, nor one below an excluded bound.
        value = round_up(ratio, 4) if bounds.high_included or verdict == FAILS else round_down(ratio, 4)
        who, limit = PERSONS[self.per], _limit(bounds)
        zh = (f"全市医保床位 {show(beds.at_least)} 张，加上本申请 {show(case.beds)} 张为 {show(after)} 张，"
              f"每千名{who.zh} {show(value)} 张，{limit.zh}")
        en = (f"{show(beds.at_least)} beds in the pooling area plus {show(case.beds)} applied for make {show(after)}: "
              f"{show(value)} per 1000 {who.en}; {limit.en}")
        room = allowed - after
        passed = ("，未超过。", ", not exceeded.") if bounds.high_included else ("，符合。", ", met.")
        verb_zh, verb_en = passed if verdict == HOLDS else ("，不符合。", ", not met.")
        change = () if verdict == HOLDS else (Text(
            f"全市需先减少 {show(-room)} 张医保床位，或申请床位相应减少", f"{show(-room)} fewer beds in total would fit",
        ),) if room < 0 else ()
        return Judgement(
            status=verdict, value=value, operator=bounds.operator, threshold=bounds.high, margin=bounds.high - value,
            unit_of_measure=RATIO_UNIT[self.per], readings=choices.used, sentence=Text(zh + verb_zh, en + verb_en),
            as_of=beds.as_of, would_change=change,
            evidence={
                "beds": beds.at_least, "beds_as_of": beds.as_of, "beds_source": beds.source,
                "beds_applied_for": case.beds, "beds_after": after, "per": self.per, self.per: people.value,
                f"{self.per}_as_of": people.as_of, "band": [bounds.low, bounds.high], "by": self.by,
                "beds_allowed": allowed, "room": room,
                "formula": f"(beds + beds_applied_for) * 1000 / {self.per} {bounds.operator} high",
            },
        )

    def measure(self, ground: Ground) -> Iterable[Measure]:
        choices = ground.choices(self)
        stock, bounds = bed_stock(ground, choices["beds"].option, self.per), self.bounds(choices, ground.on)
        for unit in (ground.snapshot.pooling_area, *ground.snapshot.districts):
            people = persons_of(ground, unit, self.per)
            missing = people.missing or (no_persons(ground, ground.snapshot.pooling_area, self.per),)
            beds = Count(value=None, missing=missing) if stock is None else stock.count(districts_of(ground, unit))
            yield self._beds_row(ground, choices, bounds, unit, beds, people)
            yield self._ratio_row(ground, choices, bounds, unit, beds, people)

    def watched(self) -> Mapping[str, Sides]:
        """Whole beds: above the band at once; below the band of two bounds from the day by which it is to be met. A round number is a
        ceiling: beds below it are room.
        """
        return {"insured_beds": {OVER: None} if self.low is None else {OVER: None, SHORT: self.by}}

    def _beds_row(self, ground: Ground, choices: Choices, bounds: Bounds, unit: str, beds: Count, people: Count) -> Measure:
        known = people.value is not None
        low = bounds.needed(people.value or 0) if known else None
        high = bounds.allowed(people.value or 0) if known else None
        most = f"floor(high * {self.per} / 1000)" if bounds.high_included else f"most beds with beds * 1000 / {self.per} < high"
        return self._row(choices, bounds, beds, people, Measure(
            measure="insured_beds", title=Text("定点床位数", "designated beds"), unit=unit,
            unit_name=ground.snapshot.unit_name(unit), unit_of_measure="bed",
            formula=f"need_low = ceil(low * {self.per} / 1000); need_high = {most}; gap = supply - need",
            need_low=low, need_high=high, supply=beds.value,
        ))

    def _ratio_row(self, ground: Ground, choices: Choices, bounds: Bounds, unit: str, beds: Count, people: Count) -> Measure:
        known = beds.value is not None and people.value
        # Below a bound that is not included nothing may be rounded up to it: the last shown value inside is one step lower.
        exact, shown = per_1000(beds.value or 0, people.value or 1), round_half_even if bounds.high_included else round_down
        high = bounds.high if bounds.high_included else bounds.high - Decimal("0.0001")
        ratio, unit_of_measure = shown(exact, 4) if known else None, RATIO_UNIT[self.per]
        return self._row(choices, bounds, beds, people, Measure(
            measure=f"beds_per_1000_{'insured' if self.per == 'insured' else 'residents'}", title=RATIO_TITLE[self.per],
            unit=unit, unit_name=ground.snapshot.unit_name(unit), unit_of_measure=unit_of_measure,
            formula=f"beds * 1000 / {self.per}", need_low=bounds.low, need_high=high, supply=ratio,
            note=None if bounds.high_included else Text(f"须低于 {show(bounds.high)} 张（不含）", f"must stay below {show(bounds.high)}, not included"),
        ))

    def _row(self, choices: Choices, bounds: Bounds, beds: Count, people: Count, row: Measure) -> Measure:
        ratio = RATIO_UNIT[self.per]
        inputs = (
            beds.as_input("beds", "bed"), people.as_input(self.per, "person"),
            Input(name="low", value=bounds.low, unit_of_measure=ratio, source=f"plan, by {self.by}"),
            Input(name="high", value=bounds.high, unit_of_measure=ratio, source=f"plan, by {self.by}"),
        )
        missing = (*beds.missing, *people.missing)
        row = evolve(row, inputs=inputs, provider_class="inpatient", readings=choices.used, as_of=beds.as_of)
        if row.supply is None or row.need_high is None:
            return evolve(row, status="undetermined", reason=reason_of(missing))
        need = nearest_in_band(row.supply, row.need_low, row.need_high)
        return evolve(row, need=need, gap=row.supply - need)

    def forward(self, ground: Ground, choices: Choices) -> Ceiling | None:
        """A ceiling that falls along the path; None where residents are counted, of whom a year to come knows nothing."""
        if self.per != "insured":
            return None
        first = self.by.year if self.path_from_on is None else self.path_from_on.year
        bounds = {year: self.bounds(choices, date(year, 12, 31)) for year in range(min(first, self.by.year), self.by.year + 1)}
        final = bounds[self.by.year]
        by_swap = self.path_from is not None and choices["path"].option == BY_SWAP
        return Ceiling(
            provision=self.id, classes=tuple(c for c in classes_of(self) if c == "inpatient"), beds=choices["beds"].option, included=final.high_included,
            highs={year: Fraction(found.high) for year, found in bounds.items()}, swap_only_until=self.by.year if by_swap else None,
            exits_from=Fraction(final.low) if choices["band"].option == EXITS_ONLY else None,
            target=Target(per_1000=Fraction(final.high), of_zones=False), readings=choices.used)

    def probes(self, choices: Choices) -> Iterable[Probe]:
        """100,000 persons; with the ten beds applied for one bed below, at, and one above the most that the band allows."""
        persons, on = 100_000, date(2026, 6, 30)
        full = self.bounds(choices, on).allowed(persons) - 10
        for position, beds, expect in (("below", full - 1, HOLDS), ("at", full, HOLDS), ("above", full + 1, FAILS)):
            yield Probe(position=position, expect=expect, on=on, application=application_for(self, beds=10),
                        tables={**self._probe_persons(persons), "beds": [bed_row(beds)], "activity": [_activity(beds)], "providers": [provider_row()]})
        yield Probe(position="missing", expect=UNDETERMINED, on=on, application=application_for(self, beds=10), note="no beds on file",
                    tables={**self._probe_persons(persons), "providers": [provider_row()]})
        yield Probe(position="missing", expect=UNDETERMINED, on=on, application=application_for(self, beds=10), note="no persons on file",
                    tables={"beds": [bed_row(full)], "activity": [_activity(full)], "providers": [provider_row()]})

    def _probe_persons(self, persons: int) -> Mapping[str, list[Mapping[str, object]]]:
        if self.per == "insured":
            return {"insured": insured_rows(persons)}
        return {"residents": [{"unit": UNIT, "year": 2025, "age_band": "all", "persons": persons}]}

    def bed_limits(self, ground: Ground, choices: Choices) -> BedLimits | None:
        """The band in force for the pooling area and for each district whose persons are known."""
        bounds, column, bands = self.bounds(choices, ground.on), choices["beds"].option, []
        for unit in (ground.snapshot.pooling_area, *ground.snapshot.districts):
            people, name = persons_of(ground, unit, self.per), ground.snapshot.unit_name(unit)
            if people.value is not None:
                bands.append(BedBand(name=Text(name, name), districts=districts_of(ground, unit), low=bounds.needed(people.value),
                                     high=bounds.allowed(people.value)))
        return BedLimits(column=column, per=self.per, bands=tuple(bands), readings=choices.used)

    def read_back(self) -> Text:
        who = PERSONS[self.per]
        if self.about is not None:
            return Text(
                f"到 {self.by}，全市每千名{who.zh}的医保床位数稳定在 {self.about} 张左右（“左右”的范围由口径定）；"
                "加上申请床位后超出这一范围的，不再新增。",
                f"By {self.by}, insured beds per 1000 {who.en} stay at about {self.about} (how far “about” reaches is a reading); "
                "beds that would take the total beyond it are not added.")
        if self.path_from is not None and self.path_from_on is not None:
            years = range(self.path_from_on.year + 1, self.by.year + 1)
            steps = [(year, at_year_end(self.path_from, self.path_from_on.year, self.high or Decimal(0), self.by.year, year)) for year in years]
            return Text(
                f"全市每千名{who.zh}的医保床位数由 {self.path_from_on} 的 {show(self.path_from)} 张逐年降至 {self.by} 的 {self.high} 张"
                f"（{'、'.join(f'{year} 年末 {show(value)} 张' for year, value in steps)}）；加上申请床位后超过当年年末值的，不再新增。",
                f"Insured beds per 1000 {who.en} go from {show(self.path_from)} on {self.path_from_on} to {self.high} on {self.by} "
                f"({', '.join(f'{show(value)} at the end of {year}' for year, value in steps)}); beds that would take the total above the "
                "value of the year's end are not added.")
        return Text(
            f"到 {self.by}，全市每千名{who.zh}的医保床位数应在 {self.low} 至 {self.high} 张之间（含两端）；加上申请床位后超过 {self.high} 张的，不再新增。",
            f"By {self.by}, insured beds per 1000 {who.en} stay between {self.low} and {self.high} (both included); "
            f"beds that would take the total above {self.high} are not added.",
        )


def at_year_end(start: Decimal, start_year: int, final: Decimal, final_year: int, year: int) -> Decimal:
    """The value of a straight line at the end of a year; before it starts its start, after it ends its end.

    Exact where it is a decimal of six places or fewer, else rounded down to six: never more than the line.
    """
    if year <= start_year:
        return start
    if year >= final_year:
        return final
    share = Fraction(year - start_year, final_year - start_year)
    return round_down(Fraction(start) + (Fraction(final) - Fraction(start)) * share, 6)


def _year_ends(start: date, end: date) -> bool:
    """Whether both days are the last of a year, the second of a later one."""
    return (start.month, start.day) == (end.month, end.day) == (12, 31) and start.year < end.year


def _activity(beds: int) -> Mapping[str, object]:
    """Open bed-days of a year in which so many beds were open all the time."""
    return {"provider": PROVIDER, "year": 2025, "open_bed_days": beds * 365}


def _limit(bounds: Bounds) -> Text:
    """The upper bound in words."""
    high = show(bounds.high)
    if bounds.high_included:
        return Text(f"上限 {high} 张", f"the upper bound is {high}")
    return Text(f"须低于 {high} 张", f"it must stay below {high}")


def reason_of(missing: Iterable[Missing]) -> Text:
    """Why a row is undetermined: the phrases of what is missing, each once."""
    phrases = list(dict.fromkeys(item.phrase for item in missing))
    return Text("；".join(p.zh for p in phrases) or "数据不足", "; ".join(p.en for p in phrases) or "not enough data")


def adds_none() -> Judgement:
    """A conversion of the beds there are is no addition, however many there are."""
    return Judgement(status=NOT_APPLICABLE, sentence=Text("转型不增加床位，不受床位数限制。", "The conversion adds no beds: their number does not stop it."))


def norm_of(ground: Ground | Choices, id: str) -> BedNorm:
    """The bed norm that another provision of the plan names; the loader has checked that it is one."""
    norm = next(p for p in ground.provisions if p.id == id)
    assert isinstance(norm, BedNorm)
    return norm
