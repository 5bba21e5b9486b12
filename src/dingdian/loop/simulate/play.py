"""One run: years one after another, from the start of the world, with the numbers that one stream draws.

Each class has a stream of its own, so that what is asked about other classes changes nothing. In a year providers leave and beds are
cut; then the rules say what there is room for; then applicants come, in random order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from attrs import frozen

from dingdian.loop.simulate.rates import Floats, Integers
from dingdian.loop.simulate.rooms import Admitted, admit
from dingdian.loop.simulate.world import Funds, Start, World
from dingdian.provisions.forward import Account, Year
from dingdian.terms import PROVIDER_CLASSES

PROVIDERS, STOCK, EXITS, RELEASED, QUOTA, ADMITTED = range(6)
COLUMNS = ("providers", "stock", "exits", "released", "quota", "admitted")
NO_QUOTA = -1  # no number limits it

Accounts = Sequence[Mapping[tuple[str, str], Account]]


@frozen(kw_only=True, eq=False)
class Played:
    """One run. ``classes``: class → whole numbers by year, zone (the last one is the whole area) and column; ``insured`` by year and zone,
    ``schemes`` by year in the whole area."""

    insured: Integers
    schemes: Mapping[str, Integers]
    classes: Mapping[str, Integers]
    accounts: Accounts


def stream(seed: int, run: int, part: int) -> np.random.Generator:
    """The stream of one part of one run: the same whether 10 runs are made or 1000, and in whatever order."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(run, part))))


def play(world: World, years: int, seed: int, run: int) -> Played:
    """One run of so many years."""
    series = _persons(world, years, stream(seed, run, 0))
    insured = _by_zone(world, series)
    accounts = _accounts(world.funds, years, stream(seed, run, 1))
    of_class = {code: stream(seed, run, part) for part, code in enumerate(PROVIDER_CLASSES, start=2)}
    classes = {s.provider_class: _class(world, s, years, insured, accounts, of_class[s.provider_class]) for s in world.starts}
    return Played(insured=_with_area(insured), schemes=_by_scheme(world, series), classes=classes, accounts=accounts)


def _persons(world: World, years: int, rng: np.random.Generator) -> Integers:
    """Whole persons by year and series (zone, scheme and age band)."""
    return np.rint(world.people.path(years, rng)).astype(np.int64)


def _by_zone(world: World, series: Integers) -> Integers:
    """Persons by year and zone; the start is what is on file."""
    zones = np.zeros((len(series), len(world.zones)), dtype=np.int64)
    for column, (zone, _, _) in enumerate(world.people_of):
        zones[:, zone] += series[:, column]
    zones[0] = world.insured
    return zones


def _by_scheme(world: World, series: Integers) -> dict[str, Integers]:
    """Persons of the whole area by scheme and year."""
    schemes = dict.fromkeys(scheme for _, scheme, _ in world.people_of)
    return {scheme: series[:, [of == scheme for _, of, _ in world.people_of]].sum(axis=1) for scheme in schemes}


def _accounts(funds: Funds | None, years: int, rng: np.random.Generator) -> Accounts:
    """By year: each account with last year's flow and balance beside its own, in whole fen."""
    if funds is None:
        return ({},) * (years + 1)
    income, spending = funds.income.path(years, rng), funds.spending.path(years, rng)
    flows = np.rint(income - spending).astype(np.int64)
    found: list[dict[tuple[str, str], Account]] = [{} for _ in range(years + 1)]
    for i, key in enumerate(funds.keys):
        balance, flow = funds.balances[i], int(flows[0, i])
        found[0][key] = Account(last_flow=flow, flow=flow, last_balance=balance, balance=balance)
        for year in range(1, years + 1):
            last = found[year - 1][key]
            now = int(flows[year, i])
            end = None if last.balance is None else last.balance + now
            found[year][key] = Account(last_flow=last.flow, flow=now, last_balance=last.balance, balance=end)
    return found


@frozen(kw_only=True, eq=False)
class Drawn:
    """What one run holds for a class all its years: how likely a provider leaves, cuts and applicants, by zone; what share passes; and
    the weights of sizes on file."""

    leave: Floats
    cuts: Floats
    come: Floats
    passes: float
    leave_sizes: Floats
    cut_sizes: Floats


def _class(world: World, start: Start, years: int, insured: Integers, accounts: Accounts, rng: np.random.Generator) -> Integers:
    size = len(world.zones)
    drawn = _drawn(start, size, rng)
    rows = np.zeros((years + 1, size + 1, len(COLUMNS)), dtype=np.int64)
    rows[0, :size, PROVIDERS], rows[0, :size, STOCK], rows[0, :, QUOTA] = start.providers, start.stock, NO_QUOTA
    rows[0, :size, RELEASED] = start.freed_before
    parts, kept = np.zeros(size), {rule.provision: [0] * size for rule in start.rules if rule.carries}
    for t in range(1, years + 1):
        leaving, freed = _exits(start, drawn, rows[t - 1, :size, PROVIDERS], rows[t - 1, :size, STOCK], rng)
        providers, stock = rows[t - 1, :size, PROVIDERS] - leaving, rows[t - 1, :size, STOCK] - freed
        year = Year(
            year=world.year + t, provider_class=start.provider_class, zones=tuple(zone.code for zone in world.zones),
            insured=insured[t - 1].tolist(), providers=providers.tolist(), stock=stock.tolist(), opening=rows[t - 1, :size, STOCK].tolist(),
            freed=freed.tolist(), freed_before=rows[t - 1, :size, RELEASED].tolist(), kept=kept, accounts=accounts[t])
        found = admit(start.rules, year, _applicants(start, drawn, providers, stock, rng), insured[t - 1].tolist())
        came = _came(start, found, providers, stock, parts)
        kept = {rule.provision: rule.keeps(year, found.stock) for rule in start.rules if rule.carries}
        rows[t, :size] = np.column_stack((providers + came, stock + found.stock, leaving, freed, _numbers(found.quota), found.stock))
        rows[t, size, QUOTA] = NO_QUOTA if found.quota_area is None else found.quota_area
    sums = [PROVIDERS, STOCK, EXITS, RELEASED, ADMITTED]
    rows[:, size, sums] = rows[:, :size, sums].sum(axis=1)
    return rows


def _drawn(start: Start, size: int, rng: np.random.Generator) -> Drawn:
    leave, cuts = start.exits.draw(size, rng)
    come = np.zeros(size) if start.applicants.unlimited else start.applicants.draw(rng)
    passes = float(rng.beta(start.passed + 0.5, start.judged - start.passed + 0.5)) if start.judged else 1.0
    nothing = np.zeros(0)
    go, cut = start.exits.leave, start.exits.cuts
    return Drawn(leave=leave, cuts=cuts, come=come, passes=passes, leave_sizes=nothing if go is None else go.weigh(rng),
                 cut_sizes=nothing if cut is None else cut.weigh(rng))


def _exits(start: Start, drawn: Drawn, providers: Integers, stock: Integers, rng: np.random.Generator) -> tuple[Integers, Integers]:
    """(providers that leave, beds or places that this and cuts free)."""
    leaving = np.asarray(rng.binomial(providers, drawn.leave), dtype=np.int64)
    if start.provider_class != "inpatient":
        return leaving, leaving
    if start.exits.leave is None:  # a stated rate: who leaves has the zone's average size
        return leaving, np.where(providers > 0, (2 * stock * leaving + providers) // np.maximum(2 * providers, 1), 0)
    freed = start.exits.leave.sized(leaving, drawn.leave_sizes, rng)
    if start.exits.cuts is not None:
        freed = freed + start.exits.cuts.sized(np.asarray(rng.poisson(drawn.cuts * providers), dtype=np.int64), drawn.cut_sizes, rng)
    return leaving, np.minimum(freed, stock)


def _applicants(start: Start, drawn: Drawn, providers: Integers, stock: Integers, rng: np.random.Generator) -> list[tuple[int, int]] | None:
    """(zone, beds or 1) in the order in which they are looked at; None where every room is used in full."""
    if start.applicants.unlimited:
        return None
    counts = rng.poisson(drawn.come * drawn.passes)
    zones = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    if start.provider_class != "inpatient":
        return [(int(zone), 1) for zone in zones]
    sizes = start.applicants.sizes
    if len(sizes):
        return list(zip(zones.tolist(), sizes[rng.integers(0, len(sizes), len(zones))].tolist()))
    means = np.maximum(1, stock // np.maximum(providers, 1))
    return [(int(zone), int(means[zone])) for zone in zones]


def _came(start: Start, found: Admitted, providers: Integers, stock: Integers, parts: Floats) -> npt.NDArray[np.int64]:
    """New providers; where rooms are used in full, beds are as many institutions as their usual size makes, parts kept for later years."""
    if not start.applicants.unlimited:
        return np.array(found.providers, dtype=np.int64)
    if start.provider_class != "inpatient":
        return np.array(found.stock, dtype=np.int64)
    sizes = start.applicants.sizes
    usual = np.full(len(parts), sizes.mean()) if len(sizes) else np.maximum(stock / np.maximum(providers, 1), 1.0)
    parts += np.array(found.stock) / usual
    whole = np.floor(parts)
    parts -= whole
    return whole.astype(np.int64)


def _numbers(quota: Sequence[int | None]) -> list[int]:
    return [NO_QUOTA if room is None else room for room in quota]


def _with_area(zones: Integers) -> Integers:
    return np.column_stack((zones, zones.sum(axis=1)))
