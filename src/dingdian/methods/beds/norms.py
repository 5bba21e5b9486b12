"""Beds against a norm: how many per 1000 persons, how many a norm asks for, how they are shared among tiers.

All results are exact fractions: round them once, when they are shown (`dingdian.methods.rounding`). Which
beds (licensed, open, insured) and which persons (insured, residents) is the caller's to say; this module
never mixes them and never fills a missing count.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from attrs import frozen

from dingdian.methods.rounding import Number, exact, not_negative, positive

PER = 1000  # every norm of the plans is per 1000 persons


@frozen
class TierGap:
    """One tier against the split that the plan wants.

    Attributes
    ----------
    beds : Fraction
        Beds that it has.
    share, wanted : Fraction
        Its share of all beds, and the plan's, from 0 to 1.
    points : Fraction
        share − wanted, in percentage points.
    surplus : Fraction
        Beds above what the wanted share of the present total gives; negative when short.
    """

    beds: Fraction
    share: Fraction
    wanted: Fraction
    points: Fraction
    surplus: Fraction


def per_1000(count: Number, persons: Number) -> Fraction:
    """``count`` (beds, doctors) per 1000 ``persons``; persons must be above zero."""
    return not_negative(count, "count") * PER / positive(persons, "persons")


def need(norm: Number, persons: Number) -> Fraction:
    """Beds that a ``norm`` per 1000 asks for: norm × persons / 1000. Zero persons need zero beds."""
    return not_negative(norm, "norm") * not_negative(persons, "persons") / PER


def gap(supply: Number, needed: Number) -> Fraction:
    """Supply − need: negative is short, positive is over."""
    return exact(supply, "supply") - exact(needed, "need")


def beds_over_norm(beds: Number, norm: Number, persons: Number) -> Fraction:
    """Beds above what the norm asks for; zero at the norm or below it."""
    return max(Fraction(0), not_negative(beds, "beds") - need(norm, persons))


def beds_under_norm(beds: Number, norm: Number, persons: Number) -> Fraction:
    """Beds missing to what the norm asks for; zero at the norm or above it. Caps additions (AMB-11)."""
    return max(Fraction(0), need(norm, persons) - not_negative(beds, "beds"))


def tier_shares(beds: Mapping[str, Number]) -> dict[str, Fraction]:
    """Each tier's share of all beds, from 0 to 1; the shares add up to exactly 1.

    Raises
    ------
    ValueError
        When there are no beds at all: nothing has no shares.
    """
    counts = {tier: not_negative(count, tier) for tier, count in beds.items()}
    total = positive(sum(counts.values(), Fraction(0)), "beds of all tiers together")
    return {tier: count / total for tier, count in counts.items()}


def tier_gaps(beds: Mapping[str, Number], ratio: Mapping[str, Number]) -> dict[str, TierGap]:
    """The split there is against the split wanted, tier by tier, in percentage points and in beds (AMB-04).

    Parameters
    ----------
    beds : mapping of tier to beds
    ratio : mapping of tier to its part, in any scale
        60:25:15 or 3:1:1; the tiers must be those of ``beds``.
    """
    if beds.keys() != ratio.keys():
        raise ValueError(f"tiers differ: beds {sorted(beds)}, ratio {sorted(ratio)}")
    shares, wanted = tier_shares(beds), tier_shares(ratio)
    total = sum((exact(count) for count in beds.values()), Fraction(0))
    return {
        tier: TierGap(
            beds=exact(beds[tier]),
            share=shares[tier],
            wanted=wanted[tier],
            points=(shares[tier] - wanted[tier]) * 100,
            surplus=exact(beds[tier]) - wanted[tier] * total,
        )
        for tier in beds
    }


def insured_beds(average: Number, approved: Number, factor: Number) -> Fraction:
    """Insured beds counted for a norm: the smaller of average open beds and ``factor`` × approved beds.

    Shaoxing sets the factor to 115 % (AMB-01); it is a parameter of the plan, so it has no default.
    """
    return min(not_negative(average, "average open beds"), exact(factor) * not_negative(approved, "approved"))
