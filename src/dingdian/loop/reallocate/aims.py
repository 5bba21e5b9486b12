"""What a reallocation is judged by, in beds: how many lie outside the bands, and how many off the wanted split of levels. Exact."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from dingdian.loop.reallocate.board import Board, Cell
from dingdian.provisions.bed_limits import BedShare


def outside_bands(board: Board, beds: Mapping[Cell, int]) -> Fraction:
    """Beds below a lower or above an upper bound, over all bands."""
    total = 0
    for band in board.limits.bands:
        held = sum(count for (district, _), count in beds.items() if district in band.districts)
        total += max(0, (band.low or 0) - held) + (0 if band.high is None else max(0, held - band.high))
    return Fraction(total)


def off_shares(board: Board, beds: Mapping[Cell, int]) -> Fraction:
    """Beds off the wanted share of each group of levels, over all groups."""
    total = sum(beds.values())
    held = {s.level: sum(count for (_, level), count in beds.items() if level == s.level) for s in board.limits.shares}
    return sum((abs(held[s.level] - target_of(s, total)) for s in board.limits.shares), Fraction(0))


def target_of(share: BedShare, total: int) -> Fraction:
    """Beds that a share of the total makes."""
    return Fraction(share.percent) * total / 100
