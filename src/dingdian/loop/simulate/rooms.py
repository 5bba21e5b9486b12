"""What the rules of a year leave together, and who is let in: gates first, then what exceptions add beyond them.

Whole numbers only. Nobody knows the merit of applicants to come, so they are taken in the order in which they are handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import define, frozen

from dingdian.provisions.forward import Room, Year, YearRule


class NoLimit(Exception):
    """Unlimited demand meets rules that limit no number."""


@frozen(kw_only=True)
class Admitted:
    """Additions of a year by zone, and what there was room for; None where no number limits it."""

    stock: list[int]
    providers: list[int]
    quota: list[int | None]
    quota_area: int | None


@define
class Left:
    """Room that shrinks as it is used, below zero where more was used already; None where no number limits it."""

    zones: list[int | None]
    area: int | None

    def of(self, zone: int) -> int | None:
        here, area = self.zones[zone], self.area
        return area if here is None else here if area is None else min(here, area)

    def take(self, zone: int, amount: int) -> None:
        here = self.zones[zone]
        self.zones[zone] = None if here is None else here - amount
        self.area = None if self.area is None else self.area - amount

    @property
    def total(self) -> int | None:
        """What the whole area has room for."""
        known = [room for room in self.zones if room is not None]
        return least((sum(known) if len(known) == len(self.zones) else None, self.area))


def least(rooms: Iterable[int | None]) -> int | None:
    """The smallest of those that are a number."""
    return min((room for room in rooms if room is not None), default=None)


def together(rooms: Sequence[Room], zones: int) -> Left:
    """What several rules leave together."""
    return Left([least(room.zones[i] for room in rooms) for i in range(zones)], least(room.area for room in rooms))


def admit(rules: Sequence[YearRule], year: Year, applicants: list[tuple[int, int]] | None, weights: Sequence[int]) -> Admitted:
    """Who gets in under the rules of a year.

    Parameters
    ----------
    applicants
        (zone, beds or 1) in order; None where every room is used in full.
    weights
        By which unlimited demand spreads over the zones where the area's room is smaller than theirs.

    Raises
    ------
    NoLimit
        Where demand is unlimited and nothing limits it.
    """
    size = len(year.zones)
    rooms = {rule.provision: rule.room(year) for rule in rules}
    gates = [rule for rule in rules if not rule.lifts]
    offers = all(rule.offers for rule in rules)
    stock, providers, waiting = [0] * size, [0] * size, applicants
    base = together([rooms[rule.provision] for rule in gates], size)
    quota, quota_area = list(base.zones), base.total
    for exception in (None, *(rule for rule in rules if rule.lifts)):
        kept = gates if exception is None else [rule for rule in gates if rule.provision not in exception.lifts]
        left = together([rooms[rule.provision] for rule in kept], size)
        if exception is not None:  # what an exit freed is added once, whether under the gates or against it
            more = together([rooms[exception.provision]], size)
            left = Left([least(pair) for pair in zip(left.zones, more.zones)], least((left.area, more.area)))
        for zone, amount in enumerate(stock):
            left.take(zone, amount)
        if exception is not None and quota_area is not None:
            quota_area = max(quota_area, sum(stock) + max(0, left.total or 0))
        waiting = _fill(left, waiting, weights, offers, stock, providers)
    return Admitted(stock=stock, providers=providers, quota=quota, quota_area=quota_area)


def _fill(
    left: Left, waiting: list[tuple[int, int]] | None, weights: Sequence[int], offers: bool, stock: list[int], providers: list[int],
) -> list[tuple[int, int]] | None:
    """Uses the room; who does not get in waits for the next exception."""
    if waiting is None:
        for zone, amount in enumerate(in_full(left, weights)):
            stock[zone] += amount
        return None
    refused: list[tuple[int, int]] = []
    for position, (zone, asked) in enumerate(waiting):
        if left.area is not None and left.area <= 0:
            return refused + waiting[position:]  # nobody after it can get in
        room = left.of(zone)
        amount = asked if room is None or asked <= room else max(0, room) if offers else 0
        if amount <= 0:
            refused.append((zone, asked))
            continue
        left.take(zone, amount)
        stock[zone] += amount
        providers[zone] += 1
    return refused


def in_full(left: Left, weights: Sequence[int]) -> list[int]:
    """Every room used in full; where the area's is smaller than the zones' together, by weight."""
    rooms = [None if room is None else max(0, room) for room in left.zones]
    known = [room for room in rooms if room is not None]
    if left.area is None or (len(known) == len(rooms) and sum(known) <= left.area):
        if len(known) < len(rooms):
            raise NoLimit
        return known
    return spread(max(0, left.area), rooms, weights)


def spread(total: int, caps: Sequence[int | None], weights: Sequence[int]) -> list[int]:
    """``total`` shared out by weight, rounded down, nobody beyond a cap; what is left over goes to the others, single ones to the heaviest."""
    given, rest = [0] * len(caps), total
    while rest > 0:
        open_still = [i for i, cap in enumerate(caps) if (cap is None or given[i] < cap) and weights[i] > 0]
        if not open_still:
            break
        whole = sum(weights[i] for i in open_still)
        shares = {i: rest * weights[i] // whole for i in open_still}
        if not any(shares.values()):
            shares = dict.fromkeys(sorted(open_still, key=lambda i: (-weights[i], i))[:rest], 1)
        for i, amount in shares.items():
            cap = caps[i]
            more = amount if cap is None else min(amount, cap - given[i])
            given[i] += more
            rest -= more
    return given
