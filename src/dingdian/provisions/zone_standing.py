"""What a zone may admit in a year, as numbers with their words: how the zone stands, where its limit comes from.

Values and sentences only: ``zone_quota`` reckons them.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from attrs import field, frozen

from dingdian.provisions.counting import show
from dingdian.provisions.finding import Missing
from dingdian.provisions.releases import Released
from dingdian.provisions.zoning import Zone
from dingdian.terms import Text

OVER, MATCHED, SHORT = "over", "matched", "short"
POSITIONS = {
    OVER: Text("高于标准", "above the norm"), MATCHED: Text("恰好等于标准", "exactly at the norm"), SHORT: Text("低于标准", "below the norm"),
}
SIGNS = {1: OVER, 0: MATCHED, -1: SHORT}


@frozen(kw_only=True)
class Quota:
    """What one zone may admit in one year.

    ``readings`` are those of the provisions that say how the zone stands. ``limit`` is None where no number limits it (then ``missing`` is empty) or where nobody knows; ``share`` is the percentage of
    the releases, None where the gap is the limit. ``figures`` is what the zone's position was read from.
    """

    zone: Zone
    position: str = ""
    share: Decimal | None = None
    limit: int | None = None
    used: int = 0
    released: Released | None = None
    figures: Mapping[str, Any] = field(factory=dict)
    missing: tuple[Missing, ...] = ()
    readings: Mapping[str, str] = field(factory=dict)

    @property
    def left(self) -> int | None:
        return None if self.limit is None else self.limit - self.used


def standing(quota: Quota) -> Text:
    """How the zone stands, with the numbers that say so."""
    said, name = quota.figures, quota.zone.name
    if "affordable_per_1000" in said:
        return Text(f"{name.zh}每千名参保人 {said['beds_per_1000_insured']} 张，{POSITIONS[quota.position].zh}（可承担 {said['affordable_per_1000']} 张）",
                    f"{name.en}: {said['beds_per_1000_insured']} beds per 1000 insured, {POSITIONS[quota.position].en} "
                    f"({said['affordable_per_1000']} affordable)")
    word = {OVER: Text("正值", "positive"), MATCHED: Text("等值", "zero"), SHORT: Text("负值", "negative")}[quota.position]
    slight = Text("，折合不足半家，请核对", ", worth less than half an institution: check it") if said["slight"] else Text("", "")
    return Text(f"{name.zh}集聚度差值 {said['hrad_minus_pad']}，为{word.zh}{slight.zh}",
                f"{name.en}: HRAD − PAD {said['hrad_minus_pad']}, {word.en}{slight.en}")


def origin(quota: Quota) -> Text:
    """Where the limit comes from; half of a single place is none, and that is said."""
    if quota.share is None or quota.released is None:
        return Text(f"以差额 {show(quota.limit)} 张为限", f"its gap of {show(quota.limit)} beds is the limit")
    freed, since, until = quota.figures["released"], quota.released.since, quota.released.until
    lapses = Text("（向下取整，不足一个的失效）", " (rounded down, what is less than one lapses)") if freed and not quota.limit else Text("", "")
    kept = quota.figures.get("carried_over")
    more = Text(f"（含结转 {show(kept)}）", f" ({show(kept)} of it carried over)") if kept else lapses
    return Text(f"{since} 至 {until} 释放 {show(freed)}，按 {show(quota.share)}% 计额度 {show(quota.limit)}{more.zh}",
                f"{show(freed)} freed from {since} to {until}, {show(quota.share)} % makes {show(quota.limit)}{more.en}")


def evidence(quota: Quota) -> dict[str, Any]:
    """Everything the quota was reckoned from."""
    freed = {} if quota.released is None else {
        "exits": list(quota.released.exits), "released_since": quota.released.since, "released_until": quota.released.until}
    return {"zone": quota.zone.code, "position": quota.position, **quota.figures, **freed, "share": quota.share, "limit": quota.limit,
            "used": quota.used, "left": quota.left,
            "formula": "asked <= floor(released * share / 100) - used" if quota.share is not None else "asked <= norm * insured / 1000 - beds - used"}
