"""Supply against demand of one type of inpatient institution in a district, judged by how the type is used in the other districts.

Beds that stand empty and turn over slowly tell of surplus, beds that are full and turn over fast of shortage; one sign alone tells
nothing. It refuses what has no beds, years that still run, and types that too few districts have: those stay without an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from attrs import frozen

from dingdian.methods.peers import PeerGroup, peer_flags
from dingdian.methods.rounding import round_half_even
from dingdian.provisions.case import Case
from dingdian.provisions.finding import Missing
from dingdian.provisions.ground import Choice, Ground
from dingdian.terms import Text

# Indicator → (what is used, what is there) of `activity`. Both must point the same way in each year looked at.
INDICATORS = {"occupancy": ("bed_days", "open_bed_days"), "turnover": ("discharges", "open_bed_days")}
_SIGNS = {frozenset({1}): "short", frozenset({-1}): "surplus"}


@frozen(kw_only=True)
class PeerBalance:
    """``state`` is short, balanced or surplus, empty where the peers do not tell; ``evidence`` holds one row per year and indicator."""

    state: str = ""
    as_of: date | None = None
    evidence: tuple[Mapping[str, Any], ...] = ()
    missing: tuple[Missing, ...] = ()


def balance_by_peers(case: Case, ground: Ground, choice: Choice) -> PeerBalance:
    """The balance of the case's type in its district.

    ``choice`` gives ``deviations`` (width of the range in MADs), ``smallest_group`` (districts that a middle needs) and ``years``
    (full calendar years before the day). The range is that of `dingdian.methods.peers.peer_flags`.
    """
    if case.provider_class != "inpatient" or not case.group or not case.district:
        return PeerBalance()
    rows: list[dict[str, Any]] = []
    for year in range(ground.on.year - int(choice["years"]), ground.on.year):
        use, lacking = _used(ground, case.group, year)
        if lacking.get(case.district):
            return PeerBalance(missing=(_lacking(lacking[case.district], year),))
        for name in INDICATORS:
            row = _compared(case.district, {d: ratios[name] for d, ratios in use.items()}, choice)
            if row is None:
                return PeerBalance(missing=(_few(case.district, year),))
            rows.append({"indicator": name, "year": year, "left_out": sorted(lacking), **row})
    if not rows:  # no year was to be looked at
        return PeerBalance()
    state = _SIGNS.get(frozenset(row["flag"] for row in rows), "balanced")
    return PeerBalance(state=state, as_of=date(ground.on.year - 1, 12, 31), evidence=tuple(rows))


def _compared(district: str, ratios: Mapping[str, Fraction], choice: Choice) -> dict[str, Any] | None:
    """One indicator of one year: the district's value and the range of all districts that have the type; None when not judged."""
    order = sorted(ratios)
    found = peer_flags([ratios[d] for d in order], [""] * len(order), k=choice["deviations"], minimum=int(choice["smallest_group"]))
    if district not in ratios or not found.judged[order.index(district)]:
        return None
    group = found.groups[""]
    return {"flag": int(found.flag[order.index(district)]), "value": _shown(ratios[district]), "districts": group.size, **_range(group)}


def _range(group: PeerGroup) -> dict[str, Any]:
    return {name: _shown(value) for name in ("median", "low", "high") if (value := getattr(group, name)) is not None}


def _shown(value: Fraction) -> Any:
    return round_half_even(value, 4)


def _used(ground: Ground, group: str, year: int) -> tuple[Mapping[str, Mapping[str, Fraction]], Mapping[str, list[str]]]:
    """District → its ratios, and district → institutions without figures, which leave the whole district out."""
    found: tuple[dict[str, dict[str, Fraction]], dict[str, list[str]]] = ground.remember(
        ("used_by_district", group, year), lambda: _use_by_district(ground, group, year))
    return found


def _use_by_district(ground: Ground, group: str, year: int) -> tuple[dict[str, dict[str, Fraction]], dict[str, list[str]]]:
    activity = {row["provider"]: row for row in ground.snapshot.rows("activity") if row["year"] == year}
    sums: dict[str, dict[str, int]] = {}
    lacking: dict[str, list[str]] = {}
    for provider, district in _institutions(ground, group, year):
        row = activity.get(provider, {})
        columns = ("bed_days", "discharges", "open_bed_days")
        if any(row.get(column) is None for column in columns):
            lacking.setdefault(district, []).append(provider)
            continue
        total = sums.setdefault(district, dict.fromkeys(columns, 0))
        for column in columns:
            total[column] += int(row[column])
    whole = {d: total for d, total in sums.items() if d not in lacking and total["open_bed_days"] > 0}
    ratios = {d: {name: Fraction(t[top], t[bottom]) for name, (top, bottom) in INDICATORS.items()} for d, t in whole.items()}
    return ratios, lacking


def _institutions(ground: Ground, group: str, year: int) -> Iterable[tuple[str, str]]:
    """Designated inpatient institutions of the type and their districts, those designated after the year left out."""
    stock = ground.stock
    mine = stock[(stock["provider_class"] == "inpatient") & (stock["kind_group"] == group) & stock["counted_district"].notna()]
    for provider, district, since in zip(mine["provider"], mine["counted_district"], mine["designated_on"].astype(object), strict=True):
        if not (isinstance(since, date) and since.year > year):
            yield str(provider), str(district)


def _lacking(providers: list[str], year: int) -> Missing:
    return Missing(table="activity", subject=providers[0], column="open_bed_days", phrase=Text(
        f"本区县 {len(providers)} 家同类型机构缺少 {year} 年床日或出院人次，不能与其他区县比较",
        f"{len(providers)} institutions of the type in this district lack their use of {year}: no comparison with other districts"))


def _few(district: str, year: int) -> Missing:
    return Missing(table="activity", subject=district, column="open_bed_days", phrase=Text(
        f"{year} 年有同类型机构使用数据的区县太少，或本区县没有，不能比较",
        f"too few districts have the use of this type in {year}, or this district has none: no comparison"))
