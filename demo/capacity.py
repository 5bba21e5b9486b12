"""Invented beds, staff, activity and assessment scores of the demo city.

Insured beds are set so that the city stands inside the plan's band (about 8.7 per 1000 insured) while its
districts range from clearly short to clearly over, and so that tertiary hospitals hold somewhat more than
their share. The four counts of beds differ, as they do in life: none is derived from another by a fixed
factor.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from common import BEDS_CLOSED, BEDS_CURRENT, Floats, Ints, fit, generator, largest_remainder
from people import People

CITY_BEDS_PER_1000 = 8.72  # at the end of 2025; the plan's band is 8.5 to 9.0
BEDS_BEFORE_EXITS = date(2024, 12, 31)  # the last count of those whose agreement has ended
TIERS = ("tertiary", "secondary", "low")
TIER_SHARE = (0.630, 0.240, 0.130)  # the plan steers by 60 : 25 : 15
# Relative provision of the districts; scaled together to the city's figure.
BEDS_PER_1000 = {
    "370102": 13.6,
    "370103": 11.4,
    "370104": 11.9,
    "370105": 9.8,
    "370112": 7.7,
    "370113": 6.6,
    "370114": 7.2,
    "370115": 5.6,
    "370116": 8.4,
    "370117": 8.9,
    "370124": 7.1,
    "370126": 5.8,
    "370171": 4.8,
}
TYPICAL = {"tertiary": 1300.0, "secondary": 200.0, "low": 34.0}
KIND_SIZE = {
    "general_hospital": 1.0,
    "tcm_hospital": 0.7,
    "integrated_hospital": 0.6,
    "psychiatric_hospital": 0.9,
    "infectious_disease_hospital": 0.6,
    "oncology_hospital": 0.9,
    "paediatric_hospital": 0.7,
    "maternity_hospital": 0.4,
    "maternal_child_health": 0.45,
    "rehabilitation_hospital": 0.6,
    "eye_hospital": 0.2,
    "dental_hospital": 0.12,
    "specialised_hospital": 0.5,
    "nursing_home": 1.4,
    "hospice_centre": 0.6,
    "township_health_centre": 1.1,
    "community_health_centre": 0.6,
}
OWN_SPECIALTY = {
    "psychiatric_hospital": "psychiatric",
    "oncology_hospital": "oncology",
    "paediatric_hospital": "paediatric",
    "rehabilitation_hospital": "rehabilitation",
    "maternity_hospital": "maternity",
    "eye_hospital": "eye",
    "dental_hospital": "dental",
    "infectious_disease_hospital": "infectious",
    "tcm_hospital": "tcm",
    "integrated_hospital": "tcm",
    "nursing_home": "nursing",
    "hospice_centre": "hospice",
    "maternal_child_health": "maternity",
}
# Wards that large general hospitals report apart: specialty, share of beds, spread of the share.
WARDS = (
    ("paediatric", 0.055, 0.015),
    ("oncology", 0.085, 0.02),
    ("rehabilitation", 0.03, 0.01),
    ("psychiatric", 0.012, 0.006),
    ("maternity", 0.06, 0.015),
    ("infectious", 0.02, 0.006),
)


def tier_of(level: pd.Series) -> pd.Series:
    """Primary and ungraded make one tier in the plan."""
    return level.where(level.isin(["tertiary", "secondary"]), "low")


def beds(providers: pd.DataFrame, people: People) -> pd.DataFrame:
    """Rows for the closed year and for mid-2026, total and specialties."""
    wards = providers[providers["held"] & (providers["provider_class"] == "inpatient")]
    closed = insured_beds(wards, people)
    rng = generator("beds now")
    change = np.where(rng.random(len(wards)) < 0.16, rng.uniform(-0.015, 0.05, len(wards)), 0.0)
    current = np.rint(closed * (1 + change)).astype(np.int64)
    parts = [_four_counts(wards, closed, BEDS_CLOSED), _four_counts(wards, current, BEDS_CURRENT)]
    gone = providers[(providers["provider_class"] == "inpatient") & (providers["status"] == "terminated")]
    left = np.rint(generator("beds gone").uniform(20, 60, len(gone))).astype(np.int64)
    parts.append(_four_counts(gone, left, BEDS_BEFORE_EXITS))
    return (
        pd.concat(parts, ignore_index=True)
        .sort_values(["provider", "as_of", "specialty"])
        .reset_index(drop=True)
    )


def insured_beds(wards: pd.DataFrame, people: People) -> Ints:
    """Insured beds by hospital at the end of 2025: districts and tiers fitted together, then shared by
    size.
    """
    insured = people.insured_of(2025)
    total = round(sum(insured.values()) * CITY_BEDS_PER_1000 / 1000)
    tier = tier_of(wards["level"]).to_numpy()
    unit = wards["counts_in"].fillna(wards["unit"]).to_numpy()
    rng = generator("beds")
    size = np.array([TYPICAL[t] for t in tier]) * wards["kind"].map(KIND_SIZE).to_numpy(dtype=float)
    size *= np.round(rng.lognormal(0.0, 0.35, len(wards)), 6)
    wanted = np.array([BEDS_PER_1000[u] * insured[u] for u in BEDS_PER_1000])
    by_unit = dict(zip(BEDS_PER_1000, wanted / wanted.sum() * total))
    by_tier = dict(zip(TIERS, np.array(TIER_SHARE) * total))
    fitted = fit(size, [(unit, by_unit), (tier, by_tier)])
    return np.maximum(largest_remainder(total, np.round(fitted, 6)), 8)


def _four_counts(wards: pd.DataFrame, insured: Ints, as_of: date) -> pd.DataFrame:
    rng = generator(
        f"four counts {len(wards)}"
    )  # one stream for both dates: a hospital's habits stay its own
    approved = np.rint(insured * rng.uniform(1.0, 1.12, len(wards))).astype(np.int64)
    opened = np.rint(approved * rng.uniform(0.88, 1.1, len(wards))).astype(np.int64)
    low = tier_of(wards["level"]).to_numpy() == "low"
    ltc = np.where(
        low & (rng.random(len(wards)) < 0.3), np.rint(insured * rng.uniform(0.05, 0.3, len(wards))), 0
    )
    ltc = np.where(wards["kind"].to_numpy() == "nursing_home", np.rint(insured * 0.6), ltc).astype(np.int64)
    whole = pd.DataFrame(
        {
            "provider": wards["provider"].to_numpy(),
            "as_of": as_of,
            "specialty": "all",
            "approved": approved,
            "open": opened,
            "insured_beds": insured,
            "ltc": ltc,
        }
    )
    return pd.concat([whole, *_specialties(wards, whole)], ignore_index=True)


def _specialties(wards: pd.DataFrame, whole: pd.DataFrame) -> list[pd.DataFrame]:
    parts = []
    own = wards["kind"].map(OWN_SPECIALTY).to_numpy(dtype=object)
    has_own = pd.notna(own)
    parts.append(_share(whole[has_own], own[has_own], np.full(int(has_own.sum()), 0.94)))
    large = (
        (wards["kind"] == "general_hospital") & wards["level"].isin(["tertiary", "secondary"])
    ).to_numpy()
    for specialty, share, spread in WARDS:
        rng = generator(f"ward {specialty} {len(wards)}")
        n = int(large.sum())
        parts.append(
            _share(
                whole[large],
                np.full(n, specialty, dtype=object),
                np.maximum(rng.normal(share, spread, n), 0.004),
            )
        )
    return parts


def _share(whole: pd.DataFrame, specialty: object, share: Floats) -> pd.DataFrame:
    part = whole.assign(specialty=specialty, ltc=0)
    for column in ("approved", "open", "insured_beds"):
        part[column] = np.floor(whole[column] * share).astype(np.int64)
    return part


def staff(providers: pd.DataFrame, bed_table: pd.DataFrame) -> pd.DataFrame:
    """Head counts by role at the end of 2025."""
    placed = providers[providers["held"]]
    total = bed_table[(bed_table["specialty"] == "all") & (bed_table["as_of"] == BEDS_CLOSED)]
    bed_count = placed["provider"].map(total.set_index("provider")["open"]).fillna(0).to_numpy(dtype=float)
    rng = generator("staff")
    clinic = (
        placed["kind"]
        .map(
            {
                "village_clinic": 1.4,
                "clinic": 2.2,
                "tcm_clinic": 2.0,
                "dental_clinic": 3.0,
                "community_health_station": 4.5,
                "community_health_centre": 14.0,
                "township_health_centre": 12.0,
            }
        )
        .fillna(4.0)
        .to_numpy(dtype=float)
    )
    medical = (placed["provider_class"] != "pharmacy").to_numpy()
    physicians = np.maximum(1, np.rint((clinic + bed_count * 0.36) * rng.uniform(0.75, 1.25, len(placed))))
    roles = {
        "physician": physicians,
        "insured_doctor": np.maximum(1, np.floor(physicians * rng.uniform(0.8, 1.0, len(placed)))),
        "nurse": np.rint(physicians * rng.uniform(0.5, 1.1, len(placed)) + bed_count * 0.2),
    }
    parts = [_role(placed[medical], role, count[medical]) for role, count in roles.items()]
    parts.append(
        _role(
            placed[medical & (bed_count > 0)],
            "pharmacist",
            np.rint(1 + bed_count * 0.03)[medical & (bed_count > 0)],
        )
    )
    parts.append(
        _role(placed[~medical], "pharmacist", rng.integers(1, 4, int((~medical).sum())).astype(float))
    )
    return (
        pd.concat(parts, ignore_index=True).sort_values(["provider", "as_of", "role"]).reset_index(drop=True)
    )


def _role(placed: pd.DataFrame, role: str, count: Floats) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "provider": placed["provider"].to_numpy(),
            "as_of": BEDS_CLOSED,
            "role": role,
            "count": count.astype(np.int64),
        }
    )


# Bed use by district: where beds are many they stand emptier.
BED_USE = {
    "370102": 0.87,
    "370103": 0.83,
    "370104": 0.82,
    "370105": 0.78,
    "370112": 0.80,
    "370113": 0.74,
    "370114": 0.73,
    "370115": 0.71,
    "370116": 0.70,
    "370117": 0.66,
    "370124": 0.69,
    "370126": 0.70,
    "370171": 0.79,
}
STAY_DAYS = {"tertiary": 6.9, "secondary": 7.8, "low": 8.6}
COST_PER_DAY = {"tertiary": 2250.0, "secondary": 1150.0, "low": 520.0}
# Paid by the city's own pooled fund: the large hospitals of a provincial capital treat the whole province.
LOCAL_FUND_SHARE = {"tertiary": 0.24, "secondary": 0.42, "low": 0.55}
CASE_MIX = {"tertiary": 1.18, "secondary": 0.86, "low": 0.64}
LONG_STAY = {
    "psychiatric_hospital": 34.0,
    "rehabilitation_hospital": 21.0,
    "nursing_home": 60.0,
    "hospice_centre": 18.0,
}
VISITS = {
    "village_clinic": 2100,
    "clinic": 5200,
    "tcm_clinic": 4300,
    "dental_clinic": 3600,
    "community_health_station": 14000,
    "community_health_centre": 52000,
    "township_health_centre": 38000,
    "outpatient_department": 11000,
}


def activity(providers: pd.DataFrame, bed_table: pd.DataFrame) -> pd.DataFrame:
    """Visits, bed-days and cost of 2024 and 2025 of the medical institutions that were designated by then."""
    medical = providers[providers["held"] & (providers["provider_class"] != "pharmacy")]
    whole = bed_table[(bed_table["specialty"] == "all") & (bed_table["as_of"] == BEDS_CLOSED)]
    open_beds = medical["provider"].map(whole.set_index("provider")["open"]).to_numpy(dtype=float)
    parts = []
    for year, growth in ((2024, 0.965), (2025, 1.0)):
        since = pd.to_datetime(medical["designated_on"]).dt.year.to_numpy() <= year
        parts.append(_year(medical[since], open_beds[since], year, growth))
    return pd.concat(parts, ignore_index=True).sort_values(["provider", "year"]).reset_index(drop=True)


def _year(medical: pd.DataFrame, open_beds: Floats, year: int, growth: float) -> pd.DataFrame:
    habits, rng = generator("activity"), generator(f"activity {year}")
    everyone = np.array([int(code[1:]) for code in medical["provider"]]) % 9973
    habit = habits.lognormal(0.0, 0.22, 9973)[everyone]
    n, tier = len(medical), tier_of(medical["level"]).to_numpy()
    inpatient = ~np.isnan(open_beds)
    open_days = np.rint(np.nan_to_num(open_beds) * (366 if year == 2024 else 365))
    use = np.clip(
        medical["unit"].map(BED_USE).to_numpy(dtype=float) * habit**0.35 * rng.normal(1, 0.03, n), 0.25, 1.08
    )
    bed_days = np.rint(open_days * use * (0.985 if year == 2024 else 1.0))
    stay = np.array([STAY_DAYS[t] for t in tier])
    stay = np.where(
        medical["kind"].isin(LONG_STAY), medical["kind"].map(LONG_STAY).fillna(0), stay
    ) * rng.normal(1, 0.05, n)
    visits = (
        medical["kind"].map(VISITS).fillna(3000).to_numpy(dtype=float) * habit
        + np.nan_to_num(open_beds) * 520 * habit
    )
    visits = np.rint(visits * growth)
    mix = np.array([CASE_MIX[t] for t in tier]) * rng.normal(1, 0.05, n)
    cost = bed_days * np.array([COST_PER_DAY[t] for t in tier]) * habit**0.4 * growth
    outpatient = (
        visits * np.where(tier == "tertiary", 410.0, np.where(tier == "secondary", 260.0, 78.0)) * habit**0.3
    )
    paid = np.array([LOCAL_FUND_SHARE[t] for t in tier])
    pooled = (medical["provider_class"] != "personal_account").to_numpy()
    table = pd.DataFrame(
        {
            "provider": medical["provider"].to_numpy(),
            "year": year,
            "discharges": np.rint(bed_days / stay),
            "bed_days": bed_days,
            "sporadic_bed_days": np.rint(bed_days * 0.012),
            "open_bed_days": open_days,
            "visits": visits,
            "nonlocal_visits": np.rint(visits * rng.uniform(0.01, 0.12, n)),
            "inpatient_cost": np.round(cost, 2),
            "inpatient_fund": np.round(cost * paid * rng.uniform(0.93, 1.07, n), 2),
            "outpatient_cost": np.round(outpatient, 2),
            "outpatient_fund": np.where(pooled, np.round(outpatient * rng.uniform(0.16, 0.26, n), 2), 0.0),
            "in_policy_rate": np.round(rng.uniform(0.82, 0.97, n), 4),
            "case_mix": np.round(mix, 4),
        }
    )
    for column in (
        "discharges",
        "bed_days",
        "sporadic_bed_days",
        "open_bed_days",
        "inpatient_cost",
        "inpatient_fund",
        "case_mix",
    ):
        table[column] = table[column].where(inpatient)  # an outpatient institution has none: empty, not zero
    return table


def scores(providers: pd.DataFrame) -> pd.DataFrame:
    """Yearly assessment of 2025, out of 100, of everyone designated before the year."""
    placed = providers[providers["held"] & (pd.to_datetime(providers["designated_on"]).dt.year < 2025)]
    draw = generator("scores").normal(86.5, 6.4, len(placed))
    return pd.DataFrame(
        {
            "provider": placed["provider"].to_numpy(),
            "year": 2025,
            "score": np.round(np.clip(draw, 38.0, 99.5), 1),
            "max_score": 100.0,
        }
    )
