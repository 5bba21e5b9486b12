"""What may move: every inpatient institution with its beds, what it could give or take at most, and the plan's limits as one.

An institution gives beds that stand empty and takes beds that it would fill: both are measured by its bed use of the last full year
against one target. Where that, its level or its district is unknown it neither gives nor takes, and is counted with the reason.
Knows no kind of provision; moves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from attrs import field, frozen

from dingdian.loop.reallocate.limits import Limits, Said, joined, passes_level
from dingdian.methods.beds import occupancy
from dingdian.methods.settlement import days_of
from dingdian.provisions.case import split_codes
from dingdian.provisions.counting import GROUPED_LEVELS, BedRow, basis_year, bed_stock
from dingdian.provisions.ground import Ground
from dingdian.terms import TAGS, Text

PROTECTED = ("key_project", "public_health_duty")  # beds that stay where they are under every plan
COUNTS = ("approved", "open", "insured_beds")
Cell = tuple[str, str]  # district and group of levels


@frozen(kw_only=True)
class Terms:
    """What is asked beside the plan's own limits.

    Attributes
    ----------
    share
        No institution gives up, or takes, more than this share of its beds.
    bed_use
        Target of bed use, a share: below it an institution may give, above it take. A convention of planning, not of the plan.
    keep
        Beds that every institution keeps at least.
    ward
        Beds move in multiples of so many.
    consents
        Districts that agree to transfers across their border; a transfer needs both.
    """

    share: Decimal
    bed_use: Decimal
    keep: int = 1
    ward: int = 1
    consents: frozenset[str] = frozenset()


@frozen(kw_only=True)
class Hospital:
    """One institution that may give or take; ``columns`` are the counts that move with its beds."""

    code: str
    name: str
    district: str
    level: str
    beds: int
    use: Fraction
    give: int = 0
    take: int = 0
    columns: tuple[str, ...] = ()

    @property
    def cell(self) -> Cell:
        return self.district, self.level


@frozen(kw_only=True, eq=False)
class Board:
    """Everything that a reallocation is worked out on.

    Attributes
    ----------
    beds
        Beds of every cell, those that cannot move included.
    left_out
        Why institutions neither give nor take → how many.
    free_total
        Beds may also be closed and opened: what if the total did not stay.
    """

    column: str
    year: int
    terms: Terms
    hospitals: tuple[Hospital, ...]
    beds: Mapping[Cell, int]
    limits: Limits
    left_out: Mapping[Text, int] = field(factory=dict)
    free_total: bool = False

    @property
    def total(self) -> int:
        return sum(self.beds.values())

    def held(self, districts: Iterable[str], level: str = "") -> int:
        """Beds of some districts, of all levels or one."""
        inside = set(districts)
        return sum(beds for (district, own), beds in self.beds.items() if district in inside and level in ("", own))

    def may_pass(self, giver: Cell, taker: Cell) -> bool:
        """Whether beds of one cell may become beds of another: by level, and by consent across districts."""
        consented = giver[0] == taker[0] or {giver[0], taker[0]} <= self.terms.consents
        return consented and passes_level(self.limits.levels, giver[1], taker[1])


# --- the institutions --------------------------------------------------------------------------------------------------------


def board(ground: Ground, said: Said, terms: Terms, *, tags: bool = True) -> Board | Text:
    """The board of a city under a plan, or why there is none; ``tags``: whether key projects and public-health duty are left alone."""
    if not said or not any(limits.bands or limits.shares for _, limits in said):
        return Text("本规划没有可据以调剂床位的标准", "the plan has no norm by which beds could change hands")
    counted = list(dict.fromkeys((limits.column, limits.per or "insured") for _, limits in said if limits.column))
    columns = list(dict.fromkeys(column for column, _ in counted))
    if len(columns) != 1:
        named = ", ".join(columns)
        return Text(f"规划各条按不同的床位计（{named}），不能合并调剂", f"the plan counts different beds ({named}): they are not moved as one")
    per = next((limits.per for _, limits in said if limits.per), "insured")
    stock, year = bed_stock(ground, columns[0], per), basis_year(ground, per)
    if stock is None or year is None:
        return Text("缺少参保人数，床位没有对应的年末", "without insured persons no year fixes the date of the beds")
    reasons: dict[Text, int] = {}
    alone = {code: reason for _, limits in said for code, reason in limits.left_alone.items()}
    alone |= {code: reason for code, reason in _by_tag(ground).items() if tags and code not in alone}
    hospitals, beds = [], dict[Cell, int]()
    for row in stock.rows:
        cell = (row.district, GROUPED_LEVELS.get(row.level, ""))
        beds[cell] = beds.get(cell, 0) + (row.beds or 0)
        found = alone.get(row.provider) or _hospital(ground, row, year, terms)
        if isinstance(found, Text):
            reasons[found] = reasons.get(found, 0) + 1
        else:
            hospitals.append(found)
    return Board(column=columns[0], year=year, terms=terms, hospitals=tuple(hospitals), beds=beds, limits=joined(said), left_out=reasons)


_NO_DISTRICT = Text("未填所属单元", "its unit is not stated")
_NO_LEVEL = Text("未填等级", "its level is not stated")
_NO_BEDS = Text("床位数未知", "its beds are not known")
_NO_USE = Text("病床使用率未知", "its bed use is not known")
_NO_TOTAL = Text("床位表没有该机构的合计行", "its beds have no total on file")


def _by_tag(ground: Ground) -> dict[str, Text]:
    """Institutions with a tag that keeps their beds where they are, whatever the plan exempts."""
    reasons = {tag: Text(f"{TAGS.label(tag)}，不参与调剂", f"{TAGS.label(tag, 'en')}: its beds stay") for tag in PROTECTED}
    return {code: reasons[tag] for code, facts in ground.snapshot.provider_records.items()
            for tag in PROTECTED if tag in split_codes(facts.get("tags"))}


def _hospital(ground: Ground, row: BedRow, year: int, terms: Terms) -> Hospital | Text:
    level = GROUPED_LEVELS.get(row.level, "")
    for known, reason in ((row.district, _NO_DISTRICT), (level, _NO_LEVEL), (row.beds is not None, _NO_BEDS)):
        if not known:
            return reason
    beds, use, moves = row.beds or 0, _use(ground, row.provider, year), _moving(ground, row.provider, year)
    if use is None:
        return _NO_USE
    if moves is None:
        return _NO_TOTAL
    columns, fewest = moves
    filled = beds * use / Fraction(terms.bed_use)  # beds that its bed-days would fill at the target
    most = floor(beds * Fraction(terms.share))
    give = min(most, fewest, beds - terms.keep, floor(beds - filled)) if use < terms.bed_use else 0
    take = min(most, floor(filled - beds)) if use > terms.bed_use else 0
    name = ground.snapshot.provider_names.get(row.provider, row.provider)
    return Hospital(code=row.provider, name=name, district=row.district, level=level, beds=beds, use=use, columns=columns,
                    give=_wards(give, terms.ward), take=_wards(take, terms.ward))


def _wards(beds: int, ward: int) -> int:
    """As many whole wards as fit, in beds."""
    return max(0, beds) // ward * ward


def _use(ground: Ground, provider: str, year: int) -> Fraction | None:
    """Occupied over open bed-days of the year; None where either is missing or no bed was open."""
    row = _activity(ground, year).get(provider)
    if row is None or row["bed_days"] is None or not row["open_bed_days"]:
        return None
    return occupancy(row["bed_days"], row["open_bed_days"])


def _activity(ground: Ground, year: int) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = ground.remember(
        ("activity_of", year), lambda: {row["provider"]: row for row in ground.snapshot.rows("activity") if row["year"] == year})
    return found


def _moving(ground: Ground, provider: str, year: int) -> tuple[tuple[str, ...], int] | None:
    """The counts that are known on every date from the year's end on, and so move with a bed, and the fewest beds that any of them has,
    open bed-days of the year included; None without a total row."""
    totals: dict[str, list[dict[str, Any]]] = ground.remember("bed_totals", lambda: _totals(ground))
    rows = totals.get(provider, [])
    first = max((row["as_of"] for row in rows if row["as_of"].year <= year), default=None)
    from_then = [row for row in rows if first is not None and row["as_of"] >= first]
    if not from_then:
        return None
    columns = tuple(column for column in COUNTS if all(row[column] is not None for row in from_then))
    open_days = _activity(ground, year).get(provider, {}).get("open_bed_days") or 0
    return columns, min([open_days // days_of(year), *(row[column] for row in from_then for column in columns)])


def _totals(ground: Ground) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in ground.snapshot.rows("beds"):
        if row["specialty"] == "all":
            found.setdefault(row["provider"], []).append(row)
    return found
