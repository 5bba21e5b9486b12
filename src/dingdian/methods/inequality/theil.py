"""Theil index with its parts between and within groups, in the conventions that the literature uses.

One figure of the same name is up to 2.3 times another, by the base of the logarithm alone: every result carries its
convention and base. A unit without any of the resource has no Theil index in the conventions that divide by it.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import cast

import numpy as np
from attrs import frozen

from dingdian.methods.inequality.conventions import THEIL, LogConvention, named
from dingdian.methods.inequality.inputs import Column, Floats, mean, one_length, total, weighted


@frozen(eq=False)
class TheilGroup:
    """One group of units.

    Attributes
    ----------
    group : hashable
    weight_share, resource_share : float
        Of the heads (or areas) and of the resource.
    inside : float or None
        The index among its own units; None where the group has no weight or none of the resource.
    between, within : float
        Its terms in ``Theil.between`` (may be below zero) and ``Theil.within``.
    within_percent : float or None
        ``within`` in per cent of the total; None where the total is 0.
    """

    group: Hashable
    weight_share: float
    resource_share: float
    inside: float | None
    between: float
    within: float
    within_percent: float | None


@frozen(eq=False)
class Theil:
    """Theil index and what it is made of.

    Attributes
    ----------
    total : float
        0 where all levels are equal.
    terms : float64 array, shape (n,)
        By unit; they add up to the total. In the textbook form a term is below zero for a unit below the mean.
    between, within : float or None
        Parts between and within groups, which add up to the total; None without groups.
    groups : tuple of TheilGroup
        In the order in which they first appear; empty without groups.
    base : float
        Base of the logarithm.
    convention : LogConvention
    """

    total: float
    terms: Floats
    between: float | None
    within: float | None
    groups: tuple[TheilGroup, ...]
    base: float
    convention: LogConvention

    @property
    def between_percent(self) -> float | None:
        """Contribution of the differences between groups; None without groups, or where the total is 0."""
        return None if self.between is None else _percent(self.between, self.total)

    @property
    def within_percent(self) -> float | None:
        """Contribution of the differences within groups; None without groups, or where the total is 0."""
        return None if self.within is None else _percent(self.within, self.total)

    @property
    def terms_percent(self) -> Floats | None:
        """Each unit's term in per cent of the total, adding up to 100; None where the total is 0."""
        return None if self.total == 0 else 100.0 * self.terms / self.total


def theil(
    values: Column,
    weights: Column,
    *,
    groups: Sequence[Hashable] | None = None,
    base: float | None = None,
    convention: str = "textbook",
) -> Theil:
    """Theil index of levels that stand for heads (or areas), whole and by groups.

    Parameters
    ----------
    values : sequence, shape (n,)
        Resource per head (or per km²) of each unit, zero or more.
    weights : sequence, shape (n,)
        Heads (or km²) of each unit, zero or more; a unit of weight 0 adds nothing, unless units are counted.
    groups : sequence, shape (n,), optional
        Group of each unit.
    base : float, optional
        Base of the logarithm, above 1; that of the convention when left out (e for the textbook's).
    convention : str
        One of `theil_conventions`.

    Raises
    ------
    ValueError
        Lengths that differ, no unit, what is missing or below zero, weights or values all zero, a unit without group;
        an unknown convention or base; a level of zero in a convention that takes the logarithm of p ÷ y.

    Notes
    -----
    Textbook T = Σ y ln(y/p), between = Σ Y_g ln(Y_g/P_g), within = Σ Y_g T_g (Theil 1967; Shorrocks 1980). In the
    conventions weighted by p the same holds with p and y exchanged: between = Σ P_g log(P_g/Y_g), within = Σ P_g T_g.
    """
    rule = cast(LogConvention, named(THEIL, convention))
    unit = _log_of(rule.base if base is None else base)
    level, share = weighted(values, weights)
    if rule.counts_units:
        share = np.full(len(level), 1.0 / len(level))
    _divisible(level, share, rule)
    terms = _terms(level, share, mean(level, share), rule) / unit
    found = max(total(terms), 0.0)
    parts = () if groups is None else tuple(_groups(level, share, groups, rule, unit, found))
    return Theil(
        total=found, terms=terms, groups=parts, base=rule.base if base is None else float(base), convention=rule,
        between=None if groups is None else max(total(part.between for part in parts), 0.0),
        within=None if groups is None else total(part.within for part in parts),
    )


def theil_conventions() -> tuple[LogConvention, ...]:
    """The conventions of `theil`, each with formula, base, treatment of zeros and where it is met."""
    return tuple(THEIL.values())


def _terms(level: Floats, share: Floats, middle: float, rule: LogConvention) -> Floats:
    """Terms in natural logarithms: p·r·ln r, or −p·ln r, with r = v ÷ μ; 0 for a unit of weight 0."""
    relative = level / middle
    logarithm = np.log(np.where(relative > 0, relative, 1.0))
    return share * relative * logarithm if rule.by_resource else -share * logarithm


def _groups(
    level: Floats, share: Floats, groups: Sequence[Hashable], rule: LogConvention, unit: float, whole: float
) -> list[TheilGroup]:
    one_length(level, groups, "groups")
    if any(name is None or name != name for name in groups):
        raise ValueError("a unit has no group: leave it out, or give it a group of its own")
    middle = mean(level, share)
    return [
        _group(name, level[inside], share[inside], middle, rule, unit, whole)
        for name in dict.fromkeys(groups)
        for inside in [np.array([other == name for other in groups])]
    ]


def _group(
    name: Hashable, level: Floats, share: Floats, middle: float, rule: LogConvention, unit: float, whole: float
) -> TheilGroup:
    weight = total(share)
    own = mean(level, share) if weight > 0 else 0.0
    held = weight * own / middle
    if own == 0:
        return TheilGroup(name, weight, held, None, 0.0, 0.0, _percent(0.0, whole))
    between = _terms(np.array([own]), np.array([weight]), middle, rule)[0] / unit
    inside = max(total(_terms(level, share / weight, own, rule)) / unit, 0.0)
    within = (held if rule.by_resource else weight) * inside
    return TheilGroup(name, weight, held, inside, float(between), within, _percent(within, whole))


def _divisible(level: Floats, share: Floats, rule: LogConvention) -> None:
    empty = np.flatnonzero((level == 0) & (share > 0))
    if empty.size and not rule.by_resource:
        raise ValueError(
            f"the value at position {empty[0]} is zero, where {rule.id} takes the logarithm of p / y: "
            "use the textbook convention, or join the unit with another")


def _log_of(base: float) -> float:
    if not (math.isfinite(base) and base > 1):
        raise ValueError(f"base of the logarithm must be above 1, not {base}: below it more inequality would be a smaller number")
    return math.log(base)


def _percent(part: float, whole: float) -> float | None:
    return None if whole == 0 else 100.0 * part / whole
