"""The ledger of a zone's quota: what is used of it in a year, as published or as the register tells.

A provider whose day of designation nobody stated, or whose beds nobody counted, leaves the ledger open. Members of exemptions that
lie outside the plan use no quota.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from dingdian.provisions.counting import whole
from dingdian.provisions.finding import Missing
from dingdian.provisions.ground import Ground
from dingdian.provisions.zoning import Zone
from dingdian.terms import Text


@frozen(kw_only=True)
class Ledger:
    """The quota of one class in one zone; ``outside`` names exemptions whose members use none of it."""

    ground: Ground
    provider_class: str
    zone: Zone
    outside: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """Under which name `facts` speak of it."""
        return f"{self.zone.code}:{self.provider_class}"

    def used(self, year: int) -> tuple[int, tuple[Missing, ...]]:
        """Beds or places used in a year, in the running one with those admitted before the case at hand; or what is missing."""
        stated, running = self.ground.snapshot.fact(self.subject, "quota_used"), year == self.ground.on.year
        more = self._admitted() if running else 0
        if stated is None or stated.as_of.year != year:
            counted, missing = self._registered(year)
            return counted + more, missing
        number = whole(stated.value)
        return (0, (self._unreadable(),)) if number is None else (number + more, ())

    def _admitted(self) -> int:
        cases = [case for case in self.ground.admitted_counted if case.provider_class == self.provider_class
                 and case.district in self.zone.districts and not self._free(case.facts)]
        return sum((case.beds or 0) if self.provider_class == "inpatient" else 1 for case in cases)

    def _registered(self, year: int) -> tuple[int, tuple[Missing, ...]]:
        """What was designated in that year, by the register."""
        stock = self.ground.stock
        here = stock[(stock["provider_class"] == self.provider_class) & stock["counted_district"].isin(self.zone.districts)]
        days = {str(code): day for code, day in zip(here["provider"], here["designated_on"].astype(object)) if not self._free(self._row(code))}
        undated = [code for code, day in days.items() if not _is_day(day)]
        if undated:
            return 0, (_undated(undated),)
        return self._amount([code for code, day in days.items() if day.year == year])

    def _amount(self, members: list[str]) -> tuple[int, tuple[Missing, ...]]:
        if self.provider_class != "inpatient":
            return len(members), ()
        beds = _beds_now(self.ground)
        lacking = [code for code in members if beds.get(code) is None]
        return sum(beds.get(code) or 0 for code in members), (_no_beds(lacking),) if lacking else ()

    def _row(self, code: Any) -> Mapping[str, Any]:
        return self.ground.snapshot.provider_records[str(code)]

    def _free(self, facts: Mapping[str, Any]) -> bool:
        named = [p for p in self.ground.provisions if p.id in self.outside]
        return any(p.scope.unmet({"action": "designate", **facts}) == (False, ()) for p in named)

    def _unreadable(self) -> Missing:
        return Missing(table="facts", subject=self.subject, column="quota_used", phrase=Text(
            "已使用的额度（facts.quota_used）不是整数", "the quota used (facts.quota_used) is not a whole number"))


def _is_day(day: Any) -> bool:
    return hasattr(day, "year") and day == day  # an absent date is not equal to itself


def _beds_now(ground: Ground) -> dict[str, int | None]:
    """Insured beds of every provider on the latest date known."""
    table = ground.snapshot.latest_beds()
    counts = table["insured_beds"].astype(object).where(table["insured_beds"].notna(), None)
    return {str(code): None if count is None else int(count) for code, count in zip(table["provider"], counts)}


def _undated(codes: list[str]) -> Missing:
    shown = "、".join(codes[:3]) + ("…" if len(codes) > 3 else "")
    return Missing(table="providers", subject=codes[0], column="designated_on", phrase=Text(
        f"{len(codes)} 家机构缺少定点日期（{shown}），无法计算已用额度", f"{len(codes)} providers lack their date of designation ({shown})"))


def _no_beds(codes: list[str]) -> Missing:
    return Missing(table="beds", subject=codes[0], column="insured_beds", phrase=Text(
        f"{len(codes)} 家当年新增机构缺少医保床位（{codes[0]}）", f"{len(codes)} institutions admitted lately lack their beds ({codes[0]})"))
