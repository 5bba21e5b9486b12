"""From runs to rows: medians and intervals by year, zone, class and quantity, and when norms are reached.

Percentiles are values that some run took (the inverse of the distribution of the runs), so that counts stay whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
from attrs import frozen

from dingdian.loop.simulate.forward import ForwardRow, Interval
from dingdian.loop.simulate.play import ADMITTED, EXITS, NO_QUOTA, PROVIDERS, QUOTA, RELEASED, STOCK, Played
from dingdian.loop.simulate.world import World
from dingdian.provisions.forward import AREA, Target, beds_at_most
from dingdian.terms import SCHEMES, Text

LEVELS = (0.5, 0.1, 0.9, 0.025, 0.975)
Array = npt.NDArray[Any]


@frozen(kw_only=True, eq=False)
class Runs:
    """All runs side by side: run × year × zone (the last is the whole area)."""

    insured: Array
    schemes: dict[str, Array]  # scheme → run × year
    classes: dict[str, Array]  # … × column
    balances: dict[str, Array]  # scheme → run × year, in fen

    @classmethod
    def of(cls, played: Sequence[Played]) -> Runs:
        classes = {c: np.stack([run.classes[c] for run in played]) for c in played[0].classes}
        keys = [scheme for scheme in SCHEMES if played[0].accounts[0].get((AREA, scheme))]
        ends = {s: [[run.accounts[t][AREA, s].balance for t in range(len(run.accounts))] for run in played] for s in keys}
        schemes = {s: np.stack([run.schemes[s] for run in played]) for s in played[0].schemes}
        return cls(insured=np.stack([run.insured for run in played]), schemes=schemes, classes=classes,
                   balances={s: np.array(rows, dtype=np.int64) for s, rows in ends.items() if rows[0][0] is not None})


def interval(values: Array) -> Interval:
    """Of whole numbers."""
    found = [int(value) for value in np.quantile(values, LEVELS, method="inverted_cdf")]
    return Interval(median=found[0], low_80=found[1], high_80=found[2], low_95=found[3], high_95=found[4])


def decimals(values: Array, places: int = 4) -> Interval:
    """Of ratios, rounded once."""
    found = [Decimal(f"{value:.{places}f}") for value in np.quantile(values, LEVELS, method="inverted_cdf")]
    return Interval(median=found[0], low_80=found[1], high_80=found[2], low_95=found[3], high_95=found[4])


def rows(world: World, runs: Runs) -> Iterator[ForwardRow]:
    """Every row, class by class, zone by zone, year by year."""
    names = zone_names(world)
    for provider_class, array in runs.classes.items():
        target = target_of(world, provider_class)
        for i, (zone, name) in enumerate(names):
            held = target if target is not None and (target.of_zones or zone == AREA) else None
            firsts = None if held is None else first_years(array[:, :, i], runs.insured[:, :, i], held)
            for t in range(array.shape[1]):
                for quantity, unit, found in _of_year(provider_class, array[:, :, i], runs.insured[:, :, i], t, firsts):
                    yield ForwardRow(year=world.year + t, zone=zone, zone_name=name, provider_class=provider_class, quantity=quantity,
                                     unit_of_measure=unit, runs=found, norm=norm_shown(held) if quantity == "per_1000_insured" else None)
    yield from _of_schemes(world, runs)


def _of_year(
    provider_class: str, array: Array, insured: Array, t: int, firsts: Array | None
) -> Iterable[tuple[str, str, Interval]]:
    beds = provider_class == "inpatient"
    unit, now = ("bed" if beds else "place"), array[:, t]
    yield "providers", "provider", interval(now[:, PROVIDERS])
    if beds:
        yield "beds", "bed", interval(now[:, STOCK])
    yield "insured", "person", interval(insured[:, t])
    if insured[:, t].all():
        name, unit_of_ratio, per = ("per_1000_insured", "bed_per_1000_insured", 1000) if beds else ("per_10000_insured", "provider_per_10000_insured", 10_000)
        yield name, unit_of_ratio, decimals(now[:, STOCK] * per / insured[:, t])
    yield "released", unit, interval(now[:, RELEASED])
    if t:
        yield "exits", "provider", interval(now[:, EXITS])
        yield "admitted", unit, interval(now[:, ADMITTED])
        if (now[:, QUOTA] != NO_QUOTA).all():
            yield "quota", unit, interval(now[:, QUOTA])
            yield "unused", unit, interval(np.maximum(0, now[:, QUOTA] - now[:, ADMITTED]))
    if firsts is not None:
        share = Decimal(f"{(firsts <= t).mean():.4f}")
        yield "reached", "ratio", Interval(median=share, low_80=None, high_80=None, low_95=None, high_95=None)


def _of_schemes(world: World, runs: Runs) -> Iterator[ForwardRow]:
    """Persons and balances of the whole area, scheme by scheme; money in whole yuan."""
    yuan = {scheme: (array + 50) // 100 for scheme, array in runs.balances.items()}
    for quantity, unit, found in (("insured", "person", runs.schemes), ("balance", "yuan", yuan)):
        for scheme, array in found.items():
            for t in range(array.shape[1]):
                yield ForwardRow(year=world.year + t, zone=AREA, zone_name=AREA_NAME, provider_class="", scheme=scheme, quantity=quantity,
                                 unit_of_measure=unit, runs=interval(array[:, t]))


AREA_NAME = Text("全市", "the whole area")


def zone_names(world: World) -> list[tuple[str, Text]]:
    return [*((zone.code, zone.name) for zone in world.zones), (AREA, AREA_NAME)]


def target_of(world: World, provider_class: str) -> Target | None:
    """The norm that a class is held against; the first in the plan's order."""
    start = next(s for s in world.starts if s.provider_class == provider_class)
    return next((rule.target for rule in start.rules if rule.target is not None), None)


def norm_shown(target: Target | None) -> Decimal | None:
    return None if target is None else Decimal(f"{float(target.per_1000):.4f}")


def first_years(array: Array, insured: Array, target: Target) -> Array:
    """Of each run the first year (from 0, the start) in which the stock is at most the norm; beyond the last one where it never is."""
    allowed = np.array([beds_at_most(target.per_1000, int(persons)) for persons in insured.ravel()]).reshape(insured.shape)
    under = array[:, :, STOCK] <= allowed
    firsts: Array = np.where(under.any(axis=1), under.argmax(axis=1), under.shape[1])
    return firsts


def first_interval(firsts: Array, start: int, years: int) -> Interval:
    """Years in which so large a part of the runs is there; None for a part that is not there by the last year."""
    found = [None if value > years else start + int(value) for value in np.quantile(firsts, LEVELS, method="inverted_cdf")]
    return Interval(median=found[0], low_80=found[1], high_80=found[2], low_95=found[3], high_95=found[4])
