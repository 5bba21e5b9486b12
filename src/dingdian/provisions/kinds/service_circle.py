"""No further provider of the same type inside the 15-minute circle of the applicant, walking along the streets.

Type is plan class and kind group; the clause may also ask for the same level. Where the streets do not reach, the walk is
undetermined unless a reading says otherwise; providers beyond the streets' edge but near in a straight line leave doubt.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import ClassVar

from attrs import evolve, frozen

from dingdian.city.places import Neighbour
from dingdian.provisions import circle_siting, fields
from dingdian.provisions.base import Provision, kind_of_provision, missing_column, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.counting import show
from dingdian.provisions.finding import FAILS, HOLDS, UNDETERMINED, Judgement, Missing
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.nearby import (
    DOUBT,
    OUTSIDE,
    STRAIGHT,
    WALK,
    Tally,
    admitted_near,
    among,
    names_of,
    no_place,
    sought_m,
    tally,
    walk_limit_m,
)
from dingdian.provisions.newcomers import Newcomers, SiteLimits
from dingdian.provisions.probe import Probe, application_for, provider_row
from dingdian.terms import LEVELS, PROVIDER_CLASSES, Text

BENT = Text("（路网外按直线乘绕行系数）", "; off the streets, straight line times a detour factor")


@kind_of_provision
@frozen(kw_only=True)
class ServiceCircle(Provision):
    """The applicant's service circle must hold no designated provider of the same type (and level)."""

    kind: ClassVar[str] = "service_circle"
    title: ClassVar[Text] = Text("15分钟服务圈", "15-minute service circle")
    comparison: ClassVar[str] = "<="
    nature: ClassVar[str] = "place"
    slots: ClassVar = {"walk": WALK, "outside": OUTSIDE, "doubt": DOUBT}

    same_level: bool = fields.boolean("是否要求同等级", "same level", default=False)

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        needed = ("provider_class", "kind", "level") if self.same_level else ("provider_class", "kind")
        lacking = [name for name in needed if case.get(name) is None]
        if lacking:
            return undetermined([missing_column(case, name) for name in lacking])
        if case.lon is None or case.lat is None:
            return undetermined([no_place(case)])
        choices = ground.choices(self)
        limit = walk_limit_m(choices["walk"])
        codes = self.same_type(ground, case)
        reach = sought_m(case, ground, choices["doubt"], limit)
        straight = among(ground, case, ground.places.straight(case.lon, case.lat, reach), codes)
        near, doubtful, bent = self._walk(ground, case, choices, limit, reach, codes, straight)
        if near is None:
            return undetermined([_no_walk(case)], readings=choices.used, evidence={
                "straight_line_within": sum(n.distance_m <= limit for n in straight), "limit_m": limit})
        counted = tally(case, near, limit, choices["doubt"])
        return self._judgement(case, ground, choices, limit, counted, straight, doubtful, bent)

    def same_type(self, ground: Ground, case: Case) -> frozenset[str]:
        """Designated providers of the case's class and type, and level where the clause says so."""
        def compute() -> frozenset[str]:
            stock = ground.stock
            same = (stock["provider_class"] == case.provider_class) & (stock["kind_group"] == case.group)
            if self.same_level:
                same &= stock["level"] == case.level
            return frozenset(stock["provider"][same])

        key = ("same_type", case.provider_class, case.group, case.level if self.same_level else "")
        found: frozenset[str] = ground.remember(key, compute)
        return found

    def _walk(
        self, ground: Ground, case: Case, choices: Choices, limit: Decimal, reach: float, codes: frozenset[str],
        straight: list[Neighbour],
    ) -> tuple[list[Neighbour] | None, int, bool]:
        """(same-type providers near on foot, how many the streets cannot tell about, whether straight lines stand for the walk).

        None for the providers where there is no walk.
        """
        assert case.lon is not None
        assert case.lat is not None
        found = ground.places.walking(case.lon, case.lat, reach)
        admitted = self._admitted(ground, case, Decimal(str(reach)))
        if found is not None:
            off = [n for n in straight if n.distance_m <= limit
                   and not ground.places.is_on_streets[ground.places.row_of[n.provider]]]
            return _nearest_first(among(ground, case, found, codes) + admitted), len(off), False
        choice = choices["outside"]
        if choice.option != STRAIGHT:
            return None, 0, False
        bent = [evolve(n, distance_m=n.distance_m * choice["detour"], frame_m=n.frame_m * choice["detour"]) for n in straight]
        return _nearest_first(bent + admitted), 0, True

    def _admitted(self, ground: Ground, case: Case, reach: Decimal) -> list[Neighbour]:
        """Applications admitted before this one, by straight line: near enough to compete, whatever the streets say."""
        same = {c.application for c in ground.admitted if c.group == case.group and (not self.same_level or c.level == case.level)}
        return [n for n in admitted_near(ground, case, reach, frozenset({str(case.provider_class)})) if n.provider in same]

    def _judgement(
        self, case: Case, ground: Ground, choices: Choices, limit: Decimal, counted: Tally,
        straight: list[Neighbour], doubtful: int, bent: bool,
    ) -> Judgement:
        verdict = counted.against(0)
        if verdict == HOLDS and doubtful:
            verdict = UNDETERMINED
        level = LEVELS.label(str(case.level)) if self.same_level else ""
        level_en = LEVELS.label(str(case.level), "en") + " " if self.same_level else ""
        names = "、".join(names_of(ground, counted.rows[:2]))
        nearest = counted.rows[0]["distance_m"] if counted.rows else None
        walked = "步行" + BENT.zh if bent else "步行"
        tail = Text(f"（最近：{names}，{nearest} 米）" if names else "", f" (nearest: {names}, {nearest} m)" if names else "")
        verb = {HOLDS: Text("没有", "no"), FAILS: Text(f"已有 {counted.nominal} 家", str(counted.nominal)),
                UNDETERMINED: Text("可能有", "possibly a")}[verdict]
        return Judgement(
            status=verdict, value=counted.nominal, operator="<=", threshold=0, margin=-counted.nominal,
            unit_of_measure="provider", readings=choices.used, as_of=ground.snapshot.city.meta.as_of,
            missing=_doubts(case, counted, limit, doubtful) if verdict == UNDETERMINED else (),
            sentence=Text(
                f"{walked} {show(limit)} 米（15 分钟）范围内{verb.zh}{level}同类型定点机构{tail.zh}。",
                f"Within a walk of {show(limit)} m (15 minutes{BENT.en if bent else ''}) there is {verb.en} designated provider of the "
                f"same {level_en}type{tail.en}.",
            ),
            evidence={
                "limit_m": limit, "type_group": case.group, "level": case.level if self.same_level else None,
                "provider_class": case.provider_class, "within": list(counted.rows), "beyond_streets_nearby": doubtful,
                "straight_line_within": sum(n.distance_m <= limit for n in straight),
                "formula": "same-type designated providers within minutes * 60 * speed along the streets == 0",
            },
            would_change=() if verdict != FAILS else (_farther(counted, limit),),
        )

    def site_limits(self, ground: Ground, choices: Choices, newcomers: Newcomers) -> SiteLimits:
        return circle_siting.site_limits(self, ground, choices, newcomers)

    def probes(self, choices: Choices) -> Iterable[Probe]:
        """A provider of the same type on a street node, the applicant a few metres beyond the street's end: the walk is their sum."""
        asked, limit = application_for(self), walk_limit_m(choices["walk"])
        node = (int(limit) - 1) // 50 * 50
        twin = provider_row("TWIN", at={"metres": node}, **{name: asked.get(name) for name in ("kind", "level", "provider_class")})
        for position, tenths, status in (("below", -1, FAILS), ("at", 0, FAILS), ("above", 1, HOLDS)):
            walked = limit + Decimal(tenths) / 10
            yield Probe(position=position, expect=status, streets=node + 500, tables={"providers": [twin]}, note=f"{walked} m",
                        application={**asked, "at": {"metres": walked - node, "bearing": 270}})
        if choices["outside"].option != STRAIGHT:
            yield Probe(position="missing", expect=UNDETERMINED, application=asked, tables={"providers": [twin]}, note="no streets")

    def read_back(self) -> Text:
        level_zh, level_en = ("同等级", "of the same level and ") if self.same_level else ("", "of the ")
        normally = "原则上" if self.normally else ""
        classes = "、".join(PROVIDER_CLASSES.label(c) for c in self.scope.provider_class)
        return Text(
            f"申请机构（{classes}）步行 15 分钟范围内已有{level_zh}同类型定点机构的，{normally}不再新增。",
            f"Where a designated provider {level_en}same type stands within a 15-minute walk, none is "
            f"{'normally ' if self.normally else ''}added ({', '.join(self.scope.provider_class)}).",
        )


def _nearest_first(neighbours: list[Neighbour]) -> list[Neighbour]:
    return sorted(neighbours, key=lambda n: (n.distance_m, n.provider))


def _farther(counted: Tally, limit: Decimal) -> Text:
    row = counted.rows[0]
    short = limit - row["distance_m"]
    return Text(f"最近的同类型机构步行距离 {row['distance_m']} 米，还差 {show(short)} 米才在服务圈之外",
                f"the nearest of the same type is {row['distance_m']} m away, {show(short)} m short of being outside the circle")


def _doubts(case: Case, counted: Tally, limit: Decimal, doubtful: int) -> tuple[Missing, ...]:
    found = [
        Missing(table="providers", subject=row["provider"], column="accuracy_m", phrase=Text(
            f"与 {row['provider']} 的步行距离 {row['distance_m']} 米在 {show(limit)} 米误差带内，需实测",
            f"the walk to {row['provider']}, {row['distance_m']} m, is within its error of {show(limit)} m"))
        for row in counted.rows if row["inside"] == "doubtful"
    ]
    if doubtful:
        found.append(Missing(table="network_edges", subject=case.application, column="length_m", phrase=Text(
            f"{doubtful} 家同类型机构直线在 {show(limit)} 米内但不在路网上", f"{doubtful} near providers are not on the streets")))
    return tuple(found)


def _no_walk(case: Case) -> Missing:
    return Missing(table="network_edges", subject=case.application, column="length_m", phrase=Text(
        "申请地在路网覆盖范围以外，步行距离无法计量", "the place lies outside the extent of the streets: no walking distance"))
