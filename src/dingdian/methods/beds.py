"""Beds: how many per 1000 persons, how many a norm asks for, how they are shared among tiers.

All results are exact fractions: round them once, when they are shown (`dingdian.methods.rounding`). Which
beds (licensed, open, insured) and which persons (insured, residents) is the caller's to say; this module
never mixes them and never fills a missing count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from attrs import frozen

from dingdian.methods.rounding import Number, exact, not_negative, positive

PER = 1000  # every norm of the plans is per 1000 persons
DAYS = 365  # bed-days of a year in the planning formulas


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


def average_open(open_bed_days: Number, days: int) -> Fraction:
    """Beds open on average: open bed-days / days of the period (365 or 366 for a year)."""
    return not_negative(open_bed_days, "open bed-days") / positive(days, "days")


def insured_beds(average: Number, approved: Number, factor: Number) -> Fraction:
    """Insured beds counted for a norm: the smaller of average open beds and ``factor`` × approved beds.

    Shaoxing sets the factor to 115 % (AMB-01); it is a parameter of the plan, so it has no default.
    """
    return min(not_negative(average, "average open beds"), exact(factor) * not_negative(approved, "approved"))


def occupancy(occupied_bed_days: Number, open_bed_days: Number) -> Fraction:
    """Bed use: occupied / open bed-days, as a share; above 1 with extra beds."""
    return not_negative(occupied_bed_days, "occupied bed-days") / positive(open_bed_days, "open bed-days")


def need_by_use(
    population: Sequence[Number],
    admission_rate: Sequence[Number],
    average_stay: Number,
    target_occupancy: Number,
    inflow: Number = 0,
) -> Fraction:
    """Beds by expected use: (Σ population × admission rate + inflow) × stay / 365 / target occupancy.

    Parameters
    ----------
    population : persons by age group
    admission_rate : admissions per person and year, same groups
    average_stay : days
    target_occupancy : share above zero
        Its inverse is the redundancy factor of the planning tradition.
    inflow : patients a year from elsewhere

    Notes
    -----
    One of the open formulas offered where the national measuring method is unpublished (AMB-02); never
    called it.
    """
    patients = _admissions(population, admission_rate) + exact(inflow, "inflow")
    bed_years = patients * positive(average_stay, "average stay") / DAYS
    return bed_years / positive(target_occupancy, "target occupancy")


def need_by_setting_guideline(
    population: Sequence[Number],
    admission_rate: Sequence[Number],
    inflow: Number,
    outflow: Number,
    bed_use_rate: Number,
    turnover: Number,
) -> Fraction:
    """Beds in the form of the 1994 guideline for setting up institutions: (Σ A × B + C − D) / (E × F).

    A persons by age group, B admissions per person and year, C and D patients a year coming in and going
    elsewhere, E bed use rate (share), F patients per bed and year at full use.
    """
    patients = _admissions(population, admission_rate) + exact(inflow, "inflow") - exact(outflow, "outflow")
    return patients / (positive(bed_use_rate, "bed use rate") * positive(turnover, "turnover"))


def _admissions(population: Sequence[Number], rate: Sequence[Number]) -> Fraction:
    if len(population) != len(rate):
        raise ValueError(f"{len(population)} age groups but {len(rate)} admission rates")
    persons = (not_negative(count, "population") for count in population)
    rates = (not_negative(value, "admission rate") for value in rate)
    return sum((a * b for a, b in zip(persons, rates)), Fraction(0))
