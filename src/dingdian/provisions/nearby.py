"""Who is near a place, with the doubt that coordinates carry: shared by the kinds that count within a distance.

A distance within its own error of the limit is neither inside nor outside. Doubt that cannot change the count against a
cap is not reported as doubt.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from attrs import frozen

from dingdian.city.places import Neighbour
from dingdian.provisions.base import Slot
from dingdian.provisions.case import Case
from dingdian.provisions.finding import FAILS, HOLDS, UNDETERMINED, Missing
from dingdian.provisions.ground import Choice, Ground
from dingdian.terms import Text

DOUBT = Slot(
    Text("未标定位误差的点按多少米误差处理", "the error of a distance whose points state none"),
    {"band": Text("按给定米数", "this many metres"), "exact": Text("视为无误差", "none")},
    {"band": ("metres",)},
)

WALK = Slot(
    Text("15 分钟按多快的步行速度", "the speed of the 15-minute walk"),
    {"speed": Text("按给定步速沿路网行走", "along the streets at this speed"),
     "slow": Text("按较慢步速", "slower"), "fast": Text("按较快步速", "faster")},
    {"speed": ("minutes", "metres_per_second"), "slow": ("minutes", "metres_per_second"),
     "fast": ("minutes", "metres_per_second")},
)

UNKNOWN, STRAIGHT = "undetermined", "straight_line"
OUTSIDE = Slot(
    Text("路网覆盖范围以外如何计量步行距离", "walking distances outside the streets' extent"),
    {UNKNOWN: Text("无法判定", "undetermined"), STRAIGHT: Text("直线距离乘绕行系数", "straight line times a detour factor")},
    {STRAIGHT: ("detour",)},
)


def walk_limit_m(choice: Choice) -> Decimal:
    """Metres of the walk: minutes × 60 × metres per second."""
    return choice["minutes"] * 60 * choice["metres_per_second"]


@frozen(kw_only=True)
class Tally:
    """How many providers are inside a limit: certainly, by the stated distances, and possibly."""

    sure: int
    nominal: int
    possible: int
    rows: tuple[dict[str, Any], ...]

    def against(self, most: int) -> str:
        """The verdict on "at most ``most``": doubt that cannot change it does not count."""
        if self.sure > most:
            return FAILS
        return HOLDS if self.possible <= most else UNDETERMINED


def error_of(case: Case, neighbour: Neighbour, doubt: Choice) -> Decimal:
    """Metres of error of one distance: both stated errors, or the reading's where one is not stated, and what the frame adds."""
    if doubt.option == "exact":
        return Decimal(0)
    own = case.get("accuracy_m")
    stated = [value for value in (None if own is None else Decimal(str(own)), neighbour.accuracy_m) if value is not None]
    total = sum(stated, Decimal(0))
    return (total if len(stated) == 2 else max(total, doubt["metres"])) + neighbour.frame_m


def sought_m(case: Case, ground: Ground, doubt: Choice, limit: Decimal) -> float:
    """Metres up to which one must look around the case's place so that nobody who may be within ``limit`` is missed."""
    if doubt.option == "exact":
        return float(limit)
    stated = ground.places.located["accuracy_m"].dropna()
    others = [float(value) for case in ground.admitted if (value := case.get("accuracy_m")) is not None]
    widest = max([float(stated.max()) if len(stated) else 0.0, *others])
    ends = max(float(case.get("accuracy_m") or 0.0) + widest, float(doubt["metres"]))
    return float(ground.places.sought_m(limit, Decimal(str(ends))))


def tally(
    case: Case, neighbours: Iterable[Neighbour], limit_m: Decimal, doubt: Choice, unsure: Mapping[str, str] = MappingProxyType({})
) -> Tally:
    """Count neighbours inside ``limit_m``; the limit itself is inside.

    ``unsure`` names those of whom nobody can say whether they count, each with the column that would tell: they count possibly.
    """
    rows: list[dict[str, Any]] = []
    sure = nominal = possible = 0
    for neighbour in neighbours:
        error = error_of(case, neighbour, doubt)
        if neighbour.distance_m - error > limit_m:
            continue
        unknown = unsure.get(neighbour.provider, "")
        certain, inside = not unknown and neighbour.distance_m + error <= limit_m, neighbour.distance_m <= limit_m
        sure, nominal, possible = sure + certain, nominal + inside, possible + 1
        rows.append({"provider": neighbour.provider, "distance_m": neighbour.distance_m, "error_m": error,
                     "inside": "yes" if certain else "doubtful", **({"unknown": unknown} if unknown else {})})
    return Tally(sure=sure, nominal=nominal, possible=possible, rows=tuple(rows))


def among(ground: Ground, case: Case, neighbours: Iterable[Neighbour], codes: frozenset[str]) -> list[Neighbour]:
    """Those of ``neighbours`` that belong to ``codes``; a mover's own old site does not count against it."""
    return [n for n in neighbours if n.provider in codes and n.provider != case.provider]


def admitted_near(ground: Ground, case: Case, limit_m: Decimal, wanted: frozenset[str]) -> list[Neighbour]:
    """Applications of classes ``wanted`` taken as admitted before this one, by straight line."""
    if case.lon is None or case.lat is None:
        return []
    found = [
        _as_neighbour(ground, other, ground.places.apart(case.lon, case.lat, other.lon, other.lat))
        for other in ground.admitted_counted
        if other.application != case.application and other.provider_class in wanted
        and other.lon is not None and other.lat is not None
    ]
    return [n for n in found if n.distance_m <= limit_m]


def _as_neighbour(ground: Ground, other: Case, metres: Decimal) -> Neighbour:
    stated = other.get("accuracy_m")
    return Neighbour(other.application, metres, None if stated is None else Decimal(str(stated)), ground.places.frame_m(metres))


def no_place(case: Case) -> Missing:
    return Missing(table="applications", subject=case.application, column="lon",
                   phrase=Text(f"申请 {case.application} 缺少坐标（经度、纬度）",
                               f"application {case.application} lacks its coordinates"))


def names_of(ground: Ground, rows: Iterable[dict[str, Any]]) -> list[str]:
    names = ground.snapshot.provider_names
    return [names.get(row["provider"], row["provider"]) for row in rows]
