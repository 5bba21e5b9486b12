"""Draft, final, superseded: which version of a plan speaks on a day, and how many days it has left.

States what a result under the plan is worth; it stops nobody. That higher rules prevail is for the version that takes them up:
this kind refuses to guess what they would say.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from attrs import frozen

from dingdian.provisions.alert import Alert, near, raised, told_by
from dingdian.provisions.base import Provision, Slot, kind_of_provision
from dingdian.provisions.case import Case
from dingdian.provisions.counting import show
from dingdian.provisions.finding import HOLDS, NOT_APPLICABLE, Input, Judgement, Measure
from dingdian.provisions.ground import Ground
from dingdian.terms import Text

IN_FORCE, AS_IF_FINAL = "version_in_force", "as_if_final"
STATES = {
    "draft": Text("征求意见稿", "a consultation draft"),
    "final": Text("正式规划", "the final plan"),
    "superseded": Text("已被取代的规划", "a plan that has been superseded"),
}


@kind_of_provision
@frozen(kw_only=True)
class Lifecycle(Provision):
    """Whether the plan, as it stands, decides anything on the day of the question."""

    kind: ClassVar[str] = "lifecycle"
    title: ClassVar[Text] = Text("规划版本与效力", "version and force of the plan")
    section: ClassVar[str] = "calendar"
    effects: ClassVar[tuple[str, ...]] = ("information",)
    slots: ClassVar = {
        "version": Slot(Text("征求意见稿和期限以外的规划有什么效力", "what a draft, or a plan outside its period, is worth"), {
            IN_FORCE: Text("以判断之日有效的正式版本为准，其余只供参考", "only the final version in force on the day decides; others are for reference"),
            AS_IF_FINAL: Text("按已生效试算", "tried as if it were in force"),
        }),
    }

    def judge(self, case: Case, ground: Ground) -> Judgement:
        choices = ground.choices(self)
        status, decides = ground.plan_status, self._in_force(ground)
        tried = not decides and choices["version"].option == AS_IF_FINAL
        period = f"{ground.dates['valid_from']} — {ground.dates['valid_until'] or ''}".rstrip()
        verdict = Text("结论依此作出", "the result rests on it") if decides else \
            Text("按已生效试算，结论仅供参考", "tried as if in force: the result is for reference") if tried else \
            Text("不产生效力，结论仅供参考", "it has no force: the result is for reference")
        return Judgement(
            status=HOLDS if decides or tried else NOT_APPLICABLE, value=status, operator="==", threshold="final", as_of=ground.on,
            readings=choices.used, evidence={"status": status, "valid_from": ground.dates["valid_from"],
                                             "valid_until": ground.dates["valid_until"], "day": ground.on,
                                             "formula": "status is final and the day lies in the period"},
            sentence=Text(f"{STATES[status].zh}（{period}），{ground.on} {verdict.zh}。",
                          f"{STATES[status].en.capitalize()} ({period}); on {ground.on} {verdict.en}."),
        )

    def _in_force(self, ground: Ground) -> bool:
        first, last = ground.dates["valid_from"], ground.dates["valid_until"]
        inside = (first is None or first <= ground.on) and (last is None or ground.on <= last)
        return ground.plan_status == "final" and inside

    def measure(self, ground: Ground) -> Iterable[Measure]:
        """Days that the plan has left; nothing where it has no end."""
        last = ground.dates["valid_until"]
        if last is None:
            return
        snapshot = ground.snapshot
        left = max(0, (last - ground.on).days + 1)
        common: dict[str, Any] = {"unit": snapshot.pooling_area, "unit_name": snapshot.unit_name(snapshot.pooling_area)}
        yield Measure(
            measure="plan_days_left", title=Text("规划期剩余天数", "days left of the plan's period"), unit_of_measure="day",
            formula=Text("末日 − 判断日期 + 1，不低于 0", "last day - day of the question + 1, not below 0"), supply=left, as_of=ground.on, **common,
            inputs=(Input(name="last_day", value=last.isoformat(), as_of=ground.on, source="plan.valid_until"),),
            note=Text(f"{STATES[ground.plan_status].zh}，末日 {last}，尚余 {show(left)} 天",
                      f"{STATES[ground.plan_status].en}; last day {last}, {show(left)} days left"),
        )

    def alerts(self, ground: Ground, lead_days: int) -> Iterable[Alert]:
        """The end of the plan's period, near or past."""
        last = ground.dates["valid_until"]
        for row in self.measure(ground):
            assert last is not None  # there is a row only where there is an end
            left = (last - ground.on).days
            said = Text(f"规划期已于 {last} 届满", f"the plan's period ended on {last}") if left < 0 else Text(
                f"规划期至 {last} 止，尚余 {show(left + 1)} 天", f"the plan's period ends on {last}, {show(left + 1)} days are left")
            yield raised(told_by(row), near(left, lead_days), value=left, operator=">=", threshold=0, due=last,
                         sentence=Text(f"{said.zh}。", f"{said.en[0].upper()}{said.en[1:]}."))

    def read_back(self) -> Text:
        return Text("以判断之日有效的正式版本为准；征求意见稿或期限以外的结果只供参考。国家和省另有规定的，以改版后的规划为准。",
                    "The final version in force on the day decides; results under a draft or outside its period are for reference. Higher "
                    "rules prevail by a new version of the plan.")

