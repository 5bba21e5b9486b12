"""Invented beds, staff, activity and scores of a town, fitted to its totals.

District totals and tier shares are fitted together; the town's total is exact on its calibrated date. The tables of
typical sizes, costs and visits are those of Jinan (`capacity`).
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from capacity import (
    CASE_MIX,
    COST_PER_DAY,
    KIND_SIZE,
    LONG_STAY,
    OWN_SPECIALTY,
    STAY_DAYS,
    TIERS,
    TYPICAL,
    VISITS,
    tier_of,
)
from common import Floats, Ints, fit, largest_remainder
from towns.ground import Ground

LEAST_BEDS = 6
LICENCE_FACTOR = 1.15
DOCTORS_OF = {
    "community_health_centre": 12.0, "township_health_centre": 10.0, "community_health_station": 3.0,
    "outpatient_department": 4.0, "dental_clinic": 2.0, "village_clinic": 0.8,
}
FUND_SHARE = {"tertiary": 0.46, "secondary": 0.58, "low": 0.66}


def wards(providers: pd.DataFrame) -> pd.DataFrame:
    """Inpatient institutions that hold a place."""
    return providers[providers["held"] & (providers["provider_class"] == "inpatient")]


def beds(providers: pd.DataFrame, ground: Ground) -> pd.DataFrame:
    """Rows for every date of the town: totals, and the own specialty of specialised hospitals."""
    town, placed = ground.town, wards(providers)
    fitted = _insured_beds(placed, ground)
    parts = []
    for number, day in enumerate(town.bed_dates):
        known = pd.Series(placed["designated_on"].to_numpy() <= day, index=placed.index)
        count = fitted if number == 0 else _changed(fitted, ground, day)
        parts.append(_counts(placed[known], count[known.to_numpy()], ground, day, known.to_numpy()))
    gone = providers[(providers["provider_class"] == "inpatient") & (providers["status"] == "terminated")]
    left = ground.rng("beds gone").integers(20, 90, len(gone))
    everyone = np.ones(len(gone), dtype=bool)
    parts.append(_counts(gone, left, ground, date(2024, 12, 31), everyone))
    return pd.concat(parts, ignore_index=True)


def _changed(fitted: Ints, ground: Ground, day: date) -> Ints:
    rng = ground.rng(f"beds {day}")
    moved = np.where(rng.random(len(fitted)) < 0.2, rng.uniform(-0.03, 0.05, len(fitted)), 0.0)
    later = day > ground.town.bed_dates[0]
    return np.rint(fitted * (1 + moved) * (1.004 if later else 0.975)).astype(np.int64)


def _insured_beds(placed: pd.DataFrame, ground: Ground) -> Ints:
    """Those on file on the calibrated day share the town's total; those designated later are small."""
    old = placed["designated_on"].to_numpy() <= ground.town.bed_dates[0]
    count = ground.rng("beds of new ones").integers(20, 60, len(placed))
    count[old] = _shared(placed[old], ground)
    return count


def _shared(placed: pd.DataFrame, ground: Ground) -> Ints:
    town, insured = ground.town, ground.insured_of()
    tier = tier_of(placed["level"]).to_numpy().astype("U9")
    unit = placed["counts_in"].fillna(placed["district"]).to_numpy().astype("U6")
    size = np.array([TYPICAL[t] for t in tier]) * placed["kind"].map(KIND_SIZE).to_numpy(dtype=float)
    size = size * np.round(ground.rng("beds").lognormal(0.0, 0.35, len(placed)), 6)
    wanted = np.array([float(d.beds) * insured[d.code] for d in town.districts])
    by_unit = dict(zip(town.codes, wanted / wanted.sum() * town.beds_total))
    by_tier = dict(zip(TIERS, np.array(town.tier_share) * town.beds_total))
    fitted = np.round(fit(size, [(tier, by_tier), (unit, by_unit)]), 6)
    return LEAST_BEDS + largest_remainder(town.beds_total - LEAST_BEDS * len(placed),
                                          np.maximum(fitted - LEAST_BEDS, 0.01))


def _counts(placed: pd.DataFrame, insured: Ints, ground: Ground, day: date, known: np.ndarray) -> pd.DataFrame:
    """Licensed, open and insured beds; those over their licence hold exactly 115 % of it in insured beds."""
    rng, n = ground.rng(f"counts {len(known)}"), len(known)
    loose, filled = rng.uniform(1.0, 1.12, n)[known], rng.uniform(0.88, 1.1, n)[known]
    over, above = (rng.random(n) < ground.town.over_licence)[known], rng.uniform(1.18, 1.4, n)[known]
    care = (rng.random(n) < 0.2)[known]
    insured = np.asarray(insured)
    if ground.town.over_licence:  # insured beds = min(open, 115 % of the licence)
        approved = np.where(over, np.floor(insured / LICENCE_FACTOR), np.rint(insured * loose)).astype(np.int64)
        opened = np.where(over, np.rint(approved * above), insured).astype(np.int64)
        insured = np.minimum(opened, approved * 115 // 100)
    else:
        approved = np.rint(insured * loose).astype(np.int64)
        opened = np.rint(approved * filled).astype(np.int64)
    ltc = np.where(placed["kind"].isin(["nursing_home", "hospice_centre"]) | care & (placed["level"] != "tertiary"),
                   np.rint(insured * 0.15), 0).astype(np.int64)
    whole = pd.DataFrame({"provider": placed["provider"].to_numpy(), "as_of": day, "specialty": "all",
                          "approved": approved, "open": opened, "insured_beds": insured, "ltc": ltc})
    own = placed["kind"].map(OWN_SPECIALTY).to_numpy(dtype=object)
    part = whole[pd.notna(own)].assign(specialty=own[pd.notna(own)], ltc=0)
    for column in ("approved", "open", "insured_beds"):
        part[column] = np.floor(part[column] * 0.94).astype(np.int64)
    return pd.concat([whole, part], ignore_index=True)


def on(bed_table: pd.DataFrame, day: date, column: str) -> pd.Series:
    """Provider → total of one count on a day."""
    rows = bed_table[(bed_table["specialty"] == "all") & (bed_table["as_of"] == day)]
    return rows.set_index("provider")[column]


def staff(providers: pd.DataFrame, bed_table: pd.DataFrame, ground: Ground) -> pd.DataFrame:
    """Insured doctors to the town's total and the districts' ratios; physicians, nurses and pharmacists beside them."""
    town, insured = ground.town, ground.insured_of()
    placed = providers[providers["held"] & (providers["provider_class"] != "pharmacy")]
    placed = placed[placed["designated_on"].to_numpy() <= town.staff_on]
    open_beds = placed["provider"].map(on(bed_table, town.bed_dates[0], "open")).fillna(0).to_numpy(dtype=float)
    rng = ground.rng("staff")
    size = placed["kind"].map(DOCTORS_OF).fillna(1.2).to_numpy(dtype=float) + open_beds * 0.3
    size = np.round(size * rng.uniform(0.75, 1.25, len(placed)), 6)
    wanted = largest_remainder(town.doctors_total, np.array([d.doctors * insured[d.code] for d in town.districts]))
    unit, doctors = placed["district"].to_numpy(), np.ones(len(placed), dtype=np.int64)
    for code, count in zip(town.codes, wanted):
        here = unit == code
        doctors[here] += largest_remainder(int(count) - int(here.sum()), size[here])
    physicians = np.rint(doctors * rng.uniform(1.0, 1.25, len(placed)))
    roles = {"insured_doctor": doctors, "physician": physicians,
             "nurse": np.rint(physicians * rng.uniform(0.6, 1.1, len(placed)) + open_beds * 0.2)}
    parts = [_role(placed, town.staff_on, role, count) for role, count in roles.items()]
    shops = providers[providers["held"] & (providers["provider_class"] == "pharmacy")]
    parts.append(_role(shops, town.staff_on, "pharmacist", rng.integers(1, 4, len(shops))))
    return pd.concat(parts, ignore_index=True)


def _role(placed: pd.DataFrame, day: date, role: str, count: object) -> pd.DataFrame:
    return pd.DataFrame({"provider": placed["provider"].to_numpy(), "as_of": day, "role": role,
                         "count": np.asarray(count).astype(np.int64)})


def activity(providers: pd.DataFrame, bed_table: pd.DataFrame, ground: Ground) -> pd.DataFrame:
    """2024 and 2025 of the medical institutions designated by then."""
    medical = providers[providers["held"] & (providers["provider_class"] != "pharmacy")]
    first = [day for day in ground.town.bed_dates if day.year <= 2025]
    open_beds = medical["provider"].map(on(bed_table, first[0], "open")).to_numpy(dtype=float)
    insured = medical["provider"].map(on(bed_table, first[0], "insured_beds")).to_numpy(dtype=float)
    parts = []
    for year in (2024, 2025):
        since = np.array([day.year <= year for day in medical["designated_on"]])
        parts.append(_year(medical, open_beds, insured, ground, year)[since])
    return pd.concat(parts, ignore_index=True)


def _year(medical: pd.DataFrame, open_beds: Floats, insured: Floats, ground: Ground, year: int) -> pd.DataFrame:
    n, rng = len(medical), ground.rng(f"activity {year}")
    habit = ground.rng("habit").lognormal(0.0, 0.22, n)
    tier, ward = tier_of(medical["level"]).to_numpy(), ~np.isnan(open_beds)
    open_days = np.rint(np.nan_to_num(open_beds) * (366 if year == 2024 else 365))
    bed_days = _bed_days(medical, open_days, insured, habit, ground, year)
    stay = np.where(medical["kind"].isin(LONG_STAY), medical["kind"].map(LONG_STAY).fillna(0),
                    [STAY_DAYS[t] for t in tier]) * rng.normal(1, 0.05, n)
    visits = medical["kind"].map(VISITS).fillna(3000).to_numpy(dtype=float) * habit * (0.97 if year == 2024 else 1.0)
    visits = np.rint(visits + np.nan_to_num(open_beds) * 420 * habit)
    cost = bed_days * np.array([COST_PER_DAY[t] for t in tier]) * habit**0.3 * ground.town.cost
    clinic = visits * ground.town.cost * np.where(tier == "tertiary", 380.0, np.where(tier == "secondary", 240.0, 76.0))
    pooled = (medical["provider_class"] != "personal_account").to_numpy()
    share = np.array([FUND_SHARE[t] for t in tier]) * rng.uniform(0.93, 1.07, n)
    return pd.DataFrame({
        "provider": medical["provider"].to_numpy(), "year": year,
        "discharges": _of_wards(np.rint(bed_days / stay), ward), "bed_days": _of_wards(bed_days, ward),
        "sporadic_bed_days": _of_wards(np.rint(bed_days * rng.uniform(0.004, 0.02, n)), ward),
        "open_bed_days": _of_wards(open_days, ward),
        "visits": visits, "nonlocal_visits": np.rint(visits * rng.uniform(0.01, 0.1, n)),
        "inpatient_cost": _of_wards(np.rint(cost), ward), "inpatient_fund": _of_wards(np.rint(cost * share), ward),
        "outpatient_cost": np.rint(clinic),
        "outpatient_fund": np.where(pooled, np.rint(clinic * rng.uniform(0.2, 0.34, n)), 0.0),
        "in_policy_rate": np.round(rng.uniform(0.8, 0.97, n), 3),
        "case_mix": _of_wards(np.round([CASE_MIX[t] * f for t, f in zip(tier, rng.normal(1, 0.06, n))], 3), ward),
    })


def _of_wards(values: object, ward: np.ndarray) -> Floats:
    """Empty, not zero, for institutions without beds."""
    return np.where(ward, np.asarray(values, dtype=float), np.nan)


def _bed_days(
    medical: pd.DataFrame, open_days: Floats, insured: Floats, habit: Floats, ground: Ground, year: int
) -> Floats:
    """Each district's bed use is the stated one; some institutions exceed insured beds × 365 (only in 2025)."""
    unit = medical["district"].to_numpy()
    bed_days = np.zeros(len(medical))
    raw = np.clip(habit**0.4 * ground.rng(f"use {year}").normal(1, 0.03, len(medical)), 0.7, 1.25)
    for district in ground.town.districts:
        here = unit == district.code
        use = raw[here] * district.use * open_days[here].sum() / max((raw[here] * open_days[here]).sum(), 1.0)
        bed_days[here] = np.rint(open_days[here] * np.minimum(use, 1.06))
    above = ground.rng("over bed-days").random(len(medical)) < ground.town.over_bed_days
    if year == 2025:
        most = np.rint(np.nan_to_num(insured) * 365 * ground.rng("excess").uniform(0.995, 1.16, len(medical)))
        bed_days = np.where(above & ~np.isnan(insured), np.minimum(most, np.rint(open_days * 1.08)), bed_days)
    return bed_days


def scores(providers: pd.DataFrame, ground: Ground) -> pd.DataFrame:
    """Assessment of 2025 out of 100, of everyone designated before the year."""
    placed = providers[providers["held"]]
    placed = placed[np.array([day.year < 2025 for day in placed["designated_on"]])]
    draw = ground.rng("scores").normal(86.0, 6.5, len(placed))
    return pd.DataFrame({"provider": placed["provider"].to_numpy(), "year": 2025,
                         "score": np.round(np.clip(draw, 45.0, 99.5), 1), "max_score": 100.0})
