"""No additions in a pooling area that has no allocation plan of its own: the first gate to test.

Rests on what the bureau states of its own plan. An area of which nobody says whether it has one is undetermined; a plan is never
taken as being there because a draft, or this pack, exists. Whether it was also filed is shown, and stops nobody unless read so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from attrs import evolve, frozen

from dingdian.city.asof import Fact
from dingdian.provisions.alert import ALERT, QUIET, Alert, lacking, raised
from dingdian.provisions.base import Provision, Slot, kind_of_provision, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.finding import FAILS, HOLDS, UNDETERMINED, Input, Judgement, Missing
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.probe import AREA, Probe, application_for
from dingdian.terms import Text

IN_FORCE, FILED = "allocation_plan_in_force", "plan_filed"
YES, NO = ("yes", "是"), ("no", "否")
SHOWN, REQUIRED = "shown", "required"


@kind_of_provision
@frozen(kw_only=True)
class PlanInForce(Provision):
    """The pooling area has an allocation plan of its own in force."""

    kind: ClassVar[str] = "plan_in_force"
    title: ClassVar[Text] = Text("已有资源配置规划", "an allocation plan in force")
    nature: ClassVar[str] = "condition"
    needs: ClassVar[tuple[str, ...]] = ("facts",)
    fact_keys: ClassVar = {
        IN_FORCE: Text("统筹区自己的资源配置规划是否在有效期内（yes 是、no 否），对象为统筹区",
                       "whether the pooling area's own allocation plan is in force: yes or no; subject = pooling area"),
        FILED: Text("该规划是否已报备（yes 是、no 否），对象为统筹区", "whether that plan has been filed: yes or no; subject = pooling area"),
    }
    slots: ClassVar = {
        "filing": Slot(Text("规划未报备能否新增", "whether a plan that is not filed yet suffices"), {
            SHOWN: Text("有规划即可，报备情况只作提示", "a plan suffices; its filing is shown"),
            REQUIRED: Text("须有规划且已报备", "it must be filed as well"),
        }, otherwise=SHOWN),
    }

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        choices, area = ground.choices(self), ground.snapshot.pooling_area
        facts = {key: ground.snapshot.fact(area, key) for key in (IN_FORCE, FILED)}
        stands, filed = _said(facts[IN_FORCE]), _said(facts[FILED])
        needed = (stands, filed) if stands and choices["filing"].option == REQUIRED else (stands,)
        if False not in needed and None in needed:
            return undetermined([_unsaid(ground, IN_FORCE if stands is None else FILED)], readings=choices.used)
        return self._judgement(ground, choices, facts, all(needed), filed)

    def _judgement(self, ground: Ground, choices: Choices, facts: dict[str, Fact | None], holds: bool, filed: bool | None) -> Judgement:
        name = ground.snapshot.unit_name(ground.snapshot.pooling_area)
        told = {True: Text("已报备", "filed"), False: Text("尚未报备", "not filed yet"), None: Text("报备情况不明", "nobody says whether it is filed")}
        stands = _said(facts[IN_FORCE])
        plan = Text(f"有在有效期内的定点资源配置规划（{told[filed].zh}）", f"has an allocation plan in force ({told[filed].en})") if stands else \
            Text("没有在有效期内的定点资源配置规划", "has no allocation plan in force")
        return Judgement(
            status=HOLDS if holds else FAILS, readings=choices.used, as_of=max(f.as_of for f in facts.values() if f is not None),
            sentence=Text(f"{name}{plan.zh}，{'可以' if holds else '不得'}新增定点医药机构。",
                          f"{name} {plan.en}: {'additions are possible' if holds else 'nothing is added'}."),
            evidence={key: None if fact is None else {"value": fact.value, "as_of": fact.as_of, "source": fact.source} for key, fact in facts.items()},
            would_change=() if holds else (Text(f"{name}发布{'' if not stands else '并报备'}本统筹区的资源配置规划",
                                                f"{name} {'issues' if not stands else 'files'} its own allocation plan"),),
        )

    def alerts(self, ground: Ground, lead_days: int) -> Iterable[Alert]:
        """Whether the area has its plan, and has filed it where the reading asks for that."""
        choices, area = ground.choices(self), ground.snapshot.pooling_area
        name = ground.snapshot.unit_name(area)
        for key, what in ((IN_FORCE, Text("定点资源配置规划", "an allocation plan in force")), (FILED, Text("规划报备", "the filing of its plan"))):
            if key == IN_FORCE or choices["filing"].option == REQUIRED:
                fact = ground.snapshot.fact(area, key)
                quiet = Alert(trigger=key, title=what, state=QUIET, unit=area, unit_name=name, readings=choices.used, sentence=Text(f"{name}有{what.zh}。", f"{name} has {what.en}."))
                said = _said(fact)
                if fact is None or said is None:
                    yield lacking(quiet, [_unsaid(ground, key)])
                else:
                    known = evolve(quiet, since=fact.as_of, evidence=(Input(name=key, value=fact.value, as_of=fact.as_of, source=fact.source),))
                    yield known if said else raised(known, ALERT, sentence=Text(f"{name}没有{what.zh}。", f"{name} lacks {what.en}."))

    def read_back(self) -> Text:
        return Text(f"统筹区没有在有效期内的定点资源配置规划的，不得新增（{self.scope.phrase().zh}）；是否有规划以医保部门的说明为准。",
                    f"In a pooling area without an allocation plan in force nothing is added ({self.scope.phrase().en}); whether there is one is for the "
                    "bureau to state.")

    def probes(self, choices: Choices) -> Iterable[Probe]:
        def probe(position: str, expect: str, note: str, **facts: str) -> Probe:
            rows: list[Any] = [{"subject": AREA, "key": key, "as_of": date(2026, 1, 1), "value": value, "source": "检验"} for key, value in facts.items()]
            return Probe(position=position, expect=expect, application=application_for(self), tables={"facts": rows} if rows else {}, note=note)

        unfiled = FAILS if choices["filing"].option == REQUIRED else HOLDS
        yield probe("other", HOLDS, "plan in force and filed", **{IN_FORCE: "yes", FILED: "yes"})
        yield probe("other", unfiled, "plan in force, not filed", **{IN_FORCE: "yes", FILED: "no"})
        yield probe("other", FAILS, "no plan in force", **{IN_FORCE: "no"})
        yield probe("missing", UNDETERMINED, "nobody says")


def _said(fact: Fact | None) -> bool | None:
    """True, False, or None where nobody said it plainly."""
    value = "" if fact is None else fact.value.strip()
    return True if value in YES else False if value in NO else None


def _unsaid(ground: Ground, key: str) -> Missing:
    area = ground.snapshot.pooling_area
    what = Text("有无在有效期内的定点资源配置规划", "whether it has an allocation plan in force") if key == IN_FORCE else Text(
        "规划是否已报备", "whether its plan is filed")
    return Missing(table="facts", subject=area, column=key, phrase=Text(
        f"缺少{ground.snapshot.unit_name(area)}{what.zh}的说明（facts.{key}）", f"not stated of {area}: {what.en} (facts.{key})"))
