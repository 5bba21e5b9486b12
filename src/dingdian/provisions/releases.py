"""What exits have freed: beds and places of a class, between the plan's first day and the day of the question.

A suspension frees nothing. Exits of providers outside the plan's counts free nothing that the plan counts.
"""

from __future__ import annotations

from datetime import date

from attrs import frozen

from dingdian.provisions.finding import Missing
from dingdian.provisions.ground import Ground
from dingdian.terms import Text


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
    since, until = ground.dates["valid_from"] or ground.on, ground.on
    if "releases" not in ground.snapshot.city.tables:
        return Released(beds=None, places=None, since=since, until=until, missing=(Missing(
            table="releases", subject=provider_class, column="beds",
            phrase=Text("缺少退出台账（releases 表）", "the table of exits (releases) is missing"),
        ),))
    rows = [
        row for row in ground.snapshot.rows("releases")
        if row["provider_class"] == provider_class and row["reason"] != "suspension" and not row["exempt"]
        and since <= row["effective_on"] <= until
        and (units is None or ground.snapshot.district_of(row["unit"]) in units)
    ]
    lacking = [row for row in rows if row["beds"] is None and provider_class == "inpatient"]
    missing = tuple(
        Missing(table="releases", subject=row["release"], column="beds",
                phrase=Text(f"退出记录 {row['release']} 缺少释放床位数", f"release {row['release']} lacks its beds"))
        for row in lacking
    )
    return Released(
        beds=None if lacking else sum(row["beds"] or 0 for row in rows), places=sum(row["places"] or 0 for row in rows),
        since=since, until=until, exits=tuple(sorted(row["release"] for row in rows)), missing=missing,
    )
