"""A change of address is applied for afresh, except a government-planned move inside the same district.

The exception lifts only what binds new designations; the move must still fit the plan, so the gates on place and totals judge it
all the same. A government plan that is claimed without its document is undetermined.
"""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from dingdian.provisions import fields
from dingdian.provisions.base import Provision, kind_of_provision, missing_column, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.finding import HOLDS, NOT_APPLICABLE, Judgement
from dingdian.provisions.ground import Ground
from dingdian.terms import Text


@kind_of_provision
@frozen(kw_only=True)
class Relocation(Provision):
    """Frees government-planned moves within one district from the provisions that bind new designations."""

    kind: ClassVar[str] = "relocation"
    title: ClassVar[Text] = Text("变更地址", "change of address")
    effects: ClassVar[tuple[str, ...]] = ("exemption",)
    refers_to: ClassVar = {"excepts": ""}

    excepts: tuple[str, ...] = fields.names("免于适用的规定", "provisions lifted")

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        if "government_relocation" not in case.tags:
            return self._afresh("未以政府规划原因申请", "not a move by government plan")
        if not case.get("grounds"):
            return undetermined([missing_column(case, "grounds")], may_waive=self.excepts)
        if not case.district:
            return undetermined([missing_column(case, "unit")], may_waive=self.excepts)
        old = case.get("from_unit") or ground.snapshot.unit_on_file(case.provider)
        if old is None:
            return undetermined([missing_column(case, "from_unit")], may_waive=self.excepts)
        old_district = ground.snapshot.district_of(old)
        if old_district != case.district:
            return self._afresh(
                f"由{ground.snapshot.unit_name(old_district)}迁至{ground.snapshot.unit_name(case.district)}，跨区县",
                "the move crosses districts")
        return Judgement(
            status=HOLDS, value=case.district, operator="==", threshold=old_district, waives=self.excepts,
            sentence=Text("因政府规划迁址且未跨区县，符合资源配置规划要求的，无需重新申请定点。",
                          "A government-planned move inside the same district: where it fits the plan, no fresh application."),
            as_of=case.applied_on,
            evidence={"from": old_district, "to": case.district, "grounds": case.get("grounds"),
                      "formula": "government plan, documented, and the district stays the same"},
        )

    def _afresh(self, zh: str, en: str) -> Judgement:
        return Judgement(
            status=NOT_APPLICABLE, sentence=Text(f"{zh}，须重新申请定点，按新增审查。", f"{en.capitalize()}: judged as a new designation."),
            would_change=(Text("因政府规划迁址且不跨区县的（须有文件），可免于重新申请",
                               "a documented government-planned move inside the district would need no fresh application"),),
        )

    def read_back(self) -> Text:
        return Text("变更地址应符合规划总量要求并重新申请定点；因政府规划迁址、未跨区县且符合规划要求的除外。",
                    "A change of address must fit the plan's totals and be applied for afresh, except a government-planned move "
                    "within the district that fits the plan.")
