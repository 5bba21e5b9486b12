"""The plan's limits on beds that change hands: every provision asked, and what they say joined into one.

What two provisions say of the same beds is joined, the narrower holds. Knows no kind of provision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import evolve, frozen

from dingdian.plans.model import Plan
from dingdian.provisions.base import Provision
from dingdian.provisions.bed_limits import (
    ANY_LEVEL,
    SAME_LEVEL,
    SAME_OR_LOWER,
    BedBand,
    BedCeiling,
    BedExits,
    BedLimits,
    BedShare,
)
from dingdian.provisions.ground import Ground
from dingdian.terms import Text

RANK = {"tertiary": 3, "secondary": 2, "primary": 1}
Said = list[tuple[Provision, BedLimits]]


@frozen(kw_only=True)
class Limits:
    """The plan's limits together; what two provisions say of the same beds is joined, the narrower holds."""

    bands: tuple[BedBand, ...]
    shares: tuple[BedShare, ...]
    ceilings: tuple[BedCeiling, ...]
    exits: tuple[BedExits, ...]
    levels: str
    provisions: tuple[Provision, ...]
    readings: Mapping[str, str]
    notes: tuple[Text, ...]


def passes_level(rule: str, giver: str, taker: str) -> bool:
    """Whether beds of one group of levels may become beds of another."""
    if rule == ANY_LEVEL:
        return True
    return giver == taker if rule == SAME_LEVEL else RANK[taker] <= RANK[giver]


def asked(plan: Plan, ground: Ground) -> Said:
    """Every provision in force that says something of beds that change hands."""
    said = [(p, p.bed_limits(ground, ground.choices(p))) for p in plan.provisions if p.in_force(ground.on)]
    return [(p, limits) for p, limits in said if limits is not None]


def joined(said: Said) -> Limits:
    """What several provisions say, as one."""
    every = [limits for _, limits in said]
    levels = {limits.levels for limits in every}
    return Limits(
        bands=tuple(_bands(every)), shares=tuple({s.level: s for limits in every for s in limits.shares}.values()),
        ceilings=tuple(_ceilings(every)), exits=tuple(exits for limits in every for exits in limits.exits),
        levels=SAME_LEVEL if SAME_LEVEL in levels else SAME_OR_LOWER if SAME_OR_LOWER in levels else ANY_LEVEL,
        provisions=tuple(p for p, _ in said), readings={k: v for limits in every for k, v in sorted(limits.readings.items())},
        notes=tuple(dict.fromkeys(note for limits in every for note in limits.notes)))


def _bands(every: list[BedLimits]) -> Iterator[BedBand]:
    found: dict[tuple[str, ...], BedBand] = {}
    for band in (band for limits in every for band in limits.bands):
        old = found.setdefault(band.districts, band)
        found[band.districts] = evolve(old, low=_tighter(max, old.low, band.low), high=_tighter(min, old.high, band.high))
    yield from found.values()


def _ceilings(every: list[BedLimits]) -> Iterator[BedCeiling]:
    """The lowest need of each district; an unknown one is lowest of all."""
    found: dict[str, BedCeiling] = {}
    for ceiling in (c for limits in every for c in limits.ceilings):
        old = found.setdefault(ceiling.district, ceiling)
        needed = None if None in (old.needed, ceiling.needed) else min(old.needed or 0, ceiling.needed or 0)
        found[ceiling.district] = evolve(old, needed=needed, capped=old.capped or ceiling.capped)
    yield from found.values()


def _tighter(pick: Any, one: int | None, two: int | None) -> int | None:
    known = [value for value in (one, two) if value is not None]
    return pick(known) if known else None
