"""The answer worked out again, by other code: the beds are moved in the city itself and counted there by the plan's own provisions.

Shares no code with the program: moves are read one by one, norms are asked of the plan anew, and the city is the one that an import of
those tables would give.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from dingdian.loop.reallocate.board import Board, Terms
from dingdian.loop.reallocate.limits import RANK, Said
from dingdian.provisions.bed_limits import ANY_LEVEL, SAME_LEVEL
from dingdian.provisions.counting import GROUPED_LEVELS, BedStock, bed_stock
from dingdian.provisions.ground import Ground
from dingdian.terms import Text

Moves = Mapping[str, int]


def as_changes(board: Board, given: Moves, taken: Moves) -> list[dict[str, Any]]:
    """The moves as changes of a scenario: every count of the institution that is known moves with its beds."""
    columns = {h.code: h.columns for h in board.hospitals}
    moves = [(code, -beds) for code, beds in given.items()] + list(taken.items())
    return [{"change": "change_beds", "provider": code, "by": dict.fromkeys(columns[code], by)} for code, by in sorted(moves)]


def faults(
    before: Ground, after: Ground, said: Said, board: Board, given: Moves, taken: Moves,
    passed: Mapping[tuple[Any, Any], int], outside: Fraction,
) -> tuple[Text, ...]:
    """Everything that the second look finds wrong; empty where all is as the answer says."""
    stocks = [bed_stock(ground, board.column, next((s.per for _, s in said if s.per), "insured")) for ground in (before, after)]
    if stocks[0] is None or stocks[1] is None:
        return (Text("调剂后无法再计数", "the beds cannot be counted any more"),)
    one, two = stocks[0], stocks[1]
    return (
        *_each(before, one, two, board.terms, given, taken), *_closed(one, two, given, taken, said),
        *_left_alone(said, given, taken), *_ceilings(before, one, two, said), *_passed(passed, board.terms, said, one, given, taken),
        *_outside(after, two, said, outside))


def _beds(stock: BedStock) -> dict[str, int | None]:
    return {row.provider: row.beds for row in stock.rows}


def _each(ground: Ground, one: BedStock, two: BedStock, terms: Terms, given: Moves, taken: Moves) -> Iterator[Text]:
    """Each institution moved by what is said, no further than its share, and in whole wards; nobody gives and takes."""
    before, after = _beds(one), _beds(two)
    for code, beds in before.items():
        by = taken.get(code, 0) - given.get(code, 0)
        if beds is None:
            continue
        if after.get(code) != beds + by:
            yield Text(f"{code} 再计为 {after.get(code)} 张，应为 {beds + by} 张", f"{code} counts {after.get(code)} beds, not {beds + by}")
        if abs(by) > beds * Fraction(terms.share) or by % terms.ward or (code in given and code in taken) or (by < 0 and beds + by < terms.keep):
            yield Text(f"{code} 的变动 {by} 张超出约定", f"{code} moves {by} beds, which the terms do not allow")


def _closed(one: BedStock, two: BedStock, given: Moves, taken: Moves, said: Said) -> Iterator[Text]:
    """Beds given are beds taken, but for the part that the plan does not re-admit."""
    lost = sum(given.values()) - sum(taken.values())
    counted = sum(row.beds or 0 for row in one.rows) - sum(row.beds or 0 for row in two.rows)
    ratios = [exits.ratio for _, limits in said for exits in limits.exits]
    if lost != counted or lost < 0 or (lost and not any(ratio < 1 for ratio in ratios)):
        yield Text(f"减出与增入相差 {lost} 张，计数相差 {counted} 张", f"{lost} beds are lost on the way, {counted} by count")
    for _, limits in said:
        for exits in limits.exits:
            codes = {row.provider for row in one.rows if row.district in exits.districts}
            out, into = (sum(n for code, n in moves.items() if code in codes) for moves in (given, taken))
            if into > out * exits.ratio:
                yield Text(f"{'、'.join(exits.districts)} 增入 {into} 张，超过以退定增", f"{into} beds added for {out} in {', '.join(exits.districts)}")


def _left_alone(said: Said, given: Moves, taken: Moves) -> Iterator[Text]:
    for provision, limits in said:
        for code in limits.left_alone:
            if code in given or code in taken:
                yield Text(f"{code} 依 {provision.id} 不应变动", f"{code} is to be left alone by {provision.id}")


def _ceilings(ground: Ground, one: BedStock, two: BedStock, said: Said) -> Iterator[Text]:
    """A district that is not short took nothing, and a capped one not beyond its need."""
    before, after = _beds(one), _beds(two)
    for provision, limits in said:
        for ceiling in limits.ceilings:
            rows = [row for row in one.rows if row.district == ceiling.district]
            took = sum(max(0, (after.get(row.provider) or 0) - (before.get(row.provider) or 0)) for row in rows)
            held, then = (sum(beds.get(row.provider) or 0 for row in rows) for beds in (before, after))
            needed = ceiling.needed
            if took and (needed is None or held >= needed or (ceiling.capped and then > needed)):
                name = ground.snapshot.unit_name(ceiling.district)
                yield Text(f"{name}增入 {took} 张，{provision.id} 不允许", f"{name} takes {took} beds, which {provision.id} does not allow")


def _passed(
    passed: Mapping[tuple[Any, Any], int], terms: Terms, said: Said, stock: BedStock, given: Moves, taken: Moves
) -> Iterator[Text]:
    """Transfers add up to the moves, cross a border only with both consents, and keep to the levels."""
    rules = {limits.levels for _, limits in said} - {ANY_LEVEL}
    for (giver, taker), beds in passed.items():
        agreed = giver[0] == taker[0] or (giver[0] in terms.consents and taker[0] in terms.consents)
        level = all(giver[1] == taker[1] if rule == SAME_LEVEL else RANK[giver[1]] >= RANK[taker[1]] for rule in rules)
        if beds <= 0 or not agreed or not level:
            yield Text(f"由 {giver} 到 {taker} 的 {beds} 张不被允许", f"{beds} beds from {giver} to {taker} are not allowed")
    cell = {row.provider: (row.district, GROUPED_LEVELS.get(row.level, "")) for row in stock.rows}
    into: dict[Any, int] = {}
    for (_, taker), beds in passed.items():
        into[taker] = into.get(taker, 0) + beds
    for code, beds in taken.items():
        into[cell[code]] = into.get(cell[code], 0) - beds
    if any(into.values()):
        yield Text("调剂去向与各机构增入合计不符", "transfers do not add up to what is taken")


def _outside(after: Ground, stock: BedStock, said: Said, outside: Fraction) -> Iterator[Text]:
    """Beds outside the bands that the plan states anew in the changed city."""
    anew: dict[tuple[str, ...], list[tuple[int | None, int | None]]] = {}
    for provision, _ in said:
        limits = provision.bed_limits(after, after.choices(provision))
        for band in () if limits is None else limits.bands:
            anew.setdefault(band.districts, []).append((band.low, band.high))
    found = 0
    for districts, bounds in anew.items():
        held = stock.count(districts).at_least
        low = max((low for low, _ in bounds if low is not None), default=held)
        high = min((high for _, high in bounds if high is not None), default=held)
        found += max(0, low - held) + max(0, held - high)
    if found != outside:
        yield Text(f"按规划再测算，标准之外 {found} 张，应为 {outside} 张", f"measured again, {found} beds lie outside the norms, not {outside}")
