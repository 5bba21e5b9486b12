"""Weighted scores, the ranks and the order that follow, and the tail of a group.

Exact, so that a tie is a tie. Weights are the caller's: there are no default ones, and nobody is ranked on marks that are missing.
Nothing here draws lots: whoever is tied stays tied.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from attrs import frozen

from dingdian.methods.rounding import Number, exact, not_negative, positive


def weighted_scores(marks: Mapping[str, Mapping[str, Number]], weights: Mapping[str, Number]) -> dict[str, Fraction]:
    """Each one's weighted mean mark: Σ weight × mark ÷ Σ weight.

    Parameters
    ----------
    marks : who → criterion → mark, all on one scale
    weights : criterion → weight, zero or more, their sum above zero

    Raises
    ------
    ValueError
        A mark that is missing or of a criterion without weight, a negative weight, weights that are all zero.
    """
    shares = {name: not_negative(weight, f"weight of {name}") for name, weight in weights.items()}
    whole = positive(sum(shares.values(), Fraction(0)), "sum of the weights")
    for who, given in marks.items():
        if given.keys() != shares.keys():
            raise ValueError(f"{who} has marks for {sorted(given)}, the weights are for {sorted(shares)}")
    return {who: sum((shares[name] * exact(mark, name) for name, mark in given.items()), Fraction(0)) / whole
            for who, given in marks.items()}


def ranks(scores: Mapping[str, Number]) -> dict[str, int]:
    """Rank of each, 1 for the highest; those who are tied share the best rank of the tie."""
    values = {who: exact(score, who) for who, score in scores.items()}
    return {who: 1 + sum(other > score for other in values.values()) for who, score in values.items()}


@frozen(kw_only=True)
class Tail:
    """The last of a group.

    Attributes
    ----------
    size, places
        Members of the group, and how many of them the share makes: rounded down.
    members
        Those in the tail, lowest first.
    tied
        Those at the edge who are tied with somebody outside it: not in the tail.
    too_small
        Whether the group is below the smallest size, and so has no tail.
    """

    size: int
    places: int
    members: tuple[str, ...]
    tied: tuple[str, ...]
    too_small: bool


def tail(scores: Mapping[str, Number], share: Number, smallest: int = 1) -> Tail:
    """The ``share`` of a group with the lowest scores: floor(share × n) of them, without a tie at the edge.

    Parameters
    ----------
    scores : who → score
    share : from 0 to 1
    smallest : groups with fewer members have no tail
    """
    part = not_negative(share, "share")
    if part > 1:
        raise ValueError(f"share is from 0 to 1, not {share}: divide percentages by 100")
    values = {who: exact(score, who) for who, score in scores.items()}
    order = sorted(values, key=lambda who: (values[who], who))
    if len(order) < smallest:
        return Tail(size=len(order), places=0, members=(), tied=(), too_small=True)
    places = math.floor(part * len(order))
    inside, outside = order[:places], order[places:]
    edge = values[inside[-1]] if inside and outside and values[outside[0]] == values[inside[-1]] else None
    return Tail(size=len(order), places=places, too_small=False, members=tuple(who for who in inside if values[who] != edge),
                tied=tuple(who for who in order if edge is not None and values[who] == edge))


def in_order(scores: Mapping[str, Number], tie_breaks: Mapping[str, Sequence[object]]) -> tuple[tuple[str, ...], ...]:
    """Those with scores from high to low, in groups that no tie-break tells apart.

    ``tie_breaks``: who → keys of which the smaller comes first, compared one after another.
    """
    keys = {who: (-exact(score, who), *tie_breaks.get(who, ())) for who, score in scores.items()}
    order = sorted(keys, key=lambda who: (keys[who], who))
    groups: list[list[str]] = []
    for who in order:
        if groups and keys[groups[-1][0]] == keys[who]:
            groups[-1].append(who)
        else:
            groups.append([who])
    return tuple(tuple(group) for group in groups)
