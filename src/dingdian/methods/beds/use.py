"""Use of open beds: average open beds, occupancy, turnover, stay, turnover interval and working days per bed.

All six rest on open beds, never on approved or insured ones, and on counts of one period. Exact fractions; a figure that would divide by
nobody is refused, or is None in the record of all six.
"""

from __future__ import annotations

from fractions import Fraction

from attrs import frozen

from dingdian.methods.rounding import Number, exact, not_negative, positive


def average_open(open_bed_days: Number, days: int) -> Fraction:
    """Beds open on average (平均开放床位): open bed-days / days of the period (365 or 366 for a year)."""
    return not_negative(open_bed_days, "open bed-days") / positive(days, "days")


def occupancy(occupied_bed_days: Number, open_bed_days: Number) -> Fraction:
    """Bed use (病床使用率): occupied / open bed-days, as a share; above 1 with extra beds."""
    return not_negative(occupied_bed_days, "occupied bed-days") / positive(open_bed_days, "open bed-days")


def turnover(discharges: Number, average_open_beds: Number) -> Fraction:
    """Discharges per average open bed in the period (病床周转次数)."""
    return not_negative(discharges, "discharges") / positive(average_open_beds, "average open beds")


def average_stay(bed_days: Number, discharges: Number) -> Fraction:
    """Days per discharge (平均住院日): bed-days / discharges.

    The statistical definition takes the bed-days of those discharged, from admission on. Occupied bed-days of the period are a stand-in
    which agrees with it when as many patients stay over the end of the period as over its beginning.
    """
    return not_negative(bed_days, "bed-days") / positive(discharges, "discharges")


def turnover_interval(open_bed_days: Number, occupied_bed_days: Number, discharges: Number) -> Fraction:
    """Days that a bed stands empty between two patients: (open − occupied bed-days) / discharges; below zero with extra beds."""
    empty = not_negative(open_bed_days, "open bed-days") - not_negative(occupied_bed_days, "occupied bed-days")
    return empty / positive(discharges, "discharges")


def working_days(occupied_bed_days: Number, average_open_beds: Number) -> Fraction:
    """Days that a bed was occupied in the period (平均病床工作日): occupied bed-days / average open beds."""
    return not_negative(occupied_bed_days, "occupied bed-days") / positive(average_open_beds, "average open beds")


@frozen(kw_only=True)
class BedUse:
    """Use of the open beds of one unit in one period.

    Attributes
    ----------
    days
        Length of the period.
    average_open, occupancy, turnover, working_days
        As the functions of these names.
    average_stay, turnover_interval
        None when nobody was discharged.
    stay_of
        Whose bed-days the stay counts: ``discharged``, or ``occupied`` where those are the stand-in.
    """

    days: int
    average_open: Fraction
    occupancy: Fraction
    turnover: Fraction
    working_days: Fraction
    average_stay: Fraction | None
    turnover_interval: Fraction | None
    stay_of: str


def bed_use(
    *, discharges: Number, occupied_bed_days: Number, open_bed_days: Number, days: int, discharged_bed_days: Number | None = None
) -> BedUse:
    """All figures of use from the counts of one period.

    Parameters
    ----------
    discharges : patients discharged, zero or more
    occupied_bed_days, open_bed_days : counts of the period, the latter above zero
    days : length of the period
    discharged_bed_days : bed-days of those discharged, from their admission on; the occupied ones stand in when it is None

    Notes
    -----
    Definitions of Chinese health statistics. Identities: occupancy × days = working_days; and where the stay is of occupied
    bed-days, turnover × average_stay = working_days and average_stay + turnover_interval = days / turnover.
    """
    beds = average_open(open_bed_days, days)
    patients = not_negative(discharges, "discharges")
    counted = occupied_bed_days if discharged_bed_days is None else discharged_bed_days
    return BedUse(
        days=days, average_open=beds, occupancy=occupancy(occupied_bed_days, open_bed_days), turnover=turnover(exact(discharges), beds),
        working_days=working_days(occupied_bed_days, beds),
        average_stay=average_stay(counted, patients) if patients else None,
        turnover_interval=turnover_interval(open_bed_days, occupied_bed_days, patients) if patients else None,
        stay_of="occupied" if discharged_bed_days is None else "discharged",
    )
