"""Providers that were already operating some months before the final plan is published are for now not limited by it.

The months are counted back from the publication date, the day itself included. While the text leaves that date open the
clause is undetermined and frees nobody.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from attrs import frozen

from dingdian.methods.clocks import months_after
from dingdian.provisions import fields
from dingdian.provisions.base import Provision, Slot, kind_of_provision, missing_column, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.finding import HOLDS, NOT_APPLICABLE, Judgement, Missing
from dingdian.provisions.ground import Ground
from dingdian.terms import Text

EVERYTHING, NOT_FUND = "everything", "all_but_fund"


@kind_of_provision
@frozen(kw_only=True)
class Transition(Provision):
    """Frees providers opened on or before publication minus ``months``."""

    kind: ClassVar[str] = "transition"
    title: ClassVar[Text] = Text("过渡条款", "transition")
    effects: ClassVar[tuple[str, ...]] = ("exemption",)
    refers_to: ClassVar = {"excepts": "", "fund_gates": ""}
    slots: ClassVar = {
        "fund": Slot(Text("是否连同基金约束一并免除", "whether the fund gate is waived too"), {
            EVERYTHING: Text("免除本规划全部限制", "every limit of the plan"), NOT_FUND: Text("基金约束仍适用", "all but the fund gate"),
        }),
        "day": Slot(Text("满三个月是否含当日", "whether the day itself counts"), {
            "included": Text("含当日", "included"), "excluded": Text("不含当日", "excluded"),
        }),
    }

    date_name: str = fields.text("起算日期名称", "name of the plan date")
    months: Decimal = fields.number("月数", "months", unit="个月", minimum="0")
    excepts: tuple[str, ...] = fields.names("免于适用的规定", "provisions lifted")
    fund_gates: tuple[str, ...] = fields.names("其中的基金约束", "the fund gates among them")

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        choices = ground.choices(self)
        published = ground.dates.get(self.date_name)
        if published is None:
            return undetermined([_open_date(self.date_name)], readings=choices.used,
                                evidence={self.date_name: None, "opened_on": case.get("opened_on")})
        opened = case.get("opened_on")
        lifted = self.excepts if choices["fund"].option == EVERYTHING else tuple(
            p for p in self.excepts if p not in self.fund_gates)
        if opened is None:
            return undetermined([missing_column(case, "opened_on")], readings=choices.used, may_waive=lifted)
        return self._judgement(opened, published, lifted, choices)

    def _judgement(self, opened: date, published: date, lifted: tuple[str, ...], choices: Any) -> Judgement:
        last = months_after(published, -int(self.months))
        included = choices["day"].option == "included"
        early = opened <= last if included else opened < last
        word = Text("早于或等于" if early else "晚于", "on or before" if early else "after")
        return Judgement(
            status=HOLDS if early else NOT_APPLICABLE, value=opened.isoformat(), operator="<=" if included else "<",
            threshold=last.isoformat(), margin=(last - opened).days, unit_of_measure="day", readings=choices.used,
            waives=lifted if early else (), as_of=opened,
            evidence={self.date_name: published, "opened_on": opened, "last_day": last, "months": self.months,
                      "formula": "opened_on <= publication - months"},
            sentence=Text(f"正式运营日期 {opened} {word.zh} {last}（{published} 前推 {self.months} 个月），"
                          f"{'暂不受本规划限制' if early else '不适用过渡条款'}。",
                          f"Opened on {opened}, {word.en} {last} ({self.months} months before {published}): "
                          f"{'for now not limited by the plan' if early else 'the transition does not apply'}."),
        )

    def read_back(self) -> Text:
        return Text(f"规划正式发布之日前推 {self.months} 个月当日及以前已正式运营的机构，暂不受本规划限制。",
                    f"Providers formally operating on or before the day {self.months} months ahead of publication are for "
                    "now not limited by the plan.")


def _open_date(name: str) -> Missing:
    return Missing(table="plan", subject=name, column="value", phrase=Text(
        f"规划发布日期（{name}）尚未确定", f"the day of publication ({name}) is still open"))
