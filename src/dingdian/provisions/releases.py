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
    table = ground.snapshot.city.tables.get("releases")
    if table is None:
        return Released(beds=None, places=None, since=since, until=until, missing=(Missing(
            table="releases", subject=provider_class, column="beds",
            phrase=Text("缺少退出台账（releases 表）", "the table of exits (releases) is missing"),
        ),))
    counted = table[
        (table["provider_class"] == provider_class) & (table["reason"] != "suspension")
        & ~table["exempt"].fillna(False).astype(bool)
    ]
    rows = [
        row for row in counted.itertuples(index=False)
        if since <= row.effective_on.date() <= until
        and (units is None or ground.snapshot.district_of(row.unit) in units)
    ]
    lacking = [row for row in rows if _absent(row.beds) and provider_class == "inpatient"]
    missing = tuple(
        Missing(table="releases", subject=str(row.release), column="beds",
                phrase=Text(f"退出记录 {row.release} 缺少释放床位数", f"release {row.release} lacks its beds"))
        for row in lacking
    )
    return Released(
        beds=None if lacking else sum(int(row.beds) for row in rows if not _absent(row.beds)),
        places=sum(int(row.places) for row in rows if not _absent(row.places)),
        since=since, until=until, exits=tuple(sorted(str(row.release) for row in rows)), missing=missing,
    )


def _absent(value: object) -> bool:
    return value is None or value != value or str(value) == "<NA>"
