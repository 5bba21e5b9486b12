"""Need for beds by cohorts: people grow older, some die, some move, and each age has its own rate of admission.

Exact fractions throughout, so that a plan's figure can be checked by hand. Rates stay as they are given: what reform or habit does to
them is for the planner to state, year by year if need be. Which persons (insured or residents) is the caller's to say, and they are
never mixed.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeAlias, cast

import numpy as np
from attrs import frozen

from dingdian.methods.beds import DAYS
from dingdian.methods.rounding import Number, exact, not_negative, positive
from dingdian.terms import Text

ByAge: TypeAlias = Sequence[Number]

FARTHEST = 50  # years; beyond, the rates are guesses
FORMULA = Text(
    "P(a+1, t+1) = P(a, t)·s(a) + 净迁入；需床 = Σ[P(a, t)·入院率(a) + 流入(a) − 流出(a)]·住院日(a) ÷ 365 ÷ 目标使用率",
    "P(a+1, t+1) = P(a, t) s(a) + net migration; beds = Σ[P(a, t) rate(a) + inflow(a) − outflow(a)] stay(a) ÷ 365 ÷ target occupancy",
)


@frozen
class CohortYear:
    """One year of the projection: persons and patients by age, bed-days and beds, all exact.

    Attributes
    ----------
    year : int
        Years after the population that was given, which is year 0.
    persons, patients : tuple of Fraction
        By age, youngest first; patients are admissions of these persons, with those who come in and without those who go elsewhere.
    bed_days, beds : Fraction
        Of all ages together; beds at the target occupancy, not rounded.
    """

    year: int
    persons: tuple[Fraction, ...]
    patients: tuple[Fraction, ...]
    bed_days: Fraction
    beds: Fraction

    @property
    def population(self) -> Fraction:
        """All persons."""
        return sum(self.persons, Fraction(0))


@frozen
class CohortNeed:
    """Year 0 and every later one that was projected, in order, and the formula in words."""

    years: tuple[CohortYear, ...]
    formula: Text = FORMULA

    @property
    def beds(self) -> tuple[Fraction, ...]:
        """Beds year by year."""
        return tuple(year.beds for year in self.years)


def age_cohort_need(
    population: ByAge,
    admission_rate: ByAge | Sequence[ByAge],
    survival: ByAge,
    entrants: Sequence[Number],
    *,
    average_stay: Number | ByAge,
    target_occupancy: Number,
    net_migration: ByAge | None = None,
    inflow: ByAge | None = None,
    outflow: ByAge | None = None,
    step: int = 1,
) -> CohortNeed:
    """Beds that a population will need as it ages, step by step.

    Parameters
    ----------
    population : persons by age, youngest first, shape (ages,); ages are ``step`` years wide, the last one is open ("85 and over")
    admission_rate : admissions per person and year by age, shape (ages,); or one such row for each step 0 … n, shape (n + 1, ages)
    survival : share of each age alive one step later, shape (ages,), from 0 to 1
    entrants : persons of the youngest age at the end of step 1, 2, … n (births of the step that live); their number is the steps ahead
    average_stay : days, one for all or by age
    target_occupancy : share above 0, at most 1
    net_migration : persons moving in less moving out in each step, by their age at its end; none unless given
    inflow, outflow : patients a year from elsewhere, and to elsewhere, by age; none unless given
    step : years of an age group and of a step, the same for both: 1 for single years, 5 for the five-year groups of a census

    Returns
    -------
    CohortNeed

    Raises
    ------
    ValueError
        Lengths that differ, a negative number where there can be none, a share outside its range, more than 50 years ahead, more people moving
        away than there are, more patients going elsewhere than there are.

    Notes
    -----
    Cohort-component method (Preston, Heuveline & Guillot 2001). With no steps ahead the beds are those of
    `dingdian.methods.beds.need_by_use`. Survival of five years is not that of one: it must be that of a step.
    """
    ages = len(population)
    if not ages or step < 1 or len(entrants) * step > FARTHEST:
        raise ValueError(f"there must be at least one age, steps of a year or more and at most {FARTHEST} years, not {ages}, {step} and {len(entrants) * step}")
    persons = _row(population, ages, "population")
    alive = _row(survival, ages, "survival")
    if max(alive) > 1:
        raise ValueError(f"survival is a share from 0 to 1, not {max(alive)}")
    if exact(target_occupancy, "target occupancy") > 1:
        raise ValueError(f"target occupancy is a share, not {target_occupancy}: divide percentages by 100")
    moving = [exact(value, "net migration") for value in net_migration] if net_migration is not None else [Fraction(0)] * ages
    if len(moving) != ages:
        raise ValueError(f"net migration has {len(moving)} ages, the population {ages}")
    rates, stay = _rates(admission_rate, ages, len(entrants) + 1), _stay(average_stay, ages)
    coming, going = _flow(inflow, ages, "inflow"), _flow(outflow, ages, "outflow")
    years = []
    for place, rate in enumerate(rates):
        if place:
            persons = _older(persons, alive, not_negative(entrants[place - 1], "entrants"), moving)
        patients = tuple(_patients(*one) for one in zip(persons, rate, coming, going))
        bed_days = sum((count * days for count, days in zip(patients, stay)), Fraction(0))
        beds = bed_days / DAYS / positive(target_occupancy, "target occupancy")
        years.append(CohortYear(place * step, tuple(persons), patients, bed_days, beds))
    return CohortNeed(tuple(years))


def _is_row(value: object) -> bool:
    return isinstance(value, Sequence | np.ndarray)


def _row(values: ByAge, ages: int, name: str) -> list[Fraction]:
    if len(values) != ages:
        raise ValueError(f"{name} has {len(values)} ages, the population {ages}")
    return [not_negative(value, name) for value in values]


def _flow(values: ByAge | None, ages: int, name: str) -> list[Fraction]:
    return [Fraction(0)] * ages if values is None else _row(values, ages, name)


def _rates(given: ByAge | Sequence[ByAge], ages: int, years: int) -> list[list[Fraction]]:
    """One row of rates for each step: the same row again where only one was given."""
    rows = [cast(ByAge, row) for row in given if _is_row(row)]
    if not rows:
        return [_row(cast(ByAge, given), ages, "admission rate")] * years
    if len(rows) != years or len(rows) != len(given):
        raise ValueError(f"admission rates are for {len(rows)} points in time, not {years}")
    return [_row(row, ages, "admission rate") for row in rows]


def _stay(given: Number | ByAge, ages: int) -> list[Fraction]:
    by_age = cast(ByAge, given) if _is_row(given) else [cast(Number, given)] * ages
    stay = [not_negative(one, "average stay") for one in by_age]
    if len(stay) != ages:
        raise ValueError(f"average stay has {len(stay)} ages, the population {ages}")
    return stay


def _older(persons: list[Fraction], alive: list[Fraction], entrants: Fraction, moving: list[Fraction]) -> list[Fraction]:
    """A step later: everybody one age up, the last age keeping its own, then those who moved."""
    survivors = [count * share for count, share in zip(persons, alive)]
    moved_up = [entrants, *survivors[:-1]]
    if len(persons) > 1:
        moved_up[-1] += survivors[-1]
    else:
        moved_up[0] += survivors[0]
    after = [count + more for count, more in zip(moved_up, moving)]
    if min(after) < 0:
        raise ValueError(f"more people move away than there are, at age {after.index(min(after))}")
    return after


def _patients(persons: Fraction, rate: Fraction, coming: Fraction, going: Fraction) -> Fraction:
    own = persons * rate
    if going > own:
        raise ValueError(f"more patients go elsewhere ({going}) than there are ({float(own):g})")
    return own - going + coming
