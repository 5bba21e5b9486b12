"""A period of transition: who was licensed before the plan takes effect and applied within the period is not limited by it.

Two days decide, both on the papers: of the licence or filing, and of the application. It lifts limits of the plan that it names; the
Orders' conditions and bars are none of them, so that "meets the conditions" is judged where the conditions are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import ClassVar

from attrs import frozen

from dingdian.provisions import fields
from dingdian.provisions.alert import QUIET, Alert, near, raised
from dingdian.provisions.base import Provision, Slot, kind_of_provision, missing_column, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.finding import HOLDS, NOT_APPLICABLE, UNDETERMINED, Judgement
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.kinds.transition import EVERYTHING, NOT_FUND
from dingdian.provisions.probe import Probe, application_for
from dingdian.terms import Text

APPLIED, DECIDED = "applied_in_time", "decided_in_time"


@kind_of_provision
@frozen(kw_only=True)
class TransitionPeriod(Provision):
    """Frees applicants licensed before ``licensed_before`` whose application is of ``applied_until`` or earlier."""

    kind: ClassVar[str] = "transition_period"
    title: ClassVar[Text] = Text("过渡期", "period of transition")
    effects: ClassVar[tuple[str, ...]] = ("exemption",)
    refers_to: ClassVar = {"excepts": "", "fund_gates": ""}
    slots: ClassVar = {
        "fund": Slot(Text("是否连同基金约束一并免除", "whether the fund gate is waived too"), {
            EVERYTHING: Text("免除本规划全部限制", "every limit of the plan"), NOT_FUND: Text("基金约束仍适用", "all but the fund gate"),
        }),
        "in_time": Slot(Text("过渡期内须完成哪一步", "what must have happened within the period"), {
            APPLIED: Text("在过渡期内提出申请", "the application"), DECIDED: Text("在过渡期内作出审查决定", "the decision"),
        }),
    }

    licensed_before: date = fields.day("取得许可或备案早于", "licensed or filed before")
    applied_until: date = fields.day("过渡期最后一日", "last day of the period")
    excepts: tuple[str, ...] = fields.names("免于适用的规定", "provisions lifted")
    fund_gates: tuple[str, ...] = fields.names("其中的基金约束", "the fund gates among them")

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        if not self.excepts or set(self.fund_gates) - set(self.excepts):
            yield (("excepts",), Text("没有免除任何规定，或基金约束不在其中", "it lifts nothing, or the fund gates are not among what it lifts"),
                   Text("核对 excepts 与 fund_gates", "check excepts and fund_gates"))

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        choices = ground.choices(self)
        lifted = self.excepts if choices["fund"].option == EVERYTHING else tuple(p for p in self.excepts if p not in self.fund_gates)
        happened = case.applied_on if choices["in_time"].option == APPLIED else ground.on
        if happened is None:
            return undetermined([missing_column(case, "applied_on")], readings=choices.used, may_waive=lifted)
        licensed = case.get("licensed_on")
        if happened <= self.applied_until and licensed is None:
            return undetermined([missing_column(case, "licensed_on")], readings=choices.used, may_waive=lifted)
        return self._judgement(choices, lifted, happened, licensed)

    def _judgement(self, choices: Choices, lifted: tuple[str, ...], happened: date, licensed: date | None) -> Judgement:
        late, fresh = happened > self.applied_until, licensed is None or licensed >= self.licensed_before
        free = not late and not fresh
        step = Text("申请", "application") if choices["in_time"].option == APPLIED else Text("审查", "decision")
        value, operator, threshold = (happened, "<=", self.applied_until) if late or free else (licensed or happened, "<", self.licensed_before)
        zh = (f"{step.zh}日期 {happened} 晚于过渡期末日 {self.applied_until}" if late
              else f"{step.zh}日期 {happened} 在过渡期内，许可或备案日期 {licensed} {'不早于' if fresh else '早于'} {self.licensed_before}")
        en = (f"{step.en} of {happened}, after the period's last day {self.applied_until}" if late
              else f"{step.en} of {happened} within the period, licence of {licensed} {'not before' if fresh else 'before'} {self.licensed_before}")
        return Judgement(
            status=HOLDS if free else NOT_APPLICABLE, value=value.isoformat(), operator=operator, threshold=threshold.isoformat(),
            margin=(threshold - value).days, unit_of_measure="day", readings=choices.used, waives=lifted if free else (), as_of=happened,
            evidence={"licensed_on": licensed, "happened_on": happened, "licensed_before": self.licensed_before, "applied_until": self.applied_until,
                      "formula": "licensed_on < licensed_before and applied_on <= applied_until"},
            sentence=Text(f"{zh}，{'不受本规划限制，准入条件仍须符合' if free else '不适用过渡期规定'}。",
                          f"{en}: {'not limited by the plan; the conditions of admission remain' if free else 'the transition does not apply'}."),
        )

    def alerts(self, ground: Ground, lead_days: int) -> Iterable[Alert]:
        """The last day of the period, while it lies ahead; once it is over nothing is left to watch."""
        left, area = (self.applied_until - ground.on).days, ground.snapshot.pooling_area
        if left >= 0:
            quiet = Alert(
                trigger="transition_days_left", title=Text("过渡期剩余天数", "days left of the transition"), state=QUIET, unit=area,
                unit_name=ground.snapshot.unit_name(area), value=left, operator=">=", threshold=0, unit_of_measure="day", since=ground.on,
                due=self.applied_until, sentence=Text(f"过渡期至 {self.applied_until} 止，尚余 {left} 天。",
                                                      f"The transition ends on {self.applied_until}, {left} days ahead."),
                formula=Text("末日 − 判断日期", "last day - day of the question"))
            yield raised(quiet, near(left, lead_days))

    def read_back(self) -> Text:
        return Text(
            f"{self.licensed_before} 以前（不含当日）取得许可或备案、{self.applied_until} 以前（含当日）提出申请且符合准入条件的，不受本规划限制：{'、'.join(self.excepts)}。",
            f"Who was licensed or filed before {self.licensed_before}, applied by {self.applied_until} and meets the conditions is not limited "
            f"by the plan: {', '.join(self.excepts)}.")

    def probes(self, choices: Choices) -> Iterable[Probe]:
        early = self.licensed_before - timedelta(days=400)
        yield from self._around(self.applied_until, lambda day: (early, day), (HOLDS, HOLDS, NOT_APPLICABLE))
        yield from self._around(self.licensed_before, lambda day: (day, self.applied_until), (HOLDS, NOT_APPLICABLE, NOT_APPLICABLE))
        yield Probe(position="missing", expect=UNDETERMINED, on=self.applied_until,
                    application=application_for(self, applied_on=self.applied_until))

    def _around(self, line: date, days: object, expect: tuple[str, str, str]) -> Iterator[Probe]:
        assert callable(days)
        for position, offset, status in zip(("day_before", "day_of", "day_after"), (-1, 0, 1), expect):
            licensed, applied = days(line + timedelta(days=offset))
            yield Probe(position=position, expect=status, on=applied, application=application_for(self, licensed_on=licensed, applied_on=applied))
