"""Beds: norms and tiers, use of the beds that are open, need by open formulas, and all methods side by side.

Four kinds of beds are never taken for each other: approved (核定), open (开放), insured (医保) and long-term-care (长护) ones. All results are
exact fractions: round them once, when they are shown (`dingdian.methods.rounding`).
"""

from __future__ import annotations

from dingdian.methods.beds.need import (
    DAYS,
    need_by_bed_days,
    need_by_setting_guideline,
    need_by_use,
    patients,
)
from dingdian.methods.beds.norms import (
    PER,
    TierGap,
    beds_over_norm,
    beds_under_norm,
    gap,
    insured_beds,
    need,
    per_1000,
    tier_gaps,
    tier_shares,
)
from dingdian.methods.beds.side_by_side import (
    BEDS,
    INPUTS,
    METHODS,
    PERSONS,
    BedMethod,
    BedNeed,
    Stated,
    bed_needs,
)
from dingdian.methods.beds.use import (
    BedUse,
    average_open,
    average_stay,
    bed_use,
    occupancy,
    turnover,
    turnover_interval,
    working_days,
)

__all__ = [
    "BEDS", "DAYS", "INPUTS", "METHODS", "PER", "PERSONS", "BedMethod", "BedNeed", "BedUse", "Stated", "TierGap", "average_open", "average_stay",
    "bed_needs", "bed_use", "beds_over_norm", "beds_under_norm", "gap", "insured_beds", "need", "need_by_bed_days",
    "need_by_setting_guideline", "need_by_use", "occupancy", "patients", "per_1000", "tier_gaps", "tier_shares", "turnover",
    "turnover_interval", "working_days",
]
