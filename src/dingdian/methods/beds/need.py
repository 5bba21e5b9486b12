"""Beds needed by use: the open formulas that stand where the national measuring method is not public.

Each is a model of its inputs. None may be called the national method (AMB-02), and none says what a plan's norm asks for: that is
`dingdian.methods.beds.norms.need`. Results are open beds, exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dingdian.methods.rounding import Number, not_negative, positive

DAYS = 365  # bed-days of a year in the planning formulas


def patients(
    population: Sequence[Number], admission_rate: Sequence[Number], inflow: Number = 0, outflow: Number = 0
) -> Fraction:
    """Inpatients a year that the area's beds must take: Σ population × admission rate + inflow − outflow.

    Parameters
    ----------
    population : sequence
        Persons by age group: insured or residents, one of the two throughout.
    admission_rate : sequence
        Admissions per person and year of these persons wherever they go, same groups.
    inflow : number
        Patients a year who come from elsewhere, zero or more.
    outflow : number
        Patients a year, counted in the admission rates, who go elsewhere, zero or more. Rates seen at the area's own hospitals leave
        them out already: then it is 0.

    Raises
    ------
    ValueError
        Groups that differ in number, no group, negative values, more outflow than there are patients.
    """
    if len(population) != len(admission_rate) or not len(population):
        raise ValueError(f"{len(population)} age groups but {len(admission_rate)} admission rates")
    persons = (not_negative(count, "population") for count in population)
    rates = (not_negative(value, "admission rate") for value in admission_rate)
    arriving = sum((a * b for a, b in zip(persons, rates)), Fraction(0)) + not_negative(inflow, "inflow")
    leaving = not_negative(outflow, "outflow")
    if leaving > arriving:
        raise ValueError(f"outflow, {outflow}, is more than the {float(arriving):g} patients that there are")
    return arriving - leaving


def need_by_use(
    population: Sequence[Number],
    admission_rate: Sequence[Number],
    average_stay: Number,
    target_occupancy: Number,
    inflow: Number = 0,
    outflow: Number = 0,
) -> Fraction:
    """Beds by expected use: (Σ population × admission rate + inflow − outflow) × stay / 365 / target occupancy.

    Parameters
    ----------
    population, admission_rate, inflow, outflow
        As in `patients`.
    average_stay : days, above zero
    target_occupancy : share above zero
        Its inverse is the redundancy factor of the planning tradition.

    Notes
    -----
    One of the open formulas offered where the national measuring method is unpublished (AMB-02); never
    called it.
    """
    bed_days = patients(population, admission_rate, inflow, outflow) * positive(average_stay, "average stay")
    return need_by_bed_days(bed_days, target_occupancy)


def need_by_bed_days(bed_days: Number, target_occupancy: Number) -> Fraction:
    """Beds that a year's bed-days need at a target occupancy: bed-days / 365 / target occupancy.

    Bed-days that were used carry on whatever was admitted without need, and miss whoever found no bed.
    """
    return not_negative(bed_days, "bed-days") / DAYS / positive(target_occupancy, "target occupancy")


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
    elsewhere, E bed use rate (share), F patients per bed and year at full use. With F = 365 / stay it is `need_by_use`.
    """
    taken = patients(population, admission_rate, inflow, outflow)
    return taken / (positive(bed_use_rate, "bed use rate") * positive(turnover, "turnover"))
