"""What is filed by a day of every year, by whom and to whom: filed in time, late, due, overdue.

Follows filings; judges no application. That something was filed is stated with its day, and where it goes to several authorities, for
each of them; what nobody stated is not yet filed, which is a fact about the file and nothing else.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from attrs import evolve, frozen

from dingdian.provisions import fields
from dingdian.provisions.alert import APPROACHING, Alert, lacking, near, raised, told_by
from dingdian.provisions.base import Provision, kind_of_provision
from dingdian.provisions.dated import as_day
from dingdian.provisions.finding import Input, Measure
from dingdian.provisions.ground import Ground
from dingdian.terms import AUTHORITIES, Text

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
FILERS = {"district": Text("各区、县（市）", "each district"), "pooling_area": Text("统筹区", "the pooling area")}
IN_TIME, LATE, DUE, OVERDUE = "in_time", "late", "due", "overdue"
_STATES = {
    IN_TIME: Text("已按期报送", "filed in time"), LATE: Text("已报送，逾期", "filed late"),
    DUE: Text("待报送", "due"), OVERDUE: Text("逾期未报送", "overdue"),
}


@frozen(kw_only=True)
class Filing:
    """One filing of one filer to one authority; ``margin`` are days left before the last day, or by which it was passed (< 0)."""

    last_day: date
    filed_on: date | None
    on: date

    @property
    def margin(self) -> int:
        return (self.last_day - (self.filed_on or self.on)).days

    @property
    def state(self) -> str:
        if self.filed_on is not None:
            return IN_TIME if self.margin >= 0 else LATE
        return DUE if self.margin >= 0 else OVERDUE


@kind_of_provision
@frozen(kw_only=True)
class FilingDeadline(Provision):
    """``what`` is filed every year by the ``day`` of ``month`` (both included), by ``filers``, to every one of ``recipients``."""

    kind: ClassVar[str] = "filing_deadline"
    title: ClassVar[Text] = Text("报送时限", "filing deadline")
    effects: ClassVar[tuple[str, ...]] = ("information",)
    section: ClassVar[str] = "calendar"
    nature: ClassVar[str] = "procedure"
    fact_keys: ClassVar = {
        "filed_on": Text("报送日期（如 2027-01-20），对象为“单元代码/规定标识/机关代码”", "day of filing; subject = unit/provision/authority"),
    }

    what: str = fields.text("报送内容（中文）", "what is filed, in Chinese")
    what_en: str = fields.text("报送内容（英文）", "what is filed, in English")
    month: int = fields.whole("截止月份", "month of the last day", unit="月", minimum=1)
    day: int | None = fields.whole("截止日", "day of the month; left out for its last day", unit="日", minimum=1, default=None)
    filers: str = fields.one_of(FILERS, "由谁报送", "who files")
    recipients: tuple[str, ...] = fields.code_list(AUTHORITIES, "向谁报送", "to whom")

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        if self.month > 12 or (self.day or 1) > 31 or (self.month <= 12 and (self.day or 1) > monthrange(2028, self.month)[1]):
            yield (("day",), Text("没有这一天", "there is no such day"), Text("核对月和日", "check month and day"))
        if not self.recipients:
            yield (("recipients",), Text("没有写向谁报送", "nobody to whom it is filed"), Text("至少写一个机关", "name at least one authority"))

    def last_day(self, year: int) -> date:
        """Last day, included, of the filing of a year; the month's last day where the text names the month alone."""
        longest = monthrange(year, self.month)[1]
        return date(year, self.month, min(self.day or longest, longest))

    def filing(self, ground: Ground, unit: str, recipient: str) -> Filing:
        """The filing of the running year: what was filed since its first day."""
        fact = ground.snapshot.fact(f"{unit}/{self.id}/{recipient}", "filed_on")
        filed = None if fact is None else as_day(fact.value)
        this_year = filed is not None and date(ground.on.year, 1, 1) <= filed <= ground.on
        return Filing(last_day=self.last_day(ground.on.year), filed_on=filed if this_year else None, on=ground.on)

    def measure(self, ground: Ground) -> Iterable[Measure]:
        for unit in self._units(ground):
            for recipient in self.recipients:
                yield self._row(ground, unit, recipient)

    def _units(self, ground: Ground) -> tuple[str, ...]:
        return ground.snapshot.districts if self.filers == "district" else (ground.snapshot.pooling_area,)

    def alerts(self, ground: Ground, lead_days: int) -> Iterable[Alert]:
        """What is overdue or due within the lead, of this year and of the next."""
        for unit in self._units(ground):
            for recipient in self.recipients:
                row, said = self._row(ground, unit, recipient), self.filing(ground, unit, recipient)
                yield self._alert(ground, told_by(row), said, lead_days)
                ahead = evolve(said, last_day=self.last_day(ground.on.year + 1), filed_on=None)
                if said.margin != ahead.margin and near(ahead.margin, lead_days) == APPROACHING:
                    yield raised(told_by(row), APPROACHING, value=ahead.margin, operator=">=", threshold=0, due=ahead.last_day, subject=f"{recipient}:{ahead.last_day.year}",
                                 sentence=self._in_words(ground, unit, recipient, ahead))

    def _alert(self, ground: Ground, quiet: Alert, said: Filing, lead_days: int) -> Alert:
        """What was filed, if late, is done. A file that ends before the last day cannot say that nothing was filed by it."""
        known_until = ground.snapshot.city.meta.as_of
        quiet = evolve(quiet, operator=">=", threshold=0, since=min(ground.on, known_until), sentence=self._in_words(ground, quiet.unit, quiet.subject, said))
        if said.filed_on is not None:
            return evolve(quiet, operator="", threshold=None, since=said.filed_on)
        if said.margin < 0 and known_until < said.last_day:
            return lacking(quiet, [Text(f"数据截至 {known_until}，早于截止日 {said.last_day}", f"the data end on {known_until}, before the last day, {said.last_day}")])
        return raised(quiet, near(said.margin, lead_days), due=said.last_day)

    def _in_words(self, ground: Ground, unit: str, recipient: str, said: Filing) -> Text:
        name, to, state = ground.snapshot.unit_name(unit), AUTHORITIES[recipient].name, _STATES[said.state]
        filed = Text(f"，{said.filed_on} 报送", f", filed on {said.filed_on}") if said.filed_on else Text("", "")
        return Text(f"{name}{self.what}{state.zh}：报{to.zh}，截止 {said.last_day}{filed.zh}。",
                    f"{name}, {self.what_en}: {state.en}, to the {to.en} by {said.last_day}{filed.en}.")

    def _row(self, ground: Ground, unit: str, recipient: str) -> Measure:
        said = self.filing(ground, unit, recipient)
        to, state = AUTHORITIES[recipient].name, _STATES[said.state]
        filed = None if said.filed_on is None else said.filed_on.isoformat()
        return Measure(
            measure="filing_days", title=Text(f"{self.what}报送", f"filing of {self.what_en}"), unit=unit,
            unit_name=ground.snapshot.unit_name(unit), subject=recipient, unit_of_measure="day",
            formula=Text("截止日 − 报送日；未报送的为截止日 − 判断日期", "last day - day of filing, or - day of the question where nothing is filed"), supply=said.margin, as_of=ground.on,
            inputs=(Input(name="last_day", value=said.last_day.isoformat(), source="plan"),
                    Input(name="filed_on", value=filed, as_of=said.filed_on, source="facts.filed_on")),
            note=Text(f"{state.zh}：报{to.zh}，截止 {said.last_day}" + (f"，报送日期 {filed}" if filed else ""),
                      f"{state.en}: to the {to.en} by {said.last_day}" + (f", filed on {filed}" if filed else "")))

    def read_back(self) -> Text:
        to = "、".join(AUTHORITIES.label(r) for r in self.recipients)
        to_en = " and ".join(f"the {AUTHORITIES.label(r, 'en')}" for r in self.recipients)
        day = f"{self.month} 月底" if self.day is None else f"{self.month} 月 {self.day} 日"
        month = MONTHS[self.month - 1]
        day_en = f"the end of month {self.month} ({month})" if self.day is None else f"day {self.day} of month {self.month} ({month})"
        return Text(f"{FILERS[self.filers].zh}于每年 {day}前（含当日）将{self.what}报{to}备案。",
                    f"By {day_en} of every year, included, {FILERS[self.filers].en} files {self.what_en} with {to_en}.")
