"""What a town states about itself: its districts, what is published of it, and the applications designed for it.

Data only. A number that is published stands in `Town.published` with its source, all others are invented for the
demo; nothing here is drawn from a register.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
from attrs import field, frozen

if TYPE_CHECKING:
    from towns.assemble import World

# Kind, class and level of a group of providers, as the catalogue in `kinds` has them.
Sort = tuple[str, str, str]


@frozen(kw_only=True)
class District:
    """One unit that the plan counts by.

    ``seat`` is roughly where its seat is. ``coverage`` insured per resident and ``beds``, ``doctors`` per 1000
    insured are relative where the town fixes a total. ``spent`` is spending over income by (scheme, year) where it
    is not the usual, ``forecast`` the same of the whole running year by scheme.
    """

    code: str
    name: str
    short: str
    seat: tuple[float, float]
    coverage: float
    employee: float
    beds: float
    use: float
    doctors: float
    level: str = "district"
    owner: str = "local"
    growth: float = 1.0  # of residents from 2020 to 2025, used where the town estimates them
    pull: float = 1.0  # how strongly clinics and pharmacies gather here, per resident
    zone: str | None = None
    resource_class: str | None = None
    spent: Mapping[tuple[str, int], float] = field(factory=dict)
    forecast: Mapping[str, float] = field(factory=dict)
    balance: Mapping[str, float] = field(factory=dict)  # months of spending in reserve, by scheme


@frozen(kw_only=True)
class Ask:
    """One application as designed. ``near`` is how many others of its class (``alike`` "class") or of its class and
    type ("type") stand within ``radius_m``, clear of the limit by 80 m; ``at_limit`` puts one more on the limit itself.

    ``on_file`` picks a provider of the register by column values instead of describing a new one.
    """

    why: str
    kind: str
    provider_class: str
    unit: str
    level: str | None = None
    action: str = "designate"
    near: int | None = None
    radius_m: float = 800.0
    alike: str = "class"
    at_limit: bool = False
    urban: bool | None = None
    township: str | None = None
    township_with: int | None = None  # in a township with so many designated pharmacies, of ``owner`` where stated
    placed: bool = True
    on_file: Mapping[str, str] | None = None
    moved_from: str | None = None  # district of the old site of a move by a provider on file
    move_m: tuple[float, float] | None = None
    beds: int | None = None
    ownership: str = "private"
    owner: str | None = None
    specialties: str | None = None
    tags: str | None = None
    grounds: str | None = None
    documents: str | None = "申请表;许可证"
    applied_on: date | None = None
    licensed_on: date | None = None
    opened_on: date | None = None
    facts: tuple[tuple[str, str], ...] = ()


@frozen(kw_only=True)
class Town:
    """A demo city without streets."""

    id: str
    name: str
    folder: str
    city: str
    city_name: str
    seed: int
    centre: tuple[float, float]  # lon, lat through which the metric plane goes
    districts: tuple[District, ...]
    census_parts: Mapping[str, str] = field(factory=dict)  # census code or name → district it is added to
    townships_of: Mapping[str, str] = field(factory=dict)  # code of the township list → district
    by_township: bool = False
    without_pharmacy: frozenset[str] = frozenset()
    township_pharmacies: tuple[int, ...] = ()  # number per rural township, in turn; empty: drawn like the others
    estimates_residents: bool = False  # residents of 2025 by district and township beside the census
    as_of: date = date(2026, 8, 31)
    insured_total: int
    growth: float = 1.006
    bed_dates: tuple[date, ...]  # the one that is calibrated first
    beds_total: int
    tier_share: tuple[float, float, float]
    cost: float = 1.0  # of care, against the table of Jinan
    over_licence: float = 0.0  # share of hospitals that keep more than 115 % of their licensed beds open
    over_bed_days: float = 0.0  # share of hospitals with more bed-days than insured beds × 365
    staff_on: date
    doctors_total: int
    counts: Mapping[Sort, int]
    pharmacies: int
    without_place: Mapping[Sort, tuple[int, int]]  # undesignated, terminated
    status: Mapping[str, tuple[int, int]] = field(factory=dict)  # state → pharmacies, medical institutions
    designated_until: date
    recent: tuple[date, date]  # when those in coaching or on trial were designated
    dual_channel: Mapping[str, int] = field(factory=dict)  # district → dual-channel pharmacies
    income: Mapping[str, float]
    through: date
    asks: tuple[Ask, ...]
    adjust: Callable[[Town, pd.DataFrame], pd.DataFrame] | None = None
    history: Callable[[World], dict[str, pd.DataFrame]]
    known_empty: tuple[str, ...] = ()
    census_note: str = ""
    bed_note: str = ""
    invented_reference: bool = False  # the table of reference values holds an assumed one

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(district.code for district in self.districts)

    def by_code(self, name: str) -> dict[str, object]:
        """One value of every district."""
        return {district.code: getattr(district, name) for district in self.districts}
