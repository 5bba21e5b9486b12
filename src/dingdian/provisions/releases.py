"""What exits have freed: beds and places of a class, between the plan's first day and the day of the question.

A suspension frees nothing. Exits of providers outside the plan's counts free nothing that the plan counts. Beds of exempt projects
may be set off against what was freed; what has been used is stated by the bureau, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import frozen

from dingdian.provisions.case import Case
from dingdian.provisions.counting import whole
from dingdian.provisions.finding import Missing
from dingdian.provisions.ground import Ground
from dingdian.terms import HOLDS_A_PLACE, Text


@frozen(kw_only=True)
class Released:
    """Beds and places freed; None when the city has no `releases` table or a row lacks its number."""

    beds: int | None
    places: int | None
    since: date
    until: date
    exits: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()


def released(ground: Ground, provider_class: str, units: tuple[str, ...] | None = None) -> Released:
    """Exits of ``provider_class`` in ``units`` (None: everywhere) from the plan's first day to the day of the question."""
    found: Released = ground.remember(
        ("released", provider_class, units), lambda: _released(ground, provider_class, units))
    return found


def _released(ground: Ground, provider_class: str, units: tuple[str, ...] | None) -> Released:
    return released_between(ground, provider_class, units, ground.dates["valid_from"] or ground.on, ground.on)


def released_between(
    ground: Ground, provider_class: str, units: tuple[str, ...] | None, since: date, until: date
) -> Released:
    """Exits of ``provider_class`` in ``units`` (None: everywhere) from one day to another, both included."""
    if "releases" not in ground.snapshot.city.tables:
        return Released(beds=None, places=None, since=since, until=until, missing=(Missing(
            table="releases", subject=provider_class, column="beds",
            phrase=Text("缺少退出台账（releases 表）", "the table of exits (releases) is missing"),
        ),))
    column, name = ("beds", Text("释放床位数", "beds")) if provider_class == "inpatient" else ("places", Text("释放名额", "places"))
    rows = [
        row for row in ground.snapshot.rows("releases")
        if row["provider_class"] == provider_class and row["reason"] != "suspension" and not row["exempt"]
        and since <= row["effective_on"] <= until
        and (units is None or ground.snapshot.district_of(row["unit"]) in units)
    ]
    lacking = [row for row in rows if row[column] is None]
    missing = tuple(
        Missing(table="releases", subject=row["release"], column=column,
                phrase=Text(f"退出记录 {row['release']} 缺少{name.zh}", f"release {row['release']} lacks its {name.en}"))
        for row in lacking
    )
    beds, places = (None if column == wanted and lacking else sum(row[wanted] or 0 for row in rows) for wanted in ("beds", "places"))
    return Released(
        beds=beds, places=places,
        since=since, until=until, exits=tuple(sorted(row["release"] for row in rows)), missing=missing,
    )


@frozen(kw_only=True)
class Left:
    """What exits leave to be used: floor(freed × ratio) − used − offset − spent; ``value`` None when something is missing.

    ``offset`` are beds of exempt projects that use up what was freed first; ``spent`` is what applications admitted before this
    one have taken.
    """

    value: int | None
    freed: Released
    amount: int | None
    ratio: Decimal
    used: int = 0
    offset: int = 0
    spent: int = 0
    missing: tuple[Missing, ...] = ()


def left_of(
    ground: Ground, provider_class: str, districts: tuple[str, ...] | None, ratio: Decimal, *, spent: int = 0
) -> Left:
    """What exits of a class in some districts (None: in all of them) leave; beds for the inpatient class, places for others."""
    freed = released(ground, provider_class, districts)
    amount = freed.beds if provider_class == "inpatient" else freed.places
    subject = provider_class if districts is None else f"{districts[0]}/{provider_class}"
    fact = ground.snapshot.fact(subject, "quota_used")
    used = 0 if fact is None else whole(fact.value)
    offset, unknown = offset_beds(ground, districts, freed) if provider_class == "inpatient" else (0, ())
    missing = (*freed.missing, *unknown, *(() if used is not None else (_unreadable(subject),)))
    value = None if amount is None or used is None or offset is None else int(Fraction(ratio) * amount) - used - offset - spent
    return Left(value=value, freed=freed, amount=amount, ratio=ratio, used=used or 0, offset=offset or 0, spent=spent, missing=missing)


def _unreadable(subject: str) -> Missing:
    return Missing(table="facts", subject=subject, column="quota_used", phrase=Text(
        f"{subject} 已使用的退出额度（facts.quota_used）不是整数", f"what {subject} has used of the exits (facts.quota_used) is not a whole number"))


def offset_beds(ground: Ground, districts: tuple[str, ...] | None, freed: Released) -> tuple[int | None, tuple[Missing, ...]]:
    """Insured beds of exempt projects designated since the plan's first day, where an exemption sets them off; admitted ones too."""
    exemptions: list[Any] = [p for p in ground.provisions if hasattr(p, "offsets_releases")]
    offsetting = [p for p in exemptions if p.offsets_releases(ground)]
    key = ("offsetting", tuple((p.id, tuple(choice.option for choice in ground.choices(p).values())) for p in offsetting))
    codes: frozenset[str] = ground.remember(key, lambda: frozenset().union(*(p.members(ground) for p in offsetting)))
    records = ground.snapshot.provider_records
    own = [p for p in sorted(codes) if _is_new_here(ground, records[p], districts, freed.since)]
    beds = _latest_insured(ground) if own else {}
    lacking = [p for p in own if beds.get(p) is None]
    added = sum(case.beds or 0 for case in ground.admitted_counted
                if _here(case.district, districts) and any(p.takes_in(case.facts, ground) for p in offsetting))
    missing = tuple(Missing(table="beds", subject=p, column="insured_beds", phrase=Text(
        f"重点项目机构 {p} 缺少医保床位", f"the key project {p} lacks its insured beds")) for p in lacking)
    return (None if lacking else sum(beds[p] or 0 for p in own) + added), missing


def _is_new_here(ground: Ground, record: Mapping[str, Any], districts: tuple[str, ...] | None, since: date) -> bool:
    """Whether a provider on file holds a place in the districts that it got after the plan's first day."""
    signed = record.get("designated_on")
    inside = record.get("status") in HOLDS_A_PLACE and record.get("provider_class") == "inpatient"
    unit = record.get("counts_in") or record.get("unit")
    return inside and signed is not None and since <= signed <= ground.on and _here(ground.snapshot.district_of(unit) if unit else "", districts)


def _here(district: str, districts: tuple[str, ...] | None) -> bool:
    return districts is None or district in districts


def _latest_insured(ground: Ground) -> Mapping[str, int | None]:
    """Provider → insured beds on the latest date, the day of the question at most."""
    table = ground.snapshot.latest_beds()
    return {str(p): None if gone else int(n) for p, n, gone in
            zip(table["provider"], table["insured_beds"].fillna(0), table["insured_beds"].isna())}


def admitted_for_quota(ground: Ground, provider_class: str, districts: tuple[str, ...] | None) -> tuple[Case, ...]:
    """Applications admitted before this one that could have used exits: exempt ones use none."""
    exemptions: list[Any] = [p for p in ground.provisions if hasattr(p, "takes_in")]
    def exempt(case: Case) -> bool:
        return any(p.takes_in(case.facts, ground) for p in exemptions)

    cases: Iterable[Case] = ground.admitted_counted
    return tuple(c for c in cases if c.provider_class == provider_class and c.action in ("designate", "branch", "add_beds")
                 and _here(c.district, districts) and not exempt(c))
